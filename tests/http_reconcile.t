#!/usr/bin/env python3
"""The channel's bill of a day beside the books at `jifen serve`: a day that is equal, and one
difference of each kind, with the sandbox lying in its bill, losing its memory, or being ahead.
"""

import sqlite3
import tempfile

from books import done, ok, same
from serving import FIRST, TODAY, Server

DAY = TODAY[:10]
PATH = "/v1/members/m/payments"


def pay(server, key, name, amount, outcome="paid"):
    server.ask("POST", PATH, {"id": name, "shop": "s", "amount": amount}, key)
    return server.ask("POST", f"{PATH}/{name}/sandbox", {"outcome": outcome}, key)[2].get("state")


def bill(server, key, day=DAY):
    return server.ask("GET", f"/v1/reconciliation/{day}", key=key)


def rows(server, key, side, query="", day=DAY):
    return server.ask("GET", f"/v1/reconciliation/{day}/{side}{query}", key=key)


def test_rows(server, keys):
    """The sums of a day open what they are made of."""
    for side in ("bill", "books"):
        found = rows(server, keys["auditor"], side)[2]
        same(([(r["no"], r["kind"], r["payment"], r["amount"]) for r in found["rows"]],
              found["next"]),
             ([(5, "refunded", "e4", "1.00"), (4, "paid", "e4", "1.00"),
               (3, "refunded", "e1", "40.00"), (2, "paid", "e2", "12.34"),
               (1, "paid", "e1", "100.00")], None), f"every row of the {side}, newest first")
        only = rows(server, keys["finance"], side, "?kind=refunded&limit=1")[2]
        same([r["no"] for r in only["rows"]], [5], f"what was refunded alone, by pages: {side}")
        only = rows(server, keys["finance"], side,
                    f"?kind=refunded&limit=1&before={only['next']}")[2]
        same(([r["id"] for r in only["rows"]], only["next"]), (["r1"], None), "to the last of them")
    same(rows(server, keys["risk"], "bill", day="2024-03-02")[2], {"rows": [], "next": None},
         "a day without money has none")
    for day, side, query, status in ((DAY, "both", "", 404), ("yesterday", "bill", "", 404),
                                     (DAY, "bill", "?kind=chain", 400)):
        same(rows(server, keys["risk"], side, query, day)[0], status, f"no {side} of {day}{query}")
    same(rows(server, keys["m"], "bill")[0], 403, "a member does not see them")


def told(answer):
    """{id: (kind, bill, books)} of the differences."""
    return {d["id"]: (d["kind"], d.get("bill"), d.get("books")) for d in answer["differences"]}


def test_equal(server, keys):
    same(bill(server, keys["finance"])[2],
         {"day": DAY, "bill": {"count": 0, "paid": "0.00", "refunded": "0.00"},
          "books": {"count": 0, "paid": "0.00", "refunded": "0.00"}, "differences": [],
          "ok": True}, "a day without money")
    for name, amount in (("e1", "100.00"), ("e2", "12.34")):
        same(pay(server, keys["m"], name, amount), "done", f"{name} is paid")
    same(pay(server, keys["m"], "e3", "5.00", "failed"), "failed", "e3 fails")
    server.ask("POST", "/v1/orders/e1/refunds", {"id": "r1", "amount": "40.00"}, keys["finance"])
    server.ask("POST", PATH, {"id": "e4", "shop": "s", "amount": "7.00", "voucher": "6.00"},
               keys["m"])
    same(server.ask("POST", f"{PATH}/e4/sandbox", {"outcome": "paid"}, keys["m"])[2]["state"],
         "returned", "e4 is refused by the rules and goes back")
    status, _, answer = bill(server, keys["finance"])
    total = {"count": 5, "paid": "113.34", "refunded": "41.00"}
    same((status, answer["bill"], answer["books"], answer["differences"], answer["ok"]),
         (200, total, total, [], True), "payments and refunds of a day, equal on both sides")
    for day in ("2024-02-29", "2024-03-02"):
        same(bill(server, keys["auditor"], day)[2]["bill"]["count"], 0, f"none of it is on {day}")


def test_lies(server, keys):
    """What the sandbox can be told to."""
    for name, outcome in (("x1", "unbilled"), ("x2", "misbilled"), ("x3", "stray")):
        same(pay(server, keys["m"], name, "20.00", outcome), "done",
             f"{outcome}: the payer has paid")
    answer = bill(server, keys["risk"])[2]
    same(told(answer), {"x1": ("missing_in_bill", None, "20.00"),
                        "x2": ("amount_differs", "20.01", "20.00"),
                        "x3:stray": ("missing_in_books", "20.00", None)},
         "each is told for what it is")
    ok(not answer["ok"] and all(d["action"] and d["zh"] for d in answer["differences"]),
       "with what to do, in two languages", answer)
    same((answer["bill"]["count"], answer["books"]["count"]), (8, 8), "and both are counted")


