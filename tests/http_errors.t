#!/usr/bin/env python3
"""Every error that /openapi.json says a route may answer with is provoked, and no answer has one
that it does not say; whatever is refused leaves no trace in the books and on the desk.

Here is what can be asked of every route alike: by what is wrong with the request, with who asks,
and with what the server stands on. What takes a story of its own is in refusals.py.
"""

import http.client
import os
import pathlib
import resource
import sqlite3
import tempfile
import threading

import town
from asked import Asked, Untouched, raw_answer
from books import done, ok
from contract import PATH, filled, schema_of
from refusals import OPTIONS, stories
from serving import Broken, Server
from signing import Session, made

STRANGER = "jf_" + "A" * 43
# Asked as somebody who has signed in; all others as the key of the system.
OF_PEOPLE = ("SIGN_OUT", "PASSWORD", "TOTP_PREPARE", "TOTP_BEGIN", "TOTP_END", "CLOSING", "DECIDE")
NUMBERS = ("plate", "charge", "ask", "approval", "journal", "cohort")
STAYS = ("region", "fund", "program", "day")
NOBODY = {"MEMBER_CREATE": {"referrer": "nobody9"}, "JOIN": {"invitation": "nobody9"},
          "REGION_SEAT": {"holders": [{"member": "nobody9", "weight": 1}]}}


# ---------------------------------------------------------------- what is wrong with the request

def test_requests(asked, server, who):
    """Two hosts, parameters that nobody knows, If-Match that never was, methods not listed."""
    for name, (method, path, _) in asked.rows.items():
        line = f"{method} {asked.address(name)} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
        asked.note(name, raw_answer(server.raw(line.encode())), "of two hosts")
        if path.startswith("/v1/"):
            asked.expect(server, name, "bad_request", who(name), query="nonsense=1")
        if "stale" in asked.listed[name]:
            asked.expect(server, name, "stale", who(name), headers={"If-Match": '"nothing"'})
    asked.told("no request may be read in two ways, and all of it must be known")
    for path, methods in asked.document["paths"].items():
        other = "DELETE" if "delete" not in methods else "PATCH"
        status, headers, answer = server.ask(other, filled(path, PATH), None, who(""))
        allowed = set(headers.get("Allow", "").split(", "))
        if (status, answer["code"], allowed) != (405, "method_not_allowed",
                                                 {method.upper() for method in methods}):
            asked.faults.append(f"{path}: {status} {answer} {allowed}")
    asked.told("addresses say which methods they have")


def test_queries(asked, server, who):
    """Each parameter of each read out of its range."""
    for name, (_, _, operation) in asked.rows.items():
        for parameter in operation["parameters"]:
            if parameter["in"] != "query":
                continue
            values = ("%20", "x" * 70) if "limit" != parameter["name"] else ("501", "-1", "x", "")
            for value in values:
                asked.expect(server, name, "bad_request", who(name),
                             query=f"{parameter['name']}={value}")
    asked.told("no parameter takes what it must not")


def beyond(schema):
    """Values of the right type that are none, with the code that says so."""
    kind = schema.get("type", "string")
    if "enum" in schema or schema.get("format") == "date":
        yield "2024-13-40", "bad_request"
    if "pattern" in schema:
        yield "!", "bad_request"
    if kind == "integer":
        yield schema["minimum"] - 1, "bad_request"
        yield 10**18, "bad_request"
    if kind == "array":
        yield [{}] * (schema["maxItems"] + 1), "bad_request"
    if "examples" in schema:  # an amount of money
        yield "100000000000.01", "amount_overflow"
        yield "9" * 40, "amount_overflow"
        yield "-1.00", "bad_request"
        yield "0.001", "bad_request"


def wrong_bodies(good, schema):
    """(how, body, code, field) of bodies that are wrong in one way each."""
    yield "not JSON", b"{", "bad_json", None
    yield "no object", b"[]", "bad_json", None
    yield "an unknown field", good | {"nonsense": 1}, "bad_request", "nonsense"
    for name in schema.get("required", ()):
        left = {key: value for key, value in good.items() if key != name}
        yield f"no {name}", left, "bad_request", name
    for name, field in schema.get("properties", {}).items():
        yield f"{name} of another type", good | {name: None}, "bad_request", name
        for value, code in beyond(field):
            yield f"{name} {value}"[:40], good | {name: value}, code, name


