/*
 * mutate.c: see mutate.h. First each mutation by itself, one function each; it
 * answers false, and changes nothing, where the scenario has nothing to apply it
 * to. Then how they are drawn, then crossing.
 */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#include "../tests/unit/random.h"
#include "invent.h"

/* --- Places and runs -------------------------------------------------------- */

static size_t below(struct mutator *mutator, size_t limit)
{
	return random_below(&mutator->random, (uint32_t)limit);
}

static struct place place_at(struct mutator *mutator, size_t at)
{
	return (struct place){&mutator->scenario, at, &mutator->random};
}

/* Neighbouring steps: from `at` to before `end`. */
struct run {
	size_t at, end;
};

/* A run of at least one of `count` steps, and of at most `most`. */
static struct run short_run(struct mutator *mutator, size_t count, size_t most)
{
	size_t at = below(mutator, count);
	if (most > count - at)
		most = count - at;
	return (struct run){at, at + 1 + below(mutator, most)};
}

static struct run some_run(struct mutator *mutator, size_t count)
{
	return short_run(mutator, count, below(mutator, 8) ? 4 : 32);
}

/* --- Steps that come and go ------------------------------------------------- */

/* Makes up a step in view of the ones before it. */
static struct step follow(struct mutator *mutator, size_t at, size_t reach)
{
	struct place place = place_at(mutator, at);
	size_t back = 1 + below(mutator, reach);
	if (below(mutator, 8) == 0)
		return invent_step(&place);
	return invent_next(&place, back <= at ? &mutator->scenario.steps[at - back]
	                                      : NULL);
}

/* Whether a struct was written before a place, and not freed since. */
static bool is_acquired(const struct scenario *scenario, size_t at, name_id name)
{
	for (; at; at--) {
		const struct step *step = &scenario->steps[at - 1];
		if (step->out == name)
			return true;
		if (step->op == OP_FREE && step->handle == name)
			return false;
	}
	return false;
}

/* Makes up some steps; a credential that is not there is acquired first. */
static bool insert(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	size_t count = scenario->count;
	size_t at = below(mutator, 2) ? count : below(mutator, count + 1);
	for (size_t reach = 8; reach; reach = below(mutator, 4) > 0) {
		struct step step = follow(mutator, at, reach);
		if (is_name(step.credential) && below(mutator, 8) &&
		    !is_acquired(scenario, at, step.credential)) {
			struct place place = place_at(mutator, at);
			struct step acquire =
				invent_acquire(&place, step.credential);
			edit_insert(scenario, at++, acquire);
		}
		edit_insert(scenario, at++, step);
	}
	return true;
}

/* A copy of a step's handle is made before the step, and used behind it. */
static bool alias(struct mutator *mutator)
{
	if (mutator->scenario.count == 0)
		return false;
	size_t at = below(mutator, mutator->scenario.count);
	struct step step = mutator->scenario.steps[at];
	struct step copy = step_make(OP_COPY);
	struct place before = place_at(mutator, at), behind = place_at(mutator, at + 2);
	if (!is_name(step.handle))
		return false;
	invent_operand(&before, &copy, 'T');
	copy.source = step.handle;
	edit_insert(&mutator->scenario, at, copy);
	edit_insert(&mutator->scenario, at + 2, invent_next(&behind, &copy));
	return true;
}

static bool erase(struct mutator *mutator)
{
	if (mutator->scenario.count == 0)
		return false;
	struct run run = some_run(mutator, mutator->scenario.count);
	edit_erase(&mutator->scenario, run.at, run.end - run.at);
	return true;
}

static bool duplicate(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	size_t count = scenario->count;
	if (count == 0)
		return false;
	struct run run = some_run(mutator, count);
	for (size_t i = run.at; i < run.end; i++)
		edit_insert(scenario, scenario->count, scenario->steps[i]);
	edit_exchange(scenario, below(mutator, 2) ? run.end : below(mutator, count + 1),
	              count, scenario->count);
	return true;
}

static bool reorder(struct mutator *mutator)
{
	size_t count = mutator->scenario.count;
	if (count < 2)
		return false;
	struct run first = some_run(mutator, count - 1);
	size_t middle = first.end;
	size_t end = middle + some_run(mutator, count - middle).end;
	edit_exchange(&mutator->scenario, first.at, middle, end);
	return true;
}

/* --- Steps that change ------------------------------------------------------ */

/* Draws operands of a step anew, in view of the steps around it, until one differs. */
static bool redraw(struct mutator *mutator, size_t at)
{
	size_t count = mutator->scenario.count;
	struct place place = place_at(mutator, at + 8 < count ? at + 8 : count);
	struct step *step = &mutator->scenario.steps[at], old = *step;
	const char *shape = operations[step->op].shape;
	if (!*shape)
		return false;
	for (int tries = 0; tries < 8 && memcmp(step, &old, sizeof old) == 0; tries++)
		invent_operand(&place, step, shape[below(mutator, strlen(shape))]);
	return true;
}

