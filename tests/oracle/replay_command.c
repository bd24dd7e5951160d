/*
 * replay_command.c: sechandle replay and sechandle shrink: scenarios are carried out
 * on the reference, judged step by step, as the fuzz targets do. Whatever happens
 * there happens in another process.
 *
 * How to read it: files, what is printed, replay, shrink, the command lines.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../fuzz/apart.h"
#include "../../fuzz/harness.h"
#include "../../fuzz/isolate.h"
#include "../../fuzz/report.h"
#include "../../fuzz/reproducer.h"
#include "../../specs/binary.h"
#include "command.h"

/* The targets that take no scenario: what each does with an input. The Makefile gives
 * their functions these names. */
int target_raw(const uint8_t *data, size_t size);
int target_text(const uint8_t *data, size_t size);

/* Runs an input. */
typedef int input_function(const uint8_t *data, size_t size);

struct arguments {
	struct sechandle_limits limits;
	bool limited;
	input_function *input; /* of the target, if it takes no scenario */
	bool binary;           /* not decided by the file's content */
	bool program;
	struct paths paths;
};

/* --- Files ---------------------------------------------------------------------------- */

/* Whether bytes are a scenario's binary form: it begins with its version, or holds what
 * no text holds. */
static bool is_binary(const struct content *content)
{
	if (content->length && (content->data[0] & 0x7F) == BINARY_VERSION)
		return true;
	for (size_t i = 0; i < content->length; i++) {
		uint8_t byte = content->data[i];
		if ((byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r') ||
		    byte == 0x7F)
			return true;
	}
	return false;
}

/* Reads a scenario in either form.
 * @return false after telling why not */
static bool read_scenario(struct scenario *scenario, const char *path,
                          const struct arguments *arguments)
{
	struct content content = read_file(path);
	bool ok = content.data != NULL;
	if (ok && (arguments->binary || is_binary(&content)))
		binary_decode(scenario, content.data, content.length);
	else if (ok)
		ok = text_parse(scenario, (const char *)content.data,
		                content.length, ANSWERS_OPTIONAL, print_text_error,
		                (void *)(uintptr_t)path);
	free(content.data);
	return ok;
}

/* --- What is printed -------------------------------------------------------------------- */

static void print_text(const struct letters *text)
{
	if (text->length)
		fwrite(text->text, 1, text->length, stdout);
}

/* Prints text as comments of the scenario language. */
static void print_comments(const struct letters *text)
{
	for (size_t i = 0; i < text->length; i++) {
		if (i == 0 || text->text[i - 1] == '\n')
			fputs("# ", stdout);
		putchar(text->text[i]);
	}
}

/* --- replay ----------------------------------------------------------------------------- */

/* @return an exit code, as all functions from here on */
static int replay_scenario(const char *path, const struct arguments *arguments)
{
	struct checked checked;
	struct scenario scenario;
	struct letters trace = {0}, found = {0};
	int code = EXIT_TROUBLE;
	scenario_init(&scenario);
	if (read_scenario(&scenario, path, arguments)) {
		checked_init(&checked, arguments->limited ? &arguments->limits : NULL);
		code = trace_run(&trace, &checked, &scenario, apart_run)
		               ? EXIT_CONFORMS
		               : EXIT_VIOLATIONS;
		print_text(&trace);
		if (code == EXIT_VIOLATIONS)
			report_finding(&found, &scenario.names, &checked.breach);
		print_comments(&found);
		checked_free(&checked);
	}
	free(trace.text);
	free(found.text);
	scenario_free(&scenario);
	return code;
}

/* Runs an input of a target that takes no scenario. What it finds, it tells itself. */
static int replay_input(const char *path, input_function *input)
{
	struct content content = read_file(path);
	int status;
	pid_t process;
	if (!content.data)
		return EXIT_TROUBLE;
	fflush(NULL);
	process = fork();
	if (process == 0) {
		(void)input(content.data, content.length);
		_exit(0);
	}
	free(content.data);
	if (process < 0 || waitpid(process, &status, 0) != process) {
		perror("sechandle: no process can be started");
		return EXIT_TROUBLE;
	}
	return status == 0 ? EXIT_CONFORMS : EXIT_VIOLATIONS;
}

static int replay_all(const struct arguments *arguments)
{
	int worst = EXIT_CONFORMS;
	for (int i = 0; i < arguments->paths.count; i++) {
		const char *path = arguments->paths.path[i];
		if (arguments->paths.count > 1)
			printf("# %s\n", path);
		int code = arguments->input ? replay_input(path, arguments->input)
		                            : replay_scenario(path, arguments);
		worst = code > worst ? code : worst;
	}
	return worst;
}

/* --- shrink ------------------------------------------------------------------------------ */

static void print_isolated(const struct isolated *isolated, const struct checked *checked,
                           size_t steps, bool program)
{
	struct letters text = {0};
	if (program) {
		reproducer(&text, &isolated->scenario, &checked->breach.finding,
		           isolated->needs_limits ? &checked->limits : NULL, NULL);
		print_text(&text);
	} else {
		print_text(&isolated->trace);
		report_isolated(&text, isolated, checked, steps);
		print_comments(&text);
	}
	free(text.text);
}

/* Shrinks a scenario that breaks a rule. */
static int shrink_scenario(const char *path, const struct scenario *scenario,
                           struct checked *checked, bool program)
{
	struct isolated isolated;
	if (!isolate(&isolated, checked, scenario, apart_run_quietly)) {
		fprintf(stderr, "sechandle: %s: its steps alone do not break a rule "
		        "each time, see replay\n", path);
		return EXIT_TROUBLE;
	}
	print_isolated(&isolated, checked, scenario->count, program);
	isolated_free(&isolated);
	return EXIT_VIOLATIONS;
}

static int shrink_file(const char *path, const struct arguments *arguments)
{
	struct checked checked;
	struct scenario scenario;
	int code = EXIT_TROUBLE;
	scenario_init(&scenario);
	if (read_scenario(&scenario, path, arguments)) {
		checked_init(&checked, arguments->limited ? &arguments->limits : NULL);
		code = EXIT_CONFORMS;
		if (apart_run(&checked, &scenario))
			fprintf(stderr, "sechandle: %s: no rule is broken\n", path);
		else
			code = shrink_scenario(path, &scenario, &checked,
			                       arguments->program);
		checked_free(&checked);
	}
	scenario_free(&scenario);
	return code;
}

/* --- Command lines ------------------------------------------------------------------------ */

static void parse_target(const char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	arguments->limited = true;
	if (strcmp(value, "lifecycle") == 0)
		arguments->limits = harness_lifecycle;
	else if (strcmp(value, "small") == 0)
		arguments->limits = harness_small;
	else if (strcmp(value, "raw") == 0)
		arguments->input = target_raw;
	else if (strcmp(value, "text") == 0)
		arguments->input = target_text;
	else
		argp_error(state, "'%s' is no target, expected lifecycle, small, raw "
		                  "or text", value);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case 't': parse_target(value, state); return 0;
	case 'l':
		arguments->limited = true;
		if (!reference_read_limits(&arguments->limits, value))
			argp_error(state, "'%s', expected four numbers, as in "
			                  "2,2,3,4", value);
		return 0;
	case 'b': arguments->binary = true; return 0;
	case 'c': arguments->program = true; return 0;
	default: return parse_paths(key, state, &arguments->paths);
	}
}

