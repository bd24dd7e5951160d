/*
 * lifecycle_laws.c: what a user of the lifecycle may count on, as small
 * programs that are proved against the contracts of lifecycle.h alone.
 *
 * How to read it: as laws.c. The last three have no calls: they say what every
 * sound state means for credentials and keys.
 */
#include "growth.h"
#include "lifecycle.h"

/* Whatever two words are deleted twice: the second answer depends only on
 * whether they ever were a context's handle, and nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires not_pseudo: lower != UINTPTR_MAX - 1;
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures delete_deleted_ok:
  @   issued(\at(l->contexts, Pre), lower, upper) <==> \result == SEC_E_OK;
  @ ensures delete_garbage_invalid:
  @   !issued(\at(l->contexts, Pre), lower, upper) <==>
  @   \result == SEC_E_INVALID_HANDLE;
  @ ensures once:
  @   live_count(l->contexts) >= live_count(\at(l->contexts, Pre)) - 1;
  @*/
SECURITY_STATUS law_delete_twice(struct lifecycle *l, uintptr_t lower,
                                 uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	//@ assert not_live: !live(l->contexts, lower, upper);
	/*@ assert still_issued: issued(l->contexts, lower, upper) <==>
	  @   issued(\at(l->contexts, Pre), lower, upper); */
	return lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
}

/* A deleted context is refused by a leg and by CompleteAuthToken. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures use_deleted_invalid: \result == SEC_E_INVALID_HANDLE;
  @*/
SECURITY_STATUS law_deleted_is_refused(struct lifecycle *l, uintptr_t lower,
                                       uintptr_t upper, uint32_t phase,
                                       struct key key)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	return lifecycle_advance(l, lower, upper, phase, key)
	/*@ ghost (books) */;
}

/* A deleted context has no phase. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures query_deleted_invalid: \result == CONTEXT_NONE;
  @*/
uint32_t law_deleted_has_no_phase(struct lifecycle *l, uintptr_t lower,
                                  uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	return lifecycle_phase(l, lower, upper);
}

/* A deleted context's slot that is used again holds another context: the old
 * handle is still ended, and deleting it leaves the new one alone. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: live(l->contexts, lower, upper);
  @ requires not_exhausted: upper < l->contexts.max_generation;
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures delete_deleted_for_ever: ended(l->contexts, lower, upper);
  @ ensures others_untouched: \result == CONTEXT_COMPLETE;
  @*/
uint32_t law_stale_handle_is_harmless(struct lifecycle *l, uintptr_t lower,
                                      uintptr_t upper, struct key key)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	//@ assert deleted: ended(l->contexts, lower, upper);
	//@ ghost struct table deleted = l->contexts;
	struct issued other = lifecycle_import(l, key) /*@ ghost (books) */;
	//@ ghost grown(&deleted, &l->contexts);
	//@ assert ended: ended(l->contexts, lower, upper);
	/*@ assert other: live(l->contexts, other.handle.lower, other.handle.upper) &&
	  @   l->context[other.handle.lower - CONTEXT_BASE].phase == CONTEXT_COMPLETE;
	  @*/
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	return lifecycle_phase(l, other.handle.lower, other.handle.upper);
}

/* A context outlives its credential's handle. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: live(l->credentials, lower, upper);
  @ requires context_live: live(l->contexts, context_lower, context_upper);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures context_outlives_credential: \result ==
  @   \old(l->context[context_lower - CONTEXT_BASE].phase);
  @*/
uint32_t law_context_outlives_credential(struct lifecycle *l, uintptr_t lower,
                                         uintptr_t upper,
                                         uintptr_t context_lower,
                                         uintptr_t context_upper)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_free(l, lower, upper) /*@ ghost (books) */;
	return lifecycle_phase(l, context_lower, context_upper);
}

/* A freed credential makes no context. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures leg_freed_credential_invalid: \result == SEC_E_INVALID_HANDLE;
  @*/
SECURITY_STATUS law_freed_credential(struct lifecycle *l, uintptr_t lower,
                                     uintptr_t upper, uint32_t phase,
                                     struct key key)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_free(l, lower, upper) /*@ ghost (books) */;
	struct issued issued = lifecycle_begin(l, lower, upper, phase, key)
	/*@ ghost (books) */;

	return issued.status;
}

