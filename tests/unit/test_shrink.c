/*
 * test_shrink.c: shrinking, by tests of candidates whose least scenario is known, and
 * by random scenarios and tests.
 */
#include "unit.h"

#include "../../fuzz/shrink.h"
#include "../../specs/binary.h"
#include "../subjects/walk.h"
#include "random.h"

enum { ENOUGH = 100000 };

/* --- Tests of candidates ------------------------------------------------------------ */

/* Whether these operations are carried out in this order, others among them; `context`
 * lists them, up to OP_COUNT. */
static bool has_in_order(void *context, const struct scenario *candidate)
{
	const enum operation *wanted = context;
	struct walk walk = {.scenario = candidate};
	size_t at;
	while (*wanted != OP_COUNT && walk_on(&walk, &at))
		wanted += candidate->steps[at].op == *wanted;
	return *wanted == OP_COUNT;
}

/* The same, and that the last line is the one with which they are complete. */
static bool ends_in_order(void *context, const struct scenario *candidate)
{
	const enum operation *wanted = context;
	struct walk walk = {.scenario = candidate};
	size_t at = SIZE_MAX;
	while (*wanted != OP_COUNT && walk_on(&walk, &at))
		wanted += candidate->steps[at].op == *wanted;
	return *wanted == OP_COUNT && at + 1 == candidate->count;
}

/* How often `init` is carried out. */
static size_t inits_of(const struct scenario *scenario)
{
	struct walk walk = {.scenario = scenario};
	size_t at, count = 0;
	while (walk_on(&walk, &at))
		count += scenario->steps[at].op == OP_INIT;
	return count;
}

static bool has_inits(void *context, const struct scenario *candidate)
{
	return inits_of(candidate) >= *(size_t *)context;
}

static bool has_so_many_inits(void *context, const struct scenario *candidate)
{
	return inits_of(candidate) == *(size_t *)context;
}

/* Whether there are so many inits, and no step stands there twice. */
static bool has_inits_apart(void *context, const struct scenario *candidate)
{
	for (size_t i = 1; i < candidate->count; i++)
		for (size_t j = 0; j < i; j++)
			if (candidate->steps[i].op == candidate->steps[j].op &&
			    candidate->steps[i].out == candidate->steps[j].out)
				return false;
	return has_inits(context, candidate);
}

/* Whether the last step deletes the first handle of so many that were made. */
static bool deletes_the_first(void *context, const struct scenario *candidate)
{
	size_t held[16] = {0}, made = 0;
	const struct step *step = candidate->steps;
	for (size_t i = 0; i < candidate->count; i++, step++)
		if (step->op == OP_ACQUIRE)
			held[step->out] = ++made;
		else if (step->op == OP_COPY)
			held[step->out] = held[step->source];
	return candidate->count && (--step)->op == OP_DELETE &&
	       held[step->handle] == 1 && made == *(size_t *)context;
}

/* Whether the first of two credentials is freed, and a struct holds it still. */
static bool keeps_what_is_freed(void *context, const struct scenario *candidate)
{
	size_t held[16] = {0}, made = 0;
	bool freed = false, kept = false;
	(void)context;
	for (size_t i = 0; i < candidate->count; i++) {
		const struct step *step = &candidate->steps[i];
		if (step->op == OP_ACQUIRE)
			held[step->out] = ++made;
		else if (step->op == OP_COPY)
			held[step->out] = held[step->source];
		freed |= step->op == OP_FREE && held[step->handle] == 1;
	}
	for (size_t i = 0; i < 16; i++)
		kept |= held[i] == 1;
	return freed && kept && made == 2;
}

/* Whether the first two steps delete different handles. */
static bool deletes_two(void *context, const struct scenario *candidate)
{
	const struct step *steps = candidate->steps;
	(void)context;
	return candidate->count == 2 && steps[0].op == OP_DELETE &&
	       steps[1].op == OP_DELETE && steps[0].handle != steps[1].handle;
}

/* Whether some things are done equally often, beside `delete`. */
static bool is_balanced(void *context, const struct scenario *candidate)
{
	const enum operation *balanced = context;
	size_t times[OP_COUNT] = {0};
	for (size_t i = 0; i < candidate->count; i++)
		times[candidate->steps[i].op]++;
	for (; balanced[1] != OP_COUNT; balanced++)
		if (times[balanced[0]] != times[balanced[1]])
			return false;
	return times[OP_DELETE] > 0;
}

