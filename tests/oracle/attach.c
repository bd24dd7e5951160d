/*
 * attach.c: see attach.h. Signals, then one round of polling, then what is polled for.
 */
#include "attach.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../specs/grow.h"
#include "orphans.h"
#include "worker.h"

struct attached {
	struct attachment attachment;
	struct subject_info info;
	struct worker *workers; /**< attachment.jobs of them */
	struct pollfd *polled;  /**< POLLED for each */
};

enum { POLLED_OUT, POLLED_ERR, POLLED_IN, POLLED };

/* --- Signals ---------------------------------------------------------------------------- */

/* The last one, SIGCHLD, is not one that ends what is going on. */
static const int heard_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
enum { SIGNALS = sizeof heard_signals / sizeof *heard_signals };

static volatile sig_atomic_t interrupted, child_ended;

/* How signals were handled before. */
struct signals {
	struct sigaction actions[SIGNALS];
	sigset_t mask;
};

static void note_signal(int number)
{
	if (number == SIGCHLD)
		child_ended = 1;
	else
		interrupted = 1;
}

/* From here on signals arrive while pipes are polled, and at no other time. One that is
 * ignored, as nohup does, stays so. */
static void signals_begin(struct signals *before)
{
	struct sigaction action = {.sa_handler = note_signal};
	sigset_t mask;
	interrupted = 0;
	sigemptyset(&mask);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&mask, heard_signals[i]);
	sigprocmask(SIG_BLOCK, &mask, &before->mask);
	for (int i = 0; i < SIGNALS; i++) {
		sigaction(heard_signals[i], NULL, &before->actions[i]);
		if (before->actions[i].sa_handler != SIG_IGN ||
		    heard_signals[i] == SIGCHLD)
			sigaction(heard_signals[i], &action, NULL);
	}
}

