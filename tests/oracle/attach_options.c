/*
 * attach_options.c: see attach_options.h.
 *
 * How to read it: the command that starts the subject, its surroundings, the options.
 */
#include "attach_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

#include "../../specs/grow.h"
#include "acquires.h"

static const char subject_name[] = "sechandle-subject";

/* --- The command ------------------------------------------------------------------- */

/* Appends a word, or the NULL behind the last one. */
static void add_word(struct attach_options *options, const char *word)
{
	char **words = realloc(options->words,
	                       (options->word_count + 1) * sizeof *words);
	if (!words) {
		perror("sechandle");
		exit(2);
	}
	options->words = words;
	words[options->word_count++] = word ? strdup(word) : NULL;
}

/* Appends the path of the program that drives libraries: it stands beside this one,
 * or is found in PATH. */
static void add_driver(struct attach_options *options)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path,
	                          sizeof path - sizeof subject_name);
	char *slash = NULL;
	if (length > 0) {
		path[length] = '\0';
		slash = strrchr(path, '/');
	}
	if (slash)
		strcpy(slash + 1, subject_name);
	add_word(options, slash && access(path, X_OK) == 0 ? path : subject_name);
}

static void add_driven(struct attach_options *options)
{
	add_driver(options);
	add_word(options, "--sspi");
	add_word(options, options->library);
	if (options->package) {
		add_word(options, "--package");
		add_word(options, options->package);
	}
	if (options->exports)
		add_word(options, "--exports");
	if (options->wide)
		add_word(options, "--wide");
	if (options->credentials) {
		add_word(options, "--credentials");
		add_word(options, options->credentials);
	}
}

/* Appends the words of a command line, as a shell takes it apart. */
static void add_given(struct attach_options *options, struct argp_state *state)
{
	wordexp_t words;
	if (wordexp(options->subject, &words, WRDE_NOCMD | WRDE_UNDEF) != 0 ||
	    words.we_wordc == 0)
		argp_error(state, "--subject '%s', expected a program and its arguments, "
		                  "quoted as for a shell", options->subject);
	for (size_t i = 0; i < words.we_wordc; i++)
		add_word(options, words.we_wordv[i]);
	wordfree(&words);
}

static void complete(struct attach_options *options, struct argp_state *state)
{
	options->is_given = options->library || options->subject;
	if (!options->is_given && options->is_optional)
		return;
	if (!options->library == !options->subject)
		argp_error(state, options->library
		                          ? "--sspi and --subject, expected one of them"
		                          : "nothing to judge, expected --sspi or --subject");
	if (options->subject && (options->package || options->exports ||
	                         options->wide || options->credentials))
		argp_error(state, "--package, --exports, --wide and --credentials go with "
		                  "--sspi");
	if (options->subject)
		add_given(options, state);
	else
		add_driven(options);
	add_word(options, NULL);
}

/* --- Surroundings --------------------------------------------------------------------- */

static void add_variable(struct attach_options *options, const char *name,
                         const char *value)
{
	char **variable = &options->environment[options->environment_count++];
	if (asprintf(variable, "%s=%s", name, value) < 0) {
		perror("sechandle");
		exit(2);
	}
}

/* Preloaded sanitizers and valgrind take far more addresses than memory. */
static void surround(struct attach_options *options)
{
	struct attachment *attachment = &options->attachment;
	bool is_watched = attachment->under == UNDER_VALGRIND || options->preload;
	attachment->command = options->words;
	if (!options->memory_is_set)
		attachment->memory = is_watched ? 0 : UINT64_C(4096) << 20;
	/* What is freed must not count as in use. */
	add_variable(options, "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
	if (options->preload)
		add_variable(options, "LD_PRELOAD", options->preload);
	attachment->environment = options->environment;
}

/* Says on a terminal that a subject is waited for: one that never says hello is
 * silent for long. */
static void tell_waiting(const char *subject, double seconds)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s: waiting for its hello, for at most %g s",
		        subject, seconds);
}

