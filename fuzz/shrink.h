/*
 * shrink.h: makes a scenario small and plain, as long as it shows what it shows.
 *
 * It knows the language, but nothing of what runs a scenario: a test that the caller
 * gives decides about each candidate. So it serves whatever runs scenarios.
 */
#ifndef FUZZ_SHRINK_H
#define FUZZ_SHRINK_H

#include "../specs/scenario.h"

/** Whether a candidate still shows what is to be shown. Its blocks are well-formed; it
 *  has no answers. */
typedef bool shrink_test(void *context, const struct scenario *candidate);

/** Shrinks a scenario: takes out steps, from long runs to single ones, and two or three
 *  together where few are left; takes away the lines of blocks; lowers the rounds of
 *  repeats, writes them out, lets them begin at another step, or lets more rounds, or a
 *  repeat of steps that had none, do what other steps did; puts defaults for arguments;
 *  takes other names, fewer and lower ones, and for a copy the struct that was copied.
 *  It goes on until none of these passes the test any more, or until no more tests are
 *  allowed. The same scenario and test always give the same result.
 *
 *  @param scenario  must pass the test; becomes the smallest that did, with the names
 *                   that it uses and no others, each step's line the one that it would
 *                   be printed in, and no answers
 *  @param limit     most tests
 *  @return the tests that were made */
size_t shrink(struct scenario *scenario, shrink_test *test, void *context,
              size_t limit);

#endif
