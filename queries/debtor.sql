-- Debtors, their contacts and accounts.

-- name: stage_word_insert :batch
-- in:   administration i64, job i64, ordinal i64, kind text, word text
INSERT INTO stage_word (administration_id, job, ordinal, kind, word)
VALUES ($1, $2, $3, $4, $5);

-- name: stage_word_clear :exec
-- in:   administration i64, job i64
DELETE FROM stage_word
 WHERE administration_id = $1 AND job = $2;

-- name: stage_id_insert :batch
-- in:   administration i64, job i64, id i64
INSERT INTO stage_id (administration_id, job, id)
VALUES ($1, $2, $3)
ON CONFLICT (administration_id, job, id) DO NOTHING;

-- name: stage_id_clear :exec
-- in:   administration i64, job i64
DELETE FROM stage_id
 WHERE administration_id = $1 AND job = $2;

-- debtors by the codes staged under kind 'debtor', whole
-- name: debtor_staged :many
-- in:   administration i64, job i64
-- out:  ordinal i64, id i64, number text, name text, kind text, street text?, postcode text?, city text?, country text, language text, segment text?, profile text?, risk text, tone text?, owner text?, terms_days i64?, credit_limit i64?, kvk text?, oin text?, vat_number text?, endpoint text?, iban text?, version i64, contact_name text?, email text?, phone text?, reminder_email text?
-- bound: the rows staged for one batch
SELECT s.ordinal, d.id, d.number, d.name, d.kind, d.street, d.postcode, d.city, d.country, d.language, d.segment, d.profile, d.risk,
       d.tone, d.owner, d.terms_days, d.credit_limit_minor, d.kvk, d.oin, d.vat_number, d.endpoint, d.iban, d.version,
       c.name, c.email, c.phone, r.email
  FROM stage_word s
  JOIN debtor d ON d.administration_id = s.administration_id AND d.number = s.word
  LEFT JOIN contact c ON c.administration_id = d.administration_id AND c.debtor_id = d.id AND c.role = 'invoice'
  LEFT JOIN contact r ON r.administration_id = d.administration_id AND r.debtor_id = d.id AND r.role = 'reminder'
 WHERE s.administration_id = $1 AND s.job = $2 AND s.kind = 'debtor'
 ORDER BY s.ordinal;

-- the least of debtors by staged codes: for invoices
-- name: debtor_staged_ids :many
-- in:   administration i64, job i64
-- out:  ordinal i64, id i64, terms_days i64?, kind text, profile text?, segment text?, risk text
-- bound: the rows staged for one batch
SELECT s.ordinal, d.id, d.terms_days, d.kind, d.profile, d.segment, d.risk
  FROM stage_word s
  JOIN debtor d ON d.administration_id = s.administration_id AND d.number = s.word
 WHERE s.administration_id = $1 AND s.job = $2 AND s.kind = 'debtor'
 ORDER BY s.ordinal;

-- name: debtor_insert :batch
-- in:   administration i64, id i64, number text, number_key text, name text, name_fold text, kind text, street text?, postcode text?, city text?, country text, language text, segment text?, profile text?, risk text, tone text?, owner text?, terms_days i64?, credit_limit i64?, kvk text?, oin text?, vat_number text?, endpoint text?, iban text?, created_at moment, changed_at moment, version i64
INSERT INTO debtor (administration_id, id, number, number_key, name, name_fold, kind, street, postcode, city, country, language,
                    segment, profile, risk, tone, owner, terms_days, credit_limit_minor, kvk, oin, vat_number, endpoint, iban,
                    created_at, changed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27);

-- name: debtor_update :batch
-- in:   administration i64, id i64, name text, name_fold text, kind text, street text?, postcode text?, city text?, country text, language text, segment text?, profile text?, risk text, tone text?, owner text?, terms_days i64?, credit_limit i64?, kvk text?, oin text?, vat_number text?, endpoint text?, iban text?, changed_at moment
UPDATE debtor
   SET name = $3, name_fold = $4, kind = $5, street = $6, postcode = $7, city = $8, country = $9, language = $10, segment = $11,
       profile = $12, risk = $13, tone = $14, owner = $15, terms_days = $16, credit_limit_minor = $17, kvk = $18, oin = $19,
       vat_number = $20, endpoint = $21, iban = $22, changed_at = $23, version = version + 1
 WHERE administration_id = $1 AND id = $2;

-- name: contact_put :batch
-- in:   administration i64, debtor i64, role text, name text?, email text?, phone text?, changed_at moment
INSERT INTO contact (administration_id, debtor_id, role, name, email, phone, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (administration_id, debtor_id, role)
DO UPDATE SET name = excluded.name, email = excluded.email, phone = excluded.phone, changed_at = excluded.changed_at;

-- name: payer_account_put :batch
-- in:   administration i64, iban text, debtor i64, source text, created_at moment
INSERT INTO payer_account (administration_id, iban, debtor_id, source, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (administration_id, iban, debtor_id) DO NOTHING;

-- name: debtor_by_number :opt
-- in:   administration i64, number text
-- out:  id i64, number text, name text, kind text, street text?, postcode text?, city text?, country text, language text, segment text?, profile text?, risk text, tone text?, owner text?, terms_days i64?, credit_limit i64?, kvk text?, vat_number text?, iban text?, contact_name text?, email text?, phone text?, reminder_email text?
SELECT d.id, d.number, d.name, d.kind, d.street, d.postcode, d.city, d.country, d.language, d.segment, d.profile, d.risk,
       d.tone, d.owner, d.terms_days, d.credit_limit_minor, d.kvk, d.vat_number, d.iban, c.name, c.email, c.phone, r.email
  FROM debtor d
  LEFT JOIN contact c ON c.administration_id = d.administration_id AND c.debtor_id = d.id AND c.role = 'invoice'
  LEFT JOIN contact r ON r.administration_id = d.administration_id AND r.debtor_id = d.id AND r.role = 'reminder'
 WHERE d.administration_id = $1 AND d.number = $2;

-- candidates for a party known by identifiers only (UBL): strongest first is the caller's choice
-- name: debtor_by_identifiers :many
-- in:   administration i64, kvk text?, oin text?, vat_number text?, endpoint text?, name_fold text?, limit i64
-- out:  id i64, number text, kvk text?, oin text?, vat_number text?, endpoint text?, name_fold text
SELECT d.id, d.number, d.kvk, d.oin, d.vat_number, d.endpoint, d.name_fold
  FROM debtor d
 WHERE d.administration_id = $1
   AND (d.kvk = $2 OR d.oin = $3 OR d.vat_number = $4 OR d.endpoint = $5 OR d.name_fold = $6)
 ORDER BY d.id
 LIMIT $7;

-- name: payer_account_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  iban text, source text
SELECT iban, source
  FROM payer_account
 WHERE administration_id = $1 AND debtor_id = $2
 ORDER BY iban
 LIMIT $3;

-- name: balance_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  currency text, debit i64, credit i64, oldest_due_on date?
SELECT currency, debit_minor, credit_minor, oldest_due_on
  FROM balance
 WHERE administration_id = $1 AND debtor_id = $2
 ORDER BY currency
 LIMIT $3;
