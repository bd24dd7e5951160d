/*
 * structs.h: what a caller does with its handle structs: it changes them alone,
 * and looks at what became of them in a call. For whoever runs scenarios.
 */
#ifndef SUBJECTS_STRUCTS_H
#define SUBJECTS_STRUCTS_H

#include <stddef.h>

#include "interface.h"
#include "../../specs/scenario.h"

/** What the struct NAME holds after a step that the caller makes alone.
 *
 *  step  one that writes a struct: copy, swap, ahead, zero, invalidate,
 *        pseudo-deleted, garbage or forget
 *  old   what NAME held before
 *  from  what FROM holds; where the step has no FROM it is not looked at */
SecHandle struct_own(const struct step *step, SecHandle old, SecHandle from);

/** Writes down what became of the struct that a call could write, or was given.
 *
 *  names          a struct belongs to each of them that is a handle
 *  before, after  the caller's structs by name, of `size` bytes each */
void see_out(struct answer *answer, const struct step *step,
             const struct names *names, const void *before, const void *after,
             size_t size);

#endif
