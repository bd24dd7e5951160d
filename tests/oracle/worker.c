/*
 * worker.c: see worker.h. From the end of a scenario back to its beginning, then what a
 * process writes, then what befalls it.
 */
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../specs/grow.h"

double worker_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void worker_init(struct worker *worker, const struct attachment *attachment)
{
	*worker = (struct worker){.attachment = attachment,
	                          .process = {0, -1, -1, -1, -1}};
	transcript_init(&worker->transcript);
	scenario_init(&worker->played.trace);
}

void worker_free(struct worker *worker)
{
	if (worker->work == WORK_PLAYING)
		transcript_end(&worker->transcript, PLAYED_LOST, "");
	process_kill(&worker->process);
	transcript_free(&worker->transcript);
	scenario_free(&worker->played.trace);
	free(worker->sent.text);
	free(worker->heard.text);
}

bool worker_is_busy(const struct worker *worker)
{
	return worker->work == WORK_HELLO || worker->work == WORK_PLAYING;
}

/* --- What it writes to standard error ------------------------------------------------ */

/* Keeps the end of it. */
static void keep_said(struct played *played, const char *text, size_t length)
{
	char *said = played->said;
	size_t room = sizeof played->said - 1, kept = strlen(said);
	if (length > room) {
		text += length - room;
		length = room;
	}
	if (kept + length > room) {
		size_t gone = kept + length - room;
		memmove(said, said + gone, kept - gone);
		kept -= gone;
	}
	for (size_t i = 0; i < length; i++)
		said[kept + i] = text[i] ? text[i] : '?';
	said[kept + length] = '\0';
	hello_clean(said + kept);
}

/* Reads some of it.
 * @return whether there was any */
static bool read_said(struct worker *worker)
{
	char text[4096];
	ssize_t got;
	if (worker->process.err < 0)
		return false;
	got = read(worker->process.err, text, sizeof text);
	if (got > 0)
		keep_said(&worker->played, text, (size_t)got);
	else if (got == 0 || errno != EAGAIN)
		process_close(&worker->process.err);
	return got > 0;
}

/* Reads what a pipe can hold: a process may go on and on. */
static void read_last_words(struct worker *worker)
{
	for (int i = 0; i < 16 && read_said(worker); i++)
		;
}

/* --- The end of a scenario -------------------------------------------------------------- */

/* Whether its process may let scenarios share one. */
static bool may_share(const struct worker *worker)
{
	return !worker->apart && worker->hello.info.serves == SERVES_FORKED &&
	       worker->hello.info.shares &&
	       worker->attachment->under == UNDER_NOTHING;
}

/* Whether the process can go on. */
static bool is_reusable(const struct worker *worker)
{
	enum played_end end = worker->played.end;
	return worker->transcript.is_ended && end != PLAYED_LOST &&
	       (worker->hello.info.serves == SERVES_FORKED ||
	        (worker->hello.info.serves == SERVES_IN_TURN && end != PLAYED_CRASH));
}

/* Whether its end tells of the scenario, whatever the process did before. A fork that
 * hangs has answered something, or it may be the process that does not fork. */
static bool is_believed(const struct worker *worker, bool was_heard)
{
	enum played_end end = worker->played.end;
	if (may_share(worker))
		return end == PLAYED_ALL || end == PLAYED_UNSUPPORTED;
	return worker->carried == 1 || is_reusable(worker) ||
	       (worker->hello.info.serves == SERVES_FORKED &&
	        worker->played.end == PLAYED_HANG && was_heard);
}

static void finish(struct worker *worker, enum played_end end, const char *how)
{
	bool was_heard = worker->transcript.heard > 0;
	transcript_end(&worker->transcript, end, how);
	read_last_words(worker);
	worker->work = WORK_DONE;
	if (!is_reusable(worker))
		process_kill(&worker->process);
	if (!is_believed(worker, was_heard)) {
		scenario_reset(&worker->played.trace);
		worker_give(worker, worker->script, worker->index, true);
	}
}

static void fail_start(struct worker *worker, const char *why)
{
	read_last_words(worker);
	process_kill(&worker->process);
	worker->played.end = PLAYED_LOST;
	worker->played.at = 0;
	worker->played.memory = UINT64_MAX;
	snprintf(worker->played.how, sizeof worker->played.how, "%s", why);
	worker->work = WORK_DONE;
}

