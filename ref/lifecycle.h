/*
 * lifecycle.h: the life of a security context and of the credential that it
 * was made with, over two tables of handles.
 *
 * A context has a phase and a key. It may need a credential: then it counts
 * among that credential's users, and the credential's slot and secret stay,
 * also after its own handle was freed, until the last user is deleted.
 *
 *   none --begin, import--> PARTIAL <--advance--> INCOMPLETE
 *                              |                      |
 *                              +------advance---------+--> COMPLETE
 *                              |                      |        |advance
 *                              +--> REJECTED, FAILED <+  FAILED<
 *   any phase --delete--> deleted, for ever
 *
 * How to read it: first the structures, then what holds between two calls,
 * then how two moments compare, then the operations. As in table.h, a clause
 * that bears the name of a rule of specs/rules.def states that rule, and
 * nothing here loops, allocates or locks.
 */
#ifndef REF_LIFECYCLE_H
#define REF_LIFECYCLE_H

#include "roll.h"
#include "sspi.h"
#include "table.h"

/* --- The structures ------------------------------------------------------ */

/** Where a context stands. */
#define CONTEXT_PARTIAL 0u    /**< its exchange is going on */
#define CONTEXT_INCOMPLETE 1u /**< its last leg wanted more of the message */
#define CONTEXT_COMPLETE 2u
#define CONTEXT_REJECTED 3u   /**< a leg refused the peer's identity */
#define CONTEXT_FAILED 4u     /**< a leg answered another error */
#define CONTEXT_NONE 5u       /**< there is no such context */

/** In place of a credential's index: the context needs none. */
#define CREDENTIAL_NONE 4294967295u

/** The lower words of slot 0's handles. They lie so far apart that no value is
 *  a handle of both kinds, and above every generation. */
#define CONTEXT_BASE 0x43000000u
#define CREDENTIAL_BASE 0x4B000000u

_Static_assert(TABLE_CAPACITY_MAX <= CREDENTIAL_BASE - CONTEXT_BASE,
               "no value is a handle of both kinds");
_Static_assert(TABLE_GENERATION_MAX < CONTEXT_BASE,
               "no value is a handle and another one with its words exchanged");

/** The number of bytes in a key. */
#define KEY_SIZE 72u

/** Key material: of a context the session key, of a credential its secret. */
struct key {
	unsigned char byte[KEY_SIZE];
};

struct context {
	uint32_t phase;
	uint32_t credential; /**< index of the credential it needs */
	struct key key;
};

struct credential {
	uint32_t users; /**< live contexts that need it */
	struct key secret;
};

/** The state of all contexts and credentials. Its memory is the caller's, and
 *  is written only where slots are used (table.h). */
struct lifecycle {
	struct table contexts;
	struct table credentials;
	struct context context[TABLE_CAPACITY_MAX];
	struct credential credential[TABLE_CAPACITY_MAX];
};

/** All that only the proof keeps. */
struct books {
	struct census contexts;
	struct census credentials;
	struct roll roll;
};

/* --- What holds between two calls ---------------------------------------- */

