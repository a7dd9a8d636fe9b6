-- Documents: bytes of the dossier, linked to a debtor or an invoice.

-- the same bytes on the same invoice once
-- name: document_link :exec
-- in:   administration i64, id i64, debtor i64?, invoice i64?, kind text, name text, media_type text, sha256 text, added_at moment
INSERT INTO document (administration_id, id, debtor_id, invoice_id, kind, name, media_type, sha256, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (administration_id, invoice_id, sha256) WHERE invoice_id IS NOT NULL DO NOTHING;

-- name: document_of_invoice :many
-- in:   administration i64, invoice i64, limit i64
-- out:  kind text, name text, media_type text, sha256 text, added_at moment
SELECT kind, name, media_type, sha256, added_at
  FROM document
 WHERE administration_id = $1 AND invoice_id = $2
 ORDER BY id
 LIMIT $3;
