/*
 * suites.h: the scenarios that subjects are judged by, in suites. They are part of
 * the program, so that it needs no files beside it; two suites are made up on demand.
 */
#ifndef ORACLE_SUITES_H
#define ORACLE_SUITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../specs/rules.h"
#include "../../specs/scenario.h"
#include "../../specs/text.h"

enum { SUITES_DEPTH = 3, SUITES_DEPTH_MOST = 5 };

/** A suite. */
struct suite_info {
	const char *name, *summary;
};

/** All suites, in their order; the last has a NULL name. */
extern const struct suite_info suites[];

/** A scenario of a suite. */
struct suite_scenario {
	const char *suite; /**< its name; "file" for a file of the user's */
	char *name;        /**< within the suite */
	enum rule rule;    /**< that it is about, or RULE_NONE */
	char *comment;     /**< its opening comment, lines without "# "; "" if it has
	                        none */
	struct scenario scenario; /**< without answers */
};

/** Scenarios, in the order of the suites. Within each it is by name, or the order in
 *  which they are made up: the same choice gives the same list. */
struct suite_list {
	struct suite_scenario *scenarios;
	size_t count, capacity;
};

/** What is wanted of the suites. */
struct suite_choice {
	const char *const *suites; /**< names; none: all */
	size_t suite_count;
	const enum rule *rules;    /**< only scenarios about these; none: about any */
	size_t rule_count;
	const char *const *globs;  /**< only those whose NAME or SUITE/NAME matches one
	                                of these, as in the shell; none: any */
	size_t glob_count;
	unsigned depth;            /**< longest sequence of `alphabet`, at most
	                                SUITES_DEPTH_MOST: each more makes it ten
	                                times as large, 1,110 scenarios with 3 */
	uint64_t seed;             /**< of the first scenario of `random`; the next
	                                has the next one, and is called by it,
	                                `seed-SEED` */
	size_t random_count;       /**< scenarios of `random` */
};

/** Makes an empty list. */
void suites_init(struct suite_list *list);
/** Releases the memory. */
void suites_free(struct suite_list *list);

/** Appends the scenarios that are chosen.
 *  @param wrong  receives a suite's name that there is none of
 *  @return false in that case: nothing is appended */
bool suites_add(struct suite_list *list, const struct suite_choice *choice,
                const char **wrong);

/** Appends a text of the user's as a scenario of the suite "file".
 *  @param name    what to call it
 *  @param report  told of each error in the text; `context` is passed on to it
 *  @return false if there was one: nothing is appended */
bool suites_add_text(struct suite_list *list, const char *name, const char *text,
                     size_t length, text_report *report, void *context);

#endif
