-- The day's run: who must be looked at, the facts of a batch of debtors, and what was decided.

-- debtors with an item that must be looked at, with what the reversed L needs
-- name: run_candidates :stream
-- in:   administration i64, today date
-- out:  debtor i64, oldest_due_on date?, debit i64?, takeover i64
SELECT c.debtor_id, min(b.oldest_due_on), CAST(max(b.debit_minor) AS BIGINT), max(c.takeover_unknown)
  FROM chase c
  LEFT JOIN balance b ON b.administration_id = c.administration_id AND b.debtor_id = c.debtor_id
 WHERE c.administration_id = $1 AND c.next_action_on <= $2
 GROUP BY c.debtor_id;

-- name: run_debtors :many
-- in:   administration i64, job i64, since date, late_days i64
-- out:  id i64, number text, name text, kind text, street text?, postcode text?, city text?, country text, language text, segment text?, profile text?, risk text, tone text?, owner text?, contact_name text?, email text?, reminder_email text?, reminder_name text?, phone text?, paid i64, late i64, messages i64, last_message_on date?, consents i64
-- bound: the debtors of one batch
SELECT d.id, d.number, d.name, d.kind, d.street, d.postcode, d.city, d.country, d.language, d.segment, d.profile, d.risk, d.tone, d.owner,
       c.name, c.email, r.email, r.name, c.phone,
       (SELECT count(*) FROM item_open o
         WHERE o.administration_id = d.administration_id AND o.debtor_id = d.id AND o.settled_on >= $3
           AND o.side = 'D' AND o.kind = 'invoice'),
       (SELECT count(*) FROM item_open o
         WHERE o.administration_id = d.administration_id AND o.debtor_id = d.id AND o.settled_on >= $3
           AND o.side = 'D' AND o.kind = 'invoice' AND CAST(julianday(o.settled_on) - julianday(o.due_on) AS BIGINT) > $4),
       (SELECT count(*) FROM message m
         WHERE m.administration_id = d.administration_id AND m.debtor_id = d.id AND m.sent_at IS NOT NULL),
       (SELECT max(m.day) FROM message m
         WHERE m.administration_id = d.administration_id AND m.debtor_id = d.id
           AND m.state IN ('waiting', 'released', 'sent', 'in_doubt', 'failed')),
       (SELECT count(*) FROM task t
         WHERE t.administration_id = d.administration_id AND t.debtor_id = d.id AND t.state = 'done' AND t.result = 'consent')
  FROM stage_id s
  JOIN debtor d ON d.administration_id = s.administration_id AND d.id = s.id
  LEFT JOIN contact c ON c.administration_id = d.administration_id AND c.debtor_id = d.id AND c.role = 'invoice'
  LEFT JOIN contact r ON r.administration_id = d.administration_id AND r.debtor_id = d.id AND r.role = 'reminder'
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY d.id;

-- open debit items of the staged debtors with their dunning state
-- name: run_items :many
-- in:   administration i64, job i64
-- out:  item i64, debtor i64, kind text, currency text, total i64, open i64, effective_on date, due_on date, line i64, invoice i64?, number text?, description text?, reference text?, order_ref text?, issued_on date?, sent_on date?, profile text?, cycle i64?, last_rank i64?, last_code text?, last_done_on date?, waiting text?, takeover_unknown i64?
-- bound: the debtors of one batch
SELECT o.item_id, o.debtor_id, o.kind, o.currency, o.total_minor, o.open_minor, o.effective_on, o.due_on, o.line, o.invoice_id, i.number,
       i.description, i.reference, i.order_ref, i.issued_on, i.sent_on, i.profile,
       c.cycle, c.last_rank, c.last_code, c.last_done_on, c.waiting, c.takeover_unknown
  FROM stage_id s
  JOIN item_open o ON o.administration_id = s.administration_id AND o.debtor_id = s.id AND o.side = 'D' AND o.open_minor > 0
  LEFT JOIN chase c ON c.administration_id = o.administration_id AND c.item_id = o.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY o.debtor_id, o.due_on, o.item_id;

