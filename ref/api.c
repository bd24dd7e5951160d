/*
 * api.c: the operations of api.h.
 *
 * How to read it: each function reads what it is given into values, lets
 * lifecycle.h, legs.h and pool.h decide, and then writes what came of it. Nothing
 * of the caller's is read after something of it was written.
 */
#include "api.h"

struct lifecycle api_lifecycle;
struct pool api_pool;
struct block api_blocks[POOL_BLOCKS];
uint32_t api_exchanges;

/*@ ghost struct books api_books; */

void api_begin(uint32_t contexts, uint32_t credentials, uint32_t max_generation,
               uint32_t blocks)
{
	lifecycle_init(&api_lifecycle, contexts, credentials, max_generation)
	/*@ ghost (&api_books) */;
	pool_init(&api_pool, blocks);
	api_exchanges = 0;
}

/* --- Handles that end -------------------------------------------------------- */

SECURITY_STATUS api_delete(const CtxtHandle *phContext)
{
	if (!phContext)
		return SEC_E_INVALID_HANDLE;
	return lifecycle_delete(&api_lifecycle, phContext->dwLower,
	                        phContext->dwUpper)
	/*@ ghost (&api_books) */;
}

SECURITY_STATUS api_free(const CredHandle *phCredential)
{
	if (!phCredential)
		return SEC_E_INVALID_HANDLE;
	return lifecycle_free(&api_lifecycle, phCredential->dwLower,
	                      phCredential->dwUpper)
	/*@ ghost (&api_books) */;
}

/* --- Handles that begin ------------------------------------------------------ */

/* Writes the time at which nothing ever expires. */
/*@ requires writable: time == \null || \valid(time);
  @ terminates \true;
  @ exits \false;
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

/* What an acquire's parameters come to: an error, or the secret. */
/*@ requires string_a: name_a != \null ==> string_a(name_a);
  @ requires string_w: name_w != \null ==> string_w(name_w);
  @ requires ansi: ansi != \null ==> identity_a(ansi);
  @ requires wide: wide != \null ==> identity_w(wide);
  @ requires both: ansi != \null ==> wide != \null;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answers: \result.status <= 0;
  @*/
static struct identity read_acquire(const SEC_CHAR *name_a,
                                    const SEC_WCHAR *name_w, ULONG use,
                                    const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                                    const SEC_WINNT_AUTH_IDENTITY_W *wide)
{
	struct identity identity = caller_identity(ansi, wide);

	identity.secret.byte[KEY_ROLE] = (unsigned char)(use % 256u);
	if ((!name_a && !name_w) || use < SECPKG_CRED_INBOUND ||
	    use > SECPKG_CRED_BOTH)
		identity.status = SEC_E_INVALID_PARAMETER;
	else if (!caller_names_package(name_a, name_w))
		identity.status = SEC_E_SECPKG_NOT_FOUND;
	return identity;
}

SECURITY_STATUS api_acquire(const SEC_CHAR *name_a, const SEC_WCHAR *name_w,
                            ULONG fCredentialUse,
                            const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                            const SEC_WINNT_AUTH_IDENTITY_W *wide,
                            CredHandle *phCredential, TimeStamp *ptsExpiry)
{
	struct identity identity =
		read_acquire(name_a, name_w, fCredentialUse, ansi, wide);

	if (!phCredential)
		return SEC_E_INVALID_PARAMETER;
	if (identity.status != SEC_E_OK)
		return identity.status;
	struct issued issued = lifecycle_acquire(&api_lifecycle, identity.secret)
	/*@ ghost (&api_books) */;
	if (issued.status != SEC_E_OK)
		return issued.status;
	put_never(ptsExpiry);
	phCredential->dwLower = issued.handle.lower;
	phCredential->dwUpper = issued.handle.upper;
	return SEC_E_OK;
}

/* The words of a handle; NULL is no handle, as {0,0} is none. */
/*@ requires readable: readable_handle(handle);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures words: handle != \null ==>
  @   \result.lower == handle->dwLower && \result.upper == handle->dwUpper;
  @ ensures null: handle == \null ==> handle_none(\result);
  @*/
static struct handle read_handle(const SecHandle *handle)
{
	struct handle words = {0, 0};

	if (handle) {
		words.lower = handle->dwLower;
		words.upper = handle->dwUpper;
	}
	return words;
}

