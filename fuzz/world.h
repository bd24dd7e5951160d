/*
 * world.h: a caller, the reference and the judge's model at one moment of a scenario, and
 * that moment as bytes: a state.
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
 * That is MERGE_EQUAL. With MERGE_DEAD more moments are one state, see world_write.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "../specs/judge.h"
#include "../tests/subjects/reference.h"
#include "image.h"
#include "store.h"

/** Which moments are one state. */
enum merge {
	MERGE_NONE,  /**< none (expand.h) */
	MERGE_EQUAL, /**< those that are equal */
	MERGE_DEAD   /**< those that differ in dead words or exchanged names alone */
};

enum {
	WORLD_NAMES = 6,    /**< most names */
	WORLD_RECORDS = 4 * WORLD_NAMES, /**< more than a moment can have */
	WORLD_BYTES = 1 << 17 /**< most bytes of a state */
};

/** A permutation of the names. */
struct order {
	name_id name[WORLD_NAMES];
};

/** A moment. */
struct world {
	const struct names *names;
	name_id count;      /**< names */
	uint64_t tracked;   /**< bits by world_function: functions whose support is part
	                         of a state */
	struct driver driver;
	struct judge judge;
	bool is_broken;     /**< the last step showed a rule to be broken */
	struct finding finding; /**< that; its pointers are not good any more */
	struct order *orders; /**< in which names can be written */
	size_t order_count;
	struct home *home;
};

/** Makes a world of a reference that was emptied, and a caller who holds nothing.
 *  @param names  all settled; must outlive the world */
void world_init(struct world *world, const struct driver_setup *setup,
                const struct names *names);

/** Releases the memory. */
void world_free(struct world *world);

/* --- States --------------------------------------------------------------------------- */

/** Writes the state.
 *
 *  MERGE_EQUAL, and MERGE_NONE: see above.
 *  MERGE_DEAD: where the words that a name holds are no live handle by the model, nothing
 *  is written but that; where they are made from a live handle, that handle, and how many
 *  swaps and aheads bring it back. What says nothing but which rule an answer is allowed
 *  by is left out: copied, exported, ended by export, the two comparisons, lost users.
 *  Names that the caller treats alike (of one kind, and of handles the last digit is
 *  even, or not: driver.h) may be exchanged: of all orders the least bytes are taken.
 *  dead.h tells why this is no loss.
 *
 *  @param image  number of the reference's image
 *  @param bytes  room for WORLD_BYTES
 *  @return how many were written */
size_t world_write(struct world *world, enum merge merge, node_id image,
                   unsigned char *bytes);

/** Writes what the model looks at in a call that is given handles: what names hold, with
 *  MERGE_DEAD, and their records.
 *  @return how many bytes were written */
size_t world_write_model(struct world *world, unsigned char *bytes);

/** The image's number in a state. */
node_id world_image(const unsigned char *state);

/** Makes the caller and the model what a state's bytes say; where they leave it open,
 *  something that they are written for. The reference's image is not touched.
 *  @param merge  with which they were written */
void world_read(struct world *world, enum merge merge, const unsigned char *bytes);

/* --- Steps ---------------------------------------------------------------------------- */

/** Carries out a step and lets it be judged. The moment is the one that was kept.
 *  @return the answer; of no call one with the status SEC_E_OK */
struct answer world_step(struct world *world, const struct step *step);

/** An index for a function that may be missing (allow_unsupported in specs/allowed.c), or
 *  -1 if it is of no matter whether it is. */
int world_function(const struct step *step);

/** Makes the moment, the reference's included, the one to come back to. */
void world_keep(struct world *world);

/** Whether a step has changed nothing since. */
bool world_is_kept(const struct world *world, const struct step *step,
                   const struct answer *answer);

/** Whether the reference's image is the one from then. */
bool world_is_image_kept(const struct world *world);

/** Goes back to that moment. */
void world_restore(struct world *world);

/** Whether a name's words are no live handle, nor made from one. */
bool world_is_dead(const struct world *world, name_id name);

/** Lets all names that hold what is made from a live handle hold that handle.
 *  @return whether there were any */
bool world_turn_back(struct world *world);

#endif
