"""gates.py: what must hold before a run counts as a proof.

Each gate looks at what Frama-C reports (frama.py) or at the program (acsl.py)
and yields a Fault for everything that is amiss. GATES says what each is for;
proofs/must-fail/ holds a small file for each way to fail one.
"""
import dataclasses
import hashlib
import itertools
import re

import acsl
import frama

GATES = {
    "run": "Frama-C finished, and its figures agree with each other",
    "proved": "every goal is valid",
    "kernel": "every property that the kernel knows has the status valid",
    "both": "each goal that Qed leaves is proved by z3 and by cvc4",
    "exceptions": "what one prover may fail is listed with a reason, needed, "
                  "and at most a hundredth of the goals that Qed leaves",
    "smoke": "no contract is contradictory, no code dead, and the prover that "
             "finds none did answer",
    "expected": "goals, contracts, logic definitions and smoke tests are the "
                "committed ones",
    "same": "a file that is proved for 64-bit words alone is the same program with "
            "32-bit words",
    "assumed": "nothing is assumed instead of proved",
    "clauses": "functions and loops state all that they have to",
    "core": "every function of ref/ and every file of proofs/ is in the proof, but "
            "for the files that ledger.json names as not proved",
    "headers": "only freestanding headers, and no directive or name by which the "
               "compiler could see another program",
    "model": "contracts state what WP's memory model takes for granted",
    "warnings": "no warning is left that ledger.json does not explain",
    "ledger": "every entry of ledger.json is needed and has a reason",
}

FREESTANDING = {"float.h", "iso646.h", "limits.h", "stdalign.h", "stdarg.h",
                "stdbool.h", "stddef.h", "stdint.h", "stdnoreturn.h"}

# In annotations: what is believed without proof. A lemma is proved, but then
# used by every goal, so none is needed that an assertion could not replace.
BELIEVED = re.compile(r"\b(axiom|axiomatic|admit|inductive|lemma)\b")
# In code: what WP ignores or the gates do not understand.
IGNORED = re.compile(r"\b(union|goto|asm|__asm__|__asm|_Atomic|volatile|setjmp|"
                     r"longjmp)\b")
# In code: names that may mean one thing to Frama-C and another to a compiler.
RESERVED = re.compile(r"\b(?:(?!__cplusplus\b)__\w+|_Pragma|_I?LP(?:32|64))\b")
TRIGRAPH = re.compile(r"\?\?[=/'()!<>-]")
# What a compiler is told and Frama-C is not, for C++ and for wide strings.
CONDITIONS = ("__cplusplus", "UNICODE")
# What a prover answers that has done what it was asked.
ANSWER = re.compile(r"(?:Valid|Invalid|Unknown \([^()]*\)|Step limit exceeded) "
                    r"\([\d.]+s, \d+ steps\) and (?!Timeout|Failed)")
# In a function's body: annotations that are proved where they stand, and `admit`,
# which is a fault of another gate.
IN_BODY = re.compile(r"(assert|check|loop|ghost|admit)\b")
SHARE = 0.01
# What means another thing in the other data model and is printed alike. The types
# of Frama-C's headers are printed by their names; those of an exact width alone
# are the same.
MODEL_WORDS = re.compile(
    r"(?<!long )\blong\b(?! long)|\b(?!u?int(?:8|16|32|64)_t\b)\w+_t\b|"
    r"\b\w*(?:sizeof|[Aa]lign(?:of|as|ed)|offsetof|va_list)\w*|"
    r"\\(?:offset\w*|base_addr|block_length|alloc\w+)")
