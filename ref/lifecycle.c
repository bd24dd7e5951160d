/*
 * lifecycle.c: the operations of lifecycle.h.
 */
#include "lifecycle.h"

static const struct key no_key;

void lifecycle_init(struct lifecycle *l, uint32_t contexts, uint32_t credentials,
                    uint32_t max_generation)
{
	table_init(&l->contexts, contexts, max_generation);
	table_init(&l->credentials, credentials, max_generation);
}

struct handle lifecycle_acquire(struct lifecycle *l, struct key secret)
{
	struct handle h = table_create(&l->credentials);

	if (h.generation != 0)
		l->credential[h.slot] = secret;
	//@ assert secrets_wiped: secrets_wiped(*l);
	return h;
}

SECURITY_STATUS lifecycle_free(struct lifecycle *l, struct handle h)
{
	if (table_find(&l->credentials, h) != TABLE_LIVE)
		return SEC_E_INVALID_HANDLE;
	l->credential[h.slot] = no_key;
	table_end(&l->credentials, h.slot);
	return SEC_E_OK;
}

struct handle lifecycle_begin(struct lifecycle *l, uint32_t phase, struct key key)
{
	struct handle h = table_create(&l->contexts);

	if (h.generation != 0) {
		l->context[h.slot].phase = phase;
		l->context[h.slot].key = key;
	}
	//@ assert phases_known: phases_known(*l);
	//@ assert keys_wiped: keys_wiped(*l);
	return h;
}

SECURITY_STATUS lifecycle_advance(struct lifecycle *l, struct handle h, uint32_t phase,
                                  struct key key)
{
	if (table_find(&l->contexts, h) != TABLE_LIVE)
		return SEC_E_INVALID_HANDLE;
	if (l->context[h.slot].phase > CONTEXT_INCOMPLETE) {
		if (l->context[h.slot].phase != CONTEXT_REJECTED)
			l->context[h.slot].phase = CONTEXT_FAILED;
		return SEC_E_OUT_OF_SEQUENCE;
	}
	l->context[h.slot].phase = phase;
	l->context[h.slot].key = key;
	return SEC_E_OK;
}

SECURITY_STATUS lifecycle_delete(struct lifecycle *l, struct handle h)
{
	uint32_t found = table_find(&l->contexts, h);

	if (found == TABLE_LIVE) {
		l->context[h.slot].key = no_key;
		table_end(&l->contexts, h.slot);
	}
	return found == TABLE_NEVER ? SEC_E_INVALID_HANDLE : SEC_E_OK;
}

struct context lifecycle_context(const struct lifecycle *l, struct handle h)
{
	static const struct context none = {CONTEXT_NONE, {{0}}};

	return table_find(&l->contexts, h) == TABLE_LIVE ? l->context[h.slot] : none;
}

struct credential lifecycle_credential(const struct lifecycle *l, struct handle h)
{
	static const struct credential none = {{{0}}, false};

	if (table_find(&l->credentials, h) != TABLE_LIVE)
		return none;
	struct credential known = {l->credential[h.slot], true};
	return known;
}
