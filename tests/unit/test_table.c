/*
 * test_table.c: the handle table beside a list of everything that it ever issued, over
 * drawn operations with few slots and few generations, so that reuse, exhaustion and
 * retirement come often.
 */
#include "unit.h"

#include "../../ref/table.h"
#include "random.h"

enum { ISSUED_MOST = 16 }; /* slots times generations, at most */

/* All that was ever issued. */
struct history {
	struct handle handle[ISSUED_MOST];
	bool is_live[ISSUED_MOST];
	uint32_t count;
};

/* A table whose memory holds noise. */
static struct table *new_table(uint32_t capacity, uint32_t max_generation)
{
	static struct table table;
	memset(&table, 0xA5, offsetof(struct table, state));
	memset(table.state, 0xA5, 64 * sizeof *table.state);
	memset(table.free, 0xA5, 64 * sizeof *table.free);
	table_init(&table, capacity, max_generation);
	return &table;
}

static uint32_t live_count(const struct history *history)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < history->count; i++)
		count += history->is_live[i];
	return count;
}

/* The index of a handle; the count if it was never issued. */
static uint32_t find(const struct history *history, struct handle handle)
{
	uint32_t i = 0;
	while (i < history->count && (history->handle[i].slot != handle.slot ||
	                              history->handle[i].generation != handle.generation))
		i++;
	return i;
}

static uint32_t expected(const struct history *history, struct handle handle)
{
	uint32_t i = find(history, handle);
	if (i == history->count)
		return TABLE_NEVER;
	return history->is_live[i] ? TABLE_LIVE : TABLE_ENDED;
}

/* Whether a slot's newest handle is live, or the last that it may issue. */
static bool is_taken(const struct history *history, uint32_t slot,
                     uint32_t max_generation)
{
	struct handle newest = {slot, 1}, last = {slot, max_generation};
	while (expected(history, newest) == TABLE_ENDED)
		newest.generation++;
	return expected(history, newest) == TABLE_LIVE ||
	       expected(history, last) == TABLE_ENDED;
}

static void create(struct table *table, struct history *history)
{
	uint32_t taken = 0;
	for (uint32_t i = 0; i < table->capacity; i++)
		taken += is_taken(history, i, table->max_generation);
	struct handle handle = table_create(table), before = handle;
	if (taken == table->capacity) {
		assert_int_equal(handle.generation, 0);
		return;
	}
	assert_in_range(handle.generation, 1, table->max_generation);
	assert_true(handle.slot < table->capacity);
	assert_int_equal(expected(history, handle), TABLE_NEVER);
	/* The slot has issued all those before, and none is live. */
	while (--before.generation)
		assert_int_equal(expected(history, before), TABLE_ENDED);
	history->handle[history->count] = handle;
	history->is_live[history->count++] = true;
}

static void end(struct table *table, struct history *history, uint64_t *seed)
{
	if (!history->count)
		return;
	uint32_t i = random_below(seed, history->count);
	if (!history->is_live[i])
		return;
	table_end(table, history->handle[i].slot);
	history->is_live[i] = false;
}

/* All handles that the table can issue, and those next to them. */
static void check(const struct table *table, const struct history *history)
{
	for (uint32_t slot = 0; slot <= table->capacity; slot++)
		for (uint32_t g = 0; g <= table->max_generation + 1; g++) {
			struct handle handle = {slot, g};
			assert_int_equal(table_find(table, handle),
			                 expected(history, handle));
		}
	assert_int_equal(table_live(table), live_count(history));
}

static void the_table_is_a_list_of_all_that_was_issued(void **state)
{
	uint64_t seed = 3;
	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct table *table = new_table(random_below(&seed, 5),
		                                1 + random_below(&seed, 4));
		struct history history = {.count = 0};
		for (int i = 0; i < 60; i++) {
			if (random_below(&seed, 2))
				create(table, &history);
			else
				end(table, &history, &seed);
			check(table, &history);
		}
	}
}

static void the_last_generation_and_the_last_slot_are_issued(void **state)
{
	static const uint32_t generations[] = {0, 1, TABLE_GENERATION_MAX - 1,
	                                       TABLE_GENERATION_MAX};
	struct table *table = new_table(TABLE_CAPACITY_MAX, TABLE_GENERATION_MAX);
	struct handle last = {0, 0};
	(void)state;
	for (uint32_t i = 0; i < TABLE_CAPACITY_MAX; i++)
		last = table_create(table);
	assert_int_equal(last.slot, TABLE_CAPACITY_MAX - 1);
	assert_int_equal(table_create(table).generation, 0);
	/* As if it had issued all but one. */
	table->state[last.slot] = TABLE_GENERATION_MAX - 1;
	table_end(table, last.slot);
	last = table_create(table);
	assert_int_equal(last.slot, TABLE_CAPACITY_MAX - 1);
	assert_int_equal(last.generation, TABLE_GENERATION_MAX);
	table_end(table, last.slot);
	assert_int_equal(table_create(table).generation, 0);
	for (size_t i = 0; i < sizeof generations / sizeof *generations; i++) {
		struct handle handle = {last.slot, generations[i]};
		assert_int_equal(table_find(table, handle),
		                 i == 0 ? TABLE_NEVER : TABLE_ENDED);
		handle.slot = UINT32_MAX;
		assert_int_equal(table_find(table, handle), TABLE_NEVER);
	}
}

static void slots_are_touched_only_as_they_come_into_use(void **state)
{
	struct table *table = new_table(64, 8);
	(void)state;
	table_end(table, table_create(table).slot);
	assert_int_equal(table_create(table).slot, 0);
	for (uint32_t i = 1; i < 64; i++) {
		assert_int_equal(table->state[i], 0xA5A5A5A5);
		assert_int_equal(table->free[i], 0xA5A5A5A5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_a_list_of_all_that_was_issued),
		cmocka_unit_test(the_last_generation_and_the_last_slot_are_issued),
		cmocka_unit_test(slots_are_touched_only_as_they_come_into_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
