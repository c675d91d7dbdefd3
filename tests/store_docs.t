#!/bin/sh
# docs/store.md against a real file: its queries run and answer, and every table and
# column that the file has is described.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
db=$folder/books.db

# sent DAY CMD FIELDS: one command of noon that day.
sent()
{
    printf '{"cmd":"%s",%s,"at":"%sT12:00:00+08:00"}\n' "$2" "$3" "$1"
}
{
    echo '{"cmd":"policy.set","policy":"zhongdian","from":"2024-03-01"}'
    sent 2024-03-01 member.create '"id":"ann"'
    sent 2024-03-01 member.create '"id":"bob","referrer":"ann"'
    sent 2024-03-01 shop.create \
        '"id":"inn","owner":"ann","kind":"alliance","region":"330106","rebate":"0.2"'
    sent 2024-03-01 order.pay '"id":"o-1","member":"bob","shop":"inn","amount":"1000.00"'
    sent 2024-03-02 order.pay '"id":"o-2","member":"bob","shop":"inn","amount":"480.50"'
    echo '{"cmd":"day.close","day":"2024-03-12"}'
    sent 2024-03-14 order.pay \
        '"id":"o-3","member":"bob","shop":"inn","amount":"20.00","voucher":"1.00"'
} >"$folder/commands"
ok 'a small network is made' "$jifen" apply --strict --db "sqlite:$db" "$folder/commands"

# Each ```sql block of the page into a file of its own.
awk -v folder="$folder" '
    /^```sql$/ { n++; inside = 1; next }
    /^```$/ { inside = 0 }
    inside { print > sprintf("%s/query-%02d.sql", folder, n) }' docs/store.md

queries=0
for query in "$folder"/query-*.sql; do
    queries=$((queries + 1))
    status=0
    sqlite3 -readonly -bail -box "$db" <"$query" >"$query.out" 2>&1 || status=$?
    tap_say "$status" "query $queries of the page runs"
    [ "$status" -eq 0 ] || sed 's/^/# /' "$query.out" >&2
    ok "query $queries answers something" [ -s "$query.out" ]
done
is "$queries" 6 'the page has six queries'

# A block of text behind a query is what it answered.
for query in 02 03; do
    has "$(cat docs/store.md)" "$(cat "$folder/query-$query.sql.out")" \
        "the page shows what query $query answers"
done

# ask SQL: what the file answers.
ask()
{
    sqlite3 -readonly "$db" "$1"
}

page=$(cat docs/store.md)
for table in $(ask "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"); do
    has "$page" "$table" "the page speaks of $table"
done
for column in $(ask "SELECT DISTINCT c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                     WHERE t.type = 'table'"); do
    has "$page" "\`$column\`" "the page describes the column $column"
done

is "$(ask 'SELECT group_concat(sum)
           FROM (SELECT sum(amount_steps) AS sum FROM posting GROUP BY unit)')" \
    '0,0,0' 'the postings of each unit sum to zero'

tap_done
