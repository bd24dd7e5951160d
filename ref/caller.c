/*
 * caller.c: the operations of caller.h.
 */
#include "caller.h"

static const struct key no_key;
static const struct token no_token;

/* Units in the package's name, with its end. */
#define PACKAGE_NAME_UNITS 10u

/* A unit of the package's name. */
/*@ requires within: i < PACKAGE_NAME_UNITS;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures ends: \result == 0 <==> i == PACKAGE_NAME_UNITS - 1;
  @*/
static SEC_CHAR package_letter(uint32_t i)
{
	static const SEC_CHAR name[PACKAGE_NAME_UNITS] = "Reference";

	return name[i];
}

SECURITY_STATUS caller_package(const SEC_CHAR *a, const SEC_WCHAR *w)
{
	if (!a && !w)
		return SEC_E_INVALID_PARAMETER;
	/*@ loop invariant range: 0 <= i <= PACKAGE_NAME_UNITS;
	  @ loop invariant goes_on_a: a != \null ==> \forall integer k;
	  @   0 <= k < i && k < PACKAGE_NAME_UNITS - 1 ==> a[k] != 0;
	  @ loop invariant goes_on_w: a == \null ==> \forall integer k;
	  @   0 <= k < i && k < PACKAGE_NAME_UNITS - 1 ==> w[k] != 0;
	  @ loop assigns i;
	  @ loop variant PACKAGE_NAME_UNITS - i;
	  @*/
	for (uint32_t i = 0; i < PACKAGE_NAME_UNITS; i++) {
		SEC_CHAR letter = package_letter(i);

		if (a ? a[i] != letter : w[i] != letter)
			return SEC_E_SECPKG_NOT_FOUND;
	}
	return SEC_E_OK;
}

SecBuffer *caller_find(const SecBufferDesc *list, ULONG type, bool attributes)
{
	if (!list || list->ulVersion != SECBUFFER_VERSION || !list->pBuffers)
		return NULL;
	/*@ loop invariant range: 0 <= i <= list->cBuffers;
	  @ loop invariant none_before: \forall integer k; 0 <= k < i ==>
	  @   list->pBuffers[k].BufferType != type;
	  @ loop assigns i;
	  @ loop variant list->cBuffers - i;
	  @*/
	for (ULONG i = 0; i < list->cBuffers; i++) {
		ULONG has = list->pBuffers[i].BufferType;

		/* The attributes are the upper four bits. */
		if (has == type || (attributes && has % 0x10000000u == type))
			return &list->pBuffers[i];
	}
	return NULL;
}

struct token caller_read(const signed char *bytes, ULONG size)
{
	struct token token = no_token;

	if (!bytes)
		return token;
	token.size = size;
	/*@ loop invariant range: 0 <= i <= TOKEN_MAX && i <= size;
	  @ loop invariant size: token.size == size;
	  @ loop invariant bytes: \forall integer k; 0 <= k < i ==>
	  @   token.byte[k] == (bytes[k] < 0 ? bytes[k] + 256 : bytes[k]);
	  @ loop assigns i, token.byte[0 .. TOKEN_MAX - 1];
	  @ loop variant TOKEN_MAX - i;
	  @*/
	for (uint32_t i = 0; i < TOKEN_MAX && i < size; i++)
		token.byte[i] = (unsigned char)(bytes[i] < 0 ? bytes[i] + 256
		                                             : bytes[i]);
	return token;
}

void caller_write(signed char *bytes, const struct token *token)
{
	/*@ loop invariant range: 0 <= i <= token->size;
	  @ loop invariant bytes: \forall integer k; 0 <= k < i ==>
	  @   bytes[k] == (token->byte[k] > 127 ? token->byte[k] - 256
	  @                : token->byte[k]);
	  @ loop assigns i, bytes[0 .. token->size - 1];
	  @ loop variant token->size - i;
	  @*/
	for (uint32_t i = 0; i < token->size; i++)
		bytes[i] = (signed char)(token->byte[i] > 127 ? token->byte[i] - 256
		                                             : token->byte[i]);
}

/* --- Identities -------------------------------------------------------------- */

/* A text in one form or the other. */
struct text {
	const unsigned char *ansi;
	const USHORT *wide;
	ULONG length;
};

/*@ predicate text(struct text t) =
  @   (t.ansi != \null ==> \valid_read(t.ansi + (0 .. t.length - 1))) &&
  @   (t.wide != \null ==> \valid_read(t.wide + (0 .. t.length - 1)));
  @*/

