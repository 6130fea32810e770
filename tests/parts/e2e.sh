#!/bin/sh
# Real browsers against the real gateway and core on loopback ports. Pictures go to build/screenshots.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
tests/web/install.sh >build/tests/npm.log 2>&1 || { tail -n 5 build/tests/npm.log; echo "not ok e2e_packages"; exit 1; }
build_preset release || exit 1
deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1 || { tail -n 5 build/tests/wasm-build.out; echo "not ok e2e_core_builds"; exit 1; }
deploy/local-release.sh build/tests/page build/tests/release >build/tests/web-build.out 2>&1 || { tail -n 5 build/tests/web-build.out; echo "not ok e2e_page_builds"; exit 1; }
for suite in ${SOTTO_E2E:-people portable company devices kill passkey keyboard firefox guard screens}; do
    timeout "${SOTTO_E2E_SECONDS:-420}" node "tests/web/e2e/$suite.mjs" || { [ $? -lt 100 ] || echo "not ok ${suite}_in_time"; }
done
