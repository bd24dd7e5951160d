"""The sechandle program as its users meet it: help, errors, exit codes, JSON."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from common import SECHANDLE, sechandle

GOOD = b"acquire k1 -> SEC_E_OK\nfree k1 -> SEC_E_OK\n"
BAD = b"acquire k1 -> SEC_E_OK\nfree k1 -> SEC_E_INVALID_HANDLE\n"
LEAK = b"acquire k1 -> SEC_E_OK\n"
FAULTY = b"acquire k1\nremove k1\nfree k1 -> SEC_E_OK\n"


class Usage(unittest.TestCase):
    def test_help_is_printed_and_succeeds(self):
        for arguments in (["--help"], ["help"], ["help", "check"],
                          ["check", "--help"], ["rules", "--help"],
                          ["show", "--help"], ["pack", "--help"],
                          ["replay", "--help"], ["shrink", "--help"],
                          ["judge", "--help"], ["suite", "list", "--help"],
                          ["suite", "show", "--help"], ["suite", "run", "--help"],
                          ["suite", "--help"], ["fingerprint", "--help"],
                          ["compare", "--help"]):
            code, out, err = sechandle(*arguments)
            self.assertEqual((code, err), (0, b""), arguments)
            self.assertIn(b"Usage:", out)
            self.assertIn(b"Exit codes:" if len(arguments) > 1 else b"rules",
                          out.replace(b"\n", b" "))

    def test_wrong_usage_is_told_and_exits_with_2(self):
        for arguments in ([], ["frobnicate"], ["help", "frobnicate"],
                          ["check"], ["check", "--nope"],
                          ["check", "--party", "me", "-"],
                          ["check", "--strength", "x", "-"], ["show"],
                          ["show", "a", "b"], ["pack"], ["pack", "a", "b"],
                          ["replay"], ["replay", "--target=none", "-"],
                          ["replay", "--limits=1,2", "-"], ["replay", "--c", "-"],
                          ["shrink"], ["shrink", "a", "b"],
                          ["shrink", "--target=raw", "-"],
                          ["rules", "no_such_rule"], ["rules", "a", "b"]):
            code, out, err = sechandle(*arguments)
            self.assertEqual((code, out), (2, b""), arguments)
            self.assertTrue(err, arguments)

    def test_unreadable_files_are_told_and_exit_with_2(self):
        with tempfile.TemporaryDirectory() as folder:
            for command in ("check", "show", "pack", "replay", "shrink"):
                for path in (Path(folder) / "none", folder):
                    code, out, err = sechandle(command, path)
                    self.assertEqual((code, out), (2, b""), (command, path))
                    self.assertIn(str(path).encode(), err)

    def test_a_full_disk_is_no_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SECHANDLE, "rules"], stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"standard output", done.stderr)


class Rules(unittest.TestCase):
    def test_one_rule_is_shown(self):
        code, out, _ = sechandle("rules", "delete_deleted_ok")
        self.assertEqual(code, 0)
        for part in (b"delete_deleted_ok", b"documented", b"Return value"):
            self.assertIn(part, out)

    def test_json_and_list_agree(self):
        rules = json.loads(sechandle("rules", "--json")[1])
        self.assertEqual(rules["version"], 1)
        listed = sechandle("rules")[1].decode()
        for rule in rules["rules"]:
            self.assertIn(f"  {rule['id']} ", listed)
        one = json.loads(sechandle("rules", "--json", "delete_deleted_ok")[1])
        self.assertEqual([r["id"] for r in one["rules"]], ["delete_deleted_ok"])


class Forms(unittest.TestCase):
    def test_the_empty_file_is_the_empty_scenario(self):
        self.assertEqual(sechandle("show", "-"), (0, b"", b""))
        self.assertEqual(sechandle("pack", "-"), (0, b"\x01", b""))
        self.assertEqual(sechandle("check", "-")[0], 0)

    def test_pack_leaves_answers_and_comments_out(self):
        packed = sechandle("pack", "-", stdin=b"# x\n" + GOOD)[1]
        self.assertEqual(sechandle("show", "-", stdin=packed)[1],
                         b"acquire k1\nfree k1\n")

    def test_show_tells_of_an_unknown_version(self):
        code, out, err = sechandle("show", "-", stdin=b"\x02\x05\x00")
        self.assertEqual((code, out), (0, b"delete c1\n"))
        self.assertIn(b"version 2", err)

    def test_pack_does_not_write_bytes_to_a_terminal(self):
        import pty
        main, terminal = pty.openpty()
        done = subprocess.run([SECHANDLE, "pack", "-"], input=GOOD,
                              stdout=terminal, stderr=subprocess.PIPE,
                              check=False)
        os.close(terminal)
        os.close(main)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"expected standard output", done.stderr)


class Check(unittest.TestCase):
    def test_exit_codes(self):
        for stdin, arguments, wanted in (
                (GOOD, [], 0), (BAD, [], 1), (LEAK, [], 1), (FAULTY, [], 2),
                (LEAK, ["-p", "implementation"], 0), (LEAK, ["-p", "caller"], 1),
                (BAD, ["-p", "caller"], 0), (BAD, ["--party", "both"], 1)):
            code = sechandle("check", *arguments, "-", stdin=stdin)[0]
            self.assertEqual(code, wanted, (stdin, arguments))

    def test_a_violation_is_told_with_all_that_is_known(self):
        out = sechandle("check", "-", stdin=BAD)[1].decode()
        for part in ("-:2: the implementation breaks free_live_ok",
                     "free k1 -> SEC_E_INVALID_HANDLE",
                     "Freeing a live credential that no context uses answers",
                     "FreeCredentialsHandle, Return value (documented)",
                     "allowed: SEC_E_OK\n",
                     "calls judged: 2; violations by the implementation: 1, by "
                     "the caller: 0"):
            self.assertIn(part, out)

    def test_json_has_the_same(self):
        code, out, _ = sechandle("check", "--json", "-", stdin=BAD)
        report = json.loads(out)
        self.assertEqual((code, report["version"]), (1, 1))
        self.assertEqual(report["files"][0]["violations"],
                         {"implementation": 1, "caller": 0})
        finding = report["files"][0]["findings"][0]
        self.assertEqual(
            {key: finding[key] for key in ("line", "round", "kind", "rule",
                                           "party", "strength", "step",
                                           "allowed")},
            {"line": 2, "round": 0, "kind": "answer", "rule": "free_live_ok",
             "party": "implementation", "strength": "documented",
             "step": "free k1 -> SEC_E_INVALID_HANDLE", "allowed": "SEC_E_OK"})

    def test_every_error_of_a_faulty_file_is_told(self):
        code, out, err = sechandle("check", "--json", "-", stdin=FAULTY)
        self.assertEqual(code, 2)
        self.assertEqual(
            [line.split(b": ")[0] for line in err.splitlines()],
            [b"-:1:11", b"-:2:1"])
        errors = json.loads(out)["files"][0]["errors"]
        self.assertEqual([(e["line"], e["column"]) for e in errors],
                         [(1, 11), (2, 1)])

    def test_several_files_are_judged_each_for_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, text in enumerate((LEAK, GOOD, FAULTY, BAD)):
                paths.append(Path(folder) / f"{i}.trace")
                paths[-1].write_bytes(text)
            code, out, _ = sechandle("check", "--json", *paths)
            files = json.loads(out)["files"]
            self.assertEqual(code, 2)
            self.assertEqual([len(f["findings"]) for f in files], [1, 0, 0, 1])
            self.assertEqual([len(f["errors"]) for f in files], [0, 0, 2, 0])

    def test_a_pipe_sees_no_progress(self):
        trace = b"free null -> SEC_E_INVALID_HANDLE\n" * 1000001
        code, out, err = sechandle("check", "-p", "implementation", "-",
                                   stdin=trace)
        self.assertEqual((code, err), (0, b""))
        self.assertIn(b"calls judged: 1000001;", out)

    def test_weaker_rules_can_be_left_out(self):
        chosen = (b"acquire k1 -> SEC_E_OK\ninit c1 k1 -> SEC_I_CONTINUE_NEEDED\n"
                  b"free k1 -> SEC_E_INVALID_HANDLE\ndelete c1 -> SEC_E_OK\n")
        for strength, wanted in (("chosen", 1), ("derived", 0), ("header", 0),
                                 ("documented", 0)):
            self.assertEqual(
                sechandle("check", "-p", "implementation", "--strength",
                          strength, "-", stdin=chosen)[0], wanted, strength)
        for strength in ("chosen", "derived", "header", "documented"):
            self.assertEqual(
                sechandle("check", "-s", strength, "-", stdin=BAD)[0], 1)

    def test_json_survives_any_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.fsencode(folder) + b"/\xff\xfe.trace"
            with open(path, "wb") as file:
                file.write(BAD)
            done = subprocess.run([SECHANDLE, "check", "--json", path],
                                  capture_output=True, check=False)
            report = json.loads(done.stdout)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(len(report["files"][0]["findings"]), 1)

    def test_json_tells_of_an_unreadable_file(self):
        code, out, err = sechandle("check", "--json", "/no/such/file")
        self.assertEqual(code, 2)
        self.assertEqual(json.loads(out)["files"][0]["errors"],
                         [{"line": 0, "column": 0,
                           "message": "No such file or directory"}])
        self.assertIn(b"/no/such/file", err)


SCRIPT = b"acquire k1\nfree k1\nfree k1\n"
TRACE = b"""\
acquire k1 -> SEC_E_OK out=new contexts=0 credentials=1 buffers=0 residue=0
free k1 -> SEC_E_OK out=kept contexts=0 credentials=0 buffers=0 residue=0
free k1 -> SEC_E_INVALID_HANDLE out=kept contexts=0 credentials=0 buffers=0 residue=0
"""


class Replay(unittest.TestCase):
    """What is told of faults, test_report.py tests."""

    def test_both_forms_of_a_scenario_are_known_by_their_content(self):
        packed = sechandle("pack", "-", stdin=SCRIPT)[1]
        for stdin in (SCRIPT, TRACE, packed):
            self.assertEqual(sechandle("replay", "-", stdin=stdin), (0, TRACE, b""))

    def test_the_binary_form_need_not_look_like_it(self):
        self.assertEqual(sechandle("replay", "-", stdin=b"xxx")[0], 2)
        code, out, err = sechandle("replay", "--binary", "-", stdin=b"xxx")
        self.assertEqual((code, err), (0, b""))
        self.assertEqual([line.split(b" -> ")[0] for line in out.splitlines()],
                         sechandle("show", "-", stdin=b"xxx")[1].splitlines())

    def test_an_empty_file_breaks_no_rule(self):
        self.assertEqual(sechandle("replay", "-"), (0, b"", b""))
        code, out, err = sechandle("shrink", "-")
        self.assertEqual((code, out), (0, b""))
        self.assertIn(b"-: no rule is broken", err)

    def test_errors_of_a_text_are_told(self):
        for command in ("replay", "shrink"):
            code, out, err = sechandle(command, "-", stdin=b"free k1\nfree\n")
            self.assertEqual((code, out), (2, b""))
            self.assertIn(b"-:2:5: the line ends", err)

    def test_limits_are_those_of_the_option_or_the_target(self):
        script = b"acquire k1\nacquire k2\nacquire k3\n"
        for option in ("--limits=3,2,3,2", "--target=small"):
            out = sechandle("replay", option, "-", stdin=script)[1]
            self.assertIn(b"acquire k3 -> SEC_E_INSUFFICIENT_MEMORY", out)
        for options in ([], ["--target=lifecycle"]):
            out = sechandle("replay", *options, "-", stdin=script)[1]
            self.assertIn(b"acquire k3 -> SEC_E_OK", out)

    def test_a_long_repeat_is_cut_short(self):
        code, out, _ = sechandle("replay", "-", stdin=b"repeat 9999\ndelete null\nend\n")
        self.assertEqual((code, out.splitlines()[0]), (0, b"repeat 4095"))
        self.assertEqual(sechandle("check", "-p", "implementation", "-", stdin=out)[0], 0)

    def test_files_are_told_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("a", "b")]
            for path in paths:
                path.write_bytes(SCRIPT)
            code, out, _ = sechandle("replay", *paths)
            self.assertEqual(code, 0)
            self.assertEqual(out, b"".join(b"# %s\n" % bytes(path) + TRACE
                                           for path in paths))
            self.assertEqual(sechandle("replay", paths[0], "/none")[0], 2)

    def test_inputs_of_the_other_targets_are_run(self):
        for target in ("raw", "text"):
            self.assertEqual(sechandle("replay", f"--target={target}", "-", stdin=SCRIPT),
                             (0, b"", b""))


if __name__ == "__main__":
    unittest.main()
