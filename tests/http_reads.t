#!/usr/bin/env python3
"""What the screens read from `jifen serve`, on books whose figures are worked out by hand here."""

import tempfile
from fractions import Fraction

from books import alone_in_json, apply, done, same
from serving import FIRST, POLICY, TODAY, Server


def read(server, key, path):
    """(status, answer) of a read."""
    status, _, answer = server.ask("GET", path, key=key)
    return status, answer


def refused(answer, status, code, sentence):
    same((answer[0], answer[-1].get("code")), (status, code), sentence)


def test_terms(folder):
    empty = Server(folder, name="empty.db")
    refused(read(empty, empty.key("member", "m"), "/v1/terms"), 404, "not_found",
            "there are no terms before the first policy")
    empty.stop()
    later = {"cmd": "policy.set", "policy": {**POLICY, "name": "u"}, "from": "2024-03-05"}
    server = Server(folder, FIRST + [later], name="terms.db")
    status, terms = read(server, server.key("clerk", "s"), "/v1/terms")
    same((status, terms["version"], terms["open_day"], terms["document"]["name"]),
         (200, 1, "2024-03-01", "t"), "everybody who signs in may read the policy in force today")
    server.stop()
    server.now = "2024-03-05T09:00:00+08:00"
    server.start()
    server.ask("POST", "/v1/days/2024-03-04/close", {}, server.key("operator"))
    terms = read(server, server.key("member", "m"), "/v1/terms")[1]
    same((terms["version"], terms["open_day"], terms["document"]["name"]),
         (2, "2024-03-05", "u"), "and from its first day on the next one")
    server.stop()


def test_token_history(folder):
    """The exact example of the rules: a mall, 300.00 of each 1000.00 into the pool."""
    policy = {"name": "mall", "rebate": {"min": "0.7", "max": "0.7"}, "points": {"hold_days": 0},
              "allocation": [{"to": "token_pool", "base": "amount", "rate": "0.3"}]}
    shop = {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "self", "region": "330106",
            "rebate": "0.7", "at": TODAY}
    orders = [{"cmd": "order.pay", "id": f"o-{day}", "member": "m", "shop": "s",
               "amount": "1000.00", "at": f"2024-03-0{day}T10:00:00+08:00"} for day in (1, 2, 5)]
    server = Server(folder, [{"cmd": "policy.set", "policy": policy, "from": "2024-03-01"},
                             {"cmd": "member.create", "id": "m", "at": TODAY}, shop, *orders],
                    name="tokens.db")
    key = server.key("member", "m")
    same(read(server, key, "/v1/token/history")[1],
         {"rows": [{"day": "2024-03-01", "price": "1.428571", "pool": "300.00",
                    "units": "210.000000", "journal": 4},
                   {"day": "2024-03-02", "price": "1.680672", "pool": "600.00",
                    "units": "357.000000", "journal": 6},
                   {"day": "2024-03-05", "price": "1.867413", "pool": "900.00",
                    "units": "481.950000", "journal": 10}]},
         "the price of each day on which the pool moved")
    same([row["day"] for row in read(server, key, "/v1/token/history?limit=4")[1]["rows"]],
         ["2024-03-02", "2024-03-05"], "limit says how many days back")
    server.stop()
    server.now = "2024-03-05T11:00:00+08:00"
    server.start()
    sale_quotes(server, key)
    server.stop()
    quiet = Server(folder, FIRST, name="quiet.db")
    same(read(quiet, quiet.key("member", "m"), "/v1/token/history")[1], {"rows": []},
         "without a pool there is no price")
    quiet.stop()


def sale_quotes(server, key):
    """481.950000 units at 900.00; the fee is a fifth, rounded up, and stays in the pool."""
    def quote(units, whose="m", by=key):
        status, _, answer = server.ask("POST", f"/v1/members/{whose}/token-sale-quotes",
                                       {"n": units}, by)
        return status, answer
    office = server.key("operator")
    state = server.ask("GET", "/v1/audit", key=office)[2]
    # 100 · 900/481.95 = 186.741…; 186.74/5 = 37.348; then 750.61/381.95
    hundred = {"value": "186.74", "paid": "149.39", "price": "1.965204", "fee": "37.35",
               "sale_price": "1.867413", "left": "381.950000"}
    same(quote("100"), (200, hundred), "what a sale would bring, what it costs, and what remains")
    same(quote("481.95"), (200, {"value": "900.00", "paid": "720.00", "price": "1.867413",
                                 "fee": "180.00", "sale_price": "1.867413", "left": "0.000000"}),
         "all of it")
    same(quote("100", by=office), (200, hundred), "the office sees the same")
    refused(quote("481.950001"), 422, "insufficient_tokens", "more than is held")
    for wrong in ("0", "1.0000001", "-1", "", "x", 1):
        refused(quote(wrong), 400, "bad_request", f"units that are none: {wrong!r}")
    refused(quote("1", whose="n"), 403, "forbidden", "nobody asks for another member")
    refused(quote("1", whose="none", by=office), 404, "not_found", "a member who is not there")
    same(server.ask("GET", "/v1/audit", key=office)[2], state, "nothing of it is in the books")
    sold = server.ask("POST", "/v1/members/m/token-sales", {"id": "x", "n": "100"}, key)[2]
    same(sold, {name: hundred[name] for name in ("value", "paid", "price")},
         "the sale answers as the quote did")
    answer = quote("10")[1]
    # 10 · 900/481.95 = 18.674…, not 19.65, which the price is now
    same((answer["sale_price"], answer["value"]), ("1.867413", "18.67"),
         "a later one of that day has the price of the first")