/* The token in a leg's input. */
/*@ requires input: buffers.input != \null ==> \valid_read(buffers.input) &&
  @   (buffers.bytes != \null ==>
  @    \valid_read(buffers.bytes + (0 .. buffers.input->cbBuffer - 1)));
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures none: buffers.input == \null ==> \result.size == 0;
  @*/
static struct token read_input(struct leg_buffers buffers)
{
	return caller_read(buffers.input ? buffers.bytes : NULL,
	                   buffers.input ? buffers.input->cbBuffer : 0);
}

/* What is wrong with a leg's buffers and places. */
/*@ requires input: buffers.input != \null ==> \valid_read(buffers.input);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures faultless: \result == SEC_E_OK || \result == SEC_E_INVALID_PARAMETER;
  @ ensures no_place: (first && phNewContext == \null) ||
  @   buffers.output == \null ==> \result != SEC_E_OK;
  @*/
static SECURITY_STATUS read_fault(uint32_t role, bool first,
                                  struct leg_buffers buffers,
                                  const CtxtHandle *phNewContext)
{
	bool needs_input = role == ROLE_ACCEPTOR || !first;

	if (!buffers.output || (first && !phNewContext))
		return SEC_E_INVALID_PARAMETER;
	if (needs_input && (!buffers.input || (!buffers.bytes &&
	                                       buffers.input->cbBuffer > 0)))
		return SEC_E_INVALID_PARAMETER;
	return SEC_E_OK;
}

#define REQ_INTEGRITY(role)                                                    \
	((role) == ROLE_INITIATOR ? ISC_REQ_INTEGRITY : ASC_REQ_INTEGRITY)

/* Reads what a leg is given; `block` is one to put the output into, or
 * POOL_EMPTY if the caller has memory for it. */
/*@ requires readable: readable_handle(phCredential);
  @ requires input: buffers.input != \null ==> \valid_read(buffers.input) &&
  @   (buffers.bytes != \null ==>
  @    \valid_read(buffers.bytes + (0 .. buffers.input->cbBuffer - 1)));
  @ requires output: buffers.output != \null ==> \valid_read(buffers.output);
  @ requires fault_known: faultless(fault);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fault_taken: \result.fault == fault;
  @ ensures words: \result.has_credential == (phCredential != \null) &&
  @   (phCredential != \null ==>
  @    \result.credential.lower == phCredential->dwLower &&
  @    \result.credential.upper == phCredential->dwUpper) &&
  @   (phCredential == \null ==> handle_none(\result.credential));
  @ ensures room: !allocates && buffers.output != \null &&
  @   buffers.room != \null ==> \result.room == buffers.output->cbBuffer;
  @ ensures no_room: !allocates && (buffers.output == \null ||
  @   buffers.room == \null) ==> \result.room == 0;
  @*/
static struct request read_request(uint32_t role,
                                   const CredHandle *phCredential,
                                   bool integrity, bool allocates,
                                   struct leg_buffers buffers,
                                   uint32_t number, SECURITY_STATUS fault)
{
	struct request request;

	request.role = role;
	request.integrity = integrity;
	request.has_credential = phCredential != NULL;
	request.credential = read_handle(phCredential);
	request.input = read_input(buffers);
	request.number = number;
	request.fault = fault;
	if (allocates)
		request.room = TOKEN_MAX;
	else
		request.room = buffers.output && buffers.room
		                       ? buffers.output->cbBuffer : 0;
	return request;
}

