/*
 * test_lifecycle.c: the lifecycle core, called directly: what each operation
 * answers, what it does to keys and secrets, and that it does nothing else.
 *
 * How to read it: shorthands, then a chapter each for deleting, values that are
 * no handles, credentials, key material, phases, the ends of slots, and what
 * operations leave alone. Keys are recognisable and have no byte of 0 (core.h),
 * so what is left of one in memory can be found.
 */
#include "unit.h"

#include "core.h"
#include "random.h"

enum { PHASES = CONTEXT_NONE };

static struct lifecycle l;
static const struct handle no_handle;
static const struct handle deleted_handle = {SEC_DELETED_HANDLE,
                                             SEC_DELETED_HANDLE};

static struct key context_key(uint32_t number)
{
	return key_make(KEY_OF_CONTEXT, number);
}

static struct key secret(uint32_t number)
{
	return key_make(KEY_OF_CREDENTIAL, number);
}

static void assert_handle(struct handle handle, uintptr_t lower, uintptr_t upper)
{
	assert_int_equal(handle.lower, lower);
	assert_int_equal(handle.upper, upper);
}

static struct handle acquire(uint32_t number)
{
	struct issued issued = lifecycle_acquire(&l, secret(number));
	assert_int_equal(issued.status, SEC_E_OK);
	return issued.handle;
}

static struct issued try_begin(struct handle credential, uint32_t phase,
                               uint32_t number)
{
	return lifecycle_begin(&l, credential.lower, credential.upper, phase,
	                       context_key(number));
}

static struct handle begin(struct handle credential, uint32_t number)
{
	struct issued issued = try_begin(credential, CONTEXT_PARTIAL, number);
	assert_int_equal(issued.status, SEC_E_OK);
	return issued.handle;
}

static SECURITY_STATUS advance(struct handle context, uint32_t phase,
                               uint32_t number)
{
	return lifecycle_advance(&l, context.lower, context.upper, phase,
	                         context_key(number));
}

static SECURITY_STATUS delete(struct handle context)
{
	return lifecycle_delete(&l, context.lower, context.upper);
}

static SECURITY_STATUS credential_free(struct handle credential)
{
	return lifecycle_free(&l, credential.lower, credential.upper);
}

static uint32_t phase_of(struct handle context)
{
	return lifecycle_phase(&l, context.lower, context.upper);
}

/* A context in that phase, with key 2. */
static struct handle context_in(struct handle credential, uint32_t phase)
{
	struct handle context = begin(credential, 1);
	assert_int_equal(advance(context, phase, 2), SEC_E_OK);
	assert_int_equal(phase_of(context), phase);
	return context;
}

static void assert_deleted_again(struct handle context)
{
	struct image before;
	image_take(&before, &l);
	assert_int_equal(delete(context), SEC_E_OK);
	assert_int_equal(phase_of(context), CONTEXT_NONE);
	assert_unchanged(&before, &l);
}

/* --- Deleting ------------------------------------------------------------------ */

static void deleting_answers_ok_in_every_phase_and_again(void **state)
{
	(void)state;
	for (uint32_t phase = 0; phase < PHASES; phase++) {
		lifecycle_renew(&l, 2, 1, 4);
		struct handle context = context_in(acquire(1), phase);
		assert_int_equal(delete(context), SEC_E_OK);
		assert_int_equal(phase_of(context), CONTEXT_NONE);
		assert_int_equal(l.credential[0].users, 0);
		assert_deleted_again(context);
		assert_deleted_again(context);
		assert_sound(&l);
	}
}

static void a_deleted_handle_stays_deleted_when_its_slot_is_reused(void **state)
{
	struct handle old[4];
	(void)state;
	lifecycle_renew(&l, 1, 1, 5);
	struct handle credential = acquire(1);
	for (uint32_t i = 0; i < 4; i++) {
		old[i] = begin(credential, i);
		assert_handle(old[i], CONTEXT_BASE, i + 1);
		assert_int_equal(delete(old[i]), SEC_E_OK);
	}
	struct handle new = begin(credential, 9);
	for (uint32_t i = 0; i < 4; i++) {
		assert_deleted_again(old[i]);
		assert_int_equal(advance(old[i], CONTEXT_COMPLETE, 5),
		                 SEC_E_INVALID_HANDLE);
	}
	assert_int_equal(phase_of(new), CONTEXT_PARTIAL);
	assert_true(key_equal(l.context[0].key, context_key(9)));
}

