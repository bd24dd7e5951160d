/*
 * lock.c: the functions that sspi.h declares, as programs call them, and the only
 * mutex. This file alone is not proved, see proofs/ledger.json.
 *
 * Each function takes the mutex, calls the function of api.h that does its work,
 * and lets the mutex go; so calls from many threads take effect one after another
 * (concurrent_calls_atomic), and what is proved of one call holds for each. Here
 * too a pointer to void becomes a pointer to each type that it may have, as provers
 * cannot follow such casts.
 *
 * The mutex and the state are static and need no constructor, no destructor and no
 * thread of their own, so the library may be loaded and unloaded at any time that
 * no call is under way. The child of a fork has a copy of all handles. It may use
 * them if no other thread was in a call at the fork; else the mutex may stay locked
 * in the child for ever (open_fork).
 */
#include <pthread.h>
#include <string.h>

#include "api.h"
#include "inspect.h"

/* The interface has parameters that this package does not look at. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool begun;

/* --- The mutex ---------------------------------------------------------------- */

struct sechandle_limits sechandle_default_limits(void)
{
	return (struct sechandle_limits){TABLE_CAPACITY_MAX, TABLE_CAPACITY_MAX,
	                                 TABLE_GENERATION_MAX, POOL_BLOCKS};
}

static void begin(struct sechandle_limits limits)
{
	api_begin(limits.contexts, limits.credentials, limits.max_generation,
	          limits.buffers);
	begun = true;
}

/* A static mutex that is used as it should be cannot fail. */
static void enter(void)
{
	pthread_mutex_lock(&mutex);
	if (!begun)
		begin(sechandle_default_limits());
}

static SECURITY_STATUS leave(SECURITY_STATUS status)
{
	pthread_mutex_unlock(&mutex);
	return status;
}

/* --- Handles ------------------------------------------------------------------- */

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle phContext)
{
	enter();
	return leave(api_delete(phContext));
}

SECURITY_STATUS FreeCredentialsHandle(PCredHandle phCredential)
{
	enter();
	return leave(api_free(phCredential));
}

/* A leg, whose buffers are found in its lists. Where the package allocates the output,
 * the pointer in its buffer may be anything, and is not taken on. The flag for that has
 * one value for initiators and acceptors. */
static SECURITY_STATUS leg(uint32_t role, PCredHandle phCredential,
                           PCtxtHandle phContext, PSecBufferDesc pInput,
                           ULONG fContextReq, PCtxtHandle phNewContext,
                           PSecBufferDesc pOutput, ULONG *pfContextAttr,
                           PTimeStamp ptsExpiry)
{
	bool allocates = fContextReq & ISC_REQ_ALLOCATE_MEMORY;
	struct leg_buffers buffers;

	enter();
	buffers.input = caller_find(pInput, SECBUFFER_TOKEN, true);
	buffers.bytes = buffers.input ? buffers.input->pvBuffer : NULL;
	buffers.spare = caller_find(pInput, SECBUFFER_EMPTY, false);
	buffers.output = caller_find(pOutput, SECBUFFER_TOKEN, false);
	buffers.room = buffers.output && !allocates ? buffers.output->pvBuffer : NULL;
	return leave(api_leg(role, phCredential, phContext, fContextReq, buffers,
	                     phNewContext, pfContextAttr, ptsExpiry));
}

SECURITY_STATUS AcceptSecurityContext(
	PCredHandle phCredential, PCtxtHandle phContext, PSecBufferDesc pInput,
	ULONG fContextReq, ULONG TargetDataRep, PCtxtHandle phNewContext,
	PSecBufferDesc pOutput, ULONG *pfContextAttr, PTimeStamp ptsExpiry)
{
	return leg(ROLE_ACCEPTOR, phCredential, phContext, pInput, fContextReq,
	           phNewContext, pOutput, pfContextAttr, ptsExpiry);
}

SECURITY_STATUS CompleteAuthToken(PCtxtHandle phContext, PSecBufferDesc pToken)
{
	SecBuffer *token;

	enter();
	token = caller_find(pToken, SECBUFFER_TOKEN, false);
	return leave(api_complete(phContext, token,
	                          token ? token->pvBuffer : NULL));
}

SECURITY_STATUS ExportSecurityContext(PCtxtHandle phContext, ULONG fFlags,
                                      PSecBuffer pPackedContext, void **pToken)
{
	enter();
	return leave(api_export(phContext, fFlags, pPackedContext, pToken));
}

/* --- Functions of two forms ----------------------------------------------------------- */

/* A pointer in one form, and none in the other. */
#define IN_A(pointer) (pointer), NULL
#define IN_W(pointer) NULL, (pointer)
typedef SEC_CHAR CHAR_A;
typedef SEC_WCHAR CHAR_W;

