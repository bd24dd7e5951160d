/*
 * explore.c: see explore.h.
 *
 * How to read it: what the processes share; a process at work; a layer of states; the
 * sequence that leads to a finding; the search, and searching again.
 */
#include "explore.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../specs/grow.h"
#include "expand.h"

enum {
	HANG_SECONDS = 120,   /* that a state may take, which takes some at most */
	PAUSE_MILLISECONDS = 20,
	BYTES_PER_STATE = 64, /* fewer than any state needs */
	/* Exit statuses. */
	OUT_OF_MEMORY = 2, /* grow.h */
	NOT_FOUND = 3
};

/* --- What is shared ---------------------------------------------------------------- */

struct board {
	_Atomic uint32_t queued;  /* states that were found */
	_Atomic uint32_t next;    /* place in the queue of the next one to expand */
	_Atomic int verdict;      /* enum verdict */
	_Atomic uint32_t state;   /* with VERDICT_BROKEN: from which it is broken */
	struct expanded expanded[EXPLORE_JOBS];
	/* The sequence that leads there. */
	struct step steps[EXPLORE_DEPTH];
	uint32_t step_count;
};

/* A search, as one process sees it. */
struct search {
	struct explore *explore;
	const struct explore_plan *plan;
	uint64_t tracked; /* world.h */
	struct driver_setup setup;
	struct store store;
	struct expand_queue queue;
	size_t queue_size;
	struct board *board;
	struct expander expander;
};

static volatile sig_atomic_t is_stopped;

void explore_stop(void)
{
	is_stopped = 1;
}

/* --- A process at work ----------------------------------------------------------------- */

/* The first verdict counts. */
static void decide(struct board *board, enum verdict verdict, node_id state)
{
	int none = VERDICT_NONE;
	if (atomic_compare_exchange_strong(&board->verdict, &none, (int)verdict))
		atomic_store(&board->state, state);
}

/* Whether a state of the queue has the image of the one before it. */
static bool is_with_last(const struct search *search, uint32_t place)
{
	const struct queued *states = search->queue.states;
	return states[place].image == states[place - 1].image;
}

/* Expands the states of the queue up to a place, those of an image in turn with the other
 * processes. It ends when the process is gone that started it, which stops it
 * otherwise. */
static void work(struct search *search, pid_t starter, unsigned job,
                 uint32_t first, uint32_t end)
{
	struct board *board = search->board;
	struct expander *expander = &search->expander;
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	expander->expanded = &board->expanded[job];
	expander->dead.answered = expander->expanded->answered;
	for (;;) {
		uint32_t place = atomic_fetch_add(&board->next, 1);
		if (place >= end)
			return;
		if (place > first && is_with_last(search, place))
			continue;
		do {
			node_id state = search->queue.states[place].state;
			if (atomic_load(&board->verdict) || getppid() != starter)
				return;
			alarm(HANG_SECONDS);
			enum verdict verdict = expand(expander, state);
			if (verdict)
				decide(board, verdict, state);
		} while (++place < end && is_with_last(search, place));
	}
}

/* --- A layer ------------------------------------------------------------------------------ */

/* Sums up what all processes have done. */
static void sum_up(struct search *search)
{
	struct explore *explore = search->explore;
	struct explore_row *row = &explore->rows[explore->depth];
	*row = (struct explore_row){0};
	explore->done = 0;
	for (unsigned i = 0; i < search->plan->jobs; i++) {
		const struct expanded *expanded = &search->board->expanded[i];
		row->states += expanded->states;
		row->calls += expanded->calls;
		row->digest += expanded->digest;
		row->leading += expanded->leading;
		explore->done += expanded->done;
	}
	row->transitions = explore->done * explore->alphabet;
	explore->memory = store_used(&search->store);
}

/* Functions that answered both ways, as bits. */
static uint64_t split_functions(const struct search *search)
{
	uint64_t split = 0;
	for (unsigned f = 0; f < SUPPORT_COUNT; f++) {
		unsigned answered = 0;
		for (unsigned i = 0; i < search->plan->jobs; i++)
			answered |= search->board->expanded[i].answered[f];
		if (answered == 3)
			split |= UINT64_C(1) << f;
	}
	return split & ~search->tracked;
}

