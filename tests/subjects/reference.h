/*
 * reference.h: the reference as what a driver drives: its table of functions, its
 * package, and what it counts. Only a program that is linked with libref has it.
 */
#ifndef SUBJECTS_REFERENCE_H
#define SUBJECTS_REFERENCE_H

#include "../../ref/inspect.h"
#include "driver.h"

/** The setup of the reference that is linked in.
 *  @param limits  what it may hold after each reset, or NULL for the default */
struct driver_setup reference_setup(const struct sechandle_limits *limits);

/** Reads limits as people write them: four numbers, as in 2,2,3,4, in the order of
 *  struct sechandle_limits.
 *  @return false if the text is something else */
bool reference_read_limits(struct sechandle_limits *limits, const char *text);

#endif
