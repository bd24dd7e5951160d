/*
 * api.c: the operations of api.h.
 *
 * How to read it: each function reads what it is given into values, lets
 * lifecycle.h, legs.h and pool.h decide, and then writes what came of it. Nothing
 * of the caller's is read after something of it was written.
 */
#include "api.h"

struct lifecycle api_lifecycle;
uint32_t api_exchanges;

void api_begin(uint32_t contexts, uint32_t credentials, uint32_t max_generation,
               uint32_t blocks)
{
	lifecycle_init(&api_lifecycle, contexts, credentials, max_generation);
	pool_init(&api_pool, blocks);
	api_exchanges = 0;
}

/* --- Handles that end -------------------------------------------------------- */

SECURITY_STATUS api_delete(const CtxtHandle *phContext)
{
	if (phContext && phContext->dwLower == SEC_DELETED_HANDLE &&
	    phContext->dwUpper == SEC_DELETED_HANDLE)
		return SEC_E_OK;
	return lifecycle_delete(&api_lifecycle, words_read(phContext, CONTEXT_BASE));
}

SECURITY_STATUS api_free(const CredHandle *phCredential)
{
	return lifecycle_free(&api_lifecycle,
	                      words_read(phCredential, CREDENTIAL_BASE));
}

/* --- Handles that begin ------------------------------------------------------ */

/* Writes the time at which nothing ever expires. */
/*@ requires writable: time == \null || \valid(time);
  @ terminates \true; exits \false;
  @ assigns *time;
  @ ensures never: time != \null ==>
  @   time->LowPart == 4294967295 && time->HighPart == 2147483647;
  @*/
static void put_never(TimeStamp *time)
{
	if (!time)
		return;
	time->LowPart = 4294967295u;
	time->HighPart = 2147483647;
}

SECURITY_STATUS api_acquire(SECURITY_STATUS named, ULONG fCredentialUse,
                            const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                            const SEC_WINNT_AUTH_IDENTITY_W *wide,
                            CredHandle *phCredential, TimeStamp *ptsExpiry)
{
	if (!phCredential || fCredentialUse < SECPKG_CRED_INBOUND ||
	    fCredentialUse > SECPKG_CRED_BOTH)
		return SEC_E_INVALID_PARAMETER;
	if (named != SEC_E_OK)
		return named;
	struct identity identity = caller_identity(ansi, wide);
	if (identity.status != SEC_E_OK)
		return identity.status;
	identity.secret.byte[KEY_ROLE] = (unsigned char)fCredentialUse;
	struct handle made = lifecycle_acquire(&api_lifecycle, identity.secret);
	if (made.generation == 0)
		return SEC_E_INSUFFICIENT_MEMORY;
	put_never(ptsExpiry);
	words_write(phCredential, CREDENTIAL_BASE, made);
	return SEC_E_OK;
}

/* The block for the output of a leg that is asked to allocate it; POOL_EMPTY if it is
 * not, or if none is left. */
/*@ requires sound: pool_sound(api_pool);
  @ terminates \true; exits \false;
  @ assigns api_pool.next, api_pool.handed[0 .. POOL_BLOCKS - 1];
  @ ensures sound: pool_sound(api_pool);
  @ ensures block: \result == POOL_EMPTY || \result < api_pool.limit && allocates &&
  @   \at(api_pool.handed[\at(\result, Post)], Pre) == BLOCK_FREE &&
  @   api_pool.handed[\result] == BLOCK_BYTES;
  @ ensures others_untouched: handed_kept_but(\at(api_pool, Pre), api_pool, \result);
  @*/
static uint32_t reserve(bool allocates)
{
	return allocates ? pool_hand_out(&api_pool, BLOCK_BYTES) : POOL_EMPTY;
}

/* Lets a reserved block go if nothing is put into it. Answers the block, or POOL_EMPTY
 * if there is none any more. */
/*@ requires sound: pool_sound(api_pool);
  @ terminates \true; exits \false;
  @ assigns api_pool.handed[0 .. POOL_BLOCKS - 1];
  @ ensures sound: pool_sound(api_pool);
  @ ensures block: \result == (used ? block : POOL_EMPTY);
  @ ensures release_frees: block < api_pool.limit &&
  @   \old(api_pool.handed[block]) == BLOCK_BYTES ==>
  @   api_pool.handed[block] == (used ? BLOCK_BYTES : BLOCK_FREE);
  @ ensures others_untouched: handed_kept_but(\at(api_pool, Pre), api_pool, block);
  @*/
