/*
 * scripts.c: see scripts.h.
 */
#include "scripts.h"

#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "../../specs/text.h"
#include "results.h"

void script_make(struct scenario *script, const struct scenario *scenario,
                 size_t steps, unsigned rounds)
{
	struct letters text = {0};
	unsigned depth = rounds != 0;
	if (rounds)
		text_format(&text, "repeat %u\n", rounds);
	for (size_t i = 0; i < steps; i++) {
		const struct step *step = &scenario->steps[i];
		depth -= step->op == OP_END;
		text_print_step(&text, &scenario->names, step, NULL, 0, depth);
		depth += step->op == OP_REPEAT || step->op == OP_TOGETHER;
	}
	if (rounds)
		text_append(&text, "end\n");
	scenario_init(script);
	/* What was printed can be read. */
	(void)text_parse(script, text.text, text.length, ANSWERS_OPTIONAL, NULL, NULL);
	free(text.text);
}

void script_list_add(struct script_list *list, const struct scenario *script,
                     size_t of, size_t from)
{
	list->scripts = grow(list->scripts, &list->capacity, list->count,
	                     sizeof *list->scripts);
	list->scripts[list->count++] =
		(struct script){.scenario = *script, .of = of, .from = from};
}

void script_list_add_without(struct script_list *list, const struct script *script,
                             size_t at)
{
	const struct step *without = &script->scenario.steps[at];
	struct scenario fewer, kept;
	size_t from = script->from;
	script_make(&fewer, &script->scenario, script->scenario.count, 0);
	fewer.count = 0;
	for (size_t i = 0; i < script->scenario.count; i++) {
		const struct step *step = &script->scenario.steps[i];
		if (step->op != without->op || step->choice != without->choice)
			fewer.steps[fewer.count++] = *step;
		else
			from -= i < script->from;
	}
	script_make(&kept, &fewer, fewer.count, 0);
	script_list_add(list, &kept, script->of, from);
	scenario_free(&fewer);
}

/* --- Equal ones ------------------------------------------------------------------------ */

/* A script and its text, by which it is compared. */
struct texted {
	struct script *script;
	char *text;
};

static int by_text(const void *first, const void *second)
{
	const struct texted *a = first, *b = second;
	int order = strcmp(a->text, b->text);
	if (!order)
		order = (a->script->from > b->script->from) -
		        (a->script->from < b->script->from);
	/* The one that is kept may not depend on which scenario ended first. */
	if (!order)
		order = (a->script->of > b->script->of) -
		        (a->script->of < b->script->of);
	return order;
}

static bool is_equal(const struct texted *a, const struct texted *b)
{
	return strcmp(a->text, b->text) == 0 && a->script->from == b->script->from;
}

void script_list_unique(struct script_list *list)
{
	struct texted *texts = allocate(list->count + 1, sizeof *texts);
	struct script *kept = allocate(list->count + 1, sizeof *kept);
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		struct letters text = {0};
		text_print(&text, &list->scripts[i].scenario);
		texts[i] = (struct texted){.script = &list->scripts[i],
		                           .text = letters_string(&text)};
	}
	qsort(texts, list->count, sizeof *texts, by_text);
	for (size_t i = 0; i < list->count; i++)
		if (i == 0 || !is_equal(&texts[i - 1], &texts[i]))
			kept[count++] = *texts[i].script;
		else
			scenario_free(&texts[i].script->scenario);
	for (size_t i = 0; i < list->count; i++)
		free(texts[i].text);
	free(texts);
	free(list->scripts);
	*list = (struct script_list){kept, count, list->count + 1};
}

/* --- All -------------------------------------------------------------------------------- */

const struct scenario **script_list_scenarios(const struct script_list *list)
{
	const struct scenario **all = allocate(list->count + 1, sizeof *all);
	for (size_t i = 0; i < list->count; i++)
		all[i] = &list->scripts[i].scenario;
	return all;
}

void script_list_free(struct script_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		scenario_free(&list->scripts[i].scenario);
	free(list->scripts);
	*list = (struct script_list){0};
}
