/*
 * load.h: an implementation of SSPI in a shared library, loaded by what it exports.
 */
#ifndef SUBJECTS_LOAD_H
#define SUBJECTS_LOAD_H

#include "platform.h"

/** How an implementation's functions are found. */
struct way {
	const char *library;
	bool exports; /**< each by its name; else by the table that
	                   InitSecurityInterface or InitSecurityInterfaceEx tells */
	bool wide;    /**< those that end in W; else in A */
};

/** Loads an implementation.
 *  @return its functions, good as long as the process, or NULL after telling on
 *          standard error why there are none */
PSecurityFunctionTableA load(const struct way *way);

#endif
