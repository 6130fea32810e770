#!/bin/sh
# Each fuzz target for a short while (SOTTO_FUZZ_SECONDS, 10 by default), after everything that once crashed it.
# The seeds are tests/fuzz/seeds/NAME/, past crashes tests/fuzz/regress/NAME/; long runs: tests/long.sh.
. "$(dirname "$0")/common.sh"
build_preset fuzz || broken=1
seconds=${SOTTO_FUZZ_SECONDS:-10}
for program in build/fuzz/tests/fuzz_*; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    short=${name#fuzz_}
    work=build/tests/corpus/$short
    mkdir -p "$work"
    regress=
    [ ! -d "tests/fuzz/regress/$short" ] || regress=$(find "tests/fuzz/regress/$short" -type f)
    # shellcheck disable=SC2086
    if [ -n "$regress" ] && ! "$program" $regress >"build/tests/$name.out" 2>&1; then
        tail -n 40 "build/tests/$name.out" | sed 's/^/    /'
        echo "not ok $name: an old crash is back"
        continue
    fi
    seeds=
    [ ! -d "tests/fuzz/seeds/$short" ] || seeds=tests/fuzz/seeds/$short
    # shellcheck disable=SC2086
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/tests/$name-" "$work" $seeds >"build/tests/$name.out" 2>&1; then
        echo "ok $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/tests/$name.out") runs"
    else
        tail -n 40 "build/tests/$name.out" | sed 's/^/    /'
        echo "not ok $name (build/tests/$name-*)"
    fi
done
exit "${broken:-0}"
