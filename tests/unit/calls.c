/*
 * calls.c: see calls.h.
 *
 * How to read it: what calls go through and what is watched; then a function for
 * each of sspi.h's, which watches what it passes, allows what may be written, and
 * checks the rest.
 */
#include "calls.h"

#include <string.h>

#include "../../ref/package.h"

bool calls_wide;
struct calls_ignored calls_ignored = {.representation = SECURITY_NATIVE_DREP};
struct watch calls_watched;

/* --- What calls go through ------------------------------------------------------- */

/* Members that are functions with a prototype, in the table of a form. */
#define EXPORTED(form)                                                         \
	{                                                                      \
		.EnumerateSecurityPackages##form =                             \
			EnumerateSecurityPackages##form,                       \
		.AcquireCredentialsHandle##form = AcquireCredentialsHandle##form, \
		.FreeCredentialsHandle = FreeCredentialsHandle,                \
		.InitializeSecurityContext##form = InitializeSecurityContext##form, \
		.AcceptSecurityContext = AcceptSecurityContext,                \
		.CompleteAuthToken = CompleteAuthToken,                        \
		.DeleteSecurityContext = DeleteSecurityContext,                \
		.QueryContextAttributes##form = QueryContextAttributes##form,  \
		.FreeContextBuffer = FreeContextBuffer,                        \
		.QuerySecurityPackageInfo##form = QuerySecurityPackageInfo##form, \
		.ExportSecurityContext = ExportSecurityContext,                \
		.ImportSecurityContext##form = ImportSecurityContext##form,    \
	}

static const SecurityFunctionTableA exported_a = EXPORTED(A);
static const SecurityFunctionTableW exported_w = EXPORTED(W);
static const SecurityFunctionTableA *table_a = &exported_a;
static const SecurityFunctionTableW *table_w = &exported_w;

void calls_go_through(bool table)
{
	table_a = table ? InitSecurityInterfaceA() : &exported_a;
	table_w = table ? InitSecurityInterfaceW() : &exported_w;
}

/* A function that has one form, but is in both tables. */
#define TABLE(member) (calls_wide ? table_w->member : table_a->member)

