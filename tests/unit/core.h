/*
 * core.h: the lifecycle core behind the scenario language, so that the model can
 * judge it.
 *
 * The adapter is the part of an SSPI package that the core is not: it reads the
 * caller's structs, makes keys, knows which way a credential may be used and
 * which side a context is on, and owns buffers. Whether a handle is live, was
 * once, or never was, it asks the core, each time.
 *
 * How to read it: key material that can be found in memory, then images of the
 * part of a lifecycle that a test uses, then what must hold of every lifecycle,
 * then the adapter.
 */
#ifndef TESTS_CORE_H
#define TESTS_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../ref/lifecycle.h"
#include "../../specs/scenario.h"
#include "../subjects/structs.h"
#include "steps.h"

/* --- Key material ---------------------------------------------------------- */

/** What a key is made of: no byte of it is 0, and no two are equal. */
enum { KEY_OF_CONTEXT = 0x79656B63, KEY_OF_CREDENTIAL = 0x79656B73 };
enum { KEY_WORDS = KEY_SIZE / sizeof(uint32_t), KEY_SERIAL_MASK = 0x01010101 };

/** The key with that number, below 4096. */
struct key key_make(uint32_t kind, uint32_t number);

bool key_equal(struct key a, struct key b);

/** Whether all bytes are 0. */
bool key_wiped(struct key key);

/* --- Images ---------------------------------------------------------------- */

enum { IMAGE_SLOTS = 8 };

/** A table's counters and first slots. */
struct table_image {
	unsigned char counters[offsetof(struct table, stack)];
	uint32_t stack[IMAGE_SLOTS];
	struct slot slots[IMAGE_SLOTS];
};

/** What a lifecycle of a few slots is, byte by byte: it has no padding. */
struct image {
	struct table_image contexts, credentials;
	struct context context[IMAGE_SLOTS];
	struct credential credential[IMAGE_SLOTS];
};

void image_take(struct image *image, const struct lifecycle *l);
void image_restore(const struct image *image, struct lifecycle *l);

/** Fails the test unless the lifecycle is, byte by byte, what it was. */
void assert_unchanged(const struct image *image, const struct lifecycle *l);

/** Overwrites counters and first slots with noise, so that nothing can rely on
 *  what an earlier test left there, and makes the lifecycle empty. */
void lifecycle_renew(struct lifecycle *l, uint32_t contexts,
                     uint32_t credentials, uint32_t max_generation);

/* --- What must hold -------------------------------------------------------- */

/** Fails the test unless the slots are what the table's counters say: live, free,
 *  lingering, retired and virgin ones, none lost and none twice. */
void assert_adds_up(const struct table *t);

/** Fails the test unless the lifecycle is sound as lifecycle.h has it: dead keys
 *  and secrets wiped, users counted, phases known, nothing lingering in vain. */
void assert_sound(const struct lifecycle *l);

/* --- The adapter ----------------------------------------------------------- */

/*
 * Some rules the adapter keeps alone, so on these its answers say nothing about
 * the core:
 *
 * - Callers' structs: the core gets words and never sees a struct. It is the
 *   adapter that keeps delete_struct_untouched, in_struct_untouched,
 *   first_leg_failed_out_untouched and later_leg_failed_out_untouched, and that
 *   writes no struct when a call creates nothing.
 * - First legs that fail: with OUTCOME_INCOMPLETE, OUTCOME_REJECTED or
 *   OUTCOME_FAILED the core is not asked to begin a context with a live credential
 *   (first_leg_incomplete_creates_nothing, first_leg_failed_creates_nothing).
 *   An import that fails, or is given no export, does not reach it either.
 * - Refusals for what only the adapter knows: no struct to write to, a credential
 *   of the wrong direction, a context of the other side, a context that does not
 *   wait for its completion.
 * - Buffers.
 */

/** What an exchange's leg comes to, if its handles are right. */
enum outcome {
	OUTCOME_CONTINUE,
	OUTCOME_COMPLETE_NEEDED,
	OUTCOME_COMPLETE,
	OUTCOME_INCOMPLETE,
	OUTCOME_REJECTED,
	OUTCOME_FAILED,
	OUTCOME_COUNT
};

/** What such a leg answers. */
int64_t outcome_status(enum outcome outcome);

enum {
	CORE_SLOTS = 64, /**< most slots of a kind that a scenario can use */
	CORE_KEYS = 256  /**< most keys that it can make; a step makes one */
};
_Static_assert(CORE_SLOTS <= TABLE_CAPACITY_MAX, "the tests need that many slots");

/** A package over a core, and its caller's structs. */
struct core {
	const struct names *names;
	struct lifecycle *lifecycle;
	struct handle structs[NAMES];        /**< by name */
	bool buffer_live[NAMES], buffer_exported[NAMES];
	uint8_t direction[CORE_SLOTS];       /**< by credential */
	uint8_t secret[CORE_SLOTS];          /**< by credential: its secret's number */
	uint8_t made_by[CORE_SLOTS];         /**< by context: enum operation */
	bool awaits_completion[CORE_SLOTS];  /**< by context */
	uint8_t key[CORE_SLOTS];             /**< by context: its key's number */
	uint8_t keys;                        /**< made so far */
	bool key_alive[CORE_KEYS];           /**< belongs to a live context */
};

/** Starts over with a renewed lifecycle.
 *  @param names  those of add_names; must outlive the core */
void core_begin(struct core *core, const struct names *names,
                struct lifecycle *lifecycle, uint32_t contexts,
                uint32_t credentials, uint32_t max_generation);

/** Carries out a call, which comes to `outcome` if its handles are right.
 *  @return what was answered and seen */
struct answer core_call(struct core *core, const struct step *step,
                        enum outcome outcome);

/** Carries out what the caller does alone. */
void core_own(struct core *core, const struct step *step);

#endif