def test_lookups(folder):
    server = Server(folder, FIRST + [
        {"cmd": "member.create", "id": "p", "phone": "13912345678", "referrer": "m",
         "region": "3301", "at": TODAY},
        {"cmd": "home.bind", "member": "p", "shop": "t", "at": TODAY},
        {"cmd": "agent.assign", "region": "330106", "at": TODAY,
         "holders": [{"member": "n", "weight": 1}, {"member": "m", "weight": 3}]},
        {"cmd": "agent.assign", "region": "33", "at": TODAY,
         "holders": [{"member": "p", "weight": 1}]},
        {"cmd": "agent.assign", "region": "44", "at": TODAY,
         "holders": [{"member": "p", "weight": 1}]},
        {"cmd": "agent.assign", "region": "44", "at": TODAY, "holders": []},
        {"cmd": "order.pay", "id": "p", "member": "p", "shop": "s", "amount": "10.00",
         "at": TODAY},
        {"cmd": "order.refund", "id": "r", "order": "p", "amount": "1.00", "at": TODAY}],
        name="lookups.db")
    mine, other, office = server.key("member", "p"), server.key("member", "m"), \
        server.key("auditor")
    row = {"no": 5, "id": "p", "region": "3301", "phone": "139****5678", "referrer": "m",
           "home": "t"}
    same(read(server, mine, "/v1/members/p"), (200, row), "a member sees its own row")
    refused(read(server, other, "/v1/members/p"), 403, "forbidden", "nobody else's")
    refused(read(server, office, "/v1/members/q"), 404, "not_found", "one that is not there")
    same(read(server, office, "/v1/members?find=p")[1], {"rows": [row], "next": None},
         "a desk finds a member by its id")
    same([r["id"] for r in read(server, mine, "/v1/shops?find=t")[1]["rows"]], ["t"],
         "and anybody a shop")
    same(read(server, office, "/v1/members?find=t")[1], {"rows": [], "next": None},
         "a shop is no member")
    refused(read(server, office, "/v1/members?find=%20"), 400, "bad_request", "what is no id")
    same(read(server, office, "/v1/seats")[1],
         {"rows": [{"region": "33", "holders": [{"member": "p", "weight": 1}]},
                   {"region": "330106", "holders": [{"member": "m", "weight": 3},
                                                    {"member": "n", "weight": 1}]}]},
         "seats that are held, by region")
    found = read(server, office, "/v1/find?id=p")[1]["rows"]
    same([(r["kind"], r["id"]) for r in found], [("member", "p"), ("order", "p")],
         "everything that has an id")
    journal = read(server, office, f"/v1/journals/{found[1]['journal']}")[1]
    same(journal["command"]["cmd"], "order.pay", "with the journal that made it")
    same([r["kind"] for r in read(server, office, "/v1/find?id=r")[1]["rows"]], ["refund"],
         "a refund")
    same(read(server, office, "/v1/find?id=zz")[1], {"rows": []}, "nothing")
    refused(read(server, office, "/v1/find"), 400, "bad_request", "an id must be given")
    same(server.stop(), 0, "the server ends well")


HELD = {"name": "h", "points": {"hold_days": 2}, "refund_days": 2,
        "pools": [{"name": "p", "sides": ["member", "shop"], "rule": "compound", "rate": "0.1",
                   "first_threshold": "50.00", "min_days": 1, "max_days": 3, "periods": 4,
                   "cap": "0.3"}],
        "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"},
                       {"to": "referral", "base": "rebate", "levels": ["0.1"]},
                       {"to": "coin", "base": "rebate", "rate": "0.05"}]}


