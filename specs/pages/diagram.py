"""diagram.py: what the picture of a context's life shows, and where.

What it is for: page.py hands over the transitions of rules.def; picture() makes
of them the states and arrows that the template lifecycle.svg.j2 draws.

How to read it: the tables come first. The picture is laid out by hand in them,
in pixels from its upper left corner, since the results of layout programs
depend on the fonts of the machine. What an arrow stands for and what its labels
say is computed from the transitions. A new state needs a line in STATES, a new
operation one in OPERATIONS, a new arrow one in ROUTES; then look at the picture
and move what is in the way.
"""
import textwrap
from typing import NamedTuple


class NoRoute(Exception):
    """An arrow is not in ROUTES; one line says which."""


# ---- tables ---------------------------------------------------------------


class State(NamedTuple):
    """A state's box: its centre, what the state means, its size."""

    x: int
    y: int
    note: str
    width: int = 150
    height: int = 58


class Route(NamedTuple):
    """How an arrow runs and where its labels go.

    `path` is SVG's; `x` and `y` are where the first line of the labels starts,
    or what `anchor` says: its middle or end. The rule ids stand below the call,
    or, with `beside`, behind it. `style` is a class of lifecycle.svg.j2.
    """

    path: str
    x: int
    y: int
    anchor: str = "start"
    style: str = "plain"
    beside: bool = False


STATES = {
    "NONE": State(400, 110, "no context"),
    "PARTIAL": State(400, 335, "exchange going on"),
    "INCOMPLETE": State(820, 535, "wants more data"),
    "COMPLETE": State(400, 735, "established"),
    "REJECTED": State(1135, 335, "identity refused"),
    "FAILED": State(1135, 735, "any other error"),
    "DELETED": State(400, 1010, "for ever", 190, 80),
}

# The states of a live context and the name of the frame around them. A call
# that they all answer alike is drawn once, out of the frame, except where a
# state has an arrow of its own for it.
LIVE = {"PARTIAL", "INCOMPLETE", "COMPLETE", "REJECTED", "FAILED"}
FRAME = "LIVE"
FRAME_HEADING = "every other live context"

# In the order of drawing: the ordinary life comes last, on top.
ROUTES = {
    (FRAME, "DELETED"): Route(
        "M200 865 C200 945 247 1010 305 1010", 40, 1022, style="final"),
    ("NONE", "NONE"): Route(
        "M475 98 C540 98 540 122 475 122", 540, 82, beside=True),
    ("NONE", "COMPLETE"): Route(
        "M325 110 H66 Q50 110 50 126 V719 Q50 735 66 735 H325", 66, 141),
    ("PARTIAL", "PARTIAL"): Route(
        "M325 323 C260 323 260 347 325 347", 250, 383, "middle"),
    ("PARTIAL", "INCOMPLETE"): Route(
        "M475 350 C665 350 820 420 820 506", 772, 390),
    ("PARTIAL", "REJECTED"): Route(
        "M475 327 H1060", 765, 305, "middle"),
    ("PARTIAL", "FAILED"): Route(
        "M445 306 V281 Q445 265 461 265 H1242 Q1258 265 1258 281 V719 "
        "Q1258 735 1242 735 H1210", 765, 244, "middle"),
    ("INCOMPLETE", "PARTIAL"): Route(
        "M745 525 C580 525 445 453 445 364", 498, 438),
    ("INCOMPLETE", "INCOMPLETE"): Route(
        "M808 564 C808 629 832 629 832 564", 820, 630, "middle"),
    ("INCOMPLETE", "COMPLETE"): Route(
        "M745 545 C580 545 445 618 445 706", 474, 674),
    ("INCOMPLETE", "REJECTED"): Route(
        "M895 525 C1027 525 1135 453 1135 364", 1075, 438, "end"),
    ("INCOMPLETE", "FAILED"): Route(
        "M895 545 C1027 545 1135 618 1135 706", 1110, 674, "end"),
    ("COMPLETE", "COMPLETE"): Route(
        "M433 764 C433 814 457 814 457 764", 476, 790),
    ("COMPLETE", "FAILED"): Route(
        "M475 735 H1060", 765, 714, "middle"),
    ("DELETED", "DELETED"): Route(
        "M495 990 C595 990 595 1030 495 1030", 610, 980, style="final"),
    ("NONE", "PARTIAL"): Route(
        "M400 139 V306", 416, 177, style="happy", beside=True),
    ("PARTIAL", "COMPLETE"): Route(
        "M400 364 V706", 388, 516, "end", style="happy"),
    ("COMPLETE", "DELETED"): Route(
        "M400 764 V970", 416, 893, style="happy"),
}

