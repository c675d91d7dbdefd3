#!/usr/bin/env python3
"""The lists of `jifen serve` that must carry large books: a pool's closes, withdrawals, orders,
and members and shops, each with what narrows them down; figures worked out by hand here.
"""

import json
import tempfile

from books import done, same
from serving import Server


def read(server, key, path):
    """(status, answer) of a read."""
    status, _, answer = server.ask("GET", path, key=key)
    return status, answer


def pages(server, key, path, limit, cursor):
    """All rows of a list, page by page, and the most rows that a page had."""
    rows, at, most = [], None, 0
    while True:
        more = "" if at is None else f"&{cursor}={at}"
        _, answer = read(server, key, f"{path}{'&' if '?' in path else '?'}limit={limit}{more}")
        rows += answer["rows"]
        most = max(most, len(answer["rows"]))
        at = answer["next"]
        if at is None:
            return rows, most


def pool(name, side, threshold):
    return {"name": name, "sides": [side], "rule": "compound", "rate": "0.1", "periods": 2,
            "cap": "0.3", "min_days": 1, "max_days": 2, "growth_target": "1",
            "growth_floor": "0", "growth_cap": "0", "first_threshold": threshold}


POOLS = {"name": "c", "points": {"hold_days": 0}, "refund_days": 9,
         "pools": [pool("p", "member", "50.00"), pool("q", "shop", "300.00")],
         "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"},
                        {"to": "dividend", "pool": "q", "base": "rebate", "rate": "0.1"}]}


def day(number):
    return f"2024-03-{number:02d}T09:00:00+08:00"


def pay(number, amount):
    return {"cmd": "order.pay", "id": f"o{number}", "member": "m", "shop": "s", "amount": amount,
            "at": day(number)}


def closes_books():
    """Orders on four days; R is a fifth of each, of it 0.4 go to p and 0.1 to q."""
    return [{"cmd": "policy.set", "policy": POOLS, "from": "2024-03-01"},
            {"cmd": "member.create", "id": "m", "at": day(1)},
            {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "alliance",
             "region": "330106", "rebate": "0.2", "at": day(1)},
            pay(1, "1000.00"), pay(2, "500.00"), pay(3, "100.00"),
            {"cmd": "day.close", "day": "2024-03-07"}, pay(8, "50.00")]


# p closes on the 1st with 200.00 points, then each second day: 120.00 points, and none
P_CLOSES = [
    {"period": 4, "day": "2024-03-07", "collected": "0.00", "released": "0.00", "fund": "64.00",
     "cohorts": [], "still_at_most": "0.00", "vouchers_outstanding": "96.00", "held": "160.00",
     "owed_before": "96.00", "owed": "96.00", "coverage": "1.666666"},
    {"period": 3, "day": "2024-03-05", "collected": "0.00", "released": "12.00", "fund": "64.00",
     "cohorts": [{"cohort": 2, "points": "120.00", "amount": "12.00", "released": "24.00"}],
     "still_at_most": "0.00", "vouchers_outstanding": "95.99", "held": "159.99",
     "owed_before": "107.99", "owed": "95.99", "coverage": "1.666736"},
    {"period": 2, "day": "2024-03-03", "collected": "48.00", "released": "32.00", "fund": "76.00",
     "cohorts": [{"cohort": 1, "points": "200.00", "amount": "20.00", "released": "40.00"},
                 {"cohort": 2, "points": "120.00", "amount": "12.00", "released": "12.00"}],
     "still_at_most": "24.00", "vouchers_outstanding": "82.00", "held": "158.00",
     "owed_before": "126.00", "owed": "106.00", "coverage": "1.490566"},
    {"period": 1, "day": "2024-03-01", "collected": "80.00", "released": "20.00", "fund": "60.00",
     "cohorts": [{"cohort": 1, "points": "200.00", "amount": "20.00", "released": "20.00"}],
     "still_at_most": "40.00", "vouchers_outstanding": "20.00", "held": "80.00",
     "owed_before": "60.00", "owed": "60.00", "coverage": "1.333333"}]


