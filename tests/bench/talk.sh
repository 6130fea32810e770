#!/bin/sh
# What a message costs beside the tree before devices judged chains, rooms and order by themselves (commit 5bfeb1f), both
# built here, with the same libraries, and run in turn: build/bench/talk.jsonl. Needs the repository's history.
# seal, open: the MLS library with its store (bench_mls); say, take: the whole device (talk_bench.c).
#
#   tests/bench/talk.sh          processor time, in turns
#   tests/bench/talk.sh count    instructions a message of say and take, by callgrind: the same whatever else the machine
#                                does. The mean of 200 messages, so with the commits and the log's writing back among them
. "$(dirname "$0")/../parts/common.sh"
set -e
before=5bfeb1f
peer=build/bench/peer-$before
mkdir -p build/bench
[ "${1:-}" = count ] || : >build/bench/talk.jsonl
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
# count SIDE PROGRAM
count() {
    for op in say take; do
        out=build/bench/talk-$1.$op
        valgrind --tool=callgrind --toggle-collect=step_$op --callgrind-out-file="$out" "$2" 200 >/dev/null 2>"$out.log"
        callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$out" | awk -v side="$1" -v op="$op" -v n=200 '
            { v = $1; gsub(/,/, "", v) }
            /:step_/ && !all { all = v }
            /:mls_group_(protect|process) / && !mls { mls = v }
            /:frame_store / && !frames { frames = v }
            /:sqlite3WalCheckpoint / && !back { back = v }
            END { printf "{\"side\":\"%s\",\"op\":\"%s\",\"instructions\":%.0f,\"mls\":%.0f,\"sealing_the_log\":%.0f,\"writing_it_back\":%.0f}\n",
                  side, op, all / n, mls / n, frames / n, back / n }'
    done
}
if [ "${1:-}" = count ]; then
    count now build/bench/bench_talk
    count before build/bench/before/bench_talk
    exit
fi
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
