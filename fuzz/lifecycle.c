/*
 * lifecycle.c: the target lifecycle: scenarios on a reference that can hold as much
 * as the one that programs have, but for buffers, as each that could be handed out
 * is looked at after every step.
 */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sechandle_limits limits = {.contexts = UINT32_MAX,
	                                               .credentials = UINT32_MAX,
	                                               .max_generation = UINT32_MAX,
	                                               .buffers = 32};
	return harness_run(data, size, &limits);
}