# Wide characters and bit-fields are of such types too.
MODEL_CODE = re.compile(r"\bL[\"']|\w : *\d+ *;")
NUMBER = re.compile(r"(?<![\w.])\.?\d[\w.]*")


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is amiss, of which gate and where."""
    gate: str
    place: str
    text: str

    def __str__(self):
        return f"{self.gate}: {self.place}: {self.text}"


# --- What Frama-C reports ---------------------------------------------------

def run(result):
    """Gate run."""
    for error in result.errors:
        yield "run", error
    counted = (sum(goal.valid for goal in result.goals.values()),
               sum(goal.total for goal in result.goals.values()))
    if not result.errors and counted != result.scheduled:
        yield "run", (f"WP counts {result.scheduled} goals, its report "
                      f"{counted}")
    if not result.errors and not result.goals:
        yield "run", "no goal at all"


def proved(result):
    """Gate proved."""
    for name, goal in sorted(result.goals.items()):
        if goal.valid != goal.total:
            yield "proved", f"not proved: {name}"


def kernel(result, proved_elsewhere):
    """Gate kernel. A false run-time error can vanish from WP's own count, but
    not from here. `proved_elsewhere` holds the functions whose contracts the
    runs on other files prove, see `trusted`; so does Frama-C for its built-in
    functions."""
    for row in result.properties:
        status = row.get("status")
        trusted = ((row.get("directory") or "").startswith("FRAMAC_SHARE")
                   or row.get("function") in proved_elsewhere)
        if status != "Valid" and not (trusted and status == "Considered valid"):
            yield "kernel", (f"{row.get('file')}:{row.get('line')}: "
                             f"{row.get('property kind')}: {status}")


def both(result, excepted):
    """Gates both and exceptions, for one file in one configuration; `excepted`
    holds (goal, prover). What neither proves is a fault of gate proved."""
    for name, goal in sorted(result.goals.items()):
        for prover in frama.PROVERS:
            if (goal.fails(prover) and goal.valid == goal.total
                    and (name, prover) not in excepted):
                yield "both", f"not proved by {prover}: {name}"
    for name, prover in sorted(excepted):
        if name not in result.goals:
            yield "exceptions", f"unknown goal: {name}"
        elif not result.goals[name].fails(prover):
            yield "exceptions", f"stale, {prover} proves it: {name}"


def exceptions_listed(entries, goals):
    """Gate exceptions, for the list as a whole: `goals` is how many Qed leaves
    to the provers, by configuration."""
    for entry in entries:
        if not entry.get("reason") or not entry.get("configurations"):
            yield "exceptions", f"without reason or configurations: {entry}"
        if entry.get("not by") not in frama.PROVERS:
            yield "exceptions", f"unknown prover: {entry}"
    for configuration in frama.CONFIGURATIONS:
        count = sum(configuration in entry.get("configurations", ())
                    for entry in entries)
        if configuration in goals and count > SHARE * goals[configuration]:
            yield "exceptions", (f"{count} of the {goals[configuration]} goals "
                                 f"that Qed leaves in {configuration}, more than "
                                 "a hundredth")


def smoke(result):
    """Gate smoke."""
    for name in sorted(result.smoke_failed):
        yield "smoke", f"false is proved: {name}"
    if len(result.smoke_answers) != result.smoke_asked:
        yield "smoke", (f"{result.smoke_asked} questions, "
                        f"{len(result.smoke_answers)} answers")
    for answer in result.smoke_answers:
        if not ANSWER.match(answer):
            yield "smoke", f"the prover did not answer: {answer[:80]}"


def listed(program, result):
    """{function: {kind: texts}}: what each function of the file states, and what
    all logic definitions say, as a weaker clause can keep its goal's name; the
    names of the goals, and of the smoke tests that passed."""
    said = {function.name: function.stated() for function in program.functions
            if function.body}
    said["logic definitions"] = " ".join(" ".join(program.logic).split())
    found = {name: {"contract": [text], "goals": [], "smoke tests": []}
             for name, text in said.items()}

    def add(function, kind, name):
        found.setdefault(function, {"contract": [], "goals": [], "smoke tests": []}
                         )[kind].append(name)
    for name, goal in result.goals.items():
        # With the number of parts where there are more.
        add(name.split(": ")[0], "goals",
            name if goal.total == 1 else f"{name} (parts: {goal.total})")
    for name in result.smoke_passed:
        add(name.split("_wp_smoke_")[0], "smoke tests", name)
    return {function: {kind: in_order(texts) for kind, texts in kinds.items()}
            for function, kinds in found.items()}


def in_order(texts):
    """Names in order; statements have their number in the function and not, as
    Frama-C gives them, in all that it has read."""
    numbers = sorted({int(number) for text in texts
                      for number in re.findall(r"(?<=_s)\d+$", text)})
    return sorted(re.sub(r"(?<=_s)\d+$", lambda match:
                         f"{numbers.index(int(match.group())) + 1:02}", text)
                  for text in texts)


def summed(kinds):
    """What is committed of a function: numbers and hashes, by kind."""
    return ", ".join(
        f"{len(texts)} {kind} "
        f"{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:12]}"
        for kind, texts in kinds.items() if texts)


def expected(now, committed, before):
    """Gate expected, in both directions: `now` is what `listed` found, and
    `committed` holds what was summed of it. `before` is what was found when last
    the committed was; where it still is, it tells what has changed."""
    for function in sorted(now.keys() | committed.keys()):
        is_now = summed(now.get(function, {}))
        if is_now == committed.get(function):
            continue
        yield "expected", (f"{function}: {is_now or 'nothing'}, not "
                           f"{committed.get(function, 'expected at all')}")
        olds = before.get(function, {})
        if summed(olds) == committed.get(function):
            for kind in ("contract", "goals", "smoke tests"):
                old, new = (set(one.get(function, {}).get(kind, ()))
                            for one in (before, now))
                for text in sorted(old - new):
                    yield "expected", f"{function}: missing in {kind}: {text}"
                for text in sorted(new - old):
                    yield "expected", f"{function}: new in {kind}: {text}"


# --- The program as Frama-C understands it ----------------------------------

def trusted(program, others):
    """The functions without a body that another file proves, with all that is
    stated of them here, and with what both files define meaning the same."""
    def proves(other, function):
        both = program.definitions.keys() & other.definitions.keys()
        return any(one.name == function.name and one.body and not one.static
                   and one.stated() == function.stated() for one in other.functions
                   ) and all(program.definitions[key] == other.definitions[key]
                             for key in both)
    return {function.name for function in program.functions
            if not function.body and any(proves(other, function)
                                         for other in others)}


def assumed(program, elsewhere):
    """Gate assumed. `elsewhere` holds what `trusted` found."""
    for text in program.annotations:
        if BELIEVED.search(re.sub(r'"[^"]*"', "", text)):
            yield "assumed", f"an assumption: {acsl.normal(text)[:80]}"
    for keyword in sorted(set(IGNORED.findall(program.code)) - {"goto"}):
        yield "assumed", f"{keyword} is not understood"
    for function in program.functions:
        if not function.body and function.name not in elsewhere:
            yield "assumed", ("no body is proved, or not for this contract: "
                              f"{function.name}")
    yield from logic(program.logic)


def logic(definitions):
    """Gate assumed, for what is defined for annotations only."""
    uses = {}
    for text in definitions:
        head, equals, body = text.partition("=")
        name = acsl.DEFINED.match(head)
        if not name:
            yield "assumed", f"not a definition: {acsl.normal(text)[:80]}"
        elif not equals:
            yield "assumed", f"without a body: {name.group(1)}"
        else:
            uses.setdefault(name.group(1), set()).update(
                re.findall(r"\w+", body))
    for name in cycles(uses):
        yield "assumed", f"recursive: {name}"


def cycles(uses):
    """What uses itself, by others or at once; `uses` holds what each uses."""
    for start in sorted(uses):
        reached, news = set(), {start}
        while news:
            news = set().union(*(uses[one] for one in news)) & uses.keys() - reached
            reached |= news
        if start in reached:
            yield start


def recursion(programs):
    """Gate assumed, for the programs of a configuration, by their files: a
    contract must not be proved by itself. Yields (file, gate, text)."""
    homes = {}
    for file, program in programs.items():
        for function in program.functions:
            if function.body:
                homes.setdefault(function.name, set()).add((file, function.static))
    uses = {}
    for file, program in programs.items():
        names = {function.name: bool(function.body) for function in program.functions}
        for function in program.functions:
            if function.body:
                uses[file, function.name] = {
                    (home, name) for name in
                    names.keys() & set(re.findall(r"\w+", function.body))
                    for home, static in homes.get(name, ())
                    if (home == file if names[name] else not static)}
    for file, name in cycles(uses):
        yield file, "assumed", f"recursive function: {name}"


def clauses(program):
    """Gate clauses."""
    for function in program.functions:
        for text in contract_faults(acsl.clauses(function.contract)):
            yield "clauses", f"{function.name}: {text}"
        for text in body_faults(function.body, program.annotations):
            yield "clauses", f"{function.name}: {text}"


def contract_faults(found):
    """What a contract, given as clauses, does not say."""
    common = [(keyword, text) for behavior, keyword, text in found if not behavior]
    if ("terminates", r"\true") not in common:
        yield "no `terminates \\true`"
    if ("exits", r"\false") not in common:
        yield "no `exits \\false`"
    if "assigns" not in [keyword for keyword, text in common]:
        yield "no `assigns`"
    if "ensures" not in [keyword for behavior, keyword, text in found]:
        yield "no `ensures`"
    if any(keyword.endswith("ensures") and text == r"\true"
           for _, keyword, text in found):
        yield "`ensures \\true` says nothing"
    behaviors = {text for _, keyword, text in found if keyword == "behavior"}
    for needed in ("complete behaviors", "disjoint behaviors"):
        named = {name for _, keyword, text in found if keyword == needed
                 for name in re.findall(r"\w+", text)}
        for name in sorted(name.strip(": ") for name in behaviors):
            if name not in named:
                yield f"behavior {name} is not among the `{needed}`"


def body_faults(body, annotations):
    """What loops do not say, and statements should not."""
    for number in acsl.MARK.findall(body):
        text = annotations[int(number)]
        if not IN_BODY.match(re.sub(r"^for [\w, ]+:\s*", "", text)):
            yield f"a contract within the body: {acsl.normal(text)[:60]}"
        if re.search(r"\b(assert|invariant)\s+(\w+:\s*)*\\true\s*;", text):
            yield f"an annotation that says nothing: {acsl.normal(text)[:60]}"
    for match in re.finditer(r"\b(while|for|do)\b", body):
        before = re.search(r"\0(\d+)\0\s*$", body[:match.start()])
        said = annotations[int(before.group(1))] if before else ""
        for needed in ("invariant", "assigns", "variant"):
            if not re.search(rf"\bloop {needed}\b", said):
                yield f"a loop without `loop {needed}`"


def same(result, other, both):
    """Gate same, for the results of a file in either data model; `both` tells
    whether it is proved in each of them."""
    found = [*model_faults(result.printed, other.printed),
             *(f"a warning: {message.text[:80]}" for message in other.messages
               if message not in result.messages)]
    if not both:
        for text in found[:5]:
            yield "same", f"{text}; files.txt does not say 32-bit"
    elif not found:
        yield "same", "stale: files.txt says 32-bit, and the program is the same"


def model_faults(one, other):
    """Why the program of two prints may not be the same. Of what both print alike
    more is refused than has to be, as that is only proved twice. Casts between
    pointers and numbers need no rule: where one narrows, the assertions against
    run-time errors differ; else it means nothing to the prover in either model."""
    for line, (left, right) in enumerate(itertools.zip_longest(
            one.split("\n"), other.split("\n"), fillvalue=""), 1):
        if left != right:
            yield f"printed line {line}: {left.strip()} is {right.strip()}"
            return
    for word in sorted(set(MODEL_WORDS.findall(one))):
        yield f"{word} is not of the same size"
    annotations = []
    code = acsl.split_annotations(one, annotations)
    for match in MODEL_CODE.finditer(code):
        yield f"not of the same type or layout: {match.group()}"
    for number in NUMBER.findall(code):
        if not same_type(number):
            yield f"not of the same type: {number}"


def same_type(number):
    """Whether a number's type has the same name in both data models."""
    match = re.fullmatch(r"(0x[\da-f]+|\d+)(u?)(l?)(l?)(u?)", number.lower())
    if not match:
        return not number.lower().endswith("l")
    digits, *signs, long_long, after = match.groups()
    if signs[1]:
        return bool(long_long)
    is_int = signs[0] or after or digits[:1] == "0"
    return int(digits, 8 if re.match(r"0\d", digits) else 0) < 2 ** (
        32 if is_int else 31)


