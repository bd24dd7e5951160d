"""test_subject.py: sechandle-subject keeps the protocol of specs/subjects.md, with the
reference, with WinPR, and with a library that crashes, exits, hangs, prints and leaks as
it is told."""
import ctypes.util
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE, sechandle

BUILD = Path(SECHANDLE).parent
SUBJECT = BUILD / "sechandle-subject"
REFERENCE = ["--sspi", BUILD / "libsechandle.so"]
# Of a sanitizer there is more memory than can go back.
SHARES = b"__asan_init" not in SUBJECT.read_bytes()
WAYS = [[], ["--exports"], ["--wide"], ["--exports", "--wide"]]
EXCHANGE = (ROOT / "tests/faults/exchange.script").read_text()

# A query does what its attribute says; an identity is known if it is the one below.
# There are all four ways to the functions, or with EX only InitSecurityInterfaceEx.
LIBRARY = """
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include <unistd.h>
#include "sspi.h"

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute, void *place)
{
	static int queries;
	(void)context, (void)place;
	switch (attribute) {
	case SECPKG_ATTR_SIZES: return ++queries;
	case SECPKG_ATTR_LIFESPAN: kill(getpid(), SIGKILL); break;
	case SECPKG_ATTR_NAMES: exit(0);
	case SECPKG_ATTR_PACKAGE_INFO: exit(3);
	default: pause();
	}
	return SEC_E_OK;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	static void *volatile lost;
	(void)context;
	puts("this is no trace");
	lost = malloc(1000);
	return SEC_E_OK;
}

SECURITY_STATUS AcquireCredentialsHandleA(
	SEC_CHAR *principal, SEC_CHAR *package, ULONG use, void *logon, void *data,
	SEC_GET_KEY_FN key, void *argument, PCredHandle handle, PTimeStamp expiry)
{
	SEC_WINNT_AUTH_IDENTITY_A *who = data;
	(void)principal, (void)use, (void)logon, (void)key, (void)argument, (void)handle, (void)expiry;
	if (strcmp(package, "P\\u00e4ckchen"))
		return SEC_E_SECPKG_NOT_FOUND;
	if (!who)
		return SEC_E_NO_CREDENTIALS;
	return who->UserLength == 6 && who->DomainLength == 1 && who->PasswordLength == 5 &&
	       !strcmp((char *)who->User, "J\\u00fcrg ") && !strcmp((char *)who->Domain, "D") &&
	       !strcmp((char *)who->Password, "\\U0001F511?") &&
	       who->Flags == SEC_WINNT_AUTH_IDENTITY_ANSI ? SEC_E_OK : SEC_E_LOGON_DENIED;
}

static int same(const SEC_WCHAR *text, ULONG length, const char16_t *expected, size_t size)
{
	return (length + 1) * sizeof *expected == size && !memcmp(text, expected, size);
}
#define SAME(text, length, expected) same(text, length, expected, sizeof expected)

SECURITY_STATUS AcquireCredentialsHandleW(
	SEC_WCHAR *principal, SEC_WCHAR *package, ULONG use, void *logon, void *data,
	SEC_GET_KEY_FN key, void *argument, PCredHandle handle, PTimeStamp expiry)
{
	SEC_WINNT_AUTH_IDENTITY_W *who = data;
	(void)principal, (void)use, (void)logon, (void)key, (void)argument, (void)handle, (void)expiry;
	if (!SAME(package, 8, u"P\\u00e4ckchen"))
		return SEC_E_SECPKG_NOT_FOUND;
	if (!who)
		return SEC_E_NO_CREDENTIALS;
	return SAME(who->User, who->UserLength, u"J\\u00fcrg ") &&
	       SAME(who->Domain, who->DomainLength, u"D") &&
	       SAME(who->Password, who->PasswordLength, u"\\U0001F511?") &&
	       who->Flags == SEC_WINNT_AUTH_IDENTITY_UNICODE ? SEC_E_OK : SEC_E_LOGON_DENIED;
}

#ifdef EX
#define TELL(letter) PSecurityFunctionTable##letter InitSecurityInterfaceEx##letter(ULONG flags)
#define WRONG flags != 0
#else
#define TELL(letter) PSecurityFunctionTable##letter InitSecurityInterface##letter(void)
#define WRONG 0
#endif

TELL(A)
{
	static SecurityFunctionTableA table;
	table.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION;
	table.AcquireCredentialsHandleA = AcquireCredentialsHandleA;
	table.DeleteSecurityContext = DeleteSecurityContext;
	table.QueryContextAttributesA = QueryContextAttributesA;
	return WRONG ? NULL : &table;
}

TELL(W)
{
	static SecurityFunctionTableW table;
	table.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION;
	table.AcquireCredentialsHandleW = AcquireCredentialsHandleW;
	table.DeleteSecurityContext = DeleteSecurityContext;
	table.QueryContextAttributesW = QueryContextAttributesA;
	return WRONG ? NULL : &table;
}
"""

