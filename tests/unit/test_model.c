/*
 * test_model.c: the rules' table, the state diagram and the model.
 */
#include "unit.h"

#include "../../specs/judge.h"
#include "../subjects/structs.h"
#include "naive.h"
#include "random.h"
#include "steps.h"

/* --- The table of rules ---------------------------------------------------------- */

static void rules_have_ids_that_c_and_acsl_accept(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		const char *id = rule_info((enum rule)i)->id;
		assert_true(id[0] >= 'a' && id[0] <= 'z');
		assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz_"),
		                 strlen(id));
		assert_int_equal(rule_find(id), i); /* unique */
	}
	assert_int_equal(rule_find("no_such_rule"), RULE_NONE);
}

static void rules_say_what_who_and_why(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule_info *info = rule_info((enum rule)i);
		size_t length = strlen(info->sentence);
		assert_true(length > 20 && info->sentence[length - 1] == '.');
		assert_true(info->source[0] != 0);
		assert_int_equal(strcmp(info->source, "chosen") == 0,
		                 info->strength == STRENGTH_CHOSEN);
		assert_true(info->strength != STRENGTH_CHOSEN ||
		            info->decision[0] != 0);
		assert_int_equal(strncmp(info->id, "duty_", 5) == 0,
		                 info->party == PARTY_CALLER);
		assert_int_equal(strncmp(info->id, "open_", 5) == 0,
		                 info->party == PARTY_NOBODY);
	}
}

/* --- The state diagram ------------------------------------------------------------- */

static const char *const states[] = {"PARTIAL", "INCOMPLETE", "COMPLETE",
                                     "REJECTED", "FAILED"};

/* The state of the context that c1 holds. */
static const char *state_of(const struct model *model)
{
	const struct record *record = NULL;
	switch (model_standing(model, 0, KIND_CONTEXT, &record)) {
	case STANDING_LIVE: return states[record->phase];
	case STANDING_ENDED: return "DELETED";
	default: return "NONE";
	}
}

static int64_t status_of(const char *name)
{
	static const int64_t values[] = {
		SEC_E_OK, SEC_I_CONTINUE_NEEDED, SEC_I_COMPLETE_NEEDED,
		SEC_E_INCOMPLETE_MESSAGE, SEC_E_INVALID_HANDLE,
		SEC_E_INVALID_TOKEN, SEC_E_LOGON_DENIED,
		SEC_E_INSUFFICIENT_MEMORY, SEC_E_OUT_OF_SEQUENCE};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (strcmp(answer_name(values[i]), name) == 0)
			return values[i];
	fail_msg("no value for %s", name);
	return 0;
}

/* Makes the model do one call and tells which rule allows the answer. */
static enum rule call(struct model *model, const struct step *step,
                      int64_t status)
{
	struct clauses clauses;
	model_allowed(model, step, &clauses);
	const struct clause *clause = model_clause(&clauses, status);
	model_apply(model, step, clause->effect, status);
	return clause->allowed ? clause->rule : RULE_NONE;
}

/* The same for a line of text; c1 is name 0 in every line. */
static enum rule call_text(struct model *model, const char *text, int64_t status)
{
	struct scenario scenario;
	char line[80];
	scenario_init(&scenario);
	snprintf(line, sizeof line, "copy c1 c1\ncopy k1 k1\nforeign b1\n%s",
	         text);
	parse(&scenario, line);
	enum rule rule = call(model, &scenario.steps[3], status);
	scenario_free(&scenario);
	return rule;
}

