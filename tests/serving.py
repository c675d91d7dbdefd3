"""What the tests of `jifen serve` share: a server of their own on a free port, a client that says
exactly what it is told to, and the keys of the roles.
"""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import time

from books import ENVIRONMENT, JIFEN, apply, shown

TODAY = "2024-03-01T09:00:00+08:00"
POLICY = {"name": "t", "pools": [{"name": "p", "sides": ["member", "shop"], "rule": "compound"}],
          "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"}]}
FIRST = [
    {"cmd": "policy.set", "policy": POLICY, "from": "2024-03-01"},
    {"cmd": "member.create", "id": "m", "at": TODAY},
    {"cmd": "member.create", "id": "n", "at": TODAY},
    {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "alliance", "region": "330106",
     "rebate": "0.2", "at": TODAY},
    {"cmd": "shop.create", "id": "t", "owner": "n", "kind": "alliance", "region": "330106",
     "rebate": "0.1", "at": TODAY},
]


def event(answer):
    """(name, data) of the next event of a stream; None at its end."""
    name = data = None
    while line := answer.readline().decode():
        field, _, value = line.rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            data = json.loads(value)
        elif line == "\n" and data is not None:
            return name, data
    return None


class Server:
    """`jifen serve` on books of its own; ended by its process id."""

    def __init__(self, folder, first=None, name="books.db", options=(), now=TODAY):
        self.db = pathlib.Path(folder) / name
        self.url = f"sqlite:{self.db}"
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.options = options
        self.now = now
        if first is not None:
            apply(self.db, first)
        self.start()

    def start(self):
        self.began = time.monotonic()  # when the server's clock says TODAY, or a moment before
        self.process = subprocess.Popen(
            [JIFEN, "serve", "--db", self.url, "--listen", "127.0.0.1:0", "--log", str(self.log),
             "--now", self.now, *self.options], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        line = self.process.stdout.readline()
        found = re.match(r"listening on http://127\.0\.0\.1:(\d+)$", line)
        if not found:
            raise SystemExit(f"Bail out! the server said {line!r}")
        self.port = int(found[1])

    def key(self, role, scope=None):
        more = ("--scope", scope) if scope else ()
        return shown("key", "create", "--db", self.url, "--role", role, *more).strip()

    def ask(self, method, path, body=None, key=None, headers=None):
        """(status, headers, body as JSON or text) of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return self.ask_on(connection, method, path, body, key, headers)
        finally:
            connection.close()

    @staticmethod
    def ask_on(connection, method, path, body=None, key=None, headers=None):
        sent = dict(headers or {})
        if key:
            sent["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        kind = answer.headers["Content-Type"] or ""
        if kind == "text/event-stream":  # has no end: the first event is the answer
            return answer.status, answer.headers, event(answer)[1]
        text = answer.read().decode()
        whole = kind.startswith(("application/json", "application/problem+json"))
        if whole and "jsonl" not in kind:
            return answer.status, answer.headers, json.loads(text)
        return answer.status, answer.headers, text

    def raw(self, data, wait=10):
        """Everything that comes back for these bytes until the server closes, or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as s:
            s.sendall(data)
            got = b""
            try:
                while chunk := s.recv(65536):
                    got += chunk
            except (TimeoutError, ConnectionResetError):
                got += b"<still open>" if not got else b""
            return got

    def stop(self):
        """The status it ends with when it is asked to."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(60)


class Broken:
    """A table of the desk under another name: what needs it fails, as with a damaged file."""

    def __init__(self, server, table):
        self.desk, self.table = f"{server.db}.desk", table

    def rename(self, old, new):
        with sqlite3.connect(self.desk) as desk:
            desk.execute("PRAGMA legacy_alter_table=ON")
            desk.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def __enter__(self):
        self.rename(self.table, "elsewhere")

    def __exit__(self, *_):
        self.rename("elsewhere", self.table)
