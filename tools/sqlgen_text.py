"""Reading SQL text: tokens with line numbers, statements, and the contracts above them."""
import dataclasses
import pathlib
import re

TYPES = {"i64": "VD_T_I64", "text": "VD_T_TEXT", "date": "VD_T_DATE", "moment": "VD_T_MOMENT", "bytes": "VD_T_BYTES"}
KINDS = ("exec", "one", "opt", "many", "stream", "batch")
PARAMS_MAX, COLUMNS_MAX = 48, 64  # as in store/db.h

C_KEYWORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline
int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
bool true false""".split())

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*)
  | (?P<dollars>\$\$.*?\$\$)
  | (?P<str>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_][^\]]*\])
  | (?P<param>\$\d+)
  | (?P<num>\d+(?:\.\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
  | (?P<op>::|\|\||<=|>=|<>|!=|->>|->|[-+*/%<>=(),.;:@#~&|!?^\[\]{}])
""", re.X | re.S)


class Errors:
    """Collects refusals as "file:line: reason"."""

    def __init__(self):
        self.lines = []

    def add(self, path, line, text):
        entry = f"{path}:{line}: {text}"
        if entry not in self.lines:
            self.lines.append(entry)


@dataclasses.dataclass
class Token:
    kind: str  # word, num, str, param, op, quoted, dollars
    text: str
    line: int
    start: int
    end: int

    @property
    def up(self):
        return self.text.upper() if self.kind == "word" else self.text

    def is_op(self, *texts):
        return self.kind == "op" and self.text in texts

    def is_word(self, *texts):
        return self.kind == "word" and self.up in texts


def tokens(text, path, first_line, errors):
    out, at, line = [], 0, first_line
    while at < len(text):
        m = TOKEN.match(text, at)
        if m is None:
            errors.add(path, line, f"cannot read {text[at]!r}")
            return out
        if m.lastgroup not in ("space", "comment"):
            out.append(Token(m.lastgroup, m[0], line, m.start(), m.end()))
        line += m[0].count("\n")
        at = m.end()
    return out


def without_comments(text):
    """The same text with comments cut and blank lines dropped: what is sent to the engine."""
    out, at = [], 0
    while at < len(text):
        m = TOKEN.match(text, at)
        if m is None or m.lastgroup != "comment":
            out.append(text[at] if m is None else m[0])
        at = at + 1 if m is None else m.end()
    lines = (line.rstrip() for line in "".join(out).split("\n"))
    return "\n".join(line for line in lines if line)


@dataclasses.dataclass
class Field:
    name: str
    type: str
    nullable: bool


@dataclasses.dataclass
class Statement:
    path: str        # as shown in messages
    file: str        # stem of the file: "ledger"
    line: int        # of "-- name:"
    name: str
    kind: str
    ins: list
    outs: list
    scope: str       # "", "global", "all"
    bound: str
    sql: str = ""
    tokens: list = dataclasses.field(default_factory=list)
    writes: bool = False
    copy_sql: str = ""


def _fields(text, path, line, errors):
    fields = []
    for part in (p.strip() for p in text.split(",")):
        if not part:
            continue
        m = re.fullmatch(r"([a-z][a-z0-9_]*)\s+(i64|text|date|moment|bytes)(\?)?", part)
        if m is None:
            errors.add(path, line, f"cannot read {part!r}: write 'name type', type one of {' '.join(TYPES)}, with ? when "
                       "the value may be absent")
            continue
        if m[1] in C_KEYWORDS:
            errors.add(path, line, f"{m[1]!r} is a word of C: choose another name")
        if any(f.name == m[1] for f in fields):
            errors.add(path, line, f"{m[1]!r} stands twice")
        fields.append(Field(m[1], m[2], m[3] == "?"))
    return fields


