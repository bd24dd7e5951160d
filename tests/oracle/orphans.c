/*
 * orphans.c: see orphans.h. The kernel tells who is whose child in /proc.
 */
#include "orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../specs/grow.h"

/* Those that were there before any subject. */
static struct children at_first;

void children_list(struct children *children)
{
	char path[64];
	int id;
	children->count = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "re");
	while (file && fscanf(file, "%d", &id) == 1) {
		children->ids = grow(children->ids, &children->capacity,
		                     children->count, sizeof *children->ids);
		children->ids[children->count++] = id;
	}
	if (file)
		fclose(file);
}

void children_free(struct children *children)
{
	free(children->ids);
	*children = (struct children){NULL, 0, 0};
}

void orphans_adopt(void)
{
	static bool is_done;
	if (is_done)
		return;
	is_done = true;
	children_list(&at_first);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static bool has(const struct children *children, pid_t id)
{
	for (size_t i = 0; i < children->count; i++)
		if (children->ids[i] == id)
			return true;
	return false;
}

void orphans_kill(const struct children *before)
{
	struct children now = {NULL, 0, 0};
	bool is_any;
	do {
		is_any = false;
		children_list(&now);
		for (size_t i = 0; i < now.count; i++) {
			if (has(before ? before : &at_first, now.ids[i]))
				continue;
			is_any = true;
			kill(now.ids[i], SIGKILL);
			while (waitpid(now.ids[i], NULL, 0) < 0 && errno == EINTR)
				;
		}
	} while (is_any);
	children_free(&now);
}
