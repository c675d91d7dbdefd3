#!/bin/sh
# Days in the life of a member, of two shops and of the console that watches: real pages, a real
# server. Screens are kept in build/screens.
exec node web/e2e/day.mjs
