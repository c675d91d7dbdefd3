#!/usr/bin/env python3
"""QR codes at `jifen serve`: plates that are bound to another shop, charges and members' codes
that are over in time, who may make and read which, and pictures that a camera's software reads.
"""

import base64
import hashlib
import hmac
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from books import done, ok, same
from serving import FIRST, TODAY, Server
from signing import Session, made


def read(server, key, code):
    status, _, answer = server.ask("POST", "/v1/codes", {"code": code}, key)
    return status, answer


def refused(answer, status, code, sentence):
    same((answer[0], answer[-1].get("code")), (status, code), sentence)


def test_plates(server, keys):
    status, _, plate = server.ask("POST", "/v1/shops/s/plates", {}, keys["manager"])
    same((status, plate["plate"], plate["shop"]), (201, 1, "s"), "a manager makes a plate")
    status, answer = read(server, keys["member"], plate["code"])
    same((status, answer["kind"], answer["shop"], answer["plate"], answer["terms"]["rebate"]),
         (200, "plate", "s", 1, "0.200000"), "whoever scans it sees the shop and its terms")
    status, _, moved = server.ask("PUT", "/v1/plates/1/shop", {"shop": "t"}, keys["operator"])
    same((status, moved["shop"], moved["code"]), (200, "t", plate["code"]),
         "an operator binds it to another shop; what is printed stays")
    same(read(server, keys["member"], plate["code"])[1]["shop"], "t", "and it leads there")
    second = server.ask("POST", "/v1/shops/s/plates", {}, keys["operator"])[2]
    ok(second["plate"] == 2 and second["code"] != plate["code"], "another plate, another code")
    rows = server.ask("GET", "/v1/shops/s/plates", key=keys["clerk"])[2]["rows"]
    same([row["plate"] for row in rows], [2], "a shop's plates are listed")
    refused(server.ask("PUT", "/v1/plates/1/shop", {"shop": "s"}, keys["manager"]), 403,
            "forbidden", "a manager cannot bind a plate wherever it is")
    for number in ("9", "1x", "01", "0", "-1", "9" * 30):
        refused(server.ask("PUT", f"/v1/plates/{number}/shop", {"shop": "s"}, keys["operator"]),
                404, "not_found", f"a plate that is not there: {number}")
    refused(server.ask("PUT", "/v1/plates/1/shop", {"shop": "none"}, keys["operator"]), 404,
            "not_found", "a shop that is not there")
    refused(server.ask("POST", "/v1/shops/none/plates", {}, keys["operator"]), 404, "not_found",
            "no plate for it either")
    acts = {(row["act"], row["subject"]) for row in
            server.ask("GET", "/v1/trail", key=keys["auditor"])[2]["rows"]}
    ok({("plate.make", "s"), ("plate.bind", "1")} <= acts, "the trail knows of it", acts)
    return plate["code"]


def test_plates_moved(server, keys):
    """A manager of two shops moves a plate between them, and no other manager does."""
    for name, shops in (("two", "st"), ("one", "s")):
        made(server, name, *(("manager", shop) for shop in shops))
    two, one = Session(server, "two"), Session(server, "one")
    number = two.ask("POST", "/v1/shops/s/plates", {})[2]["plate"]
    path = f"/v1/shops/s/plates/{number}/shop"
    refused(one.ask("PUT", path, {"shop": "t"}), 403, "forbidden",
            "who manages one of them does not give its plate away")
    refused(one.ask("PUT", f"/v1/shops/t/plates/{number}/shop", {"shop": "s"}), 403, "forbidden",
            "nor takes one of the other's")
    status, _, moved = two.ask("PUT", path, {"shop": "t"})
    same((status, moved["plate"], moved["shop"]), (200, number, "t"), "who manages both does")
    same(read(server, keys["member"], moved["code"])[1]["shop"], "t", "and its code leads there")
    refused(two.ask("PUT", path, {"shop": "t"}), 404, "not_found", "it is not where it was")
    refused(two.ask("PUT", f"/v1/shops/t/plates/{number}/shop", {"shop": "none"}), 403,
            "forbidden", "a shop that is not there is nobody's")
    same(server.ask("PUT", f"/v1/shops/t/plates/{number}/shop", {"shop": "s"},
                    keys["operator"])[0], 200, "an operator may as well")