static void reach(struct model *model, const char *state)
{
	call_text(model, "acquire k1", SEC_E_OK);
	if (strcmp(state, "NONE") == 0)
		return;
	call_text(model, "init c1 k1", strcmp(state, "PARTIAL") == 0
	                                   ? SEC_I_COMPLETE_NEEDED
	                                   : SEC_I_CONTINUE_NEEDED);
	if (strcmp(state, "INCOMPLETE") == 0)
		call_text(model, "init c1 k1 on c1", SEC_E_INCOMPLETE_MESSAGE);
	if (strcmp(state, "COMPLETE") == 0)
		call_text(model, "init c1 k1 on c1", SEC_E_OK);
	if (strcmp(state, "REJECTED") == 0)
		call_text(model, "init c1 k1 on c1", SEC_E_LOGON_DENIED);
	if (strcmp(state, "FAILED") == 0)
		call_text(model, "init c1 k1 on c1", SEC_E_INVALID_TOKEN);
	if (strcmp(state, "DELETED") == 0)
		call_text(model, "delete c1", SEC_E_OK);
	assert_string_equal(state_of(model), state);
}

/* The line that makes a transition's operation, on the context if there is one. */
static const char *line_of(const struct rule_transition *transition)
{
	static const struct {
		const char *operation, *on_none, *on_context;
	} lines[] = {
		{"INIT", "init c1 k1", "init c1 k1 on c1"},
		{"ACCEPT", "accept c1 k1", "accept c1 k1 on c1"},
		{"IMPORT", "import c1 from b1", NULL},
		{"COMPLETE", NULL, "complete c1"},
		{"DELETE", "delete c1", "delete c1"},
		{"QUERY", NULL, "query c1 sizes"},
		{"USE", NULL, "use c1 MakeSignature"},
		{"EXPORT", NULL, "export c1 into b1"},
		{"EXPORT_DELETE_OLD", NULL, "export c1 into b1 delete-old"},
	};
	bool none = strcmp(transition->from, "NONE") == 0;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (strcmp(lines[i].operation, transition->operation) == 0)
			return none ? lines[i].on_none : lines[i].on_context;
	return NULL;
}

static void the_model_makes_every_transition(void **unused)
{
	(void)unused;
	for (const struct rule_transition *at = rule_transitions; at->from; at++) {
		struct model model;
		const char *line = line_of(at);
		assert_non_null(line);
		model_init(&model);
		reach(&model, at->from);
		if (strcmp(at->operation, "IMPORT") == 0) {
			call_text(&model, "init c2 k1", SEC_E_OK);
			call_text(&model, "export c2 into b1", SEC_E_OK);
		}
		enum rule rule = call_text(&model, line, status_of(at->answer));
		assert_string_equal(rule == RULE_NONE ? "none"
		                                      : rule_info(rule)->id,
		                    rule_info(at->rule)->id);
		assert_string_equal(state_of(&model), at->to);
		model_free(&model);
	}
}

/* --- The naive model --------------------------------------------------------------- */

/* Functions that are missing, and who was refused once, are not the naive
 * model's business. */
static int64_t known_status(int64_t status)
{
	return status == SEC_E_UNSUPPORTED_FUNCTION || status == SEC_E_LOGON_DENIED
	               ? SEC_E_INVALID_TOKEN
	               : status;
}

static void assert_count(const struct model *model, enum counter counter,
                         uint32_t least, uint32_t spare)
{
	assert_int_equal(model->counts[counter].least, least);
	assert_int_equal(model->counts[counter].most, least + spare);
}

static void compare_step(struct model *model, struct naive *naive,
                         const struct scenario *scenario, int64_t status)
{
	const struct step *step = &scenario->steps[0];
	if (operations[step->op].is_call) {
		bool allowed = naive_allows(naive, step, status);
		if ((call(model, step, status) != RULE_NONE) != allowed) {
			char *text = print(scenario);
			fail_msg("the naive model %s %s", allowed ? "allows"
			                                          : "denies",
			         text);
		}
	} else {
		model_apply(model, step, EFFECT_NONE, 0);
	}
	naive_apply(naive, step, status);
	assert_count(model, COUNTER_CONTEXTS, naive_count(naive, COUNTER_CONTEXTS), 0);
	assert_count(model, COUNTER_CREDENTIALS,
	             naive_count(naive, COUNTER_CREDENTIALS), naive_spare(naive));
}

enum { SCENARIOS = 6000, STEPS = 60 };

