"""prove.py: proves the library and says what the proof rests on.

The files of proofs/files.txt are proved with Frama-C's WP, uncached, for 64-bit
words. Those that are another program with 32-bit words say so there, and are proved
for these too; the gate `same` shows that the others are the same. Frama-C exits
with 0 whatever was proved, so the verdict is that of the gates of gates.py.

What is committed beside the sources, below proofs/:

  files.txt        the proved files, one a line; `32-bit` behind one has it proved
                   for such words too
  expected.json    per file and function: numbers and hashes of the goals, of the
                   smoke tests, and of what is stated, and of all logic definitions
  exceptions.json  the goals that one of the two provers may fail, and why
  ledger.json      the warnings that may be left, the files of ref/ that are not
                   proved, and why

To add a file: add its line to files.txt, prove it, run `prove.py --accept`, and
read the diff of expected.json.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import acsl
import frama
import gates
from gates import Fault

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "sechandle-proof-receipt/2"
EPILOG = """\
exit status: 0 proved, 1 a gate failed, 2 wrong usage or a missing tool; a run of
some files says 'proved in part' and which

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
        self.files = {}
        for line in (self.proofs / "files.txt").read_text().splitlines():
            if line.strip():
                name, *more = line.split()
                if not {*more} <= {"32-bit"}:
                    raise ValueError(f"files.txt: not understood: {line}")
                self.files[name] = ["64-bit", *more]
        self.expected = self.load("expected.json", {})
        self.exceptions = self.load("exceptions.json", [])
        ledger = self.load("ledger.json", [])
        self.ledger = [entry for entry in ledger if "unproved" not in entry]
        self.left_out = {entry["file"]: entry["unproved"] for entry in ledger
                         if "unproved" in entry}

    def load(self, name, otherwise):
        path = self.proofs / name
        return json.loads(path.read_text()) if path.exists() else otherwise

    def pairs(self, files=None):
        """The (configuration, file) to be proved, of these files or all."""
        return {(configuration, file) for file in files or self.files
                for configuration in self.files[file]}

    def files_faults(self):
        """Whether each source is proved, as files.txt has it."""
        return gates.core_files(self.root, self.files, self.expected, self.left_out)

    def excepted(self, file, configuration):
        """{(goal, prover)}"""
        return {(entry.get("goal"), entry.get("not by")) for entry in self.exceptions
                if entry.get("file") == file
                and configuration in entry.get("configurations", ())}


class Runs:
    """The runs of Frama-C on files and configurations, side by side."""

    def __init__(self, project, files, out):
        self.project, self.out = project, out
        self.wanted = project.pairs(files)
        # A file that is not wanted is read, for the functions it proves; and one that
        # is, in both configurations, to be compared.
        self.results = {(configuration, file): frama.Result()
                        for configuration in frama.CONFIGURATIONS
                        for file in project.files
                        if configuration in {one for one, _ in self.wanted}
                        or file in files}
        self.done = 0

    def go(self, jobs):
        """Runs them, the longest first, so that none is left alone at the end."""
        steps = [(run, key) for run in ("main", "smoke") for key in self.wanted]
        steps.sort(key=lambda step: (step[0] != "main", -self.size(step[1]), step))
        steps[:0] = [("printed", key) for key in sorted(self.results)]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self.step, *step): step for step in steps}
            while running:
                done, _ = concurrent.futures.wait(
                    running, 1, concurrent.futures.FIRST_COMPLETED)
                for one in done:
                    one.result()
                    self.done += 1
                    self.tell(*running.pop(one), len(steps))

    def size(self, key):
        """How many goals to expect."""
        configuration, file = key
        said = self.project.expected.get(file, {}).get(configuration, {})
        return sum(int(number) for one in said.values()
                   for number in re.findall(r"(\d+) goals", one))

    def part(self):
        """What is proved if not all is."""
        if self.wanted == self.project.pairs():
            return []
        return self.files()

    def files(self):
        """The files that are wanted."""
        return sorted({file for _, file in self.wanted})

    def listed(self, configuration, file):
        """What gate expected looks at."""
        return gates.listed(self.program(configuration, file),
                            self.results[configuration, file])

    def program(self, configuration, file):
        """The program as Frama-C printed it."""
        return acsl.program(self.results[configuration, file].printed)

    def folder(self, configuration, file):
        return self.out / configuration / file.replace("/", "-")

    def step(self, run, key):
        configuration, file = key
        frama.prove(self.project.root, file, configuration, self.folder(*key),
                    (run,), self.results[key])

    def tell(self, run, key, total):
        """Tells how far it is: on a terminal in one line, else a line for a run."""
        said = f"{self.done} of {total} runs done"
        if sys.stdout.isatty():
            asked = sum(
                log.read_text(errors="replace").count("Why3 run prover")
                for key in self.wanted for log in [self.folder(*key) / "main.log"]
                if log.exists())
            print(f"\r{said}, provers asked {asked} times …\033[K",
                  end="" if self.done < total else "\r\033[K", flush=True)
        elif run != "printed":
            print(f"{said}: {run} {' '.join(key)}, "
                  f"{self.results[key].seconds[run]:.0f} s", flush=True)


