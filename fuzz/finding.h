/*
 * finding.h: how the targets raw and text tell what they found.
 */
#ifndef FUZZ_FINDING_H
#define FUZZ_FINDING_H

/** Writes a finding to standard error and aborts the process.
 *  @param what    what must not be, in a few words
 *  @param where   the function, or the step of the way, that shows it; the first
 *                 line is `finding: WHAT: WHERE`, by which findings are told apart
 *  @param format  details, a line or more, as for printf; a line end is added */
_Noreturn void finding_abort(const char *what, const char *where,
                             const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
