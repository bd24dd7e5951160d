/*
 * threads_windows.c: threads.h on Windows.
 */
#include "threads.h"

#include <stdio.h>
#include <stdlib.h>

#include "platform.h"

/* What the threads have in common. The last one to come opens the gate for all. */
struct meeting {
	void (*call)(void *context);
	HANDLE gate;
	LONG missing;
};

struct runner {
	struct meeting *meeting;
	void *context;
};

static DWORD WINAPI run(void *argument)
{
	struct runner *runner = argument;
	struct meeting *meeting = runner->meeting;
	if (InterlockedDecrement(&meeting->missing) == 0)
		SetEvent(meeting->gate);
	WaitForSingleObject(meeting->gate, INFINITE);
	meeting->call(runner->context);
	return 0;
}

static HANDLE must(HANDLE handle)
{
	if (handle)
		return handle;
	fprintf(stderr, "sechandle-subject: no thread can be started: error %lu\n",
	        GetLastError());
	exit(SUBJECT_TROUBLE);
}

void threads_run(void (*call)(void *context), void *const *contexts, size_t count)
{
	struct meeting meeting = {.call = call, .missing = (LONG)count};
	struct runner runners[TOGETHER_LIMIT];
	HANDLE threads[TOGETHER_LIMIT];
	if (count == 0)
		return;
	meeting.gate = must(CreateEventA(NULL, TRUE, FALSE, NULL));
	for (size_t i = 0; i < count; i++) {
		runners[i] = (struct runner){&meeting, contexts[i]};
		threads[i] = must(CreateThread(NULL, 0, run, &runners[i], 0, NULL));
	}
	WaitForMultipleObjects((DWORD)count, threads, TRUE, INFINITE);
	for (size_t i = 0; i < count; i++)
		CloseHandle(threads[i]);
	CloseHandle(meeting.gate);
}

static SRWLOCK lock = SRWLOCK_INIT;

void threads_lock(void)
{
	AcquireSRWLockExclusive(&lock);
}

void threads_unlock(void)
{
	ReleaseSRWLockExclusive(&lock);
}
