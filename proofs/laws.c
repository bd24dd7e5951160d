/*
 * laws.c: what a user of handles may count on, as small programs that are proved
 * against the contracts of words.h, lifecycle.h and table.h alone.
 *
 * How to read it: each function is one law; its contract says what holds at the start
 * and at the end, its body is the calls in between. The prover sees the contracts of
 * the operations, not their code, so a law that holds here holds for every
 * implementation that keeps these contracts. Nothing here is meant to be run.
 */
#include "words.h"

/* --- Deletes -------------------------------------------------------------------- */

/* Whatever two words are deleted twice: the second answer tells whether they ever were
 * a context's handle, and nothing changes. */
/*@ requires valid: \valid(l);
  @ requires readable: \valid(words);
  @ requires apart: \separated(l, words + (..));
  @ requires sound: sound(*l);
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures delete_deleted_ok: \result == SEC_E_OK <==>
  @   issued(\at(l->contexts, Pre), words->dwLower - CONTEXT_BASE, words->dwUpper);
  @ ensures delete_no_other_status: \result == SEC_E_OK ||
  @   \result == SEC_E_INVALID_HANDLE;
  @ ensures once: live_count(l->contexts) >= live_count(\at(l->contexts, Pre)) - 1;
  @*/
SECURITY_STATUS law_delete_twice(struct lifecycle *l, const SecHandle *words)
{
	lifecycle_delete(l, words_read(words, CONTEXT_BASE));
	return lifecycle_delete(l, words_read(words, CONTEXT_BASE));
}

/* A deleted context takes no leg and has no phase and no key. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires live: live(l->contexts, h.slot, h.generation);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures use_deleted_invalid: \result.phase == CONTEXT_NONE && wiped(\result.key);
  @ ensures init_deleted_invalid: ended(l->contexts, h.slot, h.generation);
  @*/
struct context law_deleted_is_gone(struct lifecycle *l, struct handle h, uint32_t phase,
                                   struct key key)
{
	lifecycle_delete(l, h);
	lifecycle_advance(l, h, phase, key);
	return lifecycle_context(l, h);
}

/* Of a context that was deleted no byte of its key is left, and its slot is free, or
 * retired if it has issued all that it may. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires live: live(l->contexts, h.slot, h.generation);
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures delete_wipes_keys: wiped(l->context[h.slot].key);
  @ ensures no_slot_lost: \result == live_count(\at(l->contexts, Pre)) - 1;
  @*/
uint32_t law_delete_releases(struct lifecycle *l, struct handle h)
{
	lifecycle_delete(l, h);
	return table_live(&l->contexts);
}

/* Whatever is made after a delete has another handle, also in the same slot; and to
 * delete the old one again leaves the new one alone. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires live: live(l->contexts, h.slot, h.generation);
  @ requires phase_known: phase < CONTEXT_NONE;
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures delete_deleted_for_ever: ended(l->contexts, h.slot, h.generation);
  @ ensures create_never_reissues: \result.generation == 0 ||
  @   \result.slot != h.slot || \result.generation > h.generation;
  @ ensures others_untouched: \result.generation != 0 ==>
  @   live(l->contexts, \result.slot, \result.generation) &&
  @   l->context[\result.slot].phase == phase && l->context[\result.slot].key == key;
  @*/
struct handle law_reuse(struct lifecycle *l, struct handle h, uint32_t phase,
                        struct key key)
{
	lifecycle_delete(l, h);
	struct handle made = lifecycle_begin(l, phase, key);
	lifecycle_delete(l, h);
	return made;
}

/* --- Credentials ------------------------------------------------------------------ */

/* A context is what it was after any credential was freed. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires live: live(l->contexts, h.slot, h.generation);
  @ requires possible: credential.generation <= TABLE_GENERATION_MAX;
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures context_outlives_credential: live(l->contexts, h.slot, h.generation);
  @ ensures credential_kept_while_needed: \result == \old(l->context[h.slot]);
  @*/
struct context law_context_outlives_credential(struct lifecycle *l, struct handle h,
                                               struct handle credential)
{
	lifecycle_free(l, credential);
	return lifecycle_context(l, h);
}

