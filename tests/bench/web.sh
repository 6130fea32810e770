#!/bin/sh
# Sizes, start-up and Lighthouse of the page that is built now: build/bench/web.jsonl.
. "$(dirname "$0")/../parts/common.sh"
set -e
mkdir -p build/bench
tests/web/install.sh >build/bench/npm.log 2>&1
[ -d tests/interop/node_modules/@wireapp ] || (cd tests/interop && npm ci --no-audit --no-fund) >>build/bench/npm.log
cmake --preset release >build/bench/cmake.log
cmake --build --preset release -j "$jobs" --target sotto-gateway sotto-release sotto-log >>build/bench/cmake.log
deploy/build-wasm.sh >build/bench/wasm.log
deploy/local-release.sh build/bench/web build/bench/release >build/bench/page.log 2>&1

# What MLS alone would weigh: the functions of mls/group.h, with all they need.
sys=$(em-config CACHE)/sysroot/lib/wasm32-emscripten
objects=$(ls build/wasm/obj/wasm/base/*.o build/wasm/obj/wasm/crypto/*.o build/wasm/obj/wasm/mls/*.o)
exports=$(grep -ohE '\bmls_[a-z_]+\(' wasm/mls/group.h | tr -d '(' | sort -u | sed 's/^/--export-if-defined=/')
# shellcheck disable=SC2086
wasm-ld-14 --no-entry --gc-sections --stack-first --strip-all $exports $objects \
    build/deps/wasm/lib/libsodium.a build/deps/wasm/lib/libbearssl.a -L"$sys" -lc -lemmalloc -lcompiler_rt -o build/bench/mls-only0.wasm
wasm-opt -O2 --enable-simd --enable-bulk-memory --strip-producers --strip-target-features build/bench/mls-only0.wasm -o build/bench/mls-only.wasm

{
    node --input-type=module -e "import('./tests/bench/web-sizes.mjs').then(({ sizes }) => sizes('build/bench/web').forEach(([name, bytes, max]) => console.log(JSON.stringify({ what: 'page', name, bytes, max }))))"
    node tests/bench/web/modules.mjs
    node tests/bench/web/start.mjs build/bench/web
    node tests/bench/web/verify.mjs build/bench/web
    node tests/bench/web/lighthouse.mjs build/bench/web
} >build/bench/web.jsonl
