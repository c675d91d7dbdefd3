# TAP for test scripts in shell: `. tests/tap.sh`, then checks that are sentences.
#
# Every check prints one line; a failed one also says what was got and what was
# expected. A script ends with tap_done, which prints the plan; one that stops
# before has no plan, and so counts as failed.
tap_count=0
tap_bad=0

# tap_say STATUS SENTENCE: the line of one check.
tap_say()
{
    tap_count=$((tap_count + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$tap_count" "$2"
    else
        tap_bad=$((tap_bad + 1))
        printf 'not ok %d - %s\n' "$tap_count" "$2"
    fi
}

tap_differs()
{
    printf 'got:      %s\nexpected: %s\n' "$1" "$2" | sed 's/^/# /' >&2
}

# ok SENTENCE COMMAND...: the command succeeds.
ok()
{
    tap_sentence=$1
    shift
    tap_status=0
    "$@" >/dev/null 2>&1 || tap_status=$?
    tap_say "$tap_status" "$tap_sentence"
    [ "$tap_status" -eq 0 ] || printf '# status %s of: %s\n' "$tap_status" "$*" >&2
}

# is GOT EXPECTED SENTENCE: both texts are the same.
is()
{
    tap_status=0
    [ "$1" = "$2" ] || tap_status=1
    tap_say "$tap_status" "$3"
    [ "$tap_status" -eq 0 ] || tap_differs "$1" "$2"
}

# has TEXT PART SENTENCE: the text holds the part, literally.
has()
{
    tap_status=1
    case $1 in *"$2"*) tap_status=0 ;; esac
    tap_say "$tap_status" "$3"
    [ "$tap_status" -eq 0 ] || tap_differs "$1" "... $2 ..."
}

# skip REASON SENTENCE: a check that cannot be made here; counted and shown as skipped.
skip()
{
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$2" "$1"
}

tap_done()
{
    printf '1..%d\n' "$tap_count"
    [ "$tap_bad" -eq 0 ] || exit 1
}
