/*
 * bench.h: what is measured, and what the measurements share.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** How the handle table is timed. */
struct table_wish {
	uint32_t rounds;  /**< how often each loop is timed */
	uint32_t largest; /**< the most live handles */
	const char *data; /**< the file for the plot's figures, or NULL */
	bool slotmap;     /**< beside slotmap too */
};

/** Judges the same trace from text and from memory. */
void bench_check(void);

/** Sends `count` random scenarios through text and bytes and back. */
void bench_trips(uint64_t count);

/** Times the handle table beside its rivals. */
void bench_table(const struct table_wish *wish);

/** Times first legs and deletes through sspi.h beside their rivals.
 *
 *  rounds   how often each loop is timed
 *  largest  the most contexts that live at once */
void bench_abi(uint32_t rounds, uint32_t largest);

/** Lets subjects carry out scenarios of the suite alphabet, and judges them.
 *  @param depth  their longest sequence */
void bench_scenarios(unsigned depth);

/** Seconds of a clock: CLOCK_MONOTONIC's go by for everyone, those of
 *  CLOCK_PROCESS_CPUTIME_ID only while this program runs. */
static inline double now(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

#endif
