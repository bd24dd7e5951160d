/*
 * legs.h: what becomes of contexts and their handles in the legs of an exchange,
 * in CompleteAuthToken, export and import: the package (package.h) over the
 * lifecycle (lifecycle.h). Tokens, handles and limits are values here; the
 * caller's memory is read and written in api.c.
 *
 * How to read it: what a leg is given, then the operations, which answer a reply. Each
 * answers first for its handles, then for its other parameters (`fault`), then
 * for the token. A leg on parameters that are faulty changes nothing, and so may
 * be made again.
 */
#ifndef REF_LEGS_H
#define REF_LEGS_H

#include "package.h"

/** What a leg is given. */
struct request {
	uint32_t role;            /**< ROLE_INITIATOR or ROLE_ACCEPTOR */
	bool first;               /**< makes a context, and so is given none */
	bool integrity;           /**< an initiator asks for it */
	bool has_credential;      /**< false: the parameter was NULL */
	struct handle credential, context;
	struct token input;
	uint32_t number;          /**< for an acceptor's challenge */
	uint32_t room;            /**< bytes that fit into the output */
	SECURITY_STATUS fault;    /**< SEC_E_OK, or what another parameter deserves:
	                               SEC_E_INVALID_PARAMETER or
	                               SEC_E_INSUFFICIENT_MEMORY */
};

/*@ predicate faultless(integer fault) =
  @   fault == SEC_E_OK || fault == SEC_E_INVALID_PARAMETER ||
  @   fault == SEC_E_INSUFFICIENT_MEMORY;
  @
  @ // An answer to parameters: nothing is different, and the leg may be made again.
  @ predicate of_parameters(integer status) =
  @   status == SEC_E_INVALID_PARAMETER || status == SEC_E_BUFFER_TOO_SMALL ||
  @   status == SEC_E_INSUFFICIENT_MEMORY || status == SEC_E_INVALID_HANDLE;
  @
  @ // Whether a credential may be used in this role.
  @ predicate usable(struct key secret, integer role) =
  @   secret.byte[KEY_ROLE] == SECPKG_CRED_BOTH || secret.byte[KEY_ROLE] ==
  @   (role == ROLE_INITIATOR ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND);
  @
  @ // Where a later leg that answered so takes a context. One that is over stays so.
  @ predicate phase_taken(integer before, integer status, integer after) =
  @   (before <= CONTEXT_INCOMPLETE ==> phase_follows(status, after)) &&
  @   (before > CONTEXT_INCOMPLETE ==> status < 0 && after ==
  @     (before == CONTEXT_REJECTED ? CONTEXT_REJECTED : CONTEXT_FAILED));
  @
  @ // A context was made in that phase, no other was, and no other is different.
  @ predicate made(struct lifecycle a, struct lifecycle b, integer slot,
  @                integer generation, integer phase) =
  @   live(b.contexts, slot, generation) && !issued(a.contexts, slot, generation) &&
  @   generation == next_of(a.contexts, slot) &&
  @   b.context[slot].phase == phase && contexts_kept_but(a, b, slot);
  @*/

/** A leg: the first one of a context, which makes it, or a later one.
 *
 *  SEC_I_CONTINUE_NEEDED      a context was made, or it went on
 *  SEC_E_OK, SEC_I_COMPLETE_NEEDED   a later leg went on
 *  SEC_E_INVALID_HANDLE       the context or the credential is not live
 *  SEC_E_NO_CREDENTIALS       a first leg's is for the other direction only
 *  SEC_E_INVALID_TOKEN, SEC_E_INCOMPLETE_MESSAGE, SEC_E_LOGON_DENIED   the input
 *  SEC_E_OUT_OF_SEQUENCE      the context takes no such leg
 *  SEC_E_BUFFER_TOO_SMALL     the token does not fit
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context, or as fault
 *  SEC_E_INVALID_PARAMETER    as fault
 *
 *  A later leg goes on with what the context took of its credential, whichever is
 *  passed; but one that is passed must be live. The reply's handle is the context's,
 *  if the leg succeeded.
 *
 *  Source: first_leg_creates, first_leg_failed_creates_nothing,
 *  later_leg_same_handle, later_leg_failed_stays_live. */
