/*
 * test_text.c: reading and printing the scenario language.
 */
#include "unit.h"

#include "../../specs/binary.h"
#include "random.h"

/* --- What is read and printed ---------------------------------------------------- */

static void assert_prints(const char *text, const char *canonical)
{
	struct scenario scenario;
	scenario_init(&scenario);
	parse(&scenario, text);
	char *printed = print(&scenario);
	assert_string_equal(printed, canonical);
	free(printed);
	scenario_free(&scenario);
}

static void every_operand_is_printed_as_it_is_read(void **state)
{
	static const char *const lines[] = {
		"acquire k1\n", "acquire null inbound anonymous\n",
		"acquire k1 unknown\n", "free k1\n", "free null\n",
		"init c1 k1\n", "init null null on c1 with c2\n",
		"accept c1 k1 on c2 with truncated c3\n",
		"init c1 k1 with empty\n", "init c1 k1 with noise\n",
		"init c1 k1 on c1 with replayed c1\n", "complete c1 with c2\n",
		"delete c1\n", "query c1 sizes\n", "query c1 names into b1\n", "query c1 other\n",
		"use c1 MakeSignature\n", "use null AddCredentials\n",
		"export c1 into b1 delete-old\n", "import c1 from b1\n",
		"release b1\n", "release null\n", "copy c1 c2\n", "swap c1 c2\n",
		"ahead c1 c2\n", "zero c1\n", "invalidate c1\n",
		"invalidate c1 upper\n", "pseudo-deleted c1\n", "garbage c1\n",
		"garbage c1 7\n", "foreign b1\n", "forget c1\n",
		"release b1\nforget b1\n", "repeat 1000000\nend\n",
		"repeat 2\n  together\n    delete c1\n  end\nend\n",
		"delete c1 -> SEC_E_OK\n", "delete c1 -> 0x80091234\n",
		"delete c1 -> CRASH\n", "delete c1 -> HANG\n",
		("delete c1 -> SEC_E_OK out=kept contexts=0 credentials=1 "
	         "buffers=2 residue=4294967294\n"),
		"delete c1 -> SEC_E_OK out=c9\n", "delete c1 -> SEC_E_OK out=new\n",
		"repeat 3\n  delete c1 -> SEC_E_OK x2 out=new, CRASH x1\nend\n"};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_prints(lines[i], lines[i]);
}

static void what_may_be_left_out_is_left_out(void **state)
{
	(void)state;
	assert_prints("", "");
	assert_prints("\n# nothing\n\t \n", "");
	assert_prints("\tdelete\t c1# now", "delete c1\n");
	assert_prints("delete c1\r\ndelete c2\r", "delete c1\ndelete c2\n");
	assert_prints("init c1 k1 with none", "init c1 k1\n");
	assert_prints("acquire k1 both known", "acquire k1\n");
	assert_prints("garbage c1 0", "garbage c1\n");
	assert_prints("delete c1->SEC_E_OK", "delete c1 -> SEC_E_OK\n");
	assert_prints("delete c1 -> 0x80090301", "delete c1 -> SEC_E_INVALID_HANDLE\n");
	assert_prints("delete c1 -> 0x8009ABCD", "delete c1 -> 0x8009abcd\n");
}

/* --- Errors ----------------------------------------------------------------------- */

static void gather_error(void *context, unsigned line, unsigned column,
                         const char *message)
{
	char place[32];
	snprintf(place, sizeof place, "%u:%u: ", line, column);
	text_append(context, place);
	text_append(context, message);
	text_append(context, "\n");
}

static void assert_errors(const char *text, size_t length,
                          enum text_answers mode, const char *errors)
{
	struct scenario scenario;
	struct letters out = {0};
	scenario_init(&scenario);
	assert_false(text_parse(&scenario, text, length, mode, gather_error, &out));
	text_append(&out, "");
	assert_int_equal(out.length, strlen(errors));
	assert_memory_equal(out.text, errors, out.length);
	free(out.text);
	scenario_free(&scenario);
}