def test_forged(server, keys, code):
    head, number, mac = code.split("~")
    other = mac[:-1] + ("A" if mac[-1] != "A" else "Q")
    for text, why in ((f"{head}~2~{mac}", "another number"), (f"{head}~{number}~{other}", "a bit"),
                      (f"{head}~{number}~", "no signature"),
                      (f"jfc~{number}~{mac}", "another kind"),
                      (code + "A", "more behind it"), (" " + code, "a space before it"),
                      (code.upper(), "capitals"), ("", "nothing"), ("x" * 5000, "a long text"),
                      ("https://example.org/", "somebody else's"), ("微信", "Chinese")):
        refused(read(server, keys["member"], text), 404, "not_found", f"no code of ours: {why}")
    for body in ({}, {"code": 1}, {"code": "x", "more": "y"}, []):
        status, _, answer = server.ask("POST", "/v1/codes", body, keys["member"])
        ok(status == 400 and answer["code"] in ("bad_request", "bad_json"), f"refused: {body}")


def test_charges(server, keys):
    status, _, charge = server.ask("POST", "/v1/shops/s/charges", {"amount": "12.30"},
                                   keys["clerk"])
    same((status, charge["charge"], charge["until"][:16]), (201, 1, "2024-03-01T01:05"),
         "a charge has a number, and is good for five minutes")
    status, answer = read(server, keys["member"], charge["code"])
    same((status, answer["kind"], answer["shop"], answer["amount"]), (200, "charge", "s", "12.30"),
         "whoever scans it sees shop and amount")
    largest = server.ask("POST", "/v1/shops/s/charges",
                         {"amount": "100000000000.00", "minutes": 60}, keys["clerk"])[2]
    same(read(server, keys["member"], largest["code"])[1]["amount"], "100000000000.00",
         "the largest amount there is")
    status, _, answer = server.ask("POST", "/v1/shops/s/charges", {"amount": "100000000000.01"},
                                   keys["clerk"])
    same((status, answer["code"], answer["field"]), (422, "amount_overflow", "amount"),
         "nothing above what an order may be is asked for")
    for body, field in (({}, "amount"), ({"amount": "0"}, "amount"), ({"amount": 5}, "amount"),
                        ({"amount": "1.234"}, "amount"), ({"amount": "-1"}, "amount"),
                        ({"amount": "1", "minutes": 61}, "minutes"),
                        ({"amount": "1", "minutes": 0}, "minutes"),
                        ({"amount": "1", "x": 1}, "x")):
        status, _, answer = server.ask("POST", "/v1/shops/s/charges", body, keys["clerk"])
        same((status, answer.get("field")), (400, field), f"refused: {body}")
    refused(server.ask("POST", "/v1/shops/t/charges", {"amount": "1"}, keys["clerk"]), 403,
            "forbidden", "not for another's shop")
    where = server.ask("GET", "/v1/shops/s/charges/1", key=keys["clerk"])
    same((where[0], where[2]), (200, {"charge": 1, "state": "waiting", "amount": "12.30",
                                      "until": charge["until"]}), "it waits to be paid")
    for number in ("9", "0", "-1", "01", "1x", "9" * 30):
        refused(server.ask("GET", f"/v1/shops/s/charges/{number}", key=keys["clerk"]), 404,
                "not_found", f"a charge that is not there: {number}")
    refused(server.ask("GET", "/v1/shops/t/charges/1", key=keys["operator"]), 404, "not_found",
            "another shop's is none")
    refused(server.ask("GET", "/v1/shops/s/charges/1", key=keys["member"]), 403, "forbidden",
            "it is not for members")
    return charge["code"]


