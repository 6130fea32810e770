#!/bin/sh
# What a message costs beside the tree before devices judged chains, rooms and order by themselves (commit 5bfeb1f), both
# built here, with the same libraries, and run in turn: build/bench/talk.jsonl. Needs the repository's history.
# seal, open: the MLS library with its store (bench_mls); say, take: the whole device (talk_bench.c).
. "$(dirname "$0")/../parts/common.sh"
set -e
before=5bfeb1f
peer=build/bench/peer-$before
mkdir -p build/bench
: >build/bench/talk.jsonl
git rev-parse -q --verify "$before^{commit}" >/dev/null 2>&1 || { echo "talk: commit $before is not here: nothing to compare with" >&2; exit 0; }
if [ ! -e "$peer/.unpacked" ]; then
    rm -rf "$peer" && mkdir -p "$peer/build/deps"
    git archive "$before" | tar -x -C "$peer"
    touch "$peer/.unpacked"
fi
# The older tree takes what is built here for its own.
rm -rf "$peer/build/deps/native"
cp -a build/deps/native "$peer/build/deps/"
{ cat "$peer/deploy/pins.lock" "$peer/deploy/deps.sh"; echo native; } | sha256sum | cut -d' ' -f1 >"$peer/build/deps/native/.built"

# program TREE BUILD TARGETS...
program() {
    tree=$1 out=$2
    shift 2
    [ -e "$out/CMakeCache.txt" ] || cmake -S "$tree" -B "$out" -DCMAKE_BUILD_TYPE=Release >"$out.cmake.log"
    cmake --build "$out" -j "$jobs" --target "$@" bench_mls >>"$out.cmake.log"
    sim=$out/tests/libtestsim.a # the older tree has its world in testlib
    [ -e "$sim" ] || sim=
    # shellcheck disable=SC2086
    gcc -std=c11 -D_DEFAULT_SOURCE -O2 -I"$tree/wasm" -I"$tree/tests" -I"$tree/tests/lib" tests/bench/talk_bench.c -Wl,--wrap=core_step \
        -Wl,--start-group $sim "$out/tests/libtestlib.a" "$out"/wasm/libsotto_*.a -Wl,--end-group \
        build/deps/native/lib/libsodium.a build/deps/native/lib/libbearssl.a build/deps/native/lib/libsqlite3.a -lpthread -lm -o "$out/bench_talk"
}
program . build/bench testsim
program "$peer" build/bench/before testlib sotto_core
rounds() { # SIDE PROGRAM... : one JSON line each
    side=$1
    shift
    "$@" | sed -n "s/^{/{\"side\":\"$side\",/p"
}
for _ in 1 2 3 4 5 6 7; do
    rounds now build/bench/bench_talk
    rounds before build/bench/before/bench_talk
    rounds now build/bench/tests/bench_mls 0x4f 32 build/bench/mls
    rounds before build/bench/before/tests/bench_mls 0x4f 32 build/bench/mls-before
done >build/bench/talk.jsonl
