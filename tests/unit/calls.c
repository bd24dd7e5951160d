/*
 * calls.c: see calls.h.
 *
 * How to read it: the record of answers; memory that is watched; then a function
 * for each of sspi.h's, which watches what it passes, allows what may be written,
 * and checks the rest.
 */
#include "calls.h"

#include <inttypes.h>
#include <unistd.h>

#include "../../ref/package.h"
#include "harness.h"

bool calls_wide;

/* --- Answers ------------------------------------------------------------------ */

enum { ANSWERS_MAX = 512 };

static struct {
	const char *function;
	SECURITY_STATUS status;
} answers[ANSWERS_MAX];
static size_t answer_count;

static SECURITY_STATUS record(const char *function, SECURITY_STATUS status)
{
	for (size_t i = 0; i < answer_count; i++)
		if (strcmp(answers[i].function, function) == 0 &&
		    answers[i].status == status)
			return status;
	assert_true(answer_count < ANSWERS_MAX);
	answers[answer_count].function = function;
	answers[answer_count++].status = status;
	return status;
}

/* A function that has two forms. */
#define FORM(name) (calls_wide ? name "W" : name "A")

/* Every answer that was seen, in a comment of TAP. */
static void print_answers(void)
{
	for (size_t i = 0; i < answer_count; i++)
		printf("# answered %s 0x%08" PRIX32 "\n", answers[i].function,
		       (uint32_t)answers[i].status);
}

/* --- What is watched ------------------------------------------------------------ */

enum { PIECES_MAX = 24, PIECE_BYTES = 128 };

struct watch {
	size_t count;
	struct piece {
		const unsigned char *at;
		size_t size;
		unsigned char expected[PIECE_BYTES];
	} pieces[PIECES_MAX];
};

/* Watches memory, which may be none. */
static void watch(struct watch *watched, const void *at, size_t size)
{
	if (!at || size == 0)
		return;
	assert_true(watched->count < PIECES_MAX && size <= PIECE_BYTES);
	struct piece *piece = &watched->pieces[watched->count++];
	piece->at = at;
	piece->size = size;
	memcpy(piece->expected, at, size);
}

/* Lets memory be as it now is, also where a watched piece overlaps it. */
static void allow(struct watch *watched, const void *at, size_t size)
{
	uintptr_t start = (uintptr_t)at, end = start + size;
	if (!at)
		return;
	for (size_t i = 0; i < watched->count; i++) {
		struct piece *piece = &watched->pieces[i];
		uintptr_t from = (uintptr_t)piece->at;
		for (size_t k = 0; k < piece->size; k++)
			if (from + k >= start && from + k < end)
				piece->expected[k] = piece->at[k];
	}
}

static void check(const struct watch *watched, const char *function)
{
	for (size_t i = 0; i < watched->count; i++)
		if (memcmp(watched->pieces[i].at, watched->pieces[i].expected,
		           watched->pieces[i].size))
			fail_msg("%s wrote what it must not", function);
}

/* A list with its buffers and as many bytes of them as belong to a token. */
static void watch_list(struct watch *watched, const SecBufferDesc *list)
{
	if (!list)
		return;
	watch(watched, list, sizeof *list);
	for (ULONG i = 0; list->pBuffers && i < list->cBuffers && i < 4; i++) {
		const SecBuffer *buffer = &list->pBuffers[i];
		watch(watched, buffer, sizeof *buffer);
		watch(watched, buffer->pvBuffer,
		      buffer->cbBuffer < TOKEN_MAX ? buffer->cbBuffer : TOKEN_MAX);
	}
}

static SecBuffer *find(const SecBufferDesc *list, ULONG type)
{
	if (!list || list->ulVersion != SECBUFFER_VERSION || !list->pBuffers)
		return NULL;
	for (ULONG i = 0; i < list->cBuffers; i++)
		if (list->pBuffers[i].BufferType == type)
			return &list->pBuffers[i];
	return NULL;
}

/* --- Legs -------------------------------------------------------------------------- */

static SECURITY_STATUS make_leg(const struct leg_call *leg)
{
	if (leg->side == ACCEPTOR)
		return record("AcceptSecurityContext",
		              AcceptSecurityContext(
				      leg->credential, leg->context, leg->input,
				      leg->requests, SECURITY_NATIVE_DREP,
				      leg->new_context, leg->output,
				      leg->attributes, leg->expiry));
	return record(FORM("InitializeSecurityContext"),
	              (calls_wide ? InitializeSecurityContextW(
				      leg->credential, leg->context, NULL,
				      leg->requests, 0, SECURITY_NATIVE_DREP,
				      leg->input, 0, leg->new_context, leg->output,
				      leg->attributes, leg->expiry)
	                          : InitializeSecurityContextA(
				      leg->credential, leg->context, NULL,
				      leg->requests, 0, SECURITY_NATIVE_DREP,
				      leg->input, 0, leg->new_context, leg->output,
				      leg->attributes, leg->expiry)));
}

