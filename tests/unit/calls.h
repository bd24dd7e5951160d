/*
 * calls.h: the functions of sspi.h as tests and the fuzz target raw call them.
 *
 * Each call is made in the form at hand, A or W. Around each, all that the caller
 * passes is compared byte by byte: a call writes what sspi.h says that it receives,
 * and nothing else; an answer that is an error writes what its line says.
 *
 * The program that links this defines the two functions that are told of answers and
 * of breaches.
 */
#ifndef TESTS_CALLS_H
#define TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../ref/sspi.h"
#include "watch.h"

/* --- What the program defines ------------------------------------------------ */

/** Told of every answer of a function that sspi.h declares, which is named with A or
 *  W where there are both. */
void calls_answered(const char *function, SECURITY_STATUS status);

/** Told of what a function must not do, in a few words. Does not return. */
void calls_broken(const char *what, const char *function);

/* --- How calls are made -------------------------------------------------------- */

/** Whether the form at hand is W, else it is A. */
extern bool calls_wide;

/** Makes calls through the tables of InitSecurityInterfaceA and W from now on, or
 *  again to the functions by their names. */
void calls_go_through(bool table);

/** What is passed for parameters that sspi.h calls ignored, and for those that make no
 *  difference to this package. */
extern struct calls_ignored {
	void *text;           /**< pszPrincipal, pszTargetName: in the form at hand */
	void *pointer;        /**< pvLogonId, pvGetKeyArgument, Token */
	SEC_GET_KEY_FN get_key; /**< pGetKeyFn */
	ULONG reserved;       /**< Reserved1, Reserved2 */
	ULONG representation; /**< TargetDataRep */
} calls_ignored;

/** More of the caller's memory, for which each call is watched too. */
extern struct watch calls_watched;

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

/** The place of any attribute, with room behind it, to see that no more is written. */
union attribute_place {
	SecPkgContext_Sizes sizes;
	SecPkgContext_NamesA names_a;
	SecPkgContext_NamesW names_w;
	SecPkgContext_Lifespan lifespan;
	SecPkgContext_PackageInfoA info_a;
	SecPkgContext_PackageInfoW info_w;
	unsigned char bytes[64];
};

/* A package is named by text, which is passed in the form at hand, or in the
 * functions called `named` by a string in that form. */

SECURITY_STATUS call_leg(const struct leg_call *leg);
SECURITY_STATUS call_acquire(const char *package, ULONG use, void *identity,
                             PCredHandle credential, PTimeStamp expiry);
SECURITY_STATUS call_acquire_named(void *package, ULONG use, void *identity,
                                   PCredHandle credential, PTimeStamp expiry);
SECURITY_STATUS call_free(PCredHandle credential);
SECURITY_STATUS call_complete(PCtxtHandle context, PSecBufferDesc token);
SECURITY_STATUS call_delete(PCtxtHandle context);
SECURITY_STATUS call_query(PCtxtHandle context, ULONG attribute,
                           union attribute_place *place);
/** A query into a place of `size` bytes. */
SECURITY_STATUS call_query_into(PCtxtHandle context, ULONG attribute, void *place,
                                size_t size);
SECURITY_STATUS call_export(PCtxtHandle context, ULONG flags, PSecBuffer packed,
                            void **token);
SECURITY_STATUS call_import(const char *package, PSecBuffer packed,
                            PCtxtHandle context);
SECURITY_STATUS call_import_named(void *package, PSecBuffer packed,
                                  PCtxtHandle context);
SECURITY_STATUS call_enumerate(ULONG *count, union info *info);
SECURITY_STATUS call_package_info(const char *package, union info *info);
SECURITY_STATUS call_package_info_named(void *package, union info *info);
SECURITY_STATUS call_release(void *buffer);

/** Functions that are only in the table. */
enum { CALLS_UNSUPPORTED = 15 };

/** Calls one of them, which must answer SEC_E_UNSUPPORTED_FUNCTION.
 *  @param which   below CALLS_UNSUPPORTED
 *  @param any     for every pointer that is no handle and no list
 *  @param number  for every number */
void call_unsupported(unsigned which, SecHandle *handle, PSecBufferDesc list,
                      void *any, ULONG number);

/** Bytes in the structure of an attribute, 0 if the package does not know it. */
size_t calls_attribute_size(ULONG attribute);

/** The first buffer of a type in a list, or NULL; attributes are part of the type. A
 *  list that is malformed has none. */
SecBuffer *calls_find(const SecBufferDesc *list, ULONG type);

/* --- Strings ----------------------------------------------------------------- */

/** Whether a string in the form at hand is this text. */
bool calls_text_is(const void *string, const char *text);

#endif
