"""An administration as scenarios know it: debtors D1, invoices F1, a bank account, a day of today.

Every fact goes in and every answer comes out through the program itself: files for `import`, commands
for what people do, --json for what is asked.
"""
import contextlib
import csv
import datetime
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import voldaan

DAY = datetime.timedelta(days=1)
ACCOUNT = "NL20INGB0001234567"


class Wrong(Exception):
    """A `then` that does not hold, or a step that cannot be done."""


def cents(text):
    m = re.fullmatch(r"(-?)(\d+)\.(\d\d)", text)
    if not m:
        raise Wrong(f"{text!r} is not an amount such as 12.50")
    return int(m[1] + m[2] + m[3])


def amount(n):
    return f"{'-' if n < 0 else ''}{abs(n) // 100}.{abs(n) % 100:02d}"


def iban_of(debtor):
    """The same account for the same debtor; of a bank that does not exist."""
    account = f"VDTN{sum(ord(c) * 131 ** n for n, c in enumerate(debtor)) % 10**10:010d}"
    digits = "".join(str(int(c, 36)) for c in account + "NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"


def camt(number, day, before, opening, entries):
    """A statement of one day; entries: (cents, debtor, text, reason of a return)."""
    lines = ""
    for n, (value, debtor, text, reason) in enumerate(entries, 1):
        sign, party = ("CRDT", "Dbtr") if value > 0 else ("DBIT", "Cdtr")
        back = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
        lines += (f'<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="EUR">{amount(abs(value))}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
                  f"<RvslInd>{'true' if reason else 'false'}</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
                  f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{number:06d}{n:04d}</AcctSvcrRef>"
                  f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{number:06d}{n:04d}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
                  f'<Amt Ccy="EUR">{amount(abs(value))}</Amt><CdtDbtInd>{sign}</CdtDbtInd><RltdPties>'
                  f"<{party}><Pty><Nm>Debtor {escape(debtor)}</Nm></Pty></{party}><{party}Acct><Id><IBAN>{iban_of(debtor)}</IBAN></Id></{party}Acct>"
                  f"</RltdPties><RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>{back}</TxDtls></NtryDtls></Ntry>\n")
    closing = opening + sum(e[0] for e in entries)
    balances = "".join(f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount(abs(value))}</Amt>'
                       f"<CdtDbtInd>{'CRDT' if value >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
                       for code, value, on in (("OPBD", opening, before), ("CLBD", closing, day)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M{number}</MsgId><CreDtTm>{day}T23:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S{number:05d}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T23:00:00</CreDtTm><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>
{balances}
{lines}</Stmt></BkToCstmrStmt></Document>
""", closing


class World:
    """One administration in a store that several may share."""

    def __init__(self, store, code, folder, today):
        self.store, self.code, self.folder, self.today = store, code, Path(folder), today
        self.folder.mkdir(parents=True)
        self.statements, self.balance, self.covered = 0, 100000, None
        self.files, self.last_file, self.last_import = 0, None, None
        self.ran, self.sent = None, []
        self.text = ""
        self.call("init", "--code", code, "--name", f"Scenario {code}", "--iban", ACCOUNT, administration=False)
        self.call("setting", "set", "sender_email", "post@scenario.example")

    # --- the program ------------------------------------------------------------------------------

    def program(self, *args, administration=True):
        about = ["--administration", self.code] if administration else []
        return voldaan(*args, *about, "--today", self.today, "--actor", "Ann", store=self.store)

    def call(self, *args, good=(0,), administration=True):
        r = self.program(*args, administration=administration)
        if r.returncode not in good:
            raise Wrong(f"voldaan {' '.join(map(str, args))} --today {self.today} ended with {r.returncode}\n{r.stdout}{r.stderr}")
        return r.stdout

    def ask(self, *args, good=(0,)):
        return json.loads(self.call(*args, "--json", good=good))

    def file(self, name, text):
        self.files += 1
        path = self.folder / f"{self.files:03d}-{name}"
        path.write_text(text)
        return path

    def take_in(self, what, path, *more, good=(0,)):
        self.last_file = (what, path, more)
        self.last_import = self.ask("import", what, path, *more, good=good)
        return self.last_import

    # --- what comes in ----------------------------------------------------------------------------

    def rows(self, what, rows, *more, good=(0,)):
        heads = list(dict.fromkeys(k for r in rows for k in r))
        out = io.StringIO()
        w = csv.DictWriter(out, heads, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)
        return self.take_in(what, self.file(f"{what}.csv", out.getvalue()), *more, good=good)

    def debtor(self, number, **more):
        row = {"debtor_id": number, "name": f"Debtor {number}", "iban": iban_of(number), "email": f"{number.lower()}@debtors.example",
               "street": "Straat 1", "postcode": "1000 AA", "city": "Proefdam"}
        self.rows("debtors", [row | more])

    def bank(self, day, entries, file=None):
        """Imports a statement of that day."""
        self.statements += 1
        text, closing = camt(self.statements, day, self.covered or day - DAY, self.balance, entries)
        self.take_in("statement", self.file("statement.xml", text))
        self.balance, self.covered = closing, max(self.covered or day, day)
        return closing

    # --- a day ------------------------------------------------------------------------------------

    def go_to(self, day):
        if day < self.today:
            raise Wrong(f"{day} is before {self.today}: the program's ledger does not go back")
        self.today = day

    def day(self, day, bank=True, release=True, deliver=True):
        """What a day is: yesterday's statement, matching, the run, sending."""
        self.go_to(day)
        if bank and (self.covered is None or self.covered < day - DAY):
            self.bank(day - DAY, [])
        self.call("match")
        self.run(release)
        if deliver:
            self.deliver()

    def run(self, release):
        self.ran = self.ask("run", *(["--release"] if release else []), good=(0, 1))

    def deliver(self):
        folder = self.folder / f"post-{self.today}"
        self.last_delivery = self.ask("outbox", "deliver", "--to-folder", folder, good=(0, 1))

    # --- questions --------------------------------------------------------------------------------

    def report(self, kind, *more):
        text = self.call("report", kind, "--format", "csv", *more)
        return list(csv.DictReader(io.StringIO(text)))

    def open_of(self, number):
        """Open amount of an invoice, a credit note or one due line ("F1/2"), from the view for people."""
        name, _, line = number.partition("/")
        found = self.sql("SELECT coalesce(sum(CAST(round(v.open_amount * 100) AS BIGINT)), 0) FROM v_open_item v"
                         " JOIN administration a ON a.id = v.administration_id"
                         f" WHERE a.code = '{self.code}' AND v.invoice_number = '{name}'" + (f" AND v.line = {int(line)}" if line else ""))
        return amount(int(found))

    def sql(self, query):
        if self.store.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(self.store.partition(":")[2])) as c:
                return c.execute(query).fetchone()[0]
        r = subprocess.run(["psql", "-qXAt", self.store, "-c", query], capture_output=True, text=True, check=True)
        return r.stdout.strip()

    def verify(self):
        self.call("verify")

    def delivered(self):
        return self.last_delivery["sent"]
