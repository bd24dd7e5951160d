/*
 * binary.c: the scenario language as bytes. Reader and writer stand side by
 * side for each part: numbers, names, operands, steps.
 */
#include "binary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

enum {
	NAMES_FOLLOW = 0x80,  /* flag of the first byte: a list of names follows */
	OPERAND_NULL = 0xE0,  /* this byte and above: null */
	OPERAND_LONG = 0xF0,  /* this byte and above: an index follows */
	ON_SAME = 0x60,       /* `on` the struct that is also written */
	ON_OTHER = 0xC0,      /* `on` an operand that follows */
	COUNT_LONG = 0xF0,    /* a count that does not fit a byte follows */
	SHORT_CREDENTIALS = 4,
	SHORT_CONTEXTS = 12,
	SHORT_HANDLES = SHORT_CREDENTIALS + SHORT_CONTEXTS,
	SHORT_BUFFERS = 4,
	LISTED = 4096,        /* first index of the names in the list */
	INDEX_COUNT = 65536,
	NUMBER_BYTES = 5,     /* of the longest number */
	STEP_BYTES = 19       /* of the longest step: a leg with long names */
};

/* --- Reading and writing numbers ---------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

/* Bytes beyond the end are 0, so every string is complete. */
static uint8_t get(struct reader *reader)
{
	return reader->at < reader->end ? *reader->at++ : 0;
}

