/*
 * table.c: the operations of table.h.
 *
 * How to read it: every function does what its contract says in the order of
 * the cases there. The ghost lines keep the census: a slot enters a list at
 * the list's end, and leaves it by giving its row to the slot that is listed
 * last. They are comments to a compiler.
 *
 * Words are compared and subtracted, never masked or shifted, and nothing here
 * is narrowed before its range is known.
 */
#include "table.h"

void table_init(struct table *t, uint32_t capacity, uint32_t base,
                uint32_t max_generation)
/*@ ghost (struct census \ghost *census) */
{
	t->used = 0;
	t->free = 0;
	t->lingering = 0;
	t->retired = 0;
	t->capacity = capacity;
	t->base = base;
	t->max_generation = max_generation;
}

uint32_t table_live(const struct table *t)
{
	return t->used - t->free - t->lingering - t->retired;
}

uint32_t table_find(const struct table *t, uintptr_t lower, uintptr_t upper)
{
	if (lower < t->base || lower - t->base >= t->used)
		return TABLE_NEVER;
	uint32_t index = (uint32_t)(lower - t->base);
	/* Two branches rather than a choice between two answers: a caller's use
	 * of the index need not wait until the slot has been loaded. */
	if (upper == t->slots[index].generation &&
	    t->slots[index].place == SLOT_LIVE)
		return index;
	if (upper == 0 || upper > t->slots[index].generation)
		return TABLE_NEVER;
	return TABLE_ENDED;
}

uint32_t table_create(struct table *t)
/*@ ghost (struct census \ghost *census) */
{
	//@ ghost uint32_t row = t->used - t->free - t->lingering - t->retired;
	uint32_t index;
	uint32_t generation;

	if (t->free > 0) {
		t->free -= 1;
		index = t->stack[t->free];
		/* A free slot is not exhausted, so this stays within the limit. */
		generation = t->slots[index].generation + 1;
	} else if (t->used < t->capacity) {
		index = t->used;
		t->used += 1;
		generation = 1;
	} else {
		return TABLE_FULL;
	}
	t->slots[index].generation = generation;
	t->slots[index].place = SLOT_LIVE;
	//@ ghost census->live[row] = index;
	//@ ghost census->seat[index] = row;
	//@ assert touches_one: slots_kept_but(\at(*t, Pre), *t, index);
	return index;
}

struct handle table_handle(const struct table *t, uint32_t index)
{
	struct handle handle;

	handle.lower = t->base + index;
	handle.upper = t->slots[index].generation;
	return handle;
}

uint32_t table_end(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t index = table_find(t, lower, upper);

	if (index >= TABLE_NEVER)
		return index;
	//@ ghost int64_t row = census->seat[index];
	//@ ghost uint32_t rows = t->used - t->free - t->lingering - t->retired;
	//@ ghost int64_t last = census->live[rows - 1];
	//@ ghost census->live[row] = last;
	//@ ghost census->seat[last] = row;
	//@ ghost census->lingering[t->lingering] = index;
	//@ ghost census->seat[index] = t->lingering;
	t->slots[index].place = SLOT_LINGERING;
	t->lingering += 1;
	return index;
}

void table_recycle(struct table *t, uint32_t index)
/*@ ghost (struct census \ghost *census) */
{
	//@ ghost int64_t row = census->seat[index];
	//@ ghost int64_t last = census->lingering[t->lingering - 1];
	//@ ghost census->lingering[row] = last;
	//@ ghost census->seat[last] = row;
	t->lingering -= 1;
	if (t->slots[index].generation >= t->max_generation) {
		//@ ghost census->retired[t->retired] = index;
		//@ ghost census->seat[index] = t->retired;
		t->slots[index].place = SLOT_RETIRED;
		t->retired += 1;
	} else {
		t->stack[t->free] = index;
		t->slots[index].place = t->free;
		t->free += 1;
	}
	//@ assert touches_one: slots_kept_but(\at(*t, Pre), *t, index);
	//@ assert slots_grow: slots_grow(\at(*t, Pre), *t);
	//@ assert generations_kept: generations_kept(\at(*t, Pre), *t);
}
