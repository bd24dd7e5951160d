/*
 * sspi.h: the Security Support Provider Interface, with the names, values and
 * layout of the Windows SDK header of the same name, for any C11 or C++17
 * compiler on a 32-bit or 64-bit platform.
 *
 * How to read it: base types, the handle, status values, buffers; then
 * packages, credentials and contexts, each with its structures and flags; then
 * the functions of the package "Reference", each with all that it can answer;
 * last the table through which programs call them. What ends in A takes
 * strings of bytes, what ends in W strings of 16-bit units (UTF-16), both
 * terminated; a name without either means W where UNICODE is defined and else A.
 *
 * ULONG is 32 bits and SEC_WCHAR 16 bits wide on every platform; only ULONG_PTR
 * and pointers follow it. So ULONG stands where the SDK has unsigned long.
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
extern "C" {
#else
#define SSPI_ASSERT_ _Static_assert
#endif

/* Which of the two a name without A or W means. */
#ifdef UNICODE
#define SSPI_NAME_(name) name##W
#define SEC_TEXT(text) u##text
#else
#define SSPI_NAME_(name) name##A
#define SEC_TEXT(text) text
#endif

/* Programs write these in declarations. There is one calling convention and
 * one kind of pointer, so they are empty. */
#define SEC_ENTRY
#define SEC_FAR

/* --- Base types ---------------------------------------------------------- */

typedef int32_t LONG;
typedef uint32_t ULONG, *PULONG;
typedef uint16_t USHORT;
typedef unsigned char BOOLEAN;
typedef void *PVOID;
typedef uintptr_t ULONG_PTR;
typedef char SEC_CHAR;
typedef uint16_t SEC_WCHAR;

#ifdef UNICODE
typedef SEC_WCHAR *SECURITY_PSTR;
typedef const SEC_WCHAR *SECURITY_PCSTR;
#else
typedef SEC_CHAR *SECURITY_PSTR;
typedef const SEC_CHAR *SECURITY_PCSTR;
#endif

/** The answer of every function: negative is an error (SEC_E_*), zero is
 *  SEC_E_OK, positive is a success that tells more (SEC_I_*). */
typedef LONG SECURITY_STATUS;

/** A time as two halves of a 64-bit count of 100 ns since 1601. Where windows.h
 *  makes it a LARGE_INTEGER it is aligned to 8 bytes, here to 4. */
typedef struct _SECURITY_INTEGER {
	ULONG LowPart;
	LONG HighPart;
} SECURITY_INTEGER, *PSECURITY_INTEGER, TimeStamp, *PTimeStamp;

/** The number of a logon session, as two halves. */
typedef struct _LUID {
	ULONG LowPart;
	LONG HighPart;
} LUID, *PLUID;

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

/* What a SecBuffer is for. The package knows the first three and the two that
 * it answers with: MISSING tells by cbBuffer how many bytes a message lacks,
 * EXTRA how many bytes at the end of the input were not used. */
#define SECBUFFER_EMPTY 0 /* nothing; where an answer may be written */
#define SECBUFFER_DATA 1  /* plain data */
#define SECBUFFER_TOKEN 2 /* a token of the exchange */
#define SECBUFFER_PKG_PARAMS 3
#define SECBUFFER_MISSING 4
#define SECBUFFER_EXTRA 5
#define SECBUFFER_STREAM_TRAILER 6
#define SECBUFFER_STREAM_HEADER 7
#define SECBUFFER_NEGOTIATION_INFO 8
#define SECBUFFER_PADDING 9
#define SECBUFFER_STREAM 10
#define SECBUFFER_MECHLIST 11
#define SECBUFFER_MECHLIST_SIGNATURE 12
#define SECBUFFER_TARGET 13
#define SECBUFFER_CHANNEL_BINDINGS 14
#define SECBUFFER_CHANGE_PASS_RESPONSE 15
#define SECBUFFER_TARGET_HOST 16
#define SECBUFFER_ALERT 17
#define SECBUFFER_APPLICATION_PROTOCOLS 18
#define SECBUFFER_SRTP_PROTECTION_PROFILES 19
#define SECBUFFER_SRTP_MASTER_KEY_IDENTIFIER 20
#define SECBUFFER_TOKEN_BINDING 21
#define SECBUFFER_PRESHARED_KEY 22
#define SECBUFFER_PRESHARED_KEY_IDENTITY 23
#define SECBUFFER_DTLS_MTU 24
#define SECBUFFER_SEND_GENERIC_TLS_EXTENSION 25
#define SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION 26
#define SECBUFFER_FLAGS 27
#define SECBUFFER_TRAFFIC_SECRETS 28
#define SECBUFFER_CERTIFICATE_REQUEST_CONTEXT 29
#define SECBUFFER_CHANNEL_BINDINGS_RESULT 30
#define SECBUFFER_APP_SESSION_STATE 31
#define SECBUFFER_SESSION_TICKET 32

/* The upper four bits of BufferType are attributes: the callee may only read
 * the buffer, and if it makes a checksum, leaves it out or includes it. */
#define SECBUFFER_ATTRMASK 0xF0000000
#define SECBUFFER_READONLY 0x80000000
#define SECBUFFER_READONLY_WITH_CHECKSUM 0x10000000
#define SECBUFFER_RESERVED 0x60000000

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

/* --- Packages --------------------------------------------------------------- */

/** What a package tells of itself. */
typedef struct _SecPkgInfoA {
	ULONG fCapabilities; /**< SECPKG_FLAG_* */
	USHORT wVersion;     /**< of the package's protocol */
	USHORT wRPCID;       /**< its number in RPC, or SECPKG_ID_NONE */
	ULONG cbMaxToken;    /**< bytes in its longest token */
	SEC_CHAR *Name;
	SEC_CHAR *Comment;
} SecPkgInfoA, *PSecPkgInfoA;

typedef struct _SecPkgInfoW {
	ULONG fCapabilities;
	USHORT wVersion;
	USHORT wRPCID;
	ULONG cbMaxToken;
	SEC_WCHAR *Name;
	SEC_WCHAR *Comment;
} SecPkgInfoW, *PSecPkgInfoW;

#define SecPkgInfo SSPI_NAME_(SecPkgInfo)
#define PSecPkgInfo SSPI_NAME_(PSecPkgInfo)

#define SECPKG_ID_NONE 0xFFFF