static void every_error_has_place_and_cause(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"remove c1", "1:1: found 'remove', expected an operation, such as "
	                      "init or delete\n"},
		{"  c1", "1:3: found 'c1', expected an operation, such as init or "
	                 "delete\n"},
		{"\xff", "1:1: found byte 0xff, expected an operation, such as init "
	                 "or delete\n"},
		{"delete delete", "1:8: 'delete' is a word of the language, expected "
	                          "the name of a handle, or null\n"},
		{"delete 1c", "1:8: found '1c', expected the name of a handle, or "
	                      "null\n"},
		{"zero null", "1:6: 'null' is a word of the language, expected the "
	                      "name of a handle\n"},
		{"delete c1 c2", "1:11: found 'c2', expected '->' or the end of the "
	                         "line\n"},
		{"zero c1 c2", "1:9: found 'c2', expected the end of the line\n"},
		{"zero c1 -> SEC_E_OK", "1:9: 'zero' calls no function and has no "
	                                "answer, expected the end of the line\n"},
		{"query c1", "1:9: the line ends, expected sizes, names, lifespan, "
	                     "package or other\n"},
		{"use c1 DeleteSecurityContext",
	         "1:8: found 'DeleteSecurityContext', expected the name of a "
	         "function that `use` knows, such as MakeSignature\n"},
		{"export c1 b1", "1:11: found 'b1', expected 'into' and the name of a "
	                         "buffer\n"},
		{"import c1", "1:10: the line ends, expected 'from' and the name of a "
	                      "buffer\n"},
		{"init c1 k1 with", "1:16: the line ends, expected none, empty, noise, "
	                            "truncated NAME, replayed NAME or NAME\n"},
		{"garbage c1 8", "1:12: found '8', expected a pattern from 0 to 7\n"},
		{"query c1 sizes into b1", "1:16: found 'into', expected '->' or the "
	                                   "end of the line\n"},
		{"delete c1 -> OK", "1:14: found 'OK', expected the name of a status, "
	                            "0x and eight digits, CRASH or HANG\n"},
		{"delete c1 -> 0x8009030g",
	         "1:14: found '0x8009030g', expected the name of a status, 0x and "
	         "eight digits, CRASH or HANG\n"},
		{"delete c1 -> SEC_E_OK out kept", "1:27: found 'kept', expected "
	                                           "'='\n"},
		{"delete c1 -> SEC_E_OK out=", "1:27: the line ends, expected kept, "
	                                       "new or the name of a handle\n"},
		{"delete c1 -> SEC_E_OK contexts=x", "1:32: found 'x', expected a "
	                                             "count\n"},
		{"delete c1 -> SEC_E_OK contexts=4294967295",
	         "1:32: found '4294967295', expected a count\n"},
		{"release b1 -> SEC_E_OK out=new",
	         "1:24: this call is given no handle struct, expected no 'out'\n"},
		{"delete c1 -> SEC_E_OK; x", "1:22: found ';', expected ',' or the end "
	                                     "of the line\n"},
		{"delete c1 -> SEC_E_OK x2", "1:11: answers for 2 rounds, expected "
	                                     "1\n"},
		{"release b1\ndelete b1", "2:8: 'b1' is a buffer, expected the name of "
	                                  "a handle, or null\n"},
		{"delete c1\nrelease c1", "2:9: 'c1' is a handle, expected the name of "
	                                  "a buffer, or null\n"},
		{"repeat 0\nend", "1:8: found '0', expected a count from 1 to "
	                          "1000000\n"},
		{"repeat 1000001\nend", "1:8: found '1000001', expected a count from 1 "
	                                "to 1000000\n"},
		{"repeat 99999999999999999999\nend",
	         "1:8: found '99999999999999999999', expected a count from 1 to "
	         "1000000\n"},
		{"end", "1:1: 'end' without a block, expected an operation\n"},
		{"repeat 2\nrepeat 2\nend", "2:1: 'repeat' inside the 'repeat' of line "
	                                    "1, expected 'end' first\n"},
		{"together\nzero c1\nend", "2:1: 'zero' inside 'together', expected a "
	                                   "call or 'end'\n"},
		{"together\ndelete c1 -> SEC_E_OK contexts=1\nend",
	         "2:23: counts have no moment while calls overlap, expected none "
	         "inside 'together'\n"},
		{"together\ndelete a\ndelete a\ndelete a\ndelete a\ndelete a\ndelete "
	         "a\ndelete a\nend",
	         "8:1: more than 6 calls overlap, expected 'end'\n"},
		{"repeat 2\ntogether", "1:1: 'repeat' is still open where the text ends, "
	                               "expected 'end'\n"
	                               "2:1: 'together' is still open where the text "
	                               "ends, expected 'end'\n"},
		{"delete c1 -> SEC_E_OK contexts=", "1:32: the line ends, expected a "
	                                            "count\n"},
		{"delete c1 -> SEC_E_OK out=new out=kept", "1:31: given twice, expected "
	                                                   "each key once\n"},
		{"delete c1 -> SEC_E_OK residue=1 residue=1",
	         "1:33: given twice, expected each key once\n"},
		{"repeat 18446744073709551617\nend",
	         "1:8: found '18446744073709551617', expected a count from 1 to "
	         "1000000\n"},
		{"repeat x\ndelete c1 -> SEC_E_OK x2\nend",
	         "1:8: found 'x', expected a count from 1 to 1000000\n"},
		{"release c1 oops\ndelete c1", "1:12: found 'oops', expected '->' or the "
	                                        "end of the line\n"},
		{"repeat 3\ndelete c1 -> SEC_E_OK, CRASH x3\nend",
	         "2:11: several answers, expected 'xN' behind each of them\n"},
		{"repeat 3\ndelete c1 -> SEC_E_OK, CRASH\nend",
	         "2:11: several answers, expected 'xN' behind each of them\n"},
		{"x\ndelete c1\ny\n", "1:1: found 'x', expected an operation, such as "
	                              "init or delete\n3:1: found 'y', expected an "
	                              "operation, such as init or delete\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_errors(cases[i].text, strlen(cases[i].text),
		              ANSWERS_OPTIONAL, cases[i].error);
	assert_errors("delete a\0b", 10, ANSWERS_OPTIONAL,
	              "1:9: found byte 0x00, expected '->' or the end of the line\n");
}

