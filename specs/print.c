/*
 * print.c: the scenario language's printer, the mirror of parse.c: what it
 * prints is what the reader reads, with everything left out that may be.
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "grow.h"

static void put(struct letters *out, const char *text, size_t length)
{
	out->text = grow(out->text, &out->capacity, out->length + length, 1);
	memcpy(out->text + out->length, text, length);
	out->length += length;
}

void text_append(struct letters *out, const char *text)
{
	put(out, text, strlen(text));
}

void text_format(struct letters *out, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	/* Room for the end that vsnprintf writes too. */
	out->text = grow(out->text, &out->capacity, out->length + (size_t)length, 1);
	va_start(arguments, format);
	vsnprintf(out->text + out->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	out->length += (size_t)length;
}

static void put_word(struct letters *out, const char *text)
{
	put(out, " ", 1);
	text_append(out, text);
}

static void put_number(struct letters *out, uint32_t number)
{
	char digits[10];
	size_t at = sizeof digits;
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	put(out, digits + at, sizeof digits - at);
}

static void put_name(struct letters *out, const struct names *names, name_id id)
{
	size_t length;
	const char *text;
	if (id == NAME_ABSENT)
		return;
	if (id == NAME_NULL) {
		put_word(out, "null");
		return;
	}
	text = names_text(names, id, &length);
	put(out, " ", 1);
	put(out, text, length);
}

/* A choice's word; the default is left out. */
static void put_choice(struct letters *out, enum group group, unsigned value)
{
	if (value)
		put_word(out, keyword_text(group, value));
}

static void put_operand(struct letters *out, const struct names *names,
                        char letter, const struct step *step)
{
	switch (letter) {
	case 'D':
	case 'd':
	case 'T': put_name(out, names, step->out); break;
	case 'A':
		put_name(out, names, step->out);
		put_name(out, names, step->buffer);
		break;
	case 'H':
	case 'h': put_name(out, names, step->handle); break;
	case 'C': put_name(out, names, step->credential); break;
	case 'S': put_name(out, names, step->source); break;
	case 'o':
		if (step->handle != NAME_ABSENT)
			put_word(out, "on");
		put_name(out, names, step->handle);
		break;
	case 'w':
		if (step->token == TOKEN_NONE)
			break;
		put_word(out, "with");
		if (step->token != TOKEN_LAST)
			put_word(out, keyword_text(GROUP_TOKEN, step->token));
		put_name(out, names, step->source);
		break;
	case 'u': put_choice(out, GROUP_DIRECTION, step->choice); break;
	case 'i': put_choice(out, GROUP_IDENTITY, step->choice2); break;
	case 'm': put_choice(out, GROUP_HALF, step->choice); break;
	case 'g':
		if (step->choice) {
			put(out, " ", 1);
			put_number(out, step->choice);
		}
		break;
	case 'f':
		put_word(out, keyword_text(GROUP_FUNCTION, step->choice));
		break;
	case 'a':
		put_word(out, keyword_text(GROUP_ATTRIBUTE, step->choice));
		if (step->buffer != NAME_ABSENT)
			put_word(out, "into");
		put_name(out, names, step->buffer);
		break;
	case 'I':
		put_word(out, "into");
		put_name(out, names, step->buffer);
		break;
	case 'F':
		put_word(out, "from");
		put_name(out, names, step->buffer);
		break;
	case 'B':
	case 'V': put_name(out, names, step->buffer); break;
	case 'x':
		if (step->choice)
			put_word(out, "delete-old");
		break;
	case 'n':
		put(out, " ", 1);
		put_number(out, step->count);
		break;
	}
}

void text_print_status(struct letters *out, int64_t status)
{
	const char *name = answer_name(status);
	if (name)
		text_append(out, name);
	else
		text_format(out, "0x%08lx", (unsigned long)(uint32_t)status);
}

static void put_answer(struct letters *out, const struct names *names,
                       const struct answer *answer)
{
	put(out, " ", 1);
	text_print_status(out, answer->status);
	if (answer->times) {
		text_append(out, " x");
		put_number(out, answer->times);
	}
	if (answer->out == OUT_EQUAL) {
		size_t length;
		const char *text = names_text(names, answer->equal, &length);
		text_append(out, " out=");
		put(out, text, length);
	} else if (answer->out) {
		text_append(out, answer->out == OUT_NEW ? " out=new" : " out=kept");
	}
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		if (answer->counts[i] == COUNT_UNSEEN)
			continue;
		put_word(out, keyword_text(GROUP_COUNTER, i));
		put(out, "=", 1);
		put_number(out, answer->counts[i]);
	}
}

void text_print_step(struct letters *out, const struct names *names,
                     const struct step *step, const struct answer *answers,
                     size_t answer_count, unsigned depth)
{
	while (depth--)
		text_append(out, "  ");
	text_append(out, operations[step->op].word);
	for (const char *letter = operations[step->op].shape; *letter; letter++)
		put_operand(out, names, *letter, step);
	for (size_t i = 0; i < answer_count; i++) {
		text_append(out, i ? "," : " ->");
		put_answer(out, names, &answers[i]);
	}
	put(out, "\n", 1);
}

void text_print(struct letters *out, const struct scenario *scenario)
{
	const struct answer *answers = scenario->answers;
	unsigned depth = 0;
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		if (step->op == OP_END)
			depth--;
		text_print_step(out, &scenario->names, step, answers,
		                scenario->answers_of[i], depth);
		if (step->op == OP_REPEAT || step->op == OP_TOGETHER)
			depth++;
		answers += scenario->answers_of[i];
	}
}
