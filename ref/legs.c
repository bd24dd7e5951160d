/*
 * legs.c: the operations of legs.h.
 */
#include "legs.h"

static const struct key no_key;
static const struct token no_token;

/* An answer that makes and puts out nothing, and takes a context to no phase. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == status && \result.token.size == 0 &&
  @   \result.phase == CONTEXT_NONE;
  @*/
static struct reply answer(SECURITY_STATUS status)
{
	struct reply reply = {status, CONTEXT_NONE, 0, {0, 0}, no_key, no_token};

	return reply;
}

/* Whether a credential may be used in this role. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures by_use: \result == \true <==> usable(secret, role);
  @*/
static bool may_play(struct key secret, uint32_t role)
{
	return secret.byte[KEY_ROLE] == SECPKG_CRED_BOTH ||
	       secret.byte[KEY_ROLE] == (role == ROLE_INITIATOR ? SECPKG_CRED_OUTBOUND
	                                                        : SECPKG_CRED_INBOUND);
}

/* The answer to a token that does not fit. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == SEC_E_BUFFER_TOO_SMALL &&
  @   \result.token.size == 0 && \result.rest == size && \result.phase == CONTEXT_NONE;
  @*/
static struct reply answer_too_small(uint32_t size)
{
	struct reply reply = answer(SEC_E_BUFFER_TOO_SMALL);

	reply.rest = size;
	return reply;
}

/* What a first leg comes to before a context is made. */
/*@ requires valid: \valid(r);
  @ requires fault_known: faultless(r->fault);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: \result.status >= 0 ==> r->fault == SEC_E_OK &&
  @   \result.status == SEC_I_CONTINUE_NEEDED && \result.phase == CONTEXT_PARTIAL &&
  @   \result.token.size <= r->room;
  @ ensures short: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status == SEC_E_BUFFER_TOO_SMALL ==> \result.rest > r->room);
  @ ensures credential_first: \result.status == SEC_E_INVALID_HANDLE <==>
  @   credential.live == \false;
  @ ensures leg_wrong_direction_refused: \result.status >= 0 ==>
  @   usable(credential.secret, r->role);
  @*/
static struct reply first(struct credential credential, const struct request *r)
{
	if (!credential.live)
		return answer(SEC_E_INVALID_HANDLE);
	if (!may_play(credential.secret, r->role))
		return answer(SEC_E_NO_CREDENTIALS);
	if (r->fault != SEC_E_OK)
		return answer(r->fault);
	struct reply reply =
		r->role == ROLE_INITIATOR
			? package_hello(credential.secret, r->integrity)
			: package_challenge(credential.secret, r->input, r->number);
	return reply.token.size <= r->room ? reply : answer_too_small(reply.token.size);
}

/* What a later leg comes to: an answer to its parameters, or what the package makes
 * of it; a context that is over, which takes none, puts nothing out. */
/*@ requires valid: \valid(r);
  @ requires fault_known: faultless(r->fault);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: !of_parameters(\result.status) ==> r->fault == SEC_E_OK &&
  @   phase_follows(\result.status, \result.phase) && \result.token.size <= r->room;
  @ ensures short: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status == SEC_E_BUFFER_TOO_SMALL ==> \result.rest > r->room);
  @ ensures handles_first: \result.status == SEC_E_INVALID_HANDLE <==>
  @   context.phase == CONTEXT_NONE || (r->has_credential && !credential_live);
  @ ensures over: context.phase > CONTEXT_INCOMPLETE ==> \result.status < 0;
  @ ensures parameters: of_parameters(\result.status) <==> \result.phase == CONTEXT_NONE;
  @*/
static struct reply next(struct context context, bool credential_live,
                         const struct request *r)
{
	if (context.phase == CONTEXT_NONE || (r->has_credential && !credential_live))
		return answer(SEC_E_INVALID_HANDLE);
	if (r->fault != SEC_E_OK)
		return answer(r->fault);
	if (context.phase > CONTEXT_INCOMPLETE) {
		struct reply over = answer(SEC_E_OUT_OF_SEQUENCE);
		over.phase = CONTEXT_FAILED;
		return over;
	}
	struct reply reply = r->role == ROLE_INITIATOR
	                             ? package_prove(context.key, r->input)
	                             : package_verify(context.key, r->input);
	return reply.token.size <= r->room ? reply : answer_too_small(reply.token.size);
}

struct reply legs_leg(struct lifecycle *l, const struct request *r)
{
	struct credential credential = lifecycle_credential(l, r->credential);
	struct reply reply = r->first ? first(credential, r)
	                              : next(lifecycle_context(l, r->context),
	                                     credential.live, r);

	if (r->first && reply.status >= 0) {
		reply.handle = lifecycle_begin(l, reply.phase, reply.key);
		if (reply.handle.generation == 0)
			return answer(SEC_E_INSUFFICIENT_MEMORY);
	} else if (!r->first) {
		if (reply.phase != CONTEXT_NONE)
			lifecycle_advance(l, r->context, reply.phase, reply.key);
		reply.handle = r->context;
	}
	return reply;
}

struct reply legs_complete(struct lifecycle *l, struct handle h, struct token proof,
                           SECURITY_STATUS fault)
{
	struct context context = lifecycle_context(l, h);

	if (context.phase == CONTEXT_NONE)
		return answer(SEC_E_INVALID_HANDLE);
	if (fault != SEC_E_OK)
		return answer(fault);
	/* A failed context may still wait, but is not completed any more. */
	if (context.phase > CONTEXT_INCOMPLETE)
		return answer(SEC_E_OUT_OF_SEQUENCE);
	struct reply reply = package_seal(context.key, proof);
	if (reply.status == SEC_E_OK)
		lifecycle_advance(l, h, reply.phase, reply.key);
	return reply;
}

struct reply legs_export(struct lifecycle *l, struct handle h, bool delete_old,
                         SECURITY_STATUS fault)
{
	struct context context = lifecycle_context(l, h);

	if (context.phase == CONTEXT_NONE)
		return answer(SEC_E_INVALID_HANDLE);
	if (fault != SEC_E_OK)
		return answer(fault);
	if (context.phase != CONTEXT_COMPLETE)
		return answer(SEC_E_OUT_OF_SEQUENCE);
	struct reply reply = answer(SEC_E_OK);
	reply.token = package_export(context.key);
	if (delete_old)
		lifecycle_delete(l, h);
	return reply;
}

struct reply legs_import(struct lifecycle *l, struct token exported)
{
	struct reply reply = package_import(exported);

	if (reply.status != SEC_E_OK)
		return answer(reply.status);
	reply.handle = lifecycle_begin(l, reply.phase, reply.key);
	return reply.handle.generation != 0 ? reply : answer(SEC_E_INSUFFICIENT_MEMORY);
}
