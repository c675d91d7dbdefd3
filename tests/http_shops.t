#!/usr/bin/env python3
"""What shops say of themselves: who may say it, what is refused, that a change which others
made first is not lost, and that the name stands beside the shop's id wherever people read it.
"""

import html
import http.client
import io
import json
import sqlite3
import tempfile
import time
import zipfile

from books import done, ok, same
from serving import FIRST, TODAY, Server

LONG = "杭州西湖龙井茶叶专卖店（南山路总店）Longjing Tea & Co. 老字号 1895 始创 欢迎光临"
LONG += "好" * (60 - len(LONG))
HOSTILE = '<script>alert("x")</script> \'"&amp;\\ ,"shop_name":"t"'
BOOKS = FIRST + [{"cmd": "home.bind", "member": "m", "shop": "t", "at": TODAY},
                 {"cmd": "order.pay", "id": "o", "member": "m", "shop": "s", "amount": "100.00",
                  "at": TODAY}]


def read(server, key, path):
    return server.ask("GET", path, key=key)[2]


def put(server, key, shop, body, etag=None):
    return server.ask("PUT", f"/v1/shops/{shop}/profile", body, key,
                      {"If-Match": etag} if etag else None)


def refused(answer, status, code, why, field=None):
    same((answer[0], answer[2].get("code"), answer[2].get("field")), (status, code, field), why)


def test_profile(server, keys):
    profile = "/v1/shops/s/profile"
    status, headers, answer = server.ask("GET", profile, key=keys["member"])
    same((status, answer), (200, {"shop": "s"}), "a shop that said nothing has an id")
    said = {"name": LONG, "address": "南山路 1 号", "phone": "+86 (571) 8888-0000",
            "hours": "周一至周日 9:00–21:00"}
    status, _, answer = put(server, keys["manager"], "s", said, headers["ETag"])
    same((status, answer), (200, {"shop": "s", **said}), "its manager says what it is")
    status, headers, answer = server.ask("GET", profile, key=keys["other"])
    same((status, answer), (200, {"shop": "s", **said}), "everybody reads it")
    refused(server.ask("GET", profile), 401, "unauthorized", "who has signed in")
    refused(put(server, keys["other"], "s", said), 403, "forbidden", "no other shop's manager may")
    for who in ("clerk", "member", "finance", "auditor"):
        refused(put(server, keys[who], "s", said), 403, "forbidden", f"nor {who}")
    refused(put(server, keys["operator"], "none", said), 404, "not_found", "there is no such shop",
            "shop")
    refused(server.ask("GET", "/v1/shops/none/profile", key=keys["member"]), 404, "not_found",
            "nor is it read", "shop")
    same(put(server, keys["operator"], "s", {"name": "Café"}, headers["ETag"])[2],
         {"shop": "s", "name": "Café"}, "an operator says it anew; what is left out is gone")
    refused(put(server, keys["manager"], "s", said, headers["ETag"]), 412, "stale",
            "who read it before is told so")
    same(read(server, keys["member"], profile)["name"], "Café", "and has changed nothing")
    same(put(server, keys["manager"], "s", said, "*")[0], 200, "any edition will do for *")
    acts = [(row["who"].split()[-1], row["subject"]) for row in
            read(server, keys["auditor"], "/v1/trail")["rows"] if row["act"] == "shop.profile"]
    same(acts[:1] + acts[-1:], [("manager", "s")] * 2, "the trail knows who")
    same(len(acts), 3, "of each change, and of no other")


