/*
 * scenario.c: the vocabulary, the table of words and names, and growing
 * scenarios.
 */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "../ref/sspi.h"
#include "grow.h"

/* --- Vocabulary --------------------------------------------------------------- */

const struct operation_info operations[OP_COUNT] = {
#define OPERATION(id, word, function, shape)                                   \
	{word, function, shape, sizeof(function) > 1},
#include "operations.def"
};

const struct function_info functions[FUNCTION_COUNT] = {
#define FUNCTION(id, name, kind) {name, kind},
#include "operations.def"
};

const struct keyword keywords[] = {
	{"null", GROUP_PLAIN, PLAIN_NULL},
	{"on", GROUP_PLAIN, PLAIN_ON},
	{"with", GROUP_PLAIN, PLAIN_WITH},
	{"into", GROUP_PLAIN, PLAIN_INTO},
	{"from", GROUP_PLAIN, PLAIN_FROM},
	{"delete-old", GROUP_PLAIN, PLAIN_DELETE_OLD},
	{"CRASH", GROUP_PLAIN, PLAIN_CRASH},
	{"HANG", GROUP_PLAIN, PLAIN_HANG},
	{"out", GROUP_PLAIN, PLAIN_OUT},
	{"kept", GROUP_PLAIN, PLAIN_KEPT},
	{"new", GROUP_PLAIN, PLAIN_NEW},
	{"both", GROUP_DIRECTION, DIRECTION_BOTH},
	{"inbound", GROUP_DIRECTION, DIRECTION_INBOUND},
	{"outbound", GROUP_DIRECTION, DIRECTION_OUTBOUND},
	{"known", GROUP_IDENTITY, IDENTITY_KNOWN},
	{"unknown", GROUP_IDENTITY, IDENTITY_UNKNOWN},
	{"anonymous", GROUP_IDENTITY, IDENTITY_ANONYMOUS},
	{"lower", GROUP_HALF, HALF_LOWER},
	{"upper", GROUP_HALF, HALF_UPPER},
	{"sizes", GROUP_ATTRIBUTE, ATTRIBUTE_SIZES},
	{"names", GROUP_ATTRIBUTE, ATTRIBUTE_NAMES},
	{"lifespan", GROUP_ATTRIBUTE, ATTRIBUTE_LIFESPAN},
	{"package", GROUP_ATTRIBUTE, ATTRIBUTE_PACKAGE},
	{"other", GROUP_ATTRIBUTE, ATTRIBUTE_OTHER},
	{"none", GROUP_TOKEN, TOKEN_NONE},
	{"empty", GROUP_TOKEN, TOKEN_EMPTY},
	{"noise", GROUP_TOKEN, TOKEN_NOISE},
	{"truncated", GROUP_TOKEN, TOKEN_TRUNCATED},
	{"replayed", GROUP_TOKEN, TOKEN_REPLAYED},
#define FUNCTION(id, name, kind) {name, GROUP_FUNCTION, FUNCTION_##id},
#include "operations.def"
	{"contexts", GROUP_COUNTER, COUNTER_CONTEXTS},
	{"credentials", GROUP_COUNTER, COUNTER_CREDENTIALS},
	{"buffers", GROUP_COUNTER, COUNTER_BUFFERS},
	{"residue", GROUP_COUNTER, COUNTER_RESIDUE},
	{NULL, 0, 0},
};

const char *keyword_text(enum group group, unsigned value)
{
	for (const struct keyword *k = keywords; k->text; k++)
		if (k->group == group && k->value == value)
			return k->text;
	return NULL;
}

bool attribute_hands_out(unsigned attribute)
{
	return attribute == ATTRIBUTE_NAMES || attribute == ATTRIBUTE_PACKAGE;
}

struct step step_make(enum operation op)
{
	return (struct step){.op = (uint8_t)op,
	                     .out = NAME_ABSENT,
	                     .handle = NAME_ABSENT,
	                     .credential = NAME_ABSENT,
	                     .source = NAME_ABSENT,
	                     .buffer = NAME_ABSENT};
}

struct answer answer_make(int64_t status)
{
	struct answer answer = {.status = status, .equal = NAME_ABSENT};
	for (int i = 0; i < COUNTER_COUNT; i++)
		answer.counts[i] = COUNT_UNSEEN;
	return answer;
}

