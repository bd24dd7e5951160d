"""planted.py: shows that fuzzing finds planted faults, from nothing.

Each fault of FAULTS is planted in a copy of the tree: in the reference, in the model
or in the harness. Each engine then fuzzes the target that the table names, beginning
with no corpus, until it finds the fault or its seconds are over; the harness itself
must say so by a report, so that a crash of anything else does not count. A table
tells how many trials found it, and the medians of executions and seconds, of the steps
that the report's scenario was shrunk to, and of the milliseconds of the processor that
the report took. A trial that did not find it counts as one that takes for ever.
Ctrl-C ends it, and it tells what it has.

Patches are those of fuzz/faults, tests/faults and proofs/mutants.

Exit status: 0 all trials found their faults, 1 one did not, or was shrunk to more steps
than are known to show it, or a shallow fault took more than 10,000 executions, 2 wrong
usage, a fault that cannot be planted, or not all trials were made.
"""
import argparse
import concurrent.futures
import contextlib
import json
import math
import operator
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

# The target, whether it takes a long way to the fault, and the fewest steps that are known
# to show it, by what is found.
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
    "old-handle-accepted": (
        "lifecycle", SHALLOW,
        {"query_deleted_invalid: query": 5,
         "leg_freed_credential_invalid: init": 4,
         "free_freed_invalid: free": 4}),
    "generation-not-bumped": (
        "lifecycle", SHALLOW,
        {"create_never_reissues: acquire": 3,
         "create_never_reissues: init": 4}),
    "key-not-wiped": ("lifecycle", SHALLOW, {"delete_wipes_keys: delete": 3}),
    "kinds-alike": ("lifecycle", SHALLOW, {"create_fresh: init": 2}),
    "null-delete-ok": ("lifecycle", SHALLOW, {"delete_null_invalid: delete": 1}),
    "unissued-is-deleted": ("lifecycle", SHALLOW, {"delete_unissued_invalid: delete": 4}),
    "credential-not-let-go": (
        "lifecycle", SHALLOW, {"credential_released_when_unneeded: free": 2}),
    "secret-not-wiped": ("lifecycle", SHALLOW, {"delete_wipes_keys: free": 2}),
    "delete-frees-credential": (
        "lifecycle", SHALLOW, {"credential_kept_while_needed: delete": 3}),
    "import-unchecked": (
        "lifecycle", SHALLOW, {"import_never_exported_refused: import": 1}),
    "release-foreign-ok": (
        "lifecycle", SHALLOW, {"release_foreign_refused: release": 2}),
    "rejected-completes": ("lifecycle", DEEP, {"rejected_never_completes: accept": 8}),
    "export-never-deletes": (
        "lifecycle", DEEP, {"export_delete_old_deletes: export": 5}),
    "block-handed-twice": ("lifecycle", DEEP, {}),
    "slot-lost": (
        "small", SHALLOW,
        {"delete_releases_all: delete": 3,
         "credential_released_when_unneeded: free": 2}),
    "slot-lost-at-third-use": (
        "small", DEEP, {"exhaustion_creates_nothing: acquire": 5}),
    "fortieth-handle-again": (
        "lifecycle", DEEP,
        {"create_never_reissues: acquire": 5,
         "create_never_reissues: init": 6,
         "create_never_reissues: accept": 6}),
    "retirement-forgotten": (
        "small", DEEP,
        {"create_never_reissues: acquire": 7,
         "create_never_reissues: init": 8,
         "delete_deleted_for_ever: delete": 7}),
    "one-too-many": ("small", SHALLOW, {"exhaustion_creates_nothing: acquire": 3}),
    "full-forgets-oldest": (
        "small", SHALLOW, {"exhaustion_creates_nothing: acquire": 3}),
    "model-second-delete-invalid": (
        "lifecycle", SHALLOW,
        {"delete_deleted_ok: delete": 4,
         "delete_deleted_copy_ok: delete": 5}),
    "model-forgets-deletes": ("lifecycle", SHALLOW, {}),
    "model-counts-twice": ("lifecycle", SHALLOW, {}),
    "model-releases-not": ("lifecycle", DEEP, {}),
    "model-incomplete-is-refused": ("lifecycle", DEEP, {}),
    "model-import-is-credential": ("lifecycle", DEEP, {}),
    "harness-resets-not": ("small", SHALLOW, {}),
    "harness-room-off-by-one": ("small", SHALLOW, {}),
    "harness-ends-no-lost": ("lifecycle", SHALLOW, {}),
    "harness-judges-part": ("lifecycle", SHALLOW, {}),
    "driver-swaps-not": ("lifecycle", SHALLOW, {}),
    "driver-forgets-not": ("small", DEEP, {}),
}
PLAIN = ("libfuzzer", "afl")
BUILD = Path("build")