def core(program, result):
    """Gate core: there are goals of every function that the file defines."""
    with_goals = {name.split(":")[0] for name in result.goals}
    for function in program.functions:
        if function.body and function.name not in with_goals:
            yield "core", f"WP has no goal of {function.name}"


def core_files(root, files, expected_of, left_out):
    """Gate core: every source of the reference and of the proofs is proved, but for
    those of ref/ that are left out, and nothing is expected of any other; both
    `files` and `expected_of` hold configurations by file. Yields Faults."""
    for path in sorted([*root.glob("ref/**/*.c"), *root.glob("proofs/*.c")]):
        name = str(path.relative_to(root))
        if name not in files and not (name in left_out and name.startswith("ref/")):
            yield Fault("core", name, "not among the proved files")
    for name in sorted(left_out):
        if name in files or not (root / name).exists():
            yield Fault("ledger", "proofs/ledger.json", f"stale: {name} is not left out")
    for name, configurations in sorted(expected_of.items()):
        for configuration in sorted({*configurations} - {*files.get(name, ())}):
            yield Fault("core", "proofs/expected.json",
                        f"not proved: {configuration} {name}")


# --- The raw sources --------------------------------------------------------

def sources(root, file):
    """The file and the headers of the project that it includes, as paths, and
    the other headers, as (including path, line, name)."""
    ours, others, to_read = [], [], [root / file]
    while to_read:
        path = to_read.pop()
        if path in ours:
            continue
        ours.append(path)
        for number, word, rest in directives(path.read_text(encoding="utf-8")):
            if word != "include":
                continue
            match = re.fullmatch(r'("|<)([^">]+)[">]\s*(?:/[/*].*)?', rest)
            folders = ([path.parent] if match and match.group(1) == '"' else []) + [
                root / "ref"]
            own = match and next((folder / match.group(2) for folder in folders
                                  if (folder / match.group(2)).exists()), None)
            if own:
                to_read.append(own.resolve())
            else:
                others.append((path, number, match.group(2)
                               if match and match.group(1) == "<" else None))
    return ours, others


