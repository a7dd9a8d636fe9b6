#!/usr/bin/env python3
"""Processes that are killed at any moment, and two at once: nothing lost, nothing sent twice. TEST_STORE"""
import collections
import csv
import glob
import os
import random
import signal
import subprocess
import sys
import time

sys.path[:0] = [os.environ["SOURCE_ROOT"] + "/tests", os.environ["SOURCE_ROOT"] + "/tests/mail"]
from lib import Checks  # noqa: E402
from peer import DAY, Business, Peer  # noqa: E402

t = Checks()
peer = Peer()
seed = int(time.time())
print(f"# seed {seed}")
chance = random.Random(seed)


def start(b, *args):
    command = [os.environ["VOLDAAN"], "--store", b.store, "--today", DAY, "--json", "deliver", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def kill(p):
    p.send_signal(signal.SIGKILL)
    p.communicate()


# ---- killed while the server has the message and has not answered ----
b = Business([("stall1", "stall1@ontvanger.example"), ("ok1", "ok1@ontvanger.example")], smtp_url=peer.url)
b.run(None, "--release")
p = start(b)
t.true("the message is with the server", peer.stalled.wait(60))
r = b.deliver(status=1)
t.equal("another process leaves it alone and sends the rest", (r["sent"], r["in_doubt"], r["with_others"]), (1, 0, 1))
kill(p)
r = b.deliver(status=1)
t.equal("when its process is gone it is in doubt", (r["sent"], r["in_doubt"]), (0, 1))
t.equal("and stays so", b.deliver(status=0)["sent"], 0)
t.equal("handed over once", peer.handed_over.count("stall1@ontvanger.example"), 1)
peer.go.set()

# ---- killed at any moment ----
names = [f"slow{n:02}" for n in range(24)]
b = Business([(n, f"{n}@ontvanger.example") for n in names], smtp_url=peer.url)
b.run(None, "--release")
kills = 0
for _ in range(8):
    p, before, until = start(b), len(peer.handed_over), chance.randint(1, 3)
    while p.poll() is None and len(peer.handed_over) < before + until:
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.008))
    kills += p.poll() is None
    kill(p)
b.deliver()
states = {n: m["state"] for n, m in b.messages().items()}
got = collections.Counter(to.split("@")[0] for to in peer.handed_over if to.startswith("slow"))
t.true("it was killed in the middle", kills > 0, kills)
t.true("nothing is handed over twice", max(got.values()) == 1, got)
t.true("all that is sent arrived, and what arrived is sent or in doubt",
       all(states[n] == "sent" if n not in got else states[n] in ("sent", "in_doubt") for n in got)
       and all(n in got for n in names if states[n] == "sent"), (states, got))
t.equal("each is sent or in doubt", set(states.values()) - {"sent", "in_doubt"}, set())
print(f"# {kills} kills, {list(states.values()).count('in_doubt')} in doubt")

# ---- two at once ----
names = [f"b{n:02}" for n in range(24)]
b = Business([(n, f"{n}@ontvanger.example") for n in names], smtp_url=peer.url)
b.run(None, "--release")
both = [start(b), start(b)]
for p in both:
    p.communicate(timeout=120)
b.deliver()
t.equal("all are sent", {m["state"] for m in b.messages().values()}, {"sent"})
t.equal("each once", sorted(to for to in peer.handed_over if to.startswith("b")), [f"{n}@ontvanger.example" for n in names])

# ---- letters, killed at any moment ----
names = [f"c{n:02}" for n in range(12)]
b = Business([(n, "") for n in names])
b.run(None, "--release")
kills = 0
for _ in range(40):
    p = start(b, "--to-folder", "letters")
    try:
        p.communicate(timeout=chance.uniform(0.02, 0.4))
        break
    except subprocess.TimeoutExpired:
        kill(p)
        kills += 1
b.deliver("--to-folder", "letters", status=0)
t.equal("all letters are sent", {m["state"] for m in b.messages().values()}, {"sent"})
t.equal("one file each", len(glob.glob("letters/letter-*.pdf")), len(names))
printed = []
for index in glob.glob("letters/print-*.csv"):
    with open(index, newline="") as f:
        printed += [row["debtor_id"] for row in csv.DictReader(f)]
t.equal("and each once in the files to print", sorted(printed), names)
t.equal("an index for each", len(glob.glob("letters/print-*.pdf")), len(glob.glob("letters/print-*.csv")))
t.equal("each file is a PDF, whole", {open(f, "rb").read()[-6:] for f in glob.glob("letters/*.pdf")}, {b"%%EOF\n"})
print(f"# {kills} kills")
peer.stop()
t.end()