/* A freed credential is not live, its secret is wiped, and a second free is refused. */
/*@ requires valid: \valid(l);
  @ requires sound: sound(*l);
  @ requires live: live(l->credentials, h.slot, h.generation);
  @ terminates \true; exits \false;
  @ assigns *l;
  @ ensures free_freed_invalid: \result == SEC_E_INVALID_HANDLE;
  @ ensures leg_freed_credential_invalid: ended(l->credentials, h.slot, h.generation);
  @ ensures credential_released_when_unneeded: wiped(l->credential[h.slot]);
  @*/
SECURITY_STATUS law_free_twice(struct lifecycle *l, struct handle h)
{
	lifecycle_free(l, h);
	return lifecycle_free(l, h);
}

/* --- Values ----------------------------------------------------------------------- */

/* No two words are a handle of both kinds. */
/*@ requires valid: \valid(words);
  @ requires kinds: of_kind(base) && of_kind(other) && base != other;
  @ requires issuable: issuable(base, *words);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_credential_invalid: \result == 0;
  @*/
uint32_t law_kinds_apart(const SecHandle *words, uint32_t base, uint32_t other)
{
	return words_read(words, other).generation;
}

/* A handle with its words exchanged is none, of neither kind. */
/*@ requires valid: \valid(words);
  @ requires issuable: issuable(CONTEXT_BASE, *words) || issuable(CREDENTIAL_BASE, *words);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_swapped_invalid: \result == 0;
  @*/
uint32_t law_swapped(const SecHandle *words)
{
	SecHandle swapped = {words->dwUpper, words->dwLower};

	return words_read(&swapped, CONTEXT_BASE).generation +
	       words_read(&swapped, CREDENTIAL_BASE).generation;
}

/* A handle with bit 30 of its upper word set is none, and never will be. */
/*@ requires valid: \valid(words);
  @ requires ahead: words->dwUpper >= 1073741824;
  @ requires kind: of_kind(base);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures delete_unissued_invalid: \result == 0;
  @*/
uint32_t law_ahead(const SecHandle *words, uint32_t base)
{
	return words_read(words, base).generation;
}

/* The reserved values are no handles: a word of zero, of all bits set, and the header's
 * deleted handle. */
/*@ requires valid: \valid(words);
  @ requires reserved: reserved(*words);
  @ requires kind: of_kind(base);
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures create_never_reserved: \result == 0;
  @*/
uint32_t law_reserved(const SecHandle *words, uint32_t base)
{
	return words_read(words, base).generation;
}

/* --- Room --------------------------------------------------------------------------- */

/* A table whose slots are all live or retired creates nothing; and only such a one. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ terminates \true; exits \false;
  @ assigns *t;
  @ ensures exhaustion_creates_nothing: \result == \true <==>
  @   live_count(\at(*t, Pre)) + \old(t->retired) == \old(t->capacity);
  @ ensures unchanged: \result == \true ==> *t == \old(*t);
  @*/
bool law_full(struct table *t)
{
	return table_create(t).generation == 0;
}

/* A slot that has issued all that it may is retired when its last handle ends: it is
 * not issued again, though there is no other. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ requires full: full(*t);
  @ requires exhausted: slot_live(*t, slot) && t->state[slot] == t->max_generation;
  @ terminates \true; exits \false;
  @ assigns *t;
  @ ensures create_never_reissues: \result == \true;
  @ ensures retired: t->retired == \old(t->retired) + 1;
  @*/
bool law_retire(struct table *t, uint32_t slot)
{
	table_end(t, slot);
	return table_create(t).generation == 0;
}

/* In a full table, a slot that is not exhausted is the next to be issued. */
/*@ requires valid: \valid(t);
  @ requires well_formed: well_formed(*t);
  @ requires full: full(*t);
  @ requires goes_on: slot_live(*t, slot) && t->state[slot] < t->max_generation;
  @ terminates \true; exits \false;
  @ assigns *t;
  @ ensures no_slot_lost: \result.slot == slot;
  @ ensures create_never_reissues: \result.generation == \old(t->state[slot]) + 1;
  @*/
struct handle law_next(struct table *t, uint32_t slot)
{
	table_end(t, slot);
	return table_create(t);
}
