/*
 * image.c: see image.h.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "../ref/api.h"
#include "../specs/grow.h"
#include "cursor.h"

_Static_assert(2 * offsetof(struct table, state) + sizeof(uint32_t) +
                       offsetof(struct pool, handed) + IMAGE_BUFFERS +
                       IMAGE_SLOTS * (4 * sizeof(uint32_t) + sizeof(struct context) +
                                      sizeof(struct key)) <= IMAGE_BYTES,
               "there is room for an image");

struct image {
	size_t size;
	unsigned char bytes[IMAGE_BYTES];
};

/* --- Bytes ---------------------------------------------------------------------- */

/* A table that went wrong may claim any number. */
static size_t within(uint32_t number, size_t most)
{
	return number < most ? number : most;
}

static size_t slots_used(const struct table *table)
{
	return within(table->used, IMAGE_SLOTS);
}

static void pass_table(struct cursor *cursor, struct table *table)
{
	cursor_pass(cursor, table, offsetof(struct table, state));
	size_t used = slots_used(table), live_end = within(table->live_end, used);
	cursor_pass(cursor, table->state, used * sizeof *table->state);
	cursor_pass(cursor, table->free + live_end,
	            (used - live_end) * sizeof *table->free);
}

/* Passes the image; returns its bytes. */
static size_t pass_state(struct cursor cursor)
{
	struct lifecycle *lifecycle = &api_lifecycle;
	pass_table(&cursor, &lifecycle->contexts);
	pass_table(&cursor, &lifecycle->credentials);
	cursor_pass(&cursor, lifecycle->context,
	            slots_used(&lifecycle->contexts) * sizeof *lifecycle->context);
	cursor_pass(&cursor, lifecycle->credential,
	            slots_used(&lifecycle->credentials) * sizeof *lifecycle->credential);
	cursor_pass(&cursor, &api_exchanges, sizeof api_exchanges);
	cursor_pass(&cursor, &api_pool, offsetof(struct pool, handed));
	cursor_pass(&cursor, api_pool.handed, api_pool.limit);
	return cursor.at;
}

size_t image_write(unsigned char *bytes)
{
	return pass_state((struct cursor){.to = bytes});
}

size_t image_read(const unsigned char *bytes)
{
	return pass_state((struct cursor){.from = bytes});
}

/* --- Copies ----------------------------------------------------------------------- */

struct image *image_new(void)
{
	return allocate(1, sizeof(struct image));
}

void image_free(struct image *image)
{
	free(image);
}

void image_keep(struct image *image)
{
	image->size = image_write(image->bytes);
}

void image_restore(const struct image *image)
{
	image_read(image->bytes);
}

bool image_is(const struct image *image)
{
	unsigned char bytes[IMAGE_BYTES];
	return image_write(bytes) == image->size &&
	       memcmp(bytes, image->bytes, image->size) == 0;
}

/* --- Blocks -------------------------------------------------------------------------- */

size_t image_place(const void *pointer)
{
	return (uintptr_t)pointer - (uintptr_t)api_blocks;
}

void *image_pointer(size_t place)
{
	/* Of a pointer in there, the pointer again. */
	return (void *)((uintptr_t)api_blocks + place);
}

/* --- Handles ------------------------------------------------------------------------ */

static size_t list(struct image_handle *handles, const struct table *table,
                   uintptr_t base)
{
	size_t count = 0;
	for (uint32_t i = 0; i < slots_used(table); i++) {
		uint32_t state = table->state[i], newest = state & ~SLOT_ENDED;
		for (uint32_t g = 1; g <= within(newest, IMAGE_GENERATIONS); g++)
			handles[count++] = (struct image_handle){
				.words = {base + i, g},
				.is_context = base == CONTEXT_BASE,
				.is_live = g == state};
	}
	return count;
}

size_t image_handles(struct image_handle *handles)
{
	size_t contexts = list(handles, &api_lifecycle.contexts, CONTEXT_BASE);
	return contexts +
	       list(handles + contexts, &api_lifecycle.credentials, CREDENTIAL_BASE);
}

bool image_is_live(const SecHandle *words)
{
	return table_find(&api_lifecycle.contexts, words_read(words, CONTEXT_BASE)) ==
	               TABLE_LIVE ||
	       table_find(&api_lifecycle.credentials,
	                  words_read(words, CREDENTIAL_BASE)) == TABLE_LIVE;
}
