#!/bin/sh
# Real browsers against the real gateway and core on loopback ports. Pictures go to build/screenshots.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
build_preset release || exit 1
build_page e2e
for suite in ${SOTTO_E2E:-people portable company devices windows luck luck-firefox kill passkey keyboard firefox lost-firefox guard screens}; do
    out=build/tests/e2e-$suite.out
    { timeout "${SOTTO_E2E_SECONDS:-420}" node "tests/web/e2e/$suite.mjs"; echo $? >"$out.code"; } 2>&1 | tee "$out"
    code=$(cat "$out.code")
    # A suite that ends badly without saying what failed, or says nothing at all, has failed.
    if [ "$code" != 0 ] && ! grep -q '^not ok ' "$out"; then
        echo "not ok ${suite}: ended with code $code"
    elif ! grep -q '^\(not \)\{0,1\}ok ' "$out"; then
        echo "not ok ${suite}: claims nothing"
    fi
done
