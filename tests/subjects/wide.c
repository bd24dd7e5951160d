/*
 * wide.c: see wide.h. Strings are read as UTF-8. The strings that an implementation
 * hands out are not converted: no driver reads them.
 */
#include "wide.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"

/* What the functions below pass their calls on to. */
static PSecurityFunctionTableW wide;

/* --- Strings ------------------------------------------------------------------------- */

/* Reads a character of UTF-8, and passes it; a byte that begins none is one by itself. */
static uint32_t read_character(const unsigned char **text)
{
	const unsigned char *at = *text;
	unsigned more = *at < 0xC0 ? 0 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : 3;
	uint32_t character = more ? *at & (0x3Fu >> more) : *at;
	for (unsigned i = 1; i <= more; i++) {
		if ((at[i] & 0xC0) != 0x80) { /* not the end of the text either */
			more = 0;
			character = *at;
			break;
		}
		character = character << 6 | (at[i] & 0x3Fu);
	}
	*text += more + 1;
	return character;
}

/* A copy in 16-bit units, to be released, and their number without the last 0; NULL of
 * NULL. */
static SEC_WCHAR *widen(const void *text, ULONG *length)
{
	const unsigned char *at = text;
	SEC_WCHAR *units, *end;
	*length = 0;
	if (!text)
		return NULL;
	units = end = allocate(strlen(text) + 1, sizeof *units);
	while (*at) {
		uint32_t character = read_character(&at);
		if (character > 0xFFFF) {
			character -= 0x10000;
			*end++ = (SEC_WCHAR)(0xD800 | character >> 10);
			character = 0xDC00 | (character & 0x3FF);
		}
		*end++ = (SEC_WCHAR)character;
	}
	*length = (ULONG)(end - units);
	return units;
}

static SEC_WINNT_AUTH_IDENTITY_W widen_identity(const SEC_WINNT_AUTH_IDENTITY_A *who)
{
	SEC_WINNT_AUTH_IDENTITY_W copy;
	memset(&copy, 0, sizeof copy);
	if (!who)
		return copy;
	copy.User = widen(who->User, &copy.UserLength);
	copy.Domain = widen(who->Domain, &copy.DomainLength);
	copy.Password = widen(who->Password, &copy.PasswordLength);
	copy.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
	return copy;
}

static void free_identity(SEC_WINNT_AUTH_IDENTITY_W *who)
{
	free(who->User);
	free(who->Domain);
	free(who->Password);
}

/* --- Functions ------------------------------------------------------------------------- */

static SECURITY_STATUS SEC_ENTRY acquire(SEC_CHAR *principal, SEC_CHAR *package,
                                         ULONG use, void *logon, void *who,
                                         SEC_GET_KEY_FN get_key, void *argument,
                                         PCredHandle credential, PTimeStamp expiry)
{
	ULONG length;
	SEC_WCHAR *wide_principal = widen(principal, &length);
	SEC_WCHAR *wide_package = widen(package, &length);
	SEC_WINNT_AUTH_IDENTITY_W identity = widen_identity(who);
	SECURITY_STATUS status = wide->AcquireCredentialsHandleW(
		wide_principal, wide_package, use, logon, who ? &identity : NULL,
		get_key, argument, credential, expiry);
	free_identity(&identity);
	free(wide_package);
	free(wide_principal);
	return status;
}

static SECURITY_STATUS SEC_ENTRY add(PCredHandle credential, SEC_CHAR *principal,
                                     SEC_CHAR *package, ULONG use, void *who,
                                     SEC_GET_KEY_FN get_key, void *argument,
                                     PTimeStamp expiry)
{
	ULONG length;
	SEC_WCHAR *wide_principal = widen(principal, &length);
	SEC_WCHAR *wide_package = widen(package, &length);
	SEC_WINNT_AUTH_IDENTITY_W identity = widen_identity(who);
	SECURITY_STATUS status = wide->AddCredentialsW(
		credential, wide_principal, wide_package, use, who ? &identity : NULL,
		get_key, argument, expiry);
	free_identity(&identity);
	free(wide_package);
	free(wide_principal);
	return status;
}

static SECURITY_STATUS SEC_ENTRY initialize(PCredHandle credential, PCtxtHandle context,
                                            SEC_CHAR *target, ULONG requests,
                                            ULONG reserved, ULONG representation,
                                            PSecBufferDesc input, ULONG reserved2,
                                            PCtxtHandle new_context,
                                            PSecBufferDesc output, ULONG *attributes,
                                            PTimeStamp expiry)
{
	ULONG length;
	SEC_WCHAR *wide_target = widen(target, &length);
	SECURITY_STATUS status = wide->InitializeSecurityContextW(
		credential, context, wide_target, requests, reserved, representation,
		input, reserved2, new_context, output, attributes, expiry);
	free(wide_target);
	return status;
}

static SECURITY_STATUS SEC_ENTRY import(SEC_CHAR *package, PSecBuffer packed,
                                        void *token, PCtxtHandle context)
{
	ULONG length;
	SEC_WCHAR *wide_package = widen(package, &length);
	SECURITY_STATUS status =
		wide->ImportSecurityContextW(wide_package, packed, token, context);
	free(wide_package);
	return status;
}

/* --- The table --------------------------------------------------------------------------- */

PSecurityFunctionTableA wide_table(PSecurityFunctionTableW table)
{
	static SecurityFunctionTableA narrow;
	wide = table;
	/* What neither takes nor is given a string is the same function. */
	narrow = (SecurityFunctionTableA){
		.dwVersion = table->dwVersion,
		.QueryCredentialsAttributesA = table->QueryCredentialsAttributesW,
		.AcquireCredentialsHandleA =
			table->AcquireCredentialsHandleW ? acquire : NULL,
		.FreeCredentialsHandle = table->FreeCredentialsHandle,
		.InitializeSecurityContextA =
			table->InitializeSecurityContextW ? initialize : NULL,
		.AcceptSecurityContext = table->AcceptSecurityContext,
		.CompleteAuthToken = table->CompleteAuthToken,
		.DeleteSecurityContext = table->DeleteSecurityContext,
		.ApplyControlToken = table->ApplyControlToken,
		.QueryContextAttributesA = table->QueryContextAttributesW,
		.ImpersonateSecurityContext = table->ImpersonateSecurityContext,
		.RevertSecurityContext = table->RevertSecurityContext,
		.MakeSignature = table->MakeSignature,
		.VerifySignature = table->VerifySignature,
		.FreeContextBuffer = table->FreeContextBuffer,
		.ExportSecurityContext = table->ExportSecurityContext,
		.ImportSecurityContextA = table->ImportSecurityContextW ? import : NULL,
		.AddCredentialsA = table->AddCredentialsW ? add : NULL,
		.QuerySecurityContextToken = table->QuerySecurityContextToken,
		.EncryptMessage = table->EncryptMessage,
		.DecryptMessage = table->DecryptMessage};
	/* A table may end here. */
	if (table->dwVersion >= SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_2)
		narrow.SetContextAttributesA = table->SetContextAttributesW;
	if (table->dwVersion >= SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3)
		narrow.SetCredentialsAttributesA = table->SetCredentialsAttributesW;
	return &narrow;
}
