/*
 * package.c: the operations of package.h.
 *
 * How to read it: numbers in bytes, then what all tokens have in common, then
 * each token with the step that makes it and the step that takes it.
 */
#include "package.h"

static const unsigned char letters[4] = {0x53, 0x48, 0x52, 0x31}; /* SHR1 */
static const struct key no_key;
static const struct token no_token;

#define TYPE_HELLO 1u
#define TYPE_CHALLENGE 2u
#define TYPE_PROOF 3u
#define TYPE_EXPORT 4u

/* Where a token's parts are. */
#define AT_TYPE 4u
#define AT_FLAGS 5u
#define AT_SIZE 6u
#define AT_NUMBER HEADER_SIZE
#define AT_SEAL (HEADER_SIZE + 4u)
#define AT_KEY HEADER_SIZE
#define AT_CHECK (HEADER_SIZE + KEY_SIZE)

/* --- Numbers --------------------------------------------------------------- */

uint32_t package_mix(uint32_t number, uint32_t unit)
{
	uint64_t mixed = (uint64_t)number * 65599u + unit + 1u;

	return (uint32_t)(mixed % NUMBER_LIMIT);
}

/* What both sides of an exchange share. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT;
  @*/
static uint32_t shared_number(uint32_t secret, uint32_t challenge)
{
	return package_mix(package_mix(package_mix(0, secret), challenge), 2);
}

/* What proves that one knows a secret. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT;
  @*/
static uint32_t proof_number(uint32_t secret, uint32_t challenge)
{
	return package_mix(package_mix(package_mix(0, secret), challenge), 1);
}

struct key package_numbered(struct key key, uint32_t number)
{
	key.byte[KEY_NUMBER] = (unsigned char)(number % 256u);
	key.byte[KEY_NUMBER + 1u] = (unsigned char)(number / 256u % 256u);
	key.byte[KEY_NUMBER + 2u] = (unsigned char)(number / 65536u % 256u);
	key.byte[KEY_NUMBER + 3u] = (unsigned char)(number / 16777216u);
	return key;
}

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures lowest_first: \result == key.byte[KEY_NUMBER] +
  @   key.byte[KEY_NUMBER + 1] * 256 + key.byte[KEY_NUMBER + 2] * 65536 +
  @   key.byte[KEY_NUMBER + 3] * 16777216;
  @*/
static uint32_t key_number(struct key key)
{
	return key.byte[KEY_NUMBER] + key.byte[KEY_NUMBER + 1u] * 256u +
	       key.byte[KEY_NUMBER + 2u] * 65536u +
	       key.byte[KEY_NUMBER + 3u] * 16777216u;
}

/*@ requires within: at <= TOKEN_MAX - 4;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures lowest_first: \result == token.byte[at] +
  @   token.byte[at + 1] * 256 + token.byte[at + 2] * 65536 +
  @   token.byte[at + 3] * 16777216;
  @*/
static uint32_t token_number(struct token token, uint32_t at)
{
	return token.byte[at] + token.byte[at + 1u] * 256u +
	       token.byte[at + 2u] * 65536u + token.byte[at + 3u] * 16777216u;
}

/*@ requires within: at <= TOKEN_MAX - 4;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures size_kept: \result.size == token.size;
  @*/
static struct token token_numbered(struct token token, uint32_t at,
                                   uint32_t number)
{
	token.byte[at] = (unsigned char)(number % 256u);
	token.byte[at + 1u] = (unsigned char)(number / 256u % 256u);
	token.byte[at + 2u] = (unsigned char)(number / 65536u % 256u);
	token.byte[at + 3u] = (unsigned char)(number / 16777216u);
	return token;
}

/* A number over the first `size` bytes, and another number. */
/*@ requires within: size <= TOKEN_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT || size == 0;
  @*/
static uint32_t number_over(struct token token, uint32_t size, uint32_t number)
{
	/*@ loop invariant range: 0 <= i <= size;
	  @ loop invariant below: number < NUMBER_LIMIT || i == 0;
	  @ loop assigns i, number;
	  @ loop variant size - i;
	  @*/
	for (uint32_t i = 0; i < size; i++)
		number = package_mix(number, token.byte[i]);
	return number;
}

/* --- All tokens ------------------------------------------------------------ */

/* A token of which only the header is written. */
/*@ requires within: size <= TOKEN_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures sized: \result.size == size;
  @*/
