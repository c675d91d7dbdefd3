#!/bin/sh
# The main job, from a file of purchases to audited books; `./dev demo` builds and runs it.
#
#   demo.sh [--once] [--lang en|zh] [--db FILE] [--customers N] [--listen HOST:PORT] [CSV]
#
# Imports CSV under the preset zhongdian, closes every business day, shows what members, shops
# and the platform have then, audits the books, says what to look at next, and ends with a server
# on them that runs until Ctrl-C: it prints the addresses of the three apps and who can sign in.
# Without CSV it takes the public CDNOW purchases where they lie beside the project, else
# purchases that `jifen generate` draws (of --customers N customers). The books are kept in
# build/demo.db, made anew each time, or in FILE, which must not be there yet. The server
# listens on HOST:PORT, or a free port of this machine. --once is for scripts: the server is
# started, the apps are asked for and each sign-in is tried, and it ends. Ends with a status other
# than 0 when anything fails or the audit finds something.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname "$here")
build=${JF_BUILD:-$root/build}
jifen=${JIFEN:-$build/jifen}
csv=
db=
customers=23570
days=546
once=no
listen=127.0.0.1:0
password=jifen-demo-2025

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
        --once) once=yes ;;
        --lang | --db | --customers | --listen)
            [ $# -gt 1 ] || die "$1 expects a value"
            case $1 in
            --lang) lang=$2 ;;
            --db) db=$2 ;;
            --customers) customers=$2 ;;
            --listen) listen=$2 ;;
            esac
            shift
            ;;
        -*) die "there is no option '$1'; expected --once, --lang, --db, --customers, --listen" ;;
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
        say "(The books of the last demo, $db, are replaced.)" "（上次演示的账簿 $db 将被替换。）"
        for part in '' -wal -shm -lock .desk .desk-wal .desk-shm; do
            rm -f "$db$part"
        done
    fi
}

choose_purchases()
{
    real=../shared/data/cdnow.csv.gz
    [ "$PWD" = "$root" ] || real=$root/$real
    if [ -n "$csv" ]; then
        [ -r "$csv" ] || die "cannot read $csv"
        say "Purchases: $csv" "消费记录：$csv"
    elif [ -r "$real" ]; then
        csv=$real
        say 'Purchases: the public CDNOW data, 69,659 real rows of 1997 and 1998, 27 years on.' \
            '消费记录：公开的 CDNOW 数据，1997 至 1998 年的 69,659 行真实消费，移后 27 年。'
    else
        csv=$build/demo.csv
        say "Purchases: drawn from a model, as no file was named ($customers customers)." \
            "消费记录：未指定文件，按模型生成（$customers 位顾客）。"
        "$jifen" generate --customers "$customers" --days "$days" --out "$csv"
    fi
}

import_purchases()
{
    title 'Import: every row becomes an order, every day is closed' '导入：逐行入账，逐日关账'
    skipped=$(shown "$build/demo-skipped.txt")
    run import --db "sqlite:$db" --csv "$csv" --policy zhongdian --close-last \
        --bad-to "$skipped" --lang "$lang"
    if [ -s "$skipped" ]; then
        say "What was wrong with each row that was skipped is in $skipped; the first:" \
            "每一行被跳过的原因见 $skipped，第一行是："
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
    top member vouchers 'Members with most vouchers:' '消费券最多的会员：'
    top member wallet 'Members with most rewards:' '奖励最多的会员（代理、招商）：'
    top shop receivable 'Shops that are owed most:' '应收最多的商家：'
    top shop vouchers 'Shops with most vouchers:' '消费券最多的商家：'
    member=$(most member vouchers)
    member=${member:-$(most member pending_points)}
    shop=$(most shop receivable)
    title 'One member: what moved last, and why' '一位会员：最近的变动与原因'
    run statement --db "sqlite:$db" --member "$member" --limit 10 --lang "$lang"
    title 'One shop: what moved last, and why' '一家商家：最近的变动与原因'
    run statement --db "sqlite:$db" --shop "$shop" --limit 10 --lang "$lang"
}

show_platform()
{
    title 'The platform and its pools' '平台与积分池'
    run report --db "sqlite:$db" --lang "$lang"
}

check_books()
{
    title 'Audit: every invariant, and every command run again' '审计：全部不变式，并重放全部命令'
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
    title 'What to look at next (each line runs as it stands)' '接下来可以看（每行可直接运行）'
    offer "Everything on this shop's account, as JSON:" '这家商家账户的变动（JSON）：' \
        "$program statement --db sqlite:$db --shop $shop --limit 100 --json"
    offer 'Where the joint dividend fund went, from plain SQL:' '分红资金的来去，用 SQL 查：' \
        "sqlite3 -readonly -box $db \"$sql\""
    offer 'Another purchase, on the open day:' '在营业日再记一笔消费：' \
        "echo '$order' | $program apply --db sqlite:$db"
    offer 'The policy behind all this, and what a check says of it:' '背后的政策及检查结果：' \
        "$program policy show zhongdian > $policy && $program policy check $policy"
    say 'Your own purchases: docs/import.md; every other verb: jifen help.' \
        '导入自己的消费记录：docs/import.md；其他命令：jifen help。'
}

