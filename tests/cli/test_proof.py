"""The proof runner: every gate fails for its own reason, and only for that."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT

PYTHON = "/usr/bin/python3"
PROVE = ROOT / "proofs/prove.py"
MUST_FAIL = sorted((ROOT / "proofs/must-fail").glob("*.c"))
HEADER = re.compile(r'/\* Fails at ([\w, ]+?)(?: \("(.*?)"\))?: ')


def prove(root, *arguments, **environment):
    """Runs prove.py on a source tree; returns the finished process."""
    return subprocess.run(
        [PYTHON, "-B", PROVE, "--root", root, *arguments], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **environment}, check=False)


class Tree:
    """A source tree with some of the must-fail files as its reference."""

    def __init__(self, *names):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        (self.root / "ref").mkdir()
        (self.root / "proofs").mkdir()
        for name in names:
            shutil.copy(ROOT / f"proofs/must-fail/{name}.c", self.root / "ref")
        self.write("files.txt", "\n".join(f"ref/{name}.c" for name in names))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def write(self, name, content):
        """Writes a file below proofs/, as text or as JSON."""
        if not isinstance(content, str):
            content = json.dumps(content)
        (self.root / "proofs" / name).write_text(content)

    def prove(self, *arguments):
        """Proves the tree; returns the process and the receipt's faults, as
        (gate, place, text)."""
        # Some of the false goals would keep z3 busy for as long as it may.
        done = prove(self.root, "--configuration", "64-bit", "--seconds", "3",
                     *arguments)
        receipt = json.loads((self.root / "build/proof/receipt.json").read_text())
        return done, [(fault["gate"], fault["place"], fault["text"])
                      for fault in receipt["faults"]]


class Gates(unittest.TestCase):
    def test_every_must_fail_file_fails_at_its_gates_and_no_other(self):
        with Tree(*(path.stem for path in MUST_FAIL)) as tree:
            done, faults = tree.prove()
        self.assertEqual(done.returncode, 1, done.stderr)
        for path in MUST_FAIL:
            with self.subTest(path.name):
                gates, reason = HEADER.match(path.read_text()).groups()
                place = re.compile(rf"(64-bit )?ref/{path.name}(:\d+)?")
                # No goal is committed for these, which is no news.
                found = [(gate, text) for gate, where, text in faults
                         if place.fullmatch(where) and gate != "expected"]
                wanted = set(gates.split(", ")) - {"nothing"}
                self.assertEqual({gate for gate, _ in found}, wanted, found)
                self.assertTrue(not reason or any(reason in text
                                                  for _, text in found), found)

    def test_every_gate_has_a_test(self):
        tested = set(re.findall(r"\w+", " ".join(
            HEADER.match(path.read_text()).group(1) for path in MUST_FAIL)))
        text = Path(__file__).read_text()
        shown = prove(ROOT, "--help").stdout
        gates = re.findall(r"^  (\w+) +\w", shown.split("gates:\n")[1]
                           .split("\n\n")[0], re.M)
        self.assertGreater(len(gates), 10)
        for gate in gates:
            self.assertTrue(gate in tested or f'"{gate}: ' in text, gate)


class Committed(unittest.TestCase):
    """What is committed beside the sources fits what is proved."""

    exception = {"file": "ref/both.c", "goal": "squares: squares_ensures_squares",
                 "not by": "CVC4:1.8", "configurations": ["64-bit"],
                 "reason": "it is to fail"}
    entry = {"file": "ref/warnings.c", "place": "ref/warnings.c",
             "text": "Cast with incompatible pointers types",
             "reason": "it is to warn"}

    def test_accept_writes_what_the_next_run_expects(self):
        with Tree("passes", "both", "warnings") as tree:
            expected = tree.root / "proofs/expected"
            done, _ = tree.prove("--accept", "ref/both.c")
            self.assertEqual(done.returncode, 1)
            self.assertIn("--accept is refused", done.stderr)
            self.assertFalse(expected.exists())
            tree.write("exceptions.json", [self.exception])
            tree.write("ledger.json", [self.entry])
            done, faults = tree.prove("--accept")
            self.assertEqual((done.returncode, faults), (0, []), done.stderr)
            done, faults = tree.prove()
            self.assertEqual((done.returncode, faults), (0, []), done.stderr)
            self.receipt(tree, done.stdout)
            self.spoil(tree, expected / "ref-passes.json")
            done, faults = tree.prove()
        self.assertEqual(done.returncode, 1)
        self.spoilt(faults)

    def receipt(self, tree, said):
        """Checks what a run that proves everything tells."""
        receipt = json.loads((tree.root / "build/proof/receipt.json").read_text())
        self.assertEqual(receipt["schema"], "sechandle-proof-receipt/1")
        self.assertEqual(receipt["verdict"], "proved")
        self.assertIn("ref/passes.c", receipt["sha256"])
        self.assertEqual(len(receipt["runs"]), 3)
        for tool, version in receipt["versions"].items():
            self.assertIn(f"{tool} {version}", said)
        self.assertIn("PROVED in ", said)
        self.assertIn("1 exceptions, 0 faults", said)
        self.assertNotIn("\r", said)

    def spoil(self, tree, expected):
        """Commits what is not so."""
        said = json.loads(expected.read_text())
        said["smoke tests"]["64-bit"] += 1
        self.gone = said["goals"]["every configuration"].pop()
        said["goals"]["every configuration"].append("no: such_goal")
        expected.write_text(json.dumps(said))
        tree.write("exceptions.json", [
            self.exception, {**self.exception, "not by": "Z3:4.8.12"},
            {**self.exception, "goal": "no: such_goal", "reason": ""},
            {**self.exception, "file": "ref/none.c"}])
        tree.write("ledger.json", [
            self.entry, {**self.entry, "text": "never said"},
            {**self.entry, "reason": ""}])
        (tree.root / "ref/forgotten.c").write_text("int forgotten;\n")

    def spoilt(self, faults):
        """Checks that all of it is told."""
        said = "\n".join(f"{gate}: {text}" for gate, _, text in faults)
        for fault in (
                "expected: missing goal: no: such_goal",
                f"expected: new goal: {self.gone}",
                "smoke tests passed, expected",
                f"exceptions: stale, Z3:4.8.12 proves it: {self.exception['goal']}",
                "exceptions: unknown goal: no: such_goal",
                "exceptions: without reason or configurations: ",
                "exceptions: unknown file: ",
                "more than a twentieth",
                "ledger: stale: ",
                "ledger: without reason: ",
                "core: not among the proved files"):
            self.assertIn(fault, said)
        self.assertEqual({gate for gate, _, _ in faults},
                         {"expected", "exceptions", "ledger", "core"}, said)


class Usage(unittest.TestCase):
    def test_wrong_usage_is_told_and_exits_with_2(self):
        for arguments in (["--nope"], ["--configuration", "16-bit"],
                          ["--jobs", "0"], ["--seconds", "0"], ["ref/none.c"]):
            done = prove(ROOT, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(arguments[0].lstrip("-"), done.stderr)
        done = prove(ROOT / "none")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("files.txt", done.stderr)

    def test_a_missing_prover_is_told_and_exits_with_2(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("frama-c", "why3", "cvc4", "gcc"):
                (Path(folder) / tool).symlink_to(shutil.which(tool))
            done = prove(ROOT, PATH=folder)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("not found: z3;", done.stderr)

    def test_help_names_gates_and_exit_status(self):
        done = prove(ROOT, "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("exit status: 0 proved, 1 a gate failed, 2", done.stdout)


if __name__ == "__main__":
    unittest.main()
