-- Invoices and credit notes: the head, its lines' items, the words by which it is found.

-- invoices by the numbers staged under kind 'invoice', one row per item of each (or one without item)
-- name: invoice_staged :many
-- in:   administration i64, job i64
-- out:  ordinal i64, invoice i64, kind text, debtor i64, issued_on date, currency text, net i64?, vat i64?, description text?, reference text?, order_ref text?, terms_days i64?, preceding text?, sent_on date?, delivered_on date?, source text, item i64?, item_side text?, item_kind text?, line i64?, total i64?, open i64?, due_on date?, effective_on date?
-- bound: the rows staged for one batch
SELECT s.ordinal, i.id, i.kind, i.debtor_id, i.issued_on, i.currency, i.net_minor, i.vat_minor, i.description, i.reference, i.order_ref,
       i.terms_days, i.preceding, i.sent_on, i.delivered_on, i.source,
       o.item_id, o.side, o.kind, o.line, o.total_minor, o.open_minor, o.due_on, o.effective_on
  FROM stage_word s
  JOIN invoice i ON i.administration_id = s.administration_id AND i.number = s.word
  LEFT JOIN item_open o ON o.administration_id = i.administration_id AND o.invoice_id = i.id
 WHERE s.administration_id = $1 AND s.job = $2 AND s.kind = 'invoice'
 ORDER BY s.ordinal, +o.item_id NULLS FIRST; -- +: else SQLite without statistics walks item_open by its key, once per row

-- name: invoice_insert :batch
-- in:   administration i64, id i64, number text, number_key text, kind text, debtor i64, issued_on date, currency text, net i64?, vat i64?, description text?, reference text?, reference_key text?, order_ref text?, terms_days i64?, preceding text?, sent_on date?, delivered_on date?, source text, transaction_number i64, version i64
INSERT INTO invoice (administration_id, id, number, number_key, kind, debtor_id, issued_on, currency, net_minor, vat_minor, description,
                     reference, reference_key, order_ref, terms_days, preceding, sent_on, delivered_on, source, transaction_number, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- what is no money: text, references, days of sending; the debtor follows its items
-- name: invoice_update :batch
-- in:   administration i64, id i64, debtor i64, description text?, reference text?, reference_key text?, order_ref text?, sent_on date?, delivered_on date?
UPDATE invoice
   SET debtor_id = $3, description = $4, reference = $5, reference_key = coalesce($6, reference_key), order_ref = $7, sent_on = $8, delivered_on = $9, version = version + 1
 WHERE administration_id = $1 AND id = $2;

-- name: invoice_word_insert :batch
-- in:   administration i64, word text, kind text, invoice i64
INSERT INTO invoice_word (administration_id, word, kind, invoice_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (administration_id, word, kind, invoice_id) DO NOTHING;

-- open items of invoices that a snapshot did not name: settled in the source
-- name: snapshot_vanished :many
-- in:   administration i64, job i64, as_of date, after i64, limit i64
-- out:  item i64, debtor i64, side text, currency text, open i64, effective_on date, due_on date, invoice i64, line i64
SELECT o.item_id, o.debtor_id, o.side, o.currency, o.open_minor, o.effective_on, o.due_on, o.invoice_id, o.line
  FROM item_open o
 WHERE o.administration_id = $1 AND o.open_minor > 0 AND o.invoice_id IS NOT NULL AND o.effective_on <= $3 AND o.item_id > $4
   AND NOT EXISTS (SELECT 1 FROM stage_id s WHERE s.administration_id = o.administration_id AND s.job = $2 AND s.id = o.invoice_id)
 ORDER BY o.item_id
 LIMIT $5;

-- name: invoice_by_number :opt
-- in:   administration i64, number text
-- out:  id i64, number text, kind text, debtor i64, debtor_number text, debtor_name text, issued_on date, currency text, net i64?, vat i64?, description text?, reference text?, order_ref text?, preceding text?, sent_on date?, delivered_on date?, source text
SELECT i.id, i.number, i.kind, i.debtor_id, d.number, d.name, i.issued_on, i.currency, i.net_minor, i.vat_minor, i.description, i.reference,
       i.order_ref, i.preceding, i.sent_on, i.delivered_on, i.source
  FROM invoice i
  JOIN debtor d ON d.administration_id = i.administration_id AND d.id = i.debtor_id
 WHERE i.administration_id = $1 AND i.number = $2;

-- name: invoice_by_number_key :many
-- in:   administration i64, word text, limit i64
-- out:  id i64, number text
SELECT i.id, i.number
  FROM invoice_word w
  JOIN invoice i ON i.administration_id = w.administration_id AND i.id = w.invoice_id
 WHERE w.administration_id = $1 AND w.word = $2 AND w.kind = 'number'
 ORDER BY i.id
 LIMIT $3;

-- name: item_of_invoice :many
-- in:   administration i64, invoice i64, limit i64
-- out:  item i64, side text, kind text, currency text, total i64, open i64, effective_on date, due_on date, line i64, settled_on date?
SELECT item_id, side, kind, currency, total_minor, open_minor, effective_on, due_on, line, settled_on
  FROM item_open
 WHERE administration_id = $1 AND invoice_id = $2
 ORDER BY line, item_id
 LIMIT $3;

-- ---- verify and rebuild of the words by which invoices are found ----

-- name: invoice_texts :many
-- in:   administration i64, after i64, limit i64
-- out:  id i64, number text, reference text?, order_ref text?
SELECT id, number, reference, order_ref
  FROM invoice
 WHERE administration_id = $1 AND id > $2
 ORDER BY id
 LIMIT $3;

-- name: invoice_words_between :many
-- in:   administration i64, from i64, to i64
-- out:  invoice i64, kind text, word text
-- bound: the words of one page of invoices
SELECT invoice_id, kind, word
  FROM invoice_word
 WHERE administration_id = $1 AND invoice_id BETWEEN $2 AND $3
 ORDER BY invoice_id;

-- name: verify_word_orphans :stream
-- in:   administration i64
-- out:  invoice i64, kind text, word text
SELECT w.invoice_id, w.kind, w.word
  FROM invoice_word w
 WHERE w.administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.administration_id = w.administration_id AND i.id = w.invoice_id);

-- name: rebuild_words_delete :exec
-- in:   administration i64
DELETE FROM invoice_word
 WHERE administration_id = $1;

-- how people call an item
-- name: item_name :opt
-- in:   administration i64, item i64
-- out:  number text?, line i64, kind text
SELECT i.number, o.line, o.kind
  FROM item_open o
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE o.administration_id = $1 AND o.item_id = $2;
