#!/usr/bin/env python3
"""Scan and pay at `jifen serve` with the sandbox channel: paying by id and by code, failures,
notifications that come twice, late or never, orders that the rules refuse once the money is there,
and a server that is killed in between. Money at the channel and orders in the books must agree.
"""

import random
import sqlite3
import tempfile
import threading
import time

from books import done, jifen, ok, same
from serving import FIRST, TODAY, Server

STATES = ("pending", "paid", "done", "failed", "closed", "returning", "returned")


class Payer:
    """A member with a key of their own."""

    def __init__(self, server, member="m"):
        self.server, self.member = server, member
        self.key = server.key("member", member)
        self.path = f"/v1/members/{member}/payments"

    def start(self, name, **body):
        return self.server.ask("POST", self.path, {"id": name, **body}, self.key)

    def play(self, name, outcome="paid"):
        return self.server.ask("POST", f"{self.path}/{name}/sandbox", {"outcome": outcome},
                               self.key)

    def state(self, name):
        return self.server.ask("GET", f"{self.path}/{name}", key=self.key)[2]


def refused(answer, status, code, sentence):
    same((answer[0], answer[2].get("code")), (status, code), sentence)


def orders_of(server):
    """The ids of the orders in the books."""
    books = sqlite3.connect(server.db)
    ids = {row[0] for row in books.execute("SELECT id FROM orders")}
    books.close()
    return ids


def channel_of(server):
    """(charges that were paid, what was given back) as the channel has it."""
    desk = sqlite3.connect(f"{server.db}.desk")
    paid = {row[0] for row in desk.execute("SELECT id FROM sandbox_charge WHERE state=1")}
    back = dict(desk.execute("SELECT charge,sum(amount) FROM sandbox_refund GROUP BY charge"))
    desk.close()
    return paid, back


def test_paying(server, payer, clerk):
    status, _, started = payer.start("p1", shop="s", amount="100.00")
    same((status, started["state"], started["cash"], started["until"][:16]),
         (201, "pending", "100.00", "2024-03-01T01:05"), "a payment waits for the payer")
    same(orders_of(server), set(), "nothing is in the books yet")
    same(payer.start("p1", shop="s", amount="100.00")[2], started, "asked again, it is the same")
    refused(payer.start("p1", shop="s", amount="200.00"), 409, "id_conflict",
            "an id is for one payment")
    same(payer.play("p1")[2]["state"], "done", "paid, it is an order")
    account = server.ask("GET", "/v1/members/m/account", key=payer.key)[2]
    same(account["points"], "20.00", "and earns points")
    same([payer.play("p1")[2]["state"] for _ in range(3)], ["done"] * 3,
         "a notification that comes again changes nothing")
    same(payer.state("p1")["state"], "done", "it can be followed")
    charge = server.ask("POST", "/v1/shops/s/charges", {"amount": "12.30"}, clerk)[2]["code"]
    started = payer.start("p2", code=charge)[2]
    same((started["shop"], started["amount"], started["charge"]), ("s", "12.30", 1),
         "a charge says shop and amount, and the payment which charge it is for")
    same(payer.play("p2", "failed")[2]["state"], "failed", "a payer can fail")
    same(payer.play("p2")[2]["state"], "failed", "and cannot pay any more")
    plate = server.ask("POST", "/v1/shops/t/plates", {}, server.key("operator"))[2]["code"]
    same(payer.start("p3", code=plate, amount="5.00")[2]["shop"], "t", "a plate says the shop")
    same(payer.play("p3")[2]["state"], "done", "and is paid at")
    same(orders_of(server), {"p1", "p3"}, "what was paid is in the books, and nothing else")
    same(server.ask("GET", "/v1/members/m/account", key=payer.key)[2]["points"], "20.50",
         "with its points")
    return charge, plate


def test_refused(server, payer, charge, plate):
    mine = server.ask("GET", "/v1/members/m/code", key=payer.key)[2]["code"]
    for body, field in (({}, "shop"), ({"shop": "s"}, "amount"), ({"code": plate}, "amount"),
                        ({"shop": "s", "code": plate, "amount": "1"}, "shop"),
                        ({"code": charge, "amount": "1"}, "amount"),
                        ({"code": mine, "amount": "1"}, "code"),
                        ({"shop": "s", "amount": "1", "voucher": "2"}, "voucher"),
                        ({"shop": "s", "amount": "2", "voucher": "1", "credit": "2"}, "credit"),
                        ({"shop": "s", "amount": "0"}, "amount"),
                        ({"shop": "s", "amount": "1", "member": "n"}, "member")):
        status, _, answer = payer.start("bad", **body)
        same((status, answer.get("field")), (400, field), f"refused: {sorted(body)}")
    refused(payer.start("bad", shop="none", amount="1.00"), 404, "not_found", "no such shop")
    refused(payer.start("bad", code=plate + "x", amount="1.00"), 404, "not_found", "no such code")
    refused(payer.play("bad"), 404, "not_found", "none of these was started")
    refused(payer.play("p1", "perhaps"), 400, "bad_request", "a payer pays or fails")
    other = Payer(server, "n")
    refused(server.ask("GET", f"{other.path}/p1", key=other.key), 404, "not_found",
            "a payment of somebody else is not there")
    refused(other.play("p1"), 404, "not_found", "and not theirs to pay")


