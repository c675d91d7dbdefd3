#!/bin/sh
# The main job, from a file of purchases to audited books; `./dev demo` builds and runs it.
#
#   demo.sh [--once] [--lang en|zh] [--db FILE] [--customers N] [CSV]
#
# Imports CSV under the preset zhongdian, closes every business day, shows what members, shops
# and the platform have then, audits the books, and says what to look at next. Without CSV it
# takes the public CDNOW purchases where they lie beside the project, else purchases that
# `jifen generate` draws (of --customers N customers). The books are kept in build/demo.db,
# made anew each time, or in FILE, which must not be there yet. --once is for scripts: show
# and end; this version always does. Ends with a status other than 0 when anything fails or
# the audit finds something.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname "$here")
build=${JF_BUILD:-$root/build}
jifen=${JIFEN:-$build/jifen}
csv=
db=
customers=23570
days=546

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
zh*) lang=zh ;;
*) lang=en ;;
esac

# say ENGLISH CHINESE: in the language of the demo.
say()
{
    if [ "$lang" = zh ]; then
        printf '%s\n' "$2"
    else
        printf '%s\n' "$1"
    fi
}

die()
{
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

title()
{
    printf '\n'
    say "== $1" "== $2"
}

# A path as the reader would type it from where they are.
shown()
{
    case $1 in
    "$PWD"/*) printf '%s' "${1#"$PWD"/}" ;;
    *) printf '%s' "$1" ;;
    esac
}

# run ARGUMENTS: the program, after showing the command.
run()
{
    printf '$ %s %s\n' "$(shown "$jifen")" "$*"
    "$jifen" "$@"
}

# ask SQL: from the books, as anybody can who has the file.
ask()
{
    sqlite3 -readonly "$db" "$1"
}

read_arguments()
{
    while [ $# -gt 0 ]; do
        case $1 in
        --once) ;;
        --lang | --db | --customers)
            [ $# -gt 1 ] || die "$1 expects a value"
            case $1 in
            --lang) lang=$2 ;;
            --db) db=$2 ;;
            --customers) customers=$2 ;;
            esac
            shift
            ;;
        -*) die "there is no option '$1'; expected --once, --lang, --db, --customers" ;;
        *)
            [ -z "$csv" ] || die "expected one CSV file, got '$csv' and '$1'"
            csv=$1
            ;;
        esac
        shift
    done
    case $lang in
    en | zh) ;;
    *) die "--lang expects en or zh, got '$lang'" ;;
    esac
}

# The books of the last demo give way; books that somebody named do not.
choose_books()
{
    mkdir -p "$build"
    if [ -n "$db" ]; then
        [ ! -e "$db" ] || die "$db is there already; name a new file, or remove it"
        return
    fi
    db=$(shown "$build/demo.db")
    if [ -e "$db" ]; then
        say "(The books of the last demo, $db, are replaced.)" "(上次演示的账簿 $db 将被替换。)"
        rm -f "$db" "$db-wal" "$db-shm" "$db-lock"
    fi
}

choose_purchases()
{
    real=../shared/data/cdnow.csv.gz
    [ "$PWD" = "$root" ] || real=$root/$real
    if [ -n "$csv" ]; then
        [ -r "$csv" ] || die "cannot read $csv"
        say "Purchases: $csv" "消费记录:$csv"
    elif [ -r "$real" ]; then
        csv=$real
        say 'Purchases: the public CDNOW data, 69,659 real rows of 1997 and 1998, 27 years on.' \
            '消费记录:公开的 CDNOW 数据,1997 至 1998 年的 69,659 行真实消费,移后 27 年。'
    else
        csv=$build/demo.csv
        say "Purchases: drawn from a model, as no file was named ($customers customers)." \
            "消费记录:未指定文件,按模型生成($customers 位顾客)。"
        "$jifen" generate --customers "$customers" --days "$days" --out "$csv"
    fi
}

import_purchases()
{
    title 'Import: every row becomes an order, every day is closed' '导入:逐行入账,逐日关账'
    skipped=$(shown "$build/demo-skipped.txt")
    run import --db "sqlite:$db" --csv "$csv" --policy zhongdian --close-last \
        --bad-to "$skipped" --lang "$lang"
    if [ -s "$skipped" ]; then
        say "What was wrong with each row that was skipped is in $skipped; the first:" \
            "每一行被跳过的原因见 $skipped,第一行是:"
        head -n 1 "$skipped"
    fi
    orders=$(ask 'SELECT count(*) FROM orders')
    [ "$orders" -gt 0 ] || die "no purchase went in; is $csv the right file?"
}

# top KIND ACCOUNT ENGLISH CHINESE: who has most of it, as a table.
top()
{
    say "$3" "$4"
    ask "SELECT printf('  %-16s %14s  %s', b.owner, b.balance, u.$lang)
         FROM balance b JOIN unit u ON u.name = b.unit
         WHERE b.owner_kind = '$1' AND b.account = '$2'
         ORDER BY b.balance_steps DESC, b.owner LIMIT 5"
}

most()
{
    ask "SELECT owner FROM balance WHERE owner_kind = '$1' AND account = '$2'
         ORDER BY balance_steps DESC, owner LIMIT 1"
}

show_parties()
{
    title 'Members and shops' '会员与商家'
    top member vouchers 'Members with most vouchers:' '消费券最多的会员:'
    top member wallet 'Members with most rewards:' '奖励最多的会员(代理、招商):'
    top shop receivable 'Shops that are owed most:' '应收最多的商家:'
    top shop vouchers 'Shops with most vouchers:' '消费券最多的商家:'
    member=$(most member vouchers)
    member=${member:-$(most member pending_points)}
    shop=$(most shop receivable)
    title 'One member: what moved last, and why' '一位会员:最近的变动与原因'
    run statement --db "sqlite:$db" --member "$member" --limit 10 --lang "$lang"
    title 'One shop: what moved last, and why' '一家商家:最近的变动与原因'
    run statement --db "sqlite:$db" --shop "$shop" --limit 10 --lang "$lang"
}

show_platform()
{
    title 'The platform and its pools' '平台与积分池'
    run report --db "sqlite:$db" --lang "$lang"
}

check_books()
{
    title 'Audit: every invariant, and every command run again' '审计:全部不变式,并重放全部命令'
    run audit --db "sqlite:$db" --lang "$lang" || die 'the audit has findings'
}

# offer ENGLISH CHINESE COMMAND
offer()
{
    say "$1" "$2"
    printf '$ %s\n' "$3"
}

# Each line that begins with "$ " can be copied and run as it stands.
show_next()
{
    program=$(shown "$jifen")
    policy=$(shown "$build/zhongdian.json")
    today=$(ask "SELECT date(open_day * 86400, 'unixepoch') FROM state")
    sql="SELECT day, amount, why, balance FROM posting"
    sql="$sql WHERE account = 'dividend' ORDER BY journal DESC LIMIT 8"
    order='{"cmd":"order.pay","id":"demo-1","amount":"100.00"'
    order="$order,\"member\":\"$member\",\"shop\":\"$shop\",\"at\":\"${today}T12:00:00+08:00\"}"
    title 'What to look at next (each line runs as it stands)' '接下来可以看(每行可直接运行)'
    offer "Everything on this shop's account, as JSON:" '这家商家账户的变动(JSON):' \
        "$program statement --db sqlite:$db --shop $shop --limit 100 --json"
    offer 'Where the joint dividend fund went, from plain SQL:' '分红资金的来去,用 SQL 查:' \
        "sqlite3 -readonly -box $db \"$sql\""
    offer 'Another purchase, on the open day:' '在营业日再记一笔消费:' \
        "echo '$order' | $program apply --db sqlite:$db"
    offer 'The policy behind all this, and what a check says of it:' '背后的政策及检查结果:' \
        "$program policy show zhongdian > $policy && $program policy check $policy"
    say 'Your own purchases: docs/import.md; every other verb: jifen help.' \
        '导入自己的消费记录:docs/import.md;其他命令:jifen help。'
}

main()
{
    read_arguments "$@"
    [ -x "$jifen" ] || die "there is no program at $jifen; run ./dev build"
    command -v sqlite3 >/dev/null 2>&1 || die 'sqlite3 is not installed; run ./dev setup'
    choose_books
    choose_purchases
    import_purchases
    show_parties
    show_platform
    check_books
    show_next
}

main "$@"
