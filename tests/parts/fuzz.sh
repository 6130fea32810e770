#!/bin/sh
# Each fuzz target, tests/fuzz/NAME_fuzz.c, for a short while (FUZZ_SECONDS, 5 by default), two at a time, after
# everything that once crashed it. Seeds: tests/fuzz/corpus/NAME/, past crashes: tests/fuzz/regress/NAME/.
# What a run finds new stays in build/tests/corpus. One target: FUZZ_ONLY=NAME. Long runs: tests/long.sh fuzz.
. "$(dirname "$0")/common.sh"
seconds=${FUZZ_SECONDS:-5}
mkdir -p build/tests
# Any target can be broken while others are fine: each is built, and judged, for itself.
log=build/tests/build-fuzz.log
cmake --preset fuzz >"$log" 2>&1 || { tail -n 20 "$log"; echo "not ok fuzz: cmake failed ($log)"; exit 1; }

# fuzz_one NAME: writes its verdict to build/tests/fuzz_NAME.verdict.
fuzz_one() {
    name=$1
    program=build/fuzz/tests/fuzz_$name
    out=build/tests/fuzz_$name.out
    work=build/tests/corpus/$name
    mkdir -p "$work"
    if [ -d "tests/fuzz/regress/$name" ] && ! find "tests/fuzz/regress/$name" -type f -exec "$program" {} + >"$out" 2>&1; then
        tail -n 40 "$out" | sed 's/^/    /'
        echo "not ok fuzz_$name: an old crash is back"
        return
    fi
    seeds=tests/fuzz/corpus/$name
    [ -d "$seeds" ] || seeds=
    # shellcheck disable=SC2086
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/tests/fuzz_$name-" "$work" $seeds >"$out" 2>&1; then
        echo "ok fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$out") runs"
    else
        tail -n 40 "$out" | sed 's/^/    /'
        echo "not ok fuzz_$name (build/tests/fuzz_$name-*)"
    fi
}

built=
for source in tests/fuzz/*_fuzz.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" _fuzz.c)
    case ${FUZZ_ONLY:-$name} in "$name") ;; *) continue ;; esac
    rm -f "build/tests/fuzz_$name.verdict"
    if cmake --build --preset fuzz -j "$jobs" --target "fuzz_$name" >>"$log" 2>&1; then
        built="$built $name"
    else
        grep -E 'error|undefined reference' "$log" | tail -n 10
        echo "not ok fuzz_$name: does not build ($log)"
    fi
done
# shellcheck disable=SC2086
set -- $built
while [ $# -gt 0 ]; do
    fuzz_one "$1" >"build/tests/fuzz_$1.verdict" &
    pair=$1
    shift
    if [ $# -gt 0 ]; then
        fuzz_one "$1" >"build/tests/fuzz_$1.verdict" &
        pair="$pair $1"
        shift
    fi
    wait
    for name in $pair; do
        if [ -s "build/tests/fuzz_$name.verdict" ]; then cat "build/tests/fuzz_$name.verdict"; else echo "not ok fuzz_$name: was not played to its end"; fi
    done
done
