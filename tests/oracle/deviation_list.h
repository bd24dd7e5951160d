/*
 * deviation_list.h: the list of known deviations, a JSON file: violations that a run
 * does not fail for. subjects.md has its form.
 */
#ifndef ORACLE_DEVIATION_LIST_H
#define ORACLE_DEVIATION_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "../../specs/verdict.h"

struct results;

/** A list. */
struct deviation_list {
	struct deviation *deviations;
	const char **globs; /**< of scenarios, by deviation; NULL: any */
	size_t count;
	json_t *file; /**< that the texts are in */
};

/** Reads a list.
 *  @return false after telling on standard error what is wrong, and where */
bool deviations_read(struct deviation_list *list, const char *path);

/** Releases the memory; a list of 0 has none. */
void deviations_free(struct deviation_list *list);

/** Prepares the list for a scenario with that label: deviations whose glob does not
 *  match it are not looked at. */
void deviations_aim(struct deviation_list *list, const char *label);

/** Looks up a violation that no step has, and marks it as seen.
 *  @param call    what is called, as tell_call has it
 *  @param answer  of the call, or NULL if it is about none
 *  @return the deviation that lists it for the scenario last aimed at, or NULL */
const struct deviation *deviations_match(struct deviation_list *list, enum rule rule,
                                         const char *call, const char *answer);

/** Writes all violations as a list: the known ones as they were listed, the others
 *  without a reason.
 *  @return false after telling on standard error why not */
bool deviations_write(const struct results *results, const char *path);

#endif
