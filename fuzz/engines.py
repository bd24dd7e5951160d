"""engines.py: the engines that campaigns run, and how each is told what to do.

How to read it: ENGINES, at the end, is the one table of how targets are built: a
folder of its own below BUILD/fuzz/ and the variables of one call of make. Runner
builds programs that run the files they are given and nothing more; LibFuzzer and Afl
also start jobs, read how far a job is, say where it puts what it finds, and minimise
a corpus. The folders they do it in are those of store.Place.
"""
import configparser
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

# Targets whose inputs are scenarios, which fuzz/mutator.c knows how to change.
MUTATED = ("lifecycle", "small")

# The first job of a campaign.
MAIN = "main"

# Seconds that an input may take where its target's options do not say.
TIMEOUT = 25

# Inputs that one process runs when a corpus is looked through.
BATCH = 500

# A program is told to end if what started it ends without a word.
TOGETHER = ("setpriv", "--pdeathsig", "INT")

# What make hands down to the programs that it runs, and they to the make that they
# call: variables of the command line, which would go before those of ENGINES.
HANDED_DOWN = {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL"}


class Trouble(Exception):
    """What a command cannot go on from, for the user; details are lines that another
    program printed."""

    def __init__(self, message, details=""):
        super().__init__(message)
        self.details = details


def make(root, *words):
    """Calls make.
    Raises Trouble, with make's output, if it fails."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in HANDED_DOWN}
    done = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", *words], cwd=root,
                          env=environment, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode:
        raise Trouble(f"make {' '.join(words)}: failed", done.stdout)


def need(*tools):
    """Raises Trouble if one of these commands is not installed."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        raise Trouble(f"{', '.join(missing)}: not installed; "
                      "'make deps-fuzz', as root, installs what fuzzing needs")


def targets(root):
    """The names of all targets: the files of fuzz/ that define what engines call."""
    defines = re.compile(r"^int LLVMFuzzerTestOneInput\([^)]*\)\s*\{", re.M)
    return sorted(path.stem for path in (root / "fuzz").glob("*.c")
                  if defines.search(path.read_text()))


def told(path, whom):
    """What a file of options says to whom, by the names of options. It need not be
    there.
    Raises Trouble if it is, but cannot be understood."""
    parser = configparser.ConfigParser()
    try:
        parser.read(path)
    except configparser.Error as error:
        raise Trouble(str(error)) from None
    return dict(parser[whom]) if parser.has_section(whom) else {}


def options(root, target):
    """What fuzz/TARGET.options tells libFuzzer, with the path of a dictionary; there is
    always a timeout.
    Raises Trouble as told() does."""
    said = {"timeout": str(TIMEOUT),
            **told(root / f"fuzz/{target}.options", "libfuzzer")}
    if "dict" in said:
        said["dict"] = str(root / "fuzz" / said["dict"])
    return said


def timeout(root, target):
    """Seconds that one input may take."""
    return int(options(root, target)["timeout"])


def limit(root, target):
    """Seconds that one input may take where there is no engine; libFuzzer's own limit
    comes a little earlier, and is told in more words."""
    return timeout(root, target) + 5


class Runner:
    """Builds the targets, linked with fuzz/runner.c."""
    tools = ()

    def __init__(self, name, **variables):
        self.name, self.variables = name, variables

    def folder(self, build):
        return build / "fuzz" / self.name

    def program(self, root, build, target):
        return root / self.folder(build) / "fuzz" / target

    def command(self, root, build, target):
        """What runs the files that are named behind it, each once."""
        return [self.program(root, build, target)]

    def make(self, root, build, *words):
        """Calls make to build what the words name, by this engine.
        Raises Trouble if a tool is missing, or make fails."""
        need("make", self.variables["CC"], *self.tools)
        make(root, f"BUILD={self.folder(build)}", *words,
             *(f"{name}={value}" for name, value in self.variables.items()))

    def build(self, root, build, *wanted):
        """Builds all targets.
        Raises Trouble as well, and if make makes none of that name."""
        self.make(root, build, "targets")
        for target in wanted:
            if not self.program(root, build, target).exists():
                raise Trouble(f"{target}: 'make targets' does not build it")