static void a_copy_of_a_handle_is_the_handle(void **state)
{
	(void)state;
	lifecycle_renew(&l, 2, 1, 4);
	struct handle context = begin(acquire(1), 1), copy = context;
	assert_int_equal(advance(copy, CONTEXT_COMPLETE, 2), SEC_E_OK);
	assert_int_equal(phase_of(context), CONTEXT_COMPLETE);
	assert_int_equal(delete(copy), SEC_E_OK);
	assert_deleted_again(context);
	assert_deleted_again(copy);
}

static void the_headers_deleted_handle_is_deleted_and_nothing_else(void **state)
{
	struct image before;
	(void)state;
	lifecycle_renew(&l, 1, 1, 2);
	assert_deleted_again(deleted_handle);
	acquire(1);
	image_take(&before, &l);
	assert_deleted_again(deleted_handle);
	assert_int_equal(credential_free(deleted_handle), SEC_E_INVALID_HANDLE);
	assert_int_equal(advance(deleted_handle, CONTEXT_COMPLETE, 1),
	                 SEC_E_INVALID_HANDLE);
	assert_int_equal(try_begin(deleted_handle, CONTEXT_PARTIAL, 1).status,
	                 SEC_E_INVALID_HANDLE);
	assert_unchanged(&before, &l);
}

/* --- Values that are no handles ------------------------------------------------- */

static void assert_no_context(struct handle handle)
{
	assert_int_equal(delete(handle), SEC_E_INVALID_HANDLE);
	assert_int_equal(phase_of(handle), CONTEXT_NONE);
	for (uint32_t phase = 0; phase < PHASES; phase++)
		assert_int_equal(advance(handle, phase, 9), SEC_E_INVALID_HANDLE);
}

static void assert_no_credential(struct handle handle)
{
	assert_int_equal(credential_free(handle), SEC_E_INVALID_HANDLE);
	struct issued issued = try_begin(handle, CONTEXT_PARTIAL, 9);
	assert_int_equal(issued.status, SEC_E_INVALID_HANDLE);
	assert_handle(issued.handle, 0, 0);
}

static struct handle swapped(struct handle handle)
{
	return (struct handle){handle.upper, handle.lower};
}

/* The values near an issued handle that were never issued themselves, in a table
 * whose second slot is the last that was used. */
static void assert_neighbours_invalid(struct handle handle,
                                      void (*assert_invalid)(struct handle))
{
	const uintptr_t top = UINTPTR_MAX - UINTPTR_MAX / 2;
	const uintptr_t lower = handle.lower, upper = handle.upper;
	const struct handle neighbours[] = {
		{upper, lower}, {lower, 0}, {lower, upper + 1},
		{lower, upper ^ (1u << 30)}, {lower, upper ^ top},
		{lower ^ top, upper}, {lower - 2, upper}, {lower + 2, upper},
		{lower, UINTPTR_MAX}, {UINTPTR_MAX, upper},
		{lower, SEC_DELETED_HANDLE}, {SEC_DELETED_HANDLE, upper},
#if UINTPTR_MAX > UINT32_MAX
		{lower, upper + ((uintptr_t)1 << 32)},
		{lower + ((uintptr_t)1 << 32), upper},
#endif
	};
	for (size_t i = 0; i < sizeof neighbours / sizeof *neighbours; i++)
		assert_invalid(neighbours[i]);
}

static const struct handle reserved[] = {
	{0, 0}, {0, 1}, {1, 0}, {1, 1},
	{UINTPTR_MAX, UINTPTR_MAX},
	{SEC_DELETED_HANDLE, UINTPTR_MAX}, {UINTPTR_MAX, SEC_DELETED_HANDLE},
	{UINTPTR_MAX / 0xFF * 0xA5, UINTPTR_MAX / 0xFF * 0x5A},
	{UINTPTR_MAX >> 1, UINTPTR_MAX >> 1},
	{CONTEXT_BASE, CONTEXT_BASE}, {CREDENTIAL_BASE, CREDENTIAL_BASE},
};

static void what_was_never_issued_is_invalid_and_changes_nothing(void **state)
{
	struct image before;
	(void)state;
	lifecycle_renew(&l, 4, 4, 4);
	struct handle live = acquire(1), freed = acquire(2);
	struct handle context = begin(live, 1), deleted = begin(freed, 2);
	assert_int_equal(delete(deleted), SEC_E_OK);
	assert_int_equal(credential_free(freed), SEC_E_OK);
	image_take(&before, &l);
	assert_neighbours_invalid(context, assert_no_context);
	assert_neighbours_invalid(deleted, assert_no_context);
	assert_neighbours_invalid(live, assert_no_credential);
	assert_neighbours_invalid(freed, assert_no_credential);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
		assert_no_context(reserved[i]);
		assert_no_credential(reserved[i]);
	}
	assert_unchanged(&before, &l);
}

