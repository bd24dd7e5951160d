/*
 * reproducer.h: a breach as a program of its own, for people who have neither this kit
 * nor its language: plain C, and sspi.h, of this project or of another implementation.
 */
#ifndef FUZZ_REPRODUCER_H
#define FUZZ_REPRODUCER_H

#include "../ref/inspect.h"
#include "../specs/tell.h"

/** Appends a C program that makes the calls of a trace, the last of which breaks a
 *  rule. It exits with 1 if that call breaks it, and with 0 if not; also if an earlier
 *  call does not answer what it did in the trace. Tokens are passed as the driver
 *  passes them (driver.h). It takes sspi.h alone, but inspect.h too where the limits
 *  matter, or a count is what is wrong.
 *
 *  @param trace    whose last call is the step of the finding; calls that overlap are
 *                  made one after the other
 *  @param finding  of that step
 *  @param limits   that the library must have, or NULL for the default ones
 *  @param package  of the implementation that the program is for, without quotes or
 *                  backslashes; NULL for the reference */
void reproducer(struct letters *out, const struct scenario *trace,
                const struct finding *finding,
                const struct sechandle_limits *limits, const char *package);

#endif