static void tell_waited(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

struct attached *attach_options_begin(struct attach_options *options)
{
	char why[1024];
	const char *subject = options->subject ? options->words[0] : options->library;
	surround(options);
	tell_waiting(subject, options->attachment.start_seconds);
	struct attached *attached = attach(&options->attachment, why, sizeof why);
	if (attached && !acquires_any(attached, why, sizeof why)) {
		detach(attached);
		attached = NULL;
	}
	tell_waited();
	if (!attached)
		fprintf(stderr, "sechandle: %s: could not attach: %s\n", subject, why);
	return attached;
}

void attach_options_free(struct attach_options *options)
{
	for (size_t i = 0; i < options->word_count; i++)
		free(options->words[i]);
	free(options->words);
	for (size_t i = 0; i < options->environment_count; i++)
		free(options->environment[i]);
}

/* --- The options ----------------------------------------------------------------------- */

/* A number from `least` to `most`. */
static double number(const char *value, double least, double most,
                     const char *option, struct argp_state *state)
{
	char *end;
	double read = strtod(value, &end);
	if (end == value || *end || !(read >= least && read <= most))
		argp_error(state, "%s '%s', expected a number from %g to %g", option,
		           value, least, most);
	return read;
}

static void begin(struct attach_options *options)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	options->attachment.jobs = cores > 0 ? (unsigned)cores : 1;
	options->attachment.start_seconds = 30;
	options->attachment.seconds = 5;
	options->attachment.output = 16 << 20;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct attach_options *options = state->input;
	struct attachment *attachment = &options->attachment;
	switch (key) {
	case ARGP_KEY_INIT: begin(options); return 0;
	case 's': options->library = value; return 0;
	case 'S': options->subject = value; return 0;
	case 'p': options->package = value; return 0;
	case 'e': options->exports = true; return 0;
	case 'w': options->wide = true; return 0;
	case 'c': options->credentials = value; return 0;
	case 'j':
		attachment->jobs = (unsigned)number(value, 1, 1024, "--jobs", state);
		return 0;
	case 't':
		attachment->seconds = number(value, 0.01, 86400, "--timeout", state);
		return 0;
	case 'm':
		attachment->memory =
			(uint64_t)number(value, 0, 1 << 30, "--memory", state) << 20;
		options->memory_is_set = true;
		return 0;
	case 'a': attachment->apart = true; return 0;
	case 'v': attachment->under = UNDER_VALGRIND; return 0;
	case 'l': options->preload = value; return 0;
	case ARGP_KEY_END: complete(options, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option described[] = {
	{NULL, 0, NULL, 0, "What is judged:", 1},
	{"sspi", 's', "LIBRARY", 0,
	 "A shared library with the functions of sspi.h; sechandle-subject drives it, "
	 "which stands beside this program or in PATH", 0},
	{"package", 'p', "NAME", 0, "The package of that library", 0},
	{"exports", 'e', NULL, 0,
	 "Take its exported functions, not the table of InitSecurityInterface", 0},
	{"wide", 'w', NULL, 0, "Take its functions for UTF-16", 0},
	{"credentials", 'c', "FILE", 0,
	 "Who the known identity is: user, domain and password, a line each", 0},
	{"subject", 'S', "COMMAND", 0,
	 "A program that reads scripts and writes traces, with its arguments, quoted "
	 "as for a shell", 0},
	{NULL, 0, NULL, 0, "How it is started:", 2},
	{"jobs", 'j', "N", 0, "Most processes at once (default: one a core)", 0},
	{"timeout", 't', "SECONDS", 0, "That a call may take; one that takes longer "
	 "hangs (default: 5)", 0},
	{"memory", 'm', "MIB", 0, "Most address space of a process; 0: any (default: "
	 "4096, or any with --valgrind or --preload)", 0},
	{"apart", 'a', NULL, 0, "Carry out every scenario in a process that carries out no "
	 "other, not only what did not conform in one that several share; the report "
	 "is the same", 0},
	{"valgrind", 'v', NULL, 0, "Run it under valgrind: a memory error is a crash", 0},
	{"preload", 'l', "LIBRARY", 0, "Load a library before all others, such as "
	 "libasan.so", 0},
	{0}};

const struct argp attach_options_argp = {described, parse, NULL, NULL,
                                         NULL, NULL, NULL};
