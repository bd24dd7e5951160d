/*
 * test_judge.c: how traces are judged: blocks, overlapping calls, counts, what
 * is lost, and going on after a finding. The rules one by one are covered by
 * the traces in tests/traces.
 */
#include "unit.h"

#include "../../specs/judge.h"

/* Gathers findings as "line:rule", with "@round" inside a repeat. */
static void gather(void *context, const struct finding *finding)
{
	char text[120];
	snprintf(text, sizeof text, "%u:%s", finding->line,
	         rule_info(finding->rule)->id);
	text_append(context, text);
	if (finding->round) {
		snprintf(text, sizeof text, "@%u", (unsigned)finding->round);
		text_append(context, text);
	}
	text_append(context, " ");
}

static void assert_findings(const char *text, const char *wanted)
{
	struct scenario scenario;
	struct letters found = {0};
	struct judge judge;
	scenario_init(&scenario);
	parse(&scenario, text);
	judge_init(&judge, gather, &found);
	for (int i = 0; i < 2; i++) { /* the second time after a reset */
		found.length = 0;
		judge_reset(&judge);
		judge_scenario(&judge, &scenario);
		text_append(&found, "");
		assert_int_equal(found.length, strlen(wanted));
		assert_memory_equal(found.text, wanted, found.length);
	}
	judge_free(&judge);
	free(found.text);
	scenario_free(&scenario);
}

#define HEAD "acquire k1 -> SEC_E_OK\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
#define TAIL "free k1 -> SEC_E_OK\n"
#define DONE "delete c1 -> SEC_E_OK\n" TAIL

static void a_clean_trace_has_no_findings(void **state)
{
	(void)state;
	assert_findings("", "");
	assert_findings(HEAD DONE, "");
}

/* --- Going on ---------------------------------------------------------------------- */

static void a_refused_delete_is_told_once(void **state)
{
	(void)state;
	assert_findings(HEAD "delete c1 -> SEC_E_INVALID_HANDLE\n" TAIL,
	                "3:delete_partial_ok ");
	assert_findings(HEAD "delete c1 -> SEC_E_SECPKG_NOT_FOUND\n" TAIL,
	                "3:delete_no_other_status ");
}

static void a_crash_changes_nothing(void **state)
{
	(void)state;
	assert_findings(HEAD "delete c1 -> CRASH\n" DONE, "3:every_call_answers ");
	assert_findings(HEAD "init null k1 on c1 -> HANG\n" DONE,
	                "3:later_leg_null_out_answers ");
}

static void a_success_that_is_denied_still_creates(void **state)
{
	(void)state;
	assert_findings("init c1 null -> SEC_E_OK\ndelete c1 -> SEC_E_OK\n",
	                "1:duty_use_only_created 1:leg_null_credential_refused ");
}

static void one_fault_is_told_once(void **state)
{
	(void)state;
	/* {0,0} was taken for a first call: the context is there from then on */
	assert_findings("acquire k1 -> SEC_E_OK\n"
	                "init c1 k1 on c1 -> SEC_I_CONTINUE_NEEDED out=new contexts=1\n"
	                "delete c1 -> SEC_E_OK contexts=0\n" TAIL,
	                "2:duty_use_only_created 2:leg_zero_context_invalid ");
	/* the handle was not delivered: its struct still holds {0,0} */
	assert_findings("acquire k1 -> SEC_E_OK\n"
	                "init c1 k1 -> SEC_E_OK out=kept contexts=1\n"
	                "delete c1 -> SEC_E_INVALID_HANDLE contexts=1\n" TAIL,
	                "2:create_delivers_handle 3:duty_delete_only_created ");
	/* the same: the struct holds what the next context was given again */
	assert_findings(HEAD "delete c1 -> SEC_E_OK\n"
	                     "init c1 k1 -> SEC_I_CONTINUE_NEEDED out=kept\n"
	                     "query c1 sizes -> SEC_E_OK\n" DONE,
	                "4:create_never_reissues ");
	/* the delete was refused, so the context is still counted */
	assert_findings(HEAD "delete c1 -> SEC_E_INVALID_HANDLE contexts=1\n"
	                     "free k1 -> SEC_E_OK contexts=1\n",
	                "3:delete_partial_ok ");
}

