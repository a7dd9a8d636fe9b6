-- One table with a column of every type, one that refers to it, one with a row made by the migration.
CREATE TABLE kind (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  code              TEXT NOT NULL,
  number            BIGINT,
  small             INTEGER NOT NULL CHECK (small IN (0, 1)),
  note              TEXT,
  day               DATE,
  moment            TIMESTAMP(0),
  bytes             BYTEA,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, code)
);

CREATE TABLE part (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  kind_id           BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, kind_id) REFERENCES kind (administration_id, id)
);

CREATE TABLE planted (
  name  TEXT NOT NULL PRIMARY KEY,
  since DATE NOT NULL
);
INSERT INTO planted (name, since) VALUES ('it''s; BIGINT, DATE', '2026-01-31');

CREATE VIEW v_kind AS
SELECT administration_id, id, code, number / 100.0 AS number, day
  FROM kind;
