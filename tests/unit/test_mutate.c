/*
 * test_mutate.c: what changes inputs for fuzzers. Results are looked at as lists of
 * lines of text.
 */
#include "unit.h"

#include "../../fuzz/mutate.h"
#include "../../fuzz/mutator.h"
#include "../../fuzz/trim.h"
#include "../../fuzz/wander.h"
#include "../subjects/reference.h"
#include "../subjects/walk.h"
#include "random.h"

/* --- Lines ------------------------------------------------------------------ */

enum { LINES = 1024 };

/* A scenario's lines, without indentation. */
struct lines {
	char *text;
	const char *line[LINES];
	size_t count;
};

static struct lines lines_of(const uint8_t *data, size_t size)
{
	struct scenario scenario;
	struct lines lines = {0};
	scenario_init(&scenario);
	binary_decode(&scenario, data, size);
	lines.text = print(&scenario);
	for (char *line = strtok(lines.text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(lines.count < LINES);
		lines.line[lines.count++] = line + strspn(line, " ");
	}
	scenario_free(&scenario);
	return lines;
}

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return strcmp(a->line[i], b->line[j]) == 0;
}

static bool same_word(const char *a, const char *b)
{
	size_t length = strcspn(a, " ");
	return length == strcspn(b, " ") && memcmp(a, b, length) == 0;
}

/* Whether the lines of a part are among those of the whole, in their order. */
static bool is_part(const struct lines *part, const struct lines *whole)
{
	size_t found = 0;
	for (size_t i = 0; i < whole->count && found < part->count; i++)
		found += same(part, found, whole, i);
	return found == part->count;
}

static size_t count_of(const struct lines *lines, const char *line)
{
	size_t count = 0;
	for (size_t i = 0; i < lines->count; i++)
		count += strcmp(lines->line[i], line) == 0;
	return count;
}

static size_t differing(const struct lines *a, const struct lines *b)
{
	size_t count = 0;
	for (size_t i = 0; i < a->count; i++)
		count += !same(a, i, b, i);
	return count;
}

/* Makes the bytes of a script, to be freed. */
static struct bytes bytes_of(const char *text)
{
	struct scenario scenario;
	struct bytes bytes = {0};
	scenario_init(&scenario);
	parse(&scenario, text);
	assert_true(binary_encode(&bytes, &scenario));
	scenario_free(&scenario);
	return bytes;
}

/* --- Results ---------------------------------------------------------------- */

static void assert_canonical(const struct bytes *bytes)
{
	struct scenario scenario;
	struct bytes again = {0};
	scenario_init(&scenario);
	binary_decode(&scenario, bytes->data, bytes->length);
	assert_true(binary_encode(&again, &scenario));
	assert_int_equal(again.length, bytes->length);
	assert_memory_equal(again.data, bytes->data, bytes->length);
	free(again.data);
	scenario_free(&scenario);
}

static void assert_equal(const struct bytes *a, const struct bytes *b)
{
	assert_int_equal(a->length, b->length);
	assert_memory_equal(a->data, b->data, a->length);
}

static void results_fit_and_are_canonical(void **state)
{
	struct mutator mutator;
	uint64_t seed = 1;
	(void)state;
	mutator_init(&mutator, 1);
	for (int i = 0; i < 10000; i++) {
		uint8_t one[200], two[200];
		size_t size = random_bytes(&seed, one, sizeof one);
		size_t other = random_bytes(&seed, two, sizeof two);
		for (int generation = 0; generation < 4; generation++) {
			size_t most = 1 + random_below(&seed, sizeof one);
			const struct bytes *out =
				generation % 2 ? mutator_cross(&mutator, one, size, two,
			                                       other, most)
					       : mutator_change(&mutator, one, size,
			                                        most);
			assert_in_range(out->length, 1, most);
			assert_canonical(out);
			size = out->length;
			memcpy(one, out->data, size);
		}
	}
	mutator_free(&mutator);
}

