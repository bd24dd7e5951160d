/*
 * fingerprint_command.c: sechandle fingerprint: which profiles a subject fits, or what
 * was recorded of one, and the first step that tells profiles apart.
 *
 * How to read it: what is found out, subjects, recorded traces, what is printed, the
 * command line.
 */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "../../specs/tell.h"
#include "attach_options.h"
#include "command.h"
#include "results.h"
#include "suite_options.h"

/* A step of a scenario, and what it answered. */
struct place {
	size_t scenario, at; /* SIZE_MAX: there is none */
	char *told;          /* SCENARIO:LINE: STEP; allocated */
	unsigned fails;      /* the profiles that it violates, a bit each */
	enum rule rule;      /* that is broken */
};

/* What is found out. */
struct fingerprint {
	struct verdicts verdicts[PROFILE_COUNT];
	size_t violations[PROFILE_COUNT]; /* steps */
	struct place first[PROFILE_COUNT];
	struct place apart; /* the first step that tells profiles apart */
	size_t judged, lost; /* scenarios */
		const struct suite_list *list; /* of a subject */
};

enum { ALL_PROFILES = (1 << PROFILE_COUNT) - 1 };

/* --- What is found out ----------------------------------------------------------------------- */

/* Keeps a step if it stands before the one that is kept. */
static void keep(struct place *place, size_t scenario, size_t at, unsigned fails,
                 const char *label, const struct verdicts *judged)
{
	struct letters told = {0};
	if (scenario > place->scenario || (scenario == place->scenario && at >= place->at))
		return;
	text_format(&told, "%s:%u: ", label, (unsigned)judged->script->steps[at].line);
	tell_step(&told, &judged->script->names, &judged->steps[at].finding);
	free(place->told);
	*place = (struct place){scenario, at, letters_string(&told), fails,
	                        judged->steps[at].finding.rule};
}

/* The profiles that a step violates. */
static unsigned fails_at(const struct fingerprint *found, size_t at)
{
	unsigned fails = 0;
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		if (found->verdicts[profile].steps[at].verdict == VERDICT_VIOLATION)
			fails |= 1u << profile;
	return fails;
}

static void look_at_step(struct fingerprint *found, size_t scenario, size_t at,
                         const char *label)
{
	unsigned fails = fails_at(found, at);
	for (int profile = 0; profile < PROFILE_COUNT; profile++) {
		if (!(fails & 1u << profile))
			continue;
		const struct verdicts *judged = &found->verdicts[profile];
		found->violations[profile]++;
		keep(&found->first[profile], scenario, at, fails, label, judged);
		if (fails != ALL_PROFILES)
			keep(&found->apart, scenario, at, fails, label, judged);
	}
}

static void look(struct fingerprint *found, size_t scenario, const char *label,
                 const struct scenario *script, const struct scenario *trace,
                 size_t unsupported)
{
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		verdicts_judge(&found->verdicts[profile], label, script, trace,
		               unsupported);
	for (size_t at = 0; at < script->count; at++)
		look_at_step(found, scenario, at, label);
	found->judged++;
}

static void begin(struct fingerprint *found)
{
	*found = (struct fingerprint){.judged = 0};
	found->apart.scenario = SIZE_MAX;
	for (int profile = 0; profile < PROFILE_COUNT; profile++) {
		verdicts_init(&found->verdicts[profile], (enum profile)profile, NULL, 0);
		found->first[profile].scenario = SIZE_MAX;
	}
}

static void end(struct fingerprint *found)
{
	for (int profile = 0; profile < PROFILE_COUNT; profile++) {
		verdicts_free(&found->verdicts[profile]);
		free(found->first[profile].told);
	}
	free(found->apart.told);
}

/* --- Subjects ---------------------------------------------------------------------------------- */

static void on_played(void *context, size_t index, struct played *played)
{
	struct fingerprint *found = context;
	char *label = scenario_label(&found->list->scenarios[index]);
	look(found, index, label, &found->list->scenarios[index].scenario, &played->trace,
	     played->end == PLAYED_UNSUPPORTED ? played->at : SIZE_MAX);
	found->lost += played->end == PLAYED_LOST;
	free(label);
}

static bool play(struct fingerprint *found, struct attached *attached)
{
	size_t count = found->list->count;
	const struct scenario **scripts = allocate(count + 1, sizeof *scripts);
	for (size_t i = 0; i < count; i++)
		scripts[i] = &found->list->scenarios[i].scenario;
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		found->verdicts[profile].overlaps = attached_info(attached)->overlaps;
	bool ok = attached_play(attached, scripts, count, true, on_played, found);
	free(scripts);
	return ok;
}

/* @return an exit code, EXIT_CONFORMS if all was judged */
static int judge_subject_by(struct fingerprint *found, struct attach_options *attach,
                            const struct suite_options *suites_wanted)
{
	struct suite_list list;
	int code = EXIT_TROUBLE;
	suites_init(&list);
	found->list = &list;
	if (suite_options_add(suites_wanted, &list)) {
		struct attached *attached = attach_options_begin(attach);
		code = attached && play(found, attached) && !found->lost
		               ? EXIT_CONFORMS
		               : EXIT_NOT_ATTACHED;
		detach(attached);
	}
	suites_free(&list);
	return code;
}

