/*
 * load.c: see load.h.
 */
#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "wide.h"

/* The functions of a table, behind its version and in its order; a star is A or W. */
static const char *const names[] = {
	"EnumerateSecurityPackages*", "QueryCredentialsAttributes*",
	"AcquireCredentialsHandle*", "FreeCredentialsHandle", NULL,
	"InitializeSecurityContext*", "AcceptSecurityContext", "CompleteAuthToken",
	"DeleteSecurityContext", "ApplyControlToken", "QueryContextAttributes*",
	"ImpersonateSecurityContext", "RevertSecurityContext", "MakeSignature",
	"VerifySignature", "FreeContextBuffer", "QuerySecurityPackageInfo*", NULL, NULL,
	"ExportSecurityContext", "ImportSecurityContext*", "AddCredentials*", NULL,
	"QuerySecurityContextToken", "EncryptMessage", "DecryptMessage",
	"SetContextAttributes*", "SetCredentialsAttributes*"};

enum { NAMES = sizeof names / sizeof *names };

/* What the driver calls through, whichever of the two tables it is. */
union functions {
	struct {
		ULONG version;
		void *functions[NAMES];
	} any;
	SecurityFunctionTableA a;
	SecurityFunctionTableW w;
};

static void *symbol(void *library, const char *name, bool wide)
{
	char whole[64];
	size_t length = strlen(name);
	snprintf(whole, sizeof whole, "%s", name);
	if (whole[length - 1] == '*')
		whole[length - 1] = wide ? 'W' : 'A';
	return platform_symbol(library, whole);
}

/* The table of what a library exports; NULL if it is nothing. */
static void *gather(void *library, bool wide)
{
	static union functions table;
	bool found = false;
	table.any.version = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3;
	for (size_t i = 0; i < NAMES; i++) {
		if (names[i])
			table.any.functions[i] = symbol(library, names[i], wide);
		found |= table.any.functions[i] != NULL;
	}
	return found ? &table : NULL;
}

/* The table that a library tells; NULL if it tells none. */
static void *ask(void *library, bool wide)
{
	void *plain = symbol(library, "InitSecurityInterface*", wide);
	void *extended = symbol(library, "InitSecurityInterfaceEx*", wide);
	void *(SEC_ENTRY *call)(void);
	void *(SEC_ENTRY *call_extended)(ULONG);
	memcpy(&call, &plain, sizeof call);
	memcpy(&call_extended, &extended, sizeof call_extended);
	if (plain)
		return call();
	return extended ? call_extended(0) : NULL;
}

static PSecurityFunctionTableA refuse(const char *library, const char *cause)
{
	fprintf(stderr, "sechandle-subject: %s: %s\n", library, cause);
	return NULL;
}

PSecurityFunctionTableA load(const struct way *way)
{
	char why[512];
	void *library = platform_open(way->library, why, sizeof why);
	union functions *table;
	if (!library)
		return refuse(way->library, why);
	table = way->exports ? gather(library, way->wide) : ask(library, way->wide);
	if (!table)
		return refuse(way->library,
		              way->exports ? "exports no function of SSPI"
		              : way->wide
		                      ? "no table, expected one of InitSecurityInterfaceW "
		                        "or InitSecurityInterfaceExW"
		                      : "no table, expected one of InitSecurityInterfaceA "
		                        "or InitSecurityInterfaceExA");
	return way->wide ? wide_table(&table->w) : &table->a;
}
