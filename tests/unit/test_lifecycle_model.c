/*
 * test_lifecycle_model.c: the lifecycle core under the judge. Scenarios run on
 * the core through the adapter of core.h, random ones over small and full-size
 * lifecycles and all short ones over a few steps; every answer, every struct and
 * every count goes to the judge. Callers may break their duties, the core
 * no rule.
 *
 * The model allows more than the core may do: any call may fail, and a context's
 * phase is what the answer says. So each step also has the one answer that is due
 * where the adapter lets the call through to the core.
 *
 * What no trace shows is checked beside it after each step: that the core and
 * the model agree on what every struct of the caller is, of both kinds; that
 * phases, keys and secrets are kept; that the lifecycle's limits are those that
 * it was given; that words near the handles of each slot are not taken for
 * handles; and that the lifecycle is sound.
 */
#include "unit.h"

#include "../../specs/judge.h"
#include "core.h"
#include "random.h"

static struct lifecycle lifecycle;

/* A scenario that runs. */
struct run {
	struct scenario scenario; /* the trace so far, to be printed */
	struct judge judge;
	struct core core;
	uint32_t contexts, credentials; /* slots */
	uint32_t max_generation;
	/* In all scenarios so far: handles issued, those of them from a slot that
	 * had issued one before, and slots retired. */
	uint64_t creations, reuses, retirements;
};

static void run_init(struct run *run)
{
	run->creations = run->reuses = run->retirements = 0;
	scenario_init(&run->scenario);
	judge_init(&run->judge, fail_on_implementation, &run->scenario);
}

static void run_begin(struct run *run, uint32_t contexts, uint32_t credentials,
                      uint32_t max_generation)
{
	add_names(&run->scenario);
	judge_reset(&run->judge);
	run->contexts = contexts;
	run->credentials = credentials;
	run->max_generation = max_generation;
	core_begin(&run->core, &run->scenario.names, &lifecycle, contexts,
	           credentials, max_generation);
}

static void run_free(struct run *run)
{
	scenario_free(&run->scenario);
	judge_free(&run->judge);
}

/* --- What no trace shows ----------------------------------------------------- */

static void require(const struct run *run, bool holds, const char *what)
{
	if (holds)
		return;
	print_trace(&run->scenario);
	fail_msg("%s", what);
}

static enum standing standing_of(const struct table *t, struct handle handle)
{
	switch (table_find(t, handle.lower, handle.upper)) {
	case TABLE_NEVER: return STANDING_NEVER;
	case TABLE_ENDED: return STANDING_ENDED;
	default: return STANDING_LIVE;
	}
}

static bool same_phase(uint32_t core, uint8_t model)
{
	static const uint32_t phases[PHASE_COUNT] = {
		[PHASE_PARTIAL] = CONTEXT_PARTIAL,
		[PHASE_INCOMPLETE] = CONTEXT_INCOMPLETE,
		[PHASE_COMPLETE] = CONTEXT_COMPLETE,
		[PHASE_REJECTED] = CONTEXT_REJECTED,
		[PHASE_FAILED] = CONTEXT_FAILED,
	};
	return core == phases[model];
}

static void check_name(const struct run *run, name_id name)
{
	const struct model *model = &run->judge.model;
	const struct record *context = NULL;
	struct handle handle = run->core.structs[name];
	enum standing standing =
		model_standing(model, name, KIND_CONTEXT, &context);
	uint32_t phase =
		lifecycle_phase(&lifecycle, handle.lower, handle.upper);
	require(run, standing_of(&lifecycle.contexts, handle) == standing,
	        "core and model disagree whether this is a context");
	require(run,
	        standing_of(&lifecycle.credentials, handle) ==
	                model_standing(model, name, KIND_CREDENTIAL, NULL),
	        "core and model disagree whether this is a credential");
	require(run,
	        standing == STANDING_LIVE ? same_phase(phase, context->phase)
	                                  : phase == CONTEXT_NONE,
	        "core and model disagree on the phase");
}

/* Whether a slot keeps what belongs to its newest handle. */
static bool is_held(const struct table *t, uint32_t index)
{
	return t->slots[index].place == SLOT_LIVE ||
	       t->slots[index].place == SLOT_LINGERING;
}

/* Each live context has the key that it was given last, under any name or none,
 * and each credential that is held the secret that it was made with. */