/*@ requires text: text(text);
  @ requires within: i < text.length;
  @ requires present: text.ansi != \null || text.wide != \null;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures unit: \result == (text.ansi != \null ? text.ansi[i] : text.wide[i]);
  @*/
static uint32_t unit(struct text text, uint32_t i)
{
	return text.ansi ? text.ansi[i] : text.wide[i];
}

/* Mixes a text and its length into a number. */
/*@ requires text: text(text);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT;
  @*/
static uint32_t mix_text(uint32_t number, struct text text)
{
	number = package_mix(number, text.length);
	if (!text.ansi && !text.wide)
		return number;
	/*@ loop invariant range: 0 <= i <= text.length;
	  @ loop invariant below: number < NUMBER_LIMIT;
	  @ loop assigns i, number;
	  @ loop variant text.length - i;
	  @*/
	for (uint32_t i = 0; i < text.length; i++)
		number = package_mix(number, unit(text, i));
	return number;
}

/* Appends a text to a name. The status is SEC_E_INVALID_PARAMETER if it was, or if
 * the text is malformed or does not fit. */
/*@ requires text: text(text);
  @ requires answers: identity.status == SEC_E_OK ||
  @   identity.status == SEC_E_INVALID_PARAMETER;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_INVALID_PARAMETER;
  @*/
static struct identity append(struct identity identity, struct text text)
{
	uint32_t size = identity.secret.byte[KEY_NAME_SIZE];

	if (identity.status != SEC_E_OK || text.length == 0)
		return identity;
	identity.status = SEC_E_INVALID_PARAMETER;
	if ((!text.ansi && !text.wide) || size > NAME_LIMIT ||
	    text.length > NAME_LIMIT - size)
		return identity;
	/*@ loop invariant range: 0 <= i <= text.length;
	  @ loop invariant status: identity.status == SEC_E_INVALID_PARAMETER;
	  @ loop assigns i, identity.secret.byte[0 .. KEY_SIZE - 1];
	  @ loop variant text.length - i;
	  @*/
	for (uint32_t i = 0; i < text.length; i++) {
		uint32_t letter = unit(text, i);

		if (letter > 255u)
			return identity;
		identity.secret.byte[KEY_NAME + size + i] = (unsigned char)letter;
	}
	identity.secret.byte[KEY_NAME_SIZE] = (unsigned char)(size + text.length);
	identity.status = SEC_E_OK;
	return identity;
}

/* The secret of somebody. */
/*@ requires user: text(user);
  @ requires domain: text(domain);
  @ requires password: text(password);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_NO_CREDENTIALS ||
  @   \result.status == SEC_E_INVALID_PARAMETER;
  @*/
static struct identity identify(struct text user, struct text domain,
                                struct text password)
{
	static const unsigned char backslash = 0x5C;
	struct identity identity = {SEC_E_OK, no_key};
	struct text between = {&backslash, NULL, domain.length > 0 ? 1u : 0u};

	if (user.length == 0)
		identity.status = SEC_E_NO_CREDENTIALS;
	else if (password.length > 0 && !password.ansi && !password.wide)
		identity.status = SEC_E_INVALID_PARAMETER;
	else
		identity = append(append(append(identity, domain), between), user);
	identity.secret = package_numbered(
		identity.secret, KEY_NUMBER,
		mix_text(mix_text(mix_text(0, user), domain), password));
	return identity;
}

struct identity caller_identity(const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                                const SEC_WINNT_AUTH_IDENTITY_W *wide)
{
	struct identity identity = {SEC_E_OK, no_key};

	if (!ansi)
		return identity;
	if (ansi->Flags == SEC_WINNT_AUTH_IDENTITY_ANSI) {
		struct text user = {ansi->User, NULL, ansi->UserLength};
		struct text domain = {ansi->Domain, NULL, ansi->DomainLength};
		struct text password = {ansi->Password, NULL,
		                        ansi->PasswordLength};
		return identify(user, domain, password);
	}
	if (wide->Flags == SEC_WINNT_AUTH_IDENTITY_UNICODE) {
		struct text user = {NULL, wide->User, wide->UserLength};
		struct text domain = {NULL, wide->Domain, wide->DomainLength};
		struct text password = {NULL, wide->Password,
		                        wide->PasswordLength};
		return identify(user, domain, password);
	}
	identity.status = SEC_E_INVALID_PARAMETER;
	return identity;
}
