#!/usr/bin/python3
"""matrix.py: which rules the implementations that are judged break, as a page.

What it is for: the deviations that tests/judge.py takes as known are one file for each
subject; this program turns them and what `sechandle rules --json` prints, on standard
input, into subjects-matrix.md in the folder above. `--check` tells whether the page in
place still says what those files say.

How to read it: first what is read, then the page, from the template matrix.md.j2.

Exit status: 0 done, or fresh; 1 stale (--check); 2 the input is no good.
"""
import argparse
import json
import sys
from pathlib import Path

import page

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests"))

import judge

NAME = "subjects-matrix.md"


def read_deviations(folder):
    """The known deviations of each subject, by its name."""
    known = {}
    for name in judge.SUBJECTS:
        path = folder / f"{name}.json"
        try:
            text = path.read_text(encoding="utf-8")
            known[name] = json.loads(text)["deviations"]
        except FileNotFoundError:
            known[name] = []  # it may deviate in nothing
        except (OSError, ValueError, KeyError) as error:
            raise page.PageError(f"{path}: {error}") from error
    return known


def cell(deviations, rule):
    """The answers with which a subject breaks a rule."""
    answers = sorted({one.get("answer", "any answer") for one in deviations
                      if one["rule"] == rule})
    return "<br>".join(f"`{answer}`" for answer in answers)


def reasons(deviations):
    """Each reason once, with its link and the rules that it is about."""
    grouped = {}
    for one in deviations:
        rules = grouped.setdefault((one["reason"], one.get("link", "")), [])
        if one["rule"] not in rules:
            rules.append(one["rule"])
    return [{"reason": reason, "link": link,
             "rules": ", ".join(f"`{rule}`" for rule in rules)}
            for (reason, link), rules in grouped.items()]


def matrix(data, known):
    """The variables of matrix.md.j2."""
    broken = {one["rule"] for deviations in known.values() for one in deviations}
    rules = [rule for rule in data["rules"] if rule["id"] in broken]
    binding = [rule for rule in data["rules"] if rule["party"] == "implementation"]
    return {
        "binding": len(binding),
        "subjects": [{"name": name, "title": subject.title, "profile": subject.profile,
                      "broken": len({one["rule"] for one in known[name]}),
                      "versions": sorted({one["versions"] for one in known[name]
                                          if "versions" in one}),
                      "reasons": reasons(known[name])}
                     for name, subject in judge.SUBJECTS.items()],
        "rows": [{"rule": rule["id"],
                  "cells": [cell(known[name], rule["id"]) for name in known]}
                 for rule in rules],
    }


def main():
    """Run the command line; the result is the exit status."""
    parser = argparse.ArgumentParser(
        description=f"Make {NAME} of the known deviations and of what "
                    "`sechandle rules --json` prints.")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 if the page is stale")
    parser.add_argument("--deviations", metavar="DIR", type=Path,
                        default=judge.DEVIATIONS,
                        help="where the files of deviations are")
    given = parser.parse_args()
    try:
        variables = matrix(page.read_rules("-"), read_deviations(given.deviations))
        text = page.render("matrix.md.j2", variables)
        if not given.check:
            page.write(page.HERE.parent, {NAME: text})
            return 0
    except page.PageError as error:
        print(f"matrix.py: {error}", file=sys.stderr)
        return 2
    if page.is_fresh(page.HERE.parent / NAME, text):
        return 0
    print("run 'make pages'")
    return 1


if __name__ == "__main__":
    sys.exit(main())