static void check_keys(const struct run *run)
{
	const struct core *core = &run->core;
	for (uint32_t i = 0; i < lifecycle.contexts.used; i++)
		require(run,
		        lifecycle.contexts.slots[i].place != SLOT_LIVE ||
		                key_equal(lifecycle.context[i].key,
		                          key_make(KEY_OF_CONTEXT,
		                                   core->key[i])),
		        "a key is not what it was");
	for (uint32_t k = 0; k < lifecycle.credentials.used; k++) {
		struct key secret = lifecycle.credential[k].secret;
		require(run,
		        is_held(&lifecycle.credentials, k)
		                ? key_equal(secret, key_make(KEY_OF_CREDENTIAL,
		                                             core->secret[k]))
		                : key_wiped(secret),
		        "a secret is not what it was");
	}
}

/* The lifecycle's own word for its limits is what assert_sound goes by. */
static void check_limits(const struct run *run)
{
	const struct table *contexts = &lifecycle.contexts;
	const struct table *credentials = &lifecycle.credentials;
	require(run,
	        contexts->capacity == run->contexts &&
	                credentials->capacity == run->credentials &&
	                contexts->max_generation == run->max_generation &&
	                credentials->max_generation == run->max_generation,
	        "the limits are not those that were given");
}

/* --- Near misses ------------------------------------------------------------- */

/* Words that are no live handle of either kind, and that deleting and freeing
 * therefore leave alone; `found` is what the table must say they are. */
static void probe(const struct run *run, const struct table *t, uintptr_t lower,
                  uintptr_t upper, uint32_t found)
{
	bool is_deleted = t == &lifecycle.contexts && found == TABLE_ENDED;
	require(run, table_find(t, lower, upper) == found,
	        "words near a handle are not what they should be");
	require(run,
	        lifecycle_phase(&lifecycle, lower, upper) == CONTEXT_NONE &&
	                lifecycle_delete(&lifecycle, lower, upper) ==
	                        (is_deleted ? SEC_E_OK : SEC_E_INVALID_HANDLE) &&
	                lifecycle_free(&lifecycle, lower, upper) ==
	                        SEC_E_INVALID_HANDLE,
	        "words near a handle are taken for one");
}

/* All generations of a slot before its newest one, or of many the first and the
 * last few and some between. */
static void probe_ended(const struct run *run, const struct table *t,
                        uintptr_t lower, uint32_t newest)
{
	enum { FEW = 4 };
	for (uint32_t g = 1; g < newest && g <= FEW; g++)
		probe(run, t, lower, g, TABLE_ENDED);
	for (uint32_t g = 2 * FEW; g < newest; g *= 2)
		probe(run, t, lower, g, TABLE_ENDED);
	for (uint32_t back = 1; back <= FEW && back + FEW < newest; back++)
		probe(run, t, lower, newest - back, TABLE_ENDED);
}

static void probe_table(const struct run *run, const struct table *t,
                        uintptr_t base)
{
	const uint32_t bit = 1u << 29; /* the highest one that a generation has */
	for (uint32_t i = 0; i < t->used; i++) {
		uint32_t newest = t->slots[i].generation;
		probe_ended(run, t, base + i, newest);
		probe(run, t, base + i, newest + 1, TABLE_NEVER);
		probe(run, t, base + i, newest ^ bit,
		      newest > bit ? TABLE_ENDED : TABLE_NEVER);
#if UINTPTR_MAX > UINT32_MAX
		probe(run, t, base + i, newest + ((uintptr_t)1 << 32),
		      TABLE_NEVER);
		probe(run, t, base + i + ((uintptr_t)1 << 32), newest,
		      TABLE_NEVER);
#endif
	}
	probe(run, t, base + t->used, 1, TABLE_NEVER);
	probe(run, t, base - 1, 1, TABLE_NEVER);
}

/* --- What is due ------------------------------------------------------------- */

/* Where the core has no say, or refuses a handle: the judge knows more. */
static const int64_t any_answer = INT64_MIN;

/* What making a handle answers: the adapter's success, or that there is no slot.
 * It is asked before the step. */
static int64_t creation_due(const struct table *t, uint32_t slots, int64_t success)
{
	return t->free > 0 || t->used < slots ? success
	                                      : SEC_E_INSUFFICIENT_MEMORY;
}

