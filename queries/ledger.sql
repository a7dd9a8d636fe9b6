-- The ledger: the only statements that write money, and what they need to read first.

-- name: ledger_head_insert :exec
-- in:   administration i64, recorded_at moment, latest_on date
INSERT INTO ledger_head (administration_id, number, recorded_at, latest_on)
VALUES ($1, 0, $2, $3);

-- the first write of a ledger transaction: takes the number and keeps other writers of this administration out
-- name: ledger_head_take :opt
-- in:   administration i64, recorded_at moment
-- out:  number i64
UPDATE ledger_head
   SET number = number + 1, recorded_at = $2
 WHERE administration_id = $1 AND recorded_at <= $2
RETURNING number;

-- name: ledger_head_read :one
-- in:   administration i64
-- out:  number i64, recorded_at moment, latest_on date
SELECT number, recorded_at, latest_on
  FROM ledger_head
 WHERE administration_id = $1;

-- name: ledger_head_latest :exec
-- in:   administration i64, latest_on date
UPDATE ledger_head
   SET latest_on = $2
 WHERE administration_id = $1 AND latest_on < $2;

-- name: ledger_transaction_insert :exec
-- in:   administration i64, number i64, recorded_at moment, actor text, use_case text, request_id text?
INSERT INTO ledger_transaction (administration_id, number, recorded_at, actor, use_case, request_id)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: ledger_transaction_by_request :opt
-- in:   administration i64, request_id text
-- out:  number i64, recorded_at moment, use_case text
SELECT number, recorded_at, use_case
  FROM ledger_transaction
 WHERE administration_id = $1 AND request_id = $2;

-- the last transaction recorded at or before a moment: "as known at"
-- name: ledger_number_at :one
-- in:   administration i64, moment moment
-- out:  number i64
SELECT coalesce(max(number), 0) AS number
  FROM ledger_transaction
 WHERE administration_id = $1 AND recorded_at <= $2;

-- ---- items ----