/* Whether the first step has two names. */
static bool names_two(void *context, const struct scenario *candidate)
{
	(void)context;
	return candidate->count && candidate->steps[0].out != candidate->steps[0].source;
}

/* Whether the first step's name ends in an even digit. */
static bool names_even(void *context, const struct scenario *candidate)
{
	size_t length;
	const char *text;
	(void)context;
	if (!candidate->count || candidate->steps[0].op != OP_DELETE)
		return false;
	text = names_text(&candidate->names, candidate->steps[0].handle, &length);
	return strchr("02468", text[length - 1]);
}

static void assert_shrinks(const char *from, const char *to, shrink_test *test,
                           void *context)
{
	struct scenario scenario, wanted;
	scenario_init(&scenario);
	scenario_init(&wanted);
	parse(&scenario, from);
	parse(&wanted, to);
	assert_true(test(context, &scenario));
	(void)shrink(&scenario, test, context, ENOUGH);
	char *text = print(&scenario);
	assert_string_equal(text, to);
	for (size_t i = 0; i < scenario.count; i++)
		assert_int_equal(scenario.steps[i].line, i + 1);
	assert_int_equal(scenario.names.name_count, wanted.names.name_count);
	free(text);
	scenario_free(&scenario);
	scenario_free(&wanted);
}

/* --- Known results ------------------------------------------------------------------- */

static void only_what_is_needed_stays(void **state)
{
	enum operation wanted[] = {OP_ACQUIRE, OP_INIT, OP_DELETE, OP_DELETE, OP_COUNT};
	(void)state;
	assert_shrinks("free k1\nacquire k3 inbound unknown\nzero c2\nacquire k1\n"
	               "init c7 k3 with noise\nquery c7 names into b1\ncopy c2 c7\n"
	               "delete c7\ninit c9 k1\nrelease b1\ndelete c2\nfree k3\n"
	               "delete c9\nfree k1\n",
	               "acquire k1\ninit c1 k1\ndelete c1\ndelete c1\n", has_in_order,
	               wanted);
}

static void steps_that_need_each_other_go_together(void **state)
{
	enum operation pair[] = {OP_ACQUIRE, OP_FREE, OP_COUNT};
	enum operation three[] = {OP_ACQUIRE, OP_FREE, OP_RELEASE, OP_COUNT};
	(void)state;
	assert_shrinks("free k1\ndelete c1\nacquire k1\n", "delete c1\n", is_balanced,
	               pair);
	assert_shrinks("acquire k1\nrelease b1\nfree k1\nrelease b1\ndelete c1\n"
	               "acquire k2\nfree k1\n",
	               "delete c1\n", is_balanced, three);
}

static void nothing_may_be_left(void **state)
{
	enum operation wanted[] = {OP_COUNT};
	(void)state;
	assert_shrinks("repeat 2\n  together\n    delete c1\n  end\nend\nzero c1\n", "",
	               has_in_order, wanted);
	assert_shrinks("", "", has_in_order, wanted);
}

static void answers_are_left_out(void **state)
{
	enum operation wanted[] = {OP_DELETE, OP_COUNT};
	(void)state;
	assert_shrinks("free k1 -> SEC_E_INVALID_HANDLE\ndelete c1 -> SEC_E_OK out=kept\n",
	               "delete c1\n", has_in_order, wanted);
}

static void blocks_are_unwrapped(void **state)
{
	enum operation wanted[] = {OP_DELETE, OP_FREE, OP_COUNT};
	(void)state;
	assert_shrinks("repeat 7\n  together\n    delete c1\n    query c1 sizes\n  end\n"
	               "  free k1\nend\n",
	               "delete c1\nfree k1\n", has_in_order, wanted);
}

static void a_block_stays_where_it_must(void **state)
{
	size_t inits = 37;
	(void)state;
	assert_shrinks("repeat 500\n  init c2 k1\n  together\n    delete c2\n  end\nend\n",
	               "repeat 37\n  init c1 k1\nend\n", has_inits, &inits);
}

