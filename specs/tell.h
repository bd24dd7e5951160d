/*
 * tell.h: a finding in words, the same wherever it is told.
 */
#ifndef SPECS_TELL_H
#define SPECS_TELL_H

#include "judge.h"

/** What must have been in a struct after a call. */
enum wanted_out {
	WANTED_NEW,     /**< a handle that no struct held, nor ever did */
	WANTED_CONTEXT, /**< the value of phContext */
	WANTED_KEPT     /**< what it held before */
};

/** What was wanted of the struct that a finding of the kind FINDING_OUT is about. */
enum wanted_out tell_wanted_out(const struct finding *finding);

/** Appends what a step calls: the operation's word, and behind `use` and `query` the
 *  function or the attribute. */
void tell_call(struct letters *out, const struct step *step);

/** Appends the step that a finding is about, with its answer; nothing at the end of
 *  a trace. No line end. */
void tell_step(struct letters *out, const struct names *names,
               const struct finding *finding);

/** Appends what would have been right; nothing where the rule says it all. */
void tell_allowed(struct letters *out, const struct finding *finding);

/** Appends the lines `step`, `rule`, `source` and `allowed`, those that there are. */
void tell_finding(struct letters *out, const struct names *names,
                  const struct finding *finding);

#endif
