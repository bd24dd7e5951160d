/*
 * windows.c: platform.h on Windows. There is no fork: scenarios are carried out one after
 * the other in this process, and one that crashes ends it.
 */
#include "platform.h"

#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

const bool platform_forks = false;

FILE *platform_output(void)
{
	int trace = _dup(_fileno(stdout));
	FILE *file = trace < 0 ? NULL : _fdopen(trace, "wb");
	if (!file || _dup2(_fileno(stderr), _fileno(stdout)) < 0) {
		perror("sechandle-subject: standard output");
		exit(SUBJECT_TROUBLE);
	}
	_setmode(_fileno(stdin), _O_BINARY);
	_setmode(trace, _O_BINARY);
	setvbuf(stdout, NULL, _IONBF, 0);
	return file;
}

size_t platform_read(void *to, size_t size)
{
	int got = _read(_fileno(stdin), to, size < INT_MAX ? (unsigned)size : INT_MAX);
	return got > 0 ? (size_t)got : 0;
}

void *platform_common(size_t size)
{
	void *memory = calloc(1, size);
	if (!memory) {
		perror("sechandle-subject");
		exit(SUBJECT_TROUBLE);
	}
	return memory;
}

/* --- Libraries ----------------------------------------------------------------------- */

void *platform_open(const char *library, char *why, size_t size)
{
	HMODULE module = LoadLibraryA(library);
	if (!module)
		snprintf(why, size, "cannot be loaded, error %lu", GetLastError());
	return module;
}

void *platform_symbol(void *library, const char *name)
{
	FARPROC function = GetProcAddress(library, name);
	void *symbol;
	memcpy(&symbol, &function, sizeof symbol);
	return symbol;
}

void platform_file(const void *function, char path[PLATFORM_PATH])
{
	HMODULE module = NULL;
	DWORD length = 0;
	if (GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
	                               GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
	                       function, &module))
		length = GetModuleFileNameA(module, path, PLATFORM_PATH - 1);
	path[length] = '\0';
}

/* --- Memory ---------------------------------------------------------------------------- */

uint64_t platform_heap(void)
{
	return UINT64_MAX;
}

/* --- Scenarios ------------------------------------------------------------------------- */

/* The one that is being carried out, for the function that is called when it crashes. */
static const struct apart *current;
static struct progress progress;

/* What no handler in the library has handled. */
static LONG WINAPI crash(EXCEPTION_POINTERS *pointers)
{
	struct ended ended = {"exception", pointers->ExceptionRecord->ExceptionCode};
	if (current)
		current->end(current->context, &progress, ended);
	TerminateProcess(GetCurrentProcess(), SUBJECT_CRASHED);
	return EXCEPTION_EXECUTE_HANDLER;
}

void platform_apart(const struct apart *apart)
{
	bool ok;
	SetUnhandledExceptionFilter(crash);
	memset(&progress, 0, sizeof progress);
	current = apart;
	ok = apart->run(apart->context, &progress);
	/* What crashes from now on is no part of the scenario. */
	current = NULL;
	apart->end(apart->context, &progress,
	           ok ? (struct ended){"ok", 0}
	              : (struct ended){"exit", SUBJECT_TROUBLE});
}

bool platform_shares(void)
{
	return false;
}

bool platform_share(const struct apart *apart)
{
	(void)apart;
	return false;
}
