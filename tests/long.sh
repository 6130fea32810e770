#!/bin/sh
# What is too long for each change: tests/long.sh [PART...], without PART all of them. Each part is tests/long/PART.sh and
# prints `ok NAME` and `not ok NAME` lines, as the parts of tests/run.sh do. Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/tests
[ $# -gt 0 ] || set -- $(for part in tests/long/*.sh; do basename "$part" .sh; done)
[ "${SOTTO_INSTALL:-yes}" != yes ] || deploy/packages.sh build wasm test || echo "long: some packages are missing" >&2
passed=0 failed=0
for part in "$@"; do
    log=build/tests/long-$part.log
    echo "== $part"
    start=$(date +%s)
    if [ -x "tests/long/$part.sh" ]; then
        { "tests/long/$part.sh"; echo $? >"$log.code"; } 2>&1 | tee "$log"
        code=$(cat "$log.code")
    else
        echo "not ok $part: tests/long/$part.sh is missing" | tee "$log"
        code=1
    fi
    p=$(grep -c '^ok ' "$log")
    f=$(grep -c '^not ok ' "$log")
    if [ "$f" = 0 ] && { [ "$code" != 0 ] || [ "$p" = 0 ]; }; then
        echo "not ok $part: ended with code $code and $p passed"
        f=1
    fi
    echo "== $part: $p passed, $f failed, $(($(date +%s) - start)) s"
    passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
