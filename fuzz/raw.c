/*
 * raw.c: the target raw: the functions of sspi.h and of its tables with parameters
 * that no careful caller passes, drawn from the input (parameters.h).
 *
 * How to read it: what is checked of every call, then a function for each call, then
 * the whole input. No model says what must be answered; this is checked:
 *   - every call returns, with a status that sspi.h documents for it;
 *   - it writes what it may and nothing else (calls.h), as AddressSanitizer sees
 *     it too;
 *   - what the library counts is what it answered (ledger.h), no handle is made
 *     twice, and a call on a handle that is not live is refused and changes nothing;
 *   - at the end all is given back, and nothing is left.
 *
 * An input is a sequence of calls: a byte that tells which, in what form and by what
 * way, and then the bytes of its parameters.
 */
#include <stdio.h>
#include <string.h>

#include "../ref/inspect.h"
#include "../specs/scenario.h"
#include "../tests/unit/calls.h"
#include "finding.h"
#include "parameters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CONTEXTS = 4,
	CREDENTIALS = 4,
	GENERATIONS = 8,
	BUFFERS = 4,
	ISSUED_MOST = (CONTEXTS + CREDENTIALS) * GENERATIONS
};

/* A caller, and what the library has given to it. */
struct caller {
	struct parameters from;
	struct ledger ledger;
	struct issued {
		SecHandle handle;
		enum kind kind;
	} issued[ISSUED_MOST];
	size_t issued_count;
	void *released; /* the last memory that was */
};

/* --- What is checked ----------------------------------------------------------------- */

/* The input at hand: its size, where in it the call at hand begins, and the function
 * that answered last. */
static size_t input_size, call_start;
static const char *answered;

static const struct documented {
	const char *function;
	SECURITY_STATUS statuses[12];
	size_t count;
} documented[] = {
#define ANSWERS(function, ...)                                                 \
	{#function, {__VA_ARGS__},                                             \
	 sizeof((SECURITY_STATUS[]){__VA_ARGS__}) / sizeof(SECURITY_STATUS)},
#include "answers.def"
};

/* Whether a function's name is this one, or this one and a letter for its form. */
static bool is_named(const char *function, const char *name)
{
	size_t length = strlen(name);
	return strncmp(function, name, length) == 0 &&
	       strspn(function + length, "AW") == strlen(function + length);
}

static bool is_documented(const char *function, SECURITY_STATUS status)
{
	for (size_t i = 0; i < sizeof documented / sizeof *documented; i++)
		if (is_named(function, documented[i].function))
			for (size_t k = 0; k < documented[i].count; k++)
				if (documented[i].statuses[k] == status)
					return true;
	return false;
}

void calls_answered(const char *function, SECURITY_STATUS status)
{
	const char *name = answer_name(status);
	answered = function;
	if (!is_documented(function, status))
		finding_abort("answers what is not documented", function,
		              "%s, 0x%08lx, to the call at byte %zu of %zu",
		              name ? name : "no status",
		              (unsigned long)(uint32_t)status, call_start,
		              input_size);
}

void calls_broken(const char *what, const char *function)
{
	finding_abort(what, function, "in the call at byte %zu of %zu", call_start,
	              input_size);
}

static void never_called(void *argument, void *principal, ULONG version, void **key,
                         SECURITY_STATUS *status)
{
	(void)argument, (void)principal, (void)version, (void)key, (void)status;
	calls_broken("is called", "pGetKeyFn");
}

/* A handle was made. */
static void note_issued(struct caller *caller, const SecHandle *handle,
                        enum kind kind, const char *function)
{
	static const SecHandle none,
		deleted = {SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};
	if (!SecIsValidHandle(handle) || ledger_same(handle, &none) ||
	    ledger_same(handle, &deleted))
		calls_broken("makes a handle of reserved words", function);
	for (size_t i = 0; i < caller->issued_count; i++)
		if (ledger_same(&caller->issued[i].handle, handle))
			calls_broken("makes the same handle twice", function);
	if (caller->issued_count == ISSUED_MOST)
		calls_broken("makes more handles than generations allow", function);
	caller->issued[caller->issued_count++] = (struct issued){*handle, kind};
}

