/*
 * reference.h: the reference as what a driver drives: its table of functions, its
 * package, and what it counts. Only a program that is linked with libref has it.
 */
#ifndef SUBJECTS_REFERENCE_H
#define SUBJECTS_REFERENCE_H

#include "driver.h"

/** The setup of the reference that is linked in. */
struct driver_setup reference_setup(void);

/** Who the identities `known` and `unknown` are, where nobody says otherwise. */
extern const struct driver_identity driver_known, driver_unknown;

#endif
