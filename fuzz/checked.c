/*
 * checked.c: see checked.h.
 *
 * How to read it: what a call is made on, what room there is, a step, probes, the end,
 * a whole run.
 */
#include "checked.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "../tests/subjects/walk.h"
#include "news.h"

/* --- What a call is made on ------------------------------------------------------ */

const char *situation_name(enum situation situation)
{
	static const char *const names[SITUATION_COUNT] = {
		"none", "null", "never", "ended", "live",
		"partial", "incomplete", "complete", "rejected", "failed"};
	return names[situation];
}

static enum situation situation_of_buffer(struct buffer buffer)
{
	static const enum situation situations[] = {
		[BUFFER_NULL] = SITUATION_NULL,
		[BUFFER_FOREIGN] = SITUATION_NEVER,
		[BUFFER_LIVE] = SITUATION_LIVE,
		[BUFFER_RELEASED] = SITUATION_ENDED};
	return situations[buffer.state];
}

static enum situation situation_of_handle(const struct model *model,
                                          name_id name, enum kind kind)
{
	const struct record *record = NULL;
	switch (model_standing(model, name, kind, &record)) {
	case STANDING_NULL: return SITUATION_NULL;
	case STANDING_NEVER: return SITUATION_NEVER;
	case STANDING_ENDED: return SITUATION_ENDED;
	default:
		return kind == KIND_CREDENTIAL
		               ? SITUATION_LIVE
		               : (enum situation)(SITUATION_PARTIAL + record->phase);
	}
}

enum situation situation_of(const struct model *model, const struct step *step)
{
	if (step->handle != NAME_ABSENT)
		return situation_of_handle(model, step->handle,
		                           model_handle_kind(step));
	if (step->credential != NAME_ABSENT)
		return situation_of_handle(model, step->credential,
		                           KIND_CREDENTIAL);
	return step->buffer != NAME_ABSENT
	               ? situation_of_buffer(model_buffer(model, step->buffer))
	               : SITUATION_NONE;
}

/* --- Room ---------------------------------------------------------------------------- */

/* What a call makes, if it succeeds. */
static enum counter made_by(const struct step *step)
{
	switch (step->op) {
	case OP_ACQUIRE: return COUNTER_CREDENTIALS;
	case OP_INIT:
	case OP_ACCEPT:
		return step->handle == NAME_ABSENT ? COUNTER_CONTEXTS
		                                   : COUNTER_COUNT;
	case OP_IMPORT: return COUNTER_CONTEXTS;
	case OP_QUERY:
		return attribute_hands_out(step->choice) ? COUNTER_BUFFERS
		                                         : COUNTER_COUNT;
	case OP_EXPORT: return COUNTER_BUFFERS;
	default: return COUNTER_COUNT;
	}
}

/* Whether a slot must be left. Each that is not, is held or has issued as many
 * handles as a slot may, all of which were ended. */
static bool is_slot_left(uint32_t slots, uint32_t handles_of_each,
                         uint32_t held, uint32_t issued)
{
	return held + (issued - held) / handles_of_each < slots;
}

/* Whether there must be room for what a call makes, even if as much is held as may be. */
static bool is_room_left(const struct checked *checked, enum counter made)
{
	const struct sechandle_limits *limits = &checked->limits;
	const struct range *held = checked->judge.model.counts;
	switch (made) {
	case COUNTER_CREDENTIALS:
		return is_slot_left(limits->credentials, limits->max_generation,
		                    held[COUNTER_CREDENTIALS].most,
		                    checked->issued[KIND_CREDENTIAL]);
	case COUNTER_CONTEXTS:
		return is_slot_left(limits->contexts, limits->max_generation,
		                    held[COUNTER_CONTEXTS].most,
		                    checked->issued[KIND_CONTEXT]);
	case COUNTER_BUFFERS: return held[COUNTER_BUFFERS].most < limits->buffers;
	default: return true;
	}
}