/*@ requires valid: \valid(l);
  @ requires request: \valid(r);
  @ requires apart: \separated(l, r);
  @ requires sound: sound(*l);
  @ requires possible: r->context.generation <= TABLE_GENERATION_MAX &&
  @   r->credential.generation <= TABLE_GENERATION_MAX;
  @ requires fault_known: faultless(r->fault);
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->contexts, Pre), l->contexts);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status >= 0 ==> \result.token.size <= r->room) &&
  @   (\result.status == SEC_E_BUFFER_TOO_SMALL ==> \result.rest > r->room);
  @ ensures fault_first: \result.status >= 0 ==> r->fault == SEC_E_OK;
  @ ensures unchanged: of_parameters(\result.status) ==> *l == \old(*l);
  @ behavior first_leg:
  @   assumes r->first;
  @   ensures first_leg_creates: \result.status >= 0 ==>
  @     \result.status == SEC_I_CONTINUE_NEEDED && made(\at(*l, Pre), *l,
  @       \result.handle.slot, \result.handle.generation, CONTEXT_PARTIAL);
  @   ensures first_leg_failed_creates_nothing: \result.status < 0 ==> *l == \old(*l);
  @   ensures leg_bad_credential_invalid: \result.status == SEC_E_INVALID_HANDLE <==>
  @     !live(l->credentials, r->credential.slot, r->credential.generation);
  @   ensures leg_wrong_direction_refused: \result.status >= 0 ==>
  @     usable(l->credential[r->credential.slot], r->role);
  @ behavior later_leg:
  @   assumes !r->first;
  @   ensures later_leg_same_handle: l->contexts == \old(l->contexts) &&
  @     (\result.status >= 0 ==> \result.handle == r->context);
  @   ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, r->context.slot);
  @   ensures init_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE <==>
  @     !live(l->contexts, r->context.slot, r->context.generation) ||
  @     (r->has_credential &&
  @      !live(l->credentials, r->credential.slot, r->credential.generation));
  @   ensures rejected_never_completes: !of_parameters(\result.status) ==>
  @     phase_taken(\old(l->context[r->context.slot].phase), \result.status,
  @       l->context[r->context.slot].phase);
  @ complete behaviors; disjoint behaviors;
  @*/
struct reply legs_leg(struct lifecycle *l, const struct request *r);

/** Completes a context that waits for it; `proof` is what its leg put out, and
 *  the answer's token is it with its seal.
 *
 *  SEC_E_OK
 *  SEC_E_INVALID_HANDLE     the context is not live
 *  SEC_E_INVALID_PARAMETER  as fault
 *  SEC_E_INVALID_TOKEN      it is not what the leg put out
 *  SEC_E_OUT_OF_SEQUENCE    the context does not wait for this
 *
 *  Unless it answers SEC_E_OK nothing changes. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ requires fault_known: faultless(fault);
  @ terminates \true; exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX;
  @ ensures no_other_success: \result.status <= 0;
  @ ensures complete_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE <==>
  @   !live(l->contexts, h.slot, h.generation);
  @ ensures unchanged: \result.status != SEC_E_OK ==> *l == \old(*l);
  @ ensures completes: \result.status == SEC_E_OK ==> fault == SEC_E_OK &&
  @   \result.token.size <= proof.size &&
  @   \old(l->context[h.slot].phase) <= CONTEXT_INCOMPLETE &&
  @   l->context[h.slot].phase == CONTEXT_COMPLETE;
  @ ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, h.slot);
  @*/
struct reply legs_complete(struct lifecycle *l, struct handle h, struct token proof,
                           SECURITY_STATUS fault);

/** Writes a complete context as a token, and deletes it on request.
 *
 *  SEC_E_OK
 *  SEC_E_INVALID_HANDLE   the context is not live
 *  SEC_E_OUT_OF_SEQUENCE  it is not complete
 *  SEC_E_INVALID_PARAMETER, SEC_E_INSUFFICIENT_MEMORY   as fault
 *
 *  Unless it answers SEC_E_OK and was asked to delete, nothing changes. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires possible: h.generation <= TABLE_GENERATION_MAX;
  @ requires fault_known: faultless(fault);
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->contexts, Pre), l->contexts);
  @ ensures fits: \result.token.size <= TOKEN_MAX;
  @ ensures export_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE <==>
  @   !live(\at(l->contexts, Pre), h.slot, h.generation);
  @ ensures only_complete: \result.status >= 0 ==> \result.status == SEC_E_OK &&
  @   fault == SEC_E_OK && \old(l->context[h.slot].phase) == CONTEXT_COMPLETE;
  @ ensures export_keeps_context: \result.status != SEC_E_OK || !delete_old ==>
  @   *l == \old(*l);
  @ ensures export_delete_old_deletes: \result.status == SEC_E_OK && delete_old ==>
  @   ended(l->contexts, h.slot, h.generation) && wiped(l->context[h.slot].key);
  @ ensures others_untouched: contexts_kept_but(\at(*l, Pre), *l, h.slot);
  @*/
struct reply legs_export(struct lifecycle *l, struct handle h, bool delete_old,
                         SECURITY_STATUS fault);

/** Makes a context of an exported token.
 *
 *  SEC_E_OK                   a context was made, whose handle is the reply's
 *  SEC_E_INVALID_TOKEN        no export made this
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context
 *
 *  Source: import_independent, import_failed_creates_nothing. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ terminates \true; exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l);
  @ ensures delete_deleted_for_ever: grows(\at(l->contexts, Pre), l->contexts);
  @ ensures import_independent: \result.status >= 0 ==> \result.status == SEC_E_OK &&
  @   made(\at(*l, Pre), *l, \result.handle.slot, \result.handle.generation,
  @     CONTEXT_COMPLETE);
  @ ensures import_failed_creates_nothing: \result.status < 0 ==> *l == \old(*l);
  @*/
struct reply legs_import(struct lifecycle *l, struct token exported);

#endif
