/*
 * judging.c: see judging.h.
 *
 * How to read it: what is shared with leaks.c and least.c, a scenario that ended, the
 * stages of a run, the run.
 */
#include "judging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"

/* --- What is shared ------------------------------------------------------------------ */

void judging_progress(const struct judging *judging, const char *what, size_t done,
                      size_t of)
{
	if (!judging->progress)
		return;
	if (of)
		fprintf(stderr, "\r\033[K%s: %zu of %zu", what, done, of);
	else
		fprintf(stderr, "\r\033[K%s", what);
}

static void take(void *context, size_t index, struct played *played)
{
	struct played *taken = context;
	(void)index;
	*taken = *played;
	scenario_init(&played->trace);
}

/* @return false if the run was interrupted: nothing is to be freed */
static bool play_one(struct judging *judging, const struct scenario *script, bool apart,
                     struct played *played)
{
	if (judging->results->interrupted)
		return false;
	*played = (struct played){.end = PLAYED_LOST};
	if (attached_play(judging->attached, &script, 1, apart, take, played))
		return true;
	scenario_free(&played->trace);
	judging->results->interrupted = true;
	return false;
}

/* Judges what was played; the verdicts are at hand then. */
static void judge(struct verdicts *verdicts, const char *label,
                  const struct scenario *script, const struct played *played)
{
	verdicts_judge(verdicts, label, script, &played->trace,
	               played->end == PLAYED_UNSUPPORTED ? played->at : SIZE_MAX);
}

/* A process that carries out others too is believed only where the scenario conforms:
 * what does not must be so apart. */
static bool is_believed(struct judging *judging, const struct scenario *script,
                        const struct played *played)
{
	const struct verdicts *scout = &judging->scout;
	if (!played->is_shared)
		return true;
	judge(&judging->scout, "", script, played);
	for (size_t i = 0; i < scout->count; i++)
		if (scout->steps[i].verdict == VERDICT_VIOLATION ||
		    (scout->steps[i].verdict == VERDICT_UNRESOLVED &&
		     played->end == PLAYED_ALL))
			return false;
	return true;
}

bool judging_play(struct judging *judging, const struct scenario *script, bool apart,
                  struct played *played)
{
	if (!play_one(judging, script, apart || judging->is_in_turn, played))
		return false;
	if (is_believed(judging, script, played))
		return true;
	scenario_free(&played->trace);
	return play_one(judging, script, true, played);
}

size_t judging_look(struct judging *judging, const struct scenario *script,
                    const struct played *played, enum rule rule, uint8_t op,
                    const char *answer)
{
	struct verdicts *scout = &judging->scout;
	judge(scout, "", script, played);
	for (size_t i = 0; i < scout->count; i++) {
		const struct step_verdict *verdict = &scout->steps[i];
		if (verdict->verdict != VERDICT_VIOLATION)
			continue;
		if (rule == RULE_NONE)
			return i;
		if (verdict->finding.rule != rule || script->steps[i].op != op)
			continue;
		struct letters text = {0};
		if (verdict->finding.answer)
			text_print_status(&text, verdict->answer.status);
		char *got = letters_string(&text);
		bool is_same = strcmp(got, answer) == 0;
		free(got);
		if (is_same)
			return i;
	}
	return SIZE_MAX;
}

/* --- A scenario that ended ------------------------------------------------------------- */

/* Makes scripts that look closer at what its doubtful steps did to others. */
static void look_closer(struct judging *judging, size_t index,
                        const struct played *played)
{
	const struct verdicts *judged = &judging->verdicts;
	for (size_t i = 0; i < judged->count; i++) {
		struct scenario probed, script;
		size_t added;
		/* Behind a crash there is nothing to look at. */
		if (!judged->steps[i].doubtful ||
		    (played->end != PLAYED_ALL && i >= played->at))
			continue;
		scenario_init(&probed);
		added = verdict_probes(&probed, &played->trace, judged->steps[i].prefix);
		if (added) {
			script_make(&script, &probed, probed.count, 0);
			script_list_add(&judging->closer, &script, index,
			                probed.count - added);
		}
		scenario_free(&probed);
	}
}

