/*
 * info.c: the operations of info.h.
 */
#include "info.h"

struct pool api_pool;
struct block api_blocks[POOL_BLOCKS];

/* The strings are constants: callers read them, though the types let them write. */
static const SEC_CHAR own_name_a[] = "Reference";
static const SEC_CHAR own_comment_a[] = "sechandle";
static const SEC_WCHAR own_name_w[] = {'R', 'e', 'f', 'e', 'r', 'e', 'n', 'c', 'e', 0};
static const SEC_WCHAR own_comment_w[] = {'s', 'e', 'c', 'h', 'a', 'n', 'd', 'l', 'e', 0};

#define DESCRIBE(info, name, comment)                                                  \
	((info).fCapabilities = SECPKG_FLAG_TOKEN_ONLY | SECPKG_FLAG_CONNECTION,       \
	 (info).wVersion = 1, (info).wRPCID = SECPKG_ID_NONE,                          \
	 (info).cbMaxToken = EXCHANGE_TOKEN_MAX, (info).Name = (name),                 \
	 (info).Comment = (comment))

/* Writes what the package tells of itself into a block. */
/*@ requires block: block < POOL_BLOCKS;
  @ terminates \true; exits \false;
  @ assigns api_blocks[block].info_a, api_blocks[block].info_w;
  @ ensures token_size: api_blocks[block].info_a.cbMaxToken == EXCHANGE_TOKEN_MAX &&
  @   api_blocks[block].info_w.cbMaxToken == EXCHANGE_TOKEN_MAX;
  @*/
static void describe(uint32_t block)
{
	DESCRIBE(api_blocks[block].info_a, (SEC_CHAR *)own_name_a,
	         (SEC_CHAR *)own_comment_a);
	DESCRIBE(api_blocks[block].info_w, (SEC_WCHAR *)own_name_w,
	         (SEC_WCHAR *)own_comment_w);
}

SECURITY_STATUS api_package_info(SECURITY_STATUS named, SecPkgInfoA **info_a,
                                 SecPkgInfoW **info_w)
{
	if (named != SEC_E_OK)
		return named;
	if (!info_a && !info_w)
		return SEC_E_INVALID_PARAMETER;
	uint32_t block = pool_hand_out(&api_pool, info_a ? BLOCK_INFO_A : BLOCK_INFO_W);
	if (block == POOL_EMPTY)
		return SEC_E_INSUFFICIENT_MEMORY;
	describe(block);
	if (info_a)
		*info_a = &api_blocks[block].info_a;
	else
		*info_w = &api_blocks[block].info_w;
	return SEC_E_OK;
}

SECURITY_STATUS api_enumerate(ULONG *pcPackages, SecPkgInfoA **info_a,
                              SecPkgInfoW **info_w)
{
	if (!pcPackages)
		return SEC_E_INVALID_PARAMETER;
	SECURITY_STATUS status = api_package_info(SEC_E_OK, info_a, info_w);
	if (status == SEC_E_OK)
		*pcPackages = 1;
	return status;
}

/* Writes the name in a key into a block. */
/*@ requires block: block < POOL_BLOCKS;
  @ terminates \true; exits \false;
  @ assigns api_blocks[block].name_a[0 .. NAME_LIMIT],
  @   api_blocks[block].name_w[0 .. NAME_LIMIT];
  @ ensures ended: \let n = key.byte[KEY_NAME_SIZE] > NAME_LIMIT ? NAME_LIMIT :
  @   key.byte[KEY_NAME_SIZE];
  @   api_blocks[block].name_a[n] == 0 && api_blocks[block].name_w[n] == 0;
  @*/
static void put_name(uint32_t block, struct key key)
{
	uint32_t size = key.byte[KEY_NAME_SIZE];

	if (size > NAME_LIMIT)
		size = NAME_LIMIT;
	/*@ loop invariant range: 0 <= i <= size;
	  @ loop assigns i, api_blocks[block].name_a[0 .. NAME_LIMIT],
	  @   api_blocks[block].name_w[0 .. NAME_LIMIT];
	  @ loop variant size - i;
	  @*/
	for (uint32_t i = 0; i < size; i++) {
		unsigned char letter = key.byte[KEY_NAME + i];

		api_blocks[block].name_a[i] =
			(SEC_CHAR)(letter > 127 ? letter - 256 : letter);
		api_blocks[block].name_w[i] = letter;
	}
	api_blocks[block].name_a[size] = 0;
	api_blocks[block].name_w[size] = 0;
}

SECURITY_STATUS api_names(struct context context, SecPkgContext_NamesA *names_a,
                          SecPkgContext_NamesW *names_w)
{
	if (!names_a && !names_w)
		return SEC_E_INVALID_PARAMETER;
	if (context.phase != CONTEXT_COMPLETE)
		return SEC_E_OUT_OF_SEQUENCE;
	uint32_t block = pool_hand_out(&api_pool,
	                               names_a ? BLOCK_NAME_A : BLOCK_NAME_W);
	if (block == POOL_EMPTY)
		return SEC_E_INSUFFICIENT_MEMORY;
	put_name(block, context.key);
	if (names_a)
		names_a->sUserName = api_blocks[block].name_a;
	else
		names_w->sUserName = api_blocks[block].name_w;
	return SEC_E_OK;
}
