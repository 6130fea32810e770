#!/bin/sh
# Real browsers against the real gateway and core on loopback ports. Pictures go to build/screenshots.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
build_preset release || exit 1
build_page e2e
# run_suites NAME...: one after another; what a suite says is printed when it has ended, whole.
run_suites() {
    for suite in "$@"; do
        out=build/tests/e2e-$suite.out
        timeout "${SOTTO_E2E_SECONDS:-900}" node "tests/web/e2e/$suite.mjs" >"$out" 2>&1
        code=$?
        (
            flock 9
            cat "$out"
            # A suite that ends badly without saying what failed, or says nothing at all, has failed.
            if [ "$code" != 0 ] && ! grep -q '^not ok ' "$out"; then
                echo "not ok ${suite}: ended with code $code"
            elif ! grep -q '^\(not \)\{0,1\}ok ' "$out"; then
                echo "not ok ${suite}: claims nothing"
            fi
        ) 9>build/tests/e2e.lock
    done
}

if [ -n "${SOTTO_E2E:-}" ]; then
    # shellcheck disable=SC2086
    run_suites $SOTTO_E2E
    exit 0
fi
# Two lanes of about the same length: browsers wait much of the time.
lane_1="people portable company devices windows luck kill"
lane_2="luck-firefox passkey keyboard firefox lost-firefox guard screens"
# shellcheck disable=SC2086
run_suites $lane_1 &
# shellcheck disable=SC2086
run_suites $lane_2 &
wait
