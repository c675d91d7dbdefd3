#!/usr/bin/env python3
"""Breaks the rules of src/core on purpose, one small thing at a time, and asks whether the
tests notice. What nobody notices is a test that is missing, or a line that is not needed.

    mutate.py [--count N] [--seed S] [--file F]... [--jobs J] [--list] [--build DIR]

A mutant is one file of the core with one operator, constant, sign, rounding or statement
changed. Which ones are tried is decided by the seed alone, spread over all files. The tree is
never touched: it is copied to a folder of its own and built there once; for each mutant one
file is compiled and put in front of the libraries. With --build that build of this very tree
is used instead, and only read. --list prints the mutants and builds nothing.

A mutant is noticed when any part of the battery fails, stops on an assertion, or takes longer
than it may; one that does not compile is not counted. Prints one line a survivor, then
`N of M noticed (P %)`. docs/mutation.md says what the figures mean.
"""

import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import typing

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "cases")]

import check_style  # noqa: E402  (found through the path above)
import compare  # noqa: E402

COUNT = 200
SMALL = 12  # constants up to here are counted up by one
SECONDS = 40  # for a case or a unit test; many times what it needs
SCRIPT_SECONDS = 200
IGNORED = {"unclaimed", "state_hash", "version", "journals"}  # as tests/cases/README.md says
STREAMS = ("lot-11", "mixed-11", "zhongdian-11", "hold-11")
SCRIPTS = ("apply", "policy_schema", "report", "audit", "replay", "statement", "rewards", "cases")
# One seed of the random commands, with the fewer steps of a sanitized run.
PROPERTY = {"JF_SEED": "1", "JF_SANITIZED": "yes"}

# ---------------------------------------------------------------- what to break


class Mutant(typing.NamedTuple):
    """The text of `path` from `start` to `end` becomes `after`."""

    path: str
    kind: str
    line: int
    start: int
    end: int
    after: str


NAME = r"[\w.>\[\]-]+"
ARM = r"(?:[^?:;,(){}]|\([^()?:;{}]*\))+?"
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
         "+": "-", "-": "+", "+=": "-=", "-=": "+=", "&&": "||", "||": "&&",
         "true": "false", "false": "true",
         "jf_mul_div": "jf_mul_div_up", "jf_mul_div_up": "jf_mul_div"}


def swapped_arms(match):
    """Both arms, taken from the text itself: in the code that is searched, texts are blank."""
    arms = match[1].index(" : ")
    return lambda text: text[arms:].removeprefix(" : ") + " : " + text[:arms]


# (kind, pattern whose group 1 is replaced, by what: a text, or what makes it from the old one)
RULES = [
    ("comparison", r" (<=|>=|==|!=|<|>) ", lambda m: SWAPS[m[1]]),
    ("arithmetic", r"(?<=[\w)\]]) (\+=|-=|\+|-) (?=[\w(*])", lambda m: SWAPS[m[1]]),
    ("logic", r" (&&|\|\|)\s", lambda m: SWAPS[m[1]]),
    ("logic", r"\b(true|false)\b", lambda m: SWAPS[m[1]]),
    ("condition", r"\bif \(([^()&|<>=]+(?:\([^()]*\))?)\)$", lambda m: f"!({m[1]})"),
    ("sign", r"\((?:jf_\w+)\)\{(-)", lambda m: ""),
    ("sign", r"\((?:jf_\w+)\)(\{)(?=[a-z])", lambda m: "{-"),
    ("sign", r", (-)(?=[a-z])", lambda m: ""),
    ("rounding", r"\b(jf_mul_div|jf_mul_div_up)\(", lambda m: SWAPS[m[1]]),
    ("rounding", r"\b(jf_floor_div)\(", lambda m: "1 + jf_floor_div"),
    ("rounding", rf" / ({NAME})(?=[;,)])", lambda m: f"{m[1]} + 1"),
    ("constant", rf"(?<![\w.\[])(\d|1[0-{SMALL - 10}])(?![\w.\]])", lambda m: str(int(m[1]) + 1)),
    ("ternary", rf"\? ({ARM} : {ARM})(?=[;,)}}])", swapped_arms),
    ("statement", rf"^ +(\*?{NAME} (?:=|\+=|-=|\|=) [^;]*;)", lambda m: ";"),
    ("statement", r"^ +((?:\(void\))?(?!sizeof)[a-z]\w+\([^;]*\);)", lambda m: ";"),
]
RULES = [(kind, re.compile(pattern, re.M), after) for kind, pattern, after in RULES]


