#!/usr/bin/env python3
"""Hostile HTTP: requests that two readers would read differently, headers and lengths that lie,
clients that are slow or very many. After all of it the server answers as before.

JF_SANITIZED leaves the ten thousand connections to the plain build.
"""

import os
import resource
import socket
import tempfile

from books import done, ok, same
from serving import FIRST, Server

MANY = 500 if os.environ.get("JF_SANITIZED") else 10000
HOST = b"Host: x\r\n"


def status_of(answer):
    line = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0


def refused(server, data, sentence):
    """An error and the end of the connection, or the end alone; what is behind is not answered.

    libmicrohttpd 0.9.75 sends the head of its own errors twice before it closes; it is one answer.
    """
    answer = server.raw(data)
    ok(answer == b"" or 400 <= status_of(answer) < 600 and b"Connection: close" in answer
       and b" 200 OK" not in answer, sentence, answer[:300])


def test_smuggling(server):
    body = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /v1/orders HTTP/1.1\r\n" + HOST
    for headers, sentence in (
            (b"Content-Length: 5\r\nContent-Length: 6\r\n", "two lengths that differ"),
            (b"Content-Length: 5\r\nContent-Length: 5\r\n", "two lengths, even alike"),
            (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "a length and an encoding"),
            (b"Transfer-Encoding: xchunked\r\n", "an encoding that nobody knows"),
            (b"Transfer-Encoding: chunked, identity\r\n", "two encodings"),
            (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "one encoding twice"),
            (b"Content-Length: +5\r\n", "a length with a sign"),
            (b"Content-Length: -5\r\n", "a negative length"),
            (b"Content-Length: 0x5\r\n", "a length in hexadecimal"),
            (b"Content-Length: 5 5\r\n", "a length with a space"),
            (b"Content-Length: 99999999999999999999999\r\n", "a length beyond all numbers"),
            (b"Host: y\r\nContent-Length: 0\r\n", "two hosts"),
            (b"X: a\x00b\r\nContent-Length: 0\r\n", "a NUL in a header"),
            (b"X: a\x01b\r\nContent-Length: 0\r\n", "a control character in a header")):
        refused(server, post + headers + b"\r\n" + body, f"refused: {sentence}")
    refused(server, b"GET /healthz HTTP/1.1\r\n\r\n", "refused: no host")
    refused(server, b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n", "refused: another version")
    refused(server, b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n", "refused: a path without a slash")
    refused(server, b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n", "refused: a path of bad UTF-8")
    refused(server, b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n", "refused: a NUL in the path")
    refused(server, b"GET /healthz%00/v1 HTTP/1.1\r\n" + HOST + b"\r\n", "refused: a NUL behind it")
    answer = server.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n" * 20)
    ok(b" 200 OK" not in answer, "TLS on a plain port is not understood", answer[:200])


def test_size(server):
    answer = server.raw(b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 100000 + b"\r\n\r\n")
    ok(status_of(answer) in (413, 414, 431) or answer == b"", "a giant header is refused",
       answer[:200])
    answer = server.raw(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    ok(status_of(answer) in (413, 414, 431) or answer == b"", "a giant path is refused",
       answer[:200])
    answer = server.raw(b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 3000 + b"\r\n")
    ok(status_of(answer) in (413, 431) or answer == b"", "thousands of headers are refused",
       answer[:200])


def test_bodies(server, key):
    auth = b"Authorization: Bearer " + key.encode() + b"\r\n"
    chunked = (b"POST /v1/commands HTTP/1.1\r\n" + HOST + auth + b"Connection: close\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n")
    good = server.raw(chunked + b'10\r\n{"cmd":"funds.ge\r\n3\r\nt"}\r\n0\r\n\r\n')
    same(status_of(good), 200, "a body in chunks is read")
    bad = server.raw(chunked + b"zz\r\nabc\r\n0\r\n\r\n")
    ok(status_of(bad) in (0, 400), "chunks of no size are refused", bad[:200])
    utf8 = b'{"cmd":"account.get","member":"\xff"}'
    answer = server.raw(b"POST /v1/commands HTTP/1.1\r\n" + HOST + auth + b"Connection: close\r\n"
                        b"Content-Length: %d\r\n\r\n" % len(utf8) + utf8)
    ok(b'"bad_json"' in answer, "bad UTF-8 is refused", answer[-200:])
    short = server.raw(b"POST /v1/commands HTTP/1.1\r\n" + HOST + auth +
                       b"Content-Length: 100\r\n\r\n{", wait=1)
    ok(status_of(short) == 0, "a body that does not come is not answered", short[:200])


def test_pipelined(server):
    two = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = server.raw(two + two[:-2] + b"Connection: close\r\n\r\n")
    same(answer.count(b"HTTP/1.1 200"), 2, "two requests at once are answered one after the other")


def test_many(server):
    """Idle connections, and the server answers others meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, MANY + 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    many = min(MANY, wanted - 200)
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(many)]
    same(server.ask("GET", "/healthz")[0], 200, "it answers beside all those who say nothing")
    metrics = dict(line.rsplit(" ", 1) for line in server.ask("GET", "/metrics")[2].splitlines()
                   if not line.startswith("#"))
    ok(int(metrics["jifen_http_connections"]) >= many, f"{many} connections are open at once")
    resident = int(metrics["process_resident_memory_bytes"])
    ok(resident < 200e6 or os.environ.get("JF_SANITIZED"), "and take less than 200 MB", resident)
    print(f"# {many} idle connections: {resident / 1e6:.0f} MB resident")
    held[0].sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
    ok(held[0].recv(100).startswith(b"HTTP/1.1 200"), "one of them may speak after all")
    for connection in held:
        connection.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, FIRST, options=("--rate", "100000"))
        key = server.key("system")
        test_smuggling(server)
        test_size(server)
        test_bodies(server, key)
        test_pipelined(server)
        test_many(server)
        same(server.ask("GET", "/readyz")[0], 200, "after all of it the server is ready")
        same(server.stop(), 0, "and ends well")
    done()


main()
