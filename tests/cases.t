#!/usr/bin/env python3
"""Every case and long stream of tests/cases, on both stores.

For each case: the answers are the expected ones on memory and on SQLite, one command a batch and
512, on SQLite also when the program is started anew within the stream; the audits of these files,
with a replay, find nothing; each answer has the shape that commands.def promises; and every run
ends with the same state hash. Streams are cases of 1,500 commands, kept compressed, and run in
large batches only. What a case is stands in tests/cases/README.md. JIFEN names the program, else
build/jifen is taken; with arguments only the cases of these names are run.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "cases")]
sys.dont_write_bytecode = True

import compare  # noqa: E402  (found through the path above)
import reply_shape  # noqa: E402

JIFEN = os.environ.get("JIFEN", str(HERE.parent / "build" / "jifen"))
IGNORED = {"unclaimed", "state_hash", "version", "journals"}
# How a case is run: the store, commands a batch, and how many processes share the stream.
RUNS = (("memory", 1, 1), ("memory", 512, 1),
        ("sqlite", 1, 1), ("sqlite", 512, 1), ("sqlite", 7, 3))
STREAM_RUNS = (("memory", 512, 1), ("sqlite", 512, 1), ("sqlite", 500, 2))
AUDIT = b'{"cmd":"audit"}'
CLEAN = '{"ok":true,"result":{"findings":[]}}'
SHOWN = 5

count = 0
failed = 0


def ok(complaints, sentence):
    """One line of TAP; the first complaints behind it."""
    global count, failed
    count += 1
    failed += bool(complaints)
    print(f"{'not ok' if complaints else 'ok'} {count} - {sentence}")
    for text in complaints[:SHOWN]:
        print("#   " + text.encode("ascii", "backslashreplace").decode())
    if len(complaints) > SHOWN:
        print(f"#   and {len(complaints) - SHOWN} more")
    sys.stdout.flush()


def apply(lines, url, batch, folder):
    """(answers as lines, what went wrong as a whole) of one process."""
    stream = pathlib.Path(folder) / "stream.jsonl"
    stream.write_bytes(b"".join(line + b"\n" for line in lines))
    done = subprocess.run([JIFEN, "apply", "--db", url, "--batch", str(batch), str(stream)],
                          capture_output=True, stdin=subprocess.DEVNULL, check=False)
    answers = done.stdout.decode("utf-8", "backslashreplace").removesuffix("\n").split("\n")
    if done.returncode == 0:
        return answers, []
    said = done.stderr.decode("utf-8", "backslashreplace").strip().split("\n")
    return answers, [f"exit status {done.returncode}: {text}" for text in said[-2:]]


def database(name, batch, folder):
    return f"sqlite:{folder}/{name}-{batch}.db"


def audit_case(name, runs, folder):
    """What an audit of the files says that run after run has left, a replay included."""
    found = []
    for batch in sorted({batch for store, batch, _ in runs if store == "sqlite"}):
        done = subprocess.run([JIFEN, "audit", "--db", database(name, batch, folder)],
                              capture_output=True, stdin=subprocess.DEVNULL, check=False)
        said = done.stdout.decode("utf-8", "backslashreplace").strip().split("\n")
        if done.returncode:
            found += [f"batch {batch}: exit status {done.returncode}"]
            found += [f"batch {batch}: {text}" for text in said if text.startswith("error")]
    return found


def apply_case(name, commands, run, folder):
    """The same of one way of running a case."""
    store, batch, parts = run
    url = "memory:" if store == "memory" else database(name, batch, folder)
    size = -(-len(commands) // parts)
    answers, wrong = [], []
    for start in range(0, len(commands), size):
        more, why = apply(commands[start:start + size], url, batch, folder)
        answers += more
        wrong += why
    return answers, wrong


def refused_otherwise(expected, answers):
    """Expected errors that say something are held to their field and message too."""
    found = []
    for number, (line, answer) in enumerate(zip(expected, answers), 1):
        error = json.loads(line).get("error", {})
        if "says" not in error:
            continue
        try:
            got = json.loads(answer).get("error", {})
        except ValueError:
            continue
        if got.get("field") != error["field"]:
            found.append(f"line {number}: expected field {error['field']!r}, got {got}")
        elif error["says"] not in got.get("message", ""):
            found.append(f"line {number}: expected a message with {error['says']!r}, got {got}")
    return found


def wrong_shapes(commands, answers):
    return [f"line {number}: {text}"
            for number, (line, answer) in enumerate(zip(commands, answers), 1)
            for text in reply_shape.wrong_answer(line, answer)]


def state_hash(answers):
    """Of the last answer: every case ends with an audit."""
    try:
        return json.loads(answers[-1])["result"]["state_hash"]
    except (ValueError, KeyError, TypeError):
        return f"none: {answers[-1][:80]}"


def check_case(name, commands, expected, runs, folder):
    complaints, shapes, hashes = {"memory": [], "sqlite": []}, [], {}
    for run in runs:
        store, batch, parts = run
        where = f"batch {batch}" + (f", {parts} processes" if parts > 1 else "")
        answers, wrong = apply_case(name, commands, run, folder)
        wrong += compare.differences(expected, answers, IGNORED)
        wrong += refused_otherwise(expected, answers)
        complaints[store] += [f"{where}: {text}" for text in wrong]
        shapes += [f"{store}, {where}: {text}" for text in wrong_shapes(commands, answers)]
        hashes[f"{store}, {where}"] = state_hash(answers)
    for store, found in complaints.items():
        ok(found, f"{name} on {store}: the answers are the expected ones")
    ok(audit_case(name, runs, folder), f"{name}: the audits of the files find nothing")
    ok(shapes, f"{name}: every answer has the shape of commands.def")
    known = set(hashes.values())
    same = len(known) == 1 and len(min(known)) == 64
    ok([] if same else [f"{where}: {text}" for where, text in hashes.items()],
       f"{name}: every run ends with the same state hash")


def check_file(path, folder):
    commands = path.read_bytes().removesuffix(b"\n").split(b"\n")
    expected = compare.read_lines(path.with_suffix(".expected.jsonl"))
    check_case(path.stem, commands, expected, RUNS, folder)


def check_stream(path, folder):
    """An audit is added at the end, because its answer has the state hash."""
    name = path.name.removesuffix(".jsonl.gz")
    answers = path.with_name(name + ".expected.jsonl.gz")
    commands = gzip.decompress(path.read_bytes()).removesuffix(b"\n").split(b"\n")
    expected = gzip.decompress(answers.read_bytes()).decode().removesuffix("\n").split("\n")
    check_case("stream-" + name, commands + [AUDIT], expected + [CLEAN],
               STREAM_RUNS, folder)


def files(folder, ending, names):
    return sorted(path for path in folder.glob("*" + ending)
                  if not path.name.endswith(".expected" + ending)
                  and (not names or path.name.removesuffix(ending) in names))


def main(names):
    cases = files(HERE / "cases", ".jsonl", names)
    streams = files(HERE / "cases" / "streams", ".jsonl.gz", names)
    ok([] if cases or streams else ["there are none"], "there are cases")
    ok([f"{path.stem}{ending} is missing" for path in cases for ending in (".expected.jsonl", ".md")
        if not path.with_suffix(ending).exists()], "every case has its answers and its arithmetic")
    with tempfile.TemporaryDirectory() as folder:
        for path in cases:
            check_file(path, folder)
        for path in streams:
            check_stream(path, folder)
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
