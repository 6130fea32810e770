#!/bin/sh
# 10,000 random schedules; the flows themselves are with tests/run.sh flow.
SOTTO_SCHEDULES=${SOTTO_SCHEDULES:-10000} exec "$(dirname "$0")/../parts/flow.sh"
