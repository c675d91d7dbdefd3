#!/usr/bin/env python3
"""Joining at `jifen serve --join`: a person and a member of the same name in one request, which may
break anywhere and be sent again; invitations; and that no member of somebody else is taken by it.
"""

import sqlite3
import tempfile

from books import done, ok, same
from serving import FIRST, Server
from signing import PASSWORD, Session, code, made

OTHER = "a password of another"


class Joined(Session):
    """A session that began with joining."""

    def __init__(self, server, name, password=PASSWORD, **more):
        super().__init__(server, name, password, path="/v1/people/join", **more)


def answered(session):
    return session.status, session.answer.get("code")


def test_join(server):
    zoe = Joined(server, "zoe", phone="13800138000", region="330106")
    same((zoe.status, zoe.answer["name"], zoe.answer["roles"]),
         (201, "zoe", [{"role": "member", "scope": "zoe"}]), "somebody joins, and is signed in")
    same(zoe.ask("GET", "/v1/members/zoe/account")[0], 200, "their account is theirs to see")
    same(zoe.ask("GET", "/v1/members/m/account")[0], 403, "and no other")
    member = zoe.ask("GET", "/v1/members/zoe")[2]
    same((member["region"], member["phone"]), ("330106", "138****8000"), "who they are is kept")
    again = Joined(server, "zoe", phone="13800138000", region="330106")
    same((again.status, again.answer["roles"]), (201, zoe.answer["roles"]),
         "the same request again signs in, and changes nothing")
    same(answered(Joined(server, "zoe", OTHER)), (409, "exists"), "for others the name is taken")
    for name, why in (("m", "a member that was there"), ("ann", "somebody of the office")):
        same(answered(Joined(server, name)), (409, "exists"), f"nobody becomes {why}")
        same(answered(Joined(server, name, OTHER)), (409, "exists"), "with no password")
    same(answered(Session(server, "m")), (401, "sign_in_failed"), "and no person stays behind")
    for body, why in (({"password": "short"}, "a short password"), ({"phone": "12ab"}, "a phone"),
                      ({"region": "0"}, "a region"), ({"invitation": "jfi~m~x"}, "an invitation"),
                      ({"referrer": "m"}, "a field that is none")):
        sent = {"name": "yan", "password": PASSWORD, **body}
        status, _, answer = server.ask("POST", "/v1/people/join", sent)
        ok(status in (400, 404), f"refused: {why}", status, answer)
    same(Joined(server, "yan").status, 201, "after a refusal the name is free")
    books = server.ask("GET", "/v1/journals?limit=500", key=server.key("system"))[2]["rows"]
    ok(not any("13800138000" in str(row) for row in books), "a phone is not in the books")


def test_invitation(server):
    zoe = Session(server, "zoe")
    text = zoe.ask("GET", "/v1/members/zoe/invitation")[2]["code"]
    same(code(zoe.ask("GET", "/v1/members/m/invitation")), (403, "forbidden"),
         "nobody invites for others")
    same(zoe.ask("POST", "/v1/codes", {"code": text})[2], {"kind": "invitation", "member": "zoe"},
         "an invitation can be read")
    same(Session(server, "yan").ask("POST", "/v1/codes", {"code": text})[0], 200,
         "by other members too")
    same(Joined(server, "xiu", invitation=text).status, 201, "somebody joins with it")
    same(Session(server, "xiu").ask("GET", "/v1/members/xiu")[2]["referrer"], "zoe",
         "and was referred by the member")
    of_now = zoe.ask("GET", "/v1/members/zoe/code")[2]["code"]
    same(answered(Joined(server, "wei", invitation=of_now)), (400, "bad_request"),
         "a member's code of now is no invitation")
    pay = {"id": "p1", "code": text, "amount": "1.00"}
    same(code(zoe.ask("POST", "/v1/members/zoe/payments", pay)), (400, "bad_request"),
         "nor is an invitation a shop")


def desk(server, statement, *values):
    with sqlite3.connect(f"{server.db}.desk") as db:
        return db.execute(statement, values).fetchall()


def test_broken(server):
    """What a server leaves that died between the steps, by writing it to the desk."""
    same(Joined(server, "vic").status, 201, "somebody has joined")
    line = '{"cmd":"member.create","id":"vic","at":"2024-03-01T09:00:00+08:00"}'
    desk(server, "DELETE FROM person_role WHERE scope='vic'")
    desk(server, "UPDATE person SET joining=? WHERE name='vic'", line)
    same(answered(Joined(server, "vic")), (409, "exists"),
         "a member that another command made is not theirs")
    same(desk(server, "SELECT 1 FROM person WHERE name='vic'"), [], "nor are they anybody")
    same(Joined(server, "una").status, 201, "somebody has joined")
    books = server.ask("GET", "/v1/journals?limit=1", key=server.key("system"))[2]["rows"]
    line = '{"cmd":"member.create","id":"una","at":"%s"}' % books[0]["command"]["at"]
    desk(server, "DELETE FROM person_role WHERE scope='una'")
    desk(server, "UPDATE person SET joining=? WHERE name='una'", line)
    same(answered(Joined(server, "una", OTHER)), (409, "exists"),
         "half joined, for others it is taken")
    una = Joined(server, "una", phone="13900139000")
    same((una.status, una.answer["roles"]), (201, [{"role": "member", "scope": "una"}]),
         "half joined, the same request goes on")
    same(desk(server, "SELECT joining FROM person WHERE name='una'"), [(None,)], "to the end")
    desk(server, "UPDATE person SET joining=? WHERE name='una'", line)
    same(Joined(server, "una").status, 201, "wherever it broke")
    line = '{"cmd":"member.create","id":"ted","at":"2024-03-01T09:30:00+08:00"}'
    Joined(server, "ted", OTHER)
    desk(server, "DELETE FROM person_role WHERE scope='ted'")
    desk(server, "UPDATE person SET name='sam',joining=? WHERE name='ted'",
         line.replace("ted", "sam"))
    sam = Joined(server, "sam", OTHER)
    same((sam.status, sam.answer["roles"]), (201, [{"role": "member", "scope": "sam"}]),
         "and when the books had not heard of it")


def test_closed_door(server):
    same(code(server.ask("POST", "/v1/people/join", {"name": "rob", "password": PASSWORD})),
         (403, "forbidden"), "without --join nobody joins")
    same(server.ask("GET", "/v1/site")[2], {"joining": False, "zone": "Asia/Shanghai"},
         "which the site says")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000", "--join", "--site", "积分",
                                                "--channel", "sandbox"))
        made(server, "ann", ("operator", None))
        same(server.ask("GET", "/v1/site")[2], {"name": "积分", "joining": True,
                                                "channel": "sandbox", "zone": "Asia/Shanghai"},
             "the site says what an app must know first")
        test_join(server)
        test_invitation(server)
        test_broken(server)
        rows = Session(server, "ann").ask("GET", "/v1/trail?limit=500")[2]["rows"]
        ok(("zoe", "join", "zoe", "ok") in {(r["who"], r["act"], r["subject"], r["outcome"])
                                            for r in rows}, "joining is in the trail")
        same(server.stop(), 0, "the server ends well")
        server.options = ("--rate", "100000")
        server.start()
        test_closed_door(server)
        server.stop()
        server.options = ("--rate", "2", "--join")
        server.start()
        answers = [server.ask("POST", "/v1/people/join", {})[0] for _ in range(40)]
        ok(429 in answers, "who joins too often is told to wait", answers)
        same(server.stop(), 0, "the server ends well again")
    done()


if __name__ == "__main__":
    main()
