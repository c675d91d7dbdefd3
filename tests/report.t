#!/usr/bin/env python3
"""Tests of `jifen report`: its figures are those of the SQL tables and of the commands
funds.get and pool.get, the days of the next close hold when days are closed one by one,
text and JSON agree in both languages and in columns, and no projection stands alone.
"""

import datetime
import fractions
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import unicodedata

sys.dont_write_bytecode = True
import books  # noqa: E402
from books import ok, same, shown  # noqa: E402

FOLDER = tempfile.TemporaryDirectory()
DB = f"{FOLDER.name}/books.db"


def report(db=DB):
    return json.loads(shown("report", "--db", f"sqlite:{db}", "--json"))


def text_of(lang, db=DB):
    return shown("report", "--db", f"sqlite:{db}", "--lang", lang)


def one(statement, *values):
    return sqlite3.connect(DB).execute(statement, values).fetchone()[0]


def yuan(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cents(text):
    return int(text.replace(".", ""))


# ---------------------------------------------------------------- figures


def check_network(r):
    for key, query in (("members", "select count(*) from party where kind=1"),
                       ("shops", "select count(*) from party where kind=2"),
                       ("orders", "select count(*) from orders")):
        same(r[key], one(query), f"{key} are counted")
    same(r["sales"], yuan(one("select sum(amount) from orders")), "sales are the sum of the orders")
    rebates = one("select sum(rebate) from orders")
    reversed_ = one("select sum(refunded - (amount - legacy - voucher - rebate + rebate_voucher)"
                    " * refunded / amount - (voucher - rebate_voucher) * refunded / amount)"
                    " from orders")
    shares = sum(cents(row["amount"]) for row in r["allocation"])
    same(shares, rebates - reversed_, "what the rebates became is what refunds left of them")
    same(r["rebates"], yuan(rebates), "rebates are the sum of the orders")
    same((r["open_day"], r["policy"], r["refunded"]), ("2024-03-26", "test", "0.00"),
         "day and policy")
    same(r["funds"], books.apply(DB, [{"cmd": "funds.get"}])[0], "funds are what funds.get answers")


def check_pools(r):
    same([p["pool"] for p in r["pools"]], ["member", "shop"], "pools in policy order")
    for pool in r["pools"]:
        name = pool["pool"]
        answer = books.apply(DB, [{"cmd": "pool.get", "pool": name}])[0]
        for key in ("period", "matured", "fund", "released"):
            same(pool[key], answer[key], f"pool {name}: {key} is what pool.get answers")
        counted = ("select count(*) from cohort join pool on no=pool"
                   " where name=? and points>0 and finished=?")
        same(pool["cohorts"], {"active": one(counted, name, 0), "finished": one(counted, name, 1)},
             f"pool {name}: cohorts under way and finished")
        unclaimed = one("select coalesce(sum(balance_steps),0) from balance"
                        " where account='unclaimed' and pool=?", name)
        same(pool["unclaimed"], yuan(unclaimed), f"pool {name}: released, not credited")
        same(pool["growth"]["target"], "0.150000", f"pool {name}: the growth target")
        d = pool["disclosure"]
        same(d["released"], pool["released"], f"pool {name}: released, beside the projections")
        same(cents(d["collected"]), cents(pool["fund"]) + cents(pool["released"]),
             f"pool {name}: collected is in the fund or was released")
    same(r["pools"][0]["cohorts"]["finished"] > 0, True, "some cohort is finished")


def check_growth(r):
    for pool in r["pools"]:
        matured, before, flow = sqlite3.connect(DB).execute(
            "select matured, matured_before, flow_before from pool where name=?",
            (pool["pool"],)).fetchone()
        under = before if pool["pool"] == "member" else flow
        over = matured - before if pool["pool"] == "member" else matured - before - flow
        ppm = over * 1000000 // under if under > 0 else 0
        expected = f"{'-' if ppm < 0 else ''}{abs(ppm) // 1000000}.{abs(ppm) % 1000000:06d}"
        same(pool["growth"]["so_far"], expected, f"pool {pool['pool']}: growth so far")


def check_coverage(r):
    caps = {"member": fractions.Fraction(3, 10), "shop": 5}
    still = sum(max(0, int(points * caps[name]) - released) for name, points, released in
                sqlite3.connect(DB).execute("select name, points, cohort.released from cohort"
                                            " join pool on no=pool where not finished"))
    funds = r["funds"]
    held = cents(funds["voucher_reserve"]) + sum(map(cents, funds["dividend"].values()))
    owed = cents(funds["vouchers_outstanding"]) + still
    ratio = f"{held * 10**6 // owed / 10**6:.6f}"
    same(r["coverage"], {"held": yuan(held), "still_at_most": yuan(still), "ratio": ratio,
                         "vouchers_outstanding": funds["vouchers_outstanding"]},
         "coverage: funds and reserve against vouchers and what points could still release")
    same(r["debts"], dict.fromkeys(("CNY", "VOUCHER", "COIN", "credit", "clawback"), "0.00"),
         "nobody owes anything")
    equity = cents(funds["revenue"]) + cents(funds["capital"])
    same((r["equity"], r["insolvent"]), (yuan(equity), False), "equity, and not insolvent")


# ---------------------------------------------------------------- units, coins, withdrawals


def check_aftermath():
    """Units, coins and withdrawals, after orders that earn and refunds that lose them."""
    db = f"{FOLDER.name}/after.db"
    shutil.copy(DB, db)
    books.aftermath(db)
    r = report(db)
    same(r["tokens"], books.apply(db, [{"cmd": "token.get"}])[0],
         "units are what token.get answers")
    ok(cents(r["tokens"]["units"]) > 0 and r["tokens"]["holders"] > 0, "… and somebody holds some")
    same(r["coins"], r["funds"]["coin_reserve"], "coins outstanding are the coin reserve")
    ok(cents(r["funds"]["refund_loss"]) > 0, "refunds have cost the platform something")
    expected = {}
    sql = sqlite3.connect(db)
    for name in ("requested", "approved"):
        count, amount = sql.execute(
            "select count(*), coalesce(sum(amount), 0) from withdrawal join withdrawal_state"
            " using (state) where name=?", (name,)).fetchone()
        expected[name] = {"count": count, "amount": yuan(amount)}
    same(r["withdrawals"], expected, "withdrawals on their way are counted")
    same([w["count"] for w in r["withdrawals"].values()], [1, 1], "… one of each")
    same(sum(cents(w["amount"]) for w in r["withdrawals"].values()),
         cents(r["funds"]["withdrawals"]), "… and are the money on its way")
    refunded = sql.execute("select sum(refunded) from orders").fetchone()[0]
    same(r["refunded"], yuan(refunded), "what was refunded is the sum of the orders")
    for lang in ("en", "zh"):
        check_text(r, lang, db)
        ok(re.search(rf" {r['tokens']['holders']}$", text_of(lang, db), re.M), f"{lang}: holders")


# ---------------------------------------------------------------- the next close


def day_after(day):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))


