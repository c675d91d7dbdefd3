#!/usr/bin/env python3
"""After-sales and the till at `jifen serve`: members ask for refunds and the shop decides, once
whatever comes twice; a shop refunds its own orders; a shop charges a member who shows their code,
which is good once; and the lists of payments.
"""

import sqlite3
import tempfile

from books import done, ok, same
from serving import FIRST, TODAY, Server

POLICY = {**FIRST[0]["policy"], "refund_days": 7}
BOOKS = [{**FIRST[0], "policy": POLICY}, *FIRST[1:],
         {"cmd": "order.pay", "id": "paid-in-books", "member": "m", "shop": "s",
          "amount": "50.00", "at": TODAY}]


def refused(answer, status, code, sentence):
    same((answer[0], answer[-1].get("code")), (status, code), sentence)


def pay(server, keys, name, amount="100.00", shop="s"):
    path = "/v1/members/m/payments"
    server.ask("POST", path, {"id": name, "shop": shop, "amount": amount}, keys["m"])
    return server.ask("POST", f"{path}/{name}/sandbox", {"outcome": "paid"}, keys["m"])[2]["state"]


def ask(server, keys, name, order, amount="30.00", reason="broken", member="m"):
    return server.ask("POST", f"/v1/members/{member}/refund-asks",
                      {"id": name, "order": order, "amount": amount, "reason": reason},
                      keys[member])


def decide(server, key, number, decision="approve", shop="s", **more):
    return server.ask("POST", f"/v1/shops/{shop}/refund-asks/{number}/decision",
                      {"decision": decision, **more}, key)


def sent_back(server, charge):
    """What the channel gave back of a charge, in fen."""
    with sqlite3.connect(f"{server.db}.desk") as desk:
        return desk.execute("SELECT count(*),coalesce(sum(amount),0) FROM sandbox_refund"
                            " WHERE charge=?", (charge,)).fetchone()


def refunded(server, keys, order):
    rows = server.ask("GET", "/v1/shops/s/statement?limit=500", key=keys["finance"])[2]["rows"]
    return [row["source"]["refunded"] for row in rows if row["account"] == "receivable"
            and row["source"].get("order") == order and "refunded" in row["source"]]


def test_asks(server, keys):
    same(pay(server, keys, "a1"), "done", "a payment through the channel")
    status, _, first = ask(server, keys, "k1", "a1")
    same((status, first), (201, {"ask": 1, "state": "open"}), "the member asks for a refund")
    same(ask(server, keys, "k1", "a1")[2], first, "the same again is the same ask")
    refused(ask(server, keys, "k1", "a1", "31.00"), 409, "id_conflict", "other content is not")
    for arguments, status, code, why in (
            (("k2", "none"), 404, "not_found", "an order that is not there"),
            (("k2", "a1", "0.00"), 400, "bad_request", "nothing"),
            (("k2", "a1", "1.00", ""), 400, "bad_request", "no reason"),
            (("k2", "a1", "1.00", "x" * 501), 400, "bad_request", "a long reason"),
            (("k2", "a1", "1.00", "x", "n"), 404, "not_found", "somebody else's order")):
        refused(ask(server, keys, *arguments), status, code, f"refused: {why}")
    row = server.ask("GET", "/v1/shops/s/refund-asks", key=keys["manager"])[2]["rows"][0]
    same((row["ask"], row["member"], row["order"], row["amount"], row["reason"], row["state"]),
         (1, "m", "a1", "30.00", "broken", "open"), "the shop sees it")
    refused(decide(server, keys["other"], 1, shop="t"), 404, "not_found", "another shop has none")
    refused(decide(server, keys["other"], 1), 403, "forbidden", "nor may its manager decide")
    refused(decide(server, keys["manager"], 1, "perhaps"), 400, "bad_request", "yes or no")
    status, _, answer = decide(server, keys["manager"], 1)
    same((status, answer["state"], answer["result"]["cash"]), (200, "approved", "30.00"),
         "the manager approves")
    again = decide(server, keys["operator"], 1)
    same(again[2], answer, "approved again, also by somebody else, it is the same refund")
    same((sent_back(server, "a1"), refunded(server, keys, "a1")), ((1, 3000), ["30.00"]),
         "the books and the channel gave back once")
    refused(decide(server, keys["manager"], 1, "reject"), 409, "state_conflict",
            "what is approved is not rejected")