static struct token token_make(unsigned char type, unsigned char flags,
                               uint32_t size)
{
	struct token token = no_token;

	token.size = size;
	token.byte[0] = letters[0];
	token.byte[1] = letters[1];
	token.byte[2] = letters[2];
	token.byte[3] = letters[3];
	token.byte[AT_TYPE] = type;
	token.byte[AT_FLAGS] = flags;
	token.byte[AT_SIZE] = (unsigned char)size;
	return token;
}

/* How many bytes more make this a token of that type: 0 if it is one, perhaps with
 * more behind it; TOKEN_MAX + 1 if it cannot become one. */
/*@ requires least: HEADER_SIZE <= least;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures none_lacks: \result == 0 ==> token.size >= token.byte[AT_SIZE] &&
  @   least <= token.byte[AT_SIZE] <= TOKEN_MAX;
  @*/
static uint32_t token_lacks(struct token token, unsigned char type,
                            uint32_t least)
{
	/*@ loop invariant range: 0 <= i <= 4;
	  @ loop assigns i;
	  @ loop variant 4 - i;
	  @*/
	for (uint32_t i = 0; i < 4u; i++)
		if (i < token.size && token.byte[i] != letters[i])
			return TOKEN_MAX + 1u;
	if (token.size < HEADER_SIZE)
		return HEADER_SIZE - token.size;
	uint32_t size = token.byte[AT_SIZE];
	if (token.byte[AT_TYPE] != type || token.byte[AT_SIZE + 1u] != 0 ||
	    token.byte[AT_FLAGS] > FLAG_INTEGRITY || size < least ||
	    size > TOKEN_MAX)
		return TOKEN_MAX + 1u;
	return token.size < size ? size - token.size : 0;
}

/* An error, which leaves the key as it is. */
/*@ requires is_error: status == SEC_E_INVALID_TOKEN ||
  @   status == SEC_E_LOGON_DENIED || status == SEC_E_OUT_OF_SEQUENCE;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures answers: \result.status == status && \result.token.size == 0;
  @*/
static struct reply refuse(SECURITY_STATUS status, struct key key)
{
	struct reply reply = {status, CONTEXT_FAILED, 0, {0, 0}, key, no_token};

	if (status == SEC_E_LOGON_DENIED)
		reply.phase = CONTEXT_REJECTED;
	return reply;
}

/* The answer to a token that lacks something, or cannot become one. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures answers: \result.status == SEC_E_INVALID_TOKEN ||
  @   \result.status == SEC_E_INCOMPLETE_MESSAGE;
  @*/
static struct reply ask_for(uint32_t missing, struct key key)
{
	if (missing > TOKEN_MAX)
		return refuse(SEC_E_INVALID_TOKEN, key);
	struct reply reply = {SEC_E_INCOMPLETE_MESSAGE, CONTEXT_INCOMPLETE,
	                      missing, {0, 0}, key, no_token};
	return reply;
}

/* --- Hello and challenge ----------------------------------------------------- */

struct reply package_hello(bool integrity)
{
	struct reply reply = {SEC_I_CONTINUE_NEEDED, CONTEXT_PARTIAL, 0, {0, 0},
	                      no_key, no_token};
	unsigned char flags = integrity ? FLAG_INTEGRITY : 0;

	reply.key.byte[KEY_ROLE] = ROLE_INITIATOR;
	reply.key.byte[KEY_AWAITS] = AWAITS_CHALLENGE;
	reply.key.byte[KEY_FLAGS] = flags;
	reply.token = token_make(TYPE_HELLO, flags, HEADER_SIZE);
	return reply;
}

struct reply package_challenge(struct token hello, uint32_t number)
{
	struct reply reply = {SEC_I_CONTINUE_NEEDED, CONTEXT_PARTIAL, 0, {0, 0},
	                      no_key, no_token};
	uint32_t missing = token_lacks(hello, TYPE_HELLO, HEADER_SIZE);

	if (missing != 0)
		return ask_for(missing, no_key);
	if (hello.byte[AT_SIZE] != HEADER_SIZE)
		return refuse(SEC_E_INVALID_TOKEN, no_key);
	unsigned char flags = hello.byte[AT_FLAGS];
	reply.key.byte[KEY_ROLE] = ROLE_ACCEPTOR;
	reply.key.byte[KEY_AWAITS] = AWAITS_PROOF;
	reply.key.byte[KEY_FLAGS] = flags;
	reply.key = package_numbered(reply.key, number);
	reply.rest = hello.size - HEADER_SIZE;
	reply.token = token_numbered(
		token_make(TYPE_CHALLENGE, flags, HEADER_SIZE + 4u), AT_NUMBER,
		number);
	return reply;
}

