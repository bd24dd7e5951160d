/*
 * expect.c: see expect.h.
 */
#include "expect.h"

#include <string.h>

#include "../tests/unit/calls.h"

void expect_begin(struct expect *expect)
{
	static const struct sechandle_limits limits = {
		EXPECT_CONTEXTS, EXPECT_CREDENTIALS, EXPECT_GENERATIONS,
		EXPECT_BUFFERS};
	memset(expect, 0, sizeof *expect);
	/* In a new process this is the library's first call. */
	ledger_check(&expect->ledger, "what came before");
	sechandle_reset(&limits);
}

/* A buffer, as there is always one. */
static void fill_buffer(void)
{
	static const char function[] = "EnumerateSecurityPackages";
	ULONG count;
	union info info;
	if (call_enumerate(&count, &info) != SEC_E_OK)
		calls_broken("has no room behind sechandle_reset", function);
	call_release(info.a);
}

/* A credential, if there may be one. */
static void fill_credential(const struct sechandle_limits *limits)
{
	bool room = !limits || limits->credentials > 0;
	CredHandle handle;
	SECURITY_STATUS status = call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, &handle,
	                                      NULL);
	if (status != (room ? SEC_E_OK : SEC_E_INSUFFICIENT_MEMORY))
		calls_broken("keeps to other limits than sechandle_reset was told",
		             "AcquireCredentialsHandle");
	if (room)
		call_free(&handle);
}

void expect_reset(struct expect *expect, const struct sechandle_limits *limits)
{
	static const struct ledger nothing;
	sechandle_reset(limits);
	ledger_check(&nothing, "sechandle_reset");
	fill_buffer();
	fill_credential(limits);
	expect_begin(expect);
}

/* --- Answers ------------------------------------------------------------------------- */

static const struct documented {
	const char *function;
	size_t count;
	SECURITY_STATUS statuses[12];
} documented[] = {
#define ANSWERS(function, ...)                                                 \
	{#function, sizeof((SECURITY_STATUS[]){__VA_ARGS__}) /                 \
	                    sizeof(SECURITY_STATUS), {__VA_ARGS__}},
#include "answers.def"
};

/* Whether a function's name is this one, or this one and a letter for its form. */
static bool is_named(const char *function, const char *name)
{
	size_t length = strlen(name);
	return strncmp(function, name, length) == 0 &&
	       strspn(function + length, "AW") == strlen(function + length);
}

void expect_documented(const char *function, SECURITY_STATUS status)
{
	for (size_t i = 0; i < sizeof documented / sizeof *documented; i++)
		for (size_t k = 0; k < documented[i].count; k++)
			if (documented[i].statuses[k] == status &&
			    is_named(function, documented[i].function))
				return;
	calls_broken("answers what is not documented", function);
}

static size_t count_issued(const struct expect *expect, enum kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < expect->issued_count; i++)
		count += expect->issued[i].kind == kind;
	return count;
}

/* Whether there may be no room for another handle of a kind, of which so many are
 * held: a slot that has made as many as it can is retired once the last has ended. */
static bool is_full(const struct expect *expect, enum kind kind, uint32_t held,
                    uint32_t slots)
{
	size_t ended = count_issued(expect, kind) - held;
	return held + ended / EXPECT_GENERATIONS >= slots;
}

void expect_room(const struct expect *expect, SECURITY_STATUS status, unsigned needs,
                 const char *function)
{
	const struct ledger *ledger = &expect->ledger;
	if (status != SEC_E_INSUFFICIENT_MEMORY)
		return;
	if (needs & EXPECT_ROOM_CONTEXT &&
	    is_full(expect, KIND_CONTEXT, ledger->context_count, EXPECT_CONTEXTS))
		return;
	if (needs & EXPECT_ROOM_CREDENTIAL &&
	    is_full(expect, KIND_CREDENTIAL, ledger_credentials_used(ledger),
	            EXPECT_CREDENTIALS))
		return;
	if (needs & EXPECT_ROOM_BUFFER && ledger->buffer_count == EXPECT_BUFFERS)
		return;
	calls_broken("has no room though it is not full", function);
}

