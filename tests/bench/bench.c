/*
 * bench.c: the command line of the measurements.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ref/table.h"
#include "../oracle/suites.h"
#include "bench.h"

enum { EXIT_TROUBLE = 2, SMALLEST_LARGEST = 64 };

#define TRIPS_OF_ALL UINT64_C(1000000)
#define TRIPS_ALONE UINT64_C(100000000)

struct arguments {
	const char *what; /* NULL: all */
	uint64_t trips;
	struct table_wish table;
	unsigned depth;
};

static uint64_t parse_number(struct argp_state *state, const char *text,
                             uint64_t least, uint64_t most)
{
	char *end;
	errno = 0;
	uint64_t number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || number < least ||
	    number > most)
		argp_error(state,
		           "'%s', expected a number from %" PRIu64 " to %" PRIu64,
		           text, least, most);
	return number;
}

static void parse_word(struct argp_state *state, char *word,
                       struct arguments *arguments)
{
	bool trips = arguments->what && strcmp(arguments->what, "trips") == 0;
	if (trips && state->arg_num == 1)
		arguments->trips = parse_number(state, word, 1, UINT64_MAX);
	else if (arguments->what)
		argp_error(state, "'%s' is one argument too many", word);
	else if (strcmp(word, "check") == 0 || strcmp(word, "trips") == 0 ||
	         strcmp(word, "table") == 0 || strcmp(word, "abi") == 0 ||
	         strcmp(word, "scenarios") == 0)
		arguments->what = word;
	else
		argp_error(state, "'%s', expected one of: check trips table abi "
		                  "scenarios", word);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case 'r':
		arguments->table.rounds =
			(uint32_t)parse_number(state, value, 1, 1000000);
		return 0;
	case 'l':
		arguments->table.largest = (uint32_t)parse_number(
			state, value, SMALLEST_LARGEST, TABLE_CAPACITY_MAX);
		return 0;
	case 'd':
		arguments->table.data = value;
		return 0;
	case 'D':
		arguments->depth =
			(unsigned)parse_number(state, value, 1, SUITES_DEPTH_MOST);
		return 0;
	case 's':
		arguments->table.slotmap = false;
		return 0;
	case ARGP_KEY_ARG:
		parse_word(state, value, arguments);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"rounds", 'r', "N", 0, "table, abi: time each loop N times (7)", 0},
	{"largest", 'l', "N", 0, "table, abi: at most N live handles", 0},
	{"data", 'd', "FILE", 0, "table: write the plot's figures to FILE", 0},
	{"depth", 'D', "N", 0, "scenarios: sequences of at most N calls (3)", 0},
	{"no-slotmap", 's', NULL, 0, "table: leave slotmap out", 0},
	{0},
};

static void measure(const struct arguments *arguments)
{
	const char *what = arguments->what;
	if (!what || strcmp(what, "check") == 0)
		bench_check();
	if (!what || strcmp(what, "trips") == 0)
		bench_trips(arguments->trips ? arguments->trips
		            : what           ? TRIPS_ALONE
		                             : TRIPS_OF_ALL);
	if (!what || strcmp(what, "table") == 0)
		bench_table(&arguments->table);
	if (!what || strcmp(what, "abi") == 0)
		bench_abi(arguments->table.rounds, arguments->table.largest);
	if (!what || strcmp(what, "scenarios") == 0)
		bench_scenarios(arguments->depth);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "check\ntrips [N]\ntable\nabi\nscenarios\n",
		.doc = "Measure: `check` how fast traces are judged, `table` how "
		       "fast the handle table is, `abi` how fast contexts are "
		       "made and deleted through sspi.h, `scenarios` how many "
		       "scenarios a second are carried out and judged; send N "
		       "random scenarios (100000000) on the round trip from bytes "
		       "to text and back with `trips`. Without arguments, all of it.\v"
		       "Exit codes: 0 measured, 1 a wrong result was found, "
		       "2 wrong usage or a file that cannot be written."};
	struct arguments arguments = {
		.table = {7, TABLE_CAPACITY_MAX, NULL, true}, .depth = 3};
	argp_err_exit_status = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	measure(&arguments);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fprintf(stderr, "bench: standard output: %s\n", strerror(errno));
	return EXIT_TROUBLE;
}
