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
#define AT_CHECK (TOKEN_MAX - 4u)
/* Where a byte of an exported key is in a key: the secret is left out. */
#define EXPORTED(i) ((i) < KEY_NUMBER ? (i) : (i) + 4u)

/* --- Numbers --------------------------------------------------------------- */

uint32_t package_mix(uint32_t number, uint32_t unit)
{
	return (uint32_t)((number * 65599ull + unit + 1u) % NUMBER_LIMIT);
}

struct key package_numbered(struct key key, uint32_t at, uint32_t number)
{
	key.byte[at] = (unsigned char)(number % 256u);
	key.byte[at + 1u] = (unsigned char)(number / 256u % 256u);
	key.byte[at + 2u] = (unsigned char)(number / 65536u % 256u);
	key.byte[at + 3u] = (unsigned char)(number / 16777216u);
	return key;
}

/*@ requires place: at == KEY_NUMBER || at == KEY_CHALLENGE;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures lowest_first: \result == key.byte[at] + key.byte[at + 1] * 256 +
  @   key.byte[at + 2] * 65536 + key.byte[at + 3] * 16777216;
  @*/
static uint32_t key_number(struct key key, uint32_t at)
{
	return key.byte[at] + key.byte[at + 1u] * 256u + key.byte[at + 2u] * 65536u +
	       key.byte[at + 3u] * 16777216u;
}

/*@ requires within: at <= TOKEN_MAX - 4;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures lowest_first: \result == token.byte[at] + token.byte[at + 1] * 256 +
  @   token.byte[at + 2] * 65536 + token.byte[at + 3] * 16777216;
  @*/
static uint32_t token_number(struct token token, uint32_t at)
{
	return token.byte[at] + token.byte[at + 1u] * 256u +
	       token.byte[at + 2u] * 65536u + token.byte[at + 3u] * 16777216u;
}

/*@ requires within: at <= TOKEN_MAX - 4;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures size_kept: \result.size == token.size;
  @*/
static struct token token_numbered(struct token token, uint32_t at, uint32_t number)
{
	token.byte[at] = (unsigned char)(number % 256u);
	token.byte[at + 1u] = (unsigned char)(number / 256u % 256u);
	token.byte[at + 2u] = (unsigned char)(number / 65536u % 256u);
	token.byte[at + 3u] = (unsigned char)(number / 16777216u);
	return token;
}

/* A number over the first `size` bytes, and another number. */
/*@ requires within: size <= TOKEN_MAX;
  @ terminates \true; exits \false; assigns \nothing;
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

/* What an identity's secret and the challenge of an exchange come to. */
#define USE_PROOF 1u  /* what proves that one knows the secret */
#define USE_SHARED 2u /* what both sides share */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT;
  @*/
static uint32_t key_mixed(struct key key, uint32_t use)
{
	uint32_t secret = package_mix(0, key_number(key, KEY_NUMBER));

	return package_mix(package_mix(secret, key_number(key, KEY_CHALLENGE)), use);
}

/* --- All tokens ------------------------------------------------------------ */

/* A token of which only the header is written. */
/*@ requires within: size <= TOKEN_MAX;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures sized: \result.size == size;
  @*/
static struct token token_make(unsigned char type, unsigned char flags, uint32_t size)
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
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures none_lacks: \result == 0 ==> token.size >= token.byte[AT_SIZE] &&
  @   least <= token.byte[AT_SIZE] <= TOKEN_MAX;
  @*/
static uint32_t token_lacks(struct token token, unsigned char type, uint32_t least)
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
	    token.byte[AT_FLAGS] > FLAG_INTEGRITY || size < least || size > TOKEN_MAX)
		return TOKEN_MAX + 1u;
	return token.size < size ? size - token.size : 0;
}

/* An answer that puts out nothing and leaves the key as it is. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures follows: phase_follows(status, \result.phase);
  @ ensures answers: \result.status == status && \result.token.size == 0;
  @*/
static struct reply answer(SECURITY_STATUS status, struct key key)
{
	struct reply reply = {status, CONTEXT_FAILED, 0, {0, 0}, key, no_token};

	if (status == SEC_E_OK)
		reply.phase = CONTEXT_COMPLETE;
	else if (status > 0)
		reply.phase = CONTEXT_PARTIAL;
	else if (status == SEC_E_INCOMPLETE_MESSAGE)
		reply.phase = CONTEXT_INCOMPLETE;
	else if (status == SEC_E_LOGON_DENIED)
		reply.phase = CONTEXT_REJECTED;
	return reply;
}

