-- Documents and sent bytes: content-addressed per administration, in chunks of at most 1 MiB.

-- name: blob_find :opt
-- in:   administration i64, sha256 text
-- out:  size_bytes i64, stored_bytes i64, media_type text, compression text
SELECT size_bytes, stored_bytes, media_type, compression
  FROM blob
 WHERE administration_id = $1 AND sha256 = $2;

-- Nothing changes when the bytes are there already.
-- name: blob_insert :exec
-- in:   administration i64, sha256 text, size_bytes i64, stored_bytes i64, media_type text, compression text, created_at moment
INSERT INTO blob (administration_id, sha256, size_bytes, stored_bytes, media_type, compression, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (administration_id, sha256) DO NOTHING;

-- name: blob_chunk_insert :exec
-- in:   administration i64, sha256 text, ordinal i64, bytes bytes
INSERT INTO blob_chunk (administration_id, sha256, ordinal, bytes)
VALUES ($1, $2, $3, $4);

-- name: blob_chunk_list :stream
-- in:   administration i64, sha256 text
-- out:  ordinal i64, bytes bytes
SELECT ordinal, bytes
  FROM blob_chunk
 WHERE administration_id = $1 AND sha256 = $2
 ORDER BY ordinal;
