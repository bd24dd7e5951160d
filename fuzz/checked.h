/*
 * checked.h: a scenario is carried out on the reference, in this process, and judged
 * after every step: its status, what became of the struct, all counts. Then the
 * handles that the step names are probed, and one other in turn; all of them at the
 * end, and whenever a step is refused. A probe is a call that changes nothing and
 * tells whether its handle is live: `query NAME sizes`, or `init null NAME` for
 * what was issued as a credential. It is judged like any other. At the end all that
 * was issued is ended, under a name or not, and nothing may be left.
 *
 * As the limits are known here, SEC_E_INSUFFICIENT_MEMORY is allowed only where they
 * are reached: where so many things are held, or so many of a slot's handles may have
 * been issued, that no slot can be left. Nor is more made than they say.
 *
 * The judge and its model know nothing of the reference; all that is compared came
 * through the function table and sechandle_count.
 */
#ifndef FUZZ_CHECKED_H
#define FUZZ_CHECKED_H

#include "../specs/judge.h"
#include "../tests/subjects/reference.h"

enum {
	CHECKED_STEPS = 4096 /**< steps after which a scenario is cut short */
};

/** What a call is made on: its handle, or else its credential or its buffer. */
enum situation {
	SITUATION_NONE,  /**< the call is given none of these */
	SITUATION_NULL,
	SITUATION_NEVER, /**< never issued, or of the other kind */
	SITUATION_ENDED, /**< deleted, freed or released */
	SITUATION_LIVE,  /**< a live credential or buffer */
	SITUATION_PARTIAL, /**< from here on live contexts, by enum phase */
	SITUATION_COUNT = SITUATION_PARTIAL + PHASE_COUNT
};

/** Answers by situation and operation. */
typedef class_set checked_answers[SITUATION_COUNT][OP_COUNT];

/** The first rule that a scenario shows to be broken. */
struct breach {
	enum rule rule;      /**< RULE_NONE: none */
	size_t at;           /**< index of the scenario's step; that of the last one
	                          carried out for what the end shows */
	uint32_t round;      /**< of the open repeat; 0 outside */
	bool is_extra;       /**< not that step shows it, but `step` after it */
	struct step step;
	struct answer answer;
	struct finding finding; /**< the same, of this step and answer */
};

/** Runs of scenarios. */
struct checked {
	struct driver_setup setup;
	struct sechandle_limits limits;
	struct driver driver;
	struct judge judge;
	const struct scenario *scenario; /**< the one at hand */
	size_t at;
	uint32_t round;
	bool is_extra;
	name_id turn; /**< the next name that is probed in turn */
	struct breach breach;
	bool alone; /**< the steps are carried out alone: no probes, nothing ended */
	/** If not NULL, told of each step before it is carried out, and of each call
	 *  again with its answer; before that the answer is NULL. `at`, `round` and
	 *  `is_extra` tell where it is. */
	void (*heard)(struct checked *checked, const struct step *step,
	              const struct answer *answer);
	void *hearer; /**< for that function's use */
	/* All that was issued in the scenario at hand. */
	SecHandle *handles;
	size_t handle_count, handle_capacity;
	void **buffers;
	size_t buffer_count, buffer_capacity;
	uint32_t issued[2]; /**< handles, by enum kind */
	/* Of all scenarios. */
	uint64_t calls;           /**< made and judged, probes included */
	checked_answers *allowed; /**< if not NULL, receives what the rules allowed */
	checked_answers reached;  /**< what was answered */
};

/** Prepares runs.
 *  @param limits  of the reference, or NULL for the default ones */
void checked_init(struct checked *checked, const struct sechandle_limits *limits);

/** Sets the limits of the runs to come, or NULL for the default ones. */
void checked_limit(struct checked *checked, const struct sechandle_limits *limits);

/** Runs a scenario on a reference that was emptied; after CHECKED_STEPS steps it is
 *  cut short.
 *  @return whether no rule was broken; else checked->breach tells */
bool checked_run(struct checked *checked, const struct scenario *scenario);

/** Writes down a finding as the breach where a run is. */
void breach_note(struct breach *breach, const struct checked *checked,
                 const struct finding *finding);

/** Releases the memory. */
void checked_free(struct checked *checked);

/** The name of a situation: "none", "null", "never", "ended", "live", or a phase. */
const char *situation_name(enum situation situation);

/** What a call is made on. */
enum situation situation_of(const struct model *model, const struct step *step);

#endif
