/*
 * words.c: the operations of words.h.
 */
#include "words.h"

_Static_assert(TABLE_CAPACITY_MAX <= CREDENTIAL_BASE - CONTEXT_BASE,
               "no value is a handle of both kinds");
_Static_assert(TABLE_GENERATION_MAX < CONTEXT_BASE,
               "no value is a handle and another one with its words exchanged");

struct handle words_read(const SecHandle *words, uint32_t base)
{
	struct handle h = {0, 0};

	if (words && words->dwLower >= base && words->dwLower - base < TABLE_CAPACITY_MAX &&
	    words->dwUpper <= TABLE_GENERATION_MAX) {
		h.slot = (uint32_t)(words->dwLower - base);
		h.generation = (uint32_t)words->dwUpper;
	}
	return h;
}

void words_write(SecHandle *words, uint32_t base, struct handle h)
{
	words->dwLower = base + h.slot;
	words->dwUpper = h.generation;
}
