/*
 * tidy.c: see tidy.h. The model plays the implementation.
 */
#include "tidy.h"

#include "../../ref/sspi.h"
#include "../../specs/model.h"

/* Carries out a step in the model. */
static void carry_out(struct model *model, const struct step *step)
{
	static const int64_t answers[] = {SEC_E_OK, SEC_I_CONTINUE_NEEDED,
	                                  SEC_E_INVALID_HANDLE};
	enum { COUNT = sizeof answers / sizeof *answers };
	struct clauses clauses;
	enum effect effect = EFFECT_NONE;
	int at = 0;
	if (operations[step->op].is_call) {
		model_allowed(model, step, &clauses);
		while (at < COUNT - 1 && !model_clause(&clauses, answers[at])->allowed)
			at++;
		effect = model_clause(&clauses, answers[at])->effect;
	}
	model_apply(model, step, effect, answers[at]);
}

static void end_with(struct scenario *scenario, struct model *model,
                     const struct step *step)
{
	scenario_add(scenario, step, NULL, 0);
	carry_out(model, step);
}

/* Ends what names hold that is of a kind. */
static void end_handles(struct scenario *scenario, struct model *model, enum kind kind)
{
	struct step step = step_make(kind == KIND_CONTEXT ? OP_DELETE : OP_FREE);
	for (name_id name = 0; name < scenario->names.name_count; name++) {
		step.handle = name;
		if (names_get(&scenario->names, name)->settled == NAME_HANDLE &&
		    model_standing(model, name, kind, NULL) == STANDING_LIVE)
			end_with(scenario, model, &step);
	}
}

static void release_buffers(struct scenario *scenario, struct model *model)
{
	struct step step = step_make(OP_RELEASE);
	for (name_id name = 0; name < scenario->names.name_count; name++) {
		step.buffer = name;
		if (names_get(&scenario->names, name)->settled == NAME_BUFFER &&
		    model_buffer(model, name).state == BUFFER_LIVE)
			end_with(scenario, model, &step);
	}
}

void tidy(struct scenario *scenario)
{
	struct model model;
	model_init(&model);
	for (size_t i = 0; i < scenario->count; i++)
		carry_out(&model, &scenario->steps[i]);
	end_handles(scenario, &model, KIND_CONTEXT);
	release_buffers(scenario, &model);
	end_handles(scenario, &model, KIND_CREDENTIAL);
	model_free(&model);
}
