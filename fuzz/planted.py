"""planted.py: shows that fuzzing finds planted faults, from nothing.

Each fault of FAULTS is planted in a copy of the tree: in the reference, in the model
or in the harness. Each engine then fuzzes the target that the table names, beginning
with no corpus, until it finds the fault or its seconds are over; the harness itself
must say so by a report, so that a crash of anything else does not count. A table
tells how many trials found it, and the medians of executions and seconds, of the steps
that the report's scenario was shrunk to, and of the milliseconds of the processor that
the report took.

Patches are those of fuzz/faults, tests/faults and proofs/mutants.

Exit status: 0 all trials found their faults, 1 one did not or was shrunk to another
number of steps than is known to be the least, 2 wrong usage or a fault that cannot be
planted.
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
import threading
import time
from pathlib import Path

import engines

ROOT = Path(__file__).resolve().parent.parent
PATCHES = [ROOT / folder for folder in ("fuzz/faults", "tests/faults",
                                        "proofs/mutants")]
SOURCES = ("Makefile", "ref", "specs", "tests", "fuzz")

# The target, whether it takes a long way to the fault, and the fewest steps that can
# show it, by what is found, as far as they are known.
SHALLOW, DEEP = False, True
FAULTS = {
    "delete-does-nothing": ("lifecycle", SHALLOW, {"delete_releases_all: delete": 3}),
    "second-delete-invalid": (
        "lifecycle", SHALLOW,
        {"delete_deleted_ok: delete": 4,
         "delete_deleted_copy_ok: delete": 5}),
    "ended-is-never": (
        "lifecycle", SHALLOW,
        {"delete_deleted_ok: delete": 4,
         "delete_deleted_copy_ok: delete": 5}),
    "stale-accepted": (
        "lifecycle", SHALLOW,
        {"query_deleted_invalid: query": 5,
         "free_freed_invalid: free": 4}),
    "generation-not-bumped": (
        "lifecycle", SHALLOW,
        {"create_never_reissues: acquire": 3,
         "create_never_reissues: init": 4}),
    "key-not-wiped": ("lifecycle", SHALLOW, {"delete_wipes_keys: delete": 3}),
    "kind-ignored": ("lifecycle", SHALLOW, {"create_fresh: init": 2}),
    "null-delete-ok": ("lifecycle", SHALLOW, {"delete_null_invalid: delete": 1}),
    "unissued-is-ended": ("lifecycle", SHALLOW, {"delete_unissued_invalid: delete": 4}),
    "reference-leaked": (
        "lifecycle", SHALLOW,
        {"credential_released_when_unneeded: free": 4,
         "credential_released_when_unneeded: delete": 4}),
    "credential-let-go-too-early": (
        "lifecycle", SHALLOW, {"credential_kept_while_needed: free": 3}),
    "import-unchecked": (
        "lifecycle", SHALLOW, {"import_never_exported_refused: import": 1}),
    "release-foreign-ok": (
        "lifecycle", SHALLOW, {"release_foreign_refused: release": 2}),
    "rejected-completes": ("lifecycle", DEEP, {"rejected_never_completes: accept": 9}),
    "export-never-deletes": (
        "lifecycle", DEEP, {"export_delete_old_deletes: export": 5}),
    "block-handed-twice": ("lifecycle", DEEP, {}),
    "slot-lost": ("small", SHALLOW, {"delete_releases_all: delete": 3}),
    "slot-lost-at-third-use": (
        "small", DEEP, {"exhaustion_creates_nothing: acquire": 5}),
    "fortieth-handle-again": (
        "lifecycle", DEEP,
        {"create_never_reissues: acquire": 5,
         "create_never_reissues: init": 6}),
    "retirement-forgotten": ("small", DEEP, {"create_never_reissues: acquire": 7}),
    "one-too-many": ("small", SHALLOW, {"exhaustion_creates_nothing: acquire": 3}),
    "full-forgets-oldest": (
        "small", SHALLOW, {"exhaustion_creates_nothing: acquire": 3}),
    "model-second-delete-invalid": (
        "lifecycle", SHALLOW,
        {"delete_deleted_ok: delete": 4,
         "delete_deleted_copy_ok: delete": 5}),
    "model-forgets-deletes": ("lifecycle", SHALLOW, {}),
    "model-loses-users": ("lifecycle", SHALLOW, {}),
    "model-releases-not": ("lifecycle", DEEP, {}),
    "model-incomplete-is-refused": ("lifecycle", DEEP, {}),
    "model-import-keeps-credential": ("lifecycle", DEEP, {}),
    "harness-resets-not": ("small", SHALLOW, {}),
    "harness-room-off-by-one": ("small", SHALLOW, {}),
    "harness-ends-no-lost": ("lifecycle", SHALLOW, {}),
    "harness-judges-part": ("lifecycle", SHALLOW, {}),
    "driver-swaps-not": ("lifecycle", SHALLOW, {}),
    "driver-forgets-not": ("small", DEEP, {}),
}
PLAIN = ("libfuzzer", "afl")
BUILD = Path("build")

# Runs of an input by which its report is asked for.
REPEATED = 10


class Unplantable(Exception):
    """A patch that does not fit, or a tree that does not build."""


def patch_of(name):
    return next(folder / f"{name}.patch" for folder in PATCHES
                if (folder / f"{name}.patch").exists())


def build(engine, folder, targets):
    """Builds some targets. A fault may well leave something unused."""
    kind = engines.ENGINES[engine]
    kind.make(folder, BUILD, "WARNINGS=-w",
              *(kind.folder(BUILD) / "fuzz" / name
                for name in (*targets, "mutator.so")))


def prepare(engine, folder, targets):
    """Builds the targets without a fault in a copy of the tree, where only what has
    changed since the last time is compiled again."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        if (ROOT / source).is_dir():
            shutil.rmtree(folder / source, ignore_errors=True)
            shutil.copytree(ROOT / source, folder / source)
        else:
            shutil.copy2(ROOT / source, folder / source)
    build(engine, folder, targets)


