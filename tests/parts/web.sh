#!/bin/sh
# The page without a browser: codec, text, timeline, patches, the verifier and the loader; the build, made twice and compared.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
tests/web/install.sh >build/tests/npm.log 2>&1 || { tail -n 5 build/tests/npm.log; echo "not ok web_packages"; exit 1; }
node tests/web/unit.mjs >build/tests/web-unit.out 2>&1
code=$?
cat build/tests/web-unit.out
[ $code = 0 ] || grep -q '^not ok ' build/tests/web-unit.out || echo "not ok web_unit: ended with code $code"
[ -s build/wasm/core.wasm ] || deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1 || { echo "not ok web_core: core.wasm does not build"; exit 1; }
one=build/tests/build-one two=build/tests/build-two
if node web/build.js --out $one --trust deploy/example.trust >build/tests/web-build.out 2>&1 &&
    (cd / && umask 077 && node "$root/web/build.js" --out "$root/$two" --trust "$root/deploy/example.trust") >>build/tests/web-build.out 2>&1; then
    echo "ok web_builds"
    if diff -r $one $two >build/tests/web-diff.out && cmp -s $one.note $two.note; then echo "ok web_two_builds_are_equal"; else echo "not ok web_two_builds_are_equal"; fi
else
    tail -n 20 build/tests/web-build.out
    echo "not ok web_builds"
fi
if node web/build.js --out build/tests/build-names --trust deploy/example.trust --names >build/tests/web-names.out 2>&1 &&
    grep -q 'function openDoor' build/tests/build-names/app.*.js && grep -q 'Hub = class' build/tests/build-names/worker.*.js; then
    echo "ok web_a_build_for_looking_keeps_names"
else
    tail -n 20 build/tests/web-names.out
    echo "not ok web_a_build_for_looking_keeps_names"
fi
node tests/bench/web-sizes.mjs $one