static uint32_t get_number(struct reader *reader)
{
	uint32_t number = 0;
	for (unsigned shift = 0; shift < 28; shift += 7) {
		uint8_t byte = get(reader);
		number |= (uint32_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			break;
	}
	return number;
}

/* Makes room for so many bytes more. */
static void reserve(struct bytes *out, size_t count)
{
	out->data = grow(out->data, &out->capacity, out->length + count - 1, 1);
}

/* There must be room. */
static void put(struct bytes *out, unsigned byte)
{
	out->data[out->length++] = (uint8_t)byte;
}

static void put_number(struct bytes *out, uint32_t number)
{
	for (; number >= 0x80; number >>= 7)
		put(out, 0x80 | (number & 0x7F));
	put(out, number);
}

/* --- Names and their indices ------------------------------------------------------ */

/* Which short names a byte reaches first. */
struct role {
	uint32_t base, size;
	enum name_kind kind;
};
static const struct role credential_role = {0, SHORT_CREDENTIALS, NAME_HANDLE};
static const struct role context_role = {SHORT_CREDENTIALS, SHORT_CONTEXTS,
                                         NAME_HANDLE};
static const struct role any_role = {0, SHORT_HANDLES, NAME_HANDLE};
static const struct role buffer_role = {0, SHORT_BUFFERS, NAME_BUFFER};

static const struct role *role_of(char letter)
{
	switch (letter) {
	case 'd':
	case 'h':
	case 'C': return &credential_role;
	case 'S':
	case 'T': return &any_role;
	case 'B':
	case 'V':
	case 'I':
	case 'F':
	case 'a': return &buffer_role;
	default: return &context_role;
	}
}

/* The name that an index below LISTED always has: a letter and a number. */
static size_t index_text(char text[16], enum name_kind kind, uint32_t index)
{
	size_t length = 1, digits = 1;
	uint32_t number = index + 1;
	if (kind == NAME_BUFFER) {
		text[0] = 'b';
	} else if (index < SHORT_CREDENTIALS) {
		text[0] = 'k';
	} else if (index < SHORT_HANDLES) {
		text[0] = 'c';
		number -= SHORT_CREDENTIALS;
	} else {
		text[0] = 'h';
	}
	for (uint32_t rest = number; rest >= 10; rest /= 10)
		digits++;
	for (length += digits; digits; number /= 10)
		text[digits--] = (char)('0' + number % 10);
	return length;
}

/* The index below LISTED whose name this is, or LISTED. */
static uint32_t text_index(const char *text, size_t length, enum name_kind kind)
{
	char again[16];
	uint32_t number = 0;
	if (length < 2 || length > 5)
		return LISTED;
	for (size_t i = 1; i < length; i++)
		number = number * 10 + (uint32_t)(unsigned char)(text[i] - '0');
	uint32_t index = number - 1 + (text[0] == 'c' ? SHORT_CREDENTIALS : 0);
	if (index >= LISTED || index_text(again, kind, index) != length ||
	    memcmp(again, text, length) != 0)
		return LISTED;
	return index;
}

/* --- Decoding ----------------------------------------------------------------------- */

struct listed {
	const char *text;
	size_t length;
};

struct decoder {
	struct reader reader;
	struct scenario *scenario;
	struct listed *list[2]; /* of handles, of buffers */
	size_t list_length[2], list_capacity[2];
	/* The first of z0, z1, … that fits, by the kind of use. */
	unsigned fitting[NAME_BUFFER + 1];
	/* Ids of the short names, filled at their first use. */
	name_id known[2][SHORT_HANDLES];
	bool in_repeat, in_together;
	unsigned together_calls;
};

static void get_list(struct decoder *decoder, int which)
{
	uint32_t count = get_number(&decoder->reader);
	for (; count && decoder->reader.at < decoder->reader.end; count--) {
		size_t left, length = get(&decoder->reader);
		left = (size_t)(decoder->reader.end - decoder->reader.at);
		if (length > left)
			length = left;
		decoder->list[which] = grow(decoder->list[which],
		                            &decoder->list_capacity[which],
		                            decoder->list_length[which],
		                            sizeof *decoder->list[which]);
		decoder->list[which][decoder->list_length[which]++] =
			(struct listed){(const char *)decoder->reader.at, length};
		decoder->reader.at += length;
	}
}

static name_id settle_if_fit(struct names *names, const char *text,
                             size_t length, enum name_kind kind)
{
	name_id id = names_intern(names, text, length);
	if (id == NAME_ABSENT)
		return NAME_ABSENT;
	struct word *word = names_get(names, id);
	if (word->settled == NAME_UNSETTLED)
		word->settled = (uint8_t)kind;
	return kind == NAME_UNSETTLED || word->settled == kind ? id : NAME_ABSENT;
}

/* Finds or adds a name for a use as `kind`. A text that is no name, or that names a
 * thing of the other kind, is replaced by the first of z0, z1, … that fits:
 * this only happens to bytes that no encoder wrote. */
static name_id settle(struct decoder *decoder, const char *text, size_t length,
                      enum name_kind kind)
{
	struct names *names = &decoder->scenario->names;
	name_id id = settle_if_fit(names, text, length, kind);
	while (id == NAME_ABSENT) {
		char fitting[16];
		int letters = snprintf(fitting, sizeof fitting, "z%u",
		                       decoder->fitting[kind]);
		id = settle_if_fit(names, fitting, (size_t)letters, kind);
		decoder->fitting[kind] += id == NAME_ABSENT;
	}
	return id;
}

/* The name with an index that is not known yet. */
static name_id find_name(struct decoder *decoder, enum name_kind kind,
                         uint32_t index, enum name_kind use)
{
	int which = kind == NAME_BUFFER;
	char text[16] = "";
	if (index >= LISTED && index - LISTED < decoder->list_length[which]) {
		struct listed *listed = &decoder->list[which][index - LISTED];
		return settle(decoder, listed->text, listed->length, use);
	}
	name_id id = settle(decoder, text, index_text(text, kind, index), use);
	if (index < SHORT_HANDLES && use != NAME_UNSETTLED)
		decoder->known[which][index] = id;
	return id;
}

/* The name with an index among those of a kind; `use` is the kind it is used
 * as, or NAME_UNSETTLED where it is only named. */
static name_id name_at(struct decoder *decoder, enum name_kind kind,
                       uint32_t index, enum name_kind use)
{
	int which = kind == NAME_BUFFER;
	if (index < SHORT_HANDLES && decoder->known[which][index] != NAME_ABSENT)
		return decoder->known[which][index];
	return find_name(decoder, kind, index, use);
}

static uint32_t get_index(struct decoder *decoder, const struct role *role,
                          uint8_t byte)
{
	if (byte >= OPERAND_LONG)
		return get_number(&decoder->reader) % INDEX_COUNT;
	/* Encoders write no larger byte; to divide takes long. */
	return role->base + (byte < role->size ? byte : byte % role->size);
}

static name_id get_name(struct decoder *decoder, const struct role *role,
                        bool null_allowed)
{
	uint8_t byte = get(&decoder->reader);
	if (byte >= OPERAND_NULL && byte < OPERAND_LONG && null_allowed)
		return NAME_NULL;
	return name_at(decoder, role->kind, get_index(decoder, role, byte),
	               role->kind);
}

static void get_any(struct decoder *decoder, struct step *step)
{
	const struct role *role =
		get(&decoder->reader) % 2 ? &buffer_role : &any_role;
	uint32_t index = get_index(decoder, role, get(&decoder->reader));
	name_id id = name_at(decoder, role->kind, index, NAME_UNSETTLED);
	const struct word *word = names_get(&decoder->scenario->names, id);
	*(word->settled == NAME_BUFFER ? &step->buffer : &step->out) = id;
}

static name_id get_on(struct decoder *decoder, const struct step *step)
{
	uint8_t byte = get(&decoder->reader);
	if (byte >= ON_OTHER)
		return get_name(decoder, &context_role, false);
	if (byte >= ON_SAME && step->out != NAME_NULL)
		return step->out;
	return NAME_ABSENT;
}

static uint32_t get_count(struct decoder *decoder)
{
	uint8_t byte = get(&decoder->reader);
	if (byte < COUNT_LONG)
		return byte + 1u;
	return COUNT_LONG + 1u +
	       get_number(&decoder->reader) % (REPEAT_LIMIT - COUNT_LONG);
}

static void get_operand(struct decoder *decoder, char letter, struct step *step)
{
	struct reader *reader = &decoder->reader;
	const struct role *role = role_of(letter);
	uint8_t byte;
	switch (letter) {
	case 'D':
	case 'd': step->out = get_name(decoder, role, true); break;
	case 'H':
	case 'h': step->handle = get_name(decoder, role, true); break;
	case 'C': step->credential = get_name(decoder, role, true); break;
	case 'o': step->handle = get_on(decoder, step); break;
	case 'T': step->out = get_name(decoder, role, false); break;
	case 'S': step->source = get_name(decoder, role, false); break;
	case 'w':
		byte = get(reader) % 8;
		step->token = byte < TOKEN_COUNT ? byte : TOKEN_LAST;
		if (step->token >= TOKEN_LAST)
			step->source = get_name(decoder, role, false);
		break;
	case 'A': get_any(decoder, step); break;
	case 'u': step->choice = get(reader) % DIRECTION_COUNT; break;
	case 'i': step->choice2 = get(reader) % IDENTITY_COUNT; break;
	case 'm': step->choice = get(reader) % HALF_COUNT; break;
	case 'g': step->choice = get(reader) % GARBAGE_COUNT; break;
	case 'f': step->choice = get(reader) % FUNCTION_COUNT; break;
	case 'a':
		byte = get(reader) % (ATTRIBUTE_COUNT * 2);
		step->choice = byte % ATTRIBUTE_COUNT;
		if (byte >= ATTRIBUTE_COUNT && attribute_hands_out(step->choice))
			step->buffer = get_name(decoder, role, false);
		break;
	case 'I':
	case 'F':
	case 'V': step->buffer = get_name(decoder, role, false); break;
	case 'B': step->buffer = get_name(decoder, role, true); break;
	case 'x': step->choice = get(reader) % 2; break;
	case 'n': step->count = get_count(decoder); break;
	}
}

/* Appends a step; its line is the one it will be printed in. */
static void add(struct decoder *decoder, struct step *step)
{
	step->line = (uint32_t)decoder->scenario->count + 1;
	scenario_add(decoder->scenario, step, NULL, 0);
}

/* Closes the innermost block. */
static void close_block(struct decoder *decoder)
{
	struct step end = step_make(OP_END);
	if (decoder->in_together)
		decoder->in_together = false;
	else
		decoder->in_repeat = false;
	add(decoder, &end);
}

/* Puts a step where the language allows it: a block that must not hold it is
 * closed first, one that must not open there is left out. */
static void place(struct decoder *decoder, struct step *step)
{
	if (step->op == OP_END) {
		if (decoder->in_together || decoder->in_repeat)
			close_block(decoder);
		return;
	}
	if (decoder->in_together &&
	    (!operations[step->op].is_call ||
	     decoder->together_calls == TOGETHER_LIMIT))
		close_block(decoder);
	if (step->op == OP_REPEAT && decoder->in_repeat)
		return;
	if (step->op == OP_REPEAT)
		decoder->in_repeat = true;
	if (step->op == OP_TOGETHER) {
		decoder->in_together = true;
		decoder->together_calls = 0;
	} else {
		decoder->together_calls++;
	}
	add(decoder, step);
}

void binary_decode(struct scenario *scenario, const uint8_t *data, size_t length)
{
	static const uint8_t nothing[1];
	struct decoder decoder = {.scenario = scenario};
	if (length == 0)
		data = nothing; /* NULL has no end */
	decoder.reader = (struct reader){data, data + length};
	memset(decoder.known, 0xFF, sizeof decoder.known); /* NAME_ABSENT */
	if (get(&decoder.reader) == (NAMES_FOLLOW | BINARY_VERSION)) {
		get_list(&decoder, 0);
		get_list(&decoder, 1);
	}
	while (decoder.reader.at < decoder.reader.end) {
		struct step step = step_make(
			(enum operation)(get(&decoder.reader) % OP_COUNT));
		for (const char *letter = operations[step.op].shape; *letter;
		     letter++)
			get_operand(&decoder, *letter, &step);
		place(&decoder, &step);
	}
	while (decoder.in_together || decoder.in_repeat)
		close_block(&decoder);
	free(decoder.list[0]);
	free(decoder.list[1]);
}

/* --- Encoding ----------------------------------------------------------------------- */

struct encoder {
	struct bytes *out;
	const struct names *names;
	uint32_t *index;     /* of each name, 0 while it was not met */
	name_id *listed[2];  /* the names of the list, in order */
	size_t list_length[2], list_capacity[2];
};

/* Gives a name its index. */
static void index_name(struct encoder *encoder, name_id id)
{
	size_t length;
	enum name_kind kind = names_get(encoder->names, id)->settled;
	int which = kind == NAME_BUFFER;
	const char *text = names_text(encoder->names, id, &length);
	uint32_t index = text_index(text, length, kind);
	if (index == LISTED) {
		encoder->listed[which] = grow(encoder->listed[which],
		                              &encoder->list_capacity[which],
		                              encoder->list_length[which],
		                              sizeof *encoder->listed[which]);
		encoder->listed[which][encoder->list_length[which]] = id;
		index += (uint32_t)encoder->list_length[which]++;
	}
	encoder->index[id] = index + 1;
}

/* Each name has its index from where it is first met. */
static void meet_all(struct encoder *encoder, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		const name_id names[] = {step->out, step->credential, step->handle,
		                         step->source, step->buffer};
		for (size_t j = 0; j < sizeof names / sizeof *names; j++)
			if (names[j] < NAME_NULL && !encoder->index[names[j]])
				index_name(encoder, names[j]);
	}
}