/* --- Statuses ------------------------------------------------------------------- */

static const struct status {
	SECURITY_STATUS value;
	const char *name;
} statuses[] = {
#define STATUS(name, class) {name, #name},
#define ALIAS(name) {name, #name},
#include "status.def"
};

enum { STATUS_COUNT = sizeof(statuses) / sizeof(*statuses) };

enum answer_class answer_classify(int64_t status)
{
	enum answer_class other = status < 0 ? CLASS_OTHER_ERROR
	                                     : CLASS_OTHER_SUCCESS;
	switch (status) {
	case ANSWER_CRASH: return CLASS_CRASH;
	case ANSWER_HANG: return CLASS_HANG;
#define CLASS_OTHER other
#define STATUS(name, class) case name: return CLASS_##class;
#include "status.def"
	default: return other;
	}
}

const char *answer_name(int64_t status)
{
	if (status == ANSWER_CRASH)
		return "CRASH";
	if (status == ANSWER_HANG)
		return "HANG";
	for (size_t i = 0; i < STATUS_COUNT; i++)
		if (statuses[i].value == status)
			return statuses[i].name;
	return NULL;
}

/* --- Words and names -------------------------------------------------------------- */

static uint32_t hash_text(const char *text, size_t length)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

/* Names are so short that a call of memcmp would take longer. */
static bool are_equal(const char *a, const char *b, size_t length)
{
	while (length && *a == *b)
		a++, b++, length--;
	return length == 0;
}

static bool word_is(const struct names *names, const struct word *word,
                    uint32_t hash, const char *text, size_t length)
{
	return word->hash == hash && word->length == length &&
	       are_equal(names->letters + word->text, text, length);
}

/* The slot that holds the text, or the free one where it belongs. The number
 * of slots is a power of two and never more than half of them are used. */
static uint32_t *find_slot(const struct names *names, uint32_t hash,
                           const char *text, size_t length)
{
	size_t at = hash & (names->slot_count - 1);
	while (names->slots[at] &&
	       !word_is(names, &names->words[names->slots[at] - 1], hash, text, length))
		at = (at + 1) & (names->slot_count - 1);
	return &names->slots[at];
}

/* Puts a word that no slot holds into the free one where it belongs. */
static void fill_slot(struct names *names, size_t index)
{
	size_t at = names->words[index].hash & (names->slot_count - 1);
	while (names->slots[at])
		at = (at + 1) & (names->slot_count - 1);
	names->slots[at] = (uint32_t)index + 1;
}

static void empty_slot(struct names *names, size_t index)
{
	size_t at = names->words[index].hash & (names->slot_count - 1);
	while (names->slots[at] != index + 1)
		at = (at + 1) & (names->slot_count - 1);
	names->slots[at] = 0;
}

static void rehash(struct names *names)
{
	free(names->slots);
	names->slot_count = names->slot_count ? names->slot_count * 2 : 512;
	names->slots = allocate(names->slot_count, sizeof *names->slots);
	for (size_t i = 0; i < names->count; i++)
		fill_slot(names, i);
}

static struct word *add_word(struct names *names, const char *text, size_t length,
                             enum word_kind kind, int32_t value)
{
	if ((names->count + 1) * 2 > names->slot_count)
		rehash(names);
	names->words = grow(names->words, &names->capacity, names->count,
	                    sizeof *names->words);
	names->letters = grow(names->letters, &names->letters_capacity,
	                      names->letters_used + length, 1);
	memcpy(names->letters + names->letters_used, text, length);
	struct word *word = &names->words[names->count];
	*word = (struct word){.text = (uint32_t)names->letters_used,
	                      .length = (uint32_t)length,
	                      .hash = hash_text(text, length),
	                      .kind = (uint8_t)kind,
	                      .value = value};
	names->letters_used += length;
	fill_slot(names, names->count++);
	return word;
}