# person NAME ROLE [SCOPE]: somebody who can sign in, with the demo's password.
person()
{
    printf '%s\n' "$password" | "$jifen" person create "$1" --db "sqlite:$db" >/dev/null
    "$jifen" person grant "$1" --role "$2" ${3:+--scope "$3"} --db "sqlite:$db" >/dev/null
}

make_people()
{
    person "$member" member "$member"
    person shopkeeper manager "$shop"
    person operator operator
    person finance finance
    person auditor auditor
}

# The clock of the server starts on the open day: the purchases are of another year.
start_server()
{
    today=$(ask "SELECT date(open_day * 86400, 'unixepoch') FROM state")
    serve="serve --db sqlite:$db --channel sandbox --now ${today}T12:00:00+08:00"
    heard=$(mktemp -d)
    mkfifo "$heard/said"
    # Unquoted on purpose: the words of a command.
    # shellcheck disable=SC2086
    "$jifen" $serve --listen "$listen" --log "$(shown "$build/demo.log")" >"$heard/said" &
    server=$!
    trap 'kill "$server" 2>/dev/null && wait "$server" || :' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    exec 3<"$heard/said"
    rm -r "$heard"
    read -r said <&3 || die 'the server ended'
    url=${said#listening on }
}

# The purchases know shops by number: here each gets a name, made of a few words.
name_shops()
{
    python3 - "$url" "$("$jifen" key create --db "sqlite:$db" --role system)" <<'END'
import json, sys, urllib.request
url, key = sys.argv[1:]
places = ["西湖", "Lakeside ", "运河", "钱塘", "城北", "湖滨"]
trades = ["茶馆", "面馆", "书屋", "Bakery 面包房", "大药房", "鲜果超市", "唱片行 Records"]
def ask(method, path, body=None):
    sent = urllib.request.Request(url + path, json.dumps(body).encode() if body else None,
                                  {"Authorization": f"Bearer {key}",
                                   "Content-Type": "application/json"}, method=method)
    return json.load(urllib.request.urlopen(sent))
number, after = 0, 0
while after is not None:
    page = ask("GET", f"/v1/shops?limit=500&after={after}")
    for shop in page["rows"]:
        name = places[number % len(places)] + trades[number // len(places) % len(trades)]
        branch = number // (len(places) * len(trades))
        ask("PUT", f"/v1/shops/{shop['id']}/profile",
            {"name": name + (f"（{branch + 1} 号店）" if branch else "")})
        number += 1
    after = page["next"]
END
}

# row ENGLISH CHINESE ADDRESS WHO...
row()
{
    say "$(printf '  %-10s %s   sign in as %s' "$1" "$3" "$4")" \
        "$(printf '  %s  %s   用户名 %s' "$2" "$3" "$4")"
}

show_apps()
{
    title 'The apps' '三个应用'
    row Members 会员 "$url/member" "$member"
    row Shops 商家 "$url/shop" shopkeeper
    row Platform 平台 "$url/platform" 'operator, finance, auditor'
    say "  Password: $password" "  密码：$password"
    say "Again later: $(shown "$jifen") $serve" "以后再打开：$(shown "$jifen") $serve"
}

# Every app answers, and everybody who was named can sign in.
try_apps()
{
    python3 - "$url" "$password" "$member" shopkeeper operator finance auditor <<'END'
import json, sys, urllib.request
url, password, *names = sys.argv[1:]
for app in ("member", "shop", "platform"):
    page = urllib.request.urlopen(f"{url}/{app}").read().decode()
    script = page.split('src="')[1].split('"')[0]
    assert urllib.request.urlopen(url + script).status == 200, app
for name in names:
    body = json.dumps({"name": name, "password": password}).encode()
    sent = urllib.request.Request(url + "/v1/session", body, {"Content-Type": "application/json"})
    assert json.load(urllib.request.urlopen(sent))["name"] == name
END
}

serve_apps()
{
    make_people
    start_server
    name_shops || die 'the shops got no names'
    show_apps
    if [ "$once" = yes ]; then
        try_apps || die 'the apps do not answer'
        say 'The apps answer, and everybody can sign in.' '三个应用均可打开，各用户均可登录。'
    else
        say 'Ctrl-C ends it.' '按 Ctrl-C 结束。'
        wait "$server"
    fi
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
    serve_apps
}

main "$@"
