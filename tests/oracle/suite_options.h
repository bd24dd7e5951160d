/*
 * suite_options.h: the options that say by which scenarios, for each command that takes
 * suites.
 */
#ifndef ORACLE_SUITE_OPTIONS_H
#define ORACLE_SUITE_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "command.h"
#include "suites.h"

/** What the options said. All 0 before they are parsed. */
struct suite_options {
	struct suite_choice choice;
	size_t suite_capacity, rule_capacity, glob_capacity;
	struct paths paths; /**< FILEs */
};

/** The parser: a child of a command's own, with a struct suite_options as input. FILEs
 *  are among the arguments; there may be none. */
extern const struct argp suite_options_argp;

/** Appends what was chosen: the FILEs, and of the suites those that are named. Without
 *  either all but `alphabet` and `random`.
 *  @return false after telling on standard error why not */
bool suite_options_add(const struct suite_options *options, struct suite_list *list);

/** Releases the memory. */
void suite_options_free(struct suite_options *options);

#endif
