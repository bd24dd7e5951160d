"""jobs.py: a campaign while it runs.

How to read it: Job is one process of an engine, and what its log and its files say of
it. Campaign starts jobs, looks at all of them a few times a second, stores what they
find, starts anew what has ended with a finding, and shows one line; its run() goes
on until the time is over, a signal asks it to end, or there is no room left.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from engines import MAIN, Trouble
from store import Counts, count, disk

LOOK = 0.25       # seconds between two looks at the jobs
SAVE = 5          # seconds between two looks at the disk, at least
SETTLED = 1       # seconds after which a file is written to its end
PATIENCE = 20     # seconds that a job may take to end
AGAIN = 60        # seconds that a job must last to be started again without a finding
LOG = 1 << 20     # bytes of a log that are kept
ROOM = 0.9        # part of the quota that minimising must get below


class Job:
    """One process of an engine."""

    def __init__(self, name, command, environment, log):
        self.name, self.command, self.log = name, command, log
        self.environment = {**os.environ, **environment}
        self.before = self.executions = self.edges = self.found = 0
        self.process = None

    def start(self):
        """Starts it, in a session of its own: what a terminal sends when Ctrl-C is
        pressed is not for it."""
        self.before, self.executions = self.before + self.executions, 0
        self.started, self.offset, self.found = time.monotonic(), 0, 0
        with self.log.open("w"), self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                env=self.environment)

    def news(self):
        """What it has printed since the last call, in whole lines. A log that has
        grown too long begins anew."""
        with self.log.open("r+b") as log:
            log.seek(self.offset)
            text = log.read()
            text = text[:text.rfind(b"\n") + 1]
            self.offset += len(text)
            if self.offset > LOG and self.running():
                log.truncate(0)
                self.offset = 0
        return text.decode(errors="replace")

    def reached(self, executions, edges):
        """Takes note of figures, which may be None or texts."""
        self.executions = max(self.executions, int(executions or 0))
        self.edges = max(self.edges, int(edges or 0))

    def running(self):
        return self.process is not None and self.process.poll() is None

    def end(self):
        """Waits for it, after it was asked to end; nothing that it has started may
        stay."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self):
        """The end of its log, without colours."""
        text = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "",
                      self.log.read_text(errors="replace"))
        return "".join(f"  {line}\n" for line in text.splitlines()[-12:])


