/*
 * results_json.c: results as programs read them. Members that would be empty are there
 * as well, so that every object of a sort has the same ones.
 */
#include <stdlib.h>
#include <string.h>

#include "reports.h"

/* JSON holds UTF-8 only; what is none is shown as question marks. */
static json_t *text_json(const char *text, size_t length)
{
	json_t *json = json_stringn(text ? text : "", length);
	if (json)
		return json;
	char *shown = strndup(text, length);
	for (char *at = shown; at && *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	json = json_string(shown ? shown : "");
	free(shown);
	return json;
}

static json_t *string_json(const char *text)
{
	return text_json(text, text ? strlen(text) : 0);
}

static json_t *rule_json(enum rule rule)
{
	return json_string(rule == RULE_NONE ? "" : rule_info(rule)->id);
}

/* How many there are of each verdict. */
static json_t *counts_json(const size_t counts[VERDICT_COUNT])
{
	json_t *object = json_object();
	for (int verdict = VERDICT_PASS; verdict < VERDICT_COUNT; verdict++)
		json_object_set_new(object, verdict_name((enum verdict)verdict),
		                    json_integer((json_int_t)counts[verdict]));
	return object;
}

static json_t *subject_json(const struct subject_told *subject)
{
	static const char *const serves[] = {[SERVES_ONE] = "one",
	                                     [SERVES_FORKED] = "forked",
	                                     [SERVES_IN_TURN] = "in-turn"};
	const struct subject_info *info = subject->info;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:s}", "command",
	                 string_json(subject->command), "name",
	                 string_json(info->name), "version",
	                 string_json(info->version), "package",
	                 string_json(info->package), "path", string_json(info->path),
	                 "sha256", subject->hash, "serves", serves[info->serves]);
}

static json_t *options_json(const struct subject_told *subject)
{
	return json_pack("{s:s, s:b, s:b, s:o}", "profile",
	                 profile_info(subject->profile)->name, "leaks",
	                 (int)subject->leaks, "valgrind", (int)subject->valgrind,
	                 "preload", string_json(subject->preload));
}

static json_t *violation_json(const struct results *results,
                              const struct violation *violation)
{
	const struct outcome *shortest = violation->shortest;
	const struct rule_info *rule = rule_info(shortest->rule);
	char *label = scenario_label(&results->list->scenarios[shortest->scenario]);
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o}",
		"rule", rule->id, "operation", shortest->call, "answer",
		shortest->answer, "verdict", verdict_name(shortest->verdict), "badness",
		badness_name(violation->badness), "strength",
		strength_name(rule->strength), "sentence", rule->sentence, "source",
		rule->source, "steps", (json_int_t)violation->steps, "scenarios",
		(json_int_t)violation->scenarios, "shortest", string_json(label),
		"allowed", string_json(shortest->allowed), "why",
		string_json(shortest->why));
	json_object_set_new(object, "trace", text_json(violation->trace.text,
	                                               violation->trace.length));
	json_object_set_new(object, "program", text_json(violation->program.text,
	                                                 violation->program.length));
	free(label);
	return object;
}

static json_t *violations_json(const struct results *results)
{
	json_t *all = json_array();
	for (size_t i = 0; i < results->violation_count; i++)
		json_array_append_new(all, violation_json(results,
		                                          &results->violations[i]));
	return all;
}

static json_t *deviations_json(const struct results *results)
{
	json_t *all = json_array();
	for (size_t i = 0; i < results->known->count; i++) {
		const struct deviation *deviation = &results->known->deviations[i];
		json_array_append_new(all, json_pack(
			"{s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "rule",
			rule_json(deviation->rule), "operation",
			string_json(deviation->operation), "answer",
			string_json(deviation->answer), "scenario",
			string_json(results->known->globs[i]), "verdict",
			verdict_name(deviation_verdict(deviation)), "reason",
			string_json(deviation->reason), "link",
			string_json(deviation->link)));
	}
	return all;
}

static json_t *outcome_json(const struct outcome *outcome)
{
	return json_pack("{s:i, s:i, s:b, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "line",
	                 (int)outcome->line, "round", (int)outcome->round, "probe",
	                 (int)(outcome->script != 0), "step",
	                 string_json(outcome->told), "verdict",
	                 verdict_name(outcome->verdict), "badness",
	                 badness_name(outcome->badness), "rule",
	                 rule_json(outcome->rule), "allowed",
	                 string_json(outcome->allowed), "open",
	                 rule_json(outcome->open), "why", string_json(outcome->why));
}

/* The outcomes of a scenario, which stand together; `at` goes on behind them. */
static json_t *steps_json(const struct results *results, size_t scenario, size_t *at)
{
	json_t *all = json_array();
	for (; *at < results->outcome_count &&
	       results->outcomes[*at].scenario == scenario; ++*at)
		json_array_append_new(all, outcome_json(&results->outcomes[*at]));
	return all;
}

static json_t *scenarios_json(const struct results *results)
{
	static const char *const ends[] = {[PLAYED_ALL] = "all",
	                                   [PLAYED_UNSUPPORTED] = "unsupported",
	                                   [PLAYED_CRASH] = "crash",
	                                   [PLAYED_HANG] = "hang",
	                                   [PLAYED_LOST] = "lost"};
	json_t *all = json_array();
	size_t at = 0;
	for (size_t i = 0; i < results->list->count; i++) {
		const struct suite_scenario *scenario = &results->list->scenarios[i];
		const struct scenario_result *result = &results->scenarios[i];
		if (!result->judged)
			continue;
		json_array_append_new(all, json_pack(
			"{s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o}", "suite",
			scenario->suite, "name", string_json(scenario->name), "rule",
			rule_json(scenario->rule), "verdict",
			verdict_name(result->worst), "badness",
			badness_name(result->badness), "end", ends[result->end], "how",
			string_json(result->how), "counts",
			counts_json(result->verdicts), "steps",
			steps_json(results, i, &at)));
	}
	return all;
}

json_t *report_json(const struct results *results)
{
	return json_pack("{s:i, s:o, s:o, s:b, s:i, s:o, s:o, s:o, s:o}", "version",
	                 RESULTS_VERSION, "subject", subject_json(&results->subject),
	                 "options", options_json(&results->subject), "interrupted",
	                 (int)results->interrupted, "code", results_code(results),
	                 "totals", counts_json(results->totals), "violations",
	                 violations_json(results), "deviations",
	                 deviations_json(results), "scenarios",
	                 scenarios_json(results));
}