static uint32_t settle(uint32_t block, bool used)
{
	if (used)
		return block;
	pool_release(&api_pool, block, BLOCK_BYTES);
	return POOL_EMPTY;
}

/* What is wrong with a leg's buffers and places. */
/*@ requires input: buffers.input != \null ==> \valid_read(buffers.input);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures faultless: faultless(\result);
  @ ensures places: \result == SEC_E_OK ==> buffers.output != \null &&
  @   (first ==> phNewContext != \null) && !no_block;
  @*/
static SECURITY_STATUS read_fault(uint32_t role, bool first, struct leg_buffers buffers,
                                  const CtxtHandle *phNewContext, bool no_block)
{
	bool needs_input = role == ROLE_ACCEPTOR || !first;

	if (!buffers.output || (first && !phNewContext))
		return SEC_E_INVALID_PARAMETER;
	if (needs_input && (!buffers.input || (!buffers.bytes && buffers.input->cbBuffer > 0)))
		return SEC_E_INVALID_PARAMETER;
	return no_block ? SEC_E_INSUFFICIENT_MEMORY : SEC_E_OK;
}

/* Whether a leg is asked for this. */
#define ASKS(flag) (fContextReq / (flag) % 2u == 1u)

/* Reads what a leg is given; `block` is reserved for its output. */
/*@ requires readable: readable_handle(phCredential) && readable_handle(phContext);
  @ requires buffers: buffers_there(buffers);
  @ requires apart: APART(phCredential) && APART(phContext) && APART(phNewContext);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures possible: \result.context.generation <= TABLE_GENERATION_MAX &&
  @   \result.credential.generation <= TABLE_GENERATION_MAX;
  @ ensures first: \result.first == (phContext == \null) &&
  @   \result.has_credential == (phCredential != \null);
  @ ensures role: \result.role == role && \result.number == api_exchanges;
  @ ensures context: phContext != \null && issuable(CONTEXT_BASE, *phContext) ?
  @   \result.context.slot == phContext->dwLower - CONTEXT_BASE &&
  @   \result.context.generation == phContext->dwUpper :
  @   \result.context.generation == 0;
  @ ensures credential: phCredential != \null && issuable(CREDENTIAL_BASE, *phCredential) ?
  @   \result.credential.slot == phCredential->dwLower - CREDENTIAL_BASE &&
  @   \result.credential.generation == phCredential->dwUpper :
  @   \result.credential.generation == 0;
  @ ensures block: fContextReq / ISC_REQ_ALLOCATE_MEMORY % 2 == 1 && block == POOL_EMPTY
  @   ==> \result.fault != SEC_E_OK;
  @ ensures faultless: faultless(\result.fault) && (\result.fault == SEC_E_OK ==>
  @   buffers.output != \null && (\result.first ==> phNewContext != \null));
  @ ensures room: \result.room == (fContextReq / ISC_REQ_ALLOCATE_MEMORY % 2 == 1 ?
  @   TOKEN_MAX : buffers.output != \null && buffers.room != \null ?
  @   buffers.output->cbBuffer : 0);
  @*/
static struct request read_request(uint32_t role, const CredHandle *phCredential,
                                   const CtxtHandle *phContext, ULONG fContextReq,
                                   struct leg_buffers buffers,
                                   const CtxtHandle *phNewContext, uint32_t block)
{
	/* The flag has one value for initiators and acceptors. */
	bool allocates = ASKS(ISC_REQ_ALLOCATE_MEMORY);
	struct request request;

	request.role = role;
	request.first = phContext == NULL;
	request.integrity = role == ROLE_INITIATOR && ASKS(ISC_REQ_INTEGRITY);
	request.has_credential = phCredential != NULL;
	request.credential = words_read(phCredential, CREDENTIAL_BASE);
	request.context = words_read(phContext, CONTEXT_BASE);
	request.input = caller_read(buffers.input ? buffers.bytes : NULL,
	                            buffers.input ? buffers.input->cbBuffer : 0);
	request.number = api_exchanges;
	request.fault = read_fault(role, request.first, buffers, phNewContext,
	                           allocates && block == POOL_EMPTY);
	request.room = 0;
	if (allocates)
		request.room = TOKEN_MAX;
	else if (buffers.output && buffers.room)
		request.room = buffers.output->cbBuffer;
	return request;
}

