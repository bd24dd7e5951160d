"""The proof runner: every gate fails for its own reason, and only for that."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import ROOT

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "proofs"))
import acsl
import frama
import gates
import prove as proving

PYTHON = "/usr/bin/python3"
PROVE = ROOT / "proofs/prove.py"
MUST_FAIL = sorted((ROOT / "proofs/must-fail").glob("*.c"))
HEADER = re.compile(r'/\* Fails at ([\w, ]+?)(?: \("(.*?)"\))?: ')


def prove(root, *arguments, runner=PROVE, **environment):
    """Runs prove.py on a source tree; returns the finished process."""
    return subprocess.run(
        [PYTHON, "-B", runner, "--root", root, *arguments], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **environment}, check=False)


class Tree:
    """A source tree with some of the must-fail files as its reference."""

    def __init__(self, *names):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        (self.root / "ref").mkdir()
        (self.root / "proofs").mkdir()
        for name in names:
            shutil.copy(ROOT / f"proofs/must-fail/{name}.c", self.root / "ref")
        self.write("files.txt", "\n".join(f"ref/{name}.c" for name in names))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def write(self, name, content):
        """Writes a file below proofs/, as text or as JSON."""
        if not isinstance(content, str):
            content = json.dumps(content)
        (self.root / "proofs" / name).write_text(content)

    def add(self, name, text):
        """Adds a file to the reference and to the proved ones."""
        (self.root / "ref" / name).write_text(text)
        listed = (self.root / "proofs/files.txt").read_text()
        self.write("files.txt", f"{listed}\nref/{name}\n")

    def runner(self, prover):
        """A runner in the tree whose z3 is the given shell script."""
        copy, z3 = self.root / "runner/proofs", self.root / "z3"
        shutil.copytree(ROOT / "proofs", copy)
        configuration = copy / "why3.conf"
        configuration.write_text(configuration.read_text().replace(
            "/usr/bin/z3", str(z3)))
        if prover:
            z3.write_text(f"#!/bin/sh\n{prover}\n")
            z3.chmod(0o755)
        return copy / "prove.py"

    def prove(self, *arguments, **how):
        """Proves the tree; returns the process and the receipt's faults, as
        (gate, place, text)."""
        # Some of the false goals would keep z3 busy for as long as it may.
        done = prove(self.root, "--seconds", "15", *arguments, **how)
        receipt = json.loads((self.root / "build/proof/receipt.json").read_text())
        return done, [(fault["gate"], fault["place"], fault["text"])
                      for fault in receipt["faults"]]


class Gates(unittest.TestCase):
    def test_every_must_fail_file_fails_at_its_gates_and_no_other(self):
        with Tree(*(path.stem for path in MUST_FAIL)) as tree:
            done, faults = tree.prove()
        self.assertEqual(done.returncode, 1, done.stderr)
        for path in MUST_FAIL:
            with self.subTest(path.name):
                gates, reason = HEADER.match(path.read_text()).groups()
                place = re.compile(rf"(64-bit )?ref/{path.name}(:\d+)?")
                # No goal is committed for these, which is no news.
                found = [(gate, text) for gate, where, text in faults
                         if place.fullmatch(where) and gate != "expected"]
                wanted = set(gates.split(", ")) - {"nothing"}
                self.assertEqual({gate for gate, _ in found}, wanted, found)
                self.assertTrue(not reason or any(reason in text
                                                  for _, text in found), found)

    def test_a_smoke_test_does_not_pass_if_the_prover_dies(self):
        with Tree("passes") as tree:
            runner = tree.runner('[ "$1" = --version ] && exec /usr/bin/z3 "$1"\n'
                                 "exit 137")
            done, faults = tree.prove(runner=runner)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("smoke: the prover did not answer: High failure",
                      [f"{gate}: {text}"[:46] for gate, _, text in faults])

    def test_what_a_smoke_test_takes_for_an_answer(self):
        for answer, fails in (
                ("Unknown (unknown) (0.02s, 25165 steps) and Unknown", 0),
                ("Valid (0.01s, 25652 steps) and Valid (10ms) (25652)", 0),
                ("Out of memory (0.00s) and Failed out of memory", 1),
                ("Timeout (3.00s) and Timeout (3s)", 1),
                ("High failure (0.00s), Prover exit status: killed by signal 9 "
                 "prover output: and Timeout (3s)", 1)):
            log = ("[wp:prover] Why3 run prover Z3 4.8.12 with timeout 3\n"
                   f"[wp:prover] \n  Why3 result for Z3 4.8.12: {answer}\n[wp] x\n")
            result = frama.Result(smoke_asked=1, smoke_answers=frama.answers(log))
            self.assertEqual(len([*gates.smoke(result)]), fails, answer)
        self.assertEqual([*gates.smoke(frama.Result(smoke_asked=2))],
                         [("smoke", "2 questions, 0 answers")])

    def test_every_gate_has_a_test(self):
        tested = set(re.findall(r"\w+", " ".join(
            HEADER.match(path.read_text()).group(1) for path in MUST_FAIL)))
        text = Path(__file__).read_text()
        shown = prove(ROOT, "--help").stdout
        gates = re.findall(r"^  (\w+) +\w", shown.split("gates:\n")[1]
                           .split("\n\n")[0], re.M)
        self.assertGreater(len(gates), 10)
        for gate in gates:
            self.assertTrue(gate in tested or f'"{gate}: ' in text, gate)


class Words(unittest.TestCase):
    """What is read of sources, prints and logs."""

    def test_directives_that_are_understood_and_that_are_not(self):
        table = Path("ref/table.h")
        self.assertEqual([*gates.directive_faults(table, """\