static void a_trace_needs_all_its_answers(void **state)
{
	const char *text = "zero c1\ndelete c1\ndelete c1 # gone";
	(void)state;
	assert_errors(text, strlen(text), ANSWERS_REQUIRED,
	              "2:10: the line ends, expected '-> STATUS', the answer of the "
	              "call\n3:11: the line ends, expected '-> STATUS', the answer "
	              "of the call\n");
}

static void long_names_are_refused(void **state)
{
	char text[NAME_LIMIT + 16] = "delete ", line[NAME_LIMIT + 17];
	(void)state;
	memset(text + 7, 'n', NAME_LIMIT);
	snprintf(line, sizeof line, "%s\n", text);
	assert_prints(text, line);
	memset(text + 7, 'n', NAME_LIMIT + 1);
	assert_errors(text, strlen(text), ANSWERS_OPTIONAL,
	              "1:8: a name of 65 bytes, expected at most 64\n");
}

/* The sanitizers see a read beyond the last byte of a text. */
static void no_byte_beyond_the_text_is_read(void **state)
{
	static const char text[] =
		"init c1 k1 on c1 with truncated c2 -> SEC_E_OK out=c1, CRASH x3 "
		"# x\r\nexport c1 into b1 delete-old -> 0x80090301\r";
	struct scenario scenario;
	struct letters errors = {0};
	(void)state;
	scenario_init(&scenario);
	for (size_t length = 0; length <= sizeof text - 1; length++) {
		char *exact = malloc(length ? length : 1);
		assert_non_null(exact);
		memcpy(exact, text, length);
		scenario_reset(&scenario);
		text_parse(&scenario, length ? exact : NULL, length,
		           ANSWERS_REQUIRED, gather_error, &errors);
		free(exact);
	}
	assert_true(errors.length > 0);
	free(errors.text);
	scenario_free(&scenario);
}

/* --- Binary form --------------------------------------------------------------------- */

static char *decode(struct scenario *scenario, const void *data, size_t length)
{
	scenario_reset(scenario);
	binary_decode(scenario, data, length);
	return print(scenario);
}

static void assert_decodes(const char *bytes, size_t length, const char *text)
{
	struct scenario scenario;
	scenario_init(&scenario);
	char *printed = decode(&scenario, bytes, length);
	assert_string_equal(printed, text);
	free(printed);
	scenario_free(&scenario);
}