static void a_seed_settles_the_result(void **state)
{
	struct mutator used, new;
	uint64_t seed = 2;
	int changed = 0;
	(void)state;
	mutator_init(&used, 0);
	for (uint64_t i = 0; i < 2000; i++) {
		uint8_t data[100];
		size_t size = random_bytes(&seed, data, sizeof data);
		mutator_init(&new, i);
		used.random = i;
		assert_equal(mutator_change(&new, data, size, 200),
		             mutator_change(&used, data, size, 200));
		new.random = used.random = i;
		assert_equal(mutator_cross(&new, data, size, data, size / 2, 200),
		             mutator_cross(&used, data, size, data, size / 2, 200));
		new.random = i + 1;
		used.random = i;
		mutator_change(&new, data, size, 200);
		mutator_change(&used, data, size, 200);
		changed += new.out.length != used.out.length ||
		           memcmp(new.out.data, used.out.data, used.out.length) != 0;
		mutator_free(&new);
	}
	mutator_free(&used);
	assert_in_range(changed, 1900, 2000);
}

/* A mutator that goes on with its last result makes of it what any other does. */
static void the_last_result_is_no_other_input(void **state)
{
	struct mutator used, new;
	uint64_t seed = 3;
	uint8_t data[100], other[100];
	size_t size = random_bytes(&seed, data, sizeof data);
	(void)state;
	mutator_init(&used, 0);
	mutator_change(&used, data, size, 300);
	for (uint64_t i = 0; i < 5000; i++) {
		struct bytes last = {malloc(used.out.length), used.out.length, 0};
		size_t most = 100 + random_below(&seed, 200);
		memcpy(last.data, used.out.data, last.length);
		mutator_init(&new, i);
		used.random = i;
		size = random_bytes(&seed, other, sizeof other);
		if (random_below(&seed, 2))
			assert_equal(mutator_change(&new, last.data, last.length, most),
			             mutator_change(&used, last.data, last.length,
			                            most));
		else
			assert_equal(mutator_cross(&new, last.data, last.length,
			                           other, size, most),
			             mutator_cross(&used, last.data, last.length,
			                           other, size, most));
		mutator_free(&new);
		free(last.data);
	}
	mutator_free(&used);
}

/* --- Mutations, one at a time ----------------------------------------------- */

static bool is_insert(const struct lines *old, const struct lines *new)
{
	return new->count > old->count && is_part(old, new);
}

static bool is_alias(const struct lines *old, const struct lines *new)
{
	size_t at = 0;
	while (at < old->count && same(old, at, new, at))
		at++;
	return new->count == old->count + 2 && is_part(old, new) &&
	       same_word(new->line[at], "copy");
}

static bool is_erase(const struct lines *old, const struct lines *new)
{
	return new->count < old->count && is_part(new, old);
}

static bool is_duplicate(const struct lines *old, const struct lines *new)
{
	for (size_t i = 0; i < new->count; i++)
		if (count_of(old, new->line[i]) == 0)
			return false;
	return is_insert(old, new);
}

static bool is_reorder(const struct lines *old, const struct lines *new)
{
	for (size_t i = 0; i < old->count; i++)
		if (count_of(new, old->line[i]) != 1)
			return false;
	return new->count == old->count && differing(old, new) > 0;
}

static bool is_replace(const struct lines *old, const struct lines *new)
{
	return new->count == old->count && differing(old, new) == 1;
}

static bool is_retarget(const struct lines *old, const struct lines *new)
{
	if (new->count != old->count)
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (!same_word(old->line[i], new->line[i]))
			return false;
	return differing(old, new) > 1;
}

static bool is_change(const struct lines *old, const struct lines *new)
{
	if (!is_replace(old, new))
		return false;
	for (size_t i = 0; i < old->count; i++)
		if (!same_word(old->line[i], new->line[i]))
			return false;
	return true;
}

static bool is_wrap(const struct lines *old, const struct lines *new)
{
	size_t at = 0, end;
	while (at < old->count && same(old, at, new, at))
		at++;
	for (end = at; end < new->count && strcmp(new->line[end], "end") != 0;)
		end++;
	return new->count == old->count + 2 && is_part(old, new) &&
	       (same_word(new->line[at], "repeat") ||
	        same_word(new->line[at], "together")) &&
	       end - at >= 2 && end - at <= 7;
}