/*@ // What a slot is: holding a context; using a credential; keeping what
  @ // belongs to a credential.
  @ predicate context_live(struct lifecycle l, integer i) =
  @   0 <= i < l.contexts.used && l.contexts.slots[i].place == SLOT_LIVE;
  @ predicate uses(struct lifecycle l, integer i, integer k) =
  @   context_live(l, i) && l.context[i].credential == k;
  @ predicate held(struct lifecycle l, integer k) =
  @   0 <= k < l.credentials.used &&
  @   (l.credentials.slots[k].place == SLOT_LIVE ||
  @    l.credentials.slots[k].place == SLOT_LINGERING);
  @ predicate wiped(struct key key) =
  @   \forall integer b; 0 <= b < KEY_SIZE ==> key.byte[b] == 0;
  @
  @ // The lifecycle, conjunct by conjunct. That the roll is kept stands beside
  @ // `sound` in each contract: provers lose their way in its links, and so can
  @ // take it as it is.
  @ predicate kinds_apart(struct lifecycle l) =
  @   l.contexts.base == CONTEXT_BASE && l.credentials.base == CREDENTIAL_BASE;
  @ predicate no_context_lingers(struct lifecycle l) = l.contexts.lingering == 0;
  @ predicate phases_known(struct lifecycle l) =
  @   \forall integer i; context_live(l, i) ==> l.context[i].phase < CONTEXT_NONE;
  @ predicate keys_wiped(struct lifecycle l) =
  @   \forall integer i; 0 <= i < l.contexts.used && !context_live(l, i) ==>
  @     wiped(l.context[i].key);
  @ predicate secrets_wiped(struct lifecycle l) =
  @   \forall integer k; 0 <= k < l.credentials.used && !held(l, k) ==>
  @     wiped(l.credential[k].secret);
  @ predicate held_as_needed(struct lifecycle l) =
  @   \forall integer k; 0 <= k < l.credentials.used ==>
  @     (l.credentials.slots[k].place == SLOT_LINGERING ==>
  @      l.credential[k].users > 0) &&
  @     (!held(l, k) ==> l.credential[k].users == 0);
  @ predicate users_listed(struct lifecycle l, struct roll r) =
  @   \forall integer i; 0 <= i < l.contexts.used ==>
  @     (!context_live(l, i) ==> r.of[i] == -1) &&
  @     (context_live(l, i) && l.context[i].credential == CREDENTIAL_NONE ==>
  @      r.of[i] == 0) &&
  @     (context_live(l, i) && l.context[i].credential != CREDENTIAL_NONE ==>
  @      r.of[i] == l.context[i].credential + 1);
  @ predicate users_counted(struct lifecycle l, struct roll r) =
  @   \forall integer k; 0 <= k < l.credentials.used ==>
  @     l.credential[k].users == r.count[k + 1];
  @ predicate roll_sized(struct lifecycle l, struct roll r) =
  @   r.contexts == l.contexts.used && r.groups == l.credentials.used + 1;
  @ predicate roll_complete(struct lifecycle l, struct roll r) =
  @   r.before[l.credentials.used + 1] == live_count(l.contexts);
  @
  @ predicate sound(struct lifecycle l, struct books b) =
  @   well_formed(l.contexts, b.contexts) &&
  @   well_formed(l.credentials, b.credentials) &&
  @   kinds_apart(l) && no_context_lingers(l) && phases_known(l) &&
  @   keys_wiped(l) && secrets_wiped(l) && held_as_needed(l) &&
  @   users_listed(l, b.roll) && users_counted(l, b.roll) &&
  @   roll_sized(l, b.roll) && roll_complete(l, b.roll);
  @*/

/* --- How two moments compare --------------------------------------------- */

/*@ // Another context's liveness, handle, phase and data are what they were.
  @ predicate contexts_kept_but(struct lifecycle a, struct lifecycle b,
  @                             integer index) =
  @   \forall integer i; 0 <= i < a.contexts.used && i != index ==>
  @     a.contexts.slots[i].generation == b.contexts.slots[i].generation &&
  @     a.contexts.slots[i].place == b.contexts.slots[i].place &&
  @     a.context[i].phase == b.context[i].phase &&
  @     a.context[i].credential == b.context[i].credential &&
  @     a.context[i].key == b.context[i].key;
  @
  @ // So are another credential's, as long as it is held.
  @ predicate credentials_kept_but(struct lifecycle a, struct lifecycle b,
  @                                integer index) =
  @   \forall integer k; 0 <= k < a.credentials.used && k != index ==>
  @     a.credentials.slots[k].generation ==
  @       b.credentials.slots[k].generation &&
  @     (a.credentials.slots[k].place == SLOT_LIVE <==>
  @      b.credentials.slots[k].place == SLOT_LIVE) &&
  @     (held(b, k) ==> a.credential[k].secret == b.credential[k].secret);
  @
  @ // No handle that was issued or ended ever is not, of either kind, and the
  @ // limits are what they were.
  @ predicate grows(struct table a, struct table b) =
  @   slots_grow(a, b) && a.capacity == b.capacity &&
  @   a.max_generation == b.max_generation;
  @ predicate handles_grow(struct lifecycle a, struct lifecycle b) =
  @   grows(a.contexts, b.contexts) && grows(a.credentials, b.credentials);
  @*/

