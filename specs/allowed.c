/*
 * allowed.c: for every call and every state of its operands, the answers that
 * the rules allow. This file and duties.c are the rules' executable form; read
 * them beside rules.md.
 *
 * Each function below handles one SSPI function: it looks at the standing of
 * the operands and writes down clauses, first match wins. `only` says that one
 * set of answers is right and all others break the rule.
 */
#include "model.h"

enum {
	OK = CLASS_SET(OK),
	INVALID = CLASS_SET(INVALID_HANDLE),
	INCOMPLETE = CLASS_SET(INCOMPLETE),
	UNSUPPORTED = CLASS_SET(UNSUPPORTED),
	NO_MEMORY = CLASS_SET(NO_MEMORY),
	SUCCESS = OK | CLASS_SET(CONTINUE) | CLASS_SET(COMPLETE) |
	          CLASS_SET(OTHER_SUCCESS),
	ERRORS = INCOMPLETE | INVALID | UNSUPPORTED | NO_MEMORY |
	         CLASS_SET(REJECTION) | CLASS_SET(NO_CREDENTIALS) |
	         CLASS_SET(OTHER_ERROR),
	STATUSES = SUCCESS | ERRORS,
	NO_STATUS = CLASS_SET(CRASH) | CLASS_SET(HANG),
	ANYTHING = STATUSES | NO_STATUS
};

static void add(struct clauses *out, bool allowed, enum rule rule,
                unsigned answers, enum effect effect)
{
	out->clause[out->count++] =
		(struct clause){(uint16_t)rule, (class_set)answers,
		                (uint8_t)effect, allowed};
}

static void allow(struct clauses *out, enum rule rule, unsigned answers,
                  enum effect effect)
{
	add(out, true, rule, answers, effect);
}

static void deny(struct clauses *out, enum rule rule, unsigned answers,
                 enum effect effect)
{
	add(out, false, rule, answers, effect);
}

/* `answers` are right; every other breaks the rule and changes nothing. */
static void only(struct clauses *out, enum rule rule, unsigned answers,
                 enum effect effect)
{
	allow(out, rule, answers, effect);
	deny(out, rule, ANYTHING, EFFECT_NONE);
}

/* An error is right; a success breaks the rule and has its usual effect. */
static void refuse(struct clauses *out, enum rule rule, unsigned errors,
                   enum effect effect_of_success)
{
	allow(out, rule, errors, EFFECT_NONE);
	deny(out, rule, SUCCESS, effect_of_success);
	deny(out, rule, ERRORS, EFFECT_NONE);
}

/* --- Which rule protects a handle ------------------------------------------------- */

static enum rule deleted_rule(const struct model *model, const struct step *step,
                              const struct record *record)
{
	if (record->ended_by_export)
		return RULE_export_delete_old_deletes;
	if (model->created > record->created_when_ended)
		return RULE_delete_deleted_for_ever;
	if (model_value(model, step->handle).copied)
		return RULE_delete_deleted_copy_ok;
	return RULE_delete_deleted_ok;
}

static enum rule delete_live_rule(const struct record *record)
{
	static const enum rule by_phase[PHASE_COUNT] = {
		[PHASE_PARTIAL] = RULE_delete_partial_ok,
		[PHASE_INCOMPLETE] = RULE_delete_incomplete_ok,
		[PHASE_COMPLETE] = RULE_delete_complete_ok,
		[PHASE_REJECTED] = RULE_delete_rejected_ok,
		[PHASE_FAILED] = RULE_delete_failed_ok,
	};
	return by_phase[record->phase];
}

static enum rule delete_never_valid_rule(const struct model *model,
                                         const struct step *step)
{
	if (step->handle == NAME_NULL)
		return RULE_delete_null_invalid;
	switch (model_value(model, step->handle).kind) {
	case VALUE_ZERO: return RULE_delete_zero_invalid;
	case VALUE_MINUS_ONE: return RULE_delete_minus_one_invalid;
	case VALUE_LOWER_MINUS_ONE:
	case VALUE_UPPER_MINUS_ONE: return RULE_delete_half_minus_one_invalid;
	case VALUE_SWAPPED: return RULE_delete_swapped_invalid;
	case VALUE_AHEAD: return RULE_delete_unissued_invalid;
	case VALUE_ISSUED: return RULE_delete_credential_invalid;
	default: return RULE_delete_garbage_invalid;
	}
}

