#!/usr/bin/env python3
"""Leaving: what must be settled first, what is erased, and that nobody comes back under the name;
and before that the withdrawals that one person of finance may approve alone.
"""

import sqlite3
import tempfile

from books import done, ok, same
from serving import TODAY, Server
from signing import PASSWORD, Session, code, made

POLICY = {"name": "t", "pools": [{"name": "p", "sides": ["member"], "rule": "compound"}],
          "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"},
                         {"to": "recruit", "base": "rebate", "rate": "0.1"}]}
FIRST = [
    {"cmd": "policy.set", "policy": POLICY, "from": "2024-03-01"},
    *({"cmd": "member.create", "id": name, "at": TODAY} for name in "abp"),
    {"cmd": "shop.create", "id": "s", "owner": "a", "kind": "alliance", "region": "330106",
     "rebate": "0.2", "recruiter": "p", "at": TODAY},
    {"cmd": "order.pay", "id": "o", "member": "b", "shop": "s", "amount": "1000.00", "at": TODAY},
]


def test_alone(server):
    """The recruiter has 20.00; up to 5.00 needs no second person."""
    pat, eve, fay = (Session(server, name) for name in ("pat", "eve", "fay"))
    key = server.key("finance")
    for number, amount in ((1, "5.00"), (2, "5.01"), (3, "0.01"), (4, "4.00")):
        body = {"id": f"w{number}", "amount": amount}
        same(pat.ask("POST", "/v1/members/p/withdrawals", body)[0], 201, f"{amount} is asked for")
    same(eve.ask("POST", "/v1/withdrawals/w1/approval", {})[0], 200, "at the limit, one is enough")
    asked = eve.ask("POST", "/v1/withdrawals/w2/approval", {})
    same((asked[0], asked[2]["state"]), (202, "open"), "a fen above, two are needed")
    same(code(server.ask("POST", "/v1/withdrawals/w2/approval", {}, key)), (403, "forbidden"),
         "which a key is not")
    same(server.ask("POST", "/v1/withdrawals/w3/approval", {}, key)[0], 200,
         "below, a key is enough too")
    same(code(Session(server, "ann").ask("POST", "/v1/withdrawals/w4/approval", {})),
         (403, "forbidden"), "but nobody of another role")
    same(eve.ask("POST", "/v1/withdrawals/none/approval", {})[0], 202,
         "what is not there is below no limit")
    same(fay.ask("POST", f"/v1/approvals/{asked[2]['approval']}/decision",
                 {"decision": "approve"})[0], 200, "a second one agrees to the larger")
    same(eve.ask("POST", "/v1/withdrawals/w4/approval", {})[0], 200, "one alone to the last")
    return eve


def close(session, member, **more):
    return session.ask("POST", f"/v1/members/{member}/closing", {"password": PASSWORD, **more})


def refused(answer):
    return answer[0], answer[2].get("code"), answer[2].get("field")


def test_settling(server, eve):
    pat = Session(server, "pat")
    same(code(server.ask("POST", "/v1/members/p/closing", {"password": PASSWORD},
                         server.key("member", "p"))), (400, "bad_request"), "a key does not leave")
    same(code(Session(server, "bea").ask("POST", "/v1/members/p/closing", {"password": PASSWORD})),
         (403, "forbidden"), "nobody leaves for others")
    same(code(close(pat, "p", password="not the one")), (403, "wrong_password"),
         "leaving wants the password")
    conflict = (409, "state_conflict", "member")
    for number in (1, 2, 3, 4):
        same(refused(close(pat, "p", forfeit=True)), conflict, "nobody leaves while money comes")
        same(eve.ask("POST", f"/v1/withdrawals/w{number}/payment", {})[0], 200, "it is paid")
    same(refused(close(pat, "p", forfeit=True)), conflict, "nor while there is money")
    same(pat.ask("POST", "/v1/members/p/withdrawals", {"id": "w5", "amount": "5.98"})[0], 201,
         "it is withdrawn")
    approval = eve.ask("POST", "/v1/withdrawals/w5/approval", {})[2]["approval"]
    Session(server, "fay").ask("POST", f"/v1/approvals/{approval}/decision",
                               {"decision": "approve"})
    same(eve.ask("POST", "/v1/withdrawals/w5/payment", {})[0], 200, "and paid")
    same(refused(close(Session(server, "max"), "a", forfeit=True)), conflict,
         "who holds other roles does not leave with them")
    bea = Session(server, "bea")
    same(refused(close(bea, "b")), (409, "state_conflict", "forfeit"),
         "points are given up only by saying so")
    same(bea.ask("POST", "/v1/members/b/payments", {"id": "p1", "shop": "s", "amount": "1.00"})[0],
         201, "a payment is on its way")
    same(refused(close(bea, "b", forfeit=True)), conflict, "nobody leaves meanwhile")
    bea.ask("POST", "/v1/members/b/payments/p1/sandbox", {"outcome": "failed"})
    points = server.ask("GET", "/v1/members/b/account", key=server.key("system"))[2]["points"]
    same(close(bea, "b", forfeit=True)[::2], (200, {}), "said so, it is done")
    same(server.ask("GET", "/v1/members/b/account", key=server.key("system"))[2]["points"], points,
         "in the books nothing moved")


