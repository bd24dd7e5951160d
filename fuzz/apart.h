/*
 * apart.h: checked runs in a process of their own, where the reference may crash.
 */
#ifndef FUZZ_APART_H
#define FUZZ_APART_H

#include "checked.h"

enum {
	APART_SECONDS = 1 /**< a call that takes longer hangs */
};

/** Does what checked_run does, in another process; of `checked` it changes what tells
 *  of the breach and where the run is. A call that ends that process, or does not end,
 *  is a breach, with the answer CRASH or HANG; if it was no call that ended it, the
 *  step of the breach is an `end`. Without another process to be had, this one ends
 *  with status 2. */
bool apart_run(struct checked *checked, const struct scenario *scenario);

/** As well; the other process says nothing on standard error. */
bool apart_run_quietly(struct checked *checked, const struct scenario *scenario);

#endif