/* What a leg may have written, given where its buffers were before it. */
static void allow_leg(struct watch *watched, const struct leg_call *leg,
                      SECURITY_STATUS status, const SecBuffer *spare,
                      const SecBuffer *output, const void *room)
{
	if (spare && (status >= 0 || status == SEC_E_INCOMPLETE_MESSAGE))
		allow(watched, spare, offsetof(SecBuffer, pvBuffer));
	if (output && (status >= 0 || status == SEC_E_BUFFER_TOO_SMALL))
		allow(watched, &output->cbBuffer, sizeof output->cbBuffer);
	if (status < 0)
		return;
	assert_non_null(output);
	if (leg->requests & ISC_REQ_ALLOCATE_MEMORY)
		allow(watched, &output->pvBuffer, sizeof output->pvBuffer);
	else
		allow(watched, room, output->cbBuffer);
	allow(watched, leg->new_context, sizeof *leg->new_context);
	allow(watched, leg->attributes, sizeof *leg->attributes);
	allow(watched, leg->expiry, sizeof *leg->expiry);
}

SECURITY_STATUS call_leg(const struct leg_call *leg)
{
	struct watch watched = {0};
	const SecBuffer *spare = find(leg->input, SECBUFFER_EMPTY);
	const SecBuffer *output = find(leg->output, SECBUFFER_TOKEN);
	const void *room = output ? output->pvBuffer : NULL;
	watch(&watched, leg->credential, sizeof *leg->credential);
	watch(&watched, leg->context, sizeof *leg->context);
	watch(&watched, leg->new_context, sizeof *leg->new_context);
	watch(&watched, leg->attributes, sizeof *leg->attributes);
	watch(&watched, leg->expiry, sizeof *leg->expiry);
	watch_list(&watched, leg->input);
	watch_list(&watched, leg->output);
	SECURITY_STATUS status = make_leg(leg);
	allow_leg(&watched, leg, status, spare, output, room);
	check(&watched, "a leg");
	return status;
}

SECURITY_STATUS call_complete(PCtxtHandle context, PSecBufferDesc token)
{
	struct watch watched = {0};
	SecBuffer *buffer = find(token, SECBUFFER_TOKEN);
	watch(&watched, context, sizeof *context);
	watch_list(&watched, token);
	SECURITY_STATUS status =
		record("CompleteAuthToken", CompleteAuthToken(context, token));
	if (status == SEC_E_OK) {
		assert_non_null(buffer);
		allow(&watched, &buffer->cbBuffer, sizeof buffer->cbBuffer);
		allow(&watched, buffer->pvBuffer, buffer->cbBuffer);
	}
	check(&watched, "CompleteAuthToken");
	return status;
}

/* --- Handles ------------------------------------------------------------------------- */

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

SECURITY_STATUS call_acquire(const char *package, ULONG use, void *identity,
                             PCredHandle credential, PTimeStamp expiry)
{
	struct watch watched = {0};
	SEC_WCHAR wide[PIECE_BYTES];
	watch(&watched, credential, sizeof *credential);
	watch(&watched, expiry, sizeof *expiry);
	watch(&watched, identity, sizeof(SEC_WINNT_AUTH_IDENTITY_A));
	SECURITY_STATUS status = record(
		FORM("AcquireCredentialsHandle"),
		calls_wide ? AcquireCredentialsHandleW(NULL, widen(package, wide),
	                                               use, NULL, identity, NULL,
	                                               NULL, credential, expiry)
		           : AcquireCredentialsHandleA(NULL, (SEC_CHAR *)package,
	                                               use, NULL, identity, NULL,
	                                               NULL, credential, expiry));
	if (status == SEC_E_OK) {
		allow(&watched, credential, sizeof *credential);
		allow(&watched, expiry, sizeof *expiry);
	}
	check(&watched, "AcquireCredentialsHandle");
	return status;
}

/* A function that reads a handle and writes nothing. */
static SECURITY_STATUS call_on(const char *name,
                               SECURITY_STATUS (*function)(PSecHandle),
                               PSecHandle handle)
{
	struct watch watched = {0};
	watch(&watched, handle, sizeof *handle);
	SECURITY_STATUS status = record(name, function(handle));
	check(&watched, name);
	return status;
}

SECURITY_STATUS call_free(PCredHandle credential)
{
	return call_on("FreeCredentialsHandle", FreeCredentialsHandle, credential);
}

SECURITY_STATUS call_delete(PCtxtHandle context)
{
	return call_on("DeleteSecurityContext", DeleteSecurityContext, context);
}

static size_t attribute_size(ULONG attribute)
{
	switch (attribute) {
	case SECPKG_ATTR_SIZES: return sizeof(SecPkgContext_Sizes);
	case SECPKG_ATTR_NAMES: return sizeof(SecPkgContext_NamesA);
	case SECPKG_ATTR_LIFESPAN: return sizeof(SecPkgContext_Lifespan);
	case SECPKG_ATTR_PACKAGE_INFO: return sizeof(SecPkgContext_PackageInfoA);
	default: return 0;
	}
}