# Runs of an input by which its report is asked for, and of a program by which it is
# known how long it takes to start.
REPEATED = 10
STARTED = 5

# Executions that a shallow fault may take.
SHALLOW_MOST = 10_000

# The input with no step: a version alone.
NOTHING = b"\x01"

# The programs that run now, each in a session of its own; and whether no more may start.
running = set()
ended = threading.Event()


class Unplantable(Exception):
    """A patch that does not fit, or a tree that does not build."""


class Ended(Exception):
    """What was to be run did not run to its end."""


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


def plant(engine, clean, name):
    """Builds a fault's target with it; only what it changes is compiled again. Returns
    the program, which is all that is kept, and how many milliseconds it takes to
    start."""
    folder, tree = (clean.parent / f"{engine}-{name}{part}" for part in ("", "-tree"))
    for old in folder, tree:
        shutil.rmtree(old, ignore_errors=True)
    subprocess.run(["cp", "-a", clean, tree], check=True)
    done = subprocess.run(["patch", "-s", "-p1", "-d", tree, "-i", patch_of(name)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unplantable(f"{name}: {done.stdout}{done.stderr}")
    try:
        build(engine, tree, FAULTS[name][:1])
    except engines.Trouble as trouble:
        raise Unplantable(f"{name}: {trouble}{trouble.details}") from trouble
    (folder / "in").mkdir(parents=True)
    (folder / "in/nothing").write_bytes(NOTHING)
    program = engines.ENGINES[engine].program(tree, BUILD, FAULTS[name][0])
    for file in program, program.parent / "mutator.so":
        shutil.copy2(file, folder)
    shutil.rmtree(tree)
    program = folder / program.name
    return program, statistics.median(
        execute([program, *QUIET[engine], folder / "in/nothing"], 60)[1]
        for _ in range(STARTED))


def kill(process, how):
    """Sends a signal to a program and what is of its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)


def end():
    """Ends what runs, and lets nothing more start. AFL++ must end its target itself:
    that has a session of its own."""
    ended.set()
    for process in list(running):
        kill(process, signal.SIGTERM)


def execute(command, seconds, **environment):
    """Runs an engine or a target; returns what it printed, and the milliseconds that it
    had a processor. It ends by itself, but is killed if it does not.
    Raises Ended if all were to end."""
    with subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", env={**os.environ, **environment},
            start_new_session=True) as process:
        running.add(process)
        late = threading.Timer(seconds, kill, (process, signal.SIGKILL))
        late.start()
        if ended.is_set():
            kill(process, signal.SIGTERM)
        output = process.stdout.read()
        running.remove(process)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        late.cancel()
    if ended.is_set():
        raise Ended
    return output, 1000 * (usage.ru_utime + usage.ru_stime)


def run(command, seconds, **environment):
    """Runs an engine; returns what it printed."""
    return execute(command, seconds, **environment)[0]


def by_libfuzzer(program, folder, seed, seconds):
    """One trial; returns the executions, and the inputs that failed."""
    (folder / "corpus").mkdir()
    output = run([program, f"-seed={seed}", f"-max_total_time={seconds}",
                  "-print_final_stats=1", "-max_len=1024", "-len_control=0",
                  f"-artifact_prefix={folder}/", folder / "corpus"], seconds + 30,
                 # To find the lines of its stack takes longer than most trials.
                 UBSAN_OPTIONS="symbolize=0")
    executed = re.search(r"^stat::number_of_executed_units: (\d+)", output, re.M)
    return executed, list(folder.glob("crash-*"))


def by_afl(program, folder, seed, seconds):
    """As well. AFL++ takes no empty corpus: it gets the input with no step."""
    run(["afl-fuzz", *engines.Afl.options, "-s", str(seed), "-V", str(seconds), "-G",
         "1024", "-i", program.parent / "in", "-o", folder / "out", "--", program,
         engines.Afl.LOOP],
        seconds + 30, **engines.Afl.environment, AFL_BENCH_UNTIL_CRASH="1",
        **engines.Afl.mutator(program))
    executed = re.search(r"^execs_done *: (\d+)",
                         engines.read(folder / "out/default/fuzzer_stats"), re.M)
    return executed, list((folder / "out/default/crashes").glob("id:*"))


TRIALS = {"libfuzzer": by_libfuzzer, "afl": by_afl}
# What keeps a program from telling where it was when it ended, which takes its time.
QUIET = {"libfuzzer": ("-handle_abrt=0",), "afl": ()}


def reported(engine, program, crash, start):
    """What the harness reports of an input that an engine found: what is broken; the
    steps that the scenario was shrunk to, if it could be; and the milliseconds of the
    processor that this took, beyond those to start. None, if it reports nothing."""
    # Many times, for what one input leaves to the next.
    output, spent = execute([program, *QUIET[engine], *[crash] * REPEATED], 60)
    finding = re.search(r"^finding: (\w+: \S+) -> ", output, re.M)
    shrunk = re.search(r"^scenario: (\d+) of \d+ steps$", output, re.M)
    return finding and {"finding": finding[1],
                        "steps": int(shrunk[1]) if shrunk else None,
                        "milliseconds": max(spent - start, 0) if shrunk else None}


def try_once(engine, planted, seed, seconds):
    """One trial; returns what it came to, or None."""
    program, start = planted.result()
    folder = program.parent / f"trial-{seed}"
    folder.mkdir()
    begin = time.monotonic()
    executed, crashes = TRIALS[engine](program, folder, seed, seconds)
    spent = time.monotonic() - begin
    for crash in crashes if executed else ():
        report = reported(engine, program, crash, start)
        if report:
            return {"executions": int(executed[1]), "seconds": spent, **report}
    return None


def median(values, digits=None):
    """The median of those that are known, or None if that is none or has no end."""
    known = [value for value in values if value is not None]
    middle = statistics.median(known) if known else math.inf
    return None if middle == math.inf else round(middle, digits)


def conclude_fault(engine, name, trials):
    """A fault's row of the table, by the trials that were made."""
    target, deep, least = FAULTS[name]
    found = [trial for trial in trials if trial]
    lost = [math.inf] * (len(trials) - len(found))
    # Where no scenario was reported, no steps show it.
    shrunk = {(trial["finding"], trial["steps"] or math.inf) for trial in found}

    def other(is_other):
        return [f"{name}, {finding}: {steps} steps, {least[finding]} do"
                for finding, steps in sorted(shrunk)
                if finding in least and is_other(steps, least[finding])]
    return {"fault": name, "engine": engine, "target": target, "deep": deep,
            "trials": len(trials), "found": len(found),
            "executions": median([trial["executions"] for trial in found] + lost),
            "seconds": median([trial["seconds"] for trial in found] + lost, 2),
            "steps": median(trial["steps"] for trial in found),
            "milliseconds": median((trial["milliseconds"] for trial in found), 1),
            "longer": other(operator.gt), "shorter": other(operator.lt)}


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


def is_slow(row):
    """Whether a shallow fault took more executions than it may, or has no median."""
    return not row["deep"] and (row["executions"] or math.inf) > SHALLOW_MOST


def show_markdown(rows):
    """Shows the table with a row for each fault, engines side by side."""
    def told(row, what):
        if row is None or row[what] is None:
            return "–"
        lost = what == "executions" and row["found"] < row["trials"]
        return f"{row[what]:,}" + f" ({row['found']} of {row['trials']})" * lost
    columns = ("executions", "seconds", "steps", "milliseconds")
    known = {(row["fault"], row["engine"]): row for row in rows}
    shown = [engine for engine in PLAIN if any(row["engine"] == engine for row in rows)]
    print("\n| Fault | |", *(f"{engine}: {' | '.join(columns)} |" for engine in shown))
    print("|---|---|" + "--:|" * len(columns) * len(shown))
    for name in dict.fromkeys(row["fault"] for row in rows):
        print(f"| `{name}` |", "deep |" if FAULTS[name][1] else "shallow |",
              *(f"{told(known.get((name, engine)), what)} |"
                for engine in shown for what in columns))


def conclude(rows):
    """Shows what was not as it must be, and the time of all reports."""
    for row in rows:
        if row["found"] < row["trials"]:
            print(f"not found in every trial: {row['fault']} by {row['engine']}")
        if is_slow(row):
            print(f"more than {SHALLOW_MOST:,} executions: {row['fault']} by "
                  f"{row['engine']}")
        for longer in row["longer"]:
            print(f"more steps than are needed: {longer}, by {row['engine']}")
        for shorter in row["shorter"]:
            print(f"fewer steps than were known: {shorter}, by {row['engine']}")
    whole = median((row["milliseconds"] for row in rows), 1)
    if whole is not None:
        print(f"shrinking: median {whole} ms of the processor")


def results(trials):
    """What those that were made came to."""
    return [trial.result() for trial in trials
            if trial.done() and not trial.cancelled() and not trial.exception()]


def examine(engine, out, arguments):
    """Yields the rows of an engine, each as soon as it is there. If there is a Ctrl-C,
    those of the trials that were made, and raises KeyboardInterrupt."""
    faults = arguments.faults or FAULTS
    clean = out / engine
    prepare(engine, clean, {FAULTS[name][0] for name in faults})
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        # All are planted first, so that no trial waits for long.
        planted = [pool.submit(plant, engine, clean, name) for name in faults]
        trials = [(name, [pool.submit(try_once, engine, program, seed, arguments.seconds)
                          for seed in range(1, arguments.trials + 1)])
                  for name, program in zip(faults, planted)]
        try:
            while trials:
                made = [trial.result() for trial in trials[0][1]]
                yield conclude_fault(engine, trials.pop(0)[0], made)
        except BaseException as ending:
            end()
            pool.shutdown(cancel_futures=True)
            if isinstance(ending, KeyboardInterrupt):
                yield from (conclude_fault(engine, name, made) for name, made in
                            ((name, results(of)) for name, of in trials) if made)
            raise


def examine_all(arguments, rows):
    """Fills in the rows of all engines, and shows them.
    Returns whether there was no Ctrl-C."""
    if not arguments.json:
        print(HEADER)
    try:
        for engine in arguments.engine or PLAIN:
            for row in examine(engine, ROOT / "build/fuzz/planted", arguments):
                rows.append(row)
                if not arguments.json:
                    show(row)
    except KeyboardInterrupt:
        return False
    return True


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
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true",
                      help="print the table in Markdown too, at the end")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.faults if name not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    if min(arguments.trials, arguments.seconds, arguments.jobs) < 1:
        parser.error("--trials, --seconds and --jobs are at least 1")
    for ending in signal.SIGINT, signal.SIGTERM:
        signal.signal(ending, signal.default_int_handler)
    rows = []
    try:
        whole = examine_all(arguments, rows)
    except (Unplantable, engines.Trouble) as trouble:
        print(f"planted.py: {trouble}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps({"version": 1, "faults": rows}, indent=1))
    else:
        conclude(rows)
    if arguments.markdown:
        show_markdown(rows)
    if not whole:
        print("planted.py: ended before all trials were made", file=sys.stderr)
        return 2
    return int(any(row["found"] < row["trials"] or row["longer"] or is_slow(row)
                   for row in rows))


if __name__ == "__main__":
    sys.exit(main())
