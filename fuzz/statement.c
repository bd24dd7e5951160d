/*
 * statement.c: see statement.h.
 *
 * How to read it: names, tokens, a call by its function, what the caller does with the
 * answer, what it does alone, lines. The arguments are those that driver.c passes.
 */
#include "statement.h"

#include <string.h>

/* --- Names ---------------------------------------------------------------------------- */

static bool is_short(const char *text, size_t length)
{
	if (length < 2 || text[0] < 'a' || text[0] > 'z')
		return false;
	for (size_t i = 1; i < length; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

void statement_name(struct letters *out, const struct names *names, name_id name)
{
	size_t length;
	const char *text = names_text(names, name, &length);
	if (is_short(text, length))
		text_format(out, "%.*s", (int)length, text);
	else
		text_format(out, "name%u", (unsigned)name);
}

/* A pointer to what a name stands for, or NULL. */
static void put_pointer(struct letters *out, const struct names *names, name_id name)
{
	if (name >= NAME_NULL) {
		text_append(out, "NULL");
		return;
	}
	text_append(out, "&");
	statement_name(out, names, name);
}

/* The name that the token of a leg belongs to. */
static name_id owner(const struct step *step)
{
	return step->out == NAME_NULL ? step->handle : step->out;
}

/* --- Tokens --------------------------------------------------------------------------- */

static void put_tokens(struct letters *out, const struct names *names, name_id name,
                       const char *which)
{
	text_append(out, "&");
	statement_name(out, names, name);
	text_format(out, "_tokens%s", which);
}

/* The list that is fed. */
static void put_input(struct letters *out, const struct names *names,
                      enum token token, name_id source)
{
	switch (token) {
	case TOKEN_EMPTY: text_append(out, "feed(\"\", 0)"); return;
	case TOKEN_NOISE: text_append(out, "feed(noise, sizeof noise)"); return;
	case TOKEN_LAST:
	case TOKEN_TRUNCATED:
	case TOKEN_REPLAYED: break;
	default: text_append(out, "NULL"); return;
	}
	text_append(out, token == TOKEN_TRUNCATED ? "half(" : "whole(");
	put_tokens(out, names, source,
	           token == TOKEN_REPLAYED ? ".first" : ".last");
	text_append(out, ")");
}

/* Whether a step is fed a token of a name. */
static bool feeds(const struct step *step, name_id name)
{
	bool by_itself = step->op == OP_COMPLETE && step->token == TOKEN_NONE;
	return by_itself ? step->handle == name
	                 : step->token >= TOKEN_LAST && step->source == name;
}

bool statement_is_fed(const struct scenario *scenario, name_id name)
{
	for (size_t i = 0; i < scenario->count; i++)
		if (feeds(&scenario->steps[i], name))
			return true;
	return false;
}

/* --- Calls ---------------------------------------------------------------------------- */

static void put_acquire(struct letters *out, const struct names *names,
                        const struct step *step)
{
	static const char *const uses[DIRECTION_COUNT] = {
		[DIRECTION_BOTH] = "BOTH",
		[DIRECTION_INBOUND] = "INBOUND",
		[DIRECTION_OUTBOUND] = "OUTBOUND"};
	static const char *const identities[IDENTITY_COUNT] = {
		[IDENTITY_KNOWN] = "&known",
		[IDENTITY_UNKNOWN] = "&unknown",
		[IDENTITY_ANONYMOUS] = "NULL"};
	text_format(out, "AcquireCredentialsHandleA(\n\t\tNULL, package_name, "
	            "SECPKG_CRED_%s, NULL, %s, NULL, NULL, ",
	            uses[step->choice], identities[step->choice2]);
	put_pointer(out, names, step->out);
	text_append(out, ", &expiry)");
}

/* What a leg of that name requests. */
static const char *requests(const struct names *names, name_id name)
{
	size_t length;
	const char *text = names_text(names, name, &length);
	return strchr("02468", text[length - 1]) ? "ISC_REQ_INTEGRITY" : "0";
}

static void put_leg(struct letters *out, const struct names *names,
                    const struct step *step)
{
	name_id name = owner(step);
	text_append(out, step->op == OP_INIT ? "InitializeSecurityContextA(\n\t\t"
	                                     : "AcceptSecurityContext(\n\t\t");
	put_pointer(out, names, step->credential);
	text_append(out, ", ");
	put_pointer(out, names, step->handle);
	text_append(out, ", ");
	if (step->op == OP_INIT)
		text_format(out, "NULL, %s, 0, SECURITY_NATIVE_DREP,\n\t\t",
		            name < NAME_NULL ? requests(names, name) : "0");
	put_input(out, names, step->token, step->source);
	text_append(out, step->op == OP_INIT ? ", 0, "
	                                     : ", 0, SECURITY_NATIVE_DREP,\n\t\t");
	put_pointer(out, names, step->out);
	text_append(out, ", room(), &attributes, &expiry)");
}

static void put_complete(struct letters *out, const struct names *names,
                         const struct step *step)
{
	bool by_itself = step->token == TOKEN_NONE;
	text_append(out, "CompleteAuthToken(");
	put_pointer(out, names, step->handle);
	text_append(out, ", ");
	put_input(out, names,
	          !by_itself                   ? (enum token)step->token
	          : step->handle < NAME_NULL ? TOKEN_LAST : TOKEN_NONE,
	          by_itself ? step->handle : step->source);
	text_append(out, ")");
}

static void put_query(struct letters *out, const struct names *names,
                      const struct step *step)
{
	static const char *const attributes[ATTRIBUTE_COUNT] = {
		[ATTRIBUTE_SIZES] = "SIZES",
		[ATTRIBUTE_NAMES] = "NAMES",
		[ATTRIBUTE_LIFESPAN] = "LIFESPAN",
		[ATTRIBUTE_PACKAGE] = "PACKAGE_INFO",
		[ATTRIBUTE_OTHER] = "FLAGS"};
	text_append(out, "QueryContextAttributesA(");
	put_pointer(out, names, step->handle);
	text_format(out, ", SECPKG_ATTR_%s, place())", attributes[step->choice]);
}

/* Functions that the table alone has. */
static void put_use(struct letters *out, const struct names *names,
                    const struct step *step)
{
	static const struct {
		const char *name, *arguments;
	} uses[FUNCTION_COUNT] = {
		[FUNCTION_IMPERSONATE] = {"ImpersonateSecurityContext", ""},
		[FUNCTION_REVERT] = {"RevertSecurityContext", ""},
		[FUNCTION_MAKE_SIGNATURE] = {"MakeSignature", ", 0, message(), 0"},
		[FUNCTION_VERIFY_SIGNATURE] = {"VerifySignature",
	                                       ", message(), 0, &quality"},
		[FUNCTION_ENCRYPT_MESSAGE] = {"EncryptMessage", ", 0, message(), 0"},
		[FUNCTION_DECRYPT_MESSAGE] = {"DecryptMessage",
	                                      ", message(), 0, &quality"},
		[FUNCTION_APPLY_CONTROL_TOKEN] = {"ApplyControlToken",
	                                          ", message()"},
		[FUNCTION_QUERY_TOKEN] = {"QuerySecurityContextToken",
	                                  ", &access_token"},
		[FUNCTION_SET_ATTRIBUTES] = {"SetContextAttributesA",
	                                     ", SECPKG_ATTR_FLAGS, place(), 64"},
		[FUNCTION_QUERY_CREDENTIALS] = {"QueryCredentialsAttributesA",
	                                        ", SECPKG_ATTR_FLAGS, place()"},
		[FUNCTION_ADD_CREDENTIALS] =
			{"AddCredentialsA", ", NULL, package_name, SECPKG_CRED_BOTH,\n\t\t"
	                                    "&known, NULL, NULL, &expiry"},
		[FUNCTION_SET_CREDENTIALS] = {"SetCredentialsAttributesA",
	                                      ", SECPKG_ATTR_FLAGS, place(), 64"}};
	text_format(out, "InitSecurityInterfaceA()->%s(", uses[step->choice].name);
	put_pointer(out, names, step->handle);
	text_format(out, "%s)", uses[step->choice].arguments);
}

static void put_export(struct letters *out, const struct names *names,
                       const struct step *step)
{
	text_append(out, "ExportSecurityContext(");
	put_pointer(out, names, step->handle);
	text_format(out, ", %s,\n\t\tno_export(), &access_token)",
	            step->choice ? "SECPKG_CONTEXT_EXPORT_DELETE_OLD" : "0");
}

static void put_import(struct letters *out, const struct names *names,
                       const struct step *step)
{
	text_append(out, "ImportSecurityContextA(package_name, give_export(&");
	statement_name(out, names, step->buffer);
	text_append(out, "), NULL, ");
	put_pointer(out, names, step->out);
	text_append(out, ")");
}

/* A function of one argument. */
static void put_one(struct letters *out, const struct names *names,
                    const char *function, name_id name)
{
	text_format(out, "%s(", function);
	put_pointer(out, names, name);
	text_append(out, ")");
}

void statement_call(struct letters *out, const struct names *names,
                    const struct step *step)
{
	switch (step->op) {
	case OP_ACQUIRE: put_acquire(out, names, step); break;
	case OP_INIT:
	case OP_ACCEPT: put_leg(out, names, step); break;
	case OP_COMPLETE: put_complete(out, names, step); break;
	case OP_QUERY: put_query(out, names, step); break;
	case OP_USE: put_use(out, names, step); break;
	case OP_EXPORT: put_export(out, names, step); break;
	case OP_IMPORT: put_import(out, names, step); break;
	case OP_FREE:
		put_one(out, names, "FreeCredentialsHandle", step->handle);
		break;
	case OP_DELETE:
		put_one(out, names, "DeleteSecurityContext", step->handle);
		break;
	default: /* release */
		if (step->buffer < NAME_NULL) {
			put_one(out, names, "FreeContextBuffer(give_back",
			        step->buffer);
			text_append(out, ")");
		} else {
			text_append(out, "FreeContextBuffer(NULL)");
		}
		break;
	}
}

/* --- What becomes of the answer --------------------------------------------------------- */

static void indent(struct letters *out, unsigned depth)
{
	while (depth--)
		text_append(out, "\t");
}

static void put_status(struct letters *out, int64_t status)
{
	if (!answer_name(status))
		text_append(out, "(SECURITY_STATUS)");
	text_print_status(out, status);
}

/* The answer that is expected: in a repeat it may be another one in some rounds. */
static void put_expected(struct letters *out, const struct answer *answers,
                         size_t count)
{
	uint32_t rounds = 0;
	for (size_t i = 0; i + 1 < count; i++) {
		rounds += answers[i].times;
		if (answers[i].status == answers[i + 1].status)
			continue; /* only something else differs */
		text_format(out, "i < %u ? ", (unsigned)rounds);
		put_status(out, answers[i].status);
		text_append(out, " : ");
	}
	put_status(out, answers[count - 1].status);
}

static bool succeeds(const struct answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (answers[i].status >= 0)
			return true;
	return false;
}

/* What the caller does when a call succeeded. */
enum sequel {
	SEQUEL_NONE,
	SEQUEL_TOKEN,     /* a leg wrote a token that is fed to another */
	SEQUEL_COMPLETED, /* a token was completed */
	SEQUEL_POINTER,   /* a buffer was handed out */
	SEQUEL_EXPORT     /* as well, by an export */
};

/* The name whose token a call completes. */
static name_id completed(const struct step *step)
{
	if (step->token == TOKEN_NONE)
		return step->handle;
	return step->token == TOKEN_LAST ? step->source : NAME_ABSENT;
}

static enum sequel sequel_of(const struct scenario *scenario, const struct step *step)
{
	switch (step->op) {
	case OP_INIT:
	case OP_ACCEPT:
		return owner(step) < NAME_NULL && statement_is_fed(scenario, owner(step))
		               ? SEQUEL_TOKEN
		               : SEQUEL_NONE;
	case OP_COMPLETE:
		return completed(step) < NAME_NULL ? SEQUEL_COMPLETED
		                                   : SEQUEL_NONE;
	case OP_QUERY:
		return attribute_hands_out(step->choice) ? SEQUEL_POINTER
		                                         : SEQUEL_NONE;
	case OP_EXPORT: return SEQUEL_EXPORT;
	default: return SEQUEL_NONE;
	}
}

/* What stands before the call. */
static void put_before(struct letters *out, const struct names *names,
                       const struct step *step, enum sequel sequel)
{
	switch (sequel) {
	case SEQUEL_NONE: break;
	case SEQUEL_TOKEN:
		text_append(out, "keep(");
		put_tokens(out, names, owner(step), ", ");
		break;
	case SEQUEL_COMPLETED:
		text_append(out, "keep_completed(");
		put_tokens(out, names, completed(step), ", ");
		break;
	case SEQUEL_POINTER:
	case SEQUEL_EXPORT: text_append(out, "if ("); break;
	}
}

/* The pointer that a query handed out goes to its name, or is released at once. */
static void put_handed_out(struct letters *out, const struct names *names,
                           const struct step *step)
{
	bool is_named = step->buffer != NAME_ABSENT;
	text_append(out, is_named ? "hand_out(" : "FreeContextBuffer(");
	if (is_named) {
		put_pointer(out, names, step->buffer);
		text_append(out, ", ");
	}
	text_append(out, "placed.pointer);\n");
}

/* What stands behind it. */
static void put_behind(struct letters *out, const struct names *names,
                       const struct step *step, enum sequel sequel, unsigned depth)
{
	switch (sequel) {
	case SEQUEL_NONE: text_append(out, ";\n"); break;
	case SEQUEL_TOKEN:
	case SEQUEL_COMPLETED: text_append(out, ");\n"); break;
	case SEQUEL_POINTER:
		text_append(out, " >= 0)\n");
		indent(out, depth + 1);
		put_handed_out(out, names, step);
		break;
	case SEQUEL_EXPORT:
		text_append(out, " >= 0)\n");
		indent(out, depth + 1);
		put_one(out, names, "take_export", step->buffer);
		text_append(out, ";\n");
		break;
	}
}

static void put_call(struct letters *out, const struct scenario *scenario,
                     const struct step *step, const struct answer *answers,
                     size_t answer_count, unsigned depth)
{
	const struct names *names = &scenario->names;
	enum sequel sequel = succeeds(answers, answer_count)
	                             ? sequel_of(scenario, step)
	                             : SEQUEL_NONE;
	put_before(out, names, step, sequel);
	text_append(out, "expect(");
	put_expected(out, answers, answer_count);
	text_append(out, ", ");
	statement_call(out, names, step);
	text_append(out, ")");
	put_behind(out, names, step, sequel, depth);
}

/* --- What the caller does alone ------------------------------------------------------------ */

static void put_assignment(struct letters *out, const struct names *names,
                           const struct step *step, const char *value)
{
	statement_name(out, names, step->out);
	text_format(out, " = (SecHandle){%s};\n", value);
}

/* A struct is made from the words of another one. */
static void put_made_from(struct letters *out, const struct names *names,
                          const struct step *step, const char *lower,
                          const char *upper)
{
	statement_name(out, names, step->out);
	text_append(out, " = (SecHandle){");
	statement_name(out, names, step->source);
	text_format(out, ".%s, ", lower);
	statement_name(out, names, step->source);
	text_format(out, ".%s};\n", upper);
}

static void put_garbage(struct letters *out, const struct names *names,
                        const struct step *step)
{
	static const char *const values[GARBAGE_COUNT] = {
		"1, 1", "0, 1", "1, 0",
		"UINTPTR_MAX / 0xFF * 0xA5, UINTPTR_MAX / 0xFF * 0x5A",
		"UINTPTR_MAX / 0xFF * 0x5A, UINTPTR_MAX / 0xFF * 0xA5",
		"UINTPTR_MAX >> 1, UINTPTR_MAX >> 1",
		"~(UINTPTR_MAX >> 1), ~(UINTPTR_MAX >> 1)",
		"UINTPTR_MAX / 0xFFFF * 0xDEAD, UINTPTR_MAX / 0xFFFF * 0xBEEF"};
	put_assignment(out, names, step, values[step->choice]);
}

static void put_invalidated(struct letters *out, const struct names *names,
                            const struct step *step)
{
	if (step->choice == HALF_BOTH) {
		put_one(out, names, "SecInvalidateHandle", step->out);
		text_append(out, ";\n");
		return;
	}
	statement_name(out, names, step->out);
	text_format(out, ".dw%s = ~(ULONG_PTR)0;\n",
	            step->choice == HALF_LOWER ? "Lower" : "Upper");
}

/* A name ends, and what belongs to it. */
static void put_forgotten(struct letters *out, const struct scenario *scenario,
                          const struct step *step, unsigned depth)
{
	const struct names *names = &scenario->names;
	name_id name = step->buffer != NAME_ABSENT ? step->buffer : step->out;
	if (names_get(names, name)->settled == NAME_BUFFER) {
		statement_name(out, names, name);
		text_append(out, " = (struct buffer){0};\n");
		return;
	}
	put_assignment(out, names, step, "0, 0");
	if (!statement_is_fed(scenario, step->out))
		return;
	indent(out, depth);
	statement_name(out, names, step->out);
	text_append(out, "_tokens = (struct tokens){0};\n");
}

static void put_own(struct letters *out, const struct scenario *scenario,
                    const struct step *step, unsigned depth)
{
	const struct names *names = &scenario->names;
	switch (step->op) {
	case OP_COPY:
		put_made_from(out, names, step, "dwLower", "dwUpper");
		break;
	case OP_SWAP:
		put_made_from(out, names, step, "dwUpper", "dwLower");
		break;
	case OP_AHEAD:
		put_made_from(out, names, step, "dwLower",
		              "dwUpper ^ ((ULONG_PTR)1 << 30)");
		break;
	case OP_ZERO: put_assignment(out, names, step, "0, 0"); break;
	case OP_INVALIDATE: put_invalidated(out, names, step); break;
	case OP_PSEUDO_DELETED:
		put_assignment(out, names, step,
		               "SEC_DELETED_HANDLE, SEC_DELETED_HANDLE");
		break;
	case OP_GARBAGE: put_garbage(out, names, step); break;
	case OP_FOREIGN:
		statement_name(out, names, step->buffer);
		text_append(out, " = (struct buffer){.pointer = foreign};\n");
		break;
	default: put_forgotten(out, scenario, step, depth); break;
	}
}

/* --- Lines ----------------------------------------------------------------------------------- */

void statement_write(struct letters *out, const struct scenario *scenario,
                     const struct step *step, const struct answer *answers,
                     size_t answer_count, unsigned depth)
{
	indent(out, depth);
	if (step->op == OP_REPEAT)
		text_format(out, "for (int i = 0; i < %u; i++) {\n",
		            (unsigned)step->count);
	else if (step->op == OP_TOGETHER)
		text_append(out, "{\n"); /* in that order, one after the other */
	else if (step->op == OP_END)
		text_append(out, "}\n");
	else if (operations[step->op].is_call)
		put_call(out, scenario, step, answers, answer_count, depth);
	else
		put_own(out, scenario, step, depth);
}