-- name: item_insert :batch
-- in:   administration i64, id i64, transaction_number i64, debtor i64, side text, kind text, amount i64, currency text, effective_on date, due_on date, invoice i64?, line i64, corrects i64?, bank_transaction i64?, note text?
INSERT INTO item (administration_id, id, transaction_number, debtor_id, side, kind, amount_minor, currency, effective_on, due_on,
                  invoice_id, line, corrects_id, bank_transaction_id, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: item_open_insert :batch
-- in:   administration i64, item i64, debtor i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, invoice i64?, line i64, settled_on date?
INSERT INTO item_open (administration_id, item_id, debtor_id, side, kind, currency, total_minor, open_minor, effective_on, due_on,
                       invoice_id, line, settled_on, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1);

-- name: item_revision_insert :batch
-- in:   administration i64, item i64, transaction_number i64, debtor i64, due_on date, reason text
INSERT INTO item_revision (administration_id, item_id, transaction_number, debtor_id, due_on, reason)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: item_open_revise :batch
-- in:   administration i64, item i64, debtor i64, due_on date
UPDATE item_open
   SET debtor_id = $3, due_on = $4, version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- name: allocation_insert :batch
-- in:   administration i64, id i64, transaction_number i64, credit_item i64, debit_item i64, amount i64, currency text, effective_on date, source text, certainty_bp i64, reverses i64?, bank_transaction i64?, reasons text?
INSERT INTO allocation (administration_id, id, transaction_number, credit_item_id, debit_item_id, amount_minor, currency,
                        effective_on, source, certainty_bp, reverses_id, bank_transaction_id, reasons)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- ---- applying a transaction to the derived tables, set-based over stage_open ----

-- name: stage_open_insert :batch
-- in:   administration i64, job i64, item i64, delta i64, effective_on date
INSERT INTO stage_open (administration_id, job, item_id, delta_minor, effective_on)
VALUES ($1, $2, $3, $4, $5);

-- name: stage_open_clear :exec
-- in:   administration i64, job i64
DELETE FROM stage_open
 WHERE administration_id = $1 AND job = $2;

-- name: item_open_apply :exec
-- in:   administration i64, job i64
UPDATE item_open
   SET open_minor = item_open.open_minor + s.delta_minor,
       settled_on = CASE WHEN item_open.open_minor + s.delta_minor <> 0 THEN NULL
                         WHEN item_open.side = 'D'
                         THEN (SELECT max(a.effective_on) FROM allocation a
                                WHERE a.administration_id = item_open.administration_id AND a.debit_item_id = item_open.item_id)
                         ELSE (SELECT max(a.effective_on) FROM allocation a
                                WHERE a.administration_id = item_open.administration_id AND a.credit_item_id = item_open.item_id) END,
       version = item_open.version + 1
  FROM stage_open s
 WHERE item_open.administration_id = $1 AND s.administration_id = $1 AND s.job = $2 AND s.item_id = item_open.item_id;

-- existing items touched by this job, as they are after item_open_apply; `before` is what was open
-- name: item_open_touched :many
-- in:   administration i64, job i64
-- out:  item i64, debtor i64, side text, kind text, currency text, total i64, open i64, before i64, effective_on date, due_on date, invoice i64?, allocated i64, entered i64
-- bound: the rows of one job
SELECT o.item_id, o.debtor_id, o.side, o.kind, o.currency, o.total_minor, o.open_minor, o.open_minor - s.delta_minor AS before_minor,
       o.effective_on, o.due_on, o.invoice_id,
       CAST(coalesce((SELECT sum(a.amount_minor) FROM allocation a
                       WHERE a.administration_id = o.administration_id AND a.debit_item_id = o.item_id), 0)
          + coalesce((SELECT sum(a.amount_minor) FROM allocation a
                       WHERE a.administration_id = o.administration_id AND a.credit_item_id = o.item_id), 0) AS BIGINT) AS allocated_minor,
       i.amount_minor
  FROM stage_open s
  JOIN item_open o ON o.administration_id = s.administration_id AND o.item_id = s.item_id
  JOIN item i ON i.administration_id = s.administration_id AND i.id = s.item_id
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY o.item_id;

-- name: balance_add :batch
-- in:   administration i64, debtor i64, currency text, debit i64, credit i64, oldest_due_on date?
INSERT INTO balance (administration_id, debtor_id, currency, debit_minor, credit_minor, oldest_due_on)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (administration_id, debtor_id, currency)
DO UPDATE SET debit_minor = balance.debit_minor + excluded.debit_minor,
              credit_minor = balance.credit_minor + excluded.credit_minor,
              oldest_due_on = (SELECT min(o.due_on) FROM item_open o
                                WHERE o.administration_id = balance.administration_id AND o.debtor_id = balance.debtor_id
                                  AND o.currency = balance.currency AND o.side = 'D' AND o.open_minor > 0);

-- ---- reading items ----

-- name: item_by_id :opt
-- in:   administration i64, item i64
-- out:  debtor i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, invoice i64?, line i64
SELECT debtor_id, side, kind, currency, total_minor, open_minor, effective_on, due_on, invoice_id, line
  FROM item_open
 WHERE administration_id = $1 AND item_id = $2;

-- name: item_by_invoice_line :many
-- in:   administration i64, number text, line i64, limit i64
-- out:  item i64, debtor i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, invoice i64
SELECT o.item_id, o.debtor_id, o.side, o.kind, o.currency, o.total_minor, o.open_minor, o.effective_on, o.due_on, i.id
  FROM invoice i
  JOIN item_open o ON o.administration_id = i.administration_id AND o.invoice_id = i.id
 WHERE i.administration_id = $1 AND i.number = $2 AND o.line = $3
 ORDER BY o.item_id
 LIMIT $4;

-- what is open of a debtor, oldest due first
-- name: item_open_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  item i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, line i64, number text?, issued_on date?, bank_transaction i64?, bank_reference text?, next_action_on date?, last_code text?
SELECT o.item_id, o.side, o.kind, o.currency, o.total_minor, o.open_minor, o.effective_on, o.due_on, o.line, i.number, i.issued_on,
       x.bank_transaction_id, e.reference, c.next_action_on, c.last_code
  FROM item_open o
  JOIN item x ON x.administration_id = o.administration_id AND x.id = o.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
  LEFT JOIN bank_transaction t ON t.administration_id = o.administration_id AND t.id = x.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
  LEFT JOIN chase c ON c.administration_id = o.administration_id AND c.item_id = o.item_id
 WHERE o.administration_id = $1 AND o.debtor_id = $2 AND o.open_minor > 0
 ORDER BY o.due_on, o.item_id
 LIMIT $3;

-- ---- allocations ----

-- name: allocation_by_id :opt
-- in:   administration i64, id i64
-- out:  credit_item i64, debit_item i64, amount i64, currency text, effective_on date, source text, bank_transaction i64?, reverses i64?, reversed_by i64?, credit_kind text, debit_kind text
SELECT a.credit_item_id, a.debit_item_id, a.amount_minor, a.currency, a.effective_on, a.source, a.bank_transaction_id, a.reverses_id,
       r.id, c.kind, d.kind
  FROM allocation a
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
  JOIN item d ON d.administration_id = a.administration_id AND d.id = a.debit_item_id
  LEFT JOIN allocation r ON r.administration_id = a.administration_id AND r.reverses_id = a.id
 WHERE a.administration_id = $1 AND a.id = $2;

-- what stands of a bank transaction: allocations that are not reversed
-- name: allocation_standing_of_bank :many
-- in:   administration i64, bank_transaction i64, limit i64
-- out:  id i64, transaction_number i64, credit_item i64, debit_item i64, amount i64, currency text, effective_on date, source text, bank_transaction i64?, credit_kind text, debit_kind text
SELECT a.id, a.transaction_number, a.credit_item_id, a.debit_item_id, a.amount_minor, a.currency, a.effective_on, a.source,
       a.bank_transaction_id, c.kind, d.kind
  FROM allocation a
  JOIN item d ON d.administration_id = a.administration_id AND d.id = a.debit_item_id
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
 WHERE a.administration_id = $1 AND a.bank_transaction_id = $2 AND a.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.administration_id = a.administration_id AND r.reverses_id = a.id)
 ORDER BY a.id
 LIMIT $3;