/* The most telling reason why a live handle must not be refused. */
static enum rule live_rule(const struct model *model, name_id name,
                           const struct record *record)
{
	if (model_value(model, name).copied)
		return RULE_handle_is_its_value;
	if (record->kind == KIND_CREDENTIAL)
		return RULE_live_accepted;
	if (record->credential != RECORD_NONE &&
	    !model->records[record->credential].live)
		return RULE_context_outlives_credential;
	if (record->phase == PHASE_REJECTED || record->phase == PHASE_FAILED)
		return RULE_later_leg_failed_stays_live;
	if (record->phase == PHASE_INCOMPLETE)
		return RULE_later_leg_incomplete_stays_live;
	if (record->exported)
		return RULE_export_keeps_context;
	return record->side == SIDE_IMPORTED ? RULE_import_independent
	                                     : RULE_live_accepted;
}

struct misuse_rules {
	enum rule deleted, never_valid;
};

static struct misuse_rules misuse_rules(const struct step *step)
{
	switch (step->op) {
	case OP_INIT:
		return (struct misuse_rules){RULE_init_deleted_invalid,
		                             RULE_init_never_valid_invalid};
	case OP_ACCEPT:
		return (struct misuse_rules){RULE_accept_deleted_invalid,
		                             RULE_accept_never_valid_invalid};
	case OP_COMPLETE:
		return (struct misuse_rules){RULE_complete_deleted_invalid,
		                             RULE_complete_never_valid_invalid};
	case OP_QUERY:
		return (struct misuse_rules){RULE_query_deleted_invalid,
		                             RULE_query_never_valid_invalid};
	case OP_EXPORT:
		return (struct misuse_rules){RULE_export_deleted_invalid,
		                             RULE_export_never_valid_invalid};
	default:
		return (struct misuse_rules){RULE_use_deleted_invalid,
		                             RULE_use_never_valid_invalid};
	}
}

/* --- DeleteSecurityContext, FreeCredentialsHandle -------------------------------- */

static void allow_delete(const struct model *model, const struct step *step,
                         struct clauses *out)
{
	const struct record *record = NULL;
	struct value value = model_value(model, step->handle);
	enum standing standing =
		model_standing(model, step->handle, KIND_CONTEXT, &record);
	if (standing == STANDING_LIVE && record->impersonated)
		allow(out, RULE_open_impersonation, STATUSES & ~OK, EFFECT_NONE);
	deny(out, RULE_delete_no_other_status, STATUSES & ~(OK | INVALID),
	     EFFECT_END);
	switch (standing) {
	case STANDING_LIVE:
		allow(out, delete_live_rule(record), OK, EFFECT_END);
		deny(out, delete_live_rule(record), INVALID, EFFECT_END);
		break;
	case STANDING_ENDED:
		only(out, deleted_rule(model, step, record), OK, EFFECT_NONE);
		break;
	default:
		if (step->handle != NAME_NULL &&
		    value.kind == VALUE_PSEUDO_DELETED)
			only(out, RULE_delete_pseudo_deleted_ok, OK, EFFECT_NONE);
		else
			only(out, delete_never_valid_rule(model, step), INVALID,
			     EFFECT_NONE);
		break;
	}
}

static void allow_free(const struct model *model, const struct step *step,
                       struct clauses *out)
{
	const struct record *record = NULL;
	enum rule rule;
	deny(out, RULE_free_no_other_status, STATUSES & ~(OK | INVALID),
	     EFFECT_END);
	switch (model_standing(model, step->handle, KIND_CREDENTIAL, &record)) {
	case STANDING_LIVE:
		rule = record->users ? RULE_free_used_ok : RULE_free_live_ok;
		allow(out, rule, OK, EFFECT_END);
		deny(out, rule, INVALID, EFFECT_END);
		break;
	case STANDING_ENDED:
		only(out, RULE_free_freed_invalid, INVALID, EFFECT_NONE);
		break;
	default:
		only(out, RULE_free_never_valid_invalid, INVALID, EFFECT_NONE);
		break;
	}
}

