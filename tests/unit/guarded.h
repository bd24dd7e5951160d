/*
 * guarded.h: memory that ends at a page which may not be touched, so that a read or
 * write behind it is found by the processor.
 */
#ifndef TESTS_GUARDED_H
#define TESTS_GUARDED_H

#include <stddef.h>

/** Most bytes that guarded memory may have. */
enum { GUARDED_MAX = 4096 };

/** Memory of `size` bytes, all 0, the first behind which may not be touched. It is
 *  never given back. Ends the program if there is none. */
void *guarded(size_t size);

#endif
