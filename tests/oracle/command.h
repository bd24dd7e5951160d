/*
 * command.h: what the subcommands of the sechandle program share.
 */
#ifndef ORACLE_COMMAND_H
#define ORACLE_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Exit codes of every subcommand. */
enum {
	EXIT_CONFORMS = 0,   /**< done; nothing to complain about */
	EXIT_VIOLATIONS = 1, /**< a rule is broken */
	EXIT_TROUBLE = 2,    /**< wrong usage, or something unreadable */
	EXIT_NOT_ATTACHED = 3 /**< no subject answers, or not all could be judged */
};

/** A subcommand. */
struct command {
	const char *name;
	const char *summary; /**< one line for the list of commands */
	/** Runs it; argv[0] is "sechandle NAME". Returns an exit code. */
	int (*run)(int argc, char **argv);
};

int command_rules(int argc, char **argv);
int command_show(int argc, char **argv);
int command_pack(int argc, char **argv);
int command_check(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_shrink(int argc, char **argv);
int command_judge(int argc, char **argv);
int command_suite(int argc, char **argv);
int command_fingerprint(int argc, char **argv);
int command_compare(int argc, char **argv);

/** The arguments FILE... */
struct paths {
	char **path;
	int count;
};

/** The rest of an argp parser: takes the paths, of which there is one at least.
 *  @return what such a parser returns */
int parse_paths(int key, struct argp_state *state, struct paths *paths);

/** A file's content. */
struct content {
	uint8_t *data;
	size_t length;
};

/** Reads a whole file, "-" for standard input.
 *  @return its content, to be freed, or NULL data after telling why on
 *          standard error */
struct content read_file(const char *path);

/** Writes a whole file.
 *  @return false after telling on standard error why not */
bool write_file(const char *path, const void *data, size_t length);

/** Ends an output stream: what could not be written is an error.
 *  @return `code`, or EXIT_TROUBLE after telling why on standard error */
int finish_output(int code);

/** Prints an error of a scenario text, "file:line:column: message".
 *  @param path  the file's name, as a pointer for text_report */
void print_text_error(void *path, unsigned line, unsigned column,
                      const char *message);

#endif
