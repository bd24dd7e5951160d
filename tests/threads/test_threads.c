/*
 * test_threads.c: calls from many threads take effect one after another.
 *
 *   test_threads [REPETITIONS]     how often each race is run (2000)
 *
 * How to read it: callers' steps, then races of two calls, each with the pairs of
 * answers that an order of the two allows; then crowds, in which many threads call
 * all sorts of functions on handles of their own and on shared ones. Prints TAP;
 * exits with 1 if a test failed, with 2 at wrong usage.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "race.h"

enum { INITIATOR, ACCEPTOR }; /* sides of an arena */

static unsigned tests, failures;

static void tell(bool right, const char *name)
{
	tests++;
	failures += !right;
	printf("%sok %u - %s\n", right ? "" : "not ", tests, name);
}

/* --- Steps ---------------------------------------------------------------------- */

/* A step that must go well, or the test makes no sense. */
static void must(SECURITY_STATUS status, SECURITY_STATUS wanted, const char *step)
{
	if (status == wanted)
		return;
	printf("Bail out! %s answered 0x%08X\n", step, (unsigned)status);
	_Exit(1);
}

static CredHandle acquire(void)
{
	static const unsigned char user[] = "alice";
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		(unsigned char *)user, sizeof user - 1, NULL, 0, NULL, 0,
		SEC_WINNT_AUTH_IDENTITY_ANSI};
	CredHandle credential;
	must(AcquireCredentialsHandleA(NULL, (SEC_CHAR *)"Reference",
	                               SECPKG_CRED_BOTH, NULL, &identity, NULL,
	                               NULL, &credential, NULL),
	     SEC_E_OK, "AcquireCredentialsHandleA");
	return credential;
}

/* A leg on a context, or a first one where it is {0,0}, that takes `in` and puts
 * its token into `out`. */
static SECURITY_STATUS leg(int side, PCredHandle credential, PCtxtHandle context,
                           const unsigned char *in, ULONG in_size,
                           unsigned char *out, ULONG *out_size)
{
	SecBuffer from = {in_size, SECBUFFER_TOKEN, (void *)in};
	SecBuffer to = {TOKEN_ROOM, SECBUFFER_TOKEN, out};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &from};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &to};
	PCtxtHandle old = context->dwLower ? context : NULL;
	SECURITY_STATUS status =
		side == INITIATOR
			? InitializeSecurityContextA(
				  credential, old, NULL, ISC_REQ_INTEGRITY, 0,
				  SECURITY_NATIVE_DREP, &input, 0, context,
				  &output, NULL, NULL)
			: AcceptSecurityContext(credential, old, &input, 0,
	                                        SECURITY_NATIVE_DREP, context,
	                                        &output, NULL, NULL);
	if (status >= 0)
		*out_size = to.cbBuffer;
	return status;
}

/* The arena's next leg of a side. */
static SECURITY_STATUS next_leg(struct arena *a, int side)
{
	return leg(side, &a->credential,
	           side == INITIATOR ? &a->initiator : &a->acceptor,
	           a->token[1 - side], a->size[1 - side], a->token[side],
	           &a->size[side]);
}

static SECURITY_STATUS complete(PCtxtHandle context, unsigned char *token,
                                ULONG size)
{
	SecBuffer buffer = {size, SECBUFFER_TOKEN, token};
	SecBufferDesc list = {SECBUFFER_VERSION, 1, &buffer};
	return CompleteAuthToken(context, &list);
}

/* --- Set-ups ----------------------------------------------------------------------- */

static void with_credential(struct arena *a)
{
	a->credential = acquire();
}

static void with_partial(struct arena *a)
{
	with_credential(a);
	must(next_leg(a, INITIATOR), SEC_I_CONTINUE_NEEDED, "the first leg");
	must(next_leg(a, ACCEPTOR), SEC_I_CONTINUE_NEEDED, "the second leg");
}

static void with_waiting(struct arena *a)
{
	with_partial(a);
	must(next_leg(a, INITIATOR), SEC_I_COMPLETE_NEEDED, "the third leg");
}

static void with_proof(struct arena *a)
{
	with_waiting(a);
	must(complete(&a->initiator, a->token[INITIATOR], a->size[INITIATOR]),
	     SEC_E_OK, "CompleteAuthToken");
}

static void with_complete(struct arena *a)
{
	with_proof(a);
	must(next_leg(a, ACCEPTOR), SEC_E_OK, "the last leg");
}

static void with_buffer(struct arena *a)
{
	PSecPkgInfoA info;
	must(QuerySecurityPackageInfoA((SEC_CHAR *)"Reference", &info), SEC_E_OK,
	     "QuerySecurityPackageInfoA");
	a->buffer = info;
}

/* --- Calls that race ------------------------------------------------------------------ */

static SECURITY_STATUS delete(struct arena *a, int side)
{
	CtxtHandle copy = a->acceptor;
	(void)side;
	return DeleteSecurityContext(&copy);
}

