"""mutants.py: shows that the proof refuses faulty code.

Each patch in mutants/ plants one fault of a classic kind in ref/, and says in
its first line what it breaks. The function it changes is proved as the rest is,
but by whichever prover gets there first. A mutant is refused if a goal is not
proved that is proved, under the same budget, for the unchanged function; one
that loses no goal survives: then a contract is too weak. The budget is the first
of BUDGETS, and the next where the unchanged function is not wholly proved under
it and the mutant loses nothing: most mutants are refused at once, and what they
lose costs all of a budget.

Exit status: 0 every mutant is refused, 1 one survives, 2 wrong usage, a faulty
patch or a missing tool.
"""
import argparse
import concurrent.futures
import json
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
BUDGETS = (("z3", frama.STEPS // 8), ("cvc4,z3", frama.STEPS // 4),
           ("cvc4,z3", frama.STEPS))
# What these steps never take; z3 can turn in a circle without counting steps.
SECONDS = 60


class Faulty(Exception):
    """A patch that cannot be used."""


def changed(root, patch):
    """The file that a patch changes in a tree and the function it changes there."""
    text = patch.read_text(encoding="utf-8")
    file = re.search(r"^\+\+\+ b/(\S+)", text, re.M)
    hunk = re.search(r"^@@ .*\n((?:[-+ ].*\n?)+)", text, re.M)
    if not file or not hunk:
        raise Faulty(f"{patch.name}: no unified diff")
    body = hunk[1].split("\n")
    old = [line[1:] for line in body if line[:1] in (" ", "-")]
    before = next(i for i, line in enumerate(body) if line[:1] in "+-")
    lines = (root / file[1]).read_text(encoding="utf-8").split("\n")
    # Not by the line's number, which moves when the source changes.
    places = [i for i in range(len(lines)) if lines[i:i + len(old)] == old]
    if len(places) != 1:
        raise Faulty(f"{patch.name}: fits {len(places)} places in {file[1]}")
    for line in reversed(lines[:places[0] + before]):
        heading = re.match(r"[A-Za-z][\w *]*\b(\w+)\(", line)
        if heading:
            return file[1], heading[1]
    raise Faulty(f"{patch.name}: it changes no function")


def unproved(root, file, function, folder, budget):
    """The goals of one function that no prover proves."""
    folder.mkdir(parents=True, exist_ok=True)
    report, (provers, steps) = frama.fresh(folder, "goals.json"), budget
    code, _ = frama.frama_c(
        root, file, "64-bit", folder / "main.log", frama.Result(),
        *frama.WP, "-wp-prover", provers, "-wp-steps", str(steps),
        "-wp-timeout", str(SECONDS), "-wp-fct", function,
        "-wp-report-json", report)
    if code or not report.exists():
        raise Faulty(f"Frama-C did not finish, see {folder / 'main.log'}")
    goals = frama.goals(json.loads(report.read_text()), "")
    if not goals:
        raise Faulty(f"{function} has no goals")
    return {name.split(": ")[1] for name, goal in goals.items()
            if goal.valid != goal.total}


class Control:
    """What is not proved of the unchanged functions, asked once each."""

    def __init__(self, pool, out):
        self.pool, self.out, self.asked = pool, out, {}

    def ask(self, file, function, budget):
        """Begins to prove a function; the answer is in the future."""
        key = (file, function, budget)
        if key not in self.asked:
            self.asked[key] = self.pool.submit(
                unproved, ROOT, file, function,
                self.out / "-".join(["unchanged", function, *map(str, budget)]), budget)
        return self.asked[key]


def mutate(patch, out, budget):
    """Plants a fault; returns the goals that are not proved then."""
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(ROOT / "ref", Path(root) / "ref")
        done = subprocess.run(["patch", "-s", "-p1", "-d", root, "-i", patch],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise Faulty(f"{patch.name}: {done.stdout.strip()}")
        return unproved(Path(root), *changed(ROOT, patch), out / patch.stem, budget)


def lost(patch, control, pool, out, first):
    """The goals that a mutant loses; `first` is its future under the first
    budget."""
    key = changed(ROOT, patch)
    for budget in BUDGETS:
        if budget != BUDGETS[0]:
            first = pool.submit(mutate, patch, out, budget)
        unchanged = control.ask(*key, budget).result()
        goals = first.result() - unchanged
        if goals or not unchanged:
            break
    return sorted(goals)


def select(names):
    """The patches of these names or paths, or all."""
    patches = [Path(name).resolve() if name.endswith(".patch")
               else PATCHES / f"{name}.patch" for name in names]
    for patch in patches:
        if not patch.exists():
            raise Faulty(f"{patch}: there is no such mutant")
    return patches or sorted(PATCHES.glob("*.patch"))


def run(patches, out):
    """Proves what is unchanged and the mutants; returns the patches that
    survive."""
    survivors = []
    with concurrent.futures.ThreadPoolExecutor(frama.JOBS) as pool:
        control = Control(pool, out)
        for patch in patches:
            control.ask(*changed(ROOT, patch), BUDGETS[0])
        mutants = {patch: pool.submit(mutate, patch, out, BUDGETS[0])
                   for patch in patches}
        for patch, first in mutants.items():
            goals = lost(patch, control, pool, out, first)
            print(f"{patch.stem:28} " + (f"refused: {goals[0]}"
                  + (f" and {len(goals) - 1} more" if goals[1:] else "")
                  if goals else "SURVIVES"), flush=True)
            if not goals:
                survivors.append(patch)
    return survivors


def main():
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Show that the proof refuses each mutant.",
        epilog="Exit status: 0 all are refused, 1 one survives, 2 wrong usage, "
               "a faulty patch or a missing tool.")
    parser.add_argument("mutant", nargs="*",
                        help="name of a patch in proofs/mutants, or the path "
                             "of any (default: all of proofs/mutants)")
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
