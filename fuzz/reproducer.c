/*
 * reproducer.c: see reproducer.h.
 *
 * How to read it: definitions that a program may need, the call that is at fault, then
 * the program: its main function is written first, and in front of it whatever it uses.
 */
#include "reproducer.h"

#include <stdlib.h>
#include <string.h>

#include "../tests/subjects/reference.h"
#include "statement.h"

/* --- Definitions ------------------------------------------------------------------------ */

/* What a program may use, by a word that stands wherever it is used; each before those
 * that use it. Without a text: here the program's own variables stand. */
static const struct definition {
	const char *word, *text;
} definitions[] = {
	{"SEC_DELETED_HANDLE",
	 "#ifndef SEC_DELETED_HANDLE /* WinPR has none */\n"
	 "#define SEC_DELETED_HANDLE ((ULONG_PTR)-2)\n"
	 "#endif\n"},
	{"EXPORT_DELETE_OLD",
	 "#ifndef SECPKG_CONTEXT_EXPORT_DELETE_OLD /* WinPR has none */\n"
	 "#define SECPKG_CONTEXT_EXPORT_DELETE_OLD 2\n"
	 "#endif\n"},
	{"&attributes", "static ULONG attributes;\n"},
	{"&expiry", "static TimeStamp expiry;\n"},
	{"&quality", "static ULONG quality;\n"},
	{"&access_token", "static void *access_token;\n"},
	{"foreign", "static char foreign[64];\n"},
	{"expect(",
	 "\n"
	 "/* A call before the one at fault. If it answers something else than it did, nothing\n"
	 " * is shown. */\n"
	 "static SECURITY_STATUS expect(SECURITY_STATUS answer, SECURITY_STATUS status)\n"
	 "{\n"
	 "\tif (status == answer)\n"
	 "\t\treturn status;\n"
	 "\tprintf(\"0x%08lX, not 0x%08lX: not shown\\n\", (unsigned long)(ULONG)status,\n"
	 "\t       (unsigned long)(ULONG)answer);\n"
	 "\texit(0);\n"
	 "}\n"},
	{"place()",
	 "\n"
	 "/* A place for an attribute. Those that hand out a buffer put its pointer first:\n"
	 " * SecPkgContext_Names and SecPkgContext_PackageInfo. */\n"
	 "static union {\n"
	 "\tvoid *pointer;\n"
	 "\tchar other[256];\n"
	 "} placed;\n"
	 "\n"
	 "static void *place(void)\n"
	 "{\n"
	 "\tmemset(&placed, 0, sizeof placed);\n"
	 "\treturn &placed;\n"
	 "}\n"},
	{"message()",
	 "\n"
	 "/* A short message, and room for what seals it. */\n"
	 "static SecBufferDesc *message(void)\n"
	 "{\n"
	 "\tstatic char data[sizeof noise], trailer[64];\n"
	 "\tstatic SecBuffer buffers[2];\n"
	 "\tstatic SecBufferDesc list = {SECBUFFER_VERSION, 2, buffers};\n"
	 "\tmemcpy(data, noise, sizeof data);\n"
	 "\tmemset(trailer, 0, sizeof trailer);\n"
	 "\tbuffers[0] = (SecBuffer){sizeof data, SECBUFFER_DATA, data};\n"
	 "\tbuffers[1] = (SecBuffer){sizeof trailer, SECBUFFER_TOKEN, trailer};\n"
	 "\treturn &list;\n"
	 "}\n"},
	{"struct token",
	 "\n"
	 "struct token {\n"
	 "\tint is_there;\n"
	 "\tULONG size;\n"
	 "\tchar bytes[4096];\n"
	 "};\n"},
	{"_tokens",
	 "\n"
	 "/* The tokens that legs wrote. */\n"
	 "struct tokens {\n"
	 "\tstruct token first, last;\n"
	 "};\n"},
	{"struct buffer",
	 "\n"
	 "/* A buffer that was handed out, and what was exported there. */\n"
	 "struct buffer {\n"
	 "\tvoid *pointer;\n"
	 "\tint is_live;\n"
	 "\tstruct token exported;\n"
	 "};\n"},
	{"", NULL},
	{"room()",
	 "\n"
	 "/* Room for the token that a leg writes. */\n"
	 "static char written[4096];\n"
	 "static SecBuffer output;\n"
	 "\n"
	 "static SecBufferDesc *room(void)\n"
	 "{\n"
	 "\tstatic SecBufferDesc list = {SECBUFFER_VERSION, 1, &output};\n"
	 "\tmemset(written, 0, sizeof written);\n"
	 "\toutput = (SecBuffer){sizeof written, SECBUFFER_TOKEN, written};\n"
	 "\treturn &list;\n"
	 "}\n"},
	{"keep(",
	 "\n"
	 "static void keep(struct tokens *tokens, SECURITY_STATUS status)\n"
	 "{\n"
	 "\tif (status < 0 || !output.cbBuffer || output.cbBuffer > sizeof written)\n"
	 "\t\treturn;\n"
	 "\ttokens->last = (struct token){.is_there = 1, .size = output.cbBuffer};\n"
	 "\tmemcpy(tokens->last.bytes, written, output.cbBuffer);\n"
	 "\tif (!tokens->first.is_there)\n"
	 "\t\ttokens->first = tokens->last;\n"
	 "}\n"},
	{"feed(",
	 "\n"
	 "/* A list with a copy of some bytes. */\n"
	 "static char fed[4096];\n"
	 "static SecBuffer input;\n"
	 "\n"
	 "static SecBufferDesc *feed(const void *bytes, ULONG size)\n"
	 "{\n"
	 "\tstatic SecBufferDesc list = {SECBUFFER_VERSION, 1, &input};\n"
	 "\tmemcpy(fed, bytes, size);\n"
	 "\tinput = (SecBuffer){size, SECBUFFER_TOKEN, fed};\n"
	 "\treturn &list;\n"
	 "}\n"},
	{"whole(",
	 "\n"
	 "static SecBufferDesc *whole(const struct token *token)\n"
	 "{\n"
	 "\treturn token->is_there ? feed(token->bytes, token->size) : NULL;\n"
	 "}\n"},
	{"half(",
	 "\n"
	 "static SecBufferDesc *half(const struct token *token)\n"
	 "{\n"
	 "\treturn token->is_there ? feed(token->bytes, token->size / 2) : NULL;\n"
	 "}\n"},
	{"keep_completed(",
	 "\n"
	 "static void keep_completed(struct tokens *tokens, SECURITY_STATUS status)\n"
	 "{\n"
	 "\tif (status != SEC_E_OK || !tokens->last.is_there ||\n"
	 "\t    input.cbBuffer > sizeof fed)\n"
	 "\t\treturn;\n"
	 "\ttokens->last.size = input.cbBuffer;\n"
	 "\tmemcpy(tokens->last.bytes, fed, input.cbBuffer);\n"
	 "}\n"},
	{"hand_out(",
	 "\n"
	 "/* An address that is handed out again is no longer known by its old name. */\n"
	 "static void hand_out(struct buffer *buffer, void *pointer)\n"
	 "{\n"
	 "\tfor (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)\n"
	 "\t\tif (pointer && !buffers[i]->is_live && buffers[i]->pointer == pointer)\n"
	 "\t\t\tbuffers[i]->pointer = foreign;\n"
	 "\t*buffer = (struct buffer){.pointer = pointer, .is_live = 1};\n"
	 "}\n"},
	{"give_back(",
	 "\n"
	 "static void *give_back(struct buffer *buffer)\n"
	 "{\n"
	 "\tbuffer->is_live = 0;\n"
	 "\treturn buffer->pointer;\n"
	 "}\n"},
	{"packed",
	 "\n"
	 "static SecBuffer packed;\n"},
	{"no_export()",
	 "\n"
	 "static SecBuffer *no_export(void)\n"
	 "{\n"
	 "\tpacked = (SecBuffer){0, SECBUFFER_EMPTY, NULL};\n"
	 "\treturn &packed;\n"
	 "}\n"},
	{"take_export(",
	 "\n"
	 "static void take_export(struct buffer *buffer)\n"
	 "{\n"
	 "\thand_out(buffer, packed.pvBuffer);\n"
	 "\tif (!packed.pvBuffer || packed.cbBuffer > sizeof buffer->exported.bytes)\n"
	 "\t\treturn;\n"
	 "\tbuffer->exported.is_there = 1;\n"
	 "\tbuffer->exported.size = packed.cbBuffer;\n"
	 "\tmemcpy(buffer->exported.bytes, packed.pvBuffer, packed.cbBuffer);\n"
	 "}\n"},
	{"give_export(",
	 "\n"
	 "/* A copy of what was exported, or noise. */\n"
	 "static SecBuffer *give_export(const struct buffer *buffer)\n"
	 "{\n"
	 "\tstatic struct token copy;\n"
	 "\tcopy = buffer->exported;\n"
	 "\tif (!copy.is_there)\n"
	 "\t\tmemcpy(copy.bytes, noise, copy.size = sizeof noise);\n"
	 "\tpacked = (SecBuffer){copy.size, SECBUFFER_EMPTY, copy.bytes};\n"
	 "\treturn &packed;\n"
	 "}\n"},
	{", show)",
	 "\n"
	 "/* The call does not return: that is the fault. */\n"
	 "static void show(int number)\n"
	 "{\n"
	 "\t(void)number;\n"
	 "\t_Exit(1);\n"
	 "}\n"},
};
enum { DEFINITION_COUNT = sizeof definitions / sizeof *definitions };

