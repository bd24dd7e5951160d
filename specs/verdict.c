/*
 * verdict.c: see verdict.h.
 *
 * How to read it: names; what a profile leaves open; how bad a breach is; the verdict
 * on a call, on a count, on an order of calls; a scenario.
 */
#include "verdict.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "deviations.h"
#include "grow.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		"",
		"PASS",
		"UNSUPPORTED",
		"UNRESOLVED",
		"UNSPECIFIED",
		"UNEXPECTED_PASS",
		"KNOWN_DEVIATION",
		"VIOLATION"};
	return names[verdict];
}

const char *badness_name(enum badness badness)
{
	static const char *const names[BADNESS_COUNT] = {"", "OUTSIDE", "STATUS",
	                                                 "UNSAFE"};
	return names[badness];
}

/* --- What calls are given ------------------------------------------------------ */

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

/* Whether a leg's credential matters: where there is a context, NULL is right too. */
static bool needs_credential(const struct step *step)
{
	return is_leg(step) && (step->handle == NAME_ABSENT ||
	                        step->credential != NAME_NULL);
}

static bool ends_handle(const struct step *step)
{
	return step->op == OP_DELETE || step->op == OP_FREE ||
	       (step->op == OP_EXPORT && step->choice);
}

/* Whether one of the handles that a call is given stands so. */
static bool is_given(const struct model *model, const struct step *step,
                     enum standing standing)
{
	return (step->handle != NAME_ABSENT &&
	        model_standing(model, step->handle, model_handle_kind(step),
	                       NULL) == standing) ||
	       (needs_credential(step) &&
	        model_standing(model, step->credential, KIND_CREDENTIAL, NULL) ==
	                standing);
}

static bool is_zero(const struct model *model, name_id name)
{
	return model_value(model, name).kind == VALUE_ZERO;
}

/* Whether one of the handles was never issued, and is not {0,0} either. */
static bool is_given_unissued(const struct model *model, const struct step *step)
{
	return (step->handle != NAME_ABSENT && !is_zero(model, step->handle) &&
	        model_standing(model, step->handle, model_handle_kind(step),
	                       NULL) == STANDING_NEVER) ||
	       (needs_credential(step) && !is_zero(model, step->credential) &&
	        model_standing(model, step->credential, KIND_CREDENTIAL, NULL) ==
	                STANDING_NEVER);
}

/* The live handle that a call acts on, or NULL. */
static const struct record *live_handle(const struct model *model,
                                        const struct step *step)
{
	const struct record *record = NULL;
	if (step->handle != NAME_ABSENT)
		model_standing(model, step->handle, model_handle_kind(step),
		               &record);
	else if (needs_credential(step))
		model_standing(model, step->credential, KIND_CREDENTIAL, &record);
	return record && record->live ? record : NULL;
}

bool verdict_is_doubtful(const struct model *model, const struct step *step)
{
	if (step->op == OP_RELEASE)
		return model_buffer(model, step->buffer).state != BUFFER_LIVE;
	if (step->op == OP_IMPORT)
		return !model_buffer(model, step->buffer).exported;
	return ends_handle(step) || is_given(model, step, STANDING_NULL) ||
	       is_given(model, step, STANDING_NEVER) ||
	       is_given(model, step, STANDING_ENDED);
}

/* --- What a profile leaves open ------------------------------------------------ */

/* Whether a context may be gone that only a copy still names. */
static bool is_copy_of_failed(const struct model *model, const struct step *step)
{
	const struct record *record = live_handle(model, step);
	return record && step->handle != NAME_ABSENT &&
	       model_value(model, step->handle).copied &&
	       (record->phase == PHASE_FAILED || record->phase == PHASE_REJECTED);
}

static bool is_where(enum where where, const struct hearing *hearing)
{
	const struct model *model = hearing->model;
	const struct step *step = hearing->step;
	switch (where) {
	case WHERE_ANY: return true;
	case WHERE_ENDING: return ends_handle(step);
	case WHERE_DANGLING:
		return is_given(model, step, STANDING_ENDED) ||
		       is_copy_of_failed(model, step);
	case WHERE_UNISSUED: return is_given_unissued(model, step);
	default: return false; /* calls that overlap are found by on_finding */
	}
}

