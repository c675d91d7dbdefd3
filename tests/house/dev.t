#!/bin/sh
# Tests of ./dev itself: that setup installs only what is missing, and that the
# totals of ./dev test count every kind of failure. They run in a tree of their
# own, with stand-ins for apt-get, dpkg-query, meson and ninja in front of PATH.
set -eu

. tests/tap.sh
source_root=$PWD
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
unset JF_BUILD_DIR JF_BUILD JF_TOTALS JIFEN

mkdir -p "$tree/bin" "$tree/tests/house"
cp "$source_root/dev" "$tree/dev"
cp "$source_root/tests/TapTotals.pm" "$tree/tests/"
PATH=$tree/bin:$PATH

# stand_in NAME, its text on stdin: a command found before the real one.
stand_in()
{
    { echo '#!/bin/sh' && cat; } >"$tree/bin/$1"
    chmod +x "$tree/bin/$1"
}

# script NAME, its text on stdin: a test of the small tree.
script()
{
    { echo '#!/bin/sh' && cat; } >"$tree/tests/$1"
    chmod +x "$tree/tests/$1"
}

# ends EXPECTED SENTENCE: the last line of $out and its $status are these.
ends()
{
    is "$(printf '%s\n' "$out" | tail -n 1) / $status" "$1" "$2"
}

# ---------------------------------------------------------------- setup

stand_in apt-get <<END
echo "\$*" >>"$tree/apt.log"
END
stand_in sudo <<'END'
exec "$@"
END
stand_in dpkg-query <<'END'
echo 'ii '
END
stand_in node <<'END'
echo v20.19.0
END
stand_in npm <<END
echo "\$*" >>"$tree/npm.log"
END
mkdir -p "$tree/web/node_modules"
echo '{}' >"$tree/web/package-lock.json"
cp "$tree/web/package-lock.json" "$tree/web/node_modules/.jifen-lock"
out=$("$tree/dev" setup 2>&1)
is "$out" 'Setup: everything needed is here.' 'setup with all packages present says so'
ok 'setup with all packages present does not call apt-get' test ! -e "$tree/apt.log"

stand_in dpkg-query <<'END'
for last; do :; done
case $last in
ninja-build) echo 'un ' ;;
cppcheck) exit 1 ;;
*) echo 'ii ' ;;
esac
END
out=$("$tree/dev" setup 2>&1)
has "$out" 'apt-get): ninja-build cppcheck' 'setup names the packages that it installs'
has "$(cat "$tree/apt.log")" 'install -y --no-install-recommends ninja-build cppcheck' \
    'setup installs those, and no others'
rm "$tree/apt.log"
"$tree/dev" setup build >/dev/null 2>&1
has "$(cat "$tree/apt.log")" 'recommends ninja-build' 'setup build installs what building needs'
ok 'setup build leaves the tools of the checks out' \
    sh -c "! grep -q cppcheck '$tree/apt.log'"
stand_in apt-get <<'END'
exit 100
END
ok 'setup fails when apt-get fails' sh -c "! '$tree/dev' setup"
stand_in dpkg-query <<'END'
echo 'ii '
END
ok 'setup with the packages of the web apps present does not call npm' test ! -e "$tree/npm.log"
echo '{"new":1}' >"$tree/web/package-lock.json"
"$tree/dev" setup build >/dev/null 2>&1
has "$(cat "$tree/npm.log")" 'ci ' 'setup installs them when the lock file changed'
rm "$tree/npm.log"
"$tree/dev" setup >/dev/null 2>&1
ok 'and then no more' test ! -e "$tree/npm.log"
stand_in node <<'END'
echo v18.20.4
END
"$tree/dev" setup build >/dev/null 2>&1
has "$(cat "$tree/npm.log" 2>/dev/null)" "node-linux-" 'setup gets a newer Node.js by npm'

# ---------------------------------------------------------------- totals

stand_in meson <<'END'
for dir; do
    case $dir in */build | */build/asan) mkdir -p "$dir" && : >"$dir/build.ninja" ;; esac
done
END
stand_in ninja <<'END'
exit 0
END
printf '#!/bin/sh\necho ok 1\necho 1..1\n' >"$tree/tests/style.t"
cp "$tree/tests/style.t" "$tree/tests/style_selftest.t"
chmod +x "$tree"/tests/style*.t

# What one test script does to the totals of `./dev test --quick`, whose two
# checks (above) always pass.
totals_with()
{
    script one.t
    out=$("$tree/dev" test --quick 2>&1) && status=0 || status=$?
    rm "$tree/tests/one.t"
}