static const struct scenario *script_of(const struct judging *judging, size_t index)
{
	return &judging->results->list->scenarios[index].scenario;
}

/* Whether a scenario left nothing behind, and may stand in a repeat. */
static bool is_tidy(const struct judging *judging, size_t index,
                    const struct played *played)
{
	const struct scenario *script = script_of(judging, index);
	const struct model *model = &judging->verdicts.judge.model;
	if (played->end != PLAYED_ALL ||
	    judging->results->scenarios[index].worst > VERDICT_UNSPECIFIED)
		return false;
	for (size_t i = 0; i < script->count; i++)
		if (script->steps[i].op == OP_REPEAT)
			return false;
	return model_is_empty(model);
}

/* Has a script played once more.
 * @param of, from  of struct script */
static void play_again(struct judging *judging, const struct scenario *script, size_t of,
                       size_t from)
{
	struct scenario again;
	script_make(&again, script, script->count, 0);
	script_list_add(&judging->again, &again, of, from);
}

static void accept(struct judging *judging, size_t index, const struct played *played)
{
	const struct scenario *script = script_of(judging, index);
	if (!is_believed(judging, script, played)) {
		play_again(judging, script, index, 0);
		return;
	}
	deviations_aim(judging->results->known, judging->labels[index]);
	judge(&judging->verdicts, judging->labels[index], script, played);
	results_add(judging->results, index, 0, 0, &judging->verdicts, played);
	look_closer(judging, index, played);
	if (judging->leaks && is_tidy(judging, index, played)) {
		struct scenario tidy;
		script_make(&tidy, script, script->count, 0);
		script_list_add(&judging->tidy, &tidy, index, 0);
	}
}

/* --- The stages --------------------------------------------------------------------------- */

static size_t judged(struct judging *judging)
{
	return ++judging->results->judged;
}

static void on_scenario(void *context, size_t index, struct played *played)
{
	struct judging *judging = context;
	judging_progress(judging, "scenarios", judged(judging),
	                 judging->results->list->count);
	accept(judging, index, played);
}

static void on_again(void *context, size_t index, struct played *played)
{
	struct judging *judging = context;
	judging_progress(judging, "once more", index, judging->played->count);
	accept(judging, judging->played->scripts[index].of, played);
}

/* Whether the probes show harm. What else is wrong with them is so without the step that
 * is looked at, too. */
static bool shows_harm(const struct verdicts *judged, size_t from)
{
	for (size_t i = from; i < judged->count; i++)
		if (judged->steps[i].badness == BADNESS_UNSAFE)
			return true;
	return false;
}

/* Whether a process that carries out others too shows harm, which must be so apart. What
 * stands before the probes was judged before. */
static bool is_harm_doubted(struct judging *judging, const struct script *probed,
                            const struct played *played)
{
	if (!played->is_shared)
		return false;
	judge(&judging->scout, "", &probed->scenario, played);
	return shows_harm(&judging->scout, probed->from);
}

/* Whether a step is a probe, and nothing that the scenario calls itself. */
static bool is_probe_alone(const struct judging *judging, const struct script *probed,
                           size_t at)
{
	const struct scenario *own = script_of(judging, probed->of);
	if (at >= probed->scenario.count)
		return false;
	for (size_t i = 0; i < own->count; i++)
		if (own->steps[i].op == probed->scenario.steps[at].op &&
		    own->steps[i].choice == probed->scenario.steps[at].choice)
			return false;
	return true;
}

static void on_closer(void *context, size_t index, struct played *played)
{
	struct judging *judging = context;
	const struct script *script = &judging->played->scripts[index];
	const char *label = judging->labels[script->of];
	judging_progress(judging, "probes", index, judging->played->count);
	if (played->end == PLAYED_UNSUPPORTED) {
		if (is_probe_alone(judging, script, played->at))
			script_list_add_without(&judging->fewer, script, played->at);
		return;
	}
	if (is_harm_doubted(judging, script, played)) {
		play_again(judging, &script->scenario, script->of, script->from);
		return;
	}
	deviations_aim(judging->results->known, label);
	judge(&judging->verdicts, label, &script->scenario, played);
	if (!shows_harm(&judging->verdicts, script->from))
		return;
	struct scenario kept;
	script_make(&kept, &script->scenario, script->scenario.count, 0);
	results_add(judging->results, script->of, results_keep(judging->results, &kept),
	            script->from, &judging->verdicts, played);
}

