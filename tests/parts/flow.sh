#!/bin/sh
# Several cores and a scripted gateway in one process.
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
run_programs flow build/debug/tests/flow_*
exit "${broken:-0}"
