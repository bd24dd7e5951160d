/*
 * memo.c: see memo.h.
 */
#include "memo.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "store.h"

enum { FIRST_SLOTS = 1024 };

void memo_clear(struct memo *memo)
{
	if (memo->count)
		memset(memo->slots, 0, memo->slot_count * sizeof *memo->slots);
	memo->count = memo->byte_count = 0;
}

void memo_free(struct memo *memo)
{
	free(memo->strings);
	free(memo->bytes);
	free(memo->slots);
	*memo = (struct memo){0};
}

/* The slot of a string, or the free one that it may have. */
static uint32_t *find_slot(const struct memo *memo, const void *bytes,
                           size_t size, uint64_t hash)
{
	size_t mask = memo->slot_count - 1, i = (size_t)hash & mask;
	for (; memo->slots[i]; i = (i + 1) & mask) {
		const struct memo_string *string =
			&memo->strings[memo->slots[i] - 1];
		if (string->hash == hash && string->size == size &&
		    memcmp(memo->bytes + string->at, bytes, size) == 0)
			break;
	}
	return &memo->slots[i];
}

/* Makes a hash table of which at most half is in use. */
static void make_slots(struct memo *memo)
{
	if (2 * memo->count < memo->slot_count)
		return;
	free(memo->slots);
	memo->slot_count = memo->slot_count ? 2 * memo->slot_count : FIRST_SLOTS;
	memo->slots = allocate(memo->slot_count, sizeof *memo->slots);
	for (uint32_t i = 0; i < memo->count; i++) {
		const struct memo_string *string = &memo->strings[i];
		*find_slot(memo, memo->bytes + string->at, string->size,
		           string->hash) = i + 1;
	}
}

/* Keeps the bytes of a new string. */
static void write_bytes(struct memo *memo, const void *bytes, size_t size)
{
	while (memo->byte_capacity < memo->byte_count + size)
		memo->bytes = grow(memo->bytes, &memo->byte_capacity,
		                   memo->byte_capacity, 1);
	memcpy(memo->bytes + memo->byte_count, bytes, size);
	memo->byte_count += size;
}

uint32_t memo_number(struct memo *memo, const void *bytes, size_t size,
                     bool *is_new)
{
	uint64_t hash = store_hash(bytes, size);
	make_slots(memo);
	uint32_t *slot = find_slot(memo, bytes, size, hash);
	*is_new = *slot == 0;
	if (!*is_new)
		return *slot - 1;
	memo->strings = grow(memo->strings, &memo->capacity, memo->count,
	                     sizeof *memo->strings);
	memo->strings[memo->count] =
		(struct memo_string){.at = memo->byte_count, .size = size, .hash = hash};
	write_bytes(memo, bytes, size);
	*slot = (uint32_t)++memo->count;
	return *slot - 1;
}
