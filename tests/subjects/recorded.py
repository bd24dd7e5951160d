#!/usr/bin/python3
"""A subject that answers what was recorded: TRACEs of the scenario language. It knows
their scripts alone; whatever else it is asked for, it does not support.
"""
import argparse
import re
import sys
from pathlib import Path


DEFAULTS = {"known"} # what a text may say, but a script that was printed does not


def lines_of(text):
    """A text's lines as (script, answers), without comments and indentation."""
    for line in text.splitlines():
        script, _, answers = line.partition("#")[0].partition("->")
        words = [word for word in script.split() if word not in DEFAULTS]
        if words:
            yield " ".join(words), answers.strip()


def script_of(text):
    return "\n".join(script for script, _ in lines_of(text))


def by_round(answers, rounds):
    """The answer of a line in each round."""
    heard = []
    for answer in answers.split(", "):
        times = re.search(r" x(\d+)", answer)
        heard += [re.sub(r" x\d+", "", answer)] * (int(times[1]) if times else rounds)
    return heard


def carried_out(lines):
    """The lines of a trace as they are carried out: those of a repeat in each round."""
    lines = list(lines)
    while lines:
        script, answers = lines.pop(0)
        if not script.startswith("repeat "):
            yield script, answers
            continue
        rounds, block, depth = int(script.split()[1]), [], 0
        while depth or lines[0][0] != "end":
            block.append(lines.pop(0))
            depth += (block[-1][0] == "together") - (block[-1][0] == "end")
        del lines[0]
        heard = [by_round(answers, rounds) for _, answers in block]
        for number in range(rounds):
            for (script, _), answers in zip(block, heard):
                yield script, answers[number]


def answer(traces, script):
    recorded = traces.get(script_of(script))
    if recorded is None:
        print("# unsupported: this was not recorded")
        return
    for line, answers in carried_out(lines_of(recorded)):
        print(line, *(["->", answers] if answers else []))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trace", nargs="+", type=Path)
    traces = {script_of(text): text for text in
              (path.read_text() for path in parser.parse_args().trace)}
    # What one scenario is answered has nothing to do with another.
    print("# sechandle-subject 1\n# name: recorded traces\n# serves: forked\n# ready",
          flush=True)
    for frame in sys.stdin.buffer:
        size = int(frame.split()[-1])
        answer(traces, sys.stdin.buffer.read(size).decode())
        print("# ended ok", flush=True)


if __name__ == "__main__":
    main()
