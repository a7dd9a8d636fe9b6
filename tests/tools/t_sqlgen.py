"""tools/sqlgen.py refuses, with file and line, each kind of statement that would not run the same on every
engine or would look beyond its administration; and accepts the right way to say the same."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

t = Checks()

SCHEMA = """CREATE TABLE law (
  name  TEXT NOT NULL PRIMARY KEY,
  since DATE
);
CREATE TABLE item (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  debtor_id         BIGINT NOT NULL,
  amount_minor      BIGINT NOT NULL,
  due_on            DATE NOT NULL,
  paid_on           DATE,
  name              TEXT NOT NULL,
  seen_at           TIMESTAMP(0),
  PRIMARY KEY (administration_id, id)
);
CREATE TABLE debtor (
  administration_id BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  name              TEXT NOT NULL,
  PRIMARY KEY (administration_id, id)
);
CREATE TABLE membership (
  user_id           BIGINT NOT NULL,
  administration_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, administration_id)
);
CREATE VIEW v_item AS
SELECT administration_id, id, due_on FROM item;
"""


def run(queries, schema=SCHEMA, companions=()):
    root = Path(tempfile.mkdtemp(prefix="sql."))
    (root / "schema").mkdir()
    (root / "queries").mkdir()
    (root / "schema" / "0001_core.sql").write_text(schema)
    for name, text in companions:
        (root / "schema" / name).write_text(text)
    for name, text in (queries if isinstance(queries, dict) else {"ledger.sql": queries}).items():
        (root / "queries" / name).write_text(text)
    r = subprocess.run([sys.executable, ROOT / "tools" / "sqlgen.py", "--out", root / "out", "--schema", root / "schema",
                        "--queries", root / "queries"], capture_output=True, text=True, check=False)
    return r.returncode, r.stderr, root


def statement(head, sql, name="probe"):
    return f"-- name: {name} " + head.strip() + "\n" + sql.strip() + "\n"


A = "\n-- in: administration i64"
X = A + "\n-- out: id i64"

# (what it is about, part of the reason, head, statement); the statement must be refused on the line marked with @
REFUSED = [
    ("a gap in the numbers", "parameters [1, 3]", ":opt" + A + ", x i64\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND id = $3;"),
    ("a parameter too many", "'in:' names 1", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND id = $2;"),
    ("a name missing in the text", "'in:' names 2", ":opt" + A + ", x i64\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1;"),
    ("no scope", "say '-- scope: global'", ":opt\n-- out: name text", "SELECT name FROM law;"),
    ("global on a tenant table", "belongs to an administration", ":opt\n-- scope: global\n-- out: id i64", "SELECT id FROM item;"),
    ("another administration", "item is not tied to $1", ":opt" + X, "SELECT id FROM item WHERE debtor_id = $1;"),
    ("a join without the administration", "debtor as d is not tied", ":opt" + X,
     "SELECT i.id FROM item i JOIN debtor d ON d.id = i.debtor_id WHERE i.administration_id = $1;"),
    ("OR beside the administration", "not tied to $1", ":opt" + A + ", x i64\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 OR id = $2;"),
    ("a subquery elsewhere", "debtor as d is not tied", ":opt" + X,
     "SELECT i.id FROM item i WHERE i.administration_id = $1 AND EXISTS (SELECT 1 FROM debtor d WHERE d.id = i.debtor_id);"),
    ("a CTE elsewhere", "debtor is not tied", ":opt" + X,
     "WITH d AS (SELECT administration_id, id FROM debtor) SELECT i.id FROM item i JOIN d ON d.administration_id = i.administration_id "
     "WHERE i.administration_id = $1;"),
    ("a LEFT JOIN that restricts only the table it joins", "item as i is not tied", ":many" + X + "\n-- bound: few",
     "SELECT i.id FROM item i LEFT JOIN debtor d ON d.administration_id = i.administration_id AND d.administration_id = $1;"),
    ("a FULL JOIN", "debtor as d is not tied", ":opt" + X,
     "SELECT i.id FROM item i FULL JOIN debtor d ON d.administration_id = i.administration_id WHERE i.administration_id = $1;"),
    ("a comparison inside EXISTS only", "item as i is not tied", ":opt" + X,
     "SELECT i.id FROM item i WHERE EXISTS (SELECT 1 FROM debtor d WHERE d.administration_id = $1 AND d.administration_id = i.administration_id);"),
    ("NOT equal", "item is not tied", ":opt" + X, "SELECT id FROM item WHERE NOT administration_id = $1;"),
    ("a sum that is equal", "item is not tied", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 + id;"),
    ("a CASE", "item is not tied", ":opt" + X, "SELECT id FROM item WHERE CASE WHEN administration_id = $1 THEN 1 ELSE 1 END = 1;"),
    ("a CTE that passes another number for the administration", "item as i is not tied", ":opt" + A + ", x i64\n-- out: id i64",
     "WITH a AS (SELECT CAST($2 AS BIGINT) AS administration_id FROM debtor WHERE administration_id = $1) "
     "SELECT i.id FROM item i JOIN a ON a.administration_id = i.administration_id;"),
    ("all administrations of a user", "not tied", ":stream" + X,
     "SELECT i.id FROM item i JOIN membership m ON m.administration_id = i.administration_id WHERE m.user_id = $1;"),
    ("a list of administrations", "item as i is not tied", ":opt" + X,
     "WITH a(administration_id) AS (VALUES (1), (2)) SELECT i.id FROM item i JOIN a ON a.administration_id = i.administration_id "
     "WHERE i.id = $1;"),
    ("a UNION in a subquery with one part elsewhere", "item is not tied", ":opt" + X,
     "SELECT x.id FROM (SELECT administration_id, id FROM debtor WHERE administration_id = $1 UNION ALL SELECT administration_id, id FROM item) x;"),
    ("one half of a UNION", "item is not tied", ":many" + X + "\n-- bound: few",
     "SELECT id FROM item WHERE administration_id = $1 UNION ALL SELECT id FROM item WHERE id = $1;"),
    ("a view without the administration", "v_item is not tied", ":opt" + X, "SELECT id FROM v_item WHERE id = $1;"),
    ("an update of all", "item is not tied", ":exec" + A, "UPDATE item SET debtor_id = $1;"),
    ("a delete of all", "item is not tied", ":exec" + A, "DELETE FROM item WHERE id = $1;"),
    ("an insert for another", "administration_id of debtor is $1", ":exec" + A + ", x i64",
     "INSERT INTO debtor (administration_id, id, name) VALUES ($2, $1, 'x');"),
    ("an insert of a selection elsewhere", "administration_id of debtor is $1", ":exec" + A + ", x i64",
     "INSERT INTO debtor (administration_id, id, name) SELECT $2, id, name FROM item WHERE administration_id = $1;"),
    ("an insert without the administration", "names administration_id", ":exec" + A, "INSERT INTO debtor (id, name) VALUES ($1, 'x');"),
    ("scope all outside the scheduler", "scheduler.sql only", ":many\n-- scope: all\n-- bound: x\n-- out: id i64", "SELECT id FROM item;"),
    (":many without a bound", "needs LIMIT", ":many" + X, "SELECT id FROM item WHERE administration_id = $1;"),
    ("a limit inside only", "needs LIMIT", ":many" + X,
     "SELECT x.id FROM (SELECT id FROM item WHERE administration_id = $1 LIMIT 1) x JOIN debtor d ON d.administration_id = $1;"),
    ("SELECT *", "name the columns", ":opt" + X, "SELECT * FROM item WHERE administration_id = $1;"),
    ("SELECT t.*", "name the columns", ":opt" + X, "SELECT item.* FROM item WHERE administration_id = $1;"),
    ("a date literal", "never a literal", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND due_on < '2026-01-31';"),
    ("DATE 'x'", "never a literal", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND due_on < DATE 'x';"),
    ("now()", "are parameters", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND seen_at < now();"),
    ("current_date", "are parameters", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND due_on < current_date;"),
    ("date()", "no date functions", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND due_on < date(paid_on);"),
    ("CAST AS DATE", "CAST only AS", ":opt" + A + ", d text\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND due_on < CAST($2 AS DATE);"),
    ("plus beside a date", "no arithmetic on dates", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND due_on + 14 < paid_on;"),
    ("minus before a date", "no arithmetic on dates", ":opt" + A + ", d date\n-- out: id i64",
     "SELECT id FROM item i WHERE i.administration_id = $1 AND $2 - i.due_on > 14;"),
    ("::", "write CAST", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1::bigint;"),
    ("a bare sum", "CAST(sum(...) AS BIGINT)", ":one" + A + "\n-- out: total i64?",
     "SELECT sum(amount_minor) AS total FROM item WHERE administration_id = $1;"),
    ("a sum cast to text", "CAST(sum(...) AS BIGINT)", ":one" + A + "\n-- out: total text?",
     "SELECT CAST(sum(amount_minor) AS TEXT) AS total FROM item WHERE administration_id = $1;"),
    ("avg", "no rounding", ":one" + A + "\n-- out: x i64?", "SELECT avg(amount_minor) AS x FROM item WHERE administration_id = $1;"),
    ("greatest", "write CASE", ":one" + A + "\n-- out: x i64", "SELECT greatest(id, 2) AS x FROM item WHERE administration_id = $1;"),
    ("max of two", "write CASE", ":one" + A + "\n-- out: x i64", "SELECT max(id, 2) AS x FROM item WHERE administration_id = $1;"),
    ("string_agg", "in C", ":one" + A + "\n-- out: x text", "SELECT string_agg(name, ',') AS x FROM item WHERE administration_id = $1;"),
    ("lower", "not the same", ":opt" + A + ", n text\n-- out: id i64", "SELECT id FROM item WHERE administration_id = $1 AND lower(name) = $2;"),
    ("ifnull", "write coalesce", ":opt" + A + "\n-- out: x text", "SELECT ifnull(name, '') AS x FROM item WHERE administration_id = $1;"),
    ("a writing WITH", "not portable", ":exec" + A,
     "WITH gone AS (DELETE FROM item WHERE administration_id = $1 RETURNING administration_id, id) DELETE FROM debtor WHERE administration_id = $1;"),
    ("DISTINCT ON", "window function", ":many" + X + "\n-- bound: x",
     "SELECT DISTINCT ON (debtor_id) id FROM item WHERE administration_id = $1;"),
    ("LATERAL", "not portable", ":opt" + X, "SELECT i.id FROM item i, LATERAL (SELECT 1 AS one) x WHERE i.administration_id = $1;"),
    ("DELETE USING", "EXISTS or IN", ":exec" + A,
     "DELETE FROM item USING debtor d WHERE d.administration_id = $1 AND item.administration_id = $1;"),
    ("INSERT OR REPLACE", "ON CONFLICT", ":exec" + A + ", id i64", "INSERT OR REPLACE INTO debtor (administration_id, id, name) VALUES ($1, $2, 'x');"),
    ("FOR UPDATE", "guard the UPDATE", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 FOR UPDATE;"),
    ("OFFSET", "pages go by key", ":many" + A + ", n i64\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 ORDER BY id LIMIT 10 OFFSET $2;"),
    ("a limit that may be absent", "always there", ":many" + A + ", n i64?\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 ORDER BY id LIMIT $2;"),
    ("LIKE without ESCAPE", "ESCAPE", ":opt" + A + ", n text\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND (name LIKE $2 OR id = 3) AND id = 4;"),
    ("ILIKE", "folded column", ":opt" + A + ", n text\n-- out: id i64", "SELECT id FROM item WHERE administration_id = $1 AND name ILIKE $2;"),
    ("INSERT SELECT ON CONFLICT without WHERE", "needs a WHERE", ":exec" + A,
     "INSERT INTO debtor (administration_id, id, name) SELECT $1, 3, name FROM law ON CONFLICT (administration_id, id) DO NOTHING;"),
    ("$n IS NULL", "PostgreSQL cannot tell", ":opt" + A + ", x i64?\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND ($2 IS NULL OR id = $2);"),
    ("nullable ORDER BY", "NULLS FIRST", ":stream" + X, "SELECT id FROM item WHERE administration_id = $1 ORDER BY paid_on, id;"),
    ("ORDER BY of an outer join", "NULLS FIRST", ":stream" + X,
     "SELECT i.id FROM item i LEFT JOIN debtor d ON d.administration_id = i.administration_id AND d.id = i.debtor_id "
     "WHERE i.administration_id = $1 ORDER BY d.name, i.id;"),
    ("a quoted name", "no quoted names", ":opt" + X, 'SELECT "id" FROM item WHERE administration_id = $1;'),
    ("changing an amount", "is a fact", ":exec" + A + ", n i64", "UPDATE item SET debtor_id = 3, amount_minor = $2 WHERE administration_id = $1;"),
    ("changing an amount on conflict", "is a fact", ":exec" + A + ", n i64, d date",
     "INSERT INTO item (administration_id, id, debtor_id, amount_minor, due_on, name) VALUES ($1, 1, 1, $2, $3, 'x') "
     "ON CONFLICT (administration_id, id) DO UPDATE SET amount_minor = excluded.amount_minor;"),
    ("moving a row", "never changed", ":exec" + A + ", n i64", "UPDATE item SET administration_id = $2 WHERE administration_id = $1;"),
    ("an unknown column", "no such column", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND colour = 3;"),
    ("an unknown table", "no table or view 'thing'", ":opt" + X, "SELECT id FROM thing WHERE administration_id = $1;"),
    ("an unknown column of an INSERT", "no column debtor.colour", ":exec" + A, "INSERT INTO debtor (administration_id, colour) VALUES ($1, 3);"),
    ("values too few", "3 columns, 2 values", ":exec" + A, "INSERT INTO debtor (administration_id, id, name) VALUES ($1, 3);"),
    ("text for a number", "x is text, column item.id is i64", ":opt" + A + ", x text\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND id = $2;"),
    ("text for a date in IN", "column item.due_on is date", ":opt" + A + ", x text, y date\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND due_on NOT IN ($2, $3);"),
    ("a date for a number in a row", "d is date, column item.id is i64", ":many" + A + ", d date, n i64\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND (id, due_on) > ($2, $2) ORDER BY id LIMIT $3;"),
    ("a wrong type in VALUES", "n is i64, column debtor.name is text", ":exec" + A + ", n i64",
     "INSERT INTO debtor (administration_id, id, name) VALUES ($1, 3, $2);"),
    ("an absent value for NOT NULL", "may be absent, column debtor.name may not", ":exec" + A + ", n text?",
     "INSERT INTO debtor (administration_id, id, name) VALUES ($1, 3, $2);"),
    ("a wrong type in SET", "column item.due_on is date", ":exec" + A + ", m moment", "UPDATE item SET due_on = $2 WHERE administration_id = $1;"),
    ("a wrong type out", "due_on is text in 'out:'", ":opt" + A + "\n-- out: due_on text", "SELECT due_on FROM item WHERE administration_id = $1;"),
    ("NULL unforeseen", "write date?", ":opt" + A + "\n-- out: paid_on date", "SELECT paid_on FROM item WHERE administration_id = $1;"),
    ("NULL of a sum over nothing", "when there are no rows", ":one" + A + "\n-- out: total i64",
     "SELECT CAST(sum(amount_minor) AS BIGINT) AS total FROM item WHERE administration_id = $1;"),
    ("columns in another order", "the other way round", ":opt" + A + "\n-- out: id i64, debtor_id i64",
     "SELECT debtor_id, id FROM item WHERE administration_id = $1;"),
    ("a column too many", "2 columns, 'out:' names 1", ":opt" + X, "SELECT id, debtor_id FROM item WHERE administration_id = $1;"),
    ("two statements", "one statement", ":exec" + A, "DELETE FROM item WHERE administration_id = $1; DELETE FROM debtor WHERE administration_id = $1;"),
    ("no end", "ended by ';'", ":exec" + A, "DELETE FROM item WHERE administration_id = $1"),
    ("an unknown kind", "kind one of", ":some" + A, "DELETE FROM item WHERE administration_id = $1;"),
    ("an unknown type", "cannot read 'n int'", ":exec" + A + ", n int", "DELETE FROM item WHERE administration_id = $1 AND id = $2;"),
    ("a word of C", "is a word of C", ":exec" + A + ", default i64", "DELETE FROM item WHERE administration_id = $1 AND id = $2;"),
    ("out of an :exec", ":exec has no 'out:'", ":exec" + X, "DELETE FROM item WHERE administration_id = $1;"),
    ("a reading :exec", "for statements that write", ":exec" + A, "SELECT id FROM item WHERE administration_id = $1;"),
    ("a writing :stream", "for reading", ":stream" + X, "DELETE FROM item WHERE administration_id = $1 RETURNING id;"),
    ("a subquery without a name", "needs a name", ":opt" + X, "SELECT id FROM (SELECT id FROM item WHERE administration_id = $1);"),
    ("true as a value", "truth values", ":opt" + X, "SELECT id FROM item WHERE administration_id = $1 AND true;"),
]

ACCEPTED = [
    ("joins", ":many" + A + ", day date, n i64\n-- out: id i64, name text, paid_on date?",
     "SELECT i.id, d.name, i.paid_on FROM item i JOIN debtor d ON d.administration_id = i.administration_id AND d.id = i.debtor_id\n"
     " WHERE i.administration_id = $1 AND (i.due_on < $2 OR i.paid_on IS NULL) ORDER BY i.paid_on NULLS LAST, i.id LIMIT $3;"),
    ("a row value page", ":many" + A + ", day date, after i64, n i64\n-- out: id i64, due_on date",
     "SELECT id, due_on FROM item WHERE administration_id = $1 AND (due_on, id) > ($2, $3) ORDER BY due_on, id LIMIT $4;"),
    ("sums", ":one" + A + "\n-- out: total i64, newest i64?",
     "SELECT CAST(coalesce(sum(amount_minor) FILTER (WHERE name <> 'x'), 0) AS BIGINT) AS total, CAST(max(id) AS BIGINT) AS newest\n"
     "  FROM item WHERE administration_id = $1;"),
    ("correlated EXISTS", ":stream" + X,
     "SELECT i.id FROM item i WHERE i.administration_id = $1\n"
     "   AND NOT EXISTS (SELECT 1 FROM debtor d WHERE d.administration_id = i.administration_id AND d.id = i.debtor_id);"),
    ("a subquery that gives its administration", ":stream" + X,
     "SELECT d.id FROM (SELECT administration_id, debtor_id FROM item WHERE administration_id = $1\n"
     "                  UNION ALL SELECT administration_id, id FROM debtor WHERE administration_id = $1) x\n"
     "  LEFT JOIN membership m ON m.administration_id = x.administration_id AND m.user_id = 3\n"
     "  JOIN debtor d ON d.administration_id = x.administration_id AND d.id = x.debtor_id;"),
    ("USING", ":stream" + X, "SELECT i.id FROM item i JOIN debtor d USING (administration_id, id) WHERE i.administration_id = $1;"),
    ("a recursive WITH", ":stream" + X,
     "WITH RECURSIVE t(administration_id, id) AS (SELECT administration_id, id FROM item WHERE administration_id = $1 AND id = 1\n"
     "  UNION ALL SELECT t.administration_id, i.id FROM t JOIN item i ON i.administration_id = t.administration_id AND i.debtor_id = t.id)\n"
     "SELECT d.id FROM t JOIN debtor d ON d.administration_id = t.administration_id AND d.id = t.id;"),
    ("membership of a user", ":many\n-- in: user i64\n-- scope: global\n-- bound: few\n-- out: administration_id i64",
     "SELECT administration_id FROM membership WHERE user_id = $1 ORDER BY administration_id;"),
    ("a WITH", ":many" + X + "\n-- bound: one row per debtor",
     "WITH big AS (SELECT debtor_id, CAST(sum(amount_minor) AS BIGINT) AS total FROM item WHERE administration_id = $1 GROUP BY debtor_id)\n"
     "SELECT d.id FROM debtor d JOIN big ON big.debtor_id = d.id WHERE d.administration_id = $1 ORDER BY d.id;"),
    ("an upsert of a selection", ":exec" + A,
     "INSERT INTO debtor (administration_id, id, name) SELECT i.administration_id, i.debtor_id, i.name FROM item i\n"
     " WHERE i.administration_id = $1 ON CONFLICT (administration_id, id) DO UPDATE SET name = excluded.name;"),
    ("an update from", ":exec" + A + ", n text",
     "UPDATE item SET name = d.name FROM debtor d\n WHERE item.administration_id = $1 AND d.administration_id = item.administration_id "
     "AND d.id = item.debtor_id AND d.name LIKE $2 ESCAPE '\\' AND item.name IS DISTINCT FROM d.name;"),
    ("an optional filter", ":stream" + A + ", who i64?, until date?\n-- out: id i64",
     "SELECT id FROM item WHERE administration_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR debtor_id = $2) AND due_on <= coalesce($3, due_on);"),
    ("days between", ":opt" + A + "\n-- out: days i64",
     "SELECT CAST(julianday(paid_on) - julianday(due_on) AS BIGINT) AS days FROM item WHERE administration_id = $1 AND paid_on IS NOT NULL;"),
    ("no parameters", ":many\n-- scope: global\n-- bound: few laws\n-- out: name text, since date?", "SELECT name, since FROM law ORDER BY name;"),
    ("what is in comments and texts", ":opt" + X,
     "-- now() and SELECT * and \"quotes\"\nSELECT id FROM item WHERE administration_id = $1 AND name = 'now() :: \"x\" SELECT *';"),
    ("a plain :batch", ":batch" + A + ", id i64, name text", "INSERT INTO debtor (administration_id, id, name) VALUES ($1, $2, $3);"),
]

# One run for all that must be refused, each statement in a file of its own, and one for all the others.
code, err, _ = run({f"p{n}.sql": statement(head, sql, f"p{n}") for n, (_, _, head, sql) in enumerate(REFUSED)})
t.true("a refusal ends with 1 and is no accident", code == 1 and "Traceback" not in err, err)
for n, (what, reason, _, _) in enumerate(REFUSED):
    mine = [line for line in err.splitlines() if line.startswith(f"queries/p{n}.sql:")]
    t.true(f"refused: {what}", any(reason in line for line in mine), "\n".join(mine))

code, err, root = run({f"p{n}.sql": statement(head, sql, f"p{n}") for n, (_, head, sql) in enumerate(ACCEPTED)})
for n, (what, _, _) in enumerate(ACCEPTED):
    mine = [line for line in err.splitlines() if line.startswith(f"queries/p{n}.sql:")]
    t.true(f"accepted: {what}", not mine, "\n".join(mine))
t.true("what is accepted becomes C", code == 0 and (root / "out" / "q_p0.h").exists(), err)

code, err, root = run("-- a heading\n\n" + statement(":opt" + X, "SELECT id\n  FROM item\n WHERE administration_id = $1\n   AND due_on < now();"))
t.contains("the line of the word is told", err, "queries/ledger.sql:9: probe: now()")
code, err, root = run({"scheduler.sql": statement(":many\n-- scope: all\n-- bound: x\n-- out: id i64", "SELECT id FROM item;")})
t.true("scope all in scheduler.sql", code == 0, err)
code, err, root = run(statement(":exec" + A, "DELETE FROM item WHERE administration_id = $1;").replace("probe", "same") * 2)
t.contains("a name twice", err, "same stands also in")
code, err, root = run(statement(":batch" + A + ", name text, id i64", "INSERT INTO debtor (id, administration_id, name) VALUES ($3, $1, $2);"))
t.contains("COPY names the columns in the order of the parameters", (root / "out/queries_gen.c").read_text(),
           "COPY debtor (administration_id, name, id) FROM STDIN")
code, err, root = run(statement(":batch" + A + ", name text", "INSERT INTO debtor (administration_id, id, name) VALUES ($1, 3, $2);"))
t.true("no COPY when a value is not a parameter", "COPY" not in (root / "out/queries_gen.c").read_text())

NO_QUERY = "-- nothing\n"
SCHEMAS = [
    ("an unknown type word", "type words are", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, x REAL);"),
    ("no key", "no primary key", "CREATE TABLE a (id BIGINT NOT NULL);"),
    ("a unique key across administrations", "starts with administration_id",
     "CREATE TABLE a (administration_id BIGINT NOT NULL, id BIGINT NOT NULL, n TEXT NOT NULL UNIQUE, PRIMARY KEY (administration_id, id));"),
    ("a reference across administrations", "the foreign key to a starts with administration_id",
     "CREATE TABLE a (administration_id BIGINT NOT NULL, id BIGINT NOT NULL, n BIGINT NOT NULL REFERENCES a (id), "
     "PRIMARY KEY (administration_id, id));"),
    ("a mistake", "SQLite refuses", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY,);"),
    ("no end", "not ended by ';'", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY)"),
    ("a view of nothing", "no such table", "CREATE VIEW v AS SELECT x FROM nowhere;"),
]
for what, reason, text in SCHEMAS:
    code, err, _ = run(NO_QUERY, schema=text + "\n")
    t.true(f"schema refused: {what}", code == 1 and reason in err and err.startswith("schema/"), err)
code, err, _ = run(NO_QUERY, companions=[("0001_other.sql", "CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY);\n")])
t.contains("a number twice", err, "the number 0001 is taken")
code, err, _ = run(NO_QUERY, companions=[("0002_more.sqlite.sql", "SELECT 1;\n")])
t.contains("a companion alone", err, "itself is missing")
code, err, root = run(NO_QUERY, companions=[
    ("0001_core.sqlite.sql", "CREATE TRIGGER item_keep BEFORE DELETE ON item BEGIN SELECT CASE WHEN 1 THEN RAISE(ABORT, 'no; never') END; END;\n"),
    ("0001_core.postgresql.sql", "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'a;b'; $$;\n")])
text = (root / "out/schema_gen.c").read_text() if code == 0 else err
t.contains("a trigger stays whole", text, "'no; never') END; END\"")
t.contains("a function body stays whole", text, "$$ SELECT 'a;b'; $$\"")
t.contains("the words of SQLite", text, "due_on            TEXT NOT NULL")
t.contains("the words of PostgreSQL", text, "due_on            DATE NOT NULL")
t.contains("STRICT", text, ") STRICT\"")
t.end()
