/*
 * walk.c: see walk.h.
 */
#include "walk.h"

static void enter_block(struct walk *walk, size_t at)
{
	const struct step *step = &walk->scenario->steps[at];
	if (step->op == OP_TOGETHER) {
		walk->in_together = true;
		return;
	}
	walk->repeat = at;
	walk->round = 1;
	walk->rounds = step->count;
}

static void leave_block(struct walk *walk)
{
	if (walk->in_together)
		walk->in_together = false;
	else if (walk->round < walk->rounds) {
		walk->round++;
		walk->next = walk->repeat + 1;
	} else
		walk->round = walk->rounds = 0;
}

bool walk_line(struct walk *walk, size_t *at)
{
	if (walk->next >= walk->scenario->count)
		return false;
	*at = walk->next++;
	switch (walk->scenario->steps[*at].op) {
	case OP_REPEAT:
	case OP_TOGETHER: enter_block(walk, *at); break;
	case OP_END: leave_block(walk); break;
	default: break;
	}
	return true;
}

static bool is_block(const struct step *step)
{
	return step->op == OP_REPEAT || step->op == OP_TOGETHER ||
	       step->op == OP_END;
}

bool walk_on(struct walk *walk, size_t *at)
{
	do {
		if (!walk_line(walk, at))
			return false;
	} while (is_block(&walk->scenario->steps[*at]));
	return true;
}