static SECURITY_STATUS free_credential(struct arena *a, int side)
{
	CredHandle copy = a->credential;
	(void)side;
	return FreeCredentialsHandle(&copy);
}

static SECURITY_STATUS release(struct arena *a, int side)
{
	(void)side;
	return FreeContextBuffer(a->buffer);
}

static SECURITY_STATUS query(struct arena *a, int side)
{
	SecPkgContext_Sizes sizes;
	CtxtHandle copy = a->acceptor;
	(void)side;
	return QueryContextAttributesA(&copy, SECPKG_ATTR_SIZES, &sizes);
}

static SECURITY_STATUS begin(struct arena *a, int side)
{
	unsigned char token[TOKEN_ROOM];
	ULONG size;
	return leg(INITIATOR, &a->credential, &a->made[side], NULL, 0, token, &size);
}

/* The acceptor's last leg. */
static SECURITY_STATUS verify(struct arena *a, int side)
{
	unsigned char token[TOKEN_ROOM];
	ULONG size;
	CtxtHandle copy = a->acceptor;
	(void)side;
	return leg(ACCEPTOR, &a->credential, &copy, a->token[INITIATOR],
	           a->size[INITIATOR], token, &size);
}

static SECURITY_STATUS seal(struct arena *a, int side)
{
	unsigned char token[TOKEN_ROOM];
	CtxtHandle copy = a->initiator;
	(void)side;
	memcpy(token, a->token[INITIATOR], a->size[INITIATOR]);
	return complete(&copy, token, a->size[INITIATOR]);
}

static SECURITY_STATUS move(struct arena *a, int side)
{
	SecBuffer packed = {0, SECBUFFER_EMPTY, NULL};
	CtxtHandle copy = a->acceptor;
	(void)side;
	SECURITY_STATUS status = ExportSecurityContext(
		&copy, SECPKG_CONTEXT_EXPORT_DELETE_OLD, &packed, NULL);
	if (status == SEC_E_OK)
		must(FreeContextBuffer(packed.pvBuffer), SEC_E_OK,
		     "FreeContextBuffer");
	return status;
}

static SECURITY_STATUS take_buffer(struct arena *a, int side)
{
	PSecPkgInfoA info;
	(void)a, (void)side;
	SECURITY_STATUS status =
		QuerySecurityPackageInfoA((SEC_CHAR *)"Reference", &info);
	if (status == SEC_E_OK)
		must(FreeContextBuffer(info), SEC_E_OK, "FreeContextBuffer");
	return status;
}

/* --- Races ---------------------------------------------------------------------------------- */

#define ROOMY {4, 4, 1000, 4}
#define SCARCE {1, 1, 1000, 1}
#define END {RACE_END, 0, 0, 0, 0}

#define OK SEC_E_OK
#define INVALID SEC_E_INVALID_HANDLE
#define BEGUN SEC_I_CONTINUE_NEEDED
#define FULL SEC_E_INSUFFICIENT_MEMORY
#define LATE SEC_E_OUT_OF_SEQUENCE

/* Behind the two answers: contexts, credentials and buffers that are left. */
static const struct race races[] = {
	{"delete, delete", ROOMY, with_partial, {delete, delete},
	 {{OK, OK, 1, 1, 0}, END}},
	{"free, free", ROOMY, with_credential, {free_credential, free_credential},
	 {{OK, INVALID, 0, 0, 0}, {INVALID, OK, 0, 0, 0}, END}},
	{"release, release", ROOMY, with_buffer, {release, release},
	 {{OK, INVALID, 0, 0, 0}, {INVALID, OK, 0, 0, 0}, END}},
	{"delete, query", ROOMY, with_partial, {delete, query},
	 {{OK, OK, 1, 1, 0}, {OK, INVALID, 1, 1, 0}, END}},
	{"delete, leg", ROOMY, with_proof, {delete, verify},
	 {{OK, OK, 1, 1, 0}, {OK, INVALID, 1, 1, 0}, END}},
	{"leg, leg", ROOMY, with_proof, {verify, verify},
	 {{OK, LATE, 2, 1, 0}, {LATE, OK, 2, 1, 0}, END}},
	{"complete, complete", ROOMY, with_waiting, {seal, seal},
	 {{OK, LATE, 2, 1, 0}, {LATE, OK, 2, 1, 0}, END}},
	{"move, move", ROOMY, with_complete, {move, move},
	 {{OK, INVALID, 1, 1, 0}, {INVALID, OK, 1, 1, 0}, END}},
	{"move, delete", ROOMY, with_complete, {move, delete},
	 {{OK, OK, 1, 1, 0}, {INVALID, OK, 1, 1, 0}, END}},
	{"begin, begin", ROOMY, with_credential, {begin, begin},
	 {{BEGUN, BEGUN, 2, 1, 0}, END}},
	{"begin, begin, with one slot", SCARCE, with_credential, {begin, begin},
	 {{BEGUN, FULL, 1, 1, 0}, {FULL, BEGUN, 1, 1, 0}, END}},
	{"free, begin", ROOMY, with_credential, {free_credential, begin},
	 {{OK, INVALID, 0, 0, 0}, {OK, BEGUN, 1, 0, 0}, END}},
	{"free, delete", ROOMY, with_partial, {free_credential, delete},
	 {{OK, OK, 1, 0, 0}, END}},
	{"release, take, with one buffer", SCARCE, with_buffer,
	 {release, take_buffer}, {{OK, OK, 0, 0, 0}, {OK, FULL, 0, 0, 0}, END}},
};

