#!/usr/bin/env python3
"""People at `jifen serve`: signing in and out, cookies and what pages must send with changes,
second factors, locks after failures, roles that come and go, commands that need two people, and
the trail of all that.
"""

import hashlib
import re
import sqlite3
import tempfile

from books import done, ok, same
from serving import FIRST, POLICY, Server
from signing import PASSWORD, Session, code, made, now_of, person, totp, until


def people_make(server):
    for name, role, scope in (("ann", "operator", None), ("bob", "operator", None),
                              ("eve", "finance", None), ("mia", "member", "m"),
                              ("max", "manager", "s"), ("aud", "auditor", None)):
        made(server, name, (role, scope))
    for words, why in ((("create", "ann"), "a name that is taken"),
                       (("create", "not a name"), "a name with spaces"),
                       (("grant", "ann", "--role", "operator"), "a role that somebody has"),
                       (("grant", "ann", "--role", "member"), "a role without its scope"),
                       (("grant", "ann", "--role", "risk", "--scope", "x"), "a scope too many"),
                       (("grant", "nobody", "--role", "risk"), "a role of nobody"),
                       (("withdraw", "ann", "--role", "risk"), "a role that somebody has not")):
        same(person(server, *words, password=PASSWORD).returncode, 1, f"refused: {why}")
    same(person(server, "create", "short", password="short").returncode, 1,
         "refused: a short password")
    same(person(server, "create", "long", password="x" * 129).returncode, 1,
         "refused: a password that is too long")
    ok("ann\toperator\t-\tactive" in person(server, "list").stdout, "people are listed")


def test_session(server):
    mia = Session(server, "mia")
    same((mia.status, mia.answer["name"], mia.answer["roles"]),
         (201, "mia", [{"role": "member", "scope": "m"}]), "mia signs in")
    cookie = mia.cookie["jifen_session"]
    ok(cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
       and not cookie["secure"], "the cookie is for this site alone, and for no script", cookie)
    tls = Session(server, "mia", headers={"X-Forwarded-Proto": "https"})
    ok(tls.cookie["jifen_session"]["secure"], "behind TLS it is for TLS alone")
    same(mia.ask("GET", "/v1/session")[2]["csrf"], mia.csrf, "who asks can be asked")
    same(mia.ask("GET", "/v1/members/m/account")[0], 200, "her account is hers to see")
    same(mia.ask("GET", "/v1/members/m/statement", csrf=False)[0], 200,
         "reading needs no token of the page")
    same(code(mia.ask("GET", "/v1/members/n/account")), (403, "forbidden"), "another's is not")
    same(code(mia.ask("PUT", "/v1/members/m/home", {"shop": "s"}, csrf=False)), (403, "csrf"),
         "a change without the page's token is refused")
    right = mia.csrf
    mia.csrf = tls.csrf
    same(code(mia.ask("PUT", "/v1/members/m/home", {"shop": "s"})), (403, "csrf"),
         "and one with the token of another session")
    mia.csrf = right
    same(mia.ask("PUT", "/v1/members/m/home", {"shop": "s"})[0], 200, "with it, it is done")
    same(mia.ask("DELETE", "/v1/session")[0], 200, "she signs out")
    same(code(mia.ask("GET", "/v1/session")), (401, "unauthorized"), "the session is over")
    same(tls.ask("GET", "/v1/session")[0], 200, "her other session is not")
    for body, why in (({}, "nothing"), ({"name": "mia"}, "no password"),
                      ({"name": "mia", "password": 1}, "a number"),
                      ({"name": "mia", "password": PASSWORD, "x": 1}, "one thing too many")):
        same(code(server.ask("POST", "/v1/session", body)), (400, "bad_request"),
             f"signing in with {why}")
    same(code(server.ask("GET", "/v1/session", headers={"Cookie": "jifen_session=" + "A" * 43})),
         (401, "unauthorized"), "a cookie that nobody gave")


