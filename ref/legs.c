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
static struct leg answer(SECURITY_STATUS status)
{
	static const struct leg none;
	struct leg leg = none;

	leg.status = status;
	return leg;
}

/* What the package answered, as far as the caller is told. */
/*@ requires fits: reply_fits(reply);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result.status == reply.status &&
  @   handle_none(\result.handle) && \result.token.size == reply.token.size;
  @*/
static struct leg answer_of(struct reply reply)
{
	struct leg leg = answer(reply.status);

	leg.rest = reply.rest;
	leg.integrity = reply.key.byte[KEY_FLAGS] == FLAG_INTEGRITY;
	leg.token = reply.token;
	return leg;
}

/* The answer to a token that does not fit. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result.status == SEC_E_BUFFER_TOO_SMALL &&
  @   handle_none(\result.handle) && \result.token.size == 0;
  @*/
static struct leg answer_too_small(uint32_t size)
{
	struct leg leg = answer(SEC_E_BUFFER_TOO_SMALL);

	leg.rest = size;
	return leg;
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

/* What a leg comes to before its context is looked at: an error, or what the
 * package makes of it. */
struct plan {
	struct leg leg;
	struct reply reply;
};

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
static struct leg begin(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                        struct reply reply)
/*@ ghost (struct books \ghost *books) */
{
	struct leg leg = answer_of(reply);
	struct issued issued = lifecycle_begin(l, lower, upper, reply.phase,
	                                       reply.key)
	/*@ ghost (books) */;

	if (issued.status != SEC_E_OK)
		return answer(issued.status);
	leg.handle = issued.handle;
	return leg;
}

/* What a first leg comes to before a context is made, and what is put out. */
/*@ requires fault_known: faultless(request.fault);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: \result.leg.status == SEC_E_OK ==>
  @   request.fault == SEC_E_OK && reply_fits(\result.reply) &&
  @   \result.reply.status == SEC_I_CONTINUE_NEEDED &&
  @   \result.reply.token.size <= request.room;
  @ ensures answers: \result.leg.status <= 0 &&
  @   \result.leg.token.size == 0 && handle_none(\result.leg.handle);
  @ ensures credential_first: \result.leg.status == SEC_E_INVALID_HANDLE <==>
  @   !credential.live;
  @*/
static struct plan first(struct known_credential credential,
                          struct request request)
{
	struct plan first = {answer(SEC_E_OK), package_hello(request.integrity)};

	if (!credential.live)
		first.leg = answer(SEC_E_INVALID_HANDLE);
	else if (!may_play(credential.secret, request.role))
		first.leg = answer(SEC_E_NO_CREDENTIALS);
	else if (request.fault != SEC_E_OK)
		first.leg = answer(request.fault);
	else {
		if (request.role != ROLE_INITIATOR)
			first.reply = package_challenge(request.input,
			                                request.number);
		if (first.reply.status < 0)
			first.leg = answer_of(first.reply);
		else if (first.reply.token.size > request.room)
			first.leg = answer_too_small(first.reply.token.size);
	}
	return first;
}

struct leg legs_begin(struct lifecycle *l, struct request request)
/*@ ghost (struct books \ghost *books) */
{
	uintptr_t lower = request.credential.lower;
	uintptr_t upper = request.credential.upper;
	struct plan to_do = first(lifecycle_credential(l, lower, upper), request);

	if (to_do.leg.status != SEC_E_OK)
		return to_do.leg;
	return begin(l, lower, upper, to_do.reply) /*@ ghost (books) */;
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
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static struct leg advance(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                          struct reply reply)
/*@ ghost (struct books \ghost *books) */
{
	SECURITY_STATUS advanced = lifecycle_advance(l, lower, upper, reply.phase,
	                                             reply.key)
	/*@ ghost (books) */;

	return advanced == SEC_E_OK ? answer_of(reply) : answer(advanced);
}

/* What a later leg comes to, but for its context's life: an error, or what the
 * package makes of it. */
/*@ requires fault_known: faultless(request.fault);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: \result.leg.status == SEC_E_OK ==>
  @   request.fault == SEC_E_OK && reply_fits(\result.reply) && (context.phase <= CONTEXT_INCOMPLETE ==>
  @   \result.reply.token.size <= request.room);
  @ ensures answers: \result.leg.status == SEC_E_OK ||
  @   (of_parameters(\result.leg.status) && \result.leg.token.size == 0 &&
  @    handle_none(\result.leg.handle));
  @ ensures handles_first: \result.leg.status == SEC_E_INVALID_HANDLE <==>
  @   context.phase == CONTEXT_NONE ||
  @   (request.has_credential && !credential_live);
  @*/
static struct plan next(struct known_context context, bool credential_live,
                         struct request request)
{
	struct plan next = {answer(SEC_E_OK),
	                     take(context, request.role, request.input)};

	if (context.phase == CONTEXT_NONE ||
	    (request.has_credential && !credential_live))
		next.leg = answer(SEC_E_INVALID_HANDLE);
	else if (request.fault != SEC_E_OK)
		next.leg = answer(request.fault);
	else if (context.phase <= CONTEXT_INCOMPLETE &&
	         next.reply.token.size > request.room)
		next.leg = answer_too_small(next.reply.token.size);
	return next;
}

struct leg legs_go_on(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                      struct request request)
/*@ ghost (struct books \ghost *books) */
{
	struct known_context context = lifecycle_context(l, lower, upper)
	/*@ ghost (books) */;
	bool live = lifecycle_credential(l, request.credential.lower,
	                                 request.credential.upper).live;
	struct plan to_do = next(context, live, request);

	if (to_do.leg.status != SEC_E_OK)
		return to_do.leg;
	return advance(l, lower, upper, to_do.reply) /*@ ghost (books) */;
}

struct leg legs_complete(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
                         struct token proof, SECURITY_STATUS fault)
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
	return answer_of(reply);
}

struct leg legs_export(struct lifecycle *l, uintptr_t lower, uintptr_t upper,
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
	struct leg leg = answer(SEC_E_OK);
	leg.token = package_export(context.key);
	if (delete_old)
		lifecycle_delete(l, lower, upper) /*@ ghost (books) */;
	return leg;
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
static struct leg import(struct lifecycle *l, struct key key)
/*@ ghost (struct books \ghost *books) */
{
	struct issued issued = lifecycle_import(l, key) /*@ ghost (books) */;
	struct leg leg = answer(issued.status);

	leg.handle = issued.handle;
	return leg;
}

struct leg legs_import(struct lifecycle *l, struct token exported,
                       SECURITY_STATUS fault)
/*@ ghost (struct books \ghost *books) */
{
	struct reply reply = package_import(exported);

	if (fault != SEC_E_OK || reply.status != SEC_E_OK)
		return answer(fault != SEC_E_OK ? fault : reply.status);
	return import(l, reply.key) /*@ ghost (books) */;
}