-- name: run_credits :many
-- in:   administration i64, job i64
-- out:  item i64, debtor i64, currency text, open i64, effective_on date
-- bound: the debtors of one batch
SELECT o.item_id, o.debtor_id, o.currency, o.open_minor, o.effective_on
  FROM stage_id s
  JOIN item_open o ON o.administration_id = s.administration_id AND o.debtor_id = s.id AND o.side = 'C' AND o.open_minor > 0
 WHERE s.administration_id = $1 AND s.job = $2
 ORDER BY o.debtor_id, o.due_on, o.item_id;

-- money that came in and that matching thinks is of a debtor, but nobody has booked yet: as long as that is undecided
-- none who may have paid is reminded for it
-- name: run_proposed :many
-- in:   administration i64, job i64
-- out:  debtor i64, transaction i64, currency text, amount i64, booked_on date
-- bound: the debtors of one batch
SELECT DISTINCT p.debtor_id, t.id, t.currency, t.amount_minor, t.booked_on
  FROM stage_id s
  JOIN proposal p ON p.administration_id = s.administration_id AND p.debtor_id = s.id
  JOIN bank_transaction t ON t.administration_id = p.administration_id AND t.id = p.transaction_id
 WHERE s.administration_id = $1 AND s.job = $2 AND t.state = 'proposed' AND t.amount_minor > 0
 ORDER BY p.debtor_id, t.booked_on, t.id;

-- holds that are not ended, of the administration and of the staged debtors
-- name: run_holds :many
-- in:   administration i64, job i64
-- out:  id i64, scope text, item i64?, debtor i64?, held i64, reason text, owner text, from_on date, until_on date?
-- bound: the debtors of one batch
SELECT h.id, h.scope, h.item_id, h.debtor_id, h.held_minor, h.reason, h.owner, h.from_on, h.until_on
  FROM hold h
 WHERE h.administration_id = $1 AND h.ended_at IS NULL
   AND (h.scope = 'administration'
        OR EXISTS (SELECT 1 FROM stage_id s WHERE s.administration_id = h.administration_id AND s.job = $2 AND s.id = h.debtor_id))
 ORDER BY h.id;

-- ---- writing ----

-- name: run_insert :exec
-- in:   administration i64, id i64, day date, mode text, state text, started_at moment, actor text, gate text
INSERT INTO run (administration_id, id, day, mode, state, started_at, actor, gate, items, acted, messages, tasks)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0);

-- name: run_finish :exec
-- in:   administration i64, id i64, state text, finished_at moment, items i64, acted i64, messages i64, tasks i64
UPDATE run
   SET state = $3, finished_at = $4, items = $5, acted = $6, messages = $7, tasks = $8
 WHERE administration_id = $1 AND id = $2;

-- name: run_count_finished :one
-- in:   administration i64
-- out:  runs i64
SELECT count(*)
  FROM run
 WHERE administration_id = $1 AND state = 'finished';

-- debtors of the backlog to whom a message was made on this day
-- name: run_backlog_written :one
-- in:   administration i64, today date
-- out:  debtors i64
SELECT count(DISTINCT m.debtor_id)
  FROM message m
  JOIN message_item mi ON mi.administration_id = m.administration_id AND mi.message_id = m.id
  JOIN chase c ON c.administration_id = mi.administration_id AND c.item_id = mi.item_id
 WHERE m.administration_id = $1 AND m.day = $2 AND m.state <> 'void' AND c.takeover_unknown = 1;

-- messages per day of the last weeks, for the fuse
-- name: run_daily_counts :many
-- in:   administration i64, since date, limit i64
-- out:  day date, messages i64
SELECT day, CAST(sum(messages) AS BIGINT)
  FROM run
 WHERE administration_id = $1 AND day >= $2
 GROUP BY day
 ORDER BY day DESC
 LIMIT $3;