/* --- Operations ---------------------------------------------------------- */

/** An answer, and the handle that was issued if it is SEC_E_OK; otherwise two
 *  zero words. */
struct issued {
	SECURITY_STATUS status;
	struct handle handle;
};

/** Makes *l empty: no context, no credential. What *l held does not matter; keys
 *  of contexts that were live are not wiped, so delete these first.
 *
 *  contexts, credentials  how many of each there can be at once, each at most
 *                         TABLE_CAPACITY_MAX
 *  max_generation         handles that a slot may issue, from 1 to
 *                         TABLE_GENERATION_MAX */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires capacity_limit: contexts <= TABLE_CAPACITY_MAX &&
  @   credentials <= TABLE_CAPACITY_MAX;
  @ requires generation_limit: 1 <= max_generation <= TABLE_GENERATION_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->credentials, books->roll.contexts,
  @   books->roll.groups, books->roll.count[0],
  @   books->roll.before[0 .. 1];
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
  @ ensures takes_limits: l->contexts.capacity == contexts &&
  @   l->credentials.capacity == credentials &&
  @   l->contexts.max_generation == max_generation &&
  @   l->credentials.max_generation == max_generation;
  @ ensures delete_garbage_invalid: \forall integer w, u;
  @   !issued(l->contexts, w, u) && !issued(l->credentials, w, u);
  @*/
void lifecycle_init(struct lifecycle *l, uint32_t contexts,
                    uint32_t credentials, uint32_t max_generation)
/*@ ghost (struct books \ghost *books) */;

/** Makes a credential with its secret.
 *
 *  Answers SEC_E_OK and a handle that was never issued before (create_fresh,
 *  create_never_reissues), or SEC_E_INSUFFICIENT_MEMORY if there is no room;
 *  then nothing changes (exhaustion_creates_nothing). */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true;
  @ exits \false;
  @ assigns l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
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
  @ behavior full:
  @   assumes l->credentials.free == 0 &&
  @     l->credentials.used == l->credentials.capacity;
  @   ensures exhaustion_creates_nothing:
  @     \result.status == SEC_E_INSUFFICIENT_MEMORY && *l == \old(*l);
  @   ensures no_handle: \result.handle.lower == 0 && \result.handle.upper == 0;
  @ behavior creates:
  @   assumes l->credentials.free > 0 ||
  @     l->credentials.used < l->credentials.capacity;
  @   ensures ok: \result.status == SEC_E_OK;
  @   ensures create_delivers_handle: live(l->credentials,
  @     \result.handle.lower, \result.handle.upper);
  @   ensures create_never_reissues: !issued(\at(l->credentials, Pre),
  @     \result.handle.lower, \result.handle.upper);
  @   ensures issues_one: nothing_issued_but(\at(l->credentials, Pre),
  @     l->credentials, \result.handle.lower, \result.handle.upper);
  @   ensures others_untouched: credentials_kept_but(\at(*l, Pre), *l,
  @     \result.handle.lower - CREDENTIAL_BASE);
  @   ensures takes_secret:
  @     l->credential[\result.handle.lower - CREDENTIAL_BASE].secret == secret;
  @   ensures unused:
  @     l->credential[\result.handle.lower - CREDENTIAL_BASE].users == 0;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct issued lifecycle_acquire(struct lifecycle *l, struct key secret)
/*@ ghost (struct books \ghost *books) */;

