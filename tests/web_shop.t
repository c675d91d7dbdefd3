#!/bin/sh
# The shops' app in Chromium: its journeys in both languages, on a phone and at a desk.
set -eu

JIFEN=${JIFEN:?run this with ./dev test}
export JIFEN
exec node web/e2e/shop.mjs
