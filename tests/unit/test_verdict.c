/*
 * test_verdict.c: the verdicts on traces, step by step: each verdict and badness, what
 * each profile leaves open and what it does not, known deviations, and probes.
 */
#include "unit.h"

#include "../../specs/tell.h"
#include "../../specs/verdict.h"

#define HEAD "acquire k1 -> SEC_E_OK\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
#define SECOND "init c2 k1 -> SEC_I_CONTINUE_NEEDED\n"
#define DONE "delete c1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\n"

/* --- What is told -------------------------------------------------------------- */

/* Appends all verdicts but PASS as "LINE:VERDICT/BADNESS rule@round". */
static void put_verdicts(struct letters *out, const struct verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct step_verdict *step = &verdicts->steps[i];
		if (step->verdict == VERDICT_NONE || step->verdict == VERDICT_PASS)
			continue;
		text_format(out, "%u:%s", step->finding.line,
		            verdict_name(step->verdict));
		if (step->badness)
			text_format(out, "/%s", badness_name(step->badness));
		if (step->finding.rule != RULE_NONE)
			text_format(out, " %s", rule_info(step->finding.rule)->id);
		if (step->open != RULE_NONE && step->open != step->finding.rule)
			text_format(out, "(%s)", rule_info(step->open)->id);
		if (step->finding.round)
			text_format(out, "@%u", (unsigned)step->finding.round);
		text_append(out, " ");
		assert_int_equal(step->verdict == VERDICT_UNSPECIFIED ||
		                         step->verdict == VERDICT_KNOWN_DEVIATION,
		                 *step->why != '\0');
		assert_ptr_equal(step->finding.step, &verdicts->script->steps[i]);
		if (step->finding.answer)
			assert_ptr_equal(step->finding.answer, &step->answer);
	}
}

static void assert_text(const struct letters *found, const char *wanted)
{
	char *text = calloc(found->length + 1, 1);
	assert_non_null(text);
	if (found->length)
		memcpy(text, found->text, found->length);
	assert_string_equal(text, wanted);
	free(text);
}

static void assert_judged(struct verdicts *verdicts, const char *name,
                          const char *text, const char *wanted)
{
	struct scenario scenario;
	struct letters found = {0};
	scenario_init(&scenario);
	parse(&scenario, text);
	verdicts_judge(verdicts, name, &scenario, &scenario, SIZE_MAX);
	put_verdicts(&found, verdicts);
	assert_text(&found, wanted);
	free(found.text);
	scenario_free(&scenario);
}

static void assert_verdicts(enum profile profile, const char *text,
                            const char *wanted)
{
	struct verdicts verdicts;
	verdicts_init(&verdicts, profile, NULL, 0);
	for (int i = 0; i < 2; i++) /* nothing is left of the scenario before */
		assert_judged(&verdicts, "", text, wanted);
	verdicts_free(&verdicts);
}

/* The same of a script whose trace is another text.
 * @param overlaps  of struct verdicts */
static void assert_cut_under(enum profile profile, bool overlaps,
                             const char *script_text, const char *trace_text,
                             size_t unsupported, const char *wanted)
{
	struct scenario script, trace;
	struct verdicts verdicts;
	struct letters found = {0};
	scenario_init(&script);
	scenario_init(&trace);
	parse(&script, script_text);
	parse(&trace, trace_text);
	verdicts_init(&verdicts, profile, NULL, 0);
	verdicts.overlaps = overlaps;
	verdicts_judge(&verdicts, "", &script, &trace, unsupported);
	put_verdicts(&found, &verdicts);
	assert_text(&found, wanted);
	verdicts_free(&verdicts);
	free(found.text);
	scenario_free(&script);
	scenario_free(&trace);
}

static void assert_cut(const char *script_text, const char *trace_text,
                       size_t unsupported, const char *wanted)
{
	assert_cut_under(PROFILE_REFERENCE, false, script_text, trace_text,
	                 unsupported, wanted);
}

static void names_are_found_and_told(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PROFILE_COUNT; i++)
		assert_int_equal(profile_find(profile_info(i)->name), i);
	assert_int_equal(profile_find("lenient"), PROFILE_COUNT);
	assert_string_equal(verdict_name(VERDICT_UNEXPECTED_PASS),
	                    "UNEXPECTED_PASS");
	for (unsigned i = 0; i < WHERE_COUNT; i++)
		assert_true(strlen(where_text(i)) > 0);
	for (const struct tolerance *t = tolerances; t->reason; t++) {
		assert_true(strlen(t->reason) > 0 && strlen(t->source) > 0);
		assert_true(t->open == RULE_NONE ||
		            rule_info(t->open)->party == PARTY_NOBODY);
	}
}

/* --- Verdicts ------------------------------------------------------------------ */

static void what_conforms_passes(void **state)
{
	struct verdicts verdicts;
	struct scenario scenario;
	(void)state;
	scenario_init(&scenario);
	parse(&scenario, HEAD "zero c2\n" DONE);
	verdicts_init(&verdicts, PROFILE_REFERENCE, NULL, 0);
	verdicts_judge(&verdicts, "", &scenario, &scenario, SIZE_MAX);
	for (size_t i = 0; i < scenario.count; i++)
		assert_int_equal(verdicts.steps[i].verdict,
		                 i == 2 ? VERDICT_NONE : VERDICT_PASS);
	assert_int_equal(verdicts.steps[3].finding.rule, RULE_delete_partial_ok);
	verdicts_free(&verdicts);
	scenario_free(&scenario);
}

static void a_duty_is_no_verdict(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE, HEAD, "");
	assert_verdicts(PROFILE_REFERENCE, HEAD DONE "delete c1 -> SEC_E_OK\n", "");
}

static void a_violation_tells_what_was_allowed(void **state)
{
	struct verdicts verdicts;
	struct scenario scenario;
	struct letters text = {0};
	(void)state;
	scenario_init(&scenario);
	parse(&scenario, HEAD "delete c1 -> SEC_E_INVALID_HANDLE\n"
	                      "free k1 -> SEC_E_OK credentials=2\n"
	                      "acquire k1 -> SEC_E_OK out=kept\n");
	verdicts_init(&verdicts, PROFILE_REFERENCE, NULL, 0);
	verdicts_judge(&verdicts, "", &scenario, &scenario, SIZE_MAX);
	for (size_t i = 2; i < 5; i++) {
		tell_step(&text, &scenario.names, &verdicts.steps[i].finding);
		text_append(&text, ": ");
		tell_allowed(&text, &verdicts.steps[i].finding);
		text_append(&text, "\n");
	}
	assert_text(&text, "delete c1 -> SEC_E_INVALID_HANDLE: SEC_E_OK\n"
	                   "free k1 -> SEC_E_OK credentials=2: credentials=0\n"
	                   "acquire k1 -> SEC_E_OK out=kept: out=new\n");
	verdicts_free(&verdicts);
	free(text.text);
	scenario_free(&scenario);
}

