"""test_targets.py: the fuzz targets without an engine: on all committed
inputs, which must find nothing; and the runner that runs them, by its words and exit
codes. What raw takes for documented is compared with sspi.h.
"""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import test_answers
from common import ROOT, SECHANDLE

BUILD = Path(SECHANDLE).resolve().parent
FUZZ = ROOT / "fuzz"


def run(target, *arguments, stdout=subprocess.PIPE):
    """Runs a target; returns (exit code, standard output, standard error)."""
    done = subprocess.run([BUILD / "fuzz" / target, *map(str, arguments)],
                          stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, errors="replace",
                          check=False)
    return done.returncode, done.stdout, done.stderr


def ran(line):
    """How many inputs were run, by the last line, and in how many seconds."""
    number, seconds = re.fullmatch(r"(\d+) inputs run in (\d+\.\d{3}) s", line).groups()
    return int(number), float(seconds)


def committed(target):
    """The folders of a target's committed inputs, and the files in them."""
    folders = [folder for folder in (FUZZ / "seeds" / target,
                                     FUZZ / "regressions" / target)
               if folder.exists()]
    return folders, [path for folder in folders
                     for path in sorted(folder.rglob("*"))
                     if path.is_file() and not path.name.startswith(".")]


class Inputs(unittest.TestCase):
    def finds_nothing(self, target, *options):
        folders, files = committed(target)
        self.assertGreater(len(files), 0)
        code, out, err = run(target, "--list", *options, *folders)
        self.assertEqual((code, err), (0, ""))
        lines = out.splitlines()
        self.assertEqual(ran(lines.pop())[0], len(files) + 1)
        self.assertEqual(lines.pop(0), "(empty) 0")
        self.assertEqual(sorted(lines),
                         sorted(f"{path} {path.stat().st_size}" for path in files))

    def test_lifecycle_finds_nothing(self):
        self.finds_nothing("lifecycle")

    def test_small_finds_nothing(self):
        self.finds_nothing("small")

    def test_raw_finds_nothing(self):
        self.finds_nothing("raw")

    def test_text_finds_nothing(self):
        self.finds_nothing("text")

    def test_a_second_run_in_the_process_finds_nothing(self):
        for target in ("lifecycle", "small", "raw"):
            self.finds_nothing(target, "--times=3")
        self.finds_nothing("text", "--times=3")

    def test_all_are_run_in_a_second(self):
        taken = 0
        for target in ("lifecycle", "small", "raw", "text"):
            code, out, _ = run(target, *committed(target)[0])
            self.assertEqual(code, 0)
            taken += ran(out.strip())[1]
        self.assertGreater(taken, 0)
        self.assertLess(taken, 1)

    def test_seeds_of_raw_are_few_and_small(self):
        sizes = [path.stat().st_size for path in (FUZZ / "seeds/raw").iterdir()]
        self.assertLessEqual(len(sizes), 40)
        self.assertTrue(all(64 <= size <= 1024 for size in sizes), sizes)

    def test_seeds_of_text_have_every_word(self):
        words = set(re.findall(r'^(?:OPERATION|FUNCTION)\(\w+, "(\S+?)"',
                               (ROOT / "specs/operations.def").read_text(), re.M))
        words |= set(re.findall(r'^\t\{"(\S+)", GROUP_',
                                (ROOT / "specs/scenario.c").read_text(), re.M))
        self.assertGreater(len(words), 50)
        seeds = " ".join(path.read_text(errors="replace")
                         for path in (FUZZ / "seeds/text").iterdir())
        self.assertEqual(words - set(re.findall(r"[\w-]+", seeds)), set())


class Documented(unittest.TestCase):
    def test_raw_knows_the_answers_that_sspi_h_documents(self):
        known = set()
        for function, listed in re.findall(r"^ANSWERS\((\w+),([^)]*)\)",
                                           (FUZZ / "answers.def").read_text(), re.M):
            known |= {(function, status.strip()) for status in listed.split(",")}
        documented = {(re.sub("[AW]$", "", function), status)
                      for function, status in test_answers.documented()}
        self.assertEqual(sorted(known), sorted(documented))


class Usage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, size):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * size)
        return path

    def test_help_is_printed_and_succeeds(self):
        code, out, err = run("empty", "--help")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("Exit codes: 0 ", out.replace("\n", " "))

    def test_wrong_usage_is_told_and_exits_with_2(self):
        path = self.write("a", 1)
        for arguments in ([], ["--nope", path], ["--times=0", path],
                          ["--times=-1", path], ["--times=x", path],
                          ["--times=2x", path], ["--times=", path],
                          ["--times=99999999999999999999", path]):
            code, out, err = run("empty", *arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertTrue(err, arguments)

    def test_folders_are_run_in_order_without_hidden_files(self):
        for name, size in (("b", 2), ("a", 0), (".c", 3), ("d/e", 4), (".f/g", 5)):
            self.write(name, size)
        code, out, err = run("empty", "--list", self.folder)
        self.assertEqual((code, err), (0, ""))
        *lines, last = out.splitlines(keepends=True)
        self.assertEqual("".join(lines), f"(empty) 0\n{self.folder}/a 0\n"
                         f"{self.folder}/b 2\n{self.folder}/d/e 4\n")
        self.assertEqual(ran(last.strip())[0], 4)

    def test_a_path_that_cannot_be_run_is_told_and_the_others_are_run(self):
        good = self.write("good", 1)
        os.mkfifo(self.folder / "pipe")
        for bad, cause in (("none", "No such file or directory"),
                           ("pipe", "neither a file nor a folder"),
                           ("good/x", "Not a directory")):
            code, out, err = run("empty", self.folder / bad, good)
            self.assertEqual((code, ran(out.strip())[0]), (2, 2), bad)
            self.assertEqual(err, f"empty: {self.folder / bad}: {cause}\n")

    def test_a_full_disk_is_no_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            code, _, err = run("empty", self.write("a", 1), stdout=full)
        self.assertEqual(code, 2)
        self.assertIn("standard output", err)


if __name__ == "__main__":
    unittest.main()
