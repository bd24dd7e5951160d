"""test_example.py: the example program, linked with the static library, makes a
whole exchange in every build variant, and says where a call went wrong."""
import subprocess
import unittest
from pathlib import Path

from common import SECHANDLE

EXAMPLE = Path(SECHANDLE).parent / "example"


def example(*arguments):
    """Runs the program; returns its exit status and its lines of output."""
    done = subprocess.run([EXAMPLE, *arguments], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stderr, done.stdout.splitlines()


class Example(unittest.TestCase):
    def test_it_makes_an_exchange(self):
        code, err, lines = example()
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([line.split()[0] for line in lines], [
            "AcquireCredentialsHandle", "AcquireCredentialsHandle",
            "InitializeSecurityContext", "AcceptSecurityContext",
            "InitializeSecurityContext", "CompleteAuthToken",
            "AcceptSecurityContext", "QueryContextAttributes", "the",
            "FreeContextBuffer", "DeleteSecurityContext", "DeleteSecurityContext",
            "FreeCredentialsHandle", "FreeCredentialsHandle"])
        self.assertIn("the initiator is alice", lines)

    def test_it_deletes_twice(self):
        code, err, lines = example("Reference", "--twice")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(lines.count("DeleteSecurityContext            0x00000000"), 4)

    def test_a_package_that_is_not_there(self):
        code, err, lines = example("None")
        self.assertEqual((code, err), (1, ""))
        self.assertEqual(lines, ["AcquireCredentialsHandle         0x80090305"])


if __name__ == "__main__":
    unittest.main()
