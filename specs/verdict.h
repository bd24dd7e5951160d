/*
 * verdict.h: what a judge says of a subject: for each step of a scenario one
 * verdict, under a profile and with a list of known deviations.
 *
 * judge.h compares a trace with the rules; here it is said what a breach amounts to.
 * Judging in language.md tells it in plain words. How it is used:
 *
 *   verdicts_init    for a run, under a profile of profiles.def
 *   verdicts_judge   for each scenario: its script and the trace of it
 *   verdict_probes   to look closer: the scenario up to a doubtful step, and calls
 *                    that show what the step did to others; played and judged again
 *   deviation_…      at the end of the run, for each known deviation
 */
#ifndef SPECS_VERDICT_H
#define SPECS_VERDICT_H

#include "judge.h"

/* --- Verdicts ------------------------------------------------------------------ */

/** What a step came to. Of several, the last in this order is told. */
enum verdict {
	VERDICT_NONE,        /**< the line calls nothing */
	VERDICT_PASS,        /**< as the rules demand */
	VERDICT_UNSUPPORTED, /**< the subject has no such call: it said so, or
	                          answered SEC_E_UNSUPPORTED_FUNCTION where that is
	                          right */
	VERDICT_UNRESOLVED,  /**< not carried out, or part of overlapping calls that no
	                          order explains: nobody can tell */
	VERDICT_UNSPECIFIED, /**< the rules leave it open, or the profile does */
	VERDICT_UNEXPECTED_PASS, /**< of a deviation, not of a step: it was not seen
	                              although it could have been */
	VERDICT_KNOWN_DEVIATION, /**< a violation that a deviation lists */
	VERDICT_VIOLATION,
	VERDICT_COUNT
};

/** "" for VERDICT_NONE, else "PASS", "UNEXPECTED_PASS" and so on. */
const char *verdict_name(enum verdict verdict);

/** How bad a violation is. Of several, the last in this order is told. */
enum badness {
	BADNESS_NONE,    /**< there is no violation */
	BADNESS_OUTSIDE, /**< breaks a rule that was chosen: no document says it */
	BADNESS_STATUS,  /**< a wrong answer, which harms nobody by itself */
	BADNESS_UNSAFE,  /**< somebody is or can be harmed: a crash or a hang; a handle
	                      that was ended or never issued is served, by another call
	                      than delete or free; a live handle is refused after a
	                      doubtful step, and none of its phase was refused by that
	                      function before; a handle is issued twice; a count is off,
	                      which is a leak, residue, or what is gone too early */
	BADNESS_COUNT
};

/** "" for BADNESS_NONE, else "OUTSIDE", "STATUS" or "UNSAFE". */
const char *badness_name(enum badness badness);

/* --- Profiles ------------------------------------------------------------------ */

/** The profiles of profiles.def: PROFILE_REFERENCE, … */
enum profile {
#define PROFILE(id, name, weakest, clears, title, reason) PROFILE_##id,
#include "profiles.def"
	PROFILE_COUNT /**< no profile */
};

/** What profiles.def says of a profile. */
struct profile_info {
	const char *name;
	enum strength weakest; /**< of the rules that count; others are left open */
	bool clears; /**< a call that ends a handle writes {0,0} to its struct */
	const char *title;
	const char *reason; /**< why weaker rules are left open */
};

/** What is known of `profile`, which must be below PROFILE_COUNT. */
const struct profile_info *profile_info(enum profile profile);

/** The profile with that name, or PROFILE_COUNT. */
enum profile profile_find(const char *name);

/** Which calls a tolerance is about. */
enum where {
	WHERE_ANY,
	WHERE_ENDING,   /**< calls that end a handle: delete, free, export */
	WHERE_DANGLING, /**< calls on a handle that was ended; or, by a copy, on a
	                     context that a leg refused or whose last leg failed */
	WHERE_UNISSUED, /**< calls on a value that was never issued, or is a handle of
	                     the other kind; not {0,0} and not NULL */
	WHERE_OVERLAP,  /**< calls that overlap, one of which deletes the context of
	                     another */
	WHERE_COUNT
};

/** That in words: "any call", … */
const char *where_text(enum where where);

/** Something that a profile leaves open although it breaks a rule. */
struct tolerance {
	enum profile profile;
	enum rule rule;   /**< that may be broken; RULE_NONE: the call has no defined
	                       behaviour, so all is open from it on until the scenario
	                       ends */
	class_set answers;      /**< that are open; 0: all, as the rule is about the
	                             struct */
	enum where where;
	enum rule open;         /**< the rule, of party NOBODY, that leaves it open;
	                             RULE_NONE: the profile alone does */
	const char *source, *reason;
};

/** All of them; the last has a NULL reason. */
extern const struct tolerance tolerances[];

/* --- Known deviations ---------------------------------------------------------- */

