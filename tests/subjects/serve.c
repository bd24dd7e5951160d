/*
 * serve.c: see serve.h. A scenario's text, then its run and its end, then frames and the
 * script that comes alone.
 */
#include "serve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

/* What comes on standard input. All processes see it alike: any of them reads. */
struct input {
	size_t at, length; /* read and not carried out yet: [at, length) of the bytes */
	/* What stands at `at`, if it is a frame. */
	size_t header, bytes; /* lengths of its line and of its script */
	bool is_shared;       /* it may share a process with others */
	char text[1 << 24];
};

/* A subject at work. */
struct server {
	const struct subject *subject;
	FILE *out;
	struct input *input;
	bool is_framed;
	bool shares;    /* it may let scenarios share a process */
	bool is_shared; /* the process of the scenario is */
	bool ok;
	struct live live;
};

/* --- Input ----------------------------------------------------------------------------- */

/* Reads more behind what was read.
 * @return whether there was any */
static bool read_more(struct input *input)
{
	size_t left = input->length - input->at;
	if (input->at) {
		memmove(input->text, input->text + input->at, left);
		input->at = 0;
		input->length = left;
	}
	if (left == sizeof input->text) {
		fprintf(stderr, "sechandle-subject: a line or a scenario of more than %zu "
		                "bytes\n", sizeof input->text);
		return false;
	}
	input->length += platform_read(input->text + left, sizeof input->text - left);
	return input->length > left;
}

/* Has so many bytes read.
 * @return false if fewer come */
static bool await_bytes(struct input *input, size_t count)
{
	while (input->length - input->at < count)
		if (!read_more(input))
			return false;
	return true;
}

/* Has a line read, and measures it with its line end; at the end of the input it has
 * none, or is empty. */
static size_t await_line(struct input *input)
{
	size_t looked = 0;
	for (;;) {
		const char *from = input->text + input->at;
		size_t left = input->length - input->at;
		const char *end = memchr(from + looked, '\n', left - looked);
		if (end)
			return (size_t)(end - from) + 1;
		looked = left;
		if (!read_more(input))
			return left;
	}
}

/* Reads the line of a frame, "# scenario BYTES" or "# scenario BYTES shared".
 * @return whether it is one */
static bool is_header(struct input *input)
{
	static const char word[] = "# scenario ", shared[] = " shared\n";
	size_t length = await_line(input), bytes = 0, at = sizeof word - 1;
	const char *line = input->text + input->at;
	if (length <= at || memcmp(line, word, at) != 0)
		return false;
	for (; line[at] >= '0' && line[at] <= '9'; at++)
		if (bytes < sizeof input->text) /* else it is too much anyway */
			bytes = bytes * 10 + (size_t)(line[at] - '0');
	input->header = length;
	input->bytes = bytes;
	input->is_shared = length - at == sizeof shared - 1 &&
	                   memcmp(line + at, shared, length - at) == 0;
	return input->is_shared || line[at] == '\n';
}

/* Has a frame read.
 * @return whether all of it came */
static bool await_frame(struct input *input)
{
	return is_header(input) && await_bytes(input, input->header + input->bytes);
}

static void play_frame(struct play *play, const struct input *input)
{
	const char *text = input->text + input->at + input->header;
	size_t from = 0;
	for (size_t to = 0; to < input->bytes; to++)
		if (text[to] == '\n' || to + 1 == input->bytes) {
			play_line(play, text + from, to + 1 - from);
			from = to + 1;
		}
}

/* Plays lines as they come. */
static void play_input(struct play *play, struct input *input)
{
	size_t length;
	while ((length = await_line(input))) {
		play_line(play, input->text + input->at, length);
		input->at += length;
	}
}

static bool run(void *context, struct progress *progress)
{
	struct server *server = context;
	struct play play;
	bool ok;
	play_begin(&play, &server->subject->setup, server->out, progress);
	play.refuse = server->subject->refuse;
	play.overlap = server->subject->overlap;
	play.live = platform_forks ? NULL : &server->live;
	/* A reader of frames is told how it ended, and then reads the trace. */
	play.is_buffered = server->is_shared;
	if (server->is_framed)
		play_frame(&play, server->input);
	else
		play_input(&play, server->input);
	ok = play_end(&play);
	/* What is in use now is the implementation's. */
	progress->memory = platform_heap();
	progress->is_over = ok;
	return ok;
}

