"""test_python_subject.py: tests/subjects/subject.py carries out scripts as sechandle-subject
does. A subject of it, sspi.py, drives the reference, and a library whose answers tell every
word of a struct and every byte of a token that it is given.
"""
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE, sechandle

BUILD = Path(SECHANDLE).parent
SUBJECTS = ROOT / "tests/subjects"
PYTHON = ["/usr/bin/python3", "-B"]

# A leg writes a token of its own, and {1,1} without a credential; the status is a sum of all
# that came in, or for noise an error.
TELLING = """
#include <string.h>
#include "sspi.h"

static SECURITY_STATUS sum(const void *data, size_t size, unsigned from)
{
	for (size_t i = 0; i < size; i++)
		from = from * 31 + ((const unsigned char *)data)[i] + 1;
	return (SECURITY_STATUS)(from & 0x7FFFFFFF);
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	return context ? sum(context, sizeof *context, 0) : 7;
}

SECURITY_STATUS FreeContextBuffer(void *buffer)
{
	static unsigned calls;
	return sum(buffer ? buffer : "", buffer ? 48 : 0, ++calls);
}

/* All is handed out at two addresses, in turn. */
static char *next(void)
{
	static char memory[2][48], *other;
	static int at;
	other = memory[at++ & 1];
	memset(other, at, sizeof memory[0]);
	return other;
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute, void *place)
{
	*(void **)place = next();
	return (SECURITY_STATUS)attribute;
}

SECURITY_STATUS ExportSecurityContext(
	PCtxtHandle context, ULONG flags, PSecBuffer packed, void **token)
{
	*packed = (SecBuffer){5 + flags, SECBUFFER_EMPTY, next()};
	return (SECURITY_STATUS)flags;
}

SECURITY_STATUS ImportSecurityContextA(
	SEC_CHAR *package, PSecBuffer packed, void *token, PCtxtHandle made)
{
	*made = (SecHandle){packed->cbBuffer, 1};
	return sum(packed->pvBuffer, packed->cbBuffer, 0);
}

/* A token grows shorter, and its first byte another one. */
SECURITY_STATUS CompleteAuthToken(PCtxtHandle context, PSecBufferDesc token)
{
	if (!token || !token->pBuffers->cbBuffer)
		return 8;
	*(char *)token->pBuffers->pvBuffer = 'c';
	token->pBuffers->cbBuffer--;
	return SEC_E_OK;
}

SECURITY_STATUS InitializeSecurityContextA(
	PCredHandle credential, PCtxtHandle context, SEC_CHAR *target, ULONG requests,
	ULONG reserved, ULONG representation, PSecBufferDesc in, ULONG reserved2,
	PCtxtHandle made, PSecBufferDesc out, ULONG *attributes, PTimeStamp expiry)
{
	static unsigned char count;
	(void)target, (void)reserved, (void)representation, (void)reserved2, (void)attributes;
	(void)expiry;
	out->pBuffers->cbBuffer = ++count;
	memset(out->pBuffers->pvBuffer, count, count);
	unsigned known = requests + !!credential + 2u * !!context + 4u * (made == context);
	if (made)
		*made = credential ? (SecHandle){count, ~(ULONG_PTR)count} : (SecHandle){1, 1};
	if (in && in->pBuffers->cbBuffer == 48)
		return SEC_E_INVALID_TOKEN;
	return in ? sum(in->pBuffers->pvBuffer, in->pBuffers->cbBuffer, known) : (SECURITY_STATUS)known;
}
"""
OWN = """
init c1 k1
swap c2 c1
ahead c3 c1
copy c4 c3
pseudo-deleted c5
invalidate c6
copy c7 c1
invalidate c7 lower
copy c8 c1
invalidate c8   upper # of both
GARBAGE
repeat 2
  copy c9 c3
  together
    delete c9
    delete null
  end
end
EACH
zero c1
forget c2
delete c1
delete c2
init c9 null
foreign b1
release b1
forget b1
release b1
release null
"""
BUFFERS = """
query c1 names
release b1
query c1 package into b1
query c1 names into b2
export c1 into b3
import c2 from b3
release b1
release b3
query c1 sizes
query c1 names into b4
release b1
release b3
export c1 into b3 delete-old
release b2
import c3 from b3
import c4 from b2
foreign b3
import c4 from b3
release b3
release b4
"""
EACH = "".join(f"delete c{number}\n" for number in range(1, 10))
PATTERNS = "".join(f"garbage g{number} {number}\ndelete g{number}\n" for number in range(8))
TOKENS = """
init c1 k1
init c2 k1 with c1
init c2 k1 on c2 with none
init c2 k1 on c1 with c2
init null k1 on c2 with noise
init c4 null with empty
init c3 k1 with truncated c2
init c3 k1 with replayed c2
init c5 k1 with c9
init null k1 with c2
copy c6 c2
init c7 k1 with c6
forget c2
init c7 k1 with c2
complete c1
init c8 k1 with c1
init c8 k1 with replayed c1
complete c8 with truncated c1
complete c8 with c1
complete c8 with none
complete c9
complete null
complete null with c8
init c8 k1 with c8
init c8 k1 with c1
"""


