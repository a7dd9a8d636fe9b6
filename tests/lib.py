"""Help for test scripts in Python.

    import sys, os
    sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
    from lib import Checks, fresh_store, voldaan

    t = Checks()
    t.equal("one and one", 1 + 1, 2)
    t.true("the file is there", path.exists())
    t.end()                                    # last line of every script
"""
import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(os.environ.get("SOURCE_ROOT", Path(__file__).resolve().parent.parent))
_numbers = itertools.count(1)


class Checks:
    def __init__(self):
        self.run = self.failed = 0

    def report(self, good, name, detail=""):
        self.run += 1
        self.failed += not good
        name = name.replace("#", "=")  # TAP would read a directive
        print(f"{'ok' if good else 'not ok'} {self.run} - {name}")
        if not good:
            for line in str(detail).splitlines():
                print(f"#   {line}")
        sys.stdout.flush()

    def equal(self, name, got, wanted):
        self.report(got == wanted, name, f"got:    {got!r}\nwanted: {wanted!r}")

    def true(self, name, condition, detail=""):
        self.report(bool(condition), name, detail)

    def contains(self, name, text, part):
        self.report(part in text, name, f"not found: {part!r}\nin: {text}")

    def skip(self, name, reason):
        self.run += 1
        print(f"ok {self.run} - {name} # SKIP {reason}")

    def end(self):
        print(f"1..{self.run}")
        sys.exit(1 if self.failed or not self.run else 0)


def skip_all(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def fresh_store():
    """URL of a new, empty store of the kind TEST_STORE says."""
    if os.environ.get("TEST_STORE", "sqlite") == "sqlite":
        return f"sqlite:{tempfile.mkdtemp(prefix='store.')}/voldaan.db"
    base = os.environ["VOLDAAN_STORE_BASE"]
    name = f"p_{os.getpid()}_{next(_numbers)}"
    subprocess.run(["psql", "-qX", base, "-c", f"CREATE DATABASE {name} TEMPLATE template0"],
                   check=True, stdout=sys.stderr)
    return base.rsplit("/", 1)[0] + "/" + name


def voldaan(*args, store=None, stdin=None, timeout=120):
    """Runs the program; the result has .returncode, .stdout and .stderr (text)."""
    command = [os.environ["VOLDAAN"]] + (["--store", store] if store else []) + [str(a) for a in args]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=timeout,
                          stdin=None if stdin is not None else subprocess.DEVNULL, check=False)
