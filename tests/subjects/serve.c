/*
 * serve.c: see serve.h. A scenario's text, then its run and its end, then frames and the
 * script that comes alone.
 */
#include "serve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "live.h"

/* A subject at work. */
struct server {
	const struct subject *subject;
	FILE *out;
	struct letters text; /**< the scenario at hand: in a frame, whole; else the line
	                          that was read */
	bool is_framed;
	bool ok;
	struct live live;
};

/* --- Text ------------------------------------------------------------------------------ */

static void add_byte(struct letters *text, char byte)
{
	text->text = grow(text->text, &text->capacity, text->length, 1);
	text->text[text->length++] = byte;
}

/* Reads a line with its line end; at the end of the input it is empty. */
static void read_line(struct letters *line)
{
	int byte;
	line->length = 0;
	do {
		if ((byte = getchar()) == EOF)
			return;
		add_byte(line, (char)byte);
	} while (byte != '\n');
}

/* Reads a number of bytes; false if fewer come. */
static bool read_bytes(struct letters *text, size_t count)
{
	int byte;
	for (text->length = 0; text->length < count; add_byte(text, (char)byte))
		if ((byte = getchar()) == EOF)
			return false;
	return true;
}

/* Whether a line opens a frame, and how many bytes it has. */
static bool is_header(const struct letters *line, size_t *bytes)
{
	static const char word[] = "# scenario ";
	size_t at = sizeof word - 1;
	*bytes = 0;
	if (line->length <= at || memcmp(line->text, word, at) != 0)
		return false;
	for (; line->text[at] >= '0' && line->text[at] <= '9'; at++)
		*bytes = *bytes * 10 + (size_t)(line->text[at] - '0');
	return line->text[at] == '\n';
}

/* --- A scenario ------------------------------------------------------------------------ */

static void play_frame(struct play *play, const struct letters *text)
{
	size_t from = 0;
	for (size_t to = 0; to < text->length; to++)
		if (text->text[to] == '\n' || to + 1 == text->length) {
			play_line(play, text->text + from, to + 1 - from);
			from = to + 1;
		}
}

/* Plays lines as they come; the first was read. */
static void play_input(struct play *play, struct letters *line)
{
	for (; line->length; read_line(line))
		play_line(play, line->text, line->length);
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
	if (server->is_framed)
		play_frame(&play, &server->text);
	else
		play_input(&play, &server->text);
	ok = play_end(&play);
	/* What is in use now is the implementation's. */
	free(server->text.text);
	memset(&server->text, 0, sizeof server->text);
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
	fprintf(server->out, "# ended %s", ended.word);
	if (strcmp(ended.word, "exception") == 0)
		fprintf(server->out, " 0x%08X", ended.code);
	else if (!is_ok)
		fprintf(server->out, " %u", ended.code);
	else if (progress->memory != UINT64_MAX)
		fprintf(server->out, " memory=%" PRIu64, progress->memory);
	fputc('\n', server->out);
	fflush(server->out);
	server->ok = is_ok || server->is_framed || is_call;
}

static void carry_out(struct server *server)
{
	platform_apart(&(struct apart){run, end, server});
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

static void say_hello(const struct subject *subject, FILE *out)
{
	fputs("# sechandle-subject 1\n", out);
	tell(out, "name", subject->name);
	tell(out, "version", subject->version);
	tell(out, "path", subject->path);
	tell(out, "package", subject->setup.package);
	tell(out, "serves", platform_forks ? "forked" : "in-turn");
	fputs("# ready\n", out);
	fflush(out);
}

/* Carries out frames, the first of which was opened. */
static bool serve_frames(struct server *server, size_t bytes)
{
	server->is_framed = true;
	do {
		if (!read_bytes(&server->text, bytes)) {
			fprintf(stderr, "sechandle-subject: the input ends within a "
			                "scenario, after %zu of %zu bytes\n",
			        server->text.length, bytes);
			return false;
		}
		carry_out(server);
		read_line(&server->text);
	} while (is_header(&server->text, &bytes));
	if (server->text.length)
		fputs("sechandle-subject: no line '# scenario BYTES' behind a "
		      "scenario\n", stderr);
	return server->text.length == 0;
}

bool serve(const struct subject *subject, FILE *out)
{
	struct server server = {.subject = subject, .out = out, .ok = true};
	size_t bytes;
	say_hello(subject, out);
	read_line(&server.text);
	if (is_header(&server.text, &bytes))
		server.ok = serve_frames(&server, bytes);
	else
		carry_out(&server);
	free(server.text.text);
	live_free(&server.live);
	return server.ok;
}
