#!/usr/bin/env python3
"""A shop's settlement at `jifen serve`: its rows come to the ledger's balances, month by month;
the CSV is what a spreadsheet may open, and the workbook, read without the library that wrote it,
has the same amounts to the fen.
"""

import csv
import http.client
import io
import random
import re
import tempfile
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

from books import apply, done, ok, same
from serving import Server

POLICY = {"name": "t", "points": {"hold_days": 0}, "refund_days": 60, "pools": [
    {"name": "p", "sides": ["member", "shop"], "rule": "compound", "first_threshold": "10.00",
     "rate": "0.05", "min_days": 1, "max_days": 1}],
    "allocation": [{"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.4"}]}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def at(day, hour=9):
    return f"2024-{day}T{hour:02d}:00:00+08:00"


BOOKS = [
    {"cmd": "policy.set", "policy": POLICY, "from": "2024-03-01"},
    {"cmd": "member.create", "id": "m", "at": at("03-01")},
    {"cmd": "shop.create", "id": "s", "owner": "m", "kind": "alliance", "region": "330106",
     "rebate": "0.2", "at": at("03-01")},
    {"cmd": "shop.create", "id": "idle", "owner": "m", "kind": "alliance", "region": "330106",
     "rebate": "0.2", "at": at("03-01")},
    {"cmd": "order.pay", "id": "-2:3", "member": "m", "shop": "s", "amount": "1234567.89",
     "at": at("03-01")},
    {"cmd": "day.close", "day": "2024-03-30"},
    {"cmd": "order.pay", "id": "o2", "member": "m", "shop": "s", "amount": "100.10",
     "voucher": "50.00", "at": at("03-31")},
    {"cmd": "order.refund", "id": "r1", "order": "o2", "amount": "50.05", "at": at("03-31", 10)},
    {"cmd": "withdraw.request", "id": "w1", "shop": "s", "amount": "10.01", "at": at("03-31", 11)},
    {"cmd": "day.close", "day": "2024-03-31"},
    {"cmd": "order.pay", "id": "o3", "member": "m", "shop": "s", "amount": "0.01",
     "at": at("04-01")},
    {"cmd": "day.close", "day": "2024-04-30"},
    {"cmd": "withdraw.request", "id": "w2", "shop": "s", "amount": "987.65", "at": at("05-01")},
]


def settlement(server, key, month, shop="s", more="", headers=None):
    return server.ask("GET", f"/v1/shops/{shop}/settlement?month={month}{more}", key=key,
                      headers=headers)


def test_totals(server, key):
    statement = server.ask("GET", "/v1/shops/s/statement?limit=500", key=key)[2]
    balance, months = Decimal(0), {}
    for month in ("2024-02", "2024-03", "2024-04", "2024-05", "2024-06"):
        status, _, page = settlement(server, key, month)
        months[month] = page
        same((status, Decimal(page["opening"])), (200, balance),
             f"{month}: opens as the last closed")
        for row in page["rows"]:
            balance += Decimal(row["cash"])
            same(Decimal(row["receivable"]), balance, f"{month}: the balance after {row['what']}")
        same(Decimal(page["closing"]), balance, f"{month}: closes with the last row's")
        same(Decimal(page["opening"]) + Decimal(page["in"]) - Decimal(page["out"]), balance,
             f"{month}: what came in and went out is the difference")
    now = {a["account"]: a["balance"] for a in statement["balances"]}
    same(balance, Decimal(now["receivable"]), "and the last is the ledger's balance")
    moved = sum((Decimal(row["vouchers"]) for page in months.values() for row in page["rows"]),
                Decimal(0))
    same(moved, Decimal(now["vouchers"]), "what moved of vouchers comes to the ledger's too")
    march = [(row["what"], row.get("order"), row.get("amount"), row.get("rebate"))
             for row in months["2024-03"]["rows"]]
    for row in (("sale", "-2:3", "1234567.89", "246913.57"), ("sale", "o2", "100.10", "20.02"),
                ("refund", "o2", "-50.05", None), ("withdraw", "w1", None, None)):
        ok(row in march, f"March has {row}", march)
    ok("crediting" in {row[0] for row in march}, "and releases", march)
    idle = settlement(server, key, "2024-03", "idle")[2]
    same((idle["rows"], idle["closing"]), ([], "0.00"), "a shop that sold nothing")
    return months["2024-03"]


