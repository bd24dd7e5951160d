/*
 * files.c: whole files are read and written.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "command.h"

struct content read_file(const char *path)
{
	struct content content = {NULL, 0};
	size_t capacity = 0, got;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (!file) {
		fprintf(stderr, "sechandle: %s: %s\n", path, strerror(errno));
		return content;
	}
	do {
		content.data = grow(content.data, &capacity,
		                    content.length + 65536, 1);
		got = fread(content.data + content.length, 1, 65536, file);
		content.length += got;
	} while (got);
	if (ferror(file)) {
		fprintf(stderr, "sechandle: %s: %s\n", path, strerror(errno));
		free(content.data);
		content.data = NULL;
	}
	if (file != stdin)
		fclose(file);
	return content;
}

bool write_file(const char *path, const void *data, size_t length)
{
	FILE *file = fopen(path, "wb");
	bool ok = file && fwrite(data, 1, length, file) == length;
	ok = file && fclose(file) == 0 && ok;
	if (!ok)
		fprintf(stderr, "sechandle: %s: %s\n", path, strerror(errno));
	return ok;
}
