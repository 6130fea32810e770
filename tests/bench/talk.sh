#!/bin/sh
# What a message costs beside the tree before devices judged chains, rooms and order by themselves (commit 5bfeb1f), both
# built here and run in turn: build/bench/talk.jsonl. Needs the repository's history.
. "$(dirname "$0")/../parts/common.sh"
set -e
before=5bfeb1f
peer=build/bench/peer-$before
mkdir -p build/bench
git rev-parse -q --verify "$before^{commit}" >/dev/null || { echo "talk: commit $before is not here" >&2; exit 1; }
if [ ! -e "$peer/.unpacked" ]; then
    rm -rf "$peer" && mkdir -p "$peer/build/deps"
    git archive "$before" | tar -x -C "$peer"
    # The same libraries: the older tree takes what is built here for its own.
    cp -a build/deps/src build/deps/native "$peer/build/deps/"
    { cat "$peer/deploy/pins.lock" "$peer/deploy/deps.sh"; echo native; } | sha256sum | cut -d' ' -f1 >"$peer/build/deps/native/.built"
    touch "$peer/.unpacked"
fi
# program TREE BUILD TARGETS
program() {
    cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=Release >"$2.log"
    # shellcheck disable=SC2086
    cmake --build "$2" -j "$jobs" --target $3 >>"$2.log"
    lib=$2/wasm
    sim=$2/tests/libtestsim.a
    [ -e "$sim" ] || sim=
    # shellcheck disable=SC2086
    gcc -std=c11 -D_DEFAULT_SOURCE -O2 -I"$1/wasm" -I"$1/tests" -I"$1/tests/lib" -I"$2/gen" tests/bench/talk_bench.c -Wl,--wrap=core_step \
        -Wl,--start-group $sim "$2/tests/libtestlib.a" $lib/libsotto_core.a $lib/libsotto_engine.a $lib/libsotto_mls.a $lib/libsotto_store.a \
        $lib/libsotto_schema.a $lib/libsotto_crypto.a $lib/libsotto_base.a -Wl,--end-group \
        build/deps/native/lib/libsodium.a build/deps/native/lib/libbearssl.a build/deps/native/lib/libsqlite3.a -lpthread -lm -o "$2-talk"
}
program . build/bench/now testsim
program "$peer" build/bench/before "testlib sotto_core"
for round in 1 2 3 4 5 6 7; do
    build/bench/now-talk | sed "s/^{/{\"side\":\"now\",\"round\":$round,/"
    build/bench/before-talk | sed "s/^{/{\"side\":\"before\",\"round\":$round,/"
done >build/bench/talk.jsonl
