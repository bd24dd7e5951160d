/*
 * api.h: the functions of sspi.h as they are proved: without the mutex, which
 * lock.c puts around each call of them.
 *
 * They stand between the caller's memory and the values that lifecycle.h, legs.h
 * and pool.h work on. Where the interface has a pair of functions, A and W, here
 * is one, which is given a string in one form or the other; where it has a pointer
 * to void or a list of buffers, here are the typed pointers that lock.c makes of
 * it. What each function answers stands in sspi.h.
 *
 * How to read it: the library's state, then the functions. A contract asks that
 * memory behind a pointer is there, and none of it the library's own; what it
 * says of handles holds for any words in them.
 */
#ifndef REF_API_H
#define REF_API_H

#include "info.h"
#include "legs.h"
#include "words.h"

/* --- The library's state ----------------------------------------------------- */

/** What the library remembers from one call to the next, beside what info.h has:
 *  contexts and credentials, and how many first legs made a context, modulo 2^32: the
 *  next challenge. */
extern struct lifecycle api_lifecycle;
extern uint32_t api_exchanges;

/* In contracts: the caller's memory is none of what the library remembers; nor of what
 * it hands out, where a call may hand out something before it writes there. */
#define APART(p) \separated(p + (..), &api_lifecycle, &api_pool, &api_exchanges)
#define OUTSIDE(p)                                                                     \
	\separated(p + (..), api_blocks + (..), &api_lifecycle, &api_pool, &api_exchanges)

/*@ predicate state_sound = sound(api_lifecycle) && pool_sound(api_pool);
  @
  @ // The words that a pointer may point to: NULL is no handle.
  @ predicate context_at(struct lifecycle l, CtxtHandle *h) =
  @   h != \null && live(l.contexts, h->dwLower - CONTEXT_BASE, h->dwUpper);
  @ predicate credential_at(struct lifecycle l, CredHandle *h) =
  @   h != \null && live(l.credentials, h->dwLower - CREDENTIAL_BASE, h->dwUpper);
  @ predicate deleted_handle(SecHandle h) =
  @   h.dwLower == UINTPTR_MAX - 1 && h.dwUpper == UINTPTR_MAX - 1;
  @
  @ predicate readable_handle(SecHandle *h) = h == \null || \valid_read(h);
  @ predicate writable_handle(SecHandle *h) = h == \null || \valid(h);
  @*/

/* --- Begin -------------------------------------------------------------------- */

/** Makes the library's state empty. Whatever it held is forgotten, without any
 *  handle being deleted.
 *
 *  contexts, credentials  how many of each there can be at once, each at most
 *                         TABLE_CAPACITY_MAX
 *  max_generation         handles that a slot may issue, from 1 to
 *                         TABLE_GENERATION_MAX
 *  blocks                 that may be handed out at once, from 1 to POOL_BLOCKS */
/*@ requires limits: contexts <= TABLE_CAPACITY_MAX &&
  @   credentials <= TABLE_CAPACITY_MAX &&
  @   1 <= max_generation <= TABLE_GENERATION_MAX && 1 <= blocks <= POOL_BLOCKS;
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.contexts, api_lifecycle.credentials, api_pool, api_exchanges;
  @ ensures sound: state_sound;
  @ ensures delete_garbage_invalid: api_lifecycle.contexts.used == 0 &&
  @   api_lifecycle.credentials.used == 0 && api_exchanges == 0;
  @ ensures takes_limits: api_lifecycle.contexts.capacity == contexts &&
  @   api_lifecycle.credentials.capacity == credentials &&
  @   api_lifecycle.contexts.max_generation == max_generation &&
  @   api_lifecycle.credentials.max_generation == max_generation &&
  @   api_pool.limit == blocks;
  @*/
void api_begin(uint32_t contexts, uint32_t credentials, uint32_t max_generation,
               uint32_t blocks);

/* --- Handles that end ---------------------------------------------------------- */

