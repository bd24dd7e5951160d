/*
 * history.c: the promises that have no end in time, for histories of any
 * length.
 *
 * How to read it: history() performs the steps of an array that may be of any
 * length and contents, on a table in any well-formed state. Its contract speaks
 * of every pair of words there is: what was issued before is issued after,
 * what had ended before has ended after. As the starting state is any state,
 * this covers every moment of every table's life. It also records the handles
 * created on the way and shows that they are pairwise different, each issued,
 * and none issued before. Nothing here is meant to be run.
 */
#include "table.h"

/** What a step does; any other value does nothing. */
#define STEP_CREATE 0u
#define STEP_FIND 1u
#define STEP_END 2u
#define STEP_RECYCLE 3u
#define STEP_DELETE 4u /**< end and recycle in one go */

/** A step: an operation and two words of any value. Recycling takes the index
 *  of a slot from the lower one and does nothing if that does not linger. */
struct step {
	uint32_t operation;
	uintptr_t lower;
	uintptr_t upper;
};

/*@ predicate all_issued(struct table t, struct handle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     issued(t, made[n].lower, made[n].upper);
  @ predicate none_issued(struct table t, struct handle *made, integer count) =
  @   \forall integer n; 0 <= n < count ==>
  @     !issued(t, made[n].lower, made[n].upper);
  @ predicate all_different(struct handle *made, integer count) =
  @   \forall integer m, n; 0 <= m < n < count ==>
  @     made[m].lower != made[n].lower || made[m].upper != made[n].upper;
  @
  @ // Whether a handle is among those made, and that no other was issued.
  @ predicate is_made(struct handle *made, integer count, integer l, integer u) =
  @   \exists integer n; 0 <= n < count &&
  @     made[n].lower == l && made[n].upper == u;
  @ predicate all_made(struct table a, struct table b, struct handle *made,
  @                    integer count) =
  @   \forall integer l, u; issued(b, l, u) && !issued(a, l, u) ==>
  @     is_made(made, count, l, u);
  @*/

/* Recycles what may be any number. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures no_slot_lost: well_formed(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures issues_nothing: generations_kept(\at(*t, Pre), *t);
  @*/
static void recycle_any(struct table *t, uintptr_t index)
/*@ ghost (struct census \ghost *census) */
{
	if (index < t->used && t->slots[index].place == SLOT_LINGERING)
		table_recycle(t, (uint32_t)index) /*@ ghost (census) */;
}

/* Ends and recycles in one go what may be any two words. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures no_slot_lost: well_formed(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures issues_nothing: generations_kept(\at(*t, Pre), *t);
  @ ensures delete_deleted_ok: !live(*t, lower, upper);
  @*/
static void delete_any(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	uint32_t index = table_end(t, lower, upper) /*@ ghost (census) */;

	if (index < TABLE_NEVER)
		table_recycle(t, index) /*@ ghost (census) */;
}

/* Performs one step. Answers the handle it created, or two zero words. */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false;
  @ assigns *t, *census;
  @ ensures no_slot_lost: well_formed(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures create_delivers_handle: \result.upper != 0 ==>
  @   issued(*t, \result.lower, \result.upper);
  @ ensures create_never_reissues: \result.upper != 0 ==>
  @   !issued(\at(*t, Pre), \result.lower, \result.upper);
  @ ensures issues_one: nothing_issued_but(\at(*t, Pre), *t, \result.lower,
  @   \result.upper);
  @*/
static struct handle perform(struct table *t, uint32_t operation,
                             uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */
{
	struct handle handle = {0, 0};

	if (operation == STEP_CREATE) {
		uint32_t index = table_create(t) /*@ ghost (census) */;

		if (index < TABLE_NEVER)
			handle = table_handle(t, index);
	} else if (operation == STEP_FIND) {
		table_find(t, lower, upper);
	} else if (operation == STEP_END) {
		table_end(t, lower, upper) /*@ ghost (census) */;
	} else if (operation == STEP_RECYCLE) {
		recycle_any(t, lower) /*@ ghost (census) */;
	} else if (operation == STEP_DELETE) {
		delete_any(t, lower, upper) /*@ ghost (census) */;
	}
	return handle;
}

/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires steps_valid: \valid_read(steps + (0 .. length - 1));
  @ requires made_valid: \valid(made + (0 .. length - 1));
  @ requires apart: \separated(t, census, steps + (..), made + (..));
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true; exits \false;
  @ assigns *t, *census, made[0 .. length - 1];
  @ ensures no_slot_lost: well_formed(*t, *census);
  @ ensures issued_stays_issued: issued_stays_issued(\at(*t, Pre), *t);
  @ ensures delete_deleted_for_ever: ended_stays_ended(\at(*t, Pre), *t);
  @ ensures within: \result <= length;
  @ ensures create_delivers_handle: all_issued(*t, made, \result);
  @ ensures create_never_reissues: none_issued(\at(*t, Pre), made, \result);
  @ ensures create_fresh: all_different(made, \result);
  @ ensures delete_unissued_invalid: all_made(\at(*t, Pre), *t, made, \result);
  @*/
size_t history(struct table *t, const struct step *steps, size_t length,
               struct handle *made)
/*@ ghost (struct census \ghost *census) */
{
	size_t count = 0;

	/*@ loop invariant range: 0 <= i <= length && count <= i;
	  @ loop invariant no_slot_lost: well_formed(*t, *census);
	  @ loop invariant slots_grow: slots_grow(\at(*t, Pre), *t);
	  @ loop invariant create_delivers_handle: all_issued(*t, made, count);
	  @ loop invariant create_never_reissues:
	  @   none_issued(\at(*t, Pre), made, count);
	  @ loop invariant create_fresh: all_different(made, count);
	  @ loop invariant delete_unissued_invalid:
	  @   all_made(\at(*t, Pre), *t, made, count);
	  @ loop assigns i, count, *t, *census, made[0 .. length - 1];
	  @ loop variant length - i;
	  @*/
	for (size_t i = 0; i < length; i++) {
		struct handle handle = perform(t, steps[i].operation, steps[i].lower,
		                               steps[i].upper) /*@ ghost (census) */;

		/*@ assert still_issued: all_issued(*t, made, count); */
		/*@ assert differs: handle.upper != 0 ==>
		  @   \forall integer n; 0 <= n < count ==>
		  @     made[n].lower != handle.lower || made[n].upper != handle.upper;
		  @*/
		/*@ assert never_before: handle.upper != 0 ==>
		  @   !issued(\at(*t, Pre), handle.lower, handle.upper);
		  @*/
		if (handle.upper != 0) {
			made[count].lower = handle.lower;
			made[count].upper = handle.upper;
			count++;
		}
	}
	return count;
}
