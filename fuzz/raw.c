/*
 * raw.c: the target raw: the functions of sspi.h and of its tables with parameters
 * that no careful caller passes, drawn from the input (parameters.h).
 *
 * How to read it: a function for each call, then the whole input. No model says what
 * must be answered; this is checked (expect.h):
 *   - every call returns, with a status that sspi.h documents for it;
 *   - it writes what it may and nothing else (calls.h), as AddressSanitizer sees
 *     it too;
 *   - what the library counts is what it answered, no handle is made twice, and a
 *     call on a handle that is not live is refused and changes nothing;
 *   - a context takes a leg, is completed, told of or exported only if the answers
 *     before it say that it can be;
 *   - sechandle_reset empties the library, whatever limits it is told;
 *   - at the end all is given back, and nothing is left.
 *
 * An input is a sequence of calls: a byte that tells which, in what form and by what
 * way, and then the bytes of its parameters.
 */
#include <string.h>

#include "../tests/unit/calls.h"
#include "expect.h"
#include "finding.h"
#include "parameters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A caller, and what the library has given to it. */
struct caller {
	struct parameters from;
	struct expect expect;
	struct draw_token *kept; /* receives what the call at hand puts out */
	void *released; /* the last memory that was */
};

/* --- What is told to calls.h ---------------------------------------------------------- */

/* The input at hand: its size, where in it the call at hand begins, and the function
 * that answered last, with its status. */
static size_t input_size, call_start;
static const char *answered;
static SECURITY_STATUS answer;

void calls_answered(const char *function, SECURITY_STATUS status)
{
	answered = function;
	answer = status;
	expect_documented(function, status);
}

void calls_broken(const char *what, const char *function)
{
	finding_abort(what, function,
	              "in the call at byte %zu of %zu; the last answer was 0x%08lx, "
	              "%s", call_start, input_size,
	              (unsigned long)(uint32_t)answer, answered);
}

static void never_called(void *argument, void *principal, ULONG version, void **key,
                         SECURITY_STATUS *status)
{
	(void)argument, (void)principal, (void)version, (void)key, (void)status;
	calls_broken("is called", "pGetKeyFn");
}

/* --- After a call ---------------------------------------------------------------------- */

/* Its memory is released. */
static void end_call(struct caller *caller)
{
	memset(&calls_ignored, 0, sizeof calls_ignored);
	draw_done(&caller->from);
	ledger_check(&caller->expect.ledger, answered);
}

/* A call that was given handles that must be live; `live` is whether they were. One
 * that was refused has changed nothing. */
static void end_refused(struct caller *caller, bool live, SECURITY_STATUS status,
                        const char *function)
{
	expect_refusal(live, status, function);
	if (live)
		return;
	end_call(caller);
	expect_all_live(&caller->expect);
}

/* --- What is handed out ---------------------------------------------------------------- */

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
	expect_buffer(&caller->expect, info->a, sizeof *info->a, function);
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
	SECURITY_STATUS status =
		call_acquire_named(name, use, identity, place, expiry);
	expect_room(&caller->expect, status, EXPECT_ROOM_CREDENTIAL, function);
	if (status == SEC_E_OK)
		expect_credential(&caller->expect, place, function);
}