/* Ends what is going on. */
static void lose(struct worker *worker, const char *how)
{
	if (worker->work == WORK_HELLO)
		fail_start(worker, how);
	else
		finish(worker, PLAYED_LOST, how);
}

/* --- Its beginning ------------------------------------------------------------------------ */

void worker_start(struct worker *worker)
{
	char why[160];
	worker->work = WORK_HELLO;
	worker->hello = (struct hello){.is_ready = false};
	worker->heard.length = 0;
	worker->output = 0;
	worker->carried = 0;
	*worker->played.said = '\0';
	worker->deadline = worker_now() + worker->attachment->start_seconds;
	if (!process_start(&worker->process, worker->attachment, why, sizeof why))
		fail_start(worker, why);
}

/* Seconds until something must be heard. Where a process is shared that is the end, and
 * what takes long is carried out apart. */
static double patience(const struct worker *worker)
{
	double seconds = worker->attachment->seconds;
	return may_share(worker) ? seconds / 4 : seconds;
}

static void send(struct worker *worker)
{
	const struct letters *text = &worker->transcript.text;
	transcript_begin(&worker->transcript, worker->script, &worker->played);
	worker->sent.length = 0;
	if (worker->hello.info.serves != SERVES_ONE)
		text_format(&worker->sent, "# scenario %zu%s\n", text->length,
		            may_share(worker) ? " shared" : "");
	text_format(&worker->sent, "%.*s", (int)text->length,
	            text->length ? text->text : "");
	worker->written = 0;
	worker->output = 0;
	worker->played.is_shared = may_share(worker) ||
	                           (worker->hello.info.serves == SERVES_IN_TURN &&
	                            worker->carried > 0);
	worker->carried++;
	worker->work = WORK_PLAYING;
	worker->deadline = worker_now() + patience(worker);
	worker_write(worker);
}

void worker_give(struct worker *worker, const struct scenario *script, size_t index,
                 bool apart)
{
	bool ok;
	char how[64];
	worker->script = script;
	worker->index = index;
	worker->apart = apart;
	if (worker->process.id &&
	    ((apart && worker->carried &&
	      worker->hello.info.serves != SERVES_FORKED) ||
	     process_ended(&worker->process, &ok, how, sizeof how)))
		process_kill(&worker->process);
	if (worker->process.id)
		send(worker);
	else
		worker_start(worker);
}

void worker_write(struct worker *worker)
{
	ssize_t got = write(worker->process.in, worker->sent.text + worker->written,
	                    worker->sent.length - worker->written);
	if (got > 0)
		worker->written += (size_t)got;
	if (worker->written == worker->sent.length &&
	    worker->hello.info.serves == SERVES_ONE)
		process_close(&worker->process.in);
}

/* --- What it writes to standard output ---------------------------------------------------- */

/* Whoever has begun a line that is no comment says no hello, and perhaps never ends the
 * line. */
static void hear_begun(struct worker *worker)
{
	const struct letters *heard = &worker->heard;
	char why[160];
	if (worker->work != WORK_HELLO || !heard->length || *heard->text == '#' ||
	    *heard->text == '\r')
		return;
	hello_garbage(why, sizeof why, heard->text, heard->length, "a comment");
	fail_start(worker, why);
}

static void hear_hello(struct worker *worker, const char *line, size_t length)
{
	char why[160];
	if (!hello_line(&worker->hello, line, length, why, sizeof why)) {
		fail_start(worker, why);
	} else if (worker->hello.is_ready) {
		worker->work = WORK_NONE;
		if (worker->script)
			send(worker);
	}
}

static void hear_answer(struct worker *worker, const char *line, size_t length)
{
	struct transcript *transcript = &worker->transcript;
	char why[160];
	size_t heard = transcript->heard;
	if (!transcript_line(transcript, line, length, why, sizeof why))
		finish(worker, PLAYED_LOST, why);
	else if (transcript->is_ended && worker->hello.info.serves != SERVES_ONE)
		finish(worker, PLAYED_ALL, "");
	else if (transcript->heard > heard)
		worker->deadline = worker_now() + worker->attachment->seconds;
}

/* Hears the lines that are complete. A process that is started meanwhile has written
 * none of them. */
