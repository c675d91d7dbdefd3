#!/usr/bin/env python3
"""kill -9 under load over HTTP: whatever was acknowledged is there afterwards, and nothing twice.

Clients pay orders over keep-alive connections; the server is killed when a random number of
answers has come, and started again on the same books. Every order that was answered with 201 must
answer the same when it is sent again, one whose answer did not come is sent again until it does,
and at the end the books hold each order exactly once. The seed is printed; JF_SEED repeats one.
"""

import http.client
import json
import os
import random
import tempfile
import threading

from books import done, jifen, ok, same
from serving import FIRST, TODAY, Server

KILLS = 10 if os.environ.get("JF_SANITIZED") else 60
CLIENTS = 16
ANSWERS_MOST = 400  # between two kills

SEED = int(os.environ.get("JF_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
rng = random.Random(SEED)


class Client(threading.Thread):
    """Pays its own orders until the server is gone; keeps what was acknowledged."""

    def __init__(self, number, count_answer):
        super().__init__()
        self.number, self.count_answer = number, count_answer
        self.next, self.acknowledged, self.wrong = 0, {}, []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            while True:
                self.pay(connection)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    def pay(self, connection):
        name = f"o{self.number}-{self.next}"
        order = {"id": name, "member": "m", "shop": "t", "amount": f"{1 + self.next % 97}.00",
                 "at": TODAY}
        status, _, body = Server.ask_on(connection, "POST", "/v1/orders", order, self.key)
        if status == 503:
            raise OSError("the server is stopping")
        if status != 201:
            self.wrong.append((name, status, body))
            raise OSError("refused")
        self.acknowledged[name] = (order, body)
        self.next += 1
        self.count_answer()

    def again(self, port, key):
        self.port, self.key = port, key
        fresh = Client(self.number, self.count_answer)
        fresh.__dict__.update(next=self.next, acknowledged=self.acknowledged, wrong=self.wrong,
                              port=port, key=key)
        return fresh


class Fuse:
    """Kills the server when so many answers have come."""

    def __init__(self):
        self.lock = threading.Lock()

    def light(self, server, answers):
        self.server, self.left = server, answers

    def __call__(self):
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.server.kill()


def main():
    print(f"# seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST)
        key = server.key("system")
        fuse = Fuse()
        clients = [Client(i, fuse) for i in range(CLIENTS)]
        for _ in range(KILLS):
            fuse.light(server, rng.randrange(1, ANSWERS_MOST))
            clients = [client.again(server.port, key) for client in clients]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            server.process.wait(60)
            server.start()
        paid = {name: pair for client in clients for name, pair in client.acknowledged.items()}
        ok(not any(client.wrong for client in clients), "no order is refused",
           [client.wrong for client in clients if client.wrong])
        answers = []
        lines = [json.dumps({"cmd": "order.pay", **order}) + "\n" for order, _ in paid.values()]
        for start in range(0, len(lines), 2000):  # a request takes a megabyte at most
            text = "".join(lines[start:start + 2000])
            answers += server.ask("POST", "/v1/commands", text, key)[2].splitlines()
        lost = [name for name, (_, body), answer in zip(paid, paid.values(), answers)
                if json.loads(answer)["result"] != body]
        ok(len(answers) == len(paid) and not lost,
           f"all {len(paid)} acknowledged orders answer as before, after {KILLS} kills", lost[:5])
        same(server.stop(), 0, "the server ends well")
        audit = json.loads(jifen("audit", "--db", server.url, "--json").stdout)
        same(audit["findings"], [], "the books are whole")
        orders = json.loads(jifen("report", "--db", server.url, "--json").stdout)["orders"]
        ok(len(paid) <= orders <= len(paid) + KILLS * CLIENTS,
           "and hold what was acknowledged, and at most what was under way", orders, len(paid))
    done()


main()