def check_next_close():
    """Days are closed one by one, with and without trade; no close misses its days."""
    db = f"{FOLDER.name}/closing.db"
    shutil.copy(DB, db)
    promised, kept, missed, trade = {}, 0, [], 0
    for number in range(26, 50):
        before = report(db)
        day = before["open_day"]
        for pool in before["pools"]:
            days = pool["next_close"]
            promised[pool["pool"]] = days
            if not day <= days["earliest"] <= days["latest"]:
                missed.append((day, pool["pool"], days))
        if number % 9 < 4:
            books.apply(db, books.orders(number, number))
            trade += 1
        closes = books.apply(db, [{"cmd": "day.close", "day": day}])[0]["days"][0]["closes"]
        closed = {close["pool"] for close in closes}
        for name, days in promised.items():
            early = name in closed and day < days["earliest"]
            late = name not in closed and day >= days["latest"]
            kept += name in closed
            missed += [(day, name, days)] if early or late else []
        same(report(db)["open_day"], day_after(day), f"{day} closes")
    same(missed, [], "every close comes between its earliest and its latest day")
    ok(kept > 10 and trade > 5, "… and there were closes and trade")


# ---------------------------------------------------------------- text


def places(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def amounts_in(value):
    """Every decimal of a JSON value but the ratios, which text shows as percentages."""
    if isinstance(value, dict):
        ratios = ("ratio", "growth", "turnover", "so_far", "target")
        return [a for key, item in value.items() if key not in ratios for a in amounts_in(item)]
    if isinstance(value, list):
        return [a for item in value for a in amounts_in(item)]
    return [value] if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value) else []


def percent(ratio):
    part = int(ratio.replace(".", "")) // 100
    return f"{'-' if part < 0 else ''}{abs(part) // 100}.{abs(part) % 100:02d}  %"


