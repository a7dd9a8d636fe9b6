-- Voldaan, first schema: administrations, debtors, the ledger, bank statements, documents.
--
-- One text for SQLite (STRICT tables), PostgreSQL and Citus. Type words: BIGINT, INTEGER, TEXT,
-- DATE, TIMESTAMP(0), BYTEA. Amounts are BIGINT minor units of the row's currency; a truth value is
-- INTEGER 0/1; moments are UTC. Tenant tables carry administration_id first in every key; ids come
-- from id_counter. Facts are append-only; tables under "derived" are caches that `voldaan rebuild`
-- makes again from the facts.

-- ============ global ============

CREATE TABLE schema_version (
  number     INTEGER NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at TIMESTAMP(0) NOT NULL
);

CREATE TABLE administration (
  id         BIGINT NOT NULL PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  country    TEXT NOT NULL,
  currency   TEXT NOT NULL,
  language   TEXT NOT NULL,
  zone       TEXT NOT NULL,
  created_at TIMESTAMP(0) NOT NULL
);

-- ============ per administration ============

CREATE TABLE id_counter (
  administration_id BIGINT NOT NULL PRIMARY KEY,
  next_id           BIGINT NOT NULL
);

CREATE TABLE setting (
  administration_id BIGINT NOT NULL,
  name              TEXT NOT NULL,
  value             TEXT NOT NULL,
  changed_at        TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  PRIMARY KEY (administration_id, name)
);

-- who changed what, outside the ledger's own facts
CREATE TABLE audit (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  use_case          TEXT NOT NULL,
  subject           TEXT NOT NULL,
  before_text       TEXT,
  after_text        TEXT,
  PRIMARY KEY (administration_id, id)
);
CREATE INDEX audit_subject ON audit (administration_id, subject, id);

CREATE TABLE debtor (
  administration_id  BIGINT NOT NULL,
  id                 BIGINT NOT NULL,
  number             TEXT NOT NULL,
  number_key         TEXT NOT NULL,
  name               TEXT NOT NULL,
  name_fold          TEXT NOT NULL,
  kind               TEXT NOT NULL,
  street             TEXT,
  postcode           TEXT,
  city               TEXT,
  country            TEXT NOT NULL,
  language           TEXT NOT NULL,
  segment            TEXT,
  profile            TEXT,
  risk               TEXT NOT NULL,
  tone               TEXT,
  owner              TEXT,
  terms_days         BIGINT,
  credit_limit_minor BIGINT,
  kvk                TEXT,
  oin                TEXT,
  vat_number         TEXT,
  endpoint           TEXT,
  iban               TEXT,
  created_at         TIMESTAMP(0) NOT NULL,
  changed_at         TIMESTAMP(0) NOT NULL,
  version            BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, number)
);
CREATE INDEX debtor_number_key ON debtor (administration_id, number_key);
CREATE INDEX debtor_name ON debtor (administration_id, name_fold, id);
CREATE INDEX debtor_kvk ON debtor (administration_id, kvk) WHERE kvk IS NOT NULL;
CREATE INDEX debtor_oin ON debtor (administration_id, oin) WHERE oin IS NOT NULL;
CREATE INDEX debtor_vat ON debtor (administration_id, vat_number) WHERE vat_number IS NOT NULL;
CREATE INDEX debtor_endpoint ON debtor (administration_id, endpoint) WHERE endpoint IS NOT NULL;

-- role: invoice, reminder
CREATE TABLE contact (
  administration_id BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  role              TEXT NOT NULL,
  name              TEXT,
  email             TEXT,
  phone             TEXT,
  changed_at        TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, debtor_id, role),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id)
);

-- accounts a debtor pays from; source: stated (by the creditor), learned (from a booking)
CREATE TABLE payer_account (
  administration_id BIGINT NOT NULL,
  iban              TEXT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  source            TEXT NOT NULL,
  created_at        TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, iban, debtor_id),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id)
);
CREATE INDEX payer_account_debtor ON payer_account (administration_id, debtor_id);

-- ============ ledger: facts ============

-- the next transaction number; its row is the first write of every ledger transaction
CREATE TABLE ledger_head (
  administration_id BIGINT NOT NULL PRIMARY KEY,
  number            BIGINT NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  -- the latest effective day of any allocation: figures as at that day or later are the open amounts of now
  latest_on         DATE NOT NULL
);