def test_failures(server):
    same([Session(server, "nobody").status, Session(server, "mia", "not the one").answer["code"]],
         [401, "sign_in_failed"], "a wrong name and a wrong password are told alike")
    answers = [Session(server, "max", "wrong wrong").answer["code"] for _ in range(5)]
    same(answers, ["sign_in_failed"] * 5, "five failures are only failures")
    locked = Session(server, "max")
    ok(locked.status == 429 and locked.answer["code"] == "locked"
       and int(locked.headers["Retry-After"]) >= 1,
       "then the name is locked, for the right password too", locked.answer)


def test_totp(server):
    run = person(server, "create", "tom", "--totp", password=PASSWORD)
    found = re.fullmatch(r"otpauth://totp/jifen:tom\?secret=([A-Z2-7]{32})&issuer=jifen\n",
                         run.stdout)
    ok(found, "a second factor is printed once, as apps scan it", run.stdout)
    same(Session(server, "tom").answer["code"], "code_required", "the password alone is not enough")
    same(Session(server, "tom", code="000000x").answer["code"], "sign_in_failed", "a wrong code")
    right = totp(found[1], now_of(server))
    first = Session(server, "tom", code=right)
    same(first.status, 201, "the code of now is right")
    same(Session(server, "tom", code=right).answer["code"], "sign_in_failed",
         "a code that was used is worth nothing")
    same(first.ask("GET", "/v1/report")[0], 403, "somebody without a role may see nothing")
    person(server, "grant", "tom", "--role", "risk")
    until(lambda: first.ask("GET", "/v1/report")[0] == 200,
          "a role that is granted by another process is there within moments")
    person(server, "withdraw", "tom", "--role", "risk")
    until(lambda: first.ask("GET", "/v1/report")[0] == 403, "and gone as soon when it is withdrawn")
    person(server, "disable", "tom")
    until(lambda: first.ask("GET", "/v1/session")[0] == 401, "disabling somebody ends the sessions")


def test_approvals(server):
    ann, bob, eve = Session(server, "ann"), Session(server, "bob"), Session(server, "eve")
    body = {"policy": {**POLICY, "name": "u"}, "from": "2024-03-02"}
    asked = ann.ask("POST", "/v1/policies", body)
    same((asked[0], asked[2]["state"]), (202, "open"), "a policy waits for a second person")
    number = asked[2]["approval"]
    path = f"/v1/approvals/{number}/decision"
    same(len(bob.ask("GET", "/v1/policies")[2]["rows"]), 1, "and is not in force")
    same(code(ann.ask("POST", path, {"decision": "approve"})), (403, "forbidden"),
         "whoever asked cannot agree")
    same(code(eve.ask("POST", path, {"decision": "approve"})), (403, "forbidden"),
         "nor who could not have asked")
    same(code(bob.ask("POST", path, {"decision": "perhaps"})), (400, "bad_request"),
         "a decision that is none")
    key = server.key("operator")
    same(code(server.ask("POST", path, {"decision": "approve"}, key)), (403, "forbidden"),
         "nor is a key a second person")
    same(code(server.ask("POST", "/v1/policies", body, key)), (403, "forbidden"),
         "or a first one")
    status, _, answer = bob.ask("POST", path, {"decision": "approve"})
    same((status, answer["state"], answer["result"]["version"]), (200, "approved", 2),
         "somebody else agrees, and it is done")
    same(code(bob.ask("POST", path, {"decision": "reject"})), (409, "state_conflict"),
         "it is decided once")
    same(code(bob.ask("POST", "/v1/approvals/99/decision", {"decision": "approve"})),
         (404, "not_found"), "an approval that is not there")
    again = ann.ask("POST", "/v1/policies", {**body, "from": "2024-03-03"})[2]["approval"]
    same(bob.ask("POST", f"/v1/approvals/{again}/decision", {"decision": "reject"})[2]["state"],
         "rejected", "another is rejected")
    fund = eve.ask("POST", "/v1/funds/capital/injections", {"id": "f1", "amount": "100.00"})
    same(fund[0], 202, "capital waits too")
    person(server, "create", "fay", password=PASSWORD)
    person(server, "grant", "fay", "--role", "finance")
    fay = Session(server, "fay")
    same(fay.ask("POST", f"/v1/approvals/{fund[2]['approval']}/decision",
                 {"decision": "approve"})[0], 200, "and is put in, dated when it is approved")
    same(eve.ask("GET", "/v1/funds")[2]["capital"], "100.00", "the books have it")
    bad = ann.ask("POST", "/v1/policies", {"policy": POLICY, "from": "2024-02-01"})[2]["approval"]
    refused = bob.ask("POST", f"/v1/approvals/{bad}/decision", {"decision": "approve"})
    ok(refused[0] >= 400 and refused[2]["code"] not in ("forbidden", "desk_failed"),
       "what the rules refuse is refused when it is approved", refused)
    rows = bob.ask("GET", "/v1/approvals")[2]["rows"]
    states = {row["approval"]: (row["state"], row.get("decider"), row.get("outcome"))
              for row in rows}
    same([states[number], states[again], states[bad]],
         [("approved", "bob", "ok"), ("rejected", "bob", None),
          ("approved", "bob", refused[2]["code"])], "the list says what became of them")
    same(code(Session(server, "mia").ask("GET", "/v1/approvals")), (403, "forbidden"),
         "it is not for everybody")


