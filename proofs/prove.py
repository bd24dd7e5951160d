"""prove.py: proves the handle table and says what the proof rests on.

Frama-C's WP is run uncached on each file of FILES, for 64-bit and for 32-bit
words, and every goal that its simplifier leaves is given to both provers under
a budget of steps, so that a verdict depends neither on the machine nor on one
prover. `frama-c` itself exits with 0 whatever was proved, so the gates are here:

  proved     every goal is valid, and for both provers but where exceptions.json
             says which one fails and why
  kernel     every property that the kernel knows has the status valid; the
             contracts of table.h count as proved where ref/table.c is included
             only, because the run of that file proves them
  smoke      every smoke test passes: no contract is contradictory, no code dead
  expected   goals and smoke tests are as many as expected.json says
  assumed    no source assumes what it should prove (axioms and the like)

Exit status: 0 proved, 1 a gate failed, 2 Frama-C or a prover is missing.
"""
import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("ref/table.c", "proofs/laws.c", "proofs/history.c")
MACHDEPS = ("gcc_x86_64", "gcc_x86_32")
PROVERS = ("Z3:4.8.12", "CVC4:1.8")
STEPS = 2000000
WP = ("-wp -wp-model Typed+Ref -wp-rte -warn-unsigned-overflow "
      "-warn-unsigned-downcast -warn-signed-downcast -wp-prover z3,cvc4 "
      f"-wp-run-all-provers -wp-steps {STEPS} -wp-timeout 100 -wp-cache none "
      "-wp-par 2 -wp-smoke-tests -wp-smoke-dead-local-init "
      "-wp-check-memory-model").split()
ASSUMED = re.compile(r"\b(axiom|axiomatic|admit|inductive|lemma)\b")


def frama_c(machdep, file, report, properties):
    """Runs Frama-C on one file; returns what it printed."""
    done = subprocess.run(
        ["frama-c", "-machdep", machdep, f"-cpp-extra-args=-I{ROOT / 'ref'}",
         *WP, "-wp-report-json", report, file, "-then", "-report-csv",
         properties],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "WHY3CONFIG": str(ROOT / "proofs/why3.conf")},
        check=False)
    return done.stdout


def unproved(report, exceptions):
    """The goals that are not valid for a prover that was asked."""
    goals = json.loads(report.read_text())["wp:functions"]
    for function in goals.values():
        for name, verdicts in function.items():
            if name == "wp:section" or "_wp_smoke_" in name:
                continue
            for prover, verdict in verdicts.items():
                if (verdict.get("valid", 0) != verdict["total"]
                        and exceptions.get(name, {}).get("not by") != prover):
                    yield f"{name}, {prover}"


def not_valid(properties):
    """The project's properties whose status is not valid."""
    with open(properties, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            # A property's text may go on in lines of its own.
            status = row["status"]
            included = (row["directory"] or "").startswith("FRAMAC_SHARE") or (
                row["file"] == "table.h" and "table" not in properties.stem)
            if status and status != "Valid" and not (
                    included and status == "Considered valid"):
                yield f"{row['file']}:{row['line']}: {row['status']}"


def assumed():
    """The places that assume something."""
    for path in sorted([*ROOT.glob("ref/*.[ch]"), *ROOT.glob("proofs/*.c")]):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if ASSUMED.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def prove(machdep, file, folder, exceptions):
    """Proves one file; returns its figures and what is wrong."""
    name = f"{machdep}-{Path(file).stem}"
    report, properties = folder / f"{name}.json", folder / f"{name}.csv"
    for stale in (report, properties):
        stale.unlink(missing_ok=True)
    start = time.monotonic()
    log = frama_c(machdep, file, report, properties)
    (folder / f"{name}.log").write_text(log)
    if not report.exists() or not properties.exists():
        return {}, [f"Frama-C did not finish, see {folder / name}.log"]
    smoke = len(re.findall(r"\[Passed\] Smoke-test", log))
    doomed = re.findall(r"\[Failed\] Smoke-test (\S+)", log)
    goals = re.search(r"Proved goals: +(\d+) / (\d+)", log)
    figures = {"goals": int(goals.group(2)) - smoke - len(doomed),
               "smoke": smoke, "seconds": round(time.monotonic() - start)}
    faults = ([f"not proved: {goal}" for goal in unproved(report, exceptions)]
              + [f"not valid: {row}" for row in not_valid(properties)]
              + [f"smoke test failed: {test}" for test in doomed])
    return figures, faults


def compare(name, figures, expected):
    """What is not as committed."""
    for key in ("goals", "smoke"):
        if figures.get(key) != expected.get(name, {}).get(key):
            yield (f"{figures.get(key)} {key}, expected "
                   f"{expected.get(name, {}).get(key)} (expected.json)")


def main():
    parser = argparse.ArgumentParser(
        description="Prove the handle table. Exit codes: 0 proved, 1 not, "
                    "2 Frama-C or a prover is missing.")
    parser.add_argument("--out", type=Path, default=ROOT / "build/proof",
                        help="folder of the reports (default: build/proof)")
    parser.add_argument("--machdep", action="append", choices=MACHDEPS,
                        help="the width of words (default: both)")
    arguments = parser.parse_args()
    missing = [tool for tool in ("frama-c", "z3", "cvc4")
               if not shutil.which(tool)]
    if missing:
        print(f"prove.py: {', '.join(missing)}: not found; run 'make deps-proof'",
              file=sys.stderr)
        return 2
    arguments.out.mkdir(parents=True, exist_ok=True)
    expected = json.loads((ROOT / "proofs/expected.json").read_text())
    exceptions = json.loads((ROOT / "proofs/exceptions.json").read_text())
    receipt = {"version": 1, "files": {}, "faults": list(assumed())}
    for machdep in arguments.machdep or MACHDEPS:
        for file in FILES:
            name = f"{machdep} {file}"
            if sys.stdout.isatty():
                print(f"{name} …", end="\r", flush=True)
            figures, faults = prove(machdep, file, arguments.out, exceptions)
            faults += compare(name, figures, expected)
            receipt["files"][name] = figures
            receipt["faults"] += [f"{name}: {fault}" for fault in faults]
            print(f"{name:32} {figures.get('goals', 0):5} goals "
                  f"{figures.get('smoke', 0):4} smoke tests "
                  f"{figures.get('seconds', 0):4} s  "
                  f"{'FAILED' if faults else 'proved'}", flush=True)
    for fault in receipt["faults"]:
        print(fault)
    (arguments.out / "receipt.json").write_text(json.dumps(receipt, indent=2))
    return 1 if receipt["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
