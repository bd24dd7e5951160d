"""Runs all tests in every build variant and prints one table.

Each variant is built into a folder of its own below build/, so a second run
builds nothing. The cmocka programs speak TAP, the command-line tests are
unittest's. A program that ends before its plan is complete counts as failed.
What does not depend on the build is run once. As many programs run at a time as there
are processors, but never two that build in one folder.

Exit status: 0 all passed, 1 a test failed or a variant cannot be built, 2 wrong
usage, 130 interrupted.
"""
import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SANITIZERS = "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
# Debian 12's valgrind cannot read the newer form of debugging information that its clang
# writes.
VARIANTS = [
    ("gcc", "build", "gcc", "-O2 -g"),
    ("clang", "build/clang", "clang", "-O2 -gdwarf-4"),
    ("gcc, ASan and UBSan", "build/gcc-sanitizers", "gcc", SANITIZERS),
    ("clang, ASan and UBSan", "build/clang-sanitizers", "clang", SANITIZERS),
]

# Builds in which only the threads' program is run: it needs no cmocka, which is
# built for neither. Each repeats its races that often.
THREADS = "-O1 -g -fsanitize=thread"
PORTABLE = [
    ("gcc, TSan", "build/gcc-threads", "gcc", THREADS, "200"),
    ("clang, TSan", "build/clang-threads", "clang", THREADS, "200"),
    ("gcc, 32 bits", "build/gcc-32", "gcc", "-O2 -g -m32", "2000"),
]

# Tests that run once, by what they share, for which each waits until the one before it is
# done: the proof runners and verify.py, which look at sources and at no program; builds
# with faults; builds by the engines of fuzz/; and what is there when `make all` is done.
ONCE = {
    "proofs": ["test_proof.py", "test_verify.py", "test_mutants.py"],
    "faults": ["test_enumerate.py", "test_report.py", "test_judge_faults.py",
               "test_faulty_judge.py", "test_faults.py", "test_target_faults.py",
               "test_faulty_subjects.py"],
    "fuzz": ["test_campaign.py", "test_planted.py", "test_ossfuzz.py", "test_coverage.py"],
    "products": ["test_wine.py", "test_judged.py", "test_install.py", "test_threads.py",
                 "test_python_subject.py"],
}

# Seconds that a program may take, and a build.
LIMIT = 1200

# The processes that are running, and whether no more may be started.
running = set()
is_over = threading.Event()


class Tally:
    """Tests that passed, failed and were skipped, and how long they took."""

    def __init__(self):
        self.rows = []
        self.lock = threading.Lock()

    def add(self, variant, name, counts, seconds, output):
        passed, failed, skipped = counts
        with self.lock:
            self.rows.append({"variant": variant, "tests": name, "passed": passed,
                              "failed": failed, "skipped": skipped,
                              "seconds": round(seconds, 1)})
            if failed or not passed:
                print(output)
            for reason in re.findall(r"skipped ['\"](.*)['\"]$", output, re.M):
                print(f"{variant}: {name}: skipped: {reason}")
            if sys.stdout.isatty():
                print(f"{variant}: {name}: {passed} passed, {failed} failed")

    def sort(self, variants):
        """Puts the rows in the order of their variants."""
        self.rows.sort(key=lambda row: variants.index(row["variant"]))

    def total(self, what):
        return sum(row[what] for row in self.rows)

    def summary(self):
        skipped = self.total("skipped")
        return (f"{self.total('passed')} passed, {self.total('failed')} failed"
                + f", {skipped} skipped" * bool(skipped))


def kill(process):
    """Kills a program and all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # it has ended meanwhile
        pass


def run(command, **environment):
    """Runs a command; returns its exit code, its output and its seconds. One that
    takes over LIMIT seconds is killed and has failed. One that is killed as all is over
    has come to nothing: KeyboardInterrupt."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", start_new_session=True)
    running.add(process)
    if is_over.is_set():  # whoever set it may not have seen this process
        kill(process)
    try:
        code, output = None, process.communicate(timeout=LIMIT)[0]
    except subprocess.TimeoutExpired:
        kill(process)
        code, output = 1, process.communicate()[0]
        output += f"\n{command[0]}: killed, it took over {LIMIT} s\n"
    except KeyboardInterrupt:
        kill(process)
        raise
    finally:
        running.remove(process)
    if is_over.is_set():
        raise KeyboardInterrupt
    return code or process.returncode, output, time.monotonic() - start


def at_once(chains):
    """Carries out the calls of each chain in order, and as many chains at a time as
    there are processors. If it is interrupted, what is running is killed."""
    def carry_out(chain):
        for call, *arguments in chain:
            if not is_over.is_set():
                call(*arguments)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for done in concurrent.futures.as_completed(
                    [pool.submit(carry_out, chain) for chain in chains]):
                done.result()
        except BaseException:
            is_over.set()
            for process in [*running]:
                kill(process)
            raise


