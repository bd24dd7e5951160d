/*
 * overlap.c: see overlap.h. First which calls may overlap, then a caller for each thread,
 * then the calls.
 */
#include "overlap.h"

#include <stdlib.h>
#include <string.h>

#include "../../specs/grow.h"
#include "threads.h"

/* --- Which calls may overlap ------------------------------------------------------------ */

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

static bool hands_out(const struct step *step)
{
	return step->op == OP_EXPORT ||
	       (step->op == OP_QUERY && attribute_hands_out(step->choice));
}

static bool uses(const struct step *step, name_id name)
{
	return name < NAME_NULL &&
	       (step->out == name || step->handle == name || step->source == name ||
	        step->credential == name || step->buffer == name);
}

/* Whether a call writes what belongs to a name of another one. */
static bool writes_into(const struct step *step, const struct step *other)
{
	if (uses(other, step->out) || (hands_out(step) && uses(other, step->buffer)))
		return true;
	/* The token, where phNewContext is NULL; and what is made of one. */
	if (step->op == OP_COMPLETE || (is_leg(step) && step->out == NAME_NULL))
		return uses(other, step->handle) || uses(other, step->source);
	return step->op == OP_RELEASE && hands_out(other);
}

static bool may_overlap(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (i != k && writes_into(&steps[i], &steps[k]))
				return false;
	return true;
}

/* Whether a struct that is passed in is passed in by another call as well. */
static bool is_shared(const struct step *steps, size_t count, size_t at)
{
	bool is_found = false;
	for (size_t i = 0; i < count; i++)
		is_found |= i != at && uses(&steps[i], steps[at].handle);
	return is_found && steps[at].out == NAME_ABSENT;
}

/* --- A caller for each thread ----------------------------------------------------------- */

/* A call, by a caller of its own. */
struct call {
	struct driver caller;
	const struct step *step;
	struct answer answer;
};

static void *duplicate(const void *array, size_t count, size_t size)
{
	void *copy = allocate(count, size);
	if (count)
		memcpy(copy, array, count * size);
	return copy;
}

static void begin(struct call *call, const struct driver *driver, const struct step *step)
{
	struct driver *caller = &call->caller;
	call->step = step;
	*caller = *driver;
	caller->setup.count = NULL; /* counts have no moment while calls overlap */
	caller->structs = duplicate(driver->structs, driver->count,
	                            sizeof *driver->structs);
	caller->before = allocate(driver->count, sizeof *driver->before);
	caller->own = duplicate(driver->own, driver->count, sizeof *driver->own);
}

/* What belongs to a name that the call uses: no other one writes to it. */
static void end_own(struct driver_name *own, const struct driver_name *now,
                    const struct driver_name *old)
{
	if (memcmp(now, old, sizeof *old) != 0)
		*own = *now;
}

/* What belongs to others: the call may have been handed out the address that they had,
 * and they may have got another one meanwhile. */
static void end_reused(struct driver_name *own, const struct driver_name *now)
{
	own->reused |= now->reused && !own->live && own->pointer == now->pointer;
}

/* Makes what the call wrote the driver's; what belonged to its names was `old`. */
static void end(struct call *call, struct driver *driver, const struct driver_name *old)
{
	struct driver *caller = &call->caller;
	for (size_t i = 0; i < driver->count; i++) {
		if (memcmp(&caller->structs[i], &caller->before[i],
		           sizeof *caller->structs) != 0)
			driver->structs[i] = caller->structs[i];
		if (uses(call->step, (name_id)i))
			end_own(&driver->own[i], &caller->own[i], &old[i]);
		else
			end_reused(&driver->own[i], &caller->own[i]);
	}
	free(caller->structs);
	free(caller->before);
	free(caller->own);
}

/* --- The calls -------------------------------------------------------------------------- */

static void make(void *context)
{
	struct call *call = context;
	call->answer = driver_call(&call->caller, call->step);
}

bool overlap_calls(struct driver *driver, struct live *live, const struct step *steps,
                   size_t count, struct answer *answers)
{
	void *contexts[TOGETHER_LIMIT];
	struct driver_name *old;
	struct call *calls;
	if (!may_overlap(steps, count))
		return false;
	driver_meet_names(driver);
	calls = allocate(count, sizeof *calls);
	old = duplicate(driver->own, driver->count, sizeof *driver->own);
	for (size_t i = 0; i < count; i++) {
		begin(&calls[i], driver, &steps[i]);
		contexts[i] = &calls[i];
	}
	threads_run(make, contexts, count);
	for (size_t i = 0; i < count; i++) {
		answers[i] = calls[i].answer;
		if (is_shared(steps, count, i))
			answers[i].out = OUT_UNSEEN;
		if (live)
			live_hear(live, &calls[i].caller, &steps[i],
			          answers[i].status);
		end(&calls[i], driver, old);
	}
	free(old);
	free(calls);
	return true;
}
