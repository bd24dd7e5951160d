/*
 * record.h: what is heard of a scenario while it is carried out, and the trace of it.
 */
#ifndef SUBJECTS_RECORD_H
#define SUBJECTS_RECORD_H

#include "../../specs/text.h"
#include "walk.h"

/** The answers of one step: each with the rounds that it stands for. */
struct runs {
	struct answer *answers;
	size_t count, capacity;
};

/** What was heard of a scenario. */
struct recording {
	const struct scenario *scenario;
	struct runs *runs; /**< by step */
	struct walk walk;  /**< where it is */
	size_t at;         /**< the last step that was carried out */
	bool is_cut;       /**< the trace ends with that step */
};

/** Begins to listen to a scenario, which must outlive the record. */
void record_begin(struct recording *record, const struct scenario *scenario);

/** Goes on to the next step that is carried out; a record that is cut has none.
 *  @return the step, or NULL at the end */
const struct step *record_next(struct recording *record);

/** Hears the answer of that step. What was counted while calls overlap is left out,
 *  as counts have no moment there. */
void record_hear(struct recording *record, const struct answer *answer);

/** Appends the trace. A step that was not answered has no answer in it. Of a repeat
 *  that was cut short, the whole rounds stand in the block, and the lines of the last
 *  one behind it. To be called once. */
void record_write(struct letters *out, struct recording *record);

/** Releases the memory. */
void record_end(struct recording *record);

#endif
