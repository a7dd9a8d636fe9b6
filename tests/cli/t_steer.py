"""verify and rebuild, backup, bank accounts, holds, tasks, texts, one item and one debtor."""
import os
import sys

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/cli"]
from books import IBAN, Books
from lib import Checks, fresh_store, voldaan

t = Checks()
DAY = "2026-03-02"
b = Books(fresh_store(), DAY)
b.debtors("debtor_id,name,email,phone\nD1,Eerste,post@eerste.example,0101234567\nD2,Tweede,,\n", DAY)
b.invoices("""invoice_no,debtor_id,invoice_date,due_date,gross,description,order_ref,type
F2026-001,D1,2026-01-01,2026-01-31,100.00,Werk,PO-77,invoice
F2026-002,D1,2026-02-01,2026-03-31,50.00,,,invoice
F2026-003,D2,2026-01-01,2026-01-31,20.00,,,invoice
""", DAY)
b.bank([("P1", "2026-02-27", "100", "F2026-001"), ("P2", "2026-02-27", "20", "F2026-003")], DAY)
b.must("allocate", "--bank", "P1", "F2026-001", today=DAY)


def status(wanted, *args):
    r = b.run(*args, today=DAY)
    t.equal(f"{' '.join(args)[:60]} ends with {wanted}", r.returncode, wanted)
    if wanted > 1:
        t.true("and says what to do", len(r.stderr) > 20, r.stderr)


# damage to each derived table is named, and repaired
t.equal("sound books", b.json("verify"), {"checks": 15, "differences_count": 0, "differences": []})
DAMAGE = [
    ("item_open", "UPDATE item_open SET open_minor = open_minor - 1 WHERE open_minor > 0"),
    ("item_open", "DELETE FROM item_open WHERE open_minor > 0"),
    ("item_open", "UPDATE item_open SET due_on = '2026-05-05' WHERE open_minor > 0"),
    ("item_open", "UPDATE item_open SET settled_on = '2026-01-01' WHERE settled_on IS NOT NULL"),
    ("balance", "UPDATE balance SET debit_minor = debit_minor + 1"),
    ("balance", "UPDATE balance SET oldest_due_on = '2020-01-01'"),
    ("balance", "DELETE FROM balance"),
    ("ledger_transaction", "UPDATE ledger_head SET latest_on = '2020-01-01'"),
    ("ledger_transaction", "UPDATE ledger_head SET number = number + 1"),
    ("invoice_word", "DELETE FROM invoice_word WHERE kind = 'number'"),
    ("invoice_word", "UPDATE invoice_word SET invoice_id = 999999 WHERE kind = 'number'"),
    ("chase", "DELETE FROM chase"),
    ("chase", "UPDATE chase SET debtor_id = 999999"),
    ("chase", "UPDATE chase SET next_action_on = '2026-01-01'"),
]
for check, sql in DAMAGE:
    b.sql(sql)
    found = b.json("verify", status=1)
    t.true(f"verify names {check}: {sql[:50]}", check in [d["check"] for d in found["differences"]], found)
    b.must("rebuild", today=DAY)
    t.equal(f"rebuilt: {sql[:50]}", b.json("verify")["differences"], [])
b.sql("UPDATE bank_transaction SET state = 'new' WHERE state = 'booked'")
t.equal("damage to facts is named", [d["check"] for d in b.json("verify", status=1)["differences"]], ["bank_transaction"])
b.sql("UPDATE bank_transaction SET state = 'booked' WHERE id = (SELECT min(id) FROM bank_transaction)")

# backup
copy = b.file("", "backup") + ".db"
b.must("backup", copy)
t.equal("a backup is a sound store", voldaan("verify", store="sqlite:" + copy).returncode, 0)
status(4, "backup", copy)
t.equal("nothing to migrate", b.json("migrate")["applied"], 0)

# bank accounts
other = "NL02ABNA0123456789"
t.equal("added", b.json("bank-account", "add", other, "--name", "Spaar")["result"], "created")
t.equal("again", b.json("bank-account", "add", "NL02 ABNA 0123 4567 89")["result"], "known")
status(3, "bank-account", "add", "NL02ABNA0123456780")
status(3, "bank-account", "cover", "NL20INGB0001234567", "--to", "2026-03-01")
status(3, "bank-account", "cover", other, "--to", "2027-01-01")
status(2, "bank-account", "cover", other)
b.must("bank-account", "cover", other, "--to", "2026-03-01", today=DAY)
b.must("bank-account", "cover", "--snapshot", "--to", "2026-03-01", today=DAY)
accounts = {a["account"]: a for a in b.json("bank-account", "list")}
t.equal("covered", (accounts[other]["covered_to"], accounts[other]["name"], accounts[IBAN]["statements"]),
        ("2026-03-01", "Spaar", 1))
b.must("bank-account", "end", other, today=DAY)
status(4, "bank-account", "end", other)
t.equal("in use again", b.json("bank-account", "add", other)["result"], "known")
t.equal("not ended", {a["account"]: a["ended_on"] for a in b.json("bank-account", "list")}[other], None)

# holds
hold = b.json("hold", "add", "--item", "F2026-002", "--amount", "10.00", "--reason", "betwist", today=DAY)["ids"][0]
listed = b.json("hold", "list")
t.equal("a hold", [(h["id"], h["item"], h["amount"], h["reason"]) for h in listed],
        [(hold, "F2026-002", "10.00", "betwist")])
