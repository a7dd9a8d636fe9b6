"""The schema: migrations per engine, and the catalogue of tables that the checks and the copy use.

The catalogue is read back from an in-memory SQLite that ran the files as they are written (not STRICT,
so that the declared type words survive)."""
import dataclasses
import hashlib
import pathlib
import re
import sqlite3

from sqlgen_text import tokens, without_comments

WORDS = {"BIGINT": "i64", "INTEGER": "i64", "TEXT": "text", "DATE": "date", "TIMESTAMP(0)": "moment", "BYTEA": "bytes"}


@dataclasses.dataclass
class Piece:
    """One statement of a migration."""
    path: str
    line: int
    sql: str


@dataclasses.dataclass
class Migration:
    number: int
    name: str
    checksum: str
    pieces: dict  # engine -> [Piece]


@dataclasses.dataclass
class Column:
    name: str
    type: str
    nullable: bool


@dataclasses.dataclass
class Table:
    name: str
    columns: dict
    key: list
    view: bool

    @property
    def tenant(self):
        return not self.view and self.key[:1] == ["administration_id"]

    @property
    def by_administration(self):
        """Must be compared with the administration: tenant tables, and whatever else names one."""
        return "administration_id" in self.columns


def _split(text, shown, errors):
    """Statements of a script: cut at ';' outside parentheses and outside a trigger's BEGIN .. END."""
    all_tokens, out, start, depth, body = tokens(text, shown, 1, errors), [], None, 0, 0
    for i, t in enumerate(all_tokens):
        if start is None:
            start = i
        depth += t.is_op("(") - t.is_op(")")
        if all_tokens[start].is_word("CREATE") and any(x.is_word("TRIGGER") for x in all_tokens[start:start + 4]):
            body += t.is_word("BEGIN", "CASE") - t.is_word("END")
        if t.is_op(";") and depth == 0 and body == 0:
            out.append((all_tokens[start:i], all_tokens[start].start, t.start))
            start = None
    if start is not None:
        errors.add(shown, all_tokens[start].line, "the last statement is not ended by ';'")
    return [Piece(shown, ts[0].line, without_comments(text[a:b])) for ts, a, b in out if ts]


def for_sqlite(sql):
    """The type words of SQLite and STRICT, in table definitions only."""
    if not re.match(r"(CREATE\s+TABLE|ALTER\s+TABLE)\b", sql, re.I):
        return sql
    parts = re.split(r"('(?:[^']|'')*')", sql)
    for i in range(0, len(parts), 2):
        for word, lite in (("TIMESTAMP\\(0\\)", "TEXT"), ("BIGINT", "INTEGER"), ("DATE", "TEXT"), ("BYTEA", "BLOB")):
            parts[i] = re.sub(rf"\b{word}(?!\w)", lite, parts[i])
    sql = "".join(parts)
    return sql + " STRICT" if re.match(r"CREATE\s", sql, re.I) else sql


def migrations(folders, errors):
    """All migrations by number; companions NNNN_name.sqlite.sql and .postgresql.sql run after the common part."""
    found = {}
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("*.sql")):
            shown = f"{pathlib.Path(folder).name}/{path.name}"
            m = re.fullmatch(r"(\d{4})_([a-z0-9_]+)(?:\.(sqlite|postgresql))?\.sql", path.name)
            if m is None:
                errors.add(shown, 1, "a migration is named NNNN_name.sql, its companions NNNN_name.sqlite.sql and .postgresql.sql")
                continue
            found.setdefault((int(m[1]), m[2]), {})[m[3] or "common"] = (shown, path.read_text(encoding="utf-8"))
    out = []
    for (number, name), parts in sorted(found.items()):
        shown = parts.get("common", next(iter(parts.values())))[0]
        if "common" not in parts:
            errors.add(shown, 1, f"{number:04d}_{name}.sql itself is missing")
            continue
        if out and out[-1].number == number:
            errors.add(shown, 1, f"the number {number:04d} is taken by {out[-1].name}")
        texts = [parts[k][1] for k in ("common", "sqlite", "postgresql") if k in parts]
        checksum = hashlib.sha256("\0".join(texts).encode()).hexdigest()
        common = _split(parts["common"][1], parts["common"][0], errors)
        pieces = {"postgresql": list(common), "sqlite": [Piece(p.path, p.line, for_sqlite(p.sql)) for p in common], "common": common}
        for engine in ("sqlite", "postgresql"):
            if engine in parts:
                pieces[engine] += _split(parts[engine][1], parts[engine][0], errors)
        out.append(Migration(number, name, checksum, pieces))
    return out


def _check_table(db, table, where, errors):
    """Type words, and administration_id first in every key of a tenant table (sql.md R1, R24)."""
    names = list(table.columns)
    if "administration_id" not in names or not table.tenant:
        return
    for _, index, unique, *_ in db.execute(f"PRAGMA index_list({table.name})").fetchall():
        first = db.execute(f"PRAGMA index_info({index})").fetchone()
        if unique and first[2] != "administration_id":
            errors.add(*where, f"table {table.name}: a unique key of a tenant table starts with administration_id")
    keys = {}
    for number, seq, parent, column, *_ in db.execute(f"PRAGMA foreign_key_list({table.name})").fetchall():
        keys.setdefault(number, {"parent": parent})[seq] = column
    for key in keys.values():
        if key["parent"] != "administration" and key[0] != "administration_id":
            errors.add(*where, f"table {table.name}: the foreign key to {key['parent']} starts with administration_id")


def _columns(db, name, is_view, where, errors):
    columns = {}
    for _, column, word, not_null, _, key in db.execute(f"PRAGMA table_info({name})").fetchall():
        if not is_view and word not in WORDS:
            errors.add(*where, f"{name}.{column}: the type words are {', '.join(WORDS)}, not {word or 'nothing'}")
        columns[column] = Column(column, WORDS.get(word, ""), not is_view and not not_null and key == 0)
    return columns


def catalogue(migration_list, errors):
    """(tables by name, the SQLite connection that holds them)."""
    db = sqlite3.connect(":memory:")
    where = {}
    for m in migration_list:
        for piece in m.pieces["common"] + [p for p in m.pieces["sqlite"] if p.path.endswith(".sqlite.sql")]:
            named = re.match(r"CREATE\s+(?:TABLE|VIEW)\s+(\w+)", piece.sql, re.I)
            if named:
                where[named[1]] = (piece.path, piece.line)
            try:
                db.execute(piece.sql)
            except sqlite3.Error as e:
                errors.add(piece.path, piece.line, f"SQLite refuses this: {e}")
    tables = {}
    for name, kind in db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
                                 "AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall():
        at = where.get(name, ("schema", 1))
        try:
            columns = _columns(db, name, kind == "view", at, errors)
        except sqlite3.Error as e:
            errors.add(*at, f"SQLite refuses this view: {e}")
            continue
        keyed = sorted((k, c) for _, c, _, _, _, k in db.execute(f"PRAGMA table_info({name})").fetchall() if k > 0)
        tables[name] = Table(name, columns, [c for _, c in keyed], kind == "view")
        if kind == "table" and not keyed:
            errors.add(*at, f"table {name}: no primary key")
        _check_table(db, tables[name], at, errors)
    return tables, db


def strict_check(migration_list, errors):
    """The SQLite texts load as STRICT tables."""
    db = sqlite3.connect(":memory:")
    for m in migration_list:
        for piece in m.pieces["sqlite"]:
            try:
                db.execute(piece.sql)
            except sqlite3.Error as e:
                errors.add(piece.path, piece.line, f"SQLite refuses this after replacing the type words: {e}")
    db.close()
