/*
 * explore.h: every sequence of steps up to a length, on the reference, breadth first.
 *
 * From every state at depth d each step of the alphabet is carried out and judged; the
 * states that were not there before are those at depth d + 1. So the first rule that is
 * broken is broken by a sequence than which none is shorter. Processes share the work:
 * each has a reference of its own, and all have one store of states.
 *
 * Steps that are the same call are made once. driver.c feeds a call the bytes of a token
 * and nothing else of it, and the model does not look at tokens; so of the steps that are
 * alike but for their token, and whose token has the same bytes, one is carried out.
 *
 * Nor is a call made again that was made from another state. What it comes to follows from
 * the reference's image, from what its operands hold, in their structs and by the model,
 * and from the bytes that it is fed (state_write_operands, memo.h). So the states of one
 * image are expanded one after the other, and a call that looks the same to the reference
 * and to the judge is made once; but where what it leads to is gathered, that is if it
 * changed nothing. This is for MERGE_DEAD without buffers: then no call issues what a
 * struct of another name can hold (dead_meets), and so these make no difference.
 *
 * What is known of functions that may be missing (model.support) is not held by states as
 * long as every function answers one way: then it allows and denies nothing. With the first
 * function that answers both ways the search begins again and that function's is held.
 */
#ifndef FUZZ_EXPLORE_H
#define FUZZ_EXPLORE_H

#include "state.h"

enum { EXPLORE_DEPTH = 32, EXPLORE_JOBS = 64 };

struct explore;

/** What is explored, and how. */
struct explore_plan {
	struct names *names;
	struct sechandle_limits limits;
	enum merge merge;    /**< of what is expanded */
	enum merge count_as; /**< of what is counted */
	unsigned depth;    /**< length of the longest sequences */
	unsigned jobs;     /**< processes */
	size_t memory;     /**< bytes that states may need */
	bool ends;         /**< gather the states after the last step, too */
	/** Told now and then how far it is. */
	void (*progress)(const struct explore *explore);
};

/** What came of sequences of one length. */
struct explore_row {
	uint64_t states;      /**< that no shorter sequence leads to */
	uint64_t transitions; /**< steps from the states one shorter, each with every step:
	                           carried out, or represented by one that is */
	uint64_t calls;       /**< made on the reference for that, at dead words too */
	uint64_t digest;      /**< of these states, in whatever order they are found */
	store_count leading;  /**< sequences that lead to these states */
};

enum explore_end {
	EXPLORE_DONE,
	EXPLORE_BROKEN,  /**< a rule is broken */
	EXPLORE_FULL,    /**< there is no memory for more states */
	EXPLORE_STOPPED, /**< explore_stop was called */
	EXPLORE_FAILED   /**< a process could not be started, or was killed, or there is
	                      no memory */
};

/** A search. */
struct explore {
	const struct explore_plan *plan;
	enum merge merge, count_as; /**< at last */
	size_t alphabet;       /**< steps in it */
	unsigned depth;        /**< of the row at hand */
	uint64_t states, done; /**< at the depth before, and how many of them are done */
	struct explore_row rows[EXPLORE_DEPTH + 1]; /**< by length; the first is the
	                                              empty sequence */
	size_t memory;         /**< bytes in use */
	/* With EXPLORE_BROKEN, the sequence. */
	struct step steps[EXPLORE_DEPTH];
	size_t step_count;
	int64_t crash;         /**< ANSWER_CRASH or ANSWER_HANG if the last step was not
	                            answered, else 0 */
};

/** Explores.
 *  @param explore  receives what came of it */
enum explore_end explore_run(struct explore *explore,
                             const struct explore_plan *plan);

/** Ends the search that is under way. May be called by a signal handler. */
void explore_stop(void);

#endif