def test_closes(folder):
    server = Server(folder, closes_books(), name="closes.db")
    office = server.key("risk")
    answer = read(server, office, "/v1/pools/p/closes")
    same((answer[0], answer[1]["next"]), (200, None), "the closes of a pool")
    rows = answer[1]["rows"]
    numbers = [row.pop("journal") for row in rows]
    same([row.pop("since", None) for row in rows], numbers[1:] + [None],
         "each says behind which journal it collected")
    for row, expected in zip(rows, P_CLOSES, strict=True):
        same(row, expected, f"what close {row['period']} collected, released, left and still owes")
    for number, row in zip(numbers, rows, strict=True):
        journal = read(server, office, f"/v1/journals/{number}")[1]
        amounts = [p["amount"] for p in journal["postings"] if p["account"] == "unclaimed"]
        same((journal["by"], journal["day"], amounts),
             ("close", row["day"], [cohort["amount"] for cohort in row["cohorts"]]),
             f"and its journal says the same of close {row['period']}")
    report = read(server, office, "/v1/report")[1]["pools"][1]
    closes = read(server, office, "/v1/pools/q/closes")[1]["rows"]
    same([(row["period"], row["day"], row["released"], row["fund"]) for row in closes],
         [(3, "2024-03-06", "0.01", "0.00"), (2, "2024-03-04", "1.99", "0.01"),
          (1, "2024-03-02", "30.00", "0.00")], "the other pool has closes of its own")
    same((report["released"], report["period"]), ("32.00", 4), "as the report says")
    for limit in (1, 2, 3):
        got, most = pages(server, office, "/v1/pools/p/closes", limit, "before")
        for row in got:
            row.pop("journal")
            row.pop("since", None)
        same((got, most), (P_CLOSES, limit), f"the same in pages of {limit}")
    same(server.ask("GET", "/v1/pools/none/closes", key=office)[0], 404, "no such pool")
    same(server.stop(), 0, "the server ends well")


def test_closes_refunds(folder):
    """Half of o2 is refunded: of its 100.00 points 50.00 go, and of what they gave."""
    refund = {"cmd": "order.refund", "id": "r", "order": "o2", "amount": "250.00"}
    server = Server(folder, [*closes_books(), {**refund, "at": day(8)}], name="refunds.db")
    rows = read(server, server.key("auditor"), "/v1/pools/p/closes")[1]["rows"]
    same([{k: v for k, v in row.items() if k not in ("journal", "since")} for row in rows],
         P_CLOSES, "a refund after the closes changes nothing that they said")
    same(server.stop(), 0, "the server ends well")
    books = closes_books()
    books[-2:-2] = [{"cmd": "day.close", "day": "2024-03-03"}, {**refund, "at": day(4)}]
    server = Server(folder, books, name="between.db")
    rows = read(server, server.key("auditor"), "/v1/pools/p/closes")[1]["rows"]
    # cohort 2 has 70.00 points then, of which a tenth was released, and 5.00 came back of 12.00
    same([(row["period"], row["still_at_most"], row["cohorts"][-1:]) for row in rows[1:3]],
         [(3, "0.00", [{"cohort": 2, "points": "70.00", "amount": "7.00", "released": "14.00"}]),
          (2, "24.00", [{"cohort": 2, "points": "120.00", "amount": "12.00",
                         "released": "12.00"}])],
         "one between them is in the later alone")
    same(server.stop(), 0, "the server ends well")


