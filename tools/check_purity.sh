#!/bin/sh
# Looks at the compiled core and refuses what a pure function cannot need.
#
#   check_purity.sh CORE.a BASE.a ALLOW
#
# Every symbol that the core's objects want from outside must be a jf_ function of
# base or stand in the list ALLOW; a line `!name` there forbids one of base's. And
# the core holds no writable data, for a rule with a memory is no rule. Prints one
# line a complaint; status 1 when there was any. Made for release objects: those
# with sanitizers call the sanitizers.
set -eu

core=$1
base=$2
allow=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each tool writes a file of its own, so that one that fails ends this script.
nm -A --undefined-only "$core" >"$work/core.undefined"
nm --defined-only "$core" >"$work/core.defined"
nm --defined-only "$base" >"$work/base.defined"
objdump -h "$core" >"$work/core.sections"

defined()
{
    awk 'NF == 3 { print $3 }' "$work/$1.defined"
}

awk '$(NF - 1) == "U" { print $NF }' "$work/core.undefined" | sort -u >"$work/wanted"
sed -n 's/^!\([^ ]*\).*/\1/p' "$allow" | sort -u >"$work/forbidden"
{
    defined core
    defined base | grep '^jf_' | grep -vxF -f "$work/forbidden" || :
    sed -n 's/^\([A-Za-z_][^ ]*\).*/\1/p' "$allow"
} | sort -u >"$work/allowed"

status=0
for symbol in $(comm -23 "$work/wanted" "$work/allowed"); do
    users=$(awk -v s="$symbol" '$NF == s { print $1 }' "$work/core.undefined" |
        sed 's/.*:\([^:]*\):$/\1/' | sort -u | tr '\n' ' ')
    echo "core needs $symbol (in $users): not a function of base, not in $allow"
    status=1
done

# Section sizes are hexadecimal; .data.rel.ro is constant once the program runs.
writable=$(awk '
    / file format / { sub(/:$/, "", $1); object = $1 }
    $2 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ {
        print object " has writable data in " $2 }' "$work/core.sections")
if [ -n "$writable" ]; then
    printf '%s\n' "$writable"
    echo "core may hold no variables of file scope and no static ones: make them const"
    status=1
fi
exit $status
