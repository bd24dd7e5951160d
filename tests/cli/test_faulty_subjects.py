"""test_faulty_subjects.py: sechandle judge finds what is wrong with subjects that have a
planted fault: implementations that keep handles badly (tests/subjects/pointers.c) and
subjects that misbehave (tests/subjects/faulty.py).

CASES tells for each what must come out: every step that does not pass, word by word.
Together they have every verdict and every badness.
"""
import collections
import concurrent.futures
import json
import os
import subprocess
import unittest

from common import ROOT
from faults import CC, OUT, build, run

FOLDER = OUT / "subjects"
SUBJECTS = ROOT / "tests/subjects"
POINTERS = ["NO_FAULT", "FREES_TWICE", "REISSUES", "STEALS", "LEAKS"]

# What is judged, the scenario, the exit code, how it ends, the steps that do not pass, and
# more options.
Case = collections.namedtuple("Case", "subject script code end steps options",
                              defaults=[()])

ONCE = "acquire k1; init c1 k1; delete c1; free k1"
# The memory of the first context may be used again for the second one.
TWICE = "acquire k1; init c1 k1; delete c1; init c2 k1; delete c1; delete c2; free k1"
AGAIN = "acquire k1; init c1 k1; delete c1; delete c1; free k1"
CRASH = "VIOLATION/UNSAFE every_call_answers: delete c1 -> CRASH"
LEAK = "VIOLATION/UNSAFE delete_releases_all: (heap that grows with each round)"
HARMED = ("VIOLATION/UNSAFE live_accepted: query c2 sizes -> SEC_E_INVALID_HANDLE "
          "out=kept")
NOT_REACHED = ["UNRESOLVED: free k1"]
LOST = ["UNRESOLVED: delete c1", *NOT_REACHED]
FOREIGN = "foreign b1; release b1"
DEVIATION = {"rule": "delete_null_invalid", "answer": "SEC_E_OK", "reason": "of old"}


def pointers(fault, script, code, *steps, end="all", options=()):
    return Case(["--sspi", FOLDER / f"{fault}.so", "--exports"], script, code, end,
                list(steps), options)


def faulty(mode, code, end, *steps, script=ONCE, options=()):
    return Case(["--subject", f"/usr/bin/python3 -B {SUBJECTS}/faulty.py {mode}"],
                script, code, end, list(steps), options)


CASES = {
    "pointers": pointers("NO_FAULT", TWICE, 0, options=["--leaks"]),
    "pointers, twice": pointers("NO_FAULT", AGAIN, 0, options=["--leaks"]),
    "a pointer that is freed twice": pointers(
        "FREES_TWICE", AGAIN, 1, CRASH, *NOT_REACHED, end="crash"),
    "a pointer that was made up": pointers(
        "NO_FAULT", "garbage c1; delete c1", 1, CRASH, end="crash"),
    "no generations": pointers(
        "REISSUES", TWICE, 1, HARMED,
        "VIOLATION/UNSAFE create_never_reissues: init c2 k1 -> SEC_I_CONTINUE_NEEDED "
        "out=c1"),
    "theft": pointers("STEALS", TWICE, 1, HARMED),
    "a leak": pointers("LEAKS", ONCE, 1, LEAK, options=["--leaks"]),
    "a missing function": pointers(
        "NO_FAULT", "acquire k1; init c1 k1; export c1 into b1; delete c1; free k1", 0,
        "UNSUPPORTED: export c1 into b1 -> SEC_E_UNSUPPORTED_FUNCTION out=kept"),

    "no fault": faulty("none", 0, "all"),
    "hang": faulty("hang", 1, "hang", CRASH.replace("CRASH", "HANG"), *NOT_REACHED,
                   options=["--timeout=3"]),
    "crash": faulty("crash", 1, "crash", CRASH, *NOT_REACHED),
    "exit": faulty("exit", 1, "crash", CRASH, *NOT_REACHED),
    "exit as if all was well": faulty("exit-0", 1, "crash", CRASH, *NOT_REACHED),
    "memory bomb": faulty("memory", 1, "crash", CRASH, *NOT_REACHED,
                          options=["--memory=128"]),
    "crash at the end": faulty("after", 1, "crash",
                               "VIOLATION/UNSAFE every_call_answers: "
                               "(the end of the process: signal 11)"),
    "garbage": faulty("garbage", 3, "lost", *LOST),
    "half a line": faulty("half", 3, "lost", *LOST),
    "another call": faulty("other-call", 3, "lost", *LOST),
    "flood": faulty("flood", 3, "lost", *LOST),
    "one long line": faulty("line", 3, "lost", *LOST),
    "closed pipe": faulty("closed", 3, "lost", *LOST, options=["--timeout=3"]),
    "no such call": faulty("unsupported", 0, "unsupported", "UNSUPPORTED: delete c1",
                           *NOT_REACHED),
    "no hello": faulty("hello-garbage", 3, None),
    "hello of another version": faulty("hello-old", 3, None),
    "exit before hello": faulty("hello-exit", 3, None),

    "wrong status": faulty(
        "none", 1, "all", "VIOLATION/STATUS delete_null_invalid: delete null -> SEC_E_OK",
        script="delete null"),
    "a chosen rule": faulty(
        "none", 1, "all",
        "VIOLATION/OUTSIDE release_foreign_refused: release b1 -> SEC_E_OK",
        script=FOREIGN, options=["--profile=reference"]),
    "a chosen rule, to the documents": faulty(
        "none", 0, "all", "UNSPECIFIED release_foreign_refused: release b1 -> SEC_E_OK",
        script=FOREIGN),
    "known": faulty(
        "none", 0, "all",
        "KNOWN_DEVIATION/STATUS delete_null_invalid: delete null -> SEC_E_OK",
        script="delete null", options=["--deviations", FOLDER / "known.json"]),
    "known, but mended": pointers(
        "NO_FAULT", "delete null", 1, options=["--deviations", FOLDER / "known.json"]),
}