def test_charges(server, payer, clerk):
    """A charge is paid by what was paid with its code, once, and by nothing of the same amount."""
    def charge():
        answer = server.ask("POST", "/v1/shops/s/charges", {"amount": "7.00"}, clerk)[2]
        return answer["charge"], answer["code"]

    def standing(number):
        return server.ask("GET", f"/v1/shops/s/charges/{number}", key=clerk)[2]
    other = Payer(server, "n")
    number, code = charge()
    later, another = charge()
    other.start("x1", shop="s", amount="7.00")
    same(other.play("x1")[2]["state"], "done", "somebody pays the same amount without the code")
    same(standing(number)["state"], "waiting", "the charge still waits")
    payer.start("x2", code=code)
    payer.play("x2", "failed")
    same(standing(number)["state"], "waiting", "after a payment that failed too")
    payer.start("x3", code=code)
    other.start("x4", code=code)
    same(standing(number)["state"], "waiting", "and while one is under way")
    payer.play("x3")
    now = standing(number)
    same({name: now[name] for name in ("state", "amount", "order", "member")},
         {"state": "paid", "amount": "7.00", "order": "x3", "member": "m"},
         "paid, it says by which order and by whom")
    ok(now["paid"][:10] == "2024-03-01", "and when", now)
    same(standing(later)["state"], "waiting", "another charge of the same amount was not")
    refused(other.start("x5", code=code), 409, "state_conflict", "it is not paid a second time")
    same(payer.start("x3", code=code)[2]["state"], "done", "who paid it may send it again")
    refused(payer.start("x3", code=another), 409, "id_conflict", "but not for another charge")
    row = server.ask("GET", "/v1/payments?limit=500", key=server.key("finance"))[2]["rows"]
    same({one["payment"]: one.get("charge") for one in row if one["payment"][0] == "x"},
         {"x1": None, "x2": number, "x3": number, "x4": number},
         "payments name the charge that they are for")
    before = orders_of(server)
    late = other.play("x4")[2]
    same((late["state"], late["reason"]), ("returned", "charge_paid"),
         "whoever began before, and pays after, has their money back")
    same((orders_of(server), channel_of(server)[1].get("x4")), (before, 700),
         "all of it, and no order")
    same(standing(number)["order"], "x3", "the charge is paid by the first")
    return later


def test_going_back(server, payer):
    started = payer.start("v1", shop="s", amount="100.00", voucher="40.00")[2]
    same((started["state"], started["cash"]), ("pending", "60.00"),
         "vouchers leave the rest to pay")
    ended = payer.play("v1")[2]
    same((ended["state"], ended["reason"]), ("returned", "insufficient_vouchers"),
         "the rules refuse the order when the money is there: it goes back")
    same(channel_of(server)[1].get("v1"), 6000, "all of it, once")
    same([payer.play("v1")[2]["state"] for _ in range(2)], ["returned"] * 2, "and not again")
    same(channel_of(server)[1].get("v1"), 6000, "whatever comes")
    ended = payer.start("v2", shop="s", amount="10.00", voucher="10.00")[2]
    same((ended["state"], ended["cash"], ended["reason"]),
         ("returned", "0.00", "insufficient_vouchers"), "without cash there is nothing to wait for")


def test_refunds(server, finance):
    """What an order gives back goes back through the channel, once."""
    def refund(order, name, amount):
        return server.ask("POST", f"/v1/orders/{order}/refunds", {"id": name, "amount": amount},
                          finance)

    status, _, first = refund("p1", "r1", "30.00")
    same((status, first["cash"]), (201, "30.00"), "a part of an order is refunded")
    same(channel_of(server)[1].get("p1"), 3000, "and the channel gives it back")
    same([refund("p1", "r1", "30.00")[::2] for _ in range(2)], [(201, first)] * 2,
         "the same again is the same")
    refused(refund("p1", "r1", "31.00"), 409, "id_conflict", "another amount is not")
    refused(refund("p1", "r2", "70.01"), 422, "refund_too_large", "nor is too much given back")
    same(refund("p1", "r3", "70.00")[0], 201, "the rest is")
    same(channel_of(server)[1].get("p1"), 10000, "the channel gave back what was paid, and no more")
    same((refund("p3", "v1", "2.00")[0], channel_of(server)[1].get("p3")), (201, 200),
         "an id that another payment went back under is another refund here")
    refused(refund("none", "r4", "1.00"), 404, "not_found", "an order that is not there")


