/*
 * test_abi_model.c: the reference under the judge, through its table of functions.
 * The driver of tests/subjects is the caller: every answer, every struct and every
 * count goes to the judge. The caller may break its duties, the reference no rule.
 *
 * Three kinds of scenarios: the operations of the traces that keep each rule; random
 * ones, in which exchanges mostly go on as peers would; and all short ones over some
 * steps. Afterwards everything that was ever issued is ended, under a name or not,
 * and nothing may be left.
 *
 * That the judge finds no breach says little if little happened. So it is counted
 * which answers came, to which operation, and where its context then stood.
 *
 * Run it in the project's folder: it reads tests/traces.
 */
#include "unit.h"

#include <glob.h>

#include "../../ref/inspect.h"
#include "../../specs/grow.h"
#include "../../specs/judge.h"
#include "../subjects/reference.h"
#include "../subjects/replay.h"
#include "random.h"
#include "steps.h"

/* --- What was reached -------------------------------------------------------- */

/* The answers that must all come. */
static const int64_t answers[] = {
	SEC_E_OK, SEC_I_CONTINUE_NEEDED, SEC_I_COMPLETE_NEEDED,
	SEC_E_INCOMPLETE_MESSAGE, SEC_E_INVALID_TOKEN, SEC_E_LOGON_DENIED,
	SEC_E_OUT_OF_SEQUENCE, SEC_E_NO_CREDENTIALS, SEC_E_INSUFFICIENT_MEMORY,
	SEC_E_UNSUPPORTED_FUNCTION, SEC_E_INVALID_HANDLE};

enum {
	ANSWERS = sizeof answers / sizeof *answers,
	NO_CONTEXT = PHASE_COUNT, /* the call is given no live context */
	PHASES
};

/* How often each answer came, by operation and by where the context stood before
 * the call. */
struct reached {
	uint64_t times[PHASES][OP_COUNT][ANSWERS + 1]; /* the last: any other */
};

static unsigned phase_of(const struct model *model, const struct step *step)
{
	const struct record *record = NULL;
	if (step->handle == NAME_ABSENT ||
	    model_standing(model, step->handle, KIND_CONTEXT, &record) !=
	            STANDING_LIVE)
		return NO_CONTEXT;
	return record->phase;
}

static void reach(struct reached *reached, unsigned phase, enum operation op,
                  int64_t status)
{
	unsigned i = 0;
	while (i < ANSWERS && answers[i] != status)
		i++;
	reached->times[phase][op][i]++;
}

/* Fails a test that did not see each of the answers, and so many combinations of
 * phase, operation and answer. */
static void assert_reached(const struct reached *reached, unsigned combinations)
{
	uint64_t times[ANSWERS + 1] = {0};
	unsigned seen = 0;
	for (unsigned phase = 0; phase < PHASES; phase++)
		for (unsigned op = 0; op < OP_COUNT; op++)
			for (unsigned i = 0; i <= ANSWERS; i++) {
				times[i] += reached->times[phase][op][i];
				seen += reached->times[phase][op][i] > 0;
			}
	for (unsigned i = 0; i < ANSWERS; i++)
		if (times[i] == 0)
			fail_msg("%s was never answered", answer_name(answers[i]));
	fprintf(stderr, "# combinations of phase, operation and answer: %u\n",
	        seen);
	assert_true(seen >= combinations);
}

/* --- A scenario that runs ------------------------------------------------------ */

struct run {
	struct scenario scenario; /* the trace so far, to be printed */
	struct judge judge;
	struct driver driver;
	struct driver_setup setup;
	struct reached reached; /* in all scenarios so far */
	/* All that was issued in this scenario. */
	SecHandle *handles;
	size_t handle_count, handle_capacity;
	void **buffers;
	size_t buffer_count, buffer_capacity;
};

static void run_init(struct run *run)
{
	memset(run, 0, sizeof *run);
	run->setup = reference_setup(NULL);
	scenario_init(&run->scenario);
	judge_init(&run->judge, fail_on_implementation, &run->scenario);
}

