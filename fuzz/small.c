/*
 * small.c: the target small: scenarios on a reference that can hold so little that
 * a few steps exhaust it, retire its slots and wear out its generations.
 */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sechandle_limits limits = {.contexts = 3,
	                                               .credentials = 2,
	                                               .max_generation = 3,
	                                               .buffers = 2};
	return harness_run(data, size, &limits);
}
