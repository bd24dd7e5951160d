/*
 * table.c: the operations of table.h.
 *
 * The assertions give the prover the order after each change, made of the one before:
 * a slot that moves to another part changes places with the slot at the part's border.
 */
#include "table.h"

/*@ // The order with slot `i` at its end, and with slots `i` and `j` exchanged.
  @ logic struct census listed(struct census c, uint32_t i) =
  @   {{c \with .order[i] = i} \with .place[i] = i};
  @ logic struct census swapped(struct census c, uint32_t i, uint32_t j) =
  @   {{{{c \with .order[c.place[i]] = j} \with .order[c.place[j]] = i}
  @     \with .place[i] = c.place[j]} \with .place[j] = c.place[i]};
  @*/

void table_init(struct table *t, uint32_t capacity, uint32_t max_generation)
{
	t->live_end = t->retired = t->used = 0;
	t->capacity = capacity;
	t->max_generation = max_generation;
	//@ ghost struct census any;
	//@ assert counted: counted(*t, any);
}

uint32_t table_find(const struct table *t, struct handle h)
{
	if (h.slot >= t->used)
		return TABLE_NEVER;
	uint32_t state = t->state[h.slot];
	if (h.generation == state)
		return TABLE_LIVE;
	if (state >= SLOT_ENDED)
		state -= SLOT_ENDED;
	return h.generation == 0 || h.generation > state ? TABLE_NEVER : TABLE_ENDED;
}

uint32_t table_live(const struct table *t)
{
	return t->live_end - t->retired;
}

struct handle table_create(struct table *t)
{
	struct handle h = {0, 0};

	if (t->live_end < t->used) {
		h.slot = t->free[t->live_end];
		/*@ assert in_its_part: \forall struct census c; counted(*t, c) ==>
		  @   c.place[h.slot] == t->live_end; */
		/*@ assert alone: \forall struct census c, integer i; counted(*t, c) ==>
		  @   0 <= i < t->used && i != h.slot ==> c.place[i] != t->live_end; */
		/*@ assert free: SLOT_ENDED < t->state[h.slot] < SLOT_ENDED +
		  @   t->max_generation; */
		t->live_end++;
		t->state[h.slot] = t->state[h.slot] - SLOT_ENDED + 1u;
		/*@ assert popped: \forall struct census c; counted(\at(*t, Pre), c) ==>
		  @   counted(*t, c); */
	} else if (t->used < t->capacity) {
		h.slot = t->used;
		t->used++;
		t->live_end++;
		t->state[h.slot] = 1;
		/*@ assert added: \forall struct census c; counted(\at(*t, Pre), c) ==>
		  @   counted(*t, listed(c, \at(t->used, Pre))); */
	} else {
		return h;
	}
	//@ assert generations_fit: generations_fit(*t);
	//@ assert no_slot_lost: no_slot_lost(*t);
	h.generation = t->state[h.slot];
	return h;
}

void table_end(struct table *t, uint32_t slot)
{
	/*@ assert in_its_part: \forall struct census c; counted(*t, c) ==>
	  @   t->retired <= c.place[slot] < t->live_end; */
	t->state[slot] += SLOT_ENDED;
	if (t->state[slot] == SLOT_ENDED + t->max_generation) {
		t->retired++;
		/*@ assert retired: \forall struct census c; counted(\at(*t, Pre), c) ==>
		  @   counted(*t, swapped(c, slot, c.order[t->retired - 1])); */
	} else {
		t->live_end--;
		t->free[t->live_end] = slot;
		/*@ assert freed: \forall struct census c; counted(\at(*t, Pre), c) ==>
		  @   counted(*t, swapped(c, slot, c.order[t->live_end])); */
	}
	//@ assert generations_fit: generations_fit(*t);
	//@ assert no_slot_lost: no_slot_lost(*t);
}
