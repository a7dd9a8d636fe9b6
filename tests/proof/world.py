"""A small business in files, a store, and what its books say, for the tests of this folder.

What the books say comes from tests/data/books/books.sql: rows in words that do not depend on ids,
so that two stores can be compared."""
import csv
import datetime
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tools")
import workload  # noqa: E402
from lib import ROOT, fresh_store  # noqa: E402

DAY = datetime.date(2026, 6, 30)
QUERIES = re.findall(r"-- name: (\w+)\n(.*?);\n", (ROOT / "tests/data/books/books.sql").read_text() + "\n", re.S)


def write_business(folder, invoices, seed):
    """Files of a business without e-mail addresses, so that reminders are letters."""
    workload.write(invoices, folder, seed, DAY)
    with open(folder / "debtors.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        row["email"] = ""
    workload.write_csv(folder / "debtors.csv", list(rows[0]), rows)


class World:
    """A store with the program's commands on the files of a folder."""

    def __init__(self, folder):
        self.folder, self.url = folder, fresh_store()
        self.letters = folder / f"letters-{abs(hash(self.url))}"
        self.run("init", "--code", "PROEF", "--name", "Proefbedrijf", "--iban", workload.iban(0))
        self.run("setting", "set", "first_run_max", "40")

    def command(self, *words):
        return [os.environ["VOLDAAN"], "--store", self.url, "--quiet", "--today", DAY.isoformat(), *map(str, words)]

    def steps(self):
        f = self.folder
        return [("import", "debtors", f / "debtors.csv"), ("import", "invoices", f / "invoices.csv"),
                ("import", "statement", f / "statement.xml"), ("match",), ("run",), ("outbox", "release", "--all"),
                ("deliver", "--to-folder", self.letters)]

    def run(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout + done.stderr

    def books(self):
        """name -> sorted rows of what the books say."""
        if self.url.startswith("sqlite:"):
            with sqlite3.connect(self.url[7:]) as db:
                return {name: sorted(str(r[0]) for r in db.execute(sql.replace("$1", "1"))) for name, sql in QUERIES}
        out = {}
        for name, sql in QUERIES:
            done = subprocess.run(["psql", "-AtqX", self.url, "-c", sql.replace("$1", "1")], capture_output=True,
                                  text=True, check=True)
            out[name] = sorted(done.stdout.splitlines())
        return out

    def files(self):
        """How many letters lie in the folder."""
        return len([p for p in self.letters.glob("**/*") if p.is_file() and not p.name.startswith(".")])


def differences(one, other):
    """The first rows that only one of two books has."""
    out = []
    for name in one:
        a, b = one[name], other[name]
        if a != b:
            out.append(f"{name}: {len(a)} and {len(b)} rows; only first {sorted(set(a) - set(b))[:3]}, "
                       f"only second {sorted(set(b) - set(a))[:3]}")
    return "\n".join(out)
