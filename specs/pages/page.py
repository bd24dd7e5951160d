#!/usr/bin/python3
"""page.py: the rules as a page to read and a picture of a context's life.

What it is for: rules.def is the one place where the rules are written. This
program turns what `sechandle rules --json` prints of it into

    rules.md       every rule by chapter, from the template rules.md.j2
    lifecycle.svg  the state diagram, from the template lifecycle.svg.j2

so that neither is ever written by hand; `--check` tells whether the two files
in place still say what rules.def says. It needs python3-jinja2 and nothing
else, and its output is the same, byte for byte, on every machine.

How to read it: the tables below hold all that is a matter of taste: where a
state stands, how an arrow runs, where its labels go, what an operation is
called. Then come, in this order, the check of the input, the page, the
picture (which arrows there are, what their labels say, where all of it goes,
whether anything covers anything else), and the command line. No layout program
draws the picture, since their results depend on the fonts of the machine. An
arrow that is not in ROUTES runs straight; if something gets in its way, the
program says so and ROUTES needs a line.

Exit status: 0 done, or fresh; 1 stale (--check); 2 the input is no good.
"""
import argparse
import difflib
import itertools
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import jinja2

HERE = Path(__file__).resolve().parent
VERSION = 1
DIFF_LINES = 20
PARTIES = ("implementation", "caller", "nobody")
STRENGTHS = ("documented", "header", "derived", "chosen")


class PageError(Exception):
    """The input cannot be turned into the two files; one line says why."""


# ---- tables of the picture ------------------------------------------------


class State(NamedTuple):
    """A state's box: its centre, its size, and what the state means."""

    x: int
    y: int
    width: int
    height: int
    note: str


class Route(NamedTuple):
    """How an arrow runs and where its labels go.

    It leaves and arrives at a side of a box, so many pixels off the middle of
    that side. Between the two it is a curve that reaches out `reach` pixels
    from either box (0: as far as suits the distance), or, with `via`, straight
    lines with rounded corners. `label` is the middle of the labels' height and
    their left end, middle or right end, as `anchor` says.
    """

    leave: tuple
    arrive: tuple
    label: tuple
    anchor: str = "middle"
    via: tuple = ()
    reach: int = 0
    inline: bool = False  # rule ids behind the call, not below it
    large: bool = False
    wrap: int = 60  # characters in a line of rule ids


WIDTH, HEIGHT = 1320, 1065

STATES = {
    "NONE": State(400, 110, 150, 58, "no context"),
    "PARTIAL": State(400, 335, 150, 58, "exchange going on"),
    "INCOMPLETE": State(820, 535, 150, 58, "wants more data"),
    "COMPLETE": State(400, 735, 150, 58, "established"),
    "REJECTED": State(1135, 335, 150, 58, "identity refused"),
    "FAILED": State(1135, 735, 150, 58, "any other error"),
    "DELETED": State(400, 985, 190, 80, "for ever"),
}

# The states of a live context and the frame that is drawn around them. What
# leads out of every one of them alike is drawn once, out of the frame.
LIVE = ("PARTIAL", "INCOMPLETE", "COMPLETE", "REJECTED", "FAILED")
FRAME = "LIVE"
FRAME_BOX = State(694, 535, 1188, 620, "live context")

# The ordinary life; its arrows are heavy and never merged into the frame's.
HAPPY = ("NONE", "PARTIAL", "COMPLETE", "DELETED")

