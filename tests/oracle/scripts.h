/*
 * scripts.h: scenarios that are made while a subject is judged. A script here is as it
 * is printed: its lines are those of its text, and its names stand in the order of
 * their first appearance, as in the trace of a subject that read the text.
 */
#ifndef ORACLE_SCRIPTS_H
#define ORACLE_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "../../specs/scenario.h"

/** A script that is made of a scenario. */
struct script {
	struct scenario scenario;
	size_t of;   /**< index of the scenario that it is made of */
	size_t from; /**< the first step that matters */
};

/** Scripts. */
struct script_list {
	struct script *scripts;
	size_t count, capacity;
};

/** Makes a script of a scenario's first steps; no block may be open behind them.
 *  @param script  receives it; is to be freed
 *  @param rounds  of a repeat around them; 0: none */
void script_make(struct scenario *script, const struct scenario *scenario,
                 size_t steps, unsigned rounds);

/** Keeps a script, which is taken over. */
void script_list_add(struct script_list *list, const struct scenario *script,
                     size_t of, size_t from);

/** Keeps a script without those of its steps that make the same call as the one at `at`,
 *  whatever they are given. */
void script_list_add_without(struct script_list *list, const struct script *script,
                             size_t at);

/** Drops all but the first of equal scripts with equal `from`. */
void script_list_unique(struct script_list *list);

/** The scenarios of a list, as attached_play takes them; to be freed. */
const struct scenario **script_list_scenarios(const struct script_list *list);

/** Releases the memory. */
void script_list_free(struct script_list *list);

#endif