for wanted, args in ((2, ["--all"]), (2, ["--reason", "x"]), (2, ["--debtor", "D1", "--all", "--reason", "x"]),
                     (3, ["--item", "nope", "--reason", "x"]), (3, ["--debtor", "nope", "--reason", "x"]),
                     (4, ["--item", "F2026-001", "--reason", "x"]), (2, ["--debtor", "D1", "--amount", "1.00", "--reason", "x"]),
                     (3, ["--item", "F2026-002", "--amount", "99.00", "--reason", "x"]),
                     (3, ["--debtor", "D1", "--reason", "x", "--until", "2026-03-01"])):
    status(wanted, "hold", "add", *args)
b.must("hold", "add", "--debtor", "D2", "--reason", "belofte", "--until", "2026-03-10", today=DAY)
b.sql("UPDATE chase SET next_action_on = NULL")
b.must("hold", "end", hold, today=DAY)
t.equal("ending plans its item, and only that", (b.json("item", "F2026-002")["lines"][0]["next_action_on"],
                                                 b.json("item", "F2026-003")["lines"][0]["next_action_on"]), (DAY, None))
status(4, "hold", "end", hold)
status(3, "hold", "end", "999999")
status(2, "hold", "end", "x")
t.equal("still to be seen", [h["state"] for h in b.json("hold", "list", "--ended", today=DAY)], ["ended", "holds"])
b.must("rebuild", today=DAY)
t.equal("past its last day", [h["state"] for h in b.json("hold", "list", today="2026-03-11")], ["over"])

# tasks
status(3, "tasks", "done", "999999")
status(2, "tasks", "nonsense")
t.equal("no tasks", b.json("tasks"), [])
row = "(administration_id, id, kind, debtor_id, due_on, owner, currency, asked_minor, reason, state, created_at)"
b.sql(f"INSERT INTO task {row} SELECT administration_id, 900001, 'call', id, '2026-03-02', 'anna', 'EUR', 5000, "
      "'bellen', 'open', '2026-03-02 10:00:00' FROM debtor WHERE number = 'D1'")
task = b.json("tasks")[0]
t.equal("a task with what a caller needs", (task["id"], task["debtor_id"], task["phone"], task["asked"], task["owner"]),
        ("900001", "D1", "0101234567", "50.00", "anna"))
t.equal("of another owner", b.json("tasks", "--owner", "bert"), [])
b.must("tasks", "done", "900001", "--result", "betaalt vrijdag", today=DAY)
status(4, "tasks", "cancel", "900001")
t.equal("closed", (b.json("tasks"), [x["result"] for x in b.json("tasks", "--all")]), ([], ["betaalt vrijdag"]))

# one item, one debtor
item = b.json("item", "F2026-001")
line = item["lines"][0]
t.equal("an invoice", (item["kind"], item["debtor_id"], item["description"], item["order_ref"]),
        ("invoice", "D1", "Werk", "PO-77"))
t.equal("paid by", (line["open"], line["settled_on"], line["allocations"][0]["entry_reference"],
                    line["allocations"][0]["source"]), ("0.00", "2026-02-27", "P1", "manual"))
t.equal("another spelling of the number", b.json("item", "f2026001")["number"], "F2026-001")
t.contains("for people", b.must("item", "F2026-001"), "payment P1")
status(3, "item", "PO-77")
status(2, "item")
debtor = b.json("debtor", "D1")
t.equal("a debtor", (debtor["name"], debtor["email"], debtor["balances"][0]["balance"],
                     [o["item"] for o in debtor["open_items"]]), ("Eerste", "post@eerste.example", "50.00", ["F2026-002"]))
t.contains("for people", b.must("debtor", "D1"), "F2026-002")
status(3, "debtor", "nope")

# texts
t.true("shipped profiles", {"standard", "large"} <= {p["name"] for p in b.json("profile", "list")})
mine = b.file(b.must("profile", "show", "standard"))
t.equal("a version of one's own", (b.json("profile", "set", "standard", mine)["version"],
                                   b.json("profile", "set", "standard", mine)["version"]), (1, 1))
t.equal("shown as such", [p for p in b.json("profile", "list") if p["name"] == "standard"],
        [{"name": "standard", "version": 1, "shipped": False}])
status(3, "profile", "set", "standard", b.file("nonsense"))
status(3, "profile", "set", "other", mine)
status(3, "profile", "show", "nope")
status(2, "profile", "frobnicate")
t.true("check", set(b.json("profile", "check", status=b.run("profile", "check").returncode)) ==
       {"debtors", "normal", "warnings"})
template = b.must("template", "show", "reminder.nl")
t.contains("a preview", b.must("template", "show", "reminder.nl", "--preview"), "Subject: ")
status(3, "template", "set", "reminder.nl", b.file(template + "\n{{nonsense}}\n"))
b.must("template", "set", "reminder.nl", b.file(template + "\nTot ziens.\n"))
t.contains("the own text is in force", b.must("template", "show", "reminder.nl", "--preview"), "Tot ziens.")
t.equal("whose segment", b.json("segment", "show", "--debtor", "D1")["debtor_id"], "D1")
status(3, "segment", "show", "--debtor", "nope")
b.must("segment", "set", b.file(b.must("segment", "show")))
t.true("mappings", len(b.json("mapping", "list")) > 0)

t.end()
