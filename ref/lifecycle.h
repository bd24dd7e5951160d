/*
 * lifecycle.h: the lives of security contexts and of credentials, each kind in a table
 * of handles, with what belongs to a handle beside its slot.
 *
 * A context takes what it needs of its credential when it begins. So neither knows of
 * the other: to free a credential wipes it at once, and its contexts go on
 * (context_outlives_credential).
 *
 *   none --begin--> PARTIAL <--advance--> INCOMPLETE
 *                      |                      |
 *                      +------advance---------+--> COMPLETE
 *                      |                      |        |advance
 *                      +--> REJECTED, FAILED <+  FAILED<
 *   any phase --delete--> deleted, for ever
 *
 * An imported context begins COMPLETE. How to read it: as table.h.
 */
#ifndef REF_LIFECYCLE_H
#define REF_LIFECYCLE_H

#include <stdbool.h>

#include "sspi.h"
#include "table.h"

/** Where a context stands. */
#define CONTEXT_PARTIAL 0u    /**< its exchange is going on */
#define CONTEXT_INCOMPLETE 1u /**< its last leg wanted more of the message */
#define CONTEXT_COMPLETE 2u
#define CONTEXT_REJECTED 3u   /**< a leg refused the peer's identity */
#define CONTEXT_FAILED 4u     /**< a leg answered another error */
#define CONTEXT_NONE 5u       /**< there is no such context */

/** What a context or a credential must remember, and what is wiped when it ends
 *  (package.h tells what is in it). */
#define KEY_SIZE 80u
struct key {
	unsigned char byte[KEY_SIZE];
};

struct context {
	uint32_t phase;
	struct key key;
};

/** All contexts and credentials. */
struct lifecycle {
	struct table contexts, credentials;
	struct context context[TABLE_CAPACITY_MAX];
	struct key credential[TABLE_CAPACITY_MAX];
};

/*@ predicate wiped(struct key k) = \forall integer b; 0 <= b < KEY_SIZE ==>
  @   k.byte[b] == 0;
  @ predicate phases_known(struct lifecycle l) = \forall integer i;
  @   slot_live(l.contexts, i) ==> l.context[i].phase < CONTEXT_NONE;
  @ predicate keys_wiped(struct lifecycle l) = \forall integer i;
  @   0 <= i < l.contexts.used && !slot_live(l.contexts, i) ==> wiped(l.context[i].key);
  @ predicate secrets_wiped(struct lifecycle l) = \forall integer i;
  @   0 <= i < l.credentials.used && !slot_live(l.credentials, i) ==>
  @   wiped(l.credential[i]);
  @ predicate sound(struct lifecycle l) = well_formed(l.contexts) &&
  @   well_formed(l.credentials) && phases_known(l) && keys_wiped(l) &&
  @   secrets_wiped(l);
  @
  @ // Contexts, or credentials, but for that in slot `i`, are what they were.
  @ predicate contexts_kept_but(struct lifecycle a, struct lifecycle b, integer i) =
  @   kept_but(a.contexts, b.contexts, i) &&
  @   \forall integer k; 0 <= k < a.contexts.used && k != i ==>
  @     a.context[k] == b.context[k];
  @ predicate credentials_kept_but(struct lifecycle a, struct lifecycle b, integer i) =
  @   kept_but(a.credentials, b.credentials, i) &&
  @   \forall integer k; 0 <= k < a.credentials.used && k != i ==>
  @     a.credential[k] == b.credential[k];
  @*/

/** Makes *l empty. What *l held is forgotten and not wiped.
 *
 *  contexts, credentials  how many of each there can be at once, each at most
 *                         TABLE_CAPACITY_MAX
 *  max_generation         handles that a slot may issue, from 1 to
 *                         TABLE_GENERATION_MAX */
