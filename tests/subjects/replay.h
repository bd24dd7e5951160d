/*
 * replay.h: a scenario is carried out in a process of its own, and its trace is
 * written from what that process tells of each call. So an implementation may
 * crash or hang: the trace then ends with that call.
 */
#ifndef SUBJECTS_REPLAY_H
#define SUBJECTS_REPLAY_H

#include <stdbool.h>

#include "../../specs/text.h"
#include "driver.h"

enum {
	REPLAY_SECONDS = 5 /**< a call that takes longer hangs */
};

/** Carries out a scenario and appends its trace to `out`.
 *
 *  Calls in a `together` block are made one after the other; what they answer is
 *  written without counts, which have no moment there. A call without a status is
 *  answered CRASH, if the process ended, or HANG, if REPLAY_SECONDS passed. The
 *  steps behind it are left out; of a repeat that it cut short, the whole rounds
 *  stand in the block, and the lines of the last one behind it.
 *
 *  @return false, with errno, if there is no process to be had */
bool replay(struct letters *out, const struct scenario *scenario,
            const struct driver_setup *setup);

#endif