def directives(text):
    """The directives of a raw source, as (line, word, what follows)."""
    text = acsl.splice(text)
    lines = zip(text.split("\n"), acsl.raw(text)[1].split("\n"))
    for number, (line, code) in enumerate(lines, 1):
        match = re.match(r"\s*(?:#|%:|\?\?=)\s*(\w*)", code)
        if match:
            yield number, match.group(1), line[match.end():].strip()


def directive_faults(place, text):
    """Gate headers: what a compiler could be told that Frama-C is not. A name may
    be defined where it is not yet, if the file's own name is in it."""
    for match in TRIGRAPH.finditer(text):
        yield Fault("headers", str(place), f"a trigraph: {match.group()}")
    found, opened = [*directives(text)], []
    own = re.sub(r"\W", "_", place.stem).upper()
    for here, (number, word, rest) in enumerate(found):
        name = re.match(r"\w*", rest).group()
        if word == "ifdef" and name in CONDITIONS:
            opened.append(word)
        elif word == "ifndef" and own in name and re.match(
                rf"define {name}\b", " ".join([*found, (0, "", "")][here + 1][1:])):
            opened.append(word)
        elif word == "endif" and opened:
            opened.pop()
        elif not (word in ("include", "define", "undef", "error")
                  or word == "else" and opened[-1:] == ["ifdef"]):
            yield Fault("headers", f"{place}:{number}",
                        f"not understood: #{word} {rest}".strip())


