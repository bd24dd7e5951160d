/*
 * grow.h: memory that is asked for in one place. When it runs out these say so
 * on standard error and end the process with status 2: no caller could go on.
 */
#ifndef SPECS_GROW_H
#define SPECS_GROW_H

#include <stddef.h>

/** A zeroed array of `count` elements of `size` bytes; release with free. */
void *allocate(size_t count, size_t size);

/** Makes room for one more element behind `count` used ones, by doubling.
 *  @param array     the array, NULL at first; may move
 *  @param capacity  elements there is room for; raised as needed
 *  @param size      bytes of one element
 *  @return the array */
void *grow(void *array, size_t *capacity, size_t count, size_t size);

#endif