void expect_refusal(bool live, SECURITY_STATUS status, const char *function)
{
	if (live && status == SEC_E_INVALID_HANDLE)
		calls_broken("refuses a live handle", function);
	if (!live && status != SEC_E_INVALID_HANDLE)
		calls_broken("takes a handle that is not live", function);
}

void expect_all_live(const struct expect *expect)
{
	const struct ledger *ledger = &expect->ledger;
	SecPkgContext_Sizes sizes;
	for (uint32_t i = 0; i < ledger->context_count; i++) {
		CtxtHandle handle = ledger->contexts[i].handle;
		if (call_query_into(&handle, SECPKG_ATTR_SIZES, &sizes,
		                    sizeof sizes) != SEC_E_OK)
			calls_broken("forgets a context", "a refused call");
	}
	for (int i = 0; i < LEDGER_PLACES; i++) {
		CredHandle handle = ledger->credentials[i].handle;
		struct leg_call leg = {.side = INITIATOR, .credential = &handle};
		if (ledger->credentials[i].live &&
		    call_leg(&leg) == SEC_E_INVALID_HANDLE)
			calls_broken("forgets a credential", "a refused call");
	}
}

/* --- What is made --------------------------------------------------------------------- */

static void note_issued(struct expect *expect, const SecHandle *handle,
                        enum kind kind, const char *function)
{
	static const size_t most[] = {
		[KIND_CREDENTIAL] = EXPECT_CREDENTIALS * EXPECT_GENERATIONS,
		[KIND_CONTEXT] = EXPECT_CONTEXTS * EXPECT_GENERATIONS};
	static const SecHandle none,
		deleted = {SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};
	if (!handle)
		calls_broken("succeeds without a place for the handle", function);
	if (!SecIsValidHandle(handle) || ledger_same(handle, &none) ||
	    ledger_same(handle, &deleted))
		calls_broken("makes a handle of reserved words", function);
	for (size_t i = 0; i < expect->issued_count; i++)
		if (ledger_same(&expect->issued[i].handle, handle))
			calls_broken("makes the same handle twice", function);
	if (count_issued(expect, kind) == most[kind])
		calls_broken("makes more handles than its slots can", function);
	expect->issued[expect->issued_count++] =
		(struct expect_issued){*handle, kind};
}

void expect_credential(struct expect *expect, const CredHandle *handle,
                       const char *function)
{
	note_issued(expect, handle, KIND_CREDENTIAL, function);
	ledger_acquire(&expect->ledger, *handle, function);
	if (ledger_credentials_live(&expect->ledger) > EXPECT_CREDENTIALS)
		calls_broken("makes more than there is room for", function);
}

void expect_context(struct expect *expect, const CtxtHandle *handle, int credential,
                    enum expect_phase phase, const char *function)
{
	struct ledger *ledger = &expect->ledger;
	note_issued(expect, handle, KIND_CONTEXT, function);
	ledger_create(ledger, *handle, credential, function);
	if (ledger->context_count > EXPECT_CONTEXTS)
		calls_broken("makes more than there is room for", function);
	ledger->contexts[ledger->context_count - 1].phase = phase;
}

void expect_buffer(struct expect *expect, void *memory, size_t size,
                   const char *function)
{
	ledger_hand_out(&expect->ledger, memory, size, function);
	if (expect->ledger.buffer_count > EXPECT_BUFFERS)
		calls_broken("hands out more than there is", function);
}

bool expect_knows(const struct expect *expect, const CtxtHandle *handle)
{
	if (handle->dwLower == SEC_DELETED_HANDLE &&
	    handle->dwUpper == SEC_DELETED_HANDLE)
		return true;
	for (size_t i = 0; i < expect->issued_count; i++)
		if (expect->issued[i].kind == KIND_CONTEXT &&
		    ledger_same(&expect->issued[i].handle, handle))
			return true;
	return false;
}

