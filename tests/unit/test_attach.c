/*
 * test_attach.c: attaching subjects, by tests/subjects/faulty.py, which misbehaves in
 * every way that is told here: the scenario ends as it must, and nothing is left running.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../oracle/attach.h"

#define HELD "acquire k1 -> SEC_E_OK out=new\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
#define DELETED HELD "delete c1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\n"

static const char script_text[] = "acquire k1\ninit c1 k1\ndelete c1\nfree k1\n";

enum { OUTPUT = 100000 };

/* How it is said that a subject plays more than one scenario. */
static char one[] = "", forked[] = "--serves=forked", in_turn[] = "--serves=in-turn";

/* --- Attaching --------------------------------------------------------------------- */

/* A command line and how it is started. */
struct start {
	char *command[7];
	struct attachment attachment;
};

static void start_init(struct start *start, char *mode, char *serves)
{
	static char python[] = "/usr/bin/python3", bytecode[] = "-B",
	            subject[] = "tests/subjects/faulty.py";
	*start = (struct start){{python, bytecode, subject, mode,
	                         *serves ? serves : NULL, NULL, NULL},
	                        {.jobs = 1,
	                         .start_seconds = 60,
	                         .seconds = 60,
	                         .memory = UINT64_C(1) << 27,
	                         .output = OUTPUT}};
	start->attachment.command = start->command;
}

static struct attached *attach_it(const struct start *start)
{
	char why[300] = "";
	struct attached *attached = attach(&start->attachment, why, sizeof why);
	if (!attached)
		fail_msg("%s", why);
	return attached;
}

/* Everything that was started is a child of this process, or becomes one when its own
 * parent ends; so nothing is left when there is none. */
static void assert_nothing_left(void)
{
	struct timespec moment = {0, 10000000};
	pid_t child = 0;
	for (int i = 0; i < 500 && child >= 0; i++) {
		child = waitpid(-1, NULL, WNOHANG);
		if (child == 0)
			nanosleep(&moment, NULL);
	}
	assert_int_equal(child, -1);
	assert_int_equal(errno, ECHILD);
}

/* --- What comes of a scenario --------------------------------------------------------- */

/* What must come of one, each time that it is played. */
struct wanted {
	enum played_end end;
	const char *how;   /* how it begins */
	const char *trace;
	size_t at;
	size_t times;      /* played and not told yet */
	const char *said;  /* at its end; or NULL */
};

static void check_played(void *context, size_t index, struct played *played)
{
	struct wanted *wanted = context;
	char *trace = print(&played->trace);
	(void)index;
	assert_string_equal(trace, wanted->trace);
	assert_int_equal(strncmp(played->how, wanted->how, strlen(wanted->how)), 0);
	assert_int_equal(!*played->how, !*wanted->how);
	assert_int_equal(played->end, wanted->end);
	assert_int_equal(played->at, wanted->at);
	if (wanted->said) {
		size_t length = strlen(wanted->said);
		assert_true(strlen(played->said) >= length);
		assert_string_equal(played->said + strlen(played->said) - length,
		                    wanted->said);
	}
	wanted->times--;
	free(trace);
}

/* Plays the script twice. */
static void assert_plays(const struct start *start, struct wanted wanted)
{
	struct scenario script;
	const struct scenario *scripts[] = {&script, &script};
	struct attached *attached = attach_it(start);
	wanted.times = sizeof scripts / sizeof *scripts;
	scenario_init(&script);
	parse(&script, script_text);
	assert_true(attached_play(attached, scripts, wanted.times, false,
	                          check_played, &wanted));
	assert_int_equal(wanted.times, 0);
	detach(attached);
	scenario_free(&script);
	assert_nothing_left();
}

/* A fault whose end does not depend on how many scenarios a process plays, or none. */
struct fault {
	char mode[16];
	double seconds; /* for a call; 0: enough */
	struct wanted wanted;
};

