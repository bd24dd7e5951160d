/*
 * text.c: the target text: the input as text of the scenario language, and the same
 * input as bytes of its binary form.
 *
 * How to read it: what is compared; the way text -> steps -> text; the way steps ->
 * bytes -> steps; the judge; then what is done with an input. Whatever the input is,
 * errors lie within the text, what was read comes back the same on both ways, and
 * what is encoded is canonical.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../specs/binary.h"
#include "../specs/judge.h"
#include "finding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	JUDGED_MOST = 100000, /* calls, of all rounds and orders, that are judged */
	NAMES_MOST = 61440 /* listed in the binary form, of one kind */
};

/* --- What is compared ------------------------------------------------------------- */

static bool same_name(const struct scenario *a, name_id in_a,
                      const struct scenario *b, name_id in_b)
{
	size_t length_a, length_b;
	if (in_a >= NAME_NULL || in_b >= NAME_NULL)
		return in_a == in_b;
	const char *text_a = names_text(&a->names, in_a, &length_a);
	const char *text_b = names_text(&b->names, in_b, &length_b);
	return length_a == length_b && memcmp(text_a, text_b, length_a) == 0;
}

static bool same_step(const struct scenario *a, const struct scenario *b, size_t i)
{
	const struct step *in_a = &a->steps[i], *in_b = &b->steps[i];
	return in_a->op == in_b->op && in_a->choice == in_b->choice &&
	       in_a->choice2 == in_b->choice2 && in_a->token == in_b->token &&
	       in_a->count == in_b->count &&
	       same_name(a, in_a->out, b, in_b->out) &&
	       same_name(a, in_a->handle, b, in_b->handle) &&
	       same_name(a, in_a->credential, b, in_b->credential) &&
	       same_name(a, in_a->source, b, in_b->source) &&
	       same_name(a, in_a->buffer, b, in_b->buffer);
}

static bool same_answer(const struct scenario *a, const struct answer *in_a,
                        const struct scenario *b, const struct answer *in_b)
{
	return in_a->status == in_b->status && in_a->times == in_b->times &&
	       in_a->out == in_b->out &&
	       same_name(a, in_a->equal, b, in_b->equal) &&
	       memcmp(in_a->counts, in_b->counts, sizeof in_a->counts) == 0;
}

static bool same_answers(const struct scenario *a, const struct scenario *b)
{
	if (a->answer_count != b->answer_count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->answers_of[i] != b->answers_of[i])
			return false;
	for (size_t i = 0; i < a->answer_count; i++)
		if (!same_answer(a, &a->answers[i], b, &b->answers[i]))
			return false;
	return true;
}

static void print(struct letters *out, const struct scenario *scenario)
{
	out->length = 0;
	text_print(out, scenario);
}

/* Tells of two scenarios that should be the same. */
static _Noreturn void differ(const char *what, const char *where,
                             const struct scenario *wanted,
                             const struct scenario *found)
{
	struct letters first = {0}, second = {0};
	print(&first, wanted);
	print(&second, found);
	finding_abort(what, where, "wanted:\n%.*s\nfound:\n%.*s",
	              (int)first.length, first.text ? first.text : "",
	              (int)second.length, second.text ? second.text : "");
}

static void expect_steps(const struct scenario *wanted,
                         const struct scenario *found, const char *where)
{
	if (wanted->count != found->count)
		differ("another number of steps", where, wanted, found);
	for (size_t i = 0; i < wanted->count; i++)
		if (!same_step(wanted, found, i))
			differ("another step", where, wanted, found);
}

/* Printed and decoded steps have the lines 1, 2, 3 ... */
static void expect_lines(const struct scenario *scenario, const char *where)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (scenario->steps[i].line != i + 1)
			finding_abort("another line", where,
			              "step %zu has line %u", i,
			              (unsigned)scenario->steps[i].line);
}

/* --- Text -> steps -> text -------------------------------------------------------- */

/* A text, and how far errors were told. */
struct source {
	const char *text;
	size_t length;
	unsigned line; /* the line that begins at `at` */
	size_t at;
	size_t errors;
};

/* Goes to a line; false if there is none. Errors come in the order of lines, but
 * for those at the end. */
static bool go_to_line(struct source *source, unsigned line)
{
	if (line < source->line || source->line == 0) {
		source->line = 1;
		source->at = 0;
	}
	while (source->line < line) {
		const char *newline = memchr(source->text + source->at, '\n',
		                             source->length - source->at);
		if (!newline)
			return false;
		source->at = (size_t)(newline - source->text) + 1;
		source->line++;
	}
	return line > 0 && source->at < source->length;
}

static void on_error(void *context, unsigned line, unsigned column,
                     const char *message)
{
	struct source *source = context;
	source->errors++;
	if (!go_to_line(source, line))
		finding_abort("no such line", "parse", "%u:%u: %s", line, column,
		              message);
	const char *start = source->text + source->at;
	size_t left = source->length - source->at;
	const char *newline = memchr(start, '\n', left);
	size_t length = newline ? (size_t)(newline - start) : left;
	if (column == 0 || column > length + 1)
		finding_abort("no such column", "parse", "%u:%u: %s", line, column,
		              message);
	if (!*message)
		finding_abort("no cause", "parse", "%u:%u", line, column);
	for (const char *c = message; *c; c++)
		if (*c < ' ' || *c > '~')
			finding_abort("a cause that is no text", "parse", "%u:%u: %s",
			              line, column, message);
}

