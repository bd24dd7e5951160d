/*
 * core.c: see core.h.
 */
#include "core.h"

#include "unit.h"

/* --- Key material ---------------------------------------------------------- */

/* Pairs of words: the kind, and the number spread over four bytes. */
struct key key_make(uint32_t kind, uint32_t number)
{
	uint32_t words[KEY_WORDS];
	struct key key;
	assert_true(number < 4096);
	for (size_t i = 0; i < KEY_WORDS; i += 2) {
		words[i] = kind;
		words[i + 1] = (number >> 6) << 25 | (number & 63) << 17 |
		               KEY_SERIAL_MASK;
	}
	memcpy(key.byte, words, sizeof key.byte);
	return key;
}

static uint32_t key_number(uint32_t word)
{
	return (word >> 25) << 6 | ((word >> 17) & 63);
}

bool key_equal(struct key a, struct key b)
{
	return memcmp(a.byte, b.byte, sizeof a.byte) == 0;
}

bool key_wiped(struct key key)
{
	static const struct key none;
	return key_equal(key, none);
}

/* --- Images ---------------------------------------------------------------- */

static void take_table(struct table_image *image, const struct table *t)
{
	memcpy(image->counters, t, sizeof image->counters);
	memcpy(image->stack, t->stack, sizeof image->stack);
	memcpy(image->slots, t->slots, sizeof image->slots);
}

static void restore_table(const struct table_image *image, struct table *t)
{
	memcpy(t, image->counters, sizeof image->counters);
	memcpy(t->stack, image->stack, sizeof image->stack);
	memcpy(t->slots, image->slots, sizeof image->slots);
}

void image_take(struct image *image, const struct lifecycle *l)
{
	take_table(&image->contexts, &l->contexts);
	take_table(&image->credentials, &l->credentials);
	memcpy(image->context, l->context, sizeof image->context);
	memcpy(image->credential, l->credential, sizeof image->credential);
}

void image_restore(const struct image *image, struct lifecycle *l)
{
	restore_table(&image->contexts, &l->contexts);
	restore_table(&image->credentials, &l->credentials);
	memcpy(l->context, image->context, sizeof image->context);
	memcpy(l->credential, image->credential, sizeof image->credential);
}

void assert_unchanged(const struct image *image, const struct lifecycle *l)
{
	struct image now;
	image_take(&now, l);
	assert_memory_equal(&now, image, sizeof now);
}

static void add_noise(struct table *t)
{
	memset(t, 0xA5, offsetof(struct table, stack));
	memset(t->stack, 0xA5, CORE_SLOTS * sizeof *t->stack);
	memset(t->slots, 0xA5, CORE_SLOTS * sizeof *t->slots);
}

void lifecycle_renew(struct lifecycle *l, uint32_t contexts,
                     uint32_t credentials, uint32_t max_generation)
{
	add_noise(&l->contexts);
	add_noise(&l->credentials);
	memset(l->context, 0xA5, CORE_SLOTS * sizeof *l->context);
	memset(l->credential, 0xA5, CORE_SLOTS * sizeof *l->credential);
	lifecycle_init(l, contexts, credentials, max_generation);
}

/* --- What must hold -------------------------------------------------------- */

void assert_adds_up(const struct table *t)
{
	uint32_t live = 0, lingering = 0, retired = 0, free_slots = 0;
	assert_true(t->used <= t->capacity);
	for (uint32_t i = 0; i < t->used; i++) {
		const struct slot *slot = &t->slots[i];
		assert_in_range(slot->generation, 1, t->max_generation);
		switch (slot->place) {
		case SLOT_LIVE: live++; break;
		case SLOT_LINGERING: lingering++; break;
		case SLOT_RETIRED:
			assert_int_equal(slot->generation, t->max_generation);
			retired++;
			break;
		default:
			assert_true(slot->generation < t->max_generation);
			assert_true(slot->place < t->free);
			assert_int_equal(t->stack[slot->place], i);
			free_slots++;
		}
	}
	assert_int_equal(live, table_live(t));
	assert_int_equal(lingering, t->lingering);
	assert_int_equal(retired, t->retired);
	assert_int_equal(free_slots, t->free);
}

static uint32_t count_users(const struct lifecycle *l, uint32_t credential)
{
	uint32_t users = 0;
	for (uint32_t i = 0; i < l->contexts.used; i++)
		users += l->contexts.slots[i].place == SLOT_LIVE &&
		         l->context[i].credential == credential;
	return users;
}

