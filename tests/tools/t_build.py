"""Finding sources, building files in, installing packages, replaying a corpus: the build's tools."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

t = Checks()


def run(*command, **options):
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False,
                       **options)
    return r.returncode, r.stdout, r.stderr


def tree(*names):
    root = Path(tempfile.mkdtemp(prefix="tree."))
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


# --- list_sources -----------------------------------------------------------------------------------
root = tree("src/base/b.c", "src/base/a.c", "src/base/a.h", "src/base/deep/c.c", "src/main.c",
            "tests/unit/u_a.c", "tests/unit/x.c", "templates/nl/a.txt", "templates/README.md",
            "templates/.hidden", "law/rate.json", "law/rate.json~", "queries/q.sql")
(root / "tools").mkdir()
shutil.copy(ROOT / "tools/list_sources", root / "tools")
tool = root / "tools/list_sources"
t.equal("sources of a folder, sorted, not below it", run(tool, "src/base", "*.c")[1].split(),
        ["src/base/a.c", "src/base/b.c"])
t.equal("a folder that is not there has none", run(tool, "src/none", "*.c")[:2], (0, "\n"))
t.equal("data files, all folders deep", run(tool, "--data")[1].split(),
        ["law/rate.json", "templates/nl/a.txt"])
t.equal("data files of one folder", run(tool, "--data", "law")[1].split(), ["law/rate.json"])
stamp = root / "stamp"
run(tool, "--stamp", stamp)
before, os_time = stamp.read_text(), 1_000_000_000
os.utime(stamp, (os_time, os_time))
run(tool, "--stamp", stamp)
t.equal("an unchanged stamp is not touched", stamp.stat().st_mtime, os_time)
(root / "src/base/new.c").write_text("")
run(tool, "--stamp", stamp)
t.true("a new file changes the stamp", stamp.read_text() != before
       and "src/base/new.c" in stamp.read_text())
t.true("wrong arguments are refused", run(tool, "--frobnicate")[0] not in (0, None))

# --- embed.py, compiled and run -----------------------------------------------------------------------
root = tree("data/a.txt", "data/b \"quoted\" \\ name.txt", "data/empty")
(root / "data/empty").write_bytes(b"")
(root / "data/bytes.bin").write_bytes(bytes(range(256)) * 40)
files = sorted((root / "data").iterdir())
run("python3", ROOT / "tools/embed.py", "--root", root, "--out", root / "out.c", *files, cwd=root)
(root / "main.c").write_text("""
#include "base/embedded.h"
#include "base/context.h"
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	struct vd_embedded e;
	if (argc == 1) return (int)vd_embedded_count();
	if (!vd_embedded_find((struct vd_str){ argv[1], __builtin_strlen(argv[1]) }, &e)) return 99;
	return fwrite(e.data, 1, e.size, stdout) != e.size || e.data[e.size] != 0;
}
void vd_assert_failed(const char *c, const char *f, int l) { (void)c; (void)f; (void)l; abort(); }
""")
code, out, err = run("cc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
                     "-Werror", "-ffunction-sections", "-Wl,--gc-sections",
                     f"-I{ROOT}/src", "main.c", "out.c", ROOT / "src/base/embedded.c",
                     ROOT / "src/base/str.c", "-o", "main", cwd=root)
t.true("what embed.py writes compiles without a warning", code == 0, err)
t.equal("it holds as many files as were given", run(root / "main")[0], len(files))
for path in files:
    got = subprocess.run([root / "main", f"data/{path.name}"], capture_output=True, check=False)
    t.true(f"the bytes of {path.name}", got.returncode == 0 and got.stdout == path.read_bytes())
t.equal("a name that is not there", run(root / "main", "data/none")[0], 99)
run("python3", ROOT / "tools/embed.py", "--root", root, "--out", root / "none.c", cwd=root)
code, out, err = run("cc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/src",
                     "-c", "none.c", cwd=root)
t.true("a table of nothing compiles", code == 0, err)
first = (root / "out.c").read_bytes()
run("python3", ROOT / "tools/embed.py", "--root", root, "--out", root / "out.c", *reversed(files), cwd=root)
t.equal("the order of the arguments does not matter", (root / "out.c").read_bytes(), first)

# --- setup ------------------------------------------------------------------------------------------
names = {what: run(ROOT / "tools/setup", "list", what)[1].split() for what in ("build", "test", "dev")}
t.true("test asks for more than build, dev for more than test",
       set(names["build"]) < set(names["test"]) < set(names["dev"]))
t.true("no package is named twice", len(names["dev"]) == len(set(names["dev"])), names["dev"])
t.equal("an unknown set is refused", run(ROOT / "tools/setup", "everything")[0], 1)

# a machine where nothing is installed, and where apt-get only writes down what it was asked
fake = Path(tempfile.mkdtemp(prefix="fake."))
for name, text in (("dpkg-query", "exit 1"), ("apt-get", f"echo \"$@\" >>{fake}/asked"),
                   ("id", "echo ${FAKE_UID:-0}"), ("sudo", f"echo sudo >>{fake}/asked; \"$@\"")):
    (fake / name).write_text("#!/bin/sh\n" + text + "\n")
    (fake / name).chmod(0o755)
env = os.environ | {"PATH": f"{fake}:{os.environ['PATH']}"}
code, out, err = run(ROOT / "tools/setup", "build", env=env)
asked = (fake / "asked").read_text()
t.true("as root it installs without sudo", code == 0 and "sudo" not in asked, err)
t.true("it updates the lists first", asked.index("update") < asked.index("install -y"), asked)
t.true("it asks for every package", set(names["build"]) <= set(asked.split()), asked)
(fake / "asked").unlink()
run(ROOT / "tools/setup", "build", env=env | {"FAKE_UID": "1000"})
t.true("as a person it uses sudo", (fake / "asked").read_text().startswith("sudo"))
(fake / "asked").unlink()
(fake / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\n")
code, out, err = run(ROOT / "tools/setup", "dev", env=env)
t.true("when all is there nothing is asked", code == 0 and not (fake / "asked").exists())
(fake / "dpkg-query").write_text("#!/bin/sh\nfor last; do :; done\n[ $last != libpq-dev ] && echo install ok installed\n")
run(ROOT / "tools/setup", "build", env=env)
t.equal("only what is missing is installed",
        (fake / "asked").read_text().splitlines()[-1].split()[-2:], ["--no-install-recommends", "libpq-dev"])
(fake / "apt-get").write_text("#!/bin/sh\nexit 100\n")
code, out, err = run(ROOT / "tools/setup", "build", env=env)
t.true("a failure of apt-get is told", code == 1 and "apt-get" in err, err)

# --- replaying a corpus ---------------------------------------------------------------------------------
root = tree("corpus/a", "corpus/b")
(root / "f.c").write_text("""
#include <stddef.h>
#include <stdint.h>
#include <string.h>
int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n)
{
	if (n > 3 && memcmp(d, "boom", 4) == 0) return d[n]; /* one byte too far */
	return 0;
}
""")
code, out, err = run("cc", "-fsanitize=address", "f.c", ROOT / "tests/fuzz/replay.c", "-o", "f", cwd=root)
t.true("the replay program compiles", code == 0, err)
code, out, err = run(root / "f", root / "corpus")
t.true("a good corpus passes", code == 0 and "ok 1 - 2 files" in out, out + err)
(root / "corpus/c").write_text("boom")
code, out, err = run(root / "f", root / "corpus")
t.true("a read past the end is found", code != 0 and "heap-buffer-overflow" in err, out + err)
t.true("and the file is named", out.rstrip().endswith("# c") or "# c\n" in out, out)
t.true("an empty corpus is a failure", run(root / "f", tree("x/.hidden") / "x")[0] == 1)
t.true("a corpus that is not there is a failure", run(root / "f", root / "none")[0] == 1)
t.end()