def raw(root, files):
    """Gates headers and assumed, for words that Frama-C's print has lost: what
    is in a branch of the preprocessor, for one. Yields Faults."""
    seen = set()
    for file in files:
        ours, others = sources(root, file)
        for path, number, name in others:
            if name not in FREESTANDING:
                seen.add(Fault("headers", f"{path.relative_to(root)}:{number}",
                               f"not a freestanding header: {name}"))
        for path in ours:
            seen.update(raw_faults(path.relative_to(root), path.read_text()))
    return sorted(seen, key=str)


def raw_faults(place, text):
    """The faults of one raw source."""
    yield from directive_faults(place, text)
    for kind, part in zip(("annotation", "code"), acsl.raw(acsl.splice(text))):
        for number, line in enumerate(part.splitlines(), 1):
            where = f"{place}:{number}"
            for word in (BELIEVED if kind == "annotation" else IGNORED).findall(line):
                yield Fault("assumed", where, f"{word} in {kind}")
            for word in RESERVED.findall(line if kind == "code" else ""):
                yield Fault("headers", where, f"{word}: others may see another "
                                              "program than is proved")


# --- Warnings ---------------------------------------------------------------

def model(program, result):
    """The memory-model hypotheses that a function's contract does not state, as
    Messages."""
    stated = {function.name: [(keyword, text) for behavior, keyword, text
                              in acsl.clauses(function.contract) if not behavior]
              for function in program.functions}
    parameters = {function.name: re.findall(r"(\w+)\s*[,)]", function.head)
                  for function in program.functions}
    for message in result.messages:
        match = re.match(r"Memory model hypotheses for function '(\w+)': "
                         r"/\*@ behavior \w+: (.*?) \*/", message.text)
        if not match:
            if message.text.startswith("Memory model hypotheses"):
                yield dataclasses.replace(message, source="model")
            continue
        said = stated.get(match.group(1), ())
        found = acsl.clauses(match.group(2))
        if not found:
            yield dataclasses.replace(message, source="model")
        for _, keyword, text in found:
            own = parameters.get(match.group(1), ())
            if (keyword, text) not in said and not implied(
                    [part for word, clause in said if word == "requires"
                     for part in acsl.separations(clause, program.definitions, own)],
                    keyword, text, own):
                yield frama.Message("model", message.place,
                                    f"{match.group(1)} does not state: "
                                    f"{keyword} {text}")


