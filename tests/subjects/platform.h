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
	void *context; /**< passed on to both */
};

/** Carries out a scenario. Where it has no process of its own and crashes, this does
 *  not return: the process ends after `end` was told. */
void platform_apart(const struct apart *apart);

#endif
