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
