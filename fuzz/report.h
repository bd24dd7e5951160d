/*
 * report.h: tells people of a scenario that shows a rule broken.
 */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include <stdio.h>

#include "isolate.h"

/** Appends a line `finding: RULE: OPERATION -> ANSWER`, by which findings are told
 *  apart. */
void report_line(struct letters *out, const struct breach *breach);

/** Appends that line, and the step, the rule's sentence and source, and what is
 *  allowed. */
void report_finding(struct letters *out, const struct names *names,
                    const struct breach *breach);

/** Appends the same of a breach that was isolated; then `scenario: N of N steps`, and
 *  if they matter the limits, as in `limits: 3,2,3,2`.
 *  @param steps  of the scenario that it was found in */
void report_isolated(struct letters *out, const struct isolated *isolated,
                     const struct checked *checked, size_t steps);

/** Writes the first breach that a scenario shows, isolated: as above, then its trace,
 *  then a C program that shows it through sspi.h alone. If it is not shown by the steps
 *  alone, the scenario is not shrunk, and there is no program. The first line tells
 *  what the scenario showed; what was isolated may have another answer.
 *  @param checked  its last run was that of the scenario; used for more runs */
void report(FILE *out, struct checked *checked, const struct scenario *scenario);

#endif