static bool has(const struct letters *text, const char *word)
{
	size_t length = strlen(word);
	for (size_t i = 0; i + length <= text->length; i++)
		if (memcmp(text->text + i, word, length) == 0)
			return true;
	return false;
}

static void put_identity(struct letters *out, const char *name,
                         const struct driver_identity *who)
{
	text_format(out, "static SEC_WINNT_AUTH_IDENTITY_A %s = {\n"
	            "\t(unsigned char *)\"%s\", %u, (unsigned char *)\"%s\", %u,\n"
	            "\t(unsigned char *)\"%s\", %u, SEC_WINNT_AUTH_IDENTITY_ANSI};\n",
	            name, who->user, (unsigned)strlen(who->user), who->domain,
	            (unsigned)strlen(who->domain), who->password,
	            (unsigned)strlen(who->password));
}

/* --- Variables -------------------------------------------------------------------------- */

static bool is_part_of_word(char letter)
{
	return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
	       (letter >= '0' && letter <= '9') || letter == '_';
}

static bool has_word(const struct letters *text, const struct letters *word)
{
	for (size_t i = 0; i + word->length < text->length; i++)
		if ((i == 0 || !is_part_of_word(text->text[i - 1])) &&
		    memcmp(text->text + i, word->text, word->length) == 0 &&
		    !is_part_of_word(text->text[i + word->length]))
			return true;
	return false;
}