def held_books():
    """n was brought by m and buys at s: 1000.00 on the 1st, 500.00 less 100.00 on the 2nd."""
    def at(day):
        return f"2024-03-{day:02d}T09:00:00+08:00"
    return [{"cmd": "policy.set", "policy": HELD, "from": "2024-03-01"},
            {"cmd": "member.create", "id": "m", "at": at(1)},
            {"cmd": "member.create", "id": "n", "referrer": "m", "at": at(1)},
            {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "alliance",
             "region": "330106", "rebate": "0.2", "at": at(1)},
            {"cmd": "order.pay", "id": "o1", "member": "n", "shop": "s", "amount": "1000.00",
             "at": at(1)},
            {"cmd": "order.pay", "id": "o2", "member": "n", "shop": "s", "amount": "500.00",
             "at": at(2)},
            {"cmd": "order.refund", "id": "r2", "order": "o2", "amount": "100.00", "at": at(2)}]


def by_terms(told, growth):
    """(first, last, all, closes) of a new point in millionths, from the terms that are sent."""
    terms = {name: Fraction(value) for name, value in told["terms"].items()}
    if told["rule"] == "compound":
        growth = min(max(growth, terms["growth_floor"]), terms["growth_cap"])
        paid = terms["rate"]
    else:
        paid = terms["rate"] / terms["points_per_rebate"]
    paid_at = []
    while len(paid_at) < told["periods"] and sum(paid_at) < terms["cap"]:
        paid_at.append(min(paid, terms["cap"] - sum(paid_at)))
        paid *= 1 + growth
    return tuple(f"{int(x * 10**6) / 10**6:.6f}"
                 for x in (paid_at[0], paid_at[-1], sum(paid_at))) + (len(paid_at),)


def own_terms(told):
    """Whoever has the terms comes to the figures."""
    for side, growth in (("flat", Fraction(0)), ("growing", Fraction(told["growth"]))):
        figures = told[side]
        same((figures["first"], figures["last"], figures["per_point"], figures["closes"]),
             by_terms(told, growth), f"the terms give the figures of {told['rule']}: {side}")


def still_by_terms(pool):
    """What is held may still pay, close by close from where each cohort stands (compound)."""
    told = pool["disclosure"]
    terms = {name: Fraction(value) for name, value in told["terms"].items()}
    for side, growth in (("flat", Fraction(0)), ("growing", Fraction(told["growth"]))):
        growth = min(max(growth, terms["growth_floor"]), terms["growth_cap"])
        still = 0
        for cohort in pool["cohorts"]:
            ahead = cohort["ahead"]
            index, level = Fraction(ahead["index"]), Fraction(ahead["level"])
            for _ in range(ahead["closes"]):
                level *= 1 + growth
                index = min(index + terms["rate"] * level, terms["cap"])
            points = Fraction(cohort["points"])
            still += int(points * index * 100) - int(points * Fraction(ahead["index"]) * 100)
        same(told[side]["still"], f"{still / 100:.2f}", f"cohorts and terms give the rest: {side}")


def test_share_terms(folder):
    """Rule share: the tranche moves with turnover, and no cap stops it here."""
    pool = {**HELD["pools"][0], "rule": "share", "rate": "0.01", "periods": 6, "cap": "5"}
    books = held_books()
    books[0] = {**books[0], "policy": {**HELD, "pools": [pool]}}
    server = Server(folder, books, name="share.db")
    told = read(server, server.key("manager", "s"), "/v1/shops/s/outlook")[1]["pools"][0]
    same(told["disclosure"]["terms"], {"points_per_rebate": "2.000000", "rate": "0.010000",
                                       "cap": "5.000000"}, "share has no clamp of growth")
    own_terms(told["disclosure"])
    same(server.stop(), 0, "the server ends well")


