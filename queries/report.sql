-- Reports: reads only.

-- what is open now; in the order of its covering index
-- name: ageing_now :stream
-- in:   administration i64
-- out:  debtor i64, currency text, side text, due_on date, effective_on date, open i64
SELECT debtor_id, currency, side, due_on, effective_on, open_minor
  FROM item_open
 WHERE administration_id = $1 AND open_minor > 0;

-- what was open as at a day, as known by a transaction number: items less the allocations effective and known then
-- name: ageing_past :stream
-- in:   administration i64, as_at date, known i64
-- out:  debtor i64, currency text, side text, due_on date, effective_on date, open i64
SELECT coalesce(r.debtor_id, i.debtor_id), i.currency, i.side, coalesce(r.due_on, i.due_on), i.effective_on,
       CAST(i.amount_minor
          - coalesce((SELECT sum(a.amount_minor) FROM allocation a
                       WHERE a.administration_id = i.administration_id AND a.debit_item_id = i.id
                         AND a.effective_on <= $2 AND a.transaction_number <= $3), 0)
          - coalesce((SELECT sum(a.amount_minor) FROM allocation a
                       WHERE a.administration_id = i.administration_id AND a.credit_item_id = i.id
                         AND a.effective_on <= $2 AND a.transaction_number <= $3), 0) AS BIGINT) AS open_minor
  FROM item i
  LEFT JOIN (SELECT administration_id, item_id, max(transaction_number) AS newest
               FROM item_revision WHERE administration_id = $1 AND transaction_number <= $3
              GROUP BY administration_id, item_id) n
    ON n.administration_id = i.administration_id AND n.item_id = i.id
  LEFT JOIN item_revision r ON r.administration_id = n.administration_id AND r.item_id = n.item_id AND r.transaction_number = n.newest
 WHERE i.administration_id = $1 AND i.effective_on <= $2 AND i.transaction_number <= $3;

-- name: report_debtors :stream
-- in:   administration i64
-- out:  id i64, number text, name text, segment text?, kind text, owner text?, risk text
SELECT id, number, name, segment, kind, owner, risk
  FROM debtor
 WHERE administration_id = $1;

-- every allocation, a reversal being a row of its own (what closes a payment that was taken back is none); the debtor is that of the debit item, ordinal and transaction
-- (its place in the entry) are of the bank
-- name: report_allocations :stream
-- in:   administration i64, as_at date, known i64
-- out:  reference text?, transaction i64?, booked_on date?, debtor_number text, invoice_number text?, line i64, credit_invoice text?, currency text, amount i64, effective_on date, source text, certainty_bp i64, credit_kind text, debit_kind text
SELECT e.reference, t.ordinal, t.booked_on, d.number, i.number, di.line, ci.number, a.currency, a.amount_minor, a.effective_on,
       a.source, a.certainty_bp, cr.kind, di.kind
  FROM allocation a
  JOIN item_open di ON di.administration_id = a.administration_id AND di.item_id = a.debit_item_id
  JOIN item_open cr ON cr.administration_id = a.administration_id AND cr.item_id = a.credit_item_id
  JOIN debtor d ON d.administration_id = a.administration_id AND d.id = di.debtor_id
  LEFT JOIN invoice i ON i.administration_id = di.administration_id AND i.id = di.invoice_id
  LEFT JOIN invoice ci ON ci.administration_id = cr.administration_id AND ci.id = cr.invoice_id
  LEFT JOIN bank_transaction t ON t.administration_id = a.administration_id AND t.id = a.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE a.administration_id = $1 AND a.effective_on <= $2 AND a.transaction_number <= $3 AND di.kind <> 'undone' AND cr.kind <> 'undone'
 ORDER BY a.id;

-- the maintained balances, when nothing that is open takes effect after the day asked for
-- name: report_balances :stream
-- in:   administration i64
-- out:  number text, name text, currency text, debit i64, credit i64, oldest_due_on date?
SELECT d.number, d.name, b.currency, b.debit_minor, b.credit_minor, b.oldest_due_on
  FROM balance b
  JOIN debtor d ON d.administration_id = b.administration_id AND d.id = b.debtor_id
 WHERE b.administration_id = $1 AND (b.debit_minor <> 0 OR b.credit_minor <> 0)
 ORDER BY d.number, b.currency;

-- name: report_open_after :one
-- in:   administration i64, as_at date
-- out:  items i64
SELECT count(*)
  FROM item_open
 WHERE administration_id = $1 AND open_minor > 0 AND effective_on > $2;
