#!/usr/bin/env python3
"""Tests of tools/mutate.py: it lists the same mutants again for the same seed, finds each kind
and leaves assertions and comments alone, notices a mutant that breaks a rule for all to see,
lets one survive that changes nothing, and does not count one that does not compile. Nothing
here tries the mutants themselves. JF_BUILD names the plain build, else build is taken.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("JF_BUILD", str(ROOT / "build"))).resolve()
TOOL = ROOT / "tools" / "mutate.py"
SPEC = importlib.util.spec_from_file_location("mutate", TOOL)
sys.dont_write_bytecode = True
mutate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mutate)

POOL_MATH = "src/core/pool_math.c"
# A file with one of each kind, and what must stay as it is.
TEXT = """\
/* a < b and c + d, 3 > 2 */
#define HALF (ONE / 2)
int f(int a, int b)
{
    JF_ASSERT(a < b &&
              a > 0);
    say("a == b");
    for (int i = x; i < b; i++)
        a += b;
    if (flag)
        a = b ? c : d;
    post((jf_cny){-a}, (jf_point){a});
    jf_mul_div(a, b, c, &d);
    return a && b;
}
"""
# (kind, line of TEXT, what it becomes)
WANTED = [
    ("statement", 7, ";"), ("comparison", 8, "+ 1 <"), ("arithmetic", 9, "-="),
    ("condition", 10, "!(flag)"), ("ternary", 11, "d : c"), ("statement", 11, ";"),
    ("sign", 12, ""), ("sign", 12, "{-"), ("statement", 12, ";"),
    ("rounding", 13, "jf_mul_div_up"), ("statement", 13, ";"), ("logic", 14, "||"),
]

count = 0
failed = 0


def ok(good, sentence, got=""):
    """One line of TAP, and what was got when it is not as it should be."""
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {sentence}")
    if not good:
        print(f"# got: {got}")


def test_finding():
    found = mutate.mutants_of("x.c", TEXT)
    got = {(m.kind, m.line, m.after) for m in found}
    for kind, line, after in WANTED:
        ok((kind, line, after) in got, f"line {line} gives the {kind} mutant '{after}'", got)
    stray = [m for m in found if m.line < 7]
    ok(not stray, "comments, macros, parameters and assertions are left alone", stray)
    ok(not [m for m in found if m.line == 7 and m.kind != "statement"], "texts are left alone")
    said = mutate.described(next(m for m in found if m.line == 14), TEXT)
    ok(said == "x.c:14: logic: return a && b;  ->  return a || b;", "a mutant reads well", said)


def listed(*more):
    done = subprocess.run([TOOL, "--list", *more], capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1]


def test_listing():
    first = listed()
    ok(len(first) == mutate.COUNT >= 150, "as many are chosen as promised, 150 or more", first)
    ok(first == listed(), "the same seed chooses the same mutants")
    ok(first != listed("--seed", "2"), "another seed chooses others")
    files = {line.split(":")[0] for line in first}
    without = [path for path in mutate.core_files(ROOT)
               if path not in files
               and mutate.mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))]
    ok(not without, "every file of the core that can be broken is", without)
    one = listed("--file", POOL_MATH, "--count", "7")
    ok(len(one) == 7 and all(line.startswith(POOL_MATH) for line in one),
       "one file can be looked at alone", one)
    wrong = subprocess.run([TOOL, "--file", "src/base/day.c"], capture_output=True, check=False)
    ok(wrong.returncode == 2 and b"is no file of the core" in wrong.stderr,
       "a file outside the core is refused", wrong.stderr)


def planted(before, after):
    """The mutant of pool_math.c that turns the first `before` into `after`."""
    at = (ROOT / POOL_MATH).read_text(encoding="utf-8").index(before)
    return mutate.Mutant(POOL_MATH, "planted", 1, at, at + len(before), after)


def test_noticing():
    build = mutate.Build(ROOT, BUILD)
    parts = mutate.working_parts(
        build, [mutate.unit_part("tests/test_core_pool_math"),
                mutate.case_part(ROOT / "tests" / "cases" / "share-flat.jsonl"),
                ("never", lambda build, work: False)])
    ok([name for name, _ in parts] == ["tests/test_core_pool_math", "case share-flat"],
       "a part that fails anyway is left out", parts)
    broken = planted("return (int64_t)((jf_i128)tranche", "return 1 + (int64_t)((jf_i128)tranche")
    for name, passes in parts[:1]:
        got = mutate.noticed_by(build, [(name, passes)], broken)
        ok(got == name, f"{name} notices a planted fault", got)
    crash = planted("JF_ASSERT(level >= 0", "JF_ASSERT(level < 0")
    ok(mutate.noticed_by(build, parts, crash) == parts[0][0], "an assertion that fails is noticed")
    same = planted("return next > INT64_MAX", "return next >= INT64_MAX + (jf_i128)1")
    got = mutate.noticed_by(build, parts, same)
    ok(got == "", "a change that changes nothing survives", got)
    got = mutate.noticed_by(build, parts, planted("return next", "return nothing_of_that_name"))
    ok(got is None, "what does not compile is not counted", got)
    mutate.SECONDS = 0.2
    loop = planted("JF_ASSERT(level >= 0", "for (;;);\n    JF_ASSERT(level >= 0")
    ok(mutate.noticed_by(build, parts, loop) == parts[0][0], "what never ends is noticed")


test_finding()
test_listing()
test_noticing()
print(f"1..{count}")
sys.exit(1 if failed else 0)
