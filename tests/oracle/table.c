/*
 * table.c: results as people read them.
 *
 * How to read it: what was judged, the table, the least that shows each, the rest,
 * sums.
 */
#include <stdlib.h>
#include <string.h>

#include "reports.h"

/* --- What was judged --------------------------------------------------------------------- */

static void put_fact(FILE *out, const char *heading, const char *fact)
{
	if (fact && *fact)
		fprintf(out, "  %-10s%s\n", heading, fact);
}

static void put_subject(FILE *out, const struct subject_told *subject)
{
	const struct subject_info *info = subject->info;
	const struct profile_info *profile = profile_info(subject->profile);
	fprintf(out, "%s\n", subject->command);
	put_fact(out, "name:", info->name);
	put_fact(out, "version:", info->version);
	put_fact(out, "package:", info->package);
	put_fact(out, "file:", info->path);
	put_fact(out, "sha256:", subject->hash);
	put_fact(out, "preload:", subject->preload);
	fprintf(out, "  %-10s%s: %s%s%s\n", "profile:", profile->name, profile->title,
	        subject->valgrind ? "; under valgrind" : "",
	        subject->leaks ? "; heap looked at" : "");
}

static void put_interrupted(FILE *out, const struct results *results)
{
	if (results->interrupted)
		fprintf(out, "\nINTERRUPTED: %zu of %zu scenarios were judged\n",
		        results->judged, results->list->count);
}

/* --- The table ---------------------------------------------------------------------------- */

/* What was called, and what it answered. */
static void put_sort(struct letters *out, const struct violation *violation)
{
	const struct outcome *shortest = violation->shortest;
	text_format(out, "%s%s%s", shortest->call, *shortest->answer ? " -> " : "",
	            shortest->answer);
}

static void put_line(FILE *out, const struct results *results,
                     const struct violation *violation)
{
	struct letters sort = {0};
	char *label = scenario_label(
		&results->list->scenarios[violation->shortest->scenario]);
	put_sort(&sort, violation);
	char *answer = letters_string(&sort);
	fprintf(out, "  %-35s %-37s %9zu  %s\n",
	        rule_info(violation->shortest->rule)->id, answer,
	        violation->scenarios, label);
	free(answer);
	free(label);
}

/* Lines of the violations that are so bad, or of the known ones. */
static void put_part(FILE *out, const struct results *results, const char *title,
                     enum verdict verdict, enum badness badness)
{
	bool any = false;
	for (size_t i = 0; i < results->violation_count; i++) {
		const struct violation *violation = &results->violations[i];
		if (violation->shortest->verdict != verdict ||
		    (badness != BADNESS_NONE && violation->badness != badness))
			continue;
		if (!any)
			fprintf(out, "\n%s\n  %-35s %-37s %9s  %s\n", title, "RULE",
			        "ANSWER", "SCENARIOS", "SHORTEST");
		put_line(out, results, violation);
		any = true;
	}
}

static void put_table(FILE *out, const struct results *results)
{
	put_part(out, results, "UNSAFE: somebody is harmed", VERDICT_VIOLATION,
	         BADNESS_UNSAFE);
	put_part(out, results, "STATUS: wrong answers", VERDICT_VIOLATION,
	         BADNESS_STATUS);
	put_part(out, results, "OUTSIDE: rules that no document states",
	         VERDICT_VIOLATION, BADNESS_OUTSIDE);
	put_part(out, results, "KNOWN DEVIATIONS", VERDICT_KNOWN_DEVIATION,
	         BADNESS_NONE);
}

/* --- The least that shows each --------------------------------------------------------------- */

/* The lines of a trace, indented. */
static void put_lines(FILE *out, const struct letters *text)
{
	for (size_t i = 0; i < text->length; i++) {
		if (i == 0 || text->text[i - 1] == '\n')
			fputs("    ", out);
		fputc(text->text[i], out);
	}
}

/* How the process ended, where that is what is wrong. */
static void put_ended(FILE *out, const struct results *results,
                      const struct outcome *outcome)
{
	const struct scenario_result *result = &results->scenarios[outcome->scenario];
	if (outcome->script || (strcmp(outcome->answer, "CRASH") != 0 &&
	                        strcmp(outcome->answer, "HANG") != 0))
		return;
	fprintf(out, "  ended:   %s%s%s%s\n", result->how,
	        outcome->op == OP_END ? ", behind the last step" : "",
	        *result->said ? "; it said: " : "", result->said);
}