def test_closes_cap(folder):
    """Cohort 1 reaches a cap of 0.15 at the second close; then all may release all."""
    pools = [{**POOLS["pools"][0], "cap": "0.15", "periods": 5}, *POOLS["pools"][1:]]
    lower = {**POOLS, "pools": pools}
    books = [{**closes_books()[0], "policy": lower}, *closes_books()[1:-2],
             {"cmd": "day.close", "day": "2024-03-04"}]
    raised = {"cmd": "policy.set", "from": "2024-03-05",
              "policy": {**POOLS, "pools": [{**pools[0], "cap": "1"}, *pools[1:]]}}
    later = [raised, {"cmd": "day.close", "day": "2024-03-07"}]
    got = {}
    for name, sent in (("before", books), ("after", [*books, *later])):
        server = Server(folder, sent, name=f"cap-{name}.db")
        got[name] = read(server, server.key("auditor"), "/v1/pools/p/closes")[1]["rows"]
        same(server.stop(), 0, "the server ends well")
    same(got["after"][-2:], got["before"], "a higher cap changes nothing of earlier closes")
    same([row["still_at_most"] for row in got["before"]], ["6.00", "10.00"],
         "which had the lower one")
    # cohort 2 alone goes on: 120.00 points, 24.00 released; then 36.00. Cohort 1 stays finished
    same([(row["period"], row["still_at_most"], [t["cohort"] for t in row["cohorts"]])
          for row in got["after"][:-2]], [(4, "84.00", [2]), (3, "96.00", [2])],
         "and opens nothing that is finished")


def test_withdrawals(folder):
    """Five withdrawals, of ids that are no order of asking; the third one asked for is rejected."""
    asked = [{"cmd": "withdraw.request", "id": name, "shop": "s", "amount": "1.00", "at": day(8)}
             for name in ("w-4", "w-1", "w-3", "w-5", "w-2")]
    rejected = {"cmd": "withdraw.reject", "id": "w-3", "at": day(8)}
    server = Server(folder, [*closes_books(), *asked, rejected], name="withdrawals.db")
    office = server.key("finance")
    for limit in (1, 2, 5):
        rows, most = pages(server, office, "/v1/withdrawals", limit, "after")
        same(([row["id"] for row in rows], most), ([f"w-{k}" for k in range(1, 6)], limit),
             f"withdrawals by id, {limit} a page")
        rows, _ = pages(server, office, "/v1/withdrawals?state=requested", limit, "after")
        same([row["id"] for row in rows], ["w-1", "w-2", "w-4", "w-5"],
             f"those of one state, {limit} a page")
    same(read(server, office, "/v1/withdrawals?limit=2")[1]["next"], "w-2",
         "the next page begins behind an id")
    same([row["id"] for row in read(server, office, "/v1/withdrawals?after=w-35")[1]["rows"]],
         ["w-4", "w-5"], "whether something has it or not")
    same(read(server, office, "/v1/withdrawals?after=%20")[0], 400, "what is no id is refused")
    same(server.stop(), 0, "the server ends well")


def test_find(folder):
    """140 members: an id may lie in any bucket."""
    names = [f"a{k}" for k in range(120)] + [f"b-{k}" for k in range(20)]
    server = Server(folder, closes_books()[:3] + [
        {"cmd": "member.create", "id": name, "at": day(1)} for name in names], name="find.db")
    office = server.key("operator")
    for prefix, limit in (("a1", 7), ("a11", 50), ("b", 20), ("b-19", 3), ("a", 500)):
        rows, most = pages(server, office, f"/v1/members?find={prefix}", limit, "after")
        expected = sorted(name for name in names if name.startswith(prefix))
        same(([row["id"] for row in rows], most), (expected, min(limit, len(expected))),
             f"members whose id begins with {prefix}, {limit} a page")
    same(read(server, office, "/v1/members?find=a5&limit=2")[1]["rows"][0]["id"], "a5",
         "the exact id comes first")
    same([row["id"] for row in read(server, office, "/v1/shops?find=s")[1]["rows"]], ["s"],
         "a shop")
    same(read(server, office, "/v1/members?find=s")[1], {"rows": [], "next": None},
         "which is no member")
    same(server.stop(), 0, "the server ends well")


HOLD = {"name": "h", "points": {"hold_days": 2}, "refund_days": 3,
        "pools": [pool("p", "member", "50.00")],
        "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"}]}


def bought(name, member, shop, amount, number):
    return {"cmd": "order.pay", "id": name, "member": member, "shop": shop, "amount": amount,
            "at": day(number)}


