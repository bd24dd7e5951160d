/*
 * parse.c: the scenario language's reader: words, operands by an operation's
 * shape, answers, then blocks and lines.
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

/* --- Words ------------------------------------------------------------------- */

/* A line that is being read: the word at hand is [word, word + length), with
 * length 0 at the end of the line. */
struct cursor {
	struct text_parser *parser;
	const char *line, *end;
	const char *word;
	size_t length;
	const struct word *known; /* the word at hand, if it was seen before */
	bool failed;
};

static bool is_word_byte(const char *at, const char *end)
{
	char c = *at;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' ||
	       (c == '-' && !(at + 1 < end && at[1] == '>'));
}

static void next(struct cursor *cursor)
{
	const char *at = cursor->word + cursor->length;
	while (at < cursor->end && (*at == ' ' || *at == '\t'))
		at++;
	cursor->word = at;
	cursor->known = NULL;
	if (at == cursor->end || *at == '#') {
		cursor->length = 0;
		return;
	}
	while (at < cursor->end && is_word_byte(at, cursor->end))
		at++;
	if (at > cursor->word) {
		cursor->length = (size_t)(at - cursor->word);
		cursor->known = names_word(cursor->parser->names, cursor->word,
		                           cursor->length);
	} else if (*at == '-') {
		cursor->length = 2; /* the arrow */
	} else {
		cursor->length = 1;
	}
}

static void fail_at(struct cursor *cursor, const char *at, const char *format,
                    ...)
{
	char message[512];
	va_list arguments;
	if (cursor->failed)
		return; /* one report a line */
	cursor->failed = true;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	cursor->parser->errors++;
	cursor->parser->report(cursor->parser->context, cursor->parser->line,
	                       (unsigned)(at - cursor->line) + 1, message);
}

/* Reports that the word at hand is not what was expected. */
static void unexpected(struct cursor *cursor, const char *expected)
{
	unsigned char first = cursor->length ? (unsigned char)*cursor->word : 0;
	if (cursor->length == 0)
		fail_at(cursor, cursor->word, "the line ends, expected %s",
		        expected);
	else if (first < ' ' || first > '~')
		fail_at(cursor, cursor->word, "found byte 0x%02x, expected %s",
		        first, expected);
	else
		fail_at(cursor, cursor->word, "found '%.*s', expected %s",
		        cursor->length > 80 ? 80 : (int)cursor->length,
		        cursor->word, expected);
}

static bool at_text(const struct cursor *cursor, const char *text)
{
	return cursor->length == strlen(text) &&
	       memcmp(cursor->word, text, cursor->length) == 0;
}

static const struct keyword *at_keyword(const struct cursor *cursor,
                                        enum group group)
{
	if (!cursor->known || cursor->known->kind != WORD_KEYWORD)
		return NULL;
	const struct keyword *keyword = &keywords[cursor->known->value];
	return keyword->group == group ? keyword : NULL;
}

static bool take_plain(struct cursor *cursor, enum plain plain)
{
	const struct keyword *keyword = at_keyword(cursor, GROUP_PLAIN);
	if (!keyword || keyword->value != plain)
		return false;
	next(cursor);
	return true;
}

static bool take_choice(struct cursor *cursor, enum group group,
                        uint8_t *choice)
{
	const struct keyword *keyword = at_keyword(cursor, group);
	if (!keyword)
		return false;
	*choice = keyword->value;
	next(cursor);
	return true;
}

/* Reads digits with an optional first letter (0 for none). */
static bool take_number(struct cursor *cursor, char letter, uint32_t least,
                        uint32_t most, uint32_t *number)
{
	const char *at = cursor->word, *end = cursor->word + cursor->length;
	uint64_t value = 0;
	if (letter && (at == end || *at++ != letter))
		return false;
	if (at == end)
		return false;
	for (; at < end; at++) {
		if (*at < '0' || *at > '9' || value > most)
			return false;
		value = value * 10 + (uint64_t)(*at - '0');
	}
	if (value < least || value > most)
		return false;
	*number = (uint32_t)value;
	next(cursor);
	return true;
}