static void bytes_mean_what_the_page_says(void **state)
{
	(void)state;
	assert_decodes(NULL, 0, "");
	assert_decodes("", 0, "");
	assert_decodes("\x01", 1, "");
	assert_decodes("\x01\x05\x00", 3, "delete c1\n");
	assert_decodes("\x01\x05\xe0", 3, "delete null\n");
	assert_decodes("\x01\x05\xf0\x00", 4, "delete k1\n");
	assert_decodes("\x01\x05\xf0\x10", 4, "delete h17\n");
	assert_decodes("\x01\x02\x00\x01\x60\x03\x02", 7,
	               "init c1 k2 on c1 with c3\n");
	assert_decodes("\x01\x02\x00\x01\xc0\x01\x00", 7, "init c1 k2 on c2\n");
	assert_decodes("\x01\x14\xef", 3, "repeat 240\nend\n");
	assert_decodes("\x01\x14\xf0\x00", 4, "repeat 241\nend\n");
	assert_decodes("\x01\x16\x05", 3, "delete c1\n"); /* no block to end */
	assert_decodes("\x01\x15\x0e\x00", 4, "together\nend\nzero k1\n");
	assert_decodes("\x01\x14\x01\x14\x05", 5, "repeat 2\nend\n");
	assert_decodes("\x81\x01\x05" "alice\x00\x05\xf0\x80\x20", 13,
	               "delete alice\n");
	assert_decodes("\x81\x01\x03" "end\x00\x05\xf0\x80\x20", 11, "delete z0\n");
	assert_decodes("\x81\x02\x03" "end\x02" "on\x00\x05\xf0\x80\x20\x05\xf0\x81\x20",
	               18, "delete z0\ndelete z0\n");
	assert_decodes("\x01\x02\x00\x00\x00\x06\x02\x02\x00\x00\x00\x07\x02"
	               "\x02\x00\x00\x00\x08", 18,
	               "init c1 k1 with c3\ninit c1 k1 with c3\ninit c1 k1\n");
	assert_decodes("\x01\x14\xf0\xcf\x82\x3d", 6, "repeat 1000000\nend\n");
	assert_decodes("\x01\x14\xf0\xd0\x82\x3d", 6, "repeat 241\nend\n");
	assert_decodes("\x01\x15\x05\x00\x05\x00\x05\x00\x05\x00\x05\x00\x05\x00\x05\x01",
	               16, "together\n  delete c1\n  delete c1\n  delete c1\n"
	                   "  delete c1\n  delete c1\n  delete c1\nend\n"
	                   "delete c2\n");
	assert_decodes("\x01\x06\x00\x06\x02\x06\x00\x05\x06\x00\x09", 11,
	               "query c1 names into b3\nquery c1 sizes\n"
	               "query c1 other\n");
}

static void assert_encodes(const char *text, const char *bytes, size_t length)
{
	struct scenario scenario;
	struct bytes out = {0};
	scenario_init(&scenario);
	parse(&scenario, text);
	assert_true(binary_encode(&out, &scenario));
	assert_int_equal(out.length, length);
	assert_memory_equal(out.data, bytes, length);
	free(out.data);
	scenario_free(&scenario);
}

static void canonical_bytes_are_short(void **state)
{
	(void)state;
	assert_encodes("", "\x01", 1);
	assert_encodes("init c1 k1\ndelete c1\ncopy c2 k1\n",
	               "\x01\x02\x00\x00\x00\x00\x05\x00\x0b\x05\x00", 11);
	assert_encodes("delete null\ndelete k1\nrelease b2\n",
	               "\x01\x05\xe0\x05\xf0\x00\x0a\x01", 8);
	assert_encodes("delete bob\n", "\x81\x01\x03" "bob\x00\x05\xf0\x80\x20", 11);
	assert_encodes("repeat 240\nend\nrepeat 241\nend\n",
	               "\x01\x14\xef\x16\x14\xf0\x00\x16", 8);
}

static void as_many_steps_are_written_as_fit(void **state)
{
	/* The bytes after each of the steps. */
	static const size_t ends[] = {1, 5, 7, 14, 18};
	struct scenario scenario;
	struct bytes all = {0}, out = {0};
	(void)state;
	scenario_init(&scenario);
	parse(&scenario, "acquire k1\ndelete c1\ninit c1 k1 on c2 with c3\n"
	                 "delete h4095\n");
	assert_true(binary_encode(&all, &scenario));
	for (size_t most = 1; most < 25; most++) {
		size_t steps, expected = 0;
		while (expected < 4 && ends[expected + 1] <= most)
			expected++;
		out.length = 0;
		assert_true(binary_encode_within(&out, &scenario, most, &steps));
		assert_int_equal(steps, expected);
		assert_int_equal(out.length, ends[expected]);
		assert_memory_equal(out.data, all.data, out.length);
	}
	free(all.data);
	free(out.data);
	scenario_free(&scenario);
}

static void assert_round_trip(struct scenario *scenario, struct scenario *again,
                              struct bytes *first, struct bytes *second)
{
	char *text = print(scenario), *decoded, *parsed;
	first->length = second->length = 0;
	assert_true(binary_encode(first, scenario));
	decoded = decode(again, first->data, first->length);
	assert_string_equal(decoded, text);
	assert_true(binary_encode(second, again));
	assert_int_equal(second->length, first->length);
	assert_memory_equal(second->data, first->data, first->length);
	scenario_reset(again);
	parse(again, text);
	parsed = print(again);
	assert_string_equal(parsed, text);
	second->length = 0;
	assert_true(binary_encode(second, again));
	assert_int_equal(second->length, first->length);
	assert_memory_equal(second->data, first->data, first->length);
	free(text);
	free(decoded);
	free(parsed);
}

