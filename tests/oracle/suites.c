/*
 * suites.c: see suites.h. One scenario of a list; files; the suites that are made up;
 * what is chosen.
 */
#include "suites.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/edit.h"
#include "../../fuzz/invent.h"
#include "../../specs/binary.h"
#include "../../specs/grow.h"
#include "../unit/random.h"
#include "embedded.h"
#include "tidy.h"

enum {
	SUITE_RULES,
	SUITE_BUGS,
	SUITE_LIVES,
	SUITE_CORPUS,
	SUITE_ALPHABET,
	SUITE_RANDOM,
	SUITE_COUNT
};

const struct suite_info suites[] = {
	[SUITE_RULES] = {"rules", "each rule, shown by the sequence that it is about"},
	[SUITE_BUGS] = {"bugs", "sequences by which real implementations or their "
	                        "callers failed"},
	[SUITE_LIVES] = {"lives", "whole lives, with everything that peers do"},
	[SUITE_CORPUS] = {"corpus", "what fuzzing found to reach every answer of the "
	                            "reference"},
	[SUITE_ALPHABET] = {"alphabet", "every short sequence of ten calls on a context, "
	                                "a copy of it and their credential"},
	[SUITE_RANDOM] = {"random", "sequences that are drawn, each by a number"},
	[SUITE_COUNT] = {NULL, NULL}};

/* --- A list ------------------------------------------------------------------------------ */

void suites_init(struct suite_list *list)
{
	*list = (struct suite_list){NULL, 0, 0};
}

static void free_last(struct suite_list *list)
{
	struct suite_scenario *last = &list->scenarios[--list->count];
	scenario_free(&last->scenario);
	free(last->name);
	free(last->comment);
}

void suites_free(struct suite_list *list)
{
	while (list->count)
		free_last(list);
	free(list->scenarios);
}

static char *copy(const char *text, size_t length)
{
	char *made = allocate(length + 1, 1);
	memcpy(made, text, length);
	return made;
}

/* Appends an empty scenario; its comment is to be set.
 * @return it, until the next one is appended */
static struct suite_scenario *append(struct suite_list *list, const char *suite,
                                     const char *name, enum rule rule)
{
	list->scenarios = grow(list->scenarios, &list->capacity, list->count,
	                       sizeof *list->scenarios);
	struct suite_scenario *made = &list->scenarios[list->count++];
	*made = (struct suite_scenario){.suite = suite,
	                                .name = copy(name, strlen(name)),
	                                .rule = rule};
	scenario_init(&made->scenario);
	return made;
}

/* --- Texts --------------------------------------------------------------------------------- */

/* The comment lines that a text begins with, without what makes them comments. */
static char *opening_comment(const char *text, size_t length)
{
	struct letters comment = {0};
	const char *end = text + length;
	while (text < end && *text == '#') {
		const char *line = text + 1;
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		text = newline ? newline + 1 : end;
		line += line < end && *line == ' ';
		text_format(&comment, "%.*s", (int)(text - line), line);
	}
	while (comment.length && comment.text[comment.length - 1] == '\n')
		comment.length--;
	char *made = copy(comment.length ? comment.text : "", comment.length);
	free(comment.text);
	return made;
}

static void drop_answers(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		scenario->answers_of[i] = 0;
	scenario->answer_count = 0;
}

static bool add_text(struct suite_list *list, const char *suite, const char *name,
                     enum rule rule, const struct embedded *content,
                     text_report *report, void *context)
{
	const char *text = (const char *)content->data;
	struct suite_scenario *made = append(list, suite, name, rule);
	made->comment = opening_comment(text, content->length);
	if (!text_parse(&made->scenario, text, content->length, ANSWERS_OPTIONAL,
	                report, context)) {
		free_last(list);
		return false;
	}
	drop_answers(&made->scenario);
	return true;
}

