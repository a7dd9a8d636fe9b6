"""The shape of a statement: groups in parentheses, query blocks, tables with aliases, columns.

Not a parser of all SQL: just enough to know which table a column belongs to. What this cannot follow is
refused or left to the engines, on which every statement is prepared anyway."""
import dataclasses

CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "RETURNING", "WINDOW", "SET", "VALUES", "ON", "UNION",
           "EXCEPT", "INTERSECT", "CONFLICT", "DO", "USING", "OFFSET")
JOINS = ("JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER")


@dataclasses.dataclass
class Group:
    """Tokens between a pair of parentheses."""
    items: list
    line: int
    kind: str = "group"
    text: str = "("
    up: str = "("

    @property
    def query(self):
        return bool(self.items) and self.items[0].is_word("SELECT", "WITH", "VALUES")

    def is_op(self, *_):
        return False

    is_word = is_op


def tree(flat):
    """Tokens with parentheses folded into groups; None when they do not match."""
    stack = [Group([], 0)]
    for t in flat:
        if t.is_op("("):
            stack.append(Group([], t.line))
        elif t.is_op(")"):
            if len(stack) == 1:
                return None
            done = stack.pop()
            stack[-1].items.append(done)
        else:
            stack[-1].items.append(t)
    return stack[0].items if len(stack) == 1 else None


def split(items, separator=","):
    """Pieces between separators at this level."""
    out = [[]]
    for t in items:
        if t.is_op(separator):
            out.append([])
        else:
            out[-1].append(t)
    return out if out != [[]] else []


@dataclasses.dataclass(eq=False)
class Source:
    """A table, view, common table expression or subquery in FROM, under its alias."""
    alias: str
    name: str       # "" for a subquery
    table: object   # sqlgen_schema.Table, or None when its columns are not known
    line: int
    join: str = ""        # INNER, LEFT, RIGHT, FULL: how it was joined; "" for the first and after a comma
    condition: list = dataclasses.field(default_factory=list)  # ON ... or USING (...)
    optional: bool = False  # the missing side of an outer join: every column may be NULL
    group: object = None  # the subquery itself
    body: object = None   # a query of its own: the Query
    hidden: bool = False  # found by its alias only ("excluded")


@dataclasses.dataclass(eq=False)
class Query:
    """A common table expression or subquery: its blocks (one per part of a UNION) and its column names."""
    blocks: list = dataclasses.field(default_factory=list)
    columns: list = None


@dataclasses.dataclass(eq=False)
class Block:
    """One SELECT, INSERT, UPDATE or DELETE, without the query blocks inside it."""
    verb: str
    items: list
    parent: object
    line: int
    sources: list = dataclasses.field(default_factory=list)
    clauses: dict = dataclasses.field(default_factory=dict)
    outermost: bool = False
    has_limit: bool = False
    feeds: list = dataclasses.field(default_factory=list)  # of an INSERT .. SELECT: the SELECT's blocks

    def lists(self):
        """The item lists of this block: its own and those of its plain groups."""
        todo = [self.items]
        while todo:
            items = todo.pop()
            yield items
            todo += [t.items for t in items if isinstance(t, Group) and not t.query]

    def find(self, qualifier, column):
        """(Source, Column or None) for a column name, looking outwards; (None, None) when not known."""
        block = self
        while block is not None:
            if qualifier:
                hits = [s for s in block.sources if s.alias == qualifier]
            else:
                seen = [s for s in block.sources if not s.hidden]
                hits = [s for s in seen if s.table is not None and column in s.table.columns]
                if not hits and any(s.table is None for s in seen):
                    return (seen[0] if len(seen) == 1 else None), None
            if len(hits) == 1:
                table = hits[0].table
                return hits[0], table.columns.get(column) if table is not None else None
            if len(hits) > 1:
                return None, None
            block = block.parent
        return None, None


