#!/usr/bin/python3
"""page.py: the rules as a page to read and a picture of a context's life.

What it is for: rules.def is the one place where the rules are written. This
program turns what `sechandle rules --json` prints of it into

    rules.md       every rule by chapter, from the template rules.md.j2
    lifecycle.svg  the state diagram, from the template lifecycle.svg.j2

in the folder above, so that neither is ever written by hand; `--check` tells
whether the two files in place still say what rules.def says. It needs
python3-jinja2 and nothing else, and its output is the same, byte for byte, on
every machine.

How to read it: first comes the check of the input, then the page, then the
command line. What the picture shows, and where, is in diagram.py.

Exit status: 0 done, or fresh; 1 stale (--check); 2 the input is no good.
"""
import argparse
import difflib
import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path

import jinja2

import diagram

HERE = Path(__file__).resolve().parent
VERSION = 1
DIFF_LINES = 20
PARTIES = ("implementation", "caller", "nobody")
STRENGTHS = ("documented", "header", "derived", "chosen")


class PageError(Exception):
    """The input cannot be turned into the two files; one line says why."""


# ---- input ----------------------------------------------------------------


def read_rules(name):
    """The checked contents of the JSON file `name`, or of standard input."""
    what = "standard input" if name == "-" else name
    try:
        raw = (sys.stdin.buffer.read() if name == "-"
               else Path(name).read_bytes())
        data = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise PageError(f"{what}: {error.strerror}") from error
    except ValueError as error:
        raise PageError(f"{what}: not JSON: {error}") from error
    check_version(data)
    check_list(data, "sections", {"title": None, "text": None})
    check_list(data, "rules", {
        "id": None,
        "section": [section["title"] for section in data["sections"]],
        "party": PARTIES,
        "strength": STRENGTHS,
        "source": None,
        "sentence": None,
        "decision": None,
    })
    check_list(data, "transitions", {
        "rule": [rule["id"] for rule in data["rules"]],
        "from": diagram.STATES,
        "operation": diagram.OPERATIONS,
        "answer": None,
        "to": diagram.STATES,
    })
    return data


def check_version(data):
    """Refuse what is not an object of the version this program knows."""
    if not isinstance(data, dict):
        raise PageError("the JSON is not an object")
    version = data.get("version")
    if version != VERSION or isinstance(version, bool):
        raise PageError(f"unknown version {version!r}, expected {VERSION}")


def check_list(data, key, fields):
    """Refuse `data` unless its `key` is a list of objects that have a text in
    each of `fields`: one of the texts given there, or any if none are."""
    if not isinstance(data.get(key), list):
        raise PageError(f'no list "{key}"')
    for number, item in enumerate(data[key], 1):
        for field, known in fields.items():
            text = item.get(field) if isinstance(item, dict) else None
            if not isinstance(text, str):
                raise PageError(f'{key}, entry {number}: no text "{field}"')
            if known is not None and text not in known:
                raise PageError(
                    f'{key}, entry {number}: unknown {field} "{text}"')


# ---- the page -------------------------------------------------------------

# What stands on the page as code: names with an underscore and handle values.
CODE = re.compile(r"([A-Za-z]\w*_\w*\*?|\{[^}]*\})")


def markdown(text):
    """`text` as Markdown that shows it as it is, names and values as code."""
    parts = CODE.split(text)
    for index, part in enumerate(parts):
        if index % 2:
            parts[index] = f"`{part}`"
        else:
            parts[index] = re.sub(r"([\\`*<\[\]])", r"\\\1", part)
    return "".join(parts)


def slug(title):
    """The anchor that GitHub gives the heading `title`."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def page(data):
    """The variables of rules.md.j2."""
    rules = data["rules"]
    chapters = [
        {**section, "rules": [rule for rule in rules
                              if rule["section"] == section["title"]]}
        for section in data["sections"]
    ]
    return {
        "chapters": chapters,
        "ids": sorted(rule["id"] for rule in rules),
        "parties": Counter(rule["party"] for rule in rules),
        "strengths": Counter(rule["strength"] for rule in rules),
    }


# ---- the files ------------------------------------------------------------


def render(template, variables):
    """A template of this folder, filled in; ends with one line end."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE, encoding="utf-8"),
        autoescape=template.endswith(".svg.j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(markdown=markdown, slug=slug)
    return environment.get_template(template).render(variables).rstrip() + "\n"


def write(folder, files):
    """Write the files into `folder`."""
    for name, text in files.items():
        try:
            (folder / name).write_bytes(text.encode("utf-8"))
        except OSError as error:
            raise PageError(f"{folder / name}: {error.strerror}") from error


def is_fresh(path, text):
    """Whether the file at `path` holds `text`; if not, say how it differs."""
    try:
        old = path.read_bytes()
    except OSError as error:
        print(f"{path}: {error.strerror}")
        return False
    if old == text.encode("utf-8"):
        return True
    print(f"{path} is stale:")
    lines = difflib.unified_diff(
        old.decode("utf-8", "replace").split("\n"), text.split("\n"),
        f"{path.name} in place", f"{path.name} from the rules", lineterm="")
    for line in itertools.islice(lines, DIFF_LINES):
        print("  " + line.replace("\r", "\\r"))
    return False


# ---- command line ---------------------------------------------------------


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Make rules.md and lifecycle.svg of what "
                    "`sechandle rules --json` prints.")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 if a file is stale")
    parser.add_argument("--rules", metavar="JSON_FILE", default="-",
                        help="the JSON; - is standard input (the default)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=HERE.parent,
                        help="where the two files are (default: specs/)")
    return parser.parse_args()


def main():
    """Run the command line; the result is the exit status."""
    arguments = parse_arguments()
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        data = read_rules(arguments.rules)
        files = {
            "rules.md": render("rules.md.j2", page(data)),
            "lifecycle.svg": render("lifecycle.svg.j2",
                                    diagram.picture(data["transitions"])),
        }
        if not arguments.check:
            write(arguments.out, files)
            return 0
    except (PageError, diagram.NoRoute) as error:
        print(f"page.py: {error}", file=sys.stderr)
        return 2
    fresh = [is_fresh(arguments.out / name, text)
             for name, text in files.items()]
    if all(fresh):
        return 0
    print("run 'make pages'")
    return 1


if __name__ == "__main__":
    sys.exit(main())
