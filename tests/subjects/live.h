/*
 * live.h: what an implementation has given out and nobody has ended, so that a scenario
 * leaves nothing to the next one in the same process.
 */
#ifndef SUBJECTS_LIVE_H
#define SUBJECTS_LIVE_H

#include "driver.h"

/** What is live. All of it is 0 at first. */
struct live {
	struct live_thing *things; /**< in the order in which they were given out */
	size_t count, capacity;
};

/** Hears of a call that a driver has made. */
void live_hear(struct live *live, const struct driver *driver, const struct step *step,
               int64_t status);

/** Ends all, the last first, by the functions of a table. Nothing is live then. */
void live_end(struct live *live, PSecurityFunctionTableA table);

/** Releases the memory. */
void live_free(struct live *live);

#endif
