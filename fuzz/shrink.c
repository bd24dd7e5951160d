/*
 * shrink.c: see shrink.h.
 *
 * A candidate is made in place, in the scenario itself; if the test refuses it, the
 * steps are put back as they were. So none of the parts below needs to undo anything.
 * How to read it: candidates, steps, blocks, arguments, names, then all of them in
 * turn.
 */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "../specs/text.h"
#include "edit.h"

enum {
	UNROLLED_MOST = 64, /* steps of a repeat that is written out */
	ROLLED_MOST = 3,    /* steps of a round that equal steps are written as */
	RAISED_MOST = 4096, /* steps that a repeat with more rounds comes to */
	RAISED_BY = 4,
	GROUPED_MOST = 12   /* steps of which groups are taken out */
};

struct shrinker {
	struct scenario *scenario;
	shrink_test *test;
	void *context;
	size_t tests, limit;
	/* The steps of the last candidate that passed. */
	struct step *kept;
	size_t kept_count, kept_capacity;
	bool changed; /* since the round began */
};

/* --- Candidates ----------------------------------------------------------------------- */

static void keep(struct shrinker *shrinker)
{
	const struct scenario *scenario = shrinker->scenario;
	shrinker->kept = grow(shrinker->kept, &shrinker->kept_capacity,
	                      scenario->count, sizeof *shrinker->kept);
	shrinker->kept_count = scenario->count;
	if (scenario->count)
		memcpy(shrinker->kept, scenario->steps,
		       scenario->count * sizeof *scenario->steps);
}

static void put_back(struct shrinker *shrinker)
{
	struct scenario *scenario = shrinker->scenario;
	scenario->count = shrinker->kept_count;
	if (scenario->count)
		memcpy(scenario->steps, shrinker->kept,
		       scenario->count * sizeof *scenario->steps);
}

/* Tests what the scenario was changed to.
 * @return whether it passed; else the scenario is what it was before */
static bool try(struct shrinker *shrinker)
{
	bool passed = shrinker->tests < shrinker->limit &&
	              shrinker->test(shrinker->context, shrinker->scenario);
	shrinker->tests += shrinker->tests < shrinker->limit;
	shrinker->changed |= passed;
	if (passed)
		keep(shrinker);
	else
		put_back(shrinker);
	return passed;
}

/* Reads the scenario's text, so that its names are those that it uses. */
static void tidy(struct scenario *scenario)
{
	struct letters text = {0};
	text_print(&text, scenario);
	scenario_reset(scenario);
	text_parse(scenario, text.text, text.length, ANSWERS_OPTIONAL, NULL, NULL);
	free(text.text);
}

static void forget_answers(struct scenario *scenario)
{
	scenario->answer_count = 0;
	if (scenario->count)
		memset(scenario->answers_of, 0,
		       scenario->count * sizeof *scenario->answers_of);
}

/* --- Steps ------------------------------------------------------------------------------ */

static bool opens(const struct step *step)
{
	return step->op == OP_REPEAT || step->op == OP_TOGETHER;
}

/* Whether a step is a block's first or last line. */
static bool is_line(const struct step *step)
{
	return opens(step) || step->op == OP_END;
}

/* Takes out a run of steps, but for the ends of blocks that begin before it and the
 * beginnings of those that end behind it.
 * @return whether there was anything to take out */
static bool take_out(struct scenario *scenario, size_t first, size_t end)
{
	struct step *steps = scenario->steps;
	size_t open[2], depth = 0, to = first;
	for (size_t i = first; i < end; i++) {
		if (steps[i].op == OP_END && depth) {
			to = open[--depth]; /* the block lies within the run */
		} else if (steps[i].op == OP_END || opens(&steps[i])) {
			if (opens(&steps[i]))
				open[depth++] = to;
			steps[to++] = steps[i];
		}
	}
	memmove(steps + to, steps + end, (scenario->count - end) * sizeof *steps);
	scenario->count -= end - to;
	return to != end;
}

/* Cuts off the end, by halves. */
static void cut_end(struct shrinker *shrinker)
{
	size_t too_few = 0;
	while (too_few + 1 < shrinker->scenario->count) {
		size_t count = shrinker->scenario->count;
		size_t middle = too_few + (count - too_few) / 2;
		if (!take_out(shrinker->scenario, middle, count) ||
		    !try(shrinker))
			too_few = middle;
	}
}

/* Takes out runs of so many steps, from the end on: what is behind a step often needs
 * it, but seldom the other way round. */