/* Whether as much is held of what a call makes as can be, even if no more is held than
 * must be. */
static bool is_full(const struct checked *checked, enum counter made)
{
	const struct sechandle_limits *limits = &checked->limits;
	const struct range *held = checked->judge.model.counts;
	switch (made) {
	case COUNTER_CREDENTIALS:
		return held[COUNTER_CREDENTIALS].least >= limits->credentials;
	case COUNTER_CONTEXTS: return held[COUNTER_CONTEXTS].least >= limits->contexts;
	case COUNTER_BUFFERS: return held[COUNTER_BUFFERS].least >= limits->buffers;
	default: return false;
	}
}

/* Whether an answer fits the room that there is. */
static bool fits_room(const struct checked *checked, enum counter made,
                      int64_t status)
{
	if (status == SEC_E_INSUFFICIENT_MEMORY)
		return !is_room_left(checked, made);
	return status < 0 || !is_full(checked, made);
}

/* --- A step ------------------------------------------------------------------------ */

void breach_note(struct breach *breach, const struct checked *checked,
                 const struct finding *finding)
{
	*breach = (struct breach){finding->rule, checked->at, checked->round,
	                          checked->is_extra, *finding->step,
	                          *finding->answer, *finding};
	breach->finding.step = &breach->step;
	breach->finding.answer = &breach->answer;
}

static void on_finding(void *context, const struct finding *finding)
{
	struct checked *checked = context;
	if (checked->breach.rule == RULE_NONE &&
	    rule_info(finding->rule)->party == PARTY_IMPLEMENTATION)
		breach_note(&checked->breach, checked, finding);
}

/* Writes down that an answer does not fit the room that there is. */
static void note_room(struct checked *checked, const struct step *step,
                      const struct answer *answer)
{
	struct finding finding = {.kind = FINDING_ANSWER,
	                          .rule = RULE_exhaustion_creates_nothing,
	                          .step = step,
	                          .answer = answer};
	struct clauses *clauses = &finding.clauses;
	class_set successes = CLASS_SET(OK) | CLASS_SET(CONTINUE) |
	                      CLASS_SET(COMPLETE) | CLASS_SET(OTHER_SUCCESS);
	model_allowed(&checked->judge.model, step, clauses);
	/* The first line that holds an answer decides. */
	memmove(clauses->clause + 1, clauses->clause,
	        clauses->count++ * sizeof *clauses->clause);
	clauses->clause[0] = (struct clause){.rule = (uint16_t)finding.rule,
	                                     .answers = answer->status < 0
	                                                        ? CLASS_SET(NO_MEMORY)
	                                                        : successes};
	on_finding(checked, &finding);
}

/* Writes down which answer came, and before it was judged: on what. */
static void note_answer(struct checked *checked, const struct step *step,
                        enum situation situation, enum answer_class class)
{
	news_tell(situation, step->op, class);
	checked->reached[situation][step->op] |= (class_set)(1u << class);
}

static void note_allowed(struct checked *checked, const struct step *step,
                         enum situation situation)
{
	struct clauses clauses;
	model_allowed(&checked->judge.model, step, &clauses);
	(*checked->allowed)[situation][step->op] |= judge_allowed(&clauses);
}

/* Writes down what a call issued. */
static void note_issued(struct checked *checked, const struct step *step,
                        enum counter made, int64_t status)
{
	if (status < 0)
		return;
	if ((made == COUNTER_CONTEXTS || made == COUNTER_CREDENTIALS) &&
	    step->out < NAME_NULL) {
		checked->issued[made == COUNTER_CONTEXTS ? KIND_CONTEXT
		                                         : KIND_CREDENTIAL]++;
		checked->handles =
			grow(checked->handles, &checked->handle_capacity,
		             checked->handle_count, sizeof *checked->handles);
		checked->handles[checked->handle_count++] =
			checked->driver.structs[step->out];
	}
	if (made == COUNTER_BUFFERS && step->buffer < NAME_NULL) {
		checked->buffers =
			grow(checked->buffers, &checked->buffer_capacity,
		             checked->buffer_count, sizeof *checked->buffers);
		checked->buffers[checked->buffer_count++] =
			checked->driver.own[step->buffer].pointer;
	}
}