COLUMNS = ("amount", "rebate", "cash", "vouchers", "receivable")


def expected_rows(page, language):
    return [[row["day"], row.get("time", ""), row[language], row.get("order", ""),
             *(row.get(name, "") for name in COLUMNS)] for row in page["rows"]]


def test_csv(server, key, page):
    for language, head, opening in (("en", "day", "opening"), ("zh", "营业日", "期初")):
        status, headers, text = settlement(server, key, "2024-03", more="&format=csv",
                                           headers={"Accept-Language": language})
        same((status, headers["Content-Type"], headers["Content-Disposition"]),
             (200, "text/csv; charset=utf-8", 'attachment; filename="settlement-s-2024-03.csv"'),
             f"{language}: a file")
        ok(text.startswith("\ufeff"), f"{language}: a byte order mark, for Excel")
        lines = text[1:].split("\r\n")[:-1]
        ok(all(re.fullmatch(r'"[^"]*"(,"[^"]*"){8}', line) for line in lines),
           f"{language}: every field is quoted", text)
        rows = list(csv.reader(io.StringIO(text[1:])))
        same((rows[0][0], rows[1][2], rows[1][8], rows[-1][8]),
             (head, opening, page["opening"], page["closing"]), f"{language}: head and totals")
        wanted = expected_rows(page, language)
        for row in wanted:
            row[3] = "'" + row[3] if row[3].startswith("-") else row[3]
        same(rows[2:-3], wanted, f"{language}: the same rows; what looks like a formula is guarded")


