#!/bin/sh
# Compiles every header of src/ alone, so that none relies on what happened to be
# included before it. An argument names the build folder, where generated headers are.
#
#   check_headers.sh BUILD [SRC]
#
# Prints the compiler's complaints; status 1 when there was any.
set -eu

build=$1
src=${2:-src}

# The header is included from an empty text: compiled as a file of its own, gcc would
# complain about things that only concern the main file.
find "$src" -name '*.h' | LC_ALL=C sort | xargs -r -P 2 -I '{}' sh -c '
    header=$1 src=$2 build=$3
    printf "#include \"%s\"\n" "${header#"$src"/}" |
        gcc -std=gnu17 -Wall -Wextra -Werror -I"$src" -I"$build" -fsyntax-only -x c - ||
        { echo "$header does not compile alone" && exit 1; }
    ' sh '{}' "$src" "$build" || exit 1
