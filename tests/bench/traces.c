/*
 * traces.c: how fast traces are checked, and how the two forms of a scenario
 * survive each other.
 *
 * Checking is measured beside a baseline in the same run: reading the bytes of
 * the text once, or the steps and answers once. The round trips stop at the
 * first scenario that changes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../ref/sspi.h"
#include "../../specs/binary.h"
#include "../../specs/judge.h"
#include "../unit/random.h"
#include "bench.h"

/* --- Checking -------------------------------------------------------------------- */

enum { CHECK_ROUNDS = 20000, CHECK_RUNS = 5 };

/* What a busy server's record looks like: exchanges of two peers, a second
 * delete, a stale copy. */
static const char exchange[] =
	"init c1 k1                     -> SEC_I_CONTINUE_NEEDED\n"
	"accept s1 k2 with c1           -> SEC_I_CONTINUE_NEEDED\n"
	"init c1 k1 on c1 with s1       -> SEC_E_OK\n"
	"accept s1 k2 on s1 with c1     -> SEC_E_OK\n"
	"query s1 names into b1         -> SEC_E_OK\n"
	"release b1                     -> SEC_E_OK\n"
	"copy old c1\n"
	"delete c1                      -> SEC_E_OK\n"
	"delete old                     -> SEC_E_OK\n"
	"query c1 sizes                 -> SEC_E_INVALID_HANDLE\n"
	"delete s1                      -> SEC_E_OK\n";

static struct letters make_trace(void)
{
	struct letters trace = {0};
	text_append(&trace, "acquire k1 -> SEC_E_OK\nacquire k2 -> SEC_E_OK\n");
	for (int i = 0; i < CHECK_ROUNDS; i++)
		text_append(&trace, exchange);
	text_append(&trace, "free k1 -> SEC_E_OK\nfree k2 -> SEC_E_OK\n");
	return trace;
}

static void no_error(void *context, unsigned line, unsigned column,
                     const char *message)
{
	(void)context;
	fprintf(stderr, "bench: %u:%u: %s\n", line, column, message);
	exit(1);
}

static void count_finding(void *context, const struct finding *finding)
{
	if (rule_info(finding->rule)->party == PARTY_IMPLEMENTATION)
		++*(uint64_t *)context;
}

static void check_text(struct judge *judge, struct names *names,
                       const struct letters *trace)
{
	struct text_parser parser;
	struct step step;
	const char *at = trace->text, *end = at + trace->length, *newline;
	text_begin(&parser, names, ANSWERS_REQUIRED, no_error, NULL);
	for (; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (text_line(&parser, at, (size_t)(newline - at), &step))
			judge_feed(judge, &step, parser.answers,
			           parser.answer_count);
	}
	text_end(&parser);
	text_free(&parser);
	judge_end(judge);
}

static uint64_t sum(const void *data, size_t length)
{
	const unsigned char *at = data;
	uint64_t total = 0, word;
	for (; length >= 8; length -= 8, at += 8) {
		memcpy(&word, at, 8);
		total += word;
	}
	return total;
}

