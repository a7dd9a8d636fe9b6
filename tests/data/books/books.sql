-- What the books of one administration say, in words that do not depend on ids: for tests that compare two stores.
-- One statement per name, each answers one text per row; $1 is the administration. Runs on both engines.
-- Left out on purpose: ids, versions, moments, who did it, the records of files and runs.

-- name: debtor
SELECT d.number || '|' || d.name || '|' || d.kind || '|' || coalesce(d.iban, '') || '|' || coalesce(d.terms_days, -1)
  FROM debtor d WHERE d.administration_id = $1;

-- name: contact
SELECT d.number || '|' || c.role || '|' || coalesce(c.email, '') || '|' || coalesce(c.phone, '')
  FROM contact c JOIN debtor d ON d.administration_id = c.administration_id AND d.id = c.debtor_id WHERE c.administration_id = $1;

-- name: payer_account
SELECT d.number || '|' || p.iban || '|' || p.source
  FROM payer_account p JOIN debtor d ON d.administration_id = p.administration_id AND d.id = p.debtor_id WHERE p.administration_id = $1;

-- name: invoice
SELECT i.number || '|' || i.kind || '|' || d.number || '|' || i.issued_on || '|' || coalesce(i.net_minor, 0) || '|' || coalesce(i.reference, '')
  FROM invoice i JOIN debtor d ON d.administration_id = i.administration_id AND d.id = i.debtor_id WHERE i.administration_id = $1;

-- name: invoice_word
SELECT i.number || '|' || w.kind || '|' || w.word
  FROM invoice_word w JOIN invoice i ON i.administration_id = w.administration_id AND i.id = w.invoice_id WHERE w.administration_id = $1;

-- name: item
SELECT d.number || '|' || coalesce(i.number, '') || '|' || it.line || '|' || it.side || '|' || it.kind || '|' || it.amount_minor || '|' ||
       it.effective_on || '|' || it.due_on || '|' || coalesce(o.open_minor, -1) || '|' || coalesce(CAST(o.settled_on AS TEXT), '') || '|' ||
       coalesce(e.reference, '')
  FROM item it
  JOIN debtor d ON d.administration_id = it.administration_id AND d.id = it.debtor_id
  LEFT JOIN item_open o ON o.administration_id = it.administration_id AND o.item_id = it.id
  LEFT JOIN invoice i ON i.administration_id = it.administration_id AND i.id = it.invoice_id
  LEFT JOIN bank_transaction t ON t.administration_id = it.administration_id AND t.id = it.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE it.administration_id = $1;

-- name: allocation
SELECT coalesce(e.reference, '') || '|' || coalesce(ci.number, c.kind) || '|' || coalesce(di.number, d.kind) || '|' || d.line || '|' ||
       a.amount_minor || '|' || a.effective_on || '|' || a.source || '|' || a.certainty_bp
  FROM allocation a
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
  JOIN item d ON d.administration_id = a.administration_id AND d.id = a.debit_item_id
  LEFT JOIN invoice ci ON ci.administration_id = a.administration_id AND ci.id = c.invoice_id
  LEFT JOIN invoice di ON di.administration_id = a.administration_id AND di.id = d.invoice_id
  LEFT JOIN bank_transaction t ON t.administration_id = a.administration_id AND t.id = a.bank_transaction_id
  LEFT JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE a.administration_id = $1;

-- name: balance
SELECT d.number || '|' || b.currency || '|' || b.debit_minor || '|' || b.credit_minor || '|' || coalesce(CAST(b.oldest_due_on AS TEXT), '')
  FROM balance b JOIN debtor d ON d.administration_id = b.administration_id AND d.id = b.debtor_id WHERE b.administration_id = $1;

-- name: statement
SELECT b.identification || '|' || s.reference || '|' || s.from_on || '|' || s.to_on || '|' || s.entries || '|' || s.sum_minor
  FROM bank_statement s JOIN bank_account b ON b.administration_id = s.administration_id AND b.id = s.bank_account_id
 WHERE s.administration_id = $1;

