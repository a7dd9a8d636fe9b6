"""The command line contract, from outside: exit statuses, one JSON document, imports that change nothing twice."""
import csv
import io
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import Checks, fresh_store, voldaan

t = Checks()
FOLDER = Path(tempfile.mkdtemp(prefix="cli."))
IBAN = "NL20INGB0001234567"
PAYER = "NL91ABNA0417164300"
DEBTORS = (f"debtor_id,name,iban,email\nD1,Bakkerij Jansen,{PAYER},d1@example.com\n"
           "D2,Slagerij de Vries,,d2@example.com\n")
HEADER = "invoice_no,debtor_id,invoice_date,due_date,gross\n"
INVOICES = HEADER + "F20260001,D1,2026-01-05,2026-02-04,121.00\nF20260002,D1,2026-01-10,2026-02-09,242.00\n"


class World:
    def __init__(self):
        self.store, self.files = fresh_store(), 0
        self.do("init", "--code", "A", "--name", "Voorbeeld", "--iban", IBAN, today="2026-01-02")
        self.take("debtors", DEBTORS, today="2026-01-02")

    def do(self, *args, today="2026-02-10"):
        done = voldaan(*args, "--today", today, "--json", store=self.store)
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            t.true(f"one JSON document from {args}", False, done.stdout + done.stderr)
            return done.returncode, {}

    def take(self, what, text, *args, **others):
        self.files += 1
        path = FOLDER / f"{os.getpid()}-{id(self)}-{self.files}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.do("import", what, path, *args, **others)

    def ageing(self, *args):
        done = voldaan("report", "ageing", "--format", "csv", "--today", "2026-02-20", *args, store=self.store)
        return {row["debtor_id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}


def camt(entries, number, day, opening):
    """Statement of IBAN; entries are (cents, reference, text), or with a day of their own behind."""
    def balance(kind, cents):
        return (f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{cents / 100:.2f}</Amt>"
                f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>")
    lines = "".join(
        f"<Ntry><Amt Ccy='EUR'>{cents / 100:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{(*own, day)[0]}</Dt></BookgDt>"
        f"<AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>" for cents, ref, text, *own in entries)
    return (f"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>{number}</Id>"
            f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', opening)}"
            f"{balance('CLBD', opening + sum(e[0] for e in entries))}{lines}</Stmt></BkToCstmrStmt></Document>")


def mt940(entries, opening):
    day = "260209"
    lines = "".join(f":61:{day}0209C{cents // 100},{cents % 100:02d}NTRFEREF//{ref}\r\n"
                    f":86:/CNTP/{PAYER}/ABNANL2A/Jansen///REMI/USTD//{text}/\r\n" for cents, ref, text in entries)
    closing = opening + sum(e[0] for e in entries)
    return (f":20:P1\r\n:25:{IBAN}EUR\r\n:28C:00000\r\n:60F:C{day}EUR{opening // 100},{opening % 100:02d}\r\n{lines}"
            f":62F:C{day}EUR{closing // 100},{closing % 100:02d}\r\n-\r\n")


# ---- statuses and JSON ----
w = World()
done = voldaan("report", "ageing", "--nope", "--json", store=w.store)
t.true("--json behind a wrong option still answers JSON", done.returncode == 2 and "error" in json.loads(done.stdout or "{}"),
       done.stdout)
t.equal("setting set answers JSON", w.do("setting", "set", "terms_days", "14"), (0, {"setting": "terms_days", "result": "set"}))
t.equal("setting show answers JSON", w.do("setting", "show", "terms_days")[1].get("value"), "14")
t.equal("a file that is not there is unreadable, not a broken disk", w.do("import", "debtors", FOLDER / "absent")[0], 3)
t.equal("nor is a folder that is not there", w.do("import", "documents", FOLDER / "absent")[0], 3)
t.equal("help answers JSON", [w.do("help")[0], w.do("help", "run")[1]["name"], w.do("run", "--help")[1]["name"]], [0, "run", "run"])
done = voldaan("report", "ageing", store=f"sqlite:{FOLDER}/absent/x.db")
t.equal("a store that is not there is a failure of the store", done.returncode, 5)
(FOLDER / "text.db").write_text("this is no store at all")
done = voldaan("report", "ageing", store=f"sqlite:{FOLDER}/text.db")
t.equal("a file that is no store is a failure of the store", done.returncode, 5)

# ---- invoices ----
w = World()
status, answer = w.take("invoices", "invoice_no,debtor_id,due_date,gross\nN1,D1,2026-01-20,100.00\n")
t.equal("no invoice date and a due day that has passed: taken", (status, answer["created"]), (0, 1))
status, answer = w.take("invoices", "invoice_no,debtor_id,due_date,gross\nN1,D1,2026-01-20,100.00\n", today="2026-02-15")
t.equal("the same without invoice date on a later day: unchanged", (status, answer["unchanged"]), (0, 1))

w = World()
status, answer = w.take("invoices", "invoice_no,debtor_id,invoice_date,due_date,gross,last_step,last_step_on\n"
                        "T1,D1,2025-12-01,2026-01-01,60.00,0,\nT2,D1,2025-12-01,2026-01-01,60.00,2,2026-01-20\n"
                        "T3,D1,2025-12-01,2026-01-01,60.00,2e herinnering,2026-01-20\n"
                        "T4,D1,2025-12-01,2026-01-01,60.00,reminder,2027-01-01\n")
t.equal("a count of reminders is a last step; a last step in the future is none",
        (status, answer["created"], [r["key"] for r in answer["rejected"]]), (1, 3, ["T4"]))

w = World()
status, answer = w.take("invoices", "invoice_no,debtor_id,invoice_date,due_line,due_date,gross\n"
                        "L1,D1,2026-01-01,1,2026-02-01,60.00\nL1,D1,2026-01-01,2,2026-02-31,40.00\n"
                        "L2,D1,2026-01-01,1,2026-02-01,10.00\n")
t.equal("an invoice with a line that is rejected is not half taken",
        (status, answer["created"], sorted(r["key"] for r in answer["rejected"])), (1, 1, ["L1", "L1"]))
t.equal("and nobody owes half of it", w.ageing()["D1"]["total"], "10.00")

# ---- snapshots ----
w = World()
w.take("invoices", INVOICES, today="2026-02-01")
ONE = "invoice_no,debtor_id,invoice_date,due_date,gross,open\nF20260001,D1,2026-01-05,2026-02-04,121.00,121.00\n"
t.equal("a snapshot of a day to come is refused", w.take("invoices", ONE, "--snapshot", "--as-of", "2027-01-01")[0], 3)
t.equal("a snapshot is taken", w.take("invoices", ONE, "--snapshot", "--as-of", "2026-02-09")[0], 0)
t.equal("what vanished is settled", w.ageing()["D1"]["total"], "121.00")
t.equal("an older snapshot does not take back a newer one",
        w.take("invoices", INVOICES, "--snapshot", "--as-of", "2026-02-05")[0], 4)
t.equal("and changes nothing", w.ageing()["D1"]["total"], "121.00")

# ---- statements ----
w = World()
TWO = [(12100, "B1", "F20260001"), (500, "B2", "iets anders")]
status, answer = w.take("statement", camt(TWO, "S1", "2026-02-09", 100000))
t.equal("a statement", (status, answer["created"], answer["entries"]), (0, 1, 2))
status, answer = w.take("statement", mt940([(c, f"X{c}", text) for c, _, text in TWO], 100000))
t.equal("the same statement as MT940, with other references, is not counted twice",
        (status, answer["created"], answer["unchanged"], answer["duplicates"]), (0, 0, 1, 2))
status, answer = w.take("statement", camt([(500, "B2", "iets anders", "2026-02-09"), (700, "B3", "meer")], "S2", "2026-02-10", 112100))
t.equal("a statement that repeats the last entries has no gap before it", (status, answer["gaps"], answer["duplicates"]), (0, 0, 1))
status, answer = w.take("statement", camt([(500, "B9", "nog iets")], "S9", "2026-02-11", 999900))
t.equal("a missing statement is told", (status, answer["gaps"]), (1, 1))
EMPTY = "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt></BkToCstmrStmt></Document>"
t.equal("a file without any statement is refused, never silently nothing", w.take("statement", EMPTY)[0], 3)
t.equal("the books are in order", w.do("verify", today="2026-02-20")[0], 0)

# ---- the day's run, and what a person does ----
w = World()
w.take("invoices", HEADER + "F1,D2,2026-01-05,2026-02-04,10.00\nF2,D1,2026-01-05,2026-02-04,20.00\n", today="2026-02-01")
w.take("statement", camt([], "S1", "2026-02-04", 100000), today="2026-02-05")
w.do("setting", "set", "fuse", "1", today="2026-02-05")
status, answer = w.do("run", today="2026-02-05")
t.equal("the fuse also guards a small administration", (status, answer["held"]), (1, True))
t.equal("a held run sends nothing", w.do("outbox", "list", today="2026-02-05"), (0, []))
status, answer = w.do("write-off", "F1", "--reason", "coulance", today="2026-02-05")
t.equal("a write-off answers JSON", (status, answer.get("unallocated")), (0, "0.00"))

w = World()
w.take("invoices", "invoice_no,debtor_id,invoice_date,due_date,gross,last_step,last_step_on\n"
       "F20260001,D1,2025-12-05,2026-01-14,121.00,dunning_letter,2026-01-28\n", today="2026-02-01")
w.take("statement", camt([], "S1", "2026-02-04", 100000), today="2026-02-05")
w.do("run", today="2026-02-05")
t.equal("an old invoice becomes a call", [task["kind"] for task in w.do("tasks", today="2026-02-05")[1]], ["call"])
w.take("statement", camt([(12100, "B1", "F20260001")], "S2", "2026-02-05", 100000), today="2026-02-06")
w.do("match", today="2026-02-06")
t.equal("nobody calls about an invoice that is paid", w.do("tasks", today="2026-02-06"), (0, []))
t.equal("the books are in order after a day", w.do("verify", today="2026-02-06")[0], 0)
t.end()
