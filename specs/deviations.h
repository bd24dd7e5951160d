/*
 * deviations.h: what verdict.c asks of a deviation; the rest is in verdict.h.
 */
#ifndef SPECS_DEVIATIONS_H
#define SPECS_DEVIATIONS_H

#include "verdict.h"

/** Whether it may be seen in that scenario. */
bool deviation_is_about(const struct deviation *deviation, const char *scenario);

/** Whether a breach is the one that it lists. Where no call or answer belongs to the
 *  breach, as with the order of calls, what is known of it tells. */
bool deviation_lists(const struct deviation *deviation,
                     const struct finding *finding);

/** Whether what was called, as tell_call has it, is the operation that it lists. */
bool deviation_names(const struct deviation *deviation, const char *call);

/** Whether a call could have shown it: it is the operation, and its rule decided about the answer, or would
 *  have been broken by something else in the struct or by another count. */
bool deviation_is_tried(const struct deviation *deviation,
                        const struct hearing *hearing);

#endif