#define FUNCTIONS(form)                                                                \
	SECURITY_STATUS AcquireCredentialsHandle##form(                                \
		CHAR_##form *pszPrincipal, CHAR_##form *pszPackage,            \
		ULONG fCredentialUse, void *pvLogonId, void *pAuthData,                \
		SEC_GET_KEY_FN pGetKeyFn, void *pvGetKeyArgument,                      \
		PCredHandle phCredential, PTimeStamp ptsExpiry)                        \
	{                                                                              \
		enter();                                                               \
		return leave(api_acquire(caller_package(IN_##form(pszPackage)),        \
		                         fCredentialUse, pAuthData, pAuthData,         \
		                         phCredential, ptsExpiry));                    \
	}                                                                              \
	SECURITY_STATUS InitializeSecurityContext##form(                               \
		PCredHandle phCredential, PCtxtHandle phContext,                       \
		CHAR_##form *pszTargetName, ULONG fContextReq, ULONG Reserved1,    \
		ULONG TargetDataRep, PSecBufferDesc pInput, ULONG Reserved2,           \
		PCtxtHandle phNewContext, PSecBufferDesc pOutput,                      \
		ULONG *pfContextAttr, PTimeStamp ptsExpiry)                            \
	{                                                                              \
		return leg(ROLE_INITIATOR, phCredential, phContext, pInput,            \
		           fContextReq, phNewContext, pOutput, pfContextAttr,          \
		           ptsExpiry);                                                 \
	}                                                                              \
	SECURITY_STATUS QueryContextAttributes##form(PCtxtHandle phContext,            \
	                                             ULONG ulAttribute, void *pBuffer) \
	{                                                                              \
		struct attribute_places places = {pBuffer, IN_##form(pBuffer),         \
		                                  pBuffer, IN_##form(pBuffer)};        \
		enter();                                                               \
		return leave(api_query(phContext, ulAttribute, places));               \
	}                                                                              \
	SECURITY_STATUS ImportSecurityContext##form(                                   \
		CHAR_##form *pszPackage, PSecBuffer pPackedContext, void *Token,   \
		PCtxtHandle phContext)                                                 \
	{                                                                              \
		enter();                                                               \
		return leave(api_import(                                               \
			caller_package(IN_##form(pszPackage)), pPackedContext,         \
			pPackedContext ? pPackedContext->pvBuffer : NULL, phContext)); \
	}                                                                              \
	SECURITY_STATUS EnumerateSecurityPackages##form(ULONG *pcPackages,             \
	                                                PSecPkgInfo##form *ppPackageInfo) \
	{                                                                              \
		enter();                                                               \
		return leave(api_enumerate(pcPackages, IN_##form(ppPackageInfo)));     \
	}                                                                              \
	SECURITY_STATUS QuerySecurityPackageInfo##form(                                \
		CHAR_##form *pszPackageName, PSecPkgInfo##form *ppPackageInfo)     \
	{                                                                              \
		enter();                                                               \
		return leave(api_package_info(                                         \
			caller_package(IN_##form(pszPackageName)),                     \
			IN_##form(ppPackageInfo)));                                    \
	}

FUNCTIONS(A)
FUNCTIONS(W)

/* --- Buffers ---------------------------------------------------------------------------- */

/* What a place in a block is handed out as. */
static uint32_t kind_at(size_t place)
{
	switch (place) {
	case offsetof(struct block, info_a): return BLOCK_INFO_A;
	case offsetof(struct block, info_w): return BLOCK_INFO_W;
	case offsetof(struct block, name_a): return BLOCK_NAME_A;
	case offsetof(struct block, name_w): return BLOCK_NAME_W;
	case offsetof(struct block, bytes): return BLOCK_BYTES;
	default: return BLOCK_FREE;
	}
}

SECURITY_STATUS FreeContextBuffer(void *pvContextBuffer)
{
	/* A pointer below the blocks becomes an offset beyond them. Nothing behind
	 * the pointer is looked at: it may be anybody's. */
	uintptr_t offset = (uintptr_t)pvContextBuffer - (uintptr_t)api_blocks;
	uintptr_t block = offset / sizeof *api_blocks;

	if (!pvContextBuffer)
		return SEC_E_OK;
	if (block >= POOL_BLOCKS)
		return SEC_E_INVALID_HANDLE;
	enter();
	bool released = pool_release(&api_pool, (uint32_t)block,
	                             kind_at(offset % sizeof *api_blocks));
	return leave(released ? SEC_E_OK : SEC_E_INVALID_HANDLE);
}

/* --- The table --------------------------------------------------------------------- */

/* Functions that are only in the table, and not implemented. */
#define STUB(name, ...)                                                        \
	static SECURITY_STATUS name(__VA_ARGS__)                               \
	{                                                                      \
		return SEC_E_UNSUPPORTED_FUNCTION;                             \
	}
STUB(no_attributes, PCtxtHandle handle, ULONG attribute, void *buffer)
STUB(no_sized_attributes, PCtxtHandle handle, ULONG attribute, void *buffer, ULONG size)
STUB(no_control, PCtxtHandle context, PSecBufferDesc input)
STUB(no_impersonation, PCtxtHandle context)
STUB(no_sending, PCtxtHandle context, ULONG quality, PSecBufferDesc message, ULONG number)
STUB(no_receiving, PCtxtHandle context, PSecBufferDesc message, ULONG number,
     ULONG *quality)
STUB(no_token, PCtxtHandle context, void **token)

/* What has two forms of these, and the table of all functions. */
#define INTERFACE(form)                                                                \
	STUB(no_adding_##form, PCredHandle credential, CHAR_##form *principal,     \
	     CHAR_##form *package, ULONG use, void *identity,                      \
	     SEC_GET_KEY_FN get_key, void *argument, PTimeStamp expiry)                \
	STUB(no_password_##form, CHAR_##form *package, CHAR_##form *domain,    \
	     CHAR_##form *account, CHAR_##form *old_password,                  \
	     CHAR_##form *new_password, BOOLEAN impersonating, ULONG reserved,     \
	     PSecBufferDesc output)                                                    \
	PSecurityFunctionTable##form InitSecurityInterface##form(void)                 \
	{                                                                              \
		static SecurityFunctionTable##form table = {                           \
			.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_5,    \
			.EnumerateSecurityPackages##form =                             \
				EnumerateSecurityPackages##form,                       \
			.QueryCredentialsAttributes##form = no_attributes,             \
			.AcquireCredentialsHandle##form =                              \
				AcquireCredentialsHandle##form,                        \
			.FreeCredentialsHandle = FreeCredentialsHandle,                \
			.InitializeSecurityContext##form =                             \
				InitializeSecurityContext##form,                       \
			.AcceptSecurityContext = AcceptSecurityContext,                \
			.CompleteAuthToken = CompleteAuthToken,                        \
			.DeleteSecurityContext = DeleteSecurityContext,                \
			.ApplyControlToken = no_control,                               \
			.QueryContextAttributes##form = QueryContextAttributes##form,  \
			.ImpersonateSecurityContext = no_impersonation,                \
			.RevertSecurityContext = no_impersonation,                     \
			.MakeSignature = no_sending,                                   \
			.VerifySignature = no_receiving,                               \
			.FreeContextBuffer = FreeContextBuffer,                        \
			.QuerySecurityPackageInfo##form =                              \
				QuerySecurityPackageInfo##form,                        \
			.ExportSecurityContext = ExportSecurityContext,                \
			.ImportSecurityContext##form = ImportSecurityContext##form,    \
			.AddCredentials##form = no_adding_##form,                      \
			.QuerySecurityContextToken = no_token,                         \
			.EncryptMessage = no_sending,                                  \
			.DecryptMessage = no_receiving,                                \
			.SetContextAttributes##form = no_sized_attributes,             \
			.SetCredentialsAttributes##form = no_sized_attributes,         \
			.ChangeAccountPassword##form = no_password_##form,             \
			.QueryContextAttributesEx##form = no_sized_attributes,         \
			.QueryCredentialsAttributesEx##form = no_sized_attributes,     \
		};                                                                     \
		return &table;                                                         \
	}
INTERFACE(A)
INTERFACE(W)

/* --- Looking into the library ---------------------------------------------------------- */

static uint32_t within(uint32_t least, uint32_t value, uint32_t most)
{
	if (value < least)
		return least;
	return value > most ? most : value;
}

void sechandle_reset(const struct sechandle_limits *limits)
{
	struct sechandle_limits most = sechandle_default_limits();

	pthread_mutex_lock(&mutex);
	if (limits) {
		most.contexts = within(0, limits->contexts, most.contexts);
		most.credentials = within(0, limits->credentials, most.credentials);
		most.max_generation =
			within(1, limits->max_generation, most.max_generation);
		most.buffers = within(1, limits->buffers, most.buffers);
	}
	begin(most);
	pthread_mutex_unlock(&mutex);
}

/* Blocks that are handed out. Most are not, and are passed by many at a time. */
static uint32_t blocks_out(void)
{
	static const unsigned char none[16];
	uint32_t count = 0, i = 0;

	while (i < api_pool.limit) {
		if (api_pool.limit - i >= sizeof none &&
		    memcmp(api_pool.handed + i, none, sizeof none) == 0)
			i += sizeof none;
		else
			count += api_pool.handed[i++] != BLOCK_FREE;
	}
	return count;
}

static uint32_t bytes_set(const struct key *key)
{
	static const struct key wiped;
	uint32_t set = 0;

	if (memcmp(key, &wiped, sizeof wiped) == 0)
		return 0;
	for (uint32_t i = 0; i < KEY_SIZE; i++)
		set += key->byte[i] != 0;
	return set;
}

struct sechandle_counts sechandle_count(void)
{
	const struct lifecycle *l = &api_lifecycle;
	struct sechandle_counts counts = {0, 0, 0, 0};

	enter();
	counts.contexts = table_live(&l->contexts);
	counts.credentials = table_live(&l->credentials);
	counts.buffers = blocks_out();
	for (uint32_t i = 0; i < l->contexts.used; i++)
		if (l->contexts.state[i] >= SLOT_ENDED)
			counts.residue += bytes_set(&l->context[i].key);
	for (uint32_t i = 0; i < l->credentials.used; i++)
		if (l->credentials.state[i] >= SLOT_ENDED)
			counts.residue += bytes_set(&l->credential[i]);
	leave(SEC_E_OK);
	return counts;
}
