#!/usr/bin/env python3
"""What problems say in `detail`: in Chinese to who asks in Chinese. Every sentence that can come
into an answer, with and without names and numbers in it, has its row in src/server/details.def,
and every row is said somewhere.
"""

import pathlib
import re
import tempfile

from books import done, ok, same
from serving import FIRST, Server

TEXT = r'"(?:[^"\\\n]|\\.)*"'
# A text may be put together with a constant, which stands in it as a value does.
TOKEN = re.compile(rf"/\*.*?\*/|^\#include[^\n]*|'(?:[^'\\]|\\.)'"
                   rf"|(?P<text>{TEXT}(?:\s*(?:{TEXT}|JF_[A-Z_]+\b(?!\()))*)"
                   rf"|(?P<name>[A-Za-z_]\w*)|(?P<mark>[();])|\S", re.S | re.M)
# What is handed to these is no refusal: it is written, compared or kept.
OTHERS = re.compile(r"jf_buf|jf_jw|jf_exchange_note|str|mem|MHD|JF_ASSERT|_Static_assert|snprintf")
# These write pages, figures and papers, or fail before there is a server.
PAPERS = re.compile(r"openapi|reference|figures|respond|report|statement_write|settlement_xlsx|"
                    r"projection|qr_picture|backup|lookup|writer")


def texts(source):
    """Texts as the compiler joins them, of which * stands for what is filled in: (text, said)."""
    calls, name, found = [], "", []
    for token in TOKEN.finditer(source):
        if token["text"]:
            parts = re.findall(rf"{TEXT}|JF_[A-Z_]+", token["text"])
            text = "".join(part[1:-1] if part[0] == '"' else "*" for part in parts)
            found.append((re.sub(r"%[.\d]*(\.\*|[lz]+)?[a-z]", "*", text),
                          not any(OTHERS.match(call) for call in calls)))
        elif token["mark"] == "(":
            calls.append(name)
        elif token["mark"] == ")":
            calls[-1:] = []
        elif token["mark"]:
            calls = []
        name = token["name"] or ""
    return found


def sentence(text):
    """Some words, and not a piece of a sentence that is written elsewhere."""
    return re.match(r'[a-z`*"\\][^=]* [^=]*[^ =]$', text) and re.search("[a-z]{3}", text)


def speakers():
    """The files whose sentences come into answers: the rules, and what the server includes."""
    src = pathlib.Path("src")
    server = sorted(src.glob("server/*.[ch]"))
    heads = {head for path in server for head in
             re.findall(r'#include "app/(\w+)\.h"', path.read_text(encoding="utf-8"))}
    files = {*server, src / "base/json.c", *src.glob("core/**/*.c"),
             *(path for head in heads for path in src.glob(f"app/{head}*.c")),
             *(path for path in src.glob("app/*.c")
               if "jf_refuse(" in path.read_text(encoding="utf-8"))}
    return sorted(path for path in files if not PAPERS.match(path.stem))


def test_rows():
    table = pathlib.Path("src/server/details.def").read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^JF_DETAIL\(({TEXT}),\s+({TEXT})\)$", table, re.M))
    ok(len(rows) == table.count("\nJF_DETAIL("), "each English sentence has one row")
    same([en for en, zh in rows.items()
          if re.findall("[*#]", en) != re.findall("[*#]", zh)], [],
         "both languages name the same, in the same order")
    english = {en[1:-1].replace("#", "*") for en in rows}
    found = [one for path in speakers() for one in texts(path.read_text(encoding="utf-8"))]
    ok(len(found) > 1000, "the sources are read")
    said = {text for text, so in found if so and sentence(text)}
    ok("missing; expected *" in said and "a day like \\\"2024-03-15\\\"" in said,
       "and the sentences of the rules are among them")
    same(sorted(said - english), [], "every sentence has its row")
    same(sorted(english - {text for text, _ in found}), [], "and every row is said")


