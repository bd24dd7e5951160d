"""store.py: what campaigns keep.

How to read it: Place is the folder of one target and engine, DATA/TARGET/ENGINE:

    corpus/         inputs that reach something new, named by their SHA-1
    findings/NAME/  a finding: input, report, seen (how often, first and last)
    logs/           what the jobs print
    totals.json     what was run and reached
    lock            held while a campaign runs here
    artifacts/, sync/, stats/   what jobs write while they run

Only corpus, findings and totals.json matter for good. What a campaign that was killed
has left in the others is gathered when the next one begins. No file of corpus and
findings is ever half there: each is written beside its place and then moved.
"""
import contextlib
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
from pathlib import Path

from engines import Trouble, execute, failing, limit, read

# What the targets are built of, below the project's folder.
SOURCES = ("ref/**/*", "specs/**/*", "fuzz/*", "tests/subjects/*")


def sources(root):
    """A number for what the targets are built of."""
    whole = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern)
                        if path.suffix in (".c", ".h", ".def")}):
        whole.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return whole.hexdigest()


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def count(folder):
    """How many files a folder has; 0 if there is none."""
    return sum(1 for _ in folder.glob("*"))


def disk(folder):
    """Bytes of disk that a folder takes; a file of several names counts once."""
    taken = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                of = os.lstat(os.path.join(parent, name))
                taken[of.st_dev, of.st_ino] = of.st_blocks * 512
    return sum(taken.values())


