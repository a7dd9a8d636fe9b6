-- The one function the common SQL needs beyond the common subset: the difference of two julianday()
-- values is a whole number of days on both engines (SQLite has it built in).
CREATE OR REPLACE FUNCTION julianday(date) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS 'SELECT CAST($1 - DATE ''2000-01-01'' AS double precision) + 2451544.5';
-- Facts are append-only. (On Citus, which has no triggers on distributed tables, leave these out.)
CREATE OR REPLACE FUNCTION voldaan_append_only() RETURNS trigger
LANGUAGE plpgsql
AS 'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME USING ERRCODE = ''23514''; END';
CREATE TRIGGER item_append_only BEFORE UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
CREATE TRIGGER item_revision_append_only BEFORE UPDATE OR DELETE ON item_revision FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
CREATE TRIGGER allocation_append_only BEFORE UPDATE OR DELETE ON allocation FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON ledger_transaction FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
CREATE TRIGGER bank_entry_append_only BEFORE UPDATE OR DELETE ON bank_entry FOR EACH ROW EXECUTE FUNCTION voldaan_append_only();
