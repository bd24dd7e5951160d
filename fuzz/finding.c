/*
 * finding.c: see finding.h.
 */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void finding_abort(const char *what, const char *where, const char *format, ...)
{
	va_list arguments;
	fprintf(stderr, "finding: %s: %s\n", what, where);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}
