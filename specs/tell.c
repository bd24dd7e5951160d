/*
 * tell.c: see tell.h.
 */
#include "tell.h"

enum wanted_out tell_wanted_out(const struct finding *finding)
{
	switch (finding->rule) {
	case RULE_create_delivers_handle:
	case RULE_create_fresh:
	case RULE_create_never_reissues:
	case RULE_create_never_reserved:
	case RULE_create_never_confusable: return WANTED_NEW;
	case RULE_later_leg_same_handle: return WANTED_CONTEXT;
	default: return WANTED_KEPT;
	}
}

void tell_call(struct letters *out, const struct step *step)
{
	text_append(out, operations[step->op].word);
	if (step->op == OP_USE)
		text_format(out, " %s", keyword_text(GROUP_FUNCTION, step->choice));
	if (step->op == OP_QUERY)
		text_format(out, " %s", keyword_text(GROUP_ATTRIBUTE, step->choice));
}

void tell_step(struct letters *out, const struct names *names,
               const struct finding *finding)
{
	struct answer answer;
	if (!finding->step)
		return;
	if (finding->answer) {
		answer = *finding->answer;
		answer.times = 0;
	}
	text_print_step(out, names, finding->step, &answer,
	                finding->answer != NULL, 0);
	out->length--; /* the line end */
}

void tell_allowed(struct letters *out, const struct finding *finding)
{
	static const char *const outs[] = {
		[WANTED_NEW] = "out=new",
		[WANTED_CONTEXT] = "out= the value of phContext",
		[WANTED_KEPT] = "out=kept"};
	switch (finding->kind) {
	case FINDING_ANSWER: judge_allowed_text(out, &finding->clauses); return;
	case FINDING_COUNT:
		text_format(out, "%s=%u",
		            keyword_text(GROUP_COUNTER, finding->counter),
		            (unsigned)finding->wanted.least);
		if (finding->wanted.least < finding->wanted.most)
			text_format(out, " to %u", (unsigned)finding->wanted.most);
		return;
	case FINDING_OUT:
		text_append(out, outs[tell_wanted_out(finding)]);
		return;
	case FINDING_ORDER:
		text_append(out, "answers that some order of the calls explains");
		return;
	case FINDING_LOST:
		text_format(out, "the handle or buffer of line %u to be ended "
		            "before its last name is lost", finding->created);
		return;
	case FINDING_DUTY: return; /* the rule says it all */
	}
}

/* Ends the line that begins with a heading, or takes that away if nothing follows. */
static void end_line(struct letters *out, size_t start, size_t heading)
{
	if (out->length == start + heading)
		out->length = start;
	else
		text_append(out, "\n");
}

void tell_finding(struct letters *out, const struct names *names,
                  const struct finding *finding)
{
	static const char heading[] = "  step:    ";
	const struct rule_info *rule = rule_info(finding->rule);
	size_t start = out->length;
	text_append(out, heading);
	tell_step(out, names, finding);
	end_line(out, start, sizeof heading - 1);
	text_format(out, "  rule:    %s\n  source:  %s (%s)\n", rule->sentence,
	            rule->source, strength_name(rule->strength));
	start = out->length;
	text_append(out, "  allowed: ");
	tell_allowed(out, finding);
	end_line(out, start, sizeof heading - 1);
}
