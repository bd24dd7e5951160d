"""test_judge.py: sechandle judge and what belongs to it: suite, fingerprint, compare.

The reference conforms. Subjects that answer what a trace says break the trace's rule.
Subjects made of tests/subjects/skeleton.py have one fault each.
"""
import hashlib
import json
import os
import pty
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from common import ROOT, SECHANDLE, sechandle

BUILD = Path(SECHANDLE).parent
LIBRARY = BUILD / "libsechandle.so"
TRACES = ROOT / "tests/traces"
SUBJECTS = ROOT / "tests/subjects"
PYTHON = "/usr/bin/python3 -B"
RECORDED = f"{PYTHON} {SUBJECTS}/recorded.py"
# Sanitizers take more addresses than the limit allows. With them no heap is told, and
# nothing runs under valgrind.
ANY_MEMORY = "--memory=0"
SANITIZED = b"__asan_init" in Path(SECHANDLE).read_bytes()


def judge(*arguments, command="judge"):
    """Runs a command on a subject; returns (exit code, output, standard error)."""
    code, out, err = sechandle(*command.split(), ANY_MEMORY, *arguments)
    return code, out.decode(), err.decode()


def results(*arguments):
    """The exit code and the results of a run that does not shrink."""
    code, out, err = judge("--json", "--no-shrink", *arguments)
    assert out, err
    return code, json.loads(out)


def recorded(*traces):
    """Options for a subject that answers what traces say, and its scenarios."""
    return ["--subject", " ".join([RECORDED, *map(str, traces)]), *traces]


def violations(scenario):
    """Of a scenario's results: how bad each broken rule is."""
    return {step["rule"]: step["badness"] for step in scenario["steps"]
            if step["verdict"] == "VIOLATION"}


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def subject(self, changes, behind=""):
        """Options for the skeleton with changes, and what is done behind its end."""
        path = self.file("changed.py", "import sys\n"
                         f"sys.path.insert(0, {str(SUBJECTS)!r})\n"
                         f"import skeleton as s\n{changes}\n"
                         f"s.subject.main(s.Table())\n{behind}")
        return ["--subject", f"{PYTHON} {path}"]


class Reference(unittest.TestCase):
    def test_it_conforms_to_all_rules(self):
        code, report = results("--sspi", LIBRARY, "--profile=reference")
        self.assertEqual(code, 0)
        self.assertGreater(report["totals"]["PASS"], 1000)
        for verdict in ("VIOLATION", "KNOWN_DEVIATION", "UNSPECIFIED", "UNRESOLVED"):
            self.assertEqual(report["totals"][verdict], 0)
        self.assertEqual({scenario["suite"] for scenario in report["scenarios"]},
                         {"rules", "bugs", "lives", "corpus"})

    def test_what_was_judged_is_told(self):
        _, report = results("--sspi", LIBRARY, "--rule=delete_null_invalid")
        subject = report["subject"]
        self.assertEqual(subject["package"], "Reference")
        self.assertEqual(Path(subject["path"]), LIBRARY.resolve())
        self.assertEqual(subject["sha256"],
                         hashlib.sha256(LIBRARY.read_bytes()).hexdigest())
        self.assertEqual(report["options"]["profile"], "strict")

    @unittest.skipIf(SANITIZED, "a sanitizer's heap is not told")
    def test_an_exchange_leaks_nothing(self):
        code, out, _ = judge("--sspi", LIBRARY, "--leaks", "--rule=delete_complete_ok")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"heap: compared in [1-9]\d* scenarios\n")


class Recorded(unittest.TestCase):
    """Each trace of tests/traces/break breaks its rule, if that binds implementations."""

    @classmethod
    def setUpClass(cls):
        _, out, _ = sechandle("rules", "--json")
        cls.party = {rule["id"]: rule["party"] for rule in json.loads(out)["rules"]}

    @staticmethod
    def batches():
        """The traces such that no two of a batch have the same script."""
        batches = []
        for path in sorted(TRACES.glob("break/*.trace")):
            script = [line.partition("->")[0].split() for line in
                      path.read_text().splitlines() if not line.startswith("#")]
            batch = next((batch for batch in batches if script not in batch.values()),
                         None)
            if batch is None:
                batches.append(batch := {})
            batch[path] = script
        return batches

    def test_each_breaks_its_rule(self):
        tried = 0
        for batch in self.batches():
            _, report = results("--profile=reference", *recorded(*batch))
            for scenario in report["scenarios"]:
                rule = Path(scenario["name"]).name.split(".")[0]
                if self.party[rule] != "implementation":
                    continue
                tried += 1
                with self.subTest(scenario["name"]):
                    self.assertIn(rule, violations(scenario))
        self.assertGreater(tried, 120)

    def test_each_that_keeps_it_conforms(self):
        code, report = results("--profile=reference",
                               *recorded(*sorted(TRACES.glob("keep/delete_*.trace"))))
        self.assertEqual((code, report["violations"]), (0, []))


