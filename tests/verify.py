#!/usr/bin/python3
"""verify.py: builds, checks and proves the whole project, and writes one page that
says what holds.

How to read it: Tree is the project and its folder of reports; then come the parts
of the work, each of which tells whether it holds; then what makes a part need no
second run; last the page.

A part that held is not run again while nothing that it rests on has changed, and
the page says since when. For tests and traces that is every file of the project and
every installed package. For the proof it is what build/proof/receipt.json says it
read, see `stale`.

Files, below build/report/: index.html and summary.txt, the page; report.json, the
same for programs; a log of each part.
"""
import argparse
import datetime
import functools
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "proofs"), str(ROOT / "tests")]

import frama
import gates
import prove
import run

# The targets that are fuzzed, by which engine, and the seconds of each.
FUZZED = {"lifecycle": "afl", "small": "libfuzzer-sanitizers",
          "raw": "libfuzzer-sanitizers", "text": "libfuzzer-sanitizers"}
FUZZ_SECONDS = 15

# What the oracle judges: the reference, which may deviate in nothing, and another, whose
# deviations are known.
JUDGED = ["reference", "winpr-ntlm"]

# The program that carries out all scenarios of so many steps.
ENUMERATE = "build/fuzz/enumerate"
DEPTH = 6

SCHEMA = "sechandle-report/1"
HELD, FAILED = "held", "failed"
PYTHON = [sys.executable, "-B"]
TAIL = 12
EPILOG = """\
exit status: 0 everything held, 1 something did not, 2 wrong usage or something that
cannot be read
"""


class Tree:
    """The project's files, and the folder that receives the reports."""

    def __init__(self, root, out):
        self.root, self.out = root, out
        self.build = root / "build"

    def digest(self):
        """A number for all that tests rest on: the regular files, and the packages
        of the machine."""
        whole = hashlib.sha256(subprocess.run(["dpkg-query", "-W"], check=True,
                                              stdout=subprocess.PIPE).stdout)
        for folder, folders, names in os.walk(self.root):
            unread = {".git", ".fuzz", "__pycache__"}
            if Path(folder) == self.root:
                unread.add(self.build.name)
            folders[:] = sorted({*folders} - unread)
            for path in filter(Path.is_file,
                               (Path(folder, name) for name in sorted(names))):
                whole.update(f"{path.relative_to(self.root)}\n{sha256(path)}\n".encode())
        return whole.hexdigest()

    def log(self, name):
        return self.out / f"{name}.log"

    def call(self, name, *command, **environment):
        """Runs a command, its output going to the part's log; returns its exit
        status and output."""
        with self.log(name).open("a") as log:
            log.truncate(0)
            start = time.monotonic()
            process = subprocess.Popen(
                [*map(str, command)], cwd=self.root, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, **environment})
            while process.poll() is None:
                progress(f"{name} … {time.monotonic() - start:.0f} s")
                try:
                    process.wait(1)
                except subprocess.TimeoutExpired:
                    pass
            if process.returncode:
                log.write(f"exit status {process.returncode}\n")
        return process.returncode, self.log(name).read_text(errors="replace")

    def commit(self):
        """The commit that the files are of, with a + if they differ from it."""
        try:
            said = subprocess.run(
                ["git", "describe", "--always", "--abbrev=12", "--dirty=+"],
                cwd=self.root, capture_output=True, text=True, check=False).stdout
        except OSError:  # there is no git
            said = ""
        return said.strip() or "of no commit"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path):
    """The object in a file of JSON; None if there is none, or no whole one."""
    try:
        said = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def progress(text, end=""):
    """Shows on a terminal what is being done."""
    if sys.stdout.isatty():
        print(f"\r{text}\033[K", end=end, flush=True)


# ---- the parts --------------------------------------------------------------

# Each returns whether it holds, a line that says what was seen, and figures.


def build(tree):
    """The program, the library and the manual are built."""
    code, _ = tree.call("build", "make", "-s", "all")
    return code == 0, "the program, the library and the manual", {}


def traces(tree):
    """Every trace of tests/traces/keep conforms, every one of break breaks its
    rule and no other."""
    code, output = tree.call("traces", *PYTHON, "tests/cli/test_traces.py", "-v",
                             SECHANDLE=str(tree.build / "sechandle"))
    _, failed, skipped = run.count_unittest(code, output)
    kept, broken = (len(re.findall(rf"^test_{kind}_.* ok$", output, re.M))
                    for kind in ("keeps", "breaks"))
    return (not failed and not skipped and kept > 0 and broken > 0,
            f"{kept} conform, {broken} break their rule and no other"
            + f", {failed} are not as they should be" * bool(failed), {})


def tests(tree):
    """All tests pass, by gcc and clang, with and without sanitizers."""
    path = tree.out / "tests.json"
    path.unlink(missing_ok=True)
    code, _ = tree.call("tests", *PYTHON, "tests/run.py", "--report", path)
    report = load(path)
    if report is None:
        return False, "they did not run to their end", {}
    return (code == 0 and report["failed"] == 0, report["summary"],
            {"rows": report["rows"]})


