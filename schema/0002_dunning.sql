-- Dunning: profiles and texts by version, holds, runs and decisions, messages, outbox, tasks.

-- kind: profile, segments, template, mapping. body is the text a person edits; the newest version is in force
CREATE TABLE text_version (
  administration_id BIGINT NOT NULL,
  kind              TEXT NOT NULL,
  code              TEXT NOT NULL,
  version           BIGINT NOT NULL,
  body              TEXT NOT NULL,
  sha256            TEXT NOT NULL,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  PRIMARY KEY (administration_id, kind, code, version)
);

-- dunning state of a debit item (due line); derived from steps, holds and decisions.
-- waiting: free, release, sending, task
CREATE TABLE chase (
  administration_id BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  cycle             BIGINT NOT NULL,
  last_rank         BIGINT,
  last_code         TEXT,
  last_done_on      DATE,
  next_action_on    DATE,
  waiting           TEXT NOT NULL,
  takeover_unknown  INTEGER NOT NULL CHECK (takeover_unknown IN (0, 1)),
  version           BIGINT NOT NULL,
  PRIMARY KEY (administration_id, item_id)
);
CREATE INDEX chase_next ON chase (administration_id, next_action_on, debtor_id, item_id) WHERE next_action_on IS NOT NULL;
CREATE INDEX chase_debtor ON chase (administration_id, debtor_id);

-- a step that was done, skipped, lapsed or taken over; once per item, cycle and rank
CREATE TABLE step_done (
  administration_id BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  cycle             BIGINT NOT NULL,
  rank              BIGINT NOT NULL,
  code              TEXT NOT NULL,
  outcome           TEXT NOT NULL,
  done_on           DATE NOT NULL,
  decision_id       BIGINT,
  message_id        BIGINT,
  actor             TEXT NOT NULL,
  reason            TEXT,
  recorded_at       TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, item_id, cycle, rank)
);

CREATE TABLE hold (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  scope             TEXT NOT NULL,
  item_id           BIGINT,
  debtor_id         BIGINT,
  held_minor        BIGINT NOT NULL,
  reason            TEXT NOT NULL,
  owner             TEXT NOT NULL,
  from_on           DATE NOT NULL,
  until_on          DATE,
  recorded_at       TIMESTAMP(0) NOT NULL,
  actor             TEXT NOT NULL,
  ended_at          TIMESTAMP(0),
  ended_on          DATE,
  ended_by          TEXT,
  PRIMARY KEY (administration_id, id)
);
CREATE INDEX hold_open ON hold (administration_id, scope, debtor_id) WHERE ended_at IS NULL;

CREATE TABLE run (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  day               DATE NOT NULL,
  mode              TEXT NOT NULL,
  state             TEXT NOT NULL,
  started_at        TIMESTAMP(0) NOT NULL,
  finished_at       TIMESTAMP(0),
  actor             TEXT NOT NULL,
  gate              TEXT NOT NULL,
  items             BIGINT NOT NULL,
  acted             BIGINT NOT NULL,
  messages          BIGINT NOT NULL,
  tasks             BIGINT NOT NULL,
  PRIMARY KEY (administration_id, id)
);
CREATE INDEX run_day ON run (administration_id, day, id);

-- what was decided for an item in a run, with its trace; frozen
CREATE TABLE decision (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  run_id            BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  cycle             BIGINT NOT NULL,
  day               DATE NOT NULL,
  outcome           TEXT NOT NULL,
  profile           TEXT,
  profile_version   BIGINT,
  rank              BIGINT,
  step              TEXT,
  open_minor        BIGINT NOT NULL,
  dunned_minor      BIGINT NOT NULL,
  trace             TEXT NOT NULL,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, run_id) REFERENCES run (administration_id, id)
);
CREATE INDEX decision_item ON decision (administration_id, item_id, day, id);
CREATE INDEX decision_run ON decision (administration_id, run_id, debtor_id, id);