def test_outlook(folder):
    """R is 200.00 and 100.00; a fifth of the second is refunded while it is on hold."""
    server = Server(folder, held_books(), name="held.db")
    n, m, s = (server.key(*whose) for whose in (("member", "n"), ("member", "m"),
                                                ("manager", "s")))
    office = server.key("operator")
    look = read(server, n, "/v1/members/n/outlook")[1]
    same([tuple(row.values()) for row in look["pending"]],
         [("2024-03-03", "pending_coins", "COIN", "10.00"),
          ("2024-03-03", "pending_points", "POINT", "200.00"),
          ("2024-03-04", "pending_coins", "COIN", "4.00"),
          ("2024-03-04", "pending_points", "POINT", "80.00")],
         "what a buyer has on hold, by the day on which it takes effect")
    same([tuple(row.values()) for row in read(server, m, "/v1/members/m/outlook")[1]["pending"]],
         [("2024-03-03", "pending_wallet", "CNY", "20.00"),
          ("2024-03-04", "pending_wallet", "CNY", "8.00")], "and whoever brought it")
    pool = look["pools"][0]
    same((look["open_day"], pool["pool"], pool["period"], pool["matured"], pool["next_close"],
          pool["cohorts"], len(look["pools"])),
         ("2024-03-02", "p", 1, "0.00", {"threshold": "50.00"}, [], 1),
         "a pool in its first period waits for points")
    refused(read(server, n, "/v1/members/m/outlook"), 403, "forbidden", "nobody else's")
    refused(read(server, office, "/v1/shops/none/outlook"), 404, "not_found", "no such shop")
    server.stop()
    apply(server.db, [{"cmd": "day.close", "day": "2024-03-03"}])
    server.now = "2024-03-04T09:00:00+08:00"
    server.start()
    # 400.00 points matured, their rebate put 80.00 in the fund; 400.00 · 0.1 are released
    look = read(server, s, "/v1/shops/s/outlook")[1]
    pool = look["pools"][0]
    same((look["open_day"], pool["period"], pool["matured"], pool["next_close"]),
         ("2024-03-04", 2, "400.00", {"earliest": "2024-03-04", "latest": "2024-03-06"}),
         "after its first close the next one has days")
    same(pool["cohorts"], [{"cohort": 1, "points": "200.00", "credited": "0.00",
                            "released": "20.00", "cap": "60.00", "finished": False,
                            "ahead": {"closes": 3, "points": "400.00", "index": "0.100000000000",
                                      "level": "1.000000000000", "rebates": "200.00"}}],
         "what its points have released, the most they may, and from where they go on")
    own_terms(pool["disclosure"])
    still_by_terms(pool)
    same([tuple(row.values()) for row in look["pending"]],
         [("2024-03-04", "pending_points", "POINT", "80.00")], "and what is still on hold")
    report = read(server, office, "/v1/report")[1]["pools"][0]
    same([pool[key] for key in ("next_close", "growth")],
         [report[key] for key in ("next_close", "growth")], "the report says the same of the pool")
    same(pool["disclosure"], read(server, s, "/v1/shops/s/statement")[1]["disclosure"][0],
         "both projections, as in the statement")
    same(alone_in_json(look), [], "and only together")
    same(server.stop(), 0, "the server ends well")


def test_long_hold(folder):
    """2,010 orders of 10.00 on hold, ten of them of the second day: the walk ends after 2,000."""
    orders = [{"cmd": "order.pay", "id": f"x{k}", "member": "m", "shop": "s", "amount": "10.00",
               "at": f"2024-03-{1 if k < 2000 else 2:02d}T10:00:00+08:00"} for k in range(2010)]
    server = Server(folder, held_books()[:4] + orders, name="long.db")
    look = read(server, server.key("manager", "s"), "/v1/shops/s/outlook")[1]
    same([tuple(row.values()) for row in look["pending"]],
         [("2024-03-02", "pending_points", "POINT", "20.00"),
          ("2024-03-03", "pending_points", "POINT", "3980.00"),
          ("2024-03-04", "pending_points", "POINT", "20.00")],
         "what is too far back is one amount on the open day, and nothing is left out")
    same(server.stop(), 0, "the server ends well")