def test_refused_by_rules(server, keys):
    number = ask(server, keys, "k3", "a1", "99.00")[2]["ask"]
    refused(decide(server, keys["manager"], number), 422, "refund_too_large", "more than is left")
    row = server.ask("GET", "/v1/refund-asks", key=keys["risk"])[2]["rows"][0]
    same((row["ask"], row["state"], row["outcome"]), (number, "open", "refund_too_large"),
         "is open again, with what the rules said")
    same(decide(server, keys["manager"], number, "reject")[2],
         {"ask": number, "state": "rejected"}, "and can be rejected")
    same(decide(server, keys["manager"], number, "reject")[0], 200, "twice")
    refused(decide(server, keys["manager"], number), 409, "state_conflict", "and not approved")
    rows = server.ask("GET", "/v1/members/m/refund-asks?limit=1", key=keys["m"])[2]
    same((len(rows["rows"]), rows["next"]), (1, number), "the member's list comes in pages")
    rest = server.ask("GET", f"/v1/members/m/refund-asks?before={number}", key=keys["m"])[2]
    same([row["state"] for row in rest["rows"]], ["approved"], "the next page")
    number = ask(server, keys, "k4", "paid-in-books", "20.00")[2]["ask"]
    same(decide(server, keys["operator"], number)[2]["result"]["cash"], "20.00",
         "an order that no channel paid is refunded too")


def test_same_id_after_refusal(server, keys):
    """A refund that the rules refused, asked again with the same id, goes back at the channel."""
    same(pay(server, keys, "a2"), "done", "another payment")
    path = "/v1/orders/a2/refunds"
    refused(server.ask("POST", path, {"id": "r2", "amount": "100.01"}, keys["finance"]), 422,
            "refund_too_large", "too much is refused")
    status, _, answer = server.ask("POST", path, {"id": "r2", "amount": "40.00"}, keys["finance"])
    same((status, answer["cash"], sent_back(server, "a2")), (201, "40.00", (1, 4000)),
         "with the same id and less, the channel gives back what the books do")


def test_late(server, keys):
    """Asked for in time, and decided when the window of seven days has closed."""
    same([pay(server, keys, name) for name in ("l1", "l2")], ["done", "done"], "two payments")
    first, second = (ask(server, keys, f"k-{name}", name)[2]["ask"] for name in ("l1", "l2"))
    same(server.stop(), 0, "days pass")
    server.now = "2024-03-09T09:00:00+08:00"
    server.start()
    for who in ("manager", "operator"):
        refused(decide(server, keys[who], first), 422, "refund_too_late",
                f"it is too late, for the {who} too")
    row = server.ask("GET", "/v1/refund-asks?limit=2", key=keys["risk"])[2]["rows"][1]
    same((row["ask"], row["state"], row["outcome"], row.get("late")),
         (first, "open", "refund_too_late", None), "it is open, and says why")
    refused(decide(server, keys["manager"], first, late=True), 403, "forbidden",
            "a shop makes no exceptions")
    refused(decide(server, keys["risk"], first, late=True), 403, "forbidden",
            "nor does who decides nothing")
    refused(decide(server, keys["operator"], first, "reject", late=True), 400, "bad_request",
            "what is rejected needs none")
    refused(decide(server, keys["operator"], first, late="yes"), 400, "bad_request", "yes or no")
    same(decide(server, keys["manager"], first, late=False)[0], 422, "and it is still open")
    status, _, answer = decide(server, keys["operator"], first, late=True)
    same((status, answer["state"], answer["result"]["cash"]), (200, "approved", "30.00"),
         "the office makes one")
    for key, more in ((keys["finance"], {"late": True}), (keys["manager"], {})):
        same(decide(server, key, first, **more)[2], answer, "again, it is the same refund")
    same((sent_back(server, "l1"), refunded(server, keys, "l1")), ((1, 3000), ["30.00"]),
         "the books and the channel gave back once")
    same(decide(server, keys["finance"], second, late=True)[0], 200, "finance may as well")
    rows = server.ask("GET", "/v1/members/m/refund-asks?limit=2", key=keys["m"])[2]["rows"]
    same([(row["state"], row["late"]) for row in rows], [("approved", True)] * 2,
         "and both say so")


def test_shop_refund(server, keys):
    same(pay(server, keys, "a3"), "done", "a third")
    path = "/v1/shops/s/orders/a3/refunds"
    first = server.ask("POST", path, {"id": "r3", "amount": "10.00"}, keys["manager"])
    again = server.ask("POST", path, {"id": "r3", "amount": "10.00"}, keys["manager"])
    same((first[0], first[2]["cash"], again[2]), (201, "10.00", first[2]),
         "the shop refunds by itself; sent again, once")
    same(sent_back(server, "a3"), (1, 1000), "through the channel")
    refused(server.ask("POST", path, {"id": "r3", "amount": "11.00"}, keys["manager"]), 409,
            "id_conflict", "other content under the id")
    refused(server.ask("POST", "/v1/shops/t/orders/a3/refunds", {"id": "r4", "amount": "1.00"},
                       keys["other"]), 404, "not_found", "another shop's order")
    refused(server.ask("POST", path, {"id": "r5", "amount": "1.00"}, keys["clerk"]), 403,
            "forbidden", "a clerk does not refund")


def collect(server, key, name, code, amount="12.30", shop="s"):
    return server.ask("POST", f"/v1/shops/{shop}/collections",
                      {"id": name, "code": code, "amount": amount}, key)


