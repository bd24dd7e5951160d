/*
 * snapshot.h: a process goes back in time. It carries out one scenario after the other,
 * and each finds the process as the first one did: what is in its memory, and where.
 *
 * A snapshot is of all private memory that can be written to, and of the registers. What
 * the kernel keeps for a process does not go back; where that can have changed, the
 * process ends instead.
 */
#ifndef SUBJECTS_SNAPSHOT_H
#define SUBJECTS_SNAPSHOT_H

#include <stdbool.h>

/** Makes room for a snapshot, before the process that takes it is forked; there is one at
 *  a time, and one that is ended makes room for the next.
 *  @return false if none can be taken here: this is not Linux with the GNU C library, or
 *          the process has more memory than is worth it, as with a sanitizer */
bool snapshot_is_possible(void);

/** Takes a snapshot, and returns; returns once more after each snapshot_return, when all
 *  memory and all registers are again as they were. Memory that is shared with other
 *  processes stays as it is.
 *  @param wait     called between, when memory has gone back; may write to shared memory
 *                  alone
 *  @param context  passed on to it */
void snapshot_begin(void (*wait)(void *context), void *context);

/** Goes back to snapshot_begin. The process ends with status 0 instead, if more has
 *  changed than memory, as far as can be seen: what is mapped, or which descriptors are
 *  open; or if it has gone back often enough. */
_Noreturn void snapshot_return(void);

#endif
