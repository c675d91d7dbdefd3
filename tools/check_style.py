#!/usr/bin/env python3
"""The house rules that a machine can check, one function a rule.

    check_style.py [--root DIR] [--rules] [--stats] [RULE...]

Prints one line a complaint, `path:line: rule: what is wrong and what is wanted`,
and ends with status 1 when there was any. With rule names it checks only those;
--rules lists them; --stats prints figures about the tree instead (function
lengths, assertions, size of the tests) and complains about nothing.

The C reader here is small on purpose: it blanks comments and literals, then
follows braces. It relies on the house style (no code hidden in macros) and says
so when braces do not balance, rather than measuring nonsense.
"""

import argparse
import ast
import pathlib
import re
import sys
import unicodedata

MAX_FUNCTION = 70
MAX_COLUMNS = 100
MAX_TABLE_COLUMNS = 160  # in .def files, where one row is one line
MIN_PURPOSE_WORDS = 5

# What each layer of src/ may include besides itself. The program (cli) comes
# last and may use them all; the others at the right end never need each other.
LAYERS = {
    "base": (),
    "core": ("base",),
    "store": ("base", "core"),
    "app": ("base", "core", "store"),
    "server": ("base", "core", "app"),
    "pay": ("base", "core", "store", "app"),
    "sim": ("base", "core", "store", "app"),
    "cli": ("base", "core", "store", "app", "server", "pay", "sim"),
}

# Headers that the build generates, by the layer that may include them.
GENERATED = {"store": ("schema.h",)}

CORE_SYSTEM_HEADERS = {
    "inttypes.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h",
    "string.h"}

# Libraries are met in one layer each, so that they can be replaced there.
LIBRARY_LAYERS = {
    "jansson.h": ("base",),
    "openssl/": ("base", "pay"),
    "sodium.h": ("base",),
    "qrencode.h": ("app",),
    "zlib.h": ("app",),
    "xlsxwriter.h": ("app",),
    "sqlite3.h": ("store",),
    "libpq-fe.h": ("store",),
    "microhttpd.h": ("server",),
    "curl/": ("pay",),
}

CORE_WORDS = (
    (r"\b(?:long\s+)?double\b", "floating point"),
    (r"\bfloat\b", "floating point"),
    (r"\b\w*printf\s*\(", "printing"),
    (r"\b(?:time|clock|clock_gettime|gettimeofday|localtime|gmtime)\s*\(", "a clock"),
    (r"\b(?:malloc|calloc|realloc|free)\s*\(", "memory that is not the caller's arena"),
)

C_ENDINGS = {".c", ".h", ".def"}
HASH_ENDINGS = {".py", ".sh", ".t", ".pl", ".pm"}
HASH_NAMES = {"meson.build", "dev", "run"}
TEXT_ENDINGS = {".html", ".json", ".md", ".mjs", ".ts", ".vue"}  # for rules about words alone
SKIPPED_FOLDERS = {".git", "node_modules", "corpus", "__pycache__"}


class Source:
    """A file of the tree: its text, its lines, and for C its text without comments."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.parts = path.relative_to(root).parts
        raw = path.read_bytes()
        self.text = raw.decode("utf-8", "replace")
        self.lines = self.text.split("\n")
        self.is_c = path.suffix in C_ENDINGS
        self.is_python = path.suffix == ".py" or self.lines[0].endswith("python3")
        self.is_sql = path.suffix == ".sql"
        self.is_text = path.suffix in TEXT_ENDINGS
        self.code = blank_c(self.text) if self.is_c else self.text

    def layer(self):
        inside = self.parts[0] == "src" and len(self.parts) > 2
        return self.parts[1] if inside else None


def read_tree(root):
    """Every source file under root, by name; what the build makes is left out."""
    found = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if SKIPPED_FOLDERS & set(parts) or parts[0].startswith("build"):
            continue
        endings = C_ENDINGS | HASH_ENDINGS | TEXT_ENDINGS | {".sql"}
        known = path.suffix in endings or path.name in HASH_NAMES
        if known and path.is_file():
            found.append(Source(root, path))
    return found


def blank_c(text):
    """The text with comments and the insides of literals turned into blanks, lines kept."""
    token = re.compile(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|/\*.*\Z', re.S)

    def blank(match):
        found = match[0]
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)

    return token.sub(blank, text)


def without_preprocessor(code):
    """Blanks directives with their continued lines, and all but the first branch of #if."""
    out = []
    in_directive = False
    branches = []  # for each open #if: are we past its first branch?
    for line in code.split("\n"):
        match = None if in_directive else re.match(r"\s*#\s*(\w+)", line)
        if match:
            word = match[1]
            if word in ("if", "ifdef", "ifndef"):
                branches.append(False)
            elif word in ("else", "elif") and branches:
                branches[-1] = True
            elif word == "endif" and branches:
                branches.pop()
        skip = in_directive or match is not None or any(branches)
        in_directive = (in_directive or match is not None) and line.endswith("\\")
        out.append("" if skip else line)
    return "\n".join(out)


