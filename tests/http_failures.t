#!/usr/bin/env python3
"""What `jifen serve` answers when the files under it fail: the desk without a table, the books
moved away or overwritten, no room for another byte. Nothing that was acknowledged is lost, what
was not is not there, and where it can go on it does.
"""

import os
import resource
import tempfile

from books import done, jifen, ok, same
from serving import FIRST, TODAY, Broken, Server


def refused(answer, code, sentence):
    same((answer[0], answer[-1].get("code"), answer[1]["Content-Type"]),
         (503, code, "application/problem+json"), sentence)


def test_desk(server, keys):
    key = keys["operator"]
    plate = server.ask("POST", "/v1/shops/s/plates", {}, key)[2]
    cases = (
        ("plate", "POST", "/v1/shops/s/plates", {}, "operator", "no plate is made"),
        ("plate", "PUT", "/v1/plates/1/shop", {"shop": "t"}, "operator", "nor moved"),
        ("plate", "POST", "/v1/codes", {"code": plate["code"]}, "m", "nor found by its code"),
        ("secret", "GET", "/v1/members/m/code", None, "m", "no code is made without the secret"),
        ("act", "PATCH", "/v1/shops/s", {"rebate": "0.15"}, "operator",
         "without the trail no act of the office is done"),
        ("payment", "POST", "/v1/orders/o/refunds", {"id": "r", "amount": "1.00"}, "finance",
         "a refund that may have gone through a channel is not guessed at"),
        ("refund_ask", "POST", "/v1/members/m/refund-asks",
         {"id": "k", "order": "o", "amount": "1.00", "reason": "x"}, "m", "nothing is asked"),
        ("refund_ask", "POST", "/v1/shops/s/refund-asks/1/decision", {"decision": "approve"},
         "operator", "nothing is decided"),
    )
    before = server.ask("GET", "/v1/shops/s", key=key)[2]
    for table, method, path, body, who, sentence in cases:
        with Broken(server, table):
            refused(server.ask(method, path, body, keys[who]), "desk_failed", sentence)
    with Broken(server, "act"):
        refused(server.ask("GET", "/v1/trail", key=keys["auditor"]), "read_failed",
                "what is read from the desk says so")
    same(server.ask("GET", "/v1/shops/s", key=key)[2], before, "nothing was changed")
    rows = server.ask("GET", "/v1/shops/s/plates", key=key)[2]["rows"]
    same([row["plate"] for row in rows], [1], "the plate is where it was")
    same(server.ask("PATCH", "/v1/shops/s", {"rebate": "0.15"}, key)[0], 200,
         "and with the desk whole again, all goes on")


def test_books_away(server, keys):
    """The file is moved: the writer has it open, whoever opens it now does not find it."""
    reads = ("/v1/report", "/v1/members/m/statement", "/v1/journals", "/v1/policies")
    away = server.db.with_name("away.db")
    os.rename(server.db, away)
    for path in reads:
        refused(server.ask("GET", path, key=keys["auditor"]), "read_failed",
                f"books that are not there: {path}")
    same(server.ask("GET", "/v1/members/m/account", key=keys["m"])[0], 200,
         "the writer, which has them open, reads on")
    server.db.write_bytes(b"no database at all " * 400)
    refused(server.ask("GET", "/v1/report", key=keys["auditor"]), "read_failed",
            "a file that is none")
    os.rename(away, server.db)
    for path in reads:
        same(server.ask("GET", path, key=keys["auditor"])[0], 200, f"back again: {path}")


def test_no_room(server, keys):
    """Not another byte can be written, as on a full disk."""
    system = keys["system"]
    kept = server.ask("POST", "/v1/members", {"id": "kept"}, system)[0]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    refused(server.ask("POST", "/v1/shops/s/plates", {}, keys["operator"]), "desk_failed",
            "no room at the desk: no plate")
    refused(server.ask("POST", "/v1/members", {"id": "lost"}, system), "store_failed",
            "no room in the books: not acknowledged")
    refused(server.ask("GET", "/readyz"), "store_failed", "the server is not ready any more")
    same(server.ask("GET", "/healthz")[0], 200, "but alive")
    refused(server.ask("POST", "/v1/members", {"id": "lost"}, system), "store_failed",
            "what cannot be kept is not taken")
    same(server.ask("GET", "/v1/report", key=keys["auditor"])[0], 200, "reading goes on")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    refused(server.ask("POST", "/v1/members", {"id": "lost"}, system), "store_failed",
            "room alone does not make it trust its books again")
    server.stop()
    server.start()
    rows = server.ask("GET", "/v1/members?limit=500", key=keys["auditor"])[2]["rows"]
    same((kept, [row["id"] for row in rows]), (201, ["m", "n", "kept"]),
         "started again, it has what was acknowledged, and no more")
    same(server.ask("POST", "/v1/members", {"id": "lost"}, system)[0], 201, "and takes the rest")
    same(server.ask("GET", "/readyz")[0], 200, "it is ready")


def main():
    first = FIRST + [{"cmd": "order.pay", "id": "o", "member": "m", "shop": "s",
                      "amount": "100.00", "at": TODAY}]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, first, options=("--rate", "100000"))
        keys = {"m": server.key("member", "m"),
                **{role: server.key(role) for role in ("operator", "finance", "auditor",
                                                       "system")}}
        server.ask("POST", "/v1/members/m/refund-asks",
                   {"id": "first", "order": "o", "amount": "1.00", "reason": "x"}, keys["m"])
        test_desk(server, keys)
        test_books_away(server, keys)
        test_no_room(server, keys)
        same(server.stop(), 0, "the server ends well")
        audit = jifen("audit", "--db", server.url)
        ok(audit.returncode == 0, "and the audit finds nothing", audit.stdout, audit.stderr)
    done()


if __name__ == "__main__":
    main()
