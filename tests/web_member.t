#!/bin/sh
# The members' app in Chromium: paying, asking why, withdrawing, selling, asking for money back,
# joining, a line that is gone, and every screen in both languages on a phone and at a desk.
# The pages are the same whatever the server was built with, so they are looked at once; web_day.t
# goes through all three apps with either build.
set -eu

: "${JIFEN:?run this with ./dev test}"
if [ "${JF_SANITIZED:-no}" = yes ]; then
    echo '1..0 # SKIP looked at with the plain build'
    exit 0
fi
exec node web/e2e/member.mjs