static void rounds_are_written_out_if_that_is_less(void **state)
{
	enum operation wanted[] = {OP_FREE, OP_ACQUIRE, OP_COUNT};
	enum operation again[] = {OP_FREE, OP_ACQUIRE, OP_FREE, OP_ACQUIRE,
	                          OP_FREE, OP_ACQUIRE, OP_COUNT};
	(void)state;
	assert_shrinks("repeat 9\n  acquire k1\n  delete c1\n  free k1\nend\n",
	               "free k1\nacquire k1\n", has_in_order, wanted);
	assert_shrinks("repeat 9\n  free k1\n  acquire k1\nend\n",
	               "repeat 3\n  free k1\n  acquire k1\nend\n", has_in_order, again);
	again[4] = OP_COUNT; /* as many steps as there are */
	assert_shrinks("repeat 9\n  free k1\n  acquire k1\nend\n",
	               "free k1\nacquire k1\nfree k1\nacquire k1\n", has_in_order,
	               again);
}

static void rounds_begin_where_fewer_steps_follow(void **state)
{
	enum operation wanted[] = {OP_ACQUIRE, OP_QUERY,   OP_FREE,    OP_ACQUIRE,
	                           OP_QUERY,   OP_FREE,    OP_ACQUIRE, OP_QUERY,
	                           OP_FREE,    OP_ACQUIRE, OP_COUNT};
	(void)state;
	assert_shrinks("repeat 3\n  query c1 sizes\n  free k1\n  acquire k1\nend\n"
	               "query c1 sizes\nfree k1\nacquire k1\n",
	               "repeat 3\n  acquire k1\n  query c1 sizes\n  free k1\nend\n"
	               "acquire k1\n",
	               ends_in_order, wanted);
}

static void equal_steps_are_written_as_a_repeat(void **state)
{
	enum operation again[] = {OP_ACQUIRE, OP_FREE, OP_ACQUIRE, OP_FREE, OP_ACQUIRE,
	                          OP_FREE, OP_COUNT};
	enum operation behind[] = {OP_FREE, OP_ACQUIRE, OP_FREE, OP_ACQUIRE, OP_FREE,
	                           OP_ACQUIRE, OP_DELETE, OP_COUNT};
	size_t inits = 4;
	(void)state;
	assert_shrinks("acquire k1\nfree k1\nacquire k1\nfree k1\nacquire k1\nfree k1\n",
	               "repeat 3\n  acquire k1\n  free k1\nend\n", has_in_order, again);
	assert_shrinks("free k1\nacquire k1\nfree k1\nacquire k1\nfree k1\nacquire k1\n"
	               "delete c1\n",
	               "repeat 3\n  free k1\n  acquire k1\nend\ndelete c1\n",
	               has_in_order, behind);
	assert_shrinks("init c1 k1\ninit c1 k1\ninit c1 k1\ninit c1 k1\n",
	               "repeat 4\n  init c1 k1\nend\n", has_inits, &inits);
	inits = 3; /* no fewer steps than there are */
	assert_shrinks("init c1 k1\ninit c1 k1\ninit c1 k1\n",
	               "init c1 k1\ninit c1 k1\ninit c1 k1\n", has_inits, &inits);
}

static void rounds_of_one_step_do_what_others_did(void **state)
{
	size_t inits = 4;
	(void)state;
	assert_shrinks("init c1 k1\ninit c2 k1\ninit c3 k1\ninit c4 k1\n",
	               "repeat 4\n  init c1 k1\nend\n", has_inits_apart, &inits);
}

static void rounds_do_what_other_steps_did(void **state)
{
	size_t inits = 103;
	(void)state;
	assert_shrinks("init c1 k1\ninit c2 k2\nrepeat 100\n  init c1 k1\nend\n"
	               "init c1 k1\n",
	               "repeat 103\n  init c1 k1\nend\n", has_so_many_inits, &inits);
	inits = 12;
	assert_shrinks("repeat 3\n  init c1 k1\nend\nrepeat 9\n  init c2 k2\nend\n",
	               "repeat 12\n  init c1 k1\nend\n", has_inits, &inits);
}

