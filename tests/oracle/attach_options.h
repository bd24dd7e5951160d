/*
 * attach_options.h: the options that say what is judged and how it is started, for
 * each command that attaches a subject.
 */
#ifndef ORACLE_ATTACH_OPTIONS_H
#define ORACLE_ATTACH_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "attach.h"

/** What the options said. All but `is_optional` is 0 before they are parsed. */
struct attach_options {
	const char *library;     /**< --sspi */
	const char *subject;     /**< --subject */
	const char *package, *credentials;
	bool exports, wide;
	bool is_optional;        /**< set by the command: there may be nothing to judge */
	bool is_given;           /**< there is */
	const char *preload;
	struct attachment attachment; /**< complete after attach_options_begin */
	bool memory_is_set;
	char **words;            /**< of the command, allocated */
	size_t word_count;
	char *environment[3];    /**< NAME=VALUE, allocated */
	size_t environment_count;
};

/** The parser: a child of a command's own, with a struct attach_options as input. */
extern const struct argp attach_options_argp;

/** Completes the attachment and attaches.
 *  @return NULL after telling on standard error why it could not */
struct attached *attach_options_begin(struct attach_options *options);

/** Releases the memory; the subject must be detached. */
void attach_options_free(struct attach_options *options);

#endif
