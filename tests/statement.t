#!/usr/bin/env python3
"""Tests of `jifen statement`: over pages it meets every posting of an owner exactly once, sums
are balances, the arithmetic that it shows is right, text and JSON agree in both languages,
and no projection stands alone. The truth it is held against is the SQL view of the file.
"""

import collections
import fractions
import json
import re
import shutil
import sqlite3
import sys
import tempfile

sys.dont_write_bytecode = True
import books  # noqa: E402
from books import ok, same, shown  # noqa: E402

FOLDER = tempfile.TemporaryDirectory()
DB = f"{FOLDER.name}/books.db"
URL = f"sqlite:{DB}"
OWNERS = [*(("member", name) for name in ("ann", "bob", "cat", "dan")),
          *(("shop", name) for name in ("tea", "rice", "mall"))]


def statement(kind, name, *more):
    return json.loads(shown("statement", "--db", URL, f"--{kind}", name, "--json", *more))


def pages(kind, name, limit):
    """All rows, page by page; and how long the pages were."""
    rows, lengths, before = [], [], []
    while True:
        page = statement(kind, name, "--limit", limit, *before)
        rows += page["rows"]
        lengths.append(len(page["rows"]))
        if page["next"] is None:
            return rows, lengths
        before = ["--before", page["next"]]


def key_of(row):
    return (row["journal"], row["account"], row.get("pool"), row.get("cohort"), row["unit"],
            row["amount"], row["balance"])


def postings_in_sql(kind, name):
    """What the books themselves say moved on the owner's accounts."""
    sql = sqlite3.connect(DB)
    columns = "journal, account, pool, cohort, unit, amount, balance"
    if kind == "fund":
        parts = name.split(":")
        wanted = [parts[0], *(parts[1:2]), *(map(int, parts[2:3]))]
        where = " and ".join(("account=?", "pool=?", "cohort=?")[:len(wanted)])
        rows = sql.execute(f"select {columns} from posting where owner_no=0 and {where}", wanted)
    else:
        rows = sql.execute(f"select {columns} from posting where owner_kind=? and owner=?",
                           (kind, name))
    return collections.Counter(rows.fetchall())


def cents(text):
    return int(text.replace(".", ""))


def funds():
    names = [name for (name,) in sqlite3.connect(DB).execute(
        "select distinct account from balance where owner='platform' order by 1")]
    return names + ["dividend:member", "dividend:shop", "unclaimed:shop", "unclaimed:member:1"]


# ---------------------------------------------------------------- rows


def check_rows(kind, name):
    who = f"{kind} {name}"
    whole = statement(kind, name, "--limit", 100000)
    rows = whole["rows"]
    paged, lengths = pages(kind, name, 3)
    same(whole["next"], None, f"{who}: one long page has no next")
    ok(paged == rows, f"{who}: pages of 3 are the same rows as one page")
    ok(all(n >= 3 for n in lengths[:-1]) and (len(rows) < 4 or len(lengths) > 1),
       f"{who}: pages are at least as long as asked for", lengths)
    same(collections.Counter(map(key_of, rows)), postings_in_sql(kind, name),
         f"{who}: every posting of the books is met exactly once")
    ok(all(a["journal"] >= b["journal"] for a, b in zip(rows, rows[1:])), f"{who}: newest first")
    sums, newest = collections.Counter(), {}
    for row in rows:
        slot = (row["account"], row.get("pool"), row.get("cohort"))
        sums[slot] += cents(row["amount"])
        newest.setdefault(slot, row["balance"])
    listed = {(b["account"], b.get("pool"), b.get("cohort")): b["balance"]
              for b in whole["balances"]}
    same({slot: cents(text) for slot, text in listed.items()}, dict(sums),
         f"{who}: sums are balances")
    same(newest, listed, f"{who}: the newest balance of each account is the balance now")
    return whole


