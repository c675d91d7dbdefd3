#!/usr/bin/env python3
"""The benchmark of `jifen serve`, with wrk on the same machine.

  http-bench.py [--seconds N] [--connections N] [--journals N] [--json FILE]

orders      POST /v1/orders of random members at random shops, each answered when it is durable;
            preset zhongdian. Yardstick: the same server's /healthz, which touches nothing.
            The server answers 64 connections and wrk takes a processor of its own beside it.
reads       GET of one member's account, which the writer answers
cold start  from starting the process on books of N journals (1,000,000) to /readyz saying 200
idle        resident memory with 10,000 connections that say nothing is in tests/http_hostile.t
"""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("JF_BUILD_DIR", ROOT / "build"))
os.environ.setdefault("JIFEN", str(BUILD / "jifen"))
os.environ.setdefault("JF_BUILD", str(BUILD))
sys.path.insert(0, str(ROOT / "tests"))

from serving import TODAY, Server  # noqa: E402  (the path is set above)

MEMBERS, SHOPS = 100000, 1000
ORDERS = """
me = 0
local n, threads = 0, 0
function setup(thread) thread:set("me", threads); threads = threads + 1 end
function request()
  n = n + 1
  local body = string.format(
    '{"id":"w%d-%d","member":"m%d","shop":"s%d","amount":"%d.00"}',
    me, n, math.random(0, MEMBERS - 1), math.random(0, SHOPS - 1), math.random(1, 500))
  return wrk.format("POST", "/v1/orders", nil, body)
end
"""


def first():
    yield {"cmd": "policy.set", "policy": "zhongdian", "from": "2024-03-01"}
    for i in range(MEMBERS):
        yield {"cmd": "member.create", "id": f"m{i}", "at": TODAY}
    for i in range(SHOPS):
        yield {"cmd": "shop.create", "id": f"s{i}", "owner": f"m{i}", "kind": "alliance",
               "region": "330106", "rebate": "0.1", "recruiter": "m7", "at": TODAY}


def milliseconds(text):
    number, unit = re.match(r"([0-9.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(server, path, options, key=None, script=None):
    command = ["wrk", "-t2", f"-c{options.connections}", f"-d{options.seconds}", "--latency"]
    if key:
        command += ["-H", f"Authorization: Bearer {key}"]
    if script:
        command += ["-s", str(script)]
    shown = subprocess.run(command + [f"http://127.0.0.1:{server.port}{path}"], check=True,
                           capture_output=True, text=True).stdout
    if "Non-2xx" in shown or "Socket errors" in shown:
        raise SystemExit(f"http-bench.py: not all were answered well:\n{shown}")
    return (float(re.search(r"Requests/sec:\s+([0-9.]+)", shown)[1]),
            milliseconds(re.search(r"99%\s+(\S+)", shown)[1]))


def more_orders(server, key, count):
    """Orders through /v1/commands until the books hold `count` journals."""
    have = int(re.search(r"^jifen_journals (\d+)", server.ask("GET", "/metrics")[2], re.M)[1])
    for start in range(have, count, 5000):
        text = "".join(json.dumps({"cmd": "order.pay", "id": f"f{i}", "member": f"m{i % MEMBERS}",
                                   "shop": f"s{i % SHOPS}", "amount": "100.00", "at": TODAY}) + "\n"
                       for i in range(start, min(count, start + 5000)))
        server.ask("POST", "/v1/commands", text, key)


def cold_start(server):
    """Milliseconds from starting the process to a good /readyz."""
    server.stop()
    began = time.monotonic()
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        if not s.recv(64).startswith(b"HTTP/1.1 200"):
            raise SystemExit("http-bench.py: the server is not ready")
    return (time.monotonic() - began) * 1000


def main():
    parser = argparse.ArgumentParser(description="speed of jifen serve")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--journals", type=int, default=1000000)
    parser.add_argument("--json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        server = Server(folder, list(first()), options=("--rate", "1000000"))
        key = server.key("system")
        script = pathlib.Path(folder) / "orders.lua"
        script.write_text(f"MEMBERS, SHOPS = {MEMBERS}, {SHOPS}\n{ORDERS}", encoding="utf-8")
        nothing, _ = wrk(server, "/healthz", options)
        orders, orders_p99 = wrk(server, "/v1/orders", options, key, script)
        reads, reads_p99 = wrk(server, "/v1/members/m1/account", options, key)
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
        resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024
        more_orders(server, key, options.journals)
        ready = min(cold_start(server) for _ in range(3))
        server.stop()
    print(f"/healthz, the yardstick: {nothing:.0f} /s")
    print(f"durable orders: {orders:.0f} /s ({orders / nothing:.2f} of the yardstick), "
          f"p99 {orders_p99:.1f} ms")
    print(f"reads of an account: {reads:.0f} /s, p99 {reads_p99:.1f} ms")
    print(f"resident after that: {resident} MiB")
    print(f"cold start on {options.journals} journals: {ready:.0f} ms")
    if options.json:
        figures = {"healthz_per_s": nothing, "http_orders_per_s": orders,
                   "http_orders_p99_ms": orders_p99, "http_reads_per_s": reads,
                   "http_reads_p99_ms": reads_p99, "resident_mib": resident,
                   "cold_start_ms": ready}
        pathlib.Path(options.json).write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
