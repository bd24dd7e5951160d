/*
 * alphabet.c: see alphabet.h.
 *
 * How to read it: a step is completed operand by operand, in the order of its shape. Each
 * letter of the shape has a few values; for each of them the rest is completed.
 */
#include "alphabet.h"

#include <stdlib.h>

#include "../specs/grow.h"

/* A step that is being completed. */
struct draft {
	struct alphabet *alphabet;
	const struct names *names;
	struct step step;
};

static void complete(struct draft *draft, const char *shape);

/* Adds the step. The first one of a run has no token. */
static void add_step(struct alphabet *alphabet, const struct step *step)
{
	if (step->token == TOKEN_NONE) {
		alphabet->runs = grow(alphabet->runs, &alphabet->run_capacity,
		                      alphabet->run_count, sizeof *alphabet->runs);
		alphabet->runs[alphabet->run_count++].first =
			(uint32_t)alphabet->count;
	}
	alphabet->steps = grow(alphabet->steps, &alphabet->capacity,
	                       alphabet->count, sizeof *alphabet->steps);
	alphabet->steps[alphabet->count++] = *step;
	alphabet->runs[alphabet->run_count - 1].end = (uint32_t)alphabet->count;
}

/* Completes the step with each name of that kind in one of its members. */
static void with_names(struct draft *draft, name_id *member, enum name_kind kind,
                       const char *rest)
{
	for (name_id i = 0; i < draft->names->name_count; i++) {
		if (names_get(draft->names, i)->settled != kind)
			continue;
		*member = i;
		complete(draft, rest);
	}
	*member = NAME_ABSENT;
}

static void with_names_or(struct draft *draft, name_id other, name_id *member,
                          enum name_kind kind, const char *rest)
{
	*member = other;
	complete(draft, rest);
	with_names(draft, member, kind, rest);
}

static void with_choices(struct draft *draft, uint8_t *member, uint8_t count,
                         const char *rest)
{
	for (*member = 0; *member < count; ++*member)
		complete(draft, rest);
	*member = 0;
}

static void with_tokens(struct draft *draft, const char *rest)
{
	uint8_t *token = &draft->step.token;
	for (*token = 0; *token < TOKEN_COUNT; ++*token)
		if (*token < TOKEN_LAST)
			complete(draft, rest);
		else
			with_names(draft, &draft->step.source, NAME_HANDLE, rest);
	*token = TOKEN_NONE;
}

static void with_attributes(struct draft *draft, const char *rest)
{
	uint8_t *attribute = &draft->step.choice;
	for (*attribute = 0; *attribute < ATTRIBUTE_COUNT; ++*attribute) {
		complete(draft, rest);
		if (attribute_hands_out(*attribute))
			with_names(draft, &draft->step.buffer, NAME_BUFFER, rest);
	}
	*attribute = 0;
}

static void complete(struct draft *draft, const char *shape)
{
	struct step *step = &draft->step;
	const char *rest = shape + 1;
	switch (*shape) {
	case 'D':
	case 'd':
		with_names_or(draft, NAME_NULL, &step->out, NAME_HANDLE, rest);
		break;
	case 'H':
	case 'h':
		with_names_or(draft, NAME_NULL, &step->handle, NAME_HANDLE, rest);
		break;
	case 'C':
		with_names_or(draft, NAME_NULL, &step->credential, NAME_HANDLE, rest);
		break;
	case 'o':
		with_names_or(draft, NAME_ABSENT, &step->handle, NAME_HANDLE, rest);
		break;
	case 'B':
		with_names_or(draft, NAME_NULL, &step->buffer, NAME_BUFFER, rest);
		break;
	case 'T': with_names(draft, &step->out, NAME_HANDLE, rest); break;
	case 'S': with_names(draft, &step->source, NAME_HANDLE, rest); break;
	case 'I':
	case 'F':
	case 'V': with_names(draft, &step->buffer, NAME_BUFFER, rest); break;
	case 'A':
		with_names(draft, &step->out, NAME_HANDLE, rest);
		with_names(draft, &step->buffer, NAME_BUFFER, rest);
		break;
	case 'w': with_tokens(draft, rest); break;
	case 'a': with_attributes(draft, rest); break;
	case 'u': with_choices(draft, &step->choice, DIRECTION_COUNT, rest); break;
	case 'i': with_choices(draft, &step->choice2, IDENTITY_COUNT, rest); break;
	case 'm': with_choices(draft, &step->choice, HALF_COUNT, rest); break;
	case 'g': with_choices(draft, &step->choice, GARBAGE_COUNT, rest); break;
	case 'f': with_choices(draft, &step->choice, FUNCTION_COUNT, rest); break;
	case 'x': with_choices(draft, &step->choice, 2, rest); break;
	default: /* the end of the shape */
		add_step(draft->alphabet, step);
		break;
	}
}

void alphabet_make(struct alphabet *alphabet, const struct names *names)
{
	for (int op = 0; op < OP_REPEAT; op++) {
		struct draft draft = {alphabet, names,
		                      step_make((enum operation)op)};
		complete(&draft, operations[op].shape);
	}
}

void alphabet_free(struct alphabet *alphabet)
{
	free(alphabet->steps);
	free(alphabet->runs);
	*alphabet = (struct alphabet){0};
}
