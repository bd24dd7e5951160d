/*
 * seen.c: what a recorder saw beside the answer, and what it must be by the
 * rules: the struct that a call could write, and counts of what is held.
 */
#include "model.h"

static enum rule untouched_rule(const struct step *step, int64_t status)
{
	switch (step->op) {
	case OP_ACQUIRE: return RULE_acquire_failed_creates_nothing;
	case OP_IMPORT: return RULE_import_failed_creates_nothing;
	case OP_DELETE: return RULE_delete_struct_untouched;
	case OP_INIT:
	case OP_ACCEPT:
		if (step->handle != NAME_ABSENT)
			return RULE_later_leg_failed_out_untouched;
		return answer_classify(status) == CLASS_INCOMPLETE
		           ? RULE_first_leg_incomplete_creates_nothing
		           : RULE_first_leg_failed_out_untouched;
	default: return RULE_in_struct_untouched;
	}
}

static bool same_value(struct value a, struct value b)
{
	return a.kind == b.kind && a.record == b.record &&
	       a.kind != VALUE_GARBAGE; /* of which there are many */
}

/* A handle was issued: it must be a value no name holds or ever held. A struct
 * that kept an issued handle may have been given that one again. */
static enum rule check_created(const struct model *model,
                               const struct step *step, enum seen_out out,
                               name_id equal)
{
	struct value value;
	if (out == OUT_NEW)
		return RULE_NONE;
	value = model_value(model, out == OUT_KEPT ? step->out : equal);
	if (out == OUT_KEPT && value.kind != VALUE_ISSUED)
		return RULE_create_delivers_handle;
	if (value.kind < VALUE_GARBAGE)
		return RULE_create_never_reserved;
	if (value.kind == VALUE_GARBAGE || value.kind == VALUE_SWAPPED)
		return RULE_create_never_confusable;
	if (value.kind == VALUE_AHEAD)
		return RULE_NONE; /* its turn has come */
	return model->records[value.record].live ? RULE_create_fresh
	                                         : RULE_create_never_reissues;
}

/* A later leg succeeded: the out struct must hold what phContext holds. */
static enum rule check_continued(const struct model *model,
                                 const struct step *step, enum seen_out out,
                                 name_id equal)
{
	name_id seen = out == OUT_KEPT ? step->out : equal;
	bool same = out != OUT_NEW && same_value(model_value(model, seen),
	                                         model_value(model, step->handle));
	return same ? RULE_NONE : RULE_later_leg_same_handle;
}

enum rule model_check_out(const struct model *model, const struct step *step,
                          const struct clause *clause,
                          const struct answer *answer)
{
	name_id written = step->out == NAME_ABSENT ? step->handle : step->out;
	enum seen_out out = answer->out;
	if (out == OUT_UNSEEN || written == NAME_NULL || !clause->allowed)
		return RULE_NONE;
	if (out == OUT_EQUAL && same_value(model_value(model, answer->equal),
	                                   model_value(model, written)))
		out = OUT_KEPT;
	if (clause->effect == EFFECT_CREATE)
		return check_created(model, step, out, answer->equal);
	if (clause->effect == EFFECT_ADVANCE)
		return check_continued(model, step, out, answer->equal);
	return out == OUT_KEPT ? RULE_NONE
	                       : untouched_rule(step, answer->status);
}

static bool creates(const struct step *step)
{
	return step->op == OP_ACQUIRE || step->op == OP_IMPORT ||
	       ((step->op == OP_INIT || step->op == OP_ACCEPT) &&
	        step->handle == NAME_ABSENT);
}

static enum rule too_many_rule(const struct step *step,
                               const struct clause *clause, enum counter counter)
{
	if (counter == COUNTER_BUFFERS)
		return RULE_release_frees;
	if (creates(step) &&
	    (counter == COUNTER_CREDENTIALS) == (step->op == OP_ACQUIRE))
		return clause->rule; /* nothing, or more than one, was to be created */
	if (counter == COUNTER_CREDENTIALS)
		return RULE_credential_released_when_unneeded;
	if (clause->effect == EFFECT_EXPORT || clause->effect == EFFECT_ADVANCE)
		return clause->rule;
	return RULE_delete_releases_all;
}

static enum rule too_few_rule(const struct step *step,
                              const struct clause *clause, enum counter counter)
{
	if (counter == COUNTER_BUFFERS)
		return step->op == OP_DELETE ? RULE_delete_spares_buffers
		                             : RULE_buffer_outlives_context;
	if (clause->effect == EFFECT_CREATE &&
	    (counter == COUNTER_CREDENTIALS) == (step->op == OP_ACQUIRE))
		return clause->rule; /* the creation created nothing */
	if (counter == COUNTER_CREDENTIALS)
		return RULE_credential_kept_while_needed;
	if (clause->effect == EFFECT_STALL)
		return clause->rule;
	return step->op == OP_EXPORT ? RULE_export_keeps_context
	                             : RULE_others_untouched;
}

enum rule model_check_count(const struct model *model, const struct step *step,
                            const struct clause *clause, enum counter counter,
                            uint32_t seen)
{
	struct range wanted = model->counts[counter];
	if (seen == COUNT_UNSEEN || (wanted.least <= seen && seen <= wanted.most))
		return RULE_NONE;
	if (counter == COUNTER_RESIDUE)
		return RULE_delete_wipes_keys;
	return seen > wanted.most ? too_many_rule(step, clause, counter)
	                          : too_few_rule(step, clause, counter);
}
