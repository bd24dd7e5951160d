"""test_drive.py: the program drive, by what it prints for scenarios whose answers are
known, of the reference and of a library that answers, crashes and hangs as it is told.
"""
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT, SECHANDLE, sechandle

BUILD = Path(SECHANDLE).parent
SCRIPTS = sorted((ROOT / "tests/faults").glob("*.script"))

# Its table is of the first version and has two functions. The third delete crashes;
# a query of the attribute that `other` stands for hangs.
LIBRARY = """
#include <unistd.h>
#include "sspi.h"

static SECURITY_STATUS delete(PCtxtHandle context)
{
	static int calls;
	if (++calls == 3)
		*(volatile int *)0 = 1;
	return context ? SEC_E_OK : SEC_E_INVALID_HANDLE;
}

static SECURITY_STATUS query(PCtxtHandle context, ULONG attribute, void *place)
{
	(void)context, (void)place;
	while (attribute == SECPKG_ATTR_FLAGS)
		pause();
	return SEC_E_OK;
}

static SECURITY_STATUS set(PCtxtHandle context, ULONG attribute, void *place,
                           ULONG size)
{
	(void)context, (void)attribute, (void)place, (void)size;
	return SEC_E_OK;
}

PSecurityFunctionTableA InitSecurityInterfaceA(void)
{
	static SecurityFunctionTableA table;
	table.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION;
	table.DeleteSecurityContext = delete;
	table.QueryContextAttributesA = query;
	table.SetContextAttributesA = set;
	return &table;
}
"""


