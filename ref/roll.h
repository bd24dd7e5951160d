/*
 * roll.h: who needs which credential, as the proof of lifecycle.c keeps it.
 *
 * The proof must know that a credential's `users` counts the contexts that need
 * it, no more and no less: else it could underflow or overflow, or let the
 * credential go too early or too late. Counting elements is what provers are
 * bad at, and seating them is what they are good at.
 *
 * How to read it: the roll, then its invariant, conjunct by conjunct. A compiler
 * sees of it only a type that nobody uses.
 */
#ifndef REF_ROLL_H
#define REF_ROLL_H

#include "table.h"

/** Every live context is in one group: group 0 needs no credential, group k + 1
 *  needs credential k. The members of a group sit on seats 0, 1, ... without
 *  gaps, each linked with the one below and the one above. `before` sums the
 *  counts of the groups, so that no count exceeds the number of contexts. */
struct roll {
	int64_t of[TABLE_CAPACITY_MAX];    /* by context: its group or -1 */
	int64_t seat[TABLE_CAPACITY_MAX];  /* by context */
	int64_t below[TABLE_CAPACITY_MAX]; /* by context: who sits one lower */
	int64_t above[TABLE_CAPACITY_MAX]; /* by context: who sits one higher */
	int64_t count[TABLE_CAPACITY_MAX + 1u];  /* by group: its members */
	int64_t last[TABLE_CAPACITY_MAX + 1u];   /* by group: on its highest seat */
	int64_t before[TABLE_CAPACITY_MAX + 2u]; /* by group: in lower groups */
};

/*@ // n: slots of contexts that were ever used, m: groups
  @ predicate of_known(struct roll r, integer n, integer m) =
  @   \forall integer i; 0 <= i < n ==> -1 <= r.of[i] < m;
  @ predicate seats_counted(struct roll r, integer n) =
  @   \forall integer i; 0 <= i < n && 0 <= r.of[i] ==>
  @     0 <= r.seat[i] < r.count[r.of[i]];
  @ predicate lasts_sit_last(struct roll r, integer n, integer m) =
  @   \forall integer k; 0 <= k < m && r.count[k] > 0 ==>
  @     0 <= r.last[k] < n && r.of[r.last[k]] == k &&
  @     r.seat[r.last[k]] == r.count[k] - 1;
  @ predicate last_is_one(struct roll r, integer n) =
  @   \forall integer i; 0 <= i < n && 0 <= r.of[i] &&
  @     r.seat[i] == r.count[r.of[i]] - 1 ==> r.last[r.of[i]] == i;
  @ predicate below_linked(struct roll r, integer n) =
  @   \forall integer i; 0 <= i < n && 0 <= r.of[i] && 0 < r.seat[i] ==>
  @     0 <= r.below[i] < n && r.of[r.below[i]] == r.of[i] &&
  @     r.seat[r.below[i]] == r.seat[i] - 1 && r.above[r.below[i]] == i;
  @ predicate above_linked(struct roll r, integer n) =
  @   \forall integer i; 0 <= i < n && 0 <= r.of[i] &&
  @     r.seat[i] < r.count[r.of[i]] - 1 ==>
  @     0 <= r.above[i] < n && r.of[r.above[i]] == r.of[i] &&
  @     r.seat[r.above[i]] == r.seat[i] + 1 && r.below[r.above[i]] == i;
  @ predicate counts_summed(struct roll r, integer m) =
  @   r.before[0] == 0 &&
  @   \forall integer k; 0 <= k < m ==>
  @     0 <= r.count[k] && r.before[k + 1] == r.before[k] + r.count[k];
  @ predicate sums_grow(struct roll r, integer m) =
  @   \forall integer a, b; 0 <= a <= b <= m ==> r.before[a] <= r.before[b];
  @ predicate seated(struct roll r, integer n, integer m) =
  @   of_known(r, n, m) && seats_counted(r, n) && lasts_sit_last(r, n, m) &&
  @   last_is_one(r, n) && below_linked(r, n) &&
  @   above_linked(r, n) && counts_summed(r, m) && sums_grow(r, m);
  @*/

#endif
