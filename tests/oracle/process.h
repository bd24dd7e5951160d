/*
 * process.h: a process of a subject, seen from outside: what it reads, what it writes,
 * whether it has ended. It leads a process group, which is killed with it, as are its
 * children that have left the group; what has lost its parent before, when all ends.
 */
#ifndef ORACLE_PROCESS_H
#define ORACLE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "attach.h"

/** A process, and this side's ends of its pipes; they never block. */
struct process {
	pid_t id; /**< 0: there is none */
	int in;   /**< its standard input; -1 once it is closed, as the others */
	int unread; /**< the end that it reads from: tells what it has not read, and
	                 no write to `in` can fail because nobody could */
	int out;  /**< its standard output */
	int err;  /**< its standard error */
};

/** Starts a process.
 *  @param why   receives what went wrong
 *  @param size  bytes of `why`
 *  @return false if it cannot be started; there is none then */
bool process_start(struct process *process, const struct attachment *attachment,
                   char *why, size_t size);

/** Closes one of its pipes. */
void process_close(int *end);

/** Bytes that were written to `in` and not read. */
size_t process_unread(const struct process *process);

/** Whether the process itself has ended; others of its group may go on.
 *  @param how   receives how, "exit status 3" or "signal 11"
 *  @param size  bytes of `how`
 *  @param ok    receives whether it ended with status 0 */
bool process_ended(const struct process *process, bool *ok, char *how, size_t size);

/** Kills the process, its group and its children, and closes its pipes; none is left. */
void process_kill(struct process *process);

/** Writes how something ended that exited: "exit status 3", or what a tool means by
 *  that status. */
void process_tell_exit(char *how, size_t size, int status);

#endif
