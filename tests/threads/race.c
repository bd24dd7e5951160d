/*
 * race.c: see race.h.
 *
 * The two threads stay for all repetitions of a race and meet at a line each time,
 * where the last to come lets both go. To meet orders nothing in memory (it is
 * relaxed): ThreadSanitizer shall see no order of the two calls but that of the
 * library's mutex, also where they did not overlap.
 */
#include "race.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct runner {
	const struct race *race;
	struct arena *arena;
	int side;
	uint32_t repetitions;
	atomic_uint *line; /* who has come so far, over all repetitions */
	SECURITY_STATUS answer;
};

/* Waits until as many have come to the line; at first without a rest, so that both
 * start at one moment where both have a processor. */
static void wait_for(atomic_uint *line, uint32_t count, memory_order order)
{
	for (uint32_t looks = 0; atomic_load_explicit(line, order) < count; looks++)
		if (looks > 1000)
			sched_yield();
}

/* In each repetition the referee comes once to let them start, and each runner
 * twice, to start and when it is there. */
enum { COMES = 5 };

static void *run(void *argument)
{
	struct runner *runner = argument;
	for (uint32_t i = 0; i < runner->repetitions; i++) {
		uint32_t before = i * COMES;
		wait_for(runner->line, before + 1, memory_order_acquire);
		atomic_fetch_add_explicit(runner->line, 1, memory_order_relaxed);
		wait_for(runner->line, before + 3, memory_order_relaxed);
		runner->answer = runner->race->calls[runner->side](runner->arena,
		                                                   runner->side);
		atomic_fetch_add_explicit(runner->line, 1, memory_order_release);
	}
	return NULL;
}

/* What came of a repetition. */
static struct outcome outcome_of(const struct runner *runners)
{
	struct sechandle_counts counts = sechandle_count();
	return (struct outcome){runners[0].answer, runners[1].answer,
	                        counts.contexts, counts.credentials,
	                        counts.buffers};
}

/* The place of an outcome among those that are allowed, or OUTCOMES_MOST. */
static int judge(const struct race *race, struct outcome outcome)
{
	for (int i = 0; i < OUTCOMES_MOST && race->allowed[i].first != RACE_END; i++)
		if (memcmp(&race->allowed[i], &outcome, sizeof outcome) == 0)
			return i;
	return OUTCOMES_MOST;
}

static void tell(const struct race *race, struct outcome outcome, uint32_t times)
{
	printf("# %s: 0x%08" PRIX32 ", 0x%08" PRIX32 ", then %" PRIu32
	       " contexts, %" PRIu32 " credentials, %" PRIu32 " buffers: %" PRIu32
	       " times\n", race->name, (uint32_t)outcome.first,
	       (uint32_t)outcome.second, outcome.contexts, outcome.credentials,
	       outcome.buffers, times);
}

static void prepare(const struct race *race, struct arena *arena)
{
	memset(arena, 0, sizeof *arena);
	sechandle_reset(&race->limits);
	race->set_up(arena);
}

bool race_run(const struct race *race, uint32_t repetitions)
{
	struct arena arena;
	atomic_uint line = 0;
	struct runner runners[2];
	pthread_t threads[2];
	uint32_t seen[OUTCOMES_MOST + 1] = {0};
	for (int side = 0; side < 2; side++) {
		runners[side] = (struct runner){race, &arena, side, repetitions,
		                                &line, 0};
		if (pthread_create(&threads[side], NULL, run, &runners[side])) {
			printf("Bail out! no thread\n");
			_Exit(1);
		}
	}
	for (uint32_t i = 0; i < repetitions; i++) {
		prepare(race, &arena);
		atomic_fetch_add_explicit(&line, 1, memory_order_release);
		wait_for(&line, (i + 1) * COMES, memory_order_acquire);
		struct outcome outcome = outcome_of(runners);
		int place = judge(race, outcome);
		if (place == OUTCOMES_MOST && seen[place] == 0)
			tell(race, outcome, 1);
		seen[place]++;
	}
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	for (int i = 0; i < OUTCOMES_MOST && race->allowed[i].first != RACE_END; i++)
		tell(race, race->allowed[i], seen[i]);
	return seen[OUTCOMES_MOST] == 0;
}