/*@ requires valid: \valid(l);
  @ requires limits: contexts <= TABLE_CAPACITY_MAX &&
  @   credentials <= TABLE_CAPACITY_MAX && 1 <= max_generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->credentials;
  @ ensures sound: sound(*l);
  @ ensures delete_garbage_invalid: l->contexts.used == 0 && l->credentials.used == 0;
  @ ensures takes_limits: l->contexts.capacity == contexts &&
  @   l->credentials.capacity == credentials &&
  @   l->contexts.max_generation == max_generation &&
  @   l->credentials.max_generation == max_generation;
  @*/
void lifecycle_init(struct lifecycle *l, uint32_t contexts, uint32_t credentials,
                    uint32_t max_generation);

/** Makes a credential; the handle's generation is 0 if there is no room. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ terminates \true; exits \false;
  @ assigns l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->credentials, Pre), l->credentials);
  @ behavior full:
  @   assumes full(l->credentials);
  @   ensures exhaustion_creates_nothing: \result.generation == 0 && *l == \old(*l);
  @ behavior creates:
  @   assumes !full(l->credentials);
  @   ensures create_delivers_handle:
  @     live(l->credentials, \result.slot, \result.generation);
  @   ensures create_never_reserved: \result.slot < TABLE_CAPACITY_MAX &&
  @     1 <= \result.generation <= TABLE_GENERATION_MAX;
  @   ensures create_never_reissues:
  @     !issued(\at(l->credentials, Pre), \result.slot, \result.generation);
  @   ensures issues_one: \result.generation ==
  @     next_of(\at(l->credentials, Pre), \result.slot);
  @   ensures takes_secret: l->credential[\result.slot] == secret;
  @   ensures others_untouched: credentials_kept_but(\at(*l, Pre), *l, \result.slot);
  @ complete behaviors; disjoint behaviors;
  @*/
struct handle lifecycle_acquire(struct lifecycle *l, struct key secret);

/** Frees a credential and wipes its secret. Answers SEC_E_OK if it was live, else
 *  SEC_E_INVALID_HANDLE. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->credentials, Pre), l->credentials);
  @ ensures issues_nothing: issues_nothing(\at(l->credentials, Pre), l->credentials);
  @ behavior frees:
  @   assumes live(l->credentials, h.slot, h.generation);
  @   ensures free_live_ok: \result == SEC_E_OK;
  @   ensures handle_ended: ended(l->credentials, h.slot, h.generation);
  @   ensures credential_released_when_unneeded: wiped(l->credential[h.slot]) &&
  @     live_count(l->credentials) == live_count(\at(l->credentials, Pre)) - 1;
  @   ensures others_untouched: credentials_kept_but(\at(*l, Pre), *l, h.slot);
  @ behavior refuses:
  @   assumes !live(l->credentials, h.slot, h.generation);
  @   ensures free_freed_invalid: \result == SEC_E_INVALID_HANDLE && *l == \old(*l);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_free(struct lifecycle *l, struct handle h);

/** Makes a context, as a first leg and an import do; the handle's generation is 0 if
 *  there is no room. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->contexts, Pre), l->contexts);
  @ behavior full:
  @   assumes full(l->contexts);
  @   ensures exhaustion_creates_nothing: \result.generation == 0 && *l == \old(*l);
  @ behavior creates:
  @   assumes !full(l->contexts);
  @   ensures create_delivers_handle:
  @     live(l->contexts, \result.slot, \result.generation);
  @   ensures create_never_reserved: \result.slot < TABLE_CAPACITY_MAX &&
  @     1 <= \result.generation <= TABLE_GENERATION_MAX;
  @   ensures create_never_reissues:
  @     !issued(\at(l->contexts, Pre), \result.slot, \result.generation);
  @   ensures issues_one: \result.generation ==
  @     next_of(\at(l->contexts, Pre), \result.slot);
  @   ensures takes_values: l->context[\result.slot].phase == phase &&
  @     l->context[\result.slot].key == key;
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, \result.slot);
  @ complete behaviors; disjoint behaviors;
  @*/