/* --- AcquireCredentialsHandle, ImportSecurityContext ------------------------------- */

static void allow_acquire(const struct step *step, struct clauses *out)
{
	if (step->out == NAME_NULL) {
		refuse(out, RULE_acquire_null_out_refused, ERRORS, EFFECT_CREATE);
		return;
	}
	allow(out, RULE_create_delivers_handle, SUCCESS, EFFECT_CREATE);
	allow(out, RULE_exhaustion_creates_nothing, NO_MEMORY, EFFECT_NONE);
	allow(out, RULE_acquire_failed_creates_nothing, ERRORS, EFFECT_NONE);
}

static void allow_import(const struct model *model, const struct step *step,
                         struct clauses *out)
{
	if (step->out == NAME_NULL) {
		refuse(out, RULE_import_null_out_refused, ERRORS, EFFECT_CREATE);
	} else if (!model_buffer(model, step->buffer).exported) {
		refuse(out, RULE_import_never_exported_refused, ERRORS,
		       EFFECT_CREATE);
	} else {
		allow(out, RULE_create_delivers_handle, SUCCESS, EFFECT_CREATE);
		allow(out, RULE_exhaustion_creates_nothing, NO_MEMORY,
		      EFFECT_NONE);
		allow(out, RULE_import_failed_creates_nothing, ERRORS,
		      EFFECT_NONE);
	}
}

/* --- InitializeSecurityContext, AcceptSecurityContext -------------------------------- */

static bool is_wrong_direction(const struct step *step,
                               const struct record *credential)
{
	return credential->direction == (step->op == OP_INIT ? DIRECTION_INBOUND
	                                                     : DIRECTION_OUTBOUND);
}

static void allow_first_leg(const struct model *model, const struct step *step,
                            struct clauses *out)
{
	const struct record *credential = NULL;
	enum standing standing = model_standing(model, step->credential,
	                                        KIND_CREDENTIAL, &credential);
	unsigned bad_credential =
		step->op == OP_ACCEPT ? INVALID | CLASS_SET(NO_CREDENTIALS) : INVALID;
	if (step->out == NAME_NULL) {
		refuse(out, RULE_first_leg_null_out_refused, ERRORS,
		       EFFECT_CREATE);
	} else if (standing == STANDING_NULL) {
		refuse(out, RULE_leg_null_credential_refused, ERRORS,
		       EFFECT_CREATE);
	} else if (standing == STANDING_ENDED) {
		refuse(out, RULE_leg_freed_credential_invalid, bad_credential,
		       EFFECT_CREATE);
	} else if (standing == STANDING_NEVER) {
		refuse(out, RULE_leg_bad_credential_invalid, bad_credential,
		       EFFECT_CREATE);
	} else if (is_wrong_direction(step, credential)) {
		refuse(out, RULE_leg_wrong_direction_refused, ERRORS,
		       EFFECT_CREATE);
	} else {
		allow(out, RULE_first_leg_creates, SUCCESS, EFFECT_CREATE);
		deny(out, live_rule(model, step->credential, credential), INVALID,
		     EFFECT_NONE);
		allow(out, RULE_first_leg_incomplete_creates_nothing, INCOMPLETE,
		      EFFECT_NONE);
		allow(out, RULE_exhaustion_creates_nothing, NO_MEMORY,
		      EFFECT_NONE);
		allow(out, RULE_first_leg_failed_creates_nothing, ERRORS,
		      EFFECT_NONE);
	}
}

/* A context that cannot be used. Where the credential is at fault too, a callee
 * may look at that one first and answer the error it deserves. */