def test_bodies(asked, server, who):
    big = b'{"x":"' + b"x" * (1 << 20) + b'"}'
    for name, (_, _, operation) in asked.rows.items():
        schema = schema_of(operation)
        if schema is None:
            continue
        asked.expect(server, name, "too_large", who(name), body=big)
        asked.expect(server, name, "unsupported_media", who(name),
                     headers={"Content-Type": "text/plain"})
        if name == "COMMANDS":  # whose lines are answered one by one
            asked.expect(server, name, "bad_json", who(name), body=b"\n")
            continue
        for how, body, code, field in wrong_bodies(asked.body(name), schema):
            got = asked.ask(server, name, who(name), body=body, how=how)
            seed = name == "SIMULATE" and how.startswith("seed 1")  # any number is one
            if (got, asked.field) != (code, field) and not seed:
                asked.faults.append(f"{name} {how}: expected {code} {field}, got {got} "
                                    f"{asked.field}")
    asked.told("no body takes what it must not, and the answer says which field it is")


def test_unknown(asked, server, who):
    """Ids that nobody has, in the path and in the body."""
    values = {name: "nobody9" for name in PATH if name not in STAYS}
    values |= dict.fromkeys(NUMBERS, "99999")
    for name in asked.having("not_found"):
        body = asked.body(name)
        for field in ("member", "shop", "order", "owner", "policy", "code"):
            if body and field in body:
                body[field] = "nobody9"
        if name in NOBODY:
            body |= NOBODY[name]
        if name not in ("TERMS", "RECONCILE", "CLOSING"):
            more = {"fund": "nobody9"} if name == "FUND_STATEMENT" else {}
            asked.expect(server, name, "not_found", who(name), body=body, values=values | more)
    asked.told("what is not there is not found")


# ---------------------------------------------------------------- who asks

def test_callers(asked, server, una):
    other = server.key("member", "nobody9")
    for name in asked.rows:
        asked.expect(server, name, "unauthorized", STRANGER)
        if "csrf" in asked.listed[name]:
            asked.expect(server, name, "csrf", None, headers={"Cookie": una.sends()["Cookie"]})
        if "forbidden" in asked.listed[name]:
            if name not in ("JOIN", "CODE_READ"):
                asked.expect(server, name, "forbidden", other)
    asked.told("strangers, pages without the token, and roles of others")


# ---------------------------------------------------------------- what the server stands on

def test_hurry(asked, folder):
    """The sixth in a second is too many: all come from one address."""
    server = Server(folder, [], "hurry.db", ("--rate", "1"))
    for name in asked.rows:
        while asked.ask(server, name, body=None) != "rate_limited" and not asked.faults:
            pass
    asked.told("who asks too often is told to wait")
    server.stop()


def test_stopping(asked, folder):
    """While one request is still arriving, a server that ends answers so who is connected."""
    server = Server(folder, [], "stopping.db", OPTIONS)
    held, other, *open_ones = (http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                               for _ in range(2 + len(asked.rows)))
    for connection in open_ones:
        server.ask_on(connection, "GET", "/healthz")
    held.putrequest("POST", "/v1/session")
    held.putheader("Content-Length", "2")
    held.endheaders()
    server.ask_on(other, "GET", "/healthz")
    server.process.terminate()
    while server.ask_on(other, "GET", "/healthz")[0] == 200:
        pass
    for connection, (name, (method, _, _)) in zip(open_ones, asked.rows.items()):
        asked.note(name, server.ask_on(connection, method, asked.address(name)), "while it ends")
        connection.close()
    held.send(b"{}")
    held.getresponse().read()
    held.close()
    other.close()
    server.process.wait(60)
    asked.told("a server that ends takes no more")


def test_empty(asked, folder):
    """Books without a policy; and none with the right day."""
    server = Server(folder, [], "empty.db", OPTIONS)
    key = server.key("system")
    for name in asked.having("day_closed", "state_conflict") + ["TOKEN"]:
        if name not in ("DECIDE", "JOIN", "ASK_DECIDE", "SHOP_REFUND", "MEMBER_REFUND_QUOTE",
                        "SHOP_REFUND_QUOTE"):
            asked.expect(server, name, "state_conflict", key)
    asked.expect(server, "JOIN", "state_conflict")
    for name in ("TERMS", "RECONCILE"):
        asked.expect(server, name, "not_found", key)
    server.stop()
    asked.told("without a policy nothing is done")


def failing(asked, server, table, code, names, who):
    """What those answer while a table of the desk is elsewhere."""
    with Broken(server, table):
        for name in names:
            asked.expect(server, name, code, who(name))


def test_desk(asked, server, who):
    closed = [name for name in asked.having("desk_failed") if name not in ("SIGN_IN", "JOIN")]
    failing(asked, server, "api_key", "desk_failed", closed, lambda name: STRANGER)
    failing(asked, server, "person", "desk_failed", ("SIGN_IN", "JOIN"), lambda name: None)
    failing(asked, server, "payment", "channel_failed",
            ("PAYMENT_GET", "COLLECTION_GET", "PAYMENT_PLAY", "RECONCILE"), who)
    asked.told("a desk that cannot be read is said to be so")


