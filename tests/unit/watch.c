/*
 * watch.c: see watch.h.
 */
#include "watch.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void watch_begin(struct watch *watched, const struct watch *others)
{
	watched->count = others ? others->count : 0;
	if (others)
		memcpy(watched->pieces, others->pieces,
		       others->count * sizeof *others->pieces);
}

void watch_add(struct watch *watched, const void *at, size_t size)
{
	if (!at || size == 0)
		return;
	if (watched->count == WATCH_PIECES || size > WATCH_BYTES) {
		fputs("watch: more than can be watched\n", stderr);
		exit(2);
	}
	struct watch_piece *piece = &watched->pieces[watched->count++];
	piece->at = at;
	piece->size = size;
	memcpy(piece->expected, at, size);
}

void watch_allow(struct watch *watched, const void *at, size_t size)
{
	uintptr_t start = (uintptr_t)at, end = start + size;
	if (!at)
		return;
	for (size_t i = 0; i < watched->count; i++) {
		struct watch_piece *piece = &watched->pieces[i];
		uintptr_t from = (uintptr_t)piece->at;
		for (size_t k = 0; k < piece->size; k++)
			if (from + k >= start && from + k < end)
				piece->expected[k] = piece->at[k];
	}
}

bool watch_kept(const struct watch *watched)
{
	for (size_t i = 0; i < watched->count; i++)
		if (memcmp(watched->pieces[i].at, watched->pieces[i].expected,
		           watched->pieces[i].size) != 0)
			return false;
	return true;
}
