#!/bin/sh
# A group of 250 in the simulated world: made, spoken in, one removed, healed, read by all.
. "$(dirname "$0")/../parts/common.sh"
cmake --preset fast >build/tests/build-fast.log 2>&1 &&
    cmake --build --preset fast -j "$jobs" --target flow_town >>build/tests/build-fast.log 2>&1 ||
    { echo "not ok build_fast (build/tests/build-fast.log)"; exit 1; }
build/fast/tests/flow_town 250
