-- What is kept about debtors beside money: dunning state, steps done, holds, tasks.

-- name: chase_insert :batch
-- in:   administration i64, item i64, debtor i64, cycle i64, last_rank i64?, last_code text?, last_done_on date?, next_action_on date?, waiting text, takeover_unknown i64, version i64
INSERT INTO chase (administration_id, item_id, debtor_id, cycle, last_rank, last_code, last_done_on, next_action_on, waiting,
                   takeover_unknown, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- a settled item leaves the list of what must be looked at
-- name: chase_settle :batch
-- in:   administration i64, item i64
UPDATE chase
   SET next_action_on = NULL, waiting = 'free', version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- nobody needs to call about what is settled: open tasks of this item that have no other open one
-- name: task_settle :batch
-- in:   administration i64, item i64, closed_at moment
UPDATE task
   SET state = 'cancelled', result = 'settled', closed_at = $3, closed_by = 'voldaan'
 WHERE administration_id = $1 AND state = 'open'
   AND id IN (SELECT ti.task_id FROM task_item ti WHERE ti.administration_id = $1 AND ti.item_id = $2)
   AND NOT EXISTS (SELECT 1 FROM task_item other
                     JOIN item_open o ON o.administration_id = other.administration_id AND o.item_id = other.item_id
                    WHERE other.administration_id = $1 AND other.task_id = task.id AND o.open_minor > 0);

-- a settled item that is open again starts a new cycle
-- name: chase_reopen :batch
-- in:   administration i64, item i64, next_action_on date
UPDATE chase
   SET cycle = cycle + 1, last_rank = NULL, last_code = NULL, last_done_on = NULL, next_action_on = $3, waiting = 'free',
       takeover_unknown = 0, version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- name: chase_move :batch
-- in:   administration i64, item i64, debtor i64
UPDATE chase
   SET debtor_id = $3, version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- the due day changed: look at it on that day, unless something else decides
-- name: chase_replan :batch
-- in:   administration i64, item i64, next_action_on date
UPDATE chase
   SET next_action_on = $3, version = version + 1
 WHERE administration_id = $1 AND item_id = $2 AND waiting = 'free';

-- name: step_done_insert :batch
-- in:   administration i64, item i64, cycle i64, rank i64, code text, outcome text, done_on date, decision i64?, message i64?, actor text, reason text?, recorded_at moment
INSERT INTO step_done (administration_id, item_id, cycle, rank, code, outcome, done_on, decision_id, message_id, actor, reason, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- ---- verify and rebuild of the dunning state ----

-- open items that are dunned have a state, of their debtor; what is settled is not planned any more
-- name: verify_chase :stream
-- in:   administration i64
-- out:  item i64, debtor i64, chase_debtor i64?, open i64, next_action_on date?
SELECT o.item_id, o.debtor_id, c.debtor_id, o.open_minor, c.next_action_on
  FROM item_open o
  LEFT JOIN chase c ON c.administration_id = o.administration_id AND c.item_id = o.item_id
 WHERE o.administration_id = $1 AND o.side = 'D' AND o.kind IN ('invoice', 'correction', 'settled_in_source')
   AND ((c.item_id IS NULL AND o.open_minor > 0) OR c.debtor_id <> o.debtor_id
        OR (o.open_minor = 0 AND c.next_action_on IS NOT NULL));

-- name: verify_chase_orphans :stream
-- in:   administration i64
-- out:  item i64
SELECT c.item_id
  FROM chase c
 WHERE c.administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM item_open o
                    WHERE o.administration_id = c.administration_id AND o.item_id = c.item_id AND o.side = 'D');

-- name: rebuild_chase_orphans :exec
-- in:   administration i64
DELETE FROM chase
 WHERE administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM item_open o
                    WHERE o.administration_id = chase.administration_id AND o.item_id = chase.item_id AND o.side = 'D');