-- the same of one item, on either side
-- name: allocation_standing_of_item :many
-- in:   administration i64, item i64, limit i64
-- out:  id i64, transaction_number i64, credit_item i64, debit_item i64, amount i64, currency text, effective_on date, source text, bank_transaction i64?, credit_kind text, debit_kind text
SELECT a.id, a.transaction_number, a.credit_item_id, a.debit_item_id, a.amount_minor, a.currency, a.effective_on, a.source,
       a.bank_transaction_id, c.kind, d.kind
  FROM allocation a
  JOIN item d ON d.administration_id = a.administration_id AND d.id = a.debit_item_id
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
 WHERE a.administration_id = $1 AND (a.debit_item_id = $2 OR a.credit_item_id = $2) AND a.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.administration_id = a.administration_id AND r.reverses_id = a.id)
 ORDER BY a.id
 LIMIT $3;

-- what one transaction took back of a credit item
-- name: allocation_reversed_in :many
-- in:   administration i64, credit_item i64, transaction_number i64, limit i64
-- out:  debit_item i64, amount i64, currency text, effective_on date, source text, certainty_bp i64, bank_transaction i64?, open i64, debit_effective_on date
SELECT a.debit_item_id, a.amount_minor, a.currency, a.effective_on, o.source, o.certainty_bp, a.bank_transaction_id, d.open_minor,
       d.effective_on
  FROM allocation a
  JOIN allocation o ON o.administration_id = a.administration_id AND o.id = a.reverses_id
  JOIN item_open d ON d.administration_id = a.administration_id AND d.item_id = a.debit_item_id
 WHERE a.administration_id = $1 AND a.credit_item_id = $2 AND a.transaction_number = $3 AND a.amount_minor < 0
 ORDER BY a.id
 LIMIT $4;

