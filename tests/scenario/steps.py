"""The sentences of scenarios: each is a pattern and what it does to a world (world.py).

docs: README.md lists them for people. Days are 2026-01-31, amounts 100.00, texts between quotes.
"""
import datetime
import re

from world import Wrong, amount, cents

STEPS = []
DATE = r"(\d{4}-\d\d-\d\d)"
AMOUNT = r"(\d+\.\d\d)"
TEXT = r'"([^"]*)"'


def step(pattern):
    """A sentence; its groups come as arguments after the world."""
    def add(function):
        STEPS.append((re.compile(pattern), function))
        return function
    return add


def day_of(text):
    return datetime.date.fromisoformat(text)


def words(text):
    """`key value key "several words"` -> dict."""
    found = re.findall(r'([a-z_]+) (?:"([^"]*)"|(\S+))', text or "")
    return {k: quoted or plain for k, quoted, plain in found}


def do(w, sentence):
    for pattern, function in STEPS:
        m = pattern.fullmatch(sentence)
        if m:
            return function(w, *m.groups())
    raise Wrong("no such sentence; see tests/scenario/README.md")


def need(condition, message):
    if not condition:
        raise Wrong(message)


# --- given, when: what comes in ----------------------------------------------------------------------

@step(r"today is " + DATE)
def today_is(w, day):
    w.go_to(day_of(day))


@step(r"setting (\S+) is (?:\"([^\"]*)\"|(\S+))")
def setting(w, name, quoted, plain):
    w.call("setting", "set", name, quoted if quoted is not None else plain)


@step(r"debtor (\w+)(?: (consumer|business))?(?: (without e-mail))?(?: (.*))?")
def debtor(w, number, kind, no_email, more):
    row = words(more)
    if kind:
        row["kind"] = kind
    if no_email:
        row["email"] = ""
    w.debtor(number, **row)


def invoice_row(number, who, gross, issued, due, more):
    row = {"invoice_no": number, "debtor_id": who, "gross": gross, "invoice_date": issued, "due_date": due or ""}
    return row | words(more)


@step(r"invoice ([\w-]+) of (\w+) " + AMOUNT + r"(?: issued " + DATE + r")? due " + DATE + r"(?: (.*))?")
def invoice(w, number, who, gross, issued, due, more):
    w.rows("invoices", [invoice_row(number, who, gross, issued or due, due, more)], good=(0, 1))


@step(r"invoice ([\w-]+) of (\w+) issued " + DATE + r" in lines (.*)")
def invoice_lines(w, number, who, issued, lines):
    rows = []
    for n, (gross, due) in enumerate(re.findall(AMOUNT + " due " + DATE, lines), 1):
        rows.append(invoice_row(number, who, gross, issued, due, "") | {"due_line": n})
    need(len(rows) > 1, "an invoice in lines has at least two")
    w.rows("invoices", rows)


@step(r"credit note ([\w-]+) of (\w+) " + AMOUNT + r" issued " + DATE + r"(?: (.*))?")
def credit_note(w, number, who, gross, issued, more):
    w.rows("invoices", [invoice_row(number, who, gross, issued, issued, more) | {"type": "credit"}])


@step(r"the open items of " + DATE + r" are (.*)")
def open_items(w, day, items):
    rows = [invoice_row(number, who, gross, due, due, "") | {"open": left or gross}
            for number, who, gross, due, left in re.findall(
                r"([\w-]+) of (\w+) " + AMOUNT + " due " + DATE + r"(?: open " + AMOUNT + ")?", items)]
    need(rows, "no open items in this sentence")
    w.rows("invoices", rows, "--snapshot", "--as-of", day)


@step(r"bank statement " + DATE + r" brings (.*)")
def brings(w, day, what):
    found = re.findall(AMOUNT + r" from (\w+) " + TEXT, what)
    need(found, "a statement brings AMOUNT from DEBTOR \"text\" [and ...]")
    w.go_to(max(w.today, day_of(day)))
    w.bank(day_of(day), [(cents(a), who, text, None) for a, who, text in found])
    w.call("match")


@step(r"bank statement " + DATE + r" returns " + AMOUNT + r" to (\w+) " + TEXT + r"(?: reason (\w+))?")
def returns(w, day, gross, who, text, reason):
    w.go_to(max(w.today, day_of(day)))
    w.bank(day_of(day), [(-cents(gross), who, text, reason or "MS03")])
    w.call("match")


@step(r"the same file again")
def same_file(w):
    what, path, more = w.last_file
    w.take_in(what, path, *more)


# --- when: days and what people do -------------------------------------------------------------------

@step(r"day " + DATE)
def day(w, on):
    w.day(day_of(on))


@step(r"day " + DATE + r" without the bank")
def day_no_bank(w, on):
    w.day(day_of(on), bank=False)


@step(r"day " + DATE + r" without (release|delivery)")
def day_part(w, on, what):
    w.day(day_of(on), release=what != "release", deliver=False)


@step(r"days (.*)")
def days(w, list_):
    for on in re.findall(DATE, list_):
        w.day(day_of(on))


@step(r"run on " + DATE)
def run_on(w, on):
    w.go_to(day_of(on))
    w.run(release=False)


@step(r"the messages are released")
def release(w):
    w.call("outbox", "release", "--all")


@step(r"the messages are delivered")
def deliver(w):
    w.deliver()


@step(r"hold on ([\w/-]+)(?: of " + AMOUNT + r")?(?: until " + DATE + r")? because " + TEXT)
def hold(w, what, held, until, reason):
    scope = "--debtor" if re.fullmatch(r"D\d+", what) else "--item"
    more = (["--amount", held] if held else []) + (["--until", until] if until else [])
    w.call("hold", "add", scope, what, "--reason", reason, *more)


