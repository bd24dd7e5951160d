/*
 * report.h: tells people of a scenario that shows a rule broken.
 */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include <stdio.h>

#include "checked.h"

/** Writes the first breach that a scenario shows: a line `finding: RULE: OPERATION
 *  -> ANSWER`, by which findings are told apart; the rule's sentence and source, what
 *  is allowed, and the scenario, shrunk, as a trace; then a C program that shows it
 *  through sspi.h alone.
 *  @param checked   the run that found it; used for more runs */
void report(FILE *out, struct checked *checked, const struct scenario *scenario);

#endif
