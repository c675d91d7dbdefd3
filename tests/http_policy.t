#!/usr/bin/env python3
"""Policies at `jifen serve` before they are set: presets, the schema, and the check, which says
what `jifen policy check` says and what policy.set would.
"""

import concurrent.futures
import copy
import json
import pathlib
import tempfile
from decimal import Decimal

import jsonschema
from books import done, jifen, ok, same
from serving import FIRST, POLICY, Server

SCHEMA = json.loads(pathlib.Path("docs/policy.schema.json").read_text())


def check(server, key, policy):
    return server.ask("POST", "/v1/policies/check", {"policy": policy}, key)[::2]


def test_presets(server, key):
    rows = server.ask("GET", "/v1/presets", key=key)[2]["rows"]
    names = jifen("policy", "show").stdout.split()
    same([row["name"] for row in rows], names, "the presets are those of `jifen policy show`")
    for row in rows:
        shown = jifen("policy", "show", row["name"]).stdout
        same(row["document"], json.loads(shown), f"{row['name']}: the same document")
    same(server.ask("GET", "/v1/policy-schema", key=key)[2], SCHEMA, "the schema is the published")
    wrong = [row["name"] for row in rows
             if not jsonschema.Draft202012Validator(SCHEMA).is_valid(row["document"])]
    same(wrong, [], "and the presets fit it")


def test_check(server, key, folder):
    file = pathlib.Path(folder) / "policy.json"
    poor = copy.deepcopy(POLICY)
    poor["allocation"][0]["rate"] = "1.4"
    for policy, sentence in (
            (POLICY, "the policy in force"), (poor, "more than the rebate"),
            (POLICY | {"nonsense": 1}, "an unknown field"),
            (POLICY | {"refund_days": "7"}, "a wrong type"),
            (POLICY | {"timezone": "Mars/Olympus"}, "a zone that nobody knows"),
            ({}, "nothing at all")):
        file.write_text(json.dumps(policy))
        said = json.loads(jifen("policy", "check", "--json", "--after", str(folder / "first.json"),
                              str(file)).stdout)
        status, answer = check(server, key, policy)
        same((status, answer["findings"], answer["ok"]),
             (200, said["findings"], said["errors"] == 0), f"as the program says: {sentence}")
    status, answer = check(server, key, {"name": "other"})
    ok(not answer["ok"] and "pool_dropped" in [f["id"] for f in answer["findings"]],
       "a document that drops a pool of the books cannot be the next version", answer)


def test_refusals(server, key):
    for body in ({}, {"policy": "local"}, {"policy": []}, {"policy": {}, "more": 1}):
        status, _, answer = server.ask("POST", "/v1/policies/check", body, key)
        same((status, answer["code"]), (400, "bad_request"), f"refused: {body}")
    before = server.ask("GET", "/v1/policies", key=key)[2]
    check(server, key, POLICY)
    same(server.ask("GET", "/v1/policies", key=key)[2], before, "a check changes nothing")


FIGURES = ("sales", "rebates", "collected", "released", "vouchers_outstanding", "held",
           "still_at_most", "revenue", "equity")


def simulate(server, key, **body):
    return server.ask("POST", "/v1/policies/simulate", body, key)


def test_simulation(server, key, folder):
    file = folder / "simulated.json"
    for name in jifen("policy", "show").stdout.split():
        file.write_text(jifen("policy", "show", name).stdout)
        policy = json.loads(file.read_text())
        said = json.loads(jifen("policy", "simulate", file, "--json", "--days", "120",
                                "--customers", "300", "--seed", "7").stdout)
        status, _, answer = simulate(server, key, policy=policy, days=120, customers=300, seed=7)
        same((status, answer), (200, said), f"{name}: over HTTP as by the program, again the same")
        flat, growing = answer["flat"], answer["growing"]
        same((flat["audit"], growing["audit"]), ([], []), f"{name}: the audits find nothing")
        ok(Decimal(growing["sales"]) > Decimal(flat["sales"]), f"{name}: growth is more")
        for run in (flat, growing):
            last = run["series"][-1]
            ok(len(run["series"]) <= 60 and last["sales"] == run["sales"] and
               last["day"] == "2024-04-29" and last["released"] == run["released"],
               f"{name}: the series ends with the totals", run["series"])
            same(sum(Decimal(pool["released"]) for pool in run["pools"]),
                 Decimal(run["released"]), f"{name}: the pools add up to what was released")
        if policy.get("pools"):
            ok(all(pool["periods"] > 0 for run in (flat, growing) for pool in run["pools"]),
               f"{name}: periods close", answer)
    busy = simulate(server, key, policy=policy, days=84, customers=3000)[2]["flat"]
    days = [Decimal(point["sales"]) for point in busy["series"]]
    steps = {b - a for a, b in zip(days, days[1:])}
    ok(len(steps) == 1, "flat: every day has the same turnover", steps)
    other = simulate(server, key, policy=policy, days=120, customers=300, seed=8)[2]
    ok(other["flat"] != answer["flat"], "another seed, other figures")
    text = jifen("policy", "simulate", file, "--days", "120", "--customers", "300", "--seed",
                 "7").stdout
    ok(all(answer[run][figure] in text for run in ("flat", "growing") for figure in FIGURES
           if figure != "collected"), "as a text: both runs", text)


def test_simulation_refused(server, key, folder):
    for body, field in (({"policy": POLICY, "days": 401}, "days"),
                        ({"policy": POLICY, "customers": 3001}, "customers"),
                        ({"policy": POLICY, "seed": 0}, "seed"), ({}, "policy"),
                        ({"policy": {"name": ""}}, "policy")):
        status, _, answer = simulate(server, key, **body)
        ok(status in (400, 422) and answer["field"] == field, f"refused: {body}", answer)
    file = folder / "poor.json"
    file.write_text("{}")
    for arguments, expected in (((file,), 1), ((), 64), ((file, "--days", "401"), 64),
                                ((folder / "none.json",), 2)):
        same(jifen("policy", "simulate", *arguments).returncode, expected,
             f"policy simulate {arguments} ends with {expected}")


def test_one_at_a_time(server, key):
    """Many at once, until one of them met another; whatever is not refused is answered."""
    for _ in range(20):
        with concurrent.futures.ThreadPoolExecutor(6) as threads:
            answers = [thread.result() for thread in
                       [threads.submit(simulate, server, key, policy=POLICY, days=400,
                                       customers=3000) for _ in range(6)]]
        refused = [(answer[1]["Retry-After"], answer[2]["code"]) for answer in answers
                   if answer[0] != 200]
        if refused:
            break
    same(set(refused), {("5", "busy")}, "one policy is tried at a time; the others are told when")
    ok(len(refused) < len(answers), "and one is answered")
    same(simulate(server, key, policy=POLICY, days=1, customers=1)[0], 200, "and then the next")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "first.json").write_text(json.dumps(POLICY))
        server = Server(folder, FIRST, options=("--rate", "100000"))
        key = server.key("operator")
        test_presets(server, server.key("member", "m"))
        test_check(server, key, folder)
        test_refusals(server, key)
        test_simulation(server, key, folder)
        test_simulation_refused(server, key, folder)
        test_one_at_a_time(server, key)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