/* Reads a text into a scenario, which is emptied first; false if it has errors. */
static bool parse(struct scenario *scenario, const char *text, size_t length,
                  enum text_answers mode)
{
	struct source source = {.text = text, .length = length};
	scenario_reset(scenario);
	bool ok = text_parse(scenario, text, length, mode, on_error, &source);
	if (ok != (source.errors == 0))
		finding_abort("errors are not all told", "parse", "%zu told",
		              source.errors);
	return ok;
}

/* Prints a scenario and reads that. */
static void expect_text_trip(const struct scenario *scenario,
                             struct scenario *again)
{
	static struct letters first, second;
	print(&first, scenario);
	if (!parse(again, first.text, first.length, ANSWERS_OPTIONAL))
		finding_abort("what is printed is faulty", "print", "%.*s",
		              (int)first.length, first.text);
	expect_steps(scenario, again, "print");
	expect_lines(again, "print");
	if (!same_answers(scenario, again))
		differ("other answers", "print", scenario, again);
	print(&second, again);
	if (first.length != second.length ||
	    (first.length && memcmp(first.text, second.text, first.length) != 0))
		differ("another text", "print", scenario, again);
}

/* --- Steps -> bytes -> steps ------------------------------------------------------- */

static void decode(struct scenario *scenario, const uint8_t *data, size_t size)
{
	scenario_reset(scenario);
	binary_decode(scenario, data, size);
	expect_lines(scenario, "decode");
}

/* Encodes a scenario; false if it may be refused for its number of names. */
static bool encode(struct bytes *out, const struct scenario *scenario)
{
	out->length = 0;
	if (binary_encode(out, scenario))
		return true;
	if (scenario->names.name_count <= NAMES_MOST)
		finding_abort("refused", "encode", "%u names",
		              (unsigned)scenario->names.name_count);
	return false;
}

static void expect_binary_trip(const struct scenario *scenario,
                               struct scenario *again)
{
	static struct bytes first, second;
	if (!encode(&first, scenario))
		return;
	decode(again, first.data, first.length);
	expect_steps(scenario, again, "encode");
	if (!encode(&second, again) || first.length != second.length ||
	    memcmp(first.data, second.data, first.length) != 0)
		differ("not canonical", "encode", scenario, again);
}

/* --- The judge ---------------------------------------------------------------------- */

static bool is_trace(const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (operations[scenario->steps[i].op].is_call &&
		    scenario->answers_of[i] == 0)
			return false;
	return true;
}

/* Whether it takes no long time to judge a trace. Of calls that overlap all orders
 * are tried, and again for each answer that none of them allows. */
static bool is_short(const struct scenario *scenario)
{
	uint64_t calls = 0, rounds = 1, overlapping = 0, orders = 1;
	bool together = false;
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		if (step->op == OP_REPEAT)
			rounds = step->count;
		else if (step->op == OP_END && !together)
			rounds = 1;
		if (step->op == OP_TOGETHER || step->op == OP_END) {
			together = step->op == OP_TOGETHER;
			overlapping = 0;
			orders = 1;
		} else if (together) {
			orders *= ++overlapping;
		}
		calls += rounds * orders * (overlapping + 1);
	}
	return calls <= JUDGED_MOST;
}

static void on_finding(void *context, const struct finding *finding)
{
	static struct letters allowed;
	++*(size_t *)context;
	allowed.length = 0;
	if (finding->kind == FINDING_ANSWER)
		judge_allowed_text(&allowed, &finding->clauses);
}

static size_t count_findings(const struct scenario *trace)
{
	static struct judge judge;
	static size_t findings;
	if (!judge.report)
		judge_init(&judge, on_finding, &findings);
	findings = 0;
	judge_reset(&judge);
	judge_scenario(&judge, trace);
	return findings;
}

/* Judges a trace, and what it is printed as. */
static void expect_verdict(const struct scenario *trace,
                           const struct scenario *printed)
{
	size_t first = count_findings(trace), second = count_findings(trace);
	if (first != second)
		finding_abort("another number of findings", "judge",
		              "%zu, then %zu", first, second);
	second = count_findings(printed);
	if (first != second)
		differ("other findings once printed", "judge", trace, printed);
}

/* --- Inputs -------------------------------------------------------------------------- */

static struct scenario scenario, again;

static void check_text(const char *text, size_t length)
{
	bool ok = parse(&scenario, text, length, ANSWERS_OPTIONAL);
	bool trace = ok && is_trace(&scenario);
	if (parse(&again, text, length, ANSWERS_REQUIRED) != trace)
		finding_abort("answers are not required", "parse", "%.*s",
		              (int)length, text);
	if (!ok)
		return;
	expect_binary_trip(&scenario, &again);
	expect_text_trip(&scenario, &again);
	if (trace && is_short(&scenario))
		expect_verdict(&scenario, &again);
}

static void check_bytes(const uint8_t *data, size_t size)
{
	decode(&scenario, data, size);
	expect_binary_trip(&scenario, &again);
	expect_text_trip(&scenario, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!scenario.names.words) {
		scenario_init(&scenario);
		scenario_init(&again);
	}
	check_text((const char *)data, size);
	check_bytes(data, size);
	return 0;
}
