/*
 * wide.h: an implementation's functions that take strings of 16-bit units, as ones that
 * take strings of bytes, which are what a driver calls.
 */
#ifndef SUBJECTS_WIDE_H
#define SUBJECTS_WIDE_H

#include "interface.h"

/** The functions of a table, as a table of those that end in A. What is not there is
 *  not there either. There is one such table: the next call replaces it.
 *  @param table  must outlive the new one */
PSecurityFunctionTableA wide_table(PSecurityFunctionTableW table);

#endif
