/*
 * invent.c: see invent.h. From the inside out: names, operands, the legs of an
 * exchange, steps.
 */
#include "invent.h"

#include <string.h>

#include "../tests/unit/random.h"
#include "edit.h"

/* --- Names ------------------------------------------------------------------ */

/* What a name is wanted for. */
enum wanted { WANTED_CREDENTIAL, WANTED_CONTEXT, WANTED_HANDLE, WANTED_BUFFER };

/* What a step is about: operands that are drawn prefer it. */
struct focus {
	name_id handle, credential, buffer;
};

static const struct focus no_focus = {NAME_ABSENT, NAME_ABSENT, NAME_ABSENT};

/* The short names of binary.h. Credentials and contexts are all handles. */
static const char short_names[][4] = {"k1", "k2", "k3",  "k4",  "c1",  "c2", "c3",
                                      "c4", "c5", "c6",  "c7",  "c8",  "c9", "c10",
                                      "c11", "c12", "b1", "b2", "b3", "b4"};
static const struct {
	uint8_t first, count;
} range_of[] = {[WANTED_CREDENTIAL] = {0, 4},
                [WANTED_CONTEXT] = {4, 12},
                [WANTED_HANDLE] = {0, 16},
                [WANTED_BUFFER] = {16, 4}};

/* The first ones come more often, so that steps meet. */
static name_id short_name(const struct place *place, enum wanted wanted)
{
	uint32_t count = range_of[wanted].count;
	if (count > 4 && random_below(place->random, 2))
		count = 4;
	const char *text = short_names[range_of[wanted].first +
	                               random_below(place->random, count)];
	return edit_name(place->scenario, text, strlen(text),
	                 wanted == WANTED_BUFFER ? NAME_BUFFER : NAME_HANDLE);
}

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

/* The handle that a step is about. */
static name_id handle_of(const struct step *step)
{
	return is_name(step->out) ? step->out : step->handle;
}

static name_id operand_of(const struct step *step, enum wanted wanted)
{
	bool on_credential = step->op == OP_ACQUIRE || step->op == OP_FREE;
	switch (wanted) {
	case WANTED_CREDENTIAL:
		return on_credential ? handle_of(step) : step->credential;
	case WANTED_CONTEXT:
		return on_credential ? NAME_ABSENT : handle_of(step);
	case WANTED_HANDLE: return handle_of(step);
	default: return step->buffer;
	}
}

/* A step among the last ones before the place, which has steps before it. */
static const struct step *near_step(const struct place *place)
{
	uint32_t reach = place->at < 16 ? (uint32_t)place->at : 16;
	return &place->scenario
	                ->steps[place->at - 1 - random_below(place->random, reach)];
}

/* A name that earlier steps have used so, or NAME_ABSENT. */
static name_id earlier_name(const struct place *place, enum wanted wanted)
{
	for (int tries = 0; place->at && tries < 4; tries++) {
		name_id id = operand_of(near_step(place), wanted);
		if (is_name(id))
			return id;
	}
	return NAME_ABSENT;
}

/* A name for a struct or a buffer that is read. */
static name_id known_name(const struct place *place, enum wanted wanted,
                          name_id preferred)
{
	uint32_t draw = random_below(place->random, 16);
	if (draw == 0)
		return short_name(place, wanted == WANTED_BUFFER ? WANTED_BUFFER
		                                                 : WANTED_HANDLE);
	if (is_name(preferred) && draw < 14)
		return preferred;
	name_id id = earlier_name(place, wanted);
	return is_name(id) ? id : short_name(place, wanted);
}

/* A context of the other side that had a leg nearby, or NAME_ABSENT: what it sent is
 * what a leg can take, in this exchange or in another. */
static name_id other_side(const struct place *place, enum operation leg)
{
	for (int tries = 0; place->at && tries < 4; tries++) {
		const struct step *step = near_step(place);
		if (is_leg(step) && step->op != leg && is_name(handle_of(step)))
			return handle_of(step);
	}
	return NAME_ABSENT;
}

/* A name for one that is written: often new, or else what it holds is lost. */
static name_id new_name(const struct place *place, enum wanted wanted)
{
	return random_below(place->random, 8) ? short_name(place, wanted)
	                                      : known_name(place, wanted, NAME_ABSENT);
}

