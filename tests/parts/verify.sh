#!/bin/sh
# sotto-verify, built with the sanitizers: folders and files, an origin that lies, a browser, a monitor of a small log,
# and the real page on the real gateway.
. "$(dirname "$0")/common.sh"
build_preset debug || exit 1
deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1 || { tail -n 5 build/tests/wasm-build.out; echo "not ok verify: core.wasm does not build"; exit 1; }
tests/web/install.sh >build/tests/npm.log 2>&1 || { tail -n 5 build/tests/npm.log; echo "not ok verify: npm"; exit 1; }
# All at once: they wait for browsers and time-outs more than they compute. Each listens on ports of its own.
rm -f build/tests/verify-*.code
for path in tests/verify/*.mjs; do
    script=$(basename "$path" .mjs)
    [ "$script" != world ] || continue
    {
        timeout "${SOTTO_TEST_SECONDS:-600}" node "$path" >"build/tests/verify-$script.out" 2>&1
        echo $? >"build/tests/verify-$script.code"
    } &
done
wait
for path in tests/verify/*.mjs; do
    script=$(basename "$path" .mjs)
    [ "$script" = world ] || tell "verify $script" "build/tests/verify-$script.out" "$(cat "build/tests/verify-$script.code" || echo lost)"
done
exit "${broken:-0}"
