-- Administrations, settings, audit, texts by version, imported files.

-- name: administration_insert :exec
-- in:   id i64, code text, name text, country text, currency text, language text, zone text, created_at moment
-- scope: global
INSERT INTO administration (id, code, name, country, currency, language, zone, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: administration_by_code :opt
-- in:   code text
-- out:  id i64, code text, name text, country text, currency text, language text, zone text
-- scope: global
SELECT id, code, name, country, currency, language, zone
  FROM administration
 WHERE code = $1;

-- name: administration_first :many
-- in:   limit i64
-- out:  id i64, code text, name text, country text, currency text, language text, zone text
-- scope: global
SELECT id, code, name, country, currency, language, zone
  FROM administration
 ORDER BY id
 LIMIT $1;

-- name: administration_last_id :one
-- out:  id i64
-- scope: global
SELECT coalesce(max(id), 0) AS id
  FROM administration;

-- name: id_counter_insert :exec
-- in:   administration i64, next i64
INSERT INTO id_counter (administration_id, next_id)
VALUES ($1, $2);

-- name: setting_all :many
-- in:   administration i64
-- out:  name text, value text
-- bound: the program knows a fixed number of settings
SELECT name, value
  FROM setting
 WHERE administration_id = $1
 ORDER BY name;

-- name: setting_put :exec
-- in:   administration i64, name text, value text, changed_at moment, actor text
INSERT INTO setting (administration_id, name, value, changed_at, actor)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (administration_id, name)
DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, actor = excluded.actor;

-- name: audit_insert :batch
-- in:   administration i64, id i64, recorded_at moment, actor text, use_case text, subject text, before text?, after text?
INSERT INTO audit (administration_id, id, recorded_at, actor, use_case, subject, before_text, after_text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: text_newest :opt
-- in:   administration i64, kind text, code text
-- out:  version i64, body text, sha256 text, recorded_at moment, actor text
SELECT version, body, sha256, recorded_at, actor
  FROM text_version
 WHERE administration_id = $1 AND kind = $2 AND code = $3
 ORDER BY version DESC
 LIMIT 1;

-- name: text_all_newest :many
-- in:   administration i64, kind text, limit i64
-- out:  code text, version i64, body text
SELECT t.code, t.version, t.body
  FROM text_version t
 WHERE t.administration_id = $1 AND t.kind = $2
   AND NOT EXISTS (SELECT 1 FROM text_version n
                    WHERE n.administration_id = t.administration_id AND n.kind = t.kind AND n.code = t.code AND n.version > t.version)
 ORDER BY t.code
 LIMIT $3;

-- name: text_by_version :opt
-- in:   administration i64, kind text, code text, version i64
-- out:  body text, recorded_at moment, actor text
SELECT body, recorded_at, actor
  FROM text_version
 WHERE administration_id = $1 AND kind = $2 AND code = $3 AND version = $4;

-- name: text_insert :exec
-- in:   administration i64, kind text, code text, version i64, body text, sha256 text, recorded_at moment, actor text
INSERT INTO text_version (administration_id, kind, code, version, body, sha256, recorded_at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: import_file_insert :exec
-- in:   administration i64, id i64, kind text, format text, name text, sha256 text, size_bytes i64, recorded_at moment, actor text, records i64, created i64, updated i64, unchanged i64, rejected i64
INSERT INTO import_file (administration_id, id, kind, format, name, sha256, size_bytes, recorded_at, actor,
                         records, created, updated, unchanged, rejected)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);
