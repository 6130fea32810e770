#!/bin/sh
# A group of 250 in the simulated world: made, spoken in, one removed, healed, read by all.
. "$(dirname "$0")/../parts/common.sh"
build_preset fast flow_town || exit 1
build/fast/tests/flow_town 250