# Characters in a line of rule ids.
WRAP = 50


class Operation(NamedTuple):
    """An operation's short name, its function, and a flag the function gets."""

    short: str
    function: str
    flag: str = ""


OPERATIONS = {
    "INIT": Operation("Initialize", "InitializeSecurityContext"),
    "ACCEPT": Operation("Accept", "AcceptSecurityContext"),
    "COMPLETE": Operation("CompleteAuthToken", "CompleteAuthToken"),
    "DELETE": Operation("Delete", "DeleteSecurityContext"),
    "QUERY": Operation("Query", "QueryContextAttributes"),
    "EXPORT": Operation("Export", "ExportSecurityContext"),
    "EXPORT_DELETE_OLD": Operation(
        "Export with delete-old", "ExportSecurityContext",
        "SECPKG_CONTEXT_EXPORT_DELETE_OLD"),
    "IMPORT": Operation("Import", "ImportSecurityContext"),
    "USE": Operation("any other function", "any other function"),
}

# The functions that are given a context: all but import, which makes one.
ON_CONTEXT = {operation.function for name, operation in OPERATIONS.items()
              if name != "IMPORT"}

# ---- labels ---------------------------------------------------------------


def group(items, key):
    """Like itertools.groupby, but of items that need not stand together: a
    dictionary whose keys come in the order of their first item."""
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def functions(transitions):
    """The functions that are called in these transitions."""
    return {OPERATIONS[t["operation"]].function for t in transitions}


def call_text(part, transitions):
    """What a label says of `part`, the transitions of an arrow that have one
    answer and one rule: which operations, or, if all that the arrow's other
    answers leave over are answered so, every other function."""
    answer = part[0]["answer"]
    alike = functions(t for t in transitions if t["answer"] == answer)
    others = functions(t for t in transitions if t["answer"] != answer)
    if OPERATIONS["USE"].function in alike and alike == ON_CONTEXT - others:
        return f"every other function → {answer}"
    names = dict.fromkeys(OPERATIONS[t["operation"]].short for t in part)
    return f"{' or '.join(names)} → {answer}"


def label_lines(transitions, beside):
    """The labels of an arrow as (style, text) lines: calls, and below or
    beside each the ids of its rules."""
    labels = {}
    parts = group(transitions, lambda t: (t["answer"], t["rule"]))
    for part in parts.values():
        call = call_text(part, transitions)
        labels.setdefault(call, []).append(part[0]["rule"])
    lines = []
    for call, rules in labels.items():
        ids = ", ".join(rules)
        lines.append(("call", call))
        if beside:
            lines.append(("beside", ids))
        else:
            lines += [("rule", line) for line in textwrap.wrap(ids, WRAP)]
    return lines


def in_full(transition):
    """A transition as the pointer shows it when it rests on the arrow."""
    operation = OPERATIONS[transition["operation"]]
    flag = f" with {operation.flag}" if operation.flag else ""
    return (f"{operation.function}{flag} → {transition['answer']}: "
            f"{transition['rule']}")


# ---- arrows ---------------------------------------------------------------


def merge_live(transitions):
    """The transitions, with those that are drawn out of the frame made its."""
    calls = group(transitions,
                  lambda t: (t["operation"], t["answer"], t["to"]))
    merged = []
    for transition in transitions:
        start, end = transition["from"], transition["to"]
        alike = calls[transition["operation"], transition["answer"], end]
        if (start in LIVE and (start, end) not in ROUTES
                and LIVE <= {t["from"] for t in alike}):
            transition = {**transition, "from": FRAME}
        merged.append(transition)
    return merged


def arrow(start, end, transitions):
    """What the template needs for the arrow of these transitions."""
    route = ROUTES[start, end]
    lines = label_lines(transitions, route.beside)
    if start == FRAME:
        lines.insert(0, ("heading", FRAME_HEADING))
    title = [f"{start} → {end}", *dict.fromkeys(map(in_full, transitions))]
    return {"start": start, "route": route, "lines": lines,
            "title": "\n".join(title)}


def picture(transitions):
    """The variables of lifecycle.svg.j2."""
    edges = group(merge_live(transitions), lambda t: (t["from"], t["to"]))
    for start, end in edges:
        if (start, end) not in ROUTES:
            raise NoRoute(f"diagram.py has no route for {start} → {end}")
    return {"states": STATES,
            "arrows": [arrow(*edge, edges[edge]) for edge in ROUTES
                       if edge in edges]}
