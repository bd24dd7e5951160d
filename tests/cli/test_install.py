"""test_install.py: the library as its users get it. What it exports, installing
and removing it, programs in C and C++ built with nothing but pkg-config's flags,
the manual, and loading and unloading at run time.

It builds into BUILD, as make does (default: build).
"""
import ctypes
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT

BUILD = Path(os.environ.get("BUILD", ROOT / "build")).resolve()
EXAMPLE = ROOT / "tests/example/exchange.c"
LIBRARY = BUILD / "libsechandle.so"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMMENT = re.compile(r"/\*\*(?:(?!\*/).)*\*/", re.S)
INVALID_HANDLE = 0x80090301 - 2 ** 32

CPP = """\
#include <sechandle/sspi.h>
#include <security.h>

int main()
{
	CtxtHandle handle{SEC_DELETED_HANDLE, SEC_DELETED_HANDLE};

	return InitSecurityInterface()->DeleteSecurityContext(&handle) != SEC_E_OK ||
	       DeleteSecurityContext(nullptr) != SEC_E_INVALID_HANDLE;
}
"""

INSPECT = """\
#include <sechandle/inspect.h>

int main(void)
{
	return (int)sechandle_count().contexts;
}
"""


def run(*command, **more):
    """Runs a command; returns its standard output. A failure fails the test."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True,
                          check=False, **more)
    if done.returncode:
        raise AssertionError(f"{command} exited with {done.returncode}:\n"
                             f"{done.stdout}{done.stderr}")
    return done.stdout


def make(*arguments):
    """Runs make as for the variant of tests/run.py that is in the same folder."""
    return run("make", "-s", f"BUILD={BUILD}", "CC=gcc", "CFLAGS=-O2 -g", *arguments,
               cwd=ROOT)


def functions(header):
    """The functions that a header declares."""
    text = (ROOT / "ref" / header).read_text()
    return set(re.findall(r"^(?!typedef)\w[\w ]* (\w+)\((?=[^;#]*\);)", text, re.M))


def symbols(*arguments):
    """What nm lists, but for the names of versions."""
    lines = [line.split() for line in run("nm", *arguments).splitlines()]
    return {words[2].split("@")[0] for words in lines
            if len(words) == 3 and words[1] != "A"}


def setUpModule():
    make("all")


class Exports(unittest.TestCase):
    def test_the_headers_functions_are_found(self):
        self.assertIn("DeleteSecurityContext", functions("sspi.h"))
        self.assertIn("InitSecurityInterfaceW", functions("sspi.h"))
        self.assertIn("sechandle_default_limits", functions("inspect.h"))

    def test_the_shared_library_has_those_of_sspi_h_alone(self):
        self.assertEqual(symbols("-D", "--defined-only", LIBRARY),
                         functions("sspi.h"))

    def test_the_static_library_has_those_of_both_headers_alone(self):
        self.assertEqual(
            symbols("-g", "--defined-only", BUILD / "libsechandle.a"),
            functions("sspi.h") | functions("inspect.h"))

    def test_the_shared_library_names_its_version(self):
        self.assertIn("Library soname: [libsechandle.so.0]",
                      run("readelf", "-d", LIBRARY))


class Tree(unittest.TestCase):
    """Has the library installed below a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.install("install")

    def install(self, target):
        return make(target, f"DESTDIR={self.root}", "PREFIX=/opt/sechandle")

    def files(self):
        return {str(path.relative_to(self.root))
                for path in self.root.rglob("*") if not path.is_dir()}

    def flags(self, *arguments):
        """What pkg-config says of the installed library."""
        lib = self.root / "opt/sechandle/lib"
        return run("pkg-config", *arguments, "sechandle", env={
            **os.environ, "PKG_CONFIG_PATH": str(lib / "pkgconfig"),
            "PKG_CONFIG_SYSROOT_DIR": str(self.root)}).split()

    def program(self, compiler, source, *flags):
        """Builds a program; returns it."""
        program = self.root / "program"
        run(compiler, *STRICT, source, *flags, "-o", program)
        return program

    def start(self, program, *arguments):
        """Runs it where the loader finds the shared library."""
        return run(program, *arguments, env={
            "LD_LIBRARY_PATH": str(self.root / "opt/sechandle/lib")})

    def source(self, name, text):
        path = self.root / name
        path.write_text(text)
        return path


