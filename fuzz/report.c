/*
 * report.c: see report.h.
 */
#include "report.h"

#include <stdlib.h>

#include "../specs/tell.h"
#include "reproducer.h"

void report_line(struct letters *out, const struct breach *breach)
{
	text_format(out, "finding: %s: %s -> ", rule_info(breach->rule)->id,
	            operations[breach->step.op].word);
	text_print_status(out, breach->answer.status);
	text_append(out, "\n");
}

void report_finding(struct letters *out, const struct names *names,
                    const struct breach *breach)
{
	report_line(out, breach);
	tell_finding(out, names, &breach->finding);
}

static void put_size(struct letters *out, const struct isolated *isolated,
                     const struct checked *checked, size_t steps)
{
	const struct sechandle_limits *limits = &checked->limits;
	text_format(out, "scenario: %zu of %zu steps\n",
	            isolated->scenario.count, steps);
	if (isolated->needs_limits)
		text_format(out, "limits: %u,%u,%u,%u\n", (unsigned)limits->contexts,
		            (unsigned)limits->credentials,
		            (unsigned)limits->max_generation,
		            (unsigned)limits->buffers);
}

void report_isolated(struct letters *out, const struct isolated *isolated,
                     const struct checked *checked, size_t steps)
{
	report_finding(out, &isolated->scenario.names, &checked->breach);
	put_size(out, isolated, checked, steps);
}

/* --- The whole report ----------------------------------------------------------------- */

/* Writes the text, and begins anew. */
static void put_out(FILE *out, struct letters *text)
{
	if (text->length)
		fwrite(text->text, 1, text->length, out);
	fflush(out);
	text->length = 0;
}

static void put_isolated(struct letters *text, const struct isolated *isolated,
                         const struct checked *checked, size_t steps)
{
	tell_finding(text, &isolated->scenario.names, &checked->breach.finding);
	text_append(text, "\n");
	put_size(text, isolated, checked, steps);
	text_format(text, "%.*s\nprogram:\n", (int)isolated->trace.length,
	            isolated->trace.text);
	reproducer(text, &isolated->scenario, &checked->breach.finding,
	           isolated->needs_limits ? &checked->limits : NULL, NULL);
}

/* Where the steps alone do not show it: all that there is. */
static void put_whole(struct letters *text, struct checked *checked,
                      const struct scenario *scenario)
{
	checked->alone = false;
	text_format(text, "\nscenario: %zu steps, which do not show it alone\n",
	            scenario->count);
	(void)trace_run(text, checked, scenario, checked_run);
}

void report(FILE *out, struct checked *checked, const struct scenario *scenario)
{
	struct letters text = {0}, found = {0};
	struct isolated isolated;
	/* At once: what comes next runs on a reference that is at fault. */
	report_line(&text, &checked->breach);
	put_out(out, &text);
	tell_finding(&found, &scenario->names, &checked->breach.finding);
	if (isolate(&isolated, checked, scenario, checked_run)) {
		put_isolated(&text, &isolated, checked, scenario->count);
		isolated_free(&isolated);
	} else {
		put_out(out, &found);
		put_whole(&text, checked, scenario);
	}
	put_out(out, &text);
	free(found.text);
	free(text.text);
}
