/*
 * rules_command.c: sechandle rules.
 */
#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../specs/rules.h"
#include "command.h"

static json_t *rule_json(enum rule rule, const char *section)
{
	const struct rule_info *info = rule_info(rule);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", info->id,
	                 "section", section, "party", party_name(info->party),
	                 "strength", strength_name(info->strength), "source",
	                 info->source, "sentence", info->sentence, "decision",
	                 info->decision);
}

static void print_rule(enum rule rule)
{
	const struct rule_info *info = rule_info(rule);
	printf("%s\n  %s\n  binds:    %s\n  strength: %s\n  source:   %s\n",
	       info->id, info->sentence, party_name(info->party),
	       strength_name(info->strength), info->source);
	if (*info->decision)
		printf("  decision: %s\n", info->decision);
}

/* Prints the rule with that id, or a line for each if it is RULE_NONE. */
static void print_text(enum rule wanted)
{
	for (const struct rule_outline *at = rule_outline;
	     at->title || at->rule != RULE_NONE; at++) {
		if (wanted != RULE_NONE)
			continue;
		if (at->title)
			printf("%s%s\n", at == rule_outline ? "" : "\n",
			       at->title);
		else
			printf("  %-38s %s\n", rule_info(at->rule)->id,
			       strength_name(rule_info(at->rule)->strength));
	}
	if (wanted != RULE_NONE)
		print_rule(wanted);
}

static json_t *sections_json(void)
{
	json_t *sections = json_array();
	for (const struct rule_outline *at = rule_outline;
	     at->title || at->rule != RULE_NONE; at++)
		if (at->title)
			json_array_append_new(sections,
			                      json_pack("{s:s, s:s}", "title",
			                                at->title, "text",
			                                at->text));
	return sections;
}

static json_t *rules_json(enum rule wanted)
{
	const char *section = "";
	json_t *rules = json_array();
	for (const struct rule_outline *at = rule_outline;
	     at->title || at->rule != RULE_NONE; at++) {
		if (at->title)
			section = at->title;
		else if (wanted == RULE_NONE || wanted == at->rule)
			json_array_append_new(rules, rule_json(at->rule, section));
	}
	return rules;
}

static json_t *transitions_json(void)
{
	json_t *transitions = json_array();
	for (const struct rule_transition *at = rule_transitions; at->from; at++)
		json_array_append_new(
			transitions,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "rule",
		                  rule_info(at->rule)->id, "from", at->from,
		                  "operation", at->operation, "answer",
		                  at->answer, "to", at->to));
	return transitions;
}

static void print_json(enum rule wanted)
{
	json_t *all = json_pack("{s:i, s:o}", "version", 1, "rules",
	                        rules_json(wanted));
	if (wanted == RULE_NONE) {
		json_object_set_new(all, "sections", sections_json());
		json_object_set_new(all, "transitions", transitions_json());
	}
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

struct arguments {
	const char *id;
	bool json;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case 'j': arguments->json = true; return 0;
	case ARGP_KEY_ARG:
		if (arguments->id)
			argp_error(state, "more than one ID: '%s'", value);
		arguments->id = value;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int command_rules(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"json", 'j', NULL, 0, "Print JSON", 0}, {0}};
	static const struct argp argp = {
		options, parse, "[ID]",
		"List the rules of a handle's life, or show the rule ID.\v"
		"Exit codes: 0 done, 2 wrong usage or no such rule.",
		NULL, NULL, NULL};
	struct arguments arguments = {NULL, false};
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	enum rule rule = arguments.id ? rule_find(arguments.id) : RULE_NONE;
	if (arguments.id && rule == RULE_NONE) {
		fprintf(stderr,
		        "sechandle: '%s' is no rule, expected an id that "
		        "'sechandle rules' lists\n", arguments.id);
		return EXIT_TROUBLE;
	}
	if (arguments.json)
		print_json(rule);
	else
		print_text(rule);
	return EXIT_CONFORMS;
}
