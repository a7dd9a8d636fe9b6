"""`voldaan demo` makes a whole administration, twice the same, and touches nothing of anybody else's."""
import csv
import io
import os
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks, voldaan

LAST = "2026-09-30"


def ageing(store):
    r = voldaan("report", "ageing", "--format", "csv", "--today", LAST, store=store)
    return list(csv.DictReader(io.StringIO(r.stdout)))


def plain(line):
    """Without figures: those of the README may be of an earlier day."""
    return re.sub(r"\d+", "0", line.rstrip())


t = Checks()
folder = Path(tempfile.mkdtemp(prefix="demo.")) / "demo"
store = f"sqlite:{folder}/voldaan.db"
began = time.monotonic()
first = voldaan("demo", "--dir", folder, timeout=300)
t.equal("it ends well", first.returncode, 0)
print(f"# {time.monotonic() - began:.1f} s")
for part in ("189 working days", "60 debtors", "Who owes what", "What the last day's run made", "Why, for one of them", "To try next"):
    t.contains(f"it says: {part}", first.stdout, part)
shown = (ROOT / "README.md").read_text().split("```\n$ voldaan demo\n")[1].split("```")[0].splitlines()
said = {plain(line) for line in first.stdout.replace(str(folder), "voldaan-demo").splitlines()}
told = shown[:5] + shown[shown.index("Where things lie:"):]  # the figures between move with the rules of matching
t.equal("the README shows what it says", [line for line in told if plain(line) not in said], [])
t.equal("every figure is right", voldaan("verify", "--today", LAST, store=store).returncode, 0)
rows = ageing(store)
totals = {r["currency"]: r for r in rows if r["debtor_id"] == "total" or r["debtor_id"] == ""}
buckets = ("not_due", "d1_30", "d31_60", "d61_90", "over_90")
t.true("something of every age", all(any(float(r[b]) for r in rows) for b in buckets), rows)
t.true("two currencies", {"EUR", "GBP"} <= {r["currency"] for r in rows})
letters, mails = list(folder.glob("post/*/letter-*.pdf")), list(folder.glob("post/*/mail-*.eml"))
t.true("letters", len(letters) > 50 and all(p.read_bytes().startswith(b"%PDF") for p in letters), len(letters))
t.true("mails", len(mails) > 100, len(mails))
again = voldaan("demo", "--dir", folder, timeout=300)
t.equal("again over an earlier demo", again.returncode, 0)
t.equal("with the same figures", ageing(store), rows)

other = Path(tempfile.mkdtemp(prefix="other."))
(other / "letter.txt").write_text("mine")
refused = voldaan("demo", "--dir", other)
t.equal("a folder with something else in it is refused", refused.returncode, 4)
t.contains("with the reason", refused.stderr, "not empty")
t.equal("and left alone", sorted(p.name for p in other.iterdir()), ["letter.txt"])
t.end()
