/*
 * replay.h: scenarios are carried out in another process, and their traces are
 * written from what that process tells of each call. So an implementation may crash
 * or hang: the trace then ends with that call.
 */
#ifndef SUBJECTS_REPLAY_H
#define SUBJECTS_REPLAY_H

#include <stdbool.h>

#include "../../specs/text.h"
#include "driver.h"

enum {
	REPLAY_SECONDS = 5 /**< a call that takes longer hangs */
};

/** Carries out scenarios and appends the trace of each to its place in `out`.
 *
 *  Each begins with an implementation that holds nothing: in a process of its own,
 *  or after the setup's reset. Calls in a `together` block are made one after the
 *  other; what they answer is written without counts, which have no moment there. A
 *  call without a status is answered CRASH, if the process ended, or HANG, if
 *  REPLAY_SECONDS passed. The steps behind it are left out; of a repeat that it cut
 *  short, the whole rounds stand in the block, and the lines of the last one behind
 *  it.
 *
 *  @return false, with errno, if there is no process to be had */
bool replay(struct letters *out, const struct scenario *scenarios, size_t count,
            const struct driver_setup *setup);

#endif