static void put_list(struct encoder *encoder, int which)
{
	reserve(encoder->out, NUMBER_BYTES);
	put_number(encoder->out, (uint32_t)encoder->list_length[which]);
	for (size_t i = 0; i < encoder->list_length[which]; i++) {
		size_t length;
		const char *text = names_text(
			encoder->names, encoder->listed[which][i], &length);
		reserve(encoder->out, 1 + length);
		put(encoder->out, (unsigned)length);
		for (size_t j = 0; j < length; j++)
			put(encoder->out, (unsigned char)text[j]);
	}
}

static void put_name(struct encoder *encoder, const struct role *role,
                     name_id id)
{
	if (id == NAME_NULL) {
		put(encoder->out, OPERAND_NULL);
		return;
	}
	uint32_t index = encoder->index[id] - 1;
	if (index >= role->base && index < role->base + role->size) {
		put(encoder->out, index - role->base);
	} else {
		put(encoder->out, OPERAND_LONG);
		put_number(encoder->out, index);
	}
}

static void put_any(struct encoder *encoder, const struct step *step)
{
	name_id id = step->buffer != NAME_ABSENT ? step->buffer : step->out;
	bool is_buffer = names_get(encoder->names, id)->settled == NAME_BUFFER;
	put(encoder->out, is_buffer);
	put_name(encoder, is_buffer ? &buffer_role : &any_role, id);
}

