"""ThreadSanitizer and the races of tests/threads find what they are for: copies of
lock.c that let calls overlap fail. (The library as it is passes in builds of their
own, see tests/run.py.)"""
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import ROOT

REPETITIONS = "100"
LOCK = (ROOT / "ref/lock.c").read_text()


def build(folder, compiler, lock):
    """The program of tests/threads with that text in place of lock.c."""
    source = Path(folder) / "lock.c"
    source.write_text(lock)
    others = [path for path in sorted((ROOT / "ref").glob("*.c"))
              if path.name != "lock.c"]
    program = Path(folder) / "threads"
    subprocess.run(
        [compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O1", "-g", "-pthread",
         "-fsanitize=thread", "-iquote", ROOT / "ref", source, *others,
         *sorted((ROOT / "tests/threads").glob("*.c")), "-o", program], check=True)
    return program


class Threads(unittest.TestCase):
    def check_fails(self, before, after):
        """Replaces a text in lock.c, which must make a race."""
        lock = LOCK.replace(before, after)
        self.assertNotEqual(lock, LOCK, before)
        for compiler in filter(shutil.which, ("gcc", "clang")):
            with self.subTest(compiler), tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [build(folder, compiler, lock), REPETITIONS], check=False,
                    capture_output=True, text=True, timeout=600)
                self.assertIn("ThreadSanitizer: data race", done.stderr, done.stdout)
                self.assertNotEqual(done.returncode, 0)

    def test_no_lock_at_all(self):
        self.check_fails("pthread_mutex_lock(&mutex);", "")

    def test_a_delete_behind_the_lock(self):
        self.check_fails("return leave(api_delete(phContext));",
                         "leave(SEC_E_OK); return api_delete(phContext);")

    def test_a_release_before_the_lock(self):
        text = re.search(r"(\tenter\(\);\n)(\tbool released = .*?;\n)", LOCK, re.S)
        self.check_fails(text[0], text[2] + text[1])


if __name__ == "__main__":
    unittest.main()