def play(command, *scripts):
    """The traces of scripts, each in a frame."""
    frames = "".join(f"# scenario {len(script)}\n{script}" for script in scripts)
    done = subprocess.run([*map(str, command)], input=frames, capture_output=True, text=True,
                          check=True, timeout=100)
    played = re.split(r"^# ended ok.*\n", done.stdout.split("# ready\n")[1], flags=re.M)
    return [re.sub(r"^ +", "", trace, flags=re.M) for trace in played[:-1]]


def names():
    """Of each status the language has a name for: its value as text."""
    header = (ROOT / "ref/sspi.h").read_text()
    known = re.findall(r"^STATUS\((\w+)", (ROOT / "specs/status.def").read_text(), re.M)
    values = {name: {"INFO": "0x0009", "ERROR": "0x8009"}[kind] + value.lower() for
              name, kind, value in re.findall(r"(SEC_\w+) +SSPI_(\w+)_\(0x(\w{4})\)", header)}
    return {"0x00000000": "SEC_E_OK", **{values[name]: name for name in known if name in values}}


def written(script):
    """The script as the language's own printer writes it."""
    packed = sechandle("pack", "-", stdin=script.encode())[1]
    return sechandle("show", "-", stdin=packed)[1].decode()


class Traces(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def assert_same(self, library, scripts, theirs):
        """Of a status whose name nobody knows both write the value."""
        known = names()
        mine = [re.sub("0x[0-9A-F]{8}", lambda value: known.get(value[0].lower(), value[0].lower()),
                       trace) for trace in play([*PYTHON, SUBJECTS / "sspi.py", library], *scripts)]
        self.assertEqual(mine, theirs)
        self.assertGreater(min(map(len, theirs)), 0)

    def test_structs_and_tokens_are_those_of_the_script(self):
        source = self.folder / "telling.c"
        source.write_text(TELLING)
        library = source.with_suffix(".so")
        subprocess.run(["gcc", "-shared", "-fPIC", f"-I{ROOT}/ref", source, "-o", library],
                       check=True)
        own = OWN.replace("GARBAGE", PATTERNS).replace("EACH", EACH)
        scripts = [written(own), written(TOKENS), written(BUFFERS)]
        self.assert_same(library, scripts, play(
            [BUILD / "sechandle-subject", "--sspi", library, "--exports"], *scripts))

    def test_the_reference_answers_the_same(self):
        """A trace of one is a script for the other, in the language's own form."""
        texts = [path.read_text() for path in sorted((ROOT / "tests/traces/keep").glob("*.trace"))]
        left_out = re.compile(r"\b(together|use)\b|repeat \d{4}")
        texts = [text for text in texts if not left_out.search(text)]
        self.assertGreater(len(texts), 60)
        library = BUILD / "libsechandle.so"
        theirs = play([BUILD / "sechandle-subject", "--sspi", library], *texts)
        self.assert_same(library, theirs, theirs)


class Ends(unittest.TestCase):
    """How a scenario ends is told, whatever the class does."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_class(self, body, script, before=""):
        path = self.folder / "mine.py"
        path.write_text(f"import sys\nsys.path.insert(0, {str(SUBJECTS)!r})\n{before}\n"
                        f"import os, subject\nclass Mine:\n    def delete(self, context):\n"
                        f"        {body}\nsubject.main(Mine())\n")
        done = subprocess.run([*PYTHON, path], input=script, capture_output=True, text=True,
                              check=False, timeout=60)
        return done.returncode, done.stdout.split("# ready\n")[1], done.stderr

    def frames(self, body):
        first, second = "zero c1\ndelete c1\n", "zero c2\n"
        text = "".join(f"# scenario {len(s)}\n{s}" for s in (first, second))
        return self.run_class(body, text)[1]

    def test_a_crash_ends_its_scenario_alone(self):
        crash = "os.kill(os.getpid(), 11)"
        self.assertEqual(self.frames(crash), "zero c1\n# ended signal 11\nzero c2\n# ended ok\n")
        self.assertEqual(self.frames("os._exit(3)"),
                         "zero c1\n# ended exit 3\nzero c2\n# ended ok\n")
        self.assertEqual(self.run_class(crash, "delete c1\n")[:2],
                         (0, "delete c1 -> CRASH\n# ended signal 11\n"))

    def test_what_is_printed_is_no_trace(self):
        _, out, error = self.run_class("print('hello', flush=True); return 'SEC_E_OK'",
                                       "delete c1\n")
        self.assertEqual((out, error), ("delete c1 -> SEC_E_OK out=kept\n# ended ok\n", "hello\n"))

    def test_an_exception_ends_the_scenario(self):
        _, out, error = self.run_class("return 1 / 0", "zero c1\ndelete c1\nzero c1\n")
        self.assertEqual(out, "zero c1\ndelete c1 -> CRASH\n# ended exit 1\n")
        self.assertIn("\nZeroDivisionError: division by zero\n", error)

    def test_what_is_missing_is_unsupported(self):
        self.assertEqual(self.run_class("pass", "zero c1\nfree c1\nzero c1\n")[1],
                         "zero c1\n# unsupported: there is no free here\n# ended ok\n")

    def test_without_fork_a_script_has_this_process(self):
        code, out, _ = self.run_class("os._exit(3)", "zero c1\ndelete c1\n",
                                      "import os\ndel os.fork")
        self.assertEqual((code, out), (3, "zero c1\n"))


if __name__ == "__main__":
    unittest.main()
