/*
 * expand.c: see expand.h.
 *
 * How to read it: states and the store; the tokens of a state; which steps are carried
 * out, and for how many others; what a step comes to; a state.
 */
#include "expand.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* What a string of the store is: its first byte. */
enum { IS_IMAGE = 1, IS_STATE, IS_EXPANDED, IS_LOOK, IS_MODEL };

/* Where strings are written: the first byte, a state, and a sequence's number. */
static unsigned char written[1 + STATE_BYTES + sizeof(uint32_t)];

/* --- States and the store ------------------------------------------------------------- */

/* Adds the reference's image; NODE_NONE if the store is full. */
static node_id add_image(struct expander *expander)
{
	unsigned char bytes[1 + IMAGE_BYTES] = {IS_IMAGE};
	size_t size = 1 + image_write(bytes + 1);
	bool is_new;
	return store_add(expander->store, bytes, size, expander->depth, NODE_NONE,
	                 &is_new);
}

static node_id image_at_hand(struct expander *expander)
{
	return expander->image != NODE_NONE && world_is_image_kept(&expander->world)
	               ? expander->image
	               : add_image(expander);
}

/* A hash of a state that does not depend on the numbers of images. */
static uint64_t digest_of(const struct expander *expander, node_id image,
                          const unsigned char *state, size_t size)
{
	uint32_t hash = store_node(expander->store, image)->hash;
	return store_hash(state + sizeof image, size - sizeof image) * (2u * hash + 1u);
}

/* Counts the state that the world is in; NODE_NONE if the store is full. */
static node_id count_state(struct expander *expander, node_id image,
                           node_id parent, uint32_t depth, store_count weight,
                           bool *is_new)
{
	struct expanded *expanded = expander->expanded;
	size_t size = state_write(&expander->world, expander->count_as,
	                          &expander->orders, image, written + 1);
	written[0] = IS_STATE;
	node_id id = store_add(expander->store, written, 1 + size, depth, parent,
	                       is_new);
	if (id == NODE_NONE)
		return id;
	struct node *node = store_node(expander->store, id);
	if (node->depth == depth) {
		store_raise(node, weight);
		expanded->leading += weight;
	}
	if (*is_new) {
		expanded->states++;
		expanded->digest += digest_of(expander, image, written + 1, size);
	}
	return id;
}

/* Adds what is expanded, where it is not what is counted. */
static node_id add_expanded(struct expander *expander, node_id image,
                            node_id parent, uint32_t depth, store_count weight,
                            bool *is_new)
{
	bool is_sequence = expander->merge == MERGE_NONE;
	size_t size = 1 + state_write(&expander->world, expander->merge,
	                              &expander->orders, image, written + 1);
	uint32_t serial = atomic_load(expander->queue.count);
	node_id id;
	written[0] = IS_EXPANDED;
	do {
		memcpy(written + size, &serial, sizeof serial);
		serial++;
		id = store_add(expander->store, written,
		               size + (is_sequence ? sizeof serial : 0), depth,
		               parent, is_new);
	} while (is_sequence && !*is_new && id != NODE_NONE);
	if (id != NODE_NONE && store_node(expander->store, id)->depth == depth)
		store_raise(store_node(expander->store, id), weight);
	return id;
}

bool expand_add(struct expander *expander, node_id parent, uint32_t depth,
                store_count weight)
{
	bool is_new;
	node_id image = image_at_hand(expander);
	node_id id = image == NODE_NONE
	                     ? NODE_NONE
	                     : count_state(expander, image, parent, depth, weight,
	                                   &is_new);
	if (id != NODE_NONE && expander->merge != expander->count_as)
		id = add_expanded(expander, image, parent, depth, weight, &is_new);
	if (id != NODE_NONE && is_new)
		expander->queue.states[atomic_fetch_add(expander->queue.count, 1)] =
			id;
	return id != NODE_NONE;
}

bool expand_is_at(struct expander *expander, node_id state)
{
	const struct node *node = store_node(expander->store, state);
	node_id image = add_image(expander);
	size_t size;
	if (image == NODE_NONE)
		return false;
	size = state_write(&expander->world, expander->merge, &expander->orders, image,
	                   written);
	return size < node->size && memcmp(written, node->bytes + 1, size) == 0;
}