static void run_begin(struct run *run, const struct sechandle_limits *limits)
{
	sechandle_reset(limits);
	add_names(&run->scenario);
	judge_reset(&run->judge);
	driver_begin(&run->driver, &run->setup, &run->scenario.names);
	run->handle_count = run->buffer_count = 0;
}

static void run_free(struct run *run)
{
	scenario_free(&run->scenario);
	judge_free(&run->judge);
	free(run->handles);
	free(run->buffers);
}

/* Writes down what a call issued. */
static void note_issued(struct run *run, const struct step *step,
                        const struct answer *answer)
{
	if (answer->status < 0)
		return;
	if (answer->out == OUT_NEW) {
		run->handles = grow(run->handles, &run->handle_capacity,
		                    run->handle_count, sizeof *run->handles);
		run->handles[run->handle_count++] =
			run->driver.structs[step->out];
	}
	if (step->buffer < NAME_NULL) {
		run->buffers = grow(run->buffers, &run->buffer_capacity,
		                    run->buffer_count, sizeof *run->buffers);
		run->buffers[run->buffer_count++] =
			run->driver.own[step->buffer].pointer;
	}
}

static void run_step(struct run *run, const struct step *step)
{
	bool is_call = operations[step->op].is_call;
	unsigned phase = phase_of(&run->judge.model, step);
	struct answer answer = answer_make(0);
	if (is_call)
		answer = driver_call(&run->driver, step);
	else
		driver_own(&run->driver, step);
	scenario_add(&run->scenario, step, &answer, is_call);
	judge_feed(&run->judge, step, &answer, is_call);
	if (!is_call)
		return;
	reach(&run->reached, phase, (enum operation)step->op, answer.status);
	note_issued(run, step, &answer);
}

/* Ends the scenario, and all that was issued in it. */
static void run_end(struct run *run)
{
	const struct sechandle_counts none = {0, 0, 0, 0};
	PSecurityFunctionTableA table = run->setup.table;
	judge_end(&run->judge);
	driver_end(&run->driver);
	for (size_t i = 0; i < run->handle_count; i++) {
		table->DeleteSecurityContext(&run->handles[i]);
		table->FreeCredentialsHandle(&run->handles[i]);
	}
	for (size_t i = 0; i < run->buffer_count; i++)
		table->FreeContextBuffer(run->buffers[i]);
	struct sechandle_counts left = sechandle_count();
	if (memcmp(&left, &none, sizeof left) != 0) {
		print_trace(&run->scenario);
		fail_msg("left behind: contexts %u, credentials %u, buffers %u, "
		         "residue %u", left.contexts, left.credentials,
		         left.buffers, left.residue);
	}
}

/* --- Random scenarios -------------------------------------------------------------- */

enum { STEPS = 60, SCENARIOS = 40, FULL_SCENARIOS = 100 };

static name_id any_context(uint64_t *seed)
{
	return CREDENTIALS + random_below(seed, HANDLES - CREDENTIALS);
}

/* What a name holds, if it is a live context. */
static const struct record *context_of(const struct run *run, name_id name)
{
	const struct record *record = NULL;
	enum standing standing =
		model_standing(&run->judge.model, name, KIND_CONTEXT, &record);
	return standing == STANDING_LIVE ? record : NULL;
}

static bool is_live(const struct run *run, name_id name)
{
	const struct model *model = &run->judge.model;
	return context_of(run, name) ||
	       model_standing(model, name, KIND_CREDENTIAL, NULL) == STANDING_LIVE;
}

/* Whether such steps would soon leave little to do: it ends a live handle, or puts
 * something else in its place. */
static bool is_wasteful(const struct run *run, const struct step *step)
{
	if (step->op == OP_FREE || step->op == OP_DELETE)
		return is_live(run, step->handle);
	return step->out != step->handle && is_live(run, step->out);
}

/* A credential that is live, if there is one. */
static name_id any_credential(const struct run *run, uint64_t *seed)
{
	name_id name = random_below(seed, CREDENTIALS);
	return is_live(run, name) ? name : (name + 1) % CREDENTIALS;
}

/* The step that makes room for the next exchange of two peers. */
static struct step next_end(name_id initiator, name_id acceptor, uint64_t *seed)
{
	struct step step = step_make(OP_DELETE);
	step.handle = random_below(seed, 2) ? initiator : acceptor;
	return step;
}

