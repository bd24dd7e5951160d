"""The bench program: what it prints for the smallest table, help, errors. How
fast anything is, is no matter of tests."""
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import SECHANDLE

BENCH = Path(SECHANDLE).parent / "bench/bench"
SMALL = ["--rounds", "1", "--largest", "256"]
TITLES = ["delete + create, one by one", "delete all + create all",
          "look up live", "look up live, each after last", "look up stale"]


def bench(*arguments):
    done = subprocess.run([BENCH, *arguments], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Table(unittest.TestCase):
    def check_blocks(self, out, rivals):
        for title in TITLES:
            head, *rows = re.search(
                rf"^({re.escape(title)}  .*)\n +(64 .*)\n +(256 .*)$", out,
                re.M).groups()
            self.assertEqual(head[len(title):].split()[:rivals],
                             ["table", "floor", "slotmap"][:rivals])
            for row in rows:
                figures = [float(word) for word in row.split()[1:]]
                self.assertEqual(len(figures), 2 * rivals + 2 * (rivals - 1))
                self.assertGreater(min(figures), 0, row)

    def test_it_is_measured_without_slotmap(self):
        code, out, err = bench(*SMALL, "--no-slotmap", "table")
        self.assertEqual((code, err), (0, ""))
        self.assertNotIn("slotmap", out)
        self.check_blocks(out, 2)

    def test_it_is_measured_with_slotmap_or_says_why_not(self):
        code, out, err = bench(*SMALL, "table")
        self.assertEqual((code, err), (0, ""))
        missing = "slotmap  not measured; needs cargo" in out
        self.check_blocks(out, 2 if missing else 3)

    def test_the_plot_gets_a_block_for_each_title(self):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            code = bench(*SMALL, "--no-slotmap", f"--data={data}", "table")[0]
            blocks = data.read_text().split("\n\n\n")
        self.assertEqual(code, 0)
        self.assertEqual([block.split("\n")[0] for block in blocks],
                         ["# " + title for title in TITLES])
        for block in blocks:
            self.assertRegex(block, r"\n64 \S+ \S+\n256 \S+ \S+\n?$")


class Abi(unittest.TestCase):
    def test_each_library_has_its_figures(self):
        code, out, err = bench("--rounds", "1", "--largest", "1024", "abi")
        self.assertEqual((code, err), (0, ""))
        libraries = 2 if "WinPR      not measured; needs libwinpr2.so.2" in out else 3
        for head in ("1 thread, live beside", "2 threads, live beside"):
            names, *rows = re.search(
                rf"^{head} +(\S.*)\n +(0 .*)\n +(1024 .*)$", out, re.M).groups()
            self.assertEqual(names.split()[:libraries],
                             ["sechandle", "floor", "WinPR"][:libraries])
            for row in rows:
                figures = [float(word) for word in row.split()[1:]]
                self.assertEqual(len(figures), 3 * libraries - 1)
                self.assertGreater(min(figures), 0, row)
        self.assertRegex(out, r"1024 created, then deleted in random order\n"
                              r" +a create( +\d+\.\d){2}\n +a delete( +\d+\.\d){2}\n$")


class Scenarios(unittest.TestCase):
    def test_each_way_has_its_figures(self):
        code, out, err = bench("--depth", "1", "scenarios")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("scenarios a second: 10 of the suite alphabet, 2 jobs;", out)
        for row in ("floor", "reference    apart", "reference    shared"):
            figures = re.search(rf"^{row} +(\S.*)$", out, re.M)[1].split()
            self.assertGreater(min(map(float, figures)), 0, row)


class Usage(unittest.TestCase):
    def test_help_is_printed_and_succeeds(self):
        code, out, err = bench("--help")
        self.assertEqual((code, err), (0, ""))
        for part in ("Usage:", "--largest", "Exit codes:"):
            self.assertIn(part, out)

    def test_wrong_usage_is_told_and_exits_with_2(self):
        for arguments in (["frobnicate"], ["--nope"], ["table", "trips"],
                          ["check", "7"], ["trips", "x"], ["trips", "0"],
                          ["trips", "1", "2"], ["-r", "0", "table"],
                          ["-l", "63", "table"], ["-l", "9999999", "table"],
                          ["-l", "-1", "table"], ["-r", "", "table"]):
            code, out, err = bench(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertTrue(err, arguments)

    def test_an_unwritable_file_is_told_and_exits_with_2(self):
        code, _, err = bench(*SMALL, "--data", "/no/such/file", "table")
        self.assertEqual(code, 2)
        self.assertIn("/no/such/file", err)

    def test_trips_takes_a_number(self):
        code, out, _ = bench("trips", "100")
        self.assertEqual(code, 0)
        self.assertIn("100 scenarios", out)


if __name__ == "__main__":
    unittest.main()
