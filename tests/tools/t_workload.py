"""The invented business is the same each time, adds up, and its IBANs have right check digits."""
import csv
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

t = Checks()
work = Path(os.environ["TMPDIR"])
for name in ("one", "two"):
    subprocess.run([ROOT / "tools/workload.py", "--invoices", "2000", "--out", work / name], check=True,
                   stdout=subprocess.DEVNULL)
for name in ("debtors.csv", "invoices.csv", "statement.xml", "truth.csv"):
    t.equal(f"{name} is the same twice", (work / "one" / name).read_bytes(), (work / "two" / name).read_bytes())


def rows(name):
    with open(work / "one" / name, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


debtors, invoices, truth = rows("debtors.csv"), rows("invoices.csv"), rows("truth.csv")
ids = {d["debtor_id"] for d in debtors}
t.equal("as many as asked", (len(debtors), len(invoices)), (200, 2000))
t.true("every invoice has a debtor", all(i["debtor_id"] in ids for i in invoices))
t.true("net and VAT make gross",
       all(Decimal(i["net"]) + Decimal(i["vat"]) == Decimal(i["gross"]) for i in invoices))


def check_digits(iban):
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


t.true("IBANs have right check digits", all(check_digits(d["iban"]) == 1 for d in debtors))
text = (work / "one/statement.xml").read_text()
tree = ET.fromstring(text)
ns = {"c": re.match(r"\{(.*)\}", tree.tag)[1]}
entries = {e.find("c:AcctSvcrRef", ns).text: Decimal(e.find("c:Amt", ns).text)
           for e in tree.iterfind(".//c:Ntry", ns)}
closing = tree.findall(".//c:Bal", ns)[1].find("c:Amt", ns).text
t.equal("entries make the closing balance", sum(entries.values()), Decimal(closing))
paid = {}
for row in truth:
    paid[row["entry_reference"]] = paid.get(row["entry_reference"], 0) + Decimal(row["amount"])
t.true("the truth allocates whole entries", all(entries[k] == v for k, v in paid.items()))
t.true("some entries pay nothing we know", len(paid) < len(entries))
gross = {i["invoice_no"]: Decimal(i["gross"]) for i in invoices}
t.true("no invoice is paid too much", all(Decimal(r["amount"]) <= gross[r["item"]] for r in truth))
t.end()