def minimise(place, engine):
    """Makes the corpus smaller, if it can be, without a loss.
    Raises Trouble if the engine fails to."""
    if not any(place.corpus.iterdir()):
        return
    new = place.folder / "corpus.new"
    new.mkdir()
    command, environment = engine.minimise(place, new)
    done = subprocess.run(command, env={**os.environ, **environment},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode or not any(new.iterdir()):
        shutil.rmtree(new)
        raise Trouble(f"{place.corpus}: cannot be minimised, exit status "
                      f"{done.returncode}", done.stdout.decode(errors="replace"))
    place.replace(new)


def short(number):
    """A number in few letters: 12.3k, 4.56M."""
    for unit in ("", "k", "M", "G", "T"):
        if number < 1000 or unit == "T":
            return f"{number:.3g}{unit}"
        number /= 1000


def size(taken):
    return f"{taken / 2**20:.2f} MiB"


def progress(line):
    """Writes a line over the last one, on a terminal."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width]}\033[K", end="", flush=True)


class Campaign:
    """What start does once the target is built."""

    def __init__(self, place, engine, processes, quota):
        self.place, self.engine, self.quota = place, engine, quota
        self.totals = place.totals()
        self.counts = Counts(place.stats)
        self.jobs = [self.job(MAIN if number == 0 else f"secondary{number}")
                     for number in range(processes)]
        self.new = []       # names of the findings that were not there before
        self.asked = False  # to end, by a signal
        self.full = False   # whether the quota was reached
        self.used = 0       # bytes of disk
        self.seconds = self.calls = self.executions = 0
        self.added = (0, 0, 0)  # those that the totals have already
        self.edges = self.triples = 0

    def job(self, name):
        command, environment = self.engine.job(self.place, name)
        environment["SECHANDLE_STATS"] = str(self.counts.name)
        return Job(name, command, environment, self.place.logs / f"{name}.log")

    def run(self, seconds):
        """Runs jobs for so many seconds, or until a signal asks to end. What was found
        is stored in any case.
        Raises Trouble if a job cannot run, or if there is no room on the disk."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)
        place = self.place
        place.gather([*place.committed(), *place.others()])
        self.clear_up()
        place.have_one()
        progress(f"{place.target}, {self.engine.name}: {count(place.corpus)} inputs "
                 "are looked through")
        self.new += place.sift()
        self.measure_disk()
        while not self.over(seconds):
            if self.full:
                self.make_room()
            self.round(seconds)

    def ask(self, *_):
        self.asked = True

    def over(self, seconds):
        return self.asked or self.seconds >= seconds

    def measure_disk(self):
        self.used = disk(self.place.data)
        self.full = self.full or self.used > self.quota

    def make_room(self):
        """Minimises the corpus.
        Raises Trouble if that frees too little to go on for long."""
        try:
            minimise(self.place, self.engine)
        except Trouble:
            if not self.asked:
                raise
        self.full = False
        self.measure_disk()
        if self.used > ROOM * self.quota:
            raise Trouble(
                f"{self.place.data}: takes {size(self.used)}, more than {ROOM:.0%} of "
                f"the quota of {size(self.quota)}, though this corpus is minimal now; "
                "minimise others, remove what is not needed, or give a larger --quota")

    def round(self, seconds):
        """Runs the jobs until the time is over or there is no room left."""
        begun, before = time.monotonic(), self.seconds
        saved, pause = begun, SAVE
        for folder in (self.place.sync, self.place.stats):
            folder.mkdir()
        try:
            for job in self.jobs:
                job.start()
            while not self.over(seconds) and not self.full:
                time.sleep(LOOK)
                self.seconds = before + time.monotonic() - begun
                self.look()
                for job in self.jobs:
                    self.go_on(job)
                if time.monotonic() - saved > pause:
                    start = time.monotonic()
                    self.save()
                    saved = time.monotonic()
                    pause = max(SAVE, 20 * (saved - start))
                self.show()
        finally:
            self.end()

    def end(self):
        """Ends the jobs, and keeps what they did."""
        started = [job for job in self.jobs if job.process]
        for job in started:
            job.process.send_signal(signal.SIGINT)
        for job in started:
            job.end()
        self.look()
        self.save()
        self.clear_up()
        for job in started:
            job.process = None

    def clear_up(self):
        """Gathers what jobs have left, and removes their folders."""
        self.place.gather(self.engine.gathered(self.place))
        self.collect()
        for folder in (self.place.sync, self.place.stats):
            shutil.rmtree(folder, ignore_errors=True)

    def look(self):
        """Reads how far the jobs are, and stores what they have found."""
        for job in self.jobs:
            if job.process:
                self.engine.measure(self.place, job)
        self.calls, inputs, self.triples = self.counts.read()
        self.executions = max(inputs, sum(job.before + job.executions
                                          for job in self.jobs))
        self.edges = max(job.edges for job in self.jobs)
        self.collect()

    def collect(self):
        """Stores what is found. A young file of a job that is running may be half
        written yet."""
        ended = tuple(f"{job.name}-" for job in self.jobs if not job.running())
        files = self.engine.found(self.place)
        if len(ended) < len(self.jobs):
            files = [path for path in files if path.name.startswith(ended) or
                     time.time() - path.stat().st_mtime > SETTLED]
        for job in self.jobs:
            job.found += sum(path.name.startswith(f"{job.name}-") for path in files)
        self.new += self.place.collect(files)

    def go_on(self, job):
        """Starts a job anew if it has ended.
        Raises Trouble if it ended early, and not with a finding."""
        if job.running():
            return
        job.end()
        self.look()
        if not job.found and time.monotonic() - job.started < AGAIN:
            raise Trouble(f"{job.log}: the job ended, exit status "
                          f"{job.process.returncode}, without a finding",
                          job.last_words())
        job.start()

    def save(self):
        """Adds to the totals what was done since the last time, and looks at the
        disk."""
        self.place.gather(self.engine.gathered(self.place))
        done = (self.seconds, self.calls, self.executions)
        self.totals.add(*(new - old for new, old in zip(done, self.added)),
                        self.edges, self.triples)
        self.totals.save()
        self.added = done
        self.measure_disk()

    def rates(self):
        return (value / max(self.seconds, LOOK)
                for value in (self.calls, self.executions))

    def show(self):
        """Writes the line of progress."""
        calls, executions = self.rates()
        progress(f"{self.place.target}, {self.engine.name}: {self.seconds:.0f} s, "
                 f"{short(calls)} operations/s, {short(executions)} executions/s, "
                 f"{self.edges} edges, {self.triples} triples, "
                 f"{len(self.place.found())} findings, {size(self.used)}")

    def summary(self):
        """What was done and found, in lines."""
        calls, executions = self.rates()
        found = self.place.found()
        lines = [
            f"{self.place.target}, {self.engine.name}: {self.seconds:.0f} s, "
            f"{len(self.jobs)} jobs" + ", ended by a signal" * self.asked,
            f"  operations  {self.calls} ({short(calls)}/s)",
            f"  executions  {self.executions} ({short(executions)}/s)",
            f"  reached     {self.edges} edges, {self.triples} triples",
            f"  corpus      {count(self.place.corpus)} inputs; "
            f"{size(self.used)} of disk by all campaigns",
            f"  findings    {len(found)}, of which new: {len(self.new)}"]
        for name, seen in found.items():
            lines += [f"    {seen['finding']}",
                      f"      {seen['times']} times, {self.place.findings / name}"]
        return "".join(f"{line}\n" for line in lines)
