#!/usr/bin/env python3
"""Backups of `jifen serve` and `jifen backup`: made while orders are paid, whole, and checked; what
the server says of its files; and who its business staff are.
"""

import json
import pathlib
import sqlite3
import subprocess
import tempfile
import threading

from books import ENVIRONMENT, JIFEN, done, ok, same
from serving import Broken, FIRST, TODAY, Server


def jifen(*arguments):
    return subprocess.run([JIFEN, *arguments], capture_output=True, text=True, env=ENVIRONMENT,
                          check=False)


def until_made(server, key):
    """What is said of backups once none is being made; each look is answered by the server."""
    while True:
        backups = server.ask("GET", "/v1/system", key=key)[2]["backups"]
        if not backups["running"]:
            return backups


def paying(server, key, stop, paid):
    """Orders one after the other, until it is told to stop."""
    while not stop.is_set():
        number = len(paid)
        status, _, _ = server.ask("POST", "/v1/orders", {
            "id": f"o{number}", "member": "m", "shop": "s", "amount": "10.00"}, key)
        if status == 201:
            paid.append(number)


def test_backup(folder):
    backups = pathlib.Path(folder) / "backups"
    backups.mkdir()
    server = Server(folder, FIRST, options=("--backups", str(backups), "--rate", "100000"))
    operator, system = server.key("operator"), server.key("system")
    about = server.ask("GET", "/v1/system", key=operator)[2]
    same(about["backups"], {"folder": True, "running": False}, "there is no backup yet")
    stop, paid = threading.Event(), []
    payer = threading.Thread(target=paying, args=(server, system, stop, paid))
    payer.start()
    same(server.ask("POST", "/v1/backups", {}, server.key("finance"))[0], 403,
         "finance asks for none")
    with Broken(server, "act"):
        same(server.ask("POST", "/v1/backups", {}, operator)[0], 503,
             "none is begun that the trail would not know of")
    same(server.ask("GET", "/v1/system", key=operator)[2]["backups"],
         {"folder": True, "running": False}, "and none is under way")
    same(server.ask("POST", "/v1/backups", {}, operator)[:1], (201,), "an operator asks for one")
    made = until_made(server, operator)
    stop.set()
    payer.join()
    last = made["last"]
    ok("failed" not in made and last["journals"] >= len(FIRST), "it is made while orders are paid",
       made, len(paid))
    books, desk = backups / last["name"], backups / f"{last['name']}.desk"
    same((books.stat().st_size, desk.stat().st_size), (last["bytes"], last["desk_bytes"]),
         "its size is that of its files")
    same(sorted(one.name for one in backups.iterdir()),
         sorted([books.name, desk.name, f"{books.name}.json"]), "and it is these three files")
    trail = server.ask("GET", "/v1/trail?limit=1", key=operator)[2]["rows"][0]
    same((trail["act"], trail["outcome"]), ("backup", "ok"), "the trail says who asked")
    same(server.stop(), 0, "the server ends well")
    audit = json.loads(jifen("audit", "--json", "--db", f"sqlite:{books}").stdout)
    same((audit["journals"], audit["findings"]), (last["journals"], []),
         "a backup is books that check, to the last journal")
    copy = Server(backups, name=last["name"])
    status, _, page = copy.ask("GET", "/v1/journals?limit=1", key=system)
    same((status, page["rows"][0]["hash"]), (200, last["head"]),
         "it is served as it is, with the keys of its desk, up to the hash that was told")
    same(copy.stop(), 0, "and ends well")


def test_keeping(folder):
    """Two are kept; what the server did not make, or did not find whole, it does not touch."""
    backups = pathlib.Path(folder) / "kept"
    backups.mkdir()

    def put(day, note=True, says=None):
        name = f"books-202402{day:02}T090000Z.db"
        for end in ("", ".desk"):
            (backups / f"{name}{end}").write_text("copy")
        if note:
            (backups / f"{name}.json").write_text(json.dumps({"name": says or name}))
        return name

    gone = [put(1), put(2), put(3)]
    kept = put(4)
    (backups / f"{gone[0]}.desk").unlink()  # a removal that was cut short
    put(5, note=False)  # a copy that did not check
    put(6, says="other.db")
    (backups / "books-old.db").write_text("mine")
    (backups / "books-20240101T090000Z.db.json").symlink_to(backups / f"{kept}.json")
    (backups / "notes.json").write_text("{}")
    before = {one.name for one in backups.iterdir()}
    server = Server(folder, FIRST, name="kept.db",
                    options=("--backups", str(backups), "--keep-backups", "2",
                             "--now", "2024-03-02T09:00:00+08:00"))
    operator = server.key("operator")
    same(server.ask("GET", "/v1/system", key=operator)[2]["backups"]["keep"], 2,
         "the server says how many it keeps")
    same({one.name for one in backups.iterdir()}, before, "starting removes nothing")
    same(server.ask("POST", "/v1/backups", {}, operator)[0], 201, "one more is made")
    made = until_made(server, operator)
    new = made["last"]["name"]
    ok("failed" not in made, "and is whole", made)
    after = before | {new, f"{new}.desk", f"{new}.json"}
    after -= {f"{name}{end}" for name in gone for end in ("", ".desk", ".json")}
    same(sorted(one.name for one in backups.iterdir()), sorted(after),
         "the newest two stay, and everything that is not the server's")
    rows = server.ask("GET", "/v1/trail?limit=9", key=operator)[2]["rows"]
    same([(row["who"], row["act"], row["subject"]) for row in rows][:3],
         [("jifen serve", "backup_remove", name) for name in gone],
         "the trail has each that was removed")
    same(server.stop(), 0, "the server ends well")
    put(1)
    server = Server(folder, name="kept.db", options=(
        "--backups", str(backups), "--keep-backups", "2", "--now", "2024-03-03T09:00:00+08:00"))
    with sqlite3.connect(f"{server.db}.desk") as desk:
        desk.execute("CREATE TRIGGER no BEFORE INSERT ON act WHEN new.act='backup_remove' "
                     "BEGIN SELECT RAISE(ABORT,'no'); END")
    server.ask("POST", "/v1/backups", {}, operator)
    made = until_made(server, operator)
    ok("failed" in made, "what the trail would not know of is not removed", made)
    same(sorted(one.name for one in backups.glob("books-2024020[14]*.db")),
         sorted([gone[0], kept]), "and stays")
    same(server.stop(), 0, "the server ends well again")


