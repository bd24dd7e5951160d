/*
 * lifecycle.c: the operations of lifecycle.h.
 *
 * How to read it: first ghost functions, which seat contexts on the roll and are
 * comments to a compiler; then the parts of operations, each of which leads from
 * one sound state to another unless its contract says what is still missing;
 * then the operations.
 */
#include "lifecycle.h"

/* --- The roll: ghost code only ------------------------------------------- */

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires range: 0 <= from && to <= TABLE_CAPACITY_MAX + 1;
   @ requires room: \forall integer j; from <= j <= to ==>
   @   0 <= roll->before[j] <= 4294967295 &&
   @   0 <= roll->before[j] + by <= 4294967295;
   @ requires by == 1 || by == -1;
   @ terminates \true;
   @ exits \false;
   @ assigns roll->before[0 .. TABLE_CAPACITY_MAX + 1];
   @ ensures moved: \forall integer j; from <= j <= to ==>
   @   roll->before[j] == \at(roll->before[j], Pre) + by;
   @ ensures rest: \forall integer j;
   @   0 <= j <= TABLE_CAPACITY_MAX + 1 && (j < from || j > to) ==>
   @   roll->before[j] == \at(roll->before[j], Pre);
   @/
  void roll_shift(struct roll \ghost *roll, int64_t from, int64_t to, int64_t by)
  {
	/@ loop invariant range: from <= j && (j <= to + 1 || j == from);
	 @ loop invariant moved: \forall integer i; from <= i < j ==>
	 @   roll->before[i] == \at(roll->before[i], Pre) + by;
	 @ loop invariant rest: \forall integer i;
	 @   0 <= i <= TABLE_CAPACITY_MAX + 1 && (i < from || i >= j) ==>
	 @   roll->before[i] == \at(roll->before[i], Pre);
	 @ loop assigns j, roll->before[0 .. TABLE_CAPACITY_MAX + 1];
	 @ loop variant to - j;
	 @/
	for (int64_t j = from; j <= to; j++)
		roll->before[j] = roll->before[j] + by;
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_context: 0 <= i < roll->contexts;
   @ requires is_group: 0 <= k < roll->groups;
   @ requires kept: seated(*roll);
   @ requires not_using: roll->of[i] == -1;
   @ requires room: roll->before[roll->groups] < TABLE_CAPACITY_MAX;
   @ terminates \true;
   @ exits \false;
   @ assigns roll->of[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->seat[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->count[0 .. TABLE_CAPACITY_MAX],
   @   roll->before[0 .. TABLE_CAPACITY_MAX + 1];
   @ ensures of_known: of_known(*roll);
   @ ensures seats_counted: seats_counted(*roll);
   @ ensures seats_differ: seats_differ(*roll);
   @ ensures seats_taken: seats_taken(*roll);
   @ ensures counts_summed: counts_summed(*roll);
   @ ensures sums_grow: sums_grow(*roll);
   @ ensures uses: roll->of[i] == k;
   @ ensures others: \forall integer j; 0 <= j < roll->contexts && j != i ==>
   @   roll->of[j] == \at(roll->of[j], Pre);
   @ ensures one_more: roll->count[k] == \at(roll->count[k], Pre) + 1;
   @ ensures other_counts: \forall integer j; 0 <= j < roll->groups && j != k ==>
   @   roll->count[j] == \at(roll->count[j], Pre);
   @ ensures total: roll->before[roll->groups] ==
   @   \at(roll->before[roll->groups], Pre) + 1;
   @/
  void roll_join(struct roll \ghost *roll, int64_t i, int64_t k)
  {
	/@ assert bound: \forall integer j; 0 <= j <= roll->groups ==>
	 @   0 <= roll->before[j] <= roll->before[roll->groups]; @/
	/@ assert count_bound:
	 @   roll->before[k] <= roll->before[k + 1] <= roll->before[roll->groups]; @/
	roll_shift(roll, k + 1, roll->groups, 1);
	roll->of[i] = k;
	roll->seat[i] = roll->count[k];
	roll->count[k] = roll->count[k] + 1;
	/@ assert still_taken: \forall integer g, s;
	 @   taken(\at(*roll, Pre), g, s) && g >= 0 ==> taken(*roll, g, s); @/
	/@ assert newly_taken: taken(*roll, k, roll->count[k] - 1); @/
	/@ assert all_taken: seats_taken(*roll); @/
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_context: 0 <= i < roll->contexts;
   @ requires kept: seated(*roll);
   @ requires using: 0 <= roll->of[i];
   @ requires bounded: roll->before[roll->groups] <= TABLE_CAPACITY_MAX;
   @ terminates \true;
   @ exits \false;
   @ assigns roll->of[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->seat[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->count[0 .. TABLE_CAPACITY_MAX],
   @   roll->before[0 .. TABLE_CAPACITY_MAX + 1];
   @ ensures of_known: of_known(*roll);
   @ ensures seats_counted: seats_counted(*roll);
   @ ensures seats_differ: seats_differ(*roll);
   @ ensures seats_taken: seats_taken(*roll);
   @ ensures counts_summed: counts_summed(*roll);
   @ ensures sums_grow: sums_grow(*roll);
   @ ensures uses_none: roll->of[i] == -1;
   @ ensures others: \forall integer j; 0 <= j < roll->contexts && j != i ==>
   @   roll->of[j] == \at(roll->of[j], Pre);
   @ ensures one_less: \let k = \at(roll->of[i], Pre);
   @   roll->count[k] == \at(roll->count[k], Pre) - 1;
   @ ensures other_counts: \forall integer j;
   @   0 <= j < roll->groups && j != \at(roll->of[i], Pre) ==>
   @   roll->count[j] == \at(roll->count[j], Pre);
   @ ensures total: roll->before[roll->groups] ==
   @   \at(roll->before[roll->groups], Pre) - 1;
   @/
  void roll_unseat(struct roll \ghost *roll, int64_t i)
  {
	int64_t k = roll->of[i];
	int64_t low = roll->seat[i];
	int64_t high = roll->count[k] - 1;
	int64_t top = 0;
	/@ assert bound: \forall integer j; 0 <= j <= roll->groups ==>
	 @   0 <= roll->before[j] <= roll->before[roll->groups]; @/
	/@ assert count_bound:
	 @   roll->before[k] <= roll->before[k + 1] <= roll->before[roll->groups]; @/
	/@ assert after: \forall integer j; k + 1 <= j <= roll->groups ==>
	 @   1 <= roll->before[j]; @/
	/@ assert high_taken: taken(*roll, k, high); @/
	/@ loop invariant range: 0 <= top < roll->contexts;
	 @ loop invariant ahead: \exists integer j; top <= j < roll->contexts &&
	 @   roll->of[j] == k && roll->seat[j] == high;
	 @ loop assigns top;
	 @ loop variant roll->contexts - top;
	 @/
	while (roll->of[top] != k || roll->seat[top] != high)
		top++;
	roll_shift(roll, k + 1, roll->groups, -1);
	roll->seat[top] = low;
	roll->of[i] = -1;
	roll->count[k] = high;
	/@ assert still_taken: \forall integer g, s; g >= 0 &&
	 @   (g != k || s != low && s != high) &&
	 @   taken(\at(*roll, Pre), g, s) ==> taken(*roll, g, s); @/
	/@ assert low_taken: low < high ==> taken(*roll, k, low); @/
	/@ assert all_taken: seats_taken(*roll); @/
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_context: 0 <= i < roll->contexts;
   @ requires kept: seated(*roll);
   @ requires using: 0 <= roll->of[i];
   @ requires bounded: roll->before[roll->groups] <= TABLE_CAPACITY_MAX;
   @ terminates \true;
   @ exits \false;
   @ assigns roll->of[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->seat[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->count[0 .. TABLE_CAPACITY_MAX],
   @   roll->before[0 .. TABLE_CAPACITY_MAX + 1];
   @ ensures kept: seated(*roll);
   @ ensures uses_none: roll->of[i] == -1;
   @ ensures others: \forall integer j; 0 <= j < roll->contexts && j != i ==>
   @   roll->of[j] == \at(roll->of[j], Pre);
   @ ensures counts: \forall integer j; 0 <= j < roll->groups ==>
   @   roll->count[j] == \at(roll->count[j], Pre) -
   @     (j == \at(roll->of[i], Pre) ? 1 : 0);
   @ ensures total: roll->before[roll->groups] ==
   @   \at(roll->before[roll->groups], Pre) - 1;
   @/
  void roll_leave(struct roll \ghost *roll, int64_t i)
  {
	roll_unseat(roll, i);
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_context: 0 <= i < roll->contexts;
   @ requires is_group: 0 <= g < roll->groups;
   @ requires kept: seated(*roll);
   @ requires using: 0 <= roll->of[i];
   @ requires bounded: roll->before[roll->groups] <= TABLE_CAPACITY_MAX;
   @ terminates \true;
   @ exits \false;
   @ assigns roll->of[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->seat[0 .. TABLE_CAPACITY_MAX - 1],
   @   roll->count[0 .. TABLE_CAPACITY_MAX],
   @   roll->before[0 .. TABLE_CAPACITY_MAX + 1];
   @ ensures kept: seated(*roll);
   @ ensures uses: roll->of[i] == g;
   @ ensures others: \forall integer j; 0 <= j < roll->contexts && j != i ==>
   @   roll->of[j] == \at(roll->of[j], Pre);
   @ ensures counts: \forall integer j; 0 <= j < roll->groups ==>
   @   roll->count[j] == \at(roll->count[j], Pre) +
   @     (j == g ? 1 : 0) - (j == \at(roll->of[i], Pre) ? 1 : 0);
   @ ensures left: \let o = \at(roll->of[i], Pre); \at(roll->count[o], Pre) > 0;
   @ ensures total: roll->before[roll->groups] ==
   @   \at(roll->before[roll->groups], Pre);
   @/
  void roll_move(struct roll \ghost *roll, int64_t i, int64_t g)
  {
	roll_unseat(roll, i);
	roll_join(roll, i, g);
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_context: 0 <= i <= roll->contexts && i < TABLE_CAPACITY_MAX;
   @ requires not_using: i < roll->contexts ==> roll->of[i] == -1;
   @ requires kept: seated(*roll);
   @ terminates \true;
   @ exits \false;
   @ assigns roll->contexts, roll->of[i];
   @ ensures kept: seated(*roll);
   @ ensures not_using: roll->of[i] == -1;
   @ ensures counted: roll->contexts ==
   @   (i < \old(roll->contexts) ? \old(roll->contexts) : i + 1);
   @/
  void roll_open_context(struct roll \ghost *roll, int64_t i)
  {
	roll->of[i] = -1;
	if (i == roll->contexts)
		roll->contexts = i + 1;
	/@ assert still_taken: \forall integer g, s;
	 @   taken(\at(*roll, Pre), g, s) && g >= 0 ==> taken(*roll, g, s); @/
	/@ assert all_taken: seats_taken(*roll); @/
  }
*/

/*@ ghost
  /@ requires roll_valid: \valid(roll);
   @ requires is_group: 0 <= g <= roll->groups && g <= TABLE_CAPACITY_MAX;
   @ requires empty: g < roll->groups ==> roll->count[g] == 0;
   @ requires kept: seated(*roll);
   @ terminates \true;
   @ exits \false;
   @ assigns roll->groups, roll->count[g], roll->before[g + 1];
   @ ensures kept: seated(*roll);
   @ ensures empty: roll->count[g] == 0;
   @ ensures counted: roll->groups ==
   @   (g < \old(roll->groups) ? \old(roll->groups) : g + 1);
   @ ensures total: roll->before[roll->groups] ==
   @   \at(roll->before[roll->groups], Pre);
   @/
  void roll_open_group(struct roll \ghost *roll, int64_t g)
  {
	roll->count[g] = 0;
	roll->before[g + 1] = roll->before[g];
	if (g == roll->groups)
		roll->groups = g + 1;
	/@ assert still_taken: \forall integer h, s;
	 @   taken(\at(*roll, Pre), h, s) ==> taken(*roll, h, s); @/
	/@ assert all_taken: seats_taken(*roll); @/
	/@ assert of_known: of_known(*roll); @/
	/@ assert seats_counted: seats_counted(*roll); @/
	/@ assert counts_summed: counts_summed(*roll); @/
	/@ assert sums_grow: sums_grow(*roll); @/
  }
*/

/* --- Parts of operations --------------------------------------------------- */

static const struct key no_key;

/* Lets a credential that nobody needs go: wipes its secret and lets its slot
 * go. Does nothing as long as its handle is live or a context needs it. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ requires held: held(*l, k);
  @ terminates \true;
  @ exits \false;
  @ assigns l->credentials, l->credential[k].secret, books->credentials;
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: l->credentials.base == \old(l->credentials.base);
  @ ensures generations_kept:
  @   generations_kept(\at(l->credentials, Pre), l->credentials);
  @ ensures touches_one:
  @   slots_kept_but(\at(l->credentials, Pre), l->credentials, k);
  @ ensures handles_grow: grows(\at(l->credentials, Pre), l->credentials);
  @ ensures liveness_kept: l->credentials.slots[k].place == SLOT_LIVE <==>
  @   \at(l->credentials.slots[k].place, Pre) == SLOT_LIVE;
  @ ensures secret_kept: held(*l, k) ==>
  @   l->credential[k].secret == \old(l->credential[k].secret);
  @ behavior unneeded:
  @   assumes l->credential[k].users == 0 &&
  @     l->credentials.slots[k].place == SLOT_LINGERING;
  @   ensures credential_released_when_unneeded:
  @     !held(*l, k) && wiped(l->credential[k].secret);
  @ behavior needed:
  @   assumes l->credential[k].users > 0 ||
  @     l->credentials.slots[k].place == SLOT_LIVE;
  @   assigns \nothing;
  @   ensures credential_kept_while_needed: held(*l, k);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static void credential_settle(struct lifecycle *l, uint32_t k)
/*@ ghost (struct books \ghost *books) */
{
	if (l->credential[k].users > 0 ||
	    l->credentials.slots[k].place == SLOT_LIVE)
		return;
	l->credential[k].secret = no_key;
	table_recycle(&l->credentials, k) /*@ ghost (&books->credentials) */;
}

/* Makes a context that needs no credential. Answers its index, or TABLE_FULL if
 * there is no room; then nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   books->contexts, books->roll;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: grows(\at(l->contexts, Pre), l->contexts);
  @ ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, \result);
  @ behavior full:
  @   assumes l->contexts.free == 0 && l->contexts.used == l->contexts.capacity;
  @   ensures exhaustion_creates_nothing: \result == TABLE_FULL &&
  @     *l == \old(*l) && *books == \old(*books);
  @ behavior creates:
  @   assumes l->contexts.free > 0 || l->contexts.used < l->contexts.capacity;
  @   ensures live_accepted: context_live(*l, \result);
  @   ensures create_never_reissues: !issued(\at(l->contexts, Pre),
  @     lower_of(l->contexts, \result), upper_of(l->contexts, \result));
  @   ensures issues_one: nothing_issued_but(\at(l->contexts, Pre), l->contexts,
  @     lower_of(l->contexts, \result), upper_of(l->contexts, \result));
  @   ensures takes_values: l->context[\result].phase == phase &&
  @     l->context[\result].key == key &&
  @     l->context[\result].credential == CREDENTIAL_NONE;
  @   ensures one_more:
  @     live_count(l->contexts) == live_count(\at(l->contexts, Pre)) + 1;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static uint32_t context_create(struct lifecycle *l, uint32_t phase,
                               struct key key)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t index = table_create(&l->contexts)
	/*@ ghost (&books->contexts) */;

	if (index == TABLE_FULL)
		return index;
	l->context[index].phase = phase;
	l->context[index].credential = CREDENTIAL_NONE;
	l->context[index].key = key;
	//@ ghost roll_open_context(&books->roll, index);
	/*@ ghost roll_join(&books->roll, index, 0); */
	return index;
}

/* Lets a context that needs no credential need credential k. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: context_live(*l, index);
  @ requires needs_none: l->context[index].credential == CREDENTIAL_NONE;
  @ requires credential_live: held(*l, k);
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[index].credential, l->credential[k].users, books->roll;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures takes_credential: l->context[index].credential == k;
  @*/
static void context_join(struct lifecycle *l, uint32_t index, uint32_t k)
/*@ ghost (struct books \ghost *books) */
{
	/*@ ghost roll_move(&books->roll, index, k + 1); */
	l->context[index].credential = k;
	l->credential[k].users += 1;
}

/* Makes a context that needs credential k. Answers its index, or TABLE_FULL if
 * there is no room; then nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ requires credential_live: held(*l, k);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures credentials_untouched: credentials_kept_but(\at(*l, Pre), *l, -1);
  @ behavior full:
  @   assumes l->contexts.free == 0 && l->contexts.used == l->contexts.capacity;
  @   ensures exhaustion_creates_nothing:
  @     \result == TABLE_FULL && *l == \old(*l);
  @ behavior creates:
  @   assumes l->contexts.free > 0 || l->contexts.used < l->contexts.capacity;
  @   ensures live_accepted: context_live(*l, \result);
  @   ensures create_never_reissues: !issued(\at(l->contexts, Pre),
  @     lower_of(l->contexts, \result), upper_of(l->contexts, \result));
  @   ensures issues_one: nothing_issued_but(\at(l->contexts, Pre), l->contexts,
  @     lower_of(l->contexts, \result), upper_of(l->contexts, \result));
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, \result);
  @   ensures takes_values: l->context[\result].phase == phase &&
  @     l->context[\result].key == key && l->context[\result].credential == k;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static uint32_t context_begin(struct lifecycle *l, uint32_t k, uint32_t phase,
                              struct key key)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t index = context_create(l, phase, key) /*@ ghost (books) */;

	if (index == TABLE_FULL)
		return index;
	context_join(l, index, k) /*@ ghost (books) */;
	return index;
}

/* Lets a context that needs a credential need it no more. The credential is let
 * go if this was the last thing that needed it. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: context_live(*l, index);
  @ requires needs_one: l->context[index].credential != CREDENTIAL_NONE;
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[index].credential, l->credentials,
  @   l->credential[0 .. TABLE_CAPACITY_MAX - 1], books->credentials, books->roll;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: grows(\at(l->credentials, Pre), l->credentials);
  @ ensures issues_nothing: generations_kept(\at(l->credentials, Pre),
  @   l->credentials);
  @ ensures others_untouched: credentials_kept_but(\at(*l, Pre), *l, -1);
  @ ensures needs_none: l->context[index].credential == CREDENTIAL_NONE;
  @ ensures key_kept: l->context[index].key == \old(l->context[index].key);
  @ ensures phase_kept: l->context[index].phase == \old(l->context[index].phase);
  @ ensures one_user_less: \let k = \old(l->context[index].credential);
  @   l->credential[k].users == \at(l->credential[k].users, Pre) - 1;
  @ ensures credential_released_when_unneeded:
  @   \let k = \old(l->context[index].credential);
  @   l->credential[k].users == 0 &&
  @   l->credentials.slots[k].place != SLOT_LIVE ==>
  @   !held(*l, k) && wiped(l->credential[k].secret);
  @*/
static void context_quit(struct lifecycle *l, uint32_t index)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t k = l->context[index].credential;

	/*@ ghost roll_move(&books->roll, index, 0); */
	l->context[index].credential = CREDENTIAL_NONE;
	l->credential[k].users -= 1;
	//@ assert users_listed: users_listed(*l, books->roll);
	//@ assert users_counted: users_counted(*l, books->roll);
	//@ assert secrets_wiped: secrets_wiped(*l);
	credential_settle(l, k) /*@ ghost (books) */;
}

/* Takes from a live context its key and its credential. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: context_live(*l, index);
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[index], l->credentials,
  @   l->credential[0 .. TABLE_CAPACITY_MAX - 1], books->credentials, books->roll;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: grows(\at(l->credentials, Pre), l->credentials);
  @ ensures issues_nothing: generations_kept(\at(l->credentials, Pre),
  @   l->credentials);
  @ ensures others_untouched: credentials_kept_but(\at(*l, Pre), *l, -1);
  @ ensures needs_none: l->context[index].credential == CREDENTIAL_NONE;
  @ ensures key_wiped: wiped(l->context[index].key);
  @ ensures phase_kept: l->context[index].phase == \old(l->context[index].phase);
  @ ensures one_user_less: \let k = \old(l->context[index].credential);
  @   k != CREDENTIAL_NONE ==>
  @   l->credential[k].users == \at(l->credential[k].users, Pre) - 1;
  @ ensures credential_released_when_unneeded:
  @   \let k = \old(l->context[index].credential);
  @   k != CREDENTIAL_NONE && l->credential[k].users == 0 &&
  @   l->credentials.slots[k].place != SLOT_LIVE ==>
  @   !held(*l, k) && wiped(l->credential[k].secret);
  @*/
static void context_clear(struct lifecycle *l, uint32_t index)
/*@ ghost (struct books \ghost *books) */
{
	l->context[index].key = no_key;
	//@ assert phases_known: phases_known(*l);
	//@ assert keys_wiped: keys_wiped(*l);
	//@ assert users_listed: users_listed(*l, books->roll);
	if (l->context[index].credential != CREDENTIAL_NONE)
		context_quit(l, index) /*@ ghost (books) */;
}

/* Deletes a live context, whose index and handle these are. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: live(l->contexts, lower, upper);
  @ requires is_index: index == lower - CONTEXT_BASE;
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures contexts_well_formed: well_formed(l->contexts, books->contexts);
  @ ensures credentials_well_formed:
  @   well_formed(l->credentials, books->credentials);
  @ ensures kinds_apart: kinds_apart(*l);
  @ ensures no_context_lingers: no_context_lingers(*l);
  @ ensures phases_known: phases_known(*l);
  @ ensures delete_wipes_keys: keys_wiped(*l);
  @ ensures secrets_wiped: secrets_wiped(*l);
  @ ensures credential_kept_while_needed: held_as_needed(*l);
  @ ensures users_listed: users_listed(*l, books->roll);
  @ ensures users_counted: users_counted(*l, books->roll);
  @ ensures roll_sized: roll_sized(*l, books->roll);
  @ ensures roll_complete: roll_complete(*l, books->roll);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures issues_nothing: generations_kept(\at(l->contexts, Pre), l->contexts) &&
  @   generations_kept(\at(l->credentials, Pre), l->credentials);
  @ ensures others_untouched:
  @   contexts_kept_but(\at(*l, Pre), *l, index);
  @ ensures credentials_untouched: credentials_kept_but(\at(*l, Pre), *l, -1);
  @ ensures handle_ended: ended(l->contexts, lower, upper);
  @ ensures delete_wipes_key: wiped(l->context[index].key);
  @ ensures no_slot_lost: l->contexts.free == (upper < l->contexts.max_generation
  @   ? \old(l->contexts.free) + 1 : \old(l->contexts.free));
  @ ensures delete_releases_all: live_count(l->contexts) ==
  @     live_count(\at(l->contexts, Pre)) - 1;
  @ ensures one_user_less:
  @     \let k = \old(l->context[index].credential);
  @     k != CREDENTIAL_NONE ==>
  @     l->credential[k].users == \at(l->credential[k].users, Pre) - 1;
  @ ensures credential_released_when_unneeded:
  @     \let k = \old(l->context[index].credential);
  @     k != CREDENTIAL_NONE && l->credential[k].users == 0 &&
  @     l->credentials.slots[k].place != SLOT_LIVE ==>
  @     !held(*l, k) && wiped(l->credential[k].secret);
  @*/
static void context_delete(struct lifecycle *l, uint32_t index, uintptr_t lower,
                           uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	context_clear(l, index) /*@ ghost (books) */;
	table_end(&l->contexts, lower, upper) /*@ ghost (&books->contexts) */;
	//@ assert is_newest: l->contexts.slots[index].generation == upper;
	table_recycle(&l->contexts, index) /*@ ghost (&books->contexts) */;
	//@ assert roll_kept: seated(books->roll);
	//@ assert gone: !context_live(*l, index);
	//@ assert others_kept: contexts_kept_but(\at(*l, Pre), *l, index);
	/*@ ghost roll_leave(&books->roll, index); */
	//@ assert others_still_kept: contexts_kept_but(\at(*l, Pre), *l, index);
	/*@ assert not_live_listed: \forall integer i;
	  @   0 <= i < l->contexts.used && !context_live(*l, i) ==>
	  @   books->roll.of[i] == -1; */
	/*@ assert live_listed: \forall integer i;
	  @   0 <= i < l->contexts.used && context_live(*l, i) ==>
	  @   i != index && books->roll.of[i] ==
	  @   (l->context[i].credential == CREDENTIAL_NONE ? 0
	  @    : l->context[i].credential + 1); */
}

/* Whether the words are the header's deleted handle. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures delete_pseudo_deleted_ok: \result <==>
  @   lower == UINTPTR_MAX - 1 && upper == UINTPTR_MAX - 1;
  @*/
static bool is_deleted_handle(uintptr_t lower, uintptr_t upper)
{
	return lower == SEC_DELETED_HANDLE && upper == SEC_DELETED_HANDLE;
}

/* --- Operations ------------------------------------------------------------ */

void lifecycle_init(struct lifecycle *l, uint32_t contexts,
                    uint32_t credentials, uint32_t max_generation)
/*@ ghost (struct books \ghost *books) */
{
	table_init(&l->contexts, contexts, CONTEXT_BASE, max_generation)
	/*@ ghost (&books->contexts) */;
	table_init(&l->credentials, credentials, CREDENTIAL_BASE, max_generation)
	/*@ ghost (&books->credentials) */;
	//@ ghost books->roll.contexts = 0;
	//@ ghost books->roll.groups = 1;
	//@ ghost books->roll.count[0] = 0;
	//@ ghost books->roll.before[0] = 0;
	//@ ghost books->roll.before[1] = 0;
}

struct issued lifecycle_acquire(struct lifecycle *l, struct key secret)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = {SEC_E_INSUFFICIENT_MEMORY, {0, 0}};
	uint32_t index = table_create(&l->credentials)
	/*@ ghost (&books->credentials) */;

	if (index == TABLE_FULL)
		return issued;
	l->credential[index].users = 0;
	l->credential[index].secret = secret;
	//@ ghost roll_open_group(&books->roll, index + 1);
	//@ assert roll_sized: roll_sized(*l, books->roll);
	//@ assert users_listed: users_listed(*l, books->roll);
	//@ assert users_counted: users_counted(*l, books->roll);
	//@ assert roll_complete: roll_complete(*l, books->roll);
	issued.status = SEC_E_OK;
	issued.handle = table_handle(&l->credentials, index);
	return issued;
}

SECURITY_STATUS lifecycle_free(struct lifecycle *l, uintptr_t lower,
                               uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t index = table_end(&l->credentials, lower, upper)
	/*@ ghost (&books->credentials) */;

	if (index >= TABLE_NEVER)
		return SEC_E_INVALID_HANDLE;
	credential_settle(l, index) /*@ ghost (books) */;
	return SEC_E_OK;
}

struct issued lifecycle_begin(struct lifecycle *l, uintptr_t lower,
                              uintptr_t upper, uint32_t phase, struct key key)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = {SEC_E_INVALID_HANDLE, {0, 0}};
	uint32_t credential = table_find(&l->credentials, lower, upper);

	if (credential >= TABLE_NEVER)
		return issued;
	uint32_t index = context_begin(l, credential, phase, key)
	/*@ ghost (books) */;
	if (index == TABLE_FULL) {
		issued.status = SEC_E_INSUFFICIENT_MEMORY;
		return issued;
	}
	issued.status = SEC_E_OK;
	issued.handle = table_handle(&l->contexts, index);
	//@ assert is_index: issued.handle.lower == CONTEXT_BASE + index;
	//@ assert is_upper: issued.handle.upper == l->contexts.slots[index].generation;
	//@ assert is_live: context_live(*l, index);
	return issued;
}

struct issued lifecycle_import(struct lifecycle *l, struct key key)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = {SEC_E_INSUFFICIENT_MEMORY, {0, 0}};
	uint32_t index = context_create(l, CONTEXT_COMPLETE, key)
	/*@ ghost (books) */;

	if (index == TABLE_FULL)
		return issued;
	issued.status = SEC_E_OK;
	issued.handle = table_handle(&l->contexts, index);
	return issued;
}

uint32_t lifecycle_phase(const struct lifecycle *l, uintptr_t lower,
                         uintptr_t upper)
{
	uint32_t index = table_find(&l->contexts, lower, upper);

	return index < TABLE_NEVER ? l->context[index].phase : CONTEXT_NONE;
}

struct known_context lifecycle_context(const struct lifecycle *l,
                                       uintptr_t lower, uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	struct known_context known = {CONTEXT_NONE, no_key, no_key};
	uint32_t index = table_find(&l->contexts, lower, upper);

	if (index >= TABLE_NEVER)
		return known;
	known.phase = l->context[index].phase;
	known.key = l->context[index].key;
	//@ assert listed: of_known(books->roll);
	if (l->context[index].credential != CREDENTIAL_NONE)
		known.secret = l->credential[l->context[index].credential].secret;
	return known;
}

struct known_credential lifecycle_credential(const struct lifecycle *l,
                                             uintptr_t lower, uintptr_t upper)
{
	struct known_credential known = {false, no_key};
	uint32_t index = table_find(&l->credentials, lower, upper);

	if (index >= TABLE_NEVER)
		return known;
	known.live = true;
	known.secret = l->credential[index].secret;
	return known;
}

SECURITY_STATUS lifecycle_advance(struct lifecycle *l, uintptr_t lower,
                                  uintptr_t upper, uint32_t phase,
                                  struct key key)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t index = table_find(&l->contexts, lower, upper);

	if (index >= TABLE_NEVER)
		return SEC_E_INVALID_HANDLE;
	if (l->context[index].phase > CONTEXT_INCOMPLETE) {
		if (l->context[index].phase == CONTEXT_COMPLETE)
			l->context[index].phase = CONTEXT_FAILED;
		return SEC_E_OUT_OF_SEQUENCE;
	}
	l->context[index].phase = phase;
	l->context[index].key = key;
	return SEC_E_OK;
}

SECURITY_STATUS lifecycle_delete(struct lifecycle *l, uintptr_t lower,
                                 uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	uint32_t index = table_find(&l->contexts, lower, upper);

	if (index < TABLE_NEVER) {
		context_delete(l, index, lower, upper) /*@ ghost (books) */;
		return SEC_E_OK;
	}
	if (index == TABLE_ENDED || is_deleted_handle(lower, upper))
		return SEC_E_OK;
	return SEC_E_INVALID_HANDLE;
}
