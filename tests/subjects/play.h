/*
 * play.h: a scenario is carried out while it is read, line by line, and its trace is
 * written line by line, each as soon as it was carried out. The lines of a repeat
 * stand in the trace as often as they were carried out, without the block's own. Those of
 * a `together` block are carried out, and written, when its end was read.
 */
#ifndef SUBJECTS_PLAY_H
#define SUBJECTS_PLAY_H

#include <stdio.h>

#include "../../specs/text.h"
#include "driver.h"
#include "live.h"
#include "walk.h"

enum { PROGRESS_ROOM = 1024 /**< longer than any line of a call */ };

/** How far a scenario is, for whoever is there when its process has ended. */
struct progress {
	char line[PROGRESS_ROOM]; /**< the call that is being made, or "" */
	uint64_t memory;          /**< of the heap, in use at its end; UINT64_MAX: not
	                               known */
	bool is_over;             /**< all was carried out */
};

/** Tells why there is no way to carry out a step, or NULL if there is one. */
typedef const char *refusal(const struct step *step);

/** Makes the calls of a `together` block at the same time, as overlap_calls does. */
typedef bool overlap(struct driver *driver, struct live *live, const struct step *steps,
                     size_t count, struct answer *answers);

/** A scenario that is being carried out. */
struct play {
	FILE *out;
	struct progress *progress;
	refusal *refuse;   /**< or NULL: all steps can be carried out */
	overlap *overlap;  /**< or NULL: calls that overlap are made one after the
	                        other */
	struct live *live; /**< told of all calls, or NULL */
	bool is_buffered;  /**< whoever ends the play flushes what was written */
	bool is_refused;   /**< a step was: nothing more is carried out */
	struct scenario scenario;
	struct text_parser parser;
	struct walk walk;
	struct step together[TOGETHER_LIMIT]; /**< the calls of the open block */
	size_t together_count;
	struct driver driver;
	struct letters line;
};

/** Starts a scenario, in which no step is refused, no calls overlap and nobody is told
 *  of calls.
 *  @param setup     what is driven
 *  @param out       where the trace goes
 *  @param progress  told how far it is; must outlive the play */
void play_begin(struct play *play, const struct driver_setup *setup, FILE *out,
                struct progress *progress);

/** Reads a line of the script and carries it out; the end of a repeat, all rounds that
 *  are left. Once a line was faulty, which is told on standard error, nothing more is
 *  carried out. */
void play_line(struct play *play, const char *line, size_t length);

/** Ends the script and releases the memory. It calls nothing: what the implementation
 *  still holds stays there.
 *  @return whether the script had no error */
bool play_end(struct play *play);

#endif
