/*
 * grow.c: see grow.h.
 */
#include "grow.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *or_end(void *memory)
{
	if (!memory) {
		fputs("sechandle: out of memory\n", stderr);
		exit(2);
	}
	return memory;
}

void *allocate(size_t count, size_t size)
{
	return or_end(calloc(count ? count : 1, size));
}

void *grow(void *array, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return array;
	size_t wanted = *capacity ? *capacity : 16;
	while (wanted <= count)
		wanted *= 2;
	array = or_end(wanted <= SIZE_MAX / 2 / size ? realloc(array, wanted * size)
	                                             : NULL);
	*capacity = wanted;
	return array;
}
