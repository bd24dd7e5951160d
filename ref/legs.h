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

/* --- What a leg is given ------------------------------------------------------ */

/** What a leg is given beside its context. */
struct request {
	uint32_t role;            /**< ROLE_INITIATOR or ROLE_ACCEPTOR */
	bool integrity;           /**< an initiator asks for it */
	bool has_credential;      /**< false: the parameter was NULL */
	struct handle credential;
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
  @ // An answer to parameters: the context is what it was, and the leg may be
  @ // made again.
  @ predicate of_parameters(integer status) =
  @   status == SEC_E_INVALID_PARAMETER || status == SEC_E_BUFFER_TOO_SMALL ||
  @   status == SEC_E_INSUFFICIENT_MEMORY || status == SEC_E_INVALID_HANDLE;
  @
  @ // One context was made, and nothing else is different.
  @ predicate made(struct lifecycle a, struct lifecycle b, integer lower,
  @                integer upper) =
  @   live(b.contexts, lower, upper) && !issued(a.contexts, lower, upper) &&
  @   nothing_issued_but(a.contexts, b.contexts, lower, upper) &&
  @   contexts_kept_but(a, b, lower - CONTEXT_BASE) &&
  @   credentials_kept_but(a, b, -1);
  @
  @ // At most this context is different, and its handle is what it was.
  @ predicate handles_kept(struct lifecycle a, struct lifecycle b,
  @                        integer lower) =
  @   a.contexts == b.contexts && a.credentials == b.credentials &&
  @   contexts_kept_but(a, b, lower - CONTEXT_BASE) &&
  @   credentials_kept_but(a, b, -1);
  @*/

/* --- Operations ------------------------------------------------------------- */

/** A first leg.
 *
 *  SEC_I_CONTINUE_NEEDED      a context was made
 *  SEC_E_INVALID_HANDLE       the credential is not live
 *  SEC_E_NO_CREDENTIALS       it is for the other direction only
 *  SEC_E_INVALID_TOKEN, SEC_E_INCOMPLETE_MESSAGE   an acceptor's input
 *  SEC_E_BUFFER_TOO_SMALL     the token does not fit
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context, or as fault
 *  SEC_E_INVALID_PARAMETER    as fault
 *
 *  Source: first_leg_creates, first_leg_failed_creates_nothing. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires request_valid: \valid(request);
  @ requires apart: \separated(l, books, request);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires fault_known: faultless(request->fault);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status >= 0 ==> \result.token.size <= request->room);
  @ ensures fault_first: \result.status >= 0 ==> request->fault == SEC_E_OK;
  @ ensures first_leg_creates: \result.status >= 0 ==>
  @   \result.status == SEC_I_CONTINUE_NEEDED &&
  @   live(\at(l->credentials, Pre), request->credential.lower,
  @     request->credential.upper) &&
  @   made(\at(*l, Pre), *l, \result.handle.lower, \result.handle.upper);
  @ ensures begins_partial: \result.status >= 0 ==>
  @   l->context[\result.handle.lower - CONTEXT_BASE].phase == CONTEXT_PARTIAL;
  @ ensures needs_credential: \result.status >= 0 ==>
  @   l->context[\result.handle.lower - CONTEXT_BASE].credential ==
  @   request->credential.lower - CREDENTIAL_BASE;
  @ ensures first_leg_failed_creates_nothing: \result.status < 0 ==>
  @   *l == \at(*l, Pre) && handle_none(\result.handle);
  @ ensures leg_bad_credential_invalid: \result.status == SEC_E_INVALID_HANDLE
  @   <==> !live(\at(l->credentials, Pre), request->credential.lower,
  @     request->credential.upper);
  @*/
struct reply legs_begin(struct lifecycle *l, const struct request *request)
/*@ ghost (struct books \ghost *books) */;

/** A later leg, on the context whose handle the words are.
 *
 *  SEC_E_OK, SEC_I_CONTINUE_NEEDED, SEC_I_COMPLETE_NEEDED   it went on
 *  SEC_E_INVALID_HANDLE       the context or the credential is not live
 *  SEC_E_INVALID_TOKEN, SEC_E_INCOMPLETE_MESSAGE, SEC_E_LOGON_DENIED   the input
 *  SEC_E_OUT_OF_SEQUENCE      the context takes no such leg
 *  SEC_E_BUFFER_TOO_SMALL     the token does not fit
 *  SEC_E_INVALID_PARAMETER, SEC_E_INSUFFICIENT_MEMORY   as fault
 *
 *  The context goes on with the credential that it was made with, whichever is
 *  passed; but one that is passed must be live. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires request_valid: \valid(request);
  @ requires apart: \separated(l, books, request);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires fault_known: faultless(request->fault);
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status >= 0 ==> \result.token.size <= request->room);
  @ ensures fault_first: \result.status >= 0 ==> request->fault == SEC_E_OK;
  @ ensures creates_nothing: handle_none(\result.handle);
  @ ensures others_untouched: handles_kept(\at(*l, Pre), *l, lower);
  @ ensures unchanged: of_parameters(\result.status) ==> *l == \at(*l, Pre);
  @ behavior goes_on:
  @   assumes live(l->contexts, lower, upper) && (request->has_credential ==>
  @     live(l->credentials, request->credential.lower,
  @       request->credential.upper));
  @   ensures live_accepted: \result.status != SEC_E_INVALID_HANDLE;
  @   ensures later_leg_failed_stays_live: live(l->contexts, lower, upper);
  @   ensures rejected_never_completes:
  @     \old(l->context[lower - CONTEXT_BASE].phase) > CONTEXT_INCOMPLETE ==>
  @     \result.status < 0;
  @   ensures stays_over: !of_parameters(\result.status) &&
  @     \old(l->context[lower - CONTEXT_BASE].phase) > CONTEXT_INCOMPLETE ==>
  @     l->context[lower - CONTEXT_BASE].phase ==
  @     (\old(l->context[lower - CONTEXT_BASE].phase) == CONTEXT_REJECTED
  @      ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @   ensures phase_follows: !of_parameters(\result.status) &&
  @     \old(l->context[lower - CONTEXT_BASE].phase) <= CONTEXT_INCOMPLETE ==>
  @     phase_follows(\result.status, l->context[lower - CONTEXT_BASE].phase);
  @ behavior refuses:
  @   assumes !live(l->contexts, lower, upper) || (request->has_credential &&
  @     !live(l->credentials, request->credential.lower,
  @       request->credential.upper));
  @   ensures init_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct reply legs_go_on(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                        const struct request *request)
/*@ ghost (struct books \ghost *books) */;

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
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires fault_known: faultless(fault);
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX;
  @ ensures fault_first: \result.status == SEC_E_OK ==> fault == SEC_E_OK;
  @ ensures fits_input: \result.status == SEC_E_OK ==>
  @   \result.token.size <= proof.size;
  @ ensures others_untouched: handles_kept(\at(*l, Pre), *l, lower);
  @ ensures unchanged: \result.status != SEC_E_OK ==> *l == \at(*l, Pre);
  @ behavior is_live:
  @   assumes live(l->contexts, lower, upper);
  @   ensures live_accepted: \result.status != SEC_E_INVALID_HANDLE &&
  @     live(l->contexts, lower, upper);
  @   ensures completes: \result.status == SEC_E_OK ==>
  @     \old(l->context[lower - CONTEXT_BASE].phase) <= CONTEXT_INCOMPLETE &&
  @     l->context[lower - CONTEXT_BASE].phase == CONTEXT_COMPLETE;
  @   ensures no_other_success: \result.status <= 0;
  @ behavior refuses:
  @   assumes !live(l->contexts, lower, upper);
  @   ensures complete_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct reply legs_complete(struct lifecycle *l, uintptr_t lower,
                           uintptr_t upper, struct token proof,
                           SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */;

/** Writes a complete context as a token, and deletes it on request.
 *
 *  SEC_E_OK
 *  SEC_E_INVALID_HANDLE   the context is not live
 *  SEC_E_OUT_OF_SEQUENCE  it is not complete
 *  SEC_E_INVALID_PARAMETER, SEC_E_INSUFFICIENT_MEMORY   as fault
 *
 *  Unless it answers SEC_E_OK and was asked to delete, nothing changes. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires fault_known: faultless(fault);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   l->credentials, l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures fault_first: \result.status == SEC_E_OK ==> fault == SEC_E_OK;
  @ ensures fits: \result.token.size <= TOKEN_MAX;
  @ ensures others_untouched:
  @   contexts_kept_but(\at(*l, Pre), *l, lower - CONTEXT_BASE) &&
  @   credentials_kept_but(\at(*l, Pre), *l, -1);
  @ ensures export_keeps_context: \result.status != SEC_E_OK || !delete_old ==>
  @   *l == \at(*l, Pre);
  @ behavior is_live:
  @   assumes live(l->contexts, lower, upper);
  @   ensures live_accepted: \result.status != SEC_E_INVALID_HANDLE;
  @   ensures only_complete: \result.status >= 0 ==>
  @     \result.status == SEC_E_OK &&
  @     \old(l->context[lower - CONTEXT_BASE].phase) == CONTEXT_COMPLETE;
  @   ensures export_delete_old_deletes: \result.status == SEC_E_OK &&
  @     delete_old ==> ended(l->contexts, lower, upper) &&
  @     wiped(l->context[lower - CONTEXT_BASE].key);
  @ behavior refuses:
  @   assumes !live(l->contexts, lower, upper);
  @   ensures export_deleted_invalid: \result.status == SEC_E_INVALID_HANDLE;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
struct reply legs_export(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                         bool delete_old, SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */;

/** Makes a context of an exported token. It needs no credential.
 *
 *  SEC_E_OK                   a context was made
 *  SEC_E_INVALID_TOKEN        no export made this
 *  SEC_E_INVALID_PARAMETER    as fault
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context, or as fault
 *
 *  Source: import_independent, import_failed_creates_nothing. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires fault_known: faultless(fault);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures create_delivers_handle: \result.status >= 0 ==>
  @   \result.status == SEC_E_OK &&
  @   made(\at(*l, Pre), *l, \result.handle.lower, \result.handle.upper);
  @ ensures import_independent: \result.status >= 0 ==>
  @   l->context[\result.handle.lower - CONTEXT_BASE].phase == CONTEXT_COMPLETE
  @   && l->context[\result.handle.lower - CONTEXT_BASE].credential ==
  @     CREDENTIAL_NONE;
  @ ensures import_failed_creates_nothing: \result.status < 0 ==>
  @   *l == \at(*l, Pre) && handle_none(\result.handle);
  @*/
struct reply legs_import(struct lifecycle *l, struct token exported,
                         SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */;

#endif
