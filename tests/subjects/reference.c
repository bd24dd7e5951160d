/*
 * reference.c: see reference.h.
 */
#include "reference.h"

#include <inttypes.h>
#include <stdio.h>

static void count(uint32_t counts[COUNTER_COUNT])
{
	struct sechandle_counts held = sechandle_count();
	counts[COUNTER_CONTEXTS] = held.contexts;
	counts[COUNTER_CREDENTIALS] = held.credentials;
	counts[COUNTER_BUFFERS] = held.buffers;
	counts[COUNTER_RESIDUE] = held.residue;
	/* A count that fell below 0 must not look like one that was not seen. */
	for (int i = 0; i < COUNTER_COUNT; i++)
		counts[i] -= counts[i] == COUNT_UNSEEN;
}

static struct sechandle_limits reset_limits;

static void reset(void)
{
	sechandle_reset(&reset_limits);
}

struct driver_setup reference_setup(const struct sechandle_limits *limits)
{
	reset_limits = limits ? *limits : sechandle_default_limits();
	return (struct driver_setup){.table = InitSecurityInterfaceA(),
	                             .package = "Reference",
	                             .known = driver_known,
	                             .unknown = driver_unknown,
	                             .count = count,
	                             .reset = reset};
}

bool reference_read_limits(struct sechandle_limits *limits, const char *text)
{
	int length = 0;
	return sscanf(text, "%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32 "%n",
	              &limits->contexts, &limits->credentials,
	              &limits->max_generation, &limits->buffers,
	              &length) == 4 && !text[length];
}