TWICE = TRACES / "break/delete_deleted_ok.trace"
TWICE_RIGHT = TRACES / "keep/delete_deleted_ok.trace"
LISTED = {"rule": "delete_deleted_ok", "answer": "SEC_E_INVALID_HANDLE",
          "reason": "it always was so"}


class Deviations(Folder):
    def listed(self, *deviations, version=1):
        return self.file("known.json", json.dumps({"version": version,
                                                   "deviations": deviations}))

    def run_with(self, trace, *deviations):
        return results(*recorded(trace), "--deviations", self.listed(*deviations))

    def test_one_that_is_listed_is_no_failure(self):
        self.assertEqual(results(*recorded(TWICE))[0], 1)
        code, report = self.run_with(TWICE, LISTED)
        self.assertEqual(code, 0)
        self.assertEqual(report["totals"]["VIOLATION"], 0)
        self.assertGreater(report["totals"]["KNOWN_DEVIATION"], 0)
        listed, = report["deviations"]
        self.assertEqual((listed["verdict"], listed["scenario"]), ("KNOWN_DEVIATION", ""))

    def test_another_answer_or_scenario_is_a_failure(self):
        for change in ({"answer": "CRASH"}, {"scenario": "rules/*"},
                       {"operation": "free"}, {"operation": "use"}):
            code, _ = self.run_with(TWICE, {**LISTED, **change})
            self.assertEqual(code, 1, change)
        code, report = self.run_with(TWICE, {**LISTED, "operation": "delete"})
        self.assertEqual((code, report["deviations"][0]["operation"]), (0, "delete"))
        code, report = self.run_with(TWICE, {**LISTED, "scenario": "*deleted_ok.trace"})
        self.assertEqual(code, 0)
        self.assertEqual(report["deviations"][0]["scenario"], "*deleted_ok.trace")

    def test_one_that_is_gone_is_an_unexpected_pass(self):
        code, report = self.run_with(TWICE_RIGHT, LISTED)
        self.assertEqual(code, 1)
        self.assertEqual(report["deviations"][0]["verdict"], "UNEXPECTED_PASS")
        _, out, _ = judge(*recorded(TWICE_RIGHT), "--deviations", self.listed(LISTED))
        self.assertIn("UNEXPECTED PASS: delete_deleted_ok is listed", out)

    def test_one_that_was_not_tried_is_none(self):
        code, report = self.run_with(TRACES / "keep/delete_null_invalid.trace", LISTED)
        self.assertEqual(code, 0)
        self.assertEqual(report["deviations"][0]["verdict"], "UNRESOLVED")

    def test_what_is_written_can_be_read(self):
        path = self.folder / "written.json"
        traces = [TWICE, TRACES / "break/every_call_answers.trace"]
        self.assertEqual(results(*recorded(*traces), "--write-deviations", path)[0], 1)
        self.assertTrue(path.read_text().endswith("}\n"))
        written = json.loads(path.read_text())["deviations"]
        self.assertIn({"rule": "delete_deleted_ok", "operation": "delete",
                       "answer": "SEC_E_INVALID_HANDLE", "reason": "not explained yet"}, written)
        self.assertEqual(results(*recorded(*traces), "--deviations", path)[0], 0)

    def test_errors_have_a_place(self):
        for text, place in [
                ("{\n]", "known.json:2:"),
                (json.dumps({"version": 2, "deviations": []}), '"version": 1'),
                (json.dumps({"version": 1, "deviations": [LISTED, {"rule": "x"}]}),
                 "deviations[1].rule: 'x', expected an id"),
                (json.dumps({"version": 1, "deviations": [{**LISTED, "answer": "FINE"}]}),
                 "deviations[0].answer: 'FINE', expected a status"),
                (json.dumps({"version": 1, "deviations": [{**LISTED, "operation": "us"}]}),
                 "deviations[0].operation: 'us', expected a call"),
                (json.dumps({"version": 1, "deviations": [{**LISTED, "reason": ""}]}),
                 "deviations[0].reason: expected a text that is not empty"),
                (json.dumps({"version": 1, "deviations": [{**LISTED, "sine": "1"}]}),
                 "deviations[0].sine: expected rule, operation, answer,"),
                (json.dumps({"version": 1, "deviations": [{"rule": "duty_delete_once"}]}),
                 "expected one that binds the implementation")]:
            path = self.file("known.json", text)
            code, out, err = judge(*recorded(TWICE), "--deviations", path)
            self.assertEqual((code, out), (2, ""), text)
            self.assertIn(place, err)

    def test_a_folder_is_no_list(self):
        code, out, err = judge(*recorded(TWICE), "--deviations", self.folder)
        self.assertEqual((code, out, err),
                         (2, "", f"sechandle: {self.folder}: Is a directory\n"))


