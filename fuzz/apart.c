/*
 * apart.c: see apart.h.
 *
 * How to read it: the process that runs the scenario tells of each step before it is
 * carried out, and again of its answer; the other one listens and forwards it to
 * whoever hears of the run. What was told last is what crashed.
 */
#include "apart.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is told. */
struct event {
	enum { EVENT_STEP, EVENT_ANSWER, EVENT_DONE } kind;
	size_t at;
	uint32_t round;
	bool is_extra;
	struct step step;
	struct answer answer;   /* with EVENT_ANSWER */
	struct clauses clauses; /* with EVENT_STEP: what a call may answer */
};

/* --- The process that runs -------------------------------------------------------- */

static int pipe_out;

static void tell(const void *data, size_t size)
{
	if (write(pipe_out, data, size) != (ssize_t)size)
		_exit(2); /* nobody listens any more */
}

static void on_step(struct checked *checked, const struct step *step,
                    const struct answer *answer)
{
	struct event event;
	memset(&event, 0, sizeof event);
	event.kind = answer ? EVENT_ANSWER : EVENT_STEP;
	event.at = checked->at;
	event.round = checked->round;
	event.is_extra = checked->is_extra;
	event.step = *step;
	if (answer)
		event.answer = *answer;
	else if (operations[step->op].is_call)
		model_allowed(&checked->judge.model, step, &event.clauses);
	alarm(0); /* telling waits for the listener, however long */
	tell(&event, sizeof event);
	if (!answer)
		alarm(APART_SECONDS);
}

static _Noreturn void run_and_tell(struct checked *checked,
                                   const struct scenario *scenario, bool quietly)
{
	struct event done;
	memset(&done, 0, sizeof done);
	done.kind = EVENT_DONE;
	if (quietly && !freopen("/dev/null", "w", stderr))
		_exit(2);
	checked->heard = on_step;
	(void)checked_run(checked, scenario);
	alarm(0);
	tell(&done, sizeof done);
	tell(&checked->breach, sizeof checked->breach);
	_exit(0);
}

/* --- The process that listens ----------------------------------------------------- */

static bool listen_to(struct checked *checked, FILE *pipe, struct event *last)
{
	struct event event;
	while (fread(&event, sizeof event, 1, pipe) == 1) {
		struct breach breach;
		if (event.kind == EVENT_DONE) {
			if (fread(&breach, sizeof breach, 1, pipe) != 1)
				return false;
			breach.finding.step = &checked->breach.step;
			breach.finding.answer = &checked->breach.answer;
			checked->breach = breach;
			return true;
		}
		*last = event;
		checked->at = event.at;
		checked->round = event.round;
		checked->is_extra = event.is_extra;
		if (checked->heard)
			checked->heard(checked, &event.step,
			               event.kind == EVENT_ANSWER ? &event.answer
			                                          : NULL);
	}
	return false;
}

/* The breach is what was going on when the other process ended. */
static void note_crash(struct checked *checked, struct event *last, int status)
{
	struct step end = step_make(OP_END);
	struct answer answer =
		answer_make(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM
	                            ? ANSWER_HANG
	                            : ANSWER_CRASH);
	struct finding finding = {.kind = FINDING_ANSWER,
	                          .rule = RULE_every_call_answers,
	                          .step = &end,
	                          .answer = &answer};
	if (last->kind == EVENT_STEP && last->clauses.count) {
		finding.step = &last->step;
		finding.clauses = last->clauses;
		finding.rule = model_clause(&last->clauses, answer.status)->rule;
		if (checked->heard)
			checked->heard(checked, &last->step, &answer);
	} else {
		checked->is_extra = true;
	}
	breach_note(&checked->breach, checked, &finding);
}

static bool run(struct checked *checked, const struct scenario *scenario,
                bool quietly)
{
	struct event last;
	int ends[2], status;
	pid_t process;
	FILE *listening;
	fflush(NULL);
	if (pipe(ends) != 0 || (process = fork()) < 0 ||
	    !(listening = fdopen(ends[0], "r"))) {
		fprintf(stderr, "sechandle: no process can be started: %s\n",
		        strerror(errno));
		exit(2);
	}
	if (process == 0) {
		close(ends[0]);
		pipe_out = ends[1];
		run_and_tell(checked, scenario, quietly);
	}
	close(ends[1]);
	memset(&last, 0, sizeof last);
	last.kind = EVENT_DONE; /* nothing was told yet */
	bool is_done = listen_to(checked, listening, &last);
	fclose(listening);
	waitpid(process, &status, 0);
	if (!is_done)
		note_crash(checked, &last, status);
	checked->is_extra = false; /* as it is between runs */
	return checked->breach.rule == RULE_NONE;
}

bool apart_run(struct checked *checked, const struct scenario *scenario)
{
	return run(checked, scenario, false);
}

bool apart_run_quietly(struct checked *checked, const struct scenario *scenario)
{
	return run(checked, scenario, true);
}