static void no_handle_is_one_of_the_other_kind(void **state)
{
	struct image before;
	(void)state;
	lifecycle_renew(&l, 2, 2, 4);
	struct handle live = acquire(1), freed = acquire(2);
	struct handle context = begin(live, 1), deleted = begin(live, 2);
	assert_int_equal(delete(deleted), SEC_E_OK);
	assert_int_equal(credential_free(freed), SEC_E_OK);
	image_take(&before, &l);
	assert_no_context(live);
	assert_no_context(freed);
	assert_no_context(swapped(live));
	assert_no_credential(context);
	assert_no_credential(deleted);
	assert_no_credential(swapped(context));
	assert_unchanged(&before, &l);
	assert_true(CONTEXT_BASE + TABLE_CAPACITY_MAX <= CREDENTIAL_BASE);
}

static void an_empty_lifecycle_has_forgotten_what_was_issued(void **state)
{
	(void)state;
	lifecycle_renew(&l, 2, 2, 4);
	struct handle credential = acquire(1), context = begin(credential, 1);
	lifecycle_init(&l, 2, 2, 4);
	assert_no_context(context);
	assert_no_credential(credential);
	assert_sound(&l);
}

/* --- Credentials ---------------------------------------------------------------- */

static void a_credential_is_freed_once(void **state)
{
	struct image before;
	(void)state;
	lifecycle_renew(&l, 1, 2, 4);
	struct handle credential = acquire(1), other = acquire(2);
	assert_int_equal(credential_free(credential), SEC_E_OK);
	image_take(&before, &l);
	assert_no_credential(credential);
	assert_unchanged(&before, &l);
	struct handle next = acquire(3);
	assert_handle(next, credential.lower, credential.upper + 1);
	image_take(&before, &l);
	assert_no_credential(credential);
	assert_unchanged(&before, &l);
	assert_int_equal(credential_free(other), SEC_E_OK);
	assert_int_equal(credential_free(next), SEC_E_OK);
	assert_sound(&l);
}

/* A credential that lingers is held, but no new context may use it. */
static void a_freed_credential_begins_nothing(void **state)
{
	struct image before;
	(void)state;
	lifecycle_renew(&l, 2, 1, 4);
	struct handle credential = acquire(1);
	begin(credential, 1);
	assert_int_equal(credential_free(credential), SEC_E_OK);
	image_take(&before, &l);
	assert_no_credential(credential);
	assert_unchanged(&before, &l);
}

static void a_bad_credential_is_invalid_also_when_no_slot_is_left(void **state)
{
	(void)state;
	lifecycle_renew(&l, 0, 1, 1);
	assert_no_credential(no_handle);
	assert_int_equal(try_begin(acquire(1), CONTEXT_PARTIAL, 1).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
}

static void assert_secret_kept(uint32_t number)
{
	assert_true(key_equal(l.credential[0].secret, secret(number)));
	assert_int_equal(lifecycle_acquire(&l, secret(9)).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
}

static void assert_secret_gone(void)
{
	assert_true(key_wiped(l.credential[0].secret));
	struct handle next = acquire(8);
	assert_int_equal(next.lower, CREDENTIAL_BASE);
	assert_true(key_equal(l.credential[0].secret, secret(8)));
	assert_int_equal(l.credential[0].users, 0);
	assert_sound(&l);
}

/* Two contexts need the credential; which is deleted first must not matter. */
static void a_credential_freed_first_stays_until_its_last_context_goes(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		lifecycle_renew(&l, 2, 1, 4);
		struct handle credential = acquire(1);
		struct handle contexts[2] = {begin(credential, 1),
		                             begin(credential, 2)};
		assert_int_equal(l.credential[0].users, 2);
		assert_int_equal(credential_free(credential), SEC_E_OK);
		assert_secret_kept(1);
		assert_int_equal(delete(contexts[first]), SEC_E_OK);
		assert_deleted_again(contexts[first]);
		assert_secret_kept(1);
		assert_int_equal(phase_of(contexts[!first]), CONTEXT_PARTIAL);
		assert_int_equal(advance(contexts[!first], CONTEXT_COMPLETE, 3),
		                 SEC_E_OK);
		assert_secret_kept(1);
		assert_int_equal(delete(contexts[!first]), SEC_E_OK);
		assert_secret_gone();
	}
}

static void a_credential_freed_last_stays_until_it_is_freed(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		lifecycle_renew(&l, 2, 1, 4);
		struct handle credential = acquire(1);
		struct handle contexts[2] = {begin(credential, 1),
		                             begin(credential, 2)};
		assert_int_equal(delete(contexts[first]), SEC_E_OK);
		assert_secret_kept(1);
		assert_int_equal(delete(contexts[!first]), SEC_E_OK);
		assert_int_equal(l.credential[0].users, 0);
		assert_secret_kept(1);
		assert_int_equal(credential_free(credential), SEC_E_OK);
		assert_secret_gone();
	}
}

