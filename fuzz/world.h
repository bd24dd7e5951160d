/*
 * world.h: a caller, the reference and the judge's model at one moment of a scenario; steps
 * that lead on from it, and the way back.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "../specs/judge.h"
#include "../tests/subjects/reference.h"

enum {
	WORLD_NAMES = 6, /**< most names */
	WORLD_RECORDS = 4 * WORLD_NAMES /**< of the model, more than it can have */
};

/** A moment. */
struct world {
	const struct names *names;
	name_id count;    /**< names */
	uint64_t tracked; /**< bits by world_function: functions whose support is part of
	                       a state (state.h) */
	struct driver driver;
	struct judge judge;
	bool is_broken;   /**< the last step showed a rule to be broken */
	struct home *home;
};

/** Makes a world of a reference that is emptied, and a caller who holds nothing.
 *  @param names  all settled, at most WORLD_NAMES; must outlive the world */
void world_init(struct world *world, const struct driver_setup *setup,
                const struct names *names);

/** Releases the memory. */
void world_free(struct world *world);

/* --- Looking ---------------------------------------------------------------------------- */

/** Whether a name is a handle's, not a buffer's. */
bool world_is_handle(const struct world *world, name_id name);

/** Whether a name's words are dead by the model: no live handle, nor made from one. */
bool world_is_dead(const struct world *world, name_id name);

/** Whether a name's words are no live handle of a kind, by the model; false for an operand
 *  that is absent or null. */
bool world_is_refused(const struct world *world, name_id name, enum kind kind);

/** Whether two of the driver's bytes are equal, or both not there. */
bool world_are_equal(const struct driver_bytes *a, const struct driver_bytes *b);

/** Replaces the driver's bytes by a copy of others.
 *  @param data  NULL for none */
void world_set_bytes(struct driver_bytes *bytes, const void *data, ULONG size);

/* --- Steps ------------------------------------------------------------------------------- */

/** Makes the moment, the reference's included, the one that steps start from. */
void world_keep(struct world *world);

/** Carries out a step from there and lets it be judged.
 *  @return the answer; if it is no call, one with the status SEC_E_OK */
struct answer world_step(struct world *world, const struct step *step);

/** An index for a function that may be missing (allow_unsupported in specs/allowed.c), or
 *  -1 if it is of no matter whether it is. */
int world_function(const struct step *step);

/** Whether the step has changed nothing. */
bool world_is_kept(const struct world *world, const struct step *step,
                   const struct answer *answer);

/** Whether it has left the reference's image as it was. */
bool world_is_image_kept(const struct world *world);

/** Goes back to the moment that was kept. */
void world_restore(struct world *world);

#endif
