/*
 * abi.c: times InitializeSecurityContext's first leg and DeleteSecurityContext,
 * through function tables of shared libraries, as programs call them.
 *
 * Three libraries are called alike: this one; the floor, whose two functions do
 * nothing behind a mutex of their own; and WinPR with its NTLM, where it is
 * installed. They take turns, round by round. One thread is timed by the
 * processor's clock, which stands still while other programs run; two by the clock
 * on the wall, as what they wait for each other counts.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ref/sspi.h"
#include "../unit/random.h"
#include "bench.h"
#include "figures.h"

enum {
	TURN_PAIRS = 1 << 15,  /* a create and a delete, in a turn */
	SLOW_PAIRS = 1 << 11,  /* of a library that takes microseconds */
	WINPR_MOST = 1024,     /* live contexts of WinPR, which take kilobytes each */
	TOKEN_ROOM = 1024,
	LIBRARIES = 3,
	THREADS_MOST = 2,
};

struct library {
	const char *name, *package;
	PSecurityFunctionTableA functions;
	uint32_t pairs; /* in a turn */
	uint32_t most;  /* live contexts beside */
	CredHandle credential;
	double *ns;
};

static void must(SECURITY_STATUS status, SECURITY_STATUS wanted, const char *name)
{
	if (status == wanted)
		return;
	fprintf(stderr, "bench: %s answered 0x%08" PRIX32 "\n", name,
	        (uint32_t)status);
	exit(1);
}

/* --- The floor ------------------------------------------------------------------ */

static pthread_mutex_t floor_mutex = PTHREAD_MUTEX_INITIALIZER;

static SECURITY_STATUS floor_acquire(
	SEC_CHAR *principal, SEC_CHAR *package, ULONG use, void *logon,
	void *identity, SEC_GET_KEY_FN get_key, void *argument,
	PCredHandle credential, PTimeStamp expiry)
{
	(void)principal, (void)package, (void)use, (void)logon, (void)identity;
	(void)get_key, (void)argument, (void)credential, (void)expiry;
	return SEC_E_OK;
}

static SECURITY_STATUS floor_one(PSecHandle handle)
{
	(void)handle;
	pthread_mutex_lock(&floor_mutex);
	pthread_mutex_unlock(&floor_mutex);
	return SEC_E_OK;
}

static SECURITY_STATUS floor_begin(
	PCredHandle credential, PCtxtHandle context, SEC_CHAR *target, ULONG requests,
	ULONG reserved1, ULONG layout, PSecBufferDesc input, ULONG reserved2,
	PCtxtHandle new_context, PSecBufferDesc output, ULONG *attributes,
	PTimeStamp expiry)
{
	(void)credential, (void)context, (void)target, (void)requests;
	(void)reserved1, (void)layout, (void)input, (void)reserved2;
	(void)output, (void)attributes, (void)expiry;
	floor_one(new_context);
	return SEC_I_CONTINUE_NEEDED;
}

static SecurityFunctionTableA floor_functions = {
	.AcquireCredentialsHandleA = floor_acquire,
	.FreeCredentialsHandle = floor_one,
	.InitializeSecurityContextA = floor_begin,
	.DeleteSecurityContext = floor_one,
};

/* --- Calls --------------------------------------------------------------------------- */

static void acquire(struct library *library)
{
	static const char user[] = "user", password[] = "password";
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		(unsigned char *)user, sizeof user - 1, NULL, 0,
		(unsigned char *)password, sizeof password - 1,
		SEC_WINNT_AUTH_IDENTITY_ANSI};
	must(library->functions->AcquireCredentialsHandleA(
		     NULL, (SEC_CHAR *)library->package, SECPKG_CRED_OUTBOUND, NULL,
		     &identity, NULL, NULL, &library->credential, NULL),
	     SEC_E_OK, library->name);
}

