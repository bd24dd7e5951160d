/*
 * pool.c: the operations of pool.h.
 */
#include "pool.h"

void pool_init(struct pool *pool, uint32_t limit)
{
	pool->limit = limit;
	pool->next = 0;
	/*@ loop invariant range: 0 <= i <= POOL_BLOCKS;
	  @ loop invariant none: \forall integer k; 0 <= k < i ==>
	  @   pool->handed[k] == BLOCK_FREE;
	  @ loop assigns i, pool->handed[0 .. POOL_BLOCKS - 1];
	  @ loop variant POOL_BLOCKS - i;
	  @*/
	for (uint32_t i = 0; i < POOL_BLOCKS; i++)
		pool->handed[i] = BLOCK_FREE;
}

/* The first free block from `from` up to `to`, or else `to`. */
/*@ requires pool_valid: \valid(pool);
  @ requires range: from <= to <= POOL_BLOCKS;
  @ terminates \true; exits \false; assigns \nothing;
  @ ensures range: from <= \result <= to;
  @ ensures free: \result < to ==> pool->handed[\result] == BLOCK_FREE;
  @ ensures first: \forall integer i; from <= i < \result ==>
  @   pool->handed[i] != BLOCK_FREE;
  @*/
static uint32_t pool_search(const struct pool *pool, uint32_t from, uint32_t to)
{
	/*@ loop invariant range: from <= i <= to;
	  @ loop invariant first: \forall integer k; from <= k < i ==>
	  @   pool->handed[k] != BLOCK_FREE;
	  @ loop assigns i;
	  @ loop variant to - i;
	  @*/
	for (uint32_t i = from; i < to; i++)
		if (pool->handed[i] == BLOCK_FREE)
			return i;
	return to;
}

uint32_t pool_hand_out(struct pool *pool, uint32_t kind)
{
	uint32_t block = pool_search(pool, pool->next, pool->limit);

	if (block == pool->limit) {
		block = pool_search(pool, 0, pool->next);
		if (block == pool->next)
			return POOL_EMPTY;
	}
	pool->handed[block] = (unsigned char)kind;
	pool->next = block + 1u < pool->limit ? block + 1u : 0;
	return block;
}

bool pool_release(struct pool *pool, uint32_t block, uint32_t kind)
{
	if (block >= pool->limit || kind == BLOCK_FREE ||
	    pool->handed[block] != kind)
		return false;
	pool->handed[block] = BLOCK_FREE;
	return true;
}
