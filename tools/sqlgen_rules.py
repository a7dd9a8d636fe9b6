"""What docs/sql.md and its reasons forbid: each rule is a function that looks at one statement."""
import re
import sqlite3

from sqlgen_query import Group, Shape, split, tree

FITS = {"i64": "i64", "text": "text", "date": "date", "moment": "moment", "bytes": "bytes"}
CASTS = {"BIGINT": "i64", "INTEGER": "i64", "TEXT": "text"}
COMPARES = ("=", "<>", "!=", "<", ">", "<=", ">=")

FORBIDDEN_CALLS = {
    **dict.fromkeys(("DATE", "TIME", "DATETIME", "STRFTIME", "UNIXEPOCH", "EXTRACT", "DATE_TRUNC", "DATE_PART", "AGE",
                     "TO_CHAR", "TO_DATE"), "no date functions: bounds are computed in C and are parameters"),
    **dict.fromkeys(("NOW", "CLOCK_TIMESTAMP", "RANDOM", "NEXTVAL"), "the clock and chance are parameters"),
    **dict.fromkeys(("ROUND", "AVG", "TOTAL"), "no rounding or averaging in SQL: the engines differ"),
    **dict.fromkeys(("GREATEST", "LEAST", "IIF"), "write CASE"),
    **dict.fromkeys(("STRING_AGG", "GROUP_CONCAT", "ARRAY_AGG", "JSON_AGG", "CONCAT", "CONCAT_WS", "FORMAT", "PRINTF", "LPAD", "RPAD"),
                    "join and format text in C"),
    **dict.fromkeys(("POSITION", "INSTR", "STRPOS", "SUBSTRING", "LOWER", "REGEXP_REPLACE"),
                    "not the same on both engines: use a column folded in C, substr, replace"),
    **dict.fromkeys(("IFNULL", "NVL"), "write coalesce"),
}
FORBIDDEN_WORDS = {
    **dict.fromkeys(("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"),
                    "today and now are parameters"),
    **dict.fromkeys(("ILIKE", "GLOB", "REGEXP", "SIMILAR", "MATCH"), "LIKE on a folded column, with ESCAPE"),
    **dict.fromkeys(("LATERAL", "ROLLUP", "CUBE", "TRUNCATE", "FETCH", "NATURAL", "ONLY", "SKIP", "TABLESAMPLE"), "not portable"),
    "OFFSET": "pages go by key, not by OFFSET",
    "ANY": "write IN with numbered parameters",
    "FALSE": "truth values are 0 and 1",
}


def rule_words(shape, s, refuse):
    ts = s.tokens
    for i, t in enumerate(ts):
        before = ts[i - 1] if i > 0 else None
        after = ts[i + 1] if i + 1 < len(ts) else None
        call = after is not None and after.is_op("(")
        if t.kind == "quoted":
            refuse(t.line, f"{t.text}: no quoted names; text is written '...'")
        elif t.kind == "str" and re.match(r"'\d{4}-\d\d-\d\d", t.text):
            refuse(t.line, f"{t.text}: a date is a parameter, never a literal")
        elif t.kind == "dollars" or t.is_op("::", "->", "->>", "[", "?", "@", ":", "#", "~"):
            refuse(t.line, f"{t.text!r} is not portable" + (": write CAST(x AS type)" if t.text == "::" else ""))
        elif t.kind == "op" and t.text == "*" and not (before is not None and before.is_op("(") and after is not None and after.is_op(")")):
            if before is None or before.is_word("SELECT", "DISTINCT", "RETURNING", "ALL") or before.is_op(",", "."):
                refuse(t.line, "name the columns instead of *")
        elif t.kind == "word" and call and t.up in FORBIDDEN_CALLS:
            refuse(t.line, f"{t.text}(): {FORBIDDEN_CALLS[t.up]}")
        elif t.kind == "word" and t.up in FORBIDDEN_WORDS:
            refuse(t.line, f"{t.text}: {FORBIDDEN_WORDS[t.up]}")
        elif t.is_word("TRUE") and not (before is not None and before.is_word("WHERE")):
            refuse(t.line, "TRUE: truth values are 0 and 1 (only WHERE true is the same on both)")
        elif t.is_word("DATE", "TIMESTAMP") and after is not None and after.kind == "str":
            refuse(t.line, "a date is a parameter, never a literal")
        elif t.is_word("FOR") and after is not None and after.is_word("UPDATE", "SHARE", "NO", "KEY"):
            refuse(t.line, "no FOR UPDATE: guard the UPDATE, or touch the parent row first")
        elif t.is_word("DISTINCT") and after is not None and after.is_word("ON"):
            refuse(t.line, "DISTINCT ON is not portable: a window function")
        elif t.is_word("OR") and before is not None and before.is_word("INSERT") or (t.is_word("REPLACE") and not call):
            refuse(t.line, "write ON CONFLICT")