def plant(engine, clean, folder, name):
    """Builds a fault's target with it; only what it changes is compiled again."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["cp", "-a", clean, folder], check=True)
    done = subprocess.run(["patch", "-s", "-p1", "-d", folder, "-i", patch_of(name)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unplantable(f"{name}: {done.stdout}{done.stderr}")
    try:
        build(engine, folder, FAULTS[name][:1])
    except engines.Trouble as trouble:
        raise Unplantable(f"{name}: {trouble}{trouble.details}") from trouble


def execute(command, seconds, **environment):
    """Runs an engine or a target; returns what it printed, and the milliseconds that it
    had a processor. It ends by itself, but is killed, with all that it started, if it
    does not."""
    with subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", env={**os.environ, **environment},
            start_new_session=True) as process:
        late = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        try:
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            late.cancel()
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
    return output, 1000 * (usage.ru_utime + usage.ru_stime)


def run(command, seconds, **environment):
    """Runs an engine; returns what it printed."""
    return execute(command, seconds, **environment)[0]


def by_libfuzzer(program, folder, seed, seconds):
    """One trial; returns the executions, and the inputs that failed."""
    (folder / "corpus").mkdir()
    output = run([program, f"-seed={seed}", f"-max_total_time={seconds}",
                  "-print_final_stats=1", "-max_len=1024", "-len_control=0",
                  f"-artifact_prefix={folder}/", folder / "corpus"], seconds + 30)
    executed = re.search(r"^stat::number_of_executed_units: (\d+)", output, re.M)
    return executed, list(folder.glob("crash-*"))


def by_afl(program, folder, seed, seconds):
    """As well. AFL++ takes no empty corpus: it gets the input with no step."""
    run(["afl-fuzz", "-s", str(seed), "-V", str(seconds), "-G", "1024", "-i",
         folder / "in", "-o", folder / "out", "--", program, engines.Afl.LOOP],
        seconds + 30, **engines.Afl.environment, AFL_BENCH_UNTIL_CRASH="1",
        **engines.Afl.mutator(program))
    executed = re.search(r"^execs_done *: (\d+)",
                         engines.read(folder / "out/default/fuzzer_stats"), re.M)
    return executed, list((folder / "out/default/crashes").glob("id:*"))


TRIALS = {"libfuzzer": by_libfuzzer, "afl": by_afl}
# What keeps a program from telling where it was when it ended, which takes its time.
QUIET = {"libfuzzer": ("-handle_abrt=0",), "afl": ()}


def reported(engine, program, crash, nothing):
    """What the harness reports of an input that an engine found: what is broken; the
    steps that the scenario was shrunk to, if it could be; and the milliseconds of the
    processor that this took, beyond those of a run of an input with no step. None, if
    it reports nothing."""
    command = [program, *QUIET[engine]]
    start = execute([*command, nothing], 60)[1]
    # Many times, for what one input leaves to the next.
    output, spent = execute([*command, *[crash] * REPEATED], 60)
    finding = re.search(r"^finding: (\w+: \S+) -> ", output, re.M)
    shrunk = re.search(r"^scenario: (\d+) of \d+ steps$", output, re.M)
    return finding and {"finding": finding[1],
                        "steps": int(shrunk[1]) if shrunk else None,
                        "milliseconds": max(spent - start, 0) if shrunk else None}


def try_once(engine, program, folder, seed, seconds):
    """One trial; returns what it came to, or None."""
    nothing = folder / "in/nothing"
    nothing.parent.mkdir(parents=True)
    nothing.write_bytes(b"\x01") # a version, and no step
    start = time.monotonic()
    executed, crashes = TRIALS[engine](program, folder, seed, seconds)
    spent = time.monotonic() - start
    for crash in crashes if executed else ():
        report = reported(engine, program, crash, nothing)
        if report:
            return {"executions": int(executed[1]), "seconds": spent, **report}
    return None


def median(trials, what, digits=None):
    """The median of those trials that know it, or None."""
    known = [trial[what] for trial in trials if trial[what] is not None]
    return round(statistics.median(known), digits) if known else None


def try_fault(engine, clean, name, arguments):
    """Plants a fault and lets an engine look for it; returns its row of the table."""
    target, deep, least = FAULTS[name]
    tree = clean.parent / f"{engine}-{name}"
    plant(engine, clean, tree, name)
    program = engines.ENGINES[engine].program(tree, BUILD, target)
    trials = [try_once(engine, program, tree / f"trial-{trial}", trial,
                       arguments.seconds) for trial in range(1, arguments.trials + 1)]
    found = [trial for trial in trials if trial]
    shutil.rmtree(tree)
    shrunk = {(trial["finding"], trial["steps"]) for trial in found}
    return {"fault": name, "engine": engine, "target": target, "deep": deep,
            "trials": arguments.trials, "found": len(found),
            "executions": median(found, "executions"),
            "seconds": median(found, "seconds", 2),
            "steps": median(found, "steps"),
            "milliseconds": median(found, "milliseconds", 1),
            "longer": [f"{name}, {finding}: {steps} steps, {least[finding]} do"
                       for finding, steps in sorted(shrunk, key=str)
                       if steps != least.get(finding, steps)]}


HEADER = (f"{'fault':31}{'engine':11}{'target':11}{'':9}{'found':9}"
          f"{'executions':>11}{'seconds':>9}{'steps':>7}{'ms':>6}")


def show(row):
    def told(what, width, form=","):
        return "".rjust(width) if row[what] is None else f"{row[what]:>{width}{form}}"
    print(f"{row['fault']:31}{row['engine']:11}{row['target']:11}"
          f"{'deep' if row['deep'] else 'shallow':9}"
          f"{row['found']:>3} of {row['trials']:<2}{told('executions', 11)}"
          f"{told('seconds', 9, '.2f')}{told('steps', 7)}"
          f"{told('milliseconds', 6, '.1f')}", flush=True)


def conclude(rows):
    """Shows what was not as it must be, and the time of all reports."""
    for row in rows:
        if row["found"] < row["trials"]:
            print(f"not found in every trial: {row['fault']} by {row['engine']}")
        for longer in row["longer"]:
            print(f"not the fewest steps that are known: {longer}, by {row['engine']}")
    whole = median(rows, "milliseconds", 1)
    if whole is not None:
        print(f"shrinking: median {whole} ms of the processor")


def examine(arguments, out):
    """The rows of all faults and engines, each shown as soon as it is there."""
    rows = []
    faults = arguments.faults or FAULTS
    if not arguments.json:
        print(HEADER)
    for engine in arguments.engine or PLAIN:
        clean = out / engine
        prepare(engine, clean, {FAULTS[name][0] for name in faults})
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for row in pool.map(lambda name: try_fault(engine, clean, name, arguments),
                                faults):
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
    else:
        conclude(rows)
    return int(any(row["found"] < row["trials"] or row["longer"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
