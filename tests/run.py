"""Runs all tests in every build variant and prints one table.

Each variant is built into a folder of its own below build/, so a second run
builds nothing. The cmocka programs speak TAP, the command-line tests are
unittest's. A program that ends before its plan is complete counts as failed.
What does not depend on the build is run once.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SANITIZERS = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
VARIANTS = [
    ("gcc", "build", "gcc", "-O2 -g"),
    ("clang", "build/clang", "clang", "-O2 -g"),
    ("gcc, ASan and UBSan", "build/gcc-sanitizers", "gcc", SANITIZERS),
    ("clang, ASan and UBSan", "build/clang-sanitizers", "clang", SANITIZERS),
]

# The tests of the proof runners, which look at sources and at no program.
ONCE = ["test_mutants.py", "test_proof.py"]


class Tally:
    """Tests that passed and failed, and how long they took."""

    def __init__(self):
        self.passed = self.failed = 0
        self.rows = []

    def add(self, variant, name, passed, failed, seconds, output):
        self.passed += passed
        self.failed += failed
        self.rows.append((variant, name, passed, failed, seconds))
        if failed or not passed:
            print(output)
        if sys.stdout.isatty():
            print(f"{variant}: {name}: {passed} passed, {failed} failed")


def run(command, **environment):
    """Runs a command; returns its exit code, its output and its seconds."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    return done.returncode, done.stdout, time.monotonic() - start


def count_tap(code, output):
    """(passed, failed) of a TAP stream; what the plan misses has failed."""
    passed = len(re.findall(r"^ok ", output, re.M))
    plan = sum(int(n) for n in re.findall(r"^1\.\.(\d+)", output, re.M))
    failed = max(plan - passed, len(re.findall(r"^not ok ", output, re.M)))
    return passed, failed or int(code != 0 or plan == 0)


def count_unittest(code, output):
    """(passed, failed) of unittest's closing lines."""
    ran = re.search(r"^Ran (\d+) tests?", output, re.M)
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output))
    total = int(ran.group(1)) if ran else 0
    return max(total - bad, 0), bad or int(code != 0 or total == 0)


def build(variant, folder, compiler, flags):
    code, output, seconds = run(["make", "-s", f"-j{os.cpu_count()}",
                                 f"BUILD={folder}", f"CC={compiler}",
                                 f"CFLAGS={flags}", "units"])
    if code:
        sys.exit(f"{output}\nThe build for '{variant}' failed.")


def run_variant(tally, variant, folder):
    for source in sorted((ROOT / "tests/unit").glob("test_*.c")):
        program = ROOT / folder / source.stem
        code, output, seconds = run([program], CMOCKA_MESSAGE_OUTPUT="TAP")
        tally.add(variant, program.name, *count_tap(code, output), seconds,
                  output)
    for script in sorted((ROOT / "tests/cli").glob("test_*.py")):
        if script.name not in ONCE:
            run_script(tally, variant, script, str(ROOT / folder / "sechandle"))


def run_script(tally, variant, script, program):
    code, output, seconds = run([sys.executable, "-B", script],
                                SECHANDLE=program)
    tally.add(variant, script.name, *count_unittest(code, output), seconds,
              output)


def main():
    tally = Tally()
    for variant, folder, compiler, flags in VARIANTS:
        build(variant, folder, compiler, flags)
        run_variant(tally, variant, folder)
    for name in ONCE:
        run_script(tally, "any", ROOT / "tests/cli" / name, "")
    print(f"{'variant':24}{'tests':22}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for variant, name, passed, failed, seconds in tally.rows:
        print(f"{variant:24}{name:22}{passed:8}{failed:8}{seconds:9.1f}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
