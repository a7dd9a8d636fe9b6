"""Booking by hand, taking back, writing off; figures of other programs."""
import os
import sys

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/cli"]
from books import Books
from lib import Checks, fresh_store

t = Checks()
DAY = "2026-03-01"
INVOICES = "invoice_no,debtor_id,invoice_date,due_date,gross,currency,type,due_line\n"
b = Books(fresh_store(), DAY)
b.debtors("debtor_id,name\nD1,Eerste\nD2,Tweede\n", DAY)


def clean(name):
    t.equal(f"{name}: verify finds nothing", b.run("verify").returncode, 0)


def status(wanted, name, *args):
    r = b.run(*args, today=DAY)
    t.equal(f"{name} ends with {wanted}", r.returncode, wanted)
    t.true(f"{name}: stderr says something", len(r.stderr) > 20, r.stderr)


# ERPNext test_accounts_receivable.py: 200 in 60 + 100 + 40, 40 paid, then a credit of 100
b.invoices(INVOICES + """T1,D1,2026-01-01,2026-01-31,60.00,EUR,invoice,1
T1,D1,2026-01-01,2026-02-14,100.00,EUR,invoice,2
T1,D1,2026-01-01,2026-03-31,40.00,EUR,invoice,3
K1,D1,2026-02-01,2026-02-01,100.00,EUR,credit,1
S1,D1,2026-01-01,2026-01-31,100.00,EUR,invoice,1
S2,D1,2026-01-01,2026-01-31,150.00,EUR,invoice,1
M1,D1,2026-01-01,2026-01-31,5000.00,EUR,invoice,1
MK,D1,2026-01-01,2026-01-31,1000.00,EUR,credit,1
O1,D1,2026-01-01,2026-01-31,100.00,EUR,invoice,1
KR,D1,2026-01-01,2026-01-31,50.00,EUR,credit,1
U1,D1,2026-01-01,2026-01-31,9.00,USD,invoice,1
W1,D2,2026-01-01,2026-01-31,25.00,EUR,invoice,1
""", DAY)
b.bank([("E40", "2026-02-10", "40", "x"), ("S180", "2026-02-10", "180", "x"), ("O110", "2026-02-10", "110", "x"),
        ("R50", "2026-02-11", "-50", "x"), ("X1", "2026-02-12", "77", "x"), ("RET", "2026-02-20", "-180", "x")], DAY)
b.must("allocate", "--bank", "E40", "T1/1", today=DAY)
t.equal("ERPNext: 40 on the first term", b.open_of("T1"), ["20.00", "100.00", "40.00"])
b.must("allocate", "--credit", "K1", "T1", today=DAY)
t.equal("ERPNext: credit 100, oldest term first", b.open_of("T1"), ["0.00", "20.00", "40.00"])
booked = b.json("allocate", "--bank", "O110", "O1", today=DAY)
t.equal("ERPNext: 110 on 100 leaves 10", (b.open_of("O1"), booked["unallocated"]), (["0.00"], "10.00"))
booked = b.json("allocate", "--bank", "S180", "S1", "S2", today=DAY)
t.equal("Tryton: 180 pays 100, and 80 of 150", (b.open_of("S1"), b.open_of("S2")), (["0.00"], ["70.00"]))
t.equal("what was booked is told", [(i["item"], i["amount"]) for i in booked["items"]], [("S1", "100.00"), ("S2", "80.00")])
b.must("allocate", "--credit", "MK", "M1", today=DAY)
t.equal("metasfresh: 5,000 with a credit of 1,000", b.open_of("M1"), ["4000.00"])
b.must("allocate", "--bank", "R50", "KR", today=DAY)
t.equal("Tryton: a credit note of 50 is paid by 50 out", b.open_of("KR"), ["0.00"])
clean("after booking")

# refusals
status(3, "an unknown reference", "allocate", "--bank", "NOPE", "S1")
status(4, "a booked transaction", "allocate", "--bank", "S180", "S2")
status(3, "an unknown invoice", "allocate", "--bank", "X1", "NOPE")
status(4, "a settled invoice", "allocate", "--bank", "X1", "S1")
status(3, "another currency", "allocate", "--bank", "X1", "U1")
status(3, "more than is open", "allocate", "--bank", "X1", "W1=26.00")
status(3, "more than there is", "allocate", "--bank", "X1", "M1=78.00")
status(2, "no item", "allocate", "--bank", "X1")
status(2, "an item twice", "allocate", "--bank", "X1", "M1=1.00", "M1=2.00")
status(3, "credit of another debtor", "allocate", "--credit", "D1", "W1")
status(4, "no credit", "allocate", "--credit", "D2", "W1")
clean("after refusals")

