#!/usr/bin/env python3
"""The same commands give the same books: in memory and in a file, whatever the batch,
in one run or several, and when they are run again by the audit.

Streams are drawn from a seed (JF_SEED, printed). The state hash is also made here from
the file's rows by the form that src/app/state_hash.c describes, sharing no code with it.
"""
import datetime
import hashlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import tempfile

JIFEN = os.environ["JIFEN"]
SEED = int(os.environ.get("JF_SEED", "20240315"))
BUSY = {
    "name": "busy", "points": {"hold_days": 2}, "refund_days": 2,
    "pools": [
        {"name": "members", "sides": ["member"], "rule": "share", "rate": "0.05",
         "first_threshold": "50.00", "min_days": 1, "max_days": 4, "periods": 3, "cap": "2"},
        {"name": "shops", "sides": ["shop"], "rule": "compound", "rate": "0.02",
         "metric": "cumulative", "first_threshold": "80.00", "min_days": 0, "max_days": 3,
         "periods": 4, "cap": "5"}],
    "allocation": [
        {"to": "dividend", "pool": "members", "base": "rebate", "rate": "0.2"},
        {"to": "dividend", "pool": "shops", "base": "rebate", "rate": "0.2"},
        {"to": "lock", "base": "rebate", "rate": "0.05"},
        {"to": "referral", "base": "rebate", "levels": ["0.03", "0.02"]},
        {"to": "recruit", "base": "rebate", "rate": "0.05"},
        {"to": "city_partner", "base": "rebate", "rate": "0.05"},
        {"to": "agents", "base": "rebate", "mode": "differential",
         "county": "0.02", "city": "0.04", "province": "0.06"},
        {"to": "coin", "base": "rebate", "rate": "0.05"},
        {"to": "credit_fund", "base": "rebate", "rate": "0.02"},
        {"to": "token_pool", "base": "rebate", "rate": "0.1"}]}
checks = 0
failed = 0


def ok(passed, sentence, detail=""):
    global checks, failed
    checks += 1
    failed += not passed
    print(f"{'ok' if passed else 'not ok'} {checks} - {sentence}", flush=True)
    if not passed:
        print(f"# {detail}"[:1000], flush=True)


def parties(draw, at):
    """Commands that create everybody, the referrers first."""
    for i in range(12):
        command = {"cmd": "member.create", "id": f"m{i}", "at": at}
        if i % 3:
            command["referrer"] = f"m{draw.randrange(i)}"
        if i % 2:
            command["phone"] = f"1380000{i:04}"
        yield command
    kinds = ["alliance", "brand", "self", "supply", "chain"]
    for i, kind in enumerate(kinds):
        yield {"cmd": "shop.create", "id": f"s{i}", "owner": f"m{i}", "kind": kind, "at": at,
               "region": ["330106", "440305"][i % 2], "rebate": ["0.1", "0.2", "0.05"][i % 3],
               "recruiter": "m1", "city_partner": "m2"}
    holders = [{"member": "m3", "weight": 2}, {"member": "m4", "weight": 1}]
    yield {"cmd": "agent.assign", "region": "3301", "holders": holders, "at": at}
    holders = [{"member": "m5", "weight": 1}]
    yield {"cmd": "agent.assign", "region": "33", "holders": holders, "at": at}


def order(draw, i, at):
    command = {"cmd": "order.pay", "id": f"o{i}", "shop": f"s{draw.randrange(5)}", "at": at,
               "amount": f"{draw.randrange(100, 60000) / 100:.2f}"}
    if draw.random() < 0.15:
        command["buyer_shop"] = f"s{draw.randrange(5)}"
    else:
        command["member"] = f"m{draw.randrange(12)}"
    if draw.random() < 0.2:
        command["voucher"] = f"{draw.randrange(1, 300) / 100:.2f}"
    if draw.random() < 0.3:
        command["scan"] = True
    return command


