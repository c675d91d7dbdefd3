#!/usr/bin/env python3
"""reply_shape.py COMMANDS ANSWERS: does every answer have the shape it should have?

The shape of a command's result stands in its row of src/core/commands.def, in a little language:
{name:type,...}, ? after a name that may be missing, [type] a list, {*:type} any keys. This reads
the rows as they are in the source, so a shape that is changed there is what is checked here. An
answer with a member too few or too many is wrong, and so is an error whose code the command's row
does not list and any command may not have. Prints what is wrong; exit 1 when anything was.
"""

import datetime
import json
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "src"
ROW = re.compile(r'^JF_(COMMAND|ERROR|UNIT)\((\w+),\s*(.*?)\)\s*(?=^JF_\w+\(|\Z)', re.M | re.S)
FINDING_KEYS = {"id", "severity", "text", "field", "citation", "en", "zh", "detail"}


def rows(path):
    """The rows of a .def file: the name and the raw text of the other columns."""
    text = re.sub(r"/\*.*?\*/", "", (SOURCE / path).read_text(encoding="utf-8"), flags=re.S)
    return [(match[2], match[3]) for match in ROW.finditer(text)]


def literals(text):
    """The string literals of a row; neighbours that the compiler would join are joined."""
    joined = re.sub(r'"\s*\n\s*"', "", text)
    return re.findall(r'"((?:[^"\\]|\\.)*)"', joined)


UNITS = {}  # wire name and lower-case name -> decimals
for _, columns in rows("base/units.def"):
    wire = literals(columns)[0]
    UNITS[wire] = int(re.search(r'"\s*,\s*(\d+)', columns)[1])
DECIMALS = {wire.lower(): decimals for wire, decimals in UNITS.items()}
DECIMALS |= {"ratio": 6, "index": 12}
SHAPES = {literals(columns)[0]: literals(columns)[2] for _, columns in rows("core/commands.def")}
CODES = {literals(columns)[0] for _, columns in rows("core/errors.def")}
REFUSES = {literals(columns)[0]: set(literals(columns)[3].split())
           for _, columns in rows("core/commands.def")}
# What follows from the other columns, or from what stands in the line: see commands.def.
OF_ANY = {"bad_json", "bad_request", "amount_overflow", "id_conflict", "day_closed",
          "state_conflict"}


class Shape:
    """One shape, parsed: kind is a type's name, "object", "map" or "list"."""

    def __init__(self, kind, inner=None, members=None):
        self.kind, self.inner, self.members = kind, inner, members


def parse_shape(text):
    """(the shape at the start of the text, what stands behind it)."""
    if text[0] == "[":
        inner, rest = parse_shape(text[1:])
        assert rest[0] == "]", f"expected ] at {rest}"
        return Shape("list", inner=inner), rest[1:]
    if text.startswith("{*:"):
        inner, rest = parse_shape(text[3:])
        assert rest[0] == "}", f"expected }} at {rest}"
        return Shape("map", inner=inner), rest[1:]
    if text[0] != "{":
        word = re.match(r"\w+", text)[0]
        return Shape(word), text[len(word):]
    members, rest = {}, text[1:]
    while rest[0] != "}":
        head = re.match(r",?(\w+)(\??):", rest)
        assert head, f"expected a member at {rest}"
        inner, rest = parse_shape(rest[head.end():])
        members[head[1]] = (inner, head[2] == "")
    return Shape("object", members=members), rest[1:]


def is_decimal(value, decimals):
    return isinstance(value, str) and re.fullmatch(
        r"-?(0|[1-9][0-9]*)\.[0-9]{%d}" % decimals, value) is not None


def is_day(value):
    try:
        return isinstance(value, str) and datetime.date.fromisoformat(value) and len(value) == 10
    except ValueError:
        return False


def is_finding(value):
    return (isinstance(value, dict) and {"id", "severity"} <= set(value) <= FINDING_KEYS
            and all(isinstance(text, str) for text in value.values())
            and value["severity"] in ("notice", "warning", "error") and len(value) > 2)


