/*
 * model.c: the model's memory: records of issued handles, what names hold, and
 * the effects of operations.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "../ref/sspi.h"
#include "grow.h"

static const struct value zero_value = {.kind = VALUE_ZERO,
                                        .record = RECORD_NONE};

/* --- Memory -------------------------------------------------------------------- */

void model_init(struct model *model)
{
	*model = (struct model){0};
}

void model_reset(struct model *model)
{
	model->value_count = 0;
	model->record_count = 0;
	model->spare_count = 0;
	model->created = 0;
	model->ended = 0;
	memset(model->counts, 0, sizeof model->counts);
	memset(model->support, 0, sizeof model->support);
}

static void *assign_array(void *to, size_t *capacity, const void *from,
                          size_t count, size_t size)
{
	to = grow(to, capacity, count, size);
	if (count)
		memcpy(to, from, count * size);
	return to;
}

void model_assign(struct model *to, const struct model *from)
{
	struct model old = *to;
	*to = *from;
	to->values = assign_array(old.values, &old.value_capacity, from->values,
	                          from->value_count, sizeof *to->values);
	to->value_capacity = old.value_capacity;
	to->buffers = assign_array(old.buffers, &old.buffer_capacity, from->buffers,
	                           from->value_count, sizeof *to->buffers);
	to->buffer_capacity = old.buffer_capacity;
	to->records = assign_array(old.records, &old.record_capacity, from->records,
	                           from->record_count, sizeof *to->records);
	to->record_capacity = old.record_capacity;
	to->spare = assign_array(old.spare, &old.spare_capacity, from->spare,
	                         from->spare_count, sizeof *to->spare);
	to->spare_capacity = old.spare_capacity;
}

void model_free(struct model *model)
{
	free(model->values);
	free(model->buffers);
	free(model->records);
	free(model->spare);
	*model = (struct model){0};
}

/* --- Looking --------------------------------------------------------------------- */

struct value model_value(const struct model *model, name_id name)
{
	return name < model->value_count ? model->values[name] : zero_value;
}

struct buffer model_buffer(const struct model *model, name_id name)
{
	return name < model->value_count ? model->buffers[name]
	                                 : (struct buffer){0};
}

enum standing model_standing(const struct model *model, name_id name,
                             enum kind kind, const struct record **record)
{
	if (name == NAME_NULL)
		return STANDING_NULL;
	struct value value = model_value(model, name);
	if (value.kind != VALUE_ISSUED ||
	    model->records[value.record].kind != kind)
		return STANDING_NEVER;
	if (record)
		*record = &model->records[value.record];
	return model->records[value.record].live ? STANDING_LIVE
	                                         : STANDING_ENDED;
}

bool model_is_empty(const struct model *model)
{
	bool is_empty = true;
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		is_empty &= model->counts[i].most == 0;
	return is_empty;
}

unsigned model_function(const struct step *step)
{
	return step->op == OP_USE ? (unsigned)OP_COUNT + step->choice : step->op;
}

enum kind model_handle_kind(const struct step *step)
{
	if (step->op == OP_FREE)
		return KIND_CREDENTIAL;
	return step->op == OP_USE ? functions[step->choice].kind : KIND_CONTEXT;
}

/* --- Records ------------------------------------------------------------------------ */

static record_id take_record(struct model *model)
{
	if (model->spare_count)
		return model->spare[--model->spare_count];
	model->records = grow(model->records, &model->record_capacity,
	                      model->record_count, sizeof *model->records);
	return (record_id)model->record_count++;
}

static void forget_if_unreachable(struct model *model, record_id id)
{
	const struct record *record = &model->records[id];
	if (record->names || record->contexts)
		return;
	model->spare = grow(model->spare, &model->spare_capacity,
	                    model->spare_count, sizeof *model->spare);
	model->spare[model->spare_count++] = id;
	if (record->credential != RECORD_NONE) {
		model->records[record->credential].contexts--;
		forget_if_unreachable(model, record->credential);
	}
}

/* A name lets go of a record. One that is live and that no name holds any more
 * can never be ended. */
