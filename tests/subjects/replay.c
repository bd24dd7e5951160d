/*
 * replay.c: see replay.h.
 *
 * How to read it: the process that makes the calls, then the one that hears of them
 * (record.h). Both walk over the steps.
 */
#include "replay.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record.h"

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

/* Hears of all calls of a scenario, or of those until the player ended. */
static void listen_to(struct recording *record, struct player *player)
{
	const struct step *step;
	struct answer answer;
	while ((step = record_next(record))) {
		if (!operations[step->op].is_call)
			continue;
		if (fread(&answer, sizeof answer, 1, player->pipe) != 1) {
			answer = answer_make(player_end(player));
			record->is_cut = true;
		}
		record_hear(record, &answer);
	}
}

static void replay_one(struct letters *out, const struct scenario *scenario,
                       struct player *player)
{
	struct recording record;
	record_begin(&record, scenario);
	listen_to(&record, player);
	record_write(out, &record);
	record_end(&record);
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