/* What a package can do. */
#define SECPKG_FLAG_INTEGRITY 0x00000001
#define SECPKG_FLAG_PRIVACY 0x00000002
#define SECPKG_FLAG_TOKEN_ONLY 0x00000004
#define SECPKG_FLAG_DATAGRAM 0x00000008
#define SECPKG_FLAG_CONNECTION 0x00000010
#define SECPKG_FLAG_MULTI_REQUIRED 0x00000020
#define SECPKG_FLAG_CLIENT_ONLY 0x00000040
#define SECPKG_FLAG_EXTENDED_ERROR 0x00000080
#define SECPKG_FLAG_IMPERSONATION 0x00000100
#define SECPKG_FLAG_ACCEPT_WIN32_NAME 0x00000200
#define SECPKG_FLAG_STREAM 0x00000400
#define SECPKG_FLAG_NEGOTIABLE 0x00000800
#define SECPKG_FLAG_GSS_COMPATIBLE 0x00001000
#define SECPKG_FLAG_LOGON 0x00002000
#define SECPKG_FLAG_ASCII_BUFFERS 0x00004000
#define SECPKG_FLAG_FRAGMENT 0x00008000
#define SECPKG_FLAG_MUTUAL_AUTH 0x00010000
#define SECPKG_FLAG_DELEGATION 0x00020000
#define SECPKG_FLAG_READONLY_WITH_CHECKSUM 0x00040000
#define SECPKG_FLAG_RESTRICTED_TOKENS 0x00080000
#define SECPKG_FLAG_NEGO_EXTENDER 0x00100000
#define SECPKG_FLAG_NEGOTIABLE2 0x00200000
#define SECPKG_FLAG_APPCONTAINER_PASSTHROUGH 0x00400000
#define SECPKG_FLAG_APPCONTAINER_CHECKS 0x00800000
#define SECPKG_FLAG_CREDENTIAL_ISOLATION_ENABLED 0x01000000
#define SECPKG_FLAG_APPLY_LOOPBACK 0x02000000

/* --- Credentials ------------------------------------------------------------ */

/* What a credential is acquired for: Accept, Initialize, or both; then what
 * only some packages know. */
#define SECPKG_CRED_INBOUND 0x00000001
#define SECPKG_CRED_OUTBOUND 0x00000002
#define SECPKG_CRED_BOTH 0x00000003
#define SECPKG_CRED_DEFAULT 0x00000004
#define SECPKG_CRED_AUTOLOGON_RESTRICTED 0x00000010
#define SECPKG_CRED_PROCESS_POLICY_ONLY 0x00000020
#define SECPKG_CRED_RESERVED 0xF0000000

/** Whose credential is acquired. The lengths count units of the string without
 *  its end: bytes in A, 16-bit units in W. Flags tells which of the two it is:
 *  either may be passed to either form of AcquireCredentialsHandle. */
