#!/bin/sh
# Constant time: secrets are marked, valgrind reports any branch or index that depends on them.
. "$(dirname "$0")/common.sh"
build_preset ct || broken=1
SOTTO_WRAP="valgrind -q --error-exitcode=1 --track-origins=yes"
SOTTO_TEST_SECONDS=900
# shellcheck disable=SC2046
run_programs $(programs ct ct)
exit "${broken:-0}"