/* A call of a function that has two forms, and its name. */
#define CALL_FORM(member, ...)                                                 \
	(calls_wide ? table_w->member##W(__VA_ARGS__)                          \
	            : table_a->member##A(__VA_ARGS__))
#define FORM(name) (calls_wide ? name "W" : name "A")

static SECURITY_STATUS record(const char *function, SECURITY_STATUS status)
{
	calls_answered(function, status);
	return status;
}

/* --- What is watched ------------------------------------------------------------ */

static void begin(struct watch *watched)
{
	watch_begin(watched, &calls_watched);
}

static void check(const struct watch *watched, const char *function)
{
	if (!watch_kept(watched))
		calls_broken("writes what it must not", function);
}

/* A list with its buffers and as many bytes of them as belong to a token. */
static void watch_list(struct watch *watched, const SecBufferDesc *list)
{
	if (!list)
		return;
	watch_add(watched, list, sizeof *list);
	for (ULONG i = 0; list->pBuffers && i < list->cBuffers && i < 4; i++) {
		const SecBuffer *buffer = &list->pBuffers[i];
		watch_add(watched, buffer, sizeof *buffer);
		watch_add(watched, buffer->pvBuffer,
		          buffer->cbBuffer < TOKEN_MAX ? buffer->cbBuffer
		                                       : TOKEN_MAX);
	}
}

SecBuffer *calls_find(const SecBufferDesc *list, ULONG type)
{
	if (!list || list->ulVersion != SECBUFFER_VERSION || !list->pBuffers)
		return NULL;
	for (ULONG i = 0; i < list->cBuffers; i++)
		if (list->pBuffers[i].BufferType == type)
			return &list->pBuffers[i];
	return NULL;
}

/* --- Legs -------------------------------------------------------------------------- */

static SECURITY_STATUS make_leg(const struct leg_call *leg, const char *function)
{
	const struct calls_ignored *other = &calls_ignored;
	if (leg->side == ACCEPTOR)
		return record(function,
		              TABLE(AcceptSecurityContext)(
				      leg->credential, leg->context, leg->input,
				      leg->requests, other->representation,
				      leg->new_context, leg->output,
				      leg->attributes, leg->expiry));
	return record(function,
	              CALL_FORM(InitializeSecurityContext, leg->credential,
	                        leg->context, other->text, leg->requests,
	                        other->reserved, other->representation,
	                        leg->input, other->reserved, leg->new_context,
	                        leg->output, leg->attributes, leg->expiry));
}

/* What a leg may have written, given where its buffers were before it. */
static void allow_leg(struct watch *watched, const struct leg_call *leg,
                      SECURITY_STATUS status, const SecBuffer *spare,
                      const SecBuffer *output, const void *room)
{
	if (spare && (status >= 0 || status == SEC_E_INCOMPLETE_MESSAGE))
		watch_allow(watched, spare, offsetof(SecBuffer, pvBuffer));
	if (output && (status >= 0 || status == SEC_E_BUFFER_TOO_SMALL))
		watch_allow(watched, &output->cbBuffer, sizeof output->cbBuffer);
	if (status < 0 || !output)
		return;
	if (!(leg->requests & ISC_REQ_ALLOCATE_MEMORY))
		watch_allow(watched, room, output->cbBuffer);
	else if (output->cbBuffer > 0)
		watch_allow(watched, &output->pvBuffer, sizeof output->pvBuffer);
	watch_allow(watched, leg->new_context, sizeof *leg->new_context);
	watch_allow(watched, leg->attributes, sizeof *leg->attributes);
	watch_allow(watched, leg->expiry, sizeof *leg->expiry);
}

SECURITY_STATUS call_leg(const struct leg_call *leg)
{
	const char *function = leg->side == ACCEPTOR
	                               ? "AcceptSecurityContext"
	                               : FORM("InitializeSecurityContext");
	struct watch watched;
	const SecBuffer *spare = calls_find(leg->input, SECBUFFER_EMPTY);
	const SecBuffer *output = calls_find(leg->output, SECBUFFER_TOKEN);
	const void *room = output ? output->pvBuffer : NULL;
	begin(&watched);
	watch_add(&watched, leg->credential, sizeof *leg->credential);
	watch_add(&watched, leg->context, sizeof *leg->context);
	watch_add(&watched, leg->new_context, sizeof *leg->new_context);
	watch_add(&watched, leg->attributes, sizeof *leg->attributes);
	watch_add(&watched, leg->expiry, sizeof *leg->expiry);
	watch_list(&watched, leg->input);
	watch_list(&watched, leg->output);
	SECURITY_STATUS status = make_leg(leg, function);
	if (status >= 0 && !output)
		calls_broken("succeeds without a place for the token", function);
	allow_leg(&watched, leg, status, spare, output, room);
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_complete(PCtxtHandle context, PSecBufferDesc token)
{
	static const char function[] = "CompleteAuthToken";
	struct watch watched;
	SecBuffer *buffer = calls_find(token, SECBUFFER_TOKEN);
	begin(&watched);
	watch_add(&watched, context, sizeof *context);
	watch_list(&watched, token);
	SECURITY_STATUS status =
		record(function, TABLE(CompleteAuthToken)(context, token));
	if (status == SEC_E_OK && !buffer)
		calls_broken("succeeds without a token", function);
	if (status == SEC_E_OK) {
		watch_allow(&watched, &buffer->cbBuffer, sizeof buffer->cbBuffer);
		watch_allow(&watched, buffer->pvBuffer, buffer->cbBuffer);
	}
	check(&watched, function);
	return status;
}

/* --- Strings -------------------------------------------------------------------------- */

enum { TEXT_UNITS = 128 };

/* A string in the form W; NULL stays NULL. */
static SEC_WCHAR *widen(const char *text, SEC_WCHAR *room)
{
	size_t i = 0;
	if (!text)
		return NULL;
	do
		room[i] = (unsigned char)text[i];
	while (text[i++]);
	return room;
}

/* A string in the form under test; `room` has TEXT_UNITS. */
static void *in_form(const char *text, SEC_WCHAR *room)
{
	return calls_wide ? (void *)widen(text, room) : (void *)(uintptr_t)text;
}

bool calls_text_is(const void *string, const char *text)
{
	SEC_WCHAR wide[TEXT_UNITS];
	if (!calls_wide)
		return strcmp(string, text) == 0;
	widen(text, wide);
	return memcmp(string, wide, 2 * (strlen(text) + 1)) == 0;
}

/* --- Handles ------------------------------------------------------------------------- */

SECURITY_STATUS call_acquire_named(void *package, ULONG use, void *identity,
                                   PCredHandle credential, PTimeStamp expiry)
{
	const struct calls_ignored *other = &calls_ignored;
	const char *function = FORM("AcquireCredentialsHandle");
	struct watch watched;
	begin(&watched);
	watch_add(&watched, credential, sizeof *credential);
	watch_add(&watched, expiry, sizeof *expiry);
	watch_add(&watched, identity, sizeof(SEC_WINNT_AUTH_IDENTITY_A));
	SECURITY_STATUS status = record(
		function,
		CALL_FORM(AcquireCredentialsHandle, other->text, package, use,
		          other->pointer, identity, other->get_key,
		          other->pointer, credential, expiry));
	if (status == SEC_E_OK) {
		watch_allow(&watched, credential, sizeof *credential);
		watch_allow(&watched, expiry, sizeof *expiry);
	}
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_acquire(const char *package, ULONG use, void *identity,
                             PCredHandle credential, PTimeStamp expiry)
{
	SEC_WCHAR wide[TEXT_UNITS];
	return call_acquire_named(in_form(package, wide), use, identity,
	                          credential, expiry);
}

/* A function that reads a handle and writes nothing. */
static SECURITY_STATUS call_on(const char *name,
                               SECURITY_STATUS (*function)(PSecHandle),
                               PSecHandle handle)
{
	struct watch watched;
	begin(&watched);
	watch_add(&watched, handle, sizeof *handle);
	SECURITY_STATUS status = record(name, function(handle));
	check(&watched, name);
	return status;
}

SECURITY_STATUS call_free(PCredHandle credential)
{
	return call_on("FreeCredentialsHandle", TABLE(FreeCredentialsHandle),
	               credential);
}

SECURITY_STATUS call_delete(PCtxtHandle context)
{
	return call_on("DeleteSecurityContext", TABLE(DeleteSecurityContext),
	               context);
}

size_t calls_attribute_size(ULONG attribute)
{
	switch (attribute) {
	case SECPKG_ATTR_SIZES: return sizeof(SecPkgContext_Sizes);
	case SECPKG_ATTR_NAMES: return sizeof(SecPkgContext_NamesA);
	case SECPKG_ATTR_LIFESPAN: return sizeof(SecPkgContext_Lifespan);
	case SECPKG_ATTR_PACKAGE_INFO: return sizeof(SecPkgContext_PackageInfoA);
	default: return 0;
	}
}

SECURITY_STATUS call_query_into(PCtxtHandle context, ULONG attribute, void *place,
                                size_t size)
{
	const char *function = FORM("QueryContextAttributes");
	struct watch watched;
	begin(&watched);
	watch_add(&watched, place, size);
	watch_add(&watched, context, sizeof *context);
	SECURITY_STATUS status = record(
		function,
		CALL_FORM(QueryContextAttributes, context, attribute, place));
	if (status == SEC_E_OK)
		watch_allow(&watched, place, calls_attribute_size(attribute));
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_query(PCtxtHandle context, ULONG attribute,
                           union attribute_place *place)
{
	return call_query_into(context, attribute, place, sizeof *place);
}

SECURITY_STATUS call_export(PCtxtHandle context, ULONG flags, PSecBuffer packed,
                            void **token)
{
	static const char function[] = "ExportSecurityContext";
	struct watch watched;
	begin(&watched);
	watch_add(&watched, context, sizeof *context);
	watch_add(&watched, packed, sizeof *packed);
	watch_add(&watched, token, sizeof *token);
	SECURITY_STATUS status = record(
		function,
		TABLE(ExportSecurityContext)(context, flags, packed, token));
	if (status == SEC_E_OK) {
		watch_allow(&watched, &packed->cbBuffer, sizeof packed->cbBuffer);
		watch_allow(&watched, &packed->pvBuffer, sizeof packed->pvBuffer);
		watch_allow(&watched, token, sizeof *token);
	}
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_import_named(void *package, PSecBuffer packed,
                                  PCtxtHandle context)
{
	const char *function = FORM("ImportSecurityContext");
	struct watch watched;
	SecBufferDesc list = {SECBUFFER_VERSION, packed ? 1 : 0, packed};
	begin(&watched);
	watch_add(&watched, context, sizeof *context);
	watch_list(&watched, &list);
	SECURITY_STATUS status = record(
		function,
		CALL_FORM(ImportSecurityContext, package, packed,
		          calls_ignored.pointer, context));
	if (status == SEC_E_OK)
		watch_allow(&watched, context, sizeof *context);
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_import(const char *package, PSecBuffer packed,
                            PCtxtHandle context)
{
	SEC_WCHAR wide[TEXT_UNITS];
	return call_import_named(in_form(package, wide), packed, context);
}

/* --- Packages and buffers ----------------------------------------------------------- */

SECURITY_STATUS call_enumerate(ULONG *count, union info *info)
{
	const char *function = FORM("EnumerateSecurityPackages");
	struct watch watched;
	void *place = info; /* to either form's pointer */
	begin(&watched);
	watch_add(&watched, count, sizeof *count);
	watch_add(&watched, info, sizeof *info);
	SECURITY_STATUS status = record(
		function,
		CALL_FORM(EnumerateSecurityPackages, count, place));
	if (status == SEC_E_OK) {
		watch_allow(&watched, count, sizeof *count);
		watch_allow(&watched, info, sizeof *info);
	}
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_package_info_named(void *package, union info *info)
{
	const char *function = FORM("QuerySecurityPackageInfo");
	struct watch watched;
	void *place = info;
	begin(&watched);
	watch_add(&watched, info, sizeof *info);
	SECURITY_STATUS status = record(
		function,
		CALL_FORM(QuerySecurityPackageInfo, package, place));
	if (status == SEC_E_OK)
		watch_allow(&watched, info, sizeof *info);
	check(&watched, function);
	return status;
}

SECURITY_STATUS call_package_info(const char *package, union info *info)
{
	SEC_WCHAR wide[TEXT_UNITS];
	return call_package_info_named(in_form(package, wide), info);
}

SECURITY_STATUS call_release(void *buffer)
{
	static const char function[] = "FreeContextBuffer";
	struct watch watched;
	begin(&watched);
	SECURITY_STATUS status =
		record(function, TABLE(FreeContextBuffer)(buffer));
	check(&watched, function);
	return status;
}

/* --- Functions that are only in the table ------------------------------------------------- */

/* The case of a function that is only in the table, with one form or with two. */
#define CASE(place, member, ...)                                               \
	case place:                                                            \
		*name = #member;                                               \
		return (calls_wide ? w->member : a->member)(__VA_ARGS__)
#define CASE_FORMS(place, member, ...)                                         \
	case place:                                                            \
		*name = #member;                                               \
		return calls_wide ? w->member##W(__VA_ARGS__)                  \
		                  : a->member##A(__VA_ARGS__)

static SECURITY_STATUS unsupported(unsigned which, SecHandle *handle,
                                   PSecBufferDesc list, void *any, ULONG number,
                                   const char **name)
{
	PSecurityFunctionTableA a = InitSecurityInterfaceA();
	PSecurityFunctionTableW w = InitSecurityInterfaceW();
	SEC_GET_KEY_FN get_key = calls_ignored.get_key;
	switch (which) {
	CASE_FORMS(0, QueryCredentialsAttributes, handle, number, any);
	CASE(1, ApplyControlToken, handle, list);
	CASE(2, ImpersonateSecurityContext, handle);
	CASE(3, RevertSecurityContext, handle);
	CASE(4, MakeSignature, handle, number, list, number);
	CASE(5, VerifySignature, handle, list, number, any);
	CASE_FORMS(6, AddCredentials, handle, any, any, number, any, get_key, any,
	           any);
	CASE(7, QuerySecurityContextToken, handle, any);
	CASE(8, EncryptMessage, handle, number, list, number);
	CASE(9, DecryptMessage, handle, list, number, any);
	CASE_FORMS(10, SetContextAttributes, handle, number, any, number);
	CASE_FORMS(11, SetCredentialsAttributes, handle, number, any, number);
	CASE_FORMS(12, ChangeAccountPassword, any, any, any, any, any, 1, number,
	           list);
	CASE_FORMS(13, QueryContextAttributesEx, handle, number, any, number);
	default:
	CASE_FORMS(14, QueryCredentialsAttributesEx, handle, number, any, number);
	}
}

void call_unsupported(unsigned which, SecHandle *handle, PSecBufferDesc list,
                      void *any, ULONG number)
{
	const char *name;
	struct watch watched;
	begin(&watched);
	watch_add(&watched, handle, sizeof *handle);
	watch_list(&watched, list);
	if (unsupported(which, handle, list, any, number, &name) !=
	    SEC_E_UNSUPPORTED_FUNCTION)
		calls_broken("answers as if there were such a function", name);
	check(&watched, name);
}
