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
	free(judge->told);
	free(judge->answers);
	*judge = (struct judge){0};
}

/* --- One call ------------------------------------------------------------------ */

/* Whether the round at hand is not the first in which a step breaks a rule. */
static bool was_told(struct judge *judge, const struct finding *finding)
{
	for (size_t i = 0; i < judge->told_count; i++)
		if (judge->told[i].line == finding->line &&
		    judge->told[i].rule == finding->rule)
			return true;
	judge->told = grow(judge->told, &judge->told_capacity, judge->told_count,
	                   sizeof *judge->told);
	judge->told[judge->told_count++] =
		(struct judge_told){finding->line, finding->rule};
	return false;
}

static void tell(struct judge *judge, struct finding *finding)
{
	finding->round = judge->round;
	if (finding->step && !finding->line)
		finding->line = finding->step->line;
	if (judge->round && was_told(judge, finding))
		return;
	judge->report(judge->context, finding);
}

static void check_duties(struct judge *judge, const struct step *step,
                         const struct answer *answer)
{
	enum rule duties[DUTY_LIMIT];
	if (judge->trusts_caller)
		return;
	size_t count = model_duties(&judge->model, step, duties);
	for (size_t i = 0; i < count; i++)
		tell(judge, &(struct finding){.kind = FINDING_DUTY,
		                              .rule = duties[i],
		                              .step = step,
		                              .answer = answer});
}

static void check_lost(struct judge *judge, const struct step *step)
{
	if (judge->model.lost != RULE_NONE && !judge->trusts_caller)
		tell(judge, &(struct finding){.kind = FINDING_LOST,
		                              .rule = judge->model.lost,
		                              .step = step,
		                              .created = judge->model.lost_line});
}

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

/* Whether a call's own effect can change a count. */
static bool concerns(const struct step *step, enum counter counter)
{
	bool contexts = is_leg(step) || step->op == OP_IMPORT ||
	                step->op == OP_DELETE || step->op == OP_EXPORT;
	switch (counter) {
	case COUNTER_CONTEXTS: return contexts;
	case COUNTER_CREDENTIALS:
		return contexts || step->op == OP_ACQUIRE || step->op == OP_FREE;
	case COUNTER_BUFFERS:
		return step->op == OP_RELEASE || step->op == OP_QUERY ||
		       step->op == OP_EXPORT;
	default: return false;
	}
}

/* Whether a count is further off than it was before. */
static bool is_worse(int64_t difference, int64_t before)
{
	return difference > 0 ? difference > before : difference < before;
}

/* How far a count is off, of what it may be that which is nearest to before. */
static int64_t difference_of(uint32_t seen, struct range wanted, int64_t before)
{
	int64_t least = (int64_t)seen - wanted.most;
	int64_t most = (int64_t)seen - wanted.least;
	if (before < least)
		return least;
	return before > most ? most : before;
}

/* A difference that was told before is no new finding, and neither is one that
 * shrinks; after an answer that is a finding itself, what the call may have done
 * is part of that. */
static void check_count(struct judge *judge, const struct step *step,
                        const struct clause *clause, const struct answer *answer,
                        enum counter counter)
{
	uint32_t seen = answer->counts[counter];
	struct range wanted = judge->model.counts[counter];
	int64_t difference = difference_of(seen, wanted, judge->bias[counter]);
	enum rule rule =
		model_check_count(&judge->model, step, clause, counter, seen);
	if (rule != RULE_NONE && is_worse(difference, judge->bias[counter]) &&
	    (clause->allowed || !concerns(step, counter)))
		tell(judge, &(struct finding){.kind = FINDING_COUNT,
		                              .rule = rule,
		                              .step = step,
		                              .answer = answer,
		                              .counter = counter,
		                              .wanted = wanted});
	judge->bias[counter] = difference;
}

static void check_counts(struct judge *judge, const struct step *step,
                         const struct clause *clause,
                         const struct answer *answer)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		if (answer->counts[i] != COUNT_UNSEEN)
			check_count(judge, step, clause, answer,
			            (enum counter)i);
}

