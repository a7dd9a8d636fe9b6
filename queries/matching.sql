-- Matching: what waits, what it may settle, what was thought of it. All look-ups are set-based over staged words.

-- the first ones that nobody looked at, in booking order; taken_back: a person took its booking back, so it is his to book
-- name: match_waiting :many
-- in:   administration i64, limit i64
-- out:  id i64, booked_on date, amount i64, currency text, counterparty_name text?, counterparty_iban text?, ultimate_name text?, remittance text?, remittance_joined text?, structured_ref text?, structured_issuer text?, document_numbers text?, end_to_end text?, mandate text?, batch_id text?, return_reason text?, return_text text?, info text?, reversal i64, taken_back i64
SELECT t.id, t.booked_on, t.amount_minor, t.currency, t.counterparty_name, t.counterparty_iban, t.ultimate_name, t.remittance,
       t.remittance_joined, t.structured_ref, t.structured_issuer, t.document_numbers, t.end_to_end, t.mandate, t.batch_id,
       t.return_reason, t.return_text, t.info, t.reversal,
       CASE WHEN EXISTS (SELECT 1 FROM item i
                          WHERE i.administration_id = t.administration_id AND i.bank_transaction_id = t.id AND i.kind = 'undone')
            THEN 1 ELSE 0 END
  FROM bank_transaction t
 WHERE t.administration_id = $1 AND t.state = 'new'
 ORDER BY t.booked_on, t.id
 LIMIT $2;

-- name: match_count_waiting :one
-- in:   administration i64
-- out:  waiting i64
SELECT count(*)
  FROM bank_transaction
 WHERE administration_id = $1 AND state = 'new';

-- items of invoices found by a word, settled ones too
-- name: match_items_by_word :many
-- in:   administration i64, job i64
-- out:  ordinal i64, item i64, debtor i64
-- bound: words of one batch; a word that finds many is no evidence and is cut by its rank
SELECT f.ordinal, o.item_id, o.debtor_id
  FROM (SELECT s.ordinal, w.invoice_id, row_number() OVER (PARTITION BY s.ordinal ORDER BY w.invoice_id DESC) AS place
          FROM stage_word s
          JOIN invoice_word w ON w.administration_id = s.administration_id AND w.kind = s.kind AND w.word = s.word
         WHERE s.administration_id = $1 AND s.job = $2) f
  JOIN item_open o ON o.administration_id = $1 AND o.invoice_id = f.invoice_id
 WHERE f.place <= 20
 ORDER BY f.ordinal, o.item_id;

-- debtors found by code, account or name; `how` is the staged kind
-- name: match_debtors_by_code :many
-- in:   administration i64, job i64
-- out:  ordinal i64, debtor i64
-- bound: words of one batch
SELECT s.ordinal, d.id
  FROM stage_word s
  JOIN debtor d ON d.administration_id = s.administration_id AND d.number_key = s.word
 WHERE s.administration_id = $1 AND s.job = $2 AND s.kind = 'debtor'
 ORDER BY s.ordinal, d.id;

-- name: match_debtors_by_account :many
-- in:   administration i64, job i64
-- out:  ordinal i64, debtor i64, source text
-- bound: words of one batch; an account of many debtors is cut
SELECT f.ordinal, f.debtor_id, f.source
  FROM (SELECT s.ordinal, p.debtor_id, p.source, row_number() OVER (PARTITION BY s.ordinal ORDER BY p.debtor_id) AS place
          FROM stage_word s
          JOIN payer_account p ON p.administration_id = s.administration_id AND p.iban = s.word
         WHERE s.administration_id = $1 AND s.job = $2 AND s.kind = 'iban') f
 WHERE f.place <= 20
 ORDER BY f.ordinal, f.debtor_id;

-- names: the whole (kind 'name'), or all that begin so (kind 'beginning', the whole one first: word to word || high character)
-- name: match_debtors_by_name :many
-- in:   administration i64, job i64, end text, most i64
-- out:  ordinal i64, debtor i64
-- bound: words of one batch times `most`
SELECT f.ordinal, f.id
  FROM (SELECT s.ordinal, d.id, row_number() OVER (PARTITION BY s.ordinal ORDER BY d.name_fold, d.id) AS place
          FROM stage_word s
          JOIN debtor d ON d.administration_id = s.administration_id AND d.name_fold >= s.word
                       AND d.name_fold <= CASE WHEN s.kind = 'beginning' THEN s.word || $3 ELSE s.word END
         WHERE s.administration_id = $1 AND s.job = $2 AND s.kind IN ('name', 'beginning')) f
 WHERE f.place <= $4
 ORDER BY f.ordinal, f.id;