static void allow_leg_on_unusable(const struct model *model,
                                  const struct step *step, enum rule rule,
                                  enum effect effect_of_success,
                                  struct clauses *out)
{
	const struct record *credential = NULL;
	enum standing standing = model_standing(model, step->credential,
	                                        KIND_CREDENTIAL, &credential);
	bool credential_fault = standing != STANDING_LIVE ||
	                        is_wrong_direction(step, credential);
	refuse(out, rule, credential_fault ? ERRORS : INVALID, effect_of_success);
}

/* Whether a credential is none that a later leg can be given. Where ending clears
 * structs, {0,0} says as NULL does that no credential is given. */
static bool is_bad_credential(const struct model *model, name_id credential)
{
	enum standing standing = model_standing(model, credential,
	                                        KIND_CREDENTIAL, NULL);
	return standing == STANDING_ENDED ||
	       (standing == STANDING_NEVER &&
	        !(model->clears &&
	          model_value(model, credential).kind == VALUE_ZERO));
}

static void allow_leg_on_live(const struct model *model, const struct step *step,
                              const struct record *context,
                              struct clauses *out)
{
	enum standing standing = model_standing(model, step->credential,
	                                        KIND_CREDENTIAL, NULL);
	if (is_bad_credential(model, step->credential)) {
		refuse(out, RULE_later_leg_bad_credential_invalid, INVALID,
		       EFFECT_ADVANCE);
	} else if (context->side == (step->op == OP_INIT ? SIDE_ACCEPTOR
	                                                 : SIDE_INITIATOR)) {
		refuse(out, RULE_leg_wrong_side_refused, ERRORS, EFFECT_ADVANCE);
	} else {
		if (standing == STANDING_LIVE)
			deny(out, live_rule(model, step->handle, context), INVALID,
			     EFFECT_NONE);
		if (context->phase == PHASE_REJECTED)
			deny(out, RULE_rejected_never_completes, SUCCESS,
			     EFFECT_NONE);
		allow(out, RULE_later_leg_same_handle, SUCCESS, EFFECT_ADVANCE);
		allow(out, RULE_later_leg_incomplete_stays_live, INCOMPLETE,
		      EFFECT_STALL);
		allow(out, RULE_later_leg_failed_stays_live, ERRORS,
		      EFFECT_STALL);
	}
}

static void allow_leg(const struct model *model, const struct step *step,
                      struct clauses *out)
{
	const struct record *context = NULL;
	struct misuse_rules rules = misuse_rules(step);
	if (step->handle == NAME_ABSENT) {
		allow_first_leg(model, step, out);
		return;
	}
	switch (model_standing(model, step->handle, KIND_CONTEXT, &context)) {
	case STANDING_LIVE: allow_leg_on_live(model, step, context, out); break;
	case STANDING_ENDED:
		allow_leg_on_unusable(model, step,
		                      context->ended_by_export
		                          ? RULE_export_delete_old_deletes
		                          : rules.deleted, EFFECT_ADVANCE, out);
		break;
	default: /* a callee that succeeds took it for a first call */
		allow_leg_on_unusable(
			model, step,
			model_value(model, step->handle).kind == VALUE_ZERO
				? RULE_leg_zero_context_invalid
				: rules.never_valid, EFFECT_CREATE, out);
		break;
	}
}

/* --- Functions that take one handle ------------------------------------------------ */

static enum effect success_effect(const struct step *step)
{
	bool impersonates = step->choice == FUNCTION_IMPERSONATE ||
	                    step->choice == FUNCTION_REVERT;
	switch (step->op) {
	case OP_COMPLETE: return EFFECT_COMPLETE;
	case OP_EXPORT: return EFFECT_EXPORT;
	case OP_QUERY:
		return attribute_hands_out(step->choice) ? EFFECT_HAND_OUT
		                                         : EFFECT_NONE;
	case OP_USE: return impersonates ? EFFECT_IMPERSONATE : EFFECT_NONE;
	default: return EFFECT_NONE;
	}
}