def blank_between(code, pattern):
    """The code without what starts at the pattern and ends with the `;` after it."""
    return re.sub(pattern + r"[^;]*;", lambda m: re.sub(r"[^\n]", " ", m[0]), code)


def breakable(text):
    """The code of a file, position by position, without what is not to be broken: comments,
    texts, the preprocessor's lines, and assertions, which guard the rules but are none."""
    code = check_style.blank_c(text)
    code = re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), code,
                  flags=re.M)
    return blank_between(code, r"\b(?:JF_ASSERT|_Static_assert)\(")


def loop_end(code, match):
    """Whether this `<` ends a loop over an array: `<=` would read behind it, which a plain
    build need not notice, so the last round is left out instead."""
    head = code[code.rfind("\n", 0, match.start()):match.start()]
    return match[1] == "<" and head.lstrip().startswith("for (") and ";" in head


def mutants_of(path, text):
    """Every mutant of one file, in the order of the text."""
    code = breakable(text)
    found = {}
    for kind, pattern, after in RULES:
        for match in pattern.finditer(code):
            new = "+ 1 <" if kind == "comparison" and loop_end(code, match) else after(match)
            start, end = match.span(1)
            new = new(text[start:end]) if callable(new) else new
            key = (start, end, new)
            found.setdefault(key, Mutant(path, kind, text.count("\n", 0, start) + 1,
                                         start, end, new))
    return [found[key] for key in sorted(found)]


def shuffled(mutants, seed):
    """In an order made from the seed, one kind after the other as long as each lasts."""
    dice = random.Random(f"{seed} {mutants[0].path}" if mutants else seed)
    kinds = {}
    for mutant in mutants:
        kinds.setdefault(mutant.kind, []).append(mutant)
    queues = [kinds[kind] for kind in sorted(kinds)]
    dice.shuffle(queues)
    for queue in queues:
        dice.shuffle(queue)
    order = []
    while any(queues):
        order += [queue.pop() for queue in queues if queue]
    return order