def told(step):
    """A step of the results as CASES has it."""
    badness = f"/{step['badness']}" * bool(step["badness"])
    rule = f" {step['rule']}" * bool(step["rule"])
    return f"{step['verdict']}{badness}{rule}: {step['step']}"


def judged(number):
    """The exit code of judging a case, and its results, or None."""
    case = list(CASES.values())[number]
    script = FOLDER / f"{number}.script"
    script.write_text(case.script.replace("; ", "\n") + "\n")
    done = subprocess.run([OUT / "sechandle", "judge", "--json", "--no-shrink",
                           "--jobs=1", "--timeout=30", *case.subject, *case.options, script],
                          capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None


class Subjects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build("sechandle", "sechandle-subject")
        FOLDER.mkdir(exist_ok=True)
        for fault in POINTERS:
            run(CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared",
                "-fPIC", f"-DFAULT={fault}", SUBJECTS / "pointers.c", "-o",
                FOLDER / f"{fault}.so")
        (FOLDER / "known.json").write_text(json.dumps(
            {"version": 1, "deviations": [DEVIATION]}))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.results = dict(zip(CASES, pool.map(judged, range(len(CASES)))))

    def test_each_comes_to_what_it_must(self):
        for name, case in CASES.items():
            code, report = self.results[name]
            with self.subTest(name):
                self.assertEqual(code, case.code)
                self.assertEqual(report is None, case.end is None)
                scenarios = report["scenarios"] if report else []
                for scenario in scenarios:
                    self.assertEqual(scenario["end"], case.end)
                    self.assertEqual(sorted(map(told, scenario["steps"])),
                                     sorted(case.steps))

    def test_there_is_every_verdict_and_every_badness(self):
        reports = [report for _, report in self.results.values() if report]
        steps = {verdict for report in reports
                 for verdict, count in report["totals"].items() if count}
        self.assertEqual(
            steps | {deviation["verdict"] for report in reports
                     for deviation in report["deviations"]},
            {"PASS", "VIOLATION", "KNOWN_DEVIATION", "UNEXPECTED_PASS", "UNSPECIFIED",
             "UNSUPPORTED", "UNRESOLVED"})
        self.assertEqual(
            {violation["badness"] for report in reports
             for violation in report["violations"]}, {"UNSAFE", "STATUS", "OUTSIDE"})


if __name__ == "__main__":
    unittest.main()
