"""test_ossfuzz.py: .clusterfuzzlite/build.sh builds the fuzz targets the way OSS-Fuzz
and ClusterFuzzLite ask for it, and fuzz/scenario.dict is made of the scenario
language."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

from common import ROOT, SECHANDLE

sys.path.insert(0, str(ROOT / "fuzz"))

import engines

BUILD = ROOT / ".clusterfuzzlite/build.sh"
FLAGS = ("-O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=address "
         "-fsanitize=fuzzer-no-link")
PACKED = [name for name in engines.targets(ROOT) if name != "empty"]
DICTIONARY = ROOT / "fuzz/scenario.dict"


class Products(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Builds as the services do: by a copy of the script, in a copy of the project.
        There are two inputs of one name, whatever is committed."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        source, cls.out = Path(folder.name) / "src", Path(folder.name) / "out"
        cls.out.mkdir()
        cls.root = source / "sechandle"
        for name in ("ref", "specs", "tests", "fuzz"):
            shutil.copytree(ROOT / name, cls.root / name)
        shutil.copy(ROOT / "Makefile", cls.root)
        shutil.copy(BUILD, source)
        for kind in ("seeds", "regressions"):
            path = cls.root / f"fuzz/{kind}/raw/same"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(kind)
        cls.done = subprocess.run(
            [source / "build.sh"], cwd=cls.root, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, env={
                **os.environ, "CC": "clang", "CXX": "clang++", "CFLAGS": FLAGS,
                "CXXFLAGS": FLAGS, "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer",
                "OUT": str(cls.out), "SRC": str(source),
                "WORK": str(Path(folder.name) / "work")})

    def setUp(self):
        self.assertEqual((self.done.returncode, self.done.stdout), (0, ""))

    def inputs(self, target):
        return [path for kind in ("seeds", "regressions")
                for path in (self.root / "fuzz" / kind / target).glob("*")]

    def test_names(self):
        wanted = set()
        for name in PACKED:
            wanted |= {name, f"{name}.options"}
            if "dict" in engines.options(ROOT, name):
                wanted.add(f"{name}.dict")
            if self.inputs(name):
                wanted.add(f"{name}_seed_corpus.zip")
        self.assertGreaterEqual(wanted, {"lifecycle", "small", "raw", "text",
                                         "lifecycle.dict", "raw_seed_corpus.zip"})
        self.assertEqual({path.name for path in self.out.iterdir()}, wanted)

    def test_each_target_runs_with_its_options_and_its_inputs(self):
        """For a second, and as long as its inputs take."""
        for name in PACKED:
            with self.subTest(name), tempfile.TemporaryDirectory() as corpus:
                words = [f"-{option}={value}" for option, value in
                         engines.told(self.out / f"{name}.options", "libfuzzer").items()]
                self.assertGreater(len(words), 1)
                archive = self.out / f"{name}_seed_corpus.zip"
                if archive.exists():
                    zipfile.ZipFile(archive).extractall(corpus)
                dictionary = self.out / f"{name}.dict"
                if dictionary.exists():
                    words.append(f"-dict={dictionary}")
                done = subprocess.run(
                    [self.out / name, "-max_total_time=1", *words, corpus],
                    cwd=corpus, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertRegex(done.stderr, r"\nDone \d+ runs in ")
                self.assertRegex(done.stderr, r"\n#\d+\tINITED cov: [1-9]")
                if dictionary.exists():
                    count = len(re.findall('^"', DICTIONARY.read_text(), re.M))
                    self.assertIn(f"Dictionary: {count} entries\n", done.stderr)

    def test_options(self):
        """They are those of the project but for the dictionary, which the services
        know by its name."""
        for name in PACKED:
            said = (ROOT / f"fuzz/{name}.options").read_text()
            self.assertIn("[libfuzzer]\n", said)
            self.assertEqual((self.out / f"{name}.options").read_text(),
                             re.sub("^dict = .*\n", "", said, flags=re.M))

    def test_inputs(self):
        for name in PACKED:
            archive = self.out / f"{name}_seed_corpus.zip"
            packed = []
            if archive.exists():
                with zipfile.ZipFile(archive) as file:
                    packed = [file.read(one) for one in file.namelist()]
            self.assertEqual(sorted(packed),
                             sorted(path.read_bytes() for path in self.inputs(name)))

    def test_the_sanitizer_is_the_one_asked_for(self):
        self.assertEqual(set(re.findall("fsanitize=([a-z-]+)", BUILD.read_text())),
                         {"fuzzer", "fuzzer-no-link"})
        for name in PACKED:
            symbols = subprocess.run(["nm", self.out / name], capture_output=True,
                                     text=True, check=True).stdout
            self.assertIn(" __asan_init\n", symbols)


class Refusal(unittest.TestCase):
    def test_a_build_that_fails_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [BUILD], cwd="/", capture_output=True, text=True, check=False,
                env={**os.environ, "CC": "false", "OUT": f"{folder}/out",
                     "WORK": f"{folder}/work"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("Error 1", done.stderr)


class Dictionary(unittest.TestCase):
    text = DICTIONARY.read_text()

    def test_words_are_those_of_the_language(self):
        """All of them, but of the statuses those alone that rules tell apart; and what
        is between them."""
        operations = (ROOT / "specs/operations.def").read_text()
        wanted = re.findall(r'^(?:OPERATION|FUNCTION)\(\w+, "([^"]+)"', operations,
                            re.M)
        wanted += re.findall(r'^\t\{"([^"]+)", GROUP_',
                             (ROOT / "specs/scenario.c").read_text(), re.M)
        wanted += [name for name, of in re.findall(
            r"^STATUS\((\w+), (\w+)\)", (ROOT / "specs/status.def").read_text(), re.M)
                   if of != "OTHER"]
        self.assertGreater(len(wanted), 70)
        wanted += ["->", "=", "x", "0x", "#", "k1", "c1", "c2", "b1"]
        words, _ = self.text.split("\n# Steps.\n")
        self.assertEqual(sorted(re.findall(r'^"(.*)"$', words, re.M)), sorted(wanted))

    def test_steps_are_what_is_written_above_them(self):
        """Each, behind the version's byte, is shown as its text."""
        _, steps = self.text.split("\n# Steps.\n")
        pairs = re.findall(r'^# (.*)\n"((?:\\x[0-9a-f]{2})+)"$', steps, re.M)
        self.assertEqual(2 * len(pairs), len(steps.splitlines()))
        operations = re.findall(r'^OPERATION\(\w+, "([^"]+)"',
                                (ROOT / "specs/operations.def").read_text(), re.M)
        self.assertEqual({text.split()[0] for text, _ in pairs}, {*operations})
        for text, digits in pairs:
            step = bytes.fromhex(digits.replace("\\x", ""))
            opened = b"\x15" if text == "end" else b""
            shown = subprocess.run([SECHANDLE, "show", "-"], check=True,
                                   input=b"\x01" + opened + step,
                                   stdout=subprocess.PIPE).stdout.decode().splitlines()
            self.assertEqual(shown[len(opened)], text)
            self.assertEqual(shown[len(opened) + 1:],
                             ["end"] * (text.split()[0] in ("repeat", "together")))


if __name__ == "__main__":
    unittest.main()
