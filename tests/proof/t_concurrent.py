"""Two processes do the same thing to one administration at once: each ends well or says that the
other was first; nothing is booked, written or sent twice; the books are those of one process that
did it twice. On each store (TEST_STORE)."""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests/proof")
from world import World, differences, write_business
from lib import Checks

t = Checks()
folder = Path(os.environ["TMPDIR"])
write_business(folder, 1500, "7")
alone, both = World(folder), World(folder)
for words in alone.steps():
    alone.run(*words)
    status, text = alone.run(*words)
    t.true(f"alone: {words[0]} {words[1] if len(words) > 1 else ''}", status in (0, 1), text)
for words in both.steps():
    name = " ".join(map(str, words[:2]))
    two = [subprocess.Popen(both.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            stdin=subprocess.DEVNULL, text=True) for _ in range(2)]
    ended = [(p.communicate()[0], p.returncode) for p in two]
    for text, status in ended:
        t.true(f"two at once: {name} ends with 0, 1 or 4", status in (0, 1, 4), f"{status}: {text}")
    if 4 in (status for _, status in ended):
        status, text = both.run(*words)
        t.true(f"and once more: {name}", status in (0, 1), text)
for world, name in ((alone, "alone"), (both, "both")):
    status, text = world.run("verify")
    t.equal(f"{name}: verify finds nothing", (status, text if status else ""), (0, ""))


def without_plans(books):
    """The day of the next look is left out: two runs at once look at an item twice on one day."""
    books["chase"] = sorted("|".join(r.split("|")[:6] + r.split("|")[7:]) for r in books["chase"])
    return books


t.equal("the same books", differences(without_plans(alone.books()), without_plans(both.books())), "")
t.equal("as many letters", both.files(), alone.files())
t.true("letters were written", alone.files() > 0)
t.end()