/* The step by which two peers would go on. */
static struct step next_leg(const struct run *run, name_id initiator,
                            name_id acceptor, uint64_t *seed)
{
	const struct record *one = context_of(run, initiator);
	const struct record *other = context_of(run, acceptor);
	bool accepts = one && (!other || random_below(seed, 2));
	struct step step = step_make(accepts ? OP_ACCEPT : OP_INIT);
	step.out = accepts ? acceptor : initiator;
	step.credential = any_credential(run, seed);
	if (accepts ? other : one)
		step.handle = step.out;
	if (one) {
		step.token = TOKEN_LAST;
		step.source = accepts ? initiator : acceptor;
	}
	return step;
}

/* What two peers would do next. */
static struct step next_step(const struct run *run, name_id initiator,
                             name_id acceptor, uint64_t *seed)
{
	const struct record *one = context_of(run, initiator);
	const struct record *other = context_of(run, acceptor);
	struct step step;
	if (!is_live(run, 0) && !is_live(run, 1)) {
		step = step_make(OP_ACQUIRE);
		step.out = random_below(seed, CREDENTIALS);
		return step;
	}
	if (one && one->awaits_completion && random_below(seed, 4)) {
		step = step_make(OP_COMPLETE);
		step.handle = initiator;
		return step;
	}
	if (other && other->phase >= PHASE_COMPLETE && random_below(seed, 2))
		return next_end(initiator, acceptor, seed);
	return next_leg(run, initiator, acceptor, seed);
}

/* Lets a step be fed something else, now and then. */
static void feed(struct step *step, uint64_t *seed)
{
	if (random_below(seed, 8))
		return;
	step->token = (uint8_t)random_below(seed, TOKEN_COUNT);
	step->source = step->token < TOKEN_LAST ? NAME_ABSENT : any_context(seed);
}

/* A step of an exchange, or else any. Most exchanges are those of c1 with c2 and,
 * as an even name asks for integrity, of c4 with c3. */
static struct step any_step(const struct run *run, uint64_t *seed)
{
	enum { C1 = CREDENTIALS, C2, C3, C4 };
	name_id any = any_context(seed);
	struct step step = random_step(seed);
	while (is_wasteful(run, &step) && random_below(seed, 4))
		step = random_step(seed);
	switch (random_below(seed, 8)) {
	case 0:
	case 1: step = next_step(run, C1, C2, seed); break;
	case 2:
	case 3: step = next_step(run, C4, C3, seed); break;
	case 4: step = next_step(run, any, C2, seed); break;
	default: break;
	}
	if (step.op == OP_ACQUIRE && random_below(seed, 2))
		step.choice2 = (uint8_t)random_below(seed, IDENTITY_COUNT);
	if (step.op == OP_INIT || step.op == OP_ACCEPT || step.op == OP_COMPLETE)
		feed(&step, seed);
	return step;
}

static void run_random(struct run *run, const struct sechandle_limits *limits,
                       uint64_t *seed)
{
	run_begin(run, limits);
	for (int i = 0; i < STEPS; i++) {
		struct step step = any_step(run, seed);
		run_step(run, &step);
	}
	run_end(run);
}

/* 4 * 2 * 4 * 3 limits, 40 scenarios each, 60 steps each: 230,400 steps. */
static void a_small_reference_conforms_for_230400_steps(void **state)
{
	static const uint32_t generations[] = {1, 2, 5, 1000};
	struct run run;
	uint64_t seed = 7;
	(void)state;
	run_init(&run);
	for (uint32_t contexts = 1; contexts <= 4; contexts++)
		for (uint32_t credentials = 1; credentials <= 2; credentials++)
			for (size_t g = 0; g < 4; g++)
				for (uint32_t buffers = 1; buffers <= 3; buffers++)
					for (int i = 0; i < SCENARIOS; i++) {
						struct sechandle_limits limits = {
							contexts, credentials,
							generations[g], buffers};
						run_random(&run, &limits, &seed);
					}
	assert_reached(&run.reached, 120);
	run_free(&run);
}

