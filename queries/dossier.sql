-- Dunning state beside the ledger: chase, steps done, holds.

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