def orders_books():
    """Six orders of two members at two shops on four days; o2 is refunded twice."""
    return [{"cmd": "policy.set", "policy": HOLD, "from": "2024-03-01"},
            {"cmd": "member.create", "id": "m", "at": day(1)},
            {"cmd": "member.create", "id": "n", "at": day(1)},
            *({"cmd": "shop.create", "id": name, "owner": "m", "kind": "alliance",
               "region": "330106", "rebate": "0.2", "at": day(1)} for name in ("s", "t")),
            bought("o1", "m", "s", "10.00", 1), bought("o2", "n", "s", "20.00", 1),
            bought("o3", "m", "t", "30.00", 2),
            {"cmd": "order.refund", "id": "r1", "order": "o2", "amount": "1.50", "at": day(2)},
            bought("o4", "n", "t", "40.00", 3), bought("o5", "m", "s", "50.00", 3),
            {"cmd": "order.refund", "id": "r2", "order": "o2", "amount": "2.00", "at": day(3)},
            bought("o6", "n", "s", "60.00", 5)]


# The days up to the 4th are closed: what was paid on the 1st and 2nd has matured by then.
WISHES = [("", "o6 o5 o4 o3 o2 o1"), ("from=2024-03-02", "o6 o5 o4 o3"),
          ("to=2024-03-02", "o3 o2 o1"), ("from=2024-03-02&to=2024-03-03", "o5 o4 o3"),
          ("from=2024-03-04&to=2024-03-04", ""), ("shop=none", ""), ("member=none&shop=s", ""),
          ("to=2024-02-01", ""), ("member=m", "o5 o3 o1"), ("shop=t", "o4 o3"),
          ("shop=s&member=n", "o6 o2"), ("amount=40", "o6 o5 o4"), ("amount=30.01&shop=t", "o4"),
          ("state=refunded", "o2"), ("state=held", "o6 o5 o4"), ("state=matured", "o3 o2 o1"),
          ("state=matured&member=m&from=2024-03-02", "o3"),
          ("shop=s&to=2024-03-03&state=held", "o5"), ("state=refunded&member=n", "o2"),
          ("state=refunded&shop=t", ""), ("state=refunded&shop=none", ""),
          ("state=refunded&member=none", ""), ("state=refunded&from=2024-03-02", ""),
          ("state=refunded&to=2024-03-01&amount=20", "o2"), ("amount=40&state=held", "o6 o5 o4"),
          ("amount=20&state=matured&to=2024-03-03", "o3 o2"), ("from=2024-04-01&state=held", "")]


def test_orders(folder):
    server = Server(folder, orders_books(), name="orders.db", options=("--rate", "100000"))
    office = server.key("risk")
    for wish, expected in WISHES:
        for limit in (1, 2, 50):
            rows, most = pages(server, office, f"/v1/orders{wish and '?'}{wish}", limit, "before")
            same(([row["order"] for row in rows], most <= limit), (expected.split(), True),
                 f"orders of ?{wish}, {limit} a page")
    row = read(server, office, "/v1/orders?limit=1&to=2024-03-01&state=refunded")[1]["rows"][0]
    same([row[k] for k in ("order", "member", "shop", "amount", "refunded", "day", "held")],
         ["o2", "n", "s", "20.00", "3.50", "2024-03-01", False], "a row says what the order is")
    for wrong in ("state=paid", "from=yesterday", "amount=-1", "member=%20", "tied=m"):
        same(read(server, office, f"/v1/orders?{wrong}")[0], 400, f"refused: ?{wrong}")
    order = read(server, office, "/v1/orders/o2")[1]
    same([(one["day"], one["amount"]) for one in order.pop("refunds")],
         [("2024-03-03", "2.00"), ("2024-03-02", "1.50")], "an order and its refunds")
    same(order, row, "which is the row of the list")
    same(read(server, office, "/v1/orders/o6")[1]["refunds"], [], "or none")
    same(read(server, office, "/v1/orders/r1")[0], 404, "what is no order")
    same(server.stop(), 0, "the server ends well")


