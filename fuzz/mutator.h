/*
 * mutator.h: what fuzzing engines call to change inputs. libFuzzer finds its two
 * functions in the program, AFL++ (4.04c) finds the others in the shared object
 * that AFL_CUSTOM_MUTATOR_LIBRARY names.
 */
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

/* --- libFuzzer -------------------------------------------------------------- */

/** Changes an input in its place. Now and then it lets libFuzzer change the bytes:
 *  those need not be canonical.
 *  @param data      room for `max_size` bytes, the first `size` of which are used
 *  @param seed      settles the change
 *  @return the new size; 0 if there is room for nothing */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed);

/** Makes an input of two.
 *  @return the size of what was written to `out`; 0 if there is room for nothing */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2, uint8_t *out,
                                 size_t max_size, unsigned int seed);

/* --- AFL++ ------------------------------------------------------------------ */

/** Makes what the other functions are given as `data`; `afl` is ignored. */
void *afl_custom_init(void *afl, unsigned int seed);

/** Releases it. */
void afl_custom_deinit(void *data);

/** Changes an input; in a quarter of the calls that bring another one along, by
 *  crossing them.
 *  @param add  the other one, or NULL
 *  @param out  receives the place of the result, which is good until the next call
 *  @return its size, at most `max_size`; 0 if there is room for nothing */
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *add, size_t add_size, size_t max_size);

/** The names of the mutations in the last result, for the name of its file;
 *  terminated, at most `max_length` letters. */
const char *afl_custom_describe(void *data, size_t max_length);

/** Begins to trim an input.
 *  @return 1, or 0 if there is nothing to try */
int32_t afl_custom_init_trim(void *data, uint8_t *buf, size_t size);

/** The next input to try, never longer than the one that is trimmed.
 *  @return its size */
size_t afl_custom_trim(void *data, uint8_t **out);

/** Told whether that one did the same.
 *  @return 0 if there is more to try, else 1 */
int32_t afl_custom_post_trim(void *data, uint8_t success);

#endif
