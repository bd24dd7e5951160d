"""mutants.py: shows that the proof refuses faulty code.

Each patch in mutants/ plants one fault of a classic kind in ref/, and says in
its first line what it breaks. The function it changes is proved as the rest is,
but by whichever prover gets there first and under the small budget STEPS. A
mutant is refused if a goal is not proved that is proved, under the same budget,
for the unchanged function; one that loses no goal survives: then a contract is
too weak.

Exit status: 0 every mutant is refused, 1 one survives, 2 wrong usage, a faulty
patch or a missing tool.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import frama

ROOT = Path(__file__).resolve().parent.parent
PATCHES = ROOT / "proofs/mutants"
STEPS = 300000
# What these steps never take; z3 can turn in a circle without counting steps.
SECONDS = 60


class Faulty(Exception):
    """A patch that cannot be used."""


def changed(root, patch):
    """The file that a patch changes and the function it changes there."""
    text = patch.read_text(encoding="utf-8")
    file = re.search(r"^\+\+\+ b/(\S+)", text, re.M)
    start = re.search(r"^@@ -\d+(?:,\d+)? \+(\d+)", text, re.M)
    if not file or not start:
        raise Faulty(f"{patch.name}: no unified diff")
    body = text[start.end():].split("\n")[1:]
    before = next(i for i, line in enumerate(body) if line[:1] in "+-")
    lines = (root / file[1]).read_text(encoding="utf-8").split("\n")
    for line in reversed(lines[:int(start[1]) + before]):
        heading = re.match(r"[a-z][\w *]*\b(\w+)\(", line)
        if heading:
            return file[1], heading[1]
    raise Faulty(f"{patch.name}: it changes no function")


def unproved(root, file, function, folder):
    """The goals of one function that no prover proves."""
    folder.mkdir(parents=True, exist_ok=True)
    report = frama.fresh(folder, "goals.json")
    code = frama.frama_c(
        root, file, frama.CONFIGURATIONS["64-bit"], folder / "main.log",
        *frama.WP, "-wp-prover", "cvc4,z3", "-wp-steps", str(STEPS),
        "-wp-timeout", str(SECONDS), "-wp-fct", function,
        "-wp-report-json", report)
    if code or not report.exists():
        raise Faulty(f"Frama-C did not finish, see {folder / 'main.log'}")
    goals = frama.goals(json.loads(report.read_text()), "")
    if not goals:
        raise Faulty(f"{function} has no goals")
    return {name.split(": ")[1] for name, goal in goals.items()
            if goal.valid != goal.total}


def unchanged(file, function, out):
    """Proves a function as it is."""
    return unproved(ROOT, file, function, out / f"unchanged-{function}")


def mutate(patch, out):
    """Plants a fault; returns the goals that are not proved then."""
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(ROOT / "ref", Path(root) / "ref")
        done = subprocess.run(["patch", "-s", "-p1", "-d", root, "-i", patch],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise Faulty(f"{patch.name}: {done.stdout.strip()}")
        file, function = changed(Path(root), patch)
        return unproved(Path(root), file, function, out / patch.stem)


def select(names):
    """The patches of these names, or all."""
    patches = [PATCHES / f"{name}.patch" for name in names] if names else sorted(
        PATCHES.glob("*.patch"))
    for patch in patches:
        if not patch.exists():
            raise Faulty(f"{patch.stem}: there is no such mutant in {PATCHES}")
    return patches


def run(patches, out):
    """Proves what is unchanged and the mutants; returns the patches that
    survive."""
    survivors = []
    keys = {patch: changed(ROOT, patch) for patch in patches}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        control = {key: pool.submit(unchanged, *key, out)
                   for key in sorted(set(keys.values()))}
        mutants = {patch: pool.submit(mutate, patch, out) for patch in patches}
        for patch, future in mutants.items():
            lost = sorted(future.result() - control[keys[patch]].result())
            print(f"{patch.stem:28} " + (f"refused: {lost[0]}"
                  + (f" and {len(lost) - 1} more" if lost[1:] else "")
                  if lost else "SURVIVES"), flush=True)
            if not lost:
                survivors.append(patch)
    return survivors


def main():
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Show that the proof refuses each mutant.",
        epilog="Exit status: 0 all are refused, 1 one survives, 2 wrong usage, "
               "a faulty patch or a missing tool.")
    parser.add_argument("mutant", nargs="*",
                        help="name of a patch in proofs/mutants (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build/mutants",
                        help="folder of the reports (default: build/mutants)")
    arguments = parser.parse_args()
    missing = frama.missing_tools() + (
        [] if shutil.which("patch") else ["patch"])
    if missing:
        print(f"mutants.py: {', '.join(missing)}: not found; run 'make deps'",
              file=sys.stderr)
        return 2
    start = time.monotonic()
    try:
        patches = select(arguments.mutant)
        survivors = run(patches, arguments.out)
    except Faulty as fault:
        print(f"mutants.py: {fault}", file=sys.stderr)
        return 2
    for patch in survivors:
        print(f"{patch.stem} survives: {patch.read_text().splitlines()[0]}")
    print(f"{len(patches)} mutants, {len(survivors)} survive, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