static void an_imported_context_needs_no_credential(void **state)
{
	(void)state;
	lifecycle_renew(&l, 2, 1, 4);
	struct handle credential = acquire(1);
	struct issued issued = lifecycle_import(&l, context_key(1));
	assert_int_equal(issued.status, SEC_E_OK);
	assert_int_equal(phase_of(issued.handle), CONTEXT_COMPLETE);
	assert_true(key_equal(l.context[0].key, context_key(1)));
	assert_int_equal(l.credential[0].users, 0);
	assert_int_equal(credential_free(credential), SEC_E_OK);
	assert_secret_gone();
	assert_int_equal(phase_of(issued.handle), CONTEXT_COMPLETE);
	assert_int_equal(delete(issued.handle), SEC_E_OK);
	assert_deleted_again(issued.handle);
	lifecycle_renew(&l, 1, 0, 1);
	assert_int_equal(lifecycle_import(&l, context_key(1)).status, SEC_E_OK);
}

/* --- Key material --------------------------------------------------------------- */

/* Counts the words of a kind of key in all of the lifecycle's memory. */
static uint32_t count_key_words(uint32_t kind)
{
	const unsigned char *at = (const unsigned char *)&l;
	uint32_t found = 0, word;
	for (size_t i = 0; i + sizeof word <= sizeof l; i += sizeof word) {
		memcpy(&word, at + i, sizeof word);
		found += word == kind;
	}
	return found;
}

/* The first context's key is replaced once; the second one's is not. */
static void after_a_delete_no_word_of_a_key_is_left_in_memory(void **state)
{
	(void)state;
	for (int freed_first = 0; freed_first < 2; freed_first++) {
		lifecycle_renew(&l, 3, 2, 4);
		struct handle credential = acquire(1);
		struct handle a = begin(credential, 1), b = begin(credential, 2);
		assert_int_equal(advance(a, CONTEXT_COMPLETE, 3), SEC_E_OK);
		assert_int_equal(advance(a, CONTEXT_COMPLETE, 4),
		                 SEC_E_OUT_OF_SEQUENCE);
		assert_int_equal(count_key_words(KEY_OF_CONTEXT), KEY_WORDS);
		if (freed_first)
			assert_int_equal(credential_free(credential), SEC_E_OK);
		assert_int_equal(delete(a), SEC_E_OK);
		assert_true(key_wiped(l.context[0].key));
		assert_true(key_equal(l.context[1].key, context_key(2)));
		assert_int_equal(count_key_words(KEY_OF_CONTEXT), KEY_WORDS / 2);
		assert_int_equal(delete(b), SEC_E_OK);
		assert_true(key_wiped(l.context[1].key));
		assert_int_equal(count_key_words(KEY_OF_CONTEXT), 0);
		assert_int_equal(count_key_words(KEY_OF_CREDENTIAL),
		                 freed_first ? 0 : KEY_WORDS / 2);
	}
}

static void what_is_refused_leaves_no_word_of_its_key_in_memory(void **state)
{
	(void)state;
	lifecycle_renew(&l, 0, 1, 1);
	struct handle credential = acquire(1);
	try_begin(credential, CONTEXT_PARTIAL, 1);
	try_begin(no_handle, CONTEXT_PARTIAL, 2);
	lifecycle_import(&l, context_key(3));
	advance(no_handle, CONTEXT_COMPLETE, 4);
	assert_int_equal(count_key_words(KEY_OF_CONTEXT), 0);
	lifecycle_acquire(&l, secret(2));
	assert_int_equal(count_key_words(KEY_OF_CREDENTIAL), KEY_WORDS / 2);
}

/* --- Phases ---------------------------------------------------------------------- */

