"""test_corpus.py: the committed inputs of lifecycle and small reach every answer that a
rule allows and the reference can give, on everything that it can be given; or
fuzz/unreached.txt says why not, and says nothing else.
"""
import subprocess
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE

TRIPLES = Path(SECHANDLE).resolve().parent / "fuzz/triples"
SEEDS = ROOT / "fuzz/seeds"
EVERYTHING = "*"


class Reason:
    """A line of unreached.txt."""

    def __init__(self, line):
        *self.sets, self.reason = line.split(None, 3)

    def fits(self, triple):
        """Whether it speaks of a triple; of a call that is not made, `*` must."""
        situation, operation, answer = self.sets
        return (self.has(situation, triple[0]) and self.has(operation, triple[1]) and
                (answer == EVERYTHING) == (triple[2] == EVERYTHING) and
                self.has(answer, triple[2]))

    @staticmethod
    def has(words, word):
        return words == EVERYTHING or word in words.split(",")


def reasons():
    lines = (ROOT / "fuzz/unreached.txt").read_text().splitlines()
    return [Reason(line) for line in lines if line and not line.startswith("#")]


def triples():
    """The triples that the seeds reach, and those that they do not."""
    files = sorted(path for target in ("lifecycle", "small")
                   for path in (SEEDS / target).iterdir())
    done = subprocess.run([TRIPLES, *files], capture_output=True, text=True, check=True)
    said = [line.split() for line in done.stdout.splitlines()]
    return ([triple for *triple, reached in said if reached == "reached"],
            [triple for *triple, reached in said if reached == "unreached"])


class Corpus(unittest.TestCase):
    def test_what_is_not_reached_has_a_reason(self):
        reached, unreached = triples()
        self.assertGreater(len(reached), 100)
        self.assertEqual([triple for triple in unreached
                          if not any(one.fits(triple) for one in reasons())], [])

    def test_no_reason_speaks_of_what_is_reached(self):
        reached, _ = triples()
        self.assertEqual([(triple, one.reason) for triple in reached
                          for one in reasons() if one.fits(triple)], [])

    def test_each_reason_is_needed(self):
        _, unreached = triples()
        self.assertEqual([one.reason for one in reasons()
                          if not any(map(one.fits, unreached))], [])

    def test_the_seeds_are_few_and_small(self):
        sizes = [path.stat().st_size for path in SEEDS.rglob("*") if path.is_file()]
        self.assertLessEqual(len(sizes), 200)
        self.assertLessEqual(sum(sizes), 64 * 1024)


class Program(unittest.TestCase):
    def refused(self, *arguments):
        done = subprocess.run([TRIPLES, *arguments], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        return done.stderr

    def test_wrong_usage(self):
        self.assertIn("no FILE", self.refused())
        self.assertIn("/nowhere: No such file", self.refused("/nowhere"))


if __name__ == "__main__":
    unittest.main()
