/*
 * record.c: see record.h. First what is heard, then the trace.
 */
#include "record.h"

#include <stdlib.h>

#include "../../specs/grow.h"

/* --- What is heard ----------------------------------------------------------------- */

void record_begin(struct recording *record, const struct scenario *scenario)
{
	*record = (struct recording){.scenario = scenario,
	                          .walk = {.scenario = scenario}};
	record->runs = allocate(scenario->count, sizeof *record->runs);
}

const struct step *record_next(struct recording *record)
{
	if (record->is_cut || !walk_on(&record->walk, &record->at))
		return NULL;
	return &record->scenario->steps[record->at];
}

static bool same(const struct answer *a, const struct answer *b)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		if (a->counts[i] != b->counts[i])
			return false;
	return a->status == b->status && a->out == b->out && a->equal == b->equal;
}

static void hear(struct runs *runs, const struct answer *answer)
{
	if (runs->count && same(&runs->answers[runs->count - 1], answer)) {
		runs->answers[runs->count - 1].times++;
		return;
	}
	runs->answers = grow(runs->answers, &runs->capacity, runs->count,
	                     sizeof *runs->answers);
	runs->answers[runs->count] = *answer;
	runs->answers[runs->count++].times = 1;
}

void record_hear(struct recording *record, const struct answer *answer)
{
	struct answer heard = *answer;
	for (int i = 0; record->walk.in_together && i < COUNTER_COUNT; i++)
		heard.counts[i] = COUNT_UNSEEN;
	hear(&record->runs[record->at], &heard);
}

void record_end(struct recording *record)
{
	for (size_t i = 0; i < record->scenario->count; i++)
		free(record->runs[i].answers);
	free(record->runs);
}

/* --- The trace ----------------------------------------------------------------------- */

/* Takes the answer of the last round away. */
static struct answer unhear(struct runs *runs)
{
	struct answer answer = runs->answers[runs->count - 1];
	runs->count -= answer.times == 1;
	if (answer.times > 1)
		runs->answers[runs->count - 1].times--;
	answer.times = 0;
	return answer;
}

/* Appends lines of steps, the first of which is in `depth` blocks. */
static void put_steps(struct letters *out, const struct recording *record,
                      size_t from, size_t to, unsigned depth)
{
	const struct scenario *scenario = record->scenario;
	for (size_t i = from; i < to; i++) {
		const struct step *step = &scenario->steps[i];
		struct runs *runs = &record->runs[i];
		if (runs->count == 1)
			runs->answers[0].times = 0; /* in all rounds */
		depth -= step->op == OP_END;
		text_print_step(out, &scenario->names, step, runs->answers,
		                runs->count, depth);
		depth += step->op == OP_REPEAT || step->op == OP_TOGETHER;
	}
}

static void put_end(struct letters *out, const struct recording *record)
{
	struct step end = step_make(OP_END);
	text_print_step(out, &record->scenario->names, &end, NULL, 0, 0);
}

/* The step behind the one that ends the block opened at a step. */
static size_t behind_block(const struct scenario *scenario, size_t at)
{
	size_t depth = 0;
	do {
		uint8_t op = scenario->steps[at++].op;
		depth += op == OP_REPEAT || op == OP_TOGETHER;
		depth -= op == OP_END;
	} while (depth);
	return at;
}

/* Appends a repeat that was cut short. */
static void put_cut_repeat(struct letters *out, struct recording *record)
{
	const struct scenario *scenario = record->scenario;
	size_t first = record->walk.repeat, last = record->at;
	struct answer *lasts = allocate(last + 1, sizeof *lasts);
	struct step repeat = scenario->steps[first];
	for (size_t i = first + 1; i <= last; i++)
		if (record->runs[i].count)
			lasts[i] = unhear(&record->runs[i]);
	repeat.count = record->walk.round - 1;
	if (repeat.count) {
		text_print_step(out, &scenario->names, &repeat, NULL, 0, 0);
		put_steps(out, record, first + 1, behind_block(scenario, first),
		          1);
	}
	for (size_t i = first + 1; i <= last; i++) {
		const struct step *step = &scenario->steps[i];
		text_print_step(out, &scenario->names, step, &lasts[i],
		                operations[step->op].is_call, 0);
	}
	free(lasts);
}

void record_write(struct letters *out, struct recording *record)
{
	if (!record->is_cut) {
		put_steps(out, record, 0, record->scenario->count, 0);
		return;
	}
	if (record->walk.round) {
		put_steps(out, record, 0, record->walk.repeat, 0);
		put_cut_repeat(out, record);
	} else {
		put_steps(out, record, 0, record->at + 1, 0);
	}
	if (record->walk.in_together)
		put_end(out, record);
}
