/*
 * triples.c: the program triples. It runs scenarios as the targets lifecycle and small
 * do, and prints for every operation, and for everything that it was made on, which
 * answers the rules allowed there and which of them came. fuzz/corpus.py asks it.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../specs/binary.h"
#include "../specs/grow.h"
#include "checked.h"
#include "harness.h"

enum { EXIT_BROKEN = 1, EXIT_TROUBLE = 2 };

static const char *const class_names[CLASS_COUNT] = {
	[CLASS_OK] = "ok",
	[CLASS_CONTINUE] = "continue",
	[CLASS_COMPLETE] = "complete",
	[CLASS_OTHER_SUCCESS] = "other-success",
	[CLASS_INCOMPLETE] = "incomplete",
	[CLASS_INVALID_HANDLE] = "invalid-handle",
	[CLASS_UNSUPPORTED] = "unsupported",
	[CLASS_NO_MEMORY] = "no-memory",
	[CLASS_REJECTION] = "rejection",
	[CLASS_NO_CREDENTIALS] = "no-credentials",
	[CLASS_OTHER_ERROR] = "other-error",
	[CLASS_CRASH] = "crash",
	[CLASS_HANG] = "hang"};

struct arguments {
	char **paths;
	int path_count;
};

/* Reads a file's bytes.
 * @return false after telling why not */
static bool read_bytes(struct bytes *bytes, const char *path)
{
	FILE *file = fopen(path, "rb");
	int byte = EOF;
	bytes->length = 0;
	while (file && (byte = getc(file)) != EOF) {
		bytes->data = grow(bytes->data, &bytes->capacity, bytes->length, 1);
		bytes->data[bytes->length++] = (uint8_t)byte;
	}
	bool ok = file && !ferror(file);
	if (!ok)
		fprintf(stderr, "triples: %s: %s\n", path, strerror(errno));
	if (file)
		fclose(file);
	return ok;
}

/* Runs the scenarios of all files.
 * @return an exit status */
static int run_files(struct checked *checked, const struct arguments *arguments)
{
	struct bytes bytes = {0};
	struct scenario scenario;
	int status = EXIT_SUCCESS;
	scenario_init(&scenario);
	for (int i = 0; i < arguments->path_count; i++) {
		if (!read_bytes(&bytes, arguments->paths[i])) {
			status = EXIT_TROUBLE;
			break;
		}
		scenario_reset(&scenario);
		binary_decode(&scenario, bytes.data, bytes.length);
		if (checked_run(checked, &scenario))
			continue;
		fprintf(stderr, "triples: %s: %s is broken\n",
		        arguments->paths[i], rule_info(checked->breach.rule)->id);
		status = EXIT_BROKEN;
	}
	free(bytes.data);
	scenario_free(&scenario);
	return status;
}

static void print_answers(enum situation situation, unsigned op,
                          class_set allowed, class_set reached)
{
	for (unsigned class = 0; class < CLASS_COUNT; class++) {
		if ((unsigned)allowed >> class & 1u)
			printf("%s %s %s %s\n", situation_name(situation),
			       operations[op].word, class_names[class],
			       (unsigned)reached >> class & 1u ? "reached" : "unreached");
	}
}

static void print_all(const struct checked *checked)
{
	for (unsigned i = 0; i < SITUATION_COUNT; i++)
		for (unsigned op = 0; op < OP_COUNT; op++) {
			if (!operations[op].is_call)
				continue;
			if (!(*checked->allowed)[i][op])
				printf("%s %s * unreached\n",
				       situation_name(i), operations[op].word);
			print_answers(i, op, (*checked->allowed)[i][op],
			              checked->reached[i][op]);
		}
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	(void)value;
	switch (key) {
	case ARGP_KEY_ARGS:
		arguments->paths = state->argv + state->next;
		arguments->path_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "no FILE"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse, "FILE...",
		"Run the binary scenarios in FILEs, each under the limits of every "
		"target, and print a line for each answer that the rules allowed "
		"somewhere: what the call was made on, the operation, the kind of "
		"answer, and 'reached' or 'unreached'. What no call was made on has "
		"one line, with '*'.\v"
		"Exit codes: 0 done; 1 a scenario breaks a rule; 2 wrong usage or an "
		"unreadable file.",
		NULL, NULL, NULL};
	const struct sechandle_limits limits[] = {harness_lifecycle, harness_small};
	struct arguments arguments = {NULL, 0};
	struct checked checked;
	checked_answers allowed = {{0}}, reached = {{0}};
	int status = EXIT_SUCCESS;
	argp_err_exit_status = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	for (size_t i = 0; i < sizeof limits / sizeof *limits && !status; i++) {
		checked_init(&checked, &limits[i]);
		memcpy(checked.reached, reached, sizeof reached);
		checked.allowed = &allowed;
		status = run_files(&checked, &arguments);
		memcpy(reached, checked.reached, sizeof reached);
		if (i + 1 == sizeof limits / sizeof *limits)
			print_all(&checked);
		checked_free(&checked);
	}
	return status;
}
