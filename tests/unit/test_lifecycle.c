/*
 * test_lifecycle.c: contexts and credentials beside a list of all that ever were, over
 * drawn operations on handles that were issued and on some that were not; and the words
 * that handles are.
 */
#include "unit.h"

#include "../../ref/words.h"
#include "random.h"

enum { SLOTS = 3, GENERATIONS = 4, ISSUED_MOST = SLOTS * GENERATIONS, NOISE = 0xA5 };

/* All contexts that ever were, or all credentials, which have no phase. */
struct list {
	struct handle handle[ISSUED_MOST];
	struct context held[ISSUED_MOST];
	bool is_live[ISSUED_MOST];
	uint32_t count;
};

static struct lifecycle lifecycle;
static struct list contexts, credentials;
static uint64_t seed = 5;

static const struct context none = {.phase = CONTEXT_NONE};

static bool same_key(struct key a, struct key b)
{
	return memcmp(a.byte, b.byte, sizeof a.byte) == 0;
}

/* No two of them that follow each other are equal, nor has one a byte of 0. */
static struct key next_key(void)
{
	static unsigned char number;
	struct key key;
	number = (unsigned char)(number % 255 + 1);
	memset(key.byte, number, sizeof key.byte);
	return key;
}

/* --- The list -------------------------------------------------------------------- */

/* The index of a handle; the count if it was never issued. */
static uint32_t find(const struct list *list, struct handle handle)
{
	uint32_t i = 0;
	while (i < list->count && (list->handle[i].slot != handle.slot ||
	                           list->handle[i].generation != handle.generation))
		i++;
	return i;
}

static bool is_live(const struct list *list, struct handle handle)
{
	uint32_t i = find(list, handle);
	return i < list->count && list->is_live[i];
}

/* One that was issued, or one that may not have been. */
static struct handle any_handle(const struct list *list)
{
	if (list->count && random_below(&seed, 4))
		return list->handle[random_below(&seed, list->count)];
	return (struct handle){random_below(&seed, SLOTS + 1),
	                       random_below(&seed, GENERATIONS + 2)};
}

/* Adds what was created; there is a slot for it unless all are live or retired. */
static void add(struct list *list, struct handle handle, struct context held)
{
	uint32_t taken = 0;
	for (uint32_t i = 0; i < list->count; i++)
		taken += list->is_live[i] || list->handle[i].generation == GENERATIONS;
	assert_int_equal(handle.generation != 0, taken < SLOTS);
	if (taken == SLOTS)
		return;
	assert_true(handle.slot < SLOTS && handle.generation <= GENERATIONS);
	assert_int_equal(find(list, handle), list->count);
	list->handle[list->count] = handle;
	list->held[list->count] = held;
	list->is_live[list->count++] = true;
}

/* --- Operations -------------------------------------------------------------------- */

static void begin(void)
{
	struct context context = {random_below(&seed, CONTEXT_NONE), next_key()};
	add(&contexts, lifecycle_begin(&lifecycle, context.phase, context.key), context);
}

static void acquire(void)
{
	struct context secret = {.key = next_key()};
	add(&credentials, lifecycle_acquire(&lifecycle, secret.key), secret);
}

static void advance(void)
{
	struct context next = {random_below(&seed, CONTEXT_NONE), next_key()};
	struct handle handle = any_handle(&contexts);
	SECURITY_STATUS status =
		lifecycle_advance(&lifecycle, handle, next.phase, next.key);
	if (!is_live(&contexts, handle)) {
		assert_int_equal(status, SEC_E_INVALID_HANDLE);
		return;
	}
	struct context *held = &contexts.held[find(&contexts, handle)];
	if (held->phase <= CONTEXT_INCOMPLETE) {
		assert_int_equal(status, SEC_E_OK);
		*held = next;
		return;
	}
	assert_int_equal(status, SEC_E_OUT_OF_SEQUENCE);
	if (held->phase == CONTEXT_COMPLETE)
		held->phase = CONTEXT_FAILED;
}

static void delete(void)
{
	struct handle handle = any_handle(&contexts);
	uint32_t i = find(&contexts, handle);
	assert_int_equal(lifecycle_delete(&lifecycle, handle),
	                 i < contexts.count ? SEC_E_OK : SEC_E_INVALID_HANDLE);
	if (i < contexts.count)
		contexts.is_live[i] = false;
}

static void free_credential(void)
{
	struct handle handle = any_handle(&credentials);
	bool live = is_live(&credentials, handle);
	assert_int_equal(lifecycle_free(&lifecycle, handle),
	                 live ? SEC_E_OK : SEC_E_INVALID_HANDLE);
	if (live)
		credentials.is_live[find(&credentials, handle)] = false;
}

/* --- What must hold ------------------------------------------------------------------ */