def test_collections(server, keys):
    code = server.ask("GET", "/v1/members/m/code", key=keys["m"])[2]["code"]
    status, _, answer = collect(server, keys["clerk"], "c1", code)
    same((status, answer["payment"], answer["member"], answer["state"], answer["amount"]),
         (201, "c1", "m", "pending", "12.30"), "a clerk scans a member's code")
    same(collect(server, keys["clerk"], "c1", code)[2], answer, "sent again, the same payment")
    refused(collect(server, keys["clerk"], "c1", code, "12.31"), 409, "id_conflict",
            "other content under the id")
    refused(collect(server, keys["clerk"], "c2", code), 409, "state_conflict",
            "a code is good once")
    refused(collect(server, keys["other"], "c2", code, shop="t"), 409, "state_conflict",
            "also at another shop")
    refused(collect(server, keys["clerk"], "c3", code + "x"), 404, "not_found", "a forged code")
    charge = server.ask("POST", "/v1/shops/s/charges", {"amount": "1.00"}, keys["clerk"])[2]
    refused(collect(server, keys["clerk"], "c3", charge["code"]), 400, "bad_request",
            "a shop's code")
    seen = server.ask("GET", "/v1/members/m/payments?limit=1", key=keys["m"])[2]["rows"]
    same([(row["payment"], row["state"], row["cash"]) for row in seen],
         [("c1", "pending", "12.30")], "the member sees it first among their payments")
    server.ask("POST", "/v1/members/m/payments/c1/sandbox", {"outcome": "paid"}, keys["m"])
    status, _, answer = server.ask("GET", "/v1/shops/s/collections/c1", key=keys["clerk"])
    same((status, answer["state"]), (200, "done"), "paid, the till sees it")
    refused(server.ask("GET", "/v1/shops/t/collections/c1", key=keys["other"]), 404, "not_found",
            "another shop's till does not")


def test_payments(server, keys):
    seen, before = [], 0
    while before is not None:
        page = server.ask("GET", f"/v1/payments?limit=2&before={before}", key=keys["auditor"])[2]
        seen += [(row["no"], row["payment"]) for row in page["rows"]]
        before = page["next"]
    same(seen, [(4, "c1"), (3, "a3"), (2, "a2"), (1, "a1")], "all payments, newest first")
    same(server.ask("GET", "/v1/members/n/payments", key=keys["n"])[2],
         {"rows": [], "next": None}, "nobody else's are among a member's")


def old_desk(server):
    """The desk as an earlier version left it: without what steps 7 to 12 made."""
    with sqlite3.connect(f"{server.db}.desk") as desk:
        desk.executescript("""
            DROP TABLE shop_profile;
            DROP TABLE charge; DROP INDEX payment_charge;
            ALTER TABLE payment DROP COLUMN charge;
            DROP TABLE closing; ALTER TABLE person DROP COLUMN closed;
            DROP TABLE refund_ask; DROP TABLE scanned;
            DROP INDEX payment_no; DROP INDEX payment_member; DROP INDEX payment_moved;
            DROP INDEX payment_paid; DROP INDEX back_moved; DROP INDEX sandbox_charge_paid;
            DROP INDEX sandbox_refund_at;
            ALTER TABLE payment DROP COLUMN no; ALTER TABLE payment DROP COLUMN moved;
            ALTER TABLE back DROP COLUMN moved; ALTER TABLE sandbox_charge DROP COLUMN paid;
            ALTER TABLE sandbox_charge DROP COLUMN lie; ALTER TABLE sandbox_refund DROP COLUMN at;
            CREATE INDEX payment_member ON payment(member);
            PRAGMA user_version=6""")


def opened(folder, name):
    """A server, and keys of everybody there."""
    server = Server(folder, BOOKS, name=name, options=("--rate", "100000", "--channel", "sandbox"))
    keys = {"m": server.key("member", "m"), "n": server.key("member", "n"),
            "manager": server.key("manager", "s"), "other": server.key("manager", "t"),
            "clerk": server.key("clerk", "s"),
            **{role: server.key(role) for role in ("operator", "finance", "risk", "auditor")}}
    return server, keys


def main():
    with tempfile.TemporaryDirectory() as folder:
        server, keys = opened(folder, "books.db")
        test_asks(server, keys)
        test_refused_by_rules(server, keys)
        test_same_id_after_refusal(server, keys)
        test_shop_refund(server, keys)
        test_collections(server, keys)
        test_payments(server, keys)
        acts = {row["act"] for row in
                server.ask("GET", "/v1/trail?limit=500", key=keys["auditor"])[2]["rows"]}
        ok({"refund.approve", "refund.reject", "order.refund"} <= acts, "the trail knows", acts)
        same(server.stop(), 0, "the server ends well")
        old_desk(server)
        server.start()
        test_payments(server, keys)
        same(server.stop(), 0, "an older desk is brought up to date")
        server, keys = opened(folder, "late.db")
        test_late(server, keys)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
