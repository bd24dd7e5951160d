/*
 * overlap.h: the calls of a `together` block, made at the same time.
 */
#ifndef SUBJECTS_OVERLAP_H
#define SUBJECTS_OVERLAP_H

#include "driver.h"
#include "live.h"

/** Makes calls at the same time, each in a thread of its own and with a copy of the
 *  caller's structs as they were before. What the calls wrote is the driver's when all
 *  have returned.
 *
 *  It makes none where one of them writes what another is given or writes too, a struct,
 *  a token or a buffer: it would be the caller who races. The same holds for a buffer
 *  that is released and one that is handed out, which may be the same memory.
 *  @param live     told of all calls, or NULL
 *  @param steps    the calls
 *  @param count    of them, at most TOGETHER_LIMIT
 *  @param answers  receives what each answered, without counts. What became of a struct
 *                  that several of them are given is not seen
 *  @return whether it made them */
bool overlap_calls(struct driver *driver, struct live *live, const struct step *steps,
                   size_t count, struct answer *answers);

#endif
