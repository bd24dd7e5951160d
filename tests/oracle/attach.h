/*
 * attach.h: subjects are started, and scenarios are carried out by them.
 *
 * A subject is a program that reads scripts and writes traces; specs/subjects.md
 * has the protocol. Nothing that it does ends or blocks whoever attaches it: it may
 * crash, hang, write garbage or without end, read nothing, or leave children behind.
 * Each process of a subject leads a process group of its own, and the whole group is
 * killed when the process is done with.
 */
#ifndef ORACLE_ATTACH_H
#define ORACLE_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../specs/scenario.h"

/** What watches a subject while it runs. */
enum attach_under {
	UNDER_NOTHING,
	UNDER_VALGRIND /**< a memory error ends the scenario, as a crash does */
};

/** How to start a subject. All that it points to must outlive the attachment. */
struct attachment {
	char *const *command;     /**< argv; its end is NULL */
	char *const *environment; /**< more NAME=VALUE, such as LD_PRELOAD's; its end
	                               is NULL. NULL: there are none */
	enum attach_under under;
	unsigned jobs;         /**< most processes at once, at least 1 */
	double start_seconds;  /**< that a process may take until it is ready */
	double seconds;        /**< that a call may take */
	uint64_t memory;       /**< bytes of address space of a process, 0: any */
	uint64_t output;       /**< bytes that it may write of one scenario */
	bool apart;            /**< all scenarios are played apart */
};

/** How many scenarios a process carries out. */
enum serves {
	SERVES_ONE,    /**< one, and ends */
	SERVES_FORKED, /**< any number, each in a fork of its own */
	SERVES_IN_TURN /**< any number, one after the other, in itself */
};

/** What a subject tells of itself; "" is what it does not tell. */
struct subject_info {
	char name[128], version[128], package[128];
	char path[1024]; /**< the file that is judged */
	enum serves serves;
	bool shares; /**< forked, it may let scenarios share a process, which goes back
	                  to where it was before each */
	bool overlaps; /**< calls of a block are made at the same time, and a crash is
	                    told of the first one */
};

/** How a scenario ended. */
enum played_end {
	PLAYED_ALL,         /**< every step was carried out */
	PLAYED_UNSUPPORTED, /**< the subject cannot carry out the step */
	PLAYED_CRASH,       /**< the process ended */
	PLAYED_HANG,        /**< the step was not answered in time */
	PLAYED_LOST         /**< the subject broke the protocol, or could not be
	                         started again: that tells nothing of what is judged */
};

/** What was heard of a scenario. */
struct played {
	struct scenario trace; /**< the steps that were carried out, with their
	                            answers. The last one is answered CRASH or HANG,
	                            if it ended so in a call. Of a repeat that was cut
	                            short, the whole rounds stand in the block and the
	                            lines of the last one behind it */
	enum played_end end;
	size_t at;             /**< the step of the script that was not carried out to
	                            its end; the number of its steps if all were: a
	                            process may also crash, hang or be lost behind the
	                            last one */
	char how[160];         /**< "signal 11", "exit status 3", "exception 0xC0000005",
	                            "no answer within 5 s", the reason of `unsupported`,
	                            what was wrong with the protocol; "" if all is well */
	bool is_shared;        /**< by a process that carries out others too: what did
	                            not conform counts only if it is so apart */
	uint64_t memory;       /**< bytes of heap in use at the end; UINT64_MAX: not
	                            told */
	char said[8192];       /**< the last of what it wrote to standard error
	                            meanwhile; there is room for a sanitizer's report */
};

/** The last line that a subject wrote to standard error.
 *  @param length  receives how long it is; 0 if there is none
 *  @return a place in played->said */
const char *played_last_line(const struct played *played, int *length);

/** An attached subject. */
struct attached;

/** Starts a subject and hears its hello.
 *  @param why   receives what went wrong, with the subject's own last words
 *  @param size  bytes of `why`
 *  @return NULL if it cannot be started, or is no subject */
struct attached *attach(const struct attachment *attachment, char *why, size_t size);

/** What the subject told of itself. */
const struct subject_info *attached_info(const struct attached *attached);

/** Told of each scenario as it ends.
 *  @param index   of the scenario among those that are played
 *  @param played  good during the call; a callee that keeps the trace puts an empty
 *                 one (scenario_init) in its place */
typedef void play_done(void *context, size_t index, struct played *played);

/** Has scenarios carried out, several at once and in any order. Their answers, if
 *  they have any, are not looked at.
 *
 *  What ended badly in a process that has carried out others before, so that it may
 *  be their fault, is carried out once more apart, and that is told; a fork that tells of
 *  its own end is believed at once.
 *
 *  @param apart  every scenario is played apart: by a process that carries out no
 *                other, a fork of the subject's or else one that is started for it
 *  @return false if SIGINT, SIGTERM or SIGHUP came: nothing runs any more then, and
 *          not all were told */
bool attached_play(struct attached *attached, const struct scenario *const *scripts,
                   size_t count, bool apart, play_done *done, void *context);

/** Ends all processes and releases the memory; takes NULL. */
void detach(struct attached *attached);

#endif
