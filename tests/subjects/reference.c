/*
 * reference.c: see reference.h.
 */
#include "reference.h"

#include "../../ref/inspect.h"

const struct driver_identity driver_known = {"alice", "EXAMPLE", "wonderland"};
const struct driver_identity driver_unknown = {"mallory", "EXAMPLE", "nothing"};

static void count(uint32_t counts[COUNTER_COUNT])
{
	struct sechandle_counts held = sechandle_count();
	counts[COUNTER_CONTEXTS] = held.contexts;
	counts[COUNTER_CREDENTIALS] = held.credentials;
	counts[COUNTER_BUFFERS] = held.buffers;
	counts[COUNTER_RESIDUE] = held.residue;
}

struct driver_setup reference_setup(void)
{
	return (struct driver_setup){.table = InitSecurityInterfaceA(),
	                             .package = "Reference",
	                             .known = driver_known,
	                             .unknown = driver_unknown,
	                             .count = count};
}
