-- Bank accounts, statements, entries, transactions, coverage.

-- name: bank_account_insert :exec
-- in:   administration i64, id i64, identification text, iban text?, currency text, name text?, created_at moment
INSERT INTO bank_account (administration_id, id, identification, iban, currency, name, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: bank_account_by_identification :opt
-- in:   administration i64, identification text, currency text
-- out:  id i64, ended_on date?
SELECT id, ended_on
  FROM bank_account
 WHERE administration_id = $1 AND identification = $2 AND currency = $3;

-- name: bank_account_names :many
-- in:   administration i64, currency text, limit i64
-- out:  id i64, identification text, iban text?
SELECT id, identification, iban
  FROM bank_account
 WHERE administration_id = $1 AND currency = $2
 ORDER BY id
 LIMIT $3;

-- name: bank_account_all :many
-- in:   administration i64, limit i64
-- out:  id i64, identification text, iban text?, currency text, name text?, ended_on date?, covered_to date?, statements i64, waiting i64
SELECT a.id, a.identification, a.iban, a.currency, a.name, a.ended_on,
       (SELECT max(c.covered_to) FROM coverage c WHERE c.administration_id = a.administration_id AND c.bank_account_id = a.id),
       (SELECT count(*) FROM bank_statement s WHERE s.administration_id = a.administration_id AND s.bank_account_id = a.id),
       (SELECT count(*) FROM bank_statement s
          JOIN bank_entry e ON e.administration_id = s.administration_id AND e.statement_id = s.id
          JOIN bank_transaction t ON t.administration_id = e.administration_id AND t.entry_id = e.id
         WHERE s.administration_id = a.administration_id AND s.bank_account_id = a.id AND t.state = 'new')
  FROM bank_account a
 WHERE a.administration_id = $1
 ORDER BY a.id
 LIMIT $2;

-- name: coverage_insert :exec
-- in:   administration i64, id i64, bank_account i64?, source text, covered_to date, recorded_at moment, actor text
INSERT INTO coverage (administration_id, id, bank_account_id, source, covered_to, recorded_at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: bank_statement_by_key :opt
-- in:   administration i64, bank_account i64, natural_key text
-- out:  id i64, reference text
SELECT id, reference
  FROM bank_statement
 WHERE administration_id = $1 AND bank_account_id = $2 AND natural_key = $3;

-- the same statement out of a file of another format: it starts and ends with the same balances on the same day
-- name: bank_statement_same :many
-- in:   administration i64, bank_account i64, to_on date, opening i64, closing i64, entries i64, limit i64
-- out:  id i64, format text
SELECT s.id, f.format
  FROM bank_statement s
  JOIN import_file f ON f.administration_id = s.administration_id AND f.id = s.import_file_id
 WHERE s.administration_id = $1 AND s.bank_account_id = $2 AND s.to_on = $3 AND s.opening_minor = $4 AND s.closing_minor = $5
   AND s.entries = $6
 ORDER BY s.id
 LIMIT $7;

-- the statement that ends last on or before this one's first day: its neighbour
-- name: bank_statement_before :opt
-- in:   administration i64, bank_account i64, from_on date, not_id i64
-- out:  id i64, reference text, sequence i64, to_on date, closing i64?
SELECT id, reference, sequence, to_on, closing_minor
  FROM bank_statement
 WHERE administration_id = $1 AND bank_account_id = $2 AND to_on <= $3 AND id <> $4
 ORDER BY to_on DESC, sequence DESC, id DESC
 LIMIT 1;

-- statements of this account that overlap a period
-- name: bank_statement_overlap :one
-- in:   administration i64, bank_account i64, from_on date, to_on date
-- out:  overlapping i64
SELECT count(*)
  FROM bank_statement
 WHERE administration_id = $1 AND bank_account_id = $2 AND from_on <= $4 AND to_on >= $3;

-- how often each staged content stands already in this account's other statements; kind 'entry'
-- name: bank_entry_known :many
-- in:   administration i64, job i64, bank_account i64
-- out:  word text, times i64
-- bound: the rows staged for one batch
SELECT e.content_key, count(*)
  FROM (SELECT DISTINCT administration_id, word FROM stage_word
         WHERE administration_id = $1 AND job = $2 AND kind = 'entry') w
  JOIN bank_entry e ON e.administration_id = w.administration_id AND e.content_key = w.word
  JOIN bank_statement s ON s.administration_id = e.administration_id AND s.id = e.statement_id
 WHERE s.bank_account_id = $3
 GROUP BY e.content_key
 ORDER BY e.content_key;

-- name: bank_statement_insert :exec
-- in:   administration i64, id i64, bank_account i64, natural_key text, reference text, sequence i64, page i64, from_on date, to_on date, opening i64?, closing i64?, currency text, entries i64, sum i64, note text?, import_file i64
INSERT INTO bank_statement (administration_id, id, bank_account_id, natural_key, reference, sequence, page, from_on, to_on, opening_minor,
                            closing_minor, currency, entries, sum_minor, note, import_file_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: bank_entry_insert :batch
-- in:   administration i64, id i64, statement i64, ordinal i64, booked_on date, value_on date?, amount i64, currency text, reversal i64, reference text, content_key text, code text?, info text?, batch_id text?, raw text
INSERT INTO bank_entry (administration_id, id, statement_id, ordinal, booked_on, value_on, amount_minor, currency, reversal, reference,
                        content_key, code, info, batch_id, raw)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: bank_transaction_insert :batch
-- in:   administration i64, id i64, entry i64, ordinal i64, booked_on date, amount i64, currency text, counterparty_name text?, counterparty_iban text?, ultimate_name text?, remittance text?, remittance_joined text?, structured_ref text?, structured_issuer text?, document_numbers text?, end_to_end text?, mandate text?, batch_id text?, return_reason text?, return_text text?, info text?, reversal i64, state text, state_reason text?
INSERT INTO bank_transaction (administration_id, id, entry_id, ordinal, booked_on, amount_minor, currency, counterparty_name,
                              counterparty_iban, ultimate_name, remittance, remittance_joined, structured_ref, structured_issuer,
                              document_numbers, end_to_end, mandate, batch_id, return_reason, return_text, info, reversal, state, state_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- ---- verify: each answers rows that differ ----

-- name: verify_entry_orphans :stream
-- in:   administration i64
-- out:  id i64, statement i64
SELECT e.id, e.statement_id
  FROM bank_entry e
 WHERE e.administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM bank_statement s WHERE s.administration_id = e.administration_id AND s.id = e.statement_id);

-- a statement none of whose entries was passed over as known holds them all; more than all is wrong anyhow
-- name: verify_statement :stream
-- in:   administration i64
-- out:  id i64, reference text, currency text, entries i64, sum i64, found_entries i64, found_sum i64
SELECT s.id, s.reference, s.currency, s.entries, s.sum_minor, coalesce(e.entries, 0), CAST(coalesce(e.total, 0) AS BIGINT)
  FROM bank_statement s
  LEFT JOIN (SELECT administration_id, statement_id, count(*) AS entries, CAST(sum(amount_minor) AS BIGINT) AS total
               FROM bank_entry WHERE administration_id = $1 GROUP BY administration_id, statement_id) e
    ON e.administration_id = s.administration_id AND e.statement_id = s.id
 WHERE s.administration_id = $1
   AND (coalesce(e.entries, 0) > s.entries OR (coalesce(e.entries, 0) = s.entries AND coalesce(e.total, 0) <> s.sum_minor));

-- ---- accounts by hand ----

-- name: bank_accounts_by_identification :many
-- in:   administration i64, identification text, limit i64
-- out:  id i64, currency text, name text?, ended_on date?
SELECT id, currency, name, ended_on
  FROM bank_account
 WHERE administration_id = $1 AND identification = $2
 ORDER BY id
 LIMIT $3;

-- name: bank_account_update :exec
-- in:   administration i64, id i64, name text?, ended_on date?
UPDATE bank_account
   SET name = $3, ended_on = $4
 WHERE administration_id = $1 AND id = $2;