static name_id or_null(const struct place *place, name_id id)
{
	return random_below(place->random, 32) ? id : NAME_NULL;
}

/* --- Operands --------------------------------------------------------------- */

/* An input that runs long is changed as often as others once a fuzzer keeps it, so
 * few repeats are long: some fill what holds some tens of things. */
uint32_t invent_count(uint64_t *random)
{
	uint32_t draw = random_below(random, 64);
	return 1 + random_below(random, draw == 0 ? COUNT_MOST : draw < 8 ? 8 : 3);
}

/* Rounds instead of so many. Half of the time twice as many: what comes only after
 * many rounds is reached from few, as engines keep an input that runs a loop for
 * longer than others. */
static uint32_t rounds(uint64_t *random, uint32_t old)
{
	if (random_below(random, 2))
		return invent_count(random);
	return old < COUNT_MOST / 2 ? 2 * old : COUNT_MOST;
}

/* A choice below `count`; most are the default, by which exchanges succeed. */
static uint8_t choice(const struct place *place, uint32_t count)
{
	return (uint8_t)(random_below(place->random, 4)
	                         ? 0
	                         : random_below(place->random, count));
}

static void draw_on(const struct place *place, struct step *step,
                    const struct focus *focus)
{
	uint32_t first = is_name(focus->handle) ? 2 : 7;
	step->handle = NAME_ABSENT;
	if (random_below(place->random, 8) < first)
		return;
	step->handle = known_name(place, WANTED_CONTEXT, focus->handle);
	if (random_below(place->random, 3))
		step->out = step->handle;
}

static void draw_token(const struct place *place, struct step *step,
                       const struct focus *focus)
{
	bool needless = step->op == OP_COMPLETE ||
	                (step->op == OP_INIT && !is_name(step->handle));
	step->token = TOKEN_NONE;
	step->source = NAME_ABSENT;
	if (needless && random_below(place->random, 8))
		return;
	step->token = random_below(place->random, 2)
	                      ? TOKEN_LAST
	                      : (uint8_t)random_below(place->random, TOKEN_COUNT);
	if (step->token >= TOKEN_LAST)
		step->source = known_name(
			place, WANTED_CONTEXT,
			is_leg(step) ? other_side(place, (enum operation)step->op)
		                     : focus->handle);
}

static void draw_attribute(const struct place *place, struct step *step)
{
	step->choice = (uint8_t)random_below(place->random, ATTRIBUTE_COUNT);
	step->buffer = NAME_ABSENT;
	if (attribute_hands_out(step->choice) && random_below(place->random, 4))
		step->buffer = new_name(place, WANTED_BUFFER);
}

static void draw_forgotten(const struct place *place, struct step *step)
{
	step->out = step->buffer = NAME_ABSENT;
	if (random_below(place->random, 4))
		step->out = known_name(place, WANTED_HANDLE, NAME_ABSENT);
	else
		step->buffer = known_name(place, WANTED_BUFFER, NAME_ABSENT);
}

static name_id either(const struct focus *focus)
{
	return is_name(focus->handle) ? focus->handle : focus->credential;
}

static void draw_operand(const struct place *place, struct step *step, char letter,
                         const struct focus *focus)
{
	switch (letter) {
	case 'D':
		step->out = or_null(place, new_name(place, WANTED_CONTEXT));
		break;
	case 'd':
		step->out = or_null(place, new_name(place, WANTED_CREDENTIAL));
		break;
	case 'H':
		step->handle = or_null(
			place, known_name(place, step->op == OP_USE ? WANTED_HANDLE
		                                                    : WANTED_CONTEXT,
		                          either(focus)));
		break;
	case 'h':
		step->handle = or_null(place, known_name(place, WANTED_CREDENTIAL,
		                                         focus->credential));
		break;
	case 'C':
		step->credential = or_null(place, known_name(place, WANTED_CREDENTIAL,
		                                             focus->credential));
		break;
	case 'o': draw_on(place, step, focus); break;
	case 'T': step->out = new_name(place, WANTED_HANDLE); break;
	case 'S':
		step->source = known_name(place, WANTED_HANDLE, either(focus));
		break;
	case 'w': draw_token(place, step, focus); break;
	case 'A': draw_forgotten(place, step); break;
	case 'u': step->choice = choice(place, DIRECTION_COUNT); break;
	case 'i': step->choice2 = choice(place, IDENTITY_COUNT); break;
	case 'm': step->choice = choice(place, HALF_COUNT); break;
	case 'g':
		step->choice = (uint8_t)random_below(place->random, GARBAGE_COUNT);
		break;
	case 'f':
		step->choice = (uint8_t)random_below(place->random, FUNCTION_COUNT);
		break;
	case 'a': draw_attribute(place, step); break;
	case 'I':
	case 'V': step->buffer = new_name(place, WANTED_BUFFER); break;
	case 'F':
		step->buffer = known_name(place, WANTED_BUFFER, focus->buffer);
		break;
	case 'B':
		step->buffer = or_null(
			place, known_name(place, WANTED_BUFFER, focus->buffer));
		break;
	case 'x': step->choice = choice(place, 2); break;
	case 'n': step->count = rounds(place->random, step->count); break;
	}
}

