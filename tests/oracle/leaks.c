/*
 * leaks.c: heap that grows with the rounds of a scenario that leaves nothing behind.
 *
 * A scenario is carried out in a few rounds, and in many. What was allocated once stays
 * the same; what grows is lost in every round.
 */
#include <stdlib.h>
#include <string.h>

#include "judging.h"

enum {
	FEW = 8,
	LEAST = 16 /* bytes of the smallest block that can be allocated */
};

/* Plays some rounds.
 * @return whether the subject conformed and told its heap */
static bool play_rounds(struct judging *judging, const struct scenario *script,
                        unsigned rounds, uint64_t *memory)
{
	struct scenario repeated;
	struct played played;
	bool ok;
	script_make(&repeated, script, script->count, rounds);
	ok = judging_play(judging, &repeated, &played);
	if (ok) {
		*memory = played.memory;
		ok = played.end == PLAYED_ALL && played.memory != UINT64_MAX &&
		     judging_look(judging, &repeated, &played, RULE_NONE, 0, "") ==
		             SIZE_MAX;
		scenario_free(&played.trace);
	}
	scenario_free(&repeated);
	return ok;
}

/* Whether nothing is held any more, by the verdicts at hand. */
static bool is_nothing_held(const struct judging *judging)
{
	const uint32_t *counts = judging->scout.judge.model.counts;
	return !counts[COUNTER_CONTEXTS] && !counts[COUNTER_CREDENTIALS] &&
	       !counts[COUNTER_BUFFERS];
}

/* @return whether it could be measured */
static bool measure(struct judging *judging, const struct scenario *script, bool *grows)
{
	uint64_t few, many;
	for (size_t i = 0; i < script->count; i++)
		if (script->steps[i].op == OP_REPEAT)
			return false;
	if (!play_rounds(judging, script, FEW, &few) || !is_nothing_held(judging) ||
	    !play_rounds(judging, script, LEAKS_ROUNDS, &many))
		return false;
	*grows = many > few && many - few >= (LEAKS_ROUNDS - FEW) * LEAST;
	return true;
}

bool leaks_show(struct judging *judging, const struct scenario *script)
{
	bool grows = false;
	return measure(judging, script, &grows) && grows;
}

/* --- What leaks -------------------------------------------------------------------------- */

static bool has(const struct scenario *script, bool (*is_so)(const struct step *))
{
	for (size_t i = 0; i < script->count; i++)
		if (is_so(&script->steps[i]))
			return true;
	return false;
}

static bool hands_out(const struct step *step)
{
	return step->op == OP_EXPORT ||
	       (step->op == OP_QUERY && attribute_hands_out(step->choice));
}

static bool makes_context(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT || step->op == OP_IMPORT;
}

/* The rule that is broken, and the operation that should have given all back: those of
 * the last thing in the way of its making that a script has. */
static enum rule broken(const struct scenario *script, uint8_t *op)
{
	if (has(script, hands_out)) {
		*op = OP_RELEASE;
		return RULE_release_frees;
	}
	if (has(script, makes_context)) {
		*op = OP_DELETE;
		return RULE_delete_releases_all;
	}
	*op = OP_FREE;
	return RULE_credential_released_when_unneeded;
}

static void add_leak(struct judging *judging, const struct script *script)
{
	const struct scenario *scenario = &script->scenario;
	struct outcome outcome = {.scenario = script->of,
	                          .at = scenario->count - 1,
	                          .prefix = scenario->count,
	                          .line = scenario->steps[scenario->count - 1].line,
	                          .answer = strdup(answer_leak),
	                          .told = strdup("(heap that grows with each round)"),
	                          .allowed = strdup("all that was allocated to be freed"),
	                          .badness = BADNESS_UNSAFE};
	outcome.rule = broken(scenario, &outcome.op);
	deviations_aim(judging->results->known, judging->labels[script->of]);
	results_add_unjudged(judging->results, &outcome);
}

void judge_leaks(struct judging *judging)
{
	struct script_list *tidy = &judging->tidy;
	script_list_unique(tidy);
	for (size_t i = 0; i < tidy->count; i++) {
		bool grows = false;
		judging_progress(judging, "heap", i, tidy->count);
		judging->results->heaps += measure(judging, &tidy->scripts[i].scenario,
		                                   &grows);
		if (grows)
			add_leak(judging, &tidy->scripts[i]);
	}
}
