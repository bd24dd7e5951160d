/*
 * acquires.c: see acquires.h.
 */
#include "acquires.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ref/sspi.h"
#include "results.h"

/* A credential for both directions, for each, and without an identity: an
 * implementation may have some of them only. */
static const char sorts[] = "acquire k1\n"
                            "acquire k2 outbound\n"
                            "acquire k3 outbound anonymous\n"
                            "acquire k4 inbound\n";

/* What was heard. */
struct heard {
	bool is_none;   /* each was answered, with an error */
	bool is_nobody; /* as well, that there is no such package */
	int64_t status; /* of the last */
};

static void hear(void *context, size_t index, struct played *played)
{
	struct heard *heard = context;
	const struct scenario *trace = &played->trace;
	(void)index;
	heard->is_none = heard->is_nobody = played->end == PLAYED_ALL;
	for (size_t i = 0; i < trace->answer_count; i++) {
		heard->status = trace->answers[i].status;
		heard->is_none &= heard->status < 0;
		heard->is_nobody &= heard->status == SEC_E_SECPKG_NOT_FOUND;
	}
}

static void tell_why(const struct heard *heard, char *why, size_t size)
{
	struct letters status = {0};
	text_print_status(&status, heard->status);
	char *text = letters_string(&status);
	snprintf(why, size, "%s, each AcquireCredentialsHandle fails%s%s",
	         heard->is_nobody ? "no such package" : "it has no credential",
	         heard->is_nobody ? " with " : ", the last with ", text);
	free(text);
}

bool acquires_any(struct attached *attached, char *why, size_t size)
{
	struct scenario script;
	const struct scenario *scripts[] = {&script};
	struct heard heard = {0};
	scenario_init(&script);
	bool goes_on = text_parse(&script, sorts, strlen(sorts), ANSWERS_OPTIONAL, NULL,
	                          NULL) &&
	               attached_play(attached, scripts, 1, true, hear, &heard);
	scenario_free(&script);
	if (!goes_on)
		snprintf(why, size, "interrupted");
	else if (heard.is_none)
		tell_why(&heard, why, size);
	return goes_on && !heard.is_none;
}
