/*
 * race.h: two calls that overlap in time, many times over, and the pairs of answers
 * that some order of the two allows.
 *
 * The programs in this folder print TAP by themselves: they are also built where
 * there is no cmocka, for ThreadSanitizer and for 32-bit words.
 */
#ifndef THREADS_RACE_H
#define THREADS_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../ref/inspect.h"
#include "../../ref/sspi.h"

enum { TOKEN_ROOM = 80, OUTCOMES_MOST = 4 };

/** What both calls share; a race's set-up makes what it needs. */
struct arena {
	CredHandle credential;
	CtxtHandle initiator, acceptor;
	unsigned char token[2][TOKEN_ROOM]; /**< the last of each, by side */
	ULONG size[2];
	void *buffer;
	CtxtHandle made[2]; /**< by each call */
};

/** The answers of the two calls, and what the library then holds. */
struct outcome {
	SECURITY_STATUS first, second;
	uint32_t contexts, credentials, buffers;
};

struct race {
	const char *name;
	struct sechandle_limits limits;
	void (*set_up)(struct arena *arena);
	/** The two calls; `side` is 0 for the first and 1 for the second. */
	SECURITY_STATUS (*calls[2])(struct arena *arena, int side);
	struct outcome allowed[OUTCOMES_MOST]; /**< the one behind the last has
	                                            RACE_END as its first answer */
};

/** In place of an answer: the list of outcomes has ended. */
#define RACE_END INT32_MAX

/** Runs a race many times: whether each outcome was allowed. Says on standard
 *  output how often each came, and what else did. */
bool race_run(const struct race *race, uint32_t repetitions);

#endif