def implied(clauses, keyword, text, parameters=()):
    """Whether clauses that are required separate all that a hypothesis does. One
    that a function is to ensure is implied by what it requires if only parameters
    and whole global variables are named: a postcondition means the old values of
    the ones, and the others do not move."""
    apart = {frozenset(pair) for clause in clauses
             for pair in pairs(acsl.separated(clause))}
    terms = acsl.separated(text)
    wanted = [*pairs(terms)]
    if not all(terms) or keyword == "ensures" and not all(
            named(one, parameters) for term in terms for one in term):
        return False
    return bool(wanted) and all(
        any(frozenset((one, other)) in apart
            for one in within(first) for other in within(second))
        for first, second in wanted)


def named(term, parameters):
    """Whether a term is a global variable, or what a parameter or a member of one
    points to."""
    match = re.fullmatch(r"&\w+|\(struct \w+ \*\)\w+ \+ \(\.\.\)"
                         r"|(\w+)(?:\.\w+)*(?: \+ \(\.\.\))?", term)
    return bool(match) and (match.group(1) is None or match.group(1) in parameters)


def pairs(terms):
    """The pairs of elements that belong to different terms."""
    return ((one, other) for place, term in enumerate(terms)
            for later in terms[place + 1:] for one in term for other in later)


def within(term):
    """The terms that hold all locations of one: itself, and all that its pointer
    may reach by an offset. An array as a whole has two forms."""
    pointer = (re.fullmatch(r"&(\w+)->\w+", term)
               or re.fullmatch(r"(.+?) \+ \(.*\)", term))
    array = re.fullmatch(r"\(struct \w+ \*\)(\w+) \+ \(\.\.\)", term)
    return {term, f"{pointer.group(1) if pointer else term} + (..)",
            f"&{array.group(1)}[..]" if array else term}


def warnings(program, result, ledger, used):
    """Gates model and warnings. Adds the entries of the ledger that are needed
    to `used`, by their positions."""
    left = [message for message in result.messages
            if not message.text.startswith("Memory model hypotheses for")
            and not (message.text == "Failed smoke-test" and result.smoke_failed)]
    for message in dict.fromkeys(
            (one.source, one.place, one.text)
            for one in [*left, *model(program, result)]):
        source, place, text = message
        names = [number for number, entry in ledger
                 if entry.get("text", "") in text and entry.get("text")
                 and entry.get("place") == place]
        used.update(names)
        if not names:
            yield ("model" if source == "model" else "warnings",
                   f"{source}: {place}: {text[:300]}")