def check_now(kind, name, whole):
    answer = books.apply(DB, [{"cmd": "account.get", kind: name}])[0]
    same(whole["now"], answer, f"{kind} {name}: `now` is what account.get answers")
    vouchers = sum(cents(b["balance"]) for b in whole["balances"] if b["account"] == "vouchers")
    uncredited = sum(cents(row["amount"]) for row in whole["uncredited"])
    same(vouchers + uncredited, cents(answer["vouchers"]),
         f"{kind} {name}: vouchers and what is not credited are the vouchers as if credited")
    pending = {b["account"]: b["balance"] for b in whole["balances"] if b["pending"]}
    for account, key in (("pending_wallet", "wallet"), ("pending_points", "points"),
                         ("pending_vouchers", "vouchers"), ("pending_coins", "coins")):
        same(pending.get(account, "0.00"), answer["pending"][key], f"{kind} {name}: pending {key}")


# ---------------------------------------------------------------- arithmetic


def value_of(expression, places=2):
    """The exact value; ⌊ ⌋ and ⌈ ⌉ cut to so many decimals, down and up."""
    one = 10**places
    for sign, word in (("⌊", "down("), ("⌋", ")"), ("⌈", "up("), ("⌉", ")"), ("×", "*"),
                       ("−", "-"), ("%", "/ 100")):
        expression = expression.replace(sign, word)
    return eval(re.sub(r"(\d+(?:\.\d+)?)", r'F("\1")', expression),
                {"down": lambda value: fractions.Fraction(value * one // 1, one),
                 "up": lambda value: fractions.Fraction(-(-value * one // 1), one),
                 "F": fractions.Fraction, "__builtins__": {}})


def wrong_arithmetic(text, amount):
    """What is wrong with a shown sum that should come to the amount, or None."""
    result = None
    for step in text.split("; "):
        if " → " in step:  # a share by weight: the largest remainder may add one fen
            share, paid = step.split(" → ")
            exact = value_of(f"{result} {share}") if result is not None else 0
            if abs(exact - fractions.Fraction(paid)) >= fractions.Fraction(1, 100):
                return f"{step} is no share of {result}"
            result = fractions.Fraction(paid)
            continue
        if " = " not in step:
            return f"{step} is no equation"
        expression, shown_result = step.rsplit(" = ", 1)
        result = fractions.Fraction(shown_result)
        value = value_of(expression, len(shown_result.rpartition(".")[2]))
        if value != result:
            return f"{expression} is {value}, not {shown_result}"
    return None if abs(fractions.Fraction(amount)) == result else f"{text} is not {amount}"


# Movements whose arithmetic cannot be made from rows, or is the amount itself.
BARE = {("inject", "cash"), ("inject", "capital"), ("inject", "credit_fund"),
        ("crediting", "unclaimed"), ("release", "unclaimed"), ("sweep", "unclaimed"),
        ("sweep", "vouchers_issued"), ("sweep", "voucher_reserve"), ("sweep", "revenue"),
        ("sale", "vouchers"), ("rebate", "vouchers_issued"), ("rebate", "voucher_reserve"),
        ("release", "dividend"), ("release", "voucher_reserve"), ("release", "vouchers_issued"),
        ("points", "points_issued")}


# The same for the rules that aftermath() meets: counter-accounts, and the amount itself.
BARE_AFTER = BARE | {
    (reason, account) for reason, accounts in {
        "refund": "points_issued vouchers_issued voucher_reserve coins_issued coin_reserve"
                  " tokens_issued owed_credit owed_clawback revenue dividend",
        "repay": "voucher_reserve vouchers_issued coin_reserve coins_issued owed_credit"
                 " owed_clawback credit_fund dividend debt_cny debt_coin debt_voucher",
        "credit": "credit_fund voucher_reserve vouchers_issued vouchers credit_debt owed_credit",
        "withdraw": "wallet receivable withdrawals cash",
        "coin": "coins coins_issued coin_reserve receivable",
        "sell": "tokens tokens_issued", "exit": "tokens tokens_issued",
        "residue": "token_pool token_residue", "inject": "token_pool"}.items()
    for account in accounts.split()}

REASONS = ["allocation", "crediting", "inject", "maturity", "points", "rebate", "release", "rest",
           "sale", "sweep"]
REASONS_AFTER = sorted(REASONS + ["coin", "credit", "exit", "refund", "repay", "residue", "sell",
                                  "withdraw"])


def check_arithmetic(rows, may_be_bare, reasons):
    wrong, bare, seen = [], set(), set()
    for row in rows:
        why = row["why"]
        seen.add(why["reason"])
        if not why["en"] or not why["zh"] or not 4 <= why["section"] <= 12:
            wrong.append(f"no words: {row}")
        if "arithmetic" in why:
            problem = wrong_arithmetic(why["arithmetic"], row["amount"])
            wrong += [f"{problem}: {row}"] if problem else []
        else:
            bare.add((why["reason"], row["account"]))
    same(wrong[:3], [], "every sum that is shown is right and comes to the amount")
    same(sorted(bare - may_be_bare), [], "only movements that rows cannot explain have no sum")
    same(sorted(seen), reasons, "the stream meets every reason so far")
    vacant = [row for row in rows if "vacant" in row["why"]["en"]]
    ok({"level 1", "level 2", "city partner"} <= {word for row in vacant for word in
       ("level 1", "level 2", "city partner") if word in row["why"]["en"]}, "vacant shares are met")


def all_rows():
    rows = []
    for kind, name in OWNERS:
        whole = check_rows(kind, name)
        check_now(kind, name, whole)
        rows += whole["rows"]
    for name in funds():
        rows += check_rows("fund", name)["rows"]
    return rows


def why_of(kind, name, account, **source):
    """Arithmetic of the owner's movements on an account that have this source."""
    return [row["why"].get("arithmetic") for row in
            statement(kind, name, "--limit", 100000)["rows"] if row["account"] == account
            and source.items() <= row["source"].items()]


def check_aftermath():
    """Refunds, credit, coins, withdrawals and units, worked by hand: u.dan is 1000.01 at 20 %."""
    books.aftermath(DB)
    check_arithmetic(all_rows(), BARE_AFTER, REASONS_AFTER)
    same(why_of("fund", "cash", "cash", refund="r.2"), ["600.01 − 0.00 = 600.01"],
         "a refund: the buyer gets exactly what is refunded")
    same(why_of("shop", "tea", "debt_cny", refund="r.1"),
         ["⌊800.01 × 400.00 / 1000.01⌋ = 320.00"], "what the shop has withdrawn becomes a debt")
    same(why_of("member", "dan", "pending_points", refund="r.1"), [], "nothing is pending any more")
    same(why_of("member", "dan", "position", refund="r.2"),
         ["200.00 × 1000.01 / 1000.01 = 200.00; ⌊200.00 × 400.00 / 1000.01⌋ = 79.99;"
          " 200.00 − 79.99 = 120.01"], "the second refund: what is reversed in all, less the first")
    same(why_of("member", "ann", "pending_points", refund="held.2"),
         ["⌊60.00 × 133.33 / 300.00⌋ = 26.66; 60.00 × 100.00 / 300.00 = 20.00;"
          " 26.66 − 20.00 = 6.66"], "a refund while points are on hold")
    refunds = [row for row in statement("member", "dan", "--limit", 100000)["rows"]
               if row["source"].get("refund") == "r.1"]
    same({row["source"]["order"] for row in refunds}, {"u.dan"}, "a refund names its order")
    ok(any("pool member, cohort" in row["why"]["en"] and row["account"] == "clawback_debt"
           for row in refunds), "vouchers that were spent become a debt to the pool")
    same(len(why_of("member", "bob", "wallet", command="token.sell", id="s.2")), 1,
         "a sale is a movement of the wallet")
    ok("day's first sale" in shown("statement", "--db", URL, "--member", "bob", "--limit", 1000),
       "the second sale of the day is at the price of the first")
    for lang in ("en", "zh"):
        for kind, name in (*OWNERS, ("fund", "refund_loss"), ("fund", "token_pool")):
            check_text(kind, name, lang)


def check_known_sums():
    """Figures worked by hand: A = 1000.00 at 20 %, hold 2 days."""
    page = {row["account"]: row for row in statement("shop", "tea", "--limit", 100000)["rows"]
            if row["source"].get("order") == "hand" and row["by"] == "command"}
    same(page["receivable"]["why"]["arithmetic"], "1000.00 − 200.00 = 800.00",
         "the till: the bill less the rebate")
    same(page["position"]["why"]["arithmetic"], "200.00 × 50 % = 100.00", "the seller's points")
    agent = [row for row in statement("member", "ann", "--limit", 100000)["rows"]
             if row["source"].get("order") == "hand" and "agents" in row["why"]["en"]]
    same([row["why"]["arithmetic"] for row in agent], ["200.00 × 2 % = 4.00; × 2/3 → 2.67"],
         "an agent's share by weight")
    same(agent[0]["source"], {"order": "hand", "buyer": "dan", "shop": "tea", "amount": "1000.00",
                              "rebate": "200.00"}, "the order behind a movement")
    referral = [row["why"] for row in statement("member", "bob", "--limit", 100000)["rows"]
                if row["source"].get("order") == "hand" and "referrers" in row["why"]["en"]]
    same([(why["arithmetic"], "level 2" in why["en"], "第 2 级" in why["zh"]) for why in referral],
         [("200.00 × 2 % = 4.00", True, True)], "the second level of the referral line")


def check_changed_seats():
    """When a seat has changed hands, the shares of before keep their words and lose their sums."""
    def shares():
        return [row for row in statement("member", "ann", "--limit", 100000)["rows"]
                if "agents" in row["why"]["en"]]
    before = shares()
    ok(before and all("arithmetic" in row["why"] for row in before), "agents' shares have sums")
    books.apply(DB, [{"cmd": "agent.assign", "region": "330106", "at": books.at(52),
                      "holders": [{"member": "ann", "weight": 1}, {"member": "dan", "weight": 1}]}])
    after = shares()
    same([key_of(row) for row in after], [key_of(row) for row in before],
         "… which stay as they are")
    lost = [row for row in after if "arithmetic" not in row["why"]]
    ok(lost, "… but a seat of other weights explains them no more")
    wrong = [row for row in after if "arithmetic" in row["why"]
             and wrong_arithmetic(row["why"]["arithmetic"], row["amount"])]
    same(wrong, [], "… and no sum is wrong")


# ---------------------------------------------------------------- text


ROW = re.compile(r"^    \S.*?  ([+-]?\d+\.\d+)  (\S+(?: vouchers)?) +(-?\d+\.\d+)$")


def check_text(kind, name, lang):
    who = f"{kind} {name} in {lang}"
    arguments = ["statement", "--db", URL, f"--{kind}", name, "--limit", 20]
    text, page = shown(*arguments, "--lang", lang), json.loads(shown(*arguments, "--json"))
    movements = text.split("\n\n")[0].splitlines()
    got = [(m[1].lstrip("+"), m[3]) for m in map(ROW.match, movements) if m]
    same(got, [(row["amount"], row["balance"]) for row in page["rows"]],
         f"{who}: text has the rows of JSON")
    words = [line.strip() for line in movements if line.startswith(" " * 8)]
    expected = [f"{row['why'][lang]} (§{row['why']['section']})"
                + (f": {row['why']['arithmetic']}" if "arithmetic" in row["why"] else "")
                for row in page["rows"]]
    same(words, expected, f"{who}: … with the words and sums of JSON")
    if page["next"]:
        ok(f"--before {page['next']}\n" in text, f"{who}: … and says how to go on")
    for row in page["uncredited"]:
        ok(row["arithmetic"] in text, f"{who}: … and what is not credited yet")
    same(books.alone_in_text(text, lang), [], f"{who}: no projection stands alone in text")
    same(books.alone_in_json(page), [], f"{who}: no projection stands alone in JSON")
    same(books.figures_in_text(text, lang), books.figures_in_json(page["disclosure"]),
         f"{who}: text has the projections of JSON")
    ok(len(page["disclosure"]) >= 1, f"{who}: there is a projection")


def check_uncredited():
    """What is shown as not credited arrives with the next touch, and then as a row."""
    before = {(kind, name): statement(kind, name) for kind, name in OWNERS}
    waiting = [(who, page) for who, page in before.items()
               if page["uncredited"] and who[0] == "member"]
    ok(waiting, "somebody has something that is not credited yet")
    (kind, name), page = waiting[0]
    books.apply(DB, [{"cmd": "order.pay", "id": "touch", "member": name, "shop": "rice",
                      "amount": "1.00", "at": books.at(26)}])
    after = [row for row in statement(kind, name, "--limit", 50)["rows"]
             if row["why"]["reason"] == "crediting" and row["source"].get("order") == "touch"]
    same(sorted(row["amount"] for row in after),
         sorted(row["amount"] for row in page["uncredited"]),
         "what was not credited arrives with the next touch")
    same(sorted(row["why"]["arithmetic"] for row in after),
         sorted(row["arithmetic"] for row in page["uncredited"]), "… with the same sums")
    same(statement(kind, name)["uncredited"], [], "… and is waiting no more")


# ---------------------------------------------------------------- refusals


def check_refusals():
    for arguments, status, words in (
            (["--member", "nobody"], 1, 'there is no member "nobody"'),
            (["--shop", "ann"], 1, 'there is no shop "ann"'),
            (["--member", "x" * 400], 1, "there is no member"),
            (["--fund", "treasure"], 1, "expected the name of a platform account"),
            (["--fund", "wallet"], 1, "expected the name of a platform account"),
            (["--fund", "dividend:gold"], 1, "expected the name of a pool"),
            (["--fund", "revenue:shop"], 1, "expected the name of a pool"),
            ([], 64, "expected one of --member ID"),
            (["--member", "ann", "--shop", "tea"], 64, "expected one of --member ID"),
            (["--member", "ann", "--limit", "0"], 64, "--limit expects a whole number"),
            (["--member", "ann", "--before", "x"], 64, "--before expects a whole number"),
            (["--member", "ann", "--lang", "fr"], 64, "--lang expects"),
            (["--member", "ann", "extra"], 64, "one argument too many")):
        run = books.jifen("statement", "--db", URL, *arguments)
        same((run.returncode, run.stdout, words in run.stderr), (status, "", True),
             f"{' '.join(arguments)[:40] or 'nothing'}: status {status} and a message")
    run = books.jifen("statement", "--member", "ann")
    same((run.returncode, "--db URL" in run.stderr), (64, True),
         "no database: status 64 and a message")
    run = books.jifen("statement", "--db", f"sqlite:{FOLDER.name}/none.db", "--member", "ann")
    same(run.returncode, 2, "a database that is not there: status 2")
    page = statement("member", "ann", "--before", 1)
    same((page["rows"], page["next"]), ([], None),
         "before the first journal there is nothing, and no next")
    same(statement("fund", "unclaimed:member:99")["rows"], [],
         "a cohort that never released has no rows")


def points_at_itself(postings, last):
    return json.dumps([p[:4] + [last] + p[5:] for p in json.loads(postings)], separators=(",", ":"))


DAMAGE = (
    ("a posting that points at itself", points_at_itself),
    ("a journal without the posting", lambda postings, last: "[]"),
    ("postings that are no list", lambda postings, last: "x"),
    ("a journal that is gone", None))


def check_damage():
    """A chain that leads nowhere ends with a message, not in a circle."""
    for what, change in DAMAGE:
        broken = f"{FOLDER.name}/broken.db"
        shutil.copy(DB, broken)
        sql = sqlite3.connect(broken)
        last = sql.execute("select max(last_journal) from balance where owner='bob'").fetchone()[0]
        postings = sql.execute("select postings from journal where number=?", (last,)).fetchone()[0]
        if change:
            sql.execute("update journal set postings=? where number=?",
                        (change(postings, last), last))
        else:
            sql.execute("delete from journal where number=?", (last,))
        sql.commit()
        sql.close()
        run = books.jifen("statement", "--db", f"sqlite:{broken}", "--member", "bob")
        same((run.returncode, run.stdout, "jifen audit" in run.stderr), (2, "", True),
             f"{what}: status 2, and where to look")


def main():
    books.watch_the_watch()
    books.watch_the_sources()
    books.make_books(DB)
    books.apply(DB, [{"cmd": "order.pay", "id": "hand", "member": "dan", "shop": "tea",
                      "amount": "1000.00", "at": books.at(26, 8)}])
    check_arithmetic(all_rows(), BARE, REASONS)
    check_known_sums()
    for lang in ("en", "zh"):
        for kind, name in (*OWNERS, ("fund", "dividend:shop"), ("fund", "revenue")):
            check_text(kind, name, lang)
    check_uncredited()
    check_aftermath()
    check_changed_seats()
    check_refusals()
    check_damage()
    books.done()


main()
