"""planted.py: shows that fuzzing finds planted faults, from nothing.

Each fault of FAULTS is planted in a copy of the tree: in the reference, in the model
or in the harness. Each engine then fuzzes the target that the table names, beginning
with no corpus, until it finds the fault or its seconds are over; the harness itself
must say so by a report, so that a crash of anything else does not count. A table
tells how many trials found it, and the medians of executions and seconds.

Patches are those of fuzz/faults, tests/faults and proofs/mutants.

Exit status: 0 all trials found their faults, 1 one did not, 2 wrong usage or a fault
that cannot be planted.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import engines

ROOT = Path(__file__).resolve().parent.parent
PATCHES = [ROOT / folder for folder in ("fuzz/faults", "tests/faults",
                                        "proofs/mutants")]
SOURCES = ("Makefile", "ref", "specs", "tests", "fuzz")

# The target, and whether it takes a long way to the fault.
SHALLOW, DEEP = False, True
FAULTS = {
    "delete-does-nothing": ("lifecycle", SHALLOW),
    "second-delete-invalid": ("lifecycle", SHALLOW),
    "ended-is-never": ("lifecycle", SHALLOW),
    "stale-accepted": ("lifecycle", SHALLOW),
    "generation-not-bumped": ("lifecycle", SHALLOW),
    "key-not-wiped": ("lifecycle", SHALLOW),
    "kind-ignored": ("lifecycle", SHALLOW),
    "null-delete-ok": ("lifecycle", SHALLOW),
    "unissued-is-ended": ("lifecycle", SHALLOW),
    "reference-leaked": ("lifecycle", SHALLOW),
    "credential-let-go-too-early": ("lifecycle", SHALLOW),
    "import-unchecked": ("lifecycle", SHALLOW),
    "release-foreign-ok": ("lifecycle", SHALLOW),
    "rejected-completes": ("lifecycle", DEEP),
    "export-never-deletes": ("lifecycle", DEEP),
    "block-handed-twice": ("lifecycle", DEEP),
    "slot-lost": ("small", DEEP),
    "slot-lost-at-third-use": ("small", DEEP),
    "fortieth-handle-again": ("lifecycle", DEEP),
    "retirement-forgotten": ("small", DEEP),
    "one-too-many": ("small", DEEP),
    "full-forgets-oldest": ("small", DEEP),
    "model-second-delete-invalid": ("lifecycle", SHALLOW),
    "model-forgets-deletes": ("lifecycle", SHALLOW),
    "model-loses-users": ("lifecycle", SHALLOW),
    "model-releases-not": ("lifecycle", DEEP),
    "model-incomplete-is-refused": ("lifecycle", DEEP),
    "model-import-keeps-credential": ("lifecycle", DEEP),
    "harness-resets-not": ("small", SHALLOW),
    "harness-room-off-by-one": ("small", SHALLOW),
    "harness-ends-no-lost": ("lifecycle", SHALLOW),
    "harness-probes-the-wrong": ("lifecycle", SHALLOW),
    "driver-swaps-not": ("lifecycle", SHALLOW),
    "driver-forgets-not": ("small", DEEP),
}
PLAIN = ("libfuzzer", "afl")


class Unplantable(Exception):
    """A patch that does not fit, or a tree that does not build."""


def patch_of(name):
    return next(folder / f"{name}.patch" for folder in PATCHES
                if (folder / f"{name}.patch").exists())


def prepare(engine, folder):
    """Builds the targets without a fault in a copy of the tree."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source in SOURCES:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy2
        copy(ROOT / source, folder / source)
    engines.ENGINES[engine].build(folder, Path("build"))


