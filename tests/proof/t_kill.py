"""The program is killed at any moment and started again: the books end as if nothing happened.

Forty kills, at moments of a fixed seed, in imports, matching, the run, releasing and delivering.
On each store (TEST_STORE)."""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests/proof")
from world import World, differences, write_business
from lib import Checks

KILLS, SEED = 40, 20260630
t = Checks()
folder = Path(os.environ["TMPDIR"])
write_business(folder, 1500, "8")
calm, shaken = World(folder), World(folder)
chance = random.Random(SEED)
took = []
for words in calm.steps():
    began = time.monotonic()
    status, text = calm.run(*words)
    took.append(time.monotonic() - began)
    t.true(f"undisturbed: {words[0]}", status in (0, 1), text)
kills = 0
for seconds, words in zip(took, shaken.steps()):
    for _ in range(KILLS // len(took) + 1):
        p = subprocess.Popen(shaken.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             stdin=subprocess.DEVNULL)
        time.sleep(seconds * chance.random())
        kills += p.poll() is None
        p.send_signal(signal.SIGKILL)
        p.wait()
    status, text = shaken.run("verify")
    t.equal(f"killed in {words[0]}: verify finds nothing", (status, text if status else ""), (0, ""))
    status, text = shaken.run(*words)
    t.true(f"then to the end: {words[0]}", status in (0, 1), f"{status}: {text}")
print(f"# seed {SEED}: killed {kills} times while running")
t.true("many were killed while running", kills >= KILLS // 2, kills)
status, text = shaken.run("verify")
t.equal("verify finds nothing", (status, text if status else ""), (0, ""))
t.equal("the same books", differences(calm.books(), shaken.books()), "")
t.equal("as many letters", shaken.files(), calm.files())
t.end()