class LibFuzzer(Runner):
    """Jobs share the corpus folder: each writes what is new to it at once and reads
    now and then what others wrote. A job ends with its first finding."""

    def command(self, root, build, target):
        return [*super().command(root, build, target),
                f"-timeout={timeout(root, target)}"]

    def flags(self, root, target):
        return [f"-{name}={value}" for name, value in options(root, target).items()]

    @staticmethod
    def environment(root, target):
        """What AddressSanitizer is told; what the user tells it counts more."""
        said = [f"{name}={value}" for name, value in
                told(root / f"fuzz/{target}.options", "asan").items()]
        own = os.environ.get("ASAN_OPTIONS")
        return {"ASAN_OPTIONS": ":".join(said + [own] if own else said)}

    def job(self, place, name):
        """The command of a job, and what it needs in its environment."""
        slow = timeout(place.root, place.target)
        return [*TOGETHER, place.program, *self.flags(place.root, place.target),
                f"-artifact_prefix={place.artifacts}/{name}-",
                f"-report_slow_units={slow}", "-print_final_stats=1", "-reload=1",
                place.corpus], self.environment(place.root, place.target)

    def measure(self, _place, job):
        """Reads from a job's log how many inputs it has run and how many edges they
        reached."""
        text = job.news()
        for runs in re.findall(r"^(?:#|stat::number_of_executed_units: )(\d+)\b", text,
                               re.M):
            job.reached(runs, None)
        for edges in re.findall(r"^#\d+\s.* cov: (\d+) ", text, re.M):
            job.reached(None, edges)

    def found(self, place):
        """The files of failing inputs that jobs have written; the name of the job
        comes first if it ended there."""
        return list(place.artifacts.iterdir())

    def gathered(self, _place):
        """Folders with inputs that are not yet in the corpus."""
        return []

    def minimise(self, place, new):
        """What writes to a new folder inputs that together reach what the corpus
        does, and what it needs in its environment."""
        return [place.program, "-merge=1", f"-artifact_prefix={place.artifacts}/",
                *self.flags(place.root, place.target), new,
                place.corpus], self.environment(place.root, place.target)


class Afl(Runner):
    """A main job and secondary ones share a folder of their own, place.sync, which
    begins with the corpus. The main one also reads what comes to other corpora."""
    tools = ("afl-clang-fast", "afl-fuzz", "afl-cmin")
    LOOP = "-10000"  # inputs that one process of the target runs
    # By itself AFL++ would call it a hang if an input takes 20 ms, which on a busy
    # machine any may.
    options = ("-t", "1000+")
    environment = {"AFL_SKIP_CPUFREQ": "1", "AFL_NO_UI": "1", "AFL_NO_AFFINITY": "1",
                   "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_ALLOW_TMP": "1",
                   "AFL_NO_CRASH_README": "1"}

    @staticmethod
    def mutator(program):
        """What a target in MUTATED needs in its environment beside. Its inputs are
        changed as scenarios alone: any bytes are one, and each has canonical bytes, so
        AFL++'s own changes would reach nothing else, but take most of the time."""
        return {"AFL_CUSTOM_MUTATOR_LIBRARY": str(program.parent / "mutator.so"),
                "AFL_CUSTOM_MUTATOR_ONLY": "1"}

    def job(self, place, name):
        said = options(place.root, place.target)
        words = ["-M" if name == MAIN else "-S", name]
        if name == MAIN:
            for folder in place.others():
                words += ["-F", folder]
        if "dict" in said:
            words += ["-x", said["dict"]]
        if "max_len" in said:
            words += ["-G", said["max_len"]]
        hang = timeout(place.root, place.target) * 1000
        environment = {**self.environment, "AFL_HANG_TMOUT": str(hang)}
        if place.target in MUTATED:
            environment |= self.mutator(place.program)
        return [*TOGETHER, "afl-fuzz", *words, *self.options, "-i", place.corpus, "-o",
                place.sync, "--", place.program, self.LOOP], environment

    def measure(self, place, job):
        """Reads them from AFL++'s own files: one is of the last seconds, the other of
        the last minute, or of the end."""
        job.news()
        folder = place.sync / job.name
        plot = read(folder / "plot_data").splitlines()
        if len(plot) > 1:
            names = [name.strip() for name in plot[0].lstrip("#").split(",")]
            last = dict(zip(names, plot[-1].split(",")))
            job.reached(last.get("total_execs"), last.get("edges_found"))
        stats = dict(re.findall(r"^(\w+) *: (\d+)$", read(folder / "fuzzer_stats"),
                                re.M))
        job.reached(stats.get("execs_done"), stats.get("edges_found"))

    def found(self, place):
        return [path for kind in ("crashes", "hangs")
                for path in place.sync.glob(f"*/{kind}/id:*")]

    def gathered(self, place):
        return list(place.sync.glob("*/queue"))

    def minimise(self, place, new):
        return ["afl-cmin", "-i", place.corpus, "-o", new, "--", place.program,
                self.LOOP], self.environment


