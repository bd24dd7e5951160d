/*
 * alphabet.h: all steps of the scenario language over a few names, blocks excepted: every
 * operation of specs/operations.def with every operand and choice that its shape allows.
 */
#ifndef FUZZ_ALPHABET_H
#define FUZZ_ALPHABET_H

#include "../specs/scenario.h"

/** Steps that differ in their token alone, by their places. */
struct alphabet_run {
	uint32_t first, end;
};

/** Steps, in the order of their operations. Those that differ in their token alone
 *  stand one after the other: in a run. */
struct alphabet {
	struct step *steps;
	size_t count, capacity;
	struct alphabet_run *runs; /**< all of them, in order */
	size_t run_count, run_capacity;
};

/** Makes all steps over all names of a table.
 *  @param alphabet  must be zero
 *  @param names     each is settled as a handle or as a buffer */
void alphabet_make(struct alphabet *alphabet, const struct names *names);

/** Releases the memory. */
void alphabet_free(struct alphabet *alphabet);

#endif