/* What is told of each handle that can be issued, and of some that cannot. */
static void check_handle(struct handle handle)
{
	struct context context = lifecycle_context(&lifecycle, handle), expected = none;
	struct credential credential = lifecycle_credential(&lifecycle, handle);
	struct key secret = none.key;
	if (is_live(&contexts, handle))
		expected = contexts.held[find(&contexts, handle)];
	if (is_live(&credentials, handle))
		secret = credentials.held[find(&credentials, handle)].key;
	assert_int_equal(context.phase, expected.phase);
	assert_true(same_key(context.key, expected.key));
	assert_int_equal(credential.live, is_live(&credentials, handle));
	assert_true(same_key(credential.secret, secret));
}

/* What must be in the memory of a slot: the key of its live handle, zeros, or what was
 * there before if it was never used. */
static struct key expected_key(const struct list *list, uint32_t slot)
{
	struct key key;
	memset(key.byte, NOISE, sizeof key.byte);
	for (uint32_t i = 0; i < list->count; i++)
		if (list->handle[i].slot == slot)
			key = list->is_live[i] ? list->held[i].key : none.key;
	return key;
}

static void check(void)
{
	for (uint32_t slot = 0; slot <= SLOTS; slot++) {
		for (uint32_t g = 0; g <= GENERATIONS + 1; g++)
			check_handle((struct handle){slot, g});
		assert_true(same_key(lifecycle.context[slot].key,
		                     expected_key(&contexts, slot)));
		assert_true(same_key(lifecycle.credential[slot],
		                     expected_key(&credentials, slot)));
	}
}

static void renew(void)
{
	memset(lifecycle.context, NOISE, (SLOTS + 1) * sizeof *lifecycle.context);
	memset(lifecycle.credential, NOISE, (SLOTS + 1) * sizeof *lifecycle.credential);
	lifecycle_init(&lifecycle, SLOTS, SLOTS, GENERATIONS);
	contexts.count = credentials.count = 0;
}

static void the_lifecycle_is_a_list_of_all_that_ever_was(void **state)
{
	static void (*const operations_drawn[])(void) = {
		begin, begin, acquire, advance, advance, delete, free_credential};
	(void)state;
	for (int round = 0; round < 300; round++) {
		renew();
		for (int i = 0; i < 100; i++) {
			operations_drawn[random_below(&seed, 7)]();
			check();
		}
	}
}

/* The kinds have limits of their own. */
static void each_kind_has_its_slots(void **state)
{
	(void)state;
	lifecycle_init(&lifecycle, 2, 0, 1);
	assert_int_equal(lifecycle_acquire(&lifecycle, next_key()).generation, 0);
	assert_int_equal(lifecycle_begin(&lifecycle, 0, next_key()).generation, 1);
	assert_int_equal(lifecycle_begin(&lifecycle, 0, next_key()).slot, 1);
	assert_int_equal(lifecycle_begin(&lifecycle, 0, next_key()).generation, 0);
}

/* --- Words ------------------------------------------------------------------------------ */

static void only_words_in_range_are_a_handle(void **state)
{
	static const uintptr_t bases[] = {CONTEXT_BASE, CREDENTIAL_BASE};
	const uintptr_t top = UINTPTR_MAX - UINTPTR_MAX / 2;
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		const uintptr_t base = bases[kind], end = base + TABLE_CAPACITY_MAX;
		const uintptr_t most = TABLE_GENERATION_MAX;
		/* The first ones are in range. */
		const uintptr_t lower[] = {base, end - 1, base - 1, end, 0, 1,
		                           bases[!kind], UINTPTR_MAX, UINTPTR_MAX - 1,
		                           base + top};
		const uintptr_t upper[] = {1, most, 0, most + 1, base, UINTPTR_MAX,
		                           UINTPTR_MAX - 1, 1 + top, most + top,
		                           1 | (uintptr_t)1 << 30};
		for (size_t i = 0; i < sizeof lower / sizeof *lower; i++)
			for (size_t k = 0; k < sizeof upper / sizeof *upper; k++) {
				SecHandle words = {lower[i], upper[k]}, again;
				struct handle handle =
					words_read(&words, (uint32_t)base);
				assert_in_range(handle.generation, 0, most);
				assert_int_equal(handle.generation,
				                 i < 2 && k < 2 ? upper[k] : 0);
				if (!handle.generation)
					continue;
				assert_int_equal(handle.slot, lower[i] - base);
				words_write(&again, (uint32_t)base, handle);
				assert_int_equal(again.dwLower, lower[i]);
				assert_int_equal(again.dwUpper, upper[k]);
			}
		assert_int_equal(words_read(NULL, (uint32_t)base).generation, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lifecycle_is_a_list_of_all_that_ever_was),
		cmocka_unit_test(each_kind_has_its_slots),
		cmocka_unit_test(only_words_in_range_are_a_handle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