static const char blocks_text[] =
	"acquire k1\nrepeat 3\ninit c1 k1\ntogether\ndelete c1\nquery c1 sizes\n"
	"end\ncomplete c1\nend\ntogether\nfree k1\nend\nfree k2\n";

/* That one without one of its blocks. */
static bool is_unwrap(const struct lines *old, const struct lines *new)
{
	static const size_t blocks[][2] = {{1, 8}, {3, 6}, {9, 11}};
	for (size_t i = 0; i < 3; i++) {
		size_t found = 0;
		for (size_t j = 0; j < old->count && found < new->count; j++)
			if (j != blocks[i][0] && j != blocks[i][1])
				found += same(new, found, old, j);
		if (found == new->count && found == old->count - 2)
			return true;
	}
	return false;
}

static const struct {
	const char *name;
	bool (*is)(const struct lines *old, const struct lines *new);
	int seen; /* at least, of a thousand that are called so: others change nothing,
	             or less than shows */
} kinds[] = {
	{"insert", is_insert, 1000},    {"alias", is_alias, 1000},
	{"erase", is_erase, 1000},      {"duplicate", is_duplicate, 1000},
	{"reorder", is_reorder, 1000},  {"change", is_change, 950},
	{"retarget", is_retarget, 400}, {"replace", is_replace, 900},
	{"wrap", is_wrap, 1000},        {"unwrap", is_unwrap, 1000}};

/* Counts results of one mutation: those that are called `name`, and those among
 * them that show it. */
static void count_kind(const struct bytes *old, const char *name,
                       bool (*is)(const struct lines *, const struct lines *),
                       int *called, int *shown)
{
	struct lines before = lines_of(old->data, old->length);
	struct mutator mutator;
	mutator_init(&mutator, 3);
	*called = *shown = 0;
	for (int i = 0; i < 200000 && *called < 1000; i++) {
		mutator_change(&mutator, old->data, old->length, 4096);
		if (mutator.made_count != 1 || strcmp(mutator.made[0], name) != 0)
			continue;
		struct lines after =
			lines_of(mutator.out.data, mutator.out.length);
		++*called;
		*shown += is(&before, &after);
		free(after.text);
	}
	free(before.text);
	mutator_free(&mutator);
}

static void every_mutation_is_made_and_does_what_it_is_called(void **state)
{
	struct bytes plain = bytes_of(
		"acquire k1\nacquire k2 inbound\ninit c1 k1\naccept c2 k2 with c1\n"
		"init c1 k1 on c1 with c2\ncomplete c1\nquery c2 names into b1\n"
		"delete c1\nrelease b1\ndelete c2\nfree k1\nfree k2\n");
	struct bytes blocks = bytes_of(blocks_text);
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int called, shown;
		count_kind(kinds[i].is == is_unwrap ? &blocks : &plain,
		           kinds[i].name, kinds[i].is, &called, &shown);
		print_message("# %s: %d of %d\n", kinds[i].name, shown, called);
		if (shown < kinds[i].seen)
			fail_msg("%s shows in %d of %d results, expected %d",
			         kinds[i].name, shown, called, kinds[i].seen);
	}
	free(plain.data);
	free(blocks.data);
}

/* What a nudge made of a scenario: 0 nothing, 1 an operand, 2 several, 3 an operation,
 * 4 a step's place, 5 none of these. */
static int kind_of_nudge(const struct lines *old, const struct lines *new)
{
	if (new->count != old->count)
		return 5;
	return differing(old, new) == 0  ? 0
	       : is_change(old, new)     ? 1
	       : is_retarget(old, new)   ? 2
	       : is_replace(old, new)    ? 3
	       : is_reorder(old, new)    ? 4
	                                 : 5;
}

/* Counts what nudges make of a scenario. They keep the number of steps, and blocks
 * well-formed, or else the lines that are printed could not be read. */
