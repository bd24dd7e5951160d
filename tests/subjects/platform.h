/*
 * platform.h: what a subject needs of the platform beyond the C library: shared
 * libraries, streams that carry bytes as they are, and a place to carry out a scenario
 * that may crash. posix.c and windows.c are its two sides.
 */
#ifndef SUBJECTS_PLATFORM_H
#define SUBJECTS_PLATFORM_H

#include <stdint.h>
#include <stdio.h>

#include "driver.h"
#include "play.h"

enum {
	PLATFORM_PATH = 4096,
	SUBJECT_TROUBLE = 2, /**< exit status, if nothing can be judged */
	SUBJECT_CRASHED = 3  /**< if a scenario ended this process */
};

/** Whether each scenario is carried out in a process of its own. */
extern const bool platform_forks;

/** Makes standard input and output carry bytes as they are, and keeps whatever a
 *  library prints out of the trace: it goes to standard error.
 *  @return where the trace goes */
FILE *platform_output(void);

/** Reads some of what comes on standard input.
 *  @return the number of bytes; 0 at its end */
size_t platform_read(void *to, size_t size);

/** Memory, all 0, that the processes of all scenarios and this one see alike; it is there
 *  until this process ends. */
void *platform_common(size_t size);

/** Loads a shared library.
 *  @param why  receives the cause, of at most `size` bytes, if it cannot be loaded
 *  @return the library, or NULL */
void *platform_open(const char *library, char *why, size_t size);

/** What a library exports under a name, or NULL. */
void *platform_symbol(void *library, const char *name);

/** Finds the file that a loaded function lies in.
 *  @param path  receives it, without links, or "" if it is not known */
void platform_file(const void *function, char path[PLATFORM_PATH]);

/** Bytes of the heap that are in use, or UINT64_MAX where nobody knows. */
uint64_t platform_heap(void);

/** How a scenario ended. */
struct ended {
	const char *word; /**< "ok", "signal", "exit" or "exception" */
	unsigned code;    /**< of the last three */
};

/** A scenario, for a place where it may crash. */
struct apart {
	/** Carries it out.
	 *  @return whether its script had no error */
	bool (*run)(void *context, struct progress *progress);
	/** Told, in this process, how it ended; `progress` is what `run` left there. */
	void (*end)(void *context, const struct progress *progress,
	            struct ended ended);
	/** Waits for the next scenario that may share a process with others. It may
	 *  write to platform_common's memory alone.
	 *  @return false if what comes next is none */
	bool (*is_next)(void *context);
	void *context; /**< passed on to all */
};

/** Carries out a scenario. Where it has no process of its own and crashes, this does
 *  not return: the process ends after `end` was told. */
void platform_apart(const struct apart *apart);

/** Whether scenarios can share a process of which none of them sees what was before. */
bool platform_shares(void);

/** Carries out a scenario, and all that come next in the same process, until `is_next`
 *  finds none or the process ends. `end` is told in that process how each ended; of one
 *  that ended it, in this one. platform_shares must have said yes.
 *  @return false if no process can be shared after all; nothing was carried out */
bool platform_share(const struct apart *apart);

#endif