static void random_bytes_survive_all_round_trips(void **state)
{
	struct scenario scenario, again;
	struct bytes first = {0}, second = {0};
	uint64_t seed = 1;
	(void)state;
	scenario_init(&scenario);
	scenario_init(&again);
	for (int i = 0; i < 50000; i++) {
		uint8_t data[120];
		size_t length = random_bytes(&seed, data, sizeof data);
		scenario_reset(&scenario);
		binary_decode(&scenario, data, length);
		assert_round_trip(&scenario, &again, &first, &second);
	}
	free(first.data);
	free(second.data);
	scenario_free(&scenario);
	scenario_free(&again);
}

static void decoded_steps_have_the_lines_they_are_printed_in(void **state)
{
	struct scenario decoded, parsed;
	(void)state;
	scenario_init(&decoded);
	scenario_init(&parsed);
	char *text = decode(&decoded, "\x01\x14\x05\x15\x05\x00\x0e\x00\x05\x00", 10);
	parse(&parsed, text);
	assert_int_equal(decoded.count, 7);
	for (size_t i = 0; i < decoded.count; i++) {
		assert_int_equal(decoded.steps[i].op, parsed.steps[i].op);
		assert_int_equal(decoded.steps[i].line, parsed.steps[i].line);
	}
	free(text);
	scenario_free(&decoded);
	scenario_free(&parsed);
}

static void names_of_any_form_survive(void **state)
{
	static const char text[] =
		"init alice k1\ncopy b1 c12\ndelete c13\ndelete h17\ndelete h16\n"
		"delete h4096\ndelete h4097\ndelete c0\ndelete k05\nrelease k9\n"
		"release b4096\nrelease b4097\nforget k9\nforget alice\n"
		"copy k1 h1\ndelete z0\ndelete _\ndelete a.b-c\n";
	struct scenario scenario, again;
	struct bytes first = {0}, second = {0};
	(void)state;
	scenario_init(&scenario);
	scenario_init(&again);
	parse(&scenario, text);
	assert_round_trip(&scenario, &again, &first, &second);
	free(first.data);
	free(second.data);
	scenario_free(&scenario);
	scenario_free(&again);
}

static void a_reset_scenario_is_like_a_new_one(void **state)
{
	struct scenario scenario;
	(void)state;
	scenario_init(&scenario);
	size_t letters = scenario.names.letters_used;
	for (int i = 0; i < 3; i++) {
		scenario_reset(&scenario);
		assert_int_equal(scenario.names.letters_used, letters);
		parse(&scenario, "delete someone -> SEC_E_OK\nrelease b1 -> CRASH\n");
		assert_int_equal(scenario.count, 2);
		assert_int_equal(scenario.answer_count, 2);
		assert_int_equal(scenario.names.name_count, 2);
	}
	scenario_free(&scenario);
}

static void too_many_names_are_refused(void **state)
{
	struct scenario scenario;
	struct bytes out = {0};
	(void)state;
	scenario_init(&scenario);
	for (unsigned i = 0; i < 61441; i++) {
		char name[16];
		struct step step = step_make(OP_DELETE);
		size_t length = (size_t)snprintf(name, sizeof name, "n%u", i);
		assert_true(i < 61440 || binary_encode(&out, &scenario));
		step.handle = names_intern(&scenario.names, name, length);
		scenario_add(&scenario, &step, NULL, 0);
	}
	out.length = 0;
	assert_false(binary_encode(&out, &scenario));
	assert_int_equal(out.length, 0);
	free(out.data);
	scenario_free(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operand_is_printed_as_it_is_read),
		cmocka_unit_test(what_may_be_left_out_is_left_out),
		cmocka_unit_test(every_error_has_place_and_cause),
		cmocka_unit_test(a_trace_needs_all_its_answers),
		cmocka_unit_test(long_names_are_refused),
		cmocka_unit_test(no_byte_beyond_the_text_is_read),
		cmocka_unit_test(bytes_mean_what_the_page_says),
		cmocka_unit_test(canonical_bytes_are_short),
		cmocka_unit_test(as_many_steps_are_written_as_fit),
		cmocka_unit_test(random_bytes_survive_all_round_trips),
		cmocka_unit_test(decoded_steps_have_the_lines_they_are_printed_in),
		cmocka_unit_test(names_of_any_form_survive),
		cmocka_unit_test(a_reset_scenario_is_like_a_new_one),
		cmocka_unit_test(too_many_names_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