# the same request twice
b.must("allocate", "--bank", "X1", "W1", "--request-id", "r1", today=DAY)
status(4, "a request id twice", "write-off", "M1", "--reason", "x", "--request-id", "r1")
t.equal("the rest stays with the debtor of the first item",
        [x["open"] for x in b.json("debtor", "D2")["open_items"]], ["52.00"])

# a mistake never was, but it was known
before = b.rows("report", "ageing", "--as-at", "2026-02-15", "--known-at", "2026-03-01 10:00:00", today=DAY)
b.must("undo", "--bank", "S180", today="2026-03-02")
t.equal("undone: both are open again", (b.open_of("S1"), b.open_of("S2")), (["100.00"], ["150.00"]))
s1 = [(r["amount"], r["effective_on"]) for r in b.rows("report", "allocations", today="2026-03-02") if r["item"] == "S1"]
t.equal("a reversal is a row with a negative amount, on the same day",
        s1, [("100.00", "2026-02-10"), ("-100.00", "2026-02-10")])
t.equal("and still known at that time", b.rows("report", "ageing", "--as-at", "2026-02-15", "--known-at",
                                               "2026-03-01 10:00:00", today="2026-03-02"), before)
clean("after undo")
t.equal("it waits for a person", b.json("bank", "show", "S180")[0]["state"], "unknown")
status(4, "undo twice", "undo", "--bank", "S180")
b.must("match", "--again", today="2026-03-02")
t.true("matching does not book it by itself", b.json("bank", "show", "S180")[0]["state"] in ("proposed", "unknown"))
b.must("allocate", "--bank", "S180", "S1", "S2", today="2026-03-02")
clean("after booking again")

# a payment that came back, and that this was a mistake
b.must("allocate", "--bank", "RET", "--returns", "S180", today="2026-03-02")
t.equal("returned: open again", (b.open_of("S1"), b.open_of("S2")), (["100.00"], ["150.00"]))
t.equal("paid until the day it came back", [r["total"] for r in b.rows(
    "report", "ageing", "--as-at", "2026-02-19", today="2026-03-02") if r["currency"] == "EUR" and r["debtor_id"] == "D1"],
    [r["total"] for r in b.rows("report", "ageing", "--as-at", "2026-02-12", today="2026-03-02")
     if r["currency"] == "EUR" and r["debtor_id"] == "D1"])
clean("after a return")
r = b.run("undo", "--bank", "S180", today="2026-03-02")
t.equal("a returned payment is not undone before its return", r.returncode, 4)
b.must("undo", "--bank", "RET", today="2026-03-02")
t.equal("the return undone: paid again", (b.open_of("S1"), b.open_of("S2")), (["0.00"], ["70.00"]))
clean("after undoing a return")

# one allocation
a = [x for x in b.json("item", "S2")["lines"][0]["allocations"] if float(x["amount"]) > 0][-1]["id"]
b.must("undo", "--allocation", a, today="2026-03-02")
t.equal("one allocation taken back", b.open_of("S2"), ["150.00"])
r = b.run("undo", "--allocation", a, today="2026-03-02")
t.equal("not twice", r.returncode, 4)
t.equal("an unknown one", b.run("undo", "--allocation", "999999", today="2026-03-02").returncode, 3)
b.must("allocate", "--credit", "D1", "S2=70.00", today="2026-03-02")
t.equal("unallocated money to an item, in part", b.open_of("S2"), ["80.00"])

# write-off
t.equal("without a reason", b.run("write-off", "S2", today="2026-03-02").returncode, 2)
b.must("write-off", "S2", "--amount", "30.00", "--reason", "coulance", today="2026-03-02")
t.equal("part written off", b.open_of("S2"), ["50.00"])
w = [x["id"] for x in b.json("item", "S2")["lines"][0]["allocations"] if x["source"] == "write_off"][0]
b.must("undo", "--allocation", w, today="2026-03-02")
t.equal("write-off taken back", b.open_of("S2"), ["80.00"])
b.must("write-off", "--debtor", "D1", "--reason", "failliet", today="2026-03-02")
t.equal("all he owed is written off", [x["owed"] for x in b.json("debtor", "D1")["balances"]], ["0.00", "0.00"])
clean("at the end")

# nothing to do with debtors
b.bank([("HUUR", "2026-03-03", "-900", "huur")], "2026-03-04", opening="177")
b.must("bank", "ignore", "HUUR", "--reason", "huur", today="2026-03-04")
t.equal("ignored", b.json("bank", "show", "HUUR")[0]["state"], "ignored")
t.true("not listed", "HUUR" not in b.must("bank", "list"))
b.must("undo", "--bank", "HUUR", today="2026-03-04")
t.true("listed again", "HUUR" in [x["entry_reference"] for x in b.json("bank", "list", "--state", "unknown")])
t.equal("an unknown state", b.run("bank", "list", "--state", "x").returncode, 2)

t.end()