# Deleting a deleted handle is refused.
REFUSES = """
def delete(self, context):
    entry = self.find(context, "context")
    status = s.OK if entry[1] else s.INVALID
    entry[1] = False
    return status
s.Table.delete = delete
"""

# It answers well, but ends the last context that was made.
HARMS = """
def delete(self, context):
    entry = self.find(context, "context")
    if entry[0] == "context" and not entry[1]:
        list(self.table.values())[-1][1] = False
    entry[1] = False
    return s.OK if entry[0] == "context" else s.INVALID
s.Table.delete = delete
"""

# Each scenario is served in its turn; its heap grows by LOST bytes with each delete.
HEAP = """
heap, delete = [1000], s.Table.delete
def losing(self, context):
    heap[0] += LOST
    return delete(self, context)
def write(line):
    print(line, flush=True)
s.Table.delete = losing
write("# sechandle-subject 1\\n# serves: in-turn\\n# ready")
for frame in sys.stdin.buffer:
    script = sys.stdin.buffer.read(int(frame.split()[2])).decode()
    s.subject.play(s.Table(), script.splitlines(), write)
    write(f"# ended ok memory={heap[0]}")
sys.exit()
"""

# A process carries out one scenario.
ONE = "import os\ndel os.fork"

TIDY = "acquire k1\ninit c1 k1\ndelete c1\nfree k1\n"
LONG = ("acquire k2\nacquire k1\nzero c4\ninit c7 k1\ninit c2 k2\ncopy c3 c2\ndelete c2\n"
        "init c2 k2\ndelete c7\ndelete c3\ndelete c2\nfree k1\nfree k2\n")