/* Notes that a call has no defined behaviour. */
static void note_undefined(struct verdicts *verdicts,
                           const struct hearing *hearing)
{
	for (const struct tolerance *t = tolerances; t->reason; t++)
		if (!verdicts->undefined && t->profile == verdicts->profile &&
		    t->rule == RULE_NONE && is_where(t->where, hearing))
			verdicts->undefined = t;
}

static void note_overlap(struct verdicts *verdicts)
{
	for (const struct tolerance *t = tolerances; t->reason; t++)
		if (!verdicts->undefined && t->profile == verdicts->profile &&
		    t->where == WHERE_OVERLAP)
			verdicts->undefined = t;
}

/* The tolerance of a breach by an answer or a struct, or NULL. */
static const struct tolerance *find_tolerance(const struct verdicts *verdicts,
                                              const struct hearing *hearing)
{
	unsigned class = 1u << answer_classify(hearing->answer->status);
	for (const struct tolerance *t = tolerances; t->reason; t++)
		if (t->profile == verdicts->profile && t->rule == hearing->broken &&
		    (t->answers == 0 || (t->answers & class)) &&
		    is_where(t->where, hearing))
			return t;
	return NULL;
}

static void leave_open(struct step_verdict *verdict, enum rule open,
                       const char *why)
{
	verdict->verdict = VERDICT_UNSPECIFIED;
	verdict->badness = BADNESS_NONE;
	verdict->open = open;
	verdict->why = why;
}

/* Leaves a breach open, if the profile does.
 * @param tolerance  of it, or NULL */
static void apply_profile(const struct verdicts *verdicts,
                          const struct tolerance *tolerance,
                          struct step_verdict *verdict)
{
	const struct profile_info *profile = profile_info(verdicts->profile);
	if (verdicts->undefined)
		tolerance = verdicts->undefined;
	if (tolerance)
		leave_open(verdict, tolerance->open, tolerance->reason);
	else if (rule_info(verdict->finding.rule)->strength > profile->weakest)
		leave_open(verdict, RULE_NONE, profile->reason);
}

/* --- How bad a breach is ------------------------------------------------------- */

static bool is_success(int64_t status)
{
	return status >= 0 && status <= INT32_MAX;
}

/* The live handle that was refused although it must not be, or NULL. */
static const struct record *refused_handle(const struct hearing *hearing)
{
	if (!hearing->decided || hearing->decided->allowed ||
	    answer_classify(hearing->answer->status) != CLASS_INVALID_HANDLE)
		return NULL;
	return live_handle(hearing->model, hearing->step);
}

/* Whether a handle was refused that may have been harmed before. */
static bool is_harmed(const struct verdicts *verdicts,
                      const struct hearing *hearing)
{
	const struct record *refused = refused_handle(hearing);
	return verdicts->doubt && refused &&
	       !verdicts->refused[model_function(hearing->step)][refused->phase];
}

/* Whether a call served what is no handle; to delete or free it is to do nothing. An
 * export hands out what is in it, whether or not it deletes. */
static bool is_served(const struct hearing *hearing)
{
	return is_success(hearing->answer->status) &&
	       hearing->step->op != OP_DELETE && hearing->step->op != OP_FREE &&
	       (is_given(hearing->model, hearing->step, STANDING_ENDED) ||
	        is_given(hearing->model, hearing->step, STANDING_NEVER));
}

static enum badness badness_of_call(const struct verdicts *verdicts,
                                    const struct hearing *hearing)
{
	enum rule rule = hearing->broken;
	if (hearing->answer->status > INT32_MAX)
		return BADNESS_UNSAFE;
	if (rule_info(rule)->strength == STRENGTH_CHOSEN)
		return BADNESS_OUTSIDE;
	if (rule == RULE_create_fresh || rule == RULE_create_never_reissues)
		return BADNESS_UNSAFE;
	if (!hearing->decided->allowed &&
	    (is_served(hearing) || is_harmed(verdicts, hearing)))
		return BADNESS_UNSAFE;
	return BADNESS_STATUS;
}

/* --- The verdict on a step ----------------------------------------------------- */

