"""test_judged.py: tests/judge.py tells an implementation that does what it is known to do
from one that does not; every known deviation is explained; and the page of them is
fresh."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from common import ROOT, SECHANDLE, sechandle

sys.path[:0] = [str(ROOT / "tests")]

import judge

BUILD = Path(SECHANDLE).resolve().parent
MATRIX = ROOT / "specs/pages/matrix.py"
RULE = "delete_deleted_ok"
ONE = ["--rule", RULE, "--suite", "rules"]


class Judging(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        elsewhere = mock.patch.object(judge, "DEVIATIONS", self.folder)
        elsewhere.start()
        self.addCleanup(elsewhere.stop)

    def deviates(self, answer):
        """The reference is said to break a rule by this answer."""
        (self.folder / "reference.json").write_text(json.dumps(
            {"version": 1, "deviations": [{"rule": RULE, "answer": answer,
                                           "reason": "a test"}]}))

    def test_what_conforms(self):
        code, line = judge.judge("reference", BUILD, ONE)
        self.assertEqual((code, line), (0, "conforms: 1 scenarios, steps: 6 PASS"))
        results = json.loads((BUILD / "judge/reference.json").read_text())
        self.assertEqual(results["options"]["profile"], "reference")

    def test_a_deviation_that_is_not_there(self):
        self.deviates("SEC_E_INVALID_HANDLE")
        code, line = judge.judge("reference", BUILD, ONE)
        self.assertEqual(code, 1, line)
        self.assertTrue(line.startswith("does not conform: "), line)

    def test_a_file_that_is_none(self):
        (self.folder / "reference.json").write_text("[")
        code, line = judge.judge("reference", BUILD, ONE)
        self.assertEqual(code, 2)
        self.assertIn("reference.json:1:", line)

    def test_one_that_is_missing(self):
        gone = judge.Subject("gone", "strict", ["--sspi", "libgone.so"])
        with mock.patch.dict(judge.SUBJECTS, gone=gone):
            code, line = judge.judge("gone", BUILD, ONE)
        self.assertEqual(code, 3, line)
        self.assertIn("could not attach", line)


class Usage(unittest.TestCase):
    def run_judge(self, *words):
        return subprocess.run([sys.executable, "-B", ROOT / "tests/judge.py", *words],
                              capture_output=True, text=True, check=False)

    def test_help_is_printed_and_succeeds(self):
        done = self.run_judge("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("exit status: 0 all conform", done.stdout)

    def test_wrong_usage_exits_with_2(self):
        for words, said in ((["nobody"], "nobody: expected one of reference, "),
                            (["--build", os.devnull], "is not built")):
            done = self.run_judge(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(said, done.stderr)


class Deviations(unittest.TestCase):
    def test_each_is_explained_and_of_a_subject(self):
        files = list(judge.DEVIATIONS.glob("*"))
        self.assertTrue(files)
        for path in files:
            self.assertIn(path.stem, judge.SUBJECTS)
            for one in json.loads(path.read_text())["deviations"]:
                self.assertNotIn(one["reason"], ("", "not explained yet"), path)

    def test_the_reference_has_none(self):
        self.assertFalse((judge.DEVIATIONS / "reference.json").exists())


class Matrix(unittest.TestCase):
    def check(self, *words):
        return subprocess.run([sys.executable, "-B", MATRIX, "--check", *words],
                              input=sechandle("rules", "--json")[1],
                              capture_output=True, check=False)

    def test_the_page_is_fresh(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_another_deviation_makes_it_stale(self):
        with tempfile.TemporaryDirectory() as folder:
            for path in judge.DEVIATIONS.glob("*.json"):
                listed = json.loads(path.read_text())
                listed["deviations"][0]["answer"] = "HANG"
                Path(folder, path.name).write_text(json.dumps(listed))
            done = self.check("--deviations", folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"+| [`", done.stdout)
        self.assertTrue(done.stdout.endswith(b"run 'make pages'\n"))

    def test_a_file_that_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "winpr-ntlm.json").write_text("[")
            done = self.check("--deviations", folder)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"winpr-ntlm.json", done.stderr)


if __name__ == "__main__":
    unittest.main()