/* Makes or goes on with a context. */
/*@ requires sound: state_sound;
  @ requires request_valid: \valid(request);
  @ requires apart: \separated(request, &api_lifecycle, &api_pool);
  @ requires fault_known: faultless(request->fault);
  @ terminates \true;
  @ exits \false;
  @ assigns api_lifecycle.contexts,
  @   api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1],
  @   api_lifecycle.credential[0 .. TABLE_CAPACITY_MAX - 1], api_books;
  @ ensures sound: state_sound;
  @ ensures handles_grow: handles_grow(\at(api_lifecycle, Pre), api_lifecycle);
  @ ensures fits: \result.token.size <= EXCHANGE_TOKEN_MAX &&
  @   (\result.status >= 0 ==> \result.token.size <= request->room);
  @ ensures fault_first: \result.status >= 0 ==> request->fault == SEC_E_OK;
  @ ensures unwritten: \result.status < 0 ==> handle_none(\result.handle);
  @ behavior first_leg:
  @   assumes first;
  @   ensures first_leg_creates: \result.status >= 0 ==>
  @     made(\at(api_lifecycle, Pre), api_lifecycle, \result.handle.lower,
  @       \result.handle.upper);
  @   ensures begins_partial: \result.status >= 0 ==>
  @     api_lifecycle.context[\result.handle.lower - CONTEXT_BASE].phase ==
  @     CONTEXT_PARTIAL;
  @   ensures first_leg_failed_creates_nothing: \result.status < 0 ==>
  @     api_lifecycle == \at(api_lifecycle, Pre);
  @   ensures leg_bad_credential_invalid:
  @     \result.status == SEC_E_INVALID_HANDLE <==>
  @     !live(\at(api_lifecycle.credentials, Pre), request->credential.lower,
  @       request->credential.upper);
  @ behavior later_leg:
  @   assumes !first;
  @   ensures others_untouched: handles_kept(\at(api_lifecycle, Pre),
  @     api_lifecycle, context.lower);
  @   ensures invalid: \result.status == SEC_E_INVALID_HANDLE <==>
  @     !live(\at(api_lifecycle.contexts, Pre), context.lower, context.upper) ||
  @     (request->has_credential &&
  @      !live(\at(api_lifecycle.credentials, Pre), request->credential.lower,
  @        request->credential.upper));
  @   ensures unchanged: of_parameters(\result.status) ==>
  @     api_lifecycle == \at(api_lifecycle, Pre);
  @   ensures same_handle: \result.status >= 0 ==>
  @     \result.handle.lower == context.lower &&
  @     \result.handle.upper == context.upper;
  @   ensures rejected_never_completes:
  @     live(\at(api_lifecycle.contexts, Pre), context.lower, context.upper) &&
  @     \at(api_lifecycle.context[context.lower - CONTEXT_BASE].phase, Pre) >
  @     CONTEXT_INCOMPLETE ==> \result.status < 0;
  @   ensures stays_over: !of_parameters(\result.status) &&
  @     live(\at(api_lifecycle.contexts, Pre), context.lower, context.upper) &&
  @     \at(api_lifecycle.context[context.lower - CONTEXT_BASE].phase, Pre) >
  @     CONTEXT_INCOMPLETE ==>
  @     api_lifecycle.context[context.lower - CONTEXT_BASE].phase ==
  @     (\at(api_lifecycle.context[context.lower - CONTEXT_BASE].phase, Pre) ==
  @      CONTEXT_REJECTED ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @   ensures phase_follows: !of_parameters(\result.status) &&
  @     live(\at(api_lifecycle.contexts, Pre), context.lower, context.upper) &&
  @     \at(api_lifecycle.context[context.lower - CONTEXT_BASE].phase, Pre) <=
  @     CONTEXT_INCOMPLETE ==> phase_follows(\result.status,
  @     api_lifecycle.context[context.lower - CONTEXT_BASE].phase);
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
static struct reply run_leg(bool first, struct handle context,
                            const struct request *request)
{
	if (first)
		return legs_begin(&api_lifecycle, request)
		/*@ ghost (&api_books) */;
	struct reply reply = legs_go_on(&api_lifecycle, context.lower,
	                                context.upper, request)
	/*@ ghost (&api_books) */;
	if (reply.status >= 0)
		reply.handle = context;
	return reply;
}

/* Writes how many bytes a token lacks, how many it needs, or how many are left. */
/*@ requires reply_valid: \valid(reply);
  @ requires apart: \separated(reply, buffers.spare + (..));
  @ requires apart: \separated(reply, buffers.output + (..));
  @ requires spare: buffers.spare != \null ==> \valid(buffers.spare);
  @ requires output: buffers.output != \null ==> \valid(buffers.output);
  @ terminates \true;
  @ exits \false;
  @ assigns *buffers.spare, buffers.output->cbBuffer;
  @ ensures tells_size: buffers.output != \null &&
  @   reply->status == SEC_E_BUFFER_TOO_SMALL ==>
  @   buffers.output->cbBuffer == reply->rest;
  @*/