/* A sort of variables: what stands before, between and behind them in a definition. */
struct sort {
	bool of_buffers;
	const char *suffix; /* of the variable that a name has */
	const char *before, *between, *behind;
};

/* Appends a definition of those that are used. */
static void put_variables(struct letters *out, const struct names *names,
                          const struct letters *used, const struct sort *sort)
{
	bool is_first = true;
	struct letters word = {0};
	for (name_id name = 0; name < names->name_count; name++) {
		bool is_buffer = names_get(names, name)->settled == NAME_BUFFER;
		word.length = 0;
		statement_name(&word, names, name);
		text_append(&word, sort->suffix);
		if (is_buffer != sort->of_buffers || !has_word(used, &word))
			continue;
		text_format(out, "%s%.*s", is_first ? sort->before : sort->between,
		            (int)word.length, word.text);
		is_first = false;
	}
	if (!is_first)
		text_append(out, sort->behind);
	free(word.text);
}

static void put_all_variables(struct letters *out, const struct names *names,
                              const struct letters *used)
{
	static const struct sort sorts[] = {
		{false, "", "\nstatic SecHandle ", ", ", ";\n"},
		{false, "_tokens", "static struct tokens ", ", ", ";\n"},
		{true, "", "static struct buffer ", ", ", ";\n"}};
	static const struct sort list = {
		true, "", "static struct buffer *const buffers[] = {&", ", &", "};\n"};
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
		put_variables(out, names, used, &sorts[i]);
	if (has(used, "hand_out("))
		put_variables(out, names, used, &list);
}

/* --- The call at fault -------------------------------------------------------------------- */

/* What is at fault. */
struct fault {
	const struct scenario *trace;
	const struct finding *finding;
	const struct step *step;
	const struct answer *answer;
};

/* An answer that is not allowed. */
static void put_wrong_answer(struct letters *out, const struct fault *fault)
{
	static const struct judge_phrases condition = {
		"status >= 0", "(status < 0", " && status != ", " && status != ",
		")", "status == ", " || "};
	text_append(out, "\tSECURITY_STATUS status = ");
	statement_call(out, &fault->trace->names, fault->step);
	text_append(out, ";\n\tprintf(\"0x%08lX; allowed: ");
	tell_allowed(out, fault->finding);
	text_append(out, "\\n\", (unsigned long)(ULONG)status);\n\treturn ");
	judge_allowed_as(out, &fault->finding->clauses, &condition);
	text_append(out, " ? 0 : 1;\n");
}

