/*
 * scenario.h: a sequence of lifecycle operations on named handles.
 *
 * A scenario is a list of steps over a table of names. A name stands for one
 * handle struct (or one buffer pointer) of the caller, and it keeps standing
 * for that struct whatever becomes of the handle in it. A scenario whose calls
 * carry answers is a trace. language.md tells what the operations mean;
 * text.h and binary.h are its two encodings.
 */
#ifndef SPECS_SCENARIO_H
#define SPECS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The operations of operations.def: OP_ACQUIRE, OP_FREE, … */
enum operation {
#define OPERATION(id, word, function, shape) OP_##id,
#include "operations.def"
	OP_COUNT
};

/** The functions of `use`: FUNCTION_IMPERSONATE, … */
enum function {
#define FUNCTION(id, name, kind) FUNCTION_##id,
#include "operations.def"
	FUNCTION_COUNT
};

/** What a handle is a handle of. */
enum kind { KIND_CREDENTIAL, KIND_CONTEXT };

/* The words a step's `choice` can hold, by operation; 0 is the default. */
enum { DIRECTION_BOTH, DIRECTION_INBOUND, DIRECTION_OUTBOUND, DIRECTION_COUNT };
enum { IDENTITY_KNOWN, IDENTITY_UNKNOWN, IDENTITY_ANONYMOUS, IDENTITY_COUNT };
enum { HALF_BOTH, HALF_LOWER, HALF_UPPER, HALF_COUNT };
enum {
	ATTRIBUTE_SIZES,
	ATTRIBUTE_NAMES,
	ATTRIBUTE_LIFESPAN,
	ATTRIBUTE_PACKAGE,
	ATTRIBUTE_OTHER, /**< any that the language has no word for */
	ATTRIBUTE_COUNT
};
enum { GARBAGE_COUNT = 8 };

/** Whether a query for this attribute hands out a buffer. */
bool attribute_hands_out(unsigned attribute);

/** What a leg is fed: no buffer at all, an empty one, noise, or what a name
 *  produced: its last token, that one cut in half, or its first one. */
enum token {
	TOKEN_NONE,
	TOKEN_EMPTY,
	TOKEN_NOISE,
	TOKEN_LAST,
	TOKEN_TRUNCATED,
	TOKEN_REPLAYED,
	TOKEN_COUNT
};

/** Index of a name in its scenario's table of names. */
typedef uint32_t name_id;

/** An operand that is not there. */
#define NAME_ABSENT UINT32_MAX
/** The operand `null`: a NULL pointer instead of a struct. */
#define NAME_NULL (UINT32_MAX - 1)

enum {
	REPEAT_LIMIT = 1000000, /**< most rounds of a repeat */
	TOGETHER_LIMIT = 6,     /**< most calls that overlap */
	NAME_LIMIT = 64         /**< longest name, in bytes */
};

/** One operation. Operands that its shape does not have are NAME_ABSENT,
 *  choices 0, so equal steps are equal member by member. */
struct step {
	uint8_t op;      /**< enum operation */
	uint8_t choice;  /**< direction, half, pattern, function, attribute, or 1
	                      for delete-old */
	uint8_t choice2; /**< identity */
	uint8_t token;   /**< enum token */
	name_id out;     /**< struct that is written: phNewContext, or the target */
	name_id handle;  /**< handle passed in: phContext, or the one acted on */
	name_id credential; /**< phCredential */
	name_id source;  /**< struct copied from, or the name whose token is fed */
	name_id buffer;
	uint32_t count;  /**< rounds of a repeat */
	uint32_t line;   /**< of the text it came from, or will be printed in */
};

/** Answers that are no status. They lie outside SECURITY_STATUS. */
#define ANSWER_CRASH (INT64_C(1) << 32)
#define ANSWER_HANG ((INT64_C(1) << 32) + 1)

/** What was seen of the struct that the call could write, or that it was
 *  given, by comparing it with the caller's other structs. */
enum seen_out {
	OUT_UNSEEN,
	OUT_KEPT, /**< the same words as before the call */
	OUT_NEW,  /**< words that no struct of the caller held */
	OUT_EQUAL /**< the words that another name held before the call */
};

/** Things that an implementation holds and a recorder can count. */
enum counter {
	COUNTER_CONTEXTS,    /**< contexts alive */
	COUNTER_CREDENTIALS, /**< credentials whose resources are held: live ones, and
	                          perhaps freed ones that live contexts use */
	COUNTER_BUFFERS,     /**< buffers handed out and not released */
	COUNTER_RESIDUE,     /**< key bytes still in memory of what is released */
	COUNTER_COUNT
};

/** A count that was not recorded. */
#define COUNT_UNSEEN UINT32_MAX

/** One answer and what was seen with it. */
struct answer {
	int64_t status; /**< a SECURITY_STATUS, ANSWER_CRASH or ANSWER_HANG */
	uint32_t times; /**< rounds of the block it stands for; 0: all of them */
	uint8_t out;    /**< enum seen_out */
	name_id equal;  /**< the name, with OUT_EQUAL; else NAME_ABSENT */
	uint32_t counts[COUNTER_COUNT]; /**< or COUNT_UNSEEN */
};

/** What a name stands for, settled by its first use. */
enum name_kind { NAME_UNSETTLED, NAME_HANDLE, NAME_BUFFER };

/* --- Words and names -------------------------------------------------------- */