static void put_on(struct encoder *encoder, const struct step *step)
{
	if (step->handle == NAME_ABSENT) {
		put(encoder->out, 0);
	} else if (step->handle == step->out) {
		put(encoder->out, ON_SAME);
	} else {
		put(encoder->out, ON_OTHER);
		put_name(encoder, &context_role, step->handle);
	}
}

static void put_count(struct encoder *encoder, uint32_t count)
{
	if (count <= COUNT_LONG) {
		put(encoder->out, count - 1);
	} else {
		put(encoder->out, COUNT_LONG);
		put_number(encoder->out, count - COUNT_LONG - 1);
	}
}

static void put_operand(struct encoder *encoder, char letter,
                        const struct step *step)
{
	const struct role *role = role_of(letter);
	switch (letter) {
	case 'D':
	case 'd':
	case 'T': put_name(encoder, role, step->out); break;
	case 'H':
	case 'h': put_name(encoder, role, step->handle); break;
	case 'C': put_name(encoder, role, step->credential); break;
	case 'S': put_name(encoder, role, step->source); break;
	case 'o': put_on(encoder, step); break;
	case 'w':
		put(encoder->out, step->token);
		if (step->token >= TOKEN_LAST)
			put_name(encoder, role, step->source);
		break;
	case 'A': put_any(encoder, step); break;
	case 'i': put(encoder->out, step->choice2); break;
	case 'a':
		put(encoder->out, step->choice + (step->buffer != NAME_ABSENT
		                                      ? ATTRIBUTE_COUNT
		                                      : 0u));
		if (step->buffer != NAME_ABSENT)
			put_name(encoder, role, step->buffer);
		break;
	case 'B':
	case 'I':
	case 'F':
	case 'V': put_name(encoder, role, step->buffer); break;
	case 'n': put_count(encoder, step->count); break;
	default: put(encoder->out, step->choice); break;
	}
}

