/*
 * replay.c: see replay.h.
 *
 * How to read it: the process that makes the calls, then the one that hears of them,
 * then the trace. Both processes walk over the steps (walk.h).
 */
#include "replay.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../specs/grow.h"
#include "walk.h"

/* --- The process that makes the calls --------------------------------------------- */

static void tell(int pipe, const struct answer *answer)
{
	if (write(pipe, answer, sizeof *answer) != sizeof *answer)
		_exit(2); /* nobody listens any more */
}

static void play(const struct scenario *scenario,
                 const struct driver_setup *setup, int pipe)
{
	struct walk walk = {.scenario = scenario};
	struct driver driver;
	size_t at;
	driver_begin(&driver, setup, &scenario->names);
	while (walk_on(&walk, &at)) {
		const struct step *step = &scenario->steps[at];
		struct answer answer;
		if (!operations[step->op].is_call) {
			driver_own(&driver, step);
			continue;
		}
		alarm(REPLAY_SECONDS);
		answer = driver_call(&driver, step);
		alarm(0); /* telling waits for the reader, however long */
		for (int i = 0; walk.in_together && i < COUNTER_COUNT; i++)
			answer.counts[i] = COUNT_UNSEEN;
		tell(pipe, &answer);
	}
	driver_end(&driver);
}

/* A process, and what it tells; without a pipe there is none. */
struct player {
	pid_t process;
	FILE *pipe;
};

/* Starts a process that plays scenarios: one, or as many as are left if the
 * implementation can be emptied between them. */
static bool player_begin(struct player *player, const struct scenario *scenarios,
                         size_t left, const struct driver_setup *setup)
{
	int ends[2];
	fflush(NULL);
	if (pipe(ends) != 0)
		return false;
	player->process = fork();
	if (player->process == 0) {
		close(ends[0]);
		for (size_t i = 0; i < (setup->reset ? left : 1); i++) {
			if (setup->reset)
				setup->reset();
			play(&scenarios[i], setup, ends[1]);
		}
		_exit(0);
	}
	close(ends[1]);
	player->pipe = fdopen(ends[0], "r");
	return player->process > 0 && player->pipe;
}

/* Waits until a process has ended.
 * @return the answer of a call that it then did not tell the answer of */
static int64_t player_end(struct player *player)
{
	int status = 0;
	waitpid(player->process, &status, 0);
	fclose(player->pipe);
	player->pipe = NULL;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ANSWER_HANG
	                                                          : ANSWER_CRASH;
}

/* --- The process that hears of them ------------------------------------------------ */

/* The answers of one step: each with the rounds that it stands for. */
struct runs {
	struct answer *answers;
	size_t count, capacity;
};

/* What was heard. */
struct record {
	const struct scenario *scenario;
	struct runs *runs; /* by step */
	bool cut;          /* a call had no status */
	size_t cut_at;     /* that call's step */
	struct walk walk;  /* where it was then */
};

static bool same(const struct answer *a, const struct answer *b)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		if (a->counts[i] != b->counts[i])
			return false;
	return a->status == b->status && a->out == b->out && a->equal == b->equal;
}

static void hear(struct runs *runs, const struct answer *answer)
{
	if (runs->count && same(&runs->answers[runs->count - 1], answer)) {
		runs->answers[runs->count - 1].times++;
		return;
	}
	runs->answers = grow(runs->answers, &runs->capacity, runs->count,
	                     sizeof *runs->answers);
	runs->answers[runs->count] = *answer;
	runs->answers[runs->count++].times = 1;
}

/* Takes the answer of the last round away. */
static struct answer unhear(struct runs *runs)
{
	struct answer answer = runs->answers[runs->count - 1];
	runs->count -= answer.times == 1;
	if (answer.times > 1)
		runs->answers[runs->count - 1].times--;
	answer.times = 0;
	return answer;
}

