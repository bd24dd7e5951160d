"""faults.py: faults that are planted in the reference, or in what judges it, for the tests
of what finds them.

A fault is a patch. Only the file that it changes is compiled anew; a program that is
linked with it, before the libraries, has the fault. All is built in build/faults,
without optimisation.
"""
import functools
import os
import shlex
import shutil
import subprocess
import sys

from common import ROOT

sys.path.insert(0, str(ROOT / "proofs"))
import mutants

OUT = ROOT / "build/faults"
FOLDERS = [ROOT / "tests/faults", ROOT / "tests/faults/judge", mutants.PATCHES,
           ROOT / "fuzz/faults"]
CC = os.environ.get("CC", "gcc")
VARIABLES = [f"BUILD={OUT}", f"CC={CC}", "CFLAGS=-O0"]


def run(*command, seconds=60):
    """Runs a command that must succeed in time; returns its standard output."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          timeout=seconds, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def build(*names):
    """Builds files of OUT, without a fault."""
    run("make", "-s", f"-j{os.cpu_count()}", *VARIABLES,
        *(str(OUT / name) for name in names), seconds=600)


def patch_of(name):
    """A fault's patch."""
    return next(folder / f"{name}.patch" for folder in FOLDERS
                if (folder / f"{name}.patch").exists())


def plant(patch, folder, *flags):
    """Plants a fault: compiles what it changes, with those flags, to faulty.o of a new
    folder; returns the file that it changes."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("ref", "specs"):
        shutil.copytree(ROOT / part, folder / part)
    file = mutants.changed(ROOT, patch)[0]
    run("patch", "-s", "-p1", "-d", folder, "-i", patch)
    # A fault may well leave something unused.
    run(CC, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O0", "-w", *flags, "-c",
        folder / file, "-o", folder / "faulty.o")
    return file


@functools.cache
def link_command(program):
    """How make links a program, the last thing that it does for it."""
    # Below another make, one tells its folder first and last.
    lines = run("make", "-n", "--no-print-directory", *VARIABLES,
                str(OUT / program)).splitlines()
    return shlex.split(lines[-1])


def link(program, folder):
    """Links a program of OUT with the fault in a folder, into that folder."""
    command = list(link_command(program))
    linked = folder / os.path.basename(program)
    # What a library has too is not taken from there.
    first = next(i for i, word in enumerate(command) if word.endswith(".a"))
    command.insert(first, str(folder / "faulty.o"))
    command[command.index("-o") + 1] = str(linked)
    run(*command)
    return linked
