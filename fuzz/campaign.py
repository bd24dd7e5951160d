#!/usr/bin/python3
"""campaign.py: fuzz campaigns, from the first build to the archive.

How to read it: each verb is a function whose docstring is its help; VERBS, at the
end, lists them with their arguments. What engines do is in engines.py, what is kept
in store.py, how a campaign runs in jobs.py, coverage in cover.py. campaigns.md tells
how to work with it.
"""
import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import cover
import jobs
from engines import ENGINES, MUTATED, RUNNER, Trouble, execute, limit, make, targets
from store import Place, count, now

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = "sechandle-fuzz/1"
FINE, FINDINGS, TROUBLE = 0, 1, 2
EPILOG = "exit status: 0 fine, 1 there are findings, 2 wrong usage or trouble"

# The targets whose inputs are to reach all of the reference.
COVERING = ("lifecycle", "small", "raw")

# When a target may rest: see campaigns.md.
REST_CALLS = 10 ** 9
REST_HOURS = 24


def place_of(given, target, engine):
    return Place(given.root, given.build, given.data, target, engine)


def places(given):
    """The folders of all campaigns that there are."""
    return [place_of(given, folder.parent.name, ENGINES[folder.name])
            for folder in sorted(given.data.glob("*/*"))
            if folder.name in ENGINES and folder.is_dir()]


def one_target(given, name):
    """The target of that name.
    Raises Trouble if there is none."""
    known = targets(given.root)
    if name not in known:
        raise Trouble(f"no target '{name}', expected one of: {', '.join(known)}")
    return name


def target_of(given, path):
    """The target whose input a file is: the one given, or that of the folder.
    Raises Trouble if neither tells."""
    if not path.is_file():
        raise Trouble(f"{path}: there is no such file")
    if given.target:
        return one_target(given, given.target)
    path = path.resolve()
    for folder in (given.data.resolve(), given.root / "fuzz/seeds",
                   given.root / "fuzz/regressions"):
        if path.is_relative_to(folder):
            return one_target(given, path.relative_to(folder).parts[0])
    raise Trouble(f"{path}: of what target is it? Tell by --target")


# ---- verbs ------------------------------------------------------------------


def start(given):
    """Build the targets and start a campaign, or go on with the one that is there.

    It begins with fuzz/seeds/TARGET, fuzz/regressions/TARGET and all that campaigns
    of the target have found before. Ctrl-C ends it; nothing is lost."""
    target = one_target(given, given.target)
    engine = ENGINES[given.engine + "-sanitizers" * (
        given.sanitizers and not given.engine.endswith("-sanitizers"))]
    place = place_of(given, target, engine)
    with place.locked():
        jobs.progress(f"{target}, {engine.name}: is being built")
        engine.build(given.root, given.build, target)
        campaign = jobs.Campaign(place, engine, given.jobs, given.quota)
        try:
            campaign.run(given.seconds)
        finally:
            jobs.progress("")
            print(campaign.summary(), end="")
    return FINDINGS if place.found() else FINE


def state(place):
    """What is there of a campaign, for programs."""
    totals = place.totals()
    work = totals.now["calls"] or totals.now["executions"]
    return {"target": place.target, "engine": place.engine.name,
            "running": place.running(), "last": totals.last,
            "corpus": count(place.corpus), "ever": totals.ever,
            "now": totals.now, "findings": place.found(),
            "rests": work >= REST_CALLS and
            totals.now["quiet"] >= REST_HOURS * 3600 and not place.found()}


def list_all(given):
    """List the targets and the engines, and what is there of each pair."""
    row = "{:12}{:22}{:>8}{:>10}{:>10}  {}"
    print(row.format("target", "engine", "corpus", "findings", "seconds", "last run"))
    for target in targets(given.root):
        for engine in ENGINES.values():
            said = state(place_of(given, target, engine))
            last = "running" if said["running"] else said["last"] or "never"
            print(row.format(target, engine.name, said["corpus"],
                             len(said["findings"]), round(said["ever"]["seconds"]),
                             last))
    return FINE


