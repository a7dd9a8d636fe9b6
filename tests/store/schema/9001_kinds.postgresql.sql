CREATE FUNCTION part_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'part is append-only; nothing goes' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER part_append_only BEFORE DELETE ON part FOR EACH ROW EXECUTE FUNCTION part_append_only();
