"""A small invented business for tests: its store, invoices and bank statements."""
import csv
import io
import itertools
import json
import os
import sqlite3
import subprocess
import tempfile

from lib import voldaan

IBAN = "NL91ABNA0417164300"
_files = itertools.count(1)


class Books:
    def __init__(self, store, today="2026-03-01"):
        self.store = store
        self.statements = itertools.count(1)
        self.must("init", "--code", "T", "--name", "Proefbedrijf", "--iban", IBAN, today=today)

    def run(self, *args, today=None):
        return voldaan(*(["--today", today] if today else []), *args, store=self.store)

    def must(self, *args, today=None, status=0):
        r = self.run(*args, today=today)
        if r.returncode != status:
            raise AssertionError(f"{args} ended with {r.returncode}: {r.stdout}{r.stderr}")
        return r.stdout

    def json(self, *args, today=None, status=0):
        return json.loads(self.must("--json", *args, today=today, status=status))

    def rows(self, *args, today=None):
        return list(csv.DictReader(io.StringIO(self.must(*args, "--format", "csv", today=today))))

    def file(self, text, name="f"):
        path = os.path.join(tempfile.gettempdir(), f"{name}{next(_files)}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def debtors(self, text, today=None):
        self.must("import", "debtors", self.file(text), today=today)

    def invoices(self, text, today=None):
        self.must("import", "invoices", self.file(text), today=today)

    def bank(self, entries, today, opening="0.00"):
        """entries: (reference, day, amount, text); a negative amount is money out."""
        number = next(self.statements)
        closing = f"{float(opening) + sum(float(a) for _, _, a, _ in entries):.2f}"
        parts = [f'<Ntry><Amt Ccy="EUR">{abs(float(a)):.2f}</Amt>'
                 f'<CdtDbtInd>{"DBIT" if float(a) < 0 else "CRDT"}</CdtDbtInd><Sts>BOOK</Sts>'
                 f'<BookgDt><Dt>{d}</Dt></BookgDt><AcctSvcrRef>{r}</AcctSvcrRef>'
                 f'<NtryDtls><TxDtls><RmtInf><Ustrd>{t}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>'
                 for r, d, a, t in entries]
        days = sorted(d for _, d, _, _ in entries)

        def balance(code, amount, day):
            return (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">'
                    f'{abs(float(amount)):.2f}</Amt><CdtDbtInd>{"DBIT" if float(amount) < 0 else "CRDT"}'
                    f'</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>')
        xml = ('<?xml version="1.0" encoding="UTF-8"?>'
               '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
               f'<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{IBAN}</IBAN></Id>'
               '<Ccy>EUR</Ccy></Acct>' + balance("OPBD", opening, days[0]) +
               balance("CLBD", closing, days[-1]) + "".join(parts) +
               "</Stmt></BkToCstmrStmt></Document>")
        self.run("import", "statement", self.file(xml), today=today)

    def sql(self, statement):
        """Damage, past the program."""
        if self.store.startswith("sqlite:"):
            with sqlite3.connect(self.store[7:]) as db:
                db.execute(statement)
            db.close()
        else:
            subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.store, "-c", statement], check=True)

    def open_of(self, number):
        return [line["open"] for line in self.json("item", number)["lines"]]
