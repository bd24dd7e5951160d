/*
 * transcript.c: see transcript.h. The script, the subject's lines, the end.
 */
#include "transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hello.h"
#include "process.h"

/* --- The script --------------------------------------------------------------------- */

/* Keeps what was expected: the wrong line is told beside it. */
static void note_error(void *context, unsigned line, unsigned column,
                       const char *message)
{
	struct transcript *transcript = context;
	const char *expected = strstr(message, "expected ");
	(void)line;
	(void)column;
	snprintf(transcript->error, sizeof transcript->error, "%s",
	         expected ? expected + strlen("expected ") : message);
}

void transcript_init(struct transcript *transcript)
{
	*transcript = (struct transcript){.heard = 0};
	scenario_init(&transcript->script);
}

void transcript_free(struct transcript *transcript)
{
	scenario_free(&transcript->script);
	free(transcript->text.text);
	free(transcript->wanted.text);
	free(transcript->got.text);
}

static void print_script(struct letters *out, const struct scenario *script)
{
	unsigned depth = 0;
	out->length = 0;
	for (size_t i = 0; i < script->count; i++) {
		const struct step *step = &script->steps[i];
		depth -= step->op == OP_END;
		text_print_step(out, &script->names, step, NULL, 0, depth);
		depth += step->op == OP_REPEAT || step->op == OP_TOGETHER;
	}
}

void transcript_begin(struct transcript *transcript, const struct scenario *script,
                      struct played *played)
{
	transcript->played = played;
	transcript->heard = 0;
	transcript->is_ended = transcript->is_told = false;
	played->end = PLAYED_ALL;
	played->memory = UINT64_MAX;
	*played->how = *played->said = '\0';
	print_script(&transcript->text, script);
	scenario_reset(&transcript->script);
	(void)text_parse(&transcript->script, transcript->text.text,
	                 transcript->text.length, ANSWERS_OPTIONAL, note_error,
	                 transcript);
	record_begin(&transcript->record, &transcript->script);
	text_begin(&transcript->parser, &transcript->script.names, ANSWERS_REQUIRED,
	           note_error, transcript);
}

/* The step to come.
 * @return false at the end; the index is the number of steps then */
static bool step_left(const struct transcript *transcript, size_t *at)
{
	struct walk ahead = transcript->record.walk;
	if (walk_on(&ahead, at))
		return true;
	*at = transcript->script.count;
	return false;
}

bool transcript_is_left(const struct transcript *transcript)
{
	size_t at;
	return step_left(transcript, &at);
}

/* The text of a step, terminated and without its line end. */
static const char *text_of(struct letters *out, const struct transcript *transcript,
                           const struct step *step)
{
	out->length = 0;
	text_print_step(out, &transcript->script.names, step, NULL, 0, 0);
	out->text[out->length - 1] = '\0';
	return out->text;
}

/* --- The subject's lines -------------------------------------------------------------- */

static void end_as(struct transcript *transcript, enum played_end end,
                   const char *how)
{
	if (transcript->played->end != PLAYED_ALL)
		return; /* what ended it first is why */
	transcript->played->end = end;
	snprintf(transcript->played->how, sizeof transcript->played->how, "%s", how);
	hello_clean(transcript->played->how);
}

/* Reads what stands behind "# ended ". */
static bool hear_end(struct transcript *transcript, const char *text)
{
	unsigned long long memory;
	char how[64];
	int status, used = 0;
	transcript->is_ended = true;
	if (strcmp(text, "ok") == 0)
		return true;
	if (sscanf(text, "ok memory=%llu%n", &memory, &used) == 1 && !text[used]) {
		transcript->played->memory = memory;
		return true;
	}
	if (sscanf(text, "exit %d%n", &status, &used) == 1 && !text[used])
		process_tell_exit(how, sizeof how, status);
	else if ((sscanf(text, "signal %*u%n", &used), used && !text[used]) ||
	         (sscanf(text, "exception 0x%*x%n", &used), used && !text[used]))
		snprintf(how, sizeof how, "%.60s", text);
	else
		return false;
	end_as(transcript, PLAYED_CRASH, how);
	return true;
}

/* @return what was expected instead, or NULL */
static const char *hear_comment(struct transcript *transcript, const char *line,
                                size_t length)
{
	static const char unsupported[] = "# unsupported: ", ended[] = "# ended ";
	char text[160];
	snprintf(text, sizeof text, "%.*s", (int)length, line);
	if (strncmp(text, unsupported, sizeof unsupported - 1) == 0)
		end_as(transcript, PLAYED_UNSUPPORTED, text + sizeof unsupported - 1);
	else if (strncmp(text, ended, sizeof ended - 1) == 0 &&
	         !hear_end(transcript, text + sizeof ended - 1))
		return "'ok', 'signal N', 'exit N' or 'exception 0xN'";
	return NULL;
}