def test_texts(server, keys):
    good = {"name": "n"}
    for field, text, why in (
            ("name", "", "no name"), ("name", "   ", "a blank one"), ("name", LONG + "x", "61"),
            ("name", "a\nb", "two lines"), ("name", "a\u202egnp.exe", "an override"),
            ("name", "a\u2066b", "an isolate"), ("name", "\u200fa", "a mark of direction"),
            ("name", "a\u200bb", "a space without width"), ("name", "a\u0000b", "NUL"),
            ("name", "a\u0085b", "a control of C1"), ("address", "x" * 121, "a long address"),
            ("address", "a\rb", "a line break"), ("phone", "call me", "letters in a phone"),
            ("phone", "1" * 31, "a long phone"), ("hours", "x" * 121, "long hours"),
            ("hours", "9\u202d–21", "an override in hours")):
        status, _, answer = put(server, keys["manager"], "s", {**good, field: text})
        ok(status == 400 and answer["code"] in ("bad_request", "bad_json")
           and answer.get("field", field) == field, f"refused: {why}", status, answer)
    for text, why in (("\\ud800", "half a pair"), ("\udc80".encode("utf-8", "surrogateescape"),
                                                   "a byte that is no UTF-8")):
        body = b'{"name":"' + (text.encode() if isinstance(text, str) else text) + b'"}'
        same(put(server, keys["manager"], "s", body)[0], 400, f"refused: {why}")
    refused(put(server, keys["manager"], "s", {"address": "x"}), 400, "bad_request",
            "an address without a name", "name")
    refused(put(server, keys["manager"], "s", {**good, "colour": "x"}), 400, "bad_request",
            "what nobody asked for", "colour")
    refused(put(server, keys["manager"], "s", {"name": 7}), 400, "bad_request", "a number", "name")
    put(server, keys["manager"], "s", {"name": HOSTILE})
    raw = server.ask("GET", "/v1/shops/s/profile", key=keys["member"])[2]
    same(raw, {"shop": "s", "name": HOSTILE}, "what looks like markup is only text")
    row = read(server, keys["member"], "/v1/shops?find=s")["rows"][0]
    same((row["name"], "shop_name" in row), (HOSTILE, False), "in lists too")


def named(rows, key="shop"):
    return [(row[key], row.get("name" if key == "id" else f"{key}_name")) for row in rows]


def test_beside(server, keys):
    """Wherever a shop's id stands, its name stands behind it; t has none yet."""
    put(server, keys["manager"], "s", {"name": LONG})
    member, manager = keys["member"], keys["manager"]
    same(named(read(server, member, "/v1/shops")["rows"], "id"), [("s", LONG), ("t", None)],
         "the list of shops")
    plate = server.ask("POST", "/v1/shops/s/plates", {}, manager)[2]
    same(plate["shop_name"], LONG, "a plate")
    same(named(read(server, manager, "/v1/shops/s/plates")["rows"]), [("s", LONG)], "all plates")
    code = server.ask("POST", "/v1/codes", {"code": plate["code"]}, member)[2]
    same((code["shop"], code["shop_name"]), ("s", LONG), "a code that was scanned")
    ok("shop_name" not in code["terms"] and "name" not in code["terms"],
       "its terms are those of the books", code)
    paying = server.ask("POST", "/v1/members/m/payments",
                        {"id": "p1", "code": plate["code"], "amount": "10.00"}, member)[2]
    same(paying["shop_name"], LONG, "a payment")
    ask = {"id": "a1", "order": "o", "amount": "1.00", "reason": HOSTILE}
    same(server.ask("POST", "/v1/members/m/refund-asks", ask, member)[0], 201, "a refund is asked")
    for path, key in (("/v1/members/m/payments", member), ("/v1/payments", keys["operator"]),
                      ("/v1/members/m/orders", member), ("/v1/shops/s/orders", manager),
                      ("/v1/members/m/refund-asks", member)):
        same(set(named(read(server, key, path)["rows"])), {("s", LONG)}, path)
    same(read(server, member, "/v1/members/m/refund-asks")["rows"][0]["reason"], HOSTILE,
         "what looks like a member of the answer stays a text")
    sources = [row["source"] for row in read(server, member, "/v1/members/m/statement")["rows"]]
    ok(any(source.get("shop_name") == LONG for source in sources), "statements", sources)
    export = server.ask("GET", "/v1/members/m/export", key=member)[2]
    same(named(export["orders"]) + named(export["payments"]) + named(export["refunds"]),
         [("s", LONG)] * 3, "the copy of one's data")
    test_beside_journal(server, keys["operator"])
    test_beside_grants(server, keys["operator"])


def test_beside_journal(server, office):
    """Postings have names, of shares too; a command is shown as the books keep it."""
    journal = read(server, office, "/v1/journals/7")
    shops = [row for row in journal["postings"] if "shop" in row]
    ok(shops and set(named(shops)) == {("s", LONG)}, "the postings of a journal", journal)
    same((journal["command"]["cmd"], journal["command"]["shop"], "shop_name" in journal["command"]),
         ("order.pay", "s", False), "its command as it is kept")
    for path, body in (("/v1/shops", {"id": "c", "owner": "m", "kind": "chain",
                                      "region": "330106", "rebate": "0.2"}),
                       ("/v1/shops/c/shares", {"id": "i", "member": "m", "shares": 3})):
        same(server.ask("POST", path, body, office)[0], 201, f"POST {path}")
    same(put(server, office, "c", {"name": HOSTILE})[0], 200, "it is called something")
    account = read(server, office, "/v1/members/m/account")
    same(account["shares"], [{"shop": "c", "shop_name": HOSTILE, "shares": 3}], "shares")
    issued = next(row for row in read(server, office, "/v1/find?id=i")["rows"])["journal"]
    postings = read(server, office, f"/v1/journals/{issued}")["postings"]
    same(set(named(postings, "store")), {("c", HOSTILE)}, "whose shares moved")