/* The id that a name has elsewhere. */
static name_id name_in(const struct scenario *to, const struct scenario *from,
                       name_id name)
{
	size_t length;
	if (name >= NAME_NULL)
		return name;
	const char *text = names_text(&from->names, name, &length);
	return names_id(&to->names, names_word(&to->names, text, length));
}

/* Keeps a verdict on a step, unless a worse one is there. The step was judged with
 * its place in the script as line. */
static void keep(struct verdicts *verdicts, const struct step_verdict *verdict)
{
	size_t at = verdict->finding.line - 1;
	struct step_verdict *kept = &verdicts->steps[at];
	size_t prefix = kept->prefix;
	bool doubtful = kept->doubtful;
	if (verdict->verdict < kept->verdict ||
	    (verdict->verdict == kept->verdict &&
	     verdict->badness <= kept->badness))
		return;
	*kept = *verdict;
	kept->prefix = prefix;
	kept->doubtful = doubtful;
	kept->finding.step = &verdicts->script->steps[at];
	kept->finding.line = kept->finding.step->line;
	if (!kept->finding.answer)
		return;
	kept->finding.answer = &kept->answer;
	kept->answer.equal = name_in(verdicts->script, verdicts->trace,
	                             verdict->answer.equal);
}

/* Looks for a breach among the deviations. One that the profile leaves open is still
 * there. */
static void apply_deviations(struct verdicts *verdicts,
                             struct step_verdict *verdict)
{
	for (size_t i = 0; i < verdicts->deviation_count; i++) {
		struct deviation *deviation = &verdicts->deviations[i];
		if (!deviation_is_about(deviation, verdicts->scenario) ||
		    !deviation_lists(deviation, &verdict->finding))
			continue;
		deviation->seen = true;
		if (verdict->verdict == VERDICT_VIOLATION) {
			verdict->verdict = VERDICT_KNOWN_DEVIATION;
			verdict->why = deviation->reason;
		}
	}
}

/* Judges a breach under the profile and the deviations, and keeps it. */
static void keep_breach(struct verdicts *verdicts, const struct finding *finding,
                        enum badness badness, const struct tolerance *tolerance)
{
	struct step_verdict verdict = {.verdict = VERDICT_VIOLATION,
	                               .badness = badness,
	                               .finding = *finding,
	                               .open = RULE_NONE,
	                               .why = ""};
	if (finding->answer)
		verdict.answer = *finding->answer;
	apply_profile(verdicts, tolerance, &verdict);
	apply_deviations(verdicts, &verdict);
	keep(verdicts, &verdict);
}

/* Keeps what is no breach. */
static void keep_right(struct verdicts *verdicts, const struct finding *finding,
                       enum rule rule)
{
	struct step_verdict verdict = {.verdict = VERDICT_PASS,
	                               .finding = *finding,
	                               .answer = *finding->answer,
	                               .open = RULE_NONE,
	                               .why = ""};
	if (rule == RULE_NONE)
		verdict.verdict = VERDICT_UNRESOLVED;
	else if (rule == RULE_unsupported_whatever_handle)
		verdict.verdict = VERDICT_UNSUPPORTED;
	else if (rule_info(rule)->party == PARTY_NOBODY)
		leave_open(&verdict, rule, rule_info(rule)->sentence);
	keep(verdicts, &verdict);
}

static void note_tried(struct verdicts *verdicts, const struct hearing *hearing)
{
	for (size_t i = 0; i < verdicts->deviation_count; i++)
		if (!verdicts->exercised[i] &&
		    deviation_is_about(&verdicts->deviations[i],
		                       verdicts->scenario))
			verdicts->exercised[i] = deviation_is_tried(
				&verdicts->deviations[i], hearing);
}

static void note_refusal(struct verdicts *verdicts,
                         const struct hearing *hearing)
{
	const struct record *refused = refused_handle(hearing);
	if (refused)
		verdicts->refused[model_function(hearing->step)]
		                 [refused->phase] = true;
}

static void note_doubt(struct verdicts *verdicts, const struct hearing *hearing)
{
	if (!verdict_is_doubtful(hearing->model, hearing->step))
		return;
	verdicts->doubt = true;
	verdicts->steps[hearing->step->line - 1].doubtful = true;
}

