/*
 * test_abi_handles.c: handles through the functions of sspi.h: contexts deleted in
 * every phase and again, credentials and whose they are, limits, and slots that
 * are used up.
 */
#include "exchange.h"
#include "harness.h"

/* --- Contexts in every phase ------------------------------------------------------ */

static void deleted_in_every_phase(void **state)
{
	struct exchange e, later;
	(void)state;
	for (int phase = 0; phase < PHASES; phase++) {
		struct peer *peer = exchange_phase(&e, (enum phase)phase);
		CtxtHandle copy = peer->context;
		assert_int_equal(call_delete(&peer->context), SEC_E_OK);
		assert_holds(1, 2, 0);
		assert_int_equal(call_delete(&peer->context), SEC_E_OK);
		assert_int_equal(call_delete(&copy), SEC_E_OK);
		exchange_begin(&later, false, DONE); /* takes its slot */
		assert_int_equal(call_delete(&copy), SEC_E_OK);
		assert_holds(3, 4, 0);
		exchange_close(&later);
		exchange_close(&e); /* deletes it once more */
		assert_holds(0, 0, 0);
	}
}

static void invalid_handles_are_not_deleted(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, DONE);
	CtxtHandle context = e.acceptor.context;
	CtxtHandle never[] = {
		{0, 0}, {1, 1}, {SSPI_INVALID_WORD_, SSPI_INVALID_WORD_},
		{SSPI_INVALID_WORD_, 0}, {context.dwUpper, context.dwLower},
		{context.dwLower, context.dwUpper + 1}, {context.dwLower, 0},
		{context.dwLower + 2, 1}, e.acceptor.credential,
		{SEC_DELETED_HANDLE, context.dwUpper}};
	CtxtHandle deleted = {SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		assert_int_equal(call_delete(&never[i]), SEC_E_INVALID_HANDLE);
		if (!handle_is(&never[i], e.acceptor.credential.dwLower,
		               e.acceptor.credential.dwUpper))
			assert_int_equal(call_free(&never[i]),
			                 SEC_E_INVALID_HANDLE);
	}
	assert_int_equal(call_delete(NULL), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_delete(&deleted), SEC_E_OK);
	assert_holds(2, 2, 0);
	exchange_close(&e);
}

/* --- Credentials ----------------------------------------------------------------------- */

static void credentials_are_freed_once(void **state)
{
	(void)state;
	CredHandle credential = acquire(SECPKG_CRED_BOTH, &alice);
	struct peer peer = {.side = INITIATOR, .credential = credential};
	assert_int_equal(peer_leg(&peer, NULL, 0), SEC_I_CONTINUE_NEEDED);
	assert_int_equal(call_free(&peer.context), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_free(NULL), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_free(&credential), SEC_E_OK);
	assert_holds(1, 0, 0);
	assert_int_equal(call_free(&credential), SEC_E_INVALID_HANDLE);
	struct peer other = {.side = INITIATOR, .credential = credential};
	assert_int_equal(peer_leg(&other, NULL, 0), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_delete(&peer.context), SEC_E_OK);
	assert_holds(0, 0, 0);
}

static void acquire_takes_its_parameters(void **state)
{
	SEC_WINNT_AUTH_IDENTITY_A nobody = {.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI};
	CredHandle credential;
	TimeStamp expiry = {0, 0};
	(void)state;
	assert_int_equal(call_acquire(NULL, SECPKG_CRED_BOTH, NULL, &credential,
	                              NULL), SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, NULL, NULL),
	                 SEC_E_INVALID_PARAMETER);
	for (ULONG use = 0; use < 256; use++) {
		bool known = use >= SECPKG_CRED_INBOUND && use <= SECPKG_CRED_BOTH;
		assert_int_equal(call_acquire(PACKAGE, use, NULL, &credential,
		                              &expiry),
		                 known ? SEC_E_OK : SEC_E_INVALID_PARAMETER);
		if (known)
			assert_int_equal(call_free(&credential), SEC_E_OK);
	}
	assert_int_equal(expiry.LowPart, UINT32_MAX);
	assert_int_equal(expiry.HighPart, INT32_MAX);
	assert_int_equal(call_acquire(PACKAGE, 256 + SECPKG_CRED_BOTH, NULL,
	                              &credential, NULL), SEC_E_INVALID_PARAMETER);
	const char *const others[] = {"", "reference", "Referenc", "Reference2",
	                              "NTLM"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(call_acquire(others[i], SECPKG_CRED_BOTH, NULL,
		                              &credential, NULL),
		                 SEC_E_SECPKG_NOT_FOUND);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &nobody,
	                              &credential, NULL), SEC_E_NO_CREDENTIALS);
}

