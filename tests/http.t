#!/usr/bin/env python3
"""`jifen serve` as its clients see it: commands and reads over HTTP, who may what, ids that are
answered once, problems as RFC 9457 says, what it tells of itself, and how it ends.
"""

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor

from books import done, jifen, ok, same
from serving import FIRST, TODAY, Server

ORDER = {"id": "o1", "member": "m", "shop": "s", "amount": "1000.00", "at": TODAY}


def problem(answer, status, code, sentence):
    got, headers, body = answer
    ok(got == status and body.get("code") == code and body["status"] == status and body["title"]
       and body["type"] == f"urn:jifen:problem:{code}"
       and headers["Content-Type"] == "application/problem+json", sentence, got, body)


def test_commands(server, system):
    lines = [{"cmd": "order.pay", **ORDER, "id": "c1"}, {"cmd": "nonsense"},
             {"cmd": "account.get", "member": "m"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    status, headers, body = server.ask("POST", "/v1/commands", text, system)
    answers = [json.loads(line) for line in body.splitlines()]
    same([status, headers["Content-Type"]], [200, "application/jsonl"],
         "a stream is answered as one")
    same([a["ok"] for a in answers], [True, False, True], "a line for each command, in their order")
    same(answers[1]["error"]["code"], "bad_request",
         "a refused line says why, and the rest goes on")
    same(answers[2]["result"]["positions"][0]["points"], "200.00",
         "a read behind a command sees what it did")
    applied = jifen("apply", stdin="".join(json.dumps(c) + "\n" for c in FIRST + lines[:1]))
    same(answers[0], json.loads(applied.stdout.splitlines()[-1]), "the answer is that of apply")
    status, _, one = server.ask("POST", "/v1/commands", lines[2], system)
    ok(status == 200 and one["ok"], "one command is answered with one object", one)
    problem(server.ask("POST", "/v1/commands", "\n\n", system), 400, "bad_json",
            "no command at all")


def test_routes(server, system):
    status, _, paid = server.ask("POST", "/v1/orders", ORDER, system)
    same([status, paid["rebate"], paid["points"]["buyer"]], [201, "200.00", "200.00"],
         "an order is paid, and the result stands alone")
    status, _, again = server.ask("POST", "/v1/orders", ORDER, system)
    same([status, again], [201, paid], "the same order again gets the same answer")
    problem(server.ask("POST", "/v1/orders", {**ORDER, "amount": "1.00"}, system), 409,
            "id_conflict", "the same id with other content is a conflict")
    body = {k: v for k, v in ORDER.items() if k != "id"}
    status, _, keyed = server.ask("POST", "/v1/orders", body, system, {"Idempotency-Key": "o2"})
    same(status, 201, "Idempotency-Key gives the id")
    status, _, again = server.ask("POST", "/v1/orders", {**body, "id": "o2"}, system)
    same([status, again], [201, keyed], "and is the same id")
    problem(server.ask("POST", "/v1/orders", body, system), 400, "bad_request",
            "without an id, none")
    problem(server.ask("POST", "/v1/orders", {**ORDER, "id": "x"}, system,
                       {"Idempotency-Key": "y"}), 400, "bad_request", "two ids that differ")
    status, _, refund = server.ask("POST", "/v1/orders/o1/refunds",
                                   {"id": "r1", "amount": "500.00", "at": TODAY}, system)
    same([status, refund["cash"]], [201, "500.00"], "the address names the order that is refunded")
    problem(server.ask("POST", "/v1/orders/o1/refunds", {"id": "r2", "order": "o2",
                                                         "amount": "1.00"},
                       system), 400, "bad_request",
            "what the address says may not stand in the body")
    status, _, account = server.ask("GET", "/v1/members/m/account", key=system)
    same([status, account["points"]], [200, "500.00"], "an account is read")
    problem(server.ask("GET", "/v1/members/nobody/account", key=system), 404, "not_found",
            "an account that is not there")
    problem(server.ask("GET", "/v1/pools/none", key=system), 404, "not_found", "no such pool")
    status, _, pool = server.ask("GET", "/v1/pools/p", key=system)
    same([status, pool["period"]], [200, 1], "a pool is read")
    problem(server.ask("POST", "/v1/pools/p/cohorts/1/sweep", {"at": TODAY}, system), 409,
            "state_conflict", "a number in the address is a number")
    problem(server.ask("POST", "/v1/pools/p/cohorts/x/sweep", {"at": TODAY}, system), 400,
            "bad_request", "and nothing else is")
    status, _, funds = server.ask("GET", "/v1/funds", key=system)
    ok(status == 200 and funds["voucher_reserve"] == funds["vouchers_outstanding"],
       "funds are read")


def test_if_match(server, system):
    """Two people read a shop's terms; the second to change them is told of the first."""
    _, headers, terms = server.ask("GET", "/v1/shops/s", key=system)
    seen = headers["ETag"]
    same(server.ask("GET", "/v1/shops/s", key=system)[1]["ETag"], seen, "the same has the same tag")
    ok(server.ask("GET", "/v1/shops/t", key=system)[1]["ETag"] != seen, "another has another")
    change = {"rebate": terms["rebate"], "max_voucher_ratio": "0.9", "at": TODAY}
    status, _, _ = server.ask("PATCH", "/v1/shops/s", change, system, {"If-Match": seen})
    same(status, 200, "who saw it as it is may change it")
    problem(server.ask("PATCH", "/v1/shops/s", change, system, {"If-Match": seen}), 412, "stale",
            "who saw it before may not")
    same(server.ask("GET", "/v1/shops/s", key=system)[2],
         {**terms, "max_voucher_ratio": "0.900000"}, "and nothing was changed then")
    for tag in ('"nonsense"', seen[1:-1], f"W/{seen}"):
        problem(server.ask("PATCH", "/v1/shops/s", change, system, {"If-Match": tag}), 412, "stale",
                f"a tag that no answer had: {tag[:12]}")
    same(server.ask("PATCH", "/v1/shops/s", change, system, {"If-Match": "*"})[0], 200,
         "any will do when it is asked so")
    problem(server.ask("POST", "/v1/orders", {**ORDER, "id": "guarded"}, system,
                       {"If-Match": seen}), 412, "stale", "an address that reads nothing")
    seat = "/v1/regions/330106/seat"
    body = {"holders": [{"member": "m", "weight": 1}], "at": TODAY}
    tag = server.ask("GET", seat, key=system)[1]["ETag"]
    same([server.ask("PUT", seat, body, system, {"If-Match": tag})[0] for _ in range(2)],
         [200, 412], "a seat is changed once by those who saw it empty")
    with ThreadPoolExecutor(16) as pool:
        tag = server.ask("GET", "/v1/shops/s", key=system)[1]["ETag"]
        answers = list(pool.map(lambda i: server.ask(
            "PATCH", "/v1/shops/s", {**change, "max_voucher_ratio": f"0.{10 + i}"}, system,
            {"If-Match": tag})[0], range(16)))
    same(sorted(answers), [200] + [412] * 15, "of sixteen at once, one")


def test_again(server, keys):
    """The time is the server's; the same request again is the same all the same."""
    made = [server.ask("POST", "/v1/members", {"id": "twice"}, keys["operator"])[::2]
            for _ in range(3)]
    same(made, [(201, {"id": "twice"})] * 3, "a member is made once, however often it is asked for")
    problem(server.ask("POST", "/v1/members", {"id": "twice", "region": "330106"},
                       keys["operator"]), 409, "id_conflict", "with other content it is a conflict")
    paid = {"id": "late1", "member": "m", "shop": "s", "amount": "7.00"}
    answers = [server.ask("POST", "/v1/orders", paid, keys["system"])[::2] for _ in range(2)]
    ok(answers[0] == answers[1] and answers[0][0] == 201, "an order too", answers)
    back = {"id": "back1", "amount": "2.00"}
    answers = [server.ask("POST", "/v1/orders/late1/refunds", back, keys["finance"])[::2]
               for _ in range(2)]
    ok(answers[0] == answers[1] and answers[0][1]["cash"] == "2.00", "and a refund", answers)
    problem(server.ask("POST", "/v1/orders/late1/refunds", {**back, "amount": "3.00"},
                       keys["finance"]), 409, "id_conflict", "of the same amount alone")


def test_bad_input(server, system):
    for text, code in (("{", "bad_json"), ("[]", "bad_json"), ('{"id":"a","id":"b"}', "bad_json"),
                       ('{"cmd":"x"}', "bad_request"), ('{"id":"z","amount":"1.234"}',
                                                        "bad_request"),
                       ('{"id":"z","amount":1}', "bad_request"), ("{}", "bad_request")):
        problem(server.ask("POST", "/v1/orders", text, system), 400, code, f"refused: {text}")
    status, headers, body = server.ask("POST", "/v1/orders", "{", system,
                                       {"Accept-Language": "zh-CN,en;q=0.5"})
    ok(any("一" <= c <= "鿿" for c in body["title"]), "problems speak Chinese when asked", body)
    newline = server.ask("POST", "/v1/orders",
                         '{\n"id":"n1",\n"member":"m","shop":"s",\r\n"amount":'
                         f'"1.00","at":"{TODAY}"\n}}\n', system)
    same(newline[0], 201, "a body may be written over several lines", )
    problem(server.ask("POST", "/v1/orders", "x" * (2 << 20), system), 413, "too_large",
            "a body over a megabyte")


def test_who(server, keys):
    problem(server.ask("GET", "/v1/funds"), 401, "unauthorized", "nobody may not read funds")
    problem(server.ask("GET", "/v1/funds", key="jf_nonsense"), 401, "unauthorized",
            "nor a made-up key")
    problem(server.ask("GET", "/v1/funds", key=keys["member"]), 403, "forbidden", "nor a member")
    same(server.ask("GET", "/v1/funds", key=keys["auditor"])[0], 200, "an auditor may")
    same(server.ask("GET", "/v1/members/m/account", key=keys["member"])[0], 200,
         "a member reads its own")
    problem(server.ask("GET", "/v1/members/n/account", key=keys["member"]), 403, "forbidden",
            "and not another's")
    problem(server.ask("POST", "/v1/orders", {**ORDER, "id": "w"}, keys["operator"]), 400,
            "bad_request", "only a system says when something happened")
    body = {k: v for k, v in ORDER.items() if k != "at"}
    problem(server.ask("POST", "/v1/orders", {**body, "id": "w"}, keys["operator"]), 403,
            "forbidden",
            "orders are paid through channels, by no person")
    problem(server.ask("POST", "/v1/commands", {"cmd": "funds.get"}, keys["operator"]), 403,
            "forbidden",
            "the stream of commands is for systems")
    problem(server.ask("POST", "/v1/funds/capital/injections", {"id": "i", "amount": "1.00"},
                       keys["finance"]), 403, "forbidden", "money is put in by two persons")


def test_self(server):
    status, headers, api = server.ask("GET", "/openapi.json")
    same([status, api["openapi"]], [200, "3.1.0"], "the interface describes itself")
    same(headers["X-Content-Type-Options"], "nosniff", "answers are not to be guessed at")
    status, headers, page = server.ask("GET", "/reference", headers={"Accept-Language": "zh"})
    ok(status == 200 and "/v1/orders" in page and "接口" in page, "for people too, in Chinese")
    ok("script" not in headers["Content-Security-Policy"] and "<script" not in page,
       "without scripts")
    same(server.ask("GET", "/healthz")[0], 200, "it is alive")
    same(server.ask("GET", "/readyz")[0], 200, "it is ready")
    status, headers, text = server.ask("GET", "/metrics")
    ok(status == 200 and "jifen_commands_total" in text
       and 'route="ORDER_PAY",status="2xx"' in text,
       "metrics count what was answered", text[:500])
    problem(server.ask("GET", "/nothing"), 404, "no_route", "an address that is not there")
    answer = server.ask("DELETE", "/v1/orders")
    problem(answer, 405, "method_not_allowed", "a method that is not there")
    same(sorted(answer[1]["Allow"].split(", ")), ["GET", "POST"], "and which are")


def test_end(server, system):
    journals = int([line for line in server.ask("GET", "/metrics")[2].splitlines()
                    if line.startswith("jifen_journals ")][0].split()[1])
    same(server.stop(), 0, "it ends well when told to")
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    ok(all({"at", "method", "path", "route", "status", "us", "who"} == set(line) for line in lines)
       and len(lines) > 40, "every request left a line in the log", lines[:2])
    ok(not any(system in json.dumps(line) for line in lines), "no key is in the log")
    audit = json.loads(jifen("audit", "--db", server.url, "--json").stdout)
    same([audit["findings"], audit["journals"]], [[], journals], "and the books are whole")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        keys = {role: server.key(role) for role in ("system", "operator", "finance", "auditor")}
        keys["member"] = server.key("member", "m")
        test_commands(server, keys["system"])
        test_routes(server, keys["system"])
        test_if_match(server, keys["system"])
        test_again(server, keys)
        test_bad_input(server, keys["system"])
        test_who(server, keys)
        test_self(server)
        test_end(server, keys["system"])
    done()


main()
