/*
 * dead.c: see dead.h.
 *
 * How to read it: the names and steps that are tried; which words there are; then what is
 * looked at: calls on one handle, legs, and what is written into; at last what the model
 * says of it.
 *
 * Names have two forms, x1 and x2, as the driver asks for integrity by their digits.
 */
#include "dead.h"

#include <stdlib.h>
#include <string.h>

#include "../specs/grow.h"
#include "../tests/subjects/structs.h"

enum { X1, X2, Y1, Y2, Z1, Z2, TOKENS, BUFFER };

/* --- Names and steps ------------------------------------------------------------------ */

static void add_names(struct names *names)
{
	static const char *const texts[] = {"x1", "x2", "y1", "y2",
	                                    "z1", "z2", "t1", "b1"};
	names_init(names);
	for (name_id i = 0; i < sizeof texts / sizeof *texts; i++) {
		names_add(names, texts[i], strlen(texts[i]));
		names_get(names, i)->settled = i == BUFFER ? NAME_BUFFER : NAME_HANDLE;
	}
}

static void add_step(struct dead_steps *steps, const struct step *step)
{
	steps->steps = grow(steps->steps, &steps->capacity, steps->count,
	                    sizeof *steps->steps);
	steps->steps[steps->count++] = *step;
}

static bool is_leg(const struct step *step)
{
	return step->op == OP_INIT || step->op == OP_ACCEPT;
}

/* Whether an operand is there. */
static bool is_given(name_id operand)
{
	return operand < NAME_NULL;
}

/* Whether a leg is given one struct as both context and credential. */
static bool is_given_twice(const struct step *step)
{
	return is_given(step->handle) && step->handle == step->credential;
}

/* Whether the operands are those of one form of the names: x as the handle, y as the
 * credential, or x as both, any as what is written, t1 where a token is taken from. */
static bool is_of_form(const struct step *step, unsigned form)
{
	bool is_fed = step->token != TOKEN_NONE;
	return (!is_given(step->handle) || step->handle == X1 + form) &&
	       (!is_given(step->credential) || step->credential == Y1 + form ||
	        is_given_twice(step)) &&
	       (!is_given(step->out) || step->out == X1 + form ||
	        step->out == Y1 + form || step->out == Z1 + form) &&
	       (step->token < TOKEN_LAST || step->token == TOKEN_LAST) &&
	       (!is_fed || !is_given(step->source) || step->source == TOKENS);
}

static void sort_step(struct dead *dead, const struct step *step)
{
	bool first = is_of_form(step, 0), second = is_of_form(step, 1);
	if (!operations[step->op].is_call) {
		if (step->out == X1 &&
		    (step->source == X1 || step->source == NAME_ABSENT))
			add_step(&dead->own, step);
	} else if (is_leg(step)) {
		if (first || (second && step->op == OP_INIT))
			add_step(is_given_twice(step)
			                 ? &dead->twice
			                 : &dead->legs[is_given(step->handle)]
			                              [is_given(step->credential)],
			         step);
	} else if (step->handle == X1) {
		if (first)
			add_step(&dead->single, step);
	} else if (step->out == Z1 && step->op == OP_ACQUIRE) {
		add_step(&dead->creates, step);
	}
}

void dead_init(struct dead *dead, const struct driver_setup *setup,
               uint8_t answered[SUPPORT_COUNT])
{
	struct alphabet alphabet = {0};
	struct driver_setup uncounted = *setup;
	struct step forget = step_make(OP_FORGET);
	*dead = (struct dead){.answered = answered};
	add_names(&dead->names);
	alphabet_make(&alphabet, &dead->names);
	for (size_t i = 0; i < alphabet.count; i++)
		sort_step(dead, &alphabet.steps[i]);
	alphabet_free(&alphabet);
	uncounted.count = NULL;
	driver_begin(&dead->driver, &uncounted, &dead->names);
	forget.out = X1;
	driver_own(&dead->driver, &forget); /* it meets its names now */
	dead->before = image_new();
	dead->after = image_new();
}