struct handle lifecycle_begin(struct lifecycle *l, uint32_t phase, struct key key);

/** Takes a live context to its next phase and key. A complete, rejected or failed one
 *  takes no further leg (rejected_never_completes): it answers SEC_E_OUT_OF_SEQUENCE,
 *  and is then failed, or still rejected. A context that is not live answers
 *  SEC_E_INVALID_HANDLE. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, h.slot);
  @ behavior goes_on:
  @   assumes live(l->contexts, h.slot, h.generation) &&
  @     l->context[h.slot].phase <= CONTEXT_INCOMPLETE;
  @   ensures takes_values: \result == SEC_E_OK && l->context[h.slot].phase == phase &&
  @     l->context[h.slot].key == key;
  @ behavior is_over:
  @   assumes live(l->contexts, h.slot, h.generation) &&
  @     l->context[h.slot].phase > CONTEXT_INCOMPLETE;
  @   ensures rejected_never_completes: \result == SEC_E_OUT_OF_SEQUENCE &&
  @     l->context[h.slot].key == \old(l->context[h.slot].key) &&
  @     l->context[h.slot].phase == (\old(l->context[h.slot].phase) ==
  @       CONTEXT_REJECTED ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @ behavior refuses:
  @   assumes !live(l->contexts, h.slot, h.generation);
  @   ensures use_deleted_invalid: \result == SEC_E_INVALID_HANDLE && *l == \old(*l);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_advance(struct lifecycle *l, struct handle h, uint32_t phase,
                                  struct key key);

/** Deletes a context and wipes its key. Answers SEC_E_OK if it was live or had been
 *  deleted before, SEC_E_INVALID_HANDLE if it was never issued. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->contexts, Pre), l->contexts);
  @ ensures issues_nothing: issues_nothing(\at(l->contexts, Pre), l->contexts);
  @ behavior deletes:
  @   assumes live(l->contexts, h.slot, h.generation);
  @   ensures delete_partial_ok: \result == SEC_E_OK;
  @   ensures handle_ended: ended(l->contexts, h.slot, h.generation);
  @   ensures delete_wipes_keys: wiped(l->context[h.slot].key);
  @   ensures delete_releases_all:
  @     live_count(l->contexts) == live_count(\at(l->contexts, Pre)) - 1;
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, h.slot);
  @ behavior is_ended:
  @   assumes ended(l->contexts, h.slot, h.generation);
  @   ensures delete_deleted_ok: \result == SEC_E_OK && *l == \old(*l);
  @ behavior is_invalid:
  @   assumes !issued(l->contexts, h.slot, h.generation);
  @   ensures delete_garbage_invalid:
  @     \result == SEC_E_INVALID_HANDLE && *l == \old(*l);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS lifecycle_delete(struct lifecycle *l, struct handle h);

/** A context as it is; CONTEXT_NONE and zeros if it is not live. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures live_accepted: live(l->contexts, h.slot, h.generation) ==>
  @   \result == l->context[h.slot] && \result.phase < CONTEXT_NONE;
  @ ensures use_deleted_invalid: !live(l->contexts, h.slot, h.generation) ==>
  @   \result.phase == CONTEXT_NONE && wiped(\result.key);
  @*/
struct context lifecycle_context(const struct lifecycle *l, struct handle h);

/** A credential, and whether it is live; zeros if it is not. */
struct credential {
	struct key secret;
	bool live;
};
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures live_accepted:
  @   \result.live == \true <==> live(l->credentials, h.slot, h.generation);
  @ ensures tells: live(l->credentials, h.slot, h.generation) ==>
  @   \result.secret == l->credential[h.slot];
  @ ensures leg_freed_credential_invalid:
  @   !live(l->credentials, h.slot, h.generation) ==> wiped(\result.secret);
  @*/
struct credential lifecycle_credential(const struct lifecycle *l, struct handle h);

#endif
