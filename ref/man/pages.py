#!/usr/bin/python3
"""pages.py: the manual, section 3 of it made from sspi.h.

Every function of sspi.h has a comment with its meaning, parameters and answers;
this program makes a page of each, so that the two cannot differ. Pages that are
written by hand lie beside it (sechandle.1, sechandle.7, DeleteSecurityContext.3)
and are copied. A page of a function in the forms A and W is found by either name.

How to read it: a comment is taken apart (Function), then written as a page.

Exit status: 0 done, 2 wrong usage, or a comment that cannot be read.
"""
import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent / "sspi.h"
COMMENT = re.compile(
    r"^/\*\*(?P<text>(?:(?!\*/).)*)\*/\n"
    r"(?P<prototypes>(?:(?:SECURITY_STATUS|PSecurityFunctionTable[AW]) \w+\([^;]*;\n)+)",
    re.M | re.S)
ROW = re.compile(r"^(\w+)(?:  +(.*))?$")


class PageError(Exception):
    """A comment cannot be turned into a page; one line says why."""


def rows(paragraph):
    """A table's {name: text}; empty if the paragraph is no table."""
    table, lines = {}, paragraph.split("\n")
    if not re.match(r"\w+(  +\S|$)", lines[0]):
        return {}
    for line in lines:
        row = ROW.match(line)
        if row:
            name = row[1]
            table[name] = row[2] or ""
        else:
            table[name] += f" {line.strip()}"
    return table


class Function:
    """What a comment says of a function, and its prototypes."""

    def __init__(self, text, prototypes):
        self.prototypes = prototypes
        self.forms = re.findall(r"^\w+ (\w+)\(", prototypes, re.M)
        self.name = (self.forms[0] if len(self.forms) == 1
                     else self.forms[0].removesuffix("A"))
        self.parameters, self.answers = {}, {}
        self.before, self.after, self.source, self.like = [], [], "", ""
        plain = re.sub(r"^ \* ? ?|^ ", "", text, flags=re.M).strip()
        for paragraph in re.split(r"\n\n", plain):
            self.take(paragraph)
        if not self.source:
            raise PageError(f"{self.name}: the comment names no source")

    def take(self, paragraph):
        """Finds out what a paragraph is."""
        table = rows(paragraph)
        prose = " ".join(paragraph.split())
        like = re.match(r"The others are (\w+)'s", prose)
        if prose.startswith("Source: "):
            self.source = prose.removeprefix("Source: ").rstrip(".")
        elif like:
            self.like = like[1]
        elif any(name.startswith("SEC_") for name in table):
            self.answers.update(table)
        elif table:
            self.parameters.update(table)
        else:
            (self.after if self.answers else self.before).append(prose)

    def complete(self, model):
        """Takes from `model`, a function much like it, what is not said anew."""
        parameters = {
            name: text.replace("ISC_RE", "ASC_RE")
            for name, text in model.parameters.items()
            if re.search(rf"\b{name}\b", self.prototypes)}
        answers = dict(model.answers)
        for name, text in self.answers.items():
            if text.startswith("never: "):
                del answers[name]
            else:
                more = text.startswith("also ")
                answers[name] = f"{answers[name]}; {text}" if more else text
        self.parameters = {**parameters, **self.parameters}
        self.answers = answers

    def summary(self):
        """The first sentence, as the list of all pages shows it, and the rest of
        its paragraph."""
        first, _, rest = self.before[0].partition(". ")
        return first[0].lower() + first[1:].rstrip("."), rest


def read(header):
    """The functions of a header."""
    functions = [Function(*match.group("text", "prototypes"))
                 for match in COMMENT.finditer(header)]
    named = {function.name: function for function in functions}
    for function in functions:
        if function.like:
            function.complete(named[function.like])
    return functions


# ---- pages ------------------------------------------------------------------


def roff(text):
    """Text as troff reads it."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def table(title, entries):
    """A section with a paragraph for each entry."""
    text = [line for name, said in entries.items()
            for line in (".TP", f".B {roff(name)}", roff(said) or "Success.")]
    return [f".SH {title}", *text] if text else []


def prose(title, paragraphs):
    """A section of paragraphs."""
    text = [line for paragraph in paragraphs for line in (".PP", roff(paragraph))]
    return [f".SH {title}", *text[1:]] if text else []


def page(function, release):
    """The page of a function."""
    summary, rest = function.summary()
    names = dict.fromkeys([function.name, *function.forms])
    lines = [
        f'.TH {function.name} 3 "" "{release}" "SSPI"',
        ".nh", ".ad l",
        ".SH NAME", f"{', '.join(names)} \\- {roff(summary)}",
        ".SH SYNOPSIS", ".nf", ".B #include <sspi.h>", ".PP",
        roff(function.prototypes.expandtabs(4).rstrip()), ".fi",
        *prose("DESCRIPTION", [rest] * bool(rest) + function.before[1:]),
        *table("PARAMETERS", function.parameters),
        *table("RETURN VALUE", function.answers),
        *prose("NOTES", function.after),
        ".SH SEE ALSO", ".BR DeleteSecurityContext (3),", ".BR sechandle (7)",
        ".PP", f"On Microsoft Learn: {roff(function.source)}."]
    return "\n".join(lines) + "\n"


def write(folder, section, name, text):
    """Writes a page into its section."""
    path = folder / f"man{section}" / f"{name}.{section}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    parser = argparse.ArgumentParser(
        description="Write the manual's pages.",
        epilog="exit status: 0 done, 2 wrong usage, or a comment that cannot be read")
    parser.add_argument("--release", default="sechandle",
                        help="what the pages are of, for their last line")
    parser.add_argument("--header", type=Path, default=HEADER,
                        help="whose functions (default: sspi.h)")
    parser.add_argument("folder", type=Path,
                        help="receives folders of sections, man1 and so on")
    given = parser.parse_args()
    try:
        functions = read(given.header.read_text())
        for function in functions:
            write(given.folder, 3, function.name, page(function, given.release))
            for form in function.forms:
                if form != function.name:
                    write(given.folder, 3, form, f".so man3/{function.name}.3\n")
        for source in sorted(HERE.glob("*.[1-9]")):
            text = source.read_text().replace("@RELEASE@", given.release)
            write(given.folder, source.suffix[1:], source.stem, text)
    except (OSError, PageError) as error:
        print(f"pages.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