void expand_enter(struct expander *expander, node_id state)
{
	const unsigned char *bytes =
		store_node(expander->store, state)->bytes + 1;
	expander->image = state_image(bytes);
	image_read(store_node(expander->store, expander->image)->bytes + 1);
	state_read(&expander->world, expander->merge, bytes);
	world_keep(&expander->world);
}

/* --- Tokens of a state ---------------------------------------------------------------- */

/* An index for a choice of a token. */
static unsigned token_index(const struct step *step)
{
	return step->token < TOKEN_LAST
	               ? step->token
	               : TOKEN_LAST + (unsigned)(step->token - TOKEN_LAST) * WORLD_NAMES +
	                         step->source;
}

/* The bytes that a step feeds, as driver.c has them, if they are those of a name. */
static struct driver_bytes fed(const struct expander *expander, enum token token,
                               name_id source)
{
	const struct driver_name *own = &expander->world.driver.own[source];
	struct driver_bytes bytes = token == TOKEN_REPLAYED ? own->first : own->last;
	if (token == TOKEN_TRUNCATED)
		bytes.size /= 2;
	return bytes;
}

/* A choice of a token of a name whose bytes are there. */
struct choice {
	struct driver_bytes bytes;
	unsigned index;
};

/* Looks whether dead words make a difference to what is fed that token. */
static enum verdict look(struct expander *expander, enum token token,
                         const struct driver_bytes *bytes)
{
	unsigned char key[2 + sizeof(node_id) + DRIVER_ROOM] = {
		IS_LOOK, (unsigned char)token};
	size_t size = 2 + sizeof expander->image;
	bool is_new;
	memcpy(key + 2, &expander->image, sizeof expander->image);
	if (bytes) {
		memcpy(key + size, bytes->data, bytes->size);
		size += bytes->size;
	}
	if (store_add(expander->store, key, size, expander->depth, NODE_NONE,
	              &is_new) == NODE_NONE)
		return VERDICT_FULL;
	if (!is_new)
		return VERDICT_NONE;
	expander->expanded->step = EXPAND_LOOKING;
	return dead_look(&expander->dead, token, bytes, expander->left)
	               ? VERDICT_NONE
	               : VERDICT_DOUBT;
}

/* Looks whether the model allows what dead words are answered. */
static enum verdict look_at_model(struct expander *expander)
{
	struct world *world = &expander->world;
	size_t size = 1 + state_write_model(world, written + 1);
	bool is_new;
	written[0] = IS_MODEL;
	if (store_add(expander->store, written, size, expander->depth, NODE_NONE,
	              &is_new) == NODE_NONE)
		return VERDICT_FULL;
	return !is_new || dead_is_allowed(world, &expander->alphabet,
	                                  expander->expanded->answered)
	               ? VERDICT_NONE
	               : VERDICT_DOUBT;
}

/* Adds a choice, or weighs the one before that has the same bytes. */
static size_t add_choice(uint32_t *weight, struct choice *choices, size_t count,
                         struct choice choice)
{
	size_t same = 0;
	while (same < count && !world_are_equal(&choices[same].bytes, &choice.bytes))
		same++;
	if (same == count)
		choices[count++] = choice;
	weight[choices[same].index]++;
	return count;
}

/* Weighs the choices of tokens. For legs, one of those with the same bytes stands for
 * all, and TOKEN_NONE for those without any. CompleteAuthToken leaves its result with the
 * name, and so only those without any are alike.
 * @return the choices with bytes of their own */
static size_t weigh_tokens(struct expander *expander, struct choice *choices)
{
	uint32_t *leg = expander->leg_weight, *complete = expander->complete_weight;
	unsigned without = UINT_MAX;
	size_t count = 0;
	for (unsigned i = 0; i < TOKEN_CHOICES; i++)
		leg[i] = complete[i] = i < TOKEN_LAST;
	for (unsigned token = TOKEN_LAST; token < TOKEN_COUNT; token++)
		for (name_id i = 0; i < expander->world.count; i++) {
			struct step step = {.token = (uint8_t)token, .source = i};
			struct choice choice = {fed(expander, (enum token)token, i),
			                        token_index(&step)};
			if (!world_is_handle(&expander->world, i))
				continue;
			if (choice.bytes.data) {
				count = add_choice(leg, choices, count, choice);
				complete[choice.index] = 1;
				continue;
			}
			if (without == UINT_MAX)
				without = choice.index;
			leg[TOKEN_NONE]++;
			complete[without]++;
		}
	return count;
}

