"""subject.py: the protocol of specs/subjects.md, for a subject in Python. skeleton.py shows
what is to be written beside it: a class with a method for each function that the
implementation has, whose object goes to main().

How to read it: what methods are given and may raise, then the caller of a scenario, who
owns what its names stand for, then how a script is carried out, then frames.
"""
import ctypes
import itertools
import mmap
import os
import sys
from collections import defaultdict, namedtuple

WORD = 2 * sys.maxsize + 1  # the largest value of a handle's word
NOISE = b"These bytes are noise, and no package made them\0"
FOREIGN = ctypes.create_string_buffer(NOISE, 64)  # memory that no function handed out


class Unsupported(Exception):
    """Raised, with the reason, by a method that has no call for what it is asked for."""


Identity = namedtuple("Identity", "user domain password")
KNOWN = Identity(os.environ.get("SECHANDLE_USER", "alice"),
                 os.environ.get("SECHANDLE_DOMAIN", "EXAMPLE"),
                 os.environ.get("SECHANDLE_PASSWORD", "wonderland"))
UNKNOWN = Identity("mallory", "EXAMPLE", "nothing")


class Handle:
    """A handle struct of the caller's: `words` are its lower and its upper word, each from
    0 to WORD. A call that writes to the struct assigns them."""

    def __init__(self):
        self.words = (0, 0)


class Buffer:
    """What a name of a buffer stands for: what the implementation handed out, and what an
    export put there."""

    def __init__(self, pointer=None, exported=None):
        self.pointer = pointer
        self.exported = exported
        self.is_live = False    # handed out and not given back
        self.is_reused = False  # the pointer is another name's by now


# --- The caller ---------------------------------------------------------------------------