/* Writes how many bytes a token lacks, how many it needs, or how many are left. */
/*@ requires writable: (buffers.spare == \null || \valid(buffers.spare)) &&
  @   (buffers.output == \null || \valid(buffers.output));
  @ terminates \true; exits \false;
  @ assigns *buffers.spare, buffers.output->cbBuffer;
  @ ensures tells_size: buffers.output != \null &&
  @   reply.status == SEC_E_BUFFER_TOO_SMALL ==>
  @   buffers.output->cbBuffer == reply.rest;
  @*/
static void put_rest(struct reply reply, struct leg_buffers buffers)
{
	bool incomplete = reply.status == SEC_E_INCOMPLETE_MESSAGE;

	if (buffers.spare && reply.rest > 0 && (incomplete || reply.status >= 0)) {
		buffers.spare->BufferType = incomplete ? SECBUFFER_MISSING
		                                       : SECBUFFER_EXTRA;
		buffers.spare->cbBuffer = reply.rest;
	}
	if (buffers.output && reply.status == SEC_E_BUFFER_TOO_SMALL)
		buffers.output->cbBuffer = reply.rest;
}

/* Writes what a leg that succeeded came to, but for the handle; `block` is where the
 * output goes that is not the caller's memory, or POOL_EMPTY. */
/*@ requires writable: (pfContextAttr == \null || \valid(pfContextAttr)) &&
  @   (ptsExpiry == \null || \valid(ptsExpiry)) && \valid(buffers.output);
  @ requires block: block < POOL_BLOCKS || block == POOL_EMPTY;
  @ requires fits: reply.token.size <= EXCHANGE_TOKEN_MAX && (block == POOL_EMPTY ==>
  @   \valid(buffers.room + (0 .. reply.token.size - 1)));
  @ terminates \true; exits \false;
  @ assigns *buffers.output, *pfContextAttr, *ptsExpiry,
  @   buffers.room[0 .. EXCHANGE_TOKEN_MAX - 1], api_blocks[0 .. POOL_BLOCKS - 1];
  @ ensures tells_size: buffers.output->cbBuffer == reply.token.size;
  @*/
static void put_leg(uint32_t role, struct reply reply, uint32_t block,
                    struct leg_buffers buffers, ULONG *pfContextAttr,
                    TimeStamp *ptsExpiry)
{
	ULONG attributes = block != POOL_EMPTY ? ISC_RET_ALLOCATED_MEMORY : 0;

	if (reply.key.byte[KEY_FLAGS] == FLAG_INTEGRITY)
		attributes += role == ROLE_INITIATOR ? ISC_RET_INTEGRITY
		                                     : ASC_RET_INTEGRITY;
	if (pfContextAttr)
		*pfContextAttr = attributes;
	put_never(ptsExpiry);
	if (block != POOL_EMPTY)
		buffers.output->pvBuffer = api_blocks[block].bytes;
	caller_write(block != POOL_EMPTY ? api_blocks[block].bytes : buffers.room,
	             &reply.token);
	buffers.output->cbBuffer = reply.token.size;
}

SECURITY_STATUS api_leg(uint32_t role, const CredHandle *phCredential,
                        const CtxtHandle *phContext, ULONG fContextReq,
                        struct leg_buffers buffers, CtxtHandle *phNewContext,
                        ULONG *pfContextAttr, TimeStamp *ptsExpiry)
{
	uint32_t block = reserve(ASKS(ISC_REQ_ALLOCATE_MEMORY));
	struct request request = read_request(role, phCredential, phContext, fContextReq,
	                                      buffers, phNewContext, block);
	struct reply reply = legs_leg(&api_lifecycle, &request);

	if (request.first && reply.status >= 0)
		api_exchanges = request.number < 4294967295u ? request.number + 1u : 0;
	/* A block is handed out only with something in it. */
	block = settle(block, reply.status >= 0 && reply.token.size > 0);
	put_rest(reply, buffers);
	if (reply.status < 0)
		return reply.status;
	put_leg(role, reply, block, buffers, pfContextAttr, ptsExpiry);
	if (phNewContext)
		words_write(phNewContext, CONTEXT_BASE, reply.handle);
	return reply.status;
}