/* A credential that was freed while its only context was there is gone, secret
 * and all, as soon as that is deleted. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: live(l->contexts, lower, upper);
  @ requires needs: k == l->context[lower - CONTEXT_BASE].credential &&
  @   k != CREDENTIAL_NONE;
  @ requires only_one: l->credential[k].users == 1;
  @ requires freed: l->credentials.slots[k].place == SLOT_LINGERING;
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures credential_released_when_unneeded:
  @   !held(*l, k) && wiped(l->credential[k].secret);
  @*/
void law_last_context_releases(struct lifecycle *l, uintptr_t lower,
                               uintptr_t upper, uint32_t k)
/*@ ghost (struct books \ghost *books) */
{
	lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
}

/* A handle of one kind is none of the other. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires credential: issued(l->credentials, lower, upper);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures delete_credential_invalid: \result == SEC_E_INVALID_HANDLE;
  @*/
SECURITY_STATUS law_credential_is_no_context(struct lifecycle *l,
                                             uintptr_t lower, uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	return lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
}

/* A context's handle with its words exchanged is none, and so is one whose
 * upper word has bit 30 set. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires confusable: issued(l->contexts, upper, lower) ||
  @   (issued(l->contexts, lower, upper - 0x40000000) &&
  @    upper - 0x40000000 < 0x40000000);
  @ terminates \true; exits \false;
  @ assigns *l, *books;
  @ ensures create_never_confusable: \result == SEC_E_INVALID_HANDLE;
  @*/
SECURITY_STATUS law_not_confusable(struct lifecycle *l, uintptr_t lower,
                                   uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	return lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
}

/* What a live context needs is there. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires uses: uses(*l, i, k) && k != CREDENTIAL_NONE;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures credential_kept_while_needed:
  @   held(*l, k) && l->credential[k].users > 0;
  @*/
void law_needed_credential_is_held(const struct lifecycle *l, uint32_t i,
                                   uint32_t k)
/*@ ghost (struct books \ghost *books) */
{
}

/* Who sits on a seat uses the credential, apart from all that a prover could get
 * lost in. */
/*@ ghost
  /@ requires lifecycle_valid: \valid(l);
   @ requires roll_valid: \valid(roll);
   @ requires apart: \separated(l, roll);
   @ requires users_listed: users_listed(*l, *roll);
   @ requires roll_sized: roll_sized(*l, *roll);
   @ terminates \true;
   @ exits \false;
   @ assigns \nothing;
   @ ensures used: taken(*roll, k + 1, 0) ==> \exists integer i; uses(*l, i, k);
   @/
  void seat_is_used(const struct lifecycle *l, struct roll \ghost *roll,
                    uint32_t k)
  {
	/@ assert members_use: \forall integer i; 0 <= i < roll->contexts &&
	 @   roll->of[i] == k + 1 ==> uses(*l, i, k); @/
  }
*/

/* A credential whose handle was freed is there only for a live context, and
 * what is not there is wiped. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires freed: k < l->credentials.used &&
  @   l->credentials.slots[k].place != SLOT_LIVE;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures credential_released_when_unneeded:
  @   (held(*l, k) ==> \exists integer i; uses(*l, i, k)) &&
  @   (!held(*l, k) ==> wiped(l->credential[k].secret));
  @*/
void law_held_credential_is_needed(const struct lifecycle *l, uint32_t k)
/*@ ghost (struct books \ghost *books) */
{
	/*@ assert taken: held(*l, k) ==>
	  @   taken(books->roll, k + 1, 0); */
	//@ ghost seat_is_used(l, &books->roll, k);
	/*@ assert needed: held(*l, k) ==> \exists integer i; uses(*l, i, k); */
	/*@ assert delete_wipes: !held(*l, k) ==> wiped(l->credential[k].secret); */
}

/* The key of a context that was deleted is nowhere in the context's memory, and
 * every slot is live, free, retired or virgin. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires ended: ended(l->contexts, lower, upper);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_wipes_keys:
  @   !context_live(*l, lower - CONTEXT_BASE) ==>
  @   wiped(l->context[lower - CONTEXT_BASE].key);
  @ ensures no_slot_lost: \result == l->contexts.capacity;
  @*/
uint32_t law_deleted_leaves_nothing(const struct lifecycle *l, uintptr_t lower,
                                    uintptr_t upper)
/*@ ghost (struct books \ghost *books) */
{
	return table_live(&l->contexts) + l->contexts.free + l->contexts.retired +
	       (l->contexts.capacity - l->contexts.used);
}