static void let_go(struct model *model, record_id id)
{
	struct record *record = &model->records[id];
	if (--record->names)
		return;
	if (record->live) {
		model->lost = record->kind == KIND_CONTEXT
		                  ? RULE_duty_delete_every_context
		                  : RULE_duty_free_every_credential;
		model->lost_line = record->line;
		if (record->credential != RECORD_NONE)
			model->records[record->credential].lost_users++;
	}
	forget_if_unreachable(model, id);
}

/* Makes room for a name that was not met yet. */
static void meet(struct model *model, name_id name)
{
	while (name >= model->value_count) {
		model->values = grow(model->values, &model->value_capacity,
		                     model->value_count, sizeof *model->values);
		model->buffers = grow(model->buffers, &model->buffer_capacity,
		                      model->value_count, sizeof *model->buffers);
		model->values[model->value_count] = zero_value;
		model->buffers[model->value_count++] = (struct buffer){0};
	}
}

static void set_value(struct model *model, name_id name, struct value value)
{
	if (name >= NAME_NULL)
		return;
	meet(model, name);
	record_id old = model->values[name].record;
	if (value.record != RECORD_NONE)
		model->records[value.record].names++;
	model->values[name] = value;
	if (old != RECORD_NONE)
		let_go(model, old);
}

static void set_plain(struct model *model, name_id name, enum value_kind kind)
{
	set_value(model, name, (struct value){.kind = (uint8_t)kind,
	                                      .base = (uint8_t)kind,
	                                      .record = RECORD_NONE});
}

static void set_buffer(struct model *model, name_id name, struct buffer buffer)
{
	if (name >= NAME_NULL)
		return;
	meet(model, name);
	if (model->buffers[name].state == BUFFER_LIVE) {
		model->lost = RULE_duty_release_every_buffer;
		model->lost_line = model->buffers[name].line;
	}
	model->buffers[name] = buffer;
}

/* --- Lives of handles ---------------------------------------------------------------- */

static void count(struct model *model, enum counter counter, uint32_t change)
{
	model->counts[counter].least += change;
	model->counts[counter].most += change;
}

/* Changes who needs a credential: its resources are held while its handle is live,
 * and may be held while a live context uses it. */
static void change_needs(struct model *model, struct record *record, bool live,
                         uint32_t users)
{
	struct range *range = &model->counts[COUNTER_CREDENTIALS];
	range->least -= record->live;
	range->most -= record->live || record->users;
	record->live = live;
	record->users = users;
	range->least += record->live;
	range->most += record->live || record->users;
}

static void change_users(struct model *model, record_id id, uint32_t change)
{
	struct record *record = &model->records[id];
	change_needs(model, record, record->live, record->users + change);
}

static void set_phase(struct record *record, int64_t status)
{
	/* Who was refused stays refused, whatever else goes wrong later. */
	if (record->phase == PHASE_REJECTED && status < 0)
		return;
	switch (answer_classify(status)) {
	case CLASS_OK: record->phase = PHASE_COMPLETE; break;
	case CLASS_INCOMPLETE: record->phase = PHASE_INCOMPLETE; break;
	case CLASS_REJECTION: record->phase = PHASE_REJECTED; break;
	default:
		record->phase = status < 0 ? PHASE_FAILED : PHASE_PARTIAL;
		break;
	}
	record->awaits_completion = status == SEC_I_COMPLETE_NEEDED;
}

/* The credential a name holds, live or freed, or RECORD_NONE. */
static record_id credential_of(const struct model *model, name_id name)
{
	struct value value = model_value(model, name);
	bool is_credential = value.kind == VALUE_ISSUED &&
	                     model->records[value.record].kind == KIND_CREDENTIAL;
	return is_credential ? value.record : RECORD_NONE;
}

static void remember(struct model *model, const struct step *step,
                     int64_t status, record_id credential)
{
	record_id id = take_record(model);
	struct record *record = &model->records[id];
	*record = (struct record){.live = true,
	                          .kind = step->op == OP_ACQUIRE ? KIND_CREDENTIAL
	                                                         : KIND_CONTEXT,
	                          .direction = step->choice,
	                          .side = step->op == OP_INIT     ? SIDE_INITIATOR
	                                  : step->op == OP_ACCEPT ? SIDE_ACCEPTOR
	                                                          : SIDE_IMPORTED,
	                          .credential = credential,
	                          .line = step->line};
	set_phase(record, status);
	if (credential != RECORD_NONE)
		model->records[credential].contexts++;
	set_value(model, step->out, (struct value){.kind = VALUE_ISSUED,
	                                           .base = VALUE_ISSUED,
	                                           .record = id});
}

