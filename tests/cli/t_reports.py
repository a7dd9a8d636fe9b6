"""Ageing, balances and allocations: figures of other programs, past days, several currencies."""
import os
import sys
from decimal import Decimal as D

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/cli"]
from books import Books
from lib import Checks, fresh_store, voldaan

t = Checks()
AGEING = "debtor_id,name,currency,not_due,d1_30,d31_60,d61_90,over_90,unallocated,total"
ALLOCATIONS = "entry_reference,transaction,booked_on,debtor_id,item,currency,amount,effective_on,source,certainty"
INVOICES = "invoice_no,debtor_id,invoice_date,due_date,gross,currency,type\n"


def only(rows):
    return {k: v for k, v in rows[0].items() if v not in ("0.00", "")}


# odoo/odoo#16235: 10,000 of which 4,500 is paid, partly before the invoice was there
b = Books(fresh_store(), "2016-11-01")
b.debtors("debtor_id,name\nD1,Odoo klant\n", "2016-11-01")
b.invoices(INVOICES + "F1,D1,2016-11-30,2017-02-28,10000.00,EUR,invoice\n", "2016-11-30")
b.bank([("P1", "2016-11-09", "1500", ""), ("P2", "2016-11-30", "1000", ""), ("P3", "2017-01-30", "2000", "")],
       "2017-01-31")
for p in ("P1", "P2", "P3"):
    b.must("allocate", "--bank", p, "F1", today="2017-01-31")
rows = b.rows("report", "ageing", "--as-at", "2017-04-04", today="2017-04-04")
t.equal("odoo#16235: 5,500 in 31-60", only(rows),
        {"debtor_id": "D1", "name": "Odoo klant", "currency": "EUR", "d31_60": "5500.00", "total": "5500.00"})
t.equal("money of before the invoice counts on its day",
        [r["effective_on"] for r in b.rows("report", "allocations", today="2017-04-04")],
        ["2016-11-30", "2016-11-30", "2017-01-30"])
t.equal("before the invoice the money was not allocated",
        [(r["unallocated"], r["total"]) for r in b.rows("report", "ageing", "--as-at", "2016-11-15",
                                                        today="2017-04-04")], [("-1500.00", "-1500.00")])
t.equal("nothing was known then", b.rows("report", "ageing", "--as-at", "2017-04-04", "--known-at", "2016-11-29",
                                        today="2017-04-04"), [])
t.equal("at the end of the day on which it was recorded",
        [r["total"] for r in b.rows("report", "ageing", "--as-at", "2016-12-31", "--known-at", "2016-11-30",
                                    today="2017-04-04")], ["10000.00"])
t.equal("a moment in UTC before that", b.rows("report", "ageing", "--known-at", "2016-11-30 10:00:00",
                                              today="2017-04-04"), [])

# OCA/account-financial-reporting#707: paid on 30 June, so open at 31 May
b = Books(fresh_store(), "2020-04-30")
b.debtors("debtor_id,name\nD1,OCA klant\n", "2020-04-30")
b.invoices(INVOICES + "F1,D1,2020-04-30,2020-05-30,100.00,EUR,invoice\n", "2020-04-30")
b.bank([("P1", "2020-06-30", "100", "F1")], "2020-07-01")
b.must("allocate", "--bank", "P1", "F1", today="2020-07-01")
t.equal("OCA#707: open at 31 May", [r["total"] for r in b.rows("report", "ageing", "--as-at", "2020-05-31")], ["100.00"])
t.equal("OCA#707: settled at 30 June", b.rows("report", "ageing", "--as-at", "2020-06-30"), [])

# GnuCash test-owner-report.scm as of 1980-07-01: 6.75, 1.00, 8.50, 7.50, 8.00 = 31.75
b = Books(fresh_store(), "1980-07-01")
b.debtors("debtor_id,name\nD1,GnuCash klant\n", "1980-07-01")
b.invoices(INVOICES + """A,D1,1980-06-20,1980-07-20,6.75,EUR,invoice
B,D1,1980-05-15,1980-06-15,4.00,EUR,invoice
C,D1,1980-04-15,1980-05-15,8.50,EUR,invoice
E,D1,1980-03-15,1980-04-15,7.50,EUR,invoice
G,D1,1980-02-01,1980-03-01,11.50,EUR,invoice
K1,D1,1980-06-20,1980-06-20,3.00,EUR,credit
K2,D1,1980-03-20,1980-03-20,1.50,EUR,credit
""", "1980-07-01")
b.bank([("P1", "1980-06-01", "2.00", "")], "1980-07-01")
b.must("allocate", "--credit", "K1", "B", today="1980-07-01")
b.must("allocate", "--credit", "K2", "G", today="1980-07-01")
b.must("allocate", "--bank", "P1", "G", today="1980-07-01")
r = b.rows("report", "ageing", today="1980-07-01")[0]
t.equal("GnuCash owner report", [r[k] for k in AGEING.split(",")[3:]],
        ["6.75", "1.00", "8.50", "7.50", "8.00", "0.00", "31.75"])

