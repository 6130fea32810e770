#!/bin/sh
# Several cores and a scripted gateway in one process.
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
# shellcheck disable=SC2046
run_programs $(programs debug flow)
exit "${broken:-0}"
