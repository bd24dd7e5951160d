/*
 * runner.c: main() of a target without a fuzzing engine. It runs the target on files
 * and on the empty input.
 *
 * Each input lies in memory of its own size, so that AddressSanitizer sees a read
 * behind it. A target that finds something aborts; then the runner tells on which
 * input it was, behind what the target or a sanitizer reported.
 */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../specs/grow.h"

enum { EXIT_TROUBLE = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the runtimes of AddressSanitizer and UndefinedBehaviorSanitizer, where the target
 * has one: what it calls before it ends the process. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct arguments {
	bool lists;
	unsigned long times;
	char **paths;
	int path_count;
};

/* --- The input at hand ------------------------------------------------------------- */

static const char *at_hand;

static void tell(const char *text)
{
	/* Where standard error is gone, nobody can be told. */
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

static void tell_input(void)
{
	if (!at_hand)
		return;
	tell("input: ");
	tell(at_hand);
	tell("\n");
	at_hand = NULL;
}

/* The signal's handler was reset to the default when this was called. */
static void on_abort(int number)
{
	tell_input();
	raise(number);
}

static void watch_for_the_end(void)
{
	struct sigaction action = {.sa_handler = on_abort,
	                           .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGABRT, &action, NULL);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(tell_input);
}

/* --- Inputs -------------------------------------------------------------------------- */

/* What the runs came to. */
struct runs {
	const struct arguments *arguments;
	const char *program;
	size_t inputs;
	clock_t spent; /* on inputs, by the processor */
	bool failed; /* a path could not be run */
};

static void complain(struct runs *runs, const char *path, const char *cause)
{
	fprintf(stderr, "%s: %s: %s\n", runs->program, path, cause);
	runs->failed = true;
}

static void run_input(struct runs *runs, const char *name, const uint8_t *data,
                      size_t size)
{
	clock_t start = clock();
	at_hand = name;
	for (unsigned long i = 0; i < runs->arguments->times; i++)
		LLVMFuzzerTestOneInput(data, size);
	at_hand = NULL;
	runs->spent += clock() - start;
	runs->inputs++;
	if (runs->arguments->lists)
		printf("%s %zu\n", name, size);
}

static void run_file(struct runs *runs, const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = file ? malloc(size) : NULL;
	if (!file || (size && !data))
		complain(runs, path, strerror(errno));
	else if (fread(data, 1, size, file) != size)
		complain(runs, path, ferror(file) ? strerror(errno)
		                                  : "it became shorter");
	else
		run_input(runs, path, data, size);
	if (file)
		fclose(file);
	free(data);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_path(struct runs *runs, const char *path);

static void run_folder(struct runs *runs, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_visible, alphasort);
	if (count < 0) {
		complain(runs, path, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		size_t size = strlen(path) + strlen(entries[i]->d_name) + 2;
		char *inner = allocate(size, 1);
		snprintf(inner, size, "%s/%s", path, entries[i]->d_name);
		run_path(runs, inner);
		free(inner);
		free(entries[i]);
	}
	free(entries);
}

static void run_path(struct runs *runs, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		complain(runs, path, strerror(errno));
	else if (S_ISDIR(status.st_mode))
		run_folder(runs, path);
	else if (S_ISREG(status.st_mode))
		run_file(runs, path, (size_t)status.st_size);
	else
		complain(runs, path, "neither a file nor a folder");
}

/* --- Command line ---------------------------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	char *end;
	switch (key) {
	case 'l': arguments->lists = true; return 0;
	case 't':
		errno = 0;
		arguments->times = strtoul(value, &end, 10);
		if (errno || *end || *value < '0' || *value > '9' ||
		    arguments->times == 0)
			argp_error(state, "'%s', expected how many times, from 1 on",
			           value);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->paths = state->argv + state->next;
		arguments->path_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no PATH, expected a file or a folder");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"list", 'l', NULL, 0, "Print the path and the size of every input that was run", 0},
	{"times", 't', "N", 0, "Run each input N times (1)", 0},
	{0}};

int main(int argc, char **argv)
{
	static const struct argp argp = {
		options, parse, "PATH...",
		"Run this fuzz target on files, and on the empty input first.\v"
		"PATH is a file, or a folder whose files are run in the order of "
		"their names, those of folders in it too; what begins with a dot is "
		"left out. The last line tells how many inputs were run, and how "
		"many seconds of a processor they took. If the target finds "
		"something, it reports it on standard error and aborts, and the line "
		"`input: PATH` behind the report tells on what. Exit codes: 0 every "
		"input was run and nothing found; 2 wrong usage, or a PATH that "
		"cannot be read; a finding ends the process by SIGABRT, or as the "
		"sanitizer does that reports it.",
		NULL, NULL, NULL};
	struct arguments arguments = {.times = 1};
	struct runs runs = {.arguments = &arguments};
	const char *slash = strrchr(argv[0], '/');
	runs.program = slash ? slash + 1 : argv[0];
	argp_err_exit_status = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	watch_for_the_end();
	run_input(&runs, "(empty)", NULL, 0);
	for (int i = 0; i < arguments.path_count; i++)
		run_path(&runs, arguments.paths[i]);
	printf("%zu inputs run in %.3f s\n", runs.inputs,
	       (double)runs.spent / (double)CLOCKS_PER_SEC);
	if (fflush(stdout) != 0)
		complain(&runs, "standard output", strerror(errno));
	return runs.failed ? EXIT_TROUBLE : 0;
}