def rule_casts(shape, s, refuse):
    """CAST AS BIGINT, INTEGER and TEXT mean the same on both; sum() is NUMERIC on PostgreSQL until cast."""
    def walk(items, in_cast):
        for i, t in enumerate(items):
            after = items[i + 1] if i + 1 < len(items) else None
            if not isinstance(t, Group) and t.kind == "word" and isinstance(after, Group):
                if t.up == "SUM" and not in_cast:
                    refuse(t.line, "sum() needs CAST(sum(...) AS BIGINT) around it")
                if t.up in ("MIN", "MAX") and len(split(after.items)) > 1:
                    refuse(t.line, f"{t.text}() of two values is not portable: write CASE")
                if t.up == "CAST":
                    target = next((after.items[k + 1:] for k, x in enumerate(after.items) if x.is_word("AS")), [])
                    if len(target) != 1 or target[0].up not in CASTS:
                        refuse(t.line, "CAST only AS BIGINT, INTEGER or TEXT")
                    walk(after.items, bool(target) and target[0].is_word("BIGINT"))
                    continue
            if isinstance(t, Group) and not (i > 0 and items[i - 1].is_word("CAST")):
                walk(t.items, in_cast)
    walk(tree(s.tokens) or [], False)


def rule_like(shape, s, refuse):
    ends = ("AND", "OR", "WHEN", "THEN", "GROUP", "ORDER", "LIMIT", "HAVING", "RETURNING", "UNION")
    for block in shape.blocks:
        for items in block.lists():
            for i, t in enumerate(items):
                if not t.is_word("LIKE"):
                    continue
                rest = []
                for x in items[i + 1:]:
                    if x.is_word(*ends) or x.is_op(","):
                        break
                    rest.append(x)
                if not any(x.is_word("ESCAPE") for x in rest):
                    refuse(t.line, "LIKE needs ESCAPE '\\'")


def rule_null_parameter(shape, s, refuse):
    for t, after in zip(s.tokens, s.tokens[1:]):
        if t.kind == "param" and after.is_word("IS"):
            refuse(t.line, f"{t.text} IS ...: write CAST({t.text} AS BIGINT) or AS TEXT, PostgreSQL cannot tell the type")


def rule_bound(shape, s, refuse):
    if s.kind != "many" or s.bound:
        return
    outer = [b for b in shape.blocks if b.outermost]
    if not outer or not outer[-1].has_limit:
        refuse(s.line, "a :many needs LIMIT, or '-- bound: why it is small'; a long result is a :stream")


def rule_insert_select(shape, s, refuse):
    for block in shape.blocks:
        last = block.feeds[-1:] if "CONFLICT" in block.clauses else []
        if any(b.verb == "SELECT" and "WHERE" not in b.clauses for b in last):
            refuse(block.line, "INSERT .. SELECT .. ON CONFLICT needs a WHERE in the SELECT (WHERE true), or SQLite cannot read it")
        if block.verb == "DELETE" and any(t.is_word("USING") for t in block.items):
            refuse(block.line, "DELETE USING is not portable: EXISTS or IN")


def rule_limit(shape, s, refuse):
    for block in shape.blocks:
        for i, t in enumerate(block.items):
            if t.is_word("LIMIT") and i + 1 < len(block.items) and block.items[i + 1].kind == "param":
                field = param(s, block.items[i + 1])
                if field is not None and (field.type != "i64" or field.nullable):
                    refuse(t.line, "LIMIT takes an i64 that is always there")


def param(s, t):
    n = int(t.text[1:])
    return s.ins[n - 1] if t.kind == "param" and n <= len(s.ins) else None


