/*
 * steps.c: see steps.h.
 */
#include "steps.h"

#include "random.h"
#include "unit.h"

void add_names(struct scenario *scenario)
{
	static const char *const names[NAMES] = {"k1", "k2", "c1", "c2",
	                                         "c3", "c4", "b1", "b2"};
	scenario_reset(scenario);
	for (size_t i = 0; i < NAMES; i++) {
		name_id id = names_intern(&scenario->names, names[i], 2);
		names_get(&scenario->names, id)->settled =
			i < HANDLES ? NAME_HANDLE : NAME_BUFFER;
	}
}

static name_id any_credential(uint64_t *seed)
{
	uint32_t draw = random_below(seed, 16);
	if (draw == 0)
		return NAME_NULL;
	return draw == 1 ? random_below(seed, HANDLES)
	                 : random_below(seed, CREDENTIALS);
}

static name_id any_context(uint64_t *seed)
{
	uint32_t draw = random_below(seed, 16);
	if (draw == 0)
		return NAME_NULL;
	return draw == 1 ? random_below(seed, HANDLES)
	                 : CREDENTIALS + random_below(seed, HANDLES - CREDENTIALS);
}

static name_id not_null(name_id name)
{
	return name == NAME_NULL ? 0 : name;
}

struct step random_step(uint64_t *seed)
{
	static const uint8_t often[] = {OP_ACQUIRE, OP_INIT,   OP_INIT,
	                                OP_ACCEPT,  OP_DELETE, OP_DELETE,
	                                OP_QUERY,   OP_EXPORT, OP_IMPORT,
	                                OP_RELEASE, OP_COPY,   OP_FREE};
	uint32_t draw = random_below(seed, OP_REPEAT + sizeof often);
	struct step step = step_make(draw < OP_REPEAT ? (enum operation)draw
	                                              : (enum operation)often[draw - OP_REPEAT]);
	for (const char *letter = operations[step.op].shape; *letter; letter++)
		switch (*letter) {
		case 'd': step.out = any_credential(seed); break;
		case 'D': step.out = any_context(seed); break;
		case 'h': step.handle = any_credential(seed); break;
		case 'H': step.handle = any_context(seed); break;
		case 'C': step.credential = any_credential(seed); break;
		case 'o':
			if (random_below(seed, 2))
				step.handle = not_null(any_context(seed));
			if (step.handle != NAME_ABSENT && random_below(seed, 2) &&
			    step.out != NAME_NULL)
				step.handle = step.out;
			break;
		case 'T': step.out = random_below(seed, HANDLES); break;
		case 'S': step.source = random_below(seed, HANDLES); break;
		case 'A': step.out = random_below(seed, NAMES); break;
		case 'u': step.choice = (uint8_t)random_below(seed, DIRECTION_COUNT); break;
		case 'm': step.choice = (uint8_t)random_below(seed, HALF_COUNT); break;
		case 'g': step.choice = (uint8_t)random_below(seed, GARBAGE_COUNT); break;
		case 'f': step.choice = (uint8_t)random_below(seed, FUNCTION_COUNT); break;
		case 'a': step.choice = (uint8_t)random_below(seed, ATTRIBUTE_COUNT);
			if (attribute_hands_out(step.choice))
				step.buffer = HANDLES + random_below(seed, BUFFERS);
			break;
		case 'x': step.choice = (uint8_t)random_below(seed, 2); break;
		case 'I':
		case 'F':
		case 'B':
		case 'V': step.buffer = HANDLES + random_below(seed, BUFFERS); break;
		default: break;
		}
	return step;
}

void print_trace(const struct scenario *scenario)
{
	char *text = print(scenario);
	for (const char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		fprintf(stderr, "# %s\n", line);
	free(text);
}

void fail_on_implementation(void *context, const struct finding *finding)
{
	if (rule_info(finding->rule)->party != PARTY_IMPLEMENTATION)
		return;
	if (context)
		print_trace(context);
	fail_msg("a conforming implementation breaks %s",
	         rule_info(finding->rule)->id);
}
