"""cover.py: which lines and branches of the reference the inputs of targets reach, by
clang's counters; and whether uncovered.txt tells why of what they do not reach.

How to read it: `cover` builds, runs and counts. A branch is a condition, and each of
its sides, true and false, is reached or not. A side is told by a line of text, not by
the number of a source's line, which changes with every edit: its file, function,
condition and side, as in uncovered.txt.
"""
import json
import os
import subprocess
import tempfile
from pathlib import Path

from engines import COVERAGE, Trouble, failing, limit, need

TOOLS = ("llvm-profdata-14", "llvm-cov-14")
WHAT = ("lines", "branches")

# What is looked at: for most targets what they are for, the reference.
LOOKED_AT = {"text": ("specs/parse.c", "specs/print.c", "specs/binary.c")}
REFERENCE = "ref/*.c"

# Why no input reaches a side, of those that none does.
REASONS = "fuzz/uncovered.txt"


def inputs(root, data, target):
    """All inputs of a target: the committed ones, and every engine's corpus."""
    folders = [root / "fuzz" / kind / target for kind in ("seeds", "regressions")]
    folders += sorted((data / target).glob("*/corpus"))
    return [path for folder in folders if folder.is_dir()
            for path in sorted(folder.iterdir())]


def run(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Trouble(f"{command[0]}: exit status {done.returncode}", done.stderr)
    return done.stdout


def function_at(said, file, line):
    """The name of the function that a line is in; that of a macro's branch is none."""
    for one in said["functions"]:
        first, _, last, *_ = one["regions"][0]
        if one["filenames"][0] == file and first <= line <= last:
            return one["name"].split(":")[-1]
    return "a macro"


def sides_of(said, root, one):
    """Each side of each branch of a file, and how often it was taken."""
    lines = Path(one["filename"]).read_text().splitlines()
    name = os.path.relpath(one["filename"], root)
    for line, column, end, end_column, *taken in one["branches"]:
        text = lines[line - 1:end]
        text[-1] = text[-1][:end_column - 1]
        text[0] = text[0][column - 1:]
        branch = (f"{name}, {function_at(said, one['filename'], line)}: "
                  + " ".join(" ".join(text).split()))
        yield f"{branch}: true", taken[0]
        yield f"{branch}: false", taken[1]


def unreached(said, root):
    """The sides that were never taken, in the order of the sources. Where a function
    has a text twice, its line is there once, if either was not."""
    return list(dict.fromkeys(side for one in said["files"]
                              for side, times in sides_of(said, root, one)
                              if times == 0))


def reasons(path):
    """The sides that a file gives a reason for: a line for each, and the reason in
    lines behind it that begin with a tab.
    Raises Trouble if one has no reason, or is there twice."""
    given = {}
    last = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("\t") and last:
            given[last] += line
        elif line in given:
            raise Trouble(f"{path}:{number}: is there twice")
        elif line and not line.startswith("#"):
            last = line
            given[last] = ""
    for side, reason in given.items():
        if not reason.strip():
            raise Trouble(f"{path}: no reason for '{side}'")
    return given


def faults(root, said):
    """What is wrong with the reasons for what is not reached: a line for each that is
    missing, and for each that there is no need of.
    Raises Trouble if they cannot be read."""
    given = reasons(root / REASONS)
    missed = said["unreached"]
    return ([f"not reached, and {REASONS} does not tell why: {side}"
             for side in missed if side not in given] +
            [f"{REASONS} tells why it is not reached, but it is, or is no branch: "
             f"{side}" for side in given if side not in missed])


def cover(root, build, data, targets):
    """Builds targets that are for the same files, runs all their inputs, and returns
    for each file, and for `all`, how many lines and branches there are and how many
    were reached by one target or another, and all sides that none reached.
    Raises Trouble if a target has no input, or something cannot be built or run."""
    need(*TOOLS)
    failed = total = 0
    programs = []
    with tempfile.TemporaryDirectory() as folder:
        # %m: all processes of a program add to one file.
        os.environ["LLVM_PROFILE_FILE"] = f"{folder}/%m.profraw"
        for target in targets:
            files = inputs(root, data, target)
            if not files:
                raise Trouble(f"{target}: there are no inputs yet")
            COVERAGE.build(root, build, target)
            program = COVERAGE.program(root, build, target)
            failed += sum(1 for _ in failing([program], limit(root, target), files))
            total += len(files)
            programs.append(program)
        merged = Path(folder, "merged")
        run(TOOLS[0], "merge", "-o", merged, *Path(folder).glob("*.profraw"))
        looked_at = [path for pattern in LOOKED_AT.get(targets[0], [REFERENCE])
                     for path in sorted(root.glob(pattern))]
        said = json.loads(run(TOOLS[1], "export", programs[0],
                              *(f"-object={program}" for program in programs[1:]),
                              f"-instr-profile={merged}", *looked_at))["data"][0]
    rows = {os.path.relpath(one["filename"], root): one["summary"]
            for one in said["files"]}
    rows["all"] = said["totals"]
    return {"targets": targets, "inputs": total, "failed": failed,
            "files": {name: {what: {"count": row[what]["count"],
                                    "covered": row[what]["covered"]} for what in WHAT}
                      for name, row in rows.items()},
            "unreached": unreached(said, root)}


def table(said):
    """It as text."""
    lines = [f"{', '.join(said['targets'])}: {said['inputs']} inputs, of which "
             f"{said['failed']} fail and are not counted",
             f"{'file':24}{'lines':>8}{'reached':>9}{'branches':>11}{'reached':>9}"]
    for name, row in said["files"].items():
        figures = []
        for what, width in zip(WHAT, (8, 11)):
            count, covered = row[what]["count"], row[what]["covered"]
            part = f"{covered / count:.1%}" if count else "-"
            figures.append(f"{count:{width}}{part:>9}")
        lines.append(f"{name:24}{''.join(figures)}")
    lines += said.get("faults", [])
    return "\n".join(lines) + "\n"
