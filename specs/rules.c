/*
 * rules.c: the tables behind rules.h, made from rules.def.
 */
#include "rules.h"

#include <string.h>

const struct rule_outline rule_outline[] = {
#define SECTION(title, text) {title, text, RULE_NONE},
#define RULE(id, party, strength, source, sentence, decision)                  \
	{NULL, NULL, RULE_##id},
#include "rules.def"
	{NULL, NULL, RULE_NONE},
};

const struct rule_transition rule_transitions[] = {
#define TRANSITION(rule, from, operation, answer, to)                          \
	{RULE_##rule, #from, #operation, #answer, #to},
#include "rules.def"
	{RULE_NONE, NULL, NULL, NULL, NULL},
};

static const struct rule_info infos[RULE_COUNT] = {
#define RULE(id, party, strength, source, sentence, decision)                  \
	{#id, source, sentence, decision, PARTY_##party, STRENGTH_##strength},
#include "rules.def"
};

const struct rule_info *rule_info(enum rule rule)
{
	return &infos[rule];
}

enum rule rule_find(const char *id)
{
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (strcmp(infos[i].id, id) == 0)
			return (enum rule)i;
	return RULE_NONE;
}

const char *party_name(enum party party)
{
	static const char *const names[] = {"implementation", "caller", "nobody"};
	return names[party];
}

const char *strength_name(enum strength strength)
{
	static const char *const names[] = {"documented", "header", "derived",
	                                    "chosen"};
	return names[strength];
}
