"""frama.py: runs Frama-C on one file and reads what it reports.

Nothing here judges: gates.py does. `unproved` is for programs that only want to
know whether a changed source is still proved.

A file is run three times, so that each run can be as cheap as its question:

  printed  the program as Frama-C understands it, with the assertions against
           run-time errors, for the gates on contracts and data models
  main     every goal, by both provers under the budget STEPS, and then the
           status of every property that the kernel knows
  smoke    tries to prove `false` from every contract, behind every call and in
           every branch, and nothing else; a smoke test passes if that cannot be
           proved
"""
import csv
import dataclasses
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROVERS = ("Z3:4.8.12", "CVC4:1.8")
CPU = ("frama-c", "z3", "cvc4")
TOOLS = ("frama-c", "why3", "z3", "cvc4", "gcc")
WHY3_CONF = HERE / "why3.conf"

# The budget of a goal and prover; z3 gets ten of its own steps, which are short,
# for one of cvc4's (why3.conf). Steps and not seconds decide, so that a slow
# machine gives the same verdict: what is proved here takes either prover less
# than ten seconds. The time limit is on the clock of the wall, so it is wide enough
# for a machine that does ten other things, and can only make a goal fail.
#
# z3 is told to do nothing but match patterns: left to itself it looked for models
# too, gave up 60 goals after a million of its steps, of which it proves 47 now with
# five million, and turned in circles without counting steps on some that are false.
STEPS = 250000
BUDGETS = {"Z3:4.8.12": 10 * STEPS, "CVC4:1.8": STEPS}
SECONDS = 1200

# The budget of a smoke test, which passes when `false` is *not* proved from what
# it finds, and then has always used up all of it: so this number decides how
# long the smoke tests take. Measured on seven contradictions and dead branches
# planted in lifecycle.c, by arithmetic, by quantified clauses of `sound`, behind
# calls and in branches: z3 finds all seven with these steps, cvc4 six of them with
# 100,000 of its own and in more time. So z3 is asked alone. Of eight others, planted
# in table.c and its contracts, z3 finds all, but with a third of these steps neither
# of the two behind calls. No time limit ends it in earnest, as that would make a
# smoke test pass.
SMOKE_STEPS = {"z3": 30000}
SMOKE_SECONDS = 3600

# Runs of Frama-C at a time. More than processors, and -wp-par too, as WP looks for
# answers only now and then and a processor would idle meanwhile.
JOBS = 2 * os.cpu_count()
CHECKS = ("-wp-rte -warn-unsigned-overflow -warn-unsigned-downcast "
          "-warn-signed-downcast").split()
WP = ("-wp -wp-model Typed+Ref -wp-cache none -wp-par 6 "
      f"-wp-smoke-timeout {SMOKE_SECONDS}").split() + CHECKS
# Smoke tests alone, as what is proved is asked by the main run. Not without
# `exits`, of which there are no goals here: WP would leave out functions that
# state nothing else.
SMOKE = ("-wp-smoke-tests -wp-smoke-dead-local-init -wp-prop=" + ",".join(
    f"-@{kind}" for kind in "ensures assigns requires assert terminates "
    "complete_behaviors disjoint_behaviors invariant variant".split())).split()

KINDS = r"(?:Warning|User Error|Failure|Error):"
# What a prover answered, of a log that says.
RESULT = re.compile(r"^  Why3 result for ([^ :\n]+)[^:\n]*: (.*(?:\n(?!\[).*)*)", re.M)
# A message of the log; the name of its file may hold anything.
MESSAGE = re.compile(rf"\[([\w:-]+)\] (?:(?!{KINDS})(.+?):\d+: )?{KINDS} *"
                     r"(.*(?:\n(?:  .*)?)*)")
UNREAD = re.compile(r"Warning|Error|\b(?:warning|error):")


# The data models that files are proved for, and what Frama-C calls them.
CONFIGURATIONS = {"64-bit": "gcc_x86_64", "32-bit": "gcc_x86_32"}


@dataclasses.dataclass
class Goal:
    """A goal: how many parts it has, how many of them are valid, how many the
    simplifier Qed proved, and what each prover said of the others."""
    total: int = 0
    valid: int = 0
    qed: int = 0
    valid_by: dict = dataclasses.field(default_factory=dict)
    rank: dict = dataclasses.field(default_factory=dict)

    def fails(self, prover):
        """Whether a prover has not proved all that Qed left."""
        return self.valid_by.get(prover, 0) != self.total - self.qed


@dataclasses.dataclass
class Message:
    """A message of Frama-C: who says it, of which place, and what."""
    source: str
    place: str
    text: str