def count_tap(code, output):
    """(passed, failed, skipped) of a TAP stream; what the plan misses has failed."""
    skipped = len(re.findall(r"^ok .*# SKIP", output, re.M))
    passed = len(re.findall(r"^ok ", output, re.M)) - skipped
    plan = sum(int(n) for n in re.findall(r"^1\.\.(\d+)", output, re.M))
    failed = max(plan - passed - skipped,
                 len(re.findall(r"^not ok ", output, re.M)))
    return passed, failed or int(code != 0 or plan == 0), skipped


def count_unittest(code, output):
    """(passed, failed, skipped) of unittest's closing lines."""
    ran = re.search(r"^Ran (\d+) tests?", output, re.M)
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output))
    skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)\)$", output, re.M))
    total = int(ran.group(1)) if ran else 0
    return (max(total - bad - skipped, 0), bad or int(code != 0 or total == 0),
            skipped)


def build(variant, folder, compiler, flags, target="units"):
    code, output, seconds = run(["make", "-s", f"-j{os.cpu_count()}",
                                 f"BUILD={folder}", f"CC={compiler}",
                                 f"CFLAGS={flags}", target])
    if code:
        sys.exit(f"{output}\nThe build for '{variant}' failed.")


def chain_of(tally, variant, folder):
    """The calls that run all tests of a variant."""
    sources = [*(ROOT / "tests/unit").glob("test_*.c"),
               ROOT / "tests/threads/test_threads.c"]
    once = {name for names in ONCE.values() for name in names}
    scripts = [script for script in sorted((ROOT / "tests/cli").glob("test_*.py"))
               if script.name not in once]
    return [(run_program, tally, variant, ROOT / folder / source.stem)
            for source in sorted(sources)] + [
        (run_script, tally, variant, script, folder) for script in scripts]


def run_program(tally, variant, program):
    code, output, seconds = run([program], CMOCKA_MESSAGE_OUTPUT="TAP")
    tally.add(variant, program.name, count_tap(code, output), seconds, output)


def launcher(compiler, flags):
    """What a program built so is run by: a list, empty for nothing but itself, or
    None if none can be built or run here."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        program.with_suffix(".c").write_text(
            "#include <pthread.h>\nint main(void) { return !pthread_self(); }\n")
        if run([compiler, *flags.split(), "-pthread", "-o", program,
                program.with_suffix(".c")])[0]:
            return None
        for words in ([], ["qemu-i386"]):
            try:
                if run([*words, program])[0] == 0:
                    return words
            except OSError:
                pass
        return None


def run_portable(tally, variant, folder, compiler, flags, repetitions):
    words = launcher(compiler, flags)
    if words is None:
        tally.add(variant, "test_threads", (0, 0, 1), 0,
                  f"skipped '{compiler} {flags} makes no program that runs here'")
        return
    build(variant, folder, compiler, flags, "portable")
    code, output, seconds = run([*words, ROOT / folder / "test_threads",
                                 repetitions])
    tally.add(variant, "test_threads", count_tap(code, output), seconds, output)


def run_script(tally, variant, script, folder):
    code, output, seconds = run([sys.executable, "-B", script, "-v"],
                                SECHANDLE=str(ROOT / folder / "sechandle"))
    tally.add(variant, script.name, count_unittest(code, output), seconds,
              output)


def run_all(tally):
    """Builds all variants and runs all tests, those that take longest first."""
    for variant, folder, compiler, flags in VARIANTS:
        build(variant, folder, compiler, flags)
    variants = [chain_of(tally, variant, folder) for variant, folder, *_ in VARIANTS]
    once = [[(run_script, tally, "any", ROOT / "tests/cli" / name, VARIANTS[0][1])
             for name in names] for names in ONCE.values()]
    portable = [(run_portable, tally, *each) for each in PORTABLE]
    at_once([*once, *reversed(variants), portable])


def main():
    parser = argparse.ArgumentParser(
        description="Run all tests in every build variant.",
        epilog="exit status: 0 all passed, 1 a test failed or a variant cannot be "
               "built, 2 wrong usage, 130 interrupted")
    parser.add_argument("--report", type=Path, metavar="FILE",
                        help="write the table to FILE, as JSON")
    given = parser.parse_args()
    # A shell lets what it starts in the background ignore Ctrl-C, which some test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tally = Tally()
    code = 0
    try:
        run_all(tally)
    except KeyboardInterrupt:
        code = 130
        print("run.py: interrupted, so tests are missing", file=sys.stderr)
    tally.sort([name for name, *_ in [*VARIANTS, *PORTABLE]] + ["any"])
    print(f"{'variant':24}{'tests':22}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for row in tally.rows:
        print("{variant:24}{tests:22}{passed:8}{failed:8}{seconds:9.1f}".format(**row))
    print(tally.summary())
    if given.report:
        given.report.write_text(json.dumps(
            {"summary": tally.summary(), "failed": tally.total("failed"),
             "rows": tally.rows}, indent=1) + "\n")
    return code or int(tally.total("failed") > 0)


if __name__ == "__main__":
    sys.exit(main())
