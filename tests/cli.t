#!/bin/sh
# The program itself: help for every verb in both languages, the version, and what it
# says to what it does not know.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset LC_ALL LC_MESSAGES LANG

# run ARGUMENTS...: what it prints in $out, standard error in $errors, $status.
run()
{
    status=0
    out=$("$jifen" "$@" 2>"$dir/errors" </dev/null) || status=$?
    errors=$(cat "$dir/errors")
}

run help
is "$status[$errors]" '0[]' 'help ends with 0'
verbs=$(printf '%s\n' "$out" | sed -n 's/^  \([a-z]*\) .*/\1/p')
listed=$(sed -n 's/^JF_VERB(\([a-z]*\),.*/\1/p' src/cli/verbs.def)
is "$verbs" "$listed" 'help lists every verb of the table'
for verb in $listed; do
    ok "src/cli/cmd_$verb.c is there" test -e "src/cli/cmd_$verb.c"
    ok "the README says what $verb does" grep -q "^| .$verb. |" README.md
    run help "$verb"
    has "$status $out" "0   jifen $verb " "help $verb shows how it is called"
    english=$out
    run "$verb" --help
    is "$out" "$english" "$verb --help is the same"
    run help "$verb" --lang zh
    chinese=$(printf '%s' "$out" | LC_ALL=C tr -d '\000-\177' | head -c 1)
    ok "help $verb has a Chinese text" test -n "$chinese"
    run "$verb" --no-such-option
    ok "$verb refuses an option that there is not (status $status)" \
        test "$status" -ne 0 -a -n "$errors"
done
run --help
is "$status $(printf '%s\n' "$out" | head -n 1)" '0 usage: jifen VERB [OPTIONS]' '--help is help'
run help --lang zh
has "$out" '用法' 'help speaks Chinese'
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
for word in --version -V version; do
    run $word
    is "$status $out" "0 jifen $version" "$word prints the version"
done

run
is "$status[$out]" '64[]' 'nothing to do ends with 64'
has "$errors" 'usage: jifen VERB' 'and prints the help as an error'
run frobnicate
is "$status[$out]" '64[]' 'a verb that there is not ends with 64'
has "$errors" 'there is no verb "frobnicate"' 'and is named'
run help frobnicate
is "$status" 64 'so it does in help'
run help apply audit
is "$status" 64 'help explains one verb at a time'
status=0
"$jifen" help >/dev/full 2>"$dir/errors" || status=$?
is "$status" 2 'help into a full output ends with 2'

tap_done
