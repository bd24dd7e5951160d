/*
 * state.c: see state.h.
 *
 * How to read it: bytes of the caller, values, names, records, whole states; then the
 * orders in which names can be written.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "cursor.h"
#include "image.h"

/* --- Bytes of the caller ------------------------------------------------------------ */

static void pass_bytes(struct cursor *cursor, struct driver_bytes *bytes)
{
	uint16_t size = bytes->data ? (uint16_t)bytes->size : UINT16_MAX;
	cursor_pass(cursor, &size, sizeof size);
	if (cursor->from)
		world_set_bytes(bytes, size == UINT16_MAX ? NULL
		                                    : cursor->from + cursor->at, size);
	else if (bytes->data)
		memcpy(cursor->to + cursor->at, bytes->data, size);
	cursor->at += size == UINT16_MAX ? 0 : size;
}

/* --- Values ---------------------------------------------------------------------------- */

/* What is made from a live handle, by how many swaps and aheads bring it back. There are
 * two of each but of the first and the last; exchanging swap and ahead exchanges them. */
static const struct value made_from_live[] = {
	{.kind = VALUE_ISSUED},
	{.kind = VALUE_SWAPPED, .swapped = true},
	{.kind = VALUE_GARBAGE, .swapped = true, .upper_flipped = true},
	{.kind = VALUE_GARBAGE, .lower_flipped = true},
	{.kind = VALUE_GARBAGE, .lower_flipped = true, .upper_flipped = true}};

static unsigned steps_back(const struct value *value)
{
	static const uint8_t steps[2][2][2] = {{{0, 1}, {3, 4}}, {{1, 2}, {2, 3}}};
	return steps[value->swapped][value->lower_flipped][value->upper_flipped];
}

static SecHandle flipped(SecHandle words, const struct value *value)
{
	words.dwLower ^= (ULONG_PTR)value->lower_flipped << 30;
	words.dwUpper ^= (ULONG_PTR)value->upper_flipped << 30;
	return words;
}

static SecHandle swapped(SecHandle words, const struct value *value)
{
	return value->swapped ? (SecHandle){words.dwUpper, words.dwLower} : words;
}

bool state_turn_back(struct world *world)
{
	bool is_turned = false;
	for (name_id i = 0; i < world->count; i++) {
		struct value *value = &world->judge.model.values[i];
		SecHandle *words = &world->driver.structs[i];
		record_id record = value->record;
		if (world_is_dead(world, i) || value->kind == VALUE_ISSUED)
			continue;
		is_turned = true;
		*words = swapped(flipped(*words, value), value);
		*value = made_from_live[0];
		value->base = VALUE_ISSUED;
		value->record = record;
	}
	return is_turned;
}

/* The numbers that records have in a state, in the order in which they are met. */
struct numbers {
	record_id met[WORLD_RECORDS];
	uint8_t count;
};

enum { NO_RECORD = UINT8_MAX };

static uint8_t number_of(struct numbers *numbers, record_id id)
{
	uint8_t i = 0;
	if (id == RECORD_NONE)
		return NO_RECORD;
	while (i < numbers->count && numbers->met[i] != id)
		i++;
	if (i == numbers->count)
		numbers->met[numbers->count++] = id;
	return i;
}

/* The record of a number that was read. */
static record_id record_numbered(struct numbers *numbers, uint8_t number)
{
	if (number == NO_RECORD)
		return RECORD_NONE;
	if (number >= numbers->count)
		numbers->count = (uint8_t)(number + 1);
	return number;
}

static void pass_record_id(struct cursor *cursor, struct numbers *numbers,
                           record_id *id)
{
	uint8_t number = cursor->to ? number_of(numbers, *id) : 0;
	cursor_pass(cursor, &number, sizeof number);
	if (cursor->from)
		*id = record_numbered(numbers, number);
}

/* Passes how many steps turn a name's words back into a live handle; UINT8_MAX if none
 * do. */
static uint8_t pass_steps_back(struct cursor *cursor, const struct value *value,
                               bool is_dead)
{
	uint8_t back = is_dead ? UINT8_MAX : (uint8_t)steps_back(value);
	cursor_pass(cursor, &back, sizeof back);
	return back;
}

