/*
 * credentials.h: credentials as scenarios have them, of an implementation that has other
 * ones: for one direction alone, or without a user's name.
 *
 * - Both directions. Where AcquireCredentialsHandle answers SEC_E_UNSUPPORTED_FUNCTION
 *   for SECPKG_CRED_BOTH, an outbound credential and an inbound one stand for the name.
 *   Its struct holds the outbound one's handle, and every function is given that, but for
 *   AcceptSecurityContext, which is given the inbound one's. FreeCredentialsHandle frees
 *   both and answers what was worse. If the second one cannot be acquired, the first is
 *   freed. A copy of the struct stands for both as well; a struct with any other words
 *   stands for nothing but these.
 * - A client's. A package that knows no acceptor and no user, as Wine's Schannel: for
 *   both directions there is an outbound credential, and nobody has an identity.
 */
#ifndef SUBJECTS_CREDENTIALS_H
#define SUBJECTS_CREDENTIALS_H

#include <stdbool.h>

#include "interface.h"

/** The functions of a table, with such credentials. There is one such table: the next
 *  call replaces it.
 *  @param table      must outlive the new one
 *  @param is_client  they are a client's */
PSecurityFunctionTableA credentials_table(PSecurityFunctionTableA table, bool is_client);

#endif
