/*
 * inspect.h: looking into the library and setting it up, for tests and fuzzing.
 *
 * Only the static library has these functions; the shared one exports none of
 * them. They take the same mutex as the functions of sspi.h.
 */
#ifndef SECHANDLE_INSPECT_H
#define SECHANDLE_INSPECT_H

#include <stdint.h>

/** How much the library can hold at once. */
struct sechandle_limits {
	uint32_t contexts;       /**< at most 1,048,576 */
	uint32_t credentials;    /**< as well */
	uint32_t max_generation; /**< handles that a slot may issue, from 1 to
	                              2^30 - 1 */
	uint32_t buffers;        /**< handed out, from 1 to 16,384 */
};

/** What the library holds now. */
struct sechandle_counts {
	uint32_t contexts;    /**< live contexts */
	uint32_t credentials; /**< live credentials */
	uint32_t buffers;     /**< handed out and not released */
	uint32_t residue;     /**< bytes other than 0 that are left of keys and
	                           secrets of what is gone; must be 0 */
};

/** The limits that the library begins with. */
struct sechandle_limits sechandle_default_limits(void);

/** Makes the library empty: every handle and buffer that it has given out is
 *  forgotten.
 *
 *  limits  the limits from now on, or NULL for the default ones; each that is out
 *          of its range is taken as the nearest in it */
void sechandle_reset(const struct sechandle_limits *limits);

/** Counts what the library holds; looks at every slot that was ever used. */
struct sechandle_counts sechandle_count(void);

#endif