def test_parties(folder):
    """Members by region, home and who brought them; shops by region, kind and whose they are."""
    def member(name, region, **more):
        return {"cmd": "member.create", "id": name, "region": region, "at": day(1), **more}

    def shop(name, region, kind="alliance", **more):
        return {"cmd": "shop.create", "id": name, "owner": "a", "kind": kind, "region": region,
                "rebate": "0.2", "at": day(1), **more}

    server = Server(folder, [
        {"cmd": "policy.set", "policy": POOLS, "from": "2024-03-01"},
        member("a", "330106"), member("b", "330106", referrer="a"),
        member("c", "330206", referrer="a"), member("d", "110101", referrer="b"),
        shop("s1", "330106"), shop("s2", "330206", recruiter="b"),
        shop("s3", "110101", "brand", staff="b", owner="c"), shop("x4", "330106", "self"),
        {"cmd": "home.bind", "member": "b", "shop": "s1", "at": day(1)},
        {"cmd": "home.bind", "member": "c", "shop": "s1", "at": day(1)}], name="parties.db")
    office = server.key("operator")
    for path, expected in (
            ("members?region=33", "a b c"), ("members?region=3301", "a b"),
            ("members?region=110101", "d"), ("members?home=s1", "b c"),
            ("members?home=s1&region=3302", "c"), ("members?referrer=a&region=3301", "b"),
            ("members?find=c&region=33", "c"), ("members?find=d&region=33", ""),
            ("members?home=none", ""), ("shops?region=3301", "s1 x4"), ("shops?kind=brand", "s3"),
            ("shops?tied=b", "s2 s3"), ("shops?tied=a", "s1 s2 x4"),
            ("shops?tied=a&find=s&region=33", "s1 s2"), ("shops?kind=chain", "")):
        for limit in (1, 50):
            rows, _ = pages(server, office, f"/v1/{path}", limit, "after")
            same([row["id"] for row in rows], expected.split(), f"/v1/{path}, {limit} a page")
    for wrong in ("members?region=3", "members?kind=self", "shops?kind=none", "shops?home=s1"):
        same(read(server, office, f"/v1/{wrong}")[0], 400, f"refused: /v1/{wrong}")
    same(server.stop(), 0, "the server ends well")


MANY = 4500  # more than a page ever looked at


def many_books():
    """What is sought lies at the far end of MANY orders, members and withdrawals of other kinds."""
    def member(name, region):
        return {"cmd": "member.create", "id": name, "region": region, "at": day(1)}

    return [{"cmd": "policy.set", "policy": HOLD, "from": "2024-03-01"}, member("m", "330106"),
            {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "alliance", "region": "330106",
             "rebate": "0.2", "at": day(1)},
            bought("first", "m", "s", "10.00", 1), bought("large", "m", "s", "9000.00", 1),
            {"cmd": "order.refund", "id": "r", "order": "first", "amount": "1.00", "at": day(1)},
            *(member(f"m{k}", "110101") for k in range(MANY)), member("far", "330206"),
            *(bought(f"o{k}", f"m{k}", "s", "1.00", 8) for k in range(MANY)),
            *({"cmd": "withdraw.request", "id": f"a{k}", "shop": "s", "amount": "0.01",
               "at": day(8)} for k in range(MANY)),
            *({"cmd": "withdraw.reject", "id": f"a{k}", "at": day(8)} for k in range(MANY)),
            {"cmd": "withdraw.request", "id": "z", "shop": "s", "amount": "0.01", "at": day(8)}]


def test_many(folder):
    """All that is found is on the first page, however much lies before it."""
    server = Server(folder, many_books(), name="many.db")
    office = server.key("operator")
    for path, name, expected in (
            ("orders?state=refunded", "order", ["first"]),
            ("orders?amount=5000", "order", ["large"]), ("orders?amount=9000.01", "order", []),
            ("orders?to=2024-03-01", "order", ["large", "first"]),
            ("orders?state=refunded&shop=s", "order", ["first"]),
            ("orders?state=matured", "order", ["large", "first"]),
            ("orders?state=held&to=2024-03-07", "order", []),
            ("orders?shop=s&to=2024-03-01", "order", ["large", "first"]),
            ("members?region=33", "id", ["m", "far"]), ("members?region=3302", "id", ["far"]),
            ("members?region=54", "id", []), ("withdrawals?state=requested", "id", ["z"]),
            ("withdrawals?state=paid", "id", [])):
        _, page = read(server, office, f"/v1/{path}")
        same(([row[name] for row in page["rows"]], page["next"]), (expected, None),
             f"/v1/{path} answers all on its first page")
    same(server.stop(), 0, "the server ends well")