static int64_t first_leg_due(const struct run *run, const struct step *step,
                             enum outcome outcome)
{
	const struct record *credential = NULL;
	uint8_t wrong = step->op == OP_INIT ? DIRECTION_INBOUND
	                                    : DIRECTION_OUTBOUND;
	if (step->out == NAME_NULL || outcome_status(outcome) < 0 ||
	    model_standing(&run->judge.model, step->credential, KIND_CREDENTIAL,
	                   &credential) != STANDING_LIVE ||
	    credential->direction == wrong)
		return any_answer;
	return creation_due(&lifecycle.contexts, run->contexts,
	                    outcome_status(outcome));
}

/* A leg moves a context as long as its exchange goes on, and never after that. */
static int64_t later_leg_due(const struct run *run, const struct step *step,
                             enum outcome outcome)
{
	const struct model *model = &run->judge.model;
	const struct record *context = NULL;
	enum standing credential = model_standing(model, step->credential,
	                                          KIND_CREDENTIAL, NULL);
	uint8_t wrong = step->op == OP_INIT ? SIDE_ACCEPTOR : SIDE_INITIATOR;
	if (model_standing(model, step->handle, KIND_CONTEXT, &context) !=
	            STANDING_LIVE ||
	    (credential != STANDING_LIVE && credential != STANDING_NULL) ||
	    context->side == wrong)
		return any_answer;
	return context->phase < PHASE_COMPLETE ? outcome_status(outcome)
	                                       : SEC_E_OUT_OF_SEQUENCE;
}

static int64_t completion_due(const struct run *run, const struct step *step,
                              enum outcome outcome)
{
	const struct record *context = NULL;
	bool reaches = model_standing(&run->judge.model, step->handle,
	                              KIND_CONTEXT, &context) == STANDING_LIVE &&
	               context->awaits_completion && outcome_status(outcome) >= 0;
	return reaches ? SEC_E_OK : any_answer;
}

static int64_t import_due(const struct run *run, const struct step *step,
                          enum outcome outcome)
{
	if (step->out == NAME_NULL || outcome_status(outcome) < 0 ||
	    !model_buffer(&run->judge.model, step->buffer).exported)
		return any_answer;
	return creation_due(&lifecycle.contexts, run->contexts, SEC_E_OK);
}

/* The answer of a step that the adapter lets through to the core. */
static int64_t answer_due(const struct run *run, const struct step *step,
                          enum outcome outcome)
{
	switch (step->op) {
	case OP_ACQUIRE:
		return step->out == NAME_NULL
		               ? any_answer
		               : creation_due(&lifecycle.credentials,
		                              run->credentials, SEC_E_OK);
	case OP_IMPORT: return import_due(run, step, outcome);
	case OP_COMPLETE: return completion_due(run, step, outcome);
	case OP_INIT:
	case OP_ACCEPT:
		return step->handle == NAME_ABSENT
		               ? first_leg_due(run, step, outcome)
		               : later_leg_due(run, step, outcome);
	default: return any_answer;
	}
}

static void check_answer(const struct run *run, int64_t status, int64_t due)
{
	if (due == any_answer)
		require(run, status != SEC_E_INSUFFICIENT_MEMORY,
		        "SEC_E_INSUFFICIENT_MEMORY, but no slot was asked for");
	else
		require(run, status == due, "the answer is not the one due");
}

/* --- Steps --------------------------------------------------------------------- */

static void run_step(struct run *run, const struct step *step,
                     enum outcome outcome)
{
	bool is_call = operations[step->op].is_call;
	struct answer answer = answer_make(0);
	int64_t due = answer_due(run, step, outcome);
	if (is_call)
		answer = core_call(&run->core, step, outcome);
	else
		core_own(&run->core, step);
	scenario_add(&run->scenario, step, &answer, is_call);
	judge_feed(&run->judge, step, &answer, is_call);
	check_answer(run, answer.status, due);
	check_limits(run);
	probe_table(run, &lifecycle.contexts, CONTEXT_BASE);
	probe_table(run, &lifecycle.credentials, CREDENTIAL_BASE);
	for (name_id name = 0; name < HANDLES; name++)
		check_name(run, name);
	check_keys(run);
	assert_sound(&lifecycle);
}

/* --- Random scenarios -------------------------------------------------------- */

enum { STEPS = 60, SCENARIOS = 120 };            /* over small lifecycles */
enum { FULL_STEPS = 240, FULL_SCENARIOS = 250 }; /* over the full-size one */
_Static_assert(FULL_STEPS < (int)CORE_KEYS, "a step makes at most one key");

static bool is_live(const struct run *run, const struct table *t, name_id name)
{
	return name < HANDLES &&
	       standing_of(t, run->core.structs[name]) == STANDING_LIVE;
}