def test_leaving(server):
    pat, two, ann = (Session(server, name) for name in ("pat", "two", "ann"))
    text = pat.ask("GET", "/v1/members/p/invitation")[2]["code"]
    pat.ask("PUT", "/v1/members/p/preferences", {"personal": False})
    other, machine = Session(server, "pat"), server.key("member", "p")
    same(server.ask("GET", "/v1/members/p/account", key=machine)[0], 200, "a key acts for them")
    status, headers, answer = close(pat, "p")
    same((status, answer), (200, {}), "with nothing left, one leaves")
    ok("Max-Age=0" in headers["Set-Cookie"], "the cookie goes", headers["Set-Cookie"])
    same([pat.ask("GET", "/v1/session")[0], other.ask("GET", "/v1/session")[0]], [401, 401],
         "every session has ended")
    same(Session(server, "pat").answer["code"], "sign_in_failed", "nobody signs in any more")
    same(two.ask("GET", "/v1/members/p/account")[0], 403, "nor acts for the member")
    body = {"name": "pat", "password": PASSWORD}
    for path, sent in (("/v1/people/join", body), ("/v1/people", body),
                       ("/v1/shops/s/clerks", body)):
        same(code(ann.ask("POST", path, sent)), (409, "exists"), f"the name is taken at {path}")
    for method, path, sent in (("POST", "/v1/people/pat/unlock", {}),
                               ("PUT", "/v1/people/pat/password", {"password": PASSWORD}),
                               ("POST", "/v1/people/pat/grants", {"role": "auditor"}),
                               ("POST", "/v1/people/two/grants", {"role": "member", "scope": "p"})):
        same(code(ann.ask(method, path, sent)), (409, "state_conflict"), f"no way back by {path}")
    same(code(server.ask("POST", "/v1/people/join", {"name": "new", "password": PASSWORD,
                                                     "invitation": text})),
         (409, "state_conflict"), "and who has left invites nobody")
    rows = {row["name"]: row for row in ann.ask("GET", "/v1/people")[2]["rows"]}
    same((rows["pat"]["locked"], rows["pat"]["closed"], rows["pat"]["grants"]), (True, True, []),
         "the list says that they left")
    ok("closed" not in rows["two"], "and of the others that they did not")
    same(server.ask("GET", "/v1/members/p/account", key=machine)[0], 401, "and now no more")
    desk = sqlite3.connect(f"{server.db}.desk")
    same(desk.execute("SELECT password,totp,totp_next FROM person WHERE name='pat'").fetchall(),
         [("", None, None)], "what proved them is erased")
    same(desk.execute("SELECT * FROM profile WHERE member='p'").fetchall(), [],
         "and what they preferred")
    same(desk.execute("SELECT member FROM closing ORDER BY member").fetchall(), [("b",), ("p",)],
         "that they left is kept")
    desk.close()
    seen = {(row["who"], row["act"], row["subject"], row["outcome"])
            for row in ann.ask("GET", "/v1/trail?limit=500")[2]["rows"]}
    for wanted in (("pat", "close", "p", "sent"), ("pat", "close", "p", "refused"),
                   ("bea", "close", "b", "forfeit")):
        ok(wanted in seen, f"the trail has {wanted}", sorted(seen))
    same(ann.ask("GET", "/v1/audit")[2]["findings"], [], "the books are whole")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000", "--approve-alone", "5.00",
                                                "--channel", "sandbox", "--join"))
        for name, *grants in (("pat", ("member", "p")), ("two", ("member", "p")),
                              ("bea", ("member", "b")), ("eve", ("finance", None)),
                              ("max", ("member", "a"), ("manager", "s")),
                              ("fay", ("finance", None)), ("ann", ("operator", None))):
            made(server, name, *grants)
        test_settling(server, test_alone(server))
        test_leaving(server)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