/* --- Operands ------------------------------------------------------------------- */

/* What a name stands for by the lines before and the words of this one. */
static enum name_kind kind_of(const struct cursor *cursor, name_id id)
{
	const struct text_parser *parser = cursor->parser;
	for (size_t i = 0; i < parser->settled_count; i++)
		if (parser->settled[i].id == id)
			return parser->settled[i].kind;
	return names_get(cursor->parser->names, id)->settled;
}

static void settle_later(struct text_parser *parser, name_id id,
                         enum name_kind kind)
{
	parser->settled = grow(parser->settled, &parser->settled_capacity,
	                       parser->settled_count, sizeof *parser->settled);
	parser->settled[parser->settled_count++] = (struct text_settled){id, kind};
}

static void settle_now(struct text_parser *parser)
{
	for (size_t i = 0; i < parser->settled_count; i++)
		names_get(parser->names, parser->settled[i].id)->settled =
			(uint8_t)parser->settled[i].kind;
}

/* Reads a name; `wanted` is what it must stand for, NAME_UNSETTLED if that does
 * not matter. */
static name_id take_name(struct cursor *cursor, enum name_kind wanted,
                         const char *expected)
{
	struct names *names = cursor->parser->names;
	if (!cursor->known
	        ? !names_valid(names, cursor->word, cursor->length)
	        : cursor->known->kind != WORD_NAME) {
		if (cursor->length > NAME_LIMIT)
			fail_at(cursor, cursor->word,
			        "a name of %zu bytes, expected at most %d",
			        cursor->length, NAME_LIMIT);
		else if (cursor->known)
			fail_at(cursor, cursor->word,
			        "'%.*s' is a word of the language, expected %s",
			        (int)cursor->length, cursor->word, expected);
		else
			unexpected(cursor, expected);
		return NAME_ABSENT;
	}
	name_id id = cursor->known
	                 ? names_id(names, cursor->known)
	                 : names_add(names, cursor->word, cursor->length);
	enum name_kind kind = kind_of(cursor, id);
	if (wanted != NAME_UNSETTLED && kind == NAME_UNSETTLED) {
		settle_later(cursor->parser, id, wanted);
	} else if (wanted != NAME_UNSETTLED && kind != wanted) {
		fail_at(cursor, cursor->word, "'%.*s' is a %s, expected %s",
		        (int)cursor->length, cursor->word,
		        kind == NAME_BUFFER ? "buffer" : "handle",
		        expected);
		return NAME_ABSENT;
	}
	next(cursor);
	return id;
}

static name_id take_handle(struct cursor *cursor)
{
	return take_name(cursor, NAME_HANDLE, "the name of a handle");
}

static name_id take_handle_or_null(struct cursor *cursor)
{
	if (take_plain(cursor, PLAIN_NULL))
		return NAME_NULL;
	return take_name(cursor, NAME_HANDLE, "the name of a handle, or null");
}

static name_id take_buffer(struct cursor *cursor)
{
	return take_name(cursor, NAME_BUFFER, "the name of a buffer");
}

static void take_token(struct cursor *cursor, struct step *step)
{
	if (!take_plain(cursor, PLAIN_WITH))
		return;
	if (!take_choice(cursor, GROUP_TOKEN, &step->token))
		step->token = TOKEN_LAST;
	if (step->token >= TOKEN_LAST)
		step->source = take_name(cursor, NAME_HANDLE,
		                         "none, empty, noise, truncated NAME, "
		                         "replayed NAME or NAME");
}

static void take_attribute(struct cursor *cursor, struct step *step)
{
	if (!take_choice(cursor, GROUP_ATTRIBUTE, &step->choice)) {
		unexpected(cursor, "sizes, names, lifespan, package or other");
		return;
	}
	if (attribute_hands_out(step->choice) && take_plain(cursor, PLAIN_INTO))
		step->buffer = take_buffer(cursor);
}

/* Reads a name of either kind and does not settle which. */
static void take_any(struct cursor *cursor, struct step *step)
{
	name_id id = take_name(cursor, NAME_UNSETTLED, "a name");
	if (id == NAME_ABSENT)
		return;
	*(kind_of(cursor, id) == NAME_BUFFER ? &step->buffer : &step->out) = id;
}