/* Lets an operand mostly be a live handle, if there is one. */
static void mend(const struct run *run, const struct table *t, name_id *name,
                 uint64_t *seed)
{
	name_id other = random_below(seed, HANDLES);
	if (*name == NAME_ABSENT || random_below(seed, 4) == 0)
		return;
	for (name_id i = 0; i < HANDLES && !is_live(run, t, *name); i++)
		if (is_live(run, t, (other + i) % HANDLES))
			*name = (other + i) % HANDLES;
}

/* Whether such steps would soon leave little to do: it ends a live handle, or puts
 * something else in its place. */
static bool is_wasteful(const struct run *run, const struct step *step)
{
	if (step->op == OP_FREE)
		return is_live(run, &lifecycle.credentials, step->handle);
	if (step->op == OP_DELETE)
		return is_live(run, &lifecycle.contexts, step->handle);
	return step->out != step->handle &&
	       (is_live(run, &lifecycle.contexts, step->out) ||
	        is_live(run, &lifecycle.credentials, step->out));
}

/* A random step that mostly gets far: a few slots are soon full of contexts that
 * no name can end any more, or retired. */
static struct step far_step(const struct run *run, uint64_t *seed)
{
	struct step step = random_step(seed);
	while (is_wasteful(run, &step) && random_below(seed, 4))
		step = random_step(seed);
	mend(run, &lifecycle.credentials, &step.credential, seed);
	if (operations[step.op].is_call && step.op != OP_DELETE &&
	    model_handle_kind(&step) == KIND_CONTEXT)
		mend(run, &lifecycle.contexts, &step.handle, seed);
	return step;
}

/* Every other leg goes on, so that there is a next one. */
static enum outcome any_outcome(uint64_t *seed)
{
	uint32_t draw = random_below(seed, 2 * OUTCOME_COUNT);
	return draw < OUTCOME_COUNT ? (enum outcome)draw : OUTCOME_CONTINUE;
}

/* Slots of each kind that the full-size lifecycle starts with. */
enum { AGED = 5 };

/* Makes a slot live whose handle is the generation-th one. All that a slot knows
 * of the handles that it issued is how many they were, so writing that number down
 * is as good as issuing and ending as many. */
static struct handle old_handle(struct table *t, struct issued issued,
                                uint32_t generation)
{
	assert_int_equal(issued.status, SEC_E_OK);
	t->slots[issued.handle.lower - t->base].generation = generation;
	return (struct handle){issued.handle.lower, generation};
}

static struct handle old_context(uint32_t generation)
{
	return old_handle(&lifecycle.contexts,
	                  lifecycle_import(&lifecycle,
	                                   key_make(KEY_OF_CONTEXT, 0)),
	                  generation);
}

static struct handle old_credential(uint32_t generation)
{
	return old_handle(&lifecycle.credentials,
	                  lifecycle_acquire(&lifecycle,
	                                    key_make(KEY_OF_CREDENTIAL, 0)),
	                  generation);
}

/* Gives an empty lifecycle free slots that have issued many handles: nearly a power
 * of two, or nearly all they may. The core itself frees them; which one is freed
 * last, and so reused first, is random. */
static void age(uint64_t *seed)
{
	static const uint32_t generations[AGED] = {254, 65534, 1u << 20,
	                                           TABLE_GENERATION_MAX - 3,
	                                           TABLE_GENERATION_MAX - 1};
	struct handle contexts[AGED], credentials[AGED];
	uint32_t first = random_below(seed, AGED);
	for (uint32_t i = 0; i < AGED; i++) {
		contexts[i] = old_context(generations[i]);
		credentials[i] = old_credential(generations[i]);
	}
	for (uint32_t i = 0; i < AGED; i++) {
		struct handle context = contexts[(first + i) % AGED];
		struct handle credential = credentials[(first + i) % AGED];
		assert_int_equal(lifecycle_delete(&lifecycle, context.lower,
		                                  context.upper), SEC_E_OK);
		assert_int_equal(lifecycle_free(&lifecycle, credential.lower,
		                                credential.upper), SEC_E_OK);
	}
}

static uint32_t slots_used(void)
{
	return lifecycle.contexts.used + lifecycle.credentials.used;
}

