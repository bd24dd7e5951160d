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
 *  needs credential k. The members of a group sit on seats 0, 1, ... up to its
 *  count, one on each. `before` sums the counts of the groups, so that no count
 *  exceeds the number of contexts. */
struct roll {
	int64_t contexts; /* slots of contexts that were ever used */
	int64_t groups;
	int64_t of[TABLE_CAPACITY_MAX];   /* by context: its group or -1 */
	int64_t seat[TABLE_CAPACITY_MAX]; /* by context */
	int64_t count[TABLE_CAPACITY_MAX + 1u];  /* by group: its members */
	int64_t before[TABLE_CAPACITY_MAX + 2u]; /* by group: in lower groups */
};

/*@ predicate of_known(struct roll r) =
  @   \forall integer i; 0 <= i < r.contexts ==> -1 <= r.of[i] < r.groups;
  @ predicate seats_counted(struct roll r) =
  @   \forall integer i; 0 <= i < r.contexts && 0 <= r.of[i] ==>
  @     0 <= r.seat[i] < r.count[r.of[i]];
  @ predicate seats_differ(struct roll r) =
  @   \forall integer i, j; 0 <= i < r.contexts && 0 <= j < r.contexts &&
  @     0 <= r.of[i] && r.of[i] == r.of[j] && r.seat[i] == r.seat[j] ==> i == j;
  @ predicate taken(struct roll r, integer g, integer s) =
  @   \exists integer i; 0 <= i < r.contexts && r.of[i] == g && r.seat[i] == s;
  @ predicate seats_taken(struct roll r) =
  @   \forall integer g, s; 0 <= g < r.groups && 0 <= s < r.count[g] ==>
  @     taken(r, g, s);
  @ predicate counts_summed(struct roll r) =
  @   r.before[0] == 0 &&
  @   \forall integer g; 0 <= g < r.groups ==>
  @     0 <= r.count[g] && r.before[g + 1] == r.before[g] + r.count[g];
  @ predicate sums_grow(struct roll r) =
  @   \forall integer a, b; 0 <= a <= b <= r.groups ==>
  @     r.before[a] <= r.before[b];
  @ predicate seated(struct roll r) =
  @   0 <= r.contexts <= TABLE_CAPACITY_MAX &&
  @   0 < r.groups <= TABLE_CAPACITY_MAX + 1 &&
  @   of_known(r) && seats_counted(r) && seats_differ(r) && seats_taken(r) &&
  @   counts_summed(r) && sums_grow(r);
  @*/

#endif
