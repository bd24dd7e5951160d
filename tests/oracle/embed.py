"""Writes tests/oracle/embedded.h's table as C to standard output: the scenarios of the
suites `rules` and `bugs`, from TRACES, of `lives`, from SCRIPTS, and of `corpus`, from
SEEDS.

A trace is called RULE.trace, or RULE.SOURCE.trace where the sequence is a real bug's.

Exit codes: 0 done, 2 wrong usage, or a folder that cannot be read.
"""
import argparse
import sys
from pathlib import Path


# In the order of the program's list of suites.
SUITES = ["rules", "bugs", "lives", "corpus"]


def scenarios(traces, scripts, seeds):
    """(suite, name, content) of each file."""
    for path in traces.glob("*.trace"):
        suite = "bugs" if "." in path.stem else "rules"
        yield suite, path.stem, path.read_bytes()
    for path in scripts.glob("*.script"):
        yield "lives", path.stem, path.read_bytes()
    for path in seeds.iterdir():
        yield "corpus", path.name, path.read_bytes()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", metavar="TRACES", type=Path)
    parser.add_argument("scripts", metavar="SCRIPTS", type=Path)
    parser.add_argument("seeds", metavar="SEEDS", type=Path)
    arguments = parser.parse_args()
    try:
        found = sorted(scenarios(arguments.traces, arguments.scripts, arguments.seeds),
                       key=lambda one: (SUITES.index(one[0]), one[1]))
    except OSError as error:
        parser.error(str(error))
    print('#include "tests/oracle/embedded.h"\n')
    for number, (_, _, content) in enumerate(found):
        print(f"static const uint8_t file_{number}[] = {{"
              f"{','.join(map(str, content))}}};")
    print("\nconst struct embedded embedded[] = {")
    for number, (suite, name, _) in enumerate(found):
        print(f'\t{{"{suite}", "{name}", file_{number}, sizeof file_{number}}},')
    print("\t{0}};")


if __name__ == "__main__":
    sys.exit(main())