def check_text(r, lang, db=DB):
    text = text_of(lang, db)
    shown_amounts = set(re.findall(r"-?\d+\.\d+", text))
    same([a for a in amounts_in(r) if a not in shown_amounts], [],
         f"{lang}: text has every amount of JSON")
    for number in ("members", "shops", "orders"):
        ok(re.search(rf" {r[number]}$", text, re.M), f"{lang}: text has the {number}")
    ok(f" {percent(r['coverage']['ratio'])}\n" in text,
       f"{lang}: coverage is one figure in per cent")
    for pool in r["pools"]:
        for key in ("so_far", "target"):
            ok(f" {percent(pool['growth'][key])}\n" in text,
               f"{lang}: pool {pool['pool']}: growth {key}")
        for day in pool["next_close"].values():
            ok(day in text, f"{lang}: pool {pool['pool']}: day of the next close")
    table = text.split("\n\n")[:-len(r["pools"])]
    ends = {places(m[1]) for part in table for line in part.splitlines()
            for m in [re.match(r"^(  \S.*?  .*?\S)(  \S+)?$", line)] if m}
    same(len(ends), 1, f"{lang}: all values end in the same column")
    ok(max(map(places, text.splitlines())) <= 160 and not re.search(r" $", text, re.M),
       f"{lang}: no blanks at the ends of lines")
    same(books.alone_in_text(text, lang), [], f"{lang}: no projection stands alone in text")
    pairs = books.figures_in_json([pool["disclosure"] for pool in r["pools"]])
    same(books.figures_in_text(text, lang), pairs, f"{lang}: text has the projections of JSON")
    units = {"en": ("CNY", "points", "vouchers"), "zh": ("元", "分", "券")}[lang]
    ok(all(f"  {unit}\n" in text for unit in units), f"{lang}: amounts have their units")
    ok(not re.search(r"¥", text), f"{lang}: no voucher is shown as money")


# ---------------------------------------------------------------- edges


def check_empty():
    db = f"{FOLDER.name}/empty.db"
    books.apply(db, [])
    r = report(db)
    same((r["members"], r["orders"], r["pools"], r["coverage"]["ratio"], r["insolvent"]),
         (0, 0, [], None, False), "an empty database has an empty report")
    ok("there is no policy yet" in text_of("en", db), "… which says that there is no policy")
    ok("尚无政策" in text_of("zh", db), "… in Chinese too")
    books.apply(db, books.beginning())
    r = report(db)
    same([p["next_close"] for p in r["pools"]], [{"threshold": "50.00"}] * 2,
         "the first period has a threshold instead of days")
    ok("when matured reaches" in text_of("en", db), "… and says so")


def check_insolvent():
    """A loss larger than what the platform owns is said loudly; the total is tampered with."""
    db = f"{FOLDER.name}/loss.db"
    shutil.copy(DB, db)
    sql = sqlite3.connect(db)
    totals = json.loads(sql.execute("select totals from state").fetchone()[0])
    loss = sql.execute("select kind from account_kind where name='refund_loss'").fetchone()[0]
    totals = sorted([pair for pair in totals if pair[0] != loss] + [[loss, -10**9]])
    sql.execute("update state set totals=?", (json.dumps(totals, separators=(",", ":")),))
    sql.commit()
    sql.close()
    r = report(db)
    same((r["insolvent"], cents(r["equity"]) < 0), (True, True),
         "losses over equity are insolvency")
    ok("INSOLVENT" in text_of("en", db), "… and text says it")
    ok("资不抵债" in text_of("zh", db), "… in Chinese too")


def check_refusals():
    for arguments, status, words in (
            ([], 64, "expected --db URL"),
            (["--db", f"sqlite:{DB}", "extra"], 64, "one argument too many"),
            (["--db", f"sqlite:{DB}", "--lang", "de"], 64, "--lang expects"),
            (["--db", f"sqlite:{FOLDER.name}/none.db"], 2, "there is no database"),
            (["--db", "mysql:x"], 2, "no database URL")):
        run = books.jifen("report", *arguments)
        same((run.returncode, run.stdout, words in run.stderr), (status, "", True),
             f"{' '.join(arguments)[-30:] or 'nothing'}: status {status} and a message")
    run = books.jifen("help", "report", "--lang", "en")
    ok("what a point may pay" in run.stdout, "help knows the verb")


def main():
    books.watch_the_watch()
    books.watch_the_sources()
    books.make_books(DB)
    before = open(DB, "rb").read()
    r = report()
    check_network(r)
    check_pools(r)
    check_growth(r)
    check_coverage(r)
    same(books.alone_in_json(r), [], "no projection stands alone in JSON")
    check_text(r, "en")
    check_text(r, "zh")
    same(open(DB, "rb").read() == before, True, "reading changed nothing")
    check_aftermath()
    check_next_close()
    check_empty()
    check_insolvent()
    check_refusals()
    books.done()


main()
