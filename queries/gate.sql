-- How far each source of settlement is known: what the freshness gate asks.

-- name: gate_accounts :many
-- in:   administration i64, limit i64
-- out:  id i64, identification text, covered_to date?
SELECT a.id, a.identification,
       (SELECT max(c.covered_to) FROM coverage c
         WHERE c.administration_id = a.administration_id AND c.bank_account_id = a.id) AS covered_to
  FROM bank_account a
 WHERE a.administration_id = $1 AND a.ended_on IS NULL
 ORDER BY a.id
 LIMIT $2;

-- bank transactions that matching has not looked at yet, of any account
-- name: gate_unmatched :many
-- in:   administration i64, limit i64
-- out:  bank_account_id i64, waiting i64
SELECT s.bank_account_id, count(*) AS waiting
  FROM bank_transaction t
  JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
  JOIN bank_statement s ON s.administration_id = e.administration_id AND s.id = e.statement_id
 WHERE t.administration_id = $1 AND t.state = 'new'
 GROUP BY s.bank_account_id
 ORDER BY s.bank_account_id
 LIMIT $2;

-- name: gate_snapshot :one
-- in:   administration i64
-- out:  covered_to date?
SELECT max(covered_to) AS covered_to
  FROM coverage
 WHERE administration_id = $1 AND bank_account_id IS NULL;
