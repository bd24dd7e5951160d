/*
 * serve.h: a subject's side of the protocol that specs/subjects.md describes.
 */
#ifndef SUBJECTS_SERVE_H
#define SUBJECTS_SERVE_H

#include "platform.h"

/** What a subject tells of itself; "" and NULL are what it does not tell. */
struct subject {
	const char *name, *version, *path;
	struct driver_setup setup; /**< what it drives, and as whom */
	refusal *refuse;           /**< or NULL: it can carry out all steps */
	overlap *overlap;          /**< or NULL: calls are made one after the other */
};

/** The identity that is known: that of the variables SECHANDLE_USER, SECHANDLE_DOMAIN
 *  and SECHANDLE_PASSWORD, or driver_known's for each that is not set. */
struct driver_identity serve_known(void);

/** Says hello, then carries out what comes on standard input: scenarios in frames, or
 *  one script.
 *  @param out  where hello and traces go
 *  @return whether all that came was well-formed */
bool serve(const struct subject *subject, FILE *out);

#endif
