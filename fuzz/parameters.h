/*
 * parameters.h: parameters of the functions of sspi.h, drawn from a fuzzer's input:
 * those that a careful caller passes, and any that the interface allows.
 *
 * A byte that is 0, and bytes beyond the input's end are, mostly stands for what a
 * careful caller does. All memory that a call may read or write lies in blocks of its
 * own size, so that AddressSanitizer sees a byte too many; what is said to be
 * readable is.
 */
#ifndef FUZZ_PARAMETERS_H
#define FUZZ_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../ref/sspi.h"
#include "../tests/unit/ledger.h"

enum {
	DRAW_HANDLES = 8,
	DRAW_TOKENS = 4,
	DRAW_TOKEN_MAX = 88, /**< bytes in the longest token, exported contexts too */
	DRAW_ROOM = 80 /**< bytes in the longest token of an exchange */
};

/** A caller's memory, and the input that is left. */
struct parameters {
	const uint8_t *start, *at, *end;
	const struct ledger *ledger; /**< of what the library has handed out */
	/* What stays: handles, every other one outside this struct, and tokens that
	 * were put out or exported. */
	SecHandle *handles[DRAW_HANDLES], own[DRAW_HANDLES / 2];
	struct draw_token {
		ULONG size;
		unsigned char bytes[DRAW_TOKEN_MAX];
	} tokens[DRAW_TOKENS];
	/* What was drawn for the call at hand. */
	struct draw_block {
		void *memory;
		size_t size;
	} *blocks;
	size_t block_count, block_capacity;
	SecBufferDesc *list; /**< the last one */
	SecBuffer buffer;    /**< as well */
};

/** Begins with an input; the struct may not move until draw_end. */
void draw_begin(struct parameters *from, const uint8_t *data, size_t size,
                const struct ledger *ledger);
/** Releases the memory. */
void draw_end(struct parameters *from);

/** Between two calls: from now on (draw_watch) memory is watched by calls.h, all of
 *  this caller's and what was handed out; until the call is over (draw_done), whose
 *  memory is released. */
void draw_watch(const struct parameters *from);
void draw_done(struct parameters *from);

/* --- Numbers ------------------------------------------------------------------ */

/** The next byte; 0 beyond the end. */
uint8_t draw_byte(struct parameters *from);
/** A number below `limit`, which is not 0. */
uint32_t draw_below(struct parameters *from, uint32_t limit);
/** Any number; small ones take one byte. */
ULONG draw_number(struct parameters *from);
/** False, but for one byte in eight. */
bool draw_rarely(struct parameters *from);

/* --- Memory ------------------------------------------------------------------- */

/** Memory of `size` bytes for the call at hand, filled with a pattern. */
void *draw_block(struct parameters *from, size_t size);
/** The same, or rarely NULL. */
void *draw_place(struct parameters *from, size_t size);
/** A handle, or NULL. */
SecHandle *draw_handle(struct parameters *from);
/** Changes a handle: copies of others, made-up words, reserved ones. */
void draw_new_words(struct parameters *from);
/** A string in the form at hand, mostly the package's name, or NULL. */
void *draw_name(struct parameters *from);
/** An identity in either form, or NULL. */
void *draw_identity(struct parameters *from);

/** What a list of buffers is for, mostly. */
enum draw_use {
	DRAW_INPUT, /**< one of the tokens */
	DRAW_OUTPUT /**< room for one */
};

/** A list of buffers, perhaps malformed, the last one again, or NULL. */
SecBufferDesc *draw_list(struct parameters *from, enum draw_use use);
/** A buffer, or NULL. */
SecBuffer *draw_buffer(struct parameters *from, enum draw_use use);

/** One of the tokens. */
struct draw_token *draw_token(struct parameters *from);
/** Keeps a token, if there is one. */
void draw_keep(struct draw_token *token, const void *bytes, size_t size);
/** Changes a byte of a token. */
void draw_flip(struct parameters *from);

#endif
