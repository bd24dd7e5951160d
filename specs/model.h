/*
 * model.h: what must hold, as a program.
 *
 * The model plays the caller's side of every handle that was ever issued: it
 * remembers each one for as long as any name still holds it, and looks it up.
 * It has no table, no generations and no reuse; a value is what it was made
 * from. How it is used, step by step:
 *
 *   model_duties   which duties the caller breaks by making the call
 *   model_allowed  the answers that the rules allow here, each with its rule
 *   model_check_…  what else was seen, and must be or must not be
 *   model_apply    the effect, taken from the observed answer where the rules
 *                  leave it open
 *
 * This is the specification that people read: the answers stand in allowed.c,
 * the duties in duties.c, what else is seen in seen.c, the effects in model.c.
 */
#ifndef SPECS_MODEL_H
#define SPECS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules.h"
#include "scenario.h"

/* --- Handles and values -------------------------------------------------------- */

/** Where a context stands. */
enum phase {
	PHASE_PARTIAL,    /**< its exchange is going on */
	PHASE_INCOMPLETE, /**< its last leg wanted more of the message */
	PHASE_COMPLETE,
	PHASE_REJECTED,   /**< a leg refused the peer's identity */
	PHASE_FAILED,     /**< its last leg answered another error, and none
	                      refused the identity */
	PHASE_COUNT
};

/** Which call made a context. */
enum side { SIDE_INITIATOR, SIDE_ACCEPTOR, SIDE_IMPORTED };

/** Index of a record. */
typedef uint32_t record_id;
#define RECORD_NONE UINT32_MAX

/** A handle that was issued, remembered while a name holds it or, for a
 *  credential, a remembered context was made with it. */
struct record {
	uint32_t names;      /**< names that hold it or a value made from it */
	uint32_t contexts;   /**< of a credential: contexts remembered with it */
	uint32_t users;      /**< of a credential: live contexts that need it */
	uint32_t lost_users; /**< of those: contexts that no name holds any more */
	uint32_t line;       /**< of the step that created it */
	record_id credential; /**< of a context: the one it was made with */
	uint64_t created_when_ended; /**< handles created until it was ended */
	uint8_t kind;        /**< enum kind */
	bool live;
	uint8_t phase;       /**< of a context: enum phase */
	uint8_t side;        /**< of a context: enum side */
	uint8_t direction;   /**< of a credential: DIRECTION_… */
	bool awaits_completion; /**< its last leg answered SEC_I_COMPLETE_NEEDED */
	bool impersonated;   /**< a thread acts as its client */
	bool exported;       /**< was exported and is still live */
	bool ended_by_export; /**< not live: by DELETE_OLD */
};

/** What a handle struct holds. The values up to VALUE_GARBAGE were never
 *  issued; the others are made from a record. */
enum value_kind {
	VALUE_ZERO, /**< also what a name holds before its first use */
	VALUE_MINUS_ONE,
	VALUE_LOWER_MINUS_ONE,
	VALUE_UPPER_MINUS_ONE,
	VALUE_PSEUDO_DELETED,
	VALUE_GARBAGE,
	VALUE_ISSUED,  /**< the handle itself */
	VALUE_SWAPPED, /**< its words exchanged */
	VALUE_AHEAD    /**< its upper word's bit 30 flipped: a generation not issued
	                    yet, while fewer than 2^30 were */
};

/** The content of a handle struct: what it was made from, what was done to that,
 *  and what it is now. */
struct value {
	uint8_t kind;  /**< enum value_kind: what it is */
	uint8_t base;  /**< enum value_kind up to VALUE_ISSUED: made from */
	bool swapped;  /**< of an issued handle: its words were exchanged */
	bool lower_flipped, upper_flipped; /**< bit 30 of that word */
	bool copied;   /**< came here by copying a struct */
	record_id record; /**< if made from an issued handle; else RECORD_NONE */
};

/** What a buffer pointer points to. */
enum buffer_state { BUFFER_NULL, BUFFER_FOREIGN, BUFFER_LIVE, BUFFER_RELEASED };

/** A buffer pointer and the bytes that were last seen behind it. */
struct buffer {
	uint8_t state; /**< enum buffer_state */
	bool exported; /**< the bytes came from an export */
	uint32_t line; /**< of the step that handed it out */
	uint64_t ended_when_handed_out; /**< handles ended until then */
};

/** What an implementation may hold of a thing. */
struct range {
	uint32_t least, most;
};

/** What is known of a function that may be missing. */
enum support { SUPPORT_UNKNOWN, SUPPORT_YES, SUPPORT_NO, SUPPORT_MIXED };
enum { SUPPORT_COUNT = OP_COUNT + FUNCTION_COUNT };