totals_with <<'END'
echo ok 1; echo ok 2; echo 1..2
END
ends '4 passed, 0 failed / 0' 'passing tests are counted'

totals_with <<'END'
echo ok 1; echo 'not ok 2 - two is three'; echo 1..2; exit 1
END
ends '3 passed, 1 failed / 1' 'a failed test is counted'
has "$out" 'two is three' 'a failed test is shown with its sentence'

totals_with <<'END'
echo ok 1; echo 1..1; exit 3
END
ends '3 passed, 1 failed / 1' \
    'a file whose tests pass but which ends badly is a failure'

totals_with <<'END'
echo ok 1; kill -9 $$
END
ends '3 passed, 1 failed / 1' 'a file that dies is a failure'

totals_with <<'END'
echo 1..5; echo ok 1
END
ends '3 passed, 4 failed / 1' 'planned tests that never ran are failures'

totals_with <<'END'
echo ok 1
END
ends '3 passed, 1 failed / 1' 'a file without a plan is a failure'

totals_with <<'END'
exit 0
END
ends '2 passed, 1 failed / 1' 'a file that says nothing is a failure'

totals_with <<'END'
echo 'ok 1 # SKIP no such machine here'; echo ok 2; echo 1..2
END
ends '3 passed, 0 failed / 0' 'a skipped test is not a passed one'
has "$out" '1 skipped' 'skipped tests are counted'
has "$out" 'no such machine here' 'a skipped test is shown with its reason'

totals_with <<'END'
echo '1..0 # SKIP nothing of it here'
END
ends '2 passed, 0 failed / 0' 'a file skipped as a whole passes nothing'
has "$out" 'nothing of it here' 'a file skipped as a whole is shown with its reason'

totals_with <<'END'
echo 'not ok 1 # TODO some day'; echo 1..1
END
ends '2 passed, 1 failed / 1' 'an expected failure is a failure'

echo 'echo ok 1' >"$tree/tests/mode.t"
out=$("$tree/dev" test --quick 2>&1) && status=0 || status=$?
rm "$tree/tests/mode.t"
ends '2 passed, 1 failed / 1' 'a test that cannot be run is a failure'

mkdir "$tree/tests/unit" && : >"$tree/tests/unit/test_forgotten.c"
out=$("$tree/dev" test --quick 2>&1) && status=0 || status=$?
ends '2 passed, 1 failed / 1' 'a unit test missing from the build is a failure'
rm -r "$tree/tests/unit"

script one.t <<'END'
echo "ok 1 - $JF_BUILD $JIFEN"; echo "not ok 2 - $JF_BUILD $JIFEN"; echo 1..2
END
out=$("$tree/dev" test 2>&1) && status=0 || status=$?
ends '4 passed, 2 failed / 1' 'without --quick each test runs in both builds'
has "$out" "$tree/build/asan $tree/build/asan/jifen" 'a test is told its build and its program'
out=$("$tree/dev" test --quick tests/one.t 2>&1) && status=0 || status=$?
ends '1 passed, 1 failed / 1' 'a test named alone runs alone'
out=$("$tree/dev" test --quick tests/none.t 2>&1) && status=0 || status=$?
ends '0 passed, 1 failed / 1' 'naming a test that is not there fails'
rm "$tree/tests/one.t"

# ---------------------------------------------------------------- the rest

stand_in ninja <<'END'
exit 1
END
mkdir "$tree/.ci" && cp "$source_root/.ci/run" "$tree/.ci/"
stand_in dpkg-query <<'END'
echo 'ii '
END
out=$(cd / && "$tree/.ci/run" 2>&1) && status=0 || status=$?
ends '0 passed, 1 failed / 1' 'a tree that does not build fails in CI'
stand_in ninja <<'END'
exit 0
END
out=$(cd / && "$tree/.ci/run" 2>&1) && status=0 || status=$?
ends '2 passed, 0 failed / 0' 'CI ends with the totals, from any folder'

out=$("$tree/dev" frobnicate 2>&1) && status=0 || status=$?
is "$out / $status" "dev: there is no verb 'frobnicate'; ./dev help lists them / 1" \
    'an unknown verb is refused with advice'
out=$("$tree/dev" fuzz 2>&1)
has "$out" 'nothing to fuzz' 'fuzz without targets says so'
for verb in setup build demo test check bench mutate fuzz help; do
    has "$("$tree/dev" help)" "  $verb" "help describes $verb"
done

tap_done