ROUTES = {
    ("NONE", "NONE"): Route(
        ("right", -12), ("right", 12), (540, 110), "start", reach=65,
        inline=True),
    ("NONE", "PARTIAL"): Route(
        ("bottom", 0), ("top", 0), (416, 183), "start", inline=True),
    ("NONE", "COMPLETE"): Route(
        ("left", 0), ("left", 0), (66, 160), "start",
        via=((50, 110), (50, 735))),
    ("PARTIAL", "PARTIAL"): Route(
        ("left", -12), ("left", 12), (250, 385), reach=65),
    ("PARTIAL", "COMPLETE"): Route(
        ("bottom", 0), ("top", 0), (388, 535), "end"),
    ("PARTIAL", "INCOMPLETE"): Route(
        ("right", 15), ("top", 0), (772, 392), "start"),
    ("INCOMPLETE", "PARTIAL"): Route(
        ("left", -10), ("bottom", 45), (498, 440), "start"),
    ("INCOMPLETE", "COMPLETE"): Route(
        ("left", 10), ("top", 45), (474, 676), "start"),
    ("INCOMPLETE", "INCOMPLETE"): Route(
        ("bottom", -12), ("bottom", 12), (820, 628), reach=65),
    ("INCOMPLETE", "REJECTED"): Route(
        ("right", -10), ("bottom", 0), (1075, 440), "end"),
    ("INCOMPLETE", "FAILED"): Route(
        ("right", 10), ("top", 0), (1110, 676), "end"),
    ("PARTIAL", "REJECTED"): Route(
        ("right", -8), ("left", -8), (765, 307)),
    ("PARTIAL", "FAILED"): Route(
        ("top", 45), ("right", 0), (765, 246),
        via=((445, 265), (1258, 265), (1258, 735))),
    ("COMPLETE", "FAILED"): Route(
        ("right", 0), ("left", 0), (765, 716)),
    ("COMPLETE", "COMPLETE"): Route(
        ("bottom", 33), ("bottom", 57), (472, 795), "start", reach=50),
    ("COMPLETE", "DELETED"): Route(
        ("bottom", 0), ("top", 0), (416, 895), "start"),
    (FRAME, "DELETED"): Route(
        ("bottom", -494), ("left", 0), (40, 1000), "start", wrap=34),
    ("DELETED", "DELETED"): Route(
        ("right", -20), ("right", 20), (610, 985), "start", reach=100,
        large=True, wrap=70),
}

# ---- tables of the words --------------------------------------------------


class Operation(NamedTuple):
    """An operation's short name, its function, and whether it is given a
    context that exists already."""

    short: str
    function: str
    takes_context: bool


OPERATIONS = {
    "INIT": Operation("Initialize", "InitializeSecurityContext", True),
    "ACCEPT": Operation("Accept", "AcceptSecurityContext", True),
    "COMPLETE": Operation("CompleteAuthToken", "CompleteAuthToken", True),
    "DELETE": Operation("Delete", "DeleteSecurityContext", True),
    "QUERY": Operation("Query", "QueryContextAttributes", True),
    "EXPORT": Operation("Export", "ExportSecurityContext", True),
    "IMPORT": Operation("Import", "ImportSecurityContext", False),
    "USE": Operation("any other function", "any other function", True),
}

# ---- input ----------------------------------------------------------------

SECTION_FIELDS = ("title", "text")
RULE_FIELDS = ("id", "section", "party", "strength", "source", "sentence",
               "decision")
TRANSITION_FIELDS = ("rule", "from", "operation", "answer", "to")


