/*
 * enumerate.c: the program enumerate. It runs every scenario of a few names up to a length
 * on a reference with small limits, and judges each step.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../specs/tell.h"
#include "explore.h"
#include "image.h"

enum { EXIT_TROUBLE = 2, MEBIBYTE = 1 << 20, GIBIBYTE = 1 << 30 };

struct arguments {
	struct explore_plan plan;
	bool has_limits, has_count, json;
};

static const char *const merges[] = {[MERGE_NONE] = "none",
                                     [MERGE_EQUAL] = "equal",
                                     [MERGE_DEAD] = "dead"};

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* --- Progress ------------------------------------------------------------------------ */

static void show_progress(const struct explore *explore)
{
	static double last;
	static unsigned depth;
	static uint64_t transitions;
	const struct explore_row *row = &explore->rows[explore->depth];
	double time = now();
	if (time - last < 1 || !isatty(STDERR_FILENO))
		return;
	if (depth != explore->depth)
		transitions = 0;
	fprintf(stderr,
	        "\rdepth %u: %" PRIu64 " of %" PRIu64 " states, "
	        "%.1f M transitions/s, %.2f GiB  ",
	        explore->depth, explore->done, explore->states,
	        (double)(row->transitions - transitions) / (time - last) / 1e6,
	        (double)explore->memory / GIBIBYTE);
	transitions = row->transitions;
	depth = explore->depth;
	last = time;
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%78s\r", "");
}

static void on_interrupt(int signal)
{
	(void)signal;
	explore_stop();
}

/* --- A finding ------------------------------------------------------------------------- */

/* A finding in words. */
struct told {
	const struct names *names;
	struct letters head, words;
	unsigned findings;
};

static void on_finding(void *context, const struct finding *finding)
{
	struct told *told = context;
	if (rule_info(finding->rule)->party != PARTY_IMPLEMENTATION ||
	    told->findings++)
		return;
	text_format(&told->head, "finding: %s: %s -> ", rule_info(finding->rule)->id,
	            operations[finding->step->op].word);
	text_print_status(&told->head, finding->answer->status);
	tell_finding(&told->words, told->names, finding);
}

/* Carries a sequence out again. */
static void rerun(struct scenario *trace, struct told *told,
                  const struct explore *explore)
{
	struct driver_setup setup = reference_setup(&explore->plan->limits);
	struct driver driver;
	struct judge judge;
	setup.reset();
	judge_init(&judge, on_finding, told);
	driver_begin(&driver, &setup, &trace->names);
	for (size_t i = 0; i < explore->step_count; i++) {
		const struct step *step = &explore->steps[i];
		bool is_call = operations[step->op].is_call;
		struct answer answer = answer_make(explore->crash);
		if (!is_call)
			driver_own(&driver, step);
		else if (!explore->crash || i + 1 < explore->step_count)
			answer = driver_call(&driver, step);
		scenario_add(trace, step, &answer, is_call);
		judge_feed(&judge, step, &answer, is_call);
	}
	driver_end(&driver);
	judge_free(&judge);
}

/* Finds words and trace of the sequence that was found. */
static void tell(struct told *told, struct letters *text,
                 const struct explore *explore)
{
	struct scenario trace;
	scenario_init(&trace);
	names_copy(&trace.names, explore->plan->names);
	told->names = &trace.names;
	rerun(&trace, told, explore);
	text_print(text, &trace);
	scenario_free(&trace);
}

/* --- Results ------------------------------------------------------------------------------ */

/* A number in decimal digits; good until the next call. */
static const char *digits(store_count number)
{
	static char text[40];
	char *at = text + sizeof text - 1;
	do {
		*--at = (char)('0' + (int)(number % 10));
		number /= 10;
	} while (number);
	return at;
}

/* The sequences of a length; they are all judged if that row is complete. */
static store_count sequences_of(const struct explore *explore, unsigned length)
{
	store_count sequences = 1;
	while (length--)
		if (sequences > (store_count)-1 / explore->alphabet)
			return (store_count)-1;
		else
			sequences *= explore->alphabet;
	return sequences;
}

/* Whether the states after so many steps were gathered. */
static bool has_states(const struct explore *explore, unsigned depth)
{
	return depth < explore->plan->depth || explore->plan->ends;
}

static const char *end_in_words(enum explore_end end)
{
	static const char *const words[] = {
		[EXPLORE_DONE] = "no disagreement",
		[EXPLORE_BROKEN] = "a disagreement",
		[EXPLORE_FULL] = "the memory is used up (--memory)",
		[EXPLORE_STOPPED] = "stopped",
		[EXPLORE_FAILED] = "a process was killed or not started, or lacks memory"};
	return words[end];
}

