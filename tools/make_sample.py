#!/usr/bin/env python3
"""Writes the sample administration of `voldaan demo`: nine months of an invented business.

  tools/make_sample.py [DIR]      default: sample/ beside this folder

The same bytes every time; a test checks that the files in the tree are these. Nothing in them is
real, see sample_people.py. The name of a file begins with its day: `voldaan demo` takes it in on
that day (a bank file on the first working day after it).

  debtors.csv, xaf/      what is there on the first day: debtors, and the open items of last year
  invoices/, ubl/        what was invoiced: a list each Friday, some as UBL with the PDF inside
  bank/                  statements of three banks, on days when something was booked
  accounts.tsv           its bank accounts, and what the names of their statements end with
  settings.tsv           how the business has set up the program
  diary.tsv              what people did: day, who, what, on which item, how much, until when, why
"""
import datetime
import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import sample_files as files
import sample_people as people

DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2026, 1, 2), datetime.date(2026, 9, 30)
HOLIDAYS = {datetime.date(2026, m, d) for m, d in ((1, 1), (4, 3), (4, 6), (4, 27), (5, 1), (5, 14), (5, 25), (12, 25))}
WORK = ("Onderhoud cv-installatie", "Vervangen pomp", "Jaarcontract onderhoud", "Plaatsen warmtepomp", "Reparatie lekkage",
        "Aanleg elektra", "Inspectie luchtbehandeling", "Levering radiatoren", "Montage zonnepanelen", "Storingsdienst")


class Dice:
    """Chance that is the same in every version of Python."""

    def __init__(self, seed):
        self.seed, self.n = seed, 0

    def to(self, low, high):
        self.n += 1
        found = hashlib.sha256(f"{self.seed}/{self.n}".encode()).digest()
        return low + int.from_bytes(found[:8], "big") % (high - low + 1)

    def of(self, choices):
        return choices[self.to(0, len(choices) - 1)]


@dataclass
class Invoice:
    debtor: object
    day: datetime.date
    net: int
    vat: int
    description: str
    credit: bool = False
    number: str = ""
    preceding: str = ""
    lines: int = 1
    of: object = None          # the invoice that a credit note takes back
    last_year: bool = False

    @property
    def gross(self):
        return self.net + self.vat

    @property
    def due(self):
        return self.day if self.credit else self.day + self.debtor.terms * DAY

    @property
    def reference(self):
        digits = "".join(c for c in self.number if c.isdigit()).zfill(8)
        return f"RF{98 - int(digits + '271500') % 97:02d}{digits}"

    @property
    def order(self):
        return f"PO-{self.number[-4:]}"


def is_working(day):
    return day.weekday() < 5 and day not in HOLIDAYS


def working(day):
    while not is_working(day):
        day += DAY
    return day


# --- what is invoiced ------------------------------------------------------------------------------

def vat_of(debtor, net):
    return 0 if debtor.country != "NL" else (net * 21 + 50) // 100