static void a_first_leg_begins_in_the_phase_it_is_told(void **state)
{
	(void)state;
	for (uint32_t phase = 0; phase < PHASES; phase++) {
		lifecycle_renew(&l, 1, 2, 4);
		acquire(1);
		struct issued issued = try_begin(acquire(2), phase, 3);
		assert_int_equal(issued.status, SEC_E_OK);
		assert_handle(issued.handle, CONTEXT_BASE, 1);
		assert_int_equal(phase_of(issued.handle), phase);
		assert_int_equal(l.context[0].credential, 1);
		assert_true(key_equal(l.context[0].key, context_key(3)));
	}
}

static uint32_t expected_phase(uint32_t from, uint32_t to)
{
	if (from == CONTEXT_PARTIAL || from == CONTEXT_INCOMPLETE)
		return to;
	return from == CONTEXT_REJECTED ? CONTEXT_REJECTED : CONTEXT_FAILED;
}

static void advance_makes_the_right_transition_for_every_pair(void **state)
{
	(void)state;
	for (uint32_t from = 0; from < PHASES; from++)
		for (uint32_t to = 0; to < PHASES; to++) {
			bool open = from == CONTEXT_PARTIAL ||
			            from == CONTEXT_INCOMPLETE;
			lifecycle_renew(&l, 1, 1, 4);
			struct handle context = context_in(acquire(1), from);
			assert_int_equal(advance(context, to, 3),
			                 open ? SEC_E_OK : SEC_E_OUT_OF_SEQUENCE);
			assert_int_equal(phase_of(context),
			                 expected_phase(from, to));
			assert_true(key_equal(l.context[0].key,
			                      context_key(open ? 3 : 2)));
			assert_int_equal(l.context[0].credential, 0);
			assert_int_equal(l.credential[0].users, 1);
		}
}

/* Whatever is asked of it, and in whatever order: 5^4 sequences. */
static void a_rejected_context_never_completes(void **state)
{
	(void)state;
	lifecycle_renew(&l, 1, 1, 1000);
	struct handle credential = acquire(1);
	for (uint32_t asked = 0; asked < 625; asked++) {
		struct handle context = context_in(credential, CONTEXT_REJECTED);
		for (uint32_t rest = asked, i = 0; i < 4; i++, rest /= PHASES) {
			assert_int_equal(advance(context, rest % PHASES, 3),
			                 SEC_E_OUT_OF_SEQUENCE);
			assert_int_equal(phase_of(context), CONTEXT_REJECTED);
		}
		assert_int_equal(delete(context), SEC_E_OK);
	}
}

/* --- The ends of slots ----------------------------------------------------------- */

static void without_a_free_slot_nothing_is_created(void **state)
{
	struct image before;
	(void)state;
	for (uint32_t size = 0; size <= 3; size++) {
		lifecycle_renew(&l, size, size + 1, 4);
		struct handle credential = acquire(1);
		for (uint32_t i = 0; i < size; i++) {
			acquire(2 + i);
			begin(credential, i);
		}
		image_take(&before, &l);
		struct issued context = try_begin(credential, CONTEXT_PARTIAL, 9);
		struct issued imported = lifecycle_import(&l, context_key(9));
		struct issued acquired = lifecycle_acquire(&l, secret(9));
		assert_unchanged(&before, &l);
		assert_int_equal(context.status, SEC_E_INSUFFICIENT_MEMORY);
		assert_int_equal(imported.status, SEC_E_INSUFFICIENT_MEMORY);
		assert_int_equal(acquired.status, SEC_E_INSUFFICIENT_MEMORY);
		assert_handle(context.handle, 0, 0);
		assert_handle(imported.handle, 0, 0);
		assert_handle(acquired.handle, 0, 0);
	}
}