GARBAGE = [(1, 1), (0, 1), (1, 0),
           (WORD // 0xFF * 0xA5, WORD // 0xFF * 0x5A), (WORD // 0xFF * 0x5A, WORD // 0xFF * 0xA5),
           (WORD >> 1, WORD >> 1), (WORD - (WORD >> 1), WORD - (WORD >> 1)),
           (WORD // 0xFFFF * 0xDEAD, WORD // 0xFFFF * 0xBEEF)]


def invalidated(words, half=None):
    return WORD if half != "upper" else words[0], WORD if half != "lower" else words[1]


# What a struct becomes, by what it holds and what it is made from.
OWN = {"copy": lambda _, other: other, "swap": lambda _, other: other[::-1],
       "ahead": lambda _, other: (other[0], other[1] ^ 1 << 30),
       "zero": lambda _: (0, 0), "invalidate": invalidated,
       "pseudo-deleted": lambda _: (WORD - 1, WORD - 1),
       "garbage": lambda _, number=0: GARBAGE[int(number)]}


def is_error(status):
    return int(status, 16) >> 31 == 1 if status[:2] == "0x" else (
        status.startswith("SEC_E_") and status != "SEC_E_OK")


def heard(answer):
    """What a method returned, as its status and the list of what was made; of an error,
    nothing was."""
    status, *made = answer if isinstance(answer, tuple) else (str(answer),)
    return status, [] if is_error(status) else made


def choose(words, default, *others):
    return next((word for word in words if word in others), default)


class Caller:
    """Owns what the names of a scenario stand for. A method for each call takes its operands
    as they stand in the script, and returns the status."""

    def __init__(self, subject):
        self.subject = subject
        self.handles = defaultdict(Handle)
        self.tokens = {}  # by name of a struct: the first that a leg wrote, and the last
        self.buffers = defaultdict(Buffer)
        self.calls = {"acquire": self.acquire, "free": self.free, "init": self.init,
                      "accept": self.accept, "complete": self.complete,
                      "delete": self.delete, "query": self.query, "use": self.use,
                      "export": self.export, "import": self.import_,
                      "release": self.release}

    def function(self, name):
        if not hasattr(self.subject, name):
            raise Unsupported(f"there is no {name.rstrip('_')} here")
        return getattr(self.subject, name)

    def handle(self, name):
        return None if name == "null" else self.handles[name]

    def acquire(self, out, *choices):
        who = choose(choices, "known", "unknown", "anonymous")
        return self.function("acquire")(
            self.handle(out), choose(choices, "both", "inbound", "outbound"),
            {"known": KNOWN, "unknown": UNKNOWN, "anonymous": None}[who])

    def free(self, credential):
        return self.function("free")(self.handle(credential))

    def delete(self, context):
        return self.function("delete")(self.handle(context))

    def use(self, handle, function):
        return self.function("use")(self.handle(handle), function)

    # Tokens and legs.

    def fed(self, kind, name=None):
        """The token that is named behind `with`, or None."""
        if kind in ("none", "empty", "noise"):
            return {"none": None, "empty": b"", "noise": NOISE}[kind]
        self.handle(name or kind)
        first, last = self.tokens.get(name or kind, (None, None))
        if kind == "truncated":
            return last and last[:len(last) // 2]
        return first if kind == "replayed" else last

    def leg(self, function, out, credential, options, tell_integrity=False):
        context = options[1] if options[:1] == ("on",) else "null"
        owner = context if out == "null" else out
        given = [self.handle(out), self.handle(credential), self.handle(context)]
        given.append(self.fed(*options[options.index("with") + 1:]) if "with" in options else None)
        if tell_integrity:
            given.append(owner != "null" and owner[-1] in "02468")
        status, made = heard(function(*given))
        if made and made[0] and owner != "null":
            self.tokens[owner] = self.tokens.get(owner, made)[0], made[0]
        return status

    def init(self, out, credential, *options):
        return self.leg(self.function("init"), out, credential, options, True)

    def accept(self, out, credential, *options):
        return self.leg(self.function("accept"), out, credential, options)

    def complete(self, context, *options):
        """Without a token it is the context's own last one. What was made of a last token
        takes its place."""
        handle = self.handle(context)
        given = options[1:] if options[1:] not in ((), ("none",)) else (context,)
        token = self.fed(*given) if given != ("null",) else None
        status, made = heard(self.function("complete")(handle, token))
        is_last = token is not None and given[0] in self.tokens
        if status in ("SEC_E_OK", "0x00000000") and made and is_last:
            self.tokens[given[0]] = self.tokens[given[0]][0], made[0] or None
        return status

    # Buffers.

    def keep(self, name, pointer, exported=None):
        for other in self.buffers.values():
            other.is_reused |= not other.is_live and None is not other.pointer == pointer
        self.buffers[name] = Buffer(pointer, exported)
        self.buffers[name].is_live = True

    def query(self, context, attribute, *into):
        status, made = heard(self.function("query")(self.handle(context), attribute))
        if made and into:
            self.keep(into[1], made[0])
        elif made:
            self.function("release")(made[0])
        return status

    def release(self, name):
        """Nobody could tell an old pointer from the new owner's, if it was handed out again:
        then it is one that nobody handed out."""
        buffer = Buffer() if name == "null" else self.buffers[name]
        buffer.is_live = False
        return self.function("release")(
            ctypes.addressof(FOREIGN) if buffer.is_reused else buffer.pointer)

    def export(self, context, _into, name, *delete_old):
        status, made = heard(self.function("export")(self.handle(context), bool(delete_old)))
        if made:
            self.keep(name, *made)
        return status

    def import_(self, out, _from, name):
        return self.function("import_")(self.handle(out), self.buffers[name].exported or NOISE)

    # Steps.

    def own(self, operation, name, *operands):
        """Carries out what the caller does alone."""
        if operation in ("foreign", "forget"):
            for kept in (self.handles, self.tokens, self.buffers):
                kept.pop(name, None)
        if operation == "foreign":
            self.buffers[name].pointer = ctypes.addressof(FOREIGN)
        elif operation != "forget":
            handle = self.handles[name]
            if operation in ("copy", "swap", "ahead"):
                operands = [self.handles[operands[0]].words]
            handle.words = OWN[operation](handle.words, *operands)

    def seen(self, name, before):
        """What became of the struct that a call could write."""
        if name not in self.handles:
            return []
        words = self.handles[name].words
        held = [other for other in self.handles if before.get(other, (0, 0)) == words]
        return ["out=" + ("kept" if name in held else held[0] if held else "new")]

    def call(self, operation, *operands):
        """Makes a call, and tells what was answered, as the words of a trace."""
        before = {name: handle.words for name, handle in self.handles.items()}
        status, _ = heard(self.calls[operation](*operands))
        return [status, *self.seen(operands[0], before)]


# --- Scripts ------------------------------------------------------------------------------


def steps(lines):
    """The lines that are carried out, as words; those of a repeat in each round."""
    block, rounds, is_inner = [], 0, False
    for words in (line.split("#")[0].split("->")[0].split() for line in lines):
        if words[:1] == ["repeat"]:
            rounds = int(words[1])
            continue
        if words == ["end"] and rounds and not is_inner:
            yield from itertools.chain.from_iterable(itertools.repeat(block, rounds))
            block, rounds = [], 0
        elif words:
            is_inner = words == ["together"] or is_inner and words != ["end"]
            if rounds:
                block.append(words)
            else:
                yield words


def play(subject, lines, write, announce=lambda line: None):
    """Carries out a script and writes its trace. An exception that a method does not handle
    ends the process, as a crash does.

    write is given each line, announce a call before it is made, and "" behind it.
    """
    caller = Caller(subject)
    for words in steps(lines):
        operation, *operands = words
        line = " ".join(words)
        try:
            if operation in caller.calls:
                announce(line)
                line = " ".join([line, "->", *caller.call(operation, *operands)])
                announce("")
            elif operation not in ("together", "end"):
                caller.own(operation, *operands)
        except Unsupported as reason:
            write(f"# unsupported: {reason}")
            return
        write(line)


# --- Frames -------------------------------------------------------------------------------


def trace_stream():
    """Where the trace goes; whatever else is printed goes to standard error."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return stream


def carry_out(subject, lines, write, is_framed):
    """Carries out a script, in a process of its own. That ends as a program in C does, since
    what was broken may show then; Python's own end takes long. In a frame the reader knows
    which call was not answered; for others it is told."""
    progress = mmap.mmap(-1, 4096)  # the call that is being made

    def announce(line):
        progress.seek(0)
        progress.write(line.encode() + b"\n")

    child = os.fork()
    if child == 0:
        play(subject, lines, write, announce)
        ctypes.CDLL(None).exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    call = progress.readline().decode().strip("\0\n")
    if status and call and not is_framed:
        write(f"{call} -> CRASH")
    write("# ended " + (f"signal {-status}" if status < 0 else
                        f"exit {status}" if status else "ok"))


def main(subject):
    """Says hello, and carries out what comes on standard input: frames or one script.

    Of the subject it tells `name`, `version`, `path` and `package`, as far as it has them.
    Where the platform cannot fork, it carries out one script in this process.
    """
    stream = trace_stream()
    forks = hasattr(os, "fork")

    def write(line):
        print(line, file=stream, flush=True)

    write("# sechandle-subject 1")
    for key in ("name", "version", "path", "package"):
        if getattr(subject, key, ""):
            write(f"# {key}: {getattr(subject, key)}")
    if forks:
        write("# serves: forked")
    write("# ready")
    read = sys.stdin.buffer
    while first := read.readline():
        if forks and first.startswith(b"# scenario "):
            script = read.read(int(first.split()[2])).decode()
            carry_out(subject, script.splitlines(), write, True)
            continue
        lines = (line.decode() for line in itertools.chain([first], read))
        if forks:
            carry_out(subject, lines, write, False)
        else:
            play(subject, lines, write)
        return
