#!/bin/sh
# The apps for everybody, in Chromium: at 320 pixels, from the keyboard alone, with little motion or
# none.
# The pages are the same whatever the server was built with, so they are looked at once; web_day.t
# goes through all three apps with either build.
set -eu

: "${JIFEN:?run this with ./dev test}"
if [ "${JF_SANITIZED:-no}" = yes ]; then
    echo '1..0 # SKIP looked at with the plain build'
    exit 0
fi
exec node web/e2e/reach.mjs
