/*
 * figures.c: see figures.h.
 */
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>

void *claim(size_t count, size_t size)
{
	void *memory = calloc(count, size);
	if (!memory) {
		fprintf(stderr, "bench: out of memory\n");
		exit(2);
	}
	return memory;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

struct figures figures_of(double *ns, uint32_t rounds)
{
	qsort(ns, rounds, sizeof *ns, compare);
	return (struct figures){ns[0],
	                        (ns[(rounds - 1) / 2] + ns[rounds / 2]) / 2};
}
