#!/usr/bin/env python3
"""Verify the hash chain of a jifen database with nothing of jifen: verify_chain.py FILE

Every journal is hashed together with the hash before it, so that none can be
changed, added or taken away without changing all that follow. docs/audit.md
says what the bytes are. Prints the number of journals and the last hash, or
which journal is not the one that was written, and ends with status 1.
"""
import hashlib
import pathlib
import sqlite3
import struct
import sys


def text(s):
    return struct.pack(">I", len(s.encode())) + s.encode()


db = sqlite3.connect(pathlib.Path(sys.argv[1]).resolve().as_uri() + "?mode=ro", uri=True)
before, expected = bytes(32), 1
for number, day, kind, subject, command, postings, stored in db.execute(
        "SELECT number, day, kind, subject, command, postings, hash FROM journal ORDER BY number"):
    if number != expected:
        sys.exit(f"journal {expected} is missing")
    head = struct.pack(">QiBQ", number, day, kind, subject % 2**64)
    before = hashlib.sha256(head + text(command) + text(postings) + before).digest()
    if before != stored:
        sys.exit(f"journal {number} is not the one that was written")
    expected += 1
if db.execute("SELECT head FROM state").fetchone()[0] != before:
    sys.exit("the state names another last hash: journals are missing at the end")
print(f"{expected - 1} journals, last hash {before.hex()}")
