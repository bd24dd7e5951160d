/*
 * invent.h: steps that are made up, at a place in a scenario.
 *
 * Half of what is worth trying goes on with what was done before: answers the
 * token of a leg, deletes what was deleted, uses a copy. So operands are mostly
 * names that the steps before the place have used, and a step can be made up as
 * the next one after an earlier one.
 */
#ifndef FUZZ_INVENT_H
#define FUZZ_INVENT_H

#include <stddef.h>
#include <stdint.h>

#include "../specs/scenario.h"

/** Where a step is made up. */
struct place {
	struct scenario *scenario; /**< receives the names that are new to it */
	size_t at;                 /**< the steps before this one are earlier */
	uint64_t *random;          /**< seed and memory of what is drawn */
};

/** A step of any operation, blocks excepted. */
struct step invent_step(const struct place *place);

/** A step that acquires this credential. */
struct step invent_acquire(const struct place *place, name_id credential);

/** A step that goes on with an earlier one: a leg that is fed its token, a call on
 *  what it made, copied or deleted. After NULL, one that acquires a credential. */
struct step invent_next(const struct place *place, const struct step *earlier);

/** Draws one operand anew.
 *  @param letter  of the shape of the step's operation */
void invent_operand(const struct place *place, struct step *step, char letter);

/** Most rounds of a repeat that is made up. */
enum { COUNT_MOST = 64 };

/** Rounds for a repeat, mostly few. */
uint32_t invent_count(uint64_t *random);

#endif
