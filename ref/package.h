/*
 * package.h: the package "Reference", by itself: its tokens, and how an exchange
 * goes on when one arrives. It knows no handles and no caller's memory; all it
 * takes and gives are values.
 *
 *   initiator                                  acceptor
 *     hello ------------------------------------->
 *           <------------------------------- challenge (a number)
 *     proof ------------------------------------->  knows the same identity,
 *     (name; number of secret and challenge)        or answers LOGON_DENIED
 *
 * An initiator that asks for integrity makes a proof that lacks its seal: it
 * answers SEC_I_COMPLETE_NEEDED, and CompleteAuthToken seals it. An acceptor
 * takes no unsealed proof in such an exchange.
 *
 * Nothing here is cryptography. Numbers are mixed so that an exchange goes one
 * way for peers with equal identities and another way for others, and so that a
 * token of one exchange does not fit another. Whoever sees tokens can forge them.
 *
 * Tokens: four letters SHR1, a type, flags, the whole size in two bytes with the
 * lower one first; then, by type,
 *
 *   hello      nothing
 *   challenge  a number in four bytes
 *   proof      a number, the seal's number or zeros, the name
 *   export     a key but for the secret, a number over all before it
 *
 * What a credential or a context must remember is its key. A context's begins as a
 * copy of its credential's:
 *
 *   byte  0    of a credential: the directions that it may be used in, SECPKG_CRED_*;
 *              of a context: its role
 *         1    of a context: what it waits for
 *         2    flags of the exchange
 *         3    bytes in the name
 *         4    a number in four bytes: of a complete context what both sides share
 *         8    a number: the challenge of a context that is not complete yet
 *         12   a number: the identity's secret, until the context is complete
 *         16   the name
 */
#ifndef REF_PACKAGE_H
#define REF_PACKAGE_H

#include "lifecycle.h"

/* --- Keys ------------------------------------------------------------------ */

#define KEY_ROLE 0u
#define KEY_AWAITS 1u
#define KEY_FLAGS 2u
#define KEY_NAME_SIZE 3u
#define KEY_SHARED 4u
#define KEY_CHALLENGE 8u
#define KEY_NUMBER 12u
#define KEY_NAME 16u

/** Most bytes in a name. */
#define NAME_LIMIT 64u

_Static_assert(KEY_NAME + NAME_LIMIT == KEY_SIZE, "a name fits into a key");

#define ROLE_INITIATOR 1u
#define ROLE_ACCEPTOR 2u
#define ROLE_IMPORTED 3u

#define AWAITS_NOTHING 0u
#define AWAITS_CHALLENGE 1u
#define AWAITS_PROOF 2u
#define AWAITS_COMPLETION 3u

/** Flag of an exchange and of its tokens: the initiator asked for integrity. */
#define FLAG_INTEGRITY 1u

/** Numbers are kept below this prime. */
#define NUMBER_LIMIT 4294967291u

/* --- Tokens ---------------------------------------------------------------- */

#define HEADER_SIZE 8u
#define TOKEN_PROOF_NAME (HEADER_SIZE + 8u) /**< where a proof's name is */

/** The longest token of an exchange, and the longest of all, in bytes. */
#define EXCHANGE_TOKEN_MAX (TOKEN_PROOF_NAME + NAME_LIMIT)
#define TOKEN_MAX (HEADER_SIZE + KEY_SIZE)

/** A token. One that a caller passed may have a size above TOKEN_MAX, of which
 *  only the first TOKEN_MAX bytes are here. */
struct token {
	uint32_t size; /**< 0: there is none */
	unsigned char byte[TOKEN_MAX];
};

/** What came of a step of an exchange. */
struct reply {
	SECURITY_STATUS status;
	uint32_t phase;     /**< the context's next phase */
	uint32_t rest;      /**< with SEC_E_INCOMPLETE_MESSAGE: bytes that lack; with
	                         SEC_E_BUFFER_TOO_SMALL (legs.h): bytes needed; with
	                         a success: bytes behind the token that was taken */
	struct handle handle; /**< of the context (legs.h) */
	struct key key;     /**< the context's next key */
	struct token token; /**< what is put out */
};

