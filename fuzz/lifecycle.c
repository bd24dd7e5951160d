/*
 * lifecycle.c: the target lifecycle: scenarios on the reference as programs have it.
 */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return harness_run(data, size, NULL);
}
