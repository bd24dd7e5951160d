/*
 * mutate.h: changes scenarios, for fuzzers: bytes in, bytes out, and in between
 * lists of steps. What is written is always canonical (specs/binary.h).
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edit.h"

/** Most mutations of one change. */
enum { MADE_LIMIT = 20 };

/** A mutator. It keeps its memory from one change to the next. */
struct mutator {
	uint64_t random;          /**< seed and memory of all choices: bytes and seed
	                               alone settle what a change makes of them */
	uint32_t rounds;          /**< most times that one change goes on; 1 */
	struct scenario scenario; /**< that is changed */
	struct scenario other;    /**< whose steps are taken in; then the last result */
	struct bytes out;         /**< the last result */
	const char *made[MADE_LIMIT]; /**< names of the mutations in it, in order */
	size_t made_count;
};

/** Makes a mutator. */
void mutator_init(struct mutator *mutator, uint64_t seed);

/** Releases its memory. */
void mutator_free(struct mutator *mutator);

/** Changes a scenario here and there.
 *  @param max_size  most bytes of the result, at least 1; steps at its end that do
 *                   not fit are left out
 *  @return mutator->out, which is not empty */
const struct bytes *mutator_change(struct mutator *mutator, const uint8_t *data,
                                   size_t size, size_t max_size);

/** Changes something of mutator->scenario itself, but not how many steps there are: an
 *  operand, a name from a step on, and where no `together` is, an operation or the place
 *  of a step. Blocks stay well-formed. The scenario may get names that no step uses.
 *  @return false if what was drawn cannot be done; no step has changed then */
bool mutator_nudge(struct mutator *mutator);

/** Takes a run of steps of another scenario into one, for some of its own or beside
 *  them; half of the results are changed too.
 *  @return as mutator_change */
const struct bytes *mutator_cross(struct mutator *mutator, const uint8_t *data,
                                  size_t size, const uint8_t *other,
                                  size_t other_size, size_t max_size);

#endif