def _head(path, lines, first, errors):
    """Contract lines from "-- name:" on: a dictionary, and the number of lines it takes."""
    head, key, n = {}, None, 0
    for n, text in enumerate(lines):
        m = re.match(r"--\s*(name|in|out|scope|bound):\s*(.*?)\s*$", text)
        more = re.match(r"--\s{2,}(\S.*?)\s*$", text)
        if m is not None:
            key = m[1]
            if key in head:
                errors.add(path, first + n, f"'-- {key}:' stands twice")
            head[key] = (m[2], first + n)
        elif more is not None and key in ("in", "out") and head[key][0].endswith(","):
            head[key] = (head[key][0] + " " + more[1], head[key][1])
        elif not text.startswith("--"):
            break
        else:
            key = None
    return head, n


def _statement(path, stem, lines, first, errors):
    head, used = _head(path, lines, first, errors)
    m = re.fullmatch(r"([a-z][a-z0-9_]*)\s+:(\w+)", head["name"][0])
    if m is None or m[2] not in KINDS:
        errors.add(path, first, f"write '-- name: a_name :kind', kind one of {' '.join(KINDS)}")
        return None
    text = "\n".join(lines[used:])
    field_lines = {k: _fields(*head.get(k, ("", first))[:1], path, head.get(k, ("", first))[1], errors) for k in ("in", "out")}
    s = Statement(path, stem, first, m[1], m[2], field_lines["in"], field_lines["out"],
                  head.get("scope", ("", 0))[0], head.get("bound", ("", 0))[0])
    s.tokens = tokens(text, path, first + used, errors)
    ends = [i for i, t in enumerate(s.tokens) if t.is_op(";")]
    if not s.tokens or ends != [len(s.tokens) - 1]:
        errors.add(path, first, f"{s.name}: one statement, ended by ';'")
        return None
    s.sql = without_comments(text[:s.tokens[-1].start])
    s.tokens.pop()
    s.writes = any(t.is_word("INSERT", "UPDATE", "DELETE") for t in s.tokens)
    return s


def statements(path, shown, errors):
    """All statements of one query file."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
    starts = [i for i, text in enumerate(lines) if re.match(r"--\s*name:", text)]
    out = []
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else len(lines)
        s = _statement(shown, pathlib.Path(path).stem, lines[start:end], start + 1, errors)
        if s is not None:
            out.append(s)
    before = "\n".join(lines[:starts[0]] if starts else lines)
    if tokens(before, shown, 1, errors):
        errors.add(shown, 1, "a statement without '-- name:'")
    return out


def check_contract(s, errors):
    """What can be said without looking at the schema."""
    used = [int(t.text[1:]) for t in s.tokens if t.kind == "param"]
    if sorted(set(used)) != list(range(1, len(s.ins) + 1)):
        errors.add(s.path, s.line, f"{s.name}: parameters {sorted(set(used))} stand in the text, 'in:' names {len(s.ins)}")
    if len(s.ins) > PARAMS_MAX or len(s.outs) > COLUMNS_MAX:
        errors.add(s.path, s.line, f"{s.name}: at most {PARAMS_MAX} parameters and {COLUMNS_MAX} columns")
    if s.kind in ("exec", "batch") and s.outs:
        errors.add(s.path, s.line, f"{s.name}: :{s.kind} has no 'out:'")
    if s.kind not in ("exec", "batch") and not s.outs:
        errors.add(s.path, s.line, f"{s.name}: :{s.kind} needs 'out:'")
    if s.kind == "batch" and not s.ins:
        errors.add(s.path, s.line, f"{s.name}: :batch needs 'in:'")
    if s.kind in ("exec", "batch") and not s.writes:
        errors.add(s.path, s.line, f"{s.name}: :{s.kind} is for statements that write")
    if s.kind == "stream" and s.writes:
        errors.add(s.path, s.line, f"{s.name}: :stream is for reading")
    if s.scope not in ("", "global", "all"):
        errors.add(s.path, s.line, f"{s.name}: '-- scope:' is global or all")
    if s.scope == "all" and (s.file != "scheduler" or s.writes):
        errors.add(s.path, s.line, f"{s.name}: '-- scope: all' is allowed in scheduler.sql only, and only for reading")
