"""What the command-line tests share."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECHANDLE = os.environ.get("SECHANDLE", str(ROOT / "build/sechandle"))


def sechandle(*arguments, stdin=b""):
    """Runs the program; returns (exit code, standard output, standard error),
    both outputs as bytes."""
    done = subprocess.run([SECHANDLE, *map(str, arguments)], input=stdin,
                          capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr
