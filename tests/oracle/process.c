/*
 * process.c: see process.h.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../specs/grow.h"
#include "orphans.h"

/* valgrind's exit status after a memory error: none that programs use. */
#define VALGRIND_STATUS 99
#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

void process_tell_exit(char *how, size_t size, int status)
{
	if (status == VALGRIND_STATUS)
		snprintf(how, size, "exit status " TEXT(VALGRIND_STATUS)
		         ", valgrind's for a memory error");
	else
		snprintf(how, size, "exit status %d", status);
}

/* --- What the process does before it is the subject --------------------------------- */

static void limit(int resource, uint64_t bytes)
{
	struct rlimit rlimit = {bytes, bytes};
	setrlimit((__rlimit_resource_t)resource, &rlimit);
}

/* valgrind, if it is to watch, then the command; to be freed. */
static char **command_under(const struct attachment *attachment)
{
	static char *const valgrind[] = {
		"valgrind", "--quiet", "--exit-on-first-error=yes",
		("--error-exitcode=" TEXT(VALGRIND_STATUS))};
	size_t before = attachment->under == UNDER_VALGRIND
	                        ? sizeof valgrind / sizeof *valgrind
	                        : 0;
	size_t count = 0;
	while (attachment->command[count])
		count++;
	char **command = allocate(before + count + 1, sizeof *command);
	memcpy(command, valgrind, before * sizeof *command);
	memcpy(command + before, attachment->command, count * sizeof *command);
	return command;
}

static _Noreturn void become(const struct attachment *attachment, int in, int out,
                             int err, int failure)
{
	sigset_t none;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	for (char *const *at = attachment->environment; at && *at; at++)
		putenv(*at);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	char **command = command_under(attachment);
	limit(RLIMIT_CORE, 0);
	if (attachment->memory) /* at last: this process may have more already */
		limit(RLIMIT_AS, attachment->memory);
	execvp(*command, command);
	int error = errno;
	_exit(write(failure, &error, sizeof error) == sizeof error ? 126 : 127);
}

/* --- Its start ------------------------------------------------------------------------ */

enum { PIPE_IN, PIPE_OUT, PIPE_ERR, PIPE_FAILURE, PIPE_COUNT };

/* Opens all pipes, or none. */
static bool open_pipes(int pipes[PIPE_COUNT][2])
{
	for (int i = 0; i < PIPE_COUNT; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) == 0)
			continue;
		while (i--) {
			close(pipes[i][0]);
			close(pipes[i][1]);
		}
		return false;
	}
	return true;
}

static int unblocked(int end)
{
	fcntl(end, F_SETFL, O_NONBLOCK);
	return end;
}

/* Waits until the command runs.
 * @return 0, or why it does not */
static int hear_failure(int pipe)
{
	int error = 0;
	ssize_t got;
	do
		got = read(pipe, &error, sizeof error);
	while (got < 0 && errno == EINTR);
	close(pipe);
	return got == sizeof error ? error : 0;
}

bool process_start(struct process *process, const struct attachment *attachment,
                   char *why, size_t size)
{
	int pipes[PIPE_COUNT][2];
	*process = (struct process){0, -1, -1, -1, -1};
	if (!open_pipes(pipes)) {
		snprintf(why, size, "no pipe: %s", strerror(errno));
		return false;
	}
	orphans_adopt();
	process->id = fork();
	int error = process->id < 0 ? errno : 0;
	if (process->id == 0)
		become(attachment, pipes[PIPE_IN][0], pipes[PIPE_OUT][1],
		       pipes[PIPE_ERR][1], pipes[PIPE_FAILURE][1]);
	process->unread = pipes[PIPE_IN][0];
	for (int i = PIPE_OUT; i < PIPE_COUNT; i++)
		close(pipes[i][1]);
	process->in = unblocked(pipes[PIPE_IN][1]);
	process->out = unblocked(pipes[PIPE_OUT][0]);
	process->err = unblocked(pipes[PIPE_ERR][0]);
	int failure = hear_failure(pipes[PIPE_FAILURE][0]);
	if (!error && !failure)
		return true;
	snprintf(why, size, "%s: %s", error ? "no process" : *attachment->command,
	         strerror(error ? error : failure));
	process_kill(process);
	return false;
}

/* --- Its end -------------------------------------------------------------------------- */

void process_close(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

size_t process_unread(const struct process *process)
{
	int count = 0;
	ioctl(process->unread, FIONREAD, &count);
	return (size_t)count;
}

/* It is not reaped yet: as long as it is there, its id is nobody else's. */
bool process_ended(const struct process *process, bool *ok, char *how, size_t size)
{
	siginfo_t info = {.si_pid = 0};
	waitid(P_PID, (id_t)process->id, &info, WEXITED | WNOHANG | WNOWAIT);
	if (info.si_pid == 0)
		return false;
	*ok = info.si_code == CLD_EXITED && info.si_status == 0;
	if (info.si_code == CLD_EXITED)
		process_tell_exit(how, size, info.si_status);
	else
		snprintf(how, size, "signal %d", info.si_status);
	return true;
}

void process_kill(struct process *process)
{
	process_close(&process->in);
	process_close(&process->unread);
	process_close(&process->out);
	process_close(&process->err);
	if (process->id > 0) {
		struct children before = {NULL, 0, 0};
		children_list(&before);
		kill(-process->id, SIGKILL);
		while (waitpid(process->id, NULL, 0) < 0 && errno == EINTR)
			;
		orphans_kill(&before); /* of its children, who has left the group */
		children_free(&before);
	}
	process->id = 0;
}
