/*
 * test_table.c: the handle table against a list of everything it ever issued,
 * over random operations with few slots and few generations, so that reuse,
 * exhaustion and retirement come often.
 */
#include "unit.h"

#include "../../ref/table.h"
#include "random.h"

enum { BASE = 0x43000000, ISSUED_LIMIT = 4096 };

enum life { LIVE, LINGERING, GONE };

/* All that was ever issued. */
struct history {
	struct handle handle[ISSUED_LIMIT];
	enum life life[ISSUED_LIMIT];
	uint32_t index[ISSUED_LIMIT];
	int count;
};

/* An empty table; the last one is gone with it. */
static struct table *new_table(uint32_t capacity, uint32_t max_generation)
{
	static struct table table;
	table_init(&table, capacity, BASE, max_generation);
	return &table;
}

static int find(const struct history *history, struct handle handle)
{
	for (int i = 0; i < history->count; i++)
		if (history->handle[i].lower == handle.lower &&
		    history->handle[i].upper == handle.upper)
			return i;
	return -1;
}

static uint32_t expected(const struct history *history, struct handle handle)
{
	int i = find(history, handle);
	if (i < 0)
		return TABLE_NEVER;
	return history->life[i] == LIVE ? history->index[i] : TABLE_ENDED;
}

static uint32_t count(const struct history *history, enum life life)
{
	uint32_t total = 0;
	for (int i = 0; i < history->count; i++)
		total += history->life[i] == life;
	return total;
}

static void create(struct table *table, struct history *history)
{
	uint32_t index = table_create(table);
	if (index == TABLE_FULL) {
		/* full means that no slot is free or virgin */
		assert_int_equal(count(history, LIVE) + count(history, LINGERING) +
		                         table->retired, table->capacity);
		return;
	}
	struct handle handle = table_handle(table, index);
	assert_true(find(history, handle) < 0); /* fresh */
	for (int i = 0; i < history->count; i++)
		assert_true(history->life[i] == GONE ||
		            history->index[i] != index);
	history->handle[history->count] = handle;
	history->index[history->count] = index;
	history->life[history->count++] = LIVE;
}

static void end(struct table *table, struct history *history,
                struct handle handle)
{
	uint32_t wanted = expected(history, handle);
	assert_int_equal(table_end(table, handle.lower, handle.upper), wanted);
	if (wanted < TABLE_NEVER)
		history->life[find(history, handle)] = LINGERING;
}

static void recycle(struct table *table, struct history *history, uint64_t *seed)
{
	if (!history->count)
		return;
	uint32_t i = random_below(seed, (uint32_t)history->count);
	if (history->life[i] != LINGERING)
		return;
	table_recycle(table, history->index[i]);
	history->life[i] = GONE;
}

/* A handle that was issued, or one near it, or noise. */
static struct handle any_handle(const struct history *history, uint64_t *seed)
{
	struct handle handle = {random_next(seed) & UINTPTR_MAX,
	                        random_next(seed) & UINTPTR_MAX};
	uint32_t draw = random_below(seed, 8);
	if (draw == 0 || !history->count)
		return handle;
	handle = history->handle[random_below(seed, (uint32_t)history->count)];
	if (draw == 1)
		handle.upper += random_below(seed, 3) - 1;
	if (draw == 2)
		handle.lower += random_below(seed, 3) - 1;
	if (draw == 3)
		handle = (struct handle){handle.upper, handle.lower};
	return handle;
}

static void check(const struct table *table, const struct history *history)
{
	for (int i = 0; i < history->count; i++)
		assert_int_equal(table_find(table, history->handle[i].lower,
		                            history->handle[i].upper),
		                 expected(history, history->handle[i]));
	assert_int_equal(table_live(table), count(history, LIVE));
	assert_int_equal(table->lingering, count(history, LINGERING));
	assert_int_equal(table_live(table) + table->free + table->lingering +
	                         table->retired, table->used);
}

static void the_table_is_a_list_of_all_that_was_issued(void **state)
{
	struct history *history = calloc(1, sizeof *history);
	uint64_t seed = 3;
	(void)state;
	assert_non_null(history);
	for (int round = 0; round < 300; round++) {
		struct table *table = new_table(random_below(&seed, 5),
		                                1 + random_below(&seed, 4));
		history->count = 0;
		for (int i = 0; i < 120; i++) {
			switch (random_below(&seed, 4)) {
			case 0: create(table, history); break;
			case 1: recycle(table, history, &seed); break;
			default:
				end(table, history, any_handle(history, &seed));
				break;
			}
			check(table, history);
		}
	}
	free(history);
}

static void a_slot_is_retired_when_its_generations_are_used_up(void **state)
{
	struct table *table = new_table(2, 3);
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct handle handle = table_handle(table, table_create(table));
		assert_int_equal(table->retired, i / 3);
		table_recycle(table,
		              table_end(table, handle.lower, handle.upper));
	}
	assert_int_equal(table->retired, 2);
	assert_int_equal(table_create(table), TABLE_FULL);
}

static void reserved_and_foreign_values_were_never_issued(void **state)
{
	static const uintptr_t words[] = {0, 1, UINTPTR_MAX, UINTPTR_MAX - 1, BASE - 1,
	                                  BASE + 1, BASE + 64};
	struct table *table = new_table(64, TABLE_GENERATION_MAX);
	struct handle handle = table_handle(table, table_create(table));
	(void)state;
	assert_int_equal(handle.lower, BASE);
	assert_int_equal(handle.upper, 1);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		assert_int_equal(table_find(table, words[i], words[i]), TABLE_NEVER);
		assert_int_equal(table_find(table, words[i], 1), TABLE_NEVER);
		if (words[i] != 1)
			assert_int_equal(table_find(table, BASE, words[i]),
			                 TABLE_NEVER);
	}
}

static void slots_are_touched_only_as_they_come_into_use(void **state)
{
	struct table *table = new_table(64, 8);
	(void)state;
	memset(table->slots, 0xA5, 64 * sizeof *table->slots);
	memset(table->stack, 0xA5, 64 * sizeof *table->stack);
	table_init(table, 64, BASE, 8);
	assert_int_equal(table_create(table), 0);
	assert_int_equal(table->slots[1].generation, 0xA5A5A5A5);
	assert_int_equal(table->stack[0], 0xA5A5A5A5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_a_list_of_all_that_was_issued),
		cmocka_unit_test(a_slot_is_retired_when_its_generations_are_used_up),
		cmocka_unit_test(reserved_and_foreign_values_were_never_issued),
		cmocka_unit_test(slots_are_touched_only_as_they_come_into_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