/** Frees a credential's handle. Contexts that were made with it go on
 *  (context_outlives_credential); its secret is wiped and its slot let go when
 *  no context needs it any more, which may be now.
 *
 *  Answers SEC_E_OK if it was live (free_live_ok, free_used_ok), and otherwise
 *  SEC_E_INVALID_HANDLE (free_freed_invalid, free_never_valid_invalid); then
 *  nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true;
  @ exits \false;
  @ assigns l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
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
  @ ensures issues_nothing: generations_kept(\at(l->credentials, Pre),
  @   l->credentials);
  @ ensures others_untouched:
  @   credentials_kept_but(\at(*l, Pre), *l, lower - CREDENTIAL_BASE);
  @ behavior frees:
  @   assumes live(l->credentials, lower, upper);
  @   ensures free_live_ok: \result == SEC_E_OK;
  @   ensures handle_ended: ended(l->credentials, lower, upper);
  @   ensures credential_kept_while_needed:
  @     l->credential[lower - CREDENTIAL_BASE].users > 0 ==>
  @     held(*l, lower - CREDENTIAL_BASE) &&
  @     l->credential[lower - CREDENTIAL_BASE].secret ==
  @       \old(l->credential[lower - CREDENTIAL_BASE].secret);
  @   ensures credential_released_when_unneeded:
  @     l->credential[lower - CREDENTIAL_BASE].users == 0 ==>
  @     !held(*l, lower - CREDENTIAL_BASE) &&
  @     wiped(l->credential[lower - CREDENTIAL_BASE].secret);
  @ behavior is_freed:
  @   assumes ended(l->credentials, lower, upper);
  @   ensures free_freed_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: *l == \old(*l);
  @ behavior is_invalid:
  @   assumes !issued(l->credentials, lower, upper);
  @   ensures free_never_valid_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: *l == \old(*l);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_free(struct lifecycle *l, uintptr_t lower,
                               uintptr_t upper)
/*@ ghost (struct books \ghost *books) */;

/** Makes a context that needs a credential: what a first leg does that did not
 *  fail.
 *
 *  lower, upper  the credential's handle
 *  phase         CONTEXT_PARTIAL ... CONTEXT_FAILED; which of them a leg may
 *                begin with is its package's business
 *
 *  Answers SEC_E_OK and a handle that was never issued before
 *  (first_leg_creates, create_never_reissues); SEC_E_INVALID_HANDLE if the
 *  credential is not live (leg_freed_credential_invalid,
 *  leg_bad_credential_invalid); SEC_E_INSUFFICIENT_MEMORY if there is no room
 *  (exhaustion_creates_nothing). Unless it answers SEC_E_OK nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
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
  @ behavior refuses:
  @   assumes !live(l->credentials, lower, upper);
  @   ensures leg_freed_credential_invalid:
  @     \result.status == SEC_E_INVALID_HANDLE;
  @   ensures first_leg_failed_creates_nothing: *l == \old(*l);
  @   ensures no_handle: \result.handle.lower == 0 && \result.handle.upper == 0;
  @ behavior full:
  @   assumes live(l->credentials, lower, upper) && l->contexts.free == 0 &&
  @     l->contexts.used == l->contexts.capacity;
  @   ensures exhaustion_creates_nothing:
  @     \result.status == SEC_E_INSUFFICIENT_MEMORY && *l == \old(*l);
  @   ensures no_handle: \result.handle.lower == 0 && \result.handle.upper == 0;
  @ behavior creates:
  @   assumes live(l->credentials, lower, upper) && (l->contexts.free > 0 ||
  @     l->contexts.used < l->contexts.capacity);
  @   ensures first_leg_creates: \result.status == SEC_E_OK;
  @   ensures create_delivers_handle: live(l->contexts,
  @     \result.handle.lower, \result.handle.upper);
  @   ensures issued: issued(l->contexts, \result.handle.lower,
  @     \result.handle.upper);
  @   ensures create_never_reissues: !issued(\at(l->contexts, Pre),
  @     \result.handle.lower, \result.handle.upper);
  @   ensures issues_one: nothing_issued_but(\at(l->contexts, Pre),
  @     l->contexts, \result.handle.lower, \result.handle.upper);
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l,
  @     \result.handle.lower - CONTEXT_BASE);
  @   ensures takes_values: \let i = \result.handle.lower - CONTEXT_BASE;
  @     l->context[i].phase == phase && l->context[i].key == key &&
  @     l->context[i].credential == lower - CREDENTIAL_BASE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct issued lifecycle_begin(struct lifecycle *l, uintptr_t lower,
                              uintptr_t upper, uint32_t phase, struct key key)
/*@ ghost (struct books \ghost *books) */;