def test_quotes(folder):
    """At o1's maturity n got 200.00 points and 20.00 vouchers of 40.00 released; R is a fifth."""
    server = Server(folder, held_books(), name="quotes.db")
    server.stop()
    apply(server.db, [{"cmd": "day.close", "day": "2024-03-03"}])
    server.now = "2024-03-04T09:00:00+08:00"
    server.start()
    n, s, office = server.key("member", "n"), server.key("clerk", "s"), server.key("operator")
    state = server.ask("GET", "/v1/audit", key=office)[2]

    def ask(path, body, key):
        status, _, answer = server.ask("POST", path, body, key)
        return status, answer
    status, quote = ask("/v1/members/n/quotes",
                        {"shop": "s", "amount": "100.00", "voucher": "15.00"}, n)
    # R 20.00, of it 3.00 in vouchers; points of R, as no part is drawn on credit
    expected = {"cash": "85.00", "voucher": "15.00", "rebate": "20.00",
                "points": {"buyer": "20.00", "shop": "20.00"},
                "allocation": [
                    {"to": "dividend", "who": "p", "unit": "CNY", "amount": "8.00"},
                    {"to": "referral", "who": "m", "unit": "CNY", "amount": "2.00"},
                    {"to": "coin", "who": "n", "unit": "COIN", "amount": "1.00"},
                    {"to": "platform", "unit": "CNY", "amount": "9.00"}],
                "limits": {"voucher": "20.00", "credit": "0.00"}}
    same((status, quote), (200, expected), "a quote says what paying would do, and the limits")
    same(ask("/v1/members/n/quotes", {"shop": "s", "amount": "5.00"}, n)[1]["limits"]["voucher"],
         "5.00", "no more vouchers than the bill")
    refused(ask("/v1/members/n/quotes", {"shop": "s", "amount": "100.00", "voucher": "20.01"}, n),
            422, "insufficient_vouchers", "the refusals are those of the rules")
    refused(ask("/v1/members/n/quotes", {"shop": "none", "amount": "1.00"}, n), 404, "not_found",
            "a shop that is not there")
    refused(ask("/v1/members/m/quotes", {"shop": "s", "amount": "1.00"}, n), 403, "forbidden",
            "nobody quotes for others")
    status, quote = ask("/v1/shops/s/rebate-quotes", {"rebate": "0.15", "amount": "100.00"}, s)
    same((status, quote), (200, {
        "amount": "100.00", "rebate": "15.00", "till": "85.00",
        "points": {"buyer": "15.00", "shop": "15.00"},
        "allocation": [{"to": "dividend", "who": "p", "unit": "CNY", "amount": "6.00"},
                       {"to": "coin", "unit": "COIN", "amount": "0.75"},
                       {"to": "platform", "unit": "CNY", "amount": "8.25"}]}),
         "what another rebate would do, for a buyer whom nobody brought")
    refused(ask("/v1/shops/s/rebate-quotes", {"rebate": "0.21", "amount": "1.00"}, s), 422,
            "policy_limit", "a rebate outside the policy's range")
    status, quote = ask("/v1/orders/o2/refund-quotes", {"amount": "100.00"}, office)
    # o2 is on hold: a fifth of 500.00 more goes back, of the shop 80.00, of R 20.00
    same((status, quote["cash"], quote["voucher"], quote["debt_created"]),
         (200, "100.00", "0.00", "0.00"), "what refunding would do")
    same({(row["kind"], row["owner"], row["account"], row.get("pool"), row["unit"], row["amount"])
          for row in quote["back"]},
         {("platform", "platform", "cash", None, "CNY", "100.00"),
          ("platform", "platform", "revenue", None, "CNY", "-9.00"),
          ("platform", "platform", "pending_dividend", "p", "CNY", "-8.00"),
          ("platform", "platform", "points_issued", None, "POINT", "40.00"),
          ("member", "m", "pending_wallet", None, "CNY", "-2.00"),
          ("member", "n", "pending_coins", None, "CNY", "-1.00"),
          ("member", "n", "pending_points", None, "POINT", "-20.00"),
          ("shop", "s", "pending_points", None, "POINT", "-20.00"),
          ("shop", "s", "receivable", None, "CNY", "-80.00")}, "and from where it would come back")
    refused(ask("/v1/orders/o1/refund-quotes", {"amount": "1.00"}, office), 422, "refund_too_late",
            "too late")
    same(ask("/v1/orders/o1/refund-quotes", {"amount": "1.00", "late": True}, office)[0], 200,
         "but not for an operator")
    refused(ask("/v1/orders/o1/refund-quotes", {"amount": "1.00", "late": "yes"}, office), 400,
            "bad_request", "late is true or false")
    refused(ask("/v1/orders/o1/refund-quotes", {"amount": "1.00"}, n), 403, "forbidden",
            "members ask nobody's refund")
    own_refund_quotes(server, ask)
    same(server.ask("GET", "/v1/audit", key=office)[2], state, "nothing of it is in the books")
    same(server.stop(), 0, "the server ends well")


