/*
 * driver.c: see driver.h.
 *
 * How to read it: the names, then tokens and buffers, then a function for each
 * call, then the steps.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "structs.h"

/* Calls a function of the table, if it is there. */
#define CALL(driver, function, ...)                                            \
	((driver)->setup.table->function                                       \
	         ? (driver)->setup.table->function(__VA_ARGS__)                \
	         : SEC_E_UNSUPPORTED_FUNCTION)

const char driver_noise[48] = "These bytes are noise, and no package made them";

const struct driver_identity driver_known = {"alice", "EXAMPLE", "wonderland"};
const struct driver_identity driver_unknown = {"mallory", "EXAMPLE", "nothing"};

/* --- Names ------------------------------------------------------------------- */

void driver_begin(struct driver *driver, const struct driver_setup *setup,
                  const struct names *names)
{
	memset(driver, 0, sizeof *driver);
	driver->setup = *setup;
	driver->names = names;
	memcpy(driver->foreign, driver_noise, sizeof driver_noise);
}

/* A zeroed array that begins with what was in the old one, which it replaces. */
static void *enlarge(void *old, size_t size, size_t old_count, size_t count)
{
	void *array = allocate(count, size);
	if (old_count)
		memcpy(array, old, old_count * size);
	free(old);
	return array;
}

/* Makes room for more names, and some to come. */
static void make_room(struct driver *driver)
{
	size_t old = driver->count, count = driver->names->name_count;
	count = count < 2 * old ? 2 * old : count;
	driver->structs = enlarge(driver->structs, sizeof *driver->structs, old,
	                          count);
	driver->before = enlarge(driver->before, sizeof *driver->before, old,
	                         count);
	driver->own = enlarge(driver->own, sizeof *driver->own, old, count);
	driver->count = count;
}

void driver_meet_names(struct driver *driver)
{
	if (driver->names->name_count > driver->count)
		make_room(driver);
}

static void drop(struct driver_bytes *bytes)
{
	if (!bytes->data)
		return;
	free(bytes->data);
	*bytes = (struct driver_bytes){NULL, 0};
}

static void keep(struct driver_bytes *bytes, const void *data, ULONG size)
{
	void *copy = allocate(size, 1);
	if (size)
		memcpy(copy, data, size);
	drop(bytes);
	*bytes = (struct driver_bytes){copy, size};
}

static void drop_name(struct driver_name *own)
{
	drop(&own->first);
	drop(&own->last);
	drop(&own->exported);
	memset(own, 0, sizeof *own);
}

void driver_end(struct driver *driver)
{
	for (size_t i = 0; i < driver->count; i++)
		drop_name(&driver->own[i]);
	free(driver->structs);
	free(driver->before);
	free(driver->own);
	driver->structs = driver->before = NULL;
	driver->own = NULL;
	driver->count = 0;
}

/* The struct that an operand stands for, or NULL. */
static SecHandle *handle(struct driver *driver, name_id name)
{
	return name < NAME_NULL ? &driver->structs[name] : NULL;
}

/* What belongs to the name of an operand, or NULL. */
static struct driver_name *own(struct driver *driver, name_id name)
{
	return name < NAME_NULL ? &driver->own[name] : NULL;
}

/* --- Tokens -------------------------------------------------------------------- */

/* A list of one buffer. */
struct list {
	SecBuffer buffer;
	SecBufferDesc desc;
};

static SecBufferDesc *list_make(struct list *list, void *data, ULONG size)
{
	list->buffer = (SecBuffer){size, SECBUFFER_TOKEN, data};
	list->desc = (SecBufferDesc){SECBUFFER_VERSION, 1, &list->buffer};
	return &list->desc;
}

/* The token that a step feeds. */
static struct driver_bytes fed(struct driver *driver, enum token token,
                               name_id source)
{
	static const struct driver_bytes nothing;
	const struct driver_name *from = own(driver, source);
	struct driver_bytes bytes = {driver->foreign, 0};
	switch (token) {
	case TOKEN_EMPTY: break;
	case TOKEN_NOISE: bytes.size = sizeof driver_noise; break;
	case TOKEN_LAST: return from ? from->last : nothing;
	case TOKEN_REPLAYED: return from ? from->first : nothing;
	case TOKEN_TRUNCATED:
		bytes = from ? from->last : nothing;
		bytes.size /= 2;
		break;
	default: return nothing;
	}
	return bytes;
}

/* The list with a copy of that token; NULL if there is none. */
static SecBufferDesc *input(struct driver *driver, struct list *list,
                            enum token token, name_id source)
{
	struct driver_bytes bytes = fed(driver, token, source);
	if (!bytes.data)
		return NULL;
	memcpy(driver->input, bytes.data, bytes.size);
	return list_make(list, driver->input, bytes.size);
}