/* --- Identities -------------------------------------------------------------------------- */

/* The first units of "abcabc...", in both forms. */
enum { TEXT_UNITS = 80 };
static unsigned char ansi_text[TEXT_UNITS];
static USHORT wide_text[TEXT_UNITS];

/* Acquires with an identity whose texts have these lengths, and frees. */
static SECURITY_STATUS try_lengths(ULONG user, ULONG domain, ULONG password)
{
	SEC_WINNT_AUTH_IDENTITY_A ansi = {ansi_text, user, ansi_text, domain,
	                                  ansi_text, password,
	                                  SEC_WINNT_AUTH_IDENTITY_ANSI};
	SEC_WINNT_AUTH_IDENTITY_W wide = {wide_text, user, wide_text, domain,
	                                  wide_text, password,
	                                  SEC_WINNT_AUTH_IDENTITY_UNICODE};
	CredHandle credential;
	SECURITY_STATUS status = call_acquire(PACKAGE, SECPKG_CRED_BOTH, &ansi,
	                                      &credential, NULL);
	if (status == SEC_E_OK)
		assert_int_equal(call_free(&credential), SEC_E_OK);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &wide,
	                              &credential, NULL), status);
	if (status == SEC_E_OK)
		assert_int_equal(call_free(&credential), SEC_E_OK);
	return status;
}

static void names_have_a_longest_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEXT_UNITS; i++)
		wide_text[i] = ansi_text[i] = (unsigned char)("abc"[i % 3]);
	assert_int_equal(try_lengths(1, 0, 0), SEC_E_OK);
	assert_int_equal(try_lengths(64, 0, TEXT_UNITS), SEC_E_OK);
	assert_int_equal(try_lengths(65, 0, 0), SEC_E_INVALID_PARAMETER);
	/* With a domain there is a backslash between. */
	assert_int_equal(try_lengths(1, 62, 0), SEC_E_OK);
	assert_int_equal(try_lengths(2, 62, 0), SEC_E_INVALID_PARAMETER);
	assert_int_equal(try_lengths(1, 63, 0), SEC_E_INVALID_PARAMETER);
	assert_int_equal(try_lengths(1, 64, 0), SEC_E_INVALID_PARAMETER);
	assert_int_equal(try_lengths(1, 65, 0), SEC_E_INVALID_PARAMETER);
	assert_int_equal(try_lengths(62, 1, 0), SEC_E_OK);
	assert_int_equal(try_lengths(0, 1, 1), SEC_E_NO_CREDENTIALS);
}

static void malformed_identities_are_refused(void **state)
{
	static const ULONG flags[] = {0, 3, 4, SEC_WINNT_AUTH_IDENTITY_ANSI + 8,
	                              0x80000001, UINT32_MAX};
	CredHandle credential;
	unsigned char ansi[1] = {'a'};
	USHORT wide[1] = {'a'};
	(void)state;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		SEC_WINNT_AUTH_IDENTITY_A bad = {ansi, 1, NULL, 0, NULL, 0,
		                                 flags[i]};
		assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &bad,
		                              &credential, NULL),
		                 SEC_E_INVALID_PARAMETER);
	}
	for (int missing = 0; missing < 3; missing++) {
		SEC_WINNT_AUTH_IDENTITY_A a = {
			missing == 0 ? NULL : ansi, 1, missing == 1 ? NULL : ansi,
			1, missing == 2 ? NULL : ansi, 1,
			SEC_WINNT_AUTH_IDENTITY_ANSI};
		SEC_WINNT_AUTH_IDENTITY_W w = {
			missing == 0 ? NULL : wide, 1, missing == 1 ? NULL : wide,
			1, missing == 2 ? NULL : wide, 1,
			SEC_WINNT_AUTH_IDENTITY_UNICODE};
		assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &a,
		                              &credential, NULL),
		                 SEC_E_INVALID_PARAMETER);
		assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &w,
		                              &credential, NULL),
		                 SEC_E_INVALID_PARAMETER);
	}
	/* No unit above 255 in a name, but in a password. */
	wide[0] = 256;
	SEC_WINNT_AUTH_IDENTITY_W w = {wide, 1, NULL, 0, NULL, 0,
	                               SEC_WINNT_AUTH_IDENTITY_UNICODE};
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &w, &credential,
	                              NULL), SEC_E_INVALID_PARAMETER);
	USHORT user[1] = {255};
	w = (SEC_WINNT_AUTH_IDENTITY_W){user, 1, NULL, 0, wide, 1,
	                                SEC_WINNT_AUTH_IDENTITY_UNICODE};
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &w, &credential,
	                              NULL), SEC_E_OK);
	assert_int_equal(call_free(&credential), SEC_E_OK);
}

