/*
 * profiles.c: the tables behind profiles.def.
 */
#include <string.h>

#include "verdict.h"

static const struct profile_info infos[PROFILE_COUNT] = {
#define PROFILE(id, name, weakest, clears, title, reason)                      \
	{name, STRENGTH_##weakest, clears, title, reason},
#include "profiles.def"
};

/* Every answer but CRASH and HANG, which are the last classes. */
enum { ANY_STATUS = CLASS_SET(CRASH) - 1 };

const struct tolerance tolerances[] = {
#define TOLERATES(profile, rule, answers, where, source, reason)               \
	{PROFILE_##profile, RULE_##rule, answers, WHERE_##where, RULE_NONE,    \
	 source, reason},
#define TOLERATES_STRUCT(profile, rule, where, source, reason)                 \
	TOLERATES(profile, rule, 0, where, source, reason)
#define UNDEFINED(profile, where, open, source, reason)                        \
	{PROFILE_##profile, RULE_NONE, 0, WHERE_##where, RULE_##open, source,  \
	 reason},
#include "profiles.def"
	{PROFILE_COUNT, RULE_NONE, 0, WHERE_ANY, RULE_NONE, NULL, NULL},
};

const struct profile_info *profile_info(enum profile profile)
{
	return &infos[profile];
}

enum profile profile_find(const char *name)
{
	unsigned i = 0;
	while (i < PROFILE_COUNT && strcmp(infos[i].name, name) != 0)
		i++;
	return (enum profile)i;
}

const char *where_text(enum where where)
{
	static const char *const texts[WHERE_COUNT] = {
		[WHERE_ANY] = "any call",
		[WHERE_ENDING] = "calls that end a handle",
		[WHERE_DANGLING] = "calls on what was ended, or may have been",
		[WHERE_UNISSUED] = "calls on what was never issued",
		[WHERE_OVERLAP] = "calls that overlap a delete"};
	return texts[where];
}
