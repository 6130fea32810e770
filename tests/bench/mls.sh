#!/bin/sh
# Our MLS beside ts-mls and Wire CoreCrypto, all in Node: build/bench/mls.jsonl; ours natively too:
# build/bench/mls-native.jsonl. Chains of entries in WebAssembly; and a message beside an older tree (talk.sh).
. "$(dirname "$0")/../parts/common.sh"
set -e
mkdir -p build/bench
cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release >build/bench/cmake.log
cmake --build build/bench -j "$jobs" --target bench_mls >>build/bench/cmake.log
[ -d tests/interop/node_modules/ts-mls ] || (cd tests/interop && npm ci --no-audit --no-fund) >build/bench/npm.log
lib=build/bench/wasm
gcc -std=c11 -D_DEFAULT_SOURCE -O2 -Iwasm -Itests -Itests/lib tests/interop/mls-testclient.c tests/lib/json.c \
    tests/lib/mls_world.c tests/lib/check.c $lib/libsotto_mls.a $lib/libsotto_crypto.a $lib/libsotto_base.a \
    build/deps/native/lib/libsodium.a build/deps/native/lib/libbearssl.a -lpthread -o build/bench/mls-testclient
build/bench/tests/bench_mls >build/bench/mls-native.jsonl
node tests/bench/mls/run.mjs build/bench/mls-testclient >build/bench/mls.jsonl
node tests/bench/mls/chain.mjs >>build/bench/mls.jsonl
tests/bench/talk.sh
