/*
 * figures.h: what measurements share: memory and the figures of their rounds.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>

/** Memory for so many of a size, all 0; ends the program if there is none. */
void *claim(size_t count, size_t size);

struct figures {
	double least, median;
};

/** The figures of times, which are sorted by this. */
struct figures figures_of(double *ns, uint32_t rounds);

#endif
