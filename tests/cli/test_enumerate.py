"""test_enumerate.py: the program enumerate runs what it says that it runs.

Merging states loses nothing: what is counted is the same whether each sequence is run,
or one of all that lead to equal states, or one of those that differ in dead words alone;
and there each call is made once for all states that look the same to it.
And faults that are planted in the reference or in the model are found, by scenarios than
which none is shorter, in whichever way states are merged. All is built in build/faults.
"""
import concurrent.futures
import functools
import json
import os
import pty
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from faults import OUT, build, link, patch_of, plant

PROGRAM = OUT / "fuzz/enumerate"

# The patches; the rule that each breaks first, and the fewest steps that show it: those
# that make what is called on, and the call.
FAULTS = {
    "null-delete-ok": ("delete_null_invalid", 1),
    "list-of-nobody": ("every_call_answers", 1),
    # NULL is deleted, or a struct that holds the mark.
    "statuses-exchanged": ("delete_null_invalid", 1),
    "pseudo-deleted-forgotten": ("delete_pseudo_deleted_ok", 2),
    # acquire, and a leg on the credential as a context.
    "one-struct-as-both": ("init_never_valid_invalid", 2),
    # acquire, and a leg that makes a context of the credential's value.
    "kinds-alike": ("create_fresh", 2),
    # acquire, free.
    "credential-not-let-go": ("credential_released_when_unneeded", 2),
    "secret-not-wiped": ("delete_wipes_keys", 2),
    # acquire, free, acquire.
    "generation-not-bumped": ("create_never_reissues", 3),
    "second-free-ok": ("free_freed_invalid", 3),
    # acquire, init, delete.
    "key-not-wiped": ("delete_wipes_keys", 3),
    "delete-frees-credential": ("credential_kept_while_needed", 3),
    # Two steps make the words, each from those of the other struct, and a leg is given
    # both.
    "pair-answered-ok": ("init_never_valid_invalid", 3),
    # acquire, init, accept with what that made.
    "hello-refused": ("live_accepted", 3),
    # A function answers for NULL, a struct is made other than zero, and it answers.
    "sending-looks-at-null": ("unsupported_whatever_handle", 3),
    # acquire, init, delete, and once more.
    "second-delete-invalid": ("delete_deleted_ok", 4),
    # acquire, init, accept with what that made, and init on what came of it.
    "initiator-for-acceptor": ("leg_wrong_side_refused", 4),
    "model-second-delete-invalid": ("delete_deleted_ok", 4),
    # acquire, two contexts, and one of them is deleted.
    "model-counts-twice": ("credential_kept_while_needed", 4),
}
# The same, and the names that they need.
NAMED_FAULTS = {
    "release-foreign-ok": ("release_foreign_refused", 2, "k1,c1,b1"),
    # acquire, init, query into a buffer, delete.
    "delete-empties-pool": ("delete_spares_buffers", 4, "k1,c1,b1"),
    # acquire, and init with the one name that asks for integrity.
    "integrity-refused": ("live_accepted", 2, "k1,c1,c2"),
    # acquire, init, and init with the one name that holds no handle by then.
    "model-wants-live-out": ("first_leg_creates", 3, "k1,c1,c3"),
    # acquire twice, free, init; and acquire, init, delete, init: the two images before the
    # last step look the same to it and to the model.
    "refused-once-freed": ("live_accepted", 4, "k1,c1"),
    "refused-once-deleted": ("live_accepted", 4, "k1,c1"),
}


