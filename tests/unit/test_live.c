/*
 * test_live.c: what a scenario has left live, as tests/subjects/live.c keeps it, is ended:
 * all of it, nothing else, the last first. The reference is driven.
 */
#include "unit.h"

#include "../subjects/live.h"
#include "../subjects/reference.h"
#include "../subjects/walk.h"

static PSecurityFunctionTableA reference;
static char ended[64]; /* a letter for each call: delete, free, release, or - if it failed */

static SECURITY_STATUS note(char letter, SECURITY_STATUS status)
{
	size_t length = strlen(ended);
	assert_true(length + 1 < sizeof ended);
	ended[length] = status == SEC_E_OK ? letter : '-';
	ended[length + 1] = '\0';
	return status;
}

static SECURITY_STATUS delete(PCtxtHandle context)
{
	return note('d', reference->DeleteSecurityContext(context));
}

static SECURITY_STATUS free_credential(PCredHandle credential)
{
	return note('f', reference->FreeCredentialsHandle(credential));
}

static SECURITY_STATUS release(void *buffer)
{
	return note('r', reference->FreeContextBuffer(buffer));
}

/* Carries out a script, then ends what it left. */
static void assert_ends(const char *script, const char *wanted)
{
	struct driver_setup setup = reference_setup(NULL);
	SecurityFunctionTableA noting = *setup.table;
	struct live live = {NULL, 0, 0};
	struct scenario scenario;
	struct driver driver;
	size_t at;
	reference = setup.table;
	noting.DeleteSecurityContext = delete;
	noting.FreeCredentialsHandle = free_credential;
	noting.FreeContextBuffer = release;
	setup.reset();
	scenario_init(&scenario);
	parse(&scenario, script);
	driver_begin(&driver, &setup, &scenario.names);
	for (struct walk walk = {.scenario = &scenario}; walk_on(&walk, &at);) {
		const struct step *step = &scenario.steps[at];
		if (operations[step->op].is_call)
			live_hear(&live, &driver, step,
			          driver_call(&driver, step).status);
		else
			driver_own(&driver, step);
	}
	*ended = '\0';
	live_end(&live, &noting);
	assert_string_equal(ended, wanted);
	struct sechandle_counts left = sechandle_count();
	assert_int_equal(left.contexts + left.credentials + left.buffers, 0);
	live_end(&live, &noting); /* nothing is live */
	assert_string_equal(ended, wanted);
	live_free(&live);
	driver_end(&driver);
	scenario_free(&scenario);
}

#define EXCHANGE                                                                       \
	"acquire k1\ninit c1 k1\naccept c3 k1 with c1\ninit c1 k1 on c1 with c3\n"     \
	"accept c3 k1 on c3 with c1\n"

static void what_is_live_is_ended(void **state)
{
	(void)state;
	assert_ends("acquire k1\nacquire k2\ninit c1 k1\nacquire k3\n", "fdff");
	assert_ends(EXCHANGE, "ddf");
	assert_ends(EXCHANGE "query c3 names into b1\nquery c3 package into b2\n", "rrddf");
	assert_ends(EXCHANGE "export c1 into b1\nimport c5 from b1\n", "drddf");
	assert_ends("acquire k1\ninit c1 k1\ninit c1 k1\nacquire k1\n", "fddf");
	assert_ends("acquire k1\ninit c1 k1\nforget c1\nzero k1\n", "df");
	assert_ends("acquire k1\ninit c1 k1\nrepeat 3\ninit c2 k1\nend\n", "ddddf");
}

static void what_was_ended_is_not(void **state)
{
	(void)state;
	assert_ends("", "");
	assert_ends("acquire k1\ncopy k2 k1\ninit c1 k1\ncopy c2 c1\ndelete c2\nfree k2\n",
	            "");
	assert_ends(EXCHANGE "query c3 names into b1\nrelease b1\nquery c3 names\n", "ddf");
	assert_ends(EXCHANGE "export c1 into b1 delete-old\n", "rdf");
	assert_ends("acquire null\ninit c1 k1\naccept c2 null\nimport c3 from b1\n", "");
	assert_ends("delete c1\nfree k1\nrelease b1\n", "");
	assert_ends("acquire k1\ninit c1 k1\nuse c1 MakeSignature\ndelete k1\nfree c1\n",
	            "df");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_live_is_ended),
	                                   cmocka_unit_test(what_was_ended_is_not)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