static void a_name_is_forgotten_before_it_is_known_what_it_is(void **state)
{
	(void)state;
	assert_findings(HEAD "repeat 2\nforget b1\n"
	                     "release b1 -> SEC_E_INVALID_HANDLE\n"
	                     "query c1 names into b1 -> SEC_E_OK\nend\n"
	                     "release b1 -> SEC_E_OK\n" DONE,
	                "5:duty_release_only_handed_out@1 "
	                "4:duty_release_every_buffer@2 ");
}

static void the_same_words_by_another_name_are_kept(void **state)
{
	(void)state;
	assert_findings(HEAD "copy c2 c1\nquery c1 sizes -> SEC_E_OK out=c1\n"
	                     "delete c1 -> SEC_E_OK out=c2\n" TAIL, "");
	assert_findings("acquire k1 -> SEC_E_OK\n"
	                "init c1 k1 with noise -> SEC_E_INVALID_TOKEN out=c2\n" TAIL,
	                "");
}

static void a_delete_while_impersonating_is_open(void **state)
{
	(void)state;
	assert_findings(HEAD "use c1 ImpersonateSecurityContext -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_CONTEXT_EXPIRED\n" DONE, "");
	assert_findings(HEAD "use c1 ImpersonateSecurityContext -> SEC_E_OK\n"
	                     "use c1 RevertSecurityContext -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_CONTEXT_EXPIRED\n" TAIL,
	                "5:delete_no_other_status ");
}

static void support_is_learnt_from_statuses_alone(void **state)
{
	(void)state;
	assert_findings(HEAD "use c1 MakeSignature -> SEC_E_OK\n"
	                     "use c1 MakeSignature -> SEC_E_UNSUPPORTED_FUNCTION\n"
	                     "use c1 MakeSignature -> SEC_E_OK\n" DONE,
	                "4:unsupported_whatever_handle ");
	assert_findings(HEAD "use c1 MakeSignature -> CRASH\n"
	                     "use c1 MakeSignature -> SEC_E_UNSUPPORTED_FUNCTION\n" DONE,
	                "3:every_call_answers ");
	assert_findings(HEAD "use c1 MakeSignature -> SEC_E_UNSUPPORTED_FUNCTION\n"
	                     "use c1 VerifySignature -> SEC_E_OK\n"
	                     "use c1 MakeSignature -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\n" DONE,
	                "5:unsupported_whatever_handle ");
}

static void the_rule_is_the_one_that_tells_most(void **state)
{
	(void)state;
	assert_findings(HEAD "export c1 into b1 -> SEC_E_OK\nrelease b1 -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n" TAIL,
	                "6:duty_delete_once 6:delete_deleted_ok ");
	assert_findings(HEAD "export c1 into b1 delete-old -> SEC_E_OK contexts=1\n"
	                     "release b1 -> SEC_E_OK\n" TAIL,
	                "3:export_delete_old_deletes ");
	assert_findings("acquire k1 -> SEC_E_INSUFFICIENT_MEMORY credentials=1\n",
	                "1:exhaustion_creates_nothing ");
	assert_findings(HEAD "init c1 k1 on c1 -> SEC_I_COMPLETE_AND_CONTINUE\n"
	                     "complete c1 -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n" TAIL,
	                "5:delete_partial_ok ");
	assert_findings(HEAD "init c1 k1 on c1 -> SEC_I_COMPLETE_NEEDED\n"
	                     "complete c1 -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n" TAIL,
	                "5:delete_complete_ok ");
	assert_findings(HEAD "init c2 k1 on c1 -> SEC_I_CONTINUE_NEEDED\n"
	                     "query c2 sizes -> SEC_E_INVALID_HANDLE\n" DONE,
	                "4:live_accepted ");
	assert_findings("acquire null -> SEC_E_INVALID_HANDLE\n",
	                "1:duty_pass_out_handle ");
	assert_findings(HEAD "init c1 null on c1 -> SEC_E_INVALID_HANDLE\n" DONE, "");
}

