/*
 * gss.c: MIT's GSS-API with the mechanism of gss-ntlmssp, as a subject. A struct holds
 * what the API calls handles, which are pointers: a context's and 0, or a credential's
 * two, to initiate and to accept, or one twice. What a routine does to its variable shows.
 */
#include <gssapi/gssapi_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "serve.h"

static gss_OID_desc ntlmssp = {10, "\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x0A"};
static gss_OID_set_desc mechanisms = {1, &ntlmssp};
static gss_name_t target;
static OM_uint32 minor;

static const char *refuse(const struct step *step)
{
	static const char *const reasons[OP_COUNT] = {
#define NO_CALL(operation, why) [OP_##operation] = why,
#include "gss.def"
	};
	return step->op == OP_QUERY && step->choice != ATTRIBUTE_SIZES ? "names are its own handles"
	                                                               : reasons[step->op];
}

static SECURITY_STATUS status_of(OM_uint32 major)
{
	OM_uint32 routine = GSS_ROUTINE_ERROR(major) ? GSS_ROUTINE_ERROR(major) : major;
#define STATUS(of, status) if (major == (of) || routine == (of)) return status;
#include "gss.def"
	return SEC_E_INTERNAL_ERROR;
}

static SECURITY_STATUS put(SecHandle *handle, void *lower, void *upper, OM_uint32 major)
{
	if (handle)
		*handle = (SecHandle){(ULONG_PTR)lower, (ULONG_PTR)upper};
	return status_of(major);
}

static OM_uint32 acquire_initiator(const SEC_WINNT_AUTH_IDENTITY_A *who, gss_cred_id_t *out)
{
	gss_name_t name = GSS_C_NO_NAME;
	char text[512];
	if (!who)
		return gss_acquire_cred(&minor, name, 0, &mechanisms, GSS_C_INITIATE, out, NULL, NULL);
	snprintf(text, sizeof text, "%s@%s", who->User, who->Domain);
	gss_import_name(&minor, &(gss_buffer_desc){strlen(text), text}, GSS_C_NT_USER_NAME, &name);
	OM_uint32 major = gss_acquire_cred_with_password(
		&minor, name, &(gss_buffer_desc){who->PasswordLength, who->Password}, 0,
		&mechanisms, GSS_C_INITIATE, out, NULL, NULL);
	gss_release_name(&minor, &name);
	return major;
}

/* To accept takes no name: known is whom NTLM_USER_FILE has. */
static SECURITY_STATUS acquire(SEC_CHAR *principal, SEC_CHAR *package, ULONG use,
                               void *logon, void *identity, SEC_GET_KEY_FN get_key,
                               void *argument, PCredHandle out, PTimeStamp expiry)
{
	gss_cred_id_t initiate = GSS_C_NO_CREDENTIAL, accept = GSS_C_NO_CREDENTIAL;
	OM_uint32 major = GSS_S_COMPLETE;
	if (use & SECPKG_CRED_INBOUND)
		major = gss_acquire_cred(&minor, NULL, 0, &mechanisms, GSS_C_ACCEPT,
		                         out ? &accept : NULL, NULL, NULL);
	if (use & SECPKG_CRED_OUTBOUND && !GSS_ERROR(major))
		major = acquire_initiator(identity, out ? &initiate : NULL);
	return put(GSS_ERROR(major) ? NULL : out, initiate ? initiate : accept,
	           accept ? accept : initiate, major);
}

static SECURITY_STATUS release(PCredHandle handle)
{
	gss_cred_id_t lower = handle ? (void *)handle->dwLower : NULL;
	gss_cred_id_t upper = handle && handle->dwUpper != handle->dwLower ? (void *)handle->dwUpper : NULL;
	OM_uint32 major = gss_release_cred(&minor, handle ? &lower : NULL);
	OM_uint32 other = gss_release_cred(&minor, handle ? &upper : NULL);
	return put(handle, lower, upper, GSS_ERROR(major) ? major : other);
}