def test_beside_grants(server, office):
    for path, body in (("/v1/people", {"name": "pat", "password": "correct horse staple"}),
                       ("/v1/people/pat/grants", {"role": "clerk", "scope": "s"}),
                       ("/v1/people/pat/grants", {"role": "staff", "scope": "m"})):
        same(server.ask("POST", path, body, office)[0], 201, f"POST {path}")
    pat = next(row for row in read(server, office, "/v1/people")["rows"] if row["name"] == "pat")
    same(sorted(pat["grants"], key=lambda one: one["role"]),
         [{"role": "clerk", "scope": "s", "shop": "s", "shop_name": LONG},
          {"role": "staff", "scope": "m"}], "the roles of people")


def test_home(server, keys):
    me = "/v1/members/m"
    ok("home_name" not in read(server, keys["member"], me), "a home without a name has an id")
    put(server, keys["operator"], "t", {"name": "家"})
    same(read(server, keys["member"], me)["home_name"], "家", "and its name, once it has one")
    with sqlite3.connect(f"{server.db}.desk") as desk:
        desk.execute("UPDATE shop_profile SET name='改',edition=edition+100 WHERE shop='t'")
    name, until = "", time.monotonic() + 60
    while name != "改" and time.monotonic() < until:  # within a second of the server's clock
        name = read(server, keys["member"], me)["home_name"]
    same(name, "改", "what another process says is noticed")


def test_find(server, keys):
    put(server, keys["operator"], "t", {"name": "Cafe 南山"})
    put(server, keys["operator"], "s", {"name": "café 南山"})
    find = "/v1/shops?name="
    same([row["id"] for row in read(server, keys["member"], find + "CAF")["rows"]], ["t", "s"],
         "shops by the beginning of their name, whatever its capitals")
    page = read(server, keys["member"], find + "caf&limit=1")
    same(([row["id"] for row in page["rows"]], page["next"]), (["t"], 4), "page by page")
    page = read(server, keys["member"], f"{find}caf&limit=1&after={page['next']}")
    same(([row["id"] for row in page["rows"]], page["next"]), (["s"], None), "to the last")
    same([row["id"] for row in read(server, keys["member"], find + "caf&tied=n")["rows"]], ["t"],
         "and by what else is asked for")
    same(read(server, keys["member"], find + "%E5%8D%97")["rows"], [], "not by what is inside")
    for bad in ("", "x" * 61, "%0A", "%FF"):
        same(server.ask("GET", find + bad, key=keys["member"])[0], 400, f"refused: ?name={bad!r}")


def file(server, key, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    found = answer.headers, answer.read()
    connection.close()
    return found


def test_settlement(server, keys):
    put(server, keys["manager"], "s", {"name": LONG})
    path = "/v1/shops/s/settlement?month=2024-03"
    same(read(server, keys["manager"], path)["shop_name"], LONG, "a settlement")
    put(server, keys["manager"], "s", {"name": "A&B 茶/馆 \"x\""})
    for kind in ("csv", "xlsx"):
        headers, body = file(server, keys["manager"], f"{path}&format={kind}")
        same(headers["Content-Disposition"].replace(f".{kind}", ""),
             "attachment; filename=\"settlement-s-2024-03\"; "
             "filename*=UTF-8''A%26B%20%E8%8C%B6-%E9%A6%86%20-x--2024-03",
             f"its file is called after the shop: {kind}")
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    ok(html.escape('&CA&&B 茶/馆 ', False) in sheet and "2024-03<" in sheet.split("oddHeader")[1],
       "and printed under its name", sheet[-600:])


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, BOOKS, options=("--rate", "100000", "--channel", "sandbox"))
        keys = {role: server.key(role, scope) for role, scope in (
            ("member", "m"), ("clerk", "s"), ("manager", "s"), ("operator", None),
            ("finance", None), ("auditor", None))}
        keys["other"] = server.key("manager", "t")
        test_profile(server, keys)
        test_texts(server, keys)
        test_beside(server, keys)
        test_home(server, keys)
        test_find(server, keys)
        test_settlement(server, keys)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