def used_ids(server):
    """One id that each kind of command was given, by the name of the command."""
    with sqlite3.connect(server.db) as db:
        found = dict(db.execute("SELECT k.name, min(i.id) FROM idem i JOIN command_kind k "
                                "ON k.kind = i.kind GROUP BY k.name"))
    db.close()
    return found


def used(asked, name, ids):
    """(path, body) of a request under an id that was used for something else."""
    _, path, operation = asked.rows[name]
    used_id = ids[operation["x-command"]]
    body = asked.body(name)
    if "{id}" in path:
        return {"id": used_id}, body
    return {}, body | {"id": used_id}


def test_ids(asked, server, key):
    ids = used_ids(server)
    for name in asked.having("id_conflict"):
        if "x-command" in asked.rows[name][2]:
            values, body = used(asked, name, ids)
            if values:  # nothing differs but the time, which the system may say
                body["at"] = "2024-03-01T10:00:00+08:00"
            asked.expect(server, name, "id_conflict", key, body=body, values=values)
    asked.told("an id is for one thing")


def test_books_away(asked, server, who):
    """The file is moved: whoever opens it now does not find it."""
    ids, away = used_ids(server), server.db.with_name("away.db")
    os.rename(server.db, away)
    for name in asked.having("read_failed"):
        if "x-command" in asked.rows[name][2]:
            values, body = used(asked, name, ids)
            asked.expect(server, name, "read_failed", who(name), body=body, values=values)
        else:
            asked.expect(server, name, "read_failed", who(name))
    os.rename(away, server.db)
    asked.told("books that cannot be read are said to be so")


def test_no_room(asked, server, who, story, begun):
    """Not another byte can be written, as on a full disk; from then on nothing is taken."""
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    asked.ask(server, "MEMBER_CREATE", who(""), body={"id": "lost"})
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for name in asked.having("store_failed"):
        if name not in begun:
            asked.expect(server, name, "store_failed", who(name))
    for name, (of, values, body) in begun.items():
        story.expect(name, "store_failed", of, values, **body)
    asked.told("books that cannot be written are said to be so")


def test_later(asked, server, story, code):
    """The same books and desk, some hours on: the time of a code is over."""
    server.stop()
    server.now = "2024-03-01T20:00:00+08:00"
    server.start()
    story.expect("CODE_READ", "state_conflict", code=code)
    asked.told("what was good for some minutes is over")


def test_busy(asked, server, key):
    """Two simulations at once are one too many."""
    long = {"policy": town.POLICY, "days": 400, "customers": 3000}
    first = threading.Thread(target=asked.ask, args=(server, "SIMULATE", key, long))
    first.start()
    while first.is_alive() and asked.ask(server, "SIMULATE", key, body={
            "policy": town.POLICY, "days": 1, "customers": 1}) != "busy":
        pass
    first.join()
    asked.told("one policy is tried at a time")


def test_backing_up(asked, folder):
    """A backup is written to the disk several times over, so a second request comes meanwhile."""
    backups = pathlib.Path(folder) / "backups"
    backups.mkdir()
    server = Server(folder, town.commands(), "backups.db", (*OPTIONS, "--backups", str(backups)))
    key = server.key("operator")
    while asked.ask(server, "BACKUP", key, body={}) != "busy":
        pass
    asked.told("one backup is made at a time")
    server.stop()


# ---------------------------------------------------------------- all of it

def test_all(asked):
    for name, listed in asked.listed.items():
        left = sorted(set(listed) - asked.seen[name])
        ok(not left, f"{name}: each of its {len(listed)} refusals was provoked", left)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, town.commands(), options=OPTIONS)
        made(server, "una", ("member", "m"), ("operator", None))
        una, system = Session(server, "una"), server.key("system")
        asked = Asked(server)

        def who(name):
            if name in ("JOIN", "SIGN_IN"):
                return None
            return una if name in OF_PEOPLE else system

        with Untouched(server, asked):
            test_requests(asked, server, who)
            test_queries(asked, server, who)
            test_bodies(asked, server, who)
            test_unknown(asked, server, who)
            test_callers(asked, server, una)
            test_ids(asked, server, system)
            test_desk(asked, server, who)
            test_books_away(asked, server, who)
        asked.told("and whatever was refused left no trace")
        test_hurry(asked, folder)
        test_stopping(asked, folder)
        test_empty(asked, folder)
        story, begun = stories(asked, folder, server, una)
        test_busy(asked, server, system)
        test_backing_up(asked, folder)
        test_no_room(asked, server, who, story, begun)
        test_later(asked, server, story, begun["CODE_READ"][2]["code"])
        test_all(asked)
        server.stop()
    done()


if __name__ == "__main__":
    main()
