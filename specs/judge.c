/*
 * judge.c: first one call, then calls that overlap, then blocks, then the
 * allowed answers in words.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "grow.h"

void judge_init(struct judge *judge, judge_report *report, void *context)
{
	*judge = (struct judge){.report = report, .context = context};
}

void judge_reset(struct judge *judge)
{
	model_reset(&judge->model);
	judge->calls = 0;
	memset(judge->bias, 0, sizeof judge->bias);
	judge->in_repeat = judge->in_together = false;
	judge->round = 0;
}

void judge_free(struct judge *judge)
{
	model_free(&judge->model);
	for (int i = 0; i < TOGETHER_LIMIT; i++)
		model_free(&judge->tries[i]);
	free(judge->block);
	free(judge->answers);
	*judge = (struct judge){0};
}

/* --- One call ------------------------------------------------------------------ */

static void tell(struct judge *judge, struct finding *finding)
{
	finding->round = judge->round;
	if (finding->step && !finding->line)
		finding->line = finding->step->line;
	judge->report(judge->context, finding);
}

static void check_duties(struct judge *judge, const struct step *step,
                         const struct answer *answer)
{
	enum rule duties[DUTY_LIMIT];
	size_t count = model_duties(&judge->model, step, duties);
	for (size_t i = 0; i < count; i++)
		tell(judge, &(struct finding){.kind = FINDING_DUTY,
		                              .rule = duties[i],
		                              .step = step,
		                              .answer = answer});
}

static void check_lost(struct judge *judge, const struct step *step)
{
	if (judge->model.lost != RULE_NONE)
		tell(judge, &(struct finding){.kind = FINDING_LOST,
		                              .rule = judge->model.lost,
		                              .step = step,
		                              .created = judge->model.lost_line});
}

/* A difference that was told before is no new finding, and neither is its
 * disappearance; after an answer that is a finding itself, it is part of that. */
static void check_counts(struct judge *judge, const struct step *step,
                         const struct clause *clause,
                         const struct answer *answer)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		uint32_t seen = answer->counts[i];
		uint32_t wanted = judge->model.counts[i];
		enum rule rule = model_check_count(&judge->model, step, clause,
		                                   (enum counter)i, seen);
		if (seen == COUNT_UNSEEN)
			continue;
		int64_t difference = (int64_t)seen - wanted;
		if (rule != RULE_NONE && difference != judge->bias[i] &&
		    clause->allowed)
			tell(judge, &(struct finding){.kind = FINDING_COUNT,
			                              .rule = rule,
			                              .step = step,
			                              .answer = answer,
			                              .counter = (enum counter)i,
			                              .wanted = wanted});
		judge->bias[i] = difference;
	}
}

static const struct clause *find_clause(const struct clauses *clauses,
                                        int64_t status)
{
	const struct clause *clause = clauses->clause;
	class_set class = (class_set)(1u << answer_classify(status));
	while (!(clause->answers & class))
		clause++;
	return clause;
}

static void judge_call(struct judge *judge, const struct step *step,
                       const struct answer *answer)
{
	struct clauses clauses;
	model_allowed(&judge->model, step, &clauses);
	const struct clause *clause = find_clause(&clauses, answer->status);
	judge->calls++;
	check_duties(judge, step, answer);
	if (!clause->allowed)
		tell(judge, &(struct finding){.kind = FINDING_ANSWER,
		                              .rule = clause->rule,
		                              .step = step,
		                              .answer = answer,
		                              .clauses = clauses});
	struct step applied = *step;
	enum rule rule = model_check_out(&judge->model, step, clause, answer);
	if (rule != RULE_NONE)
		tell(judge, &(struct finding){.kind = FINDING_OUT,
		                              .rule = rule,
		                              .step = step,
		                              .answer = answer});
	if (rule == RULE_create_delivers_handle)
		applied.out = NAME_NULL; /* nobody holds the handle */
	model_apply(&judge->model, &applied, clause->effect, answer->status);
	check_lost(judge, step);
	check_counts(judge, step, clause, answer);
}

static void judge_step(struct judge *judge, const struct step *step,
                       const struct answer *answer)
{
	if (operations[step->op].is_call) {
		judge_call(judge, step, answer);
	} else {
		model_apply(&judge->model, step, EFFECT_NONE, 0);
		check_lost(judge, step);
	}
}

/* --- Calls that overlap ----------------------------------------------------------- */

/* Looks for an order of the calls that are not `done` in which every answer is
 * allowed, starting in `model`. The order found is left in `order`. */