def enumerate_(*arguments, program=PROGRAM):
    """Runs the program; returns its exit code, and its JSON or what it complains of."""
    done = subprocess.run([program, *arguments, "--json"], capture_output=True,
                          text=True, timeout=600, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def counted(merge, *arguments):
    """What is counted of states, by depth, and the number of sequences."""
    code, report = enumerate_(f"--merge={merge}", *arguments)
    # Where the program sees that dead words differ, it merges less than it is told.
    assert (code, report["merged"]) == (0, merge), report
    return [(row["sequences"], row.get("states"), row.get("leading"), row.get("digest"))
            for row in report["depths"]]


def plant_program(name):
    """Builds the program with a fault."""
    folder = OUT / "enumerate" / name
    plant(patch_of(name), folder)
    return link("fuzz/enumerate", folder)


def judged(trace):
    """The rules that a trace breaks, with their lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".trace") as file:
        file.write(trace)
        file.flush()
        done = subprocess.run([OUT / "sechandle", "check", "--json", "--party",
                               "implementation", file.name], capture_output=True,
                              text=True, check=False)
    report = json.loads(done.stdout)["files"][0]
    assert not report["errors"], report
    return [(finding["rule"], finding["line"]) for finding in report["findings"]]


class Merging(unittest.TestCase):
    """What is counted is the same however states are merged."""

    @classmethod
    def setUpClass(cls):
        build("fuzz/enumerate")

    def same(self, first, second, *arguments):
        self.assertEqual(counted(*first, *arguments), counted(*second, *arguments))

    def test_equal_states_stand_for_all_sequences(self):
        for arguments in (("--names=c1", "--depth=3"),
                          ("--names=c2,b1", "--depth=2", "--ends"),
                          ("--names=k1,c2", "--depth=2", "--ends")):
            with self.subTest(arguments):
                self.same(["none"], ["equal"], *arguments)

    def test_dead_words_stand_for_all_sequences(self):
        for arguments in (("--names=c1", "--depth=3"),
                          ("--names=c2,b1", "--depth=2", "--ends"),
                          ("--names=k1,c1", "--depth=2", "--ends")):
            with self.subTest(arguments):
                self.same(["none", "--count=dead"], ["dead"],
                          *arguments)

    def test_dead_words_stand_for_equal_states(self):
        for arguments in (("--names=k1,c1,c2", "--depth=3"),
                          ("--names=k1,c1,c2", "--depth=3", "--limits=1,1,1,2"),
                          ("--names=c1,c2,b2", "--depth=3"),
                          ("--names=k1,c1", "--depth=3", "--ends")):
            with self.subTest(arguments):
                self.same(["equal", "--count=dead"], ["dead"],
                          *arguments)

    def test_processes_share_the_work(self):
        """What they do is the same to the last call: a process has all of an image's
        states, or what one of them has found out another would do again."""
        reports = [enumerate_(f"--jobs={jobs}", "--depth=3", "--ends")[1]["depths"]
                   for jobs in (1, 5)]
        self.assertEqual(reports[0], reports[1])

    def test_all_sequences_are_counted(self):
        code, report = enumerate_("--depth=3")
        self.assertEqual(code, 0)
        self.assertEqual([row["sequences"] for row in report["depths"]],
                         [str(report["alphabet"] ** n) for n in range(4)])
        before = [row["states"] for row in report["depths"][:-1]]
        self.assertEqual([row["transitions"] for row in report["depths"][1:]],
                         [states * report["alphabet"] for states in before])


class Faults(unittest.TestCase):
    """Planted faults are found by the shortest scenarios."""

    @classmethod
    def setUpClass(cls):
        build("fuzz/enumerate", "sechandle")
        names = [*FAULTS, *NAMED_FAULTS]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.programs = dict(zip(names, pool.map(plant_program, names)))

    def expect(self, name, rule, length, *arguments):
        """The fault is found by so many steps, and not by fewer. The judge of another
        program, which has no fault, finds the same in the trace."""
        run = functools.partial(enumerate_, *arguments, program=self.programs[name])
        code, report = run(f"--depth={length}")
        self.assertEqual(code, 1, report)
        finding = report["finding"]
        self.assertEqual(finding["line"].split(": ")[1], rule)
        self.assertEqual(finding["steps"], length)
        self.assertEqual(len(finding["trace"].splitlines()), length)
        self.assertEqual(judged(finding["trace"]),
                         [] if name.startswith("model-") else [(rule, length)])
        if length > 1:
            self.assertEqual(run(f"--depth={length - 1}")[0], 0)

    def test_faults_are_found(self):
        for name, wanted in FAULTS.items():
            with self.subTest(name):
                self.expect(name, *wanted, "--names=k1,c1")

    def test_faults_that_need_other_names_are_found(self):
        for name, (rule, length, names) in NAMED_FAULTS.items():
            with self.subTest(name):
                # One process meets all images.
                self.expect(name, rule, length, f"--names={names}", "--jobs=1")

    def test_where_dead_words_make_a_difference_less_is_merged(self):
        program = self.programs["one-struct-as-both"]
        code, report = enumerate_("--names=c1", "--depth=2", program=program)
        self.assertEqual((code, report["merged"]), (1, "equal"))

    def test_the_length_is_the_same_where_only_equal_states_are_merged(self):
        for name, wanted in FAULTS.items():
            if wanted[1] <= 3:
                with self.subTest(name):
                    self.expect(name, *wanted, "--names=k1,c1", "--merge=equal")


class Program(unittest.TestCase):
    """What it prints, and how it ends."""

    @classmethod
    def setUpClass(cls):
        build("fuzz/enumerate")

    def test_table(self):
        done = subprocess.run([PROGRAM, "--depth=2"], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split(),
                         ["depth", "states", "new", "transitions", "calls", "sequences"])
        self.assertEqual([line.split()[0] for line in lines[1:4]], ["0", "1", "2"])
        self.assertIn("no disagreement", lines[-1])

    def test_progress_is_for_a_terminal(self):
        terminal, end = pty.openpty()
        done = subprocess.run([PROGRAM, "--depth=3"], stdout=subprocess.PIPE,
                              stderr=end, check=False)
        os.close(end)
        shown = os.read(terminal, 4096).decode()
        os.close(terminal)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(shown, r"^\rdepth 1: \d of 1 states, ")
        self.assertRegex(shown, r"\r *\r$")

    def test_help(self):
        done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("\nExit codes: 0 all were run", done.stdout)

    def test_memory_that_is_used_up(self):
        done = subprocess.run([PROGRAM, "--merge=equal", "--depth=5", "--memory=16"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("the memory is used up (--memory)", done.stdout)
        self.assertEqual(done.stdout.splitlines()[-2].split()[-1], "some")

    def ended_by(self, end):
        """What it prints if it is ended while it is at work: called with it and with the
        processes that it has started."""
        with subprocess.Popen([PROGRAM, "--depth=20", "--jobs=2"],
                              stdout=subprocess.PIPE, text=True) as process:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            time.sleep(2)
            # Between two layers of states there is none.
            while not (started := children.read_text().split()):
                time.sleep(0.01)
            end(process, [int(pid) for pid in started])
            output = process.communicate(timeout=60)[0]
        return process.returncode, output

    def test_interrupt(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                code, output = self.ended_by(
                    lambda process, _: process.send_signal(number))
                self.assertEqual(code, 2)
                self.assertIn(" GiB: stopped\n", output)
                self.assertEqual(output.splitlines()[1].split(),
                                 ["0", "1", "0", "0", "1"])

    def test_a_process_of_it_that_is_killed(self):
        code, output = self.ended_by(
            lambda _, started: os.kill(started[0], signal.SIGKILL))
        self.assertEqual(code, 2)
        self.assertIn("a process was killed or not started", output)

    def test_its_processes_end_with_it(self):
        started = []

        def kill(process, pids):
            started.extend(pids)
            process.kill()

        # They hold the pipe: when that ends, they have.
        self.assertEqual(self.ended_by(kill), (-signal.SIGKILL, ""))
        self.assertTrue(started)
        for pid in started:
            self.assertFalse(Path(f"/proc/{pid}/exe").exists())

    def test_wrong_arguments(self):
        for argument, complaint in (
                ("--depth=0", "--depth: '0', expected a number from 1 to 32"),
                ("--depth=x", "--depth: 'x', expected a number from 1 to 32"),
                ("--jobs=65", "--jobs: '65', expected a number from 1 to 64"),
                ("--memory=15", "--memory: '15', expected a number from 16 to 32768"),
                ("--names=k1,,c1", "--names: '' is no name"),
                ("--names=k1,init", "--names: 'init' is no name"),
                ("--names=k1,k1", "--names: 'k1' is there twice"),
                ("--names=a,c,d,e,f,g,h", "--names: expected at most 6 names"),
                ("--limits=2,2,2", "--limits: '2,2,2', expected four numbers up to "
                                   "4,4,3,64, the last two from 1 on"),
                ("--limits=5,2,2,1", "--limits: '5,2,2,1', expected four numbers up to "
                                     "4,4,3,64, the last two from 1 on"),
                ("--merge=all", "--merge: 'all', expected dead, equal or none"),
                ("--count=none", "--count: what is merged is not counted apart"),
                ("c1", "'c1', expected no argument")):
            with self.subTest(argument):
                done = subprocess.run([PROGRAM, argument], capture_output=True,
                                      text=True, check=False)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"enumerate: {complaint}\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
