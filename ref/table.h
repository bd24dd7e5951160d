/*
 * table.h: the table of handles of one kind, with a generation per slot.
 *
 * A handle is two words: the lower one is the table's base plus the index of a
 * slot, the upper one is the slot's generation, the number of handles issued
 * from that slot so far. Two handles from one slot therefore differ in the
 * upper word and two from different slots in the lower one, so no handle is
 * ever issued twice and the table knows for ever which values it has issued.
 * A slot whose generation has reached the table's limit is retired, not begun
 * again.
 *
 *   virgin --create--> live --end--> lingering --recycle--> free --create--> live
 *                                        `------recycle--> retired
 *
 * How to read it: first the structures, then what the proof says about them
 * (the well-formedness of a table, conjunct by conjunct; what it means for a
 * pair of words to be issued, live or ended; how two moments of a table
 * compare), then the operations with their contracts. A clause that bears the
 * name of a rule of specs/rules.def states that rule for the table.
 *
 * No operation loops or allocates, and none touches more than one slot. No
 * operation locks: calls on one table must not overlap.
 */
#ifndef REF_TABLE_H
#define REF_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- The structures ------------------------------------------------------ */

/** The most slots a table can have, and what its arrays are made for; set when
 *  building. How many a table may use is set by table_init. */
#ifndef TABLE_CAPACITY_MAX
#define TABLE_CAPACITY_MAX 1048576u
#endif

/** The largest generation a table may be limited to. An upper word with bit 30
 *  set is never issued, so none is a lower word of lifecycle.h, nor an issued
 *  one with that bit flipped (create_never_confusable); nor is one of all bits
 *  set, which marks an invalid handle (create_never_reserved). */
#ifndef TABLE_GENERATION_MAX
#define TABLE_GENERATION_MAX 1073741823u
#endif

/** Answers in place of an index; each lies above every index. */
#define TABLE_FULL 4294967295u  /**< no slot is left */
#define TABLE_ENDED 4294967294u /**< issued once, not live any more */
#define TABLE_NEVER 4294967293u /**< never issued by this table */

/** What a slot's place says when it is not a position among the free slots;
 *  each lies above every position. */
#define SLOT_LIVE 4294967295u      /**< its newest handle is live */
#define SLOT_LINGERING 4294967294u /**< its newest handle has ended, but what
                                        belonged to it is still needed */
#define SLOT_RETIRED 4294967293u   /**< it will issue no handle any more */

/** A slot: eight bytes, so that an operation meets one cache line of them. */
struct slot {
	uint32_t generation; /**< handles issued so far; the newest one's upper word */
	uint32_t place;      /**< SLOT_…, or its position in the stack of free slots */
};

/** A handle's two words. */
struct handle {
	uintptr_t lower;
	uintptr_t upper;
};

/** A table. Slots from `used` on are virgin: they hold no handle and their
 *  memory was never written, so a table in static storage or in fresh pages
 *  takes the memory of the slots that were used, not of those it could have.
 *  The number of live slots is what the other counters leave of `used`
 *  (table_live), so that to end and recycle a handle in one go moves a single
 *  counter.
 *
 *  The arrays lie in the table, not behind pointers: an operation loads no
 *  address before it can load a slot, and the proof need not show that slots,
 *  stack and counters lie apart. */
struct table {
	uint32_t used;           /**< slots that ever held a handle */
	uint32_t free;           /**< of these: on the stack */
	uint32_t lingering;
	uint32_t retired;
	uint32_t capacity;       /**< slots that may be used */
	uint32_t base;           /**< the lower word of slot 0's handles */
	uint32_t max_generation; /**< a slot is retired after that many handles */
	uint32_t stack[TABLE_CAPACITY_MAX]; /**< the free slots, the next one last */
	struct slot slots[TABLE_CAPACITY_MAX];
};

/** The census, which only the proof keeps: rows 0, 1, ... of `live` list the
 *  live slots without gaps and repetitions, `lingering` and `retired` likewise,
 *  and `seat` says at which row a slot is listed. It shows that the counters
 *  count what they say, and thereby that none of them underflows and that the
 *  stack has room for every slot that becomes free. It is passed around in
 *  ghost code: a compiler sees nothing of it. */
struct census {
	int64_t live[TABLE_CAPACITY_MAX];
	int64_t lingering[TABLE_CAPACITY_MAX];
	int64_t retired[TABLE_CAPACITY_MAX];
	int64_t seat[TABLE_CAPACITY_MAX];
};

