/*
 * legs.c: the operations of legs.h.
 */
#include "legs.h"

/* An answer that makes and puts out nothing. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result.status == status && handle_none(\result.handle) &&
  @   \result.token.size == 0;
  @*/
static struct reply answer(SECURITY_STATUS status)
{
	static const struct reply none;
	struct reply reply = none;

	reply.status = status;
	return reply;
}

/* The answer to a token that does not fit. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result.status == SEC_E_BUFFER_TOO_SMALL &&
  @   handle_none(\result.handle) && \result.token.size == 0;
  @*/
static struct reply answer_too_small(uint32_t size)
{
	struct reply reply = answer(SEC_E_BUFFER_TOO_SMALL);

	reply.rest = size;
	return reply;
}

/* Whether a credential may be used in this role. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures by_use: \result == \true <==>
  @   secret.byte[KEY_ROLE] == SECPKG_CRED_BOTH || secret.byte[KEY_ROLE] ==
  @   (role == ROLE_INITIATOR ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND);
  @*/
static bool may_play(struct key secret, uint32_t role)
{
	return secret.byte[KEY_ROLE] == SECPKG_CRED_BOTH ||
	       secret.byte[KEY_ROLE] == (role == ROLE_INITIATOR
	                                         ? SECPKG_CRED_OUTBOUND
	                                         : SECPKG_CRED_INBOUND);
}

/* Makes a context as the package wants it, with a credential that is live. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires credential_live: live(l->credentials, lower, upper);
  @ requires fits: reply_fits(reply) && reply.status == SEC_I_CONTINUE_NEEDED;
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1],
  @   l->credential[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures no_other_status: \result.status == SEC_I_CONTINUE_NEEDED ||
  @   \result.status == SEC_E_INSUFFICIENT_MEMORY;
  @ ensures exhaustion_creates_nothing: \result.status < 0 ==>
  @   *l == \old(*l) && handle_none(\result.handle);
  @ ensures first_leg_creates: \result.status > 0 ==>
  @   made(\at(*l, Pre), *l, \result.handle.lower, \result.handle.upper);
  @ ensures begins_partial: \result.status > 0 ==>
  @   \let i = \result.handle.lower - CONTEXT_BASE;
  @   l->context[i].phase == CONTEXT_PARTIAL &&
  @   l->context[i].credential == lower - CREDENTIAL_BASE;
  @ ensures puts_out: \result.token.size <= reply.token.size;
  @*/
static struct reply begin(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                          struct reply reply)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = lifecycle_begin(l, lower, upper, reply.phase,
	                                       reply.key)
	/*@ ghost (books) */;

	if (issued.status != SEC_E_OK)
		return answer(issued.status);
	reply.handle = issued.handle;
	return reply;
}

/* What a first leg comes to before a context is made: an error, or what the package
 * wants. */
/*@ requires request_valid: \valid(request);
  @ requires fault_known: faultless(request->fault);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: \result.status >= 0 ==>
  @   request->fault == SEC_E_OK && reply_fits(\result) &&
  @   \result.status == SEC_I_CONTINUE_NEEDED &&
  @   \result.token.size <= request->room;
  @ ensures refuses: \result.status < 0 ==>
  @   \result.token.size == 0 && handle_none(\result.handle);
  @ ensures credential_first: \result.status == SEC_E_INVALID_HANDLE <==>
  @   !credential.live;
  @*/
static struct reply first(struct known_credential credential,
                          const struct request *request)
{
	if (!credential.live)
		return answer(SEC_E_INVALID_HANDLE);
	if (!may_play(credential.secret, request->role))
		return answer(SEC_E_NO_CREDENTIALS);
	if (request->fault != SEC_E_OK)
		return answer(request->fault);
	struct reply reply =
		request->role == ROLE_INITIATOR
			? package_hello(request->integrity)
			: package_challenge(request->input, request->number);
	if (reply.token.size > request->room)
		return answer_too_small(reply.token.size);
	return reply;
}