class Faults(Folder):
    def test_the_least_is_found(self):
        path = self.file("long", LONG)
        code, out, _ = judge(*self.subject(REFUSES), path)
        self.assertEqual(code, 1)
        self.assertIn("STATUS: wrong answers\n", out)
        self.assertRegex(out, r"\n  delete_deleted_for_ever +delete -> "
                              r"SEC_E_INVALID_HANDLE +1  \S*long\n")
        self.assertIn("  scenario: 5 steps\n"
                      "    acquire k1 -> SEC_E_OK out=new\n"
                      "    init c1 k1 -> SEC_I_CONTINUE_NEEDED out=new\n", out)

    def test_a_program_shows_it(self):
        path, programs = self.file("long", LONG), self.folder / "programs"
        judge(*self.subject(REFUSES), path, "--programs", programs)
        program, = programs.iterdir()
        self.assertEqual(program.name,
                         "delete_deleted_for_ever-delete-SEC_E_INVALID_HANDLE.c")
        subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", f"-I{BUILD}/include/sechandle", program],
                       check=True)

    def test_harm_to_others_is_unsafe(self):
        path = self.file("twice", "acquire k1\ninit c1 k1\ninit c2 k1\ndelete c1\n"
                         "delete c1\ndelete c2\nfree k1\n")
        code, report = results(*self.subject(HARMS), path)
        self.assertEqual(code, 1)
        scenario, = report["scenarios"]
        self.assertEqual(violations(scenario), {"live_accepted": "UNSAFE"})
        self.assertEqual([step["probe"] for step in scenario["steps"]
                          if step["verdict"] == "VIOLATION"], [True])

    def test_a_leak_is_unsafe(self):
        path = self.file("tidy", TIDY)
        subject = self.subject(f"LOST = 32{HEAP}")
        code, report = results(*subject, path, "--leaks")
        self.assertEqual((code, violations(report["scenarios"][0])),
                         (1, {"delete_releases_all": "UNSAFE"}))
        _, out, _ = judge(*subject, path, "--leaks")
        self.assertIn("delete -> leak", out)
        self.assertIn("    repeat 24\n      acquire k1 -> SEC_E_OK out=new\n", out)

    def test_a_heap_that_stays_is_no_leak(self):
        path = self.file("tidy", TIDY)
        code, _ = results(*self.subject(f"LOST = 0{HEAP}"), path, "--leaks")
        self.assertEqual(code, 0)

    def test_a_heap_that_is_not_told(self):
        path = self.file("tidy", TIDY)
        code, out, _ = judge(*self.subject(""), path, "--leaks")
        self.assertEqual(code, 3)
        self.assertIn("the subject does not tell it", out)

    def test_a_crash_behind_the_last_step(self):
        path = self.file("tidy", TIDY)
        code, out, _ = judge(*self.subject(ONE, "sys.exit(9)"), path)
        self.assertEqual(code, 1)
        self.assertIn("UNSAFE: every_call_answers: end -> CRASH\n", out)
        self.assertIn("\n  ended:   exit status 9, behind the last step\n", out)

    def test_such_a_crash_is_open_where_all_is(self):
        path = self.file("dangling", "acquire k1\ninit c1 k1\ncopy c2 c1\ndelete c1\n"
                         "delete c2\n")
        subject = self.subject(ONE, "sys.exit(9)")
        self.assertEqual(results(*subject, path)[0], 1)
        code, report = results(*subject, path, "--profile=gss")
        last = report["scenarios"][0]["steps"][-1]
        self.assertEqual((code, last["step"], last["verdict"]),
                         (0, "(the end of the process: exit status 9)", "UNSPECIFIED"))
        self.assertTrue(last["why"])

    def test_what_a_process_said_that_ended_itself_is_told(self):
        path = self.file("tidy", TIDY)
        _, out, _ = judge(*self.subject("s.Table.delete = lambda *all: 1 / 0"),
                          path, "--no-shrink")
        self.assertNotIn("ended:", out)  # that is told with the least
        _, out, _ = judge(*self.subject("s.Table.delete = lambda *all: 1 / 0"),
                          path)
        self.assertIn("\n  ended:   exit status 1; it said: ZeroDivisionError: division by "
                      "zero\n", out)

    def test_a_lost_scenario_is_no_success(self):
        path = self.file("tidy", TIDY)
        code, out, _ = judge(*self.subject("s.OK = 'FINE'"), path)
        self.assertEqual(code, 3)
        self.assertIn("LOST: ", out)


# A context that was deleted is looked at where its memory was, which mostly still says so.
STALE = """
#include <stdlib.h>
#include "sspi.h"

static const SECURITY_STATUS live = SEC_E_OK, deleted = SEC_E_INVALID_HANDLE;
struct context {
	char data[64];
	const SECURITY_STATUS *status;
};

SECURITY_STATUS AcquireCredentialsHandleA(
	SEC_CHAR *principal, SEC_CHAR *package, ULONG use, void *logon, void *who,
	SEC_GET_KEY_FN key, void *argument, PCredHandle credential, PTimeStamp expiry)
{
	*credential = (SecHandle){1, 1};
	return SEC_E_OK;
}

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credential, PCtxtHandle context, SEC_CHAR *target, ULONG requests,
	ULONG reserved, ULONG representation, PSecBufferDesc in, ULONG reserved2,
	PCtxtHandle made, PSecBufferDesc out, ULONG *attributes, PTimeStamp expiry)
{
	struct context *new = calloc(1, sizeof *new);
	new->status = &live;
	*made = (SecHandle){(ULONG_PTR)new, 2};
	return SEC_I_CONTINUE_NEEDED;
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle handle)
{
	struct context *context = (void *)handle->dwLower;
	context->status = &deleted;
	free(context);
	return SEC_E_OK;
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle handle, ULONG attribute, void *place)
{
	return *((struct context *)handle->dwLower)->status;
}

SECURITY_STATUS FreeCredentialsHandle(PCredHandle credential)
{
	return SEC_E_OK;
}
"""