static void hear(struct judge *judge, const struct step *step,
                 const struct answer *answer, const struct clauses *clauses,
                 const struct clause *decided, enum rule broken)
{
	judge->hear(judge->context,
	            &(struct hearing){.model = &judge->model,
	                              .step = step,
	                              .answer = answer,
	                              .round = judge->round,
	                              .in_together = judge->in_together,
	                              .clauses = clauses,
	                              .decided = decided,
	                              .broken = broken});
}

static void judge_call(struct judge *judge, const struct step *step,
                       const struct answer *answer)
{
	struct clauses clauses;
	model_allowed(&judge->model, step, &clauses);
	const struct clause *clause = model_clause(&clauses, answer->status);
	judge->calls++;
	check_duties(judge, step, answer);
	if (!clause->allowed)
		tell(judge, &(struct finding){.kind = FINDING_ANSWER,
		                              .rule = clause->rule,
		                              .step = step,
		                              .answer = answer,
		                              .clauses = clauses});
	const struct step *applied = step;
	struct step unheld;
	enum rule rule = model_check_out(&judge->model, step, clause, answer);
	if (rule != RULE_NONE)
		tell(judge, &(struct finding){.kind = FINDING_OUT,
		                              .rule = rule,
		                              .step = step,
		                              .answer = answer});
	if (judge->hear)
		hear(judge, step, answer, &clauses, clause,
		     clause->allowed ? rule : clause->rule);
	if (rule == RULE_create_delivers_handle) {
		unheld = *step;
		unheld.out = NAME_NULL; /* nobody holds the handle */
		applied = &unheld;
	}
	model_apply(&judge->model, applied, clause->effect, answer->status);
	check_lost(judge, step);
	check_counts(judge, step, clause, answer);
}

