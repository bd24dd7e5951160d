"""acsl.py: reads the program that `frama-c -print` writes, and raw sources.

Frama-C's own print is regular: comments are gone, every annotation is a
/*@ ... */ of its own, macros and behaviors are spelled out, and every loop is a
`while`. So a small reader is enough: it splits the text into annotations and
code, and the code into functions, their contracts and their loops.
"""
import dataclasses
import re

CLAUSE = re.compile(
    r"\s*((?:check |admit )?(?:requires|ensures|assumes|terminates|exits|assigns|"
    r"decreases|allocates|frees|returns|breaks|continues)|complete behaviors|"
    r"disjoint behaviors|behavior)\b")
LABEL = re.compile(r"^\w+:(?!:)\s*")
MARK = re.compile(r"\0(\d+)\0")
# The name of a logic definition stands before its labels and parameters.
DEFINED = re.compile(r"(?:predicate|logic)\b[^({=]*?(\w+)\s*(?:[({=]|$)")
TYPE = re.compile(r"\s*(?:(?:struct|union|enum)\s+(\w+)\s*\{|"
                  r"typedef\b.*?(\w+)\s*(?:\[[^{]*|\)\s*\([^{]*)?$)", re.S)


@dataclasses.dataclass
class Function:
    """A function: its contract, an annotation's text, or none; its body, where
    \\0N\\0 stands for annotation N; whether it is static; and its head, the
    types and names before the body."""
    name: str
    contract: str = ""
    body: str = ""
    static: bool = False
    head: str = ""

    def stated(self):
        """All that a caller is told of it."""
        return " ".join(f"{self.head} {self.contract}".split())


@dataclasses.dataclass
class Program:
    """A printed program; `definitions` holds the texts of its logic definitions
    and types by their names."""
    functions: list
    annotations: list
    logic: list
    code: str
    definitions: dict


def program(text):
    """Reads a printed program."""
    annotations = []
    code = split_annotations(re.sub(r"^/\*(?!@).*?\*/", "", text), annotations)
    functions, logic, types = {}, [], []
    for declaration, body in declarations(code):
        marks = [annotations[int(n)] for n in MARK.findall(declaration)]
        bare = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", MARK.sub(" ", declaration))
        called = re.search(r"(\w+)\s*\(", bare)
        contracts = [mark for mark in marks if CLAUSE.match(mark)]
        logic += [mark for mark in marks
                  if not CLAUSE.match(mark) and not mark.startswith("ghost")]
        if called and not bare.lstrip().startswith("typedef"):
            # A prototype may stand before, without the contract.
            function = functions.setdefault(called.group(1),
                                            Function(called.group(1)))
            function.head = " ".join([re.sub(r"\bextern\b", "", bare), *(
                mark for mark in marks if mark.startswith("ghost"))])
            function.contract += "\n".join(contracts)
            function.body += body
            function.static |= "static" in bare.split()
        else:
            types.append(bare)
    return Program([*functions.values()], annotations, logic, code,
                   named("logic", DEFINED, logic) | named("type", TYPE, types))


def named(kind, pattern, texts):
    """{(kind, name): texts}; one name may have several, as logic functions do
    that differ in their parameters."""
    found = {}
    for text in texts:
        match = pattern.match(text)
        if match:
            key = kind, next(filter(None, match.groups()))
            found[key] = f"{found.get(key, '')} {' '.join(text.split())}"
    return found


