/*
 * embedded.h: files of this tree that the program holds. embed.py writes their content
 * when the program is built.
 */
#ifndef ORACLE_EMBEDDED_H
#define ORACLE_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

/** A file. */
struct embedded {
	const char *suite;   /**< that it is a scenario of */
	const char *name;    /**< within that */
	const uint8_t *data;
	size_t length;
};

/** All of them, by suite and name; the last has a NULL suite. */
extern const struct embedded embedded[];

#endif
