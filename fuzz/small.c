/*
 * small.c: the target small: scenarios on the reference, under the limits of
 * harness_small.
 */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return harness_run(data, size, &harness_small);
}