def read_rules(name):
    """The checked contents of the JSON file `name`, or of standard input."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        data = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise PageError(f"{name}: {error.strerror}") from error
    except ValueError as error:
        what = "standard input" if name == "-" else name
        raise PageError(f"{what}: not JSON: {error}") from error
    check_version(data)
    check_fields(data, "sections", SECTION_FIELDS)
    check_fields(data, "rules", RULE_FIELDS)
    check_fields(data, "transitions", TRANSITION_FIELDS)
    check_rules(data)
    check_transitions(data)
    return data


def check_version(data):
    """Refuse what is not an object of the version this program knows."""
    if not isinstance(data, dict):
        raise PageError("the JSON is not an object")
    if data.get("version") != VERSION:
        raise PageError(f"unknown version {data.get('version')!r}, "
                        f"expected {VERSION}")


def check_fields(data, key, fields):
    """Refuse `data` unless its `key` is a list of objects with these texts."""
    if not isinstance(data.get(key), list):
        raise PageError(f'no list "{key}"')
    for number, item in enumerate(data[key], 1):
        for field in fields:
            if not (isinstance(item, dict)
                    and isinstance(item.get(field), str)):
                raise PageError(f'{key}, entry {number}: no text "{field}"')


def check_rules(data):
    """Refuse rules with an unknown chapter, party or strength, or no own id."""
    known = {
        "section": [section["title"] for section in data["sections"]],
        "party": PARTIES,
        "strength": STRENGTHS,
    }
    seen = set()
    for rule in data["rules"]:
        if rule["id"] in seen:
            raise PageError(f"rule {rule['id']}: the id is used twice")
        seen.add(rule["id"])
        for field, values in known.items():
            if rule[field] not in values:
                raise PageError(f"rule {rule['id']}: unknown {field} "
                                f'"{rule[field]}"')


def check_transitions(data):
    """Refuse transitions that name a rule, state or operation not known."""
    rules = {rule["id"] for rule in data["rules"]}
    known = {
        "from": ("state", STATES, "STATES"),
        "to": ("state", STATES, "STATES"),
        "operation": ("operation", OPERATIONS, "OPERATIONS"),
        "rule": ("rule", rules, "the rules"),
    }
    for transition in data["transitions"]:
        for field, (what, values, table) in known.items():
            if transition[field] not in values:
                raise PageError(
                    f'transition of rule {transition["rule"]}: unknown {what} '
                    f'"{transition[field]}", not in {table}')


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


def count(items, field, values):
    """How many of `items` have each of `values` in `field`."""
    return {value: sum(item[field] == value for item in items)
            for value in values}


def render_page(data):
    """The text of rules.md."""
    rules = data["rules"]
    chapters = [
        {**section,
         "rules": [rule for rule in rules if rule["section"] == section["title"]]}
        for section in data["sections"]
    ]
    return render("rules.md.j2", {
        "chapters": chapters,
        "ids": sorted(rule["id"] for rule in rules),
        "parties": count(rules, "party", PARTIES),
        "strengths": count(rules, "strength", STRENGTHS),
    })


# ---- the picture: arrows and what their labels say ------------------------


def group(items, key):
    """Like itertools.groupby, but of items that need not stand together: a
    dictionary whose keys come in the order of their first item."""
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def is_happy(start, end):
    """Whether the arrow is one of the ordinary life."""
    return (start, end) in zip(HAPPY, HAPPY[1:])


def merge_live(transitions):
    """The transitions, those that leave all live states alike made the
    frame's."""
    alike = group(transitions, lambda t: (t["operation"], t["answer"], t["to"]))
    merged = []
    for transition in transitions:
        start, end = transition["from"], transition["to"]
        same = alike[transition["operation"], transition["answer"], end]
        if (start in LIVE and end not in LIVE and not is_happy(start, end)
                and {t["from"] for t in same}.issuperset(LIVE)):
            transition = {**transition, "from": FRAME}
        merged.append(transition)
    return merged


def unique(items):
    """`items` without repetition, in their order."""
    return list(dict.fromkeys(items))


def call_text(transitions, whole):
    """What a label says of transitions with one answer, which are some of the
    `whole` of an arrow: in few words, where the answer is that to any other
    function and all that is left over."""
    answer = transitions[0]["answer"]
    alike = {t["operation"] for t in whole if t["answer"] == answer}
    others = {t["operation"] for t in whole if t["answer"] != answer}
    on_context = {name for name, operation in OPERATIONS.items()
                  if operation.takes_context}
    if "USE" in alike and alike == on_context - others:
        return f"every other function → {answer}"
    called = {t["operation"] for t in transitions}
    names = [OPERATIONS[name].short for name in OPERATIONS if name in called]
    return f"{' or '.join(names)} → {answer}"


def describe(transitions):
    """Every single transition in full, one a line, for the pointer that rests
    on an arrow or a label."""
    return "\n".join(unique(
        f"{OPERATIONS[t['operation']].function} → {t['answer']}: {t['rule']}"
        for t in transitions))