static void allow_use(const struct model *model, const struct step *step,
                      struct clauses *out)
{
	const struct record *record = NULL;
	struct misuse_rules rules = misuse_rules(step);
	enum rule rule;
	switch (model_standing(model, step->handle, model_handle_kind(step),
	                       &record)) {
	case STANDING_LIVE:
		rule = live_rule(model, step->handle, record);
		deny(out, rule, INVALID, EFFECT_NONE);
		if (step->op == OP_EXPORT)
			rule = RULE_export_keeps_context;
		allow(out,
		      step->op == OP_EXPORT && step->choice
		          ? RULE_export_delete_old_deletes
		          : rule, SUCCESS, success_effect(step));
		allow(out, rule, ERRORS, EFFECT_NONE);
		break;
	case STANDING_ENDED:
		only(out,
		     record->ended_by_export
		         ? RULE_export_delete_old_deletes
		         : rules.deleted, INVALID, EFFECT_NONE);
		break;
	default: only(out, rules.never_valid, INVALID, EFFECT_NONE); break;
	}
}

/* A function may be missing, but then it is missing for every handle. Queries
 * are left out: they answer the same status for a single attribute. */
static void allow_unsupported(const struct model *model, const struct step *step,
                              struct clauses *out)
{
	enum rule rule = RULE_unsupported_whatever_handle;
	switch (model->support[model_function(step)]) {
	case SUPPORT_YES: deny(out, rule, UNSUPPORTED, EFFECT_NONE); break;
	case SUPPORT_NO:
		allow(out, rule, UNSUPPORTED, EFFECT_NONE);
		deny(out, rule, STATUSES, EFFECT_NONE);
		break;
	default: allow(out, rule, UNSUPPORTED, EFFECT_NONE); break;
	}
}

/* --- FreeContextBuffer ------------------------------------------------------------------ */

static void allow_release(const struct model *model, const struct step *step,
                          struct clauses *out)
{
	struct buffer buffer = model_buffer(model, step->buffer);
	enum rule rule = buffer.ended_when_handed_out != model->ended
	                     ? RULE_buffer_outlives_context
	                     : RULE_release_live_ok;
	switch (buffer.state) {
	case BUFFER_LIVE:
		allow(out, rule, OK, EFFECT_RELEASE);
		deny(out, rule, ANYTHING, EFFECT_RELEASE);
		break;
	case BUFFER_RELEASED:
		only(out, RULE_release_freed_refused, ERRORS, EFFECT_NONE);
		break;
	case BUFFER_FOREIGN:
		only(out, RULE_release_foreign_refused, ERRORS, EFFECT_NONE);
		break;
	default:
		only(out, RULE_release_null_harmless, OK | INVALID, EFFECT_NONE);
		break;
	}
}

const struct clause *model_clause(const struct clauses *clauses, int64_t status)
{
	const struct clause *clause = clauses->clause;
	unsigned class = 1u << answer_classify(status);
	while (!(clause->answers & class))
		clause++;
	return clause;
}

/* --- All calls ------------------------------------------------------------------------------ */

void model_allowed(const struct model *model, const struct step *step,
                   struct clauses *out)
{
	bool is_leg = step->op == OP_INIT || step->op == OP_ACCEPT;
	out->count = 0;
	deny(out,
	     is_leg && step->handle != NAME_ABSENT && step->out == NAME_NULL
	         ? RULE_later_leg_null_out_answers
	         : RULE_every_call_answers, NO_STATUS, EFFECT_NONE);
	switch (step->op) {
	case OP_ACQUIRE: allow_acquire(step, out); break;
	case OP_FREE: allow_free(model, step, out); break;
	case OP_INIT:
	case OP_ACCEPT: allow_leg(model, step, out); break;
	case OP_DELETE: allow_delete(model, step, out); break;
	case OP_IMPORT:
		allow_unsupported(model, step, out);
		allow_import(model, step, out);
		break;
	case OP_RELEASE: allow_release(model, step, out); break;
	case OP_QUERY: allow_use(model, step, out); break;
	default:
		allow_unsupported(model, step, out);
		allow_use(model, step, out);
		break;
	}
}