def invoice_days(d, dice):
    if d.habit in ("debit", "debit_back"):  # a yearly contract, in terms, on the first of the month
        return [working(datetime.date(2026, m, 1)) for m in (2, 4, 5, 6, 8, 9)][:d.invoices]
    span = 263
    return [working(datetime.date(2026, 1, 5) + (span * i // d.invoices + dice.to(0, span // d.invoices - 1)) * DAY)
            for i in range(d.invoices)]


def invoices_of(d, dice):
    out = []
    for i, day in enumerate(invoice_days(d, dice)):
        net = dice.to(d.low, d.high) * 100 + dice.of((0, 0, 50, 25, 99))
        if d.habit in ("debit", "debit_back"):
            net = 2400 + 350 * (d.low % 3)
        out.append(Invoice(d, day, net, vat_of(d, net), dice.of(WORK)))
        if d.number in ("D1001", "D1035") and i in (3, 6):
            out[-1].lines = 2
    return out


def credit_notes(invoices, dice):
    """Taken back: a part of an invoice, or all of it."""
    out = []
    for d, which in (("D1023", 1), ("D1023", 4), ("D1023", 7), ("D1029", 2), ("D1004", 6), ("D1013", 5), ("D1021", 4),
                     ("D1006", 3), ("D1025", 6), ("D1044", 2), ("D1017", 3), ("D1035", 5)):
        of = [i for i in invoices if i.debtor.number == d][which]
        net = of.net if d in ("D1044", "D1017") else of.net * dice.to(10, 35) // 100
        day = working(of.day + dice.to(9, 16) * DAY)
        out.append(Invoice(of.debtor, day, net, vat_of(of.debtor, net), f"Creditnota: {of.description.lower()}", credit=True, of=of))
    return out


def last_year(debtors, dice):
    """Invoices of the last months of 2025, for the auditfile: some were paid before the new year."""
    out, paid = [], {}
    for n, d in enumerate([d for d in debtors if d.habit not in ("debit", "debit_back", "large_early", "large_parts", "group")][::2]):
        day = working(datetime.date(2025, 10, 1) + dice.to(0, 78) * DAY)
        net = dice.to(d.low, d.high) * 100
        if d.currency != "EUR":
            continue
        out.append(Invoice(d, day, net, vat_of(d, net), dice.of(WORK), number=f"F25-{900 + n}", last_year=True))
    out.sort(key=lambda i: i.day)
    for n, i in enumerate(out):
        i.number = f"F25-{901 + n:04d}"
        if n % 3 == 1:
            paid[i.number] = (working(i.day + 14 * DAY), i.gross)
        elif n % 9 == 3:
            paid[i.number] = (working(i.day + 10 * DAY), i.gross // 2)
    return out, paid


# --- how they pay ----------------------------------------------------------------------------------

class Payments:
    """The entries on our accounts, by bank and day."""

    def __init__(self, dice, paid_before):
        self.dice = dice
        self.before = {number: amount for number, (_, amount) in paid_before.items()}
        self.entries = {"ing": [], "rabo": [], "abn": []}
        self.batches = {}
        self.marked = {}           # what the diary speaks of

    def left(self, invoice):
        return invoice.gross - self.before.get(invoice.number, 0)

    def put(self, d, day, amount, text, **more):
        day = working(max(day, datetime.date(2026, 1, 5)))
        if day >= LAST or amount == 0:
            return None
        fields = {"name": d.name, "iban": d.iban} | more
        e = files.Entry(day, amount, text=text, **fields)
        self.entries[d.bank].append(e)
        return e

    def wording(self, numbers):
        d = self.dice
        if len(numbers) == 1:
            n = numbers[0]
            return d.of((f"Factuur {n}", n, f"fact.nr. {n.replace('-', '')}", f"betaling factuur {n}",
                         f"Uw factuur {n} Installatiebedrijf Modelburg", f"{n} / dank voor het werk"))
        return d.of(("Facturen ", "Betreft ", "fact ")) + d.of((", ", " ", " en ")).join(numbers)

    def simple(self, invoice, low, high, **more):
        """All of it, so many days after the due day."""
        return self.put(invoice.debtor, invoice.due + self.dice.to(low, high) * DAY, self.left(invoice),
                        more.pop("text", None) or self.wording([invoice.number]), **more)


DELAYS = {  # days after the due day
    "early": (-10, -3), "prompt": (-3, 1), "slow": (5, 15), "late": (4, 11), "reminded": (7, 13), "letter": (17, 24),
    "notice": (30, 34), "sensitive": (8, 19), "large_early": (-2, 0), "large_late": (5, 9), "group": (20, 45),
}


def pay_by_delay(p, own):
    for i in own:
        p.simple(i, *DELAYS[i.debtor.habit])


def pay_monthly(p, own):
    """On the 25th of each month all that is due by then, in one sum."""
    todo = list(own)
    for month in range(1, 10):
        day = working(datetime.date(2026, month, 25))
        now = [i for i in todo if i.due <= day + 6 * DAY]
        todo = [i for i in todo if i not in now]
        credits = [i for i in own if i.credit and i in now]
        amount = sum(p.left(i) for i in now if not i.credit) - sum(i.gross for i in credits)
        if now and amount > 0:
            p.put(now[0].debtor, day, amount, p.wording([i.number for i in now]), end_to_end=f"BATCH{month:02d}-2026")


def pay_lump(p, own):
    """Two or three at once, without saying which."""
    for at in range(0, len(own) - 1, 2):
        two = own[at:at + 2]
        p.put(two[0].debtor, two[-1].due + p.dice.to(3, 15) * DAY, sum(p.left(i) for i in two), p.dice.of(("openstaande facturen", "diverse nota's", "saldo")))


def pay_sloppy(p, own):
    for i in own:
        e = p.simple(i, -2, 9, text=p.dice.of(("betaling", "rekening", "installateur", "zie factuur")))
        if e is not None and e.text == "installateur":
            p.marked["nameless"] = e


def pay_typing(p, own):
    for n, i in enumerate(own):
        wrong = i.number[:-2] + i.number[-1] + i.number[-2]
        p.simple(i, -2, 8, text=f"Factuur {wrong if n % 2 else i.number}")


def pay_reference(p, own):
    for i in own:
        p.simple(i, -3, 4, reference=i.reference, text=i.reference)


def pay_too_much(p, own):
    for n, i in enumerate(own):
        if i.credit:
            continue
        p.simple(i, -1, 5)
        if n == 1:  # twice
            p.marked["twice"] = p.put(i.debtor, i.due + 12 * DAY, p.left(i), p.wording([i.number]))
        if n == 3:  # rounded up
            p.put(i.debtor, i.due + 13 * DAY, 1000, f"extra op factuur {i.number}")


def pay_deducts(p, own):
    credits = {c.of.number: c for c in own if c.credit}
    for i in own:
        c = credits.get(i.number)
        if i.credit:
            continue
        if c is None:
            p.simple(i, 0, 9)
        else:
            p.put(i.debtor, i.due + p.dice.to(0, 8) * DAY, p.left(i) - c.gross, f"{i.number} minus creditnota {c.number}")


def pay_third_party(p, own):
    centre = people.check_digits("NL", "VDTN0000009999")
    for i in own:
        if i.credit:
            continue
        credit = sum(c.gross for c in own if c.credit and c.of is i)
        p.put(i.debtor, i.due + p.dice.to(-1, 6) * DAY, p.left(i) - credit, f"{i.number} {i.debtor.number}", name="Betaalcentrum Voorbeeld",
              iban=centre, ultimate=i.debtor.name)


def pay_parts(p, own):
    for n, i in enumerate(own):
        half = p.left(i) // 2
        p.put(i.debtor, i.due + p.dice.to(9, 13) * DAY, half, f"deel 1 van {i.number}")
        if n % 3 != 2:
            p.put(i.debtor, i.due + p.dice.to(36, 48) * DAY, p.left(i) - half, f"restant {i.number}")


def pay_large_parts(p, own):
    for i in own:
        p.put(i.debtor, i.due + 3 * DAY, p.left(i) * 6 // 10, f"Factuur {i.number} 1e termijn")
        if i is not own[-1]:
            p.put(i.debtor, i.due + 24 * DAY, p.left(i) - p.left(i) * 6 // 10, f"Factuur {i.number} 2e termijn")


def pay_discount(p, own):
    for n, i in enumerate(own):
        if i.credit:
            continue
        credit = sum(c.gross for c in own if c.credit and c.of is i)
        less = 0 if n % 3 else (i.gross - credit) * 2 // 100
        p.put(i.debtor, i.due + p.dice.to(-8, 3) * DAY, p.left(i) - credit - less,
              f"Factuur {i.number}" + (" min 2 procent betalingskorting" if less else ""))


def pay_disputes(p, own):
    for n, i in enumerate(own):
        if i.credit or n == 4:
            continue
        credit = sum(c.gross for c in own if c.credit and c.of is i)
        p.put(i.debtor, i.due + (p.dice.to(30, 38) if credit else p.dice.to(0, 8)) * DAY, p.left(i) - credit, p.wording([i.number]))


def pay_returned(p, own):
    """Collected by direct debit; some come back for want of money, and are then paid late or never."""
    for n, i in enumerate(own):
        e = p.put(i.debtor, i.due, p.left(i), f"Factuur {i.number}", end_to_end=i.number, mandate=f"M-{i.debtor.number}")
        if e is not None and n % 2:
            p.put(i.debtor, e.day + 4 * DAY, -p.left(i), f"Factuur {i.number}", end_to_end=i.number, mandate=f"M-{i.debtor.number}", reason="AM04")
            if n % 4 == 1:
                p.put(i.debtor, e.day + 27 * DAY, p.left(i), f"alsnog {i.number}")


def pay_debit(p, own):
    for n, i in enumerate(own):
        day = working(i.due)
        if day >= LAST:
            continue
        part = files.Entry(day, p.left(i), i.debtor.name, i.debtor.iban, f"Factuur {i.number}", end_to_end=i.number, mandate=f"M-{i.debtor.number}")
        p.batches.setdefault(day, []).append(part)
        if i.debtor.habit == "debit_back" and n in (1, 4):
            p.put(i.debtor, day + 19 * DAY, -p.left(i), f"Factuur {i.number}", end_to_end=i.number, mandate=f"M-{i.debtor.number}", reason="MD06")


HABITS = {
    "monthly": pay_monthly, "lump": pay_lump, "sloppy": pay_sloppy, "typing": pay_typing, "reference": pay_reference,
    "too_much": pay_too_much, "deducts": pay_deducts, "third_party": pay_third_party, "parts": pay_parts,
    "large_parts": pay_large_parts, "discount": pay_discount, "disputes": pay_disputes, "returned": pay_returned,
    "debit": pay_debit, "debit_back": pay_debit, "never": lambda p, own: None,
}


def pay(p, debtors, invoices):
    for d in debtors:
        own = [i for i in invoices if i.debtor is d]
        if d.habit not in HABITS:
            own = [i for i in own if not i.credit]
        HABITS.get(d.habit, pay_by_delay)(p, own)
    for day, parts in p.batches.items():
        p.entries["ing"].append(files.Entry(day, sum(e.amount for e in parts), text=f"INCASSO-{day}", parts=tuple(parts)))
    other_entries(p)


def other_entries(p):
    """What has nothing to do with debtors: rent, wages, the bank's own costs, a tax refund."""
    for month in range(1, 10):
        day = working(datetime.date(2026, month, 24))
        for amount, name, text in ((-2814000, "Personeel", f"Lonen {month:02d}-2026"), (-365000, "Verhuur Ambachtsweg", "Huur bedrijfspand")):
            if day < LAST:
                p.entries["ing"].append(files.Entry(day, amount, name, people.check_digits("NL", f"VDTN{8000 + month:010d}"), text))
        if day < LAST:
            p.entries["abn"].append(files.Entry(day, -1895, text="KOSTEN ZAKELIJKE REKENING"))
    p.entries["rabo"].append(files.Entry(working(datetime.date(2026, 5, 12)), 118900, "Belastingdienst Voorbeeld", people.check_digits("NL", "VDTN0000008888"), "Teruggaaf omzetbelasting 1e kwartaal"))


# --- files -----------------------------------------------------------------------------------------

DEBTOR_HEADERS = ["debtor_id", "name", "kind", "contact_name", "street", "postcode", "city", "country", "iban", "email", "language",
                  "segment", "risk", "terms_days", "owner", "credit_limit", "kvk"]
INVOICE_HEADERS = ["invoice_no", "debtor_id", "type", "invoice_date", "due_line", "due_date", "net", "vat", "gross", "currency", "description",
                   "rf_reference", "order_ref", "sent_on"]


def debtor_row(d):
    return {"debtor_id": d.number, "name": d.name, "kind": d.kind, "contact_name": d.contact, "street": d.street, "postcode": d.postcode,
            "city": d.city, "country": d.country, "iban": d.iban, "language": d.language, "segment": d.segment, "risk": d.risk,
            "terms_days": d.terms, "owner": d.owner, "credit_limit": files.cents(d.limit * 100) if d.limit else "",
            "email": f"{'administratie' if d.kind == 'business' else 'post'}@{people.domain_of(d.name)}" if d.email else "",
            "kvk": "0000" + d.number[1:] if d.kind == "business" and d.country == "NL" else ""}


def invoice_rows(i):
    for line in range(1, i.lines + 1):
        share = [v // i.lines + (v % i.lines if line == 1 else 0) for v in (i.net, i.vat)]
        yield {"invoice_no": i.number, "debtor_id": i.debtor.number, "type": "credit" if i.credit else "invoice", "invoice_date": i.day,
               "due_line": line, "due_date": i.due + 30 * (line - 1) * DAY, "net": files.cents(share[0]), "vat": files.cents(share[1]),
               "gross": files.cents(sum(share)), "currency": i.debtor.currency, "description": i.description,
               "rf_reference": "" if i.credit else i.reference, "order_ref": "" if i.credit else i.order, "sent_on": "" if i.credit else i.day}


def friday(day):
    return working_back(day + (4 - day.weekday()) % 7 * DAY)


def working_back(day):
    while not is_working(day):
        day -= DAY
    return day


def invoice_files(invoices):
    out, weeks = {}, {}
    for i in invoices:
        if i.debtor.ubl:
            out[f"ubl/{i.day}-{i.number}.xml"] = files.ubl(i, i.debtor, people.CREDITOR, people.ING)
        else:
            weeks.setdefault(max(friday(i.day), i.day), []).append(i)
    for day, some in weeks.items():
        out[f"invoices/{day}.csv"] = files.csv_text(INVOICE_HEADERS, [row for i in some for row in invoice_rows(i)])
    return out


def bank_files(entries):
    out = {}
    for bank, iban, opening, write, end in (("ing", people.ING, 4182356, files.camt053, "ing.xml"), ("rabo", people.RABO, 1250040, files.rabobank, "rabobank.940"),
                                            ("abn", people.ABN, 2894311, files.abnamro, "abnamro.sta")):
        before = datetime.date(2026, 1, 2)
        for day in sorted({e.day for e in entries[bank]}):
            s = files.Statement(iban, (day - datetime.date(2025, 12, 31)).days, opening, day, before, [e for e in entries[bank] if e.day == day])
            out[f"bank/{day}-{end}"] = write(s)
            opening, before = s.closing, day
    return out


def settings():
    c = people.CREDITOR
    rows = (("street", c["street"]), ("postcode", c["postcode"]), ("city", c["city"]), ("phone", c["phone"]), ("email", c["email"]),
            ("kvk", c["kvk"]), ("vat_number", c["vat_number"]), ("iban", people.ING), ("sender_name", "Debiteurenbeheer Modelburg"), ("sender_email", c["email"]),
            ("tolerance", "0.50"), ("first_run_max", "8"), ("website", "www.modelburg.example"))
    return "".join(f"{name}\t{value}\n" for name, value in rows)


def accounts():
    return f"{people.ING}\t-ing.xml\n{people.RABO}\t-rabobank.940\n{people.ABN}\t-abnamro.sta\n"


def diary(invoices, p):
    """What people do by hand."""
    def bank(e):
        """What ING calls this entry."""
        return f"{e.day:%y%m%d}{[o for o in p.entries['ing'] if o.day == e.day].index(e) + 1:08d}"

    def of(number, which):
        return [i for i in invoices if i.debtor.number == number and not i.credit][which]

    def line(day, who, verb, number, value="", until="", text=""):
        return "\t".join(str(v) for v in (working(day), who, verb, number, value, until, text)) + "\n"

    disputed = next(c.of for c in invoices if c.credit and c.debtor.number == "D1029")
    order, late, club = of("D1006", 1), of("D1012", 2), of("D1018", 4)
    twice, nameless = p.marked["twice"], p.marked["nameless"]
    return "".join(sorted((
        line(twice.day + 2 * DAY, "Sanne", "allocate", bank(twice), "D1021", "", "paid twice; stays on his account"),
        line(nameless.day + 1 * DAY, "Sanne", "allocate", bank(nameless), "D1017", "", "must be theirs"),
        line(nameless.day + 6 * DAY, "Sanne", "undo", bank(nameless), "", "", "was for another installer, goes back"),
        line(FIRST, "Sanne", "start", "", text="the first morning"),
        line(disputed.due + 3 * DAY, "Sanne", "hold", disputed.number, files.cents(disputed.gross * 30 // 100), disputed.due + 32 * DAY, "two hours too many on the invoice, says the customer"),
        line(order.due + 2 * DAY, "Joris", "hold", order.number, "", order.due + 12 * DAY, "order number was missing, sent again"),
        line(late.due + 6 * DAY, "Sanne", "hold", late.number, "", late.due + 30 * DAY, "will pay in two parts"),
        line(club.due + 4 * DAY, "Sanne", "hold-debtor", "D1018", "", club.due + 25 * DAY, "change of treasurer"),
        line(club.due + 14 * DAY, "Sanne", "end-hold", "D1018", text="new treasurer has everything"),
        line(LAST, "Sanne", "end", "", text="the last day"),
    )))


def story():
    """All files: name -> text."""
    dice = Dice("voldaan sample 1")
    debtors = people.everyone()
    old, paid = last_year(debtors, dice)
    invoices = [i for d in debtors for i in invoices_of(d, dice)]
    invoices += credit_notes(invoices, dice)
    invoices.sort(key=lambda i: (i.day, i.debtor.number, i.credit))
    for n, i in enumerate(invoices, 1):
        i.number = f"F26-{n:04d}"
    for i in invoices:
        i.preceding = i.of.number if i.of else ""
    p = Payments(dice, paid)
    pay(p, debtors, [i for i in old if i.number not in paid or paid[i.number][1] < i.gross] + invoices)
    out = {
        "debtors.csv": files.csv_text(DEBTOR_HEADERS, [debtor_row(d) for d in debtors]),
        f"xaf/{FIRST}-auditfile-2025.xml": files.xaf(people.CREDITOR, sorted({i.debtor.number: i.debtor for i in old}.values(), key=lambda d: d.number), old, paid, 2025),
        "settings.tsv": settings(),
        "accounts.tsv": accounts(),
        "diary.tsv": diary(invoices, p),
    }
    out |= invoice_files(invoices)
    out |= bank_files(p.entries)
    return out, debtors, invoices, p


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "sample"
    out, debtors, invoices, p = story()
    for folder in ("bank", "invoices", "ubl", "xaf"):
        shutil.rmtree(target / folder, ignore_errors=True)
    for name, text in out.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(text.encode())
    print(f"{len(debtors)} debtors, {len(invoices)} invoices and credit notes, {sum(map(len, p.entries.values()))} bank entries, "
          f"{len(out)} files, {sum(len(t.encode()) for t in out.values()) // 1024} kB")


if __name__ == "__main__":
    main()
