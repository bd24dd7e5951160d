/*
 * words.h: the two words of a handle struct, and the handle that they are.
 *
 * This is the only place where a handle has the width of a pointer. Lower words of
 * contexts and of credentials lie in ranges of their own, so no value is a handle of
 * both kinds (delete_credential_invalid); both lie above every generation, so none is a
 * handle and another one with its words exchanged (delete_swapped_invalid).
 */
#ifndef REF_WORDS_H
#define REF_WORDS_H

#include "lifecycle.h"

/** The lower words of slot 0's handles. */
#define CONTEXT_BASE 0x43000000u
#define CREDENTIAL_BASE 0x4B000000u

/*@ predicate of_kind(integer base) = base == CONTEXT_BASE || base == CREDENTIAL_BASE;
  @ // Words that may be a handle of the kind, one day or never.
  @ predicate issuable(integer base, SecHandle words) =
  @   base <= words.dwLower < base + TABLE_CAPACITY_MAX &&
  @   1 <= words.dwUpper <= TABLE_GENERATION_MAX;
  @ // The words of no handle: callers, and the header, use them to say so.
  @ predicate reserved(SecHandle words) = words.dwLower == 0 || words.dwUpper == 0 ||
  @   words.dwLower >= UINTPTR_MAX - 1 || words.dwUpper >= UINTPTR_MAX - 1;
  @*/

/** The handle of a kind that the words are; generation 0 if they are none, or `words`
 *  is NULL. */
/*@ requires readable: words == \null || \valid_read(words);
  @ requires kind: of_kind(base);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures possible: \result.generation <= TABLE_GENERATION_MAX;
  @ ensures handle_is_its_value: words != \null && issuable(base, *words) ==>
  @   \result.slot == words->dwLower - base && \result.generation == words->dwUpper;
  @ ensures delete_garbage_invalid: words == \null || !issuable(base, *words) ==>
  @   \result.generation == 0;
  @*/
struct handle words_read(const SecHandle *words, uint32_t base);

/** Writes a handle of a kind to a caller's struct. */
/*@ requires writable: \valid(words);
  @ requires kind: of_kind(base);
  @ requires handle: h.slot < TABLE_CAPACITY_MAX &&
  @   1 <= h.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns *words;
  @ ensures create_delivers_handle: words->dwLower == base + h.slot &&
  @   words->dwUpper == h.generation;
  @ ensures create_never_confusable: issuable(base, *words) &&
  @   words->dwLower != words->dwUpper;
  @ ensures create_never_reserved: !reserved(*words);
  @*/
void words_write(SecHandle *words, uint32_t base, struct handle h);

#endif
