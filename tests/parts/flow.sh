#!/bin/sh
# Several cores and a scripted gateway in one process: the flows under the sanitizers, then many
# random schedules in a fast build (SOTTO_SCHEDULES of them, two processes; tests/long.sh schedules runs 10,000).
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
# shellcheck disable=SC2046
run_programs $(programs debug flow)

cmake --preset fast >build/tests/build-fast.log 2>&1 &&
    cmake --build --preset fast -j "$jobs" --target flow_schedule >>build/tests/build-fast.log 2>&1 ||
    { echo "not ok build_fast (build/tests/build-fast.log)"; exit 1; }
schedules=${SOTTO_SCHEDULES:-2500}
half=$((schedules / 2))
worlds=$(((half + 24) / 25))
build/fast/tests/flow_schedule "$half" 1001 >build/tests/schedules-1.out 2>&1 &
build/fast/tests/flow_schedule "$half" $((1001 + worlds)) >build/tests/schedules-2.out 2>&1
wait
for out in build/tests/schedules-1.out build/tests/schedules-2.out; do
    grep -q '^ok ' "$out" || broken=1
    grep -E '^ok |^not ok |^seed ' "$out" | head -n 40
    grep -qE '^ok |^not ok ' "$out" || echo "not ok $out: ended without a word"
done
exit "${broken:-0}"