def sometimes(draw, pools, i, at):
    """What happens now and then besides orders, refusals among it."""
    chance = draw.random()
    if chance < 0.03:
        cohort = draw.randrange(1, 6)
        return {"cmd": "cohort.sweep", "pool": draw.choice(pools), "cohort": cohort, "at": at}
    if chance < 0.05:
        rebate = draw.choice(["0.1", "0.15", "0.9"])
        return {"cmd": "shop.update", "shop": "s1", "rebate": rebate, "at": at}
    if chance < 0.06:
        fund = draw.choice(["credit", "capital"])
        return {"cmd": "fund.inject", "id": f"f{i // 40}", "fund": fund, "amount": "7.00", "at": at}
    if chance < 0.08:
        return {"cmd": "home.bind", "member": f"m{draw.randrange(12)}", "shop": "s0", "at": at}
    if chance < 0.10:
        return {"cmd": "account.get", "member": f"m{draw.randrange(14)}"}
    if chance < 0.12:
        return {"cmd": "member.create", "id": f"m{draw.randrange(14)}", "at": at}
    return None


def money(draw, i, at):
    """Money, units and coins on their way out, refusals among it."""
    chance = draw.random()
    name = f"w{draw.randrange(i // 25 + 1)}"
    if chance < 0.3:
        command = {"cmd": "withdraw.request", "id": name, "amount": "0.50", "at": at}
        who, most = draw.choice([("member", 12), ("shop", 5)])
        return command | {who: f"{who[0]}{draw.randrange(most)}"}
    if chance < 0.6:
        step = draw.choice(["approve", "approve", "paid", "reject"])
        return {"cmd": f"withdraw.{step}", "id": name, "at": at}
    if chance < 0.75:
        return {"cmd": "token.sell", "id": f"t{i}", "member": f"m{draw.randrange(12)}",
                "n": "0.010000", "at": at}
    if chance < 0.8:
        return {"cmd": "coin.redeem", "id": f"c{i}", "member": f"m{draw.randrange(12)}",
                "shop": "s1", "coins": "0.10", "at": at}
    return {"cmd": "order.refund", "id": f"r{i}",
            "order": f"o{draw.randrange(max(0, i - 15), i + 1)}",
            "amount": "1.00", "at": at}


def stream(policy, pools, seed):
    draw = random.Random(seed)
    day = datetime.date(2024, 1, 1)
    commands = [{"cmd": "policy.set", "policy": policy, "from": day.isoformat()}]
    commands += parties(draw, f"{day}T09:00:00+08:00")
    for i in range(400):
        if draw.random() < 0.12:
            day += datetime.timedelta(days=draw.choice([1, 1, 1, 2, 4]))
        at = f"{day}T{draw.randrange(8, 22):02}:00:00+08:00"
        if i % 5 == 3:
            commands.append(money(draw, i, at))
        commands.append(sometimes(draw, pools, i, at) or order(draw, i - (i % 20 == 19), at))
        if i == 200:
            later = (day + datetime.timedelta(days=3)).isoformat()
            commands.append({"cmd": "policy.set", "policy": policy, "from": later})
    commands.append({"cmd": "day.close", "day": (day + datetime.timedelta(days=9)).isoformat()})
    return [json.dumps(command) for command in commands]


def apply(lines, url, *arguments):
    done = subprocess.run([JIFEN, "apply", "--db", url, *arguments], capture_output=True, text=True,
                          input="".join(line + "\n" for line in lines), check=True)
    return done.stdout.splitlines()


