/*
 * cursor.h: bytes that are written or read, whichever it is: one function that names the
 * parts of a thing in their order serves for both.
 */
#ifndef FUZZ_CURSOR_H
#define FUZZ_CURSOR_H

#include <stddef.h>
#include <string.h>

/** Where bytes are written to, or else read from. */
struct cursor {
	unsigned char *to;
	const unsigned char *from;
	size_t at; /**< bytes passed so far */
};

/** Writes a part, or reads it. */
static inline void cursor_pass(struct cursor *cursor, void *part, size_t size)
{
	if (cursor->to)
		memcpy(cursor->to + cursor->at, part, size);
	else
		memcpy(part, cursor->from + cursor->at, size);
	cursor->at += size;
}

#endif