static void hear(struct checked *checked, const struct step *step,
                 const struct answer *answer)
{
	if (checked->heard)
		checked->heard(checked, step, answer);
}

/* Makes a call and lets it be judged.
 * @return whether it was refused */
static bool call(struct checked *checked, const struct step *step)
{
	enum situation situation = situation_of(&checked->judge.model, step);
	enum counter made = made_by(step);
	hear(checked, step, NULL);
	struct answer answer = driver_call(&checked->driver, step);
	hear(checked, step, &answer);
	if (checked->allowed)
		note_allowed(checked, step, situation);
	note_answer(checked, step, situation, answer_classify(answer.status));
	if (!fits_room(checked, made, answer.status))
		note_room(checked, step, &answer);
	judge_step(&checked->judge, step, &answer);
	note_issued(checked, step, made, answer.status);
	checked->calls++;
	return answer.status < 0;
}

/* --- Probes ------------------------------------------------------------------------- */

static bool is_handle(const struct checked *checked, name_id name)
{
	return name < checked->scenario->names.name_count &&
	       names_get(&checked->scenario->names, name)->settled == NAME_HANDLE;
}

static void probe(struct checked *checked, name_id name)
{
	const struct model *model = &checked->judge.model;
	struct value value;
	struct step step;
	if (checked->alone || !is_handle(checked, name))
		return;
	value = model_value(model, name);
	if (value.kind == VALUE_ISSUED &&
	    model->records[value.record].kind == KIND_CREDENTIAL) {
		step = step_make(OP_INIT);
		step.out = NAME_NULL;
		step.credential = name;
	} else {
		step = step_make(OP_QUERY);
		step.handle = name;
		step.choice = ATTRIBUTE_SIZES;
	}
	/* A probe counts nothing: what it did wrong, the next step's counts show. */
	checked->is_extra = true;
	checked->driver.setup.count = NULL;
	(void)call(checked, &step);
	checked->driver.setup.count = checked->setup.count;
	checked->is_extra = false;
}

static void probe_all(struct checked *checked)
{
	for (name_id i = 0; i < checked->scenario->names.name_count; i++)
		probe(checked, i);
}

/* Probes the handles that a step names, and one in turn. */
static void probe_some(struct checked *checked, const struct step *step)
{
	name_id names = checked->scenario->names.name_count;
	probe(checked, step->handle);
	if (step->out != step->handle)
		probe(checked, step->out);
	if (step->credential != step->handle && step->credential != step->out)
		probe(checked, step->credential);
	if (step->source != step->out)
		probe(checked, step->source);
	for (name_id i = 0; i < names; i++) {
		name_id turn = checked->turn = (checked->turn + 1) % names;
		if (!is_handle(checked, turn))
			continue;
		probe(checked, turn);
		return;
	}
}

/* --- The end -------------------------------------------------------------------------- */

/* Ends what a name holds. */
static void end_name(struct checked *checked, name_id name)
{
	static const enum operation ends[] = {
		[KIND_CREDENTIAL] = OP_FREE, [KIND_CONTEXT] = OP_DELETE};
	struct step step = step_make(OP_RELEASE);
	if (is_handle(checked, name)) {
		struct value value = model_value(&checked->judge.model, name);
		if (value.kind != VALUE_ISSUED)
			return;
		step = step_make(ends[checked->judge.model.records[value.record]
		                              .kind]);
		step.handle = name;
	} else {
		if (model_buffer(&checked->judge.model, name).state != BUFFER_LIVE)
			return;
		step.buffer = name;
	}
	(void)call(checked, &step);
}