static void pass_value(struct cursor *cursor, struct numbers *numbers,
                       struct value *value, SecHandle *words)
{
	cursor_pass(cursor, words, sizeof *words);
	cursor_pass(cursor, &value->kind, sizeof value->kind);
	cursor_pass(cursor, &value->base, sizeof value->base);
	cursor_pass(cursor, &value->swapped, sizeof value->swapped);
	cursor_pass(cursor, &value->lower_flipped, sizeof value->lower_flipped);
	cursor_pass(cursor, &value->upper_flipped, sizeof value->upper_flipped);
	cursor_pass(cursor, &value->copied, sizeof value->copied);
	pass_record_id(cursor, numbers, &value->record);
}

/* The same where dead words are all alike. */
static void pass_live_value(struct cursor *cursor, struct numbers *numbers,
                            struct value *value, SecHandle *words, bool is_dead)
{
	uint8_t back = pass_steps_back(cursor, value, is_dead);
	if (back == UINT8_MAX) {
		if (cursor->from) {
			*words = (SecHandle){0, 0};
			*value = (struct value){.record = RECORD_NONE};
		}
		return;
	}
	SecHandle handle = swapped(flipped(*words, value), value);
	cursor_pass(cursor, &handle, sizeof handle);
	pass_record_id(cursor, numbers, &value->record);
	if (cursor->to)
		return;
	record_id record = value->record;
	*value = made_from_live[back];
	value->base = VALUE_ISSUED;
	value->record = record;
	*words = flipped(swapped(handle, value), value);
}

/* --- Names ------------------------------------------------------------------------------- */

static void pass_handle(struct cursor *cursor, struct world *world,
                        enum merge merge, struct numbers *numbers, name_id name)
{
	struct value *value = &world->judge.model.values[name];
	SecHandle *words = &world->driver.structs[name];
	if (merge == MERGE_DEAD)
		pass_live_value(cursor, numbers, value, words,
		                cursor->from || world_is_dead(world, name));
	else
		pass_value(cursor, numbers, value, words);
	pass_bytes(cursor, &world->driver.own[name].first);
	pass_bytes(cursor, &world->driver.own[name].last);
}

/* Of `created` and `ended` the outcomes of their comparisons are passed; when they are
 * read both counters are 1. */
static void pass_since(struct cursor *cursor, uint64_t now, uint64_t *then,
                       bool is_of_use)
{
	uint8_t since = is_of_use && now != *then;
	cursor_pass(cursor, &since, sizeof since);
	if (cursor->from)
		*then = since ? 0 : 1;
}

/* A pointer: NULL, to memory of the caller's own, or to the reference's. */
static void pass_pointer(struct cursor *cursor, struct driver *driver,
                         void **pointer)
{
	enum { IS_NULL, IS_FOREIGN, IS_BLOCK };
	size_t place = image_place(*pointer);
	uint8_t kind = !*pointer                     ? IS_NULL
	               : *pointer == driver->foreign ? IS_FOREIGN
	                                             : IS_BLOCK;
	cursor_pass(cursor, &kind, sizeof kind);
	if (kind == IS_BLOCK)
		cursor_pass(cursor, &place, sizeof place);
	if (cursor->from)
		*pointer = kind == IS_NULL      ? NULL
		           : kind == IS_FOREIGN ? driver->foreign
		                                : image_pointer(place);
}

static void pass_buffer(struct cursor *cursor, struct world *world,
                        enum merge merge, name_id name)
{
	struct driver_name *own = &world->driver.own[name];
	struct model *model = &world->judge.model;
	struct buffer *buffer = &model->buffers[name];
	pass_pointer(cursor, &world->driver, &own->pointer);
	cursor_pass(cursor, &own->live, sizeof own->live);
	cursor_pass(cursor, &own->reused, sizeof own->reused);
	pass_bytes(cursor, &own->exported);
	cursor_pass(cursor, &buffer->state, sizeof buffer->state);
	cursor_pass(cursor, &buffer->exported, sizeof buffer->exported);
	pass_since(cursor, model->ended, &buffer->ended_when_handed_out,
	           merge != MERGE_DEAD && buffer->state == BUFFER_LIVE);
}