def label_texts(transitions):
    """An arrow's labels as (call, rule ids, in full): one for each answer and
    rule, but rules of which the same is said share one."""
    parts = group(transitions, lambda t: (t["answer"], t["rule"])).values()
    texts = group(parts, lambda part: call_text(part, transitions))
    labels = []
    for call, same in texts.items():
        told = list(itertools.chain.from_iterable(same))
        labels.append((call, unique(t["rule"] for t in told), describe(told)))
    return labels


# ---- the picture: where everything goes -----------------------------------

NORMALS = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}
CORNER = 16
CALL_SIZE, CALL_HEIGHT = 13, 17
LARGE_SIZE, LARGE_HEIGHT = 19, 26
RULE_SIZE, RULE_HEIGHT = 10.5, 13
SPAN_GAP = 9
LABEL_GAP = 5


class Line(NamedTuple):
    """A line of text: its base line's y, and (style, text) of its spans."""

    y: float
    spans: list


class Label(NamedTuple):
    """A label in place: lines, the text in full, the rectangle it may cover."""

    x: float
    anchor: str
    lines: list
    title: str
    box: tuple


class Arrow(NamedTuple):
    """An arrow in place: its SVG path, points along it, its labels."""

    name: str
    style: str
    path: str
    points: list
    title: str
    labels: list


def box_of(state):
    """The State of that name, the frame included."""
    return FRAME_BOX if state == FRAME else STATES[state]


def rectangle(box):
    """A box as (left, top, right, bottom)."""
    return (box.x - box.width / 2, box.y - box.height / 2,
            box.x + box.width / 2, box.y + box.height / 2)


def port(box, side, offset):
    """The point on a side of `box`, `offset` off its middle."""
    across, down = NORMALS[side]
    return (box.x + across * box.width / 2 + abs(down) * offset,
            box.y + down * box.height / 2 + abs(across) * offset)


def straight_route(start, end):
    """The route of an arrow that has none in ROUTES."""
    a, b = box_of(start), box_of(end)
    if start == end:
        return Route(("top", -12), ("top", 12), (a.x, a.y - 90), reach=65)
    if abs(b.x - a.x) > abs(b.y - a.y):
        sides = ("right", "left") if b.x > a.x else ("left", "right")
    else:
        sides = ("bottom", "top") if b.y > a.y else ("top", "bottom")
    return Route((sides[0], 0), (sides[1], 0),
                 ((a.x + b.x) / 2, (a.y + b.y) / 2))


def number(value):
    """A coordinate as SVG text: one decimal at most."""
    return f"{round(value, 1):g}"


def pair(point):
    """A point as SVG text."""
    return f"{number(point[0])} {number(point[1])}"


def between(a, b, share):
    """The point that lies `share` of the way from `a` to `b`."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def handle(point, other, side, reach):
    """A curve's control point, straight out of `side` at `point`."""
    across, down = NORMALS[side]
    reach = reach or 0.55 * (abs(across) * abs(other[0] - point[0])
                             + abs(down) * abs(other[1] - point[1]))
    return (point[0] + across * reach, point[1] + down * reach)


def curve(route, start, end):
    """The path of a curve, and points along it."""
    c1 = handle(start, end, route.leave[0], route.reach)
    c2 = handle(end, start, route.arrive[0], route.reach)
    points = []
    for step in range(41):
        t = step / 40
        left, middle, right = (between(start, c1, t), between(c1, c2, t),
                               between(c2, end, t))
        points.append(between(between(left, middle, t),
                              between(middle, right, t), t))
    return f"M{pair(start)} C{pair(c1)} {pair(c2)} {pair(end)}", points


