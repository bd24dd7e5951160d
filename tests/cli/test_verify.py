"""test_verify.py: tests/verify.py tells what holds from what does not, and takes no
old result for a new one. It runs on a small tree whose builds, tests and proof are
scripts that do as they are told; and the counts of tests/run.py are right."""
import hashlib
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from common import ROOT

sys.path[:0] = [str(ROOT / "proofs"), str(ROOT / "tests")]

import frama
import prove
import run
import verify

VERIFY = ROOT / "tests/verify.py"
PARTS = ["build", "traces", "tests", "fuzz", "enumerate", "oracle", "proof"]

# Each script notes below build/ that it ran.
RAN = """\
import hashlib, json, sys
from pathlib import Path

def ran(name):
    with Path(f"build/{name}.ran").open("a") as file:
        file.write("once\\n")

"""

TRACES = RAN + """\
import unittest

class Pair(unittest.TestCase):
    def test_keeps_one(self):
        ran("traces")

    def test_keeps_two(self):
        self.assertTrue(KEEPS)

    def test_breaks_one(self):
        pass

unittest.main()
"""

TESTS = RAN + """\
ran("tests")
print("a line of the tests")
if CRASH:
    sys.exit(1)
row = {"variant": "gcc", "tests": "test_a", "passed": 3, "failed": FAILED,
       "skipped": 0, "seconds": 1.0}
Path(sys.argv[2]).write_text(json.dumps(
    {"summary": f"3 passed, {FAILED} failed", "failed": FAILED, "rows": [row]}))
sys.exit(FAILED > 0)
"""

# Says of each campaign that it ran, or how it ended.
CAMPAIGN = RAN + """\
words = sys.argv[1:]
if "status" in words:
    ran("fuzz")
    ended = [{"now": {"calls": 10, "executions": EXECUTIONS}} for _ in range(CAMPAIGNS)]
    print(json.dumps({"campaigns": ended}))
elif words[words.index("--target") + 1] == "FINDS":
    print("findings 1")
    sys.exit(1)
"""

# Tells of scenarios as the program enumerate does.
ENUMERATE = "#!/usr/bin/python3\n" + RAN + """\
ran("enumerate")
depth = int(sys.argv[sys.argv.index("--json") + 1].removeprefix("--depth=")) - SHORT
rows = [{"depth": d, "complete": d < depth or END == "all", "states": 5,
         "sequences": str(9 ** d)} for d in range(depth + 1)]
del rows[-1]["states"]
report = {"end": END, "depths": rows}
if END == "broken":
    report["finding"] = {"line": "finding: a_rule: init -> CRASH", "steps": depth}
if END:
    print(json.dumps(report, indent=1))
sys.exit(CODE)
"""

# Judges as tests/judge.py does.
JUDGE = RAN + """\
ran("oracle")
for name in sys.argv[1:]:
    print(f"{name:17}{VERDICT}: {SCENARIOS} scenarios, steps: 9 PASS, 2 KNOWN_DEVIATION")
sys.exit(CODE)
"""

PROOF = RAN + """\
ran("proof")
if CRASH:
    sys.exit(1)
files = [Path("ref/a.c"), Path("ref/a.h"), *Path("proofs").glob("*.*")]
receipt = json.loads(Path("receipt.json").read_text())
receipt["sha256"] = {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
                     for path in files if path.name != "files.txt"}
Path("build/proof").mkdir(exist_ok=True)
Path("build/proof/receipt.json").write_text(json.dumps(receipt))
sys.exit(receipt["verdict"] != "proved")
"""


def campaign(executions=5, campaigns=len(verify.FUZZED), finds="no target"):
    """A script that takes the place of campaign.py."""
    return (CAMPAIGN.replace("EXECUTIONS", str(executions))
            .replace("CAMPAIGNS", str(campaigns)).replace("FINDS", finds))


def enumerating(end="all", code=0, short=0):
    """A script that takes the place of enumerate."""
    return (ENUMERATE.replace("END", repr(end)).replace("CODE", str(code))
            .replace("SHORT", str(short)))


def judging(verdict="conforms", scenarios=7, code=0):
    """A script that takes the place of judge.py."""
    return (JUDGE.replace("{VERDICT}", verdict).replace("{SCENARIOS}", str(scenarios))
            .replace("CODE", str(code)))


def makefile(everything):
    """A Makefile that does this for `all`."""
    return (f"all:\n\t{everything}\n\nbuild/fuzz/enumerate: fuzz/enumerate.py\n"
            "\tinstall -D $< $@\n")