def read(path):
    """A file's text; "" if it is not there."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def execute(command, seconds, files):
    """Runs a target on files; returns the exit status, None if it took more than so
    many seconds, and all that it printed. It is in a session of its own: a Ctrl-C
    would look like a failure. As one may come before that, what it ends is run again,
    once."""
    for _ in range(2):
        try:
            done = subprocess.run([*TOGETHER, *command, *files],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=seconds,
                                  start_new_session=True, check=False)
        except subprocess.TimeoutExpired as late:
            return None, (late.output or b"").decode(errors="replace")
        if done.returncode != -signal.SIGINT:
            break
    return done.returncode, done.stdout.decode(errors="replace")


def failing(command, seconds, files):
    """Those of the files that a target fails on, with its exit status and what it
    printed. Many are run at once; where that fails, each half of them."""
    for start in range(0, len(files), BATCH):
        batch = files[start:start + BATCH]
        code, output = execute(command, seconds, batch)
        if code != 0 and len(batch) == 1:
            yield batch[0], code, output
        elif code != 0:
            middle = len(batch) // 2
            yield from failing(command, seconds, batch[:middle])
            yield from failing(command, seconds, batch[middle:])


PLAIN = "-O2 -g"
# A step goes through many small functions in as many files: a fifth of it is the calls
# among them, which a compiler that sees all files at once leaves out. Debugging tells
# lines, not variables: looking for those, clang 14 crashes in some targets.
WHOLE = "-O2 -gline-tables-only -flto"
# More than -O1 would leave out what is wrong before a sanitizer can see it.
SANITIZERS = "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
COUNTERS = "-fsanitize-coverage=inline-8bit-counters,pc-table"
LINKED = "-fsanitize=fuzzer"

RUNNER = Runner("runner", CC="gcc", CFLAGS=PLAIN)
COVERAGE = Runner("coverage", CC="clang",
                  CFLAGS="-O1 -g -fprofile-instr-generate -fcoverage-mapping")
COUNTED = {"CC": "clang", "CFLAGS": WHOLE, "COVERAGE": COUNTERS,
           "FUZZING_ENGINE": LINKED}
# AFL++'s own compiler puts its counting in line, into what is to be counted alone. Of
# functions that it and sanitizers changed, clang 14 would lose some, seeing all files.
INLINE = {"CC": "clang", "CFLAGS": WHOLE, "COVERAGE_CC": "afl-clang-fast",
          "FUZZING_LINKER": "afl-clang-fast", "FUZZING_ENGINE": LINKED}
ENGINES = {engine.name: engine for engine in (
    LibFuzzer("libfuzzer", **COUNTED),
    LibFuzzer("libfuzzer-sanitizers", **COUNTED, SANITIZE=SANITIZERS),
    Afl("afl", **INLINE),
    Afl("afl-sanitizers", **INLINE | {"CFLAGS": PLAIN}, SANITIZE=SANITIZERS))}
