#!/usr/bin/python3
"""A subject that misbehaves on purpose: what whoever attaches one must survive.

It speaks the protocol of specs/subjects.md and answers every call as an
implementation might that keeps nothing, until it comes to a call of
DeleteSecurityContext: there MODE happens. The mode `none` is a subject that does all
right. Modes whose name begins with `hello-` happen before it is ready, `unread` and
`early` when it is, and `after` behind the last line; `no-together` and `no-end` leave
out such lines.
"""
import argparse
import os
import resource
import signal
import sys
import time

STATUS = {"acquire": "SEC_E_OK out=new", "init": "SEC_I_CONTINUE_NEEDED",
          "accept": "SEC_I_CONTINUE_NEEDED"}
SILENT = {"copy", "swap", "ahead", "zero", "invalidate", "pseudo-deleted", "garbage",
          "foreign", "forget", "together", "end"}


def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def die(number):
    os.kill(os.getpid(), number)


def flood(text):
    while True:
        write(text)


def leave_child():
    """Ends, but a child keeps the pipes and goes on."""
    if os.fork():
        os._exit(0)
    time.sleep(60)


def tell():
    write("delete c1 -> CRASH\n")
    os._exit(3)


def leave_half():
    write("delete c1 -> SEC_E_")
    os._exit(0)


def close_output():
    os.close(1)
    os.close(2)
    time.sleep(60)


def complain():
    """Writes to standard error, much and at last a line, and dies."""
    sys.stderr.write("x" * 100000 + "\nSUMMARY: the last words\n")
    sys.stderr.flush()
    die(signal.SIGABRT)


def fill_memory():
    everything = []
    while True:
        everything.append(bytearray(1 << 24))


def hang_apart():
    """Hangs, and a child in the same group that few signals end hangs too."""
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
    time.sleep(60)


def leave_daemon(depth):
    """Hangs, and so does a process in a session of its own, that was started by as many
    others as `depth`, all of which but the first have ended; DAEMON may be a file for its id."""
    for at in range(depth):
        if os.fork():
            if at:
                os._exit(0)
            time.sleep(60)
        os.setsid()
    with open(os.environ.get("DAEMON", os.devnull), "w", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)


FAULTS = {
    "none": lambda: None,
    "garbage": lambda: write("\x00\xff\x1b[2J this is no trace\n"),
    "other-call": lambda: write("delete c9 -> SEC_E_OK\n"),
    "no-status": lambda: write("delete c1 -> SEC_E_WHATEVER\n"),
    "unsupported": lambda: write("# unsupported: no such function\n"),
    "flood": lambda: flood("# " + "x" * 1000 + "\n"),
    "line": lambda: flood("x" * 1000),
    "errors": lambda: sys.stderr.write("x" * 1000000 + "\n"),
    "hang": lambda: time.sleep(60),
    "hang-apart": hang_apart,
    "daemon": lambda: leave_daemon(1),
    "daemon-twice": lambda: leave_daemon(2),
    "stop": lambda: die(signal.SIGSTOP),
    "exit": lambda: os._exit(3),
    "exit-0": lambda: os._exit(0),
    "crash": lambda: die(signal.SIGSEGV),
    "abort": complain,
    "memory": fill_memory,
    "tell": tell,
    "half": leave_half,
    "closed": close_output,
    "child": leave_child,
    "after": lambda: die(signal.SIGSEGV),
    "unread": lambda: time.sleep(60),
    "early": lambda: write("# ended ok\n"),
    "no-together": lambda: None,
    "no-end": lambda: None,
    "hello-crlf": lambda: sys.stdout.reconfigure(newline="\r\n"),
    "hello-garbage": lambda: write("Welcome!\n"),
    "hello-old": lambda: write("# sechandle-subject 0\n"),
    "hello-serves": lambda: write("# sechandle-subject 1\n# serves: nobody\n"),
    "hello-late": lambda: write("# sechandle-subject 1\nacquire k1 -> SEC_E_OK\n"),
    "hello-hang": lambda: time.sleep(60),
    "hello-exit": lambda: sys.exit("no library here"),
    "hello-flood": lambda: flood("# sechandle-subject 1\n"),
}
# Those that do not happen in a call.
ELSEWHERE = ("after", "unread", "early", "no-together", "no-end", "hello-crlf")


def unrolled(script):
    """The lines of a script in the order in which they are carried out."""
    lines, at = [line.strip() for line in script.splitlines()], 0
    while at < len(lines):
        if lines[at].startswith("repeat"):
            depth, end = 1, at
            while depth:
                end += 1
                depth += (lines[end] == "together") - (lines[end] == "end")
            yield from lines[at + 1:end] * int(lines[at].split()[1])
            at = end
        else:
            yield lines[at]
        at += 1


def play(script, mode):
    """Carries out a script and writes its trace."""
    for line in unrolled(script):
        word = line.split()[0]
        if word == "delete" and mode not in ELSEWHERE:
            FAULTS[mode]()
            if mode == "unsupported":
                return
        if mode == f"no-{word}":
            continue
        if word in SILENT:
            write(f"{line}\n")
        else:
            write(f"{line} -> {STATUS.get(word, 'SEC_E_OK')}\n")
    if mode == "after":
        FAULTS[mode]()


def play_in_fork(script, mode):
    child = os.fork()
    if child == 0:
        play(script, mode)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    write("# ended ok memory=4096\n" if status == 0 else
          f"# ended signal {-status}\n" if status < 0 else
          f"# ended exit {status}\n")


def serve(fault, serves, shares, between):
    """Plays frames; with `between`, it dies with the second one and plays none of it. If it
    shares, the fault happens in what may share a process, and nowhere else."""
    is_second = False
    while frame := sys.stdin.buffer.readline():
        script = sys.stdin.buffer.read(int(frame.split()[2])).decode()
        mode = "none" if shares and not frame.endswith(b" shared\n") else fault
        if between and is_second:
            os._exit(7)
        is_second = True
        if serves == "forked":
            play_in_fork(script, mode)
        else:
            play(script, mode)
            write("# ended ok\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit codes: 0 all was carried out, 1 a fault is why it was not, 2 "
               "wrong usage.")
    parser.add_argument("mode", metavar="MODE", choices=FAULTS, help=", ".join(FAULTS))
    parser.add_argument("--serves", choices=["forked", "in-turn"],
                        help="carry out more than one scenario")
    parser.add_argument("--shares", action="store_true",
                        help="let scenarios share a process, and do right in all others")
    parser.add_argument("--between", action="store_true",
                        help="die where the second scenario is given")
    arguments = parser.parse_args()
    if arguments.mode.startswith("hello-"):
        FAULTS[arguments.mode]()
    write("# sechandle-subject 1\n# name: faulty\n# version: 7\n# package: NTLM\n")
    write(f"# serves: {arguments.serves}\n" if arguments.serves else "")
    write("# shares: yes\n" if arguments.shares else "")
    write("# ready\n")
    if arguments.mode in ("unread", "early"):
        FAULTS[arguments.mode]()
    if arguments.serves:
        serve(arguments.mode, arguments.serves, arguments.shares, arguments.between)
    else:
        play(sys.stdin.read(), arguments.mode)

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
