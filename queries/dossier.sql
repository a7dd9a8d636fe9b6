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