bool suites_add_text(struct suite_list *list, const char *name, const char *text,
                     size_t length, text_report *report, void *context)
{
	struct embedded content = {NULL, NULL, (const uint8_t *)text, length};
	return add_text(list, "file", name, RULE_NONE, &content, report, context);
}

/* --- What is chosen -------------------------------------------------------------------------- */

static bool is_suite_chosen(const struct suite_choice *choice, const char *suite)
{
	bool chosen = choice->suite_count == 0;
	for (size_t i = 0; i < choice->suite_count && !chosen; i++)
		chosen = strcmp(choice->suites[i], suite) == 0;
	return chosen;
}

static bool is_rule_chosen(const struct suite_choice *choice, enum rule rule)
{
	bool chosen = choice->rule_count == 0;
	for (size_t i = 0; i < choice->rule_count && !chosen; i++)
		chosen = choice->rules[i] == rule;
	return chosen;
}

static bool is_name_chosen(const struct suite_choice *choice, const char *suite,
                           const char *name)
{
	bool chosen = choice->glob_count == 0;
	char *whole = allocate(strlen(suite) + strlen(name) + 2, 1);
	sprintf(whole, "%s/%s", suite, name);
	for (size_t i = 0; i < choice->glob_count && !chosen; i++)
		chosen = fnmatch(choice->globs[i], whole, 0) == 0 ||
		         fnmatch(choice->globs[i], name, 0) == 0;
	free(whole);
	return chosen;
}

static bool is_chosen(const struct suite_choice *choice, const char *suite,
                      const char *name, enum rule rule)
{
	return is_suite_chosen(choice, suite) && is_rule_chosen(choice, rule) &&
	       is_name_chosen(choice, suite, name);
}

/* --- Files of the program ---------------------------------------------------------------------- */

/* The program's own texts have no errors; the tests read them all. */
static void no_error(void *context, unsigned line, unsigned column, const char *message)
{
	(void)context;
	(void)line;
	(void)column;
	(void)message;
}

/* The rule that a trace is called by, or RULE_NONE. */
static enum rule rule_of(const char *name)
{
	char id[128];
	snprintf(id, sizeof id, "%.*s", (int)strcspn(name, "."), name);
	return rule_find(id);
}

static void add_embedded(struct suite_list *list, const struct suite_choice *choice)
{
	for (const struct embedded *file = embedded; file->suite; file++) {
		bool is_binary = strcmp(file->suite, suites[SUITE_CORPUS].name) == 0;
		enum rule rule = is_binary ? RULE_NONE : rule_of(file->name);
		if (!is_chosen(choice, file->suite, file->name, rule))
			continue;
		if (!is_binary) {
			(void)add_text(list, file->suite, file->name, rule, file,
			               no_error, NULL);
			continue;
		}
		struct suite_scenario *made =
			append(list, file->suite, file->name, rule);
		made->comment = copy("", 0);
		binary_decode(&made->scenario, file->data, file->length);
	}
}

/* --- Every short sequence ------------------------------------------------------------------------ */

/* The calls of `alphabet`, behind its opening. */
static const char opening[] = "acquire k1\ninit c1 k1\n";
static const struct {
	const char *word, *line;
} calls[] = {{"accept", "accept c3 k1 with c1\n"},
           {"acquire", "acquire k1\n"},
           {"copy", "copy c2 c1\n"},
           {"delete", "delete c1\n"},
           {"delete-copy", "delete c2\n"},
           {"free", "free k1\n"},
           {"init", "init c1 k1\n"},
           {"leg", "init c1 k1 on c1\n"},
           {"query", "query c1 sizes\n"},
           {"query-copy", "query c2 names into b1\n"}};
enum { CALLS = sizeof calls / sizeof *calls };

