/*
 * json_file.c: see json_file.h.
 */
#include "json_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../specs/text.h"
#include "command.h"

json_t *json_file_read(const char *path)
{
	json_error_t error;
	struct content content = read_file(path);
	if (!content.data)
		return NULL;
	json_t *json = json_loadb((const char *)content.data, content.length,
	                          JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fprintf(stderr, "sechandle: %s:%d:%d: %s\n", path, error.line,
		        error.column, error.text);
	free(content.data);
	return json;
}

bool json_file_write(const json_t *json, const char *path)
{
	struct letters text = {0};
	char *dumped = json_dumps(json, JSON_INDENT(2));
	text_format(&text, "%s\n", dumped ? dumped : "");
	bool ok = write_file(path, text.text, text.length);
	free(dumped);
	free(text.text);
	return ok;
}