/* --- Phases --------------------------------------------------------------------------- */

enum expect_phase expect_phase(const struct expect *expect, int context)
{
	return (enum expect_phase)expect->ledger.contexts[context].phase;
}

/* The phase after a leg, which answers to parameters leave as it is. */
static enum expect_phase after_leg(enum expect_phase phase, SECURITY_STATUS status)
{
	switch (status) {
	case SEC_E_OK: return EXPECT_COMPLETE;
	case SEC_I_COMPLETE_NEEDED: return EXPECT_WAITING;
	case SEC_I_CONTINUE_NEEDED:
	case SEC_E_INCOMPLETE_MESSAGE: return EXPECT_PARTIAL;
	case SEC_E_BUFFER_TOO_SMALL:
	case SEC_E_INVALID_PARAMETER:
	case SEC_E_INSUFFICIENT_MEMORY:
	case SEC_E_INVALID_HANDLE: return phase;
	default: return EXPECT_OVER;
	}
}

void expect_leg(struct expect *expect, int context, SECURITY_STATUS status,
                const char *function)
{
	enum expect_phase before = expect_phase(expect, context);
	enum expect_phase after = after_leg(before, status);
	if (before != EXPECT_PARTIAL && after != before && after != EXPECT_OVER)
		calls_broken("goes on with a context that takes no leg", function);
	if (before != EXPECT_PARTIAL && status >= 0)
		calls_broken("succeeds on a context that takes no leg", function);
	expect->ledger.contexts[context].phase = after;
}

void expect_completion(struct expect *expect, int context, SECURITY_STATUS status)
{
	static const char function[] = "CompleteAuthToken";
	bool waits = expect_phase(expect, context) == EXPECT_WAITING;
	if (!waits && (status == SEC_E_OK || status == SEC_E_INVALID_TOKEN))
		calls_broken("completes what does not wait for it", function);
	if (waits && status == SEC_E_OUT_OF_SEQUENCE)
		calls_broken("forgets that a context waits for it", function);
	if (status == SEC_E_OK)
		expect->ledger.contexts[context].phase = EXPECT_COMPLETE;
}

void expect_complete(const struct expect *expect, int context,
                     SECURITY_STATUS status, const char *function)
{
	bool complete = expect_phase(expect, context) == EXPECT_COMPLETE;
	if (!complete && status == SEC_E_OK)
		calls_broken("takes a context that is not complete", function);
	if (complete && status == SEC_E_OUT_OF_SEQUENCE)
		calls_broken("forgets that a context is complete", function);
}

/* --- The end ---------------------------------------------------------------------------- */

static void end_contexts(struct ledger *ledger)
{
	static const char function[] = "DeleteSecurityContext";
	while (ledger->context_count) {
		expect_refusal(true, call_delete(&ledger->contexts[0].handle),
		               function);
		ledger_delete(ledger, 0);
		ledger_check(ledger, function);
	}
}

static void end_credentials(struct ledger *ledger)
{
	static const char function[] = "FreeCredentialsHandle";
	for (int i = 0; i < LEDGER_PLACES; i++) {
		if (!ledger->credentials[i].live)
			continue;
		expect_refusal(true, call_free(&ledger->credentials[i].handle),
		               function);
		ledger_free(ledger, i);
		ledger_check(ledger, function);
	}
}

void expect_end(struct expect *expect)
{
	static const char function[] = "FreeContextBuffer";
	struct ledger *ledger = &expect->ledger;
	end_contexts(ledger);
	end_credentials(ledger);
	while (ledger->buffer_count) {
		expect_refusal(true, call_release(ledger->buffers[0].memory),
		               function);
		ledger_release(ledger, 0);
		ledger_check(ledger, function);
	}
}
