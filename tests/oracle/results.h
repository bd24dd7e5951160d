/*
 * results.h: what was found out about a subject, gathered while it is judged and then
 * put in order, for the reports (reports.h).
 *
 * Scenarios end in any order; once results_sort was called, nothing depends on that:
 * the same answers give the same results.
 */
#ifndef ORACLE_RESULTS_H
#define ORACLE_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../specs/text.h"
#include "../../specs/verdict.h"
#include "attach.h"
#include "deviation_list.h"
#include "suites.h"

/** The answer of a step that came to something else than PASS. */
struct outcome {
	size_t scenario;  /**< index into the list */
	size_t script;    /**< 0: of the scenario itself; else 1 + the index of a script
	                       that was made to look closer at it */
	size_t at;        /**< the step of that script */
	size_t prefix;    /**< steps of the beginning that shows it */
	unsigned line;    /**< of the step */
	uint32_t round;   /**< of a repeat; 0 outside */
	uint8_t op;       /**< enum operation; of a crash behind the last step OP_END */
	char *call;       /**< what it calls, as tell_call has it */
	char *answer;     /**< the status alone; answer_leak for heap that grows; "" if
	                       there is none */
	char *told;       /**< the step with its answer */
	char *allowed;    /**< what would have been right */
	enum verdict verdict;
	enum badness badness;
	enum rule rule;   /**< broken; if UNSPECIFIED the one that leaves it open, or that
	                       would be broken if the profile held it to that; or
	                       RULE_NONE */
	enum rule open;   /**< that leaves it open, or RULE_NONE */
	const char *why;  /**< of step_verdict */
};

/** What stands for an answer where heap grows. */
extern const char answer_leak[];

/** What became of a scenario. */
struct scenario_result {
	bool judged;            /**< it was carried out, as far as it could be */
	size_t verdicts[VERDICT_COUNT]; /**< steps by verdict */
	enum verdict worst;
	enum badness badness;
	enum played_end end;
	char how[160];          /**< of struct played */
	char said[160];         /**< the last line that it wrote to standard error, if its
	                             process ended itself */
};

/** All steps that break the same rule by the same call and answer, and are all known or
 *  all not. */
struct violation {
	const struct outcome *shortest; /**< the one that shows it with fewest steps, and
	                                 without overlapping calls if there is one */
	enum badness badness;    /**< the worst */
	size_t steps, scenarios; /**< that show it */
	/* The least that shows it, where it was looked for. */
	bool is_least;
	size_t least_steps;
	struct letters trace;    /**< with answers; empty if it could not be had */
	struct letters program;  /**< in C; empty if there is none */
};

/** What was judged, and how. Pointers belong to others. */
struct subject_told {
	const struct subject_info *info;
	const char *command;     /**< --sspi's or --subject's value */
	char hash[65];           /**< SHA-256 of the file, or "" */
	enum profile profile;
	bool leaks, valgrind;
	const char *preload;     /**< or NULL */
};

/** All of it. */
struct results {
	struct subject_told subject;
	const struct suite_list *list;
	struct scenario_result *scenarios; /**< as in the list */
	struct outcome *outcomes;
	size_t outcome_count, outcome_capacity;
	struct scenario *scripts; /**< that were made to look closer */
	size_t script_count, script_capacity;
	struct deviation_list *known;
	struct violation *violations; /**< by results_sort, the worst first */
	size_t violation_count;
	size_t totals[VERDICT_COUNT]; /**< by results_sort */
	size_t judged, lost;          /**< scenarios, by results_sort */
	size_t heaps;                 /**< scenarios whose heap was compared */
	bool interrupted;
};

/** Starts empty results.
 *  @param list   the scenarios; must outlive them
 *  @param known  the known deviations, as well */
void results_init(struct results *results, const struct suite_list *list,
                  struct deviation_list *known);

/** Releases the memory. */
void results_free(struct results *results);

/** Keeps a script that was made to look closer.
 *  @param script  is taken over
 *  @return what outcome.script is */
size_t results_keep(struct results *results, const struct scenario *script);

/** The script that an outcome is a step of. */
const struct scenario *results_script(const struct results *results,
                                      const struct outcome *outcome);

/** Adds the verdicts on the steps of a scenario from `from` on; of a script that looks
 *  closer only harm.
 *  @param script   what outcome.script is
 *  @param judged   the scenario's verdicts, at hand
 *  @param played   how it ended, if `script` is 0 */
void results_add(struct results *results, size_t scenario, size_t script, size_t from,
                 const struct verdicts *judged, const struct played *played);

/** Adds a violation that no step has, of the scenario that the known deviations were
 *  aimed at last. Whether it is known is looked up.
 *  @param outcome  its texts are taken over; its call is that of its operation
 *  @param undefined  of struct verdicts: by it all was open then, or NULL */
void results_add_unjudged(struct results *results, struct outcome *outcome,
                          const struct tolerance *undefined);

/** Puts outcomes in order, groups violations, and counts. */
void results_sort(struct results *results);

/** Listed deviations that were not there although they could have been. */
size_t results_unexpected(const struct results *results);

/** The exit code that results amount to. */
int results_code(const struct results *results);

/** "scenario" as people name it: SUITE/NAME, or the path of a file.
 *  @return allocated */
char *scenario_label(const struct suite_scenario *scenario);

/** A terminated copy of letters, which are freed. */
char *letters_string(struct letters *letters);

#endif