/* Adds one sequence: each digit of a number is a call, the first one first. */
static void add_sequence(struct suite_list *list, const struct suite_choice *choice,
                         size_t number, size_t weight)
{
	const char *suite = suites[SUITE_ALPHABET].name;
	struct letters name = {0}, text = {0};
	text_append(&text, opening);
	for (; weight; weight /= CALLS) {
		size_t call = number / weight % CALLS;
		text_append(&name, name.length ? "." : "");
		text_append(&name, calls[call].word);
		text_append(&text, calls[call].line);
	}
	text_format(&name, "%c", '\0');
	if (is_name_chosen(choice, suite, name.text)) {
		struct suite_scenario *made = append(list, suite, name.text, RULE_NONE);
		made->comment = copy("", 0);
		(void)text_parse(&made->scenario, text.text, text.length,
		                 ANSWERS_OPTIONAL, no_error, NULL);
		tidy(&made->scenario);
	}
	free(name.text);
	free(text.text);
}

static void add_alphabet(struct suite_list *list, const struct suite_choice *choice)
{
	size_t weight = 1; /* of a sequence's first call */
	for (unsigned depth = 0; depth < choice->depth; depth++, weight *= CALLS)
		for (size_t number = 0; number < weight * CALLS; number++)
			add_sequence(list, choice, number, weight);
}

/* --- Sequences that are drawn ------------------------------------------------------------------- */

/* Draws a step, which mostly goes on with one of the last. */
static struct step draw_step(const struct place *place)
{
	enum { REACH = 4, STRANGE = 8 };
	uint32_t reach = place->at < REACH ? (uint32_t)place->at : REACH;
	if (reach == 0)
		return invent_next(place, NULL);
	if (random_below(place->random, STRANGE) == 0)
		return invent_step(place);
	size_t back = 1 + random_below(place->random, reach);
	return invent_next(place, &place->scenario->steps[place->at - back]);
}

static void draw(struct scenario *scenario, uint64_t seed)
{
	enum { LEAST = 4, MORE = 24 };
	size_t count = LEAST + random_below(&seed, MORE);
	for (size_t i = 0; i < count; i++) {
		struct step step = draw_step(&(struct place){scenario, i, &seed});
		scenario_add(scenario, &step, NULL, 0);
	}
}

static void add_random(struct suite_list *list, const struct suite_choice *choice)
{
	const char *suite = suites[SUITE_RANDOM].name;
	struct scenario drawn;
	struct bytes bytes = {NULL, 0, 0};
	char name[32];
	scenario_init(&drawn);
	for (size_t i = 0; i < choice->random_count; i++) {
		uint64_t seed = choice->seed + i;
		snprintf(name, sizeof name, "seed-%llu", (unsigned long long)seed);
		if (!is_name_chosen(choice, suite, name))
			continue;
		struct suite_scenario *made = append(list, suite, name, RULE_NONE);
		made->comment = copy("", 0);
		scenario_reset(&drawn);
		draw(&drawn, seed);
		edit_encode(&bytes, &drawn, SIZE_MAX, &made->scenario);
		tidy(&made->scenario);
	}
	free(bytes.data);
	scenario_free(&drawn);
}

/* --- All of them ------------------------------------------------------------------------------------ */

static bool is_suite(const char *name)
{
	for (const struct suite_info *suite = suites; suite->name; suite++)
		if (strcmp(suite->name, name) == 0)
			return true;
	return false;
}

bool suites_add(struct suite_list *list, const struct suite_choice *choice,
                const char **wrong)
{
	for (size_t i = 0; i < choice->suite_count; i++)
		if (!is_suite(choice->suites[i])) {
			*wrong = choice->suites[i];
			return false;
		}
	add_embedded(list, choice);
	if (is_suite_chosen(choice, suites[SUITE_ALPHABET].name) &&
	    is_rule_chosen(choice, RULE_NONE))
		add_alphabet(list, choice);
	if (is_suite_chosen(choice, suites[SUITE_RANDOM].name) &&
	    is_rule_chosen(choice, RULE_NONE))
		add_random(list, choice);
	return true;
}