CREATE TABLE ledger_transaction (
  administration_id BIGINT NOT NULL,
  number            BIGINT NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  use_case          TEXT NOT NULL,
  request_id        TEXT,
  PRIMARY KEY (administration_id, number)
);
CREATE UNIQUE INDEX ledger_transaction_request ON ledger_transaction (administration_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX ledger_transaction_recorded ON ledger_transaction (administration_id, recorded_at, number);

-- the head of an invoice or credit note; what is owed stands in its items
CREATE TABLE invoice (
  administration_id  BIGINT NOT NULL,
  id                 BIGINT NOT NULL,
  number             TEXT NOT NULL,
  number_key         TEXT NOT NULL,
  kind               TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
  debtor_id          BIGINT NOT NULL,
  issued_on          DATE NOT NULL,
  currency           TEXT NOT NULL,
  net_minor          BIGINT,
  vat_minor          BIGINT,
  description        TEXT,
  reference          TEXT,
  reference_key      TEXT,
  order_ref          TEXT,
  terms_days         BIGINT,
  preceding          TEXT,
  sent_on            DATE,
  delivered_on       DATE,
  profile            TEXT,
  source             TEXT NOT NULL,
  transaction_number BIGINT NOT NULL,
  version            BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, number),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id)
);

-- side D: the debtor owes; C: he paid or was credited. amount_minor is positive.
CREATE TABLE item (
  administration_id   BIGINT NOT NULL,
  id                  BIGINT NOT NULL,
  transaction_number  BIGINT NOT NULL,
  debtor_id           BIGINT NOT NULL,
  side                TEXT NOT NULL CHECK (side IN ('D', 'C')),
  kind                TEXT NOT NULL,
  amount_minor        BIGINT NOT NULL CHECK (amount_minor > 0),
  currency            TEXT NOT NULL,
  effective_on        DATE NOT NULL,
  due_on              DATE NOT NULL,
  invoice_id          BIGINT,
  line                BIGINT NOT NULL,
  corrects_id         BIGINT,
  bank_transaction_id BIGINT,
  note                TEXT,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, transaction_number) REFERENCES ledger_transaction (administration_id, number),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id),
  FOREIGN KEY (administration_id, invoice_id) REFERENCES invoice (administration_id, id)
);
CREATE INDEX item_invoice ON item (administration_id, invoice_id, line, id) WHERE invoice_id IS NOT NULL;
CREATE INDEX item_bank_transaction ON item (administration_id, bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;
CREATE INDEX item_history ON item (administration_id, debtor_id, currency, id, side, due_on, effective_on, transaction_number, amount_minor);

-- a changed due day or debtor: the newest row holds
CREATE TABLE item_revision (
  administration_id  BIGINT NOT NULL,
  item_id            BIGINT NOT NULL,
  transaction_number BIGINT NOT NULL,
  debtor_id          BIGINT NOT NULL,
  due_on             DATE NOT NULL,
  reason             TEXT NOT NULL,
  PRIMARY KEY (administration_id, item_id, transaction_number),
  FOREIGN KEY (administration_id, item_id) REFERENCES item (administration_id, id),
  FOREIGN KEY (administration_id, transaction_number) REFERENCES ledger_transaction (administration_id, number)
);

-- joins a credit and a debit item; a reversal is a row of its own with a negative amount
CREATE TABLE allocation (
  administration_id   BIGINT NOT NULL,
  id                  BIGINT NOT NULL,
  transaction_number  BIGINT NOT NULL,
  credit_item_id      BIGINT NOT NULL,
  debit_item_id       BIGINT NOT NULL,
  amount_minor        BIGINT NOT NULL CHECK (amount_minor <> 0),
  currency            TEXT NOT NULL,
  effective_on        DATE NOT NULL,
  source              TEXT NOT NULL,
  certainty_bp        BIGINT NOT NULL,
  reverses_id         BIGINT,
  bank_transaction_id BIGINT,
  reasons             TEXT,
  PRIMARY KEY (administration_id, id),
  CHECK ((reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)),
  FOREIGN KEY (administration_id, credit_item_id) REFERENCES item (administration_id, id),
  FOREIGN KEY (administration_id, debit_item_id) REFERENCES item (administration_id, id),
  FOREIGN KEY (administration_id, transaction_number) REFERENCES ledger_transaction (administration_id, number)
);
CREATE UNIQUE INDEX allocation_reverses ON allocation (administration_id, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX allocation_credit ON allocation (administration_id, credit_item_id, effective_on, transaction_number, amount_minor);
CREATE INDEX allocation_debit ON allocation (administration_id, debit_item_id, effective_on, transaction_number, amount_minor);
CREATE INDEX allocation_bank ON allocation (administration_id, bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;

-- ============ ledger: derived ============

-- one row per item: what is open now, and its newest debtor and due day
CREATE TABLE item_open (
  administration_id BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  side              TEXT NOT NULL,
  kind              TEXT NOT NULL,
  currency          TEXT NOT NULL,
  total_minor       BIGINT NOT NULL,
  open_minor        BIGINT NOT NULL CHECK (open_minor >= 0 AND open_minor <= total_minor),
  effective_on      DATE NOT NULL,
  due_on            DATE NOT NULL,
  invoice_id        BIGINT,
  line              BIGINT NOT NULL,
  settled_on        DATE,
  version           BIGINT NOT NULL,
  PRIMARY KEY (administration_id, item_id)
);
CREATE INDEX item_open_debtor ON item_open (administration_id, debtor_id, currency, side, due_on, item_id, effective_on, open_minor) WHERE open_minor > 0;
CREATE INDEX item_open_settled ON item_open (administration_id, debtor_id, settled_on, due_on) WHERE settled_on IS NOT NULL;
CREATE INDEX item_open_invoice ON item_open (administration_id, invoice_id, line) WHERE invoice_id IS NOT NULL;

-- per debtor and currency: what he owes, what is unallocated, since when
CREATE TABLE balance (
  administration_id BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  currency          TEXT NOT NULL,
  debit_minor       BIGINT NOT NULL,
  credit_minor      BIGINT NOT NULL,
  oldest_due_on     DATE,
  PRIMARY KEY (administration_id, debtor_id, currency)
);

-- words by which an invoice is found: number, digits, reference, order
CREATE TABLE invoice_word (
  administration_id BIGINT NOT NULL,
  word              TEXT NOT NULL,
  kind              TEXT NOT NULL,
  invoice_id        BIGINT NOT NULL,
  PRIMARY KEY (administration_id, word, kind, invoice_id)
);
CREATE INDEX invoice_word_invoice ON invoice_word (administration_id, invoice_id);

-- ============ bank ============

CREATE TABLE bank_account (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  identification    TEXT NOT NULL,
  iban              TEXT,
  currency          TEXT NOT NULL,
  name              TEXT,
  ended_on          DATE,
  created_at        TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, identification, currency)
);

-- how far a source of settlement is known: a statement's last day, a snapshot's day, or a person's
-- "nothing came in up to this day"; bank_account_id NULL is the snapshot source
CREATE TABLE coverage (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  bank_account_id   BIGINT,
  source            TEXT NOT NULL,
  covered_to        DATE NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  PRIMARY KEY (administration_id, id)
);
CREATE INDEX coverage_day ON coverage (administration_id, bank_account_id, covered_to);

CREATE TABLE import_file (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  kind              TEXT NOT NULL,
  format            TEXT NOT NULL,
  name              TEXT NOT NULL,
  sha256            TEXT NOT NULL,
  size_bytes        BIGINT NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  records           BIGINT NOT NULL,
  created           BIGINT NOT NULL,
  updated           BIGINT NOT NULL,
  unchanged         BIGINT NOT NULL,
  rejected          BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id)
);
CREATE INDEX import_file_sha ON import_file (administration_id, sha256);

CREATE TABLE bank_statement (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  bank_account_id   BIGINT NOT NULL,
  natural_key       TEXT NOT NULL,
  reference         TEXT NOT NULL,
  sequence          BIGINT NOT NULL,
  page              BIGINT NOT NULL,
  from_on           DATE NOT NULL,
  to_on             DATE NOT NULL,
  opening_minor     BIGINT,
  closing_minor     BIGINT,
  currency          TEXT NOT NULL,
  entries           BIGINT NOT NULL,
  sum_minor         BIGINT NOT NULL,
  note              TEXT,
  import_file_id    BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, bank_account_id, natural_key),
  FOREIGN KEY (administration_id, bank_account_id) REFERENCES bank_account (administration_id, id)
);
CREATE INDEX bank_statement_day ON bank_statement (administration_id, bank_account_id, to_on, id);

