"""test_wine.py: sechandle-subject.exe keeps the protocol of specs/subjects.md, under Wine:
it is built by mingw, so it is the same whatever all else is built by."""
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from common import ROOT
from test_subject import BUILD, WAYS, answers, frames, hello, traces

WINE = ROOT / "tests/subjects/wine/subject"
WINDOWS = BUILD / "sechandle-subject.exe"


def have(program):
    path = os.environ["PATH"] + ":/usr/lib/wine"
    return shutil.which(program, path=path) is not None


@unittest.skipUnless(WINDOWS.exists() and have("wine64") and have("ntlm_auth"),
                     "there is no mingw, no wine64 or no ntlm_auth")
class Wine(unittest.TestCase):
    ENVIRONMENT = {**os.environ, "WINEPREFIX": str(ROOT / "build/wine")}
    EXCHANGE = ("acquire k1 outbound\nacquire k2 inbound\ninit c1 k1\n"
                "accept c2 k2 with c1\ninit c1 k1 on c1 with c2\n"
                "accept c2 k2 on c2 with c1\nquery c2 sizes\n")
    EQUALS = ["SEC_E_OK", "SEC_E_OK", "SEC_I_CONTINUE_NEEDED", "SEC_I_CONTINUE_NEEDED",
              "SEC_E_OK", "SEC_E_OK", "SEC_E_OK"]

    @classmethod
    def setUpClass(cls):
        Path(cls.ENVIRONMENT["WINEPREFIX"]).mkdir(parents=True, exist_ok=True)

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["wineserver64", "-k"], check=False, env={
            **cls.ENVIRONMENT, "PATH": os.environ["PATH"] + ":/usr/lib/wine"})

    def play(self, script, *arguments):
        done = subprocess.run([WINE, WINDOWS, *arguments], input=script.encode(), check=False,
                              capture_output=True, timeout=300, env=self.ENVIRONMENT)
        return done.returncode, done.stdout.decode()

    def test_scenarios_are_served_in_turn(self):
        both = re.sub("(in|out)bound", "both", self.EXCHANGE)
        overlap = "together\nquery c2 sizes\ndelete null\nend\nfree k1\n"
        code, out = self.play(frames(self.EXCHANGE, both + overlap))
        told = hello(out)
        self.assertEqual((code, told["package"], told["serves"]), (0, "NTLM", "in-turn"))
        self.assertEqual(told["path"].lower(), r"c:\windows\system32\secur32.dll")
        played = traces(out)
        self.assertEqual([end for _, end in played], ["ok", "ok"])
        self.assertEqual([answers(trace) for trace, _ in played],
                         [self.EQUALS, [*self.EQUALS, "SEC_E_OK", "SEC_E_INVALID_HANDLE",
                                        "SEC_E_OK"]])

    def test_what_cannot_be_loaded_or_read_is_told(self):
        self.assertEqual(self.play("", "--sspi=none.dll"), (2, ""))
        code, out = self.play("zero c1\ndelete\n")
        self.assertEqual((code, traces(out)), (2, [("zero c1\n", "exit 2")]))

    def test_every_way_leads_to_the_functions(self):
        for way in WAYS[1:]:
            out = self.play(self.EXCHANGE, "--sspi=secur32.dll", *way)[1]
            self.assertEqual(answers(out), self.EQUALS, way)

    def test_an_exception_ends_the_scenario_and_the_process(self):
        crash = "zero c2\ngarbage c1 3\ndelete c1\n"
        code, out = self.play(frames(crash, "zero c2\n"))
        self.assertEqual((code, traces(out)),
                         (3, [("zero c2\ngarbage c1 3\n", "exception 0xC0000005")]))
        code, out = self.play(crash)
        self.assertEqual((code, answers(out)), (3, ["CRASH"]))


if __name__ == "__main__":
    unittest.main()