-- from when what is open of an item now was open: its last reversal
-- name: allocation_last_reversal :one
-- in:   administration i64, item i64
-- out:  latest_on date?
SELECT max(effective_on)
  FROM allocation
 WHERE administration_id = $1 AND (debit_item_id = $2 OR credit_item_id = $2) AND amount_minor < 0;

-- allocations of a credit item that stand, newest first
-- name: allocation_standing_of_credit :many
-- in:   administration i64, credit_item i64, limit i64
-- out:  id i64, debit_item i64, amount i64, currency text, effective_on date, bank_transaction i64?
SELECT a.id, a.debit_item_id, a.amount_minor, a.currency, a.effective_on, a.bank_transaction_id
  FROM allocation a
 WHERE a.administration_id = $1 AND a.credit_item_id = $2 AND a.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.administration_id = a.administration_id AND r.reverses_id = a.id)
 ORDER BY a.id DESC
 LIMIT $3;

-- all allocations of an item, and what stands on the other side
-- name: allocation_of_item :many
-- in:   administration i64, item i64, limit i64
-- out:  id i64, transaction_number i64, recorded_at moment, actor text, amount i64, currency text, effective_on date, source text, certainty_bp i64, reverses i64?, reasons text?, other_kind text, other_number text?, bank_reference text?
SELECT a.id, a.transaction_number, t.recorded_at, t.actor, a.amount_minor, a.currency, a.effective_on, a.source, a.certainty_bp,
       a.reverses_id, a.reasons, o.kind, i.number, e.reference
  FROM allocation a
  JOIN ledger_transaction t ON t.administration_id = a.administration_id AND t.number = a.transaction_number
  JOIN item_open o ON o.administration_id = a.administration_id
        AND o.item_id = CASE WHEN a.debit_item_id = $2 THEN a.credit_item_id ELSE a.debit_item_id END
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
  LEFT JOIN bank_transaction b ON b.administration_id = a.administration_id AND b.id = a.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = b.administration_id AND e.id = b.entry_id
 WHERE a.administration_id = $1 AND (a.debit_item_id = $2 OR a.credit_item_id = $2)
 ORDER BY a.id
 LIMIT $3;

-- ---- verify: each answers rows that differ ----

-- name: verify_item_open :stream
-- in:   administration i64
-- out:  item i64, currency text, side text, kind text, amount i64, expected i64, total i64?, open i64?, open_side text?, open_kind text?, open_currency text?, settled_on date?, expected_settled date?, head_differs i64
SELECT x.id, x.currency, x.side, x.kind, x.amount_minor, x.expected, o.total_minor, o.open_minor, o.side, o.kind, o.currency, o.settled_on,
       x.settled,
       CASE WHEN o.effective_on <> x.effective_on OR o.invoice_id IS DISTINCT FROM x.invoice_id OR o.line <> x.line THEN 1 ELSE 0 END
  FROM (SELECT i.administration_id, i.id, i.currency, i.side, i.kind, i.amount_minor, i.effective_on, i.invoice_id, i.line,
               CAST(i.amount_minor - coalesce(a.allocated, 0) - coalesce(b.allocated, 0) AS BIGINT) AS expected,
               CASE WHEN i.amount_minor = coalesce(a.allocated, 0) + coalesce(b.allocated, 0) THEN coalesce(a.last_on, b.last_on) END AS settled
          FROM item i
          LEFT JOIN (SELECT administration_id, debit_item_id, CAST(sum(amount_minor) AS BIGINT) AS allocated, max(effective_on) AS last_on
                       FROM allocation WHERE administration_id = $1 GROUP BY administration_id, debit_item_id) a
            ON a.administration_id = i.administration_id AND a.debit_item_id = i.id
          LEFT JOIN (SELECT administration_id, credit_item_id, CAST(sum(amount_minor) AS BIGINT) AS allocated, max(effective_on) AS last_on
                       FROM allocation WHERE administration_id = $1 GROUP BY administration_id, credit_item_id) b
            ON b.administration_id = i.administration_id AND b.credit_item_id = i.id
         WHERE i.administration_id = $1) x
  LEFT JOIN item_open o ON o.administration_id = x.administration_id AND o.item_id = x.id
 WHERE x.administration_id = $1
   AND (o.item_id IS NULL OR o.total_minor <> x.amount_minor OR o.side <> x.side OR o.kind <> x.kind OR o.currency <> x.currency
        OR o.open_minor <> x.expected OR x.expected < 0 OR o.settled_on IS DISTINCT FROM x.settled OR o.effective_on <> x.effective_on
        OR o.invoice_id IS DISTINCT FROM x.invoice_id OR o.line <> x.line);