static void what_the_rules_leave_open_is_unspecified(void **state)
{
	(void)state;
	for (unsigned profile = 0; profile < PROFILE_COUNT; profile++)
		assert_verdicts(profile,
		                HEAD "use c1 ImpersonateSecurityContext -> SEC_E_OK\n"
		                     "delete c1 -> SEC_E_CONTEXT_EXPIRED\n",
		                "4:UNSPECIFIED open_impersonation ");
}

static void a_function_that_is_missing_is_unsupported(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "use c1 MakeSignature -> SEC_E_UNSUPPORTED_FUNCTION\n"
	                     "use c1 MakeSignature -> SEC_E_OK\n" DONE,
	                "3:UNSUPPORTED unsupported_whatever_handle "
	                "4:VIOLATION/OUTSIDE unsupported_whatever_handle ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "use c1 MakeSignature -> SEC_E_OK\n"
	                     "use c1 MakeSignature -> SEC_E_UNSUPPORTED_FUNCTION\n"
	                     DONE,
	                "4:VIOLATION/OUTSIDE unsupported_whatever_handle ");
	assert_cut("acquire k1\ninit c1 k1\ncomplete c1\ndelete c1\n", HEAD, 2,
	           "3:UNSUPPORTED 4:UNRESOLVED ");
}

static void what_was_not_carried_out_is_unresolved(void **state)
{
	(void)state;
	assert_cut("acquire k1\ninit c1 k1\ndelete c1\nzero c1\nfree k1\n",
	           HEAD "delete c1 -> CRASH\n", SIZE_MAX,
	           "3:VIOLATION/UNSAFE every_call_answers 5:UNRESOLVED ");
	assert_cut("acquire k1\nacquire k2\n", "", SIZE_MAX,
	           "1:UNRESOLVED 2:UNRESOLVED ");
}

static void calls_that_no_order_explains_are_unresolved(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                "acquire k1 -> SEC_E_OK\ntogether\n"
	                "free k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\nend\n",
	                "2:VIOLATION/OUTSIDE concurrent_calls_atomic "
	                "3:UNRESOLVED 4:UNRESOLVED ");
}

static void an_order_that_is_wrong_raises_doubt(void **state)
{
	struct deviation deviation = {.rule = RULE_delete_deleted_ok};
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                "acquire k1 -> SEC_E_OK\nacquire k2 -> SEC_E_OK\ntogether\n"
	                "free k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\nend\n"
	                "init c1 k2 -> SEC_E_INVALID_HANDLE\n",
	                "3:VIOLATION/OUTSIDE concurrent_calls_atomic "
	                "4:UNRESOLVED 5:UNRESOLVED "
	                "7:VIOLATION/UNSAFE live_accepted ");
	/* and nothing decides about its calls */
	struct verdicts verdicts;
	verdicts_init(&verdicts, PROFILE_REFERENCE, &deviation, 1);
	assert_judged(&verdicts, "",
	              "acquire k1 -> SEC_E_OK\ntogether\n"
	              "free k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\nend\n",
	              "2:VIOLATION/OUTSIDE concurrent_calls_atomic "
	              "3:UNRESOLVED 4:UNRESOLVED ");
	verdicts_free(&verdicts);
}

static void nothing_is_left_of_the_scenario_before(void **state)
{
	struct verdicts verdicts;
	(void)state;
	verdicts_init(&verdicts, PROFILE_GSS, NULL, 0);
	assert_judged(&verdicts, "", HEAD "garbage c2\ndelete c2 -> CRASH\n",
	              "4:UNSPECIFIED every_call_answers ");
	assert_judged(&verdicts, "", HEAD "delete c1 -> CRASH\n",
	              "3:VIOLATION/UNSAFE every_call_answers ");
	verdicts_free(&verdicts);
}

static void a_repeat_that_was_cut_short_goes_on_behind_itself(void **state)
{
	static const char script[] =
		"acquire k1\n# twice\nrepeat 3\ninit c1 k1\ndelete c1\n"
		"together\ndelete c1\ndelete c2\nend\nend\nfree k1\n";
	static const char round[] = "init c1 k1 -> SEC_I_CONTINUE_NEEDED\n";
	char trace[400];
	(void)state;
	/* in its first round, which has no block */
	snprintf(trace, sizeof trace,
	         "acquire k1 -> SEC_E_OK\n%sdelete c1 -> HANG\n", round);
	assert_cut(script, trace, SIZE_MAX,
	           "5:VIOLATION/UNSAFE every_call_answers "
	           "7:UNRESOLVED 8:UNRESOLVED 11:UNRESOLVED ");
	/* in a later one, and among calls that overlap */
	snprintf(trace, sizeof trace,
	         "acquire k1 -> SEC_E_OK\nrepeat 2\n%sdelete c1 -> SEC_E_OK\n"
	         "together\ndelete c1 -> SEC_E_OK\n"
	         "delete c2 -> SEC_E_INVALID_HANDLE\nend\nend\n"
	         "%sdelete c1 -> SEC_E_OK\ntogether\ndelete c1 -> CRASH\nend\n",
	         round, round);
	assert_cut(script, trace, SIZE_MAX,
	           "7:VIOLATION/UNSAFE every_call_answers 11:UNRESOLVED ");
	/* and one that was not */
	snprintf(trace, sizeof trace,
	         "acquire k1 -> SEC_E_OK\nrepeat 3\n%sdelete c1 -> SEC_E_OK\n"
	         "together\ndelete c1 -> SEC_E_OK\n"
	         "delete c2 -> SEC_E_INVALID_HANDLE\nend\nend\n"
	         "free k1 -> CRASH\n", round);
	assert_cut(script, trace, SIZE_MAX,
	           "11:VIOLATION/UNSAFE every_call_answers ");
}

static void names_are_the_scripts(void **state)
{
	struct scenario script, trace;
	struct verdicts verdicts;
	struct letters text = {0};
	(void)state;
	scenario_init(&script);
	scenario_init(&trace);
	names_add(&script.names, "c9", 2); /* the script had others first */
	parse(&script, "acquire k1\ninit c1 k1\ninit c2 k1\n");
	parse(&trace, HEAD "init c2 k1 -> SEC_E_OK out=c1\n");
	verdicts_init(&verdicts, PROFILE_REFERENCE, NULL, 0);
	verdicts_judge(&verdicts, "", &script, &trace, SIZE_MAX);
	tell_step(&text, &script.names, &verdicts.steps[2].finding);
	assert_text(&text, "init c2 k1 -> SEC_E_OK out=c1");
	verdicts_free(&verdicts);
	free(text.text);
	scenario_free(&script);
	scenario_free(&trace);
}

static void the_worst_round_counts(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                "acquire k1 -> SEC_E_OK\nrepeat 4\n"
	                "init c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
	                "delete c1 -> SEC_E_INVALID_HANDLE x1, SEC_E_OK x1, "
	                "CRASH x1, SEC_E_OK x1\nend\nfree k1 -> SEC_E_OK\n",
	                "4:VIOLATION/UNSAFE every_call_answers@3 ");
	/* by the same rule, which the judge tells once */
	assert_verdicts(PROFILE_SECOND_DELETE_INVALID,
	                HEAD "delete c1 -> SEC_E_OK\nrepeat 2\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE x1, "
	                     "SEC_E_INTERNAL_ERROR x1\nend\n",
	                "5:VIOLATION/STATUS delete_no_other_status@2 ");
	assert_verdicts(PROFILE_GSS,
	                HEAD "repeat 2\n"
	                     "init c1 k1 on c1 -> SEC_E_INVALID_TOKEN\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE x1, "
	                     "CRASH x1\nend\n",
	                "5:VIOLATION/UNSAFE every_call_answers@2 ");
}