def c_functions(source):
    """(name, first line, last line) of each function; and whether braces balance."""
    code = without_preprocessor(source.code)
    functions = []
    depth = 0
    head = 0
    opened = None
    for match in re.finditer(r"[{};]", code):
        mark, at = match[0], match.start()
        if mark == "{":
            before = code[head:at].strip()
            if depth == 0 and before.endswith(")") and not before.startswith("typedef"):
                opened = (before, head + len(code[head:at]) - len(code[head:at].lstrip()))
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth < 0:
                return functions, False
            if depth == 0 and opened:
                name = re.search(r"(\w+)\s*\(", opened[0])
                first = code.count("\n", 0, opened[1]) + 1
                functions.append((name[1] if name else "?", first, code.count("\n", 0, at) + 1))
                opened = None
        if depth == 0:
            head = at + 1
    return functions, depth == 0


def python_functions(source):
    tree = ast.parse(source.text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(n.name, n.lineno, n.end_lineno) for n in ast.walk(tree) if isinstance(n, kinds)]


def shell_functions(source):
    functions = []
    opened = None
    for number, line in enumerate(source.lines, 1):
        match = re.match(r"(\w+)\s*\(\)", line)
        if match:
            opened = (match[1], number)
        elif line.startswith("}") and opened:
            functions.append((*opened, number))
            opened = None
    return functions


def functions_of(source):
    if source.is_c:
        return c_functions(source)[0] if not source.path.endswith(".def") else []
    if source.is_python:
        return python_functions(source)
    return [] if source.is_sql else shell_functions(source)


# ---------------------------------------------------------------- the rules
# Each takes all sources and yields (source, line number, what is wrong).


def rule_function_length(sources):
    for source in sources:
        if source.is_c and not source.path.endswith(".def") and not c_functions(source)[1]:
            yield source, 1, "braces do not balance; keep whole blocks inside one #if branch"
        for name, first, last in functions_of(source):
            if last - first + 1 > MAX_FUNCTION:
                yield source, first, (
                    f"{name} has {last - first + 1} lines; at most {MAX_FUNCTION}, "
                    "split it where the steps are")


def opening_comment(source):
    """The words of the comment that a file starts with (after a #! line)."""
    text = source.text
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    text = text.lstrip()
    if source.is_python and text.startswith(('"""', "'''")):
        return text[3:].split(text[:3])[0]
    if source.is_c or source.is_sql:
        if text.startswith("/*"):
            return text[2:].split("*/")[0]
        mark = "--" if source.is_sql else "//"
    else:
        mark = "#"
    lines = []
    for line in text.split("\n"):
        if not line.startswith(mark):
            break
        lines.append(line[len(mark):])
    return " ".join(lines)


def rule_purpose(sources):
    for source in sources:
        if len(re.findall(r"\w+", opening_comment(source))) < MIN_PURPOSE_WORDS:
            yield source, 1, (
                "no opening comment; say in a sentence or more "
                f"(at least {MIN_PURPOSE_WORDS} words) what the file is for")


def rule_unfinished(sources):
    word = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            # TAP's own directive for an expected failure is not a note to oneself.
            if word.search(line) and "not ok" not in line:
                yield source, number, "a note to oneself; do it, or open an issue"


def rule_whitespace(sources):
    for source in sources:
        if source.text and not source.text.endswith("\n"):
            yield source, len(source.lines), "no newline at the end of the file"
        for number, line in enumerate(source.lines, 1):
            if "\t" in line:
                yield source, number, "a tab; indent by 4 spaces, write \\t in literals"
            elif line != line.rstrip():
                yield source, number, "blanks at the end of the line"


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def rule_columns(sources):
    for source in sources:
        most = MAX_TABLE_COLUMNS if source.path.endswith(".def") else MAX_COLUMNS
        for number, line in enumerate(source.lines, 1):
            if columns(line) > most:
                yield source, number, f"{columns(line)} columns; at most {most}"


def include_error(layer, kind, name):
    """What is wrong with an #include in a layer, or None."""
    if kind == "<":
        if layer == "core" and name not in CORE_SYSTEM_HEADERS:
            return f"core may not include <{name}>: it does no I/O and asks nobody"
        for library, homes in LIBRARY_LAYERS.items():
            if name.startswith(library) and layer not in homes:
                return f"<{name}> belongs to {' and '.join(homes)}; use what they offer"
        return None
    if name in GENERATED.get(layer, ()):
        return None
    first = name.split("/")[0] if "/" in name else None
    if first not in LAYERS:
        return f'"{name}": write includes from src/ on, like "base/str.h"'
    if first != layer and first not in LAYERS[layer]:
        return f"{layer} may not include {first}: layers only know those before them"
    return None