static void any_free(struct caller *caller)
{
	PCredHandle handle = draw_handle(&caller->from);
	int place = ledger_credential(&caller->expect.ledger, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_free(handle);
	if (place >= 0)
		ledger_free(&caller->expect.ledger, place);
	end_refused(caller, place >= 0, status, "FreeCredentialsHandle");
}

static void any_delete(struct caller *caller)
{
	static const char function[] = "DeleteSecurityContext";
	PCtxtHandle handle = draw_handle(&caller->from);
	int place = ledger_context(&caller->expect.ledger, handle);
	bool ever = handle && expect_knows(&caller->expect, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_delete(handle);
	if (status != (ever ? SEC_E_OK : SEC_E_INVALID_HANDLE))
		calls_broken(ever ? "refuses what was a context"
		                  : "takes what never was a context", function);
	if (place >= 0)
		ledger_delete(&caller->expect.ledger, place);
	else
		end_refused(caller, false, SEC_E_INVALID_HANDLE, function);
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

/* Mostly a first leg where there is no context yet, and else a later one. */
static void draw_contexts(struct caller *caller, struct leg_call *leg)
{
	PCtxtHandle place = draw_handle(&caller->from);
	leg->new_context = place;
	switch (draw_below(&caller->from, 8)) {
	case 4: leg->new_context = NULL; leg->context = place; break;
	case 5: break;
	case 6: leg->context = place; break;
	case 7: leg->context = draw_handle(&caller->from); break;
	default:
		if (ledger_context(&caller->expect.ledger, place) >= 0)
			leg->context = place;
	}
}

static struct leg_call draw_leg(struct caller *caller, enum side side)
{
	struct parameters *from = &caller->from;
	struct leg_call leg = {.side = side};
	draw_contexts(caller, &leg);
	leg.credential = draw_handle(from);
	leg.requests = draw_requests(from, side);
	leg.input = draw_list(from, DRAW_INPUT);
	leg.output = draw_list(from, DRAW_OUTPUT);
	leg.attributes = draw_place(from, sizeof *leg.attributes);
	leg.expiry = draw_place(from, sizeof *leg.expiry);
	caller->kept = draw_token(from);
	return leg;
}

/* Writes down what a leg has put out. */
static void take_output(struct caller *caller, const struct leg_call *leg,
                        const char *function)
{
	const SecBuffer *output = calls_find(leg->output, SECBUFFER_TOKEN);
	if (output->cbBuffer > DRAW_ROOM)
		calls_broken("makes a token that is too long", function);
	if (leg->requests & ISC_REQ_ALLOCATE_MEMORY && output->cbBuffer > 0)
		expect_buffer(&caller->expect, output->pvBuffer, output->cbBuffer,
		              function);
	draw_keep(caller->kept, output->pvBuffer, output->cbBuffer);
}

static unsigned needs(const struct leg_call *leg)
{
	return (leg->context ? 0u : EXPECT_ROOM_CONTEXT) |
	       (leg->requests & ISC_REQ_ALLOCATE_MEMORY ? EXPECT_ROOM_BUFFER : 0u);
}

static void first_leg(struct caller *caller, const struct leg_call *leg,
                      const char *function)
{
	int credential = ledger_credential(&caller->expect.ledger, leg->credential);
	SECURITY_STATUS status = call_leg(leg);
	expect_room(&caller->expect, status, needs(leg), function);
	if (status >= 0) {
		expect_context(&caller->expect, leg->new_context, credential,
		               EXPECT_PARTIAL, function);
		take_output(caller, leg, function);
	}
	end_refused(caller, credential >= 0, status, function);
}

static void later_leg(struct caller *caller, const struct leg_call *leg,
                      const char *function)
{
	const struct ledger *ledger = &caller->expect.ledger;
	CtxtHandle handle = *leg->context;
	int context = ledger_context(ledger, &handle);
	bool live = context >= 0 && (!leg->credential ||
	                             ledger_credential(ledger, leg->credential) >= 0);
	SECURITY_STATUS status = call_leg(leg);
	expect_room(&caller->expect, status, needs(leg), function);
	if (live)
		expect_leg(&caller->expect, context, status, function);
	if (status >= 0) {
		if (leg->new_context && !ledger_same(leg->new_context, &handle))
			calls_broken("delivers another handle", function);
		take_output(caller, leg, function);
	}
	end_refused(caller, live, status, function);
}

static void any_leg(struct caller *caller, enum side side)
{
	struct leg_call leg = draw_leg(caller, side);
	draw_watch(&caller->from);
	(leg.context ? later_leg : first_leg)(
		caller, &leg, side == INITIATOR ? "InitializeSecurityContext"
	                                        : "AcceptSecurityContext");
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
	struct draw_token *kept = draw_token(&caller->from);
	int place = ledger_context(&caller->expect.ledger, context);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_complete(context, list);
	if (place >= 0)
		expect_completion(&caller->expect, place, status);
	if (status == SEC_E_OK) {
		const SecBuffer *token = calls_find(list, SECBUFFER_TOKEN);
		draw_keep(kept, token->pvBuffer, token->cbBuffer);
	}
	end_refused(caller, place >= 0, status, "CompleteAuthToken");
}

/* Writes down what a query has handed out. */
static void take_attribute(struct caller *caller, ULONG attribute, const void *place,
                           const char *function)
{
	void *name;
	if (attribute == SECPKG_ATTR_NAMES) {
		memcpy(&name, place, sizeof name); /* in either form's struct */
		expect_buffer(&caller->expect, name, name_size(name, function),
		              function);
	}
	if (attribute == SECPKG_ATTR_PACKAGE_INFO)
		take_info(caller, place, function);
}

static void any_query(struct caller *caller)
{
	static const char function[] = "QueryContextAttributes";
	PCtxtHandle handle = draw_handle(&caller->from);
	ULONG attribute = draw_number(&caller->from);
	size_t size = calls_attribute_size(attribute);
	void *place = draw_place(&caller->from, size);
	int context = ledger_context(&caller->expect.ledger, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_query_into(handle, attribute, place, size);
	expect_room(&caller->expect, status, EXPECT_ROOM_BUFFER, function);
	if (context >= 0 && attribute == SECPKG_ATTR_NAMES)
		expect_complete(&caller->expect, context, status, function);
	if (status == SEC_E_OK)
		take_attribute(caller, attribute, place, function);
	end_refused(caller, context >= 0, status, function);
}

static void any_export(struct caller *caller)
{
	static const char function[] = "ExportSecurityContext";
	PCtxtHandle handle = draw_handle(&caller->from);
	ULONG flags = draw_number(&caller->from);
	SecBuffer *packed = draw_place(&caller->from, sizeof *packed);
	void **token = draw_place(&caller->from, sizeof *token);
	struct draw_token *kept = draw_token(&caller->from);
	int context = ledger_context(&caller->expect.ledger, handle);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_export(handle, flags, packed, token);
	expect_room(&caller->expect, status, EXPECT_ROOM_BUFFER, function);
	if (context >= 0)
		expect_complete(&caller->expect, context, status, function);
	if (status == SEC_E_OK) {
		if (!packed || packed->cbBuffer > DRAW_TOKEN_MAX)
			calls_broken("exports too much", function);
		expect_buffer(&caller->expect, packed->pvBuffer, packed->cbBuffer,
		              function);
		draw_keep(kept, packed->pvBuffer, packed->cbBuffer);
		if (flags == SECPKG_CONTEXT_EXPORT_DELETE_OLD)
			ledger_delete(&caller->expect.ledger, context);
	}
	end_refused(caller, context >= 0, status, function);
}

static void any_import(struct caller *caller)
{
	static const char function[] = "ImportSecurityContext";
	PCtxtHandle place = draw_handle(&caller->from);
	void *name = draw_name(&caller->from);
	SecBuffer *packed = draw_buffer(&caller->from, DRAW_INPUT);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_import_named(name, packed, place);
	expect_room(&caller->expect, status, EXPECT_ROOM_CONTEXT, function);
	if (status == SEC_E_OK)
		expect_context(&caller->expect, place, -1, EXPECT_COMPLETE, function);
}

static void any_enumerate(struct caller *caller)
{
	static const char function[] = "EnumerateSecurityPackages";
	ULONG *count = draw_place(&caller->from, sizeof *count);
	union info *info = draw_place(&caller->from, sizeof *info);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_enumerate(count, info);
	expect_room(&caller->expect, status, EXPECT_ROOM_BUFFER, function);
	if (status != SEC_E_OK)
		return;
	if (*count != 1)
		calls_broken("lists another number of packages", function);
	take_info(caller, info, function);
}

static void any_package_info(struct caller *caller)
{
	static const char function[] = "QuerySecurityPackageInfo";
	void *name = draw_name(&caller->from);
	union info *info = draw_place(&caller->from, sizeof *info);
	draw_watch(&caller->from);
	SECURITY_STATUS status = call_package_info_named(name, info);
	expect_room(&caller->expect, status, EXPECT_ROOM_BUFFER, function);
	if (status == SEC_E_OK)
		take_info(caller, info, function);
}

/* Memory that was handed out, or some other. */
static void *draw_memory(struct caller *caller)
{
	const struct ledger *ledger = &caller->expect.ledger;
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
	int place = ledger_buffer(&caller->expect.ledger, memory);
	if (place >= 0) {
		ledger_release(&caller->expect.ledger, place);
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

/* The library is emptied and forgets what it has given, by any limits. */
static void any_reset(struct caller *caller)
{
	struct parameters *from = &caller->from;
	bool by_default = draw_rarely(from);
	struct sechandle_limits limits;
	limits.contexts = draw_number(from);
	limits.credentials = draw_number(from);
	limits.max_generation = draw_number(from);
	limits.buffers = draw_number(from);
	expect_reset(&caller->expect, by_default ? NULL : &limits);
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
		new_words,   flip,        any_unsupported,  any_reset};
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct caller caller;
	memset(&caller, 0, sizeof caller);
	memset(&calls_ignored, 0, sizeof calls_ignored);
	calls_wide = false;
	calls_go_through(false);
	input_size = size;
	call_start = 0;
	answered = "nothing";
	expect_begin(&caller.expect);
	draw_begin(&caller.from, data, size, &caller.expect.ledger);
	while (caller.from.at < caller.from.end)
		run_call(&caller);
	expect_end(&caller.expect);
	draw_end(&caller.from);
	return 0;
}
