/*
 * judging.h: a subject is judged by scenarios: they are carried out, looked at more
 * closely where a step is in doubt, and what is wrong is reduced to the least that
 * shows it.
 */
#ifndef ORACLE_JUDGING_H
#define ORACLE_JUDGING_H

#include "attach.h"
#include "results.h"
#include "scripts.h"

/** A run. */
struct judging {
	struct attached *attached;
	struct results *results;      /**< receives all */
	bool leaks;    /**< heap that grows is looked for */
	bool shrinks;  /**< the least is looked for */
	bool progress; /**< is told on standard error */
	/* The rest is set by judge_subject. */
	char **labels;
	struct verdicts verdicts; /**< with the known deviations */
	struct verdicts scout;    /**< without */
	bool is_in_turn;
	bool is_apart;            /**< scenarios are played apart */
	const struct script_list *played; /**< scripts that are played */
	struct script_list again; /**< what did not conform where a process is shared */
	struct script_list closer; /**< scenarios with probes */
	struct script_list fewer;  /**< as well, without probes that the subject does not
	                                support */
	struct script_list tidy;  /**< that leave nothing behind */
};

/** Judges the subject by the results' list; results_sort is called as well. */
void judge_subject(struct judging *judging);

/** Shows how far a run is; on a terminal only.
 *  @param of  0: it is not known */
void judging_progress(const struct judging *judging, const char *what, size_t done,
                      size_t of);

/** Has one script carried out; what does not conform where a process is shared, once
 *  more apart.
 *  @param apart   it is played apart at once
 *  @param played  receives what came of it; its trace is to be freed
 *  @return false if the run was interrupted: nothing is to be freed */
bool judging_play(struct judging *judging, const struct scenario *script, bool apart,
                  struct played *played);

/** Judges what was played without the known deviations.
 *  @return the first step that breaks a rule, or only `rule` by `op` with that answer,
 *          if that is not RULE_NONE; SIZE_MAX if there is none */
size_t judging_look(struct judging *judging, const struct scenario *script,
                    const struct played *played, enum rule rule, uint8_t op,
                    const char *answer);

/* --- leaks.c ------------------------------------------------------------------------ */

enum { LEAKS_ROUNDS = 24 /**< that show a leak */ };

/** Plays tidy scenarios in repeats; what grows with the rounds is added. */
void judge_leaks(struct judging *judging);

/** Whether heap grows with the rounds of a script, and breaks this rule. */
bool leaks_show(struct judging *judging, const struct scenario *script, enum rule rule);

/* --- least.c ------------------------------------------------------------------------ */

/** Finds the least that shows a violation: its trace and its program. */
void find_least(struct judging *judging, struct violation *violation);

#endif