# headers, several currencies, order, sums, formats
b = Books(fresh_store(), "2026-03-01")
b.debtors("debtor_id,name,segment\nD1,Eerste,retail\nD2,Tweede,\nD3,Derde,retail\n", "2026-03-01")
b.invoices(INVOICES + """A1,D1,2026-01-01,2026-01-31,100.00,EUR,invoice
A2,D1,2026-01-01,2026-01-31,50.00,USD,invoice
A3,D1,2026-02-20,2026-02-20,30.00,EUR,credit
B1,D2,2025-09-01,2025-10-01,10.00,EUR,invoice
C1,D3,2026-01-01,2026-01-31,300.00,EUR,invoice
C2,D3,2026-02-25,2026-03-25,70.00,EUR,invoice
""", "2026-03-01")
text = b.must("report", "ageing", "--format", "csv", today="2026-03-01")
t.equal("ageing headers", text.splitlines()[0], AGEING)
rows = b.rows("report", "ageing", today="2026-03-01")
t.equal("reversed L: the oldest first, then by what is overdue", [r["debtor_id"] for r in rows][:2], ["D2", "D3"])
t.true("each row adds up", all(sum(D(r[k]) for k in AGEING.split(",")[3:9]) == D(r["total"]) for r in rows))
t.equal("currencies stay apart", sorted((r["debtor_id"], r["currency"], r["total"]) for r in rows),
        [("D1", "EUR", "70.00"), ("D1", "USD", "50.00"), ("D2", "EUR", "10.00"), ("D3", "EUR", "370.00")])
t.equal("json has the same", b.json("report", "ageing", today="2026-03-01"), rows)
t.contains("a table ends with totals", b.must("report", "ageing", today="2026-03-01"), "as at 2026-03-01")
t.equal("by segment", [(r["segment"], r["currency"], r["total"]) for r in
                       b.rows("report", "ageing", "--by", "segment", today="2026-03-01")],
        [("(none)", "EUR", "10.00"), ("retail", "EUR", "440.00"), ("retail", "USD", "50.00")])
b.must("setting", "set", "ageing_days", "15,45")
t.equal("headers follow the setting", b.must("report", "ageing", "--format", "csv").splitlines()[0],
        "debtor_id,name,currency,not_due,d1_15,d16_45,over_45,unallocated,total")
t.equal("buckets that do not rise are refused", b.run("setting", "set", "ageing_days", "45,15").returncode, 3)
kept = b.rows("report", "balances", today="2026-03-01")
t.equal("balances", [(r["debtor_id"], r["owed"], r["unallocated"], r["balance"], r["oldest_due_on"]) for r in kept][0],
        ("D1", "100.00", "-30.00", "70.00", "2026-01-31"))
t.equal("kept and computed balances agree", b.rows("report", "balances", "--known-at", "2026-03-01",
                                                   today="2026-03-01"), kept)
t.equal("allocation headers", b.must("report", "allocations", "--format", "csv").splitlines()[0], ALLOCATIONS)
workbook = b.file("", "w") + ".xlsx"
b.must("report", "ageing", "--format", "xlsx", "--output", workbook)
t.true("a workbook", open(workbook, "rb").read(2) == b"PK")
for status, args in ((4, ["ageing", "--format", "xlsx", "--output", workbook]), (2, ["nonsense"]), (2, []),
                     (2, ["ageing", "--as-at", "2026-02-30"]), (2, ["ageing", "--known-at", "soon"]),
                     (2, ["allocations", "--by", "segment"]), (2, ["ageing", "--format", "pdf"])):
    t.equal(f"report {' '.join(args[:3])} ends with {status}", b.run("report", *args).returncode, status)

t.end()
