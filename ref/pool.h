/*
 * pool.h: which blocks of memory are handed out to callers.
 *
 * What a function hands out, and FreeContextBuffer takes back, lies in a block
 * of a fixed pool (api.h has the blocks themselves). So memory that was released
 * before, or was never handed out, is recognized and not freed
 * (release_freed_refused, release_foreign_refused). The search for a free block
 * goes round the pool, so that an address comes again only when the search has been
 * all round, also past blocks that a failed call took and gave back; until then
 * whoever still holds it is told so.
 */
#ifndef REF_POOL_H
#define REF_POOL_H

#include <stdbool.h>
#include <stdint.h>

/** Blocks in the pool. */
#define POOL_BLOCKS 16384u

/** In place of a block: none is free. */
#define POOL_EMPTY 4294967295u

/* What a block is handed out as. */
#define BLOCK_FREE 0u
#define BLOCK_INFO_A 1u /**< a SecPkgInfoA */
#define BLOCK_INFO_W 2u
#define BLOCK_NAME_A 3u /**< a name, terminated */
#define BLOCK_NAME_W 4u
#define BLOCK_BYTES 5u /**< a token */

struct pool {
	uint32_t limit; /**< blocks that may be handed out */
	uint32_t next;  /**< where the search for a free one begins */
	unsigned char handed[POOL_BLOCKS]; /**< BLOCK_..., by block */
};

/*@ predicate pool_sound(struct pool p) =
  @   0 < p.limit <= POOL_BLOCKS && p.next < p.limit;
  @ predicate handed_kept_but(struct pool a, struct pool b, integer block) =
  @   \forall integer i; 0 <= i < POOL_BLOCKS && i != block ==>
  @     a.handed[i] == b.handed[i];
  @*/

/** Makes a pool of which no block is handed out.
 *
 *  limit  blocks that may be handed out at once, from 1 to POOL_BLOCKS */
/*@ requires pool_valid: \valid(pool);
  @ requires within: 1 <= limit <= POOL_BLOCKS;
  @ terminates \true; exits \false;
  @ assigns *pool;
  @ ensures sound: pool_sound(*pool);
  @ ensures takes_limit: pool->limit == limit;
  @ ensures none: \forall integer i; 0 <= i < POOL_BLOCKS ==>
  @   pool->handed[i] == BLOCK_FREE;
  @*/
void pool_init(struct pool *pool, uint32_t limit);

/** Hands a block out.
 *
 *  kind  BLOCK_INFO_A ... BLOCK_BYTES
 *
 *  Answers the block, or POOL_EMPTY if none is free; then nothing changes. */
/*@ requires pool_valid: \valid(pool);
  @ requires sound: pool_sound(*pool);
  @ requires kind_known: BLOCK_FREE < kind <= BLOCK_BYTES;
  @ terminates \true; exits \false;
  @ assigns pool->next, pool->handed[0 .. POOL_BLOCKS - 1];
  @ ensures sound: pool_sound(*pool);
  @ behavior hands_out:
  @   assumes \exists integer i; 0 <= i < pool->limit &&
  @     pool->handed[i] == BLOCK_FREE;
  @   ensures is_block: \result < pool->limit;
  @   ensures was_free: \let i = \result; \at(pool->handed[i], Pre) == BLOCK_FREE;
  @   ensures is_handed: pool->handed[\result] == kind;
  @   ensures others_untouched: handed_kept_but(\at(*pool, Pre), *pool, \result);
  @ behavior empty:
  @   assumes \forall integer i; 0 <= i < pool->limit ==>
  @     pool->handed[i] != BLOCK_FREE;
  @   ensures none_left: \result == POOL_EMPTY;
  @   ensures unchanged: *pool == \old(*pool);
  @ complete behaviors; disjoint behaviors;
  @*/
uint32_t pool_hand_out(struct pool *pool, uint32_t kind);

/** Takes a block back. Answers whether it was handed out as `kind`
 *  (release_live_ok); if it was not, nothing changes (release_freed_refused).
 *
 *  block  any number */
/*@ requires pool_valid: \valid(pool);
  @ requires sound: pool_sound(*pool);
  @ terminates \true; exits \false;
  @ assigns pool->handed[0 .. POOL_BLOCKS - 1];
  @ ensures sound: pool_sound(*pool);
  @ behavior takes_back:
  @   assumes block < pool->limit && kind != BLOCK_FREE &&
  @     pool->handed[block] == kind;
  @   ensures release_live_ok: \result == \true;
  @   ensures release_frees: pool->handed[block] == BLOCK_FREE;
  @   ensures others_untouched: handed_kept_but(\at(*pool, Pre), *pool, block);
  @ behavior refuses:
  @   assumes block >= pool->limit || kind == BLOCK_FREE ||
  @     pool->handed[block] != kind;
  @   ensures release_freed_refused: \result == \false;
  @   ensures unchanged: *pool == \old(*pool);
  @ complete behaviors; disjoint behaviors;
  @*/
bool pool_release(struct pool *pool, uint32_t block, uint32_t kind);

#endif