def audit(path):
    done = subprocess.run([JIFEN, "audit", "--db", f"sqlite:{path}", "--json"],
                          capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


STATE_LINES = (
    ("state", "SELECT open_day, policies, pools, parties, journals, closes, price_over,"
              " price_under, totals, chains FROM state"),
    ("policy", "SELECT version, from_day, document FROM policy ORDER BY version"),
    ("pool", "SELECT no, name, period, first_active, matured, matured_before, flow_before,"
             " rebates, released, last_close FROM pool ORDER BY no"),
    ("cohort", "SELECT pool, cohort, points, index_value, growth, released, closed, finished"
               " FROM cohort ORDER BY pool, cohort"),
    ("seat", "SELECT region, holders FROM seat ORDER BY region"),
    ("party", "SELECT no, kind, id, region, coalesce(phone, ''), referrer, home, sell_day,"
              " sell_over, sell_under, shop_kind, owner, recruiter, city_partner, rebate,"
              " max_voucher, staff, manager, chain FROM party ORDER BY no"),
    ("account", "SELECT owner, slot, balance, credited, last FROM account ORDER BY owner, slot"),
    ("order", "SELECT number, id, buyer, shop, version, base_day, due_day, held, cash_shop, amount,"
              " rebate, rebate_voucher, rest, voucher, credit, buyer_points, shop_points, minted,"
              " token_price, refunded, refunded_held, parts, legacy FROM orders ORDER BY number"),
    ("lot", "SELECT number, since, owner, member_id, order_id, minted, units, spend, sold, burnt,"
            " proceeds FROM lot ORDER BY number"),
    ("withdrawal", "SELECT id, party, amount, state, tax FROM withdrawal ORDER BY id"),
    ("idem", "SELECT kind, id, number FROM idem ORDER BY kind, id"),
)


def state_hash(path):
    sha = hashlib.sha256()
    db = sqlite3.connect(path)
    for kind, sql in STATE_LINES:
        for row in db.execute(sql):
            if kind == "policy":
                row = (*row[:2], hashlib.sha256(row[2].encode()).hexdigest())
            sha.update(("|".join([kind, *map(str, row)]) + "\n").encode())
    db.close()
    return sha.hexdigest()


def compare(name, policy, pools, folder, seed):
    lines = stream(policy, pools, seed)
    ask = '{"cmd":"audit"}'
    memory = apply(lines + [ask], "memory:")
    in_memory = json.loads(memory.pop())["result"]
    ok(in_memory["findings"] == [], f"{name}: books in memory have no findings", in_memory)
    accepted = sum('"ok":true' in line for line in memory)
    ok(len(lines) / 2 < accepted < len(lines), f"{name}: most commands are accepted, some refused",
       f"{accepted} of {len(lines)}")
    heads = set()
    for batch in (1, 7, 512):
        path = folder / f"{name}-{batch}.db"
        answers = apply(lines, f"sqlite:{path}", "--batch", str(batch))
        ok(answers == memory, f"{name}: a file in batches of {batch} gives the answers of memory",
           [pair for pair in zip(answers, memory) if pair[0] != pair[1]][:1])
        found = audit(path)
        heads.add(found["head"])
        ok(found["findings"] == [] and found["replayed"],
           f"{name}: its books have no findings, and replay to the same", found)
        ok(found["state_hash"] == in_memory["state_hash"],
           f"{name}: its state hash is that of memory", found)
        ok(found["state_hash"] == state_hash(path),
           f"{name}: and that of its rows by the documented form", state_hash(path))
    ok(len(heads) == 1, f"{name}: the chain is the same whatever the batch", heads)
    path = folder / f"{name}-parts.db"
    answers = []
    for start in range(0, len(lines), 90):
        answers += apply(lines[start:start + 90], f"sqlite:{path}")
    found = audit(path)
    ok(answers == memory and found["head"] in heads and
       found["state_hash"] == in_memory["state_hash"],
       f"{name}: five runs, each going on where the last ended, give the same", found)


def main():
    print(f"# seed {SEED}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for i, (policy, pools) in enumerate((
                (BUSY, ["members", "shops"]), ("zhongdian", ["joint"]),
                ("wodian", ["member", "shop"]))):
            name = policy if isinstance(policy, str) else policy["name"]
            compare(name, policy, pools, pathlib.Path(folder), SEED + i)
    print(f"1..{checks}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