/* Reads the operand that one letter of a shape stands for. */
static void take_operand(struct cursor *cursor, char letter, struct step *step)
{
	uint32_t number;
	switch (letter) {
	case 'D':
	case 'd': step->out = take_handle_or_null(cursor); break;
	case 'H':
	case 'h': step->handle = take_handle_or_null(cursor); break;
	case 'C': step->credential = take_handle_or_null(cursor); break;
	case 'o':
		if (take_plain(cursor, PLAIN_ON))
			step->handle = take_handle(cursor);
		break;
	case 'T': step->out = take_handle(cursor); break;
	case 'S': step->source = take_handle(cursor); break;
	case 'w': take_token(cursor, step); break;
	case 'A': take_any(cursor, step); break;
	case 'u': take_choice(cursor, GROUP_DIRECTION, &step->choice); break;
	case 'i': take_choice(cursor, GROUP_IDENTITY, &step->choice2); break;
	case 'm': take_choice(cursor, GROUP_HALF, &step->choice); break;
	case 'g':
		if (take_number(cursor, 0, 0, GARBAGE_COUNT - 1, &number))
			step->choice = (uint8_t)number;
		else if (cursor->length && *cursor->word >= '0' &&
		         *cursor->word <= '9')
			unexpected(cursor, "a pattern from 0 to 7");
		break;
	case 'f':
		if (!take_choice(cursor, GROUP_FUNCTION, &step->choice))
			unexpected(cursor, "the name of a function that `use` "
			                   "knows, such as MakeSignature");
		break;
	case 'a': take_attribute(cursor, step); break;
	case 'I':
		if (take_plain(cursor, PLAIN_INTO))
			step->buffer = take_buffer(cursor);
		else
			unexpected(cursor, "'into' and the name of a buffer");
		break;
	case 'F':
		if (take_plain(cursor, PLAIN_FROM))
			step->buffer = take_buffer(cursor);
		else
			unexpected(cursor, "'from' and the name of a buffer");
		break;
	case 'B':
		step->buffer = take_plain(cursor, PLAIN_NULL)
		                   ? NAME_NULL
		                   : take_name(cursor, NAME_BUFFER,
		                               "the name of a buffer, or null");
		break;
	case 'V': step->buffer = take_buffer(cursor); break;
	case 'x': step->choice = take_plain(cursor, PLAIN_DELETE_OLD); break;
	case 'n':
		if (!take_number(cursor, 0, 1, REPEAT_LIMIT, &step->count))
			unexpected(cursor, "a count from 1 to 1000000");
		break;
	}
}

/* --- Answers ---------------------------------------------------------------------- */

static bool take_status(struct cursor *cursor, struct answer *answer)
{
	if (take_plain(cursor, PLAIN_CRASH)) {
		answer->status = ANSWER_CRASH;
		return true;
	}
	if (take_plain(cursor, PLAIN_HANG)) {
		answer->status = ANSWER_HANG;
		return true;
	}
	if (cursor->known && cursor->known->kind == WORD_STATUS) {
		answer->status = cursor->known->value;
		next(cursor);
		return true;
	}
	if (cursor->length == 10 && memcmp(cursor->word, "0x", 2) == 0) {
		uint32_t value = 0;
		for (size_t i = 2; i < 10; i++) {
			const char *digits = "0123456789abcdef";
			char c = cursor->word[i];
			const char *digit =
				strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
			if (!digit)
				return false;
			value = value * 16 + (uint32_t)(digit - digits);
		}
		answer->status = value < 0x80000000u ? (int64_t)value
		                                     : (int64_t)value - (INT64_C(1) << 32);
		next(cursor);
		return true;
	}
	return false;
}

static void take_out(struct cursor *cursor, struct answer *answer)
{
	if (take_plain(cursor, PLAIN_KEPT)) {
		answer->out = OUT_KEPT;
	} else if (take_plain(cursor, PLAIN_NEW)) {
		answer->out = OUT_NEW;
	} else {
		answer->out = OUT_EQUAL;
		answer->equal = take_name(cursor, NAME_HANDLE,
		                          "kept, new or the name of a handle");
	}
}