/* --- Well-formed tables -------------------------------------------------- */

/*@ logic integer live_count(struct table t) =
  @   t.used - t.free - t.lingering - t.retired;
  @
  @ predicate limits_hold(struct table t) =
  @   t.capacity <= TABLE_CAPACITY_MAX &&
  @   t.base + t.capacity < 4294967295 &&
  @   1 <= t.max_generation <= TABLE_GENERATION_MAX;
  @
  @ // live + free + lingering + retired + virgin = capacity, none negative
  @ predicate counters_add_up(struct table t) =
  @   t.used <= t.capacity && t.free + t.lingering + t.retired <= t.used;
  @
  @ predicate generations_bounded(struct table t) =
  @   \forall integer i; 0 <= i < t.used ==>
  @     1 <= t.slots[i].generation <= t.max_generation;
  @
  @ // no slot is lost
  @ predicate no_slot_lost(struct table t) =
  @   \forall integer i; 0 <= i < t.used ==>
  @     t.slots[i].place < t.free || t.slots[i].place == SLOT_LIVE ||
  @     t.slots[i].place == SLOT_LINGERING ||
  @     t.slots[i].place == SLOT_RETIRED;
  @
  @ // no slot is free twice, nor free and something else: the stack and the
  @ // places of the free slots are each other's inverse
  @ predicate stack_in_range(struct table t) =
  @   \forall integer k; 0 <= k < t.free ==> t.stack[k] < t.used;
  @ predicate no_slot_twice(struct table t) =
  @   \forall integer i, k; 0 <= i < t.used && 0 <= k < t.free ==>
  @     (t.stack[k] == i <==> t.slots[i].place == k);
  @
  @ // what is free can be issued again, what is retired cannot
  @ predicate free_not_exhausted(struct table t) =
  @   \forall integer i; 0 <= i < t.used && t.slots[i].place < t.free ==>
  @     t.slots[i].generation < t.max_generation;
  @ predicate retired_exhausted(struct table t) =
  @   \forall integer i;
  @     0 <= i < t.used && t.slots[i].place == SLOT_RETIRED ==>
  @     t.slots[i].generation == t.max_generation;
  @
  @ // the census: every slot has a seat within the rows of its state ...
  @ predicate seats_in_range(struct table t, struct census c) =
  @   \forall integer i; 0 <= i < t.used ==>
  @     (t.slots[i].place == SLOT_LIVE ==> 0 <= c.seat[i] < live_count(t)) &&
  @     (t.slots[i].place == SLOT_LINGERING ==> 0 <= c.seat[i] < t.lingering) &&
  @     (t.slots[i].place == SLOT_RETIRED ==> 0 <= c.seat[i] < t.retired);
  @ // ... every row lists a slot ...
  @ predicate rows_in_range(struct table t, struct census c) =
  @   \forall integer k; 0 <= k < t.used ==>
  @     (k < live_count(t) ==> 0 <= c.live[k] < t.used) &&
  @     (k < t.lingering ==> 0 <= c.lingering[k] < t.used) &&
  @     (k < t.retired ==> 0 <= c.retired[k] < t.used);
  @ // ... and it lists the slots of its state that sit there
  @ predicate live_counted(struct table t, struct census c) =
  @   \forall integer i, k; 0 <= i < t.used && 0 <= k < live_count(t) ==>
  @     (c.live[k] == i <==>
  @      t.slots[i].place == SLOT_LIVE && c.seat[i] == k);
  @ predicate lingering_counted(struct table t, struct census c) =
  @   \forall integer i, k; 0 <= i < t.used && 0 <= k < t.lingering ==>
  @     (c.lingering[k] == i <==>
  @      t.slots[i].place == SLOT_LINGERING && c.seat[i] == k);
  @ predicate retired_counted(struct table t, struct census c) =
  @   \forall integer i, k; 0 <= i < t.used && 0 <= k < t.retired ==>
  @     (c.retired[k] == i <==>
  @      t.slots[i].place == SLOT_RETIRED && c.seat[i] == k);
  @
  @ // what find needs, which has no census
  @ predicate readable(struct table t) =
  @   limits_hold(t) && t.used <= t.capacity && generations_bounded(t);
  @
  @ // all of the above
  @ predicate well_formed(struct table t, struct census c) =
  @   limits_hold(t) &&
  @   counters_add_up(t) && generations_bounded(t) && no_slot_lost(t) &&
  @   stack_in_range(t) && no_slot_twice(t) && free_not_exhausted(t) &&
  @   retired_exhausted(t) && seats_in_range(t, c) && rows_in_range(t, c) &&
  @   live_counted(t, c) && lingering_counted(t, c) && retired_counted(t, c);
  @*/

