/*
 * harness.h: cmocka, behind the headers that it asks for, and the library's
 * interface. unit.h adds what tests of scenarios need.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ref/sspi.h"

#endif
