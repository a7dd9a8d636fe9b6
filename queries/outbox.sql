-- Everything between a decided message and the world: claiming, guarding, sending, and what comes of it.

-- ---- what waits ----

-- what may leave now, in the order it was decided; driver: smtp, folder
-- name: outbox_candidates :many
-- in:   administration i64, now moment, after i64, driver text, limit i64
-- out:  outbox i64, message i64, debtor_kind text
SELECT o.id, m.id, d.kind
  FROM message m
  JOIN outbox o ON o.administration_id = m.administration_id AND o.message_id = m.id
  JOIN debtor d ON d.administration_id = m.administration_id AND d.id = m.debtor_id
 WHERE m.administration_id = $1 AND m.state = 'released' AND m.id > $3
   AND o.state IN ('ready', 'failed') AND o.next_attempt_at <= $2 AND o.driver = $4
 ORDER BY m.id
 LIMIT $5;

-- how many may leave now by that driver
-- name: outbox_count :one
-- in:   administration i64, now moment, driver text
-- out:  waiting i64
SELECT count(*)
  FROM outbox o
  JOIN message m ON m.administration_id = o.administration_id AND m.id = o.message_id
 WHERE o.administration_id = $1 AND o.state IN ('ready', 'failed') AND o.next_attempt_at <= $2 AND o.driver = $3 AND m.state = 'released';

-- rows that a process is at, or was at when it ended
-- name: outbox_in_progress :many
-- in:   administration i64, state text, after i64, limit i64
-- out:  id i64, message i64, lease_until moment?, claimed_by text?
SELECT id, message_id, lease_until, claimed_by
  FROM outbox
 WHERE administration_id = $1 AND state = $2 AND id > $3
 ORDER BY id
 LIMIT $4;

-- all that sending one message needs
-- name: outbox_message :one
-- in:   administration i64, message i64
-- out:  outbox i64, outbox_state text, attempts i64, message_key text, delivered_as text?, last_error text?, debtor i64, debtor_number text, debtor_name text, owner text?, state text, channel text, template_name text, template_version i64, language text, currency text, asked i64, step text, rank i64, recipient text, data text, subject text?, sha256 text?
SELECT o.id, o.state, o.attempts, o.message_key, o.delivered_as, o.last_error, m.debtor_id, d.number, d.name, d.owner, m.state, m.channel,
       m.template_name, m.template_version, m.language, m.currency, m.asked_minor, m.step, m.rank, m.recipient, m.data, m.subject, m.sha256
  FROM message m
  JOIN outbox o ON o.administration_id = m.administration_id AND o.message_id = m.id
  JOIN debtor d ON d.administration_id = m.administration_id AND d.id = m.debtor_id
 WHERE m.administration_id = $1 AND m.id = $2;

-- messages of one state, for people
-- name: outbox_list :stream
-- in:   administration i64, state text
-- out:  message i64, state text, outbox_state text?, day date, channel text, debtor_number text, debtor_name text, recipient text, step text, template_name text, items i64, currency text, asked i64, attempts i64?, next_attempt_at moment?, reason text?, sent_at moment?
SELECT m.id, m.state, o.state, m.day, m.channel, d.number, d.name, m.recipient, m.step, m.template_name,
       (SELECT count(*) FROM message_item mi WHERE mi.administration_id = m.administration_id AND mi.message_id = m.id),
       m.currency, m.asked_minor, o.attempts, o.next_attempt_at, coalesce(o.last_error, m.state_reason), m.sent_at
  FROM message m
  JOIN debtor d ON d.administration_id = m.administration_id AND d.id = m.debtor_id
  LEFT JOIN outbox o ON o.administration_id = m.administration_id AND o.message_id = m.id
 WHERE m.administration_id = $1 AND m.state = $2
 ORDER BY m.id;

-- ---- releasing ----

-- run: only messages of that run
-- name: message_waiting :many
-- in:   administration i64, run i64?, after i64, limit i64
-- out:  id i64
SELECT id
  FROM message
 WHERE administration_id = $1 AND state = 'waiting' AND id > $3 AND (CAST($2 AS BIGINT) IS NULL OR run_id = $2)
 ORDER BY id
 LIMIT $4;

-- name: message_state :opt
-- in:   administration i64, message i64
-- out:  state text, outbox i64?, outbox_state text?
SELECT m.state, o.id, o.state
  FROM message m
  LEFT JOIN outbox o ON o.administration_id = m.administration_id AND o.message_id = m.id
 WHERE m.administration_id = $1 AND m.id = $2;

