/*
 * expect.h: what the target raw expects of every answer of the functions of sspi.h,
 * whatever their parameters were. Nothing is foretold, but what was answered must go
 * together: with what sspi.h documents, with earlier answers, and with the counts.
 *
 * Whatever does not is told to calls_broken (tests/unit/calls.h).
 */
#ifndef FUZZ_EXPECT_H
#define FUZZ_EXPECT_H

#include "../ref/inspect.h"
#include "../specs/scenario.h"
#include "../tests/unit/ledger.h"

/** The library's limits, at most those of the ledger. */
enum {
	EXPECT_CONTEXTS = 4,
	EXPECT_CREDENTIALS = 4,
	EXPECT_GENERATIONS = 8,
	EXPECT_BUFFERS = 4,
	EXPECT_ISSUED =
		(EXPECT_CONTEXTS + EXPECT_CREDENTIALS) * EXPECT_GENERATIONS
};

/** What is known of a context by the answers to it. */
enum expect_phase {
	EXPECT_PARTIAL,  /**< it takes a leg, or more of a token */
	EXPECT_WAITING,  /**< for CompleteAuthToken */
	EXPECT_COMPLETE,
	EXPECT_OVER      /**< a leg failed: it takes no leg any more */
};

/** What the library has given. */
struct expect {
	struct ledger ledger;
	struct expect_issued {
		SecHandle handle;
		enum kind kind;
	} issued[EXPECT_ISSUED];
	size_t issued_count;
};

/** Empties the library, and what is known of it. Nothing may be left in it by what came
 *  before, which has ended all that it began; nor in a library that is new. */
void expect_begin(struct expect *expect);
/** Empties the library, whatever is in it, by limits of any kind, NULL too, which are
 *  taken as the nearest ones that can be; and then begins anew. */
void expect_reset(struct expect *expect, const struct sechandle_limits *limits);

/** What can be full. */
enum expect_room {
	EXPECT_ROOM_CONTEXT = 1,
	EXPECT_ROOM_CREDENTIAL = 2,
	EXPECT_ROOM_BUFFER = 4
};

/** An answer is one that sspi.h documents for the function. */
void expect_documented(const char *function, SECURITY_STATUS status);
/** Only where there is no room for what the call needs (enum expect_room) does it
 *  answer so. */
void expect_room(const struct expect *expect, SECURITY_STATUS status, unsigned needs,
                 const char *function);
/** A handle that is not live is refused as such, and no other.
 *  @param live  whether all that must be were */
void expect_refusal(bool live, SECURITY_STATUS status, const char *function);
/** All that is live still is. It is asked by queries, and by legs that have no place
 *  for what they would make. */
void expect_all_live(const struct expect *expect);

/** A handle that is new, and no reserved one, was made. */
void expect_credential(struct expect *expect, const CredHandle *handle,
                       const char *function);
/** As well. @param credential  its place in the ledger, or -1 */
void expect_context(struct expect *expect, const CtxtHandle *handle, int credential,
                    enum expect_phase phase, const char *function);
/** Memory was handed out. */
void expect_buffer(struct expect *expect, void *memory, size_t size,
                   const char *function);
/** Whether a context of this handle was ever made, or the handle counts as deleted. */
bool expect_knows(const struct expect *expect, const CtxtHandle *handle);

/** The phase of a live context, by its place. */
enum expect_phase expect_phase(const struct expect *expect, int context);
/** A leg on a live context has answered so. */
void expect_leg(struct expect *expect, int context, SECURITY_STATUS status,
                const char *function);
/** CompleteAuthToken on one, as well. */
void expect_completion(struct expect *expect, int context, SECURITY_STATUS status);
/** A call that needs a complete context has answered so on this one. */
void expect_complete(const struct expect *expect, int context,
                     SECURITY_STATUS status, const char *function);

/** Everything is given back, and nothing may be left. */
void expect_end(struct expect *expect);

#endif