# Memory that is freed is filled, and not used again.
FILLS = """
#include <malloc.h>
#include <string.h>

void free(void *memory)
{
	if (memory)
		memset(memory, 0xA5, malloc_usable_size(memory));
}
"""


class Preloaded(Folder):
    def library(self, name, source):
        path = self.folder / f"{name}.so"
        subprocess.run(["gcc", "-w", "-shared", "-fPIC", f"-I{ROOT}/ref",
                        self.file(f"{name}.c", source), "-o", path], check=True)
        return path

    @unittest.skipIf(SANITIZED, "a sanitizer's library must come first")
    def test_what_a_preloaded_library_ends_is_a_crash(self):
        path = self.file("stale", "acquire k1\ninit c1 k1\ndelete c1\nquery c1 sizes\n"
                         "free k1\n")
        subject = ["--sspi", self.library("stale", STALE), "--exports", path]
        code, report = results(*subject)
        self.assertEqual((code, report["options"]["preload"]), (0, ""))
        fills = self.library("fills", FILLS)
        code, report = results(*subject, "--preload", fills)
        self.assertEqual((code, report["options"]["preload"]), (1, str(fills)))
        step = next(step for step in report["scenarios"][0]["steps"]
                    if step["verdict"] == "VIOLATION")
        self.assertEqual((step["rule"], step["step"]),
                         ("every_call_answers", "query c1 sizes -> CRASH"))


class Reports(Folder):
    TRACES = [*sorted(TRACES.glob("break/delete_*_ok.trace"))[:8],
              TRACES / "break/every_call_answers.trace"]

    def test_the_same_answers_give_the_same_report(self):
        for options in (["--json"], []):
            reports = {judge(*recorded(*self.TRACES), *options, jobs)
                       for jobs in ("--jobs=1", "--jobs=4", "--jobs=4")}
            self.assertEqual(len(reports), 1)

    def test_the_worst_comes_first_and_once(self):
        _, out, _ = judge(*recorded(*self.TRACES), "--no-shrink")
        self.assertLess(out.index("UNSAFE: somebody"), out.index("STATUS: wrong"))
        lines = [line for line in out.splitlines() if "->" in line]
        self.assertEqual(len(lines), len({tuple(line.split()[:4]) for line in lines}))

    def test_what_is_used_or_queried_tells_violations_apart(self):
        calls = "acquire k1 -> SEC_E_OK\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
        trace = self.file("use.trace", calls + "".join(
            f"use null {function} -> SEC_E_INTERNAL_ERROR\n"
            for function in ("MakeSignature", "DecryptMessage", "MakeSignature"))
            + "query null names into b1 -> SEC_E_INTERNAL_ERROR\n")
        _, report = results(*recorded(trace))
        self.assertEqual({violation["operation"]: violation["steps"]
                          for violation in report["violations"]},
                         {"use MakeSignature": 2, "use DecryptMessage": 1,
                          "query names": 1})

    def test_junit(self):
        path = self.folder / "junit.xml"
        _, report = results(*recorded(*self.TRACES), "--junit", path)
        suite, = ElementTree.parse(path).getroot()
        self.assertEqual(int(suite.get("tests")), len(self.TRACES))
        failures = {case.get("name") for case in suite if case.find("failure") is not None}
        self.assertEqual(failures, {scenario["name"] for scenario in report["scenarios"]
                                    if scenario["verdict"] == "VIOLATION"})
        self.assertEqual(int(suite.get("failures")), len(failures))
        self.assertTrue(failures)

    def test_each_step_that_does_not_pass_is_told(self):
        _, report = results(*recorded(TWICE))
        scenario, = report["scenarios"]
        step = scenario["steps"][0]
        self.assertEqual((step["verdict"], step["badness"], step["rule"]),
                         ("VIOLATION", "STATUS", "delete_deleted_ok"))
        self.assertRegex(step["step"], "^delete .* -> SEC_E_INVALID_HANDLE")
        self.assertEqual(step["allowed"], "SEC_E_OK")

    def test_what_is_left_open_names_its_rule(self):
        overlap = self.file("overlap.trace", "acquire k1 -> SEC_E_OK\n"
                            "init c1 k1 -> SEC_I_CONTINUE_NEEDED\ntogether\n"
                            "delete c1 -> SEC_E_OK\ndelete c1 -> SEC_E_INTERNAL_ERROR\nend\n")
        traces = [TRACES / "keep/open_impersonation.trace",
                  TRACES / "break/release_foreign_refused.trace", overlap]
        _, report = results(*recorded(*traces))
        steps = [step for scenario in report["scenarios"] for step in scenario["steps"]
                 if step["verdict"] == "UNSPECIFIED"]
        told = {(step["rule"], step["open"]) for step in steps}
        self.assertEqual(told, {("open_impersonation", "open_impersonation"),
                                ("release_foreign_refused", ""),
                                ("delete_no_other_status", "open_concurrent_delete")})
        self.assertTrue(all(step["why"] for step in steps))
        _, out, _ = judge(*recorded(*traces), "--no-shrink")
        part = out.partition("\nUNSPECIFIED: ")[2].partition("\n\n")[0]
        for rule in {step["open"] or step["rule"] for step in steps}:
            self.assertRegex(part, rf"\n  {rule} +[1-9]\d*  \S")

    def test_no_file_is_written_where_none_can_be(self):
        for option in ("--junit", "--programs", "--write-deviations"):
            code, _, err = judge(*recorded(TWICE), option, "/nowhere/x")
            self.assertEqual(code, 2, option)
            self.assertRegex(err, r"\Asechandle: /nowhere/x: No such file.*\n\Z")

    def test_a_file_that_is_full_is_no_success(self):
        for option in ("--junit", "--write-deviations"):
            code, _, err = judge(*recorded(TWICE), option, "/dev/full")
            self.assertEqual((code, err), (2, "sechandle: /dev/full: No space left on "
                                              "device\n"), option)