-- the items that are dunned, a page at a time, with their state when they have one
-- name: rebuild_chase_items :many
-- in:   administration i64, after i64, limit i64
-- out:  item i64, debtor i64, open i64, effective_on date, due_on date, sent_on date?, chase_debtor i64?, cycle i64?, last_rank i64?, last_code text?, last_done_on date?, next_action_on date?, waiting text?, step_cycle i64?, step_rank i64?, step_code text?, step_done_on date?, under_way text?
SELECT o.item_id, o.debtor_id, o.open_minor, o.effective_on, o.due_on, i.sent_on, c.debtor_id, c.cycle, c.last_rank, c.last_code,
       c.last_done_on, c.next_action_on, c.waiting, s.cycle, s.rank, s.code, s.done_on,
       (SELECT max(CASE WHEN m.state = 'waiting' THEN 'release' ELSE 'sending' END)
          FROM message_item mi
          JOIN message m ON m.administration_id = mi.administration_id AND m.id = mi.message_id
         WHERE mi.administration_id = o.administration_id AND mi.item_id = o.item_id
           AND m.state IN ('waiting', 'released', 'failed', 'in_doubt'))
  FROM item_open o
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
  LEFT JOIN chase c ON c.administration_id = o.administration_id AND c.item_id = o.item_id
  LEFT JOIN step_done s ON s.administration_id = o.administration_id AND s.item_id = o.item_id
        AND NOT EXISTS (SELECT 1 FROM step_done n
                         WHERE n.administration_id = s.administration_id AND n.item_id = s.item_id AND (n.cycle, n.rank) > (s.cycle, s.rank))
 WHERE o.administration_id = $1 AND o.item_id > $2 AND o.side = 'D' AND o.kind IN ('invoice', 'correction', 'settled_in_source')
 ORDER BY o.item_id
 LIMIT $3;

-- name: rebuild_chase_put :batch
-- in:   administration i64, item i64, debtor i64, next_action_on date?, waiting text
UPDATE chase
   SET debtor_id = $3, next_action_on = $4, waiting = $5, version = version + 1
 WHERE administration_id = $1 AND item_id = $2;

-- ---- holds ----