static void put_rest(const struct reply *reply, struct leg_buffers buffers)
{
	bool incomplete = reply->status == SEC_E_INCOMPLETE_MESSAGE;

	if (buffers.spare && reply->rest > 0 &&
	    (incomplete || reply->status >= 0)) {
		buffers.spare->BufferType =
			incomplete ? SECBUFFER_MISSING : SECBUFFER_EXTRA;
		buffers.spare->cbBuffer = reply->rest;
	}
	if (buffers.output && reply->status == SEC_E_BUFFER_TOO_SMALL)
		buffers.output->cbBuffer = reply->rest;
}

/* Writes what a leg that succeeded came to, but for the handle; `block` is where the
 * output goes that is not the caller's memory, or POOL_EMPTY. */
/*@ requires reply_valid: \valid(reply);
  @ requires apart: \separated(reply, api_blocks + (..), buffers.room + (..));
  @ requires apart: \separated(reply, buffers.output + (..));
  @ requires apart: \separated(reply, pfContextAttr + (..));
  @ requires apart: \separated(reply, ptsExpiry + (..));
  @ requires output: \valid(buffers.output);
  @ requires block: block < POOL_BLOCKS || block == POOL_EMPTY;
  @ requires fits: reply->token.size <= EXCHANGE_TOKEN_MAX;
  @ requires room: block == POOL_EMPTY && reply->token.size > 0 ==>
  @   \valid(buffers.room + (0 .. reply->token.size - 1));
  @ requires writable: (pfContextAttr == \null || \valid(pfContextAttr)) &&
  @   (ptsExpiry == \null || \valid(ptsExpiry));
  @ terminates \true;
  @ exits \false;
  @ assigns *buffers.output, *pfContextAttr, *ptsExpiry,
  @   buffers.room[0 .. EXCHANGE_TOKEN_MAX - 1],
  @   api_blocks[0 .. POOL_BLOCKS - 1];
  @ ensures tells_size: buffers.output->cbBuffer == reply->token.size;
  @*/
static void put_leg(uint32_t role, const struct reply *reply, uint32_t block,
                    struct leg_buffers buffers, ULONG *pfContextAttr,
                    TimeStamp *ptsExpiry)
{
	ULONG attributes = block != POOL_EMPTY ? ISC_RET_ALLOCATED_MEMORY : 0;

	if (reply->key.byte[KEY_FLAGS] == FLAG_INTEGRITY)
		attributes += role == ROLE_INITIATOR ? ISC_RET_INTEGRITY
		                                     : ASC_RET_INTEGRITY;
	if (pfContextAttr)
		*pfContextAttr = attributes;
	put_never(ptsExpiry);
	if (block != POOL_EMPTY) {
		caller_write(api_blocks[block].bytes, &reply->token);
		buffers.output->pvBuffer = api_blocks[block].bytes;
	} else {
		caller_write(buffers.room, &reply->token);
	}
	buffers.output->cbBuffer = reply->token.size;
}

SECURITY_STATUS api_leg(uint32_t role, const CredHandle *phCredential,
                        const CtxtHandle *phContext, ULONG fContextReq,
                        struct leg_buffers buffers, CtxtHandle *phNewContext,
                        ULONG *pfContextAttr, TimeStamp *ptsExpiry)
{
	bool first = phContext == NULL;
	/* The flag has one value for initiators and acceptors. */
	bool allocates = fContextReq / ISC_REQ_ALLOCATE_MEMORY % 2u == 1u;
	bool integrity = fContextReq / REQ_INTEGRITY(role) % 2u == 1u;
	SECURITY_STATUS fault = read_fault(role, first, buffers, phNewContext);
	struct handle context = read_handle(phContext);
	uint32_t block = allocates ? pool_hand_out(&api_pool, BLOCK_BYTES)
	                           : POOL_EMPTY;

	if (allocates && block == POOL_EMPTY && fault == SEC_E_OK)
		fault = SEC_E_INSUFFICIENT_MEMORY;
	struct request request = read_request(role, phCredential, integrity,
	                                      allocates, buffers, api_exchanges,
	                                      fault);
	struct reply reply = run_leg(first, context, &request);
	if (first && reply.status >= 0)
		api_exchanges = api_exchanges < 4294967295u ? api_exchanges + 1u : 0;
	/* A block is handed out only with something in it. */
	if (reply.status < 0 || reply.token.size == 0) {
		pool_release(&api_pool, block, BLOCK_BYTES);
		block = POOL_EMPTY;
	}
	/*@ assert room: reply.status >= 0 && !allocates && reply.token.size > 0 ==>
	  @   buffers.room != \null && reply.token.size <= buffers.output->cbBuffer; */
	put_rest(&reply, buffers);
	if (reply.status < 0)
		return reply.status;
	put_leg(role, &reply, block, buffers, pfContextAttr, ptsExpiry);
	if (phNewContext) {
		phNewContext->dwLower = reply.handle.lower;
		phNewContext->dwUpper = reply.handle.upper;
	}
	return reply.status;
}