/** A violation that is known, and that a run does not fail for. */
struct deviation {
	enum rule rule;         /**< that is broken */
	const char *answer;     /**< of the call: a status as text_print_status writes
	                             it, "CRASH", "HANG", "success" (any), "error"
	                             (any); NULL: whatever it answers */
	const char *operation;  /**< the call, as tell_call has it, or its first word
	                             alone; NULL: any */
	const char *scenario;   /**< as given to verdicts_judge; NULL: in any */
	const char *reason, *link, *versions; /**< for who reads it; may be "" */
	bool exercised; /**< set by verdicts_judge: a scenario that was carried out to
	                     its end has a step that its rule speaks of */
	bool seen;      /**< set by verdicts_judge: it was there */
};

/** Whether a text is an answer of a deviation. A status that has no name is 0x and
 *  eight lower-case hexadecimal digits; one that has is known by the first of its
 *  names alone. */
bool deviation_answer_valid(const char *answer);

/** Whether a text is an operation of a deviation: that of a call, or "end", by which
 *  the subject's process is meant. */
bool deviation_operation_valid(const char *operation);

/** What became of a deviation until now: VERDICT_KNOWN_DEVIATION if it was seen,
 *  VERDICT_UNEXPECTED_PASS if it was not but could have been, VERDICT_UNRESOLVED if
 *  its rule was not tried. */
enum verdict deviation_verdict(const struct deviation *deviation);

/* --- A scenario ---------------------------------------------------------------- */

/** The verdict on a step; that of the worst round if it is in a repeat. */
struct step_verdict {
	enum verdict verdict;
	enum badness badness; /**< of a violation, known or not */
	struct finding finding; /**< what it is about, in the script's steps, names and
	                             lines. `rule` is the one that is broken,
	                             or by which the answer is right; RULE_NONE if it
	                             was not judged. tell.h says what was allowed */
	struct answer answer;   /**< that `finding` points to */
	enum rule open;         /**< if UNSPECIFIED: the rule, of party NOBODY, that
	                             leaves it open, or RULE_NONE */
	const char *why;        /**< if UNSPECIFIED: the reason; if KNOWN_DEVIATION:
	                             that of the deviation; else "" */
	bool doubtful;          /**< the step may have harmed others */
	size_t prefix;          /**< steps of the shortest beginning of the script that
	                             shows it: up to this step, or to the end of the
	                             block that it is in */
};

/** Verdicts, on one scenario after the other. */
struct verdicts {
	enum profile profile;
	struct deviation *deviations;
	size_t deviation_count;
	struct step_verdict *steps; /**< of the scenario at hand, by step of its script */
	size_t count, capacity;
	bool overlaps; /**< calls of a block are really made at the same time, so that any
	                    may have ended the subject; to be set behind verdicts_init */
	/* The scenario at hand. */
	struct judge judge;
	const struct scenario *script, *trace;
	const char *scenario;
	const struct tolerance *undefined; /**< by it all is open by now, or NULL */
	bool doubt;                 /**< a step before was doubtful */
	/** Which functions, by model_function, have refused live handles until now, by
	 *  their enum phase. */
	bool refused[SUPPORT_COUNT][PHASE_COUNT];
	bool *exercised;            /**< by deviation */
};

/** Starts a run.
 *  @param deviations  the list; must outlive the run; marks are set in it. NULL if
 *                     `count` is 0 */
void verdicts_init(struct verdicts *verdicts, enum profile profile,
                   struct deviation *deviations, size_t count);

/** Releases the memory. */
void verdicts_free(struct verdicts *verdicts);

/** Judges a scenario: verdicts->steps[i] is the verdict on script->steps[i] until the
 *  next call. Duties of the caller are not looked at.
 *  @param scenario     its name, for deviations
 *  @param script       must outlive the verdicts
 *  @param trace        the steps of the script that were carried out, blocks as there;
 *                      calls have answers that cover each round once, and no block is
 *                      open. If a repeat was cut short, the block has the rounds that
 *                      are whole, or is not there if none is; the steps of the last
 *                      round stand behind it, and end the trace. A step that ended the
 *                      subject is answered CRASH or HANG. May be the script itself
 *  @param unsupported  index of the step of the script that the subject said it cannot
 *                      carry out; SIZE_MAX if there is none */
void verdicts_judge(struct verdicts *verdicts, const char *scenario,
                    const struct scenario *script, const struct scenario *trace,
                    size_t unsupported);

/* --- Probes -------------------------------------------------------------------- */

/** Whether a step may harm others than the handle that it is given: it ends a handle,
 *  or what it is given as handle, credential or buffer is not live. */
bool verdict_is_doubtful(const struct model *model, const struct step *step);

/** Makes a script that shows what a doubtful step did to others: the beginning of a
 *  trace, and behind it for each handle that was live before its last step, or block,
 *  and must be live after it: `query NAME sizes` for a context; for a credential
 *  `init null NAME` and `use NAME QueryCredentialsAttributes`. The same calls stand
 *  before that step too, as a handle that is refused there is not refused because of
 *  it. All of them change nothing.
 *  @param probed  receives the script, without answers and with lines of its own
 *  @param trace   with answers
 *  @param prefix  steps of the beginning, as step_verdict has them
 *  @return the number of calls that were added behind; 0: there is no other handle, or
 *          the trace ends before, and nothing is to be played */
size_t verdict_probes(struct scenario *probed, const struct scenario *trace,
                      size_t prefix);

#endif