def signed(server, text):
    """A code as versions before this one signed it."""
    with sqlite3.connect(f"{server.db}.desk") as desk:
        (secret,) = desk.execute("SELECT value FROM secret WHERE name='qr'").fetchone()
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()[:16]
    return text + base64.urlsafe_b64encode(mac).decode().rstrip("=")


def test_earlier(server, keys, plate):
    """Plates are printed for years; a charge without a number was over within the hour."""
    same(signed(server, "jfp~1~"), plate, "a plate of an earlier version is the same")
    refused(read(server, keys["member"], signed(server, "jfc~s~1230~1709258400~")), 404,
            "not_found", "a charge of one is none")


def test_members(server, keys):
    status, _, mine = server.ask("GET", "/v1/members/m/code", key=keys["member"])
    same(status, 200, "a member has a code")
    ok("2024-03-01T01:01" <= mine["until"][:16] <= "2024-03-01T01:03", "for a minute or two", mine)
    same(read(server, keys["clerk"], mine["code"])[1], {"kind": "member", "member": "m",
                                                        "until": mine["until"]},
         "a shop that scans it knows who it is")
    refused(read(server, keys["member"], mine["code"]), 403, "forbidden", "members do not")
    refused(server.ask("GET", "/v1/members/n/code", key=keys["member"]), 403, "forbidden",
            "nobody has another's code")
    return mine["code"]


def picture(server, key, text):
    status, headers, svg = server.ask("POST", "/v1/codes/picture", {"code": text}, key)
    same((status, headers["Content-Type"]), (200, "image/svg+xml"), "a code has a picture")
    return svg


def test_pictures(server, keys, folder, codes):
    """The picture is drawn as its words say, and read by software that is not ours."""
    for number, text in enumerate(codes):
        svg = picture(server, keys["clerk"], text)
        size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
        dark = [[0] * size for _ in range(size)]
        for x, y, n in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
            for i in range(int(n)):
                dark[int(y)][int(x) + i] = 1
        quiet = sum(sum(row) for row in dark[:4] + dark[-4:]) + sum(
            sum(row[:4] + row[-4:]) for row in dark)
        same(quiet, 0, "four modules around it are white")
        file = Path(folder) / f"{number}.pgm"
        rows = (" ".join("0" if cell else "255" for cell in row for _ in range(6))
                for row in dark for _ in range(6))
        file.write_text(f"P2\n{size * 6} {size * 6}\n255\n" + "\n".join(rows) + "\n",
                        encoding="ascii")
        seen = subprocess.run(["zbarimg", "--quiet", "--raw", str(file)], capture_output=True,
                              text=True, check=False).stdout.rstrip("\n")
        same(seen, text, "a camera's software reads it")
    for text in ("", "x" * 1001):
        refused(server.ask("POST", "/v1/codes/picture", {"code": text}, keys["clerk"]), 400,
                "bad_request", f"no picture of {len(text)} bytes")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        keys = {role: server.key(role, scope) for role, scope in (
            ("member", "m"), ("clerk", "s"), ("manager", "s"), ("operator", None),
            ("auditor", None))}
        plate = test_plates(server, keys)
        test_plates_moved(server, keys)
        test_forged(server, keys, plate)
        charge, member = test_charges(server, keys), test_members(server, keys)
        test_earlier(server, keys, plate)
        test_pictures(server, keys, folder, (plate, charge, member))
        server.stop()
        later = TODAY.replace("T09:00", "T10:30")
        server.now = later
        server.start()
        same(read(server, keys["member"], plate)[0], 200, "plates outlive the server, and time")
        for code, what in ((charge, "charge"), (member, "member's code")):
            refused(read(server, keys["clerk"], code), 409, "state_conflict", f"a {what} does not")
        same(server.ask("GET", "/v1/shops/s/charges/1", key=keys["clerk"])[2]["state"], "expired",
             "nobody paid it in time")
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