struct reply legs_begin(struct lifecycle *l, const struct request *request)
/*@ ghost (struct books \ghost *books) */
{
	uintptr_t lower = request->credential.lower;
	uintptr_t upper = request->credential.upper;
	struct reply reply = first(lifecycle_credential(l, lower, upper), request);

	if (reply.status < 0)
		return reply;
	return begin(l, lower, upper, reply) /*@ ghost (books) */;
}

/* What the package answers on a later leg. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @*/
static struct reply take(struct known_context context, uint32_t role,
                         struct token input)
{
	return role == ROLE_INITIATOR
	               ? package_prove(context.key, context.secret, input)
	               : package_verify(context.key, context.secret, input);
}

/* Takes a live context on, as the package wants it. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ requires live: live(l->contexts, lower, upper);
  @ requires fits: reply_fits(reply);
  @ terminates \true;
  @ exits \false;
  @ assigns l->context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures others_untouched: handles_kept(\at(*l, Pre), *l, lower);
  @ ensures answers: !of_parameters(\result.status) &&
  @   handle_none(\result.handle) && \result.token.size <= reply.token.size;
  @ behavior goes_on:
  @   assumes l->context[lower - CONTEXT_BASE].phase <= CONTEXT_INCOMPLETE;
  @   ensures takes_values: \result.status == reply.status &&
  @     l->context[lower - CONTEXT_BASE].phase == reply.phase;
  @ behavior is_over:
  @   assumes l->context[lower - CONTEXT_BASE].phase > CONTEXT_INCOMPLETE;
  @   ensures rejected_never_completes:
  @     \result.status == SEC_E_OUT_OF_SEQUENCE && \result.token.size == 0;
  @   ensures stays_over: l->context[lower - CONTEXT_BASE].phase ==
  @     (\old(l->context[lower - CONTEXT_BASE].phase) == CONTEXT_REJECTED
  @      ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static struct reply advance(struct lifecycle *l, uintptr_t lower,
                            uintptr_t upper, struct reply reply)
/*@ ghost (struct books \ghost *books) */
{
	SECURITY_STATUS advanced = lifecycle_advance(l, lower, upper, reply.phase,
	                                             reply.key)
	/*@ ghost (books) */;

	return advanced == SEC_E_OK ? reply : answer(advanced);
}

/* What a later leg comes to: an answer to its parameters, or what the package makes
 * of it, which a context that is over is not asked for. */
/*@ requires request_valid: \valid(request);
  @ requires fault_known: faultless(request->fault);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: !of_parameters(\result.status) ==>
  @   request->fault == SEC_E_OK && reply_fits(\result) &&
  @   (context.phase <= CONTEXT_INCOMPLETE ==>
  @    \result.token.size <= request->room);
  @ ensures refuses: of_parameters(\result.status) ==>
  @   \result.token.size == 0 && handle_none(\result.handle);
  @ ensures handles_first: \result.status == SEC_E_INVALID_HANDLE <==>
  @   context.phase == CONTEXT_NONE ||
  @   (request->has_credential && !credential_live);
  @*/
static struct reply next(struct known_context context, bool credential_live,
                         const struct request *request)
{
	if (context.phase == CONTEXT_NONE ||
	    (request->has_credential && !credential_live))
		return answer(SEC_E_INVALID_HANDLE);
	if (request->fault != SEC_E_OK)
		return answer(request->fault);
	struct reply reply = take(context, request->role, request->input);
	if (context.phase <= CONTEXT_INCOMPLETE &&
	    reply.token.size > request->room)
		return answer_too_small(reply.token.size);
	return reply;
}

/* Whether a status answers to parameters. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result == \true <==> of_parameters(status);
  @*/
static bool answers_parameters(SECURITY_STATUS status)
{
	return status == SEC_E_INVALID_PARAMETER ||
	       status == SEC_E_BUFFER_TOO_SMALL ||
	       status == SEC_E_INSUFFICIENT_MEMORY ||
	       status == SEC_E_INVALID_HANDLE;
}

