/*
 * steps.h: random steps over a few names, for tests that drive the model beside
 * something else.
 */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "../../specs/judge.h"
#include "../../specs/scenario.h"

/** Few names, so that handles meet again: k1 k2 c1 c2 c3 c4 b1 b2. */
enum { CREDENTIALS = 2, HANDLES = 6, BUFFERS = 2, NAMES = HANDLES + BUFFERS };

/** Empties a scenario and gives it these names: a step has their ids in all
 *  scenarios. */
void add_names(struct scenario *scenario);

/** A step that mostly makes sense: what creates and what deletes come often, and
 *  legs often go on with the struct they write. */
struct step random_step(uint64_t *seed);

/** Prints a scenario before a test fails, as comments of the Test Anything
 *  Protocol; cmocka's own messages are cut off after a few lines. */
void print_trace(const struct scenario *scenario);

/** Told by a judge: fails the test if the implementation broke a rule.
 *  @param context  the scenario up to the step, to be printed, or NULL */
void fail_on_implementation(void *context, const struct finding *finding);

#endif
