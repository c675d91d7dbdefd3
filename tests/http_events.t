#!/usr/bin/env python3
"""Streams of events at `jifen serve`, and answers that travel gzipped."""

import gzip
import http.client
import json
import random
import re
import tempfile
import time

from books import done, ok, same
from serving import FIRST, Server, event


class Stream:
    """A connection that follows something."""

    def __init__(self, server, path, key):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        self.answer = self.connection.getresponse()

    def next(self):
        return event(self.answer)

    def close(self):
        self.connection.close()
        self.answer.close()


def pay(server, key, name, member="m", shop="s"):
    status, _, answer = server.ask("POST", "/v1/orders", {"id": name, "member": member,
                                                          "shop": shop, "amount": "100.00"}, key)
    if status != 201:
        raise SystemExit(f"Bail out! {answer}")


def test_account(server, system):
    own = server.key("member", "m")
    mine, shops, funds = (Stream(server, path, key) for path, key in (
        ("/v1/members/m/events", own), ("/v1/shops/s/events", system), ("/v1/events", system)))
    name, account = mine.next()
    same((name, account["points"]), ("account.get", "0.00"), "a stream begins with what is")
    same(account, server.ask("GET", "/v1/members/m/account", key=own)[2],
         "which is what reading answers")
    same((shops.next()[1]["points"], funds.next()[1]["dividend"]), ("0.00", {"p": "0.00"}),
         "a shop's, and the platform's")
    pay(server, system, "e1")
    same(mine.next()[1]["points"], "20.00", "an order is told")
    same((shops.next()[1]["points"], funds.next()[1]["dividend"]), ("20.00", {"p": "8.00"}),
         "to the shop and to the platform too")
    pay(server, system, "e2", member="n", shop="t")
    pay(server, system, "e3")
    same(mine.next()[1]["points"], "40.00", "what concerns somebody else is not told")
    for stream in (mine, shops, funds):
        stream.close()
    for path, key, status, code in (("/v1/members/n/events", own, 403, "forbidden"),
                                    ("/v1/events", own, 403, "forbidden"),
                                    ("/v1/members/none/events", system, 404, "not_found"),
                                    ("/v1/members/m/events", None, 401, "unauthorized")):
        got, headers, answer = server.ask("GET", path, key=key)
        same((got, answer["code"], headers["Content-Type"]),
             (status, code, "application/problem+json"), f"{path}: {code}")


def test_many(server, system):
    """Streams that come and go while orders are paid; nothing is lost, and nothing stays."""
    seed = 5
    chance = random.Random(seed)
    streams = [Stream(server, "/v1/members/m/events", system) for _ in range(60)]
    for stream in streams:
        stream.next()
    for i in range(200):
        pay(server, system, f"many{i}")
        if streams and chance.random() < 0.25:
            streams.pop(chance.randrange(len(streams))).close()
    left = len(streams)
    points = server.ask("GET", "/v1/members/m/account", key=system)[2]["points"]
    last = []
    for stream in streams:
        while (got := stream.next()[1]["points"]) != points:
            pass
        last.append(got)
    same(last, [points] * left, f"{left} streams that stayed all come to the end (seed {seed})")
    return streams


def test_gzip(server, system):
    plain = server.ask("GET", "/openapi.json")[2]
    for accept, packed in (("gzip", True), ("br, gzip;q=0.5", True), ("GZIP", True),
                           ("gzip;q=0", False), ("br", False), ("gzippy", False), ("", False)):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", "/openapi.json", headers={"Accept-Encoding": accept})
        answer = connection.getresponse()
        body = answer.read()
        got = answer.headers["Content-Encoding"] == "gzip"
        text = gzip.decompress(body) if got else body
        same((got, json.loads(text)), (packed, plain), f"Accept-Encoding: {accept or 'nothing'}")
        connection.close()
    small = server.ask("GET", "/v1/pools/p", key=system, headers={"Accept-Encoding": "gzip"})
    ok("Content-Encoding" not in small[1], "a short answer is not packed")
    ok("Accept-Encoding" in small[1]["Vary"], "caches are told that answers vary")


def counted(server):
    return int(re.search(r"^jifen_streams (\d+)$", server.ask("GET", "/metrics")[2], re.M)[1])


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        system = server.key("system")
        test_gzip(server, system)
        test_account(server, system)
        streams = test_many(server, system)
        end = time.monotonic() + 30
        while (there := counted(server)) != len(streams) and time.monotonic() < end:
            pass
        same(there, len(streams), "those that went away are noticed, those that stayed counted")
        same(server.stop(), 0, "the server ends while streams are open")
        same([stream.next() for stream in streams], [None] * len(streams), "and so do they")
    done()


if __name__ == "__main__":
    main()
