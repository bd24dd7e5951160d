/*
 * results.c: see results.h.
 *
 * How to read it: gathering, then order, violations, the whole.
 */
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "../../specs/tell.h"
#include "command.h"

/* --- Gathering ------------------------------------------------------------------------ */

const char answer_leak[] = "leak";

void results_init(struct results *results, const struct suite_list *list,
                  struct deviation_list *known)
{
	*results = (struct results){.list = list, .known = known};
	results->scenarios = allocate(list->count, sizeof *results->scenarios);
}

void results_free(struct results *results)
{
	for (size_t i = 0; i < results->outcome_count; i++) {
		free(results->outcomes[i].call);
		free(results->outcomes[i].answer);
		free(results->outcomes[i].told);
		free(results->outcomes[i].allowed);
	}
	for (size_t i = 0; i < results->script_count; i++)
		scenario_free(&results->scripts[i]);
	for (size_t i = 0; i < results->violation_count; i++) {
		free(results->violations[i].trace.text);
		free(results->violations[i].program.text);
	}
	free(results->outcomes);
	free(results->scripts);
	free(results->violations);
	free(results->scenarios);
}

char *letters_string(struct letters *letters)
{
	text_append(letters, "");
	char *string = allocate(letters->length + 1, 1);
	if (letters->length)
		memcpy(string, letters->text, letters->length);
	free(letters->text);
	*letters = (struct letters){0};
	return string;
}

char *scenario_label(const struct suite_scenario *scenario)
{
	struct letters label = {0};
	if (strcmp(scenario->suite, "file") != 0)
		text_format(&label, "%s/", scenario->suite);
	text_append(&label, scenario->name);
	return letters_string(&label);
}

size_t results_keep(struct results *results, const struct scenario *script)
{
	results->scripts = grow(results->scripts, &results->script_capacity,
	                        results->script_count, sizeof *results->scripts);
	results->scripts[results->script_count++] = *script;
	return results->script_count;
}

const struct scenario *results_script(const struct results *results,
                                      const struct outcome *outcome)
{
	return outcome->script ? &results->scripts[outcome->script - 1]
	                       : &results->list->scenarios[outcome->scenario].scenario;
}

static void count(struct scenario_result *result, enum verdict verdict,
                  enum badness badness)
{
	result->verdicts[verdict]++;
	if (verdict > result->worst)
		result->worst = verdict;
	if (verdict == VERDICT_VIOLATION && badness > result->badness)
		result->badness = badness;
}

static void add_outcome(struct results *results,
                                const struct outcome *outcome)
{
	count(&results->scenarios[outcome->scenario], outcome->verdict,
	      outcome->badness);
	results->outcomes = grow(results->outcomes, &results->outcome_capacity,
	                         results->outcome_count, sizeof *results->outcomes);
	results->outcomes[results->outcome_count++] = *outcome;
}

static void leave_open(struct outcome *outcome, const struct tolerance *undefined)
{
	outcome->verdict = VERDICT_UNSPECIFIED;
	outcome->badness = BADNESS_NONE;
	outcome->open = undefined->open;
	outcome->why = undefined->reason;
}

void results_add_unjudged(struct results *results, struct outcome *outcome,
                          const struct tolerance *undefined)
{
	bool is_status = deviation_answer_valid(outcome->answer);
	outcome->call = strdup(operations[outcome->op].word);
	const struct deviation *listed =
		deviations_match(results->known, outcome->rule, outcome->call,
	                         is_status ? outcome->answer : NULL);
	outcome->verdict = listed ? VERDICT_KNOWN_DEVIATION : VERDICT_VIOLATION;
	outcome->why = listed ? listed->reason : "";
	outcome->open = RULE_NONE;
	if (undefined)
		leave_open(outcome, undefined);
	add_outcome(results, outcome);
}

/* The texts of an outcome. */
static void tell(struct outcome *outcome, const struct names *names,
                 const struct step *step, const struct step_verdict *judged)
{
	struct letters call = {0}, answer = {0}, told = {0}, allowed = {0};
	tell_call(&call, step);
	const struct finding *finding = &judged->finding;
	if (finding->step && finding->answer) {
		text_print_status(&answer, judged->answer.status);
		tell_step(&told, names, finding);
	} else {
		text_print_step(&told, names, step, NULL, 0, 0);
		told.length--; /* the line end */
	}
	if (judged->badness != BADNESS_NONE)
		tell_allowed(&allowed, finding);
	outcome->call = letters_string(&call);
	outcome->answer = letters_string(&answer);
	outcome->told = letters_string(&told);
	outcome->allowed = letters_string(&allowed);
}

