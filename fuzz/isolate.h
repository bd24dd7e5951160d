/*
 * isolate.h: the least that shows a breach.
 */
#ifndef FUZZ_ISOLATE_H
#define FUZZ_ISOLATE_H

#include "trace.h"

enum {
	ISOLATE_TESTS = 4000 /**< most runs of candidates until a step less is looked
	                          for further away, and after it was found */
};

/** A scenario whose last call breaks a rule. */
struct isolated {
	struct scenario scenario; /**< with its answers */
	struct letters trace;     /**< the same as text */
	bool needs_limits;        /**< it breaks no rule under the default limits */
};

/** Finds the least scenario that breaks the same rule by the same operation with its
 *  last step, without the help of probes or of what is done at the end; where that
 *  cannot be had, one that breaks another rule.
 *
 *  @param isolated  receives it
 *  @param checked   its last run was that of the scenario, and found a breach; is used
 *                   for more runs, alone ones from then on, and tells of the breach of
 *                   what was found
 *  @param run       how to run candidates
 *  @return false if the steps alone do not show any, or not each time; `isolated` has
 *          none then */
bool isolate(struct isolated *isolated, struct checked *checked,
             const struct scenario *scenario, trace_runner *run);

/** Releases the memory. */
void isolated_free(struct isolated *isolated);

#endif