void dead_free(struct dead *dead)
{
	free(dead->own.steps);
	free(dead->single.steps);
	free(dead->twice.steps);
	free(dead->creates.steps);
	for (int i = 0; i < 4; i++)
		free(dead->legs[i / 2][i % 2].steps);
	free(dead->words);
	free(dead->made);
	free(dead->is_listed);
	free(dead->pairs);
	image_free(dead->before);
	image_free(dead->after);
	driver_end(&dead->driver);
	names_free(&dead->names);
}

/* --- Words ------------------------------------------------------------------------------ */

static bool are_same(const SecHandle *a, const SecHandle *b)
{
	return a->dwLower == b->dwLower && a->dwUpper == b->dwUpper;
}

/* Adds a word, if it is not there at a lower level; returns its place. */
static uint16_t add_word(struct dead *dead, SecHandle words, unsigned level)
{
	uint16_t i = 0;
	while (i < dead->count && !are_same(&dead->words[i].words, &words))
		i++;
	if (i < dead->count)
		return i;
	dead->words = grow(dead->words, &dead->capacity, dead->count,
	                   sizeof *dead->words);
	dead->words[dead->count++] =
		(struct dead_word){.words = words, .level = (uint8_t)level};
	return i;
}

/* Lists what steps make of a word. */
static void list_made(struct dead *dead, uint16_t word, unsigned level)
{
	for (size_t i = 0; i < dead->own.count; i++) {
		SecHandle from = dead->words[word].words;
		SecHandle words = struct_own(&dead->own.steps[i], from, from);
		dead->made = grow(dead->made, &dead->made_capacity,
		                  dead->made_count, sizeof *dead->made);
		dead->made[dead->made_count++] = add_word(dead, words, level);
	}
}

/* Lists the words up to a level. */
static void list_words(struct dead *dead, unsigned most)
{
	struct image_handle handles[IMAGE_HANDLES];
	size_t issued = image_handles(handles), end;
	dead->count = dead->made_count = 0;
	add_word(dead, (SecHandle){0, 0}, 0);
	for (size_t i = 0; i < issued; i++) {
		struct dead_word *word =
			&dead->words[add_word(dead, handles[i].words, 0)];
		word->is_live[handles[i].is_context ? KIND_CONTEXT
		                                    : KIND_CREDENTIAL] |=
			handles[i].is_live;
		word->has_ended |= handles[i].is_context && !handles[i].is_live;
	}
	for (uint16_t at = 0, level = 1; level <= most; level++)
		for (end = dead->count; at < end; at++)
			list_made(dead, at, level);
}

static void add_pair(struct dead *dead, uint16_t first, uint16_t second)
{
	bool *is_listed = &dead->is_listed[first * dead->count + second];
	if (*is_listed)
		return;
	*is_listed = true;
	dead->pairs = grow(dead->pairs, &dead->pair_capacity, dead->pair_count,
	                   sizeof *dead->pairs);
	dead->pairs[dead->pair_count++] = (struct dead_pair){{first, second}};
}

/* Lists the pairs that one step makes of a pair. */
static void list_pairs_made(struct dead *dead, struct dead_pair pair)
{
	for (size_t i = 0; i < dead->own.count; i++) {
		bool is_of_other = dead->own.steps[i].source != NAME_ABSENT;
		uint16_t of_first = dead->made[pair.word[0] * dead->own.count + i];
		uint16_t of_second = dead->made[pair.word[1] * dead->own.count + i];
		add_pair(dead, of_first, pair.word[1]);
		add_pair(dead, pair.word[0], of_second);
		if (!is_of_other)
			continue;
		add_pair(dead, of_second, pair.word[1]);
		add_pair(dead, pair.word[0], of_first);
	}
}

/* Lists the pairs of words that so many steps make, each word in a struct of its own,
 * both of level 0 at first. */