/* Keeps the token that a leg wrote, and makes room for the next. */
static void take_token(struct driver_name *owner, struct driver *driver,
                       ULONG size)
{
	if (size == 0 || size > DRIVER_ROOM)
		return;
	if (owner) {
		keep(&owner->last, driver->room, size);
		if (!owner->first.data)
			keep(&owner->first, driver->room, size);
	}
	memset(driver->room, 0, size);
}

/* --- Buffers ------------------------------------------------------------------- */

/* Gives a name the buffer that was handed out, and what an export put there. */
static void keep_buffer(struct driver *driver, name_id name, void *pointer,
                        const SecBuffer *exported)
{
	struct driver_name *owner = own(driver, name);
	for (size_t i = 0; i < driver->count; i++)
		driver->own[i].reused |= pointer && !driver->own[i].live &&
		                         driver->own[i].pointer == pointer;
	owner->pointer = pointer;
	owner->live = true;
	owner->reused = false;
	drop(&owner->exported);
	if (exported && exported->pvBuffer)
		keep(&owner->exported, exported->pvBuffer, exported->cbBuffer);
}

static SECURITY_STATUS release(struct driver *driver, const struct step *step)
{
	struct driver_name *owner = own(driver, step->buffer);
	void *pointer = NULL;
	if (owner) {
		pointer = owner->reused ? driver->foreign : owner->pointer;
		owner->live = false;
	}
	return CALL(driver, FreeContextBuffer, pointer);
}

/* --- Credentials --------------------------------------------------------------- */

static SEC_WINNT_AUTH_IDENTITY_A identity(const struct driver_identity *who)
{
	return (SEC_WINNT_AUTH_IDENTITY_A){
		.User = (unsigned char *)(uintptr_t)who->user,
		.UserLength = (ULONG)strlen(who->user),
		.Domain = (unsigned char *)(uintptr_t)who->domain,
		.DomainLength = (ULONG)strlen(who->domain),
		.Password = (unsigned char *)(uintptr_t)who->password,
		.PasswordLength = (ULONG)strlen(who->password),
		.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI};
}

static SEC_CHAR *package(const struct driver *driver)
{
	return (SEC_CHAR *)(uintptr_t)driver->setup.package;
}

static SECURITY_STATUS acquire(struct driver *driver, const struct step *step)
{
	static const ULONG uses[DIRECTION_COUNT] = {
		[DIRECTION_BOTH] = SECPKG_CRED_BOTH,
		[DIRECTION_INBOUND] = SECPKG_CRED_INBOUND,
		[DIRECTION_OUTBOUND] = SECPKG_CRED_OUTBOUND};
	SEC_WINNT_AUTH_IDENTITY_A who =
		identity(step->choice2 == IDENTITY_UNKNOWN ? &driver->setup.unknown
	                                                   : &driver->setup.known);
	TimeStamp expiry;
	return CALL(driver, AcquireCredentialsHandleA, NULL, package(driver),
	            uses[step->choice], NULL,
	            step->choice2 == IDENTITY_ANONYMOUS ? NULL : &who, NULL, NULL,
	            handle(driver, step->out), &expiry);
}

/* --- Legs ---------------------------------------------------------------------- */

static ULONG requests(const struct driver *driver, name_id owner)
{
	size_t length;
	const char *text;
	if (owner >= NAME_NULL)
		return 0;
	text = names_text(driver->names, owner, &length);
	return strchr("02468", text[length - 1]) ? ISC_REQ_INTEGRITY : 0;
}

static SECURITY_STATUS leg(struct driver *driver, const struct step *step)
{
	name_id owner = step->out == NAME_NULL ? step->handle : step->out;
	struct list in, out;
	SecBufferDesc *fed_list = input(driver, &in, step->token, step->source);
	SecBufferDesc *room = list_make(&out, driver->room, DRIVER_ROOM);
	CredHandle *credential = handle(driver, step->credential);
	CtxtHandle *context = handle(driver, step->handle);
	CtxtHandle *new_context = handle(driver, step->out);
	ULONG attributes;
	TimeStamp expiry;
	SECURITY_STATUS status;
	if (step->op == OP_INIT)
		status = CALL(driver, InitializeSecurityContextA, credential,
		              context, NULL, requests(driver, owner), 0,
		              SECURITY_NATIVE_DREP, fed_list, 0, new_context,
		              room, &attributes, &expiry);
	else
		status = CALL(driver, AcceptSecurityContext, credential, context,
		              fed_list, 0, SECURITY_NATIVE_DREP, new_context,
		              room, &attributes, &expiry);
	if (status >= 0)
		take_token(own(driver, owner), driver, out.buffer.cbBuffer);
	return status;
}