struct reply legs_go_on(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                        const struct request *request)
/*@ ghost (struct books \ghost *books) */
{
	struct known_context context = lifecycle_context(l, lower, upper)
	/*@ ghost (books) */;
	bool live = lifecycle_credential(l, request->credential.lower,
	                                 request->credential.upper).live;
	struct reply reply = next(context, live, request);

	if (answers_parameters(reply.status))
		return reply;
	return advance(l, lower, upper, reply) /*@ ghost (books) */;
}

struct reply legs_complete(struct lifecycle *l, uintptr_t lower,
                           uintptr_t upper, struct token proof,
                           SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */
{
	struct known_context context = lifecycle_context(l, lower, upper)
	/*@ ghost (books) */;

	if (context.phase == CONTEXT_NONE)
		return answer(SEC_E_INVALID_HANDLE);
	if (fault != SEC_E_OK)
		return answer(fault);
	/* A failed context may still wait, but is not completed any more. */
	if (context.phase > CONTEXT_INCOMPLETE)
		return answer(SEC_E_OUT_OF_SEQUENCE);
	struct reply reply = package_seal(context.key, context.secret, proof);
	if (reply.status != SEC_E_OK)
		return answer(reply.status);
	lifecycle_advance(l, lower, upper, reply.phase, reply.key)
	/*@ ghost (books) */;
	return reply;
}

struct reply legs_export(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                         bool delete_old, SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */
{
	struct known_context context = lifecycle_context(l, lower, upper)
	/*@ ghost (books) */;

	if (context.phase == CONTEXT_NONE)
		return answer(SEC_E_INVALID_HANDLE);
	if (fault != SEC_E_OK)
		return answer(fault);
	if (context.phase != CONTEXT_COMPLETE)
		return answer(SEC_E_OUT_OF_SEQUENCE);
	struct reply reply = answer(SEC_E_OK);
	reply.token = package_export(context.key);
	if (delete_old)
		lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	return reply;
}

/* Makes an imported context. */
/*@ requires lifecycle_valid: \valid(l);
  @ requires books_valid: \valid(books);
  @ requires apart: \separated(l, books);
  @ requires sound: sound(*l, *books);
  @ requires roll_kept: seated(books->roll);
  @ terminates \true;
  @ exits \false;
  @ assigns l->contexts, l->context[0 .. TABLE_CAPACITY_MAX - 1], *books;
  @ ensures sound: sound(*l, *books);
  @ ensures roll_kept: seated(books->roll);
  @ ensures handles_grow: handles_grow(\at(*l, Pre), *l);
  @ ensures no_other_status: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_INSUFFICIENT_MEMORY;
  @ ensures exhaustion_creates_nothing: \result.status < 0 ==>
  @   *l == \old(*l) && handle_none(\result.handle);
  @ ensures create_delivers_handle: \result.status == SEC_E_OK ==>
  @   made(\at(*l, Pre), *l, \result.handle.lower, \result.handle.upper);
  @ ensures import_independent: \result.status == SEC_E_OK ==>
  @   \let i = \result.handle.lower - CONTEXT_BASE;
  @   l->context[i].phase == CONTEXT_COMPLETE &&
  @   l->context[i].credential == CREDENTIAL_NONE;
  @*/
static struct reply import(struct lifecycle *l, struct key key)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = lifecycle_import(l, key) /*@ ghost (books) */;
	struct reply reply = answer(issued.status);

	reply.handle = issued.handle;
	return reply;
}

struct reply legs_import(struct lifecycle *l, struct token exported,
                         SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */
{
	struct reply reply = package_import(exported);

	if (fault != SEC_E_OK || reply.status != SEC_E_OK)
		return answer(fault != SEC_E_OK ? fault : reply.status);
	return import(l, reply.key) /*@ ghost (books) */;
}
