/*
 * wander.c: see wander.h. How to read it: the process that looks, which prints what it
 * finds into a pipe, and the one that reads.
 */
#include "wander.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../specs/grow.h"
#include "../specs/text.h"
#include "mutate.h"

enum {
	NUDGES = 6000,      /* by which something smaller is looked for */
	WANDER_SECONDS = 10 /* that it may take, so that a candidate may hang */
};

/* --- The process that looks ---------------------------------------------------------- */

struct walk {
	struct mutator mutator; /* has the scenario that is tested */
	struct step *steps;     /* those of the last one that passed */
	size_t count;
	shrink_test *test;
	void *context;
};

static bool passes(struct walk *walk)
{
	return walk->test(walk->context, &walk->mutator.scenario);
}

static void put_back(struct walk *walk)
{
	memcpy(walk->mutator.scenario.steps, walk->steps,
	       walk->count * sizeof *walk->steps);
	walk->mutator.scenario.count = walk->count;
}

/* Takes out a step, if any can go. */
static bool lose_step(struct walk *walk)
{
	for (size_t i = walk->count; i-- > 0;) {
		if (walk->steps[i].op >= OP_REPEAT)
			continue;
		edit_erase(&walk->mutator.scenario, i, 1);
		if (passes(walk))
			return true;
		put_back(walk);
	}
	return false;
}

/* Goes from one scenario that passes to the next, until a step can go. */
static bool walk_about(struct walk *walk)
{
	size_t size = walk->count * sizeof *walk->steps;
	for (int i = 0; i < NUDGES; i++) {
		const struct step *steps = walk->mutator.scenario.steps;
		if (!mutator_nudge(&walk->mutator) ||
		    memcmp(steps, walk->steps, size) == 0)
			continue;
		if (!passes(walk)) {
			put_back(walk);
			continue;
		}
		memcpy(walk->steps, steps, size);
		if (lose_step(walk))
			return true;
	}
	return false;
}

static _Noreturn void look(const struct scenario *scenario, shrink_test *test,
                           void *context, int out)
{
	struct walk walk = {.count = scenario->count, .test = test, .context = context};
	struct letters text = {0};
	if (!freopen("/dev/null", "w", stderr))
		_exit(1);
	signal(SIGALRM, SIG_DFL); /* which an engine may use */
	alarm(WANDER_SECONDS);
	mutator_init(&walk.mutator, 1);
	walk.mutator.scenario = *scenario;
	walk.steps = allocate(walk.count, sizeof *walk.steps);
	memcpy(walk.steps, scenario->steps, walk.count * sizeof *walk.steps);
	if (!walk_about(&walk))
		_exit(1);
	text_print(&text, &walk.mutator.scenario);
	_exit(write(out, text.text, text.length) != (ssize_t)text.length);
}

/* --- The process that reads ---------------------------------------------------------- */

/* What the pipe holds to its end. */
static struct letters read_all(int in)
{
	struct letters text = {0};
	char piece[512];
	ssize_t size;
	while ((size = read(in, piece, sizeof piece - 1)) > 0) {
		piece[size] = '\0';
		text_append(&text, piece);
	}
	close(in);
	return text;
}

static void on_error(void *context, unsigned line, unsigned column, const char *message)
{
	(void)context, (void)line, (void)column, (void)message;
}

/* Makes the text the scenario, if it is one. */
static bool take(struct scenario *scenario, const struct letters *text)
{
	struct scenario new;
	scenario_init(&new);
	bool ok = text_parse(&new, text->text, text->length, ANSWERS_OPTIONAL, on_error,
	                     NULL);
	if (ok) {
		struct scenario old = *scenario;
		*scenario = new;
		new = old;
	}
	scenario_free(&new);
	return ok;
}

bool wander(struct scenario *scenario, shrink_test *test, void *context)
{
	int ends[2], status;
	pid_t process;
	if (scenario->count < 2 || pipe(ends) != 0)
		return false;
	fflush(NULL);
	process = fork();
	if (process == 0)
		look(scenario, test, context, ends[1]);
	close(ends[1]);
	struct letters text = read_all(ends[0]);
	bool found = process > 0 && waitpid(process, &status, 0) == process &&
	             status == 0 && take(scenario, &text);
	free(text.text);
	return found;
}