-- waiting, or given up as undeliverable
-- name: message_release :batch
-- in:   administration i64, message i64, released_at moment, released_by text
UPDATE message
   SET state = 'released', state_reason = NULL, released_at = $3, released_by = $4
 WHERE administration_id = $1 AND id = $2 AND state IN ('waiting', 'failed');

-- name: outbox_make_ready :batch
-- in:   administration i64, message i64, now moment
UPDATE outbox
   SET state = 'ready', attempts = 0, next_attempt_at = $3, changed_at = $3
 WHERE administration_id = $1 AND message_id = $2 AND state IN ('held', 'dead');

-- name: chase_send_message :batch
-- in:   administration i64, message i64
UPDATE chase
   SET waiting = 'sending', next_action_on = NULL, version = chase.version + 1
  FROM message_item mi
 WHERE chase.administration_id = $1 AND mi.administration_id = $1 AND mi.message_id = $2
   AND chase.item_id = mi.item_id AND chase.cycle = mi.cycle AND chase.waiting IN ('release', 'task');

-- ---- starting: one guarded statement ----

-- The row is taken only when its message is released, each item is open for the frozen amount, is still his, in the same cycle and
-- not past this step, nothing holds it, and no money of his came in since that is not allocated. A hold of a part of an item counts
-- when it is younger than the message: ids rise with time.
-- name: outbox_start :opt
-- in:   administration i64, id i64, today date, now moment, lease_until moment, claimed_by text, state text, delivered_as text?
-- out:  message i64, attempts i64
UPDATE outbox
   SET state = $7, attempts = attempts + 1, lease_until = $5, claimed_by = $6, delivered_as = $8, changed_at = $4
 WHERE administration_id = $1 AND id = $2 AND state IN ('ready', 'failed')
   AND EXISTS (SELECT 1
                 FROM message m
                WHERE m.administration_id = $1 AND m.id = outbox.message_id AND m.state = 'released')
   AND NOT EXISTS (SELECT 1
                     FROM message m
                     JOIN message_item mi ON mi.administration_id = m.administration_id AND mi.message_id = m.id
                     LEFT JOIN item_open p ON p.administration_id = mi.administration_id AND p.item_id = mi.item_id
                     LEFT JOIN chase c ON c.administration_id = mi.administration_id AND c.item_id = mi.item_id
                    WHERE m.administration_id = $1 AND m.id = outbox.message_id
                      AND (p.item_id IS NULL OR p.open_minor <> mi.open_minor OR p.debtor_id <> m.debtor_id
                           OR c.cycle <> mi.cycle OR c.last_rank > mi.rank))
   AND NOT EXISTS (SELECT 1
                     FROM message m
                     JOIN hold h ON h.administration_id = m.administration_id
                    WHERE m.administration_id = $1 AND m.id = outbox.message_id
                      AND h.ended_at IS NULL AND h.from_on <= $3 AND (h.until_on IS NULL OR h.until_on >= $3)
                      AND (h.held_minor = 0 OR h.id > m.id)
                      AND (h.scope = 'administration' OR (h.scope = 'debtor' AND h.debtor_id = m.debtor_id)
                           OR (h.scope = 'item'
                               AND EXISTS (SELECT 1
                                             FROM message_item mi
                                            WHERE mi.administration_id = $1 AND mi.message_id = m.id AND mi.item_id = h.item_id))))
   AND NOT EXISTS (SELECT 1
                     FROM message m
                     JOIN item_open p ON p.administration_id = m.administration_id AND p.debtor_id = m.debtor_id
                    WHERE m.administration_id = $1 AND m.id = outbox.message_id
                      AND p.currency = m.currency AND p.side = 'C' AND p.open_minor > 0 AND p.item_id > m.id)
RETURNING message_id, attempts;

