/*
 * suite_options.c: see suite_options.h.
 */
#include "suite_options.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../specs/grow.h"

/* Those that are judged by where nobody says more: a subject needs seconds for them. */
static const char *const usual[] = {"rules", "bugs", "lives", "corpus"};

/* --- The options ------------------------------------------------------------------------ */

static void add_text(const char *const **texts, size_t *capacity, size_t *count,
                     const char *text)
{
	const char **grown = grow((void *)(uintptr_t)*texts, capacity, *count,
	                          sizeof *grown);
	grown[(*count)++] = text;
	*texts = grown;
}

static void add_rule(struct suite_options *options, const char *id,
                     struct argp_state *state)
{
	struct suite_choice *choice = &options->choice;
	enum rule rule = rule_find(id);
	if (rule == RULE_NONE)
		argp_error(state, "'%s' is no rule, expected an id that 'sechandle rules' "
		                  "lists", id);
	enum rule *rules = grow((void *)(uintptr_t)choice->rules,
	                        &options->rule_capacity, choice->rule_count,
	                        sizeof *rules);
	rules[choice->rule_count++] = rule;
	choice->rules = rules;
}

static unsigned long long number(const char *value, unsigned long long most,
                                 const char *option, struct argp_state *state)
{
	char *end;
	unsigned long long read = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || read > most)
		argp_error(state, "%s '%s', expected a number up to %llu", option, value,
		           most);
	return read;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct suite_options *options = state->input;
	struct suite_choice *choice = &options->choice;
	switch (key) {
	case ARGP_KEY_INIT:
		choice->depth = SUITES_DEPTH;
		choice->random_count = 1000;
		return 0;
	case 'u':
		add_text(&choice->suites, &options->suite_capacity,
		         &choice->suite_count, value);
		return 0;
	case 'r': add_rule(options, value, state); return 0;
	case 'g':
		add_text(&choice->globs, &options->glob_capacity, &choice->glob_count,
		         value);
		return 0;
	case 'd':
		choice->depth = (unsigned)number(value, SUITES_DEPTH_MOST, "--depth",
		                                 state);
		return 0;
	case 'x': choice->seed = number(value, UINT64_MAX, "--seed", state); return 0;
	case 'n':
		choice->random_count = number(value, 10000000, "--count", state);
		return 0;
	case ARGP_KEY_NO_ARGS: return 0;
	default: return parse_paths(key, state, &options->paths);
	}
}

static const struct argp_option described[] = {
	{NULL, 0, NULL, 0, "By which scenarios:", 3},
	{"suite", 'u', "NAME", 0,
	 "A suite that 'sechandle suite list' names; may be repeated (default: rules, "
	 "bugs, lives and corpus, if there is no FILE)", 0},
	{"rule", 'r', "ID", 0, "Only scenarios about this rule; may be repeated", 0},
	{"scenario", 'g', "GLOB", 0,
	 "Only scenarios whose NAME or SUITE/NAME matches; may be repeated", 0},
	{"depth", 'd', "N", 0, "Longest sequence of the suite alphabet (default: 3)", 0},
	{"seed", 'x', "N", 0, "Of the first scenario of the suite random (default: 0)", 0},
	{"count", 'n', "N", 0, "Scenarios of the suite random (default: 1000)", 0},
	{0}};

const struct argp suite_options_argp = {described, parse, NULL, NULL,
                                        NULL, NULL, NULL};

/* --- What was chosen ----------------------------------------------------------------------- */

/* Whether a scenario calls anything; otherwise it would conform whatever is judged. */
static bool calls(const struct scenario *scenario, const char *path)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (operations[scenario->steps[i].op].is_call)
			return true;
	fprintf(stderr, "sechandle: %s: there is no call in it\n", path);
	return false;
}

static bool add_file(struct suite_list *list, const char *path)
{
	struct content content = read_file(path);
	bool ok = content.data && suites_add_text(list, path, (const char *)content.data,
	                                          content.length, print_text_error,
	                                          (void *)(uintptr_t)path);
	free(content.data);
	return ok && calls(&list->scenarios[list->count - 1].scenario, path);
}

static bool add_suites(const struct suite_options *options, struct suite_list *list)
{
	struct suite_choice choice = options->choice;
	const char *wrong;
	if (!choice.suite_count) {
		choice.suites = usual;
		choice.suite_count = sizeof usual / sizeof *usual;
	}
	if (suites_add(list, &choice, &wrong))
		return true;
	fprintf(stderr, "sechandle: '%s' is no suite, expected one of:", wrong);
	for (const struct suite_info *suite = suites; suite->name; suite++)
		fprintf(stderr, " %s", suite->name);
	fputc('\n', stderr);
	return false;
}

bool suite_options_add(const struct suite_options *options, struct suite_list *list)
{
	bool ok = true;
	if (options->choice.suite_count || !options->paths.count)
		ok = add_suites(options, list);
	for (int i = 0; i < options->paths.count; i++)
		ok &= add_file(list, options->paths.path[i]);
	if (ok && !list->count) {
		fputs("sechandle: no scenario is chosen; 'sechandle suite list' shows "
		      "them\n", stderr);
		return false;
	}
	return ok;
}

void suite_options_free(struct suite_options *options)
{
	free((void *)(uintptr_t)options->choice.suites);
	free((void *)(uintptr_t)options->choice.rules);
	free((void *)(uintptr_t)options->choice.globs);
}