/* --- Records ------------------------------------------------------------------------------ */

/* What says nothing but by which rule an answer is allowed, or what the caller's duty
 * was. */
static void pass_reasons(struct cursor *cursor, struct model *model,
                         struct record *record)
{
	cursor_pass(cursor, &record->lost_users, sizeof record->lost_users);
	cursor_pass(cursor, &record->exported, sizeof record->exported);
	cursor_pass(cursor, &record->ended_by_export, sizeof record->ended_by_export);
	pass_since(cursor, model->created, &record->created_when_ended,
	           !record->live);
}

static void pass_record(struct cursor *cursor, struct model *model,
                        enum merge merge, struct numbers *numbers,
                        struct record *record)
{
	cursor_pass(cursor, &record->kind, sizeof record->kind);
	cursor_pass(cursor, &record->live, sizeof record->live);
	cursor_pass(cursor, &record->phase, sizeof record->phase);
	cursor_pass(cursor, &record->side, sizeof record->side);
	cursor_pass(cursor, &record->direction, sizeof record->direction);
	cursor_pass(cursor, &record->awaits_completion,
	            sizeof record->awaits_completion);
	cursor_pass(cursor, &record->impersonated, sizeof record->impersonated);
	cursor_pass(cursor, &record->users, sizeof record->users);
	pass_record_id(cursor, numbers, &record->credential);
	if (merge != MERGE_DEAD)
		pass_reasons(cursor, model, record);
}

/* Passes the records that were met, and those that they lead to. */
static void pass_records(struct cursor *cursor, struct model *model,
                         enum merge merge, struct numbers *numbers)
{
	for (uint8_t i = 0; i < numbers->count; i++)
		pass_record(cursor, model, merge, numbers,
		            &model->records[cursor->to ? numbers->met[i] : i]);
}

/* Counts who holds a record: that was left out, as it follows from the rest. */
static void count_holders(struct world *world)
{
	struct model *model = &world->judge.model;
	for (name_id i = 0; i < world->count; i++)
		if (model->values[i].record != RECORD_NONE)
			model->records[model->values[i].record].names++;
	for (size_t i = 0; i < model->record_count; i++)
		if (model->records[i].credential != RECORD_NONE)
			model->records[model->records[i].credential].contexts++;
}

/* --- States -------------------------------------------------------------------------------- */

static void pass_support(struct cursor *cursor, struct world *world)
{
	for (unsigned i = 0; i < SUPPORT_COUNT; i++)
		if (world->tracked >> i & 1)
			cursor_pass(cursor, &world->judge.model.support[i], 1);
}

static void pass_state(struct cursor *cursor, struct world *world,
                       enum merge merge, const struct state_order *order)
{
	struct model *model = &world->judge.model;
	struct numbers numbers = {.count = 0};
	for (name_id i = 0; i < world->count; i++)
		if (world_is_handle(world, i))
			pass_handle(cursor, world, merge, &numbers, order->name[i]);
		else
			pass_buffer(cursor, world, merge, order->name[i]);
	pass_records(cursor, model, merge, &numbers);
	if (cursor->from)
		model->record_count = numbers.count;
	cursor_pass(cursor, model->counts, sizeof model->counts);
	pass_support(cursor, world);
}

size_t state_write(struct world *world, enum merge merge,
                   const struct state_orders *orders, node_id image,
                   unsigned char *bytes)
{
	static unsigned char other[STATE_BYTES];
	struct cursor cursor = {.to = bytes + sizeof image};
	memcpy(bytes, &image, sizeof image);
	pass_state(&cursor, world, merge, &orders->orders[0]);
	for (size_t i = 1; merge == MERGE_DEAD && i < orders->count; i++) {
		struct cursor next = {.to = other};
		pass_state(&next, world, merge, &orders->orders[i]);
		if (next.at < cursor.at ||
		    (next.at == cursor.at &&
		     memcmp(other, bytes + sizeof image, next.at) < 0)) {
			memcpy(bytes + sizeof image, other, next.at);
			cursor.at = next.at;
		}
	}
	return sizeof image + cursor.at;
}