static void names_are_exchanged_where_they_must_differ(void **state)
{
	(void)state;
	assert_shrinks("delete c2\ndelete c1\n", "delete c1\ndelete c2\n", deletes_two,
	               NULL);
}

static void copies_are_spared(void **state)
{
	size_t made = 3;
	(void)state;
	assert_shrinks("acquire k2\ncopy c7 k2\nacquire k2\nacquire k2\ndelete c7\n",
	               "acquire k1\nacquire k2\nacquire k2\ndelete k1\n",
	               deletes_the_first, &made);
	made = 1;
	assert_shrinks("acquire k2\ncopy c7 k2\ndelete c7\n",
	               "acquire k1\ndelete k1\n", deletes_the_first, &made);
	assert_shrinks("acquire k1\ncopy k2 k1\nfree k2\nacquire k2\n",
	               "acquire k1\nfree k1\nacquire k2\n", keeps_what_is_freed, NULL);
}

static void arguments_become_plain(void **state)
{
	static const char *const lines[][2] = {
		{"acquire k3 outbound anonymous\n", "acquire k1\n"},
		{"acquire null\n", "acquire k1\n"},
		{"free null\n", "free k1\n"},
		{"init null k2 on c7 with truncated c4\n", "init c1 k1\n"},
		{"accept c2 null on c2 with noise\n", "accept c1 k1\n"},
		{"complete null with replayed c3\n", "complete c1\n"},
		{"delete foo\n", "delete c1\n"},
		{"query c3 package into b2\n", "query c1 sizes\n"},
		{"query c3 other\n", "query c1 sizes\n"},
		{"use k2 AddCredentials\n", "use c1 AddCredentials\n"},
		{"export c4 into b3 delete-old\n", "export c1 into b1\n"},
		{"import null from bar\n", "import c1 from b1\n"},
		{"release null\n", "release b1\n"},
		{"copy c9 k2\n", "copy c1 c1\n"},
		{"invalidate c2 upper\n", "invalidate c1\n"},
		{"garbage c12 7\n", "garbage c1\n"},
		{"foreign b4\n", "foreign b1\n"},
		{"forget h17\n", "forget c1\n"}};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct scenario scenario;
		enum operation wanted[] = {OP_COUNT, OP_COUNT};
		scenario_init(&scenario);
		parse(&scenario, lines[i][0]);
		wanted[0] = (enum operation)scenario.steps[0].op;
		scenario_free(&scenario);
		assert_shrinks(lines[i][0], lines[i][1], has_in_order, wanted);
	}
}

static void names_stay_apart_where_they_must(void **state)
{
	(void)state;
	assert_shrinks("copy c9 c7\n", "copy c1 c2\n", names_two, NULL);
	assert_shrinks("delete foo8\n", "delete c2\n", names_even, NULL);
	assert_shrinks("delete c8\nrelease c2\n", "delete c2\n", names_even, NULL);
}

static void names_of_the_other_kind_are_not_taken(void **state)
{
	enum operation wanted[] = {OP_RELEASE, OP_DELETE, OP_COUNT};
	enum operation buffer[] = {OP_DELETE, OP_RELEASE, OP_COUNT};
	(void)state;
	assert_shrinks("release c1\ndelete b1\n", "release b1\ndelete c1\n",
	               has_in_order, wanted);
	assert_shrinks("delete b1\nrelease null\n", "delete c1\nrelease b1\n",
	               has_in_order, buffer);
}

/* --- Random scenarios ------------------------------------------------------------------ */

/* A test that passes by the bits of a hash of what the candidate consists of. */
struct random_test {
	uint64_t seed;
	uint32_t wanted; /* bits */
	size_t tests;
};

static uint32_t bits_of(uint64_t seed, const struct scenario *candidate)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < candidate->count; i++) {
		const struct step *step = &candidate->steps[i];
		uint64_t hash = seed + step->op * 1000u + step->choice * 10u + step->token;
		bits |= 1u << random_below(&hash, 16);
	}
	return bits;
}

/* What candidates look like is the same when it was printed and read. */
static void assert_well_formed(const struct scenario *candidate)
{
	struct scenario again;
	char *text = print(candidate), *printed;
	scenario_init(&again);
	parse(&again, text);
	assert_int_equal(again.count, candidate->count);
	printed = print(&again);
	assert_string_equal(printed, text);
	free(text);
	free(printed);
	scenario_free(&again);
}

