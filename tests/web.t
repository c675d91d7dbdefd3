#!/bin/sh
# The sources of the web apps: types and names are those of the program, everything type-checks,
# both languages say the same things, and no text stands in a component.
set -eu

. tests/tap.sh
jifen=${JIFEN:?run this with ./dev test}
PATH=$PWD/web/node_modules/.bin:$PATH

ok 'the types of the interface are what the server describes' \
    tools/api_types.py --check "$jifen" web/shared/api.d.ts
ok 'names of accounts, rewards, roles are those of the tables' \
    tools/table_words.py --check src web/shared/words/tables.ts
if [ "${JF_SANITIZED:-no}" = no ]; then
    ok 'the sources type-check' sh -c 'cd web && vue-tsc --noEmit'
fi
ok 'texts are the same in both languages, all there, and none stands in a component' \
    node web/e2e/words.mjs
tap_done
