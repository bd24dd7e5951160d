/*
 * world.c: see world.h.
 *
 * How to read it: what is looked at, steps, the way back from them, beginning and end.
 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "image.h"

/* A moment to come back to. */
struct home {
	struct image *image;
	SecHandle structs[WORLD_NAMES];
	struct driver_name own[WORLD_NAMES]; /* with bytes of its own */
	struct value values[WORLD_NAMES];
	struct buffer buffers[WORLD_NAMES];
	struct record records[WORLD_RECORDS];
	struct model model; /* the rest of it; its pointers are of no use */
};

/* --- Looking --------------------------------------------------------------------- */

bool world_is_handle(const struct world *world, name_id name)
{
	return names_get(world->names, name)->settled == NAME_HANDLE;
}

bool world_is_dead(const struct world *world, name_id name)
{
	struct value value = model_value(&world->judge.model, name);
	return value.record == RECORD_NONE ||
	       !world->judge.model.records[value.record].live;
}

bool world_is_refused(const struct world *world, name_id name, enum kind kind)
{
	return name < NAME_NULL && model_standing(&world->judge.model, name, kind,
	                                          NULL) != STANDING_LIVE;
}

void world_set_bytes(struct driver_bytes *bytes, const void *data, ULONG size)
{
	if (!bytes->data || !data || bytes->size != size) {
		free(bytes->data);
		*bytes = (struct driver_bytes){data ? allocate(size, 1) : NULL,
		                               data ? size : 0};
	}
	if (data)
		memcpy(bytes->data, data, size);
}

bool world_are_equal(const struct driver_bytes *a, const struct driver_bytes *b)
{
	return a->data && b->data ? a->size == b->size &&
	                                    memcmp(a->data, b->data, a->size) == 0
	                          : a->data == b->data;
}

/* --- Steps -------------------------------------------------------------------------------------- */

static void on_finding(void *context, const struct finding *finding)
{
	struct world *world = context;
	world->is_broken |= rule_info(finding->rule)->party == PARTY_IMPLEMENTATION;
}

struct answer world_step(struct world *world, const struct step *step)
{
	struct answer answer = answer_make(SEC_E_OK);
	memcpy(world->judge.model.support, world->home->model.support,
	       sizeof world->judge.model.support);
	if (operations[step->op].is_call) {
		answer = driver_call(&world->driver, step);
		judge_step(&world->judge, step, &answer);
	} else {
		driver_own(&world->driver, step);
		judge_step(&world->judge, step, NULL);
	}
	return answer;
}

int world_function(const struct step *step)
{
	switch (step->op) {
	case OP_COMPLETE:
	case OP_EXPORT:
	case OP_IMPORT:
	case OP_USE: return (int)model_function(step);
	default: return -1;
	}
}

/* --- The way back ---------------------------------------------------------------------------------- */

static struct driver_bytes *bytes_of(struct driver_name *own, int which)
{
	return which == 0 ? &own->first : which == 1 ? &own->last : &own->exported;
}

/* Copies the model but for what its arrays hold. */
static void copy_rest(struct model *to, const struct model *from)
{
	to->value_count = from->value_count;
	to->record_count = from->record_count;
	to->spare_count = from->spare_count;
	to->created = from->created;
	to->ended = from->ended;
	memcpy(to->counts, from->counts, sizeof to->counts);
	memcpy(to->support, from->support, sizeof to->support);
	to->lost = from->lost;
	to->lost_line = from->lost_line;
}

void world_keep(struct world *world)
{
	struct home *home = world->home;
	const struct model *model = &world->judge.model;
	image_keep(home->image);
	memcpy(home->structs, world->driver.structs,
	       world->count * sizeof *home->structs);
	for (name_id i = 0; i < world->count; i++) {
		struct driver_name *own = &world->driver.own[i];
		home->own[i].pointer = own->pointer;
		home->own[i].live = own->live;
		home->own[i].reused = own->reused;
		for (int k = 0; k < 3; k++) {
			const struct driver_bytes *bytes = bytes_of(own, k);
			world_set_bytes(bytes_of(&home->own[i], k), bytes->data, bytes->size);
		}
	}
	memcpy(home->values, model->values, world->count * sizeof *home->values);
	memcpy(home->buffers, model->buffers, world->count * sizeof *home->buffers);
	memcpy(home->records, model->records,
	       model->record_count * sizeof *home->records);
	copy_rest(&home->model, model);
	world->is_broken = false;
}