def column_at(block, items, i):
    """The column that is written at items[i], as (Source, Column), and how many items it takes."""
    if i + 2 < len(items) and items[i].kind == "word" and items[i + 1].is_op(".") and items[i + 2].kind == "word":
        return block.find(items[i].text, items[i + 2].text), 3
    if i < len(items) and items[i].kind == "word":
        return block.find("", items[i].text), 1
    return (None, None), 0


def column_before(block, items, i):
    """The column that ends just before items[i]."""
    if i >= 3 and items[i - 2].is_op(".") and items[i - 1].kind == "word":
        return block.find(items[i - 3].text, items[i - 1].text)
    if i >= 1 and items[i - 1].kind == "word":
        return block.find("", items[i - 1].text)
    return None, None


def rule_dates(shape, s, refuse):
    """SQLite calculates with the year of a date, silently."""
    for block in shape.blocks:
        for items in block.lists():
            for i, t in enumerate(items):
                if not t.is_op("+", "-") or i == 0:
                    continue
                sides = [column_before(block, items, i)[1], column_at(block, items, i + 1)[0][1]]
                sides += [param(s, x) for x in items[max(i - 1, 0):i + 2] if x.kind == "param"]
                if any(x is not None and x.type in ("date", "moment") for x in sides):
                    refuse(t.line, "no arithmetic on dates in SQL: compute the bound in C")


def fits(refuse, line, field, column, table, assign):
    if column is None or field is None or not column.type:
        return
    if FITS[field.type] != column.type:
        refuse(line, f"parameter {field.name} is {field.type}, column {table}.{column.name} is {column.type}")
    if assign and field.nullable and not column.nullable:
        refuse(line, f"parameter {field.name} may be absent, column {table}.{column.name} may not")


def rule_compare_types(shape, s, refuse):
    for block in shape.blocks:
        for items in block.lists():
            for i, t in enumerate(items):
                if t.is_op(*COMPARES) or t.is_word("FROM", "IN", "BETWEEN", "LIKE"):
                    _compare_at(block, s, items, i, refuse)


def _compare_at(block, s, items, i, refuse):
    left, left_table = column_before(block, items, i)[::-1]
    right = items[i + 1:i + 2]
    if items[i].is_word("IN") and right and isinstance(right[0], Group):
        right = [x for x in right[0].items if x.kind == "param"]
        if i > 0 and items[i - 1].is_word("NOT"):
            left, left_table = column_before(block, items, i - 1)[::-1]
    elif items[i].is_word("BETWEEN"):
        right = [x for x in (items[i + 1:i + 2] + items[i + 3:i + 4]) if x.kind == "param"]
    elif items[i].is_word("FROM"):
        at = i - 2 if i >= 2 and items[i - 1].is_word("DISTINCT") and items[i - 2].is_word("IS") else None
        at = i - 3 if i >= 3 and items[i - 2].is_word("NOT") and items[i - 3].is_word("IS") else at
        if at is None:
            return
        left, left_table = column_before(block, items, at)[::-1]
    elif right and isinstance(right[0], Group) and i > 0 and isinstance(items[i - 1], Group):
        for a, b in zip(split(items[i - 1].items), split(right[0].items)):
            if a and len(b) == 1 and b[0].kind == "param":
                (source, column), _ = column_at(block, a, 0)
                fits(refuse, b[0].line, param(s, b[0]), column, source.name if source else "", False)
        return
    assign = "SET" in block.clauses and any(x is items[i] for x in block.clauses["SET"])
    for x in right:
        if x.kind == "param" and left is not None:
            fits(refuse, x.line, param(s, x), left, left_table.name, assign)
    if i > 0 and items[i - 1].kind == "param":
        (source, column), _ = column_at(block, items, i + 1)
        fits(refuse, items[i].line, param(s, items[i - 1]), column, source.name if source else "", False)


def insert_values(block):
    """(column names, rows of expressions) of an INSERT .. VALUES; rows empty for INSERT .. SELECT."""
    group = next((t for t in block.items[2:5] if isinstance(t, Group)), None)
    if group is None or group.query:
        return None, []
    rows = [split(t.items) for t in block.clauses.get("VALUES", []) if isinstance(t, Group)]
    return [p[0].text for p in split(group.items) if p], rows