/** DeleteSecurityContext. */
/*@ requires sound: state_sound;
  @ requires readable: readable_handle(phContext);
  @ requires apart: APART(phContext);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.contexts,
  @   api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever:
  @   grows(\at(api_lifecycle.contexts, Pre), api_lifecycle.contexts);
  @ ensures delete_no_other_status:
  @   \result == SEC_E_OK || \result == SEC_E_INVALID_HANDLE;
  @ ensures issues_nothing:
  @   issues_nothing(\at(api_lifecycle.contexts, Pre), api_lifecycle.contexts);
  @ behavior deletes:
  @   assumes context_at(api_lifecycle, phContext);
  @   ensures delete_partial_ok: \result == SEC_E_OK;
  @   ensures delete_releases_all: live_count(api_lifecycle.contexts) ==
  @     live_count(\at(api_lifecycle.contexts, Pre)) - 1;
  @   ensures handle_ended: ended(api_lifecycle.contexts,
  @     phContext->dwLower - CONTEXT_BASE, phContext->dwUpper);
  @   ensures delete_wipes_keys:
  @     wiped(api_lifecycle.context[phContext->dwLower - CONTEXT_BASE].key);
  @   ensures others_untouched: contexts_kept_but(\at(api_lifecycle, Pre),
  @     api_lifecycle, phContext->dwLower - CONTEXT_BASE);
  @ behavior is_ended:
  @   assumes phContext != \null && (deleted_handle(*phContext) ||
  @     ended(api_lifecycle.contexts, phContext->dwLower - CONTEXT_BASE,
  @       phContext->dwUpper));
  @   ensures delete_deleted_ok: \result == SEC_E_OK;
  @   ensures unchanged: api_lifecycle == \old(api_lifecycle);
  @ behavior is_invalid:
  @   assumes phContext == \null || (!deleted_handle(*phContext) &&
  @     !issued(api_lifecycle.contexts, phContext->dwLower - CONTEXT_BASE,
  @       phContext->dwUpper));
  @   ensures delete_null_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: api_lifecycle == \old(api_lifecycle);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS api_delete(const CtxtHandle *phContext);

/** FreeCredentialsHandle. */
/*@ requires sound: state_sound;
  @ requires readable: readable_handle(phCredential);
  @ requires apart: APART(phCredential);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.credentials,
  @   api_lifecycle.credential[0 .. TABLE_CAPACITY_MAX - 1];
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever: grows(
  @   \at(api_lifecycle.credentials, Pre), api_lifecycle.credentials);
  @ ensures issues_nothing:
  @   issues_nothing(\at(api_lifecycle.credentials, Pre), api_lifecycle.credentials);
  @ behavior frees:
  @   assumes credential_at(api_lifecycle, phCredential);
  @   ensures free_live_ok: \result == SEC_E_OK;
  @   ensures handle_ended: ended(api_lifecycle.credentials,
  @     phCredential->dwLower - CREDENTIAL_BASE, phCredential->dwUpper);
  @   ensures credential_released_when_unneeded: wiped(
  @     api_lifecycle.credential[phCredential->dwLower - CREDENTIAL_BASE]);
  @   ensures others_untouched: credentials_kept_but(\at(api_lifecycle, Pre),
  @     api_lifecycle, phCredential->dwLower - CREDENTIAL_BASE);
  @ behavior refuses:
  @   assumes !credential_at(api_lifecycle, phCredential);
  @   ensures free_freed_invalid: \result == SEC_E_INVALID_HANDLE;
  @   ensures unchanged: api_lifecycle == \old(api_lifecycle);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS api_free(const CredHandle *phCredential);

/* --- Handles that begin --------------------------------------------------------- */

/** AcquireCredentialsHandle; `named` is what caller_package answered, `ansi` and `wide`
 *  are pAuthData. */
