/*
 * loops.h: the same loops over three tables, which are timed beside each other.
 *
 * A loop does one thing with each key of an array, in an order that is given. A
 * key is sixteen bytes whoever made it, and each table keeps sixteen bytes for
 * its user at every slot: they are written when a handle is created and read
 * when it is looked up or deleted. So the rivals differ in their tables only.
 *
 * A loop answers a sum of what it read. As all rivals are given the same to do,
 * the sums must agree, or one of them did something else.
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include <stdbool.h>
#include <stdint.h>

/** The words of a handle, or whatever names a slot to a rival. */
struct key {
	uint64_t words[2];
};

/** What a loop has to do. */
struct work {
	struct key *keys;
	const uint32_t *order; /**< which key comes when */
	uint64_t count;        /**< of keys, and of places in the order */
	uint64_t zero;         /**< 0, but no compiler knows */
};

/** What is added to the sum for a key that is not live. */
#define NOT_LIVE 1u

/** A table and its loops. */
struct rival {
	const char *name;
	/** Forgets all handles and makes room for `count`. All the memory has
	 *  been touched when that many were created. */
	void (*clear)(uint64_t count);
	/** Creates a handle for each key; the value of the i-th is {i, i}. */
	uint64_t (*create)(struct work work);
	/** Deletes the handle of each key. */
	uint64_t (*delete)(struct work work);
	/** Deletes the handle of each key and creates another in its place. */
	uint64_t (*replace)(struct work work);
	/** Looks each key up; all are live. */
	uint64_t (*find)(struct work work);
	/** As find, but a look-up must have ended before the next can begin:
	 *  where its key lies depends on the value found, by way of `zero`. */
	uint64_t (*find_chained)(struct work work);
	/** Looks each key up; none is live. */
	uint64_t (*find_stale)(struct work work);
};

/** The table of ref/table.c, compiled into its loops. */
extern const struct rival rival_table;

/** What no such table can do without: the loads and stores of one slot and of
 *  a stack of free slots; no check. */
extern const struct rival rival_floor;

/** The Rust crate slotmap, from the library that slotmap/ is built into.
 *
 *  Answers whether it is there. */
bool rival_slotmap(struct rival *rival);

#endif