class Installing(Tree):
    def test_a_second_time_changes_nothing(self):
        files = self.files()
        self.install("install")
        self.assertEqual(self.files(), files)
        self.assertIn("opt/sechandle/bin/sechandle", files)
        self.assertIn("opt/sechandle/share/man/man3/DeleteSecurityContext.3", files)

    def test_uninstall_leaves_only_what_is_not_its_own(self):
        foreign = {"opt/sechandle/include/sechandle/mine.h",
                   "opt/sechandle/share/man/man3/mine.3"}
        for name in foreign:
            (self.root / name).write_text("")
        self.install("uninstall")
        self.assertEqual(self.files(), foreign)

    def test_uninstall_removes_the_folders_that_are_its_own(self):
        self.install("uninstall")
        self.assertEqual(list(self.root.rglob("sechandle/*/sechandle")), [])
        self.install("uninstall")

    def test_the_program_runs(self):
        program = self.root / "opt/sechandle/bin/sechandle"
        self.assertIn("Usage: sechandle", run(program, "--help"))


class Programs(Tree):
    def test_c_with_the_shared_library(self):
        program = self.program("gcc", EXAMPLE, "-std=c11",
                               *self.flags("--cflags", "--libs"))
        self.assertIn("[libsechandle.so.0]", run("readelf", "-d", program))
        self.check_exchange(program)

    def test_c_with_the_static_library(self):
        program = self.program("gcc", EXAMPLE, "-std=c11", "-static",
                               *self.flags("--static", "--cflags", "--libs"))
        self.check_exchange(program)

    def check_exchange(self, program):
        out = self.start(program, "Reference", "--twice")
        self.assertIn("the initiator is alice\n", out)
        self.assertRegex(out, r"CompleteAuthToken +0x00000000\n")
        self.assertEqual(out.count("DeleteSecurityContext            0x00000000\n"),
                         4)

    def test_the_example_fails_if_a_call_does(self):
        program = self.program("gcc", EXAMPLE, "-std=c11",
                               *self.flags("--cflags", "--libs"))
        with self.assertRaisesRegex(AssertionError, "exited with 1:\n.*0x80090305"):
            self.start(program, "NTLM")

    def test_cpp(self):
        source = self.source("program.cc", CPP)
        for standard in ("-std=c++17", "-std=c++20"):
            for how in ([], ["-DUNICODE"], ["-static"]):
                self.start(self.program("clang++", source, standard, *how,
                                        *self.flags("--cflags", "--libs")))

    def test_inspect_h_is_for_the_static_library(self):
        source = self.source("inspect.c", INSPECT)
        flags = self.flags("--cflags", "--libs")
        self.start(self.program("gcc", source, "-static", *flags))
        with self.assertRaisesRegex(AssertionError,
                                    "undefined reference to `sechandle_count'"):
            self.program("gcc", source, *flags)


class OtherImplementations(unittest.TestCase):
    @unittest.skipIf(subprocess.run(["pkg-config", "--exists", "winpr2"],
                                    check=False).returncode,
                     "libwinpr2-dev is not installed")
    def test_the_example_runs_with_winpr(self):
        """WinPR has <sspi.h> in a folder whose other headers are named like the C
        library's, so that folder is looked at last."""
        include = run("pkg-config", "--variable=includedir", "winpr2").strip()
        flags = run("pkg-config", "--cflags", "--libs", "winpr2").split()
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            run("gcc", "-std=c11", EXAMPLE, "-idirafter", f"{include}/winpr",
                *flags, "-o", program)
            out = run(program, "NTLM")
        self.assertRegex(out, r"CompleteAuthToken +0x00000000\n")
        self.assertEqual(out.count("DeleteSecurityContext            0x00000000\n"),
                         2)


