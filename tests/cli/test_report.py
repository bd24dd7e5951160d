"""test_report.py: what is told of a fault: the report of a fuzz target, and sechandle's
commands replay and shrink.

Each patch of FAULTS plants one fault in the reference. The target is given a scenario
of over 200 steps, with the steps in it that meet the fault. Of what it reports, the
scenario must have no more steps than are needed, and the C program must exit with 1 if
it is linked with the fault, and with 0 if not. OTHERS are faults that show in other ways.

The line before unittest's tells how long the reports took, by programs without
optimisation.
"""
import concurrent.futures
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
import unittest
from types import SimpleNamespace

from common import ROOT
from faults import CC, OUT, build, link, patch_of, plant, run

BUILT = ["fuzz/lifecycle", "fuzz/small", "sechandle", "libsechandle.a",
         "include/sechandle/sspi.h", "include/sechandle/inspect.h"]
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FOLDER = OUT / "report"
OBJECTS = [*(f"fuzz/{name}.o" for name in ("reproducer", "statement")),
           *(f"tests/subjects/{name}.o" for name in ("reference", "driver", "structs"))]

EXCHANGE = ["acquire k1", "init c1 k1", "accept c3 k1 with c1",
            "init c1 k1 on c1 with c3"]

# The target that meets a fault, the steps that do, the first line of the report, and
# the fewest steps that show it; those of a repeat count once, and so do its two lines.
FAULTS = {
    "acquire-for-nobody": (
        "lifecycle", ["acquire null"],
        "acquire_null_out_refused: acquire -> SEC_E_OK", 1),
    "null-delete-ok": (
        "lifecycle", ["delete null"],
        "delete_null_invalid: delete -> SEC_E_OK", 1),
    "credential-not-let-go": (
        "lifecycle", ["acquire k1", "free k1"],
        "credential_released_when_unneeded: free -> SEC_E_OK", 2),
    "key-not-wiped": (
        "lifecycle", ["acquire k1", "init c1 k1", "delete c1"],
        "delete_wipes_keys: delete -> SEC_E_OK", 3),
    "one-too-many": (
        "small", ["acquire k1", "acquire k2", "acquire k3"],
        "exhaustion_creates_nothing: acquire -> SEC_E_OK", 3),
    "second-delete-invalid": (
        "lifecycle", ["acquire k1", "init c1 k1", "delete c1", "delete c1"],
        "delete_deleted_ok: delete -> SEC_E_INVALID_HANDLE", 4),
    "unissued-is-deleted": (
        "lifecycle", ["acquire k1", "init c1 k1", "ahead c2 c1", "delete c2"],
        "delete_unissued_invalid: delete -> SEC_E_OK", 4),
    "export-never-deletes": (
        "lifecycle", [*EXCHANGE, "export c1 into b1 delete-old"],
        "export_delete_old_deletes: export -> SEC_E_OK", 5),
    "block-handed-twice": (
        "small", ["acquire k1", "init c1 k1", "query c1 package into b1",
                  "query c1 package into b2", "query c1 package into b3"],
        "exhaustion_creates_nothing: query -> SEC_E_OK", 5),
    "slot-lost-at-third-use": (
        "small", ["repeat 9", "acquire k1", "free k1", "end"],
        "exhaustion_creates_nothing: acquire -> SEC_E_INSUFFICIENT_MEMORY", 5),
    "fortieth-handle-again": (
        "lifecycle", ["acquire k1", "repeat 60", "init c1 k1", "delete c1", "end"],
        "create_never_reissues: init -> SEC_I_CONTINUE_NEEDED", 6),
    "retirement-forgotten": (
        "small", ["acquire k1", "init c1 k1", "copy c2 c1", "delete c1", "repeat 40",
                  "init c1 k1", "delete c1", "end"],
        "create_never_reissues: init -> SEC_I_CONTINUE_NEEDED", 8),
    "rejected-completes": (
        "lifecycle", ["acquire k1 unknown", "acquire k2", "init c1 k1",
                      "accept c3 k2 with c1", "init c1 k1 on c1 with c3",
                      "accept c3 k2 on c3 with c1", "init c5 k2",
                      "init c5 k2 on c5 with c3", "accept c3 k2 on c3 with c5"],
        "rejected_never_completes: accept -> SEC_E_OK", 9),
}