def angular(stops):
    """The path of straight lines with rounded corners, and points along it."""
    path = f"M{pair(stops[0])}"
    for before, corner, after in zip(stops, stops[1:], stops[2:]):
        turn_in = between(corner, before, CORNER / distance(corner, before))
        turn_out = between(corner, after, CORNER / distance(corner, after))
        path += f" L{pair(turn_in)} Q{pair(corner)} {pair(turn_out)}"
    points = [between(a, b, step / 40)
              for a, b in zip(stops, stops[1:]) for step in range(41)]
    return f"{path} L{pair(stops[-1])}", points


def distance(a, b):
    """The length of a level or upright line."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def text_width(text, size):
    """About the width of `text`, in a font that runs wide."""
    wide = sum(char.isupper() or char == "→" for char in text)
    narrow = sum(char in "fijlrt _,:" for char in text)
    return size * (0.7 * wide + 0.38 * narrow
                   + 0.6 * (len(text) - wide - narrow))


def label_spans(call, rules, route):
    """A label's lines of (style, text) spans."""
    call_span = ("large" if route.large else "call", call)
    if route.inline:
        return [[call_span, ("rule", ", ".join(rules))]]
    ids = textwrap.wrap(", ".join(rules), route.wrap)
    return [[call_span]] + [[("rule", line)] for line in ids]


STYLES = {
    "call": (CALL_SIZE, CALL_HEIGHT),
    "large": (LARGE_SIZE, LARGE_HEIGHT),
    "heading": (CALL_SIZE, CALL_HEIGHT),
    "rule": (RULE_SIZE, RULE_HEIGHT),
}


def line_height(spans):
    """The height of a line: its first span is the tallest."""
    return STYLES[spans[0][0]][1]


def line_width(spans):
    """About the width of a line."""
    return sum(text_width(text, STYLES[style][0]) + SPAN_GAP
               for style, text in spans) - SPAN_GAP


def place_label(lines, title, route, top):
    """The label of these lines of spans, `top` being its upper edge."""
    x, y = route.label[0], top
    placed = []
    for spans in lines:
        y += line_height(spans)
        placed.append(Line(y - 4, spans))
    width = max(line_width(spans) for spans in lines)
    left = x - {"start": 0, "middle": width / 2, "end": width}[route.anchor]
    return Label(x, route.anchor, placed, title, (left, top, left + width, y))


def place_labels(texts, route):
    """The labels of an arrow, one below the other."""
    blocks = [(lines, title, sum(line_height(spans) for spans in lines))
              for lines, title in texts]
    total = sum(height for _, _, height in blocks) + LABEL_GAP * (len(blocks) - 1)
    top = route.label[1] - total / 2
    labels = []
    for lines, title, height in blocks:
        labels.append(place_label(lines, title, route, top))
        top += height + LABEL_GAP
    return labels


def frame_heading(end):
    """What stands above the labels of an arrow out of the frame."""
    other = any(is_happy(start, end) for start in LIVE)
    return "every other live context" if other else "every live context"


def arrow_style(start, end):
    """The class of an arrow."""
    if is_happy(start, end):
        return "happy"
    return "final" if end == "DELETED" else "plain"


def place_arrow(start, end, transitions):
    """The arrow from `start` to `end` for all these transitions."""
    route = ROUTES.get((start, end)) or straight_route(start, end)
    begin = port(box_of(start), *route.leave)
    finish = port(box_of(end), *route.arrive)
    if route.via:
        path, points = angular([begin, *route.via, finish])
    else:
        path, points = curve(route, begin, finish)
    texts = [(label_spans(call, rules, route), title)
             for call, rules, title in label_texts(transitions)]
    if start == FRAME:
        texts[0][0].insert(0, [("heading", frame_heading(end))])
    return Arrow(f"{start} → {end}", arrow_style(start, end), path, points,
                 describe(transitions), place_labels(texts, route))


def place_arrows(transitions):
    """All arrows, in the order of STATES; the ordinary life comes last, on
    top."""
    order = [FRAME, *STATES]
    edges = group(merge_live(transitions), lambda t: (t["from"], t["to"]))
    keys = sorted(edges, key=lambda edge: (is_happy(*edge),
                                           order.index(edge[0]),
                                           order.index(edge[1])))
    return [place_arrow(start, end, edges[start, end]) for start, end in keys]


