/*
 * posix.c: platform.h where there is fork. A scenario has a process of its own; what it
 * has done so far stands in memory that both processes see.
 */
#include "platform.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

const bool platform_forks = true;

static void give_up(const char *what)
{
	perror(what);
	exit(SUBJECT_TROUBLE);
}

FILE *platform_output(void)
{
	int trace = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	FILE *file = trace < 0 ? NULL : fdopen(trace, "w");
	if (!file || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		give_up("sechandle-subject: standard output");
	/* What a library has printed is there when it crashes, and needs no memory. */
	setvbuf(stdout, NULL, _IONBF, 0);
	return file;
}

/* --- Libraries ----------------------------------------------------------------------- */

/* Variables that keep a library from logging every call, if nobody has set them: WinPR's. */
static const char *const quiet[][2] = {{"WLOG_LEVEL", "OFF"}};

void *platform_open(const char *library, char *why, size_t size)
{
	void *handle;
	for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
		setenv(quiet[i][0], quiet[i][1], 0);
	handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		snprintf(why, size, "%s", dlerror());
	return handle;
}

void *platform_symbol(void *library, const char *name)
{
	return dlsym(library, name);
}

void platform_file(const void *function, char path[PLATFORM_PATH])
{
	Dl_info info;
	char *real = dladdr(function, &info) ? realpath(info.dli_fname, NULL) : NULL;
	snprintf(path, PLATFORM_PATH, "%s", real ? real : "");
	free(real);
}

/* --- Memory ---------------------------------------------------------------------------- */

uint64_t platform_heap(void)
{
#if defined __GLIBC__ && __GLIBC_PREREQ(2, 33)
	struct mallinfo2 heap = mallinfo2();
	/* Of nothing it knows nothing: another allocator is there, say a sanitizer's. */
	return heap.uordblks ? heap.uordblks + heap.hblkhd : UINT64_MAX;
#else
	return UINT64_MAX;
#endif
}

/* --- Processes ------------------------------------------------------------------------- */

static void *shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		give_up("sechandle-subject: mmap");
	return memory;
}

/* In the process of the scenario. */
static _Noreturn void run_apart(const struct apart *apart, struct progress *progress)
{
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* it is of no use without its parent */
#endif
	_exit(apart->run(apart->context, progress) ? 0 : SUBJECT_TROUBLE);
}

static struct ended how_ended(const struct progress *progress, int status)
{
	if (WIFSIGNALED(status))
		return (struct ended){"signal", (unsigned)WTERMSIG(status)};
	/* What was not carried out to its end is not ok, whatever the exit status. */
	if (!progress->is_over || WEXITSTATUS(status) != 0)
		return (struct ended){"exit", (unsigned)WEXITSTATUS(status)};
	return (struct ended){"ok", 0};
}

void platform_apart(const struct apart *apart)
{
	static struct progress *progress;
	int status = 0;
	pid_t process;
	if (!progress)
		progress = shared(sizeof *progress);
	memset(progress, 0, sizeof *progress);
	fflush(NULL);
	process = fork();
	if (process == 0)
		run_apart(apart, progress);
	if (process < 0 || waitpid(process, &status, 0) != process)
		give_up("sechandle-subject: no process can be started");
	apart->end(apart->context, progress, how_ended(progress, status));
}
