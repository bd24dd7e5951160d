/*
 * wander.h: looks for a smaller scenario where shrinking finds none.
 *
 * What is the least among its neighbours need not be the least. So the scenario is
 * changed here and there, one thing after the other, for as long as it passes, until a
 * step can go.
 */
#ifndef FUZZ_WANDER_H
#define FUZZ_WANDER_H

#include "shrink.h"

/** Looks for a scenario with a step less that passes the test. The same scenario and
 *  test always give the same result, unless that takes many seconds.
 *
 *  @param scenario  must pass the test, and has no answers; becomes what was found, with
 *                   the names that it uses and no others
 *  @param test      is made in another process, so that a candidate may crash or hang;
 *                   then nothing is found
 *  @return whether there is one; else the scenario is what it was */
bool wander(struct scenario *scenario, shrink_test *test, void *context);

#endif
