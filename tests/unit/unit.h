/*
 * unit.h: what every cmocka test includes, in the order cmocka asks for, and
 * shorthands for scenarios.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "harness.h"

#include "../../specs/text.h"

/** Fails the test: no error was expected. */
static inline void unexpected_error(void *context, unsigned line,
                                    unsigned column, const char *message)
{
	(void)context;
	fail_msg("%u:%u: %s", line, column, message);
}

/** Reads a text that has no error into an empty scenario. */
static inline void parse(struct scenario *scenario, const char *text)
{
	assert_true(text_parse(scenario, text, strlen(text), ANSWERS_OPTIONAL,
	                       unexpected_error, NULL));
}

/** A scenario's text, terminated, to be freed. */
static inline char *print(const struct scenario *scenario)
{
	struct letters out = {0};
	text_print(&out, scenario);
	char *text = calloc(out.length + 1, 1);
	assert_non_null(text);
	if (out.length)
		memcpy(text, out.text, out.length);
	free(out.text);
	return text;
}

#endif
