"""test_campaign.py: fuzz/campaign.py runs campaigns, keeps what they find and tells of
it. It runs on a small tree whose targets fail on words that nobody finds by chance,
but for `easy`, which fails on most inputs."""
import contextlib
import hashlib
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path
from unittest import mock

from common import ROOT

sys.path.insert(0, str(ROOT / "fuzz"))

import campaign
import engines
import jobs
import store

CAMPAIGN = ROOT / "fuzz/campaign.py"

MAKEFILE = """\
FUZZING_ENGINE ?= fuzz/runner.c
FUZZING_LINKER ?= $(CC)
COVERAGE_CC ?= $(CC)
targets: $(patsubst fuzz/%.target,$(BUILD)/fuzz/%,$(wildcard fuzz/*.target))
$(BUILD)/fuzz/%: fuzz/%.c ref/f.c
	@mkdir -p $(@D)
	$(COVERAGE_CC) $(CFLAGS) $(COVERAGE) $(SANITIZE) -c $< -o $@.o
	$(COVERAGE_CC) $(CFLAGS) $(COVERAGE) $(SANITIZE) -c ref/f.c -o $@.f.o
	$(FUZZING_LINKER) $(CFLAGS) $(SANITIZE) $@.o $@.f.o $(FUZZING_ENGINE) -o $@
$(BUILD)/sechandle: sechandle
	@mkdir -p $(@D)
	cp $< $@
"""

TARGET = """\
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int f(int x);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int begins(const uint8_t *data, size_t size, const char *word)
{
	return size >= strlen(word) && memcmp(data, word, strlen(word)) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (FAILS) {
		fprintf(stderr, "finding: toy_rule: delete -> BAD\\nmore\\n");
		abort();
	}
	if (begins(data, size, "sanitizer")) {
		char *room = malloc(size);
		room[size] = 1;
		free(room);
	}
	while (begins(data, size, "never ends"))
		;
	return size > 2 && data[0] == 'x' && data[1] == 'y' ? f(data[2]) * 0 : 0;
}
"""

RUNNER = """\
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	static uint8_t data[4096];
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file)
			return 3;
		LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof data, file));
		fclose(file);
	}
	return 0;
}
"""

# Says what it was asked for; what it shrinks to is a finding.
SECHANDLE = """\
#!/bin/sh
echo "$@"
test "$1" = show
"""

FILES = {
    "Makefile": MAKEFILE, "fuzz/runner.c": RUNNER, "sechandle": SECHANDLE,
    "fuzz/toy.c": TARGET.replace("FAILS", 'begins(data, size, "fails")'),
    "fuzz/easy.c": TARGET.replace("FAILS", "size > 4"),
    "fuzz/toy.target": "",
    "ref/f.c": "int f(int x);\nint f(int x)\n{\n\treturn x == 'z' ? 1 : 2;\n}\n",
    "fuzz/seeds/toy/xyz": "xyz",
}


TEMPLATE = tempfile.TemporaryDirectory()


def setUpModule():
    """Makes the tree that all tests begin with, toy built for two engines."""
    root = Path(TEMPLATE.name)
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "sechandle").chmod(0o755)
    for engine in ("libfuzzer", "libfuzzer-sanitizers", "afl"):
        engines.ENGINES[engine].build(root, Path("build"))


def tearDownModule():
    TEMPLATE.cleanup()


