/*
 * text.h: the scenario language as text: one reader (parse.c), one printer
 * (print.c).
 *
 * The parser takes one line after the other, so a trace of any length can be
 * judged while it is read. It reports every faulty line and goes on with the
 * next one. language.md has the grammar.
 */
#ifndef SPECS_TEXT_H
#define SPECS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario.h"

/** Told of each error.
 *  @param context  what was given to text_begin
 *  @param line     line, counted from 1
 *  @param column   byte in the line, counted from 1
 *  @param message  what is wrong and what was expected */
typedef void text_report(void *context, unsigned line, unsigned column,
                         const char *message);

/** Whether calls may or must carry answers. */
enum text_answers { ANSWERS_OPTIONAL, ANSWERS_REQUIRED };

/** A name that a line settles, if the line turns out to be right. */
struct text_settled {
	name_id id;
	enum name_kind kind;
};

/** A text that is being read. */
struct text_parser {
	struct names *names;
	text_report *report;
	void *context;
	enum text_answers mode;
	unsigned line;           /**< the last line read */
	size_t errors;           /**< reported so far */
	struct answer *answers;  /**< of the last step */
	size_t answer_count, answer_capacity;
	struct text_settled *settled; /**< by the last line */
	size_t settled_count, settled_capacity;
	/* The open blocks: the line that opened each, 0 if it is not open. */
	unsigned repeat_line, together_line;
	uint32_t repeat_count;   /**< 0 if it could not be read */
	unsigned together_calls;
};

/** Starts a text.
 *  @param names    receives the names; must outlive the parser
 *  @param mode     whether answers are needed
 *  @param report   told of errors; `context` is passed on to it */
void text_begin(struct text_parser *parser, struct names *names,
                enum text_answers mode, text_report *report, void *context);

/** Reads one line, with or without its line end.
 *  @return true if the line has a step: it is in `step`, its answers are in
 *          parser->answers. False for an empty or a faulty line. */
bool text_line(struct text_parser *parser, const char *line, size_t length,
               struct step *step);

/** Ends the text and reports blocks that are still open.
 *  @return true if the text had no error. */
bool text_end(struct text_parser *parser);

/** Releases the parser's memory. */
void text_free(struct text_parser *parser);

/** Reads a whole text into a scenario, which must be empty.
 *  @return true if it had no error; else each was reported. */
bool text_parse(struct scenario *scenario, const char *text, size_t length,
                enum text_answers mode, text_report *report, void *context);

/** Letters that are being gathered; not terminated. */
struct letters {
	char *text;
	size_t length, capacity;
};

/** Appends a terminated text. */
void text_append(struct letters *out, const char *text);

/** Appends a text as printf would print it. */
void text_format(struct letters *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Appends the SDK's name of a status, or its digits; CRASH or HANG. */
void text_print_status(struct letters *out, int64_t status);

/** Appends a line for one step.
 *  @param depth  number of blocks the step is in */
void text_print_step(struct letters *out, const struct names *names,
                     const struct step *step, const struct answer *answers,
                     size_t answer_count, unsigned depth);

/** Appends all lines of a scenario. */
void text_print(struct letters *out, const struct scenario *scenario);

#endif
