"""test_shared.py: scenarios that share a process see nothing of each other, and the judge
believes such a process only where it conforms: with and without --apart, and with any
number of jobs, the report is the same.
"""
import ctypes.util
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE, sechandle
from test_subject import SHARES, SUBJECT, answers, frames, run, traces

BUILD = Path(SECHANDLE).parent
SUBJECTS = ROOT / "tests/subjects"
WINPR = ctypes.util.find_library("winpr2")

# What each function answers depends on what was called before, and it changes that.
LIBRARY = """
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sspi.h"

static SECURITY_STATUS place(const void *memory)
{
	return (SECURITY_STATUS)((uintptr_t)memory >> 4 & INT32_MAX);
}

SECURITY_STATUS QueryContextAttributesA(PCtxtHandle context, ULONG attribute, void *out)
{
	static int data = 5, bss[1 << 20];
	(void)context, (void)out;
	if (attribute == SECPKG_ATTR_SIZES)
		return data++;
	if (attribute == SECPKG_ATTR_LIFESPAN)
		return ++bss[1 << 19];
	return place(malloc(100000));
}

SECURITY_STATUS ImpersonateSecurityContext(PCtxtHandle context)
{
	sigset_t block, before;
	(void)context;
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &before);
	return sigismember(&before, SIGUSR1);
}

SECURITY_STATUS RevertSecurityContext(PCtxtHandle context)
{
	(void)context;
	return getpid();
}

SECURITY_STATUS MakeSignature(PCtxtHandle context, ULONG quality, PSecBufferDesc message,
                              ULONG number)
{
	(void)context, (void)quality, (void)message, (void)number;
	return open("/dev/null", O_RDONLY);
}

/* It leaves a descriptor open, and the lowest one free. */
SECURITY_STATUS EncryptMessage(PCtxtHandle context, ULONG quality, PSecBufferDesc message,
                               ULONG number)
{
	int low = open("/dev/null", O_RDONLY), high = dup(low);
	(void)context, (void)quality, (void)message, (void)number;
	close(low);
	return high;
}

SECURITY_STATUS VerifySignature(PCtxtHandle context, PSecBufferDesc message, ULONG number,
                                PULONG quality)
{
	(void)context, (void)quality, (void)message, (void)number;
	return place(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

SECURITY_STATUS DeleteSecurityContext(PCtxtHandle context)
{
	(void)context;
	abort();
}
"""

MEMORY = "".join(2 * f"query c1 {attribute}\n" for attribute in
                 ("sizes", "lifespan", "other")) + 2 * "use c1 ImpersonateSecurityContext\n"
DESCRIPTOR, MAPPING = "use c1 MakeSignature\n", "use c1 VerifySignature\n"
HOLE = "use c1 EncryptMessage\n"
PROCESS = "use c1 RevertSecurityContext\n"


def shared(*scripts):
    return re.sub(r"^(# scenario \d+)$", r"\1 shared", frames(*scripts), flags=re.M)