static void test_faults(void **state)
{
	const struct fault faults[] = {
		{"none", 0, {PLAYED_ALL, "", DELETED, 4, 0, ""}},
		{"errors", 0, {PLAYED_ALL, "", DELETED, 4, 0, "xxx\n"}},
		{"garbage", 0,
	         {PLAYED_LOST, "garbage: '?\?\?\?[2J this is no trace', expected ", HELD,
	          2, 0, NULL}},
		{"other-call", 0,
	         {PLAYED_LOST, "garbage: 'delete c9 -> SEC_E_OK', expected delete c1",
	          HELD, 2, 0, NULL}},
		{"no-status", 0,
	         {PLAYED_LOST,
	          "garbage: 'delete c1 -> SEC_E_WHATEVER', expected the name of a "
	          "status", HELD, 2, 0, NULL}},
		{"unsupported", 0,
	         {PLAYED_UNSUPPORTED, "no such function", HELD, 2, 0, NULL}},
		{"flood", 0,
	         {PLAYED_LOST, "over 100000 bytes of output", HELD, 2, 0, NULL}},
		{"line", 0,
	         {PLAYED_LOST, "over 100000 bytes of output", HELD, 2, 0, NULL}},
		{"exit", 0,
	         {PLAYED_CRASH, "exit status 3", HELD "delete c1 -> CRASH\n", 2, 0,
	          NULL}},
		{"tell", 0,
	         {PLAYED_CRASH, "exit status 3", HELD "delete c1 -> CRASH\n", 2, 0,
	          NULL}},
		{"crash", 0,
	         {PLAYED_CRASH, "signal 11", HELD "delete c1 -> CRASH\n", 2, 0,
	          NULL}},
		{"abort", 0,
	         {PLAYED_CRASH, "signal 6", HELD "delete c1 -> CRASH\n", 2, 0,
	          "x\nSUMMARY: the last words\n"}},
		{"memory", 0,
	         {PLAYED_CRASH, "exit status 1", HELD "delete c1 -> CRASH\n", 2, 0,
	          "MemoryError\n"}},
		{"after", 0, {PLAYED_CRASH, "signal 11", DELETED, 4, 0, NULL}},
		{"hang", 1,
	         {PLAYED_HANG, "no answer within 1 s", HELD "delete c1 -> HANG\n", 2,
	          0, NULL}},
	};
	char *const serves[] = {one, forked, in_turn};
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		for (size_t j = 0; j < sizeof serves / sizeof *serves; j++) {
			struct fault fault = faults[i];
			struct start start;
			print_message("%s %s\n", fault.mode, serves[j]);
			start_init(&start, fault.mode, serves[j]);
			if (fault.seconds > 0)
				start.attachment.seconds = fault.seconds;
			assert_plays(&start, fault.wanted);
		}
}