-- why a row was not taken: its items that changed
-- name: outbox_changed_items :many
-- in:   administration i64, message i64, limit i64
-- out:  number text?, line i64?, frozen i64, open i64?, moved i64, reopened i64, past i64
SELECT i.number, p.line, mi.open_minor, p.open_minor,
       CASE WHEN p.debtor_id <> m.debtor_id THEN 1 ELSE 0 END,
       CASE WHEN c.cycle <> mi.cycle THEN 1 ELSE 0 END,
       CASE WHEN c.last_rank > mi.rank THEN 1 ELSE 0 END
  FROM message m
  JOIN message_item mi ON mi.administration_id = m.administration_id AND mi.message_id = m.id
  LEFT JOIN item_open p ON p.administration_id = mi.administration_id AND p.item_id = mi.item_id
  LEFT JOIN chase c ON c.administration_id = mi.administration_id AND c.item_id = mi.item_id
  LEFT JOIN invoice i ON i.administration_id = p.administration_id AND i.id = p.invoice_id
 WHERE m.administration_id = $1 AND m.id = $2
   AND (p.item_id IS NULL OR p.open_minor <> mi.open_minor OR p.debtor_id <> m.debtor_id OR c.cycle <> mi.cycle OR c.last_rank > mi.rank)
 ORDER BY mi.item_id
 LIMIT $3;

-- and what holds it
-- name: outbox_holds :many
-- in:   administration i64, message i64, today date, limit i64
-- out:  scope text, reason text, owner text
SELECT h.scope, h.reason, h.owner
  FROM message m
  JOIN hold h ON h.administration_id = m.administration_id
 WHERE m.administration_id = $1 AND m.id = $2
   AND h.ended_at IS NULL AND h.from_on <= $3 AND (h.until_on IS NULL OR h.until_on >= $3)
   AND (h.held_minor = 0 OR h.id > m.id)
   AND (h.scope = 'administration' OR (h.scope = 'debtor' AND h.debtor_id = m.debtor_id)
        OR (h.scope = 'item'
            AND EXISTS (SELECT 1
                          FROM message_item mi
                         WHERE mi.administration_id = $1 AND mi.message_id = m.id AND mi.item_id = h.item_id)))
 ORDER BY h.id
 LIMIT $4;

-- and the money that came in
-- name: outbox_new_credit :one
-- in:   administration i64, message i64
-- out:  open i64
SELECT CAST(coalesce(sum(p.open_minor), 0) AS BIGINT)
  FROM message m
  JOIN item_open p ON p.administration_id = m.administration_id AND p.debtor_id = m.debtor_id
 WHERE m.administration_id = $1 AND m.id = $2 AND p.currency = m.currency AND p.side = 'C' AND p.open_minor > 0 AND p.item_id > m.id;

-- ---- what came of it ----

-- from one known state to the next: nothing happens when somebody else was earlier
-- name: outbox_move :opt
-- in:   administration i64, id i64, from_state text, state text, last_error text?, next_attempt_at moment, delivered_as text?, now moment
-- out:  message i64
UPDATE outbox
   SET state = $4, last_error = $5, next_attempt_at = $6, delivered_as = coalesce($7, delivered_as), lease_until = NULL,
       claimed_by = NULL, changed_at = $8
 WHERE administration_id = $1 AND id = $2 AND state = $3
RETURNING message_id;

-- a claim that its process cannot end any more
-- name: outbox_take_back :opt
-- in:   administration i64, id i64, state text, claimed_by text?, new_state text, last_error text?, now moment
-- out:  message i64
UPDATE outbox
   SET state = $5, last_error = $6, lease_until = NULL, claimed_by = NULL, changed_at = $7
 WHERE administration_id = $1 AND id = $2 AND state = $3 AND claimed_by IS NOT DISTINCT FROM $4
RETURNING message_id;

-- name: message_rendered :exec
-- in:   administration i64, message i64, subject text, sha256 text
UPDATE message
   SET subject = $3, sha256 = $4
 WHERE administration_id = $1 AND id = $2;

-- name: message_move :exec
-- in:   administration i64, message i64, state text, reason text?, sent_at moment?
UPDATE message
   SET state = $3, state_reason = $4, sent_at = coalesce($5, sent_at)
 WHERE administration_id = $1 AND id = $2;

-- the step is done for each item of the message; another message or task of the same step may have done it
-- name: step_done_by_message :exec
-- in:   administration i64, message i64, done_on date, actor text, reason text?, recorded_at moment
INSERT INTO step_done (administration_id, item_id, cycle, rank, code, outcome, done_on, decision_id, message_id, actor, reason, recorded_at)
SELECT mi.administration_id, mi.item_id, mi.cycle, mi.rank, mi.step, 'sent', $3, mi.decision_id, mi.message_id, $4, $5, $6
  FROM message_item mi
 WHERE mi.administration_id = $1 AND mi.message_id = $2
ON CONFLICT (administration_id, item_id, cycle, rank) DO NOTHING;