static void count_nudges(const char *script, int seen[6])
{
	struct bytes bytes = bytes_of(script);
	struct lines old = lines_of(bytes.data, bytes.length);
	struct mutator mutator;
	mutator_init(&mutator, 5);
	for (int i = 0; i < 10000; i++) {
		scenario_reset(&mutator.scenario);
		binary_decode(&mutator.scenario, bytes.data, bytes.length);
		bool changed = mutator_nudge(&mutator);
		char *text = print(&mutator.scenario);
		struct bytes again = bytes_of(text);
		struct lines new = lines_of(again.data, again.length);
		int kind = kind_of_nudge(&old, &new);
		assert_true(changed || kind == 0);
		seen[kind]++;
		free(new.text);
		free(again.data);
		free(text);
	}
	mutator_free(&mutator);
	free(old.text);
	free(bytes.data);
}

static void a_nudge_changes_one_thing(void **state)
{
	int plain[6] = {0}, together[6] = {0};
	(void)state;
	count_nudges("acquire k1\nrepeat 3\ninit c1 k1\ndelete c1\nend\ncopy c2 c1\n"
	             "query c2 sizes\nfree k1\n", plain);
	count_nudges(blocks_text, together);
	for (int kind = 1; kind <= 4; kind++) {
		assert_in_range(plain[kind], 300, 9000);
		assert_in_range(together[kind], kind <= 2 ? 300 : 0,
		                kind <= 2 ? 9000 : 0);
	}
	assert_int_equal(plain[5] + together[5], 0);
}

/* --- Looking further ---------------------------------------------------------- */

/* Whether a credential is acquired and freed, with no copy, or one that may be of
 * anything, between. */
static bool acquires_and_frees(void *context, const struct scenario *candidate)
{
	const struct step *steps = candidate->steps;
	(void)context;
	if (candidate->count == 3)
		return steps[0].op == OP_ACQUIRE && steps[1].op == OP_COPY &&
		       steps[2].op == OP_FREE;
	return candidate->count == 2 && steps[0].op == OP_ACQUIRE &&
	       steps[1].op == OP_FREE && steps[1].handle == steps[0].out;
}

/* Whether it is an acquire and a free; crashes on what is almost that. */
static bool crashes_nearby(void *context, const struct scenario *candidate)
{
	bool frees = candidate->count == 2 && candidate->steps[1].op == OP_FREE;
	(void)context;
	if (frees && candidate->steps[0].op != OP_ACQUIRE)
		abort();
	return frees;
}

/* Whether it has as many steps as it had. */
static bool has_all(void *context, const struct scenario *candidate)
{
	return candidate->count == *(size_t *)context;
}

/* Looks further from a script; whether it becomes another, and which, twice. */
static void assert_wanders(const char *from, bool found, const char *to,
                           shrink_test *test, void *context)
{
	for (int i = 0; i < 2; i++) {
		struct scenario scenario;
		scenario_init(&scenario);
		parse(&scenario, from);
		assert_int_equal(wander(&scenario, test, context), found);
		char *text = print(&scenario);
		assert_string_equal(text, to);
		free(text);
		scenario_free(&scenario);
	}
}

static void what_is_smaller_is_found_further_away(void **state)
{
	static const char three[] = "acquire k1\ncopy k2 k1\nfree k2\n";
	static const char two[] = "acquire k1\nfree k1\n";
	size_t count = 3;
	(void)state;
	assert_wanders(three, true, two, acquires_and_frees, NULL);
	assert_wanders(three, false, three, has_all, &count);
	assert_wanders(two, false, two, crashes_nearby, NULL);
	assert_wanders("acquire k1\n", false, "acquire k1\n", crashes_nearby, NULL);
}

/* --- Crossing --------------------------------------------------------------- */

/* Whether a scenario is one with a run of another's in place of a run of its own,
 * which may be empty. */
