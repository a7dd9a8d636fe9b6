#!/usr/bin/env python3
"""Writes schema/NNNN_....sqlite.sql with fixed planner statistics for every index of a store.

SQLite plans without statistics as if every index were as good as the next; in a store of one
administration the first column of every key is the same in all rows, so that such a plan reads whole
tables. Real ANALYZE would see the store of that moment (empty at first), so the figures are fixed:
those of a store of a million invoices. usage: make_statistics.py STORE.db > schema/....sqlite.sql
"""
import sqlite3, sys

ROWS = {"item": 2_000_000, "item_open": 2_000_000, "allocation": 2_000_000, "invoice": 1_000_000, "invoice_word": 3_000_000,
        "chase": 1_000_000, "bank_entry": 1_000_000, "bank_transaction": 1_000_000, "ledger_transaction": 100_000, "debtor": 100_000,
        "contact": 200_000, "payer_account": 100_000, "balance": 100_000, "step_done": 1_000_000, "decision": 1_000_000,
        "message": 500_000, "message_item": 1_000_000, "outbox": 500_000, "task": 100_000, "task_item": 200_000, "audit": 500_000,
        "bank_statement": 10_000, "proposal": 50_000, "proposal_line": 100_000, "item_revision": 50_000, "document": 1_000_000,
        "blob": 1_000_000, "blob_chunk": 1_000_000, "coverage": 10_000, "stage_word": 2_000, "stage_id": 1_000, "stage_open": 1_000}
# different values of a column, where it is not one per row
DISTINCT = {"administration_id": 1, "kind": 6, "job": 1, "currency": 1, "side": 2, "state": 5, "role": 2, "scope": 3, "line": 1,
            "debtor_id": 100_000, "due_on": 800, "booked_on": 400, "settled_on": 800, "day": 400, "next_action_on": 100,
            "effective_on": 800, "to_on": 400, "bank_account_id": 3, "run_id": 400, "statement_id": 10_000, "cycle": 1, "rank": 10,
            "source": 3, "covered_to": 400, "sent_at": 400, "recorded_at": 50_000, "next_attempt_at": 400, "counterparty_iban": 100_000,
            "waiting": 4, "code": 30, "version": 2, "invoice_id": 1_000_000, "item_id": 1_000_000, "name_fold": 90_000}

def main():
    db = sqlite3.connect(sys.argv[1])
    print("-- Fixed statistics for SQLite's planner: made by tools/make_statistics.py, which says why. A new index needs a new file.")
    print("ANALYZE sqlite_schema;")
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    for table in tables:
        rows = ROWS.get(table, 1_000)
        for _, index, unique, _, partial in db.execute(f"PRAGMA index_list({table})").fetchall():
            columns = [r[2] for r in db.execute(f"PRAGMA index_info({index})")]
            n = max(rows // 10, 100) if partial else rows
            figures, left = [n], n
            for i, column in enumerate(columns):
                distinct = DISTINCT.get(column, n)
                left = max(1, left // max(1, min(distinct, left)))
                if unique and i + 1 == len(columns):
                    left = 1
                figures.append(left)
            print(f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{' '.join(map(str, figures))}');")
    print("ANALYZE sqlite_schema;")

main()
