"""test_faults.py: the traces and scripts tell a faulty implementation from a right one.

Each patch of FAULTS plants one fault in ref/. The program drive is built with it,
and runs the operations of all traces and of tests/faults/*.script; the judge must
then find the rule broken that the fault is named with, beside others. Every rule
that binds the implementation is broken by one of the faults at least, so no rule is
there that nothing would be caught by.

The patches are those of proofs/mutants, where one will do, and of tests/faults.
"""
import concurrent.futures
import json
import os
import subprocess
import unittest

from common import ROOT
from faults import OUT, build, link, patch_of, plant, run

PATCHES = ROOT / "tests/faults"

# Options of drive, and what it runs with them: with room for all, and with so little
# that the scripts use it up.
RUNS = [([], [*ROOT.glob("tests/traces/break/*.trace")]),
        (["--limits=4,3,3,3"], [*ROOT.glob("tests/traces/keep/*.trace"),
                                *PATCHES.glob("*.script")])]

# The patches, and a rule that each must break.
FAULTS = {
    "acquire-clears-out": "acquire_failed_creates_nothing",
    "acquire-delivers-garbage": "create_never_confusable",
    "acquire-for-nobody": "acquire_null_out_refused",
    "acquire-half-delivered": "live_accepted",
    "acquire-keeps-last": "exhaustion_creates_nothing",
    "begin-despite-error": "first_leg_failed_creates_nothing",
    "begin-without-credential": "leg_bad_credential_invalid",
    "block-handed-twice": "release_live_ok",
    "block-not-marked": "buffer_outlives_context",
    "complete-nothing": "complete_never_valid_invalid",
    "credential-not-let-go": "credential_released_when_unneeded",
    "delete-clears-struct": "delete_struct_untouched",
    "delete-does-nothing": "delete_releases_all",
    "delete-empties-pool": "delete_spares_buffers",
    "delete-frees-credential": "credential_kept_while_needed",
    "delete-null-parameter": "delete_no_other_status",
    "delete-words-exchanged": "delete_complete_ok",
    "ended-is-never": "delete_deleted_ok",
    "export-always-deletes": "export_keeps_context",
    "export-clears-struct": "in_struct_untouched",
    "export-never-deletes": "export_delete_old_deletes",
    "export-nothing": "export_never_valid_invalid",
    "failed-leg-deletes": "later_leg_failed_stays_live",
    "free-ends-contexts": "context_outlives_credential",
    "free-null-parameter": "free_no_other_status",
    "free-while-used": "free_used_ok",
    "generation-not-bumped": "create_never_reissues",
    "import-clears-out": "import_failed_creates_nothing",
    "import-for-nobody": "import_null_out_refused",
    "import-refused-later": "import_independent",
    "import-unchecked": "import_never_exported_refused",
    "initiator-for-acceptor": "leg_wrong_side_refused",
    "key-not-wiped": "delete_wipes_keys",
    "kinds-alike": "free_never_valid_invalid",
    "later-leg-begins": "leg_zero_context_invalid",
    "leg-delivers-on-error": "first_leg_failed_out_untouched",
    "leg-delivers-to-null": "later_leg_null_out_answers",
    "leg-delivers-zeros": "create_never_reserved",
    "leg-loses-handle": "later_leg_same_handle",
    "leg-without-credential": "later_leg_bad_credential_invalid",
    "list-of-nobody": "every_call_answers",
    "name-is-no-name": "release_frees",
    "null-delete-ok": "delete_null_invalid",
    "null-is-first-credential": "leg_null_credential_refused",
    "old-handle-accepted": "others_untouched",
    "pseudo-deleted-forgotten": "delete_pseudo_deleted_ok",
    "query-of-nothing": "query_never_valid_invalid",
    "rejected-completes": "rejected_never_completes",
    "release-foreign-ok": "release_foreign_refused",
    "release-keeps": "release_frees",
    "release-null-parameter": "release_null_harmless",
    "release-says-ok": "concurrent_calls_atomic",
    "second-delete-invalid": "delete_deleted_for_ever",
    "second-free-ok": "free_freed_invalid",
    "sending-looks-at-null": "unsupported_whatever_handle",
    "statuses-exchanged": "delete_garbage_invalid",
    "unissued-is-deleted": "delete_unissued_invalid",
    "use-is-empty": "use_never_valid_invalid",
    "virgin-not-counted": "create_fresh",
}


def broken_by(drive, folder):
    """The rules that an implementation breaks."""
    traces = []
    for number, (options, scenarios) in enumerate(RUNS):
        output = folder / f"traces-{number}"
        output.mkdir(parents=True, exist_ok=True)
        run(drive, *options, f"--output={output}", *scenarios)
        traces += [output / path.name for path in scenarios]
    done = subprocess.run([OUT / "sechandle", "check", "--json", "--party",
                           "implementation", *traces], capture_output=True,
                          text=True, check=False)
    report = json.loads(done.stdout)["files"]
    assert done.returncode < 2 and len(report) == len(traces), done.stderr
    return {finding["rule"] for file in report for finding in file["findings"]}


def try_fault(name):
    """Plants a fault; returns the file that it is in and the rules it breaks."""
    file = plant(patch_of(name), OUT / name)
    return file, broken_by(link("drive", OUT / name), OUT / name)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build("drive", "sechandle")
        rules = json.loads(run(OUT / "sechandle", "rules", "--json"))["rules"]
        cls.rules = {rule["id"] for rule in rules
                     if rule["party"] == "implementation"}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.planted = dict(zip(FAULTS, pool.map(try_fault, FAULTS)))

    def test_without_a_fault_no_rule_is_broken(self):
        self.assertEqual(broken_by(OUT / "drive", OUT / "none"), set())

    def test_each_fault_breaks_its_rule(self):
        for name, rule in FAULTS.items():
            with self.subTest(name):
                self.assertIn(rule, self.planted[name][1])

    def test_each_rule_is_broken_by_a_fault(self):
        broken = set().union(*(rules for _, rules in self.planted.values()))
        self.assertEqual(broken, self.rules)

    def test_there_are_faults_in_every_file(self):
        self.assertEqual({file for file, _ in self.planted.values()},
                         {f"ref/{path.name}" for path in ROOT.glob("ref/*.c")})

    def test_every_patch_is_planted(self):
        self.assertLessEqual({path.stem for path in PATCHES.glob("*.patch")},
                             set(FAULTS))


if __name__ == "__main__":
    unittest.main()
