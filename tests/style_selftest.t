#!/usr/bin/env python3
"""Tests of the checks themselves: each is shown a tree that breaks its rule, and must
say so; and a tree that is in order, and must be silent. A check that cannot complain
is worth nothing, and nobody would notice.
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent / "tools"
HEAD = "/* A file that is only here to be looked at. */\n"
SHELL_HEAD = "#!/bin/sh\n# A script that is only here to be looked at.\n"
NOTE = "TO" + "DO"

# A tree in order: what is close to a complaint without being one.
GOOD = {
    "src/core/meson.build": "# The sources of the core layer, all of them.\nx = files('a.c')\n",
    "src/core/a.c": HEAD + '#include <stdint.h>\n#include "base/b.h"\n'
    'static const char *text = "double time( printf(" /* float */;\n'
    "int jf_real_time(void)\n{\n    return text[0] == '\"'; // no time()\n}\n"
    "#ifdef A\nvoid f(void) {\n#else\nvoid g(void) {\n#endif\n}\n"
    "void say(const char *f, ...) __attribute__((format(printf, 1, 2)));\n",
    "src/base/b.h": HEAD + "struct b {\n" + "    int x;\n" * 80 + "};\n",
    "src/base/t.def": HEAD + "ROW(" + "x" * 120 + ")\n",
    "src/cli/c.h": HEAD + '#include "sim/s.h"\n#include "store/s.h"\n',
    "tests/wide.c": HEAD + "/* " + "积" * 47 + " */\n",
    "tools/run.sh": SHELL_HEAD + "cd ../work/x /workshop/y\n",
    "src/store/schema/001_a.sql": "-- The tables of a store in order.\nSELECT 1;\n",
}


def long_c(lines):
    return HEAD + "static int long_one(int x)\n{\n" + "    x++;\n" * (lines - 3) + "}\n"


# (rule, file, text, line of the complaint)
BAD = [
    ("function_length", "src/base/a.c", long_c(71), 2),
    ("function_length", "src/base/a.h", HEAD + "int f(void);\n" + long_c(90)[len(HEAD):], 3),
    ("function_length", "src/base/a.c", HEAD + "void f(void)\n{\n    {\n}\n", 1),
    ("function_length", "tools/a.py", '"""One function that is long, too long."""\n'
     "def f():\n" + "    x = 1\n" * 70, 2),
    ("function_length", "tools/a.sh", SHELL_HEAD + "f()\n{\n" + "    :\n" * 70 + "}\n", 3),
    ("purpose", "src/base/a.c", "int x;\n", 1),
    ("purpose", "src/base/a.h", "/* Too few words. */\n", 1),
    ("purpose", "src/base/a.def", "ROW(1)\n", 1),
    ("purpose", "tools/a.py", '#!/usr/bin/env python3\n"""Short."""\n', 1),
    ("purpose", "tools/a.sh", "#!/bin/sh\nset -eu\n# A comment that comes too late to count.\n", 1),
    ("purpose", "src/store/schema/001_a.sql", "SELECT 1;\n", 1),
    ("purpose", "meson.build", "project('x', 'c')\n", 1),
    ("unfinished", "src/base/a.c", HEAD + f"int x; /* {NOTE}: more */\n", 2),
    ("unfinished", "tools/a.sh", SHELL_HEAD + "# FIX" + "ME\n", 3),
    ("whitespace", "src/base/a.c", HEAD + "\tint x;\n", 2),
    ("whitespace", "src/base/a.c", HEAD + "int x; \n", 2),
    ("whitespace", "src/base/a.c", HEAD + "int x;\r\n", 2),
    ("whitespace", "src/base/a.c", HEAD + "int x;", 2),
    ("columns", "src/base/a.c", HEAD + "/* " + "x" * 95 + " */\n", 2),
    ("columns", "src/base/a.c", HEAD + "/* " + "积" * 48 + "  */\n", 2),
    ("punctuation", "src/base/a.c", HEAD + "/* \u79ef,\u5206 */\n", 2),
    ("punctuation", "web/words/zh.ts", "'\u79ef\u5206(\u5165\u6c60)'\n", 1),
    ("columns", "src/base/a.def", HEAD + "x" * 161 + "\n", 2),
    ("layers", "src/base/a.c", HEAD + '#include "core/x.h"\n', 2),
    ("layers", "src/core/a.c", HEAD + '#include "store/x.h"\n', 2),
    ("layers", "src/store/a.c", HEAD + '#include "app/x.h"\n', 2),
    ("layers", "src/app/a.c", HEAD + '#include "cli/x.h"\n', 2),
    ("layers", "src/app/a.c", HEAD + '#include "sim/x.h"\n', 2),
    ("layers", "src/server/a.c", HEAD + '#include "store/x.h"\n', 2),
    ("layers", "src/sim/a.c", HEAD + '#include "pay/x.h"\n', 2),
    ("layers", "src/base/a.c", HEAD + '#include "x.h"\n', 2),
    ("layers", "src/base/a.c", HEAD + '#include "../core/x.h"\n', 2),
    ("layers", "src/core/a.c", HEAD + "#include <stdio.h>\n", 2),
    ("layers", "src/core/a.c", HEAD + "# include <time.h>\n", 2),
    ("layers", "src/app/a.c", HEAD + "#include <sqlite3.h>\n", 2),
    ("layers", "src/store/a.c", HEAD + "#include <jansson.h>\n", 2),
    ("layers", "src/core/a.h", HEAD + "#include <openssl/evp.h>\n", 2),
    ("layers", "src/attic/a.c", HEAD + "int x;\n", 1),
    ("core_words", "src/core/a.c", HEAD + "int x;\ndouble y;\n", 3),
    ("core_words", "src/core/deep/a.h", HEAD + "float y;\n", 2),
    ("core_words", "src/core/a.c", HEAD + "#define NOW time(0)\n", 2),
    ("core_words", "src/core/a.c", HEAD + 'void f(void) { snprintf(b, 1, ""); }\n', 2),
    ("core_words", "src/core/a.c", HEAD + "void *f(void) { return malloc (1); }\n", 2),
    ("machine_paths", "tools/a.sh", SHELL_HEAD + "cd /ho" + "me/ann/x\n", 3),
    ("machine_paths", "tests/a.c", HEAD + 'char *p = "/wo' + 'rk/main";\n', 2),
    ("listed", "src/base/deep/a.c", HEAD + "int x;\n", 1),
    ("listed", "tests/unit/test_a.c", HEAD + "int x;\n", 1),
]

count = 0
bad = 0


def ok(passed, sentence, detail=""):
    global count, bad
    count += 1
    print(f"{'ok' if passed else 'not ok'} {count} - {sentence}", flush=True)
    if not passed:
        bad += 1
        print("\n".join("# " + line for line in str(detail).splitlines()), file=sys.stderr)


def run(*command, **options):
    """(status, everything printed) of a command."""
    done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    return done.returncode, done.stdout


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def test_style():
    rules = run(TOOLS / "check_style.py", "--rules")[1].split()
    with tempfile.TemporaryDirectory() as folder:
        plant(pathlib.Path(folder), GOOD)
        found = run(TOOLS / "check_style.py", "--root", folder)
        ok(found == (0, ""), "a tree in order brings no complaint", found)
        plant(pathlib.Path(folder), {"build/gen.c": "\t", ".git/x.c": "\t"})
        found = run(TOOLS / "check_style.py", "--root", folder)
        ok(found == (0, ""), "what the build makes is not looked at", found)
    for rule, name, text, line in BAD:
        with tempfile.TemporaryDirectory() as folder:
            plant(pathlib.Path(folder), {name: text})
            status, printed = run(TOOLS / "check_style.py", "--root", folder, rule)
            wanted = f"{name}:{line}: {rule}:"
            right = status == 1 and printed.startswith(wanted) and printed.count("\n") == 1
            ok(right, f"{rule} complains about line {line} of {name}", (status, printed, text))
    shown = {rule for rule, *_ in BAD}
    ok(shown == set(rules), "every rule is shown a tree that breaks it", shown ^ set(rules))
    with tempfile.TemporaryDirectory() as folder:
        plant(pathlib.Path(folder), {"src/base/a.c": long_c(70)})
        found = run(TOOLS / "check_style.py", "--root", folder, "function_length")
        ok(found == (0, ""), "a function of 70 lines is not too long", found)
    status, printed = run(TOOLS / "check_style.py", "no_such_rule")
    ok(status == 2 and "there are:" in printed, "an unknown rule is refused", printed)


def purity(root, core, base="int jf_base(void); int jf_base(void) { return 1; }"):
    """check_purity's answer about a core and a base of one file each."""
    plant(root, {"core.c": core, "base.c": base, "allow": "# none\nmemcpy\n!jf_forbidden\n"})
    for name in ("core", "base"):
        run("gcc", "-O1", "-fPIE", "-c", f"{name}.c", cwd=root)
        (root / f"lib{name}.a").unlink(missing_ok=True)
        run("ar", "rcs", f"lib{name}.a", f"{name}.o", cwd=root)
    return run(TOOLS / "check_purity.sh", "libcore.a", "libbase.a", "allow", cwd=root)