SECURITY_STATUS api_import(SECURITY_STATUS named, const SecBuffer *pPackedContext,
                           const signed char *bytes, CtxtHandle *phContext)
{
	if (!pPackedContext || !phContext)
		return SEC_E_INVALID_PARAMETER;
	if (named != SEC_E_OK)
		return named;
	struct token token = caller_read(bytes, pPackedContext->cbBuffer);
	struct reply reply = legs_import(&api_lifecycle, token);
	if (reply.status == SEC_E_OK)
		words_write(phContext, CONTEXT_BASE, reply.handle);
	return reply.status;
}

/* --- Handles that stay ------------------------------------------------------- */

SECURITY_STATUS api_complete(const CtxtHandle *phContext, SecBuffer *token,
                             signed char *bytes)
{
	struct token proof = caller_read(token ? bytes : NULL, token ? token->cbBuffer : 0);
	SECURITY_STATUS fault = token && bytes ? SEC_E_OK : SEC_E_INVALID_PARAMETER;
	struct reply reply = legs_complete(
		&api_lifecycle, words_read(phContext, CONTEXT_BASE), proof, fault);

	if (reply.status != SEC_E_OK)
		return reply.status;
	caller_write(bytes, &reply.token);
	token->cbBuffer = reply.token.size;
	return SEC_E_OK;
}

SECURITY_STATUS api_export(const CtxtHandle *phContext, ULONG fFlags,
                           SecBuffer *pPackedContext, void **pToken)
{
	bool delete_old = fFlags == SECPKG_CONTEXT_EXPORT_DELETE_OLD;
	uint32_t block = pool_hand_out(&api_pool, BLOCK_BYTES);
	SECURITY_STATUS fault = block == POOL_EMPTY ? SEC_E_INSUFFICIENT_MEMORY : SEC_E_OK;

	if (!pPackedContext || (fFlags != 0 && !delete_old))
		fault = SEC_E_INVALID_PARAMETER;
	struct reply reply = legs_export(&api_lifecycle,
	                                 words_read(phContext, CONTEXT_BASE), delete_old,
	                                 fault);
	if (reply.status != SEC_E_OK) {
		pool_release(&api_pool, block, BLOCK_BYTES);
		return reply.status;
	}
	caller_write(api_blocks[block].bytes, &reply.token);
	pPackedContext->pvBuffer = api_blocks[block].bytes;
	pPackedContext->cbBuffer = reply.token.size;
	if (pToken)
		*pToken = NULL;
	return SEC_E_OK;
}

/* --- Attributes -------------------------------------------------------------- */

SECURITY_STATUS api_query(const CtxtHandle *phContext, ULONG ulAttribute,
                          struct attribute_places places)
{
	static const SecPkgContext_Sizes sizes = {EXCHANGE_TOKEN_MAX, 0, 0, 0};
	struct context context = lifecycle_context(&api_lifecycle,
	                                           words_read(phContext, CONTEXT_BASE));

	if (context.phase == CONTEXT_NONE)
		return SEC_E_INVALID_HANDLE;
	switch (ulAttribute) {
	case SECPKG_ATTR_SIZES:
		if (!places.sizes)
			return SEC_E_INVALID_PARAMETER;
		*places.sizes = sizes;
		return SEC_E_OK;
	case SECPKG_ATTR_NAMES:
		return api_names(context, places.names_a, places.names_w);
	case SECPKG_ATTR_LIFESPAN:
		if (!places.lifespan)
			return SEC_E_INVALID_PARAMETER;
		places.lifespan->tsStart.LowPart = 0;
		places.lifespan->tsStart.HighPart = 0;
		put_never(&places.lifespan->tsExpiry);
		return SEC_E_OK;
	case SECPKG_ATTR_PACKAGE_INFO:
		return api_package_info(
			SEC_E_OK, places.info_a ? &places.info_a->PackageInfo : NULL,
			places.info_w ? &places.info_w->PackageInfo : NULL);
	default:
		return SEC_E_UNSUPPORTED_FUNCTION;
	}
}