def rule_layers(sources):
    include = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
    for source in sources:
        layer = source.layer()
        if not source.is_c or layer is None:
            continue
        if layer not in LAYERS:
            yield source, 1, f"src/{layer} is no known layer; add it to LAYERS"
            continue
        for number, line in enumerate(source.lines, 1):
            match = include.match(line)
            wrong = include_error(layer, match[1], match[2]) if match else None
            if wrong:
                yield source, number, wrong


def rule_core_words(sources):
    for source in sources:
        if not source.is_c or source.layer() != "core":
            continue
        for number, line in enumerate(source.code.split("\n"), 1):
            for pattern, what in CORE_WORDS:
                match = re.search(pattern, line)
                if match:
                    yield source, number, f"'{match[0]}': core may not use {what}"


def rule_machine_paths(sources):
    path = re.compile(r"(?<![\w.*\-$}/])/(?:wo" r"rk|home|root)/")
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if path.search(line):
                yield source, number, "a path of one machine; make it relative or an argument"


def list_for(source):
    """(the meson.build that must name this C file, the name it goes by), or None."""
    if source.layer():
        return "/".join(("src", source.layer(), "meson.build")), "/".join(source.parts[2:])
    if source.parts[:2] == ("tests", "unit"):
        return "tests/unit/meson.build", source.parts[2].removesuffix(".c")
    return None


def rewards_listed(sources):
    """The files that core's meson.build makes of the rows of rewards.def."""
    rows = [s.text for s in sources if s.path == "src/core/rewards.def"]
    return {f"rewards/{name}.c" for text in rows
            for name in re.findall(r"^JF_REWARD\(\w+, (\w+),", text, re.M)}


def rule_listed(sources):
    lists = {s.path: s.text for s in sources if s.path.endswith("meson.build")}
    rewards = rewards_listed(sources)
    for source in sources:
        home = list_for(source) if source.path.endswith(".c") else None
        if home and home[1] not in rewards and f"'{home[1]}'" not in lists.get(home[0], ""):
            yield source, 1, f"not built: {home[0]} does not name '{home[1]}'"


def rule_punctuation(sources):
    """Marks within a Chinese sentence are as wide as its characters."""
    wide = "\u3001\u3002\u300a-\u300f\u201c\u201d\u4e00-\u9fff\uff08\uff09"
    narrow = re.compile(f"(?<=[{wide}])[,:;()!?](?=[{wide}])")
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if match := narrow.search(line):
                yield source, number, f"a narrow '{match[0]}' between Chinese characters"


ABOUT_WORDS = {"punctuation"}  # rules for texts too; the others are for code

RULES = {
    name.removeprefix("rule_"): rule for name, rule in list(globals().items())
    if name.startswith("rule_")}


# ---------------------------------------------------------------- figures


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def print_stats(sources):
    """Function lengths and assertions, by layer, and the size of the tests."""
    lines_of = {"src": 0, "tests": 0}
    for source in sources:
        if source.parts[0] in lines_of:
            lines_of[source.parts[0]] += len(source.lines) - 1
    print("layer   functions  p50  p95  max  asserts/100 lines  asserts/function")
    for layer in [*LAYERS, None]:
        mine = [s for s in sources if s.is_c and s.parts[0] == "src"]
        mine = [s for s in mine if layer is None or s.layer() == layer]
        lengths = [last - first + 1 for s in mine for _, first, last in functions_of(s)]
        if not lengths:
            continue
        asserts = sum(len(re.findall(r"\bJF_ASSERT\w*\(", s.code)) for s in mine)
        code_lines = sum(1 for s in mine for line in s.code.split("\n") if line.strip())
        print(f"{layer or 'all':7} {len(lengths):9}  {percentile(lengths, 0.5):3}  "
              f"{percentile(lengths, 0.95):3}  {max(lengths):3}  "
              f"{100 * asserts / code_lines:17.1f}  {asserts / len(lengths):16.1f}")
    ratio = lines_of["tests"] / max(1, lines_of["src"])
    print(f"lines: {lines_of['src']} in src, {lines_of['tests']} in tests ({ratio:.2f} : 1)")


def main():
    parser = argparse.ArgumentParser(description="Checks the house rules.")
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--rules", action="store_true", help="list the rules")
    parser.add_argument("--stats", action="store_true", help="print figures about the tree")
    parser.add_argument("only", nargs="*", metavar="RULE", help="check only these")
    args = parser.parse_args()
    if args.rules:
        print("\n".join(RULES))
        return 0
    for name in args.only:
        if name not in RULES:
            parser.error(f"no rule '{name}'; there are: {', '.join(RULES)}")
    everything = read_tree(args.root.resolve())
    sources = [s for s in everything if not s.is_text]
    if args.stats:
        print_stats(sources)
        return 0
    complaints = 0
    for name in args.only or RULES:
        for source, line, message in RULES[name](everything if name in ABOUT_WORDS else sources):
            print(f"{source.path}:{line}: {name}: {message}")
            complaints += 1
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