void judge_step(struct judge *judge, const struct step *step,
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

/* A search through the orders of overlapping calls. */
struct search {
	size_t order[TOGETHER_LIMIT]; /* of the calls so far, or found */
	unsigned done;                /* the calls so far, as bits */
	unsigned denied;              /* answers that may still be denied */
	bool all;                     /* look at every order, find none */
	unsigned allowed;             /* calls whose answer some order allows */
};

static bool find_order(struct judge *judge, const struct model *model,
                       size_t depth, struct search *search);

/* Whether the orders that go on with call `i` have one that is looked for. */
static bool goes_on(struct judge *judge, const struct model *model, size_t depth,
                    size_t i, struct search *search)
{
	const struct step *step = &judge->overlapping[i];
	const struct answer *answer = &judge->overlapping_answers[i];
	struct model *after = &judge->tries[depth];
	struct clauses clauses;
	model_allowed(model, step, &clauses);
	const struct clause *clause = model_clause(&clauses, answer->status);
	bool allowed =
		clause->allowed &&
		model_check_out(model, step, clause, answer) == RULE_NONE;
	if (allowed)
		search->allowed |= 1u << i;
	if (!allowed && search->denied == 0)
		return false;
	model_assign(after, model);
	model_apply(after, step, clause->effect, answer->status);
	search->order[depth] = i;
	search->done |= 1u << i;
	search->denied -= !allowed;
	bool found = find_order(judge, after, depth + 1, search);
	search->denied += !allowed;
	search->done &= ~(1u << i);
	return found;
}

/* Goes through the orders of the calls that are not done, starting in `model`. */
static bool find_order(struct judge *judge, const struct model *model,
                       size_t depth, struct search *search)
{
	bool found = depth == judge->overlapping_count && !search->all;
	for (size_t i = 0; !found && i < judge->overlapping_count; i++)
		if (!(search->done & (1u << i)))
			found = goes_on(judge, model, depth, i, search);
	return found;
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

/* Judges a call whose answer is part of a finding already. */
static void judge_all_but_answer(struct judge *judge, const struct step *step,
                                 const struct answer *answer)
{
	struct clauses clauses;
	model_allowed(&judge->model, step, &clauses);
	judge->calls++;
	check_duties(judge, step, answer);
	if (judge->hear)
		hear(judge, step, answer, &clauses, NULL, RULE_NONE);
	model_apply(&judge->model, step,
	            model_clause(&clauses, answer->status)->effect,
	            answer->status);
	check_lost(judge, step);
}

/* The calls are judged in the first order that denies the fewest answers. If
 * that is not none although each answer is allowed in some order, no single
 * answer is at fault: the order is the finding. */
static void judge_overlapping(struct judge *judge)
{
	struct search search = {.denied = 0}, every = {.all = true};
	unsigned calls = (1u << judge->overlapping_count) - 1;
	while (!find_order(judge, &judge->model, 0, &search))
		search.denied++;
	if (search.denied) {
		every.denied = TOGETHER_LIMIT;
		find_order(judge, &judge->model, 0, &every);
	}
	check_overlap(judge);
	if (search.denied && every.allowed == calls)
		tell(judge, &(struct finding){.kind = FINDING_ORDER,
		                              .rule = RULE_concurrent_calls_atomic,
		                              .step = &judge->together_step});
	for (size_t i = 0; i < judge->overlapping_count; i++) {
		const struct step *step = &judge->overlapping[search.order[i]];
		const struct answer *answer =
			&judge->overlapping_answers[search.order[i]];
		if (search.denied && every.allowed == calls)
			judge_all_but_answer(judge, step, answer);
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
		judge_overlapping(judge);
		judge->in_together = false;
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
	judge->told_count = 0;
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

class_set judge_allowed(const struct clauses *clauses)
{
	unsigned seen = 0, allowed = 0;
	for (size_t i = 0; i < clauses->count; i++) {
		if (clauses->clause[i].allowed)
			allowed |= clauses->clause[i].answers & ~seen;
		seen |= clauses->clause[i].answers;
	}
	return (class_set)allowed;
}

enum {
	SUCCESSES = CLASS_SET(OK) | CLASS_SET(CONTINUE) | CLASS_SET(COMPLETE) |
	            CLASS_SET(OTHER_SUCCESS)
};

/* Statuses that are a class of their own: allowed alone, or denied alone. */
static const struct {
	class_set class;
	const char *name;
} alone[] = {
	{CLASS_SET(OK), "SEC_E_OK"},
	{CLASS_SET(INVALID_HANDLE), "SEC_E_INVALID_HANDLE"},
	{CLASS_SET(UNSUPPORTED), "SEC_E_UNSUPPORTED_FUNCTION"},
	{CLASS_SET(NO_MEMORY), "SEC_E_INSUFFICIENT_MEMORY"},
	{CLASS_SET(NO_CREDENTIALS), "SEC_E_NO_CREDENTIALS"},
};
enum { ALONE_COUNT = sizeof alone / sizeof *alone };

/* Appends what stands between answers, but for the first one. */
static void put_or(struct letters *out, size_t start,
                   const struct judge_phrases *phrases)
{
	if (out->length > start)
		text_append(out, phrases->or);
}

/* Appends errors, but for those that are not allowed. */
static void put_errors(struct letters *out, class_set allowed,
                       const struct judge_phrases *phrases)
{
	bool is_first = true;
	text_append(out, phrases->any_error);
	for (int i = 1; i < ALONE_COUNT; i++) {
		if (allowed & alone[i].class)
			continue;
		text_append(out, is_first ? phrases->but : phrases->and);
		text_append(out, alone[i].name);
		is_first = false;
	}
	text_append(out, phrases->error_end);
}

void judge_allowed_as(struct letters *out, const struct clauses *clauses,
                      const struct judge_phrases *phrases)
{
	class_set left = judge_allowed(clauses);
	size_t start = out->length;
	if ((left & SUCCESSES) == SUCCESSES) {
		text_append(out, phrases->any_success);
		left &= (class_set)~SUCCESSES;
	}
	if (left & CLASS_SET(OTHER_ERROR)) {
		put_or(out, start, phrases);
		put_errors(out, left, phrases);
		left &= CLASS_SET(OK);
	}
	for (int i = 0; i < ALONE_COUNT; i++) {
		if (!(left & alone[i].class))
			continue;
		put_or(out, start, phrases);
		text_append(out, phrases->is);
		text_append(out, alone[i].name);
	}
}

void judge_allowed_text(struct letters *out, const struct clauses *clauses)
{
	static const struct judge_phrases words = {
		"any success", "any error", " but ", " and ", "", "", " or "};
	judge_allowed_as(out, clauses, &words);
}
