/*
 * hello.c: see hello.h.
 */
#include "hello.h"

#include <stdio.h>
#include <string.h>

enum { QUOTED = 48 /* most bytes of a wrong line that are told */ };

void hello_clean(char *text)
{
	for (; *text; text++)
		if ((*text < ' ' || *text > '~') && *text != '\n')
			*text = '?';
}

void hello_garbage(char *why, size_t size, const char *line, size_t length,
                   const char *expected)
{
	char quoted[QUOTED + 1];
	size_t count = length < QUOTED ? length : QUOTED;
	for (size_t i = 0; i < count; i++)
		quoted[i] = line[i] ? line[i] : '?';
	quoted[count] = '\0';
	hello_clean(quoted);
	snprintf(why, size, "garbage: '%s%s', expected %s", quoted,
	         count < length ? "..." : "", expected);
}

/* The text behind a key, "# name: ", or NULL if the line has another. */
static const char *behind(const char *line, const char *key)
{
	size_t length = strlen(key);
	return strncmp(line, key, length) == 0 ? line + length : NULL;
}

static void read_pair(struct subject_info *info, const char *line)
{
	const struct {
		const char *key;
		char *to;
		size_t size;
	} texts[] = {{"# name: ", info->name, sizeof info->name},
	             {"# version: ", info->version, sizeof info->version},
	             {"# package: ", info->package, sizeof info->package},
	             {"# path: ", info->path, sizeof info->path}};
	const char *value;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if ((value = behind(line, texts[i].key))) {
			snprintf(texts[i].to, texts[i].size, "%s", value);
			hello_clean(texts[i].to);
		}
}

/* @return whether the line is right */
static bool read_serves(struct subject_info *info, const char *line)
{
	const char *serves = behind(line, "# serves: ");
	if (!serves)
		return true;
	if (strcmp(serves, "forked") == 0)
		info->serves = SERVES_FORKED;
	else if (strcmp(serves, "in-turn") == 0)
		info->serves = SERVES_IN_TURN;
	else
		return false;
	return true;
}

bool hello_line(struct hello *hello, const char *line, size_t length, char *why,
                size_t size)
{
	char text[1200];
	const char *expected = NULL;
	snprintf(text, sizeof text, "%.*s", (int)length, line);
	if (!hello->is_subject) {
		hello->is_subject = strcmp(text, "# sechandle-subject 1") == 0;
		if (!hello->is_subject)
			expected = "'# sechandle-subject 1'";
	} else if (*text && *text != '#') {
		expected = "comments until '# ready'";
	} else if (!read_serves(&hello->info, text)) {
		expected = "'# serves: forked' or '# serves: in-turn'";
	} else {
		read_pair(&hello->info, text);
		hello->info.overlaps |= strcmp(text, "# overlaps: yes") == 0;
		hello->info.shares |= strcmp(text, "# shares: yes") == 0;
		hello->is_ready = strcmp(text, "# ready") == 0;
	}
	if (expected)
		hello_garbage(why, size, line, length, expected);
	return !expected;
}
