#!/usr/bin/env python3
"""People over HTTP: operators make them and give roles, managers have clerks; and nobody gets more
through it than whoever gives has, alone.
"""

import tempfile

from books import done, ok, same
from serving import FIRST, Server
from signing import PASSWORD, Session, code, made

FRESH = "a password of the office"


def listed(session):
    rows, after = {}, 0
    while after is not None:
        page = session.ask("GET", f"/v1/people?limit=2&after={after}")[2]
        rows |= {row["name"]: row for row in page["rows"]}
        after = page["next"]
    return rows


def test_people(server):
    ann, aud = Session(server, "ann"), Session(server, "aud")
    same(ann.ask("POST", "/v1/people", {"name": "pia", "password": FRESH})[::2], (201, {}),
         "an operator makes somebody")
    same(Session(server, "pia", FRESH).answer["roles"], [], "who may sign in, and has no role")
    for body, status, why in (({"name": "pia", "password": FRESH}, 409, "a name that is taken"),
                              ({"name": "ann", "password": FRESH}, 409, "the own name"),
                              ({"name": "x y", "password": FRESH}, 400, "a name with a space"),
                              ({"name": "new", "password": "short"}, 400, "a short password"),
                              ({"name": "new"}, 400, "no password")):
        same(ann.ask("POST", "/v1/people", body)[0], status, f"refused: {why}")
    grants = "/v1/people/pia/grants"
    same(ann.ask("POST", grants, {"role": "manager", "scope": "s"})[0], 201, "a role is given")
    same(Session(server, "pia", FRESH).ask("GET", "/v1/shops/s/account")[0], 200, "and works")
    for body, status, why in (({"role": "manager", "scope": "s"}, 409, "a role that they have"),
                              ({"role": "manager"}, 400, "a role without its scope"),
                              ({"role": "auditor", "scope": "s"}, 400, "a scope too many"),
                              ({"role": "king"}, 400, "a role that is none"),
                              ({"role": "manager", "scope": "none"}, 404, "a shop not there"),
                              ({"role": "member", "scope": "s"}, 404, "a shop as a member")):
        same(ann.ask("POST", grants, body)[0], status, f"refused: {why}")
    same(code(ann.ask("POST", "/v1/people/nobody/grants", {"role": "auditor"})),
         (404, "not_found"), "nobody gets no role")
    rows = listed(aud)
    same(rows["pia"], {"no": rows["pia"]["no"], "name": "pia", "locked": False, "totp": False,
                       "grants": [{"role": "manager", "scope": "s", "shop": "s"}]},
         "the list shows them")
    ok({"ann", "bob", "aud", "max", "mia", "eve"} <= set(rows), "and everybody, page by page", rows)
    same(ann.ask("POST", "/v1/people/pia/grant-removals", {"role": "manager", "scope": "s"})[0],
         200, "a role is taken away")
    same(code(ann.ask("POST", "/v1/people/pia/grant-removals", {"role": "manager", "scope": "s"})),
         (404, "not_found"), "once")
    pia = Session(server, "pia", FRESH)
    same(pia.ask("GET", "/v1/shops/s/account")[0], 403, "and works no more")
    same(ann.ask("POST", "/v1/people/pia/lock", {})[0], 200, "somebody is kept out")
    same([pia.ask("GET", "/v1/session")[0], Session(server, "pia", FRESH).status], [401, 401],
         "at once, and at the door")
    ok(listed(aud)["pia"]["locked"], "which the list shows")
    same(ann.ask("POST", "/v1/people/pia/unlock", {})[0], 200, "and let in again")
    same(ann.ask("PUT", "/v1/people/pia/password", {"password": PASSWORD})[0], 200,
         "with a new password")
    same([Session(server, "pia", FRESH).status, Session(server, "pia").status], [401, 201],
         "that is right, and the old one is not")


