"""cover.py: which lines and branches of the reference the inputs of targets reach, by
clang's counters."""
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


def cover(root, build, data, targets):
    """Builds targets that are for the same files, runs all their inputs, and returns
    for each file, and for `all`, how many lines and branches there are and how many
    were reached by one target or another.
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
        said = json.loads(run(TOOLS[1], "export", "-summary-only", programs[0],
                              *(f"-object={program}" for program in programs[1:]),
                              f"-instr-profile={merged}", *looked_at))["data"][0]
    rows = {os.path.relpath(one["filename"], root): one["summary"]
            for one in said["files"]}
    rows["all"] = said["totals"]
    return {"targets": targets, "inputs": total, "failed": failed,
            "files": {name: {what: {"count": row[what]["count"],
                                    "covered": row[what]["covered"]} for what in WHAT}
                      for name, row in rows.items()}}


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
    return "\n".join(lines) + "\n"
