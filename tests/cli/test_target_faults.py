"""test_target_faults.py: the fuzz targets raw and text find planted faults.

Each patch of FAULTS plants one fault in a copy of the tree. The target that it is
listed under is built there, with sanitizers, and run on the committed seeds: it must
end with the report that the table says, of its own or of AddressSanitizer, and tell
the seed that shows it. Patches are those of fuzz/faults, tests/faults and
proofs/mutants. All is built in build/target-faults.
"""
import concurrent.futures
import os
import shutil
import subprocess
import unittest

from common import ROOT
from faults import CC, patch_of, run

OUT = ROOT / "build/target-faults"
CLEAN = OUT / "clean"
SANITIZERS = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"

FAULTS = {
    "raw": {
        "acquire-clears-out":
            "finding: writes what it must not: AcquireCredentialsHandle",
        "credential-not-let-go":
            "finding: leaves another number of credentials: FreeCredentialsHandle",
        "read-too-far": "ERROR: AddressSanitizer: heap-buffer-overflow",
        "rejected-completes":
            "finding: goes on with a context that takes no leg: "
            "AcceptSecurityContext",
        "release-foreign-ok":
            "finding: takes what was not handed out: FreeContextBuffer",
        "reset-keeps-buffers":
            "finding: leaves another number of buffers: sechandle_reset",
        "reset-to-no-buffers":
            "finding: has no room behind sechandle_reset: EnumerateSecurityPackages",
        "reset-to-no-credentials":
            "finding: keeps to other limits than sechandle_reset was told: "
            "AcquireCredentialsHandle",
        "retired-too-early":
            "finding: has no room though it is not full: InitializeSecurityContext",
        "second-delete-invalid":
            "finding: refuses what was a context: DeleteSecurityContext",
    },
    "text": {
        "encoder-counts-one-more": "finding: another step: encode",
        "judge-keeps-differences":
            "finding: another number of findings: judge",
        "parser-column-behind": "finding: no such column: parse",
        "parser-reads-on": "ERROR: AddressSanitizer: heap-buffer-overflow",
        "printer-exchanges-outs": "finding: other answers: print",
    },
}


def build(tree, *targets):
    """Builds targets in a tree; what is built already is not built again."""
    run("make", "-s", "-C", tree, f"-j{os.cpu_count()}", "BUILD=build", f"CC={CC}",
        f"CFLAGS={SANITIZERS}", *(f"build/fuzz/{target}" for target in targets),
        seconds=900)


def run_on_seeds(tree, target):
    """Runs a target on its seeds; returns its exit code and what it printed."""
    done = subprocess.run([tree / "build/fuzz" / target, ROOT / "fuzz/seeds" / target],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          timeout=300, check=False)
    return done.returncode, done.stdout


def plant(target, name):
    """Runs a target with a fault in it."""
    tree = OUT / name
    shutil.rmtree(tree, ignore_errors=True)
    run("cp", "-a", CLEAN, tree)
    run("patch", "-s", "-p1", "-d", tree, "-i", patch_of(name))
    build(tree, target)
    return run_on_seeds(tree, target)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(OUT, ignore_errors=True)
        CLEAN.mkdir(parents=True)
        for source in ("Makefile", "ref", "specs", "tests", "fuzz"):
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
            copy(ROOT / source, CLEAN / source)
        build(CLEAN, *FAULTS)

    def test_without_a_fault_nothing_is_found(self):
        for target in FAULTS:
            code, output = run_on_seeds(CLEAN, target)
            self.assertEqual(code, 0, output)

    def test_each_fault_is_found(self):
        faults = [(target, name) for target in FAULTS for name in FAULTS[target]]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (target, name), (code, output) in zip(
                    faults, pool.map(lambda fault: plant(*fault), faults)):
                with self.subTest(name):
                    self.assertNotEqual(code, 0)
                    self.assertIn(FAULTS[target][name], output)
                    self.assertRegex(output, rf"(?m)^input: {ROOT}/fuzz/seeds/"
                                             rf"{target}/\S+$")


if __name__ == "__main__":
    unittest.main()