def test_escalation(server):
    """What would let one person be two, or a manager more than one."""
    ann, bob, key = Session(server, "ann"), Session(server, "bob"), server.key("operator")
    for role in ("operator", "finance", "risk", "system"):
        status, _, answer = ann.ask("POST", "/v1/people/pia/grants", {"role": role})
        same((status, answer["state"]), (202, "open"), f"{role} waits for a second person")
        path = f"/v1/approvals/{answer['approval']}/decision"
        same(code(ann.ask("POST", path, {"decision": "approve"})), (403, "forbidden"),
             "who is not the one that asked")
        for name in ("eve", "mia", "max", "aud", "pia"):
            same(code(Session(server, name).ask("POST", path, {"decision": "approve"})),
                 (403, "forbidden"), f"nor {name}, who could not have asked")
        same(code(server.ask("POST", "/v1/people/pia/grants", {"role": role}, key)),
             (403, "forbidden"), "nor is a key a first person")
        same(bob.ask("POST", path, {"decision": "reject"})[2]["state"], "rejected", "it is refused")
    same(listed(ann)["pia"]["grants"], [], "and she got none of them")
    asked = ann.ask("POST", "/v1/people/pia/grants", {"role": "operator"})[2]["approval"]
    path = f"/v1/approvals/{asked}/decision"
    row = bob.ask("GET", "/v1/approvals")[2]["rows"][0]
    same(row["command"], {"cmd": "person.grant", "name": "pia", "role": "operator"},
         "what waits is listed")
    status, _, answer = bob.ask("POST", path, {"decision": "approve"})
    same((status, answer["state"], answer["result"]), (200, "approved", {}), "a second one agrees")
    same(bob.ask("GET", "/v1/approvals")[2]["rows"][0]["outcome"], "ok", "and it came of it")
    pia = Session(server, "pia")
    again = ann.ask("POST", "/v1/people/pia/grants", {"role": "finance"})[2]["approval"]
    same(code(pia.ask("POST", f"/v1/approvals/{again}/decision", {"decision": "approve"})),
         (403, "forbidden"), "nobody agrees to a role of their own")
    for role, scope in (("finance", None), ("manager", "s"), ("auditor", None)):
        body = {"role": role, **({"scope": scope} if scope else {})}
        same(code(ann.ask("POST", "/v1/people/ann/grants", body)), (403, "forbidden"),
             f"nor gives themselves {role}")
    for name in ("bob", "eve", "pia", "ann"):
        same(code(ann.ask("PUT", f"/v1/people/{name}/password", {"password": FRESH})),
             (403, "forbidden"), f"nor becomes {name} by a password")
    same(code(server.ask("PUT", "/v1/people/bob/password", {"password": FRESH}, key)),
         (403, "forbidden"), "with a key neither")
    same(code(ann.ask("POST", "/v1/people/nobody/grants", {"role": "finance"})),
         (404, "not_found"), "nothing is asked for nobody")
    for name in ("max", "mia", "eve", "aud"):
        session = Session(server, name)
        for path, body in (("", {"name": "z", "password": FRESH}), ("/mia/lock", {}),
                           ("/mia/grants", {"role": "clerk", "scope": "s"}),
                           ("/mia/grant-removals", {"role": "member", "scope": "m"})):
            same(code(session.ask("POST", f"/v1/people{path}", body)), (403, "forbidden"),
                 f"{name} has no business at /v1/people{path}")
    same(ann.ask("POST", "/v1/people/pia/grant-removals", {"role": "operator"})[0], 200,
         "what somebody must not have any more is taken by one alone")


def test_clerks(server):
    max_, ann = Session(server, "max"), Session(server, "ann")
    clerks = "/v1/shops/s/clerks"
    same(code(max_.ask("POST", clerks, {"name": "li"})), (400, "bad_request"),
         "a new clerk needs a password")
    same(max_.ask("POST", clerks, {"name": "li", "password": FRESH})[0], 201, "with one, is made")
    li = Session(server, "li", FRESH)
    same(li.answer["roles"], [{"role": "clerk", "scope": "s"}], "and is clerk of that shop")
    same(li.ask("GET", "/v1/shops/s/account")[0], 200, "whose balances they see")
    same(code(li.ask("POST", clerks, {"name": "wu", "password": FRESH})), (403, "forbidden"),
         "a clerk makes no clerks")
    same(code(max_.ask("POST", clerks, {"name": "li", "password": FRESH})), (409, "exists"),
         "a second time there is nothing to do")
    same(code(max_.ask("POST", clerks, {"name": "mia", "password": FRESH})), (409, "exists"),
         "somebody else's name is taken")
    same(Session(server, "mia").status, 201, "and their password is still theirs")
    same(max_.ask("POST", clerks, {"name": "mia"})[0], 201, "who is there needs no password")
    same(code(max_.ask("POST", "/v1/shops/t/clerks", {"name": "li"})), (403, "forbidden"),
         "another's shop is not the manager's")
    same(code(ann.ask("POST", "/v1/shops/none/clerks", {"name": "li"})), (404, "not_found"),
         "nor is one that is not there anybody's")
    same(code(max_.ask("POST", clerks, {"name": "li", "role": "manager"})), (400, "bad_request"),
         "and no other role can be asked for")
    rows = max_.ask("GET", clerks)[2]["rows"]
    same(rows, [{"name": "mia", "locked": False, "totp": False},
                {"name": "li", "locked": False, "totp": False}], "the clerks are listed")
    same(max_.ask("POST", "/v1/shops/s/clerk-removals", {"name": "mia"})[0], 200, "one is removed")
    same(Session(server, "mia").answer["roles"], [{"role": "member", "scope": "m"}],
         "and keeps the other role")
    same(code(max_.ask("POST", "/v1/shops/s/clerk-removals", {"name": "max"})),
         (404, "not_found"), "a manager is no clerk")


def test_trail(server):
    aud = Session(server, "aud")
    rows = aud.ask("GET", "/v1/trail?limit=500")[2]["rows"]
    seen = {(row["who"], row["act"], row["subject"], row["outcome"]) for row in rows}
    for wanted in (("ann", "person.create", "pia", "sent"), ("ann", "person.lock", "pia", "sent"),
                   ("ann", "person.grant", "pia manager@s", "sent"),
                   ("ann", "person.grant", "pia operator", "asked"),
                   ("ann", "person.withdraw", "pia operator", "sent"),
                   ("ann", "person.password", "pia", "sent"),
                   ("ann", "person.unlock", "pia", "sent"),
                   ("max", "clerk.add", "li clerk@s", "sent"),
                   ("max", "clerk.remove", "mia clerk@s", "sent")):
        ok(wanted in seen, f"the trail has {wanted}", sorted(seen))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        for name, role, scope in (("ann", "operator", None), ("bob", "operator", None),
                                  ("eve", "finance", None), ("mia", "member", "m"),
                                  ("max", "manager", "s"), ("aud", "auditor", None)):
            made(server, name, (role, scope))
        test_people(server)
        test_escalation(server)
        test_clerks(server)
        test_trail(server)
        same(server.stop(), 0, "the server ends well")
        log = server.log.read_text(encoding="utf-8")
        ok(PASSWORD not in log and FRESH not in log, "the log holds no password")
    done()


if __name__ == "__main__":
    main()