static void list_pairs(struct dead *dead, unsigned most)
{
	size_t end;
	free(dead->is_listed);
	dead->is_listed = allocate(dead->count * dead->count,
	                           sizeof *dead->is_listed);
	dead->pair_count = 0;
	for (uint16_t i = 0; i < dead->count; i++)
		for (uint16_t j = 0; j < dead->count; j++)
			if (dead->words[i].level == 0 && dead->words[j].level == 0)
				add_pair(dead, i, j);
	for (size_t at = 0, step = 1; step <= most; step++)
		for (end = dead->pair_count; at < end; at++)
			list_pairs_made(dead, dead->pairs[at]);
}

bool dead_meets(const SecHandle *words, const struct image_handle *handles,
                size_t count)
{
	static const uint8_t patterns[] = {OP_ZERO, OP_PSEUDO_DELETED, OP_GARBAGE};
	static const SecHandle none;
	SecHandle turned = *words;
	/* Swaps and aheads in turn go through all that is made of the words. */
	for (int turn = 0; turn < 8; turn++) {
		struct step step = step_make(turn % 2 ? OP_AHEAD : OP_SWAP);
		turned = struct_own(&step, none, turned);
		if (turned.dwLower == UINTPTR_MAX)
			return true; /* half of it invalidated */
		for (size_t i = 0; i < count; i++)
			if (are_same(&turned, &handles[i].words))
				return true;
		for (size_t i = 0; i < sizeof patterns; i++) {
			step = step_make((enum operation)patterns[i]);
			for (; step.choice < GARBAGE_COUNT; step.choice++) {
				SecHandle pattern = struct_own(&step, none, none);
				if (are_same(&turned, &pattern))
					return true;
			}
		}
	}
	return false;
}

/* --- Calls ------------------------------------------------------------------------------- */

static void place(struct dead *dead, unsigned name, const struct dead_word *word)
{
	static const SecHandle none;
	dead->driver.structs[name] = dead->driver.structs[name + 1] =
		word ? word->words : none;
}

static SECURITY_STATUS call(struct dead *dead, const struct step *step)
{
	SECURITY_STATUS status =
		(SECURITY_STATUS)driver_call(&dead->driver, step).status;
	int function = world_function(step);
	if (function >= 0)
		dead->answered[function] |=
			status == SEC_E_UNSUPPORTED_FUNCTION ? 1 : 2;
	dead->calls++;
	return status;
}

/* Whether the last call left all structs as they were. */
static bool are_kept(const struct dead *dead)
{
	return memcmp(dead->driver.before, dead->driver.structs,
	              dead->names.name_count * sizeof *dead->driver.structs) == 0;
}

/* Whether a step is one of those that are fed this token, or none. */
static bool is_fed(const struct step *step, enum token token)
{
	return step->token == token;
}

/* Whether a call answers dead words as it does NULL. */
static bool look_at_single(struct dead *dead, const struct step *step)
{
	enum kind kind = model_handle_kind(step);
	struct step of_null = *step;
	of_null.handle = NAME_NULL;
	SECURITY_STATUS refused = call(dead, &of_null);
	bool ok = true;
	image_keep(dead->after);
	for (size_t i = 0; i < dead->count && ok; i++) {
		const struct dead_word *word = &dead->words[i];
		bool is_deleted = word->has_ended ||
		                  (word->words.dwLower == SEC_DELETED_HANDLE &&
		                   word->words.dwUpper == SEC_DELETED_HANDLE);
		if (word->is_live[kind])
			continue;
		image_restore(dead->before);
		place(dead, X1, word);
		ok = call(dead, step) == (step->op == OP_DELETE && is_deleted
		                                  ? SEC_E_OK
		                                  : refused) &&
		     are_kept(dead) && image_is(dead->after);
	}
	image_restore(dead->before);
	return ok;
}