def rule_insert(shape, s, refuse):
    for block in shape.blocks:
        if block.verb != "INSERT" or not block.sources or block.sources[0].table is None:
            continue
        table, (names, rows) = block.sources[0].table, insert_values(block)
        if names is None:
            refuse(block.line, "INSERT names its columns")
            continue
        for name in names:
            if name not in table.columns:
                refuse(block.line, f"no column {table.name}.{name}")
        rows += [select_items(b) for b in block.feeds if b.verb == "SELECT"]
        for row in rows:
            if len(row) != len(names):
                refuse(block.line, f"{len(names)} columns, {len(row)} values")
            for name, value in zip(names, row):
                column = table.columns.get(name)
                if len(value) == 1 and value[0].kind == "param":
                    fits(refuse, value[0].line, param(s, value[0]), column, table.name, True)


def rule_facts(shape, s, refuse):
    """An amount of a fact is never changed (design.md 3), an administration never moved (R27)."""
    for block in shape.blocks:
        for piece in split(block.clauses.get("SET", [])):
            if piece and piece[0].is_word("AMOUNT_MINOR"):
                refuse(piece[0].line, "amount_minor is a fact: a correction is a new row")
            if piece and piece[0].is_word("ADMINISTRATION_ID"):
                refuse(piece[0].line, "administration_id is never changed")


def select_items(block):
    """The expressions of a SELECT list (or RETURNING), without DISTINCT."""
    items = block.clauses.get("RETURNING" if block.verb in ("UPDATE", "DELETE") or "RETURNING" in block.clauses else "SELECT", [])
    while items and items[0].is_word("DISTINCT", "ALL"):
        items = items[1:]
    return split(items)


def result_block(shape):
    outer = [b for b in shape.blocks if b.outermost]
    return outer[0] if outer else None


def output_name(item):
    if len(item) >= 2 and item[-2].is_word("AS"):
        return item[-1].text
    if len(item) in (1, 3) and item[-1].kind == "word":
        return item[-1].text
    return None


def rule_output(shape, s, refuse):
    block = result_block(shape)
    if block is None or not s.outs or block.verb == "VALUES":
        return
    items = select_items(block)
    if len(items) != len(s.outs):
        refuse(s.line, f"{len(items)} columns, 'out:' names {len(s.outs)}")
        return
    names = {output_name(item): field.name for item, field in zip(items, s.outs) if item}
    for item, field in zip(items, s.outs):
        if not item:
            refuse(s.line, f"no expression for {field.name}")
            continue
        swapped = names.get(field.name)
        if swapped is not None and output_name(item) == swapped != field.name:
            refuse(item[0].line, f"column {swapped} stands where 'out:' says {field.name}, and the other way round")
        _output_type(shape, block, item, field, refuse)


def _output_type(shape, block, item, field, refuse):
    core = item[:-2] if len(item) >= 2 and item[-2].is_word("AS") else item
    single = len([b for b in shape.blocks if b.outermost]) == 1
    if len(core) in (1, 3) and core[-1].kind == "word":
        source, column = column_at(block, core, 0)[0]
        if column is None:
            return
        if column.type and column.type != field.type:
            refuse(core[0].line, f"{field.name} is {field.type} in 'out:', column {source.name}.{column.name} is {column.type}")
        if (column.nullable or source.optional) and not field.nullable and single and not _tested_not_null(block, core):
            refuse(core[0].line, f"{field.name} may be NULL: write {field.type}? in 'out:'")
    elif len(core) == 2 and core[0].is_word("CAST") and isinstance(core[1], Group) and len(core[1].items) >= 3:
        kind = CASTS.get(core[1].items[-1].up)
        if kind is not None and kind != field.type:
            refuse(core[0].line, f"{field.name} is {field.type} in 'out:', the CAST gives {kind}")
        inner = core[1].items
        if inner[0].is_word("SUM", "MAX", "MIN") and not field.nullable and \
                ("GROUP" not in block.clauses or any(x.is_word("FILTER") for x in inner)):
            refuse(core[0].line, f"{field.name} is NULL when there are no rows: coalesce(...), or {field.type}? in 'out:'")