-- name: decision_insert :batch
-- in:   administration i64, id i64, run i64, item i64, debtor i64, cycle i64, day date, outcome text, profile text?, profile_version i64?, rank i64?, step text?, open i64, dunned i64, trace text
INSERT INTO decision (administration_id, id, run_id, item_id, debtor_id, cycle, day, outcome, profile, profile_version, rank, step,
                      open_minor, dunned_minor, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: message_insert :batch
-- in:   administration i64, id i64, run i64?, debtor i64, day date, channel text, template text, template_name text, template_version i64, language text, currency text, asked i64, step text, rank i64, recipient text, needs_release i64, state text, state_reason text?, data text, created_at moment, released_at moment?, released_by text?
INSERT INTO message (administration_id, id, run_id, debtor_id, day, channel, template, template_name, template_version, language, currency,
                     asked_minor, step, rank, recipient, needs_release, state, state_reason, data, created_at, released_at, released_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22);

-- name: message_item_insert :batch
-- in:   administration i64, message i64, item i64, decision i64, cycle i64, rank i64, step text, open i64, dunned i64
INSERT INTO message_item (administration_id, message_id, item_id, decision_id, cycle, rank, step, open_minor, dunned_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: outbox_insert :batch
-- in:   administration i64, id i64, message i64, driver text, state text, attempts i64, next_attempt_at moment, message_key text, created_at moment, changed_at moment
INSERT INTO outbox (administration_id, id, message_id, driver, state, attempts, next_attempt_at, message_key, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: task_insert :batch
-- in:   administration i64, id i64, kind text, debtor i64, run i64?, due_on date, owner text?, step text?, rank i64?, currency text, asked i64, reason text, state text, created_at moment
INSERT INTO task (administration_id, id, kind, debtor_id, run_id, due_on, owner, step, rank, currency, asked_minor, reason, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: task_item_insert :batch
-- in:   administration i64, task i64, item i64, decision i64, cycle i64, rank i64, step text, dunned i64
INSERT INTO task_item (administration_id, task_id, item_id, decision_id, cycle, rank, step, dunned_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: chase_set :batch
-- in:   administration i64, item i64, last_rank i64?, last_code text?, last_done_on date?, next_action_on date?, waiting text
UPDATE chase
   SET last_rank = $3, last_code = $4, last_done_on = $5, next_action_on = $6, waiting = $7, version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- ---- asking why ----

-- name: decision_of_item :many
-- in:   administration i64, item i64, until date, limit i64
-- out:  id i64, run i64, day date, outcome text, step text?, open i64, dunned i64, trace text, message i64?, message_state text?, sent_at moment?
SELECT d.id, d.run_id, d.day, d.outcome, d.step, d.open_minor, d.dunned_minor, d.trace, mi.message_id, m.state, m.sent_at
  FROM decision d
  LEFT JOIN message_item mi ON mi.administration_id = d.administration_id AND mi.decision_id = d.id AND mi.item_id = d.item_id
  LEFT JOIN message m ON m.administration_id = mi.administration_id AND m.id = mi.message_id
 WHERE d.administration_id = $1 AND d.item_id = $2 AND d.day <= $3
 ORDER BY d.day DESC, d.id DESC
 LIMIT $4;

-- name: steps_of_item :many
-- in:   administration i64, item i64, limit i64
-- out:  cycle i64, rank i64, code text, outcome text, done_on date, actor text, reason text?
SELECT cycle, rank, code, outcome, done_on, actor, reason
  FROM step_done
 WHERE administration_id = $1 AND item_id = $2
 ORDER BY cycle, rank
 LIMIT $3;

-- ---- how debtors are spread over segments ----

-- name: debtor_ids_after :many
-- in:   administration i64, after i64, limit i64
-- out:  id i64
SELECT id
  FROM debtor
 WHERE administration_id = $1 AND id > $2
 ORDER BY id
 LIMIT $3;
