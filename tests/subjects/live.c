/*
 * live.c: see live.h.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"

enum thing_kind { THING_CONTEXT, THING_CREDENTIAL, THING_BUFFER };

struct live_thing {
	enum thing_kind kind;
	SecHandle handle;
	void *pointer; /* of a buffer */
};

static bool same(const struct live_thing *a, const struct live_thing *b)
{
	return a->kind == b->kind && a->pointer == b->pointer &&
	       a->handle.dwLower == b->handle.dwLower &&
	       a->handle.dwUpper == b->handle.dwUpper;
}

static void remove_thing(struct live *live, struct live_thing thing)
{
	size_t kept = 0;
	for (size_t i = 0; i < live->count; i++)
		if (!same(&live->things[i], &thing))
			live->things[kept++] = live->things[i];
	live->count = kept;
}

static void add_thing(struct live *live, struct live_thing thing)
{
	live->things = grow(live->things, &live->capacity, live->count,
	                    sizeof *live->things);
	live->things[live->count++] = thing;
}

/* The handle that a call wrote, in `structs`, or was given, in `before`. */
static struct live_thing handle(enum thing_kind kind, const SecHandle *structs,
                                name_id name)
{
	struct live_thing thing = {kind, {0, 0}, NULL};
	if (name < NAME_NULL)
		thing.handle = structs[name];
	return thing;
}

static struct live_thing buffer(const struct driver *driver, name_id name)
{
	struct live_thing thing = {THING_BUFFER, {0, 0}, NULL};
	if (name < NAME_NULL)
		thing.pointer = driver->own[name].pointer;
	return thing;
}

/* A context was made, or goes on under the handle that the call wrote. */
static void hear_context(struct live *live, const struct driver *driver,
                         const struct step *step)
{
	if (step->out >= NAME_NULL)
		return; /* it goes on under the handle that it has */
	if (step->handle < NAME_NULL)
		remove_thing(live, handle(THING_CONTEXT, driver->before, step->handle));
	add_thing(live, handle(THING_CONTEXT, driver->structs, step->out));
}

void live_hear(struct live *live, const struct driver *driver, const struct step *step,
               int64_t status)
{
	if (status < 0)
		return;
	switch (step->op) {
	case OP_ACQUIRE:
		add_thing(live, handle(THING_CREDENTIAL, driver->structs, step->out));
		break;
	case OP_FREE:
		remove_thing(live,
		             handle(THING_CREDENTIAL, driver->before, step->handle));
		break;
	case OP_INIT:
	case OP_ACCEPT:
	case OP_IMPORT: hear_context(live, driver, step); break;
	case OP_DELETE:
		remove_thing(live, handle(THING_CONTEXT, driver->before, step->handle));
		break;
	case OP_EXPORT:
		if (step->choice)
			remove_thing(live, handle(THING_CONTEXT, driver->before,
			                          step->handle));
		add_thing(live, buffer(driver, step->buffer));
		break;
	case OP_QUERY:
		if (step->buffer < NAME_NULL)
			add_thing(live, buffer(driver, step->buffer));
		break;
	case OP_RELEASE: remove_thing(live, buffer(driver, step->buffer)); break;
	default: break;
	}
}

void live_end(struct live *live, PSecurityFunctionTableA table)
{
	while (live->count) {
		struct live_thing *thing = &live->things[--live->count];
		if (thing->kind == THING_CONTEXT)
			table->DeleteSecurityContext(&thing->handle);
		else if (thing->kind == THING_CREDENTIAL)
			table->FreeCredentialsHandle(&thing->handle);
		else
			table->FreeContextBuffer(thing->pointer);
	}
}

void live_free(struct live *live)
{
	free(live->things);
	memset(live, 0, sizeof *live);
}
