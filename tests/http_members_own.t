#!/usr/bin/env python3
"""What is a member's own: preferences and a copy of all that is known of them."""

import json
import tempfile

from books import done, ok, same
from serving import FIRST, TODAY, Server
from signing import PASSWORD, Session, code, made

ORDERS = [{"cmd": "order.pay", "id": f"o{i}", "member": "m", "shop": "s", "amount": f"{i + 1}0.00",
           "at": TODAY} for i in range(3)]
ORDERS.append({**ORDERS[0], "id": "small", "amount": "0.04"})  # no points: nothing of m moves
OTHERS = [{"cmd": "order.pay", "id": "of_n", "member": "n", "shop": "s", "amount": "5.00",
           "at": TODAY}]


def test_preferences(server):
    mia, path = Session(server, "mia"), "/v1/members/m/preferences"
    same(mia.ask("GET", path)[2], {"personal": True}, "what holds before anything was said")
    for wish in ({"personal": False}, {"personal": True, "language": "zh-CN"},
                 {"personal": False, "language": "en"}):
        same(mia.ask("PUT", path, wish)[2], wish, "one request says it")
        same(mia.ask("GET", path)[2], wish, "and it is kept")
    for body, why in (({}, "nothing"), ({"personal": "no"}, "a word"),
                      ({"personal": 1}, "a number"),
                      ({"personal": True, "language": "?"}, "no language"),
                      ({"personal": True, "x": 1}, "one thing too many")):
        same(code(mia.ask("PUT", path, body)), (400, "bad_request"), f"refused: {why}")
    same(mia.ask("GET", path)[2], {"personal": False, "language": "en"}, "which changed nothing")
    for name in ("nan", "ann"):
        same(code(Session(server, name).ask("GET", path)), (403, "forbidden"),
             f"{name} does not see it")
    rows = Session(server, "ann").ask("GET", "/v1/trail?limit=500")[2]["rows"]
    ok(("mia", "preferences", "m", "not personal") in
       {(r["who"], r["act"], r["subject"], r["outcome"]) for r in rows}, "when it was said is kept")


def test_export(server):
    mia = Session(server, "mia")
    pay = {"id": "p1", "shop": "s", "amount": "7.00"}
    same(mia.ask("POST", "/v1/members/m/payments", pay)[0], 201, "a payment is on its way")
    status, headers, copy = mia.ask("GET", "/v1/members/m/export")
    same((status, headers["Content-Disposition"]), (200, 'attachment; filename="member.json"'),
         "the copy is a file")
    same((copy["profile"]["id"], copy["profile"]["phone"], copy["person"]),
         ("m", "13800138000", "mia"), "who they are, with nothing masked")
    same(copy["account"], mia.ask("GET", "/v1/members/m/account")[2], "what they have")
    same([row["order"] for row in copy["orders"]], ["small", "o2", "o1", "o0"],
         "their orders, also one that moved nothing of theirs, and nobody else's")
    same(copy["orders"][1], {"order": "o2", "shop": "s", "day": TODAY[:10],
                             "at": "2024-03-01T01:00:00Z", "amount": "30.00", "voucher": "0.00",
                             "points": "6.00", "refunded": "0.00"}, "with what they paid")
    whole = mia.ask("GET", "/v1/members/m/statement?limit=500")[2]["rows"]
    same(copy["statement"], whole, "every movement")
    same([(p["payment"], p["state"]) for p in copy["payments"]], [("p1", "pending")],
         "payments that are no orders yet")
    same(copy["preferences"], {"personal": False, "language": "en"}, "what they prefer")
    same(copy["grants"], [{"role": "member", "scope": "m"}], "what they may do")
    ok(len(copy["sessions"]) >= 2 and all(row["began"] < row["until"] for row in copy["sessions"]),
       "when they signed in", copy["sessions"])
    ok("argon2" not in json.dumps(copy) and PASSWORD not in json.dumps(copy), "and no secret")
    for name in ("nan", "ann"):
        same(code(Session(server, name).ask("GET", "/v1/members/m/export")), (403, "forbidden"),
             f"{name} gets no copy")


def test_pages(folder):
    """More movements than a page of the statement has."""
    count = 620
    first = FIRST + [{"cmd": "order.pay", "id": f"p{i}", "member": "m", "shop": "s",
                      "amount": "1.00", "at": TODAY} for i in range(count)]
    server = Server(folder, first, name="many.db", options=("--rate", "100000"))
    made(server, "mia", ("member", "m"))
    copy = Session(server, "mia").ask("GET", "/v1/members/m/export")[2]
    same([row["order"] for row in copy["orders"]], [f"p{i}" for i in reversed(range(count))],
         "all orders of several pages, each once")
    journals = [row["journal"] for row in copy["statement"]]
    ok(len(journals) >= count and journals == sorted(journals, reverse=True),
       "and all movements, newest first", len(journals))
    same(server.stop(), 0, "the server ends well")


def main():
    first = [dict(c, phone="13800138000") if c.get("id") == "m" else c for c in FIRST]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, first + ORDERS + OTHERS,
                        options=("--rate", "100000", "--channel", "sandbox"))
        for name, role, scope in (("mia", "member", "m"), ("nan", "member", "n"),
                                  ("ann", "operator", None)):
            made(server, name, (role, scope))
        test_preferences(server)
        test_export(server)
        same(server.stop(), 0, "the server ends well")
        test_pages(folder)
    done()


if __name__ == "__main__":
    main()
