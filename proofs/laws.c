/*
 * laws.c: what a user of the table may count on, as small programs that are
 * proved against the contracts of table.h alone.
 *
 * How to read it: each function is one law; its contract says what holds at the
 * start and at the end, its body is the calls in between. The prover sees the
 * contracts of the operations, not their code, so a law that holds here holds
 * for every implementation that keeps these contracts. Nothing here is meant
 * to be run.
 */
#include "table.h"

/* A created handle is found, and found at the slot that create answered. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires not_full: t->free > 0 || t->used < t->capacity;
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures live_accepted: \result;
  @*/
bool law_created_is_live(struct table *t)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t index = table_create(t) /*@ ghost (census) */;
	struct handle handle = table_handle(t, index);

	return table_find(t, handle.lower, handle.upper) == index;
}

/* A full table creates nothing and is what it was. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires full: live_count(*t) + t->lingering + t->retired == t->capacity;
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures exhaustion_creates_nothing: \result == TABLE_FULL;
  @ ensures unchanged: *t == \old(*t);
  @*/
uint32_t law_full_creates_nothing(struct table *t)
/*@ ghost (struct census \ghost *census) */
{
	return table_create(t) /*@ ghost (census) */;
}

/* A handle that has ended is found as ended. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires live: live(*t, lower, upper);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures delete_deleted_ok: \result == TABLE_ENDED;
  @*/
uint32_t law_ended_is_found_ended(struct table *t, uintptr_t lower,
                                  uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	table_end(t, lower, upper) /*@ ghost (census) */;
	return table_find(t, lower, upper);
}

/* Whatever two words are ended twice: the second time they are no handle that
 * is live, and nothing changes. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures delete_deleted_ok:
  @   issued(\at(*t, Pre), lower, upper) <==> \result == TABLE_ENDED;
  @ ensures delete_garbage_invalid:
  @   !issued(\at(*t, Pre), lower, upper) <==> \result == TABLE_NEVER;
  @ ensures once: live_count(*t) >= live_count(\at(*t, Pre)) - 1;
  @*/
uint32_t law_end_twice(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	table_end(t, lower, upper) /*@ ghost (census) */;
	return table_end(t, lower, upper) /*@ ghost (census) */;
}

/* A slot that is reused issues another handle, and the old one stays ended. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires live: live(*t, lower, upper);
  @ requires not_exhausted: upper < t->max_generation;
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures same_slot: \result == lower - t->base;
  @ ensures create_never_reissues: upper_of(*t, \result) == upper + 1;
  @ ensures delete_deleted_for_ever: ended(*t, lower, upper);
  @ ensures count_kept: live_count(*t) == live_count(\at(*t, Pre));
  @*/
uint32_t law_reuse(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t index = table_end(t, lower, upper) /*@ ghost (census) */;

	table_recycle(t, index) /*@ ghost (census) */;
	return table_create(t) /*@ ghost (census) */;
}

/* A slot whose last handle has ended is retired: it answers TABLE_FULL rather
 * than issue again, if there is no other. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires live: live(*t, lower, upper);
  @ requires exhausted: upper == t->max_generation;
  @ requires no_other: t->free == 0 && t->used == t->capacity;
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures create_never_reissues: \result == TABLE_FULL;
  @ ensures delete_deleted_for_ever: ended(*t, lower, upper);
  @ ensures retired: t->retired == \old(t->retired) + 1;
  @*/
uint32_t law_retire(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t index = table_end(t, lower, upper) /*@ ghost (census) */;

	table_recycle(t, index) /*@ ghost (census) */;
	return table_create(t) /*@ ghost (census) */;
}

/* A lingering slot is not issued again, whatever is created meanwhile. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires live: live(*t, lower, upper);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures credential_kept_while_needed: \result != lower - t->base;
  @ ensures still_lingers:
  @   t->slots[lower - t->base].place == SLOT_LINGERING;
  @*/
uint32_t law_lingering_is_kept(struct table *t, uintptr_t lower,
                               uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	table_end(t, lower, upper) /*@ ghost (census) */;
	return table_create(t) /*@ ghost (census) */;
}

/* The reserved values are never a handle: all zero, a word of all bits set,
 * and the header's deleted handle; nor is any with a second word of zero. */
/*@ requires table_valid: \valid(t);
  @ requires readable: readable(*t);
  @ requires reserved: upper == 0 || lower == UINTPTR_MAX ||
  @   upper == UINTPTR_MAX ||
  @   (lower == UINTPTR_MAX - 1 && upper == UINTPTR_MAX - 1);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures create_never_reserved: \result == TABLE_NEVER;
  @*/
uint32_t law_reserved(const struct table *t, uintptr_t lower, uintptr_t upper)
{
	return table_find(t, lower, upper);
}

/* A handle of one kind is never issued by the table of another, whose lower
 * words lie elsewhere: whatever the one has issued, the other answers NEVER. */
/*@ requires table_valid: \valid(t);
  @ requires other_valid: \valid(other);
  @ requires apart: \separated(t, other);
  @ requires readable: readable(*t);
  @ requires other_readable: readable(*other);
  @ requires ranges_apart: t->base + t->capacity <= other->base ||
  @   other->base + other->capacity <= t->base;
  @ requires issued: issued(*t, lower, upper);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_credential_invalid: \result == TABLE_NEVER;
  @*/
uint32_t law_kinds_apart(const struct table *t, const struct table *other,
                         uintptr_t lower, uintptr_t upper)
{
	return table_find(other, lower, upper);
}

/* With generations below every lower word, an issued handle with its words
 * exchanged is none. */
/*@ requires table_valid: \valid(t);
  @ requires readable: readable(*t);
  @ requires generations_below: t->max_generation < t->base;
  @ requires issued: issued(*t, lower, upper);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_swapped_invalid: \result == TABLE_NEVER;
  @*/
uint32_t law_swapped(const struct table *t, uintptr_t lower, uintptr_t upper)
{
	return table_find(t, upper, lower);
}

/* The counters and the virgin slots make up the capacity. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures no_slot_lost: \result == t->capacity;
  @*/
uint32_t law_counters(const struct table *t)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t virgin = t->capacity - t->used;

	return table_live(t) + t->free + t->lingering + t->retired + virgin;
}