#ifndef REF_TABLE_H
#define REF_TABLE_H
#include <stdint.h>
#ifndef TABLE_MAX
#define TABLE_MAX 4u
#endif
#ifdef __cplusplus
extern "C" {
#else
#error "why not"
#endif
#ifdef UNICODE
#define NAME(name) name##W
#else
#define NAME(name) name##A
#endif
#undef NAME
#endif
""")], [])
        for text in ("#if 1\n#endif", "#ifndef TABLE_MAX\n#endif", "#import <a.h>",
                     "#include_next <a.h>", "#pragma pack(1)", "# 7", "#else",
                     "#ifndef TABLE_MAX\n#define TABLE_MAX 4\n#else\n#endif",
                     "%:if 1", "/* */ #if 1", "#\\\nif 1", "#def\\\nined",
                     "/* ??/", "#elifdef UNICODE"):
            self.assertTrue([*gates.directive_faults(table, text)], text)
        for word in ("__FRAMAC__", "__FC_STDINT", "__GNUC__", "_Pragma", "_LP64"):
            self.assertTrue([*gates.raw_faults(table, f"int n = {word};")], word)

    def test_the_headers_of_the_reference_are_understood(self):
        self.assertEqual(gates.raw(ROOT, proving.Project(ROOT).files), [])
        read = {path.name for path in gates.sources(ROOT, "ref/lifecycle.c")[0]}
        self.assertEqual(read, {"lifecycle.c", "lifecycle.h", "sspi.h", "table.h"})

    def test_a_separation_implies_only_what_it_holds(self):
        def implies(one, other, keyword="requires"):
            return gates.implied([rf"\separated({clause})" for clause in one], keyword,
                                 rf"\separated({other})", ["p"])
        self.assertTrue(implies(["a, b + (0 .. 1), c"], "c, a"))
        self.assertFalse(implies(["a, b"], "a, c"))
        self.assertFalse(implies([r"a, b) || \separated(c, d"], "a, d"))
        self.assertFalse(implies(["a, b"], r"a, b) || \separated(a, b"))
        self.assertFalse(implies(["a, b"], "a"))
        # What a pointer may reach holds what it points to, but not the reverse.
        self.assertTrue(implies(["p + (..), &g"], "p + (0 .. n - 1), &g"))
        self.assertTrue(implies(["p + (..), &g"], "p, &g"))
        self.assertTrue(implies(["p + (..), &g"], "&g, &p->size"))
        self.assertFalse(implies(["p, &g"], "p + (..), &g"))
        self.assertTrue(implies(["p, &a[..]"], "p, (struct s *)a + (..)"))
        self.assertFalse(implies(["p, &a[0]"], "p, (struct s *)a + (..)"))
        # Pairs may be stated one by one; those of a set need not be.
        self.assertTrue(implies(["p, &g", "q, &g"], "&g, {p, q}"))
        self.assertFalse(implies(["p, &g"], "&g, {p, q}"))
        self.assertFalse(implies(["p, &g", "q, &g"], "p, q, &g"))
        # A parameter in a postcondition is what it was; a result was not.
        self.assertTrue(implies(["p, &g"], "p, &g", "ensures"))
        self.assertFalse(implies([r"\result, &g"], r"\result, &g", "ensures"))
        self.assertFalse(implies(["p->q, &g"], "p->q, &g", "ensures"))
        self.assertFalse(implies(["moved + (..), &g"], "moved + (..), &g", "ensures"))
        # What is not understood is not stated.
        self.assertFalse(implies(["c, d"], "{a, b} + (..), c, d"))
        self.assertFalse(implies(["a, (b, c"], "a, b"))

    def test_no_message_of_a_log_is_lost(self):
        found = frama.messages(
            "[wp] a b.c:3: Warning: one\n  goes on\n[kernel] x\n"
            "gcc: warning: two\n[kernel] Warning: three: 3: four\nA Warning\n")
        self.assertEqual([(one.source, one.place, one.text) for one in found], [
            ("wp", "a b.c", "one goes on"), ("log", "", "gcc: warning: two"),
            ("kernel", "", "three: 3: four"), ("log", "", "A Warning")])

    def test_a_predicate_that_separates_is_seen_through(self):
        definitions = {
            ("logic", "apart"): r" predicate apart(struct a *a, unsigned *b) = "
                                r"\separated(a + (..), b + (..), &g);",
            ("logic", "far"): r" predicate far{L}(struct a *one) = "
                              r"\at(apart(one, one->p) && \separated(one, &h),L);",
            ("logic", "either"): r" predicate either(int *a) = "
                                 r"\separated(a, &g) || \separated(a, &h);",
            ("logic", "round"): r" predicate round(int *a) = round(a);",
            ("logic", "old"): r" predicate old(int *a) = \separated(\old(a), &g);",
            ("logic", "twice"): r" predicate twice(int *a) = \separated(a, &g); "
                                r"predicate twice(int a) = \separated(a, &h);"}

        def seen(clause, *parameters):
            return acsl.separations(clause, definitions, parameters)
        self.assertEqual(seen("apart(p, &q)"), [r"\separated(p + (..), &q + (..), &g)"])
        self.assertEqual(seen(r"\separated(a, b) && apart(p, q)"), [
            r"\separated(a, b)", r"\separated(p + (..), q + (..), &g)"])
        self.assertEqual(seen("far(s)"), [
            r"\separated(s + (..), s->p + (..), &g)", r"\separated(s, &h)"])
        # Names are taken over at once.
        self.assertEqual(seen("apart(b, a)"), [r"\separated(b + (..), a + (..), &g)"])
        for clause in ("apart(p)", "apart(p + 1, q)", "far(&s)", "either(p)", "round(p)",
                       "old(p)", "twice(p)", "none(p)", "!apart(p, q)",
                       "apart{Pre}(p, q)", r"apart(p, q) ==> \false", "p == q",
                       r"x ==> \separated(a, b) && \separated(c, d)"):
            self.assertEqual(seen(clause), [], clause)
        # In a function's contract a parameter hides the global of its name.
        self.assertEqual(seen("apart(p, q)", "p", "q", "g"), [])

    def test_what_is_not_the_same_in_both_data_models(self):
        for text, fault in (
                ("unsigned long n;", "long is not"), ("long double n;", "long is not"),
                ("long long n;", ""), ("uint64_t n; int8_t m;", ""),
                ("uint_fast16_t n;", "uint_fast16_t is not"),
                ("/*@ ensures \\block_length(p) == 4; */ int f(int *p);", "block_length"),
                ("int n = sizeof(int);", "sizeof is not"),
                ("int n __attribute__((__aligned__));", "aligned"),
                ("int n = 2147483648;", "type: 2147483648"),
                ("int n = 0xffffffff;", ""), ("int n = 4294967295u;", ""),
                ("int n = 4294967296u;", "type"), ("int n = 1L;", "type"),
                ("int n = 040000000000;", "type"), ("int n = 5000000000LL;", ""),
                ("float x = 1.0L;", "type"), ("int *w = L'a';", "layout")):
            found = " ".join(gates.model_faults(text, text))
            self.assertTrue(fault in found if fault else not found, (text, found))
        self.assertTrue([*gates.model_faults("int a;", "int a;\nint b;")])

    def test_a_weaker_clause_or_definition_shows_in_the_hashes(self):
        said = ("/*@ predicate low(integer n) = n < 8;\n */\n"
                "/*@ ensures low: low(\\result); */\nint f(int n)\n{ return n; }\n")

        def sums(text):
            found = gates.listed(acsl.program(text), frama.Result())
            return {(name, gates.summed(kinds)) for name, kinds in found.items()}
        self.assertEqual({name for name, _ in sums(said)}, {"f", "logic definitions"})
        for old, new, changes in (("n < 8", "n < 9", "logic definitions"),
                                  ("low(\\result)", "low(n)", "f"),
                                  ("(int n)", "(int m)", "f")):
            self.assertEqual({name for name, _ in
                              sums(said.replace(old, new)) - sums(said)}, {changes})

    def test_a_smoke_test_has_the_number_of_its_statement_in_the_function(self):
        def listed(*names):
            found = gates.listed(acsl.program(""), frama.Result(smoke_passed={*names}))
            return found["f"]["smoke tests"]
        names = listed("f_wp_smoke_dead_code_s9", "f_wp_smoke_dead_call_s12")
        self.assertEqual(names, ["f_wp_smoke_dead_call_s02", "f_wp_smoke_dead_code_s01"])
        self.assertEqual(names, listed("f_wp_smoke_dead_code_s19",
                                       "f_wp_smoke_dead_call_s20"))
        self.assertNotEqual(names, listed("f_wp_smoke_dead_code_s13",
                                          "f_wp_smoke_dead_call_s12"))

    def test_only_goals_that_qed_leaves_count_for_the_share(self):
        entry = {"reason": "", "configurations": ["64-bit"], "not by": "CVC4:1.8"}
        for goals, fails in ((100, False), (99, True)):
            found = [text for _, text in gates.exceptions_listed(
                [entry], {"64-bit": goals})]
            self.assertEqual(any("that Qed leaves" in text for text in found), fails)


class Committed(unittest.TestCase):
    """What is committed beside the sources fits what is proved."""

    exception = {"file": "ref/both.c", "goal": "squares: squares_ensures_squares",
                 "not by": "CVC4:1.8", "configurations": ["64-bit"],
                 "reason": "it is to fail"}
    entry = {"file": "ref/warnings.c", "place": "ref/warnings.c",
             "text": "Cast with incompatible pointers types",
             "reason": "it is to warn"}
    left_out = {"file": "ref/left.c", "unproved": "it is to be left out"}
    # So many goals for the provers that one exception is a hundredth at most.
    many = ("/*@ predicate above(integer n, integer m) = n >= m;\n  @*/\n\n"
            "/*@ terminates \\true;\n  @ exits \\false;\n  @ assigns \\nothing;\n"
            + "".join(f"  @ ensures grown_{k}: above(\\result + {k}, n);\n"
                      for k in range(100))
            + "  @*/\nunsigned grow(unsigned n)\n{\n"
              "\treturn n < 10 ? n + 1 : n;\n}\n")

    def test_accept_writes_what_the_next_run_expects(self):
        with Tree("passes", "both", "warnings") as tree:
            tree.add("many.c", self.many)
            expected = tree.root / "proofs/expected.json"
            done, _ = tree.prove("--accept", "ref/both.c")
            self.assertEqual(done.returncode, 1)
            self.assertIn("--accept is refused", done.stderr)
            self.assertFalse(expected.exists())
            tree.write("exceptions.json", [self.exception])
            tree.write("ledger.json", [self.entry, self.left_out])
            (tree.root / "ref/left.c").write_text("int left;\n")
            done, faults = tree.prove("--accept")
            self.assertEqual((done.returncode, faults), (0, []), done.stderr)
            done, faults = tree.prove()
            self.assertEqual((done.returncode, faults), (0, []), done.stderr)
            self.receipt(tree, done.stdout)
            self.spoil(tree, expected)
            done, faults = tree.prove()
        self.assertEqual(done.returncode, 1)
        self.spoilt(faults)

    def receipt(self, tree, said):
        """Checks what a run that proves everything tells."""
        receipt = json.loads((tree.root / "build/proof/receipt.json").read_text())
        self.assertEqual(receipt["schema"], "sechandle-proof-receipt/2")
        self.assertEqual((receipt["verdict"], receipt["part"]), ("proved", []))
        self.assertEqual({*receipt["CPU seconds"]}, {"frama-c", "z3", "cvc4"})
        self.assertTrue(all(spent > 0 for spent in receipt["CPU seconds"].values()))
        self.assertIn("ref/passes.c", receipt["sha256"])
        self.assertEqual(receipt["not proved"],
                         {"ref/left.c": "it is to be left out"})
        self.assertIn("not proved: ref/left.c: it is to be left out", said)
        self.assertEqual(len(receipt["runs"]), 4)
        for tool, version in receipt["versions"].items():
            self.assertIn(f"{tool} {version}", said)
        self.assertRegex(said, r"(?m)^CPU seconds: frama-c \d+, z3 \d+, cvc4 \d+$")
        self.assertRegex(said, r"runs done: main 64-bit ref/both.c, \d+ s")
        self.assertIn("PROVED in ", said)
        self.assertIn("1 exceptions, 0 faults", said)
        self.assertNotIn("\r", said)

    def spoil(self, tree, expected):
        """Commits what is not so."""
        kept = tree.root / "build/proof/64-bit/ref-passes.c/expected.json"
        found = json.loads(kept.read_text())
        self.gone = found["count"]["goals"].pop()
        found["count"]["goals"].append("no: such_goal")
        found["count"]["smoke tests"].append("no_such_test")
        found["count"]["contract"] = ["void count(void)"]
        kept.write_text(json.dumps(found))
        said = json.loads(expected.read_text())
        said["ref/passes.c"]["64-bit"] = {
            function: gates.summed(kinds) for function, kinds in found.items()}
        said["ref/both.c"]["64-bit"]["gone"] = "1 contract 0123456789ab"
        said["ref/both.c"]["32-bit"] = {}
        said["ref/gone.c"] = {"64-bit": {}}
        expected.write_text(json.dumps(said))
        tree.write("exceptions.json", [
            self.exception, {**self.exception, "not by": "Z3:4.8.12"},
            {**self.exception, "goal": "no: such_goal", "reason": ""},
            {**self.exception, "file": "ref/none.c"}])
        tree.write("ledger.json", [
            self.entry, {**self.entry, "text": "never said"},
            {**self.entry, "reason": ""}, {"file": "ref/left.c", "unproved": ""},
            {"file": "ref/passes.c", "unproved": "it is proved"},
            {"file": "proofs/forgotten.c", "unproved": "proofs cannot be left out"}])
        (tree.root / "ref/forgotten.c").write_text("int forgotten;\n")
        tree.write("forgotten.c", "int forgotten;\n")
        listed = (tree.root / "proofs/files.txt").read_text()
        tree.write("files.txt", listed.replace("passes.c", "passes.c 32-bit"))

    def spoilt(self, faults):
        """Checks that all of it is told."""
        said = "\n".join(f"{gate}: {place}: {text}" if gate == "core" else
                         f"{gate}: {text}" for gate, place, text in faults)
        for fault in (
                "expected: count: 1 contract ",
                "expected: count: missing in goals: no: such_goal",
                f"expected: count: new in goals: {self.gone}",
                "expected: count: missing in smoke tests: no_such_test",
                "expected: count: missing in contract: void count(void)",
                "expected: count: new in contract: void count(uint32_t *at, ",
                "expected: gone: nothing, not 1 contract 0123456789ab",
                "same: stale: files.txt says 32-bit",
                f"exceptions: stale, Z3:4.8.12 proves it: {self.exception['goal']}",
                "exceptions: unknown goal: no: such_goal",
                "exceptions: without reason or configurations: ",
                "exceptions: unknown file: ",
                "ledger: stale: ",
                "ledger: without reason: {",
                "ledger: without reason: ref/left.c",
                "ledger: stale: ref/passes.c is not left out",
                "more than a hundredth",
                "core: proofs/forgotten.c: not among the proved files",
                "core: ref/forgotten.c: not among the proved files",
                "core: proofs/expected.json: not proved: 64-bit ref/gone.c",
                "core: proofs/expected.json: not proved: 32-bit ref/both.c"):
            self.assertIn(fault, said)
        self.assertEqual({gate for gate, _, _ in faults},
                         {"expected", "exceptions", "ledger", "core", "same"},
                         said)


class Usage(unittest.TestCase):
    def test_wrong_usage_is_told_and_exits_with_2(self):
        for arguments in (["--nope"], ["--jobs", "0"], ["--seconds", "0"], ["ref/none.c"], ["none"]):
            done = prove(ROOT, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(arguments[0].lstrip("-"), done.stderr)
        self.assertIn("none is not in proofs/files.txt, which names table, ", done.stderr)
        done = prove(ROOT / "none")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("files.txt", done.stderr)

    def test_a_missing_prover_is_told_and_exits_with_2(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("frama-c", "gcc"):
                (Path(folder) / tool).symlink_to(shutil.which(tool))
            done = prove(ROOT, PATH=folder)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("not found: why3;", done.stderr)
        # A prover is that of why3.conf, whatever PATH holds.
        with Tree("passes") as tree:
            done = prove(tree.root, runner=tree.runner(""))
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(f"not found: {tree.root}/z3;", done.stderr)

    def test_help_names_gates_and_exit_status(self):
        done = prove(ROOT, "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("exit status: 0 proved, 1 a gate failed, 2", done.stdout)


if __name__ == "__main__":
    unittest.main()