def fuzz(tree):
    """Every target is fuzzed for a while, and nothing is found."""
    data = tree.out / "fuzz"
    shutil.rmtree(data, ignore_errors=True)
    campaign = [*PYTHON, "fuzz/campaign.py", "--data", data]
    for target, engine in FUZZED.items():
        code, _ = tree.call("fuzz", *campaign, "start", "--target", target,
                            "--engine", engine, "--seconds", FUZZ_SECONDS)
        if code:
            return False, f"{target} by {engine} did not end well", {}
    code, output = tree.call("fuzz", *campaign, "status", "--json")
    ran = json.loads(output)["campaigns"] if code == 0 else []
    total = {what: sum(one["now"][what] for one in ran)
             for what in ("calls", "executions")}
    return (len(ran) == len(FUZZED) and min(one["now"]["executions"] for one in ran) > 0,
            f"{total['calls']} operations in {total['executions']} executions, "
            "nothing found", {})


def enumerated(tree):
    """Every short scenario is carried out and judged, and no rule is broken."""
    code, _ = tree.call("enumerate", "make", "-s", ENUMERATE)
    if code:
        return False, "the program is not built", {}
    code, output = tree.call("enumerate", tree.root / ENUMERATE, "--json",
                             f"--depth={DEPTH}")
    try:
        report, _ = json.JSONDecoder().raw_decode(output)
    except ValueError:
        return False, "it did not run to its end", {}
    if code:
        return False, report.get("finding", {}).get("line", report["end"]), {}
    last = report["depths"][-1]
    states = sum(row.get("states", 0) for row in report["depths"])
    return (last["depth"] == DEPTH and last["complete"],
            f"{states} states, {last['sequences']} scenarios of {last['depth']} steps, "
            "no rule broken", {})


def oracle(tree):
    """Implementations are judged as processes of their own, and do what they are known
    to do."""
    code, output = tree.call("oracle", *PYTHON, "tests/judge.py", *JUDGED)
    rows = re.findall(r"^(\S+) +conforms: (\d+) scenarios, steps: (.*)$", output, re.M)
    holds = code == 0 and [name for name, *_ in rows] == JUDGED
    if not holds:
        return False, "one is not judged, or does not do what it is known to do", {}
    known = sum(int(count) for *_, steps in rows
                for count in re.findall(r"(\d+) KNOWN_DEVIATION", steps))
    return (all(int(count) > 0 for _, count, _ in rows),
            f"{', '.join(f'{name}: {count} scenarios' for name, count, _ in rows)}; "
            f"{known} steps deviate as known", {})


def proof(tree):
    """Everything is proved."""
    path = receipt_path(tree)
    path.unlink(missing_ok=True)
    code, _ = tree.call("proof", *PYTHON, "proofs/prove.py")
    receipt = load(path)
    why = stale(tree, receipt)
    return (code == 0 and not why, why or receipt_summary(receipt),
            receipt_figures(receipt))


def receipt_path(tree):
    return tree.build / "proof/receipt.json"


def receipt_summary(receipt):
    total = {what: sum(one[what] for one in receipt["runs"])
             for what in ("goals", "smoke tests", "exceptions")}
    return (f"{total['goals']} goals, {total['smoke tests']} smoke tests, "
            f"{total['exceptions']} exceptions")


def receipt_figures(receipt):
    return {what: receipt[what] for what in ("runs", "not proved", "versions", "faults")
            } if receipt else {}


PARTS = {"build": build, "traces": traces, "tests": tests, "fuzz": fuzz,
         "enumerate": enumerated, "oracle": oracle, "proof": proof}


# ---- no second run ----------------------------------------------------------


def stale(tree, receipt):
    """Why a receipt is no proof of these files by these tools; "" if it is. It is
    one if all was proved, the provers are those of today, and each file that a
    proof of today reads is in its list, unchanged."""
    if receipt is None:
        return "there is no receipt of a proof"
    if receipt.get("schema") != prove.SCHEMA:
        return f"the receipt is of another schema than {prove.SCHEMA}"
    if receipt["verdict"] != "proved" or receipt["part"] or receipt["faults"]:
        return f"the proof's verdict: {receipt['verdict']}, " \
               f"{len(receipt['faults'])} faults"
    if receipt["versions"] != provers():
        return "the provers are others now"
    project = prove.Project(tree.root)
    if {(one["configuration"], one["file"])
            for one in receipt["runs"]} != project.pairs():
        return "other files are to be proved now"
    return changed(tree, project, receipt["sha256"])


@functools.cache
def provers():
    """The versions of the tools of the proof."""
    return frama.versions()


def changed(tree, project, listed):
    """Which file is not what the receipt lists; "" if all are."""
    read = {path for file in project.files
            for path in gates.sources(tree.root, file)[0]}
    read.update(path for path in project.proofs.glob("*") if path.is_file())
    read.discard(project.proofs / "files.txt")  # its lines were compared
    names = {os.path.relpath(path, tree.root) for path in read} | set(listed)
    for name in sorted(names):
        path = tree.root / name
        if not path.is_file() or listed.get(name) != sha256(path):
            return f"{name} is not the one that was proved"
    return next(map(str, project.files_faults()), "")