-- name: verify_item_open_orphans :stream
-- in:   administration i64
-- out:  item i64
SELECT o.item_id
  FROM item_open o
 WHERE o.administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM item i WHERE i.administration_id = o.administration_id AND i.id = o.item_id);

-- the newest revision rules debtor and due day of the open item
-- name: verify_item_revision :stream
-- in:   administration i64
-- out:  item i64, debtor i64, due_on date, expected_debtor i64, expected_due_on date
SELECT o.item_id, o.debtor_id, o.due_on, coalesce(r.debtor_id, i.debtor_id), coalesce(r.due_on, i.due_on)
  FROM item_open o
  JOIN item i ON i.administration_id = o.administration_id AND i.id = o.item_id
  LEFT JOIN (SELECT administration_id, item_id, max(transaction_number) AS newest
               FROM item_revision WHERE administration_id = $1 GROUP BY administration_id, item_id) n
    ON n.administration_id = o.administration_id AND n.item_id = o.item_id
  LEFT JOIN item_revision r ON r.administration_id = n.administration_id AND r.item_id = n.item_id AND r.transaction_number = n.newest
 WHERE o.administration_id = $1
   AND (o.debtor_id <> coalesce(r.debtor_id, i.debtor_id) OR o.due_on <> coalesce(r.due_on, i.due_on));

-- name: verify_balance :stream
-- in:   administration i64
-- out:  debtor i64, number text?, currency text, debit i64?, credit i64?, expected_debit i64, expected_credit i64, oldest_due_on date?, expected_oldest date?
SELECT s.debtor_id, d.number, s.currency, b.debit_minor, b.credit_minor, s.debit, s.credit, b.oldest_due_on, s.oldest
  FROM (SELECT administration_id, debtor_id, currency,
               CAST(coalesce(sum(open_minor) FILTER (WHERE side = 'D'), 0) AS BIGINT) AS debit,
               CAST(coalesce(sum(open_minor) FILTER (WHERE side = 'C'), 0) AS BIGINT) AS credit,
               min(due_on) FILTER (WHERE side = 'D' AND open_minor > 0) AS oldest
          FROM item_open WHERE administration_id = $1 GROUP BY administration_id, debtor_id, currency) s
  LEFT JOIN balance b ON b.administration_id = s.administration_id AND b.debtor_id = s.debtor_id AND b.currency = s.currency
  LEFT JOIN debtor d ON d.administration_id = s.administration_id AND d.id = s.debtor_id
 WHERE s.administration_id = $1
   AND (b.debtor_id IS NULL OR b.debit_minor <> s.debit OR b.credit_minor <> s.credit
        OR b.oldest_due_on IS DISTINCT FROM s.oldest);

-- a balance of a debtor without any item must be zero
-- name: verify_balance_orphans :stream
-- in:   administration i64
-- out:  debtor i64, currency text, debit i64, credit i64
SELECT b.debtor_id, b.currency, b.debit_minor, b.credit_minor
  FROM balance b
 WHERE b.administration_id = $1 AND (b.debit_minor <> 0 OR b.credit_minor <> 0)
   AND NOT EXISTS (SELECT 1 FROM item_open o
                    WHERE o.administration_id = b.administration_id AND o.debtor_id = b.debtor_id AND o.currency = b.currency
                      AND o.open_minor > 0);