static void print_rate(const char *what, size_t events, double seconds,
                       double floor_seconds)
{
	printf("%-24s %6.1f M events/s   baseline %7.1f M   ratio %5.1f\n", what,
	       (double)events / seconds / 1e6, (double)events / floor_seconds / 1e6,
	       seconds / floor_seconds);
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

void bench_check(void)
{
	struct letters trace = make_trace();
	struct scenario scenario;
	struct judge judge;
	uint64_t found = 0;
	volatile uint64_t sink = 0; /* where sums go that only take time */
	double text = 1e9, memory = 1e9, text_floor = 1e9, memory_floor = 1e9;
	scenario_init(&scenario);
	judge_init(&judge, count_finding, &found);
	text_parse(&scenario, trace.text, trace.length, ANSWERS_REQUIRED,
	           no_error, NULL);
	for (int run = 0; run < CHECK_RUNS; run++) {
		struct names names;
		names_init(&names);
		double start = now(CLOCK_MONOTONIC);
		sink += sum(trace.text, trace.length);
		text_floor = least(text_floor, now(CLOCK_MONOTONIC) - start);
		judge_reset(&judge);
		start = now(CLOCK_MONOTONIC);
		check_text(&judge, &names, &trace);
		text = least(text, now(CLOCK_MONOTONIC) - start);
		start = now(CLOCK_MONOTONIC);
		sink += sum(scenario.steps, scenario.count * sizeof(struct step)) +
		        sum(scenario.answers,
		            scenario.answer_count * sizeof(struct answer));
		memory_floor = least(memory_floor, now(CLOCK_MONOTONIC) - start);
		judge_reset(&judge);
		start = now(CLOCK_MONOTONIC);
		judge_scenario(&judge, &scenario);
		memory = least(memory, now(CLOCK_MONOTONIC) - start);
		names_free(&names);
	}
	printf("trace checking: %zu events, best of %d runs; baseline: summing the "
	       "input\n", scenario.count, CHECK_RUNS);
	print_rate("  from text", scenario.count, text, text_floor);
	print_rate("  from memory", scenario.count, memory, memory_floor);
	if (found) {
		fprintf(stderr, "bench: %llu findings in a trace that conforms\n",
		        (unsigned long long)found);
		exit(1);
	}
	(void)sink;
	judge_free(&judge);
	scenario_free(&scenario);
	free(trace.text);
}

/* --- Round trips -------------------------------------------------------------------- */

struct trip {
	struct scenario first, second;
	struct letters text, again;
	struct bytes bytes, bytes_again;
};

static bool same_text(const struct letters *a, const struct letters *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}

/* bytes -> scenario -> text -> scenario -> bytes -> scenario -> text, with both
 * texts and both canonical bytes equal. */
static bool travel(struct trip *trip, const uint8_t *data, size_t length)
{
	trip->text.length = trip->again.length = 0;
	trip->bytes.length = trip->bytes_again.length = 0;
	scenario_reset(&trip->first);
	binary_decode(&trip->first, data, length);
	text_print(&trip->text, &trip->first);
	if (!binary_encode(&trip->bytes, &trip->first))
		return false;
	scenario_reset(&trip->second);
	text_parse(&trip->second, trip->text.text, trip->text.length,
	           ANSWERS_OPTIONAL, no_error, NULL);
	if (!binary_encode(&trip->bytes_again, &trip->second) ||
	    trip->bytes.length != trip->bytes_again.length ||
	    memcmp(trip->bytes.data, trip->bytes_again.data,
	           trip->bytes.length) != 0)
		return false;
	scenario_reset(&trip->second);
	binary_decode(&trip->second, trip->bytes.data, trip->bytes.length);
	text_print(&trip->again, &trip->second);
	return same_text(&trip->text, &trip->again);
}

void bench_trips(uint64_t count)
{
	struct trip trip = {0};
	uint64_t seed = (uint64_t)time(NULL), steps = 0;
	bool progress = isatty(STDERR_FILENO);
	double start = now(CLOCK_MONOTONIC);
	printf("round trips: seed %llu\n", (unsigned long long)seed);
	scenario_init(&trip.first);
	scenario_init(&trip.second);
	for (uint64_t i = 0; i < count; i++) {
		uint8_t data[40];
		size_t length = random_bytes(&seed, data, sizeof data);
		if (!travel(&trip, data, length)) {
			fprintf(stderr, "bench: scenario %llu changed:\n%.*s",
			        (unsigned long long)i, (int)trip.text.length,
			        trip.text.text ? trip.text.text : "");
			exit(1);
		}
		steps += trip.first.count;
		if (progress && i % 1000000 == 0)
			fprintf(stderr, "\r%llu M", (unsigned long long)(i / 1000000));
	}
	double seconds = now(CLOCK_MONOTONIC) - start;
	printf("  %llu scenarios, %llu steps, none changed, %.2f M scenarios/s\n",
	       (unsigned long long)count, (unsigned long long)steps,
	       (double)count / seconds / 1e6);
	scenario_free(&trip.first);
	scenario_free(&trip.second);
	free(trip.text.text);
	free(trip.again.text);
	free(trip.bytes.data);
	free(trip.bytes_again.data);
}