class Manual(unittest.TestCase):
    PAGES = BUILD / "man"

    def page(self, name, section=3):
        return (self.PAGES / f"man{section}/{name}.{section}").read_text()

    def test_every_page_is_rendered_without_a_warning(self):
        pages = sorted(self.PAGES.glob("man*/*"))
        self.assertGreater(len(pages), 25)
        for page in pages:
            done = subprocess.run(
                ["groff", "-man", "-ww", "-z", "-Tutf8", page], cwd=self.PAGES,
                capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)

    def test_every_function_has_one_by_each_of_its_names(self):
        for name in functions("sspi.h"):
            self.assertTrue(self.page(name))
            self.assertTrue(self.page(re.sub("[AW]$", "", name)))

    def test_every_page_tells_all_answers(self):
        """Those of AcceptSecurityContext include InitializeSecurityContext's, but for
        the one that it never answers."""
        answers = {}
        header = (ROOT / "ref/sspi.h").read_text()
        for comment in COMMENT.finditer(header):
            name = re.match(r"\nSECURITY_STATUS (\w+)\(", header[comment.end():])
            if name:
                answers[re.sub("[AW]$", "", name[1])] = set(re.findall(
                    r"^ \*  (SEC_[EI]_\w+)(?:  |$)", comment[0], re.M))
        answers["AcceptSecurityContext"] |= answers["InitializeSecurityContext"]
        answers["AcceptSecurityContext"].remove("SEC_I_COMPLETE_NEEDED")
        self.assertEqual(answers["DeleteSecurityContext"],
                         {"SEC_E_OK", "SEC_E_INVALID_HANDLE"})
        for name, wanted in answers.items():
            told = re.findall(r"^\.TP\n\.B (SEC_[EI]_\w+)$", self.page(name), re.M)
            self.assertEqual(set(told), wanted, name)

    def test_the_overview_lists_every_function(self):
        listed = re.findall(r"^\.TP\n\.BR (\w+) \(3\)$", self.page("sechandle", 7),
                            re.M)
        self.assertEqual(sorted(listed), sorted(
            {re.sub("[AW]$", "", name) for name in functions("sspi.h")}))

    def test_the_programs_page_has_its_commands_and_options(self):
        page = self.page("sechandle", 1).replace("\\-", "-")
        program = BUILD / "sechandle"
        commands = re.findall(r"^  (\w+)  ", run(program, "--help"), re.M)
        self.assertGreater(len(commands), 4)
        for command in commands:
            self.assertIn(f".B {command}\n", page)
            if command != "help":
                for option in re.findall(r"^  +-., (--\w+)",
                                         run(program, command, "--help"), re.M):
                    self.assertIn(option, page)

    def test_a_comment_that_cannot_be_read_is_told_and_exits_with_2(self):
        header = (ROOT / "ref/sspi.h").read_text()
        with tempfile.TemporaryDirectory() as folder:
            bad = Path(folder) / "bad.h"
            bad.write_text(header.replace("Source: DeleteSecurityContext.", ""))
            done = subprocess.run([ROOT / "ref/man/pages.py", "--header", bad, folder],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("DeleteSecurityContext: the comment names no source",
                      done.stderr)


class Handle(ctypes.Structure):
    _fields_ = [("lower", ctypes.c_size_t), ("upper", ctypes.c_size_t)]


class Identity(ctypes.Structure):
    """A SEC_WINNT_AUTH_IDENTITY_A."""
    _fields_ = [(name, kind) for part in ("User", "Domain", "Password")
                for name, kind in ((part, ctypes.c_char_p),
                                   (f"{part}Length", ctypes.c_uint32))
                ] + [("Flags", ctypes.c_uint32)]


class Table:
    """The functions of a table, by their place in it."""
    VERSION, ACQUIRE, FREE, DELETE, IMPERSONATE = 0, 3, 4, 9, 12
    RESERVED = {5, 18, 19, 23}

    def __init__(self, library, form):
        init = getattr(library, f"InitSecurityInterface{form}")
        init.restype = ctypes.POINTER(ctypes.c_void_p * 32)
        self.words = list(init().contents)
        self.package = ("Reference\0".encode("utf-16-le") if form == "W"
                        else b"Reference")

    def call(self, place, *arguments):
        return ctypes.CFUNCTYPE(ctypes.c_int32)(self.words[place])(*arguments)

    def acquire(self):
        """Makes a credential for both directions; returns its handle."""
        identity = Identity(b"alice", 5, None, 0, b"wonderland", 10, 1)
        handle = Handle()
        status = self.call(self.ACQUIRE, None, self.package, 3, None,
                           ctypes.byref(identity), None, None,
                           ctypes.byref(handle), None)
        assert status == 0, status
        return handle


class Loading(unittest.TestCase):
    def test_the_tables_functions_work(self):
        for form in "AW":
            table = Table(ctypes.CDLL(str(LIBRARY)), form)
            self.assertEqual(table.words[Table.VERSION] & 0xFFFFFFFF, 5)
            self.assertEqual({place for place, word in enumerate(table.words)
                              if not word}, Table.RESERVED)
            handle = table.acquire()
            self.assertEqual(
                [table.call(place, ctypes.byref(handle)) for place in (
                    Table.DELETE, Table.FREE, Table.FREE, Table.IMPERSONATE)],
                [INVALID_HANDLE, 0, INVALID_HANDLE, INVALID_HANDLE + 1])

    def test_loading_and_unloading_again_and_again(self):
        """Handles end with the library: one loaded anew does not know them."""
        from _ctypes import dlclose
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "libcopy.so"
            copy.write_bytes(LIBRARY.read_bytes())
            for _ in range(500):
                library = ctypes.CDLL(str(copy))
                table = Table(library, "A")
                left = table.acquire()
                dlclose(library._handle)
                self.assertNotIn("libcopy.so", Path("/proc/self/maps").read_text())
                library = ctypes.CDLL(str(copy))
                table = Table(library, "A")
                self.assertEqual(table.call(Table.FREE, ctypes.byref(left)),
                                 INVALID_HANDLE)
                dlclose(library._handle)


if __name__ == "__main__":
    unittest.main()