static bool change(struct mutator *mutator)
{
	size_t count = mutator->scenario.count;
	return count && redraw(mutator, below(mutator, count));
}

/* A name that a step uses becomes another, there and in all steps behind it. */
static bool retarget(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	if (scenario->count == 0)
		return false;
	size_t at = below(mutator, scenario->count);
	struct step old = scenario->steps[at];
	bool renamed = false;
	if (!redraw(mutator, at))
		return false;
	struct step new = scenario->steps[at];
	scenario->steps[at] = old;
	for (unsigned i = 0; i < OPERAND_COUNT; i++) {
		name_id from = *edit_operand(&old, i), to = *edit_operand(&new, i);
		if (from == to || !is_name(from) || !is_name(to))
			continue;
		edit_rename(scenario, at, from, to);
		renamed = true;
	}
	return renamed;
}

/* Another operation, on the names of the old one as far as it has such operands. */
static bool replace(struct mutator *mutator)
{
	if (mutator->scenario.count == 0)
		return false;
	size_t at = below(mutator, mutator->scenario.count);
	struct place place = place_at(mutator, at);
	struct step *old = &mutator->scenario.steps[at];
	if (old->op >= OP_REPEAT)
		return false;
	struct step new = invent_step(&place);
	for (unsigned i = 0; i < OPERAND_COUNT; i++)
		if (*edit_operand(&new, i) != NAME_ABSENT &&
		    is_name(*edit_operand(old, i)))
			*edit_operand(&new, i) = *edit_operand(old, i);
	*old = new;
	return true;
}

/* A step goes elsewhere; a block's first and last line stay. */
static bool move(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	if (scenario->count < 2)
		return false;
	size_t from = below(mutator, scenario->count);
	size_t to = below(mutator, scenario->count);
	struct step step = scenario->steps[from];
	if (from == to || step.op >= OP_REPEAT)
		return false;
	edit_erase(scenario, from, 1);
	edit_insert(scenario, to, step);
	return true;
}

/* Not every step may stand in `together`: where that is, operations keep their places. */
bool mutator_nudge(struct mutator *mutator)
{
	static bool (*const nudges[])(struct mutator *) = {change, retarget, replace,
	                                                   move};
	size_t count = sizeof nudges / sizeof *nudges;
	for (size_t i = 0; i < mutator->scenario.count; i++)
		if (mutator->scenario.steps[i].op == OP_TOGETHER)
			count = 2;
	return nudges[below(mutator, count)](mutator);
}

/* --- Blocks ----------------------------------------------------------------- */

static bool opens(const struct step *step)
{
	return step->op == OP_REPEAT || step->op == OP_TOGETHER;
}

static bool wrap(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	struct step first = step_make(below(mutator, 4) ? OP_REPEAT : OP_TOGETHER);
	if (scenario->count == 0)
		return false;
	struct run run = short_run(mutator, scenario->count, 6);
	if (first.op == OP_REPEAT)
		first.count = invent_count(&mutator->random);
	edit_insert(scenario, run.end, step_make(OP_END));
	edit_insert(scenario, run.at, first);
	return true;
}

/* The last line of the block that a step opens; the number of steps if another
 * mutation has cut it off. */
static size_t end_of(const struct scenario *scenario, size_t at)
{
	size_t depth = 0;
	for (; at < scenario->count; at++) {
		depth += opens(&scenario->steps[at]);
		if (scenario->steps[at].op == OP_END && --depth == 0)
			break;
	}
	return at;
}

static bool unwrap(struct mutator *mutator)
{
	struct scenario *scenario = &mutator->scenario;
	size_t at = 0, count = 0;
	for (size_t i = 0; i < scenario->count; i++)
		if (opens(&scenario->steps[i]) && below(mutator, ++count) == 0)
			at = i;
	if (count == 0)
		return false;
	size_t end = end_of(scenario, at);
	if (end < scenario->count)
		edit_erase(scenario, end, 1);
	edit_erase(scenario, at, 1);
	return true;
}

/* --- Changes ---------------------------------------------------------------- */

static const struct {
	bool (*apply)(struct mutator *mutator);
	const char *name;
	unsigned weight;
} mutations[] = {
	{insert, "insert", 8},       {alias, "alias", 2},
	{erase, "erase", 4},         {duplicate, "duplicate", 2},
	{reorder, "reorder", 2},     {change, "change", 4},
	{retarget, "retarget", 2},   {replace, "replace", 2},
	{wrap, "wrap", 1},           {unwrap, "unwrap", 1},
};

enum { MUTATIONS = sizeof mutations / sizeof *mutations };

/* Draws mutations until one can be applied; insert always can. */
static void mutate(struct mutator *mutator)
{
	size_t which, sum = 0;
	for (which = 0; which < MUTATIONS; which++)
		sum += mutations[which].weight;
	do {
		size_t draw = below(mutator, sum);
		for (which = 0; draw >= mutations[which].weight; which++)
			draw -= mutations[which].weight;
	} while (!mutations[which].apply(mutator));
	mutator->made[mutator->made_count++] = mutations[which].name;
}