class Ends(Folder):
    def test_what_cannot_be_attached(self):
        for options in (["--sspi", "/nowhere.so"], ["--subject", "/bin/true"],
                        ["--subject", "/nowhere"], ["--subject", "/bin/echo hello"]):
            code, out, err = judge(*options)
            self.assertEqual((code, out), (3, ""), options)
            self.assertIn("could not attach: ", err)

    def test_whoever_acquires_nothing_is_not_judged(self):
        path = self.file("tidy", TIDY)
        for command in ("judge", "fingerprint"):
            code, out, err = judge("--sspi", LIBRARY, "--package=Nope", command=command)
            self.assertEqual((code, out), (3, ""))
            self.assertIn("could not attach: no such package, each "
                          "AcquireCredentialsHandle fails with "
                          "SEC_E_SECPKG_NOT_FOUND\n", err)
        refused = ("acquire = s.Table.acquire\n"
                   "def unsupported():\n    raise s.subject.Unsupported('it is a client')\n"
                   "s.Table.acquire = lambda *all: 'SEC_E_NO_CREDENTIALS' {}")
        code, out, err = judge(*self.subject(refused.format("")), path)
        self.assertEqual((code, out), (3, ""))
        self.assertIn("could not attach: it has no credential, each "
                      "AcquireCredentialsHandle fails, the last with "
                      "SEC_E_NO_CREDENTIALS\n", err)
        for other in ("if 'inbound' not in all else acquire(*all)",
                      "if 'inbound' not in all else unsupported()",
                      "if 'inbound' not in all else sys.exit(9)"):
            code, out, _ = judge(*self.subject(refused.format(other)), path)
            self.assertEqual(code, 0, out)

    def test_a_word_that_is_no_hello_ends_the_wait(self):
        for text in ("hi", "# sechandle-subject 1\n# name: it\nhi"):
            start = time.monotonic()
            code, _, err = judge("--subject", f"sh -c 'printf \"{text}\"; exec sleep 25'")
            self.assertEqual(code, 3)
            self.assertIn("could not attach: garbage: 'hi', expected a comment\n", err)
            self.assertLess(time.monotonic() - start, 20)

    def test_a_terminal_is_told_that_a_hello_is_waited_for(self):
        ours, theirs = pty.openpty()
        code = subprocess.run([SECHANDLE, "judge", "--subject", "sleep 0"],
                              stderr=theirs, check=False).returncode
        os.close(theirs)
        shown = os.read(ours, 1 << 16).decode()
        os.close(ours)
        self.assertEqual(code, 3)
        self.assertRegex(shown, r"\A\r\033\[Ksleep: waiting for its hello, for at most "
                                r"30 s\r\033\[Ksechandle: sleep: could not attach: ")

    def test_nothing_is_left_behind(self):
        """A process that has left the subject's group and session is killed with it."""
        path = self.file("tidy", TIDY)
        for mode in ("daemon", "daemon-twice"):
            told = self.folder / mode
            os.environ["DAEMON"] = str(told)
            code, report = results("--subject", f"{PYTHON} {SUBJECTS}/faulty.py {mode}",
                                   "--timeout=5", path)
            self.assertEqual((code, report["scenarios"][0]["end"]), (1, "hang"))
            with self.assertRaises(ProcessLookupError, msg=mode):
                os.kill(int(told.read_text()), 0)

    def test_interrupted(self):
        """The report has what was judged until then."""
        slow = self.subject("import time\nacquire = s.Table.acquire\n"
                            "s.Table.acquire = lambda *all: time.sleep(0.2) or acquire(*all)")
        process = subprocess.Popen([SECHANDLE, "judge", ANY_MEMORY, "--json", "--jobs=1",
                                    *slow], stdout=subprocess.PIPE)
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        report = json.loads(process.communicate(timeout=20)[0])
        self.assertTrue(report["interrupted"])
        self.assertLess(len(report["scenarios"]), 150)
        self.assertGreater(len(report["scenarios"]), 0)
        self.assertEqual(process.returncode, report["code"])
        self.assertNotEqual(process.returncode, 0)

    def test_wrong_usage(self):
        broken, empty = self.file("broken", "delete\n"), self.file("empty", "")
        callless = self.file("callless", "# nothing\ncopy c2 c1\n")
        subject = ["--subject", f"{PYTHON} {SUBJECTS}/skeleton.py"]
        for arguments, cause in [
                ([], "nothing to judge"),
                ([*subject, "--sspi", "x"], "expected one of them"),
                ([*subject, "--exports"], "go with --sspi"),
                (["--subject", "'"], "quoted as for a shell"),
                ([*subject, "--profile=x"], "expected one of: reference strict"),
                ([*subject, "--suite=x"], "'x' is no suite, expected one of: rules"),
                ([*subject, "--rule=x"], "'x' is no rule"),
                ([*subject, "--jobs=0"], "--jobs '0', expected a number from 1"),
                ([*subject, "--timeout=x"], "--timeout 'x'"),
                ([*subject, "--depth=99"], "--depth '99', expected a number up to "),
                ([*subject, "--scenario=none*"], "no scenario is chosen"),
                ([*subject, broken], "broken:1:7: "),
                ([*subject, empty], "empty: there is no call in it"),
                ([*subject, callless], "callless: there is no call in it"),
                ([*subject, "/nowhere"], "/nowhere: No such file")]:
            code, out, err = judge(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(cause, err)

    @unittest.skipIf(SANITIZED, "valgrind and sanitizers do not go together")
    def test_under_valgrind(self):
        code, report = results("--sspi", LIBRARY, "--valgrind", "--timeout=60",
                               "--rule=delete_complete_ok")
        self.assertEqual((code, report["options"]["valgrind"]), (0, True))


class Suites(unittest.TestCase):
    def test_list(self):
        _, out, _ = sechandle("suite", "list")
        self.assertEqual([line.split()[0] for line in out.decode().splitlines()],
                         ["rules", "bugs", "lives", "corpus", "alphabet", "random"])
        _, out, _ = sechandle("suite", "list", "--rule=delete_deleted_ok")
        self.assertIn("rules/delete_deleted_ok  ", out.decode())
        self.assertIn("bugs/delete_deleted_ok.freerdp-pr-12543  ", out.decode())

    def test_show(self):
        code, out, _ = sechandle("suite", "show", "rules/delete_deleted_ok")
        self.assertEqual(code, 0)
        code, _, err = sechandle("replay", "-", stdin=out)
        self.assertEqual((code, err), (0, b""))

    def test_run_is_judge(self):
        arguments = ["--sspi", LIBRARY, "--rule=delete_deleted_ok"]
        self.assertEqual(judge(*arguments, command="suite run"), judge(*arguments))

    def test_wrong_usage(self):
        for arguments in ([], ["frobnicate"], ["show"], ["show", "rules/none"],
                          ["show", "a", "b"], ["list", "--suite=x"]):
            code, out, err = sechandle("suite", *arguments)
            self.assertEqual((code, out), (2, b""), arguments)
            self.assertTrue(err)


class Fingerprints(unittest.TestCase):
    def fits(self, *arguments):
        code, out, err = sechandle("fingerprint", "--json", *arguments)
        report = json.loads(out)
        return code, [profile["profile"] for profile in report["profiles"]
                      if profile["fits"]], report["apart"]

    def test_a_trace_that_one_profile_tolerates(self):
        code, fits, apart = self.fits(TWICE)
        self.assertEqual(code, 0)
        self.assertIn("second-delete-invalid", fits)
        self.assertNotIn("strict", fits)
        self.assertEqual(apart["rule"], "delete_deleted_ok")
        _, out, _ = sechandle("fingerprint", TWICE)
        self.assertRegex(out.decode(), r"told apart by \S+:\d+: delete .*\n  violates: ")

    def test_the_reference_fits_the_reference(self):
        code, fits, _ = self.fits(ANY_MEMORY, "--sspi", LIBRARY,
                                  "--rule=delete_deleted_ok")
        self.assertEqual(code, 0)
        self.assertIn("reference", fits)

    def test_a_trace_that_fits_none(self):
        code, fits, _ = self.fits(TRACES / "break/delete_complete_ok.trace")
        self.assertEqual((code, fits), (1, []))

    def test_wrong_usage(self):
        self.assertEqual(sechandle("fingerprint")[0], 2)
        self.assertEqual(sechandle("fingerprint", "/nowhere")[0], 2)
        self.assertEqual(sechandle("fingerprint", "--sspi", "/nowhere.so")[0], 3)


class Compared(Folder):
    def result(self, name, trace, *options):
        """The results of a trace, as if it were always the same scenario."""
        path = self.file("scenario.trace", trace.read_text())
        _, out, _ = judge("--json", "--no-shrink", *recorded(path), *options)
        return self.file(name, out)

    def test_better_and_worse(self):
        good = self.result("good", TWICE_RIGHT)
        bad = self.result("bad", TWICE)
        for before, after, code, lines in [
                (good, bad, 1, ["new    delete_deleted_ok: delete -> SEC_E_INVALID_HANDLE",
                                "worse  file/"]),
                (bad, good, 0, ["gone   delete_deleted_ok: ", "better file/"]),
                (bad, bad, 0, ["better: 0, gone: 0, worse: 0, new: 0"])]:
            got, out, _ = sechandle("compare", before, after)
            self.assertEqual(got, code)
            for line in lines:
                self.assertIn(line, out.decode())

    def test_what_is_open_is_no_worse(self):
        good = self.result("good", TWICE_RIGHT)
        report = json.loads(good.read_text())
        report["scenarios"][0]["verdict"] = "UNSPECIFIED"
        code, out, _ = sechandle("compare", good, self.file("open", json.dumps(report)))
        self.assertEqual(code, 0)
        self.assertRegex(out.decode(), r"\nother  file/.*PASS => UNSPECIFIED\nbetter: 0, "
                                       r"gone: 0, worse: 0, new: 0\n")

    def test_other_profiles_are_not_compared(self):
        strict = self.result("strict", TWICE)
        gss = self.result("gss", TWICE, "--profile=gss")
        code, out, err = sechandle("compare", strict, gss)
        self.assertEqual((code, out), (2, b""))
        self.assertIn(f"{gss}: profile 'gss', expected 'strict' as in {strict}",
                      err.decode())

    def test_wrong_usage(self):
        good, other = self.result("good", TWICE_RIGHT), self.file("other", "{}")
        for arguments in ([], [good], [good, good, good], [good, other],
                          [good, "/nowhere"], [good, TWICE]):
            code, out, err = sechandle("compare", *arguments)
            self.assertEqual((code, out), (2, b""), arguments)
            self.assertTrue(err)


if __name__ == "__main__":
    unittest.main()
