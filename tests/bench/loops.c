/*
 * loops.c: see loops.h. The table of ref/ comes first, then the floor, then the
 * loading of slotmap.
 */
#include "loops.h"

#include <dlfcn.h>
#include <string.h>

/* The source, not the header: one unit, as with link-time optimization, so that
 * the table is inlined into its loop as slotmap is into its own. */
#include "../../ref/table.c"

/* What a user keeps at a slot. */
struct value {
	uint64_t words[2];
};

/* --- The table of ref/ ----------------------------------------------------------- */

static struct table table;
static struct value table_values[TABLE_CAPACITY_MAX];

static inline struct key table_new(uint64_t i)
{
	struct handle handle = table_create(&table);
	if (handle.generation != 0)
		table_values[handle.slot] = (struct value){{i, i}};
	struct key key = {{0, 0}};
	memcpy(&key, &handle, sizeof handle);
	return key;
}

static inline uint64_t table_sum(uint32_t slot)
{
	return table_values[slot].words[0] + table_values[slot].words[1];
}

static inline struct handle table_handle(const struct key *key)
{
	struct handle handle;
	memcpy(&handle, key, sizeof handle);
	return handle;
}

static inline uint64_t table_get(const struct key *key)
{
	struct handle handle = table_handle(key);
	return table_find(&table, handle) == TABLE_LIVE ? table_sum(handle.slot)
	                                                : NOT_LIVE;
}

static inline uint64_t table_drop(const struct key *key)
{
	struct handle handle = table_handle(key);
	if (table_find(&table, handle) != TABLE_LIVE)
		return NOT_LIVE;
	uint64_t sum = table_sum(handle.slot);
	table_end(&table, handle.slot);
	return sum;
}

static void clear_table(uint64_t count)
{
	table_init(&table, (uint32_t)count, TABLE_GENERATION_MAX);
}

static uint64_t create_table(struct work work)
{
	for (uint64_t i = 0; i < work.count; i++)
		work.keys[work.order[i]] = table_new(i);
	return 0;
}

static uint64_t delete_table(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += table_drop(&work.keys[work.order[i]]);
	return sum;
}

static uint64_t replace_table(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++) {
		struct key *key = &work.keys[work.order[i]];
		sum += table_drop(key);
		*key = table_new(i);
	}
	return sum;
}

static uint64_t find_table(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += table_get(&work.keys[work.order[i]]);
	return sum;
}

static uint64_t find_chained_table(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += table_get(&work.keys[work.order[i] + (sum & work.zero)]);
	return sum;
}

const struct rival rival_table = {
	"table",       clear_table, create_table,       delete_table,
	replace_table, find_table,  find_chained_table, find_table};

/* --- The floor -------------------------------------------------------------------- */

/* As large as the table's arrays. `volatile` makes the compiler do each load and
 * store that is written here, once and at its place: without it the free slot
 * would travel from a deletion to the next creation in a register. */
static volatile uint32_t floor_state[TABLE_CAPACITY_MAX];
static volatile uint32_t floor_stack[TABLE_CAPACITY_MAX];
static volatile struct value floor_values[TABLE_CAPACITY_MAX];
static volatile uint32_t floor_free;

static inline struct key floor_new(uint64_t i)
{
	uint32_t top = floor_free - 1;
	uint32_t index = floor_stack[top];
	uint32_t generation = floor_state[index] + 1;
	floor_free = top;
	floor_state[index] = generation;
	floor_values[index].words[0] = i;
	floor_values[index].words[1] = i;
	return (struct key){{index, generation}};
}

static inline uint64_t floor_get(const struct key *key)
{
	uint32_t index = (uint32_t)key->words[0];
	(void)floor_state[index];
	return floor_values[index].words[0] + floor_values[index].words[1];
}

static inline uint64_t floor_drop(const struct key *key)
{
	uint32_t top = floor_free;
	floor_stack[top] = (uint32_t)key->words[0];
	floor_free = top + 1;
	return floor_get(key);
}

static void clear_floor(uint64_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		floor_state[i] = 0;
		floor_stack[i] = (uint32_t)count - 1 - i;
	}
	floor_free = (uint32_t)count;
}

static uint64_t create_floor(struct work work)
{
	for (uint64_t i = 0; i < work.count; i++)
		work.keys[work.order[i]] = floor_new(i);
	return 0;
}

static uint64_t delete_floor(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += floor_drop(&work.keys[work.order[i]]);
	return sum;
}

static uint64_t replace_floor(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++) {
		struct key *key = &work.keys[work.order[i]];
		sum += floor_drop(key);
		*key = floor_new(i);
	}
	return sum;
}

static uint64_t find_floor(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += floor_get(&work.keys[work.order[i]]);
	return sum;
}

static uint64_t find_chained_floor(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++)
		sum += floor_get(&work.keys[work.order[i] + (sum & work.zero)]);
	return sum;
}

/* The slot's generation tells that the key is stale: no value is read. */
static uint64_t find_stale_floor(struct work work)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < work.count; i++) {
		const struct key *key = &work.keys[work.order[i]];
		(void)floor_state[(uint32_t)key->words[0]];
		sum += NOT_LIVE;
	}
	return sum;
}

const struct rival rival_floor = {
	"floor",       clear_floor, create_floor,       delete_floor,
	replace_floor, find_floor,  find_chained_floor, find_stale_floor};

/* --- slotmap ----------------------------------------------------------------------- */

/* ISO C has no conversion from an object's address to a function's; POSIX
 * promises that the copy of its bytes is one. */
static bool look_up(void *library, const char *name, void *function)
{
	void *address = dlsym(library, name);
	memcpy(function, &address, sizeof address);
	return address;
}

bool rival_slotmap(struct rival *rival)
{
	void *library = dlopen("libslotmap_loops.so", RTLD_NOW);
	rival->name = "slotmap";
	return library && look_up(library, "slotmap_clear", &rival->clear) &&
	       look_up(library, "slotmap_create", &rival->create) &&
	       look_up(library, "slotmap_delete", &rival->delete) &&
	       look_up(library, "slotmap_replace", &rival->replace) &&
	       look_up(library, "slotmap_find", &rival->find) &&
	       look_up(library, "slotmap_find_chained",
	               &rival->find_chained) &&
	       look_up(library, "slotmap_find", &rival->find_stale);
}
