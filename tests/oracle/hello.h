/*
 * hello.h: the first lines of a subject, in which it tells what it is.
 */
#ifndef ORACLE_HELLO_H
#define ORACLE_HELLO_H

#include "attach.h"

/** A hello that is being read. */
struct hello {
	struct subject_info info;
	bool is_subject; /**< its first line was right */
	bool is_ready;   /**< its last line was read */
};

/** Reads a line.
 *  @param line  without its line end; not terminated
 *  @param why   receives what is wrong with it
 *  @param size  bytes of `why`
 *  @return false if it is wrong */
bool hello_line(struct hello *hello, const char *line, size_t length, char *why,
                size_t size);

/** Makes text of a subject's printable: ASCII in lines, '?' for all else. */
void hello_clean(char *text);

/** Writes a line of a subject's that is wrong, and why: "garbage: 'line', expected
 *  …".
 *  @param expected  what was expected; it is cut off where `why` ends */
void hello_garbage(char *why, size_t size, const char *line, size_t length,
                   const char *expected);

#endif