/* --- Proof ------------------------------------------------------------------- */

/* The proof, without its seal, that one knows a secret. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures sized: TOKEN_PROOF_NAME <= \result.size <= EXCHANGE_TOKEN_MAX;
  @*/
static struct token proof_make(struct key secret, uint32_t challenge,
                               unsigned char flags)
{
	uint32_t name = secret.byte[KEY_NAME_SIZE];

	if (name > NAME_LIMIT)
		name = NAME_LIMIT;
	struct token token = token_make(TYPE_PROOF, flags,
	                                TOKEN_PROOF_NAME + name);
	token = token_numbered(token, AT_NUMBER,
	                       proof_number(key_number(secret), challenge));
	/*@ loop invariant range: 0 <= i <= name;
	  @ loop invariant sized: token.size == TOKEN_PROOF_NAME + name;
	  @ loop assigns i, token.byte[0 .. TOKEN_MAX - 1];
	  @ loop variant name - i;
	  @*/
	for (uint32_t i = 0; i < name; i++)
		token.byte[TOKEN_PROOF_NAME + i] = secret.byte[KEY_NAME + i];
	return token;
}

/* The same with its seal: a number over all of it and what both sides share. */
/*@ requires sized: TOKEN_PROOF_NAME <= proof.size <= EXCHANGE_TOKEN_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures size_kept: \result.size == proof.size;
  @*/
static struct token proof_seal(struct token proof, uint32_t shared)
{
	return token_numbered(proof, AT_SEAL,
	                      number_over(proof, proof.size, shared));
}

/* The key of a context that has become complete. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures complete: \result.byte[KEY_AWAITS] == AWAITS_NOTHING;
  @ ensures role_kept: \result.byte[KEY_ROLE] == key.byte[KEY_ROLE];
  @*/
static struct key key_complete(struct key key, struct key secret,
                               uint32_t shared)
{
	struct key complete = package_numbered(secret, shared);

	complete.byte[KEY_ROLE] = key.byte[KEY_ROLE];
	complete.byte[KEY_AWAITS] = AWAITS_NOTHING;
	complete.byte[KEY_FLAGS] = key.byte[KEY_FLAGS];
	return complete;
}

struct reply package_prove(struct key key, struct key secret,
                           struct token challenge)
{
	struct reply reply = {SEC_E_OK, CONTEXT_COMPLETE, 0, {0, 0}, key, no_token};
	unsigned char flags = key.byte[KEY_FLAGS];
	uint32_t missing = token_lacks(challenge, TYPE_CHALLENGE,
	                               HEADER_SIZE + 4u);

	if (key.byte[KEY_ROLE] != ROLE_INITIATOR ||
	    key.byte[KEY_AWAITS] != AWAITS_CHALLENGE)
		return refuse(SEC_E_OUT_OF_SEQUENCE, key);
	if (missing != 0)
		return ask_for(missing, key);
	if (challenge.byte[AT_SIZE] != HEADER_SIZE + 4u ||
	    challenge.byte[AT_FLAGS] != flags)
		return refuse(SEC_E_INVALID_TOKEN, key);
	uint32_t number = token_number(challenge, AT_NUMBER);
	reply.rest = challenge.size - challenge.byte[AT_SIZE];
	reply.token = proof_make(secret, number, flags);
	if (flags == FLAG_INTEGRITY) {
		reply.status = SEC_I_COMPLETE_NEEDED;
		reply.phase = CONTEXT_PARTIAL;
		reply.key = package_numbered(key, number);
		reply.key.byte[KEY_AWAITS] = AWAITS_COMPLETION;
	} else {
		reply.key = key_complete(
			key, secret, shared_number(key_number(secret), number));
	}
	return reply;
}

/* Whether the first bytes of a token are another one. */
/*@ requires sized: wanted.size <= TOKEN_MAX;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures alike: \result <==> token.size >= wanted.size &&
  @   \forall integer i; 0 <= i < wanted.size ==>
  @     token.byte[i] == wanted.byte[i];
  @*/
static bool begins_with(struct token token, struct token wanted)
{
	if (token.size < wanted.size)
		return false;
	/*@ loop invariant range: 0 <= i <= wanted.size;
	  @ loop invariant alike: \forall integer k; 0 <= k < i ==>
	  @   token.byte[k] == wanted.byte[k];
	  @ loop assigns i;
	  @ loop variant wanted.size - i;
	  @*/
	for (uint32_t i = 0; i < wanted.size; i++)
		if (token.byte[i] != wanted.byte[i])
			return false;
	return true;
}

