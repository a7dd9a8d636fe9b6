"""The program books nothing wrong on invented businesses, and most of what is to be booked.

Runs with tools/workload.py, and, when it exists, with the generator in the optional folder beside
the source. Several sizes and seeds on SQLite; one of each on PostgreSQL, which must book the same.
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks, fresh_store

FLOOR = 0.97  # of the truth's allocations, all kinds together
PLAIN = 0.99  # of those that name their invoices without a fault

t = Checks()
OTHER = ROOT.parent / "shared/bench/gen.py"


def scored(generator, sizes, seeds, store=None):
    done = subprocess.run([ROOT / "tools/score_matching.py", "--program", os.environ["VOLDAAN"], "--json",
                           "--generator", generator, "--sizes", sizes, "--seeds", seeds]
                          + (["--store", store] if store else []),
                          capture_output=True, text=True, check=False)
    if not done.stdout:
        t.true(f"{generator} was scored", False, done.stderr)
        return []
    if done.stderr:
        print("# " + done.stderr.replace("\n", "\n# "))
    return json.loads(done.stdout)


def check(result):
    name = f"{result['generator']} {result['size']} seed {result['seed']}"
    everything, kinds = result["all"], result["kinds"]
    t.equal(f"{name}: nothing wrong", everything["wrong"], 0)
    t.true(f"{name}: at least {FLOOR:.0%} booked", everything["right"] >= FLOOR * everything["truth"], everything)
    for kind in ("exact", "exact_clean", "exact_rf", "several", "combined_clean"):
        if kind in kinds:
            t.true(f"{name}: {kind} at least {PLAIN:.0%}", kinds[kind]["right"] >= PLAIN * kinds[kind]["truth"], kinds[kind])


generators = ["workload"]
if OTHER.exists():
    generators.append(str(OTHER))
else:
    t.skip("the other generator", "shared/bench/gen.py is not there")
for generator in generators:
    if os.environ.get("TEST_STORE") == "postgresql":
        results = scored(generator, "XS", "1", fresh_store())
    else:
        results = scored(generator, "XS", "1,2,3") + scored(generator, "S", "4")
    for result in results:
        check(result)
t.end()
