#!/usr/bin/env python3
"""Writes the types of the HTTP interface for the web apps, from the server's own description.

    api_types.py JIFEN FILE          starts the program JIFEN on empty books, writes FILE
    api_types.py --check JIFEN FILE  ends with 1 and says so when FILE is not what it would write

FILE is web/shared/api.d.ts. It holds types only: for each "METHOD /path" what stands in the path,
behind the question mark and in the body, and what comes back.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

HEAD = """/*
 * The HTTP interface as types, made by tools/api_types.py from /openapi.json: do not edit.
 * An amount is a decimal string, never a number.
 */

/** An object whose members the interface does not list; shapes.ts names those that are used. */
export type Loose = Record<string, any>

export interface Api {
"""


def description(jifen):
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([jifen, "serve", "--db", f"sqlite:{folder}/t.db", "--listen",
                                   "127.0.0.1:0", "--log", f"{folder}/log"],
                                  stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            found = re.match(r"listening on (http://\S+)$", line)
            if not found:
                sys.exit(f"api_types.py: the server said {line!r}")
            with urllib.request.urlopen(found[1] + "/openapi.json") as answer:
                return json.load(answer)
        finally:
            server.terminate()
            server.wait()


def type_of(schema):
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_of({**schema, "type": one}) for one in kind)
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if kind == "array":
        return f"Array<{type_of(schema.get('items', {}))}>"
    if kind == "object":
        more = schema.get("additionalProperties")
        if "properties" in schema:
            return members(schema)
        return f"Record<string, {type_of(more)}>" if isinstance(more, dict) else "Loose"
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean",
            "null": "null"}.get(kind, "any")


def members(schema):
    required = schema.get("required", [])
    parts = [f"{json.dumps(name) if not name.isidentifier() else name}"
             f"{'' if name in required else '?'}: {type_of(value)}"
             for name, value in schema["properties"].items()]
    return "{ " + "; ".join(parts) + " }" if parts else "Record<string, never>"


def parameters(operation, place):
    found = [p for p in operation.get("parameters", []) if p["in"] == place]
    return members({"properties": {p["name"]: p["schema"] for p in found},
                    "required": [p["name"] for p in found if p.get("required")]}) if found else None


def body_of(content):
    return type_of(content["application/json"]["schema"]) if "application/json" in content else None


def route(method, path, operation):
    good = next(value for status, value in operation["responses"].items() if status[0] in "23")
    sent = body_of(operation.get("requestBody", {}).get("content", {}))
    reply = body_of(good.get("content", {}))
    parts = [("path", parameters(operation, "path")), ("query", parameters(operation, "query")),
             ("body", sent), ("reply", reply or "string")]
    inside = "\n".join(f"    {name}: {value}" for name, value in parts if value)
    return f"  '{method.upper()} {path}': {{\n{inside}\n  }}\n"


def main(arguments):
    check = arguments[:1] == ["--check"]
    jifen, file = arguments[check:]
    text = HEAD + "".join(route(method, path, operation)
                          for path, methods in description(jifen)["paths"].items()
                          for method, operation in methods.items()) + "}\n"
    if not check:
        pathlib.Path(file).write_text(text, encoding="utf-8")
    elif pathlib.Path(file).read_text(encoding="utf-8") != text:
        sys.exit(f"{file} is not what the server describes; run: tools/api_types.py {jifen} {file}")


if __name__ == "__main__":
    main(sys.argv[1:])