static void assert_prefixes(const char *text, const size_t *prefixes)
{
	struct verdicts verdicts;
	struct scenario scenario;
	scenario_init(&scenario);
	parse(&scenario, text);
	verdicts_init(&verdicts, PROFILE_REFERENCE, NULL, 0);
	verdicts_judge(&verdicts, "", &scenario, &scenario, SIZE_MAX);
	for (size_t i = 0; i < scenario.count; i++)
		assert_int_equal(verdicts.steps[i].prefix, prefixes[i]);
	verdicts_free(&verdicts);
	scenario_free(&scenario);
}

static void a_prefix_ends_with_the_step_or_its_block(void **state)
{
	(void)state;
	assert_prefixes("acquire k1 -> SEC_E_OK\n"
	                "repeat 2\nzero c1\ntogether\nend\nzero c2\nend\n"
	                "zero c3\n"
	                "together\nfree k1 -> SEC_E_OK\nend\n",
	                (size_t[]){1, 7, 7, 7, 7, 7, 7, 8, 11, 11, 11});
}

/* --- Badness ------------------------------------------------------------------- */

static void a_wrong_status_is_one(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD DONE "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "5:VIOLATION/STATUS delete_deleted_ok ");
	/* ended already, or not at all: nothing is done */
	assert_verdicts(PROFILE_REFERENCE, "garbage c1\ndelete c1 -> SEC_E_OK\n",
	                "2:VIOLATION/STATUS delete_garbage_invalid ");
	assert_verdicts(PROFILE_REFERENCE,
	                "acquire k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\n"
	                "free k1 -> SEC_E_OK\n",
	                "3:VIOLATION/STATUS free_freed_invalid ");
	assert_verdicts(PROFILE_REFERENCE, HEAD "delete c1 -> SEC_E_OK out=new\n",
	                "3:VIOLATION/STATUS delete_struct_untouched ");
	/* live, but nothing was doubtful */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "query c1 sizes -> SEC_E_INVALID_HANDLE\n",
	                "3:VIOLATION/STATUS live_accepted ");
	/* ended, and refused by the wrong error */
	assert_verdicts(PROFILE_REFERENCE, HEAD "delete c1 -> SEC_E_OK\n"
	                                        "query c1 sizes "
	                                        "-> SEC_E_INTERNAL_ERROR\n",
	                "4:VIOLATION/STATUS query_deleted_invalid ");
	/* no handle at all */
	assert_verdicts(PROFILE_REFERENCE, "init c1 null -> SEC_E_OK\n",
	                "1:VIOLATION/STATUS leg_null_credential_refused ");
}

static void what_was_chosen_is_outside(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "swap c2 c1\ndelete c2 -> SEC_E_OK\n" DONE,
	                "4:VIOLATION/OUTSIDE delete_swapped_invalid ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "init c2 k1 with noise -> SEC_E_INVALID_TOKEN out=new\n",
	                "3:VIOLATION/OUTSIDE first_leg_failed_out_untouched ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "acquire k2 -> SEC_E_OK\nfree k2 -> SEC_E_OK\n"
	                     "init c1 k2 on c1 -> SEC_E_OK\n",
	                "5:VIOLATION/OUTSIDE later_leg_bad_credential_invalid ");
}

static void what_harms_is_unsafe(void **state)
{
	(void)state;
	/* a crash, a hang, also where a chosen rule would be broken */
	assert_verdicts(PROFILE_REFERENCE, HEAD "swap c2 c1\ndelete c2 -> CRASH\n",
	                "4:VIOLATION/UNSAFE every_call_answers ");
	assert_verdicts(PROFILE_REFERENCE, HEAD "init null k1 on c1 -> HANG\n",
	                "3:VIOLATION/UNSAFE later_leg_null_out_answers ");
	/* a handle that is none is served */
	assert_verdicts(PROFILE_REFERENCE, HEAD "delete c1 -> SEC_E_OK\n"
	                                        "query c1 sizes -> SEC_E_OK\n",
	                "4:VIOLATION/UNSAFE query_deleted_invalid ");
	assert_verdicts(PROFILE_REFERENCE, HEAD
	                "delete c1 -> SEC_E_OK\n"
	                "export c1 into b1 delete-old -> SEC_E_OK\n",
	                "4:VIOLATION/UNSAFE export_deleted_invalid ");
	assert_verdicts(PROFILE_REFERENCE,
	                "garbage c1\ncomplete c1 -> SEC_E_OK\n",
	                "2:VIOLATION/UNSAFE complete_never_valid_invalid ");
	assert_verdicts(PROFILE_REFERENCE,
	                "acquire k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\n"
	                "init c1 k1 -> SEC_E_OK\n",
	                "3:VIOLATION/UNSAFE leg_freed_credential_invalid ");
	/* one handle for two */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED out=c1\n",
	                "3:VIOLATION/UNSAFE create_fresh ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "delete c1 -> SEC_E_OK\n"
	                     "init c1 k1 -> SEC_I_CONTINUE_NEEDED out=kept\n",
	                "4:VIOLATION/UNSAFE create_never_reissues ");
	/* counts */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "delete c1 -> SEC_E_OK contexts=1\n",
	                "3:VIOLATION/UNSAFE delete_releases_all ");
	assert_verdicts(PROFILE_REFERENCE, HEAD "delete c1 -> SEC_E_OK residue=8\n",
	                "3:VIOLATION/UNSAFE delete_wipes_keys ");
}

static void a_live_handle_refused_after_doubt_is_unsafe(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD SECOND "delete c1 -> SEC_E_OK\n"
	                            "query c2 sizes -> SEC_E_INVALID_HANDLE\n",
	                "5:VIOLATION/UNSAFE live_accepted ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "delete null -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "4:VIOLATION/UNSAFE delete_partial_ok ");
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "delete k1 -> SEC_E_INVALID_HANDLE\n"
	                     "init c2 k1 -> SEC_E_INVALID_HANDLE\n",
	                "4:VIOLATION/UNSAFE live_accepted ");
	/* another error is no refusal */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "delete null -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_INTERNAL_ERROR\n",
	                "4:VIOLATION/STATUS delete_no_other_status ");
	/* the function refuses contexts of this phase anyway, and no other does */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD SECOND "query c2 sizes -> SEC_E_INVALID_HANDLE\n"
	                            "delete c1 -> SEC_E_OK\n"
	                            "query c2 sizes -> SEC_E_INVALID_HANDLE\n"
	                            "delete c2 -> SEC_E_INVALID_HANDLE\n",
	                "4:VIOLATION/STATUS live_accepted "
	                "6:VIOLATION/STATUS live_accepted "
	                "7:VIOLATION/UNSAFE delete_partial_ok ");
	/* that a leg on it may be refused for its credential is no such refusal */
	assert_verdicts(PROFILE_REFERENCE,
	                HEAD "zero k2\ninit c1 k2 on c1 -> SEC_E_INVALID_HANDLE\n"
	                     "init c1 k1 on c1 -> SEC_E_INVALID_HANDLE\n",
	                "5:VIOLATION/UNSAFE live_accepted ");
}

