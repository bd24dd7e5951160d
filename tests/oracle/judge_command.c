/*
 * judge_command.c: sechandle judge: a subject is judged, and reports are written.
 */
#include <argp.h>
#include <jansson.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach_options.h"
#include "command.h"
#include "judging.h"
#include "reports.h"
#include "suite_options.h"

struct arguments {
	struct attach_options attach;
	struct suite_options suites;
	enum profile profile;
	const char *deviations, *write_deviations, *junit, *programs;
	bool json, leaks, shrinks;
};

/* --- The run ---------------------------------------------------------------------------- */

static void tell_subject(struct subject_told *told, const struct arguments *arguments,
                         const struct attached *attached)
{
	const struct attach_options *attach = &arguments->attach;
	*told = (struct subject_told){
		.info = attached_info(attached),
		.command = attach->library ? attach->library : attach->subject,
		.profile = arguments->profile,
		.leaks = arguments->leaks,
		.valgrind = attach->attachment.under == UNDER_VALGRIND,
		.preload = attach->preload};
	if (*told->info->path && !SHA256File(told->info->path, told->hash))
		fprintf(stderr, "sechandle: %s: cannot be read, so it has no hash\n",
		        told->info->path);
}

static void print_json(const struct results *results)
{
	json_t *report = report_json(results);
	json_dumpf(report, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(report);
}

/* @return an exit code, as all functions from here on */
static int write_reports(const struct results *results, const struct arguments *arguments)
{
	bool ok = true;
	if (arguments->json)
		print_json(results);
	else
		report_table(stdout, results);
	if (arguments->junit)
		ok &= report_junit(results, arguments->junit);
	if (arguments->programs)
		ok &= report_programs(results, arguments->programs);
	if (arguments->write_deviations)
		ok &= deviations_write(results, arguments->write_deviations);
	return ok ? results_code(results) : EXIT_TROUBLE;
}

static int judge(struct arguments *arguments, const struct suite_list *list,
                 struct deviation_list *known)
{
	struct results results;
	struct attached *attached = attach_options_begin(&arguments->attach);
	if (!attached)
		return EXIT_NOT_ATTACHED;
	results_init(&results, list, known);
	tell_subject(&results.subject, arguments, attached);
	struct judging judging = {.attached = attached,
	                          .results = &results,
	                          .leaks = arguments->leaks,
	                          .shrinks = arguments->shrinks,
	                          .progress = isatty(STDERR_FILENO)};
	judge_subject(&judging);
	int code = write_reports(&results, arguments);
	results_free(&results);
	detach(attached);
	return code;
}

/* --- The command line ---------------------------------------------------------------------- */

enum { NO_SHRINK = 0x100, JUNIT, PROGRAMS, WRITE_DEVIATIONS, LEAKS };

static void parse_profile(struct arguments *arguments, const char *value,
                          struct argp_state *state)
{
	struct letters names = {0};
	arguments->profile = profile_find(value);
	if (arguments->profile != PROFILE_COUNT)
		return;
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		text_format(&names, " %s", profile_info((enum profile)profile)->name);
	char *all = letters_string(&names);
	argp_error(state, "'%s' is no profile, expected one of:%s", value, all);
	free(all);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->attach;
		state->child_inputs[1] = &arguments->suites;
		return 0;
	case 'P': parse_profile(arguments, value, state); return 0;
	case 'D': arguments->deviations = value; return 0;
	case WRITE_DEVIATIONS: arguments->write_deviations = value; return 0;
	case 'J': arguments->json = true; return 0;
	case JUNIT: arguments->junit = value; return 0;
	case PROGRAMS: arguments->programs = value; return 0;
	case LEAKS: arguments->leaks = true; return 0;
	case NO_SHRINK: arguments->shrinks = false; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option described[] = {
	{NULL, 0, NULL, 0, "How it is judged, and what is told:", 4},
	{"profile", 'P', "NAME", 0,
	 "What it is held to: reference, strict (default), second-delete-invalid or gss",
	 0},
	{"deviations", 'D', "FILE", 0, "Known deviations, which it does not fail for", 0},
	{"write-deviations", WRITE_DEVIATIONS, "FILE", 0,
	 "Write all violations as known deviations", 0},
	{"leaks", LEAKS, NULL, 0,
	 "Play what leaves nothing behind in rounds too: heap that grows is a leak", 0},
	{"no-shrink", NO_SHRINK, NULL, 0, "Do not look for the least that shows each "
	 "violation", 0},
	{"json", 'J', NULL, 0, "Print JSON", 0},
	{"junit", JUNIT, "FILE", 0, "Write the XML of JUnit", 0},
	{"programs", PROGRAMS, "FOLDER", 0,
	 "Write a C program for each violation, which shows it by itself", 0},
	{0}};

int command_judge(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{&attach_options_argp, 0, NULL, 0}, {&suite_options_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		described, parse, "[FILE...]",
		"Judge an implementation: let it carry out scenarios, in processes of its "
		"own, and tell which rules it breaks.\v"
		"FILEs are scenarios of your own. What is unsafe is told first, then wrong "
		"statuses, then what no document states; for each violation the least "
		"scenario that shows it. The same answers give the same report. Ctrl-C "
		"ends the run with the report so far. Exit codes: 0 it conforms, or has "
		"known deviations only; 1 violations, or a known deviation that was not "
		"seen although it could have been; 2 wrong usage, or a file that is "
		"unreadable or faulty; 3 it could not be attached, or not all could be "
		"judged.",
		children, NULL, NULL};
	struct arguments arguments = {.profile = PROFILE_STRICT, .shrinks = true};
	struct deviation_list known = {0};
	struct suite_list list;
	int code = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	suites_init(&list);
	if ((!arguments.deviations || deviations_read(&known, arguments.deviations)) &&
	    suite_options_add(&arguments.suites, &list))
		code = judge(&arguments, &list, &known);
	deviations_free(&known);
	suites_free(&list);
	suite_options_free(&arguments.suites);
	attach_options_free(&arguments.attach);
	return code;
}