class Tree(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        shutil.copytree(TEMPLATE.name, self.root, dirs_exist_ok=True)
        self.data = self.root / ".fuzz"

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *arguments):
        return [CAMPAIGN, "--root", self.root, *map(str, arguments)]

    def ends(self, code, *arguments, **environment):
        """It ends with that exit status; returns what it printed."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True,
                              env={**os.environ, **environment}, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(bool(done.stderr), code == 2, done.stderr)
        return done.stderr if code == 2 else done.stdout

    def start(self, code, *arguments, target="toy", seconds=1, jobs=1):
        return self.ends(code, "start", "--target", target, "--seconds", seconds,
                         "--jobs", jobs, *arguments)

    def wait(self, condition):
        for _ in range(600):
            if condition():
                return
            time.sleep(0.1)
        self.fail("it did not happen within a minute")

    @contextlib.contextmanager
    def running(self, *arguments, target="toy"):
        """A campaign in a process group of its own, as a shell starts it."""
        process = subprocess.Popen(
            self.command("start", "--target", target, "--seconds=600", "--jobs=2",
                         *arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def interrupt(self, process):
        """Presses Ctrl-C; returns what the campaign printed."""
        os.killpg(process.pid, signal.SIGINT)
        return process.communicate(timeout=60)[0]

    def processes(self):
        """Those of the target that are running."""
        return [path for path in Path("/proc").glob("[0-9]*/cmdline")
                if str(self.root / "build/fuzz") in engines.read(path)]

    def folder(self, name, target="toy", engine="libfuzzer"):
        return self.data / target / engine / name

    def corpus(self, **where):
        return {path.read_text(errors="replace")
                for path in self.folder("corpus", **where).iterdir()}

    def findings(self, **where):
        """What `seen` says of all."""
        return [json.loads(path.read_text())
                for path in self.folder("findings", **where).glob("*/seen")]

    def totals(self, **where):
        return json.loads(self.folder("totals.json", **where).read_text())

    def place(self, target="toy", engine="libfuzzer"):
        return store.Place(self.root, Path("build"), self.data, target,
                           engines.ENGINES[engine])


class Start(Tree):
    def test_by_libfuzzer(self):
        out = self.start(0, seconds=2, jobs=2)
        self.assertRegex(out, r"(?x)\Atoy,\ libfuzzer:\ [23]\ s,\ 2\ jobs\n"
                              r"\ \ operations\ \ 0\ .*\n"
                              r"\ \ executions\ \ [1-9]\d+\ \(.*/s\)\n"
                              r"\ \ reached\ \ \ \ \ [1-9]\d*\ edges,\ 0\ triples\n"
                              r"\ \ corpus\ \ \ \ \ \ \d+\ inputs;\ .*\n"
                              r"\ \ findings\ \ \ \ 0,\ of\ which\ new:\ 0\n\Z")
        self.assertIn("xyz", self.corpus())
        totals = self.totals()
        self.assertGreater(totals["ever"]["executions"], 1000)
        self.assertGreater(totals["ever"]["seconds"], 1.9)
        self.assertGreater(totals["now"]["edges"], 0)

    def test_by_afl(self):
        """A main job and a secondary one; the corpora of the other engine are read at
        the beginning and meanwhile."""
        self.start(0)
        other = self.folder("corpus") / "other"
        other.write_text("from libFuzzer")
        out = self.start(0, "--engine=afl", seconds=4, jobs=2)
        self.assertRegex(out, r"executions  [1-9]\d+ ")
        self.assertRegex(out, r"reached     [1-9]\d* edges")
        self.assertLessEqual({"xyz", "from libFuzzer"}, self.corpus(engine="afl"))
        self.assertIn("We're done here",
                      self.folder("logs/main.log", engine="afl").read_text())
        self.assertFalse(self.folder("sync", engine="afl").exists())
        main, secondary = (
            [*map(str, engines.ENGINES["afl"].job(self.place(engine="afl"), name)[0])]
            for name in ("main", "secondary1"))
        self.assertIn(f"-M main -F {self.folder('corpus')}", " ".join(main))
        self.assertIn("-S secondary1 -t", " ".join(secondary))

    def test_what_fails_at_the_beginning_is_a_finding_and_stored_once(self):
        for number in range(3):
            self.write(f"fuzz/regressions/toy/{number}", f"fails {number}")
        out = self.start(1)
        self.assertIn("findings    1, of which new: 1\n"
                      "    finding: toy_rule: delete -> BAD\n      3 times, ", out)
        (seen,) = self.findings()
        self.assertEqual((seen["finding"], seen["times"]),
                         ("finding: toy_rule: delete -> BAD", 3))
        (folder,) = self.folder("findings").iterdir()
        self.assertRegex(folder.name, r"\Atoy-rule-delete-bad-[0-9a-f]{8}\Z")
        self.assertIn("fails ", (folder / "input").read_text())
        self.assertIn("finding: toy_rule: delete -> BAD\nmore\n",
                      (folder / "report").read_text())
        self.assertGreater(self.totals()["ever"]["executions"], 1000)
        self.assertEqual({text for text in self.corpus() if "fails" in text}, set())
        self.assertIn("1, of which new: 0", self.start(1))
        (again,) = self.findings()
        self.assertEqual((again["times"], again["first"]), (6, seen["first"]))

    def test_it_goes_on_after_a_finding(self):
        self.write("fuzz/easy.target", "")
        for engine, times in (("libfuzzer", 3), ("afl", 1)):
            with self.running(f"--engine={engine}", target="easy") as process:
                self.wait(lambda: sum(seen["times"] for seen in self.findings(
                    target="easy", engine=engine)) >= times)
                out = self.interrupt(process)
            self.assertEqual(process.returncode, 1, out)
            self.assertIn("    finding: toy_rule: delete -> BAD\n", out)
            self.assertEqual({seen["finding"] for seen in self.findings(
                target="easy", engine=engine)}, {"finding: toy_rule: delete -> BAD"})
            self.assertEqual(
                list(self.folder("artifacts", "easy", engine).iterdir()), [])

    def test_what_address_sanitizer_is_told(self):
        self.write("fuzz/toy.options", "[asan]\nquarantine_size_mb = 1\n")
        said = []
        for own in ({}, {"ASAN_OPTIONS": "quarantine_size_mb=2"}):
            with unittest.mock.patch.dict(os.environ, own):
                command, more = engines.ENGINES["libfuzzer-sanitizers"].job(
                    self.place(engine="libfuzzer-sanitizers"), "main")
            said.append(more["ASAN_OPTIONS"])
            self.assertNotIn("quarantine", " ".join(map(str, command)))
        self.assertEqual(said, ["quarantine_size_mb=1",
                                "quarantine_size_mb=1:quarantine_size_mb=2"])

    def test_a_ctrl_c_that_comes_early_is_no_finding(self):
        self.write("met", "")
        once = f"if rm {self.root}/met 2>/dev/null; then kill -INT $$; fi; exit 3"
        self.assertEqual(engines.execute(["sh", "-c", once], 60, []), (3, ""))
        always = "kill -INT $$"
        self.assertEqual(engines.execute(["sh", "-c", always], 60, []),
                         (-signal.SIGINT, ""))

    def test_sanitizers(self):
        self.write("fuzz/seeds/toy/bad", "sanitizer")
        self.start(1, "--sanitizers")
        # The engine may find more meanwhile.
        found = "".join(f"{seen['finding']}\n" for seen in self.findings(
            engine="libfuzzer-sanitizers"))
        self.assertRegex(found, r"(?m)^SUMMARY: AddressSanitizer: heap-buffer-overflow "
                                r"\S*fuzz/toy\.c:22:14 in ")

    def test_what_never_ends_is_a_finding(self):
        self.write("fuzz/toy.options", "[libfuzzer]\ntimeout = 1\n")
        self.write("fuzz/seeds/toy/bad", "never ends")
        self.start(1)
        (seen,) = self.findings()
        self.assertEqual(seen["finding"], "SUMMARY: libFuzzer: timeout")

    def test_what_a_killed_campaign_left_is_gathered(self):
        self.start(0, "--engine=afl")
        folder = self.folder("", engine="afl")
        for name, text in (("sync/main/queue/id:000000,orig", "in the queue"),
                           ("sync/main/crashes/id:000000,sig:06", "fails"),
                           ("corpus/kept", "in the corpus")):
            self.write(folder / name, text)
        (folder / "corpus").rename(folder / "corpus.old")
        self.start(1, "--engine=afl")
        self.assertLessEqual({"in the queue", "in the corpus"},
                             self.corpus(engine="afl"))
        self.assertEqual(len(self.findings(engine="afl")), 1)
        self.assertFalse((folder / "corpus.old").exists())

    def test_a_job_that_cannot_run_is_told(self):
        self.write("Makefile", MAKEFILE.replace("$(COVERAGE)", ""))
        (self.root / "ref/f.c").touch()
        out = self.start(2, seconds=30)
        self.assertRegex(out, r"  ERROR: no interesting inputs were found(.*\n)+"
                              r"campaign.py: .*/logs/main\.log: the job ended, "
                              r"exit status 1, without a finding\n\Z")

    def test_a_build_that_fails_is_told(self):
        self.write("fuzz/toy.c", "int LLVMFuzzerTestOneInput(void) {")
        out = self.start(2)
        self.assertRegex(out, r"error: (.*\n)+campaign\.py: make BUILD=build/fuzz/"
                              r"libfuzzer targets .*: failed\n\Z")

    def test_a_target_that_is_not_built_is_told(self):
        self.assertEqual(self.start(2, target="easy"), "campaign.py: easy: "
                         "'make targets' does not build it\n")

    def test_a_terminal_is_shown_the_progress(self):
        ours, theirs = pty.openpty()
        subprocess.run(self.command("start", "--target=toy", "--seconds=1",
                                    "--jobs=1"), stdout=theirs, check=True,
                       env={**os.environ, "COLUMNS": "200"})
        os.close(theirs)
        shown = os.read(ours, 1 << 16).decode()
        os.close(ours)
        self.assertIn("\rtoy, libfuzzer: is being built", shown)
        self.assertRegex(shown, r"\rtoy, libfuzzer: 1 s, 0 operations/s, \S+ executions"
                                r"/s, \d+ edges, 0 triples, 0 findings, 0\.\d\d MiB")


class CtrlC(Tree):
    def test_it_ends_cleanly_and_the_next_start_loses_nothing(self):
        """It is ended once a job has found something new."""
        for engine, found in (("libfuzzer", "corpus/*"),
                              ("afl", "sync/main/queue/id*")):
            with self.running(f"--engine={engine}") as process:
                self.wait(lambda: len(
                    [*self.folder("", engine=engine).glob(found)]) > 1)
                said = json.loads(self.ends(0, "status", "--json"))
                self.assertEqual([one["running"] for one in said["campaigns"]],
                                 [one["engine"] == engine for one in said["campaigns"]])
                self.assertIn("running", self.ends(0, "list"))
                self.assertIn(f"toy/{engine}: a campaign is running here",
                              self.start(2, f"--engine={engine}"))
                self.assertTrue(self.processes())
                out = self.interrupt(process)
            self.assertEqual(process.returncode, 0, out)
            self.assertRegex(out, r"\Atoy, .* s, 2 jobs, ended by a signal\n")
            self.assertEqual(self.processes(), [])
            kept, before = self.corpus(engine=engine), self.totals(engine=engine)
            self.assertGreater(len(kept), 1)
            self.assertFalse(self.place(engine=engine).running())
            self.start(0, f"--engine={engine}", seconds=2)
            self.assertLessEqual(kept, self.corpus(engine=engine))
            for what in ("seconds", "executions"):
                self.assertGreater(self.totals(engine=engine)["ever"][what],
                                   before["ever"][what])

    def test_a_job_that_is_killed_is_told_and_ends_the_others(self):
        def second():
            return [path for path in self.processes()
                    if "artifacts/secondary1-" in engines.read(path)]

        with self.running() as process:
            self.wait(second)
            os.kill(int(second()[0].parent.name), signal.SIGKILL)
            out = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, 2, out)
        self.assertIn("secondary1.log: the job ended, exit status -9, without a "
                      "finding", out)
        self.assertEqual(self.processes(), [])

    def test_jobs_end_with_a_campaign_that_is_killed(self):
        with self.running() as process:
            self.wait(lambda: len([*self.folder("corpus").glob("*")]) > 1)
            self.assertTrue(self.processes())
            process.kill()
            self.wait(lambda: not self.processes())


class Quota(Tree):
    def test_a_quota_that_is_too_small_ends_it(self):
        self.write("fuzz/seeds/toy/another", "another")
        out = self.start(2, "--quota=8K", seconds=60)
        self.assertRegex(out, r"\.fuzz: takes 0\.0\d MiB, more than 90% of the quota "
                              r"of 0\.01 MiB, though this corpus is minimal now; ")

    def test_it_is_looked_at_meanwhile(self):
        with self.running("--quota=1M") as process:
            self.wait(lambda: len([*self.folder("corpus").glob("*")]) > 1)
            (self.data / "large").write_bytes(bytes(2 << 20))
            out = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, 2, out)
        self.assertIn("more than 90% of the quota of 1.00 MiB", out)

    def test_minimising_makes_room(self):
        for number in range(200):
            self.write(self.folder("corpus") / str(number), f"redundant {number}")
        self.start(0, "--quota=500K")
        self.assertLess(len(self.corpus()), 100)
        self.assertIn("xyz", self.corpus())


class Verbs(Tree):
    def finding(self):
        """The input of a finding."""
        self.write("fuzz/seeds/toy/bad", "fails")
        self.start(1)
        return next(self.folder("findings").glob("*/input"))

    def test_list(self):
        self.finding()
        out = self.ends(0, "list").splitlines()
        self.assertEqual(out[0].split(), "target engine corpus findings seconds last "
                                         "run".split())
        self.assertEqual(len(out), 1 + 2 * len(engines.ENGINES))
        self.assertRegex("\n".join(out), r"toy +libfuzzer +\d+ +1 +[12]  20\d\d-.*Z")
        self.assertRegex("\n".join(out), r"easy +afl-sanitizers +0 +0 +0  never")

    def test_status(self):
        self.assertEqual(json.loads(self.ends(0, "status", "--json")),
                         {"schema": "sechandle-fuzz/1", "campaigns": [],
                          "rests": {"easy": False, "toy": False}})
        self.finding()
        (one,) = json.loads(self.ends(1, "status", "--json"))["campaigns"]
        self.assertEqual((one["target"], one["engine"], one["running"], one["rests"]),
                         ("toy", "libfuzzer", False, False))
        self.assertEqual(one["corpus"], len(self.corpus()))
        self.assertEqual([seen["times"] for seen in one["findings"].values()], [1])
        out = self.ends(1, "status")
        self.assertRegex(out, r"\Atoy, libfuzzer: last run 20.*Z\n")
        self.assertIn("may rest: no target\n", out)

    def test_replay(self):
        bad, good = self.finding(), self.root / "fuzz/seeds/toy/xyz"
        out = self.ends(1, "replay", good, bad)
        self.assertEqual(out, f"{good}: fine\n{bad}: fails\n"
                              "finding: toy_rule: delete -> BAD\nmore\n")
        self.write("ref/f.c", FILES["ref/f.c"] + "\n")
        self.assertEqual(self.ends(0, "replay", good, MAKEFLAGS="n"), f"{good}: fine\n")
        self.assertGreater(
            (self.root / "build/fuzz/runner/fuzz/toy").stat().st_mtime,
            (self.root / "ref/f.c").stat().st_mtime)
        overflow = self.write("fuzz/seeds/toy/overflow", "sanitizer")
        self.ends(0, "replay", overflow)
        self.assertIn("heap-buffer-overflow",
                      self.ends(1, "replay", "--engine=libfuzzer-sanitizers",
                                overflow))

    def test_show_and_shrink(self):
        self.write("fuzz/lifecycle.c", FILES["fuzz/toy.c"])
        self.write("fuzz/text.c", FILES["fuzz/toy.c"])
        scenario = self.write("fuzz/seeds/lifecycle/s", "steps")
        text = self.write("elsewhere", "a text\n")
        self.assertEqual(self.ends(0, "show", scenario), f"show {scenario}\n")
        self.assertEqual(self.ends(0, "show", "--target=text", text), "a text\n")
        self.assertEqual(self.ends(0, "show", self.root / "fuzz/seeds/toy/xyz"),
                         "000000 78 79 7a" + " " * 41 + ">xyz<\n000003\n")
        self.assertEqual(self.ends(1, "shrink", scenario),
                         f"shrink --binary --target=lifecycle {scenario}\n")
        self.assertIn("is no scenario",
                      self.ends(2, "shrink", "--target=text", text))
        self.assertIn("of what target is it?", self.ends(2, "show", text))
        self.assertIn("there is no such file", self.ends(2, "show", "gone"))

    def test_minimise(self):
        self.write("other/one", "other one")
        self.write("other/two", "other two")
        for engine in ("libfuzzer", "afl"):
            out = self.ends(0, "minimise", "--target=toy", f"--engine={engine}",
                            "--add", self.root / "other",
                            "--add", self.root / "fuzz/seeds/toy")
            self.assertEqual(
                out, f"toy, {engine}: 2 inputs of 3 are kept, 0 findings\n")
            self.assertIn("xyz", self.corpus(engine=engine))
        self.write("other/three", "fails")
        self.assertIn("1 findings", self.ends(1, "minimise", "--target=toy", "--add",
                                              self.root / "other"))

    def test_cover(self):
        self.write("fuzz/seeds/toy/bad", "fails")
        said = json.loads(self.ends(1, "cover", "--target=toy", "--json"))
        self.assertEqual(said, {
            "targets": ["toy"], "inputs": 2, "failed": 1, "files": {
                name: {"lines": {"count": 3, "covered": 3},
                       "branches": {"count": 2, "covered": 1}}
                for name in ("ref/f.c", "all")},
            "unreached": ["ref/f.c, f: x == 'z': false"]})
        (self.root / "fuzz/seeds/toy/bad").unlink()
        out = self.ends(0, "cover", "--target=toy")
        self.assertRegex(out, r"\Atoy: 1 inputs, of which 0 fail")
        self.assertRegex(out, r"\nref/f\.c +3 +100\.0% +2 +50\.0%\n")
        both = ("cover", "--target=toy", "--target=easy")
        self.assertIn("easy: there are no inputs", self.ends(2, *both))
        self.write("fuzz/easy.target", "")
        self.write("fuzz/seeds/easy/xy", "xya")
        out = self.ends(0, *both)
        self.assertRegex(out, r"\Atoy, easy: 2 inputs, of which 0 fail")
        self.assertRegex(out, r"\nref/f\.c +3 +100\.0% +2 +100\.0%\n")

    def test_cover_checks_the_reasons_for_what_is_not_reached(self):
        def check(code, reasons):
            self.write("fuzz/uncovered.txt", reasons)
            return self.ends(code, "cover", "--target=toy", "--check")

        side = "ref/f.c, f: x == 'z': "
        said = " tells why it is not reached, but it is, or is no branch: "
        untold = "not reached, and fuzz/uncovered.txt does not tell why: "
        self.assertIn(f"\n{untold}{side}false\n", check(1, "# nothing\n"))
        right = f"# why\n\n{side}false\n\tnobody tries another\n\tletter\n"
        self.assertNotIn("uncovered.txt", check(0, right))
        self.assertTrue(check(1, f"{right}{side}true\n\tno\n").endswith(
            f"\nfuzz/uncovered.txt{said}{side}true\n"))
        self.assertIn(f"{said}ref/f.c, g: x == 'z': false\n",
                      check(1, f"{right}ref/f.c, g: x == 'z': false\n\tno g\n"))
        self.assertIn(f"uncovered.txt: no reason for '{side}false'",
                      check(2, f"{side}false\n{side}true\n\tno\n"))
        self.assertIn("uncovered.txt:4: is there twice",
                      check(2, f"{side}false\n\tno\n\n{side}false\n\tno\n"))
        self.write("ref/f.c", FILES["ref/f.c"].replace("x == 'z'", "x ==\n\t\t'y'"))
        out = check(1, right)
        self.assertIn(f"{untold}ref/f.c, f: x == 'y': true\n", out)
        self.assertIn(f"{said}{side}false\n", out)

    def test_pack(self):
        out = self.root / "all.tar.gz"
        self.assertIn("there is nothing yet", self.ends(2, "pack", out))
        name = self.finding().parent.name
        self.ends(0, "pack", out)
        with tarfile.open(out) as archive:
            names = archive.getnames()
            receipt = json.load(archive.extractfile("receipt.json"))
        self.assertEqual(names[0], "receipt.json")
        self.assertLessEqual(
            {f"toy/libfuzzer/corpus/{hashlib.sha1(b'xyz').hexdigest()}",
             *(f"toy/libfuzzer/findings/{name}/{part}"
               for part in ("input", "report", "seen"))}, set(names))
        self.assertEqual(receipt["schema"], "sechandle-fuzz/1")
        self.assertIn("clang", receipt["versions"])
        (one,) = receipt["campaigns"]
        self.assertGreaterEqual(one["ever"]["seconds"], 1)


class Usage(Tree):
    def ends_here(self, code, *arguments):
        """The same without a process of its own, for what is refused at once."""
        out, errors = io.StringIO(), io.StringIO()
        with (mock.patch.object(sys, "argv", [*map(str, self.command(*arguments))]),
              contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors)):
            try:
                ended = campaign.main()
            except SystemExit as end:
                ended = end.code
        self.assertEqual((ended, code == 0, code != 0),
                         (code, bool(out.getvalue()), bool(errors.getvalue())),
                         arguments)
        return out.getvalue() + errors.getvalue()

    def test_help_is_printed_and_succeeds(self):
        out = self.ends_here(0, "--help")
        for verb in campaign.VERBS:
            self.assertIn(f"\n    {verb} ", out)
            self.assertIn("exit status: 0 fine, 1 there are findings, 2 wrong usage",
                          self.ends_here(0, verb, "--help"))

    def test_wrong_usage_exits_with_2(self):
        for arguments in (
                [], ["nope"], ["list", "more"], ["start"], ["start", "--target=nope"],
                ["start", "--target=toy", "--engine=nope"],
                ["start", "--target=toy", "--seconds=0"],
                ["start", "--target=toy", "--jobs=-1"],
                ["start", "--target=toy", "--quota=1T"], ["replay"],
                ["show", "--target=nope", "fuzz/seeds/toy/xyz"], ["pack"],
                ["cover", "--target=nope"], ["--root", "/nowhere", "list"]):
            self.ends_here(2, *arguments)
        self.assertEqual("campaign.py: no target 'nope', expected one of: easy, toy\n",
                         self.ends_here(2, "cover", "--target=nope"))

    def test_options_that_cannot_be_read_are_told(self):
        self.write("fuzz/toy.options", "timeout = 1\n")
        self.assertIn("toy.options", self.start(2))

    def test_missing_packages_are_told(self):
        tools = self.root / "bin"
        tools.mkdir()
        for tool in ("make", "clang", "env", "sh"):
            (tools / tool).symlink_to(shutil.which(tool))
        for engine, missing in (("afl", "afl-clang-fast, afl-fuzz, afl-cmin"),
                                ("runner", "gcc")):
            arguments = (["start", "--target=toy", "--engine=afl"] if engine == "afl"
                         else ["replay", self.root / "fuzz/seeds/toy/xyz"])
            self.assertEqual(self.ends(2, *arguments, PATH=str(tools)),
                             f"campaign.py: {missing}: not installed; 'make deps-"
                             "fuzz', as root, installs what fuzzing needs\n")

    def test_data_can_lie_elsewhere(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("there is nothing yet", self.ends(
                2, "pack", self.root / "out", SECHANDLE_FUZZ=folder))
            self.ends(0, "minimise", "--target=toy", "--add",
                      self.root / "fuzz/seeds/toy", SECHANDLE_FUZZ=folder)
            self.assertTrue(list(Path(folder).glob("toy/libfuzzer/corpus/*")))
        self.assertFalse(self.data.exists())

    def test_make_calls_it(self):
        def called(*arguments):
            out = subprocess.run(
                ["make", "-n", "--no-print-directory", "fuzz", *arguments], cwd=ROOT,
                capture_output=True, text=True, check=True).stdout
            return " ".join(out.replace("\\\n", "").split())

        self.assertIn(
            "fuzz/campaign.py --build=build start --target=small --engine=afl "
            "--seconds=7 --jobs=3 --sanitizers --quota=2G",
            called("TARGET=small", "ENGINE=afl", "SECONDS=7", "JOBS=3", "SANITIZERS=1",
                   "QUOTA=2G"))
        self.assertRegex(called("SANITIZERS=0"),
                         r"fuzz/campaign\.py --build=build start --target=lifecycle\Z")


class Kept(Tree):
    """What the parts of a campaign count."""

    def test_counts_of_processes(self):
        folder = self.root / "stats"
        folder.mkdir()
        process = subprocess.Popen(["true"])
        process.wait()
        counts = store.Counts(folder)
        for number, line in ((os.getpid(), "calls: 100 inputs: 10 triples: 5"),
                             (process.pid, "calls: 1000 inputs: 20 triples: 7"),
                             ("1.new", "calls: 7 inputs: 7 triples: 99")):
            (folder / f"run.{number}").write_text(line + "\n")
        for _ in range(2):
            self.assertEqual(counts.read(), (1100, 30, 7))
        self.assertFalse((folder / f"run.{process.pid}").exists())
        (folder / f"run.{os.getpid()}").write_text("calls: 200 inputs: 11 triples: 6\n")
        self.assertEqual(counts.read(), (1200, 31, 7))

    def test_totals_begin_anew_with_other_sources(self):
        folder = self.folder("")
        folder.mkdir(parents=True)
        totals = self.place().totals()
        totals.add(10, 1000, 100, 50, 5)
        totals.add(7, 1, 1, 50, 5)
        totals.save()
        totals = self.place().totals()
        self.assertEqual(totals.now, {"seconds": 17, "calls": 1001, "executions": 101,
                                      "edges": 50, "triples": 5, "quiet": 7})
        totals.add(1, 0, 0, 50, 6)
        self.assertEqual(totals.now["quiet"], 0)
        self.write("specs/rules.def", "RULE\n")
        totals = self.place().totals()
        self.assertEqual(totals.ever["calls"], 1001)
        self.assertEqual(totals.now["calls"], 0)

    def test_a_target_rests_when_nothing_new_comes_by_any_engine(self):
        def rests():
            return json.loads(self.ends(0, "status", "--json"))["rests"]["toy"]

        def add(engine, seconds, calls, executions, edges=9):
            self.folder("", engine=engine).mkdir(parents=True, exist_ok=True)
            totals = self.place(engine=engine).totals()
            totals.add(seconds, calls, executions, edges, 9)
            totals.save()

        day = campaign.REST_HOURS * 3600
        first, *others, last = engines.ENGINES
        for engine in others:
            add(engine, 5, campaign.REST_CALLS, 9)
            add(engine, day, 1, 1)
        add(last, 5, campaign.REST_CALLS - 1, campaign.REST_CALLS)
        add(last, day, 0, 0)
        self.assertFalse(rests())
        add(first, 5, 0, campaign.REST_CALLS)
        add(first, day, 0, 0)
        self.assertFalse(rests())
        add(last, 0, 1, 0)
        self.assertTrue(rests())
        add(last, 0, 0, 0, edges=10)
        self.assertFalse(rests())
        add(last, day, 0, 0, edges=10)
        self.assertTrue(rests())
        self.assertIn("may rest: toy\n", self.ends(0, "status"))

    def test_a_log_stays_small_and_is_read_in_whole_lines(self):
        log = self.root / "log"
        script = "echo one; printf tw; exec sleep 60"
        job = jobs.Job("main", ["sh", "-c", script], {}, log)
        with mock.patch.object(jobs, "LOG", 10):
            job.start()
            while log.stat().st_size < 6:
                time.sleep(0.01)
            self.assertEqual((job.news(), job.news()), ("one\n", ""))
            with log.open("a") as more:
                more.write("o\nthree\nfo")
            self.assertEqual(job.news(), "two\nthree\n")
            self.assertEqual(log.stat().st_size, 0)
        job.process.kill()
        job.end()

    def test_what_tells_findings_apart(self):
        key = self.place().key
        for code, output, wanted in (
                (-6, "a\nSUMMARY: s\nfinding: f: g\nfinding: h\n", "finding: f: g"),
                (1, f"x\nSUMMARY: A: leak {self.root}/ref/a.c:1\n",
                 "SUMMARY: A: leak ref/a.c:1"),
                (-11, "", "signal: SIGSEGV"), (3, "", "exit status: 3"),
                (None, "", "timeout: it takes more than 30 s"),
                (0, "", "not reproduced: the engine saw it fail, the program does "
                        "not")):
            self.assertEqual(key(code, output), wanted)
        self.assertNotEqual(store.name_of("finding: a -> B"),
                            store.name_of("finding: a - B"))

    def test_a_file_of_two_names_takes_room_once(self):
        one = self.write("room/one", "x" * 5000)
        (self.root / "room/two").hardlink_to(one)
        self.assertEqual(store.disk(self.root / "room"),
                         one.stat().st_blocks * 512)


if __name__ == "__main__":
    unittest.main()