static void run_random(struct run *run, int steps, uint64_t *seed)
{
	uint32_t used = slots_used();
	uint64_t created;
	struct step acquire = step_make(OP_ACQUIRE);
	acquire.out = 0;
	run_step(run, &acquire, OUTCOME_COMPLETE);
	for (int i = 1; i < steps; i++) {
		struct step step = far_step(run, seed);
		run_step(run, &step, any_outcome(seed));
	}
	created = run->judge.model.created;
	run->creations += created;
	run->reuses += created - (slots_used() - used);
	run->retirements += lifecycle.contexts.retired +
	                    lifecycle.credentials.retired;
	judge_end(&run->judge);
}

/* Fails a test in which so little happens that it shows little. */
static void assert_eventful(const struct run *run, uint64_t creations,
                            uint64_t reuses, uint64_t retirements)
{
	assert_true(run->creations >= creations);
	assert_true(run->reuses >= reuses);
	assert_true(run->retirements >= retirements);
}

/* 4 * 3 * 4 sizes, 120 scenarios each, 60 steps each: 345,600 steps. */
static void small_lifecycles_conform_for_345600_steps(void **state)
{
	struct run run;
	uint64_t seed = 5;
	(void)state;
	run_init(&run);
	for (uint32_t contexts = 1; contexts <= 4; contexts++)
		for (uint32_t credentials = 1; credentials <= 3; credentials++)
			for (uint32_t generations = 1; generations <= 4;
			     generations++)
				for (int i = 0; i < SCENARIOS; i++) {
					run_begin(&run, contexts, credentials,
					          generations);
					run_random(&run, STEPS, &seed);
				}
	assert_eventful(&run, 20000, 2500, 1500);
	run_free(&run);
}

/* 250 scenarios, 240 steps each: fewer and longer ones than above, so that the slots
 * that are nearly used up are. */
static void the_full_size_lifecycle_conforms_for_60000_steps(void **state)
{
	struct run run;
	uint64_t seed = 6;
	(void)state;
	run_init(&run);
	for (int i = 0; i < FULL_SCENARIOS; i++) {
		run_begin(&run, TABLE_CAPACITY_MAX, TABLE_CAPACITY_MAX,
		          TABLE_GENERATION_MAX);
		age(&seed);
		run_random(&run, FULL_STEPS, &seed);
	}
	assert_eventful(&run, 4000, 3000, 200);
	run_free(&run);
}

/* --- All short scenarios ----------------------------------------------------- */

/* A step that a scenario may be made of. */
struct letter {
	const char *text;
	enum outcome outcome;
};

enum { LETTER_LIMIT = 20, DEPTH_LIMIT = 8 };

/* Every sequence of some steps, walked as a tree: what was before a step is put
 * back before the next one is tried in its place. */
struct walk {
	struct run run;
	struct scenario letters;
	enum outcome outcomes[LETTER_LIMIT];
	unsigned depth;
	uint64_t sequences; /* of full depth */
	struct {
		struct model model;
		struct core core;
		struct image image;
		size_t answers;
	} before[DEPTH_LIMIT];
};

static void keep(struct walk *walk, unsigned at)
{
	model_assign(&walk->before[at].model, &walk->run.judge.model);
	walk->before[at].core = walk->run.core;
	walk->before[at].answers = walk->run.scenario.answer_count;
	image_take(&walk->before[at].image, &lifecycle);
}

static void put_back(struct walk *walk, unsigned at)
{
	model_assign(&walk->run.judge.model, &walk->before[at].model);
	walk->run.core = walk->before[at].core;
	walk->run.scenario.count = at;
	walk->run.scenario.answer_count = walk->before[at].answers;
	image_restore(&walk->before[at].image, &lifecycle);
}

static void walk_from(struct walk *walk, unsigned at)
{
	keep(walk, at);
	for (size_t i = 0; i < walk->letters.count; i++) {
		if (i > 0)
			put_back(walk, at);
		run_step(&walk->run, &walk->letters.steps[i],
		         walk->outcomes[i]);
		if (at + 1 < walk->depth)
			walk_from(walk, at + 1);
		else
			walk->sequences++;
	}
}

static void walk_init(struct walk *walk, const struct letter *letters,
                      size_t count, unsigned depth)
{
	struct letters text = {0};
	memset(walk, 0, sizeof *walk);
	walk->depth = depth;
	run_init(&walk->run);
	scenario_init(&walk->letters);
	add_names(&walk->letters);
	for (size_t i = 0; i < count; i++) {
		text_append(&text, letters[i].text);
		text_append(&text, "\n");
		walk->outcomes[i] = letters[i].outcome;
	}
	assert_true(text_parse(&walk->letters, text.text, text.length,
	                       ANSWERS_OPTIONAL, unexpected_error, NULL));
	assert_int_equal(walk->letters.count, count);
	free(text.text);
}