/** What a word of the language is. */
enum word_kind { WORD_NAME, WORD_OPERATION, WORD_KEYWORD, WORD_STATUS };

/** A word: a reserved one, or a name once it was seen. */
struct word {
	uint32_t text;   /**< offset into the table's letters */
	uint32_t length; /**< bytes */
	uint32_t hash;
	uint8_t kind;    /**< enum word_kind */
	uint8_t settled; /**< enum name_kind, of a name */
	int32_t value;   /**< enum operation, index of the keyword, or status */
};

/** All words of one scenario: the reserved ones first, then its names in the
 *  order of their first appearance. */
struct names {
	struct word *words;
	size_t count, capacity;
	char *letters;
	size_t letters_used, letters_capacity;
	uint32_t *slots; /**< hash table of word index + 1, 0 if free */
	size_t slot_count;
	uint32_t name_count; /**< names among the words */
};

/** Makes a table that holds the reserved words alone. */
void names_init(struct names *names);
/** Forgets all names, keeps the memory. */
void names_reset(struct names *names);
/** Releases the memory. */
void names_free(struct names *names);
/** The word with that text, or NULL if there is none. */
const struct word *names_word(const struct names *names, const char *text,
                              size_t length);
/** Adds a name that is not there yet; the text must be a valid name. */
name_id names_add(struct names *names, const char *text, size_t length);
/** Finds a name or adds it.
 *  @return NAME_ABSENT if the text is no valid name */
name_id names_intern(struct names *names, const char *text, size_t length);
/** The id of a word that is a name. */
name_id names_id(const struct names *names, const struct word *word);
/** The word behind an id. */
struct word *names_get(const struct names *names, name_id id);
/** A name's text; not terminated, `*length` bytes. */
const char *names_text(const struct names *names, name_id id, size_t *length);
/** Adds the names of another table, none of which may be there yet, in their order and
 *  with what they stand for. */
void names_copy(struct names *to, const struct names *from);
/** Whether a text has the form of a name and is no reserved word. */
bool names_valid(const struct names *names, const char *text, size_t length);

/* --- Scenarios ---------------------------------------------------------------- */

/** Steps, their answers, and the names they use. */
struct scenario {
	struct names names;
	struct step *steps;
	size_t count, capacity;
	struct answer *answers;      /**< of all steps, in order */
	size_t answer_count, answer_capacity;
	uint32_t *answers_of;        /**< number of answers, step by step */
	size_t answers_of_capacity;
};

/** Makes an empty scenario. */
void scenario_init(struct scenario *scenario);
/** Empties it, keeps the memory. */
void scenario_reset(struct scenario *scenario);
/** Releases the memory. */
void scenario_free(struct scenario *scenario);
/** Appends a step with its answers, if any. */
void scenario_add(struct scenario *scenario, const struct step *step,
                  const struct answer *answers, size_t answer_count);

/** A step of an operation with no operands and default choices. */
struct step step_make(enum operation op);
/** An answer with that status and nothing else seen. */
struct answer answer_make(int64_t status);

/** What operations.def says of an operation. */
struct operation_info {
	const char *word;
	const char *function; /**< "" if it is no call */
	const char *shape;
	bool is_call; /**< answered */
};
extern const struct operation_info operations[OP_COUNT];

/** What operations.def says of a function of `use`. */
struct function_info {
	const char *name;
	enum kind kind;
};
extern const struct function_info functions[FUNCTION_COUNT];

/** The groups of the language's other reserved words; a word's value within
 *  its group is the choice it stands for. */
enum group {
	GROUP_PLAIN, /**< enum plain */
	GROUP_DIRECTION,
	GROUP_IDENTITY,
	GROUP_HALF,
	GROUP_ATTRIBUTE,
	GROUP_TOKEN,
	GROUP_FUNCTION,
	GROUP_COUNTER
};

/** Words that stand for themselves. */
enum plain {
	PLAIN_NULL,
	PLAIN_ON,
	PLAIN_WITH,
	PLAIN_INTO,
	PLAIN_FROM,
	PLAIN_DELETE_OLD,
	PLAIN_CRASH,
	PLAIN_HANG,
	PLAIN_OUT,
	PLAIN_KEPT,
	PLAIN_NEW
};

/** A reserved word that is neither an operation nor a status. */
struct keyword {
	const char *text;
	uint8_t group; /**< enum group */
	uint8_t value; /**< within its group */
};
/** All of them; the last one has a NULL text. */
extern const struct keyword keywords[];
/** The text of the keyword with that group and value, NULL if there is none
 *  (a default that has no word). */
const char *keyword_text(enum group group, unsigned value);

/* --- Statuses ------------------------------------------------------------------ */

/** The classes of answers that the rules tell apart; status.def says which
 *  status is in which. */
enum answer_class {
	CLASS_OK,
	CLASS_CONTINUE,
	CLASS_COMPLETE,
	CLASS_OTHER_SUCCESS,
	CLASS_INCOMPLETE,
	CLASS_INVALID_HANDLE,
	CLASS_UNSUPPORTED,
	CLASS_NO_MEMORY,
	CLASS_REJECTION,
	CLASS_NO_CREDENTIALS,
	CLASS_OTHER_ERROR,
	CLASS_CRASH,
	CLASS_HANG,
	CLASS_COUNT
};

/** The class of an answer's status. */
enum answer_class answer_classify(int64_t status);
/** The SDK's name of a status, "CRASH", "HANG", or NULL if it has none. */
const char *answer_name(int64_t status);

#endif