static void take_out_runs(struct shrinker *shrinker, size_t size)
{
	size_t end = shrinker->scenario->count;
	while (end > 0) {
		size_t first = end > size ? end - size : 0;
		if (end <= shrinker->scenario->count &&
		    take_out(shrinker->scenario, first, end))
			(void)try(shrinker);
		end = first;
	}
}

static void shrink_steps(struct shrinker *shrinker)
{
	cut_end(shrinker);
	for (size_t size = (shrinker->scenario->count + 1) / 2; size; size /= 2)
		take_out_runs(shrinker, size);
}

/* Takes out single steps; `at` counts down. */
static bool take_out_steps(struct shrinker *shrinker, const size_t *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!take_out(shrinker->scenario, at[i], at[i] + 1)) {
			put_back(shrinker);
			return false;
		}
	return try(shrinker);
}

/* Takes out two or three steps that need each other, where few are left.
 * @return whether there were any */
static bool take_out_groups(struct shrinker *shrinker)
{
	size_t count = shrinker->scenario->count;
	if (count > GROUPED_MOST)
		return false;
	for (size_t i = count; i-- > 0;)
		for (size_t j = i; j-- > 0;) {
			if (take_out_steps(shrinker, (size_t[]){i, j}, 2))
				return true;
			for (size_t k = j; k-- > 0;)
				if (take_out_steps(shrinker, (size_t[]){i, j, k}, 3))
					return true;
		}
	return false;
}

/* --- Blocks ------------------------------------------------------------------------------ */

/* The end of the block that opens at a step. */
static size_t end_of(const struct scenario *scenario, size_t at)
{
	for (size_t depth = 1; depth; ) {
		const struct step *step = &scenario->steps[++at];
		depth += opens(step);
		depth -= step->op == OP_END;
	}
	return at;
}

/* Takes away the lines of a block, so that it happens once, or one call after the
 * other. */
static bool unwrap(struct shrinker *shrinker, size_t at)
{
	edit_erase(shrinker->scenario, end_of(shrinker->scenario, at), 1);
	edit_erase(shrinker->scenario, at, 1);
	return try(shrinker);
}

/* Lowers the rounds, by halves. */
static void lower_rounds(struct shrinker *shrinker, size_t at)
{
	struct step *repeat = &shrinker->scenario->steps[at];
	uint32_t too_few = 0;
	while (too_few + 1 < repeat->count) {
		uint32_t middle = too_few + (repeat->count - too_few) / 2;
		repeat->count = middle;
		if (!try(shrinker))
			too_few = middle;
	}
}

/* Writes the rounds of a repeat one after the other. */
static void write_out(struct scenario *scenario, size_t at)
{
	size_t end = end_of(scenario, at), length = end - at - 1;
	size_t rounds = scenario->steps[at].count;
	edit_erase(scenario, end, 1);
	edit_erase(scenario, at, 1);
	for (size_t i = 0; i < length * (rounds - 1); i++)
		edit_insert(scenario, at + length + i, scenario->steps[at + i]);
}

/* The scenario before a change that pays only if steps can be taken out after it. */
struct detour {
	struct step *steps;
	size_t count;
	size_t most; /* steps by which it pays */
	bool changed;
};

static struct detour detour_begin(const struct shrinker *shrinker, size_t most)
{
	const struct scenario *scenario = shrinker->scenario;
	struct detour detour = {allocate(scenario->count, sizeof *scenario->steps),
	                        scenario->count, most, shrinker->changed};
	if (detour.count)
		memcpy(detour.steps, scenario->steps,
		       detour.count * sizeof *detour.steps);
	return detour;
}

/* Whether two steps do the same. */
static bool are_equal(const struct step *one, struct step other)
{
	other.line = one->line;
	return memcmp(one, &other, sizeof other) == 0;
}

/* Takes out the step behind a repeat with which its rounds begin, too, and lets them
 * begin with the next one: what was done from the second step on stays the same. */
static void turn(struct shrinker *shrinker, size_t at)
{
	struct scenario *scenario = shrinker->scenario;
	const struct step *first = &scenario->steps[at + 1];
	for (;;) {
		size_t behind = end_of(scenario, at) + 1;
		if (behind == scenario->count || is_line(first) ||
		    !are_equal(first, scenario->steps[behind]))
			return;
		edit_erase(scenario, behind, 1);
		edit_exchange(scenario, at + 1, at + 2, behind - 1);
		if (!try(shrinker))
			return;
	}
}

