/*
 * reports.h: results as people and programs read them.
 */
#ifndef ORACLE_REPORTS_H
#define ORACLE_REPORTS_H

#include <jansson.h>
#include <stdio.h>

#include "results.h"

/** The version of the JSON form; subjects.md tells what it has. */
enum { RESULTS_VERSION = 1 };

/** Prints a table: what was judged, what is unsafe, then wrong statuses, then what is
 *  outside the documents, each with the least that shows it; then sums. */
void report_table(FILE *out, const struct results *results);

/** All of it as a JSON object. */
json_t *report_json(const struct results *results);

/** Writes JUnit's XML: a suite of tests for each suite, a test for each scenario.
 *  @return false after telling on standard error why not */
bool report_junit(const struct results *results, const char *path);

/** Writes the C programs of violations into a folder, each as RULE-OPERATION-ANSWER.c;
 *  makes the folder if need be.
 *  @return false after telling on standard error why not */
bool report_programs(const struct results *results, const char *folder);

#endif
