/*
 * image.h: the whole state of the reference, to be kept and put back.
 *
 * What the library remembers from one call to the next are the variables of ref/api.h.
 * An image holds all that a call may read of them. Left out is what is written before it
 * is read: slots that were never used, and places of free ones outside their part; what is
 * in the blocks that were handed out (the library writes it and the caller reads it); and
 * which blocks beyond the limit are handed out (none).
 *
 * This is for limits that are no higher than these.
 */
#ifndef FUZZ_IMAGE_H
#define FUZZ_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "../ref/sspi.h"

enum {
	IMAGE_SLOTS = 4,       /**< contexts, and credentials */
	IMAGE_GENERATIONS = 3,
	IMAGE_BUFFERS = 64,
	IMAGE_BYTES = 1024,    /**< most of one image */
	IMAGE_HANDLES = 2 * IMAGE_SLOTS * IMAGE_GENERATIONS /**< most handles that can
	                                                         have been issued */
};

/** Writes the image as bytes; equal states have equal bytes and others have not.
 *  @param bytes  room for IMAGE_BYTES
 *  @return how many were written */
size_t image_write(unsigned char *bytes);

/** Makes the reference's state the one that image_write wrote.
 *  @return how many bytes were read */
size_t image_read(const unsigned char *bytes);

/** A copy of the state that is quickly put back. */
struct image;

struct image *image_new(void);
void image_free(struct image *image);
/** Copies the state. */
void image_keep(struct image *image);
/** Puts back the state that was kept. */
void image_restore(const struct image *image);
/** Whether the state is the one that was kept. */
bool image_is(const struct image *image);

/** A handle that was issued, and what the reference's tables say of it. */
struct image_handle {
	SecHandle words;
	bool is_context;
	bool is_live;
};

/** Lists all handles that were ever issued.
 *  @param handles  room for IMAGE_HANDLES
 *  @return their number */
size_t image_handles(struct image_handle *handles);

/** Where a pointer points to, in bytes behind the first block that can be handed out; and
 *  back. */
size_t image_place(const void *pointer);
void *image_pointer(size_t place);

/** Whether the words are a live handle of either kind, as the tables say. */
bool image_is_live(const SecHandle *words);

#endif