/* Whether a context of this handle was ever made, or the handle counts as deleted. */
static bool was_context(const struct caller *caller, const SecHandle *handle)
{
	if (handle->dwLower == SEC_DELETED_HANDLE &&
	    handle->dwUpper == SEC_DELETED_HANDLE)
		return true;
	for (size_t i = 0; i < caller->issued_count; i++)
		if (caller->issued[i].kind == KIND_CONTEXT &&
		    ledger_same(&caller->issued[i].handle, handle))
			return true;
	return false;
}

/* Asks whether all that is live still is: with queries, and with legs that have no
 * place for what they would make. */
static void expect_all_live(const struct caller *caller)
{
	const struct ledger *ledger = &caller->ledger;
	SecPkgContext_Sizes sizes;
	for (uint32_t i = 0; i < ledger->context_count; i++) {
		CtxtHandle handle = ledger->contexts[i].handle;
		if (call_query_into(&handle, SECPKG_ATTR_SIZES, &sizes,
		                    sizeof sizes) != SEC_E_OK)
			calls_broken("forgets a context", "a refused call");
	}
	for (int i = 0; i < LEDGER_CREDENTIALS; i++) {
		CredHandle handle = ledger->credentials[i].handle;
		struct leg_call leg = {.side = INITIATOR, .credential = &handle};
		if (ledger->credentials[i].live &&
		    call_leg(&leg) == SEC_E_INVALID_HANDLE)
			calls_broken("forgets a credential", "a refused call");
	}
}

/* After each call; its memory is released. */
static void end_call(struct caller *caller)
{
	memset(&calls_ignored, 0, sizeof calls_ignored);
	draw_done(&caller->from);
	ledger_check(&caller->ledger, answered);
}

/* After a call on handles that must be live; `live` is whether they were. */
static void expect_refusal(struct caller *caller, bool live, SECURITY_STATUS status,
                           const char *function)
{
	if (live && status == SEC_E_INVALID_HANDLE)
		calls_broken("refuses a live handle", function);
	if (!live && status != SEC_E_INVALID_HANDLE)
		calls_broken("takes a handle that is not live", function);
	if (live)
		return;
	end_call(caller);
	expect_all_live(caller);
}

/* --- What is handed out ------------------------------------------------------------- */

/* Bytes in a name in the form at hand, with its end. */
static size_t name_size(const void *name, const char *function)
{
	enum { NAME_UNITS = 64 };
	for (size_t i = 0; i <= NAME_UNITS; i++)
		if (calls_wide ? ((const SEC_WCHAR *)name)[i] == 0
		               : ((const SEC_CHAR *)name)[i] == 0)
			return (i + 1) * (calls_wide ? sizeof(SEC_WCHAR) : 1);
	calls_broken("hands out a name that does not end", function);
	return 0;
}

static void take_info(struct caller *caller, const union info *info,
                      const char *function)
{
	ledger_hand_out(&caller->ledger, info->a, sizeof *info->a, function);
	if (!calls_text_is(info->a->Name, PACKAGE))
		calls_broken("names another package", function);
}

/* --- Calls ----------------------------------------------------------------------------- */

static void any_acquire(struct caller *caller)
{
	static const char function[] = "AcquireCredentialsHandle";
	struct parameters *from = &caller->from;
	PCredHandle place = draw_handle(from);
	void *name = draw_name(from);
	ULONG use = draw_number(from) ^ SECPKG_CRED_BOTH;
	void *identity = draw_identity(from);
	PTimeStamp expiry = draw_place(from, sizeof *expiry);
	draw_watch(from);
	if (call_acquire_named(name, use, identity, place, expiry) != SEC_E_OK)
		return;
	note_issued(caller, place, KIND_CREDENTIAL, function);
	ledger_acquire(&caller->ledger, *place, function);
}