/* Whether legs refuse a context and a credential of which one is dead. */
static bool look_at_legs(struct dead *dead, const struct dead_steps *legs,
                         enum token token, const struct dead_word *context,
                         const struct dead_word *credential)
{
	bool is_refused = (context && !context->is_live[KIND_CONTEXT]) ||
	                  (credential && !credential->is_live[KIND_CREDENTIAL]);
	bool ok = true;
	if (!is_refused)
		return true;
	place(dead, X1, context);
	place(dead, Y1, credential);
	for (size_t i = 0; i < legs->count && ok; i++)
		if (is_fed(&legs->steps[i], token))
			ok = call(dead, &legs->steps[i]) == SEC_E_INVALID_HANDLE &&
			     are_kept(dead) && image_is(dead->before);
	image_restore(dead->before);
	return ok;
}

/* Whether it makes no difference to a call what the struct held that it is to write. */
static bool look_at_written(struct dead *dead, const struct step *step)
{
	bool ok = true;
	place(dead, Z1, NULL);
	SECURITY_STATUS status = call(dead, step);
	SecHandle written = dead->driver.structs[step->out];
	image_keep(dead->after);
	for (size_t i = 0; i < dead->count && ok; i++) {
		image_restore(dead->before);
		place(dead, Z1, &dead->words[i]);
		ok = call(dead, step) == status && image_is(dead->after) &&
		     (status < 0 ? are_kept(dead)
		                 : are_same(&dead->driver.structs[step->out],
		                            &written));
	}
	image_restore(dead->before);
	return ok;
}

/* The same for the legs on a context and a credential that are both live, or none. */
static bool look_at_written_by_legs(struct dead *dead, const struct dead_steps *legs,
                                    enum token token,
                                    const struct dead_word *context,
                                    const struct dead_word *credential)
{
	bool ok = true;
	if ((context && !context->is_live[KIND_CONTEXT]) ||
	    (credential && !credential->is_live[KIND_CREDENTIAL]))
		return true;
	place(dead, X1, context);
	place(dead, Y1, credential);
	for (size_t i = 0; i < legs->count && ok; i++) {
		name_id out = legs->steps[i].out;
		if (is_fed(&legs->steps[i], token) && (out == Z1 || out == Z2))
			ok = look_at_written(dead, &legs->steps[i]);
	}
	return ok;
}

/* Looks at the legs that are given these; NULL is none. */
static bool look_at_both(struct dead *dead, enum token token,
                         const struct dead_word *context,
                         const struct dead_word *credential)
{
	const struct dead_steps *legs =
		&dead->legs[context != NULL][credential != NULL];
	return look_at_legs(dead, legs, token, context, credential) &&
	       look_at_written_by_legs(dead, legs, token, context, credential);
}

static bool look_at_all_legs(struct dead *dead, enum token token)
{
	bool ok = look_at_both(dead, token, NULL, NULL);
	for (size_t i = 0; i < dead->count && ok; i++) {
		const struct dead_word *word = &dead->words[i];
		ok = look_at_both(dead, token, word, NULL) &&
		     look_at_both(dead, token, NULL, word) &&
		     look_at_legs(dead, &dead->twice, token, word, word);
	}
	for (size_t i = 0; i < dead->pair_count && ok; i++)
		ok = look_at_both(dead, token, &dead->words[dead->pairs[i].word[0]],
		                  &dead->words[dead->pairs[i].word[1]]);
	return ok;
}

static bool look_at_others(struct dead *dead, enum token token)
{
	bool ok = true;
	for (size_t i = 0; i < dead->single.count && ok; i++)
		if (is_fed(&dead->single.steps[i], token))
			ok = look_at_single(dead, &dead->single.steps[i]);
	for (size_t i = 0; i < dead->creates.count && ok; i++)
		if (is_fed(&dead->creates.steps[i], token))
			ok = look_at_written(dead, &dead->creates.steps[i]);
	return ok;
}

bool dead_look(struct dead *dead, enum token token,
               const struct driver_bytes *bytes, unsigned steps)
{
	struct driver_bytes *last = &dead->driver.own[TOKENS].last;
	if (token == TOKEN_LAST)
		*last = *bytes; /* it is only read */
	image_keep(dead->before);
	list_words(dead, steps);
	list_pairs(dead, steps);
	bool ok = look_at_others(dead, token) && look_at_all_legs(dead, token);
	*last = (struct driver_bytes){NULL, 0};
	return ok;
}