static void assert_context_sound(const struct lifecycle *l, uint32_t i)
{
	uint32_t credential = l->context[i].credential;
	if (l->contexts.slots[i].place != SLOT_LIVE) {
		assert_true(key_wiped(l->context[i].key));
		return;
	}
	assert_true(l->context[i].phase < CONTEXT_NONE);
	assert_true(credential < l->credentials.used ||
	            credential == CREDENTIAL_NONE);
}

static void assert_credential_sound(const struct lifecycle *l, uint32_t k)
{
	uint32_t place = l->credentials.slots[k].place;
	assert_int_equal(l->credential[k].users, count_users(l, k));
	if (place == SLOT_LINGERING)
		assert_true(l->credential[k].users > 0);
	if (place != SLOT_LINGERING && place != SLOT_LIVE) {
		assert_int_equal(l->credential[k].users, 0);
		assert_true(key_wiped(l->credential[k].secret));
	}
}

void assert_sound(const struct lifecycle *l)
{
	assert_adds_up(&l->contexts);
	assert_adds_up(&l->credentials);
	assert_int_equal(l->contexts.base, CONTEXT_BASE);
	assert_int_equal(l->credentials.base, CREDENTIAL_BASE);
	assert_int_equal(l->contexts.lingering, 0);
	for (uint32_t i = 0; i < l->contexts.used; i++)
		assert_context_sound(l, i);
	for (uint32_t k = 0; k < l->credentials.used; k++)
		assert_credential_sound(l, k);
}

/* --- The adapter: what it sees --------------------------------------------- */

static const int64_t status_of[OUTCOME_COUNT] = {
	[OUTCOME_CONTINUE] = SEC_I_CONTINUE_NEEDED,
	[OUTCOME_COMPLETE_NEEDED] = SEC_I_COMPLETE_NEEDED,
	[OUTCOME_COMPLETE] = SEC_E_OK,
	[OUTCOME_INCOMPLETE] = SEC_E_INCOMPLETE_MESSAGE,
	[OUTCOME_REJECTED] = SEC_E_LOGON_DENIED,
	[OUTCOME_FAILED] = SEC_E_INVALID_TOKEN,
};

static const uint32_t phase_of[OUTCOME_COUNT] = {
	[OUTCOME_CONTINUE] = CONTEXT_PARTIAL,
	[OUTCOME_COMPLETE_NEEDED] = CONTEXT_PARTIAL,
	[OUTCOME_COMPLETE] = CONTEXT_COMPLETE,
	[OUTCOME_INCOMPLETE] = CONTEXT_INCOMPLETE,
	[OUTCOME_REJECTED] = CONTEXT_REJECTED,
	[OUTCOME_FAILED] = CONTEXT_FAILED,
};

int64_t outcome_status(enum outcome outcome)
{
	return status_of[outcome];
}

/* The words that a name passes; NULL is no handle, as {0,0} is none. */
static struct handle passed(const struct core *core, name_id name)
{
	return name < NAME_NULL ? core->structs[name] : (struct handle){0, 0};
}

static uint32_t find_credential(const struct core *core, name_id name)
{
	struct handle handle = passed(core, name);
	return table_find(&core->lifecycle->credentials, handle.lower,
	                  handle.upper);
}

static uint32_t phase(const struct core *core, struct handle context)
{
	return lifecycle_phase(core->lifecycle, context.lower, context.upper);
}

static bool is_live(const struct core *core, const struct step *step)
{
	if (step->op == OP_USE &&
	    functions[step->choice].kind == KIND_CREDENTIAL)
		return find_credential(core, step->handle) < TABLE_NEVER;
	return phase(core, passed(core, step->handle)) != CONTEXT_NONE;
}

/* Counts the words of one kind of key in some memory, those of live contexts'
 * keys left out. */
static uint32_t find_keys(const struct core *core, uint32_t kind,
                          const void *memory, size_t size)
{
	const unsigned char *at = memory, *end = at + size;
	uint32_t found = 0, pair[2];
	for (; at + sizeof pair <= end; at += sizeof *pair) {
		memcpy(pair, at, sizeof pair);
		if (pair[0] == kind &&
		    (kind != KEY_OF_CONTEXT ||
		     !core->key_alive[key_number(pair[1]) % CORE_KEYS]))
			found += 2;
	}
	return found;
}

static uint32_t find_all(const struct core *core, uint32_t kind)
{
	const struct lifecycle *l = core->lifecycle;
	size_t contexts = l->contexts.used + 1u;
	size_t credentials = l->credentials.used + 1u;
	return find_keys(core, kind, l->context, contexts * sizeof *l->context) +
	       find_keys(core, kind, l->credential,
	                 credentials * sizeof *l->credential);
}

