/*
 * least.c: the least that shows a violation: shrunk scenario, trace and program.
 */
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/reproducer.h"
#include "../../fuzz/shrink.h"
#include "judging.h"

enum { LEAST_TESTS = 1000 /* most candidates */ };

/* A violation that is looked for. */
struct sought {
	struct judging *judging;
	const struct outcome *outcome;
	bool is_leak;
};

/* Whether a process ended as it did, behind the last step. */
static bool ends_so(const struct sought *sought, const struct scenario *script,
                    const struct played *played)
{
	return sought->outcome->op == OP_END && played->at == script->count &&
	       (played->end == PLAYED_CRASH || played->end == PLAYED_HANG);
}

/* Plays a script and looks for the violation.
 * @param at      receives the step that shows it
 * @param played  receives what came of it, if it shows it; its trace is to be freed */
static bool shows(const struct sought *sought, const struct scenario *script, size_t *at,
                  struct played *played)
{
	const struct outcome *outcome = sought->outcome;
	if (!judging_play(sought->judging, script, false, played))
		return false;
	*at = judging_look(sought->judging, script, played, outcome->rule, outcome->op,
	                   outcome->answer);
	if (*at == SIZE_MAX && ends_so(sought, script, played))
		*at = script->count - 1;
	if (*at != SIZE_MAX)
		return true;
	scenario_free(&played->trace);
	return false;
}

static bool test(void *context, const struct scenario *candidate)
{
	const struct sought *sought = context;
	struct scenario script;
	struct played played;
	size_t at;
	bool passes;
	script_make(&script, candidate, candidate->count, 0);
	if (sought->is_leak) {
		passes = leaks_show(sought->judging, &script,
		                    sought->outcome->rule);
	} else {
		passes = script.count && shows(sought, &script, &at, &played);
		if (passes)
			scenario_free(&played.trace);
	}
	scenario_free(&script);
	return passes;
}

/* --- What is told of it ---------------------------------------------------------------------- */

/* Whether calls overlap in a trace, which no program here makes them do. */
static bool overlaps(const struct scenario *trace)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->steps[i].op == OP_TOGETHER)
			return true;
	return false;
}

/* A program for the package that is judged; none where its name cannot stand in C. */
static void put_program(const struct sought *sought, struct violation *violation,
                        const struct played *played, size_t at)
{
	const struct step_verdict *verdict = &sought->judging->scout.steps[at];
	const char *package = attached_info(sought->judging->attached)->package;
	if (strpbrk(package, "\"\\") || sought->outcome->op == OP_END ||
	    overlaps(&played->trace))
		return;
	bool is_reference = !*package || strcmp(package, "Reference") == 0;
	reproducer(&violation->program, &played->trace, &verdict->finding, NULL,
	           is_reference ? NULL : package);
}

/* Writes down the trace up to the call that shows it. */
static void put_found(const struct sought *sought, struct violation *violation,
                      const struct scenario *least)
{
	struct scenario script;
	struct played played;
	size_t at;
	script_make(&script, least, least->count, 0);
	if (shows(sought, &script, &at, &played)) {
		violation->least_steps = script.count;
		text_print(&violation->trace, &played.trace);
		put_program(sought, violation, &played, at);
		scenario_free(&played.trace);
	}
	scenario_free(&script);
}

/* Writes down the rounds that show it. */
static void put_leak(const struct sought *sought, struct violation *violation,
                     const struct scenario *least)
{
	struct scenario script;
	struct played played;
	script_make(&script, least, least->count, LEAKS_ROUNDS);
	if (judging_play(sought->judging, &script, true, &played)) {
		violation->least_steps = script.count;
		text_print(&violation->trace, &played.trace);
		scenario_free(&played.trace);
	}
	scenario_free(&script);
}

/* Leaves out what stands behind the step that shows it. */
static void cut(const struct sought *sought, struct scenario *scenario)
{
	struct scenario script;
	struct played played;
	size_t at;
	if (!shows(sought, scenario, &at, &played))
		return;
	if (sought->judging->scout.steps[at].prefix < scenario->count) {
		script_make(&script, scenario, sought->judging->scout.steps[at].prefix,
		            0);
		scenario_free(scenario);
		*scenario = script;
	}
	scenario_free(&played.trace);
}

/* The scenario to begin with, and whether it shows what is sought: the beginning up to
 * the step at fault, or else all of it, as what a subject does with memory may depend on
 * how long a script is. */
static bool begin(struct sought *sought, struct scenario *scenario)
{
	const struct scenario *whole =
		results_script(sought->judging->results, sought->outcome);
	script_make(scenario, whole, sought->outcome->prefix, 0);
	if (test(sought, scenario))
		return true;
	scenario_free(scenario);
	script_make(scenario, whole, whole->count, 0);
	return test(sought, scenario);
}

void find_least(struct judging *judging, struct violation *violation)
{
	const char *answer = violation->shortest->answer;
	struct sought sought = {.judging = judging,
	                        .outcome = violation->shortest,
	                        .is_leak = strcmp(answer, answer_leak) == 0};
	struct scenario scenario;
	violation->is_least = true;
	if (begin(&sought, &scenario)) {
		(void)shrink(&scenario, test, &sought, LEAST_TESTS);
		if (sought.is_leak) {
			put_leak(&sought, violation, &scenario);
		} else {
			cut(&sought, &scenario);
			put_found(&sought, violation, &scenario);
		}
	}
	scenario_free(&scenario);
}
