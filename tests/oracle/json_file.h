/*
 * json_file.h: JSON in files: what one has wrong is told, with its place.
 */
#ifndef ORACLE_JSON_FILE_H
#define ORACLE_JSON_FILE_H

#include <jansson.h>
#include <stdbool.h>

/** Reads a file, "-" for standard input.
 *  @return what it has, a new reference; NULL after telling on standard error why it
 *          cannot be read, or what is wrong with it and where: no member may stand
 *          twice in an object */
json_t *json_file_read(const char *path);

/** Writes a file, in lines.
 *  @return false after telling on standard error why not */
bool json_file_write(const json_t *json, const char *path);

#endif
