/*
 * lifecycle.c: the target lifecycle: scenarios on the reference, under the limits of
 * harness_lifecycle.
 */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return harness_run(data, size, &harness_lifecycle);
}