/* A process has ended. If it died, it did so in a call, unless it was killed. */
static void bury(struct search *search, unsigned job, int status)
{
	const struct expanded *expanded = &search->board->expanded[job];
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == OUT_OF_MEMORY)
		decide(search->board, VERDICT_FULL, NODE_NONE);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		decide(search->board, VERDICT_FAILED, NODE_NONE);
	else
		decide(search->board,
		     expanded->step == EXPAND_LOOKING ? VERDICT_DOUBT
		                                      : VERDICT_BROKEN,
		     expanded->state);
}

/* Waits until all processes have ended, and tells how far they are. */
static void wait_for_all(struct search *search, const pid_t *jobs, unsigned left)
{
	const struct timespec pause = {0, PAUSE_MILLISECONDS * 1000000L};
	while (left) {
		int status;
		pid_t ended = waitpid(-1, &status, WNOHANG);
		for (unsigned i = 0; ended > 0 && i < search->plan->jobs; i++)
			if (jobs[i] == ended) {
				bury(search, i, status);
				left--;
			}
		if (ended > 0)
			continue;
		if (is_stopped)
			decide(search->board, VERDICT_STOPPED, NODE_NONE);
		sum_up(search);
		search->plan->progress(search->explore);
		nanosleep(&pause, NULL);
	}
}

static int by_image(const void *a, const void *b)
{
	const struct queued *first = a, *second = b;
	return (first->image > second->image) - (first->image < second->image);
}

/* Expands the states of the queue from one place to another. */
static void run_layer(struct search *search, uint32_t first, uint32_t end)
{
	struct board *board = search->board;
	pid_t jobs[EXPLORE_JOBS] = {0}, starter = getpid();
	unsigned started = 0;
	for (unsigned i = 0; i < EXPLORE_JOBS; i++) {
		struct expanded blank = {0};
		memcpy(blank.answered, board->expanded[i].answered,
		       sizeof blank.answered);
		board->expanded[i] = blank;
	}
	qsort(search->queue.states + first, end - first,
	      sizeof *search->queue.states, by_image);
	atomic_store(&board->next, first);
	search->explore->states = end - first;
	for (; started < search->plan->jobs; started++) {
		jobs[started] = fork();
		if (jobs[started] == 0) {
			work(search, starter, started, first, end);
			_exit(0);
		}
		if (jobs[started] < 0) {
			decide(board, VERDICT_FAILED, NODE_NONE);
			break;
		}
	}
	wait_for_all(search, jobs, started);
	sum_up(search);
	if (split_functions(search))
		decide(board, VERDICT_SPLIT, NODE_NONE);
}

/* --- The sequence that leads to a finding ------------------------------------------------------ */

/* Takes the first step that leads to a state, or NODE_NONE for one that breaks a rule.
 * If the process dies, the step that it dies of is noted. */
static bool take_step(struct search *search, node_id wanted)
{
	struct expander *expander = &search->expander;
	struct board *board = search->board;
	const struct alphabet *alphabet = &expander->alphabet;
	world_keep(&expander->world);
	expander->image = NODE_NONE;
	for (size_t i = 0; i < alphabet->count; i++) {
		board->steps[board->step_count] = alphabet->steps[i];
		alarm(HANG_SECONDS);
		(void)world_step(&expander->world, &alphabet->steps[i]);
		if (wanted == NODE_NONE
		            ? expander->world.is_broken
		            : expand_is_at(expander, wanted)) {
			board->step_count++;
			return true;
		}
		world_restore(&expander->world);
	}
	return false;
}

/* Goes from the first state to the one that a rule is broken from, and a step on. */
static bool retrace(struct search *search)
{
	node_id chain[EXPLORE_DEPTH];
	unsigned length = 0;
	node_id state = atomic_load(&search->board->state);
	for (; store_node(&search->store, state)->parent != NODE_NONE;
	     state = store_node(&search->store, state)->parent)
		chain[length++] = state;
	while (length)
		if (!take_step(search, chain[--length]))
			return false;
	return take_step(search, NODE_NONE);
}