/* Reads `key=value`, something seen with an answer. */
static bool take_seen(struct cursor *cursor, const struct step *step,
                      struct answer *answer)
{
	const char *at = cursor->word;
	const struct keyword *counter = at_keyword(cursor, GROUP_COUNTER);
	bool is_out = !counter && take_plain(cursor, PLAIN_OUT);
	if (!counter && !is_out)
		return false;
	if (counter)
		next(cursor);
	if (!at_text(cursor, "=")) {
		unexpected(cursor, "'='");
		return false;
	}
	next(cursor);
	if (is_out ? answer->out != OUT_UNSEEN
	           : answer->counts[counter->value] != COUNT_UNSEEN)
		fail_at(cursor, at, "given twice, expected each key once");
	if (is_out) {
		if (step->out == NAME_ABSENT && step->handle == NAME_ABSENT)
			fail_at(cursor, at, "this call is given no handle "
			                    "struct, expected no 'out'");
		take_out(cursor, answer);
	} else if (cursor->parser->together_line) {
		fail_at(cursor, at, "counts have no moment while calls overlap, "
		                    "expected none inside 'together'");
	} else if (!take_number(cursor, 0, 0, COUNT_UNSEEN - 1,
	                        &answer->counts[counter->value])) {
		unexpected(cursor, "a count");
	}
	return !cursor->failed;
}

/* Reads STATUS [xN] [key=value…]. */
static void take_answer(struct cursor *cursor, const struct step *step,
                        struct answer *answer)
{
	*answer = answer_make(0);
	if (!take_status(cursor, answer)) {
		unexpected(cursor, "the name of a status, 0x and eight digits, "
		                   "CRASH or HANG");
		return;
	}
	take_number(cursor, 'x', 1, REPEAT_LIMIT, &answer->times);
	while (take_seen(cursor, step, answer))
		;
}

/* The answers of a call must stand for each round of its block once. */
static void check_rounds(struct cursor *cursor, const char *at)
{
	const struct text_parser *parser = cursor->parser;
	uint32_t rounds = parser->repeat_line ? parser->repeat_count : 1;
	uint64_t sum = 0;
	bool all = false;
	for (size_t i = 0; i < parser->answer_count; i++) {
		sum += parser->answers[i].times;
		all |= parser->answers[i].times == 0;
	}
	if (all && parser->answer_count > 1)
		fail_at(cursor, at,
		        "several answers, expected 'xN' behind each of them");
	else if (!all && sum != rounds && rounds)
		fail_at(cursor, at,
		        "answers for %llu rounds, expected %u",
		        (unsigned long long)sum, (unsigned)rounds);
}

static void take_answers(struct cursor *cursor, const struct step *step)
{
	struct text_parser *parser = cursor->parser;
	const char *at = cursor->word;
	next(cursor); /* the arrow */
	if (!operations[step->op].is_call) {
		fail_at(cursor, at,
		        "'%s' calls no function and has no answer, expected "
		        "the end of the line", operations[step->op].word);
		return;
	}
	for (;;) {
		struct answer answer;
		take_answer(cursor, step, &answer);
		if (cursor->failed)
			return;
		parser->answers = grow(parser->answers, &parser->answer_capacity,
		                       parser->answer_count,
		                       sizeof *parser->answers);
		parser->answers[parser->answer_count++] = answer;
		if (!at_text(cursor, ","))
			break;
		next(cursor);
	}
	check_rounds(cursor, at);
}

/* --- Blocks and lines ----------------------------------------------------------------- */

/* Checks where an operation may stand and opens or closes its block. A block
 * whose count is faulty is opened all the same, so its end is none too many. */