-- facts of the staged debtors
-- name: match_debtor_facts :many
-- in:   administration i64, job i64
-- out:  id i64, number text, number_key text, name_fold text
-- bound: debtors of one batch
SELECT d.id, d.number, d.number_key, d.name_fold
  FROM stage_id s
  JOIN debtor d ON d.administration_id = s.administration_id AND d.id = s.id
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY d.id;

-- their open items, oldest first, no more of one debtor than matching looks at
-- name: match_open_items :many
-- in:   administration i64, job i64, most i64
-- out:  item i64, debtor i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, line i64, number text?, number_key text?, reference_key text?, order_ref text?
-- bound: debtors of one batch times `most`
SELECT f.item_id, f.debtor_id, f.side, f.kind, f.currency, f.total_minor, f.open_minor, f.effective_on, f.due_on, f.line,
       i.number, i.number_key, i.reference_key, i.order_ref
  FROM (SELECT o.administration_id, o.item_id, o.debtor_id, o.side, o.kind, o.currency, o.total_minor, o.open_minor, o.effective_on,
               o.due_on, o.line, o.invoice_id, row_number() OVER (PARTITION BY o.debtor_id ORDER BY o.due_on, o.item_id) AS place
          FROM stage_id s
          JOIN item_open o ON o.administration_id = s.administration_id AND o.debtor_id = s.id AND o.open_minor > 0
         WHERE s.administration_id = $1 AND s.job = $2) f
  LEFT JOIN invoice i ON i.administration_id = f.administration_id AND i.id = f.invoice_id
 WHERE f.place <= $3
 ORDER BY f.debtor_id, f.due_on, f.item_id;

-- items found by a word, whatever is open of them
-- name: match_named_items :many
-- in:   administration i64, job i64
-- out:  item i64, debtor i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, line i64, number text?, number_key text?, reference_key text?, order_ref text?
-- bound: items of one batch
SELECT o.item_id, o.debtor_id, o.side, o.kind, o.currency, o.total_minor, o.open_minor, o.effective_on, o.due_on, o.line,
       i.number, i.number_key, i.reference_key, i.order_ref
  FROM stage_id s
  JOIN item_open o ON o.administration_id = s.administration_id AND o.item_id = s.id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY o.item_id;

-- earlier booked transactions that a staged one may take back: opposite amount, and the account or end-to-end id in common
-- name: match_earlier :many
-- in:   administration i64, job i64
-- out:  ordinal i64, id i64, debtor i64, amount i64, booked_on date, end_to_end text?, batch_id text?, counterparty_iban text?, remittance text?
-- bound: returned payments of one batch, the newest few of each
SELECT f.ordinal, f.id, f.debtor_id, f.amount_minor, f.booked_on, f.end_to_end, f.batch_id, f.counterparty_iban, f.remittance
  FROM (SELECT s.ordinal, t.id, i.debtor_id, t.amount_minor, t.booked_on, t.end_to_end, t.batch_id, t.counterparty_iban, t.remittance,
               row_number() OVER (PARTITION BY s.ordinal ORDER BY t.booked_on DESC, t.id DESC) AS place
          FROM stage_word s
          JOIN bank_transaction t ON t.administration_id = s.administration_id
                                 AND ((s.kind = 'return_account' AND t.counterparty_iban = s.word)
                                      OR (s.kind = 'return_id' AND t.end_to_end = s.word))
          JOIN item i ON i.administration_id = t.administration_id AND i.bank_transaction_id = t.id AND i.kind = 'payment'
         WHERE s.administration_id = $1 AND s.job = $2 AND t.state = 'booked' AND t.amount_minor > 0
           AND NOT EXISTS (SELECT 1 FROM allocation a
                             JOIN item r ON r.administration_id = a.administration_id AND r.id = a.debit_item_id
                            WHERE a.administration_id = i.administration_id AND a.credit_item_id = i.id
                              AND r.kind IN ('return', 'undone') AND a.reverses_id IS NULL)) f
 WHERE f.place <= 20
 ORDER BY f.ordinal, f.booked_on DESC, f.id DESC;

