"""The gates report planted violations, each of its own kind, and nothing in a clean tree."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.environ["SOURCE_ROOT"] + "/tests")
from lib import ROOT, Checks

t = Checks()

TABLE = """# Architecture

| room | what lives there | may include |
| --- | --- | --- |
| `base` | ground | — |
| `value` | values | base |
| `store` | stores | base, value |
| `policy` | rules | base, value |

`src/main.c` may include `base` and `value`.
"""
HEADER = "#ifndef VD_BASE_GROUND_H\n#define VD_BASE_GROUND_H\n/* The ground. */\nint vd_ground(int);\n#endif\n"
SOURCE = '/* The ground itself. */\n#include "base/ground.h"\n\nint\nvd_ground(int n)\n{\n\treturn n + 1;\n}\n'
CLEAN = {
    "docs/architecture.md": TABLE,
    "docs/README.md": "# docs\n",
    "src/README.md": "# src\n",
    "src/base/README.md": "# base\n",
    "src/base/ground.h": HEADER,
    "src/base/ground.c": SOURCE,
    "src/policy/README.md": "# policy\n",
    "src/policy/rule.c": '/* A rule. */\n#include "base/ground.h"\n\n#include <string.h>\n',
}


def tree(changes):
    root = Path(tempfile.mkdtemp(prefix="tree."))
    for name, text in {**CLEAN, **changes}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return root


def gate(tool, *args):
    r = subprocess.run([ROOT / "tools" / tool, *args], capture_output=True, text=True, check=False)
    return r.returncode, r.stdout + r.stderr


def text_gate(tool, cases):
    code, out = gate(tool, "--root", tree({}))
    t.true(f"{tool}: a clean tree is good", code == 0, out)
    for what, changes, wanted in cases:
        code, out = gate(tool, "--root", tree(changes))
        t.true(f"{tool}: {what}", code == 1 and wanted in out and "1 problems" in out, out)


def body(*lines):
    return SOURCE + "\nint\nvd_more(int n)\n{\n" + "".join(f"\t{x}\n" for x in lines) + "}\n"


C = "src/base/ground.c"
text_gate("tidy", [
    ("a long function", {C: body(*["n++;"] * 68, "return n;")}, "a function of 71 lines"),
    ("a long file", {C: SOURCE + "/* */\n" * 993}, "more than 1000 lines"),
    ("a wide line", {C: SOURCE + "/* " + "x" * 95 + " */\n"}, "wider than 100"),
    ("a banned function", {C: body("strcpy(a, b);")}, "banned function: strcpy("),
    ("another", {C: body("return atoi(s);")}, "banned function: atoi("),
    ("the clock", {C: body("return time(NULL);")}, "base/clock.c"),
    ("memory past the arena", {C: body("return malloc(3) != 0;")}, "from the arena"),
    ("floating point", {C: body("double d = 1;")}, "no floating point"),
    ("switched-off code", {C: SOURCE + "#if 0\n#endif\n"}, "#if 0"),
    ("a silenced warning", {C: SOURCE + '#pragma GCC diagnostic ignored "-Wall"\n'}, "repaired"),
    ("a jump", {C: body("goto out;")}, "goto"),
    ("SQL in C", {C: body('run("SELECT a FROM b");')}, "queries/"),
    ("a note without a number", {C: SOURCE + "/* TODO later */\n"}, "without a number"),
    ("boasting", {"docs/README.md": "# docs\n\nBlazing? No: blazing.\n"}, "boasting"),
    ("blanks at the end", {C: SOURCE + "/* */ \n"}, "end of the line"),
    ("carriage returns", {"src/base/x.sql": "a\r\n"}, "carriage return"),
    ("no newline at the end", {C: SOURCE + "/* */"}, "no newline"),
    ("a source without a word", {C: SOURCE.split("\n", 1)[1]}, "what the file is for"),
    ("a wrong guard", {"src/base/ground.h": HEADER.replace("GROUND", "GRND")}, "#ifndef VD_BASE_"),
    ("a header without a word", {"src/base/ground.h": HEADER.replace("/* The ground. */\n", "int a;\n\n")},
     "saying what it is"),
    ("a folder without README", {"src/policy/README.md": None}, "no README.md"),
    ("a README that is a book", {"src/README.md": "# src\n" + "text\n" * 50}, "short"),
])
root = tree({})
(root / C).write_bytes(SOURCE.encode() + b"/* \xe9 */\n")
code, out = gate("tidy", "--root", root)
t.true("tidy: a source that is not UTF-8", code == 1 and "is not UTF-8" in out, out)
code, out = gate("tidy", "--root", tree({C: body('say("strcpy(a); TODO(#7)"); /* malloc() */ return n;')}))
t.true("tidy: words in strings and comments, and numbered notes, are free", code == 0, out)

P = "src/policy/rule.c"
text_gate("check_layers", [
    ("an edge that is not in the table", {P: '#include "base/ground.h"\n#include "store/db.h"\n',
                                          "src/store/db.h": ""}, 'may not include store ("store/db.h")'),
    ("a room that is not in the table", {"src/cellar/x.c": ""}, "src/cellar: not in the table"),
    ("a pure room that reaches outside", {P: "#include <time.h>\n"}, "is pure"),
    ("another", {P: "#include <sys/socket.h>\n"}, "is pure"),
    ("an include without its room", {C: '#include "base/ground.h"\n#include "ground.h"\n'}, "not in src/"),
    ("main past its rooms", {"src/main.c": '#include "policy/p.h"\n', "src/policy/p.h": ""},
     "main may not include policy"),
    ("a header that nobody includes", {"src/base/lonely.h": HEADER}, "nobody includes it"),
])


# --- objects --------------------------------------------------------------------------------------

def symbols(cases, flags=()):
    """Compiles each text as ROOM/FILE and asks check_symbols."""
    build = Path(tempfile.mkdtemp(prefix="symbols.")) / "planted"
    for who, text in cases:
        room, file = who.split("/")
        (build / f"lib{room}.a.p").mkdir(parents=True, exist_ok=True)
        source = build / f"{room}_{file}.c"
        source.write_text(text)
        subprocess.run(["cc", "-w", *flags, "-c", source, "-o",
                        build / f"lib{room}.a.p/src_{room}_{file}.c.o"], check=True)
    return gate("check_symbols", "--build", build)


PLANTED = [
    ("sqlite3_step", "void *sqlite3_step(void *);void *f(void *p){return sqlite3_step(p);}",
     "ledger/x", "store/sqlite"),
    ("PQexec", "void *PQexec(void *);void *f(void *p){return PQexec(p);}",
     "store/other", "store/postgresql"),
    ("curl_easy_init", "void *curl_easy_init(void);void *f(void){return curl_easy_init();}",
     "app/curl", "gateway/smtp"),
    ("xmlParseChunk", "void xmlParseChunk(void);void f(void){xmlParseChunk();}",
     "export/x", "intake/xml"),
    ("cairo_show_page", "void cairo_show_page(void);void f(void){cairo_show_page();}",
     "report/x", "correspondence/pdf"),
    ("malloc", "#include <stdlib.h>\nvoid *f(void){return malloc(7);}", "value/x", "base/arena"),
    ("time", "#include <time.h>\ntime_t f(void){return time(0);}", "policy/x", "base/clock"),
    ("getenv", "#include <stdlib.h>\nchar *f(void){return getenv(\"A\");}", "app/env", "cli/options"),
    ("strcpy", "#include <string.h>\nchar *f(char *a,char *b){return strcpy(a,b);}",
     "base/arena", None),
    ("sprintf", "#include <stdio.h>\nint f(char *a,int i){return sprintf(a,\"%d.\",i);}",
     "cli/print", None),
    ("strtod", "#include <stdlib.h>\ndouble f(char *a){return strtod(a,0);}", "value/money", None),
    ("vd_clock_now", "void vd_clock_now(void);void f(void){vd_clock_now();}", "matching/x", "app/day"),
    ("socket", "#include <sys/socket.h>\nint f(void){return socket(1,1,1);}", "app/net", "gateway/socket"),
]
FLAGS = ((), ("-O2", "-D_FORTIFY_SOURCE=2", "-fPIE"), ("-fsanitize=address,undefined",))
for flags in FLAGS:
    code, out = symbols([(f"{wrong}", text) for _, text, wrong, _ in PLANTED], flags)
    for symbol, _, wrong, _ in PLANTED:
        t.true(f"check_symbols: {symbol} in {wrong} {' '.join(flags)}",
               code == 1 and f"{wrong}: may not use {symbol}\n" in out, out)
    t.contains("check_symbols: and nothing else", out, f"{len(PLANTED)} problems")
code, out = symbols([(right, text) for _, text, _, right in PLANTED if right])
t.true("check_symbols: the same calls are free where they belong", code == 0, out)

VARIABLES = [
    ("a counter", "int counter;int f(void){return ++counter;}", 1),
    ("a set counter", "static int counter = 4;int f(void){return ++counter;}", 1),
    ("one inside a function", "int f(void){static int counter;return ++counter;}", 1),
    ("one per thread", "static _Thread_local int counter;int f(void){return ++counter;}", 1),
    ("a pointer that may move", "static const char *p = \"a\";void f(const char *a){p = a;} char g(void){return *p;}", 1),
    ("a constant", "static const int n[] = {1,2};int f(int i){return n[i];}", 0),
    ("a table of texts", "static const char *const n[] = {\"a\",\"b\"};const char *f(int i){return n[i];}", 0),
    ("a table of functions", "static int a(void){return 1;}static int (*const n[])(void) = {a};int f(int i){return n[i]();}", 0),
]
for flags in FLAGS:
    flags += ("-fPIE",)
    code, out = symbols([(f"ledger/n{i}", text) for i, (_, text, _) in enumerate(VARIABLES)], flags)
    for i, (what, _, wanted) in enumerate(VARIABLES):
        t.true(f"check_symbols: {what} {' '.join(flags)}",
               (f"ledger/n{i}: mutable variable" in out) == bool(wanted), out)
code, out = symbols([("base/fault", VARIABLES[0][1])])
t.true("check_symbols: the fault seams may have variables", code == 0, out)
empty = Path(tempfile.mkdtemp()) / "planted"
empty.mkdir()
code, out = gate("check_symbols", "--build", empty)
t.true("check_symbols: nothing to look at is a failure", code == 1 and "build first" in out, out)
t.end()
