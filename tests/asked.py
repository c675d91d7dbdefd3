"""Asking every operation of /openapi.json, for http_errors.t: what each was refused with, and
whether a refusal left a trace.
"""

import json
import sqlite3

from books import ok
from contract import PATH, body_of, filled, operations, refusals_of, wrong_refusal
from refusals import OWN
from signing import Session

QUERY = {"month": "2024-03", "id": "m"}


class Asked:
    """The operations, with which codes each was seen to refuse, and what was wrong with that."""

    def __init__(self, server):
        self.document = server.ask("GET", "/openapi.json")[2]
        self.rows = {operation["operationId"]: (method, path, operation)
                     for method, path, operation in operations(self.document)}
        self.listed = {name: refusals_of(row[2]) for name, row in self.rows.items()}
        self.seen = {name: set() for name in self.rows}
        self.faults = []
        self.field = None  # of the last refusal

    def having(self, *codes):
        return [name for name in self.rows if self.listed[name].keys() >= set(codes)]

    def address(self, name, values=None, query=""):
        _, path, operation = self.rows[name]
        needed = [f"{p['name']}={QUERY[p['name']]}" for p in operation["parameters"]
                  if p["in"] == "query" and p["required"]]
        asked = "&".join(needed + ([query] if query else []))
        return filled(path, PATH | (values or {})) + ("?" + asked if asked else "")

    def body(self, name):
        """A good one, or None."""
        body = body_of(self.rows[name][2])
        return None if body is None else {**OWN.get(name, {}), **body}

    def note(self, name, answer, how):
        """The code of the answer; "" when it is no refusal."""
        status, headers, problem = answer
        if status < 400:
            return ""
        wrong = wrong_refusal(self.document, self.rows[name][2], status, headers, problem)
        if wrong:
            self.faults.append(f"{name} {how}: {wrong}: {problem}")
            return None
        self.seen[name].add(problem["code"])
        self.field = problem.get("field")
        return problem["code"]

    def ask(self, server, name, who=None, body=..., values=None, headers=None, query="", how=""):
        """Of `who`, a key, or a session, or nobody; with a good body unless another is given."""
        address = self.address(name, values, query)
        body = self.body(name) if body is ... else body
        headers = dict(headers or {})
        if isinstance(who, Session):
            headers |= who.sends()
            who = None
        return self.note(name, server.ask(self.rows[name][0], address, body, who, headers), how)

    def expect(self, server, name, code, *arguments, **more):
        got = self.ask(server, name, *arguments, how=f"for {code}", **more)
        if got != code:
            self.faults.append(f"{name}: expected {code}, got {got!r}; {arguments} {more}"[:500])

    def told(self, sentence):
        ok(not self.faults, sentence, *self.faults[:25])
        self.faults = []


class Untouched:
    """What is refused leaves no trace but in the trail, and in the count of wrong passwords."""

    def __init__(self, server, asked):
        self.server, self.asked = server, asked

    def state(self):
        kept = []
        for file, left_out in ((self.server.db, ()), (f"{self.server.db}.desk", (
                "act", "person", "session", "api_key", "secret", "sqlite_sequence"))):
            with sqlite3.connect(file) as db:
                tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema "
                                                       "WHERE type='table' ORDER BY name")]
                kept += [(table, list(db.execute(f"SELECT * FROM {table}")))
                         for table in tables if table not in left_out]
            db.close()
        return kept

    def __enter__(self):
        self.before = self.state()

    def __exit__(self, *_):
        self.asked.faults += [f"written: {table}" for (table, was), (_, rows)
                              in zip(self.before, self.state()) if was != rows]


def raw_answer(data):
    """(status, headers, JSON) of the bytes of one answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return int(lines[0].split(" ")[1]), headers, json.loads(body[:int(headers["Content-Length"])])