-- items of a bank transaction that no person took back
-- name: match_payment_items :many
-- in:   administration i64, bank_transaction i64, limit i64
-- out:  item i64, debtor i64, side text, kind text, total i64, open i64, effective_on date, currency text
SELECT i.id, o.debtor_id, i.side, i.kind, i.amount_minor, o.open_minor, i.effective_on, i.currency
  FROM item i
  JOIN item_open o ON o.administration_id = i.administration_id AND o.item_id = i.id
 WHERE i.administration_id = $1 AND i.bank_transaction_id = $2
   AND NOT EXISTS (SELECT 1 FROM item u
                    WHERE u.administration_id = i.administration_id AND u.bank_transaction_id = i.bank_transaction_id
                      AND u.kind = 'undone' AND u.corrects_id = i.id)
 ORDER BY i.id
 LIMIT $3;

-- ---- results ----

-- name: bank_transaction_state :batch
-- in:   administration i64, id i64, state text, reason text?
UPDATE bank_transaction
   SET state = $3, state_reason = $4
 WHERE administration_id = $1 AND id = $2;

-- name: bank_transaction_by_id :opt
-- in:   administration i64, id i64
-- out:  id i64, booked_on date, amount i64, currency text, state text, counterparty_name text?, counterparty_iban text?, remittance text?
SELECT id, booked_on, amount_minor, currency, state, counterparty_name, counterparty_iban, remittance
  FROM bank_transaction
 WHERE administration_id = $1 AND id = $2;

