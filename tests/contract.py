"""What the tests of the HTTP contract share (http_contract.t, http_errors.t): the operations of
/openapi.json, good requests for each of them, and what an answer is held to.
"""

import jsonschema

# What a good body of each command holds besides what the path and the server say. Ids are made
# anew for each request.
BODIES = {
    "policy.set": {"policy": "local", "from": "2024-03-02"},
    "member.create": {"phone": "13800000001"},
    "shop.create": {"owner": "m", "kind": "alliance", "region": "330106", "rebate": "0.2",
                    "staff": "m"},
    "shop.update": {"rebate": "0.15"},
    "home.bind": {"shop": "s"},
    "agent.assign": {"holders": [{"member": "m", "weight": 1}]},
    "order.pay": {"member": "m", "shop": "s", "amount": "10.00"},
    "order.refund": {"amount": "1.00"},
    "day.close": {},
    "fund.inject": {"amount": "5.00"},
    "token.sell": {"n": "1"},
    "token.inject": {"amount": "5.00"},
    "coin.redeem": {"shop": "s", "coins": "1.00"},
    "withdraw.request": {"amount": "1.00"},
    "withdraw.approve": {}, "withdraw.paid": {}, "withdraw.reject": {},
    "cohort.sweep": {},
    "share.issue": {"member": "m", "shares": 10},
    "share.transfer": {"from": "m", "to": "n", "shares": 1},
    "dividend.declare": {"period": "2024-03", "profit": "100.00"},
    "legacy.import": {"owed": "10.00"},
    "legacy.grant": {"coins": "1.00"},
    "reward.enroll": {"weight": 1},
    "tax.remit": {"amount": "1.00"},
    "sale.preview": {"rebate": "0.1", "amount": "1.00"},
}
PATH = {"member": "m", "shop": "s", "order": "o", "fund": "capital", "pool": "p", "cohort": "1",
        "id": "w", "name": "nobody", "program": "staff", "region": "330106", "day": "2024-03-01",
        "journal": "2"}
counter = iter(range(1, 10**9))


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(path, values):
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path


def schema_of(operation):
    """The schema of the body; None for what has none."""
    body = operation.get("requestBody")
    return body and body["content"]["application/json"]["schema"]


def body_of(operation):
    """A good body, or None for what has none."""
    schema = schema_of(operation)
    if schema is None:
        return None
    body = dict(BODIES[operation["x-command"]]) if "x-command" in operation else {}
    if "id" in schema.get("properties", {}):
        body["id"] = f"i{next(counter)}"
    return body


def refusals_of(operation):
    """With what the document says it may be refused: {code: status}."""
    return {code: int(status) for status, response in operation["responses"].items()
            if status >= "400" for code in response["content"]["application/problem+json"]
            ["schema"]["properties"]["code"]["enum"]}


def problem_schema(document):
    return document["components"]["schemas"]["Problem"]


def conforms(answer, schema):
    """None, or what is wrong with the answer. (`validate` would check the schema each time.)"""
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(answer), None)
    return error and error.message


def wrong_refusal(document, operation, status, headers, answer):
    """None, or what is wrong with a refusal: its kind, its members, or a code not of its list."""
    if headers["Content-Type"] != "application/problem+json":
        return f"an answer of {headers['Content-Type']}"
    wrong = conforms(answer, problem_schema(document))
    if wrong or answer["status"] != status:
        return wrong or f"it says {answer['status']}"
    listed = refusals_of(operation).get(answer["code"])
    return None if listed == status else f"{answer['code']} is listed with {listed}"