/* --- Profiles ------------------------------------------------------------------ */

static void strict_leaves_open_what_was_chosen(void **state)
{
	static const char swapped[] =
		HEAD "swap c2 c1\ndelete c2 -> SEC_E_OK\n" DONE;
	(void)state;
	assert_verdicts(PROFILE_STRICT, swapped,
	                "4:UNSPECIFIED delete_swapped_invalid ");
	for (unsigned i = PROFILE_REFERENCE + 1; i < PROFILE_COUNT; i++)
		assert_verdicts(i, HEAD "delete c1 -> SEC_E_OK residue=8\n",
		                "3:UNSPECIFIED delete_wipes_keys ");
	/* derived, by the header, documented */
	assert_verdicts(PROFILE_STRICT, HEAD "delete c1 -> SEC_E_OK out=new\n",
	                "3:VIOLATION/STATUS delete_struct_untouched ");
	assert_verdicts(PROFILE_STRICT,
	                "pseudo-deleted c1\ndelete c1 -> SEC_E_INVALID_HANDLE\n",
	                "2:VIOLATION/STATUS delete_pseudo_deleted_ok ");
	assert_verdicts(PROFILE_STRICT,
	                HEAD DONE "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "5:VIOLATION/STATUS delete_deleted_ok ");
}

static void deletes_that_overlap_are_open_but_for_the_reference(void **state)
{
	static const char both[] = HEAD SECOND
		"together\ndelete c1 -> SEC_E_OK\ndelete c1 -> CRASH\nend\n"
		"delete c2 -> SEC_E_INVALID_HANDLE\n";
	static const char apart[] = HEAD SECOND
		"together\ndelete c1 -> SEC_E_OK\ndelete c2 -> CRASH\nend\n";
	(void)state;
	assert_verdicts(PROFILE_REFERENCE, both,
	                "6:VIOLATION/UNSAFE every_call_answers "
	                "8:VIOLATION/UNSAFE delete_partial_ok ");
	for (unsigned i = PROFILE_REFERENCE + 1; i < PROFILE_COUNT; i++) {
		/* what was broken then may show later */
		assert_verdicts(i, both,
		                "6:UNSPECIFIED every_call_answers"
		                "(open_concurrent_delete) "
		                "8:UNSPECIFIED delete_partial_ok"
		                "(open_concurrent_delete) ");
		assert_verdicts(i, apart, "6:VIOLATION/UNSAFE every_call_answers ");
	}
	assert_verdicts(PROFILE_STRICT,
	                HEAD "together\nexport c1 into b1 delete-old -> SEC_E_OK\n"
	                     "export c1 into b2 delete-old -> SEC_E_OK\nend\n",
	                "3:UNSPECIFIED concurrent_calls_atomic"
	                "(open_concurrent_delete) 4:UNRESOLVED 5:UNRESOLVED ");
	assert_verdicts(PROFILE_STRICT,
	                "acquire k1 -> SEC_E_OK\ntogether\n"
	                "free k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\nend\n",
	                "2:UNSPECIFIED concurrent_calls_atomic "
	                "3:UNRESOLVED 4:UNRESOLVED ");
}

/* Where calls really overlap, a crash is told of the first one. */
static void a_crash_is_open_where_a_call_that_is_not_told_may_delete(void **state)
{
	static const char trace[] =
		"acquire k1 -> SEC_E_OK\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
		"copy c2 c1\ninit c3 k1 -> SEC_I_CONTINUE_NEEDED\n"
		"together\nuse c1 MakeSignature -> CRASH\nend\n";
	static const struct {
		const char *calls;
		bool is_open;
	} blocks[] = {
		{"delete c1\n", true},     {"delete c2\n", true},
		{"query c1 sizes\n", false}, {"delete c3\n", false},
		{"delete c4\n", false},    {"query c3 sizes\ndelete c3\n", true},
	};
	char script[400];
	(void)state;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		snprintf(script, sizeof script,
		         "acquire k1\ninit c1 k1\ncopy c2 c1\ninit c3 k1\ntogether\n"
		         "use c1 MakeSignature\n%send\n", blocks[i].calls);
		const char *rest = i == 5 ? "7:UNRESOLVED 8:UNRESOLVED "
		                          : "7:UNRESOLVED ";
		char wanted[200];
		snprintf(wanted, sizeof wanted, "%s%s",
		         blocks[i].is_open
		                 ? "6:UNSPECIFIED every_call_answers"
		                   "(open_concurrent_delete) "
		                 : "6:VIOLATION/UNSAFE every_call_answers ",
		         rest);
		assert_cut_under(PROFILE_STRICT, true, script, trace, SIZE_MAX,
		                 wanted);
		snprintf(wanted, sizeof wanted, "%s%s",
		         "6:VIOLATION/UNSAFE every_call_answers ", rest);
		assert_cut_under(PROFILE_REFERENCE, true, script, trace, SIZE_MAX,
		                 wanted);
		/* one after the other, the call that is told is the one */
		assert_cut_under(PROFILE_STRICT, false, script, trace, SIZE_MAX,
		                 wanted);
	}
}

