/*
 * security.h: what programs include on Windows to get sspi.h.
 */
#include "sspi.h"
