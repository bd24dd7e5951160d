/*
 * ledger.c: see ledger.h.
 */
#include "ledger.h"

#include "../../ref/inspect.h"
#include "calls.h"

/* --- Places ------------------------------------------------------------------------ */

bool ledger_same(const SecHandle *a, const SecHandle *b)
{
	return a->dwLower == b->dwLower && a->dwUpper == b->dwUpper;
}

int ledger_context(const struct ledger *ledger, const SecHandle *handle)
{
	for (uint32_t i = 0; handle && i < ledger->context_count; i++)
		if (ledger_same(&ledger->contexts[i].handle, handle))
			return (int)i;
	return -1;
}

int ledger_credential(const struct ledger *ledger, const SecHandle *handle)
{
	for (int i = 0; handle && i < LEDGER_PLACES; i++)
		if (ledger->credentials[i].live &&
		    ledger_same(&ledger->credentials[i].handle, handle))
			return i;
	return -1;
}

int ledger_buffer(const struct ledger *ledger, const void *memory)
{
	for (uint32_t i = 0; i < ledger->buffer_count; i++)
		if (ledger->buffers[i].memory == memory)
			return (int)i;
	return -1;
}

/* --- What is written down ------------------------------------------------------------ */

void ledger_create(struct ledger *ledger, CtxtHandle handle, int credential,
                   const char *function)
{
	if (ledger->context_count == LEDGER_CONTEXTS)
		calls_broken("makes too many contexts", function);
	if (ledger_context(ledger, &handle) >= 0)
		calls_broken("makes the same handle twice", function);
	ledger->contexts[ledger->context_count++] =
		(struct ledger_context){handle, credential, 0};
	if (credential >= 0)
		ledger->credentials[credential].users++;
}

void ledger_delete(struct ledger *ledger, int context)
{
	int credential = ledger->contexts[context].credential;
	if (credential >= 0)
		ledger->credentials[credential].users--;
	ledger->contexts[context] = ledger->contexts[--ledger->context_count];
}

void ledger_acquire(struct ledger *ledger, CredHandle handle,
                    const char *function)
{
	int i = 0;
	if (ledger_credential(ledger, &handle) >= 0)
		calls_broken("makes the same handle twice", function);
	if (ledger_credentials_live(ledger) == LEDGER_CREDENTIALS)
		calls_broken("makes too many credentials", function);
	while (ledger->credentials[i].live || ledger->credentials[i].users > 0)
		i++;
	ledger->credentials[i] = (struct ledger_credential){handle, true, 0};
}

void ledger_free(struct ledger *ledger, int credential)
{
	ledger->credentials[credential].live = false;
}

void ledger_hand_out(struct ledger *ledger, void *memory, size_t size,
                     const char *function)
{
	uintptr_t start = (uintptr_t)memory;
	if (!memory)
		calls_broken("hands out no memory", function);
	if (ledger->buffer_count == LEDGER_BUFFERS)
		calls_broken("hands out too much", function);
	for (uint32_t i = 0; i < ledger->buffer_count; i++) {
		uintptr_t other = (uintptr_t)ledger->buffers[i].memory;
		if (start < other + ledger->buffers[i].size &&
		    other < start + size)
			calls_broken("hands out the same memory twice", function);
	}
	ledger->buffers[ledger->buffer_count++] =
		(struct ledger_buffer){memory, size};
}

void ledger_release(struct ledger *ledger, int buffer)
{
	ledger->buffers[buffer] = ledger->buffers[--ledger->buffer_count];
}

/* --- Counts --------------------------------------------------------------------------- */

uint32_t ledger_credentials_live(const struct ledger *ledger)
{
	uint32_t count = 0;
	for (int i = 0; i < LEDGER_PLACES; i++)
		count += ledger->credentials[i].live;
	return count;
}

uint32_t ledger_credentials_used(const struct ledger *ledger)
{
	uint32_t count = 0;
	for (int i = 0; i < LEDGER_PLACES; i++)
		count += ledger->credentials[i].live ||
		         ledger->credentials[i].users > 0;
	return count;
}

void ledger_check(const struct ledger *ledger, const char *function)
{
	struct sechandle_counts counts = sechandle_count();
	if (counts.contexts != ledger->context_count)
		calls_broken("leaves another number of contexts", function);
	if (counts.credentials < ledger_credentials_live(ledger) ||
	    counts.credentials > ledger_credentials_used(ledger))
		calls_broken("leaves another number of credentials", function);
	if (counts.buffers != ledger->buffer_count)
		calls_broken("leaves another number of buffers", function);
	if (counts.residue != 0)
		calls_broken("leaves bytes of a key", function);
}
