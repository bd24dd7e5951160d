/*
 * test_suites.c: the suites hold what they should, once each, all of which is scenarios;
 * what was made up ends what it begins.
 */
#include "unit.h"

#include "../../specs/judge.h"
#include "../oracle/suites.h"
#include "../oracle/tidy.h"
#include "random.h"

/* --- Lists -------------------------------------------------------------------------- */

static void choose(struct suite_list *list, const struct suite_choice *choice)
{
	const char *wrong = NULL;
	suites_init(list);
	assert_true(suites_add(list, choice, &wrong));
	assert_null(wrong);
}

static void assert_text(const struct scenario *scenario, const char *wanted)
{
	char *text = print(scenario);
	assert_string_equal(text, wanted);
	free(text);
}

/* Every scenario has a name of its own, has no answers, and is read back from its text. */
static void assert_sound(const struct suite_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct suite_scenario *one = &list->scenarios[i];
		struct scenario again;
		char *text = print(&one->scenario);
		assert_true(one->scenario.count > 0);
		assert_null(strstr(text, "->"));
		scenario_init(&again);
		parse(&again, text);
		assert_text(&again, text);
		scenario_free(&again);
		free(text);
		for (size_t j = 0; j < i; j++)
			assert_true(strcmp(one->name, list->scenarios[j].name) != 0);
	}
}

/* Chooses all of one suite. */
static void choose_suite(struct suite_list *list, const char *suite)
{
	const struct suite_choice choice = {
		.suites = &suite, .suite_count = 1, .depth = 2};
	choose(list, &choice);
	assert_sound(list);
}

static const struct suite_scenario *find(const struct suite_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->scenarios[i].name, name) == 0)
			return &list->scenarios[i];
	fail_msg("no scenario %s", name);
	return NULL;
}

static size_t count_suite(const struct suite_list *list, const char *suite)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		count += strcmp(list->scenarios[i].suite, suite) == 0;
	return count;
}

/* --- What the program holds ------------------------------------------------------------ */

static void test_rules(void **state)
{
	struct suite_list list;
	(void)state;
	choose_suite(&list, "rules");
	assert_int_equal(list.count, RULE_COUNT); /* one for each */
	for (size_t i = 0; i < list.count; i++) {
		assert_true(list.scenarios[i].rule != RULE_NONE);
		assert_string_equal(rule_info(list.scenarios[i].rule)->id,
		                    list.scenarios[i].name);
		assert_true(strlen(list.scenarios[i].comment) > 10);
	}
	const struct suite_scenario *one = find(&list, "acquire_null_out_refused");
	assert_string_equal(one->suite, "rules");
	assert_string_equal(one->comment, "A credential whose handle nobody receives is "
	                                  "not acquired.");
	assert_text(&one->scenario, "acquire null\n");
	suites_free(&list);
}

static void test_bugs(void **state)
{
	struct suite_list list;
	(void)state;
	choose_suite(&list, "bugs");
	assert_true(list.count >= 20);
	const struct suite_scenario *one =
		find(&list, "delete_deleted_ok.freerdp-pr-12543");
	assert_int_equal(one->rule, RULE_delete_deleted_ok);
	assert_text(&one->scenario, "acquire k1\ninit c1 k1\ninit c1 k1 on c1\n"
	                            "delete c1\ndelete c1\nfree k1\n");
	suites_free(&list);
}

static void test_lives(void **state)
{
	struct suite_list list;
	(void)state;
	choose_suite(&list, "lives");
	assert_int_equal(list.count, 5);
	const struct suite_scenario *one = find(&list, "refusal");
	assert_int_equal(one->rule, RULE_NONE);
	assert_string_equal(one->comment, "The acceptor does not know the initiator; "
	                                  "neither side gets any further.");
	assert_true(one->scenario.count > 30);
	suites_free(&list);
}

static void test_corpus(void **state)
{
	struct suite_list list;
	(void)state;
	choose_suite(&list, "corpus");
	assert_true(list.count >= 10);
	suites_free(&list);
}

/* --- What is made up -------------------------------------------------------------------- */

static void test_alphabet(void **state)
{
	struct suite_list list;
	(void)state;
	choose_suite(&list, "alphabet");
	assert_int_equal(list.count, 10 + 100);
	assert_text(&find(&list, "copy.delete-copy")->scenario,
	            "acquire k1\ninit c1 k1\ncopy c2 c1\ndelete c2\nfree k1\n");
	assert_text(&find(&list, "query-copy")->scenario,
	            "acquire k1\ninit c1 k1\nquery c2 names into b1\ndelete c1\n"
	            "free k1\n");
	suites_free(&list);
}

/* Answers as tidy assumes them: all that may succeed does. */
static void count_lost(void *context, const struct finding *finding)
{
	*(size_t *)context += finding->kind == FINDING_LOST && !finding->step;
}

static size_t left_by(const struct scenario *script)
{
	static const int64_t statuses[] = {SEC_E_OK, SEC_I_CONTINUE_NEEDED,
	                                   SEC_E_INVALID_HANDLE};
	struct judge judge;
	struct clauses clauses;
	size_t lost = 0;
	judge_init(&judge, count_lost, &lost);
	for (size_t i = 0; i < script->count; i++) {
		struct answer answer = answer_make(0);
		if (operations[script->steps[i].op].is_call) {
			model_allowed(&judge.model, &script->steps[i], &clauses);
			for (int j = 2; j >= 0; j--)
				if (model_clause(&clauses, statuses[j])->allowed)
					answer.status = statuses[j];
		}
		judge_feed(&judge, &script->steps[i], &answer, 1);
	}
	judge_end(&judge);
	judge_free(&judge);
	return lost;
}

