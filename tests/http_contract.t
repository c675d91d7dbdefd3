#!/usr/bin/env python3
"""The contract of `jifen serve`: every route of /openapi.json answers as the document says, and
every role may send exactly what the document says it may, on what is its own and on what is not.
"""

import json
import tempfile

from books import done, ok, same
from contract import PATH, body_of, conforms, filled, operations, schema_of, wrong_refusal
from serving import FIRST, TODAY, Server

OF_MEMBERS = ("member", "promoter", "agent", "staff")
OF_SHOPS = ("clerk", "manager")
OFFICE = ("finance", "risk", "operator", "auditor", "system")


def test_answers(server, document, system):
    """Each route asked once by system: its status and its body are those of the document."""
    for method, path, operation in operations(document):
        if path == "/v1/commands":
            continue
        status, headers, answer = server.ask(method, filled(path, PATH), body_of(operation),
                                             system)
        if status < 400:
            content = operation["responses"][str(status)].get("content", {})
            schema = next(iter(content.values()), {}).get("schema")
            wrong = conforms(answer, schema) if schema else None
        else:
            wrong = wrong_refusal(document, operation, status, headers, answer)
        ok(wrong is None and status < 500,
           f"{method} {path} answers as the document says ({status})", status, answer, wrong)


def test_bodies(document):
    """The bodies of this test are what the document asks for, so it asks for what is taken."""
    for method, path, operation in operations(document):
        body = body_of(operation)
        if body is None or "x-command" not in operation:
            continue
        wrong = conforms(body, schema_of(operation))
        ok(wrong is None, f"the body of {method} {path} fits its schema", wrong)


def may(roles, role, own, named):
    """What x-roles says of a key, which has no second person; `named`: the request's fields."""
    if role == "system" or roles == "*":
        return True
    for word in roles.split():
        name, _, field = word.partition("@")
        if name == role and not word.endswith(("!", "~")) and (
                not field or (own and field in named)):
            return True
    return False


def test_matrix(server, document, keys):
    for method, path, operation in operations(document):
        if "x-roles" not in operation:
            continue
        expected, got = {}, {}
        for (role, own), key in keys.items():
            body = body_of(operation)
            named = {name for name in PATH if "{" + name + "}" in path} | set(body or ())
            answer = server.ask(method, filled(path, PATH), body, key)
            allowed = may(operation["x-roles"], role, own, named)
            expected[role, own], got[role, own] = allowed, answer[0] not in (401, 403)
            if allowed and answer[0] >= 500:
                got[role, own] = answer
        same(got, expected, f"{method} {path}: each role, own and foreign, as x-roles says")


def test_nobody(server, document):
    closed = [(method, path) for method, path, operation in operations(document)
              if operation.get("security") != []]
    for key, who in ((None, "nobody"), ("jf_" + "A" * 43, "a key that nobody made")):
        answers = {}
        for method, path in closed:
            body = None if method in ("GET", "DELETE") else {}
            answers[method, path] = server.ask(method, filled(path, PATH), body, key)[0]
        ok(set(answers.values()) == {401}, f"{who} may do nothing of {len(closed)} things", answers)
    same(server.ask("GET", "/v1/commands", key=None)[0], 405, "a method that is not there")


def test_queries(server, system):
    for query in ("limit=501", "limit=-1", "limit=01", "limit=", "after=x", "limit=1&limit=1",
                  "before=1", "nonsense", "limit=1%00"):
        status, _, answer = server.ask("GET", f"/v1/members?{query}", key=system)
        ok(status == 400 and answer["code"] in ("bad_request", "bad_http"), f"refused: ?{query}",
           status, answer)
    seen, after = [], 0
    while after is not None:
        _, _, page = server.ask("GET", f"/v1/shops?limit=1&after={after}", key=system)
        seen += [row["id"] for row in page["rows"]]
        after = page["next"]
    ok(seen[:2] == ["s", "t"] and len(seen) == len(set(seen)),
       "pages of one row show each shop once, in order", seen)
    numbers, before = [], 0
    while before is not None:
        _, _, page = server.ask("GET", f"/v1/journals?limit=3&before={before}", key=system)
        numbers += [row["journal"] for row in page["rows"]]
        before = page["next"]
    same(numbers, list(range(numbers[0], 0, -1)), "journals, newest first, without a gap")
    month = server.ask("GET", "/v1/members/m/statement?month=2024-03", key=system)[2]
    whole = server.ask("GET", "/v1/members/m/statement?limit=500", key=system)[2]
    same(month["rows"], whole["rows"], "a month's statement has all of the month")
    _, _, withdrawals = server.ask("GET", "/v1/withdrawals?state=paid", key=system)
    same(withdrawals, {"rows": [], "next": None}, "withdrawals of one state")


def main():
    first = FIRST + [
        {"cmd": "member.create", "id": "p", "phone": "13912345678", "at": TODAY},
        {"cmd": "order.pay", "id": "o", "member": "m", "shop": "s", "amount": "100.00",
         "at": TODAY}]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, first, options=("--rate", "100000", "--channel", "sandbox"))
        system = server.key("system")
        document = json.loads(json.dumps(server.ask("GET", "/openapi.json")[2]))
        keys = {(role, own): server.key(role, scope)
                for roles, scopes in ((OF_MEMBERS, ("m", "n")), (OF_SHOPS, ("s", "t")))
                for role in roles for own, scope in zip((True, False), scopes)}
        keys |= {(role, True): server.key(role) for role in OFFICE}
        rows = server.ask("GET", "/v1/members", key=system)[2]["rows"]
        same(rows[-1]["phone"], "139****5678", "phones are masked in lists")
        test_bodies(document)
        test_queries(server, system)
        test_answers(server, document, system)
        test_matrix(server, document, keys)
        test_nobody(server, document)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