# ---- the picture: does anything cover anything else -----------------------


def overlap(a, b):
    """Whether two rectangles share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def crosses(points, box):
    """Whether one of the points lies within the rectangle."""
    return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points)


def check_picture(arrows):
    """Refuse a picture in which a label covers or leaves anything."""
    labels = [(arrow, label) for arrow in arrows for label in arrow.labels]
    for (arrow, label), (other, second) in itertools.combinations(labels, 2):
        if overlap(label.box, second.box):
            raise unclear(arrow, f"overlap those of {other.name}")
    for arrow, label in labels:
        left, top, right, bottom = label.box
        if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
            raise unclear(arrow, "leave the picture")
        for name, state in STATES.items():
            if overlap(label.box, rectangle(state)):
                raise unclear(arrow, f"cover the state {name}")
        for other in arrows:
            if other is not arrow and crosses(other.points, label.box):
                raise unclear(arrow, f"are crossed by the arrow {other.name}")


def unclear(arrow, what):
    """The error of an arrow whose labels are in a bad place."""
    return PageError(f"lifecycle.svg: the labels of {arrow.name} {what}; "
                     "change ROUTES in page.py")


def render_picture(data):
    """The text of lifecycle.svg."""
    arrows = place_arrows(data["transitions"])
    check_picture(arrows)
    return render("lifecycle.svg.j2", {
        "width": WIDTH,
        "height": HEIGHT,
        "frame": FRAME_BOX,
        "states": STATES,
        "arrows": arrows,
        "sizes": {style: size for style, (size, _) in STYLES.items()},
        "span_gap": SPAN_GAP,
    })


# ---- command line ---------------------------------------------------------


def render(template, variables):
    """A template of this folder, filled in; ends with one line end."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE, encoding="utf-8"),
        autoescape=template.endswith(".svg.j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(markdown=markdown, slug=slug, number=number)
    return environment.get_template(template).render(variables).rstrip() + "\n"


def write(folder, files):
    """Write the files into `folder`."""
    for name, text in files.items():
        try:
            (folder / name).write_bytes(text.encode("utf-8"))
        except OSError as error:
            raise PageError(f"{folder / name}: {error.strerror}") from error


def show_difference(path, old, new):
    """Say that the file at `path` is stale, and how."""
    print(f"{path} is stale:")
    lines = difflib.unified_diff(
        old.split("\n"), new.split("\n"), f"{path.name} in place",
        f"{path.name} from the rules", lineterm="")
    for line in itertools.islice(lines, DIFF_LINES):
        print("  " + line.replace("\r", "\\r"))


def is_fresh(folder, files):
    """Whether the files in `folder` are these; say of each that is not."""
    fresh = True
    for name, text in files.items():
        path = folder / name
        try:
            old = path.read_bytes()
        except OSError as error:
            print(f"{path}: {error.strerror}")
            fresh = False
            continue
        if old != text.encode("utf-8"):
            show_difference(path, old.decode("utf-8", "replace"), text)
            fresh = False
    return fresh


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Make rules.md and lifecycle.svg of what "
                    "`sechandle rules --json` prints.")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 if a file in place is stale")
    parser.add_argument("--rules", metavar="JSON_FILE", default="-",
                        help="the JSON; - is standard input (the default)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=HERE,
                        help="where the two files are (default: beside page.py)")
    return parser.parse_args()


def main():
    """Run the command line; the result is the exit status."""
    arguments = parse_arguments()
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        data = read_rules(arguments.rules)
        files = {"rules.md": render_page(data),
                 "lifecycle.svg": render_picture(data)}
        if not arguments.check:
            write(arguments.out, files)
            return 0
    except PageError as error:
        print(f"page.py: {error}", file=sys.stderr)
        return 2
    if is_fresh(arguments.out, files):
        return 0
    print("run 'make pages'")
    return 1


if __name__ == "__main__":
    sys.exit(main())
