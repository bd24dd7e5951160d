/*
 * test_sspi_unicode.c: in a program that defines UNICODE a name without A or W
 * means W.
 */
#define UNICODE
#include "unit.h"

static void unsuffixed_names_mean_w(void **state)
{
	SecurityFunctionTableW table = {0};
	PSecurityFunctionTable same = &table;
	ACQUIRE_CREDENTIALS_HANDLE_FN acquire = table.AcquireCredentialsHandleW;
	SecPkgInfo info = {.Name = (SEC_WCHAR[]){SEC_TEXT("Reference")}};
	const SEC_WCHAR entry[] = SECURITY_ENTRYPOINT;
	(void)state;
	assert_ptr_equal(&same->QueryCredentialsAttributesEx,
	                 &table.QueryCredentialsAttributesExW);
	assert_null(acquire);
	assert_memory_equal(info.Name, u"Reference", sizeof u"Reference");
	assert_memory_equal(entry, u"InitSecurityInterfaceW", sizeof entry);
	assert_string_equal(SECURITY_ENTRYPOINT_ANSI, "InitSecurityInterfaceW");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsuffixed_names_mean_w),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
