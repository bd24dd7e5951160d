/*
 * calls.h: the functions of sspi.h as tests call them.
 *
 * Each call is made in the form under test, A or W. Around each, all that the
 * caller passes is compared byte by byte: a call writes what sspi.h says that it
 * receives, and nothing else; an answer that is an error writes what its line
 * says. Every answer is recorded and printed in the end, for a comparison with
 * what sspi.h documents (tests/cli/test_answers.py).
 *
 * Parameters that sspi.h calls ignored are left out here.
 */
#ifndef TESTS_CALLS_H
#define TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../ref/inspect.h"
#include "../../ref/sspi.h"

/** Whether the form W is under test, else A. */
extern bool calls_wide;

/** The package's name. */
#define PACKAGE "Reference"

/* --- Calls ------------------------------------------------------------------ */

enum side { INITIATOR, ACCEPTOR };

/** The parameters of InitializeSecurityContext and AcceptSecurityContext. */
struct leg_call {
	enum side side; /**< which of the two */
	PCredHandle credential;
	PCtxtHandle context;
	ULONG requests; /**< ISC_REQ_* or ASC_REQ_* */
	PSecBufferDesc input;
	PCtxtHandle new_context;
	PSecBufferDesc output;
	ULONG *attributes;
	PTimeStamp expiry;
};

/** What describes a package. */
union info {
	PSecPkgInfoA a;
	PSecPkgInfoW w;
};

/** The place of any attribute, with room behind it. */
union attribute_place {
	SecPkgContext_Sizes sizes;
	SecPkgContext_NamesA names_a;
	SecPkgContext_NamesW names_w;
	SecPkgContext_Lifespan lifespan;
	SecPkgContext_PackageInfoA info_a;
	SecPkgContext_PackageInfoW info_w;
	unsigned char bytes[64];
};

SECURITY_STATUS call_leg(const struct leg_call *leg);
SECURITY_STATUS call_acquire(const char *package, ULONG use, void *identity,
                             PCredHandle credential, PTimeStamp expiry);
SECURITY_STATUS call_free(PCredHandle credential);
SECURITY_STATUS call_complete(PCtxtHandle context, PSecBufferDesc token);
SECURITY_STATUS call_delete(PCtxtHandle context);
SECURITY_STATUS call_query(PCtxtHandle context, ULONG attribute, void *place);
SECURITY_STATUS call_export(PCtxtHandle context, ULONG flags, PSecBuffer packed,
                            void **token);
SECURITY_STATUS call_import(const char *package, PSecBuffer packed,
                            PCtxtHandle context);
SECURITY_STATUS call_enumerate(ULONG *count, union info *info);
SECURITY_STATUS call_package_info(const char *package, union info *info);
SECURITY_STATUS call_release(void *buffer);

/* --- Strings ----------------------------------------------------------------- */

/** Whether a string in the form under test is this text. */
bool calls_text_is(const void *string, const char *text);

/* --- Tests -------------------------------------------------------------------- */

/** Before a test: an empty library with the default limits. */
int calls_begin(void **state);

/** After a test: it has released all that it was given, and no byte of a key is
 *  left. */
int calls_end(void **state);

/** Fails the test unless the library holds just this. */
void assert_holds(uint32_t contexts, uint32_t credentials, uint32_t buffers);

#define abi_test(name) cmocka_unit_test_setup_teardown(name, calls_begin, calls_end)

struct CMUnitTest;

/** Runs tests in the form A and then in the form W, and prints the answers; what
 *  main returns. */
int calls_run(const struct CMUnitTest *tests, size_t count);

#define run_in_both_forms(tests) calls_run(tests, sizeof(tests) / sizeof *(tests))

#endif
