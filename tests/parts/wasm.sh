#!/bin/sh
# The unit tests again, as WebAssembly (32-bit sizes, the real host and randomness files), then what the
# product's modules import and export. Tests that cannot run there are named, with a reason, in tests/wasm-skip.txt.
. "$(dirname "$0")/common.sh"
mkdir -p build/wasm/tests build/tests
for source in tests/unit/*/*_test.c; do
    [ -e "$source" ] || continue
    case $source in tests/unit/gateway/* | tests/unit/tools/*) continue ;; esac
    ! grep -q "^$source " tests/wasm-skip.txt || continue
    name=wasm_$(echo "${source#tests/unit/}" | sed 's/_test\.c$//; s,/,_,g')
    out=build/tests/$name.out
    if ! deploy/build-wasm.sh --test "$source" "build/wasm/tests/$name.wasm" >"$out" 2>&1; then
        grep -E 'error' "$out" | grep -v '^emcc' | cut -c1-200 | head -n 5 | sed 's/^/    /'
        echo "not ok $name: does not build"
        continue
    fi
    report "$name" "$out" node tests/lib/wasm-run.mjs "build/wasm/tests/$name.wasm"
done
if deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1; then
    node tests/lint/check-wasm.mjs
else
    grep -E 'error|undefined' build/tests/wasm-build.out | grep -v '^emcc' | cut -c1-200 | head -n 20 | sed 's/^/    /'
    echo "not ok wasm_modules_build"
fi
