#!/usr/bin/env python3
"""Mails to a server that takes, refuses, delays and hangs up: nothing lost, nothing twice. TEST_STORE"""
import email
import email.policy
import os
import sys

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/mail"]
from lib import Checks  # noqa: E402
from peer import DAY, Business, Peer  # noqa: E402

t = Checks()
peer = Peer()


def at(day, time):
    return ["--now", f"{day} {time}"]


# ---- five answers ----
names = ["ok1", "temp1", "perm1", "spam1", "ok2"]
b = Business([(n, f"{n}@ontvanger.example") for n in names], smtp_url=peer.url, bounce_email="terug@bakkerij.example",
             sender_name="Debiteuren Proef", reply_to="vraag@bakkerij.example")
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("each answer counted", (r["sent"], r["retry"], r["dead"], r["in_doubt"]), (2, 1, 2, 0))
t.equal("who got it", peer.recipients(), ["ok1@ontvanger.example", "ok2@ontvanger.example"])
t.true("undeliverable mail returns to the address set for it",
       all("<terug@bakkerij.example>" in s for s in peer.senders), peer.senders)
mail = email.message_from_bytes(peer.taken[0][1], policy=email.policy.default)
t.equal("from", str(mail["From"]), "Debiteuren Proef <post@bakkerij.example>")
t.equal("answers go to", str(mail["Reply-To"]), "vraag@bakkerij.example")
t.true("its own id at the sender's domain", str(mail["Message-ID"]).endswith("@bakkerij.example>"), mail["Message-ID"])
t.contains("the amount", mail.get_body(("plain",)).get_content(), "121,00")
t.equal("both bodies", mail.get_content_type(), "multipart/alternative")
t.equal("the states", {n: m["state"] for n, m in b.messages().items()},
        {"ok1": "sent", "ok2": "sent", "temp1": "released", "perm1": "failed", "spam1": "failed"})
tasks = b.json("tasks")
t.equal("a wrong address is a task", sorted((x["kind"], x["debtor_id"]) for x in tasks),
        [("undeliverable", "perm1"), ("undeliverable", "spam1")])
t.contains("that says what the server said", str(tasks), "550 nobody" if "550 nobody" in str(tasks) else "nobody")
t.equal("nothing again before the time", b.deliver()["retry"], 0)

# ---- tried again: 1, 5, 30 minutes, 2 and then 6 hours ----
moments = [("2026-02-03", "11:00:30", 0), ("2026-02-03", "11:01:00", 1), ("2026-02-03", "11:05:59", 0), ("2026-02-03", "11:06:00", 1),
           ("2026-02-03", "11:35:00", 0), ("2026-02-03", "11:36:00", 1), ("2026-02-03", "13:36:00", 1)]
got = [b.json(*at(d, m), "deliver", status=None)["retry"] for d, m, _ in moments]
t.equal("each at its time", got, [n for _, _, n in moments])
m = b.messages()["temp1"]
t.equal("five times so far", (m["attempts"], m["next_attempt_at"]), (5, "2026-02-03 19:36:00"))
# the figures of the next day are fresh, then
b.snapshot("2026-02-03", "2026-02-04")
r = [b.json(*at("2026-02-04", x), "deliver", status=None) for x in ("08:00:00", "14:00:00")]
t.equal("six and seven", [x["retry"] for x in r], [1, 1])
b.snapshot("2026-02-04", "2026-02-05")
r = b.json(*at("2026-02-05", "08:00:00"), "deliver", status=1)
t.equal("after the eighth it is given up", (r["retry"], r["dead"]), (0, 1))
t.equal("with a task", len(b.json("tasks", day="2026-02-05")), 3)
t.equal("and nothing went to it", peer.recipients(), ["ok1@ontvanger.example", "ok2@ontvanger.example"])

# ---- what was given up can be tried again, or decided again ----
dead = b.messages()["temp1"]["message"]
t.equal("released again", b.json("outbox", "release", str(dead), day="2026-02-05"), {"released": 1})
t.equal("its task is closed", len(b.json("tasks", day="2026-02-05")), 2)
t.equal("it counts from one again", b.json(*at("2026-02-05", "12:00:00"), "deliver", status=1)["retry"], 1)
b.json("outbox", "void", str(b.messages()["perm1"]["message"]), "--reason", "adres verbeterd", day="2026-02-05")
t.equal("void closes the task too", [x["debtor_id"] for x in b.json("tasks", day="2026-02-05")], ["spam1"])
t.true("and is decided again", "perm1" in [x["debtor_id"] for x in b.run("2026-02-05")["lines"]])