static void place_step(struct cursor *cursor, const char *at,
                       const struct step *step)
{
	struct text_parser *parser = cursor->parser;
	if (step->op == OP_END) {
		if (parser->together_line)
			parser->together_line = 0;
		else if (parser->repeat_line)
			parser->repeat_line = 0;
		else
			fail_at(cursor, at, "'end' without a block, expected an "
			                    "operation");
	} else if (parser->together_line && !operations[step->op].is_call) {
		fail_at(cursor, at,
		        "'%s' inside 'together', expected a call or 'end'",
		        operations[step->op].word);
	} else if (step->op == OP_REPEAT && parser->repeat_line) {
		fail_at(cursor, at,
		        "'repeat' inside the 'repeat' of line %u, expected 'end' "
		        "first", parser->repeat_line);
	} else if (step->op == OP_REPEAT) {
		parser->repeat_line = parser->line;
		parser->repeat_count = step->count;
	} else if (step->op == OP_TOGETHER) {
		parser->together_line = parser->line;
		parser->together_calls = 0;
	} else if (parser->together_line &&
	           ++parser->together_calls > TOGETHER_LIMIT) {
		fail_at(cursor, at, "more than %d calls overlap, expected 'end'",
		        TOGETHER_LIMIT);
	}
}

void text_begin(struct text_parser *parser, struct names *names,
                enum text_answers mode, text_report *report, void *context)
{
	*parser = (struct text_parser){.names = names,
	                               .mode = mode,
	                               .report = report,
	                               .context = context};
}

bool text_line(struct text_parser *parser, const char *line, size_t length,
               struct step *step)
{
	struct cursor cursor = {.parser = parser, .line = line, .word = line};
	if (length && line[length - 1] == '\n')
		length--;
	if (length && line[length - 1] == '\r')
		length--;
	cursor.end = line + length;
	parser->line++;
	parser->answer_count = 0;
	parser->settled_count = 0;
	next(&cursor);
	if (cursor.length == 0)
		return false;
	if (!cursor.known || cursor.known->kind != WORD_OPERATION) {
		unexpected(&cursor, "an operation, such as init or delete");
		return false;
	}
	const char *start = cursor.word;
	*step = step_make((enum operation)cursor.known->value);
	step->line = parser->line;
	next(&cursor);
	for (const char *letter = operations[step->op].shape;
	     *letter && !cursor.failed; letter++)
		take_operand(&cursor, *letter, step);
	place_step(&cursor, start, step);
	if (!cursor.failed && at_text(&cursor, "->"))
		take_answers(&cursor, step);
	else if (!cursor.failed && cursor.length == 0 &&
	         parser->mode == ANSWERS_REQUIRED && operations[step->op].is_call)
		unexpected(&cursor, "'-> STATUS', the answer of the call");
	if (!cursor.failed && cursor.length)
		unexpected(&cursor, operations[step->op].is_call
		                        ? parser->answer_count
		                              ? "',' or the end of the line"
		                              : "'->' or the end of the line"
		                        : "the end of the line");
	if (!cursor.failed)
		settle_now(parser);
	return !cursor.failed;
}

static void report_open(struct text_parser *parser, unsigned line,
                        const char *block)
{
	char message[80];
	if (!line)
		return;
	snprintf(message, sizeof message,
	         "'%s' is still open where the text ends, expected 'end'", block);
	parser->errors++;
	parser->report(parser->context, line, 1, message);
}

bool text_end(struct text_parser *parser)
{
	report_open(parser, parser->repeat_line, "repeat");
	report_open(parser, parser->together_line, "together");
	return parser->errors == 0;
}

void text_free(struct text_parser *parser)
{
	free(parser->answers);
	free(parser->settled);
	parser->answers = NULL;
	parser->settled = NULL;
}

bool text_parse(struct scenario *scenario, const char *text, size_t length,
                enum text_answers mode, text_report *report, void *context)
{
	struct text_parser parser;
	text_begin(&parser, &scenario->names, mode, report, context);
	for (size_t at = 0, after; at < length; at = after) {
		const char *newline = memchr(text + at, '\n', length - at);
		struct step step;
		after = newline ? (size_t)(newline - text) + 1 : length;
		if (text_line(&parser, text + at, after - at, &step))
			scenario_add(scenario, &step, parser.answers,
			             parser.answer_count);
	}
	bool ok = text_end(&parser);
	text_free(&parser);
	return ok;
}
