/*
 * ledger.h: what the library must hold by its own answers: the contexts and
 * credentials that it made, and the memory that it handed out. No model of their
 * lives: a caller writes down what was answered and compares the counts.
 *
 * Whatever cannot be is told to calls_broken (calls.h).
 */
#ifndef TESTS_LEDGER_H
#define TESTS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../ref/sspi.h"

/** Most that a library may hold that is written down so; its limits are these or
 *  less. */
enum {
	LEDGER_CONTEXTS = 12,
	LEDGER_CREDENTIALS = 5,
	LEDGER_PLACES = LEDGER_CREDENTIALS + LEDGER_CONTEXTS, /**< of credentials: each
	                                 context may use another that was freed */
	LEDGER_BUFFERS = 6
};

struct ledger {
	/** The live ones. */
	struct ledger_context {
		CtxtHandle handle;
		int credential; /**< its place, or -1 */
		unsigned phase; /**< what the caller takes it for; 0 at first */
	} contexts[LEDGER_CONTEXTS];
	uint32_t context_count;
	/** Each as long as it is live or a context was made with it. */
	struct ledger_credential {
		CredHandle handle;
		bool live;
		uint32_t users; /**< contexts */
	} credentials[LEDGER_PLACES];
	/** Handed out and not released. */
	struct ledger_buffer {
		void *memory;
		size_t size;
	} buffers[LEDGER_BUFFERS];
	uint32_t buffer_count;
};

/** Whether two handles have the same words. */
bool ledger_same(const SecHandle *a, const SecHandle *b);

/** The place of a live context, or -1; NULL is none. */
int ledger_context(const struct ledger *ledger, const SecHandle *handle);
/** The place of a live credential, or -1; NULL is none. */
int ledger_credential(const struct ledger *ledger, const SecHandle *handle);
/** The place of memory that is handed out, or -1. */
int ledger_buffer(const struct ledger *ledger, const void *memory);

/* In what follows `function` is the one that answered. */

/** A context was made. @param credential  its credential's place, or -1 */
void ledger_create(struct ledger *ledger, CtxtHandle handle, int credential,
                   const char *function);
/** A context is gone. */
void ledger_delete(struct ledger *ledger, int context);
/** A credential was made. */
void ledger_acquire(struct ledger *ledger, CredHandle handle,
                    const char *function);
/** A credential was freed. */
void ledger_free(struct ledger *ledger, int credential);
/** Memory was handed out, of which `size` bytes may be read. */
void ledger_hand_out(struct ledger *ledger, void *memory, size_t size,
                     const char *function);
/** Memory was released. */
void ledger_release(struct ledger *ledger, int buffer);

/** Credentials that are live, which must be held. */
uint32_t ledger_credentials_live(const struct ledger *ledger);
/** Credentials that are live or used by a context, which may be held. */
uint32_t ledger_credentials_used(const struct ledger *ledger);

/** Compares what is written down with what the library counts. */
void ledger_check(const struct ledger *ledger, const char *function);

#endif
