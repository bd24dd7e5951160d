/*
 * main.c: the sechandle program: finds the subcommand and runs it.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct command commands[] = {
	{"rules", "list the rules, or show one", command_rules},
	{"check", "judge recorded traces by the rules", command_check},
	{"show", "print a scenario's binary form as text", command_show},
	{"pack", "turn a scenario's text into its binary form", command_pack},
	{"replay", "carry scenarios out on the reference, and judge them", command_replay},
	{"shrink", "find the least scenario that breaks the same rule", command_shrink},
	{"judge", "judge an implementation", command_judge},
	{"suite", "list, show or run the suites of scenarios", command_suite},
	{"fingerprint", "tell which profiles an implementation fits", command_fingerprint},
	{"compare", "tell what got better or worse between two results", command_compare},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
	fputs("Usage: sechandle COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Judge the life of SSPI security-context handles.\n\n",
	      out);
	for (int i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-11s %s\n", commands[i].name,
		        commands[i].summary);
	fputs("  help        show this list, or the help of a COMMAND\n\n"
	      "Each command has --help. Exit codes: 0 conforms, 1 violations,\n"
	      "2 wrong usage or something unreadable, 3 no subject could be attached.\n",
	      out);
}

int parse_paths(int key, struct argp_state *state, struct paths *paths)
{
	switch (key) {
	case ARGP_KEY_ARGS:
		*paths = (struct paths){state->argv + state->next,
		                        state->argc - state->next};
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no FILE, expected a path or '-'");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int finish_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "sechandle: standard output: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}

void print_text_error(void *path, unsigned line, unsigned column,
                      const char *message)
{
	fprintf(stderr, "%s:%u:%u: %s\n", (const char *)path, line, column,
	        message);
}

static int run(const struct command *command, int argc, char **argv)
{
	char name[32];
	snprintf(name, sizeof name, "sechandle %s", command->name);
	argv[0] = name;
	return finish_output(command->run(argc, argv));
}

static const struct command *find(const char *name)
{
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	char help[] = "--help", *help_of[] = {NULL, help, NULL};
	argp_err_exit_status = EXIT_TROUBLE;
	if (argc < 2) {
		print_help(stderr);
		return EXIT_TROUBLE;
	}
	int is_help = strcmp(argv[1], "help") == 0;
	if (strcmp(argv[1], "--help") == 0 || (is_help && argc == 2)) {
		print_help(stdout);
		return finish_output(EXIT_CONFORMS);
	}
	const char *name = is_help ? argv[2] : argv[1];
	const struct command *command = find(name);
	if (!command) {
		fprintf(stderr,
		        "sechandle: '%s' is no command, expected one of:", name);
		for (int i = 0; i < COMMAND_COUNT; i++)
			fprintf(stderr, " %s", commands[i].name);
		fputs(" help\n", stderr);
		return EXIT_TROUBLE;
	}
	return is_help ? run(command, 2, help_of)
	               : run(command, argc - 1, argv + 1);
}