-- entries stream in before their statement's head is complete, so no foreign key to it: verify checks it
CREATE TABLE bank_entry (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  statement_id      BIGINT NOT NULL,
  ordinal           BIGINT NOT NULL,
  booked_on         DATE NOT NULL,
  value_on          DATE,
  amount_minor      BIGINT NOT NULL,
  currency          TEXT NOT NULL,
  reversal          INTEGER NOT NULL CHECK (reversal IN (0, 1)),
  reference         TEXT NOT NULL,
  content_key       TEXT NOT NULL,
  code              TEXT,
  info              TEXT,
  batch_id          TEXT,
  raw               TEXT NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, statement_id, ordinal)
);
CREATE INDEX bank_entry_reference ON bank_entry (administration_id, reference);
CREATE INDEX bank_entry_content ON bank_entry (administration_id, content_key);

-- state: new (not looked at), proposed, unknown, booked, ignored, before_start
CREATE TABLE bank_transaction (
  administration_id   BIGINT NOT NULL,
  id                  BIGINT NOT NULL,
  entry_id            BIGINT NOT NULL,
  ordinal             BIGINT NOT NULL,
  booked_on           DATE NOT NULL,
  amount_minor        BIGINT NOT NULL,
  currency            TEXT NOT NULL,
  counterparty_name   TEXT,
  counterparty_iban   TEXT,
  ultimate_name       TEXT,
  remittance          TEXT,
  remittance_joined   TEXT,
  structured_ref      TEXT,
  structured_issuer   TEXT,
  document_numbers    TEXT,
  end_to_end          TEXT,
  mandate             TEXT,
  batch_id            TEXT,
  return_reason       TEXT,
  return_text         TEXT,
  info                TEXT,
  reversal            INTEGER NOT NULL CHECK (reversal IN (0, 1)),
  state               TEXT NOT NULL,
  state_reason        TEXT,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, entry_id) REFERENCES bank_entry (administration_id, id)
);
CREATE INDEX bank_transaction_todo ON bank_transaction (administration_id, booked_on, id) WHERE state = 'new';
CREATE INDEX bank_transaction_entry ON bank_transaction (administration_id, entry_id, ordinal);
CREATE INDEX bank_transaction_open ON bank_transaction (administration_id, booked_on, id) WHERE state IN ('new', 'proposed', 'unknown');
CREATE INDEX bank_transaction_account ON bank_transaction (administration_id, counterparty_iban, booked_on) WHERE counterparty_iban IS NOT NULL;
CREATE INDEX bank_transaction_end_to_end ON bank_transaction (administration_id, end_to_end) WHERE end_to_end IS NOT NULL;

