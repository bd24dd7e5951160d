/*
 * leaks.c: heap that grows with the rounds of a scenario that leaves nothing behind.
 *
 * A scenario is carried out in a few rounds, and in many. What was allocated once stays
 * the same; what grows is lost in every round.
 */
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "judging.h"

enum {
	FEW = 8,
	LEAST = 16 /* bytes of the smallest block that can be allocated */
};

/* --- What leaks -------------------------------------------------------------------------- */

/* What a scenario makes, from what stands alone to what needs the others. */
static const struct made {
	enum rule rule; /* that is broken if it leaks */
	uint8_t op;     /* that should have given it back */
} all_made[] = {
	{RULE_credential_released_when_unneeded, OP_FREE},
	{RULE_delete_releases_all, OP_DELETE},
	{RULE_release_frees, OP_RELEASE}};
enum { CREDENTIALS, CONTEXTS, BUFFERS, NOTHING };

static int made_by(const struct step *step)
{
	switch (step->op) {
	case OP_EXPORT: return BUFFERS;
	case OP_QUERY: return attribute_hands_out(step->choice) ? BUFFERS : CREDENTIALS;
	case OP_INIT:
	case OP_ACCEPT:
	case OP_IMPORT: return CONTEXTS;
	default: return CREDENTIALS;
	}
}

/* The last in that order that calls of a trace made. */
static int last_made(const struct scenario *trace)
{
	const struct answer *answers = trace->answers;
	int last = CREDENTIALS;
	for (size_t i = 0; i < trace->count; i++) {
		for (uint32_t k = 0; k < trace->answers_of[i]; k++) {
			int made = made_by(&trace->steps[i]);
			bool succeeded = answers[k].status >= 0 &&
			                 answers[k].status <= INT32_MAX;
			if (succeeded && made > last)
				last = made;
		}
		answers += trace->answers_of[i];
	}
	return last;
}

/* --- Whether it grows ------------------------------------------------------------------- */

/* Plays some rounds.
 * @param made  receives what they made
 * @return whether the subject conformed, told its heap, and nothing is held */
static bool play_rounds(struct judging *judging, const struct scenario *script,
                        unsigned rounds, uint64_t *memory, int *made)
{
	struct scenario repeated;
	struct played played;
	bool ok;
	script_make(&repeated, script, script->count, rounds);
	ok = judging_play(judging, &repeated, true, &played);
	if (ok) {
		*memory = played.memory;
		*made = last_made(&played.trace);
		ok = played.end == PLAYED_ALL && played.memory != UINT64_MAX &&
		     judging_look(judging, &repeated, &played, RULE_NONE, 0, "") ==
		             SIZE_MAX &&
		     model_is_empty(&judging->scout.judge.model);
		scenario_free(&played.trace);
	}
	scenario_free(&repeated);
	return ok;
}

/* @param made  receives what leaks, or NOTHING
 * @return whether it could be measured */
static bool measure(struct judging *judging, const struct scenario *script, int *made)
{
	uint64_t few, many;
	int last;
	*made = NOTHING;
	for (size_t i = 0; i < script->count; i++)
		if (script->steps[i].op == OP_REPEAT)
			return false;
	if (!play_rounds(judging, script, FEW, &few, &last) ||
	    !play_rounds(judging, script, LEAKS_ROUNDS, &many, &last))
		return false;
	if (many > few && many - few >= (LEAKS_ROUNDS - FEW) * LEAST)
		*made = last;
	return true;
}

bool leaks_show(struct judging *judging, const struct scenario *script, enum rule rule)
{
	int made;
	return measure(judging, script, &made) && made != NOTHING &&
	       all_made[made].rule == rule;
}

/* --- The run -------------------------------------------------------------------------------- */

static void add_leak(struct judging *judging, const struct script *script,
                     const struct made *made)
{
	const struct scenario *scenario = &script->scenario;
	struct outcome outcome = {.scenario = script->of,
	                          .at = scenario->count - 1,
	                          .prefix = scenario->count,
	                          .line = scenario->steps[scenario->count - 1].line,
	                          .op = made->op,
	                          .answer = strdup(answer_leak),
	                          .told = strdup("(heap that grows with each round)"),
	                          .allowed = strdup("all that was allocated to be freed"),
	                          .badness = BADNESS_UNSAFE,
	                          .rule = made->rule};
	deviations_aim(judging->results->known, judging->labels[script->of]);
	results_add_unjudged(judging->results, &outcome, NULL);
}

/* A scenario that makes more than another one leaks what that one leaks. So what leaks
 * is what the plainest of them makes, as far as can be told, and the others are told only
 * when that one is mended. */
void judge_leaks(struct judging *judging)
{
	struct script_list *tidy = &judging->tidy;
	int least = NOTHING;
	script_list_unique(tidy);
	int *leaks = allocate(tidy->count + 1, sizeof *leaks);
	for (size_t i = 0; i < tidy->count; i++) {
		judging_progress(judging, "heap", i, tidy->count);
		judging->results->heaps +=
			measure(judging, &tidy->scripts[i].scenario, &leaks[i]);
		if (leaks[i] < least)
			least = leaks[i];
	}
	for (size_t i = 0; i < tidy->count && least != NOTHING; i++)
		if (leaks[i] == least)
			add_leak(judging, &tidy->scripts[i], &all_made[least]);
	free(leaks);
}
