/*
 * threads.h: calls that overlap in time, and a lock for what they share.
 * threads_posix.c and threads_windows.c are its two sides.
 */
#ifndef SUBJECTS_THREADS_H
#define SUBJECTS_THREADS_H

#include <stddef.h>

#include "../../specs/scenario.h"

/** Makes calls at the same time, each in a thread of its own; none begins before all
 *  threads are there. Where there cannot be as many threads, it tells so on standard
 *  error and ends the process.
 *  @param call      makes one
 *  @param contexts  what it is told, of each
 *  @param count     of the calls, at most TOGETHER_LIMIT
 *  @return once all calls have returned */
void threads_run(void (*call)(void *context), void *const *contexts, size_t count);

/** Waits until no other thread holds the lock, and takes it. There is one lock. */
void threads_lock(void);
/** Gives it back. */
void threads_unlock(void);

#endif