def split_annotations(text, annotations):
    """Moves the annotations of a text to a list; returns the code, where \\0N\\0
    stands for annotation N. Ghost statements are code, whose own annotations
    are written /@ ... @/."""
    code, end = "", 0
    for match in re.finditer(r"/\*@(.*?)\*/|//@([^\n]*)|/@(.*?)@/|"
                             r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", text, re.S):
        code += text[end:match.start()]
        end = match.end()
        inner = next((group for group in match.groups() if group is not None), None)
        if inner is None:
            code += match.group()
        elif re.match(r"\s*ghost\b(?!\s*\()", inner):
            code += split_annotations(re.sub(r"^\s*ghost\b", " ", inner),
                                      annotations)
        else:
            code += f"\0{len(annotations)}\0"
            annotations.append(inner.strip())
    return code + text[end:]


def declarations(code):
    """The declarations at the outermost level, each with its body or ''."""
    code = re.sub(r"^#.*$", "", code, flags=re.M)
    depth = start = opened = 0
    for match in re.finditer(r"[{};]", code):
        place = match.start()
        if match.group() == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif match.group() == "}":
            depth -= 1
            # A function's body ends a declaration, a structure's does not.
            if depth == 0 and MARK.sub("", code[start:opened]).rstrip().endswith(")"):
                yield code[start:opened], code[opened:place + 1]
                start = place + 1
        elif depth == 0:
            yield code[start:place], ""
            start = place + 1


def clauses(contract):
    """The clauses of a contract, as (behavior or '', keyword, text)."""
    found, behavior = [], ""
    # A clause ends with `;`, but so does a \let within one.
    for piece in re.split(r";", re.sub(r"\bbehavior (\w+):", r"behavior \1;",
                                       contract)):
        match = CLAUSE.match(piece)
        if not match:
            if found and piece.strip():
                found[-1][2] += ";" + piece
            continue
        keyword, text = match.group(1), piece[match.end():]
        if keyword == "behavior":
            behavior = text.strip()
        found.append([behavior, keyword, text])
    return [(behavior, keyword, normal(text)) for behavior, keyword, text in found]


def normal(text):
    """A clause without its labels, its blanks made even."""
    text = " ".join(text.split())
    while LABEL.match(text):
        text = LABEL.sub("", text)
    return text


def separations(clause, definitions, parameters):
    """The `\separated(...)` that a clause of a function with these parameters is a
    conjunction of, also through predicates; none if it is anything else."""
    found = []
    for part in arguments(clause, "&&"):
        if separated(part):
            found.append(part)
            continue
        name = re.match(r"\w*", part).group()
        said = applied(part, definitions.get(("logic", name), ""), parameters)
        within = said and separations(
            said, {key: text for key, text in definitions.items() if key[1] != name},
            parameters)
        if not within:
            return []
        found += within
    return found


def applied(text, definition, parameters):
    """What a predicate says where a clause applies it; "" if the text is not that, or
    could mean another thing there: what the predicate names beside its parameters is
    global, so the function may have no parameters of these names."""
    call = re.fullmatch(r"\w+(?:\{Here\})?\((.*)\)", text)
    said = re.fullmatch(
        r" predicate \w+(?:\{(\w+)\})?\(([^()]*)\) = (?:\\at\((.*), ?\1\)|(.*?));?",
        definition)
    body = said and (said[3] or said[4])
    if not call or not body or re.search(r"\\(?!separated\()|\bpredicate\b", body):
        return ""
    formal = [re.search(r"(\w+)$", one)[1] for one in arguments(said[2])]
    terms = arguments(call[1])
    word = re.compile(r"(?<![\w.>\\])(?<!struct )[A-Za-z_]\w*")
    if (len(formal) != len(terms)
            or {*word.findall(body)} - {*formal} & {*parameters}):
        return ""
    for name, term in zip(formal, terms):
        # What binds less than `->` cannot stand before it.
        deep = re.search(rf"\b{name}(?:->|\.|\[)", body)
        if not re.fullmatch(r"\w+" if deep else r"&?\w+(?:(?:->|\.)\w+)*", term):
            return ""
    given = dict(zip(formal, terms))
    return word.sub(lambda match: given.get(match[0], match[0]), body)


def separated(text):
    """The terms that `\\separated(...)` names, each a set of elements (one, but
    for `{a, b}`), or none if the text is not that."""
    match = re.fullmatch(r"\\separated\((.*)\)", text)
    terms = arguments(match.group(1)) if match else []
    return [arguments(term[1:-1]) if term.startswith("{") else [term]
            for term in terms]


def arguments(text, between=","):
    """The parts of a text between its outermost commas, or other signs, or none if
    its brackets do not match."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[(\[{{}}\])]|{between}", text):
        depth += (match[0] in "([{") - (match[0] in ")]}")
        if depth < 0:
            return []
        if match[0] == between and depth == 0:
            parts.append(text[start:match.start()].strip())
            start = match.end()
    return [*parts, text[start:].strip()] if depth == 0 else []


def splice(text):
    """A raw source whose continued lines are made one, as the preprocessor does
    first, with empty lines behind so that the others keep their numbers."""
    return re.sub(r"(?:.*\\[ \t]*\n)+.*", lambda match: re.sub(
        r"\\[ \t]*\n", "", match.group()) + "\n" * match.group().count("\n"), text)


def raw(text):
    """(annotations, code) of a raw source, each with what is not of its kind
    made blank, so that lines keep their numbers."""
    annotations, code, end = "", "", 0

    def blank(part):
        return re.sub(r"[^\n]", " ", part)

    for match in re.finditer(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|"
                             r"'(?:\\.|[^'\\\n])*'", text, re.S):
        before, part = text[end:match.start()], match.group()
        end = match.end()
        code += before + blank(part)
        annotations += blank(before) + (
            part[:3] + re.sub(r"//[^\n]*", "", part[3:])
            if re.match(r"/[*/]@", part) else blank(part))
    return annotations + blank(text[end:]), code + text[end:]
