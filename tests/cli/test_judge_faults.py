"""test_judge_faults.py: sechandle judge finds faults that are planted in the reference,
from outside: through a shared library that has them.

Each patch of FAULTS must break the rule beside it, as badly as stands there. For those
of SHOWN the least scenario is looked for, and the C program that shows it must exit with
1 if it is linked with the fault, and with 0 if not. What shows in counts alone is not
seen through a library; test_faults.py has those.
"""
import concurrent.futures
import json
import os
import subprocess
import unittest
from pathlib import Path

from common import ROOT
from faults import CC, OUT, build, patch_of, plant, run

FAULTS = {
    "acquire-for-nobody": ("acquire_null_out_refused", "STATUS"),
    "acquire-half-delivered": ("live_accepted", "UNSAFE"),
    "complete-nothing": ("complete_never_valid_invalid", "STATUS"),
    "delete-clears-struct": ("delete_struct_untouched", "STATUS"),
    "delete-empties-pool": ("buffer_outlives_context", "STATUS"),
    "ended-is-never": ("delete_deleted_ok", "STATUS"),
    "export-always-deletes": ("export_keeps_context", "UNSAFE"),
    "export-clears-struct": ("in_struct_untouched", "STATUS"),
    "export-never-deletes": ("export_delete_old_deletes", "UNSAFE"),
    "free-ends-contexts": ("context_outlives_credential", "OUTSIDE"),
    "generation-not-bumped": ("create_never_reissues", "UNSAFE"),
    "import-refused-later": ("import_independent", "UNSAFE"),
    "import-unchecked": ("import_never_exported_refused", "STATUS"),
    "kinds-alike": ("free_never_valid_invalid", "STATUS"),
    "list-of-nobody": ("every_call_answers", "UNSAFE"),
    "null-is-first-credential": ("leg_null_credential_refused", "STATUS"),
    "old-handle-accepted": ("live_accepted", "UNSAFE"),
    "rejected-completes": ("rejected_never_completes", "OUTSIDE"),
    "release-foreign-ok": ("release_foreign_refused", "OUTSIDE"),
    "unissued-is-deleted": ("delete_unissued_invalid", "STATUS"),
    "use-is-empty": ("use_never_valid_invalid", "UNSAFE"),
}
SHOWN = ["ended-is-never", "generation-not-bumped", "list-of-nobody"]
FOLDER = OUT / "judge"


def link_library(folder, file):
    """Links the shared library with the fault in a folder, into that folder."""
    objects = [path for path in (OUT / "pic/ref").glob("*.o")
               if path.stem != Path(file).stem]
    run(CC, "-shared", "-Wl,-soname,libsechandle.so.0",
        f"-Wl,--version-script={ROOT}/ref/sechandle.map", folder / "faulty.o", *objects,
        "-pthread", "-o", folder / "libsechandle.so.0")
    return folder / "libsechandle.so.0"


def judged(name):
    """Plants a fault; returns the results of judging the library."""
    folder = FOLDER / name
    FOLDER.mkdir(exist_ok=True)
    library = link_library(folder, plant(patch_of(name), folder, "-fPIC"))
    options = ["--programs", folder / "programs"] if name in SHOWN else ["--no-shrink"]
    done = subprocess.run([OUT / "sechandle", "judge", "--json", "--profile=reference",
                           "--jobs=1", "--sspi", library, *options],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1, f"{name}: {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def exit_code(program, folder):
    """The exit code of a program with the library in a folder."""
    return subprocess.run([program], capture_output=True, check=False,
                          env={**os.environ, "LD_LIBRARY_PATH": str(folder)}).returncode


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build("sechandle", "sechandle-subject", "libsechandle.so",
              "include/sechandle/sspi.h")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.results = dict(zip(FAULTS, pool.map(judged, FAULTS)))

    def test_each_breaks_its_rule(self):
        for name, (rule, badness) in FAULTS.items():
            with self.subTest(name):
                self.assertIn((rule, badness),
                              [(violation["rule"], violation["badness"])
                               for violation in self.results[name]["violations"]])

    def test_the_least_is_found_and_a_program_shows_it(self):
        for name in SHOWN:
            folder, shown = FOLDER / name, 0
            for violation in self.results[name]["violations"]:
                # Calls that overlap come out otherwise each time.
                if "concurrent" in violation["shortest"]:
                    continue
                shown += 1
                with self.subTest(f"{name}: {violation['rule']}"):
                    self.assertTrue(violation["trace"].splitlines())
                    self.assertLessEqual(len(violation["trace"].splitlines()), 8)
            self.assertGreater(shown, 0, name)
            for source in (folder / "programs").iterdir():
                program = folder / "program"
                run(CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                    f"-I{OUT}/include/sechandle", source, OUT / "libsechandle.so", "-o",
                    program)
                with self.subTest(source.name):
                    self.assertEqual([exit_code(program, folder),
                                      exit_code(program, OUT)], [1, 0])


if __name__ == "__main__":
    unittest.main()
