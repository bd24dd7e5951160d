/*
 * trace.h: runs scenarios and writes down what was heard: the trace, and the list of
 * all that was called.
 */
#ifndef FUZZ_TRACE_H
#define FUZZ_TRACE_H

#include "../specs/text.h"
#include "checked.h"

/** Runs a scenario: checked_run, or one of apart.h. */
typedef bool trace_runner(struct checked *checked, const struct scenario *scenario);

/** Runs a scenario and appends its trace. It ends with the step that shows the breach,
 *  if there is one, a probe or what was ended at the end as well; unless nothing was
 *  called that shows it (its step is an `end`).
 *  @return what the run returns */
bool trace_run(struct letters *trace, struct checked *checked,
               const struct scenario *scenario, trace_runner *run);

/** Runs a scenario and appends the steps that it comes to, each as often as it is
 *  carried out, without blocks; among them probes, and what is ended at the end.
 *  @param copies  whether each handle is copied when it is issued, and ended under the
 *                 name of the copy at last, so that none is lost */
void trace_steps(struct letters *steps, struct checked *checked,
                 const struct scenario *scenario, trace_runner *run, bool copies);

#endif
