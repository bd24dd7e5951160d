/*
 * drive.c: the program drive. It runs scenarios against an SSPI implementation and
 * prints the traces, for `sechandle check` to judge.
 */
#include <argp.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "reference.h"
#include "replay.h"

enum { EXIT_TROUBLE = 2 };

struct arguments {
	const char *package;
	const char *library; /* NULL: the reference that is linked in */
	struct sechandle_limits limits; /* of that one */
	bool limited;
	const char *folder;  /* NULL: standard output */
	char **paths;
	int path_count;
};

/* --- What is driven -------------------------------------------------------------- */

static void complain(const char *where, const char *cause)
{
	fprintf(stderr, "drive: %s: %s\n", where, cause);
}

/* The table of functions of a shared library, or NULL after telling why. */
static PSecurityFunctionTableA load(const char *path)
{
	INIT_SECURITY_INTERFACE_A begin = NULL;
	PSecurityFunctionTableA table;
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL), *symbol = NULL;
	if (library)
		symbol = dlsym(library, SECURITY_ENTRYPOINT_ANSIA);
	if (!symbol) {
		complain("--sspi", dlerror());
		return NULL;
	}
	memcpy(&begin, &symbol, sizeof begin);
	table = begin();
	if (!table)
		complain(path, "InitSecurityInterfaceA answers NULL, expected a "
		               "table of functions");
	return table;
}

/* --- Files ------------------------------------------------------------------------ */

static void on_error(void *path, unsigned line, unsigned column,
                     const char *message)
{
	fprintf(stderr, "%s:%u:%u: %s\n", (const char *)path, line, column,
	        message);
}

/* Reads steps; answers behind them are not kept. */
static bool read_scenario(struct scenario *scenario, const char *path,
                          FILE *file)
{
	struct text_parser parser;
	struct step step;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	text_begin(&parser, &scenario->names, ANSWERS_OPTIONAL, on_error,
	           (void *)(uintptr_t)path);
	while ((length = getline(&line, &capacity, file)) >= 0)
		if (text_line(&parser, line, (size_t)length, &step))
			scenario_add(scenario, &step, NULL, 0);
	bool ok = text_end(&parser);
	text_free(&parser);
	free(line);
	if (ferror(file))
		complain(path, strerror(errno));
	return ok && !ferror(file);
}

static bool read_file(struct scenario *scenario, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	bool ok;
	if (!file) {
		complain(path, strerror(errno));
		return false;
	}
	ok = read_scenario(scenario, path, file);
	if (!is_stdin)
		fclose(file);
	return ok;
}

/* Writes a trace to standard output, or to a file of the folder. */
static bool write_trace(const struct letters *trace, const char *folder,
                        const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = NULL;
	FILE *file = stdout;
	if (folder) {
		if (asprintf(&name, "%s/%s", folder, slash ? slash + 1 : path) < 0)
			return false;
		file = fopen(name, "w");
	}
	bool ok = file && fwrite(trace->text, 1, trace->length, file) ==
	                          trace->length;
	ok = file && (folder ? fclose(file) : fflush(file)) == 0 && ok;
	if (!ok)
		complain(folder ? name : "standard output", strerror(errno));
	free(name);
	return ok;
}

/* Reads the files that can be read; `paths` tells which they were. */
static size_t read_all(struct scenario *scenarios, char **paths,
                       const struct arguments *arguments)
{
	size_t read = 0;
	for (int i = 0; i < arguments->path_count; i++) {
		paths[read] = arguments->paths[i];
		scenario_init(&scenarios[read]);
		if (read_file(&scenarios[read], paths[read]))
			read++;
		else
			scenario_free(&scenarios[read]);
	}
	return read;
}

/* Runs what can be read, and writes what came of it. */
static bool drive(const struct arguments *arguments,
                  const struct driver_setup *setup)
{
	size_t count = (size_t)arguments->path_count;
	struct scenario *scenarios = allocate(count, sizeof *scenarios);
	struct letters *traces = allocate(count, sizeof *traces);
	char **paths = allocate(count, sizeof *paths);
	size_t read = read_all(scenarios, paths, arguments);
	bool ok = replay(traces, scenarios, read, setup);
	if (!ok)
		complain("no process can be started", strerror(errno));
	for (size_t i = 0; i < read; i++) {
		ok = ok && write_trace(&traces[i], arguments->folder, paths[i]);
		free(traces[i].text);
		scenario_free(&scenarios[i]);
	}
	free(scenarios);
	free(traces);
	free(paths);
	return ok && read == count;
}

/* --- Command line ------------------------------------------------------------------ */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case 's': arguments->library = value; return 0;
	case 'p': arguments->package = value; return 0;
	case 'l':
		arguments->limited = true;
		if (!reference_read_limits(&arguments->limits, value))
			argp_error(state, "'%s', expected four numbers, as in "
			                  "2,2,3,4", value);
		return 0;
	case 'o': arguments->folder = value; return 0;
	case ARGP_KEY_ARGS:
		arguments->paths = state->argv + state->next;
		arguments->path_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no FILE, expected a path or '-'");
		return 0;
	case ARGP_KEY_END:
		if (arguments->limited && arguments->library)
			argp_error(state, "--limits is for the reference alone, "
			                  "not for --sspi");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"sspi", 's', "LIBRARY", 0,
	 "Drive the shared LIBRARY, by InitSecurityInterfaceA, instead of the "
	 "reference; nothing is counted then", 0},
	{"package", 'p', "NAME", 0, "Its security package (Reference)", 0},
	{"limits", 'l', "N,N,N,N", 0,
	 "Let the reference hold so many contexts, credentials, handles that a slot "
	 "may issue, and buffers", 0},
	{"output", 'o', "FOLDER", 0,
	 "Write each trace to a file of FILE's name in FOLDER, not to standard "
	 "output", 0},
	{0}};

int main(int argc, char **argv)
{
	static const struct argp argp = {
		options, parse, "FILE...",
		"Run the scenarios in FILEs, scripts or traces, and print them as "
		"traces with the answers that came, for `sechandle check`. Answers "
		"in FILE are ignored.\v"
		"FILE may be '-' for standard input. The scenarios run in another "
		"process, those for a LIBRARY in one each. A call that ends the "
		"process is answered CRASH, one that takes over 5 seconds HANG, "
		"and the trace ends with it. The calls of a `together` block are made one after the "
		"other, not at the same time. Exit codes: 0 done, whatever was "
		"answered; 2 wrong usage, a file that is unreadable, faulty or "
		"cannot be written, or a LIBRARY that cannot be driven.",
		NULL, NULL, NULL};
	struct arguments arguments = {.package = "Reference",
	                              .limits = sechandle_default_limits()};
	struct driver_setup setup;
	argp_err_exit_status = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	setup = reference_setup(&arguments.limits);
	setup.package = arguments.package;
	if (arguments.library) {
		setup.table = load(arguments.library);
		setup.count = NULL;
		setup.reset = NULL;
	}
	return setup.table && drive(&arguments, &setup) ? 0 : EXIT_TROUBLE;
}