def write(path, text):
    """Writes a file that is never seen half written."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text)
    new.replace(path)


class Totals:
    """What a campaign has run and reached.

    ever: seconds, calls and executions since it first began. now: the same since the
    sources last changed, and edges, triples and quiet: the seconds run since either
    last grew. Triples and edges are the most that one job reached."""

    ZERO = {"seconds": 0, "calls": 0, "executions": 0}

    def __init__(self, path, digest):
        said = json.loads(read(path) or "{}")
        self.path, self.digest = path, digest
        self.last = said.get("last")
        self.ever = said.get("ever", dict(self.ZERO))
        self.now = said.get("now") if said.get("sources") == digest else None
        self.now = self.now or {**self.ZERO, "edges": 0, "triples": 0, "quiet": 0}

    def add(self, seconds, calls, executions, edges, triples):
        """Adds what was run since the last call, and what is reached by now."""
        for total in (self.ever, self.now):
            total["seconds"] += seconds
            total["calls"] += calls
            total["executions"] += executions
        self.now["quiet"] += seconds
        for name, value in (("edges", edges), ("triples", triples)):
            if value > self.now[name]:
                self.now.update({name: value, "quiet": 0})

    def save(self):
        self.last = now()
        write(self.path, json.dumps({"sources": self.digest, "last": self.last,
                                     "ever": self.ever, "now": self.now}) + "\n")


class Counts:
    """Calls, inputs and triples that lifecycle and small tell, each process in a file
    of its own; those of processes that are gone are kept here."""
    LINE = re.compile(r"calls: (\d+) inputs: (\d+) triples: (\d+)$")

    def __init__(self, folder):
        self.folder, self.name = folder, folder / "run"
        self.calls = self.inputs = self.triples = 0

    def read(self):
        """All calls and inputs so far, and the most triples of one process."""
        calls, inputs = self.calls, self.inputs
        for path in self.folder.glob("run.*[0-9]"):
            gone = not os.path.exists(f"/proc/{path.suffix[1:]}")
            said = self.LINE.match(read(path))
            if not said:
                continue
            calls, inputs = calls + int(said[1]), inputs + int(said[2])
            self.triples = max(self.triples, int(said[3]))
            if gone:
                self.calls += int(said[1])
                self.inputs += int(said[2])
                path.unlink()
        return calls, inputs, self.triples


class Place:
    """The folder of one target and engine."""

    def __init__(self, root, build, data, target, engine):
        self.root, self.data, self.target, self.engine = root, data, target, engine
        self.folder = data / target / engine.name
        self.program = engine.program(root, build, target)
        self.command = engine.command(root, build, target)
        self.limit = limit(root, target)
        self.corpus, self.findings, self.logs, self.artifacts, self.sync, self.stats = (
            self.folder / name for name in ("corpus", "findings", "logs", "artifacts",
                                            "sync", "stats"))
        self.gathered = set()

    # ---- the folder ----

    def prepare(self):
        """Makes the folders, and ends a change of the corpus that was cut off."""
        old = self.folder / "corpus.old"
        if old.exists() and not self.corpus.exists():
            old.rename(self.corpus)
        for left in (old, self.folder / "corpus.new", self.findings / ".new"):
            shutil.rmtree(left, ignore_errors=True)
        for folder in (self.corpus, self.findings, self.logs, self.artifacts):
            folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def locked(self):
        """Holds the folder for one campaign.
        Raises Trouble if another one holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Trouble(f"{self.folder}: a campaign is running here") from None
            self.prepare()
            yield

    def running(self):
        """Whether a campaign holds the folder."""
        try:
            with (self.folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            pass
        return False

    def totals(self):
        return Totals(self.folder / "totals.json", sources(self.root))

    # ---- the corpus ----

    def committed(self):
        """The folders of the target's inputs that are part of the project."""
        return [folder for folder in (self.root / "fuzz" / kind / self.target
                                      for kind in ("seeds", "regressions"))
                if folder.is_dir()]

    def others(self):
        """The corpora of the same target by other engines, or of other machines."""
        return [folder for folder in sorted((self.data / self.target).glob("*/corpus"))
                if folder != self.corpus]

    def gather(self, folders):
        """Copies into the corpus each input of these folders that it has not. A file
        that has grown since the last time was half written then."""
        for folder in folders:
            for path in sorted(filter(Path.is_file, folder.iterdir())):
                with contextlib.suppress(FileNotFoundError):
                    now_there = (path, path.stat().st_size)
                    if now_there not in self.gathered:
                        self.keep(path.read_bytes())
                        self.gathered.add(now_there)

    def have_one(self):
        """Sees to it that there is an input to begin with that is not empty."""
        if not any(path.stat().st_size for path in self.corpus.iterdir()):
            self.keep(b"\0")

    def keep(self, data):
        path = self.corpus / hashlib.sha1(data).hexdigest()
        if not path.exists():
            new = self.folder / "input.new"
            new.write_bytes(data)
            new.replace(path)

    def sift(self):
        """Takes out of the corpus what fails already, as findings: an engine would
        begin with it, and get no further.
        Returns the names of the new ones."""
        files = sorted(self.corpus.iterdir())
        new = []
        for path, code, output in failing(self.command, self.limit, files):
            new += self.store(path, code, output)
        return new

    def replace(self, corpus):
        """Puts another folder in the corpus's place."""
        old = self.folder / "corpus.old"
        self.corpus.rename(old)
        corpus.rename(self.corpus)
        shutil.rmtree(old)

    # ---- findings ----

    def collect(self, files):
        """Stores inputs that an engine saw failing, by what the program says of each
        now. Returns the names of the new findings."""
        return [name for path in sorted(files)
                for name in self.store(path, *execute(self.command, self.limit,
                                                      [path]))]

    def store(self, path, code, output):
        """Moves a failing input to the findings.
        Returns a list of its name, empty if it was there."""
        key = self.key(code, output)
        name = name_of(key)
        folder, new = self.findings / name, self.findings / ".new"
        seen = json.loads(read(folder / "seen") or "{}")
        first = not seen
        seen = {"finding": key, "times": seen.get("times", 0) + 1,
                "first": seen.get("first", now()), "last": now()}
        if first:
            new.mkdir()
            (new / "input").write_bytes(path.read_bytes())
            (new / "report").write_text(output)
            write(new / "seen", json.dumps(seen) + "\n")
            new.rename(folder)
        else:
            write(folder / "seen", json.dumps(seen) + "\n")
        path.unlink()
        return [name] * first

    def key(self, code, output):
        """What two failures that are the same have in common: the report's first line,
        or a sanitizer's last, or else how the program ended."""
        lines = output.replace(f"{self.root}/", "").splitlines()
        for start in ("finding: ", "SUMMARY: "):
            for line in lines:
                if line.startswith(start):
                    return line
        if code is None:
            return f"timeout: it takes more than {self.limit} s"
        if code == 0:
            return "not reproduced: the engine saw it fail, the program does not"
        return (f"signal: {signal.Signals(-code).name}" if code < 0
                else f"exit status: {code}")

    def found(self):
        """All findings: what `seen` says of each, by their names."""
        return {path.parent.name: json.loads(read(path))
                for path in sorted(self.findings.glob("*/seen"))}


def name_of(key):
    """The name of a finding's folder."""
    words = re.sub("[^a-z0-9]+", "-", re.sub("^(finding|SUMMARY): ", "", key).lower())
    return f"{words[:60].strip('-')}-{hashlib.sha1(key.encode()).hexdigest()[:8]}"