def chosen(by_file, count, seed):
    """Of each file the same share, rounded up so that none goes without, and `count` in all:
    what is too many is dropped from the files that give most."""
    total = sum(map(len, by_file.values()))
    share = {path: -(-len(all_of) * count // total) if total else 0
             for path, all_of in by_file.items()}
    while sum(share.values()) > count:
        share[max(sorted(share), key=share.get)] -= 1
    return [mutant for path in sorted(by_file)
            for mutant in sorted(shuffled(by_file[path], seed)[:share[path]],
                                 key=lambda m: (m.start, m.after))]


def core_files(root):
    core = root / "src" / "core"
    return sorted(str(path.relative_to(root))
                  for path in core.rglob("*.c"))


def described(mutant, text):
    """`file:line: kind: before -> after`, with the lines that it stands in."""
    begin = text.rfind("\n", 0, mutant.start) + 1
    end = text.index("\n", mutant.end)
    before = text[begin:end]
    after = text[begin:mutant.start] + mutant.after + text[mutant.end:end]
    before, after = (" ".join(part.split()) for part in (before, after))
    return f"{mutant.path}:{mutant.line}: {mutant.kind}: {before}  ->  {after}"


# ---------------------------------------------------------------- building it


class Build:
    """A built tree that is only read: what it takes to compile one file, and to link it in."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        commands = json.loads((folder / "compile_commands.json").read_text())
        self.compilers = {str(pathlib.Path(folder, c["file"]).resolve().relative_to(root)):
                          shlex.split(c["command"]) for c in commands
                          if pathlib.Path(folder, c["file"]).resolve().is_relative_to(root)}
        self.linkers = {}
        for target in ["jifen", *self.unit_tests()]:
            said = subprocess.run(["ninja", "-C", folder, "-t", "commands", target],
                                  capture_output=True, text=True, check=False)
            if said.returncode == 0 and (folder / target).exists():
                self.linkers[target] = shlex.split(said.stdout.strip().split("\n")[-1])

    def unit_tests(self):
        tests = sorted((self.root / "tests" / "unit").glob("test_core_*.c"))
        return [f"tests/{path.stem}" for path in tests] + ["tests/test_property"]

    def run(self, command):
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL).returncode == 0

    def compile(self, mutant, work):
        """Whether it compiles; the object is then in `work`. Warnings are no reason not to."""
        text = (self.root / mutant.path).read_text(encoding="utf-8")
        source = work / "mutant.c"
        source.write_text(text[:mutant.start] + mutant.after + text[mutant.end:],
                          encoding="utf-8")
        command, words = [], iter(self.compilers[mutant.path])
        for word in words:
            if word in ("-MQ", "-MF", "-o", "-c"):
                next(words)
            elif word not in ("-MD", "-g", "-Werror"):
                command.append(word)
        return self.run([*command, "-w", "-o", work / "mutant.o", "-c", source])

    def link(self, target, work):
        """The program with the mutant in it: its object stands before the libraries, and so
        the core's own object of that name is never asked for."""
        program = work / pathlib.Path(target).name
        command = self.linkers[target]
        out = command.index("-o")
        if not program.exists() and not self.run(
                [*command[:out], "-o", program, work / "mutant.o", *command[out + 2:]]):
            raise RuntimeError(f"{target} does not link with the changed file")
        return program


# ---------------------------------------------------------------- asking the tests


def completed(command, seconds, folder, env=None):
    """What it printed, or None when it failed, stopped on a signal or took too long. All its
    children are in a session of their own, which ends with it."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.DEVNULL, start_new_session=True,
                                 env={**os.environ, **(env or {})})
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            status = child.wait()
        out.seek(0)
        return out.read() if status == 0 else None


def refused_otherwise(expected, answers):
    """Whether an expected error that says something is refused in other words."""
    for want, got in zip(expected, answers):
        error = json.loads(want).get("error", {}) if '"says"' in want else {}
        found = json.loads(got).get("error") or {}
        if "says" in error and (found.get("field") != error.get("field")
                                or error["says"] not in found.get("message", "")):
            return True
    return False


def read(path):
    """Bytes: a case of bad input need not be text."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def lines_of(data):
    return data.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n")


def case_part(path):
    """A case or a stream on memory: the answers are the expected ones."""
    ending = ".jsonl.gz" if path.suffix == ".gz" else ".jsonl"
    stem = path.name.removesuffix(ending)
    expected = lines_of(read(path.with_name(f"{stem}.expected{ending}")))

    def passes(build, work):
        stream = work / "stream.jsonl"
        stream.write_bytes(read(path))
        said = completed([build.link("jifen", work), "apply", "--db", "memory:", stream],
                         SECONDS, work)
        if said is None:
            return False
        answers = lines_of(said)
        return (not compare.differences(expected, answers, IGNORED)
                and not refused_otherwise(expected, answers))

    return f"case {stem}", passes


def unit_part(target):
    def passes(build, work):
        env = {"TMPDIR": str(work), **(PROPERTY if target.endswith("test_property") else {})}
        return completed([build.link(target, work)], SECONDS, build.root, env) is not None

    return target, passes


def script_part(script):
    def passes(build, work):
        env = {"JIFEN": str(build.link("jifen", work)), "JF_BUILD": str(build.folder),
               "TMPDIR": str(work), "PERL5LIB": str(build.root / "tests")}
        return completed([script], SCRIPT_SECONDS, build.root, env) is not None

    return script.name, passes


def battery(build):
    """The parts, quick ones first: a mutant that the first one notices costs no more."""
    cases = build.root / "tests" / "cases"
    plain = [path for path in sorted(cases.glob("*.jsonl"))
             if not path.name.endswith(".expected.jsonl")]
    streams = [path for path in (cases / "streams" / f"{name}.jsonl.gz" for name in STREAMS)
               if path.exists()]
    scripts = [path for path in (build.root / "tests" / f"{name}.t" for name in SCRIPTS)
               if path.exists()]
    return [*map(case_part, plain), *map(unit_part, list(build.linkers)[1:]),
            *map(case_part, streams), *map(script_part, scripts)]


def in_folder(do):
    """Calls it with a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jf-mutant-") as folder:
        return do(pathlib.Path(folder))


def working_parts(build, parts):
    """Without those that fail on the program as it is, for they would notice everything."""
    some = Mutant(core_files(build.root)[0], "none", 1, 0, 0, "")

    def tried(work):
        if not build.compile(some, work):
            raise RuntimeError(f"{some.path} does not compile as it is")
        return [(name, passes(build, work), passes) for name, passes in parts]

    found = in_folder(tried)
    for name, good, _ in found:
        if not good:
            print(f"left out, for it fails on the program as it is: {name}", file=sys.stderr)
    return [(name, passes) for name, good, passes in found if good]


def noticed_by(build, parts, mutant):
    """The name of the part that notices it, "" when none does, None when it does not compile."""

    def judged(work):
        if not build.compile(mutant, work):
            return None
        return next((name for name, passes in parts if not passes(build, work)), "")

    return in_folder(judged)


# ---------------------------------------------------------------- main


def copy_built(folder):
    """A copy of this tree in the folder, built with its release options."""
    tree, build = folder / "tree", folder / "build"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", "build", "__pycache__"))
    print("building a copy of the tree", file=sys.stderr)
    subprocess.run(["meson", "setup", "-Dweb=false", build, tree], check=True,
                   stdout=subprocess.DEVNULL)
    # A test that does not build is left out of the battery; the program must be there.
    subprocess.run(["ninja", "-C", build, "-k", "0"], check=False, stdout=subprocess.DEVNULL)
    return Build(tree.resolve(), build.resolve())


def judge(build, mutants, jobs):
    """Prints the survivors in order, then the figures."""
    parts = working_parts(build, battery(build))
    counted = noticed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        answers = pool.map(lambda mutant: noticed_by(build, parts, mutant), mutants)
        for number, (mutant, by) in enumerate(zip(mutants, answers), 1):
            counted += by is not None
            noticed += bool(by)
            if by == "":
                print(described(mutant, (build.root / mutant.path).read_text(encoding="utf-8")),
                      flush=True)
            if number % 20 == 0:
                print(f"{number} of {len(mutants)} tried", file=sys.stderr)
    share = f"{100 * noticed / counted:.1f}" if counted else "0"
    print(f"{noticed} of {counted} noticed ({share} %)")


def arguments(argv):
    parser = argparse.ArgumentParser(prog="mutate", description="Do the tests notice?")
    parser.add_argument("--count", type=int, default=COUNT, help=f"mutants to try ({COUNT})")
    parser.add_argument("--seed", type=int, default=1, help="which mutants are tried (1)")
    parser.add_argument("--file", action="append", help="only this file of src/core; repeatable")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--list", action="store_true", help="print the mutants, try nothing")
    parser.add_argument("--build", type=pathlib.Path, help="a build of this tree, to be only read")
    options = parser.parse_args(argv)
    files = core_files(ROOT)
    unknown = [name for name in options.file or [] if name not in files]
    if unknown:
        parser.error(f"{unknown[0]} is no file of the core; expected one like {files[0]}")
    if options.count < 1 or options.jobs < 1:
        parser.error("--count and --jobs are 1 or more")
    return options


def main(argv):
    options = arguments(argv)
    by_file = {path: mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))
               for path in options.file or core_files(ROOT)}
    mutants = chosen(by_file, options.count, options.seed)
    if options.list:
        for mutant in mutants:
            print(described(mutant, (ROOT / mutant.path).read_text(encoding="utf-8")))
        return
    # A mutant may loop for ever: it may not fill the memory or the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    if options.build:
        judge(Build(ROOT, options.build.resolve()), mutants, options.jobs)
    else:
        with tempfile.TemporaryDirectory(prefix="jf-mutate-") as folder:
            judge(copy_built(pathlib.Path(folder)), mutants, options.jobs)


if __name__ == "__main__":
    main(sys.argv[1:])
