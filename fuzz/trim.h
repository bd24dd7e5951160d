/*
 * trim.h: makes an input shorter as long as somebody says that it still does the
 * same. What is left out are steps, long runs first, then shorter ones, from the
 * end to the beginning.
 *
 *   trim_begin(&trimmer, data, size);
 *   while (trim_next(&trimmer))
 *           if (does_the_same(trimmer.tried))
 *                   trim_accept(&trimmer);
 */
#ifndef FUZZ_TRIM_H
#define FUZZ_TRIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edit.h"

/** An input that is being trimmed. Its memory is kept from one to the next. */
struct trimmer {
	struct bytes kept;  /**< the shortest that does the same so far */
	struct bytes tried; /**< the next to be tried */
	struct scenario scenario, again;
	size_t run;   /**< steps that are left out at once */
	size_t least; /**< of them */
	size_t at;    /**< steps of `kept` before those that are left out */
};

/** Makes a trimmer. */
void trim_init(struct trimmer *trimmer);

/** Releases its memory. */
void trim_free(struct trimmer *trimmer);

/** Begins with an input. A step is tried at least once if the input has up to 1024
 *  of them; of a longer one, runs are. */
void trim_begin(struct trimmer *trimmer, const uint8_t *data, size_t size);

/** Makes the next bytes to be tried, in trimmer->tried: canonical ones, and fewer
 *  than are kept.
 *  @return false if there are none; what is kept is the result */
bool trim_next(struct trimmer *trimmer);

/** Keeps the bytes that were tried last. */
void trim_accept(struct trimmer *trimmer);

#endif
