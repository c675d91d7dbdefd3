#!/usr/bin/env python3
"""Policies at `jifen serve` before they are set: presets, the schema, and the check, which says
what `jifen policy check` says and what policy.set would.
"""

import copy
import json
import pathlib
import tempfile

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


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "first.json").write_text(json.dumps(POLICY))
        server = Server(folder, FIRST, options=("--rate", "100000"))
        key = server.key("operator")
        test_presets(server, server.key("member", "m"))
        test_check(server, key, folder)
        test_refusals(server, key)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