/* --- What a pair of words is --------------------------------------------- */

/*@ // the words of a slot's newest handle
  @ logic integer lower_of(struct table t, integer index) = t.base + index;
  @ logic integer upper_of(struct table t, integer index) =
  @   t.slots[index].generation;
  @
  @ // given out at some time: a slot that ever held a handle, and a generation
  @ // that it has reached
  @ predicate issued(struct table t, integer lower, integer upper) =
  @   t.base <= lower < t.base + t.used &&
  @   1 <= upper <= t.slots[lower - t.base].generation;
  @
  @ predicate live(struct table t, integer lower, integer upper) =
  @   t.base <= lower < t.base + t.used &&
  @   upper == t.slots[lower - t.base].generation &&
  @   t.slots[lower - t.base].place == SLOT_LIVE;
  @
  @ predicate ended(struct table t, integer lower, integer upper) =
  @   issued(t, lower, upper) && !live(t, lower, upper);
  @
  @ // a value that the table can issue, one day or never
  @ predicate issuable(struct table t, integer lower, integer upper) =
  @   t.base <= lower < t.base + t.capacity &&
  @   1 <= upper <= t.max_generation;
  @*/

/* --- How two moments of a table compare ---------------------------------- */

/*@ // the next two as one statement about slots: no generation falls, and a
  @ // slot comes to life only by issuing
  @ predicate slots_grow(struct table a, struct table b) =
  @   a.base == b.base && a.used <= b.used &&
  @   \forall integer i; 0 <= i < a.used ==>
  @     a.slots[i].generation <= b.slots[i].generation &&
  @     (a.slots[i].generation == b.slots[i].generation &&
  @      b.slots[i].place == SLOT_LIVE ==> a.slots[i].place == SLOT_LIVE);
  @
  @ predicate issued_stays_issued(struct table a, struct table b) =
  @   \forall integer l, u; issued(a, l, u) ==> issued(b, l, u);
  @
  @ predicate ended_stays_ended(struct table a, struct table b) =
  @   \forall integer l, u; ended(a, l, u) ==> ended(b, l, u);
  @
  @ predicate nothing_issued(struct table a, struct table b) =
  @   \forall integer l, u; issued(b, l, u) ==> issued(a, l, u);
  @
  @ predicate nothing_issued_but(struct table a, struct table b, integer lower,
  @                              integer upper) =
  @   \forall integer l, u; issued(b, l, u) && !issued(a, l, u) ==>
  @     l == lower && u == upper;
  @
  @ predicate liveness_kept(struct table a, struct table b) =
  @   \forall integer l, u; live(a, l, u) <==> live(b, l, u);
  @
  @ predicate liveness_kept_but(struct table a, struct table b, integer lower,
  @                             integer upper) =
  @   \forall integer l, u; (l != lower || u != upper) ==>
  @     (live(a, l, u) <==> live(b, l, u));
  @
  @ predicate generations_kept(struct table a, struct table b) =
  @   a.used == b.used && \forall integer i; 0 <= i < a.used ==>
  @     a.slots[i].generation == b.slots[i].generation;
  @
  @ predicate slots_kept_but(struct table a, struct table b, integer index) =
  @   \forall integer i; 0 <= i < a.used && i != index ==>
  @     a.slots[i].generation == b.slots[i].generation &&
  @     a.slots[i].place == b.slots[i].place;
  @*/

/* --- Operations ---------------------------------------------------------- */

/** Makes *t an empty table of `capacity` slots. What *t held does not matter,
 *  and its slots are written only as they come into use.
 *
 *  Handles have lower words from `base` to base + capacity - 1. Tables of
 *  different kinds are given bases so far apart that these ranges do not meet:
 *  then no table takes another's handle for its own (delete_credential_invalid);
 *  and with max_generation < base no issued handle is one with its words
 *  exchanged (delete_swapped_invalid).
 *
 *  capacity        at most TABLE_CAPACITY_MAX; 0 makes a table that is full
 *  base            base + capacity is at most UINT32_MAX - 1
 *  max_generation  handles per slot, from 1 to TABLE_GENERATION_MAX */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires capacity_limit: capacity <= TABLE_CAPACITY_MAX;
  @ requires base_limit: base + capacity < 4294967295;
  @ requires generation_limit: 1 <= max_generation <= TABLE_GENERATION_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns t->used, t->free, t->lingering, t->retired, t->capacity, t->base,
  @   t->max_generation;
  @ ensures takes_limits: t->capacity == capacity && t->base == base &&
  @   t->max_generation == max_generation;
  @ ensures all_virgin: t->used == 0 && t->free == 0 && t->lingering == 0 &&
  @   t->retired == 0;
  @ ensures delete_garbage_invalid: \forall integer l, u; !issued(*t, l, u);
  @ ensures well_formed: well_formed(*t, *census);
  @*/