def own_refund_quotes(server, ask):
    """Of the same refund as above: who bought, and who sold, see what is theirs, and no more."""
    n, m, s, clerk = (server.key(*whose) for whose in (
        ("member", "n"), ("member", "m"), ("manager", "s"), ("clerk", "s")))
    mine, ours = "/v1/members/n/orders/o2/refund-quotes", "/v1/shops/s/orders/o2/refund-quotes"
    same(ask(mine, {"amount": "100.00"}, n), (200, {"cash": "100.00", "voucher": "0.00", "back": [
        {"account": "pending_coins", "unit": "CNY", "amount": "-1.00"},
        {"account": "pending_points", "unit": "POINT", "amount": "-20.00"}]}),
         "a member sees what a refund gives and takes, and nobody else's reward")
    same(ask(ours, {"amount": "100.00"}, s), (200, {"cash": "100.00", "voucher": "0.00", "back": [
        {"account": "receivable", "unit": "CNY", "amount": "-80.00"},
        {"account": "pending_points", "unit": "POINT", "amount": "-20.00"}]}),
         "and a shop what it takes from the shop")
    refused(ask("/v1/members/m/orders/o2/refund-quotes", {"amount": "1.00"}, m), 404, "not_found",
            "another member's order is none")
    refused(ask("/v1/shops/t/orders/o2/refund-quotes", {"amount": "1.00"},
                server.key("manager", "t")), 404, "not_found", "and another shop's")
    refused(ask("/v1/members/n/orders/none/refund-quotes", {"amount": "1.00"}, n), 404,
            "not_found", "an order that is not there")
    refused(ask(mine, {"amount": "1.00"}, m), 403, "forbidden", "nobody asks for another member")
    refused(ask(ours, {"amount": "1.00"}, clerk), 403, "forbidden", "clerks refund nothing")
    for path, key in ((mine, n), (ours, s)):
        refused(ask(path, {"amount": "400.01"}, key), 422, "refund_too_large",
                "more than is open of it")
        for wrong in ("0", "0.00", "-1.00", "1.001", "1e2", "", 1):
            refused(ask(path, {"amount": wrong}, key), 400, "bad_request",
                    f"an amount that is none: {wrong!r}")
        refused(ask(path, {}, key), 400, "bad_request", "and without one")
        refused(ask(path.replace("o2", "o1"), {"amount": "1.00"}, key), 422, "refund_too_late",
                "too late")
    # a fifth of o1, which has matured: of 200.00 points that released 20.00 vouchers, and of coins
    late = {"amount": "200.00", "late": True}
    status, quote = ask("/v1/members/n/orders/o1/refund-quotes", late, n)
    same((status, quote["cash"]), (200, "200.00"), "a member may ask what an exception would do")
    same([tuple(row.values()) for row in quote["back"]],
         [("vouchers", "VOUCHER", "-4.00"), ("coins", "COIN", "-2.00"),
          ("position", "p", 1, "POINT", "-40.00")],
         "with the points, by pool and cohort, and what they have released")
    refused(ask("/v1/shops/s/orders/o1/refund-quotes", late, s), 400, "bad_request",
            "a shop makes no exceptions")


def pages(server, key, path, name, limit):
    """All rows of a list, page by page, and how many pages there were."""
    rows, before, count = [], 0, 0
    while before is not None:
        answer = read(server, key, f"{path}?limit={limit}&before={before}")[1]
        rows += [row[name] for row in answer["rows"]]
        before = answer["next"]
        count += 1
    return rows, count