-- what matching thought of a transaction that it did not book
CREATE TABLE proposal (
  administration_id BIGINT NOT NULL,
  transaction_id    BIGINT NOT NULL,
  rank              BIGINT NOT NULL,
  kind              TEXT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  certainty_bp      BIGINT NOT NULL,
  unallocated_minor BIGINT NOT NULL,
  returns_id        BIGINT,
  reasons           TEXT NOT NULL,
  PRIMARY KEY (administration_id, transaction_id, rank)
);
CREATE INDEX proposal_debtor ON proposal (administration_id, debtor_id);
CREATE TABLE proposal_line (
  administration_id BIGINT NOT NULL,
  transaction_id    BIGINT NOT NULL,
  rank              BIGINT NOT NULL,
  line              BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  settled_minor     BIGINT NOT NULL,
  write_off_minor   BIGINT NOT NULL,
  credit            INTEGER NOT NULL CHECK (credit IN (0, 1)),
  PRIMARY KEY (administration_id, transaction_id, rank, line)
);

-- ============ documents ============

CREATE TABLE blob (
  administration_id BIGINT NOT NULL,
  sha256            TEXT NOT NULL,
  size_bytes        BIGINT NOT NULL,
  stored_bytes      BIGINT NOT NULL,
  media_type        TEXT NOT NULL,
  compression       TEXT NOT NULL,
  created_at        TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, sha256)
);
CREATE TABLE blob_chunk (
  administration_id BIGINT NOT NULL,
  sha256            TEXT NOT NULL,
  ordinal           BIGINT NOT NULL,
  bytes             BYTEA NOT NULL,
  PRIMARY KEY (administration_id, sha256, ordinal),
  FOREIGN KEY (administration_id, sha256) REFERENCES blob (administration_id, sha256)
);
CREATE TABLE document (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  debtor_id         BIGINT,
  invoice_id        BIGINT,
  kind              TEXT NOT NULL,
  name              TEXT NOT NULL,
  media_type        TEXT NOT NULL,
  sha256            TEXT NOT NULL,
  added_at          TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, sha256) REFERENCES blob (administration_id, sha256)
);
CREATE UNIQUE INDEX document_invoice ON document (administration_id, invoice_id, sha256) WHERE invoice_id IS NOT NULL;
CREATE INDEX document_debtor ON document (administration_id, debtor_id, id) WHERE debtor_id IS NOT NULL;

-- ============ staging: rows of a running job, set-based work joins with them ============

-- changes of open amounts to apply at once, and the day a settled item was settled
CREATE TABLE stage_open (
  administration_id BIGINT NOT NULL,
  job               BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  delta_minor       BIGINT NOT NULL,
  effective_on      DATE NOT NULL,
  PRIMARY KEY (administration_id, job, item_id)
);
-- words to look up for a job: invoice words, debtor codes, accounts, names
CREATE TABLE stage_word (
  administration_id BIGINT NOT NULL,
  job               BIGINT NOT NULL,
  ordinal           BIGINT NOT NULL,
  kind              TEXT NOT NULL,
  word              TEXT NOT NULL,
  PRIMARY KEY (administration_id, job, ordinal)
);
-- ids to look up for a job
CREATE TABLE stage_id (
  administration_id BIGINT NOT NULL,
  job               BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  PRIMARY KEY (administration_id, job, id)
);
