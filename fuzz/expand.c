/*
 * expand.c: see expand.h.
 *
 * How to read it: states and the store; the tokens of a state; which steps are carried
 * out, and for how many others; what a step comes to; calls that are made once for all
 * states of an image; a state.
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
			(struct queued){image, id};
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

/* Makes the world, the reference included, a state's.
 * @return whether its image is not that of the state before */
static bool enter(struct expander *expander, node_id state)
{
	const unsigned char *bytes =
		store_node(expander->store, state)->bytes + 1;
	bool is_new = expander->image != state_image(bytes);
	if (is_new) {
		expander->image = state_image(bytes);
		image_read(store_node(expander->store, expander->image)->bytes + 1);
		expander->handle_count = image_handles(expander->handles);
		memo_clear(&expander->memo);
	}
	state_read(&expander->world, expander->merge, bytes);
	world_keep(&expander->world);
	return is_new;
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

/* What a string of the memo is: its first byte. */
enum { NOTES_TOKEN, NOTES_OPERANDS, NOTES_CALL };

/* The number of a token in the memo; none has that of TOKEN_NONE to TOKEN_NOISE. */
static uint32_t number_token(struct expander *expander,
                             const struct driver_bytes *bytes, bool *is_new)
{
	written[0] = NOTES_TOKEN;
	memcpy(written + 1, bytes->data, bytes->size);
	return TOKEN_LAST +
	       memo_number(&expander->memo, written, 1 + bytes->size, is_new);
}

/* A choice of a token of a name whose bytes are there. */
struct choice {
	struct driver_bytes bytes;
	unsigned index;
	uint32_t number;
	bool is_new; /* at this image */
};

/* Looks whether dead words make a difference to what is fed that token. */
static enum verdict look(struct expander *expander, enum token token,
                         const struct driver_bytes *bytes)
{
	size_t size = 2 + sizeof expander->image;
	bool is_new;
	written[0] = IS_LOOK;
	written[1] = (unsigned char)token;
	memcpy(written + 2, &expander->image, sizeof expander->image);
	if (bytes) {
		memcpy(written + size, bytes->data, bytes->size);
		size += bytes->size;
	}
	if (store_add(expander->store, written, size, expander->depth, NODE_NONE,
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
static size_t add_choice(struct expander *expander, struct choice *choices,
                         size_t count, struct choice choice)
{
	size_t same = 0;
	choice.number = number_token(expander, &choice.bytes, &choice.is_new);
	expander->token[choice.index] = choice.number;
	while (same < count && choices[same].number != choice.number)
		same++;
	if (same == count)
		choices[count++] = choice;
	expander->leg_weight[choices[same].index]++;
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
	for (unsigned i = 0; i < TOKEN_CHOICES; i++) {
		leg[i] = complete[i] = i < TOKEN_LAST;
		expander->token[i] = i < TOKEN_LAST ? i : TOKEN_NONE;
	}
	for (unsigned token = TOKEN_LAST; token < TOKEN_COUNT; token++)
		for (name_id i = 0; i < expander->world.count; i++) {
			struct step step = {.token = (uint8_t)token, .source = i};
			struct choice choice = {
				.bytes = fed(expander, (enum token)token, i),
				.index = token_index(&step)};
			if (!world_is_handle(&expander->world, i))
				continue;
			if (choice.bytes.data) {
				count = add_choice(expander, choices, count, choice);
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

/* Looks at the image, if it is new, with the choices that are new to it. */
static enum verdict look_at_all(struct expander *expander, bool is_new,
                                const struct choice *choices, size_t count)
{
	enum verdict verdict = VERDICT_NONE;
	for (int token = TOKEN_NONE; token <= TOKEN_NOISE && is_new && !verdict;
	     token++)
		verdict = look(expander, (enum token)token, NULL);
	for (size_t i = 0; i < count && !verdict; i++)
		if (choices[i].is_new)
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
		for (int kind = KIND_CREDENTIAL; kind <= KIND_CONTEXT; kind++) {
			bool is_refused = world_is_refused(world, i, (enum kind)kind);
			expander->is_refused[i][kind] = is_refused;
			expander->refused[kind] +=
				is_refused && world_is_handle(world, i);
		}
	for (size_t i = 0; expander->gathers && i < alphabet->run_count; i++) {
		const struct step *step = &alphabet->steps[alphabet->runs[i].first];
		if (makes_dead(expander, step))
			expander->dead_weight[step->out]++;
	}
}

/* Whether an operand holds no live handle of a kind. */
static bool is_refused(const struct expander *expander, name_id name, enum kind kind)
{
	return name < NAME_NULL && expander->is_refused[name][kind];
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
	if (is_refused(expander, step->handle, model_handle_kind(step)) ||
	    is_refused(expander, step->credential, KIND_CREDENTIAL))
		return 0;
	return step->handle == NAME_NULL
	               ? 1 + expander->refused[model_handle_kind(step)]
	               : 1;
}

/* The same where tokens with the same bytes are all alike. */
static uint32_t weight_of_token(const struct expander *expander,
                                const struct step *step)
{
	if (expander->merge == MERGE_NONE)
		return 1;
	if (step->op == OP_INIT || step->op == OP_ACCEPT)
		return expander->leg_weight[token_index(step)];
	return step->op == OP_COMPLETE
	               ? expander->complete_weight[token_index(step)]
	               : 1;
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

/* Carries out a step for so many.
 * @param is_kept  receives whether it has changed nothing */
static enum verdict carry_out(struct expander *expander, node_id state,
                              const struct step *step, uint32_t weight,
                              bool *is_kept)
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
	*is_kept = expander->merge != MERGE_NONE &&
	           world_is_kept(world, step, &answer);
	if (*is_kept)
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

/* --- Calls that are made once ----------------------------------------------------------------- */

/* Whether a step is a call that is made once for all states of an image that look the
 * same to it and to the judge. What other names hold makes no difference: no call issues
 * what a struct can hold (is_doubtful). */
static bool is_made_once(const struct expander *expander, const struct step *step)
{
	return expander->merge == MERGE_DEAD && operations[step->op].is_call &&
	       step->buffer >= NAME_NULL;
}

/* The number of a step's operands in the memo. Those of many steps are the same. */
static uint32_t number_operands(struct expander *expander, const struct step *step)
{
	const struct step *last = expander->numbered;
	const name_id operands[STATE_OPERANDS] = {step->handle, step->credential,
	                                          step->out};
	bool is_new;
	if (last && last->handle == step->handle &&
	    last->credential == step->credential && last->out == step->out)
		return expander->operands;
	written[0] = NOTES_OPERANDS;
	expander->numbered = step;
	expander->operands =
		memo_number(&expander->memo, written,
	                    1 + state_write_operands(&expander->world,
	                                             &expander->orders, operands,
	                                             written + 1),
	                    &is_new);
	return expander->operands;
}

/* What a call is fed. CompleteAuthToken without a token is fed its context's last one. */
static uint32_t token_of(const struct expander *expander, const struct step *step)
{
	struct step last = {.token = TOKEN_LAST, .source = step->handle};
	bool is_own = step->op == OP_COMPLETE && step->token == TOKEN_NONE &&
	              step->handle < NAME_NULL;
	return expander->token[token_index(is_own ? &last : step)];
}

static uint32_t number_call(struct expander *expander, const struct step *step,
                            uint32_t operands, bool *is_new)
{
	const uint32_t note[] = {NOTES_CALL, step->op, step->choice, step->choice2,
	                         operands, token_of(expander, step)};
	return memo_number(&expander->memo, note, sizeof note, is_new);
}

/* Carries out a call for so many, unless it was made at this image and that is enough:
 * where states are gathered only if it changed nothing. */
static enum verdict carry_out_once(struct expander *expander, node_id state,
                                   const struct step *step, uint32_t weight,
                                   uint32_t operands)
{
	bool is_new, is_kept = false;
	uint32_t call = number_call(expander, step, operands, &is_new);
	enum verdict verdict = VERDICT_NONE;
	if (is_new || (expander->gathers && !expander->memo.strings[call].mark))
		verdict = carry_out(expander, state, step, weight, &is_kept);
	expander->memo.strings[call].mark |= is_kept;
	return verdict;
}

/* Carries out the steps of a run that stand for any. */
static enum verdict expand_run(struct expander *expander, node_id state,
                               struct alphabet_run run)
{
	const struct step *steps = expander->alphabet.steps;
	uint32_t weight = expander->merge == MERGE_DEAD
	                          ? weight_of_live(expander, &steps[run.first])
	                          : 1;
	bool is_once = is_made_once(expander, &steps[run.first]), is_kept;
	enum verdict verdict = VERDICT_NONE;
	/* No rule is broken by what the caller does alone. */
	if (!weight ||
	    (!expander->gathers && !operations[steps[run.first].op].is_call))
		return VERDICT_NONE;
	uint32_t operands =
		is_once ? number_operands(expander, &steps[run.first]) : 0;
	for (uint32_t i = run.first; i < run.end && !verdict; i++) {
		uint32_t all = weight * weight_of_token(expander, &steps[i]);
		expander->expanded->step = i;
		if (all && is_once)
			verdict = carry_out_once(expander, state, &steps[i], all,
			                         operands);
		else if (all)
			verdict = carry_out(expander, state, &steps[i], all,
			                    &is_kept);
	}
	return verdict;
}

/* --- A state --------------------------------------------------------------------------------- */

static enum verdict begin(struct expander *expander, node_id state)
{
	struct choice choices[TOKEN_CHOICES];
	enum verdict verdict = VERDICT_NONE;
	expander->expanded->state = state;
	bool is_new = enter(expander, state);
	expander->numbered = NULL;
	expander->count = store_counted(store_node(expander->store, state));
	size_t count = weigh_tokens(expander, choices);
	if (expander->merge == MERGE_DEAD) {
		weigh_names(expander);
		verdict = look_at_all(expander, is_new, choices, count);
	}
	return verdict;
}

enum verdict expand(struct expander *expander, node_id state)
{
	const struct alphabet *alphabet = &expander->alphabet;
	enum verdict verdict = begin(expander, state);
	bool is_done = expander->merge == MERGE_DEAD && !expander->gathers &&
	               is_covered(expander);
	for (size_t i = 0; i < alphabet->run_count && !verdict && !is_done; i++)
		verdict = expand_run(expander, state, alphabet->runs[i]);
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
	memo_free(&expander->memo);
	alphabet_free(&expander->alphabet);
	free(expander->orders.orders);
	world_free(&expander->world);
}
