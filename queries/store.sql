-- The store's own bookkeeping: applied migrations, ids. Read by src/store only.

-- name: schema_version_list :many
-- out:  number i64, name text, checksum text
-- scope: global
-- bound: one row per migration
SELECT number, name, checksum
  FROM schema_version
 ORDER BY number;

-- name: schema_version_insert :exec
-- in:   number i64, name text, checksum text, applied_at moment
-- scope: global
INSERT INTO schema_version (number, name, checksum, applied_at)
VALUES ($1, $2, $3, $4);

-- The counter's row is locked until the transaction ends, so blocks never overlap.
-- name: id_counter_take :opt
-- in:   administration i64, count i64
-- out:  next_id i64
UPDATE id_counter
   SET next_id = next_id + $2
 WHERE administration_id = $1
RETURNING next_id;