/* A credential counts while its secret is in memory. */
static void see_counts(const struct core *core, struct answer *answer)
{
	const struct lifecycle *l = core->lifecycle;
	uint32_t contexts = 0;
	for (uint32_t i = 0; i < l->contexts.used; i++)
		contexts += l->contexts.slots[i].place == SLOT_LIVE;
	answer->counts[COUNTER_CONTEXTS] = contexts;
	answer->counts[COUNTER_CREDENTIALS] =
		(find_all(core, KEY_OF_CREDENTIAL) + KEY_WORDS - 1) / KEY_WORDS;
	answer->counts[COUNTER_RESIDUE] =
		find_all(core, KEY_OF_CONTEXT) * (uint32_t)sizeof(uint32_t);
}

/* --- The adapter: legs ----------------------------------------------------- */

static uint32_t index_of(struct handle context)
{
	uintptr_t index = context.lower - CONTEXT_BASE;
	assert_true(index < CORE_SLOTS);
	return (uint32_t)index;
}

/* What the core issued; a refusal comes with no words that look like a handle. */
static struct issued checked(struct issued issued)
{
	if (issued.status != SEC_E_OK) {
		assert_int_equal(issued.handle.lower, 0);
		assert_int_equal(issued.handle.upper, 0);
	}
	return issued;
}

/* The next key. It belongs to nobody yet. */
static struct key next_key(struct core *core)
{
	core->keys++;
	return key_make(KEY_OF_CONTEXT, core->keys);
}

/* The core has taken the newest key for a context. */
static void own_key(struct core *core, uint32_t index)
{
	core->key_alive[core->key[index]] = false;
	core->key_alive[core->keys] = true;
	core->key[index] = core->keys;
}

static void note_context(struct core *core, const struct step *step,
                         struct handle context, enum outcome outcome)
{
	uint32_t index = index_of(context);
	own_key(core, index);
	core->made_by[index] = step->op;
	core->awaits_completion[index] = outcome == OUTCOME_COMPLETE_NEEDED;
	core->structs[step->out] = context;
}

static int64_t first_leg(struct core *core, const struct step *step,
                         enum outcome outcome)
{
	struct handle handle = passed(core, step->credential);
	uint32_t credential = find_credential(core, step->credential);
	bool live = credential < TABLE_NEVER;
	uint8_t wrong = step->op == OP_INIT ? DIRECTION_INBOUND
	                                    : DIRECTION_OUTBOUND;
	if (step->out == NAME_NULL)
		return SEC_E_INTERNAL_ERROR;
	if (live && core->direction[credential] == wrong)
		return SEC_E_NO_CREDENTIALS;
	if (live && status_of[outcome] < 0)
		return status_of[outcome];
	struct issued issued = checked(
		lifecycle_begin(core->lifecycle, handle.lower, handle.upper,
	                        phase_of[outcome], next_key(core)));
	if (issued.status != SEC_E_OK)
		return issued.status;
	note_context(core, step, issued.handle, outcome);
	return status_of[outcome];
}

/* Lets the core advance a context, and remembers its key. */
static int64_t advance(struct core *core, struct handle context,
                       enum outcome outcome)
{
	int64_t status = lifecycle_advance(core->lifecycle, context.lower,
	                                   context.upper, phase_of[outcome],
	                                   next_key(core));
	if (status != SEC_E_OK)
		return status;
	own_key(core, index_of(context));
	core->awaits_completion[index_of(context)] =
		outcome == OUTCOME_COMPLETE_NEEDED;
	return status_of[outcome];
}

static int64_t later_leg(struct core *core, const struct step *step,
                         enum outcome outcome)
{
	struct handle context = passed(core, step->handle);
	uint8_t wrong = step->op == OP_INIT ? OP_ACCEPT : OP_INIT;
	if (step->credential != NAME_NULL &&
	    find_credential(core, step->credential) >= TABLE_NEVER)
		return SEC_E_INVALID_HANDLE;
	if (phase(core, context) != CONTEXT_NONE &&
	    core->made_by[index_of(context)] == wrong)
		return SEC_E_INVALID_TOKEN;
	int64_t status = advance(core, context, outcome);
	if (status >= 0 && step->out != NAME_NULL)
		core->structs[step->out] = context;
	return status;
}

/* Completes a context whose last leg asked for it. */
static int64_t complete(struct core *core, const struct step *step,
                        enum outcome outcome)
{
	struct handle context = passed(core, step->handle);
	if (is_live(core, step)) {
		if (!core->awaits_completion[index_of(context)])
			return SEC_E_OUT_OF_SEQUENCE;
		if (status_of[outcome] < 0)
			return status_of[outcome];
	}
	return advance(core, context, OUTCOME_COMPLETE);
}

/* --- The adapter: the other calls ------------------------------------------ */