def test_trail(server):
    aud, ann = Session(server, "aud"), Session(server, "ann")
    key = server.key("operator")
    server.ask("POST", "/v1/members", {"id": "made"}, key)
    ann.ask("POST", "/v1/members", {"id": "more"})
    rows, before = [], 0
    while before is not None:
        page = aud.ask("GET", f"/v1/trail?limit=4&before={before}")[2]
        rows += page["rows"]
        before = page["next"]
    numbers = [row["no"] for row in rows]
    same(numbers, sorted(numbers, reverse=True), "the trail is read page by page, newest first")
    seen = {(row["who"], row["act"], row["outcome"]) for row in rows}
    for wanted in (("ann", "member.create", "sent"), ("ann", "policy.set", "asked"),
                   ("bob", "approve", "sent"), ("bob", "reject", "sent"), ("mia", "sign_in", "ok"),
                   ("mia", "sign_in", "wrong"), ("max", "sign_in", "locked"),
                   ("mia", "sign_out", "ok")):
        ok(wanted in seen, f"the trail has {wanted}", sorted(seen))
    ok(any(re.fullmatch(r"key \d+ operator", row["who"]) and row["act"] == "member.create"
           for row in rows), "and what a key did", rows)
    desk = sqlite3.connect(f"{server.db}.desk")
    for statement in ("UPDATE act SET who='x'", "DELETE FROM act"):
        try:
            desk.execute(statement)
            ok(False, f"the trail resists {statement}")
        except sqlite3.DatabaseError as error:
            same(str(error), "the trail is only added to", f"the trail resists {statement}")
        desk.rollback()
    kept = "".join(str(row) for row in desk.execute("SELECT * FROM person"))
    ok(PASSWORD not in kept and kept.count("$argon2id$v=19$") >= 6,
       "of passwords only Argon2id hashes are kept")
    token = aud.cookie["jifen_session"].value.encode()
    stored = [row[0] for row in desk.execute("SELECT hex(hash) FROM session")]
    ok(hashlib.sha256(token).hexdigest().upper() in stored, "and of sessions only hashes")
    desk.close()


def test_password(server):
    session = Session(server, "aud")
    same(person(server, "password", "aud", password="another good one").returncode, 0,
         "a password is changed")
    until(lambda: session.ask("GET", "/v1/session")[0] == 401, "which ends the sessions")
    same([Session(server, "aud").status, Session(server, "aud", "another good one").status],
         [401, 201], "the new one is right, the old one is not")


