/*
 * report.h: tells people of a scenario that shows a rule broken.
 */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include <stdio.h>

#include "checked.h"

/** Appends the line `finding: RULE: OPERATION -> ANSWER`, by which findings are told
 *  apart. */
void report_line(struct letters *out, const struct breach *breach);

/** Writes the first breach that a scenario shows: that line; the step, the rule's
 *  sentence and source, and what is allowed; the scenario, shrunk, as a trace; then a
 *  C program that shows it through sspi.h alone. If it is not shown by the steps alone,
 *  the scenario is not shrunk, and there is no program.
 *  @param checked  its last run was that of the scenario; used for more runs */
void report(FILE *out, struct checked *checked, const struct scenario *scenario);

#endif