/* --- The model ------------------------------------------------------------------------------ */

/* What dead words can be to the model. */
enum stand_in { ZERO, PSEUDO_DELETED, ENDED_CONTEXT, ENDED_CREDENTIAL, STAND_INS };

/* Lets a name hold dead words of some kind. */
static void stand_in(struct model *model, name_id name, enum stand_in kind)
{
	static const uint8_t kinds[] = {VALUE_ZERO, VALUE_PSEUDO_DELETED, VALUE_ISSUED,
	                                VALUE_ISSUED};
	struct value *value = &model->values[name];
	*value = (struct value){
		.kind = kinds[kind], .base = kinds[kind], .record = RECORD_NONE};
	if (kind < ENDED_CONTEXT)
		return;
	value->record = (record_id)model->record_count;
	model->records[value->record] = (struct record){
		.kind = kind == ENDED_CONTEXT ? KIND_CONTEXT : KIND_CREDENTIAL,
		.credential = RECORD_NONE};
	model->record_count++;
}

/* What dead.h says that a call answers. */
static int64_t answer_of_dead(const struct step *step, enum stand_in kind,
                              const uint8_t answered[SUPPORT_COUNT])
{
	int function = world_function(step);
	if (step->op == OP_DELETE && (kind == PSEUDO_DELETED || kind == ENDED_CONTEXT))
		return SEC_E_OK;
	return function >= 0 && answered[function] == 1 ? SEC_E_UNSUPPORTED_FUNCTION
	                                                : SEC_E_INVALID_HANDLE;
}

static bool is_allowed(const struct model *model, const struct step *step,
                       int64_t status)
{
	struct clauses clauses;
	struct answer answer = answer_make(status);
	const struct clause *clause;
	answer.out = OUT_KEPT;
	model_allowed(model, step, &clauses);
	clause = model_clause(&clauses, status);
	return clause->allowed && clause->effect == EFFECT_NONE &&
	       model_check_out(model, step, clause, &answer) == RULE_NONE;
}

/* Whether an operand is there and dead. */
static bool is_dead(const struct world *world, name_id name)
{
	return is_given(name) && world_is_dead(world, name);
}

/* Looks at one call, with all kinds of dead words in place of those that it is given. */
static bool is_step_allowed(struct world *world, const struct step *step,
                            const uint8_t answered[SUPPORT_COUNT])
{
	struct model *model = &world->judge.model;
	int handles = is_dead(world, step->handle) ? STAND_INS : 1;
	int credentials = is_dead(world, step->credential) &&
	                                  step->credential != step->handle
	                          ? STAND_INS
	                          : 1;
	size_t records = model->record_count;
	bool ok = true;
	for (int i = 0; i < handles * credentials && ok; i++) {
		enum stand_in handle = (enum stand_in)(i % handles);
		if (handles > 1)
			stand_in(model, step->handle, handle);
		if (credentials > 1)
			stand_in(model, step->credential,
			         (enum stand_in)(i / handles));
		ok = is_allowed(model, step,
		                answer_of_dead(step, handle, answered));
		model->record_count = records;
	}
	world_restore(world);
	return ok;
}

bool dead_is_allowed(struct world *world, const struct alphabet *alphabet,
                     const uint8_t answered[SUPPORT_COUNT])
{
	bool ok = true;
	for (size_t i = 0; i < alphabet->count && ok; i++) {
		const struct step *step = &alphabet->steps[i];
		if (step->token == TOKEN_NONE && operations[step->op].is_call &&
		    (world_is_refused(world, step->handle,
		                      model_handle_kind(step)) ||
		     world_is_refused(world, step->credential, KIND_CREDENTIAL)))
			ok = is_step_allowed(world, step, answered);
	}
	return ok;
}