static void walk_free(struct walk *walk)
{
	for (unsigned i = 0; i < DEPTH_LIMIT; i++)
		model_free(&walk->before[i].model);
	scenario_free(&walk->letters);
	run_free(&walk->run);
}

/* Walks over all sequences, with that many slots and generations. */
static uint64_t walk_all(const struct letter *letters, size_t count,
                         unsigned depth, uint32_t contexts,
                         uint32_t credentials, uint32_t generations)
{
	struct walk *walk = malloc(sizeof *walk);
	assert_non_null(walk);
	walk_init(walk, letters, count, depth);
	run_begin(&walk->run, contexts, credentials, generations);
	walk_from(walk, 0);
	uint64_t sequences = walk->sequences;
	walk_free(walk);
	free(walk);
	return sequences;
}

/* The heart of it: one credential, one context and a copy of it, as deep as
 * slots need to be reused, exhausted and retired. */
static const struct letter few[] = {
	{"acquire k1", OUTCOME_COMPLETE},
	{"free k1", OUTCOME_COMPLETE},
	{"init c1 k1", OUTCOME_CONTINUE},
	{"init c2 k1", OUTCOME_COMPLETE},
	{"init c1 k1 on c1", OUTCOME_COMPLETE},
	{"delete c1", OUTCOME_COMPLETE},
	{"delete c2", OUTCOME_COMPLETE},
	{"copy c2 c1", OUTCOME_COMPLETE},
};

/* Ways to be wrong: other kinds, other words, other outcomes. */
static const struct letter many[] = {
	{"acquire k1", OUTCOME_COMPLETE},
	{"free k1", OUTCOME_COMPLETE},
	{"free c1", OUTCOME_COMPLETE},
	{"init c1 k1", OUTCOME_COMPLETE_NEEDED},
	{"accept c2 k1", OUTCOME_COMPLETE},
	{"init c1 k1 on c1", OUTCOME_COMPLETE},
	{"init c1 null on c1", OUTCOME_INCOMPLETE},
	{"init c2 k1 on c1", OUTCOME_REJECTED},
	{"init c1 k1 on c1", OUTCOME_FAILED},
	{"complete c1", OUTCOME_COMPLETE},
	{"delete c1", OUTCOME_COMPLETE},
	{"delete c2", OUTCOME_COMPLETE},
	{"export c1 into b1 delete-old", OUTCOME_COMPLETE},
	{"import c2 from b1", OUTCOME_COMPLETE},
	{"copy c2 c1", OUTCOME_COMPLETE},
	{"copy c1 k1", OUTCOME_COMPLETE},
	{"swap c2 c1", OUTCOME_COMPLETE},
	{"ahead c2 c1", OUTCOME_COMPLETE},
};

static const size_t few_count = sizeof few / sizeof *few;
static const size_t many_count = sizeof many / sizeof *many;

/* 8^7 sequences where one slot of each kind issues two handles. */
static void all_2097152_sequences_of_7_out_of_8_steps_conform(void **state)
{
	(void)state;
	assert_int_equal(walk_all(few, few_count, 7, 1, 1, 2), 2097152);
}

/* 8^6 sequences for two contexts that issue one handle each, and as many for two
 * of each kind that issue two. */
static void all_524288_sequences_of_6_out_of_8_steps_conform(void **state)
{
	uint64_t sequences = 0;
	(void)state;
	sequences += walk_all(few, few_count, 6, 2, 1, 1);
	sequences += walk_all(few, few_count, 6, 2, 2, 2);
	assert_int_equal(sequences, 524288);
}

/* 18^5 sequences of 5 steps. */
static void all_1889568_sequences_of_5_out_of_18_steps_conform(void **state)
{
	(void)state;
	assert_int_equal(walk_all(many, many_count, 5, 2, 1, 2), 1889568);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_lifecycles_conform_for_345600_steps),
		cmocka_unit_test(the_full_size_lifecycle_conforms_for_60000_steps),
		cmocka_unit_test(all_2097152_sequences_of_7_out_of_8_steps_conform),
		cmocka_unit_test(all_524288_sequences_of_6_out_of_8_steps_conform),
		cmocka_unit_test(all_1889568_sequences_of_5_out_of_18_steps_conform),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