static enum verdict look_at_all(struct expander *expander,
                                const struct choice *choices, size_t count)
{
	enum verdict verdict = VERDICT_NONE;
	for (int token = TOKEN_NONE; token <= TOKEN_NOISE && !verdict; token++)
		verdict = look(expander, (enum token)token, NULL);
	for (size_t i = 0; i < count && !verdict; i++)
		verdict = look(expander, TOKEN_LAST, &choices[i].bytes);
	return verdict ? verdict : look_at_model(expander);
}

/* --- Steps of a state ------------------------------------------------------------------- */

/* Whether a step makes the struct that it writes dead, and does nothing else. */
static bool makes_dead(const struct expander *expander, const struct step *step)
{
	switch (step->op) {
	case OP_COPY:
	case OP_SWAP:
	case OP_AHEAD: return world_is_dead(&expander->world, step->source);
	case OP_ZERO:
	case OP_INVALIDATE:
	case OP_PSEUDO_DELETED:
	case OP_GARBAGE: return true;
	case OP_FORGET:
		return step->out != NAME_ABSENT &&
		       !expander->world.driver.own[step->out].last.data;
	default: return false;
	}
}

static void weigh_names(struct expander *expander)
{
	const struct world *world = &expander->world;
	const struct alphabet *alphabet = &expander->alphabet;
	memset(expander->refused, 0, sizeof expander->refused);
	memset(expander->dead_weight, 0, sizeof expander->dead_weight);
	for (name_id i = 0; i < world->count; i++)
		if (world_is_handle(world, i))
			for (int kind = KIND_CREDENTIAL; kind <= KIND_CONTEXT; kind++)
				expander->refused[kind] +=
					world_is_refused(world, i, (enum kind)kind);
	for (size_t i = 0; i < alphabet->count; i++)
		if (makes_dead(expander, &alphabet->steps[i]))
			expander->dead_weight[alphabet->steps[i].out]++;
}

/* For how many steps a step is carried out where dead words are all alike. `zero` stands
 * for all that makes a struct dead; a call on NULL for those on dead words; and a leg on
 * dead words, which dead.h looked at, leads nowhere. */
static uint32_t weight_of_live(const struct expander *expander,
                               const struct step *step)
{
	if (!operations[step->op].is_call) {
		if (!makes_dead(expander, step))
			return 1;
		return step->op != OP_ZERO || world_is_dead(&expander->world, step->out)
		               ? 0
		               : expander->dead_weight[step->out];
	}
	if (world_is_refused(&expander->world, step->handle,
	                     model_handle_kind(step)) ||
	    world_is_refused(&expander->world, step->credential, KIND_CREDENTIAL))
		return 0;
	return step->handle == NAME_NULL
	               ? 1 + expander->refused[model_handle_kind(step)]
	               : 1;
}

/* For how many steps a step is carried out. */
static uint32_t weight_of(const struct expander *expander, const struct step *step)
{
	uint32_t weight = 1;
	if (expander->merge == MERGE_NONE)
		return 1;
	if (step->op == OP_INIT || step->op == OP_ACCEPT)
		weight = expander->leg_weight[token_index(step)];
	else if (step->op == OP_COMPLETE)
		weight = expander->complete_weight[token_index(step)];
	if (weight && expander->merge == MERGE_DEAD)
		weight *= weight_of_live(expander, step);
	return weight;
}

/* --- What a step comes to ----------------------------------------------------------------- */

/* Whether a call issues a handle if it succeeds. */
static bool creates(const struct step *step)
{
	return step->op == OP_ACQUIRE || step->op == OP_IMPORT ||
	       ((step->op == OP_INIT || step->op == OP_ACCEPT) &&
	        step->handle == NAME_ABSENT);
}

/* Whether words that are dead by the model may make a difference. */
static bool is_doubtful(const struct expander *expander, const struct step *step,
                        const struct answer *answer)
{
	const struct world *world = &expander->world;
	if (creates(step) && answer->status >= 0 && step->out < NAME_NULL &&
	    dead_meets(&world->driver.structs[step->out], expander->handles,
	               expander->handle_count))
		return true;
	for (name_id i = 0; i < world->count; i++)
		if (world_is_handle(world, i) &&
		    world_is_dead(world, i) &&
		    image_is_live(&world->driver.structs[i]))
			return true;
	return false;
}