/* 100 scenarios, 60 steps each. */
static void the_full_size_reference_conforms_for_6000_steps(void **state)
{
	struct run run;
	uint64_t seed = 8;
	(void)state;
	run_init(&run);
	for (int i = 0; i < FULL_SCENARIOS; i++)
		run_random(&run, NULL, &seed);
	run_free(&run);
}

/* --- All short scenarios -------------------------------------------------------------- */

/* Runs all sequences of `depth` of some steps behind a beginning. The library cannot
 * be put back to an earlier state, so each begins anew.
 * @return their number */
static uint64_t run_all(const char *beginning, const char *letters,
                        unsigned depth, struct sechandle_limits limits)
{
	struct scenario first, alphabet;
	struct run run;
	uint64_t sequences = 1;
	run_init(&run);
	scenario_init(&first);
	scenario_init(&alphabet);
	add_names(&first);
	add_names(&alphabet);
	parse(&first, beginning);
	parse(&alphabet, letters);
	for (unsigned i = 0; i < depth; i++)
		sequences *= alphabet.count;
	for (uint64_t i = 0; i < sequences; i++) {
		uint64_t left = i;
		run_begin(&run, &limits);
		for (size_t j = 0; j < first.count; j++)
			run_step(&run, &first.steps[j]);
		for (unsigned j = 0; j < depth; j++, left /= alphabet.count)
			run_step(&run, &alphabet.steps[left % alphabet.count]);
		run_end(&run);
	}
	scenario_free(&first);
	scenario_free(&alphabet);
	run_free(&run);
	return sequences;
}

/* A whole exchange, and ways to end it early: 9^5 sequences, with one slot less than
 * three names could use, each of which issues two handles. */
static void all_59049_beginnings_of_an_exchange_conform(void **state)
{
	(void)state;
	assert_int_equal(run_all("acquire k1\n",
	                         "init c1 k1\n"
	                         "accept c2 k1 with c1\n"
	                         "init c1 k1 on c1 with c2\n"
	                         "accept c2 k1 on c2 with c1\n"
	                         "accept c3 k1 on c2 with truncated c1\n"
	                         "delete c1\n"
	                         "delete c2\n"
	                         "copy c3 c2\n"
	                         "free k1\n",
	                         5, (struct sechandle_limits){2, 1, 2, 1}),
	                 59049);
}

/* What can be done with two complete contexts: 17^4 sequences. */
static void all_83521_ends_of_an_exchange_conform(void **state)
{
	(void)state;
	assert_int_equal(run_all("acquire k1\n"
	                         "init c2 k1\n"
	                         "accept c1 k1 with c2\n"
	                         "init c2 k1 on c2 with c1\n"
	                         "complete c2\n"
	                         "accept c1 k1 on c1 with c2\n",
	                         "init c3 k1\n"
	                         "accept c1 k1 on c1 with c2\n"
	                         "complete c2\n"
	                         "query c1 names into b1\n"
	                         "query c2 package\n"
	                         "export c1 into b1\n"
	                         "export c1 into b2 delete-old\n"
	                         "import c3 from b1\n"
	                         "import c3 from b2\n"
	                         "release b1\n"
	                         "release b2\n"
	                         "delete c1\n"
	                         "delete c2\n"
	                         "delete c3\n"
	                         "copy c3 c1\n"
	                         "free k1\n"
	                         "use c1 MakeSignature\n",
	                         4, (struct sechandle_limits){3, 1, 2, 2}),
	                 83521);
}

/* What becomes of an acceptor that refused one peer and gets the proof of another,
 * whom it knows: 11^4 sequences. */
static void all_14641_ends_of_a_refused_exchange_conform(void **state)
{
	(void)state;
	assert_int_equal(run_all("acquire k1 unknown\n"
	                         "acquire k2\n"
	                         "init c1 k1\n"
	                         "accept c2 k2 with c1\n"
	                         "init c1 k1 on c1 with c2\n"
	                         "init c3 k2\n"
	                         "init c3 k2 on c3 with c2\n"
	                         "accept c2 k2 on c2 with c1\n",
	                         "accept c2 k2 on c2 with c3\n"
	                         "accept c4 k2 on c2 with truncated c3\n"
	                         "accept c2 null on c2 with replayed c1\n"
	                         "init c2 k1 on c2 with c2\n"
	                         "complete c2 with c3\n"
	                         "query c2 names into b1\n"
	                         "export c2 into b1 delete-old\n"
	                         "delete c2\n"
	                         "delete c1\n"
	                         "free k1\n"
	                         "copy c4 c2\n",
	                         4, (struct sechandle_limits){3, 2, 1, 1}),
	                 14641);
}

