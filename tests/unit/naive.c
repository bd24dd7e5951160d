/*
 * naive.c: see naive.h.
 */
#include "naive.h"

#include <string.h>

#include "../../ref/sspi.h"

static int find(const struct naive *naive, name_id name, enum kind kind)
{
	for (int i = 0; name < NAME_NULL && i < naive->count; i++)
		if (naive->issues[i].kind == kind &&
		    naive->issues[i].lower == naive->words[name][0] &&
		    naive->issues[i].upper == naive->words[name][1])
			return i;
	return -1;
}

static bool is_live(const struct naive *naive, name_id name, enum kind kind)
{
	int i = find(naive, name, kind);
	return i >= 0 && naive->issues[i].live;
}

static bool holds(const struct naive *naive, name_id name, uint32_t lower,
                  uint32_t upper)
{
	return name < NAME_NULL && naive->words[name][0] == lower &&
	       naive->words[name][1] == upper;
}

static enum kind kind_wanted(const struct step *step)
{
	if (step->op == OP_USE)
		return functions[step->choice].kind;
	return step->op == OP_FREE ? KIND_CREDENTIAL : KIND_CONTEXT;
}

static bool wrong_direction(const struct naive *naive, const struct step *step)
{
	int i = find(naive, step->credential, KIND_CREDENTIAL);
	return i >= 0 && naive->issues[i].live &&
	       naive->issues[i].direction ==
	               (step->op == OP_INIT ? DIRECTION_INBOUND
	                                    : DIRECTION_OUTBOUND);
}

static bool leg_allows(const struct naive *naive, const struct step *step,
                       int64_t status)
{
	bool first = step->handle == NAME_ABSENT, null = step->credential == NAME_NULL;
	bool credential = is_live(naive, step->credential, KIND_CREDENTIAL);
	bool wrong = wrong_direction(naive, step);
	int context = find(naive, step->handle, KIND_CONTEXT);
	if (first && step->out == NAME_NULL)
		return status < 0;
	if (!first && (context < 0 || !naive->issues[context].live))
		return credential && !wrong ? status == SEC_E_INVALID_HANDLE
		                            : status < 0;
	if (null && first)
		return status < 0;
	if (!null && !credential)
		return status == SEC_E_INVALID_HANDLE ||
		       (first && step->op == OP_ACCEPT &&
		        status == SEC_E_NO_CREDENTIALS);
	if (first && wrong)
		return status < 0;
	if (!first && naive->issues[context].made_by ==
	                      (step->op == OP_INIT ? OP_ACCEPT : OP_INIT))
		return status < 0;
	return null || status != SEC_E_INVALID_HANDLE;
}

bool naive_allows(const struct naive *naive, const struct step *step,
                  int64_t status)
{
	bool live = is_live(naive, step->handle, kind_wanted(step));
	if (status > INT32_MAX)
		return false;
	switch (step->op) {
	case OP_ACQUIRE: return step->out != NAME_NULL || status < 0;
	case OP_IMPORT:
		return status < 0 || (step->out != NAME_NULL &&
		                      naive->buffer_exported[step->buffer]);
	case OP_INIT:
	case OP_ACCEPT: return leg_allows(naive, step, status);
	case OP_DELETE:
		if (live && naive->issues[find(naive, step->handle, KIND_CONTEXT)]
		                    .impersonated)
			return true;
		return status == (find(naive, step->handle, KIND_CONTEXT) >= 0 ||
		                          holds(naive, step->handle, (uint32_t)-2,
		                                (uint32_t)-2)
		                      ? SEC_E_OK
		                      : SEC_E_INVALID_HANDLE);
	case OP_FREE: return status == (live ? SEC_E_OK : SEC_E_INVALID_HANDLE);
	case OP_RELEASE:
		if (step->buffer == NAME_NULL || naive->words[step->buffer][0] == 0)
			return status == SEC_E_OK || status == SEC_E_INVALID_HANDLE;
		return naive->buffer_live[step->buffer] ? status == SEC_E_OK
		                                        : status < 0;
	default: return live == (status != SEC_E_INVALID_HANDLE);
	}
}

static void issue(struct naive *naive, const struct step *step)
{
	int i = naive->count++;
	naive->issues[i] = (struct naive_issue){
		.lower = 0x10000u + (uint32_t)i,
		.upper = 0x20000u + (uint32_t)i,
		.kind = step->op == OP_ACQUIRE ? KIND_CREDENTIAL : KIND_CONTEXT,
		.live = true,
		.credential = find(naive, step->credential, KIND_CREDENTIAL),
		.made_by = step->op,
		.direction = step->choice};
	if (step->out == NAME_NULL)
		return;
	naive->words[step->out][0] = naive->issues[i].lower;
	naive->words[step->out][1] = naive->issues[i].upper;
}

