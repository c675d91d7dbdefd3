#!/bin/sh
# The platform's console in Chromium: every screen in both languages at the desk and on a phone,
# a policy and a withdrawal by two people, an id down to its postings. Skipped without Chromium.
set -eu

: "${JIFEN:?run this with ./dev test}"
if [ ! -x "${JF_CHROMIUM:-/usr/bin/chromium}" ]; then
    echo '1..0 # SKIP no Chromium here'
    exit 0
fi
exec node web/e2e/platform.mjs
