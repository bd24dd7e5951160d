/*
 * store.c: see store.h.
 *
 * Strings lie one behind the other in the arena, and a string's number is its place
 * there. A slot of the hash table holds the upper half of the string's hash and its
 * number, or 0. Whoever adds a string writes it first and then sets a free slot; if
 * another process was faster there, it looks at what that has added. Each process
 * remembers slots that it met lately, as most strings are met again soon and the table is
 * too large for a processor's cache.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	UNIT = 16,           /* strings begin at its multiples */
	BYTES_PER_SLOT = 128, /* of the memory: few strings are shorter */
	RECENT = 1 << 14      /* slots that a process remembers */
};

struct store_shared {
	_Atomic uint64_t used; /* bytes of the arena */
	_Atomic uint64_t strings;
};

/* --- Memory ------------------------------------------------------------------------ */

void *store_map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

static size_t slots_size(const struct store *store)
{
	return (store->slot_mask + 1) * sizeof *store->slots;
}

bool store_make(struct store *store, size_t memory)
{
	size_t slots = 1024;
	while (slots < memory / BYTES_PER_SLOT)
		slots *= 2;
	*store = (struct store){.slot_mask = slots - 1};
	store->arena_size = (memory - slots_size(store)) / UNIT * UNIT;
	store->slots = store_map(slots_size(store));
	store->arena = store_map(store->arena_size);
	store->shared = store_map(sizeof *store->shared);
	store->recent = calloc(RECENT, sizeof *store->recent);
	if (!store->slots || !store->arena || !store->shared || !store->recent) {
		store_free(store);
		return false;
	}
	atomic_store(&store->shared->used, UNIT); /* 0 is no string's place */
	return true;
}

void store_free(struct store *store)
{
	if (store->slots)
		munmap((void *)store->slots, slots_size(store));
	if (store->arena)
		munmap(store->arena, store->arena_size);
	if (store->shared)
		munmap(store->shared, sizeof *store->shared);
	free(store->recent);
	*store = (struct store){0};
}

size_t store_used(const struct store *store)
{
	return (size_t)atomic_load(&store->shared->used) + slots_size(store);
}

/* --- Strings ------------------------------------------------------------------------- */

struct node *store_node(const struct store *store, node_id id)
{
	return (struct node *)(void *)(store->arena + (size_t)id * UNIT);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	hash = (hash ^ hash >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
	return hash ^ hash >> 32;
}

uint64_t store_hash(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	uint64_t hash = size, word;
	for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, at, size);
	return mix(hash, word);
}

/* Writes a string into the arena; NODE_NONE if it is full. */
static node_id write_string(struct store *store, const void *bytes, size_t size,
                            uint64_t hash)
{
	size_t room = (sizeof(struct node) + size + UNIT - 1) / UNIT * UNIT;
	uint64_t at = atomic_fetch_add(&store->shared->used, room);
	node_id id = (node_id)(at / UNIT);
	struct node *node = store_node(store, id);
	if (at + room > store->arena_size) {
		atomic_fetch_sub(&store->shared->used, room);
		return NODE_NONE;
	}
	node->size = (uint32_t)size;
	node->hash = (uint32_t)hash;
	memcpy(node->bytes, bytes, size);
	return id;
}

/* Whether a slot holds a string. */
static bool holds(const struct store *store, uint64_t slot, const void *bytes,
                  size_t size, uint64_t hash)
{
	const struct node *node = store_node(store, (node_id)slot);
	return slot && slot >> 32 == hash >> 32 && node->hash == (uint32_t)hash &&
	       node->size == size && memcmp(node->bytes, bytes, size) == 0;
}

/* Whether so many strings are there that looking for one takes long. */
static bool is_crowded(const struct store *store)
{
	return atomic_load(&store->shared->strings) >
	       store->slot_mask - store->slot_mask / 8;
}

/* What this process remembers of strings with such a hash. */
static uint64_t *recent(const struct store *store, uint64_t hash)
{
	return &store->recent[hash % RECENT];
}

/* Looks for a string from a slot on.
 * @param slot  receives the slot that holds it, or the free one that it may have
 * @return the string, or NODE_NONE */
static node_id look_up(const struct store *store, const void *bytes, size_t size,
                       uint64_t hash, size_t *slot)
{
	uint64_t held;
	while ((held = atomic_load(&store->slots[*slot])) != 0) {
		if (holds(store, held, bytes, size, hash)) {
			*recent(store, hash) = held;
			return (node_id)held;
		}
		*slot = (*slot + 1) & store->slot_mask;
	}
	return NODE_NONE;
}

node_id store_find(const struct store *store, const void *bytes, size_t size)
{
	uint64_t hash = store_hash(bytes, size);
	size_t slot = (size_t)hash & store->slot_mask;
	return look_up(store, bytes, size, hash, &slot);
}

node_id store_add(struct store *store, const void *bytes, size_t size,
                  uint32_t depth, node_id parent, bool *is_new)
{
	uint64_t hash = store_hash(bytes, size), free = 0;
	uint64_t lately = *recent(store, hash);
	size_t slot = (size_t)hash & store->slot_mask;
	node_id id, own;
	*is_new = false;
	if (holds(store, lately, bytes, size, hash))
		return (node_id)lately;
	id = look_up(store, bytes, size, hash, &slot);
	if (id != NODE_NONE)
		return id;
	own = is_crowded(store) ? NODE_NONE : write_string(store, bytes, size, hash);
	if (own == NODE_NONE)
		return NODE_NONE;
	store_node(store, own)->depth = depth;
	store_node(store, own)->parent = parent;
	/* Where another process was faster, that may have added the same. */
	while (id == NODE_NONE &&
	       !atomic_compare_exchange_strong(&store->slots[slot], &free,
	                                       hash >> 32 << 32 | own)) {
		free = 0;
		id = look_up(store, bytes, size, hash, &slot);
	}
	*is_new = id == NODE_NONE;
	if (!*is_new)
		return id;
	atomic_fetch_add(&store->shared->strings, 1);
	*recent(store, hash) = hash >> 32 << 32 | own;
	return own;
}

/* --- Counts --------------------------------------------------------------------------- */

void store_raise(struct node *node, store_count by)
{
	uint64_t low = (uint64_t)by;
	uint64_t before = atomic_fetch_add(&node->count[0], low);
	uint64_t carry = before + low < low;
	atomic_fetch_add(&node->count[1], (uint64_t)(by >> 64) + carry);
}

store_count store_counted(const struct node *node)
{
	return (store_count)atomic_load(&node->count[1]) << 64 |
	       atomic_load(&node->count[0]);
}