def test_said(server):
    office, member, system = server.key("finance"), server.key("member", "m"), server.key("system")
    pay = {"id": "x", "member": "nobody", "shop": "s", "amount": "1.00"}
    for method, path, body, key, en, zh in (
            ("GET", "/v1/funds", None, None, "sign in, or send a key: Authorization: Bearer KEY",
             "请登录，或发送密钥：Authorization: Bearer KEY"),
            ("GET", "/v1/members/n/orders", None, member,
             "none of the caller's roles may see this, or not of this one",
             "当前角色无权查看该对象"),
            ("POST", "/v1/orders", pay, system, 'there is no member "nobody"',
             "没有会员“nobody”"),
            ("POST", "/v1/orders/o/refunds", {"id": "r", "amount": "99.00"}, office,
             "more than is left of what was paid", "超过订单可退余额"),
            ("POST", "/v1/codes", {"code": "?"}, member, "this is no code of ours",
             "不是本平台的二维码"),
            ("POST", "/v1/orders", {**pay, "amount": "1.0.0"}, system,
             'expected an amount above 0 as a string with at most 2 decimals, like "12.50"',
             "应为：大于 0 的金额，以至多 2 位小数的文本表示，如 \"12.50\""),
            ("POST", "/v1/orders", {"id": "x", "member": "m", "amount": "1.00"}, system,
             "missing; expected an id of 1 to 64 letters, digits or . _ : -",
             "缺少，应为：1 至 64 个字母、数字或 . _ : - 组成的编号"),
            ("POST", "/v1/orders", {**pay, "shoop": "s"}, system, "order.pay has no such field",
             "order.pay 没有此字段"),
            ("POST", "/v1/orders", {**pay, "id": "o"}, system,
             '"o" was used before with other content; expected a new id',
             "“o”已用于其他内容，请换新单号"),
            ("POST", "/v1/orders", b'{"id" 1}', system, "':' expected near line 1, column 7",
             "JSON 有误：':' expected（约第 1 行第 7 列）"),
            ("POST", "/v1/orders", b'{"id":1,"id":2}', system,
             "duplicate key near line 1, column 12",
             "JSON 有误：键重复（约第 1 行第 12 列）")):
        for language, detail in (("en", en), ("zh-CN", zh)):
            answer = server.ask(method, path, body, key, {"Accept-Language": language})[2]
            same(answer.get("detail"), detail, f"{method} {path}: in {language}")


def test_findings(server):
    """What a policy's check says; a text that was cut within a value loses only its end."""
    policy = {"name": "币" * 200, "rebate": {"min": 3}, "points": []}
    en, zh = ([finding.get("detail", "") for finding in
               server.ask("POST", "/v1/policies/check", {"policy": policy},
                          server.key("operator"), {"Accept-Language": language})[2]["findings"]]
              for language in ("en", "zh-CN"))
    same(en[0][:53], 'expected a text of 1 to 64 bytes, found the text "币币币',
         "what it found is quoted")
    same(en[1:],
         ["expected a decimal string above 0 and up to 1, at most 6 decimals, found the number 3",
          "expected an object, found a list of 0", 'expected the pool "p" of the version before'],
         "findings say what was expected")
    same(zh[0][:25], "应为：1 至 64 字节的文本；实为文本“币币币币", "in Chinese too, cut or not")
    same(zh[1:], ["应为：大于 0 且不超过 1 的小数文本，至多 6 位小数；实为数字 3",
                  "应为：对象；实为 0 项的列表", "应包含上一版本的积分池“p”"], "and the others")


def main():
    test_rows()
    order = {"cmd": "order.pay", "id": "o", "member": "m", "shop": "s", "amount": "9.00",
             "at": "2024-03-01T09:00:00+08:00"}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, [*FIRST, order], options=("--rate", "100000"))
        test_said(server)
        test_findings(server)
        same(server.stop(), 0, "the server ends well")
    done()


if __name__ == "__main__":
    main()
