#!/bin/sh
# The example that verifies the hash chain without jifen: it agrees with the audit
# on books as they were written, and names the journal when one was changed.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

at='"at":"2024-01-01T09:00:00+08:00"'
cat >"$dir/commands" <<EOS
{"cmd":"policy.set","policy":"zhongdian","from":"2024-01-01"}
{"cmd":"member.create","id":"anna",$at}
{"cmd":"shop.create","id":"tea","owner":"anna","kind":"alliance","region":"330106",\
"rebate":"0.2",$at}
{"cmd":"order.pay","id":"o-1","member":"anna","shop":"tea","amount":"1000.00",$at}
{"cmd":"day.close","day":"2024-01-20"}
EOS
"$jifen" apply --strict --db "sqlite:$dir/clean.db" "$dir/commands" >/dev/null

# verify FILE: what the example says, and its status on a line of its own.
verify()
{
    verify_status=0
    python3 examples/verify_chain.py "$1" 2>&1 || verify_status=$?
    printf 'status %s\n' "$verify_status"
}

audited=$("$jifen" audit --db "sqlite:$dir/clean.db" --json)
journals=$(printf '%s\n' "$audited" | sed 's/.*"journals":\([0-9]*\).*/\1/')
head=$(printf '%s\n' "$audited" | sed 's/.*"head":"\([0-9a-f]*\)".*/\1/')
is "$(verify "$dir/clean.db")" "$journals journals, last hash $head
status 0" 'the chain of clean books verifies, with the head that the audit names'

# spoil SENTENCE SQL EXPECTED: after this was done to a copy, the example says that.
spoil()
{
    cp "$dir/clean.db" "$dir/bad.db"
    sqlite3 "$dir/bad.db" "$2"
    is "$(verify "$dir/bad.db")" "$3
status 1" "$1"
}

spoil 'another day is seen' 'UPDATE journal SET day = day + 1 WHERE number = 4' \
    'journal 4 is not the one that was written'
spoil 'another kind is seen' 'UPDATE journal SET kind = 4 WHERE number = 4' \
    'journal 4 is not the one that was written'
spoil 'another subject is seen' 'UPDATE journal SET subject = -1 WHERE number = 4' \
    'journal 4 is not the one that was written'
spoil 'another command is seen' \
    "UPDATE journal SET command = replace(command, '1000.00', '100.00') WHERE number = 4" \
    'journal 4 is not the one that was written'
spoil 'another posting is seen' \
    "UPDATE journal SET postings = replace(postings, '100000', '100001') WHERE number = 4" \
    'journal 4 is not the one that was written'
spoil 'another hash is seen' 'UPDATE journal SET hash = zeroblob(32) WHERE number = 4' \
    'journal 4 is not the one that was written'
spoil 'a journal that is gone is seen' 'DELETE FROM journal WHERE number = 4' \
    'journal 4 is missing'
spoil 'journals that are gone at the end are seen' \
    'DELETE FROM journal WHERE number = (SELECT journals FROM state)' \
    'the state names another last hash: journals are missing at the end'

tap_done
