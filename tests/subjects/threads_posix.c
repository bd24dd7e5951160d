/*
 * threads_posix.c: threads.h by POSIX threads.
 */
#include "threads.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "platform.h"

/* What the threads have in common. */
struct meeting {
	void (*call)(void *context);
	pthread_barrier_t barrier;
};

struct runner {
	pthread_t thread;
	struct meeting *meeting;
	void *context;
};

static void *run(void *argument)
{
	struct runner *runner = argument;
	pthread_barrier_wait(&runner->meeting->barrier);
	runner->meeting->call(runner->context);
	return NULL;
}

static void must(int error)
{
	if (!error)
		return;
	fprintf(stderr, "sechandle-subject: no thread can be started: %s\n",
	        strerror(error));
	exit(SUBJECT_TROUBLE);
}

void threads_run(void (*call)(void *context), void *const *contexts, size_t count)
{
	struct meeting meeting = {.call = call};
	struct runner runners[TOGETHER_LIMIT];
#ifdef __GLIBC__
	/* All threads take their memory from one place: what is in use must not depend on
	 * who came first. */
	mallopt(M_ARENA_MAX, 1);
#endif
	must(pthread_barrier_init(&meeting.barrier, NULL, (unsigned)count));
	for (size_t i = 0; i < count; i++) {
		runners[i] = (struct runner){.meeting = &meeting,
		                             .context = contexts[i]};
		must(pthread_create(&runners[i].thread, NULL, run, &runners[i]));
	}
	for (size_t i = 0; i < count; i++)
		pthread_join(runners[i].thread, NULL);
	pthread_barrier_destroy(&meeting.barrier);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void threads_lock(void)
{
	pthread_mutex_lock(&lock);
}

void threads_unlock(void)
{
	pthread_mutex_unlock(&lock);
}
