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

-- every allocation that came from the bank or by hand, as booked, a reversal being a row of its own
-- name: report_allocations :stream
-- in:   administration i64, as_at date, known i64
-- out:  reference text?, statement text?, ordinal i64?, transaction i64, booked_on date?, debtor_number text, invoice_number text?, line i64, credit_invoice text?, currency text, amount i64, effective_on date, source text, certainty_bp i64, credit_kind text, debit_kind text
SELECT e.reference, s.reference, e.ordinal, a.transaction_number, t.booked_on, d.number, i.number, di.line, ci.number, a.currency,
       a.amount_minor, a.effective_on, a.source, a.certainty_bp, cr.kind, di.kind
  FROM allocation a
  JOIN item di ON di.administration_id = a.administration_id AND di.id = a.debit_item_id
  JOIN item cr ON cr.administration_id = a.administration_id AND cr.id = a.credit_item_id
  JOIN debtor d ON d.administration_id = a.administration_id AND d.id = di.debtor_id
  LEFT JOIN invoice i ON i.administration_id = di.administration_id AND i.id = di.invoice_id
  LEFT JOIN invoice ci ON ci.administration_id = cr.administration_id AND ci.id = cr.invoice_id
  LEFT JOIN bank_transaction t ON t.administration_id = a.administration_id AND t.id = a.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
  LEFT JOIN bank_statement s ON s.administration_id = e.administration_id AND s.id = e.statement_id
 WHERE a.administration_id = $1 AND a.effective_on <= $2 AND a.transaction_number <= $3
 ORDER BY a.id;
