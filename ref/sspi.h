/*
 * sspi.h: the types, status values and macros of the Security Support Provider
 * Interface, with the names, values and layout of the Windows SDK header of
 * the same name, for any C11 compiler on a 32-bit or 64-bit platform.
 *
 * How to read it: base types, the handle, status values, buffers, then the
 * flags of single functions. ULONG is 32 bits and SEC_WCHAR
 * 16 bits wide on every platform; only ULONG_PTR and pointers follow it.
 *
 * Status values and the reserved handle words are written without a narrowing
 * cast: a cast of 0x80090301 to a 32-bit signed type is implementation-defined
 * in C and a lossy downcast to a verifier.
 */
#ifndef SSPI_H
#define SSPI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define SSPI_ASSERT_ static_assert
#else
#define SSPI_ASSERT_ _Static_assert
#endif

/* --- Base types ---------------------------------------------------------- */

typedef int32_t LONG;
typedef uint32_t ULONG;
typedef uint16_t USHORT;
typedef uintptr_t ULONG_PTR;
typedef char SEC_CHAR;
typedef uint16_t SEC_WCHAR;

/** The answer of every function: negative is an error (SEC_E_*), zero is
 *  SEC_E_OK, positive is a success that tells more (SEC_I_*). */
typedef LONG SECURITY_STATUS;

/** A time as two halves of a 64-bit count of 100 ns since 1601. Where windows.h
 *  makes it a LARGE_INTEGER it is aligned to 8 bytes, here to 4. */
typedef struct _SECURITY_INTEGER {
	ULONG LowPart;
	LONG HighPart;
} SECURITY_INTEGER, *PSECURITY_INTEGER, TimeStamp, *PTimeStamp;

/* --- Handles ------------------------------------------------------------- */

/** A handle: two words that only the package that issued them understands.
 *  Credential and context handles are one C type, so no compiler can tell one
 *  passed for the other. */
typedef struct _SecHandle {
	ULONG_PTR dwLower;
	ULONG_PTR dwUpper;
} SecHandle, *PSecHandle, CredHandle, *PCredHandle, CtxtHandle, *PCtxtHandle;

SSPI_ASSERT_(sizeof(SecHandle) == 2 * sizeof(void *),
               "a handle is two pointer-sized words");
SSPI_ASSERT_(offsetof(SecHandle, dwUpper) == sizeof(void *),
               "dwUpper is the second word");
SSPI_ASSERT_(sizeof(ULONG) == 4 && sizeof(SEC_WCHAR) == 2,
               "widths of the SDK, not of the platform's long and wchar_t");

/** Both words of a handle that was marked invalid: all bits set. */
#define SSPI_INVALID_WORD_ (~(ULONG_PTR)0)

/** Both words of a handle that counts as already deleted: minus two. */
#define SEC_DELETED_HANDLE (~(ULONG_PTR)1)

/** True iff neither word is minus one. It does not tell whether the handle
 *  was ever issued: {0,0} and {-2,-2} pass. */
#define SecIsValidHandle(h)                                                    \
	((h)->dwLower != SSPI_INVALID_WORD_ && (h)->dwUpper != SSPI_INVALID_WORD_)

/** Writes minus one to both words. */
#define SecInvalidateHandle(h)                                                 \
	((h)->dwLower = SSPI_INVALID_WORD_, (void)((h)->dwUpper = SSPI_INVALID_WORD_))

/* --- Status values -------------------------------------------------------- */

/* An error is 0x8009xxxx read as a 32-bit two's complement number. */
#define SSPI_ERROR_(low) ((SECURITY_STATUS)(-0x7FF70000 + (low)))
#define SSPI_INFO_(low) ((SECURITY_STATUS)(0x00090000 + (low)))