/* Takes out a step for one more round of a repeat. */
static bool absorb_step(struct shrinker *shrinker, size_t repeat, size_t at)
{
	shrinker->scenario->steps[repeat].count++;
	edit_erase(shrinker->scenario, at, 1);
	return try(shrinker);
}

/* Takes out the steps beside a repeat, each for one more round.
 * @return where the repeat is then */
static size_t absorb(struct shrinker *shrinker, size_t at)
{
	const struct scenario *scenario = shrinker->scenario;
	size_t behind;
	while (at > 0 && !is_line(&scenario->steps[at - 1]) &&
	       absorb_step(shrinker, at, at - 1))
		at--;
	do
		behind = end_of(scenario, at) + 1;
	while (behind < scenario->count && !is_line(&scenario->steps[behind]) &&
	       absorb_step(shrinker, at, behind));
	return at;
}

/* Tests what the scenario was changed to, and takes steps out of it, those first that
 * are beside a repeat; goes back to what it was if that does not pay.
 * @param repeat  where that is, or SIZE_MAX
 * @return whether it does */
static bool detour_end(struct shrinker *shrinker, struct detour *detour, size_t repeat)
{
	struct scenario *scenario = shrinker->scenario;
	bool pays = try(shrinker);
	if (pays) {
		if (repeat != SIZE_MAX)
			(void)absorb(shrinker, repeat);
		shrink_steps(shrinker);
		pays = scenario->count <= detour->most;
	}
	if (!pays) {
		memcpy(scenario->steps, detour->steps,
		       detour->count * sizeof *detour->steps);
		scenario->count = detour->count;
		keep(shrinker);
		shrinker->changed = detour->changed;
	}
	free(detour->steps);
	return pays;
}

/* Takes steps out of single rounds of a repeat, by writing it out; it stays so if that
 * makes no more steps, as without blocks more can be taken out. */
static bool unroll(struct shrinker *shrinker, size_t at)
{
	struct scenario *scenario = shrinker->scenario;
	size_t length = end_of(scenario, at) - at - 1;
	struct detour detour;
	if (length * scenario->steps[at].count > UNROLLED_MOST)
		return false;
	detour = detour_begin(shrinker, scenario->count);
	write_out(scenario, at);
	return detour_end(shrinker, &detour, SIZE_MAX);
}

/* Takes steps out of a scenario whose repeat does their work, by more rounds. */
static bool raise_rounds(struct shrinker *shrinker, size_t at)
{
	struct scenario *scenario = shrinker->scenario;
	size_t length = end_of(scenario, at) - at - 1;
	uint64_t rounds = (uint64_t)scenario->steps[at].count * RAISED_BY;
	struct detour detour;
	if (length * rounds > RAISED_MOST)
		return false;
	detour = detour_begin(shrinker, scenario->count - 1);
	scenario->steps[at].count = (uint32_t)rounds;
	return detour_end(shrinker, &detour, at);
}

/* How often so many steps stand one behind the other; 0 if a block begins or ends in
 * them. */
static size_t copies(const struct scenario *scenario, size_t at, size_t length)
{
	size_t count = 0;
	for (size_t i = at; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		if (is_line(step) ||
		    !are_equal(step, scenario->steps[at + (i - at) % length]))
			break;
		count = (i + 1 - at) / length;
	}
	return count;
}

/* Writes equal steps, or some that stand there once, as a repeat, with so many times as
 * many rounds. */
static bool roll_up(struct shrinker *shrinker, size_t at, size_t length, uint32_t times)
{
	struct scenario *scenario = shrinker->scenario;
	size_t count = copies(scenario, at, length);
	struct step repeat = step_make(OP_REPEAT);
	struct detour detour;
	if (count * times < 2 || length + 2 >= scenario->count)
		return false;
	detour = detour_begin(shrinker, scenario->count - 1);
	edit_erase(scenario, at + length, length * (count - 1));
	edit_insert(scenario, at + length, step_make(OP_END));
	repeat.count = (uint32_t)count * times;
	edit_insert(scenario, at, repeat);
	return detour_end(shrinker, &detour, at);
}

/* Writes as repeats what stands outside blocks. */
static void roll_all_up(struct shrinker *shrinker)
{
	const struct scenario *scenario = shrinker->scenario;
	for (size_t i = 0; i < scenario->count; i++) {
		if (opens(&scenario->steps[i]))
			i = end_of(scenario, i);
		for (size_t length = 1; length <= ROLLED_MOST; length++)
			if (roll_up(shrinker, i, length, 1) ||
			    roll_up(shrinker, i, length, RAISED_BY))
				return;
	}
}

