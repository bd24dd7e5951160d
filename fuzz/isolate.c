/*
 * isolate.c: see isolate.h.
 *
 * Where to begin shrinking: the trace of the run has the step that shows the breach as
 * its last one, a probe as well. If that is not enough, since other probes had a part
 * in it, the list of all that was called has them too.
 *
 * First repeats have more rounds than they need, and the breach may come in any of them:
 * so steps can go which did a part of their work. Then what is left is cut behind the
 * breach, and shrunk on. That is done again for as long as it leaves fewer steps. Last
 * it is changed here and there, as long as it shows the breach, until a step can go: what
 * is the least among its neighbours need not be the least.
 */
#include "isolate.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "mutate.h"
#include "shrink.h"

enum { NUDGED_CALLS = 300000 /* after which nothing smaller is looked for */ };

/* What candidates must show. */
struct wanted {
	struct checked *checked;
	trace_runner *run;
	enum rule rule;
	uint8_t op;
	bool in_any_round; /* not outside of repeats alone */
	size_t runs;       /* of candidates, so far */
};

static bool shows(void *context, const struct scenario *candidate)
{
	const struct wanted *wanted = context;
	const struct breach *breach = &wanted->checked->breach;
	return !wanted->run(wanted->checked, candidate) &&
	       breach->rule == wanted->rule && breach->step.op == wanted->op &&
	       (breach->round == 0 || wanted->in_any_round);
}

static void shrink_it(struct wanted *wanted, struct scenario *scenario)
{
	wanted->runs += shrink(scenario, shows, wanted, ISOLATE_TESTS - wanted->runs);
}

/* Reads what was just printed. */
static void parse(struct scenario *scenario, const struct letters *text)
{
	scenario_reset(scenario);
	text_parse(scenario, text->text, text->length, ANSWERS_OPTIONAL, NULL, NULL);
}

/* Lets candidates show what this one shows, whatever it is. */
static bool shows_any(struct wanted *wanted, const struct scenario *candidate)
{
	const struct breach *breach = &wanted->checked->breach;
	(void)wanted->run(wanted->checked, candidate);
	wanted->rule = breach->rule;
	wanted->op = breach->step.op;
	return breach->rule != RULE_NONE && breach->round == 0;
}

/* Finds steps that show the breach alone. */
static bool begin(struct scenario *scenario, struct wanted *wanted,
                  const struct scenario *whole)
{
	struct letters trace = {0}, steps = {0};
	struct checked *checked = wanted->checked;
	(void)trace_run(&trace, checked, whole, wanted->run);
	parse(scenario, &trace);
	checked->alone = true;
	bool ok = shows(wanted, scenario);
	if (!ok) {
		checked->alone = false;
		trace_steps(&steps, checked, whole, wanted->run,
		            wanted->op == OP_END);
		parse(scenario, &steps);
		checked->alone = true;
		ok = shows(wanted, scenario) || shows_any(wanted, scenario);
	}
	free(trace.text);
	free(steps.text);
	return ok;
}

static void double_rounds(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (scenario->steps[i].count <= REPEAT_LIMIT / 2)
			scenario->steps[i].count *= 2;
}

/* Shrinks a scenario with more rounds, and cuts it behind the breach again. */
static void shrink_in_rounds(struct wanted *wanted, struct scenario *scenario)
{
	struct letters trace = {0};
	double_rounds(scenario);
	wanted->in_any_round = true;
	shrink_it(wanted, scenario);
	wanted->in_any_round = false;
	(void)trace_run(&trace, wanted->checked, scenario, wanted->run);
	parse(scenario, &trace);
	free(trace.text);
	shrink_it(wanted, scenario);
}

/* Shrinks once more what was shrunk.
 * @return whether it has fewer steps; else it is what it was */
static bool shrink_again(struct wanted *wanted, struct scenario *scenario)
{
	struct letters before = {0};
	size_t count = scenario->count;
	text_print(&before, scenario);
	shrink_in_rounds(wanted, scenario);
	bool fewer = scenario->count < count;
	if (!fewer)
		parse(scenario, &before);
	free(before.text);
	return fewer;
}

static void exchange(struct scenario *one, struct scenario *other)
{
	struct scenario kept = *one;
	*one = *other;
	*other = kept;
}

/* Takes out one step, if any can go. */
static bool lose_step(struct wanted *wanted, struct scenario *scenario,
                      const struct step *steps)
{
	size_t count = scenario->count;
	for (size_t i = count; i-- > 0;) {
		if (steps[i].op >= OP_REPEAT)
			continue;
		edit_erase(scenario, i, 1);
		if (shows(wanted, scenario))
			return true;
		memcpy(scenario->steps, steps, count * sizeof *steps);
		scenario->count = count;
	}
	return false;
}

/* Goes from one scenario that shows the breach to the next, until a step can go.
 * @return whether one could; else they are the steps that were there first */
static bool wander(struct wanted *wanted, struct scenario *scenario, int nudges)
{
	size_t size = scenario->count * sizeof *scenario->steps;
	uint64_t most = wanted->checked->calls + NUDGED_CALLS;
	struct step *first = allocate(scenario->count, sizeof *first);
	struct step *last = allocate(scenario->count, sizeof *last);
	struct mutator mutator;
	bool fewer = false;
	mutator_init(&mutator, 1);
	memcpy(first, scenario->steps, size);
	memcpy(last, first, size);
	exchange(scenario, &mutator.scenario);
	for (int i = 0; i < nudges && !fewer && wanted->checked->calls < most; i++) {
		if (!mutator_nudge(&mutator))
			continue;
		if (shows(wanted, &mutator.scenario)) {
			memcpy(last, mutator.scenario.steps, size);
			fewer = lose_step(wanted, &mutator.scenario, last);
		} else {
			memcpy(mutator.scenario.steps, last, size);
		}
	}
	exchange(scenario, &mutator.scenario);
	if (!fewer)
		memcpy(scenario->steps, first, size);
	mutator_free(&mutator);
	free(first);
	free(last);
	return fewer;
}

/* Whether it is the limits that are shown. */
static bool needs_limits(struct wanted *wanted, const struct scenario *scenario)
{
	struct sechandle_limits limits = wanted->checked->limits;
	checked_limit(wanted->checked, NULL);
	bool needs = !shows(wanted, scenario);
	checked_limit(wanted->checked, &limits);
	return needs;
}

bool isolate(struct isolated *isolated, struct checked *checked,
             const struct scenario *scenario, trace_runner *run, int nudges)
{
	struct scenario *least = &isolated->scenario;
	struct wanted wanted = {.checked = checked,
	                        .run = run,
	                        .rule = checked->breach.rule,
	                        .op = checked->breach.step.op};
	*isolated = (struct isolated){.needs_limits = false};
	scenario_init(least);
	if (begin(least, &wanted, scenario)) {
		do {
			shrink_in_rounds(&wanted, least);
			while (shrink_again(&wanted, least))
				continue;
		} while (wander(&wanted, least, nudges));
		isolated->needs_limits = needs_limits(&wanted, least);
		(void)trace_run(&isolated->trace, checked, least, run);
		parse(least, &isolated->trace);
		if (shows(&wanted, least))
			return true;
	}
	isolated_free(isolated);
	return false;
}

void isolated_free(struct isolated *isolated)
{
	scenario_free(&isolated->scenario);
	free(isolated->trace.text);
}