static void the_naive_model_agrees(void **state)
{
	struct scenario scenario;
	struct model model;
	struct naive *naive = calloc(1, sizeof *naive);
	uint64_t seed = 7;
	(void)state;
	assert_non_null(naive);
	scenario_init(&scenario);
	model_init(&model);
	for (int i = 0; i < SCENARIOS; i++) {
		model_reset(&model);
		memset(naive, 0, sizeof *naive);
		for (int j = 0; j < STEPS; j++) {
			struct step step = random_step(&seed);
			add_names(&scenario);
			scenario_add(&scenario, &step, NULL, 0);
			random_answers(&seed, &scenario);
			compare_step(&model, naive, &scenario,
			             scenario.answer_count
			                     ? known_status(scenario.answers[0].status)
			                     : 0);
		}
	}
	scenario_free(&scenario);
	model_free(&model);
	free(naive);
}

/* --- A conforming implementation ---------------------------------------------------- */

/* Draws an answer that the naive model allows, and makes it so. */
static struct answer conforming_answer(uint64_t *seed, struct naive *naive,
                                       struct naive *before,
                                       struct scenario *scenario)
{
	const struct step *step = &scenario->steps[0];
	struct answer answer;
	do {
		random_answers(seed, scenario);
		answer = answer_make(known_status(scenario->answers[0].status));
	} while (!naive_allows(naive, step, answer.status));
	*before = *naive;
	naive_apply(naive, step, answer.status);
	see_out(&answer, step, &scenario->names, before->words, naive->words,
	        sizeof naive->words[0]);
	answer.counts[COUNTER_CONTEXTS] = naive_count(naive, COUNTER_CONTEXTS);
	answer.counts[COUNTER_CREDENTIALS] =
		naive_count(naive, COUNTER_CREDENTIALS) +
		random_below(seed, naive_spare(naive) + 1);
	answer.counts[COUNTER_BUFFERS] = naive_count(naive, COUNTER_BUFFERS);
	answer.counts[COUNTER_RESIDUE] = 0;
	return answer;
}

static void a_conforming_implementation_is_never_blamed(void **state)
{
	struct scenario scenario;
	struct judge judge;
	struct naive *naive = calloc(2, sizeof *naive);
	uint64_t seed = 11;
	(void)state;
	assert_non_null(naive);
	scenario_init(&scenario);
	judge_init(&judge, fail_on_implementation, NULL);
	for (int i = 0; i < SCENARIOS / 10; i++) {
		judge_reset(&judge);
		memset(naive, 0, sizeof *naive);
		for (int j = 0; j < STEPS; j++) {
			struct step step = random_step(&seed);
			struct answer answer = answer_make(0);
			add_names(&scenario);
			scenario_add(&scenario, &step, NULL, 0);
			if (operations[step.op].is_call)
				answer = conforming_answer(&seed, naive, naive + 1,
				                           &scenario);
			else
				naive_apply(naive, &step, 0);
			judge_feed(&judge, &step, &answer,
			           operations[step.op].is_call);
		}
		judge_end(&judge);
	}
	scenario_free(&scenario);
	judge_free(&judge);
	free(naive);
}

/* --- Memory -------------------------------------------------------------------------- */

static void memory_is_bounded_by_names(void **state)
{
	struct model model;
	(void)state;
	model_init(&model);
	for (int i = 0; i < 100000; i++) {
		call_text(&model, "acquire k1", SEC_E_OK); /* k1 was not freed */
		call_text(&model, "init c1 k1", SEC_E_OK); /* nor c1 deleted */
	}
	assert_true(model.record_capacity <= 16 && model.value_capacity <= 16);
	assert_count(&model, COUNTER_CONTEXTS, 100000, 0);
	assert_count(&model, COUNTER_CREDENTIALS, 100000, 0);
	model_free(&model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_have_ids_that_c_and_acsl_accept),
		cmocka_unit_test(rules_say_what_who_and_why),
		cmocka_unit_test(the_model_makes_every_transition),
		cmocka_unit_test(the_naive_model_agrees),
		cmocka_unit_test(a_conforming_implementation_is_never_blamed),
		cmocka_unit_test(memory_is_bounded_by_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