def test_purity():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        found = purity(root, "int jf_base(void); void *memcpy(void *, const void *, unsigned long);"
                       "static const char *const names[] = {\"a\", \"b\"};"
                       "const char *f(int n, void *a, void *b)"
                       "{ return names[memcpy(a, b, n * 99L) == a || jf_base()]; }")
        ok(found == (0, ""), "a pure core brings no complaint", found)
        status, printed = purity(root, "long time(long *); long f(void) { return time(0); }")
        ok(status == 1 and "core needs time (in core.o" in printed, "a clock is found", printed)
        status, printed = purity(root, "int other(void); int f(void) { return other(); }",
                                 "int other(void); int other(void) { return 1; }")
        ok(status == 1 and "needs other" in printed, "of base only jf_ names are allowed", printed)
        status, printed = purity(root, "int jf_forbidden(void); int f(void)"
                                 "{ return jf_forbidden(); }",
                                 "int jf_forbidden(void); int jf_forbidden(void) { return 1; }")
        ok(status == 1 and "jf_forbidden" in printed, "a forbidden one is found", printed)
        status, printed = purity(root, "int f(void) { static int n; return ++n; }")
        ok(status == 1 and "writable data in .bss" in printed, "a static is found", printed)
        status, printed = purity(root, "int n = 7;")
        ok(status == 1 and "writable data in .data" in printed, "a global is found", printed)
        ok(run(TOOLS / "check_purity.sh", "none.a", "none.a", "allow", cwd=root)[0] != 0,
           "a library that is not there is no pure one")