/* Whether an initiator and an acceptor with these credentials come together. */
static SECURITY_STATUS meet(CredHandle initiator, CredHandle acceptor)
{
	struct exchange e = {{.side = INITIATOR, .credential = initiator},
	                     {.side = ACCEPTOR, .credential = acceptor}};
	assert_int_equal(peer_leg(&e.initiator, NULL, 0), SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor), SEC_E_OK);
	SECURITY_STATUS status = peer_take(&e.acceptor, &e.initiator);
	exchange_close(&e);
	return status;
}

static CredHandle acquire_wide(const USHORT *user, ULONG length)
{
	SEC_WINNT_AUTH_IDENTITY_W identity = {(USHORT *)user, length, NULL, 0,
	                                      NULL, 0,
	                                      SEC_WINNT_AUTH_IDENTITY_UNICODE};
	CredHandle credential;
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, &identity,
	                              &credential, NULL), SEC_E_OK);
	return credential;
}

static CredHandle acquire_nobody(void)
{
	CredHandle credential;
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, &credential,
	                              NULL), SEC_E_OK);
	return credential;
}

static void equal_identities_meet(void **state)
{
	static const struct person people[] = {
		{"bob", "", "", NULL}, {"bob", "", "x", NULL},
		{"bob", "b", "", NULL}, {"ob", "b", "", NULL}, {"bo", "", "b", NULL}};
	static const USHORT bob[] = {'b', 'o', 'b'};
	enum { PEOPLE = sizeof people / sizeof *people };
	(void)state;
	for (int i = 0; i < PEOPLE; i++)
		for (int k = 0; k < PEOPLE; k++)
			assert_int_equal(meet(acquire(SECPKG_CRED_BOTH, &people[i]),
			                      acquire(SECPKG_CRED_BOTH, &people[k])),
			                 i == k ? SEC_E_OK : SEC_E_LOGON_DENIED);
	/* The form of the identity does not matter; nobody meets nobody. */
	assert_int_equal(meet(acquire(SECPKG_CRED_BOTH, &people[0]),
	                      acquire_wide(bob, 3)), SEC_E_OK);
	assert_int_equal(meet(acquire_nobody(), acquire_nobody()), SEC_E_OK);
	assert_int_equal(meet(acquire_nobody(), acquire_wide(bob, 3)),
	                 SEC_E_LOGON_DENIED);
}

static void identities_may_be_overwritten(void **state)
{
	USHORT user[] = {'b', 'o', 'b'};
	(void)state;
	CredHandle one = acquire_wide(user, 3);
	memset(user, 'x', sizeof user);
	assert_int_equal(meet(one, acquire(SECPKG_CRED_BOTH,
	                                   &(struct person){"bob", "", "", NULL})),
	                 SEC_E_OK);
}

/* --- Limits --------------------------------------------------------------------------------- */

/* A first leg of an initiator, on a token of its own. */
static SECURITY_STATUS begin(CredHandle credential, PCtxtHandle context)
{
	struct peer peer = {.side = INITIATOR, .credential = credential};
	SECURITY_STATUS status = peer_leg(&peer, NULL, 0);
	*context = peer.context;
	return status;
}

