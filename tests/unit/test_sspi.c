/*
 * test_sspi.c: the public header has the SDK's layout, values and macros.
 */
#include "unit.h"

#include <stdbool.h>

static void layout_is_the_sdk_s(void **state)
{
	(void)state;
	assert_int_equal(sizeof(CredHandle), 2 * sizeof(void *));
	assert_int_equal(sizeof(CtxtHandle), sizeof(CredHandle));
	assert_int_equal(offsetof(SecHandle, dwLower), 0);
	assert_int_equal(sizeof(SecBuffer), 8 + sizeof(void *));
	assert_int_equal(offsetof(SecBuffer, pvBuffer), 8);
	assert_int_equal(offsetof(SecBufferDesc, pBuffers), 8);
	assert_int_equal(sizeof(SECURITY_STATUS), 4);
	assert_int_equal(sizeof(TimeStamp), 8);
}

static void statuses_have_the_sdk_s_values(void **state)
{
	(void)state;
	assert_int_equal((uint32_t)SEC_E_INSUFFICIENT_MEMORY, 0x80090300);
	assert_int_equal((uint32_t)SEC_E_INVALID_HANDLE, 0x80090301);
	assert_int_equal((uint32_t)SEC_E_UNSUPPORTED_FUNCTION, 0x80090302);
	assert_int_equal((uint32_t)SEC_E_SECPKG_NOT_FOUND, 0x80090305);
	assert_int_equal((uint32_t)SEC_E_INVALID_TOKEN, 0x80090308);
	assert_int_equal((uint32_t)SEC_E_LOGON_DENIED, 0x8009030C);
	assert_int_equal((uint32_t)SEC_E_NO_CREDENTIALS, 0x8009030E);
	assert_int_equal((uint32_t)SEC_E_OUT_OF_SEQUENCE, 0x80090310);
	assert_int_equal((uint32_t)SEC_I_CONTINUE_NEEDED, 0x00090312);
	assert_int_equal((uint32_t)SEC_I_COMPLETE_NEEDED, 0x00090313);
	assert_int_equal((uint32_t)SEC_I_COMPLETE_AND_CONTINUE, 0x00090314);
	assert_int_equal((uint32_t)SEC_E_INCOMPLETE_MESSAGE, 0x80090318);
	assert_int_equal((uint32_t)SEC_E_BUFFER_TOO_SMALL, 0x80090321);
	assert_int_equal((uint32_t)SEC_E_WRONG_CREDENTIAL_HANDLE, 0x80090336);
	assert_int_equal((uint32_t)SEC_E_INVALID_PARAMETER, 0x8009035D);
	assert_true(SEC_E_INVALID_HANDLE < 0 && SEC_I_CONTINUE_NEEDED > 0);
}

static void macros_mark_handles(void **state)
{
	SecHandle handle = {0, 0}, *const h = &handle;
	(void)state;
	assert_true(SecIsValidHandle(h));
	handle = (SecHandle){SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};
	assert_true(SecIsValidHandle(h));
	assert_true(handle.dwLower + 2 == 0);
	SecInvalidateHandle(h);
	assert_false(SecIsValidHandle(h));
	assert_true(handle.dwLower + 1 == 0 && handle.dwUpper + 1 == 0);
	handle.dwLower = 1;
	assert_false(SecIsValidHandle(h));
	handle = (SecHandle){SSPI_INVALID_WORD_, 1};
	assert_false(SecIsValidHandle(h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_is_the_sdk_s),
		cmocka_unit_test(statuses_have_the_sdk_s_values),
		cmocka_unit_test(macros_mark_handles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