static void shrink_blocks(struct shrinker *shrinker)
{
	const struct scenario *scenario = shrinker->scenario;
	for (size_t i = scenario->count; i-- > 0;) {
		if (i >= scenario->count || !opens(&scenario->steps[i]) ||
		    unwrap(shrinker, i) || scenario->steps[i].op != OP_REPEAT)
			continue;
		lower_rounds(shrinker, i);
		i = absorb(shrinker, i);
		turn(shrinker, i);
		if (!unroll(shrinker, i))
			(void)raise_rounds(shrinker, i);
	}
	roll_all_up(shrinker);
}

/* --- Names -------------------------------------------------------------------------------- */

/* The names that are taken, from the first on, by what they stand for. */
static const char *const credentials[] = {"k1", "k2", "k3", "k4", NULL};
static const char *const contexts[] = {"c1", "c2", "c3", "c4",  "c5",  "c6", "c7",
                                       "c8", "c9", "c10", "c11", "c12", NULL};
static const char *const buffers[] = {"b1", "b2", "b3", "b4", NULL};

/* Those for a name, by what it is used for. */
static const char *const *names_like(const struct scenario *scenario, name_id id)
{
	if (names_get(&scenario->names, id)->settled == NAME_BUFFER)
		return buffers;
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		bool on_credential = step->op == OP_ACQUIRE || step->op == OP_FREE;
		if (step->credential == id ||
		    (on_credential && (step->out == id || step->handle == id)))
			return credentials;
	}
	return contexts;
}

/* One of them, or NAME_ABSENT if it stands for something of the other kind. */
static name_id take(struct scenario *scenario, const char *const *names,
                    const char *text)
{
	enum name_kind kind = names == buffers ? NAME_BUFFER : NAME_HANDLE;
	name_id id = edit_name(scenario, text, strlen(text), kind);
	return names_get(&scenario->names, id)->settled == kind ? id : NAME_ABSENT;
}

/* Puts a name for another in a run of steps, and one for that: the same, or that other
 * in exchange. */
static void rename_in(struct scenario *scenario, size_t first, size_t end, name_id from,
                      name_id to, name_id for_to)
{
	for (size_t i = first; i < end; i++)
		for (unsigned j = 0; j < OPERAND_COUNT; j++) {
			name_id *operand = edit_operand(&scenario->steps[i], j);
			if (*operand == from)
				*operand = to;
			else if (*operand == to)
				*operand = for_to;
		}
}

static void rename_all(struct scenario *scenario, name_id from, name_id to,
                       name_id for_to)
{
	rename_in(scenario, 0, scenario->count, from, to, for_to);
}

/* The first step with that name; behind all of them if there is none. */
static size_t first_use(const struct scenario *scenario, name_id id)
{
	for (size_t i = 0; i < scenario->count; i++)
		for (unsigned j = 0; j < OPERAND_COUNT; j++)
			if (*edit_operand(&scenario->steps[i], j) == id)
				return i;
	return scenario->count;
}

/* Gives a name the first name that will do, be it another one's; or in exchange, if that
 * one is used later only. */
static void lower_name(struct shrinker *shrinker, name_id id)
{
	struct scenario *scenario = shrinker->scenario;
	const char *const *names = names_like(scenario, id);
	for (; *names; names++) {
		name_id lower = take(scenario, names, *names);
		if (lower == id)
			return;
		if (lower == NAME_ABSENT)
			continue;
		rename_all(scenario, id, lower, lower);
		if (try(shrinker))
			return;
		if (first_use(scenario, lower) <= first_use(scenario, id) ||
		    first_use(scenario, lower) == scenario->count)
			continue;
		rename_all(scenario, id, lower, id);
		if (try(shrinker))
			return;
	}
}

static void shrink_names(struct shrinker *shrinker)
{
	name_id count = shrinker->scenario->names.name_count;
	for (name_id id = 0; id < count; id++)
		if (first_use(shrinker->scenario, id) < shrinker->scenario->count)
			lower_name(shrinker, id);
}

/* Takes out a copy of what a struct holds, which stands for it until a name is written.
 * @return where that is, or the number of steps */
static size_t replace_copy(struct scenario *scenario, size_t at, name_id copy,
                           name_id source, name_id written)
{
	size_t next = at;
	edit_erase(scenario, at, 1);
	while (next < scenario->count && scenario->steps[next].out != written)
		next++;
	rename_in(scenario, at, next, copy, source, source);
	return next;
}