/*@ requires sound: state_sound;
  @ requires named: found(named);
  @ requires ansi: ansi != \null ==> identity_a(ansi);
  @ requires wide: wide != \null ==> identity_w(wide);
  @ requires both: ansi != \null ==> wide != \null;
  @ requires writable: writable_handle(phCredential) &&
  @   (ptsExpiry == \null || \valid(ptsExpiry));
  @ requires apart: APART(ansi) && APART(wide) &&
  @   APART(phCredential) && APART(ptsExpiry);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.credentials,
  @   api_lifecycle.credential[0 .. TABLE_CAPACITY_MAX - 1],
  @   *phCredential, *ptsExpiry;
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever: grows(
  @   \at(api_lifecycle.credentials, Pre), api_lifecycle.credentials);
  @ ensures create_delivers_handle: \result >= 0 ==> \result == SEC_E_OK &&
  @   credential_at(api_lifecycle, phCredential) && !reserved(*phCredential);
  @ ensures takes_use: \result >= 0 ==> api_lifecycle.credential[
  @   phCredential->dwLower - CREDENTIAL_BASE].byte[KEY_ROLE] == fCredentialUse;
  @ ensures create_never_reissues: \result >= 0 ==>
  @   !issued(\at(api_lifecycle.credentials, Pre),
  @     phCredential->dwLower - CREDENTIAL_BASE, phCredential->dwUpper);
  @ ensures issues_one: \result >= 0 ==> phCredential->dwUpper == next_of(
  @   \at(api_lifecycle.credentials, Pre), phCredential->dwLower - CREDENTIAL_BASE);
  @ ensures others_untouched: \result >= 0 ==> credentials_kept_but(
  @   \at(api_lifecycle, Pre), api_lifecycle,
  @   phCredential->dwLower - CREDENTIAL_BASE);
  @ ensures acquire_failed_creates_nothing: \result < 0 ==>
  @   api_lifecycle == \old(api_lifecycle) &&
  @   (phCredential != \null ==> *phCredential == \old(*phCredential));
  @ ensures acquire_null_out_refused: phCredential == \null ==> \result < 0;
  @*/
SECURITY_STATUS api_acquire(SECURITY_STATUS named, ULONG fCredentialUse,
                            const SEC_WINNT_AUTH_IDENTITY_A *ansi,
                            const SEC_WINNT_AUTH_IDENTITY_W *wide,
                            CredHandle *phCredential, TimeStamp *ptsExpiry);

/** The parts of a leg's lists of buffers that the package looks at. */
struct leg_buffers {
	const SecBuffer *input;    /**< the first SECBUFFER_TOKEN of pInput, or NULL */
	const signed char *bytes;  /**< what it points to */
	SecBuffer *spare;          /**< the first SECBUFFER_EMPTY of pInput, or NULL */
	SecBuffer *output;         /**< the first SECBUFFER_TOKEN of pOutput, or NULL */
	signed char *room;         /**< what it points to */
};

/*@ predicate buffers_there(struct leg_buffers b) =
  @   (b.input != \null ==> \valid_read(b.input) && (b.bytes != \null ==>
  @     \valid_read(b.bytes + (0 .. b.input->cbBuffer - 1)))) &&
  @   (b.spare != \null ==> \valid(b.spare)) &&
  @   (b.output != \null ==> \valid(b.output) && (b.room != \null ==>
  @     \valid(b.room + (0 .. b.output->cbBuffer - 1))));
  @*/

/** InitializeSecurityContext and AcceptSecurityContext.
 *
 *  role  ROLE_INITIATOR or ROLE_ACCEPTOR */