/* Notes whether a function says that it is missing. */
static bool is_split(struct expander *expander, const struct step *step,
                     const struct answer *answer)
{
	int function = world_function(step);
	if (function < 0 || expander->world.tracked >> function & 1)
		return false;
	uint8_t *answered = &expander->expanded->answered[function];
	*answered |= answer->status == SEC_E_UNSUPPORTED_FUNCTION ? 1 : 2;
	return *answered == 3;
}

static enum verdict carry_out(struct expander *expander, node_id state,
                              const struct step *step, uint32_t weight)
{
	struct world *world = &expander->world;
	enum verdict verdict = VERDICT_NONE;
	struct answer answer = world_step(world, step);
	if (operations[step->op].is_call)
		expander->expanded->calls++;
	if (world->is_broken)
		return VERDICT_BROKEN;
	if (is_split(expander, step, &answer))
		return VERDICT_SPLIT;
	if (expander->merge != MERGE_NONE && world_is_kept(world, step, &answer))
		return VERDICT_NONE;
	if (expander->merge == MERGE_DEAD && is_doubtful(expander, step, &answer))
		return VERDICT_DOUBT;
	if (expander->gathers &&
	    !expand_add(expander, state, expander->depth + 1,
	                expander->count * weight))
		verdict = VERDICT_FULL;
	world_restore(world);
	return verdict;
}

/* Whether all calls that are not refused are made from another state as well: from the
 * one in which names hold live handles where this one has what is made from them. It is
 * there, and no deeper, if this one is: copy leads to it where swap or ahead lead here. */
static bool is_covered(struct expander *expander)
{
	struct world *world = &expander->world;
	node_id other = NODE_NONE;
	if (state_turn_back(world)) {
		written[0] = IS_STATE;
		other = store_find(expander->store, written,
		                   1 + state_write(world, MERGE_DEAD, &expander->orders,
		                                   expander->image, written + 1));
	}
	world_restore(world);
	return other != NODE_NONE &&
	       store_node(expander->store, other)->depth <= expander->depth;
}

/* --- A state --------------------------------------------------------------------------------- */

static enum verdict begin(struct expander *expander, node_id state)
{
	struct choice choices[TOKEN_CHOICES];
	enum verdict verdict = VERDICT_NONE;
	expander->expanded->state = state;
	expand_enter(expander, state);
	expander->count = store_counted(store_node(expander->store, state));
	expander->handle_count = image_handles(expander->handles);
	size_t count = weigh_tokens(expander, choices);
	if (expander->merge == MERGE_DEAD) {
		weigh_names(expander);
		verdict = look_at_all(expander, choices, count);
	}
	return verdict;
}

enum verdict expand(struct expander *expander, node_id state)
{
	const struct alphabet *alphabet = &expander->alphabet;
	enum verdict verdict = begin(expander, state);
	bool is_done = expander->merge == MERGE_DEAD && !expander->gathers &&
	               is_covered(expander);
	for (uint32_t i = 0; i < alphabet->count && !verdict && !is_done; i++) {
		const struct step *step = &alphabet->steps[i];
		uint32_t weight = weight_of(expander, step);
		/* No rule is broken by what the caller does alone. */
		if (!weight || (!expander->gathers && !operations[step->op].is_call))
			continue;
		expander->expanded->step = i;
		verdict = carry_out(expander, state, step, weight);
	}
	expander->expanded->calls += expander->dead.calls;
	expander->dead.calls = 0;
	expander->expanded->done++;
	return verdict;
}

void expand_init(struct expander *expander, const struct driver_setup *setup,
                 const struct names *names)
{
	world_init(&expander->world, setup, names);
	state_make_orders(&expander->orders, &expander->world);
	alphabet_make(&expander->alphabet, names);
	dead_init(&expander->dead, setup, expander->expanded->answered);
	world_keep(&expander->world);
}

void expand_free(struct expander *expander)
{
	dead_free(&expander->dead);
	alphabet_free(&expander->alphabet);
	free(expander->orders.orders);
	world_free(&expander->world);
}
