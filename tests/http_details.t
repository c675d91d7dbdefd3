#!/usr/bin/env python3
"""What problems say in `detail`: in Chinese to who asks in Chinese. Every sentence that the server
says as it stands has its row in src/server/details.def, and every row is said somewhere.
"""

import pathlib
import re
import tempfile

from books import done, ok, same
from serving import FIRST, Server

TEXT = r'"(?:[^"\\]|\\.)*"'
# up to the end of the statement; a semicolon inside a text is none
CALL = re.compile(rf"\b(?:jf_answer_problem|jf_answer_refusal|jf_refuse|refuse)"
                  rf"\(((?:{TEXT}|[^;\"])*?)\);", re.S)
# what answers over HTTP; the rest of app speaks to who runs the program
SPEAK = ("core/**/*.c", "server/*.c", "app/closing.c", "app/engine.c")


def texts(source):
    """Texts as the compiler joins them."""
    return ["".join(part[1:-1] for part in re.findall(TEXT, found))
            for found in re.findall(rf"{TEXT}(?:\s*{TEXT})*", source)]


def test_rows():
    table = pathlib.Path("src/server/details.def").read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^JF_DETAIL\(({TEXT}),\s+({TEXT})\)$", table, re.M))
    ok(len(rows) == table.count("\nJF_DETAIL("), "each English sentence has one row")
    english = {en[1:-1] for en in rows}
    sources = [path.read_text(encoding="utf-8") for where in SPEAK
               for path in sorted(pathlib.Path("src").glob(where))]
    said = {text for source in sources for call in CALL.findall(source)
            for text in texts(call) if " " in text and "%" not in text}
    same(sorted(said - english), [], "every sentence has its row")
    everything = {re.sub(r"%(\.\*)?[a-z]+", "*", text) for source in sources
                  for text in texts(source)}
    kinds = {text.replace("*", kind, 1) for text in everything for kind in ("member", "shop")
             if text.startswith("there is no * ")}
    same(sorted(english - everything - kinds), [], "and every row is said")


def test_said(server):
    office, member = server.key("finance"), server.key("member", "m")
    pay = {"id": "x", "member": "nobody", "shop": "s", "amount": "1.00"}
    for method, path, body, key, en, zh in (
            ("GET", "/v1/funds", None, None, "sign in, or send a key: Authorization: Bearer KEY",
             "请登录，或发送密钥：Authorization: Bearer KEY"),
            ("GET", "/v1/members/n/orders", None, member,
             "none of the caller's roles may see this, or not of this one",
             "当前角色无权查看该对象"),
            ("POST", "/v1/orders", pay, server.key("system"), 'there is no member "nobody"',
             "没有会员“nobody”"),
            ("POST", "/v1/orders/o/refunds", {"id": "r", "amount": "99.00"}, office,
             "more than is left of what was paid", "超过订单可退余额"),
            ("POST", "/v1/codes", {"code": "?"}, member, "this is no code of ours",
             "不是本平台的二维码")):
        for language, detail in (("en", en), ("zh-CN", zh)):
            answer = server.ask(method, path, body, key, {"Accept-Language": language})[2]
            same(answer.get("detail"), detail, f"{method} {path}: in {language}")


def main():
    test_rows()
    order = {"cmd": "order.pay", "id": "o", "member": "m", "shop": "s", "amount": "9.00",
             "at": "2024-03-01T09:00:00+08:00"}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, [*FIRST, order], options=("--rate", "100000"))
        test_said(server)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