/*@ requires sound: state_sound;
  @ requires role_known: role == ROLE_INITIATOR || role == ROLE_ACCEPTOR;
  @ requires readable: readable_handle(phCredential) && readable_handle(phContext);
  @ requires writable: writable_handle(phNewContext) &&
  @   (pfContextAttr == \null || \valid(pfContextAttr)) &&
  @   (ptsExpiry == \null || \valid(ptsExpiry));
  @ requires buffers: buffers_there(buffers);
  @ requires apart: OUTSIDE(phCredential) && OUTSIDE(phContext) &&
  @   OUTSIDE(buffers.spare) && OUTSIDE(buffers.output) && OUTSIDE(buffers.room) &&
  @   OUTSIDE(phNewContext) && OUTSIDE(pfContextAttr) && OUTSIDE(ptsExpiry);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.contexts, api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1],
  @   api_exchanges, api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *phNewContext,
  @   *pfContextAttr, *ptsExpiry, *buffers.spare, *buffers.output,
  @   buffers.room[0 .. EXCHANGE_TOKEN_MAX - 1];
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever:
  @   grows(\at(api_lifecycle.contexts, Pre), api_lifecycle.contexts);
  @ ensures out_untouched: \result < 0 && phNewContext != \null &&
  @   (buffers.output != \null ==> \separated(phNewContext, buffers.output)) &&
  @   (buffers.spare != \null ==> \separated(phNewContext, buffers.spare)) ==>
  @   *phNewContext == \old(*phNewContext);
  @ ensures unchanged: of_parameters(\result) ==>
  @   api_lifecycle == \old(api_lifecycle);
  @ ensures counts_exchanges: api_exchanges == (phContext == \null && \result >= 0 ?
  @   (\old(api_exchanges) + 1) % 4294967296 : \old(api_exchanges));
  @ ensures failed_hands_out_nothing: \result < 0 ==>
  @   handed_kept_but(\at(api_pool, Pre), api_pool, -1);
  @ behavior first_leg:
  @   assumes phContext == \null;
  @   ensures first_leg_creates: \result >= 0 ==> phNewContext != \null &&
  @     made(\at(api_lifecycle, Pre), api_lifecycle,
  @       phNewContext->dwLower - CONTEXT_BASE, phNewContext->dwUpper,
  @       CONTEXT_PARTIAL) && !reserved(*phNewContext);
  @   ensures first_leg_failed_creates_nothing: \result < 0 ==>
  @     api_lifecycle == \old(api_lifecycle);
  @   ensures leg_bad_credential_invalid: \result == SEC_E_INVALID_HANDLE <==>
  @     !\old(credential_at(api_lifecycle, phCredential));
  @   ensures leg_wrong_direction_refused: \result >= 0 ==> usable(
  @     api_lifecycle.credential[\old(phCredential->dwLower) - CREDENTIAL_BASE], role);
  @ behavior later_leg:
  @   assumes phContext != \null;
  @   ensures others_untouched: contexts_kept_but(\at(api_lifecycle, Pre),
  @     api_lifecycle, \old(phContext->dwLower) - CONTEXT_BASE);
  @   ensures init_deleted_invalid: \result == SEC_E_INVALID_HANDLE <==>
  @     !\old(context_at(api_lifecycle, phContext)) || (phCredential != \null
  @     && !\old(credential_at(api_lifecycle, phCredential)));
  @   ensures later_leg_same_handle: api_lifecycle.contexts ==
  @     \old(api_lifecycle.contexts) && (\result >= 0 && phNewContext != \null
  @     ==> phNewContext->dwLower == \old(phContext->dwLower) &&
  @     phNewContext->dwUpper == \old(phContext->dwUpper));
  @   ensures rejected_never_completes: !of_parameters(\result) ==> phase_taken(
  @     \old(api_lifecycle.context[phContext->dwLower - CONTEXT_BASE].phase),
  @     \result, api_lifecycle.context[\old(phContext->dwLower) -
  @     CONTEXT_BASE].phase);
  @ complete behaviors; disjoint behaviors;
  @*/
SECURITY_STATUS api_leg(uint32_t role, const CredHandle *phCredential,
                        const CtxtHandle *phContext, ULONG fContextReq,
                        struct leg_buffers buffers, CtxtHandle *phNewContext,
                        ULONG *pfContextAttr, TimeStamp *ptsExpiry);

/** ImportSecurityContext; `named` is what caller_package answered, `bytes` what
 *  pPackedContext points to. */
