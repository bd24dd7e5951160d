/*
 * suite_command.c: sechandle suite: the suites of scenarios are listed, shown and run.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "results.h"
#include "suite_options.h"

/* --- list --------------------------------------------------------------------------------- */

static void print_suites(void)
{
	for (const struct suite_info *suite = suites; suite->name; suite++)
		printf("%-10s %s\n", suite->name, suite->summary);
}

/* A line for each scenario: what it is called, and what it begins with. */
static void print_scenarios(const struct suite_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct suite_scenario *scenario = &list->scenarios[i];
		char *label = scenario_label(scenario);
		int length = (int)strcspn(scenario->comment, "\n");
		printf("%s%s%.*s\n", label, length ? "  " : "", length,
		       scenario->comment);
		free(label);
	}
}

static error_t parse_list(int key, char *value, struct argp_state *state)
{
	struct suite_options *options = state->input;
	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = options; return 0;
	case ARGP_KEY_ARG: argp_error(state, "'%s', expected options alone", value); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int list(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&suite_options_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		NULL, parse_list, NULL,
		"List the suites, or with options the scenarios that they choose.\v"
		"Exit codes: 0 done, 2 wrong usage or no such suite.",
		children, NULL, NULL};
	struct suite_options options = {0};
	struct suite_list all;
	bool ok = true;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	suites_init(&all);
	if (argc == 1) {
		print_suites();
	} else {
		ok = suite_options_add(&options, &all);
		print_scenarios(&all);
	}
	suites_free(&all);
	suite_options_free(&options);
	return ok ? EXIT_CONFORMS : EXIT_TROUBLE;
}

/* --- show ------------------------------------------------------------------------------------ */

static error_t parse_show(int key, char *value, struct argp_state *state)
{
	const char **name = state->input;
	switch (key) {
	case ARGP_KEY_ARG:
		if (*name)
			argp_error(state, "more than one SUITE/NAME: '%s'", value);
		*name = value;
		return 0;
	case ARGP_KEY_END:
		if (!*name)
			argp_error(state, "no SUITE/NAME");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void print_scenario(const struct suite_scenario *scenario)
{
	struct letters text = {0};
	for (const char *line = scenario->comment; *line;) {
		int length = (int)strcspn(line, "\n");
		printf("# %.*s\n", length, line);
		line += length + (line[length] == '\n');
	}
	text_print(&text, &scenario->scenario);
	if (text.length)
		fwrite(text.text, 1, text.length, stdout);
	free(text.text);
}

/* Prints the scenario with that label.
 * @return whether there is one */
static bool print_named(const struct suite_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		char *label = scenario_label(&list->scenarios[i]);
		bool is_it = strcmp(label, name) == 0;
		free(label);
		if (is_it) {
			print_scenario(&list->scenarios[i]);
			return true;
		}
	}
	return false;
}

static int show(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse_show, "SUITE/NAME",
		"Print a scenario of a suite.\v"
		"Exit codes: 0 done, 2 wrong usage or no such scenario.",
		NULL, NULL, NULL};
	struct suite_list list;
	const char *name = NULL, *wrong;
	bool found = false;
	argp_parse(&argp, argc, argv, 0, NULL, &name);
	const struct suite_choice choice = {
		.globs = &name, .glob_count = 1, .depth = SUITES_DEPTH};
	suites_init(&list);
	if (suites_add(&list, &choice, &wrong))
		found = print_named(&list, name);
	if (!found)
		fprintf(stderr, "sechandle: '%s' is no scenario, expected a SUITE/NAME that "
		        "'sechandle suite list --suite SUITE' lists\n", name);
	suites_free(&list);
	return found ? EXIT_CONFORMS : EXIT_TROUBLE;
}

/* --- The command ------------------------------------------------------------------------------ */

static const struct command verbs[] = {
	{"list", "list the suites, or their scenarios", list},
	{"show", "print a scenario", show},
	{"run", "judge a subject by suites, as sechandle judge does", command_judge},
};

static int print_help(FILE *out, int code)
{
	fputs("Usage: sechandle suite VERB [OPTION...] [ARGUMENT...]\n"
	      "The suites of scenarios by which subjects are judged.\n\n", out);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		fprintf(out, "  %-7s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\nEach VERB has --help. Exit codes: those of the VERB, 2 wrong usage.\n",
	      out);
	return code;
}

int command_suite(int argc, char **argv)
{
	char name[64];
	if (argc < 2)
		return print_help(stderr, EXIT_TROUBLE);
	if (strcmp(argv[1], "--help") == 0)
		return print_help(stdout, EXIT_CONFORMS);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[1], verbs[i].name) == 0) {
			snprintf(name, sizeof name, "sechandle suite %s", argv[1]);
			argv[1] = name;
			return verbs[i].run(argc - 1, argv + 1);
		}
	fprintf(stderr, "sechandle: suite: '%s' is no verb, expected list, show or run\n",
	        argv[1]);
	return EXIT_TROUBLE;
}