void table_init(struct table *t, uint32_t capacity, uint32_t base,
                uint32_t max_generation)
/*@ ghost (struct census \ghost *census) */;

/** What the pair of words is to the table. Any two words may be given.
 *
 *  Answers the slot's index if they are a live handle (live_accepted,
 *  handle_is_its_value), TABLE_ENDED if they are a handle that was issued and
 *  is not live any more (delete_deleted_for_ever), and TABLE_NEVER if they were
 *  never issued (delete_garbage_invalid, delete_unissued_invalid). */
/*@ requires table_valid: \valid(t);
  @ requires readable: readable(*t);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ behavior is_live:
  @   assumes live(*t, lower, upper);
  @   ensures live_accepted: \result == lower - t->base;
  @   ensures is_index: \result < t->used;
  @ behavior is_ended:
  @   assumes ended(*t, lower, upper);
  @   ensures delete_deleted_ok: \result == TABLE_ENDED;
  @ behavior is_unissued:
  @   assumes issuable(*t, lower, upper) && !issued(*t, lower, upper);
  @   ensures delete_unissued_invalid: \result == TABLE_NEVER;
  @ behavior is_garbage:
  @   assumes !issuable(*t, lower, upper);
  @   ensures delete_garbage_invalid: \result == TABLE_NEVER;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
uint32_t table_find(const struct table *t, uintptr_t lower, uintptr_t upper);

/** The number of live handles. */
/*@ requires table_valid: \valid(t);
  @ requires counters: counters_add_up(*t);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures counters_sum:
  @   \result + t->free + t->lingering + t->retired == t->used;
  @*/
uint32_t table_live(const struct table *t);