#define SCENARIO_OPTIONS                                                         \
	{"limits", 'l', "N,N,N,N", 0,                                            \
	 "Let the reference hold so many contexts, credentials, handles that a " \
	 "slot may issue, and buffers", 0},                                      \
	{"binary", 'b', NULL, 0, "FILE is in binary form, whatever it looks like", 0}

int command_replay(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"target", 't', "TARGET", 0,
	         "FILE is an input of this fuzz target: lifecycle or small, which set "
	         "the limits, raw or text", 0},
		SCENARIO_OPTIONS,
		{0}};
	static const struct argp argp = {
		options, parse, "FILE...",
		"Carry out the scenarios in FILEs on the reference, and judge each "
		"step.\v"
		"The trace is printed; it ends where a rule is broken, and comments "
		"tell which. Handles are probed between the steps, and all is ended "
		"at the end; a probe that shows it is the last step of the trace. "
		"FILE is a scenario's text or its binary form, '-' for standard "
		"input. What the targets raw and text find, they tell on standard "
		"error. Exit codes: 0 all conform, 1 violations, 2 wrong usage, or a "
		"file that is unreadable or faulty.",
		NULL, NULL, NULL};
	struct arguments arguments = {.limited = false};
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	return replay_all(&arguments);
}

int command_shrink(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"target", 't', "TARGET", 0,
	         "FILE is an input of this fuzz target, which sets the limits: "
	         "lifecycle or small", 0},
		SCENARIO_OPTIONS,
		{"c", 'c', NULL, 0, "Print a C program that shows it through sspi.h", 0},
		{0}};
	static const struct argp argp = {
		options, parse, "FILE",
		"Find the least scenario that breaks the rule that FILE breaks on the "
		"reference, by the same operation, and print its trace.\v"
		"FILE is a scenario's text or its binary form, '-' for standard "
		"input. Nothing is printed if it breaks no rule. Exit codes: 0 no "
		"rule is broken, 1 one is, 2 wrong usage, a file that is unreadable "
		"or faulty, or a breach that is not shown each time.",
		NULL, NULL, NULL};
	struct arguments arguments = {.limited = false};
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	if (arguments.input || arguments.paths.count > 1) {
		fprintf(stderr, "sechandle: %s\n",
		        arguments.input ? "the targets raw and text take no scenario"
		                        : "shrink takes one FILE");
		return EXIT_TROUBLE;
	}
	return shrink_file(arguments.paths.path[0], &arguments);
}
