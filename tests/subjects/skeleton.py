#!/usr/bin/python3
r"""skeleton.py: a subject in Python, to copy. It judges a table of handles, which stands
for an implementation. specs/subjects.md tells the protocol, specs/language.md the steps.

    printf 'acquire k1\ninit c1 k1\ndelete c1\ndelete c1\nfree k1\n' | ./skeleton.py
"""
import sys

HELLO = ["# name: a table of handles", "# version: 1"]
OK, CONTINUE, INVALID = "SEC_E_OK", "SEC_I_CONTINUE_NEEDED", "SEC_E_INVALID_HANDLE"

# --- 1. The implementation: put yours in its place ------------------------------------

table = {}  # of each handle that was issued, as (kind, struct): whether it is live


def create(name, kind, answer):
    if name == "null":
        return "SEC_E_INVALID_PARAMETER"
    structs[name] = (len(table) + 1, 1)
    table[kind, structs[name]] = {"live": True}
    return answer


# --- 2. Its calls: a function for each operation, which returns what is answered --------

structs = {}  # the caller's, by name: written where a call makes a handle, and else not


def struct(name):
    return None if name == "null" else structs.get(name, (0, 0))


def acquire(name, *_direction_and_identity):
    return create(name, "credential", OK)


def init(name, credential, *more):
    if "on" in more:
        unsupported("an exchange has one leg")
    live = table.get(("credential", struct(credential))) == {"live": True}
    return create(name, "context", CONTINUE) if live else INVALID


def free(name):
    found = table.get(("credential", struct(name)))
    if not found or not found["live"]:
        return INVALID
    found["live"] = False
    return OK


def delete(name):
    found = table.get(("context", struct(name)))
    if found:
        found["live"] = False
    return OK if found or struct(name) == (-2, -2) else INVALID


CALLS = {"acquire": acquire, "init": init, "free": free, "delete": delete}
# What the caller does alone: what a struct becomes, perhaps by what another holds.
ALONE = {"copy": lambda other: other, "swap": lambda other: other[::-1],
         "zero": lambda: (0, 0), "pseudo-deleted": lambda: (-2, -2)}

# --- 3. The protocol: nothing to change here ----------------------------------------------


def unsupported(reason):
    sys.exit(print(f"# unsupported: {reason}"))


def steps(lines):
    """The lines that are carried out, as words; those of a repeat in each round."""
    block, rounds, is_inner = [], 0, False
    for words in (line.split("#")[0].split("->")[0].split() for line in lines):
        if words[:1] == ["repeat"]:
            rounds = int(words[1])
        elif words == ["end"] and rounds and not is_inner:
            block, rounds = block * rounds, 0
        elif words:
            is_inner = words == ["together"] or is_inner and words != ["end"]
            block += [words]
        if not rounds:
            yield from block
            block.clear()


def main():
    print("# sechandle-subject 1", *HELLO, "# ready", sep="\n", flush=True)
    for operation, *names in steps(sys.stdin):
        if operation not in [*CALLS, *ALONE, "together", "end"]:
            unsupported(f"there is no {operation} here")
        if operation in ALONE:
            structs[names[0]] = ALONE[operation](*map(struct, names[1:]))
        answer = ["->", CALLS[operation](*names)] if operation in CALLS else []
        print(operation, *names, *answer, flush=True)


if __name__ == "__main__":
    main()