-- name: proposal_insert :batch
-- in:   administration i64, transaction i64, rank i64, kind text, debtor i64, certainty_bp i64, unallocated i64, returns i64?, reasons text
INSERT INTO proposal (administration_id, transaction_id, rank, kind, debtor_id, certainty_bp, unallocated_minor, returns_id, reasons)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: proposal_line_insert :batch
-- in:   administration i64, transaction i64, rank i64, line i64, item i64, settled i64, write_off i64, credit i64
INSERT INTO proposal_line (administration_id, transaction_id, rank, line, item_id, settled_minor, write_off_minor, credit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: proposal_line_clear :batch
-- in:   administration i64, transaction i64
DELETE FROM proposal_line
 WHERE administration_id = $1 AND transaction_id = $2;

-- name: proposal_clear :batch
-- in:   administration i64, transaction i64
DELETE FROM proposal
 WHERE administration_id = $1 AND transaction_id = $2;

-- what could not be booked is looked at again, since more is known now; what a person took back stays with him
-- name: match_again :exec
-- in:   administration i64
UPDATE bank_transaction
   SET state = 'new'
 WHERE administration_id = $1 AND state IN ('new', 'proposed', 'unknown');

-- ---- for people: what is not booked, and what was thought of it ----

-- a page of what waits, of one state when $2 is given
-- name: bank_open_page :many
-- in:   administration i64, state text?, after_day date, after i64, limit i64
-- out:  id i64, ordinal i64, reference text, booked_on date, amount i64, currency text, state text, state_reason text?, counterparty_name text?, counterparty_iban text?, remittance text?
SELECT t.id, t.ordinal, e.reference, t.booked_on, t.amount_minor, t.currency, t.state, t.state_reason, t.counterparty_name,
       t.counterparty_iban, t.remittance
  FROM bank_transaction t
  JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE t.administration_id = $1 AND t.state IN ('new', 'proposed', 'unknown') AND (CAST($2 AS TEXT) IS NULL OR t.state = $2)
   AND (t.booked_on, t.id) > ($3, $4)
 ORDER BY t.booked_on, t.id
 LIMIT $5;

-- the proposals of such a page, from its first transaction to its last
-- name: bank_open_proposals :many
-- in:   administration i64, state text?, from_day date, from i64, to_day date, to i64
-- out:  transaction i64, rank i64, kind text, debtor_number text, debtor_name text, certainty_bp i64, unallocated i64, reasons text
-- bound: the transactions of one page, a few proposals each
SELECT p.transaction_id, p.rank, p.kind, d.number, d.name, p.certainty_bp, p.unallocated_minor, p.reasons
  FROM bank_transaction t
  JOIN proposal p ON p.administration_id = t.administration_id AND p.transaction_id = t.id
  JOIN debtor d ON d.administration_id = p.administration_id AND d.id = p.debtor_id
 WHERE t.administration_id = $1 AND t.state IN ('new', 'proposed', 'unknown') AND (CAST($2 AS TEXT) IS NULL OR t.state = $2)
   AND (t.booked_on, t.id) >= ($3, $4) AND (t.booked_on, t.id) <= ($5, $6)
 ORDER BY t.booked_on, t.id, p.rank;

-- name: bank_open_lines :many
-- in:   administration i64, state text?, from_day date, from i64, to_day date, to i64
-- out:  transaction i64, rank i64, invoice_number text?, kind text, line i64, settled i64, write_off i64
-- bound: the transactions of one page, a few proposals each
SELECT p.transaction_id, p.rank, i.number, o.kind, o.line, p.settled_minor, p.write_off_minor
  FROM bank_transaction t
  JOIN proposal_line p ON p.administration_id = t.administration_id AND p.transaction_id = t.id
  JOIN item_open o ON o.administration_id = p.administration_id AND o.item_id = p.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE t.administration_id = $1 AND t.state IN ('new', 'proposed', 'unknown') AND (CAST($2 AS TEXT) IS NULL OR t.state = $2)
   AND (t.booked_on, t.id) >= ($3, $4) AND (t.booked_on, t.id) <= ($5, $6)
 ORDER BY t.booked_on, t.id, p.rank, p.line;

-- ---- booking by hand ----

-- by the bank's reference of the entry; a batch has several, and a bank may use a reference again
-- name: bank_by_reference :many
-- in:   administration i64, reference text, limit i64
-- out:  id i64, ordinal i64, booked_on date, amount i64, currency text, state text, state_reason text?, counterparty_name text?, counterparty_iban text?, remittance text?, return_reason text?, return_text text?
SELECT t.id, t.ordinal, t.booked_on, t.amount_minor, t.currency, t.state, t.state_reason, t.counterparty_name, t.counterparty_iban,
       t.remittance, t.return_reason, t.return_text
  FROM bank_entry e
  JOIN bank_transaction t ON t.administration_id = e.administration_id AND t.entry_id = e.id
 WHERE e.administration_id = $1 AND e.reference = $2
 ORDER BY t.booked_on, t.id
 LIMIT $3;

-- name: proposal_by_rank :opt
-- in:   administration i64, transaction i64, rank i64
-- out:  kind text, debtor i64, certainty_bp i64, unallocated i64, returns i64?, reasons text
SELECT kind, debtor_id, certainty_bp, unallocated_minor, returns_id, reasons
  FROM proposal
 WHERE administration_id = $1 AND transaction_id = $2 AND rank = $3;

-- name: proposal_lines_of :many
-- in:   administration i64, transaction i64, rank i64, limit i64
-- out:  item i64, settled i64, write_off i64, credit i64
SELECT item_id, settled_minor, write_off_minor, credit
  FROM proposal_line
 WHERE administration_id = $1 AND transaction_id = $2 AND rank = $3
 ORDER BY line
 LIMIT $4;

-- what a taken back booking taught is forgotten again
-- name: payer_account_forget :exec
-- in:   administration i64, iban text, debtor i64
DELETE FROM payer_account
 WHERE administration_id = $1 AND iban = $2 AND debtor_id = $3 AND source = 'learned';

-- ---- taking back ----

-- items of a bank transaction that are not taken back yet
-- name: undo_items :many
-- in:   administration i64, bank_transaction i64, limit i64
-- out:  item i64, debtor i64, side text, kind text, amount i64, currency text, effective_on date, corrects i64?, transaction_number i64
SELECT i.id, o.debtor_id, i.side, i.kind, i.amount_minor, i.currency, i.effective_on, i.corrects_id, i.transaction_number
  FROM item i
  JOIN item_open o ON o.administration_id = i.administration_id AND o.item_id = i.id
 WHERE i.administration_id = $1 AND i.bank_transaction_id = $2 AND i.kind <> 'undone'
   AND NOT EXISTS (SELECT 1 FROM item u
                    WHERE u.administration_id = i.administration_id AND u.bank_transaction_id = i.bank_transaction_id
                      AND u.kind = 'undone' AND u.corrects_id = i.id)
 ORDER BY i.id
 LIMIT $3;
