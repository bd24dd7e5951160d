"""test_coverage.py: the committed inputs of the fuzz targets reach every branch of the
reference, or fuzz/uncovered.txt says why not, and says nothing else.
"""
import subprocess
import tempfile
import unittest

from common import ROOT


class Coverage(unittest.TestCase):
    def test_each_branch_is_reached_or_has_a_reason(self):
        """What campaigns have found beside does not count."""
        with tempfile.TemporaryDirectory() as data:
            done = subprocess.run(
                [ROOT / "fuzz/campaign.py", f"--data={data}", "cover", "--check"],
                cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        committed = sum(path.is_file() for target in ("lifecycle", "small", "raw")
                        for kind in ("seeds", "regressions")
                        for path in (ROOT / "fuzz" / kind / target).glob("*"))
        self.assertTrue(done.stdout.startswith(f"lifecycle, small, raw: {committed} "
                                               "inputs, of which 0 fail "), done.stdout)


if __name__ == "__main__":
    unittest.main()
