#!/bin/sh
# `jifen audit`: what it prints in both languages and as JSON, its exit statuses, and
# that it changes nothing. What it finds is tested in tests/unit/test_app_audit.c.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset LC_ALL LC_MESSAGES LANG

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

# audit ARGUMENTS...: what it prints in $out, standard error in $errors, $status.
audit()
{
    status=0
    out=$("$jifen" audit "$@" 2>"$dir/errors") || status=$?
    errors=$(cat "$dir/errors")
}

cp "$dir/clean.db" "$dir/before.db"
audit --db "sqlite:$dir/clean.db"
is "$status" 0 'clean books end with 0'
has "$out" 'There are no findings.' 'and it says that there are no findings'
has "$out" 'parties     2' 'it says how many parties it read'
has "$out" 'orders      1' 'and how many orders'
has "$out" 'every command run again' 'and that the commands were run again'
head=$(sqlite3 "$dir/clean.db" 'SELECT lower(hex(head)) FROM state')
has "$out" "chain head  $head" 'and the head of the chain'
ok 'the file is what it was' cmp "$dir/clean.db" "$dir/before.db"

audit --db "sqlite:$dir/clean.db" --lang zh
has "$out" '没有发现问题' 'it speaks Chinese when asked'
audit --db "sqlite:$dir/clean.db" --lang=en
has "$out" 'no findings' 'and English'
LANG=zh_CN.UTF-8
export LANG
audit --db "sqlite:$dir/clean.db"
has "$out" '没有发现问题' 'or as the environment says'
LC_ALL=C
export LC_ALL
audit --db "sqlite:$dir/clean.db"
has "$out" 'no findings' 'of which LC_ALL comes first'
unset LC_ALL LANG

audit --db "sqlite:$dir/clean.db" --no-replay
case $out in *'run again'*) again=yes ;; *) again=no ;; esac
is "$status $again" '0 no' '--no-replay runs no commands again'

# field NAME: a field of the JSON in $out.
field()
{
    printf '%s' "$out" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}
audit --db "sqlite:$dir/clean.db" --json
is "$(field findings)" '[]' 'JSON has the findings'
is "$(field head)" "$head" 'and the head'
is "$(field journals) $(field orders) $(field ids) $(field replayed)" \
    "$(sqlite3 "$dir/clean.db" 'SELECT journals FROM state') 1 3 True" 'and the counts'

cp "$dir/clean.db" "$dir/bad.db"
sqlite3 "$dir/bad.db" 'UPDATE account SET balance = balance + 100 WHERE owner = 0 AND slot = 1'
audit --db "sqlite:$dir/bad.db"
is "$status" 1 'a finding ends with 1'
has "$out" 'error balance_wrong: a balance is not the sum of its postings' 'it says what is wrong'
has "$out" 'revenue of the platform is ' 'and where'
audit --db "sqlite:$dir/bad.db" --lang zh
has "$out" '错误 balance_wrong：余额不等于分录之和' 'in Chinese too'
audit --db "sqlite:$dir/bad.db" --json
is "$status $(field findings | cut -c 1-53)" \
    "1 [{'id': 'balance_wrong', 'severity': 'error', 'text':" \
    'a finding in JSON has id, severity and text'

# An order that gives everything away moves nothing of its shop: the table of these is replayed too.
at='"at":"2024-02-01T09:00:00+08:00"'
free='{"name":"free","rebate":{"min":"0.5","max":"1"},"allocation":[]}'
pay='"cmd":"order.pay","member":"m","shop":"s"'
cat >"$dir/free.jsonl" <<EOF
{"cmd":"policy.set","policy":$free,"from":"2024-02-01"}
{"cmd":"member.create","id":"m",$at}
{"cmd":"shop.create","id":"s","kind":"alliance","owner":"m","region":"330106","rebate":"1",$at}
{$pay,"id":"o1","amount":"5.00",$at}
{$pay,"id":"o2","amount":"6.00",$at}
EOF
"$jifen" apply --db "sqlite:$dir/free.db" <"$dir/free.jsonl" >"$dir/free.out"
is "$(grep -vc '"ok":true' "$dir/free.out")" 0 'orders of a shop that gives everything away'
rows=$(sqlite3 "$dir/free.db" "SELECT group_concat(party || '|' || number, ' ') FROM unmoved")
audit --db "sqlite:$dir/free.db"
is "$status" 0 "moved nothing ($rows), and the books are clean"
first=${rows%% *} last=${rows##* }
# tampered NAME SQL HAS EXPECTED: what the audit says when a row of it was tampered with.
tampered()
{
    cp "$dir/free.db" "$dir/bad.db"
    sqlite3 "$dir/bad.db" "$2"
    audit --db "sqlite:$dir/bad.db"
    is "$status" 1 "$1 is found"
    has "$out" "the books have the row $3; run again, it is $4" 'and named'
}
tampered 'a row that was deleted' \
    "DELETE FROM unmoved WHERE party || '|' || number = '$last'" '(nothing more)' "unmoved|$last"
tampered 'a row that was added' 'INSERT INTO unmoved VALUES(99, 4)' 'unmoved|99|4' '(nothing more)'
tampered 'a row that was changed' \
    "UPDATE unmoved SET party = 0 WHERE party || '|' || number = '$first'" \
    "unmoved|0|${first##*|}" "unmoved|$first"

# Another process has the books open for writing, and has just answered.
mkfifo "$dir/to" "$dir/from"
"$jifen" apply --db "sqlite:$dir/clean.db" <"$dir/to" >"$dir/from" &
pid=$!
exec 3>"$dir/to" 4<"$dir/from"
printf '{"cmd":"member.create","id":"ben","at":"2024-02-01T09:00:00+08:00"}\n' >&3
read -r answer <&4
audit --db "sqlite:$dir/clean.db"
exec 3>&-
wait "$pid"
is "$answer" '{"ok":true,"result":{"id":"ben"}}' 'another process writes'
is "$status" 0 'books that are being written can be audited'
has "$out" 'parties     3' 'with all that was answered'

audit
is "$status" 64 'without --db it ends with 64'
has "$errors" '--db is missing' 'and says what is missing'
audit --db "sqlite:$dir/clean.db" more
is "$status" 64 'so it does with one argument too many'
audit --db "sqlite:$dir/clean.db" --lang fr
is "$status" 64 'and with a language that there is not'
audit --db "sqlite:$dir/none.db"
is "$status" 2 'a file that is not there ends with 2'
ok 'and is not made' test ! -e "$dir/none.db"
head -c 4096 "$dir/clean.db" >"$dir/cut.db"
audit --db "sqlite:$dir/cut.db"
is "$status[$out]" '2[]' 'a file that is cut off ends with 2'
has "$errors" 'cut.db' 'and is named'
status=0
"$jifen" audit --db "sqlite:$dir/clean.db" >/dev/full 2>"$dir/errors" || status=$?
is "$status" 2 'an output that is full ends with 2'

tap_done
