#!/usr/bin/env python3
"""How long the console waits for its lists, page by page, on books of many orders.

  list-bench.py [--orders N] [--members N] [--books FILE] [--repeat N]

Makes books of N orders (400,000) on 40 days, of members all over the country, with a refund for
every thousandth order, withdrawals of which nearly all are paid, and then asks the server for
what an operator looks for. A list is asked as the console does it: 20 rows, and on to the next
page while nothing was found. Prints the milliseconds of the middle one of N askings (5), how many
pages it took, and the rows. With --books the file is made once and kept: two programs can be
compared on it (the newer one last, for it brings the tables of the file up to date).
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("JF_BUILD_DIR", ROOT / "build"))
os.environ.setdefault("JIFEN", str(BUILD / "jifen"))
os.environ.setdefault("JF_BUILD", str(BUILD))
sys.path.insert(0, str(ROOT / "tests"))

from serving import Server  # noqa: E402  (the path is set above)

DAYS, SHOPS, PAGES_MAX = 40, 500, 1000
PROVINCES = [11, 12, 13, 21, 31, 32, 33, 34, 35, 37, 41, 42, 43, 44, 45, 50, 51, 61]


def day(number):
    return f"2024-{3 + number // 31:02}-{number % 31 + 1:02}" if number < 31 else \
        f"2024-04-{number - 30:02}"


def kept(command, name, number, **fields):
    return {"cmd": command, "id": name, "at": f"{day(number)}T09:00:00+08:00", **fields}


def region(number):
    """Most live in few provinces; one in 10,000 in one where hardly anybody does."""
    if number % 10000 == 77:
        return "650102"
    return f"{PROVINCES[number % len(PROVINCES)]}{1 + number // 7 % 20:02}{1 + number // 3 % 12:02}"


def amount(number):
    """Up to 500 yuan; one in 2,000 costs 5,000, one in 100,000 costs 90,000."""
    if number % 100000 == 4321:
        return "90000.00"
    return "5000.00" if number % 2000 == 11 else f"{1 + number * 7919 % 500}.00"


def lines(orders, members):
    yield {"cmd": "policy.set", "policy": "zhongdian", "from": "2024-03-01"}
    for i in range(members):
        yield kept("member.create", f"m{i}", 0, region=region(i))
    for i in range(SHOPS):
        yield kept("shop.create", f"s{i}", 0, owner=f"m{i}", kind="alliance", region=region(i),
                   rebate="0.1")
    for i in range(orders):
        number = i * DAYS // orders
        yield kept("order.pay", f"o{i}", number, member=f"m{i * 31 % members}",
                   shop=f"s{i % SHOPS}", amount=amount(i))
        if i % 1000 == 999 and i < orders // 2:
            yield kept("order.refund", f"r{i}", number, order=f"o{i - 500}", amount="1.00")
        if i % 20 == 19:
            name = f"w{i}"
            yield kept("withdraw.request", name, number, shop=f"s{i % SHOPS}", amount="1.00")
            if i % 20000 != 19999:
                yield kept("withdraw.approve", name, number)
                yield kept("withdraw.paid", name, number)


def make(path, orders, members):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as commands:
        commands.writelines(json.dumps(line) + "\n" for line in lines(orders, members))
        commands.flush()
        done = subprocess.run([os.environ["JIFEN"], "apply", "--strict", "--db", f"sqlite:{path}",
                               commands.name], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"list-bench.py: refused: {done.stdout.splitlines()[-1]}")


ASKED = [
    ("the newest orders", "orders"),
    ("orders of a day", f"orders?from={day(9)}&to={day(9)}"),
    ("refunded orders", "orders?state=refunded"),
    ("refunded orders of the last week", f"orders?state=refunded&from={day(DAYS - 7)}"),
    ("orders of 5,000 yuan and more", "orders?amount=5000"),
    ("orders of 50,000 yuan and more", "orders?amount=50000"),
    ("the same, that are held", "orders?amount=50000&state=held"),
    ("orders that have matured", "orders?state=matured"),
    ("refunded orders of a shop", "orders?state=refunded&shop=s499"),
    ("orders of a shop on a day", f"orders?shop=s7&from={day(2)}&to={day(2)}"),
    ("members of a province", "members?region=33"),
    ("members of a county", f"members?region={region(6)}"),
    ("members where hardly anybody lives", "members?region=65"),
    ("members where nobody lives", "members?region=54"),
    ("shops of a province", "shops?region=33"),
    ("withdrawals", "withdrawals"),
    ("withdrawals that wait for approval", "withdrawals?state=requested"),
    ("withdrawals that were rejected", "withdrawals?state=rejected"),
]


def look(server, key, path):
    """(milliseconds, pages, rows) until something is found."""
    cursor = "after" if path.startswith(("members", "shops", "withdrawals")) else "before"
    begun, more = time.monotonic(), ""
    for pages in range(1, PAGES_MAX):
        sign = "&" if "?" in path else "?"
        status, _, page = server.ask("GET", f"/v1/{path}{sign}limit=20{more}", None, key)
        if status != 200:
            raise SystemExit(f"list-bench.py: /v1/{path} says {page}")
        if page["rows"] or not page["next"]:
            break
        more = f"&{cursor}={page['next']}"
    return (time.monotonic() - begun) * 1000, pages, len(page["rows"])


def main():
    parser = argparse.ArgumentParser(description="speed of the console's lists")
    parser.add_argument("--orders", type=int, default=400000)
    parser.add_argument("--members", type=int, default=200000)
    parser.add_argument("--books")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        path = pathlib.Path(options.books or f"{folder}/books.db").resolve()
        if not path.exists():
            make(path, options.orders, options.members)
        server = Server(path.parent, name=path.name, options=("--rate", "1000000"),
                        now=f"{day(DAYS - 1)}T12:00:00+08:00")
        key = server.key("operator")
        for what, asked in ASKED:
            taken = [look(server, key, asked) for _ in range(options.repeat)]
            middle = statistics.median(one[0] for one in taken)
            print(f"{what:36} {middle:8.1f} ms {taken[0][1]:4} pages {taken[0][2]:3} rows",
                  flush=True)
        server.stop()


if __name__ == "__main__":
    main()