-- an item that was settled meanwhile stays out of the list
-- name: chase_message_sent :exec
-- in:   administration i64, message i64, done_on date, next_action_on date
UPDATE chase
   SET last_rank = mi.rank, last_code = mi.step, last_done_on = $3, next_action_on = $4, waiting = 'free', version = chase.version + 1
  FROM message_item mi
 WHERE chase.administration_id = $1 AND mi.administration_id = $1 AND mi.message_id = $2
   AND chase.item_id = mi.item_id AND chase.cycle = mi.cycle AND (chase.last_rank IS NULL OR chase.last_rank <= mi.rank)
   AND EXISTS (SELECT 1
                 FROM item_open p
                WHERE p.administration_id = $1 AND p.item_id = mi.item_id AND p.open_minor > 0);

-- decided again on that day, unless another message about the same item is under way
-- name: chase_decide_again :exec
-- in:   administration i64, message i64, next_action_on date
UPDATE chase
   SET waiting = 'free', next_action_on = $3, version = chase.version + 1
  FROM message_item mi
 WHERE chase.administration_id = $1 AND mi.administration_id = $1 AND mi.message_id = $2
   AND chase.item_id = mi.item_id AND chase.cycle = mi.cycle AND chase.waiting IN ('release', 'sending', 'task')
   AND EXISTS (SELECT 1
                 FROM item_open p
                WHERE p.administration_id = $1 AND p.item_id = mi.item_id AND p.open_minor > 0)
   AND NOT EXISTS (SELECT 1
                     FROM message_item other
                     JOIN message m ON m.administration_id = other.administration_id AND m.id = other.message_id
                    WHERE other.administration_id = $1 AND other.item_id = mi.item_id AND other.cycle = mi.cycle
                      AND m.id <> $2 AND m.state IN ('waiting', 'released', 'in_doubt'));

-- name: chase_wait_for_task :exec
-- in:   administration i64, message i64
UPDATE chase
   SET waiting = 'task', next_action_on = NULL, version = chase.version + 1
  FROM message_item mi
 WHERE chase.administration_id = $1 AND mi.administration_id = $1 AND mi.message_id = $2
   AND chase.item_id = mi.item_id AND chase.cycle = mi.cycle AND chase.waiting IN ('release', 'sending');

-- the items of a task are those of a message
-- name: task_items_of_message :exec
-- in:   administration i64, task i64, message i64
INSERT INTO task_item (administration_id, task_id, item_id, decision_id, cycle, rank, step, dunned_minor)
SELECT mi.administration_id, $2, mi.item_id, mi.decision_id, mi.cycle, mi.rank, mi.step, mi.dunned_minor
  FROM message_item mi
 WHERE mi.administration_id = $1 AND mi.message_id = $3;

-- the open task about a message that could not be delivered: it has the message's items and step
-- name: task_undeliverable_close :exec
-- in:   administration i64, message i64, result text, closed_at moment, closed_by text
UPDATE task
   SET state = 'cancelled', result = $3, closed_at = $4, closed_by = $5
 WHERE administration_id = $1 AND kind = 'undeliverable' AND state = 'open'
   AND id IN (SELECT ti.task_id
                FROM task_item ti
                JOIN message_item mi ON mi.administration_id = ti.administration_id AND mi.decision_id = ti.decision_id AND mi.item_id = ti.item_id
               WHERE ti.administration_id = $1 AND mi.administration_id = $1 AND mi.message_id = $2);

-- ---- attachments ----

-- copies of the invoices that a message is about
-- name: outbox_copies :many
-- in:   administration i64, message i64, limit i64
-- out:  name text, media_type text, sha256 text, size_bytes i64
SELECT d.name, d.media_type, d.sha256, b.size_bytes
  FROM message_item mi
  JOIN item_open p ON p.administration_id = mi.administration_id AND p.item_id = mi.item_id
  JOIN document d ON d.administration_id = p.administration_id AND d.invoice_id = p.invoice_id AND d.kind = 'invoice'
  JOIN blob b ON b.administration_id = d.administration_id AND b.sha256 = d.sha256
 WHERE mi.administration_id = $1 AND mi.message_id = $2
 ORDER BY mi.item_id, d.id
 LIMIT $3;

-- what was sent, kept for the debtor's file
-- name: outbox_document_insert :exec
-- in:   administration i64, id i64, debtor i64, name text, media_type text, sha256 text, added_at moment
INSERT INTO document (administration_id, id, debtor_id, kind, name, media_type, sha256, added_at)
VALUES ($1, $2, $3, 'message', $4, $5, $6, $7);