static bool find_order(struct judge *judge, const struct model *model,
                       unsigned done, size_t depth, size_t order[])
{
	if (depth == judge->overlapping_count)
		return true;
	for (size_t i = 0; i < judge->overlapping_count; i++) {
		const struct step *step = &judge->overlapping[i];
		const struct answer *answer = &judge->overlapping_answers[i];
		struct model *after = &judge->tries[depth];
		struct clauses clauses;
		if (done & (1u << i))
			continue;
		model_allowed(model, step, &clauses);
		const struct clause *clause = find_clause(&clauses, answer->status);
		if (!clause->allowed ||
		    model_check_out(model, step, clause, answer) != RULE_NONE)
			continue;
		model_assign(after, model);
		model_apply(after, step, clause->effect, answer->status);
		order[depth] = i;
		if (find_order(judge, after, done | (1u << i), depth + 1, order))
			return true;
	}
	return false;
}

/* The live context that one of the overlapping calls is given, or NULL. */
static const struct record *context_of(const struct judge *judge, size_t i)
{
	const struct record *record = NULL;
	model_standing(&judge->model, judge->overlapping[i].handle, KIND_CONTEXT,
	               &record);
	return record && record->live ? record : NULL;
}

static bool deletes(const struct step *step)
{
	return step->op == OP_DELETE || (step->op == OP_EXPORT && step->choice);
}

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

/* What the pages warn of: a call that deletes a context which another of the
 * calls uses, and legs of one context. */
static void check_overlap(struct judge *judge)
{
	for (size_t i = 0; i < judge->overlapping_count; i++) {
		const struct step *step = &judge->overlapping[i];
		const struct record *context = context_of(judge, i);
		bool shared = false, legs = false;
		for (size_t j = 0; context && j < judge->overlapping_count; j++) {
			if (j == i || context_of(judge, j) != context)
				continue;
			shared = true;
			legs |= is_leg(step) && is_leg(&judge->overlapping[j]);
		}
		struct finding finding = {.kind = FINDING_DUTY,
		                          .step = step,
		                          .answer = &judge->overlapping_answers[i]};
		finding.rule = RULE_duty_no_concurrent_delete;
		if (shared && deletes(step))
			tell(judge, &finding);
		finding.rule = RULE_duty_no_concurrent_legs;
		if (legs)
			tell(judge, &finding);
	}
}

static bool all_answered(const struct judge *judge)
{
	for (size_t i = 0; i < judge->overlapping_count; i++)
		if (judge->overlapping_answers[i].status > INT32_MAX)
			return false;
	return true;
}

static void apply_unjudged(struct judge *judge, const struct step *step,
                           const struct answer *answer)
{
	struct clauses clauses;
	model_allowed(&judge->model, step, &clauses);
	judge->calls++;
	model_apply(&judge->model, step,
	            find_clause(&clauses, answer->status)->effect,
	            answer->status);
}

/* The calls are judged in an order that explains them. Where none does, that
 * is the finding, and their effects are taken in the order of the text. */
static void judge_overlapping(struct judge *judge)
{
	size_t order[TOGETHER_LIMIT] = {0, 1, 2, 3, 4, 5};
	bool explained = find_order(judge, &judge->model, 0, 0, order);
	bool told = !explained && all_answered(judge);
	check_overlap(judge);
	if (told)
		tell(judge, &(struct finding){.kind = FINDING_ORDER,
		                              .rule = RULE_concurrent_calls_atomic,
		                              .step = &judge->together_step});
	for (size_t i = 0; i < judge->overlapping_count; i++) {
		size_t at = explained ? order[i] : i;
		const struct step *step = &judge->overlapping[at];
		const struct answer *answer = &judge->overlapping_answers[at];
		if (told)
			apply_unjudged(judge, step, answer);
		else
			judge_call(judge, step, answer);
	}
}

static void judge_in_round(struct judge *judge, const struct step *step,
                           const struct answer *answer)
{
	if (step->op == OP_TOGETHER) {
		judge->in_together = true;
		judge->together_step = *step;
		judge->overlapping_count = 0;
	} else if (step->op == OP_END) {
		judge->in_together = false;
		judge_overlapping(judge);
	} else if (judge->in_together) {
		judge->overlapping[judge->overlapping_count] = *step;
		judge->overlapping_answers[judge->overlapping_count++] = *answer;
	} else {
		judge_step(judge, step, answer);
	}
}

/* --- Blocks ------------------------------------------------------------------------ */

static void keep(struct judge *judge, const struct step *step,
                 const struct answer *answers, size_t answer_count)
{
	judge->block = grow(judge->block, &judge->block_capacity,
	                    judge->block_count, sizeof *judge->block);
	judge->block[judge->block_count++] =
		(struct judge_step){.step = *step,
	                            .first_answer = judge->answer_count,
	                            .answers = (uint32_t)answer_count};
	for (size_t i = 0; i < answer_count; i++) {
		judge->answers = grow(judge->answers, &judge->answer_capacity,
		                      judge->answer_count,
		                      sizeof *judge->answers);
		judge->answers[judge->answer_count++] = answers[i];
	}
}

