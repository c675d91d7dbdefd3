#!/bin/sh
# Runs cppcheck over the sources and shows only what is worth acting on.
#
#   check_cppcheck.sh BUILD [SRC]
#
# BUILD keeps cppcheck's memory of files that have not changed. Status 1 when it
# complains. A finding that is wrong is silenced beside the line it is about, with
# `cppcheck-suppress` and the reason.
set -eu

build=$1
src=${2:-src}
mkdir -p "$build/cppcheck"

# Its own parser does not know the system's headers, and is told not to look. What a
# function fills through a pointer it takes for uninitialised; gcc judges that better.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --platform=unix64 -j 2 \
    --enable=warning,performance,portability --cppcheck-build-dir="$build/cppcheck" \
    --suppress=missingIncludeSystem --suppress=uninitvar --suppress=unmatchedSuppression \
    --template='{file}:{line}: {id}: {message}' -I"$src" "$src" 2>&1