static bool is_cross(const struct lines *new, const struct lines *old,
                     const struct lines *other)
{
	size_t first = 0, last = 0, start;
	while (first < old->count && first < new->count &&
	       same(old, first, new, first))
		first++;
	while (first + last < old->count && first + last < new->count &&
	       same(old, old->count - 1 - last, new, new->count - 1 - last))
		last++;
	size_t count = new->count - first - last;
	for (start = 0; start + count <= other->count; start++) {
		size_t i = 0;
		while (i < count && same(other, start + i, new, first + i))
			i++;
		if (i == count)
			return count > 0;
	}
	return false;
}

static void crossing_takes_steps_of_both(void **state)
{
	struct bytes one = bytes_of("acquire k1\ninit c1 k1\ndelete c1\ndelete c2\n"
	                            "delete c3\nfree k1\n");
	struct bytes two = bytes_of("acquire alice\ninit b1 alice\nquery b1 sizes\n"
	                            "query b1 names into bob\nrelease bob\n"
	                            "delete b1\nfree alice\n");
	struct lines old = lines_of(one.data, one.length);
	struct lines other = lines_of(two.data, two.length);
	struct mutator mutator;
	int crossed = 0, both = 0, taken[8] = {0};
	(void)state;
	mutator_init(&mutator, 4);
	for (int tries = 0; tries < 6000; tries++) {
		mutator_cross(&mutator, one.data, one.length, two.data, two.length,
		              4096);
		if (mutator.made_count > 1)
			continue;
		struct lines new = lines_of(mutator.out.data, mutator.out.length);
		crossed++;
		assert_true(is_cross(&new, &old, &other));
		size_t own = 0;
		for (size_t i = 0; i < new.count; i++)
			own += count_of(&old, new.line[i]);
		both += own > 0;
		for (size_t i = 0; i < other.count; i++)
			taken[i] += count_of(&new, other.line[i]) > 0;
		free(new.text);
	}
	assert_in_range(crossed, 2500, 3500);
	assert_in_range(both, crossed * 3 / 4, crossed);
	for (size_t i = 0; i < other.count; i++)
		assert_in_range(taken[i], crossed / 10, crossed);
	mutator_free(&mutator);
	free(old.text);
	free(other.text);
	free(one.data);
	free(two.data);
}

/* --- What grows from nothing ------------------------------------------------ */

/* Runs a scenario on the reference; whether an exchange came to its end: its second
 * token was taken and its third one accepted. */
static bool completes(struct driver_setup setup, const uint8_t *data, size_t size)
{
	struct scenario scenario;
	struct driver driver;
	bool complete = false;
	size_t at;
	scenario_init(&scenario);
	binary_decode(&scenario, data, size);
	setup.reset();
	driver_begin(&driver, &setup, &scenario.names);
	for (struct walk walk = {.scenario = &scenario}; walk_on(&walk, &at);) {
		const struct step *step = &scenario.steps[at];
		if (!operations[step->op].is_call)
			driver_own(&driver, step);
		else if (driver_call(&driver, step).status == SEC_E_OK)
			complete |= step->op == OP_ACCEPT &&
			            is_name(step->handle);
	}
	driver_end(&driver);
	setup.reset();
	scenario_free(&scenario);
	return complete;
}

static void complete_exchanges_grow_from_nothing(void **state)
{
	enum { FAMILIES = 2000, GENERATIONS = 4, MOST = 1000 };
	struct mutator mutator;
	int complete = 0;
	(void)state;
	mutator_init(&mutator, 5);
	for (int family = 0; family < FAMILIES; family++) {
		uint8_t data[MOST];
		size_t size = 0;
		for (int i = 0; i < GENERATIONS; i++) {
			const struct bytes *out =
				mutator_change(&mutator, data, size, MOST);
			size = out->length;
			memcpy(data, out->data, size);
		}
		complete += completes(reference_setup(NULL), data, size);
	}
	mutator_free(&mutator);
	print_message("# complete: %d of %d\n", complete, FAMILIES);
	assert_in_range(complete, FAMILIES / 60, FAMILIES);
}