# A fault, the scenario, the first line of the report, and the trace's lines without what
# was counted.
OTHERS = {
    "shown by a probe": (
        "old-handle-accepted", ["acquire k2", "init c7 k2", "delete c7", "init c8 k2"],
        "query_deleted_invalid: query -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "delete c1 -> SEC_E_OK", "init c2 k1 -> SEC_I_CONTINUE_NEEDED",
         "query c1 sizes -> SEC_E_OK"]),
    "shown when all is ended": (
        "key-not-wiped", ["acquire k2", "acquire k1", "init c7 k2"],
        "delete_wipes_keys: delete -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "delete c1 -> SEC_E_OK"]),
    "shown by what was lost": (
        "key-not-wiped", ["acquire k2", "init c7 k2", "zero c7", "acquire k1"],
        "delete_wipes_keys: end -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "delete c1 -> SEC_E_OK"]),
    "shown in a repeat": (
        "second-delete-invalid",
        ["acquire k1", "init c1 k1", "repeat 9", "delete c2", "delete c1", "end"],
        "delete_deleted_ok: delete -> SEC_E_INVALID_HANDLE",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "delete c1 -> SEC_E_OK", "delete c1 -> SEC_E_INVALID_HANDLE"]),
    "shown by what is released at once": (
        "release-keeps", ["acquire k1", "init c1 k1", "query c1 package", "zero c4"],
        "release_frees: query -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "query c1 package -> SEC_E_OK"]),
    "shown by a count below 0": (
        "retired-and-freed", ["acquire k1", "init c1 k1", "zero c4", "delete c1"],
        "delete_releases_all: delete -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "delete c1 -> SEC_E_OK"]),
    "shown with one step less by another handle": (
        "export-never-deletes",
        [*EXCHANGE, "accept c3 k1 on c3 with c1", "export c3 into b1 delete-old"],
        "export_delete_old_deletes: export -> SEC_E_OK",
        ["acquire k1 -> SEC_E_OK", "init c1 k1 -> SEC_I_CONTINUE_NEEDED",
         "accept c2 k1 with c1 -> SEC_I_CONTINUE_NEEDED",
         "init c1 k1 on c1 with c2 -> SEC_E_OK",
         "export c1 into b1 delete-old -> SEC_E_OK"]),
    "shown in a struct": (
        "delete-clears-struct", ["acquire k1", "init c1 k1", "copy c2 c1", "delete c2"],
        "delete_struct_untouched: delete -> SEC_E_OK",
        ["pseudo-deleted c1", "delete c1 -> SEC_E_OK"]),
}


def careful(draw):
    """The calls of a program that makes no mistake, as groups of lines."""
    initiator, acceptor = draw.sample([f"c{i}" for i in range(7, 13)], 2)
    buffer = draw.choice(["b3", "b4"])
    exchange = [f"init {initiator} k3", f"accept {acceptor} k4 with {initiator}",
                f"init {initiator} k3 on {initiator} with {acceptor}",
                f"complete {initiator}",
                f"accept {acceptor} k4 on {acceptor} with {initiator}"]
    ends = [f"delete {initiator}", f"delete {acceptor}"]
    return draw.choice([
        [*exchange, f"query {acceptor} names into {buffer}", f"release {buffer}", *ends],
        [*exchange, f"export {initiator} into {buffer}", *ends, f"release {buffer}"],
        [exchange[0], f"query {initiator} sizes", ends[0]],
        [*exchange[:2], f"use {initiator} MakeSignature", *ends]])


def refused(draw):
    """Calls that are refused, and make nothing."""
    name = draw.choice(["c7", "c8", "c9"])
    return [draw.choice(["query {} sizes", "delete {}", "complete {}", "use {} EncryptMessage",
                         "init {} k3", "export {} into b3"]).format(name)]


def long_scenario(target, steps):
    """Over 200 lines, with these steps in it. Where there is little room, nothing is
    made before them."""
    draw = random.Random(1)
    before, behind = [], ["acquire k3 outbound", "acquire k4 inbound"]
    if target == "lifecycle":
        before, behind = behind, before
    while len(before) < 100:
        before += (careful if target == "lifecycle" else refused)(draw)
    while len(behind) < 100:
        behind += careful(draw)
    return "\n".join([*before, *steps, *behind, "free k3", "free k4"]) + "\n"


class Report:
    """What a program printed of a fault."""

    def __init__(self, text):
        self.line = text.partition("\n")[0].removeprefix("finding: ")
        self.told, _, rest = text.partition("\nscenario: ")
        size, _, rest = rest.partition(" steps\n")
        self.steps, self.before = (int(n) for n in size.split(" of "))
        self.limits = rest.startswith("limits: ")
        self.trace = re.sub("^limits: .*\n", "", rest.partition("\nprogram:\n")[0])
        self.program = rest.partition("program:\n")[2].partition("input: ")[0]


def start(program, *arguments, stdin=""):
    """Runs a program to its end, whatever that is."""
    return subprocess.run([program, *arguments], capture_output=True, input=stdin,
                          text=True, check=False)


def pack(lines, folder):
    """Writes the bytes of a scenario."""
    packed = folder / "scenario"
    packed.write_bytes(subprocess.run(
        [OUT / "sechandle", "pack", "-"], input=lines.encode(), capture_output=True,
        check=True).stdout)
    return packed


class Case:
    """A fault that is planted, and the target's report of a scenario."""

    def __init__(self, name, patch, target, lines):
        self.folder, self.target = FOLDER / name.replace(" ", "-"), target
        plant(patch, self.folder)
        self.scenario = pack(lines, self.folder)
        self.program = link(f"fuzz/{target}", self.folder)
        begin = time.monotonic()
        self.done = start(self.program, self.scenario)
        self.seconds = time.monotonic() - begin

    def report(self):
        return Report(self.done.stderr)


def exits(test, case, text):
    """Exit codes of a C program with the fault and without it, by both compilers."""
    source, program = case.folder / "program.c", case.folder / "program"
    source.write_text(text)
    libraries = ([case.folder / "faulty.o", OUT / "libref.a"], [OUT / "libsechandle.a"])
    codes = []
    for compiler in ("gcc", "clang"):
        for library in libraries:
            run(compiler, *STRICT, f"-I{OUT / 'include/sechandle'}", source, *library,
                "-o", program)
            codes.append(start(program).returncode)
    test.assertEqual(codes, [1, 0, 1, 0], text)


def without_counts(trace):
    return re.sub(r" (out|contexts|credentials|buffers|residue)=\S+", "", trace)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build(*BUILT)
        FOLDER.mkdir(exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.cases = dict(zip(FAULTS, pool.map(
                lambda name: Case(name, patch_of(name), FAULTS[name][0],
                                  long_scenario(*FAULTS[name][:2])), FAULTS)))

    @classmethod
    def tearDownClass(cls):
        median = statistics.median(case.seconds for case in cls.cases.values())
        print(f"median of {len(cls.cases)} reports: {median * 1000:.0f} ms",
              file=sys.stderr)

    def test_without_a_fault_nothing_is_reported(self):
        for name, case in self.cases.items():
            done = start(OUT / "fuzz" / case.target, case.scenario)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_the_target_reports_and_aborts(self):
        for name, case in self.cases.items():
            with self.subTest(name):
                self.assertEqual(case.done.returncode, -signal.SIGABRT)
                self.assertEqual(case.report().line, FAULTS[name][2])

    def test_no_step_is_left_that_is_not_needed(self):
        for name, case in self.cases.items():
            with self.subTest(name):
                report = case.report()
                self.assertEqual(report.steps, FAULTS[name][3], report.trace)
                self.assertEqual(report.steps, len(report.trace.splitlines()))
                self.assertGreater(report.before, 200)

    def test_the_rule_is_told_as_check_tells_it(self):
        for name, case in self.cases.items():
            report = case.report()
            told = report.told.partition("\n")[2]
            with self.subTest(name):
                self.assertRegex(told, r"\A  step:    .*\n  rule:    .*\n  source:  .*\n"
                                       r"  allowed: .*\n\Z")
                if "exhaustion" in report.line:
                    continue # a trace does not tell the limits
                checked = start(OUT / "sechandle", "check", "--party=implementation", "-",
                                stdin=report.trace)
                self.assertIn(told, checked.stdout)
                self.assertIn("violations by the implementation: 1,", checked.stdout)

    def test_the_program_shows_it(self):
        for name, case in self.cases.items():
            with self.subTest(name):
                exits(self, case, case.report().program)

    def test_limits_are_told_where_they_matter(self):
        for name, case in self.cases.items():
            self.assertEqual(case.report().limits, case.target == "small", name)

    def test_replay_and_shrink_do_the_same(self):
        for name, case in self.cases.items():
            report, program = case.report(), link("sechandle", case.folder)
            target = f"--target={case.target}"
            with self.subTest(name):
                replayed = start(program, "replay", target, case.scenario)
                self.assertEqual(replayed.returncode, 1)
                self.assertIn(f"# finding: {report.line}\n", replayed.stdout)
                shrunk = start(program, "shrink", target, case.scenario)
                self.assertEqual(shrunk.returncode, 1)
                self.assertEqual(re.sub("^#.*\n", "", shrunk.stdout, flags=re.M),
                                 report.trace)
                shown = start(program, "shrink", target, "--c", case.scenario)
                self.assertEqual((shown.returncode, shown.stdout), (1, report.program))


class OtherWays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build(*BUILT)

    def test_whatever_shows_it_becomes_the_last_step(self):
        for name, (fault, steps, line, trace) in OTHERS.items():
            case = Case(name, patch_of(fault), "lifecycle", "\n".join(steps) + "\n")
            with self.subTest(name):
                report = case.report()
                self.assertEqual(report.line, line)
                self.assertEqual(without_counts(report.trace).splitlines(), trace)
                exits(self, case, report.program)


# Deleting nothing takes for ever.
HANG = """\
--- a/ref/api.c
+++ b/ref/api.c
@@ -25,3 +25,5 @@
 SECURITY_STATUS api_delete(const CtxtHandle *phContext)
 {
+	while (!phContext)
+		;
 	if (phContext && phContext->dwLower == SEC_DELETED_HANDLE &&
"""


class NoAnswer(unittest.TestCase):
    """Where a call does not return, another process must tell."""

    @classmethod
    def setUpClass(cls):
        build(*BUILT)

    def check(self, case, answer, least):
        program = link("sechandle", case.folder)
        replayed = start(program, "replay", case.scenario)
        self.assertEqual(replayed.returncode, 1)
        self.assertRegex(replayed.stdout,
                         f" -> {answer}\n# finding: every_call_answers: .* -> {answer}\n")
        shrunk = start(program, "shrink", case.scenario)
        self.assertEqual(shrunk.returncode, 1)
        self.assertEqual(re.sub("^#.*\n", "", shrunk.stdout, flags=re.M),
                         f"{least} -> {answer}\n")
        exits(self, case, start(program, "shrink", "--c", case.scenario).stdout)

    def test_a_crash(self):
        case = Case("crash", patch_of("list-of-nobody"), "lifecycle",
                    long_scenario("lifecycle", ["acquire k1", "init c1 k1"]))
        self.assertEqual(case.done.returncode, -signal.SIGSEGV)
        self.check(case, "CRASH", "init c1 k1")

    def test_a_hang(self):
        patch = FOLDER / "hang.patch"
        FOLDER.mkdir(exist_ok=True)
        patch.write_text(HANG)
        folder = FOLDER / "hang"
        plant(patch, folder)
        scenario = folder / "scenario"
        scenario.write_text("acquire k1\ndelete c1\ndelete null\nfree k1\n")
        self.check(SimpleNamespace(folder=folder, scenario=scenario), "HANG",
                   "delete null")


# Prints the C program of a trace whose last call breaks a rule, for a package.
TRANSLATE = """
#include <stdio.h>
#include "fuzz/reproducer.h"

static struct scenario trace;
static const char *package;

static void on_finding(void *context, const struct finding *finding)
{
	struct letters out = {0};
	(void)context;
	if (rule_info(finding->rule)->party != PARTY_IMPLEMENTATION)
		return;
	reproducer(&out, &trace, finding, NULL, package);
	fwrite(out.text, 1, out.length, stdout);
}

int main(int argc, char **argv)
{
	static char text[1 << 20];
	package = argc > 1 ? argv[1] : NULL;
	size_t length = fread(text, 1, sizeof text, stdin);
	struct judge judge;
	scenario_init(&trace);
	judge_init(&judge, on_finding, NULL);
	if (!text_parse(&trace, text, length, ANSWERS_REQUIRED, NULL, NULL))
		return 1;
	judge_scenario(&judge, &trace);
	return 0;
}
"""

# Whatever no trace and no script has.
RARE = """
acquire with-dash unknown
init with.dot.3 with-dash
copy with.dot.3 with.dot.3
ahead int with.dot.3
delete int
query with.dot.3 lifespan
use with.dot.3 SetContextAttributes
use with-dash SetCredentialsAttributes
accept c4 with-dash with empty
accept null null with noise
import c3 from status
foreign status
release status
forget status
forget with.dot.3
init with.dot.3 with-dash with replayed with.dot.3
garbage c3 4
invalidate c3 lower
delete c3
"""


class Programs(unittest.TestCase):
    """A C program does what the driver does, with all that traces and scripts have."""

    @classmethod
    def setUpClass(cls):
        build(*BUILT, "drive", *OBJECTS)
        FOLDER.mkdir(exist_ok=True)
        source, cls.translate = FOLDER / "translate.c", FOLDER / "translate"
        source.write_text(TRANSLATE)
        run(CC, "-w", f"-I{ROOT}", source, *(OUT / name for name in OBJECTS),
            OUT / "libspecs.a", OUT / "libref.a", "-o", cls.translate)

    def source(self, script, *package):
        """The file of a program that makes the calls of a script, for a package."""
        trace = start(OUT / "drive", "-", stdin=script).stdout
        trace += "delete null -> SEC_E_OK\n"
        source = FOLDER / "all.c"
        source.write_text(start(self.translate, *package, stdin=trace).stdout)
        return source

    def check(self, script):
        source, program = self.source(script), FOLDER / "all"
        for compiler in ("gcc", "clang"):
            run(compiler, *STRICT, f"-I{OUT / 'include/sechandle'}", source,
                OUT / "libsechandle.a", "-o", program)
            done = start(program)
            self.assertEqual((done.returncode, done.stdout),
                             (0, "0x80090301; allowed: SEC_E_INVALID_HANDLE\n"))

    def test_each_call_answers_what_it_did(self):
        for paths in ([ROOT / "tests/faults/exchange.script"],
                      sorted((ROOT / "tests/faults").glob("*.script")),
                      sorted((ROOT / "tests/traces/keep").glob("*.trace"))):
            self.check("".join(path.read_text() for path in paths) + RARE)

    @unittest.skipIf(start("pkg-config", "--exists", "winpr2").returncode,
                     "libwinpr2-dev is not installed")
    def test_winpr_has_what_it_needs(self):
        """All but a function that its table lacks."""
        script = "".join(path.read_text() for path in
                         sorted((ROOT / "tests/traces/keep").glob("*.trace"))) + RARE
        source = self.source(script.replace("SetCredentialsAttributes",
                                            "QueryCredentialsAttributes"), "NTLM")
        self.assertIn('package_name[] = "NTLM";', source.read_text())
        include = run("pkg-config", "--variable=includedir", "winpr2").strip()
        # Not -pedantic: WinPR's headers are not.
        run("gcc", "-std=c11", "-Wall", "-Werror", source, "-idirafter", f"{include}/winpr",
            *run("pkg-config", "--cflags", "--libs", "winpr2").split(), "-o",
            FOLDER / "winpr")


if __name__ == "__main__":
    unittest.main()
