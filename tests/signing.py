"""What the tests of people share: making them by `jifen person`, signing in as a browser would, and
codes of an authenticator app.
"""

import base64
import hashlib
import hmac
import http.cookies
import struct
import subprocess
import time

from books import ENVIRONMENT, JIFEN, ok, same

PASSWORD = "a long enough one"


def person(server, *words, password=None):
    return subprocess.run([JIFEN, "person", *words, "--db", server.url], env=ENVIRONMENT, text=True,
                          input=f"{password}\n" if password else "", capture_output=True,
                          check=False)


def totp(secret, at):
    """RFC 6238, in the words of the RFC and not of the program."""
    counter = struct.pack(">Q", int(at) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = mac[19] & 15
    number = struct.unpack(">I", mac[offset:offset + 4])[0] & 0x7fffffff
    return f"{number % 1000000:06d}"


class Session:
    """A browser's part: the cookie it was given, and the token that its page knows."""

    def __init__(self, server, name, password=PASSWORD, headers=None, path="/v1/session", **more):
        self.server = server
        self.status, self.headers, self.answer = server.ask(
            "POST", path, {"name": name, "password": password, **more}, headers=headers)
        self.cookie = http.cookies.SimpleCookie(self.headers.get("Set-Cookie", ""))
        self.csrf = self.answer.get("csrf", "")

    def sends(self, csrf=True):
        """The headers that its page sends with a request."""
        cookie = "; ".join(f"{k}={v.value}" for k, v in self.cookie.items())
        return {"Cookie": cookie, **({"X-CSRF-Token": self.csrf} if csrf else {})}

    def ask(self, method, path, body=None, csrf=True):
        return self.server.ask(method, path, body, headers=self.sends(csrf))


def code(answer):
    return answer[0], answer[2].get("code")


def until(true, sentence):
    end = time.monotonic() + 20
    while not (got := true()) and time.monotonic() < end:
        pass
    ok(got, sentence)


def made(server, name, *grants):
    """Somebody who may sign in, with roles like ("operator", None)."""
    same(person(server, "create", name, password=PASSWORD).returncode, 0, f"{name} is made")
    for role, scope in grants:
        more = ("--scope", scope) if scope else ()
        same(person(server, "grant", name, "--role", role, *more).returncode, 0, f"and is {role}")


def now_of(server):
    """What the server's clock says, in seconds; it began at TODAY."""
    return 1709254800 + time.monotonic() - server.began