# A credential is for one direction and has a user's name, or in the package "client" has
# none and is outbound; in "outbound" too there is no inbound one, in "sticky" none is freed.
# A handle's words are the credential's number and its direction; a context that accepts has
# those of the first credential. Deletes wait for each other, at most 20 s; a first leg tells
# the most that were made at a time.
DIRECTIONS = """
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sspi.h"

static ULONG live;
static bool is_freed[100], is_sticky;

SECURITY_STATUS AcquireCredentialsHandleA(
	SEC_CHAR *principal, SEC_CHAR *package, ULONG use, void *logon, void *who,
	SEC_GET_KEY_FN key, void *argument, PCredHandle handle, PTimeStamp expiry)
{
	static ULONG count;
	bool is_client = !strcmp(package, "client");
	(void)principal, (void)logon, (void)key, (void)argument, (void)expiry;
	if (use == SECPKG_CRED_BOTH)
		return is_client ? SEC_E_NO_CREDENTIALS : SEC_E_UNSUPPORTED_FUNCTION;
	is_sticky = !strcmp(package, "sticky");
	if (is_client == !!who ||
	    (use == SECPKG_CRED_INBOUND && (is_client || !strcmp(package, "outbound"))))
		return SEC_E_LOGON_DENIED;
	live++;
	*handle = (SecHandle){++count, use};
	return SEC_E_OK;
}

SECURITY_STATUS FreeCredentialsHandle(PCredHandle handle)
{
	if (!handle || !handle->dwLower || is_freed[handle->dwLower])
		return SEC_E_INVALID_HANDLE;
	if (is_sticky && handle->dwUpper == SECPKG_CRED_INBOUND)
		return SEC_E_INTERNAL_ERROR;
	is_freed[handle->dwLower] = true;
	live--;
	return SEC_E_OK;
}

SECURITY_STATUS AcceptSecurityContext(
	PCredHandle credential, PCtxtHandle context, PSecBufferDesc in, ULONG requests, ULONG rep,
	PCtxtHandle made, PSecBufferDesc out, ULONG *attributes, PTimeStamp expiry)
{
	(void)context, (void)in, (void)requests, (void)rep, (void)attributes, (void)expiry;
	out->pBuffers->cbBuffer = 0;
	*made = (SecHandle){1, SECPKG_CRED_OUTBOUND};
	return credential->dwUpper == SECPKG_CRED_INBOUND ? SEC_I_CONTINUE_NEEDED
	                                                  : SEC_E_INVALID_HANDLE;
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute, void *place)
{
	(void)context, (void)place;
	if (attribute == SECPKG_ATTR_LIFESPAN)
		abort();
	return (SECURITY_STATUS)live;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	static atomic_int inside;
	(void)context;
	inside++;
	for (int i = 0; inside < 2 && i < 2000; i++)
		usleep(10000);
	return inside < 2 ? SEC_E_INTERNAL_ERROR : SEC_E_OK;
}

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credential, PCtxtHandle context, SEC_CHAR *target, ULONG requests,
	ULONG reserved, ULONG representation, PSecBufferDesc in, ULONG reserved2,
	PCtxtHandle made, PSecBufferDesc out, ULONG *attributes, PTimeStamp expiry)
{
	static atomic_int inside, most;
	(void)credential, (void)context, (void)target, (void)requests, (void)reserved;
	(void)representation, (void)in, (void)reserved2, (void)attributes, (void)expiry;
	if (++inside > most)
		most = (int)inside;
	usleep(100000);
	inside--;
	out->pBuffers->cbBuffer = 0;
	*made = (SecHandle){most, 7};
	return most;
}
"""


def library(folder, source):
    """A library of that source."""
    path = Path(folder) / "library.so"
    path.with_suffix(".c").write_text(source)
    subprocess.run(["gcc", "-shared", "-fPIC", f"-I{ROOT}/ref", path.with_suffix(".c"), "-o",
                    path], check=True)
    return path