/* --- Recorded traces ---------------------------------------------------------------------------- */

/* @return as above */
static int judge_traces(struct fingerprint *found, const struct paths *paths)
{
	int code = EXIT_CONFORMS;
	for (int i = 0; i < paths->count; i++) {
		const char *path = paths->path[i];
		struct content content = read_file(path);
		struct scenario trace;
		scenario_init(&trace);
		if (content.data &&
		    text_parse(&trace, (const char *)content.data, content.length,
		               ANSWERS_REQUIRED, print_text_error,
		               (void *)(uintptr_t)path))
			look(found, (size_t)i, path, &trace, &trace, SIZE_MAX);
		else
			code = EXIT_TROUBLE;
		scenario_free(&trace);
		free(content.data);
	}
	return code;
}

/* --- What is printed ------------------------------------------------------------------------------ */

static void print_profiles(const char *heading, unsigned profiles)
{
	printf("  %s", heading);
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		if (profiles & 1u << profile)
			printf(" %s", profile_info((enum profile)profile)->name);
	putchar('\n');
}

static void print_text(const struct fingerprint *found)
{
	printf("%-22s  %-4s  %10s  %s\n", "PROFILE", "FITS", "VIOLATIONS", "FIRST");
	for (int profile = 0; profile < PROFILE_COUNT; profile++) {
		const struct place *first = &found->first[profile];
		printf("%-22s  %-4s  %10zu", profile_info((enum profile)profile)->name,
		       first->told ? "no" : "yes", found->violations[profile]);
		if (first->told)
			printf("  %s: %s", rule_info(first->rule)->id, first->told);
		putchar('\n');
	}
	if (!found->apart.told)
		return;
	printf("\ntold apart by %s\n", found->apart.told);
	print_profiles("violates:", found->apart.fails);
	print_profiles("fits:", ALL_PROFILES & ~found->apart.fails);
}

static json_t *place_json(const struct place *place)
{
	if (!place->told)
		return json_null();
	return json_pack("{s:s, s:s}", "rule", rule_info(place->rule)->id, "step",
	                 place->told);
}

static void print_json(const struct fingerprint *found)
{
	json_t *profiles = json_array();
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		json_array_append_new(profiles, json_pack(
			"{s:s, s:b, s:I, s:b, s:o}", "profile",
			profile_info((enum profile)profile)->name, "fits",
			(int)!found->first[profile].told, "violations",
			(json_int_t)found->violations[profile], "apart",
			(int)((found->apart.fails >> profile) & 1u), "first",
			place_json(&found->first[profile])));
	json_t *all = json_pack("{s:i, s:I, s:o, s:o}", "version", 1, "scenarios",
	                        (json_int_t)found->judged, "profiles", profiles, "apart",
	                        place_json(&found->apart));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

/* --- The command line -------------------------------------------------------------------------------- */

struct arguments {
	struct attach_options attach;
	struct suite_options suites;
	bool json;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	(void)value;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->attach;
		state->child_inputs[1] = &arguments->suites;
		return 0;
	case 'J': arguments->json = true; return 0;
	case ARGP_KEY_SUCCESS:
		if (!arguments->attach.is_given && !arguments->suites.paths.count)
			argp_error(state, "nothing to judge, expected --sspi, --subject or "
			                  "a FILE");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static bool fits_any(const struct fingerprint *found)
{
	for (int profile = 0; profile < PROFILE_COUNT; profile++)
		if (!found->first[profile].told)
			return true;
	return false;
}

int command_fingerprint(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", 'J', NULL, 0, "Print JSON", 4}, {0}};
	static const struct argp_child children[] = {
		{&attach_options_argp, 0, NULL, 0}, {&suite_options_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		options, parse, "[FILE...]",
		"Tell which profiles an implementation fits, and the first step that tells "
		"them apart.\v"
		"FILEs are scenarios, or, where no subject is named, recorded traces. Exit "
		"codes: 0 it fits a profile at least, 1 it fits none, 2 wrong usage, or a "
		"file that is unreadable or faulty, 3 it could not be attached, or not all "
		"could be judged.",
		children, NULL, NULL};
	struct arguments arguments = {.attach.is_optional = true};
	struct fingerprint found;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	begin(&found);
	int code = arguments.attach.is_given
	                   ? judge_subject_by(&found, &arguments.attach,
	                                      &arguments.suites)
	                   : judge_traces(&found, &arguments.suites.paths);
	if (found.judged)
		(arguments.json ? print_json : print_text)(&found);
	if (code == EXIT_CONFORMS && !fits_any(&found))
		code = EXIT_VIOLATIONS;
	end(&found);
	suite_options_free(&arguments.suites);
	attach_options_free(&arguments.attach);
	return code;
}
