/*
 * store.h: a set of byte strings in memory that forked processes share. All of them may
 * add to it at the same time; nothing is ever taken out.
 *
 * Strings are compared in full; a hash only tells where to look.
 */
#ifndef FUZZ_STORE_H
#define FUZZ_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A string of the set. */
typedef uint32_t node_id;
#define NODE_NONE 0u

/** A number of up to 128 bits. */
__extension__ typedef unsigned __int128 store_count;

/** What belongs to a string. */
struct node {
	uint32_t size;
	uint32_t depth;  /**< as it was given when the string was added first */
	node_id parent;  /**< as well */
	uint32_t hash;
	_Atomic uint64_t count[2]; /**< lower and upper half */
	unsigned char bytes[];
};

struct store {
	_Atomic uint64_t *slots; /**< hash table */
	size_t slot_mask;
	unsigned char *arena;
	size_t arena_size;
	struct store_shared *shared; /**< how much there is */
	uint64_t *recent;            /**< slots that this process met lately */
};

/** Maps memory that processes share that are forked later: zero, and taken as it is
 *  written. NULL if there is none. */
void *store_map(size_t size);

/** Makes an empty set.
 *  @param memory  bytes that it may come to need, 1 MiB to 32 GiB
 *  @return false if there is no such memory */
bool store_make(struct store *store, size_t memory);

/** Releases the memory. */
void store_free(struct store *store);

/** Finds a string, or adds it.
 *  @param depth, parent  kept with the string if it is added
 *  @param is_new         receives whether it was added
 *  @return the string, or NODE_NONE if the memory is used up */
node_id store_add(struct store *store, const void *bytes, size_t size,
                  uint32_t depth, node_id parent, bool *is_new);

/** Finds a string.
 *  @return it, or NODE_NONE if it is not there */
node_id store_find(const struct store *store, const void *bytes, size_t size);

/** What belongs to a string; good as long as the set is there. */
struct node *store_node(const struct store *store, node_id id);

/** Adds to a string's count. */
void store_raise(struct node *node, store_count by);

/** A string's count. */
store_count store_counted(const struct node *node);

/** Bytes in use. */
size_t store_used(const struct store *store);

/** A hash of bytes. */
uint64_t store_hash(const void *bytes, size_t size);

#endif
