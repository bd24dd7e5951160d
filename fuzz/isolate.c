/*
 * isolate.c: see isolate.h.
 *
 * Where to begin shrinking: the trace of the run has the step that shows the breach as
 * its last one, a probe as well. If that is not enough, since other probes had a part
 * in it, the list of all that was called has them too.
 *
 * First repeats have more rounds than they need, and the breach may come in any of them:
 * so steps can go which did a part of their work. Then what is left is cut behind the
 * breach, and shrunk on. That is done again for as long as it leaves fewer steps. What no
 * longer gets smaller so is left to wander.h.
 */
#include "isolate.h"

#include <stdlib.h>

#include "shrink.h"
#include "wander.h"

enum { WANDER_CALLS = 300000 /* that are made on the way, at most */ };

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
	if (wanted->runs >= ISOLATE_TESTS)
		return false;
	text_print(&before, scenario);
	shrink_in_rounds(wanted, scenario);
	bool fewer = scenario->count < count && shows(wanted, scenario);
	if (!fewer)
		parse(scenario, &before);
	free(before.text);
	return fewer;
}

/* What candidates must show on the way to another scenario: the same answer, too, lest
 * they come to show something else. */
struct sought {
	struct wanted wanted;
	int64_t status;
	uint64_t calls; /* after which none shows it any more */
};

static bool shows_the_same(void *context, const struct scenario *candidate)
{
	struct sought *sought = context;
	const struct checked *checked = sought->wanted.checked;
	return checked->calls < sought->calls && shows(&sought->wanted, candidate) &&
	       checked->breach.answer.status == sought->status;
}

/* Looks for something smaller than what was shrunk. A call that crashes or hangs would
 * end the process that looks.
 * @return whether there is */
static bool look_further(struct wanted *wanted, struct scenario *scenario)
{
	struct checked *checked = wanted->checked;
	struct sought sought = {.wanted = *wanted, .calls = checked->calls + WANDER_CALLS};
	if (!shows(wanted, scenario))
		return false;
	sought.status = checked->breach.answer.status;
	sought.wanted.run = checked_run;
	if (sought.status == ANSWER_CRASH || sought.status == ANSWER_HANG ||
	    !wander(scenario, shows_the_same, &sought))
		return false;
	wanted->runs = 0;
	shrink_it(wanted, scenario);
	return true;
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
             const struct scenario *scenario, trace_runner *run)
{
	struct scenario *least = &isolated->scenario;
	struct wanted wanted = {.checked = checked,
	                        .run = run,
	                        .rule = checked->breach.rule,
	                        .op = checked->breach.step.op};
	*isolated = (struct isolated){.needs_limits = false};
	scenario_init(least);
	if (begin(least, &wanted, scenario)) {
		shrink_in_rounds(&wanted, least);
		while (shrink_again(&wanted, least) || look_further(&wanted, least))
			continue;
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