def judge(runs):
    """All faults of the runs."""
    project = runs.project
    faults = [*project.files_faults(), *gates.raw(project.root, project.files),
              *wrong_versions()]
    programs = {key: runs.program(*key) for key in runs.results}
    for configuration in sorted({one for one, _ in runs.wanted}):
        faults += [Fault(gate, f"{configuration} {file}", text)
                   for file, gate, text in gates.recursion(
                       {file: one for (where, file), one in programs.items()
                        if where == configuration})]
    faults += [Fault(gate, file, text) for file in runs.files()
               for gate, text in gates.same(
                   *(runs.results[configuration, file]
                     for configuration in frama.CONFIGURATIONS),
                   "32-bit" in project.files[file])]
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
            *expected(runs, configuration, file),
            *gates.assumed(program, elsewhere), *gates.clauses(program),
            *gates.core(program, result),
            *gates.warnings(program, result, ledger, used)]
        faults += [Fault(gate, f"{configuration} {file}", text)
                   for gate, text in dict.fromkeys(found)]
    return faults + listed(runs, used, read)


def expected(runs, configuration, file):
    """Gate expected. What was found is kept, to tell what changes later."""
    folder = runs.folder(configuration, file)
    now, kept = runs.listed(configuration, file), folder / "expected.json"
    faults = [*gates.expected(
        now, runs.project.expected.get(file, {}).get(configuration, {}),
        json.loads(kept.read_text()) if kept.exists() else {})]
    said = json.dumps(now, indent=1)
    (folder / "found.json").write_text(said)
    if not faults:
        kept.write_text(said)
    return faults


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
    whole = not runs.part()
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
            **{name: {key: round(spent, 1) for key, spent in table.items()}
               for name, table in (("seconds", result.seconds),
                                   ("CPU seconds", result.cpu))}}
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
                  ROOT.glob("proofs/*.py"), ROOT.glob("proofs/*.sh"),
                  [ROOT / "proofs/why3.conf"])
    receipt = {
        "schema": SCHEMA, "verdict": "failed" if faults else
        "proved in part" if runs.part() else "proved", "part": runs.part(),
        "seconds": round(seconds, 1),
        "CPU seconds": {name: round(sum(result.cpu[name]
                                        for result in runs.results.values()), 1)
                        for name in frama.CPU},
        "versions": frama.versions(),
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
              f"{run['exceptions']} exceptions, "
              f"{sum(run['CPU seconds'].values()):.0f} CPU s  "
              f"{'FAILED' if failed else 'proved'}")
    for prover in frama.PROVERS:
        top = max(receipt["runs"], key=lambda run:
                  run[prover]["highest share of steps"])
        print(f"{prover.split(':')[0].lower()} used at most "
              f"{100 * top[prover]['highest share of steps']:.0f} % of its steps, on "
              f"{top['configuration']} {top['file']}, {top[prover]['by goal']}")
    print("CPU seconds: " + ", ".join(
        f"{name} {spent:.0f}" for name, spent in receipt["CPU seconds"].items()))
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
                        help="prove these of proofs/files.txt, by path or name "
                             "(default: all)")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the source tree (default: that of prove.py)")
    parser.add_argument("--out", type=Path,
                        help="folder of the reports (default: build/proof in the "
                             "source tree)")
    parser.add_argument("--jobs", type=int, default=frama.JOBS,
                        help="runs of Frama-C at a time (default: two a processor)")
    parser.add_argument("--seconds", type=int, default=frama.SECONDS,
                        help="end a prover that does not answer; this can only "
                             "make a goal fail (default: %(default)s)")
    parser.add_argument("--accept", action="store_true",
                        help="write proofs/expected.json anew; refused while any other "
                             "gate fails")
    return parser, parser.parse_args()


def main():
    parser, given = arguments()
    try:
        project = Project(given.root.resolve())
    except (OSError, ValueError) as error:
        parser.error(f"{given.root}: {error}")
    files = [file for file in project.files if not given.files
             or {file, Path(file).stem} & {*given.files}]
    for name in given.files:
        if name not in {*files, *(Path(file).stem for file in files)}:
            parser.error(f"{name} is not in proofs/files.txt, which names "
                         + ", ".join(Path(file).stem for file in project.files))
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
    runs = Runs(project, files, out)
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
    project = runs.project
    for configuration, file in runs.wanted:
        project.expected.setdefault(file, {})[configuration] = {
            function: gates.summed(kinds)
            for function, kinds in runs.listed(configuration, file).items()}
    said = {file: {configuration: project.expected[file][configuration]
                   for configuration in configurations
                   if configuration in project.expected[file]}
            for file, configurations in project.files.items()
            if file in project.expected}
    (project.proofs / "expected.json").write_text(
        json.dumps(said, indent=1, sort_keys=True) + "\n")
    for key in runs.wanted:
        expected(runs, *key)
    return left


if __name__ == "__main__":
    sys.exit(main())
