/*
 * programs.c: the C programs of violations as files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "reports.h"

static char *path_of(const char *folder, const struct violation *violation)
{
	const struct outcome *shortest = violation->shortest;
	struct letters path = {0};
	text_format(&path, "%s/%s-", folder, rule_info(shortest->rule)->id);
	for (const char *at = shortest->call; *at; at++)
		text_format(&path, "%c", *at == ' ' ? '-' : *at);
	text_format(&path, "-%s.c", shortest->answer);
	return letters_string(&path);
}

static bool write_program(const char *folder, const struct violation *violation)
{
	char *path = path_of(folder, violation);
	bool ok = write_file(path, violation->program.text, violation->program.length);
	free(path);
	return ok;
}

bool report_programs(const struct results *results, const char *folder)
{
	bool ok = mkdir(folder, 0777) == 0 || errno == EEXIST;
	if (!ok)
		fprintf(stderr, "sechandle: %s: %s\n", folder, strerror(errno));
	for (size_t i = 0; ok && i < results->violation_count; i++)
		if (results->violations[i].program.length)
			ok = write_program(folder, &results->violations[i]);
	return ok;
}
