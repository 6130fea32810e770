#!/bin/sh
# The gateway beside a bare epoll floor, node ws and Prosody, in rounds over all of them: build/bench/gateway.jsonl.
. "$(dirname "$0")/../parts/common.sh"
set -e
mkdir -p build/bench
cmake -S . -B build/bench -DCMAKE_BUILD_TYPE=Release -DSOTTO_GATEWAY=ON >build/bench/cmake.log
cmake --build build/bench -j "$jobs" --target sotto-gateway sotto_schema >>build/bench/cmake.log
[ -d tests/gateway/node_modules/ws ] || (cd tests/gateway && npm ci --no-audit --no-fund) >build/bench/npm.log
lib=build/bench/wasm
flags="-std=c11 -D_DEFAULT_SOURCE -O2 -Wall -Wextra -Werror"
# shellcheck disable=SC2086
gcc $flags -DH2O_USE_EPOLL=1 -DH2O_USE_LIBUV=0 -Iwasm -I. \
    tests/bench/gateway/load.c tests/bench/gateway/conn.c tests/bench/gateway/sotto.c \
    tests/bench/gateway/xmpp.c tests/bench/gateway/measure.c \
    $lib/libsotto_schema.a $lib/libsotto_crypto.a $lib/libsotto_base.a \
    build/deps/native/lib/libsodium.a build/deps/native/lib/libbearssl.a \
    -lssl -lcrypto -lpthread -o build/bench/load
# shellcheck disable=SC2086
gcc $flags tests/bench/gateway/floor.c -lcrypto -o build/bench/floor
node tests/bench/gateway/run.mjs >build/bench/gateway.jsonl
