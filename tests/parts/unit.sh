#!/bin/sh
# All unit tests, natively, with AddressSanitizer, UBSan and LeakSanitizer.
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
# shellcheck disable=SC2046
run_programs $(programs debug unit '_(power|fault)$')
# The maker of codecs. The verifier of releases: no branch without a test, and the same answers as its twin in TypeScript.
# claims COMMAND...: what says nothing has failed, and so has what ends badly without saying why.
claims() {
    "$@" >build/tests/claims.out 2>&1
    code=$?
    cat build/tests/claims.out
    [ $code = 0 ] || grep -q '^not ok ' build/tests/claims.out || echo "not ok $2: ended with code $code"
    grep -q '^ok \|^not ok ' build/tests/claims.out || echo "not ok $2: claims nothing"
}
claims python3 tests/unit/schema/gen_test.py
tests/web/install.sh >build/tests/npm.log 2>&1 || { tail -n 5 build/tests/npm.log; echo "not ok web_packages"; }
claims sh tests/unit/release/coverage.sh
claims node tests/vectors/sotto/release/make.mjs --check
claims node tests/unit/release/differ.mjs build/debug/tests/unit_release_cases 4000
exit "${broken:-0}"