-- state: shadow, waiting (for release), released, sent, failed, in_doubt, void
CREATE TABLE message (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  run_id            BIGINT,
  debtor_id         BIGINT NOT NULL,
  day               DATE NOT NULL,
  channel           TEXT NOT NULL,
  template          TEXT NOT NULL,
  template_name     TEXT NOT NULL,
  template_version  BIGINT NOT NULL,
  language          TEXT NOT NULL,
  currency          TEXT NOT NULL,
  asked_minor       BIGINT NOT NULL,
  step              TEXT NOT NULL,
  rank              BIGINT NOT NULL,
  recipient         TEXT NOT NULL,
  needs_release     INTEGER NOT NULL CHECK (needs_release IN (0, 1)),
  state             TEXT NOT NULL,
  state_reason      TEXT,
  data              TEXT NOT NULL,
  subject           TEXT,
  sha256            TEXT,
  created_at        TIMESTAMP(0) NOT NULL,
  released_at       TIMESTAMP(0),
  released_by       TEXT,
  sent_at           TIMESTAMP(0),
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id)
);
CREATE INDEX message_debtor ON message (administration_id, debtor_id, id);
CREATE INDEX message_state ON message (administration_id, state, id);
CREATE INDEX message_sent ON message (administration_id, debtor_id, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX message_day ON message (administration_id, day, state);

CREATE TABLE message_item (
  administration_id BIGINT NOT NULL,
  message_id        BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  decision_id       BIGINT NOT NULL,
  cycle             BIGINT NOT NULL,
  rank              BIGINT NOT NULL,
  step              TEXT NOT NULL,
  open_minor        BIGINT NOT NULL,
  dunned_minor      BIGINT NOT NULL,
  PRIMARY KEY (administration_id, message_id, item_id),
  FOREIGN KEY (administration_id, message_id) REFERENCES message (administration_id, id)
);
CREATE INDEX message_item_item ON message_item (administration_id, item_id, message_id);

-- state: held (message waits for release), ready, claimed, sending, sent, failed (will retry), dead, in_doubt, void;
-- claimed_by names the process that is at it (base/process.h), lease_until is by the machine's clock
CREATE TABLE outbox (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  message_id        BIGINT NOT NULL,
  driver            TEXT NOT NULL,
  state             TEXT NOT NULL,
  attempts          BIGINT NOT NULL,
  next_attempt_at   TIMESTAMP(0) NOT NULL,
  lease_until       TIMESTAMP(0),
  claimed_by        TEXT,
  last_error        TEXT,
  message_key       TEXT NOT NULL,
  delivered_as      TEXT,
  created_at        TIMESTAMP(0) NOT NULL,
  changed_at        TIMESTAMP(0) NOT NULL,
  PRIMARY KEY (administration_id, id),
  UNIQUE (administration_id, message_id),
  FOREIGN KEY (administration_id, message_id) REFERENCES message (administration_id, id)
);
CREATE INDEX outbox_ready ON outbox (administration_id, state, next_attempt_at, id) WHERE state IN ('ready', 'claimed', 'sending', 'failed');
CREATE INDEX outbox_state ON outbox (administration_id, state, id);

-- state: open, done, cancelled
CREATE TABLE task (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  kind              TEXT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  run_id            BIGINT,
  due_on            DATE NOT NULL,
  owner             TEXT,
  step              TEXT,
  rank              BIGINT,
  currency          TEXT NOT NULL,
  asked_minor       BIGINT NOT NULL,
  reason            TEXT NOT NULL,
  state             TEXT NOT NULL,
  result            TEXT,
  created_at        TIMESTAMP(0) NOT NULL,
  closed_at         TIMESTAMP(0),
  closed_by         TEXT,
  PRIMARY KEY (administration_id, id),
  FOREIGN KEY (administration_id, debtor_id) REFERENCES debtor (administration_id, id)
);
CREATE INDEX task_open ON task (administration_id, due_on, id) WHERE state = 'open';
CREATE INDEX task_debtor ON task (administration_id, debtor_id, id);

CREATE TABLE task_item (
  administration_id BIGINT NOT NULL,
  task_id           BIGINT NOT NULL,
  item_id           BIGINT NOT NULL,
  decision_id       BIGINT NOT NULL,
  cycle             BIGINT NOT NULL,
  rank              BIGINT NOT NULL,
  step              TEXT NOT NULL,
  dunned_minor      BIGINT NOT NULL,
  PRIMARY KEY (administration_id, task_id, item_id),
  FOREIGN KEY (administration_id, task_id) REFERENCES task (administration_id, id)
);
CREATE INDEX task_item_item ON task_item (administration_id, item_id, task_id);

