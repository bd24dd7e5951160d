"""Every rule has a trace that keeps it and one that breaks it.

tests/traces/keep/ and tests/traces/break/ hold pairs of the same name,
RULE.trace or RULE.SOURCE.trace where the sequence is a real bug's. For a rule
that binds the implementation both have the same operations, so that only the
answers make the difference: the pair proves that the rule is exercised. Rules
that promise nothing cannot be broken and have the first trace alone.
"""
import functools
import json
import re
import unittest

from common import ROOT, sechandle

TRACES = ROOT / "tests/traces"
RULES = {rule["id"]: rule for rule in
         json.loads(sechandle("rules", "--json")[1])["rules"]}


def names(folder):
    return {path.name for path in (TRACES / folder).iterdir()}


def rule_of(name):
    return name.split(".")[0]


@functools.cache
def reports():
    """The program's findings in each file, which it is given all at once."""
    code, out, err = sechandle("check", "--json", *sorted(TRACES.glob("*/*")))
    assert code == 1, err
    return {report["file"]: report["findings"] for report in json.loads(out)["files"]}


def findings(path):
    """The rules found broken, as {party: set of ids}."""
    found = {"implementation": set(), "caller": set()}
    for finding in reports()[str(path)]:
        found[finding["party"]].add(finding["rule"])
    return found


def operations(path):
    """The lines without their answers and comments."""
    lines = [re.split("->|#", line)[0].split() for line in path.read_text().splitlines()]
    return [line for line in lines if line]


class Inventory(unittest.TestCase):
    def test_every_rule_has_its_traces(self):
        for folder in ("keep", "break"):
            wanted = {rule for rule in RULES
                      if folder == "keep" or RULES[rule]["party"] != "nobody"}
            self.assertEqual(wanted, {rule_of(n) for n in names(folder)}, folder)

    def test_traces_come_in_pairs(self):
        alone = {n for n in names("keep")
                 if RULES[rule_of(n)]["party"] == "nobody"}
        self.assertEqual(names("keep") - alone, names("break"))

    def test_at_least_20_come_from_real_bugs(self):
        bugs = [n for n in names("break") if n.count(".") == 2]
        self.assertGreaterEqual(len(bugs), 20)

    def test_every_trace_says_what_it_shows(self):
        for path in TRACES.glob("*/*"):
            self.assertRegex(path.read_text(), r"\A# \S", path.name)


class Pair(unittest.TestCase):
    """One trace name; the tests below are made for each."""

    def keeps(self, name):
        party = RULES[rule_of(name)]["party"]
        found = findings(TRACES / "keep" / name)
        self.assertEqual(found["implementation"], set())
        if party == "caller":
            self.assertEqual(found["caller"], set())

    def breaks(self, name):
        rule = rule_of(name)
        party = RULES[rule]["party"]
        found = findings(TRACES / "break" / name)
        self.assertEqual(found[party], {rule})
        if party == "caller":
            self.assertEqual(found["implementation"], set())
        else:
            self.assertEqual(operations(TRACES / "keep" / name),
                             operations(TRACES / "break" / name))


def add_test(kind, name):
    identifier = name.replace(".", "_").replace("-", "_")
    setattr(Pair, f"test_{kind}_{identifier}",
            lambda self: getattr(self, kind)(name))


for trace in sorted(names("keep")):
    add_test("keeps", trace)
for trace in sorted(names("break")):
    add_test("breaks", trace)

if __name__ == "__main__":
    unittest.main()