/* --- The traces ------------------------------------------------------------------------ */

static void read_trace(struct scenario *scenario, const char *path)
{
	char text[4096];
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	scenario_init(scenario);
	size_t length = fread(text, 1, sizeof text, file);
	assert_true(length < sizeof text);
	fclose(file);
	assert_true(text_parse(scenario, text, length, ANSWERS_REQUIRED,
	                       unexpected_error, NULL));
}

/* Runs the operations of traces; `now` receives them with the answers that came. */
static void run_again(const struct scenario *traces, struct scenario *now,
                      size_t count, const struct sechandle_limits *limits)
{
	struct driver_setup setup = reference_setup(limits);
	struct letters *texts = allocate(count, sizeof *texts);
	assert_true(replay(texts, traces, count, &setup));
	for (size_t i = 0; i < count; i++) {
		scenario_init(&now[i]);
		assert_true(text_parse(&now[i], texts[i].text, texts[i].length,
		                       ANSWERS_REQUIRED, unexpected_error, NULL));
		free(texts[i].text);
	}
	free(texts);
}

static void judge_again(const struct scenario *traces, size_t count,
                        const struct sechandle_limits *limits)
{
	struct scenario *now = allocate(count, sizeof *now);
	run_again(traces, now, count, limits);
	for (size_t i = 0; i < count; i++) {
		struct judge judge;
		judge_init(&judge, fail_on_implementation, &now[i]);
		assert_int_equal(now[i].count, traces[i].count);
		judge_scenario(&judge, &now[i]);
		judge_free(&judge);
		scenario_free(&now[i]);
	}
	free(now);
}

/* Every trace under limits that leave room for all, for little, and for one thing of
 * each kind, once. */
static void operations_of_every_kept_trace_conform(void **state)
{
	static const struct sechandle_limits little = {2, 2, 2, 1};
	static const struct sechandle_limits least = {1, 1, 1, 1};
	struct scenario *traces;
	glob_t found;
	(void)state;
	assert_int_equal(glob("tests/traces/keep/*.trace", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 100);
	traces = allocate(found.gl_pathc, sizeof *traces);
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_trace(&traces[i], found.gl_pathv[i]);
	judge_again(traces, found.gl_pathc, NULL);
	judge_again(traces, found.gl_pathc, &little);
	judge_again(traces, found.gl_pathc, &least);
	for (size_t i = 0; i < found.gl_pathc; i++)
		scenario_free(&traces[i]);
	free(traces);
	globfree(&found);
}

/* The trace whose answers depend on limits, with those that it tells of. */
static void a_full_table_answers_as_its_trace_tells(void **state)
{
	static const struct sechandle_limits limits = {2, 1, 2, 1};
	struct scenario trace, now;
	(void)state;
	read_trace(&trace, "tests/traces/keep/exhaustion_creates_nothing.trace");
	run_again(&trace, &now, 1, &limits);
	assert_int_equal(now.answer_count, trace.answer_count);
	for (size_t i = 0; i < now.answer_count; i++)
		assert_int_equal(now.answers[i].status, trace.answers[i].status);
	scenario_free(&trace);
	scenario_free(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_of_every_kept_trace_conform),
		cmocka_unit_test(a_full_table_answers_as_its_trace_tells),
		cmocka_unit_test(a_small_reference_conforms_for_230400_steps),
		cmocka_unit_test(the_full_size_reference_conforms_for_6000_steps),
		cmocka_unit_test(all_59049_beginnings_of_an_exchange_conform),
		cmocka_unit_test(all_83521_ends_of_an_exchange_conform),
		cmocka_unit_test(all_14641_ends_of_a_refused_exchange_conform),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
