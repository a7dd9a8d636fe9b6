#!/usr/bin/env python3
"""Turns queries/*.sql and schema/*.sql into typed C, and refuses what would not run the same on SQLite,
PostgreSQL and Citus. Run by the build; docs/sql.md is the guide for people who write statements.

    sqlgen.py --out DIR --schema DIR... --queries FILE-OR-DIR...

Writes q_<file>.h and q_<file>.c per query file, queries_gen.c and schema_gen.c."""
import argparse
import pathlib
import sys

import sqlgen_c
import sqlgen_rules
import sqlgen_schema
from sqlgen_text import Errors, Field, Statement, check_contract, statements


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", help="folder to write to; without it everything is only checked")
    parser.add_argument("--schema", nargs="+", required=True)
    parser.add_argument("--queries", nargs="+", required=True)
    return parser.parse_args()


def query_files(names):
    files = []
    for name in map(pathlib.Path, names):
        files += sorted(name.glob("*.sql")) if name.is_dir() else [name]
    return files


def read_queries(files, errors):
    by_file, names = {}, {}
    for path in files:
        shown = f"{path.parent.name}/{path.name}"
        if path.stem in by_file:
            errors.add(shown, 1, f"two query files named {path.name}")
        by_file[path.stem] = statements(path, shown, errors)
        for s in by_file[path.stem]:
            if s.name in names:
                errors.add(shown, s.line, f"{s.name} stands also in {names[s.name]}")
            names[s.name] = f"{shown}:{s.line}"
    return by_file


def copies(tables):
    """Reading a table in the order of its key and writing it, for a backup to another engine."""
    out = []
    for t in sorted(tables.values(), key=lambda t: t.name):
        if t.view:
            continue
        fields = [Field(c.name, c.type or "text", c.nullable) for c in t.columns.values()]
        names = ", ".join(f.name for f in fields)
        read = Statement("schema", "schema", 1, f"copy_{t.name}_read", "stream", [], fields, "all", "",
                         f"SELECT {names} FROM {t.name} ORDER BY {', '.join(t.key)}")
        write = Statement("schema", "schema", 1, f"copy_{t.name}_write", "batch", fields, [], "all", "",
                          f"INSERT INTO {t.name} ({names}) VALUES ({', '.join(f'${i + 1}' for i in range(len(fields)))})")
        write.writes = True
        out.append((t.name, read, write, f"DELETE FROM {t.name}"))
    return out


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def main():
    args, errors = arguments(), Errors()
    migrations = sqlgen_schema.migrations(args.schema, errors)
    tables, db = sqlgen_schema.catalogue(migrations, errors)
    sqlgen_schema.strict_check(migrations, errors)
    by_file = read_queries(query_files(args.queries), errors)
    everything = [s for stem in by_file for s in by_file[stem]]
    for index, s in enumerate(everything):
        s.index = index
        check_contract(s, errors)
        before = len(errors.lines)
        sqlgen_rules.check(s, tables, errors)
        if len(errors.lines) == before:
            sqlgen_rules.prepare(s, db, errors)
    if errors.lines:
        print("\n".join(errors.lines), file=sys.stderr)
        return 1
    if args.out:
        out = pathlib.Path(args.out)
        out.mkdir(parents=True, exist_ok=True)
        for stem, found in by_file.items():
            write(out, f"q_{stem}.h", sqlgen_c.header(stem, found))
            write(out, f"q_{stem}.c", sqlgen_c.source(stem, found))
        write(out, "queries_gen.c", sqlgen_c.table(list(by_file), everything))
        write(out, "schema_gen.c", sqlgen_c.schema(migrations, copies(tables)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
