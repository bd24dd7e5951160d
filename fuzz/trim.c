/*
 * trim.c: see trim.h.
 */
#include "trim.h"

#include <stdlib.h>

#include "../specs/grow.h"

void trim_init(struct trimmer *trimmer)
{
	*trimmer = (struct trimmer){0};
	scenario_init(&trimmer->scenario);
	scenario_init(&trimmer->again);
}

void trim_free(struct trimmer *trimmer)
{
	scenario_free(&trimmer->scenario);
	scenario_free(&trimmer->again);
	free(trimmer->kept.data);
	free(trimmer->tried.data);
	*trimmer = (struct trimmer){0};
}

static void decode_kept(struct trimmer *trimmer)
{
	scenario_reset(&trimmer->scenario);
	binary_decode(&trimmer->scenario, trimmer->kept.data, trimmer->kept.length);
}

void trim_begin(struct trimmer *trimmer, const uint8_t *data, size_t size)
{
	enum { RUNS = 1024 };
	struct bytes *kept = &trimmer->kept;
	for (kept->length = 0; kept->length < size; kept->length++) {
		kept->data = grow(kept->data, &kept->capacity, kept->length, 1);
		kept->data[kept->length] = data[kept->length];
	}
	decode_kept(trimmer);
	trimmer->at = trimmer->scenario.count;
	trimmer->run = trimmer->at > 1 ? trimmer->at / 2 : 1;
	trimmer->least = 1 + trimmer->at / RUNS;
}

bool trim_next(struct trimmer *trimmer)
{
	for (;;) {
		decode_kept(trimmer);
		if (trimmer->at == 0) {
			trimmer->run /= 2;
			trimmer->at = trimmer->scenario.count;
		}
		if (trimmer->run < trimmer->least || trimmer->at == 0)
			return false;
		size_t count = trimmer->run < trimmer->at ? trimmer->run : trimmer->at;
		trimmer->at -= count;
		edit_erase(&trimmer->scenario, trimmer->at, count);
		edit_encode(&trimmer->tried, &trimmer->scenario, SIZE_MAX,
		            &trimmer->again);
		if (trimmer->tried.length < trimmer->kept.length)
			return true;
	}
}

void trim_accept(struct trimmer *trimmer)
{
	struct bytes kept = trimmer->kept;
	trimmer->kept = trimmer->tried;
	trimmer->tried = kept;
}