/* Hears of all calls of a scenario, or of those until the player ended. */
static void listen_to(struct record *record, struct player *player)
{
	struct walk *walk = &record->walk;
	struct answer answer;
	size_t at;
	while (!record->cut && walk_on(walk, &at)) {
		if (!operations[record->scenario->steps[at].op].is_call)
			continue;
		if (fread(&answer, sizeof answer, 1, player->pipe) != 1) {
			answer = answer_make(player_end(player));
			record->cut = true;
			record->cut_at = at;
		}
		hear(&record->runs[at], &answer);
	}
}

/* --- The trace ----------------------------------------------------------------------- */

/* Appends lines of steps, the first of which is in `depth` blocks. */
static void put_steps(struct letters *out, const struct record *record,
                      size_t from, size_t to, unsigned depth)
{
	const struct scenario *scenario = record->scenario;
	for (size_t i = from; i < to; i++) {
		const struct step *step = &scenario->steps[i];
		struct runs *runs = &record->runs[i];
		if (runs->count == 1)
			runs->answers[0].times = 0; /* in all rounds */
		depth -= step->op == OP_END;
		text_print_step(out, &scenario->names, step, runs->answers,
		                runs->count, depth);
		depth += step->op == OP_REPEAT || step->op == OP_TOGETHER;
	}
}

static void put_end(struct letters *out, const struct record *record)
{
	struct step end = step_make(OP_END);
	text_print_step(out, &record->scenario->names, &end, NULL, 0, 0);
}

/* The step behind the one that ends the block opened at a step. */
static size_t behind_block(const struct scenario *scenario, size_t at)
{
	size_t depth = 0;
	do {
		uint8_t op = scenario->steps[at++].op;
		depth += op == OP_REPEAT || op == OP_TOGETHER;
		depth -= op == OP_END;
	} while (depth);
	return at;
}

/* Appends a repeat that was cut short. */
static void put_cut_repeat(struct letters *out, struct record *record)
{
	const struct scenario *scenario = record->scenario;
	size_t first = record->walk.repeat, last = record->cut_at;
	struct answer *lasts = allocate(last + 1, sizeof *lasts);
	struct step repeat = scenario->steps[first];
	for (size_t i = first + 1; i <= last; i++)
		if (record->runs[i].count)
			lasts[i] = unhear(&record->runs[i]);
	repeat.count = record->walk.round - 1;
	if (repeat.count) {
		text_print_step(out, &scenario->names, &repeat, NULL, 0, 0);
		put_steps(out, record, first + 1, behind_block(scenario, first),
		          1);
	}
	for (size_t i = first + 1; i <= last; i++) {
		const struct step *step = &scenario->steps[i];
		text_print_step(out, &scenario->names, step, &lasts[i],
		                operations[step->op].is_call, 0);
	}
	free(lasts);
}

static void put_trace(struct letters *out, struct record *record)
{
	if (!record->cut) {
		put_steps(out, record, 0, record->scenario->count, 0);
		return;
	}
	if (record->walk.round) {
		put_steps(out, record, 0, record->walk.repeat, 0);
		put_cut_repeat(out, record);
	} else {
		put_steps(out, record, 0, record->cut_at + 1, 0);
	}
	if (record->walk.in_together)
		put_end(out, record);
}

static void replay_one(struct letters *out, const struct scenario *scenario,
                       struct player *player)
{
	struct record record = {.scenario = scenario,
	                        .walk = {.scenario = scenario}};
	record.runs = allocate(scenario->count, sizeof *record.runs);
	listen_to(&record, player);
	put_trace(out, &record);
	for (size_t i = 0; i < scenario->count; i++)
		free(record.runs[i].answers);
	free(record.runs);
}

bool replay(struct letters *out, const struct scenario *scenarios, size_t count,
            const struct driver_setup *setup)
{
	struct player player = {0, NULL};
	for (size_t i = 0; i < count; i++) {
		if (!player.pipe &&
		    !player_begin(&player, &scenarios[i], count - i, setup))
			return false;
		replay_one(&out[i], &scenarios[i], &player);
		if (player.pipe && (!setup->reset || i + 1 == count))
			player_end(&player);
	}
	return true;
}
