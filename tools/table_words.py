#!/usr/bin/env python3
"""Writes the names that the program's tables give things, in both languages, for the web apps.

    table_words.py SRC FILE          reads the tables under SRC, writes FILE
    table_words.py --check SRC FILE  ends with 1 and says so when FILE is not what it would write

FILE is web/shared/words/tables.ts: what the C side calls a unit, an account or a reward is what the
pages call it.
"""

import json
import pathlib
import re
import sys

# group of words: (table, its row, number of the text that is the key counted from 0)
TABLES = {
    "account": ("core/accounts.def", "JF_ACCOUNT", 0),
    "to": ("core/allocations.def", "JF_ALLOCATION", 0),
    "program": ("core/rewards.def", "JF_REWARD", 0),
    "reason": ("core/reasons.def", "JF_REASON", 0),
    "role": ("app/roles.def", "JF_ROLE", 0),
    "command": ("core/commands.def", "JF_COMMAND", 0),
}
CHINESE = re.compile("[一-鿿]")
TEXT = r'"((?:[^"\\]|\\.)*)"'


def rows(path, row):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    for part in re.split(rf"^{row}\(", text, flags=re.M)[1:]:
        yield [one.replace('\\"', '"') for one in re.findall(TEXT, part)]


def names(source, language):
    groups = {}
    for group, (table, row, key) in TABLES.items():
        groups[group] = {}
        for texts in rows(source / table, row):
            # The names are the first English text that a Chinese one follows.
            zh = next(i for i in range(key + 1, len(texts)) if CHINESE.search(texts[i]))
            name = texts[key].replace(".", "_")
            groups[group][name] = texts[zh if language == "zh" else zh - 1]
    groups["to"].update(groups["program"])
    return groups


def main(arguments):
    check = arguments[:1] == ["--check"]
    source, file = map(pathlib.Path, arguments[check:])
    text = ("/*\n * Names of the program's tables, by tools/table_words.py: do not edit.\n */\n"
            + "".join(f"export const {language} = "
                      f"{json.dumps(names(source, language), ensure_ascii=False, indent=2)}\n"
                      for language in ("zh", "en")))
    if not check:
        file.write_text(text, encoding="utf-8")
    elif file.read_text(encoding="utf-8") != text:
        sys.exit(f"{file} is not what the tables say; run: tools/table_words.py {source} {file}")


if __name__ == "__main__":
    main(sys.argv[1:])
