#!/usr/bin/env python3
"""Scores the matching of the real program against the truth.

  tools/score_matching.py --program build-release/voldaan [--sizes XS,S] [--seeds 1,2,3]
                          [--generator workload|PATH/gen.py] [--store URL] [--json] [--show N]

For each size and seed it invents a business (tools/workload.py, or another generator with the same
files: debtors.csv, invoices.csv, camt053.xml and payments.csv, which holds the truth), runs init,
the imports and match in a fresh store, and compares `report allocations` with the truth, per kind
of payment: allocations booked that the truth does not contain ("wrong", must be 0), and the share
of the truth's allocations that was booked. An allocation is an entry's reference, an invoice and an
amount, all three; write-offs of small differences are not allocations of the entry's money.

Ends with 1 when anything wrong was booked.
"""
import argparse
import collections
import csv
import datetime
import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import workload  # noqa: E402

# debtors and invoices, the same for every generator
SIZES = {"XS": 1_000, "S": 10_000, "M": 100_000, "L": 1_000_000}
GOOD = (0, 1)
OWN_DAY = datetime.date(2026, 6, 30)


class Data:
    """A business on disk: files for the program, the truth for us."""

    def __init__(self, folder, iban, today, statement):
        self.folder, self.iban, self.today, self.statement = folder, iban, today, statement
        self.truth, self.kind_of = {}, {}   # (entry, item) -> amount; entry -> kind


def own_data(size, seed, folder):
    workload.write(SIZES[size], folder, str(seed), OWN_DAY)
    data = Data(folder, workload.iban(0), OWN_DAY.isoformat(), folder / "statement.xml")
    with open(folder / "truth.csv", newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            data.truth[row["entry_reference"], row["item"]] = Decimal(row["amount"])
            data.kind_of[row["entry_reference"]] = row["kind"]
    return data


def other_data(generator, size, seed, folder):
    subprocess.run([sys.executable, generator, size, "--seed", str(seed), "--out", folder, "--formats", "camt"],
                   check=True, stdout=subprocess.DEVNULL)
    folder = folder / size
    meta = json.loads((folder / "meta.json").read_text())
    data = Data(folder, meta["our_iban"], meta["asof"], folder / "camt053.xml")
    with open(folder / "payments.csv", newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            data.kind_of[row["payment_id"]] = row["kind"]
            for part in filter(None, row["allocation"].split(";")):
                item, amount = part.rsplit(":", 1)
                data.truth[row["payment_id"], item] = Decimal(amount)
    return data


def booked_by(program, url, data):
    """What the program booked: (entry, item) -> amount."""
    v = [str(program), "--store", url, "--today", data.today]
    steps = [["init", "--code", "SCORE", "--name", "Proefbedrijf", "--iban", data.iban],
             ["import", "debtors", data.folder / "debtors.csv"],
             ["import", "invoices", data.folder / "invoices.csv"],
             ["import", "statement", data.statement], ["match"], ["report", "allocations", "--format", "csv"]]
    for step in steps:
        done = subprocess.run(v + [str(s) for s in step], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode not in GOOD:
            sys.exit(f"score: {' '.join(map(str, step))} ended with {done.returncode}:\n{done.stderr}")
    booked = collections.defaultdict(Decimal)
    for row in csv.DictReader(done.stdout.splitlines()):
        if row["entry_reference"] and row["source"] != "write_off":
            booked[row["entry_reference"], row["item"]] += Decimal(row["amount"])
    return {k: v for k, v in booked.items() if v != 0}


def score(data, booked, show):
    """Per kind: how many the truth has, were booked right, were booked wrong."""
    table = collections.defaultdict(lambda: {"truth": 0, "right": 0, "wrong": 0})
    for key in data.truth:
        table[data.kind_of[key[0]]]["truth"] += 1
    for key, amount in sorted(booked.items()):
        kind = data.kind_of.get(key[0], "unknown")
        good = data.truth.get(key) == amount
        table[kind]["right" if good else "wrong"] += 1
        if not good and show > 0:
            show -= 1
            print(f"wrong: entry {key[0]} ({kind}) booked {amount} on {key[1]}; the truth: "
                  + str({i: str(a) for (e, i), a in data.truth.items() if e == key[0]}), file=sys.stderr)
    return dict(sorted(table.items()))


def total(table):
    return {name: sum(row[name] for row in table.values()) for name in ("truth", "right", "wrong")}


def share(row):
    return f"{100 * row['right'] / row['truth']:.2f} %" if row["truth"] else "-"


def tell(name, size, seed, table):
    print(f"\n{name}, size {size}, seed {seed}\n{'':20}{'truth':>9}{'booked':>9}{'share':>10}{'wrong':>8}")
    for kind, row in [*table.items(), ("all", total(table))]:
        print(f"{kind:20}{row['truth']:>9}{row['right']:>9}{share(row):>10}{row['wrong']:>8}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--program", type=Path, default=ROOT / "build-release/voldaan")
    ap.add_argument("--sizes", default="XS,S")
    ap.add_argument("--seeds", default="1,2,3")
    ap.add_argument("--generator", default="workload", help="workload, or the path of another generator")
    ap.add_argument("--store", help="URL of an empty store, for one size and one seed; otherwise SQLite")
    ap.add_argument("--json", action="store_true")
    ap.add_argument("--show", type=int, default=20, help="how many wrong bookings to print")
    args = ap.parse_args()
    results, wrong = [], 0
    for size in args.sizes.split(","):
        for seed in args.seeds.split(","):
            with tempfile.TemporaryDirectory(prefix="voldaan-score-") as name:
                folder = Path(name)
                data = own_data(size, seed, folder) if args.generator == "workload" else \
                    other_data(args.generator, size, seed, folder)
                url = args.store or f"sqlite:{folder}/score.db"
                table = score(data, booked_by(args.program.resolve(), url, data), args.show)
            wrong += total(table)["wrong"]
            results.append({"generator": Path(args.generator).stem, "size": size, "seed": seed, "kinds": table,
                            "all": total(table)})
            if not args.json:
                tell(Path(args.generator).stem, size, seed, table)
    if args.json:
        print(json.dumps(results, indent=1))
    sys.exit(1 if wrong else 0)


main()
