"""test_mutants.py: proofs/mutants.py tells faults that the proof refuses from
changes that it does not notice."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import ROOT

# It changes the text of a function and nothing that it does.
EQUIVALENT = """\
The same answer in another way.

--- a/ref/words.c
+++ b/ref/words.c
@@ -1,4 +1,4 @@
 {
-	words->dwLower = base + h.slot;
+	words->dwLower = h.slot + base;
 	words->dwUpper = h.generation;
 }
"""


def mutants(*arguments):
    """Runs the program."""
    with tempfile.TemporaryDirectory() as out:
        return subprocess.run(
            [sys.executable, "-B", ROOT / "proofs/mutants.py", "--out", out,
             *arguments], capture_output=True, text=True, check=False)


class Mutants(unittest.TestCase):
    def test_a_fault_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            fault = Path(folder) / "fault.patch"
            fault.write_text(EQUIVALENT.replace("h.slot + base", "h.slot"))
            done = mutants(str(fault))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"fault +refused: words_write_ensures")
        self.assertIn("1 mutants, 0 survive", done.stdout)

    def test_a_change_that_is_no_fault_survives(self):
        with tempfile.TemporaryDirectory() as folder:
            patch = Path(folder) / "equivalent.patch"
            patch.write_text(EQUIVALENT)
            done = mutants(str(patch))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("equivalent survives: The same answer in another way.",
                      done.stdout)

    def test_a_patch_that_is_missing_or_does_not_fit_exits_with_2(self):
        with tempfile.TemporaryDirectory() as folder:
            patch = Path(folder) / "stale.patch"
            patch.write_text(EQUIVALENT.replace(" {", " {{"))
            for name, reason in (("none", "there is no such mutant"),
                                 (str(patch), "fits 0 places in ref/words.c")):
                done = mutants(name)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(reason, done.stderr)

    def test_every_committed_patch_fits(self):
        sys.path.insert(0, str(ROOT / "proofs"))
        import mutants as program
        patches = sorted(program.PATCHES.glob("*.patch"))
        self.assertGreaterEqual(len(patches), 100)
        for patch in patches:
            with self.subTest(patch.name):
                program.changed(ROOT, patch)


if __name__ == "__main__":
    unittest.main()