def test_headers():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        plant(root, {"src/base/a.h": "typedef int jf_a;\n",
                     "src/app/b.h": '#include "base/a.h"\nstatic inline jf_a b(){return 1;}\n'})
        found = run(TOOLS / "check_headers.sh", ".", cwd=root)
        ok(found == (0, ""), "headers that compile alone bring no complaint", found)
        plant(root, {"src/core/c.h": "jf_a c(void);\n"})
        status, printed = run(TOOLS / "check_headers.sh", ".", cwd=root)
        ok(status == 1 and "src/core/c.h does not compile alone" in printed,
           "a header that needs another one is found", printed)


def test_cppcheck():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        plant(root, {"src/a.c": "int f(int n)\n{\n    int x[4] = {0};\n    return x[n & 3];\n}"})
        found = run(TOOLS / "check_cppcheck.sh", "build", cwd=root)
        ok(found == (0, ""), "sound code brings no complaint of cppcheck", found)
        plant(root, {"src/a.c": "int f(void)\n{\n    int x[4] = {0};\n    return x[4];\n}\n"})
        status, printed = run(TOOLS / "check_cppcheck.sh", "build", cwd=root)
        ok(status == 1 and "src/a.c:4: arrayIndexOutOfBounds" in printed,
           "cppcheck's complaint is passed on", printed)


def test_embed():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        tricky = '-- "quotes" \\ ??/ %s 积分\n\nSELECT \'\t\';\n'
        plant(root, {"001_a.sql": tricky, "002_b.sql": "SELECT 2;", "main.c":
                     '#include "schema.h"\n#include <stdio.h>\nint main(void)\n{\n'
                     "    for (size_t i = 0; i < jf_schema_step_count; i++)\n"
                     '        printf("%d %s %zu %s|", jf_schema_steps[i].number,\n'
                     "               jf_schema_steps[i].name, jf_schema_steps[i].size,\n"
                     "               jf_schema_steps[i].sql);\n"
                     "    return jf_schema_001_size > jf_schema_002_size ? 0 : 1;\n}\n"})
        embed = [TOOLS / "embed.py", "schema.c", "schema.h"]
        found = run(*embed, "002_b.sql", "001_a.sql", cwd=root)
        ok(found == (0, ""), "SQL texts are embedded", found)
        run("gcc", "-Wall", "-Wextra", "-Werror", "main.c", "schema.c", "-o", "main", cwd=root)
        found = run("./main", cwd=root)
        size = len(tricky.encode())
        ok(found == (0, f"1 a {size} {tricky}|2 b 9 SELECT 2;|"),
           "the program holds them byte by byte", found)
        status, printed = run(*embed, "001_a.sql", cwd=root)
        ok(status == 1 and "002_b.sql is not in" in printed,
           "a text that the list forgot is found", printed)
        plant(root, {"004_d.sql": ""})
        status, printed = run(*embed, "001_a.sql", "002_b.sql", "004_d.sql", cwd=root)
        ok(status == 1 and "expected number 003" in printed, "a gap is found", printed)


test_style()
test_purity()
test_headers()
test_cppcheck()
test_embed()
print(f"1..{count}")
sys.exit(1 if bad else 0)