/* Takes out a copy: either until its name is written again, or until what was copied is,
 * and from there on the struct that had the copy stands for that. */
static void spare_copy(struct shrinker *shrinker, size_t at)
{
	struct scenario *scenario = shrinker->scenario;
	name_id copy = scenario->steps[at].out, source = scenario->steps[at].source;
	(void)replace_copy(scenario, at, copy, source, copy);
	if (try(shrinker))
		return;
	size_t next = replace_copy(scenario, at, copy, source, source);
	if (next < scenario->count) {
		scenario->steps[next++].out = copy;
		rename_in(scenario, next, scenario->count, source, copy, source);
	}
	(void)try(shrinker);
}

static void spare_copies(struct shrinker *shrinker)
{
	for (size_t i = shrinker->scenario->count; i-- > 0;)
		if (shrinker->scenario->steps[i].op == OP_COPY)
			spare_copy(shrinker, i);
}

/* --- Arguments --------------------------------------------------------------------------- */

static void lower_choice(struct shrinker *shrinker, uint8_t *choice)
{
	if (*choice == 0)
		return;
	*choice = 0;
	(void)try(shrinker);
}

static void leave_out(struct shrinker *shrinker, name_id *operand)
{
	if (*operand == NAME_ABSENT)
		return;
	*operand = NAME_ABSENT;
	(void)try(shrinker);
}

/* A name for `null`. */
static void name_null(struct shrinker *shrinker, name_id *operand,
                      const char *const *names)
{
	if (*operand != NAME_NULL)
		return;
	*operand = take(shrinker->scenario, names, *names);
	if (*operand == NAME_ABSENT)
		put_back(shrinker);
	else
		(void)try(shrinker);
}

static void lower_token(struct shrinker *shrinker, struct step *step)
{
	for (uint8_t token = TOKEN_NONE; token < step->token; token++) {
		name_id source = step->source;
		if (token == TOKEN_TRUNCATED)
			continue; /* no plainer than what it is cut from */
		step->token = token;
		step->source = token < TOKEN_LAST ? NAME_ABSENT : source;
		if (try(shrinker))
			return;
	}
}

static void lower_attribute(struct shrinker *shrinker, struct step *step)
{
	leave_out(shrinker, &step->buffer);
	if (step->choice == ATTRIBUTE_SIZES)
		return;
	step->choice = ATTRIBUTE_SIZES;
	step->buffer = NAME_ABSENT;
	(void)try(shrinker);
}

static void shrink_operand(struct shrinker *shrinker, struct step *step, char letter)
{
	switch (letter) {
	case 'D': name_null(shrinker, &step->out, contexts); break;
	case 'd': name_null(shrinker, &step->out, credentials); break;
	case 'H': name_null(shrinker, &step->handle, contexts); break;
	case 'h': name_null(shrinker, &step->handle, credentials); break;
	case 'C': name_null(shrinker, &step->credential, credentials); break;
	case 'B': name_null(shrinker, &step->buffer, buffers); break;
	case 'o': leave_out(shrinker, &step->handle); break;
	case 'w': lower_token(shrinker, step); break;
	case 'a': lower_attribute(shrinker, step); break;
	case 'i': lower_choice(shrinker, &step->choice2); break;
	case 'u':
	case 'm':
	case 'g':
	case 'x': lower_choice(shrinker, &step->choice); break;
	}
}

static void shrink_arguments(struct shrinker *shrinker)
{
	struct scenario *scenario = shrinker->scenario;
	for (size_t i = scenario->count; i-- > 0;) {
		struct step *step = &scenario->steps[i];
		for (const char *letter = operations[step->op].shape; *letter; letter++)
			shrink_operand(shrinker, step, *letter);
	}
}

/* --- All of them -------------------------------------------------------------------------- */

size_t shrink(struct scenario *scenario, shrink_test *test, void *context,
              size_t limit)
{
	struct shrinker shrinker = {.scenario = scenario,
	                            .test = test,
	                            .context = context,
	                            .limit = limit,
	                            .changed = true};
	forget_answers(scenario);
	while (shrinker.changed && shrinker.tests < limit) {
		tidy(scenario);
		keep(&shrinker);
		shrinker.changed = false;
		shrink_steps(&shrinker);
		shrink_blocks(&shrinker);
		shrink_arguments(&shrinker);
		shrink_names(&shrinker);
		spare_copies(&shrinker);
		shrinker.changed = shrinker.changed || take_out_groups(&shrinker);
	}
	tidy(scenario);
	free(shrinker.kept);
	return shrinker.tests;
}