def cells(data):
    """Rows of the sheet, how numbers are shown, and how far they are from two decimals."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{SHEET}numFmt")}
    xfs = [xf.get("numFmtId") for xf in styles.find(f"{SHEET}cellXfs")]
    rows, kinds, far = [], set(), Decimal(0)
    for row in sheet.iter(f"{SHEET}row"):
        line = [""] * 9
        for cell in row:
            column = ord(cell.get("r")[0]) - ord("A")
            if cell.get("t") == "inlineStr":
                line[column] = "".join(cell.itertext())
            else:
                number = Decimal(cell.find(f"{SHEET}v").text)
                line[column] = number.quantize(Decimal("0.01"))
                far = max(far, abs(number - line[column]) / max(abs(number), Decimal(1)))
                kind = xfs[int(cell.get("s"))]
                kinds.add(formats.get(kind, {"2": "0.00"}.get(kind)))
        rows.append(line)
    return rows, kinds, far


def test_xlsx(server, key, page):
    for language in ("en", "zh"):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", "/v1/shops/s/settlement?month=2024-03&format=xlsx", headers={
            "Authorization": f"Bearer {key}", "Accept-Language": language})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        same((answer.status, answer.headers["Content-Disposition"]),
             (200, 'attachment; filename="settlement-s-2024-03.xlsx"'), f"{language}: a workbook")
        rows, kinds, far = cells(data)
        ok(far < Decimal("1e-15"), f"{language}: nothing to round but the 16th digit", far)
        same(kinds, {"0.00"}, f"{language}: amounts are numbers with two places")
        wanted = [row[:4] + [Decimal(text) if text else "" for text in row[4:]]
                  for row in expected_rows(page, language)]
        same(rows[2:-3], wanted, f"{language}: the same rows, each amount to the fen")
        same((rows[1][8], rows[-3][6], rows[-2][6], rows[-1][8]),
             (Decimal(page["opening"]), Decimal(page["in"]), -Decimal(page["out"]),
              Decimal(page["closing"])), f"{language}: and the totals")


def test_refusals(server, keys):
    for query in ("", "?month=2024-13", "?month=2024-03&format=pdf", "?month=2024-03&limit=1"):
        status, _, answer = server.ask("GET", f"/v1/shops/s/settlement{query}", key=keys["finance"])
        same((status, answer["code"]), (400, "bad_request"), f"refused: {query or 'no month'}")
    same(settlement(server, keys["finance"], "2024-03", "none")[0], 404, "there is no such shop")
    same(settlement(server, keys["other"], "2024-03")[0], 403, "nor for another shop's manager")
    same(settlement(server, keys["clerk"], "2024-03")[0], 403, "nor for a clerk")


def town():
    """A busy shop, and two that sell seldom: how far back each month lies differs by account."""
    chance, sent = random.Random(11), [*BOOKS[:2]]
    for shop in ("busy", "seldom", "old"):
        sent.append({"cmd": "shop.create", "id": shop, "owner": "m", "kind": "alliance",
                     "region": "330106", "rebate": "0.2", "at": at("03-01")})
    sent.append({"cmd": "order.pay", "id": "big", "member": "m", "shop": "busy",
                 "amount": "90000.00", "at": at("03-01")})
    for number in range(400):
        month, day = 3 + number // 100, 2 + number % 100 // 4
        shop = next(name for name, part in (("seldom", 0.04), ("old", 0.1 if month == 3 else 0),
                                            ("busy", 1)) if chance.random() < part)
        voucher = {"voucher": "1.00"} if chance.random() < 0.05 else {}
        sent.append({"cmd": "order.pay", "id": f"x{number}", "member": "m", "shop": shop,
                     "amount": f"{chance.randrange(100, 9000) / 100:.2f}", **voucher,
                     "at": at(f"{month:02d}-{day:02d}")})
        if chance.random() < 0.1 and shop != "old":
            sent.append({"cmd": "order.refund", "id": f"r{number}", "order": f"x{number}",
                         "amount": "0.50", "at": at(f"{month:02d}-{day:02d}", 10)})
    return [*sent, {"cmd": "day.close", "day": "2024-07-02"}]


def test_town(folder):
    """Every month of every shop against the statement, which goes back from the newest end."""
    server = Server(folder, town(), name="town.db", options=("--rate", "100000"))
    key = server.key("finance")
    for shop in ("busy", "seldom", "old"):
        rows, before = [], None
        while before is None or before > 0:
            more = f"&before={before}" if before else ""
            page = server.ask("GET", f"/v1/shops/{shop}/statement?limit=500{more}", key=key)[2]
            rows += page["rows"]
            before = page["next"] or 0
        rows.reverse()
        balance = Decimal(0)
        for month in ("2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07"):
            mine = {"receivable": {}, "vouchers": {}}
            for row in rows:
                if row["day"].startswith(month) and row["account"] in mine:
                    moved = mine[row["account"]]
                    moved[row["journal"]] = moved.get(row["journal"], 0) + Decimal(row["amount"])
            page = settlement(server, key, month, shop)[2]
            for account, field in (("receivable", "cash"), ("vouchers", "vouchers")):
                got = {}
                for row in page["rows"]:
                    got[row["journal"]] = got.get(row["journal"], 0) + Decimal(row[field])
                same({k: v for k, v in got.items() if v}, {k: v for k, v in mine[account].items()
                                                           if v},
                     f"{shop}, {month}: each journal moves the {account} as the statement says")
            same(Decimal(page["opening"]), balance, f"{shop}, {month}: it opens as it closed")
            balance += sum(mine["receivable"].values(), Decimal(0))
            same(Decimal(page["closing"]), balance, f"{shop}, {month}: and closes with its rows")
    same(server.stop(), 0, "the server ends well")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, BOOKS, options=("--rate", "100000"))
        keys = {"finance": server.key("finance"), "manager": server.key("manager", "s"),
                "other": server.key("manager", "idle"), "clerk": server.key("clerk", "s")}
        page = test_totals(server, keys["finance"])
        test_csv(server, keys["manager"], page)
        test_xlsx(server, keys["manager"], page)
        test_refusals(server, keys)
        same(server.stop(), 0, "the server ends well")
        test_town(folder)
    done()


if __name__ == "__main__":
    main()