@unittest.skipUnless(SHARES, "a sanitizer's memory cannot go back")
class Subject(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        source = Path(folder.name, "library.c")
        source.write_text(LIBRARY)
        cls.library = source.with_suffix(".so")
        subprocess.run(["gcc", "-shared", "-fPIC", f"-I{ROOT}/ref", source, "-o",
                        cls.library], check=True)

    def play(self, text):
        code, out, error = run("--sspi", self.library, "--exports", script=text)
        self.assertEqual((code, error), (0, ""))
        return traces(out)

    def test_no_scenario_sees_another(self):
        for script in (MEMORY, MEMORY + DESCRIPTOR, MEMORY + MAPPING):
            played = self.play(frames(script) + shared(*20 * [script]) + frames(script))
            self.assertEqual(len(played), 22)
            self.assertEqual(set(played), {played[0]})
            self.assertEqual(answers(played[0][0])[:4],
                             ["0x00000005", "0x00000006", "0x00000001", "0x00000002"])

    def processes(self, *scripts):
        return [answers(trace)[0] for trace, _ in self.play("".join(scripts))]

    def test_a_process_is_shared_and_waits_while_others_are_apart(self):
        first, apart, second, third = self.processes(
            shared(PROCESS), frames(PROCESS), shared(PROCESS + MEMORY, PROCESS))
        self.assertEqual({first, second, third}, {first})
        self.assertNotEqual(first, apart)

    def test_it_ends_where_more_than_memory_has_changed(self):
        for change in (DESCRIPTOR, HOLE, MAPPING):
            first, second, third = self.processes(
                shared(PROCESS, PROCESS + change, PROCESS))
            self.assertEqual(first, second)
            self.assertNotEqual(second, third)

    def test_what_never_goes_back_is_not_shared_for_long(self):
        played = self.processes(shared(*20 * [PROCESS + DESCRIPTOR]))
        self.assertEqual(len(set(played)), 20)

    def test_a_crash_ends_a_scenario_and_no_other(self):
        played = self.play(shared(MEMORY, "delete c1\n", MEMORY))
        self.assertEqual([end.split()[0] for _, end in played], ["ok", "signal", "ok"])
        self.assertEqual(played[1][1], "signal 6")
        self.assertEqual(played[0], played[2])

    def test_a_faulty_script_is_told(self):
        played = traces(run("--sspi", self.library, "--exports",
                            script=shared(PROCESS, "delete\n", PROCESS))[1])
        self.assertEqual([end.split()[:2] for _, end in played][1], ["exit", "2"])

    def test_a_frame_that_is_cut_off_is_told(self):
        for text in ("# scenario 99 shared\nzero c1\n", shared("zero c1\n")[:-1]):
            code, _, error = run(script=shared("zero c1\n") + text)
            self.assertEqual(code, 2)
            self.assertIn("the input ends within a scenario, after ", error)


# In a process that scenarios share, deleting is refused; in others it is not.
LIES = f"""
import sys
sys.path.insert(0, {str(SUBJECTS)!r})
import skeleton as s
print("# sechandle-subject 1", "# serves: forked", "# shares: yes", "# ready", sep="\\n",
      flush=True)
for frame in sys.stdin.buffer:
    words = frame.split()
    script = sys.stdin.buffer.read(int(words[2])).decode().splitlines()
    for line in script:
        good, bad = GOOD_AND_BAD
        status = {{"delete": bad if words[3:] else good}}.get(line.split()[0], "SEC_E_OK")
        print(line, "->", status)
    print("# ended ok", flush=True)
"""
ONCE = "acquire k1\ndelete null\nfree k1\n"


class Judge(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def judge(self, *options):
        code, out, error = sechandle("judge", "--memory=0", "--json", *options)
        self.assertTrue(out, error)
        return code, out

    def lies(self, good, bad):
        subject, script = self.folder / "lies.py", self.folder / "script"
        subject.write_text(LIES.replace("GOOD_AND_BAD", repr((good, bad))))
        script.write_text(ONCE)
        return "--subject", f"/usr/bin/python3 -B {subject}", script

    def test_what_a_shared_process_does_wrong_is_done_again(self):
        self.assertEqual(self.judge(*self.lies("SEC_E_INVALID_HANDLE", "SEC_E_OK"))[0], 0)

    def test_what_is_done_apart_counts(self):
        lies = self.lies("SEC_E_OK", "SEC_E_INTERNAL_ERROR")
        self.assertEqual(self.judge(*lies), self.judge(*lies, "--apart"))
        # Nothing else can be found out by a process that is shared.
        lies = self.lies("SEC_E_OK", "SEC_E_INVALID_HANDLE")
        self.assertEqual([self.judge(*lies)[0], self.judge(*lies, "--apart")[0]], [0, 1])

    def test_how_a_shared_process_fails_does_not_count(self):
        script = self.folder / "script"
        script.write_text("acquire k1\ninit c1 k1\ndelete c1\nfree k1\n")
        for mode in ("garbage", "crash", "exit-0", "hang", "flood"):
            faulty = f"/usr/bin/python3 -B {SUBJECTS}/faulty.py {mode} --serves=forked"
            for options in (["--shares"], []):
                with self.subTest(mode, options=options):
                    code, _ = self.judge("--subject", " ".join([faulty, *options]),
                                         "--timeout=8", "--no-shrink", script)
                    self.assertEqual(code == 0, bool(options))

    def assert_same(self, *options):
        reports = {self.judge(*options, *more) for more in (
            ["--jobs=1"], ["--jobs=2"], ["--jobs=2", "--apart"])}
        self.assertEqual(len(reports), 1)

    def test_the_reference_has_the_same_report(self):
        self.assert_same("--sspi", BUILD / "libsechandle.so", "--profile=reference")

    def test_what_is_freed_twice_or_issued_again_has_the_same_report(self):
        for fault in ("NO_FAULT", "FREES_TWICE", "REISSUES", "STEALS", "LEAKS"):
            library = self.folder / f"{fault}.so"
            subprocess.run(["gcc", "-std=c11", "-shared", "-fPIC", f"-DFAULT={fault}",
                            SUBJECTS / "pointers.c", "-o", library], check=True)
            self.assert_same("--sspi", library, "--exports", "--suite=rules",
                             "--rule=delete_deleted_ok", "--rule=create_never_reissues",
                             "--rule=delete_complete_ok", "--rule=live_accepted")

    @unittest.skipUnless(WINPR and SHARES, "there is no WinPR")
    def test_winpr_has_the_same_report(self):
        self.assert_same("--sspi", WINPR, "--package=NTLM", "--no-shrink")


if __name__ == "__main__":
    unittest.main()