class Shape:
    """All blocks of a statement."""

    def __init__(self, statement, tables, errors):
        self.statement, self.tables, self.errors, self.blocks = statement, tables, errors, []
        items = tree(statement.tokens)
        if items is None:
            self.refuse(statement.line, "the parentheses do not match")
            return
        self._query(items, None, {}, True)

    def refuse(self, line, text):
        self.errors.add(self.statement.path, line, f"{self.statement.name}: {text}")

    def _with(self, items, parent, names):
        """Reads WITH name AS (...), ...; gives the rest of the items and the queries known in it by name."""
        at, names = 1, dict(names)
        recursive = items[at].is_word("RECURSIVE")
        at += recursive
        while True:
            name, at, query = items[at].text, at + 1, Query()
            if isinstance(items[at], Group):
                query.columns = [piece[0].text for piece in split(items[at].items) if piece]
                at += 1
            while not isinstance(items[at], Group):
                at += 1  # AS [NOT] MATERIALIZED
            body = items[at]
            if body.items and body.items[0].is_word("INSERT", "UPDATE", "DELETE"):
                self.refuse(body.line, "a WITH that writes is not portable: two statements in a transaction")
            query.blocks = self._query(body.items, parent, {**names, name: query} if recursive else names, False)
            names[name] = query
            at += 1
            if not (at < len(items) and items[at].is_op(",")):
                return items[at:], names
            at += 1

    def _query(self, items, parent, names, outermost):
        """A query and all that is in it; gives the blocks of its own UNION parts."""
        try:
            if items and items[0].is_word("WITH"):
                items, names = self._with(items, parent, names)
        except IndexError:
            self.refuse(self.statement.line, "cannot read this WITH")
            return []
        if not items or not items[0].is_word("SELECT", "VALUES"):
            self._writing(items, parent, names, outermost)
            return []
        parts = [[]]
        for t in items:
            if t.is_word("UNION", "EXCEPT", "INTERSECT"):
                parts.append([])
            elif len(parts) == 1 or parts[-1] or not t.is_word("ALL", "DISTINCT"):
                parts[-1].append(t)
        return [self._block(part, parent, names, outermost, parts) for part in parts]

    def _writing(self, items, parent, names, outermost):
        """INSERT, UPDATE, DELETE; the SELECT that feeds an INSERT is a query of its own."""
        start = next((i for i, t in enumerate(items) if t.is_word("SELECT", "WITH")), None)
        if not items or not items[0].is_word("INSERT") or start is None:
            self._block(items, parent, names, outermost, [items])
            return
        end = next((i for i in range(start, len(items)) if items[i].is_word("RETURNING") or
                    (items[i].is_word("ON") and i + 1 < len(items) and items[i + 1].is_word("CONFLICT"))), len(items))
        insert = self._block(items[:start] + items[end:], parent, names, outermost, [items])
        insert.feeds = self._query(items[start:end], None, names, False)

    def _block(self, items, parent, names, outermost, parts):
        if not items:
            self.refuse(self.statement.line, "an empty query")
        block = Block(items[0].up if items else "", items, parent, items[0].line if items else 1, outermost=outermost)
        block.has_limit = any(t.is_word("LIMIT") for t in parts[-1])
        self.blocks.append(block)
        self._clauses(block)
        self._sources(block, names)
        for items_of in block.lists():
            for t in items_of:
                if isinstance(t, Group) and t.query:
                    source = next((x for x in block.sources if x.group is t), None)
                    blocks = self._query(t.items, parent if source else block, names, False)
                    if source:
                        source.body = Query(blocks)
        return block

    @staticmethod
    def _clauses(block):
        """Items per clause word at the block's own level: {"FROM": [...], "ORDER": [...]}."""
        name, before = None, None
        for t in block.items:
            compares = before is not None and before.is_word("DISTINCT") and t.is_word("FROM")  # IS DISTINCT FROM
            before = t
            if t.kind == "word" and t.up in CLAUSES and not compares and not (name == "FROM" and t.up in ("ON", "USING")):
                name = t.up
                block.clauses.setdefault(name, [])
            elif name is not None:
                block.clauses[name].append(t)

    def _sources(self, block, names):
        items = block.items
        if block.verb in ("UPDATE", "DELETE", "INSERT"):
            at = 1 if block.verb == "UPDATE" else 2
            if len(items) > at:
                self._source(block, items, at, names, "")
            if "CONFLICT" in block.clauses and block.sources:
                target = block.sources[0]
                block.sources.append(Source("excluded", target.name, target.table, target.line, hidden=True))
        if block.verb in ("UPDATE", "SELECT"):
            self._from(block, block.clauses.get("FROM", []), names)

    def _from(self, block, items, names):
        at, join, expect = 0, "", True
        while at < len(items):
            t = items[at]
            if t.is_op(","):
                expect, join = True, ""
            elif t.is_word(*JOINS):
                if t.is_word("LEFT", "RIGHT", "FULL"):
                    join = t.up
                if t.is_word("JOIN"):
                    expect, join = True, join or "INNER"
            elif expect:
                at = self._source(block, items, at, names, join)
                expect, join = False, ""
                continue
            elif block.sources:
                block.sources[-1].condition.append(t)
            at += 1

    def _source(self, block, items, at, names, join):
        """Reads one table of a FROM list at `at`; gives the place behind it."""
        t, after = items[at], at + 1
        name = "" if isinstance(t, Group) else t.text
        if isinstance(t, Group) and not t.query:
            self.refuse(t.line, "write joins flat, without parentheses around tables")
            return after
        if after < len(items) and items[after].is_word("AS"):
            after += 1
        alias = name
        if after < len(items) and items[after].kind == "word" and items[after].up not in CLAUSES + JOINS + ("DEFAULT",):
            alias, after = items[after].text, after + 1
            if after < len(items) and isinstance(items[after], Group) and block.verb == "SELECT":
                self.refuse(items[after].line, "a column list behind an alias is not portable: WITH name(columns) AS (...)")
        if not name and not alias:
            self.refuse(t.line, "a subquery in FROM needs a name: (...) AS name")
        body = names.get(name)
        known = self.tables.get(name) if body is None else None
        if name and known is None and body is None:
            self.refuse(t.line, f"no table or view {name!r} in the schema")
        if join in ("RIGHT", "FULL"):
            for s in block.sources:
                s.optional = True
        block.sources.append(Source(alias, name, known, t.line, join, optional=join in ("LEFT", "FULL"),
                                    group=None if name else t, body=body))
        return after
