#!/usr/bin/env python3
"""Statements and reports of what section 9, 12 and 13 add: every movement of the reward
programs, shares, old debts and tax is explained with the figures that were worked out by
hand in the cases of the same names. JIFEN names the program, else build/jifen is taken.
"""

import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
JIFEN = os.environ.get("JIFEN", str(ROOT / "build" / "jifen"))
CASES = ROOT / "tests" / "cases"

count = failed = 0


def ok(passed, sentence, *remarks):
    global count, failed
    count += 1
    failed += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {sentence}".replace("#", "\\#"))
    for remark in remarks if not passed else []:
        print(f"# {remark}")


def run(*args):
    done = subprocess.run([JIFEN, *args], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class Books:
    def __init__(self, folder, case):
        self.url = f"sqlite:{folder}/{case}.db"
        self.case = case
        status, _, err = run("apply", "--db", self.url, str(CASES / f"{case}.jsonl"))
        ok(status == 0, f"{case}: the case runs", err)

    def statement(self, kind, name, *args):
        status, out, err = run("statement", "--db", self.url, f"--{kind}", name, "--json",
                               "--limit", "1000", *args)
        ok(status == 0, f"{self.case}: the statement of {name}", err)
        return json.loads(out)

    def told(self, name, account, *sums, kind="member"):
        """The arithmetic of the rows on an account, oldest first."""
        rows = [r for r in self.statement(kind, name)["rows"] if r["account"] == account]
        found = [r["why"].get("arithmetic", "") for r in reversed(rows)]
        ok(found == list(sums), f"{self.case}: why {account} of {name} moved", found)

    def report(self):
        status, out, err = run("report", "--db", self.url, "--json")
        ok(status == 0, f"{self.case}: the report", err)
        return json.loads(out)


def test_programs(folder):
    staff = Books(folder, "reward-staff")
    staff.told("m", "wallet", "1000.00 × 1 % = 10.00", "10.00 × 500.00 / 1000.00 = 5.00",
               "3000.00 × 2 = 6000.00")
    month = staff.statement("member", "m", "--month", "2024-03")["month"]
    slip = {(r["account"], r["reason"]): r["amount"] for r in month["summary"]}
    ok((month["from"], month["to"]) == ("2024-03-01", "2024-03-31"), "a month has all its days")
    ok(slip == {("wallet", "month"): "6000.00", ("wallet", "refund"): "-5.00",
                ("wallet", "allocation"): "10.00", ("standing", "enroll"): "2"},
       "a pay slip adds up base pay, commission and what was taken back", slip)
    rows = staff.statement("member", "m", "--month", "2024-04")["rows"]
    ok([r["day"][:7] for r in rows] == ["2024-04"] * len(rows) and len(rows) == 1,
       "another month shows nothing of it", rows)
    Books(folder, "reward-level").told(
        "u2", "wallet", "1000.00 × 2 % = 20.00", "⌊1.99 × 2 %⌋ = 0.03", "1000.00 × 0.2 % = 2.00",
        "1000.00 × 3 % = 30.00", "2.00 × 1000.00 / 1000.00 = 2.00")
    Books(folder, "reward-manager").told(
        "m", "wallet", "6000.00 × 1 % = 60.00", "1000.00 × 2 % = 20.00",
        "60.00 × 6000.00 / 6000.00 = 60.00", "6000.00 × 1 % = 60.00", "5000.00 × 1 % = 50.00")
    Books(folder, "reward-team").told(
        "u1", "wallet", "10000.00 × 0.2 % = 20.00",
        "10000.00 × 2 % = 200.00; 200.00 × 21.50 / 400.00 = 10.75")
    Books(folder, "reward-performance").told(
        "m1", "wallet", "20.00; × 300000/600000 → 10.00")
    Books(folder, "reward-shareholders").told(
        "r", "wallet", "", "5.00; × 2/3 → 3.33")
    Books(folder, "reward-home-owner").told(
        "a", "wallet", "200.00 × 1 % = 2.00", "2.00 × 250.00 / 1000.00 = 0.50")
    hold = Books(folder, "reward-hold-month")
    hold.told("m", "turnover", "6000.00 − 600.00 = 5400.00", "")
    words = [r["why"]["en"] for r in hold.statement("member", "m")["rows"]
             if r["account"] == "standing"]
    ok(words[1].endswith("grade 2 by a turnover of 5400.00"), "a promotion says by what", words)
    # March ends under a policy without the program, April under one with it (L13, L20).
    dropped = [(r["day"], r["amount"]) for r in
               Books(folder, "pair-hold-program-dropped").statement("member", "q")["rows"]
               if r["account"] == "turnover" and r["why"]["reason"] == "month"]
    ok(dropped == [("2024-04-30", "-1500.00"), ("2024-03-31", "-1000.00")],
       "a turnover begins anew for the month's end, whatever the policy then in force", dropped)


def test_others(folder):
    shares = Books(folder, "share-dividend")
    shares.told("p", "wallet", "", "100.00; × 2/3 → 66.67", "600.00; × 2/3 → 400.00")
    ok(shares.report()["stores"] == [{"shop": "c", "shares": 3}], "a store's shares are reported")
    tax = Books(folder, "tax-withheld").statement("member", "p")
    asked = [r["why"] for r in tax["rows"] if r["source"].get("id") == "w1"]
    ok(asked[0]["en"].endswith("w1, tax withheld 2.46, net 9.88"),
       "tax is shown when it is asked for", asked)
    ok(asked[0]["zh"].endswith("w1，代扣税 2.46，实付 9.88"), "in Chinese too", asked)
    debts = Books(folder, "pair-debt-receipts")
    debts.told("p", "wallet", "2000.00 × 10 % = 200.00", "", "150.00; × 7/7 → 150.00", "")
    old = Books(folder, "legacy-coins")
    old.told("m", "receivable", "1000.00 − 300.00 = 700.00; 700.00 − 400.00 = 300.00",
             "⌊300.00 × 333.33 / 1000.00⌋ = 99.99",
             "300.00 × 1000.00 / 1000.00 = 300.00; ⌊300.00 × 333.33 / 1000.00⌋ = 99.99; "
             "300.00 − 99.99 = 200.01", kind="shop")
    report = old.report()["old_debts"]
    ok(report == {"owed": "100.00", "coins": "400.00",
                  "months": [{"month": "2024-03", "recorded": "500.00", "spent": "0.00",
                              "open": "500.00"}]}, "old debts are reported by month", report)
    team = Books(folder, "reward-team")
    ok(team.report()["rewards"] == [{"program": "team", "enrolled": 2, "pot": "0.99"}],
       "programs are reported with their pots")
    status, out, _ = run("statement", "--db", team.url, "--fund", "pot:team", "--lang", "en")
    ok(status == 0 and "leaders by their team's turnover" in out, "a pot has a statement", out)
    status, _, err = run("statement", "--db", team.url, "--fund", "pot:teams")
    ok(status == 1 and "program" in err, "a pot of no program has none", err)
    status, _, err = run("statement", "--db", team.url, "--member", "u1", "--month", "2024-13")
    ok(status == 64 and "expected a month" in err, "a month that is none is refused", err)


with tempfile.TemporaryDirectory(prefix="jifen-rewards-") as temporary:
    test_programs(temporary)
    test_others(temporary)
print(f"1..{count}")
raise SystemExit(failed > 0)