/** The state of the model. */
struct model {
	struct value *values;   /**< by name, for handles */
	struct buffer *buffers; /**< by name, for buffers */
	size_t value_count, value_capacity, buffer_capacity;
	struct record *records;
	size_t record_count, record_capacity;
	record_id *spare;       /**< records that can be used again */
	size_t spare_count, spare_capacity;
	uint64_t created, ended; /**< handles, so far */
	/** What an implementation may hold now. `least` and `most` differ by the
	 *  credentials that were freed and that live contexts use, and by nothing
	 *  else (credential_kept_while_needed). */
	struct range counts[COUNTER_COUNT];
	uint8_t support[SUPPORT_COUNT]; /**< enum support, by model_function */
	bool clears; /**< a call that ends a handle writes {0,0} to its struct, and as a
	                  later leg's credential {0,0} is what NULL is. No rule of
	                  SSPI's; see profiles.def */
	/* What the last step made unreachable although it was live: the duty
	 * that is broken, or RULE_NONE, and the line that created it. */
	enum rule lost;
	uint32_t lost_line;
};

/** Makes an empty model. */
void model_init(struct model *model);
/** Forgets everything, keeps the memory. */
void model_reset(struct model *model);
/** Makes `to`, which must be initialised, equal to `from`. */
void model_assign(struct model *to, const struct model *from);
/** Releases the memory. */
void model_free(struct model *model);

/* --- Looking --------------------------------------------------------------------- */

/** What a handle is, to a function that wants one of a certain kind. */
enum standing {
	STANDING_NULL,  /**< no struct at all */
	STANDING_NEVER, /**< never issued, or of the other kind */
	STANDING_ENDED, /**< deleted or freed */
	STANDING_LIVE
};

/** The standing of a name's handle.
 *  @param record  receives the record if it is ENDED or LIVE; may be NULL */
enum standing model_standing(const struct model *model, name_id name,
                             enum kind kind, const struct record **record);

/** The value a name holds. */
struct value model_value(const struct model *model, name_id name);

/** The buffer a name points to; NAME_NULL is a NULL pointer. */
struct buffer model_buffer(const struct model *model, name_id name);

/** Whether nothing that the rules speak of may be held any more. */
bool model_is_empty(const struct model *model);

/** The function a call of this step is made to, as an index into support. */
unsigned model_function(const struct step *step);

/** The kind of handle a step's `handle` operand must be. */
enum kind model_handle_kind(const struct step *step);

/* --- Judging ---------------------------------------------------------------------- */

/** A set of answer classes. */
typedef uint16_t class_set;
#define CLASS_SET(class) ((class_set)(1u << CLASS_##class))

/** What a call does to handles and buffers. */
enum effect {
	EFFECT_NONE,
	EFFECT_CREATE,  /**< a handle is issued into `out` */
	EFFECT_ADVANCE, /**< the context goes on, `out` receives it */
	EFFECT_STALL,   /**< the context's leg failed */
	EFFECT_COMPLETE, /**< CompleteAuthToken did its part */
	EFFECT_IMPERSONATE, /**< begins or ends, by the function */
	EFFECT_END,     /**< the handle is deleted or freed */
	EFFECT_HAND_OUT, /**< a buffer is handed out */
	EFFECT_EXPORT,  /**< as well, and with DELETE_OLD the handle is deleted */
	EFFECT_RELEASE  /**< a buffer is given back */
};

/** One line of what is allowed: an answer in `answers` is allowed or denied by
 *  `rule` and has this effect. */
struct clause {
	uint16_t rule;  /**< enum rule */
	class_set answers;
	uint8_t effect; /**< enum effect */
	bool allowed;
};

/** The lines that apply to a step, in order: the first that holds the answer
 *  decides. Together they hold every answer. */
struct clauses {
	size_t count;
	struct clause clause[10];
};

/** What the rules allow `step`, a call, to answer. */
void model_allowed(const struct model *model, const struct step *step,
                   struct clauses *clauses);

/** The line that decides about an answer. */
const struct clause *model_clause(const struct clauses *clauses, int64_t status);

/** Carries out a step and sets model->lost.
 *  @param effect  of the clause that decided; ignored if it is no call
 *  @param status  what was answered; ignored if it is no call */
void model_apply(struct model *model, const struct step *step,
                 enum effect effect, int64_t status);

/** Compares what was seen of the struct with what the clause demands. Call it
 *  before model_apply.
 *  @return the rule that is broken, or RULE_NONE */
enum rule model_check_out(const struct model *model, const struct step *step,
                          const struct clause *clause,
                          const struct answer *answer);

/** Compares a count that was seen with what may be held. Call it after model_apply.
 *  @return the rule that is broken, or RULE_NONE */
enum rule model_check_count(const struct model *model, const struct step *step,
                            const struct clause *clause, enum counter counter,
                            uint32_t seen);

/** Most duties that one step can break. */
enum { DUTY_LIMIT = 6 };

/** The duties that the caller breaks by making this step. Call it before
 *  model_apply.
 *  @return their number, the rules are in `duties` */
size_t model_duties(const struct model *model, const struct step *step,
                    enum rule duties[DUTY_LIMIT]);

#endif
