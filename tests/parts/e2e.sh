#!/bin/sh
# Real browsers against the real gateway and core on loopback ports. Pictures go to build/screenshots.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
build_preset release || exit 1
build_page e2e
again=build/tests/e2e-again
: >"$again"

# has_waited OUT: all that failed there is a wait that ended, and what came after it. That says that the machine was busy or
# that nothing will come: only a run alone tells which. What was seen and is wrong is never asked twice.
has_waited() {
    grep -q '^not ok [^:]*: waited [0-9]* ms' "$1" &&
        ! grep '^not ok ' "$1" | grep -qv '^not ok [^:]*: \(waited [0-9]* ms\|after \)'
}

# run_suites NAME...: one after another; what a suite says is printed when it has ended, whole. With `once` empty, one that has
# only waited in vain is kept in $again.
run_suites() {
    for suite in "$@"; do
        out=build/tests/e2e-$suite.out
        timeout "${SOTTO_E2E_SECONDS:-900}" node "tests/web/e2e/$suite.mjs" >"$out" 2>&1
        code=$?
        echo "$suite" >>build/tests/e2e.played
        (
            flock 9
            if [ -z "${once:-}" ] && has_waited "$out"; then
                cp "$out" "build/tests/e2e-$suite.waited.out"
                sed 's/^not ok /# once more, alone: not ok /; s/^ok /# ok /' "$out"
                echo "$suite" >>"$again"
                exit 0
            fi
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
    once=yes run_suites $SOTTO_E2E
    exit 0
fi
# Two lanes of about the same length: browsers wait much of the time.
lane_1="people portable company devices windows luck kill"
lane_2="luck-firefox passkey keyboard firefox lost-firefox guard screens"
: >build/tests/e2e.played
# shellcheck disable=SC2086
run_suites $lane_1 &
# shellcheck disable=SC2086
run_suites $lane_2 &
wait
for suite in $lane_1 $lane_2; do
    grep -qx "$suite" build/tests/e2e.played || echo "not ok $suite: was not played to its end"
done
# shellcheck disable=SC2046
once=yes run_suites $(cat "$again")