def test_oneself(server):
    made(server, "una", ("member", "m"))
    una, other = Session(server, "una"), Session(server, "una")
    fresh = "the second good one"
    same(code(una.ask("PUT", "/v1/session/password", {"old": "not this one", "new": fresh})),
         (403, "wrong_password"), "a new password wants the old one")
    same(code(una.ask("PUT", "/v1/session/password", {"old": PASSWORD, "new": "short"})),
         (400, "bad_request"), "and must be long enough")
    same(una.ask("PUT", "/v1/session/password", {"old": PASSWORD, "new": fresh})[::2], (200, {}),
         "with it, it is changed")
    same([una.ask("GET", "/v1/session")[0], other.ask("GET", "/v1/session")[0]], [200, 401],
         "the session goes on, the others have ended")
    same([Session(server, "una").status, Session(server, "una", fresh).status], [401, 201],
         "the new one is right, the old one is not")
    key = server.key("operator")
    for method, path, body in (("PUT", "/v1/session/password", {"old": "x", "new": fresh}),
                               ("POST", "/v1/session/totp", {}),
                               ("PUT", "/v1/session/totp", {"code": "123456"}),
                               ("POST", "/v1/session/totp/removal", {"password": fresh})):
        same(code(server.ask(method, path, body, key)), (400, "bad_request"),
             f"{method} {path} is not for keys")
        same(code(una.ask(method, path, body, csrf=False)), (403, "csrf"),
             "nor without the page's token")
    same(code(una.ask("PUT", "/v1/session/totp", {"code": "123456"})), (409, "state_conflict"),
         "no second factor is switched on that was not prepared")
    _, _, prepared = una.ask("POST", "/v1/session/totp", {})
    same(prepared["uri"],
         f"otpauth://totp/jifen:una?secret={prepared['secret']}&issuer=jifen", "it is prepared")
    same(Session(server, "una", fresh).status, 201, "which changes nothing yet")
    same(una.ask("GET", "/v1/session")[2]["totp"], False, "and is not on")
    same(code(una.ask("PUT", "/v1/session/totp", {"code": "12345x"})), (400, "bad_request"),
         "a code that is not of it")
    first = totp(prepared["secret"], now_of(server))
    same(una.ask("PUT", "/v1/session/totp", {"code": first})[0], 200,
         "its first code switches it on")
    same(Session(server, "una", fresh).answer["code"], "code_required", "now it is wanted")
    same(una.ask("GET", "/v1/session")[2]["totp"], True, "and the session says so")
    same(Session(server, "una", fresh, code=first).answer["code"], "sign_in_failed",
         "and the first code was used up")
    same(code(una.ask("POST", "/v1/session/totp", {})), (409, "state_conflict"),
         "another takes its place only once it is off")
    same(code(una.ask("POST", "/v1/session/totp/removal", {"password": PASSWORD})),
         (403, "wrong_password"), "switching it off wants the password")
    same(una.ask("POST", "/v1/session/totp/removal", {"password": fresh})[0], 200,
         "with it, it is off")
    again = Session(server, "una", fresh)
    same((again.status, again.answer["totp"]), (201, False), "and not wanted any more")
    ok("totp" not in server.ask("GET", "/v1/session", key=key)[2], "a key has none")
    wrong = {"old": "not this one", "new": fresh}
    answers = [una.ask("PUT", "/v1/session/password", wrong)[2]["code"] for _ in range(9)]
    ok(answers[:5] == ["wrong_password"] * 5 and "locked" in answers,
       "guessing at an open page locks the name", answers)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        people_make(server)
        test_session(server)
        test_failures(server)
        test_totp(server)
        test_approvals(server)
        test_trail(server)
        test_password(server)
        test_oneself(server)
        again = Session(server, "bob")
        server.stop()
        server.start()
        same(again.ask("GET", "/v1/session")[0], 200, "a session outlives the server's start")
        same(server.stop(), 0, "the server ends well")
        log = server.log.read_text(encoding="utf-8")
        ok(PASSWORD not in log and again.csrf not in log, "the log holds no secret")
    done()


if __name__ == "__main__":
    main()