size_t state_write_model(struct world *world, unsigned char *bytes)
{
	struct cursor cursor = {.to = bytes};
	struct model *model = &world->judge.model;
	struct numbers numbers = {.count = 0};
	for (name_id i = 0; i < world->count; i++)
		if (world_is_handle(world, i) &&
		    pass_steps_back(&cursor, &model->values[i],
		                    world_is_dead(world, i)) != UINT8_MAX)
			pass_record_id(&cursor, &numbers, &model->values[i].record);
	pass_records(&cursor, model, MERGE_DEAD, &numbers);
	pass_support(&cursor, world);
	return cursor.at;
}

size_t state_write_operands(struct world *world, const struct state_orders *orders,
                            const name_id operands[STATE_OPERANDS],
                            unsigned char *bytes)
{
	struct cursor cursor = {.to = bytes};
	struct model *model = &world->judge.model;
	struct numbers numbers = {.count = 0};
	for (int i = 0; i < STATE_OPERANDS; i++) {
		name_id name = operands[i], alike = name;
		uint8_t first = 0;
		while (operands[first] != name)
			first++;
		cursor_pass(&cursor, &first, sizeof first);
		if (name < NAME_NULL)
			alike = orders->alike[name];
		cursor_pass(&cursor, &alike, sizeof alike);
		if (name < NAME_NULL)
			pass_live_value(&cursor, &numbers, &model->values[name],
			                &world->driver.structs[name],
			                world_is_dead(world, name));
	}
	pass_records(&cursor, model, MERGE_DEAD, &numbers);
	cursor_pass(&cursor, model->counts, sizeof model->counts);
	pass_support(&cursor, world);
	return cursor.at;
}

node_id state_image(const unsigned char *state)
{
	node_id image;
	memcpy(&image, state, sizeof image);
	return image;
}

void state_read(struct world *world, enum merge merge, const unsigned char *bytes)
{
	struct model *model = &world->judge.model;
	struct cursor cursor = {.from = bytes + sizeof(node_id)};
	struct state_order as_they_are;
	for (name_id i = 0; i < WORLD_NAMES; i++)
		as_they_are.name[i] = i;
	memset(model->records, 0, WORLD_RECORDS * sizeof *model->records);
	memset(model->support, SUPPORT_UNKNOWN, sizeof model->support);
	memset(world->driver.input, 0, sizeof world->driver.input);
	model->spare_count = 0;
	model->created = model->ended = 1;
	pass_state(&cursor, world, merge, &as_they_are);
	count_holders(world);
}

/* --- Orders of names -------------------------------------------------------------------------- */

/* Whether the caller treats two names alike: driver.c looks at the last digit alone. */
static bool are_alike(const struct world *world, name_id a, name_id b)
{
	size_t length_a, length_b;
	const char *text_a = names_text(world->names, a, &length_a);
	const char *text_b = names_text(world->names, b, &length_b);
	bool is_even_a = strchr("02468", text_a[length_a - 1]);
	bool is_even_b = strchr("02468", text_b[length_b - 1]);
	return world_is_handle(world, a) == world_is_handle(world, b) &&
	       (!world_is_handle(world, a) || is_even_a == is_even_b);
}

/* Adds all orders that begin as this one does. */
static void add_orders(struct state_orders *orders, const struct world *world,
                       struct state_order order, name_id length)
{
	if (length == world->count) {
		orders->orders = grow(orders->orders, &orders->capacity, orders->count,
		                      sizeof *orders->orders);
		orders->orders[orders->count++] = order;
		return;
	}
	for (name_id i = 0; i < world->count; i++) {
		bool is_taken = false;
		for (name_id j = 0; j < length; j++)
			is_taken |= order.name[j] == i;
		if (is_taken || !are_alike(world, length, i))
			continue;
		order.name[length] = i;
		add_orders(orders, world, order, length + 1);
	}
}

void state_make_orders(struct state_orders *orders, const struct world *world)
{
	add_orders(orders, world, (struct state_order){.name = {0}}, 0);
	for (name_id i = 0; i < world->count; i++)
		while (!are_alike(world, orders->alike[i], i))
			orders->alike[i]++;
}