static void long_repeats_are_not_handed_down(void **state)
{
	struct bytes old = bytes_of("acquire k1\nrepeat 1000000\ninit c1 k1\n"
	                            "together\ndelete c1\nend\nend\nfree k1\n");
	struct mutator mutator;
	struct scenario scenario;
	(void)state;
	mutator_init(&mutator, 6);
	scenario_init(&scenario);
	for (int i = 0; i < 3000; i++) {
		size_t rounds = 0, at;
		mutator_change(&mutator, old.data, old.length, 4096);
		scenario_reset(&scenario);
		binary_decode(&scenario, mutator.out.data, mutator.out.length);
		for (struct walk walk = {.scenario = &scenario};
		     walk_on(&walk, &at) && rounds < 10000;)
			rounds++;
		assert_in_range(rounds, 0, 9999);
	}
	scenario_free(&scenario);
	mutator_free(&mutator);
	free(old.data);
}

/* --- Trimming --------------------------------------------------------------- */

static const char needed_text[] = "init c1 k1\nquery c1 sizes\nrelease b1\n";

static const char long_text[] =
	"acquire k1\nacquire k2\ncopy c3 k1\nrepeat 5\ninit c1 k1\ncopy c2 c1\n"
	"delete c2\nend\ntogether\nquery c1 sizes\nquery c1 other\nend\nzero c4\n"
	"query c1 names into b1\nrepeat 2\ntogether\nrelease b1\nend\nend\n"
	"delete c1\ndelete null\nfree k1\nfree k2\nforget alice\n";

/* Whether an input has the lines of needed_text, in their order. */
static bool is_needed(const struct bytes *bytes)
{
	struct bytes needed = bytes_of(needed_text);
	struct lines part = lines_of(needed.data, needed.length);
	struct lines whole = lines_of(bytes->data, bytes->length);
	bool is = is_part(&part, &whole);
	free(part.text);
	free(whole.text);
	free(needed.data);
	return is;
}

static bool is_anything(const struct bytes *bytes)
{
	(void)bytes;
	return true;
}

static bool is_nothing(const struct bytes *bytes)
{
	(void)bytes;
	return false;
}

/* Trims an input as AFL++ does.
 * @return what is left, to be freed */
static struct bytes trim(const struct bytes *input,
                         bool (*does_the_same)(const struct bytes *), int *tries)
{
	struct bytes left = {calloc(input->length + 1, 1), input->length, 0};
	void *custom = afl_custom_init(NULL, 1);
	int32_t end;
	assert_non_null(left.data);
	if (input->length)
		memcpy(left.data, input->data, input->length);
	end = !afl_custom_init_trim(custom, left.data, left.length);
	for (*tries = 0; !end; ++*tries) {
		struct bytes tried = {0};
		assert_in_range(*tries, 0, 1000);
		tried.length = afl_custom_trim(custom, &tried.data);
		assert_in_range(tried.length, 1, left.length - 1);
		assert_canonical(&tried);
		bool success = does_the_same(&tried);
		if (success) {
			left.length = tried.length;
			memcpy(left.data, tried.data, tried.length);
		}
		end = afl_custom_post_trim(custom, success);
	}
	afl_custom_deinit(custom);
	return left;
}

static void trimming_keeps_what_it_must(void **state)
{
	struct bytes whole = bytes_of(long_text), needed = bytes_of(needed_text);
	int tries;
	(void)state;
	assert_true(is_needed(&whole));
	struct bytes left = trim(&whole, is_needed, &tries);
	assert_equal(&left, &needed);
	assert_in_range(tries, 1, 60);
	free(left.data);
	left = trim(&whole, is_nothing, &tries);
	assert_equal(&left, &whole);
	assert_in_range(tries, 24, 60);
	free(left.data);
	left = trim(&whole, is_anything, &tries);
	assert_int_equal(left.length, 1);
	assert_in_range(tries, 1, 6);
	free(left.data);
	free(needed.data);
	free(whole.data);
}

static void trimming_ends_on_any_bytes(void **state)
{
	uint64_t seed = 7;
	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint8_t data[120];
		struct bytes input = {data, random_bytes(&seed, data, sizeof data), 0};
		int tries;
		struct bytes left = trim(&input, i % 2 ? is_nothing : is_anything,
		                         &tries);
		assert_in_range(left.length, 0, input.length);
		assert_in_range(tries, 0, 3 * sizeof data);
		free(left.data);
	}
}

