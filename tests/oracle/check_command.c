/*
 * check_command.c: sechandle check: a trace is judged while it is read.
 */
#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../specs/tell.h"
#include "command.h"

/* One run of the command. */
struct check {
	const char *path; /* of the file at hand */
	bool judged[PARTY_COUNT];
	enum strength weakest; /* of the rules that count */
	bool json;
	bool progress;
	bool failed; /* a file was unreadable or faulty */
	uint64_t shown[PARTY_COUNT]; /* findings that count, in this file */
	bool found_any;              /* in any file */
	struct names names;
	struct judge judge;
	json_t *files, *errors, *findings; /* with json */
};

/* --- Findings ------------------------------------------------------------------ */

static void print_finding(const struct check *check,
                          const struct finding *finding)
{
	const struct rule_info *rule = rule_info(finding->rule);
	struct letters text = {0};
	printf("%s:%u: the %s breaks %s", check->path, finding->line,
	       party_name(rule->party), rule->id);
	if (finding->round)
		printf(" in round %u", (unsigned)finding->round);
	tell_finding(&text, &check->names, finding);
	printf("\n%.*s\n", (int)text.length, text.text);
	free(text.text);
}

static json_t *finding_json(const struct check *check,
                            const struct finding *finding)
{
	static const char *const kinds[] = {"answer", "out",  "count",
	                                    "order",  "duty", "lost"};
	const struct rule_info *rule = rule_info(finding->rule);
	struct letters step = {0}, allowed = {0};
	tell_step(&step, &check->names, finding);
	tell_allowed(&allowed, finding);
	json_t *object = json_pack(
		"{s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s%, s:s%}", "line",
		(int)finding->line, "round", (int)finding->round, "kind",
		kinds[finding->kind], "rule", rule->id, "party",
		party_name(rule->party), "strength", strength_name(rule->strength),
		"sentence", rule->sentence, "source", rule->source, "step",
		step.text ? step.text : "", step.length, "allowed",
		allowed.text ? allowed.text : "", allowed.length);
	free(step.text);
	free(allowed.text);
	return object;
}

static void on_finding(void *context, const struct finding *finding)
{
	struct check *check = context;
	const struct rule_info *rule = rule_info(finding->rule);
	if (!check->judged[rule->party] || rule->strength > check->weakest)
		return;
	check->shown[rule->party]++;
	check->found_any = true;
	if (check->json)
		json_array_append_new(check->findings,
		                      finding_json(check, finding));
	else
		print_finding(check, finding);
}

/* JSON holds UTF-8 only; what is none is shown as question marks. */
static json_t *json_path(const char *path)
{
	json_t *text = json_string(path);
	if (text)
		return text;
	char *shown = strdup(path);
	for (char *at = shown; at && *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	text = json_string(shown ? shown : "?");
	free(shown);
	return text;
}

static void on_error(void *context, unsigned line, unsigned column,
                     const char *message)
{
	struct check *check = context;
	print_text_error((void *)(uintptr_t)check->path, line, column, message);
	if (check->json)
		json_array_append_new(check->errors,
		                      json_pack("{s:i, s:i, s:s}", "line",
		                                (int)line, "column", (int)column,
		                                "message", message));
}

/* Told like an error of the text, but without a place. */
static void on_unreadable(struct check *check, const char *cause)
{
	fprintf(stderr, "sechandle: %s: %s\n", check->path, cause);
	if (check->json)
		json_array_append_new(check->errors,
		                      json_pack("{s:i, s:i, s:s}", "line", 0,
		                                "column", 0, "message", cause));
}

/* --- Files ------------------------------------------------------------------------ */

static void show_progress(const struct check *check, unsigned line)
{
	if (check->progress && line % 1000000 == 0)
		fprintf(stderr, "\r%s: %u lines", check->path, line);
}

/* Judges line after line; from the first faulty line on it only reads. */
static bool check_lines(struct check *check, FILE *file)
{
	struct text_parser parser;
	struct step step;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	text_begin(&parser, &check->names, ANSWERS_REQUIRED, on_error, check);
	while ((length = getline(&line, &capacity, file)) >= 0) {
		if (text_line(&parser, line, (size_t)length, &step) &&
		    !parser.errors)
			judge_feed(&check->judge, &step, parser.answers,
			           parser.answer_count);
		show_progress(check, parser.line);
	}
	if (check->progress && parser.line >= 1000000)
		fputs("\r\033[K", stderr);
	bool ok = text_end(&parser) && !ferror(file);
	if (ok)
		judge_end(&check->judge);
	text_free(&parser);
	free(line);
	return ok;
}

static void print_summary(struct check *check)
{
	const uint64_t *found = check->shown;
	if (check->json) {
		json_array_append_new(
			check->files,
			json_pack("{s:o, s:I, s:{s:I, s:I}, s:o, s:o}", "file",
		                  json_path(check->path), "calls",
		                  (json_int_t)check->judge.calls, "violations",
		                  "implementation",
		                  (json_int_t)found[PARTY_IMPLEMENTATION], "caller",
		                  (json_int_t)found[PARTY_CALLER], "errors",
		                  check->errors, "findings", check->findings));
		return;
	}
	printf("%s: calls judged: %llu; violations by the implementation: %llu, "
	       "by the caller: %llu\n", check->path,
	       (unsigned long long)check->judge.calls,
	       (unsigned long long)found[PARTY_IMPLEMENTATION],
	       (unsigned long long)found[PARTY_CALLER]);
}

static void check_file(struct check *check, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "r");
	check->path = path;
	check->errors = check->json ? json_array() : NULL;
	check->findings = check->json ? json_array() : NULL;
	memset(check->shown, 0, sizeof check->shown);
	judge_reset(&check->judge);
	names_reset(&check->names);
	bool readable = file && check_lines(check, file);
	if (!file || ferror(file)) {
		on_unreadable(check, strerror(errno));
		readable = false;
	}
	if (file && !is_stdin)
		fclose(file);
	if (check->json || readable)
		print_summary(check);
	check->failed |= !readable;
}