/* The answer for the next round; one without a number stands for all. */
static const struct answer *next_answer(struct judge *judge,
                                        struct judge_step *kept)
{
	const struct answer *answer =
		&judge->answers[kept->first_answer + kept->answer];
	if (answer->times && kept->used == answer->times) {
		answer++;
		kept->answer++;
		kept->used = 0;
	}
	kept->used++;
	return answer;
}

static void judge_repeat(struct judge *judge)
{
	for (judge->round = 1; judge->round <= judge->rounds; judge->round++)
		for (size_t i = 0; i < judge->block_count; i++) {
			struct judge_step *kept = &judge->block[i];
			judge_in_round(judge, &kept->step,
			               kept->answers ? next_answer(judge, kept)
			                             : NULL);
		}
	judge->round = 0;
}

void judge_feed(struct judge *judge, const struct step *step,
                const struct answer *answers, size_t answer_count)
{
	if (step->op == OP_REPEAT) {
		judge->in_repeat = true;
		judge->rounds = step->count;
		judge->block_count = 0;
		judge->answer_count = 0;
	} else if (judge->in_repeat && step->op == OP_END &&
	           !judge->in_together) {
		judge->in_repeat = false;
		judge_repeat(judge);
	} else if (judge->in_repeat) {
		if (step->op == OP_TOGETHER || step->op == OP_END)
			judge->in_together = step->op == OP_TOGETHER;
		keep(judge, step, answers, answer_count);
	} else {
		judge_in_round(judge, step, answers);
	}
}

/* Every name is forgotten; what only it held is lost. */
void judge_end(struct judge *judge)
{
	for (size_t i = 0; i < judge->model.value_count; i++) {
		struct step step = step_make(OP_FORGET);
		step.out = step.buffer = (name_id)i;
		model_apply(&judge->model, &step, EFFECT_NONE, 0);
		if (judge->model.lost != RULE_NONE)
			tell(judge,
			     &(struct finding){.kind = FINDING_LOST,
			                       .rule = judge->model.lost,
			                       .line = judge->model.lost_line,
			                       .created = judge->model.lost_line});
	}
}

void judge_scenario(struct judge *judge, const struct scenario *scenario)
{
	const struct answer *answers = scenario->answers;
	for (size_t i = 0; i < scenario->count; i++) {
		judge_feed(judge, &scenario->steps[i], answers,
		           scenario->answers_of[i]);
		answers += scenario->answers_of[i];
	}
	judge_end(judge);
}

/* --- The allowed answers in words --------------------------------------------------- */

enum {
	SUCCESSES = CLASS_SET(OK) | CLASS_SET(CONTINUE) | CLASS_SET(COMPLETE) |
	            CLASS_SET(OTHER_SUCCESS),
	ERRORS = CLASS_SET(INCOMPLETE) | CLASS_SET(INVALID_HANDLE) |
	         CLASS_SET(UNSUPPORTED) | CLASS_SET(NO_MEMORY) |
	         CLASS_SET(REJECTION) | CLASS_SET(NO_CREDENTIALS) |
	         CLASS_SET(OTHER_ERROR)
};

static const struct {
	class_set classes;
	const char *words;
} class_words[] = {
	/* Larger sets first: each takes the classes it names out of the rest. */
	{SUCCESSES, "any success"},
	{ERRORS, "any error"},
	{ERRORS & ~CLASS_SET(INVALID_HANDLE),
	 "any error but SEC_E_INVALID_HANDLE"},
	{ERRORS & ~CLASS_SET(UNSUPPORTED),
	 "any error but SEC_E_UNSUPPORTED_FUNCTION"},
	{ERRORS & ~(CLASS_SET(INVALID_HANDLE) | CLASS_SET(UNSUPPORTED)),
	 "any error but SEC_E_INVALID_HANDLE and SEC_E_UNSUPPORTED_FUNCTION"},
	{CLASS_SET(OK), "SEC_E_OK"},
	{CLASS_SET(INVALID_HANDLE), "SEC_E_INVALID_HANDLE"},
	{CLASS_SET(UNSUPPORTED), "SEC_E_UNSUPPORTED_FUNCTION"},
	{CLASS_SET(NO_CREDENTIALS), "SEC_E_NO_CREDENTIALS"},
};

void judge_allowed_text(struct letters *out, const struct clauses *clauses)
{
	unsigned seen = 0, allowed = 0;
	size_t start = out->length;
	for (size_t i = 0; i < clauses->count; i++) {
		if (clauses->clause[i].allowed)
			allowed |= clauses->clause[i].answers & ~seen;
		seen |= clauses->clause[i].answers;
	}
	for (size_t i = 0; i < sizeof class_words / sizeof *class_words; i++) {
		class_set classes = class_words[i].classes;
		if ((allowed & classes) != classes)
			continue;
		allowed &= ~(unsigned)classes;
		if (out->length > start)
			text_append(out, " or ");
		text_append(out, class_words[i].words);
	}
}
