/*
 * state.h: a moment of a scenario (world.h) as bytes: a state.
 *
 * Two moments are one state if everything that can follow is the same. What is compared,
 * and so what a state's bytes hold:
 *
 * - the reference's image (image.h), by its number in the store;
 * - of the caller: for each handle its struct and its tokens, first and last; for each
 *   buffer its pointer, whether it is live or its address belongs to others by now, and
 *   the bytes that an export put there. Left out is what each call sets anew: the room
 *   for a token, the copy of the structs from before the call;
 * - of the model: values, buffers, and the records that names hold, or that contexts which
 *   names hold were made with; numbered in the order in which they are met so. Left out
 *   are lines, which only tell people; unused records; and what a last step lost.
 *   Of the counters `created` and `ended` two comparisons alone are ever made (allowed.c):
 *   whether a handle was created since a record was ended, and whether a handle was ended
 *   since a buffer was handed out. The state holds their outcomes. What is known of
 *   functions that may be missing is held as far as world->tracked tells.
 *
 * That is MERGE_EQUAL. MERGE_DEAD takes more moments for one state:
 *
 * - Where the words that a name holds are dead (dead.h), nothing is written but that; where
 *   they are made from a live handle, that handle, and how many swaps and aheads bring it
 *   back.
 * - What says nothing but which rule an answer is allowed by is left out: copied, exported,
 *   ended by export, the two comparisons; and lost users, which say what a duty is.
 * - Names that the caller treats alike may be exchanged: buffers, and handles whose last
 *   digits are both even, or both not (driver.h). Of all orders the least bytes are taken.
 *   Where several names hold the words that a call wrote, the driver tells the first one;
 *   they have one value in the model, so that makes no difference.
 */
#ifndef FUZZ_STATE_H
#define FUZZ_STATE_H

#include "store.h"
#include "world.h"

/** Which moments are one state. */
enum merge {
	MERGE_NONE,  /**< none (expand.h) */
	MERGE_EQUAL,
	MERGE_DEAD
};

enum { STATE_BYTES = 1 << 17 /**< most bytes of a state */ };

/** A permutation of the names. */
struct state_order {
	name_id name[WORLD_NAMES];
};

/** The orders in which names may be written. */
struct state_orders {
	struct state_order *orders;
	size_t count, capacity;
	name_id alike[WORLD_NAMES]; /**< by name: the first one that may be exchanged
	                                 with it */
};

/** Finds the orders of a world's names.
 *  @param orders  must be zero */
void state_make_orders(struct state_orders *orders, const struct world *world);

/** Writes the state.
 *  @param merge   MERGE_NONE is MERGE_EQUAL here
 *  @param orders  that are tried with MERGE_DEAD; of others the first one is taken
 *  @param image   number of the reference's image
 *  @param bytes   room for STATE_BYTES
 *  @return how many were written */
size_t state_write(struct world *world, enum merge merge,
                   const struct state_orders *orders, node_id image,
                   unsigned char *bytes);

/** Writes what the model looks at in a call that is given handles: what names hold, with
 *  MERGE_DEAD, and their records.
 *  @param bytes  room for STATE_BYTES
 *  @return how many were written */
size_t state_write_model(struct world *world, unsigned char *bytes);

enum { STATE_OPERANDS = 3 /**< handles that a step is given or writes, at most */ };

/** Writes what a call without a buffer sees of the caller but for tokens, and the judge of
 *  the model, where names may be exchanged: which operands are one name, what each holds,
 *  with MERGE_DEAD, the records, the counts, and what is known of functions.
 *  @param operands  names, NAME_NULL or NAME_ABSENT
 *  @param bytes     room for STATE_BYTES
 *  @return how many were written */
size_t state_write_operands(struct world *world, const struct state_orders *orders,
                            const name_id operands[STATE_OPERANDS],
                            unsigned char *bytes);

/** The image's number in a state. */
node_id state_image(const unsigned char *state);

/** Makes the caller and the model what a state's bytes say; where they leave it open,
 *  something that they are written for. The reference's image is not touched.
 *  @param merge  with which they were written */
void state_read(struct world *world, enum merge merge, const unsigned char *bytes);

/** Lets all names that hold what is made from a live handle hold that handle.
 *  @return whether there were any */
bool state_turn_back(struct world *world);

#endif
