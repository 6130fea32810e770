#!/bin/sh
# Every attack of the table in tests/attacks/README.md, by a hostile gateway with a real release, in real browsers.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
timeout "${SOTTO_ATTACK_SECONDS:-1500}" tests/attacks/run.sh
code=$?
[ $code -lt 100 ] || echo "not ok attacks_in_time"
exit $code