/* A buffer pointer is words too: 0 is NULL. */
static void hand_out(struct naive *naive, name_id buffer, bool live, bool exported)
{
	if (buffer >= NAME_NULL)
		return;
	naive->words[buffer][0] = 1;
	naive->buffers_out += live;
	naive->buffer_live[buffer] = live;
	naive->buffer_exported[buffer] = exported;
}

static void apply_call(struct naive *naive, const struct step *step,
                       int64_t status)
{
	int i = find(naive, step->handle, kind_wanted(step));
	bool live = i >= 0 && naive->issues[i].live, ok = status >= 0;
	if (status > INT32_MAX)
		return;
	switch (step->op) {
	case OP_ACQUIRE:
	case OP_IMPORT:
		if (ok)
			issue(naive, step);
		break;
	case OP_INIT:
	case OP_ACCEPT:
		if (ok && i < 0) /* on nothing: taken for a first leg */
			issue(naive, step);
		else if (ok && step->out != NAME_NULL)
			memcpy(naive->words[step->out], naive->words[step->handle],
			       sizeof naive->words[0]);
		break;
	case OP_FREE:
	case OP_DELETE:
		if (live)
			naive->issues[i].live = naive->issues[i].impersonated &&
			                        status != SEC_E_OK;
		break;
	case OP_EXPORT:
		if (ok && live) {
			hand_out(naive, step->buffer, true, true);
			naive->issues[i].live = !step->choice;
		}
		break;
	case OP_USE:
		if (ok && live && (step->choice == FUNCTION_IMPERSONATE ||
		                   step->choice == FUNCTION_REVERT))
			naive->issues[i].impersonated =
				step->choice == FUNCTION_IMPERSONATE;
		break;
	case OP_QUERY:
		if (ok && live && (step->choice == ATTRIBUTE_NAMES ||
		                   step->choice == ATTRIBUTE_PACKAGE))
			hand_out(naive, step->buffer, true, false);
		break;
	case OP_RELEASE:
		if (step->buffer < NAME_NULL) {
			naive->buffers_out -= naive->buffer_live[step->buffer];
			naive->buffer_live[step->buffer] = false;
		}
		break;
	default: break;
	}
}

static void set(uint32_t words[2], uint32_t lower, uint32_t upper)
{
	words[0] = lower;
	words[1] = upper;
}

static void apply_own(struct naive *naive, const struct step *step)
{
	uint32_t *out = step->out < NAME_NULL ? naive->words[step->out] : NULL;
	uint32_t from[2] = {0, 0};
	if (step->source < NAME_NULL)
		memcpy(from, naive->words[step->source], sizeof from);
	switch (step->op) {
	case OP_COPY: set(out, from[0], from[1]); break;
	case OP_SWAP: set(out, from[1], from[0]); break;
	case OP_AHEAD: set(out, from[0], from[1] ^ (1u << 30)); break;
	case OP_ZERO: set(out, 0, 0); break;
	case OP_PSEUDO_DELETED: set(out, (uint32_t)-2, (uint32_t)-2); break;
	case OP_GARBAGE: set(out, 0xA5A5A5A5u, 0x5A5A5A5Au); break;
	case OP_INVALIDATE:
		out[0] = step->choice == HALF_UPPER ? out[0] : (uint32_t)-1;
		out[1] = step->choice == HALF_LOWER ? out[1] : (uint32_t)-1;
		break;
	case OP_FOREIGN: hand_out(naive, step->buffer, false, false); break;
	case OP_FORGET:
		hand_out(naive, step->out, false, false);
		set(out, 0, 0);
		break;
	default: break;
	}
}

void naive_apply(struct naive *naive, const struct step *step, int64_t status)
{
	if (operations[step->op].is_call)
		apply_call(naive, step, status);
	else
		apply_own(naive, step);
}

uint32_t naive_count(const struct naive *naive, enum counter counter)
{
	uint32_t count = counter == COUNTER_BUFFERS ? naive->buffers_out : 0;
	for (int i = 0; i < naive->count; i++) {
		const struct naive_issue *issue = &naive->issues[i];
		if (counter == COUNTER_CONTEXTS)
			count += issue->kind == KIND_CONTEXT && issue->live;
		if (counter == COUNTER_CREDENTIALS)
			count += issue->kind == KIND_CREDENTIAL && issue->live;
	}
	return count;
}

static bool is_used(const struct naive *naive, int credential)
{
	bool used = false;
	for (int i = 0; i < naive->count; i++)
		used |= naive->issues[i].live &&
		        naive->issues[i].credential == credential;
	return used;
}

uint32_t naive_spare(const struct naive *naive)
{
	uint32_t count = 0;
	for (int i = 0; i < naive->count; i++)
		count += naive->issues[i].kind == KIND_CREDENTIAL &&
		         !naive->issues[i].live && is_used(naive, i);
	return count;
}