#define SEC_E_OK ((SECURITY_STATUS)0)
#define SEC_E_INSUFFICIENT_MEMORY            SSPI_ERROR_(0x0300)
#define SEC_E_INVALID_HANDLE                 SSPI_ERROR_(0x0301)
#define SEC_E_UNSUPPORTED_FUNCTION           SSPI_ERROR_(0x0302)
#define SEC_E_TARGET_UNKNOWN                 SSPI_ERROR_(0x0303)
#define SEC_E_INTERNAL_ERROR                 SSPI_ERROR_(0x0304)
#define SEC_E_SECPKG_NOT_FOUND               SSPI_ERROR_(0x0305)
#define SEC_E_NOT_OWNER                      SSPI_ERROR_(0x0306)
#define SEC_E_CANNOT_INSTALL                 SSPI_ERROR_(0x0307)
#define SEC_E_INVALID_TOKEN                  SSPI_ERROR_(0x0308)
#define SEC_E_CANNOT_PACK                    SSPI_ERROR_(0x0309)
#define SEC_E_QOP_NOT_SUPPORTED              SSPI_ERROR_(0x030A)
#define SEC_E_NO_IMPERSONATION               SSPI_ERROR_(0x030B)
#define SEC_E_LOGON_DENIED                   SSPI_ERROR_(0x030C)
#define SEC_E_UNKNOWN_CREDENTIALS            SSPI_ERROR_(0x030D)
#define SEC_E_NO_CREDENTIALS                 SSPI_ERROR_(0x030E)
#define SEC_E_MESSAGE_ALTERED                SSPI_ERROR_(0x030F)
#define SEC_E_OUT_OF_SEQUENCE                SSPI_ERROR_(0x0310)
#define SEC_E_NO_AUTHENTICATING_AUTHORITY    SSPI_ERROR_(0x0311)
#define SEC_I_CONTINUE_NEEDED                SSPI_INFO_(0x0312)
#define SEC_I_COMPLETE_NEEDED                SSPI_INFO_(0x0313)
#define SEC_I_COMPLETE_AND_CONTINUE          SSPI_INFO_(0x0314)
#define SEC_I_LOCAL_LOGON                    SSPI_INFO_(0x0315)
#define SEC_I_GENERIC_EXTENSION_RECEIVED     SSPI_INFO_(0x0316)
#define SEC_E_BAD_PKGID                      SSPI_ERROR_(0x0316)
#define SEC_E_CONTEXT_EXPIRED                SSPI_ERROR_(0x0317)
#define SEC_I_CONTEXT_EXPIRED                SSPI_INFO_(0x0317)
#define SEC_E_INCOMPLETE_MESSAGE             SSPI_ERROR_(0x0318)
#define SEC_E_INCOMPLETE_CREDENTIALS         SSPI_ERROR_(0x0320)
#define SEC_E_BUFFER_TOO_SMALL               SSPI_ERROR_(0x0321)
#define SEC_I_INCOMPLETE_CREDENTIALS         SSPI_INFO_(0x0320)
#define SEC_I_RENEGOTIATE                    SSPI_INFO_(0x0321)
#define SEC_E_WRONG_PRINCIPAL                SSPI_ERROR_(0x0322)
#define SEC_I_NO_LSA_CONTEXT                 SSPI_INFO_(0x0323)
#define SEC_E_TIME_SKEW                      SSPI_ERROR_(0x0324)
#define SEC_E_UNTRUSTED_ROOT                 SSPI_ERROR_(0x0325)
#define SEC_E_ILLEGAL_MESSAGE                SSPI_ERROR_(0x0326)
#define SEC_E_CERT_UNKNOWN                   SSPI_ERROR_(0x0327)
#define SEC_E_CERT_EXPIRED                   SSPI_ERROR_(0x0328)
#define SEC_E_ENCRYPT_FAILURE                SSPI_ERROR_(0x0329)
#define SEC_E_DECRYPT_FAILURE                SSPI_ERROR_(0x0330)
#define SEC_E_ALGORITHM_MISMATCH             SSPI_ERROR_(0x0331)
#define SEC_E_SECURITY_QOS_FAILED            SSPI_ERROR_(0x0332)
#define SEC_E_UNFINISHED_CONTEXT_DELETED     SSPI_ERROR_(0x0333)
#define SEC_E_NO_TGT_REPLY                   SSPI_ERROR_(0x0334)
#define SEC_E_NO_IP_ADDRESSES                SSPI_ERROR_(0x0335)
#define SEC_E_WRONG_CREDENTIAL_HANDLE        SSPI_ERROR_(0x0336)
#define SEC_E_CRYPTO_SYSTEM_INVALID          SSPI_ERROR_(0x0337)
#define SEC_E_MAX_REFERRALS_EXCEEDED         SSPI_ERROR_(0x0338)
#define SEC_E_MUST_BE_KDC                    SSPI_ERROR_(0x0339)
#define SEC_E_STRONG_CRYPTO_NOT_SUPPORTED    SSPI_ERROR_(0x033A)
#define SEC_E_TOO_MANY_PRINCIPALS            SSPI_ERROR_(0x033B)
#define SEC_E_NO_PA_DATA                     SSPI_ERROR_(0x033C)
#define SEC_E_PKINIT_NAME_MISMATCH           SSPI_ERROR_(0x033D)
#define SEC_E_SMARTCARD_LOGON_REQUIRED       SSPI_ERROR_(0x033E)
#define SEC_E_SHUTDOWN_IN_PROGRESS           SSPI_ERROR_(0x033F)
#define SEC_E_KDC_INVALID_REQUEST            SSPI_ERROR_(0x0340)
#define SEC_E_KDC_UNABLE_TO_REFER            SSPI_ERROR_(0x0341)
#define SEC_E_KDC_UNKNOWN_ETYPE              SSPI_ERROR_(0x0342)
#define SEC_E_UNSUPPORTED_PREAUTH            SSPI_ERROR_(0x0343)
#define SEC_E_DELEGATION_REQUIRED            SSPI_ERROR_(0x0345)
#define SEC_E_BAD_BINDINGS                   SSPI_ERROR_(0x0346)
#define SEC_E_MULTIPLE_ACCOUNTS              SSPI_ERROR_(0x0347)
#define SEC_E_NO_KERB_KEY                    SSPI_ERROR_(0x0348)
#define SEC_E_CERT_WRONG_USAGE               SSPI_ERROR_(0x0349)
#define SEC_E_DOWNGRADE_DETECTED             SSPI_ERROR_(0x0350)
#define SEC_E_SMARTCARD_CERT_REVOKED         SSPI_ERROR_(0x0351)
#define SEC_E_ISSUING_CA_UNTRUSTED           SSPI_ERROR_(0x0352)
#define SEC_E_REVOCATION_OFFLINE_C           SSPI_ERROR_(0x0353)
#define SEC_E_PKINIT_CLIENT_FAILURE          SSPI_ERROR_(0x0354)
#define SEC_E_SMARTCARD_CERT_EXPIRED         SSPI_ERROR_(0x0355)
#define SEC_E_NO_S4U_PROT_SUPPORT            SSPI_ERROR_(0x0356)
#define SEC_E_CROSSREALM_DELEGATION_FAILURE  SSPI_ERROR_(0x0357)
#define SEC_E_REVOCATION_OFFLINE_KDC         SSPI_ERROR_(0x0358)
#define SEC_E_ISSUING_CA_UNTRUSTED_KDC       SSPI_ERROR_(0x0359)
#define SEC_E_KDC_CERT_EXPIRED               SSPI_ERROR_(0x035A)
#define SEC_E_KDC_CERT_REVOKED               SSPI_ERROR_(0x035B)
#define SEC_I_SIGNATURE_NEEDED               SSPI_INFO_(0x035C)
#define SEC_E_INVALID_PARAMETER              SSPI_ERROR_(0x035D)
#define SEC_E_DELEGATION_POLICY              SSPI_ERROR_(0x035E)
#define SEC_E_POLICY_NLTM_ONLY               SSPI_ERROR_(0x035F)
#define SEC_I_NO_RENEGOTIATION               SSPI_INFO_(0x0360)
#define SEC_E_NO_CONTEXT                     SSPI_ERROR_(0x0361)
#define SEC_E_PKU2U_CERT_FAILURE             SSPI_ERROR_(0x0362)
#define SEC_E_MUTUAL_AUTH_FAILED             SSPI_ERROR_(0x0363)
#define SEC_I_MESSAGE_FRAGMENT               SSPI_INFO_(0x0364)
#define SEC_E_ONLY_HTTPS_ALLOWED             SSPI_ERROR_(0x0365)
#define SEC_I_CONTINUE_NEEDED_MESSAGE_OK     SSPI_INFO_(0x0366)
#define SEC_E_APPLICATION_PROTOCOL_MISMATCH  SSPI_ERROR_(0x0367)
#define SEC_I_ASYNC_CALL_PENDING             SSPI_INFO_(0x0368)
#define SEC_E_INVALID_UPN_NAME               SSPI_ERROR_(0x0369)
#define SEC_E_EXT_BUFFER_TOO_SMALL           SSPI_ERROR_(0x036A)
#define SEC_E_INSUFFICIENT_BUFFERS           SSPI_ERROR_(0x036B)
#define SEC_E_NO_SPM SEC_E_INTERNAL_ERROR
#define SEC_E_NOT_SUPPORTED SEC_E_UNSUPPORTED_FUNCTION