/* The answer to a token that lacks something, or cannot become one. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures answers: \result.status == SEC_E_INVALID_TOKEN ||
  @   \result.status == SEC_E_INCOMPLETE_MESSAGE;
  @*/
static struct reply ask_for(uint32_t missing, struct key key)
{
	if (missing > TOKEN_MAX)
		return answer(SEC_E_INVALID_TOKEN, key);
	struct reply reply = answer(SEC_E_INCOMPLETE_MESSAGE, key);
	reply.rest = missing;
	return reply;
}

/* --- Hello and challenge ----------------------------------------------------- */

struct reply package_hello(struct key key, bool integrity)
{
	unsigned char flags = integrity ? FLAG_INTEGRITY : 0;
	struct reply reply = {SEC_I_CONTINUE_NEEDED, CONTEXT_PARTIAL, 0, {0, 0}, key,
	                      token_make(TYPE_HELLO, flags, HEADER_SIZE)};

	reply.key.byte[KEY_ROLE] = ROLE_INITIATOR;
	reply.key.byte[KEY_AWAITS] = AWAITS_CHALLENGE;
	reply.key.byte[KEY_FLAGS] = flags;
	return reply;
}

struct reply package_challenge(struct key key, struct token hello, uint32_t number)
{
	struct reply reply = answer(SEC_I_CONTINUE_NEEDED, key);
	uint32_t missing = token_lacks(hello, TYPE_HELLO, HEADER_SIZE);

	if (missing != 0)
		return ask_for(missing, key);
	if (hello.byte[AT_SIZE] != HEADER_SIZE)
		return answer(SEC_E_INVALID_TOKEN, key);
	reply.key = package_numbered(key, KEY_CHALLENGE, number);
	reply.key.byte[KEY_ROLE] = ROLE_ACCEPTOR;
	reply.key.byte[KEY_AWAITS] = AWAITS_PROOF;
	reply.key.byte[KEY_FLAGS] = hello.byte[AT_FLAGS];
	reply.rest = hello.size - HEADER_SIZE;
	reply.token = token_make(TYPE_CHALLENGE, hello.byte[AT_FLAGS], HEADER_SIZE + 4u);
	reply.token = token_numbered(reply.token, AT_NUMBER, number);
	return reply;
}

/* --- Proof ------------------------------------------------------------------- */

/* The proof, without its seal, that one knows a context's secret. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures sized: TOKEN_PROOF_NAME <= \result.size <= EXCHANGE_TOKEN_MAX;
  @*/
static struct token proof_make(struct key key)
{
	uint32_t name = key.byte[KEY_NAME_SIZE];

	if (name > NAME_LIMIT)
		name = NAME_LIMIT;
	struct token token = token_make(TYPE_PROOF, key.byte[KEY_FLAGS],
	                                TOKEN_PROOF_NAME + name);
	token = token_numbered(token, AT_NUMBER, key_mixed(key, USE_PROOF));
	/*@ loop invariant range: 0 <= i <= name;
	  @ loop invariant sized: token.size == TOKEN_PROOF_NAME + name;
	  @ loop assigns i, token.byte[0 .. TOKEN_MAX - 1];
	  @ loop variant name - i;
	  @*/
	for (uint32_t i = 0; i < name; i++)
		token.byte[TOKEN_PROOF_NAME + i] = key.byte[KEY_NAME + i];
	return token;
}

/* The key of a context that has become complete. It needs the secret no more. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures complete: \result.byte[KEY_AWAITS] == AWAITS_NOTHING;
  @ ensures role_kept: \result.byte[KEY_ROLE] == key.byte[KEY_ROLE];
  @*/
static struct key key_complete(struct key key)
{
	struct key complete = package_numbered(key, KEY_SHARED, key_mixed(key, USE_SHARED));

	complete = package_numbered(complete, KEY_NUMBER, 0);
	complete = package_numbered(complete, KEY_CHALLENGE, 0);
	complete.byte[KEY_AWAITS] = AWAITS_NOTHING;
	return complete;
}

/* The seal of a proof: a number over all of it and what both sides share. */
#define SEAL(proof, key) number_over(proof, (proof).size, key_mixed(key, USE_SHARED))

struct reply package_prove(struct key key, struct token challenge)
{
	uint32_t missing = token_lacks(challenge, TYPE_CHALLENGE, HEADER_SIZE + 4u);