static void create(struct library *library, PCtxtHandle context)
{
	unsigned char token[TOKEN_ROOM];
	SecBuffer buffer = {sizeof token, SECBUFFER_TOKEN, token};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &buffer};
	ULONG attributes;
	must(library->functions->InitializeSecurityContextA(
		     &library->credential, NULL, NULL, 0, 0, SECURITY_NATIVE_DREP,
		     NULL, 0, context, &output, &attributes, NULL),
	     SEC_I_CONTINUE_NEEDED, library->name);
}

static void delete(const struct library *library, PCtxtHandle context)
{
	must(library->functions->DeleteSecurityContext(context), SEC_E_OK,
	     library->name);
}

static void create_many(struct library *library, CtxtHandle *contexts,
                        uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		create(library, &contexts[i]);
}

static void delete_many(const struct library *library, CtxtHandle *contexts,
                        uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		delete(library, &contexts[i]);
}

/* --- A create and a delete in turn ------------------------------------------------------ */

static void *make_pairs(void *argument)
{
	struct library *library = argument;
	CtxtHandle context;
	for (uint32_t i = 0; i < library->pairs; i++) {
		create(library, &context);
		delete(library, &context);
	}
	return NULL;
}

/* Nanoseconds for a pair, of all that so many threads make. */
static double time_pairs(struct library *library, int threads)
{
	clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
	pthread_t others[THREADS_MOST];
	double start = now(clock);
	for (int i = 1; i < threads; i++)
		must(pthread_create(&others[i], NULL, make_pairs, library), 0,
		     "pthread_create");
	make_pairs(library);
	for (int i = 1; i < threads; i++)
		pthread_join(others[i], NULL);
	return (now(clock) - start) * 1e9 / ((double)library->pairs * threads);
}

struct match {
	struct library libraries[LIBRARIES];
	int count;
	uint32_t rounds;
	CtxtHandle *beside; /* live all the time */
};

static void print_row(const struct match *match, uint32_t live)
{
	double least[LIBRARIES];
	printf("%22" PRIu32, live);
	for (int i = 0; i < match->count; i++) {
		const struct library *library = &match->libraries[i];
		if (live > library->most) {
			printf("%18s", "-");
			continue;
		}
		struct figures figures = figures_of(library->ns, match->rounds);
		least[i] = figures.least;
		printf("%9.1f%9.1f", figures.least, figures.median);
	}
	printf("%10.2f", least[0] / least[1]);
	if (match->count == LIBRARIES && live <= match->libraries[2].most)
		printf("%10.1f", least[2] / least[0]);
	printf("\n");
	fflush(stdout);
}

static void hold_pairs(struct match *match, int threads, uint32_t live)
{
	for (int i = 0; i < match->count; i++)
		if (live <= match->libraries[i].most)
			create_many(&match->libraries[i],
			            match->beside + (size_t)i * live, live);
	for (uint32_t round = 0; round < match->rounds; round++)
		for (int i = 0; i < match->count; i++)
			if (live <= match->libraries[i].most)
				match->libraries[i].ns[round] =
					time_pairs(&match->libraries[i], threads);
	for (int i = 0; i < match->count; i++)
		if (live <= match->libraries[i].most)
			delete_many(&match->libraries[i],
			            match->beside + (size_t)i * live, live);
	print_row(match, live);
}

static void print_head(const struct match *match, int threads)
{
	printf("%d thread%s, live beside%s", threads, threads > 1 ? "s" : "",
	       threads > 1 ? "" : " ");
	for (int i = 0; i < match->count; i++)
		printf("%18s", match->libraries[i].name);
	printf("%10s%10s\n", "/ floor", match->count == LIBRARIES ? "WinPR /" : "");
}

/* --- Filling up ---------------------------------------------------------------------------- */

static void shuffle(CtxtHandle *contexts, uint32_t count)
{
	uint64_t seed = count;
	for (uint32_t i = count; i > 1; i--) {
		uint32_t other = random_below(&seed, i);
		CtxtHandle last = contexts[i - 1];
		contexts[i - 1] = contexts[other];
		contexts[other] = last;
	}
}