/* Draws mutations, two on average in each round. */
static void mutate_on(struct mutator *mutator)
{
	size_t rounds = 1 + below(mutator, mutator->rounds);
	do
		mutate(mutator);
	while (mutator->made_count < MADE_LIMIT &&
	       (below(mutator, 2) || --rounds));
}

void mutator_init(struct mutator *mutator, uint64_t seed)
{
	*mutator = (struct mutator){.random = seed, .rounds = 1};
	scenario_init(&mutator->scenario);
	scenario_init(&mutator->other);
}

void mutator_free(struct mutator *mutator)
{
	scenario_free(&mutator->scenario);
	scenario_free(&mutator->other);
	free(mutator->out.data);
	*mutator = (struct mutator){0};
}

/* How many steps more are carried out than there are, because of repeats. */
static size_t surplus(const struct scenario *scenario)
{
	size_t sum = 0, rounds = 0, depth = 0;
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		if (step->op == OP_REPEAT)
			rounds = step->count - 1;
		depth += opens(step);
		depth -= step->op == OP_END;
		sum += depth ? rounds : 0;
		if (depth == 0)
			rounds = 0;
	}
	return sum;
}

/* An input that runs long is changed as often as any other once a fuzzer keeps it,
 * and it hands its repeats down: they are halved until they cost little. */
static void shorten_repeats(struct scenario *scenario)
{
	enum { SURPLUS = 256 };
	while (surplus(scenario) > SURPLUS)
		for (size_t i = 0; i < scenario->count; i++)
			scenario->steps[i].count = (scenario->steps[i].count + 1) / 2;
}

static bool is_last_result(const struct mutator *mutator, const uint8_t *data,
                           size_t size)
{
	return size && size == mutator->out.length &&
	       memcmp(data, mutator->out.data, size) == 0;
}

/* Reads what is to be changed. Mostly a fuzzer goes on with the last result, which
 * the other scenario is. */
static void load(struct mutator *mutator, const uint8_t *data, size_t size)
{
	if (is_last_result(mutator, data, size)) {
		struct scenario last = mutator->other;
		mutator->other = mutator->scenario;
		mutator->scenario = last;
	} else {
		scenario_reset(&mutator->scenario);
		binary_decode(&mutator->scenario, data, size);
	}
	shorten_repeats(&mutator->scenario);
}

static const struct bytes *result(struct mutator *mutator, size_t max_size)
{
	edit_encode(&mutator->out, &mutator->scenario, max_size, &mutator->other);
	return &mutator->out;
}

const struct bytes *mutator_change(struct mutator *mutator, const uint8_t *data,
                                   size_t size, size_t max_size)
{
	load(mutator, data, size);
	mutator->made_count = 0;
	mutate_on(mutator);
	return result(mutator, max_size);
}

/* --- Crossing --------------------------------------------------------------- */

/* Makes a step of the other scenario one of this. */
static struct step adopt(struct mutator *mutator, struct step step)
{
	const struct names *names = &mutator->other.names;
	for (unsigned i = 0; i < OPERAND_COUNT; i++) {
		name_id *operand = edit_operand(&step, i);
		size_t length;
		if (!is_name(*operand))
			continue;
		const char *text = names_text(names, *operand, &length);
		*operand = edit_name(
			&mutator->scenario, text, length,
			(enum name_kind)names_get(names, *operand)->settled);
	}
	return step;
}

/* Puts a run of the other scenario in place of a run of this one. */
static void take_in(struct mutator *mutator, struct run own, struct run others)
{
	struct scenario *scenario = &mutator->scenario;
	edit_erase(scenario, own.at, own.end - own.at);
	size_t count = scenario->count;
	for (size_t i = others.at; i < others.end; i++)
		edit_insert(scenario, scenario->count,
		            adopt(mutator, mutator->other.steps[i]));
	edit_exchange(scenario, own.at, count, scenario->count);
}

static void cross(struct mutator *mutator)
{
	size_t count = mutator->scenario.count, other = mutator->other.count;
	size_t at = below(mutator, count + 1);
	struct run own = {at, at}, others = some_run(mutator, other);
	switch (below(mutator, 3)) {
	case 0:
		mutator->made[mutator->made_count++] = "splice";
		break;
	case 1:
		mutator->made[mutator->made_count++] = "tail";
		own.end = count;
		others.end = other;
		break;
	default:
		mutator->made[mutator->made_count++] = "swap";
		if (count)
			own = some_run(mutator, count);
		break;
	}
	take_in(mutator, own, others);
}

const struct bytes *mutator_cross(struct mutator *mutator, const uint8_t *data,
                                  size_t size, const uint8_t *other,
                                  size_t other_size, size_t max_size)
{
	load(mutator, data, size);
	scenario_reset(&mutator->other);
	binary_decode(&mutator->other, other, other_size);
	shorten_repeats(&mutator->other);
	mutator->made_count = 0;
	if (mutator->other.count)
		cross(mutator);
	if (mutator->made_count == 0 || below(mutator, 2))
		mutate_on(mutator);
	return result(mutator, max_size);
}