SECURITY_STATUS api_import(const SEC_CHAR *name_a, const SEC_WCHAR *name_w,
                           const SecBuffer *pPackedContext,
                           const signed char *bytes, CtxtHandle *phContext)
{
	if ((!name_a && !name_w) || !pPackedContext || !phContext)
		return SEC_E_INVALID_PARAMETER;
	if (!caller_names_package(name_a, name_w))
		return SEC_E_SECPKG_NOT_FOUND;
	struct token token = caller_read(bytes, pPackedContext->cbBuffer);
	struct reply reply = legs_import(&api_lifecycle, token, SEC_E_OK)
	/*@ ghost (&api_books) */;
	if (reply.status < 0)
		return reply.status;
	phContext->dwLower = reply.handle.lower;
	phContext->dwUpper = reply.handle.upper;
	return reply.status;
}

/* --- Handles that stay ------------------------------------------------------- */

SECURITY_STATUS api_complete(const CtxtHandle *phContext, SecBuffer *token,
                             signed char *bytes)
{
	struct handle context = read_handle(phContext);
	struct token proof = caller_read(token ? bytes : NULL,
	                                 token ? token->cbBuffer : 0);
	struct reply reply = legs_complete(&api_lifecycle, context.lower,
	                               context.upper, proof,
	                               token && bytes ? SEC_E_OK
	                                              : SEC_E_INVALID_PARAMETER)
	/*@ ghost (&api_books) */;

	if (reply.status != SEC_E_OK)
		return reply.status;
	caller_write(bytes, &reply.token);
	token->cbBuffer = reply.token.size;
	return SEC_E_OK;
}