/** Makes a complete context that needs no credential: what an import does
 *  (import_independent).
 *
 *  Answers SEC_E_OK and a handle that was never issued before, or
 *  SEC_E_INSUFFICIENT_MEMORY if there is no room; then nothing changes
 *  (exhaustion_creates_nothing). */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1], *books;
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
  @ behavior full:
  @   assumes l->contexts.free == 0 && l->contexts.used == l->contexts.capacity;
  @   ensures exhaustion_creates_nothing:
  @     \result.status == SEC_E_INSUFFICIENT_MEMORY && *l == \old(*l);
  @   ensures no_handle: \result.handle.lower == 0 && \result.handle.upper == 0;
  @ behavior creates:
  @   assumes l->contexts.free > 0 || l->contexts.used < l->contexts.capacity;
  @   ensures ok: \result.status == SEC_E_OK;
  @   ensures create_delivers_handle: live(l->contexts,
  @     \result.handle.lower, \result.handle.upper);
  @   ensures issued: issued(l->contexts, \result.handle.lower,
  @     \result.handle.upper);
  @   ensures create_never_reissues: !issued(\at(l->contexts, Pre),
  @     \result.handle.lower, \result.handle.upper);
  @   ensures issues_one: nothing_issued_but(\at(l->contexts, Pre),
  @     l->contexts, \result.handle.lower, \result.handle.upper);
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l,
  @     \result.handle.lower - CONTEXT_BASE);
  @   ensures takes_values: \let i = \result.handle.lower - CONTEXT_BASE;
  @     l->context[i].phase == CONTEXT_COMPLETE && l->context[i].key == key &&
  @     l->context[i].credential == CREDENTIAL_NONE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct issued lifecycle_import(struct lifecycle *l, struct key key)
/*@ ghost (struct books \ghost *books) */;

/** Where a context stands: CONTEXT_PARTIAL ... CONTEXT_FAILED if the words are
 *  a live context's handle (live_accepted), otherwise CONTEXT_NONE
 *  (query_deleted_invalid, query_never_valid_invalid, use_deleted_invalid,
 *  use_never_valid_invalid). */
/*@ requires lifecycle_valid: \valid(l);
  @ requires readable: readable(l->contexts);
  @ requires kinds_apart: kinds_apart(*l);
  @ requires phases_known: phases_known(*l);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ behavior is_live:
  @   assumes live(l->contexts, lower, upper);
  @   ensures live_accepted: \result == l->context[lower - CONTEXT_BASE].phase;
  @   ensures known: \result < CONTEXT_NONE;
  @ behavior is_ended:
  @   assumes ended(l->contexts, lower, upper);
  @   ensures use_deleted_invalid: \result == CONTEXT_NONE;
  @ behavior is_invalid:
  @   assumes !issued(l->contexts, lower, upper);
  @   ensures use_never_valid_invalid: \result == CONTEXT_NONE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
uint32_t lifecycle_phase(const struct lifecycle *l, uintptr_t lower,
                         uintptr_t upper);

/** A live context, with the secret of the credential that it needs; no byte of a
 *  secret is set if it needs none. */
struct known_context {
	uint32_t phase; /**< CONTEXT_PARTIAL ... CONTEXT_FAILED, or CONTEXT_NONE */
	struct key key;
	struct key secret;
};

/** Tells of a context: its phase is CONTEXT_NONE, and no byte of its key and
 *  secret is set, if the words are no live context's handle
 *  (use_deleted_invalid, use_never_valid_invalid). The secret is there also if
 *  the credential was freed (context_outlives_credential). */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ behavior is_live:
  @   assumes live(l->contexts, lower, upper);
  @   ensures live_accepted:
  @     \result.phase == l->context[lower - CONTEXT_BASE].phase;
  @   ensures known: \result.phase < CONTEXT_NONE;
  @   ensures key: \result.key == l->context[lower - CONTEXT_BASE].key;
  @   ensures context_outlives_credential:
  @     \let k = l->context[lower - CONTEXT_BASE].credential;
  @     k != CREDENTIAL_NONE ==> held(*l, k) &&
  @     \result.secret == l->credential[k].secret;
  @   ensures needs_none:
  @     l->context[lower - CONTEXT_BASE].credential == CREDENTIAL_NONE ==>
  @     wiped(\result.secret);
  @ behavior is_ended:
  @   assumes ended(l->contexts, lower, upper);
  @   ensures use_deleted_invalid: \result.phase == CONTEXT_NONE;
  @   ensures tells_nothing: wiped(\result.key) && wiped(\result.secret);
  @ behavior is_invalid:
  @   assumes !issued(l->contexts, lower, upper);
  @   ensures use_never_valid_invalid: \result.phase == CONTEXT_NONE;
  @   ensures tells_nothing: wiped(\result.key) && wiped(\result.secret);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct known_context lifecycle_context(const struct lifecycle *l,
                                       uintptr_t lower, uintptr_t upper)
