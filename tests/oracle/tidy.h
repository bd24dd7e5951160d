/*
 * tidy.h: scenarios that were made up end what they have begun, so that a subject is not
 * blamed for what its caller leaves behind.
 */
#ifndef ORACLE_TIDY_H
#define ORACLE_TIDY_H

#include "../../specs/scenario.h"

/** Appends the calls that end what is live at the end of a scenario, if every call that
 *  may succeed does: contexts, then buffers, then credentials. What no name holds any
 *  more cannot be ended.
 *  @param scenario  without blocks and answers */
void tidy(struct scenario *scenario);

#endif
