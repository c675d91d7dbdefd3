#!/usr/bin/env python3
"""Tests of `jifen policy` against the published schema: what docs/policy.schema.json
accepts and refuses, the program must accept and refuse, but for the comparisons of two
fields that a schema cannot make. The reference in docs/policy.md must know every field
and finding. JIFEN names the program, else build/jifen is taken.
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
JIFEN = os.environ.get("JIFEN", str(ROOT / "build" / "jifen"))
SCHEMA = json.loads((ROOT / "docs" / "policy.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
MANUAL = (ROOT / "docs" / "policy.md").read_text()
PRESETS = ["wodian", "zhongdian", "mall", "local"]

POOL = {"name": "p", "sides": ["member"], "rule": "share"}
ENTRIES = {
    "dividend": {"to": "dividend", "pool": "p", "base": "rebate", "rate": "0.01"},
    "lock": {"to": "lock", "base": "rebate", "rate": "0.01", "scope": "other"},
    "referral": {"to": "referral", "base": "rebate", "levels": ["0.01"]},
    "recruit": {"to": "recruit", "base": "rebate", "rate": "0.01"},
    "city_partner": {"to": "city_partner", "base": "rebate", "rate": "0.01"},
    "agents": {"to": "agents", "base": "rebate", "mode": "stacked",
               "county": "0.01", "city": "0", "province": "0.005"},
    "coin": {"to": "coin", "base": "rebate", "rate": "0.01", "vacant_to": "p"},
    "token_pool": {"to": "token_pool", "base": "rebate", "rate": "0.01"},
    "credit_fund": {"to": "credit_fund", "base": "rebate", "rate": "0.01"},
    "staff": {"to": "staff", "base": "rebate", "rate": "0.01", "base_pay": "3000.00"},
    "level": {"to": "level", "base": "rebate", "rates": ["0.01", "0.02"], "levels": 2,
              "peer": "0.005"},
    "manager": {"to": "manager", "base": "rebate", "rates": ["0.01", "0.02"],
                "turnover": ["0", "5000.00"]},
    "team": {"to": "team", "base": "rebate", "rate": "0.01", "levels": 1, "rates": ["0.001"],
             "turnover": ["100"]},
    "performance": {"to": "performance", "base": "rebate", "rate": "0.01"},
    "shareholders": {"to": "shareholders", "base": "rebate", "rate": "0.01"},
    "home_owner": {"to": "home_owner", "base": "rebate", "rate": "0.01"},
}
# A document with every block, list and kind of entry, from which the others are made.
BASE = {"name": "x", "timezone": "Asia/Shanghai", "rebate": {}, "points": {"hold_days": 7},
        "pools": [POOL], "allocation": list(ENTRIES.values()), "refund_days": 7,
        "credit": {}, "token": {}, "withdraw": {}, "legacy": {}}

RATIO_BAD = ["1.000001", "-0.1", "0.1234567", ".5", "1.", "01", "1e-1", "", " 0.1", "10%", 0.5, 1]
RATIO_GOOD = ["0", "1", "0.000001", "1.000000", "0.5"]
MULTIPLE_BAD = ["1000.000001", "1001", "10000", "-1", "1,5", 5]
MULTIPLE_GOOD = ["0", "0.5", "1000", "1000.000000", "999.999999"]
AMOUNT_BAD = ["0.001", "-1", "100000000000", "1,000", "", 500]
AMOUNT_GOOD = ["0", "0.01", "99999999999.99", "5.5"]
DAYS_BAD = [-1, 366, "7", 7.5, True, 2**32, 2**32 + 7]
POSITIVE_BAD = ["0", "0.000000", "-0.5"]

# path of a field in BASE -> values that belong there, values that do not
VALUES = {
    "name": (["a", "网"], ["", "n" * 65, 7, None]),
    "timezone": (["UTC", "America/Argentina/Salta"], ["", "/UTC", "a//b", "Asia/", "a b", "../x"]),
    "rebate.min": (["0.000001", "0.2"], ["1.1"] + POSITIVE_BAD),
    "rebate.max": (["1", "0.03"], ["1.1"] + POSITIVE_BAD),
    "points.member": (MULTIPLE_GOOD, MULTIPLE_BAD),
    "points.shop": (MULTIPLE_GOOD, MULTIPLE_BAD),
    "points.hold_days": ([7, 365], DAYS_BAD),
    "refund_days": ([0, 7], DAYS_BAD),
    "pools": ([[POOL]], [{}, "p", [7], [POOL] * 17]),
    "pools.0.name": (["p"], ["platform", "a b", "", "n" * 65, 1]),
    "pools.0.sides": ([["shop"], ["shop", "member"]], [[], ["buyer"], ["shop", "shop"], "shop"]),
    "pools.0.rule": (["share", "compound"], ["", "Share", 1]),
    "pools.0.rate": (RATIO_GOOD, RATIO_BAD),
    "pools.0.metric": (["flow", "cumulative"], ["sum", None]),
    "pools.0.first_threshold": (AMOUNT_GOOD, AMOUNT_BAD),
    "pools.0.growth_target": (["-1000", "1000.000000", "-0.5", "0"], ["1000.1", "+1", "--1", "-"]),
    "pools.0.growth_floor": (["-0.999999", "0.15"], ["-1", "-1.000000", "-2", "x"]),
    "pools.0.growth_cap": (["0", "1000"], ["-1", "1000.000001", "-"]),
    "pools.0.min_days": ([0, 30], [-1, 31, 1001, "1"]),
    "pools.0.max_days": ([10, 30], [0, 31, 1001, None]),
    "pools.0.periods": ([1, 40], [0, 41, 1001, "40"]),
    "pools.0.cap": (MULTIPLE_GOOD, MULTIPLE_BAD),
    "allocation": ([[], [ENTRIES["coin"]]],
                   [{}, [None], [{}], [ENTRIES["coin"]] * 33, [ENTRIES["token_pool"]] * 2,
                    [{"to": "teams", "base": "rebate", "rate": "0"}]]),
    "allocation.0.pool": (["p"], ["platform", "a b", None]),
    "allocation.0.base": (["rebate"], ["margin", None]),
    "allocation.0.rate": (["0", "0.02"], RATIO_BAD),
    "allocation.1.scope": (["any", "other"], ["home", None]),
    "allocation.2.levels": ([["0.01"], ["0.01", "0"]],
                            [[], ["0", "0", "0"], ["0"] * 9, [0.1], "0.1"]),
    "allocation.5.mode": (["stacked"], ["sum", None]),
    "allocation.5.county": (["0", "0.01"], RATIO_BAD),
    "allocation.5.city": (["0", "0.01"], RATIO_BAD),
    "allocation.5.province": (["0", "0.01"], RATIO_BAD),
    "allocation.9.base_pay": (AMOUNT_GOOD, AMOUNT_BAD),
    "allocation.10.rates": ([["0", "0"], ["0.01"] * 8], [[], "0.01", ["1.1"], ["0"] * 9, [None]]),
    "allocation.10.levels": ([1, 2], [0, 3, 9, "1", ["0.01"], None]),
    "allocation.10.peer": (["0", "0.1"], RATIO_BAD),
    "allocation.11.turnover": ([["0", "0.01"]], [[], ["x", "y"], "0", [1, 2]]),
    "allocation.12.turnover": ([["0"], ["99999999999.99"]], [[], ["-1"], None]),
    "allocation.6.vacant_to": (["platform", "p"], [None, 1]),
    "credit": ([{}], [True, [], None]),
    "credit.enabled": ([True, False], ["true", 0, None]),
    "credit.max": (AMOUNT_GOOD, AMOUNT_BAD),
    "credit.fraction": (["0", "0.5", "1"], RATIO_BAD),
    "credit.earns_points": ([False], ["no", 1]),
    "withdraw": ([{}], [True, [], None]),
    "withdraw.withholding": (RATIO_GOOD, RATIO_BAD),
    "legacy.coin_ratio": (RATIO_GOOD, RATIO_BAD),
    "token.mint": (["0", "0.999999"], ["1", "2", "-0.1", 0.7]),
    "token.sell_fee": (RATIO_GOOD, RATIO_BAD),
    "token.exit_multiple": (["0.000001", "1.2", "1000"], ["1000.1"] + POSITIVE_BAD),
    "token.exit_scope": (["member", "lot"], ["pool"]),
    "token.exit_fee": (RATIO_GOOD, RATIO_BAD),
    "token.sell_price": (["day", "spot"], ["week"]),
    "token.initial_price": (["0.000001", "1000000", "999999.999999"],
                            ["1000000.000001", "10000000"] + POSITIVE_BAD),
}

REQUIRED = ["name", "pools.0.name", "pools.0.sides", "pools.0.rule", "allocation.0.to",
            "allocation.0.base", "allocation.0.pool", "allocation.0.rate", "allocation.2.levels",
            "allocation.5.county", "allocation.5.city", "allocation.5.province",
            "allocation.9.rate", "allocation.10.rates", "allocation.11.turnover",
            "allocation.12.rate", "allocation.12.rates"]

# Objects of BASE to which a stranger's field is added.
CLOSED = ["", "rebate", "points", "pools.0", "allocation.0", "allocation.2", "allocation.5",
          "allocation.9", "allocation.12", "credit", "token", "withdraw", "legacy"]

# What a schema cannot say: it accepts these, the program names the finding.
COMPARISONS = [
    ("schema", {"rebate.min": "0.3", "rebate.max": "0.2"}),
    ("schema", {"pools.0.growth_floor": "0.2", "pools.0.growth_cap": "0.1"}),
    ("schema", {"allocation.5.mode": "differential"}),
    ("schema", {"allocation.10.rates": ["0.02", "0.01"]}),
    ("schema", {"allocation.11.turnover": ["5", "5"]}),
    ("schema", {"allocation.12.turnover": ["5", "6"]}),
    ("schema", {"allocation": [ENTRIES["team"]] * 2}),
    ("schema", {"pools": [POOL, dict(POOL, sides=["shop"])]}),
    ("schema", {"timezone": "Nowhere/Atlantis"}),
    ("schema", {"refund_days": 7.0}),
    ("bad_period", {"pools.0.min_days": 20, "pools.0.max_days": 10}),
    ("unknown_pool", {"allocation.0.pool": "q"}),
    ("unknown_pool", {"allocation.6.vacant_to": "q"}),
    ("pool_side_taken_twice", {"pools": [POOL, dict(POOL, name="q")]}),
    ("allocation_exceeds_rebate", {"allocation.0.rate": "0.99"}),
    ("credit_on_refundable", {"credit.enabled": True, "points.hold_days": 6}),
    ("endless_credit", {"credit.earns_points": True, "credit.fraction": "1"}),
]

count = failed = 0


def ok(passed, sentence, *remarks):
    global count, failed
    count += 1
    failed += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {sentence}".replace("#", "\\#"))
    for remark in remarks if not passed else []:
        print(f"# {remark}")


def run(*args, text=None):
    done = subprocess.run([JIFEN, "policy", *args], input=text, capture_output=True, text=True,
                          timeout=60)
    return done.returncode, done.stdout, done.stderr


def step(node, key):
    return node[int(key)] if isinstance(node, list) else node[key]


def changed(changes):
    """BASE with the fields at some paths set; a value of ... takes the field away."""
    document = copy.deepcopy(BASE)
    for path, value in changes.items():
        *way, last = path.split(".")
        node = document
        for key in way:
            node = step(node, key)
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return document


def check(document):
    """(exit status, ids of the errors) by the program."""
    status, out, err = run("check", "--json", "-", text=json.dumps(document))
    if status not in (0, 1):
        return status, [err]
    errors = [f["id"] for f in json.loads(out)["findings"] if f["severity"] == "error"]
    return status, errors


def agree(document, accepted, sentence):
    by_schema = VALIDATOR.is_valid(document)
    status, errors = check(document)
    expected = 0 if accepted else 1
    ok(by_schema == accepted and status == expected and (errors == []) == accepted, sentence,
       f"schema accepts: {by_schema}, program: {status} {errors}", json.dumps(document))


def test_presets():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    status, out, _ = run("show")
    ok(status == 0 and out.split() == PRESETS, "show lists the presets", out)
    for name in PRESETS:
        status, out, err = run("show", name)
        ok(status == 0, f"show prints {name}", err)
        agree(json.loads(out), True, f"{name} is accepted by the schema and by the program")


def test_values():
    agree(BASE, True, "the document that the others are made from is accepted")
    for path, (good, bad) in VALUES.items():
        for value in good:
            agree(changed({path: value}), True, f"{path} may be {json.dumps(value)[:60]}")
        for value in bad:
            agree(changed({path: value}), False, f"{path} may not be {json.dumps(value)[:60]}")


def test_presence():
    for path in REQUIRED:
        agree(changed({path: ...}), False, f"{path} must be there")
    for path in CLOSED:
        field = f"{path}.stranger" if path else "stranger"
        agree(changed({field: 1}), False, f"{field} has no place")
    for kind, entry in ENTRIES.items():
        for field, value in [("pool", "p"), ("scope", "any"), ("levels", ["0"]),
                             ("mode", "stacked"), ("county", "0"), ("rate", "0")]:
            if field not in entry:
                document = changed({"allocation": [dict(entry, **{field: value})]})
                agree(document, False, f"{kind} has no {field}")


def test_comparisons():
    for finding, changes in COMPARISONS:
        document = changed(changes)
        status, errors = check(document)
        ok(VALIDATOR.is_valid(document), f"the schema cannot see {finding} in {changes}")
        ok(status == 1 and set(errors) == {finding}, f"the program finds {finding} in {changes}",
           f"{status} {errors}")


def walk(node):
    """Every (name, schema) of a property, at any depth."""
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def test_manual():
    names = {name for name, _ in walk(SCHEMA)}
    core = ROOT / "src" / "core"
    sources = [core / "policy_read.c", core / "policy_kinds.h", *core.glob("allocation/*.c"),
               *core.glob("rewards/*.c")]
    keys = r'\.key = "(\w+)"|JF_ENTRY_(?:RATES|BARS)\("(\w+)"'
    table = {a or b for path in sources for a, b in re.findall(keys, path.read_text())}
    ok(names == table, "the schema and the program's tables have the same fields", names ^ table)
    for name in sorted(names):
        ok(re.search(rf"`(\w+\.)?{name}\b", MANUAL) is not None, f"the manual explains {name}")
    for name, schema in walk(SCHEMA):
        default = schema.get("default")
        if isinstance(default, (str, int, bool)):
            text = default if isinstance(default, str) else json.dumps(default)
            row = re.compile(rf"`(\w+\.)?{name}`.*`{re.escape(text)}`|"
                             rf"`{name}` \(`{re.escape(text)}`, the default|"
                             rf"`{name}` \(`\w+`, the default, or `{re.escape(text)}`")
            flat = MANUAL.replace("\n", " ") if name == "vacant_to" else MANUAL
            ok(row.search(flat) is not None, f"the manual has the default of {name}: {text}")
    rows = (ROOT / "src" / "core" / "findings.def").read_text()
    for finding in re.findall(r'^JF_FINDING\(\w+, "([\w-]+)"', rows, re.M):
        ok(f"| `{finding}` |" in MANUAL, f"the manual explains {finding}")


def test_command():
    status, out, err = run("check", "/nonexistent/policy.json")
    ok(status == 2 and "cannot read" in err and out == "", "a missing file is exit 2", err)
    status, _, err = run("check", "-", text="{")
    ok(status == 2 and "not a JSON document" in err, "a text that is no JSON is exit 2", err)
    status, _, err = run("check", "-", text='{"name":"x","name":"y"}')
    ok(status == 2 and "duplicate key" in err, "a repeated key is exit 2", err)
    status, out, _ = run("check", "-", text="[]")
    ok(status == 1 and out.startswith("error schema at policy\n"), "a list is an error", out)
    status, out, _ = run("check", "-", text='{"name":"x"}')
    ok(status == 0 and out == "0 errors, 0 warnings, 0 notices\n", "silence is counted", out)
    status, out, _ = run("check", "-", text='{"name":"x","points":{"shop":"a"}}')
    ok(status == 1 and "at points.shop\n" in out and 'found the text "a"' in out and
       "文档" in out and out.endswith("1 error, 0 warnings, 0 notices\n"),
       "a finding says where, what was found, and both texts", out)
    status, _, err = run("show", "nope")
    ok(status == 2 and "no preset" in err, "an unknown preset is exit 2", err)
    for args in [(), ("check",), ("check", "a", "b"), ("check", "--yaml", "a"), ("draw",),
                 ("show", "a", "b"), ("check", "--after", "a")]:
        status, out, err = run(*args)
        ok(status == 2 and err.startswith("usage:") and out == "", f"{args} shows the usage", err)


def test_versions():
    with tempfile.TemporaryDirectory() as folder:
        old = pathlib.Path(folder) / "old.json"
        old.write_text(json.dumps(BASE))
        for text, expected in [(changed({"name": "y"}), []),
                               (changed({"pools": [dict(POOL, name="q")], "allocation": []}),
                                ["pool_dropped"]),
                               (changed({"timezone": "UTC"}), ["zone_changed"])]:
            status, out, _ = run("check", "--json", "--after", str(old), "-",
                                 text=json.dumps(text))
            errors = [f["id"] for f in json.loads(out)["findings"] if f["severity"] == "error"]
            ok(errors == expected and status == (1 if expected else 0),
               f"after a version: {expected or 'nothing is wrong'}", errors)
        old.write_text("{}")
        status, _, err = run("check", "--after", str(old), "-", text=json.dumps(BASE))
        ok(status == 2 and "errors of its own" in err, "a bad version before is exit 2", err)


if __name__ == "__main__":
    test_presets()
    test_values()
    test_presence()
    test_comparisons()
    test_manual()
    test_command()
    test_versions()
    print(f"1..{count}")
    raise SystemExit(1 if failed else 0)