def status(given):
    """Tell of all campaigns what runs and what was reached, and which targets may
    rest."""
    campaigns = [state(place) for place in places(given)]
    rests = {target: all(any(one["target"] == target and one["engine"] == engine and
                             one["rests"] for one in campaigns) for engine in ENGINES)
             for target in targets(given.root)}
    if given.json:
        print(json.dumps({"schema": SCHEMA, "campaigns": campaigns, "rests": rests},
                         indent=1))
    else:
        for one in campaigns:
            now, ever = one["now"], one["ever"]
            print(f"{one['target']}, {one['engine']}: "
                  + ("running" if one["running"] else f"last run {one['last']}"))
            print(f"  since the sources changed: {now['seconds']:.0f} s, "
                  f"{jobs.short(now['calls'])} operations, "
                  f"{jobs.short(now['executions'])} executions, {now['edges']} edges, "
                  f"{now['triples']} triples, nothing new for {now['quiet']:.0f} s")
            print(f"  in all: {ever['seconds']:.0f} s, "
                  f"{jobs.short(ever['calls'])} operations, "
                  f"{jobs.short(ever['executions'])} executions; {one['corpus']} "
                  f"inputs, {len(one['findings'])} findings")
        print("may rest: " + (", ".join(name for name in rests if rests[name])
                              or "no target"))
    return FINDINGS if any(one["findings"] for one in campaigns) else FINE


def show(given):
    """Print an input as text. A scenario is printed as its lines, an input of text as
    it is, another one as hexadecimal digits."""
    target = target_of(given, given.file)
    command = (["cat"] if target == "text" else [oracle(given), "show"]
               if target in MUTATED else ["od", "-A", "x", "-t", "x1z", "-v"])
    return passed_on(*command, given.file)


def oracle(given):
    """The program sechandle, built."""
    program = given.build / "sechandle"
    make(given.root, f"BUILD={given.build}", str(program))
    return given.root / program


def passed_on(*command):
    """Runs a command whose output and exit status are ours too."""
    sys.stdout.flush()
    return subprocess.run(command, check=False).returncode


def shrink(given):
    """Print the smallest scenario that breaks the same rule, by sechandle shrink."""
    target = target_of(given, given.file)
    if target not in MUTATED:
        raise Trouble(f"{given.file}: is no scenario; "
                      f"shrink takes inputs of {' and '.join(MUTATED)}")
    return passed_on(oracle(given), "shrink", "--binary", f"--target={target}",
                     given.file)


def replay(given):
    """Run inputs once more, each in a process of its own, and print the reports of
    those that fail. A sanitizer's finding needs --engine=libfuzzer-sanitizers."""
    wanted = [(path, target_of(given, path)) for path in given.files]
    engine = {RUNNER.name: RUNNER, **ENGINES}[given.engine]
    engine.build(given.root, given.build, *(target for _, target in wanted))
    failed = 0
    for path, target in wanted:
        code, output = execute(engine.command(given.root, given.build, target),
                               limit(given.root, target), [path])
        if code == 0:
            print(f"{path}: fine")
        else:
            failed += 1
            print(f"{path}: fails\n{output}", end="")
    return FINDINGS if failed else FINE


def minimise(given):
    """Make a corpus smaller without a loss. Inputs of other folders, perhaps of other
    machines, are added first."""
    target, engine = one_target(given, given.target), ENGINES[given.engine]
    place = place_of(given, target, engine)
    with place.locked():
        engine.build(given.root, given.build, target)
        place.gather(given.add)
        place.sift()
        before = count(place.corpus)
        jobs.minimise(place, engine)
    print(f"{target}, {engine.name}: {count(place.corpus)} inputs of {before} are "
          f"kept, {len(place.found())} findings")
    return FINDINGS if place.found() else FINE


def coverage(given):
    """Tell which lines and branches of the reference the inputs of targets reach, all
    together. For text, it is those of the scenario language. All branches that are not
    reached are in the JSON."""
    said = cover.cover(given.root, given.build, given.data,
                       [one_target(given, name) for name in given.target or COVERING])
    if given.check:
        said["faults"] = cover.faults(given.root, said)
    print(json.dumps(said, indent=1) + "\n" if given.json else cover.table(said),
          end="")
    return FINDINGS if said["failed"] or said.get("faults") else FINE


def versions():
    """Those of Debian's packages that campaigns are built and run by."""
    if not shutil.which("dpkg-query"):
        return {}
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n",
                           "gcc", "clang", "llvm", "afl++", "python3"],
                          capture_output=True, text=True, check=False).stdout
    return dict(line.split(" ", 1) for line in said.splitlines())


def revision(root):
    """The commit that the files are of, with a + if they differ from it; None if it
    cannot be told."""
    if not shutil.which("git"):
        return None
    return subprocess.run(["git", "-C", root, "describe", "--always", "--dirty=+"],
                          capture_output=True, text=True,
                          check=False).stdout.strip() or None


