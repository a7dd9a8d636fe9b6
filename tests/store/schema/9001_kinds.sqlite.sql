CREATE TRIGGER part_append_only BEFORE DELETE ON part BEGIN
  SELECT RAISE(ABORT, 'part is append-only; nothing goes');
END;
