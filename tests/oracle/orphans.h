/*
 * orphans.h: what subjects have started and left behind. A process may leave the group that
 * is killed with it; when its parent has ended it becomes a child of this process, and so
 * it is found.
 */
#ifndef ORACLE_ORPHANS_H
#define ORACLE_ORPHANS_H

#include <stddef.h>
#include <sys/types.h>

/** Children of this process, by their ids. All is 0 at first. */
struct children {
	pid_t *ids;
	size_t count, capacity;
};

/** From now on whoever loses his parent below this process becomes its child. The children
 *  that it has when this is called first are never touched. */
void orphans_adopt(void);

/** Lists the children that this process has now. */
void children_list(struct children *children);
/** Releases the memory. */
void children_free(struct children *children);

/** Kills and reaps the children that this process did not have before, and what becomes
 *  its child by that, until there is none.
 *  @param before  those that it had; or NULL: those that it had at first */
void orphans_kill(const struct children *before);

#endif