/* Faults of a process that plays one scenario. */
static void test_faults_of_one(void **state)
{
	struct fault faults[] = {
		{"exit-0", 0,
	         {PLAYED_CRASH, "exit status 0", HELD "delete c1 -> CRASH\n", 2, 0,
	          NULL}},
		{"hello-crlf", 0, {PLAYED_ALL, "", DELETED, 4, 0, ""}},
		{"half", 0,
	         {PLAYED_LOST, "garbage: 'delete c1 -> SEC_E_', expected the end of "
	                       "the line", HELD, 2, 0, NULL}},
		{"child", 0,
	         {PLAYED_CRASH, "exit status 0", HELD "delete c1 -> CRASH\n", 2, 0,
	          NULL}},
		{"closed", 1,
	         {PLAYED_LOST, "it has closed its output and goes on", HELD, 2, 0,
	          NULL}},
		{"stop", 1,
	         {PLAYED_HANG, "no answer within 1 s", HELD "delete c1 -> HANG\n", 2,
	          0, NULL}},
		{"hang-apart", 1,
	         {PLAYED_HANG, "no answer within 1 s", HELD "delete c1 -> HANG\n", 2,
	          0, NULL}},
		{"daemon-twice", 1,
	         {PLAYED_HANG, "no answer within 1 s", HELD "delete c1 -> HANG\n", 2,
	          0, NULL}},
		{"unread", 1,
	         {PLAYED_LOST, "it does not read its input", "", 0, 0, NULL}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct start start;
		print_message("%s\n", faults[i].mode);
		start_init(&start, faults[i].mode, one);
		if (faults[i].seconds > 0)
			start.attachment.seconds = faults[i].seconds;
		assert_plays(&start, faults[i].wanted);
	}
}

/* Of a process that plays more. */
static void test_faults_of_many(void **state)
{
	char early[] = "early", none[] = "none", between[] = "--between", end0[] = "exit-0",
	     child[] = "child";
	struct start start;
	(void)state;
	start_init(&start, early, forked);
	assert_plays(&start, (struct wanted){PLAYED_LOST, "it ended before 'acquire k1'",
	                                     "", 0, 0, NULL});
	start_init(&start, end0, in_turn);
	assert_plays(&start, (struct wanted){PLAYED_CRASH, "exit status 0",
	                                     HELD "delete c1 -> CRASH\n", 2, 0, NULL});
	start_init(&start, child, in_turn);
	assert_plays(&start, (struct wanted){PLAYED_CRASH, "exit status 0",
	                                     HELD "delete c1 -> CRASH\n", 2, 0, NULL});
	for (int i = 0; i < 2; i++) {
		start_init(&start, none, i ? forked : in_turn);
		start.command[5] = between;
		assert_plays(&start,
		             (struct wanted){PLAYED_ALL, "", DELETED, 4, 0, NULL});
	}
}

/* --- What cannot be attached ------------------------------------------------------------ */

static void assert_not_attached(const struct start *start, const char *reason)
{
	char why[300] = "";
	assert_null(attach(&start->attachment, why, sizeof why));
	if (strncmp(why, reason, strlen(reason)) != 0)
		fail_msg("'%s', expected '%s'", why, reason);
	assert_nothing_left();
}

static void test_no_subject(void **state)
{
	struct {
		char mode[16], *why;
	} hellos[] = {
		{"hello-garbage",
	         "garbage: 'Welcome!', expected '# sechandle-subject 1'"},
		{"hello-old",
	         "garbage: '# sechandle-subject 0', expected '# sechandle-subject 1'"},
		{"hello-serves",
	         "garbage: '# serves: nobody', expected '# serves: forked' or "},
		{"hello-late",
	         "garbage: 'acquire k1 -> SEC_E_OK', expected comments until "},
		{"hello-hang", "it was not ready within 1 s"},
		{"hello-exit", "it ended before it was ready: exit status 1; it said: no "
	                       "library here"},
		{"hello-flood", "over 100000 bytes of output"},
	};
	char nowhere[] = "tests/subjects/nobody", *command[] = {nowhere, NULL};
	struct start start;
	(void)state;
	for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
		start_init(&start, hellos[i].mode, one);
		if (strcmp(hellos[i].mode, "hello-hang") == 0)
			start.attachment.start_seconds = 1;
		assert_not_attached(&start, hellos[i].why);
	}
	start.attachment.command = command;
	assert_not_attached(&start, "tests/subjects/nobody: No such file or directory");
}

static void test_hello(void **state)
{
	char none[] = "none";
	struct start start;
	(void)state;
	start_init(&start, none, in_turn);
	struct attached *attached = attach_it(&start);
	const struct subject_info *info = attached_info(attached);
	assert_string_equal(info->name, "faulty");
	assert_string_equal(info->version, "7");
	assert_string_equal(info->package, "NTLM");
	assert_string_equal(info->path, "");
	assert_int_equal(info->serves, SERVES_IN_TURN);
	detach(attached);
	assert_nothing_left();
}

/* --- Blocks, memory, interruption ---------------------------------------------------------- */

/* Plays one script. */
static void assert_trace(char *mode, const char *text, struct wanted wanted)
{
	struct scenario script;
	const struct scenario *scripts[] = {&script};
	struct start start;
	scenario_init(&script);
	parse(&script, text);
	start_init(&start, mode, one);
	struct attached *attached = attach_it(&start);
	wanted.times = 1;
	assert_true(attached_play(attached, scripts, 1, false, check_played, &wanted));
	assert_int_equal(wanted.times, 0);
	detach(attached);
	scenario_free(&script);
}