def test_behind(server, keys):
    """The channel has moved money, and the server did not get as far."""
    server.ask("POST", PATH, {"id": "p1", "shop": "s", "amount": "3.00"}, keys["m"])
    with sqlite3.connect(f"{server.db}.desk") as desk:
        (paid,) = desk.execute("SELECT paid FROM sandbox_charge WHERE id='e2'").fetchone()
        desk.execute("UPDATE sandbox_charge SET paid=?,state=1 WHERE id='p1'", (paid,))
    same(told(bill(server, keys["operator"])[2]).get("p1"), ("pending", "3.00", None),
         "paid at the channel, not looked at here yet")
    state = server.ask("GET", f"{PATH}/p1", key=keys["m"])[2]["state"]
    same((state, told(bill(server, keys["operator"])[2]).get("p1")), ("done", None),
         "once it is, there is no difference any more")


def test_damaged(server, keys):
    """Refunds that one side does not have, and a ledger without the order."""
    with sqlite3.connect(f"{server.db}.desk") as desk:
        (at,) = desk.execute("SELECT at FROM sandbox_refund WHERE id='r1'").fetchone()
        desk.execute("DELETE FROM sandbox_refund WHERE id='r1'")
        desk.execute("INSERT INTO sandbox_refund VALUES('own','e2',100,?)", (at,))
        desk.execute("INSERT INTO payment SELECT 'ghost',member,shop,amount,voucher,credit,cash,"
                     "scan,state,created,until,paid,reason,no+1000,moved,charge FROM payment"
                     " WHERE id='e2'")
        desk.execute("INSERT INTO sandbox_charge SELECT 'ghost',amount,state,paid,lie"
                     " FROM sandbox_charge WHERE id='e2'")
        desk.execute("UPDATE back SET amount=1 WHERE id='r1'")
    found = told(bill(server, keys["finance"])[2])
    same([found.get(name) for name in ("r1", "own", "ghost")],
         [("missing_in_bill", None, "0.01"), ("missing_in_books", "1.00", None),
          ("missing_in_books", "12.34", None)],
         "refunds are compared too, and orders with the ledger")


def test_midnight(server, keys):
    """Paid a second before midnight by the channel, a second after it by us."""
    midnight = 1709308800 * 1000000  # 2024-03-02T00:00:00+08:00
    with sqlite3.connect(f"{server.db}.desk") as desk:
        desk.execute("UPDATE sandbox_charge SET paid=? WHERE id='e2'", (midnight - 1000000,))
        desk.execute("UPDATE payment SET paid=? WHERE id='e2'", (midnight + 1000000,))
    for day, billed, booked in ((DAY, 1, 0), ("2024-03-02", 0, 1)):
        answer = bill(server, keys["finance"], day)[2]
        ok("e2" not in told(answer), f"no difference on {day}", answer)
    same((answer["bill"]["count"], answer["books"]["count"]), (0, 1), "it counts where it stands")


def test_refusals(server, keys):
    for day in ("yesterday", "2024-02-30", "2024-3-1"):
        status, _, answer = bill(server, keys["finance"], day)
        same((status, answer.get("field")), (400, "day"), f"refused: {day}")
    same(bill(server, keys["m"])[0], 403, "a member does not see it")
    status, _, answer = server.ask("POST", f"{PATH}/e1/sandbox", {"outcome": "lost"}, keys["m"])
    same((status, answer["field"]), (400, "outcome"), "an outcome that the sandbox does not know")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000", "--channel", "sandbox"))
        keys = {"m": server.key("member", "m"),
                **{role: server.key(role) for role in ("finance", "operator", "auditor", "risk")}}
        test_equal(server, keys)
        test_rows(server, keys)
        test_lies(server, keys)
        test_behind(server, keys)
        test_damaged(server, keys)
        test_midnight(server, keys)
        test_refusals(server, keys)
        same(server.stop(), 0, "the server ends well")
        server.options = ("--rate", "100000")
        server.start()
        status, _, answer = bill(server, keys["finance"])
        same((status, answer["code"]), (503, "channel_failed"), "without a channel, no bill")
        same(rows(server, keys["finance"], "bill")[0], 404, "and no rows of one")
        server.stop()
    done()


if __name__ == "__main__":
    main()
