/*
 * worker.h: one process of a subject at a time, and the scenario that it carries out.
 *
 * A worker waits for nothing. Whoever polls its pipes tells it what came of that, and it
 * goes on: starts a process, hears its hello, sends a script, hears the answers.
 */
#ifndef ORACLE_WORKER_H
#define ORACLE_WORKER_H

#include "hello.h"
#include "process.h"
#include "transcript.h"

/** What a worker does. */
enum work {
	WORK_NONE,    /**< it has no scenario */
	WORK_HELLO,   /**< its process is about to be ready */
	WORK_PLAYING, /**< its process carries out the scenario */
	WORK_DONE     /**< worker->played tells what came of it */
};

/** A worker. */
struct worker {
	const struct attachment *attachment;
	enum work work;
	struct process process;
	struct hello hello;
	size_t carried;        /**< scenarios that the process was given */
	struct letters sent;   /**< what it is sent */
	size_t written;        /**< of that */
	struct letters heard;  /**< what it wrote and was not read as lines yet */
	uint64_t output;       /**< bytes that it wrote of this scenario, or hello */
	double deadline;       /**< when it is late, by worker_now */
	const struct scenario *script;
	size_t index;          /**< of the scenario */
	bool apart;            /**< the scenario is to be carried out so */
	struct transcript transcript;
	struct played played;
};

/** Seconds, of a clock that never goes back. */
double worker_now(void);

/** Makes a worker without a process. */
void worker_init(struct worker *worker, const struct attachment *attachment);
/** Ends its process and releases the memory. */
void worker_free(struct worker *worker);

/** Whether it waits for its process. */
bool worker_is_busy(const struct worker *worker);

/** Starts a process that is to say hello: WORK_HELLO, or WORK_DONE if it cannot be
 *  started. */
void worker_start(struct worker *worker);

/** Gives it a scenario.
 *  @param apart  in a process that carries out no other */
void worker_give(struct worker *worker, const struct scenario *script, size_t index,
                 bool apart);

/** Reads some of what its process has written to standard output. */
void worker_read(struct worker *worker);
/** As well, to standard error. */
void worker_read_errors(struct worker *worker);
/** Writes what its process is still to be sent. */
void worker_write(struct worker *worker);
/** Looks whether its process has ended. */
void worker_look(struct worker *worker);
/** Its deadline has passed, and there was nothing to read. */
void worker_late(struct worker *worker);

#endif