struct reply package_verify(struct key key, struct key secret,
                            struct token proof)
{
	struct reply reply = {SEC_E_OK, CONTEXT_COMPLETE, 0, {0, 0}, key, no_token};
	unsigned char flags = key.byte[KEY_FLAGS];
	uint32_t missing = token_lacks(proof, TYPE_PROOF, TOKEN_PROOF_NAME);

	if (key.byte[KEY_ROLE] != ROLE_ACCEPTOR ||
	    key.byte[KEY_AWAITS] != AWAITS_PROOF)
		return refuse(SEC_E_OUT_OF_SEQUENCE, key);
	if (missing != 0)
		return ask_for(missing, key);
	if (proof.byte[AT_SIZE] > EXCHANGE_TOKEN_MAX ||
	    proof.byte[AT_FLAGS] != flags)
		return refuse(SEC_E_INVALID_TOKEN, key);
	/* What the peer would have put out, had it this identity. */
	uint32_t challenge = key_number(key);
	uint32_t shared = shared_number(key_number(secret), challenge);
	struct token wanted = proof_make(secret, challenge, flags);
	uint32_t seal = token_number(proof, AT_SEAL);
	if (!begins_with(token_numbered(proof, AT_SEAL, 0), wanted))
		return refuse(SEC_E_LOGON_DENIED, key);
	if (flags == FLAG_INTEGRITY &&
	    seal != number_over(wanted, wanted.size, shared))
		return refuse(SEC_E_INVALID_TOKEN, key);
	reply.key = key_complete(key, secret, shared);
	reply.rest = proof.size - proof.byte[AT_SIZE];
	return reply;
}

struct reply package_seal(struct key key, struct key secret,
                          struct token proof)
{
	struct reply reply = {SEC_E_OK, CONTEXT_COMPLETE, 0, {0, 0}, key, no_token};
	uint32_t challenge = key_number(key);

	if (key.byte[KEY_AWAITS] != AWAITS_COMPLETION)
		return refuse(SEC_E_OUT_OF_SEQUENCE, key);
	struct token wanted = proof_make(secret, challenge, key.byte[KEY_FLAGS]);
	if (!begins_with(proof, wanted))
		return refuse(SEC_E_INVALID_TOKEN, key);
	uint32_t shared = shared_number(key_number(secret), challenge);
	reply.token = proof_seal(wanted, shared);
	reply.key = key_complete(key, secret, shared);
	return reply;
}

/* --- Export ------------------------------------------------------------------ */

struct token package_export(struct key key)
{
	struct token token = token_make(TYPE_EXPORT, 0, TOKEN_MAX);

	/*@ loop invariant range: 0 <= i <= KEY_SIZE;
	  @ loop invariant sized: token.size == TOKEN_MAX;
	  @ loop assigns i, token.byte[0 .. TOKEN_MAX - 1];
	  @ loop variant KEY_SIZE - i;
	  @*/
	for (uint32_t i = 0; i < KEY_SIZE; i++)
		token.byte[AT_KEY + i] = key.byte[i];
	return token_numbered(token, AT_CHECK, number_over(token, AT_CHECK, 0));
}

struct reply package_import(struct token exported)
{
	struct reply reply = {SEC_E_OK, CONTEXT_COMPLETE, 0, {0, 0}, no_key, no_token};

	if (token_lacks(exported, TYPE_EXPORT, TOKEN_MAX) != 0 ||
	    token_number(exported, AT_CHECK) !=
	            number_over(exported, AT_CHECK, 0) ||
	    exported.byte[AT_KEY + KEY_NAME_SIZE] > NAME_LIMIT)
		return refuse(SEC_E_INVALID_TOKEN, no_key);
	/*@ loop invariant range: 0 <= i <= KEY_SIZE;
	  @ loop invariant status: reply.status == SEC_E_OK;
	  @ loop assigns i, reply.key.byte[0 .. KEY_SIZE - 1];
	  @ loop variant KEY_SIZE - i;
	  @*/
	for (uint32_t i = 0; i < KEY_SIZE; i++)
		reply.key.byte[i] = exported.byte[AT_KEY + i];
	reply.key.byte[KEY_ROLE] = ROLE_IMPORTED;
	reply.key.byte[KEY_AWAITS] = AWAITS_NOTHING;
	return reply;
}
