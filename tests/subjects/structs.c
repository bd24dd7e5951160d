/*
 * structs.c: see structs.h.
 */
#include "structs.h"

#include <string.h>

static SecHandle garbage(unsigned pattern)
{
	static const ULONG_PTR byte = UINTPTR_MAX / 0xFF, pair = UINTPTR_MAX / 0xFFFF;
	const SecHandle values[GARBAGE_COUNT] = {
		{1, 1}, {0, 1}, {1, 0},
		{byte * 0xA5, byte * 0x5A}, {byte * 0x5A, byte * 0xA5},
		{UINTPTR_MAX >> 1, UINTPTR_MAX >> 1},
		{~(UINTPTR_MAX >> 1), ~(UINTPTR_MAX >> 1)},
		{pair * 0xDEAD, pair * 0xBEEF}};
	return values[pattern];
}

static SecHandle invalidated(SecHandle handle, unsigned half)
{
	if (half != HALF_UPPER)
		handle.dwLower = UINTPTR_MAX;
	if (half != HALF_LOWER)
		handle.dwUpper = UINTPTR_MAX;
	return handle;
}

SecHandle struct_own(const struct step *step, SecHandle old, SecHandle from)
{
	switch (step->op) {
	case OP_COPY: return from;
	case OP_SWAP: return (SecHandle){from.dwUpper, from.dwLower};
	case OP_AHEAD:
		return (SecHandle){from.dwLower,
		                   from.dwUpper ^ ((ULONG_PTR)1 << 30)};
	case OP_INVALIDATE: return invalidated(old, step->choice);
	case OP_PSEUDO_DELETED:
		return (SecHandle){SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};
	case OP_GARBAGE: return garbage(step->choice);
	default: return (SecHandle){0, 0};
	}
}

/* Those of this process's own size are compared without a call. */
static bool are_equal(const void *a, const void *b, size_t size)
{
	SecHandle x, y;
	if (size != sizeof x)
		return memcmp(a, b, size) == 0;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x.dwLower == y.dwLower && x.dwUpper == y.dwUpper;
}

/* Where several are true, `kept` goes before a name, and a name before `new`. */
void see_out(struct answer *answer, const struct step *step,
             const struct names *names, const void *before, const void *after,
             size_t size)
{
	name_id written = step->out == NAME_ABSENT ? step->handle : step->out;
	const unsigned char *old = before, *new = after;
	if (written >= NAME_NULL)
		return;
	new += written * size;
	answer->out = OUT_NEW;
	answer->equal = NAME_ABSENT;
	if (are_equal(old + written * size, new, size)) {
		answer->out = OUT_KEPT;
		return;
	}
	for (name_id i = 0; i < names->name_count && answer->out == OUT_NEW; i++)
		if (names_get(names, i)->settled == NAME_HANDLE &&
		    are_equal(old + i * size, new, size)) {
			answer->out = OUT_EQUAL;
			answer->equal = i;
		}
}
