/*
 * interface.h: the interface that a driver calls through: the platform's own sspi.h on
 * Windows, the reference's elsewhere. They have the same names and the same layout.
 */
#ifndef SUBJECTS_INTERFACE_H
#define SUBJECTS_INTERFACE_H

#ifdef _WIN32
#define SECURITY_WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
/* Behind windows.h, which it needs. */
#include <security.h>
#ifdef __MINGW32__
/* What its table calls the function of that name. */
#define FreeCredentialsHandle FreeCredentialHandle
#endif
#else
#include "../../ref/sspi.h"
#endif

#endif
