-- name: kind_insert :exec
-- in:   administration i64, id i64, code text, number i64?, small i64, note text?, day date?, moment moment?, bytes bytes?
INSERT INTO kind (administration_id, id, code, number, small, note, day, moment, bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- a plain INSERT: COPY on PostgreSQL
-- name: kind_copy :batch
-- in:   administration i64, id i64, code text, number i64?, small i64, note text?, day date?, moment moment?, bytes bytes?
INSERT INTO kind (administration_id, id, code, number, small, note, day, moment, bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- not a plain INSERT: the pipeline
-- name: kind_upsert :batch
-- in:   administration i64, id i64, code text, number i64?, small i64, note text?, day date?, moment moment?, bytes bytes?
INSERT INTO kind (administration_id, id, code, number, small, note, day, moment, bytes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (administration_id, id) DO UPDATE SET number = excluded.number;

-- name: kind_one :one
-- in:   administration i64, id i64
-- out:  code text, number i64?, small i64, note text?, day date?, moment moment?, bytes bytes?
SELECT code, number, small, note, day, moment, bytes
  FROM kind
 WHERE administration_id = $1 AND id = $2;

-- the parameters stand in another order than their numbers
-- name: kind_by_code :opt
-- in:   administration i64, code text, day date
-- out:  id i64
SELECT id
  FROM kind
 WHERE day = $3 AND code = $2 AND administration_id = $1;

-- name: kind_same_small :opt
-- in:   administration i64, small i64
-- out:  id i64
SELECT id
  FROM kind
 WHERE administration_id = $1 AND small = $2;

-- name: kind_page :many
-- in:   administration i64, after i64, limit i64
-- out:  id i64, code text, note text?
SELECT id, code, note
  FROM kind
 WHERE administration_id = $1 AND id > $2
 ORDER BY id
 LIMIT $3;

-- name: kind_all :stream
-- in:   administration i64
-- out:  id i64, code text, number i64?, note text?, day date?, moment moment?, bytes bytes?
SELECT id, code, number, note, day, moment, bytes
  FROM kind
 WHERE administration_id = $1
 ORDER BY id;

-- name: kind_ids :stream
-- in:   administration i64
-- out:  id i64, code text
SELECT id, code
  FROM kind
 WHERE administration_id = $1
 ORDER BY id;

-- name: kind_ids_many :many
-- in:   administration i64
-- out:  id i64
-- bound: tested with too many
SELECT id
  FROM kind
 WHERE administration_id = $1
 ORDER BY id;

-- name: kind_sum :one
-- in:   administration i64
-- out:  rows i64, total i64
SELECT count(*) AS rows, CAST(coalesce(sum(number), 0) AS BIGINT) AS total
  FROM kind
 WHERE administration_id = $1;

-- name: kind_move :exec
-- in:   administration i64, id i64, delta i64
UPDATE kind
   SET number = number + $3
 WHERE administration_id = $1 AND id = $2;

-- name: kind_move_back :one
-- in:   administration i64, id i64, delta i64
-- out:  number i64?
UPDATE kind
   SET number = number - $3
 WHERE administration_id = $1 AND id = $2
RETURNING number;

-- name: kind_filter :many
-- in:   administration i64, small i64?, until date?, limit i64
-- out:  id i64
SELECT id
  FROM kind
 WHERE administration_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR small = $2) AND day <= coalesce($3, day)
 ORDER BY id
 LIMIT $4;

-- name: kind_delete :exec
-- in:   administration i64
DELETE FROM kind
 WHERE administration_id = $1;

-- name: part_insert :exec
-- in:   administration i64, id i64, kind i64
INSERT INTO part (administration_id, id, kind_id)
VALUES ($1, $2, $3);

-- name: part_delete :exec
-- in:   administration i64
DELETE FROM part
 WHERE administration_id = $1;

-- name: counter_insert :exec
-- in:   administration i64
INSERT INTO id_counter (administration_id, next_id)
VALUES ($1, 1);

-- name: planted_list :many
-- out:  name text, since date
-- scope: global
-- bound: planted by the migration
SELECT name, since
  FROM planted
 ORDER BY name;

-- name: planted_insert :exec
-- in:   name text, since date
-- scope: global
INSERT INTO planted (name, since)
VALUES ($1, $2);

-- ---- damage ----

-- name: version_damage :exec
-- in:   number i64, checksum text
-- scope: global
UPDATE schema_version
   SET checksum = $2
 WHERE number = $1;

-- name: version_forget :exec
-- in:   number i64
-- scope: global
DELETE FROM schema_version
 WHERE number = $1;

-- name: chunk_damage :exec
-- in:   administration i64, ordinal i64, bytes bytes
UPDATE blob_chunk
   SET bytes = $3
 WHERE administration_id = $1 AND ordinal = $2;

-- name: chunk_count :one
-- in:   administration i64
-- out:  chunks i64, largest i64
SELECT count(*) AS chunks, coalesce(max(length(bytes)), 0) AS largest
  FROM blob_chunk
 WHERE administration_id = $1;