/* --- Buffers --------------------------------------------------------------- */

/** The only version of a SecBufferDesc. */
#define SECBUFFER_VERSION 0

/* What a SecBuffer is for: nothing yet, plain data, a token of the exchange,
 * how many bytes are missing, bytes that were not used. */
#define SECBUFFER_EMPTY 0
#define SECBUFFER_DATA 1
#define SECBUFFER_TOKEN 2
#define SECBUFFER_MISSING 4
#define SECBUFFER_EXTRA 5

/** One piece of memory: cbBuffer is its size in bytes on the way in and the
 *  number of bytes used on the way out. */
typedef struct _SecBuffer {
	ULONG cbBuffer;
	ULONG BufferType;
	void *pvBuffer;
} SecBuffer, *PSecBuffer;

/** A list of cBuffers pieces; ulVersion is SECBUFFER_VERSION. */
typedef struct _SecBufferDesc {
	ULONG ulVersion;
	ULONG cBuffers;
	PSecBuffer pBuffers;
} SecBufferDesc, *PSecBufferDesc;

/* --- Credentials ------------------------------------------------------------ */

/* What a credential is acquired for: Accept, Initialize, or both. */
#define SECPKG_CRED_INBOUND 0x00000001
#define SECPKG_CRED_OUTBOUND 0x00000002
#define SECPKG_CRED_BOTH 0x00000003

/* --- Contexts ---------------------------------------------------------------- */

/* Request of a leg: the package allocates the output token; FreeContextBuffer
 * releases it. */
#define ISC_REQ_ALLOCATE_MEMORY 0x00000100
#define ASC_REQ_ALLOCATE_MEMORY 0x00000100

/* Attributes of QueryContextAttributes. */
#define SECPKG_ATTR_SIZES 0
#define SECPKG_ATTR_NAMES 1
#define SECPKG_ATTR_LIFESPAN 2
#define SECPKG_ATTR_PACKAGE_INFO 10

/* Flags of ExportSecurityContext: the exported context starts anew, the old one
 * is deleted, it goes to the kernel. */
#define SECPKG_CONTEXT_EXPORT_RESET_NEW 0x00000001
#define SECPKG_CONTEXT_EXPORT_DELETE_OLD 0x00000002
#define SECPKG_CONTEXT_EXPORT_TO_KERNEL 0x00000004

#endif