/* Two slots of three generations issue six handles, and then none for ever. */
static void context_slots_retire_when_their_generations_are_used_up(void **state)
{
	struct handle old[6];
	(void)state;
	lifecycle_renew(&l, 2, 1, 3);
	struct handle credential = acquire(1);
	for (uint32_t i = 0; i < 6; i++) {
		old[i] = begin(credential, i);
		for (uint32_t j = 0; j < i; j++)
			assert_false(old[i].lower == old[j].lower &&
			             old[i].upper == old[j].upper);
		assert_int_equal(delete(old[i]), SEC_E_OK);
		assert_int_equal(l.contexts.retired, (i + 1) / 3);
		assert_sound(&l);
	}
	assert_int_equal(try_begin(credential, CONTEXT_PARTIAL, 7).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
	for (uint32_t i = 0; i < 6; i++)
		assert_deleted_again(old[i]);
}

/* A slot whose credential is still needed is not retired yet. */
static void credential_slots_retire_when_their_generations_are_used_up(void **state)
{
	(void)state;
	lifecycle_renew(&l, 2, 2, 3);
	for (uint32_t i = 0; i < 6; i++) {
		struct handle credential = acquire(i), context = begin(credential, i);
		assert_handle(credential, CREDENTIAL_BASE + i / 3, i % 3 + 1);
		assert_int_equal(credential_free(credential), SEC_E_OK);
		assert_int_equal(l.credentials.retired, i / 3);
		assert_int_equal(l.credentials.lingering, 1);
		assert_int_equal(delete(context), SEC_E_OK);
		assert_int_equal(l.credentials.retired, (i + 1) / 3);
		assert_true(key_wiped(l.credential[i / 3].secret));
		assert_sound(&l);
	}
	assert_int_equal(lifecycle_acquire(&l, secret(7)).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
}

static void no_upper_word_has_bit_30(void **state)
{
	(void)state;
	assert_true(TABLE_GENERATION_MAX < 1u << 30);
	lifecycle_renew(&l, 1, 1, TABLE_GENERATION_MAX);
	struct handle credential = acquire(1), first = begin(credential, 1);
	assert_int_equal(delete(first), SEC_E_OK);
	l.contexts.slots[0].generation = TABLE_GENERATION_MAX - 1;
	struct handle last = begin(credential, 2);
	assert_handle(last, CONTEXT_BASE, TABLE_GENERATION_MAX);
	assert_deleted_again(first);
	assert_int_equal(delete(last), SEC_E_OK);
	assert_int_equal(l.contexts.retired, 1);
	assert_int_equal(try_begin(credential, CONTEXT_PARTIAL, 3).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_no_context((struct handle){CONTEXT_BASE, last.upper + 1});
	assert_no_context((struct handle){CONTEXT_BASE, 1u << 30});
	assert_deleted_again(last);
}

static void as_many_contexts_live_at_once_as_there_are_slots(void **state)
{
	(void)state;
	lifecycle_renew(&l, TABLE_CAPACITY_MAX, 1, TABLE_GENERATION_MAX);
	struct handle credential = acquire(1);
	for (uint32_t i = 0; i < TABLE_CAPACITY_MAX; i++)
		assert_handle(begin(credential, i & 4095), CONTEXT_BASE + i, 1);
	assert_int_equal(try_begin(credential, CONTEXT_PARTIAL, 1).status,
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(l.credential[0].users, TABLE_CAPACITY_MAX);
	assert_int_equal(credential_free(credential), SEC_E_OK);
	for (uint32_t i = 0; i < TABLE_CAPACITY_MAX; i++) {
		assert_true(key_equal(l.credential[0].secret, secret(1)));
		assert_int_equal(lifecycle_delete(&l, CONTEXT_BASE + i, 1),
		                 SEC_E_OK);
	}
	assert_int_equal(count_key_words(KEY_OF_CONTEXT), 0);
	assert_int_equal(count_key_words(KEY_OF_CREDENTIAL), 0);
	assert_adds_up(&l.contexts);
	assert_int_equal(l.contexts.free, TABLE_CAPACITY_MAX);
}

/* --- What operations leave alone ------------------------------------------------- */

enum { ISSUED_LIMIT = 256 };

/* All handles that were issued, and what each is, or was before a step. */
struct history {
	struct handle handle[ISSUED_LIMIT];
	bool live[ISSUED_LIMIT];
	uint32_t count;
};

static bool is_live(struct handle handle)
{
	return table_find(&l.contexts, handle.lower, handle.upper) < TABLE_NEVER ||
	       table_find(&l.credentials, handle.lower, handle.upper) <
	               TABLE_NEVER;
}

static bool same(struct handle a, struct handle b)
{
	return a.lower == b.lower && a.upper == b.upper;
}

/* Any handle that was issued, or now and then a value near it. */
static struct handle any_handle(const struct history *history, uint64_t *seed)
{
	if (history->count == 0)
		return no_handle;
	struct handle handle =
		history->handle[random_below(seed, history->count)];
	uint32_t draw = random_below(seed, 16);
	if (draw == 0)
		return swapped(handle);
	if (draw == 1)
		handle.upper += random_below(seed, 3) - 1u;
	if (draw == 2)
		handle.lower += random_below(seed, 3) - 1u;
	return draw == 3 ? deleted_handle : handle;
}

static void assert_context(struct handle handle, uint32_t phase,
                           uint32_t credential, struct key key)
{
	const struct context *context = &l.context[handle.lower - CONTEXT_BASE];
	assert_int_equal(phase_of(handle), phase);
	assert_int_equal(context->credential, credential);
	assert_true(key_equal(context->key, key));
}

/* What is made, if anything, is made of what was given. */
static struct handle acquire_checked(uint32_t number)
{
	struct issued issued = lifecycle_acquire(&l, secret(number));
	if (issued.status == SEC_E_OK) {
		uintptr_t k = issued.handle.lower - CREDENTIAL_BASE;
		assert_true(key_equal(l.credential[k].secret, secret(number)));
		assert_int_equal(l.credential[k].users, 0);
	}
	return issued.handle;
}

static struct handle import_checked(uint32_t number)
{
	struct issued issued = lifecycle_import(&l, context_key(number));
	if (issued.status == SEC_E_OK)
		assert_context(issued.handle, CONTEXT_COMPLETE, CREDENTIAL_NONE,
		               context_key(number));
	return issued.handle;
}

static struct handle begin_checked(struct handle credential, uint32_t phase,
                                   uint32_t number)
{
	struct issued issued = try_begin(credential, phase, number);
	if (issued.status == SEC_E_OK)
		assert_context(issued.handle, phase,
		               (uint32_t)(credential.lower - CREDENTIAL_BASE),
		               context_key(number));
	return issued.handle;
}

static void advance_checked(struct handle handle, uint32_t phase, uint32_t number)
{
	uint32_t from = phase_of(handle);
	if (from == CONTEXT_NONE) {
		assert_int_equal(advance(handle, phase, number),
		                 SEC_E_INVALID_HANDLE);
		return;
	}
	bool open = from == CONTEXT_PARTIAL || from == CONTEXT_INCOMPLETE;
	struct context old = l.context[handle.lower - CONTEXT_BASE];
	assert_int_equal(advance(handle, phase, number),
	                 open ? SEC_E_OK : SEC_E_OUT_OF_SEQUENCE);
	assert_context(handle, expected_phase(from, phase), old.credential,
	               open ? context_key(number) : old.key);
}

/* One operation on any handle. Answers the only handle it may have affected: the
 * one it issued, or the one it was given, if that was live. */
static struct handle operate(const struct history *history, uint64_t *seed)
{
	struct handle given = any_handle(history, seed);
	struct handle affected = is_live(given) ? given : no_handle;
	uint32_t number = random_below(seed, 4096);
	uint32_t phase = random_below(seed, PHASES);
	switch (random_below(seed, 8)) {
	case 0: return acquire_checked(number);
	case 1: return import_checked(number);
	case 2:
	case 3: return begin_checked(given, phase, number);
	case 4: advance_checked(given, phase, number); return affected;
	case 5: credential_free(given); return affected;
	default: delete(given); return affected;
	}
}

static void assert_contexts_kept_but(const struct image *before,
                                     struct handle affected)
{
	uint32_t used;
	memcpy(&used, before->contexts.counters, sizeof used);
	for (uint32_t i = 0; i < used; i++)
		if (affected.lower != CONTEXT_BASE + i) {
			assert_memory_equal(&l.contexts.slots[i],
			                    &before->contexts.slots[i],
			                    sizeof *l.contexts.slots);
			assert_memory_equal(&l.context[i], &before->context[i],
			                    sizeof *l.context);
		}
}

/* A credential that is held by contexts alone may have been let go. */
static void assert_credentials_kept_but(const struct image *before,
                                        struct handle affected)
{
	uint32_t used;
	memcpy(&used, before->credentials.counters, sizeof used);
	for (uint32_t k = 0; k < used; k++) {
		const struct slot *old = &before->credentials.slots[k];
		const struct slot *new = &l.credentials.slots[k];
		bool held = new->place == SLOT_LIVE ||
		            new->place == SLOT_LINGERING;
		if (affected.lower == CREDENTIAL_BASE + k)
			continue;
		assert_int_equal(new->generation, old->generation);
		assert_int_equal(new->place == SLOT_LIVE,
		                 old->place == SLOT_LIVE);
		if (held)
			assert_true(key_equal(l.credential[k].secret,
			                      before->credential[k].secret));
	}
}

/* No handle but the affected one begins or ceases to be live; a new one is live
 * and was never issued before. */
static void assert_handles_kept_but(struct history *history,
                                    struct handle affected)
{
	bool is_new = !same(affected, no_handle);
	for (uint32_t i = 0; i < history->count; i++) {
		bool live = is_live(history->handle[i]);
		if (same(history->handle[i], affected)) {
			assert_true(history->live[i]); /* ended is for ever */
			history->live[i] = live;
			is_new = false;
		}
		assert_int_equal(live, history->live[i]);
	}
	if (!is_new)
		return;
	assert_true(history->count < ISSUED_LIMIT);
	assert_true(is_live(affected));
	history->handle[history->count] = affected;
	history->live[history->count++] = true;
}

static void no_operation_affects_what_it_is_not_given(void **state)
{
	uint64_t seed = 8;
	(void)state;
	for (uint32_t round = 0; round < 1000; round++) {
		struct history history = {.count = 0};
		lifecycle_renew(&l, 1 + random_below(&seed, 4),
		                1 + random_below(&seed, 3),
		                1 + random_below(&seed, 4));
		for (int i = 0; i < 100; i++) {
			struct image before;
			image_take(&before, &l);
			struct handle affected = operate(&history, &seed);
			if (same(affected, no_handle))
				assert_unchanged(&before, &l);
			assert_contexts_kept_but(&before, affected);
			assert_credentials_kept_but(&before, affected);
			assert_handles_kept_but(&history, affected);
			assert_sound(&l);
		}
	}
}

static void assert_noise(const void *memory, size_t size)
{
	const unsigned char *at = memory;
	for (size_t i = 0; i < size; i++)
		assert_int_equal(at[i], 0xA5);
}

/* The first slot of each kind is in use, or none; nothing behind it is written. */
static void assert_virgin_from(uint32_t slot)
{
	size_t rest = CORE_SLOTS - slot;
	assert_noise(l.contexts.slots + slot, rest * sizeof *l.contexts.slots);
	assert_noise(l.contexts.stack + slot, rest * sizeof *l.contexts.stack);
	assert_noise(l.credentials.slots + slot,
	             rest * sizeof *l.credentials.slots);
	assert_noise(l.credentials.stack + slot,
	             rest * sizeof *l.credentials.stack);
	assert_noise(l.context + slot, rest * sizeof *l.context);
	assert_noise(l.credential + slot, rest * sizeof *l.credential);
}

static void slots_are_touched_only_as_they_come_into_use(void **state)
{
	(void)state;
	lifecycle_renew(&l, CORE_SLOTS, CORE_SLOTS, 8);
	assert_virgin_from(0);
	struct handle credential = acquire(1), context = begin(credential, 1);
	advance(context, CONTEXT_COMPLETE, 2);
	credential_free(credential);
	delete(context);
	assert_virgin_from(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deleting_answers_ok_in_every_phase_and_again),
		cmocka_unit_test(a_deleted_handle_stays_deleted_when_its_slot_is_reused),
		cmocka_unit_test(a_copy_of_a_handle_is_the_handle),
		cmocka_unit_test(the_headers_deleted_handle_is_deleted_and_nothing_else),
		cmocka_unit_test(what_was_never_issued_is_invalid_and_changes_nothing),
		cmocka_unit_test(no_handle_is_one_of_the_other_kind),
		cmocka_unit_test(an_empty_lifecycle_has_forgotten_what_was_issued),
		cmocka_unit_test(a_credential_is_freed_once),
		cmocka_unit_test(a_freed_credential_begins_nothing),
		cmocka_unit_test(a_bad_credential_is_invalid_also_when_no_slot_is_left),
		cmocka_unit_test(a_credential_freed_first_stays_until_its_last_context_goes),
		cmocka_unit_test(a_credential_freed_last_stays_until_it_is_freed),
		cmocka_unit_test(an_imported_context_needs_no_credential),
		cmocka_unit_test(after_a_delete_no_word_of_a_key_is_left_in_memory),
		cmocka_unit_test(what_is_refused_leaves_no_word_of_its_key_in_memory),
		cmocka_unit_test(a_first_leg_begins_in_the_phase_it_is_told),
		cmocka_unit_test(advance_makes_the_right_transition_for_every_pair),
		cmocka_unit_test(a_rejected_context_never_completes),
		cmocka_unit_test(without_a_free_slot_nothing_is_created),
		cmocka_unit_test(context_slots_retire_when_their_generations_are_used_up),
		cmocka_unit_test(credential_slots_retire_when_their_generations_are_used_up),
		cmocka_unit_test(no_upper_word_has_bit_30),
		cmocka_unit_test(as_many_contexts_live_at_once_as_there_are_slots),
		cmocka_unit_test(no_operation_affects_what_it_is_not_given),
		cmocka_unit_test(slots_are_touched_only_as_they_come_into_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