def _tested_not_null(block, core):
    """The WHERE says "column IS NOT NULL" or compares the column, at its own level and without OR."""
    where = block.clauses.get("WHERE", [])
    if any(t.is_word("OR") for t in where):
        return False
    texts = [t.text for t in core]
    for i in range(len(where)):
        if [t.text for t in where[i:i + len(texts)]] == texts:
            rest = where[i + len(texts):i + len(texts) + 3]
            if [t.up for t in rest] == ["IS", "NOT", "NULL"] or (rest and rest[0].is_op(*COMPARES)):
                return True
    return False


def rule_order(shape, s, refuse):
    """NULLs stand first on SQLite and last on PostgreSQL."""
    for block in shape.blocks:
        items = block.clauses.get("ORDER", [])
        for piece in split(items[1:] if items and items[0].is_word("BY") else items):
            if not piece or any(t.is_word("NULLS") for t in piece):
                continue
            core = [t for t in piece if not t.is_word("ASC", "DESC")]
            if len(core) not in (1, 3) or core[-1].kind != "word":
                continue
            source, column = column_at(block, core, 0)[0]
            out = next((f for f in s.outs if f.name == core[-1].text), None) if block.outermost and len(core) == 1 else None
            nullable = column is not None and (column.nullable or source.optional) and not _tested_not_null(block, core)
            if nullable or (column is None and out is not None and out.nullable):
                refuse(core[0].line, f"{core[-1].text} may be NULL: ORDER BY ... NULLS FIRST or NULLS LAST")


class Administrations:
    """Which tables of a statement are tied to $1 by equality of administration_id.

    Only what truly restricts a table counts: a comparison that stands by itself or between ANDs, in WHERE or in the
    condition of a join. The condition of a LEFT JOIN ties the table that is joined, not the ones before it; a
    comparison in a subquery ties the tables of the subquery, not those around it."""

    def __init__(self, shape):
        self.edges, self.seen = {}, set()
        for block in shape.blocks:
            self._condition(block, block.clauses.get("WHERE", []), block.sources)
            for source in block.sources:
                tied = {"": [], "INNER": block.sources, "LEFT": [source]}.get(source.join, [])
                self._condition(block, source.condition, tied)
                if any(t.is_word("USING") for t in source.condition[:1]) and tied:
                    self._using(block, source, tied)

    def tied(self, node):
        if node == "$1":
            return True
        if node is None or id(node) in self.seen:
            return False
        self.seen.add(id(node))
        good = any(self.tied(x) for x in self.edges.get(id(node), [])) or self._body_tied(node)
        self.seen.discard(id(node))
        return good

    def _body_tied(self, source):
        """A query of its own whose administration_id, in each part, is that of a table tied to $1."""
        query = source.body
        if query is None or not query.blocks:
            return False
        names = query.columns or [output_name(item) for item in select_items(query.blocks[0])]
        if "administration_id" not in names:
            return False
        at = names.index("administration_id")
        for block in query.blocks:
            items = select_items(block) if block.verb == "SELECT" else []
            node = self.value(block, items[at]) if at < len(items) else None
            recursive = getattr(node, "body", None) is query
            if not recursive and not self.tied(node):
                return False
        return True

    def value(self, block, item):
        """What an expression is: "$1", the Source whose administration_id it is, or None."""
        if item[-2:-1] and item[-2].is_word("AS"):
            item = item[:-2]
        return self._node(block, item)

    def _add(self, a, b, tied):
        if any(a is x for x in tied):
            self.edges.setdefault(id(a), []).append(b)

    def _using(self, block, source, tied):
        if any(t.is_word("ADMINISTRATION_ID") for t in source.condition[1].items):
            self._add(source, block.sources[0], tied)
            self._add(block.sources[0], source, tied)

    def _condition(self, block, items, tied):
        items = items[1:] if items and items[0].is_word("ON") else items
        if any(t.is_word("OR") for t in items):
            return
        for part in self._parts(items):
            at = next((i for i, t in enumerate(part) if t.is_op("=")), None)
            if len(part) == 1 and isinstance(part[0], Group) and not part[0].query:
                self._condition(block, part[0].items, tied)
            elif at is not None:
                a, b = self._node(block, part[:at]), self._node(block, part[at + 1:])
                if a is not None and b is not None:
                    self._add(a, b, tied)
                    self._add(b, a, tied)

    @staticmethod
    def _parts(items):
        """The pieces between ANDs (that of BETWEEN too: such a piece is no equality of two names)."""
        out = [[]]
        for t in items:
            if t.is_word("AND"):
                out.append([])
            else:
                out[-1].append(t)
        return out

    @staticmethod
    def _node(block, items):
        if len(items) == 1 and items[0].kind == "param":
            return "$1" if items[0].text == "$1" else None
        if not items or not items[-1].is_word("ADMINISTRATION_ID"):
            return None
        if len(items) == 3 and items[1].is_op("."):
            return block.find(items[0].text, "administration_id")[0]
        source = block.find("", "administration_id")[0] if len(items) == 1 else None
        if len(items) == 1 and source is None and any(s.condition[:1] and s.condition[0].is_word("USING") for s in block.sources):
            source = block.sources[0]
        return source


