"""The documents of specs/ are true: the examples of language.md do what their
blocks claim, and the generated pages are fresh."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import ROOT, sechandle

BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.M | re.S)
PAGE = ROOT / "specs/pages/page.py"


def blocks(kind):
    text = (ROOT / "specs/language.md").read_text()
    return [(rule, body) for name, rule, body in BLOCK.findall(text)
            if name == kind]


def findings(body):
    out = sechandle("check", "--json", "-", stdin=body.encode())[1]
    return json.loads(out)["files"][0]["findings"]


class Language(unittest.TestCase):
    def test_there_are_examples_of_every_kind(self):
        for kind in ("trace", "script", "error"):
            self.assertTrue(blocks(kind), kind)

    def test_traces_are_judged_as_marked(self):
        parties = {rule["id"]: rule["party"] for rule in
                   json.loads(sechandle("rules", "--json")[1])["rules"]}
        for rule, body in blocks("trace"):
            with self.subTest(body):
                party = parties[rule] if rule else "implementation"
                found = {f["rule"] for f in findings(body)
                         if f["party"] == party}
                self.assertEqual(found, {rule} if rule else set())

    def test_scripts_go_to_bytes_and_back(self):
        for _, body in blocks("script"):
            code, packed, err = sechandle("pack", "-", stdin=body.encode())
            self.assertEqual((code, err), (0, b""))
            self.assertEqual(sechandle("show", "-", stdin=packed)[1].decode(),
                             body)

    def test_errors_are_refused_with_the_message(self):
        for _, body in blocks("error"):
            *lines, message = body.splitlines()
            text = "\n".join(lines).encode()
            code, out, err = sechandle("pack", "-", stdin=text)
            self.assertEqual((code, out), (2, b""))
            self.assertEqual(err.decode(), f"-:{message}\n")

    def test_every_operation_and_function_is_described(self):
        vocabulary = (ROOT / "specs/operations.def").read_text()
        page = (ROOT / "specs/language.md").read_text()
        words = re.findall(r'^(?:OPERATION|FUNCTION)\(\w+, "([^"]+)"',
                           vocabulary, re.M)
        self.assertGreater(len(words), 30)
        for word in words:
            self.assertRegex(page, rf"`{re.escape(word)}[ `]", word)

    def test_every_verdict_badness_and_profile_is_described(self):
        page = (ROOT / "specs/language.md").read_text()
        rows = re.findall(r"^\| `([\w-]+)` \|", page, re.M)
        profiles = re.findall(r'^PROFILE\(\w+, "([^"]+)"',
                              (ROOT / "specs/profiles.def").read_text(), re.M)
        names = re.findall(r'"([A-Z_]{4,})"',
                           (ROOT / "specs/verdict.c").read_text())
        self.assertGreater(len(profiles), 3)
        self.assertGreater(len(names), 9)
        for name in profiles + names:
            self.assertIn(name, rows)


class Pages(unittest.TestCase):
    def check(self, rules, folder=None):
        return subprocess.run(
            [sys.executable, "-B", PAGE, "--check", "--rules", "-"]
            + (["--out", folder] if folder else []),
            input=rules, capture_output=True, check=False)

    def test_the_generated_pages_are_fresh(self):
        rules = sechandle("rules", "--json")[1]
        done = self.check(rules)
        self.assertEqual(done.returncode, 0, done.stdout.decode())

    def test_a_changed_rule_makes_the_page_stale(self):
        rules = sechandle("rules", "--json")[1]
        done = self.check(rules.replace(b"answers SEC_E_OK.", b"is fine."))
        self.assertEqual(done.returncode, 1)

    def test_a_changed_transition_makes_the_diagram_stale(self):
        rules = json.loads(sechandle("rules", "--json")[1])
        edge = next(t for t in rules["transitions"] if t["to"] == "REJECTED")
        edge["answer"] = "SEC_E_NO_CREDENTIALS"
        done = self.check(json.dumps(rules).encode())
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"lifecycle.svg", done.stdout)

    def test_an_edited_page_is_stale(self):
        rules = sechandle("rules", "--json")[1]
        with tempfile.TemporaryDirectory() as folder:
            for name in ("rules.md", "lifecycle.svg"):
                text = (ROOT / "specs" / name).read_text()
                (Path(folder) / name).write_text(text + " ")
            self.assertEqual(self.check(rules, folder).returncode, 1)

    def test_bad_input_is_refused(self):
        for bad in (b"", b"{}", b'{"version": 2}'):
            done = self.check(bad)
            self.assertEqual(done.returncode, 2, done.stderr.decode())
            self.assertTrue(done.stderr)


if __name__ == "__main__":
    unittest.main()
