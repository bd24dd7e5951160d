/*
 * random.h: repeatable noise, and scenarios made of it.
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>

#include "../../specs/scenario.h"

/** The next number of a sequence; `state` is its seed and memory. */
uint64_t random_next(uint64_t *state);

/** A number below `limit`, which is not 0. */
uint32_t random_below(uint64_t *state, uint32_t limit);

/** Fills `data` with bytes that decode to a scenario of some steps: half the
 *  strings begin as the encoder would write, with or without a list of names.
 *  @return the length, at most `capacity`, which is at least 16 */
size_t random_bytes(uint64_t *state, uint8_t *data, size_t capacity);

/** Gives every call of a scenario an answer, mostly one that can be allowed. */
void random_answers(uint64_t *state, struct scenario *scenario);

#endif