static SECURITY_STATUS complete(struct driver *driver, const struct step *step)
{
	bool is_named = step->token != TOKEN_NONE;
	enum token token = is_named ? (enum token)step->token : TOKEN_LAST;
	name_id source = is_named ? step->source : step->handle;
	struct list list;
	SecBufferDesc *fed_list = input(driver, &list, token, source);
	SECURITY_STATUS status = CALL(driver, CompleteAuthToken,
	                              handle(driver, step->handle), fed_list);
	if (status == SEC_E_OK && fed_list && token == TOKEN_LAST &&
	    list.buffer.cbBuffer <= DRIVER_ROOM)
		keep(&own(driver, source)->last, driver->input,
		     list.buffer.cbBuffer);
	return status;
}

/* --- Queries, exports and imports -------------------------------------------------- */

static SECURITY_STATUS query(struct driver *driver, const struct step *step)
{
	static const ULONG attributes[ATTRIBUTE_COUNT] = {
		[ATTRIBUTE_SIZES] = SECPKG_ATTR_SIZES,
		[ATTRIBUTE_NAMES] = SECPKG_ATTR_NAMES,
		[ATTRIBUTE_LIFESPAN] = SECPKG_ATTR_LIFESPAN,
		[ATTRIBUTE_PACKAGE] = SECPKG_ATTR_PACKAGE_INFO,
		[ATTRIBUTE_OTHER] = SECPKG_ATTR_FLAGS};
	union {
		SecPkgContext_Sizes sizes;
		SecPkgContext_NamesA names;
		SecPkgContext_Lifespan lifespan;
		SecPkgContext_PackageInfoA package;
		char other[256];
	} place;
	place.package.PackageInfo = NULL;
	place.names.sUserName = NULL;
	SECURITY_STATUS status =
		CALL(driver, QueryContextAttributesA, handle(driver, step->handle),
		     attributes[step->choice], &place);
	void *pointer = step->choice == ATTRIBUTE_NAMES
	                        ? (void *)place.names.sUserName
	                        : (void *)place.package.PackageInfo;
	if (status < 0 || !attribute_hands_out(step->choice))
		return status;
	if (step->buffer < NAME_NULL)
		keep_buffer(driver, step->buffer, pointer, NULL);
	else
		(void)CALL(driver, FreeContextBuffer, pointer);
	return status;
}

static SECURITY_STATUS export(struct driver *driver, const struct step *step)
{
	SecBuffer packed = {0, SECBUFFER_EMPTY, NULL};
	void *access_token = NULL;
	SECURITY_STATUS status =
		CALL(driver, ExportSecurityContext, handle(driver, step->handle),
		     step->choice ? SECPKG_CONTEXT_EXPORT_DELETE_OLD : 0, &packed,
		     &access_token);
	if (status >= 0)
		keep_buffer(driver, step->buffer, packed.pvBuffer, &packed);
	return status;
}

static SECURITY_STATUS import(struct driver *driver, const struct step *step)
{
	struct driver_bytes bytes = own(driver, step->buffer)->exported;
	struct driver_bytes copy = {NULL, 0};
	SecBuffer packed;
	SECURITY_STATUS status;
	keep(&copy, bytes.data ? bytes.data : driver_noise,
	     bytes.data ? bytes.size : sizeof driver_noise);
	packed = (SecBuffer){copy.size, SECBUFFER_EMPTY, copy.data};
	status = CALL(driver, ImportSecurityContextA, package(driver), &packed,
	              NULL, handle(driver, step->out));
	drop(&copy);
	return status;
}

/* --- The functions of `use` ---------------------------------------------------------- */

/* The functions of `use` that are given a message. */
static SECURITY_STATUS use_message(struct driver *driver, enum function function,
                                   SecHandle *subject)
{
	char data[sizeof driver_noise], trailer[64] = {0};
	SecBuffer buffers[] = {{sizeof data, SECBUFFER_DATA, data},
	                       {sizeof trailer, SECBUFFER_TOKEN, trailer}};
	SecBufferDesc message = {SECBUFFER_VERSION, 2, buffers};
	ULONG quality = 0;
	memcpy(data, driver_noise, sizeof data);
	switch (function) {
	case FUNCTION_MAKE_SIGNATURE:
		return CALL(driver, MakeSignature, subject, 0, &message, 0);
	case FUNCTION_VERIFY_SIGNATURE:
		return CALL(driver, VerifySignature, subject, &message, 0,
		            &quality);
	case FUNCTION_ENCRYPT_MESSAGE:
		return CALL(driver, EncryptMessage, subject, 0, &message, 0);
	case FUNCTION_DECRYPT_MESSAGE:
		return CALL(driver, DecryptMessage, subject, &message, 0,
		            &quality);
	default: return CALL(driver, ApplyControlToken, subject, &message);
	}
}