static bool has_bits(void *context, const struct scenario *candidate)
{
	struct random_test *test = context;
	test->tests++;
	assert_well_formed(candidate);
	return (bits_of(test->seed, candidate) & test->wanted) == test->wanted;
}

static void random_scenario(uint64_t *seed, struct scenario *scenario)
{
	uint8_t data[512];
	scenario_reset(scenario);
	binary_decode(scenario, data, random_bytes(seed, data, sizeof data));
}

/* A test that the scenario passes. */
static struct random_test random_test(uint64_t *seed, const struct scenario *scenario)
{
	struct random_test test = {.seed = random_next(seed)};
	test.wanted = bits_of(test.seed, scenario) & (uint32_t)random_next(seed);
	return test;
}

static char *shrunk(struct scenario *scenario, struct random_test *test)
{
	size_t tests = shrink(scenario, has_bits, test, ENOUGH);
	assert_int_equal(tests, test->tests);
	assert_true(has_bits(test, scenario));
	test->tests = 0;
	return print(scenario);
}

static void random_scenarios_shrink_once_and_for_all(void **state)
{
	uint64_t seed = 1;
	struct scenario scenario, same;
	(void)state;
	scenario_init(&scenario);
	scenario_init(&same);
	for (int i = 0; i < 300; i++) {
		uint64_t again = seed;
		random_scenario(&seed, &scenario);
		random_scenario(&again, &same);
		struct random_test test = random_test(&seed, &scenario);
		size_t count = scenario.count, wanted = 0;
		for (uint32_t bits = test.wanted; bits; bits &= bits - 1)
			wanted++;
		char *first = shrunk(&scenario, &test);
		char *second = shrunk(&same, &test);
		assert_string_equal(first, second);
		char *third = shrunk(&scenario, &test);
		assert_string_equal(first, third);
		assert_in_range(scenario.count, 0, count);
		/* One step for each bit, and lines of blocks about them at most. */
		assert_in_range(scenario.count, 0, 3 * wanted);
		free(first);
		free(second);
		free(third);
	}
	scenario_free(&scenario);
	scenario_free(&same);
}

static void no_more_tests_are_made_than_allowed(void **state)
{
	uint64_t seed = 2;
	struct scenario scenario;
	(void)state;
	scenario_init(&scenario);
	for (size_t limit = 0; limit < 60; limit++) {
		random_scenario(&seed, &scenario);
		struct random_test test = random_test(&seed, &scenario);
		char *before = print(&scenario);
		size_t tests = shrink(&scenario, has_bits, &test, limit);
		assert_int_equal(tests, test.tests);
		assert_in_range(test.tests, 0, limit);
		assert_true(has_bits(&test, &scenario));
		char *after = print(&scenario);
		if (limit == 0)
			assert_string_equal(before, after);
		free(before);
		free(after);
	}
	scenario_free(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_needed_stays),
		cmocka_unit_test(steps_that_need_each_other_go_together),
		cmocka_unit_test(nothing_may_be_left),
		cmocka_unit_test(answers_are_left_out),
		cmocka_unit_test(blocks_are_unwrapped),
		cmocka_unit_test(a_block_stays_where_it_must),
		cmocka_unit_test(rounds_are_written_out_if_that_is_less),
		cmocka_unit_test(equal_steps_are_written_as_a_repeat),
		cmocka_unit_test(rounds_begin_where_fewer_steps_follow),
		cmocka_unit_test(rounds_of_one_step_do_what_others_did),
		cmocka_unit_test(rounds_do_what_other_steps_did),
		cmocka_unit_test(names_are_exchanged_where_they_must_differ),
		cmocka_unit_test(copies_are_spared),
		cmocka_unit_test(arguments_become_plain),
		cmocka_unit_test(names_stay_apart_where_they_must),
		cmocka_unit_test(names_of_the_other_kind_are_not_taken),
		cmocka_unit_test(random_scenarios_shrink_once_and_for_all),
		cmocka_unit_test(no_more_tests_are_made_than_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