void invent_operand(const struct place *place, struct step *step, char letter)
{
	draw_operand(place, step, letter, &no_focus);
}

static struct step draw_step(const struct place *place, enum operation op,
                             const struct focus *focus)
{
	struct step step = step_make(op);
	for (const char *letter = operations[op].shape; *letter; letter++)
		draw_operand(place, &step, *letter, focus);
	return step;
}

struct step invent_step(const struct place *place)
{
	return draw_step(place,
	                 (enum operation)random_below(place->random, OP_REPEAT),
	                 &no_focus);
}

/* --- Legs of an exchange ---------------------------------------------------- */

/* The last leg before the place that a context was written or passed in, or NULL. */
static const struct step *last_leg(const struct place *place, name_id context)
{
	enum { REACH = 64 };
	size_t end = place->at > REACH ? place->at - REACH : 0;
	for (size_t i = place->at; i > end; i--) {
		const struct step *step = &place->scenario->steps[i - 1];
		if (is_leg(step) && handle_of(step) == context)
			return step;
	}
	return NULL;
}

/* A name for the other side's context: mostly one that has no leg yet. */
static name_id new_peer(const struct place *place, name_id context)
{
	name_id peer = context;
	for (int tries = 0; tries < 4; tries++) {
		peer = short_name(place, WANTED_CONTEXT);
		if (peer != context && !last_leg(place, peer))
			break;
	}
	return peer;
}

/* The leg of the other side that takes the token of this one: of the context whose
 * token this one took, or of a new one. */
static struct step answer(const struct place *place, const struct step *leg)
{
	struct step step =
		step_make(leg->op == OP_INIT ? OP_ACCEPT : OP_INIT);
	step.token = TOKEN_LAST;
	step.source = handle_of(leg);
	step.out = is_name(leg->source) ? leg->source
	                                : new_peer(place, step.source);
	const struct step *before = last_leg(place, step.out);
	if (before && before->op == step.op) {
		step.handle = step.out;
		step.credential = before->credential;
	} else {
		step.credential =
			known_name(place, WANTED_CREDENTIAL, NAME_ABSENT);
	}
	return step;
}

/* The next leg of the same context, which takes what another one sent. */
static struct step go_on(const struct place *place, const struct step *leg)
{
	struct step step = step_make((enum operation)leg->op);
	step.out = step.handle = handle_of(leg);
	step.credential = leg->credential;
	step.token = TOKEN_LAST;
	step.source = known_name(place, WANTED_CONTEXT,
	                         other_side(place, (enum operation)leg->op));
	return step;
}

/* --- Steps that go on ------------------------------------------------------- */

/* What may come next. Behind a block's first or last line that is acquire. */
#define ON_A_STRUCT                                                            \
	{OP_DELETE, OP_DELETE, OP_QUERY, OP_USE,                               \
	 OP_COMPLETE, OP_EXPORT, OP_INIT, OP_FREE}
