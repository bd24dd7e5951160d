/*
 * memo.h: a set of byte strings, of one process, that gives each a number and is quickly
 * emptied. Strings are compared in full; a hash only tells where to look.
 */
#ifndef FUZZ_MEMO_H
#define FUZZ_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A string of the set. */
struct memo_string {
	size_t at, size; /**< its bytes */
	uint64_t hash;
	bool mark;       /**< for the user; false at first */
};

/** A set; zero is an empty one. */
struct memo {
	struct memo_string *strings; /**< by number */
	size_t count, capacity;
	unsigned char *bytes;
	size_t byte_count, byte_capacity;
	uint32_t *slots;             /**< hash table: a number and 1 more, or 0 */
	size_t slot_count;
};

/** Empties the set, keeps the memory. */
void memo_clear(struct memo *memo);

/** Releases the memory. */
void memo_free(struct memo *memo);

/** Finds a string, or adds it.
 *  @param is_new  receives whether it was added
 *  @return its number, from 0 on in the order in which strings were added */
uint32_t memo_number(struct memo *memo, const void *bytes, size_t size,
                     bool *is_new);

#endif