def added(number):
    """One more of everything, as lines for /v1/commands."""
    name = f"x{number}"
    return "".join(json.dumps(command) + "\n" for command in (
        {"cmd": "member.create", "id": name, "region": "330106", "at": day(5)},
        bought(name, name, "s", "70.00", 5),
        {"cmd": "order.refund", "id": name, "order": name, "amount": "1.00", "at": day(5)},
        {"cmd": "withdraw.request", "id": f"a{number}", "shop": "s", "amount": "0.01",
         "at": day(5)}))


def test_added(folder):
    """What is added while somebody turns the pages hides nothing, and shows nothing twice."""
    server = Server(folder, orders_books() + [
        *({"cmd": "member.create", "id": f"y{k}", "region": "330206", "at": day(5)}
          for k in range(4)),
        *({"cmd": "withdraw.request", "id": f"w{k}", "shop": "s", "amount": "0.01", "at": day(5)}
          for k in range(4))], name="added.db", now=day(5), options=("--rate", "100000"))
    system, office = server.key("system"), server.key("operator")
    number = 0
    for path, name, cursor in (
            ("orders?amount=20", "order", "before"), ("orders?from=2024-03-03", "order", "before"),
            ("orders?state=held&shop=s", "order", "before"),
            ("orders?state=refunded", "order", "before"),
            ("withdrawals?state=requested", "id", "after"), ("members?region=33", "id", "after")):
        sign = "&" if "?" in path else "?"
        rows = read(server, office, f"/v1/{path}{sign}limit=500")[1]["rows"]
        whole = [row[name] for row in rows]
        seen, more, turned = [], "", 0
        while more is not None:
            _, page = read(server, office, f"/v1/{path}{sign}limit=1{more}")
            seen += [row[name] for row in page["rows"]]
            more = f"&{cursor}={page['next']}" if page["next"] and turned < 30 else None
            turned += 1
            if turned <= 5:
                status, _, answer = server.ask("POST", "/v1/commands", added(number), system)
                same((status, str(answer).count('"ok":true')), (200, 4), f"{path}: more is added")
                number += 1
        same(([one for one in seen if one in whole], len(set(seen))), (whole, len(seen)),
             f"/v1/{path}: every row once and in its place while others come")
        if cursor == "before":
            same(seen, whole, "those that came are newer than the page")
    same(server.stop(), 0, "the server ends well")


def test_statement(folder):
    """Of one account: the rows that the whole statement has of it, with their reasons."""
    server = Server(folder, closes_books(), name="statement.db")
    office = server.key("finance")
    for path in ("/v1/members/m", "/v1/shops/s"):
        whole = read(server, office, f"{path}/statement?limit=500")[1]["rows"]
        for account in sorted({row["account"] for row in whole}):
            rows, _ = pages(server, office, f"{path}/statement?account={account}", 2, "before")
            same(rows, [row for row in whole if row["account"] == account],
                 f"what moved {account} of {path}")
    same(read(server, office, "/v1/members/m/statement?account=vouchers&month=2024-02")[1]["rows"],
         [], "in a month too")
    for wrong in ("revenue", "none", ""):
        same(read(server, office, f"/v1/members/m/statement?account={wrong}")[0], 400,
             f"no member has an account {wrong!r}")
    same(server.stop(), 0, "the server ends well")


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_closes(folder)
        test_closes_refunds(folder)
        test_closes_cap(folder)
        test_withdrawals(folder)
        test_find(folder)
        test_orders(folder)
        test_many(folder)
        test_added(folder)
        test_parties(folder)
        test_statement(folder)
    done()


if __name__ == "__main__":
    main()
