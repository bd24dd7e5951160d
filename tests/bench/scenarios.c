/*
 * scenarios.c: how many scenarios a second are carried out by subjects, and judged: each
 * in a process of its own, and with processes that scenarios share. Beside them stands
 * what such processes cost at least: to be forked, to end at once and to be waited for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../oracle/judging.h"
#include "bench.h"
#include "figures.h"

enum { JOBS = 2, FORKS = 1000 };

/* --- The floor --------------------------------------------------------------------------- */

static void fork_all(void)
{
	for (int i = 0; i < FORKS; i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			_exit(1);
	}
	_exit(0);
}

/* Empty processes a second, forked by JOBS at once; 0: none could be. */
static double measure_forks(void)
{
	double begin = now(CLOCK_MONOTONIC);
	int failed = 0, status;
	fflush(NULL);
	for (int i = 0; i < JOBS; i++)
		if (fork() == 0)
			fork_all();
	for (int i = 0; i < JOBS; i++)
		failed |= wait(&status) < 0 || status != 0;
	return failed ? 0 : JOBS * FORKS / (now(CLOCK_MONOTONIC) - begin);
}

/* --- Subjects ------------------------------------------------------------------------ */

/* An implementation, and what its subject is told. */
static const struct driven {
	const char *name;
	char *library;
	bool is_beside; /* the library is a file in the folder above this program's; else
	                   the loader finds it */
	char *package;
} all_driven[] = {{"reference", "libsechandle.so", true, "Reference"},
                  {"WinPR NTLM", "libwinpr2.so.2", false, "NTLM"}};

/* The path of a file in the folder above this program's; to be freed. */
static char *beside(const char *name)
{
	char path[4000], *whole;
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	path[length > 0 ? length : 0] = '\0';
	for (int parts = 0; parts < 2; parts++)
		*(strrchr(path, '/') ? strrchr(path, '/') : path) = '\0';
	if (asprintf(&whole, "%s/%s", path, name) < 0)
		exit(2);
	return whole;
}

static void ignore(void *context, size_t index, struct played *played)
{
	(void)context;
	(void)index;
	(void)played;
}

/* Scenarios a second that are carried out. */
static double measure_played(struct attached *attached, const struct suite_list *list)
{
	const struct scenario **scripts = claim(list->count, sizeof *scripts);
	for (size_t i = 0; i < list->count; i++)
		scripts[i] = &list->scenarios[i].scenario;
	double begin = now(CLOCK_MONOTONIC);
	attached_play(attached, scripts, list->count, false, ignore, NULL);
	double end = now(CLOCK_MONOTONIC);
	free(scripts);
	return (double)list->count / (end - begin);
}

/* Scenarios a second that are judged, by all that they are carried out for. */
static double measure_judged(struct attached *attached, const struct suite_list *list)
{
	struct deviation_list known = {0};
	struct results results;
	results_init(&results, list, &known);
	results.subject = (struct subject_told){.info = attached_info(attached),
	                                        .profile = PROFILE_STRICT};
	struct judging judging = {.attached = attached, .results = &results};
	double begin = now(CLOCK_MONOTONIC);
	judge_subject(&judging);
	double end = now(CLOCK_MONOTONIC);
	results_free(&results);
	return (double)list->count / (end - begin);
}

/* @return false if it cannot be attached */
static bool measure(const struct driven *driven, bool apart, double floor,
                    const struct suite_list *list)
{
	char *subject = beside("sechandle-subject"), *file = beside(driven->library);
	char *command[] = {subject, "--sspi", driven->is_beside ? file : driven->library,
	                   "--package", driven->package, NULL};
	char *environment[] = {"GLIBC_TUNABLES=glibc.malloc.tcache_count=0", NULL};
	struct attachment attachment = {.command = command,
	                                .environment = environment,
	                                .jobs = JOBS,
	                                .start_seconds = 30,
	                                .seconds = 30,
	                                .output = 1 << 24,
	                                .apart = apart};
	char why[1000];
	struct attached *attached = attach(&attachment, why, sizeof why);
	if (attached) {
		double played = measure_played(attached, list);
		double judged = measure_judged(attached, list);
		printf("%-12s %-8s %10.0f %8.2f %10.0f %8.2f\n", driven->name,
		       apart ? "apart" : "shared", played, played / floor, judged,
		       judged / floor);
	} else {
		printf("%-12s not measured: %s\n", driven->name, why);
	}
	detach(attached);
	free(subject);
	free(file);
	return attached;
}

/* --- All --------------------------------------------------------------------------------- */

void bench_scenarios(unsigned depth)
{
	static const char *const alphabet[] = {"alphabet"};
	struct suite_choice choice = {.suites = alphabet, .suite_count = 1, .depth = depth};
	struct suite_list list;
	const char *wrong;
	double floor = measure_forks();
	suites_init(&list);
	suites_add(&list, &choice, &wrong);
	printf("scenarios a second: %zu of the suite alphabet, %d jobs; floor: empty "
	       "processes\n%21s %10s %8s %10s %8s\n", list.count, JOBS, "", "carried out",
	       "/ floor", "judged", "/ floor");
	printf("%-21s %10.0f %8.2f\n", "floor", floor, 1.0);
	for (size_t i = 0; i < sizeof all_driven / sizeof *all_driven; i++)
		if (measure(&all_driven[i], true, floor, &list))
			measure(&all_driven[i], false, floor, &list);
	suites_free(&list);
}
