/*
 * abi.h: tests of the functions of sspi.h: each begins with an empty library and must
 * leave it so, and is run in the form A and in the form W. Every answer is recorded
 * and printed in the end, for a comparison with what sspi.h documents
 * (tests/cli/test_answers.py).
 */
#ifndef TESTS_ABI_H
#define TESTS_ABI_H

#include "../../ref/inspect.h"
#include "calls.h"

/** Before a test: an empty library with the default limits. */
int abi_begin(void **state);

/** After a test: it has released all that it was given, and no byte of a key is
 *  left. */
int abi_end(void **state);

/** Fails the test unless the library holds just this. */
void assert_holds(uint32_t contexts, uint32_t credentials, uint32_t buffers);

#define abi_test(name) cmocka_unit_test_setup_teardown(name, abi_begin, abi_end)

struct CMUnitTest;

/** Runs tests in the form A and then in the form W, and prints the answers; what
 *  main returns. */
int abi_run(const struct CMUnitTest *tests, size_t count);

#define run_in_both_forms(tests) abi_run(tests, sizeof(tests) / sizeof *(tests))

#endif