/* A handle whose words were changed holds what it was made from, and cannot end it. */
static bool changes_words(const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (scenario->steps[i].op == OP_SWAP || scenario->steps[i].op == OP_AHEAD)
			return true;
	return false;
}

/* Whether a step has a name of one of the four before it, as something to act on. */
static bool goes_on(const struct scenario *script, size_t at)
{
	const struct step *step = &script->steps[at];
	for (size_t i = at < 4 ? 0 : at - 4; i < at; i++) {
		const struct step *before = &script->steps[i];
		if (before->out < NAME_NULL &&
		    (step->handle == before->out || step->credential == before->out ||
		     step->source == before->out))
			return true;
	}
	return false;
}

static void test_random(void **state)
{
	const char *const wanted[] = {"random"};
	struct suite_choice choice = {
		.suites = wanted, .suite_count = 1, .seed = 7, .random_count = 300};
	struct suite_list list, again;
	size_t ended = 0, steps = 0, going_on = 0;
	(void)state;
	choose(&list, &choice);
	assert_sound(&list);
	assert_int_equal(list.count, 300);
	assert_string_equal(list.scenarios[299].name, "seed-306");
	for (size_t i = 0; i < list.count; i++) {
		const struct scenario *script = &list.scenarios[i].scenario;
		assert_true(left_by(script) == 0 || changes_words(script));
		ended += script->steps[script->count - 1].op == OP_FREE;
		steps += script->count;
		for (size_t at = 0; at < script->count; at++)
			going_on += goes_on(script, at);
	}
	assert_true(ended > 150);
	assert_true(going_on > 2 * steps / 5); /* half of them: a quarter by chance */
	choice.seed = 306;
	choice.random_count = 1;
	choose(&again, &choice);
	char *text = print(&list.scenarios[299].scenario);
	assert_text(&again.scenarios[0].scenario, text);
	free(text);
	suites_free(&again);
	suites_free(&list);
}

static void test_tidy(void **state)
{
	struct scenario scenario;
	(void)state;
	scenario_init(&scenario);
	parse(&scenario, "acquire k2\nacquire k1\ninit c1 k1\ncopy c2 c1\ninit c1 k1\n"
	                 "query c1 names into b1\nacquire null\nfree k2\n");
	assert_int_equal(left_by(&scenario), 4);
	tidy(&scenario);
	assert_int_equal(left_by(&scenario), 0);
	assert_text(&scenario,
	            "acquire k2\nacquire k1\ninit c1 k1\ncopy c2 c1\ninit c1 k1\n"
	            "query c1 names into b1\nacquire null\nfree k2\ndelete c1\n"
	            "delete c2\nrelease b1\nfree k1\n");
	scenario_free(&scenario);
}

/* --- What is chosen ------------------------------------------------------------------------- */

static void test_choice(void **state)
{
	const enum rule rule[] = {RULE_delete_deleted_ok};
	const char *const globs[] = {"bugs/*wine*", "delete_null_invalid"};
	const char *const unknown[] = {"rules", "nothing"};
	struct suite_choice choice = {.depth = 1, .random_count = 2};
	struct suite_list list;
	const char *wrong = NULL;
	(void)state;
	choose(&list, &choice);
	for (const struct suite_info *suite = suites; suite->name; suite++)
		assert_true(count_suite(&list, suite->name) > 0);
	suites_free(&list);
	choice.rules = rule;
	choice.rule_count = 1;
	choose(&list, &choice);
	assert_int_equal(count_suite(&list, "rules"), 1);
	assert_int_equal(count_suite(&list, "bugs"), list.count - 1);
	suites_free(&list);
	choice.rule_count = 0;
	choice.globs = globs;
	choice.glob_count = 2;
	choose(&list, &choice);
	assert_true(list.count > 5);
	(void)find(&list, "delete_null_invalid");
	for (size_t i = 0; i < list.count; i++)
		assert_true(strstr(list.scenarios[i].name, "wine") ||
		            strcmp(list.scenarios[i].name, "delete_null_invalid") == 0);
	suites_free(&list);
	choice.suites = unknown;
	choice.suite_count = 2;
	suites_init(&list);
	assert_false(suites_add(&list, &choice, &wrong));
	assert_string_equal(wrong, "nothing");
	assert_int_equal(list.count, 0);
	suites_free(&list);
}

static void count_error(void *context, unsigned line, unsigned column,
                        const char *message)
{
	(void)column;
	(void)message;
	*(unsigned *)context = line;
}

static void test_file(void **state)
{
	static const char text[] = "# Two\n#  lines\nacquire k1 -> SEC_E_OK\n# no more\n",
	                  faulty[] = "acquire k1\ndelete\n";
	struct suite_list list;
	unsigned line = 0;
	(void)state;
	suites_init(&list);
	assert_true(suites_add_text(&list, "my/file", text, strlen(text), count_error,
	                            &line));
	assert_false(suites_add_text(&list, "other", faulty, strlen(faulty), count_error,
	                             &line));
	assert_int_equal(line, 2);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.scenarios[0].suite, "file");
	assert_string_equal(list.scenarios[0].name, "my/file");
	assert_string_equal(list.scenarios[0].comment, "Two\n lines");
	assert_text(&list.scenarios[0].scenario, "acquire k1\n");
	suites_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),    cmocka_unit_test(test_bugs),
		cmocka_unit_test(test_lives),    cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_alphabet), cmocka_unit_test(test_random),
		cmocka_unit_test(test_tidy),     cmocka_unit_test(test_choice),
		cmocka_unit_test(test_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