@dataclasses.dataclass
class Result:
    """All that the runs on one file tell."""
    errors: list = dataclasses.field(default_factory=list)
    printed: str = ""
    goals: dict = dataclasses.field(default_factory=dict)
    scheduled: tuple = (0, 0)
    steps: dict = dataclasses.field(default_factory=dict)
    properties: list = dataclasses.field(default_factory=list)
    smoke_passed: set = dataclasses.field(default_factory=set)
    smoke_failed: set = dataclasses.field(default_factory=set)
    smoke_asked: int = 0
    smoke_answers: list = dataclasses.field(default_factory=list)
    messages: list = dataclasses.field(default_factory=list)
    seconds: dict = dataclasses.field(default_factory=dict)
    cpu: dict = dataclasses.field(default_factory=lambda: dict.fromkeys(CPU, 0.0))


def programs():
    """{tool: the program to run}. A prover is the one that why3.conf names, or
    cvc4.sh for it, whatever PATH holds."""
    said = WHY3_CONF.read_text() + (HERE / "cvc4.sh").read_text()
    named = {tool: re.search(rf"(?<![\w.])/\S*/{tool}(?= )", said) for tool in TOOLS}
    return {tool: named[tool].group() if named[tool] else tool for tool in TOOLS}


def missing_tools():
    """The programs that are needed and not found."""
    return [program for program in programs().values() if not shutil.which(program)]


