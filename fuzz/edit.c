/*
 * edit.c: see edit.h.
 */
#include "edit.h"

name_id *edit_operand(struct step *step, unsigned operand)
{
	switch (operand) {
	case 0: return &step->out;
	case 1: return &step->handle;
	case 2: return &step->credential;
	case 3: return &step->source;
	default: return &step->buffer;
	}
}

name_id edit_name(struct scenario *scenario, const char *text, size_t length,
                  enum name_kind kind)
{
	name_id id = names_intern(&scenario->names, text, length);
	struct word *word = names_get(&scenario->names, id);
	if (word->settled == NAME_UNSETTLED)
		word->settled = (uint8_t)kind;
	return id;
}

/* --- Steps ------------------------------------------------------------------ */

static void reverse(struct step *first, struct step *end)
{
	while (first < end) {
		struct step step = *first;
		*first++ = *--end;
		*end = step;
	}
}

void edit_exchange(struct scenario *scenario, size_t first, size_t middle,
                   size_t end)
{
	struct step *steps = scenario->steps;
	if (first == middle || middle == end)
		return;
	reverse(steps + first, steps + middle);
	reverse(steps + middle, steps + end);
	reverse(steps + first, steps + end);
}

void edit_insert(struct scenario *scenario, size_t at, struct step step)
{
	scenario_add(scenario, &step, NULL, 0);
	edit_exchange(scenario, at, scenario->count - 1, scenario->count);
}

void edit_erase(struct scenario *scenario, size_t at, size_t count)
{
	edit_exchange(scenario, at, at + count, scenario->count);
	scenario->count -= count;
}

void edit_rename(struct scenario *scenario, size_t at, name_id old, name_id new)
{
	for (; at < scenario->count; at++)
		for (unsigned i = 0; i < OPERAND_COUNT; i++) {
			name_id *operand = edit_operand(&scenario->steps[at], i);
			if (*operand == old)
				*operand = new;
		}
}

/* --- Bytes ------------------------------------------------------------------ */

static bool encode(struct bytes *out, const struct scenario *scenario)
{
	out->length = 0;
	return binary_encode(out, scenario);
}

/* Writes bytes that are canonical, of any length; false if there are too many
 * names for any. */
static bool encode_canonical(struct bytes *out, const struct scenario *scenario,
                             struct scenario *again)
{
	if (!encode(out, scenario))
		return false;
	scenario_reset(again);
	binary_decode(again, out->data, out->length);
	return encode(out, again);
}

void edit_encode(struct bytes *out, struct scenario *scenario, size_t max_size,
                 struct scenario *again)
{
	enum { STEP_BYTES = 19 }; /* of the longest step: a leg with long names */
	for (;;) {
		bool written = encode_canonical(out, scenario, again);
		if (written && out->length <= max_size)
			break;
		size_t surplus = written ? (out->length - max_size) / STEP_BYTES
		                         : scenario->count / 2;
		scenario->count -= surplus < scenario->count ? surplus + 1
		                                             : scenario->count;
	}
}
