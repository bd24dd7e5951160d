/*
 * play.c: see play.h. First what is written, then the steps, then the script.
 */
#include "play.h"

#include <stdlib.h>
#include <string.h>

/* --- What is written --------------------------------------------------------------- */

static void print_line(struct play *play, const struct step *step,
                       const struct answer *answer)
{
	bool is_inner = play->walk.in_together && step->op != OP_TOGETHER;
	play->line.length = 0;
	text_print_step(&play->line, &play->scenario.names, step, answer,
	                answer != NULL, is_inner);
}

static void write_line(struct play *play, const struct step *step,
                       const struct answer *answer)
{
	print_line(play, step, answer);
	fwrite(play->line.text, 1, play->line.length, play->out);
	if (!play->is_buffered)
		fflush(play->out);
}

/* Tells which call is about to be made. */
static void announce(struct play *play, const struct step *step)
{
	size_t length;
	print_line(play, step, NULL);
	length = play->line.length - 1; /* without the line end */
	if (length >= PROGRESS_ROOM)
		length = PROGRESS_ROOM - 1;
	memcpy(play->progress->line, play->line.text, length);
	play->progress->line[length] = '\0';
}

/* --- Steps --------------------------------------------------------------------------- */

static void make_call(struct play *play, const struct step *step)
{
	struct answer answer;
	announce(play, step);
	answer = driver_call(&play->driver, step);
	play->progress->line[0] = '\0';
	if (play->live)
		live_hear(play->live, &play->driver, step, answer.status);
	/* Counts have no moment while calls overlap. */
	for (int i = 0; play->walk.in_together && i < COUNTER_COUNT; i++)
		answer.counts[i] = COUNT_UNSEEN;
	write_line(play, step, &answer);
}

static void carry_out(struct play *play, const struct step *step)
{
	const char *reason = play->refuse ? play->refuse(step) : NULL;
	if (reason) {
		fprintf(play->out, "# unsupported: %s\n", reason);
		if (!play->is_buffered)
			fflush(play->out);
		play->is_refused = true;
		return;
	}
	if (operations[step->op].is_call) {
		make_call(play, step);
		return;
	}
	driver_own(&play->driver, step);
	write_line(play, step, NULL);
}

/* Makes the calls of a block at the same time.
 * @return false if they are to be made one after the other */
static bool make_calls(struct play *play)
{
	struct answer answers[TOGETHER_LIMIT];
	size_t count = play->together_count;
	if (!play->overlap || count < 2)
		return false;
	for (size_t i = 0; play->refuse && i < count; i++)
		if (play->refuse(&play->together[i]))
			return false;
	/* Of calls that overlap nobody knows which one ends the process. */
	announce(play, &play->together[0]);
	if (!play->overlap(&play->driver, play->live, play->together, count, answers))
		return false;
	play->progress->line[0] = '\0';
	for (size_t i = 0; i < count; i++)
		write_line(play, &play->together[i], &answers[i]);
	return true;
}

/* Carries out a block whose end was read. */
static void carry_out_block(struct play *play)
{
	bool is_made;
	play->walk.in_together = true; /* so are its lines */
	is_made = make_calls(play);
	for (size_t i = 0; !is_made && !play->is_refused && i < play->together_count; i++)
		carry_out(play, &play->together[i]);
	play->walk.in_together = false;
	play->together_count = 0;
}

/* Carries out what was read and can be carried out. */
static void go_on(struct play *play)
{
	bool was_together = play->walk.in_together;
	size_t at;
	while (!play->is_refused && walk_line(&play->walk, &at)) {
		const struct step *step = &play->scenario.steps[at];
		if (step->op == OP_END && was_together)
			carry_out_block(play);
		if (step->op == OP_TOGETHER ||
		    (step->op == OP_END && was_together && !play->is_refused))
			write_line(play, step, NULL);
		else if (was_together && step->op != OP_END)
			play->together[play->together_count++] = *step;
		else if (step->op != OP_REPEAT && step->op != OP_END)
			carry_out(play, step);
		was_together = play->walk.in_together;
	}
}

/* --- The script ------------------------------------------------------------------------ */

static void tell_error(void *context, unsigned line, unsigned column,
                       const char *message)
{
	(void)context;
	fprintf(stderr, "sechandle-subject: script:%u:%u: %s\n", line, column,
	        message);
}

void play_begin(struct play *play, const struct driver_setup *setup, FILE *out,
                struct progress *progress)
{
	memset(play, 0, sizeof *play);
	play->out = out;
	play->progress = progress;
	scenario_init(&play->scenario);
	text_begin(&play->parser, &play->scenario.names, ANSWERS_OPTIONAL,
	           tell_error, NULL);
	play->walk.scenario = &play->scenario;
	driver_begin(&play->driver, setup, &play->scenario.names);
}

void play_line(struct play *play, const char *line, size_t length)
{
	struct step step;
	if (!text_line(&play->parser, line, length, &step))
		return;
	scenario_add(&play->scenario, &step, NULL, 0);
	if (play->parser.errors == 0)
		go_on(play);
}

bool play_end(struct play *play)
{
	bool ok = text_end(&play->parser);
	text_free(&play->parser);
	driver_end(&play->driver);
	scenario_free(&play->scenario);
	free(play->line.text);
	return ok;
}
