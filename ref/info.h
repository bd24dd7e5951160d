/*
 * info.h: what is handed out: the blocks of the pool (pool.h), and what the package tells
 * of itself and of a context in them. Nothing here sees a handle.
 */
#ifndef REF_INFO_H
#define REF_INFO_H

#include "caller.h"
#include "pool.h"

/** A block of the pool, with a place for everything that can be handed out. */
struct block {
	SecPkgInfoA info_a;
	SecPkgInfoW info_w;
	SEC_CHAR name_a[NAME_LIMIT + 1u];
	SEC_WCHAR name_w[NAME_LIMIT + 1u];
	signed char bytes[TOKEN_MAX];
};

/** Which blocks are handed out, and the blocks, which are written and never read. */
extern struct pool api_pool;
extern struct block api_blocks[POOL_BLOCKS];

/* In contracts: the caller's memory is none of these. */
#define HANDED_APART(p) \separated(p + (..), api_blocks + (..), &api_pool)

/** QuerySecurityPackageInfo; `named` is what caller_package answered; one of the places
 *  is NULL, or both. */
/*@ requires pool_sound: pool_sound(api_pool);
  @ requires named: found(named);
  @ requires writable: (info_a == \null || \valid(info_a)) &&
  @   (info_w == \null || \valid(info_w));
  @ requires apart: HANDED_APART(info_a) && HANDED_APART(info_w);
  @ terminates \true; exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1];
  @ assigns *info_a \from api_pool;
  @ assigns *info_w \from api_pool;
  @ ensures pool_sound: pool_sound(api_pool);
  @ ensures answers: found(\result) || \result == SEC_E_INSUFFICIENT_MEMORY;
  @ ensures unnamed: named != SEC_E_OK ==> \result == named && api_pool == \old(api_pool);
  @ ensures named: named == SEC_E_OK ==> \result != SEC_E_SECPKG_NOT_FOUND;
  @*/
SECURITY_STATUS api_package_info(SECURITY_STATUS named, SecPkgInfoA **info_a,
                                 SecPkgInfoW **info_w);

/** EnumerateSecurityPackages; one of the places is NULL, or both. */
/*@ requires pool_sound: pool_sound(api_pool);
  @ requires writable: (pcPackages == \null || \valid(pcPackages)) &&
  @   (info_a == \null || \valid(info_a)) &&
  @   (info_w == \null || \valid(info_w));
  @ requires apart: HANDED_APART(pcPackages) && HANDED_APART(info_a) && HANDED_APART(info_w);
  @ terminates \true; exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *pcPackages;
  @ assigns *info_a \from api_pool;
  @ assigns *info_w \from api_pool;
  @ ensures pool_sound: pool_sound(api_pool);
  @ ensures answers: \result == SEC_E_OK || \result == SEC_E_INVALID_PARAMETER ||
  @   \result == SEC_E_INSUFFICIENT_MEMORY;
  @ ensures one: \result == SEC_E_OK ==> *pcPackages == 1;
  @*/
SECURITY_STATUS api_enumerate(ULONG *pcPackages, SecPkgInfoA **info_a,
                              SecPkgInfoW **info_w);

/** QueryContextAttributes of SECPKG_ATTR_NAMES, of a live context; one of the places is
 *  NULL, or both. */
/*@ requires pool_sound: pool_sound(api_pool);
  @ requires names: (names_a == \null || \valid(names_a)) &&
  @   (names_w == \null || \valid(names_w));
  @ requires apart: HANDED_APART(names_a) && HANDED_APART(names_w);
  @ terminates \true; exits \false;
  @ assigns api_pool, api_blocks[0 .. POOL_BLOCKS - 1], *names_a, *names_w;
  @ ensures pool_sound: pool_sound(api_pool);
  @ ensures answers: \result == SEC_E_OK || \result == SEC_E_INVALID_PARAMETER ||
  @   \result == SEC_E_OUT_OF_SEQUENCE || \result == SEC_E_INSUFFICIENT_MEMORY;
  @ ensures only_complete: \result >= 0 ==> context.phase == CONTEXT_COMPLETE;
  @*/
SECURITY_STATUS api_names(struct context context, SecPkgContext_NamesA *names_a,
                          SecPkgContext_NamesW *names_w);

#endif
