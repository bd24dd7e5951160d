/*
 * harness.c: see harness.h.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../specs/binary.h"
#include "report.h"

enum { INPUTS_PER_LOOK = 1024 /* at the clock */ };

const struct sechandle_limits harness_lifecycle = {.contexts = UINT32_MAX,
                                                   .credentials = UINT32_MAX,
                                                   .max_generation = UINT32_MAX,
                                                   .buffers = 32};
const struct sechandle_limits harness_small = {.contexts = 3,
                                               .credentials = 2,
                                               .max_generation = 3,
                                               .buffers = 2};

static struct checked checked;
static struct scenario scenario;
static uint64_t inputs;

static unsigned triples_reached(void)
{
	unsigned count = 0;
	for (unsigned i = 0; i < SITUATION_COUNT; i++)
		for (unsigned op = 0; op < OP_COUNT; op++)
			for (unsigned class = 0; class < CLASS_COUNT; class++)
				count += (unsigned)checked.reached[i][op] >> class & 1u;
	return count;
}

/* Another name first, so that whoever reads never finds half a line. */
static void write_stats(void)
{
	const char *name = getenv("SECHANDLE_STATS");
	char path[4096], new[4096 + 4];
	FILE *file;
	if (!name || (size_t)snprintf(path, sizeof path, "%s.%ld", name,
	                              (long)getpid()) >= sizeof path)
		return;
	snprintf(new, sizeof new, "%s.new", path);
	file = fopen(new, "w");
	if (!file)
		return;
	fprintf(file, "calls: %llu inputs: %llu triples: %u\n",
	        (unsigned long long)checked.calls, (unsigned long long)inputs,
	        triples_reached());
	if (fclose(file) == 0)
		(void)rename(new, path);
}

static void write_stats_now_and_then(void)
{
	static time_t last;
	time_t now;
	if (inputs++ % INPUTS_PER_LOOK != 0)
		return;
	now = time(NULL);
	if (now != last)
		write_stats();
	last = now;
}

static void prepare(const struct sechandle_limits *limits)
{
	if (checked.setup.table)
		return;
	checked_init(&checked, limits);
	scenario_init(&scenario);
	atexit(write_stats);
}

int harness_run(const uint8_t *data, size_t size,
                const struct sechandle_limits *limits)
{
	prepare(limits);
	scenario_reset(&scenario);
	binary_decode(&scenario, data, size);
	if (!checked_run(&checked, &scenario)) {
		write_stats();
		report(stderr, &checked, &scenario);
		abort();
	}
	write_stats_now_and_then();
	return 0;
}
