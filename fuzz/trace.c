/*
 * trace.c: see trace.h.
 */
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/subjects/record.h"

/* --- Traces ------------------------------------------------------------------------ */

/* The steps of the scenario, as they are heard. */
struct listener {
	struct recording record;
	size_t steps; /* carried out */
};

static void on_step(struct checked *checked, const struct step *step,
                    const struct answer *answer)
{
	struct listener *listener = checked->hearer;
	(void)step;
	if (checked->is_extra)
		return;
	if (answer) {
		record_hear(&listener->record, answer);
	} else {
		(void)record_next(&listener->record);
		listener->steps++;
	}
}

bool trace_run(struct letters *trace, struct checked *checked,
               const struct scenario *scenario, trace_runner *run)
{
	const struct breach *breach = &checked->breach;
	struct listener listener = {.steps = 0};
	record_begin(&listener.record, scenario);
	checked->heard = on_step;
	checked->hearer = &listener;
	bool holds = run(checked, scenario);
	checked->heard = NULL;
	listener.record.is_cut = !holds || listener.steps == CHECKED_STEPS;
	if (listener.steps || holds)
		record_write(trace, &listener.record);
	if (!holds && breach->is_extra && operations[breach->step.op].is_call)
		text_print_step(trace, &scenario->names, &breach->step,
		                &breach->answer, 1, 0);
	record_end(&listener.record);
	return holds;
}

/* --- All steps ----------------------------------------------------------------------- */

/* A list of steps. */
struct lister {
	struct letters *steps;
	const struct names *names;
	bool copies;         /* what is issued */
	unsigned number;     /* in the name of the last copy */
	struct letters ends; /* steps that end the copies */
};

/* Copies a handle that was issued to a name that the scenario has not. */
static void copy_issued(struct lister *lister, name_id issued)
{
	char name[16];
	size_t length;
	const char *text = names_text(lister->names, issued, &length);
	do
		snprintf(name, sizeof name, "h%u", ++lister->number);
	while (names_word(lister->names, name, strlen(name)));
	text_format(lister->steps, "copy %s %.*s\n", name, (int)length, text);
	text_format(&lister->ends, "delete %s\nfree %s\n", name, name);
}

static void on_any_step(struct checked *checked, const struct step *step,
                        const struct answer *answer)
{
	struct lister *lister = checked->hearer;
	if (!answer)
		text_print_step(lister->steps, lister->names, step, NULL, 0, 0);
	else if (lister->copies && answer->status >= 0 && answer->out == OUT_NEW)
		copy_issued(lister, step->out);
}

void trace_steps(struct letters *steps, struct checked *checked,
                 const struct scenario *scenario, trace_runner *run, bool copies)
{
	struct lister lister = {.steps = steps,
	                        .names = &scenario->names,
	                        .copies = copies};
	checked->heard = on_any_step;
	checked->hearer = &lister;
	(void)run(checked, scenario);
	checked->heard = NULL;
	if (lister.ends.length)
		text_format(steps, "%.*s", (int)lister.ends.length,
		            lister.ends.text);
	free(lister.ends.text);
}
