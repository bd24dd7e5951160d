/*
 * duties.c: what a call says about its caller, whatever is answered. Duties
 * that are broken by losing a live handle are found in model.c, where names let
 * go of records.
 */
#include "model.h"

struct duties {
	enum rule *rule;
	size_t count;
};

static void breach(struct duties *duties, enum rule rule)
{
	if (duties->count < DUTY_LIMIT)
		duties->rule[duties->count++] = rule;
}

static void check_delete(const struct model *model, const struct step *step,
                         struct duties *duties)
{
	enum standing standing =
		model_standing(model, step->handle, KIND_CONTEXT, NULL);
	if (standing == STANDING_ENDED)
		breach(duties, RULE_duty_delete_once);
	else if (standing != STANDING_LIVE)
		breach(duties, RULE_duty_delete_only_created);
}

static void check_free(const struct model *model, const struct step *step,
                       struct duties *duties)
{
	const struct record *record = NULL;
	enum standing standing =
		model_standing(model, step->handle, KIND_CREDENTIAL, &record);
	if (standing == STANDING_ENDED)
		breach(duties, RULE_duty_free_once);
	else if (standing != STANDING_LIVE)
		breach(duties, RULE_duty_use_only_created);
	else if (record->users > record->lost_users) /* the lost were told */
		breach(duties, RULE_duty_free_after_contexts);
}

static void check_handle(const struct model *model, name_id name, enum kind kind,
                         struct duties *duties)
{
	enum standing standing = model_standing(model, name, kind, NULL);
	if (standing == STANDING_ENDED)
		breach(duties, kind == KIND_CONTEXT ? RULE_duty_no_use_after_delete
		                                    : RULE_duty_no_use_after_free);
	else if (standing != STANDING_LIVE)
		breach(duties, RULE_duty_use_only_created);
}

static void check_leg(const struct model *model, const struct step *step,
                      struct duties *duties)
{
	const struct record *context = NULL;
	struct value credential = model_value(model, step->credential);
	bool is_first = step->handle == NAME_ABSENT;
	if (is_first && step->out == NAME_NULL)
		breach(duties, RULE_duty_pass_out_handle);
	if (is_first || step->credential != NAME_NULL)
		check_handle(model, step->credential, KIND_CREDENTIAL, duties);
	if (is_first)
		return;
	check_handle(model, step->handle, KIND_CONTEXT, duties);
	if (model_standing(model, step->handle, KIND_CONTEXT, &context) ==
	            STANDING_LIVE &&
	    model_standing(model, step->credential, KIND_CREDENTIAL, NULL) ==
	            STANDING_LIVE &&
	    context->side != SIDE_IMPORTED &&
	    context->credential != credential.record)
		breach(duties, RULE_duty_same_credential);
}

size_t model_duties(const struct model *model, const struct step *step,
                    enum rule rules[DUTY_LIMIT])
{
	struct duties duties = {rules, 0};
	switch (step->op) {
	case OP_DELETE: check_delete(model, step, &duties); break;
	case OP_FREE: check_free(model, step, &duties); break;
	case OP_INIT:
	case OP_ACCEPT: check_leg(model, step, &duties); break;
	case OP_ACQUIRE:
	case OP_IMPORT:
		if (step->out == NAME_NULL)
			breach(&duties, RULE_duty_pass_out_handle);
		break;
	case OP_COMPLETE:
	case OP_QUERY:
	case OP_EXPORT:
	case OP_USE:
		check_handle(model, step->handle, model_handle_kind(step),
		             &duties);
		break;
	case OP_RELEASE:
		if (model_buffer(model, step->buffer).state != BUFFER_LIVE)
			breach(&duties, RULE_duty_release_only_handed_out);
		break;
	default: break;
	}
	return duties.count;
}