-- an allocation joins a credit and a debit of one debtor and currency, never before either, and a reversal is exact
-- name: verify_allocation :stream
-- in:   administration i64
-- out:  id i64, problem text
SELECT a.id,
       CASE WHEN c.side <> 'C' THEN 'credit side is not a credit item'
            WHEN d.side <> 'D' THEN 'debit side is not a debit item'
            WHEN a.currency <> c.currency OR a.currency <> d.currency THEN 'currencies differ'
            WHEN co.debtor_id <> de.debtor_id THEN 'debtors differ'
            WHEN a.effective_on < c.effective_on OR a.effective_on < d.effective_on THEN 'effective before one of its items'
            ELSE 'reversal differs from what it reverses' END AS problem
  FROM allocation a
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
  JOIN item d ON d.administration_id = a.administration_id AND d.id = a.debit_item_id
  JOIN item_open co ON co.administration_id = a.administration_id AND co.item_id = a.credit_item_id
  JOIN item_open de ON de.administration_id = a.administration_id AND de.item_id = a.debit_item_id
  LEFT JOIN allocation r ON r.administration_id = a.administration_id AND r.id = a.reverses_id
 WHERE a.administration_id = $1
   AND (c.side <> 'C' OR d.side <> 'D' OR a.currency <> c.currency OR a.currency <> d.currency OR co.debtor_id <> de.debtor_id
        OR a.effective_on < c.effective_on OR a.effective_on < d.effective_on
        OR (a.reverses_id IS NOT NULL
            AND (r.id IS NULL OR r.amount_minor <> -a.amount_minor OR r.credit_item_id <> a.credit_item_id
                 OR r.debit_item_id <> a.debit_item_id OR a.effective_on < r.effective_on)));

-- a bank transaction is booked exactly once and for no more than its amount; anything else is not booked at all
-- name: verify_bank_transaction :stream
-- in:   administration i64
-- out:  id i64, state text, amount i64, booked i64, items i64
SELECT t.id, t.state, t.amount_minor, CAST(coalesce(s.booked, 0) AS BIGINT), coalesce(s.items, 0)
  FROM bank_transaction t
  LEFT JOIN (SELECT administration_id, bank_transaction_id, count(*) AS items,
                    CAST(sum(CASE WHEN side = 'C' THEN amount_minor ELSE -amount_minor END) AS BIGINT) AS booked
               FROM item
              WHERE administration_id = $1 AND bank_transaction_id IS NOT NULL AND kind IN ('payment', 'return', 'refund', 'undone')
              GROUP BY administration_id, bank_transaction_id) s
    ON s.administration_id = t.administration_id AND s.bank_transaction_id = t.id
 WHERE t.administration_id = $1
   AND ((t.state = 'booked' AND coalesce(s.booked, 0) <> t.amount_minor) OR (t.state <> 'booked' AND coalesce(s.booked, 0) <> 0));

-- name: verify_ledger_head :opt
-- in:   administration i64
-- out:  number i64, transactions i64, highest i64
SELECT h.number, count(t.number), coalesce(max(t.number), 0)
  FROM ledger_head h
  LEFT JOIN ledger_transaction t ON t.administration_id = h.administration_id
 WHERE h.administration_id = $1
 GROUP BY h.number
HAVING h.number <> count(t.number) OR h.number <> coalesce(max(t.number), 0);

-- recorded_at never decreases with the number
-- name: verify_recorded_order :stream
-- in:   administration i64
-- out:  number i64
SELECT t.number
  FROM ledger_transaction t
  JOIN ledger_transaction p ON p.administration_id = t.administration_id AND p.number = t.number - 1
 WHERE t.administration_id = $1 AND p.recorded_at > t.recorded_at;

-- a day asked for from then on is answered out of the open amounts of now
-- name: verify_latest :opt
-- in:   administration i64
-- out:  latest_on date, expected date
SELECT h.latest_on, max(a.effective_on)
  FROM ledger_head h
  JOIN allocation a ON a.administration_id = h.administration_id
 WHERE h.administration_id = $1
 GROUP BY h.latest_on
HAVING h.latest_on < max(a.effective_on);

