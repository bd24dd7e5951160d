"""What sspi.h says that its functions answer, and what the tests of the functions
have seen them answer, are the same: each documented status was seen, in each form
of a function, and no other was."""
import re
import subprocess
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE

HEADER = (ROOT / "ref/sspi.h").read_text()
PROGRAMS = sorted(path.stem for path in (ROOT / "tests/unit").glob("test_*.c")
                  if "run_in_both_forms(" in path.read_text())

# A function with the docstring of another's answers, but for those it lists.
LIKE = {"AcceptSecurityContext": "InitializeSecurityContext"}

def statuses():
    """The value of each status with a value of its own."""
    found = {"SEC_E_OK": 0}
    for name, kind, low in re.findall(
            r"^#define (SEC_\w+) +SSPI_(ERROR|INFO)_\((0x\w+)\)", HEADER, re.M):
        found[name] = (0x80090000 if kind == "ERROR" else 0x00090000) + int(low, 16)
    return found


def documented():
    """{(function, status)} of the docstrings."""
    answers = {}
    for text, names in re.findall(
            r"/\*\*((?:[^*]|\*(?!/))*)\*/\n((?:SECURITY_STATUS \w+\([^;]*;\n)+)",
            HEADER):
        listed = dict(re.findall(r"^ \*  (SEC_[EI]_\w+) *(.*)", text, re.M))
        for name in re.findall(r"^SECURITY_STATUS (\w+)\(", names, re.M):
            answers[name] = listed
    for name, other in LIKE.items():
        answers[name] = {**answers[other + "A"], **answers[name]}
    return {(name, status) for name, listed in answers.items()
            for status, what in listed.items() if not what.startswith("never: ")}


def seen():
    """{(function, status)} of what the programs tell."""
    names = {value: name for name, value in statuses().items()}
    found = set()
    for program in PROGRAMS:
        out = subprocess.run([Path(SECHANDLE).resolve().parent / program],
                             cwd=ROOT, text=True, capture_output=True,
                             check=True).stdout
        found |= {(function, names.get(int(status, 16), status)) for
                  function, status in re.findall(
                      r"# answered (\w+) (0x[0-9A-F]{8})", out)}
    return found


class Answers(unittest.TestCase):
    maxDiff = None

    def test_what_is_documented_was_seen_and_nothing_else(self):
        functions = set(re.findall(r"^SECURITY_STATUS (\w+)\(", HEADER, re.M))
        self.assertEqual({name for name, _ in documented()}, functions)
        self.assertEqual(sorted(seen()), sorted(documented()))


if __name__ == "__main__":
    unittest.main()
