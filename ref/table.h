/*
 * table.h: the handles of one kind.
 *
 * A handle is a slot and a generation, the number of handles that the slot had issued
 * when it issued this one. So no handle is issued twice, and the table knows for ever
 * which ones it has issued. A slot that has issued as many as it may is retired.
 *
 *   never used --create--> live --end--> free --create--> live ... --end--> retired
 *
 * All slots stand in one order, which is its own census: where a slot stands says what
 * it is, and the bounds of the parts are the counters.
 *
 *   order:  [ retired |  live  |  free  | never used ]
 *           0      retired  live_end  used        capacity
 *
 * The order stands in logic alone. A program keeps the bounds, a word per slot that
 * tells live from ended, and the part of the order that it takes slots from. So a
 * look-up is one load and one comparison, and an end or a create touches one slot.
 *
 * How to read it: the structures, the well-formedness of a table, what a handle is to
 * it, how two moments of it compare, the operations. A clause that bears the name of a
 * rule of specs/rules.def states that rule for the table. No operation loops, allocates
 * or locks: calls on one table must not overlap.
 */
#ifndef REF_TABLE_H
#define REF_TABLE_H

#include <stdint.h>

/** The most slots of a table, and the most handles that a slot may issue: no generation
 *  has bit 30 set, so none is a lower word of words.h, nor an issued one with that bit
 *  flipped (create_never_confusable). Less is asked for when a table is made. */
#define TABLE_CAPACITY_MAX 1048576u
#define TABLE_GENERATION_MAX 1073741823u

/** What is added to a slot's state when its newest handle ends. */
#define SLOT_ENDED 2147483648u

/** A handle. One that a caller made up may have any slot, and a generation of at most
 *  TABLE_GENERATION_MAX. */
struct handle {
	uint32_t slot;
	uint32_t generation; /**< from 1; 0 stands for no handle */
};

/** A table. Slots from `used` on were never written: memory is taken as it is used. */
struct table {
	uint32_t live_end, retired, used; /**< ends of the parts of the order */
	uint32_t capacity;                /**< slots that may be used */
	uint32_t max_generation;          /**< a slot is retired after that many */
	uint32_t state[TABLE_CAPACITY_MAX]; /**< the newest generation; + SLOT_ENDED
	                                         when that has ended */
	uint32_t free[TABLE_CAPACITY_MAX];  /**< from live_end to used: the free slots */
};

/** What a handle is to a table. */
#define TABLE_LIVE 0u
#define TABLE_ENDED 1u /**< issued once, not live any more */
#define TABLE_NEVER 2u /**< not issued until now */

/** All slots in their order, and the place of each. Only the proof speaks of it. */
struct census {
	uint32_t order[TABLE_CAPACITY_MAX];
	uint32_t place[TABLE_CAPACITY_MAX];
};

/* --- Well-formed tables ----------------------------------------------------- */

/*@ predicate slot_live(struct table t, integer i) =
  @   0 <= i < t.used && t.state[i] < SLOT_ENDED;
  @ logic integer newest(struct table t, integer i) =
  @   t.state[i] < SLOT_ENDED ? t.state[i] : t.state[i] - SLOT_ENDED;
  @
  @ predicate limits_hold(struct table t) = t.capacity <= TABLE_CAPACITY_MAX &&
  @   1 <= t.max_generation <= TABLE_GENERATION_MAX;
  @ predicate parts_in_order(struct table t) =
  @   t.retired <= t.live_end <= t.used <= t.capacity;
  @ predicate generations_fit(struct table t) = \forall integer i; 0 <= i < t.used ==>
  @   1 <= newest(t, i) <= t.max_generation;
  @
  @ // The census lists every slot once, and the code agrees with it.
  @ predicate order_lists_slots(struct table t, struct census c) = \forall integer k;
  @   0 <= k < t.used ==> c.order[k] < t.used && c.place[c.order[k]] == k;
  @ predicate slots_have_places(struct table t, struct census c) = \forall integer i;
  @   0 <= i < t.used ==> c.place[i] < t.used && c.order[c.place[i]] == i;
  @ predicate states_tell_parts(struct table t, struct census c) = \forall integer i;
  @   0 <= i < t.used ==>
  @     (c.place[i] < t.retired <==> t.state[i] == SLOT_ENDED + t.max_generation) &&
  @     (t.retired <= c.place[i] < t.live_end <==> t.state[i] < SLOT_ENDED);
  @ predicate free_part_kept(struct table t, struct census c) = \forall integer k;
  @   t.live_end <= k < t.used ==> t.free[k] == c.order[k];
  @ predicate counted(struct table t, struct census c) = order_lists_slots(t, c) &&
  @   slots_have_places(t, c) && states_tell_parts(t, c) && free_part_kept(t, c);
  @ predicate no_slot_lost(struct table t) = \exists struct census c; counted(t, c);
  @
  @ predicate well_formed(struct table t) = limits_hold(t) && parts_in_order(t) &&
  @   generations_fit(t) && no_slot_lost(t);
  @*/

/* --- What a handle is, and how two moments compare ---------------------------- */