def is_of(kind, value, beside):
    """Is the value of a plain type? `beside` is the object it stands in."""
    if kind == "amount":
        return is_decimal(value, UNITS.get(beside.get("unit"), -1) if beside else -1)
    if kind in DECIMALS:
        return is_decimal(value, DECIMALS[kind])
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in ("id", "shop"):  # the server puts a name beside the latter
        return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", value) is not None
    plain = {"text": lambda: isinstance(value, str), "bool": lambda: isinstance(value, bool),
             "day": lambda: is_day(value), "unit": lambda: value in UNITS,
             "finding": lambda: is_finding(value)}
    assert kind in plain, f"commands.def names a type that nobody knows: {kind}"
    return plain[kind]()


def wrong_object(shape, value, path):
    if not isinstance(value, dict):
        return [f"{path}: not an object: {value!r}"]
    found = [f"{path}.{key}: not in the shape" for key in value if key not in shape.members]
    for key, (inner, required) in shape.members.items():
        if key in value:
            found += wrong(inner, value[key], f"{path}.{key}", value)
        elif required:
            found.append(f"{path}.{key}: missing")
    return found


def wrong(shape, value, path, beside=None):
    """What is wrong with a value, as texts."""
    if shape.kind == "object":
        return wrong_object(shape, value, path)
    if shape.kind == "map":
        if not isinstance(value, dict):
            return [f"{path}: not an object: {value!r}"]
        return [text for key, item in value.items()
                for text in wrong(shape.inner, item, f"{path}.{key}")]
    if shape.kind == "list":
        if not isinstance(value, list):
            return [f"{path}: not a list: {value!r}"]
        return [text for i, item in enumerate(value)
                for text in wrong(shape.inner, item, f"{path}[{i}]")]
    if is_of(shape.kind, value, beside):
        return []
    return [f"{path}: not of type {shape.kind}: {value!r}"]


def wrong_error(name, error):
    if not isinstance(error, dict) or set(error) != {"code", "field", "message"}:
        return [f"error: expected code, field and message: {error!r}"]
    if not all(isinstance(text, str) for text in error.values()):
        return [f"error: expected texts: {error!r}"]
    found = [] if error["code"] in CODES else [f"error.code: {error['code']} is not in errors.def"]
    if error["code"] not in OF_ANY | REFUSES.get(name, set()):
        found.append(f"error.code: the row of {name} does not list {error['code']}")
    if not error["message"] or "\n" in error["message"]:
        found.append(f"error.message: expected one line: {error['message']!r}")
    return found


def command_name(line):
    try:
        command = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return command.get("cmd") if isinstance(command, dict) else None


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError(f"a repeated key among {keys}")
    return dict(pairs)


def wrong_answer(line, answer):
    """What is wrong with the answer (a text) to a line of commands (bytes)."""
    try:
        answer = json.loads(answer, object_pairs_hook=unique_keys)
    except ValueError as error:
        return [f"not JSON ({error}): {answer[:80]}"]
    name = command_name(line)
    name = name if isinstance(name, str) else None
    if not isinstance(answer, dict) or answer.get("ok") not in (True, False):
        return [f"no answer: {answer!r}"]
    if set(answer) != ({"ok", "result"} if answer["ok"] else {"ok", "error"}):
        return [f"members {sorted(answer)}"]
    if not answer["ok"]:
        return wrong_error(name, answer["error"])
    if name not in SHAPES:
        return [f"ok, but there is no command {name!r}"]
    shape, rest = parse_shape(SHAPES[name])
    assert rest == "", f"{name}: {rest} stands behind the shape"
    return wrong(shape, answer["result"], "result")


def main():
    commands = pathlib.Path(sys.argv[1]).read_bytes().removesuffix(b"\n").split(b"\n")
    answers = pathlib.Path(sys.argv[2]).read_bytes().decode().removesuffix("\n").split("\n")
    bad = len(commands) != len(answers)
    for number, (line, answer) in enumerate(zip(commands, answers), 1):
        for text in wrong_answer(line, answer):
            bad = True
            print(f"line {number}: {text}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