/* Ends what no name holds any more, which the model has forgotten. */
static void end_lost(struct checked *checked)
{
	PSecurityFunctionTableA table = checked->setup.table;
	for (size_t i = 0; i < checked->handle_count; i++) {
		(void)table->DeleteSecurityContext(&checked->handles[i]);
		(void)table->FreeCredentialsHandle(&checked->handles[i]);
	}
	for (size_t i = 0; i < checked->buffer_count; i++)
		(void)table->FreeContextBuffer(checked->buffers[i]);
}

/* Ends everything; nothing may be left. */
static void end_all(struct checked *checked)
{
	static const enum rule rules[COUNTER_COUNT] = {
		[COUNTER_CONTEXTS] = RULE_delete_releases_all,
		[COUNTER_CREDENTIALS] = RULE_credential_released_when_unneeded,
		[COUNTER_BUFFERS] = RULE_release_frees,
		[COUNTER_RESIDUE] = RULE_delete_wipes_keys};
	struct step step = step_make(OP_END);
	struct answer left = answer_make(SEC_E_OK);
	struct finding finding = {.kind = FINDING_COUNT,
	                          .step = &step,
	                          .answer = &left};
	probe_all(checked);
	checked->is_extra = true;
	for (name_id i = 0; i < checked->scenario->names.name_count; i++)
		end_name(checked, i);
	end_lost(checked);
	checked->setup.count(left.counts);
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		finding.rule = rules[i];
		finding.counter = (enum counter)i;
		if (left.counts[i] != 0)
			on_finding(checked, &finding);
	}
	checked->is_extra = false;
}

/* --- Runs ------------------------------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void checked_limit(struct checked *checked, const struct sechandle_limits *limits)
{
	struct sechandle_limits most = sechandle_default_limits();
	checked->setup = reference_setup(limits);
	checked->limits = limits ? *limits : most;
	checked->limits.contexts = least(most.contexts, checked->limits.contexts);
	checked->limits.credentials =
		least(most.credentials, checked->limits.credentials);
	checked->limits.max_generation =
		least(most.max_generation, checked->limits.max_generation);
	checked->limits.buffers = least(most.buffers, checked->limits.buffers);
}

void checked_init(struct checked *checked, const struct sechandle_limits *limits)
{
	memset(checked, 0, sizeof *checked);
	checked_limit(checked, limits);
	judge_init(&checked->judge, on_finding, checked);
	checked->judge.trusts_caller = true;
}

void checked_free(struct checked *checked)
{
	judge_free(&checked->judge);
	free(checked->handles);
	free(checked->buffers);
}

static void begin(struct checked *checked, const struct scenario *scenario)
{
	checked->setup.reset();
	checked->scenario = scenario;
	checked->breach.rule = RULE_NONE;
	checked->at = 0;
	checked->round = 0;
	checked->turn = 0;
	checked->handle_count = checked->buffer_count = 0;
	memset(checked->issued, 0, sizeof checked->issued);
	judge_reset(&checked->judge);
	driver_begin(&checked->driver, &checked->setup, &scenario->names);
}

/* Carries out a step of the scenario. */
static void run_step(struct checked *checked, const struct step *step)
{
	if (!operations[step->op].is_call) {
		hear(checked, step, NULL);
		driver_own(&checked->driver, step);
		judge_feed(&checked->judge, step, NULL, 0);
		probe_some(checked, step);
	} else if (call(checked, step)) {
		probe_all(checked);
	} else {
		probe_some(checked, step);
	}
}

bool checked_run(struct checked *checked, const struct scenario *scenario)
{
	struct walk walk = {.scenario = scenario};
	size_t at;
	begin(checked, scenario);
	for (int i = 0; i < CHECKED_STEPS && walk_on(&walk, &at) &&
	                checked->breach.rule == RULE_NONE; i++) {
		checked->at = at;
		checked->round = walk.round;
		run_step(checked, &scenario->steps[at]);
	}
	if (!checked->alone)
		end_all(checked);
	driver_end(&checked->driver);
	return checked->breach.rule == RULE_NONE;
}