/*@ ghost (struct books \ghost *books) */;

/** Whether a credential's handle is live, and its secret. */
struct known_credential {
	bool live;
	struct key secret; /**< no byte is set if it is not live */
};

/** Tells of a credential (leg_freed_credential_invalid,
 *  leg_bad_credential_invalid). */
/*@ requires lifecycle_valid: \valid(l);
  @ requires readable: readable(l->credentials);
  @ requires kinds_apart: kinds_apart(*l);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures live_accepted:
  @   \result.live <==> live(l->credentials, lower, upper);
  @ ensures secret: \result.live ==>
  @   \result.secret == l->credential[lower - CREDENTIAL_BASE].secret;
  @ ensures tells_nothing: !\result.live ==> wiped(\result.secret);
  @*/
struct known_credential lifecycle_credential(const struct lifecycle *l,
                                             uintptr_t lower, uintptr_t upper);

/** Takes a context to its next phase, with the key that it has from then on:
 *  what a later leg or CompleteAuthToken does.
 *
 *  phase  CONTEXT_PARTIAL ... CONTEXT_FAILED
 *
 *  Answers SEC_E_OK if the exchange was going on; SEC_E_OUT_OF_SEQUENCE if it
 *  was over, which makes a complete context a failed one and leaves a rejected
 *  or failed one what it is (rejected_never_completes); SEC_E_INVALID_HANDLE if
 *  the words are no live context's handle (init_deleted_invalid,
 *  accept_deleted_invalid, complete_deleted_invalid, init_never_valid_invalid,
 *  accept_never_valid_invalid, complete_never_valid_invalid), and then nothing
 *  changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
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
  @ ensures handles_kept: l->contexts == \old(l->contexts) &&
  @   l->credentials == \old(l->credentials);
  @ ensures others_untouched:
  @   contexts_kept_but(\at(*l, Pre), *l, lower - CONTEXT_BASE);
  @ behavior goes_on:
  @   assumes live(l->contexts, lower, upper) &&
  @     l->context[lower - CONTEXT_BASE].phase <= CONTEXT_INCOMPLETE;
  @   ensures later_leg_same_handle: \result == SEC_E_OK &&
  @     live(l->contexts, lower, upper);
  @   ensures takes_values: \let i = lower - CONTEXT_BASE;
  @     l->context[i].phase == phase && l->context[i].key == key &&
  @     l->context[i].credential == \old(l->context[lower - CONTEXT_BASE].credential);
  @ behavior is_over:
  @   assumes live(l->contexts, lower, upper) &&
  @     l->context[lower - CONTEXT_BASE].phase > CONTEXT_INCOMPLETE;
  @   ensures later_leg_failed_stays_live: \result == SEC_E_OUT_OF_SEQUENCE &&
  @     live(l->contexts, lower, upper);
  @   ensures rejected_never_completes:
  @     l->context[lower - CONTEXT_BASE].phase ==
  @     (\old(l->context[lower - CONTEXT_BASE].phase) == CONTEXT_REJECTED
  @      ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @   ensures data_kept: \let i = lower - CONTEXT_BASE;
  @     l->context[i].key == \old(l->context[lower - CONTEXT_BASE].key) &&
  @     l->context[i].credential == \old(l->context[lower - CONTEXT_BASE].credential);
  @ behavior is_ended:
  @   assumes ended(l->contexts, lower, upper);
  @   ensures init_deleted_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: *l == \old(*l);
  @ behavior is_invalid:
  @   assumes !issued(l->contexts, lower, upper);
  @   ensures init_never_valid_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: *l == \old(*l);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_advance(struct lifecycle *l, uintptr_t lower,
                                  uintptr_t upper, uint32_t phase,
                                  struct key key)
/*@ ghost (struct books \ghost *books) */;