static void add_step(struct results *results, struct outcome outcome,
                     const struct verdicts *judged)
{
	const struct step_verdict *verdict = &judged->steps[outcome.at];
	const struct step *step = &judged->script->steps[outcome.at];
	outcome.prefix = verdict->prefix;
	outcome.line = step->line;
	outcome.op = step->op;
	outcome.verdict = verdict->verdict;
	outcome.badness = verdict->badness;
	outcome.open = verdict->open;
	outcome.why = verdict->why;
	outcome.round = verdict->finding.round;
	outcome.rule = verdict->badness != BADNESS_NONE ||
	                               verdict->verdict == VERDICT_UNSPECIFIED
	                       ? verdict->finding.rule
	                       : RULE_NONE;
	tell(&outcome, &judged->script->names, step, verdict);
	add_outcome(results, &outcome);
}

/* A process may end behind the last step: no call is at fault, but a memory error that
 * was seen there is, unless all was open by then. */
static void add_crash_behind(struct results *results, size_t scenario,
                             const struct tolerance *undefined,
                             const struct played *played)
{
	const char *answer = played->end == PLAYED_HANG ? "HANG" : "CRASH";
	struct letters told = {0};
	text_format(&told, "(the end of the process: %s)", played->how);
	struct outcome outcome = {.scenario = scenario, .at = played->at,
	                          .prefix = played->at, .op = OP_END,
	                          .answer = strdup(answer),
	                          .told = letters_string(&told),
	                          .allowed = strdup(undefined ? "" : "an orderly end"),
	                          .badness = BADNESS_UNSAFE,
	                          .rule = RULE_every_call_answers};
	results_add_unjudged(results, &outcome, undefined);
}

/* The last line that a process said. One that was ended by a signal may have said numbers
 * that are others each time. */
static void keep_said(struct scenario_result *result, const struct played *played)
{
	int length;
	const char *last = played_last_line(played, &length);
	if (played->end != PLAYED_CRASH || strncmp(played->how, "exit", 4) != 0)
		return;
	snprintf(result->said, sizeof result->said, "%.*s", length, last);
}

static void add_end(struct results *results, size_t scenario,
                    const struct tolerance *undefined, const struct played *played)
{
	struct scenario_result *result = &results->scenarios[scenario];
	result->judged = true;
	result->end = played->end;
	memcpy(result->how, played->how, sizeof result->how);
	keep_said(result, played);
	if ((played->end == PLAYED_CRASH || played->end == PLAYED_HANG) &&
	    played->at == results->list->scenarios[scenario].scenario.count)
		add_crash_behind(results, scenario, undefined, played);
}

void results_add(struct results *results, size_t scenario, size_t script, size_t from,
                 const struct verdicts *judged, const struct played *played)
{
	for (size_t i = from; i < judged->count; i++) {
		enum verdict verdict = judged->steps[i].verdict;
		if (verdict == VERDICT_NONE ||
		    (script && judged->steps[i].badness != BADNESS_UNSAFE))
			continue;
		if (verdict == VERDICT_PASS)
			count(&results->scenarios[scenario], verdict, BADNESS_NONE);
		else
			add_step(results,
			         (struct outcome){.scenario = scenario,
			                          .script = script, .at = i},
			         judged);
	}
	if (script == 0)
		add_end(results, scenario, judged->undefined, played);
}

/* --- Order ------------------------------------------------------------------------------- */

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *first, const void *second)
{
	const struct outcome *a = first, *b = second;
	int order = compare_sizes(a->scenario, b->scenario);
	/* Scripts to look closer are kept in any order; their steps tell. */
	if (!order)
		order = (a->script != 0) - (b->script != 0);
	if (!order)
		order = compare_sizes(a->prefix, b->prefix);
	if (!order)
		order = compare_sizes(a->at, b->at);
	if (!order)
		order = strcmp(a->told, b->told);
	return order;
}