/** Issues a handle from the slot that became free last, or else from a virgin
 *  one.
 *
 *  Answers the slot's index; table_handle tells its handle, which differs from
 *  every handle issued before (create_fresh, create_never_reissues) and from
 *  the reserved values (create_never_reserved). Answers TABLE_FULL if every slot is live,
 *  lingering or retired, and then changes nothing
 *  (exhaustion_creates_nothing). */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true;
  @ exits \false;
  @ assigns t->used, t->free, t->slots[0 .. TABLE_CAPACITY_MAX - 1],
  @   *census;
  @ ensures limits_hold: limits_hold(*t);
  @ ensures counters_add_up: counters_add_up(*t);
  @ ensures generations_bounded: generations_bounded(*t);
  @ ensures no_slot_lost: no_slot_lost(*t);
  @ ensures stack_in_range: stack_in_range(*t);
  @ ensures no_slot_twice: no_slot_twice(*t);
  @ ensures free_not_exhausted: free_not_exhausted(*t);
  @ ensures retired_exhausted: retired_exhausted(*t);
  @ ensures seats_in_range: seats_in_range(*t, *census);
  @ ensures rows_in_range: rows_in_range(*t, *census);
  @ ensures live_counted: live_counted(*t, *census);
  @ ensures lingering_counted: lingering_counted(*t, *census);
  @ ensures retired_counted: retired_counted(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures issued_stays_issued: issued_stays_issued(\at(*t, Pre), *t);
  @ ensures delete_deleted_for_ever: ended_stays_ended(\at(*t, Pre), *t);
  @ behavior full:
  @   assumes t->free == 0 && t->used == t->capacity;
  @   assigns \nothing;
  @   ensures exhaustion_creates_nothing: \result == TABLE_FULL;
  @   ensures unchanged: *t == \old(*t) && *census == \old(*census);
  @ behavior creates:
  @   assumes t->free > 0 || t->used < t->capacity;
  @   ensures is_index: \result < t->used;
  @   ensures live_accepted: t->slots[\result].place == SLOT_LIVE;
  @   ensures create_fresh: !live(\at(*t, Pre), lower_of(*t, \result), upper_of(*t, \result));
  @   ensures create_never_reissues:
  @     !issued(\at(*t, Pre), lower_of(*t, \result), upper_of(*t, \result));
  @   ensures create_never_reserved: 0 < upper_of(*t, \result) < 4294967295 &&
  @     lower_of(*t, \result) < 4294967294;
  @   ensures others_untouched: liveness_kept_but(\at(*t, Pre), *t,
  @     lower_of(*t, \result), upper_of(*t, \result));
  @   ensures issues_one: nothing_issued_but(\at(*t, Pre), *t,
  @     lower_of(*t, \result), upper_of(*t, \result));
  @   ensures touches_one: slots_kept_but(\at(*t, Pre), *t, \result);
  @   ensures one_more: live_count(*t) == live_count(\at(*t, Pre)) + 1;
  @ behavior reuses:
  @   assumes t->free > 0;
  @   assigns t->free, t->slots[0 .. TABLE_CAPACITY_MAX - 1],
  @     *census;
  @   ensures pops: t->free == \old(t->free) - 1;
  @   ensures newest_free: \result == \old(t->stack[t->free - 1]);
  @   ensures next_generation: t->slots[\result].generation ==
  @     \let i = \result; \at(t->slots[i].generation, Pre) + 1;
  @ behavior begins:
  @   assumes t->free == 0 && t->used < t->capacity;
  @   assigns t->used, t->slots[t->used], *census;
  @   ensures takes_virgin: t->used == \old(t->used) + 1;
  @   ensures next_virgin: \result == \old(t->used);
  @   ensures first_generation: t->slots[\result].generation == 1;
  @ complete behaviors full, reuses, begins;
  @ disjoint behaviors full, reuses, begins;
  @ complete behaviors full, creates;
  @ disjoint behaviors full, creates;
  @*/
uint32_t table_create(struct table *t)
/*@ ghost (struct census \ghost *census) */;

/** The newest handle of a slot that ever held one (create_delivers_handle,
 *  later_leg_same_handle).
 *
 *  index  as table_create or table_find answered it */
/*@ requires table_valid: \valid(t);
  @ requires readable: readable(*t);
  @ requires is_index: index < t->used;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures create_delivers_handle: \result.lower == lower_of(*t, index) &&
  @   \result.upper == upper_of(*t, index);
  @ ensures issued: issued(*t, \result.lower, \result.upper);
  @*/
struct handle table_handle(const struct table *t, uint32_t index);

/** Ends a handle; its slot lingers, and issues nothing, until table_recycle.
 *
 *  Answers the slot's index if the words were a live handle, which has now
 *  ended; TABLE_ENDED if they were a handle that had ended before
 *  (delete_deleted_ok, delete_deleted_for_ever), and TABLE_NEVER if they were
 *  never issued (delete_garbage_invalid, delete_unissued_invalid); in both
 *  cases nothing changes. No other handle is affected (others_untouched). */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ terminates \true;
  @ exits \false;
  @ assigns t->lingering, t->slots[0 .. TABLE_CAPACITY_MAX - 1],
  @   *census;
  @ ensures limits_hold: limits_hold(*t);
  @ ensures counters_add_up: counters_add_up(*t);
  @ ensures generations_bounded: generations_bounded(*t);
  @ ensures no_slot_lost: no_slot_lost(*t);
  @ ensures stack_in_range: stack_in_range(*t);
  @ ensures no_slot_twice: no_slot_twice(*t);
  @ ensures free_not_exhausted: free_not_exhausted(*t);
  @ ensures retired_exhausted: retired_exhausted(*t);
  @ ensures seats_in_range: seats_in_range(*t, *census);
  @ ensures rows_in_range: rows_in_range(*t, *census);
  @ ensures live_counted: live_counted(*t, *census);
  @ ensures lingering_counted: lingering_counted(*t, *census);
  @ ensures retired_counted: retired_counted(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures issued_stays_issued: issued_stays_issued(\at(*t, Pre), *t);
  @ ensures delete_deleted_for_ever: ended_stays_ended(\at(*t, Pre), *t);
  @ ensures generations_kept: generations_kept(\at(*t, Pre), *t);
  @ ensures issues_nothing: nothing_issued(\at(*t, Pre), *t);
  @ ensures others_untouched: liveness_kept_but(\at(*t, Pre), *t, lower, upper);
  @ behavior ends:
  @   assumes live(*t, lower, upper);
  @   ensures live_accepted: \result == lower - t->base;
  @   ensures is_index: \result < t->used;
  @   ensures handle_ended: ended(*t, lower, upper);
  @   ensures lingers: t->slots[\result].place == SLOT_LINGERING;
  @   ensures touches_one: slots_kept_but(\at(*t, Pre), *t, \result);
  @   ensures one_less: live_count(*t) == live_count(\at(*t, Pre)) - 1;
  @   ensures one_lingers: t->lingering == \old(t->lingering) + 1;
  @ behavior is_ended:
  @   assumes ended(*t, lower, upper);
  @   assigns \nothing;
  @   ensures unchanged: *t == \old(*t) && *census == \old(*census);
  @   ensures delete_deleted_ok: \result == TABLE_ENDED;
  @ behavior is_unissued:
  @   assumes issuable(*t, lower, upper) && !issued(*t, lower, upper);
  @   assigns \nothing;
  @   ensures unchanged: *t == \old(*t) && *census == \old(*census);
  @   ensures delete_unissued_invalid: \result == TABLE_NEVER;
  @ behavior is_garbage:
  @   assumes !issuable(*t, lower, upper);
  @   assigns \nothing;
  @   ensures unchanged: *t == \old(*t) && *census == \old(*census);
  @   ensures delete_garbage_invalid: \result == TABLE_NEVER;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
uint32_t table_end(struct table *t, uintptr_t lower, uintptr_t upper)
/*@ ghost (struct census \ghost *census) */;

/** Lets a lingering slot go: it becomes free, or is retired for ever if it has
 *  issued as many handles as it may (create_never_reissues). No handle's state
 *  changes.
 *
 *  index  a lingering slot */
/*@ requires table_valid: \valid(t);
  @ requires census_valid: \valid(census);
  @ requires apart: \separated(t, census);
  @ requires well_formed: well_formed(*t, *census);
  @ requires is_index: index < t->used;
  @ requires lingers: t->slots[index].place == SLOT_LINGERING;
  @ terminates \true;
  @ exits \false;
  @ assigns t->free, t->lingering, t->retired, t->slots[index].place,
  @   t->stack[t->free], *census;
  @ ensures limits_hold: limits_hold(*t);
  @ ensures counters_add_up: counters_add_up(*t);
  @ ensures generations_bounded: generations_bounded(*t);
  @ ensures no_slot_lost: no_slot_lost(*t);
  @ ensures stack_in_range: stack_in_range(*t);
  @ ensures no_slot_twice: no_slot_twice(*t);
  @ ensures free_not_exhausted: free_not_exhausted(*t);
  @ ensures retired_exhausted: retired_exhausted(*t);
  @ ensures seats_in_range: seats_in_range(*t, *census);
  @ ensures rows_in_range: rows_in_range(*t, *census);
  @ ensures live_counted: live_counted(*t, *census);
  @ ensures lingering_counted: lingering_counted(*t, *census);
  @ ensures retired_counted: retired_counted(*t, *census);
  @ ensures slots_grow: slots_grow(\at(*t, Pre), *t);
  @ ensures issued_stays_issued: issued_stays_issued(\at(*t, Pre), *t);
  @ ensures delete_deleted_for_ever: ended_stays_ended(\at(*t, Pre), *t);
  @ ensures generations_kept: generations_kept(\at(*t, Pre), *t);
  @ ensures issues_nothing: nothing_issued(\at(*t, Pre), *t);
  @ ensures others_untouched: liveness_kept(\at(*t, Pre), *t);
  @ ensures touches_one: slots_kept_but(\at(*t, Pre), *t, index);
  @ ensures one_left: t->lingering == \old(t->lingering) - 1;
  @ ensures live_count_kept: live_count(*t) == live_count(\at(*t, Pre));
  @ behavior retires:
  @   assumes t->slots[index].generation == t->max_generation;
  @   assigns t->lingering, t->retired, t->slots[index].place,
  @     *census;
  @   ensures retired: t->slots[index].place == SLOT_RETIRED;
  @   ensures one_retired: t->retired == \old(t->retired) + 1;
  @ behavior frees:
  @   assumes t->slots[index].generation < t->max_generation;
  @   assigns t->free, t->lingering, t->slots[index].place,
  @     t->stack[t->free], *census;
  @   ensures pushed: t->free == \old(t->free) + 1;
  @   ensures next_to_be_used: t->stack[t->free - 1] == index;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
void table_recycle(struct table *t, uint32_t index)
/*@ ghost (struct census \ghost *census) */;

#endif