SECURITY_STATUS call_query(PCtxtHandle context, ULONG attribute, void *place)
{
	struct watch watched = {0};
	/* More than any attribute needs, to see that no more is written. */
	watch(&watched, place, sizeof(union attribute_place));
	watch(&watched, context, sizeof *context);
	SECURITY_STATUS status =
		record(FORM("QueryContextAttributes"),
	               calls_wide ? QueryContextAttributesW(context, attribute, place)
	                          : QueryContextAttributesA(context, attribute, place));
	if (status == SEC_E_OK)
		allow(&watched, place, attribute_size(attribute));
	check(&watched, "QueryContextAttributes");
	return status;
}

SECURITY_STATUS call_export(PCtxtHandle context, ULONG flags, PSecBuffer packed,
                            void **token)
{
	struct watch watched = {0};
	watch(&watched, context, sizeof *context);
	watch(&watched, packed, sizeof *packed);
	watch(&watched, token, sizeof *token);
	SECURITY_STATUS status =
		record("ExportSecurityContext",
	               ExportSecurityContext(context, flags, packed, token));
	if (status == SEC_E_OK) {
		allow(&watched, &packed->cbBuffer, sizeof packed->cbBuffer);
		allow(&watched, &packed->pvBuffer, sizeof packed->pvBuffer);
		allow(&watched, token, sizeof *token);
	}
	check(&watched, "ExportSecurityContext");
	return status;
}

SECURITY_STATUS call_import(const char *package, PSecBuffer packed,
                            PCtxtHandle context)
{
	struct watch watched = {0};
	SEC_WCHAR wide[PIECE_BYTES];
	SecBufferDesc list = {SECBUFFER_VERSION, packed ? 1 : 0, packed};
	watch(&watched, context, sizeof *context);
	watch_list(&watched, &list);
	SECURITY_STATUS status =
		record(FORM("ImportSecurityContext"),
	               calls_wide ? ImportSecurityContextW(widen(package, wide),
	                                                   packed, NULL, context)
	                          : ImportSecurityContextA((SEC_CHAR *)package,
	                                                   packed, NULL, context));
	if (status == SEC_E_OK)
		allow(&watched, context, sizeof *context);
	check(&watched, "ImportSecurityContext");
	return status;
}

/* --- Packages and buffers ----------------------------------------------------------- */

SECURITY_STATUS call_enumerate(ULONG *count, union info *info)
{
	struct watch watched = {0};
	watch(&watched, count, sizeof *count);
	watch(&watched, info, sizeof *info);
	SECURITY_STATUS status =
		record(FORM("EnumerateSecurityPackages"),
	               calls_wide ? EnumerateSecurityPackagesW(count, info ? &info->w : NULL)
	                          : EnumerateSecurityPackagesA(count, info ? &info->a : NULL));
	if (status == SEC_E_OK) {
		allow(&watched, count, sizeof *count);
		allow(&watched, info, sizeof *info);
	}
	check(&watched, "EnumerateSecurityPackages");
	return status;
}

SECURITY_STATUS call_package_info(const char *package, union info *info)
{
	struct watch watched = {0};
	SEC_WCHAR wide[PIECE_BYTES];
	watch(&watched, info, sizeof *info);
	SECURITY_STATUS status = record(
		FORM("QuerySecurityPackageInfo"),
		calls_wide ? QuerySecurityPackageInfoW(widen(package, wide),
	                                               info ? &info->w : NULL)
		           : QuerySecurityPackageInfoA((SEC_CHAR *)package,
	                                               info ? &info->a : NULL));
	if (status == SEC_E_OK)
		allow(&watched, info, sizeof *info);
	check(&watched, "QuerySecurityPackageInfo");
	return status;
}

SECURITY_STATUS call_release(void *buffer)
{
	return record("FreeContextBuffer", FreeContextBuffer(buffer));
}

/* --- Strings -------------------------------------------------------------------------- */

bool calls_text_is(const void *string, const char *text)
{
	SEC_WCHAR wide[PIECE_BYTES];
	if (!calls_wide)
		return strcmp(string, text) == 0;
	widen(text, wide);
	return memcmp(string, wide, 2 * (strlen(text) + 1)) == 0;
}

/* --- Tests ------------------------------------------------------------------------------ */

/* After a crash in the library its mutex stays locked, and the next call waits for
 * ever: a test that takes so long ends the program. */
enum { LONGEST_TEST = 120 };

int calls_begin(void **state)
{
	(void)state;
	alarm(LONGEST_TEST);
	sechandle_reset(NULL);
	return 0;
}

void assert_holds(uint32_t contexts, uint32_t credentials, uint32_t buffers)
{
	struct sechandle_counts counts = sechandle_count();
	assert_int_equal(counts.contexts, contexts);
	assert_int_equal(counts.credentials, credentials);
	assert_int_equal(counts.buffers, buffers);
	assert_int_equal(counts.residue, 0);
}

int calls_end(void **state)
{
	(void)state;
	assert_holds(0, 0, 0);
	return 0;
}

int calls_run(const struct CMUnitTest *tests, size_t count)
{
	calls_wide = false;
	int failed = _cmocka_run_group_tests("A", tests, count, NULL, NULL);
	calls_wide = true;
	failed += _cmocka_run_group_tests("W", tests, count, NULL, NULL);
	print_answers();
	return failed;
}
