"""test_faulty_judge.py: faults that are planted in the model, the judge or the verdicts
show in what is judged.

Who judges too strictly says of the reference, which does all right, that it breaks a
rule: for each patch of STRICT the one beside it. Who judges too leniently misses what a
trace of tests/traces/break breaks, or how bad that is: for each patch of LENIENT that of
the trace beside it. Patches are those of tests/faults/judge and fuzz/faults.
"""
import concurrent.futures
import json
import os
import subprocess
import unittest

from common import ROOT
from faults import OUT, build, link, link_command, patch_of, plant

STRICT = {
    "judge-answer-stands-on": "live_accepted",
    "judge-first-round-alone": "delete_releases_all",
    "model-counts-twice": "credential_kept_while_needed",
    "model-forgets-copies": "delete_garbage_invalid",
    "model-forgets-deletes": "live_accepted",
    "model-import-is-credential": "create_delivers_handle",
    "model-incomplete-is-refused": "rejected_never_completes",
    "model-releases-not": "buffer_outlives_context",
    "model-second-delete-invalid": "delete_deleted_ok",
    "verdict-blames-the-caller": "duty_delete_every_context",
}
LENIENT = {
    "judge-any-order-will-do": ("concurrent_calls_atomic", "OUTSIDE"),
    "judge-counts-no-residue": ("delete_wipes_keys", "UNSAFE"),
    "judge-one-order-alone": ("concurrent_calls_atomic", "OUTSIDE"),
    "judge-sees-no-struct": ("create_fresh", "UNSAFE"),
    "model-any-status-deletes": ("delete_no_other_status", "STATUS"),
    "model-demands-no-credential": ("credential_kept_while_needed", "UNSAFE"),
    "model-keeps-users": ("credential_released_when_unneeded", "UNSAFE"),
    "model-refuses-nothing": ("init_deleted_invalid", "UNSAFE"),
    "model-reissue-is-fresh": ("create_never_reissues", "UNSAFE"),
    "verdict-chosen-is-open": ("delete_swapped_invalid", "OUTSIDE"),
    "verdict-counts-not": ("delete_spares_buffers", "UNSAFE"),
    "verdict-crash-is-a-status": ("every_call_answers", "UNSAFE"),
    "verdict-last-round-counts": ("delete_releases_all.freerdp-pr-12609", "UNSAFE"),
    "verdict-never-in-doubt": ("import_independent", "UNSAFE"),
    "verdict-orders-not": ("concurrent_calls_atomic", "OUTSIDE"),
    "verdict-serves-nothing": ("query_deleted_invalid", "UNSAFE"),
    "verdict-tolerates-for-all": ("delete_deleted_ok", "STATUS"),
}
FOLDER = OUT / "judging"
RECORDED = f"/usr/bin/python3 -B {ROOT}/tests/subjects/recorded.py"


def violations(program, *arguments):
    """The rules that are broken, each with how bad that is, as a program judges it."""
    done = subprocess.run([program, "judge", "--json", "--no-shrink", "--jobs=1",
                           "--timeout=30", "--profile=reference", *arguments],
                          capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"{program}: {done.returncode}: {done.stderr}"
    return {(violation["rule"], violation["badness"])
            for violation in json.loads(done.stdout)["violations"]}


def of_reference(program):
    return violations(program, "--subject", OUT / "sechandle-subject")


def of_trace(program, name):
    trace = ROOT / f"tests/traces/break/{name}.trace"
    return violations(program, "--subject", f"{RECORDED} {trace}", trace)


def planted(name):
    """What a program with that fault finds."""
    folder = FOLDER / name
    plant(patch_of(name), folder)
    program = link("sechandle", folder)
    return of_reference(program) if name in STRICT else of_trace(program,
                                                                 LENIENT[name][0])


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build("sechandle", "sechandle-subject")
        link_command("sechandle") # once, not in each thread
        FOLDER.mkdir(exist_ok=True)
        names = [*STRICT, *LENIENT]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.found = dict(zip(names, pool.map(planted, names)))

    def test_without_a_fault_what_is_right_is_told_from_what_is_wrong(self):
        self.assertEqual(of_reference(OUT / "sechandle"), set())
        for name, badness in set(LENIENT.values()):
            self.assertIn((name.split(".")[0], badness),
                          of_trace(OUT / "sechandle", name))

    def test_the_reference_breaks_a_rule_for_who_is_too_strict(self):
        for name, rule in STRICT.items():
            with self.subTest(name):
                self.assertIn(rule, {broken for broken, _ in self.found[name]})

    def test_a_breach_is_missed_by_who_is_too_lenient(self):
        for name, (trace, badness) in LENIENT.items():
            with self.subTest(name):
                self.assertNotIn((trace.split(".")[0], badness), self.found[name])

    def test_every_patch_is_planted(self):
        self.assertLessEqual({path.stem for path in
                              (ROOT / "tests/faults/judge").glob("*.patch")},
                             {*STRICT, *LENIENT})


if __name__ == "__main__":
    unittest.main()