-- name: hold_insert :batch
-- in:   administration i64, id i64, scope text, item i64?, debtor i64?, held i64, reason text, owner text, from_on date, until_on date?, recorded_at moment, actor text
INSERT INTO hold (administration_id, id, scope, item_id, debtor_id, held_minor, reason, owner, from_on, until_on, recorded_at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: hold_by_id :opt
-- in:   administration i64, id i64
-- out:  scope text, item i64?, debtor i64?, reason text, ended_on date?
SELECT scope, item_id, debtor_id, reason, ended_on
  FROM hold
 WHERE administration_id = $1 AND id = $2;

-- name: hold_end :exec
-- in:   administration i64, id i64, ended_at moment, ended_on date, ended_by text
UPDATE hold
   SET ended_at = $3, ended_on = $4, ended_by = $5
 WHERE administration_id = $1 AND id = $2 AND ended_at IS NULL;

-- open items that wait for nothing but were not planned: looked at on that day. Item, debtor: NONE is all of them
-- name: hold_release_items :exec
-- in:   administration i64, item i64?, debtor i64?, next_action_on date
UPDATE chase
   SET next_action_on = $4, version = version + 1
 WHERE administration_id = $1 AND next_action_on IS NULL AND waiting = 'free'
   AND (CAST($2 AS BIGINT) IS NULL OR item_id = $2) AND (CAST($3 AS BIGINT) IS NULL OR debtor_id = $3)
   AND EXISTS (SELECT 1 FROM item_open o
                WHERE o.administration_id = chase.administration_id AND o.item_id = chase.item_id AND o.open_minor > 0);

-- name: hold_list :stream
-- in:   administration i64, ended i64
-- out:  id i64, scope text, debtor_number text?, debtor_name text?, invoice_number text?, line i64?, currency text?, held i64, reason text, owner text, from_on date, until_on date?, ended_on date?, actor text
SELECT h.id, h.scope, d.number, d.name, i.number, o.line, o.currency, h.held_minor, h.reason, h.owner, h.from_on, h.until_on, h.ended_on,
       h.actor
  FROM hold h
  LEFT JOIN debtor d ON d.administration_id = h.administration_id AND d.id = h.debtor_id
  LEFT JOIN item_open o ON o.administration_id = h.administration_id AND o.item_id = h.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE h.administration_id = $1 AND (h.ended_at IS NULL OR $2 = 1)
 ORDER BY h.id;

-- ---- tasks ----

-- open ones when $2 is 0, of one owner when $3 is given; a page, in the order in which they are to be done
-- name: task_page :many
-- in:   administration i64, all i64, owner text?, after_due date, after i64, limit i64
-- out:  id i64, kind text, debtor_number text, debtor_name text, contact_name text?, phone text?, due_on date, owner text?, step text?, currency text, asked i64, reason text, state text, result text?, created_at moment, closed_at moment?, closed_by text?
SELECT t.id, t.kind, d.number, d.name, c.name, c.phone, t.due_on, t.owner, t.step, t.currency, t.asked_minor, t.reason, t.state, t.result,
       t.created_at, t.closed_at, t.closed_by
  FROM task t
  JOIN debtor d ON d.administration_id = t.administration_id AND d.id = t.debtor_id
  LEFT JOIN contact c ON c.administration_id = t.administration_id AND c.debtor_id = t.debtor_id AND c.role = 'invoice'
 WHERE t.administration_id = $1 AND (t.state = 'open' OR $2 = 1) AND (CAST($3 AS TEXT) IS NULL OR t.owner = $3)
   AND (t.due_on, t.id) > ($4, $5)
 ORDER BY t.due_on, t.id
 LIMIT $6;

-- the items of such a page, from its first task to its last
-- name: task_page_items :many
-- in:   administration i64, all i64, owner text?, from_due date, from i64, to_due date, to i64
-- out:  task i64, invoice_number text?, line i64
-- bound: the tasks of one page
SELECT t.id, i.number, o.line
  FROM task t
  JOIN task_item ti ON ti.administration_id = t.administration_id AND ti.task_id = t.id
  JOIN item_open o ON o.administration_id = ti.administration_id AND o.item_id = ti.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE t.administration_id = $1 AND (t.state = 'open' OR $2 = 1) AND (CAST($3 AS TEXT) IS NULL OR t.owner = $3)
   AND (t.due_on, t.id) >= ($4, $5) AND (t.due_on, t.id) <= ($6, $7)
 ORDER BY t.due_on, t.id, o.due_on, ti.item_id;

-- name: task_by_id :opt
-- in:   administration i64, id i64
-- out:  kind text, state text, result text?
SELECT kind, state, result
  FROM task
 WHERE administration_id = $1 AND id = $2;

-- name: task_close :exec
-- in:   administration i64, id i64, state text, result text?, closed_at moment, closed_by text
UPDATE task
   SET state = $3, result = $4, closed_at = $5, closed_by = $6
 WHERE administration_id = $1 AND id = $2 AND state = 'open';

-- items that waited for this task and for no other open one are decided again on that day
-- name: task_release_items :exec
-- in:   administration i64, task i64, next_action_on date
UPDATE chase
   SET waiting = 'free', next_action_on = $3, version = version + 1
 WHERE administration_id = $1 AND waiting = 'task'
   AND item_id IN (SELECT ti.item_id FROM task_item ti
                    WHERE ti.administration_id = $1 AND ti.task_id = $2 AND ti.cycle = chase.cycle)
   AND EXISTS (SELECT 1 FROM item_open o
                WHERE o.administration_id = chase.administration_id AND o.item_id = chase.item_id AND o.open_minor > 0)
   AND NOT EXISTS (SELECT 1 FROM task_item other
                     JOIN task t ON t.administration_id = other.administration_id AND t.id = other.task_id
                    WHERE other.administration_id = $1 AND other.item_id = chase.item_id AND other.cycle = chase.cycle
                      AND t.id <> $2 AND t.state = 'open' AND t.kind = 'undeliverable');

-- ---- one item, one debtor: for people ----

-- name: chase_of_item :opt
-- in:   administration i64, item i64
-- out:  cycle i64, last_code text?, last_done_on date?, next_action_on date?, waiting text
SELECT cycle, last_code, last_done_on, next_action_on, waiting
  FROM chase
 WHERE administration_id = $1 AND item_id = $2;

-- name: hold_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  id i64, scope text, invoice_number text?, line i64?, currency text?, held i64, reason text, owner text, from_on date, until_on date?
SELECT h.id, h.scope, i.number, o.line, o.currency, h.held_minor, h.reason, h.owner, h.from_on, h.until_on
  FROM hold h
  LEFT JOIN item_open o ON o.administration_id = h.administration_id AND o.item_id = h.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE h.administration_id = $1 AND h.ended_at IS NULL AND (h.debtor_id = $2 OR h.scope = 'administration')
 ORDER BY h.id
 LIMIT $3;

-- name: task_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  id i64, kind text, due_on date, owner text?, currency text, asked i64, reason text
SELECT id, kind, due_on, owner, currency, asked_minor, reason
  FROM task
 WHERE administration_id = $1 AND debtor_id = $2 AND state = 'open'
 ORDER BY id
 LIMIT $3;

-- the newest first
-- name: message_of_debtor :many
-- in:   administration i64, debtor i64, limit i64
-- out:  id i64, day date, channel text, template text, currency text, asked i64, recipient text, state text, sent_at moment?
SELECT id, day, channel, template, currency, asked_minor, recipient, state, sent_at
  FROM message
 WHERE administration_id = $1 AND debtor_id = $2
 ORDER BY id DESC
 LIMIT $3;
