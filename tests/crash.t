#!/usr/bin/env python3
"""kill -9 at random moments: nothing acknowledged is lost, nothing is doubled.

An import is killed again and again while it writes, and started again each time. When it
finishes, the books must be those of an import that nobody disturbed. Then `jifen apply` is
killed while its answers are read: what was answered must answer the same ever after.

The moments are chosen by what the child does, not by a clock: the kernel (inotify) tells of
every write to the database's files, and the kill comes on the n-th, n random. So most kills
fall into the middle of a commit. The seed is printed; JF_SEED repeats one.
"""

import ctypes
import json
import os
import random
import select
import signal
import struct
import subprocess
import tempfile

from books import JIFEN, done, jifen, ok

IMPORT_KILLS = 110
APPLY_KILLS = 30
WRITES_MOST = 200  # between two kills of an import
BATCH = "16"  # small, so that there is much to interrupt
IN_MODIFY = 2

SEED = int(os.environ.get("JF_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
rng = random.Random(SEED)
libc = ctypes.CDLL(None, use_errno=True)


def audit(url):
    """What the audit says of the books; what keeps it from saying it is a finding too."""
    run = jifen("audit", "--db", url, "--json", "--no-replay")
    if run.returncode != 0:
        return {"findings": [run.stdout + run.stderr], "journals": -1, "state_hash": ""}
    return json.loads(run.stdout)


class Writes:
    """Counts the writes to the files of a folder, as the kernel tells of them."""

    def __init__(self, folder):
        self.fd = libc.inotify_init1(os.O_CLOEXEC)
        if self.fd < 0 or libc.inotify_add_watch(self.fd, folder.encode(), IN_MODIFY) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

    def forget(self):
        """Passes over what was told so far."""
        while select.select([self.fd], [], [], 0)[0]:
            os.read(self.fd, 65536)

    def wait(self, child, count):
        """True after `count` writes; False when the child's output ends before."""
        while True:
            ready, _, _ = select.select([self.fd, child.stdout], [], [])
            if self.fd in ready:
                count -= self.events()
                if count <= 0:
                    return True
            elif child.stdout in ready and not os.read(child.stdout.fileno(), 65536):
                return False

    def events(self):
        told = os.read(self.fd, 65536)
        at = count = 0
        while at < len(told):
            _, _, _, length = struct.unpack_from("iIII", told, at)
            at += 16 + length
            count += 1
        return count


def import_command(url, csv):
    return [JIFEN, "import", "--db", url, "--csv", csv, "--batch", BATCH, "--json"]


def kill_one_import(url, csv, writes, count):
    """Starts an import and kills it after `count` writes. True when it got to its end before."""
    writes.forget()
    with subprocess.Popen(import_command(url, csv), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        if writes.wait(child, count):
            child.send_signal(signal.SIGKILL)
        child.stdout.read()
        return child.wait() == 0


def kill_imports(folder):
    csv = os.path.join(folder, "purchases.csv")
    made = jifen("generate", "--customers", "1500", "--days", "200", "--seed", "7", "--out", csv)
    whole = f"sqlite:{folder}/whole.db"
    run = subprocess.run(import_command(whole, csv), capture_output=True, text=True, check=False)
    ok(run.returncode == 0, "an import that nobody disturbs ends well", made.stderr + run.stderr)
    expected = audit(whole)
    ok(not expected["findings"], "its books are clean", expected["findings"])
    rows = json.loads(run.stdout)["paid"]

    kills = databases = 0
    while kills < IMPORT_KILLS:
        databases += 1
        place = os.path.join(folder, f"db{databases}")
        os.mkdir(place)
        kills = disturb(place, csv, kills)
        url = f"sqlite:{place}/books.db"
        last = subprocess.run(import_command(url, csv), capture_output=True, text=True, check=False)
        summary = json.loads(last.stdout or "{}")
        ok(summary.get("paid", -1) + summary.get("again", 0) == rows,
           f"database {databases}: started a last time, the import accounts for all {rows} rows",
           last.stdout + last.stderr)
        found = audit(url)
        ok(found == expected, f"database {databases}: the books are those of an undisturbed import",
           f"{found}\n{expected}")
    full = jifen("audit", "--db", url, "--json")
    ok(full.returncode == 0, "and the last can be replayed", full.stdout + full.stderr)


def disturb(place, csv, kills):
    """Imports into a new database, killed until it is done or was killed often enough."""
    url = f"sqlite:{place}/books.db"
    writes = Writes(place)
    journals = 0
    while kills < IMPORT_KILLS:
        count = rng.randrange(1, WRITES_MOST)
        if kill_one_import(url, csv, writes, count):
            break
        kills += 1
        found = audit(url)
        if journals == 0 and found["journals"] < 0:
            # Killed while the file was being made: nothing is in it, and who next writes to it
            # has to finish making it before anybody can read.
            reopened = jifen("apply", "--db", url)
            found = audit(url) if reopened.returncode == 0 else found
        ok(not found["findings"] and found["journals"] >= journals,
           f"kill {kills}, after {count} writes: the books are clean and have lost nothing",
           f"{found}; {journals} journals before")
        journals = max(journals, found["journals"])
    os.close(writes.fd)
    return kills


def answers_of(url, lines, enough=None):
    """
    The whole answers that `jifen apply` gave to the lines; it is killed after `enough` of
    them, or left to finish.
    """
    with subprocess.Popen([JIFEN, "apply", "--db", url, "--batch", "8"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        feeder = os.fork()  # so that neither pipe can fill while the other is waited for
        if feeder == 0:
            feed(child, lines)
        child.stdin.close()
        said = b""
        while enough is None or said.count(b"\n") < enough:
            part = os.read(child.stdout.fileno(), 4096)
            if not part:
                break
            said += part
        if enough is not None:
            child.send_signal(signal.SIGKILL)
        said += child.stdout.read()
        child.wait()
        os.waitpid(feeder, 0)
    return said.split(b"\n")[:-1]


def feed(child, lines):
    """In a process of its own: writes the lines, unless the reader is killed before."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    child.stdout.close()
    view = memoryview(b"".join(lines))
    while view:
        view = view[os.write(child.stdin.fileno(), view):]
    os._exit(0)


def kill_applies(folder):
    url = f"sqlite:{folder}/apply.db"
    made = jifen("generate", "--commands", "--customers", "300", "--days", "90", "--seed", "3")
    lines = [line.encode() + b"\n" for line in made.stdout.splitlines()]
    first = answers_of(url, lines[:1])
    ok(len(first) == 1 and b'"ok":true' in first[0], "a policy is set", first)

    done, kept = 1, []  # lines answered so far; (line, answer) of those with an id
    for kill in range(1, APPLY_KILLS + 1):
        enough = rng.randrange(1, max(2, 2 * (len(lines) - done) // (APPLY_KILLS - kill + 2)))
        answers = answers_of(url, lines[done:], enough)
        kept += [(line, answer) for line, answer in zip(lines[done:], answers)
                 if b'"id":' in line and b'"ok":true' in answer]
        done += len(answers)
        again = answers_of(url, [line for line, _ in kept])
        differing = [(line, first, now) for (line, first), now in zip(kept, again) if first != now]
        ok(len(again) == len(kept) and not differing,
           f"apply, kill {kill}, {len(kept)} commands answered: each answers the same again",
           differing[:1] or f"{len(again)} answers")
    ok(len(kept) > 100, f"that were {len(kept)} commands with an id in the end")
    full = jifen("audit", "--db", url, "--json")
    ok(full.returncode == 0, "the books are clean and can be replayed", full.stdout + full.stderr)


print(f"# seed {SEED} (JF_SEED={SEED} repeats it)", flush=True)
with tempfile.TemporaryDirectory() as temporary:
    kill_imports(temporary)
    kill_applies(temporary)
done()
