#!/usr/bin/env python3
"""What the screens read from `jifen serve`, on books whose figures are worked out by hand here."""

import tempfile

from books import done, ok, same
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


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_terms(folder)
        test_lookups(folder)
    done()


if __name__ == "__main__":
    main()
