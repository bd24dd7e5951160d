/*
 * mutator.c: see mutator.h. All of it is passed on to mutate.h and trim.h.
 */
#include "mutator.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "../tests/unit/random.h"
#include "mutate.h"
#include "trim.h"

/* --- libFuzzer -------------------------------------------------------------- */

/* libFuzzer's own mutations; not there without it. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
	__attribute__((weak));

static struct mutator *seeded(unsigned int seed)
{
	static struct mutator mutator;
	static bool made;
	if (!made)
		mutator_init(&mutator, 0);
	made = true;
	mutator.random = seed;
	return &mutator;
}

static size_t deliver(const struct bytes *bytes, uint8_t *out)
{
	memcpy(out, bytes->data, bytes->length);
	return bytes->length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed)
{
	struct mutator *mutator = seeded(seed);
	if (max_size == 0)
		return 0;
	if (LLVMFuzzerMutate && random_below(&mutator->random, 16) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	return deliver(mutator_change(mutator, data, size, max_size), data);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                 const uint8_t *data2, size_t size2, uint8_t *out,
                                 size_t max_size, unsigned int seed)
{
	if (max_size == 0)
		return 0;
	return deliver(mutator_cross(seeded(seed), data1, size1, data2, size2,
	                             max_size),
	               out);
}

/* --- AFL++ ------------------------------------------------------------------ */

struct custom {
	struct mutator mutator;
	struct trimmer trimmer;
	char description[64];
};

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct custom *custom = allocate(1, sizeof *custom);
	(void)afl;
	mutator_init(&custom->mutator, seed);
	/* libFuzzer changes a result up to four times more, and runs that too. AFL++ runs
	 * each by itself: so that it gets as far from what it keeps, it is given results
	 * that were changed as often. */
	custom->mutator.rounds = 5;
	trim_init(&custom->trimmer);
	return custom;
}

void afl_custom_deinit(void *data)
{
	struct custom *custom = data;
	mutator_free(&custom->mutator);
	trim_free(&custom->trimmer);
	free(custom);
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out,
                       uint8_t *add, size_t add_size, size_t max_size)
{
	struct mutator *mutator = &((struct custom *)data)->mutator;
	*out = buf;
	if (max_size == 0)
		return 0;
	const struct bytes *bytes =
		add && random_below(&mutator->random, 4) == 0
			? mutator_cross(mutator, buf, size, add, add_size, max_size)
			: mutator_change(mutator, buf, size, max_size);
	*out = bytes->data;
	return bytes->length;
}

const char *afl_custom_describe(void *data, size_t max_length)
{
	struct custom *custom = data;
	const struct mutator *mutator = &custom->mutator;
	char *at = custom->description;
	size_t room = sizeof custom->description - 1;
	if (room > max_length)
		room = max_length;
	for (size_t i = 0; i < mutator->made_count; i++) {
		const char *separator = i ? "+" : "";
		size_t length = strlen(separator) + strlen(mutator->made[i]);
		if (length > room)
			break;
		at = stpcpy(stpcpy(at, separator), mutator->made[i]);
		room -= length;
	}
	*at = '\0';
	return custom->description;
}

int32_t afl_custom_init_trim(void *data, uint8_t *buf, size_t size)
{
	struct trimmer *trimmer = &((struct custom *)data)->trimmer;
	trim_begin(trimmer, buf, size);
	return trim_next(trimmer);
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
	struct trimmer *trimmer = &((struct custom *)data)->trimmer;
	*out = trimmer->tried.data;
	return trimmer->tried.length;
}

int32_t afl_custom_post_trim(void *data, uint8_t success)
{
	struct trimmer *trimmer = &((struct custom *)data)->trimmer;
	if (success)
		trim_accept(trimmer);
	return !trim_next(trimmer);
}
