#!/bin/sh
# Upstream test vectors, natively (ASan, UBSan) and as WebAssembly: tests/parts/vectors.sh [DIR].
# DIR is laid out like tests/vectors (the default) and may hold a part of it, or other files of the same kinds.
. "$(dirname "$0")/common.sh"
dir=${1:-${SOTTO_VECTORS:-tests/vectors}}
mkdir -p build/tests
SOTTO_TEST_SECONDS=${SOTTO_TEST_SECONDS:-1800}
[ -d "$dir" ] || { echo "not ok vectors: no folder $dir"; exit 1; }

# vectors_of WHERE COMMAND...: a run's claims, and how many files of which kind it has read.
vectors_of() {
    where=$1
    shift
    report "$where" "build/tests/vectors-$where.out" "$@"
    sed -n "s/^\([0-9]* files\)/$where: \1/p" "build/tests/vectors-$where.out"
}

# The files are upstream's, or what our generator wrote, byte for byte.
if [ -f "$dir/SOURCES" ]; then
    if (cd "$dir" && grep -v '^#' SOURCES | awk 'NF { print $1 "  " $2 }' | sha256sum --quiet -c) >&2; then
        echo "ok vectors: as recorded in SOURCES"
    else
        echo "not ok vectors: changed since SOURCES was written"
    fi
fi

log=build/tests/build-vectors.log
if { cmake --preset debug && cmake --build --preset debug -j "$jobs" --target vectors_run; } >"$log" 2>&1; then
    vectors_of native build/debug/tests/vectors_run "$dir"
else
    grep -E 'error|undefined reference' "$log" | head -n 20
    echo "not ok native: does not build ($log)"
fi

log=build/tests/build-vectors-wasm.log
wasm=build/wasm/tests/vectors.wasm
mkdir -p build/wasm/tests
if deploy/build-wasm.sh --test "$(echo tests/vectors_run/*.c)" "$wasm" >"$log" 2>&1; then
    vectors_of wasm node tests/vectors_run/run.mjs "$wasm" "$dir"
else
    grep -E 'error|undefined' "$log" | head -n 20
    echo "not ok wasm: does not build ($log)"
fi
