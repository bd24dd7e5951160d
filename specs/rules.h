/*
 * rules.h: the rules of rules.def as an enumeration and a table.
 */
#ifndef SPECS_RULES_H
#define SPECS_RULES_H

#include <stddef.h>

/** A rule; its enumerator is RULE_ and the id. */
enum rule {
#define RULE(id, party, strength, source, sentence, decision) RULE_##id,
#include "rules.def"
	RULE_COUNT,
	RULE_NONE = RULE_COUNT /**< no rule */
};

/** Who a rule binds. */
enum party { PARTY_IMPLEMENTATION, PARTY_CALLER, PARTY_NOBODY, PARTY_COUNT };

/** Where a rule's authority comes from, strongest first. */
enum strength {
	STRENGTH_DOCUMENTED,
	STRENGTH_HEADER,
	STRENGTH_DERIVED,
	STRENGTH_CHOSEN
};

/** What rules.def says of a rule; see there for the meaning of each text. */
struct rule_info {
	const char *id;
	const char *source;
	const char *sentence;
	const char *decision; /**< "" where nothing had to be decided */
	enum party party;
	enum strength strength;
};

/** A line of the rules' outline: a chapter (title and text, rule is RULE_NONE)
 *  or a rule of the chapter above it (title is NULL). */
struct rule_outline {
	const char *title;
	const char *text;
	enum rule rule;
};

/** The chapters and their rules in order; ends with neither. */
extern const struct rule_outline rule_outline[];

/** An edge of the state diagram, as rules.def writes it. */
struct rule_transition {
	enum rule rule;
	const char *from, *operation, *answer, *to;
};

/** The state diagram; the last edge has a NULL `from`. */
extern const struct rule_transition rule_transitions[];

/** What is known of `rule`, which must be below RULE_COUNT. */
const struct rule_info *rule_info(enum rule rule);

/** The rule with that id, or RULE_NONE. */
enum rule rule_find(const char *id);

/** "implementation", "caller" or "nobody". */
const char *party_name(enum party party);

/** "documented", "header", "derived" or "chosen". */
const char *strength_name(enum strength strength);

#endif
