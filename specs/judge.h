/*
 * judge.h: compares a trace with the model, step by step, and tells what it
 * finds on both sides: the implementation's answers and the caller's duties.
 *
 * After a finding it goes on from an allowed state, so one fault is told once.
 * It reads steps one after the other and keeps only the open block, so a trace
 * may be of any length. judging in language.md says how blocks are judged.
 */
#ifndef SPECS_JUDGE_H
#define SPECS_JUDGE_H

#include "model.h"
#include "scenario.h"
#include "text.h"

/** What a finding is about. */
enum finding_kind {
	FINDING_ANSWER, /**< a status that is not allowed */
	FINDING_OUT,    /**< what a call did or did not do to a handle struct */
	FINDING_COUNT,  /**< a count that the rules do not allow */
	FINDING_ORDER,  /**< overlapping calls that no order explains */
	FINDING_DUTY,   /**< a call that a careful caller does not make */
	FINDING_LOST    /**< a live thing that no name holds any more */
};

/** Something that must not be. */
struct finding {
	enum finding_kind kind;
	enum rule rule;            /**< the rule that is broken */
	unsigned line;             /**< of the step; with FINDING_LOST at the end
	                                of a trace, of the creating step */
	uint32_t round;            /**< round of the repeat, from 1; 0 if none */
	const struct step *step;   /**< NULL at the end of a trace */
	const struct answer *answer; /**< NULL if there is none */
	struct clauses clauses;    /**< with FINDING_ANSWER: what is allowed */
	enum counter counter;      /**< with FINDING_COUNT */
	struct range wanted;       /**< with FINDING_COUNT: what it may be */
	unsigned created;          /**< with FINDING_LOST: line of the creation */
};

/** Told of each finding; the pointers in it are good during the call. */
typedef void judge_report(void *context, const struct finding *finding);

/** A call that was judged, right or wrong. */
struct hearing {
	const struct model *model; /**< as the call met it */
	const struct step *step;
	const struct answer *answer;
	uint32_t round;            /**< of the repeat, from 1; 0 if none */
	bool in_together;          /**< the call overlapped others */
	const struct clauses *clauses; /**< what is allowed */
	const struct clause *decided;  /**< the one that decided about the answer; NULL
	                                if no order of the calls explains it */
	enum rule broken; /**< by the answer, or by the struct if the answer is
	                       allowed; or RULE_NONE */
};

/** Told of each call, before the counts that were seen with it are looked at; the
 *  pointers are good during the call. */
typedef void judge_hear(void *context, const struct hearing *hearing);

/** A call of a block, kept until the block ends. */
struct judge_step {
	struct step step;
	size_t first_answer;
	uint32_t answers;
	uint32_t answer, used; /**< the answer at hand, and rounds it stood for */
};

/** A rule that was broken in a line of the open repeat. */
struct judge_told {
	unsigned line;
	enum rule rule;
};

/** A trace that is being judged. */
struct judge {
	struct model model;
	struct model tries[TOGETHER_LIMIT]; /**< for orders of overlapping calls */
	judge_report *report;
	judge_hear *hear;            /**< NULL at first: nobody is told */
	void *context;
	bool trusts_caller;          /**< looks at no duty: only what binds
	                                  implementations is told */
	uint64_t calls;              /**< judged so far */
	int64_t bias[COUNTER_COUNT]; /**< how far each count is off: seen minus
	                                  what may be held */
	/* The open repeat and the open together. */
	bool in_repeat, in_together;
	uint32_t rounds, round;
	struct judge_step *block;
	size_t block_count, block_capacity;
	struct answer *answers;
	size_t answer_count, answer_capacity;
	struct judge_told *told;
	size_t told_count, told_capacity;
	struct step together_step;
	struct step overlapping[TOGETHER_LIMIT];
	struct answer overlapping_answers[TOGETHER_LIMIT];
	size_t overlapping_count;
};

/** Starts a trace. */
void judge_init(struct judge *judge, judge_report *report, void *context);
/** Forgets everything, keeps the memory. */
void judge_reset(struct judge *judge);
/** Releases the memory. */
void judge_free(struct judge *judge);

/** Judges the next step of a trace. Calls must carry answers that cover each
 *  round once; the parser sees to it with ANSWERS_REQUIRED. */
void judge_feed(struct judge *judge, const struct step *step,
                const struct answer *answers, size_t answer_count);

/** Judges a step that is in no block, as judge_feed does.
 *  @param answer  of a call; else it is not looked at */
void judge_step(struct judge *judge, const struct step *step,
                const struct answer *answer);

/** Ends the trace: what is still live now was never ended. */
void judge_end(struct judge *judge);

/** Judges a whole trace, judge_end included. */
void judge_scenario(struct judge *judge, const struct scenario *scenario);

/** The answers that clauses allow. */
class_set judge_allowed(const struct clauses *clauses);

/** How allowed answers are written: in words, or as a condition. */
struct judge_phrases {
	const char *any_success, *any_error;
	const char *but, *and;  /**< before the first error that is denied, and the
	                             others */
	const char *error_end;  /**< behind the last of them */
	const char *is;         /**< before a single status */
	const char *or;         /**< between answers */
};

/** Appends the answers that clauses allow to `out`. */
void judge_allowed_as(struct letters *out, const struct clauses *clauses,
                      const struct judge_phrases *phrases);

/** As well, in words. */
void judge_allowed_text(struct letters *out, const struct clauses *clauses);

#endif