/*@ requires sound: state_sound;
  @ requires named: found(named);
  @ requires packed: pPackedContext != \null ==>
  @   \valid_read(pPackedContext) && (bytes != \null ==>
  @   \valid_read(bytes + (0 .. pPackedContext->cbBuffer - 1)));
  @ requires writable: writable_handle(phContext);
  @ requires apart: APART(pPackedContext) &&
  @   APART(bytes) && APART(phContext);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.contexts,
  @   api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1], *phContext;
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever:
  @   grows(\at(api_lifecycle.contexts, Pre), api_lifecycle.contexts);
  @ ensures import_independent: \result >= 0 ==> \result == SEC_E_OK &&
  @   phContext != \null && made(\at(api_lifecycle, Pre), api_lifecycle,
  @     phContext->dwLower - CONTEXT_BASE, phContext->dwUpper, CONTEXT_COMPLETE) &&
  @   !reserved(*phContext);
  @ ensures import_failed_creates_nothing: \result < 0 ==>
  @   api_lifecycle == \old(api_lifecycle) &&
  @   (phContext != \null ==> *phContext == \old(*phContext));
  @*/
SECURITY_STATUS api_import(SECURITY_STATUS named, const SecBuffer *pPackedContext,
                           const signed char *bytes, CtxtHandle *phContext);

/* --- Handles that stay ----------------------------------------------------------- */

/** CompleteAuthToken; `token` is the first SECBUFFER_TOKEN of pToken, or NULL, and
 *  `bytes` is what it points to. */
/*@ requires sound: state_sound;
  @ requires readable: readable_handle(phContext);
  @ requires token: token != \null ==> \valid(token) && (bytes != \null ==>
  @   \valid(bytes + (0 .. token->cbBuffer - 1)));
  @ requires apart: APART(phContext) && APART(token) && APART(bytes);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1],
  @   token->cbBuffer, bytes[0 .. EXCHANGE_TOKEN_MAX - 1];
  @ ensures sound: state_sound;
  @ ensures complete_deleted_invalid: \result == SEC_E_INVALID_HANDLE <==>
  @   !\old(context_at(api_lifecycle, phContext));
  @ ensures no_other_success: \result <= 0;
  @ ensures unchanged: \result != SEC_E_OK ==> api_lifecycle == \old(api_lifecycle);
  @ ensures others_untouched: \result == SEC_E_OK ==> contexts_kept_but(
  @   \at(api_lifecycle, Pre), api_lifecycle,
  @   \old(phContext->dwLower) - CONTEXT_BASE);
  @ ensures completes: \result == SEC_E_OK ==>
  @   \old(api_lifecycle.context[phContext->dwLower - CONTEXT_BASE].phase) <=
  @   CONTEXT_INCOMPLETE && api_lifecycle.context[\old(phContext->dwLower) -
  @   CONTEXT_BASE].phase == CONTEXT_COMPLETE;
  @*/
SECURITY_STATUS api_complete(const CtxtHandle *phContext, SecBuffer *token,
                             signed char *bytes);