/* Whether a step may have changed tokens or buffers of the caller. */
static bool writes_bytes(const struct step *step, const struct answer *answer)
{
	bool has_tokens = step->op == OP_INIT || step->op == OP_ACCEPT ||
	                  step->op == OP_COMPLETE;
	return !operations[step->op].is_call || step->op == OP_RELEASE ||
	       (answer->status >= 0 && (has_tokens || step->buffer < NAME_NULL));
}

/* Whether nothing was learnt that a state holds. */
static bool is_support_kept(const struct world *world)
{
	bool is_kept = true;
	for (unsigned i = 0; world->tracked >> i; i++)
		if (world->tracked >> i & 1)
			is_kept &= world->judge.model.support[i] ==
			           world->home->model.support[i];
	return is_kept;
}

bool world_is_kept(const struct world *world, const struct step *step,
                   const struct answer *answer)
{
	const struct home *home = world->home;
	const struct model *model = &world->judge.model;
	return !writes_bytes(step, answer) && is_support_kept(world) &&
	       image_is(home->image) &&
	       memcmp(home->structs, world->driver.structs,
	              world->count * sizeof *home->structs) == 0 &&
	       model->record_count == home->model.record_count &&
	       memcmp(model->counts, home->model.counts, sizeof model->counts) == 0 &&
	       memcmp(home->values, model->values,
	              world->count * sizeof *home->values) == 0 &&
	       memcmp(home->records, model->records,
	              model->record_count * sizeof *home->records) == 0;
}

bool world_is_image_kept(const struct world *world)
{
	return image_is(world->home->image);
}

void world_restore(struct world *world)
{
	struct home *home = world->home;
	struct model *model = &world->judge.model;
	image_restore(home->image);
	memcpy(world->driver.structs, home->structs,
	       world->count * sizeof *home->structs);
	for (name_id i = 0; i < world->count; i++) {
		struct driver_name *own = &world->driver.own[i];
		struct driver_name *kept = &home->own[i];
		own->pointer = kept->pointer;
		own->live = kept->live;
		own->reused = kept->reused;
		for (int k = 0; k < 3; k++) {
			struct driver_bytes *bytes = bytes_of(own, k);
			const struct driver_bytes *from = bytes_of(kept, k);
			if (!world_are_equal(bytes, from))
				world_set_bytes(bytes, from->data, from->size);
		}
	}
	memcpy(model->values, home->values, world->count * sizeof *home->values);
	memcpy(model->buffers, home->buffers, world->count * sizeof *home->buffers);
	memcpy(model->records, home->records,
	       home->model.record_count * sizeof *home->records);
	copy_rest(model, &home->model);
	world->is_broken = false;
}

/* --- Beginning and end -------------------------------------------------------------------------------- */

void world_init(struct world *world, const struct driver_setup *setup,
                const struct names *names)
{
	struct step forget = step_make(OP_FORGET);
	struct model *model = &world->judge.model;
	*world = (struct world){.names = names, .count = names->name_count};
	setup->reset();
	driver_begin(&world->driver, setup, names);
	judge_init(&world->judge, on_finding, world);
	world->judge.trusts_caller = true;
	forget.out = 0;
	driver_own(&world->driver, &forget); /* it meets its names now */
	model->values = allocate(WORLD_NAMES, sizeof *model->values);
	model->buffers = allocate(WORLD_NAMES, sizeof *model->buffers);
	model->records = allocate(WORLD_RECORDS, sizeof *model->records);
	model->value_capacity = model->buffer_capacity = WORLD_NAMES;
	model->record_capacity = WORLD_RECORDS;
	model->value_count = world->count;
	for (name_id i = 0; i < world->count; i++)
		model->values[i].record = RECORD_NONE;
	world->home = allocate(1, sizeof *world->home);
	world->home->image = image_new();
}

void world_free(struct world *world)
{
	for (name_id i = 0; i < world->count; i++)
		for (int k = 0; k < 3; k++)
			free(bytes_of(&world->home->own[i], k)->data);
	image_free(world->home->image);
	free(world->home);
	judge_free(&world->judge);
	driver_end(&world->driver);
	*world = (struct world){0};
}