/* Plays scripts, unless the run was interrupted. */
static void play(struct judging *judging, const struct scenario *const *scripts,
                 size_t count, play_done *done)
{
	if (!judging->results->interrupted && count)
		judging->results->interrupted =
			!attached_play(judging->attached, scripts, count,
			               judging->is_apart, done, judging);
}

static void play_list(struct judging *judging, const struct script_list *list,
                      play_done *done)
{
	const struct scenario **scripts = script_list_scenarios(list);
	judging->played = list;
	play(judging, scripts, list->count, done);
	free(scripts);
}

/* Plays apart what did not conform where a process is shared. */
static void play_apart(struct judging *judging, play_done *done)
{
	bool was_apart = judging->is_apart;
	judging->is_apart = true;
	play_list(judging, &judging->again, done);
	judging->is_apart = was_apart;
	script_list_free(&judging->again);
}

static void play_all(struct judging *judging)
{
	size_t count = judging->results->list->count;
	const struct scenario **scripts = allocate(count + 1, sizeof *scripts);
	for (size_t i = 0; i < count; i++)
		scripts[i] = script_of(judging, i);
	play(judging, scripts, count, on_scenario);
	free(scripts);
}

/* Plays scripts with probes, until none has probes that the subject does not support. */
static void play_closer(struct judging *judging)
{
	script_list_unique(&judging->closer);
	do {
		play_list(judging, &judging->closer, on_closer);
		play_apart(judging, on_closer);
		script_list_free(&judging->closer);
		judging->closer = judging->fewer;
		judging->fewer = (struct script_list){0};
	} while (judging->closer.count);
}

/* --- The run -------------------------------------------------------------------------------- */

static void begin(struct judging *judging)
{
	const struct results *results = judging->results;
	const struct suite_list *list = results->list;
	judging->is_in_turn =
		attached_info(judging->attached)->serves == SERVES_IN_TURN;
	judging->labels = allocate(list->count + 1, sizeof *judging->labels);
	for (size_t i = 0; i < list->count; i++)
		judging->labels[i] = scenario_label(&list->scenarios[i]);
	verdicts_init(&judging->verdicts, results->subject.profile,
	              judging->results->known->deviations, judging->results->known->count);
	verdicts_init(&judging->scout, results->subject.profile, NULL, 0);
	judging->verdicts.overlaps = judging->scout.overlaps =
		attached_info(judging->attached)->overlaps;
}

static void end(struct judging *judging)
{
	for (size_t i = 0; i < judging->results->list->count; i++)
		free(judging->labels[i]);
	free(judging->labels);
	verdicts_free(&judging->verdicts);
	verdicts_free(&judging->scout);
	script_list_free(&judging->tidy);
	judging_progress(judging, "", 0, 0);
}

/* The violations that are not known yet are the ones to be looked into. */
static void find_all_least(struct judging *judging)
{
	struct results *results = judging->results;
	for (size_t i = 0; i < results->violation_count; i++) {
		struct violation *violation = &results->violations[i];
		if (violation->shortest->verdict != VERDICT_VIOLATION)
			continue;
		judging_progress(judging, "shrinking", i, results->violation_count);
		find_least(judging, violation);
	}
}

void judge_subject(struct judging *judging)
{
	begin(judging);
	play_all(judging);
	play_apart(judging, on_again);
	/* Where nothing goes back, looking closer needs a process as it was. */
	judging->is_apart = judging->is_in_turn;
	play_closer(judging);
	if (judging->leaks)
		judge_leaks(judging);
	results_sort(judging->results);
	if (judging->shrinks)
		find_all_least(judging);
	end(judging);
}