-- sums of all items, balances, for the last check: they must agree per currency
-- name: verify_totals :many
-- in:   administration i64, limit i64
-- out:  currency text, items i64, balances i64
SELECT x.currency, CAST(sum(x.items) AS BIGINT), CAST(sum(x.balances) AS BIGINT)
  FROM (SELECT i.currency, CASE WHEN i.side = 'D' THEN i.amount_minor ELSE -i.amount_minor END AS items, 0 AS balances
          FROM item i WHERE i.administration_id = $1
        UNION ALL
        SELECT b.currency, 0 AS items, b.debit_minor - b.credit_minor AS balances
          FROM balance b WHERE b.administration_id = $1) x
 GROUP BY x.currency
 ORDER BY x.currency
 LIMIT $2;

-- ---- rebuild: make the derived tables again from the facts ----

-- name: rebuild_item_open_delete :exec
-- in:   administration i64
DELETE FROM item_open
 WHERE administration_id = $1;

-- name: rebuild_item_open_insert :exec
-- in:   administration i64
INSERT INTO item_open (administration_id, item_id, debtor_id, side, kind, currency, total_minor, open_minor, effective_on, due_on,
                       invoice_id, line, settled_on, version)
SELECT i.administration_id, i.id, coalesce(r.debtor_id, i.debtor_id), i.side, i.kind, i.currency, i.amount_minor,
       CAST(i.amount_minor - coalesce(a.debit_sum, 0) - coalesce(b.credit_sum, 0) AS BIGINT),
       i.effective_on, coalesce(r.due_on, i.due_on), i.invoice_id, i.line,
       CASE WHEN i.amount_minor = coalesce(a.debit_sum, 0) + coalesce(b.credit_sum, 0) THEN coalesce(a.last_on, b.last_on) END, 1
  FROM item i
  LEFT JOIN (SELECT administration_id, debit_item_id, CAST(sum(amount_minor) AS BIGINT) AS debit_sum, max(effective_on) AS last_on
               FROM allocation WHERE administration_id = $1 GROUP BY administration_id, debit_item_id) a
    ON a.administration_id = i.administration_id AND a.debit_item_id = i.id
  LEFT JOIN (SELECT administration_id, credit_item_id, CAST(sum(amount_minor) AS BIGINT) AS credit_sum, max(effective_on) AS last_on
               FROM allocation WHERE administration_id = $1 GROUP BY administration_id, credit_item_id) b
    ON b.administration_id = i.administration_id AND b.credit_item_id = i.id
  LEFT JOIN (SELECT administration_id, item_id, max(transaction_number) AS newest
               FROM item_revision WHERE administration_id = $1 GROUP BY administration_id, item_id) n
    ON n.administration_id = i.administration_id AND n.item_id = i.id
  LEFT JOIN item_revision r ON r.administration_id = n.administration_id AND r.item_id = n.item_id AND r.transaction_number = n.newest
 WHERE i.administration_id = $1;

-- name: rebuild_balance_delete :exec
-- in:   administration i64
DELETE FROM balance
 WHERE administration_id = $1;

-- name: rebuild_balance_insert :exec
-- in:   administration i64
INSERT INTO balance (administration_id, debtor_id, currency, debit_minor, credit_minor, oldest_due_on)
SELECT administration_id, debtor_id, currency,
       CAST(coalesce(sum(open_minor) FILTER (WHERE side = 'D'), 0) AS BIGINT),
       CAST(coalesce(sum(open_minor) FILTER (WHERE side = 'C'), 0) AS BIGINT),
       min(due_on) FILTER (WHERE side = 'D' AND open_minor > 0)
  FROM item_open
 WHERE administration_id = $1
 GROUP BY administration_id, debtor_id, currency;

-- name: rebuild_head :exec
-- in:   administration i64
UPDATE ledger_head
   SET number = coalesce((SELECT max(t.number) FROM ledger_transaction t
                           WHERE t.administration_id = ledger_head.administration_id), 0),
       latest_on = coalesce((SELECT max(a.effective_on) FROM allocation a
                              WHERE a.administration_id = ledger_head.administration_id), latest_on)
 WHERE administration_id = $1;