@step(r"the hold on ([\w/-]+) ends")
def hold_ends(w, what):
    w.call("hold", "end", hold_id(w, what))


def hold_id(w, what):
    for h in w.ask("hold", "list"):
        if what in (h.get("item"), h.get("debtor_id")):
            return h["id"]
    raise Wrong(f"there is no hold on {what}")


@step(r"bank account (\w+)")
def bank_account(w, iban):
    w.call("bank-account", "add", iban)


@step(r"a person says that nothing came in on (\w+) up to " + DATE)
def cover(w, iban, day):
    w.go_to(max(w.today, day_of(day)))
    w.call("bank-account", "cover", iban, "--to", day)


@step(r"the task of (\w+) is done with " + TEXT)
def task_done(w, who, result):
    found = [t["id"] for t in w.ask("tasks") if t["debtor_id"] == who]
    need(found, f"there is no open task for {who}: {w.ask('tasks')}")
    w.call("tasks", "done", found[0], "--result", result)


# --- then --------------------------------------------------------------------------------------------

def lines_of(w, kind, step_, who):
    need(w.ran is not None, "no day has passed yet")
    return [l for l in w.ran["lines"] if l["kind"] == kind and (step_ is None or l["step"] == step_ or l["what"] == step_)
            and (who is None or l["debtor_id"] == who)]


def show_run(w):
    return "\n".join(f"{l['kind']} {l['what']} step {l['step']} to {l['debtor_id']} for {l['items']} asking {l['asked']}" for l in w.ran["lines"]) or \
        f"nothing was made; {w.ran['gate']}"


@step(r"([\w-]+(?:/\d+)?) has open (-?\d+\.\d\d)")
def has_open(w, number, wanted):
    got = w.open_of(number)
    need(got == wanted, f"{number} has open {got}")


@step(r"(reminder|dunning_letter|notice_of_default|statement)(?: by (letter|email))? to (\w+)(?: for ([\w/, -]+?))?(?: asking " + AMOUNT + r")?")
def message(w, step_, channel, who, items, asked):
    found = lines_of(w, "message", step_, who)
    need(len(found) == 1, f"{len(found)} such messages:\n{show_run(w)}")
    line = found[0]
    need(channel is None or line["what"] == channel or channel == "letter" and line["what"] not in ("email", "letter"), f"it is by {line['what']}")
    need(items is None or line["items"] == items, f"it is for {line['items']}")
    need(asked is None or line["asked"] == asked, f"it asks {line['asked']}")


@step(r"message to (\w+) asks " + AMOUNT + r"(?: for ([\w/, -]+))?")
def message_asks(w, who, asked, items):
    found = [l for l in lines_of(w, "message", None, who) if l["asked"] == asked and items in (None, l["items"])]
    need(len(found) == 1, f"{len(found)} such messages:\n{show_run(w)}")


@step(r"no message(?: to (\w+))?")
def no_message(w, who):
    need(not lines_of(w, "message", None, who), show_run(w))


@step(r"task (\w+) for (\w+)(?: for ([\w/, -]+))?")
def task(w, kind, who, items):
    found = [l for l in lines_of(w, "task", None, who) if l["what"] == kind]
    need(len(found) == 1, f"{len(found)} such tasks:\n{show_run(w)}")
    need(items is None or found[0]["items"] == items, f"it is for {found[0]['items']}")


@step(r"no task(?: for (\w+))?")
def no_task(w, who):
    need(not lines_of(w, "task", None, who), show_run(w))


@step(r"nothing happens")
def nothing(w):
    need(w.ran is not None and not w.ran["lines"], show_run(w))


@step(r"the gate is (open|closed)")
def gate(w, state):
    need(w.ran["gate_open"] == (state == "open"), w.ran["gate"])


@step(r"(\d+) messages? (?:leaves|leave)")
def leave(w, count):
    need(w.delivered() == int(count), f"{w.delivered()} left: {w.last_delivery}")


@step(r"ageing (\w+) (\w+) (-?\d+\.\d\d)(?: in ([A-Z]{3}))?(?: as at " + DATE + r")?(?: known at (\S+(?: [\d:]+)?))?")
def ageing(w, who, bucket, wanted, currency, as_at, known_at):
    more = (["--as-at", as_at] if as_at else []) + (["--known-at", known_at] if known_at else [])
    rows = [r for r in w.report("ageing", *more) if r["debtor_id"] == who and r["currency"] == (currency or "EUR")]
    got = rows[0][bucket] if rows else "0.00"
    need(got == wanted, f"{bucket} is {got}: {rows}")


@step(r"why ([\w/-]+)(?: on " + DATE + r")? contains " + TEXT)
def why(w, number, on, part):
    text = w.call("why", number, *(["--on", on] if on else []))
    need(part in text, text)


@step(r"the import (created|updated|rejected|unchanged) (\d+)")
def import_did(w, what, count):
    got = w.last_import[what]
    need((len(got) if isinstance(got, list) else got) == int(count), f"{w.last_import}")


@step(r"(\w+) owes (-?\d+\.\d\d)(?: in ([A-Z]{3}))?(?: with " + AMOUNT + r" unallocated)?")
def owes(w, who, wanted, currency, unallocated):
    rows = [r for r in w.report("ageing") if r["debtor_id"] == who and r["currency"] == (currency or "EUR")]
    row = rows[0] if rows else {"total": "0.00", "unallocated": "0.00"}
    need(row["total"] == wanted, f"{who} owes {row['total']}: {rows}")
    need(unallocated is None or row["unallocated"] == amount(-cents(unallocated)), f"unallocated is {row['unallocated']}")
