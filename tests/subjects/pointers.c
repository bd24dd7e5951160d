/*
 * pointers.c: an SSPI whose handles are pointers, as those of many implementations are,
 * for the tests of what judges it. FAULT, which is given to the compiler, chooses what
 * is wrong with it:
 *
 *   NO_FAULT     nothing, as long as no handle is made up by the caller
 *   FREES_TWICE  what ends a handle frees its memory, whatever has become of it
 *   REISSUES     the second word of handles is always the same, so that memory which
 *                is used again gives a handle that was there before
 *   STEALS       the second word is not looked at, so that a handle which was ended
 *                stands for whoever has its memory now
 *   LEAKS        ended contexts keep their memory
 *
 * How to read it: objects, which contexts and credentials are; the functions, which
 * `--exports` finds by their names. What is missing is not supported.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "../../ref/sspi.h"

enum fault { NO_FAULT, FREES_TWICE, REISSUES, STEALS, LEAKS };

/* --- Objects ------------------------------------------------------------------------ */

struct object {
	ULONG_PTR serial; /* the second word of its handle */
	bool live;
	struct object *next; /* that is spare too */
};

/* Those whose memory waits to be used again. */
static struct object *spare;

static void create(SecHandle *handle)
{
	static ULONG_PTR count;
	struct object *object = spare ? spare : calloc(1, sizeof *object);
	if (!object)
		abort();
	spare = object->next;
	*object = (struct object){.serial = FAULT == REISSUES ? 1 : ++count,
	                          .live = true};
	*handle = (SecHandle){(ULONG_PTR)object, object->serial};
}

/* The object that a handle points to, or NULL. */
static struct object *object_of(const SecHandle *handle)
{
	return handle ? (struct object *)handle->dwLower : NULL;
}

static bool is_live(const SecHandle *handle)
{
	const struct object *object = object_of(handle);
	return object && object->live &&
	       (FAULT == STEALS || object->serial == handle->dwUpper);
}

static void end(const SecHandle *handle)
{
	struct object *object = object_of(handle);
	if (FAULT == FREES_TWICE)
		free(object);
	if (FAULT == FREES_TWICE || !is_live(handle))
		return;
	object->live = false;
	if (FAULT == LEAKS)
		return;
	object->next = spare;
	spare = object;
}

/* --- Functions ---------------------------------------------------------------------- */

SECURITY_STATUS AcquireCredentialsHandleA(SEC_CHAR *principal, SEC_CHAR *package,
                                          ULONG use, void *logon, void *identity,
                                          SEC_GET_KEY_FN get_key, void *argument,
                                          PCredHandle credential, PTimeStamp expiry)
{
	(void)principal;
	(void)package;
	(void)use;
	(void)logon;
	(void)identity;
	(void)get_key;
	(void)argument;
	(void)expiry;
	create(credential);
	return SEC_E_OK;
}

SECURITY_STATUS FreeCredentialsHandle(PCredHandle credential)
{
	bool ok = is_live(credential);
	end(credential);
	return ok ? SEC_E_OK : SEC_E_INVALID_HANDLE;
}

SECURITY_STATUS InitializeSecurityContextA(PCredHandle credential, PCtxtHandle context,
                                           SEC_CHAR *target, ULONG request,
                                           ULONG reserved1, ULONG representation,
                                           PSecBufferDesc input, ULONG reserved2,
                                           PCtxtHandle new_context,
                                           PSecBufferDesc output, ULONG *attributes,
                                           PTimeStamp expiry)
{
	(void)target;
	(void)request;
	(void)reserved1;
	(void)representation;
	(void)input;
	(void)reserved2;
	(void)output;
	(void)attributes;
	(void)expiry;
	if (!is_live(credential))
		return SEC_E_INVALID_HANDLE;
	if (context || !new_context)
		return SEC_E_INVALID_PARAMETER;
	create(new_context);
	return SEC_I_CONTINUE_NEEDED;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	if (!object_of(context))
		return SEC_E_INVALID_HANDLE;
	end(context);
	return SEC_E_OK;
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute,
                                        void *buffer)
{
	(void)attribute;
	(void)buffer;
	return is_live(context) ? SEC_E_OK : SEC_E_INVALID_HANDLE;
}