/* --- Crowds ------------------------------------------------------------------------------------ */

enum { CROWD = 8 };

/* What a crowd shares. */
static struct crowd {
	pthread_barrier_t line;
	CredHandle credential;
	CtxtHandle context;
	SECURITY_STATUS freed[CROWD], deleted[CROWD];
	uint32_t rounds;
} crowd;

/* A whole exchange of a thread's own, and its end. */
static void exchange(void)
{
	struct arena own;
	SecPkgContext_NamesA names;
	memset(&own, 0, sizeof own);
	with_complete(&own);
	must(QueryContextAttributesA(&own.acceptor, SECPKG_ATTR_NAMES, &names),
	     SEC_E_OK, "QueryContextAttributesA");
	if (strcmp(names.sUserName, "alice") != 0)
		must(SEC_E_INTERNAL_ERROR, SEC_E_OK, "the name, which is wrong,");
	must(FreeContextBuffer(names.sUserName), SEC_E_OK, "FreeContextBuffer");
	must(FreeCredentialsHandle(&own.credential), SEC_E_OK,
	     "FreeCredentialsHandle");
	CtxtHandle *const both[] = {&own.initiator, &own.acceptor};
	for (int i = 0; i < 4; i++) /* each twice */
		must(DeleteSecurityContext(both[i / 2]), SEC_E_OK,
		     "DeleteSecurityContext");
	must(QueryContextAttributesA(&own.acceptor, SECPKG_ATTR_NAMES, &names),
	     SEC_E_INVALID_HANDLE, "QueryContextAttributesA");
}

/* One of many: exchanges of its own, and in each round the shared handles, which
 * the first thread has made, at the same time as all others. */
static void *join_in(void *argument)
{
	size_t self = *(const size_t *)argument;
	exchange(); /* perhaps the first calls of all */
	for (uint32_t i = 0; i < crowd.rounds; i++) {
		if (self == 0) {
			unsigned char token[TOKEN_ROOM];
			ULONG size;
			crowd.credential = acquire();
			crowd.context = (CtxtHandle){0, 0};
			must(leg(INITIATOR, &crowd.credential, &crowd.context,
			         NULL, 0, token, &size),
			     SEC_I_CONTINUE_NEEDED, "a first leg");
		}
		pthread_barrier_wait(&crowd.line);
		crowd.freed[self] = FreeCredentialsHandle(&crowd.credential);
		exchange();
		crowd.deleted[self] = DeleteSecurityContext(&crowd.context);
		pthread_barrier_wait(&crowd.line);
		if (self)
			continue;
		unsigned freed = 0;
		for (size_t k = 0; k < CROWD; k++) {
			must(crowd.deleted[k], SEC_E_OK, "a delete in a crowd");
			freed += crowd.freed[k] == SEC_E_OK;
			if (crowd.freed[k] != SEC_E_OK)
				must(crowd.freed[k], SEC_E_INVALID_HANDLE,
				     "a free in a crowd");
		}
		if (freed != 1)
			must(SEC_E_INTERNAL_ERROR, SEC_E_OK,
			     "not one free in a crowd, and so it");
	}
	return NULL;
}

/* Many threads at once, in a library that nobody has called yet. */
static bool run_crowd(uint32_t rounds)
{
	pthread_t threads[CROWD];
	size_t numbers[CROWD];
	crowd.rounds = rounds;
	pthread_barrier_init(&crowd.line, NULL, CROWD);
	for (size_t i = 0; i < CROWD; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, join_in, &numbers[i])) {
			printf("Bail out! no thread\n");
			_Exit(1);
		}
	}
	for (size_t i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&crowd.line);
	struct sechandle_counts counts = sechandle_count();
	return counts.contexts == 0 && counts.credentials == 0 &&
	       counts.buffers == 0 && counts.residue == 0;
}

int main(int argc, char **argv)
{
	unsigned long repetitions = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
	size_t count = sizeof races / sizeof *races;
	if (argc > 2 || repetitions == 0 || repetitions > 100000000) {
		fprintf(stderr, "usage: test_threads [REPETITIONS]\n");
		return 2;
	}
	printf("1..%u\n", (unsigned)count + 1);
	tell(run_crowd((uint32_t)(repetitions + 9) / 10),
	     "a crowd from the first call on");
	for (size_t i = 0; i < count; i++)
		tell(race_run(&races[i], (uint32_t)repetitions), races[i].name);
	return failures > 0;
}
