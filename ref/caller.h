/*
 * caller.h: reads and writes what a caller passes by pointers: lists of buffers,
 * bytes, strings, identities.
 *
 * Every pointer may be NULL. Of one that is not, the contracts ask that as much
 * memory is there as the caller says: no function can find out by itself
 * (open_unreadable_memory).
 *
 * Bytes are signed characters, as that is what a pointer to void points to for
 * the prover. Where the interface has a pointer to void, lock.c passes it on as a
 * pointer to each type that it may have; so nothing here needs a cast.
 */
#ifndef REF_CALLER_H
#define REF_CALLER_H

#include "package.h"

/*@ // A terminated string.
  @ predicate string_a(SEC_CHAR *s) =
  @   \exists integer n; 0 <= n && \valid_read(s + (0 .. n)) && s[n] == 0;
  @ predicate string_w(SEC_WCHAR *s) =
  @   \exists integer n; 0 <= n && \valid_read(s + (0 .. n)) && s[n] == 0;
  @
  @ // What a package's name may come to.
  @ predicate found(integer status) = status == SEC_E_OK ||
  @   status == SEC_E_INVALID_PARAMETER || status == SEC_E_SECPKG_NOT_FOUND;
  @
  @ // A list of buffers.
  @ predicate list(SecBufferDesc *d) =
  @   \valid_read(d) && (d->pBuffers != \null ==>
  @     \valid(d->pBuffers + (0 .. d->cBuffers - 1)));
  @
  @ // An identity, in each of its forms, as its flags say.
  @ predicate identity_a(SEC_WINNT_AUTH_IDENTITY_A *i) = \valid_read(i) &&
  @   (i->Flags == SEC_WINNT_AUTH_IDENTITY_ANSI ==>
  @    (i->User != \null ==> \valid_read(i->User + (0 .. i->UserLength - 1))) &&
  @    (i->Domain != \null ==>
  @     \valid_read(i->Domain + (0 .. i->DomainLength - 1))) &&
  @    (i->Password != \null ==>
  @     \valid_read(i->Password + (0 .. i->PasswordLength - 1))));
  @ predicate identity_w(SEC_WINNT_AUTH_IDENTITY_W *i) = \valid_read(i) &&
  @   (i->Flags == SEC_WINNT_AUTH_IDENTITY_UNICODE ==>
  @    (i->User != \null ==> \valid_read(i->User + (0 .. i->UserLength - 1))) &&
  @    (i->Domain != \null ==>
  @     \valid_read(i->Domain + (0 .. i->DomainLength - 1))) &&
  @    (i->Password != \null ==>
  @     \valid_read(i->Password + (0 .. i->PasswordLength - 1))));
  @*/

/** What a package's name, in one form or the other, comes to.
 *
 *  SEC_E_OK                 it is the name of the package
 *  SEC_E_INVALID_PARAMETER  both pointers are NULL
 *  SEC_E_SECPKG_NOT_FOUND   it is another name */
/*@ requires string_a: a != \null ==> string_a(a);
  @ requires string_w: w != \null ==> string_w(w);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: found(\result);
  @ ensures null: a == \null && w == \null <==> \result == SEC_E_INVALID_PARAMETER;
  @*/
SECURITY_STATUS caller_package(const SEC_CHAR *a, const SEC_WCHAR *w);

/** The first buffer of a type in a list, or NULL if there is none, no list, or a
 *  malformed one.
 *
 *  type        SECBUFFER_TOKEN, SECBUFFER_EMPTY
 *  attributes  whether the buffer may have attributes, SECBUFFER_ATTRMASK: one
 *              to be written to may not */
/*@ requires list: list != \null ==> list(list);
  @ terminates \true; exits \false;
  @ assigns \result \from list, *list, type, attributes;
  @ ensures in_list: \result != \null ==> \valid(\result) &&
  @   \exists integer i; 0 <= i < list->cBuffers &&
  @     \result == list->pBuffers + i;
  @ ensures of_type: \result != \null ==> \result->BufferType == type ||
  @   (attributes && \result->BufferType % 0x10000000 == type);
  @ ensures none_left: \result == \null && list != \null &&
  @   list->ulVersion == SECBUFFER_VERSION && list->pBuffers != \null ==>
  @   \forall integer i; 0 <= i < list->cBuffers ==>
  @   list->pBuffers[i].BufferType != type;
  @*/
SecBuffer *caller_find(const SecBufferDesc *list, ULONG type, bool attributes);

/** Reads a token of `size` bytes, as far as tokens go. */
/*@ requires bytes: bytes != \null ==> \valid_read(bytes + (0 .. size - 1));
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures size: \result.size == (bytes == \null ? 0 : size);
  @ ensures bytes: bytes != \null ==> \forall integer i;
  @   0 <= i < size && i < TOKEN_MAX ==>
  @   \result.byte[i] == (bytes[i] < 0 ? bytes[i] + 256 : bytes[i]);
  @*/
struct token caller_read(const signed char *bytes, ULONG size);

/** Writes a token. */
/*@ requires token: \valid(token);
  @ requires apart: \separated(token, bytes + (..));
  @ requires size: token->size <= TOKEN_MAX;
  @ requires bytes: \valid(bytes + (0 .. token->size - 1));
  @ terminates \true; exits \false;
  @ assigns bytes[0 .. token->size - 1];
  @ ensures bytes: \forall integer i; 0 <= i < token->size ==>
  @   bytes[i] == (token->byte[i] > 127 ? token->byte[i] - 256
  @                : token->byte[i]);
  @*/
void caller_write(signed char *bytes, const struct token *token);

/** What an identity comes to. */
struct identity {
	SECURITY_STATUS status;
	struct key secret; /**< name and number, see package.h */
};

/** Reads an identity: user, domain and password, of which the name is made, or
 *  the domain, a backslash and the user's name.
 *
 *  ansi, wide  the same pointer, or both NULL for nobody in particular
 *
 *  SEC_E_OK
 *  SEC_E_NO_CREDENTIALS     it names nobody
 *  SEC_E_INVALID_PARAMETER  its flags are not one of the two, a pointer to text
 *                           is NULL, or the name has over NAME_LIMIT units, or
 *                           one above 255 */
/*@ requires ansi: ansi != \null ==> identity_a(ansi);
  @ requires wide: wide != \null ==> identity_w(wide);
  @ requires both: ansi != \null ==> wide != \null;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures answers: \result.status == SEC_E_OK ||
  @   \result.status == SEC_E_NO_CREDENTIALS ||
  @   \result.status == SEC_E_INVALID_PARAMETER;
  @ ensures nobody: ansi == \null ==> \result.status == SEC_E_OK;
  @*/
struct identity caller_identity(const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                                const SEC_WINNT_AUTH_IDENTITY_W *wide);

#endif
