/*
 * edit.h: changes to the list of steps of a scenario, and its way back to bytes.
 *
 * An edit need not care whether the language allows what it leaves: blocks that
 * are cut, or names that lost the step which settled them. What edit_encode
 * writes was read by the decoder once more, and that makes a scenario of anything.
 * Only the operands of a step must be those of its operation's shape.
 *
 * Scenarios here have no answers.
 */
#ifndef FUZZ_EDIT_H
#define FUZZ_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../specs/binary.h"
#include "../specs/scenario.h"

/** The operands of a step that can be names. */
enum { OPERAND_COUNT = 5 };

/** Where a step keeps one of them. */
name_id *edit_operand(struct step *step, unsigned operand);

/** Whether an operand is a name: neither absent nor null. */
static inline bool is_name(name_id id)
{
	return id < NAME_NULL;
}

/** Finds a name or adds it, for a use as `kind` if nothing settled it yet. */
name_id edit_name(struct scenario *scenario, const char *text, size_t length,
                  enum name_kind kind);

/** Exchanges two neighbouring runs: from `first` to before `middle`, and from
 *  there to before `end`. */
void edit_exchange(struct scenario *scenario, size_t first, size_t middle,
                   size_t end);

/** Puts a step before the one at `at`, or behind the last one. */
void edit_insert(struct scenario *scenario, size_t at, struct step step);

/** Takes out `count` steps from `at` on. */
void edit_erase(struct scenario *scenario, size_t at, size_t count);

/** Makes one name of another in the steps from `at` on. */
void edit_rename(struct scenario *scenario, size_t at, name_id old, name_id new);

/** Writes the canonical bytes of a scenario; leaves out steps at its end so that
 *  they fit.
 *  @param out       receives the bytes, instead of what it holds
 *  @param scenario  loses the steps that do not fit
 *  @param max_size  most bytes, at least 1
 *  @param again     becomes the scenario that the bytes decode to */
void edit_encode(struct bytes *out, struct scenario *scenario, size_t max_size,
                 struct scenario *again);

#endif