def test_own(folder):
    """n buys at s on three days, s buys at t; m gets a tenth of R of n's orders."""
    def pay(name, day, amount, shop="s", **who):
        return {"cmd": "order.pay", "id": name, "shop": shop, "amount": amount,
                "at": f"2024-03-{day:02d}T10:00:00+08:00", **(who or {"member": "n"})}
    server = Server(folder, held_books() + [
        {"cmd": "shop.create", "id": "t", "owner": "n", "kind": "alliance", "region": "330106",
         "rebate": "0.1", "at": "2024-03-02T09:30:00+08:00"},
        pay("o3", 2, "50.00", "t", buyer_shop="s"), pay("o4", 4, "10.00"),
        pay("o5", 4, "30.00", voucher="20.00", member="n"),
        {"cmd": "order.refund", "id": "r4", "order": "o2", "amount": "400.00",
         "at": "2024-03-04T11:00:00+08:00"},
        {"cmd": "withdraw.request", "id": "w1", "member": "m", "amount": "4.00",
         "at": "2024-03-04T12:00:00+08:00"},
        {"cmd": "withdraw.request", "id": "w2", "member": "m", "amount": "1.00",
         "at": "2024-03-04T12:00:00+08:00"},
        {"cmd": "withdraw.request", "id": "w3", "shop": "s", "amount": "100.00",
         "at": "2024-03-04T12:00:00+08:00"},
        {"cmd": "withdraw.approve", "id": "w1", "at": "2024-03-04T12:00:00+08:00"}], name="own.db")
    n, m = server.key("member", "n"), server.key("member", "m")
    clerk, manager, office = (server.key("clerk", "s"), server.key("manager", "s"),
                              server.key("risk"))
    rows = read(server, n, "/v1/members/n/orders")[1]["rows"]
    same([row["order"] for row in rows], ["o5", "o4", "o2", "o1"], "what a member bought")
    number = rows[0].pop("journal")
    same(read(server, server.key("auditor"), f"/v1/journals/{number}")[1]["command"]["id"], "o5",
         "each with its journal")
    same(rows[0], {"order": "o5", "day": "2024-03-04", "at": "2024-03-04T02:00:00Z",
                   "member": "n", "shop": "s", "amount": "30.00", "cash": "10.00",
                   "voucher": "20.00", "credit": "0.00", "rebate": "6.00", "refunded": "0.00",
                   "buyer_points": "6.00", "shop_points": "6.00", "held": True,
                   "matures": "2024-03-06", "refundable_until": "2024-03-06"},
         "with what was paid and what it gave")
    same([(row["order"], row["refunded"], row["held"], row.get("refundable_until"))
          for row in rows[2:]],
         [("o2", "500.00", True, None), ("o1", "0.00", False, None)],
         "refunded in whole, and too late to be")
    same([(row["order"], row.get("member", row.get("buyer_shop")), row["shop"])
          for row in read(server, clerk, "/v1/shops/s/orders")[1]["rows"]],
         [("o5", "n", "s"), ("o4", "n", "s"), ("o3", "s", "t"), ("o2", "n", "s"),
          ("o1", "n", "s")], "what a shop sold, and bought")
    for limit in (1, 2, 3, 5):
        same(pages(server, clerk, "/v1/shops/s/orders", "order", limit)[0],
             ["o5", "o4", "o3", "o2", "o1"], f"in pages of {limit}")
    days = [{"day": "2024-03-04", "orders": 2, "sales": "40.00", "rebate": "8.00",
             "points": "8.00", "vouchers": "20.00", "refunded": "400.00"},
            {"day": "2024-03-02", "orders": 1, "sales": "500.00", "rebate": "100.00",
             "points": "100.00", "vouchers": "0.00", "refunded": "100.00"},
            {"day": "2024-03-01", "orders": 1, "sales": "1000.00", "rebate": "200.00",
             "points": "200.00", "vouchers": "0.00", "refunded": "0.00"}]
    same(read(server, clerk, "/v1/shops/s/days")[1], {"rows": days, "next": None},
         "what a shop sold by day, without what it bought")
    for limit in (1, 2):
        same(pages(server, clerk, "/v1/shops/s/days", "day", limit)[0],
             [row["day"] for row in days], f"days in pages of {limit}")
    same(read(server, m, "/v1/members/m/withdrawals")[1]["rows"],
         [{"id": "w2", "member": "m", "amount": "1.00", "tax": "0.00", "state": "requested",
           "day": "2024-03-04"},
          {"id": "w1", "member": "m", "amount": "4.00", "tax": "0.00", "state": "approved",
           "day": "2024-03-04"}], "a member's withdrawals")
    same([row["id"] for row in read(server, manager, "/v1/shops/s/withdrawals")[1]["rows"]],
         ["w3"], "a shop's")
    same(pages(server, m, "/v1/members/m/withdrawals", "id", 1)[0], ["w2", "w1"], "page by page")
    for path in ("/v1/members/n/orders", "/v1/shops/t/orders", "/v1/shops/t/days",
                 "/v1/members/n/withdrawals", "/v1/shops/t/withdrawals"):
        refused(read(server, m, path), 403, "forbidden", f"not another's: {path}")
    for path in ("/v1/members/x/orders", "/v1/shops/x/days", "/v1/shops/x/withdrawals"):
        refused(read(server, office, path), 404, "not_found", f"nobody's: {path}")
    same(server.stop(), 0, "the server ends well")