/* What makes violations the same one. */
static int by_sort(const struct outcome *a, const struct outcome *b)
{
	int order = compare_sizes(a->rule, b->rule);
	if (!order)
		order = compare_sizes(a->op, b->op);
	if (!order)
		order = strcmp(a->call, b->call);
	if (!order)
		order = strcmp(a->answer, b->answer);
	if (!order)
		order = compare_sizes(b->verdict, a->verdict);
	return order;
}

static int by_badness(const void *first, const void *second)
{
	const struct violation *a = first, *b = second;
	int order = compare_sizes(b->shortest->verdict, a->shortest->verdict);
	if (!order)
		order = compare_sizes(b->badness, a->badness);
	return order ? order : by_sort(a->shortest, b->shortest);
}

/* --- Violations -------------------------------------------------------------------------- */

static bool is_violation(const struct outcome *outcome)
{
	return outcome->verdict == VERDICT_VIOLATION ||
	       outcome->verdict == VERDICT_KNOWN_DEVIATION;
}

/* The violation that an outcome shows; a new one if there is none yet. */
static struct violation *violation_of(struct results *results, size_t *capacity,
                                      const struct outcome *outcome)
{
	for (size_t i = 0; i < results->violation_count; i++)
		if (by_sort(results->violations[i].shortest, outcome) == 0)
			return &results->violations[i];
	results->violations = grow(results->violations, capacity,
	                           results->violation_count,
	                           sizeof *results->violations);
	struct violation *violation = &results->violations[results->violation_count++];
	*violation = (struct violation){.shortest = outcome};
	return violation;
}

/* Whether calls overlap on the way to an outcome: it may be another one each time. */
static bool is_overlapped(const struct results *results, const struct outcome *outcome)
{
	const struct scenario *script = results_script(results, outcome);
	for (size_t i = 0; i < outcome->prefix; i++)
		if (script->steps[i].op == OP_TOGETHER)
			return true;
	return false;
}

/* Whether one shows a violation by fewer steps, or without overlapping calls. */
static bool is_shorter(const struct results *results, const struct outcome *a,
                       const struct outcome *b)
{
	bool is_other = is_overlapped(results, a);
	if (is_other != is_overlapped(results, b))
		return !is_other;
	return a->prefix < b->prefix;
}

static void group(struct results *results)
{
	size_t capacity = 0;
	size_t *last = allocate(results->outcome_count + 1, sizeof *last);
	for (size_t i = 0; i < results->outcome_count; i++) {
		const struct outcome *outcome = &results->outcomes[i];
		if (!is_violation(outcome))
			continue;
		struct violation *violation = violation_of(results, &capacity, outcome);
		size_t *seen = &last[violation - results->violations];
		if (is_shorter(results, outcome, violation->shortest))
			violation->shortest = outcome;
		if (outcome->badness > violation->badness)
			violation->badness = outcome->badness;
		violation->scenarios += *seen != outcome->scenario + 1;
		violation->steps++;
		*seen = outcome->scenario + 1;
	}
	free(last);
	if (results->violation_count)
		qsort(results->violations, results->violation_count,
		      sizeof *results->violations, by_badness);
}

void results_sort(struct results *results)
{
	if (results->outcome_count)
		qsort(results->outcomes, results->outcome_count,
		      sizeof *results->outcomes, by_place);
	group(results);
	results->judged = 0;
	for (size_t i = 0; i < results->list->count; i++) {
		const struct scenario_result *result = &results->scenarios[i];
		results->judged += result->judged;
		results->lost += result->judged && result->end == PLAYED_LOST;
		for (int v = 0; v < VERDICT_COUNT; v++)
			results->totals[v] += result->verdicts[v];
	}
}

/* --- The whole ----------------------------------------------------------------------------- */

size_t results_unexpected(const struct results *results)
{
	size_t unexpected = 0;
	for (size_t i = 0; i < results->known->count; i++)
		unexpected += deviation_verdict(&results->known->deviations[i]) ==
		              VERDICT_UNEXPECTED_PASS;
	return unexpected;
}

int results_code(const struct results *results)
{
	if (results->totals[VERDICT_VIOLATION])
		return EXIT_VIOLATIONS;
	if (results->interrupted || results->lost ||
	    (results->subject.leaks && !results->heaps))
		return EXIT_NOT_ATTACHED;
	return results_unexpected(results) ? EXIT_VIOLATIONS : EXIT_CONFORMS;
}
