/*
 * test_sspi.c: the public header has the SDK's layout, values and macros.
 */
#include "unit.h"

#include <stdbool.h>

/* The layout, with what 64-bit and 32-bit platforms differ in told for both. */
#define HOLDS(what) _Static_assert(what, #what)
#define WORDS(on64, on32) (sizeof(void *) == 8 ? (on64) : (on32))
#define SIZE(type, on64, on32) HOLDS(sizeof(type) == WORDS(on64, on32))
#define AT(type, member, on64, on32)                                           \
	HOLDS(offsetof(type, member) == WORDS(on64, on32))

/* The same for the forms A and W of a structure. */
#define SIZES(type, on64, on32) SIZE(type##A, on64, on32); SIZE(type##W, on64, on32)
#define BOTH_AT(type, member, on64, on32)                                      \
	AT(type##A, member, on64, on32); AT(type##W, member, on64, on32)

SIZE(SECURITY_STATUS, 4, 4);
SIZE(ULONG, 4, 4);
SIZE(USHORT, 2, 2);
SIZE(BOOLEAN, 1, 1);
SIZE(SEC_CHAR, 1, 1);
SIZE(SEC_WCHAR, 2, 2);
SIZE(ULONG_PTR, 8, 4);

SIZE(TimeStamp, 8, 8);
AT(TimeStamp, HighPart, 4, 4);
SIZE(LUID, 8, 8);
AT(LUID, HighPart, 4, 4);

SIZE(SecHandle, 16, 8);
AT(SecHandle, dwLower, 0, 0);
AT(SecHandle, dwUpper, 8, 4);
SIZE(CredHandle, 16, 8);
SIZE(CtxtHandle, 16, 8);

SIZE(SecBuffer, 16, 12);
AT(SecBuffer, BufferType, 4, 4);
AT(SecBuffer, pvBuffer, 8, 8);
SIZE(SecBufferDesc, 16, 12);
AT(SecBufferDesc, cBuffers, 4, 4);
AT(SecBufferDesc, pBuffers, 8, 8);

SIZES(SecPkgInfo, 32, 20);
BOTH_AT(SecPkgInfo, wVersion, 4, 4);
BOTH_AT(SecPkgInfo, wRPCID, 6, 6);
BOTH_AT(SecPkgInfo, cbMaxToken, 8, 8);
BOTH_AT(SecPkgInfo, Name, 16, 12);
BOTH_AT(SecPkgInfo, Comment, 24, 16);

SIZES(SEC_WINNT_AUTH_IDENTITY_, 48, 28);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, User, 0, 0);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, UserLength, 8, 4);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, Domain, 16, 8);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, DomainLength, 24, 12);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, Password, 32, 16);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, PasswordLength, 40, 20);
BOTH_AT(SEC_WINNT_AUTH_IDENTITY_, Flags, 44, 24);

SIZE(SecPkgContext_Sizes, 16, 16);
AT(SecPkgContext_Sizes, cbMaxSignature, 4, 4);
AT(SecPkgContext_Sizes, cbBlockSize, 8, 8);
AT(SecPkgContext_Sizes, cbSecurityTrailer, 12, 12);
SIZES(SecPkgContext_Names, 8, 4);
SIZE(SecPkgContext_Lifespan, 16, 16);
AT(SecPkgContext_Lifespan, tsExpiry, 8, 8);
SIZES(SecPkgContext_PackageInfo, 8, 4);

/* The members of the function tables, in order. Those of the second list have
 * a name of their own in each of the two. */
#define IN_TABLES(place, member)                                               \
	HOLDS(offsetof(SecurityFunctionTableA, member) == (place) * sizeof(void *)); \
	HOLDS(offsetof(SecurityFunctionTableW, member) == (place) * sizeof(void *))
#define NAMED_IN_TABLES(place, member)                                         \
	HOLDS(offsetof(SecurityFunctionTableA, member##A) ==                       \
	      (place) * sizeof(void *));                                           \
	HOLDS(offsetof(SecurityFunctionTableW, member##W) == (place) * sizeof(void *))

SIZES(SecurityFunctionTable, 256, 128);
IN_TABLES(0, dwVersion);
IN_TABLES(4, FreeCredentialsHandle);
IN_TABLES(5, Reserved2);
IN_TABLES(7, AcceptSecurityContext);
IN_TABLES(8, CompleteAuthToken);
IN_TABLES(9, DeleteSecurityContext);
IN_TABLES(10, ApplyControlToken);
IN_TABLES(12, ImpersonateSecurityContext);
IN_TABLES(13, RevertSecurityContext);
IN_TABLES(14, MakeSignature);
IN_TABLES(15, VerifySignature);
IN_TABLES(16, FreeContextBuffer);
IN_TABLES(18, Reserved3);
IN_TABLES(19, Reserved4);
IN_TABLES(20, ExportSecurityContext);
IN_TABLES(23, Reserved8);
IN_TABLES(24, QuerySecurityContextToken);
IN_TABLES(25, EncryptMessage);
IN_TABLES(26, DecryptMessage);

NAMED_IN_TABLES(1, EnumerateSecurityPackages);
NAMED_IN_TABLES(2, QueryCredentialsAttributes);
NAMED_IN_TABLES(3, AcquireCredentialsHandle);
NAMED_IN_TABLES(6, InitializeSecurityContext);
NAMED_IN_TABLES(11, QueryContextAttributes);
NAMED_IN_TABLES(17, QuerySecurityPackageInfo);
NAMED_IN_TABLES(21, ImportSecurityContext);
NAMED_IN_TABLES(22, AddCredentials);
NAMED_IN_TABLES(27, SetContextAttributes);
NAMED_IN_TABLES(28, SetCredentialsAttributes);
NAMED_IN_TABLES(29, ChangeAccountPassword);
NAMED_IN_TABLES(30, QueryContextAttributesEx);
NAMED_IN_TABLES(31, QueryCredentialsAttributesEx);

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

static void unsuffixed_names_mean_a(void **state)
{
	SecurityFunctionTableA table = {0};
	PSecurityFunctionTable same = &table;
	ACQUIRE_CREDENTIALS_HANDLE_FN acquire = table.AcquireCredentialsHandleA;
	SecPkgInfo info = {.Name = (SEC_CHAR[]){SEC_TEXT("Reference")}};
	(void)state;
	assert_ptr_equal(&same->QueryCredentialsAttributesEx,
	                 &table.QueryCredentialsAttributesExA);
	assert_null(acquire);
	assert_string_equal(info.Name, "Reference");
	assert_string_equal(SECURITY_ENTRYPOINT, "InitSecurityInterfaceA");
	assert_string_equal(SECURITY_ENTRYPOINT_ANSI, "InitSecurityInterfaceA");
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
		cmocka_unit_test(statuses_have_the_sdk_s_values),
		cmocka_unit_test(unsuffixed_names_mean_a),
		cmocka_unit_test(macros_mark_handles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