/* Finds the sequence, in a process of its own, as its last call may end that. */
static enum verdict find_sequence(struct search *search)
{
	struct explore *explore = search->explore;
	int status = 0;
	pid_t job = fork();
	if (job == 0)
		_exit(retrace(search) ? 0 : NOT_FOUND);
	if (job < 0 || waitpid(job, &status, 0) != job)
		return VERDICT_FAILED;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		return explore->merge == MERGE_DEAD ? VERDICT_DOUBT : VERDICT_FAILED;
	explore->crash = 0;
	if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
		explore->crash = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM
		                         ? ANSWER_HANG
		                         : ANSWER_CRASH;
		search->board->step_count++;
	}
	explore->step_count = search->board->step_count;
	memcpy(explore->steps, search->board->steps,
	       explore->step_count * sizeof *explore->steps);
	return VERDICT_BROKEN;
}

/* --- A search --------------------------------------------------------------------------------------- */

/* Takes memory, and begins with the empty sequence. */
static bool begin(struct search *search)
{
	const struct explore_plan *plan = search->plan;
	struct expander *expander = &search->expander;
	search->queue_size =
		plan->memory / BYTES_PER_STATE * sizeof(struct queued);
	search->board = store_map(sizeof *search->board);
	search->queue.states = store_map(search->queue_size);
	if (!search->board || !search->queue.states ||
	    !store_make(&search->store, plan->memory))
		return false;
	search->queue.count = &search->board->queued;
	*expander = (struct expander){.merge = search->explore->merge,
	                              .count_as = search->explore->count_as,
	                              .store = &search->store,
	                              .queue = search->queue,
	                              .expanded = &search->board->expanded[0]};
	expand_init(expander, &search->setup, plan->names);
	expander->world.tracked = search->tracked;
	search->explore->alphabet = expander->alphabet.count;
	if (!expand_add(expander, NODE_NONE, 0, 1))
		return false;
	search->explore->depth = 0;
	sum_up(search);
	return true;
}

static void end(struct search *search)
{
	if (search->expander.alphabet.count)
		expand_free(&search->expander);
	store_free(&search->store);
	if (search->queue.states)
		munmap(search->queue.states, search->queue_size);
	if (search->board)
		munmap(search->board, sizeof *search->board);
}

/* Searches once. */
static enum verdict run(struct search *search)
{
	struct explore *explore = search->explore;
	struct expander *expander = &search->expander;
	enum verdict verdict = VERDICT_NONE;
	uint32_t first = 0;
	while (explore->depth < search->plan->depth && !verdict) {
		uint32_t end = atomic_load(&search->board->queued);
		expander->depth = explore->depth++;
		expander->left = search->plan->depth - explore->depth;
		expander->gathers = expander->left || search->plan->ends;
		run_layer(search, first, end);
		first = end;
		verdict = (enum verdict)atomic_load(&search->board->verdict);
	}
	return verdict == VERDICT_BROKEN ? find_sequence(search) : verdict;
}

enum explore_end explore_run(struct explore *explore,
                             const struct explore_plan *plan)
{
	static const enum explore_end ends[] = {
		[VERDICT_NONE] = EXPLORE_DONE, [VERDICT_BROKEN] = EXPLORE_BROKEN,
		[VERDICT_FULL] = EXPLORE_FULL, [VERDICT_STOPPED] = EXPLORE_STOPPED,
		[VERDICT_FAILED] = EXPLORE_FAILED};
	enum verdict verdict;
	*explore = (struct explore){
		.plan = plan, .merge = plan->merge, .count_as = plan->count_as};
	for (uint64_t tracked = 0;;) {
		struct search search = {.explore = explore,
		                        .plan = plan,
		                        .tracked = tracked,
		                        .setup = reference_setup(&plan->limits)};
		verdict = begin(&search) ? run(&search) : VERDICT_FAILED;
		if (verdict == VERDICT_DOUBT)
			explore->merge = explore->count_as = MERGE_EQUAL;
		else if (verdict == VERDICT_SPLIT)
			tracked |= split_functions(&search);
		end(&search);
		if (verdict != VERDICT_DOUBT && verdict != VERDICT_SPLIT)
			return ends[verdict];
	}
}
