/*
 * transcript.h: what a subject writes while it carries out a scenario, line by line,
 * and the trace that comes of it.
 *
 * A subject knows no rounds: the lines of a repeat come again for each of them, without
 * the block's own. So the script is walked step by step beside the subject's lines
 * (walk.h), and each answer goes to where the script has the call (record.h).
 */
#ifndef ORACLE_TRANSCRIPT_H
#define ORACLE_TRANSCRIPT_H

#include "../subjects/record.h"
#include "attach.h"

/** A scenario that is carried out. */
struct transcript {
	struct letters text;      /**< the script, as the subject reads it */
	struct scenario script;   /**< read from that, so its names are the text's */
	struct recording record;
	struct text_parser parser; /**< of the subject's lines */
	struct letters wanted, got; /**< two steps that are compared */
	char error[96];           /**< what was expected where a text was wrong */
	size_t heard;             /**< steps that were carried out, in all rounds */
	bool is_told;             /**< the last answer is CRASH or HANG */
	bool is_ended;            /**< the subject said how the scenario ended */
	struct played *played;    /**< what comes of it */
};

/** Makes a transcript; it keeps its memory from one scenario to the next. */
void transcript_init(struct transcript *transcript);
/** Releases the memory. */
void transcript_free(struct transcript *transcript);

/** Begins with a script. transcript_end must follow.
 *  @param played  receives what comes of it; its trace must be empty */
void transcript_begin(struct transcript *transcript, const struct scenario *script,
                      struct played *played);

/** Reads a line of the subject.
 *  @param line  without its line end; not terminated
 *  @param why   receives what is wrong with it
 *  @param size  bytes of `why`
 *  @return false if it is none that may come here */
bool transcript_line(struct transcript *transcript, const char *line, size_t length,
                     char *why, size_t size);

/** Whether a step of the script was not carried out. */
bool transcript_is_left(const struct transcript *transcript);

/** Writes what came of the scenario to `played`.
 *  @param end  how it ended, if the subject did not tell; with PLAYED_ALL, that it
 *              ended by itself
 *  @param how  the same in words */
void transcript_end(struct transcript *transcript, enum played_end end,
                    const char *how);

#endif
