/*
 * convert_command.c: sechandle show and sechandle pack.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../specs/binary.h"
#include "../../specs/text.h"
#include "command.h"

static error_t parse_path(int key, char *value, struct argp_state *state)
{
	const char **path = state->input;
	switch (key) {
	case ARGP_KEY_ARG:
		if (*path)
			argp_error(state, "more than one FILE: '%s'", value);
		*path = value;
		return 0;
	case ARGP_KEY_END:
		if (!*path)
			argp_error(state, "no FILE, expected a path or '-'");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int command_show(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse_path, "FILE",
		"Print the scenario in the binary FILE as text.\v"
		"Every file is some scenario. FILE may be '-' for standard input. "
		"Exit codes: 0 done, 2 wrong usage or unreadable.",
		NULL, NULL, NULL};
	const char *path = NULL;
	struct scenario scenario;
	struct letters out = {0};
	argp_parse(&argp, argc, argv, 0, NULL, &path);
	struct content content = read_file(path);
	if (!content.data)
		return EXIT_TROUBLE;
	if (content.length && (content.data[0] & 0x7F) != BINARY_VERSION)
		fprintf(stderr,
		        "sechandle: %s: claims version %d of the binary form, "
		        "read as version %d\n", path, content.data[0] & 0x7F,
		        BINARY_VERSION);
	scenario_init(&scenario);
	binary_decode(&scenario, content.data, content.length);
	text_print(&out, &scenario);
	if (out.length)
		fwrite(out.text, 1, out.length, stdout);
	free(out.text);
	free(content.data);
	scenario_free(&scenario);
	return EXIT_CONFORMS;
}

static int write_binary(const char *path, const struct scenario *scenario)
{
	struct bytes out = {0};
	if (!binary_encode(&out, scenario)) {
		fprintf(stderr,
		        "sechandle: %s: too many names for the binary form, "
		        "expected at most 61440\n", path);
		return EXIT_TROUBLE;
	}
	fwrite(out.data, 1, out.length, stdout);
	free(out.data);
	return EXIT_CONFORMS;
}

int command_pack(int argc, char **argv)
{
	static const struct argp argp = {
		NULL, parse_path, "FILE",
		"Write the binary form of the scenario in the text FILE to "
		"standard output.\v"
		"Answers and comments have no binary form and are left out. FILE "
		"may be '-' for standard input. Exit codes: 0 done, 2 wrong usage, "
		"unreadable or faulty.",
		NULL, NULL, NULL};
	const char *path = NULL;
	struct scenario scenario;
	int code = EXIT_TROUBLE;
	argp_parse(&argp, argc, argv, 0, NULL, &path);
	if (isatty(STDOUT_FILENO)) {
		fputs("sechandle: pack writes bytes, expected standard output to "
		      "be a file or a pipe\n", stderr);
		return EXIT_TROUBLE;
	}
	struct content content = read_file(path);
	if (!content.data)
		return EXIT_TROUBLE;
	scenario_init(&scenario);
	if (text_parse(&scenario, (const char *)content.data, content.length,
	               ANSWERS_OPTIONAL, print_text_error, (void *)(uintptr_t)path))
		code = write_binary(path, &scenario);
	free(content.data);
	scenario_free(&scenario);
	return code;
}