static void hear_lines(struct worker *worker)
{
	pid_t process = worker->process.id;
	size_t from = 0;
	while (worker_is_busy(worker) && worker->process.id == process) {
		const char *line = worker->heard.text + from;
		const char *end = memchr(line, '\n', worker->heard.length - from);
		if (!end)
			break;
		size_t length = (size_t)(end - line);
		from += length + 1;
		length -= length && line[length - 1] == '\r';
		if (worker->work == WORK_HELLO)
			hear_hello(worker, line, length);
		else
			hear_answer(worker, line, length);
	}
	if (worker->process.id != process)
		return;
	worker->heard.length -= from;
	memmove(worker->heard.text, worker->heard.text + from, worker->heard.length);
	hear_begun(worker);
}

/* Reads some of it.
 * @return whether there was any */
static bool read_output(struct worker *worker)
{
	enum { MOST = 65536 };
	uint64_t left = worker->attachment->output - worker->output;
	struct letters *heard = &worker->heard;
	if (worker->process.out < 0)
		return false;
	heard->text = grow(heard->text, &heard->capacity, heard->length + MOST, 1);
	ssize_t got = read(worker->process.out, heard->text + heard->length,
	                   left < MOST ? left + 1 : MOST);
	if (got <= 0) {
		if (got == 0 || errno != EAGAIN)
			process_close(&worker->process.out);
		return false;
	}
	heard->length += (size_t)got;
	worker->output += (uint64_t)got;
	return true;
}

/* As well, and hears it. */
static bool hear_output(struct worker *worker)
{
	char how[64];
	pid_t process = worker->process.id;
	if (!read_output(worker))
		return false;
	hear_lines(worker);
	if (worker_is_busy(worker) && worker->process.id == process &&
	    worker->output > worker->attachment->output) {
		snprintf(how, sizeof how, "over %llu bytes of output",
		         (unsigned long long)worker->attachment->output);
		lose(worker, how);
	}
	return worker_is_busy(worker) && worker->process.id == process;
}

void worker_read_errors(struct worker *worker)
{
	(void)read_said(worker);
}

void worker_read(struct worker *worker)
{
	hear_output(worker);
	if (worker_is_busy(worker) && worker->process.out < 0)
		worker_look(worker);
}

/* --- What befalls it ------------------------------------------------------------------------ */

static void note_end(struct worker *worker, bool ok, const char *how)
{
	char text[160];
	if (worker->work == WORK_HELLO) {
		snprintf(text, sizeof text, "it ended before it was ready: %s", how);
		fail_start(worker, text);
	} else if (ok && worker->heard.length) {
		hello_garbage(text, sizeof text, worker->heard.text,
		              worker->heard.length, "the end of the line");
		finish(worker, PLAYED_LOST, text);
	} else if (ok && worker->hello.info.serves == SERVES_ONE &&
	           !transcript_is_left(&worker->transcript)) {
		finish(worker, PLAYED_ALL, "");
	} else {
		finish(worker, PLAYED_CRASH, how);
	}
}

void worker_look(struct worker *worker)
{
	char how[64];
	bool ok;
	pid_t process = worker->process.id;
	if (!process_ended(&worker->process, &ok, how, sizeof how))
		return;
	while (hear_output(worker))
		;
	if (worker_is_busy(worker) && worker->process.id == process)
		note_end(worker, ok, how);
}

/* Whether it was sent something and has read nothing of it. */
static bool is_unread(const struct worker *worker)
{
	return !worker->transcript.heard && worker->written &&
	       process_unread(&worker->process) == worker->written;
}

void worker_late(struct worker *worker)
{
	const struct attachment *attachment = worker->attachment;
	pid_t process = worker->process.id;
	char how[64];
	worker_look(worker);
	if (!worker_is_busy(worker) || worker->process.id != process)
		return;
	if (worker->work == WORK_HELLO) {
		snprintf(how, sizeof how, "it was not ready within %g s",
		         attachment->start_seconds);
		fail_start(worker, how);
	} else if (worker->process.out < 0) {
		finish(worker, PLAYED_LOST, "it has closed its output and goes on");
	} else if (is_unread(worker)) {
		finish(worker, PLAYED_LOST, "it does not read its input");
	} else {
		snprintf(how, sizeof how, "no %s within %g s",
		         transcript_is_left(&worker->transcript) ? "answer" : "end",
		         attachment->seconds);
		finish(worker, PLAYED_HANG, how);
	}
}
