#!/usr/bin/env python3
"""What a person decides about messages, and what the guard does not let through. TEST_STORE"""
import os
import sys

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/mail"]
from lib import Checks  # noqa: E402
from peer import DAY, Business  # noqa: E402

t = Checks()

# ---- released or not ----
b = Business([("1", "een@ontvanger.example"), ("2", ""), ("3", "drie@ontvanger.example")])
b.run()
first = b.messages()
t.equal("messages wait for a person", {m["state"] for m in first.values()}, {"waiting"})
t.equal("nothing leaves before release", b.deliver("--to-folder", "out", status=0)["sent"], 0)
t.equal("an unknown message is told", b.do("--today", DAY, "outbox", "release", "99999", status=None).returncode, 3)
t.equal("and releases nothing", {m["state"] for m in b.messages().values()}, {"waiting"})
t.equal("no number at all is a wrong argument", b.do("outbox", "release", "x", status=None).returncode, 2)
one = first["1"]["message"]
t.equal("one is released", b.json("outbox", "release", str(one)), {"released": 1})
t.equal("once", b.do("--today", DAY, "outbox", "release", str(one), status=None).returncode, 4)
t.equal("and sent", b.deliver("--to-folder", "out", status=0)["sent"], 1)
t.equal("the others wait", sorted(m["debtor_id"] for m in b.json("outbox", "list")), ["2", "3"])
t.equal("the rest is released", b.json("outbox", "release"), {"released": 2})
sent = b.deliver("--to-folder", "out", status=0)
t.equal("and sent too", (sent["sent"], len(sent["print_files"])), (2, 1))
t.equal("a second delivery sends nothing", b.deliver("--to-folder", "out", status=0)["sent"], 0)
t.equal("what is sent cannot be made void", b.do("--today", DAY, "outbox", "void", str(one), status=None).returncode, 4)
why = b.json("why", "F1")[0]
t.equal("the step is done on the day", [(p["step"], p["message_state"]) for p in why["past"]], [("reminder", "sent")])
t.true("and looked at again later", why["next_on"] > DAY, why)
t.equal("a run on the next day repeats nothing", b.run("2026-02-04")["messages"], 0)
b.snapshot("2026-02-16", "2026-02-16")
t.equal("the next step comes on its day", b.run("2026-02-17")["messages"], 3)

# ---- the guard ----
b = Business([(n, f"k{n}@ontvanger.example") for n in "12345678"])
b.do("--today", DAY, "hold", "add", "--item", "F8", "--amount", "21.00", "--reason", "klacht", status=None)
b.run(None, "--release")
b.rows = [r for r in b.rows if r[0] != "F1"]            # paid
b.rows[0][5] = "100.00"                                 # F2: partly paid
b.snapshot("2026-02-02")
b.do("--today", DAY, "hold", "add", "--debtor", "3", "--reason", "belofte")
b.do("--today", DAY, "hold", "add", "--item", "F4", "--reason", "vraag")
b.do("--today", DAY, "hold", "add", "--item", "F5", "--amount", "21.00", "--reason", "korting")
with open("credit.csv", "w") as f:
    f.write("invoice_no,debtor_id,invoice_date,gross,type\nC6,6,2026-02-03,30.00,credit\n")
b.do("--today", DAY, "import", "invoices", "credit.csv")
b.json("outbox", "void", str(b.messages()["7"]["message"]), "--reason", "zelf gebeld")
r = b.deliver("--to-folder", "out")
states = {n: m["state"] for n, m in b.messages().items()}
reasons = {m["debtor_id"]: m["text"] for m in r["messages"]}
t.equal("what changed is void, the rest is sent", states,
        {"1": "void", "2": "void", "3": "void", "4": "void", "5": "void", "6": "void", "7": "void", "8": "sent"})
t.equal("counted", (r["sent"], r["void"]), (1, 6))
t.contains("paid", reasons["1"], "121.00 was open when this was decided, now 0.00")
t.contains("partly paid", reasons["2"], "now 100.00")
t.contains("debtor held", reasons["3"], "hold on the debtor: belofte")
t.contains("item held", reasons["4"], "hold on the item: vraag")
t.contains("part held since", reasons["5"], "hold on the item: korting")
t.contains("money came in", reasons["6"], "30.00 came in")
t.contains("by a person", b.messages()["7"]["reason"], "zelf gebeld")
again = {line["debtor_id"]: line["asked"] for line in b.run()["lines"]}
t.equal("and decided again, at once, with the figures of now", again,
        {"2": "100.00", "5": "100.00", "6": "91.00", "7": "121.00"})

# ---- freshness ----
b = Business([("1", "k1@ontvanger.example")])
b.run(None, "--release")
r = b.deliver("--to-folder", "out", day="2026-02-04")
t.equal("figures of two days ago do not leave", (r["sent"], r["void"]), (0, 1))
t.contains("and it is said why", r["messages"][0]["text"], "not fresh")
b.snapshot("2026-02-03", "2026-02-04")
b.run("2026-02-04", "--release")
t.equal("with fresh ones it does", b.deliver("--to-folder", "out", day="2026-02-04", status=0)["sent"], 1)

# ---- a term that has passed ----
b = Business([("1", "k1@ontvanger.example")], pay_days="1")
b.run(None, "--release")
b.snapshot("2026-02-03", "2026-02-04")
r = b.deliver("--to-folder", "out", day="2026-02-04")
t.contains("a day that has come is not asked for", r["messages"][0]["text"], "the day it asks payment before has come")

# ---- no way out ----
b = Business([("1", "k1@ontvanger.example"), ("2", "")])
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("without server and folder all wait", (r["sent"], r["no_way"]), (0, 2))
b.do("setting", "set", "print_folder", os.getcwd() + "/print")
t.equal("letters leave by the folder that is set", b.deliver(status=1)["sent"], 1)
t.true("as files", any(n.startswith("letter-") for n in os.listdir("print")))
b.do("setting", "set", "sender_email", "")
b.do("setting", "set", "smtp_url", "smtp://127.0.0.1:1")
r = b.deliver(status=1)
t.equal("without a sender mails wait", (r["sent"], r["no_way"], "sender_email" in str(r["notes"])), (0, 1, True))
r = b.deliver("--to-folder", "mails", status=0)
t.equal("a folder takes them, and says so", (r["sent"], "sender_email" in str(r["notes"])), (1, True))
text = open("mails/" + os.listdir("mails")[0]).read()
t.contains("from nobody", text, "@voldaan.invalid>")
t.end()