static void any_free(struct caller *caller)
{
	PCredHandle handle = draw_handle(&caller->from);
	int place = ledger_credential(&caller->ledger, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_free(handle);
	if (place >= 0)
		ledger_free(&caller->ledger, place);
	expect_refusal(caller, place >= 0, status, "FreeCredentialsHandle");
}

static void any_delete(struct caller *caller)
{
	static const char function[] = "DeleteSecurityContext";
	PCtxtHandle handle = draw_handle(&caller->from);
	int place = ledger_context(&caller->ledger, handle);
	bool ever = handle && was_context(caller, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_delete(handle);
	if (status != (ever ? SEC_E_OK : SEC_E_INVALID_HANDLE))
		calls_broken(ever ? "refuses what was a context"
		                  : "takes what never was a context", function);
	if (place >= 0)
		ledger_delete(&caller->ledger, place);
	else
		expect_refusal(caller, false, SEC_E_INVALID_HANDLE, function);
}

static ULONG draw_requests(struct parameters *from, enum side side)
{
	uint8_t byte = draw_byte(from);
	ULONG requests = 0;
	if (byte >= 0xF0)
		return draw_number(from);
	if (byte % 2)
		requests |= side == INITIATOR ? ISC_REQ_INTEGRITY : ASC_REQ_INTEGRITY;
	if (byte / 2 % 2)
		requests |= ISC_REQ_ALLOCATE_MEMORY;
	return requests;
}

/* The context of a leg whose new context goes to `place`: mostly NULL if there is
 * none yet, and else that one. */
static PCtxtHandle draw_context(struct caller *caller, PCtxtHandle place)
{
	switch (draw_below(&caller->from, 8)) {
	case 5: return NULL;
	case 6: return place;
	case 7: return draw_handle(&caller->from);
	default: return ledger_context(&caller->ledger, place) < 0 ? NULL : place;
	}
}

static struct leg_call draw_leg(struct caller *caller, enum side side)
{
	struct parameters *from = &caller->from;
	struct leg_call leg = {.side = side, .new_context = draw_handle(from)};
	leg.credential = draw_handle(from);
	leg.context = draw_context(caller, leg.new_context);
	leg.requests = draw_requests(from, side);
	leg.input = draw_list(from, DRAW_INPUT);
	leg.output = draw_list(from, DRAW_OUTPUT);
	leg.attributes = draw_place(from, sizeof *leg.attributes);
	leg.expiry = draw_place(from, sizeof *leg.expiry);
	return leg;
}

/* Writes down what a leg has made, and keeps its token. */
static void take_leg(struct caller *caller, const struct leg_call *leg,
                     int credential, CtxtHandle context, const char *function)
{
	const SecBuffer *output = calls_find(leg->output, SECBUFFER_TOKEN);
	if (!leg->context && !leg->new_context)
		calls_broken("succeeds without a place for the handle", function);
	if (!leg->context) {
		note_issued(caller, leg->new_context, KIND_CONTEXT, function);
		ledger_create(&caller->ledger, *leg->new_context, credential,
		              function);
	} else if (leg->new_context && !ledger_same(leg->new_context, &context)) {
		calls_broken("delivers another handle", function);
	}
	if (output->cbBuffer > DRAW_ROOM)
		calls_broken("makes a token that is too long", function);
	if (leg->requests & ISC_REQ_ALLOCATE_MEMORY && output->cbBuffer > 0)
		ledger_hand_out(&caller->ledger, output->pvBuffer,
		                output->cbBuffer, function);
	draw_keep(&caller->from, output->pvBuffer, output->cbBuffer);
}

static void any_leg(struct caller *caller, enum side side)
{
	const char *function = side == INITIATOR ? "InitializeSecurityContext"
	                                         : "AcceptSecurityContext";
	struct leg_call leg = draw_leg(caller, side);
	int credential = ledger_credential(&caller->ledger, leg.credential);
	CtxtHandle context = leg.context ? *leg.context : (CtxtHandle){0, 0};
	bool live = leg.context ? ledger_context(&caller->ledger, leg.context) >= 0 &&
	                                  (!leg.credential || credential >= 0)
	                        : credential >= 0;
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_leg(&leg);
	if (status >= 0)
		take_leg(caller, &leg, credential, context, function);
	expect_refusal(caller, live, status, function);
}

static void any_init(struct caller *caller)
{
	any_leg(caller, INITIATOR);
}

static void any_accept(struct caller *caller)
{
	any_leg(caller, ACCEPTOR);
}

static void any_complete(struct caller *caller)
{
	PCtxtHandle context = draw_handle(&caller->from);
	PSecBufferDesc list = draw_list(&caller->from, DRAW_INPUT);
	bool live = ledger_context(&caller->ledger, context) >= 0;
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_complete(context, list);
	if (status == SEC_E_OK) {
		const SecBuffer *token = calls_find(list, SECBUFFER_TOKEN);
		draw_keep(&caller->from, token->pvBuffer, token->cbBuffer);
	}
	expect_refusal(caller, live, status, "CompleteAuthToken");
}

static void any_query(struct caller *caller)
{
	static const char function[] = "QueryContextAttributes";
	PCtxtHandle context = draw_handle(&caller->from);
	ULONG attribute = draw_number(&caller->from);
	size_t size = calls_attribute_size(attribute);
	void *place = draw_place(&caller->from, size);
	bool live = ledger_context(&caller->ledger, context) >= 0;
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_query_into(context, attribute, place, size);
	if (status == SEC_E_OK && attribute == SECPKG_ATTR_NAMES) {
		void *name;
		memcpy(&name, place, sizeof name); /* in either form's struct */
		ledger_hand_out(&caller->ledger, name, name_size(name, function),
		                function);
	}
	if (status == SEC_E_OK && attribute == SECPKG_ATTR_PACKAGE_INFO)
		take_info(caller, place, function);
	expect_refusal(caller, live, status, function);
}

static void any_export(struct caller *caller)
{
	static const char function[] = "ExportSecurityContext";
	PCtxtHandle context = draw_handle(&caller->from);
	ULONG flags = draw_number(&caller->from);
	SecBuffer *packed = draw_place(&caller->from, sizeof *packed);
	void **token = draw_place(&caller->from, sizeof *token);
	int place = ledger_context(&caller->ledger, context);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_export(context, flags, packed, token);
	if (status == SEC_E_OK) {
		if (!packed || packed->cbBuffer > DRAW_TOKEN_MAX)
			calls_broken("exports too much", function);
		ledger_hand_out(&caller->ledger, packed->pvBuffer,
		                packed->cbBuffer, function);
		draw_keep(&caller->from, packed->pvBuffer, packed->cbBuffer);
		if (flags == SECPKG_CONTEXT_EXPORT_DELETE_OLD)
			ledger_delete(&caller->ledger, place);
	}
	expect_refusal(caller, place >= 0, status, function);
}

static void any_import(struct caller *caller)
{
	static const char function[] = "ImportSecurityContext";
	PCtxtHandle place = draw_handle(&caller->from);
	void *name = draw_name(&caller->from);
	SecBuffer *packed = draw_buffer(&caller->from, DRAW_INPUT);
	draw_watch(&caller->from);
	if (call_import_named(name, packed, place) != SEC_E_OK)
		return;
	note_issued(caller, place, KIND_CONTEXT, function);
	ledger_create(&caller->ledger, *place, -1, function);
}

static void any_enumerate(struct caller *caller)
{
	static const char function[] = "EnumerateSecurityPackages";
	ULONG *count = draw_place(&caller->from, sizeof *count);
	union info *info = draw_place(&caller->from, sizeof *info);
	draw_watch(&caller->from);
	if (call_enumerate(count, info) != SEC_E_OK)
		return;
	if (*count != 1)
		calls_broken("lists another number of packages", function);
	take_info(caller, info, function);
}

static void any_package_info(struct caller *caller)
{
	void *name = draw_name(&caller->from);
	union info *info = draw_place(&caller->from, sizeof *info);
	draw_watch(&caller->from);
	if (call_package_info_named(name, info) == SEC_E_OK)
		take_info(caller, info, "QuerySecurityPackageInfo");
}

/* Memory that was handed out, or some other. */
static void *draw_memory(struct caller *caller)
{
	const struct ledger *ledger = &caller->ledger;
	uint8_t byte = draw_byte(&caller->from);
	unsigned char *handed =
		ledger->buffer_count
			? ledger->buffers[byte % ledger->buffer_count].memory : NULL;
	switch (byte / 32) {
	case 3: return NULL;
	case 4: return handed ? handed + draw_byte(&caller->from) : NULL;
	case 5: return caller->released;
	case 6: return draw_handle(&caller->from);
	case 7: return draw_block(&caller->from, draw_byte(&caller->from));
	default: return handed;
	}
}

static void any_release(struct caller *caller)
{
	static const char function[] = "FreeContextBuffer";
	void *memory = draw_memory(caller);
	int place = ledger_buffer(&caller->ledger, memory);
	if (place >= 0) {
		ledger_release(&caller->ledger, place);
		caller->released = memory;
	}
	draw_watch(&caller->from);
	if (call_release(memory) !=
	    (place >= 0 || !memory ? SEC_E_OK : SEC_E_INVALID_HANDLE))
		calls_broken(place >= 0 ? "keeps what was handed out"
		                        : "takes what was not handed out", function);
}

static void any_unsupported(struct caller *caller)
{
	uint32_t which = draw_below(&caller->from, CALLS_UNSUPPORTED);
	SecHandle *handle = draw_handle(&caller->from);
	PSecBufferDesc list = draw_list(&caller->from, DRAW_INPUT);
	ULONG number = draw_number(&caller->from);
	void *any = draw_place(&caller->from, draw_byte(&caller->from));
	draw_watch(&caller->from);
	answered = "a function that is only in the table";
	call_unsupported(which, handle, list, any, number);
}

static void new_words(struct caller *caller)
{
	draw_new_words(&caller->from);
}

static void flip(struct caller *caller)
{
	draw_flip(&caller->from);
}

/* --- Inputs ---------------------------------------------------------------------------- */

/* Parameters that make no difference. */
static void draw_ignored(struct parameters *from)
{
	calls_ignored.text = draw_name(from);
	calls_ignored.pointer = draw_block(from, draw_byte(from));
	calls_ignored.get_key = never_called;
	calls_ignored.reserved = draw_number(from);
	calls_ignored.representation = draw_number(from);
}

static void run_call(struct caller *caller)
{
	static void (*const calls[16])(struct caller *caller) = {
		any_acquire, any_init,    any_accept,       any_complete,
		any_delete,  any_free,    any_query,        any_export,
		any_import,  any_release, any_package_info, any_enumerate,
		new_words,   flip,        any_unsupported,  any_init};
	struct parameters *from = &caller->from;
	call_start = (size_t)(from->at - from->start);
	uint8_t byte = draw_byte(from);
	calls_wide = byte / 16 % 2;
	calls_go_through(byte / 32 % 2);
	if (byte / 64 == 3)
		draw_ignored(from);
	calls[byte % 16](caller);
	end_call(caller);
}

/* Gives everything back; nothing may be left. */
static void end_all(struct caller *caller)
{
	struct ledger *ledger = &caller->ledger;
	while (ledger->context_count) {
		if (call_delete(&ledger->contexts[0].handle) != SEC_E_OK)
			calls_broken("refuses a live handle", "DeleteSecurityContext");
		ledger_delete(ledger, 0);
	}
	for (int i = 0; i < LEDGER_CREDENTIALS; i++) {
		if (!ledger->credentials[i].live)
			continue;
		if (call_free(&ledger->credentials[i].handle) != SEC_E_OK)
			calls_broken("refuses a live handle", "FreeCredentialsHandle");
		ledger_free(ledger, i);
	}
	while (ledger->buffer_count) {
		if (call_release(ledger->buffers[0].memory) != SEC_E_OK)
			calls_broken("keeps what was handed out", "FreeContextBuffer");
		ledger_release(ledger, 0);
	}
	ledger_check(ledger, answered);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sechandle_limits limits = {
		CONTEXTS, CREDENTIALS, GENERATIONS, BUFFERS};
	struct caller caller;
	memset(&caller, 0, sizeof caller);
	memset(&calls_ignored, 0, sizeof calls_ignored);
	calls_wide = false;
	calls_go_through(false);
	sechandle_reset(&limits);
	draw_begin(&caller.from, data, size, &caller.ledger);
	input_size = size;
	answered = "nothing";
	while (caller.from.at < caller.from.end)
		run_call(&caller);
	end_all(&caller);
	draw_end(&caller.from);
	return 0;
}
