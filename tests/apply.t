#!/bin/sh
# `jifen apply`, the command stream: exit statuses, lines of every bad kind, talking
# over a pipe, signals, and stores and outputs that fail.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

policy='{"cmd":"policy.set","policy":"zhongdian","from":"2024-01-01"}'
at='"at":"2024-01-01T09:00:00+08:00"'
anna="{\"cmd\":\"member.create\",\"id\":\"anna\",$at}"
ben="{\"cmd\":\"member.create\",\"id\":\"ben\",$at}"
funds='{"cmd":"funds.get"}'
created='{"ok":true,"result":{"id":"anna"}}'

# run INPUT-FILE ARGUMENTS...: answers in $answers, standard error in $errors, $status.
run()
{
    input=$1
    shift
    status=0
    answers=$("$jifen" apply "$@" <"$input" 2>"$dir/errors") || status=$?
    errors=$(cat "$dir/errors")
}

# codes: the error codes of $answers in order, "ok" for those without.
codes()
{
    printf '%s\n' "$answers" | sed 's/.*"code":"\([a-z_]*\)".*/\1/; s/^{"ok":true.*/ok/' |
        tr '\n' ' ' | sed 's/ $//'
}

lines()
{
    printf '%s\n' "$@" >"$dir/in"
}

# members COUNT: commands that create as many.
members()
{
    awk -v count="$1" -v at="$at" 'BEGIN { for (i = 0; i < count; i++)
        printf "{\"cmd\":\"member.create\",\"id\":\"m-%d\",%s}\n", i, at }'
}

# ---------------------------------------------------------------- exit statuses

lines "$policy" "$anna" "$ben"
run "$dir/in"
is "$status $(codes)" '0 ok ok ok' 'a stream without refusals ends with 0'
run "$dir/in" --strict
is "$status" 0 'and so it does with --strict'
run /dev/null "$dir/in"
is "$status $(codes)" '0 ok ok ok' 'the stream may be a file'
run "$dir/in" -
is "$status $(codes)" '0 ok ok ok' '"-" is standard input'
other="{\"cmd\":\"member.create\",\"id\":\"anna\",\"phone\":\"13800000001\",$at}"
lines "$policy" "$anna" "$other" "$ben"
run "$dir/in"
is "$status $(codes)" '0 ok ok id_conflict ok' 'a refusal is an answer: the stream goes on'
run "$dir/in" --strict
is "$status $(codes)" '1 ok ok id_conflict ok' 'with --strict it goes on too, and ends with 1'
run /dev/null
is "$status[$answers]" '0[]' 'an empty stream has no answers'
run "$dir/in" --batch=1
is "$status $(codes)" '0 ok ok id_conflict ok' 'batches of 1 give the same answers'

# usage SENTENCE PART ARGUMENTS...: refused with 64, and the message has this part.
usage()
{
    sentence=$1
    part=$2
    shift 2
    run "$dir/in" "$@"
    is "$status[$answers]" '64[]' "$sentence"
    has "$errors" "$part" "$sentence: the message says what was expected"
}

usage 'an option that there is not' 'there is no option "--bd"' --bd memory:
usage 'an option without its value' '--db expects a value' --db
usage 'an option with an empty value' '--db expects a value' --db=
usage 'a flag with a value' '--strict takes no value' --strict=yes
usage 'a batch of 0' 'expects a whole number' --batch 0
usage 'a batch of text' 'got "x"' --batch x
usage 'a batch that is too large' 'at most 65536' --batch 65537
usage 'two files' 'one argument too many' a b

run /dev/null "$dir/nothing"
is "$status[$answers]" '2[]' 'a file that is not there ends with 2'
has "$errors" "$dir/nothing cannot be read" 'and is named'
run /dev/null "$dir"
is "$status" 2 'a folder cannot be read either'
has "$errors" 'cannot be read' 'and it says so'

# ---------------------------------------------------------------- lines

lines "$policy" "$anna" "$anna"
run "$dir/in"
is "$(printf '%s\n' "$answers" | sed 1d)" "$created
$created" 'an id that comes again gets the first answer'