/* No answer at all. */
static void put_crash(struct letters *out, const struct fault *fault)
{
	static const char *const crashes[] = {"SIGSEGV", "SIGBUS", "SIGABRT",
	                                      "SIGFPE", "SIGILL"};
	if (fault->answer->status == ANSWER_HANG)
		text_append(out, "\tsignal(SIGALRM, show);\n\talarm(2);\n");
	else
		for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
			text_format(out, "\tsignal(%s, show);\n", crashes[i]);
	text_append(out, "\t");
	statement_call(out, &fault->trace->names, fault->step);
	text_append(out, ";\n\treturn 0;\n");
}

/* The call, which answers what it may. */
static void put_right_answer(struct letters *out, const struct fault *fault)
{
	statement_write(out, fault->trace, fault->step, fault->answer, 1, 1);
}

static void put_wrong_count(struct letters *out, const struct fault *fault)
{
	const char *counter = keyword_text(GROUP_COUNTER, fault->finding->counter);
	struct range wanted = fault->finding->wanted;
	bool is_more = fault->answer->counts[fault->finding->counter] > wanted.most;
	put_right_answer(out, fault);
	text_format(out, "\tunsigned held = (unsigned)sechandle_count().%s;\n"
	            "\tprintf(\"%s=%%u; allowed: ", counter, counter);
	tell_allowed(out, fault->finding);
	text_format(out, "\\n\", held);\n\treturn held %s %u ? 0 : 1;\n",
	            wanted.least == wanted.most ? "==" : is_more ? "<=" : ">=",
	            (unsigned)(is_more ? wanted.most : wanted.least));
}

/* What is in a struct that must not be, or is not that must be. */
static void put_wrong_out(struct letters *out, const struct fault *fault)
{
	const struct names *names = &fault->trace->names;
	const struct step *step = fault->step;
	enum wanted_out wanted = tell_wanted_out(fault->finding);
	name_id written = step->out == NAME_ABSENT ? step->handle : step->out;
	name_id compared = written;
	if (wanted == WANTED_CONTEXT)
		compared = step->handle;
	else if (wanted == WANTED_NEW && fault->answer->out == OUT_EQUAL)
		compared = fault->answer->equal;
	text_append(out, "\tSecHandle before = ");
	statement_name(out, names, compared);
	text_append(out, ";\n");
	put_right_answer(out, fault);
	text_append(out, "\tint is_equal = ");
	statement_name(out, names, written);
	text_append(out, ".dwLower == before.dwLower &&\n\t               ");
	statement_name(out, names, written);
	text_format(out, ".dwUpper == before.dwUpper;\n"
	            "\tputs(is_equal ? \"equal\" : \"not equal\");\n"
	            "\treturn is_equal ? %s;\n",
	            wanted == WANTED_NEW ? "1 : 0" : "0 : 1");
}

static void put_fault(struct letters *out, const struct fault *fault)
{
	switch (fault->finding->kind) {
	case FINDING_COUNT: put_wrong_count(out, fault); return;
	case FINDING_OUT: put_wrong_out(out, fault); return;
	default:
		if (fault->answer->status > INT32_MAX)
			put_crash(out, fault);
		else
			put_wrong_answer(out, fault);
		return;
	}
}

/* --- The program --------------------------------------------------------------------------- */

/* Appends the statements up to the call at fault, and finds that one. */
static void put_steps(struct letters *out, struct fault *fault)
{
	const struct scenario *trace = fault->trace;
	const struct answer *answers = trace->answers;
	size_t last = trace->count;
	unsigned depth = 1;
	while (!operations[trace->steps[last - 1].op].is_call)
		last--;
	for (size_t i = 0; i + 1 < last; i++) {
		const struct step *step = &trace->steps[i];
		depth -= step->op == OP_END;
		statement_write(out, trace, step, answers, trace->answers_of[i],
		                depth);
		depth += step->op == OP_REPEAT || step->op == OP_TOGETHER;
		answers += trace->answers_of[i];
	}
	fault->step = &trace->steps[last - 1];
	fault->answer = answers;
}

static void put_limits(struct letters *out, const struct sechandle_limits *limits)
{
	text_format(out, "\tsechandle_reset(&(struct sechandle_limits){\n"
	            "\t\t.contexts = %u, .credentials = %u,\n"
	            "\t\t.max_generation = %u, .buffers = %u});\n",
	            (unsigned)limits->contexts, (unsigned)limits->credentials,
	            (unsigned)limits->max_generation, (unsigned)limits->buffers);
}