#define BYTES(list) {(list) ? (list)->pBuffers->cbBuffer : 0, (list) ? (list)->pBuffers->pvBuffer : NULL}

/* The end of a leg, of the context that is read and the one that is written. */
static SECURITY_STATUS leave(PCtxtHandle context, PCtxtHandle out, gss_ctx_id_t made,
                             gss_buffer_t token, SecBuffer *room, OM_uint32 major)
{
	room->cbBuffer = token->length <= room->cbBuffer ? (ULONG)token->length : 0;
	if (room->cbBuffer)
		memcpy(room->pvBuffer, token->value, room->cbBuffer);
	gss_release_buffer(&minor, token);
	return put(GSS_ERROR(major) || !out ? context : out, made, NULL, major);
}

static SECURITY_STATUS initialize(PCredHandle credential, PCtxtHandle context, SEC_CHAR *name,
                                  ULONG requests, ULONG reserved, ULONG drep,
                                  PSecBufferDesc input, ULONG reserved2, PCtxtHandle out,
                                  PSecBufferDesc output, ULONG *attributes, PTimeStamp expiry)
{
	gss_ctx_id_t made = context ? (void *)context->dwLower : NULL;
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER, fed = BYTES(input);
	OM_uint32 major = gss_init_sec_context(
		&minor, credential ? (void *)credential->dwLower : NULL, context || out ? &made : NULL,
		target, &ntlmssp, requests ? GSS_C_INTEG_FLAG : 0, 0, NULL, &fed, NULL, &token, NULL, NULL);
	return leave(context, out, made, &token, output->pBuffers, major);
}

static SECURITY_STATUS accept(PCredHandle credential, PCtxtHandle context, PSecBufferDesc input,
                              ULONG requests, ULONG drep, PCtxtHandle out,
                              PSecBufferDesc output, ULONG *attributes, PTimeStamp expiry)
{
	gss_ctx_id_t made = context ? (void *)context->dwLower : NULL;
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER, fed = BYTES(input);
	OM_uint32 major = gss_accept_sec_context(
		&minor, context || out ? &made : NULL, credential ? (void *)credential->dwUpper : NULL,
		&fed, NULL, NULL, NULL, &token, NULL, NULL, NULL);
	return leave(context, out, made, &token, output->pBuffers, major);
}

static SECURITY_STATUS delete(PCtxtHandle handle)
{
	gss_ctx_id_t context = handle ? (void *)handle->dwLower : NULL;
	OM_uint32 major = gss_delete_sec_context(&minor, handle ? &context : NULL, NULL);
	return put(handle, context, NULL, major);
}

static SECURITY_STATUS query(PCtxtHandle handle, ULONG attribute, void *place)
{
	gss_ctx_id_t context = handle ? (void *)handle->dwLower : NULL;
	return status_of(gss_inquire_context(&minor, context, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
}

int main(void)
{
	static SecurityFunctionTableA calls = {
		.AcquireCredentialsHandleA = acquire, .FreeCredentialsHandle = release,
		.InitializeSecurityContextA = initialize, .AcceptSecurityContext = accept,
		.DeleteSecurityContext = delete, .QueryContextAttributesA = query};
	struct driver_identity known = serve_known();
	struct subject subject = {.name = "GSS-API", .refuse = refuse, .setup = {
		&calls, "gss-ntlmssp", known, driver_unknown, NULL, NULL}};
	int file = memfd_create("users", 0); /* this process and its forks alone have it */
	char users[32];
	dprintf(file, "%s:%s:%s\n", known.domain, known.user, known.password);
	snprintf(users, sizeof users, "/proc/self/fd/%d", file);
	setenv("NTLM_USER_FILE", users, 0);
	gss_import_name(&minor, &(gss_buffer_desc){14, "host@localhost"}, GSS_C_NT_HOSTBASED_SERVICE, &target);
	return serve(&subject, platform_output()) ? 0 : SUBJECT_TROUBLE;
}