static void test_blocks(void **state)
{
	static const char overlapping[] = "acquire k1\ntogether\n  free k1\n  free k1\n"
	                                  "end\n";
	char none[] = "none", crash[] = "crash", no_together[] = "no-together",
	     no_end[] = "no-end";
	(void)state;
	assert_trace(none,
	             "acquire k1\nrepeat 3\n  init c1 k1\n  copy c2 c1\n  together\n"
	             "    delete c1\n    delete c2\n  end\nend\nforget b1\nfree k1\n"
	             "release b1\n",
	             (struct wanted){
			     PLAYED_ALL, "",
			     "acquire k1 -> SEC_E_OK out=new\nrepeat 3\n"
			     "  init c1 k1 -> SEC_I_CONTINUE_NEEDED\n  copy c2 c1\n"
			     "  together\n    delete c1 -> SEC_E_OK\n"
			     "    delete c2 -> SEC_E_OK\n  end\nend\nforget b1\n"
			     "free k1 -> SEC_E_OK\nrelease b1 -> SEC_E_OK\n",
			     12, 0, NULL});
	assert_trace(none, "", (struct wanted){PLAYED_ALL, "", "", 0, 0, NULL});
	assert_trace(crash, "acquire k1\nrepeat 2\n  init c1 k1\n  delete c1\nend\n",
	             (struct wanted){PLAYED_CRASH, "signal 11",
	                             HELD "delete c1 -> CRASH\n", 3, 0, NULL});
	assert_trace(no_together, overlapping,
	             (struct wanted){PLAYED_LOST,
	                             "garbage: 'free k1 -> SEC_E_OK', expected "
	                             "'together' before it",
	                             "acquire k1 -> SEC_E_OK out=new\n", 2, 0, NULL});
	assert_trace(no_end, overlapping,
	             (struct wanted){PLAYED_LOST, "it ended before 'end'",
	                             "acquire k1 -> SEC_E_OK out=new\ntogether\n"
	                             "  free k1 -> SEC_E_OK\n  free k1 -> SEC_E_OK\n"
	                             "end\n", 5, 0, NULL});
}

static void hear_memory(void *context, size_t index, struct played *played)
{
	(void)index;
	*(uint64_t *)context = played->memory;
}

static void test_memory(void **state)
{
	char none[] = "none";
	struct scenario script;
	const struct scenario *scripts[] = {&script};
	struct start start;
	uint64_t memory = 0;
	(void)state;
	scenario_init(&script);
	start_init(&start, none, forked);
	struct attached *attached = attach_it(&start);
	assert_true(attached_play(attached, scripts, 1, true, hear_memory, &memory));
	assert_int_equal(memory, 4096);
	detach(attached);
	start_init(&start, none, in_turn);
	attached = attach_it(&start);
	assert_true(attached_play(attached, scripts, 1, true, hear_memory, &memory));
	assert_true(memory == UINT64_MAX);
	detach(attached);
	scenario_free(&script);
}

static void interrupt(int number)
{
	(void)number;
	kill(getpid(), SIGINT);
}

static void fail_done(void *context, size_t index, struct played *played)
{
	(void)context;
	(void)index;
	fail_msg("a scenario that hangs has ended: %s", played->how);
}

static void assert_interrupted(char *mode)
{
	struct scenario script;
	const struct scenario *scripts[] = {&script, &script, &script};
	struct start start;
	scenario_init(&script);
	parse(&script, script_text);
	start_init(&start, mode, forked);
	start.attachment.jobs = 2;
	struct attached *attached = attach_it(&start);
	signal(SIGALRM, interrupt);
	alarm(1);
	assert_false(attached_play(attached, scripts, 3, false, fail_done, NULL));
	assert_nothing_left();
	detach(attached);
	scenario_free(&script);
}

/* What goes on in a session of its own is found at once, if it still has its parent. */
static void test_interruption(void **state)
{
	char hang[] = "hang-apart", daemon[] = "daemon";
	(void)state;
	assert_interrupted(hang);
	assert_interrupted(daemon);
}

/* Whoever attached a subject is killed: it does not go on without him. */
static void test_killed(void **state)
{
	char hang[] = "hang";
	struct scenario script;
	const struct scenario *scripts[] = {&script};
	struct start start;
	(void)state;
	scenario_init(&script);
	parse(&script, script_text);
	start_init(&start, hang, one);
	if (fork() == 0) {
		signal(SIGALRM, SIG_DFL);
		alarm(2);
		attached_play(attach_it(&start), scripts, 1, false, fail_done, NULL);
		_exit(1);
	}
	assert_nothing_left();
	scenario_free(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_no_subject),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_faults_of_one),
		cmocka_unit_test(test_faults_of_many),
		cmocka_unit_test(test_interruption),
		cmocka_unit_test(test_killed),
	};
	if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
