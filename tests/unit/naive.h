/*
 * naive.h: the heart of the model a second time, as plainly as can be, to check
 * the real one: every handle ever issued is kept in a list with its two words,
 * structs hold words, and looking up is comparing words from the first to the
 * last. It knows who is live and what INVALID_HANDLE is for, and no rule ids,
 * no phases, no reasons.
 */
#ifndef TESTS_NAIVE_H
#define TESTS_NAIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../specs/scenario.h"

enum { NAIVE_LIMIT = 64 };

/** A handle that was issued; at most NAIVE_LIMIT are, and as many names. */
struct naive_issue {
	uint32_t lower, upper;
	enum kind kind;
	bool live, impersonated;
	int credential; /**< index of the one it was made with, or -1 */
	enum operation made_by;
	unsigned direction;
};

/** All that ever was. */
struct naive {
	uint32_t words[NAIVE_LIMIT][2]; /**< by name */
	struct naive_issue issues[NAIVE_LIMIT];
	int count;
	bool buffer_live[NAIVE_LIMIT], buffer_exported[NAIVE_LIMIT]; /**< by name */
	uint32_t buffers_out; /**< handed out and not released, lost ones too */
};

/** Whether a call may answer `status`. */
bool naive_allows(const struct naive *naive, const struct step *step,
                  int64_t status);

/** Carries out a step. */
void naive_apply(struct naive *naive, const struct step *step, int64_t status);

/** Counts contexts or credentials that are live, or buffers that are handed out. */
uint32_t naive_count(const struct naive *naive, enum counter counter);

/** Counts credentials that were freed and that live contexts were made with. */
uint32_t naive_spare(const struct naive *naive);

#endif
