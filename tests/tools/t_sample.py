"""The files of the sample administration are those its generator writes, and are what they claim."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

BYTES_MAX = 1_500_000


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*")
            if p.is_file() and p.name != "README.md"}


def iban_is_right(iban):
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


t = Checks()
fresh = tempfile.mkdtemp(prefix="sample.")
subprocess.run([sys.executable, ROOT / "tools/make_sample.py", fresh], check=True, stdout=subprocess.DEVNULL)
made, kept = files(fresh), files(ROOT / "sample")
t.equal("the same files", sorted(made), sorted(kept))
t.equal("with the same bytes", [n for n in made if made[n] != kept.get(n)], [])
t.true("not too much for the program", sum(map(len, kept.values())) < BYTES_MAX, sum(map(len, kept.values())))

text = "\n".join(b.decode("utf-8", "replace") for b in kept.values())
ibans = set(re.findall(r"\b(?:NL\d\d[A-Z]{4}\d{10}|DE\d{20}|BE\d{14}|(?:GB|IE)\d\dVDTN\d{14})\b", text))
t.true("there are accounts", len(ibans) >= 60, len(ibans))
t.equal("with right check digits", [i for i in ibans if not iban_is_right(i)], [])
mail = set(re.findall(r"[\w.-]+@([\w.-]+)", text))
t.equal("mail goes nowhere", [m for m in mail if not m.endswith(".example")], [])
t.end()