static void put_least(FILE *out, const struct results *results,
                      const struct violation *violation)
{
	const struct outcome *shortest = violation->shortest;
	const struct rule_info *rule = rule_info(shortest->rule);
	struct letters sort = {0};
	put_sort(&sort, violation);
	char *answer = letters_string(&sort);
	fprintf(out, "\n%s: %s: %s\n  rule:    %s\n  source:  %s (%s)\n",
	        badness_name(violation->badness), rule->id, answer, rule->sentence,
	        rule->source, strength_name(rule->strength));
	if (*shortest->allowed)
		fprintf(out, "  allowed: %s\n", shortest->allowed);
	put_ended(out, results, shortest);
	if (violation->trace.length)
		fprintf(out, "  scenario: %zu step%s\n", violation->least_steps,
		        violation->least_steps == 1 ? "" : "s");
	else
		fputs(results->interrupted ? "  scenario: not looked for to the end\n"
		                           : "  scenario: not shown each time\n", out);
	put_lines(out, &violation->trace);
	free(answer);
}

static void put_all_least(FILE *out, const struct results *results)
{
	for (size_t i = 0; i < results->violation_count; i++)
		if (results->violations[i].is_least)
			put_least(out, results, &results->violations[i]);
}

/* --- The rest ---------------------------------------------------------------------------------- */

/* What a rule leaves open, or the profile: then it is the rule that would be broken. */
static void put_open(FILE *out, const struct results *results)
{
	size_t steps[RULE_COUNT] = {0};
	const char *why[RULE_COUNT];
	const char *heading = "\nUNSPECIFIED: a rule, or the profile, leaves it open\n"
	                      "  RULE                                STEPS  REASON\n";
	for (size_t i = 0; i < results->outcome_count; i++) {
		const struct outcome *outcome = &results->outcomes[i];
		if (outcome->verdict != VERDICT_UNSPECIFIED)
			continue;
		enum rule rule = outcome->open == RULE_NONE ? outcome->rule
		                                            : outcome->open;
		steps[rule]++;
		why[rule] = outcome->why;
	}
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		if (!steps[rule])
			continue;
		fprintf(out, "%s  %-35s %5zu  %s\n", heading,
		        rule_info((enum rule)rule)->id, steps[rule], why[rule]);
		heading = "";
	}
}

static void put_unexpected(FILE *out, const struct results *results)
{
	for (size_t i = 0; i < results->known->count; i++) {
		const struct deviation *deviation = &results->known->deviations[i];
		if (deviation_verdict(deviation) != VERDICT_UNEXPECTED_PASS)
			continue;
		fprintf(out, "\nUNEXPECTED PASS: %s is listed as a known deviation%s%s, "
		        "but was not seen: %s\n", rule_info(deviation->rule)->id,
		        deviation->answer ? ", -> " : "",
		        deviation->answer ? deviation->answer : "", deviation->reason);
	}
}

/* Why scenarios were lost: each cause once, with the first one. */
static void put_lost(FILE *out, const struct results *results)
{
	for (size_t i = 0; i < results->list->count; i++) {
		const struct scenario_result *result = &results->scenarios[i];
		size_t same = 0, before = 0;
		if (!result->judged || result->end != PLAYED_LOST)
			continue;
		for (size_t k = 0; k < results->list->count; k++) {
			const struct scenario_result *other = &results->scenarios[k];
			bool is_same = other->judged && other->end == PLAYED_LOST &&
			               strcmp(other->how, result->how) == 0;
			same += is_same;
			before += is_same && k < i;
		}
		if (before)
			continue;
		char *label = scenario_label(&results->list->scenarios[i]);
		fprintf(out, "\nLOST: %s: %s (%zu scenarios)\n", label, result->how,
		        same);
		free(label);
	}
}

/* --- Sums ----------------------------------------------------------------------------------------- */

static void put_sums(FILE *out, const struct results *results)
{
	fprintf(out, "\nscenarios: %zu judged", results->judged);
	if (results->lost)
		fprintf(out, ", %zu of them lost", results->lost);
	if (results->subject.leaks)
		fprintf(out, "\nheap: compared in %zu scenarios%s", results->heaps,
		        results->heaps ? "" : ": the subject does not tell it");
	fputs("\nsteps:", out);
	const char *between = " ";
	for (int verdict = VERDICT_PASS; verdict < VERDICT_COUNT; verdict++)
		if (results->totals[verdict]) {
			fprintf(out, "%s%zu %s", between, results->totals[verdict],
			        verdict_name((enum verdict)verdict));
			between = ", ";
		}
	fputc('\n', out);
}

void report_table(FILE *out, const struct results *results)
{
	put_subject(out, &results->subject);
	put_interrupted(out, results);
	put_table(out, results);
	put_all_least(out, results);
	put_open(out, results);
	put_unexpected(out, results);
	put_lost(out, results);
	put_sums(out, results);
}