static void put_step(struct encoder *encoder, const struct step *step)
{
	reserve(encoder->out, STEP_BYTES);
	put(encoder->out, step->op);
	for (const char *letter = operations[step->op].shape; *letter; letter++)
		put_operand(encoder, *letter, step);
}

/* Writes what stands before the steps. */
static void put_head(struct encoder *encoder)
{
	bool is_list = encoder->list_length[0] || encoder->list_length[1];
	reserve(encoder->out, 1);
	put(encoder->out, is_list ? NAMES_FOLLOW | BINARY_VERSION : BINARY_VERSION);
	if (is_list) {
		put_list(encoder, 0);
		put_list(encoder, 1);
	}
}

/* Writes the first steps, as many as fit; answers how many. */
static size_t put_steps(struct encoder *encoder, const struct scenario *scenario,
                        size_t most)
{
	for (size_t i = 0; i < scenario->count; i++) {
		size_t length = encoder->out->length;
		put_step(encoder, &scenario->steps[i]);
		if (encoder->out->length > most) {
			encoder->out->length = length;
			return i;
		}
	}
	return scenario->count;
}

bool binary_encode_within(struct bytes *out, const struct scenario *scenario,
                          size_t most, size_t *steps)
{
	struct encoder encoder = {.out = out, .names = &scenario->names};
	encoder.index = allocate(scenario->names.name_count, sizeof *encoder.index);
	meet_all(&encoder, scenario);
	bool fits = encoder.list_length[0] <= INDEX_COUNT - LISTED &&
	            encoder.list_length[1] <= INDEX_COUNT - LISTED;
	if (fits) {
		put_head(&encoder);
		*steps = put_steps(&encoder, scenario, most);
	}
	free(encoder.index);
	free(encoder.listed[0]);
	free(encoder.listed[1]);
	return fits;
}

bool binary_encode(struct bytes *out, const struct scenario *scenario)
{
	size_t steps;
	return binary_encode_within(out, scenario, SIZE_MAX, &steps);
}