typedef struct _SEC_WINNT_AUTH_IDENTITY_A {
	unsigned char *User;
	ULONG UserLength;
	unsigned char *Domain;
	ULONG DomainLength;
	unsigned char *Password;
	ULONG PasswordLength;
	ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_A, *PSEC_WINNT_AUTH_IDENTITY_A;

typedef struct _SEC_WINNT_AUTH_IDENTITY_W {
	USHORT *User;
	ULONG UserLength;
	USHORT *Domain;
	ULONG DomainLength;
	USHORT *Password;
	ULONG PasswordLength;
	ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_W, *PSEC_WINNT_AUTH_IDENTITY_W;

#define SEC_WINNT_AUTH_IDENTITY SSPI_NAME_(SEC_WINNT_AUTH_IDENTITY_)
#define PSEC_WINNT_AUTH_IDENTITY SSPI_NAME_(PSEC_WINNT_AUTH_IDENTITY_)

#define SEC_WINNT_AUTH_IDENTITY_ANSI 0x1
#define SEC_WINNT_AUTH_IDENTITY_UNICODE 0x2

/** A caller's function by which some packages ask for a key; ours does not. */
typedef void (*SEC_GET_KEY_FN)(void *Arg, void *Principal, ULONG KeyVer,
                               void **Key, SECURITY_STATUS *Status);

/* --- Contexts ---------------------------------------------------------------- */

/* How data is laid out, TargetDataRep of a leg: as on this machine, or as on
 * the network. */
#define SECURITY_NATIVE_DREP 0x00000010
#define SECURITY_NETWORK_DREP 0x00000000

/* What an initiator requests of its context. ALLOCATE_MEMORY: the package
 * allocates the output token, and FreeContextBuffer releases it. The SDK's
 * requests above 32 bits fit no parameter of these functions. */
#define ISC_REQ_DELEGATE 0x00000001
#define ISC_REQ_MUTUAL_AUTH 0x00000002
#define ISC_REQ_REPLAY_DETECT 0x00000004
#define ISC_REQ_SEQUENCE_DETECT 0x00000008
#define ISC_REQ_CONFIDENTIALITY 0x00000010
#define ISC_REQ_USE_SESSION_KEY 0x00000020
#define ISC_REQ_PROMPT_FOR_CREDS 0x00000040
#define ISC_REQ_USE_SUPPLIED_CREDS 0x00000080
#define ISC_REQ_ALLOCATE_MEMORY 0x00000100
#define ISC_REQ_USE_DCE_STYLE 0x00000200
#define ISC_REQ_DATAGRAM 0x00000400
#define ISC_REQ_CONNECTION 0x00000800
#define ISC_REQ_CALL_LEVEL 0x00001000
#define ISC_REQ_FRAGMENT_SUPPLIED 0x00002000
#define ISC_REQ_EXTENDED_ERROR 0x00004000
#define ISC_REQ_STREAM 0x00008000
#define ISC_REQ_INTEGRITY 0x00010000
#define ISC_REQ_IDENTIFY 0x00020000
#define ISC_REQ_NULL_SESSION 0x00040000
#define ISC_REQ_MANUAL_CRED_VALIDATION 0x00080000
#define ISC_REQ_RESERVED1 0x00100000
#define ISC_REQ_FRAGMENT_TO_FIT 0x00200000
#define ISC_REQ_FORWARD_CREDENTIALS 0x00400000
#define ISC_REQ_NO_INTEGRITY 0x00800000
#define ISC_REQ_USE_HTTP_STYLE 0x01000000
#define ISC_REQ_UNVERIFIED_TARGET_NAME 0x20000000
#define ISC_REQ_CONFIDENTIALITY_ONLY 0x40000000

/* What an initiator's context has. */
#define ISC_RET_DELEGATE 0x00000001
#define ISC_RET_MUTUAL_AUTH 0x00000002
#define ISC_RET_REPLAY_DETECT 0x00000004
#define ISC_RET_SEQUENCE_DETECT 0x00000008
#define ISC_RET_CONFIDENTIALITY 0x00000010
#define ISC_RET_USE_SESSION_KEY 0x00000020
#define ISC_RET_USED_COLLECTED_CREDS 0x00000040
#define ISC_RET_USED_SUPPLIED_CREDS 0x00000080
#define ISC_RET_ALLOCATED_MEMORY 0x00000100
#define ISC_RET_USED_DCE_STYLE 0x00000200
#define ISC_RET_DATAGRAM 0x00000400
#define ISC_RET_CONNECTION 0x00000800
#define ISC_RET_INTERMEDIATE_RETURN 0x00001000
#define ISC_RET_CALL_LEVEL 0x00002000
#define ISC_RET_EXTENDED_ERROR 0x00004000
#define ISC_RET_STREAM 0x00008000
#define ISC_RET_INTEGRITY 0x00010000
#define ISC_RET_IDENTIFY 0x00020000
#define ISC_RET_NULL_SESSION 0x00040000
#define ISC_RET_MANUAL_CRED_VALIDATION 0x00080000
#define ISC_RET_RESERVED1 0x00100000
#define ISC_RET_FRAGMENT_ONLY 0x00200000
#define ISC_RET_FORWARD_CREDENTIALS 0x00400000
#define ISC_RET_USED_HTTP_STYLE 0x01000000
#define ISC_RET_NO_ADDITIONAL_TOKEN 0x02000000
#define ISC_RET_REAUTHENTICATION 0x08000000
#define ISC_RET_CONFIDENTIALITY_ONLY 0x40000000

/* What an acceptor requests of its context. From EXTENDED_ERROR on the values
 * are not those of ISC_REQ_*. */
#define ASC_REQ_DELEGATE 0x00000001
#define ASC_REQ_MUTUAL_AUTH 0x00000002
#define ASC_REQ_REPLAY_DETECT 0x00000004
#define ASC_REQ_SEQUENCE_DETECT 0x00000008
#define ASC_REQ_CONFIDENTIALITY 0x00000010
#define ASC_REQ_USE_SESSION_KEY 0x00000020
#define ASC_REQ_SESSION_TICKET 0x00000040
#define ASC_REQ_ALLOCATE_MEMORY 0x00000100
#define ASC_REQ_USE_DCE_STYLE 0x00000200
#define ASC_REQ_DATAGRAM 0x00000400
#define ASC_REQ_CONNECTION 0x00000800
#define ASC_REQ_CALL_LEVEL 0x00001000
#define ASC_REQ_FRAGMENT_SUPPLIED 0x00002000
#define ASC_REQ_EXTENDED_ERROR 0x00008000
#define ASC_REQ_STREAM 0x00010000
#define ASC_REQ_INTEGRITY 0x00020000
#define ASC_REQ_LICENSING 0x00040000
#define ASC_REQ_IDENTIFY 0x00080000
#define ASC_REQ_ALLOW_NULL_SESSION 0x00100000
#define ASC_REQ_ALLOW_NON_USER_LOGONS 0x00200000
#define ASC_REQ_ALLOW_CONTEXT_REPLAY 0x00400000
#define ASC_REQ_FRAGMENT_TO_FIT 0x00800000
#define ASC_REQ_NO_TOKEN 0x01000000
#define ASC_REQ_PROXY_BINDINGS 0x04000000
#define ASC_REQ_ALLOW_MISSING_BINDINGS 0x10000000

/* What an acceptor's context has. */
#define ASC_RET_DELEGATE 0x00000001
#define ASC_RET_MUTUAL_AUTH 0x00000002
#define ASC_RET_REPLAY_DETECT 0x00000004
#define ASC_RET_SEQUENCE_DETECT 0x00000008
#define ASC_RET_CONFIDENTIALITY 0x00000010
#define ASC_RET_USE_SESSION_KEY 0x00000020
#define ASC_RET_SESSION_TICKET 0x00000040
#define ASC_RET_ALLOCATED_MEMORY 0x00000100
#define ASC_RET_USED_DCE_STYLE 0x00000200
#define ASC_RET_DATAGRAM 0x00000400
#define ASC_RET_CONNECTION 0x00000800
#define ASC_RET_CALL_LEVEL 0x00002000
#define ASC_RET_THIRD_LEG_FAILED 0x00004000
#define ASC_RET_EXTENDED_ERROR 0x00008000
#define ASC_RET_STREAM 0x00010000
#define ASC_RET_INTEGRITY 0x00020000
#define ASC_RET_LICENSING 0x00040000
#define ASC_RET_IDENTIFY 0x00080000
#define ASC_RET_NULL_SESSION 0x00100000
#define ASC_RET_ALLOW_NON_USER_LOGONS 0x00200000
#define ASC_RET_ALLOW_CONTEXT_REPLAY 0x00400000
#define ASC_RET_FRAGMENT_ONLY 0x00800000
#define ASC_RET_NO_TOKEN 0x01000000
#define ASC_RET_NO_ADDITIONAL_TOKEN 0x02000000

/* Attributes of a context. The package knows SIZES, NAMES, LIFESPAN and
 * PACKAGE_INFO; the structures of the others are not declared here. */
#define SECPKG_ATTR_SIZES 0
#define SECPKG_ATTR_NAMES 1
#define SECPKG_ATTR_LIFESPAN 2
#define SECPKG_ATTR_DCE_INFO 3
#define SECPKG_ATTR_STREAM_SIZES 4
#define SECPKG_ATTR_DATAGRAM_SIZES SECPKG_ATTR_STREAM_SIZES
#define SECPKG_ATTR_KEY_INFO 5
#define SECPKG_ATTR_AUTHORITY 6
#define SECPKG_ATTR_PROTO_INFO 7
#define SECPKG_ATTR_PASSWORD_EXPIRY 8
#define SECPKG_ATTR_SESSION_KEY 9
#define SECPKG_ATTR_PACKAGE_INFO 10
#define SECPKG_ATTR_USER_FLAGS 11
#define SECPKG_ATTR_NEGOTIATION_INFO 12
#define SECPKG_ATTR_NATIVE_NAMES 13
#define SECPKG_ATTR_FLAGS 14
#define SECPKG_ATTR_USE_VALIDATED 15
#define SECPKG_ATTR_CREDENTIAL_NAME 16
#define SECPKG_ATTR_TARGET_INFORMATION 17
#define SECPKG_ATTR_ACCESS_TOKEN 18
#define SECPKG_ATTR_TARGET 19
#define SECPKG_ATTR_AUTHENTICATION_ID 20
#define SECPKG_ATTR_LOGOFF_TIME 21
#define SECPKG_ATTR_NEGO_KEYS 22
#define SECPKG_ATTR_PROMPTING_NEEDED 24
#define SECPKG_ATTR_UNIQUE_BINDINGS 25
#define SECPKG_ATTR_ENDPOINT_BINDINGS 26
#define SECPKG_ATTR_CLIENT_SPECIFIED_TARGET 27
#define SECPKG_ATTR_LAST_CLIENT_TOKEN_STATUS 30
#define SECPKG_ATTR_NEGO_PKG_INFO 31
#define SECPKG_ATTR_NEGO_STATUS 32
#define SECPKG_ATTR_CONTEXT_DELETED 33
#define SECPKG_ATTR_DTLS_MTU 34
#define SECPKG_ATTR_APPLICATION_PROTOCOL 35
#define SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS 36
#define SECPKG_ATTR_IS_LOOPBACK 37
#define SECPKG_ATTR_SUBJECT_SECURITY_ATTRIBUTES 128

/** SECPKG_ATTR_SIZES, all in bytes. */
typedef struct _SecPkgContext_Sizes {
	ULONG cbMaxToken;        /**< the longest token */
	ULONG cbMaxSignature;    /**< the longest signature; 0: makes none */
	ULONG cbBlockSize;       /**< what messages are padded to */
	ULONG cbSecurityTrailer; /**< what encryption adds; 0: does not encrypt */
} SecPkgContext_Sizes, *PSecPkgContext_Sizes;

/** SECPKG_ATTR_NAMES: the initiator's name, as both sides know it, released by
 *  FreeContextBuffer. */
typedef struct _SecPkgContext_NamesA {
	SEC_CHAR *sUserName;
} SecPkgContext_NamesA, *PSecPkgContext_NamesA;

typedef struct _SecPkgContext_NamesW {
	SEC_WCHAR *sUserName;
} SecPkgContext_NamesW, *PSecPkgContext_NamesW;

#define SecPkgContext_Names SSPI_NAME_(SecPkgContext_Names)
#define PSecPkgContext_Names SSPI_NAME_(PSecPkgContext_Names)

/** SECPKG_ATTR_LIFESPAN: from when until when the context may be used. */
typedef struct _SecPkgContext_Lifespan {
	TimeStamp tsStart;
	TimeStamp tsExpiry;
} SecPkgContext_Lifespan, *PSecPkgContext_Lifespan;

/** SECPKG_ATTR_PACKAGE_INFO, released by FreeContextBuffer. */
typedef struct _SecPkgContext_PackageInfoA {
	PSecPkgInfoA PackageInfo;
} SecPkgContext_PackageInfoA, *PSecPkgContext_PackageInfoA;

typedef struct _SecPkgContext_PackageInfoW {
	PSecPkgInfoW PackageInfo;
} SecPkgContext_PackageInfoW, *PSecPkgContext_PackageInfoW;

#define SecPkgContext_PackageInfo SSPI_NAME_(SecPkgContext_PackageInfo)
#define PSecPkgContext_PackageInfo SSPI_NAME_(PSecPkgContext_PackageInfo)

/* Flags of ExportSecurityContext: the exported context starts anew, the old one
 * is deleted, it goes to the kernel. */
#define SECPKG_CONTEXT_EXPORT_RESET_NEW 0x00000001
#define SECPKG_CONTEXT_EXPORT_DELETE_OLD 0x00000002
#define SECPKG_CONTEXT_EXPORT_TO_KERNEL 0x00000004

/* --- The package's functions -------------------------------------------------- */

/* A status that is not listed with a function is none of its answers. A source
 * is the title of the function's page on Microsoft Learn. An answer that is an
 * error writes nothing but what its line says. */

/** Lists the packages; there is one, "Reference".
 *
 *  pcPackages     receives their number
 *  ppPackageInfo  receives an array of as many descriptions, which one call of
 *                 FreeContextBuffer releases
 *
 *  SEC_E_OK
 *  SEC_E_INVALID_PARAMETER    a parameter is NULL
 *  SEC_E_INSUFFICIENT_MEMORY  there is no memory for the array
 *
 *  Source: EnumerateSecurityPackages. */
SECURITY_STATUS EnumerateSecurityPackagesA(ULONG *pcPackages,
                                           PSecPkgInfoA *ppPackageInfo);
SECURITY_STATUS EnumerateSecurityPackagesW(ULONG *pcPackages,
                                           PSecPkgInfoW *ppPackageInfo);
#define EnumerateSecurityPackages SSPI_NAME_(EnumerateSecurityPackages)

/** Describes one package.
 *
 *  pszPackageName  "Reference"
 *  ppPackageInfo   receives its description, which FreeContextBuffer releases
 *
 *  SEC_E_OK
 *  SEC_E_SECPKG_NOT_FOUND     there is no package of that name
 *  SEC_E_INVALID_PARAMETER    a parameter is NULL
 *  SEC_E_INSUFFICIENT_MEMORY  there is no memory for the description
 *
 *  Source: QuerySecurityPackageInfo. */
SECURITY_STATUS QuerySecurityPackageInfoA(SEC_CHAR *pszPackageName,
                                          PSecPkgInfoA *ppPackageInfo);
SECURITY_STATUS QuerySecurityPackageInfoW(SEC_WCHAR *pszPackageName,
                                          PSecPkgInfoW *ppPackageInfo);
#define QuerySecurityPackageInfo SSPI_NAME_(QuerySecurityPackageInfo)

/** Makes a credential, which FreeCredentialsHandle ends.
 *
 *  pszPrincipal      ignored: pAuthData tells whose credential it is
 *  pszPackage        "Reference"
 *  fCredentialUse    SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND or both
 *  pvLogonId         ignored
 *  pAuthData         a SEC_WINNT_AUTH_IDENTITY_A or _W, which may be overwritten
 *                    once the call has returned; NULL is nobody in particular,
 *                    who knows and is known by others of that kind alone. The
 *                    name of domain, backslash and user, or of the user alone,
 *                    has at most 64 units, none above 255
 *  pGetKeyFn         ignored
 *  pvGetKeyArgument  ignored
 *  phCredential      receives the handle
 *  ptsExpiry         receives when the credential expires, or NULL
 *
 *  SEC_E_OK
 *  SEC_E_SECPKG_NOT_FOUND     there is no package of that name
 *  SEC_E_NO_CREDENTIALS       pAuthData names nobody
 *  SEC_E_INVALID_PARAMETER    pszPackage or phCredential is NULL, or
 *                             fCredentialUse or pAuthData is malformed
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another credential
 *
 *  Source: AcquireCredentialsHandle (General). */
SECURITY_STATUS AcquireCredentialsHandleA(
	SEC_CHAR *pszPrincipal, SEC_CHAR *pszPackage, ULONG fCredentialUse,
	void *pvLogonId, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
	void *pvGetKeyArgument, PCredHandle phCredential, PTimeStamp ptsExpiry);
SECURITY_STATUS AcquireCredentialsHandleW(
	SEC_WCHAR *pszPrincipal, SEC_WCHAR *pszPackage, ULONG fCredentialUse,
	void *pvLogonId, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
	void *pvGetKeyArgument, PCredHandle phCredential, PTimeStamp ptsExpiry);
#define AcquireCredentialsHandle SSPI_NAME_(AcquireCredentialsHandle)

/** Ends a credential's handle and wipes what belonged to it. Contexts that were made
 *  with it go on (free_used_ok, context_outlives_credential).
 *
 *  SEC_E_OK              the handle was live
 *  SEC_E_INVALID_HANDLE  it was freed before, or never was a credential's
 *
 *  Source: FreeCredentialsHandle. */
SECURITY_STATUS FreeCredentialsHandle(PCredHandle phCredential);
#define FreeCredentialHandle FreeCredentialsHandle

/** The initiator's leg of the exchange: takes the acceptor's last token and
 *  makes the next. The first leg makes the context, which is deleted by
 *  DeleteSecurityContext.
 *
 *  phCredential   an outbound credential, on every leg the same; later it may be
 *                 NULL. A context goes on with the one that it was made with,
 *                 but another one that is passed must be live
 *  phContext      NULL on the first leg, later the context
 *  pszTargetName  the acceptor's name, or NULL
 *  fContextReq    ISC_REQ_*
 *  Reserved1      0
 *  TargetDataRep  SECURITY_NATIVE_DREP or SECURITY_NETWORK_DREP
 *  pInput         the acceptor's token in a SECBUFFER_TOKEN; on the first leg
 *                 it is ignored and may be NULL. Where there are bytes behind the
 *                 token, a SECBUFFER_EMPTY in pInput becomes SECBUFFER_EXTRA,
 *                 whose cbBuffer is their number
 *  Reserved2      0
 *  phNewContext   receives the context's handle; on later legs it may be
 *                 phContext or NULL
 *  pOutput        the next token in a SECBUFFER_TOKEN: cbBuffer is the room in
 *                 bytes and becomes the token's size, 0 if there is none. With
 *                 ISC_REQ_ALLOCATE_MEMORY, and if there is a token, pvBuffer is
 *                 set and FreeContextBuffer releases it
 *  pfContextAttr  receives the ISC_RET_* of the context, or NULL
 *  ptsExpiry      receives when the context expires, or NULL
 *
 *  SEC_E_OK                   complete; if pOutput has bytes, send them
 *  SEC_I_CONTINUE_NEEDED      send pOutput, and call again with the answer
 *  SEC_I_COMPLETE_NEEDED      call CompleteAuthToken, then send pOutput
 *  SEC_E_INCOMPLETE_MESSAGE   the token's end is missing: call again with all
 *                             of it; a SECBUFFER_EMPTY in pInput becomes
 *                             SECBUFFER_MISSING, whose cbBuffer is how much
 *  SEC_E_INVALID_TOKEN        the token is malformed
 *  SEC_E_OUT_OF_SEQUENCE      the context takes no leg: it is complete,
 *                             rejected, failed or an acceptor's, or waits for
 *                             CompleteAuthToken
 *  SEC_E_BUFFER_TOO_SMALL     the token does not fit; cbBuffer tells its size
 *  SEC_E_NO_CREDENTIALS       the credential is inbound only
 *  SEC_E_INVALID_HANDLE       phCredential or phContext is not live and of its
 *                             kind
 *  SEC_E_INVALID_PARAMETER    there is no SECBUFFER_TOKEN in pOutput or, on a
 *                             later leg, in pInput, a SecBufferDesc is malformed,
 *                             or on a first leg phNewContext is NULL
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context or token
 *
 *  A first leg that answers an error makes no context; a later one leaves its
 *  context to be deleted (first_leg_failed_creates_nothing,
 *  later_leg_failed_stays_live). After SEC_E_BUFFER_TOO_SMALL,
 *  SEC_E_INVALID_PARAMETER, SEC_E_INSUFFICIENT_MEMORY and SEC_E_INVALID_HANDLE it
 *  is what it was, and the leg may be made again; after SEC_E_INCOMPLETE_MESSAGE it
 *  waits for the whole token. After any other error it has failed, or is rejected,
 *  and takes no leg any more; also if it was complete, or the leg was one of the
 *  other side.
 *
 *  Source: InitializeSecurityContext (General). */
SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle phCredential, PCtxtHandle phContext, SEC_CHAR *pszTargetName,
	ULONG fContextReq, ULONG Reserved1, ULONG TargetDataRep,
	PSecBufferDesc pInput, ULONG Reserved2, PCtxtHandle phNewContext,
	PSecBufferDesc pOutput, ULONG *pfContextAttr, PTimeStamp ptsExpiry);
SECURITY_STATUS InitializeSecurityContextW(
	PCredHandle phCredential, PCtxtHandle phContext, SEC_WCHAR *pszTargetName,
	ULONG fContextReq, ULONG Reserved1, ULONG TargetDataRep,
	PSecBufferDesc pInput, ULONG Reserved2, PCtxtHandle phNewContext,
	PSecBufferDesc pOutput, ULONG *pfContextAttr, PTimeStamp ptsExpiry);
#define InitializeSecurityContext SSPI_NAME_(InitializeSecurityContext)

/** The acceptor's leg of the exchange: takes the initiator's token and makes
 *  the answer. The first leg makes the context, which is deleted by
 *  DeleteSecurityContext.
 *
 *  phCredential   an inbound credential, on every leg the same
 *  pInput         the initiator's token in a SECBUFFER_TOKEN, on every leg
 *  fContextReq    ASC_REQ_*
 *
 *  The others are InitializeSecurityContext's, with ASC_REQ_ALLOCATE_MEMORY and
 *  ASC_RET_*, and so are the answers, but for:
 *
 *  SEC_I_COMPLETE_NEEDED    never: an acceptor's tokens are whole
 *  SEC_E_LOGON_DENIED       the initiator's identity is not the acceptor's
 *  SEC_E_NO_CREDENTIALS     the credential is outbound only
 *  SEC_E_OUT_OF_SEQUENCE    the context takes no leg: it is complete, rejected,
 *                           failed or an initiator's, or waits for
 *                           CompleteAuthToken
 *  SEC_E_INVALID_PARAMETER  also if there is no SECBUFFER_TOKEN in pInput on a
 *                           first leg
 *
 *  Source: AcceptSecurityContext (General). */
SECURITY_STATUS AcceptSecurityContext(
	PCredHandle phCredential, PCtxtHandle phContext, PSecBufferDesc pInput,
	ULONG fContextReq, ULONG TargetDataRep, PCtxtHandle phNewContext,
	PSecBufferDesc pOutput, ULONG *pfContextAttr, PTimeStamp ptsExpiry);

/** Completes the token of a leg that answered SEC_I_COMPLETE_NEEDED, and with
 *  it the context.
 *
 *  pToken  the leg's pOutput, into which the seal is written, and the token's size
 *
 *  SEC_E_OK
 *  SEC_E_INVALID_TOKEN      pToken is not what the leg put out
 *  SEC_E_OUT_OF_SEQUENCE    the context does not wait for this call
 *  SEC_E_INVALID_HANDLE     phContext is not a live context
 *  SEC_E_INVALID_PARAMETER  pToken is NULL or malformed
 *
 *  Source: CompleteAuthToken. */
SECURITY_STATUS CompleteAuthToken(PCtxtHandle phContext, PSecBufferDesc pToken);

/** Deletes a context, whatever its phase, with all that belongs to it but the
 *  buffers that were handed out. The struct at phContext is only read.
 *
 *  SEC_E_OK              the context was live, or was deleted before
 *  SEC_E_INVALID_HANDLE  the handle never was a context's (delete_*_invalid)
 *
 *  Source: DeleteSecurityContext. */
SECURITY_STATUS DeleteSecurityContext(PCtxtHandle phContext);

/** Tells an attribute of a context.
 *
 *  ulAttribute  SECPKG_ATTR_*
 *  pBuffer      receives the attribute's structure, SecPkgContext_*; strings
 *               and descriptions in it are released by FreeContextBuffer
 *
 *  SEC_E_OK
 *  SEC_E_UNSUPPORTED_FUNCTION  the package does not know the attribute
 *  SEC_E_OUT_OF_SEQUENCE       it is not settled before the context is complete
 *  SEC_E_INVALID_HANDLE        phContext is not a live context
 *  SEC_E_INVALID_PARAMETER     pBuffer is NULL
 *  SEC_E_INSUFFICIENT_MEMORY   there is no memory for what is handed out
 *
 *  Source: QueryContextAttributes (General). */
SECURITY_STATUS QueryContextAttributesA(PCtxtHandle phContext,
                                        ULONG ulAttribute, void *pBuffer);
SECURITY_STATUS QueryContextAttributesW(PCtxtHandle phContext,
                                        ULONG ulAttribute, void *pBuffer);
#define QueryContextAttributes SSPI_NAME_(QueryContextAttributes)

/** Writes a complete context as bytes, for ImportSecurityContext.
 *
 *  fFlags          SECPKG_CONTEXT_EXPORT_DELETE_OLD or 0
 *  pPackedContext  receives the bytes: pvBuffer, which FreeContextBuffer
 *                  releases, and their number in cbBuffer
 *  pToken          receives NULL, since there is no access token; or is NULL
 *
 *  SEC_E_OK                   with DELETE_OLD the context is deleted
 *  SEC_E_OUT_OF_SEQUENCE      the context is not complete
 *  SEC_E_INVALID_HANDLE       phContext is not a live context
 *  SEC_E_INVALID_PARAMETER    pPackedContext is NULL, or fFlags has others
 *  SEC_E_INSUFFICIENT_MEMORY  there is no memory for the bytes
 *
 *  Source: ExportSecurityContext. */
SECURITY_STATUS ExportSecurityContext(PCtxtHandle phContext, ULONG fFlags,
                                      PSecBuffer pPackedContext, void **pToken);

/** Makes a context of exported bytes. It is independent of the exported one
 *  and needs no credential (import_independent).
 *
 *  pszPackage      "Reference"
 *  pPackedContext  the bytes of ExportSecurityContext
 *  Token           ignored
 *  phContext       receives the handle
 *
 *  SEC_E_OK
 *  SEC_E_SECPKG_NOT_FOUND     there is no package of that name
 *  SEC_E_INVALID_TOKEN        no export made these bytes
 *  SEC_E_INVALID_PARAMETER    pszPackage, pPackedContext or phContext is NULL
 *  SEC_E_INSUFFICIENT_MEMORY  there is no room for another context
 *
 *  Source: ImportSecurityContext. */
SECURITY_STATUS ImportSecurityContextA(SEC_CHAR *pszPackage,
                                       PSecBuffer pPackedContext, void *Token,
                                       PCtxtHandle phContext);
SECURITY_STATUS ImportSecurityContextW(SEC_WCHAR *pszPackage,
                                       PSecBuffer pPackedContext, void *Token,
                                       PCtxtHandle phContext);
#define ImportSecurityContext SSPI_NAME_(ImportSecurityContext)

/** Releases memory that a function handed out.
 *
 *  SEC_E_OK              it is released, or pvContextBuffer is NULL
 *  SEC_E_INVALID_HANDLE  no function handed it out, or it was released before and
 *                        not handed out again, which happens when the search for
 *                        free memory has been round all of it
 *
 *  Source: FreeContextBuffer. */
SECURITY_STATUS FreeContextBuffer(void *pvContextBuffer);

/* --- The table of functions --------------------------------------------------- */

/* Pointers to the functions above. */
typedef SECURITY_STATUS (*ENUMERATE_SECURITY_PACKAGES_FN_A)(ULONG *,
                                                            PSecPkgInfoA *);
typedef SECURITY_STATUS (*ENUMERATE_SECURITY_PACKAGES_FN_W)(ULONG *,
                                                            PSecPkgInfoW *);
typedef SECURITY_STATUS (*QUERY_SECURITY_PACKAGE_INFO_FN_A)(SEC_CHAR *,
                                                            PSecPkgInfoA *);
typedef SECURITY_STATUS (*QUERY_SECURITY_PACKAGE_INFO_FN_W)(SEC_WCHAR *,
                                                            PSecPkgInfoW *);
typedef SECURITY_STATUS (*ACQUIRE_CREDENTIALS_HANDLE_FN_A)(
	SEC_CHAR *, SEC_CHAR *, ULONG, void *, void *, SEC_GET_KEY_FN, void *,
	PCredHandle, PTimeStamp);
typedef SECURITY_STATUS (*ACQUIRE_CREDENTIALS_HANDLE_FN_W)(
	SEC_WCHAR *, SEC_WCHAR *, ULONG, void *, void *, SEC_GET_KEY_FN, void *,
	PCredHandle, PTimeStamp);
typedef SECURITY_STATUS (*FREE_CREDENTIALS_HANDLE_FN)(PCredHandle);
typedef SECURITY_STATUS (*INITIALIZE_SECURITY_CONTEXT_FN_A)(
	PCredHandle, PCtxtHandle, SEC_CHAR *, ULONG, ULONG, ULONG, PSecBufferDesc,
	ULONG, PCtxtHandle, PSecBufferDesc, ULONG *, PTimeStamp);
typedef SECURITY_STATUS (*INITIALIZE_SECURITY_CONTEXT_FN_W)(
	PCredHandle, PCtxtHandle, SEC_WCHAR *, ULONG, ULONG, ULONG, PSecBufferDesc,
	ULONG, PCtxtHandle, PSecBufferDesc, ULONG *, PTimeStamp);
typedef SECURITY_STATUS (*ACCEPT_SECURITY_CONTEXT_FN)(
	PCredHandle, PCtxtHandle, PSecBufferDesc, ULONG, ULONG, PCtxtHandle,
	PSecBufferDesc, ULONG *, PTimeStamp);
typedef SECURITY_STATUS (*COMPLETE_AUTH_TOKEN_FN)(PCtxtHandle, PSecBufferDesc);
typedef SECURITY_STATUS (*DELETE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS (*QUERY_CONTEXT_ATTRIBUTES_FN_A)(PCtxtHandle, ULONG,
                                                         void *);
typedef SECURITY_STATUS (*QUERY_CONTEXT_ATTRIBUTES_FN_W)(PCtxtHandle, ULONG,
                                                         void *);
typedef SECURITY_STATUS (*EXPORT_SECURITY_CONTEXT_FN)(PCtxtHandle, ULONG,
                                                      PSecBuffer, void **);
typedef SECURITY_STATUS (*IMPORT_SECURITY_CONTEXT_FN_A)(SEC_CHAR *, PSecBuffer,
                                                        void *, PCtxtHandle);
typedef SECURITY_STATUS (*IMPORT_SECURITY_CONTEXT_FN_W)(SEC_WCHAR *, PSecBuffer,
                                                        void *, PCtxtHandle);
typedef SECURITY_STATUS (*FREE_CONTEXT_BUFFER_FN)(void *);

/* Pointers to functions that are only in the table. */
typedef SECURITY_STATUS (*QUERY_CREDENTIALS_ATTRIBUTES_FN_A)(PCredHandle, ULONG,
                                                             void *);
typedef SECURITY_STATUS (*QUERY_CREDENTIALS_ATTRIBUTES_FN_W)(PCredHandle, ULONG,
                                                             void *);
typedef SECURITY_STATUS (*APPLY_CONTROL_TOKEN_FN)(PCtxtHandle, PSecBufferDesc);
typedef SECURITY_STATUS (*IMPERSONATE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS (*REVERT_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS (*MAKE_SIGNATURE_FN)(PCtxtHandle, ULONG, PSecBufferDesc,
                                             ULONG);
typedef SECURITY_STATUS (*VERIFY_SIGNATURE_FN)(PCtxtHandle, PSecBufferDesc,
                                               ULONG, ULONG *);
typedef SECURITY_STATUS (*ADD_CREDENTIALS_FN_A)(
	PCredHandle, SEC_CHAR *, SEC_CHAR *, ULONG, void *, SEC_GET_KEY_FN, void *,
	PTimeStamp);
typedef SECURITY_STATUS (*ADD_CREDENTIALS_FN_W)(
	PCredHandle, SEC_WCHAR *, SEC_WCHAR *, ULONG, void *, SEC_GET_KEY_FN, void *,
	PTimeStamp);
typedef SECURITY_STATUS (*QUERY_SECURITY_CONTEXT_TOKEN_FN)(PCtxtHandle, void **);
typedef SECURITY_STATUS (*ENCRYPT_MESSAGE_FN)(PCtxtHandle, ULONG, PSecBufferDesc,
                                              ULONG);
typedef SECURITY_STATUS (*DECRYPT_MESSAGE_FN)(PCtxtHandle, PSecBufferDesc, ULONG,
                                              ULONG *);
typedef SECURITY_STATUS (*SET_CONTEXT_ATTRIBUTES_FN_A)(PCtxtHandle, ULONG,
                                                       void *, ULONG);
typedef SECURITY_STATUS (*SET_CONTEXT_ATTRIBUTES_FN_W)(PCtxtHandle, ULONG,
                                                       void *, ULONG);
typedef SECURITY_STATUS (*SET_CREDENTIALS_ATTRIBUTES_FN_A)(PCredHandle, ULONG,
                                                           void *, ULONG);
typedef SECURITY_STATUS (*SET_CREDENTIALS_ATTRIBUTES_FN_W)(PCredHandle, ULONG,
                                                           void *, ULONG);
typedef SECURITY_STATUS (*CHANGE_PASSWORD_FN_A)(
	SEC_CHAR *, SEC_CHAR *, SEC_CHAR *, SEC_CHAR *, SEC_CHAR *, BOOLEAN, ULONG,
	PSecBufferDesc);
typedef SECURITY_STATUS (*CHANGE_PASSWORD_FN_W)(
	SEC_WCHAR *, SEC_WCHAR *, SEC_WCHAR *, SEC_WCHAR *, SEC_WCHAR *, BOOLEAN,
	ULONG, PSecBufferDesc);
typedef SECURITY_STATUS (*QUERY_CONTEXT_ATTRIBUTES_EX_FN_A)(PCtxtHandle, ULONG,
                                                            void *, ULONG);
typedef SECURITY_STATUS (*QUERY_CONTEXT_ATTRIBUTES_EX_FN_W)(PCtxtHandle, ULONG,
                                                            void *, ULONG);
typedef SECURITY_STATUS (*QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_A)(
	PCredHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS (*QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_W)(
	PCredHandle, ULONG, void *, ULONG);

#define ENUMERATE_SECURITY_PACKAGES_FN SSPI_NAME_(ENUMERATE_SECURITY_PACKAGES_FN_)
#define QUERY_SECURITY_PACKAGE_INFO_FN SSPI_NAME_(QUERY_SECURITY_PACKAGE_INFO_FN_)
#define ACQUIRE_CREDENTIALS_HANDLE_FN SSPI_NAME_(ACQUIRE_CREDENTIALS_HANDLE_FN_)
#define INITIALIZE_SECURITY_CONTEXT_FN SSPI_NAME_(INITIALIZE_SECURITY_CONTEXT_FN_)
#define QUERY_CONTEXT_ATTRIBUTES_FN SSPI_NAME_(QUERY_CONTEXT_ATTRIBUTES_FN_)
#define IMPORT_SECURITY_CONTEXT_FN SSPI_NAME_(IMPORT_SECURITY_CONTEXT_FN_)
#define QUERY_CREDENTIALS_ATTRIBUTES_FN SSPI_NAME_(QUERY_CREDENTIALS_ATTRIBUTES_FN_)
#define ADD_CREDENTIALS_FN SSPI_NAME_(ADD_CREDENTIALS_FN_)
#define SET_CONTEXT_ATTRIBUTES_FN SSPI_NAME_(SET_CONTEXT_ATTRIBUTES_FN_)
#define SET_CREDENTIALS_ATTRIBUTES_FN SSPI_NAME_(SET_CREDENTIALS_ATTRIBUTES_FN_)
#define CHANGE_PASSWORD_FN SSPI_NAME_(CHANGE_PASSWORD_FN_)
#define QUERY_CONTEXT_ATTRIBUTES_EX_FN SSPI_NAME_(QUERY_CONTEXT_ATTRIBUTES_EX_FN_)
#define QUERY_CREDENTIALS_ATTRIBUTES_EX_FN                                     \
	SSPI_NAME_(QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_)

/* Names of members below that no function above has. */
#define QueryCredentialsAttributes SSPI_NAME_(QueryCredentialsAttributes)
#define AddCredentials SSPI_NAME_(AddCredentials)
#define SetContextAttributes SSPI_NAME_(SetContextAttributes)
#define SetCredentialsAttributes SSPI_NAME_(SetCredentialsAttributes)
#define ChangeAccountPassword SSPI_NAME_(ChangeAccountPassword)
#define QueryContextAttributesEx SSPI_NAME_(QueryContextAttributesEx)
#define QueryCredentialsAttributesEx SSPI_NAME_(QueryCredentialsAttributesEx)

/* How far a table goes, its dwVersion: through DecryptMessage,
 * SetContextAttributes, SetCredentialsAttributes, ChangeAccountPassword,
 * QueryCredentialsAttributesEx. */
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION 1
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_2 2
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3 3
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4 4
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_5 5

/** All functions. One without a prototype in this header answers
 *  SEC_E_UNSUPPORTED_FUNCTION, whatever it is given
 *  (unsupported_whatever_handle). Reserved pointers are NULL. */
typedef struct _SECURITY_FUNCTION_TABLE_A {
	ULONG dwVersion;
	ENUMERATE_SECURITY_PACKAGES_FN_A EnumerateSecurityPackagesA;
	QUERY_CREDENTIALS_ATTRIBUTES_FN_A QueryCredentialsAttributesA;
	ACQUIRE_CREDENTIALS_HANDLE_FN_A AcquireCredentialsHandleA;
	FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
	void *Reserved2;
	INITIALIZE_SECURITY_CONTEXT_FN_A InitializeSecurityContextA;
	ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
	COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
	DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
	APPLY_CONTROL_TOKEN_FN ApplyControlToken;
	QUERY_CONTEXT_ATTRIBUTES_FN_A QueryContextAttributesA;
	IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
	REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
	MAKE_SIGNATURE_FN MakeSignature;
	VERIFY_SIGNATURE_FN VerifySignature;
	FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
	QUERY_SECURITY_PACKAGE_INFO_FN_A QuerySecurityPackageInfoA;
	void *Reserved3;
	void *Reserved4;
	EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
	IMPORT_SECURITY_CONTEXT_FN_A ImportSecurityContextA;
	ADD_CREDENTIALS_FN_A AddCredentialsA;
	void *Reserved8;
	QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
	ENCRYPT_MESSAGE_FN EncryptMessage;
	DECRYPT_MESSAGE_FN DecryptMessage;
	SET_CONTEXT_ATTRIBUTES_FN_A SetContextAttributesA;
	SET_CREDENTIALS_ATTRIBUTES_FN_A SetCredentialsAttributesA;
	CHANGE_PASSWORD_FN_A ChangeAccountPasswordA;
	QUERY_CONTEXT_ATTRIBUTES_EX_FN_A QueryContextAttributesExA;
	QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_A QueryCredentialsAttributesExA;
} SecurityFunctionTableA, *PSecurityFunctionTableA;

typedef struct _SECURITY_FUNCTION_TABLE_W {
	ULONG dwVersion;
	ENUMERATE_SECURITY_PACKAGES_FN_W EnumerateSecurityPackagesW;
	QUERY_CREDENTIALS_ATTRIBUTES_FN_W QueryCredentialsAttributesW;
	ACQUIRE_CREDENTIALS_HANDLE_FN_W AcquireCredentialsHandleW;
	FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
	void *Reserved2;
	INITIALIZE_SECURITY_CONTEXT_FN_W InitializeSecurityContextW;
	ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
	COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
	DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
	APPLY_CONTROL_TOKEN_FN ApplyControlToken;
	QUERY_CONTEXT_ATTRIBUTES_FN_W QueryContextAttributesW;
	IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
	REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
	MAKE_SIGNATURE_FN MakeSignature;
	VERIFY_SIGNATURE_FN VerifySignature;
	FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
	QUERY_SECURITY_PACKAGE_INFO_FN_W QuerySecurityPackageInfoW;
	void *Reserved3;
	void *Reserved4;
	EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
	IMPORT_SECURITY_CONTEXT_FN_W ImportSecurityContextW;
	ADD_CREDENTIALS_FN_W AddCredentialsW;
	void *Reserved8;
	QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
	ENCRYPT_MESSAGE_FN EncryptMessage;
	DECRYPT_MESSAGE_FN DecryptMessage;
	SET_CONTEXT_ATTRIBUTES_FN_W SetContextAttributesW;
	SET_CREDENTIALS_ATTRIBUTES_FN_W SetCredentialsAttributesW;
	CHANGE_PASSWORD_FN_W ChangeAccountPasswordW;
	QUERY_CONTEXT_ATTRIBUTES_EX_FN_W QueryContextAttributesExW;
	QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_W QueryCredentialsAttributesExW;
} SecurityFunctionTableW, *PSecurityFunctionTableW;

SSPI_ASSERT_(sizeof(SecurityFunctionTableA) == 32 * sizeof(void *) &&
               sizeof(SecurityFunctionTableW) == 32 * sizeof(void *),
               "the version, which is padded, and 31 pointers");

#define SecurityFunctionTable SSPI_NAME_(SecurityFunctionTable)
#define PSecurityFunctionTable SSPI_NAME_(PSecurityFunctionTable)

/** Tells the table of all functions, of version 5. It is one and the same on
 *  every call, never NULL, and not to be freed or written to.
 *
 *  Source: InitSecurityInterface. */
PSecurityFunctionTableA InitSecurityInterfaceA(void);
PSecurityFunctionTableW InitSecurityInterfaceW(void);
#define InitSecurityInterface SSPI_NAME_(InitSecurityInterface)

typedef PSecurityFunctionTableA (*INIT_SECURITY_INTERFACE_A)(void);
typedef PSecurityFunctionTableW (*INIT_SECURITY_INTERFACE_W)(void);
#define INIT_SECURITY_INTERFACE SSPI_NAME_(INIT_SECURITY_INTERFACE_)

/* The names under which a program finds the two in a shared library: for a
 * search by bytes (ANSI), and as the program writes its strings. */
#define SECURITY_ENTRYPOINT_ANSIA "InitSecurityInterfaceA"
#define SECURITY_ENTRYPOINT_ANSIW "InitSecurityInterfaceW"
#define SECURITY_ENTRYPOINTA SEC_TEXT("InitSecurityInterfaceA")
#define SECURITY_ENTRYPOINTW SEC_TEXT("InitSecurityInterfaceW")
#define SECURITY_ENTRYPOINT SSPI_NAME_(SECURITY_ENTRYPOINT)
#define SECURITY_ENTRYPOINT_ANSI SSPI_NAME_(SECURITY_ENTRYPOINT_ANSI)

#ifdef __cplusplus
}
#endif

#endif