static SECURITY_STATUS query_credentials(struct driver *driver,
                                         SecHandle *subject)
{
	char place[256] = {0};
	return CALL(driver, QueryCredentialsAttributesA, subject,
	            SECPKG_ATTR_FLAGS, place);
}

static SECURITY_STATUS add_credentials(struct driver *driver, SecHandle *subject)
{
	SEC_WINNT_AUTH_IDENTITY_A who = identity(&driver->setup.known);
	TimeStamp expiry;
	return CALL(driver, AddCredentialsA, subject, NULL, package(driver),
	            SECPKG_CRED_BOTH, &who, NULL, NULL, &expiry);
}

static SECURITY_STATUS set_attributes(struct driver *driver,
                                      const struct step *step)
{
	char place[64] = {0};
	SecHandle *subject = handle(driver, step->handle);
	ULONG size = sizeof place, version = driver->setup.table->dwVersion;
	if (step->choice == FUNCTION_SET_ATTRIBUTES)
		return version < SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_2
		               ? SEC_E_UNSUPPORTED_FUNCTION
		               : CALL(driver, SetContextAttributesA, subject,
		                      SECPKG_ATTR_FLAGS, place, size);
	return version < SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3
	               ? SEC_E_UNSUPPORTED_FUNCTION
	               : CALL(driver, SetCredentialsAttributesA, subject,
	                      SECPKG_ATTR_FLAGS, place, size);
}

static SECURITY_STATUS use(struct driver *driver, const struct step *step)
{
	SecHandle *subject = handle(driver, step->handle);
	void *token = NULL;
	switch (step->choice) {
	case FUNCTION_IMPERSONATE:
		return CALL(driver, ImpersonateSecurityContext, subject);
	case FUNCTION_REVERT:
		return CALL(driver, RevertSecurityContext, subject);
	case FUNCTION_MAKE_SIGNATURE:
	case FUNCTION_VERIFY_SIGNATURE:
	case FUNCTION_ENCRYPT_MESSAGE:
	case FUNCTION_DECRYPT_MESSAGE:
	case FUNCTION_APPLY_CONTROL_TOKEN:
		return use_message(driver, (enum function)step->choice, subject);
	case FUNCTION_QUERY_TOKEN:
		return CALL(driver, QuerySecurityContextToken, subject, &token);
	case FUNCTION_QUERY_CREDENTIALS:
		return query_credentials(driver, subject);
	case FUNCTION_ADD_CREDENTIALS: return add_credentials(driver, subject);
	default: return set_attributes(driver, step);
	}
}

/* --- Steps --------------------------------------------------------------------------- */

static SECURITY_STATUS carry_out(struct driver *driver, const struct step *step)
{
	switch (step->op) {
	case OP_ACQUIRE: return acquire(driver, step);
	case OP_FREE:
		return CALL(driver, FreeCredentialsHandle,
		            handle(driver, step->handle));
	case OP_INIT:
	case OP_ACCEPT: return leg(driver, step);
	case OP_COMPLETE: return complete(driver, step);
	case OP_DELETE:
		return CALL(driver, DeleteSecurityContext,
		            handle(driver, step->handle));
	case OP_QUERY: return query(driver, step);
	case OP_EXPORT: return export(driver, step);
	case OP_IMPORT: return import(driver, step);
	case OP_RELEASE: return release(driver, step);
	default: return use(driver, step);
	}
}

struct answer driver_call(struct driver *driver, const struct step *step)
{
	driver_meet_names(driver);
	if (driver->count)
		memcpy(driver->before, driver->structs,
		       driver->count * sizeof *driver->structs);
	SECURITY_STATUS status = carry_out(driver, step);
	struct answer answer = answer_make(status);
	see_out(&answer, step, driver->names, driver->before, driver->structs,
	        sizeof *driver->structs);
	if (driver->setup.count)
		driver->setup.count(answer.counts);
	return answer;
}

void driver_own(struct driver *driver, const struct step *step)
{
	SecHandle none = {0, 0}, *from, *out;
	name_id name = step->out == NAME_ABSENT ? step->buffer : step->out;
	driver_meet_names(driver);
	if (step->op == OP_FOREIGN || step->op == OP_FORGET)
		drop_name(own(driver, name));
	if (step->op == OP_FOREIGN) {
		driver->own[name].pointer = driver->foreign;
		return;
	}
	from = handle(driver, step->source);
	out = &driver->structs[name];
	*out = struct_own(step, *out, from ? *from : none);
}
