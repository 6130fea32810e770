#!/bin/sh
# 10,000 random schedules, and 5,000 in a hostile world; the flows themselves are with tests/run.sh flow.
export SOTTO_HOSTILE="${SOTTO_HOSTILE:-5000}"
SOTTO_SCHEDULES=${SOTTO_SCHEDULES:-10000} exec "$(dirname "$0")/../parts/flow.sh"
