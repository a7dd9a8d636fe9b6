-- Read-only views for people and BI tools: decimal amounts (two-decimal currencies), stable column names.

CREATE VIEW v_debtor AS
SELECT administration_id, id AS debtor_id, number AS debtor_number, name, kind, street, postcode, city, country, language,
       segment, profile, risk, owner, terms_days, kvk, vat_number, iban
  FROM debtor;

CREATE VIEW v_invoice AS
SELECT i.administration_id, i.id AS invoice_id, i.number AS invoice_number, i.kind, i.debtor_id, d.number AS debtor_number,
       d.name AS debtor_name, i.issued_on, i.currency, i.net_minor / 100.0 AS net, i.vat_minor / 100.0 AS vat,
       i.description, i.reference, i.order_ref, i.sent_on
  FROM invoice i
  JOIN debtor d ON d.administration_id = i.administration_id AND d.id = i.debtor_id;

CREATE VIEW v_open_item AS
SELECT o.administration_id, o.item_id, o.debtor_id, d.number AS debtor_number, d.name AS debtor_name, o.side, o.kind,
       i.number AS invoice_number, o.line, o.currency, o.total_minor / 100.0 AS amount, o.open_minor / 100.0 AS open_amount,
       o.effective_on, o.due_on
  FROM item_open o
  JOIN debtor d ON d.administration_id = o.administration_id AND d.id = o.debtor_id
  LEFT JOIN invoice i ON i.administration_id = o.administration_id AND i.id = o.invoice_id
 WHERE o.open_minor > 0;

CREATE VIEW v_balance AS
SELECT b.administration_id, b.debtor_id, d.number AS debtor_number, d.name AS debtor_name, b.currency,
       b.debit_minor / 100.0 AS owed, b.credit_minor / 100.0 AS unallocated,
       (b.debit_minor - b.credit_minor) / 100.0 AS balance, b.oldest_due_on
  FROM balance b
  JOIN debtor d ON d.administration_id = b.administration_id AND d.id = b.debtor_id;

CREATE VIEW v_allocation AS
SELECT a.administration_id, a.id AS allocation_id, a.transaction_number, t.recorded_at, a.effective_on,
       a.amount_minor / 100.0 AS amount, a.currency, a.source, a.certainty_bp, a.reverses_id,
       c.id AS credit_item_id, c.kind AS credit_kind, e.id AS debit_item_id, e.kind AS debit_kind,
       i.number AS invoice_number, d.number AS debtor_number, d.name AS debtor_name, a.reasons
  FROM allocation a
  JOIN ledger_transaction t ON t.administration_id = a.administration_id AND t.number = a.transaction_number
  JOIN item c ON c.administration_id = a.administration_id AND c.id = a.credit_item_id
  JOIN item e ON e.administration_id = a.administration_id AND e.id = a.debit_item_id
  JOIN debtor d ON d.administration_id = e.administration_id AND d.id = e.debtor_id
  LEFT JOIN invoice i ON i.administration_id = e.administration_id AND i.id = e.invoice_id;

CREATE VIEW v_bank_entry AS
SELECT e.administration_id, e.id AS entry_id, b.identification AS account, s.reference AS statement, e.ordinal, e.booked_on,
       e.value_on, e.amount_minor / 100.0 AS amount, e.currency, e.reference AS entry_reference, t.counterparty_name,
       t.counterparty_iban, t.remittance, t.amount_minor / 100.0 AS transaction_amount, t.state, t.state_reason
  FROM bank_entry e
  JOIN bank_statement s ON s.administration_id = e.administration_id AND s.id = e.statement_id
  JOIN bank_account b ON b.administration_id = s.administration_id AND b.id = s.bank_account_id
  JOIN bank_transaction t ON t.administration_id = e.administration_id AND t.entry_id = e.id;

CREATE VIEW v_message AS
SELECT m.administration_id, m.id AS message_id, m.day, d.number AS debtor_number, d.name AS debtor_name, m.channel, m.step,
       m.template_name, m.template_version, m.language, m.currency, m.asked_minor / 100.0 AS asked, m.recipient, m.state,
       m.state_reason, m.subject, m.sha256, m.created_at, m.released_at, m.released_by, m.sent_at
  FROM message m
  JOIN debtor d ON d.administration_id = m.administration_id AND d.id = m.debtor_id;

CREATE VIEW v_task AS
SELECT t.administration_id, t.id AS task_id, t.kind, d.number AS debtor_number, d.name AS debtor_name, t.due_on, t.owner, t.step,
       t.currency, t.asked_minor / 100.0 AS asked, t.reason, t.state, t.result, t.created_at, t.closed_at, t.closed_by
  FROM task t
  JOIN debtor d ON d.administration_id = t.administration_id AND d.id = t.debtor_id;