def versions():
    """The version of each program that the verdict rests on."""
    said = {}
    for tool, program in programs().items():
        done = subprocess.run([program, "--version"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        found = re.search(r"\d+\.\d[\w.+-]*", done.stdout)
        said[tool] = found.group() if found else "unknown"
    return said


def frama_c(root, file, configuration, log, result, *options):
    """Runs Frama-C on a file below root; its output goes to the file log, which is
    returned with its exit code, that says nothing about what was proved. The CPU
    seconds that it and the provers took are added to the result's."""
    # Frama-C believes PWD more than the folder it was started in. Its session
    # folder is set because proof scripts would be read from there.
    with tempfile.TemporaryDirectory() as session, \
            open(log, "w", encoding="utf-8") as output, subprocess.Popen(
            ["frama-c", "-c11", "-no-unicode", "-session", session, "-machdep",
             CONFIGURATIONS[configuration], f"-cpp-extra-args=-I{root / 'ref'}",
             file, *options],
            cwd=root, stdout=output, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PWD": str(root), "LC_ALL": "C.UTF-8",
                 "PATH": f"{HERE}:{os.environ['PATH']}",
                 "WHY3CONFIG": str(WHY3_CONF)}) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text()
    # The processes that it has waited for are the provers too.
    result.cpu["frama-c"] += usage.ru_utime + usage.ru_stime
    for prover, answer in RESULT.findall(said):
        seconds = re.search(r"\(([\d.]+)s\b", answer)
        if seconds:
            result.cpu[prover.lower()] += float(seconds.group(1))
            result.cpu["frama-c"] -= float(seconds.group(1))
    return process.returncode, said


def fresh(folder, name):
    """A path in a folder where nothing is left of an earlier run."""
    path = folder / name
    path.unlink(missing_ok=True)
    return path


def run_printed(root, file, configuration, folder, result):
    """Reads the program as Frama-C understands it."""
    printed, log = fresh(folder, "printed.c"), fresh(folder, "printed.log")
    code, said = frama_c(root, file, configuration, log, result, "-rte", *CHECKS[1:],
                         "-then", "-print", "-ocode", printed)
    result.messages += messages(said)
    if code or not printed.exists():
        result.errors.append(f"Frama-C did not read the file, see {log}")
    else:
        result.printed = printed.read_text()


def run_main(root, file, configuration, folder, result):
    """Asks both provers for every goal, and the kernel for its properties."""
    report, table = fresh(folder, "goals.json"), fresh(folder, "properties.csv")
    log = fresh(folder, "main.log")
    # The second stage, as the first would report before anything is proved.
    code, said = frama_c(
        root, file, configuration, log, result, *WP, "-wp-prover", "z3,cvc4",
        "-wp-run-all-provers", "-wp-steps", str(STEPS),
        # Callers prove what the memory model takes for granted.
        "-wp-check-memory-model", "-wp-timeout", str(SECONDS),
        "-wp-msg-key", "prover", "-wp-report-json", report, "-then",
        "-report-csv", table)
    result.messages += messages(said)
    if code or not report.exists() or not table.exists():
        result.errors.append(f"Frama-C did not finish, see {log}")
        return
    result.goals = goals(json.loads(report.read_text()), said)
    result.properties = properties(table)
    count = re.search(r"Proved goals: +(\d+) / (\d+)", said)
    result.scheduled = tuple(map(int, count.groups())) if count else (0, 0)
    result.steps = {
        f"{name}:{version}": int(steps) for name, version, steps in re.findall(
            r"^  (\w+) ([\d.]+): .*? \((\d+)\)", said, re.M)}


def run_smoke(root, file, configuration, folder, result):
    """Runs the smoke tests, by each prover."""
    for prover, steps in SMOKE_STEPS.items():
        log = fresh(folder, f"smoke-{prover}.log")
        code, said = frama_c(
            root, file, configuration, log, result, *WP, *SMOKE,
            "-wp-prover", prover, "-wp-steps", str(steps),
            "-wp-timeout", str(SMOKE_SECONDS), "-wp-msg-key", "prover")
        # A file may have none; which it has is committed.
        result.messages += [one for one in messages(said)
                            if one.text != "No goal generated"]
        if code:
            result.errors.append(f"Frama-C did not finish, see {log}")
        failed = re.findall(r"\[Failed\] Smoke-test (?:typed_\w*?ref_)?(\S+)", said)
        passed = re.findall(r"\[Passed\] Smoke-test (?:typed_\w*?ref_)?(\S+)", said)
        result.smoke_failed |= set(failed)
        result.smoke_passed |= set(passed)
        result.smoke_asked += said.count("Why3 run prover")
        result.smoke_answers += answers(said)
    result.smoke_passed -= result.smoke_failed


RUNS = {"printed": run_printed, "main": run_main, "smoke": run_smoke}


def goals(report, log):
    """The goals by name, of WP's report, and those of its log that it settles
    by the control flow alone and leaves out of the report."""
    found = {}
    for function, named in report.get("wp:functions", {}).items():
        for name, verdicts in named.items():
            if name == "wp:section":
                continue
            goal = Goal(verdicts["wp:main"]["total"],
                        verdicts["wp:main"].get("valid", 0))
            for prover, verdict in verdicts.items():
                if prover == "qed":
                    goal.qed = verdict.get("valid", 0)
                elif prover != "wp:main":
                    goal.valid_by[prover] = verdict.get("valid", 0)
                    goal.rank[prover] = verdict.get("rank", 0)
            found[f"{function}: {name}"] = goal
    for name, verdict in re.findall(r"\[CFG\] Goal (\S+) : (\w+)", log):
        valid = int(verdict == "Valid")
        found[f"control flow: {name}"] = Goal(1, valid, valid)
    return found


def properties(table):
    """The properties that the kernel knows, each as a dictionary."""
    with open(table, newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file, delimiter="\t",
                                    quoting=csv.QUOTE_NONE)
    # A property's text may go on in lines of its own, which hold no tabs.
    return [dict(zip(header, line)) for line in lines if len(line) > 2]


def answers(log):
    """What the provers answered, and what WP made of it, of a log that says."""
    return [" ".join(said.split()) for _, said in RESULT.findall(log)]


def messages(log):
    """The warnings and errors of a log, of which the lines that belong to one
    are indented; and each line that speaks of one but is not understood."""
    found = []
    for said in re.split(r"^(?=\[)", log, flags=re.M):
        match = MESSAGE.match(said)
        if match:
            source, place, text = match.groups()
            found.append(Message(source.split(":")[0], place or "",
                                 " ".join(text.split())))
        found += [Message("log", "", line.strip())
                  for line in said[match.end() if match else 0:].splitlines()
                  if UNREAD.search(line)]
    return found


def prove(root, file, configuration, folder, runs=tuple(RUNS), result=None):
    """Runs Frama-C on a file below root and returns the Result, a new one or
    the one given with more in it. The reports are left in folder."""
    folder.mkdir(parents=True, exist_ok=True)
    result = result or Result()
    for name in runs:
        start = time.monotonic()
        RUNS[name](root.resolve(), file, configuration, folder.resolve(), result)
        result.seconds[name] = time.monotonic() - start
    return result


def unproved(root, file, configuration, folder, excepted=()):
    """What is not proved of a file below root: names of goals that are not
    valid, or not for both provers unless they are excepted, and errors."""
    result = prove(root, file, configuration, folder, ("main",))
    return result.errors + [
        name for name, goal in result.goals.items()
        if goal.valid != goal.total or name not in excepted and any(
            goal.fails(prover) for prover in PROVERS)]
