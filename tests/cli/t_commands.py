"""The manual and the program name the same commands; each has help; wrong words end with 2."""
import os
import re
import sys

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks, voldaan

t = Checks()
listed = re.search(r"commands:\n(.*?)\n\n", voldaan("help").stdout, re.S)[1]
commands = re.findall(r"^  (\S+)", listed, re.M)
manual = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
sections = re.findall(r"^### (\S+)$", manual, re.M)
t.equal("the manual has a section for each command, and no other", sorted(sections), sorted(commands))
for command in commands:
    r = voldaan("help", command)
    t.true(f"help {command}", r.returncode == 0 and r.stdout.startswith(f"usage: voldaan {command}"), r.stdout + r.stderr)
    t.equal(f"{command} refuses an unknown option", voldaan(command, "--no-such-option").returncode, 2)
t.equal("an unknown command", voldaan("frobnicate").returncode, 2)
t.equal("help for it", voldaan("help", "frobnicate").returncode, 2)
t.end()