static void print_table(const struct explore *explore, enum explore_end end)
{
	printf("%5s %12s %16s %14s %28s\n", "depth", "states new", "transitions",
	       "calls", "sequences");
	for (unsigned i = 0; i <= explore->depth; i++) {
		const struct explore_row *row = &explore->rows[i];
		bool is_part = end != EXPLORE_DONE && i == explore->depth;
		printf("%5u", i);
		if (has_states(explore, i))
			printf(" %12" PRIu64, row->states);
		else
			printf(" %12s", "-");
		printf(" %16" PRIu64 " %14" PRIu64 " %28s\n", row->transitions,
		       row->calls,
		       is_part ? "some" : digits(sequences_of(explore, i)));
	}
}

static void print_text(const struct explore *explore, enum explore_end end,
                       double seconds)
{
	print_table(explore, end);
	if (explore->merge != explore->plan->merge)
		printf("dead words may make a difference (fuzz/dead.h): states are "
		       "merged only if equal\n");
	printf("%zu steps in the alphabet, %.1f s, %.2f GiB: %s\n", explore->alphabet,
	       seconds, (double)explore->memory / GIBIBYTE, end_in_words(end));
	if (end != EXPLORE_BROKEN)
		return;
	struct told told = {0};
	struct letters trace = {0};
	tell(&told, &trace, explore);
	printf("\n%.*s\n%.*s\nby %zu steps, and by no fewer:\n\n%.*s",
	       (int)told.head.length, told.head.text, (int)told.words.length,
	       told.words.text, explore->step_count, (int)trace.length, trace.text);
	free(told.head.text);
	free(told.words.text);
	free(trace.text);
}

static void print_json(const struct explore *explore, enum explore_end end,
                       double seconds)
{
	json_t *depths = json_array(), *root;
	for (unsigned i = 0; i <= explore->depth; i++) {
		const struct explore_row *row = &explore->rows[i];
		json_t *item = json_pack(
			"{si sb sI sI ss}", "depth", (int)i, "complete",
			end == EXPLORE_DONE || i < explore->depth, "transitions",
			(json_int_t)row->transitions, "calls", (json_int_t)row->calls,
			"sequences", digits(sequences_of(explore, i)));
		if (has_states(explore, i)) {
			json_object_set_new(item, "states",
			                    json_integer((json_int_t)row->states));
			json_object_set_new(item, "leading",
			                    json_string(digits(row->leading)));
			json_object_set_new(item, "digest",
			                    json_sprintf("%016" PRIx64, row->digest));
		}
		json_array_append_new(depths, item);
	}
	root = json_pack("{si sI ss ss sf sI so}", "version", 1, "alphabet",
	                 (json_int_t)explore->alphabet, "merged",
	                 merges[explore->merge], "end", end_in_words(end), "seconds",
	                 seconds, "memory", (json_int_t)explore->memory, "depths",
	                 depths);
	if (end == EXPLORE_BROKEN) {
		struct told told = {0};
		struct letters trace = {0};
		tell(&told, &trace, explore);
		json_object_set_new(
			root, "finding",
			json_pack("{ss# si ss#}", "line", told.head.text,
		                  (int)told.head.length, "steps",
		                  (int)explore->step_count, "trace", trace.text,
		                  (int)trace.length));
		free(told.head.text);
		free(told.words.text);
		free(trace.text);
	}
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

/* --- Command line ---------------------------------------------------------------------- */

/* Reads a number within a range. */
static unsigned read_number(struct argp_state *state, const char *option,
                            const char *text, unsigned least, unsigned most)
{
	unsigned value = 0;
	int length = 0;
	if (sscanf(text, "%u%n", &value, &length) != 1 || text[length] ||
	    *text == '-' || value < least || value > most)
		argp_error(state, "--%s: '%s', expected a number from %u to %u",
		           option, text, least, most);
	return value;
}

/* Reads the limits of the reference. */
static void read_limits(struct argp_state *state, struct sechandle_limits *limits,
                        const char *text)
{
	if (!reference_read_limits(limits, text) || limits->contexts > IMAGE_SLOTS ||
	    limits->credentials > IMAGE_SLOTS || limits->max_generation < 1 ||
	    limits->max_generation > IMAGE_GENERATIONS || limits->buffers < 1 ||
	    limits->buffers > IMAGE_BUFFERS)
		argp_error(state,
		           "--limits: '%s', expected four numbers up to "
		           "%d,%d,%d,%d, the last two from 1 on",
		           text, IMAGE_SLOTS, IMAGE_SLOTS, IMAGE_GENERATIONS,
		           IMAGE_BUFFERS);
}

/* Reads names: those that begin with b are buffers. */
static void read_names(struct argp_state *state, struct names *names,
                       const char *text)
{
	names_reset(names);
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ",");
		name_id count = names->name_count;
		if (!names_valid(names, at, length))
			argp_error(state, "--names: '%.*s' is no name", (int)length,
			           at);
		name_id id = names_intern(names, at, length);
		names_get(names, id)->settled =
			*at == 'b' ? NAME_BUFFER : NAME_HANDLE;
		if (names->name_count == count)
			argp_error(state, "--names: '%.*s' is there twice",
			           (int)length, at);
		if (names->name_count > WORLD_NAMES)
			argp_error(state, "--names: expected at most %d names",
			           WORLD_NAMES);
		at += length;
		if (!*at)
			return;
	}
}