def receipt():
    """What a proof says that has proved everything, but for its files."""
    return {"schema": prove.SCHEMA, "verdict": "proved", "part": [], "faults": [],
            "seconds": 7.0, "versions": frama.versions(),
            "not proved": {"ref/lock.c": "threads"},
            "runs": [{"configuration": configuration, "file": "ref/a.c", "goals": 4,
                      "smoke tests": 2, "exceptions": 1}
                     for configuration in frama.CONFIGURATIONS]}


class Tree(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.files = {
            "Makefile": makefile("@mkdir -p build && echo once >> build/build.ran"),
            "README.md": "a tree\n",
            "receipt.json": json.dumps(receipt()),
            "ref/a.c": '#include "a.h"\n', "ref/a.h": "int a;\n",
            "ref/lock.c": "int lock;\n",
            "tests/cli/test_traces.py": TRACES.replace("KEEPS", "True"),
            "tests/run.py": TESTS.replace("FAILED", "0").replace("CRASH", "False"),
            "fuzz/campaign.py": campaign(), "fuzz/enumerate.py": enumerating(),
            "tests/judge.py": judging(),
            "proofs/prove.py": PROOF.replace("CRASH", "False"),
            "proofs/files.txt": "ref/a.c 32-bit\n", "proofs/exceptions.json": "[]",
            "proofs/ledger.json": '[{"file": "ref/lock.c", "unproved": "threads"}]',
            "proofs/expected.json": "{}"}
        for name, text in self.files.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def told(self, name, text, **words):
        """Writes a script that is told to do something else."""
        for word, value in words.items():
            text = text.replace(word, value)
        self.write(name, text)

    def verify(self, *arguments):
        return subprocess.run([VERIFY, "--root", self.root, *arguments],
                              capture_output=True, text=True, check=False)

    def held(self):
        done = self.verify()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def failed(self, *parts):
        """Exactly these parts fail; returns the page."""
        done = self.verify()
        self.assertEqual((done.returncode, done.stderr), (1, ""), done.stdout)
        verdicts = re.findall(r"^  (\w+) +(held|failed) ", done.stdout, re.M)
        self.assertEqual(verdicts, [(name, "failed" if name in parts else "held")
                                    for name in PARTS])
        self.assertRegex(done.stdout, r"\nFAILED in \d+ s\n$")
        return done.stdout

    def runs(self):
        """How often each part was run."""
        return [len((self.root / f"build/{name}.ran").read_text().split())
                for name in PARTS]

    def page(self):
        return (self.root / "build/report/index.html").read_text()


class Verdict(Tree):
    def test_everything_holds(self):
        out = self.held()
        self.assertRegex(out, r"\nHELD in \d+ s\n$")
        self.assertNotIn("\r", out)
        scenarios = f"{9 ** verify.DEPTH} scenarios of {verify.DEPTH} steps"
        for line in ("  build     held ", "2 conform, 1 break their rule and no other",
                     "3 passed, 0 failed", "40 operations in 20 executions, nothing found",
                     f"{5 * verify.DEPTH} states, {scenarios}, no rule broken",
                     "reference: 7 scenarios, winpr-ntlm: 7 scenarios; 4 steps deviate "
                     "as known",
                     "8 goals, 4 smoke tests, 2 exceptions",
                     "  64-bit  ref/a.c ", "not proved: ref/lock.c: threads",
                     "z3 " + frama.versions()["z3"]):
            self.assertIn(line, out)
        folder = self.root / "build/report"
        self.assertEqual((folder / "summary.txt").read_text(), out)
        report = json.loads((folder / "report.json").read_text())
        self.assertEqual(report["verdict"], "held")
        self.assertEqual([part["name"] for part in report["parts"]], PARTS)
        for words in ("<td>ref/a.c</td>", "<td>test_a</td>", "8 goals",
                      '<span class="held">held</span>', "Not proved: ref/lock.c"):
            self.assertIn(words, self.page())
        self.assertNotIn('"failed"', self.page())

    def test_a_build_that_fails(self):
        self.write("Makefile", makefile("@echo a '<fault>' in line 3; exit 1")
                   + "\nall: seen\nseen:\n\t@mkdir -p build\n")
        self.assertIn("a <fault> in line 3", self.failed("build"))
        self.assertIn("a &lt;fault&gt; in line 3", self.page())
        self.assertIn('<td>build</td><td class="failed">failed</td>', self.page())

    def test_a_trace_that_fails(self):
        self.told("tests/cli/test_traces.py", TRACES, KEEPS="False")
        out = self.failed("traces")
        self.assertIn("1 conform, 1 break their rule and no other, 1 are not", out)
        self.assertIn("the end of traces.log:", out)

    def test_no_traces_at_all(self):
        self.told("tests/cli/test_traces.py", TRACES, KEEPS="True",
                  test_breaks="test_skips")
        self.assertIn("2 conform, 0 break", self.failed("traces"))

    def test_a_test_that_fails(self):
        self.told("tests/run.py", TESTS, FAILED="2", CRASH="False")
        out = self.failed("tests")
        self.assertIn("3 passed, 2 failed", out)
        self.assertIn("gcc: test_a: 2 failed", out)
        self.assertIn("a line of the tests", out)

    def test_fuzzing_that_finds_something(self):
        self.write("fuzz/campaign.py", campaign(finds="raw"))
        out = self.failed("fuzz")
        self.assertIn("raw by libfuzzer-sanitizers did not end well", out)
        self.assertIn("findings 1", out)

    def test_fuzzing_that_runs_nothing(self):
        self.write("fuzz/campaign.py", campaign(executions=0))
        self.assertIn("0 executions", self.failed("fuzz"))

    def test_fuzzing_that_leaves_a_target_out(self):
        self.write("fuzz/campaign.py", campaign(campaigns=3))
        self.failed("fuzz")

    def test_a_scenario_that_breaks_a_rule(self):
        self.write("fuzz/enumerate.py", enumerating("broken", 1))
        self.assertRegex(self.failed("enumerate"),
                         r"enumerate failed +\d+ s  finding: a_rule: init -> CRASH\n")

    def test_scenarios_that_are_not_all_carried_out(self):
        self.write("fuzz/enumerate.py", enumerating("no memory", 2))
        self.assertIn(" s  no memory\n", self.failed("enumerate"))

    def test_scenarios_that_are_too_short(self):
        self.write("fuzz/enumerate.py", enumerating(short=1))
        self.failed("enumerate")

    def test_scenarios_that_end_with_nothing(self):
        self.write("fuzz/enumerate.py", enumerating("", 2))
        self.assertIn("it did not run to its end", self.failed("enumerate"))

    def test_a_program_that_is_not_built(self):
        (self.root / "fuzz/enumerate.py").unlink()
        self.assertIn("the program is not built", self.failed("enumerate"))

    def test_an_implementation_that_does_not_conform(self):
        for wrong in (judging(code=1), judging(code=3), judging(verdict="not judged"),
                      judging(scenarios=0), judging().replace("argv[1:]", "argv[2:]")):
            self.write("tests/judge.py", wrong)
            self.failed("oracle")

    def test_tests_that_end_too_soon(self):
        self.held()
        self.told("tests/run.py", TESTS, FAILED="0", CRASH="True")
        self.assertIn("they did not run to their end", self.failed("tests"))

    def test_a_proof_that_fails(self):
        self.write("receipt.json", json.dumps(
            {**receipt(), "verdict": "failed", "faults": ["one"]}))
        self.assertIn("the proof's verdict: failed, 1 faults", self.failed("proof"))

    def test_a_proof_that_says_what_it_did_not_do(self):
        for wrong in ({"verdict": "proved in part"}, {"part": ["64-bit"]},
                      {"faults": ["one"]}, {"runs": receipt()["runs"][1:]}):
            self.write("receipt.json", json.dumps({**receipt(), **wrong}))
            self.failed("proof")

    def test_a_proof_that_ends_too_soon(self):
        """The receipt of the last one does not stand for it."""
        self.held()
        self.told("proofs/prove.py", PROOF, CRASH="True")
        self.assertRegex(self.failed("proof"), r"there is no receipt of a proof\n(.*\n)*"
                                               r"  exit status 1\n")

    def test_files_that_change_meanwhile(self):
        self.write("tests/run.py", 'open("README.md", "a").write("more")\n'
                   + self.files["tests/run.py"])
        self.assertIn("files or packages were changed meanwhile; 3 passed",
                      self.failed("tests"))


class Again(Tree):
    def setUp(self):
        super().setUp()
        self.held()

    def test_what_is_unchanged_is_not_run(self):
        out = self.held()
        self.assertEqual(self.runs(), [2, 1, 1, 1, 1, 1, 1])
        self.assertEqual(len(re.findall(
            r", unchanged since \d{4}-\d\d-\d\d \d\d:\d\d UTC\n", out)), 6)
        self.assertEqual(self.page().count("; unchanged since "), 6)

    def test_again_runs_all(self):
        self.assertEqual(self.verify("--again").returncode, 0)
        self.assertEqual(self.runs(), [2, 2, 2, 2, 2, 2, 2])

    def test_any_file_has_its_tests_run(self):
        self.write("README.md", "another\n")
        self.held()
        self.assertEqual(self.runs(), [2, 2, 2, 2, 2, 2, 1])

    def test_what_is_no_file_changes_nothing(self):
        (self.root / "nowhere").symlink_to("gone")
        os.mkfifo(self.root / "pipe")
        self.held()
        self.assertEqual(self.runs(), [2, 1, 1, 1, 1, 1, 1])

    def test_what_failed_is_run(self):
        self.told("tests/run.py", TESTS, FAILED="1", CRASH="False")
        self.failed("tests")
        self.failed("tests")
        self.assertEqual(self.runs(), [3, 2, 3, 2, 2, 2, 1])

    def test_a_report_of_another_kind_is_not_believed(self):
        path = self.root / "build/report/report.json"
        path.write_text(path.read_text().replace("sechandle-report/1", "other"))
        self.held()
        self.assertEqual(self.runs(), [2, 2, 2, 2, 2, 2, 1])

    def test_what_the_proof_reads_has_it_run(self):
        self.write("ref/a.h", "int b;\n")
        self.held()
        self.assertEqual(self.runs(), [2, 2, 2, 2, 2, 2, 2])

    def test_a_receipt_that_is_no_proof_has_it_run(self):
        path = self.root / "build/proof/receipt.json"
        for count, text in enumerate(
                ("", "[]", "{}", path.read_text().replace('"proved"', '"failed"')), 2):
            path.write_text(text)
            self.held()
            self.assertEqual(self.runs()[-1], count)


class Receipts(Tree):
    """When a receipt counts."""

    def setUp(self):
        super().setUp()
        (self.root / "build").mkdir()
        subprocess.run([sys.executable, "-B", "proofs/prove.py"], cwd=self.root,
                       check=True)
        self.good = json.loads(
            (self.root / "build/proof/receipt.json").read_text())
        self.assertEqual(self.why(), "")

    def why(self, **wrong):
        """Why it does not count if it says this."""
        tree = verify.Tree(self.root, self.root / "build/report")
        return verify.stale(tree, {**self.good, **wrong})

    def test_that_everything_was_proved(self):
        for wrong in ({"verdict": "failed"}, {"verdict": "proved in part"},
                      {"part": ["ref/a.c"]}, {"faults": ["one"]}):
            self.assertIn("the proof's verdict: ", self.why(**wrong))
        self.assertIn("schema", self.why(schema="other"))
        self.assertEqual(self.why(runs=self.good["runs"][1:]),
                         "other files are to be proved now")
        self.write("proofs/files.txt", "ref/a.c 32-bit\nref/lock.c\n")
        self.assertEqual(self.why(), "other files are to be proved now")

    def test_that_the_provers_are_the_same(self):
        self.assertEqual(self.why(versions={**self.good["versions"], "z3": "4.0"}),
                         "the provers are others now")

    def test_that_every_file_is_the_same(self):
        listed = self.good["sha256"]
        self.assertGreater(len(listed), 5)
        for name in listed:
            fewer = {one: listed[one] for one in listed if one != name}
            self.assertIn(f"{name} is not", self.why(sha256=fewer))
            text = (self.root / name).read_text()
            self.write(name, text + "\n")
            self.assertIn(f"{name} is not", self.why())
            self.write(name, text)
        self.assertIn("ref/gone.h is not",
                      self.why(sha256={**listed, "ref/gone.h": "0"}))
        self.assertEqual(self.why(), "")

    def test_that_no_file_has_come_to_be_read(self):
        self.write("ref/stdint.h", "")
        self.assertEqual(self.why(), "")
        text = '#include <stdint.h>\n#include "a.h"\n'
        self.write("ref/a.c", text)
        listed = {**self.good["sha256"],
                  "ref/a.c": hashlib.sha256(text.encode()).hexdigest()}
        self.assertIn("ref/stdint.h is not", self.why(sha256=listed))

    def test_that_no_script_or_source_has_come(self):
        for name in ("proofs/json.py", "proofs/more.json", "ref/b.c"):
            self.write(name, "")
            self.assertIn(name, self.why())
            (self.root / name).unlink()
        self.assertEqual(self.why(), "")


class Commit(Tree):
    def test_without_git_there_is_none(self):
        tree = verify.Tree(self.root, self.root / "build/report")
        self.assertEqual(tree.commit(), "of no commit")
        with mock.patch.dict(os.environ, PATH=str(self.root)):
            self.assertEqual(tree.commit(), "of no commit")


class Usage(Tree):
    def test_help_is_printed_and_succeeds(self):
        done = self.verify("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("exit status: 0 everything held", done.stdout)

    def test_wrong_usage_exits_with_2(self):
        for arguments in (["--nope"], ["more"], ["--root", self.root / "none"]):
            done = self.verify(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertTrue(done.stderr)

    def test_a_file_that_cannot_be_read_exits_with_2(self):
        self.write("proofs/ledger.json", "[")
        done = self.verify()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertTrue(done.stderr.startswith("verify.py: "))

    def test_a_terminal_is_shown_the_progress(self):
        ours, theirs = pty.openpty()
        subprocess.run([VERIFY, "--root", self.root], stdout=theirs, check=True)
        os.close(theirs)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        for name in PARTS:
            self.assertIn(f"\r{name} … ", shown)


class Limit(unittest.TestCase):
    """tests/run.py waits for no program for ever."""

    def test_what_takes_too_long_has_failed(self):
        for script in ("echo 1..1; echo ok 1 - a; sleep 60",
                       "echo 1..1; echo ok 1 - a; sleep 60 & exit 0"):
            with mock.patch.object(run, "LIMIT", 1):
                code, output, seconds = run.run(["sh", "-c", script])
            self.assertEqual(run.count_tap(code, output), (1, 1, 0), script)
            self.assertTrue(output.endswith("\nsh: killed, it took over 1 s\n"))
            self.assertLess(seconds, 30)


class AtOnce(unittest.TestCase):
    """tests/run.py runs several programs at a time."""

    def setUp(self):
        for name, value in (("is_over", threading.Event()), ("running", set())):
            patch = mock.patch.object(run, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_a_chain_is_carried_out_in_order(self):
        done, both = [], threading.Barrier(2, timeout=30)

        def meet(name):
            both.wait()  # breaks if the two chains do not run at once
            done.append(name)

        with mock.patch("os.cpu_count", return_value=2):
            run.at_once([[(meet, f"{chain}{i}") for i in range(3)] for chain in "ab"])
        for chain in "ab":
            self.assertEqual([name for name in done if name[0] == chain],
                             [f"{chain}{i}" for i in range(3)])

    def test_an_interruption_ends_what_runs_and_what_would(self):
        ended, later = [], []

        def wait():
            try:
                ended.append(run.run(["sleep", "60"]))
            except KeyboardInterrupt:
                ended.append(None)

        def interrupt():
            while not run.running:
                time.sleep(0.01)
            raise KeyboardInterrupt

        start = time.monotonic()
        with mock.patch("os.cpu_count", return_value=2), \
                self.assertRaises(KeyboardInterrupt):
            run.at_once([[(wait,), (later.append, 1)], [(interrupt,)]])
        self.assertEqual((ended, later), ([None], []))
        self.assertLess(time.monotonic() - start, 30)


class Counts(unittest.TestCase):
    """tests/run.py counts what test programs print."""

    def test_tap(self):
        for code, output, counts in (
                (0, "1..2\nok 1 - a\nok 2 - b\n", (2, 0, 0)),
                (0, "1..2\nok 1 - a\nok 2 - b # SKIP no\n", (1, 0, 1)),
                (1, "1..2\nok 1 - a\nnot ok 2 - b\n", (1, 1, 0)),
                (-6, "1..3\nok 1 - a\n", (1, 2, 0)),
                (-6, "1..1\nok 1 - a\n", (1, 1, 0)),
                (0, "", (0, 1, 0))):
            self.assertEqual(run.count_tap(code, output), counts, output)

    def test_unittest(self):
        for code, output, counts in (
                (0, "Ran 3 tests in 1s\n\nOK\n", (3, 0, 0)),
                (0, "Ran 3 tests in 1s\n\nOK (skipped=1)\n", (2, 0, 1)),
                (1, "Ran 4 tests in 1s\n\nFAILED (failures=1, errors=1, skipped=1)\n",
                 (1, 2, 1)),
                (1, "Ran 1 test in 1s\n\nOK\n", (1, 1, 0)),
                (0, "Ran 0 tests in 1s\n\nOK\n", (0, 1, 0)),
                (1, "Traceback", (0, 1, 0))):
            self.assertEqual(run.count_unittest(code, output), counts, output)


if __name__ == "__main__":
    unittest.main()