/* Appends a text in lines that begin so. */
static void put_wrapped(struct letters *out, const char *start, const char *text)
{
	enum { WIDTH = 78 };
	size_t line = out->length;
	text_append(out, start);
	while (*text) {
		size_t word = strcspn(text, " ");
		if (out->length - line + word > WIDTH) {
			out->length--; /* the space */
			text_append(out, "\n");
			line = out->length;
			text_append(out, start);
		}
		text_format(out, "%.*s ", (int)word, text);
		text += word + (text[word] == ' ');
	}
	out->length--;
	text_append(out, "\n");
}

/* How the program is compiled: with this project's library, or with that of another
 * package, whose folder may have headers named like the C library's. */
static void put_compile_line(struct letters *out, bool foreign, bool inspects)
{
	if (foreign)
		text_append(out, " *   cc THIS.c -idirafter FOLDER_OF_SSPI_H -l LIBRARY\n");
	else
		text_format(out, " *   cc THIS.c $(pkg-config --cflags --libs sechandle)%s\n",
		            inspects ? " -static" : "");
}

static void put_head(struct letters *out, const struct letters *used,
                     enum rule broken, bool foreign)
{
	const struct rule_info *rule = rule_info(broken);
	bool inspects = has(used, "sechandle_");
	text_format(out, "/*\n * Shows that the rule %s is broken:\n", rule->id);
	put_wrapped(out, " * ", rule->sentence);
	text_format(out, " * Source: %s (%s).\n *\n", rule->source,
	            strength_name(rule->strength));
	put_compile_line(out, foreign, inspects);
	text_append(out, " *\n * Exit status: 1 the rule is broken, 0 it is not.\n */\n");
	if (has(used, "signal("))
		text_append(out, "#include <signal.h>\n");
	if (has(used, "printf(") || has(used, "puts("))
		text_append(out, "#include <stdio.h>\n");
	if (has(used, "xit("))
		text_append(out, "#include <stdlib.h>\n");
	if (has(used, "mem"))
		text_append(out, "#include <string.h>\n");
	if (has(used, "alarm("))
		text_append(out, "#include <unistd.h>\n");
	text_append(out, "\n#include <sspi.h>\n");
	if (inspects)
		text_append(out, "#include <inspect.h> /* in the static library alone */\n");
	text_append(out, "\n");
}

/* Appends what the main function uses. `used` holds that function; the texts of the
 * definitions join it there. */
static void put_definitions(struct letters *out, const struct names *names,
                            struct letters *used, const char *package)
{
	bool is_used[DEFINITION_COUNT];
	for (size_t i = DEFINITION_COUNT; i-- > 0;) {
		is_used[i] = definitions[i].text && has(used, definitions[i].word);
		if (is_used[i])
			text_append(used, definitions[i].text);
	}
	if (has(used, "package_name"))
		text_format(out, "static char package_name[] = \"%s\";\n", package);
	if (has(used, "&known"))
		put_identity(out, "known", &driver_known);
	if (has(used, "&unknown"))
		put_identity(out, "unknown", &driver_unknown);
	if (has(used, "noise"))
		text_format(out, "static const char noise[48] = \"%s\";\n",
		            driver_noise);
	for (size_t i = 0; i < DEFINITION_COUNT; i++) {
		if (is_used[i])
			text_append(out, definitions[i].text);
		else if (!definitions[i].text)
			put_all_variables(out, names, used);
	}
}

static void append(struct letters *out, const struct letters *text)
{
	text_format(out, "%.*s", (int)text->length, text->text ? text->text : "");
}

void reproducer(struct letters *out, const struct scenario *trace,
                const struct finding *finding,
                const struct sechandle_limits *limits, const char *package)
{
	bool foreign = package != NULL;
	struct fault fault = {.trace = trace, .finding = finding};
	struct letters steps = {0}, last = {0}, used = {0}, defined = {0};
	if (limits)
		put_limits(&steps, limits);
	put_steps(&steps, &fault);
	put_fault(&last, &fault);
	append(&used, &steps);
	append(&used, &last);
	put_definitions(&defined, &trace->names, &used,
	                foreign ? package : "Reference");
	put_head(out, &used, finding->rule, foreign);
	append(out, &defined);
	text_append(out, "\nint main(void)\n{\n");
	append(out, &steps);
	text_append(out, "\t/* At fault: ");
	tell_step(out, &trace->names, finding);
	text_append(out, "\n\t * allowed: ");
	tell_allowed(out, finding);
	text_append(out, " */\n");
	append(out, &last);
	text_append(out, "}\n");
	free(steps.text);
	free(last.text);
	free(used.text);
	free(defined.text);
}
