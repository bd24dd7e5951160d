/*
 * random.c: see random.h.
 */
#include "random.h"

#include <string.h>

#include "../../ref/sspi.h"
#include "../../specs/grow.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15); /* SplitMix64 */
	x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

uint32_t random_below(uint64_t *state, uint32_t limit)
{
	return (uint32_t)(((random_next(state) >> 32) * limit) >> 32);
}

static size_t random_list(uint64_t *state, uint8_t *data)
{
	static const char *const texts[] = {"a", "k1", "b1", "c13", "end", "x-y"};
	size_t length = 0;
	for (int kind = 0; kind < 2; kind++) {
		data[length++] = 1;
		const char *text = texts[random_below(state, 6)];
		size_t letters = strlen(text);
		data[length++] = (uint8_t)letters;
		memcpy(data + length, text, letters);
		length += letters;
	}
	return length;
}

size_t random_bytes(uint64_t *state, uint8_t *data, size_t capacity)
{
	static const uint8_t firsts[] = {0x01, 0x81, 0x00, 0xFF};
	size_t length = random_below(state, (uint32_t)capacity - 12), used = 0;
	if (length == 0)
		return 0;
	data[used] = firsts[random_below(state, 4)];
	if (data[used++] == 0x81)
		used += random_list(state, data + used);
	while (used < length) {
		uint64_t bits = random_next(state);
		size_t part = length - used < 8 ? length - used : 8;
		memcpy(data + used, &bits, part);
		used += part;
	}
	return used;
}

static struct answer random_answer(uint64_t *state, const struct step *step)
{
	static const int64_t statuses[] = {
		SEC_E_OK, SEC_E_OK, SEC_E_OK, SEC_I_CONTINUE_NEEDED,
		SEC_I_COMPLETE_NEEDED, SEC_E_INVALID_HANDLE, SEC_E_INVALID_HANDLE,
		SEC_E_INVALID_TOKEN, SEC_E_LOGON_DENIED, SEC_E_INCOMPLETE_MESSAGE,
		SEC_E_INSUFFICIENT_MEMORY, SEC_E_UNSUPPORTED_FUNCTION,
		SEC_I_RENEGOTIATE, SEC_E_NO_CREDENTIALS, ANSWER_CRASH};
	struct answer answer = answer_make(statuses[random_below(
		state, sizeof statuses / sizeof *statuses)]);
	if (random_below(state, 8) == 0 && (step->out != NAME_ABSENT ||
	                                    step->handle != NAME_ABSENT))
		answer.out = (uint8_t)(OUT_KEPT + random_below(state, 2));
	return answer;
}

void random_answers(uint64_t *state, struct scenario *scenario)
{
	scenario->answer_count = 0;
	for (size_t i = 0; i < scenario->count; i++) {
		const struct step *step = &scenario->steps[i];
		scenario->answers_of[i] = operations[step->op].is_call;
		if (!operations[step->op].is_call)
			continue;
		scenario->answers =
			grow(scenario->answers, &scenario->answer_capacity,
		             scenario->answer_count, sizeof *scenario->answers);
		scenario->answers[scenario->answer_count++] =
			random_answer(state, step);
	}
}