def test_refunds_killed(server, payer, finance):
    """Killed between the books and the channel."""
    names = [f"g{i}" for i in range(12)]
    for name in names:
        payer.start(name, shop="s", amount="10.00")
        payer.play(name)

    def refund(name):
        try:
            server.ask("POST", f"/v1/orders/{name}/refunds", {"id": f"back-{name}",
                                                              "amount": "4.00"}, finance)
        except (OSError, ValueError):
            pass

    for start in range(0, len(names), 4):
        threads = [threading.Thread(target=refund, args=(n,)) for n in names[start:start + 4]]
        for thread in threads:
            thread.start()
        threads[0].join(0.004)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
    for name in names:
        refund(name)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        back = {name: amount for name, amount in channel_of(server)[1].items() if name in names}
        if len(back) == len(names):
            break
    same(back, {name: 400 for name in names}, "all of it went back, and once")


def test_late(server, payer):
    """The time to pay ends while the server is down; the money comes afterwards."""
    for name in ("l1", "l2", "l3"):
        payer.start(name, shop="s", amount="30.00")
    desk = sqlite3.connect(f"{server.db}.desk")
    server.kill()
    desk.execute("UPDATE sandbox_charge SET state=1 WHERE id='l2'")  # paid, and we were not told
    desk.commit()
    desk.close()
    server.now = TODAY.replace("09:00:00", "09:20:00")
    server.start()
    settled = {"l1": "closed", "l2": "done", "l3": "closed"}
    end = time.monotonic() + 30
    while time.monotonic() < end:
        got = {name: payer.state(name)["state"] for name in settled}
        if got == settled:
            break
    same(got, settled, "what was paid is found without being told; what was not is closed")
    ended = payer.play("l1")[2]
    same((ended["state"], ended["reason"]), ("returned", "late"), "money that comes late goes back")
    same(channel_of(server)[1].get("l1"), 3000, "all of it")
    same(payer.play("l3", "failed")[2]["state"], "closed", "who never paid stays closed")
    ok("l2" in orders_of(server) and "l1" not in orders_of(server), "the books say so too")


def test_killed(server, payer):
    """Killed again and again while payments are on their way."""
    seed = 11
    chance = random.Random(seed)
    names = [f"k{i}" for i in range(60)]

    def pay(name):
        try:
            payer.start(name, shop="s", amount="10.00",
                        **({"voucher": "1.00"} if int(name[1:]) % 5 == 0 else {}))
            payer.play(name)
        except OSError:
            pass  # the server was killed: the payer hears nothing
        except ValueError:
            pass  # or half of an answer

    for start in range(0, len(names), 10):
        threads = [threading.Thread(target=pay, args=(name,)) for name in names[start:start + 10]]
        for thread in threads:
            thread.start()
        threads[chance.randrange(10)].join(chance.random() * 0.05)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
    for name in names:
        pay(name)  # whoever heard nothing asks again, under the same id
    end = time.monotonic() + 60
    left = names
    while left and time.monotonic() < end:
        left = [n for n in left if payer.state(n).get("state") in ("paid", "returning")]
    same(left, [], f"nothing stays on its way (seed {seed})")
    paid, back = channel_of(server)
    books = orders_of(server)
    states = {name: payer.state(name).get("state", "none") for name in names}
    wrong = [name for name in names
             if (states[name] == "done") != (name in books)
             or (name in paid) != (states[name] in ("done", "returned"))
             or (name in back) != (states[name] == "returned")]
    same(wrong, [], "money that the channel has, and did not give back, is an order, and no other")
    same(states, {name: "returned" if int(name[1:]) % 5 == 0 else "done" for name in names},
         "and everything comes to its end")


def test_without(folder):
    server = Server(folder, FIRST, name="plain.db")
    payer = Payer(server)
    refused(payer.start("p", shop="s", amount="1.00"), 503, "channel_failed",
            "without a channel there is no cash")
    ended = payer.start("v", shop="s", amount="1.00", voucher="1.00")[2]
    same(ended["state"], "returned", "vouchers need none")
    server.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000", "--channel", "sandbox"))
        payer = Payer(server)
        clerk = server.key("clerk", "s")
        charge, plate = test_paying(server, payer, clerk)
        test_refused(server, payer, charge, plate)
        later = test_charges(server, payer, clerk)
        test_going_back(server, payer)
        finance = server.key("finance")
        test_refunds(server, finance)
        test_late(server, payer)
        same(server.ask("GET", f"/v1/shops/s/charges/{later}", key=clerk)[2]["state"], "expired",
             "a charge that nobody paid is over in time")
        test_killed(server, payer)
        test_refunds_killed(server, payer, finance)
        same(server.stop(), 0, "the server ends well")
        audit = jifen("audit", "--db", server.url)
        same(audit.returncode, 0, "the books are sound")
        test_without(folder)
    done()


if __name__ == "__main__":
    main()