def drive(*arguments, script=""):
    """Runs drive; returns (exit code, standard output, standard error)."""
    done = subprocess.run([BUILD / "drive", *map(str, arguments)], input=script,
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def drive_all(folder, *options):
    """Runs all scripts; returns their traces in files of a folder."""
    code, out, error = drive(*options, f"--output={folder}", *SCRIPTS)
    assert (code, out, error) == (0, "", ""), error
    return [Path(folder) / script.name for script in SCRIPTS]


class Reference(unittest.TestCase):
    def test_traces_are_what_the_judge_reads(self):
        with tempfile.TemporaryDirectory() as folder:
            traces = drive_all(folder, "--limits=4,3,3,3")
            found = sechandle("check", "--party", "implementation", *traces)
        self.assertEqual(found[0], 0, found[1].decode())

    def test_answers_structs_and_counts_are_told(self):
        script = "acquire k1 -> CRASH\ninit c1 k1\ncopy c2 c1\ndelete c1\n"
        self.assertEqual(drive("-", script=script), (0, """\
acquire k1 -> SEC_E_OK out=new contexts=0 credentials=1 buffers=0 residue=0
init c1 k1 -> SEC_I_CONTINUE_NEEDED out=new contexts=1 credentials=1 buffers=0 residue=0
copy c2 c1
delete c1 -> SEC_E_OK out=kept contexts=0 credentials=1 buffers=0 residue=0
""", ""))

    def test_rounds_with_equal_answers_are_told_once(self):
        script = "acquire k1\nrepeat 5\ninit c1 k1\nend\n"
        trace = drive("--limits=3,1,1,1", "-", script=script)[1]
        self.assertIn("""\
repeat 5
  init c1 k1 -> SEC_I_CONTINUE_NEEDED x1 out=new contexts=1""", trace)
        self.assertIn("SEC_E_INSUFFICIENT_MEMORY x2 out=kept contexts=3", trace)

    def test_calls_together_are_told_without_counts(self):
        script = "together\nfree k1\ndelete null\nend\n"
        self.assertEqual(drive("-", script=script)[1], """\
together
  free k1 -> SEC_E_INVALID_HANDLE out=kept
  delete null -> SEC_E_INVALID_HANDLE
end
""")

    def test_a_reused_address_is_not_released_by_its_old_name(self):
        script = ("acquire k1\ninit c1 k1\nquery c1 package into b1\nrelease b1\n"
                  "query c1 package into b2\nrelease b1\nrelease b2\n")
        trace = drive("--limits=1,1,1,1", "-", script=script)[1]
        self.assertRegex(trace, r"release b1 -> SEC_E_INVALID_HANDLE .*buffers=1")
        self.assertRegex(trace, r"release b2 -> SEC_E_OK .*buffers=0")

    def test_the_shared_library_answers_as_the_linked_one(self):
        with tempfile.TemporaryDirectory() as folder:
            linked = [path.read_text() for path in drive_all(folder)]
            loaded = [path.read_text() for path in drive_all(
                folder, f"--sspi={BUILD / 'libsechandle.so'}")]
        for with_counts, without in zip(linked, loaded):
            # With nothing counted, more rounds of a repeat are equal.
            if "repeat" not in without:
                self.assertEqual(without, re.sub(r" [a-z]+=\d+", "", with_counts))

    def test_traces_of_files_are_told_one_after_the_other(self):
        with tempfile.TemporaryDirectory() as folder:
            traces = "".join(path.read_text() for path in drive_all(folder))
        self.assertEqual(drive(*SCRIPTS), (0, traces, ""))


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.library = Path(cls.folder.name) / "library.so"
        source = Path(cls.folder.name) / "library.c"
        source.write_text(LIBRARY)
        subprocess.run(["gcc", "-shared", "-fPIC", f"-I{ROOT}/ref", source, "-o",
                        cls.library], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def trace(self, script):
        code, trace, _ = drive(f"--sspi={self.library}", "-", script=script)
        self.assertEqual(code, 0)
        return trace

    def test_functions_that_are_not_there_are_unsupported(self):
        self.assertEqual(self.trace("acquire k1\nuse c1 SetContextAttributes\n"), """\
acquire k1 -> SEC_E_UNSUPPORTED_FUNCTION out=kept
use c1 SetContextAttributes -> SEC_E_UNSUPPORTED_FUNCTION out=kept
""")

    def test_a_trace_ends_with_a_crash(self):
        self.assertEqual(self.trace("delete null\ndelete c1\ndelete c1\nfree k1\n"),
                         "delete null -> SEC_E_INVALID_HANDLE\n"
                         "delete c1 -> SEC_E_OK out=kept\n"
                         "delete c1 -> CRASH\n")

    def test_a_repeat_that_crashes_has_its_whole_rounds(self):
        script = ("repeat 4\n copy c2 c1\n together\n  delete c1\n"
                  "  query c1 sizes\n end\nend\nfree k1\n")
        self.assertEqual(self.trace(script), """\
repeat 2
  copy c2 c1
  together
    delete c1 -> SEC_E_OK out=kept
    query c1 sizes -> SEC_E_OK out=kept
  end
end
copy c2 c1
together
delete c1 -> CRASH
end
""")

    def test_a_call_that_does_not_return_hangs(self):
        self.assertEqual(self.trace("query c1 other\ndelete c1\n"),
                         "query c1 other -> HANG\n")

    def test_each_scenario_has_a_library_of_its_own(self):
        script = Path(self.folder.name) / "script"
        script.write_text("delete c1\ndelete c1\n")
        code, trace, _ = drive(f"--sspi={self.library}", script, script)
        self.assertEqual((code, trace), (0, 4 * "delete c1 -> SEC_E_OK out=kept\n"))


class Trouble(unittest.TestCase):
    def test_help_tells_exit_codes(self):
        code, out, _ = drive("--help")
        self.assertEqual(code, 0)
        self.assertIn("Exit codes: 0 done", " ".join(out.split()))

    def test_trouble_is_told_with_place_and_cause(self):
        for arguments, cause in (
                ([], "no FILE, expected a path or '-'"),
                (["/none"], "/none: No such file or directory"),
                (["--limits=1,2", "-"], "'1,2', expected four numbers"),
                (["--limits=1,2,3,4", "--sspi=x", "-"], "--limits is for the reference"),
                (["--sspi=/none.so", "-"], "/none.so: cannot open shared object"),
                (["--output=/none", SCRIPTS[0]], "/none/exchange.script: No such")):
            code, out, error = drive(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(cause, error)

    def test_a_faulty_file_does_not_keep_others_from_running(self):
        with tempfile.TemporaryDirectory() as folder:
            faulty = Path(folder) / "faulty"
            faulty.write_text("delete\n")
            good = Path(folder) / "good"
            good.write_text("copy c2 c1\n")
            code, out, error = drive(faulty, good)
        self.assertEqual((code, out), (2, "copy c2 c1\n"))
        self.assertIn(f"{faulty}:1:7: the line ends, expected the name", error)


if __name__ == "__main__":
    unittest.main()
