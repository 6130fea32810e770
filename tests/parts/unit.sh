#!/bin/sh
# All unit tests, natively, with AddressSanitizer, UBSan and LeakSanitizer.
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
run_programs unit build/debug/tests/unit_*
exit "${broken:-0}"