SECURITY_STATUS api_export(const CtxtHandle *phContext, ULONG fFlags,
                           SecBuffer *pPackedContext, void **pToken)
{
	struct handle context = read_handle(phContext);
	bool delete_old = fFlags == SECPKG_CONTEXT_EXPORT_DELETE_OLD;
	uint32_t block = pool_hand_out(&api_pool, BLOCK_BYTES);
	SECURITY_STATUS fault =
		block == POOL_EMPTY ? SEC_E_INSUFFICIENT_MEMORY : SEC_E_OK;

	if (!pPackedContext || (fFlags != 0 && !delete_old))
		fault = SEC_E_INVALID_PARAMETER;
	struct reply reply = legs_export(&api_lifecycle, context.lower, context.upper,
	                             delete_old, fault)
	/*@ ghost (&api_books) */;
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

/* --- Packages ---------------------------------------------------------------- */

/* The strings are constants: callers read them, though the types let them write. */
static const SEC_CHAR own_name_a[] = "Reference";
static const SEC_CHAR own_comment_a[] = "sechandle";
static const SEC_WCHAR own_name_w[] = {'R', 'e', 'f', 'e', 'r', 'e', 'n', 'c', 'e', 0};
static const SEC_WCHAR own_comment_w[] = {'s', 'e', 'c', 'h', 'a', 'n', 'd', 'l', 'e', 0};

#define CAPABILITIES (SECPKG_FLAG_TOKEN_ONLY | SECPKG_FLAG_CONNECTION)

/* Writes what the package tells of itself into a block. */
/*@ requires block: block < POOL_BLOCKS;
  @ terminates \true;
  @ exits \false;
  @ assigns api_blocks[block].info_a, api_blocks[block].info_w;
  @ ensures token_size: api_blocks[block].info_a.cbMaxToken ==
  @   EXCHANGE_TOKEN_MAX && api_blocks[block].info_w.cbMaxToken ==
  @   EXCHANGE_TOKEN_MAX;
  @*/
static void describe(uint32_t block)
{
	SecPkgInfoA *a = &api_blocks[block].info_a;
	SecPkgInfoW *w = &api_blocks[block].info_w;

	a->fCapabilities = CAPABILITIES;
	a->wVersion = 1;
	a->wRPCID = SECPKG_ID_NONE;
	a->cbMaxToken = EXCHANGE_TOKEN_MAX;
	a->Name = (SEC_CHAR *)own_name_a;
	a->Comment = (SEC_CHAR *)own_comment_a;
	w->fCapabilities = CAPABILITIES;
	w->wVersion = 1;
	w->wRPCID = SECPKG_ID_NONE;
	w->cbMaxToken = EXCHANGE_TOKEN_MAX;
	w->Name = (SEC_WCHAR *)own_name_w;
	w->Comment = (SEC_WCHAR *)own_comment_w;
}

/* Hands out what the package tells of itself. */
/*@ requires pool_sound: pool_sound(api_pool);
  @ requires writable: (info_a == \null || \valid(info_a)) &&
  @   (info_w == \null || \valid(info_w));
  @ requires apart: \separated(info_a + (..), &api_pool);
  @ requires apart: \separated(info_w + (..), &api_pool);
  @ terminates \true;
  @ exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1];
  @ assigns *info_a \from api_pool;
  @ assigns *info_w \from api_pool;
  @ ensures pool_sound: pool_sound(api_pool);
  @ ensures answers: \result == SEC_E_OK || \result == SEC_E_INVALID_PARAMETER ||
  @   \result == SEC_E_INSUFFICIENT_MEMORY;
  @*/
static SECURITY_STATUS put_info(SecPkgInfoA **info_a, SecPkgInfoW **info_w)
{
	if (!info_a && !info_w)
		return SEC_E_INVALID_PARAMETER;
	uint32_t block = pool_hand_out(&api_pool,
	                               info_a ? BLOCK_INFO_A : BLOCK_INFO_W);
	if (block == POOL_EMPTY)
		return SEC_E_INSUFFICIENT_MEMORY;
	describe(block);
	if (info_a)
		*info_a = &api_blocks[block].info_a;
	else
		*info_w = &api_blocks[block].info_w;
	return SEC_E_OK;
}

SECURITY_STATUS api_package_info(const SEC_CHAR *name_a,
                                 const SEC_WCHAR *name_w, SecPkgInfoA **info_a,
                                 SecPkgInfoW **info_w)
{
	if (!name_a && !name_w)
		return SEC_E_INVALID_PARAMETER;
	if (!caller_names_package(name_a, name_w))
		return SEC_E_SECPKG_NOT_FOUND;
	return put_info(info_a, info_w);
}

SECURITY_STATUS api_enumerate(ULONG *pcPackages, SecPkgInfoA **info_a,
                              SecPkgInfoW **info_w)
{
	if (!pcPackages)
		return SEC_E_INVALID_PARAMETER;
	SECURITY_STATUS status = put_info(info_a, info_w);
	if (status == SEC_E_OK)
		*pcPackages = 1;
	return status;
}

SECURITY_STATUS api_release(uint32_t block, uint32_t kind)
{
	return pool_release(&api_pool, block, kind) ? SEC_E_OK
	                                            : SEC_E_INVALID_HANDLE;
}

/* --- Attributes -------------------------------------------------------------- */

/* Writes the name in a key into a block. */
/*@ requires block: block < POOL_BLOCKS;
  @ terminates \true;
  @ exits \false;
  @ assigns api_blocks[block].name_a[0 .. NAME_LIMIT],
  @   api_blocks[block].name_w[0 .. NAME_LIMIT];
  @ ensures ended: \let n = key.byte[KEY_NAME_SIZE] > NAME_LIMIT ? NAME_LIMIT :
  @   key.byte[KEY_NAME_SIZE];
  @   api_blocks[block].name_a[n] == 0 && api_blocks[block].name_w[n] == 0;
  @*/
static void put_name(uint32_t block, struct key key)
{
	uint32_t size = key.byte[KEY_NAME_SIZE];

	if (size > NAME_LIMIT)
		size = NAME_LIMIT;
	/*@ loop invariant range: 0 <= i <= size;
	  @ loop assigns i, api_blocks[block].name_a[0 .. NAME_LIMIT],
	  @   api_blocks[block].name_w[0 .. NAME_LIMIT];
	  @ loop variant size - i;
	  @*/
	for (uint32_t i = 0; i < size; i++) {
		unsigned char letter = key.byte[KEY_NAME + i];

		api_blocks[block].name_a[i] =
			(SEC_CHAR)(letter > 127 ? letter - 256 : letter);
		api_blocks[block].name_w[i] = letter;
	}
	api_blocks[block].name_a[size] = 0;
	api_blocks[block].name_w[size] = 0;
}

/* SECPKG_ATTR_NAMES of a live context. */
/*@ requires pool_sound: pool_sound(api_pool);
  @ requires names: (names_a == \null || \valid(names_a)) &&
  @   (names_w == \null || \valid(names_w));
  @ requires apart: \separated(names_a + (..), &api_pool);
  @ requires apart: \separated(names_w + (..), &api_pool);
  @ terminates \true;
  @ exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *names_a, *names_w;
  @ ensures pool_sound: pool_sound(api_pool);
  @ ensures answers: \result != SEC_E_INVALID_HANDLE;
  @*/
static SECURITY_STATUS query_names(struct known_context context,
                                   SecPkgContext_NamesA *names_a,
                                   SecPkgContext_NamesW *names_w)
{
	if (!names_a && !names_w)
		return SEC_E_INVALID_PARAMETER;
	if (context.phase != CONTEXT_COMPLETE)
		return SEC_E_OUT_OF_SEQUENCE;
	uint32_t block = pool_hand_out(&api_pool,
	                               names_a ? BLOCK_NAME_A : BLOCK_NAME_W);
	if (block == POOL_EMPTY)
		return SEC_E_INSUFFICIENT_MEMORY;
	put_name(block, context.key);
	if (names_a)
		names_a->sUserName = api_blocks[block].name_a;
	else
		names_w->sUserName = api_blocks[block].name_w;
	return SEC_E_OK;
}

/* SECPKG_ATTR_SIZES. */
/*@ requires sizes: sizes == \null || \valid(sizes);
  @ terminates \true;
  @ exits \false;
  @ assigns *sizes;
  @ ensures answers: \result != SEC_E_INVALID_HANDLE;
  @*/
static SECURITY_STATUS query_sizes(SecPkgContext_Sizes *sizes)
{
	if (!sizes)
		return SEC_E_INVALID_PARAMETER;
	sizes->cbMaxToken = EXCHANGE_TOKEN_MAX;
	sizes->cbMaxSignature = 0;
	sizes->cbBlockSize = 0;
	sizes->cbSecurityTrailer = 0;
	return SEC_E_OK;
}

/* SECPKG_ATTR_LIFESPAN: from the first moment to the one that never comes. */
/*@ requires lifespan: lifespan == \null || \valid(lifespan);
  @ terminates \true;
  @ exits \false;
  @ assigns *lifespan;
  @ ensures answers: \result != SEC_E_INVALID_HANDLE;
  @*/
static SECURITY_STATUS query_lifespan(SecPkgContext_Lifespan *lifespan)
{
	if (!lifespan)
		return SEC_E_INVALID_PARAMETER;
	lifespan->tsStart.LowPart = 0;
	lifespan->tsStart.HighPart = 0;
	put_never(&lifespan->tsExpiry);
	return SEC_E_OK;
}

SECURITY_STATUS api_query(const CtxtHandle *phContext, ULONG ulAttribute,
                          struct attribute_places places)
{
	struct handle words = read_handle(phContext);
	struct known_context context =
		lifecycle_context(&api_lifecycle, words.lower, words.upper)
		/*@ ghost (&api_books) */;

	if (context.phase == CONTEXT_NONE)
		return SEC_E_INVALID_HANDLE;
	switch (ulAttribute) {
	case SECPKG_ATTR_SIZES:
		return query_sizes(places.sizes);
	case SECPKG_ATTR_NAMES:
		return query_names(context, places.names_a, places.names_w);
	case SECPKG_ATTR_LIFESPAN:
		return query_lifespan(places.lifespan);
	case SECPKG_ATTR_PACKAGE_INFO:
		return put_info(
			places.info_a ? &places.info_a->PackageInfo : NULL,
			places.info_w ? &places.info_w->PackageInfo : NULL);
	default:
		return SEC_E_UNSUPPORTED_FUNCTION;
	}
}
