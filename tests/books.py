"""What tests/statement.t and tests/report.t share: TAP, running jifen, a stream of commands
that meets every kind of movement, and the watch over projections: no output may show the
figure for growing turnover without the one for flat turnover before it.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
JIFEN = os.environ.get("JIFEN", str(ROOT / "build" / "jifen"))
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}

checks = {"made": 0, "failed": 0}


def ok(passed, sentence, *details):
    checks["made"] += 1
    if not passed:
        checks["failed"] += 1
    print(f"{'ok' if passed else 'not ok'} {checks['made']} - {sentence}")
    for detail in () if passed else details:
        for line in str(detail)[:2000].splitlines():
            print(f"#   {line}")


def same(got, expected, sentence):
    ok(got == expected, sentence, f"got:      {got}", f"expected: {expected}")


def done():
    print(f"1..{checks['made']}")
    sys.exit(1 if checks["failed"] else 0)


def jifen(*arguments, stdin=""):
    return subprocess.run([JIFEN, *map(str, arguments)], input=stdin, text=True,
                          capture_output=True, encoding="utf-8", env=ENVIRONMENT, check=False)


def shown(*arguments):
    """Standard output of a run that must succeed."""
    run = jifen(*arguments)
    if run.returncode != 0:
        raise SystemExit(f"Bail out! {arguments} ended with {run.returncode}: {run.stderr}")
    return run.stdout


def apply(db, commands):
    """Results of commands that must all be accepted."""
    lines = "".join(json.dumps(command) + "\n" for command in commands)
    run = jifen("apply", "--db", f"sqlite:{db}", stdin=lines)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    for command, answer in zip(commands, answers):
        if not answer["ok"]:
            raise SystemExit(f"Bail out! refused: {command}: {answer}")
    if run.returncode != 0 or len(answers) != len(commands):
        raise SystemExit(f"Bail out! apply ended with {run.returncode}: {run.stderr}")
    return [answer["result"] for answer in answers]


# ---------------------------------------------------------------- a small network

POLICY = {
    "name": "test", "points": {"member": "1", "shop": "0.5", "hold_days": 2},
    "pools": [
        {"name": "member", "sides": ["member"], "rule": "compound", "rate": "0.05",
         "metric": "cumulative", "first_threshold": "50.00", "min_days": 1, "max_days": 3,
         "periods": 4, "cap": "0.3"},
        {"name": "shop", "sides": ["shop"], "rule": "share", "rate": "0.005", "metric": "flow",
         "first_threshold": "50.00", "min_days": 2, "max_days": 5, "periods": 40, "cap": "5"}],
    "allocation": [
        {"to": "dividend", "base": "rebate", "rate": "0.2", "pool": "member"},
        {"to": "dividend", "base": "rebate", "rate": "0.1", "pool": "shop"},
        {"to": "lock", "base": "rebate", "rate": "0.05"},
        {"to": "referral", "base": "rebate", "levels": ["0.03", "0.02"], "vacant_to": "shop"},
        {"to": "recruit", "base": "amount", "rate": "0.003"},
        {"to": "city_partner", "base": "rebate", "rate": "0.1", "vacant_to": "member"},
        {"to": "agents", "base": "rebate", "mode": "differential", "county": "0.02",
         "city": "0.04", "province": "0.06"},
        {"to": "coin", "base": "rebate", "rate": "0.05"},
        {"to": "credit_fund", "base": "rebate", "rate": "0.0123"}],
    "refund_days": 2}

FIRST_DAY = 1  # of March 2024


def at(day, hour=9, minute=0):
    date = f"2024-{3 + (day - 1) // 31:02d}-{(day - 1) % 31 + 1:02d}"
    return f"{date}T{hour:02d}:{minute:02d}:00+08:00"


def beginning():
    """The policy, the parties and the seats."""
    policy_later = {**POLICY, "points": {**POLICY["points"], "hold_days": 0}}
    member = [{"cmd": "member.create", "id": name, "at": at(1), **({"referrer": up} if up else {})}
              for name, up in (("ann", None), ("bob", "ann"), ("cat", "bob"), ("dan", "cat"))]
    shop = [{"cmd": "shop.create", "id": name, "owner": "ann", "kind": kind, "region": "330106",
             "rebate": rebate, "at": at(1), **more} for name, kind, rebate, more in (
                 ("tea", "alliance", "0.2", {"recruiter": "cat", "city_partner": "dan"}),
                 ("rice", "alliance", "0.0333", {}), ("mall", "self", "0.1", {"recruiter": "bob"}))]
    seats = [{"cmd": "agent.assign", "region": region, "holders": holders, "at": at(1)}
             for region, holders in (
                 ("330106", [{"member": "ann", "weight": 2}, {"member": "dan", "weight": 1}]),
                 ("33", [{"member": "bob", "weight": 1}]))]
    return ([{"cmd": "policy.set", "policy": POLICY, "from": "2024-03-01"},
             {"cmd": "policy.set", "policy": policy_later, "from": "2024-03-15"}]
            + member + shop + seats
            + [{"cmd": "fund.inject", "id": fund, "fund": fund, "amount": amount, "at": at(1)}
               for fund, amount in (("capital", "1000.00"), ("credit", "20.00"))])


def orders(first, last):
    """Three orders a day, their amounts from a little generator of our own."""
    state, commands = 12345, []
    for day in range(first, last + 1):
        for k in range(3):
            state = state * 1103515245 % 2**31 + 12345
            buyer = ("ann", "bob", "cat", "dan")[state // 65536 % 4]
            seller = ("tea", "rice", "mall")[state // 1048576 % 3]
            order = {"cmd": "order.pay", "id": f"o{day}.{k}", "shop": seller, "scan": k == 0,
                     "amount": f"{state % 90000 / 100 + 1:.2f}", "at": at(day, 10, k)}
            if state % 7 == 0 and seller != "rice":
                order["buyer_shop"] = "rice"
            else:
                order["member"] = buyer
            commands.append(order)
    return commands


def spending(db, day):
    """Everybody spends half of the vouchers that he has, in the shops in turn."""
    names = ("ann", "bob", "cat", "dan")
    held = apply(db, [{"cmd": "account.get", "member": name} for name in names])
    commands = []
    for k, (name, account) in enumerate(zip(names, held)):
        half = int(account["vouchers"].replace(".", "")) // 2
        if half:
            commands.append({"cmd": "order.pay", "id": f"v{day}.{k}", "member": name,
                             "shop": ("tea", "mall", "rice")[k % 3], "at": at(day, 20, k),
                             "voucher": f"{half / 100:.2f}", "amount": f"{half / 100 + 3.33:.2f}"})
    apply(db, commands)


def make_books(db):
    """24 days of trade; the first cohort of the pool `member` is finished and swept."""
    apply(db, beginning() + orders(1, 12))
    spending(db, 12)
    apply(db, orders(13, 20))
    spending(db, 20)
    apply(db, [{"cmd": "cohort.sweep", "pool": "member", "cohort": 1, "at": at(20, 22)}])
    apply(db, orders(21, 24))
    apply(db, [{"cmd": "day.close", "day": "2024-03-25"}])


def pay(name, member, shop, amount, day, **more):
    return {"cmd": "order.pay", "id": name, "member": member, "shop": shop, "amount": amount,
            "at": at(day), **more}


def refund(name, order, amount, day, late=False):
    return {"cmd": "order.refund", "id": name, "order": order, "amount": amount, "late": late,
            "at": at(day, 12)}


def withdrawal(step, name, day, **more):
    return {"cmd": f"withdraw.{step}", "id": name, "at": at(day, 13), **more}


def account(db, **whose):
    return apply(db, [{"cmd": "account.get", **whose}])[0]


def trade_in_units(db):
    """A policy with credit and units; orders under it, one refunded while it is on hold."""
    later = {**POLICY, "credit": {"enabled": True, "max": "50.00", "fraction": "0.2"},
             "token": {"exit_multiple": "1.2"},
             "allocation": POLICY["allocation"] + [{"to": "token_pool", "base": "rebate",
                                                    "rate": "0.2"}]}
    apply(db, [{"cmd": "policy.set", "policy": later, "from": "2024-03-28"}]
          + [pay(f"u.{name}", name, "tea", amount, 28) for name, amount in
             (("ann", "300.00"), ("bob", "123.45"), ("cat", "77.77"), ("dan", "1000.01"))]
          + [refund("held.1", "u.ann", "100.00", 28), refund("held.2", "u.ann", "33.33", 28),
             {"cmd": "day.close", "day": "2024-04-04"}])


def use_everything(db, day):
    """Credit, coins and withdrawals; then those who will owe have nothing left."""
    coins = account(db, member="dan")["coins"]
    apply(db, [pay("drawn", "cat", "tea", "50.00", day, voucher="1.50", credit="1.50"),
               {"cmd": "coin.redeem", "id": "goods", "member": "dan", "shop": "mall",
                "coins": coins, "at": at(day)}])
    wallets = {name: account(db, member=name)["wallet"] for name in ("ann", "bob", "cat")}
    takings = account(db, shop="tea")["receivable"]
    apply(db, [withdrawal("request", f"w.{name}", day, member=name, amount=wallet)
               for name, wallet in wallets.items()]
          + [withdrawal("request", "w.tea", day, shop="tea", amount=takings)]
          + [withdrawal("approve", name, day) for name in ("w.ann", "w.tea", "w.cat")]
          + [withdrawal("paid", name, day) for name in ("w.ann", "w.tea")]
          + [withdrawal("reject", "w.bob", day)])
    vouchers = account(db, member="dan")["vouchers"]
    apply(db, [pay("spent", "dan", "rice", vouchers, day, voucher=vouchers)])


def take_back(db, day):
    """Refunds of what matured: in parts, of units that were sold, of vouchers that are spent."""
    sell = {"cmd": "token.sell", "member": "bob", "at": at(day, 10)}
    apply(db, [{**sell, "id": "s.1", "n": "2.000000"},
               {"cmd": "token.inject", "id": "rise", "amount": "10.00", "at": at(day, 11)},
               {**sell, "id": "s.2", "n": "0.234567"},
               refund("r.1", "u.dan", "400.00", day, late=True),
               refund("r.2", "u.dan", "600.01", day, late=True),
               refund("r.3", "u.bob", "100.00", day, late=True),
               refund("r.4", "drawn", "25.00", day),
               refund("r.5", "o20.1", "1.00", day, late=True),
               refund("r.6", "u.ann", "66.67", day, late=True)])


def aftermath(db):
    """From day 28 on: units, credit, coins, withdrawals, refunds and the debts that they leave."""
    trade_in_units(db)
    use_everything(db, 36)
    take_back(db, 36)
    apply(db, [pay(f"after.{name}", name, "tea", "500.00", 37)
               for name in ("ann", "bob", "cat", "dan")]
          + [{"cmd": "day.close", "day": "2024-04-14"},
             {"cmd": "token.inject", "id": "boom", "amount": "100000.00", "at": at(46)},
             pay("again", "ann", "tea", "200.00", 46),
             {"cmd": "day.close", "day": "2024-04-20"},
             withdrawal("request", "w.late", 52, shop="tea", amount="1.00")])


# ---------------------------------------------------------------- the watch over projections

NOTE = {"en": "releases depend on what is really collected and can be zero",
        "zh": "释放取决于实际收到的让利，可能为零"}
FLAT = {"en": "if turnover stays flat", "zh": "若营业额不增长"}
GROWING = {"en": "if it grows 15 % every period", "zh": "若每期增长 15 %"}
FIGURE = {"en": re.compile(r"(\d+\.\d{6}) vouchers a point"),
          "zh": re.compile(r"(\d+\.\d{6}) 券/分")}


def alone_in_json(value, path="$"):
    """Paths at which a projection stands without the other one, or without its facts."""
    if isinstance(value, list):
        return [p for i, item in enumerate(value) for p in alone_in_json(item, f"{path}[{i}]")]
    if not isinstance(value, dict):
        return []
    keys = list(value)
    wrong = []
    if "flat" in keys or "growing" in keys:
        pair = [key for key in keys if key in ("flat", "growing")]
        facts = {"collected", "released", "note"} <= set(keys) and value.get("note") == NOTE
        if pair != ["flat", "growing"] or not facts:
            wrong.append(path)
    if "per_point" in keys and path.rsplit(".", 1)[-1] not in ("flat", "growing"):
        wrong.append(path)
    for key in keys:
        wrong += alone_in_json(value[key], f"{path}.{key}")
    return wrong


def alone_in_text(text, lang):
    """Lines at which a text shows one figure without the other, or without its facts."""
    lines = text.splitlines()
    wrong = []
    for i, line in enumerate(lines):
        block = lines[i:i + 5]
        if FLAT[lang] in line:
            whole = (len(block) == 5 and FIGURE[lang].search(line) and GROWING[lang] in block[1]
                     and FIGURE[lang].search(block[1]) and NOTE[lang] in block[4])
        elif GROWING[lang] in line:
            whole = i > 0 and FLAT[lang] in lines[i - 1]
        else:
            whole = not FIGURE[lang].search(line)
        if not whole:
            wrong.append(f"{i + 1}: {line}")
    return wrong


def figures_in_text(text, lang):
    """The pairs of figures that a text shows."""
    found = FIGURE[lang].findall(text)
    return list(zip(found[::2], found[1::2]))


def figures_in_json(disclosures):
    return [(d["flat"]["per_point"], d["growing"]["per_point"]) for d in disclosures]


def watch_the_watch():
    """The checks above must be able to fail."""
    pair = {"flat": {"per_point": "0.2"}, "growing": {"per_point": "5"}, "collected": "1",
            "released": "1", "note": NOTE}
    same(alone_in_json({"x": [pair]}), [], "the watch accepts both figures together")
    for gone in pair:
        rest = {key: value for key, value in pair.items() if key != gone}
        ok(alone_in_json([rest]), f"the watch sees JSON without {gone}")
    swapped = {key: pair[key] for key in ("growing", "flat", "collected", "released", "note")}
    ok(alone_in_json(swapped), "the watch sees the good figure in front")
    ok(alone_in_json({"best": {"per_point": "5"}}), "the watch sees a figure outside of a pair")
    text = (f"{FLAT['en']}  0.200000 vouchers a point\n{GROWING['en']}  5.000000 vouchers a point\n"
            f"x\ny\n{NOTE['en']}\n")
    same(alone_in_text(text, "en"), [], "the watch accepts the five lines of a text")
    for i in (0, 1, 4):
        lines = text.splitlines()
        del lines[i]
        ok(alone_in_text("\n".join(lines), "en"), f"the watch sees that line {i + 1} is gone")


def watch_the_sources():
    """Projections are computed and written in one module only."""
    home = {"projection.c", "projection.h", "test_core_projection.c"}
    pattern = re.compile(r"\bjf_project\s*\(|\bper_point\b")
    others = [str(path.relative_to(ROOT)) for folder in ("src", "bench")
              for path in sorted((ROOT / folder).rglob("*.[ch]"))
              if path.name not in home and pattern.search(path.read_text(encoding="utf-8"))]
    same(others, [], "only core/projection.c computes or writes a projection")