static enum merge read_merge(struct argp_state *state, const char *text)
{
	for (int i = 0; i < (int)(sizeof merges / sizeof *merges); i++)
		if (strcmp(merges[i], text) == 0)
			return (enum merge)i;
	argp_error(state, "--merge: '%s', expected dead, equal or none", text);
	return MERGE_DEAD;
}

/* As many buffers as there are names for them, but one at least. */
static uint32_t default_buffers(const struct names *names)
{
	uint32_t buffers = 0;
	for (name_id i = 0; i < names->name_count; i++)
		buffers += names_get(names, i)->settled == NAME_BUFFER;
	return buffers ? buffers : 1;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct explore_plan *plan = &arguments->plan;
	switch (key) {
	case 'd':
		plan->depth = read_number(state, "depth", value, 1, EXPLORE_DEPTH);
		return 0;
	case 'n': read_names(state, plan->names, value); return 0;
	case 'l':
		arguments->has_limits = true;
		read_limits(state, &plan->limits, value);
		return 0;
	case 'j':
		plan->jobs = read_number(state, "jobs", value, 1, EXPLORE_JOBS);
		return 0;
	case 'm':
		plan->memory = (size_t)MEBIBYTE *
		               read_number(state, "memory", value, 16, 32768);
		return 0;
	case 'g': plan->merge = read_merge(state, value); return 0;
	case 'c':
		arguments->has_count = true;
		plan->count_as = read_merge(state, value);
		return 0;
	case 'e': plan->ends = true; return 0;
	case 'J': arguments->json = true; return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s', expected no argument", value);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->has_limits)
			plan->limits.buffers = default_buffers(plan->names);
		if (!arguments->has_count)
			plan->count_as = plan->merge == MERGE_NONE ? MERGE_EQUAL
			                                           : plan->merge;
		if (plan->count_as < plan->merge || plan->count_as == MERGE_NONE)
			argp_error(state, "--count: what is merged is not counted "
			                  "apart");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"depth", 'd', "N", 0, "The length of the longest scenarios (5)", 0},
	{"names", 'n', "NAME,...", 0,
	 "The names in scenarios (k1,c1,c2); those that begin with b are buffers", 0},
	{"limits", 'l', "N,N,N,N", 0,
	 "Let the reference hold so many contexts, credentials, handles that a slot may "
	 "issue, and buffers (2,2,2 and as many as there are names of buffers, or 1)", 0},
	{"jobs", 'j', "N", 0, "Processes (as many as there are processors)", 0},
	{"memory", 'm', "N", 0, "MiB that states may need (2048)", 0},
	{"merge", 'g', "WHICH", 0,
	 "Take states for one if they are `equal`; by default also if they differ in "
	 "`dead` words alone, which is checked; or never (`none`)", 0},
	{"count", 'c', "WHICH", 0,
	 "Count states for one if they are `equal`, or but for `dead` words (as merged)",
	 0},
	{"ends", 'e', NULL, 0, "Count the states after the last step, too", 0},
	{"json", 'J', NULL, 0, "Print for machines", 0},
	{0}};

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count < 1 ? 1 : count > EXPLORE_JOBS ? EXPLORE_JOBS : (unsigned)count;
}

static void prepare(struct arguments *arguments, struct names *names)
{
	names_init(names);
	*arguments = (struct arguments){
		.plan = {.names = names,
	                 .limits = {2, 2, 2, 1},
	                 .merge = MERGE_DEAD,
	                 .depth = 5,
	                 .jobs = processors(),
	                 .memory = (size_t)2048 * MEBIBYTE,
	                 .progress = show_progress}};
	for (const char *name = "k1\0c1\0c2\0"; *name; name += 3)
		names_get(names, names_add(names, name, 2))->settled = NAME_HANDLE;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		options, parse, NULL,
		"Run all scenarios over a few names up to a length, blocks excepted, "
		"on the reference with small limits, and judge each step.\v"
		"Exit codes: 0 all were run and no rule is broken; 1 a rule is broken: "
		"the scenario is printed, and no shorter one breaks any; 2 wrong usage, "
		"or not all were run, as the memory is used up or it was interrupted: "
		"what was done is printed.",
		NULL, NULL, NULL};
	struct arguments arguments;
	struct names names;
	struct explore explore;
	enum explore_end end;
	double start = now();
	prepare(&arguments, &names);
	argp_err_exit_status = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	signal(SIGINT, on_interrupt);
	signal(SIGTERM, on_interrupt);
	end = explore_run(&explore, &arguments.plan);
	clear_progress();
	if (arguments.json)
		print_json(&explore, end, now() - start);
	else
		print_text(&explore, end, now() - start);
	names_free(&names);
	if (fflush(stdout) != 0) {
		perror("enumerate");
		return EXIT_TROUBLE;
	}
	return end == EXPLORE_DONE ? 0 : end == EXPLORE_BROKEN ? 1 : EXIT_TROUBLE;
}