def proved_before(tree):
    """The part of the proof, from a receipt that is not stale, or None."""
    receipt = load(receipt_path(tree))
    if stale(tree, receipt):
        return None
    return {"verdict": HELD, "said": receipt_summary(receipt),
            "seconds": receipt["seconds"], "figures": receipt_figures(receipt),
            "when": receipt_path(tree).stat().st_mtime}


def held_before(name, last, digest):
    """A part of the last report, if it held and nothing has changed, or None."""
    if last is None or last.get("schema") != SCHEMA:
        return None
    return next((one for one in last["parts"] if one["name"] == name
                 and one["verdict"] == HELD and one["digest"] == digest), None)


def perform(tree, name):
    """Runs a part."""
    start, when, digest = time.monotonic(), time.time(), tree.digest()
    holds, said, figures = PARTS[name](tree)
    if tree.digest() != digest:
        holds, said = False, f"files or packages were changed meanwhile; {said}"
    return {"verdict": HELD if holds else FAILED, "said": said, "figures": figures,
            "seconds": round(time.monotonic() - start, 1), "when": when,
            "digest": digest}


def part(tree, name, last, again):
    """What the report says of a part."""
    known = None
    if not again and name == "proof":
        known = proved_before(tree)
    elif not again and name != "build":  # make knows what to build
        known = held_before(name, last, tree.digest())
    result = {**(known or perform(tree, name)), "name": name,
              "unchanged": known is not None}
    if result["verdict"] == FAILED:
        lines = tree.log(name).read_text(errors="replace").splitlines()
        result["log"] = lines[-TAIL:]
    progress(part_line(result), "\n")
    return result


# ---- the page ---------------------------------------------------------------


def day(seconds):
    time_of = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{time_of:%Y-%m-%d %H:%M} UTC"


def part_line(result):
    since = f", unchanged since {day(result['when'])}" * result["unchanged"]
    return (f"  {result['name']:10}{result['verdict']:8}{result['seconds']:7.0f} s  "
            f"{result['said']}{since}")


def versions(parts):
    """The versions of what the verdict rests on."""
    said = {"system": platform.freedesktop_os_release()["PRETTY_NAME"],
            "machine": platform.machine(), "python": platform.python_version()}
    for compiler, option in (("gcc", "-dumpfullversion"), ("clang", "-dumpversion")):
        said[compiler] = subprocess.run([compiler, option], capture_output=True,
                                        text=True, check=False).stdout.strip()
    for one in parts:
        said.update(one["figures"].get("versions", {}))
    return said


def summary(report):
    """The page as text."""
    lines = [f"sechandle {report['commit']}, {day(report['when'])}", ""]
    lines += [part_line(one) for one in report["parts"]]
    for one in report["parts"]:
        figures = one["figures"]
        if one["name"] == "proof" and figures:
            lines += ["", "proof, goals by configuration and file:"]
            lines += [f"  {row['configuration']:8}{row['file']:30}{row['goals']:7}"
                      for row in figures["runs"]]
            lines += [f"  not proved: {file}: {reason}"
                      for file, reason in figures["not proved"].items()]
        for row in figures.get("rows", []):
            if row["failed"]:
                lines.append("  {variant}: {tests}: {failed} failed".format(**row))
        if "log" in one:
            lines += ["", f"the end of {one['name']}.log:",
                      *(f"  {line}" for line in one["log"])]
    lines += ["", ", ".join(" ".join(pair) for pair in report["versions"].items()),
              "", f"{report['verdict'].upper()} in {report['seconds']:.0f} s"]
    return "\n".join(lines) + "\n"


def html(report):
    """The page for a browser."""
    source = (Path(__file__).parent / "verify.html.j2").read_text()
    environment = jinja2.Environment(autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True,
                                     undefined=jinja2.StrictUndefined)
    environment.filters["day"] = day
    return environment.from_string(source).render(report)


def arguments():
    parser = argparse.ArgumentParser(
        description="Build, check and prove everything, and write one page about it.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true",
                        help="run also what has held and is unchanged since")
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the project (default: that of verify.py)")
    given = parser.parse_args()
    if not (given.root / "proofs/files.txt").is_file():
        parser.error(f"{given.root}: there is no proofs/files.txt")
    return given


def main():
    given = arguments()
    start, when = time.monotonic(), time.time()
    root = given.root.resolve()
    tree = Tree(root, root / "build/report")
    last = load(tree.out / "report.json")
    try:
        tree.out.mkdir(parents=True, exist_ok=True)
        parts = [part(tree, name, last, given.again) for name in PARTS]
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    held = all(one["verdict"] == HELD for one in parts)
    report = {"schema": SCHEMA, "verdict": HELD if held else FAILED,
              "commit": tree.commit(), "when": when,
              "seconds": round(time.monotonic() - start, 1), "parts": parts,
              "versions": versions(parts)}
    (tree.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    (tree.out / "index.html").write_text(html(report))
    (tree.out / "summary.txt").write_text(summary(report))
    print(summary(report), end="")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
