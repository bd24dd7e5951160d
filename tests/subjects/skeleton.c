/*
 * skeleton.c: a subject in C, to copy. It judges the table of handles below, which stands
 * for an implementation.
 *
 * The protocol, the caller's structs, tokens, buffers, a process for each scenario: all
 * that is in libsubject.a, which calls functions of sspi.h. So those are what is to be
 * written, as far as the implementation has them. A copy anywhere is compiled, from the
 * project's own folder, by
 *
 *     cc -Itests/subjects -Iref -Ispecs mine.c build/libsubject.a -ldl -o mine
 *     printf 'acquire k1\ninit c1 k1\ndelete c1\ndelete c1\n' | ./mine
 */
#include "serve.h"

/* --- 1. The implementation: put yours in its place ------------------------------------ */

enum {
	NEVER,
	INBOUND = SECPKG_CRED_INBOUND,
	OUTBOUND = SECPKG_CRED_OUTBOUND,
	BOTH = SECPKG_CRED_BOTH,
	FREED, CONTEXT, DELETED,
	ROOM = 4096
};
static char handles[ROOM];
static ULONG_PTR issued; /* handles are numbers from 1 on */

/* --- 2. Its calls in the form of sspi.h ------------------------------------------------ */

/* Written is only where a handle is made. Any pointer may be NULL, any words come in. */
static SECURITY_STATUS issue(SecHandle *handle, char kind, SECURITY_STATUS status)
{
	if (!handle || issued + 1 == ROOM)
		return handle ? SEC_E_INSUFFICIENT_MEMORY : SEC_E_INVALID_PARAMETER;
	handles[++issued] = kind;
	*handle = (SecHandle){issued, 1};
	return status;
}

static char *find(const SecHandle *handle)
{
	bool known = handle && handle->dwUpper == 1 && handle->dwLower <= issued;
	return &handles[known ? handle->dwLower : 0];
}

static bool is_credential(const SecHandle *handle)
{
	return *find(handle) >= INBOUND && *find(handle) <= BOTH;
}

static SECURITY_STATUS acquire(SEC_CHAR *principal, SEC_CHAR *package, ULONG use,
                               void *logon, void *identity, SEC_GET_KEY_FN get_key,
                               void *argument, PCredHandle out, PTimeStamp expiry)
{
	(void)principal, (void)package, (void)logon, (void)identity;
	(void)get_key, (void)argument, (void)expiry;
	return issue(out, (char)use, SEC_E_OK);
}

static SECURITY_STATUS release(PCredHandle credential)
{
	if (!is_credential(credential))
		return SEC_E_INVALID_HANDLE;
	*find(credential) = FREED;
	return SEC_E_OK;
}

static SECURITY_STATUS initialize(PCredHandle credential, PCtxtHandle context,
                                  SEC_CHAR *target, ULONG requests, ULONG reserved,
                                  ULONG drep, PSecBufferDesc input, ULONG reserved2,
                                  PCtxtHandle out, PSecBufferDesc output,
                                  ULONG *attributes, PTimeStamp expiry)
{
	(void)context, (void)target, (void)requests, (void)reserved, (void)drep;
	(void)input, (void)reserved2, (void)attributes, (void)expiry;
	if (!is_credential(credential))
		return SEC_E_INVALID_HANDLE;
	if (*find(credential) == INBOUND)
		return SEC_E_NO_CREDENTIALS;
	output->pBuffers[0].cbBuffer = 0; /* it makes no token */
	return issue(out, CONTEXT, SEC_I_CONTINUE_NEEDED);
}

static SECURITY_STATUS delete(PCtxtHandle context)
{
	if (context && context->dwLower == SEC_DELETED_HANDLE &&
	    context->dwUpper == SEC_DELETED_HANDLE)
		return SEC_E_OK;
	if (*find(context) != CONTEXT && *find(context) != DELETED)
		return SEC_E_INVALID_HANDLE;
	*find(context) = DELETED;
	return SEC_E_OK;
}

/* --- 3. What it is ----------------------------------------------------------------------- */

/* For which steps it has no call at all. Of the others, a function that the table below has
 * not answers SEC_E_UNSUPPORTED_FUNCTION, which is judged. */
static const char *refuse(const struct step *step)
{
	switch (step->op) {
	case OP_INIT: return step->handle != NAME_ABSENT ? "an exchange has one leg" : NULL;
	case OP_ACCEPT:
	case OP_COMPLETE: return "it has no acceptor";
	case OP_QUERY:
	case OP_USE: return "it has no attributes and no messages";
	case OP_EXPORT:
	case OP_IMPORT:
	case OP_RELEASE: return "it hands out no buffers";
	default: return NULL;
	}
}

int main(void)
{
	static SecurityFunctionTableA calls = {
		.AcquireCredentialsHandleA = acquire,
		.FreeCredentialsHandle = release,
		.InitializeSecurityContextA = initialize,
		.DeleteSecurityContext = delete};
	struct subject subject = {
		.name = "a table of handles", .version = "1", .refuse = refuse,
		.setup = {&calls, "Table", serve_known(), driver_unknown, NULL, NULL}};
	return serve(&subject, platform_output()) ? 0 : SUBJECT_TROUBLE;
}