/* --- Command line ------------------------------------------------------------------- */

struct arguments {
	struct check *check;
	struct paths paths;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct check *check = arguments->check;
	switch (key) {
	case 'j': check->json = true; return 0;
	case 's':
		check->weakest = STRENGTH_DOCUMENTED;
		while (check->weakest < STRENGTH_CHOSEN &&
		       strcmp(value, strength_name(check->weakest)) != 0)
			check->weakest++;
		if (strcmp(value, strength_name(check->weakest)) != 0)
			argp_error(state,
			           "'%s' is no strength, expected documented, "
			           "header, derived or chosen", value);
		return 0;
	case 'p':
		check->judged[PARTY_IMPLEMENTATION] =
			strcmp(value, "caller") != 0;
		check->judged[PARTY_CALLER] =
			strcmp(value, "implementation") != 0;
		if (strcmp(value, "both") != 0 &&
		    check->judged[PARTY_IMPLEMENTATION] ==
		            check->judged[PARTY_CALLER])
			argp_error(state,
			           "'%s' is no party, expected implementation, "
			           "caller or both", value);
		return 0;
	default: return parse_paths(key, state, &arguments->paths);
	}
}

int command_check(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", 'j', NULL, 0, "Print JSON", 0},
		{"party", 'p', "PARTY", 0,
	         "Whose breaches count: implementation, caller, or both (default)",
	         0},
		{"strength", 's', "STRENGTH", 0,
	         "The weakest rules that count: documented, header, derived or "
	         "chosen (default)", 0},
		{0}};
	static const struct argp argp = {
		options, parse, "FILE...",
		"Judge the traces in FILEs: every call must carry its answer, "
		"'-> STATUS'.\v"
		"FILE may be '-' for standard input. Exit codes: 0 all conform, "
		"1 violations, 2 wrong usage, or a file that is unreadable or "
		"faulty.",
		NULL, NULL, NULL};
	struct check check = {.judged = {true, true},
	                      .weakest = STRENGTH_CHOSEN,
	                      .progress = isatty(STDERR_FILENO)};
	struct arguments arguments = {.check = &check};
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	judge_init(&check.judge, on_finding, &check);
	names_init(&check.names);
	if (check.json)
		check.files = json_array();
	for (int i = 0; i < arguments.paths.count; i++)
		check_file(&check, arguments.paths.path[i]);
	if (check.json) {
		json_t *report = json_pack("{s:i, s:o}", "version", 1, "files",
		                           check.files);
		json_dumpf(report, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(report);
	}
	judge_free(&check.judge);
	names_free(&check.names);
	return check.failed ? EXIT_TROUBLE
	       : check.found_any ? EXIT_VIOLATIONS
	                         : EXIT_CONFORMS;
}