static int64_t acquire(struct core *core, const struct step *step)
{
	if (step->out == NAME_NULL)
		return SEC_E_INTERNAL_ERROR;
	struct issued issued = checked(lifecycle_acquire(
		core->lifecycle, key_make(KEY_OF_CREDENTIAL, ++core->keys)));
	if (issued.status == SEC_E_OK) {
		uintptr_t credential = issued.handle.lower - CREDENTIAL_BASE;
		assert_true(credential < CORE_SLOTS);
		core->direction[credential] = step->choice;
		core->secret[credential] = core->keys;
		core->structs[step->out] = issued.handle;
	}
	return issued.status;
}

static int64_t import(struct core *core, const struct step *step,
                      enum outcome outcome)
{
	if (step->out == NAME_NULL || !core->buffer_exported[step->buffer])
		return SEC_E_INVALID_TOKEN;
	if (status_of[outcome] < 0)
		return status_of[outcome];
	struct issued issued =
		checked(lifecycle_import(core->lifecycle, next_key(core)));
	if (issued.status == SEC_E_OK)
		note_context(core, step, issued.handle, OUTCOME_COMPLETE);
	return issued.status;
}

static int64_t delete(struct core *core, struct handle context)
{
	if (phase(core, context) != CONTEXT_NONE)
		core->key_alive[core->key[index_of(context)]] = false;
	return lifecycle_delete(core->lifecycle, context.lower, context.upper);
}

static int64_t credential_free(struct core *core, struct handle credential)
{
	return lifecycle_free(core->lifecycle, credential.lower,
	                      credential.upper);
}

static void set_buffer(struct core *core, name_id buffer, bool live,
                       bool exported)
{
	if (buffer >= NAME_NULL)
		return;
	core->buffer_live[buffer] = live;
	core->buffer_exported[buffer] = exported;
}

/* A query, an export, or another function on a handle. */
static int64_t use(struct core *core, const struct step *step,
                   enum outcome outcome)
{
	if (!is_live(core, step))
		return SEC_E_INVALID_HANDLE;
	if (status_of[outcome] < 0)
		return status_of[outcome];
	set_buffer(core, step->buffer, true, step->op == OP_EXPORT);
	if (step->op == OP_EXPORT && step->choice)
		return delete(core, passed(core, step->handle));
	return SEC_E_OK;
}

static int64_t release(struct core *core, name_id buffer)
{
	if (buffer >= NAME_NULL || !core->buffer_live[buffer])
		return SEC_E_INVALID_HANDLE;
	core->buffer_live[buffer] = false;
	return SEC_E_OK;
}

static int64_t carry_out(struct core *core, const struct step *step,
                         enum outcome outcome)
{
	switch (step->op) {
	case OP_ACQUIRE: return acquire(core, step);
	case OP_IMPORT: return import(core, step, outcome);
	case OP_FREE:
		return credential_free(core, passed(core, step->handle));
	case OP_DELETE: return delete(core, passed(core, step->handle));
	case OP_RELEASE: return release(core, step->buffer);
	case OP_COMPLETE: return complete(core, step, outcome);
	case OP_INIT:
	case OP_ACCEPT:
		return step->handle == NAME_ABSENT
		               ? first_leg(core, step, outcome)
		               : later_leg(core, step, outcome);
	default: return use(core, step, outcome);
	}
}

struct answer core_call(struct core *core, const struct step *step,
                        enum outcome outcome)
{
	struct handle before[NAMES];
	memcpy(before, core->structs, sizeof before);
	struct answer answer = answer_make(carry_out(core, step, outcome));
	see_out(&answer, step, core->names, before, core->structs,
	        sizeof *before);
	see_counts(core, &answer);
	return answer;
}

void core_begin(struct core *core, const struct names *names,
                struct lifecycle *lifecycle, uint32_t contexts,
                uint32_t credentials, uint32_t max_generation)
{
	memset(core, 0, sizeof *core);
	core->names = names;
	core->lifecycle = lifecycle;
	lifecycle_renew(lifecycle, contexts, credentials, max_generation);
}

/* --- The adapter: what the caller does alone ------------------------------- */

void core_own(struct core *core, const struct step *step)
{
	struct handle from = passed(core, step->source);
	if (step->op == OP_FOREIGN || step->op == OP_FORGET)
		set_buffer(core, step->op == OP_FOREIGN ? step->buffer : step->out,
		           false, false);
	if (step->out >= NAME_NULL)
		return;
	struct handle *out = &core->structs[step->out];
	SecHandle now = struct_own(step, (SecHandle){out->lower, out->upper},
	                           (SecHandle){from.lower, from.upper});
	*out = (struct handle){now.dwLower, now.dwUpper};
}
