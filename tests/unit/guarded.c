/*
 * guarded.c: see guarded.h.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "guarded.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *guarded(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (size > page || pages == MAP_FAILED ||
	    mprotect(pages + page, page, PROT_NONE)) {
		perror("guarded");
		exit(1);
	}
	return pages + page - size;
}