static void fill(struct match *match, uint32_t count)
{
	struct library *library = &match->libraries[0];
	double *ns[2] = {claim(match->rounds, sizeof(double)),
	                 claim(match->rounds, sizeof(double))};
	for (uint32_t round = 0; round < match->rounds; round++) {
		double start = now(CLOCK_PROCESS_CPUTIME_ID);
		create_many(library, match->beside, count);
		double full = now(CLOCK_PROCESS_CPUTIME_ID);
		shuffle(match->beside, count);
		double shuffled = now(CLOCK_PROCESS_CPUTIME_ID);
		delete_many(library, match->beside, count);
		double end = now(CLOCK_PROCESS_CPUTIME_ID);
		ns[0][round] = (full - start) * 1e9 / count;
		ns[1][round] = (end - shuffled) * 1e9 / count;
	}
	printf("%" PRIu32 " created, then deleted in random order\n", count);
	for (int i = 0; i < 2; i++) {
		struct figures figures = figures_of(ns[i], match->rounds);
		printf("%22s%9.1f%9.1f\n", i ? "a delete" : "a create",
		       figures.least, figures.median);
		free(ns[i]);
	}
}

/* --- The match ------------------------------------------------------------------------------- */

static void invite(struct match *match, const char *name, const char *package,
                   PSecurityFunctionTableA table, uint32_t pairs, uint32_t most)
{
	struct library *library = &match->libraries[match->count++];
	*library = (struct library){.name = name, .package = package,
	                            .functions = table, .pairs = pairs,
	                            .most = most};
	library->ns = claim(match->rounds, sizeof *library->ns);
	acquire(library);
}

/* The table of functions of a shared library, or NULL if there is none. WinPR's
 * handles, buffers and tables have the layout of sspi.h. */
static PSecurityFunctionTableA find(const char *file)
{
	INIT_SECURITY_INTERFACE_A init;
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return NULL;
	*(void **)&init = dlsym(library, SECURITY_ENTRYPOINT_ANSIA);
	return init ? init() : NULL;
}

static void print_about(const struct match *match)
{
	printf("contexts through sspi.h: ns for a first leg and a delete, least and "
	       "median of %" PRIu32 " rounds, and ratios of the least\n"
	       "  sechandle  the shared library\n"
	       "  floor      two functions that do nothing behind a mutex\n"
	       "  WinPR      %s\n", match->rounds,
	       match->count == LIBRARIES
	               ? "NTLM of libwinpr2, its first leg and delete"
	               : "not measured; needs libwinpr2.so.2");
}

void bench_abi(uint32_t rounds, uint32_t largest)
{
	static const uint32_t live[] = {0, 1024, 65536};
	struct match match = {.rounds = rounds};
	PSecurityFunctionTableA own = find("libsechandle.so.0");
	if (!own) {
		fprintf(stderr, "bench: libsechandle.so.0: %s\n", dlerror());
		exit(2);
	}
	PSecurityFunctionTableA winpr = find("libwinpr2.so.2");
	match.beside = claim((size_t)LIBRARIES * largest, sizeof *match.beside);
	invite(&match, "sechandle", "Reference", own, TURN_PAIRS, UINT32_MAX);
	invite(&match, "floor", "", &floor_functions, TURN_PAIRS, UINT32_MAX);
	if (winpr)
		invite(&match, "WinPR", "NTLM", winpr, SLOW_PAIRS, WINPR_MOST);
	print_about(&match);
	for (int threads = 1; threads <= THREADS_MOST; threads++) {
		print_head(&match, threads);
		for (size_t i = 0; i < sizeof live / sizeof *live; i++)
			if (live[i] <= largest)
				hold_pairs(&match, threads, live[i]);
	}
	fill(&match, largest);
	for (int i = 0; i < match.count; i++) {
		must(match.libraries[i].functions->FreeCredentialsHandle(
			     &match.libraries[i].credential), SEC_E_OK,
		     match.libraries[i].name);
		free(match.libraries[i].ns);
	}
	free(match.beside);
}
