/*
 * watch.h: memory that is compared byte by byte before and after a call.
 */
#ifndef TESTS_WATCH_H
#define TESTS_WATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Most pieces that are watched at once, and most bytes in each. */
enum { WATCH_PIECES = 96, WATCH_BYTES = 256 };

/** Pieces of memory, which may overlap, and what must be in them. */
struct watch {
	size_t count;
	struct watch_piece {
		const unsigned char *at;
		size_t size;
		unsigned char expected[WATCH_BYTES];
	} pieces[WATCH_PIECES];
};

/** Begins with the pieces of another, or with none if it is NULL. */
void watch_begin(struct watch *watched, const struct watch *others);

/** Watches memory, of which nothing may change from now on; NULL is none. Ends the
 *  process if there are too many pieces or too many bytes. */
void watch_add(struct watch *watched, const void *at, size_t size);

/** Lets memory be as it is now, also where pieces overlap it; NULL is none. */
void watch_allow(struct watch *watched, const void *at, size_t size);

/** Whether all pieces are as they should be. */
bool watch_kept(const struct watch *watched);

#endif