/* Goes on to the step that a line must be about.
 * @return what was expected instead, or NULL */
static const char *follow(struct transcript *transcript, const struct step *step)
{
	struct recording *record = &transcript->record;
	const struct walk walk = record->walk;
	const size_t at = record->at;
	const char *expected;
	const struct step *wanted = record_next(record);
	bool in_together = transcript->parser.together_line;
	if (!wanted || transcript->played->end != PLAYED_ALL)
		expected = "the end";
	else if (strcmp(text_of(&transcript->wanted, transcript, wanted),
	                text_of(&transcript->got, transcript, step)) != 0)
		expected = transcript->wanted.text;
	else if (record->walk.in_together != in_together)
		expected = in_together ? "no 'together' around it"
		                       : "'together' before it";
	else
		return NULL;
	record->walk = walk;
	record->at = at;
	return expected;
}

/* @return what was expected instead, or NULL */
static const char *hear_step(struct transcript *transcript, const char *line,
                             size_t length)
{
	struct text_parser *parser = &transcript->parser;
	size_t errors = parser->errors;
	struct step step;
	if (!text_line(parser, line, length, &step))
		return parser->errors > errors ? transcript->error : NULL;
	if (step.op == OP_REPEAT)
		return "the lines of each round";
	if (step.op == OP_TOGETHER || step.op == OP_END)
		return NULL;
	const char *expected = follow(transcript, &step);
	if (expected)
		return expected;
	transcript->heard++;
	transcript->is_told = operations[step.op].is_call &&
	                      parser->answers->status >= ANSWER_CRASH;
	if (operations[step.op].is_call)
		record_hear(&transcript->record, parser->answers);
	return NULL;
}

bool transcript_line(struct transcript *transcript, const char *line, size_t length,
                     char *why, size_t size)
{
	const char *expected = length && *line == '#'
	                               ? hear_comment(transcript, line, length)
	                               : hear_step(transcript, line, length);
	if (expected)
		hello_garbage(why, size, line, length, expected);
	return !expected;
}

/* --- The end ---------------------------------------------------------------------------- */

/* Whoever ended by himself has carried out the whole script. */
static void check_whole(struct transcript *transcript)
{
	char how[160];
	size_t at;
	if (step_left(transcript, &at)) {
		snprintf(how, sizeof how, "it ended before '%s'",
		         text_of(&transcript->wanted, transcript,
		                 &transcript->script.steps[at]));
		end_as(transcript, PLAYED_LOST, how);
	} else if (!text_end(&transcript->parser)) {
		snprintf(how, sizeof how, "it ended before %s", transcript->error);
		end_as(transcript, PLAYED_LOST, how);
	}
}

/* Whether it ended in a call that did not return. */
static bool is_cut_short(const struct played *played)
{
	return played->end == PLAYED_CRASH || played->end == PLAYED_HANG;
}

/* Makes the trace end with that call, if it ended in one, or else with the step before.
 * The subject may have told of the call itself. */
static void cut(struct transcript *transcript)
{
	struct recording *record = &transcript->record;
	struct played *played = transcript->played;
	const struct step *step = &transcript->script.steps[played->at];
	if (is_cut_short(played) && transcript->is_told) {
		played->at = record->at;
	} else if (is_cut_short(played) && operations[step->op].is_call) {
		struct answer answer = answer_make(
			played->end == PLAYED_CRASH ? ANSWER_CRASH : ANSWER_HANG);
		(void)record_next(record);
		record_hear(record, &answer);
		transcript->heard++;
	}
	record->is_cut = true;
}

static void write_trace(struct transcript *transcript)
{
	struct letters *out = &transcript->got;
	out->length = 0;
	record_write(out, &transcript->record);
	(void)text_parse(&transcript->played->trace, out->text, out->length,
	                 ANSWERS_REQUIRED, note_error, transcript);
}

void transcript_end(struct transcript *transcript, enum played_end end,
                    const char *how)
{
	struct played *played = transcript->played;
	end_as(transcript, end, how);
	if (played->end == PLAYED_ALL)
		check_whole(transcript);
	if (step_left(transcript, &played->at) ||
	    (transcript->is_told && is_cut_short(played)))
		cut(transcript);
	if (transcript->heard)
		write_trace(transcript);
	record_end(&transcript->record);
	text_free(&transcript->parser);
}