static void end(void *context, const struct progress *progress, struct ended ended)
{
	struct server *server = context;
	bool is_ok = strcmp(ended.word, "ok") == 0, is_call = progress->line[0];
	/* A reader of frames knows which call it was; a reader of the trace does not. */
	if (!is_ok && !server->is_framed && is_call)
		fprintf(server->out, "%s -> CRASH\n", progress->line);
	/* Of what a shared process had to write, a line may have been cut. */
	if (server->input->is_shared && !is_ok)
		fputc('\n', server->out);
	fprintf(server->out, "# ended %s", ended.word);
	if (strcmp(ended.word, "exception") == 0)
		fprintf(server->out, " 0x%08X", ended.code);
	else if (!is_ok)
		fprintf(server->out, " %u", ended.code);
	else if (progress->memory != UINT64_MAX)
		fprintf(server->out, " memory=%" PRIu64, progress->memory);
	fputc('\n', server->out);
	if (server->is_framed)
		server->input->at += server->input->header + server->input->bytes;
	fflush(server->out);
	server->ok = is_ok || server->is_framed || is_call;
}

/* Whether a scenario comes next that may share a process. */
static bool is_next(void *context)
{
	struct server *server = context;
	return await_frame(server->input) && server->input->is_shared;
}

/* Carries out a scenario, and those behind it that may share its process.
 * @return false if it is to be carried out by itself */
static bool share(struct server *server)
{
	struct apart apart = {run, end, is_next, server};
	bool is_done;
	if (!server->input->is_shared || !server->shares)
		return false;
	server->is_shared = true;
	is_done = platform_share(&apart);
	server->is_shared = false;
	return is_done;
}

static void carry_out(struct server *server)
{
	platform_apart(&(struct apart){run, end, is_next, server});
	if (!platform_forks)
		live_end(&server->live, server->subject->setup.table);
}

/* --- The protocol ------------------------------------------------------------------------ */

static void tell(FILE *out, const char *key, const char *value)
{
	if (value && value[0])
		fprintf(out, "# %s: %s\n", key, value);
}

static const char *variable(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value ? value : otherwise;
}

struct driver_identity serve_known(void)
{
	return (struct driver_identity){
		variable("SECHANDLE_USER", driver_known.user),
		variable("SECHANDLE_DOMAIN", driver_known.domain),
		variable("SECHANDLE_PASSWORD", driver_known.password)};
}

static void say_hello(const struct server *server)
{
	const struct subject *subject = server->subject;
	FILE *out = server->out;
	fputs("# sechandle-subject 1\n", out);
	tell(out, "name", subject->name);
	tell(out, "version", subject->version);
	tell(out, "path", subject->path);
	tell(out, "package", subject->setup.package);
	tell(out, "serves", platform_forks ? "forked" : "in-turn");
	tell(out, "shares", server->shares ? "yes" : "");
	tell(out, "overlaps", subject->overlap ? "yes" : "");
	fputs("# ready\n", out);
	fflush(out);
}

static bool serve_frames(struct server *server)
{
	struct input *input = server->input;
	server->is_framed = true;
	while (await_frame(input))
		if (!share(server))
			carry_out(server);
	size_t left = input->length - input->at;
	if (is_header(input))
		fprintf(stderr, "sechandle-subject: the input ends within a scenario, "
		                "after %zu of %zu bytes\n", left - input->header,
		        input->bytes);
	else if (left)
		fputs("sechandle-subject: no line '# scenario BYTES' behind a "
		      "scenario\n", stderr);
	return left == 0;
}

bool serve(const struct subject *subject, FILE *out)
{
	struct server server = {.subject = subject,
	                        .out = out,
	                        .input = platform_common(sizeof *server.input),
	                        .shares = platform_shares(),
	                        .ok = true};
	say_hello(&server);
	if (is_header(server.input))
		server.ok &= serve_frames(&server);
	else
		carry_out(&server);
	live_free(&server.live);
	return server.ok;
}
