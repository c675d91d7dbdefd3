#!/bin/sh
# Two programs at once, one voucher: whoever is second gets nothing, and nobody's balance is
# written over. The case voucher-used-twice shows the same for two requests of one program.
. tests/tap.sh

jifen=${JIFEN:-build/jifen}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=sqlite:$dir/books.db

pay()
{
    printf '{"cmd":"order.pay","id":"%s","member":"a","shop":"%s","amount":"15.00",' "$1" "$2"
    printf '"voucher":"15.00","at":"2024-03-02T09:00:00+08:00"}\n'
}

# a has vouchers for 20.00, as in voucher-used-twice: its first lines.
head -n 6 tests/cases/voucher-used-twice.jsonl >"$dir/begin.jsonl"
ok 'a gets vouchers for 20.00' "$jifen" apply --db "$db" --strict "$dir/begin.jsonl"

# The first program has paid with 15.00 of them, said so, and waits for more.
mkfifo "$dir/to" "$dir/from"
"$jifen" apply --db "$db" <"$dir/to" >"$dir/from" &
pid=$!
exec 3>"$dir/to" 4<"$dir/from"
pay o2 s >&3
read -r answer <&4
has "$answer" '"ok":true' 'the first program takes 15.00 of them'

# The second one comes meanwhile, with a shop of its own.
pay o3 t >"$dir/second.jsonl"
status=0
said=$("$jifen" apply --db "$db" "$dir/second.jsonl" 2>&1) || status=$?
is "$status" 2 'a second program is not let in meanwhile'
has "$said" 'another jifen' 'and is told why'

# The first is still right about what there is.
pay o4 t >&3
read -r answer <&4
has "$answer" insufficient_vouchers 'the first program finds 5.00, and no more'
exec 3>&-
wait "$pid"

said=$("$jifen" apply --db "$db" "$dir/second.jsonl")
has "$said" insufficient_vouchers 'when the second gets in, it finds them used'
printf '{"cmd":"account.get","member":"a"}\n' >"$dir/read.jsonl"
said=$("$jifen" apply --db "$db" "$dir/read.jsonl")
has "$said" '"vouchers":"5.00"' '5.00 are left'
ok 'every balance is the sum of its postings, and a replay agrees' "$jifen" audit --db "$db"
tap_done