-- name: transaction
SELECT e.reference || '|' || t.ordinal || '|' || e.booked_on || '|' || e.amount_minor || '|' || t.amount_minor || '|' || t.state
  FROM bank_transaction t JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE t.administration_id = $1;

-- name: entry_without_statement
SELECT e.reference FROM bank_entry e
 WHERE e.administration_id = $1
   AND NOT EXISTS (SELECT 1 FROM bank_statement s WHERE s.administration_id = e.administration_id AND s.id = e.statement_id);

-- name: coverage
SELECT DISTINCT coalesce(b.identification, '') || '|' || c.source || '|' || c.covered_to
  FROM coverage c LEFT JOIN bank_account b ON b.administration_id = c.administration_id AND b.id = c.bank_account_id
 WHERE c.administration_id = $1;

-- name: proposal
SELECT e.reference || '|' || p.rank || '|' || p.kind || '|' || d.number || '|' || p.certainty_bp || '|' || p.unallocated_minor || '|' ||
       (SELECT count(*) FROM proposal_line l
         WHERE l.administration_id = p.administration_id AND l.transaction_id = p.transaction_id AND l.rank = p.rank)
  FROM proposal p
  JOIN debtor d ON d.administration_id = p.administration_id AND d.id = p.debtor_id
  JOIN bank_transaction t ON t.administration_id = p.administration_id AND t.id = p.transaction_id
  JOIN bank_entry e ON e.administration_id = t.administration_id AND e.id = t.entry_id
 WHERE p.administration_id = $1;

-- name: chase
SELECT coalesce(i.number, '') || '|' || o.line || '|' || o.kind || '|' || c.cycle || '|' || coalesce(c.last_rank, -1) || '|' ||
       coalesce(c.last_code, '') || '|' || coalesce(CAST(c.next_action_on AS TEXT), '') || '|' || c.waiting || '|' || c.takeover_unknown
  FROM chase c
  JOIN item_open o ON o.administration_id = c.administration_id AND o.item_id = c.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE c.administration_id = $1;

-- name: decision
SELECT coalesce(i.number, '') || '|' || o.line || '|' || x.cycle || '|' || x.day || '|' || x.outcome || '|' || coalesce(x.step, '') || '|' ||
       x.open_minor || '|' || x.dunned_minor
  FROM decision x
  JOIN item_open o ON o.administration_id = x.administration_id AND o.item_id = x.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE x.administration_id = $1;

-- name: message
SELECT d.number || '|' || m.channel || '|' || m.template_name || '|' || m.step || '|' || m.asked_minor || '|' || m.state || '|' ||
       (SELECT count(*) FROM message_item x WHERE x.administration_id = m.administration_id AND x.message_id = m.id) || '|' ||
       (SELECT coalesce(min(b.state), '') FROM outbox b WHERE b.administration_id = m.administration_id AND b.message_id = m.id)
  FROM message m JOIN debtor d ON d.administration_id = m.administration_id AND d.id = m.debtor_id WHERE m.administration_id = $1;

-- name: task
SELECT d.number || '|' || t.kind || '|' || t.due_on || '|' || coalesce(t.step, '') || '|' || t.asked_minor || '|' || t.state || '|' ||
       (SELECT count(*) FROM task_item x WHERE x.administration_id = t.administration_id AND x.task_id = t.id)
  FROM task t JOIN debtor d ON d.administration_id = t.administration_id AND d.id = t.debtor_id WHERE t.administration_id = $1;

-- name: step_done
SELECT coalesce(i.number, '') || '|' || o.line || '|' || s.cycle || '|' || s.rank || '|' || s.code || '|' || s.outcome || '|' || s.done_on
  FROM step_done s
  JOIN item_open o ON o.administration_id = s.administration_id AND o.item_id = s.item_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE s.administration_id = $1;

-- staging is empty between jobs
-- name: staged
SELECT 'word ' || s.word FROM stage_word s WHERE s.administration_id = $1
UNION ALL SELECT 'id ' || s.id FROM stage_id s WHERE s.administration_id = $1
UNION ALL SELECT 'open ' || s.item_id FROM stage_open s WHERE s.administration_id = $1;
