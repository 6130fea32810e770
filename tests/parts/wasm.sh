#!/bin/sh
# The unit tests again, as WebAssembly (32-bit sizes, the real host and randomness files), then what the
# product's modules import and export. Tests that cannot run there are named, with a reason, in tests/wasm-skip.txt.
. "$(dirname "$0")/common.sh"
mkdir -p build/wasm/tests build/tests

# unit_as_wasm SOURCE: builds one (one at a time: build-wasm.sh waits for its lock) and runs it.
unit_as_wasm() {
    name=wasm_$(echo "${1#tests/unit/}" | sed 's/_test\.c$//; s,/,_,g')
    out=build/tests/$name.out
    if ! deploy/build-wasm.sh --test "$1" "build/wasm/tests/$name.wasm" >"$out" 2>&1; then
        grep -E 'error' "$out" | grep -v '^emcc' | cut -c1-200 | head -n 5 | sed 's/^/    /'
        echo "not ok $name: does not build"
        return 1
    fi
    report "$name" "$out" node tests/lib/wasm-run.mjs "build/wasm/tests/$name.wasm"
    [ -z "${broken:-}" ]
}

if [ "${1:-}" = --one ]; then
    unit_as_wasm "$2"
    exit
fi
# While one is built another runs.
for source in tests/unit/*/*_test.c; do
    case $source in tests/unit/gateway/* | tests/unit/tools/*) continue ;; esac
    grep -q "^$source " tests/wasm-skip.txt || echo "$source"
done | xargs -P "$jobs" -I{} sh -c '
    said=$(tests/parts/wasm.sh --one "$1"); code=$?
    flock build/tests/said.lock printf "%s\n" "$said"
    exit $code' sh {} || broken=1
if deploy/build-wasm.sh >build/tests/wasm-build.out 2>&1; then
    node tests/lint/check-wasm.mjs || broken=1
else
    grep -E 'error|undefined' build/tests/wasm-build.out | grep -v '^emcc' | cut -c1-200 | head -n 20 | sed 's/^/    /'
    echo "not ok wasm_modules_build"
fi
exit "${broken:-0}"
