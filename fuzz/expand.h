/*
 * expand.h: the steps from one state: each is carried out and judged, and the states that
 * come of it are added to the store.
 */
#ifndef FUZZ_EXPAND_H
#define FUZZ_EXPAND_H

#include <stdatomic.h>

#include "alphabet.h"
#include "dead.h"
#include "memo.h"
#include "state.h"

/** Why no more is to be expanded. */
enum verdict {
	VERDICT_NONE,
	VERDICT_BROKEN, /**< a rule is broken */
	VERDICT_DOUBT,  /**< dead words make a difference, or the process died in looking
	                     whether they do */
	VERDICT_SPLIT,  /**< a function answers that it is missing, and not always */
	VERDICT_FULL,   /**< the store is full */
	VERDICT_STOPPED, /**< somebody wants no more */
	VERDICT_FAILED  /**< a process cannot be started, or was killed */
};

/** Where an expander is, and what it has done; others may read it. */
struct expanded {
	node_id state;         /**< at hand */
	uint32_t step;         /**< index of the step at hand, EXPAND_LOOKING */
	uint64_t done;         /**< states */
	uint64_t calls;
	uint64_t states;       /**< found, at the next depth for the first time */
	uint64_t digest;       /**< of these, a sum */
	store_count leading;   /**< sequences that lead to these */
	uint8_t answered[SUPPORT_COUNT]; /**< see dead_init */
};

/** Choices of a token at most. */
enum { TOKEN_CHOICES = TOKEN_LAST + (TOKEN_COUNT - TOKEN_LAST) * WORLD_NAMES };

/** Not a step's index: it looks whether dead words make a difference. */
#define EXPAND_LOOKING UINT32_MAX

/** A state that is to be expanded later. */
struct queued {
	node_id image, state;
};

struct expand_queue {
	struct queued *states;
	_Atomic uint32_t *count;
};

/** What expands states. What is expanded need not be what is counted: with MERGE_NONE
 *  each sequence is, with MERGE_EQUAL each state may be although it differs from another
 *  in dead words alone. */
struct expander {
	enum merge merge;     /**< of what is expanded */
	enum merge count_as;  /**< of what is counted, not the finer of both; not MERGE_NONE */
	struct store *store;
	struct expand_queue queue;
	struct world world;
	struct state_orders orders;
	struct dead dead;
	struct alphabet alphabet;
	uint32_t depth;       /**< of the states at hand */
	unsigned left;        /**< steps that may follow the one at hand */
	bool gathers;         /**< whether what steps lead to is added */
	struct expanded *expanded;
	/* Of the image at hand. */
	node_id image;
	struct image_handle handles[IMAGE_HANDLES];
	size_t handle_count;
	struct memo memo;     /**< tokens, operands, and the calls that were made; those
	                           that changed nothing are marked */
	/* Of the state at hand. */
	store_count count;    /**< sequences that lead to it */
	uint32_t leg_weight[TOKEN_CHOICES], complete_weight[TOKEN_CHOICES];
	uint32_t token[TOKEN_CHOICES]; /**< a number for what is fed */
	uint32_t dead_weight[WORLD_NAMES];
	bool is_refused[WORLD_NAMES][2]; /**< by enum kind: it holds no live handle of
	                                      that */
	uint32_t refused[2];  /**< how many these are */
	const struct step *numbered; /**< whose operands have that number; or NULL */
	uint32_t operands;
};

/** Prepares expanding.
 *  @param expander  the members before `world` are set, and `expanded` */
void expand_init(struct expander *expander, const struct driver_setup *setup,
                 const struct names *names);

/** Releases the memory. */
void expand_free(struct expander *expander);

/** Adds the state that the world is in, and puts it into the queue if it is new.
 *  @param parent  the state before it, or NODE_NONE
 *  @param weight  sequences that lead to it by that one
 *  @return false if the store is full */
bool expand_add(struct expander *expander, node_id parent, uint32_t depth,
                store_count weight);

/** Whether the world is in a state that was in the queue. */
bool expand_is_at(struct expander *expander, node_id state);

/** Expands a state. It is quicker after a state with the same image. */
enum verdict expand(struct expander *expander, node_id state);

#endif