def pack(given):
    """Write corpora and findings of all campaigns to one file. Its receipt.json tells
    of what sources and by what tools they were made, and what was run."""
    all_places = places(given)
    if not all_places:
        raise Trouble(f"{given.data}: there is nothing yet")
    receipt = json.dumps({"schema": SCHEMA, "when": now(), "versions": versions(),
                          "revision": revision(given.root),
                          "campaigns": [state(place) for place in all_places]},
                         indent=1).encode() + b"\n"
    with tarfile.open(given.out, "w:gz") as archive:
        head = tarfile.TarInfo("receipt.json")
        head.size, head.mtime = len(receipt), time.time()
        archive.addfile(head, io.BytesIO(receipt))
        for place in all_places:
            for folder in (place.corpus, place.findings):
                for path in sorted(folder.rglob("*")):
                    # A campaign that is running may remove it meanwhile.
                    with contextlib.suppress(FileNotFoundError):
                        archive.add(path, path.relative_to(given.data), recursive=False)
    print(f"{given.out}: {jobs.size(given.out.stat().st_size)}")
    return FINE


# ---- the command line -------------------------------------------------------


def quota(text):
    """A number of bytes, with K, M or G behind it or not."""
    said = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not said:
        raise argparse.ArgumentTypeError(f"'{text}' is no size such as 512M or 2G")
    return int(said[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[said[2]]


def positive(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def argument(*names, **how):
    return names, how


TARGET = argument("--target", required=True, help="the target")
OF_FILE = argument("--target", help="the target, if the file's folder does not tell")
ENGINE = argument("--engine", choices=ENGINES, default="libfuzzer",
                  help="the engine (default: %(default)s)")
JSON = argument("--json", action="store_true", help="print JSON")
FILE = argument("file", type=Path, metavar="FILE", help="an input")

VERBS = {
    "start": (start, TARGET, ENGINE, argument(
        "--sanitizers", action="store_true",
        help="the engine's build with ASan and UBSan"), argument(
        "--seconds", type=positive, default=60,
        help="how long (default: %(default)s)"), argument(
        "--jobs", type=positive, default=os.cpu_count(),
        help="how many at once (default: one for each processor)"), argument(
        "--quota", type=quota, default="1G",
        help="what all campaigns may take of the disk (default: %(default)s)")),
    "list": (list_all,),
    "status": (status, JSON),
    "show": (show, OF_FILE, FILE),
    "replay": (replay, OF_FILE, argument(
        "--engine", choices=[RUNNER.name, *ENGINES], default=RUNNER.name,
        help="by whose build (default: %(default)s, without an engine)"), argument(
        "files", type=Path, nargs="+", metavar="FILE", help="an input")),
    "shrink": (shrink, OF_FILE, FILE),
    "minimise": (minimise, TARGET, ENGINE, argument(
        "--add", type=Path, action="append", default=[], metavar="FOLDER",
        help="a folder of inputs to add first (may be given again)")),
    "cover": (coverage, argument(
        "--target", action="append",
        help=f"a target; may be given again (default: {', '.join(COVERING)})"),
        argument("--check", action="store_true", help=(
            f"exit with 1, too, unless {cover.REASONS} tells why of each branch that is "
            "not reached, and of no other")), JSON),
    "pack": (pack, argument("out", type=Path, metavar="FILE",
                            help="what is written, a .tar.gz")),
}


def arguments():
    parser = argparse.ArgumentParser(
        description="Fuzz campaigns. 'campaign.py VERB --help' tells more.",
        epilog=EPILOG)
    parser.add_argument("--root", type=Path, default=ROOT,
                        help="the project (default: that of campaign.py)")
    parser.add_argument("--build", type=Path, default=Path("build"),
                        help="the folder built into (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=os.environ.get("SECHANDLE_FUZZ"),
                        help="what campaigns keep (default: $SECHANDLE_FUZZ, or .fuzz "
                             "in the project)")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, (function, *said) in VERBS.items():
        verb = verbs.add_parser(name, epilog=EPILOG, description=function.__doc__,
                                help=function.__doc__.split(".")[0])
        verb.set_defaults(verb=function)
        for names, how in said:
            verb.add_argument(*names, **how)
    given = parser.parse_args()
    given.root = given.root.resolve()
    given.data = (given.data or given.root / ".fuzz").resolve()
    if not (given.root / "Makefile").is_file():
        parser.error(f"{given.root}: there is no Makefile")
    return given


def main():
    given = arguments()
    try:
        return given.verb(given)
    except KeyboardInterrupt:
        print("campaign.py: interrupted", file=sys.stderr)
    except Trouble as trouble:
        print(f"{trouble.details}campaign.py: {trouble}", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"campaign.py: {error}", file=sys.stderr)
    return TROUBLE


if __name__ == "__main__":
    sys.exit(main())