/*@ // Which phase a context is in after a leg that answered so.
  @ predicate phase_follows(integer status, integer phase) = phase ==
  @   (status == SEC_E_OK ? CONTEXT_COMPLETE : status > 0 ? CONTEXT_PARTIAL :
  @    status == SEC_E_INCOMPLETE_MESSAGE ? CONTEXT_INCOMPLETE :
  @    status == SEC_E_LOGON_DENIED ? CONTEXT_REJECTED : CONTEXT_FAILED);
  @
  @ predicate reply_fits(struct reply r) = phase_follows(r.status, r.phase) &&
  @   r.token.size <= EXCHANGE_TOKEN_MAX && (r.status < 0 ==> r.token.size == 0) &&
  @   (r.status == SEC_E_OK || r.status == SEC_I_CONTINUE_NEEDED ||
  @    r.status == SEC_I_COMPLETE_NEEDED || r.status == SEC_E_INCOMPLETE_MESSAGE ||
  @    r.status == SEC_E_INVALID_TOKEN || r.status == SEC_E_LOGON_DENIED ||
  @    r.status == SEC_E_OUT_OF_SEQUENCE);
  @*/

/* --- Operations ------------------------------------------------------------- */

/** Mixes a unit of text into a number; both may be anything. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures below: \result < NUMBER_LIMIT;
  @*/
uint32_t package_mix(uint32_t number, uint32_t unit);

/** Writes a number into a key, at KEY_NUMBER, KEY_CHALLENGE or KEY_SHARED. */
/*@ requires place: at == KEY_NUMBER || at == KEY_CHALLENGE || at == KEY_SHARED;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures rest: \forall integer i; 0 <= i < KEY_SIZE && !(at <= i < at + 4) ==>
  @   \result.byte[i] == key.byte[i];
  @*/
struct key package_numbered(struct key key, uint32_t at, uint32_t number);

/** The first leg of an initiator: a hello.
 *
 *  key  of its credential */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures continues: \result.status == SEC_I_CONTINUE_NEEDED;
  @*/
struct reply package_hello(struct key key, bool integrity);

/** The first leg of an acceptor: takes a hello, makes a challenge.
 *
 *  key     of its credential
 *  number  a number that no other exchange has, as far as possible */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures not_yet: \result.status == SEC_I_CONTINUE_NEEDED ||
  @   \result.status == SEC_E_INVALID_TOKEN ||
  @   \result.status == SEC_E_INCOMPLETE_MESSAGE;
  @*/
struct reply package_challenge(struct key key, struct token hello, uint32_t number);

/** A later leg of an initiator: takes a challenge, makes a proof. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures in_turn: \result.status >= 0 ==> key.byte[KEY_ROLE] == ROLE_INITIATOR &&
  @   key.byte[KEY_AWAITS] == AWAITS_CHALLENGE && \result.status ==
  @   (key.byte[KEY_FLAGS] == FLAG_INTEGRITY ? SEC_I_COMPLETE_NEEDED : SEC_E_OK);
  @*/
struct reply package_prove(struct key key, struct token challenge);

/** A later leg of an acceptor: takes a proof. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result);
  @ ensures in_turn: \result.status >= 0 ==> \result.status == SEC_E_OK &&
  @   key.byte[KEY_ROLE] == ROLE_ACCEPTOR && key.byte[KEY_AWAITS] == AWAITS_PROOF;
  @*/
struct reply package_verify(struct key key, struct token proof);

/** Seals the proof of an initiator that waits for it.
 *
 *  SEC_E_OK               the reply's token is the sealed proof
 *  SEC_E_INVALID_TOKEN    this is not the proof that it put out
 *  SEC_E_OUT_OF_SEQUENCE  the context does not wait for it */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures fits: reply_fits(\result) && \result.token.size <= proof.size;
  @ ensures answers: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_INVALID_TOKEN ||
  @   \result.status == SEC_E_OUT_OF_SEQUENCE;
  @ ensures in_turn: \result.status == SEC_E_OK ==>
  @   key.byte[KEY_AWAITS] == AWAITS_COMPLETION;
  @*/
struct reply package_seal(struct key key, struct token proof);

/** Writes a complete context's key as bytes. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures whole: \result.size == TOKEN_MAX;
  @*/
struct token package_export(struct key key);

/** Reads what package_export wrote. Answers SEC_E_OK, COMPLETE and the key of an
 *  imported context, or SEC_E_INVALID_TOKEN. */
/*@ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_INVALID_TOKEN;
  @ ensures complete: phase_follows(\result.status, \result.phase);
  @*/
struct reply package_import(struct token exported);

#endif