{
    printf '%s\n\n   \n%s' "$policy" "$anna"
} >"$dir/in"
run "$dir/in"
is "$(codes)" 'ok bad_json bad_json ok' 'blank lines are bad_json, and a last line needs no newline'

printf '%s\r\n%s\r\n' "$policy" "$anna" >"$dir/in"
run "$dir/in"
is "$(codes)" 'ok ok' 'a carriage return is white space'

{
    printf '%s\n' "$policy"
    printf '{"cmd":"member.create","id":"a\0b","at":"2024-01-01T09:00:00+08:00"}\n'
    printf '\0\n'
    printf '{"cmd":"member.create","id":"\377","at":"2024-01-01T09:00:00+08:00"}\n'
    printf '{"cmd":"member.create","id":"\303","at":"2024-01-01T09:00:00+08:00"}\n'
    printf '{"cmd":"funds.get","cmd":"funds.get"}\n'
    printf '[]\n42\n"x"\nnull\n{}x\n{"cmd":"funds.get"}{"cmd":"funds.get"}\n{"cmd":"funds.get",}\n'
    printf '{"cmd":"member.create","id":"\\ud800","at":"2024-01-01T09:00:00+08:00"}\n'
    printf '%s\n' "$funds"
} >"$dir/in"
run "$dir/in"
is "$(codes)" "ok bad_json bad_json bad_json bad_json bad_json bad_json bad_json bad_json bad_json\
 bad_json bad_json bad_json bad_json ok" \
    'NUL, bad UTF-8, a repeated key, other values, rests, and a lone surrogate are bad_json'

awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; print ""
             for (i = 0; i < 100000; i++) printf "{\"a\":"; print "" }' >"$dir/in"
printf '%s\n' "$funds" >>"$dir/in"
run "$dir/in"
is "$status $(codes)" '0 bad_json bad_json ok' 'deep nesting is bad_json'

# padded BYTES: a read of that many bytes.
padded()
{
    head -c "$(($1 - ${#funds}))" /dev/zero | tr '\0' ' '
    printf '%s\n' "$funds"
}

{
    padded 1048576
    padded 1048577
    padded 1048578
    padded 3000000
    printf '%s\n' "$funds"
    padded 2097153 | tr -d '\n'
} >"$dir/in"
run "$dir/in"
is "$(codes)" 'ok bad_json bad_json bad_json ok bad_json' \
    'a line of 1 MiB is read, longer ones are bad_json, and the stream goes on'

if [ "${JF_SANITIZED:-no}" = yes ]; then
    skip 'sanitizers need more address space' 'a line of 300 MB is not kept'
else
    many=$(
        ulimit -v 200000
        { head -c 300000000 /dev/zero; printf '\n%s\n' "$funds"; } | "$jifen" apply | cut -c 1-30
    )
    answers=$many
    has "$(codes)" 'ok' 'a line of 300 MB is not kept: 200 MB of address space are enough'
fi

lines "$policy"
members 3000 >>"$dir/in"
run "$dir/in" --db "sqlite:$dir/order.db" --batch 100
numbers=$(printf '%s\n' "$answers" | sed -n 's/.*"id":"m-\([0-9]*\)".*/\1/p')
is "$(printf '%s\n' "$numbers" | sort -n | uniq | wc -l)" 3000 \
    'every line of a long stream has its answer'
ok 'answers come in the order of the lines' sh -c 'printf "%s\n" "$1" | sort -nc' - "$numbers"

# ---------------------------------------------------------------- over a pipe

# A talk: each line is sent only when the one before was answered. It would wait for
# ever if answers were kept back, so it is given half a minute.
mkfifo "$dir/to" "$dir/from"
cat >"$dir/talk" <<'EOS'
"$1" apply --db "sqlite:$2/talk.db" <"$2/to" >"$2/from" 2>"$2/errors" &
pid=$!
exec 3>"$2/to" 4<"$2/from"
shift 2
for line in "$@"; do
    printf '%s\n' "$line" >&3
    read -r answer <&4
    printf '%s\n' "$answer"