def test_unmoved(folder):
    """Of 0.04 a fifth is no fen: no points, nothing of the buyer moves. Each tenth order does."""
    amounts = ["10.00" if k % 10 == 0 else "0.04" for k in range(600)]
    orders = [{"cmd": "order.pay", "id": f"o{k}", "member": "n", "shop": "s", "amount": amount,
               "at": TODAY} for k, amount in enumerate(amounts)]
    whole = {**FIRST[0], "policy": {**FIRST[0]["policy"], "rebate": {"min": "0.1", "max": "1"},
                                    "pools": [{"name": "p", "sides": ["member"],
                                               "rule": "compound"}]}}
    given = [{"cmd": "shop.create", "id": "all", "owner": "m", "kind": "alliance",
              "region": "330106", "rebate": "1", "at": TODAY},
             {"cmd": "order.pay", "id": "g1", "member": "m", "shop": "all", "amount": "5.00",
              "at": TODAY},
             {"cmd": "order.pay", "id": "g2", "buyer_shop": "s", "shop": "t", "amount": "0.04",
              "at": TODAY}]
    server = Server(folder, [whole, *FIRST[1:], *orders, *given], name="unmoved.db",
                    options=("--rate", "100000"))
    n, office = server.key("member", "n"), server.key("risk")
    newest = [f"o{k}" for k in reversed(range(600))]
    for limit in (7, 100, 500):
        rows, count = pages(server, n, "/v1/members/n/orders", "order", limit)
        same((rows, count), (newest, -(-600 // limit)),
             f"orders that moved nothing of the buyer too, each once, {limit} a page")
    row = read(server, n, "/v1/members/n/orders?limit=1")[1]["rows"][0]
    same((row["amount"], row["buyer_points"], row["at"]), ("0.04", "0.00", "2024-03-01T01:00:00Z"),
         "with all that an order tells")
    same(pages(server, office, "/v1/shops/s/orders", "order", 500)[0], ["g2", *newest],
         "a shop's: what it bought for nothing, and what it sold")
    same([row["order"] for row in read(server, office, "/v1/shops/all/orders")[1]["rows"]], ["g1"],
         "a shop that gives all of the price away")
    same([(row["orders"], row["sales"])
          for row in read(server, office, "/v1/shops/all/days")[1]["rows"]], [(1, "5.00")],
         "and its days")
    system = server.key("system")
    for order, identity, amount, day in (("g1", "r1", "2.00", 2), ("o3", "r2", "0.02", 2),
                                         ("g1", "r3", "1.00", 2), ("g1", "r4", "0.50", 3)):
        status = server.ask("POST", f"/v1/orders/{order}/refunds",
                            {"id": identity, "amount": amount,
                             "at": f"2024-03-0{day}T09:00:00+08:00"}, system)[0]
        same(status, 201, f"{identity}: {amount} of {order} is refunded")
    days = [("2024-03-03", 0, "0.00", "0.50"), ("2024-03-02", 0, "0.00", "3.00"),
            ("2024-03-01", 1, "5.00", "0.00")]
    for limit in (1, 2, 30):
        rows = pages(server, office, "/v1/shops/all/days", "day", limit)[0]
        same(rows, [day for day, *_ in days], f"days of refunds alone are days, {limit} a page")
    same([(row["day"], row["orders"], row["sales"], row["refunded"])
          for row in read(server, office, "/v1/shops/all/days")[1]["rows"]], days,
         "with what was refunded of orders that moved nothing of the shop")
    same([row["order"] for row in read(server, office, "/v1/shops/all/orders")[1]["rows"]], ["g1"],
         "and the order is listed once")
    same(server.stop(), 0, "the server ends well")


def test_bound(folder):
    server = Server(folder, FIRST + [
        {"cmd": "member.create", "id": name, "referrer": "m", "at": TODAY,
         "phone": f"1380000000{k}"}
        for k, name in enumerate(("x", "y", "z"))] + [
        {"cmd": "home.bind", "member": name, "shop": "s", "at": TODAY} for name in ("z", "x")],
        name="bound.db")
    manager, m = server.key("manager", "s"), server.key("member", "m")
    rows = [{"no": 5, "id": "x", "phone": "138****0000"}, {"no": 7, "id": "z",
                                                          "phone": "138****0002"}]
    same(read(server, manager, "/v1/shops/s/fans")[1], {"count": 2, "rows": rows, "next": None},
         "a shop's members, phones masked")
    first = read(server, m, "/v1/members/m/invited?limit=2")[1]
    same((first["count"], [row["id"] for row in first["rows"]], first["next"]),
         (3, ["x", "y"], 6), "whom a member brought, page by page")
    second = read(server, m, "/v1/members/m/invited?limit=2&after=6")[1]
    same((second["count"], [row["id"] for row in second["rows"]], second["next"]),
         (3, ["z"], None), "to the end")
    same(read(server, server.key("operator"), "/v1/shops/t/fans")[1],
         {"count": 0, "rows": [], "next": None}, "nobody")
    refused(read(server, manager, "/v1/shops/t/fans"), 403, "forbidden", "another's shop")
    refused(read(server, server.key("operator"), "/v1/shops/q/fans"), 404, "not_found", "no shop")
    same(server.stop(), 0, "the server ends well")


def test_allocation(folder):
    """R is 200.00, and 100.00 of which a fifth was refunded: 280.00 went somewhere."""
    server = Server(folder, held_books(), name="shares.db")
    report = read(server, server.key("finance"), "/v1/report")[1]
    same(report["allocation"],
         [{"to": "dividend", "pool": "p", "unit": "CNY", "amount": "112.00"},
          {"to": "referral", "unit": "CNY", "amount": "28.00"},
          {"to": "coin", "unit": "COIN", "amount": "14.00"},
          {"to": "platform", "unit": "CNY", "amount": "126.00"}], "where the rebates went")
    same(report["funds"]["revenue"], "126.00", "the platform's part is its revenue")
    same(server.stop(), 0, "the server ends well")


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_terms(folder)
        test_token_history(folder)
        test_lookups(folder)
        test_share_terms(folder)
        test_outlook(folder)
        test_long_hold(folder)
        test_quotes(folder)
        test_own(folder)
        test_unmoved(folder)
        test_bound(folder)
        test_allocation(folder)
    done()


if __name__ == "__main__":
    main()
