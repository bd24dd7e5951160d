/*
 * image.h: the whole state of the reference, to be kept and put back.
 *
 * What the library remembers from one call to the next are the variables of ref/api.h.
 * An image holds all of them that was ever written, but for two things that nothing
 * reads again: what is in the blocks that were handed out (the library writes it and
 * the caller reads it), and which blocks beyond the limit are handed out (none). Slots
 * that were never used are no part of it: they are as the process began, zero.
 *
 * This is for a build with small tables alone.
 */
#ifndef FUZZ_IMAGE_H
#define FUZZ_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "../ref/sspi.h"

enum {
	IMAGE_BYTES = 4096,  /**< most of one image */
	IMAGE_HANDLES = 128, /**< most handles that can have been issued */
	IMAGE_BUFFERS = 64   /**< the limit of buffers is at most that */
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
/** Puts back the state that was kept, which has the same limits. */
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