/* Values made up of others, and the rule by which deleting them must not answer
 * SEC_E_OK. */
static void made_up_values_are_what_they_are_made_of(void **state)
{
	static const struct {
		const char *lines, *rule;
	} cases[] = {
		{"zero c2\n", "delete_zero_invalid"},
		{"swap c2 c1\n", "delete_swapped_invalid"},
		{"ahead c2 c1\n", "delete_unissued_invalid"},
		{"swap c2 c1\nahead c2 c2\n", "delete_garbage_invalid"},
		{"ahead c2 c1\nswap c2 c2\n", "delete_garbage_invalid"},
		{"ahead c2 c1\nswap c2 c2\nswap c2 c2\n", "delete_unissued_invalid"},
		{"swap c2 c1\nahead c2 c2\nahead c2 c2\n", "delete_swapped_invalid"},
		{"ahead c2 c1\nswap c2 c2\nahead c2 c2\nswap c2 c2\n",
	         "delete_garbage_invalid"},
		{"invalidate c2\n", "delete_minus_one_invalid"},
		{"invalidate c2 lower\n", "delete_half_minus_one_invalid"},
		{"invalidate c2 upper\nswap c2 c2\ninvalidate c2 upper\n",
	         "delete_minus_one_invalid"},
		{"invalidate c2 lower\nswap c2 c2\ninvalidate c2 lower\n",
	         "delete_minus_one_invalid"},
		{"invalidate c2 lower\ninvalidate c2 lower\n",
	         "delete_half_minus_one_invalid"},
		{"invalidate c2\nahead c2 c2\n", "delete_half_minus_one_invalid"},
		{"invalidate c2\nahead c2 c2\nswap c2 c2\nahead c2 c2\n",
	         "delete_garbage_invalid"},
		{"invalidate c2\nahead c2 c2\nahead c2 c2\n",
	         "delete_minus_one_invalid"},
		{"invalidate c2 upper\nahead c2 c2\n", "delete_garbage_invalid"},
		{"invalidate c2 lower\nahead c2 c2\n",
	         "delete_half_minus_one_invalid"},
		{"pseudo-deleted c2\nahead c2 c2\n", "delete_garbage_invalid"},
		{"zero c2\nahead c2 c2\n", "delete_garbage_invalid"},
		{"garbage c2 3\nswap c2 c2\n", "delete_garbage_invalid"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[300], wanted[100];
		unsigned line = 3;
		for (const char *at = cases[i].lines; *at; at++)
			line += *at == '\n';
		snprintf(text, sizeof text, HEAD "%sdelete c2 -> SEC_E_OK\n" DONE,
		         cases[i].lines);
		snprintf(wanted, sizeof wanted,
		         "%u:duty_delete_only_created %u:%s ", line, line,
		         cases[i].rule);
		assert_findings(text, wanted);
	}
	assert_findings(HEAD "swap c2 c1\nswap c2 c2\nquery c2 sizes -> SEC_E_OK\n"
	                     "ahead c2 c2\nahead c2 c2\n"
	                     "query c2 sizes -> SEC_E_INVALID_HANDLE\n" DONE,
	                "8:handle_is_its_value ");
	/* what was done to a struct and undone is no copy */
	assert_findings(HEAD "swap c1 c1\nswap c1 c1\n"
	                     "query c1 sizes -> SEC_E_INVALID_HANDLE\n" DONE,
	                "5:live_accepted ");
}

/* --- Counts ------------------------------------------------------------------------- */

static void a_count_that_is_off_is_told_once(void **state)
{
	(void)state;
	assert_findings(HEAD "delete c1 -> SEC_E_OK contexts=1 residue=8\n"
	                     "free k1 -> SEC_E_OK contexts=1 residue=8\n"
	                     "free null -> SEC_E_INVALID_HANDLE residue=9\n",
	                "3:delete_releases_all 3:delete_wipes_keys "
	                "5:duty_use_only_created 5:delete_wipes_keys ");
}

static void a_count_is_told_when_it_gets_worse(void **state)
{
	(void)state;
	assert_findings(HEAD "query c1 sizes -> SEC_E_OK contexts=3 residue=8\n"
	                     "query c1 sizes -> SEC_E_OK contexts=2 residue=4\n"
	                     "query c1 sizes -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK contexts=2 residue=4\n"
	                     "query c1 sizes -> SEC_E_OK contexts=1 residue=0\n"
	                     "query c1 sizes -> SEC_E_OK contexts=2\n" DONE,
	                "3:delete_releases_all 3:delete_wipes_keys "
	                "8:delete_releases_all ");
}

static void a_denied_answer_hides_only_its_own_counts(void **state)
{
	(void)state;
	assert_findings(HEAD "query c1 sizes -> SEC_E_INVALID_HANDLE contexts=0 "
	                     "residue=9\n" DONE,
	                "3:live_accepted 3:others_untouched 3:delete_wipes_keys ");
}

static void a_count_that_comes_right_is_no_finding(void **state)
{
	(void)state;
	assert_findings(HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED contexts=2\n"
	                     "delete c2 -> SEC_E_OK contexts=0\n"
	                     "delete c1 -> SEC_E_OK contexts=0\n" TAIL,
	                "4:others_untouched ");
}

/* A credential that was freed, and that a context uses. */
#define FREED HEAD "free k1 -> SEC_E_OK"

static void a_freed_credential_in_use_is_held_or_not(void **state)
{
	(void)state;
	static const char *const right[] = {
		FREED " credentials=1\ndelete c1 -> SEC_E_OK credentials=0\n",
		FREED " credentials=0\ndelete c1 -> SEC_E_OK credentials=0\n",
		FREED " credentials=0\nquery c1 sizes -> SEC_E_OK credentials=1\n"
		      "delete c1 -> SEC_E_OK credentials=0\n",
		HEAD "init c2 k1 -> SEC_I_CONTINUE_NEEDED\nfree k1 -> SEC_E_OK\n"
		     "delete c1 -> SEC_E_OK credentials=1\n"
		     "delete c2 -> SEC_E_OK credentials=0\n"};
	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		assert_findings(right[i], i < 3 ? "3:duty_free_after_contexts "
		                                : "4:duty_free_after_contexts ");
}

static void a_live_credential_is_held_and_no_other_for_ever(void **state)
{
	static const struct {
		const char *lines, *wanted;
	} cases[] = {
		{" credentials=2\ndelete c1 -> SEC_E_OK credentials=0\n",
	         "3:credential_released_when_unneeded "},
		{" credentials=1\ndelete c1 -> SEC_E_OK credentials=1\n",
	         "4:credential_released_when_unneeded "},
		{"\nacquire k2 -> SEC_E_OK credentials=2\n"
	         "query c1 sizes -> SEC_E_OK credentials=0\n"
	         "delete c1 -> SEC_E_OK credentials=1\nfree k2 -> SEC_E_OK\n",
	         "5:credential_kept_while_needed "},
		/* What is hidden by the freed one is seen when that is gone. */
		{"\nacquire k2 -> SEC_E_OK credentials=1\n"
	         "query c1 sizes -> SEC_E_OK credentials=2\n"
	         "delete c1 -> SEC_E_OK credentials=2\nfree k2 -> SEC_E_OK\n",
	         "6:credential_released_when_unneeded "},
		{"\nacquire k2 -> SEC_E_OK credentials=2\n"
	         "query c1 sizes -> SEC_E_OK credentials=1\n"
	         "delete c1 -> SEC_E_OK credentials=0\nfree k2 -> SEC_E_OK\n",
	         "6:credential_kept_while_needed "},
		/* An acquire still makes one, and no more. */
		{"\nacquire k2 -> SEC_E_OK credentials=3\n"
	         "delete c1 -> SEC_E_OK\nfree k2 -> SEC_E_OK\n",
	         "4:create_delivers_handle "},
		{"\nacquire k2 -> SEC_E_OK credentials=0\n"
	         "delete c1 -> SEC_E_OK\nfree k2 -> SEC_E_OK\n",
	         "4:create_delivers_handle "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[400], wanted[120];
		snprintf(text, sizeof text, FREED "%s", cases[i].lines);
		snprintf(wanted, sizeof wanted, "3:duty_free_after_contexts %s",
		         cases[i].wanted);
		assert_findings(text, wanted);
	}
}

static void a_leak_is_not_told_again_when_a_freed_one_is_gone(void **state)
{
	(void)state;
	assert_findings("acquire k1 -> SEC_E_OK credentials=2\n"
	                "init c1 k1 -> SEC_I_CONTINUE_NEEDED credentials=2\n"
	                "free k1 -> SEC_E_OK credentials=1\n"
	                "delete c1 -> SEC_E_OK credentials=1\n"
	                "free null -> SEC_E_INVALID_HANDLE credentials=2\n",
	                "1:create_delivers_handle 3:duty_free_after_contexts "
	                "5:duty_use_only_created 5:credential_released_when_unneeded ");
}

/* --- What is lost --------------------------------------------------------------------- */

static void the_last_name_of_a_live_thing_counts(void **state)
{
	(void)state;
	assert_findings(HEAD "copy c2 c1\nzero c1\ndelete c2 -> SEC_E_OK\n" TAIL,
	                "");
	assert_findings(HEAD "copy c2 c1\nzero c1\nforget c2\n" TAIL,
	                "5:duty_delete_every_context ");
	assert_findings("acquire k1 -> SEC_E_OK\nacquire k1 -> SEC_E_OK\n" TAIL,
	                "2:duty_free_every_credential ");
	assert_findings(HEAD "export c1 into b1 -> SEC_E_OK\nforeign b1\n" DONE,
	                "4:duty_release_every_buffer ");
}

static void the_end_of_a_trace_loses_all(void **state)
{
	(void)state;
	assert_findings(HEAD "query c1 names into b1 -> SEC_E_OK\n",
	                "1:duty_free_every_credential 2:duty_delete_every_context "
	                "3:duty_release_every_buffer ");
	assert_findings(HEAD "copy c2 c1\n" TAIL,
	                "4:duty_free_after_contexts 2:duty_delete_every_context ");
}

static void a_failed_call_overwrites_nothing(void **state)
{
	(void)state;
	assert_findings(HEAD "init c1 k1 -> SEC_E_INVALID_TOKEN\n" DONE, "");
	assert_findings(HEAD "import c1 from b1 -> SEC_E_INVALID_TOKEN\n" DONE, "");
}

/* --- Repeat ------------------------------------------------------------------------------ */

static void every_round_is_judged(void **state)
{
	(void)state;
	assert_findings("acquire k1 -> SEC_E_OK\nrepeat 3\n"
	                "init c1 k1 -> SEC_E_OK\n"
	                "delete c1 -> SEC_E_OK x1, SEC_E_INVALID_HANDLE x2\nend\n" TAIL,
	                "4:delete_complete_ok@2 ");
	assert_findings("acquire k1 -> SEC_E_OK\nrepeat 2\n"
	                "init c1 k1 -> SEC_E_OK\nend\n" DONE,
	                "3:duty_delete_every_context@2 ");
	assert_findings("repeat 2\nend\nrepeat 1\ntogether\nend\nend\n", "");
}

/* --- Together ------------------------------------------------------------------------------ */

static void some_order_must_explain_overlapping_calls(void **state)
{
	(void)state;
	/* the query took effect first, though it stands second */
	assert_findings(HEAD "together\ndelete c1 -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\nend\n" TAIL,
	                "4:duty_no_concurrent_delete ");
	/* the delete took effect first */
	assert_findings(HEAD "together\nquery c1 sizes -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_OK\nend\n" TAIL,
	                "5:duty_no_concurrent_delete 4:duty_no_use_after_delete ");
	assert_findings(HEAD "together\nquery c1 sizes -> SEC_E_INVALID_HANDLE\n"
	                     "complete c1 -> SEC_E_OK\nend\n" DONE,
	                "4:live_accepted ");
	assert_findings(HEAD "repeat 2\ntogether\n"
	                     "query c1 sizes -> SEC_E_OK x1, "
	                     "SEC_E_INVALID_HANDLE x1\nend\nend\n" DONE,
	                "5:live_accepted@2 ");
	/* each answer is allowed in some order, both in none */
	assert_findings(HEAD "together\nexport c1 into b1 delete-old -> SEC_E_OK\n"
	                     "export c1 into b2 delete-old -> SEC_E_OK\nend\n"
	                     "release b1 -> SEC_E_OK\n"
	                     "delete c1 -> SEC_E_INVALID_HANDLE\n" TAIL,
	                "4:duty_no_concurrent_delete 5:duty_no_concurrent_delete "
	                "3:concurrent_calls_atomic 5:duty_no_use_after_delete "
	                "8:duty_delete_once 8:export_delete_old_deletes ");
	/* the second handle was live in every order */
	assert_findings(HEAD "together\ninit c2 k1 -> SEC_I_CONTINUE_NEEDED out=new\n"
	                     "init c3 k1 -> SEC_I_CONTINUE_NEEDED out=c1\nend\n"
	                     "delete c2 -> SEC_E_OK\ndelete c3 -> SEC_E_OK\n" DONE,
	                "5:create_fresh ");
	/* c2 can only have kept c1's value if the second leg came first */
	assert_findings(HEAD "together\n"
	                     "init c2 k1 on c1 -> SEC_I_CONTINUE_NEEDED out=kept\n"
	                     "init c2 k1 on c1 -> SEC_I_CONTINUE_NEEDED out=c1\nend\n" DONE,
	                "4:duty_no_concurrent_legs 5:duty_no_concurrent_legs ");
}

static void a_crash_among_overlapping_calls_is_a_crash(void **state)
{
	(void)state;
	assert_findings(HEAD "together\nquery c1 sizes -> SEC_E_OK\n"
	                     "query c1 names -> CRASH\nend\n" DONE,
	                "5:every_call_answers ");
	/* what the others did is explained around it, wherever it stands */
	assert_findings(HEAD "together\nquery c1 names -> CRASH\n"
	                     "delete c1 -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\nend\n" TAIL,
	                "5:duty_no_concurrent_delete 4:every_call_answers ");
}

static void a_wrong_answer_among_overlapping_calls_is_told_by_its_rule(void **state)
{
	(void)state;
	assert_findings(HEAD "together\ndelete c1 -> SEC_E_INVALID_HANDLE\nend\n" TAIL,
	                "4:delete_partial_ok ");
	assert_findings(HEAD "together\ndelete null -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\nend\n" DONE,
	                "4:duty_delete_only_created 4:delete_null_invalid ");
	assert_findings(HEAD "init c2 k1 -> SEC_E_OK\ntogether\n"
	                     "query c2 sizes -> SEC_E_OK\ndelete c1 -> SEC_E_OK\n"
	                     "end\ndelete c2 -> SEC_E_OK\n" TAIL, "");
}

static void legs_and_deletes_of_one_context_must_not_overlap(void **state)
{
	(void)state;
	assert_findings(HEAD "together\ninit c1 k1 on c1 -> SEC_I_CONTINUE_NEEDED\n"
	                     "init c1 k1 on c1 -> SEC_E_OK\nend\n" DONE,
	                "4:duty_no_concurrent_legs 5:duty_no_concurrent_legs ");
	assert_findings(HEAD "together\nexport c1 into b1 delete-old -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\nend\n"
	                     "release b1 -> SEC_E_OK\n" TAIL,
	                "4:duty_no_concurrent_delete ");
}

static void six_calls_are_explained_out_of_order(void **state)
{
	(void)state;
	assert_findings(HEAD "together\n"
	                     "complete c1 -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_OK\n"
	                     "query c1 sizes -> SEC_E_OK\n"
	                     "query c1 lifespan -> SEC_E_INVALID_HANDLE\n"
	                     "delete c1 -> SEC_E_OK\n"
	                     "query c1 names -> SEC_E_OK\n"
	                     "end\n" TAIL,
	                "5:duty_no_concurrent_delete 8:duty_no_concurrent_delete "
	                "4:duty_no_use_after_delete 7:duty_no_use_after_delete "
	                "8:duty_delete_once ");
}

/* --- Words ------------------------------------------------------------------------------------ */

static void keep_allowed(void *context, const struct finding *finding)
{
	judge_allowed_text(context, &finding->clauses);
}

static void assert_allowed(const char *text, const char *words)
{
	struct scenario scenario;
	struct letters found = {0};
	struct judge judge;
	scenario_init(&scenario);
	parse(&scenario, text);
	judge_init(&judge, keep_allowed, &found);
	for (size_t i = 0; i < scenario.count; i++)
		judge_feed(&judge, &scenario.steps[i], &scenario.answers[i], 1);
	assert_int_equal(found.length, strlen(words));
	assert_memory_equal(found.text, words, found.length);
	judge_free(&judge);
	free(found.text);
	scenario_free(&scenario);
}

static void what_is_allowed_is_said_in_words(void **state)
{
	(void)state;
	assert_allowed(HEAD "delete c1 -> SEC_E_INVALID_HANDLE", "SEC_E_OK");
	assert_allowed(HEAD "query c1 sizes -> SEC_E_INVALID_HANDLE",
	               "any success or any error but SEC_E_INVALID_HANDLE");
	assert_allowed("acquire k1 -> CRASH", "any success or any error");
	assert_allowed("delete c1 -> SEC_E_OK", "SEC_E_INVALID_HANDLE");
	assert_allowed("accept c1 k1 -> SEC_E_OK",
	               "SEC_E_INVALID_HANDLE or SEC_E_NO_CREDENTIALS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_trace_has_no_findings),
		cmocka_unit_test(a_refused_delete_is_told_once),
		cmocka_unit_test(a_crash_changes_nothing),
		cmocka_unit_test(a_success_that_is_denied_still_creates),
		cmocka_unit_test(one_fault_is_told_once),
		cmocka_unit_test(a_name_is_forgotten_before_it_is_known_what_it_is),
		cmocka_unit_test(the_same_words_by_another_name_are_kept),
		cmocka_unit_test(a_delete_while_impersonating_is_open),
		cmocka_unit_test(support_is_learnt_from_statuses_alone),
		cmocka_unit_test(the_rule_is_the_one_that_tells_most),
		cmocka_unit_test(made_up_values_are_what_they_are_made_of),
		cmocka_unit_test(a_count_that_is_off_is_told_once),
		cmocka_unit_test(a_count_is_told_when_it_gets_worse),
		cmocka_unit_test(a_denied_answer_hides_only_its_own_counts),
		cmocka_unit_test(a_count_that_comes_right_is_no_finding),
		cmocka_unit_test(a_freed_credential_in_use_is_held_or_not),
		cmocka_unit_test(a_live_credential_is_held_and_no_other_for_ever),
		cmocka_unit_test(a_leak_is_not_told_again_when_a_freed_one_is_gone),
		cmocka_unit_test(the_last_name_of_a_live_thing_counts),
		cmocka_unit_test(the_end_of_a_trace_loses_all),
		cmocka_unit_test(a_failed_call_overwrites_nothing),
		cmocka_unit_test(every_round_is_judged),
		cmocka_unit_test(some_order_must_explain_overlapping_calls),
		cmocka_unit_test(a_crash_among_overlapping_calls_is_a_crash),
		cmocka_unit_test(
			a_wrong_answer_among_overlapping_calls_is_told_by_its_rule),
		cmocka_unit_test(legs_and_deletes_of_one_context_must_not_overlap),
		cmocka_unit_test(six_calls_are_explained_out_of_order),
		cmocka_unit_test(what_is_allowed_is_said_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
