#!/usr/bin/env python3
"""The lists of `jifen serve` that must carry large books: a pool's closes, withdrawals, and
members and shops by the beginning of their id; figures worked out by hand here.
"""

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
    """Half of o2 is refunded on the 8th: of its 100.00 points 50.00 go, and of what they gave."""
    refund = {"cmd": "order.refund", "id": "r", "order": "o2", "amount": "250.00", "at": day(8)}
    server = Server(folder, [*closes_books(), refund], name="refunds.db")
    rows = read(server, server.key("auditor"), "/v1/pools/p/closes")[1]["rows"]
    # cohort 2 has 70.00 points, which may release 21.00; of 24.00 released 10.00 came back
    same([(row["period"], row["still_at_most"], row["cohorts"][-1:]) for row in rows[1:3]],
         [(3, "0.00", [{"cohort": 2, "points": "70.00", "amount": "12.00", "released": "14.00"}]),
          (2, "19.00", [{"cohort": 2, "points": "70.00", "amount": "12.00", "released": "2.00"}])],
         "a refund counts as if it had been made before")
    same(rows[3], {**P_CLOSES[3], "journal": rows[3]["journal"]}, "and not for other cohorts")
    same(server.stop(), 0, "the server ends well")


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


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_closes(folder)
        test_closes_refunds(folder)
        test_withdrawals(folder)
        test_find(folder)
    done()


if __name__ == "__main__":
    main()
