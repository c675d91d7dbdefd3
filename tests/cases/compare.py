#!/usr/bin/env python3
"""compare.py EXPECTED ACTUAL [--ignore FIELD,FIELD]: are the answers the same?

Line by line. Every field of the expected answer must be in the actual one with the same value
(the actual may have more fields); a field expected as null must not be there. Of an error only
`code` counts; of findings only the ids of those with severity error. Lists must have equal length
and order. Prints the first differences; exit 0 when all agree.
"""

import json
import sys

SHOWN = 5


def error_ids(findings):
    return sorted(f.get("id", "") for f in findings or [] if f.get("severity") == "error")


def differ_error(want, got):
    code = want["error"]["code"]
    if got.get("ok") is not False:
        return f"expected error {code}, got ok"
    found = (got.get("error") or {}).get("code")
    return None if found == code else f"expected error {code}, got {found}"


def differ_object(want, got, path, ignore):
    if not isinstance(got, dict):
        return f"{path}: expected an object, got {got!r}"
    if path == "" and want.get("ok") is False and "error" in want:
        return differ_error(want, got)
    for key, value in want.items():
        if key in ignore:
            continue
        if key == "findings":
            if error_ids(value) != error_ids(got.get(key)):
                return (f"{path}.findings: expected errors {error_ids(value)}, "
                        f"got {error_ids(got.get(key))}")
            continue
        if value is None:
            if key in got:
                return f"{path}.{key}: expected no such field, got {got[key]!r}"
            continue
        if key not in got:
            return f"{path}.{key}: missing (expected {value!r})"
        found = differ(value, got[key], f"{path}.{key}", ignore)
        if found:
            return found
    return None


def differ(want, got, path, ignore):
    """The first difference between what was wanted and what was got, or None."""
    if isinstance(want, dict):
        return differ_object(want, got, path, ignore)
    if isinstance(want, list):
        if not isinstance(got, list) or len(got) != len(want):
            return f"{path}: expected {want!r}, got {got!r}"
        for i, (a, b) in enumerate(zip(want, got)):
            found = differ(a, b, f"{path}[{i}]", ignore)
            if found:
                return found
        return None
    return None if want == got else f"{path}: expected {want!r}, got {got!r}"


def differences(want, got, ignore):
    """Every difference between two lists of lines, as texts."""
    found = []
    for n, line in enumerate(want, 1):
        if n > len(got):
            found.append(f"line {n}: no answer")
            break
        try:
            answer = json.loads(got[n - 1])
        except ValueError:
            found.append(f"line {n}: not JSON: {got[n - 1][:80]}")
            continue
        difference = differ(json.loads(line), answer, "", ignore)
        if difference:
            found.append(f"line {n}: {difference}")
    if len(got) > len(want):
        found.append(f"{len(got) - len(want)} answers too many")
    return found


def read_lines(path):
    """Lines end at a newline and nowhere else: an answer may quote other line separators."""
    with open(path, encoding="utf-8", newline="\n") as file:
        return file.read().removesuffix("\n").split("\n")


def main(argv):
    ignore = set()
    if "--ignore" in argv:
        i = argv.index("--ignore")
        ignore = set(argv[i + 1].split(","))
        del argv[i:i + 2]
    want, got = [read_lines(path) for path in argv[1:3]]
    found = differences(want, got, ignore)
    for text in found[:SHOWN]:
        print(text)
    print(f"{len(want) - min(len(found), len(want))} of {len(want)} lines agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