/*@ // Slot `i` and generation `g`, any two numbers.
  @ predicate issued(struct table t, integer i, integer g) =
  @   0 <= i < t.used && 1 <= g <= newest(t, i);
  @ predicate live(struct table t, integer i, integer g) =
  @   slot_live(t, i) && g == t.state[i];
  @ predicate ended(struct table t, integer i, integer g) =
  @   issued(t, i, g) && !live(t, i, g);
  @
  @ // The generation that slot `i` issues next; and whether none was issued at all.
  @ logic integer next_of(struct table t, integer i) = i < t.used ? newest(t, i) + 1 : 1;
  @ predicate issues_nothing(struct table a, struct table b) = a.used == b.used &&
  @   \forall integer i; 0 <= i < a.used ==> newest(a, i) == newest(b, i);
  @
  @ logic integer live_count(struct table t) = t.live_end - t.retired;
  @ predicate full(struct table t) = t.live_end == t.used && t.used == t.capacity;
  @
  @ // No handle but those of slot `i` is different (-1: none at all).
  @ predicate kept_but(struct table a, struct table b, integer i) =
  @   a.used <= b.used && a.capacity == b.capacity &&
  @   a.max_generation == b.max_generation &&
  @   (\forall integer k; 0 <= k < a.used && k != i ==> a.state[k] == b.state[k]) &&
  @   (\forall integer k; a.used <= k < b.used ==> k == i);
  @ // What was issued stays so, what has ended stays so.
  @ predicate grows(struct table a, struct table b) = a.used <= b.used &&
  @   \forall integer i; 0 <= i < a.used ==> newest(a, i) <= newest(b, i) &&
  @     (newest(a, i) == newest(b, i) && slot_live(b, i) ==> slot_live(a, i));
  @*/

/* --- Operations ---------------------------------------------------------------- */

/** Makes *t an empty table, whatever it held.
 *
 *  capacity        at most TABLE_CAPACITY_MAX; 0 makes a table that is full
 *  max_generation  handles that a slot may issue, from 1 to TABLE_GENERATION_MAX */
/*@ requires valid: \valid(t);
  @ requires limits: capacity <= TABLE_CAPACITY_MAX &&
  @   1 <= max_generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns t->live_end, t->retired, t->used, t->capacity, t->max_generation;
  @ ensures well_formed: well_formed(*t);
  @ ensures takes_limits: t->capacity == capacity &&
  @   t->max_generation == max_generation;
  @ ensures delete_garbage_invalid: t->used == 0;
  @*/
void table_init(struct table *t, uint32_t capacity, uint32_t max_generation);

/** What a handle is to the table: TABLE_LIVE, TABLE_ENDED or TABLE_NEVER. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures live_accepted: \result == TABLE_LIVE <==> live(*t, h.slot, h.generation);
  @ ensures delete_deleted_ok: \result == TABLE_ENDED <==> ended(*t, h.slot, h.generation);
  @ ensures delete_unissued_invalid: \result == TABLE_NEVER <==>
  @   !issued(*t, h.slot, h.generation);
  @*/
uint32_t table_find(const struct table *t, struct handle h);

/** The number of live handles. */
/*@ requires valid: \valid(t);
  @ requires parts_in_order: parts_in_order(*t);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures counts: \result == live_count(*t);
  @*/
uint32_t table_live(const struct table *t);

/** Issues a handle; its generation is 0 if no slot is left. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ terminates \true; exits \false;
  @ assigns t->live_end, t->used, t->state[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures well_formed: well_formed(*t);
  @ ensures delete_deleted_for_ever: grows(\at(*t, Pre), *t);
  @ behavior full:
  @   assumes full(*t);
  @   ensures exhaustion_creates_nothing: \result.generation == 0 && *t == \old(*t);
  @   ensures no_slot_lost: \forall integer i; 0 <= i < t->capacity ==>
  @     slot_live(*t, i) || t->state[i] == SLOT_ENDED + t->max_generation;
  @ behavior creates:
  @   assumes !full(*t);
  @   ensures create_delivers_handle: live(*t, \result.slot, \result.generation);
  @   ensures create_never_reserved: 1 <= \result.generation <= t->max_generation &&
  @     \result.slot < t->capacity;
  @   ensures create_never_reissues: !issued(\at(*t, Pre), \result.slot,
  @     \result.generation);
  @   ensures create_fresh: !slot_live(\at(*t, Pre), \result.slot);
  @   ensures issues_one: \result.generation == next_of(\at(*t, Pre), \result.slot);
  @   ensures others_untouched: kept_but(\at(*t, Pre), *t, \result.slot);
  @   ensures one_more: live_count(*t) == live_count(\at(*t, Pre)) + 1;
  @ complete behaviors; disjoint behaviors;
  @*/
struct handle table_create(struct table *t);

/** Ends the newest handle of a live slot, which is then free, or retired. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ requires live: slot_live(*t, slot);
  @ terminates \true; exits \false;
  @ assigns t->retired, t->live_end, t->state[slot],
  @   t->free[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures well_formed: well_formed(*t);
  @ ensures delete_deleted_for_ever: grows(\at(*t, Pre), *t);
  @ ensures issues_nothing: issues_nothing(\at(*t, Pre), *t);
  @ ensures handle_ended: t->state[slot] == \old(t->state[slot]) + SLOT_ENDED;
  @ ensures others_untouched: kept_but(\at(*t, Pre), *t, slot);
  @ ensures one_less: live_count(*t) == live_count(\at(*t, Pre)) - 1;
  @ ensures no_slot_lost: t->retired == \old(t->retired) +
  @   (newest(*t, slot) == t->max_generation ? 1 : 0);
  @*/
void table_end(struct table *t, uint32_t slot);

#endif