done
printf '{"cmd":"member.create","id":"never"' >&3
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
printf 'status %s\n' "$status"
EOS
answers=$(timeout 30 sh "$dir/talk" "$jifen" "$dir" "$policy" "$anna" "$ben" 'x' "$funds" || :)
is "$(codes)" 'ok ok ok bad_json ok status 143' \
    'each line is answered before the next is sent; SIGTERM ends the stream with 143'
is "$(sqlite3 "$dir/talk.db" 'SELECT group_concat(id) FROM party')" 'anna,ben' \
    'what was answered before the signal is in the database'

# ---------------------------------------------------------------- what fails

lines "$policy" "$anna"
status=0
"$jifen" apply "$dir/in" >/dev/full 2>"$dir/errors" || status=$?
is "$status" 2 'an output that is full ends with 2'
has "$(cat "$dir/errors")" 'standard output cannot be written' 'and it says so'

lines "$policy"
members 20000 >>"$dir/in"
{
    status=0
    "$jifen" apply "$dir/in" 2>"$dir/errors" || status=$?
    echo $status >"$dir/status"
} | :
is "$(cat "$dir/status")" 2 'a reader that leaves ends it with 2'
has "$(cat "$dir/errors")" 'standard output cannot be written' 'and it says so'

# The limit on file size stands for a full disk; the pipe keeps our own output free of it.
full()
{
    trap '' XFSZ
    ulimit -f "$1"
    status=0
    "$jifen" apply --db "sqlite:$dir/full.db" "$dir/in" 2>&3 || status=$?
    printf 'status %s\n' "$status"
}
answers=$(full 1000 3>"$dir/pipe" | cat) 3>"$dir/pipe"
is "$(printf '%s\n' "$answers" | tail -n 1)" 'status 2' 'a full disk ends with 2'
answered=$(printf '%s\n' "$answers" | grep -c '"ok":true' || :)
has "$(cat "$dir/pipe")" 'full.db' 'and names the database'
kept=0
if [ -s "$dir/full.db" ]; then
    ok 'what a full disk left has no findings' "$jifen" audit --db "sqlite:$dir/full.db"
    kept=$(sqlite3 "$dir/full.db" 'SELECT count(*) FROM journal')
fi
ok "all that was answered is there ($answered answered, $kept kept)" test "$kept" -ge "$answered"
run "$dir/in" --db "sqlite:$dir/full.db"
is "$status $(printf '%s\n' "$answers" | grep -c '"ok":true')" '0 20001' \
    'with room again, the same stream goes through'

printf 'this is no database, but somebody may want to keep it\n' >"$dir/other"
cp "$dir/other" "$dir/other.before"
run "$dir/in" --db "sqlite:$dir/other"
is "$status[$answers]" '2[]' 'a file that is no database ends with 2'
has "$errors" 'no SQLite database' 'and it says so'
ok 'the file is left as it was' cmp "$dir/other" "$dir/other.before"

sqlite3 "$dir/foreign.db" 'CREATE TABLE x (y); INSERT INTO x VALUES (1)'
cp "$dir/foreign.db" "$dir/foreign.before"
run "$dir/in" --db "sqlite:$dir/foreign.db"
is "$status[$answers]" '2[]' 'a database of another program ends with 2'
ok 'it is left as it was' cmp "$dir/foreign.db" "$dir/foreign.before"

sqlite3 "$dir/talk.db" 'PRAGMA user_version = 9999' >/dev/null
cp "$dir/talk.db" "$dir/newer.before"
run "$dir/in" --db "sqlite:$dir/talk.db"
is "$status[$answers]" '2[]' 'a newer database ends with 2'
has "$errors" 'version 9999' 'and says which version it has'
ok 'it is left as it was' cmp "$dir/talk.db" "$dir/newer.before"

run "$dir/in" --db "mysql://x"
is "$status[$answers]" '2[]' 'a store that there is not ends with 2'
has "$errors" 'sqlite:PATH' 'and says what there is'
run "$dir/in" --db "sqlite:$dir/no/such/folder.db"
is "$status[$answers]" '2[]' 'a folder that there is not ends with 2'

tap_done
