#!/usr/bin/env python3
"""Invents a business: debtors, invoices, and a bank statement that pays part of them.

  tools/workload.py --invoices N --out DIR [--seed S] [--as-at YYYY-MM-DD]

Writes debtors.csv, invoices.csv (the headers `voldaan import` knows), statement.xml (camt.053)
and truth.csv: which entry of the statement really paid which invoice, for how much, and what kind
of payment it was (an entry that is not in it paid nothing we know). The same
arguments give the same bytes. Nobody in it exists; the IBANs have right check digits and a bank
code that no bank has.

Payments are as in life: most with the invoice number, some for several invoices at once, some
too little, some without any reference, some for nothing we know.
"""
import argparse
import csv
import datetime
import random
from pathlib import Path
from xml.sax.saxutils import escape

FIRST = "Acht Berk Dijk Eik Fluit Gans Heide Iep Kade Linde Molen Noord Oever Populier Rogge Sluis " \
        "Terp Veen Wilg Zand".split()
SECOND = "berg bos brug dal dam haven heuvel hof horst kamp kerk laan made meer poort stad veld " \
         "weg woud zijl".split()
TRADE = "Bakkerij Bouw Drukkerij Fietsen Glas Handel Installatie Kaas Meubel Papier Schilders " \
        "Techniek Transport Verf Zuivel".split()
FORM = ("B.V.", "V.O.F.", "", "N.V.", "Stichting")
KINDS = (("exact", 70), ("several", 12), ("partial", 6), ("no reference", 6), ("typing error", 3),
         ("unknown", 3))
BANK = "VDTN"  # not a bank


def iban(number):
    account = f"{BANK}{number:010d}"
    digits = "".join(str(int(c, 36)) for c in account + "NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"


def cents(n):
    return f"{n // 100}.{n % 100:02d}"


class Business:
    def __init__(self, invoices, seed, as_at):
        self.random = random.Random(f"{seed}/{invoices}")
        self.as_at = as_at
        self.debtors = [self.debtor(i) for i in range(max(1, invoices // 10))]
        self.invoices = [self.invoice(i) for i in range(invoices)]

    def debtor(self, i):
        r = self.random
        place = r.choice(FIRST) + r.choice(SECOND)
        name = f"{r.choice(TRADE)} {place} {r.choice(FORM)}".strip()
        return {
            "debtor_id": f"D{i + 1:06d}", "name": name, "street": f"{r.choice(FIRST)}{r.choice(SECOND)}straat {r.randint(1, 199)}",
            "postcode": f"{r.randint(1000, 9999)} {r.choice('ABCDEFGHJKLM')}{r.choice('ABCDEFGHJKLM')}",
            "city": place, "country": "NL", "iban": iban(i + 1), "email": f"post@{place.lower()}{i}.example",
            "language": "nl", "kind": "business", "terms_days": r.choice((14, 30, 30, 30, 60)),
        }

    def invoice(self, i):
        r = self.random
        debtor = r.choice(self.debtors)
        day = self.as_at - datetime.timedelta(days=r.randint(1, 180))
        net = r.choice((r.randint(1_000, 50_000), r.randint(10_000, 500_000), r.randint(100_000, 5_000_000)))
        vat = (net * 21 + 50) // 100
        return {
            "invoice_no": f"F{i + 1:07d}", "debtor": debtor, "invoice_date": day,
            "due_date": day + datetime.timedelta(days=debtor["terms_days"]),
            "net": net, "vat": vat, "gross": net + vat,
        }

    # --- payments ---------------------------------------------------------------------------------

    def payments(self):
        """About two of three invoices are paid; each payment is (debtor, amount, text, parts, kind)."""
        r = self.random
        left = {}
        for invoice in self.invoices:
            if r.random() < 0.66:
                left.setdefault(invoice["debtor"]["debtor_id"], []).append(invoice)
        out = []
        for mine in left.values():
            while mine:
                out.append(self.payment(mine))
        r.shuffle(out)
        return out

    def payment(self, mine):
        r = self.random
        kind = r.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
        paid = [mine.pop() for _ in range(min(len(mine), r.randint(2, 4) if kind == "several" else 1))]
        parts = [(i["invoice_no"], i["gross"]) for i in paid]
        text = " ".join(i["invoice_no"] for i in paid)
        if kind == "partial":
            parts = [(parts[0][0], parts[0][1] * r.randint(30, 90) // 100)]
        elif kind == "no reference":
            text = "betaling"
        elif kind == "typing error":
            text = text[:-2] + text[-1] + text[-2]
        elif kind == "unknown":
            parts, text = [], "waarborgsom huur"
        amount = sum(a for _, a in parts) or r.randint(5_000, 90_000)
        return paid[0]["debtor"], amount, text, parts, kind


def write_csv(path, headers, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, headers, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def entry(number, day, debtor, amount, text):
    return f"""<Ntry><NtryRef>{number}</NtryRef><Amt Ccy="EUR">{cents(amount)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>W{number:010d}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>W{number:010d}</AcctSvcrRef></Refs><Amt Ccy="EUR">{cents(amount)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Nm>{escape(debtor["name"])}</Nm></Dbtr><DbtrAcct><Id><IBAN>{debtor["iban"]}</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""


def write_statement(path, payments, day, account):
    total = sum(p[1] for p in payments)
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>WORKLOAD</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>WORKLOAD-1</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>{day}T06:00:00</CreDtTm>
<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{cents(total)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
""")
        for number, (debtor, amount, text, _, _) in enumerate(payments, 1):
            f.write(entry(number, day, debtor, amount, text))
        f.write("</Stmt></BkToCstmrStmt></Document>\n")


def write(invoices, out, seed, as_at):
    """Writes the files; returns how many (debtors, invoices, payments) there are."""
    out.mkdir(parents=True, exist_ok=True)
    b = Business(invoices, seed, as_at)
    payments = b.payments()
    write_csv(out / "debtors.csv", list(b.debtors[0]), b.debtors)
    write_csv(out / "invoices.csv",
              ["invoice_no", "debtor_id", "invoice_date", "due_date", "net", "vat", "gross", "currency"],
              ({"invoice_no": i["invoice_no"], "debtor_id": i["debtor"]["debtor_id"],
                "invoice_date": i["invoice_date"], "due_date": i["due_date"], "net": cents(i["net"]),
                "vat": cents(i["vat"]), "gross": cents(i["gross"]), "currency": "EUR"} for i in b.invoices))
    write_statement(out / "statement.xml", payments, as_at, iban(0))
    write_csv(out / "truth.csv", ["entry_reference", "item", "amount", "kind"],
              ({"entry_reference": f"W{n:010d}", "item": item, "amount": cents(amount), "kind": p[4]}
               for n, p in enumerate(payments, 1) for item, amount in p[3]))
    return len(b.debtors), len(b.invoices), len(payments)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--invoices", type=int, required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--seed", default="1")
    ap.add_argument("--as-at", type=datetime.date.fromisoformat, default=datetime.date(2026, 6, 30))
    args = ap.parse_args()
    print("{} debtors, {} invoices, {} payments".format(
        *write(args.invoices, args.out, args.seed, args.as_at)))


if __name__ == "__main__":
    main()
