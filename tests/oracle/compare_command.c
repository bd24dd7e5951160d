/*
 * compare_command.c: sechandle compare: what got better or worse between two results.
 *
 * How to read it: one violation and one scenario, the two results, the command line.
 */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json_file.h"
#include "reports.h"

/* The results before and after. */
struct pair {
	const char *path[2];
	json_t *results[2];
	size_t better, worse, new, gone;
};

/* --- How bad --------------------------------------------------------------------------------- */

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : "";
}

/* From nothing to the worst: verdicts in the order of verdict.h, violations by badness.
 * Where no rule is broken, what is open or unsupported is no worse than what passes. */
static int rank(const json_t *object)
{
	int rank = 0;
	for (int verdict = VERDICT_UNEXPECTED_PASS; verdict < VERDICT_COUNT; verdict++)
		if (strcmp(text(object, "verdict"),
		           verdict_name((enum verdict)verdict)) == 0)
			rank = verdict * BADNESS_COUNT;
	if (strcmp(text(object, "verdict"), verdict_name(VERDICT_UNRESOLVED)) == 0)
		rank = 1;
	for (int badness = 0; badness < BADNESS_COUNT; badness++)
		if (strcmp(text(object, "badness"),
		           badness_name((enum badness)badness)) == 0)
			rank += badness;
	return rank;
}

/* The verdict of an object in words, with how bad it is. */
static void print_verdict(const json_t *object)
{
	printf("%s%s%s", text(object, "verdict"), *text(object, "badness") ? " " : "",
	       text(object, "badness"));
}

/* --- The same thing before and after ------------------------------------------------------------ */

/* What makes things of a list the same. */
struct sort {
	const char *list;
	const char *keys[3];
};

static const struct sort violations = {"violations", {"rule", "operation", "answer"}};
static const struct sort scenarios = {"scenarios", {"suite", "name", NULL}};

static bool is_same(const struct sort *sort, const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < 3 && sort->keys[i]; i++)
		if (strcmp(text(a, sort->keys[i]), text(b, sort->keys[i])) != 0)
			return false;
	return true;
}

/* The thing in a list that is the same as `wanted`, or NULL. Where the lists are alike
 * it stands at the same index. */
static json_t *find(const struct sort *sort, const json_t *list, const json_t *wanted,
                    size_t likely)
{
	size_t index;
	json_t *object = json_array_get(list, likely);
	if (object && is_same(sort, object, wanted))
		return object;
	json_array_foreach(list, index, object)
		if (is_same(sort, object, wanted))
			return object;
	return NULL;
}

static void print_thing(const struct sort *sort, const json_t *object)
{
	if (sort == &violations)
		printf("%s: %s -> %s", text(object, "rule"), text(object, "operation"),
		       text(object, "answer"));
	else
		printf("%s/%s", text(object, "suite"), text(object, "name"));
}

/* Prints a thing and what became of it; NULL: it is not there. */
static void print_change(const struct sort *sort, const char *what, const json_t *before,
                         const json_t *after)
{
	printf("%-7s", what);
	print_thing(sort, after ? after : before);
	fputs("  ", stdout);
	if (before)
		print_verdict(before);
	if (before && after)
		fputs(" => ", stdout);
	if (after)
		print_verdict(after);
	putchar('\n');
}

static void compare_one(struct pair *pair, const struct sort *sort, const json_t *before,
                        const json_t *after)
{
	int old = rank(before), new = rank(after);
	if (old != new)
		*(new < old ? &pair->better : &pair->worse) += 1;
	if (strcmp(text(before, "verdict"), text(after, "verdict")) != 0 || old != new)
		print_change(sort, new < old ? "better" : new > old ? "worse" : "other",
		             before, after);
}

/* A violation that is gone is better, and one that is new is worse; that a scenario is
 * there or not says nothing of the subject. */
static void compare_lists(struct pair *pair, const struct sort *sort)
{
	const json_t *before = json_object_get(pair->results[0], sort->list);
	const json_t *after = json_object_get(pair->results[1], sort->list);
	size_t index;
	json_t *object;
	json_array_foreach(after, index, object) {
		json_t *old = find(sort, before, object, index);
		if (old) {
			compare_one(pair, sort, old, object);
		} else if (sort == &violations) {
			pair->new++;
			print_change(sort, "new", NULL, object);
		}
	}
	json_array_foreach(before, index, object)
		if (sort == &violations && !find(sort, after, object, index)) {
			pair->gone++;
			print_change(sort, "gone", object, NULL);
		}
}

/* --- The two results ------------------------------------------------------------------------------- */

static json_t *read_results(const char *path)
{
	json_t *results = json_file_read(path);
	if (!results)
		return NULL;
	if (json_integer_value(json_object_get(results, "version")) == RESULTS_VERSION &&
	    json_is_array(json_object_get(results, "violations")) &&
	    json_is_array(json_object_get(results, "scenarios")))
		return results;
	fprintf(stderr, "sechandle: %s: expected what 'sechandle judge --json' prints, "
	        "version %d\n", path, RESULTS_VERSION);
	json_decref(results);
	return NULL;
}

static const char *profile_of(const json_t *results)
{
	return text(json_object_get(results, "options"), "profile");
}

static void print_subject(const char *when, const json_t *results)
{
	const json_t *subject = json_object_get(results, "subject");
	printf("%s %s", when, text(subject, "command"));
	if (*text(subject, "version"))
		printf(", %s", text(subject, "version"));
	if (*text(subject, "sha256"))
		printf(", sha256 %s", text(subject, "sha256"));
	printf("; profile %s%s\n",
	       profile_of(results),
	       json_is_true(json_object_get(results, "interrupted")) ? "; interrupted"
	                                                             : "");
}

/* Whether both were held to the same; otherwise a difference says nothing of them. */
static bool is_comparable(const struct pair *pair)
{
	const char *before = profile_of(pair->results[0]);
	const char *after = profile_of(pair->results[1]);
	if (strcmp(before, after) == 0)
		return true;
	fprintf(stderr, "sechandle: %s: profile '%s', expected '%s' as in %s\n",
	        pair->path[1], after, before, pair->path[0]);
	return false;
}

/* @return an exit code */
static int compare(struct pair *pair)
{
	print_subject("before:", pair->results[0]);
	print_subject("after: ", pair->results[1]);
	compare_lists(pair, &violations);
	compare_lists(pair, &scenarios);
	printf("better: %zu, gone: %zu, worse: %zu, new: %zu\n", pair->better,
	       pair->gone, pair->worse, pair->new);
	return pair->worse || pair->new ? EXIT_VIOLATIONS : EXIT_CONFORMS;
}

/* --- The command line -------------------------------------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct pair *pair = state->input;
	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_error(state, "'%s', expected two FILEs", value);
		pair->path[state->arg_num] = value;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "expected two FILEs");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int command_compare(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse, "BEFORE AFTER",
		"Compare two results of 'sechandle judge --json': which violations are gone "
		"or new, and which scenarios came out better or worse.\v"
		"Exit codes: 0 nothing got worse, 1 something did or a violation is new, "
		"2 wrong usage, a file that is unreadable or no result, or results under "
		"different profiles.",
		NULL, NULL, NULL};
	struct pair pair = {.better = 0};
	int code = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &pair);
	for (int i = 0; i < 2; i++)
		pair.results[i] = read_results(pair.path[i]);
	if (pair.results[0] && pair.results[1] && is_comparable(&pair))
		code = compare(&pair);
	json_decref(pair.results[0]);
	json_decref(pair.results[1]);
	return code;
}
