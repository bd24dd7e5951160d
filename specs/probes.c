/*
 * probes.c: the calls that show what a step did to other handles.
 */
#include "verdict.h"

static void ignore(void *context, const struct finding *finding)
{
	(void)context;
	(void)finding;
}

/* The last step of a beginning, or the one that opens the block which ends there. */
static size_t last_unit(const struct scenario *trace, size_t prefix)
{
	size_t at = prefix, depth = 0;
	do {
		uint8_t op = trace->steps[--at].op;
		depth += op == OP_END;
		depth -= op == OP_REPEAT || op == OP_TOGETHER;
	} while (depth);
	return at;
}

static bool holds(const struct model *model, name_id name, record_id record)
{
	struct value value = model_value(model, name);
	return value.kind == VALUE_ISSUED && value.record == record &&
	       model->records[record].live;
}

static void add(struct scenario *probed, const struct step *step)
{
	struct step added = *step;
	added.line = (uint32_t)probed->count + 1;
	scenario_add(probed, &added, NULL, 0);
}

static void add_probe(struct scenario *probed, name_id name, enum kind kind)
{
	struct step step = step_make(OP_QUERY);
	step.handle = name;
	step.choice = ATTRIBUTE_SIZES;
	if (kind == KIND_CREDENTIAL) {
		step = step_make(OP_INIT);
		step.out = NAME_NULL;
		step.credential = name;
		add(probed, &step);
		step = step_make(OP_USE);
		step.handle = name;
		step.choice = FUNCTION_QUERY_CREDENTIALS;
	}
	add(probed, &step);
}

/* Appends probes of what is live both before and after, by one of its names.
 * @return their number */
static size_t add_probes(struct scenario *probed, const struct model *before,
                         const struct model *after)
{
	size_t count = probed->count;
	for (record_id i = 0; i < before->record_count; i++) {
		name_id name = 0;
		while (name < before->value_count &&
		       !(holds(before, name, i) && holds(after, name, i)))
			name++;
		if (name < before->value_count)
			add_probe(probed, name,
			          (enum kind)before->records[i].kind);
	}
	return probed->count - count;
}

size_t verdict_probes(struct scenario *probed, const struct scenario *trace,
                      size_t prefix)
{
	struct judge judge;
	struct model before;
	const struct answer *answers = trace->answers;
	size_t last, added;
	if (prefix > trace->count)
		return 0;
	last = last_unit(trace, prefix);
	judge_init(&judge, ignore, NULL);
	model_init(&before);
	scenario_reset(probed);
	names_copy(&probed->names, &trace->names);
	for (size_t i = 0; i < prefix; i++) {
		if (i == last)
			model_assign(&before, &judge.model);
		judge_feed(&judge, &trace->steps[i], answers,
		           trace->answers_of[i]);
		answers += trace->answers_of[i];
	}
	for (size_t i = 0; i < last; i++)
		add(probed, &trace->steps[i]);
	add_probes(probed, &before, &judge.model);
	for (size_t i = last; i < prefix; i++)
		add(probed, &trace->steps[i]);
	added = add_probes(probed, &before, &judge.model);
	model_free(&before);
	judge_free(&judge);
	return added;
}
