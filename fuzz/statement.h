/*
 * statement.h: steps of a scenario as statements in C.
 *
 * A struct of the scenario's is a variable of the same name, if that has the form of a
 * letter and digits, as the short names have; else it is `name` and a number. So is a
 * pointer to a buffer, with what belongs to it: a struct buffer. What legs wrote for a
 * name is in c1_tokens, a struct tokens. Other variables, types and functions that
 * statements use, reproducer.c defines.
 */
#ifndef FUZZ_STATEMENT_H
#define FUZZ_STATEMENT_H

#include "../specs/text.h"

/** Appends the variable that a name stands for. */
void statement_name(struct letters *out, const struct names *names, name_id name);

/** Whether some step is fed a token of that name. */
bool statement_is_fed(const struct scenario *scenario, name_id name);

/** Appends the call of a step as an expression, its answer. */
void statement_call(struct letters *out, const struct names *names,
                    const struct step *step);

/** Appends a step as statements: a call and what the caller does with what it got, or
 *  what the caller does alone; or the line of a repeat or its end.
 *
 *  @param scenario  which the step is one of
 *  @param answers   that the call must have; each with its rounds, if there are
 *                   several
 *  @param depth     of indentation; one less for an `end` */
void statement_write(struct letters *out, const struct scenario *scenario,
                     const struct step *step, const struct answer *answers,
                     size_t answer_count, unsigned depth);

#endif
