/*
 * deviations.c: known deviations: whether one is what was seen, and whether a call
 * could have shown it.
 */
#include "deviations.h"

#include <stdlib.h>
#include <string.h>

#include "tell.h"

/* --- Answers ------------------------------------------------------------------- */

static bool is_name_of(const char *answer, int64_t status)
{
	struct letters text = {0};
	text_print_status(&text, status);
	bool same = text.length == strlen(answer) &&
	            memcmp(text.text, answer, text.length) == 0;
	free(text.text);
	return same;
}

bool deviation_answer_valid(const char *answer)
{
	struct names names;
	int64_t status = ANSWER_CRASH;
	if (strcmp(answer, "success") == 0 || strcmp(answer, "error") == 0)
		return true;
	names_init(&names);
	const struct word *word = names_word(&names, answer, strlen(answer));
	if (word && word->kind == WORD_STATUS)
		status = word->value;
	else if (strncmp(answer, "0x", 2) == 0)
		status = (int32_t)(uint32_t)strtoul(answer, NULL, 16);
	names_free(&names);
	return is_name_of(answer, status) || is_name_of(answer, ANSWER_HANG);
}

static bool is_answer(const char *answer, int64_t status)
{
	if (!answer)
		return true;
	if (strcmp(answer, "success") == 0)
		return status >= 0 && status <= INT32_MAX;
	if (strcmp(answer, "error") == 0)
		return status < 0;
	return is_name_of(answer, status);
}

/* --- Operations ---------------------------------------------------------------- */

bool deviation_names(const struct deviation *deviation, const char *call)
{
	const char *operation = deviation->operation;
	size_t length = operation ? strlen(operation) : 0;
	return !operation || (strncmp(operation, call, length) == 0 &&
	                      (call[length] == '\0' || call[length] == ' '));
}

static bool names_step(const struct deviation *deviation, const struct step *step)
{
	struct letters call = {0};
	if (!deviation->operation || !step)
		return true;
	tell_call(&call, step);
	text_format(&call, "%s", ""); /* it ends with 0 */
	bool names = deviation_names(deviation, call.text);
	free(call.text);
	return names;
}

/* Whether some call of an operation is so named. */
static bool is_call_of(const char *operation, enum operation op, unsigned choices)
{
	const struct deviation deviation = {.operation = operation};
	struct step step = step_make(op);
	for (unsigned i = 0; i < choices; i++) {
		step.choice = (uint8_t)i;
		if (names_step(&deviation, &step))
			return true;
	}
	return false;
}

bool deviation_operation_valid(const char *operation)
{
	for (unsigned op = 0; op < OP_COUNT; op++) {
		unsigned choices = op == OP_USE     ? FUNCTION_COUNT
		                   : op == OP_QUERY ? ATTRIBUTE_COUNT
		                                    : 1;
		if ((operations[op].is_call || op == OP_END) &&
		    is_call_of(operation, (enum operation)op, choices))
			return true;
	}
	return false;
}

/* --- Whether a call tries a rule ----------------------------------------------- */

/* Whether something else in the struct would have broken the rule. */
static bool tries_by_struct(const struct hearing *hearing, enum rule rule)
{
	struct answer other = *hearing->answer;
	if (other.out == OUT_UNSEEN)
		return false;
	other.out = OUT_NEW;
	if (model_check_out(hearing->model, hearing->step, hearing->decided,
	                    &other) == rule)
		return true;
	other.out = OUT_EQUAL; /* to its own value as well */
	for (other.equal = 0; other.equal < hearing->model->value_count;
	     other.equal++)
		if (model_check_out(hearing->model, hearing->step,
		                    hearing->decided, &other) == rule)
			return true;
	return false;
}

static bool breaks_by_count(const struct hearing *hearing, enum counter counter,
                            uint32_t seen, enum rule rule)
{
	return model_check_count(hearing->model, hearing->step, hearing->decided,
	                         counter, seen) == rule;
}

/* Whether another count would have. */
static bool tries_by_count(const struct hearing *hearing, enum rule rule)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		struct range wanted = hearing->model->counts[i];
		if (hearing->answer->counts[i] == COUNT_UNSEEN)
			continue;
		if (breaks_by_count(hearing, (enum counter)i, wanted.most + 1,
		                    rule) ||
		    (wanted.least && breaks_by_count(hearing, (enum counter)i,
		                                     wanted.least - 1, rule)))
			return true;
	}
	return false;
}

bool deviation_is_tried(const struct deviation *deviation,
                        const struct hearing *hearing)
{
	enum rule rule = deviation->rule;
	if (!names_step(deviation, hearing->step))
		return false;
	if (hearing->in_together && rule == RULE_concurrent_calls_atomic)
		return true;
	return hearing->decided && (hearing->decided->rule == rule ||
	                            tries_by_struct(hearing, rule) ||
	                            tries_by_count(hearing, rule));
}

/* --- Deviations ---------------------------------------------------------------- */

bool deviation_is_about(const struct deviation *deviation, const char *scenario)
{
	return !deviation->scenario || strcmp(deviation->scenario, scenario) == 0;
}

bool deviation_lists(const struct deviation *deviation,
                     const struct finding *finding)
{
	return deviation->rule == finding->rule &&
	       names_step(deviation, finding->step) &&
	       (!finding->answer || is_answer(deviation->answer,
	                                      finding->answer->status));
}

enum verdict deviation_verdict(const struct deviation *deviation)
{
	if (deviation->seen)
		return VERDICT_KNOWN_DEVIATION;
	return deviation->exercised ? VERDICT_UNEXPECTED_PASS : VERDICT_UNRESOLVED;
}
