/*
 * harness.h: what the targets lifecycle and small do with their input.
 */
#ifndef FUZZ_HARNESS_H
#define FUZZ_HARNESS_H

#include <stddef.h>
#include <stdint.h>

#include "../ref/inspect.h"

/** The limits of the reference in the targets lifecycle and small. The first can hold
 *  as much as the reference that programs have, but for buffers, as each that could
 *  be handed out is looked at after every step. The second can hold so little that a
 *  few steps exhaust it, retire its slots and wear out its generations. */
extern const struct sechandle_limits harness_lifecycle, harness_small;

/** Takes bytes as a scenario (specs/binary.h) and runs it on the reference, judged.
 *  If it breaks a rule, it is reported (report.h) and the process aborts.
 *
 *  If the environment names a file by SECHANDLE_STATS, what was done so far is
 *  written to that name, a dot and the process's number, about once a second and
 *  at exit, as one line: calls: N inputs: N triples: N.
 *
 *  @param limits  of the reference, the same in all calls
 *  @return 0 */
int harness_run(const uint8_t *data, size_t size,
                const struct sechandle_limits *limits);

#endif
