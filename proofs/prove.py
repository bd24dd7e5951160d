"""prove.py: proves the library and says what the proof rests on.

The files of proofs/files.txt are proved with Frama-C's WP, uncached, in each
configuration of frama.py: 64-bit and 32-bit words, and small limits. Frama-C
exits with 0 whatever was proved, so the verdict is that of the gates of gates.py.

What is committed beside the sources, below proofs/:

  files.txt        the proved files, one a line
  expected/*.json  per file: the goals, the number of smoke tests, and hashes of
                   the contracts and of all logic definitions
  exceptions.json  the goals that one of the two provers may fail, and why
  ledger.json      the warnings that may be left, the files of ref/ that are not
                   proved, and why

To add a file: add its line to files.txt, prove it, run `prove.py --accept`, and
read the diff of expected/.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import acsl
import frama
import gates
from gates import Fault

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "sechandle-proof-receipt/1"
EPILOG = """\
exit status: 0 proved, 1 a gate failed, 2 wrong usage or a missing tool; a run of
some files or configurations says 'proved in part' and which

gates:
""" + "\n".join(f"  {name:11} {text}" for name, text in gates.GATES.items()) + """

budgets, in steps, so that a slow machine gives the same verdict:
""" + "".join(
    f"  goals       {steps} for {prover}\n"
    for prover, steps in frama.BUDGETS.items()) + "\n".join(
    f"  smoke tests {steps} for {prover}"
    for prover, steps in frama.SMOKE_STEPS.items())


class Project:
    """A source tree and what is committed about its proof."""

    def __init__(self, root):
        self.root = root
        self.proofs = root / "proofs"
        self.files = (self.proofs / "files.txt").read_text().split()
        self.exceptions = self.load("exceptions.json", [])
        ledger = self.load("ledger.json", [])
        self.ledger = [entry for entry in ledger if "unproved" not in entry]
        self.left_out = {entry["file"]: entry["unproved"] for entry in ledger
                         if "unproved" in entry}

    def load(self, name, otherwise):
        path = self.proofs / name
        return json.loads(path.read_text()) if path.exists() else otherwise

    def expected(self, file):
        """{configuration: gates.Expected}"""
        said = self.load(self.expected_name(file), {"smoke tests": {}})

        def listed(kind, configuration):
            table = said.get(kind, {})
            return frozenset(table.get("every configuration", [])
                             + table.get(configuration, []))
        return {name: gates.Expected(count, listed("goals", name),
                                     listed("contracts", name))
                for name, count in said["smoke tests"].items()}

    def accept(self, file, now):
        """Writes what `expected` reads."""
        expected = {**self.expected(file), **now}
        names = sorted(expected)
        said = {"smoke tests": {name: expected[name].smoke for name in names}}
        for kind in ("goals", "contracts"):
            table = {name: getattr(expected[name], kind) for name in names}
            shared = frozenset.intersection(*table.values())
            said[kind] = {"every configuration": sorted(shared),
                          **{name: sorted(table[name] - shared) for name in names}}
        path = self.proofs / self.expected_name(file)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(said, indent=1) + "\n")

    @staticmethod
    def expected_name(file):
        return f"expected/{file.replace('/', '-').removesuffix('.c')}.json"

    def excepted(self, file, configuration):
        """{(goal, prover)}"""
        return {(entry.get("goal"), entry.get("not by")) for entry in self.exceptions
                if entry.get("file") == file
                and configuration in entry.get("configurations", ())}


class Runs:
    """The runs of Frama-C on files and configurations, side by side."""

    def __init__(self, project, files, configurations, out):
        self.project, self.out = project, out
        self.results = {(configuration, file): frama.Result()
                        for configuration in configurations for file in project.files}
        self.wanted = {(configuration, file) for configuration in configurations
                       for file in files}
        self.done = 0

    def go(self, jobs):
        """Runs them, the longest first, so that none is left alone at the end."""
        steps = [(run, key) for run in ("main", "smoke") for key in self.wanted]
        steps.sort(key=lambda step: (step[0] != "main", -self.size(step[1]), step))
        # A file that is not wanted is read, for the functions it proves.
        steps[:0] = [("printed", key) for key in sorted(self.results)]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self.step, *step) for step in steps}
            while running:
                done, running = concurrent.futures.wait(running, 1)
                for one in done:
                    one.result()
                self.done = len(steps) - len(running)
                self.show(len(steps))

    def size(self, key):
        """How many goals to expect."""
        configuration, file = key
        return len(self.project.expected(file).get(configuration,
                                                   gates.Expected()).goals)

    def part(self):
        """What is proved if not all is: the configurations and files."""
        if len(self.wanted) == len(frama.CONFIGURATIONS) * len(self.project.files):
            return []
        return [*dict.fromkeys(one for one, _ in sorted(self.wanted)),
                *sorted({file for _, file in self.wanted})]

    def program(self, configuration, file):
        """The program as Frama-C printed it."""
        return acsl.program(self.results[configuration, file].printed)

    def folder(self, configuration, file):
        return self.out / configuration / file.replace("/", "-")

    def step(self, run, key):
        configuration, file = key
        frama.prove(self.project.root, file, frama.CONFIGURATIONS[configuration],
                    self.folder(configuration, file), (run,), self.results[key])

    def show(self, total):
        """Shows on a terminal what has been asked so far."""
        if not sys.stdout.isatty():
            return
        asked = sum(log.read_text(errors="replace").count("Why3 run prover")
                    for key in self.wanted for log in [self.folder(*key) / "main.log"]
                    if log.exists())
        print(f"\r{self.done} of {total} runs done, provers asked {asked} times …\033[K",
              end="" if self.done < total else "\r\033[K", flush=True)


def judge(runs):
    """All faults of the runs."""
    project = runs.project
    faults = [*gates.core_files(project.root, project.files,
                                {*map(project.expected_name, project.files)},
                                project.left_out),
              *gates.raw(project.root, project.files), *wrong_versions()]
    programs = {key: runs.program(*key) for key in runs.results}
    for configuration in sorted({one for one, _ in runs.wanted}):
        faults += [Fault(gate, f"{configuration} {file}", text)
                   for file, gate, text in gates.recursion(
                       {file: one for (where, file), one in programs.items()
                        if where == configuration})]
    used, read = set(), set()
    for configuration, file in sorted(runs.wanted):
        result = runs.results[configuration, file]
        program = programs[configuration, file]
        elsewhere = gates.trusted(program, [
            one for (where, other), one in programs.items()
            if where == configuration and other != file])
        ledger = [(number, entry) for number, entry in enumerate(project.ledger)
                  if entry.get("file") == file]
        read.update(number for number, _ in ledger)
        found = [
            *gates.run(result), *gates.proved(result),
            *gates.kernel(result, elsewhere),
            *gates.both(result, project.excepted(file, configuration)),
            *gates.smoke(result),
            *gates.expected(gates.found(program, result),
                            project.expected(file).get(configuration,
                                                       gates.Expected())),
            *gates.assumed(program, elsewhere), *gates.clauses(program),
            *gates.core(program, result),
            *gates.warnings(program, result, ledger, used)]
        faults += [Fault(gate, f"{configuration} {file}", text)
                   for gate, text in dict.fromkeys(found)]
    return faults + listed(runs, used, read)


def wrong_versions():
    """The provers that are not those the committed figures are for."""
    for tool, version in frama.versions().items():
        wanted = {name.lower(): number for name, number in
                  (prover.split(":") for prover in frama.PROVERS)}.get(tool, version)
        if version != wanted:
            yield Fault("run", tool, f"version {version}, not {wanted}")


def listed(runs, used, read):
    """The faults of exceptions.json and ledger.json as wholes."""
    project, goals = runs.project, {}
    for configuration, _ in runs.wanted:
        goals[configuration] = sum(
            goal.qed < goal.total for key in runs.wanted if key[0] == configuration
            for goal in runs.results[key].goals.values())
    whole = {file for _, file in runs.wanted} == set(project.files)
    faults = [Fault("ledger", "proofs/ledger.json", f"without reason: {file}")
              for file, reason in project.left_out.items() if not reason]
    faults += [Fault(gate, "proofs/exceptions.json", text) for gate, text in
              gates.exceptions_listed(project.exceptions, goals if whole else {})]
    for entry in project.exceptions:
        if entry.get("file") not in project.files:
            faults.append(Fault("exceptions", "proofs/exceptions.json",
                                f"unknown file: {entry}"))
    for number, entry in enumerate(project.ledger):
        if not entry.get("reason"):
            faults.append(Fault("ledger", "proofs/ledger.json",
                                f"without reason: {entry}"))
        if (number in read or entry.get("file") not in project.files) \
                and number not in used:
            faults.append(Fault("ledger", "proofs/ledger.json", f"stale: {entry}"))
    return faults


def figures(runs, key):
    """What a receipt says of one file in one configuration."""
    configuration, file = key
    result = runs.results[key]
    said = {"configuration": configuration, "file": file,
            "goals": sum(goal.total for goal in result.goals.values()),
            "qed": sum(goal.qed for goal in result.goals.values()),
            "smoke tests": len(result.smoke_passed),
            "exceptions": len(runs.project.excepted(file, configuration)),
            "seconds": {name: round(spent, 1)
                        for name, spent in result.seconds.items()}}
    for prover in frama.PROVERS:
        highest = max(result.goals.items(), default=("", frama.Goal()),
                      key=lambda item: item[1].rank.get(prover, 0))
        said[prover] = {
            "proved": sum(goal.valid_by.get(prover, 0)
                          for goal in result.goals.values()),
            "highest share of steps": round(
                result.steps.get(prover, 0) / frama.BUDGETS[prover], 3),
            "by goal": highest[0] if result.steps.get(prover) else ""}
    return said


def write_receipt(runs, faults, seconds):
    """Writes and returns the receipt."""
    root = runs.project.root
    hashed = {path for file in runs.project.files
              for path in gates.sources(root, file)[0]}
    hashed.update(runs.project.proofs.glob("*.json"),
                  runs.project.proofs.glob("expected/*.json"),
                  ROOT.glob("proofs/*.py"), ROOT.glob("proofs/*.sh"),
                  [ROOT / "proofs/why3.conf"])
    receipt = {
        "schema": SCHEMA, "verdict": "failed" if faults else
        "proved in part" if runs.part() else "proved", "part": runs.part(),
        "seconds": round(seconds, 1), "versions": frama.versions(),
        "steps": {"goals": frama.BUDGETS, "smoke tests": frama.SMOKE_STEPS},
        "not proved": runs.project.left_out,
        "runs": [figures(runs, key) for key in sorted(runs.wanted)],
        "faults": [vars(fault) for fault in faults],
        "sha256": {os.path.relpath(path, root):
                   hashlib.sha256(path.read_bytes()).hexdigest()
                   for path in sorted(hashed)}}
    (runs.out / "receipt.json").write_text(json.dumps(receipt, indent=1) + "\n")
    return receipt


def summarize(receipt):
    """Prints the receipt."""
    for run in receipt["runs"]:
        provers = ", ".join(f"{prover.split(':')[0].lower()} {run[prover]['proved']}"
                            for prover in frama.PROVERS)
        failed = any(fault["place"] == f"{run['configuration']} {run['file']}"
                     for fault in receipt["faults"])
        print(f"{run['configuration']:7}{run['file']:18}{run['goals']:5} goals: "
              f"Qed {run['qed']}, {provers}; {run['smoke tests']} smoke tests, "
              f"{run['exceptions']} exceptions, {sum(run['seconds'].values()):.0f} s  "
              f"{'FAILED' if failed else 'proved'}")
    for prover in frama.PROVERS:
        top = max(receipt["runs"], key=lambda run:
                  run[prover]["highest share of steps"])
        print(f"{prover.split(':')[0].lower()} used at most "
              f"{100 * top[prover]['highest share of steps']:.0f} % of its steps, on "
              f"{top['configuration']} {top['file']}, {top[prover]['by goal']}")
    print(", ".join(" ".join(pair) for pair in receipt["versions"].items()))
    for file, reason in receipt["not proved"].items():
        print(f"not proved: {file}: {reason}")
    for fault in receipt["faults"]:
        print(Fault(**fault))
    part = f" ({', '.join(receipt['part'])})" if receipt["part"] else ""
    print(f"{receipt['verdict'].upper()}{part} in {receipt['seconds']:.0f} s: "
          f"{sum(run['goals'] for run in receipt['runs'])} goals, "
          f"{sum(run['smoke tests'] for run in receipt['runs'])} smoke tests, "
          f"{sum(run['exceptions'] for run in receipt['runs'])} exceptions, "
          f"{len(receipt['faults'])} faults")


def arguments():
    parser = argparse.ArgumentParser(
        description="Prove the library, but for the files that ledger.json leaves out.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE",
                        help="prove these of proofs/files.txt (default: all)")
    parser.add_argument("--configuration", action="append",
                        choices=frama.CONFIGURATIONS,
                        help="prove in this one (default: in all)")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the source tree (default: that of prove.py)")
    parser.add_argument("--out", type=Path,
                        help="folder of the reports (default: build/proof in the "
                             "source tree)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="runs of Frama-C at a time (default: one a processor)")
    parser.add_argument("--seconds", type=int, default=frama.SECONDS,
                        help="end a prover that does not answer; this can only "
                             "make a goal fail (default: %(default)s)")
    parser.add_argument("--accept", action="store_true",
                        help="write proofs/expected/ anew; refused while any other "
                             "gate fails")
    return parser, parser.parse_args()


def main():
    parser, given = arguments()
    try:
        project = Project(given.root.resolve())
    except (OSError, ValueError) as error:
        parser.error(f"{given.root}: {error}")
    for file in given.files:
        if file not in project.files:
            parser.error(f"{file} is not in proofs/files.txt")
    if given.jobs < 1 or given.seconds < 1:
        parser.error("--jobs and --seconds take a number from 1")
    frama.SECONDS = given.seconds
    missing = frama.missing_tools()
    if missing:
        print(f"prove.py: not found: {', '.join(missing)}; run 'make deps-proof'",
              file=sys.stderr)
        return 2
    start = time.monotonic()
    out = (given.out or project.root / "build/proof").resolve()
    runs = Runs(project, given.files or project.files,
                given.configuration or list(frama.CONFIGURATIONS), out)
    runs.go(given.jobs)
    faults = judge(runs)
    if given.accept:
        faults = accept(runs, faults)
    receipt = write_receipt(runs, faults, time.monotonic() - start)
    summarize(receipt)
    return 1 if faults else 0


def accept(runs, faults):
    """Writes what is expected anew, unless something else is amiss; returns the
    faults that are left."""
    left = [fault for fault in faults if fault.gate != "expected"]
    if left:
        print("prove.py: --accept is refused: not everything else holds",
              file=sys.stderr)
        return faults
    for file in sorted({file for _, file in runs.wanted}):
        runs.project.accept(file, {
            where: gates.found(runs.program(where, file), runs.results[where, file])
            for where, one in runs.wanted if one == file})
    return left


if __name__ == "__main__":
    sys.exit(main())