def rule_administration(shape, s, refuse):
    named = [(b, source) for b in shape.blocks for source in b.sources if source.table is not None and not source.hidden]
    if s.scope == "all":
        return
    if s.scope == "global":
        for _, source in named:
            if source.table.tenant or source.table.view and source.table.by_administration:
                refuse(source.line, f"'-- scope: global', but {source.name} belongs to an administration")
        return
    tenant = [(b, source) for b, source in named if source.table.by_administration]
    if not tenant:
        refuse(s.line, "touches only global tables: say '-- scope: global'")
        return
    if not s.ins or s.ins[0].type != "i64" or s.ins[0].nullable:
        refuse(s.line, "$1 is the administration: 'in:' starts with one i64")
    known = Administrations(shape)
    for block in (b for b in shape.blocks if b.verb == "INSERT" and b.sources):
        known.edges.setdefault(id(block.sources[0]), []).append("$1")  # looked at by itself
    for block, source in tenant:
        if block.verb == "INSERT" and source is block.sources[0]:
            _insert_administration(known, block, source, refuse)
        elif not known.tied(source):
            refuse(source.line, f"{source.name} {'as ' + source.alias + ' ' if source.alias != source.name else ''}is not tied to $1: "
                   "administration_id = $1, or equal to that of a table that is (and no OR beside it)")


def _insert_administration(known, block, source, refuse):
    names, rows = insert_values(block)
    if names is None or "administration_id" not in names:
        refuse(block.line, f"INSERT INTO {source.name} names administration_id")
        return
    at = names.index("administration_id")
    for row in rows:
        if at < len(row) and [t.text for t in row[at]] != ["$1"]:
            refuse(block.line, f"administration_id of {source.name} is $1")
    for feed in block.feeds:
        row = select_items(feed) if feed.verb == "SELECT" else []
        if at >= len(row) or not known.tied(known.value(feed, row[at])):
            refuse(feed.line, f"administration_id of {source.name} is $1, or that of a table tied to it")


def copy_text(shape, s):
    """COPY for a :batch that is a plain INSERT of its parameters, each once."""
    block = result_block(shape)
    if s.kind != "batch" or block is None or block.verb != "INSERT" or len(block.items) != 6 or not block.sources or block.feeds:
        return ""
    names, rows = insert_values(block)
    if names is None or len(rows) != 1 or any(len(v) != 1 or v[0].kind != "param" for v in rows[0]):
        return ""
    order = [int(v[0].text[1:]) for v in rows[0]]
    if sorted(order) != list(range(1, len(s.ins) + 1)):
        return ""
    by_number = [name for _, name in sorted(zip(order, names))]
    return f"COPY {block.sources[0].name} ({', '.join(by_number)}) FROM STDIN"


def prepare(s, db, errors):
    """SQLite itself reads the statement against the schema."""
    try:
        db.execute("EXPLAIN " + s.sql, {str(i + 1): None for i in range(len(s.ins))})
    except sqlite3.Error as e:
        errors.add(s.path, s.line, f"{s.name}: SQLite refuses it: {e}")


ALL = (rule_words, rule_casts, rule_like, rule_null_parameter, rule_bound, rule_insert_select, rule_limit, rule_dates,
       rule_compare_types, rule_insert, rule_facts, rule_output, rule_order, rule_administration)


def check(s, tables, errors):
    shape = Shape(s, tables, errors)
    for rule in ALL:
        rule(shape, s, shape.refuse)
    s.copy_sql = copy_text(shape, s)
