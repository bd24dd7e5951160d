/*
 * walk.h: the steps of a scenario in the order in which they are carried out: those
 * of a repeat as often as it says, those of a `together` block one after the other.
 * The scenario may grow behind the walk.
 */
#ifndef SUBJECTS_WALK_H
#define SUBJECTS_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../specs/scenario.h"

/** Where a scenario is. All but the scenario is 0 before the first step. */
struct walk {
	const struct scenario *scenario;
	size_t next;   /**< the step to come */
	size_t repeat; /**< of the open repeat, if there is one */
	uint32_t round, rounds; /**< of it; 0 outside */
	bool in_together;
};

/** Goes on to the next line: a step that is carried out, or one that opens or closes a
 *  block, whenever the walk passes it.
 *  @param at  receives its index
 *  @return false at the end */
bool walk_line(struct walk *walk, size_t *at);

/** Goes on to the next step that is carried out.
 *  @param at  receives its index
 *  @return false at the end */
bool walk_on(struct walk *walk, size_t *at);

#endif