/** ExportSecurityContext. */
/*@ requires sound: state_sound;
  @ requires readable: readable_handle(phContext);
  @ requires writable: (pPackedContext == \null || \valid(pPackedContext)) &&
  @   (pToken == \null || \valid(pToken));
  @ requires apart: APART(phContext) && APART(pPackedContext) && APART(pToken);
  @ terminates \true; exits \false;
  @ assigns api_lifecycle.contexts, api_lifecycle.context[0 .. TABLE_CAPACITY_MAX - 1],
  @   api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *pPackedContext;
  @ assigns *pToken \from \nothing;
  @ ensures sound: state_sound;
  @ ensures delete_deleted_for_ever:
  @   grows(\at(api_lifecycle.contexts, Pre), api_lifecycle.contexts);
  @ ensures export_deleted_invalid: \result == SEC_E_INVALID_HANDLE <==>
  @   !\old(context_at(api_lifecycle, phContext));
  @ ensures export_keeps_context: \result != SEC_E_OK ||
  @   fFlags != SECPKG_CONTEXT_EXPORT_DELETE_OLD ==>
  @   api_lifecycle == \old(api_lifecycle);
  @ ensures failed_hands_out_nothing: \result < 0 ==>
  @   handed_kept_but(\at(api_pool, Pre), api_pool, -1);
  @ ensures hands_out: \result == SEC_E_OK ==> \exists integer i;
  @   0 <= i < api_pool.limit && \at(api_pool.handed[i], Pre) == BLOCK_FREE &&
  @   api_pool.handed[i] == BLOCK_BYTES && handed_kept_but(\at(api_pool, Pre), api_pool, i);
  @ ensures only_complete: \result >= 0 ==> \result == SEC_E_OK &&
  @   \old(api_lifecycle.context[phContext->dwLower - CONTEXT_BASE].phase) ==
  @   CONTEXT_COMPLETE;
  @ ensures export_delete_old_deletes: \result == SEC_E_OK &&
  @   fFlags == SECPKG_CONTEXT_EXPORT_DELETE_OLD ==>
  @   ended(api_lifecycle.contexts, \old(phContext->dwLower) - CONTEXT_BASE,
  @     \old(phContext->dwUpper)) &&
  @   contexts_kept_but(\at(api_lifecycle, Pre), api_lifecycle,
  @     \old(phContext->dwLower) - CONTEXT_BASE);
  @*/
SECURITY_STATUS api_export(const CtxtHandle *phContext, ULONG fFlags,
                           SecBuffer *pPackedContext, void **pToken);

/** Where an attribute is written: pBuffer, as each type that it may have; all NULL
 *  if it is. For an attribute with two forms the other one is NULL. */
struct attribute_places {
	SecPkgContext_Sizes *sizes;
	SecPkgContext_NamesA *names_a;
	SecPkgContext_NamesW *names_w;
	SecPkgContext_Lifespan *lifespan;
	SecPkgContext_PackageInfoA *info_a;
	SecPkgContext_PackageInfoW *info_w;
};

/** QueryContextAttributes. */
/*@ requires sound: state_sound;
  @ requires readable: readable_handle(phContext);
  @ requires sizes: ulAttribute == SECPKG_ATTR_SIZES &&
  @   places.sizes != \null ==> \valid(places.sizes);
  @ requires names: ulAttribute == SECPKG_ATTR_NAMES ==>
  @   (places.names_a != \null ==> \valid(places.names_a)) &&
  @   (places.names_w != \null ==> \valid(places.names_w));
  @ requires lifespan: ulAttribute == SECPKG_ATTR_LIFESPAN &&
  @   places.lifespan != \null ==> \valid(places.lifespan);
  @ requires info: ulAttribute == SECPKG_ATTR_PACKAGE_INFO ==>
  @   (places.info_a != \null ==> \valid(places.info_a)) &&
  @   (places.info_w != \null ==> \valid(places.info_w));
  @ requires apart: OUTSIDE(phContext) && OUTSIDE(places.sizes) &&
  @   OUTSIDE(places.names_a) && OUTSIDE(places.names_w) &&
  @   OUTSIDE(places.lifespan) && OUTSIDE(places.info_a) && OUTSIDE(places.info_w);
  @ terminates \true; exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *places.sizes,
  @   *places.names_a, *places.names_w, *places.lifespan, *places.info_a,
  @   *places.info_w;
  @ ensures sound: state_sound;
  @ ensures query_deleted_invalid: \result == SEC_E_INVALID_HANDLE <==>
  @   !\old(context_at(api_lifecycle, phContext));
  @ ensures only_complete: \result >= 0 && ulAttribute == SECPKG_ATTR_NAMES ==>
  @   \old(api_lifecycle.context[phContext->dwLower - CONTEXT_BASE].phase) ==
  @   CONTEXT_COMPLETE;
  @*/
SECURITY_STATUS api_query(const CtxtHandle *phContext, ULONG ulAttribute,
                          struct attribute_places places);

#endif