void names_init(struct names *names)
{
	*names = (struct names){0};
	for (int i = 0; i < OP_COUNT; i++)
		add_word(names, operations[i].word, strlen(operations[i].word),
		         WORD_OPERATION, i);
	for (int i = 0; keywords[i].text; i++)
		add_word(names, keywords[i].text, strlen(keywords[i].text),
		         WORD_KEYWORD, i);
	for (size_t i = 0; i < STATUS_COUNT; i++)
		add_word(names, statuses[i].name, strlen(statuses[i].name),
		         WORD_STATUS, statuses[i].value);
}

void names_reset(struct names *names)
{
	/* Words were put into free slots in order, so taking them out in the
	 * opposite order leaves every probe chain as it was before. */
	for (; names->name_count; names->name_count--) {
		empty_slot(names, --names->count);
		names->letters_used -= names->words[names->count].length;
	}
}

void names_free(struct names *names)
{
	free(names->words);
	free(names->letters);
	free(names->slots);
	*names = (struct names){0};
}

const struct word *names_word(const struct names *names, const char *text,
                              size_t length)
{
	uint32_t slot = *find_slot(names, hash_text(text, length), text, length);
	return slot ? &names->words[slot - 1] : NULL;
}

name_id names_add(struct names *names, const char *text, size_t length)
{
	add_word(names, text, length, WORD_NAME, 0);
	return names->name_count++;
}

static size_t reserved_count(const struct names *names)
{
	return names->count - names->name_count;
}

name_id names_id(const struct names *names, const struct word *word)
{
	return (name_id)((size_t)(word - names->words) - reserved_count(names));
}

struct word *names_get(const struct names *names, name_id id)
{
	return &names->words[reserved_count(names) + id];
}

const char *names_text(const struct names *names, name_id id, size_t *length)
{
	const struct word *word = names_get(names, id);
	*length = word->length;
	return names->letters + word->text;
}

void names_copy(struct names *to, const struct names *from)
{
	for (name_id i = 0; i < from->name_count; i++) {
		size_t length;
		const char *text = names_text(from, i, &length);
		names_get(to, names_add(to, text, length))->settled =
			names_get(from, i)->settled;
	}
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool has_form(const char *text, size_t length)
{
	if (length == 0 || length > NAME_LIMIT || !is_letter(text[0]))
		return false;
	for (size_t i = 1; i < length; i++)
		if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '-' &&
		    text[i] != '.')
			return false;
	return true;
}

bool names_valid(const struct names *names, const char *text, size_t length)
{
	const struct word *word = names_word(names, text, length);
	return word ? word->kind == WORD_NAME : has_form(text, length);
}

name_id names_intern(struct names *names, const char *text, size_t length)
{
	const struct word *word = names_word(names, text, length);
	if (word)
		return word->kind == WORD_NAME ? names_id(names, word)
		                               : NAME_ABSENT;
	return has_form(text, length) ? names_add(names, text, length)
	                              : NAME_ABSENT;
}

/* --- Scenarios ----------------------------------------------------------------------- */

void scenario_init(struct scenario *scenario)
{
	*scenario = (struct scenario){0};
	names_init(&scenario->names);
	/* so that walking through no answers walks through something */
	scenario->answers = grow(NULL, &scenario->answer_capacity, 0,
	                         sizeof *scenario->answers);
}

void scenario_reset(struct scenario *scenario)
{
	names_reset(&scenario->names);
	scenario->count = 0;
	scenario->answer_count = 0;
}

void scenario_free(struct scenario *scenario)
{
	names_free(&scenario->names);
	free(scenario->steps);
	free(scenario->answers);
	free(scenario->answers_of);
	*scenario = (struct scenario){0};
}

void scenario_add(struct scenario *scenario, const struct step *step,
                  const struct answer *answers, size_t answer_count)
{
	scenario->steps = grow(scenario->steps, &scenario->capacity,
	                       scenario->count, sizeof *scenario->steps);
	scenario->answers_of =
		grow(scenario->answers_of, &scenario->answers_of_capacity,
	             scenario->count, sizeof *scenario->answers_of);
	scenario->answers_of[scenario->count] = (uint32_t)answer_count;
	scenario->steps[scenario->count++] = *step;
	for (size_t i = 0; i < answer_count; i++) {
		scenario->answers =
			grow(scenario->answers, &scenario->answer_capacity,
		             scenario->answer_count, sizeof *scenario->answers);
		scenario->answers[scenario->answer_count++] = answers[i];
	}
}