static void signals_end(const struct signals *before)
{
	for (int i = 0; i < SIGNALS; i++)
		sigaction(heard_signals[i], &before->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* --- A round of polling ------------------------------------------------------------------ */

static void fill(struct pollfd *polled, const struct worker *worker)
{
	bool busy = worker_is_busy(worker);
	bool writes = busy && worker->written < worker->sent.length;
	polled[POLLED_OUT] = (struct pollfd){busy ? worker->process.out : -1, POLLIN, 0};
	polled[POLLED_ERR] = (struct pollfd){busy ? worker->process.err : -1, POLLIN, 0};
	polled[POLLED_IN] = (struct pollfd){writes ? worker->process.in : -1, POLLOUT, 0};
}

/* Seconds until the first worker is late; 0 if one is not busy any more. */
static double time_left(const struct attached *attached)
{
	double now = worker_now(), least = 3600;
	for (unsigned i = 0; i < attached->attachment.jobs; i++) {
		const struct worker *worker = &attached->workers[i];
		double left = worker->work == WORK_DONE ? 0 : worker->deadline - now;
		if (worker->work != WORK_NONE && left < least)
			least = left > 0 ? left : 0;
	}
	return least;
}

/* Tells a worker what came of polling. */
static void serve(struct worker *worker, const struct pollfd *polled)
{
	if (polled[POLLED_IN].revents)
		worker_write(worker);
	if (polled[POLLED_ERR].revents)
		worker_read_errors(worker);
	if (polled[POLLED_OUT].revents)
		worker_read(worker);
	else if (worker_now() >= worker->deadline)
		worker_late(worker);
}

static void poll_round(struct attached *attached, const struct signals *before)
{
	unsigned jobs = attached->attachment.jobs;
	double left = time_left(attached);
	struct timespec timeout = {(time_t)left,
	                           (long)((left - (double)(time_t)left) * 1e9)};
	for (unsigned i = 0; i < jobs; i++)
		fill(&attached->polled[i * POLLED], &attached->workers[i]);
	if (ppoll(attached->polled, jobs * POLLED, &timeout, &before->mask) < 0)
		for (unsigned i = 0; i < jobs * POLLED; i++)
			attached->polled[i].revents = 0;
	bool look = child_ended;
	child_ended = 0;
	for (unsigned i = 0; i < jobs && !interrupted; i++) {
		struct worker *worker = &attached->workers[i];
		if (look && worker_is_busy(worker))
			worker_look(worker);
		if (worker_is_busy(worker))
			serve(worker, &attached->polled[i * POLLED]);
	}
}

/* --- Attaching ------------------------------------------------------------------------------ */

const char *played_last_line(const struct played *played, int *length)
{
	const char *end = played->said + strlen(played->said), *from;
	while (end > played->said && end[-1] == '\n')
		end--;
	for (from = end; from > played->said && from[-1] != '\n'; from--)
		;
	*length = (int)(end - from);
	return from;
}

/* Writes why a subject cannot be attached, with the last line that it said. */
static void tell_why(const struct played *played, char *why, size_t size)
{
	int length;
	const char *last = played_last_line(played, &length);
	snprintf(why, size, "%s%s%.*s", played->how, length ? "; it said: " : "",
	         length, last);
}

struct attached *attach(const struct attachment *attachment, char *why, size_t size)
{
	struct signals before;
	struct attached *attached = allocate(1, sizeof *attached);
	unsigned jobs = attachment->jobs;
	attached->attachment = *attachment;
	attached->workers = allocate(jobs, sizeof *attached->workers);
	attached->polled = allocate(jobs * POLLED, sizeof *attached->polled);
	for (unsigned i = 0; i < jobs; i++)
		worker_init(&attached->workers[i], &attached->attachment);
	struct worker *first = attached->workers;
	signals_begin(&before);
	worker_start(first);
	while (worker_is_busy(first) && !interrupted)
		poll_round(attached, &before);
	signals_end(&before);
	attached->info = first->hello.info;
	if (first->work == WORK_NONE)
		return attached;
	if (interrupted)
		snprintf(why, size, "interrupted");
	else
		tell_why(&first->played, why, size);
	detach(attached);
	return NULL;
}

const struct subject_info *attached_info(const struct attached *attached)
{
	return &attached->info;
}

void detach(struct attached *attached)
{
	if (!attached)
		return;
	for (unsigned i = 0; i < attached->attachment.jobs; i++)
		worker_free(&attached->workers[i]);
	orphans_kill(NULL);
	free(attached->workers);
	free(attached->polled);
	free(attached);
}

/* --- Playing ---------------------------------------------------------------------------------- */

/* Scenarios that are played. */
struct play {
	const struct scenario *const *scripts;
	size_t count;
	bool apart;
	play_done *done;
	void *context;
	size_t given, ended;
};

/* Takes what a worker has done, and gives it more. */
static void go_on(struct play *play, struct worker *worker)
{
	if (worker->work == WORK_DONE) {
		worker->work = WORK_NONE;
		play->done(play->context, worker->index, &worker->played);
		scenario_reset(&worker->played.trace);
		play->ended++;
	}
	if (worker->work == WORK_NONE && play->given < play->count) {
		worker_give(worker, play->scripts[play->given], play->given,
		            play->apart);
		play->given++;
	}
}

bool attached_play(struct attached *attached, const struct scenario *const *scripts,
                   size_t count, bool apart, play_done *done, void *context)
{
	struct play play = {scripts, count, apart || attached->attachment.apart,
	                    done, context, 0, 0};
	struct signals before;
	unsigned jobs = attached->attachment.jobs;
	signals_begin(&before);
	while (play.ended < count && !interrupted) {
		for (unsigned i = 0; i < jobs; i++)
			go_on(&play, &attached->workers[i]);
		if (play.ended < count)
			poll_round(attached, &before);
	}
	for (unsigned i = 0; interrupted && i < jobs; i++) {
		worker_free(&attached->workers[i]);
		worker_init(&attached->workers[i], &attached->attachment);
	}
	signals_end(&before);
	return !interrupted;
}
