#!/bin/sh
# The checks of the house on this very tree, one line each; ./dev check runs them.
#
# What each check is for stands in its program in tools/. JF_BUILD names the plain
# build: the purity of the core is judged from its objects.
set -eu

. tests/tap.sh
build=${JF_BUILD:?run this with ./dev check}
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# check SENTENCE COMMAND...: the command complains about nothing.
check()
{
    sentence=$1
    shift
    status=0
    "$@" >"$out" 2>&1 || status=$?
    tap_say "$status" "$sentence"
    [ "$status" -eq 0 ] || sed 's/^/# /' "$out" >&2
}

for rule in $(tools/check_style.py --rules); do
    check "the tree keeps the rule $rule (tools/check_style.py)" tools/check_style.py "$rule"
done

if [ -e "$build/libcore.a" ]; then
    check 'the core wants nothing impure (tools/check_purity.sh)' \
        tools/check_purity.sh "$build/libcore.a" "$build/libbase.a" tools/core_symbols.allow
else
    skip 'src/core has no sources yet' 'the core wants nothing impure'
fi
check 'every header compiles alone (tools/check_headers.sh)' tools/check_headers.sh "$build"
check 'cppcheck finds nothing (tools/check_cppcheck.sh)' tools/check_cppcheck.sh "$build"

tap_done