static void create(struct model *model, const struct step *step, int64_t status)
{
	record_id credential = credential_of(model, step->credential);
	model->created++;
	count(model, step->op == OP_ACQUIRE ? COUNTER_CREDENTIALS : COUNTER_CONTEXTS,
	      1);
	if (credential != RECORD_NONE)
		change_users(model, credential, 1);
	if (step->out != NAME_NULL)
		remember(model, step, status, credential);
	else if (credential != RECORD_NONE)
		model->records[credential].lost_users++; /* nobody can name it */
}

static void end(struct model *model, struct record *record)
{
	if (!record->live)
		return;
	model->ended++;
	record->created_when_ended = model->created;
	if (record->kind == KIND_CREDENTIAL) {
		change_needs(model, record, false, record->users);
		return;
	}
	record->live = false;
	count(model, COUNTER_CONTEXTS, (uint32_t)-1);
	if (record->credential != RECORD_NONE)
		change_users(model, record->credential, (uint32_t)-1);
}

/* What the struct of a handle holds once it was ended. */
static void clear(struct model *model, const struct step *step)
{
	if (model->clears)
		set_plain(model, step->handle, VALUE_ZERO);
}

/* The record behind the handle that was passed in, live or ended, or NULL. */
static struct record *record_of(struct model *model, const struct step *step)
{
	struct value value = model_value(model, step->handle);
	if (value.kind != VALUE_ISSUED ||
	    model->records[value.record].kind != model_handle_kind(step))
		return NULL;
	return &model->records[value.record];
}

static void advance(struct model *model, const struct step *step,
                    struct record *record, int64_t status)
{
	struct value value = model_value(model, step->handle);
	if (record)
		set_phase(record, status);
	if (step->out != step->handle && step->out != NAME_NULL) {
		value.copied = false;
		set_value(model, step->out, value);
	}
}

static void hand_out(struct model *model, const struct step *step, bool exported)
{
	if (step->buffer == NAME_ABSENT)
		return; /* the caller released it at once */
	count(model, COUNTER_BUFFERS, 1);
	set_buffer(model, step->buffer,
	           (struct buffer){.state = BUFFER_LIVE,
	                           .exported = exported,
	                           .line = step->line,
	                           .ended_when_handed_out = model->ended});
}

static void release(struct model *model, name_id name)
{
	if (model_buffer(model, name).state != BUFFER_LIVE)
		return;
	count(model, COUNTER_BUFFERS, (uint32_t)-1);
	model->buffers[name].state = BUFFER_RELEASED;
}

/* What is learnt of whether a function is implemented. */
static void learn_support(struct model *model, const struct step *step,
                          int64_t status)
{
	uint8_t *known = &model->support[model_function(step)];
	if (status > INT32_MAX)
		return; /* no status at all */
	enum support seen = status == SEC_E_UNSUPPORTED_FUNCTION ? SUPPORT_NO
	                                                         : SUPPORT_YES;
	*known = (uint8_t)(*known == SUPPORT_UNKNOWN || *known == seen
	                       ? seen
	                       : SUPPORT_MIXED);
}

static void apply_call(struct model *model, const struct step *step,
                       enum effect effect, int64_t status)
{
	struct record *record;
	learn_support(model, step, status);
	if (effect == EFFECT_NONE)
		return;
	record = record_of(model, step);
	switch (effect) {
	case EFFECT_NONE: break;
	case EFFECT_CREATE: create(model, step, status); break;
	case EFFECT_ADVANCE: advance(model, step, record, status); break;
	case EFFECT_STALL: set_phase(record, status); break;
	case EFFECT_IMPERSONATE:
		record->impersonated = step->choice == FUNCTION_IMPERSONATE;
		break;
	case EFFECT_COMPLETE:
		if (record->awaits_completion)
			record->phase = PHASE_COMPLETE;
		record->awaits_completion = false;
		break;
	case EFFECT_END:
		if (record)
			end(model, record);
		if (status >= 0)
			clear(model, step);
		break;
	case EFFECT_HAND_OUT: hand_out(model, step, false); break;
	case EFFECT_EXPORT:
		record->exported = !step->choice;
		record->ended_by_export = step->choice;
		if (step->choice) {
			end(model, record);
			clear(model, step);
		}
		hand_out(model, step, true);
		break;
	case EFFECT_RELEASE: release(model, step->buffer); break;
	}
}

