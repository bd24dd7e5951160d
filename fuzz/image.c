/*
 * image.c: see image.h.
 */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "../ref/api.h"
#include "../specs/grow.h"
#include "cursor.h"

_Static_assert(TABLE_CAPACITY_MAX <= 8 && TABLE_GENERATION_MAX <= 8,
               "an image is a few hundred bytes");
_Static_assert(2 * TABLE_CAPACITY_MAX * TABLE_GENERATION_MAX <= IMAGE_HANDLES,
               "there is room for all handles");
_Static_assert(sizeof(struct lifecycle) + IMAGE_BUFFERS + 16 <= IMAGE_BYTES,
               "there is room for an image");

struct image {
	struct lifecycle lifecycle;
	uint32_t exchanges;
	uint32_t next, limit;
	unsigned char handed[IMAGE_BUFFERS];
};

/* --- Bytes ---------------------------------------------------------------------- */

static void pass_table(struct cursor *cursor, struct table *table)
{
	cursor_pass(cursor, table, offsetof(struct table, stack));
	cursor_pass(cursor, table->stack, table->used * sizeof *table->stack);
	cursor_pass(cursor, table->slots, table->used * sizeof *table->slots);
}

static void pass_state(struct cursor *cursor)
{
	struct lifecycle *lifecycle = &api_lifecycle;
	pass_table(cursor, &lifecycle->contexts);
	pass_table(cursor, &lifecycle->credentials);
	cursor_pass(cursor, lifecycle->context,
	     lifecycle->contexts.used * sizeof *lifecycle->context);
	cursor_pass(cursor, lifecycle->credential,
	     lifecycle->credentials.used * sizeof *lifecycle->credential);
	cursor_pass(cursor, &api_exchanges, sizeof api_exchanges);
	cursor_pass(cursor, &api_pool.limit, sizeof api_pool.limit);
	cursor_pass(cursor, &api_pool.next, sizeof api_pool.next);
	cursor_pass(cursor, api_pool.handed, api_pool.limit);
}

size_t image_write(unsigned char *bytes)
{
	struct cursor cursor = {.to = bytes};
	pass_state(&cursor);
	return cursor.at;
}

size_t image_read(const unsigned char *bytes)
{
	struct cursor cursor = {.from = bytes};
	memset(&api_lifecycle, 0, sizeof api_lifecycle);
	pass_state(&cursor);
	return cursor.at;
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
	memcpy(&image->lifecycle, &api_lifecycle, sizeof api_lifecycle);
	image->exchanges = api_exchanges;
	image->next = api_pool.next;
	image->limit = api_pool.limit;
	memcpy(image->handed, api_pool.handed, image->limit);
}

void image_restore(const struct image *image)
{
	memcpy(&api_lifecycle, &image->lifecycle, sizeof api_lifecycle);
	api_exchanges = image->exchanges;
	api_pool.next = image->next;
	memcpy(api_pool.handed, image->handed, image->limit);
}

bool image_is(const struct image *image)
{
	return memcmp(&api_lifecycle, &image->lifecycle, sizeof api_lifecycle) == 0 &&
	       api_exchanges == image->exchanges && api_pool.next == image->next &&
	       api_pool.limit == image->limit &&
	       memcmp(api_pool.handed, image->handed, image->limit) == 0;
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

/* A table that went wrong may claim any number. */
static size_t list(struct image_handle *handles, const struct table *table,
                   bool is_context)
{
	size_t count = 0;
	for (uint32_t i = 0; i < table->used; i++)
		for (uint32_t g = 1; g <= table->slots[i].generation &&
		                     count < IMAGE_HANDLES / 2; g++)
			handles[count++] = (struct image_handle){
				.words = {table->base + i, g},
				.is_context = is_context,
				.is_live = g == table->slots[i].generation &&
			                   table->slots[i].place == SLOT_LIVE};
	return count;
}

size_t image_handles(struct image_handle *handles)
{
	size_t contexts = list(handles, &api_lifecycle.contexts, true);
	return contexts + list(handles + contexts, &api_lifecycle.credentials, false);
}

bool image_is_live(const SecHandle *words)
{
	return table_find(&api_lifecycle.contexts, words->dwLower,
	                  words->dwUpper) < TABLE_NEVER ||
	       table_find(&api_lifecycle.credentials, words->dwLower,
	                  words->dwUpper) < TABLE_NEVER;
}