/** Deletes a context in whatever phase it is: wipes its key, lets its slot go,
 *  and lets its credential go if that was freed and no other context needs it.
 *
 *  Answers SEC_E_OK if the words were a live context's handle, SEC_E_OK if they
 *  are one that was deleted before or the header's deleted handle
 *  (delete_deleted_ok, delete_pseudo_deleted_ok), and SEC_E_INVALID_HANDLE if
 *  they never were a context's handle; in these two cases nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
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
  @ ensures delete_no_other_status:
  @   \result == SEC_E_OK || \result == SEC_E_INVALID_HANDLE;
  @ ensures others_untouched:
  @   contexts_kept_but(\at(*l, Pre), *l, lower - CONTEXT_BASE);
  @ ensures credentials_untouched: credentials_kept_but(\at(*l, Pre), *l, -1);
  @ behavior deletes:
  @   assumes live(l->contexts, lower, upper);
  @   ensures delete_partial_ok: \old(l->context[lower - CONTEXT_BASE].phase) ==
  @     CONTEXT_PARTIAL ==> \result == SEC_E_OK;
  @   ensures delete_incomplete_ok: \old(l->context[lower - CONTEXT_BASE].phase) ==
  @     CONTEXT_INCOMPLETE ==> \result == SEC_E_OK;
  @   ensures delete_complete_ok: \old(l->context[lower - CONTEXT_BASE].phase) ==
  @     CONTEXT_COMPLETE ==> \result == SEC_E_OK;
  @   ensures delete_rejected_ok: \old(l->context[lower - CONTEXT_BASE].phase) ==
  @     CONTEXT_REJECTED ==> \result == SEC_E_OK;
  @   ensures delete_failed_ok: \old(l->context[lower - CONTEXT_BASE].phase) ==
  @     CONTEXT_FAILED ==> \result == SEC_E_OK;
  @   ensures handle_ended: ended(l->contexts, lower, upper);
  @   ensures delete_wipes_key: wiped(l->context[lower - CONTEXT_BASE].key);
  @   ensures no_slot_lost: l->contexts.free == (upper < l->contexts.max_generation
  @     ? \old(l->contexts.free) + 1 : \old(l->contexts.free));
  @   ensures delete_releases_all: live_count(l->contexts) ==
  @     live_count(\at(l->contexts, Pre)) - 1;
  @   ensures one_user_less:
  @     \let k = \old(l->context[lower - CONTEXT_BASE].credential);
  @     k != CREDENTIAL_NONE ==>
  @     l->credential[k].users == \at(l->credential[k].users, Pre) - 1;
  @   ensures credential_released_when_unneeded:
  @     \let k = \old(l->context[lower - CONTEXT_BASE].credential);
  @     k != CREDENTIAL_NONE && l->credential[k].users == 0 &&
  @     l->credentials.slots[k].place != SLOT_LIVE ==>
  @     !held(*l, k) && wiped(l->credential[k].secret);
  @ behavior is_ended:
  @   assumes ended(l->contexts, lower, upper) ||
  @     (lower == UINTPTR_MAX - 1 && upper == UINTPTR_MAX - 1);
  @   ensures delete_deleted_ok: \result == SEC_E_OK;
  @   ensures delete_pseudo_deleted_ok: lower == UINTPTR_MAX - 1 &&
  @     upper == UINTPTR_MAX - 1 ==> \result == SEC_E_OK;
  @   ensures unchanged: *l == \old(*l);
  @ behavior is_invalid:
  @   assumes !issued(l->contexts, lower, upper) &&
  @     !(lower == UINTPTR_MAX - 1 && upper == UINTPTR_MAX - 1);
  @   ensures delete_garbage_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: *l == \old(*l);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_delete(struct lifecycle *l, uintptr_t lower,
                                 uintptr_t upper)
/*@ ghost (struct books \ghost *books) */;

#endif
