#!/usr/bin/python3
"""judge.py: judges the implementations that are kept track of, and tells for each
whether it conforms but for its known deviations.

How to read it: SUBJECTS lists them, with what `sechandle judge` needs to know of each;
then one is judged, then all are told. The known deviations of a subject are in
tests/subjects/deviations/SUBJECT.json, the results of the last run in
build/judge/SUBJECT.json.

To take new deviations down, after a look at what `sechandle judge` says of them:
`--write-deviations` adds them to the subject's file, where each then wants its reason.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVIATIONS = ROOT / "tests/subjects/deviations"

Subject = collections.namedtuple("Subject", "title profile arguments")


def winpr(package):
    return Subject(f"WinPR 2, {package}", "strict",
                   ["--sspi", "libwinpr2.so.2", "--package", package])


def wine(package, option, *chosen):
    """A start takes a second or more, and each scenario that crashes or does not conform
    wants one, as do its probes: what is chosen takes about a minute."""
    return Subject(f"Wine's secur32, {package}", "strict",
                   ["--subject", "tests/subjects/wine/subject "
                    f"{{build}}/sechandle-subject.exe --package {package} {option}",
                    "--jobs", "2", *chosen])


# Each context of Wine's NTLM is a process: of the rules, those of handles alone.
HANDLES = [word for group in ("delete", "free", "create", "leg", "live", "query")
           for word in ("--scenario", f"rules/{group}_*")]


# By name, in the order of the page.
SUBJECTS = {
    "reference": Subject("the reference", "reference",
                         ["--sspi", "{build}/libsechandle.so"]),
    "winpr-ntlm": winpr("NTLM"),
    "winpr-negotiate": winpr("Negotiate"),
    "wine-ntlm": wine("NTLM", "", *HANDLES),
    "wine-negotiate": wine("Negotiate", "", *HANDLES),
    "wine-schannel": wine("Schannel", "--client", "--suite", "rules"),
    "gss-ntlmssp": Subject("MIT's GSS-API, gss-ntlmssp", "gss",
                           ["--subject", "{build}/subjects/gss"]),
}

EPILOG = """\
exit status: 0 all conform but for known deviations, 1 one does not, 2 wrong usage or a
file that cannot be read, 3 one is missing or could not be judged
"""


def command(name, build, more):
    """How a subject is judged."""
    subject = SUBJECTS[name]
    words = [word.replace("{build}", str(build)) for word in subject.arguments]
    known = DEVIATIONS / f"{name}.json"
    return [build / "sechandle", "judge", *words, "--profile", subject.profile,
            "--json", "--no-shrink", *more,
            *(["--deviations", known] if known.is_file() else [])]


def judge(name, build, more):
    """Judges a subject and keeps the results.

    Returns the exit status of `sechandle judge`, and a line that says what came out."""
    done = subprocess.run([*map(str, command(name, build, more))], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    if not done.stdout:
        lines = done.stderr.strip().splitlines()
        return done.returncode, f"not judged: {lines[-1] if lines else 'no reason given'}"
    results = json.loads(done.stdout)
    folder = build / "judge"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(done.stdout)
    return done.returncode, told(done.returncode, results)


def told(code, results):
    """Results as a line."""
    totals = results["totals"]
    steps = ", ".join(f"{count} {verdict}" for verdict, count in totals.items() if count)
    verdict = {0: "conforms", 1: "does not conform", 3: "not all could be judged"}[code]
    return f"{verdict}: {len(results['scenarios'])} scenarios, steps: {steps}"


def arguments():
    parser = argparse.ArgumentParser(
        description="Judge the implementations that are kept track of.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT",
                        help="one of: " + ", ".join(SUBJECTS) + " (default: all)")
    parser.add_argument("--build", type=Path, default=ROOT / "build",
                        help="the folder that was built into (default: build)")
    parser.add_argument("--jobs", metavar="N", help="most processes at once")
    parser.add_argument("--write-deviations", action="store_true",
                        help="add what is found to the known deviations")
    given = parser.parse_args()
    for name in given.subjects:
        if name not in SUBJECTS:
            parser.error(f"{name}: expected one of {', '.join(SUBJECTS)}")
    if not os.access(given.build / "sechandle", os.X_OK):
        parser.error(f"{given.build}/sechandle is not built, 'make judge' builds it")
    return given


def main():
    given = arguments()
    codes = set()
    for name in given.subjects or SUBJECTS:
        more = ["--jobs", given.jobs] if given.jobs else []
        if given.write_deviations:
            more += ["--write-deviations", DEVIATIONS / f"{name}.json"]
        code, line = judge(name, given.build.resolve(), more)
        print(f"{name:17}{line}", flush=True)
        codes.add(code)
    if 3 in codes:
        print("'make deps-subjects judge' installs and builds what may be missing")
    return next((code for code in (2, 1, 3) if code in codes), 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