static void full_tables_answer_no_memory(void **state)
{
	struct sechandle_limits limits = {2, 2, 1000, 1};
	struct exchange e;
	CtxtHandle more;
	(void)state;
	sechandle_reset(&limits);
	exchange_begin(&e, false, CHALLENGE);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, &more, NULL),
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(begin(e.initiator.credential, &more),
	                 SEC_E_INSUFFICIENT_MEMORY);
	struct peer peer = {.side = ACCEPTOR, .credential = e.acceptor.credential};
	assert_int_equal(peer_leg(&peer, "SHR1\1\0\10\0", 8),
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_holds(2, 2, 0);
	assert_int_equal(call_delete(&e.acceptor.context), SEC_E_OK);
	assert_int_equal(begin(e.initiator.credential, &more),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(call_delete(&more), SEC_E_OK);
	exchange_close(&e);
}

static void slots_are_used_up(void **state)
{
	enum { SLOTS = 3, GENERATIONS = 3 };
	CtxtHandle issued[SLOTS * GENERATIONS], more;
	(void)state;
	for (uint32_t most = 1; most <= GENERATIONS; most++) {
		struct sechandle_limits limits = {SLOTS, SLOTS, most, 1};
		sechandle_reset(&limits);
		CredHandle credential = acquire(SECPKG_CRED_OUTBOUND, &alice);
		for (uint32_t i = 0; i < SLOTS * most; i++) {
			assert_int_equal(begin(credential, &issued[i]),
			                 SEC_I_CONTINUE_NEEDED);
			for (uint32_t k = 0; k < i; k++)
				assert_false(handle_is(&issued[k], issued[i].dwLower,
				                       issued[i].dwUpper));
			assert_int_equal(call_delete(&issued[i]), SEC_E_OK);
		}
		assert_int_equal(begin(credential, &more),
		                 SEC_E_INSUFFICIENT_MEMORY);
		for (uint32_t i = 0; i < SLOTS * most; i++)
			assert_int_equal(call_delete(&issued[i]), SEC_E_OK);
		/* Credentials have slots of their own. */
		assert_int_equal(call_free(&credential), SEC_E_OK);
		for (uint32_t i = 1; i < SLOTS * most; i++) {
			credential = acquire(SECPKG_CRED_OUTBOUND, &alice);
			assert_int_equal(call_free(&credential), SEC_E_OK);
		}
		assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL,
		                              &more, NULL),
		                 SEC_E_INSUFFICIENT_MEMORY);
	}
}

static void limits_out_of_range_become_the_nearest(void **state)
{
	struct sechandle_limits none = {0, 0, 0, 0};
	struct sechandle_limits all = {UINT32_MAX, UINT32_MAX, UINT32_MAX,
	                               UINT32_MAX};
	CredHandle credential;
	(void)state;
	sechandle_reset(&none);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, &credential,
	                              NULL), SEC_E_INSUFFICIENT_MEMORY);
	sechandle_reset(&all);
	credential = acquire(SECPKG_CRED_BOTH, &alice);
	assert_int_equal(call_free(&credential), SEC_E_OK);
	sechandle_reset(&(struct sechandle_limits){1, 1, 0, 0});
	credential = acquire(SECPKG_CRED_BOTH, &alice);
	assert_int_equal(call_free(&credential), SEC_E_OK);
	assert_int_equal(call_acquire(PACKAGE, SECPKG_CRED_BOTH, NULL, &credential,
	                              NULL), SEC_E_INSUFFICIENT_MEMORY);
}

static void many_contexts_live_at_once(void **state)
{
	enum { MANY = 65536 };
	CtxtHandle *contexts = calloc(MANY, sizeof *contexts);
	(void)state;
	assert_non_null(contexts);
	CredHandle credential = acquire(SECPKG_CRED_OUTBOUND, &alice);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(begin(credential, &contexts[i]),
		                 SEC_I_CONTINUE_NEEDED);
	assert_holds(MANY, 1, 0);
	for (int i = 0; i < MANY; i += 2)
		assert_int_equal(call_delete(&contexts[i]), SEC_E_OK);
	assert_holds(MANY / 2, 1, 0);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(call_delete(&contexts[i]), SEC_E_OK);
	assert_int_equal(call_free(&credential), SEC_E_OK);
	free(contexts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		abi_test(deleted_in_every_phase),
		abi_test(invalid_handles_are_not_deleted),
		abi_test(credentials_are_freed_once),
		abi_test(acquire_takes_its_parameters),
		abi_test(names_have_a_longest_length),
		abi_test(malformed_identities_are_refused),
		abi_test(equal_identities_meet),
		abi_test(identities_may_be_overwritten),
		abi_test(full_tables_answer_no_memory),
		abi_test(slots_are_used_up),
		abi_test(limits_out_of_range_become_the_nearest),
		abi_test(many_contexts_live_at_once),
	};
	return run_in_both_forms(tests);
}
