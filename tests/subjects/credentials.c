/*
 * credentials.c: see credentials.h. First the pairs of credentials, then the functions
 * that make or take one, then the table.
 */
#include "credentials.h"

#include <stddef.h>
#include <string.h>

#include "threads.h"

/* What the functions below pass their calls on to, and whether as a client. */
static PSecurityFunctionTableA real;
static bool is_client;

/* --- Pairs ---------------------------------------------------------------------------- */

struct pair {
	CredHandle outbound, inbound;
	bool is_there, is_freed;
};

/* The last ones that were made. A pair stays when it was freed: to use it again is up to
 * the implementation. None of the memory is taken while a scenario is carried out. */
enum { PAIRS = 4096 };
static struct pair pairs[PAIRS];
static size_t made; /* so far; each takes the place of the oldest */

static bool same(const SecHandle *a, const SecHandle *b)
{
	return a->dwLower == b->dwLower && a->dwUpper == b->dwUpper;
}

/* The newest pair that words stand for, or NULL. */
static struct pair *find(const SecHandle *words)
{
	struct pair *found = NULL;
	threads_lock();
	for (size_t i = made; words && !found && i > 0 && i + PAIRS > made; i--) {
		struct pair *pair = &pairs[(i - 1) % PAIRS];
		if (pair->is_there && same(&pair->outbound, words))
			found = pair;
	}
	threads_unlock();
	return found;
}

/* The implementation has issued words: they stand for no pair that was freed. */
static void forget_freed(const SecHandle *words)
{
	struct pair *pair = find(words);
	threads_lock();
	if (pair && pair->is_freed)
		pair->is_there = false;
	threads_unlock();
}

static void remember(const struct pair *pair)
{
	threads_lock();
	pairs[made++ % PAIRS] = *pair;
	threads_unlock();
}

/* One for both directions has been refused. */
static SECURITY_STATUS acquire_pair(SEC_CHAR *principal, SEC_CHAR *package, void *logon,
                                    void *who, SEC_GET_KEY_FN get_key, void *argument,
                                    PCredHandle credential, PTimeStamp expiry)
{
	struct pair pair = {.is_there = true};
	SECURITY_STATUS status = real->AcquireCredentialsHandleA(
		principal, package, SECPKG_CRED_OUTBOUND, logon, who, get_key, argument,
		credential ? &pair.outbound : NULL, expiry);
	if (status < 0 || !credential)
		return status;
	status = real->AcquireCredentialsHandleA(principal, package, SECPKG_CRED_INBOUND,
	                                         logon, who, get_key, argument,
	                                         &pair.inbound, expiry);
	if (status < 0) {
		real->FreeCredentialsHandle(&pair.outbound);
		return status;
	}
	forget_freed(&pair.outbound);
	remember(&pair);
	*credential = pair.outbound;
	return status;
}

/* --- Functions ------------------------------------------------------------------------ */

static SECURITY_STATUS SEC_ENTRY acquire(SEC_CHAR *principal, SEC_CHAR *package,
                                         ULONG use, void *logon, void *who,
                                         SEC_GET_KEY_FN get_key, void *argument,
                                         PCredHandle credential, PTimeStamp expiry)
{
	SECURITY_STATUS status;
	if (is_client && use == SECPKG_CRED_BOTH)
		use = SECPKG_CRED_OUTBOUND;
	who = is_client ? NULL : who;
	status = real->AcquireCredentialsHandleA(principal, package, use, logon, who,
	                                         get_key, argument, credential, expiry);
	if (status == SEC_E_UNSUPPORTED_FUNCTION && use == SECPKG_CRED_BOTH)
		return acquire_pair(principal, package, logon, who, get_key, argument,
		                    credential, expiry);
	if (status >= 0)
		forget_freed(credential);
	return status;
}

static SECURITY_STATUS SEC_ENTRY release(PCredHandle credential)
{
	/* Now, as the call may change the struct. */
	struct pair *pair = find(credential);
	SECURITY_STATUS status = real->FreeCredentialsHandle(credential), other;
	if (!pair)
		return status;
	other = real->FreeCredentialsHandle(&pair->inbound);
	pair->is_freed |= status >= 0 && other >= 0;
	return status < 0 ? status : other;
}

static SECURITY_STATUS SEC_ENTRY initialize(PCredHandle credential, PCtxtHandle context,
                                            SEC_CHAR *target, ULONG requests,
                                            ULONG reserved, ULONG representation,
                                            PSecBufferDesc input, ULONG reserved2,
                                            PCtxtHandle new_context,
                                            PSecBufferDesc output, ULONG *attributes,
                                            PTimeStamp expiry)
{
	SECURITY_STATUS status = real->InitializeSecurityContextA(
		credential, context, target, requests, reserved, representation, input,
		reserved2, new_context, output, attributes, expiry);
	if (status >= 0)
		forget_freed(new_context);
	return status;
}

static SECURITY_STATUS SEC_ENTRY accept(PCredHandle credential, PCtxtHandle context,
                                        PSecBufferDesc input, ULONG requests,
                                        ULONG representation, PCtxtHandle new_context,
                                        PSecBufferDesc output, ULONG *attributes,
                                        PTimeStamp expiry)
{
	struct pair *pair = find(credential);
	SECURITY_STATUS status = real->AcceptSecurityContext(
		pair ? &pair->inbound : credential, context, input, requests, representation,
		new_context, output, attributes, expiry);
	if (status >= 0)
		forget_freed(new_context);
	return status;
}

static SECURITY_STATUS SEC_ENTRY import(SEC_CHAR *package, PSecBuffer packed, void *token,
                                        PCtxtHandle context)
{
	SECURITY_STATUS status =
		real->ImportSecurityContextA(package, packed, token, context);
	if (status >= 0)
		forget_freed(context);
	return status;
}

/* --- The table ------------------------------------------------------------------------ */

/* An old table ends before the functions that came with later versions. */
static size_t size_of(const SecurityFunctionTableA *table)
{
	return table->dwVersion < SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_2
	               ? offsetof(SecurityFunctionTableA, SetContextAttributesA)
	       : table->dwVersion < SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3
	               ? offsetof(SecurityFunctionTableA, SetCredentialsAttributesA)
	               : offsetof(SecurityFunctionTableA, SetCredentialsAttributesA) +
	                         sizeof table->SetCredentialsAttributesA;
}

PSecurityFunctionTableA credentials_table(PSecurityFunctionTableA table, bool client)
{
	static SecurityFunctionTableA changed;
	real = table;
	is_client = client;
	memset(&changed, 0, sizeof changed);
	memcpy(&changed, table, size_of(table));
	if (table->AcquireCredentialsHandleA)
		changed.AcquireCredentialsHandleA = acquire;
	if (table->FreeCredentialsHandle)
		changed.FreeCredentialsHandle = release;
	if (table->InitializeSecurityContextA)
		changed.InitializeSecurityContextA = initialize;
	if (table->AcceptSecurityContext)
		changed.AcceptSecurityContext = accept;
	if (table->ImportSecurityContextA)
		changed.ImportSecurityContextA = import;
	return &changed;
}
