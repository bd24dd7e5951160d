/*
 * dead.h: words that are no live handle, and why one of them is as good as another.
 *
 * What a caller can put into a struct without any call is without end: patterns, handles
 * that ended, live handles with their words exchanged. A call that is given such words as
 * the handle it wants must refuse them and change nothing. If it does, then what such a
 * struct holds makes no difference to anything that follows, and two moments that differ
 * in that alone need not both be looked at. So state.h writes them as one state with
 * MERGE_DEAD, and this file looks whether it does.
 *
 * It looks at each image, as an answer depends on what the library remembers, on the words
 * that are passed and on the token that is fed, and on nothing else that the caller holds:
 * driver.c passes nothing else. At each image, with each token that is fed there, each
 * call that wants a handle is made with all words that can have been put into a struct by
 * the steps that are left over; and each leg with all pairs of context and credential of
 * which one is no such live handle. Every one must answer SEC_E_INVALID_HANDLE (a delete
 * SEC_E_OK if the words are a context that ended, or the header's deleted handle), leave
 * structs and image as they are, and answer as for NULL if its function may be missing.
 * That is stricter than the rules; where it does not hold, which is no finding yet, states
 * can be merged only if they are equal. The same holds where the model would not allow it,
 * which is looked at for each state of the model: dead_is_allowed.
 *
 * Which words these are: a state at depth d of which sequences of n steps are looked at
 * has been reached by d steps at least that were not in vain, so n - 1 - d are left to make
 * words with. (Take from a sequence the calls that were refused and the steps that made
 * words that were never again a live handle: what is left reaches the same image.) With l
 * steps, `zero` and the handles that were issued become the words of level l by swap,
 * ahead, invalidate and the patterns. For two words at a time, two structs that hold words
 * of level 0 become whatever l steps make of them. One struct may be both operands of a leg.
 *
 * What a call is to write into may hold dead words too. That they make no difference is
 * looked at for acquire and legs, with all these words, while the call's other operands are
 * live or null. It is not looked at for import, nor for a call that refuses dead words.
 *
 * And no call may issue what is dead: dead_meets.
 */
#ifndef FUZZ_DEAD_H
#define FUZZ_DEAD_H

#include "alphabet.h"
#include "image.h"
#include "world.h"

/** Words that a struct can hold. */
struct dead_word {
	SecHandle words;
	uint8_t level;
	bool is_live[2];  /**< by enum kind */
	bool has_ended;   /**< as a context */
};

/** Two words, by their places. */
struct dead_pair {
	uint16_t word[2];
};

/** Steps that are alike in what they are given. */
struct dead_steps {
	struct step *steps;
	size_t count, capacity;
};

/** What dead words are tried with. */
struct dead {
	struct names names;
	struct driver driver;     /**< a caller of its own */
	struct dead_steps own;    /**< of the caller alone, on the struct x1 */
	struct dead_steps single; /**< calls on one handle, x1 */
	struct dead_steps legs[2][2]; /**< by whether they are given a context, x1 or
	                               x2, and a credential, y1 or y2 */
	struct dead_steps twice;   /**< legs that are given x1 or x2 as both */
	struct dead_steps creates; /**< other calls that write z1 or z2 */
	struct image *before, *after;
	struct dead_word *words;
	size_t count, capacity;
	uint16_t *made;           /**< words below the highest level, in turn: what each
	                               of `own` makes of them */
	size_t made_count, made_capacity;
	struct dead_pair *pairs;  /**< that structs can hold at the same time */
	size_t pair_count, pair_capacity;
	bool *is_listed;          /**< by both words of a pair: whether it is there */
	uint8_t *answered;        /**< given to dead_init */
	uint64_t calls;           /**< made so far */
};

/** Prepares looking at a reference.
 *  @param answered  by world_function: bit 0 is set if SEC_E_UNSUPPORTED_FUNCTION is
 *                   answered, bit 1 if anything else is */
void dead_init(struct dead *dead, const struct driver_setup *setup,
               uint8_t answered[SUPPORT_COUNT]);

/** Releases the memory. */
void dead_free(struct dead *dead);

/** Whether dead words make no difference to a call at the reference's image as it is.
 *  @param token  TOKEN_NONE: all calls that are fed none, and those that need none;
 *                TOKEN_EMPTY, TOKEN_NOISE; TOKEN_LAST: calls that are fed `bytes`
 *  @param bytes  with TOKEN_LAST
 *  @param steps  that are left to make words with */
bool dead_look(struct dead *dead, enum token token,
               const struct driver_bytes *bytes, unsigned steps);

/** Whether the model allows what dead words are answered, and takes it to change nothing:
 *  for all calls of an alphabet that are given them, whichever they are.
 *  @param world     its moment is kept, and gone back to
 *  @param answered  see dead_init: how functions answer that may be missing */
bool dead_is_allowed(struct world *world, const struct alphabet *alphabet,
                     const uint8_t answered[SUPPORT_COUNT]);

/** Whether words were a handle already, or can be made by the caller alone.
 *  @param handles, count  all handles that were issued */
bool dead_meets(const SecHandle *words, const struct image_handle *handles,
                size_t count);

#endif