/* --- What the caller does with its own structs ----------------------------------------- */

static enum value_kind kind_of(const struct value *value)
{
	bool lower = value->lower_flipped, upper = value->upper_flipped;
	switch (value->base) {
	case VALUE_ISSUED:
		if (!lower && !upper)
			return value->swapped ? VALUE_SWAPPED : VALUE_ISSUED;
		return upper && !lower && !value->swapped ? VALUE_AHEAD
		                                          : VALUE_GARBAGE;
	case VALUE_MINUS_ONE:
		if (lower && upper)
			return VALUE_GARBAGE;
		return lower   ? VALUE_UPPER_MINUS_ONE
		       : upper ? VALUE_LOWER_MINUS_ONE
		               : VALUE_MINUS_ONE;
	case VALUE_LOWER_MINUS_ONE: return lower ? VALUE_GARBAGE : value->base;
	case VALUE_UPPER_MINUS_ONE: return upper ? VALUE_GARBAGE : value->base;
	default: return lower || upper ? VALUE_GARBAGE : value->base;
	}
}

static void swap_words(struct value *value)
{
	bool lower = value->lower_flipped;
	value->lower_flipped = value->upper_flipped;
	value->upper_flipped = lower;
	if (value->base == VALUE_ISSUED)
		value->swapped = !value->swapped;
	else if (value->base == VALUE_LOWER_MINUS_ONE)
		value->base = VALUE_UPPER_MINUS_ONE;
	else if (value->base == VALUE_UPPER_MINUS_ONE)
		value->base = VALUE_LOWER_MINUS_ONE;
}

static enum value_kind invalidated(enum value_kind kind, unsigned half)
{
	if (half == HALF_BOTH || kind == VALUE_MINUS_ONE)
		return VALUE_MINUS_ONE;
	enum value_kind lower = VALUE_LOWER_MINUS_ONE, upper = VALUE_UPPER_MINUS_ONE;
	if (half == HALF_LOWER)
		return kind == upper ? VALUE_MINUS_ONE : lower;
	return kind == lower ? VALUE_MINUS_ONE : upper;
}

static void make_from(struct model *model, const struct step *step)
{
	struct value value = model_value(model, step->source);
	if (step->op == OP_SWAP)
		swap_words(&value);
	else if (step->op == OP_AHEAD)
		value.upper_flipped = !value.upper_flipped;
	value.kind = (uint8_t)kind_of(&value);
	value.copied |= step->out != step->source;
	set_value(model, step->out, value);
}

static void apply_own(struct model *model, const struct step *step)
{
	name_id name;
	struct value value = model_value(model, step->out);
	switch (step->op) {
	case OP_COPY:
	case OP_SWAP:
	case OP_AHEAD: make_from(model, step); break;
	case OP_ZERO: set_plain(model, step->out, VALUE_ZERO); break;
	case OP_INVALIDATE:
		set_plain(model, step->out, invalidated(value.kind, step->choice));
		break;
	case OP_PSEUDO_DELETED:
		set_plain(model, step->out, VALUE_PSEUDO_DELETED);
		break;
	case OP_GARBAGE: set_plain(model, step->out, VALUE_GARBAGE); break;
	case OP_FOREIGN:
		set_buffer(model, step->buffer,
		           (struct buffer){.state = BUFFER_FOREIGN});
		break;
	case OP_FORGET: /* what the name stands for may be settled later */
		name = step->out == NAME_ABSENT ? step->buffer : step->out;
		set_plain(model, name, VALUE_ZERO);
		set_buffer(model, name, (struct buffer){0});
		break;
	}
}

void model_apply(struct model *model, const struct step *step,
                 enum effect effect, int64_t status)
{
	model->lost = RULE_NONE;
	if (operations[step->op].is_call)
		apply_call(model, step, effect, status);
	else
		apply_own(model, step);
}