def test_verb(folder):
    server = Server(folder, FIRST, name="verb.db")
    operator = server.key("operator")
    target = pathlib.Path(folder) / "copy.db"
    run = jifen("backup", "--db", server.url, "--to", str(target))
    told = json.loads(run.stdout)
    head = server.ask("GET", "/v1/system", key=operator)[2]
    same((run.returncode, told["head"], told["journals"]), (0, head["head"], head["journals"]),
         "jifen backup copies what a server is serving")
    same((head["books"]["bytes"] > 0, head["desk"]["schema"] > 0, head["store"]),
         (True, True, "sqlite"), "the server says what its files are like")
    again = jifen("backup", "--db", server.url, "--to", str(target))
    same((again.returncode, again.stdout), (2, ""), "a backup takes the place of nothing")
    same(jifen("backup", "--db", server.url).returncode, 64, "it wants to know where")
    nowhere = jifen("backup", "--db", server.url, "--to", f"{folder}/none/copy.db")
    same((nowhere.returncode, "none/copy.db" in nowhere.stderr), (2, True),
         "or says that it cannot")
    same(jifen("backup", "--db", "memory:", "--to", f"{folder}/m.db").returncode, 2,
         "books in memory are no file")
    same(server.ask("POST", "/v1/backups", {}, operator)[0], 404, "without a folder there is none")
    same(server.stop(), 0, "the server ends well")


def test_business(folder):
    """m promotes and brought o, who leads a team; n is staff twice over; p holds a seat."""
    server = Server(folder, FIRST + [
        {"cmd": "member.create", "id": "o", "referrer": "m", "at": TODAY},
        {"cmd": "member.create", "id": "p", "referrer": "o", "region": "330106", "at": TODAY},
        {"cmd": "member.create", "id": "q", "at": TODAY},
        {"cmd": "reward.enroll", "program": "staff", "member": "n", "weight": 2, "at": TODAY},
        {"cmd": "reward.enroll", "program": "team", "member": "o", "weight": 1, "at": TODAY},
        {"cmd": "agent.assign", "region": "3301", "holders": [{"member": "p", "weight": 1}],
         "at": TODAY}], name="business.db")
    office = server.key("operator")
    for name, role, scope in (("ned", "staff", "n"), ("mia", "promoter", "m"),
                              ("eve", "member", "q")):
        server.ask("POST", "/v1/people", {"name": name, "password": "correct horse 8"}, office)
        server.ask("POST", f"/v1/people/{name}/grants", {"role": role, "scope": scope}, office)
    rows = server.ask("GET", "/v1/business", key=office)[2]["rows"]
    same([(row["id"], [one["role"] for one in row["roles"]],
           [(one["program"], one["weight"]) for one in row["programs"]],
           [one["region"] for one in row["seats"]], row["invited"]) for row in rows],
         [("m", ["promoter"], [], [], 1), ("n", ["staff"], [("staff", 2)], [], 0),
          ("o", [], [("team", 1)], [], 1), ("p", [], [], ["3301"], 0)],
         "whoever has a role, a program or a seat, and nobody else")
    seen, after = [], 0
    while after is not None:
        page = server.ask("GET", f"/v1/business?limit=1&after={after}", key=office)[2]
        seen += [row["id"] for row in page["rows"]]
        after = page["next"]
    same(seen, ["m", "n", "o", "p"], "one a page")
    same(server.stop(), 0, "the server ends well")


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_backup(folder)
        test_keeping(folder)
        test_verb(folder)
        test_business(folder)
    done()


if __name__ == "__main__":
    main()
