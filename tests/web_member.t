#!/bin/sh
# The members' app in Chromium: paying, asking why, withdrawing, selling, asking for money back,
# joining, a line that is gone, and every screen in both languages on a phone and at a desk.
# Skipped without Chromium.
set -eu

: "${JIFEN:?run this with ./dev test}"
if [ ! -x "${JF_CHROMIUM:-/usr/bin/chromium}" ]; then
    echo '1..0 # SKIP no Chromium here'
    exit 0
fi
exec node web/e2e/member.mjs