def plant(engine, clean, folder, name):
    """Builds the targets with a fault; only what it changes is compiled again."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["cp", "-a", clean, folder], check=True)
    done = subprocess.run(["patch", "-s", "-p1", "-d", folder, "-i", patch_of(name)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unplantable(f"{name}: {done.stdout}{done.stderr}")
    try:
        engines.ENGINES[engine].build(folder, Path("build"))
    except engines.Trouble as trouble:
        raise Unplantable(f"{name}: {trouble}") from trouble


def run(command, seconds, **environment):
    """Runs an engine; returns what it printed. It ends by itself, but is killed, with
    all that it started, if it does not."""
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, **environment}, start_new_session=True)
    try:
        return process.communicate(timeout=seconds)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def by_libfuzzer(program, folder, seed, seconds):
    """One trial; returns the executions until the harness reported, or None."""
    output = run([program, f"-seed={seed}", f"-max_total_time={seconds}",
                  "-print_final_stats=1", "-max_len=1024", "-len_control=0",
                  f"-artifact_prefix={folder}/", folder], seconds + 30)
    executed = re.search(r"^stat::number_of_executed_units: (\d+)", output, re.M)
    found = re.search(r"^finding: \w+: ", output, re.M)
    return int(executed[1]) if found and executed else None


def by_afl(program, folder, seed, seconds):
    """As well. AFL++ takes no empty corpus: it gets one byte, which is no step."""
    (folder / "in").mkdir()
    (folder / "in/nothing").write_bytes(b"\x01")
    run(["afl-fuzz", "-s", str(seed), "-V", str(seconds), "-G", "1024", "-i",
         folder / "in", "-o", folder / "out", "--", program, engines.Afl.LOOP],
        seconds + 30, **engines.Afl.environment, AFL_BENCH_UNTIL_CRASH="1",
        AFL_CUSTOM_MUTATOR_LIBRARY=str(program.parent / "mutator.so"))
    executed = re.search(r"^execs_done *: (\d+)",
                         engines.read(folder / "out/default/fuzzer_stats"), re.M)
    for crash in (folder / "out/default/crashes").glob("id:*"):
        # Twice, for what one input leaves to the next.
        said = run([program, crash, crash], 60)
        if executed and re.search(r"^finding: \w+: ", said, re.M):
            return int(executed[1])
    return None


TRIALS = {"libfuzzer": by_libfuzzer, "afl": by_afl}


def try_fault(engine, clean, name, arguments):
    """Plants a fault and lets an engine look for it; returns its row of the table."""
    target, deep = FAULTS[name]
    tree = clean.parent / f"{engine}-{name}"
    plant(engine, clean, tree, name)
    program = engines.ENGINES[engine].program(tree, Path("build"), target)
    executions, seconds = [], []
    for trial in range(1, arguments.trials + 1):
        folder = tree / f"trial-{trial}"
        folder.mkdir()
        start = time.monotonic()
        executed = TRIALS[engine](program, folder, trial, arguments.seconds)
        if executed is not None:
            executions.append(executed)
            seconds.append(time.monotonic() - start)
    shutil.rmtree(tree)
    return {"fault": name, "engine": engine, "target": target, "deep": deep,
            "trials": arguments.trials, "found": len(executions),
            "executions": int(statistics.median(executions)) if executions else None,
            "seconds": round(statistics.median(seconds), 2) if seconds else None}


def show(row):
    median = "" if row["executions"] is None else (
        f"{row['executions']:>12,}{row['seconds']:>10.2f}")
    print(f"{row['fault']:32}{row['engine']:12}{row['target']:11}"
          f"{'deep' if row['deep'] else 'shallow':9}"
          f"{row['found']:>3} of {row['trials']:<3}{median}", flush=True)


def examine(arguments, out):
    """The rows of all faults and engines, each shown as soon as it is there."""
    rows = []
    for engine in arguments.engine or PLAIN:
        clean = out / engine
        prepare(engine, clean)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for row in pool.map(lambda name: try_fault(engine, clean, name, arguments),
                                arguments.faults or FAULTS):
                rows.append(row)
                if not arguments.json:
                    show(row)
    return rows


def main():
    parser = argparse.ArgumentParser(
        prog="fuzz/planted.py", description=__doc__.split("\n\n", maxsplit=1)[0],
        epilog=__doc__.split("\n\n")[-1])
    parser.add_argument("faults", nargs="*", metavar="FAULT",
                        help="faults to plant (all of them): " + ", ".join(FAULTS))
    parser.add_argument("--engine", action="append", choices=PLAIN,
                        help="an engine; may be given twice (both)")
    parser.add_argument("--trials", type=int, default=1, metavar="N",
                        help="trials of each fault by each engine (1)")
    parser.add_argument("--seconds", type=int, default=60, metavar="N",
                        help="seconds that a trial may take (60)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N",
                        help="faults at a time (as many as there are processors)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.faults if name not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    if min(arguments.trials, arguments.seconds, arguments.jobs) < 1:
        parser.error("--trials, --seconds and --jobs are at least 1")
    try:
        rows = examine(arguments, ROOT / "build/fuzz/planted")
    except (Unplantable, engines.Trouble) as trouble:
        print(f"planted.py: {trouble}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps({"version": 1, "faults": rows}, indent=1))
    missed = [row["fault"] for row in rows if row["found"] < row["trials"]]
    if missed and not arguments.json:
        print(f"not found in every trial: {', '.join(sorted(set(missed)))}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
