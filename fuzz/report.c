/*
 * report.c: see report.h.
 */
#include "report.h"

#include <stdlib.h>

void report(FILE *out, struct checked *checked, const struct scenario *scenario)
{
	const struct breach *breach = &checked->breach;
	const struct rule_info *rule = rule_info(breach->rule);
	struct letters text = {0};
	fprintf(out, "finding: %s: %s -> %s\n", rule->id,
	        operations[breach->step.op].word,
	        answer_name(breach->answer.status));
	fprintf(out, "at %zu%s\n", breach->at, breach->is_extra ? ", extra" : "");
	text_print(&text, scenario);
	fwrite(text.text, 1, text.length, out);
	free(text.text);
}