static void on_hearing(void *context, const struct hearing *hearing)
{
	struct verdicts *verdicts = context;
	const struct clause *decided = hearing->decided;
	struct finding finding = {.kind = FINDING_ANSWER,
	                          .rule = decided ? (enum rule)decided->rule
	                                          : RULE_NONE,
	                          .line = hearing->step->line,
	                          .round = hearing->round,
	                          .step = hearing->step,
	                          .answer = hearing->answer,
	                          .clauses = *hearing->clauses};
	note_undefined(verdicts, hearing);
	if (hearing->broken == RULE_NONE) {
		keep_right(verdicts, &finding, finding.rule);
	} else {
		finding.rule = hearing->broken;
		finding.kind = decided->allowed ? FINDING_OUT : FINDING_ANSWER;
		keep_breach(verdicts, &finding,
		            badness_of_call(verdicts, hearing),
		            find_tolerance(verdicts, hearing));
	}
	note_tried(verdicts, hearing);
	note_refusal(verdicts, hearing);
	note_doubt(verdicts, hearing);
}

/* What on_hearing is not told of: counts and orders. In a repeat answers and structs
 * are told in the first round alone, so they are not taken from here. */
static void on_finding(void *context, const struct finding *finding)
{
	struct verdicts *verdicts = context;
	if (finding->rule == RULE_duty_no_concurrent_delete)
		note_overlap(verdicts);
	else if (finding->kind == FINDING_COUNT)
		keep_breach(verdicts, finding, BADNESS_UNSAFE, NULL);
	else if (finding->kind == FINDING_ORDER)
		keep_breach(verdicts, finding, BADNESS_OUTSIDE, NULL);
}

/* --- A scenario ---------------------------------------------------------------- */

void verdicts_init(struct verdicts *verdicts, enum profile profile,
                   struct deviation *deviations, size_t count)
{
	*verdicts = (struct verdicts){.profile = profile,
	                              .deviations = deviations,
	                              .deviation_count = count,
	                              .exercised = allocate(count + 1, 1)};
	judge_init(&verdicts->judge, on_finding, verdicts);
	verdicts->judge.hear = on_hearing;
	verdicts->judge.model.clears = profile_info(profile)->clears;
}

void verdicts_free(struct verdicts *verdicts)
{
	judge_free(&verdicts->judge);
	free(verdicts->steps);
	free(verdicts->exercised);
}

/* Makes room for the verdicts on a script, and finds the ends of its blocks. */
static void begin(struct verdicts *verdicts)
{
	const struct scenario *script = verdicts->script;
	size_t end = 0, depth = 0;
	verdicts->undefined = NULL;
	verdicts->doubt = false;
	memset(verdicts->refused, 0, sizeof verdicts->refused);
	memset(verdicts->exercised, 0, verdicts->deviation_count);
	judge_reset(&verdicts->judge);
	for (verdicts->count = 0; verdicts->count < script->count; verdicts->count++)
		verdicts->steps = grow(verdicts->steps, &verdicts->capacity,
		                       verdicts->count, sizeof *verdicts->steps);
	for (size_t i = script->count; i-- > 0;) {
		uint8_t op = script->steps[i].op;
		if (op == OP_END && depth++ == 0)
			end = i + 1;
		verdicts->steps[i] =
			(struct step_verdict){.finding.rule = RULE_NONE,
			                      .finding.step = &script->steps[i],
			                      .finding.line = script->steps[i].line,
			                      .open = RULE_NONE,
			                      .why = "",
			                      .prefix = depth ? end : i + 1};
		depth -= op == OP_REPEAT || op == OP_TOGETHER;
	}
}

/* Where a trace is in its script. */
struct place {
	size_t next; /* the step of the script to come */
	size_t cut;  /* the first step in a repeat that was cut short; 0 if none was */
	bool in_together;
};

/* Finds the step of the script that a step of the trace is.
 * @return its index */