# ---- in doubt ----
before = len(peer.handed_over)
b = Business([("ok3", "ok3@ontvanger.example"), ("drop1", "drop1@ontvanger.example"), ("ok4", "ok4@ontvanger.example")],
             smtp_url=peer.url)
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("an answer that never came is a doubt", r["in_doubt"], 1)
for _ in range(3):
    b.deliver()
states = {n: m["state"] for n, m in b.messages().items()}
t.equal("the others went, it stays in doubt", states, {"ok3": "sent", "ok4": "sent", "drop1": "in_doubt"})
t.equal("and was handed over once", peer.handed_over[before:].count("drop1@ontvanger.example"), 1)
t.equal("no run asks again", b.run()["messages"], 0)
doubt = str(b.messages()["drop1"]["message"])
t.equal("doubt is not released", b.do("--today", DAY, "outbox", "release", doubt, status=None).returncode, 4)
t.equal("nor made void", b.do("--today", DAY, "outbox", "void", doubt, status=None).returncode, 4)
t.equal("a wrong word", b.do("outbox", "settle", doubt, "perhaps", status=None).returncode, 2)
b.json("outbox", "settle", doubt, "not-sent", "--reason", "gebeld, niet aangekomen")
t.equal("not sent is decided again", [x["debtor_id"] for x in b.run(None, "--release")["lines"]], ["drop1"])
b.deliver(status=1)
doubt = str({m["message"] for m in b.json("outbox", "list", "--state", "in_doubt")}.pop())
b.json("outbox", "settle", doubt, "sent", "--reason", "staat bij verzonden")
t.equal("settled once", b.do("--today", DAY, "outbox", "settle", doubt, "sent", status=None).returncode, 4)
past = b.json("why", "Fdrop1")[0]["past"]
t.equal("sent is a step done", sorted(p["message_state"] for p in past), ["sent", "void"])
t.equal("and not asked again", b.run()["messages"], 0)

# ---- hours: a Friday, business and a consumer ----
b = Business([("ok5", "ok5@ontvanger.example"), ("ok6", "ok6@ontvanger.example", "consumer"), ("ok7", "ok7@ontvanger.example")],
             day="2026-02-06", covered="2026-02-05", smtp_url=peer.url)
b.run(None, "--release")
r = b.json(*at("2026-02-06", "21:30:00"), "deliver", status=0)  # 22:30 in Amsterdam
t.equal("not in the night", (r["sent"], r["outside_window"], r["window_opens"]), (0, 3, "2026-02-07 07:00:00"))
b.snapshot("2026-02-06", "2026-02-07")
r = b.json(*at("2026-02-07", "11:00:00"), "deliver", status=0)
t.equal("on a Saturday to consumers only", (r["sent"], r["outside_window"], r["window_opens"]), (1, 2, "2026-02-09 07:00:00"))
t.equal("a folder has no hours", b.json(*at("2026-02-07", "21:30:00"), "deliver", "--to-folder", "out", status=0)["sent"], 2)

# ---- a server that is not there ----
b = Business([(str(n), f"ok{n}@ontvanger.example") for n in range(4)], smtp_url="smtp://127.0.0.1:1")
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("one is tried, the others wait untouched", (r["retry"], len(r["messages"])), (1, 1))
t.contains("and it is said", " ".join(r["notes"]), "cannot be used")
t.equal("all still to be sent", sorted(m["outbox"] for m in b.messages().values()), ["failed", "ready", "ready", "ready"])
b.do("setting", "set", "smtp_url", peer.url)
t.equal("they go when it is back", b.json(*at(DAY, "11:01:00"), "deliver", status=0)["sent"], 4)

# ---- a server that refuses everybody ----
b = Business([(str(n), f"perm{n}@ontvanger.example") for n in range(9)], smtp_url=peer.url)
b.run(None, "--release")
r = b.deliver(status=1)
t.equal("it stops after five", (r["dead"], len(b.json("outbox", "list", "--state", "released"))), (5, 4))

# ---- a password that would travel in the clear ----
b = Business([("ok7", "ok7@ontvanger.example")], smtp_url="smtp://mail.example:25", smtp_user="jan")
b.run(None, "--release")
t.equal("is refused", b.do("--today", DAY, "deliver", status=None).returncode, 3)
peer.stop()
t.end()
