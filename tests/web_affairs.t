#!/bin/sh
# What members do less often, in Chromium: paying by the camera with vouchers and credit, coins, a
# second factor, and leaving.
# The pages are the same whatever the server was built with, so they are looked at once; web_day.t
# goes through all three apps with either build.
set -eu

: "${JIFEN:?run this with ./dev test}"
if [ "${JF_SANITIZED:-no}" = yes ]; then
    echo '1..0 # SKIP looked at with the plain build'
    exit 0
fi
exec node web/e2e/affairs.mjs
