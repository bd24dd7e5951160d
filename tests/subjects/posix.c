/*
 * posix.c: platform.h where there is fork. A scenario has a process of its own, or shares
 * one that goes back in time; what it has done so far stands in memory that both processes
 * see.
 */
#include "platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "snapshot.h"

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

size_t platform_read(void *to, size_t size)
{
	ssize_t got;
	do
		got = read(STDIN_FILENO, to, size);
	while (got < 0 && errno == EINTR);
	return got > 0 ? (size_t)got : 0;
}

void *platform_common(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		give_up("sechandle-subject: mmap");
	return memory;
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

/* What the processes of scenarios and this one know of each other. */
static struct stage {
	struct progress progress;
	bool is_idle;     /* the one that is shared waits for a scenario */
	unsigned carried; /* scenarios, by that one */
} *stage;

/* Forks a process that is of no use without this one.
 * @return 0 in the new one */
static pid_t start(void)
{
	pid_t process;
	if (!stage)
		stage = platform_common(sizeof *stage);
	memset(&stage->progress, 0, sizeof stage->progress);
	fflush(NULL);
	process = fork();
	if (process < 0)
		give_up("sechandle-subject: no process can be started");
#ifdef __linux__
	if (process == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	return process;
}

/* Waits until a process has ended.
 * @param or_idle  or was stopped between scenarios
 * @return its status */
static int wait_for(pid_t process, bool or_idle)
{
	int status;
	do {
		if (waitpid(process, &status, WUNTRACED) != process)
			give_up("sechandle-subject: a process is lost");
	} while (WIFSTOPPED(status) && !(or_idle && stage->is_idle));
	return status;
}

static struct ended how_ended(int status)
{
	if (WIFSIGNALED(status))
		return (struct ended){"signal", (unsigned)WTERMSIG(status)};
	/* What was not carried out to its end is not ok, whatever the exit status. */
	if (!stage->progress.is_over || WEXITSTATUS(status) != 0)
		return (struct ended){"exit", (unsigned)WEXITSTATUS(status)};
	return (struct ended){"ok", 0};
}

/* In the process of the scenario. */
static void run(const struct apart *apart)
{
	if (!apart->run(apart->context, &stage->progress))
		_exit(SUBJECT_TROUBLE);
}

void platform_apart(const struct apart *apart)
{
	pid_t process = start();
	if (process == 0) {
		run(apart);
		_exit(0);
	}
	int status = wait_for(process, false);
	apart->end(apart->context, &stage->progress, how_ended(status));
}

/* --- One that scenarios share ------------------------------------------------------------ */

bool platform_shares(void)
{
	return snapshot_is_possible();
}

/* Waits for a scenario; stopped, while another process reads what comes. */
static void wait_for_next(void *context)
{
	const struct apart *apart = context;
	while (!apart->is_next(apart->context))
		raise(SIGSTOP);
}

static _Noreturn void run_each(const struct apart *apart)
{
	stage->carried = 0;
	stage->is_idle = false;
	snapshot_begin(wait_for_next, (void *)(uintptr_t)apart);
	memset(&stage->progress, 0, sizeof stage->progress);
	stage->is_idle = false;
	stage->carried++;
	run(apart);
	apart->end(apart->context, &stage->progress, (struct ended){"ok", 0});
	stage->is_idle = true;
	snapshot_return();
}

bool platform_share(const struct apart *apart)
{
	enum { MOST_VAIN = 8 };
	static unsigned vain; /* processes in a row that could not go back even once */
	static pid_t process;
	if (vain == MOST_VAIN)
		return false;
	if (process)
		kill(process, SIGCONT);
	else if ((process = start()) == 0)
		run_each(apart);
	int status = wait_for(process, true);
	if (WIFSTOPPED(status))
		return true;
	process = 0;
	if (!stage->is_idle)
		apart->end(apart->context, &stage->progress, how_ended(status));
	else
		vain = stage->carried > 1 ? 0 : vain + 1;
	return true;
}