	if (key.byte[KEY_ROLE] != ROLE_INITIATOR ||
	    key.byte[KEY_AWAITS] != AWAITS_CHALLENGE)
		return answer(SEC_E_OUT_OF_SEQUENCE, key);
	if (missing != 0)
		return ask_for(missing, key);
	if (challenge.byte[AT_SIZE] != HEADER_SIZE + 4u ||
	    challenge.byte[AT_FLAGS] != key.byte[KEY_FLAGS])
		return answer(SEC_E_INVALID_TOKEN, key);
	key = package_numbered(key, KEY_CHALLENGE, token_number(challenge, AT_NUMBER));
	struct reply reply = answer(SEC_E_OK, key_complete(key));
	if (key.byte[KEY_FLAGS] == FLAG_INTEGRITY) {
		reply = answer(SEC_I_COMPLETE_NEEDED, key);
		reply.key.byte[KEY_AWAITS] = AWAITS_COMPLETION;
	}
	reply.rest = challenge.size - challenge.byte[AT_SIZE];
	reply.token = proof_make(key);
	return reply;
}

/* Whether the first bytes of a token are another one. */
/*@ requires sized: wanted.size <= TOKEN_MAX;
  @ terminates \true; exits \false; assigns \nothing;
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

struct reply package_verify(struct key key, struct token proof)
{
	uint32_t missing = token_lacks(proof, TYPE_PROOF, TOKEN_PROOF_NAME);

	if (key.byte[KEY_ROLE] != ROLE_ACCEPTOR || key.byte[KEY_AWAITS] != AWAITS_PROOF)
		return answer(SEC_E_OUT_OF_SEQUENCE, key);
	if (missing != 0)
		return ask_for(missing, key);
	if (proof.byte[AT_SIZE] > EXCHANGE_TOKEN_MAX ||
	    proof.byte[AT_FLAGS] != key.byte[KEY_FLAGS])
		return answer(SEC_E_INVALID_TOKEN, key);
	/* What the peer would have put out, had it this identity. */
	struct token wanted = proof_make(key);
	if (!begins_with(token_numbered(proof, AT_SEAL, 0), wanted))
		return answer(SEC_E_LOGON_DENIED, key);
	if (key.byte[KEY_FLAGS] == FLAG_INTEGRITY &&
	    token_number(proof, AT_SEAL) != SEAL(wanted, key))
		return answer(SEC_E_INVALID_TOKEN, key);
	struct reply reply = answer(SEC_E_OK, key_complete(key));
	reply.rest = proof.size - proof.byte[AT_SIZE];
	return reply;
}

struct reply package_seal(struct key key, struct token proof)
{
	if (key.byte[KEY_AWAITS] != AWAITS_COMPLETION)
		return answer(SEC_E_OUT_OF_SEQUENCE, key);
	struct token wanted = proof_make(key);
	if (!begins_with(proof, wanted))
		return answer(SEC_E_INVALID_TOKEN, key);
	struct reply reply = answer(SEC_E_OK, key_complete(key));
	reply.token = token_numbered(wanted, AT_SEAL, SEAL(wanted, key));
	return reply;
}

/* --- Export ------------------------------------------------------------------ */

struct token package_export(struct key key)
{
	struct token token = token_make(TYPE_EXPORT, 0, TOKEN_MAX);

	/*@ loop invariant range: 0 <= i <= KEY_SIZE - 4;
	  @ loop invariant sized: token.size == TOKEN_MAX;
	  @ loop assigns i, token.byte[0 .. TOKEN_MAX - 1];
	  @ loop variant KEY_SIZE - i;
	  @*/
	for (uint32_t i = 0; i < KEY_SIZE - 4u; i++)
		token.byte[AT_KEY + i] = key.byte[EXPORTED(i)];
	return token_numbered(token, AT_CHECK, number_over(token, AT_CHECK, 0));
}

struct reply package_import(struct token exported)
{
	struct reply reply = answer(SEC_E_OK, no_key);

	if (token_lacks(exported, TYPE_EXPORT, TOKEN_MAX) != 0 ||
	    token_number(exported, AT_CHECK) != number_over(exported, AT_CHECK, 0) ||
	    exported.byte[AT_KEY + KEY_NAME_SIZE] > NAME_LIMIT)
		return answer(SEC_E_INVALID_TOKEN, no_key);
	/*@ loop invariant range: 0 <= i <= KEY_SIZE - 4;
	  @ loop invariant status: reply.status == SEC_E_OK &&
	  @   reply.phase == CONTEXT_COMPLETE;
	  @ loop assigns i, reply.key.byte[0 .. KEY_SIZE - 1];
	  @ loop variant KEY_SIZE - i;
	  @*/
	for (uint32_t i = 0; i < KEY_SIZE - 4u; i++)
		reply.key.byte[EXPORTED(i)] = exported.byte[AT_KEY + i];
	reply.key.byte[KEY_ROLE] = ROLE_IMPORTED;
	reply.key.byte[KEY_AWAITS] = AWAITS_NOTHING;
	return reply;
}
