#!/usr/bin/env python3
"""Plays the scenarios of tests/scenario/*.txt with the real program. See README.md beside it.

A file holds scenarios; each begins with `scenario NAME` and is an administration of its own, in one
store that all share (so that figures of one that turn up in another are seen). Lines begin with
given, when, then or and; # is a remark. After each scenario `verify` must find nothing.

  t_scenarios.py [-v] [WORD...]    only scenarios whose file or name contains a word; -v shows lines
"""
import os
import re
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import Checks, fresh_store  # TEST_STORE: once on each

import steps
from world import World, Wrong

HERE = Path(__file__).resolve().parent
BEGINNINGS = ("given ", "when ", "then ", "and ")


def scenarios():
    """(file, name, [(line number, sentence)])"""
    out = []
    for path in sorted(HERE.glob("*.txt")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("scenario "):
                out.append((path.stem, line[len("scenario "):], []))
                continue
            begins = [b for b in BEGINNINGS if line.startswith(b)]
            if not begins or not out or out[-1][0] != path.stem:
                sys.exit(f"{path.name}:{number}: a line begins with given, when, then or and: {line}")
            out[-1][2].append((number, line[len(begins[0]):].strip()))
    return out


def first_day(sentences):
    """It begins on the earliest day that is named."""
    return min(steps.day_of(d) for _, s in sentences for d in re.findall(steps.DATE, s))


def play(store, code, sentences, folder, verbose):
    """None, or where and why it went wrong."""
    number, sentence = 0, "(making the administration)"
    try:
        w = World(store, code, folder, first_day(sentences))
        for number, sentence in sentences:
            if verbose:
                print(f"#   {number}: {sentence}", flush=True)
            steps.do(w, sentence)
        number, sentence = 0, "(verify at the end)"
        w.verify()
    except Wrong as e:
        return f"line {number}: {sentence}\n{e}"
    except Exception:
        return f"line {number}: {sentence}\n{traceback.format_exc()}"
    return None


def main():
    arguments = sys.argv[1:]
    verbose = "-v" in arguments
    wanted = [a for a in arguments if a != "-v"]
    t = Checks()
    store = fresh_store()
    folder = Path(tempfile.mkdtemp(prefix="scenarios."))
    for n, (file, name, sentences) in enumerate(scenarios(), 1):
        if wanted and not any(w in f"{file}: {name}" for w in wanted):
            continue
        began = time.monotonic()
        wrong = play(store, f"S{n}", sentences, folder / f"S{n}", verbose)
        t.report(wrong is None, f"{file}: {name} ({time.monotonic() - began:.1f} s)", f"{file}.txt {wrong}" if wrong else "")
    t.end()


main()