/* --- Entry points ----------------------------------------------------------- */

static void afl_gets_results_and_their_description(void **state)
{
	struct bytes old = bytes_of(long_text), other = bytes_of(needed_text);
	void *custom = afl_custom_init(NULL, 8);
	int crossed = 0;
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct bytes out = {0};
		size_t most = 1 + (size_t)i / 10;
		out.length = afl_custom_fuzz(custom, old.data, old.length, &out.data,
		                             i % 2 ? other.data : NULL,
		                             i % 2 ? other.length : 0, most);
		assert_in_range(out.length, 1, most);
		assert_canonical(&out);
		const char *text = afl_custom_describe(custom, 200);
		assert_in_range(strlen(text), 4, 200);
		crossed += strstr(text, "splice") || strstr(text, "tail") ||
		           strstr(text, "swap");
		assert_in_range(strlen(afl_custom_describe(custom, 9)), 0, 9);
		assert_int_equal(afl_custom_describe(custom, 0)[0], '\0');
	}
	assert_in_range(crossed, 150, 350);
	uint8_t *out;
	assert_int_equal(afl_custom_fuzz(custom, old.data, old.length, &out, NULL, 0,
	                                 0), 0);
	assert_non_null(out);
	afl_custom_deinit(custom);
	free(old.data);
	free(other.data);
}

/* What libFuzzer is given: a result, and whether it differs from the last one. */
static bool differs(struct bytes *last, const uint8_t *data, size_t size)
{
	struct bytes result = {(uint8_t *)data, size, 0};
	bool is = last->length != size || memcmp(last->data, data, size) != 0;
	assert_canonical(&result);
	memcpy(last->data, data, size);
	last->length = size;
	return is;
}

static void libfuzzer_gets_results_in_its_memory(void **state)
{
	enum { MOST = 200 };
	struct bytes old = bytes_of(long_text), other = bytes_of(needed_text);
	uint8_t data[MOST], memory[2][MOST];
	struct bytes last[2] = {{memory[0], 0, 0}, {memory[1], 0, 0}};
	int changed = 0, crossed = 0;
	(void)state;
	assert_true(old.length <= MOST);
	for (unsigned seed = 0; seed < 2000; seed++) {
		memcpy(data, old.data, old.length);
		size_t size = LLVMFuzzerCustomMutator(data, old.length, MOST, seed);
		assert_in_range(size, 1, MOST);
		changed += differs(&last[0], data, size);
		size = LLVMFuzzerCustomCrossOver(old.data, old.length, other.data,
		                                 other.length, data, MOST, seed);
		assert_in_range(size, 1, MOST);
		crossed += differs(&last[1], data, size);
	}
	assert_in_range(changed, 1800, 2000);
	assert_in_range(crossed, 1800, 2000);
	assert_int_equal(LLVMFuzzerCustomMutator(data, 0, 0, 1), 0);
	assert_int_equal(LLVMFuzzerCustomCrossOver(data, 1, data, 1, data, 0, 1), 0);
	free(old.data);
	free(other.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_fit_and_are_canonical),
		cmocka_unit_test(a_seed_settles_the_result),
		cmocka_unit_test(the_last_result_is_no_other_input),
		cmocka_unit_test(every_mutation_is_made_and_does_what_it_is_called),
		cmocka_unit_test(a_nudge_changes_one_thing),
		cmocka_unit_test(what_is_smaller_is_found_further_away),
		cmocka_unit_test(crossing_takes_steps_of_both),
		cmocka_unit_test(complete_exchanges_grow_from_nothing),
		cmocka_unit_test(long_repeats_are_not_handed_down),
		cmocka_unit_test(trimming_keeps_what_it_must),
		cmocka_unit_test(trimming_ends_on_any_bytes),
		cmocka_unit_test(afl_gets_results_and_their_description),
		cmocka_unit_test(libfuzzer_gets_results_in_its_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