static const uint8_t next_of[OP_COUNT][8] = {
	[OP_ACQUIRE] = {OP_INIT, OP_INIT, OP_INIT, OP_INIT,
                        OP_ACCEPT, OP_USE, OP_FREE, OP_COPY},
	[OP_FREE] = {OP_FREE, OP_INIT, OP_ACCEPT, OP_USE,
                     OP_COPY, OP_DELETE, OP_ACQUIRE, OP_FORGET},
	[OP_INIT] = {OP_COMPLETE, OP_COMPLETE, OP_DELETE, OP_QUERY,
                     OP_EXPORT, OP_USE, OP_COPY, OP_FREE},
	[OP_ACCEPT] = {OP_QUERY, OP_QUERY, OP_DELETE, OP_DELETE,
                       OP_EXPORT, OP_USE, OP_COPY, OP_FREE},
	[OP_COMPLETE] = {OP_COMPLETE, OP_QUERY, OP_DELETE, OP_EXPORT,
                         OP_USE, OP_COPY, OP_ACCEPT, OP_INIT},
	[OP_DELETE] = {OP_DELETE, OP_DELETE, OP_QUERY, OP_USE,
                       OP_COMPLETE, OP_EXPORT, OP_INIT, OP_COPY},
	[OP_QUERY] = {OP_RELEASE, OP_RELEASE, OP_QUERY, OP_USE,
                      OP_EXPORT, OP_DELETE, OP_COPY, OP_IMPORT},
	[OP_USE] = {OP_USE, OP_USE, OP_QUERY, OP_DELETE,
                    OP_EXPORT, OP_COPY, OP_FREE, OP_COMPLETE},
	[OP_EXPORT] = {OP_IMPORT, OP_IMPORT, OP_IMPORT, OP_RELEASE,
                       OP_DELETE, OP_QUERY, OP_EXPORT, OP_USE},
	[OP_IMPORT] = {OP_IMPORT, OP_RELEASE, OP_DELETE, OP_QUERY,
                       OP_EXPORT, OP_USE, OP_COPY, OP_ACCEPT},
	[OP_RELEASE] = {OP_RELEASE, OP_RELEASE, OP_IMPORT, OP_IMPORT,
                        OP_QUERY, OP_EXPORT, OP_FOREIGN, OP_FORGET},
	[OP_COPY] = ON_A_STRUCT,
	[OP_SWAP] = ON_A_STRUCT,
	[OP_AHEAD] = ON_A_STRUCT,
	[OP_ZERO] = ON_A_STRUCT,
	[OP_INVALIDATE] = ON_A_STRUCT,
	[OP_PSEUDO_DELETED] = ON_A_STRUCT,
	[OP_GARBAGE] = ON_A_STRUCT,
	[OP_FOREIGN] = {OP_RELEASE, OP_RELEASE, OP_IMPORT, OP_QUERY,
                        OP_EXPORT, OP_FORGET, OP_RELEASE, OP_IMPORT},
	[OP_FORGET] = ON_A_STRUCT,
};

/* Of what the caller made alone a step cannot tell what it is. */
static struct focus focus_on(const struct place *place, const struct step *step)
{
	struct focus focus = {operand_of(step, WANTED_CONTEXT),
	                      operand_of(step, WANTED_CREDENTIAL), step->buffer};
	if (is_name(step->source) && !is_leg(step) && random_below(place->random, 2))
		focus.handle = step->source;
	if (!operations[step->op].is_call && random_below(place->random, 2))
		focus.credential = focus.handle;
	return focus;
}

struct step invent_acquire(const struct place *place, name_id credential)
{
	struct step step = draw_step(place, OP_ACQUIRE, &no_focus);
	step.out = credential;
	return step;
}

struct step invent_next(const struct place *place, const struct step *earlier)
{
	if (!earlier)
		return draw_step(place, OP_ACQUIRE, &no_focus);
	struct focus focus = focus_on(place, earlier);
	const struct step *leg = NULL;
	if (is_name(focus.handle) &&
	    (is_leg(earlier) || earlier->op == OP_COMPLETE))
		leg = last_leg(place, focus.handle);
	if (leg && random_below(place->random, 8)) {
		if (earlier->op == OP_INIT && is_name(leg->handle) &&
		    random_below(place->random, 2))
			return draw_step(place, OP_COMPLETE, &focus);
		return random_below(place->random, 8) ? answer(place, leg)
		                                      : go_on(place, leg);
	}
	enum operation op = (enum operation)
		next_of[earlier->op][random_below(place->random, 8)];
	return draw_step(place, op, &focus);
}
