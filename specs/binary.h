/*
 * binary.h: the scenario language as bytes, for fuzzers.
 *
 * Every byte string decodes to a scenario, and decode(encode(s)) = s. Names
 * cost one byte: k1 to k4 are the credentials, c1 to c12 the contexts and b1
 * to b4 the buffers that a fuzzer meets; any other name can be written too.
 * Answers and comments have no binary form; a decoded step's line is the one it is
 * printed in. language.md has the layout.
 */
#ifndef SPECS_BINARY_H
#define SPECS_BINARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario.h"

/** The version that this code writes, the low seven bits of the first byte.
 *  Bytes that claim another version are read as this one. */
enum { BINARY_VERSION = 1 };

/** Bytes that are being gathered. */
struct bytes {
	uint8_t *data;
	size_t length, capacity;
};

/** Reads any bytes; appends to `scenario`, which must be empty. */
void binary_decode(struct scenario *scenario, const uint8_t *data,
                   size_t length);

/** Appends the canonical bytes of a scenario; its answers are left out.
 *  @return false if it has more than 61,440 names of one kind beside the
 *          short ones: then nothing is appended. */
bool binary_encode(struct bytes *out, const struct scenario *scenario);

/** As binary_encode, but only the first steps: as many as can be written before
 *  there are more than `most` bytes in `out`.
 *  @param steps  receives how many were written; with 0 there may be more bytes, as
 *                the names of all steps are listed before them */
bool binary_encode_within(struct bytes *out, const struct scenario *scenario,
                          size_t most, size_t *steps);

#endif
