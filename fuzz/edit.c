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

/* Writes the first steps, as many as fit; the others are left out, half of them at
 * once where there are too many names for any bytes. */
static void encode(struct bytes *out, struct scenario *scenario, size_t max_size)
{
	size_t fitting;
	out->length = 0;
	while (!binary_encode_within(out, scenario, max_size, &fitting))
		scenario->count /= 2;
	scenario->count = fitting;
}

void edit_encode(struct bytes *out, struct scenario *scenario, size_t max_size,
                 struct scenario *again)
{
	for (;;) {
		size_t count;
		encode(out, scenario, max_size);
		scenario_reset(again);
		binary_decode(again, out->data, out->length);
		count = again->count;
		encode(out, again, max_size);
		if (again->count == count)
			break;
		/* What the decoder had to add did not fit. */
		scenario->count--;
	}
}
