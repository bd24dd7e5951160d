"""speed.py: measures how many checked operations a second each engine comes to.

An operation is a call that is made and judged, probes included (checked.h). Each
engine fuzzes the target lifecycle on one core, beginning with a scenario of so many
operations, and with inputs that are no longer; in turns with it, and in the same way,
the target empty, which does nothing with its input. The table tells, as medians of the
rounds, the operations that an input really came to, operations and executions a second,
and how many executions the target comes to for one of the empty one. Nothing is kept of
what is found on the way, and no rule may be broken.

Exit status: 0 measured, 1 a rule was broken meanwhile, 2 wrong usage or trouble.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import engines
import planted

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (64, 250)
# What peers do all the time: an exchange, and its end, with a copy made before it.
EXCHANGE = """\
init c1 k1
accept c3 k1 with c1
init c1 k1 on c1 with c3
accept c3 k1 on c3 with c1
query c3 names into b1
copy c5 c1
delete c1
delete c5
delete c3
release b1
"""


class Broken(Exception):
    """A rule was broken where nothing was looked for."""


def scenario(steps):
    """A scenario of so many steps, as bytes."""
    text = ("acquire k1\n" + EXCHANGE * (steps // 10 + 1)).splitlines()[:steps]
    return subprocess.run([ROOT / "build/sechandle", "pack", "-"],
                          input="\n".join(text).encode(), capture_output=True,
                          check=True).stdout


def scenario_of(operations):
    """The shortest of these scenarios that comes to so many operations, as bytes."""
    program = engines.RUNNER.program(ROOT, Path("build"), "lifecycle")
    for steps in range(1, operations + 1):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "scenario"
            path.write_bytes(scenario(steps))
            subprocess.run([program, path], capture_output=True, check=True,
                           env={**os.environ, "SECHANDLE_STATS": f"{name}/stats"})
            if counted(Path(name))[0] >= operations:
                return path.read_bytes()
    raise engines.Trouble(f"no scenario of {operations} operations")


def counted(folder):
    """The calls and inputs that the processes of a target wrote down."""
    calls = inputs = 0
    for path in folder.glob("stats.*"):
        said = re.match(r"calls: (\d+) inputs: (\d+) ", path.read_text())
        if said:
            calls, inputs = calls + int(said[1]), inputs + int(said[2])
    return calls, inputs


def executed(engine, folder, output):
    """The executions that an engine counted."""
    if engine.startswith("afl"):
        output = engines.read(folder / "out/default/fuzzer_stats")
    found = re.search(r"^(?:execs_done *|stat::number_of_executed_units): (\d+)",
                      output, re.M)
    if not found:
        raise engines.Trouble(f"{engine}: it does not tell its executions: {output}")
    return int(found[1])


def turn(engine, target, first, seconds):
    """One measurement: executions a second, and operations a second."""
    program = engines.ENGINES[engine].program(ROOT, Path("build"), target)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "in/scenario").write_bytes(first)
        size = str(len(first))
        environment = {"SECHANDLE_STATS": str(folder / "stats")}
        if engine.startswith("afl"):
            environment |= engines.Afl.environment
            if target != "empty":
                environment |= engines.Afl.mutator(program)
            command = ["afl-fuzz", "-V", seconds, "-G", size, "-i", folder / "in",
                       "-o", folder / "out", "--", program, engines.Afl.LOOP]
        else:
            environment |= engines.LibFuzzer.environment(ROOT, "lifecycle")
            command = [program, *engines.ENGINES[engine].flags(ROOT, "lifecycle"),
                       f"-max_total_time={seconds}", f"-max_len={size}",
                       "-len_control=0", "-print_final_stats=1", "-print_funcs=0",
                       f"-artifact_prefix={folder}/", folder / "in"]
        start = time.monotonic()
        output = planted.run(command, seconds + 60, **environment)
        spent = time.monotonic() - start
        if re.search(r"^finding: ", output, re.M) or list(
                folder.glob("out/default/crashes/id:*")):
            raise Broken(f"{engine}: {target}: {output}")
        calls, inputs = counted(folder)
        runs = executed(engine, folder, output)
        return {"executions": runs / spent, "operations": calls / spent,
                "operations of an input": calls / inputs if inputs else 0}


def measure(engine, operations, arguments):
    """The row of one engine."""
    first = scenario_of(operations)
    turns = {"lifecycle": [], "empty": []}
    for _ in range(arguments.rounds):
        for target, rows in turns.items():
            rows.append(turn(engine, target, first, arguments.seconds))
    median = {target: {what: statistics.median(row[what] for row in rows)
                       for what in rows[0]} for target, rows in turns.items()}
    return {"engine": engine, "wanted": operations, **median["lifecycle"],
            "executions of empty": median["empty"]["executions"],
            "of empty": median["lifecycle"]["executions"]
                        / median["empty"]["executions"]}


def main():
    parser = argparse.ArgumentParser(
        prog="fuzz/speed.py", description=__doc__.split("\n\n", maxsplit=1)[0],
        epilog=__doc__.split("\n\n")[-1])
    parser.add_argument("--engine", action="append", choices=engines.ENGINES,
                        help="an engine; may be given more than once (all)")
    parser.add_argument("--seconds", type=int, default=10, metavar="N",
                        help="seconds of a turn (10)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N",
                        help="turns of each target (3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if min(arguments.seconds, arguments.rounds) < 1:
        parser.error("--seconds and --rounds are at least 1")
    rows = []
    try:
        engines.make(ROOT, "build/sechandle")
        engines.RUNNER.build(ROOT, Path("build"))
        if not arguments.json:
            print(f"{'engine':22}{'wanted':>7}{'operations':>12}{'M op/s':>9}"
                  f"{'exec/s':>11}{'empty':>11}{'of empty':>10}")
        for engine in arguments.engine or engines.ENGINES:
            engines.ENGINES[engine].build(ROOT, Path("build"))
            for operations in OPERATIONS:
                row = measure(engine, operations, arguments)
                rows.append(row)
                if not arguments.json:
                    print(f"{engine:22}{operations:>7}"
                          f"{row['operations of an input']:>12.0f}"
                          f"{row['operations'] / 1e6:>9.2f}"
                          f"{row['executions']:>11.0f}"
                          f"{row['executions of empty']:>11.0f}"
                          f"{row['of empty']:>10.2f}", flush=True)
    except (Broken, engines.Trouble) as error:
        print(f"speed.py: {error}", file=sys.stderr)
        return 1 if isinstance(error, Broken) else 2
    if arguments.json:
        print(json.dumps({"version": 1, "rows": rows}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
