/*
 * abi.c: see abi.h.
 */
#include "abi.h"

#include <inttypes.h>
#include <unistd.h>

#include "harness.h"

/* --- Answers ------------------------------------------------------------------ */

enum { ANSWERS_MAX = 512 };

static struct {
	const char *function;
	SECURITY_STATUS status;
} answers[ANSWERS_MAX];
static size_t answer_count;

void calls_answered(const char *function, SECURITY_STATUS status)
{
	for (size_t i = 0; i < answer_count; i++)
		if (strcmp(answers[i].function, function) == 0 &&
		    answers[i].status == status)
			return;
	assert_true(answer_count < ANSWERS_MAX);
	answers[answer_count].function = function;
	answers[answer_count++].status = status;
}

/* Every answer that was seen, in a comment of TAP. */
static void print_answers(void)
{
	for (size_t i = 0; i < answer_count; i++)
		printf("# answered %s 0x%08" PRIX32 "\n", answers[i].function,
		       (uint32_t)answers[i].status);
}

/* --- Tests ------------------------------------------------------------------------------ */

void calls_broken(const char *what, const char *function)
{
	fail_msg("%s %s", function, what);
}

/* After a crash in the library its mutex stays locked, and the next call waits for
 * ever: a test that takes so long ends the program. */
enum { LONGEST_TEST = 120 };

int abi_begin(void **state)
{
	(void)state;
	alarm(LONGEST_TEST);
	sechandle_reset(NULL);
	return 0;
}

void assert_holds(uint32_t contexts, uint32_t credentials, uint32_t buffers)
{
	struct sechandle_counts counts = sechandle_count();
	assert_int_equal(counts.contexts, contexts);
	assert_int_equal(counts.credentials, credentials);
	assert_int_equal(counts.buffers, buffers);
	assert_int_equal(counts.residue, 0);
}

int abi_end(void **state)
{
	(void)state;
	assert_holds(0, 0, 0);
	return 0;
}

int abi_run(const struct CMUnitTest *tests, size_t count)
{
	calls_wide = false;
	int failed = _cmocka_run_group_tests("A", tests, count, NULL, NULL);
	calls_wide = true;
	failed += _cmocka_run_group_tests("W", tests, count, NULL, NULL);
	print_answers();
	return failed;
}