static size_t find_place(struct place *place, const struct scenario *script,
                         const struct step *step)
{
	size_t at = place->next;
	assert(at < script->count);
	if (script->steps[at].op == OP_REPEAT && step->op != OP_REPEAT)
		at++; /* cut short in its first round */
	place->next = at + 1;
	if (step->op == OP_REPEAT && step->count < script->steps[at].count)
		place->cut = at + 1;
	if (step->op == OP_END && !place->in_together && place->cut)
		place->next = place->cut;
	if (step->op == OP_TOGETHER || step->op == OP_END)
		place->in_together = step->op == OP_TOGETHER;
	return at;
}

/* The live context that a step of the script is given before a block, or NULL. */
static const struct record *context_given(const struct verdicts *verdicts,
                                          const struct step *step)
{
	const struct record *record = NULL;
	name_id name = name_in(verdicts->trace, verdicts->script, step->handle);
	if (name != NAME_ABSENT)
		model_standing(&verdicts->judge.model, name, KIND_CONTEXT, &record);
	return record && record->live ? record : NULL;
}

/* Whether another call of the block that opens there is given the context that this
 * one deletes. */
static bool overlaps_others(const struct verdicts *verdicts, size_t opens, size_t at)
{
	const struct step *steps = verdicts->script->steps;
	const struct record *context = context_given(verdicts, &steps[at]);
	if (!context || !ends_handle(&steps[at]))
		return false;
	for (size_t i = opens + 1; steps[i].op != OP_END; i++)
		if (i != at && context_given(verdicts, &steps[i]) == context)
			return true;
	return false;
}

/* A block in which a call did not return has no lines for those behind it, although they
 * were made as well, if calls really overlap: whether one deleted what another was given,
 * the script tells. */
static void look_at_cut_block(struct verdicts *verdicts, size_t opens, size_t calls)
{
	const struct step *steps = verdicts->script->steps;
	size_t end = opens + 1;
	while (steps[end].op != OP_END)
		end++;
	for (size_t i = opens + 1; calls < end - opens - 1 && i < end; i++)
		if (overlaps_others(verdicts, opens, i))
			note_overlap(verdicts);
}

static void feed(struct verdicts *verdicts)
{
	const struct scenario *trace = verdicts->trace;
	const struct answer *answers = trace->answers;
	struct place place = {0};
	size_t opens = 0, opened = 0; /* the last block, in the script and the trace */
	for (size_t i = 0; i < trace->count; i++) {
		struct step step = trace->steps[i];
		bool was_together = place.in_together;
		size_t at = find_place(&place, verdicts->script, &step);
		step.line = (uint32_t)at + 1;
		if (step.op == OP_TOGETHER) {
			opens = at;
			opened = i;
		}
		if (step.op == OP_END && was_together && verdicts->overlaps)
			look_at_cut_block(verdicts, opens, i - opened - 1);
		if (verdicts->judge.model.clears && step.op == OP_EXPORT)
			step.choice = 1; /* every export deletes */
		judge_feed(&verdicts->judge, &step, answers, trace->answers_of[i]);
		answers += trace->answers_of[i];
	}
}

/* Tells of calls that were not carried out.
 * @return whether there were none */
static bool settle(struct verdicts *verdicts, size_t unsupported)
{
	bool is_whole = unsupported == SIZE_MAX;
	if (!is_whole &&
	    verdicts->steps[unsupported].verdict < VERDICT_UNSUPPORTED)
		verdicts->steps[unsupported].verdict = VERDICT_UNSUPPORTED;
	for (size_t i = 0; i < verdicts->count; i++) {
		struct step_verdict *verdict = &verdicts->steps[i];
		if (verdict->verdict != VERDICT_NONE ||
		    !operations[verdicts->script->steps[i].op].is_call)
			continue;
		verdict->verdict = VERDICT_UNRESOLVED;
		is_whole = false;
	}
	return is_whole;
}

void verdicts_judge(struct verdicts *verdicts, const char *scenario,
                    const struct scenario *script, const struct scenario *trace,
                    size_t unsupported)
{
	verdicts->scenario = scenario;
	verdicts->script = script;
	verdicts->trace = trace;
	begin(verdicts);
	feed(verdicts);
	if (!settle(verdicts, unsupported))
		return;
	for (size_t i = 0; i < verdicts->deviation_count; i++)
		verdicts->deviations[i].exercised |= verdicts->exercised[i];
}
