"""The runner counts what happened, and whatever does not add up is a failure."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

t = Checks()


def run(scripts, *args, programs=(), env=None, helper=""):
    """Runs the runner in a tree of its own with these test scripts; its status and lines."""
    root = Path(tempfile.mkdtemp(prefix="tree."))
    for folder in ("tools", "tests/unit", "tests/some", "build/tests"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "tools/run_tests", root / "tools")
    shutil.copy(ROOT / "tests/lib.sh", root / "tests")
    for name, text in scripts.items():
        (root / "tests/some" / name).write_text(text)
    for name, text in programs:
        (root / "tests/unit" / f"{name}.c").write_text('#include "help.h"\n')
        (root / "tests/unit/help.h").write_text(helper)
        if text is not None:
            (root / "build/tests" / name).write_text("#!/bin/sh\n" + text)
            (root / "build/tests" / name).chmod(0o755)
    r = subprocess.run([root / "tools/run_tests", "--build", root / "build", *args],
                       capture_output=True, text=True, check=False,
                       env=os.environ | (env or {}))
    return r.returncode, r.stdout


def last(out):
    return out.rstrip("\n").split("\n")[-1]


CASES = [
    # what the script does                       passed failed skipped, status
    ("exit 0", (1, 0, 0), 0),
    ("exit 1", (0, 1, 0), 1),
    ("echo no network; exit 77", (0, 0, 1), 1),                  # nothing passed
    ("echo ok 1 - a; echo ok 2 - b; echo 1..2", (2, 0, 0), 0),
    ("echo ok 1 - a; echo not ok 2 - b; echo 1..2; exit 1", (1, 1, 0), 1),
    ("echo not ok 1 - a; echo 1..1; exit 0", (0, 1, 0), 1),
    ("echo ok 1 - a; echo 'ok 2 - b # SKIP none here'; echo 1..2", (1, 0, 1), 0),
    ("echo ok 1 - a; echo 'not ok 2 # SKIP b'; echo 1..2", (1, 0, 1), 0),  # as cmocka says it
    ("echo 1..3; echo ok 1 - a", (1, 2, 0), 1),                  # two never reported
    ("echo 1..1; echo ok 1 - a; exit 3", (1, 1, 0), 1),          # leak found at the end
    ("echo 1..1; echo ok 1 - a; kill -SEGV $$", (1, 1, 0), 1),
    ("kill -ABRT $$", (0, 1, 0), 1),
    ("echo 1..0 '# skip no such thing'", (0, 0, 1), 1),
    ("[ -z \"$(ls -A \"$TMPDIR\")\" ] && [ ! -t 0 ] && [ \"$LC_ALL\" = C.UTF-8 ]", (1, 0, 0), 0),
    ("[ -d \"$SOURCE_ROOT/tests/some\" ] && [ -z \"${VOLDAAN_STORE:-}\" ]", (1, 0, 0), 0),
]
for text, (passed, failed, skipped), status in CASES:
    code, out = run({"t_a.sh": text}, env={"VOLDAAN_STORE": "sqlite:mine.db"})
    t.equal(text, (code, last(out)),
            (status, f"{passed} passed, {failed} failed, {skipped} skipped"))

code, out = run({})
t.equal("no test at all is a failure", (code, last(out)), (1, "0 passed, 0 failed, 0 skipped"))
code, out = run({"t_a.sh": "echo why not; exit 77", "t_b.sh": "exit 0"})
t.contains("the reason of a skip is shown", out, "skipped: why not")
code, out = run({"t_a.sh": "echo 'skipped: no samples'; echo 'not ok 1 # SKIP cmocka'; echo 1..1"})
t.contains("the reason printed before a skip is shown", out, "skipped: cmocka: no samples")
code, out = run({"t_a.sh": "echo the details; exit 1", "t_b.sh": "echo chatter; exit 0"})
t.true("output is shown when it failed, and only then",
       "the details" in out and "chatter" not in out, out)
code, out = run({"t_a.sh": "sleep 60"}, env={"TEST_TIMEOUT": "1"})
t.true("what takes too long is stopped", code == 1 and "more than 1 s" in out, out)
code, out = run({"t_a.sh": "sleep 60 & echo $!; exit 0", "t_b.py": "print('ok 1 - x\\n1..1')"},
                env={"TEST_TIMEOUT": "2"})
t.true("a child left behind does not hang the run", "1 failed" in last(out), out)

code, out = run({}, programs=[("u_a", "echo 1..1; echo ok 1 - a"), ("u_b", None)])
t.true("a unit test that was not built is a failure",
       last(out) == "1 passed, 1 failed, 0 skipped" and "was not built" in out, out)

# (the name is put together, so that this test itself does not run twice)
twice = '. "$SOURCE_ROOT/tests/lib.sh"; is kind "$TEST_%s" sqlite; end_tests' % "STORE"
code, out = run({"t_a.sh": twice, "t_b.sh": "exit 0"}, "--stores", "sqlite")
t.equal("a test that names the store runs on the asked stores", last(out),
        "2 passed, 0 failed, 0 skipped")
code, out = run({}, "--stores", "sqlite", programs=[("u_a", "[ \"$TEST_%s\" = sqlite ]" % "STORE")],
                helper="getenv(\"TEST_%s\")\n" % "STORE")
t.equal("so does one whose helper names it", last(out), "1 passed, 0 failed, 0 skipped")
code, out = run({"t_a.sh": "exit 0", "t_b.sh": "exit 1"}, "t_a")
t.equal("only tests that contain the word run", last(out), "1 passed, 0 failed, 0 skipped")
code, out = run({"t_a.sh": "exit 0"}, "--stores", "oracle")
t.equal("an unknown store is refused", code, 2)
code, out = run({"x_a.sh": "exit 1", "t_b.sh": "exit 0", "t_c.txt": "exit 1"})
t.equal("only t_*.sh and t_*.py are tests", last(out), "1 passed, 0 failed, 0 skipped")
t.end()