def run(*arguments, script="", **environment):
    """Runs the subject; returns (exit code, standard output, standard error)."""
    done = subprocess.run([SUBJECT, *map(str, arguments)], input=script.encode(),
                          capture_output=True, check=False, timeout=60,
                          env={**os.environ, **environment})
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def frames(*scripts):
    return "".join(f"# scenario {len(s.encode())}\n{s}" for s in scripts)


def traces(output):
    """The trace and the end of each scenario of frames."""
    body = output.split("# ready\n", 1)[1]
    parts = re.split(r"^# ended (.*)\n", body, flags=re.M)
    assert parts[-1] == "", parts[-1]
    return list(zip(parts[0::2], parts[1::2]))


def answers(output):
    """What was answered, without comments."""
    return re.findall(r"-> (\S+)", output)


def hello(output):
    return dict(re.findall(r"^# (\w+): (.*)$", output, re.M))


class Protocol(unittest.TestCase):
    def test_hello_tells_what_is_judged(self):
        code, out, error = run(*REFERENCE)
        self.assertEqual((code, error), (0, ""))
        lines = out.splitlines()
        self.assertEqual(lines[0], "# sechandle-subject 1")
        self.assertEqual(lines[-2], "# ready")
        told = hello(out)
        self.assertEqual(list(told), ["name", "version", "path", "package", "serves",
                                      *["shares"] * SHARES, "overlaps"])
        self.assertEqual(Path(told["path"]), REFERENCE[1].resolve())
        self.assertEqual(REFERENCE[1].resolve().name, f"{told['name']}.{told['version']}")
        self.assertEqual((told["package"], told["serves"]), ("Reference", "forked"))

    def test_each_line_is_answered_before_the_next_is_read(self):
        with subprocess.Popen(["timeout", "60", SUBJECT], stdin=subprocess.PIPE, text=True,
                              bufsize=1, stdout=subprocess.PIPE) as process:
            self.assertIn("# ready\n", iter(process.stdout.readline, ""))
            for line in ("acquire k1", "copy k2 k1", "free k2"):
                process.stdin.write(line + "\n")
                self.assertTrue(process.stdout.readline().startswith(line))
            process.stdin.close()
            self.assertRegex(process.stdout.read(), r"^# ended ok( memory=\d+)?\n$")

    def test_by_hand_and_in_a_frame_the_trace_is_the_same(self):
        by_hand = traces(run(script=EXCHANGE)[1])[0][0]
        framed = [trace for trace, _ in traces(run(script=frames(EXCHANGE, EXCHANGE))[1])]
        self.assertEqual(framed, [by_hand, by_hand])
        code = sechandle("check", "--party", "implementation", "-",
                         stdin=by_hand.encode())[0]
        self.assertEqual(code, 0)

    def test_blocks_are_written_as_they_are_carried_out(self):
        script = ("repeat 2\n copy c2 c1\n together\n  free k1 -> CRASH\n  delete null\n"
                  " end\nend\n\n# a comment\ntogether\nend\nzero c1")
        inner = ("copy c2 c1\ntogether\n  free k1 -> SEC_E_INVALID_HANDLE out=kept\n"
                 "  delete null -> SEC_E_INVALID_HANDLE\nend\n")
        for text in (script, frames(script)):
            self.assertEqual(traces(run(script=text)[1])[0][0],
                             inner + inner + "together\nend\nzero c1\n")

    def test_a_scenario_leaves_nothing_to_the_next(self):
        script = "acquire k1\ninit c1 k1\n"
        for trace, end in traces(run(script=frames(script, "", script))[1])[::2]:
            self.assertIn("contexts=1 credentials=1", trace)
            self.assertTrue(end.startswith("ok"))

    def test_without_a_final_line_end_a_frame_is_whole(self):
        self.assertEqual([trace for trace, _ in traces(run(
            script=frames("zero c1", "zero c2"))[1])], ["zero c1\n", "zero c2\n"])

    def test_every_way_to_the_functions_leads_to_the_same_answers(self):
        paths = [*(ROOT / "tests/traces/keep").glob("*.trace"),
                 *(ROOT / "tests/faults").glob("*.script")]
        scripts = [path.read_text() for path in paths]
        # Calls that overlap may answer in more than one way.
        scripts = [text for text in scripts
                   if "repeat" not in text and "together" not in text]
        self.assertGreater(len(scripts), 100)
        linked = re.sub(r" (contexts|credentials|buffers|residue)=\d+", "",
                        run(script=frames(*scripts))[1])
        for way in WAYS:
            loaded = run(*REFERENCE, *way, script=frames(*scripts))[1]
            self.assertEqual([trace for trace, _ in traces(loaded)],
                             [trace for trace, _ in traces(linked)], way)


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.library = Path(cls.folder.name) / "library.so"
        cls.extended = Path(cls.folder.name) / "extended.so"
        cls.empty = Path(cls.folder.name) / "empty.so"
        source = cls.library.with_suffix(".c")
        source.write_text(LIBRARY)
        for library, flags in ((cls.library, [source]), (cls.extended, ["-DEX", source]),
                               (cls.empty, ["-xc", "/dev/null"])):
            subprocess.run(["gcc", "-shared", "-fPIC", f"-I{ROOT}/ref", *flags, "-o",
                            library], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_a_crash_ends_a_scenario_and_no_other(self):
        crash, good = "query c1 sizes\nquery c1 lifespan\nzero c1\n", "query c1 sizes\n"
        first = "query c1 sizes -> 0x00000001 out=kept\n"
        code, out, _ = run("--sspi", self.library, script=frames(good, crash, good))
        played = traces(out)
        self.assertEqual((code, [trace for trace, _ in played]), (0, 3 * [first]))
        self.assertEqual([end.split()[0] for _, end in played], ["ok", "signal", "ok"])
        self.assertEqual(played[1][1], "signal 9")
        self.assertEqual(traces(run("--sspi", self.library, script=crash)[1]),
                         [(first + "query c1 lifespan -> CRASH\n", "signal 9")])

    def test_an_exit_within_a_call_is_told(self):
        for script, status in (("query c1 names\n", 0), ("query c1 package\n", 3)):
            out = run("--sspi", self.library, script=frames(script))[1]
            self.assertEqual(traces(out), [("", f"exit {status}")])
            out = run("--sspi", self.library, script=script)[1]
            self.assertEqual(answers(out), ["CRASH"])

    def test_a_call_that_hangs_ends_with_the_subject(self):
        with subprocess.Popen([SUBJECT, "--sspi", self.library], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as process:
            process.stdin.write(frames("zero c1\nquery c1 other\n"))
            process.stdin.flush()
            self.assertIn("zero c1\n", iter(process.stdout.readline, ""))
            process.kill()
            # The pipe closes when nobody is left who could write.
            self.assertEqual(process.communicate(timeout=60)[0], "")

    def test_what_a_library_prints_is_no_trace(self):
        code, out, error = run("--sspi", self.library, script="delete c1\n")
        self.assertNotIn("this is no trace", out)
        self.assertEqual((code, answers(out)), (0, ["SEC_E_OK"]))

    def test_memory_is_what_the_implementation_holds(self):
        played = traces(run("--sspi", self.library, script=frames(
            "zero c1\n", "copy c1 c2\nswap c3 c2\n", "delete c1\n", 9 * "delete c1\n"),
            GLIBC_TUNABLES="glibc.malloc.tcache_count=0")[1])
        told = [re.fullmatch(r"ok(?: memory=(\d+))?", end)[1] for _, end in played]
        if told == 4 * [None]:
            self.skipTest("a sanitizer's allocator does not tell")
        used = [int(number) for number in told]
        self.assertEqual(used[1] - used[0], 0)
        # What is asked for, and the allocator's own.
        self.assertIn(used[2] - used[0] - 1000, range(64))
        self.assertIn(used[3] - used[2] - 8000, range(8 * 64))

    def test_credentials_come_from_variables_or_a_file(self):
        who = ["J\u00fcrg ", "D", "\U0001f511?"]
        variables = dict(zip(("SECHANDLE_USER", "SECHANDLE_DOMAIN", "SECHANDLE_PASSWORD"),
                             who))
        path = Path(self.folder.name) / "credentials"
        path.write_text("".join(line + "\n" for line in who))
        script = "acquire k1\nacquire k1 both unknown\nacquire k1 both anonymous\n"
        expected = ["SEC_E_OK", "SEC_E_LOGON_DENIED", "SEC_E_NO_CREDENTIALS"]
        for library, ways in ((self.library, WAYS), (self.extended, WAYS[0::2])):
            for way in ways:
                drive = ["--sspi", library, "--package=P\u00e4ckchen", *way]
                for out in (run(*drive, script=script, **variables)[1],
                            run(*drive, "--credentials", path, script=script)[1]):
                    self.assertEqual(answers(out), expected, drive)
                self.assertEqual(answers(run(*drive, script=script)[1])[0],
                                 "SEC_E_LOGON_DENIED")

    def test_what_is_not_there_is_unsupported(self):
        script = ("acquire k1 both anonymous\ninit c1 k1\nimport c1 from b1\nfree k1\n"
                  "use c1 SetContextAttributes\nuse k1 AddCredentials\n")
        for way in WAYS:
            out = run("--sspi", self.library, "--package=P\u00e4ckchen", *way,
                      script=script)[1]
            self.assertEqual(answers(out), ["SEC_E_NO_CREDENTIALS"] +
                             5 * ["SEC_E_UNSUPPORTED_FUNCTION"], way)

    def test_a_library_that_is_none_is_refused(self):
        for arguments, cause in (
                (["/none.so"], "/none.so: cannot open shared object"),
                ([self.empty], "expected one of InitSecurityInterfaceA or"),
                ([self.empty, "--wide"], "expected one of InitSecurityInterfaceW or"),
                ([self.empty, "--exports"], "exports no function of SSPI")):
            code, out, error = run("--sspi", *arguments)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(cause, error)


class Directions(unittest.TestCase):
    """Credentials of an implementation that has them for one direction alone, and calls
    that overlap."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.library = library(folder.name, DIRECTIONS)

    def answers(self, package, script, *options):
        out = run("--sspi", self.library, "--exports", "--package", package, *options,
                  script=script.replace("; ", "\n") + "\n")[1]
        return answers(out), re.findall(r"out=(\S+)", out)

    def test_two_credentials_stand_for_both_directions(self):
        got, out = self.answers("each", "acquire k1; query c9 sizes; copy k2 k1; accept c1 k2; "
                                "free k1; query c9 sizes; free k1; accept c1 k1; acquire k1 "
                                "outbound; accept c1 k1; free k1; free k1; free null")
        self.assertEqual(got, ["SEC_E_OK", "0x00000002", "SEC_I_CONTINUE_NEEDED", "SEC_E_OK",
                               "SEC_E_OK", "SEC_E_INVALID_HANDLE", "SEC_I_CONTINUE_NEEDED",
                               "SEC_E_OK", "SEC_E_INVALID_HANDLE", "SEC_E_OK",
                               *2 * ["SEC_E_INVALID_HANDLE"]])
        self.assertEqual(out[0], "new")

    def test_words_that_are_issued_anew_stand_for_no_pair_that_was_freed(self):
        last = "accept c1 k2; accept c2 c1"
        for script, status in ((f"acquire k1; acquire k2 inbound; {last}",
                                "SEC_I_CONTINUE_NEEDED"),
                               (f"acquire k1; free k1; acquire k2 inbound; {last}",
                                "SEC_E_INVALID_HANDLE")):
            self.assertEqual(self.answers("each", script)[0][-1], status)

    def test_the_worse_answer_of_two_is_told(self):
        got, _ = self.answers("sticky", "acquire k1; free k1; free k1; query c9 sizes")
        self.assertEqual(got, ["SEC_E_OK", "SEC_E_INTERNAL_ERROR", "SEC_E_INVALID_HANDLE",
                               "0x00000001"])

    def test_half_a_pair_is_none(self):
        got, out = self.answers("outbound", "acquire k1; query c9 sizes; acquire k1 outbound; "
                                "query c9 sizes")
        self.assertEqual(got, ["SEC_E_LOGON_DENIED", "SEC_E_OK", "SEC_E_OK", "0x00000001"])
        self.assertEqual(out[0], "kept")

    def test_a_client_has_outbound_credentials_without_a_name(self):
        script = "acquire k1; acquire k2 outbound unknown; acquire k3 inbound; accept c1 k1"
        self.assertEqual(self.answers("client", script, "--client")[0],
                         ["SEC_E_OK", "SEC_E_OK", "SEC_E_LOGON_DENIED", "SEC_E_INVALID_HANDLE"])
        self.assertEqual(self.answers("client", script)[0][:2],
                         ["SEC_E_NO_CREDENTIALS", "SEC_E_LOGON_DENIED"])

    def test_calls_of_a_block_overlap(self):
        for script in ("zero c1; together; delete c1; delete c1; end",
                       "together; delete c1; delete null; end"):
            self.assertEqual(self.answers("each", script)[0], 2 * ["SEC_E_OK"])
        got, out = self.answers("each", "acquire k1 outbound; together; init c1 k1; init c2 k1; "
                                "end; init c3 k1")
        self.assertIn("0x00000002", got[1:3])
        self.assertEqual(out[1:3], ["new", "new"])
        self.assertIn(out[3], ("c1", "c2"))

    def test_exchanges_overlap(self):
        # The names are odd: no leg wants CompleteAuthToken.
        blocks = ("init c1 k1; init c3 k1", "accept c5 k1 with c1; accept c7 k1 with c3",
                  "init c1 k1 on c1 with c5; init c3 k1 on c3 with c7",
                  "accept c5 k1 on c5 with c1; accept c7 k1 on c7 with c3",
                  "query c5 names into b1; query c7 names into b2", "release b1; release b2",
                  "delete c1; delete c3", "delete c5; delete c7")
        script = "acquire k1\n" + "".join("together\n" + block.replace("; ", "\n") +
                                          "\nend\n" for block in blocks)
        self.assertEqual(answers(run(script=script)[1]),
                         ["SEC_E_OK", *4 * ["SEC_I_CONTINUE_NEEDED"], *12 * ["SEC_E_OK"]])

    def test_calls_do_not_overlap_where_one_writes_what_another_is_given(self):
        for call in ("init c1 k1", "init c2 k1 on c1", "init c2 c1", "init null k1 on c1"):
            got, _ = self.answers("each", f"acquire k1 outbound; together; init c1 k1; {call}; "
                                  "end")
            self.assertEqual(got[1], "0x00000001", call)
            self.assertNotEqual(got[2], "0x00000002", call)

    def test_what_became_of_a_struct_that_several_were_given_is_not_told(self):
        _, out = self.answers("each", "together; delete c1; delete c1; delete c2; end")
        self.assertEqual(out, ["kept"])

    def test_a_crash_in_a_block_is_told(self):
        script = "together\nquery c1 sizes\nquery c2 lifespan\nend\nzero c1\n"
        for text, trace in ((script, "together\n  query c1 sizes -> CRASH\n"),
                            (frames(script), "together\n")):
            out = run("--sspi", self.library, "--exports", script=text)[1]
            self.assertEqual(traces(out), [(trace, "signal 6")])


class Trouble(unittest.TestCase):
    def test_help_tells_exit_codes(self):
        code, out, _ = run("--help")
        self.assertEqual(code, 0)
        self.assertIn("Exit codes: 0 done", out)

    def test_wrong_usage_is_told(self):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as short:
            short.write("a\nb\n")
            short.flush()
            for arguments, cause in (
                    (["file"], "file: an argument, expected options alone"),
                    (["--wide"], "there is no --sspi"),
                    (["--exports"], "there is no --sspi"),
                    (["--sspi"], "requires an argument"),
                    (["--credentials=/none"], "/none: No such file"),
                    (["--credentials", short.name], "expected three lines")):
                code, out, error = run(*arguments)
                self.assertEqual((code, out), (2, ""), arguments)
                self.assertIn(cause, error)

    def test_a_faulty_script_is_refused(self):
        code, out, error = run(script="zero c1\ndelete\nzero c2\n")
        self.assertEqual((code, traces(out)), (2, [("zero c1\n", "exit 2")]))
        self.assertIn("script:2:7: the line ends, expected", error)
        self.assertEqual(run(script="repeat 2\nzero c1\n")[0], 2)
        played = traces(run(script=frames("delete\n", "zero c1\n"))[1])
        self.assertEqual(played[0], ("", "exit 2"))
        self.assertEqual(played[1][0], "zero c1\n")

    def test_a_broken_frame_is_told(self):
        for script, cause in (("# scenario 9\nzero c1", "after 7 of 9 bytes"),
                              (frames("zero c1\n") + "zero c1\n",
                               "no line '# scenario BYTES'")):
            code, _, error = run(script=script)
            self.assertEqual(code, 2)
            self.assertIn(cause, error)


class Skeletons(unittest.TestCase):
    """What is there to be copied attaches as it stands, and keeps the rules."""

    PROGRAMS = [BUILD / "subjects/skeleton", ROOT / "tests/subjects/skeleton.py"]

    def play(self, program, script):
        done = subprocess.run([program], input=script, capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""), script)
        return done.stdout

    def test_what_they_answer_conforms(self):
        scripts = [path.read_text() for path in
                   (ROOT / "tests/traces/keep").glob("delete_*.trace")]
        for program in self.PROGRAMS:
            calls = 0
            for script in scripts:
                trace = self.play(program, script)
                self.assertIn("# sechandle-subject 1\n# name: a table of handles\n", trace)
                calls += len(answers(trace))
                # A function that is missing breaks what was chosen for it.
                found = sechandle("check", "--party=implementation",
                                  "--strength=derived", "-", stdin=trace.encode())
                self.assertEqual(found[0], 0, found[1].decode() + script)
            self.assertGreater(calls, 100)

    def test_repeats_are_unrolled(self):
        script = ("acquire k1\nrepeat 3\n  init c1 k1\n  together\n    delete c1\n"
                  "    delete null\n  end\nend # of it\nfree k1\nfree k1\n")
        for program in self.PROGRAMS:
            trace = self.play(program, script)
            self.assertEqual(answers(trace), [
                "SEC_E_OK", *3 * ["SEC_I_CONTINUE_NEEDED", "SEC_E_OK",
                                  "SEC_E_INVALID_HANDLE"],
                "SEC_E_OK", "SEC_E_INVALID_HANDLE"])
            self.assertEqual(trace.count("together\n"), 3)
            self.assertEqual(trace.count("end\n"), 3)

    def test_what_they_cannot_do_ends_the_scenario(self):
        script = "acquire k1\ninit c1 k1\ninit c1 k1 on c1\ndelete c1\n"
        for program in self.PROGRAMS:
            trace = self.play(program, script)
            self.assertEqual(len(answers(trace)), 2)
            self.assertIn("\n# unsupported: an exchange has one leg\n", trace)

    def test_they_conform_to_what_documents_say(self):
        for program in self.PROGRAMS:
            code, out, error = sechandle("judge", "--memory=0", "--suite=rules", "--subject",
                                         program)
            self.assertEqual(code, 0, out.decode() + error.decode())
            self.assertNotIn(b"\nsteps: 0 PASS", out)

    def test_copies_need_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("skeleton.py", "subject.py", "skeleton.c"):
                shutil.copy(ROOT / "tests/subjects" / name, folder)
            copies = [Path(folder) / "skeleton.py"]
            # With sanitizers libsubject.a needs their libraries.
            if "sanitizers" not in BUILD.name:
                copies.append(Path(folder) / "mine")
                subprocess.run(["cc", "-Itests/subjects", "-Iref", "-Ispecs",
                                Path(folder) / "skeleton.c", BUILD / "libsubject.a", "-ldl",
                                "-o", copies[-1]], cwd=ROOT, check=True)
            for program in copies:
                self.assertIn("-> SEC_E_OK", self.play(program, "acquire k1\n"))


@unittest.skipUnless(ctypes.util.find_library("winpr2"), "there is no libwinpr2")
class WinPR(unittest.TestCase):
    LIBRARY = ctypes.util.find_library("winpr2")

    def test_exchanges_succeed_between_equals_and_no_others(self):
        for package in ("NTLM", "Negotiate"):
            for way in WAYS:
                drive = ["--sspi", self.LIBRARY, "--package", package, *way]
                script = ("acquire k1\nacquire k2\ninit c1 k1\naccept c2 k2 with c1\n"
                          "init c1 k1 on c1 with c2\naccept c2 k2 on c2 with c1\n"
                          "complete c2\n")
                equals = ["SEC_E_OK", "SEC_E_OK", "SEC_I_CONTINUE_NEEDED",
                          "SEC_I_CONTINUE_NEEDED", "SEC_E_OK", "SEC_I_COMPLETE_NEEDED",
                          "SEC_E_OK"]
                self.assertEqual(answers(run(*drive, script=script)[1]), equals, drive)
                # Of the same name, so that it is the password that is refused.
                others = script.replace("acquire k1", "acquire k1 both unknown")
                last = answers(run(*drive, script=others, SECHANDLE_USER="mallory")[1])[5:]
                self.assertNotEqual(last, equals[5:], drive)

    def test_a_second_delete_crashes(self):
        script = "acquire k1\ninit c1 k1\ncopy c2 c1\ndelete c1\ndelete c2\nfree k1\n"
        code, out, _ = run("--sspi", self.LIBRARY, "--package=NTLM", script=script)
        self.assertEqual((code, answers(out)), (0, [
            "SEC_E_OK", "SEC_I_CONTINUE_NEEDED", "SEC_E_OK", "CRASH"]))

    def test_hello_tells_its_version(self):
        told = hello(run("--sspi", self.LIBRARY, "--package=NTLM")[1])
        self.assertEqual(told["name"], self.LIBRARY)
        self.assertRegex(told["version"], r"^2\.\d+\.\d+$")
        self.assertEqual(Path(told["path"]).name, f"libwinpr2.so.{told['version']}")


GSS = BUILD / "subjects/gss"


@unittest.skipUnless(GSS.exists() and list(Path("/usr/lib").glob("*/gssntlmssp")),
                     "there is no GSS-API with gss-ntlmssp")
class Gss(unittest.TestCase):
    SCRIPT = ("acquire k1\nacquire k2\ninit c1 k1\naccept c2 k2 with c1\n"
              "init c1 k1 on c1 with c2\naccept c2 k2 on c2 with c1\nquery c2 sizes\n"
              "delete c1\ndelete c1\ndelete c2\nfree k1\nfree k2\n")

    def play(self, script, **environment):
        done = subprocess.run([GSS], input=script, capture_output=True, text=True,
                              check=False, timeout=60, env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_exchanges_succeed_between_equals_and_no_others(self):
        equals = ["SEC_E_OK", "SEC_E_OK", "SEC_I_CONTINUE_NEEDED", "SEC_I_CONTINUE_NEEDED",
                  "SEC_E_OK", "SEC_E_OK", "SEC_E_OK"]
        self.assertEqual(answers(self.play(self.SCRIPT))[:7], equals)
        self.assertEqual(answers(self.play(
            self.SCRIPT, SECHANDLE_USER="bob", SECHANDLE_DOMAIN="ELSEWHERE",
            SECHANDLE_PASSWORD="another"))[:7], equals)
        others = self.SCRIPT.replace("acquire k1", "acquire k1 both unknown")
        self.assertEqual(answers(self.play(others))[:5], equals[:5])
        self.assertNotEqual(answers(self.play(others))[5], "SEC_E_OK")

    def test_a_deleted_context_is_none(self):
        trace = self.play(self.SCRIPT)
        self.assertEqual(answers(trace)[7:], ["SEC_E_OK", "SEC_E_INVALID_HANDLE", *3 * ["SEC_E_OK"]])
        self.assertIn("delete c1 -> SEC_E_OK out=new\ndelete c1 -> SEC_E_INVALID_HANDLE out=kept",
                      trace)

    def test_a_credential_of_one_direction_serves_it(self):
        trace = self.play("acquire k1 outbound\nacquire k2 inbound\ninit c1 k1\n"
                          "accept c2 k2 with c1\n")
        self.assertEqual(answers(trace)[2:], 2 * ["SEC_I_CONTINUE_NEEDED"])
        trace = self.play("acquire k2 inbound\ninit c1 k2\nfree k2\n")
        self.assertNotIn("c1 k2 -> SEC_I_CONTINUE_NEEDED", trace)
        self.assertEqual(answers(trace)[2:], ["SEC_E_OK"])

    def test_no_outbound_credential_accepts(self):
        # gss-ntlmssp 1.2 then frees a pointer that it has not written: the call answers
        # an error, or crashes where memory is not all zero.
        trace = self.play("acquire k1 outbound\ninit c2 k1\naccept c1 k1 with c2\n")
        self.assertNotIn("c1 k1 with c2 -> SEC_I_CONTINUE_NEEDED", trace)
        self.assertEqual(len(answers(trace)), 3)

    def test_null_is_refused(self):
        trace = self.play("acquire null\nacquire k1\ninit null k1\naccept null k1\n"
                          "delete null\nfree null\n")
        self.assertEqual(answers(trace).count("SEC_E_OK"), 1)

    def test_what_it_has_no_call_for_is_unsupported(self):
        for step in ("complete c1", "use c1 MakeSignature", "export c1 into b1",
                     "import c1 from b1", "release b1"):
            trace = self.play(f"zero c1\n{step}\nzero c2\n")
            self.assertRegex(trace, r"zero c1\n# unsupported: .+\n# ended ok")


if __name__ == "__main__":
    unittest.main()