static void a_second_delete_may_be_invalid(void **state)
{
	enum profile profile = PROFILE_SECOND_DELETE_INVALID;
	(void)state;
	assert_verdicts(profile, HEAD DONE "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "5:UNSPECIFIED delete_deleted_ok ");
	assert_verdicts(profile,
	                HEAD "copy c2 c1\n" DONE
	                     "delete c2 -> SEC_E_INVALID_HANDLE\n"
	                     "acquire k2 -> SEC_E_OK\n"
	                     "delete c2 -> SEC_E_INVALID_HANDLE\n",
	                "6:UNSPECIFIED delete_deleted_copy_ok "
	                "8:UNSPECIFIED delete_deleted_for_ever ");
	assert_verdicts(profile,
	                HEAD "export c1 into b1 delete-old -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "4:UNSPECIFIED export_delete_old_deletes ");
	/* and nothing else */
	assert_verdicts(profile, HEAD DONE "delete c1 -> SEC_E_INTERNAL_ERROR\n",
	                "5:VIOLATION/STATUS delete_no_other_status ");
	assert_verdicts(profile, HEAD DONE "delete c1 -> CRASH\n",
	                "5:VIOLATION/UNSAFE every_call_answers ");
	assert_verdicts(profile, HEAD "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "3:VIOLATION/STATUS delete_partial_ok ");
	assert_verdicts(profile,
	                HEAD "export c1 into b1 delete-old -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\n",
	                "4:VIOLATION/UNSAFE export_delete_old_deletes ");
	assert_verdicts(profile,
	                HEAD "export c1 into b1 delete-old -> SEC_E_OK contexts=1\n",
	                "3:VIOLATION/UNSAFE export_delete_old_deletes ");
	assert_verdicts(profile, HEAD "swap c2 c1\ndelete c2 -> SEC_E_OK\n",
	                "4:UNSPECIFIED delete_swapped_invalid ");
}

static void gss_clears_what_it_ends(void **state)
{
	(void)state;
	/* the struct holds GSS_C_NO_CONTEXT from the delete on */
	assert_verdicts(PROFILE_GSS,
	                HEAD "delete c1 -> SEC_E_OK out=new\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE\n",
	                "3:UNSPECIFIED delete_struct_untouched "
	                "5:UNSPECIFIED delete_zero_invalid ");
	assert_verdicts(PROFILE_GSS,
	                HEAD "delete c1 -> SEC_E_OK\nquery c1 sizes -> SEC_E_OK\n",
	                "4:VIOLATION/UNSAFE query_never_valid_invalid ");
	/* what holds it makes a first call */
	assert_verdicts(PROFILE_GSS,
	                HEAD "delete c1 -> SEC_E_OK\n"
	                     "init c1 k1 on c1 -> SEC_I_CONTINUE_NEEDED\n"
	                     "query c1 sizes -> SEC_E_OK\ndelete c1 -> SEC_E_OK\n",
	                "4:UNSPECIFIED leg_zero_context_invalid ");
	/* a delete that failed ended nothing, and a refused one is a violation */
	assert_verdicts(PROFILE_GSS,
	                HEAD "use c1 ImpersonateSecurityContext -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INTERNAL_ERROR\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE\n",
	                "4:UNSPECIFIED open_impersonation "
	                "5:VIOLATION/UNSAFE live_accepted ");
	assert_verdicts(PROFILE_GSS, HEAD "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "3:VIOLATION/STATUS delete_partial_ok ");
	assert_verdicts(PROFILE_GSS,
	                HEAD "delete c1 -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_OK\n",
	                "3:VIOLATION/STATUS delete_partial_ok ");
	/* credentials, and GSS_C_NO_CREDENTIAL */
	assert_verdicts(PROFILE_GSS,
	                "acquire k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK out=new\n"
	                "free k1 -> SEC_E_OK\ninit c1 k1 -> SEC_E_OK\n"
	                "init c2 null -> SEC_E_OK\ndelete c2 -> SEC_E_OK\n",
	                "2:UNSPECIFIED in_struct_untouched "
	                "3:UNSPECIFIED free_never_valid_invalid "
	                "4:UNSPECIFIED leg_bad_credential_invalid "
	                "5:UNSPECIFIED leg_null_credential_refused ");
	assert_verdicts(PROFILE_GSS, HEAD "query c1 sizes -> SEC_E_OK out=new\n",
	                "3:VIOLATION/STATUS in_struct_untouched ");
	assert_verdicts(PROFILE_GSS, "free k1 -> SEC_E_NO_CREDENTIALS\n"
	                             "delete c1 -> SEC_E_INTERNAL_ERROR\n",
	                "1:UNSPECIFIED free_no_other_status "
	                "2:UNSPECIFIED delete_no_other_status ");
	/* every export deletes */
	assert_verdicts(PROFILE_GSS,
	                HEAD "export c1 into b1 -> SEC_E_OK out=new\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "3:UNSPECIFIED in_struct_untouched ");
}

static void gss_has_no_word_on_what_dangles(void **state)
{
	static const char *const starts[] = {
		HEAD "copy c3 c1\n" SECOND "delete c1 -> SEC_E_OK\n",
		HEAD "garbage c3\n" SECOND "query c1 sizes -> SEC_E_OK\n",
		HEAD "copy c3 c1\n" SECOND
		"init c1 k1 on c1 -> SEC_E_INVALID_TOKEN\n",
		HEAD "copy c3 c1\n" SECOND
		"init c1 k1 on c1 -> SEC_E_LOGON_DENIED\n",
	};
	char text[400];
	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		snprintf(text, sizeof text,
		         "%squery c3 sizes -> CRASH\n"
		         "query c2 sizes -> SEC_E_INVALID_HANDLE\n", starts[i]);
		assert_verdicts(PROFILE_GSS, text,
		                "6:UNSPECIFIED every_call_answers "
		                "7:UNSPECIFIED live_accepted ");
		assert_verdicts(PROFILE_STRICT, text,
		                i < 2 ? "6:VIOLATION/UNSAFE every_call_answers "
		                        "7:VIOLATION/UNSAFE live_accepted "
		                      : "6:VIOLATION/UNSAFE every_call_answers "
		                        "7:VIOLATION/STATUS live_accepted ");
	}
	/* {0,0}, NULL and live handles are defined */
	assert_verdicts(PROFILE_GSS, "delete c1 -> CRASH\n",
	                "1:VIOLATION/UNSAFE every_call_answers ");
	assert_verdicts(PROFILE_GSS, "delete null -> CRASH\n",
	                "1:VIOLATION/UNSAFE every_call_answers ");
	assert_verdicts(PROFILE_GSS, HEAD "copy c3 c1\nquery c3 sizes -> CRASH\n",
	                "4:VIOLATION/UNSAFE every_call_answers ");
	/* the memory of what was ended is used again, and not that of others */
	assert_verdicts(PROFILE_GSS,
	                HEAD "copy c3 c1\ndelete c1 -> SEC_E_OK\n"
	                     "init c2 k1 -> SEC_I_CONTINUE_NEEDED out=c3\n"
	                     "init c4 k1 -> SEC_I_CONTINUE_NEEDED out=c2\n",
	                "5:UNSPECIFIED create_never_reissues "
	                "6:VIOLATION/UNSAFE create_fresh ");
}

static void gss_lets_a_failed_leg_delete(void **state)
{
	static const char failed[] = HEAD
		"init c1 k1 on c1 -> SEC_E_INVALID_TOKEN\n"
		"query c1 sizes -> SEC_E_INVALID_HANDLE\n"
		"delete c1 -> SEC_E_INVALID_HANDLE\n";
	(void)state;
	assert_verdicts(PROFILE_GSS, failed,
	                "4:UNSPECIFIED later_leg_failed_stays_live "
	                "5:UNSPECIFIED delete_failed_ok ");
	assert_verdicts(PROFILE_STRICT, failed,
	                "4:VIOLATION/STATUS later_leg_failed_stays_live "
	                "5:VIOLATION/STATUS delete_failed_ok ");
	assert_verdicts(PROFILE_GSS,
	                HEAD "init c1 k1 on c1 -> SEC_E_LOGON_DENIED\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n",
	                "4:UNSPECIFIED delete_rejected_ok ");
	/* one without a credential is a leg as any other */
	static const char *const starts[] = {
		HEAD "init c1 null on c1", HEAD "init c1 k2 on c1",
		"acquire k2 -> SEC_E_OK\nfree k2 -> SEC_E_OK\n"
		HEAD "init c1 k2 on c1"};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		char text[400], wanted[80];
		snprintf(text, sizeof text, "%s -> SEC_E_INVALID_TOKEN\n"
		         "query c1 sizes -> SEC_E_INVALID_HANDLE\n", starts[i]);
		snprintf(wanted, sizeof wanted,
		         "%d:UNSPECIFIED later_leg_failed_stays_live ", i < 2 ? 4 : 6);
		assert_verdicts(PROFILE_GSS, text, wanted);
	}
	/* SSPI wants {0,0} refused, and the context unharmed */
	assert_verdicts(PROFILE_STRICT,
	                HEAD "init c1 k2 on c1 -> SEC_E_INVALID_TOKEN\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE\n",
	                "3:UNSPECIFIED later_leg_bad_credential_invalid "
	                "4:VIOLATION/UNSAFE live_accepted ");
}

/* --- Known deviations ---------------------------------------------------------- */

/* Judges scenarios "a", "b", … with one deviation. */
static void assert_deviation(const struct deviation *deviation,
                             enum profile profile, size_t count,
                             const char *const *texts,
                             const char *const *wanted, enum verdict verdict)
{
	struct verdicts verdicts;
	struct deviation list[] = {*deviation};
	verdicts_init(&verdicts, profile, list, 1);
	for (size_t i = 0; i < count; i++)
		assert_judged(&verdicts, (char[]){(char)('a' + i), '\0'},
		              texts[i], wanted[i]);
	assert_int_equal(deviation_verdict(list), verdict);
	verdicts_free(&verdicts);
}

#define AGAIN HEAD DONE "delete c1 -> "
#define INVALID AGAIN "SEC_E_INVALID_HANDLE\n"
#define RIGHT AGAIN "SEC_E_OK\n"
#define KNOWN "5:KNOWN_DEVIATION/STATUS delete_deleted_ok "
#define UNKNOWN "5:VIOLATION/STATUS delete_deleted_ok "

static void a_listed_violation_is_known(void **state)
{
	static const char *const answers[] = {NULL, "error", "SEC_E_INVALID_HANDLE"};
	struct deviation deviation = {.rule = RULE_delete_deleted_ok,
	                              .reason = "as on Windows"};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		deviation.answer = answers[i];
		assert_deviation(&deviation, PROFILE_REFERENCE, 2,
		                 (const char *const[]){INVALID, RIGHT},
		                 (const char *const[]){KNOWN, ""},
		                 VERDICT_KNOWN_DEVIATION);
	}
	/* another answer, another rule, another scenario */
	for (size_t i = 0; i < 2; i++) {
		deviation.answer = i ? "success" : "SEC_E_INVALID_TOKEN";
		assert_deviation(&deviation, PROFILE_REFERENCE, 1,
		                 (const char *const[]){INVALID},
		                 (const char *const[]){UNKNOWN},
		                 VERDICT_UNEXPECTED_PASS);
	}
	deviation.answer = NULL;
	deviation.rule = RULE_delete_deleted_copy_ok;
	assert_deviation(&deviation, PROFILE_REFERENCE, 1,
	                 (const char *const[]){INVALID},
	                 (const char *const[]){UNKNOWN}, VERDICT_UNRESOLVED);
	deviation.rule = RULE_delete_deleted_ok;
	deviation.scenario = "b";
	assert_deviation(&deviation, PROFILE_REFERENCE, 3,
	                 (const char *const[]){INVALID, INVALID, INVALID},
	                 (const char *const[]){UNKNOWN, KNOWN, UNKNOWN},
	                 VERDICT_KNOWN_DEVIATION);
}

static void a_crash_is_no_success_and_a_success_is_no_error(void **state)
{
	(void)state;
	assert_deviation(&(struct deviation){.rule = RULE_every_call_answers,
	                                     .answer = "success"},
	                 PROFILE_REFERENCE, 1,
	                 (const char *const[]){HEAD "delete c1 -> CRASH\n"},
	                 (const char *const[]){
				 "3:VIOLATION/UNSAFE every_call_answers "},
	                 VERDICT_UNEXPECTED_PASS);
	assert_deviation(&(struct deviation){.rule = RULE_delete_zero_invalid,
	                                     .answer = "error"},
	                 PROFILE_REFERENCE, 1,
	                 (const char *const[]){"delete c1 -> SEC_E_OK\n"},
	                 (const char *const[]){
				 "1:VIOLATION/STATUS delete_zero_invalid "},
	                 VERDICT_UNEXPECTED_PASS);
}

static void a_deviation_may_be_of_a_struct_a_count_or_an_order(void **state)
{
	static const struct {
		enum rule rule;
		const char *answer, *text, *wanted;
	} cases[] = {
		{RULE_every_call_answers, "CRASH", HEAD "delete c1 -> CRASH\n",
	         "3:KNOWN_DEVIATION/UNSAFE every_call_answers "},
		{RULE_delete_struct_untouched, "SEC_E_OK",
	         HEAD "delete c1 -> SEC_E_OK out=new\n",
	         "3:KNOWN_DEVIATION/STATUS delete_struct_untouched "},
		{RULE_delete_wipes_keys, "success",
	         HEAD "delete c1 -> SEC_E_OK residue=4\n",
	         "3:KNOWN_DEVIATION/UNSAFE delete_wipes_keys "},
		{RULE_delete_no_other_status, "0x80091234",
	         HEAD "delete c1 -> 0x80091234\n",
	         "3:KNOWN_DEVIATION/STATUS delete_no_other_status "},
		{RULE_concurrent_calls_atomic, NULL,
	         "acquire k1 -> SEC_E_OK\ntogether\nfree k1 -> SEC_E_OK\n"
	         "free k1 -> SEC_E_OK\nend\n",
	         "2:KNOWN_DEVIATION/OUTSIDE concurrent_calls_atomic "
	         "3:UNRESOLVED 4:UNRESOLVED "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_deviation(&(struct deviation){.rule = cases[i].rule,
		                                     .answer = cases[i].answer,
		                                     .reason = "known"},
		                 PROFILE_REFERENCE, 1,
		                 (const char *const[]){cases[i].text},
		                 (const char *const[]){cases[i].wanted},
		                 VERDICT_KNOWN_DEVIATION);
}

static void what_could_have_been_seen_passes_unexpectedly(void **state)
{
	static const struct {
		enum rule rule;
		const char *text;
		bool is_tried;
	} cases[] = {
		{RULE_delete_deleted_ok, RIGHT, true},
		{RULE_delete_deleted_ok, RIGHT "acquire k2 -> SEC_E_OK\n", true},
		{RULE_delete_deleted_ok, HEAD DONE, false},
		{RULE_delete_struct_untouched,
	         HEAD "delete c1 -> SEC_E_OK out=kept\n", true},
		{RULE_delete_struct_untouched, HEAD "delete c1 -> SEC_E_OK\n",
	         false},
		{RULE_in_struct_untouched, HEAD "delete c1 -> SEC_E_OK out=kept\n",
	         false},
		{RULE_delete_struct_untouched,
	         "delete c1 -> SEC_E_INVALID_HANDLE out=kept\n", true},
		{RULE_later_leg_same_handle,
	         HEAD "init c1 k1 on c1 -> SEC_E_OK\n", true},
		{RULE_create_never_reserved,
	         HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED\n", false},
		{RULE_create_fresh,
	         HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED out=new\n", true},
		{RULE_create_never_reissues,
	         HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED out=new\n", false},
		{RULE_delete_releases_all, HEAD "delete c1 -> SEC_E_OK contexts=0\n",
	         true},
		{RULE_others_untouched, HEAD "delete c1 -> SEC_E_OK contexts=0\n",
	         true},
		{RULE_delete_wipes_keys, HEAD "delete c1 -> SEC_E_OK contexts=0\n",
	         false},
		{RULE_concurrent_calls_atomic, HEAD "together\n" DONE "end\n", true},
		{RULE_concurrent_calls_atomic, HEAD DONE, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_deviation(&(struct deviation){.rule = cases[i].rule},
		                 PROFILE_REFERENCE, 1,
		                 (const char *const[]){cases[i].text},
		                 (const char *const[]){""},
		                 cases[i].is_tried ? VERDICT_UNEXPECTED_PASS
		                                   : VERDICT_UNRESOLVED);
	/* in one of two scenarios */
	assert_deviation(&(struct deviation){.rule = RULE_delete_deleted_ok},
	                 PROFILE_REFERENCE, 2, (const char *const[]){RIGHT, HEAD},
	                 (const char *const[]){"", ""}, VERDICT_UNEXPECTED_PASS);
	/* not in its scenario */
	assert_deviation(&(struct deviation){.rule = RULE_delete_deleted_ok,
	                                     .scenario = "b"},
	                 PROFILE_REFERENCE, 1, (const char *const[]){RIGHT},
	                 (const char *const[]){""}, VERDICT_UNRESOLVED);
}

static void what_was_cut_short_shows_no_unexpected_pass(void **state)
{
	struct deviation deviation = {.rule = RULE_delete_deleted_ok};
	struct scenario script, trace;
	struct verdicts verdicts;
	(void)state;
	scenario_init(&script);
	scenario_init(&trace);
	parse(&script, "acquire k1\ninit c1 k1\ndelete c1\nfree k1\ndelete c1\n"
	               "delete c1\n");
	parse(&trace, RIGHT);
	verdicts_init(&verdicts, PROFILE_REFERENCE, &deviation, 1);
	verdicts_judge(&verdicts, "a", &script, &trace, SIZE_MAX);
	assert_int_equal(deviation_verdict(&deviation), VERDICT_UNRESOLVED);
	verdicts_judge(&verdicts, "a", &script, &trace, 5);
	assert_int_equal(deviation_verdict(&deviation), VERDICT_UNRESOLVED);
	assert_judged(&verdicts, "b", HEAD, "");
	assert_int_equal(deviation_verdict(&deviation), VERDICT_UNRESOLVED);
	verdicts_judge(&verdicts, "a", &trace, &trace, SIZE_MAX);
	assert_int_equal(deviation_verdict(&deviation), VERDICT_UNEXPECTED_PASS);
	verdicts_free(&verdicts);
	scenario_free(&script);
	scenario_free(&trace);
}

static void a_deviation_that_the_profile_leaves_open_is_still_there(void **state)
{
	(void)state;
	assert_deviation(&(struct deviation){.rule = RULE_delete_deleted_ok,
	                                     .reason = "as on Windows"},
	                 PROFILE_SECOND_DELETE_INVALID, 1,
	                 (const char *const[]){INVALID},
	                 (const char *const[]){"5:UNSPECIFIED delete_deleted_ok "},
	                 VERDICT_KNOWN_DEVIATION);
}

static void answers_of_deviations_are_checked(void **state)
{
	static const char *const right[] = {"success", "error", "CRASH", "HANG",
	                                    "SEC_E_OK", "SEC_E_NO_CONTEXT",
	                                    "0x80091234"};
	static const char *const wrong[] = {"",           "ok",         "crash",
	                                    "SEC_E_NONE", "0x00000000", "0x8009ABCD",
	                                    "80091234",   "delete",
	                                    "SEC_E_NO_SPM"};
	(void)state;
	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		assert_true(deviation_answer_valid(right[i]));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(deviation_answer_valid(wrong[i]));
}

/* --- Probes -------------------------------------------------------------------- */

static void assert_doubtful(const char *head, const char *line, bool wanted)
{
	struct verdicts verdicts;
	struct scenario scenario;
	char text[300];
	snprintf(text, sizeof text, "%s%s\n", head, line);
	scenario_init(&scenario);
	parse(&scenario, text);
	verdicts_init(&verdicts, PROFILE_REFERENCE, NULL, 0);
	verdicts_judge(&verdicts, "", &scenario, &scenario, SIZE_MAX);
	assert_int_equal(verdicts.steps[scenario.count - 1].doubtful, wanted);
	verdicts_free(&verdicts);
	scenario_free(&scenario);
}

static void a_step_on_what_is_not_live_is_doubtful(void **state)
{
	static const struct {
		const char *line;
		bool is_doubtful;
	} cases[] = {
		{"delete c1 -> SEC_E_OK", true},
		{"delete c1 -> SEC_E_OK contexts=7", true},
		{"free k1 -> SEC_E_OK", true},
		{"export c1 into b1 delete-old -> SEC_E_OK", true},
		{"export c1 into b1 -> SEC_E_OK", false},
		{"query c1 sizes -> SEC_E_OK", false},
		{"query c2 sizes -> SEC_E_INVALID_HANDLE", true},
		{"query null sizes -> SEC_E_INVALID_HANDLE", true},
		{"query k1 sizes -> SEC_E_INVALID_HANDLE", true},
		{"query c9 sizes -> SEC_E_INVALID_HANDLE", true},
		{"use k1 AddCredentials -> SEC_E_OK", false},
		{"use k2 AddCredentials -> SEC_E_INVALID_HANDLE", true},
		{"init c3 k1 -> SEC_E_OK", false},
		{"init c3 k2 -> SEC_E_INVALID_HANDLE", true},
		{"init c3 null -> SEC_E_INVALID_HANDLE", true},
		{"init c1 k1 on c1 -> SEC_E_OK", false},
		{"init c1 null on c1 -> SEC_E_OK", false},
		{"init c1 k2 on c1 -> SEC_E_INVALID_HANDLE", true},
		{"acquire k3 -> SEC_E_OK", false},
		{"release b2 -> SEC_E_INVALID_HANDLE", true},
		{"release b3 -> SEC_E_OK", false},
		{"import c3 from b2 -> SEC_E_INVALID_TOKEN", true},
		{"import c3 from b3 -> SEC_E_OK", false},
	};
	static const char head[] =
		HEAD SECOND "delete c2 -> SEC_E_OK\nacquire k2 -> SEC_E_OK\n"
			    "free k2 -> SEC_E_OK\nexport c1 into b3 -> SEC_E_OK\n";
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_doubtful(head, cases[i].line, cases[i].is_doubtful);
}

static void assert_probes(const char *text, size_t prefix, size_t count,
                          const char *wanted)
{
	struct scenario trace, probed;
	scenario_init(&trace);
	scenario_init(&probed);
	parse(&trace, text);
	for (int i = 0; i < 2; i++) /* the second time into what was used */
		assert_int_equal(verdict_probes(&probed, &trace, prefix), count);
	for (name_id i = 0; i < trace.names.name_count; i++)
		assert_int_equal(names_get(&probed.names, i)->settled, NAME_HANDLE);
	char *found = print(&probed);
	assert_string_equal(found, wanted);
	free(found);
	for (size_t i = 0; i < probed.count; i++)
		assert_int_equal(probed.steps[i].line, i + 1);
	scenario_free(&trace);
	scenario_free(&probed);
}

static void probes_stand_before_and_behind(void **state)
{
	(void)state;
	assert_probes(HEAD SECOND "copy c3 c2\ndelete c1 -> SEC_E_OK\n"
	                          "init c4 k1 -> SEC_E_OK\n", 5, 3,
	              "acquire k1\ninit c1 k1\ninit c2 k1\ncopy c3 c2\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c2 sizes\n"
	              "delete c1\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c2 sizes\n");
	/* of a call that was answered so that it made nothing */
	assert_probes("acquire k1 -> SEC_E_NO_CREDENTIALS\n"
	              "delete c1 -> SEC_E_INVALID_HANDLE\n", 2, 0,
	              "acquire k1\ndelete c1\n");
	/* of what the step made there are none; a value made from a handle is none */
	assert_probes("zero c2\n" HEAD "delete c1 -> SEC_E_OK\nforget c1\n"
	              "init c1 k1 -> SEC_E_OK\nswap c2 c1\nforget c3\nrepeat 1\n"
	              "init c3 k1 -> SEC_E_OK\n"
	              "delete c9 -> SEC_E_INVALID_HANDLE\nend\n", 12, 3,
	              "zero c2\nacquire k1\ninit c1 k1\ndelete c1\nforget c1\n"
	              "init c1 k1\nswap c2 c1\nforget c3\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c1 sizes\n"
	              "repeat 1\n  init c3 k1\n  delete c9\nend\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c1 sizes\n");
	/* not even where it uses again what was forgotten */
	assert_probes(HEAD "delete c1 -> SEC_E_OK\nzero c1\nrepeat 1\n"
	                   "init c1 k1 -> SEC_E_OK\n"
	                   "delete null -> SEC_E_INVALID_HANDLE\nend\n", 8, 2,
	              "acquire k1\ninit c1 k1\ndelete c1\nzero c1\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "repeat 1\n  init c1 k1\n  delete null\nend\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n");
	/* around a block; by a name that holds the handle before and after it */
	assert_probes(HEAD "copy c2 c1\nrepeat 2\nzero c1\ntogether\n"
	                   "delete null -> SEC_E_INVALID_HANDLE\nend\nend\n", 9, 3,
	              "acquire k1\ninit c1 k1\ncopy c2 c1\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c2 sizes\n"
	              "repeat 2\n  zero c1\n  together\n    delete null\n  end\n"
	              "end\n"
	              "init null k1\nuse k1 QueryCredentialsAttributes\n"
	              "query c2 sizes\n");
}

static void what_was_not_carried_out_is_not_probed(void **state)
{
	struct scenario trace, probed;
	(void)state;
	scenario_init(&trace);
	scenario_init(&probed);
	parse(&trace, HEAD SECOND "delete c1 -> SEC_E_OK\n");
	assert_int_equal(verdict_probes(&probed, &trace, 5), 0);
	assert_int_equal(verdict_probes(&probed, &trace, 4), 3);
	scenario_free(&trace);
	scenario_free(&probed);
}

static void probes_show_harm(void **state)
{
	(void)state;
	assert_verdicts(PROFILE_STRICT,
	                HEAD SECOND "query c2 sizes -> SEC_E_OK\n"
	                            "delete c1 -> SEC_E_OK\n"
	                            "query c2 sizes -> SEC_E_INVALID_HANDLE\n",
	                "6:VIOLATION/UNSAFE live_accepted ");
	assert_verdicts(PROFILE_STRICT,
	                HEAD "use k1 QueryCredentialsAttributes -> SEC_E_OK\n"
	                     "delete k1 -> SEC_E_INVALID_HANDLE\n"
	                     "use k1 QueryCredentialsAttributes "
	                     "-> SEC_E_INVALID_HANDLE\n",
	                "5:VIOLATION/UNSAFE live_accepted ");
	/* it is no harm if it was so before */
	assert_verdicts(PROFILE_STRICT,
	                HEAD SECOND "query c2 sizes -> SEC_E_INVALID_HANDLE\n"
	                            "delete c1 -> SEC_E_OK\n"
	                            "query c2 sizes -> SEC_E_INVALID_HANDLE\n",
	                "4:VIOLATION/STATUS live_accepted "
	                "6:VIOLATION/STATUS live_accepted ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_and_told),
		cmocka_unit_test(what_conforms_passes),
		cmocka_unit_test(a_duty_is_no_verdict),
		cmocka_unit_test(a_violation_tells_what_was_allowed),
		cmocka_unit_test(what_the_rules_leave_open_is_unspecified),
		cmocka_unit_test(a_function_that_is_missing_is_unsupported),
		cmocka_unit_test(what_was_not_carried_out_is_unresolved),
		cmocka_unit_test(calls_that_no_order_explains_are_unresolved),
		cmocka_unit_test(an_order_that_is_wrong_raises_doubt),
		cmocka_unit_test(nothing_is_left_of_the_scenario_before),
		cmocka_unit_test(a_repeat_that_was_cut_short_goes_on_behind_itself),
		cmocka_unit_test(names_are_the_scripts),
		cmocka_unit_test(the_worst_round_counts),
		cmocka_unit_test(a_prefix_ends_with_the_step_or_its_block),
		cmocka_unit_test(a_wrong_status_is_one),
		cmocka_unit_test(what_was_chosen_is_outside),
		cmocka_unit_test(what_harms_is_unsafe),
		cmocka_unit_test(a_live_handle_refused_after_doubt_is_unsafe),
		cmocka_unit_test(strict_leaves_open_what_was_chosen),
		cmocka_unit_test(
			a_crash_is_open_where_a_call_that_is_not_told_may_delete),
		cmocka_unit_test(
			deletes_that_overlap_are_open_but_for_the_reference),
		cmocka_unit_test(a_second_delete_may_be_invalid),
		cmocka_unit_test(gss_clears_what_it_ends),
		cmocka_unit_test(gss_has_no_word_on_what_dangles),
		cmocka_unit_test(gss_lets_a_failed_leg_delete),
		cmocka_unit_test(a_listed_violation_is_known),
		cmocka_unit_test(a_crash_is_no_success_and_a_success_is_no_error),
		cmocka_unit_test(
			a_deviation_may_be_of_a_struct_a_count_or_an_order),
		cmocka_unit_test(what_could_have_been_seen_passes_unexpectedly),
		cmocka_unit_test(what_was_cut_short_shows_no_unexpected_pass),
		cmocka_unit_test(
			a_deviation_that_the_profile_leaves_open_is_still_there),
		cmocka_unit_test(answers_of_deviations_are_checked),
		cmocka_unit_test(a_step_on_what_is_not_live_is_doubtful),
		cmocka_unit_test(probes_stand_before_and_behind),
		cmocka_unit_test(what_was_not_carried_out_is_not_probed),
		cmocka_unit_test(probes_show_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
