/*
 * acquires.h: whether a subject acquires any credential. One that acquires none keeps
 * nearly all rules by doing nothing, so that its verdict would say nothing.
 */
#ifndef ORACLE_ACQUIRES_H
#define ORACLE_ACQUIRES_H

#include "attach.h"

/** Lets a subject acquire credentials of several sorts. One that crashes, hangs, or does
 *  not support them is left to be judged.
 *  @param why   receives why none can be acquired, or that a signal came
 *  @param size  bytes of `why`
 *  @return false if each was answered with an error, or a signal came */
bool acquires_any(struct attached *attached, char *why, size_t size);

#endif
